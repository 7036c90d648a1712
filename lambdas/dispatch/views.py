"""Cases, timelines and tasks as they are shown."""

from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel

from lambdas.dispatch import facts as f
from lambdas.dispatch import tasks as t
from lambdas.dispatch.case import Case, CaseKind
from lambdas.dispatch.notices import CHECKS, RESULTS
from lambdas.dispatch.tasks import Task
from lambdas.dispatch.travel import Place
from lambdas.shared.household import Language

WHAT: dict[str, tuple[str, str]] = {
    "registered": ("在宅確認先の登録", "The person was registered"),
    "called": ("承諾のお電話", "Consent call"),
    "call_overdue": ("承諾電話の期限超過", "Consent call overdue"),
    "lapsed": ("承諾を確認できず終了", "Consent could not be confirmed"),
    "stopped": ("停止のご要請", "The resident asked to stop"),
    "replaced": ("在宅確認先の変更", "Somebody else was registered"),
    "requested": ("在宅確認のご依頼", "A home check was requested"),
    "refusal_told": ("お断りの連絡", "The refusal was told"),
    "overridden": ("例外として受付", "Accepted as an exception"),
    "target_phoned": ("在宅先へのお電話", "The person was phoned"),
    "offered": ("担当者への依頼", "A responder was asked"),
    "offer_ended": ("依頼の終了", "The responder does not go"),
    "accepted": ("担当者が出発", "The responder goes"),
    "nobody_free": ("依頼できる担当者なし", "Nobody is free"),
    "round_begun": ("もう一度さがす", "Everybody is asked again"),
    "help_overdue": ("手配の期限超過", "Finding help is overdue"),
    "given_up": ("お伺いできず", "Nobody can go"),
    "arrived": ("到着", "The responder arrived"),
    "visit_overdue": ("訪問の報告の遅れ", "The report is overdue"),
    "wait_longer": ("訪問の延長", "The visit takes longer"),
    "visited": ("訪問の報告", "The report of the visit"),
    "contractor_told": ("ご契約者への結果のお電話", "The contractor was phoned"),
    "cancelled": ("中止", "Called off"),
    "asked_again": ("重ねてのご依頼", "Somebody else asked, too"),
    "consent_ended": ("訪問中に承諾が終了", "Consent ended while somebody was on the way"),
    "recalled": ("担当者への中止の連絡", "The responder was phoned to turn back"),
    "mailed": ("結果のメール", "The result was mailed"),
    "closed": ("終了", "Closed"),
    "task_overdue": ("期限超過", "Overdue"),
    "task_moved": ("担当の変更", "The task changed hands"),
    "restarted": ("処理の再開", "The workflow was started anew"),
}
"""Every kind of fact in words."""

CHECK_WORDS = {
    "intercom": ("インターホン", "Intercom"),
    "meter": ("電気メーター", "Electricity meter"),
    "lights": ("部屋の明かり", "Lights"),
    "mailbox": ("郵便受け", "Mailbox"),
}
SEEN = {
    "ok": ("OK", "OK"),  # not 異常なし, which would speak of more than the door (DL-21)
    "ng": ("NG", "NG"),
    "unclear": ("確認不能", "could not be checked"),
}

FOR_FAMILIES = frozenset({"call", "outcome", "asked_by", "arrives_at", "report", "result"})
"""The details that contractors see: no logins, no notes of staff."""

REASONED = frozenset({"given_up", "cancelled"})
"""Of these they are mailed why; why a responder declined or broke off stays in the house."""

WHO = {
    "app": ("ご契約者", "Contractor"),
    "phone": ("センター", "Call centre"),
    "desk": ("センター", "Call centre"),
    "mobile": ("訪問担当者", "Responder"),
    "workflow": ("自動", "Automatic"),
}
"""Who did something, as contractors see it."""

NOT_FOR_FAMILIES = frozenset({"task_moved", "task_overdue", "restarted", "mailed"})
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


class CaseView(BaseModel):
    """A case, with everything that happened."""

    case: str
    kind: CaseKind
    state: str
    open: bool
    opened_at: AwareDatetime
    contract: str
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


def moment(fact: f.Fact, language: Language, *, staff: bool) -> Moment:
    """A fact in words."""
    event, english = str(getattr(fact, "event", "")), language == "en"
    details = fact.model_dump(mode="json", exclude={"on", "by", "means", "event", "rule"})
    shown = FOR_FAMILIES | ({"why"} if event in REASONED else set())
    return Moment(
        at=fact.on,
        event=event,
        what=_what(fact)[english],
        who=fact.by if staff else WHO[fact.means][english],
        means=fact.means,
        rule=str(getattr(fact, "rule", "")),
        details={k: v for k, v in details.items() if staff or k in shown},
    )


