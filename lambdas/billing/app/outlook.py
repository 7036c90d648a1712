"""What comes next in a contract, before it happens: the next bill, and what a step that its
contractor thinks of would bring, when, and for how much. Plain functions."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from lambdas.billing.app.views import LineView, PauseView, line_view
from lambdas.billing.contract import facts as f
from lambdas.billing.contract.history import History, State
from lambdas.billing.invoicing.charges import Line
from lambdas.billing.invoicing.invoices import billable, invoice_of, outstanding
from lambdas.shared.calendar import Month, day_of, in_japan, months

LONGEST = 14
"""Months that are looked ahead at most."""

Step = Literal["stay", "pause", "extend", "resume", "cancel"]


class StepWanted(BaseModel):
    """A step that somebody thinks of."""

    step: Step = "stay"
    months: float = Field(1, description="For how long, of a pause")
    desired: f.Moment | None = Field(None, description="The day to end on, where one is asked for")


class BillAhead(BaseModel):
    """A bill as it would be. ``month`` is the month that it is for."""

    month: str
    lines: list[LineView]
    total: int
    tax: int


class OutlookView(BaseModel):
    """What would come of a step. Nothing has happened yet."""

    step: Step
    state: State | None = Field(description="At this instant, with the step taken")
    ends_on: date | None
    return_by: date | None
    pause: PauseView | None
    owed: int = Field(description="Open invoices, in yen; all of it falls due with a cancellation")
    bills: list[BillAhead]
    total: int


def fact_of(wanted: StepWanted, now: datetime) -> f.Fact | None:
    """The fact that a step would be. None for staying as one is."""
    on = in_japan(now)
    match wanted.step:
        case "pause":
            return f.Paused(on=on, months=wanted.months)
        case "extend":
            return f.PauseExtended(on=on, months=wanted.months)
        case "resume":
            return f.Resumed(on=on)
        case "cancel":
            return f.CancelAccepted(on=on, desired=wanted.desired)
    return None


def outlook(
    history: History,
    issued: Sequence[Line],
    last: Month | None,
    owed: int,
    wanted: StepWanted,
    now: datetime,
) -> OutlookView:
    """What comes next. ``history`` has the step's fact already; ``issued`` are the lines of the
    invoices that went out, the last of them for the month ``last``; ``owed`` is open of them."""
    this = Month.of(day_of(now))
    first = max(last.plus(1), this.plus(-1)) if last else this.plus(-1)
    until = max(this, first)
    if history.pauses and wanted.step in ("pause", "extend"):
        until = max(until, Month.of(history.pauses[-1].resumes))
    if history.end:
        until = max(until, Month.of(history.end.on))
    bills = _bills(history, list(issued), first, min(until, first.plus(LONGEST)))
    if wanted.step == "stay":
        bills = bills[:1]
    pause = history.pauses[-1] if history.pauses else None
    return OutlookView(
        step=wanted.step,
        state=history.state(in_japan(now)),
        ends_on=history.end.on if history.end else None,
        return_by=history.return_by,
        pause=PauseView(start=pause.start, end=pause.end, resumes=pause.resumes) if pause else None,
        owed=owed,
        bills=bills,
        total=sum(one.total for one in bills),
    )


def _bills(history: History, sent: list[Line], first: Month, last: Month) -> list[BillAhead]:
    found = []
    for month in months(first, last):
        here = [line for line in sent if line.day <= month.last]
        lines = billable(outstanding(history, here, month.last))
        if not lines:
            continue
        made = invoice_of(month, lines, history.catalogue)
        sent += lines
        found.append(
            BillAhead(
                month=str(month),
                lines=[line_view(line) for line in lines],
                total=made.total,
                tax=made.tax,
            )
        )
    return found
