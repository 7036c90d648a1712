"""HTTP routes of the call centre: requests, stops, exceptions, cases with their timelines."""

import csv
import io
import json
from datetime import timedelta
from typing import Literal

from aws_lambda_powertools.event_handler import Response
from pydantic import AwareDatetime, BaseModel, Field

from lambdas.dispatch import facts as f
from lambdas.dispatch.arrival import Responder
from lambdas.dispatch.case import Case
from lambdas.dispatch.consent import CLOSED
from lambdas.dispatch.desk import Desk, DispatchSettings
from lambdas.dispatch.doors import asked_of_the_desk, operator
from lambdas.dispatch.store import Frequent, Pictures, Taken
from lambdas.dispatch.travel import Place
from lambdas.dispatch.views import CaseView, case_view
from lambdas.shared import http
from lambdas.shared.directory import Directory
from lambdas.shared.problems import Problem
from lambdas.shared.settings import load

OFTEN, OFTEN_DAYS = 3, 30
"""From so many requests in so many days on, an operator may judge them remarkably many (A-08)."""


class StaffSettings(DispatchSettings):
    """What the function needs."""

    directory_table: str
    visit_machine: str
    escalation: str  # how long each may take: f.Escalation as JSON


app = http.resolver()
handler = http.entry(app)


class Request(BaseModel):
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
    guard: bool = Field(False, description="Holds the qualification of guards (AL-13)")


@app.post(
    "/dispatch/cases",
    summary="Take a request for a home check",
    description="Asked again while one runs, the running one is answered.",
    tags=["Home checks: staff"],
)
def request(wanted: Request) -> CaseView:
    who = operator(app)
    settings = load(StaffSettings)
    desk = Desk(settings)
    home = Directory(settings.directory_table).home(wanted.home)
    contractor = next((m for m in home.members if m.role == "contractor"), None) if home else None
    if home is None or contractor is None:
        raise Problem(404, "not-found")
    ours = {"home-check", "partner-registration"}
    contract = next((c for c in home.contracts if ours & c.features), None)
    id = contract.id if contract else f"home:{home.id}"
    entitled = "home-check" in home.features(who.now)
    if running := desk.store.running_visit(id):
        case = desk.case(running)
        if not case.execution:  # whoever took it was killed before the workflow began
            case = desk.begin(case, settings.visit_machine, who.now)
        return case_view(case, who.language, staff=True)
    number = desk.store.registration(id)
    consent = desk.case(number).consent if number else None
    judged = desk.store.frequent(id)
    contact = (
        consent.registered.contractor
        if consent
        else f.Contact(
            person=contractor.person,
            name=contractor.name,
            email=contractor.email,
            phone=wanted.caller.number or "-",
            address="-",
        )
    )
    fact = f.Requested(
        on=who.now,
        by=who.person,
        means="phone",
        contract=id,
        home=home.id,
        home_name=home.name,
        contractor=contact,
        caller=wanted.caller,
        wishes=tuple(wanted.wishes),
        note=wanted.note,
        entitled=entitled,
        consent=consent.state if consent else "none",
        target=consent.registered.target if consent else None,
        frequent=judged is not None and judged.since <= who.now < judged.until,
        escalation=f.Escalation.model_validate_json(settings.escalation),
    )
    try:
        case = desk.store.open(desk.store.number("visit", who.now), fact)
    except Taken as taken:
        with asked_of_the_desk():
            return case_view(desk.case(str(taken)), who.language, staff=True)
    case = desk.begin(case, settings.visit_machine, who.now)
    return case_view(case, who.language, staff=True)


@app.get("/dispatch/cases", summary="The cases that run", tags=["Home checks: staff"])
def running() -> list[CaseView]:
    who = operator(app)
    desk = Desk(load(StaffSettings))
    return [
        case_view(desk.case(number), who.language, staff=True)
        for number, _ in desk.store.open_cases()
    ]


