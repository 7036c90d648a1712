"""HTTP routes of the centre about guarded homes: settings, tests, 救急情報 in an emergency."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Any, Self

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from iot.messages.controller import ControllerCommand, ControllerSettings, fits
from iot.messages.panel_facts import Actor
from iot.messages.panel_settings import Area, PanelSettings, Sensor
from iot.topics import Channel
from lambdas.security import supervision
from lambdas.security.effects import COMPANY
from lambdas.security.entries import Entry
from lambdas.security.file import HomeFile, Medical, Resident
from lambdas.security.model import SilentCall, SilentHome
from lambdas.security.panel_service import PanelService, SecuritySettings
from lambdas.security.problems import TEXTS
from lambdas.security.store import Store
from lambdas.security.views import HistoryLine, history_line
from lambdas.security.works import Work, companies_of
from lambdas.shared.aws import http, mqtt
from lambdas.shared.aws.directory import Directory
from lambdas.shared.centres import ALL_OPERATORS, LEADERS, centres_seen
from lambdas.shared.conflicts import Conflict, retry_on_conflict
from lambdas.shared.events import MedicalRead, Sentence
from lambdas.shared.household import Home
from lambdas.shared.problems import Problem
from lambdas.shared.settings import load

CALLERS = frozenset({*ALL_OPERATORS, LEADERS})
"""Those who phone silent homes."""

STAFF = CALLERS | {"guard-centre"}
MOST_CALLS = 50
"""Calls that are kept of one silence; all are in the home's history."""

LASTS = timedelta(minutes=2)

app = http.resolver(TEXTS)
handler = http.entry(app)


class Installation(BaseModel):
    """What an installer sets up (AL-56): areas, sensors, their times."""

    model_config = ConfigDict(extra="forbid")

    areas: list[Area] = Field(min_length=1, max_length=8)
    sensors: list[Sensor] = Field([], max_length=64)
    needs_test: bool = True
    stay: bool = False
    loud_button: bool = False


class InstallationView(BaseModel):
    """What a home's panel is to do, and whether its controller has it."""

    settings: PanelSettings | None
    controller: str | None
    controller_has: int
    test_passed: bool
    heard_at: AwareDatetime | None
    silent: bool  # nothing was heard of it for hours, and people were told


class TestRequest(BaseModel):
    """A test (作動テスト) of so many minutes."""

    minutes: int = Field(30, ge=1, le=60)


class MedicalView(BaseModel):
    """What an ambulance crew is told (救急情報)."""

    home: str
    residents: list[Resident]
    medical: list[Medical]


@app.get("/security/sites/<site>", summary="A home's panel", tags=["Security: staff"])
def installation(site: str) -> InstallationView:
    installer(site)
    known(site)
    return view(site)


@app.put(
    "/security/sites/<site>",
    summary="Set up a home's panel (AL-10, AL-11, AL-56)",
    description="Sent to the controller at once, and again until it has it.",
    tags=["Security: staff"],
)
def install(site: str, wanted: Installation) -> InstallationView:
    who = installer(site)
    found, guard = known(site), PanelService(load(SecuritySettings))
    before = guard.store.settings(site)
    settings = PanelSettings(
        version=before.version + 1 if before else 1,
        company=COMPANY in found.features(who.now),
        **wanted.model_dump(),
    )
    if not fits(settings):
        raise Problem(422, "invalid")
    try:
        guard.store.put_settings(site, settings)
    except Conflict as conflict:
        raise Problem(409, "changed-meanwhile") from conflict
    if thing := guard.store.controller(site):
        guard.send(thing, ControllerSettings(panel=settings))
    return view(site)


