"""What a kind of case is: its facts, its flow, and what each step comes to, from the facts alone.

The state machines only lead from step to step. Each step asks here what the facts say, so a
workflow that is begun anew goes through what has happened without doing it again, and whoever asks
twice hears the same.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from pydantic import TypeAdapter

from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.facts import Actor, Fact
from lambdas.dispatch.casework.flow import Flow
from lambdas.dispatch.casework.task import Answer, Task
from lambdas.dispatch.casework.words import Words
from lambdas.shared.calendar import in_japan
from lambdas.shared.centres import LEADERS, at_centre
from lambdas.shared.events import NoticeKind, Sentence


def slot_of(process: "Process", first: Any) -> str:
    """What a case occupies of its contract, so that there is one at a time: the process's slot, or
    the one that its first fact names."""
    return str(getattr(first, "slot", process.slot))


class StepResult(NamedTuple):
    """What a step came to, how many seconds the task after it may take, and who is to do that one
    until when, as staff reads it in the console."""

    outcome: str
    seconds: int = 1
    next: Mapping[str, str | int] = MappingProxyType({})


class Assignee(NamedTuple):
    """Who is to do a task: ``number`` tells it from others of its kind in the case."""

    number: int = 1
    group: str = ""  # empty: the group of the flow's table
    since: datetime | None = None  # not before


class Standing(NamedTuple):
    """What a case has come to, as the contractor is told it: kind of notice, rule, values."""

    kind: NoticeKind
    rule: str
    values: Mapping[str, str | int | Sentence]
    edition: int = 0  # counts what was told wrongly before, and is told anew


class Party(NamedTuple):
    """A contract that is told of a case, and its home."""

    contract: str
    home: str


class News(NamedTuple):
    """Something that whoever does a task must hear at once."""

    at: datetime
    text: str  # Japanese: what people said, and what is to be done


class Overview(NamedTuple):
    """What is shown of a case beside its timeline."""

    status: str
    result: str | None = None
    said: str = ""  # the key of the result's words
    refusals: Sequence[tuple[str, Sentence]] = ()  # rule, words
    arrives_at: datetime | None = None
    responder: str | None = None
    checks: Sequence[tuple[Sentence, Sentence]] = ()  # what was looked at, what was seen
    images: Sequence[str] = ()
    consent: str = ""  # the consent's case, for staff


class Process(Protocol):
    """One kind of case. Methods are pure; what touches AWS is in the package's ``*_service``."""

    kind: str
    """Its name in the store and the API."""
    prefix: str
    """How its cases' numbers begin."""
    machine: str
    """The name of its state machine. Fixed, so that functions it calls may answer it."""
    slot: str
    """Of cases with the same slot a contract has one at a time."""
    held: bool
    """Whether a closed case keeps the slot, until another one is opened instead of it."""
    sends: bool
    """Whether somebody is sent to the target's home."""
    flow: Flow
    facts: TypeAdapter[Any]
    answers: Mapping[str, type[Answer]]
    """What is answered to each kind of task."""
    words: Words
    """What happened and how it ended, in words."""

    def state(self, facts: Sequence[Fact]) -> Any:
        """What the facts of a case amount to."""
        ...

    def claims(self, first: Any) -> Collection[str]:
        """What only one running case may be about beside the contract's slot."""
        ...

    def parties(self, case: Case[Any]) -> Sequence[Party]:
        """The contracts that are told of a case: whose it is first."""
        ...

    def news(self, task: Task, case: Case[Any]) -> Sequence[News]:
        """What whoever does a task must hear that was not so when it was given out."""
        ...

    def outcome(self, step: str, case: Case[Any]) -> str | None:
        """What a step has come to; None while somebody is still to do it."""
        ...

    def settled(self, task: Task, case: Case[Any]) -> str | None:
        """What has come of a task that was given out; None while it is still to be done."""
        ...

    def due(self, task: str, case: Case[Any], now: datetime) -> datetime:
        """When a task of this kind must be done, were it given out now."""
        ...

    def assignee(self, task: str, case: Case[Any]) -> Assignee:
        """Who is to do a task of this kind."""
        ...

    def beside(self, case: Case[Any]) -> Sequence[str]:
        """The kinds of the tasks that are to be open now and that no workflow waits for, as the
        facts say."""
        ...

    def priority(self, task: str, case: Case[Any]) -> int:
        """How far up on the desk a task of this kind stands."""
        ...

    def on_timeout(self, task: str, case: Case[Any], now: datetime) -> tuple[list[Fact], str]:
        """What it means that a task was not done in its time: the facts, and the outcome. Of one
        that no workflow waits for only the facts count."""
        ...

    def on_answer(self, task: str, answer: Answer, case: Case[Any], actor: Actor) -> list[Fact]:
        """What an answer means."""
        ...

    def script_values(self, task: Task, case: Case[Any]) -> Mapping[str, object]:
        """The names that the scripts of its tasks speak of."""
        ...

    def standing(self, case: Case[Any]) -> Standing | None:
        """What the contractor is told; None while there is nothing to tell."""
        ...

    def overview(self, case: Case[Any]) -> Overview:
        """What is shown of a case beside its timeline."""
        ...

    def in_words(self, fact: Fact) -> Sentence:
        """What happened; where nobody did what was to be done, that."""
        ...

    def result(self, case: Case[Any]) -> str:
        """How it ended; while it runs, where it stands. An outcome of the step ``close``."""
        ...

    def ended(self, case: Case[Any]) -> bool:
        """Whether it is known how it ends: nothing can be called off any more."""
        ...

    def reopens(self, facts: Sequence[Fact]) -> bool:
        """Whether these facts, added to a closed case, open it again."""
        ...


