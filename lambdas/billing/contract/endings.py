"""How contracts end, and how long they bind: cancellation rules and minimum terms."""

from datetime import date, datetime
from typing import NamedTuple

from lambdas.billing.contract.facts import CancelAccepted
from lambdas.billing.products.forbidden import Forbidden
from lambdas.billing.products.terms import Cancellation, DesiredDate, MinimumTerm, MonthEnd, SameDay
from lambdas.shared.calendar import Month, day_of, months_after

FORESEEABLE = 120
"""Months ahead that a day to end on may be asked for: whoever writes 2207 means 2027."""


class End(NamedTuple):
    """The last day of a contract, and why.

    ``cause`` is ``cancelled``, ``terminated:14-1-3``, ``service_ended`` or ``transferred``; ``at``
    is the instant from which there is no service.
    """

    on: date
    cause: str
    at: datetime

    def is_one_of(self, causes: tuple[str, ...]) -> bool:
        """Whether the cause is one of these, or a ground below one (``terminated:14``)."""
        return any(self.cause == c or self.cause.startswith((f"{c}-", f"{c}:")) for c in causes)


def last_day(fact: CancelAccepted, how: Cancellation, term_ends: date | None) -> date:
    """The last day of a contract whose cancellation was accepted.

    ``term_ends`` is the last day of the minimum term, if there is one.
    """
    match how:
        case MonthEnd():
            return _with_the_month(fact, how)
        case SameDay():
            return fact.day
        case DesiredDate():
            return _as_desired(fact, how, term_ends)


def _with_the_month(fact: CancelAccepted, how: MonthEnd) -> date:
    """Up to the 20th the end of this month (HT-40), later that of the next (HT-41). The day is that
    of the mail, or of the application when the mail was late by our fault (A-25)."""
    day = fact.applied.date() if fact.applied else fact.day
    month = Month.of(day)
    return (month if day.day <= how.cut_off_day else month.plus(1)).last


def _as_desired(fact: CancelAccepted, how: DesiredDate, term_ends: date | None) -> date:
    """The day asked for (AL-40); within the minimum term only after the notice (AL-73)."""
    if fact.desired is None:
        raise Forbidden(how.rule, f"{fact.day}: the notice names no day on which to end")
    desired = day_of(fact.desired)
    if desired < fact.day:
        raise Forbidden(how.rule, f"{fact.day}: the day asked for, {desired}, is over")
    if desired > (latest := months_after(fact.day, FORESEEABLE)):
        raise Forbidden(how.rule, f"{fact.day}: {desired} is too far ahead, {latest} at the latest")
    if how.notice and term_ends and desired < term_ends:
        earliest = min(how.notice.after(fact.day), term_ends)
        if desired < earliest:
            raise Forbidden(how.notice.rule, f"{fact.day}: it can end on {earliest}, not {desired}")
    return desired


def term_end(start: date, term: MinimumTerm, day: date) -> date:
    """The last day of the term that binds on ``day``: the minimum term, then its renewals, each
    counted from the contract's first day so that no short month moves the date (AL-31)."""
    bound = term.period.counted_from(start)
    months = term.period.months or 0
    while term.renewal and term.renewal.months and bound < day:
        months += term.renewal.months
        bound = term.renewal.model_copy(update={"months": months}).counted_from(start)
    return bound


def ends_early(start: date, term: MinimumTerm, end: End) -> bool:
    """Whether a contract ends before its term does, in a way that costs (HT-66, AL-41). To end on
    the last day of the term is to have served it (A-34)."""
    return end.is_one_of(term.applies_to) and end.on < term_end(start, term, end.on)