@app.post(
    "/security/sites/<site>/test", summary="Begin a 作動テスト (AL-56)", tags=["Security: staff"]
)
def test(site: str, wanted: TestRequest) -> InstallationView:
    who = installer(site)
    known(site)
    guard = PanelService(load(SecuritySettings))
    thing = guard.store.controller(site)
    if thing is None:
        raise Problem(409, "no-controller")
    command = ControllerCommand(
        id=secrets.token_hex(8),
        action="test",
        expires_at=who.now + LASTS,
        actor=Actor(source="centre", means="login", name=who.person[:40], person=who.person),
        minutes=wanted.minutes,
    )
    mqtt.publish(thing, Channel.COMMAND, command)
    return view(site)


@app.get(
    "/security/sites/<site>/history", summary="All that a controller did", tags=["Security: staff"]
)
def staff_history(
    site: str, before: Annotated[AwareDatetime | None, Query()] = None
) -> list[HistoryLine]:
    who = staff()
    known(site)
    store = PanelService(load(SecuritySettings)).store
    until = before.isoformat() if before else ""
    return [history_line(one, who.language) for one in store.history(site, until)]


@app.get(
    "/security/sites/<site>/medical",
    summary="救急情報 (AL-06)",
    description="Only while an alarm of this home is open in which somebody may need an ambulance. "
    "Each reading is written down, in the history and in the case, before it is answered.",
    tags=["Security: staff"],
)
def medical(site: str, case: Annotated[str, Query(max_length=40)]) -> MedicalView:
    who = staff()
    known(site)
    guard = PanelService(load(SecuritySettings))
    progress = guard.store.progress(site, case)
    if progress is None or not (progress.open and progress.rescue):
        raise Problem(403, "not-in-emergency", rule="AL-06")
    said = Sentence(ja=f"救急情報の閲覧（{case}）", en=f"The medical file was read ({case})")
    id = f"read-{case}-{who.person}-{who.now.timestamp():.3f}"
    guard.store.add(site, Entry(id=id, at=who.now, what="read", who=who.person, said=said))
    guard.publish([MedicalRead(case=case, home=site, by=who.person, at=who.now)])
    file = guard.store.file(site)
    return MedicalView(home=site, residents=list(file.residents), medical=list(file.medical))


class NewWork(BaseModel):
    """A home's panel is to be set up by another company."""

    model_config = ConfigDict(extra="forbid")

    company: str = Field(min_length=1, max_length=40, pattern="^[a-z0-9-]+$")
    since: AwareDatetime
    until: AwareDatetime

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if not self.since < self.until <= self.since + LONGEST_WORK:
            raise ValueError("a work ends after it begins, within a year")
        return self


class WorkView(BaseModel):
    """A work that was given to another company."""

    home: str
    name: str
    company: str
    since: AwareDatetime
    until: AwareDatetime


LONGEST_WORK = timedelta(days=366)


@app.get(
    "/security/works",
    summary="The works of my company (HT-89)",
    description="Those that run or will, the first to begin first.",
    tags=["Security: installers"],
)
def my_works() -> list[WorkView]:
    who, store = http.caller(app), PanelService(load(SecuritySettings)).store
    companies = companies_of(http.groups(app))
    if not companies:
        raise Problem(403, "installers-only", rule="HT-89")
    found = [one for company in companies for one in store.works(company) if who.now < one.until]
    return [_work_view(one) for one in sorted(found, key=lambda one: (one.since, one.home))]


@app.put(
    "/security/sites/<site>/work",
    summary="Give the panel's works to another company (HT-89)",
    description="It is in the home's history. What was given to another before is taken back.",
    tags=["Security: staff"],
)
def give_work(site: str, wanted: NewWork) -> WorkView:
    who, store = _caller(), PanelService(load(SecuritySettings)).store
    work = Work(home=site, name=known(site).name, by=who.person, **wanted.model_dump())
    store.put_work(work)
    said = Sentence(ja=f"工事を委託: {work.company}", en=f"The works are given to {work.company}")
    store.add(site, _of_works(work.company, said, who))
    return _work_view(work)


