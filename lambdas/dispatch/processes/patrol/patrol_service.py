"""The application service of visits to empty homes: a day's cases are opened, put into rounds."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from lambdas.dispatch.assignment import facts as a
from lambdas.dispatch.assignment.assignment_service import DELAYS, AssignmentService
from lambdas.dispatch.assignment.facts import Escalation
from lambdas.dispatch.assignment.notices import expected_notice
from lambdas.dispatch.assignment.responder import Responder
from lambdas.dispatch.assignment.responder_store import ResponderStore
from lambdas.dispatch.assignment.travel import Travel
from lambdas.dispatch.assignment.waiting_store import WaitingStore
from lambdas.dispatch.casework.audit import GRACE, Wrong
from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.case_service import CaseService, NotAllowed, NotFound
from lambdas.dispatch.casework.case_store import Taken
from lambdas.dispatch.casework.centre import centre_of
from lambdas.dispatch.casework.facts import Actor, Closed, Fact, Mailed, by_workflow
from lambdas.dispatch.casework.notices import to_all
from lambdas.dispatch.casework.task import Answer, Task
from lambdas.dispatch.processes.patrol import facts as f
from lambdas.dispatch.processes.patrol import tasks as t
from lambdas.dispatch.processes.patrol.notices import impossible_notice
from lambdas.dispatch.processes.patrol.plan import Plan, PlanFact, VisitImpossible, VisitOpened
from lambdas.dispatch.processes.patrol.plan_store import Due, PlanStore
from lambdas.dispatch.processes.patrol.preconditions import grounds
from lambdas.dispatch.processes.patrol.process import PATROL, visited, why_not
from lambdas.dispatch.processes.patrol.rounds import SERVICE, Stop, Walker, kept, rounds, ways
from lambdas.dispatch.processes.patrol.state import Patrol
from lambdas.dispatch.processes.sites.site_store import SiteStore
from lambdas.shared.aws.directory import Directory
from lambdas.shared.aws.observability import logger
from lambdas.shared.calendar import ONE_DAY, in_japan
from lambdas.shared.conflicts import retry_on_conflict

OPENS = time(5)
"""When the cases of a day are opened, in Japan."""

LOOKS_BACK = 3
"""Days for which cases are still opened, should nobody have done it in time."""

SETS_OUT = timedelta(hours=2)
"""So long before the hours of a visit one may set out for it."""

SAYS_WHEN_FREE = f.LegBegun | a.Arrived | a.WaitLonger
"""Facts that say when whoever has set out is expected to be through."""

OFF_DUTY = "担当者の勤務が終わりました。"


class PatrolService(AssignmentService):
    """Visits to empty homes, from the plan's day to the report."""

    breaches = (*AssignmentService.breaches, f.VisitCorrected)
    ends_engagement = (a.OfferEnded, f.HomeReported, Closed)

    def __init__(
        self,
        cases: CaseService,
        responders: ResponderStore,
        waiting: WaitingStore,
        travel: Travel,
        plans: PlanStore,
        sites: SiteStore,
    ) -> None:
        super().__init__(cases, responders, waiting, travel)
        self.plans = plans
        self.sites = sites
        self._roads = travel

    # --- the cases of a day

    def open_due(
        self, directory: Directory, escalation: Escalation, now: datetime
    ) -> tuple[list[str], list[str]]:
        """Open a case for each visit whose day has come, once: their numbers, and the plans whose
        visit could not be opened, which does not keep it from the others. One that the rules no
        longer allow is written down in its plan, and the contractor is told."""
        here = in_japan(now)
        today = here.date() if here.time() >= OPENS else here.date() - ONE_DAY
        days = [today - n * ONE_DAY for n in range(LOOKS_BACK + 1)]
        opened: list[str] = []
        failed: list[str] = []
        for due in (one for day in days for one in self.plans.due(day)):
            try:
                number = self._open(due, directory, escalation, now)
            except Exception:  # whatever it is: the others, too, are to be visited
                logger.exception("not opened", extra={"plan": due.plan, "day": str(due.day)})
                failed.append(due.plan)
            else:
                opened += [number] if number else []
        return opened, failed

    def _open(
        self, due: Due, directory: Directory, escalation: Escalation, now: datetime
    ) -> str | None:
        plan = self.plans.plan(due.plan)
        planned = plan.on(due.day) if plan else None
        if plan is None or planned is None or planned.state != "planned":
            return None
        first = plan.made
        home = directory.home(first.home)
        surveyed = self.sites.of(first.home)
        site = surveyed.site if surveyed else None
        features = home.features(max(now, planned.not_before)) if home else frozenset[str]()
        if against := grounds(first.wanted.visit, features, site):
            slug, rule = against[0]
            self._note(plan, VisitImpossible(**by_workflow(now), rule=rule, day=due.day, slug=slug))
            self.cases.publish([impossible_notice(plan, due.day, against[0], now)])
            return None
        assert site
        fact = f.VisitDue(
            **by_workflow(now),
            contract=first.contract,
            home=first.home,
            home_name=first.home_name,
            plan=plan.id,
            visit=first.wanted.visit,
            contractor=first.contractor,
            target=site,
            not_before=planned.not_before,
            not_after=planned.not_after,
            mailbox=first.wanted.mailbox,
            note=first.wanted.note,
            centre=centre_of(site.address, site.place),
            escalation=escalation,
        )
        store = self.cases.store
        try:
            case = store.open(PATROL, store.number(PATROL, now), fact)
        except Taken as taken:  # whoever opened it died before the plan knew
            case = self.cases.case(str(taken))
        if not case.execution:
            self.cases.begin(case, now)
        self._note(plan, VisitOpened(**by_workflow(now), day=due.day, case=case.number))
        return case.number

    @retry_on_conflict
    def _note(self, plan: Plan, fact: PlanFact) -> None:
        """Write down what became of a day, unless somebody else has."""
        known = self.plans.plan(plan.id)
        assert known
        assert isinstance(fact, VisitImpossible | VisitOpened)
        if fact.day in known.left:
            self.plans.add(known, [fact])

    # --- rounds

    def visits(self) -> list[Case[Patrol]]:
        """The visits that run."""
        numbers = [number for number, _ in self.cases.store.open_cases()]
        mine = (n for n in numbers if n.startswith(f"{PATROL.prefix}-"))
        return [self.cases.case(number) for number in mine]

    def make_rounds(self, now: datetime) -> int:
        """Give every visit that nobody has to whoever can make it with the least way; how many were
        given out. Who has ended duty without setting out gives theirs back first."""
        running = self.visits()
        walkers = self._walkers(now)
        for case in running:
            going = case.state.going
            if going and going.number not in case.state.begun and going.responder not in walkers:
                self._take_back(case.number, going.number, now)
        running = [self.cases.case(case.number) for case in running]
        way = ways(self._roads, now)
        new = [_stop(one, now) for one in running if one.state.unassigned]
        has: dict[str, list[Stop]] = {}
        for case in running:
            if case.state.going:
                has.setdefault(case.state.going.responder, []).append(_stop(case, now))
        there = [_walker(one, tuple(has.get(id, ())), now) for id, one in walkers.items()]
        made, given = rounds(there, new, way), 0
        wanted = {stop.case for stop in new}
        for id, round_ in made.items():
            for leg in round_.legs:
                if leg.stop.case in wanted:
                    given += self._give(leg.stop.case, walkers[id], leg.at, leg.way, now)
        return given

    def round_of(self, responder: Responder, now: datetime) -> list[tuple[Case[Patrol], datetime]]:
        """What somebody has today in a good order from where they are, with when they are there."""
        mine = {
            case.number: case
            for case in self.visits()
            if case.state.going and case.state.going.responder == responder.id
        }
        has = tuple(_stop(case, now) for case in mine.values())
        round_, late = kept(_walker(responder, has, now), ways(self._roads, now))
        order = [(mine[stop.case], now) for stop in late]
        order += [(mine[leg.stop.case], leg.at) for leg in round_.legs]
        return sorted(order, key=lambda one: one[0].state.under_way is None)  # that one first

    def _walkers(self, now: datetime) -> dict[str, Responder]:
        """Everybody on duty who makes rounds, within their shift."""
        return {
            one.id: one
            for one in self.responders.on_duty()
            if PATROL.needs <= one.skills
            and one.why_not(now) not in ("before_shift", "after_shift")
        }

    def _give(self, number: str, to: Responder, at: datetime, way: float, now: datetime) -> bool:
        """A visit is put into somebody's round. False when somebody has it already."""
        given = False

        def decide(case: Case[Patrol]) -> Sequence[Fact]:
            nonlocal given
            given = case.state.unassigned and to.id not in case.state.asked
            said = by_workflow(now)
            return _offered(case, to, at, way, said, by_hand=False) if given else []

        self.cases.change(number, decide, now)
        return given

    def _take_back(self, number: str, offer: int, now: datetime) -> None:
        def decide(case: Case[Patrol]) -> Sequence[Fact]:
            going = case.state.going
            if going is None or going.number != offer or offer in case.state.begun:
                return []
            ended = {"offer": offer, "outcome": "withdrawn", "why": OFF_DUTY}
            return [
                a.OfferEnded(**by_workflow(now), rule="AL-84", **ended),
                a.RoundBegun(**by_workflow(now), rule="AL-84", round=case.state.round + 1),
            ]

        self.cases.change(number, decide, now)

    # --- engagement: only whoever has set out

    def begin_leg(self, case: Case[Any], task: Task, actor: Actor) -> Case[Patrol]:
        """Somebody sets out for a visit. NotAllowed while they are engaged elsewhere, or too early.
        Of a visit that waits for them no more it is written down that they set out."""
        if case.process is not PATROL or task.kind != "visit":
            raise NotFound(task.id)

        def decide(case: Case[Any]) -> Sequence[Fact]:
            if task.number in case.state.begun:
                return []
            return [f.LegBegun(**actor._asdict(), offer=task.number)]

        if task.status != "open" or case.state.going is None:
            return self.cases.change(case.number, decide, actor.on)
        going = case.state.going
        if actor.on < case.state.due.not_before - SETS_OUT:
            raise NotAllowed("too-early", "AL-84")
        known = self.responders.get(going.responder)
        elsewhere = known is not None and set(known.cases) - {case.number}
        if elsewhere or not self.responders.engage(going.responder, case.number):
            raise NotAllowed("responder-busy", "AL-84")
        after = self.cases.change(case.number, decide, actor.on)
        self.release_responder(after)
        return after

    def release_responder(self, case: Case[Any]) -> bool:
        """Release the responder engaged for this case unless they have set out for it. Returns True
        if one was released."""
        kept = self.responders.engaged_by(case.number)
        under_way = case.state.under_way
        if kept is None or (under_way and under_way.responder == kept.id):
            return False
        return self.responders.release(kept.id, case.number)

    def engage_responder(self, case: Case[Any]) -> bool:
        """Make the engagement match who has set out. Returns False if it was changed."""
        under_way = case.state.under_way
        kept = self.responders.engaged_by(case.number) if under_way else None
        if under_way is None or (kept and kept.id == under_way.responder):
            return True
        self.release_responder(case)
        self.responders.engage(under_way.responder, case.number)
        return False

    def engages(self, case: Case[Any]) -> str | None:
        """Whoever has set out."""
        return case.state.under_way.responder if case.state.under_way else None

    def closed(self, case: Case[Any]) -> None:
        """Nobody is engaged for a closed case."""
        self.release_responder(case)

    def audit(self, case: Case[Any], now: datetime) -> Sequence[Wrong]:
        """Whoever has set out is engaged, and nobody else."""
        case = self.cases.case(case.number)
        if now - case.last_at >= GRACE:
            self.release_responder(case)
            self.engage_responder(case)
        return []

    # --- what happens

    def run(self, step: str, number: str, now: datetime) -> None:
        """Tell the contractor what was seen, once."""
        if step != "result":
            return
        rule = self.cases.inform_contractor(self.cases.case(number))

        def decide(case: Case[Patrol]) -> Sequence[Fact]:
            if any(isinstance(fact, Mailed) for fact in case.facts):
                return []
            return [Mailed(**by_workflow(now), rule=rule, mail="result")]

        self.cases.change(number, decide, now)

    def changed(self, case: Case[Any], facts: Sequence[Fact]) -> None:
        """Somebody is free again; what a visit costs is published as soon as it was made."""
        if any(isinstance(fact, self.ends_engagement) for fact in facts):
            free = self.responders.engaged_by(case.number)
            if free and case.state.reported:
                self.responders.met(free.id, self.place(case), facts[-1].occurred)
            self.release_responder(case)
            if free and not any(isinstance(fact, a.OfferEnded) for fact in facts):
                self.serve_waiting(free.id, facts[-1].on)
        if case.state.under_way and any(isinstance(one, SAYS_WHEN_FREE) for one in facts):
            self._expect(case)
        if case.state.under_way and any(isinstance(one, DELAYS) for one in facts):
            self.hand_over(case.state.under_way.responder, facts[-1].on)
        for fact in facts:
            if isinstance(fact, a.Offered) and fact.arrives_at > case.state.due.not_after:
                self.cases.publish(to_all(case, expected_notice(case, fact)))
        if any(isinstance(fact, f.HomeReported | f.VisitCorrected) for fact in facts):
            self.publish_editions(case, visited)

    def begins_again(self, case: Case[Any]) -> bool:
        """What was seen is told."""
        return True

    def closing(self, case: Case[Any], now: datetime) -> Case[Any]:
        """What a visit costs is published again, should the process have died before."""
        self.publish_editions(case, visited)
        return case

    def before_answer(self, case: Case[Any], task: Task, answer: Answer, now: datetime) -> None:
        """A report must be complete and within the wishes."""
        if not isinstance(answer, t.RoundAnswer) or answer.report is None:
            return
        if lack := why_not(answer.report, case.state.due):
            raise NotAllowed(*lack)

    def facts_of(self, case: Case[Any], task: Task, answer: Answer, actor: Actor) -> Sequence[Fact]:
        """What an answer means; whom an operator found gets the visit. A report is not of a time
        before the visit's hours."""
        reported = isinstance(answer, t.RoundAnswer) and answer.report
        if reported and (actor.occurred_at or actor.on) < case.state.due.not_before:
            raise NotAllowed("too-early", "AL-84")
        facts = list(case.process.on_answer(task.kind, answer, case, actor))
        if isinstance(answer, t.AssignAnswer) and answer.outcome == "assigned":
            found = self.responders.get(answer.responder)
            if found is None:
                raise NotAllowed("no-such-responder")
            if not PATROL.needs <= found.skills:
                raise NotAllowed("not-qualified", "AL-84")
            due = case.state.due
            (way,) = self._roads.seconds([found.starts_from], due.target.place, actor.on)
            at = max(found.leaves(actor.on) + timedelta(seconds=way), due.not_before)
            facts += _offered(case, found, at, way, actor._asdict(), by_hand=True)
        return facts

    def correct(
        self, number: str, report: Mapping[str, Any] | None, why: str, actor: Actor
    ) -> Case[Any]:
        """What was reported is not true. What is must be complete and within the wishes."""
        due = self.cases.case(number).state.due
        if report is not None and (lack := why_not(f.VisitReport.model_validate(report), due)):
            raise NotAllowed(*lack)
        return super().correct(number, report, why, actor)

    def answer_failed(self, case: Case[Any]) -> None:
        """Nobody was engaged for an answer."""

    def late_facts(
        self, case: Case[Any], task: Task, answer: Answer, actor: Actor
    ) -> Sequence[Fact] | None:
        """A report that comes late must be complete and within the wishes, too."""
        report = answer.report if isinstance(answer, t.RoundAnswer) else None
        if report and (lack := why_not(report, case.state.due)):
            raise NotAllowed(*lack)
        return super().late_facts(case, task, answer, actor)


