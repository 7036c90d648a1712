"""The application service of home checks: what ties them to the consent they rest on."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from lambdas.dispatch.assignment import facts as a
from lambdas.dispatch.assignment.assignment_service import AssignmentService
from lambdas.dispatch.assignment.responder_store import ResponderStore
from lambdas.dispatch.assignment.travel import Travel
from lambdas.dispatch.assignment.waiting_store import WaitingStore
from lambdas.dispatch.casework.audit import Wrong
from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.case_service import CaseService, NotAllowed, TaskClosed
from lambdas.dispatch.casework.facts import WORKFLOW, Actor, Closed, Fact, by_workflow
from lambdas.dispatch.casework.task import Answer, Task
from lambdas.dispatch.processes.consent.consent_service import ConsentService
from lambdas.dispatch.processes.consent.state import Consent
from lambdas.dispatch.processes.home_check import facts as f
from lambdas.dispatch.processes.home_check import tasks as t
from lambdas.dispatch.processes.home_check.process import HOME_CHECK
from lambdas.dispatch.processes.home_check.refusals import NOT_OVERRIDABLE, refusals
from lambdas.dispatch.processes.home_check.state import HomeCheck
from lambdas.shared.conflicts import retry_on_conflict

NO_CONSENT = "在宅確認先のご承諾がなくなりました。"


class HomeCheckService(AssignmentService):
    """Home checks, from the request to the report."""

    breaches = (*AssignmentService.breaches, f.Corrected, f.ConsentEnded)
    ends_engagement = (a.OfferEnded, f.Visited, Closed)

    def __init__(
        self,
        cases: CaseService,
        responders: ResponderStore,
        waiting: WaitingStore,
        travel: Travel,
        consents: ConsentService,
    ) -> None:
        super().__init__(cases, responders, waiting, travel)
        self.consents = consents

    def open(self, first: f.Requested, instead_of: str | None) -> Case[HomeCheck]:
        """A request is stored. Taken when a home check runs, other than ``instead_of``, or
        somebody goes to the same person for another contract."""
        store = self.cases.store
        number = store.number(HOME_CHECK, first.on)
        instead = [*self._over(first), *([instead_of] if instead_of else [])]
        claiming = not refusals(first)  # nobody goes, unless an operator makes an exception
        return store.open(HOME_CHECK, number, first, instead_of=instead, claiming=claiming)

    def same_incident(self, first: f.Requested) -> str | None:
        """The home check of another contract that is under way to the same person (DL-05)."""
        found = self.cases.store.holders(HOME_CHECK, first)
        under_way = (one for one in found if self._under_way(one))
        return next((n for n in under_way if self.cases.case(n).contract != first.contract), None)

    def _over(self, first: f.Requested) -> list[str]:
        """The cases that hold the person at risk although nobody is to go for them any more."""
        found = self.cases.store.holders(HOME_CHECK, first)
        return [one for one in found if not self._under_way(one)]

    def _under_way(self, number: str) -> bool:
        case = self.cases.case(number)
        return case.open and case.state.result is None and not case.state.refusals

    @retry_on_conflict
    def ask_again(self, number: str, asked: f.AskedAgain) -> Case[HomeCheck]:
        """Somebody else asks for what is under way: it is written down, and whoever goes hears what
        they say. Said again by the same caller, it changes nothing."""
        case = self.cases.case(number)
        state: HomeCheck = case.state
        if any(_same(asked, known) for known in state.asked_again):
            return case
        beside = ["pass_on"] if asked.note and state.going else []
        other = [asked.contract] if asked.contract else []
        return self.cases.ask_beside(case, [asked], beside, asked.on, other)

    def running(self, contract: str) -> str | None:
        """The home check that runs for a contract."""
        return self.cases.store.holder(contract, HOME_CHECK)

    # --- the consent it rests on

    def withdrawn(self, case: Case[HomeCheck]) -> a.Cancelled | None:
        """Consent ended since the request was taken: nobody is sent then (DL-34), unless an
        operator made an exception."""
        if not self._consent_gone(case):
            return None
        return a.Cancelled(**by_workflow(case.opened_at), rule="DL-34", why=NO_CONSENT)

    def _consent_gone(self, case: Case[HomeCheck]) -> bool:
        request = case.state.request
        if case.state.overridden or request.consent != "granted":
            return False
        registered = self.consents.registered(case.contract)
        same = registered is not None and registered.number == request.registration
        return not same or registered is None or registered.state.status != "granted"

    def check_wanted(self, case: Case[HomeCheck], task: Task, now: datetime) -> None:
        """TaskClosed, and the case is called off, when consent has ended."""
        if self._consent_gone(case):
            self.cancel(case.number, "DL-34", NO_CONSENT, Actor(now, WORKFLOW, "workflow"))
            raise TaskClosed(self.cases.task(task.id)[1])

    def consent_ended(self, consent: Case[Consent], now: datetime) -> None:
        """A consent ended: a home check that rests on it is called off (DL-34). If somebody is on
        the way, an operator is to phone them."""
        number = self.running(consent.contract)
        case = self.cases.case(number) if number else None
        if case is None or case.state.request.registration != consent.number:
            return
        over = consent.state.status in ("stopped", "replaced") or consent.state.corrections
        if not over or consent.state.status == "granted" or case.state.overridden:
            return
        rule, why = _why_ended(consent)
        with suppress(NotAllowed):  # somebody arrived just now, or it is over
            case = self.cancel(
                case.number, rule, why, Actor(now, WORKFLOW, "workflow"), unless_dispatched=True
            )
        if case.state.going:
            self._request_recall(case.number, rule, why, now)

    def cancel_if_consent_ended(self, case: Case[HomeCheck], now: datetime) -> bool:
        """See to a consent that has ended under a running home check: whoever ended it may have
        died half-way. Returns True if there was one."""
        state = case.state
        if state.result or state.consent_ended or not self._consent_gone(case):
            return False
        consent = self.cases.case(state.request.registration)
        if consent.state.status == "granted":  # somebody else is registered by now
            registered = self.consents.registered(case.contract)
            successor = registered.number if registered else ""
            self.consents.replace(consent.number, successor, "audit", "workflow", now)
        else:
            self.consent_ended(consent, now)
            self.cases.inform_contractor(consent)
        return True

    def audit(self, case: Case[HomeCheck], now: datetime) -> Sequence[Wrong]:
        """A consent that ended half-way is seen to."""
        ended: list[Wrong] = ["consent_ended"] if self.cancel_if_consent_ended(case, now) else []
        return [*ended, *super().audit(case, now)]

    @retry_on_conflict
    def _request_recall(self, number: str, rule: str, why: str, now: datetime) -> None:
        """Somebody goes although consent ended: a task for the call centre, once."""
        case = self.cases.case(number)
        if case.state.going is None or case.state.consent_ended:
            return
        fact = f.ConsentEnded(**by_workflow(now), rule=rule, why=why)
        self.cases.ask_beside(case, [fact], ["recall"], now)

    # --- what was seen

    def changed(self, case: Case[Any], facts: Sequence[Fact]) -> None:
        """Who refused at the door has stopped it (DL-34)."""
        super().changed(case, facts)
        self._refused_at_door(case)
        if any(isinstance(fact, f.Overridden) for fact in facts):
            self.cases.store.claim(case, self._over(case.first))

    def begins_again(self, case: Case[Any]) -> bool:
        """What was seen is told."""
        return True

    def closing(self, case: Case[Any], now: datetime) -> Case[Any]:
        """The stop at the door is seen to, if the process died before."""
        self._refused_at_door(case)
        return case

    def _refused_at_door(self, case: Case[HomeCheck]) -> None:
        report, visited = case.state.report, case.state.visited
        if report is None or visited is None or report.came_to != "refused_at_door":
            return
        actor = Actor(visited.on, visited.by, visited.means, visited.on_behalf)
        self.consents.stop(case.state.request.registration, "resident", report.why, actor)

    # --- exceptions

    def facts_of(self, case: Case[Any], task: Task, answer: Answer, actor: Actor) -> Sequence[Fact]:
        """What an answer means. Some refusals no operator can set aside (DL-35)."""
        if isinstance(answer, t.RefusalAnswer) and answer.outcome == "override":
            barred = [one.rule for one in case.state.refusals if one.rule in NOT_OVERRIDABLE]
            if barred:
                raise NotAllowed("cannot-override", barred[0])
            if other := self.same_incident(case.first):
                raise NotAllowed("under-way-elsewhere", "DL-05", case=other)
        return super().facts_of(case, task, answer, actor)


def _same(one: f.AskedAgain, other: f.AskedAgain) -> bool:
    """Whether two ask for the same, whenever they did."""
    return one.model_dump(exclude={"on", "by"}) == other.model_dump(exclude={"on", "by"})


def _why_ended(consent: Case[Consent]) -> tuple[str, str]:
    """By which rule a consent ended, and why, as the contractor and the call centre read it."""
    if stopped := consent.state.stopped:
        who = "お住まいの方" if stopped.asked_by == "resident" else "お住まいの方の代理の方"
        return "DL-34", f"{who}から停止のご要請がありました。"
    if consent.state.corrections:
        return "DL-10", "ご承諾の記録に誤りがありました。"
    return "DL-05", "在宅確認先が変更されました。"
