"""Stripe's own word of a charge: a route without a login, whose every request is signed.

What is signed is taken at its word and acknowledged, also when it is news of nothing; what cannot
be brought together with what we know is written down for a person to look at.
"""

from typing import Any

from lambdas.billing.app import contract_service
from lambdas.billing.app.contract_service import ContractService
from lambdas.billing.app.payment_service import PaymentService
from lambdas.billing.app.records import Actor
from lambdas.billing.payments import stripe_account_store
from lambdas.billing.payments.payment_store import PaymentStore
from lambdas.billing.payments.results import Contradiction, PaymentResult, Reversal
from lambdas.billing.payments.webhook import BadNotice, read
from lambdas.billing.problems import TEXTS
from lambdas.billing.products.forbidden import Forbidden
from lambdas.shared.aws import http, rejects
from lambdas.shared.problems import Problem
from lambdas.shared.settings import load


class WebhookSettings(contract_service.BillingSettings):
    """What the function needs."""

    stripe_parameter: str


app = http.resolver(TEXTS)
handler = http.entry(app)


@app.post("/billing/stripe", summary="What Stripe says of a charge", tags=["Stripe"])
def notice() -> dict[str, Any]:
    settings = load(WebhookSettings)
    event = app.current_event
    account = stripe_account_store.account(settings.stripe_parameter)
    if account is None:
        raise Problem(404, "no-card-gateway")
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
    payments = PaymentService(ContractService(settings), PaymentStore(settings.billing_table))
    try:
        return {"taken": payments.hear(said, Actor("stripe", "webhook", now))}
    except (Contradiction, Forbidden, contract_service.Unknown) as error:
        _write_down(settings.billing_table, said, error)
        return {"taken": False}


def _write_down(table: str, said: PaymentResult | Reversal, error: Exception) -> None:
    what = said.id if isinstance(said, Reversal) else said.state
    rejects.record(
        table,
        id=f"stripe/{said.reference}/{what}",
        thing="-" if isinstance(said, Reversal) else said.contract,
        at=http.arrived(app),
        reason=type(error).__name__.lower(),
        detail=str(error),
        head=said.model_dump_json().encode(),
    )
