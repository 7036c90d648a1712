"""HTTP routes of contractors: visits to their empty home are planned, reports are read."""

from datetime import date
from typing import Any, Literal

from aws_lambda_powertools.event_handler import Response
from pydantic import AwareDatetime, BaseModel

from lambdas.dispatch.base_api import problems_answered
from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.case_service import DispatchSettings
from lambdas.dispatch.casework.facts import Actor
from lambdas.dispatch.casework.picture_store import PictureStore, plain
from lambdas.dispatch.casework.views import CaseView, case_view
from lambdas.dispatch.problems import TEXTS
from lambdas.dispatch.processes.alarm.process import ALARM
from lambdas.dispatch.processes.dispatch_service import DispatchService
from lambdas.dispatch.processes.patrol.checklist import CHECKLIST, VisitKind
from lambdas.dispatch.processes.patrol.notices import plan_notice
from lambdas.dispatch.processes.patrol.plan import Plan, PlanMade, VisitDropped, Wanted
from lambdas.dispatch.processes.patrol.plan_store import PlannedAlready
from lambdas.dispatch.processes.patrol.preconditions import EMPTY_HOME, faults, grounds
from lambdas.dispatch.processes.patrol.process import PATROL
from lambdas.dispatch.processes.requested.process import REQUESTED
from lambdas.dispatch.processes.sites.site import Guest
from lambdas.shared.aws import http
from lambdas.shared.aws.directory import Directory
from lambdas.shared.events import NoticeKind
from lambdas.shared.household import Contract, Home, Language, Member
from lambdas.shared.problems import Problem
from lambdas.shared.settings import load


class VisitSettings(DispatchSettings):
    """What the function needs."""

    call_centre: str


app = http.resolver(TEXTS)
handler = http.entry(app)

OF_VISITS = (PATROL, REQUESTED, ALARM)


class WhyNot(BaseModel):
    """Why a kind of visit cannot be planned."""

    problem: str
    rule: str
    why: str


class KindOfVisit(BaseModel):
    """A kind of visit: what is looked at, and what stands against it now."""

    visit: VisitKind
    inside: bool
    items: dict[str, str]
    refused: list[WhyNot]


class PlannedVisit(BaseModel):
    """A day of a plan."""

    day: date
    state: Literal["planned", "dropped", "opened", "impossible"]
    case: str
    not_before: AwareDatetime
    not_after: AwareDatetime
    why: str


class VisitPlan(BaseModel):
    """A plan of visits."""

    plan: str
    made_at: AwareDatetime
    wanted: Wanted
    days: list[PlannedVisit]


class VisitsView(BaseModel):
    """What a contractor has of visits: what may be planned, what is, and what came of it."""

    call_centre: str
    address: str | None
    kinds: list[KindOfVisit]
    plans: list[VisitPlan]
    cases: list[CaseView]


@app.get("/homes/<home>/visits", summary="Visits to a home", tags=["Visits"])
def visits(home: str) -> VisitsView:
    who = http.caller(app)
    found, _, contracts = entered(home, who)
    service = DispatchService(load(VisitSettings))
    return shown(service, found, contracts, who)


@app.post(
    "/homes/<home>/visits/plans",
    summary="Plan visits to the empty home (るすたく)",
    description="Needs a contract that includes them, a home that was surveyed, lies where we come "
    "and has electricity (AL-84 to AL-90).",
    tags=["Visits"],
)
def plan(home: str, wanted: Wanted) -> VisitPlan:
    who = http.caller(app)
    found, member, contracts = entered(home, who)
    service = DispatchService(load(VisitSettings))
    features = found.features(who.now)
    surveyed = service.sites.of(home)
    site = surveyed.site if surveyed else None
    against = [*grounds(wanted.visit, features, site), *faults(wanted, who.now)]
    if against:
        raise Problem(422, against[0].slug, rule=against[0].rule)
    contract = next(c for c in contracts if c.in_force(who.now) and EMPTY_HOME in c.features)
    made = PlanMade(
        **Actor(who.now, who.person, "app")._asdict(),
        contract=contract.id,
        home=home,
        home_name=found.name,
        contractor=Guest(person=who.person, name=member.name, phone=wanted.phone),
        wanted=wanted,
    )
    try:
        planned = service.plans.make(made)
    except PlannedAlready as already:
        raise Problem(409, "planned-already", rule="AL-84") from already
    kind = NoticeKind("visits.plan_made")
    service.cases.publish([plan_notice(planned, kind, "made", who.now)])
    return plan_view(planned, who.language)


