"""HTTP routes of the call centre: requests, stops, exceptions, cases with their timelines."""

import csv
import io
import json
from datetime import timedelta
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from lambdas.dispatch.assignment.assignment_service import AssignmentService
from lambdas.dispatch.assignment.facts import Emergency, Escalation
from lambdas.dispatch.assignment.responder import Responder, Skill
from lambdas.dispatch.assignment.responders_view import ResponderView
from lambdas.dispatch.base_api import (
    centres_of,
    company_of,
    operator,
    operator_or_company,
    problems_answered,
)
from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.case_service import DispatchSettings
from lambdas.dispatch.casework.case_store import Taken
from lambdas.dispatch.casework.centre import centre_of
from lambdas.dispatch.casework.facts import Actor
from lambdas.dispatch.casework.picture_store import PictureStore, plain
from lambdas.dispatch.casework.place import Place
from lambdas.dispatch.casework.views import CaseView, case_view
from lambdas.dispatch.problems import TEXTS
from lambdas.dispatch.processes.consent import facts as consents
from lambdas.dispatch.processes.consent.process import CONSENT
from lambdas.dispatch.processes.dispatch_service import DispatchService
from lambdas.dispatch.processes.home_check import facts as f
from lambdas.dispatch.processes.home_check.frequency_store import Frequent
from lambdas.dispatch.processes.home_check.process import HOME_CHECK
from lambdas.dispatch.processes.home_check.refusals import refusals
from lambdas.shared.aws import http
from lambdas.shared.aws.directory import Directory
from lambdas.shared.centres import LEADERS, Centre
from lambdas.shared.problems import Problem
from lambdas.shared.settings import load

OFTEN, OFTEN_DAYS = 3, 30
"""From so many requests in so many days on, an operator may judge them remarkably many (A-08)."""


PAGE = 50
"""Cases in one answer, each with all its timeline."""


class StaffSettings(DispatchSettings):
    """What the function needs."""

    escalation: str  # how long each may take: Escalation as JSON


app = http.resolver(TEXTS)
handler = http.entry(app)


class HomeCheckRequest(BaseModel):
    """What somebody asks for on the telephone (DL-15)."""

    home: str
    caller: f.Caller
    wishes: list[f.Wish] = ["presence"]
    note: str = Field("", max_length=1000)


class Stop(BaseModel):
    """The resident, or somebody for them, wants it to stop."""

    asked_by: Literal["resident", "agent"] = "resident"
    said: str = Field("", max_length=1000)


class Why(BaseModel):
    """A reason."""

    reason: str = Field(min_length=1, max_length=1000)


class Often(BaseModel):
    """Until when somebody's requests count as remarkably many."""

    until: AwareDatetime
    reason: str = Field(min_length=1, max_length=1000)


class Frequency(BaseModel):
    """How often a contract asked, and what was judged."""

    requests: int
    days: int = OFTEN_DAYS
    remarkable: bool
    judged_until: AwareDatetime | None
    judged_by: str | None


class NewResponder(BaseModel):
    """Somebody who can be sent."""

    id: str = Field(min_length=1, max_length=64, description="The login's subject")
    name: str = Field(min_length=1, max_length=60)
    phone: str = Field(min_length=1, max_length=20)
    place: Place = Field(description="Where they start from")
    company: str = Field(
        "", max_length=40, description="Whose staff they are; ours if not given (HT-89)"
    )
    skills: frozenset[Skill] = Field(
        frozenset(), description="What they are qualified for: guards by law (AL-13), patrols"
    )


