"""HTTP routes of contractors: who is to be looked after, and what became of home checks.

A home check itself is asked for by telephone (DL-15, DC-32).
"""

from typing import Any

from aws_lambda_powertools.event_handler import Response
from pydantic import AwareDatetime, BaseModel, Field

from lambdas.dispatch.base_api import problems_answered
from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.case_service import DispatchSettings
from lambdas.dispatch.casework.case_store import Taken
from lambdas.dispatch.casework.centre import centre_of
from lambdas.dispatch.casework.picture_store import PictureStore, plain
from lambdas.dispatch.casework.views import CaseView, case_view
from lambdas.dispatch.problems import TEXTS
from lambdas.dispatch.processes.consent import facts as f
from lambdas.dispatch.processes.consent.kinship import close_family
from lambdas.dispatch.processes.consent.state import CLOSED
from lambdas.dispatch.processes.dispatch_service import DispatchService
from lambdas.shared.aws import http
from lambdas.shared.aws.directory import Directory
from lambdas.shared.household import Contract, Home, Member
from lambdas.shared.problems import Problem
from lambdas.shared.settings import load


class ApiSettings(DispatchSettings):
    """What the function needs."""

    call_centre: str  # the number to call (DL-15, DL-24)
    partner_terms: str  # the version of the partner's terms in force (DL-25)


app = http.resolver(TEXTS)
handler = http.entry(app)


class Registration(BaseModel):
    """Who registers, and who is to be looked after (DL-04)."""

    phone: str = Field(min_length=1, max_length=20)
    address: str = Field(min_length=1, max_length=200)
    target: f.Target
    terms: str = Field(description="Version of the partner's terms that was accepted (DL-25)")


class HomeCheck(BaseModel):
    """What a contractor has of home checks."""

    call_centre: str
    provider: str = "JBR"  # the contract about home checks is with the partner (DL-24)
    terms: str
    state: f.ConsentState
    target: str | None
    registration: CaseView | None
    first_call_by: AwareDatetime | None
    asked_until: AwareDatetime | None
    running: str | None


@app.get("/homes/<home>/home-check", summary="Home checks of a home", tags=["Home checks"])
def home_check(home: str) -> HomeCheck:
    who = http.caller(app)
    _, _, contract = entered(home, who)
    service = DispatchService(load(ApiSettings))
    return shown(service, contract.id, who)


@app.post(
    "/homes/<home>/home-check",
    summary="Register who is to be looked after",
    description="One person; their consent is asked by telephone before anything else (DL-07).",
    tags=["Home checks"],
)
def register(home: str, wanted: Registration) -> HomeCheck:
    return registered(home, wanted, replaces=False)


@app.put(
    "/homes/<home>/home-check",
    summary="Register somebody else instead",
    description="Consent is asked anew (DL-05).",
    tags=["Home checks"],
)
def replace(home: str, wanted: Registration) -> HomeCheck:
    return registered(home, wanted, replaces=True)


@app.get("/homes/<home>/cases", summary="Consents and home checks", tags=["Home checks"])
def cases(home: str) -> list[CaseView]:
    who = http.caller(app)
    _, _, contract = entered(home, who)
    service = DispatchService(load(ApiSettings))
    return [
        as_theirs(service.cases.case(number), home, contract.id, who)
        for number in service.store.cases_of(contract.id)
    ]


@app.get("/homes/<home>/cases/<case>", summary="What happened in a case", tags=["Home checks"])
def case(home: str, case: str) -> CaseView:
    who = http.caller(app)
    _, _, contract = entered(home, who)
    return as_theirs(mine(home, case), home, contract.id, who)


