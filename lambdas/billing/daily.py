"""The daily run's work on one contract: facts that time itself brings about, and what its people
are told. Plain functions."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import NamedTuple

from lambdas.billing import facts as f
from lambdas.billing.deadlines import (
    Due,
    falling_due,
    may_terminate,
    pauses_need_review,
    price_changes,
    service_end_notice,
)
from lambdas.billing.history import History
from lambdas.shared.calendar import ONE_DAY, start_of
from lambdas.shared.events import NoticeKind

GROUND_NOT_CURED = "14-1-3"


class Told(NamedTuple):
    """Something the contractor is told of."""

    kind: NoticeKind
    id: str
    rule: str
    at: datetime
    values: dict[str, object]


Step = f.Fact | Told

STANDING = ("accepted", "trial", "active", "paused", "suspended")


def steps(history: History, after: date, until: date) -> Iterator[Step]:
    """What a run has to do that last ran on ``after`` and now runs for ``until``. Each step has an
    id, so that a run over the same days finds everything done (G-08)."""
    for due in falling_due(history, after, until):
        if step := STEPS.get(due.what):
            yield from step(history, due)
    if begun := history.accepted or history.start:
        # The day's run is at its beginning: what a contract is made into is told on the next day.
        told = begun + ONE_DAY
        yield from _price_changes(history, told, after, until)
        yield from _service_end(history, told, after, until)


def _price_changes(history: History, first: date, after: date, until: date) -> Iterator[Step]:
    """New prices, told in time; to who comes later, once the contract is made (HT-25)."""
    for change in price_changes(history.product):
        day = max(change.tell, first)
        if day < change.first and after < day <= until and _stands(history, day):
            values: dict[str, object] = {"from": change.first}
            was = _monthly_fee(history, change.first - ONE_DAY)
            if (fee := _monthly_fee(history, change.first)) != was:
                values |= {"was": f"{was:,}", "fee": f"{fee:,}"}
            yield Told("price_change", f"price/{change.first}", change.rule, start_of(day), values)


def _service_end(history: History, first: date, after: date, until: date) -> Iterator[Step]:
    """The end of a product: told ahead (HT-73), then come, without a fee for leaving (HT-67)."""
    ends = history.product.ends
    if ends is None or (history.end and history.end.on <= ends.last):
        return
    tell = service_end_notice(history.terms(first), ends.last)
    if tell and after < (day := max(tell, first)) <= until and _stands(history, day):
        values: dict[str, object] = {"ends_on": ends.last}
        yield Told("service_end_ahead", f"end/{ends.last}", ends.rule, start_of(day), values)
    if after < ends.last <= until and _stands(history, ends.last):
        yield f.ServiceEnded(on=start_of(ends.last), id="service_ended")


def _stands(history: History, day: date) -> bool:
    """Whether the contract is made, and not over."""
    return history.state(start_of(day)) in STANDING


def _monthly_fee(history: History, day: date) -> int:
    return history.terms(day).monthly_fee.price.on(history.catalogue.tax(day))


def _reminder(history: History, due: Due) -> Iterator[Step]:
    values: dict[str, object] = {"month": due.month}
    yield Told("payment_reminder", f"unpaid/{due.month}", due.rule, start_of(due.day), values)


def _suspension(history: History, due: Due) -> Iterator[Step]:
    if history.state(start_of(due.day)) in ("trial", "active", "paused"):
        yield f.Suspended(on=start_of(due.day), id=f"unpaid/{due.month}/suspended")


def _termination(history: History, due: Due) -> Iterator[Step]:
    on = start_of(due.day)
    yield f.Terminated(on=on, id=f"unpaid/{due.month}/terminated", ground=GROUND_NOT_CURED)


def _resumption(history: History, due: Due) -> Iterator[Step]:
    yield Told("resumed", f"resumes/{due.day}", due.rule, start_of(due.day), {"day": due.day})


def _return_by(history: History, due: Due) -> Iterator[Step]:
    if any(history.custody.lent.values()):
        values: dict[str, object] = {"return_by": due.day}
        yield Told("return_reminder", f"return/{due.day}", due.rule, start_of(due.day), values)


def _not_returned(history: History, due: Due) -> Iterator[Step]:
    for item, count in sorted(history.custody.lent.items()):
        if count:
            fact_id = f"not_returned/{item}"
            yield f.NotReturned(on=start_of(due.day), id=fact_id, item=item, count=count)


def _app_locked(history: History, due: Due) -> Iterator[Step]:
    values: dict[str, object] = {"month": due.month}
    yield Told("app_locked", f"app/{due.day}", due.rule, start_of(due.day), values)


STEPS: dict[str, Callable[[History, Due], Iterator[Step]]] = {
    "payment_notice": _reminder,
    "suspension": _suspension,
    "termination": _termination,
    "service_resumes": _resumption,
    "return_by": _return_by,
    "return_overdue": _not_returned,
    "app_locks": _app_locked,
}
"""What is done about what falls due; the rest is for calendars only."""


def to_review(history: History, after: date, until: date) -> Iterator[str]:
    """What a person has to look at since the last run: one pause more than is usual in a year
    (HT-54), grounds to terminate (HT-36)."""
    last = history.pauses[-1].start if history.pauses else None
    if last and after <= last < until and pauses_need_review(history):
        yield "pauses_to_review"
    for ground in may_terminate(history):
        if after < ground.since <= until:
            yield "may_be_terminated"


def lifted(history: History, on: datetime) -> f.SuspensionLifted | None:
    """The service runs again when nothing is unpaid any more (S-4)."""
    stopped = history.suspensions[-1] if history.suspensions else None
    unpaid = set(history.failed) - set(history.paid)
    if stopped is None or stopped.lifted or stopped.ground != f.UNPAID:
        return None
    if unpaid or history.state(on) != "suspended":
        return None
    return f.SuspensionLifted(on=on, id=f"paid/lifted/{stopped.start.date()}")
