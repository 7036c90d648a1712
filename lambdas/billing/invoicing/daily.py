"""The daily run's work on one contract: facts that time itself brings about, and what its people
are told. Plain functions."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import NamedTuple

from lambdas.billing.contract import facts as f
from lambdas.billing.contract.history import History
from lambdas.billing.invoicing.deadlines import (
    Due,
    dunning,
    falling_due,
    may_terminate,
    notice_day,
    pauses_need_review,
    price_changes,
    reminded,
    service_end_notice,
    suspended_for,
)
from lambdas.shared.calendar import ONE_DAY, day_of, start_of
from lambdas.shared.events import NoticeKind

GROUND_NOT_CURED = "14-1-3"


class Told(NamedTuple):
    """Something the contractor is told of."""

    kind: NoticeKind
    id: str
    rule: str
    at: datetime
    values: dict[str, object]

    @property
    def name(self) -> str:
        """The kind as runs count it."""
        return self.kind.rpartition(".")[2]


Step = f.Fact | Told

STANDING = ("accepted", "trial", "active", "paused", "suspended")


def steps(history: History, after: date, until: date, today: date | None = None) -> Iterator[Step]:
    """What a run has to do that last ran on ``after`` and now runs for ``until``, which is
    ``today`` unless it is a day gone by. Each step has an id, so that a run over the same days
    finds everything done (G-08)."""
    yield from _dunning(history, today or until)
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
            if history.terms(change.first) == history.terms(change.first - ONE_DAY):
                continue  # it is for another plan
            values: dict[str, object] = {"from": change.first}
            was = _monthly_fee(history, change.first - ONE_DAY)
            if (fee := _monthly_fee(history, change.first)) != was:
                values |= {"was": f"{was:,}", "fee": f"{fee:,}"}
            yield Told(
                NoticeKind("contract.price_change"),
                f"price/{change.first}",
                change.rule,
                start_of(day),
                values,
            )


def _service_end(history: History, first: date, after: date, until: date) -> Iterator[Step]:
    """The end of a product: told ahead (HT-73), then come, without a fee for leaving (HT-67)."""
    ends = history.product.ends
    if ends is None or (history.end and history.end.on <= ends.last):
        return
    tell = service_end_notice(history.terms(first), ends.last)
    if tell and after < (day := max(tell, first)) <= until and _stands(history, day):
        values: dict[str, object] = {"ends_on": ends.last}
        yield Told(
            NoticeKind("contract.service_end_ahead"),
            f"end/{ends.last}",
            ends.rule,
            start_of(day),
            values,
        )
    if after < ends.last <= until and _stands(history, ends.last):
        yield f.ServiceEnded(on=start_of(ends.last), id="service_ended")


def _stands(history: History, day: date) -> bool:
    """Whether the contract is made, and not over."""
    return history.state(start_of(day)) in STANDING


def _monthly_fee(history: History, day: date) -> int:
    return history.terms(day).monthly_fee.price.on(history.catalogue.tax(day))


def _dunning(history: History, today: date) -> Iterator[f.Fact]:
    """The next step for each month that is not paid, one after the other: nobody is suspended who
    was not told before (HT-34), nor terminated who is not suspended (HT-36). A step that is late is
    taken today, and those after it keep their distance."""
    on = start_of(today)
    state = history.state(on)
    for month in history.unpaid_months:
        days = {due.what: due.day for due in dunning(history, month)}
        due = {what for what, day in days.items() if day <= today}
        if reminded(history, month) is None:
            if "payment_notice" in due:
                yield f.PaymentReminder(on=on, id=f"unpaid/{month}/reminder", month=month)
        elif "termination" in due and state == "suspended" and _stopped_for_money(history):
            name = f"unpaid/{month}/terminated"
            yield f.Terminated(on=on, id=name, ground=GROUND_NOT_CURED)
            return
        elif (
            "suspension" in due
            and state in ("trial", "active", "paused")
            and suspended_for(history, month) is None
        ):
            yield f.Suspended(on=on, id=f"unpaid/{month}/suspended")
            state = "suspended"


def _stopped_for_money(history: History) -> bool:
    """Whether the service is stopped because of unpaid invoices."""
    stop = history.suspensions[-1] if history.suspensions else None
    return stop is not None and stop.lifted is None and stop.ground == f.UNPAID


def _resumption(history: History, due: Due) -> Iterator[Step]:
    if not _stands(history, due.day):
        return  # it ended meanwhile: nothing runs again
    yield Told(
        NoticeKind("contract.resumed"),
        f"resumes/{due.day}",
        due.rule,
        start_of(due.day),
        {"day": due.day},
    )


def _return_by(history: History, due: Due) -> Iterator[Step]:
    if history.custody.out:
        values: dict[str, object] = {"return_by": due.day}
        yield Told(
            NoticeKind("contract.return_reminder"),
            f"return/{due.day}",
            due.rule,
            start_of(due.day),
            values,
        )


def _not_returned(history: History, due: Due) -> Iterator[Step]:
    for item, count in history.custody.out.items():
        fact_id = f"not_returned/{item}"
        yield f.NotReturned(on=start_of(due.day), id=fact_id, item=item, count=count)


def _app_locked(history: History, due: Due) -> Iterator[Step]:
    values: dict[str, object] = {"month": due.month}
    yield Told(
        NoticeKind("contract.app_locked"), f"app/{due.day}", due.rule, start_of(due.day), values
    )


STEPS: dict[str, Callable[[History, Due], Iterator[Step]]] = {
    "service_resumes": _resumption,
    "return_by": _return_by,
    "return_overdue": _not_returned,
    "app_locks": _app_locked,
}
"""What is done on the day itself; the rest is for calendars only, or goes by what was done
before."""


def to_review(history: History, after: date, until: date) -> Iterator[str]:
    """What a person has to look at since the last run: one pause more than is usual in a year
    (HT-54), an installation that was to be done by now (AL-57), grounds to terminate (HT-36)."""
    last = history.pauses[-1].start if history.pauses else None
    if last and after <= last < until and pauses_need_review(history):
        yield "pauses_to_review"
    if history.install_by and after <= history.install_by < until:
        yield "installations_overdue"
    for ground in may_terminate(history):
        if after < ground.since <= until:
            yield "may_be_terminated"


def lifted(history: History, on: datetime) -> f.SuspensionLifted | None:
    """The service runs again when nothing is unpaid any more (S-4) of which the customer had to be
    told before: for the rest there is time, or at least a notice to come (HT-34)."""
    late = any(notice_day(history, month) <= day_of(on) for month in history.unpaid_months)
    if late or not _stopped_for_money(history) or history.state(on) != "suspended":
        return None
    return f.SuspensionLifted(on=on, id=f"paid/lifted/{history.suspensions[-1].start.date()}")
