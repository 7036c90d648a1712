"""The application service of dispatches at the customer's request: what they cost is published."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from lambdas.dispatch.assignment import facts as a
from lambdas.dispatch.assignment.assignment_service import AssignmentService
from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.case_service import NotAllowed
from lambdas.dispatch.casework.facts import Actor, Closed, Fact
from lambdas.dispatch.casework.task import Answer, Task
from lambdas.dispatch.processes.requested import facts as f
from lambdas.dispatch.processes.requested import tasks as t
from lambdas.dispatch.processes.requested.process import REQUESTED, settled
from lambdas.dispatch.processes.requested.state import RequestedDispatch
from lambdas.dispatch.processes.sites.process import SETTLES
from lambdas.dispatch.processes.sites.report import SiteCorrected, SiteReported


class RequestedService(AssignmentService):
    """Dispatches at the customer's request, from the call to the report."""

    breaches = (*AssignmentService.breaches, SiteCorrected)
    ends_engagement = (a.OfferEnded, SiteReported, Closed)

    def open(self, first: f.DispatchAsked, instead_of: str | None) -> Case[RequestedDispatch]:
        """A request is stored. Taken when one of the contract runs, other than ``instead_of``."""
        store, before = self.cases.store, [instead_of] if instead_of else []
        return store.open(REQUESTED, store.number(REQUESTED, first.on), first, instead_of=before)

    def running(self, contract: str) -> str | None:
        """The dispatch that runs for a contract."""
        return self.cases.store.holder(contract, REQUESTED)

    def facts_of(self, case: Case[Any], task: Task, answer: Answer, actor: Actor) -> Sequence[Fact]:
        """What an answer means. NotAllowed when another price was told than is charged."""
        if isinstance(answer, t.PriceAnswer) and answer.outcome == "agreed":
            price = case.state.request.price
            if answer.yen != price.yen:
                raise NotAllowed("other-price", price.rule)
        return super().facts_of(case, task, answer, actor)

    def changed(self, case: Case[Any], facts: Sequence[Fact]) -> None:
        """What is owed is published as soon as it is known."""
        super().changed(case, facts)
        if any(isinstance(fact, SETTLES) for fact in facts):
            self.publish_editions(case, settled)

    def begins_again(self, case: Case[Any]) -> bool:
        """What was seen is told."""
        return True

    def closing(self, case: Case[Any], now: datetime) -> Case[Any]:
        """What is owed is published again, should the process have died before."""
        self.publish_editions(case, settled)
        return case

    def call_off(self, number: str, why: str, actor: Actor) -> Case[RequestedDispatch]:
        """The customer no longer wants it; the product's rule says what that costs (A-41)."""
        price = self.cases.case(number).state.request.price
        return self.cancel(number, price.called_off_rule, why, actor)