@app.get(
    "/homes/<home>/cases/<case>/images/<name>",
    summary="A signature or a photograph",
    tags=["Home checks"],
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
    content = DispatchService(load(ApiSettings)).pictures.get(found.number, name)
    if content is None:
        raise Problem(404, "not-found")
    kept = {"Cache-Control": "private, max-age=3600"}
    return Response(200, PictureStore.TYPES[plain(name)][0], content, headers=kept)


def entered(home: str, who: http.Caller) -> tuple[Home, Member, Contract]:
    """The caller's home, if they are its contractor, and the contract that includes home checks.

    Contracts that ended still show what was (and take no new registration: ``in_force``).
    """
    found = Directory(load(ApiSettings).directory_table).home(home)
    member = found.member(who.person) if found else None
    if found is None or member is None:
        raise Problem(404, "not-found")
    if member.role != "contractor":
        raise Problem(403, "contract-holder-only", rule="DL-04")
    known = [c for c in found.contracts if may_register(c)]
    in_force = [c for c in known if c.in_force(who.now)]
    contract = next(iter([*in_force, *known]), None)
    if contract is None:
        raise Problem(403, "no-home-check", rule="DL-01")
    return found, member, contract


def may_register(contract: Contract) -> bool:
    """Whether a contract includes home checks, registered with the partner or not yet (DC-31)."""
    return bool({"home-check", "partner-registration"} & contract.features)


def mine(home: str, number: str) -> Case[Any]:
    """A case of the caller's contract; others do not exist."""
    _, _, contract = entered(home, http.caller(app))
    with problems_answered():
        found = DispatchService(load(ApiSettings)).cases.case(number)
    if contract.id not in {party.contract for party in found.process.parties(found)}:
        raise Problem(404, "not-found")
    return found


def as_theirs(case: Case[Any], home: str, contract: str, who: http.Caller) -> CaseView:
    """A case as a contract sees it that asked for it, also where another asked first."""
    view = case_view(case, who.language, who.now, staff=False)
    return view.model_copy(update={"home": home, "contract": contract})


def registered(home: str, wanted: Registration, *, replaces: bool) -> HomeCheck:
    """A new registration: the case is stored, its workflow started, the contractor told."""
    who = http.caller(app)
    settings = load(ApiSettings)
    household, member, contract = entered(home, who)
    if not contract.in_force(who.now):
        raise Problem(403, "no-home-check", rule="DL-01")
    if wanted.target.relation == "self" or not close_family(wanted.target.relation):
        raise Problem(422, "not-close-family", rule="DL-06")
    if wanted.terms != settings.partner_terms:
        raise Problem(422, "other-terms", rule="DL-25", version=settings.partner_terms)
    service = DispatchService(settings)
    before = service.consents.registered(contract.id)
    holds = before is not None and before.state.status not in CLOSED
    if holds and not replaces:
        raise Problem(409, "one-target-only", rule="DL-05")
    fact = f.Registered(
        not_before=service.consents.not_before(contract.id, wanted.target, who.now),
        on=who.now,
        by=who.person,
        means="app",
        contract=contract.id,
        home=home,
        home_name=household.name,
        centre=centre_of(wanted.target.address, wanted.target.place),
        contractor=f.Contact(
            person=who.person,
            name=member.name,
            email=member.email,
            phone=wanted.phone,
            address=wanted.address,
        ),
        target=wanted.target,
        terms=wanted.terms,
    )
    try:
        made = service.consents.open(fact, before.number if before else None)
    except Taken as taken:
        raise Problem(409, "one-target-only", rule="DL-05") from taken
    if before and holds:
        service.consents.replace(before.number, made.number, who.person, "app", who.now)
    service.cases.begin(made, who.now)
    return shown(service, contract.id, who)


def shown(service: DispatchService, contract: str, who: http.Caller) -> HomeCheck:
    """Where the contract's home checks stand."""
    settings = load(ApiSettings)
    case = service.consents.registered(contract)
    pending = case is not None and case.state.status == "pending"
    return HomeCheck(
        call_centre=settings.call_centre,
        terms=settings.partner_terms,
        state=case.state.status if case else "none",
        target=case.state.registered.target.name if case else None,
        registration=case_view(case, who.language, who.now, staff=False) if case else None,
        first_call_by=case.state.first_call_due if case and pending else None,
        asked_until=case.state.window_ends if case and pending else None,
        running=service.home_checks.running(contract),
    )