def step_result(step: str, case: Case[Any], now: datetime) -> StepResult | None:
    """What a step has come to, with the time that the task after it may take; None while somebody
    is still to do it."""
    outcome = case.process.outcome(step, case)
    return with_time(step, outcome, case, now) if outcome else None


def task_result(task: Task, case: Case[Any], now: datetime) -> StepResult | None:
    """What has come of a task, with the time that the one after it may take; None while somebody is
    still to do it."""
    outcome = case.process.settled(task, case)
    return with_time(task.kind, outcome, case, now) if outcome else None


def with_time(step: str, outcome: str, case: Case[Any], now: datetime) -> StepResult:
    """An outcome, with the time that the task after it may take. ValueError for an outcome that is
    not in the flow's table."""
    after = case.process.flow.task_after(step, outcome)
    if after is None:
        return StepResult(outcome)
    return StepResult(
        outcome, seconds_until(case.process.due(after, case, now), now), asked(after, case, now)
    )


def asked(task: str, case: Case[Any], now: datetime) -> Mapping[str, str | int]:
    """Whom a task is given to, until when, and for the how manieth time, were it given out now."""
    spec = case.process.flow.tasks[task]
    who = case.process.assignee(task, case)
    due = in_japan(case.process.due(task, case, now))
    group = at_centre(who.group or spec.group, case.centre)
    return {
        "task": spec.title.ja,
        "group": "responder" if group.startswith("person:") else group,
        "due": f"{due:%Y-%m-%d %H:%M:%S} JST",
        "round": who.number,
    }


def seconds_until(moment: datetime, now: datetime) -> int:
    """Whole seconds that are left, one at least: what a state may wait."""
    return max(1, math.ceil((moment - now).total_seconds()))


def begun(case: Case[Any], now: datetime) -> StepResult:
    """What a workflow begins with: how long its first state may wait, and for whom."""
    start = case.process.flow.start
    if not case.process.flow.steps[start].ask:
        return StepResult("begun")
    due = case.process.due(start, case, now)
    return StepResult("begun", seconds_until(due, now), asked(start, case, now))


def task_for(kind: str, case: Case[Any], token: str, now: datetime) -> Task:
    """The task that a workflow wants done. Asked again, the same one with the new token."""
    process = case.process
    spec = process.flow.tasks[kind]
    number, group, since = process.assignee(kind, case)
    made = Task(
        case=case.number,
        kind=kind,
        number=number,
        group=at_centre(group or spec.group, case.centre),
        opened_at=now,
        since=since,
        due=process.due(kind, case, now),
        priority=process.priority(kind, case),
        token=token,
    )
    known = case.tasks.get(made.key)
    if known is None:
        return made
    kept: dict[str, object] = {"opened_at": known.opened_at, "taken_by": known.taken_by}
    if known.group == LEADERS:
        kept["group"] = LEADERS
    return made.model_copy(update=kept)


def tasks_beside(case: Case[Any], now: datetime) -> list[Task]:
    """The tasks that the facts ask for beside the workflow, and that were not given out yet."""
    wanted = [task_for(kind, case, "", now) for kind in case.process.beside(case)]
    return [task for task in wanted if task.key not in case.tasks]
