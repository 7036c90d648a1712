"""HTTP routes of whoever does something in a case: operators, their leaders, responders."""

import base64
from typing import Any, Literal

from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from lambdas.dispatch.assignment import facts as f
from lambdas.dispatch.assignment.assignment_service import AssignmentService
from lambdas.dispatch.base_api import (
    Occurred,
    Sent,
    acting,
    company_of,
    groups_of,
    may_take,
    problems_answered,
)
from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.case_service import DispatchSettings
from lambdas.dispatch.casework.facts import Fact, TaskMoved
from lambdas.dispatch.casework.picture_store import PictureStore
from lambdas.dispatch.casework.task import Answer, Task, person
from lambdas.dispatch.casework.views import CaseView, TaskView, case_view, task_view
from lambdas.dispatch.problems import TEXTS
from lambdas.dispatch.processes.consent.state import calling_hours
from lambdas.dispatch.processes.consent.tasks import CallAnswer
from lambdas.dispatch.processes.dispatch_service import DispatchService
from lambdas.shared.aws import http
from lambdas.shared.calendar import in_japan
from lambdas.shared.centres import LEADERS
from lambdas.shared.problems import Problem
from lambdas.shared.settings import load

app = http.resolver(TEXTS)
handler = http.entry(app)


MOST = 100
"""Tasks in one answer: the most urgent ones."""


class TaskDone(BaseModel):
    """What came of a task. Responders and their companies are told nothing of the case: it is the
    family's."""

    task: TaskView
    case: CaseView | None


@app.get(
    "/dispatch/tasks",
    summary="What waits for me or my group",
    description="The hundred most urgent tasks.",
    tags=["Tasks"],
)
def my_tasks() -> list[TaskView]:
    who = http.caller(app)
    service = DispatchService(load(DispatchSettings))
    groups = groups_of(app)
    if company := company_of(app):
        staff = service.responders.everybody()
        groups += [person(one.id) for one in staff if one.company == company]
    elif not groups:
        raise Problem(403, "operator-only")
    found = service.store.desk(groups, MOST)
    return [task_view(task, case, who.language, who.now) for task, case in found]


@app.get("/dispatch/tasks/<task>", summary="A task, with what to say", tags=["Tasks"])
def my_task(task: str) -> TaskView:
    who = http.caller(app)
    case, found = opened(task)
    return told(case, found, who)


@app.post(
    "/dispatch/tasks/<task>/answer",
    summary="A task was done",
    description="The same answer again is no harm; another one is told who was first.",
    tags=["Tasks"],
)
def answer(
    task: str, said: dict[str, Any], occurred_at: Occurred = None, sent_at: Sent = None
) -> TaskDone:
    who = http.caller(app)
    case, found = opened(task)
    try:
        given = case.process.answers[found.kind].model_validate(said)
    except ValidationError as error:
        raise RequestValidationError(
            [{**one, "loc": ("body", *one["loc"])} for one in error.errors()]
        ) from error
    service = DispatchService(load(DispatchSettings))
    actor = acting(app, case, found, occurred_at, sent_at)
    if isinstance(given, CallAnswer) and found.status == "open":
        in_order(given, found, case, who)
    late = found.kind == "visit" and case.state.stands_aside(found.number)
    keep(service, case.number, given, f"@{found.number}" if late else "")
    with problems_answered():
        after = service.cases.answer(task, given, actor)
    return TaskDone(
        task=task_view(after.tasks[found.key], after, who.language, who.now),
        case=None
        if actor.means == "mobile" or company_of(app)
        else case_view(after, who.language, who.now, staff=True),
    )


def in_order(given: CallAnswer, task: Task, case: Case[Any], who: http.Caller) -> None:
    """Consent calls have their days and hours (DL-09, A-06)."""
    called = given.called_at or who.now
    if called > who.now or called < case.state.registered.on:
        raise Problem(422, "invalid")
    if called >= case.state.window_ends:
        when = f"{in_japan(case.state.window_ends):%Y-%m-%d %H:%M}"
        raise Problem(409, "task-overdue", rule="DL-09", when=when)
    if given.called_back:
        return
    if task.since and called < task.since:
        when = f"{in_japan(task.since):%Y-%m-%d %H:%M}"
        raise Problem(422, "call-too-early", rule="DL-09", when=when)
    if not calling_hours(called):
        raise Problem(422, "calling-hours", rule="A-06")


