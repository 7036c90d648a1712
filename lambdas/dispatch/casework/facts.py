"""What can happen in any case: dated facts, only ever added. All else is derived from them."""

from datetime import datetime
from typing import Any, Literal, NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict

from lambdas.shared.centres import Centre

Means = Literal["app", "phone", "desk", "mobile", "workflow"]
WORKFLOW = "workflow"
"""Who did what no person did."""


class Model(BaseModel):
    """Base of what is stored: never changed, nothing unknown in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Actor(NamedTuple):
    """Who does something, by which means and when: ``_asdict()`` begins a fact."""

    on: datetime
    by: str
    means: Means
    on_behalf: str = ""
    occurred_at: datetime | None = None


def by_workflow(now: datetime) -> dict[str, Any]:
    """When, by whom and by which means, of what no person does: the first fields of a fact."""
    return Actor(now, WORKFLOW, "workflow")._asdict()


class Fact(Model):
    """Something that happened: when it was written down, by whom, by which means (G-07)."""

    on: AwareDatetime
    by: str
    means: Means
    on_behalf: str = ""  # the responder for whom the call centre did it, who phoned
    occurred_at: AwareDatetime | None = None  # when it happened, where it was said later

    @property
    def occurred(self) -> datetime:
        """When it happened, as far as one knows."""
        return self.occurred_at or self.on


def event_of(fact: Fact) -> str:
    """Which kind of fact it is: its ``event``."""
    return str(getattr(fact, "event", ""))


class Mailed(Fact):
    """The workflow had a mail sent."""

    event: Literal["mailed"] = "mailed"
    rule: str
    mail: str


class Closed(Fact):
    """The workflow is through."""

    event: Literal["closed"] = "closed"
    rule: str
    result: str


class TaskOverdue(Fact):
    """A task of staff was not done in its time."""

    event: Literal["task_overdue"] = "task_overdue"
    rule: str
    task: str


class TaskMoved(Fact):
    """A task was taken, handed back or given to the leader."""

    event: Literal["task_moved"] = "task_moved"
    rule: str = "G-07"
    task: str
    how: Literal["taken", "handed_back", "escalated"]


class Restarted(Fact):
    """The audit started the case's workflow anew."""

    event: Literal["restarted"] = "restarted"
    rule: str = "G-07"
    why: str


class CentreMoved(Fact):
    """A leader gave the case to another centre (AL-21)."""

    event: Literal["centre_moved"] = "centre_moved"
    rule: str = "AL-21"
    centre: Centre
    why: str


EVERYWHERE = Mailed | Closed | TaskOverdue | TaskMoved | Restarted | CentreMoved
"""Facts that every kind of case knows."""
