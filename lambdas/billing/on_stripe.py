"""Stripe's own word of a charge: a route without a login, whose every request is signed.

What is signed is taken at its word and acknowledged, also when it is news of nothing; what cannot
be brought together with what we know is written down for a person to look at.
"""

from typing import Any

from lambdas.billing import desk
from lambdas.billing.forbidden import Forbidden
from lambdas.billing.payments import stripe_settings
from lambdas.billing.payments.results import Contradiction, PaymentResult
from lambdas.billing.payments.store import PaymentStore
from lambdas.billing.payments.webhook import BadNotice, read
from lambdas.billing.store import By
from lambdas.billing.till import Till
from lambdas.shared import http, rejects
from lambdas.shared.problems import Problem
from lambdas.shared.settings import load


class WebhookSettings(desk.BillingSettings):
    """What the function needs."""

    stripe_parameter: str


app = http.resolver()
handler = http.entry(app)


@app.post("/billing/stripe", summary="What Stripe says of a charge", tags=["Stripe"])
def notice() -> dict[str, Any]:
    settings = load(WebhookSettings)
    event = app.current_event
    account = stripe_settings.account(settings.stripe_parameter)
    if account is None:
        raise Problem(503, "no-card-gateway")
    body = event.decoded_body or ""
    now = http.arrived(app)
    try:
        said = read(
            body.encode(),
            event.headers.get("stripe-signature", ""),
            secrets=[secret.get_secret_value() for secret in account.webhook_secrets],
            now=now,
        )
    except BadNotice as bad:
        raise Problem(400, "bad-notice") from bad
    if said is None:
        return {"taken": False}
    till = Till(desk.Desk(settings), PaymentStore(settings.billing_table))
    try:
        return {"taken": till.take(said, By("stripe", "webhook", now)) is not None}
    except (Contradiction, Forbidden, desk.Unknown) as error:
        _write_down(settings.billing_table, said, error)
        return {"taken": False}


def _write_down(table: str, said: PaymentResult, error: Exception) -> None:
    rejects.record(
        table,
        id=f"stripe/{said.reference}/{said.state}",
        thing=said.contract,
        at=http.arrived(app),
        reason=type(error).__name__.lower(),
        detail=str(error),
        head=said.model_dump_json().encode(),
    )