def keep(service: DispatchService, case: str, given: Answer, late: str) -> None:
    """Keep the pictures of a visit, if they are what they say they are; ``late``: what their names
    end with, so that they replace nobody else's."""
    for name, content in given.pictures.items():
        try:
            picture = base64.b64decode(content, validate=True)
        except ValueError as error:
            raise Problem(422, "no-picture") from error
        if not picture.startswith(PictureStore.TYPES[name][1]):
            raise Problem(422, "no-picture")
        service.pictures.keep(case, name + late, picture)


@app.post("/dispatch/tasks/<task>/take", summary="I do this", tags=["Tasks"])
def take(task: str) -> TaskView:
    return moved(task, "taken")


@app.post("/dispatch/tasks/<task>/hand-back", summary="Somebody else shall", tags=["Tasks"])
def hand_back(task: str) -> TaskView:
    return moved(task, "handed_back")


@app.post("/dispatch/tasks/<task>/escalate", summary="To the leader", tags=["Tasks"])
def escalate(task: str) -> TaskView:
    return moved(task, "escalated")


@app.post("/dispatch/tasks/<task>/arrived", summary="I stand at the door", tags=["Tasks"])
def arrived(task: str, occurred_at: Occurred = None, sent_at: Sent = None) -> TaskView:
    who = http.caller(app)
    case, found = opened(task)
    if found.kind != "visit":
        raise Problem(404, "not-found")
    service = DispatchService(load(DispatchSettings))
    actor = acting(app, case, found, occurred_at, sent_at)

    def decide(case: Case[Any]) -> list[Fact]:
        if found.number in case.state.arrivals:
            return []
        return [f.Arrived(**actor._asdict(), offer=found.number)]

    with problems_answered():
        case = service.cases.change(found.case, decide, who.now)
    return told(case, case.tasks[found.key], who)


class EmergencyCall(BaseModel):
    """Somebody needs help: who was called, and what was said."""

    authority: Literal["119", "110", "none"]
    called_by: Literal["responder", "centre", "other"] = "responder"
    called_at: AwareDatetime | None = None
    said: str = Field(min_length=1, max_length=1000)


@app.post(
    "/dispatch/tasks/<task>/emergency",
    summary="Somebody needs help",
    description="Call 119 or 110 first. The call centre phones the contractor; who is there stays.",
    tags=["Tasks"],
)
def emergency(
    task: str, call: EmergencyCall, occurred_at: Occurred = None, sent_at: Sent = None
) -> TaskView:
    who = http.caller(app)
    case, found = opened(task)
    service = DispatchService(load(DispatchSettings))
    sending = service.cases.of(case)
    if not isinstance(sending, AssignmentService):
        raise Problem(404, "not-found")
    actor = acting(app, case, found, occurred_at, sent_at)
    at = min(call.called_at or actor.occurred_at or who.now, who.now)
    said = {**actor._asdict(), **call.model_dump(exclude={"called_at"})}
    with problems_answered():
        after = sending.emergency(case.number, f.Emergency(**said, called_at=at))
    return told(after, after.tasks[found.key], who)


def told(case: Case[Any], task: Task, who: http.Caller) -> TaskView:
    """A task with what to say, and whom to phone."""
    phone = ""
    if (
        task.kind in ("chase", "recall", "turn_back", "emergency_lead", "pass_on")
        and task.status == "open"
        and (offer := case.state.going or case.state.to_turn_back)
    ):
        going = DispatchService(load(DispatchSettings)).responders.get(offer.responder)
        phone = going.phone if going else ""
    return task_view(task, case, who.language, who.now, script=True, phone=phone)


def opened(task: str) -> tuple[Case[Any], Task]:
    """A task that the caller may do, with its case."""
    service = DispatchService(load(DispatchSettings))
    with problems_answered():
        case, found = service.cases.task(task)
    may_take(app, found)
    return case, found


def moved(task: str, how: Any) -> TaskView:
    """A task changes hands."""
    who = http.caller(app)
    _, found = opened(task)
    if how == "escalated" and found.personal:
        raise Problem(404, "not-found")
    holder = found.taken_by in ("", who.person)
    if how == "handed_back" and not holder and LEADERS not in http.groups(app):
        raise Problem(422, "task-taken")
    service = DispatchService(load(DispatchSettings))
    change = {
        "taken": {"taken_by": who.person},
        "handed_back": {"taken_by": ""},
        "escalated": {"taken_by": "", "group": LEADERS},
    }[how]
    with problems_answered():
        case = service.cases.move(
            task,
            change,
            TaskMoved(on=who.now, by=who.person, means="desk", task=found.key, how=how),
        )
    return task_view(case.tasks[found.key], case, who.language, who.now)