def _offered(
    case: Case[Patrol],
    to: Responder,
    at: datetime,
    way: float,
    said: dict[str, Any],
    *,
    by_hand: bool,
) -> list[Fact]:
    """A visit is given to somebody: rostered staff are not asked whether they want it."""
    number = len(case.state.offers) + 1
    offered = a.Offered(
        **said,
        rule="AL-84",
        offer=number,
        round=case.state.round,
        responder=to.id,
        name=to.name,
        arrives_at=at,
        travel_seconds=way,
        by_hand=by_hand,
    )
    return [offered, a.Accepted(**said, rule="AL-84", offer=number)]


def _stop(case: Case[Patrol], now: datetime) -> Stop:
    """A visit as a round sees it."""
    due, end = case.state.due, case.state.due.not_after
    if case.state.under_way:  # they go there, or are there
        end = max(end, now + SETS_OUT)
    return Stop(case.number, due.target.place, due.not_before, end, case.state.asked)


def _walker(one: Responder, has: tuple[Stop, ...], now: datetime) -> Walker:
    """Somebody on duty as a round sees them. What they have was given to them."""
    mine = tuple(stop._replace(without=()) for stop in has)
    others = [work for work in one.work if work.case not in {stop.case for stop in has}]
    if not others:
        return Walker(one.id, one.place, max(now, one.busy_until or now), one.shift_ends, mine)
    free = max(one.leaves(now), now + SERVICE)  # elsewhere: their round goes on from there
    return Walker(one.id, one.starts_from, free, one.shift_ends, mine)
