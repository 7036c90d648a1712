"""Somebody is sent to a surveyed home, and what they found is told: what the facts amount to."""

from lambdas.dispatch.assignment.facts import ResultTold
from lambdas.dispatch.assignment.state import Assignment
from lambdas.dispatch.casework.facts import Fact
from lambdas.dispatch.processes.sites import report as r


class SiteVisit(Assignment):
    """An assignment that ends with a report of the home, which is told."""

    reported_by: r.SiteReported | None = None
    told: ResultTold | None = None

    def _take(self, fact: Fact) -> None:
        match fact:
            case r.SiteReported():
                self.reported_by = fact
                self.offer(fact.offer).state = "done"
                self.closed = None
            case ResultTold():
                self.told = fact
            case _:
                super()._take(fact)

    @property
    def report(self) -> r.SiteReport | None:
        """What was found."""
        return self.reported_by.report if self.reported_by else None

    @property
    def went(self) -> bool:
        """Whether somebody was there: what they said, or an emergency that they stayed at."""
        stayed = bool(self.emergencies) and self.given_up is not None and self.given_up.went
        return self.report is not None or stayed
