"""Contracts whose means of payment is missing, or about to be: told before a charge fails. Pure."""

from collections.abc import Iterator
from datetime import date

from lambdas.billing.contract.history import History
from lambdas.billing.invoicing.daily import STANDING, Told
from lambdas.billing.payments.collecting import way_to_pay
from lambdas.billing.payments.methods import Methods
from lambdas.shared.calendar import Month, end_of, start_of
from lambdas.shared.events import NoticeKind

REMIND_ON = 20
"""The day of each month on which who has no means of payment is asked for one."""

EXPIRES = NoticeKind("contract.card_expires")
MISSING = NoticeKind("contract.method_missing")


def to_remind(history: History, methods: Methods, after: date, until: date) -> Iterator[Told]:
    """What a customer is told of how they pay: on the first day of a card's last month, and on the
    20th of each month in which there is no card, or no account."""
    way = way_to_pay(history.payment(until), methods)
    if history.state(end_of(until)) not in STANDING or history.lead(Month.of(until)):
        return  # over, or another contract pays (AL-09)
    last = Month.parse(methods.card.expires) if way == "card" and methods.card else None
    if last and after < last.first <= until:
        values: dict[str, object] = {"month": last}
        yield Told(EXPIRES, f"card_expires/{last}", "HT-28", start_of(last.first), values)
    day = until.replace(day=REMIND_ON)
    if after < day <= until and is_missing(way, methods, day):
        yield Told(MISSING, f"method/{Month.of(day)}", "HT-28", start_of(day), {"way": way})


def is_missing(way: str, methods: Methods, day: date) -> bool:
    """Whether there is nothing on a day that could be charged."""
    if way == "bank_transfer":
        return methods.account is None
    return methods.card is None or Month.parse(methods.card.expires) < Month.of(day)
