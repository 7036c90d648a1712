"""One home check: what its facts amount to."""

from collections.abc import Sequence
from typing import Literal

from lambdas.dispatch.assignment.state import Assignment
from lambdas.dispatch.casework.facts import Fact
from lambdas.dispatch.processes.home_check import facts as f
from lambdas.dispatch.processes.home_check.refusals import Refusal, refusals

Status = Literal[
    "received",
    "refusable",
    "refused",
    "phoning",
    "searching",
    "offered",
    "nobody",
    "on_the_way",
    "at_the_door",
    "to_be_told",
    "closed",
    "cancelled",
]
Result = Literal[
    "at_home", "absent", "moved", "by_phone", "emergency", "refused", "cancelled", "impossible"
]


class HomeCheck(Assignment):
    """A home check from the call to the report."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        first = facts[0]
        assert isinstance(first, f.Requested)
        self.request = first
        self.overridden: f.Overridden | None = None
        self.refusal_told: f.RefusalTold | None = None
        self.phoned: f.TargetPhoned | None = None
        self.visited: f.Visited | None = None
        self.told: f.ContractorTold | None = None
        self.consent_ended: f.ConsentEnded | None = None
        self.report: f.Report | None = None  # the last word on what was seen
        self.corrections = self.tellings = 0
        self.asked_again: list[f.AskedAgain] = []
        self.passed_on = 0  # of how many of them who goes was told
        super().__init__(facts[1:], first.escalation)

    def _take(self, fact: Fact) -> None:
        match fact:
            case f.Overridden():
                self.overridden = fact
            case f.RefusalTold():
                self.refusal_told = fact
            case f.TargetPhoned():
                self.phoned = fact
            case f.Visited(aside=False):
                self.visited = fact
                self.offer(fact.offer).state = "done"
                self._seen(fact.report)
            case f.Corrected():
                self.corrections += 1
                self._seen(fact.report)
            case f.ContractorTold():
                self.told = fact
                self.tellings += 1
            case f.AskedAgain():
                self.asked_again.append(fact)
            case f.PassedOn(outcome="told"):
                self.passed_on = len(self.asked_again)
            case f.ConsentEnded():
                self.consent_ended = fact
            case _:
                super()._take(fact)

    def _seen(self, report: f.Report | None) -> None:
        """What was seen, which the contractor is to be told, also where they were told another."""
        self.report, self.told, self.closed = report, None, None

    @property
    def joined(self) -> dict[str, f.AskedAgain]:
        """Other contracts that asked for the same person, by their ids."""
        return {one.contract: one for one in reversed(self.asked_again) if one.contract}

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """The grounds for refusing that nobody has set aside."""
        return () if self.overridden else refusals(self.request)

    @property
    def went(self) -> bool:
        """Whether somebody was at the door, or on the way when it was given up."""
        return self.stood_there or bool(self.given_up and self.given_up.went) or self.reported

    @property
    def refused(self) -> bool:
        """Whether the request was refused for good."""
        return self.refusal_told is not None

    @property
    def by_phone(self) -> bool:
        """Whether the person answered the phone, so that nobody need go (DL-26)."""
        return self.phoned is not None and self.phoned.outcome == "answered"

    @property
    def result(self) -> Result | None:
        """How it ended, once that is known."""
        if self.emergencies and (self.report or self.corrections or self.given_up):
            return "emergency"
        if self.report:
            moved = self.report.came_to == "moved"
            return "at_home" if self.report.at_home else "moved" if moved else "absent"
        if self.corrections:
            return "impossible"
        if self.cancelled:
            return "cancelled"
        if self.refused:
            return "refused"
        if self.by_phone:
            return "by_phone"
        return "impossible" if self.given_up else None

    @property
    def status(self) -> Status:
        """Where it stands."""
        if self.closed or self.result in ("refused", "cancelled"):
            return "closed" if self.closed else "cancelled" if self.cancelled else "refused"
        if self.result:
            return "to_be_told"
        if self.going:
            return "at_the_door" if self.arrived else "on_the_way"
        if self.open_offer:
            return "offered"
        if self.refusals:
            return "refusable"
        if self.request.frequent and self.phoned is None:
            return "phoning"
        return "nobody" if self.round in self.nobody_in else "searching"
