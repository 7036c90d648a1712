"""Where cases are worked on: facts come in, tasks open and close, workflows are told.

The store is written first, the workflow is told after. Whoever is killed in between leaves a task
that is answered but not told, or a case without a workflow: the audit goes on from there.
"""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Literal

from botocore.exceptions import ClientError

from lambdas.dispatch import facts as f
from lambdas.dispatch import tasks as t
from lambdas.dispatch import workflow as w
from lambdas.dispatch.case import Case
from lambdas.dispatch.consent import CLOSED
from lambdas.dispatch.notices import breach, contractor_notice
from lambdas.dispatch.refusals import NEVER
from lambdas.dispatch.responders import Responders
from lambdas.dispatch.route_matrix import RouteMatrix
from lambdas.dispatch.store import Conflict, Pictures, Store
from lambdas.dispatch.tasks import Task, TaskKind
from lambdas.dispatch.travel import GreatCircle, Travel
from lambdas.dispatch.workflow import Came
from lambdas.shared.aws import bus
from lambdas.shared.aws.clients import client
from lambdas.shared.aws.observability import logger
from lambdas.shared.events import Event, Notice, PartnerRegistered
from lambdas.shared.settings import Settings

TRIES = 6
"""How often a change is tried anew when somebody else changes the case at the same time."""

BREACHES = (f.CallOverdue, f.TaskOverdue, f.VisitOverdue, f.HelpOverdue)
"""Facts that staff is told of at once."""


NO_CONSENT = "在宅確認先のご承諾がなくなりました。"
ELSEWHERE = "ほかの依頼に対応しています。"


class DispatchSettings(Settings):
    """What every function of dispatch needs."""

    dispatch_table: str
    event_bus: str
    pictures_bucket: str
    travel: Literal["circle", "routes"] = "circle"  # estimated, or by road (Amazon Location)


class Unknown(Exception):
    """There is no such case, task or person."""


class Done(Exception):
    """The task waits for nobody any more: it is as it is."""

    def __init__(self, task: Task) -> None:
        super().__init__(task.id)
        self.task = task


class Forbidden(Exception):
    """The rules do not allow it: which rule, and the problem's slug."""

    def __init__(self, slug: str, rule: str | None = None) -> None:
        super().__init__(slug)
        self.slug, self.rule = slug, rule


