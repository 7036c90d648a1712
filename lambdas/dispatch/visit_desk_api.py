"""HTTP routes of the guard centre: dispatches at a customer's request, surveyed homes, rounds; and
of responders, who see their own round."""

from datetime import datetime

from pydantic import AwareDatetime, BaseModel, Field

from lambdas.dispatch.assignment.facts import Escalation
from lambdas.dispatch.assignment.state import Offer
from lambdas.dispatch.base_api import (
    OPERATORS,
    Occurred,
    Sent,
    acting,
    may_take,
    operator,
    problems_answered,
)
from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.case_service import DispatchSettings
from lambdas.dispatch.casework.case_store import Taken
from lambdas.dispatch.casework.centre import centre_of
from lambdas.dispatch.casework.facts import Actor
from lambdas.dispatch.casework.place import Place
from lambdas.dispatch.casework.views import CaseView, case_view
from lambdas.dispatch.problems import TEXTS
from lambdas.dispatch.processes.dispatch_service import DispatchService
from lambdas.dispatch.processes.patrol.checklist import CHECKLIST, VisitKind
from lambdas.dispatch.processes.patrol.plan import MailboxWish
from lambdas.dispatch.processes.patrol.process import PATROL
from lambdas.dispatch.processes.patrol.state import Patrol
from lambdas.dispatch.processes.requested import facts as f
from lambdas.dispatch.processes.requested.process import REQUESTED
from lambdas.dispatch.processes.sites.site import Guest, Site, Surveyed
from lambdas.shared.aws import http
from lambdas.shared.aws.directory import Directory
from lambdas.shared.household import Contract, Home
from lambdas.shared.problems import Problem
from lambdas.shared.settings import load

SECURITY = "intrusion"


class VisitDeskSettings(DispatchSettings):
    """What the function needs."""

    escalation: str  # how long each may take: Escalation as JSON


app = http.resolver(TEXTS)
handler = http.entry(app)


class DispatchRequest(BaseModel):
    """What somebody asks for on the telephone: that somebody go there (駆けつけ)."""

    home: str
    caller: f.Client
    note: str = Field("", max_length=1000)
    site: Site | None = Field(None, description="Where the home is, if it was not surveyed yet")


class CallOff(BaseModel):
    """Why something is not wanted any more."""

    reason: str = Field(min_length=1, max_length=1000)


class SiteView(BaseModel):
    """A home as it was surveyed."""

    home: str
    name: str
    surveyed: Surveyed | None
    dispatch_yen: int | None
    """What a dispatch at the customer's request costs; none where nobody is sent for that."""


class RoundStop(BaseModel):
    """A stop of somebody's round."""

    case: str
    task: str
    visit: VisitKind
    name: str
    address: str
    place: Place
    not_before: AwareDatetime
    not_after: AwareDatetime
    arrives_at: AwareDatetime
    begun: bool
    inside: bool
    items: dict[str, str]
    mailbox: MailboxWish
    note: str


class Stand(BaseModel):
    """How many visits were given out."""

    given: int


@app.get("/dispatch/sites/<site>", summary="Where a home is", tags=["Visits: staff"])
def get_site(site: str) -> SiteView:
    who = operator(app)
    found = home_of(site)
    contract = priced(found, who)
    known = DispatchService(load(VisitDeskSettings)).sites.of(site)
    yen = contract.dispatch.yen if contract and contract.dispatch else None
    return SiteView(home=site, name=found.name, surveyed=known, dispatch_yen=yen)


@app.put(
    "/dispatch/sites/<site>",
    summary="A home was surveyed (AL-88, AL-90)",
    description="What was known before is kept beside it.",
    tags=["Visits: staff"],
)
def put_site(site: str, found: Site) -> SiteView:
    who = operator(app)
    home_of(site)
    surveyed = Surveyed(site=found, by=who.person, at=who.now)
    DispatchService(load(VisitDeskSettings)).sites.keep(site, surveyed)
    return get_site(site)


@app.post(
    "/dispatch/requests",
    summary="Take a request that somebody go there (AL-23, AL-24, AL-77)",
    description="The caller is told the price next; nobody is sent before they agree. Who has more "
    "than one product asks for that of Home Security (AL-82). Asked again while one runs, the "
    "running one is answered to the same caller, and 409 with its number to another.",
    tags=["Visits: staff"],
)
def request(wanted: DispatchRequest) -> CaseView:
    who = operator(app)
    settings = load(VisitDeskSettings)
    service = DispatchService(settings)
    home = home_of(wanted.home)
    contractor = next((m for m in home.members if m.role == "contractor"), None)
    if contractor is None:
        raise Problem(404, "not-found")
    contract = priced(home, who)
    if contract is None or contract.dispatch is None:
        raise Problem(422, "no-dispatch", rule="AL-71")
    running = service.requested.running(contract.id)
    if running and (answer := already(service, running, wanted, who)):
        return answer
    surveyed = service.sites.of(home.id)
    site = surveyed.site if surveyed else wanted.site
    if site is None:
        raise Problem(422, "not-surveyed", rule="AL-12")
    if surveyed is None:
        service.sites.keep(home.id, Surveyed(site=site, by=who.person, at=who.now))
    fact = f.DispatchAsked(
        **Actor(who.now, who.person, "phone")._asdict(),
        rule=contract.dispatch.rule,
        contract=contract.id,
        product=contract.product,
        home=home.id,
        home_name=home.name,
        contractor=Guest(
            person=contractor.person, name=contractor.name, phone=wanted.caller.number
        ),
        caller=wanted.caller,
        note=wanted.note,
        target=site,
        price=f.Price(**contract.dispatch.model_dump()),
        centre=centre_of(site.address, site.place),
        escalation=Escalation.model_validate_json(settings.escalation),
    )
    try:
        case = service.requested.open(fact, running)
    except Taken as taken:  # another operator was faster
        if answer := already(service, str(taken), wanted, who):
            return answer
        raise Problem(409, "dispatch-runs-already", rule="AL-23", case=str(taken)) from taken
    case = service.cases.begin(case, who.now)
    return case_view(case, who.language, who.now, staff=True)


