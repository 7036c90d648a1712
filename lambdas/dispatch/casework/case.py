"""A case as it is read: its facts, its tasks, and what they amount to."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from lambdas.dispatch.casework.facts import CentreMoved, Fact
from lambdas.dispatch.casework.task import Task

if TYPE_CHECKING:
    from lambdas.dispatch.casework.process import Process

S = TypeVar("S")


@dataclass
class Case(Generic[S]):
    """One case of a process, whose facts amount to an ``S``."""

    number: str
    process: "Process"
    version: int
    facts: tuple[Fact, ...]
    tasks: dict[str, Task] = field(default_factory=dict)
    execution: str = ""
    """The workflow's ARN; empty until it was started."""

    open: bool = True

    @property
    def kind(self) -> str:
        """Of which process it is."""
        return self.process.kind

    @property
    def first(self) -> Any:
        """The fact that it began with: who asked for what."""
        return self.facts[0]

    @property
    def opened_at(self) -> datetime:
        """When it began."""
        return self.facts[0].on

    @property
    def last_at(self) -> datetime:
        """When something happened last."""
        return max(fact.on for fact in self.facts)

    @property
    def contract(self) -> str:
        """The contract it belongs to."""
        return str(self.first.contract)

    @property
    def centre(self) -> str:
        """The call centre that it belongs to; empty: to any."""
        moved = [fact.centre for fact in self.facts if isinstance(fact, CentreMoved)]
        return moved[-1] if moved else str(getattr(self.first, "centre", None) or "")

    @cached_property
    def state(self) -> S:
        """What its facts amount to."""
        return cast(S, self.process.state(self.facts))

    @property
    def open_tasks(self) -> list[Task]:
        """What is to be done."""
        return [task for task in self.tasks.values() if task.status == "open"]

    def before(self, position: int) -> "Case[S]":
        """The same case before the fact at this position happened."""
        return replace(self, facts=self.facts[:position])

    def with_facts(self, *more: Fact) -> "Case[S]":
        """The same case when this has happened, too."""
        return Case(
            self.number,
            self.process,
            self.version,
            (*self.facts, *more),
            dict(self.tasks),
            self.execution,
            self.open,
        )
