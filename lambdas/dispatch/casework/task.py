"""What people are to do in a case: tasks, who may take them, what they say and may answer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from jinja2 import Environment, StrictUndefined
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from lambdas.shared.calendar import in_japan

Status = Literal["open", "answered", "overdue", "withdrawn"]
ORDINARY = 9
"""The priority of what is not more urgent than its due time says."""


def person(login: str) -> str:
    """The group of one login."""
    return f"person:{login}"


class Task(BaseModel):
    """One thing that somebody is to do in a case, and what became of it."""

    model_config = ConfigDict(frozen=True)

    case: str
    kind: str
    number: int  # of this kind in the case, from 1
    group: str  # a group of logins, or one login: "person:<subject>"
    status: Status = "open"
    opened_at: AwareDatetime
    since: AwareDatetime | None = None  # not before
    due: AwareDatetime
    priority: int = ORDINARY  # the smaller, the further up on the desk, whatever is due when
    taken_by: str = ""
    answered_by: str = ""
    answered_at: AwareDatetime | None = None
    answer: dict[str, Any] = {}
    token: str = Field("", repr=False)
    came: dict[str, Any] = {}  # the result that the workflow is sent
    told: bool = False  # whether it was sent

    @property
    def id(self) -> str:
        """Its name everywhere: ``HC-20261220-0001.offer-2``."""
        return f"{self.case}.{self.key}"

    @property
    def key(self) -> str:
        """Its name in the case."""
        return f"{self.kind}-{self.number}"

    @property
    def personal(self) -> bool:
        """Whether it is for one person, not for a group."""
        return self.group.startswith("person:")


def split(task: str) -> tuple[str, str]:
    """Case and key out of a task's name; ValueError for anything else."""
    case, dot, key = task.partition(".")
    if not (case and dot and key):
        raise ValueError(f"not a task: {task!r}")
    return case, key


def script(text: str, values: Mapping[str, object]) -> str:
    """What to say and do, with the names of the case in the places of ``{{ }}``."""
    words = Environment(undefined=StrictUndefined, autoescape=False, trim_blocks=True)  # noqa: S701 plain text
    words.filters["clock"] = clock
    return words.from_string(text).render(values)


def clock(at: datetime) -> str:
    here = in_japan(at)
    return f"{here.month}月{here.day}日 {here:%H:%M}"


class Answer(BaseModel):
    """Base of what people answer. Images in it are kept apart, not in the task."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    outcome: str

    @property
    def pictures(self) -> Mapping[str, str]:
        """The pictures that came with it as Base64, by name."""
        return {}
