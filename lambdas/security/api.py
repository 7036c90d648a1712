"""HTTP routes of the people of a guarded home: state, operation, contacts, keys, history.

The web page may more than the app (AL-46 to AL-53): which of them asks is told by the login's
client. セルフ modes are operated by neither (A-13).
"""

import secrets
from datetime import datetime, timedelta
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from iot.messages.controller import MOST_KEYS, ControllerCommand, ControllerSettings, Key, Keys
from iot.messages.panel_facts import Actor, Bypass, Source
from iot.messages.panel_settings import AreaId, Mode, Monitoring
from iot.panel import codes
from iot.panel.arming import obstacles
from iot.panel.permissions import PERMISSIONS, Task
from iot.panel.state import Panel
from iot.panel.words import MODES, obstacle
from iot.topics import Channel
from lambdas.security.file import Contact, HomeFile, Medical, Resident
from lambdas.security.model import Command
from lambdas.security.panel_service import PanelService, SecuritySettings
from lambdas.security.phone_gateway import international
from lambdas.security.problems import TEXTS
from lambdas.security.views import (
    HistoryLine,
    SecurityView,
    areas_of,
    case_line,
    command_line,
    history_line,
    panel_now,
    sensors_of,
)
from lambdas.shared.access import Grant, Requirement, authorize
from lambdas.shared.aws import http, mqtt
from lambdas.shared.aws.directory import Directory
from lambdas.shared.conflicts import Conflict
from lambdas.shared.household import Home
from lambdas.shared.problems import Problem, Text
from lambdas.shared.secrets import hashed
from lambdas.shared.settings import load

LASTS = timedelta(minutes=2)
"""So long a command may take to reach the controller; later it is not carried out."""

FORGOTTEN = timedelta(days=30)
"""So long a file that was replaced is kept for cases that run."""

GUARDED = Requirement("intrusion", Text("ホームセキュリティ", "Home Security"), "AL-02")


class ApiSettings(SecuritySettings):
    """What the function needs."""

    app_client: str  # the login's client of the app; every other is the web page


app = http.resolver(TEXTS)
handler = http.entry(app)


class Body(BaseModel):
    """Base of what is sent: nothing unknown in it."""

    model_config = ConfigDict(extra="forbid")


class Operation(Body):
    """Arm or disarm. No areas: all of them; in 在宅 those of the area setting (エリア設定)."""

    action: Literal["arm", "disarm"]
    areas: list[AreaId] = []
    mode: Mode | None = None
    monitoring: Monitoring = "company"
    bypass: Bypass = Field({}, description="Sensors to be left out, each with the reason")


class AreaSetting(Body):
    """What is guarded in 在宅 when it is armed from afar (エリア設定, AL-46)."""

    areas: list[AreaId]


class ContactsBody(Body):
    """The whole list (緊急連絡者名簿): a new one replaces it. No password: it stays as it is."""

    phone: str = Field("", max_length=20, pattern=r"^[0-9+\-() ]*$")
    password: str | None = Field(None, min_length=2, max_length=40)
    contacts: list[Contact] = Field(max_length=10)
    residents: list[Resident] = []
    medical: list[Medical] = []


class ContactsView(BaseModel):
    """The list as its contractor sees it. The password is never shown."""

    phone: str
    has_password: bool
    contacts: list[Contact]
    residents: list[Resident]
    medical: list[Medical]


class KeyView(BaseModel):
    """A code, key or card. Its number is never shown."""

    id: str
    name: str
    means: Literal["code", "key", "card"]
    duress: bool
    person: str | None
    told: bool = True  # whether its everyday use is told (AL-49)


class KeysView(BaseModel):
    """All of them, and how many keys and cards there may be."""

    keys: list[KeyView]
    carried: int
    most: int = MOST_KEYS


class KeyChange(Body):
    """What may be changed of a code, key or card."""

    told: bool


class NewKey(Body):
    """A code, or a key's or card's number, for somebody. ``person``: their login, so that they may
    operate from afar, too."""

    name: str = Field(min_length=1, max_length=40)
    means: Literal["code", "key", "card"]
    secret: str = Field(min_length=4, max_length=64)
    duress: bool = False
    person: str | None = Field(None, max_length=64)
    two_factor: bool = False


@app.get("/homes/<home>/security", summary="How a guarded home stands", tags=["Security"])
def security(home: str) -> SecurityView:
    grant = entered(home, "status")
    return shown(grant)


