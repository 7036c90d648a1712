"""The steps of any case: what they come to, when they are due, what silence means."""

from datetime import datetime
from typing import Any

from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.facts import Fact
from lambdas.dispatch.casework.process import seconds_until, step_result, task_for

__all__ = ["due", "overdue", "seconds_until", "step_result", "task_for"]


def due(task: str, case: Case[Any], now: datetime) -> datetime:
    """When a task of this kind must be done, were it given out now."""
    return case.process.due(task, case, now)


def overdue(task: str, case: Case[Any], now: datetime) -> tuple[list[Fact], str]:
    """What it means that a task was not done in its time: the facts, and the step's outcome."""
    return case.process.on_timeout(task, case, now)
