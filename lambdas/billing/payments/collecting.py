"""How an invoice's money is collected: which way, from which account or card. Plain functions."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import jpholiday

from lambdas.billing.contract.history import History
from lambdas.billing.payments.accounts import Card, Value
from lambdas.billing.payments.gateway import Charge, attempt_id
from lambdas.billing.payments.methods import Methods
from lambdas.billing.payments.results import PaymentResult, State
from lambdas.billing.payments.zengin import (
    BadFile,
    Fault,
    Fingerprint,
    ResultFile,
    Sent,
    addressed,
    read_result,
)
from lambdas.shared.calendar import Month

LEAST_CARD_YEN = 50
"""Gateways charge no less in yen."""

ANSWERED_WITHIN = timedelta(days=60)

LEAD_DAYS = 5
"""Business days by which banks want a request file ahead of the transfer."""

YEAR_ENDS = frozenset({(12, 31), (1, 1), (1, 2), (1, 3)})


class Owed(Value):
    """An invoice, as far as collecting it goes."""

    contract: str
    month: Month
    amount: int
    payment: str
    """How it is paid, as chosen when it was made: ``card``, ``bank_transfer``, ``in_app``."""

    @property
    def invoice(self) -> str:
        """The invoice's number."""
        return invoice_number(self.contract, self.month)


def invoice_number(contract: str, month: Month) -> str:
    """The number of a contract's invoice for a month, as it is printed."""
    return f"{contract}-{month}"


class Wait(NamedTuple):
    """It goes into the next file for the bank. ``asks`` is how often the bank is asked, in all."""

    owed: Owed
    asks: int = 1


Step = Charge | Wait | PaymentResult


def step(owed: Owed, methods: Methods, known: Iterable[PaymentResult], on: date) -> Step | None:
    """What is to be done on a day to collect an invoice; None when nothing is, or was.

    Of a contract paid in the app only the fixed part is paid there; the rest is collected like any
    other (HT-85). Without an account or card it is a failure (HT-29). An amount too small for the
    gateway is one of our own making, which bothers no customer. What was not collected through our
    own doing is tried again.
    """
    before = [r for r in known if r.month == owed.month and r.state != "retry"]
    again = [r for r in before if r.state == "failed" and r.ours]
    if owed.amount <= 0 or len(before) > len(again):
        return None
    way = way_to_pay(owed.payment, methods)
    if way == "bank_transfer":
        if methods.account is None:
            return _failed(owed, "bank_transfer", "account_missing", on)
        return Wait(owed, asks=1 + sum(r.payment == "bank_transfer" for r in again))
    if methods.card is None:
        return _failed(owed, "card", "card_missing", on)
    if owed.amount < LEAST_CARD_YEN:
        return _failed(owed, "card", "below_minimum", on)
    return Charge(
        contract=owed.contract,
        invoice=owed.invoice,
        month=owed.month,
        amount=owed.amount,
        card=methods.card,
        on=on,
    )


TRIES_AFTER = (3, 5, 7, 14)
"""Days after each refused charge when the card is charged once more; after the last one the
customer's card is left alone until there is a new one."""


def charge_again(
    owed: Owed, card: Card, known: Iterable[PaymentResult], on: date, *, now: bool = False
) -> Charge | None:
    """The next charge of an invoice that could not be collected: ``now`` or by a new card at once,
    by the same card when its days have passed. None when one is under way, or it is not due."""
    before = [r for r in known if r.month == owed.month and r.payment == "card"]
    charges = sorted((_nth(r.id), r) for r in before if r.id.startswith("card/"))
    last = charges[-1][1] if charges else None
    if last and last.state == "pending":
        return None
    attempt = charges[-1][0] if charges else 0
    refused = [r for _, r in charges if r.state == "failed" and r.card in (card.token, None)]
    if last and last.state == "retry":
        attempt -= 1  # nothing was decided: the same attempt is made again
    elif last and last.state == "paid":
        last = None  # it went back since; what is open is asked for anew
    if refused and not now:
        if len(refused) > len(TRIES_AFTER):
            return None
        if on < refused[-1].on + timedelta(days=TRIES_AFTER[len(refused) - 1]):
            return None
    return Charge(
        contract=owed.contract,
        invoice=owed.invoice,
        month=owed.month,
        amount=last.amount if last and last.state == "retry" else owed.amount,
        card=card,
        on=on,
        attempt=attempt + 1,
    )


ASKED_AGAIN = frozenset({"insufficient_funds"})
"""Why a bank did not pay, where asking once more may help."""