@app.post(
    "/dispatch/cases",
    summary="Take a request for a home check",
    description="Asked again by the same caller while one runs, the running one is answered; by "
    "another caller, or for another contract with the same person, 409 with its number: who goes "
    "hears of it, and every contract is told the result.",
    tags=["Home checks: staff"],
)
def request(wanted: HomeCheckRequest) -> CaseView:
    who = operator(app)
    settings = load(StaffSettings)
    service = DispatchService(settings)
    home = Directory(settings.directory_table).home(wanted.home)
    contractor = next((m for m in home.members if m.role == "contractor"), None) if home else None
    if home is None or contractor is None:
        raise Problem(404, "not-found")
    ours = {"home-check", "partner-registration"}
    included = [c for c in home.contracts if ours & c.features]
    in_force = [c for c in included if c.in_force(who.now)]
    contract = next(iter([*in_force, *included]), None)
    id = contract.id if contract else f"home:{home.id}"
    entitled = bool(ours & home.features(who.now))
    running = service.home_checks.running(id)
    if running and (answer := already(service, running, wanted, who)):
        return answer
    registration = service.consents.registered(id)
    consent = registration.state if registration else None
    judged = service.frequency.of(id)
    contact = (
        consent.registered.contractor
        if consent
        else consents.Contact(
            person=contractor.person,
            name=contractor.name,
            email=contractor.email,
            phone=wanted.caller.number or "-",
            address="-",
        )
    )
    target = consent.registered.target if consent else None
    fact = f.Requested(
        on=who.now,
        by=who.person,
        means="phone",
        contract=id,
        home=home.id,
        home_name=home.name,
        centre=centre_of(target.address, target.place) if target else None,
        contractor=contact,
        caller=wanted.caller,
        wishes=tuple(wanted.wishes),
        note=wanted.note,
        entitled=entitled,
        registration=registration.number if registration else "",
        consent=consent.status if consent else "none",
        target=target,
        frequent=judged is not None and judged.since <= who.now < judged.until,
        escalation=Escalation.model_validate_json(settings.escalation),
    )
    join(service, fact)
    try:
        case = service.home_checks.open(fact, running)
    except Taken as taken:  # another operator was faster
        join(service, fact)
        if answer := already(service, str(taken), wanted, who):
            return answer
        raise Problem(409, "runs-already", rule="DL-15", case=str(taken)) from taken
    case = service.cases.begin(case, who.now)
    return case_view(case, who.language, who.now, staff=True)


def join(service: DispatchService, fact: f.Requested) -> None:
    """Problem where somebody goes to the same person already, for another contract: one incident.
    The request is written into that case."""
    number = None if refusals(fact) else service.home_checks.same_incident(fact)
    if number is None:
        return
    asked = f.AskedAgain(
        **fact.model_dump(include={"on", "by", "means", "caller", "wishes", "note"}),
        **fact.model_dump(include={"contract", "home", "contractor"}),
    )
    with problems_answered():
        service.home_checks.ask_again(number, asked)
    raise Problem(409, "runs-already", rule="DL-05", case=number)


def already(
    service: DispatchService, running: str, wanted: HomeCheckRequest, who: http.Caller
) -> CaseView | None:
    """What a request comes to while a home check runs. None: that one is as good as over, or was
    to be refused, and does not stand in the way of another."""
    case = service.cases.case(running)
    asked, caller = case.state.request, wanted.caller
    before = (asked.caller.name, asked.caller.relation, asked.wishes)
    if before == (caller.name, caller.relation, tuple(wanted.wishes)) and case.open:
        if not case.execution:  # whoever took it was killed before the workflow began
            case = service.cases.begin(case, who.now)
        if case.state.result is None:
            return case_view(case, who.language, who.now, staff=True)
    if case.state.result or case.state.refusals:
        return None
    again = f.AskedAgain(
        **Actor(who.now, who.person, "phone")._asdict(),
        **wanted.model_dump(include={"caller", "wishes", "note"}),
    )
    with problems_answered():
        service.home_checks.ask_again(running, again)
    raise Problem(409, "runs-already", rule="DL-15", case=running)


@app.get(
    "/dispatch/cases",
    summary="The cases that run",
    description="In the order of their numbers, a page at a time: those after ``after``. An "
    "operator of one centre sees its cases and those of none, a leader all (AL-21).",
    tags=["Home checks: staff"],
)
def running(
    after: Annotated[str, Query(max_length=40)] = "",
    limit: Annotated[int, Query(ge=1, le=PAGE)] = PAGE,
) -> list[CaseView]:
    who = operator(app)
    service = DispatchService(load(StaffSettings))
    return [
        case_view(service.cases.case(number), who.language, who.now, staff=True)
        for number, _ in service.store.open_cases(after, limit, centres_of(app))
    ]


