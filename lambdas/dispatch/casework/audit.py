"""What the audit looks for in a case that runs: whatever a crash may have left behind.

Nothing here repairs; it says what is wrong (on_audit.py does the repairs).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.task import Task

GRACE = timedelta(minutes=2)
"""Younger than this, something may just be on its way."""

Wrong = Literal[
    "not_started",
    "not_told",
    "workflow_gone",
    "no_task",
    "past_due",
    "no_case",
    "superseded",
    "consent_ended",
    "bound_twice",
    "not_listed",
]
Running = Literal["RUNNING", "GONE"]


class Finding(NamedTuple):
    """Something that is not as it should be."""

    case: str
    wrong: Wrong
    task: Task | None = None


def findings(case: Case[Any], running: Running | None, now: datetime) -> Iterator[Finding]:
    """What is wrong with an open case. ``running`` is how its workflow is; None: never started."""
    if now - case.last_at < GRACE:
        return
    if running is None:
        yield Finding(case.number, "not_started")
        return
    untold = [task for task in case.tasks.values() if task.status != "open" and not task.told]
    for task in untold:
        yield Finding(case.number, "not_told", task)
    if untold:
        return  # once told, it may go on: the next audit will see
    if running == "GONE":
        yield Finding(case.number, "workflow_gone")
        return
    waiting = [task for task in case.open_tasks if task.token]
    if not waiting:
        yield Finding(case.number, "no_task")
    for task in waiting:
        if task.due + GRACE < now and not _waits_elsewhere(task, waiting):
            yield Finding(case.number, "past_due", task)


def _waits_elsewhere(task: Task, waiting: list[Task]) -> bool:
    """A visit that is late stays open while an operator asks where the responder is."""
    return task.kind == "visit" and any(other.kind == "chase" for other in waiting)