def debit_again(
    owed: Owed, known: Iterable[PaymentResult], run: Month, most: int, on: date
) -> PaymentResult | None:
    """The bank is asked once more for an invoice, with the files of a ``run``: there was too little
    in the account, and it was asked less than ``most`` times. None when it is not to be, or has not
    answered yet."""
    of_month = [r for r in known if r.month == owed.month and r.payment == "bank_transfer"]
    failed = sorted(
        (
            r
            for r in of_month
            if r.id.startswith("transfer/") and r.state == "failed" and not r.ours
        ),
        key=lambda r: r.on,
    )
    asked = sum(r.id.startswith("again/") for r in of_month)
    if not failed or failed[-1].reason not in ASKED_AGAIN or owed.amount <= 0:
        return None
    if len(failed) >= most or asked >= len(failed):
        return None
    return PaymentResult(
        id=f"again/{run}/{owed.invoice}",
        contract=owed.contract,
        invoice=owed.invoice,
        month=owed.month,
        amount=owed.amount,
        payment="bank_transfer",
        state="pending",
        on=on,
    )


def _nth(attempt: str) -> int:
    return int(attempt.rpartition("/")[2])


def way_to_pay(payment: str, methods: Methods) -> str:
    """How what we collect of an invoice is collected: what is not paid in the app goes to the card
    if there is one (HT-85)."""
    if payment == "in_app":
        return "card" if methods.card else "bank_transfer"
    return payment


def settled(history: History, month: Month) -> bool:
    """Whether a month was paid or has failed already, by whatever staff entered by hand, too."""
    return month in history.settled or month in history.failed


def _failed(owed: Owed, payment: str, reason: str, on: date) -> PaymentResult:
    return PaymentResult.model_validate(
        {
            "id": f"{reason}/{owed.invoice}",
            "contract": owed.contract,
            "invoice": owed.invoice,
            "month": owed.month,
            "amount": owed.amount,
            "payment": payment,
            "state": "failed",
            "on": on,
            "reason": reason,
            "ours": reason == "below_minimum",
        }
    )


def undecided(charge: Charge, reason: str) -> PaymentResult:
    """A charge of which nothing is known yet, and why."""
    state: State = "retry"
    return PaymentResult(
        id=attempt_id(charge.contract, charge.invoice, charge.attempt),
        contract=charge.contract,
        invoice=charge.invoice,
        month=charge.month,
        amount=charge.amount,
        payment="card",
        state=state,
        on=charge.on,
        reason=reason,
    )


def customer_number(contract: str) -> str:
    """The number by which banks know a contract: twenty digits, the same for ever."""
    digest = hashlib.sha256(contract.encode()).hexdigest()
    return f"{int(digest, 16) % 10**20:020}"


def is_business_day(day: date) -> bool:
    """Whether banks in Japan are open: no weekend, no holiday, not at the turn of the year."""
    closed = day.weekday() >= 5 or (day.month, day.day) in YEAR_ENDS
    return not closed and not jpholiday.is_holiday(day)


def business_days_after(day: date, count: int) -> date:
    """The day that is so many business days later."""
    while count:
        day += timedelta(days=1)
        count -= is_business_day(day)
    return day


def transfer_day(planned: date, today: date, lead: int = LEAD_DAYS) -> date:
    """The day to ask for: the planned one, or months later when it is less than ``lead`` business
    days away. Where it is no business day, banks take the next."""
    earliest = business_days_after(today, lead)
    while planned < earliest:
        planned = Month.of(planned).plus(1).first.replace(day=planned.day)
    return planned


def may_answer(day: date, uploaded: date) -> bool:
    """Whether a file that comes on a day may be the answer to a request for ``day``. Banks say
    month and day without the year: only those of the last weeks can be meant."""
    return day <= uploaded <= day + ANSWERED_WITHIN


def answered(
    data: bytes, requests: Sequence[Sent], fingerprint: Fingerprint
) -> tuple[Sent, ResultFile]:
    """The request that a bank's file answers, and what became of its debits.

    BadFile when it answers none: with the faults that are left against the nearest.
    """
    consignor, day = addressed(data)
    nearest: BadFile | None = None
    for sent in requests:
        if (sent.consignor, f"{sent.day:%m%d}") != (consignor, day):
            continue
        try:
            return sent, read_result(data, sent, fingerprint=fingerprint, clear=True)
        except BadFile as bad:
            if nearest is None or len(bad.faults) < len(nearest.faults):
                nearest = bad
    if nearest:
        raise nearest
    detail = f"no request of consignor {consignor!r} for {day!r} is known"
    raise BadFile([Fault(1, "request", detail)])
