"""The application service of cases: facts come in, tasks open and close, workflows go on.

The store is written first, the workflow is sent the result after. If the process dies in between,
a task has status "answered" and ``told=False``, or a case has no workflow: the audit goes on from
there.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

from botocore.exceptions import ClientError

from lambdas.dispatch.casework import task as t
from lambdas.dispatch.casework.audit import Wrong
from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.case_store import CaseStore
from lambdas.dispatch.casework.clock_gateway import ClockGateway
from lambdas.dispatch.casework.execution_gateway import ExecutionGateway
from lambdas.dispatch.casework.facts import (
    Actor,
    CentreMoved,
    Closed,
    Fact,
    Mailed,
    Restarted,
    TaskMoved,
    TaskOverdue,
    by_workflow,
)
from lambdas.dispatch.casework.notices import breach, contractor_notice, to_all
from lambdas.dispatch.casework.process import (
    Process,
    StepResult,
    begun,
    step_result,
    task_for,
    task_result,
    tasks_beside,
    with_time,
)
from lambdas.dispatch.casework.task import Answer, Task
from lambdas.shared.aws import bus
from lambdas.shared.aws.observability import logger, metrics
from lambdas.shared.centres import OPERATORS, Centre, at_centre, is_operators
from lambdas.shared.conflicts import retry_on_conflict
from lambdas.shared.events import Event
from lambdas.shared.settings import Settings

PICTURES = {"signature_png", "photo_jpeg", "photos_jpeg"}
"""What of an answer is kept apart, in the bucket of pictures."""

Decide: TypeAlias = Callable[[Case[Any]], Sequence[Fact]]
"""Which facts are to be added to the case as it is."""


REMIND_AT_MOST = timedelta(hours=1)
"""So long staff is left in peace about a task that nobody does."""


class DispatchSettings(Settings):
    """What every function of dispatch needs."""

    dispatch_table: str
    event_bus: str
    pictures_bucket: str
    machines: str  # ARN of the processes' state machines, up to their names
    due_queue: str  # URL of the queue of what falls due
    directory_table: str
    web_url: str  # the page's address, which staff finds in the console
    travel: Literal["circle", "routes"] = "circle"  # estimated, or by road (Amazon Location)


class NotFound(Exception):
    """There is no such case, task or person."""


class TaskClosed(Exception):
    """The task waits for nobody any more: it is as it is."""

    def __init__(self, task: Task) -> None:
        super().__init__(task.id)
        self.task = task


class NotAllowed(Exception):
    """The rules do not allow it: the problem's slug, which rule, and what its words name."""

    def __init__(self, slug: str, rule: str | None = None, **values: str) -> None:
        super().__init__(slug)
        self.slug, self.rule, self.values = slug, rule, values


class ProcessService:
    """What a process does beside its facts, with other tables and services. Here: nothing."""

    breaches: tuple[type[Fact], ...] = (TaskOverdue,)
    """Facts that staff is told of at once."""

    def tells_staff(self, fact: Fact) -> bool:
        """Whether staff is told of a fact at once."""
        return isinstance(fact, self.breaches)

    def told(self, case: Case[Any], facts: Sequence[Fact]) -> Sequence[Event]:
        """What is published of facts as soon as they are stored, beside what staff is told."""
        return []

    def begins_again(self, case: Case[Any]) -> bool:
        """Whether the workflow of a closed case is begun anew now that it was opened again."""
        return False

    def __init__(self, cases: "CaseService") -> None:
        self.cases = cases

    def before_answer(self, case: Case[Any], task: Task, answer: Answer, now: datetime) -> None:
        """Somebody is about to answer a task. May raise TaskClosed or NotAllowed."""

    def facts_of(self, case: Case[Any], task: Task, answer: Answer, actor: Actor) -> Sequence[Fact]:
        """What an answer means, decided anew at each try. May raise NotAllowed."""
        return case.process.on_answer(task.kind, answer, case, actor)

    def late_facts(
        self, case: Case[Any], task: Task, answer: Answer, actor: Actor
    ) -> Sequence[Fact] | None:
        """What an answer means to a task that waits for nobody any more. None: nothing."""
        return None

    def answer_failed(self, case: Case[Any]) -> None:
        """An answer was not taken after all."""

    def changed(self, case: Case[Any], facts: Sequence[Fact]) -> None:
        """Facts were stored. The workflow is told after this."""

    def events(self, case: Case[Any]) -> Sequence[Event]:
        """What is published when a case begins."""
        return []

    def run(self, step: str, number: str, now: datetime) -> None:
        """Do a step of the workflow that waits for nobody; its outcome is read from the facts."""

    def closing(self, case: Case[Any], now: datetime) -> Case[Any]:
        """The case is about to be closed; the case as it is then. Called again when the closing is
        repeated."""
        return case

    def closed(self, case: Case[Any]) -> None:
        """The case is closed. Called again when the closing is repeated."""

    def engages(self, case: Case[Any]) -> str | None:
        """The person who is engaged by a case, if any."""
        return None

    def audit(self, case: Case[Any], now: datetime) -> Sequence[Wrong]:
        """Mend what a process that died half-way left behind of an open case; what that was."""
        return []


