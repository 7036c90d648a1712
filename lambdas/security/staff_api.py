"""HTTP routes of the centre about guarded homes: settings, tests, 救急情報 in an emergency."""

import secrets
from datetime import timedelta
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from iot.messages.controller import ControllerCommand, ControllerSettings, fits
from iot.messages.panel_facts import Actor
from iot.messages.panel_settings import Area, PanelSettings, Sensor
from iot.topics import Channel
from lambdas.security.effects import COMPANY
from lambdas.security.entries import Entry
from lambdas.security.file import Contact, HomeFile, Medical, Resident
from lambdas.security.model import SilentHome
from lambdas.security.panel_service import PanelService, SecuritySettings
from lambdas.security.problems import TEXTS
from lambdas.security.supervision import most_urgent
from lambdas.security.views import HistoryLine, history_line
from lambdas.shared.aws import http, mqtt
from lambdas.shared.aws.directory import Directory
from lambdas.shared.conflicts import Conflict
from lambdas.shared.events import MedicalRead, Sentence
from lambdas.shared.household import Home
from lambdas.shared.problems import Problem
from lambdas.shared.settings import load

STAFF = frozenset(
    {"operator", "operator-east", "operator-tokyo", "operator-west", "admin", "guard-centre"}
)
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
    staff()
    known(site)
    return view(site)


@app.put(
    "/security/sites/<site>",
    summary="Set up a home's panel (AL-10, AL-11, AL-56)",
    description="Sent to the controller at once, and again until it has it.",
    tags=["Security: staff"],
)
def install(site: str, wanted: Installation) -> InstallationView:
    who = staff()
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
    who = staff()
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


class SilentHomeView(BaseModel):
    """A home whose controller is silent: whom to phone, and whether somebody did."""

    home: str
    name: str
    heard_at: AwareDatetime
    armed: bool
    phone: str
    contacts: list[Contact]
    called_by: str
    called_at: AwareDatetime | None
    said: str


class SilentHomes(BaseModel):
    """The homes that are silent now, the most urgent first: at most so many, and how many of them
    there are."""

    count: int
    waiting: int = Field(description="How many of them nobody phoned yet")
    homes: list[SilentHomeView]


class SilentCall(BaseModel):
    """Somebody of the home, or of its list, was phoned."""

    said: str = Field(min_length=1, max_length=500)


SHOWN = 50


@app.get(
    "/security/silent",
    summary="Homes whose controller is silent (AL-62)",
    description="A home is on it until its controller speaks again.",
    tags=["Security: staff"],
)
def silent_homes() -> SilentHomes:
    staff()
    store = PanelService(load(SecuritySettings)).store
    found = most_urgent(store.silent_homes())
    return SilentHomes(
        count=len(found),
        waiting=sum(one.called_at is None for one in found),
        homes=[_silent_view(one, store.file(one.home)) for one in found[:SHOWN]],
    )


@app.post(
    "/security/sites/<site>/silence",
    summary="A silent home was phoned",
    description="What was learned is in the home's history. It stays on the list until it speaks.",
    tags=["Security: staff"],
)
def phoned(site: str, call: SilentCall) -> SilentHomes:
    who = staff()
    store = PanelService(load(SecuritySettings)).store
    thing = store.controller(site)
    one = store.silent(thing) if thing else None
    about = {"called_by": who.person, "called_at": who.now, "said": call.said}
    if one is None or not store.put_called(one.model_copy(update=about)):
        raise Problem(409, "not-silent")
    said = Sentence(
        ja=f"ガードセンターから電話（通信断）: {call.said}",
        en=f"The guard centre phoned (nothing was heard): {call.said}",
    )
    id = f"phoned-{one.silence.id}-{who.now.timestamp():.3f}"
    store.add(site, Entry(id=id, at=who.now, what="call", who=who.person, said=said, hidden=True))
    return silent_homes()


def _silent_view(one: SilentHome, file: HomeFile) -> SilentHomeView:
    return SilentHomeView(
        home=one.home,
        name=one.name,
        heard_at=one.silence.heard_at,
        armed=one.silence.armed,
        phone=file.phone,
        contacts=list(file.contacts),
        called_by=one.called_by,
        called_at=one.called_at,
        said=one.said,
    )


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