MOST_COUNTED = 1000
"""Cases that are counted; there may be more."""


class OpenCount(BaseModel):
    """How many cases run that the caller sees."""

    cases: int
    more: bool  # at least so many


@app.get(
    "/dispatch/open-cases",
    summary="How many cases run",
    description="Of the caller's centre and of none; for a leader, all (AL-21).",
    tags=["Home checks: staff"],
)
def count() -> OpenCount:
    operator(app)
    store = DispatchService(load(StaffSettings)).store
    found = store.count_open(MOST_COUNTED + 1, centres_of(app))
    return OpenCount(cases=min(found, MOST_COUNTED), more=found > MOST_COUNTED)


@app.get("/dispatch/cases/<case>", summary="A case, all of it", tags=["Home checks: staff"])
def one(case: str) -> CaseView:
    who = operator(app)
    return case_view(opened(case), who.language, who.now, staff=True)


@app.get(
    "/dispatch/cases/<case>/export",
    summary="A case's timeline, to be kept elsewhere",
    tags=["Home checks: staff"],
    responses={
        200: {
            "description": "CSV",
            "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def export(case: str):  # type: ignore[no-untyped-def]
    # No return type: the router would turn the bytes of a typed response into text.
    who = operator(app)
    shown = case_view(opened(case), who.language, who.now, staff=True)
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(["case", "at", "event", "what", "who", "means", "rule", "details"])
    for moment in shown.timeline:
        details = json.dumps(moment.details, ensure_ascii=False)
        row = [case, moment.at.isoformat(), moment.event, moment.what, moment.who]
        table.writerow([*row, moment.means, moment.rule, details])
    return Response(200, "text/csv; charset=utf-8", written.getvalue().encode("utf-8-sig"))


@app.get(
    "/dispatch/cases/<case>/images/<name>",
    summary="A signature or a photograph",
    tags=["Home checks: staff"],
    responses={
        200: {
            "description": "The picture",
            "content": {"image/*": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def image(case: str, name: str):  # type: ignore[no-untyped-def]
    operator(app)
    if plain(name) not in PictureStore.TYPES:
        raise Problem(404, "not-found")
    content = DispatchService(load(StaffSettings)).pictures.get(opened(case).number, name)
    if content is None:
        raise Problem(404, "not-found")
    return Response(200, PictureStore.TYPES[plain(name)][0], content)


@app.post(
    "/dispatch/cases/<case>/cancellation",
    summary="The home check is no longer wanted",
    tags=["Home checks: staff"],
)
def cancel(case: str, why: Why) -> CaseView:
    who = operator(app)
    service = DispatchService(load(StaffSettings))
    found = opened(case)
    if found.process is not HOME_CHECK:
        raise Problem(404, "not-found")
    with problems_answered():
        after = service.home_checks.cancel(
            found.number, "DL-20", why.reason, Actor(who.now, who.person, "phone")
        )
    return case_view(after, who.language, who.now, staff=True)


class CentreChange(BaseModel):
    """Which centre looks after a case from now on, and why."""

    centre: Centre
    reason: str = Field(min_length=1, max_length=1000)


@app.put(
    "/dispatch/cases/<case>/centre",
    summary="Another centre looks after the case (AL-21)",
    description="For leaders. What is to be done goes to the operators of that centre.",
    tags=["Home checks: staff"],
)
def move_to_centre(case: str, change: CentreChange) -> CaseView:
    who = operator(app)
    if LEADERS not in http.groups(app):
        raise Problem(403, "leader-only")
    service = DispatchService(load(StaffSettings))
    actor = Actor(who.now, who.person, "desk")
    with problems_answered():
        after = service.cases.move_to_centre(case, change.centre, change.reason, actor)
    return case_view(after, who.language, who.now, staff=True)


class Correction(BaseModel):
    """What is true instead of what was reported; nothing: it is not known."""

    reason: str = Field(min_length=1, max_length=1000)
    report: dict[str, Any] | None = Field(
        None, description="As whoever went reports it, by the kind of case"
    )


@app.post(
    "/dispatch/cases/<case>/correction",
    summary="What was reported is not true",
    description="A closed case opens again, and the contractor is told by mail and by telephone; "
    "what was charged follows what is true. What was written down of a consent is void, and it is "
    "asked for anew: nothing that rests on it goes on.",
    tags=["Home checks: staff"],
)
def correct(case: str, said: Correction) -> CaseView:
    who = operator(app)
    service = DispatchService(load(StaffSettings))
    found = opened(case)
    actor = Actor(who.now, who.person, "desk")
    with problems_answered():
        if found.process is CONSENT:
            after = service.consents.correct(found.number, said.reason, actor)
        else:
            after = corrected(service, found, said, actor)
    return case_view(after, who.language, who.now, staff=True)


def corrected(
    service: DispatchService, case: Case[Any], said: Correction, actor: Actor
) -> Case[Any]:
    """The case with what is true instead of what was reported."""
    sending = service.cases.of(case)
    if not isinstance(sending, AssignmentService):
        raise Problem(404, "not-found")
    try:
        return sending.correct(case.number, said.report, said.reason, actor)
    except ValidationError as error:
        raise RequestValidationError(
            [{**one, "loc": ("body", "report", *one["loc"])} for one in error.errors()]
        ) from error


class EmergencyReport(BaseModel):
    """Somebody at a home needs help, as the call centre heard."""

    authority: Literal["119", "110", "none"]
    called_by: Literal["responder", "centre", "other"] = "centre"
    called_at: AwareDatetime | None = None
    said: str = Field(min_length=1, max_length=1000)


@app.post(
    "/dispatch/cases/<case>/emergency",
    summary="Somebody needs help",
    description="In any state of the case. Operator and leader have each something to do at once.",
    tags=["Home checks: staff"],
)
def emergency(case: str, call: EmergencyReport) -> CaseView:
    who = operator(app)
    service = DispatchService(load(StaffSettings))
    found = opened(case)
    if not found.process.sends:
        raise Problem(404, "not-found")
    at = min(call.called_at or who.now, who.now)
    said = {
        **Actor(who.now, who.person, "phone")._asdict(),
        **call.model_dump(exclude={"called_at"}),
    }
    with problems_answered():
        after = service.home_checks.emergency(found.number, Emergency(**said, called_at=at))
    return case_view(after, who.language, who.now, staff=True)


@app.post(
    "/dispatch/cases/<case>/stop",
    summary="The resident wants it to stop (DL-33)",
    description="Consent ends at once; a home check on which nobody is on the way is called off.",
    tags=["Home checks: staff"],
)
def stop(case: str, asked: Stop) -> CaseView:
    who = operator(app)
    service = DispatchService(load(StaffSettings))
    found = opened(case)
    if found.process is not CONSENT:
        raise Problem(404, "not-found")
    with problems_answered():
        after = service.consents.stop(
            found.number, asked.asked_by, asked.said, Actor(who.now, who.person, "phone")
        )
    return case_view(after, who.language, who.now, staff=True)


@app.get(
    "/dispatch/contracts/<contract>/frequency",
    summary="How often a contract asks",
    tags=["Home checks: staff"],
)
def frequency(contract: str) -> Frequency:
    who = operator(app)
    service = DispatchService(load(StaffSettings))
    since = who.now - timedelta(days=OFTEN_DAYS)
    asked = sum(
        case.process is HOME_CHECK and case.opened_at >= since
        for case in (service.cases.case(number) for number in service.store.cases_of(contract))
    )
    judged = service.frequency.of(contract)
    holds = judged if judged and judged.since <= who.now < judged.until else None
    return Frequency(
        requests=asked,
        remarkable=asked >= OFTEN,
        judged_until=holds.until if holds else None,
        judged_by=holds.by if holds else None,
    )


@app.put(
    "/dispatch/contracts/<contract>/frequency",
    summary="Phone first from now on (DL-26)",
    tags=["Home checks: staff"],
)
def judge(contract: str, often: Often) -> Frequency:
    who = operator(app)
    service = DispatchService(load(StaffSettings))
    judged = Frequent(who.now, often.until, who.person, often.reason)
    service.frequency.judge(contract, judged)
    return frequency(contract)


@app.delete(
    "/dispatch/contracts/<contract>/frequency",
    summary="No longer phone first (DL-27)",
    tags=["Home checks: staff"],
)
def pardon(contract: str) -> Frequency:
    operator(app)
    DispatchService(load(StaffSettings)).frequency.judge(contract, None)
    return frequency(contract)


@app.get(
    "/dispatch/responders",
    summary="Who can be sent",
    description="Those on duty first. Whoever is off duty may be phoned and asked to come in; who "
    "is on duty and `unseen` is not sent by itself until their phone says where it is. Another "
    "company sees its own (HT-89).",
    tags=["Home checks: staff"],
)
def responders() -> list[ResponderView]:
    who = operator_or_company(app)
    company = company_of(app)
    found = DispatchService(load(StaffSettings)).responders.everybody()
    shown = [one for one in found if not company or one.company == company]
    return [ResponderView.of(one, who.now) for one in shown]


class FoundRegistration(BaseModel):
    """A registration that was looked for."""

    registration: str  # its case, where a stop is taken (DL-33)
    state: consents.ConsentState
    home: str
    home_name: str
    contract: str
    target: str
    contractor: str


@app.get(
    "/dispatch/registrations",
    summary="Find who is registered",
    description="By the beginning of a name (target's, contractor's) or of a home's number or "
    "name, or by the end of a telephone number: four digits or more. At most twenty.",
    tags=["Home checks: staff"],
)
def registrations(find: Annotated[str, Query(max_length=60)] = "") -> list[FoundRegistration]:
    operator(app)
    found = DispatchService(load(StaffSettings)).registrations.find(find)
    return [
        FoundRegistration(
            registration=case.number,
            state=case.state.status,
            home=case.state.registered.home,
            home_name=case.state.registered.home_name,
            contract=case.contract,
            target=case.state.registered.target.name,
            contractor=case.state.registered.contractor.name,
        )
        for case in found
    ]


@app.post(
    "/dispatch/responders",
    summary="Register a responder",
    description="Another company registers its own only (HT-89).",
    tags=["Home checks: staff"],
)
def register(new: NewResponder) -> ResponderView:
    who = operator_or_company(app)
    service = DispatchService(load(StaffSettings))
    if company := company_of(app):
        known = service.responders.get(new.id)
        if new.company not in ("", company) or (known and known.company != company):
            raise Problem(404, "not-found")
        new = new.model_copy(update={"company": company})
    made = service.responders.register(Responder(**new.model_dump(), seen_at=who.now))
    return ResponderView.of(made, who.now)


@app.delete(
    "/dispatch/responders/<responder>",
    summary="Somebody is sent no more",
    description="What they are asked to do or are on the way to is given to the next at once; who "
    "stands at a door stays, and the centre reports for them. What they did stays on record. "
    "Registered again, they may be sent again. Another company removes its own only (HT-89).",
    tags=["Home checks: staff"],
    status_code=204,
)
def leave(responder: Annotated[str, Path(min_length=1, max_length=64)]) -> None:
    who = operator_or_company(app)
    service = DispatchService(load(StaffSettings))
    known, company = service.responders.get(responder), company_of(app)
    if known is None or (company and known.company != company):
        raise Problem(404, "not-found")
    with problems_answered():
        service.home_checks.leaves(responder, who.now)


def opened(case: str) -> Case[Any]:
    """A case; 404 when there is none."""
    with problems_answered():
        return DispatchService(load(StaffSettings)).cases.case(case)
