"""A case as it is read: its facts, its tasks, and what they amount to."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Literal

from lambdas.dispatch import facts as f
from lambdas.dispatch.consent import Consent
from lambdas.dispatch.tasks import Task
from lambdas.dispatch.visit import Visit

CaseKind = Literal["consent", "visit"]
PREFIX: dict[CaseKind, str] = {"consent": "CN", "visit": "HC"}
"""How case numbers begin: ``HC-20261220-0001``."""


@dataclass
class Case:
    """One consent or one home check."""

    number: str
    kind: CaseKind
    version: int
    facts: tuple[f.AnyFact, ...]
    tasks: dict[str, Task] = field(default_factory=dict)
    execution: str = ""
    """The workflow's ARN; empty until it was started."""

    open: bool = True

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
        first = self.facts[0]
        assert isinstance(first, f.Registered | f.Requested)
        return first.contract

    @cached_property
    def consent(self) -> Consent:
        """What its facts amount to, if it is a consent."""
        return Consent(self.facts)

    @cached_property
    def visit(self) -> Visit:
        """What its facts amount to, if it is a home check."""
        return Visit(self.facts)

    @property
    def open_tasks(self) -> list[Task]:
        """What is to be done."""
        return [task for task in self.tasks.values() if task.status == "open"]

    def with_facts(self, *more: f.Fact) -> "Case":
        """The same case when this has happened, too."""
        return Case(
            self.number,
            self.kind,
            self.version,
            (*self.facts, *more),  # type: ignore[arg-type]
            dict(self.tasks),
            self.execution,
            self.open,
        )
