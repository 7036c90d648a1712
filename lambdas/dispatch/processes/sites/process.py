"""What every process has in which somebody is sent to a surveyed home and reports."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from lambdas.dispatch.assignment import facts as a
from lambdas.dispatch.assignment import telling
from lambdas.dispatch.assignment.process import OUTCOMES as OF_AN_ASSIGNMENT
from lambdas.dispatch.assignment.process import TIMEOUTS as WHEN_NOBODY_GOES
from lambdas.dispatch.assignment.process import AssignmentProcess, Late
from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.facts import Actor, Fact
from lambdas.dispatch.casework.process import Assignee
from lambdas.dispatch.casework.task import Answer
from lambdas.dispatch.processes.sites import report as r
from lambdas.dispatch.processes.sites import tasks as t
from lambdas.dispatch.processes.sites.state import SiteVisit

OUTCOMES: Mapping[str, Callable[[Any], str | None]] = {**OF_AN_ASSIGNMENT, "tell": telling.told}
TIMEOUTS: Mapping[str, Callable[[Any, dict[str, Any]], Late]] = {
    **WHEN_NOBODY_GOES,
    "tell": telling.not_told,
}

SETTLES = r.SiteReported | r.SiteCorrected | a.Cancelled | a.Recalled | a.GivenUp
"""Facts by which it is known what is owed."""


class SiteVisitProcess(AssignmentProcess):
    """The half of a process that sends somebody to a home and tells what they found."""

    outcomes: Mapping[str, Callable[[Any], str | None]] = OUTCOMES
    timeouts: Mapping[str, Callable[[Any, dict[str, Any]], Late]] = TIMEOUTS

    def due(self, task: str, case: Case[Any], now: datetime) -> datetime:
        """When a task of this kind must be done, were it given out now."""
        return telling.due(case, now) if task == "tell" else super().due(task, case, now)

    def assignee(self, task: str, case: Case[Any]) -> Assignee:
        """Who is to do a task of this kind. What was told before a correction is told anew."""
        if task == "tell":
            return Assignee(case.state.tellings + (case.state.told is None))
        return super().assignee(task, case)

    def corrected(
        self, case: Case[Any], report: Mapping[str, Any] | None, why: str, actor: Actor
    ) -> Fact:
        """The fact that what was reported is not true. ValidationError for what is no report."""
        true = None if report is None else r.SiteReport.model_validate(report)
        return r.SiteCorrected(**actor._asdict(), why=why, report=true)

    def on_answer(self, task: str, answer: Answer, case: Case[Any], actor: Actor) -> list[Fact]:
        """What an answer means."""
        state: SiteVisit = case.state
        said = actor._asdict()
        match answer:
            case t.SiteAnswer(outcome="reported"):
                assert state.going
                return [reported(answer, state.going.number, said)]
            case t.SiteAnswer():
                assert state.going
                number = state.going.number
                ended = a.OfferEnded(**said, offer=number, outcome="broken_off", why=answer.why)
                if state.emergencies:  # nobody else is sent there
                    return [ended, a.GivenUp(**said, why=answer.why, went=True)]
                return [ended]
            case telling.ResultAnswer():
                return [a.ResultTold(**said, **answer.model_dump())]
            case _:
                return super().on_answer(task, answer, case, actor)

    def report_of(self, answer: Answer, offer: int, actor: Actor, case: Case[Any]) -> Any:
        """The report of whoever went."""
        if not isinstance(answer, t.SiteAnswer) or answer.report is None:
            return None
        return reported(answer, offer, actor._asdict())


def reported(answer: t.SiteAnswer, offer: int, said: dict[str, Any]) -> r.SiteReported:
    """The fact of a report."""
    assert answer.report
    return r.SiteReported(**said, offer=offer, report=answer.report, images=tuple(answer.pictures))
