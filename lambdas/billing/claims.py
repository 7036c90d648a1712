"""Money that goes to customers: sympathy money after a loss, damages up to a cap."""

from collections.abc import Set
from datetime import date
from typing import Literal

from lambdas.billing.forbidden import Forbidden
from lambdas.billing.history import History
from lambdas.billing.invoices import invoice
from lambdas.billing.terms import Terms

Stage = Literal["applied", "examined", "approved", "denied", "paid"]

NEXT: dict[Stage, frozenset[Stage]] = {
    "applied": frozenset({"examined"}),
    "examined": frozenset({"approved", "denied"}),
    "approved": frozenset({"paid"}),
    "denied": frozenset(),
    "paid": frozenset(),
}
"""申請 → 審査 → 承認 or 否認 → 支払: nothing is paid that was not approved (DC-36)."""


def advance(stage: Stage, to: Stage) -> Stage:
    """The next stage of a claim."""
    if to not in NEXT[stage]:
        raise Forbidden("DC-36", f"a claim that is {stage} cannot become {to}")
    return to


def payout(
    terms: Terms,
    verified_loss: int,
    *,
    incident: str,
    paid_incidents: Set[str] = frozenset(),
    site: Literal["dwelling", "shop"] = "dwelling",
) -> int:
    """What a claim brings: the loss up to a cap (DC-35, A-04), or always the same (AL-65).

    ``incident`` names what happened at this home, and is paid for once (A-15). Which services were
    contracted makes no difference (AL-66).
    """
    claim = terms.claim
    if claim is None:
        raise Forbidden("AL-64", "the product brings no sympathy money")
    if site not in claim.sites:
        raise Forbidden("AL-67", "the part of the house that is a shop is not covered")
    if incident in paid_incidents:
        raise Forbidden("A-15", f"{incident} was paid for already")
    if verified_loss <= 0:
        return 0
    return claim.yen if claim.kind == "flat" else min(verified_loss, claim.yen)


def damages_cap(history: History, day: date) -> int:
    """The most the company owes for damage it did: all fees paid until then (HT-75)."""
    return sum(invoice(history, month).total for month, paid in history.paid.items() if paid <= day)
