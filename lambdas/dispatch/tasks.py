"""What people do in a workflow: kinds of tasks, their scripts, and the answers they take."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from jinja2 import Environment, StrictUndefined
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from lambdas.dispatch.facts import Report
from lambdas.shared.calendar import in_japan
from lambdas.shared.events import Sentence

TaskKind = Literal[
    "first_call",
    "second_call",
    "refusal",
    "phone_first",
    "offer",
    "find_help",
    "visit",
    "chase",
    "recall",
    "tell",
]
Status = Literal["open", "answered", "overdue", "withdrawn"]
LEADERS = "admin"
"""The group that takes what was escalated."""


class Kind(BaseModel):
    """A kind of task, from ``tasks.yaml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    group: Literal["operator", "responder"]
    rule: str
    title: Sentence
    outcomes: tuple[str, ...]
    script: str


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind of task."""
    text = (Path(__file__).parent / "tasks.yaml").read_text(encoding="utf-8")
    return {name: Kind.model_validate(said) for name, said in yaml.safe_load(text).items()}


class Task(BaseModel):
    """One thing that somebody is to do in a case, and what became of it."""

    model_config = ConfigDict(frozen=True)

    case: str
    kind: TaskKind
    number: int  # of this kind in the case, from 1
    group: str  # a group of logins, or one login: "person:<subject>"
    status: Status = "open"
    opened_at: AwareDatetime
    since: AwareDatetime | None = None  # not before
    due: AwareDatetime
    taken_by: str = ""
    answered_by: str = ""
    answered_at: AwareDatetime | None = None
    answer: dict[str, Any] = {}
    token: str = Field("", repr=False)
    came: dict[str, Any] = {}  # what the workflow is told
    told: bool = False  # whether it was

    @property
    def id(self) -> str:
        """Its name everywhere: ``HC-20261220-0001.offer-2``."""
        return f"{self.case}.{self.kind}-{self.number}"

    @property
    def key(self) -> str:
        """Its name in the case."""
        return f"{self.kind}-{self.number}"


def split(task: str) -> tuple[str, str]:
    """Case and key out of a task's name; ValueError for anything else."""
    case, dot, key = task.partition(".")
    if not (case and dot and key):
        raise ValueError(f"not a task: {task!r}")
    return case, key


def script(kind: TaskKind, values: Mapping[str, object]) -> str:
    """What to say and do, with the names of the case."""
    words = Environment(undefined=StrictUndefined, autoescape=False, trim_blocks=True)  # noqa: S701 plain text
    words.filters["clock"] = _clock
    return words.from_string(kinds()[kind].script).render(values)


def _clock(at: datetime) -> str:
    here = in_japan(at)
    return f"{here.month}月{here.day}日 {here:%H:%M}"


# --- answers


class Answer(BaseModel):
    """Base of what people answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CallAnswer(Answer):
    """A consent call was made."""

    outcome: Literal["granted", "refused", "no_answer"]
    number: str = Field(min_length=1, max_length=20)
    said: str = Field("", max_length=1000)
    called_at: AwareDatetime | None = None


class RefusalAnswer(Answer):
    """The caller was told, or an exception is made."""

    outcome: Literal["told", "override"]
    reason: str = Field("", max_length=1000)

    @model_validator(mode="after")
    def _reason(self) -> Self:
        if self.outcome == "override" and not self.reason.strip():
            raise ValueError("an exception needs a reason (DL-35)")
        return self


class PhoneAnswer(Answer):
    """The person was phoned."""

    outcome: Literal["answered", "no_answer"]
    number: str = Field("", max_length=20)
    said: str = Field("", max_length=1000)


class OfferAnswer(Answer):
    """The responder goes, or not."""

    outcome: Literal["accepted", "declined"]
    why: str = Field("", max_length=1000)


class HelpAnswer(Answer):
    """An operator found somebody, wants all asked again, or gives up."""

    outcome: Literal["assigned", "retry", "give_up"]
    responder: str = ""
    why: str = Field("", max_length=1000)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.outcome == "assigned" and not self.responder:
            raise ValueError("who goes?")
        if self.outcome == "give_up" and not self.why.strip():
            raise ValueError("giving up needs a reason")
        return self


class VisitAnswer(Answer):
    """What was seen, with pictures as Base64; or why it could not be done."""

    outcome: Literal["reported", "cannot"]
    report: Report | None = None
    signature_png: str = Field("", max_length=700_000)
    photo_jpeg: str = Field("", max_length=4_000_000)
    why: str = Field("", max_length=1000)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.outcome == "reported":
            if self.report is None:
                raise ValueError("a report is needed")
            if self.report.at_home and not self.signature_png:
                raise ValueError("at home: the signature's image is needed (DL-18)")
        elif not self.why.strip():
            raise ValueError("why can it not be done?")
        return self


class ChaseAnswer(Answer):
    """What became of a visit that is late."""

    outcome: Literal["wait", "reassign", "give_up"]
    minutes: int = Field(15, ge=1, le=180)
    why: str = Field("", max_length=1000)


class RecallAnswer(Answer):
    """The responder was phoned: turned back, or was there already."""

    outcome: Literal["turned_back", "too_late"]
    said: str = Field("", max_length=1000)


class TellAnswer(Answer):
    """The result was told by phone, or the contractor was not reached."""

    outcome: Literal["told", "not_reached"]
    number: str = Field("", max_length=20)
    said: str = Field("", max_length=1000)


ANSWERS: Mapping[TaskKind, type[Answer]] = {
    "first_call": CallAnswer,
    "second_call": CallAnswer,
    "refusal": RefusalAnswer,
    "phone_first": PhoneAnswer,
    "offer": OfferAnswer,
    "find_help": HelpAnswer,
    "visit": VisitAnswer,
    "chase": ChaseAnswer,
    "recall": RecallAnswer,
    "tell": TellAnswer,
}