@app.get("/homes/<home>/security/history", summary="What happened (AL-47)", tags=["Security"])
def history(
    home: str, before: Annotated[AwareDatetime | None, Query()] = None
) -> list[HistoryLine]:
    entered(home, "history")
    who = http.caller(app)
    store = service().store
    until = before.isoformat() if before else ""
    return [history_line(o, who.language, home) for o in store.history(home, until) if not o.hidden]


@app.post(
    "/homes/<home>/security/operations",
    summary="Arm or disarm from afar (AL-46, AL-52, A-13)",
    description="The answer says that it was sent; `commands` says what the controller made of it. "
    "What keeps it from being armed is said at once.",
    tags=["Security"],
)
def operate(home: str, wanted: Operation) -> SecurityView:
    grant = entered(home, "status")
    who, source = http.caller(app), source_of()
    may_operate(grant)
    guard = service()
    thing = guard.store.controller(home)
    kept = guard.store.kept(thing) if thing else None
    if thing is None or kept is None or kept.record.panel.settings is None:
        raise Problem(409, "no-controller")
    panel, settings = panel_now(kept, who.now), kept.record.panel.settings
    if unknown := set(wanted.areas) - {area.id for area in settings.areas}:
        raise Problem(422, "unknown-area", area=min(unknown))
    areas = wanted.areas or (
        [a for a in guard.store.file(home).home_areas if settings.area(a)]
        if wanted.mode == "home"
        else []
    )
    check(panel, areas or [area.id for area in settings.areas], wanted, source, who)
    command = ControllerCommand(
        id=secrets.token_hex(8),
        action=wanted.action,
        expires_at=who.now + LASTS,
        actor=Actor(source=source, means="login", name=grant.member.name, person=who.person),
        areas=tuple(areas),
        mode=wanted.mode if wanted.action == "arm" else None,
        monitoring=wanted.monitoring if wanted.action == "arm" else None,
        bypass=wanted.bypass,
    )
    about = command.model_dump(
        include={"id", "expires_at", "action", "areas", "mode", "monitoring"}
    )
    guard.store.add_command(
        home, Command(**about, at=who.now, who=grant.member.name, source=source)
    )
    mqtt.publish(thing, Channel.COMMAND, command)
    return shown(grant)


@app.put("/homes/<home>/security/areas", summary="What 在宅 guards (エリア設定)", tags=["Security"])
def area_setting(home: str, wanted: AreaSetting) -> SecurityView:
    grant = entered(home, "areas")
    may_operate(grant)
    settings = service().store.settings(home)
    if settings and set(wanted.areas) - {area.id for area in settings.areas}:
        raise Problem(422, "unknown-area")
    change_file(home, {"home_areas": tuple(wanted.areas)})
    return shown(grant)


@app.get("/homes/<home>/security/contacts", summary="緊急連絡者名簿 (AL-48)", tags=["Security"])
def contacts(home: str) -> ContactsView:
    entered(home, "contacts", manage=True)
    return contacts_view(service().store.file(home))


@app.put(
    "/homes/<home>/security/contacts",
    summary="Change 緊急連絡者名簿 (AL-48)",
    description="Not from the app (AL-52).",
    tags=["Security"],
)
def put_contacts(home: str, wanted: ContactsBody) -> ContactsView:
    grant = entered(home, "contacts", manage=True)
    most = most_contacts(grant.home, http.caller(app).now)
    if most is not None and len(wanted.contacts) > most:
        raise Problem(422, "too-many-contacts", rule="AL-92", limit=most)
    changed: dict[str, object] = {
        "phone": wanted.phone,
        "contacts": tuple(wanted.contacts),
        "residents": tuple(wanted.residents),
        "medical": tuple(wanted.medical),
    }
    if wanted.password is not None:
        changed["password"] = hashed(wanted.password)
    return contacts_view(change_file(home, changed))


@app.get("/homes/<home>/security/keys", summary="Codes, keys and cards", tags=["Security"])
def get_keys(home: str) -> KeysView:
    entered(home, "keys", manage=True)
    return keys_view(home, service().store.keys(home))