def already(
    service: DispatchService, running: str, wanted: DispatchRequest, who: http.Caller
) -> CaseView | None:
    """What a request comes to while one of the contract runs. None: that one is as good as over,
    and does not stand in the way of another."""
    case = service.cases.case(running)
    if case.state.result:
        return None
    if not case.execution:  # whoever took it was killed before the workflow began
        case = service.cases.begin(case, who.now)
    if case.state.request.caller == wanted.caller:
        return case_view(case, who.language, who.now, staff=True)
    said = Actor(who.now, who.person, "phone")._asdict()
    again = f.AskedOnceMore(**said, caller=wanted.caller, note=wanted.note)
    with problems_answered():
        service.cases.change(running, lambda _: [again], who.now)
    raise Problem(409, "dispatch-runs-already", rule="AL-23", case=running)


@app.post(
    "/dispatch/visits/<case>/cancellation",
    summary="A dispatch or a visit is no longer wanted (AL-20, AL-77, A-41)",
    description="What that costs is the product's matter.",
    tags=["Visits: staff"],
)
def cancel(case: str, why: CallOff) -> CaseView:
    who = operator(app)
    service = DispatchService(load(VisitDeskSettings))
    actor = Actor(who.now, who.person, "phone")
    with problems_answered():
        found = service.cases.case(case)
        if found.process is REQUESTED:
            after = service.requested.call_off(found.number, why.reason, actor)
        elif found.process is PATROL:
            after = service.patrols.cancel(found.number, "AL-84", why.reason, actor)
        else:
            raise Problem(404, "not-found")
    return case_view(after, who.language, who.now, staff=True)


@app.post(
    "/dispatch/rounds",
    summary="Put the visits that nobody has into rounds now",
    description="Otherwise done every quarter of an hour.",
    tags=["Visits: staff"],
)
def make_rounds() -> Stand:
    who = operator(app)
    return Stand(given=DispatchService(load(VisitDeskSettings)).patrols.make_rounds(who.now))


@app.get("/dispatch/me/round", summary="My round of today", tags=["Responders"])
def my_round() -> list[RoundStop]:
    who = http.member_of(app, frozenset({"responder"}), "responder-only")
    service = DispatchService(load(VisitDeskSettings))
    me = service.responders.get(who.person)
    if me is None:
        raise Problem(404, "not-found")
    found = service.patrols.round_of(me, who.now)
    return [stop_of(case, case.state.going, who, at) for case, at in found if case.state.going]


@app.get(
    "/dispatch/tasks/<task>/stop",
    summary="What is to be done on a visit to an empty home",
    description="For whoever has it, and for the centre: as long as it reports for them, and to "
    "correct what was reported.",
    tags=["Responders"],
)
def get_stop(task: str) -> RoundStop:
    who = http.caller(app)
    service = DispatchService(load(VisitDeskSettings))
    with problems_answered():
        case, found = service.cases.task(task)
    may_take(app, found)
    staff = OPERATORS & http.groups(app)
    if case.process is not PATROL or found.kind != "visit" or not (found.status == "open" or staff):
        raise Problem(404, "not-found")
    return stop_of(case, case.state.offer(found.number), who)


def stop_of(
    case: Case[Patrol], offer: Offer, who: http.Caller, at: datetime | None = None
) -> RoundStop:
    """A visit that somebody has or had, as a stop of their round, where they are at ``at``."""
    due = case.state.due
    spec = CHECKLIST.visits[due.visit]
    return RoundStop(
        case=case.number,
        task=f"{case.number}.visit-{offer.number}",
        visit=due.visit,
        name=due.target.name,
        address=due.target.address,
        place=due.target.place,
        not_before=due.not_before,
        not_after=due.not_after,
        arrives_at=at or offer.fact.arrives_at,
        begun=offer.number in case.state.begun,
        inside=spec.inside,
        items={name: words.text(who.language) for name, words in spec.items.items()},
        mailbox=due.mailbox,
        note=due.note,
    )


@app.post(
    "/dispatch/tasks/<task>/begin",
    summary="I set out for this visit",
    description="From here on nobody else's case can have me; before, an urgent one may.",
    tags=["Responders"],
)
def begin(task: str, occurred_at: Occurred = None, sent_at: Sent = None) -> list[RoundStop]:
    service = DispatchService(load(VisitDeskSettings))
    with problems_answered():
        case, found = service.cases.task(task)
        may_take(app, found)
        actor = acting(app, case, found, occurred_at, sent_at)
        service.patrols.begin_leg(case, found, actor)
    return [] if actor.on_behalf else my_round()


def home_of(home: str) -> Home:
    """A home of the directory; 404 when there is none."""
    found = Directory(load(VisitDeskSettings).directory_table).home(home)
    if found is None:
        raise Problem(404, "not-found")
    return found


def priced(home: Home, who: http.Caller) -> Contract | None:
    """The contract by which somebody is sent to a home on request: that of Home Security before any
    other (AL-82). None where no contract in force includes it."""
    found = [one for one in home.contracts if one.in_force(who.now) and one.dispatch]
    return next(iter(sorted(found, key=lambda one: (SECURITY not in one.features, one.id))), None)
