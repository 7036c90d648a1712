"""The daily run's work on one contract: facts that time itself brings about, and what its people
are told. Plain functions."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import NamedTuple

from lambdas.billing import facts as f
from lambdas.billing.deadlines import Due, falling_due, pauses_need_review, price_change_notices
from lambdas.billing.history import History
from lambdas.shared.calendar import start_of
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


def steps(history: History, after: date, until: date) -> Iterator[Step]:
    """What a run has to do that last ran on ``after`` and now runs for ``until``. Each step has an
    id, so that a run over the same days finds everything done (G-08)."""
    for due in falling_due(history, after, until):
        if step := STEPS.get(due.what):
            yield from step(history, due)
    for due in price_change_notices(history.product):
        if after < due.day <= until and history.state(start_of(due.day)) in ("trial", "active"):
            yield Told("price_change", f"price/{due.day}", due.rule, start_of(due.day), {})


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
    if history.custody.lent.total():
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


def needs_review(history: History, after: date, until: date) -> bool:
    """Whether somebody paused once more than is usual in a year, for staff to look at (HT-54)."""
    last = history.pauses[-1].start if history.pauses else None
    return last is not None and after < last <= until and pauses_need_review(history)


def lifted(history: History, on: datetime) -> f.SuspensionLifted | None:
    """The service runs again when nothing is unpaid any more (S-4)."""
    stopped = history.suspensions[-1] if history.suspensions else None
    unpaid = set(history.failed) - set(history.paid)
    if stopped is None or stopped.lifted or unpaid or history.state(on) != "suspended":
        return None
    return f.SuspensionLifted(on=on, id=f"paid/lifted/{stopped.start.date()}")
