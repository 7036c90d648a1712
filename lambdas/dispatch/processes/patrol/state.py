"""One visit to an empty home: what its facts amount to."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from lambdas.dispatch.assignment.facts import ResultTold
from lambdas.dispatch.assignment.state import Assignment, Offer
from lambdas.dispatch.casework.facts import Fact
from lambdas.dispatch.processes.patrol import facts as f

PatrolStatus = Literal[
    "unassigned", "planned", "on_the_way", "at_the_door", "to_be_told", "cancelled", "closed"
]
PatrolResult = Literal["done", "abnormal", "emergency", "cancelled", "not_done"]


class Patrol(Assignment):
    """A visit to an empty home from the morning to the report."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        first = facts[0]
        assert isinstance(first, f.VisitDue)
        self.due = first
        self.begun: set[int] = set()
        self.reported_by: f.HomeReported | None = None
        self.report: f.VisitReport | None = None  # what was seen, as is known now
        self.corrections = 0
        self.told: ResultTold | None = None
        self.tellings = 0
        super().__init__(facts[1:], first.escalation)

    def _take(self, fact: Fact) -> None:
        match fact:
            case f.LegBegun():
                self.begun.add(fact.offer)
            case f.HomeReported(aside=False):
                self.reported_by = fact
                self.offer(fact.offer).state = "done"
                self._seen(fact.report)
            case f.VisitCorrected():
                self.corrections += 1
                self._seen(fact.report)
            case ResultTold():
                self.told = fact
                self.tellings += 1
            case _:
                super()._take(fact)

    def _seen(self, report: f.VisitReport | None) -> None:
        """What was seen, which is to be told, also where another was told."""
        self.report, self.told, self.closed = report, None, None

    def has_left(self, offer: Offer) -> bool:
        """Who has a visit in their round is on the way when they have set out for it."""
        return offer.number in self.begun

    @property
    def under_way(self) -> Offer | None:
        """The offer of whoever has set out: only they are engaged."""
        going = self.going
        return going if going and going.number in self.begun else None

    @property
    def unassigned(self) -> bool:
        """Whether somebody is still to be given the visit."""
        return not (self.going or self.reported or self.given_up or self.over)

    def report_due(self, offer: Offer) -> datetime:
        """When the report must be there: a visit's time after the window, or as granted."""
        due = self.due.not_after + timedelta(minutes=self.escalation.visit_minutes)
        granted = self.extended.get(offer.number, [])
        return max([due, *(wait.on + timedelta(minutes=wait.minutes) for wait in granted)])

    @property
    def result(self) -> PatrolResult | None:
        """How it ended, once that is known."""
        if self.emergencies and (self.report or self.corrections or self.given_up):
            return "emergency"
        if self.report:
            return self.report.outcome
        if self.corrections:
            return "not_done"
        if self.cancelled:
            return "cancelled"
        return "not_done" if self.given_up else None

    @property
    def status(self) -> PatrolStatus:
        """Where it stands."""
        if self.closed:
            return "closed"
        if self.cancelled:
            return "cancelled"
        if self.result:
            return "to_be_told"
        if self.arrived:
            return "at_the_door"
        if self.under_way:
            return "on_the_way"
        return "planned" if self.going else "unassigned"
