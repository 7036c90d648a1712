"""The application service of assignments: who goes is chosen, engaged and released."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from heapq import nsmallest
from typing import Any

from lambdas.dispatch.assignment import facts as f
from lambdas.dispatch.assignment import joint
from lambdas.dispatch.assignment import tasks as t
from lambdas.dispatch.assignment.arrival import REACH, Arrival, Read
from lambdas.dispatch.assignment.notices import emergency_notice, expected_notice, to_responders
from lambdas.dispatch.assignment.responder import Engagement, Responder, Skill
from lambdas.dispatch.assignment.responder_store import ResponderStore
from lambdas.dispatch.assignment.state import Assignment
from lambdas.dispatch.assignment.travel import Travel, metres
from lambdas.dispatch.assignment.waiting_store import Waiting, WaitingStore
from lambdas.dispatch.casework.audit import GRACE, Wrong
from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.case_service import CaseService, NotAllowed, ProcessService
from lambdas.dispatch.casework.facts import (
    Actor,
    Closed,
    Fact,
    TaskOverdue,
    by_workflow,
    event_of,
)
from lambdas.dispatch.casework.notices import to_all
from lambdas.dispatch.casework.place import Place
from lambdas.dispatch.casework.process import step_result
from lambdas.dispatch.casework.task import Answer, Task
from lambdas.shared.aws.observability import logger
from lambdas.shared.conflicts import retry_on_conflict
from lambdas.shared.events import Event

ELSEWHERE = "ほかの依頼に対応しています。"
OFF_DUTY = "担当者の勤務が終わりました。"
LEFT = "担当者が登録から外れました。"
HELD_UP = "担当者が前の訪問から離れられません。"
SOONER = "より早く着ける担当者がいます。"
CLEARLY = timedelta(minutes=5)
"""So much sooner another must be there, that a case which is promised is handed over."""
CAME_FREE = "担当者の手が空きました。"

PLANNED, LIKELIEST = 10, 5
"""So many cases that wait, the most urgent and of those the nearest to whoever came free, are
planned together; for each, so many who could be there first are considered."""

CHANGES_WAITING = (
    f.NobodyFree | f.RoundBegun | f.Offered | f.OfferEnded | f.GivenUp | f.Cancelled | Closed
)
"""Facts after which a case may wait for somebody, or wait no more."""

SAYS_WHEN_FREE = f.Accepted | f.Arrived | f.WaitLonger
"""Facts that say when who goes is expected to be through."""

DELAYS = f.WaitLonger | f.VisitOverdue
"""Facts by which who goes is through later than was expected."""


class AssignmentService(ProcessService):
    """The half of a process's service that sends somebody."""

    breaches: tuple[type[Fact], ...] = (TaskOverdue, f.VisitOverdue, f.HelpOverdue, f.Emergency)
    ends_engagement: tuple[type[Fact], ...] = (f.OfferEnded, Closed)
    """Facts after which a responder may be free again."""

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

    def needs(self, case: Case[Any]) -> frozenset[Skill]:
        """What whoever goes must be qualified for (AL-13)."""
        process: Any = case.process
        needs: frozenset[Skill] = process.needs
        return needs

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
        state: Assignment = case.state
        available = None
        for fact in facts:
            self._remember(case, fact)
        if any(isinstance(fact, self.ends_engagement) for fact in facts):
            free = self.responders.engaged_by(case.number)
            if free and state.reported:
                self.responders.met(free.id, self.place(case), facts[-1].occurred)
            self.release_responder(case)
            available = free.id if free and any(_leaves_free(fact) for fact in facts) else None
        if any(isinstance(fact, f.Offered) for fact in facts):
            self.engage_responder(case)
        if any(isinstance(fact, SAYS_WHEN_FREE) for fact in facts) and state.going:
            self._expect(case)
            available = state.going.responder
        if state.going and any(isinstance(fact, DELAYS) for fact in facts):
            self.hand_over(state.going.responder, facts[-1].on)
        if any(isinstance(fact, CHANGES_WAITING) for fact in facts):
            self._list(case)
        if available:
            self.serve_waiting(available, facts[-1].on)

    def _expect(self, case: Case[Any]) -> None:
        """Remember when and from where whoever goes on this case can go on."""
        state: Assignment = case.state
        if (going := state.going) is None:
            return
        known = Engagement(
            case=case.number,
            place=self.place(case),
            free_at=state.expected_free(going),
            late_at=state.counted_on_until(going),
        )
        self.responders.expect(going.responder, known)

    def _remember(self, case: Case[Any], fact: Fact) -> None:
        """Who is silent is asked last for a while, unless they are at another case; who is at the
        door has been seen there; whom the desk sends late is announced."""
        state: Assignment = case.state
        if isinstance(fact, f.OfferEnded | f.Accepted):
            offer = state.offer(fact.offer)
            silent = isinstance(fact, f.OfferEnded) and fact.outcome == "silent"
            if not (silent and offer.fact.after):
                self.responders.answers(offer.responder, fact.on if silent else None)
        if isinstance(fact, f.Accepted):
            self.responders.refused(state.offer(fact.offer).responder, None)
        if isinstance(fact, f.OfferEnded) and fact.outcome == "declined":
            self.responders.refused(state.offer(fact.offer).responder, fact.on)
        if isinstance(fact, f.Arrived):
            self.responders.met(state.offer(fact.offer).responder, self.place(case), fact.occurred)
        if isinstance(fact, f.Accepted):
            offered = state.offer(fact.offer).fact
            limit = timedelta(minutes=state.escalation.max_arrival_minutes)
            if offered.by_hand and offered.arrives_at > fact.on + limit:
                self.cases.publish(to_all(case, expected_notice(case, offered)))

    def closed(self, case: Case[Any]) -> None:
        """Nobody is engaged for a closed case, and it waits for nobody."""
        self.release_responder(case)
        self.waiting.remove(case.number)

    # --- what is promised to somebody who is at another case

    def hand_over(self, responder: str, now: datetime) -> list[str]:
        """Take from a responder who is at a case what is promised to them after it, if they cannot
        come, or somebody else is there clearly sooner by now: it looks for the next at once. The
        numbers of the cases that were handed over."""
        known = self.responders.get(responder)
        later = known.cases[1:] if known else []
        return [number for number in later if known and self._hand_over(number, known, now)]

    def _hand_over(self, number: str, known: Responder, now: datetime) -> bool:
        handed = False

        def decide(case: Case[Any]) -> Sequence[Fact]:
            nonlocal handed
            offer = case.state.live
            mine = offer is not None and offer.responder == known.id and case.state.arrived is None
            why = self._not_theirs(case, known, now) if mine else ""
            handed = bool(why)
            if not handed:
                return []
            ended = {"offer": offer.number, "outcome": "withdrawn", "why": why}
            return [f.OfferEnded(**by_workflow(now), **ended)]

        self.cases.change(number, decide, now)
        return handed

    def leaves(self, responder: str, now: datetime) -> bool:
        """Somebody works here no more. What they were asked to do, or are on the way to, is given
        to the next at once; who stands at a door stays, and the centre reports for them. False:
        nobody is known so. Said again, it goes on where it stopped."""
        known = self.responders.leave(responder)
        for number in known.cases if known else []:
            self.cases.change(number, lambda case: _taken_from(case, responder, now), now)
        return known is not None

    def _not_theirs(self, case: Case[Any], known: Responder, now: datetime) -> str:
        """Why somebody is not to go to a case that is promised to them; empty: they are."""
        one = known.without(case.number)
        if one.leaving(now):
            return OFF_DUTY
        before: Any = self.cases.case(one.cases[0]).state
        if one.why_not(now) == "overdue" or before.emergencies:
            return HELD_UP
        (way,) = self._travel.seconds([one.starts_from], self.place(case), now)
        at = one.leaves(now) + timedelta(seconds=way)
        if case.state.live.fact.by_hand:  # the desk decided, knowing when
            return ""
        if at > self._latest(case, now):
            return HELD_UP
        if self.waiting.any():  # who is free goes where nobody does
            return ""
        state: Assignment = case.state
        others = self.responders.likeliest(
            self.place(case), now, 1, state.asked, self.needs(case), state.not_while_busy
        )
        sooner = [other for other in others if other.at + CLEARLY < at]
        return SOONER if sooner else ""

    # --- the waiting list

    def _list(self, case: Case[Any]) -> None:
        """Make the waiting list say what the case says."""
        state: Assignment = case.state
        if state.waiting:
            since = state.nobody_in[state.round].on
            priority = case.process.priority("offer", case)
            self.waiting.put(Waiting(case.number, self.place(case), since, priority))
        else:
            self.waiting.remove(case.number)

    def serve_waiting(self, responder: str, now: datetime) -> str | None:
        """Somebody came free, on duty or in sight, or is known to come free: who goes to the cases
        that wait near them is decided together, and those that get somebody look again. The number
        of the case that gets this responder; None if none does.

        Each looks as always, beginning with whom it is to get, so that two who come free at once do
        no harm.
        """
        known = self.responders.get(responder)
        if known is None or known.why_not(now):
            return None
        served = None
        for arrival, number in self._plan(known, now):
            begun = self._look_again(number, arrival, now)
            if begun and arrival.responder.id == responder:
                served = number
        return served

    def _plan(self, known: Responder, now: datetime) -> list[tuple[Arrival, str]]:
        """Who is to go to which of the cases that wait near this responder. The most urgent kind is
        planned first, and whoever goes there is not planned for the others (A-09)."""
        ways = [(metres(known.starts_from, one.place), one) for one in self.waiting.all()]
        reached = [(one.priority, way, one) for way, one in ways if way <= REACH]
        near = [one for *_, one in nsmallest(PLANNED, reached, key=lambda found: found[:2])]
        read = self.responders.reader(now)  # they are near each other: each cell is read once
        could = {one.case: self._could_go(one, known.id, now, read) for one in near}
        since = {one.case: one.since for one in near}
        found: list[tuple[Arrival, str]] = []
        for priority in sorted({one.priority for one in near}):
            gone = {arrival.responder.id for arrival, _ in found}
            left = {
                one.case: [way for way in could[one.case] if way.responder.id not in gone]
                for one in near
                if one.priority == priority
            }
            found += joint.plan(left, since, now)
        return found

    def _could_go(
        self, waiting: Waiting, responder: str, now: datetime, read: Read
    ) -> list[Arrival]:
        """Who could be sent to a case that waits, and was not asked yet: this responder and those
        who are there first."""
        case = self.cases.case(waiting.case)
        state: Assignment = case.state
        if not state.waiting:
            return []
        needs, latest = self.needs(case), self._latest(case, now)
        likeliest = self.responders.likeliest(
            waiting.place, now, LIKELIEST, state.asked, needs, state.not_while_busy, read
        )
        mine = self.responders.arrival(responder, waiting.place, now, needs)
        if mine and not _not_again(state, mine):
            likeliest.append(mine)
        return [one for one in likeliest if one.at <= latest]

    def _look_again(self, number: str, arrival: Arrival, now: datetime) -> bool:
        """Begin another round of a case that waits, if this one could come in time and was not
        asked yet. Returns True if it was begun."""
        begun = False

        def decide(case: Case[Any]) -> Sequence[Fact]:
            nonlocal begun
            state: Assignment = case.state
            in_time = arrival.at <= self._latest(case, now)
            begun = state.waiting and in_time and not _not_again(state, arrival)
            if not begun:
                return []
            said = {**by_workflow(now), "round": state.round + 1, "why": CAME_FREE}
            return [f.RoundBegun(**said, others_only=True, planned=arrival.responder.id)]

        self.cases.change(number, decide, now)
        return begun

    def _latest(self, case: Case[Any], now: datetime) -> datetime:
        """When somebody must be there, to be asked without the desk."""
        state: Assignment = case.state
        return now + timedelta(minutes=state.escalation.max_arrival_minutes)

    def engages(self, case: Case[Any]) -> str | None:
        """Whoever is asked or goes."""
        return case.state.live.responder if case.state.live else None

    def audit(self, case: Case[Any], now: datetime) -> Sequence[Wrong]:
        """Responders are engaged for the cases they go to, and for no others."""
        case = self.cases.case(case.number)
        if now - case.last_at < GRACE:
            return []
        self._repeat_emergency(case)
        if self.release_responder(case) or not self.engage_responder(case):
            logger.warning("a responder was engaged wrongly", extra={"case": case.number})
        self._expect(case)
        if going := case.state.going:
            self.hand_over(going.responder, now)
        twice = self._goes_elsewhere(case)
        self._list(case)
        state: Assignment = case.state
        if state.waiting:
            found = self.responders.likeliest(
                self.place(case), now, 1, state.asked, self.needs(case), state.not_while_busy
            )
            if found:
                self._look_again(case.number, found[0], now)
        return ["bound_twice"] if twice else []

    def _goes_elsewhere(self, case: Case[Any]) -> bool:
        """Whether whoever goes on this case goes on others and not on this. Staff must say which;
        nobody here can."""
        who = self.engages(case)
        known = self.responders.get(who) if who else None
        return known is not None and bool(known.cases) and case.number not in known.cases

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
            to, needs = self.place(case), self.needs(case)
            arrival = (
                None
                if state.spent
                else self.responders.claim(
                    number,
                    to,
                    now,
                    without=state.asked,
                    needs=needs,
                    only_free=state.not_while_busy,
                    planned=state.planned,
                )
            )
            said = by_workflow(now)
            if arrival is None or arrival.at > self._latest(case, now):
                occupied = self.responders.anybody_occupied(to, now, needs)
                nobody = f.NobodyFree(**said, round=state.round, occupied=occupied)
                if arrival is None:
                    return [nobody]
                late = {"too_late": arrival.responder.name, "arrives_at": arrival.at}
                return [nobody.model_copy(update=late)]
            return [
                f.Offered(
                    **said,
                    offer=len(state.offers) + 1,
                    round=state.round,
                    responder=arrival.responder.id,
                    name=arrival.responder.name,
                    arrives_at=arrival.at,
                    travel_seconds=arrival.travel_seconds,
                    after=_before(number, arrival.responder),
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

    def late_facts(
        self, case: Case[Any], task: Task, answer: Answer, actor: Actor
    ) -> Sequence[Fact] | None:
        """A true report, whenever it comes."""
        process: Any = case.process
        late: list[Fact] | None = process.late_report(task, answer, case, actor)
        return late

    def tells_staff(self, fact: Fact) -> bool:
        """So is a report of somebody who was not to go any more."""
        return super().tells_staff(fact) or (isinstance(fact, f.Reported) and fact.aside)

    def told(self, case: Case[Any], facts: Sequence[Fact]) -> Sequence[Event]:
        """Those who are asked or go hear of it on their phones."""
        return to_responders(case, facts)

    def answer_failed(self, case: Case[Any]) -> None:
        """Whom the answer had engaged is free again."""
        self.release_responder(case)

    def _by_hand(self, case: Case[Any], answer: t.HelpAnswer, actor: Actor) -> list[Fact]:
        """An operator found somebody: engaged like everybody else."""
        state: Assignment = case.state
        found = self.responders.get(answer.responder)
        if found is None or found.left:
            raise NotAllowed("no-such-responder")
        if not self.needs(case) <= found.skills:
            raise NotAllowed("not-qualified", "AL-13")
        left = self.responders.engaged_by(case.number)
        if left and left.id != found.id:
            self.responders.release(left.id, case.number)
        if not self.responders.engage(found.id, case.number):
            raise NotAllowed("responder-busy", "DL-16")
        found = found.without(case.number)
        (seconds,) = self._travel.seconds([found.starts_from], self.place(case), actor.on)
        arrives_at = found.leaves(actor.on) + timedelta(seconds=seconds)
        number, said = len(state.offers) + 1, actor._asdict()
        offered = f.Offered(
            **said,
            offer=number,
            round=state.round,
            responder=found.id,
            name=found.name,
            arrives_at=arrives_at,
            travel_seconds=seconds,
            by_hand=True,
            after=found.cases[-1] if found.work else "",
        )
        return [offered, f.Accepted(**said, offer=number)]

    # --- emergencies

    @retry_on_conflict
    def emergency(self, number: str, fact: f.Emergency) -> Case[Any]:
        """Somebody needs help, whatever the case's state: operator and leader have each something
        to do at once, and contractor and staff are mailed."""
        case = self.cases.case(number)
        process: Any = case.process
        fact = fact.model_copy(update={"rule": process.flow.tasks["emergency"].rule})
        if any(known == fact for known in case.state.emergencies):
            return case
        after = self.cases.ask_beside(case, [fact], process.emergency_tasks(case), fact.on)
        self.raised_emergency(after)
        if going := after.state.going:  # who is there stays
            self.hand_over(going.responder, fact.on)
        self.cases.publish(to_all(after, emergency_notice(after, fact)))
        return after

    def raised_emergency(self, case: Case[Any]) -> None:
        """Somebody needs help: it is stored."""

    def _repeat_emergency(self, case: Case[Any]) -> None:
        """Publish again what nobody has answered yet: whoever took it may have died before it was
        published. Notices are mailed once an id."""
        state: Assignment = case.state
        if state.emergencies_told < len(state.emergencies):
            fact = state.emergencies[-1]
            self.cases.tell_staff(case, [fact])
            self.cases.publish(to_all(case, emergency_notice(case, fact)))

    # --- corrections

    def publish_editions(self, case: Case[Any], of: Callable[[Case[Any]], Event | None]) -> None:
        """Publish what is told of a case, and what was before each correction of it: whoever hears
        of a correction can know what it corrects."""
        cuts = [n for n, fact in enumerate(case.facts) if event_of(fact) == "corrected"]
        self.cases.publish([of(known) for known in (*map(case.before, cuts), case)])

    def correct(
        self, number: str, report: Mapping[str, Any] | None, why: str, actor: Actor
    ) -> Case[Any]:
        """What was reported is not true. The contractor is told, by mail and by telephone; a closed
        case opens again. Said again, it changes nothing. NotAllowed while nothing was reported;
        ValidationError for what is no report."""

        def decide(case: Case[Any]) -> Sequence[Fact]:
            process: Any = case.process
            if case.state.report is None and not case.state.corrections:
                raise NotAllowed("nothing-to-correct", "DL-20")
            fact: Any = process.corrected(case, report, why, actor)
            before: list[Any] = [one for one in case.facts if type(one) is type(fact)]
            said = fact.model_dump(exclude={"on"})
            return [] if before and before[-1].model_dump(exclude={"on"}) == said else [fact]

        case = self.cases.change(number, decide, actor.on)
        self.cases.inform_contractor(case)
        return case

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


def _taken_from(case: Case[Any], responder: str, now: datetime) -> Sequence[Fact]:
    """A case is taken from whoever left, unless they are at its door."""
    offer = case.state.live
    if offer is None or offer.responder != responder or case.state.arrived:
        return []
    ended = {"offer": offer.number, "outcome": "withdrawn", "why": LEFT}
    return [f.OfferEnded(**by_workflow(now), **ended)]


def _leaves_free(fact: Fact) -> bool:
    """Whether whoever had the case can go elsewhere now: not who was silent, declined or broke
    down."""
    return not isinstance(fact, f.OfferEnded) or fact.outcome == "withdrawn"


def _not_again(state: Assignment, arrival: Arrival) -> bool:
    """Whether somebody is not to be asked again: they were, or did not look because they are busy
    with another case, and still are."""
    one = arrival.responder
    return one.id in state.asked or bool(one.work and one.id in state.not_while_busy)


def _before(case: str, responder: Responder) -> str:
    """The case that a responder goes to this one from; empty: from none."""
    others = responder.without(case).cases
    return others[-1] if others else ""
