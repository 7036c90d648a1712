"""HTTP route: a phone says that it has shown a notice. Its worker has no login, but the word that
came with the notice."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from lambdas.notify.phone_store import PhoneStore
from lambdas.shared.aws import http
from lambdas.shared.problems import Problem
from lambdas.shared.settings import Settings, load


class ReceiptSettings(Settings):
    """What the function needs."""

    notices_table: str


app = http.resolver()
handler = http.entry(app)


@app.post(
    "/notices/receipts/<receipt>",
    summary="A phone has shown a notice",
    tags=["Me"],
    status_code=204,
)
def confirm_shown(
    receipt: Annotated[str, Path(description="The word that came with the notice")],
) -> None:
    store = PhoneStore(load(ReceiptSettings).notices_table)
    if not store.shown(receipt, http.arrived(app)):
        raise Problem(404, "not-found")
