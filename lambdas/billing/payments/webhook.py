"""What Stripe says of its own accord: its signature is checked, then its words are taken.

Stripe signs ``<time>.<body>`` with HMAC-SHA256 and sends ``Stripe-Signature: t=<time>,v1=<hex>``,
with several ``v1`` while a secret is being replaced. Pure, so that a late notice can be told from a
replayed one by the time the request came in.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError

from lambdas.billing.payments.gateway import attempt_id
from lambdas.billing.payments.results import PaymentResult, Reversal, State
from lambdas.shared.calendar import JST, Month, day_of

TOLERANCE = timedelta(minutes=5)
STATES: dict[str, State] = {
    "payment_intent.succeeded": "paid",
    "payment_intent.payment_failed": "failed",
}

UNREADABLE = (
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    OverflowError,
    RecursionError,
)
"""What comes of a body that is no notice."""


class BadNotice(Exception):
    """A notice that is not to be believed, or cannot be read."""


class _Metadata(BaseModel):
    contract: str
    invoice: str
    month: Month
    attempt: int = Field(ge=1)


class _Refusal(BaseModel):
    code: str | None = None
    decline_code: str | None = None


class _Charge(BaseModel):
    id: str
    payment_intent: str
    amount_refunded: int
    currency: Literal["jpy"]


class _Dispute(BaseModel):
    id: str
    payment_intent: str
    amount: int
    currency: Literal["jpy"]
    status: str = ""


class _Intent(BaseModel):
    id: str
    amount: int
    amount_received: int | None = None
    currency: Literal["jpy"]
    metadata: _Metadata
    last_payment_error: _Refusal | None = None


def check_signature(payload: bytes, signature: str, secrets: Sequence[str], now: datetime) -> None:
    """BadNotice unless one of ``secrets`` signed ``payload`` within minutes of ``now``."""
    parts = [part.partition("=") for part in signature.split(",")]
    times = [value for name, _, value in parts if name.strip() == "t"]
    if len(times) != 1 or not (times[0].isascii() and times[0].isdigit()):
        raise BadNotice("the signature has no time")
    signed = f"{times[0]}.".encode() + payload
    right = [hmac.new(key.encode(), signed, hashlib.sha256).hexdigest() for key in secrets]
    given = [value for name, _, value in parts if name.strip() == "v1"]
    if not any(hmac.compare_digest(a.encode(), b.encode()) for a in right for b in given):
        raise BadNotice("the signature is not Stripe's")
    if abs(now.timestamp() - int(times[0])) > TOLERANCE.total_seconds():
        raise BadNotice("the signature is not of now")


def read(
    payload: bytes, signature: str, *, secrets: Sequence[str], now: datetime
) -> PaymentResult | Reversal | None:
    """What a notice says of a payment of ours, or of its money that went back; None when it is
    about something else."""
    check_signature(payload, signature, secrets, now)
    try:
        notice: Any = json.loads(payload)
        state = STATES.get(notice["type"])
        about = notice["data"]["object"]
        on = day_of(datetime.fromtimestamp(notice["created"], tz=JST))
        if reversal := _reversal(notice, about, on):
            return reversal
        if state is None or "invoice" not in (about.get("metadata") or {}):
            return None
        intent = _Intent.model_validate(about)
    except UNREADABLE as error:
        what = "fields" if isinstance(error, ValidationError) else type(error).__name__
        raise BadNotice(f"the notice cannot be read: {what}") from error
    said = intent.metadata
    refusal = intent.last_payment_error if state == "failed" else None
    return PaymentResult(
        id=attempt_id(said.contract, said.invoice, said.attempt),
        contract=said.contract,
        invoice=said.invoice,
        month=said.month,
        amount=_amount(intent, state),
        payment="card",
        state=state,
        on=on,
        reason=(refusal.decline_code or refusal.code) if refusal else None,
        reference=intent.id,
    )


def _amount(intent: _Intent, state: State) -> int:
    """What was asked for; of what succeeded, what came."""
    came = intent.amount_received if state == "paid" else None
    return intent.amount if came is None else came


def _reversal(notice: Any, about: Any, on: date) -> Reversal | None:
    """Money that went back, by a notice of a refund or a dispute."""
    kind = notice["type"]
    if not about.get("payment_intent"):
        return None
    if kind == "charge.refunded":
        charge = _Charge.model_validate(about)
        before = (notice["data"].get("previous_attributes") or {}).get("amount_refunded") or 0
        return Reversal(
            id=f"refund/{charge.id}/{charge.amount_refunded}",
            reference=charge.payment_intent,
            amount=charge.amount_refunded - before,
            on=on,
            cause="refund",
        )
    if kind not in ("charge.dispute.created", "charge.dispute.closed"):
        return None
    dispute = _Dispute.model_validate(about)
    won = kind.endswith("closed") and dispute.status == "won"
    if kind.endswith("closed") and not won:
        return None
    return Reversal(
        id=f"dispute/{dispute.id}{'/won' if won else ''}",
        reference=dispute.payment_intent,
        amount=dispute.amount,
        on=on,
        cause="dispute",
        back=not won,
    )
