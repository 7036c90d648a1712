"""Cases, timelines and tasks as they are shown."""

from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel

from lambdas.dispatch.casework import task as t
from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.facts import Fact, Means, event_of
from lambdas.dispatch.casework.place import Place
from lambdas.dispatch.casework.task import Task
from lambdas.shared.events import Sentence
from lambdas.shared.household import Language

FOR_FAMILIES = frozenset(
    {"call", "outcome", "asked_by", "arrives_at", "report", "result", "occurred_at"}
)
"""The details that contractors see: no logins, no notes of staff."""

REASONED = frozenset({"given_up", "cancelled"})
"""Of these they are mailed why; why a responder declined or broke off stays in the house."""

WHO: dict[Means, Sentence] = {
    "app": Sentence(ja="ご契約者", en="Contractor"),
    "phone": Sentence(ja="センター", en="Call centre"),
    "desk": Sentence(ja="センター", en="Call centre"),
    "mobile": Sentence(ja="訪問担当者", en="Responder"),
    "workflow": Sentence(ja="自動", en="Automatic"),
}
"""Who did something, as contractors see it."""

NOT_FOR_FAMILIES = frozenset({"centre_moved", "task_moved", "task_overdue", "restarted", "mailed"})
"""What goes on in the house."""


class Moment(BaseModel):
    """Something that happened."""

    at: AwareDatetime
    event: str
    what: str
    who: str
    means: str
    rule: str
    details: dict[str, Any]


class Destination(BaseModel):
    """Where somebody is sent."""

    name: str
    address: str
    place: Place


class TaskNews(BaseModel):
    """Something that happened while a task was being done."""

    at: AwareDatetime
    text: str


class TaskView(BaseModel):
    """Something to be done."""

    id: str
    case: str
    kind: str
    title: str
    group: str
    status: str
    rule: str
    since: AwareDatetime | None
    due: AwareDatetime
    overdue: bool
    taken_by: str
    answered_by: str
    answered_at: AwareDatetime | None
    outcomes: list[str]
    target: str = ""  # whose home it is about
    script: str = ""
    destination: Destination | None = None  # with the script, where it is about a visit
    news: list[TaskNews] = []  # what whoever does it must hear, the latest last


class CaseView(BaseModel):
    """A case, with everything that happened."""

    case: str
    kind: str
    state: str
    open: bool
    opened_at: AwareDatetime
    contract: str
    centre: str = ""  # for staff: the call centre that looks after it; empty: any
    home: str
    target: str
    consent: str = ""  # of a home check: the case of whose door it is
    result: str | None
    said: str | None
    refusals: list[dict[str, str]]
    arrives_at: AwareDatetime | None
    responder: str | None
    checks: dict[str, str]
    images: list[str]
    timeline: list[Moment]
    tasks: list[TaskView] = []
    execution: str = ""
    console: str = ""


def moment(fact: Fact, case: Case[Any], language: Language, *, staff: bool) -> Moment:
    """A fact in words."""
    event = event_of(fact)
    details = fact.model_dump(mode="json", exclude={"on", "by", "means", "event", "rule"})
    if not fact.on_behalf:
        details.pop("on_behalf")
    if fact.occurred_at is None:
        details.pop("occurred_at")
    shown = FOR_FAMILIES | ({"why"} if event in REASONED else set())
    return Moment(
        at=fact.on,
        event=event,
        what=case.process.in_words(fact).text(language),
        who=fact.by if staff else WHO[fact.means].text(language),
        means=fact.means,
        rule=str(getattr(fact, "rule", "")),
        details={k: v for k, v in details.items() if staff or k in shown},
    )


def case_view(case: Case[Any], language: Language, now: datetime, *, staff: bool) -> CaseView:
    """A case as staff or the contractor sees it now."""
    first, process = case.first, case.process
    about = process.overview(case)
    shown = [
        moment(fact, case, language, staff=staff)
        for fact in case.facts
        if staff or not (event_of(fact) in NOT_FOR_FAMILIES or getattr(fact, "aside", False))
    ]
    view = CaseView(
        case=case.number,
        kind=case.kind,
        state=about.status,
        open=case.open,
        opened_at=case.opened_at,
        contract=case.contract,
        home=first.home,
        target=first.target.name if first.target else "",
        result=about.result,
        said=process.words.results[about.said].text(language) if about.said else None,
        refusals=[{"rule": rule, "why": why.text(language)} for rule, why in about.refusals],
        arrives_at=about.arrives_at,
        responder=about.responder,
        checks={what.text(language): seen.text(language) for what, seen in about.checks},
        images=list(about.images),
        timeline=sorted(shown, key=lambda one: one.at),
    )
    if staff:
        view.tasks = [task_view(task, case, language, now) for task in case.tasks.values()]
        view.consent, view.centre = about.consent, case.centre
        view.execution = case.execution
        view.console = console(case.execution)
    return view


def console(execution: str) -> str:
    """Where the workflow can be looked at."""
    if not execution:
        return ""
    region = execution.split(":")[3]
    return (
        f"https://{region}.console.aws.amazon.com/states/home?region={region}"
        f"#/v2/executions/details/{execution}"
    )


def task_view(
    task: Task,
    case: Case[Any],
    language: Language,
    now: datetime,
    *,
    script: bool = False,
    phone: str = "",
) -> TaskView:
    """A task; if wanted and open, with what to say and where to go.

    ``phone`` is the responder's, for whoever must ask where they are.
    """
    spec = case.process.flow.tasks[task.kind]
    target = case.first.target
    told = script and task.status == "open"
    values = {**case.process.script_values(task, case), "phone": phone} if told else {}
    return TaskView(
        **task.model_dump(
            include={"case", "kind", "group", "status", "since", "due", "taken_by"}
            | {"answered_by", "answered_at"}
        ),
        id=task.id,
        title=spec.title.text(language),
        rule=spec.rule,
        overdue=task.status == "open" and task.due < now,
        outcomes=list(spec.outcomes),
        target=target.name if target and (told or not task.personal) else "",
        script=t.script(spec.script, values) if told else "",
        destination=Destination(**target.model_dump(include={"name", "address", "place"}))
        if told and target and case.process.sends
        else None,
        news=[TaskNews(at=one.at, text=one.text) for one in case.process.news(task, case)],
    )
