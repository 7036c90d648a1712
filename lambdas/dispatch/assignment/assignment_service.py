"""The application service of assignments: who goes is chosen, engaged and released."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from lambdas.dispatch.assignment import facts as f
from lambdas.dispatch.assignment import tasks as t
from lambdas.dispatch.assignment.notices import emergency_notice, expected_notice
from lambdas.dispatch.assignment.responder_store import ResponderStore
from lambdas.dispatch.assignment.state import Assignment
from lambdas.dispatch.assignment.travel import Travel, metres
from lambdas.dispatch.assignment.waiting_store import Waiting, WaitingStore
from lambdas.dispatch.casework.audit import GRACE, Wrong
from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.case_service import CaseService, NotAllowed, ProcessService
from lambdas.dispatch.casework.facts import Actor, Closed, Fact, TaskOverdue, by_workflow
from lambdas.dispatch.casework.place import Place
from lambdas.dispatch.casework.process import step_result, task_for
from lambdas.dispatch.casework.task import Answer, Task
from lambdas.shared.aws.observability import logger
from lambdas.shared.conflicts import retry_on_conflict

ELSEWHERE = "ほかの依頼に対応しています。"
CAME_FREE = "担当者の手が空きました。"

ROADS_ASKED = 10
"""Of the cases that wait, so many nearest ones are asked how long the way takes."""

CHANGES_WAITING = (
    f.NobodyFree | f.RoundBegun | f.Offered | f.OfferEnded | f.GivenUp | f.Cancelled | Closed
)
"""Facts after which a case may wait for somebody, or wait no more."""


class AssignmentService(ProcessService):
    """The half of a process's service that sends somebody."""

    breaches: tuple[type[Fact], ...] = (TaskOverdue, f.VisitOverdue, f.HelpOverdue, f.Emergency)
    ends_engagement: tuple[type[Fact], ...] = (f.OfferEnded, Closed)
    """Facts after which a responder may be free again."""

    needs: frozenset[str] = frozenset()
    """The qualifications that whoever is sent must hold: ``guard`` (AL-13)."""

    def __init__(
        self,
        cases: CaseService,
        responders: ResponderStore,
        waiting: WaitingStore,
        travel: Travel,
    ) -> None:
        super().__init__(cases)
        self.responders = responders
        self.waiting = waiting
        self._travel = travel

    # --- of each kind of case

    def place(self, case: Case[Any]) -> Place:
        """Where somebody is to go."""
        place: Place = case.first.target.place
        return place

    def qualified(self, responder: str) -> bool:
        """Whether somebody holds what this kind of case needs."""
        known = self.responders.get(responder)
        return known is not None and (known.guard or "guard" not in self.needs)

    def withdrawn(self, case: Case[Any]) -> f.Cancelled | None:
        """Why nobody shall be sent any more although the case does not know it yet, or None."""
        return None

    # --- engagement

    def release_responder(self, case: Case[Any]) -> bool:
        """Release the responder engaged for this case unless an offer to them is live. Returns True
        if one was released."""
        kept = self.responders.engaged_by(case.number)
        if kept is None or any(o.live and o.responder == kept.id for o in case.state.offers):
            return False
        return self.responders.release(kept.id, case.number)

    def engage_responder(self, case: Case[Any]) -> bool:
        """Make the engagement match the case's live offer, also after a concurrent request engaged
        another responder. Returns False if it was changed."""
        offer = case.state.live
        kept = self.responders.engaged_by(case.number) if offer else None
        if offer is None or (kept and kept.id == offer.responder):
            return True
        self.release_responder(case)
        self.responders.engage(offer.responder, case.number)
        return False

    def changed(self, case: Case[Any], facts: Sequence[Fact]) -> None:
        """Responders are free again, or engaged; the case waits, or waits no more."""
        free = None
        for fact in facts:
            self._remember(case, fact)
        if any(isinstance(fact, self.ends_engagement) for fact in facts):
            free = self.responders.engaged_by(case.number)
            self.release_responder(case)
        if any(isinstance(fact, f.Offered) for fact in facts):
            self.engage_responder(case)
        if any(isinstance(fact, CHANGES_WAITING) for fact in facts):
            self._list(case)
        if free and any(_leaves_free(fact) for fact in facts):
            self.serve_waiting(free.id, facts[-1].on)

    def _remember(self, case: Case[Any], fact: Fact) -> None:
        """Who is silent is asked last for a while; whom the desk sends late is announced."""
        state: Assignment = case.state
        if isinstance(fact, f.OfferEnded | f.Accepted):
            silent = isinstance(fact, f.OfferEnded) and fact.outcome == "silent"
            responder = state.offer(fact.offer).responder
            self.responders.answers(responder, fact.on if silent else None)
        if isinstance(fact, f.Accepted):
            offered = state.offer(fact.offer).fact
            limit = timedelta(minutes=state.escalation.max_arrival_minutes)
            if offered.by_hand and offered.arrives_at > fact.on + limit:
                self.cases.publish([expected_notice(case, offered)])

    def closed(self, case: Case[Any]) -> None:
        """Nobody is engaged for a closed case, and it waits for nobody."""
        self.release_responder(case)
        self.waiting.remove(case.number)

    # --- the waiting list

    def _list(self, case: Case[Any]) -> None:
        """Make the waiting list say what the case says."""
        state: Assignment = case.state
        if state.waiting:
            since = state.nobody_in[state.round].on
            self.waiting.put(Waiting(case.number, self.place(case), since))
        else:
            self.waiting.remove(case.number)

    def serve_waiting(self, responder: str, now: datetime) -> str | None:
        """Somebody came free, on duty or in sight: of the cases that wait, the one they reach first
        looks for somebody again. Its number; None if no case waits for them.

        Which responder it finds is decided as always, so that two who come free at once do no harm.
        """
        known = self.responders.get(responder)
        if known is None or not known.listed:
            return None
        nearest = sorted(self.waiting.all(), key=lambda one: metres(known.place, one.place))
        arrivals = sorted(
            (arrival.at, one.case)
            for one in nearest[:ROADS_ASKED]
            if (arrival := self.responders.arrival(responder, one.place, now))
        )
        for at, number in arrivals:
            if self._look_again(number, {responder: at}, now):
                return number
        return None

    def _look_again(self, number: str, could: Mapping[str, datetime], now: datetime) -> bool:
        """Begin another round of a case that waits, if one who could come, and when, was not asked
        yet and comes in time. Returns True if it was begun."""
        begun = False

        def decide(case: Case[Any]) -> Sequence[Fact]:
            nonlocal begun
            state: Assignment = case.state
            latest = now + timedelta(minutes=state.escalation.max_arrival_minutes)
            service = self.cases.of(case)
            assert isinstance(service, AssignmentService)
            new = [
                one
                for one, at in could.items()
                if one not in state.asked and at <= latest and service.qualified(one)
            ]
            begun = bool(state.waiting and new)
            if not begun:
                return []
            said = by_workflow(now)
            return [f.RoundBegun(**said, round=state.round + 1, others_only=True, why=CAME_FREE)]

        self.cases.change(number, decide, now)
        return begun

    def engages(self, case: Case[Any]) -> str | None:
        """Whoever is asked or goes."""
        return case.state.live.responder if case.state.live else None

    def audit(self, case: Case[Any], now: datetime) -> Sequence[Wrong]:
        """Responders are engaged for the cases they go to, and for no others."""
        case = self.cases.case(case.number)
        if now - case.last_at < GRACE:
            return []
        if self.release_responder(case) or not self.engage_responder(case):
            logger.warning("a responder was engaged wrongly", extra={"case": case.number})
        self._list(case)
        if case.state.waiting:
            found = self.responders.earliest_free(self.place(case), now, case.state.asked)
            if found:
                self._look_again(case.number, {found.responder.id: found.at}, now)
        return []

    # --- choosing

    def run(self, step: str, number: str, now: datetime) -> None:
        """Choose who goes."""
        if step == "choose":
            self._choose(number, now)

    def _choose(self, number: str, now: datetime) -> None:
        def decide(case: Case[Any]) -> Sequence[Fact]:
            state: Assignment = case.state
            if step_result("choose", case, now) is not None:
                return []
            if reason := self.withdrawn(case):
                return [reason.model_copy(update=by_workflow(now))]
            arrival = (
                None
                if state.spent
                else self.responders.claim(
                    number, self.place(case), now, without=state.asked, guard="guard" in self.needs
                )
            )
            said = by_workflow(now)
            if arrival is None:
                return [f.NobodyFree(**said, round=state.round)]
            latest = now + timedelta(minutes=state.escalation.max_arrival_minutes)
            if arrival.at > latest:
                late = {"too_late": arrival.responder.name, "arrives_at": arrival.at}
                return [f.NobodyFree(**said, round=state.round, **late)]
            return [
                f.Offered(
                    **said,
                    offer=len(state.offers) + 1,
                    round=state.round,
                    responder=arrival.responder.id,
                    name=arrival.responder.name,
                    arrives_at=arrival.at,
                    travel_seconds=arrival.travel_seconds,
                )
            ]

        case = self.cases.change(number, decide, now)
        if case.state.live is None:
            self.release_responder(case)  # called off between the claim and the offer

    # --- answers

    def before_answer(self, case: Case[Any], task: Task, answer: Answer, now: datetime) -> None:
        """Whoever is about to go must still be wanted, and engaged for no other case."""
        if answer.outcome not in ("accepted", "assigned"):
            return
        self.check_wanted(case, task, now)
        offer = case.state.open_offer
        if offer is None or self.responders.engage(offer.responder, case.number):
            return

        def decide(case: Case[Any]) -> Sequence[Fact]:
            if case.state.open_offer is None:
                return []
            number = case.state.open_offer.number
            ended = {"offer": number, "outcome": "withdrawn", "why": ELSEWHERE}
            return [f.OfferEnded(**by_workflow(now), **ended)]

        self.cases.change(case.number, decide, now)
        raise NotAllowed("responder-busy", "DL-16")

    def check_wanted(self, case: Case[Any], task: Task, now: datetime) -> None:
        """TaskClosed when nobody is wanted any more."""

    def facts_of(self, case: Case[Any], task: Task, answer: Answer, actor: Actor) -> Sequence[Fact]:
        """What an answer means; whom an operator found by hand is engaged, too."""
        facts = list(super().facts_of(case, task, answer, actor))
        if isinstance(answer, t.HelpAnswer) and answer.outcome == "assigned":
            facts += self._by_hand(case, answer, actor)
        return facts

    def answer_failed(self, case: Case[Any]) -> None:
        """Whom the answer had engaged is free again."""
        self.release_responder(case)

    def _by_hand(self, case: Case[Any], answer: t.HelpAnswer, actor: Actor) -> list[Fact]:
        """An operator found somebody: engaged like everybody else."""
        state: Assignment = case.state
        found = self.responders.get(answer.responder)
        if found is None:
            raise NotAllowed("no-such-responder")
        if not self.qualified(found.id):
            raise NotAllowed("not-qualified", "AL-13")
        left = self.responders.engaged_by(case.number)
        if left and left.id != found.id:
            self.responders.release(left.id, case.number)
        if not self.responders.engage(found.id, case.number):
            raise NotAllowed("responder-busy", "DL-16")
        (seconds,) = self._travel.seconds([found.place], self.place(case), actor.on)
        arrival = found.arriving(actor.on, seconds)
        number, said = len(state.offers) + 1, actor._asdict()
        offered = f.Offered(
            **said,
            offer=number,
            round=state.round,
            responder=found.id,
            name=found.name,
            arrives_at=arrival.at,
            travel_seconds=arrival.travel_seconds,
            by_hand=True,
        )
        return [offered, f.Accepted(**said, offer=number)]

    # --- emergencies

    @retry_on_conflict
    def emergency(self, number: str, fact: f.Emergency) -> Case[Any]:
        """Somebody needs help, whatever the case's state: operator and leader have each something
        to do at once, and contractor and staff are mailed."""
        case = self.cases.case(number)
        if any(known == fact for known in case.state.emergencies):
            return case
        after = case.with_facts(fact)
        tasks = [task_for(kind, after, "", fact.on) for kind in ("emergency", "emergency_lead")]
        after = self.cases.store.change(case, [fact], tasks)
        self.cases.tell_staff(after, [fact])
        self.cases.publish([emergency_notice(after, fact)])
        return after

    # --- calling off

    def cancel(
        self,
        number: str,
        rule: str,
        why: str,
        actor: Actor,
        *,
        unless_dispatched: bool = False,
    ) -> Case[Any]:
        """A case is called off. NotAllowed once somebody stood at the door; with
        ``unless_dispatched`` nothing happens if somebody is on the way."""

        def decide(case: Case[Any]) -> Sequence[Fact]:
            state: Assignment = case.state
            if state.cancelled or (unless_dispatched and state.dispatched):
                return []
            if state.arrived or case.process.ended(case):
                raise NotAllowed("too-late-to-cancel", rule)
            said = {**actor._asdict(), "why": why}
            ended = [
                f.OfferEnded(**said, offer=offer.number, outcome="withdrawn")
                for offer in state.offers
                if offer.live
            ]
            return [*ended, f.Cancelled(**said, rule=rule)]

        return self.cases.change(number, decide, actor.on)


def _leaves_free(fact: Fact) -> bool:
    """Whether whoever had the case can go elsewhere now: not who was silent, declined or broke
    down."""
    return not isinstance(fact, f.OfferEnded) or fact.outcome == "withdrawn"
