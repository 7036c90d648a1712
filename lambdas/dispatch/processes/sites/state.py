"""Somebody is sent to a surveyed home, and what they found is told: what the facts amount to."""

from lambdas.dispatch.assignment.facts import ResultTold
from lambdas.dispatch.assignment.state import Assignment
from lambdas.dispatch.casework.facts import Fact
from lambdas.dispatch.processes.sites import report as r


class SiteVisit(Assignment):
    """An assignment that ends with a report of the home, which is told."""

    reported_by: r.SiteReported | None = None
    report: r.SiteReport | None = None
    """What was found, as is known now."""
    corrections = 0
    told: ResultTold | None = None
    tellings = 0

    def _take(self, fact: Fact) -> None:
        match fact:
            case r.SiteReported(aside=False):
                self.reported_by = fact
                self.offer(fact.offer).state = "done"
                self._seen(fact.report)
            case r.SiteCorrected():
                self.corrections += 1
                self._seen(fact.report)
            case ResultTold():
                self.told = fact
                self.tellings += 1
            case _:
                super()._take(fact)

    def _seen(self, report: r.SiteReport | None) -> None:
        """What was found, which is to be told, also where another was told."""
        self.report, self.told, self.closed = report, None, None

    @property
    def went(self) -> bool:
        """Whether somebody was there: what they said, an emergency that they stayed at, or that
        they were there before it was called off."""
        stayed = bool(self.emergencies) and self.given_up is not None and self.given_up.went
        return self.report is not None or stayed or self.too_late

    @property
    def settled(self) -> bool:
        """Whether it is known what is owed: also of whoever was on the way when it was called off,
        where they were then."""
        return bool(self.went or self.cancelled or self.corrections) and not self.to_turn_back