@app.delete(
    "/security/sites/<site>/work",
    summary="Take the works back (HT-89)",
    tags=["Security: staff"],
    status_code=204,
)
def take_back_work(site: str) -> None:
    who, store = _caller(), PanelService(load(SecuritySettings)).store
    known(site)
    if store.work(site) is None:
        return
    store.take_back_work(site)
    said = Sentence(ja="工事の委託を終了", en="The works are taken back")
    store.add(site, _of_works("back", said, who))


def _of_works(name: str, said: Sentence, who: http.Caller) -> Entry:
    id = f"work-{name}-{who.now.timestamp():.3f}"
    return Entry(id=id, at=who.now, what="work", who=who.person, said=said, hidden=True)


def _work_view(work: Work) -> WorkView:
    return WorkView(**work.model_dump(exclude={"by"}))


def installer(site: str) -> http.Caller:
    """The caller, who must be of the centre, or of the company whose work at this home runs now.
    For any other company the home does not exist."""
    who, groups = http.caller(app), http.groups(app)
    companies = companies_of(groups)
    if STAFF & groups or not companies:
        return staff()
    work = PanelService(load(SecuritySettings)).store.work(site)
    if work is None or work.company not in companies or not work.runs(who.now):
        raise Problem(404, "not-found")
    return who


class SilentPerson(BaseModel):
    """Somebody to phone about a silent home."""

    name: str  # empty: the home's own telephone
    phone: str
    relation: str
    next: bool  # whose turn it is


class SilentHomeView(BaseModel):
    """A home whose controller is silent: whom to phone and by when, and who did."""

    home: str
    name: str
    heard_at: AwareDatetime
    armed: bool
    due: AwareDatetime | None  # None: somebody was reached
    overdue: bool
    taken_by: str
    people: list[SilentPerson]
    calls: list[SilentCall]


class SilentHomes(BaseModel):
    """The homes of the caller's centre that are silent now, the most urgent first: at most so many,
    and how many of them there are."""

    count: int
    waiting: int = Field(description="Of how many nobody was reached yet")
    overdue: int = Field(description="How many should have been phoned by now")
    may_act: bool = Field(description="Whether the caller phones, or only looks")
    homes: list[SilentHomeView]


class NewSilentCall(BaseModel):
    """The home (empty), or somebody of its list, was phoned."""

    model_config = ConfigDict(extra="forbid")

    whom: str = Field("", max_length=60)
    reached: bool
    said: str = Field(min_length=1, max_length=500, pattern=r"\S")


SHOWN = 50


@app.get(
    "/security/silent",
    summary="Homes whose controller is silent (AL-62)",
    description="A home is on it until its controller speaks again. Operators of one centre see "
    "its homes and those of none (AL-21).",
    tags=["Security: staff"],
)
def silent_homes() -> SilentHomes:
    who = staff()
    store = PanelService(load(SecuritySettings)).store
    found = supervision.most_urgent(supervision.for_centres(store.silent_homes(), _centres()))
    return SilentHomes(
        count=len(found),
        waiting=sum(not supervision.reached(one) for one in found),
        overdue=sum(supervision.overdue(one, who.now) for one in found),
        may_act=bool(CALLERS & http.groups(app)),
        homes=[_silent_view(one, store.file(one.home), who.now) for one in found[:SHOWN]],
    )


@app.post(
    "/security/sites/<site>/silence",
    summary="A silent home was phoned",
    description="What was learned is in the home's history. It stays on the list until it speaks; "
    "while nobody was reached the next of the list is due.",
    tags=["Security: staff"],
)
def phoned(site: str, call: NewSilentCall) -> SilentHomes:
    who, store = _caller(), PanelService(load(SecuritySettings)).store
    made = SilentCall(at=who.now, by=who.person, **call.model_dump())
    one = _change_silent(
        store, site, lambda one: {"calls": (*one.calls, made)[-MOST_CALLS:], "taken_by": ""}
    )
    came = ("お話しできました", "reached") if call.reached else ("出られません", "not reached")
    said = Sentence(
        ja=f"ガードセンターから電話（通信断）: {call.whom or 'ご自宅'}、{came[0]}。{call.said}",
        en=f"The guard centre phoned (nothing was heard): {call.whom or 'the home'}, {came[1]}. "
        f"{call.said}",
    )
    id = f"phoned-{one.silence.id}-{who.now.timestamp():.3f}"
    store.add(site, Entry(id=id, at=who.now, what="call", who=who.person, said=said, hidden=True))
    return silent_homes()


