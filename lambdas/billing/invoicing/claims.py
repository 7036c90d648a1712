"""Money that goes to customers: sympathy money after a loss, damages up to a cap.

A claim (見舞金の申請) is for one incident at one home: the day and what happened. It is examined,
approved or denied, and paid when it was approved (DC-36). Plain functions.
"""

from datetime import date, datetime
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, PositiveInt

from lambdas.billing.contract.entitlements import WHY_NOT, require
from lambdas.billing.contract.facts import Moment
from lambdas.billing.contract.history import History
from lambdas.billing.invoicing.invoices import invoice
from lambdas.billing.products.forbidden import Forbidden
from lambdas.billing.products.terms import Cause, Site, Terms
from lambdas.billing.products.terms import Claim as ClaimTerms

Stage = Literal["applied", "examined", "approved", "denied", "paid"]

NEXT: dict[Stage, frozenset[Stage]] = {
    "applied": frozenset({"examined"}),
    "examined": frozenset({"approved", "denied"}),
    "approved": frozenset({"paid"}),
    "denied": frozenset(),
    "paid": frozenset(),
}
"""申請 → 審査 → 承認 or 否認 → 支払: nothing is paid that was not approved (DC-36)."""

FEATURE = "sympathy-money"

MOST_PHOTOGRAPHS = 8
"""Of one claim: enough for a room and for what is gone."""

SHOWING: frozenset[Stage] = frozenset({"applied", "examined"})
"""The stages in which photographs are still of use."""


class Loss(BaseModel):
    """What somebody claims for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    happened: Moment
    cause: Cause
    site: Site = "dwelling"
    amount: PositiveInt
    """The loss in yen, as the contractor says."""

    story: str = ""


class Claim(BaseModel):
    """A claim, and how far it is."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    id: str
    home: str
    contract: str
    loss: Loss
    applied: AwareDatetime
    stage: Stage = "applied"
    rule: str
    """The rule that brings the money (DC-35, AL-65)."""

    verified: int | None = None
    """The loss in yen, as staff found it."""

    amount: int | None = None
    """What is paid."""

    ground: str = ""
    """Why it was denied; stays in the house."""

    reference: str = ""
    """By which the payment is found in the books."""

    photographs: tuple[str, ...] = ()
    """Names of photographs of the damage, in the order in which they came."""


def applied(home: str, history: History, loss: Loss, now: datetime) -> Claim:
    """A claim. Forbidden when the product brings no money, or not for this, or did not run then.

    Its id is the incident at the home, so that one incident brings one claim (A-15), whichever of
    the home's contracts it is made under.
    """
    if loss.happened > now:
        raise Forbidden("DC-36", f"{loss.happened:%Y-%m-%d %H:%M} has not come")
    terms = history.terms(loss.happened.date())
    claim = _covered(terms, loss)
    if any(entitlement.feature == FEATURE for entitlement in terms.entitlements):
        require(history, FEATURE, loss.happened)
    elif (state := history.state(loss.happened)) not in ("trial", "active"):
        raise Forbidden(*WHY_NOT.get(state or "", ("AL-64", "the service had not begun")))
    return Claim(
        id=f"{home}.{loss.happened.date()}.{loss.cause}",
        home=home,
        contract=history.contract.id,
        loss=loss,
        applied=now,
        rule=claim.rule,
    )


def advance(stage: Stage, to: Stage) -> Stage:
    """The next stage of a claim."""
    if to not in NEXT[stage]:
        raise Forbidden("DC-36", f"a claim that is {stage} cannot become {to}")
    return to


def moved(claim: Claim, to: Stage, **what: str) -> Claim:
    """The claim at its next stage."""
    return claim.model_copy(update={"stage": advance(claim.stage, to), **what})


def shown_by(claim: Claim, photograph: str) -> Claim:
    """The claim with a photograph of the damage. Forbidden once it is decided, or when there are
    enough (DC-36). The same one again changes nothing."""
    if photograph in claim.photographs:
        return claim
    if claim.stage not in SHOWING:
        raise Forbidden("DC-36", f"a claim that is {claim.stage} takes no more photographs")
    if len(claim.photographs) >= MOST_PHOTOGRAPHS:
        raise Forbidden("DC-36", f"a claim takes {MOST_PHOTOGRAPHS} photographs")
    return claim.model_copy(update={"photographs": (*claim.photographs, photograph)})


def approved(claim: Claim, terms: Terms, verified: int) -> Claim:
    """The claim, approved for what its product brings for a loss that was verified."""
    amount = payout(terms, verified, claim.loss.site)
    update = {"verified": verified, "amount": amount}
    return moved(claim, "approved").model_copy(update=update)


def payout(terms: Terms, verified: int, site: Site = "dwelling") -> int:
    """What a claim brings: the loss up to a cap (DC-35, A-04), or always the same (AL-65). Which
    services were contracted makes no difference (AL-66)."""
    if terms.claim is None:
        raise Forbidden("AL-64", "the product brings no sympathy money")
    if site not in terms.claim.sites:
        raise Forbidden("AL-67", "the part of the house that is a shop is not covered")
    if verified <= 0:
        return 0
    return terms.claim.yen if terms.claim.kind == "flat" else min(verified, terms.claim.yen)


def damages_cap(history: History, day: date) -> int:
    """The most the company owes for damage it did: all fees paid until then (HT-75)."""
    return sum(invoice(history, month).total for month, paid in history.paid.items() if paid <= day)


def _covered(terms: Terms, loss: Loss) -> ClaimTerms:
    payout(terms, loss.amount, loss.site)
    claim = terms.claim
    assert claim
    if claim.causes and loss.cause not in claim.causes:
        raise Forbidden(claim.rule, f"{loss.cause} is not covered: {', '.join(claim.causes)}")
    return claim