@app.post(
    "/homes/<home>/security/keys",
    summary="Register a code, key or card (AL-44, AL-45)",
    tags=["Security"],
)
def add_key(home: str, wanted: NewKey) -> KeysView:
    entered(home, "keys", manage=True)
    if wanted.two_factor:
        raise Problem(422, "not-both", rule="AL-44")
    known = service().store.keys(home)
    salt = known.salt if known else secrets.token_hex(16)
    others = known.keys if known else ()
    carried = sum(one.means != "code" for one in others)
    if wanted.means != "code" and carried >= MOST_KEYS:
        raise Problem(422, "too-many-keys", rule="AL-45")
    digest = codes.hashed(wanted.secret, salt)
    if any(one.hash == digest and one.means == wanted.means for one in others):
        raise Problem(422, "code-taken", rule="AL-44")
    near = [one for one in others if one.duress is not wanted.duress]
    if wanted.means == "code" and codes.unfit(wanted.secret, salt, near):
        raise Problem(422, "code-unfit", rule="AL-44")
    key = Key(
        id=secrets.token_hex(3),
        hash=digest,
        **wanted.model_dump(include={"name", "means", "duress", "person"}),
    )
    version = known.version + 1 if known else 1
    added = changed_keys(home, Keys(version=version, salt=salt, keys=(*others, key)))
    return keys_view(home, added)


@app.delete(
    "/homes/<home>/security/keys/<key>", summary="Remove a code, key or card", tags=["Security"]
)
def remove_key(home: str, key: str) -> KeysView:
    entered(home, "keys", manage=True)
    known = service().store.keys(home)
    if known is None or all(one.id != key for one in known.keys):
        raise Problem(404, "not-found")
    left = tuple(one for one in known.keys if one.id != key)
    changed = known.model_copy(update={"version": known.version + 1, "keys": left})
    told_of(home, key, told=True)
    return keys_view(home, changed_keys(home, changed))


@app.patch(
    "/homes/<home>/security/keys/<key>",
    summary="Say whether the everyday use of a key or code is told (AL-49)",
    description="Alarms, wrong codes and what leaves a sensor out are told whatever is said here.",
    tags=["Security"],
)
def tell_of_key(home: str, key: str, wanted: KeyChange) -> KeysView:
    entered(home, "keys", manage=True)
    known = service().store.keys(home)
    found = next((one for one in known.keys if one.id == key), None) if known else None
    if found is None:
        raise Problem(404, "not-found")
    if found.duress and not wanted.told:
        raise Problem(422, "always-told", rule="AL-49")
    told_of(home, key, told=wanted.told)
    return keys_view(home, known)


# --- what the routes share


def service() -> PanelService:
    """The service of controllers."""
    return PanelService(load(ApiSettings))


def source_of() -> Source:
    """Whether the web page or the app asks."""
    context = app.current_event.request_context
    claims = context.authorizer.jwt_claim if context.authorizer else {}
    client = claims.get("aud") or claims.get("client_id")
    return "app" if client == load(ApiSettings).app_client else "web"


def entered(home: str, task: Task, *, manage: bool = False) -> Grant:
    """The caller's place in the home. Problem 403 when what asks may not do this (AL-52)."""
    who, source = http.caller(app), source_of()
    found = Directory(load(ApiSettings).directory_table).home(home)
    kept = task == "contacts" and found and most_contacts(found, who.now) is not None
    needed = None if kept else GUARDED
    grant = authorize(found, who.person, "manage" if manage else "see", who.now, needed)
    if task not in PERMISSIONS[source].tasks:
        what = Text("この設定", "This setting")
        raise Problem(403, "not-from-here", rule="AL-52", what=what)
    return grant


def most_contacts(home: Home, now: datetime) -> int | None:
    """How many emergency contacts a home may have by products that only keep so many, まもるっく
    among them (AL-92). None where it is guarded, or no product says so."""
    if GUARDED.feature in home.features(now):
        return None
    limits = [one.contacts for one in home.contracts if one.contacts and one.in_force(now)]
    return sum(limits) or None


def may_operate(grant: Grant) -> None:
    """Problem 403 for those who live elsewhere and have no key."""
    if not operates(grant):
        raise Problem(403, "no-key", rule="AL-46")


def operates(grant: Grant) -> bool:
    """Whether somebody may operate it: the contractor, and who has a key of their own."""
    keys = service().store.keys(grant.home.id)
    mine = any(one.person == grant.member.person for one in keys.keys) if keys else False
    return grant.member.role == "contractor" or mine


def check(
    panel: Panel, areas: list[str], wanted: Operation, source: Source, who: http.Caller
) -> None:
    """Problem 403 where it may not be done from here, 422 with what keeps it from being armed."""
    may = PERMISSIONS[source]
    if wanted.action == "disarm":
        for id in areas:
            area = panel.areas[id]
            if area.mode and area.monitoring and (area.mode, area.monitoring) not in may.disarms:
                raise _not_from_here(area.mode, area.monitoring)
        return
    if wanted.mode is None:
        raise Problem(422, "invalid")
    if (wanted.mode, wanted.monitoring) not in may.arms:
        raise _not_from_here(wanted.mode, wanted.monitoring)
    against = [
        one
        for id in areas
        for one in obstacles(panel, id, wanted.mode, wanted.monitoring, wanted.bypass)
    ]
    if against:
        why = [obstacle(one, panel.settings, who.language) for one in against]
        raise Problem(422, "cannot-arm", rule="AL-46", why=" ".join(dict.fromkeys(why)))