class CaseService:
    """Cases of every process, with everything that must happen when something happens in one."""

    def __init__(self, store: CaseStore, settings: DispatchSettings) -> None:
        self.store = store
        self.executions = ExecutionGateway(settings.machines, settings.web_url)
        self._clock = ClockGateway(settings.due_queue)
        self._bus = settings.event_bus
        self._services: dict[str, ProcessService] = {}

    def serve(self, services: Mapping[str, ProcessService]) -> None:
        """Say which service each kind of case has."""
        self._services.update(services)

    def of(self, case: Case[Any]) -> ProcessService:
        """The service of a case's process."""
        return self._services[case.kind]

    def case(self, number: str) -> Case[Any]:
        """The case; NotFound when there is none."""
        found = self.store.case(number)
        if found is None:
            raise NotFound(number)
        return found

    def task(self, id: str) -> tuple[Case[Any], Task]:
        """A task with its case; NotFound when there is none."""
        try:
            number, key = t.split(id)
        except ValueError as error:
            raise NotFound(id) from error
        case = self.case(number)
        if key not in case.tasks:
            raise NotFound(id)
        return case, case.tasks[key]

    # --- changes

    @retry_on_conflict
    def change(
        self, number: str, decide: Decide, now: datetime, answered: Task | None = None
    ) -> Case[Any]:
        """Add the facts that ``decide`` finds in the case as it is, and do what follows from them.

        Decided anew when somebody else was faster; Conflict when that happens at every try. Nothing
        is written where there are no facts. The case as it is then.
        """
        case = self.case(number)
        facts = decide(case)
        if not facts and answered is None:
            return case
        return self._write(case, facts, now, answered)

    def _write(
        self,
        case: Case[Any],
        facts: Sequence[Fact],
        now: datetime,
        answered: Task | None = None,
        later: Sequence[Task] = (),
    ) -> Case[Any]:
        """Store facts and what follows from them, all at once: tasks that are settled close, tasks
        that the facts ask for open, and others stand further up or down on the desk. ``later``:
        tasks as they are due now. Conflict when the case was changed since it was read."""
        after = case.with_facts(*facts)
        closing = {
            task.key: _closed(task, self.executions.as_input(case.number, result), answered, now)
            for task in case.open_tasks
            if (result := task_result(task, after, now))
        }
        waiting = {
            **{task.key: task for task in case.open_tasks},
            **{task.key: task for task in later},
            **{task.key: task for task in tasks_beside(after, now)},
        }
        moved = [
            placed
            for key, task in waiting.items()
            if key not in closing and (placed := _placed(task, after)) != case.tasks.get(key)
        ]
        again: dict[str, Any] = (
            {"closed": False} if not case.open and case.process.reopens(facts) else {}
        )
        # The clocks first: whoever dies between the two has woken nobody, and left nothing silent.
        known = {key: task.due for key, task in case.tasks.items()}
        clocks = [one for one in moved if not one.token and known.get(one.key) != one.due]
        self._set_clocks(clocks, now)
        changed = self.store.change(case, facts, [*closing.values(), *moved], **again)
        self._follow(changed, facts, list(closing.values()))
        if again and self.of(changed).begins_again(changed):
            return self.restart(changed, "reopened", now)  # if this dies, the audit does it
        return changed

    def open(
        self,
        process: Process,
        number: str,
        first: Any,
        *,
        instead_of: Collection[str] = (),
        references: Sequence[str] = (),
    ) -> Case[Any]:
        """A case begins, with the tasks that its first fact asks for beside the workflow, each with
        its clock. Taken when its slot is held by a case that is not among ``instead_of``, or a
        reference belongs to another."""
        tasks = tasks_beside(Case(number, process, 1, (first,)), first.on)
        self._set_clocks(tasks, first.on)
        more: dict[str, Any] = {"tasks": tasks, "references": references}
        return self.store.open(process, number, first, instead_of=instead_of, **more)

    def _follow(self, case: Case[Any], facts: Sequence[Fact], closed: Sequence[Task]) -> None:
        """After the store knows: the process's other tables, then workflows, then staff.

        Workflows last but one: as soon as one goes on it may engage somebody else.
        """
        service = self.of(case)
        try:
            service.changed(case, facts)
            for task in closed:
                self.report(task)
        except ClientError:  # it is stored: the audit does the rest
            logger.exception("not followed up", extra={"case": case.number})
        self._tell(case, facts)

    def _tell(self, case: Case[Any], facts: Sequence[Fact]) -> None:
        """Staff is told of facts that were stored, and whoever else is to be."""
        service = self.of(case)
        self.tell_staff(case, [fact for fact in facts if service.tells_staff(fact)])
        self.publish(service.told(case, facts))

    def tell_staff(self, case: Case[Any], facts: Sequence[Fact]) -> None:
        """Staff is mailed at once that this happened."""
        self.publish([breach(case, fact) for fact in facts])

    def publish(self, events: Sequence[Event | None]) -> None:
        """Put events on the bus, ten at a time."""
        found = [event for event in events if event]
        for first in range(0, len(found), 10):
            bus.publish(self._bus, *found[first : first + 10])

    def inform_contractor(self, case: Case[Any]) -> str:
        """Mail the contractor where the case stands, once for each standing. The notice's rule, or
        G-07 while there is nothing to tell."""
        notice = contractor_notice(case)
        self.publish(to_all(case, notice))
        return notice.rule if notice else "G-07"

    # --- workflows

    def begin(self, case: Case[Any], now: datetime) -> Case[Any]:
        """Publish that the case is there, and start its workflow. May be repeated."""
        events = self.of(case).events(case)
        if events:
            self.publish(events)
            self.inform_contractor(case)
        return self.start(case, now)

    def start(self, case: Case[Any], now: datetime, again: str = "") -> Case[Any]:
        """Start the case's workflow, named after its number; once, however often it is asked."""
        name = case.number + (f"-{again}" if again else "")
        machine = case.process.machine
        arn = self.executions.start(machine, name, case.number, begun(case, now))
        return case if case.execution == arn else self._remember(case.number, arn)

    @retry_on_conflict
    def _remember(self, number: str, execution: str) -> Case[Any]:
        case = self.case(number)
        return case if case.execution == execution else self.store.change(case, execution=execution)

    def restart(self, case: Case[Any], why: str, now: datetime) -> Case[Any]:
        """Start the case's workflow anew, under a name that whoever repeats this chooses again."""
        times = sum(isinstance(fact, Restarted) for fact in case.facts)

        def decide(case: Case[Any]) -> Sequence[Fact]:
            if sum(isinstance(fact, Restarted) for fact in case.facts) > times:
                return []
            return [Restarted(on=now, by="audit", means="workflow", why=why)]

        self.start(case, now, again=f"again-{times + 1}")
        return self.change(case.number, decide, now)

    @retry_on_conflict
    def wait_for(self, number: str, kind: str, token: str, now: datetime) -> None:
        """A workflow waits for somebody: the task opens, unless it is done already."""
        case = self.case(number)
        if result := step_result(kind, case, now):
            self.executions.send(token, self.executions.as_input(number, result))
        else:
            self.store.change(case, tasks=[task_for(kind, case, token, now)])

    def report(self, task: Task) -> None:
        """Send the workflow the result of a task, and remember that it has it."""
        if task.token:
            self.executions.send(task.token, task.came)
        self.store.mark_reported(task)

    # --- answers

    def answer(self, id: str, answer: Answer, actor: Actor) -> Case[Any]:
        """Somebody did a task. TaskClosed when it waits for nobody any more; the same answer of the
        same person again changes nothing. NotAllowed where the rules forbid it."""
        case, task = self.task(id)
        service = self.of(case)
        content = answer.model_dump(mode="json", exclude=PICTURES)
        if task.status != "open":
            if task.answered_by == actor.by and task.answer == content:
                if not task.told:
                    self.report(task)
                return case
            return self._late(case, task, answer, actor)
        marked = task.model_copy(update={"answered_by": actor.by, "answer": content})
        service.before_answer(case, task, answer, actor.on)

        def decide(case: Case[Any]) -> Sequence[Fact]:
            as_it_is = case.tasks[task.key]
            if as_it_is.status != "open":
                raise TaskClosed(as_it_is)
            return service.facts_of(case, task, answer, actor)

        try:
            return self.change(case.number, decide, actor.on, marked)
        except TaskClosed:  # just now: it may be worth having all the same
            service.answer_failed(self.case(case.number))
            return self._late(case, task, answer, actor)
        except NotAllowed:
            service.answer_failed(self.case(case.number))
            raise

    def _late(self, case: Case[Any], task: Task, answer: Answer, actor: Actor) -> Case[Any]:
        """Take an answer that comes too late and is worth having all the same; or TaskClosed."""
        service = self.of(case)

        def decide(case: Case[Any]) -> Sequence[Fact]:
            facts = service.late_facts(case, task, answer, actor)
            if facts is None:
                raise TaskClosed(case.tasks[task.key])
            return facts

        case = self.change(case.number, decide, actor.on)
        self.inform_contractor(case)
        return case

    @retry_on_conflict
    def move(self, id: str, change: dict[str, str], fact: TaskMoved) -> Case[Any]:
        """A task changes hands; what changes nothing is not recorded. TaskClosed, or NotAllowed
        when somebody else took it."""
        case, task = self.task(id)
        if task.status != "open":
            raise TaskClosed(task)
        if change.get("taken_by") and task.taken_by not in ("", change["taken_by"]):
            raise NotAllowed("task-taken")
        moved = task.model_copy(update=change)
        return case if moved == task else self.store.change(case, [fact], [moved])

    # --- tasks that no workflow waits for

    def ask_beside(
        self,
        case: Case[Any],
        facts: Sequence[Fact],
        kinds: Sequence[str],
        now: datetime,
        contracts: Sequence[str] = (),
    ) -> Case[Any]:
        """Add facts together with tasks that no workflow waits for, each with a clock of its own;
        staff is told. ``contracts``: the case is listed for these, too. The case as it is then.
        Conflict when it was changed since it was read."""
        after = case.with_facts(*facts)
        tasks = [task_for(kind, after, "", now) for kind in kinds]
        after = self.store.change(case, facts, tasks, contracts)
        self._set_clocks(tasks, now)
        self._tell(after, facts)
        return after

    def _set_clocks(self, tasks: Sequence[Task], now: datetime) -> None:
        try:
            for task in tasks:
                self._clock.set(task, now)
        except ClientError:  # the tasks are stored all the same: the audit reminds of them
            logger.exception("no clock set", extra={"tasks": [task.id for task in tasks]})

    def fall_due(self, id: str, due: datetime, now: datetime) -> None:
        """A task's clock has come round. Nothing for a task that is done or due at another moment:
        that one has a clock of its own. One that came round early is set anew."""
        try:
            case, task = self.task(id)
        except NotFound:  # whoever set the clock died before they stored the task
            return
        if task.status != "open" or task.token or task.due != due:
            return
        if now < due:
            self._clock.set(task, now)
        else:
            self.remind(case.number, now)

    @retry_on_conflict
    def move_to_centre(self, number: str, centre: Centre, why: str, actor: Actor) -> Case[Any]:
        """Another centre looks after the case: its operators have what is to be done (AL-21).
        Nothing when it is theirs already. NotAllowed for a case that is closed."""
        case = self.case(number)
        if case.centre == centre:
            return case
        if not case.open:
            raise NotAllowed("case-closed", "AL-21")
        group = at_centre(OPERATORS, centre)
        moved = [
            task.model_copy(update={"group": group, "taken_by": ""})
            for task in case.open_tasks
            if is_operators(task.group)
        ]
        fact = CentreMoved(**actor._asdict(), centre=centre, why=why)
        return self.store.change(case, [fact], moved)

    @retry_on_conflict
    def remind(self, number: str, now: datetime) -> bool:
        """Staff is told of each task that no workflow waits for and whose time is up, and again
        when it has waited twice as long, or an hour longer. Returns True if there was one."""
        case = self.case(number)
        late = [task for task in case.open_tasks if not task.token and task.due <= now]
        if not late:
            return False
        kinds = dict.fromkeys(task.kind for task in late)
        facts = [fact for kind in kinds for fact in case.process.on_timeout(kind, case, now)[0]]
        again = [
            task.model_copy(
                update={
                    "due": max(
                        case.process.due(task.kind, case, now),
                        now + min(REMIND_AT_MOST, now - task.opened_at),
                    )
                }
            )
            for task in late
        ]
        self._write(case, facts, now, later=again)
        return True

    # --- steps that wait for nobody

    def step(self, name: str, number: str, kind: str | None, now: datetime) -> StepResult:
        """Do a step of a workflow (``kind``: of the task whose time is up); what it came to."""
        match name:
            case "overdue":
                assert kind
                return self._overdue(number, kind, now)
            case "mail_result":
                return self._mail_result(number, now)
            case "close":
                return self.close(number, now)
        self.of(self.case(number)).run(name, number, now)
        result = step_result(name, self.case(number), now)
        assert result, f"{name} waits for nobody"
        return result

    def _overdue(self, number: str, kind: str, now: datetime) -> StepResult:
        result = StepResult("")

        def decide(case: Case[Any]) -> Sequence[Fact]:
            nonlocal result
            if done := step_result(kind, case, now):  # somebody was just in time
                result = done
                return []
            metrics.add_metric(name="TasksLate", unit="Count", value=1)
            facts, outcome = case.process.on_timeout(kind, case, now)
            result = with_time(kind, outcome, case.with_facts(*facts), now)
            return facts

        self.change(number, decide, now)
        return result

    def _mail_result(self, number: str, now: datetime) -> StepResult:
        case = self.case(number)
        rule = self.inform_contractor(case)

        def decide(case: Case[Any]) -> Sequence[Fact]:
            if any(isinstance(fact, Mailed) and fact.mail == "result" for fact in case.facts):
                return []
            return [Mailed(**by_workflow(now), rule=rule, mail="result")]

        self.change(number, decide, now)
        return with_time("mail_result", "mailed", case, now)

    @retry_on_conflict
    def close(self, number: str, now: datetime) -> StepResult:
        """Tell the contractor how it ended, unless they know, and close the case."""
        case = self.case(number)
        service = self.of(case)
        result = StepResult(case.process.result(case))
        if not case.open:
            service.closed(case)  # whoever closed it may have died before
            return result
        case = service.closing(case, now)
        rule = self.inform_contractor(case)
        fact = Closed(**by_workflow(now), rule=rule, result=result.outcome)
        service.closed(self.store.change(case, [fact], closed=True))
        return result


def _placed(task: Task, case: Case[Any]) -> Task:
    """A task where it stands on the desk now."""
    return task.model_copy(update={"priority": case.process.priority(task.kind, case)})


def _closed(task: Task, came: dict[str, Any], answered: Task | None, now: datetime) -> Task:
    """An open task that is settled by what happened, answered or not; ``came``: what its workflow
    is sent."""
    mine = answered is not None and answered.key == task.key
    update: dict[str, Any] = {
        "status": "answered" if mine else "overdue" if task.due <= now else "withdrawn",
        "came": came,
        "told": False,
    }
    if mine and answered:
        by = {"answered_by": answered.answered_by, "answered_at": now}
        update |= {"answer": answered.answer, **by}
    return task.model_copy(update=update)