def _what(fact: f.Fact) -> tuple[str, str]:
    """What happened; and where nobody did what was to be done, that."""
    match fact:
        case f.TargetPhoned(outcome="not_called"):
            return "在宅先へのお電話をかけられず", "Nobody phoned the person in time"
        case f.RefusalTold(told=False):
            return "お断り（ご連絡の記録なし）", "Refused; nobody wrote down that it was told"
        case _:
            return WHAT[str(getattr(fact, "event", ""))]


def case_view(case: Case, language: Language, now: datetime, *, staff: bool) -> CaseView:
    """A case as staff or the contractor sees it now."""
    first = case.facts[0]
    assert isinstance(first, f.Registered | f.Requested)
    english = language == "en"
    shown = [
        moment(fact, language, staff=staff)
        for fact in case.facts
        if staff or str(getattr(fact, "event", "")) not in NOT_FOR_FAMILIES
    ]
    view = CaseView(
        case=case.number,
        kind=case.kind,
        state=state_of(case),
        open=case.open,
        opened_at=case.opened_at,
        contract=first.contract,
        home=first.home,
        target=first.target.name if first.target else "",
        result=None,
        said=None,
        refusals=[],
        arrives_at=None,
        responder=None,
        checks={},
        images=[],
        timeline=sorted(shown, key=lambda one: one.at),
    )
    if case.kind == "visit":
        visit = case.visit
        live = visit.going or visit.open_offer
        view.result = visit.result
        view.said = RESULTS[visit.result][english] if visit.result else None
        view.refusals = [{"rule": r.rule, "why": r.why.text(language)} for r in visit.refusals]
        view.arrives_at = live.fact.arrives_at if live else None
        view.responder = live.fact.name if live else None
        if visit.visited:
            seen = visit.visited.report
            view.checks = {
                CHECK_WORDS[check][english]: SEEN[getattr(seen, check)][english] for check in CHECKS
            }
            view.images = list(visit.visited.images)
    if staff:
        view.tasks = [task_view(task, case, language, now) for task in case.tasks.values()]
        if isinstance(first, f.Requested):
            view.consent = first.registration
        view.execution = case.execution
        view.console = console(case.execution)
    return view


def state_of(case: Case) -> str:
    """Where a case stands, in a word."""
    return case.consent.state if case.kind == "consent" else case.visit.state


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
    case: Case,
    language: Language,
    now: datetime,
    *,
    script: bool = False,
    phone: str = "",
) -> TaskView:
    """A task; if wanted and open, with what to say and where to go.

    ``phone`` is the responder's, for whoever must ask where they are.
    """
    kind = t.kinds()[task.kind]
    first = case.facts[0]
    assert isinstance(first, f.Registered | f.Requested)
    target = first.target
    told = script and task.status == "open"
    personal = task.group.startswith("person:")  # who went there need not know for ever
    return TaskView(
        **task.model_dump(
            include={"case", "kind", "group", "status", "since", "due", "taken_by"}
            | {"answered_by", "answered_at"}
        ),
        id=task.id,
        title=kind.title.text(language),
        rule=kind.rule,
        overdue=task.status == "open" and task.due < now,
        outcomes=list(kind.outcomes),
        target=target.name if target and (told or not personal) else "",
        script=t.script(task.kind, words(task, case, phone)) if told else "",
        destination=Destination(**target.model_dump(include={"name", "address", "place"}))
        if told and target and case.kind == "visit"
        else None,
    )


def words(task: Task, case: Case, phone: str = "") -> dict[str, object]:
    """The names that a script speaks of."""
    first = case.facts[0]
    assert isinstance(first, f.Registered | f.Requested)
    said: dict[str, object] = {"contractor": first.contractor, "target": first.target}
    if case.kind == "consent":
        return said
    visit = case.visit
    mine = task.kind in ("offer", "visit")
    offer = visit.offer(task.number) if mine else visit.going
    return said | {
        "caller": visit.request.caller,
        "note": visit.request.note,
        "exception": visit.overridden.reason if visit.overridden else "",
        "refusals": visit.refusals,
        "escalation": visit.escalation,
        "round": visit.round,
        "arrives_at": offer.fact.arrives_at if offer else case.opened_at,
        "responder": offer.fact.name if offer else "",
        "phone": phone,
        "why": visit.consent_ended.why if visit.consent_ended else "",
        "said": RESULTS[visit.result][0] if visit.result else "",
    }
