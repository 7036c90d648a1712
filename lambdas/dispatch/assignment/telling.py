"""What was found is told by telephone (AL-14): the step ``tell`` of every process that has it."""

from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from pydantic import Field

from lambdas.dispatch.assignment.facts import ResultTold
from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.facts import Fact, TaskOverdue
from lambdas.dispatch.casework.task import Answer

REMIND = timedelta(days=1)
"""How long a task waits on that must be done at last, however late."""


class ResultAnswer(Answer):
    """The result was told by phone, or the contractor was not reached."""

    outcome: Literal["told", "not_reached"]
    number: str = Field("", max_length=20)
    said: str = Field("", max_length=1000)


class Told(Protocol):
    """A case of which something is told."""

    told: ResultTold | None


def told(state: Told) -> str | None:
    """What has come of telling; None while nobody has."""
    if state.told is None:
        return None
    return "told" if state.told.outcome == "told" else "not_reached"


def not_told(state: Told, said: dict[str, Any]) -> tuple[list[Fact], str]:
    """Nobody has told it in time: it is still to be done."""
    return [TaskOverdue(**said, task="tell", rule="AL-14")], "again"


def due(case: Case[Any], now: datetime) -> datetime:
    """When it must be told, were the task given out now."""
    late = any(isinstance(one, TaskOverdue) and one.task == "tell" for one in case.facts)
    return now + (REMIND if late else timedelta(minutes=case.state.escalation.tell_minutes))
