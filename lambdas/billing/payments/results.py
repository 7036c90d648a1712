"""What became of a payment: the facts that dunning lives on."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from lambdas.billing.contract.facts import NotCollected, Paid, PaymentFailed
from lambdas.shared.calendar import Month

State = Literal["paid", "failed", "pending", "retry"]
"""``pending``: the gateway will say later. ``retry``: nothing was decided; ask again as before."""


class PaymentResult(BaseModel):
    """What one attempt to collect one invoice came to.

    ``id`` names the attempt, so that hearing of it twice changes nothing (G-08).
    """

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    id: str
    contract: str
    invoice: str
    month: Month
    amount: int
    payment: Literal["card", "bank_transfer"]
    state: State
    on: date
    """The Japanese date that counts: of the transfer, of the charge."""

    reason: str | None = None
    """Why not; ``told`` says it to a customer."""

    ours: bool = False
    """The payment failed through our own fault, which is no failure of the customer's (HT-29)."""

    reference: str | None = None
    """The gateway's name of it."""

    card: str | None = None
    """The gateway's name of the card that was charged."""

    def fact(self, known: date | None = None) -> Paid | PaymentFailed | NotCollected | None:
        """The fact it adds to the contract, if any, when it was ``known`` on this day."""
        on = self.on.isoformat()
        if self.state == "paid":
            said = {"on": on, "id": f"{self.id}/paid", "month": self.month}
            return Paid.model_validate(
                {**said, "amount": self.amount, "reference": (self.reference or "")[:100]}
            )
        if self.state == "failed" and self.ours:
            said = {"on": on, "id": f"{self.id}/not_collected", "month": self.month}
            return NotCollected.model_validate({**said, "reason": self.reason})
        if self.state == "failed":
            later = known if known and known > self.on else None
            said = {"on": on, "id": f"{self.id}/failed", "month": self.month}
            return PaymentFailed.model_validate({**said, "known": later})
        return None


class Reversal(BaseModel):
    """Money of a charge that went back, or, of a dispute that we won, came again."""

    model_config = ConfigDict(frozen=True)

    id: str
    reference: str  # the gateway's name of the charge
    amount: int
    on: date
    cause: Literal["dispute", "refund"]
    back: bool = True  # else it came again


class Contradiction(Exception):
    """Two sources say different things of the same attempt: for a person to look at."""

    def __init__(self, known: PaymentResult, said: PaymentResult) -> None:
        super().__init__(
            f"{known.id}: was {known.state} with {known.amount} yen,"
            f" now said to be {said.state} with {said.amount} yen"
        )
        self.known = known
        self.said = said


def settle(known: PaymentResult | None, said: PaymentResult) -> PaymentResult | None:
    """What is to be stored when ``said`` arrives, or None when nothing changes.

    The gateway's answers and notices arrive late, twice and in any order: money that arrived stays,
    a final word beats a preliminary one, and a card that failed may be charged after all.
    Contradiction for another amount, and for a bank that changes its mind.
    """
    if known is None:
        return said
    if (said.amount, said.invoice, said.month) != (known.amount, known.invoice, known.month):
        raise Contradiction(known, said)
    if known.state == "retry":
        return said
    if said.state == known.state or said.state in ("pending", "retry"):
        return None
    if known.state == "pending" or (said.payment == "card" and said.state == "paid"):
        return said
    if said.payment == "bank_transfer":
        raise Contradiction(known, said)
    return None


def news(known: Mapping[str, PaymentResult], said: Iterable[PaymentResult]) -> list[PaymentResult]:
    """What of ``said`` is to be stored: all that is new, nothing when anything contradicts."""
    return [result for one in said if (result := settle(known.get(one.id), one))]


_TOLD = {
    "account_missing": "お引き落としの口座が登録されていません。",
    "card_missing": "お支払いのカードが登録されていません。",
    "below_minimum": "カードでお支払いいただける額に満たないため、請求していません。",
    "insufficient_funds": "残高または利用可能額が不足していました。",
    "no_account": "ご登録の口座とのお取引が確認できませんでした。",
    "stopped_by_customer": "ご依頼により口座からのお引き落としが停止されています。",
    "no_mandate": "口座振替依頼書が金融機関で確認できませんでした。",
    "expired_card": "カードの有効期限が切れています。",
    "authentication_required": "カード会社によるご本人さまの確認が必要でした。",
    "card_unknown": "ご登録のカードがご利用いただけなくなっています。",
    "stopped_by_us": "当社の都合により、お引き落としを取りやめました。",
}


def told(result: PaymentResult) -> str:
    """Why a payment failed, as a customer is told.

    Whether a card was reported stolen or held to be misused is between its owner and the issuer, so
    all other reasons sound alike.
    """
    by = "カード会社" if result.payment == "card" else "金融機関"
    return _TOLD.get(result.reason or "", f"{by}の承認が得られませんでした。")