@app.delete(
    "/homes/<home>/visits/plans/<id>/days/<day>",
    summary="A visit is not wanted any more",
    description="Until its day has begun; after that the centre is to be phoned.",
    tags=["Visits"],
)
def drop(home: str, id: str, day: str) -> VisitPlan:
    who = http.caller(app)
    _, _, contracts = entered(home, who)
    service = DispatchService(load(VisitSettings))
    known = service.plans.plan(id)
    if known is None or known.made.contract not in {one.id for one in contracts}:
        raise Problem(404, "not-found")
    wanted = next((one for one in known.days if str(one.day) == day), None)
    if wanted is None or wanted.state not in ("planned", "dropped"):
        raise Problem(409, "day-not-planned", rule="AL-84")
    if wanted.state == "planned":
        fact = VisitDropped(**Actor(who.now, who.person, "app")._asdict(), day=wanted.day)
        with problems_answered():
            known = service.plans.add(known, [fact])
    return plan_view(known, who.language)


@app.get("/homes/<home>/visits/<case>", summary="What came of a visit", tags=["Visits"])
def visit(home: str, case: str) -> CaseView:
    who = http.caller(app)
    return case_view(mine(home, case), who.language, who.now, staff=False)


@app.get(
    "/homes/<home>/visits/<case>/images/<name>",
    summary="A photograph of a visit",
    tags=["Visits"],
    responses={
        200: {
            "description": "The picture",
            "content": {"image/*": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def image(home: str, case: str, name: str):  # type: ignore[no-untyped-def]
    # No return type: the router would turn the bytes of a typed response into text.
    found = mine(home, case)
    if name not in found.process.overview(found).images:  # none of a house that was the wrong one
        raise Problem(404, "not-found")
    content = DispatchService(load(VisitSettings)).pictures.get(found.number, name)
    if content is None:
        raise Problem(404, "not-found")
    kept = {"Cache-Control": "private, max-age=3600"}
    return Response(200, PictureStore.TYPES[plain(name)][0], content, headers=kept)


def entered(home: str, who: http.Caller) -> tuple[Home, Member, list[Contract]]:
    """The caller's home, if they are its contractor, and its contracts that have to do with visits.

    Contracts that ended still show what was.
    """
    found = Directory(load(VisitSettings).directory_table).home(home)
    member = found.member(who.person) if found else None
    if found is None or member is None:
        raise Problem(404, "not-found")
    if member.role != "contractor":
        raise Problem(403, "contract-holder-only", rule="AL-84")
    contracts = [c for c in found.contracts if EMPTY_HOME in c.features or c.dispatch]
    if not contracts:
        raise Problem(403, "no-empty-home", rule="AL-84")
    return found, member, contracts


def mine(home: str, number: str) -> Case[Any]:
    """A case of the caller's contracts; others do not exist."""
    _, _, contracts = entered(home, http.caller(app))
    with problems_answered():
        found = DispatchService(load(VisitSettings)).cases.case(number)
    if found.contract not in {one.id for one in contracts} or found.process not in OF_VISITS:
        raise Problem(404, "not-found")
    return found


def shown(
    service: DispatchService, home: Home, contracts: list[Contract], who: http.Caller
) -> VisitsView:
    """Everything that a contractor has of visits."""
    surveyed = service.sites.of(home.id)
    site = surveyed.site if surveyed else None
    kinds = [
        KindOfVisit(
            visit=visit,
            inside=spec.inside,
            items={name: words.text(who.language) for name, words in spec.items.items()},
            refused=[
                WhyNot(problem=slug, rule=rule, why=getattr(TEXTS[slug][1], who.language))
                for slug, rule in grounds(visit, home.features(who.now), site)
            ],
        )
        for visit, spec in CHECKLIST.visits.items()
    ]
    plans = [plan for one in contracts for plan in service.plans.of_contract(one.id)]
    numbers = [number for one in contracts for number in service.store.cases_of(one.id)]
    cases = [service.cases.case(number) for number in numbers]
    return VisitsView(
        call_centre=load(VisitSettings).call_centre,
        address=site.address if site else None,
        kinds=kinds,
        plans=[plan_view(one, who.language) for one in plans],
        cases=[
            case_view(one, who.language, who.now, staff=False)
            for one in cases
            if one.process in OF_VISITS
        ],
    )


def plan_view(plan: Plan, language: Language) -> VisitPlan:
    """A plan as its contractor sees it."""
    return VisitPlan(
        plan=plan.id,
        made_at=plan.made.on,
        wanted=plan.made.wanted,
        days=[
            PlannedVisit(
                **one.model_dump(exclude={"slug"}),
                why=getattr(TEXTS[one.slug][1], language) if one.slug else "",
            )
            for one in plan.days
        ],
    )