def _not_from_here(mode: Mode, monitoring: Monitoring) -> Problem:
    words = MODES[mode, monitoring]
    return Problem(403, "not-from-here", rule="A-13", what=Text(words.ja, words.en))


def change_file(home: str, changed: dict[str, object]) -> HomeFile:
    """Change a home's file, and publish what the centre needs of it."""
    store = service().store
    before = store.file(home)
    try:
        after = store.put_file(
            home, HomeFile.model_validate({**before.model_dump(), **_plain(changed)})
        )
    except Conflict as conflict:
        raise Problem(409, "changed-meanwhile") from conflict
    publish_file(home, before, after)
    return after


def _plain(changed: dict[str, object]) -> dict[str, object]:
    return {
        name: [one.model_dump() if isinstance(one, BaseModel) else one for one in value]
        if isinstance(value, tuple)
        else value
        for name, value in changed.items()
    }


def told_of(home: str, key: str, *, told: bool) -> None:
    """Whether the everyday use of a key or code is told (AL-49)."""
    before = set(service().store.file(home).quiet)
    after = before - {key} if told else before | {key}
    if after != before:
        change_file(home, {"quiet": tuple(sorted(after))})


def publish_file(home: str, before: HomeFile, after: HomeFile) -> None:
    """Publish a version of the file; the one before it is forgotten some time."""
    now = http.arrived(app)
    store, keys = service().store, service().store.keys(home)
    names = tuple(one.name for one in keys.keys) if keys else ()
    directory = Directory(load(ApiSettings).directory_table)
    if before.version:
        directory.publish_alarm_file(before.published(home, names), now + FORGOTTEN)
    directory.publish_alarm_file(after.published(home, names))
    phones = [[international(one.phone) for one in file.contacts] for file in (after, before)]
    store.put_phones(home, *phones)


def changed_keys(home: str, keys: Keys) -> Keys:
    """Store keys, send them to the controller, and let the centre know the names."""
    guard = service()
    try:
        guard.store.put_keys(home, keys)
    except Conflict as conflict:
        raise Problem(409, "changed-meanwhile") from conflict
    if thing := guard.store.controller(home):
        guard.send(thing, ControllerSettings(keys=keys))
    change_file(home, {})
    return keys


def contacts_view(file: HomeFile) -> ContactsView:
    """The list as it is shown."""
    return ContactsView(
        phone=file.phone,
        has_password=bool(file.password),
        contacts=list(file.contacts),
        residents=list(file.residents),
        medical=list(file.medical),
    )


def keys_view(home: str, keys: Keys | None) -> KeysView:
    """Keys as they are shown."""
    quiet = service().store.file(home).quiet
    known = keys.keys if keys else ()
    shown = {"id", "name", "means", "duress", "person"}
    return KeysView(
        keys=[KeyView(**one.model_dump(include=shown), told=one.id not in quiet) for one in known],
        carried=sum(one.means != "code" for one in known),
    )


def shown(grant: Grant) -> SecurityView:
    """A guarded home as the caller sees it."""
    who, source, home = http.caller(app), source_of(), grant.home.id
    store = service().store
    thing = store.controller(home)
    kept = store.kept(thing) if thing else None
    panel = panel_now(kept, who.now) if kept else None
    lines, behind = store.history(home), kept.record.behind if kept else None
    return SecurityView(
        home=home,
        source=source,
        connected_at=kept.heard_at if kept else None,
        silent=bool(kept and kept.silence),
        company=bool(panel and panel.settings and panel.settings.company),
        siren=panel.siren() if panel else None,
        lines={"internet": panel.internet, "lte": panel.lte} if panel else {},
        areas=areas_of(panel, source, who.language, behind) if panel else [],
        sensors=sensors_of(panel) if panel else [],
        home_areas=list(store.file(home).home_areas),
        may_operate=operates(grant),
        may_edit=grant.member.role == "contractor" and source == "web",
        commands=[command_line(o, lines, who.language, who.now) for o in store.commands(home)],
        cases=[case_line(one) for one in store.cases(home)],
        history=[history_line(o, who.language, home) for o in lines if not o.hidden][:10],
    )