@app.put(
    "/security/sites/<site>/silence/holder",
    summary="I phone this silent home",
    tags=["Security: staff"],
)
def take_silent(site: str) -> SilentHomes:
    who, store = _caller(), PanelService(load(SecuritySettings)).store
    _change_silent(store, site, lambda _: {"taken_by": who.person})
    return silent_homes()


@app.delete(
    "/security/sites/<site>/silence/holder",
    summary="Somebody else may phone it",
    tags=["Security: staff"],
)
def hand_back_silent(site: str) -> SilentHomes:
    who, store = _caller(), PanelService(load(SecuritySettings)).store
    leads = LEADERS in http.groups(app)

    def given(one: SilentHome) -> dict[str, Any]:
        if one.taken_by not in ("", who.person) and not leads:
            raise Problem(422, "silence-taken")
        return {"taken_by": ""}

    _change_silent(store, site, given)
    return silent_homes()


@retry_on_conflict
def _change_silent(
    store: Store, site: str, change: Callable[[SilentHome], dict[str, Any]]
) -> SilentHome:
    """Change a silent home of the caller's centre; of any other is not told that it is silent."""
    thing = store.controller(site)
    one = store.silent(thing) if thing else None
    if one is None or not list(supervision.for_centres([one], _centres())):
        raise Problem(409, "not-silent")
    after = one.model_copy(update=change(one))
    store.change_silent(one, after)
    return after


def _centres() -> list[str] | None:
    """The centres whose silent homes the caller sees; None: all."""
    groups = http.groups(app)
    return centres_seen(groups) if CALLERS & groups else None


def _silent_view(one: SilentHome, file: HomeFile, now: datetime) -> SilentHomeView:
    people = [(one.name, one.phone, one.relation) for one in file.contacts]
    if file.phone:
        people.insert(0, ("", file.phone, ""))
    reached = supervision.reached(one)
    turn = None if reached else supervision.next_of(one, [name for name, *_ in people])
    return SilentHomeView(
        home=one.home,
        name=one.name,
        heard_at=one.silence.heard_at,
        armed=one.silence.armed,
        due=None if reached else supervision.due(one),
        overdue=supervision.overdue(one, now),
        taken_by=one.taken_by,
        people=[
            SilentPerson(name=name, phone=phone, relation=relation, next=name == turn)
            for name, phone, relation in people
        ],
        calls=list(one.calls),
    )


def _caller() -> http.Caller:
    """The caller, who must be of those who phone: the guard centre's own staff only look."""
    return http.member_of(app, CALLERS, "callers-only")


def staff() -> http.Caller:
    """The caller, who must be of the centre."""
    return http.member_of(app, STAFF, "centre-only")


def known(site: str) -> Home:
    """A home of the directory; 404 when there is none."""
    found = Directory(load(SecuritySettings).directory_table).home(site)
    if found is None:
        raise Problem(404, "not-found")
    return found


def view(site: str) -> InstallationView:
    """A home's panel as it is shown."""
    store = PanelService(load(SecuritySettings)).store
    thing = store.controller(site)
    kept = store.kept(thing) if thing else None
    panel = kept.record.panel if kept else None
    return InstallationView(
        settings=store.settings(site),
        controller=thing,
        controller_has=panel.settings.version if panel and panel.settings else 0,
        test_passed=bool(panel and panel.test_passed),
        heard_at=kept.heard_at if kept else None,
        silent=bool(kept and kept.silence),
    )