class Desk:
    """Cases, with everything that must happen when something happens in one."""

    def __init__(self, settings: DispatchSettings, travel: Travel | None = None) -> None:
        self.store = Store(settings.dispatch_table)
        self.pictures = Pictures(settings.pictures_bucket)
        self._travel = travel or (RouteMatrix() if settings.travel == "routes" else GreatCircle())
        self.responders = Responders(settings.dispatch_table, self._travel)
        self._bus = settings.event_bus

    def case(self, number: str) -> Case:
        """The case; Unknown when there is none."""
        found = self.store.case(number)
        if found is None:
            raise Unknown(number)
        return found

    # --- changes

    def change(
        self,
        number: str,
        decide: Callable[[Case], Sequence[f.Fact]],
        now: datetime,
        answered: Task | None = None,
    ) -> Case:
        """Add the facts that ``decide`` finds in the case as it is, and do what follows from them.

        Decided anew when somebody else was faster. Nothing is written where there are none.
        """
        for _ in range(TRIES):
            case = self.case(number)
            facts = decide(case)
            if not facts and answered is None:
                return case
            after = case.with_facts(*facts)
            closing = [
                self._closed(task, came, answered, now)
                for task in case.open_tasks
                if (came := w.came_of(task.kind, after, now))
            ]
            # A consent whose workflow is through runs again until its end has been seen to.
            again = {} if case.open or case.kind == "visit" else {"closed": False}
            try:
                changed = self.store.change(case, facts, closing, **again)
            except Conflict:
                continue
            self._follow(changed, facts, closing)
            return changed
        raise Conflict(number)

    def _closed(self, task: Task, came: Came, answered: Task | None, now: datetime) -> Task:
        """An open task that is settled by what happened, answered or not."""
        mine = answered is not None and answered.key == task.key
        by_time = task.due <= now
        return task.model_copy(
            update={
                "status": "answered" if mine else "overdue" if by_time else "withdrawn",
                **(
                    {
                        "answer": answered.answer,
                        "answered_by": answered.answered_by,
                        "answered_at": now,
                    }
                    if mine and answered
                    else {}
                ),
                "came": told_as(task.case, came),
                "told": False,
            }
        )

    def _follow(self, case: Case, facts: Sequence[f.Fact], closed: Sequence[Task]) -> None:
        """After the store knows: responders are free again, workflows go on, staff learns.

        Workflows last: as soon as one is told it may bind somebody else.
        """
        try:
            if any(isinstance(fact, f.OfferEnded | f.Visited | f.Closed) for fact in facts):
                self.let_go(case)
            if any(isinstance(fact, f.Offered) for fact in facts):
                self.bind(case)
            for task in closed:
                self.tell(task)
        except ClientError:  # it is stored: the audit does the rest
            logger.exception("not followed up", extra={"case": case.number})
        self.announce([breach(case, fact) for fact in facts if isinstance(fact, BREACHES)])

    def let_go(self, case: Case) -> bool:
        """Whoever the case still has is free again, unless they go there. Whether one was."""
        if case.kind != "visit":
            return False
        kept = self.responders.engaged_by(case.number)
        if kept is None or any(o.live and o.responder == kept.id for o in case.visit.offers):
            return False
        return self.responders.release(kept.id, case.number)

    def bind(self, case: Case) -> bool:
        """Whoever was asked or goes is bound to the case, also when somebody else who found another
        at the same moment bound that one. Whether it was so already."""
        visit = case.visit if case.kind == "visit" else None
        offer = (visit.going or visit.open_offer) if visit else None
        kept = self.responders.engaged_by(case.number) if offer else None
        if offer is None or (kept and kept.id == offer.responder):
            return True
        self.let_go(case)
        self.responders.engage(offer.responder, case.number)
        return False

    def announce(self, notices: Sequence[Event | None]) -> None:
        """Put events on the bus."""
        told = [notice for notice in notices if notice]
        for first in range(0, len(told), 10):
            bus.publish(self._bus, *told[first : first + 10])

    def inform_contractor(self, case: Case) -> Notice | None:
        """The contractor is mailed where the case stands, once for each standing."""
        notice = contractor_notice(case)
        self.announce([notice])
        return notice

    # --- workflows

    def begin(self, case: Case, machine: str, now: datetime) -> Case:
        """Say that the case is there, and start its workflow. Again is no harm."""
        first = case.facts[0]
        if isinstance(first, f.Registered):
            who = {"contract": first.contract, "case": case.number, "by": first.by}
            self.announce([PartnerRegistered(**who, at=first.on)])
            self.inform_contractor(case)
        return self.start(case, machine, now)

    def start(self, case: Case, machine: str, now: datetime, again: str = "") -> Case:
        """Start the case's workflow, named after its number; once, however often it is asked."""
        name = case.number + (f"-{again}" if again else "")
        seconds = 1
        if case.kind == "consent":
            seconds = w.seconds_until(w.due("first_call", case, now), now)
        states = client("stepfunctions")
        try:
            arn = states.start_execution(
                stateMachineArn=machine,
                name=name,
                input=json.dumps(told_as(case.number, Came("begun", seconds))),
            )["executionArn"]
        except states.exceptions.ExecutionAlreadyExists:
            arn = f"{machine.replace(':stateMachine:', ':execution:')}:{name}"
        for _ in range(TRIES):
            if case.execution == arn:
                return case
            try:
                return self.store.change(case, execution=arn)
            except Conflict:
                case = self.case(case.number)
        raise Conflict(case.number)

    def wait_for(self, number: str, kind: TaskKind, token: str, now: datetime) -> None:
        """A workflow waits for somebody: the task opens, unless it is done already."""
        for _ in range(TRIES):
            case = self.case(number)
            if came := w.came_of(kind, case, now):
                self._send(token, told_as(number, came))
                return
            try:
                self.store.change(case, tasks=[w.task(kind, case, token, now)])
                return
            except Conflict:
                continue
        raise Conflict(number)

    def tell(self, task: Task) -> None:
        """Tell the workflow what came of a task, and remember that it knows."""
        if task.token:
            self._send(task.token, task.came)
        self.store.told(task)

    def _send(self, token: str, came: dict[str, Any]) -> None:
        states = client("stepfunctions")
        gone = (
            states.exceptions.TaskTimedOut,
            states.exceptions.TaskDoesNotExist,
            states.exceptions.InvalidToken,
        )
        try:
            states.send_task_success(taskToken=token, output=json.dumps(came))
        except gone as error:
            # The step's time was up, or the workflow ended: it asks the facts when it goes on.
            logger.info("the workflow waits no more", extra={"why": type(error).__name__})

    # --- answers

    def task(self, id: str) -> tuple[Case, Task]:
        """A task with its case; Unknown when there is none."""
        try:
            number, key = t.split(id)
        except ValueError as error:
            raise Unknown(id) from error
        case = self.case(number)
        if key not in case.tasks:
            raise Unknown(id)
        return case, case.tasks[key]

    def answer(self, id: str, answer: t.Answer, by: str, means: f.Means, now: datetime) -> Case:
        """Somebody did a task. Done when it waits for nobody any more; the same answer of the same
        person again is no harm."""
        case, task = self.task(id)
        said = answer.model_dump(mode="json", exclude={"signature_png", "photo_jpeg"})
        if task.status != "open":
            if task.answered_by == by and task.answer == said:
                if not task.told:
                    self.tell(task)
                return case
            raise Done(task)
        marked = task.model_copy(update={"answered_by": by, "answer": said})
        if said["outcome"] in ("accepted", "assigned"):
            self._may_go(case, task, now)

        def decide(case: Case) -> Sequence[f.Fact]:
            now_open = case.tasks[task.key]
            if now_open.status != "open":
                raise Done(now_open)
            if isinstance(answer, t.RefusalAnswer) and answer.outcome == "override":
                _may_override(case)
            facts = w.facts_of(task.kind, answer, case, by, means, now)
            if isinstance(answer, t.HelpAnswer) and answer.outcome == "assigned":
                facts += self._by_hand(case, answer, by, means, now)
            return facts

        try:
            return self.change(case.number, decide, now, marked)
        except (Done, Forbidden):
            self.let_go(self.case(case.number))  # whom this answer had bound in vain
            raise

    def _may_go(self, case: Case, task: Task, now: datetime) -> None:
        """Whoever is about to go: still wanted, and bound to no other case. Done, or Forbidden."""
        if self._withdrawn(case):
            self.cancel(case.number, "DL-34", NO_CONSENT, w.WORKFLOW, "workflow", now)
            raise Done(self.task(task.id)[1])
        offer = case.visit.open_offer
        if offer is None or self.responders.engage(offer.responder, case.number):
            return

        def decide(case: Case) -> Sequence[f.Fact]:
            if case.visit.open_offer is None:
                return []
            number = case.visit.open_offer.number
            said: dict[str, Any] = {"on": now, "by": w.WORKFLOW, "means": "workflow"}
            return [f.OfferEnded(**said, offer=number, outcome="withdrawn", why=ELSEWHERE)]

        self.change(case.number, decide, now)
        raise Forbidden("responder-busy", "DL-16")

    def move(self, id: str, change: dict[str, str], fact: f.TaskMoved) -> Case:
        """A task changes hands; what changes nothing is not written down."""
        for _ in range(TRIES):
            case, task = self.task(id)
            if task.status != "open":
                raise Done(task)
            if change.get("taken_by") and task.taken_by not in ("", change["taken_by"]):
                raise Forbidden("task-taken")
            moved = task.model_copy(update=change)
            if moved == task:
                return case
            try:
                return self.store.change(case, [fact], [moved])
            except Conflict:
                continue
        raise Conflict(id)

    def _by_hand(
        self, case: Case, answer: t.HelpAnswer, by: str, means: f.Means, now: datetime
    ) -> list[f.Fact]:
        """An operator found somebody: bound to the case like everybody else."""
        visit = case.visit
        assert visit.request.target
        found = self.responders.get(answer.responder)
        if found is None:
            raise Forbidden("no-such-responder")
        left = self.responders.engaged_by(case.number)
        if left and left.id != found.id:
            self.responders.release(left.id, case.number)
        if not self.responders.engage(found.id, case.number):
            raise Forbidden("responder-busy", "DL-16")
        (seconds,) = self._travel.seconds([found.place], visit.request.target.place, now)
        arrival = found.arriving(now, seconds)
        number = len(visit.offers) + 1
        offered = f.Offered(
            on=now,
            by=by,
            means=means,
            offer=number,
            round=visit.round,
            responder=found.id,
            name=found.name,
            arrives_at=arrival.at,
            travel_seconds=arrival.travel_seconds,
            by_hand=True,
        )
        return [offered, f.Accepted(on=now, by=by, means=means, offer=number)]

    # --- calling off

    def stop(
        self, number: str, asked_by: Literal["resident", "agent"], said: str, by: str, now: datetime
    ) -> Case:
        """The resident, or somebody for them, wants it to stop: at once (DL-33, DL-34)."""

        def decide(case: Case) -> Sequence[f.Fact]:
            if case.consent.state in CLOSED:
                return []
            return [f.Stopped(on=now, by=by, means="phone", asked_by=asked_by, said=said)]

        return self._consent_ended(number, decide, now)

    def replace(self, number: str, successor: str, by: str, means: f.Means, now: datetime) -> Case:
        """Somebody else is registered instead: this consent ends, and what was not dispatched."""

        def decide(case: Case) -> Sequence[f.Fact]:
            if case.consent.state in CLOSED:
                return []
            return [f.Replaced(on=now, by=by, means=means, successor=successor)]

        return self._consent_ended(number, decide, now)

    def _consent_ended(
        self, number: str, decide: Callable[[Case], Sequence[f.Fact]], now: datetime
    ) -> Case:
        """A consent ends, and with it what hangs on it. Where its workflow is through already,
        nobody else would see to that; killed half-way, the audit begins the workflow anew."""
        through = not self.case(number).open
        case = self.change(number, decide, now)
        self.call_off(case, now)
        if through and case.open:
            self._close(number, now)
        return self.case(number)

    def call_off(self, consent: Case, now: datetime) -> None:
        """A consent ended: a home check that rests on it is called off (DL-34). If somebody is on
        the way, an operator is to phone them."""
        number = self.store.running_visit(consent.contract)
        case = self.case(number) if number else None
        if case is None or case.visit.request.registration != consent.number:
            return
        if consent.consent.state not in ("stopped", "replaced") or case.visit.overridden:
            return
        rule, why = _why_ended(consent)
        with suppress(Forbidden):  # somebody arrived just now, or it is over
            case = self.cancel(
                case.number, rule, why, w.WORKFLOW, "workflow", now, unless_dispatched=True
            )
        if case.visit.going:
            self._recall(case.number, rule, why, now)

    def finish_ended(self, visit: Case, now: datetime) -> bool:
        """Whether the consent that a running home check rests on has ended; it is seen to then, for
        whoever ended it may have been killed half-way."""
        if visit.visit.result or visit.visit.consent_ended or not self._withdrawn(visit):
            return False
        consent = self.case(visit.visit.request.registration)
        if consent.consent.state == "granted":  # somebody else is registered by now
            successor = self.store.registration(visit.contract) or ""
            self.replace(consent.number, successor, "audit", "workflow", now)
        else:
            self.call_off(consent, now)
            self.inform_contractor(consent)
        return True

    def _recall(self, number: str, rule: str, why: str, now: datetime) -> None:
        """Somebody goes although consent ended: a task for the call centre, once."""
        for _ in range(TRIES):
            case = self.case(number)
            if case.visit.going is None or case.visit.consent_ended:
                return
            fact = f.ConsentEnded(on=now, by=w.WORKFLOW, means="workflow", rule=rule, why=why)
            after = case.with_facts(fact)
            try:
                self.store.change(case, [fact], [w.task("recall", after, "", now)])
            except Conflict:
                continue
            self.announce([breach(after, fact)])
            return
        raise Conflict(number)

    def cancel(
        self,
        number: str,
        rule: str,
        why: str,
        by: str,
        means: f.Means,
        now: datetime,
        *,
        unless_dispatched: bool = False,
    ) -> Case:
        """A home check is called off. Forbidden once somebody stood at the door; with
        ``unless_dispatched`` nothing happens if somebody is on the way."""

        def decide(case: Case) -> Sequence[f.Fact]:
            visit = case.visit
            if visit.cancelled or (unless_dispatched and visit.dispatched):
                return []
            if visit.arrived or visit.result:
                raise Forbidden("too-late-to-cancel", rule)
            said: dict[str, Any] = {"on": now, "by": by, "means": means, "why": why}
            ended = [
                f.OfferEnded(**said, offer=offer.number, outcome="withdrawn")
                for offer in visit.offers
                if offer.live
            ]
            return [*ended, f.Cancelled(**said, rule=rule)]

        return self.change(number, decide, now)

    # --- steps that wait for nobody

    def step(self, name: str, number: str, kind: TaskKind | None, now: datetime) -> Came:
        """Do a step of a workflow, and say what it came to."""
        match name:
            case "check":
                came = w.came_of("check", self.case(number), now)
            case "choose":
                came = w.came_of("choose", self._choose(number, now), now)
            case "overdue":
                assert kind
                return self._overdue(number, kind, now)
            case "mail_result":
                return self._mail_result(number, now)
            case "close":
                return self._close(number, now)
            case _:
                raise ValueError(f"no step {name!r}")
        assert came
        return came

    def _choose(self, number: str, now: datetime) -> Case:
        def decide(case: Case) -> Sequence[f.Fact]:
            visit = case.visit
            if w.came_of("choose", case, now) is not None:
                return []
            said: dict[str, Any] = {"on": now, "by": w.WORKFLOW, "means": "workflow"}
            assert visit.request.target
            if self._withdrawn(case):
                return [f.Cancelled(**said, rule="DL-34", why=NO_CONSENT)]
            arrival = (
                None
                if visit.spent
                else self.responders.claim(
                    number, visit.request.target.place, now, without=visit.asked
                )
            )
            if arrival is None:
                return [f.NobodyFree(**said, round=visit.round)]
            return [
                f.Offered(
                    **said,
                    offer=len(visit.offers) + 1,
                    round=visit.round,
                    responder=arrival.responder.id,
                    name=arrival.responder.name,
                    arrives_at=arrival.at,
                    travel_seconds=arrival.travel_seconds,
                )
            ]

        case = self.change(number, decide, now)
        if not (case.visit.open_offer or case.visit.going):
            self.let_go(case)  # the case was called off between the claim and the offer
        return case

    def _withdrawn(self, case: Case) -> bool:
        """Whether consent ended since the request was taken: nobody is sent then (DL-34), unless
        an operator made an exception."""
        if case.visit.overridden or case.visit.request.consent != "granted":
            return False
        number = self.store.registration(case.contract)
        same = number is not None and number == case.visit.request.registration
        return not same or self.case(str(number)).consent.state != "granted"

    def _overdue(self, number: str, kind: TaskKind, now: datetime) -> Came:
        came: list[Came] = []

        def decide(case: Case) -> Sequence[f.Fact]:
            came.clear()
            if done := w.came_of(kind, case, now):  # somebody was just in time
                came.append(done)
                return []
            facts, outcome = w.overdue(kind, case, now)
            came.append(w.came(kind, outcome, case.with_facts(*facts), now))
            return facts

        self.change(number, decide, now)
        return came[0]

    def _mail_result(self, number: str, now: datetime) -> Came:
        case = self.case(number)
        notice = self.inform_contractor(case)
        rule = notice.rule if notice else "DL-20"
        self._note_mail(number, "result", rule, now)
        return w.came("mail_result", "tell", case, now)

    def _note_mail(self, number: str, mail: str, rule: str, now: datetime) -> None:
        def decide(case: Case) -> Sequence[f.Fact]:
            if any(isinstance(fact, f.Mailed) and fact.mail == mail for fact in case.facts):
                return []
            said = f.Mailed(on=now, by=w.WORKFLOW, means="workflow", rule=rule, mail=mail)
            return [said]

        self.change(number, decide, now)

    def _close(self, number: str, now: datetime) -> Came:
        """Tell the contractor how it ended, unless they know, and close the case."""
        for _ in range(TRIES):
            case = self.case(number)
            result = case.consent.state if case.kind == "consent" else str(case.visit.result)
            if not case.open:
                self.let_go(case)  # whoever closed it may have been killed before
                return Came(result)
            if case.kind == "consent":
                self.call_off(case, now)
            notice = self.inform_contractor(case)
            rule = notice.rule if notice else "G-07"
            said = f.Closed(on=now, by=w.WORKFLOW, means="workflow", rule=rule, result=result)
            try:
                closed = self.store.change(case, [said], closed=True)
            except Conflict:
                continue
            self.let_go(closed)
            return Came(result)
        raise Conflict(number)


def _may_override(case: Case) -> None:
    """Where nobody is registered, there is no door to go to, whatever an operator decides."""
    if barred := [one.rule for one in case.visit.refusals if one.rule in NEVER]:
        raise Forbidden("cannot-override", barred[0])


def _why_ended(consent: Case) -> tuple[str, str]:
    """By which rule a consent ended, and why, as the contractor and the call centre read it."""
    if stopped := consent.consent.stopped:
        who = "お住まいの方" if stopped.asked_by == "resident" else "お住まいの方の代理の方"
        return "DL-34", f"{who}から停止のご要請がありました。"
    return "DL-05", "在宅確認先が変更されました。"


def told_as(case: str, came: Came) -> dict[str, Any]:
    """What a workflow carries from step to step."""
    return {"case": case, "outcome": came.outcome, "seconds": came.seconds}