@app.get("/dispatch/cases/<case>", summary="A case, all of it", tags=["Home checks: staff"])
def one(case: str) -> CaseView:
    who = operator(app)
    return case_view(opened(case), who.language, staff=True)


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
    shown = case_view(opened(case), who.language, staff=True)
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
    if name not in Pictures.TYPES:
        raise Problem(404, "not-found")
    content = Desk(load(StaffSettings)).pictures.get(opened(case).number, name)
    if content is None:
        raise Problem(404, "not-found")
    return Response(200, Pictures.TYPES[name][0], content)


@app.post(
    "/dispatch/cases/<case>/cancellation",
    summary="The home check is no longer wanted",
    tags=["Home checks: staff"],
)
def cancel(case: str, why: Why) -> CaseView:
    who = operator(app)
    desk = Desk(load(StaffSettings))
    found = opened(case)
    if found.kind != "visit":
        raise Problem(404, "not-found")
    with asked_of_the_desk():
        after = desk.cancel(found.number, "DL-20", why.reason, who.person, "phone", who.now)
    return case_view(after, who.language, staff=True)


@app.post(
    "/dispatch/cases/<case>/stop",
    summary="The resident wants it to stop (DL-33)",
    description="Consent ends at once; a home check on which nobody is on the way is called off.",
    tags=["Home checks: staff"],
)
def stop(case: str, asked: Stop) -> CaseView:
    who = operator(app)
    desk = Desk(load(StaffSettings))
    found = opened(case)
    if found.kind != "consent":
        raise Problem(404, "not-found")

    def decide(case: Case) -> list[f.Fact]:
        if case.consent.state in CLOSED:
            return []
        said = {"on": who.now, "by": who.person, "asked_by": asked.asked_by, "said": asked.said}
        return [f.Stopped(**said, means="phone")]

    with asked_of_the_desk():
        after = desk.change(found.number, decide, who.now)
        if after.consent.state == "stopped":
            reason = "お住まいの方から停止のご要請がありました。"
            desk.call_off(after.contract, "DL-34", reason, who.person, "phone", who.now)
            desk.inform_contractor(after)
    return case_view(after, who.language, staff=True)


@app.get(
    "/dispatch/contracts/<contract>/frequency",
    summary="How often a contract asks",
    tags=["Home checks: staff"],
)
def frequency(contract: str) -> Frequency:
    who = operator(app)
    desk = Desk(load(StaffSettings))
    since = who.now - timedelta(days=OFTEN_DAYS)
    asked = sum(
        case.kind == "visit" and case.opened_at >= since
        for case in (desk.case(number) for number in desk.store.cases_of(contract))
    )
    judged = desk.store.frequent(contract)
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
    desk = Desk(load(StaffSettings))
    judged = Frequent(who.now, often.until, who.person, often.reason)
    desk.store.judge_frequent(contract, judged)
    return frequency(contract)


@app.delete(
    "/dispatch/contracts/<contract>/frequency",
    summary="No longer phone first (DL-27)",
    tags=["Home checks: staff"],
)
def pardon(contract: str) -> Frequency:
    operator(app)
    Desk(load(StaffSettings)).store.judge_frequent(contract, None)
    return frequency(contract)


@app.get("/dispatch/responders", summary="Who is on duty", tags=["Home checks: staff"])
def responders() -> list[Responder]:
    operator(app)
    return Desk(load(StaffSettings)).responders.on_duty()


@app.post("/dispatch/responders", summary="Register a responder", tags=["Home checks: staff"])
def register(new: NewResponder) -> Responder:
    who = operator(app)
    desk = Desk(load(StaffSettings))
    return desk.responders.register(Responder(**new.model_dump(), seen_at=who.now))


def opened(case: str) -> Case:
    """A case; 404 when there is none."""
    with asked_of_the_desk():
        return Desk(load(StaffSettings)).case(case)
