"""Each day: cards whose charge was refused are charged once more, by the days of ``TRIES_AFTER``.

Only the contracts on staff's list of the unpaid are looked at. A call takes some and says where to
go on; begun again it finds what was charged.
"""

from collections import Counter
from typing import Any

from lambdas.billing.app import contract_service
from lambdas.billing.app.contract_service import ContractService
from lambdas.billing.app.payment_service import PaymentService
from lambdas.billing.app.records import Actor, ContractRecord
from lambdas.billing.app.run_service import contained
from lambdas.billing.app.runs import Run
from lambdas.billing.app.search import SearchQuery
from lambdas.billing.payments import stripe_account_store
from lambdas.billing.payments.payment_store import PaymentStore
from lambdas.shared.aws.observability import observed
from lambdas.shared.settings import load

AT_A_TIME = 50
"""Contracts a call looks at: a charge takes a second or two."""


class RetrySettings(contract_service.BillingSettings):
    """What the function needs."""

    stripe_parameter: str


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Charge what is due among the next contracts; where to go on, and whether there are more."""
    run, after = Run.model_validate(event["run"]), str(event.get("after") or "")
    settings = load(RetrySettings)
    desk = ContractService(settings)
    payments = PaymentService(desk, PaymentStore(settings.billing_table))
    gateway = stripe_account_store.gateway(settings.stripe_parameter)
    counts: Counter[str] = Counter()
    found = desk.find(SearchQuery(unpaid=True), after, AT_A_TIME)
    by = Actor(f"run:{run.id}", "run", run.at)
    for card in found.cards if gateway else ():
        assert gateway

        def tell(rule: str, why: str, contract: str = card.contract) -> None:
            counts["not_collected"] += 1
            what = {"rule": rule, "event": "not_collected", "detail": why}
            desk.audit.note(contract, f"RETRY#{run.id}", what, by)

        with contained(card.contract, tell):
            record = payer_of(desk, desk.open(card.contract))
            for said in payments.charge_open(record, gateway, by):
                counts[f"cards_again_{said.state}"] += 1
    desk.runs.batch_done(run.id, run.execution, f"retry/{after}", counts, run.at)
    return {
        "run": event["run"],
        "after": found.after or "",
        "more": found.after is not None,
    }


def payer_of(desk: ContractService, record: ContractRecord) -> ContractRecord:
    """The contract that pays what is open of one: itself, or the one it is billed with (AL-09)."""
    months = desk.history(record).open_months
    lead = desk.history(record).lead(months[-1]) if months else ""
    return desk.open(lead) if lead else record
