"""HTTP routes: the devices of a home."""

import secrets
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Literal, Self

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints, model_validator

from iot.kinds import GROUP_OF, Group, Kind
from iot.messages.camera import (
    Action,
    CameraState,
    Direction,
    How,
    Mode,
    Sensitivity,
    StatusReport,
    Tell,
    Zone,
)
from iot.messages.camera import Response as Sound
from iot.messages.live import Relay, Sdp
from iot.topics import Channel
from lambdas.devices import cameras, live, model, relay, relay_store, thing_gateway
from lambdas.devices.problems import TEXTS
from lambdas.devices.store import Store, TooMany
from lambdas.shared.access import Grant, Permission, Requirement, authorize
from lambdas.shared.aws import http, mqtt
from lambdas.shared.aws.directory import Directory
from lambdas.shared.problems import Problem
from lambdas.shared.settings import Settings, load


class ApiSettings(Settings):
    """What the function needs."""

    devices_table: str
    directory_table: str
    ice_servers: str = ""
    """URLs of STUN and TURN servers, by spaces; none: they meet in one network only."""
    turn_parameter: str = ""
    """Where the secret of the TURN servers is; none when there are none."""
    live_minutes: int = 10
    """That a look may last; whoever is removed meanwhile sees so long at the most."""


app = http.resolver(TEXTS)
handler = http.entry(app)

HomeId = Annotated[str, Path(description="Home")]
ThingId = Annotated[str, Path(description="Device")]
Name = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f]*$"
    ),
]
"""One line: it stands in the subject of mails."""


class WalkView(BaseModel):
    """How a camera sees its room, by the parts of its picture: three rows from above."""

    at: AwareDatetime
    heights: list[float | None] = Field(description="Who walked, in shares of the height")
    sees: list[cameras.Sees]
    text: str


class DeviceView(BaseModel):
    """A device. What only cameras have is empty for others."""

    id: str
    name: str
    kind: Kind
    group: Group
    mode: Mode | None = None
    response: Sound | None = None
    sensitivity: Sensitivity = "normal"
    zones: list[Zone] = []
    tell: Tell = "people"
    restless: list[Zone] = Field([], description="Places that always move, to be ignored if wanted")
    blind: How | None = Field(None, description="Why the camera sees nothing")
    walk: WalkView | None = Field(None, description="What the last walk through the room showed")
    state: Literal["waiting", "active"]
    seen_at: AwareDatetime | None = None
    pictures_on_device: int = 0
    sd_card: bool = False
    turns: bool = Field(False, description="Whether it can be turned (AL-68)")
    waiting: int = Field(default=0, description="Detections kept on the camera for sending")
    mains: bool | None = Field(None, description="Whether it has mains, where it knows (HT-57)")
    battery: int | None = Field(None, description="Percent, where it has one")


class DeviceList(BaseModel):
    """The devices of a home, oldest first."""

    devices: list[DeviceView]


class NewDevice(BaseModel):
    """A device to be added."""

    name: Name
    kind: Kind
    profile: cameras.Profile | None = Field(None, description="What a camera is for (DC-30)")

    @model_validator(mode="after")
    def _profile_of_cameras(self) -> Self:
        if (GROUP_OF[self.kind] == "camera") != (self.profile is not None):
            raise ValueError("a camera needs a profile, and nothing else has one")
        return self

    @property
    def camera(self) -> CameraState | None:
        """What a new camera is set to."""
        return CameraState(mode=cameras.MODES[self.profile]) if self.profile else None


class NewDeviceView(DeviceView):
    """An added device with the code that sets it up."""

    setup_code: str
    setup_expires_at: AwareDatetime


class DeviceChange(BaseModel):
    """What may be changed of a device; all but the name of cameras only."""

    name: Name | None = None
    mode: Mode | None = None
    response: Sound | None = None
    sensitivity: Sensitivity | None = None
    tell: Tell | None = None
    zones: Annotated[
        tuple[Zone, ...] | None, Field(max_length=8, description="All of them anew; none with []")
    ] = None


class NewCommand(BaseModel):
    """Something the device should do now."""

    action: Action
    seconds: int = Field(default=10, ge=1, le=120)
    direction: Direction | None = Field(None, description="Of a turn (AL-68)")

    @model_validator(mode="after")
    def _where_to(self) -> Self:
        if (self.action == "turn") != (self.direction is not None):
            raise ValueError("a turn has a direction, nothing else has")
        return self


class CommandView(BaseModel):
    """A command and where it stands."""

    id: str
    action: Action
    state: Literal["sent", "done", "failed", "expired"]
    reason: str | None = None
    at: AwareDatetime
    picture: str | None = None


class LookView(BaseModel):
    """Somebody looked at a camera live."""

    by: str | None = Field(description="Their name; none when they are of this home no more")
    at: AwareDatetime
    seen: bool = Field(description="Whether the camera let them")


class LiveTerms(BaseModel):
    """What a browser must know before it offers to look at a camera, and who looked last."""

    ice_servers: list[str]
    relay: Relay | None = Field(description="What lets the browser use the TURN servers among them")
    seconds: int = Field(description="That a look may last")
    looks: list[LookView] = Field(description="The last ones of a week, newest first")


class LiveOffer(BaseModel):
    """A browser's offer, with all its candidates: one video to be received, one data channel."""

    offer: Sdp


class LiveView(BaseModel):
    """A look at a camera."""

    id: str
    state: live.State
    reason: str | None = Field(None, description="Why it failed")
    answer: str | None = Field(None, description="The camera's answer to the offer")
    at: AwareDatetime
    ends_at: AwareDatetime


@app.get("/homes/<home>/devices", summary="The devices of a home", tags=["Devices"])
def list_devices(home: HomeId) -> DeviceList:
    who = http.caller(app)
    _enter(home, "see")
    return DeviceList(devices=[view(device, who.language) for device in _store().devices(home)])


@app.post("/homes/<home>/devices", summary="Add a device", tags=["Devices"], status_code=201)
def add_device(home: HomeId, device: NewDevice) -> Response[NewDeviceView]:
    who = http.caller(app)
    group = GROUP_OF[device.kind]
    grant = _enter(home, "manage", model.NEEDED[group])
    code = model.new_setup_code()
    added = model.Device(
        thing=model.new_thing(device.kind),
        home=home,
        name=device.name,
        kind=device.kind,
        registered_at=who.now,
        registered_by=who.person,
        camera=device.camera,
    )
    limit = grant.home.limit(group, who.now)
    try:
        _store().register(added, code, limit)
    except TooMany as error:
        if group == "camera":
            raise Problem(409, "too-many-cameras", rule="DC-18", limit=limit) from error
        raise Problem(409, "too-many-devices", limit=limit) from error
    if added.camera:
        thing_gateway.desire(added.thing, added.camera)
    expires = who.now + model.SETUP_CODE_VALID
    shown = NewDeviceView(
        **view(added, who.language).model_dump(), setup_code=code, setup_expires_at=expires
    )
    return Response(HTTPStatus.CREATED, "application/json", shown)


@app.patch("/homes/<home>/devices/<thing>", summary="Change a device", tags=["Devices"])
def change_device(home: HomeId, thing: ThingId, change: DeviceChange) -> DeviceView:
    _device(home, thing, "operate")
    # Models as they are, not their dumps: what is stored is a zone again.
    wanted = {name: value for name, value in change if value is not None}
    of_cameras = {name: value for name, value in wanted.items() if name != "name"}

    def changes(device: model.Device) -> dict[str, object]:
        named = {"name": wanted["name"]} if "name" in wanted else {}
        if not of_cameras:
            return named
        return {**named, "camera": cameras.settings_of(device).model_copy(update=of_cameras)}

    device = _store().amend(home, thing, changes)
    if device is None:
        raise Problem(404, "not-found")
    if device.active:
        _directory().publish_device(device.published())
    if device.camera:
        thing_gateway.desire(thing, device.camera)
    return view(device, http.caller(app).language)


@app.delete(
    "/homes/<home>/devices/<thing>", summary="Remove a device", tags=["Devices"], status_code=204
)
def remove_device(home: HomeId, thing: ThingId) -> Response[str]:
    device = _device(home, thing, "manage")
    _directory().withdraw_device(thing)
    thing_gateway.revoke(thing)
    _store().remove(device)
    return Response(HTTPStatus.NO_CONTENT, body="")


@app.post(
    "/homes/<home>/devices/<thing>/commands",
    summary="Ask a device to do something",
    tags=["Devices"],
    status_code=202,
)
def command_device(home: HomeId, thing: ThingId, asked: NewCommand) -> Response[CommandView]:
    who = http.caller(app)
    cameras.check_command(_device(home, thing, "operate"), asked.action)
    command = model.command(
        secrets.token_hex(12),
        asked.action,
        who.now,
        seconds=asked.seconds,
        direction=asked.direction,
    )
    sent = model.SentCommand(
        id=command.id,
        action=asked.action,
        at=who.now,
        expires_at=command.expires_at,
        asked_by=who.person,
    )
    _store().send(thing, sent)
    mqtt.publish(thing, Channel.COMMAND, command)
    shown = CommandView(id=sent.id, action=sent.action, state="sent", at=sent.at)
    return Response(HTTPStatus.ACCEPTED, "application/json", shown)


@app.get(
    "/homes/<home>/devices/<thing>/commands/<command>",
    summary="What became of a command",
    tags=["Devices"],
)
def get_command(home: HomeId, thing: ThingId, command: Annotated[str, Path()]) -> CommandView:
    _device(home, thing, "see")
    sent = _store().command(thing, command)
    if sent is None:
        raise Problem(404, "not-found")
    state = sent.state(http.caller(app).now)
    shows = sent.action == "snapshot" and state == "done"
    return CommandView(
        id=sent.id,
        action=sent.action,
        state=state,
        reason=sent.result.reason if sent.result else None,
        at=sent.at,
        picture=f"/api/homes/{home}/pictures/{sent.id}" if shows else None,
    )


@app.get(
    "/homes/<home>/devices/<thing>/live",
    summary="What is needed to look at a camera live",
    tags=["Devices"],
)
def get_live_terms(home: HomeId, thing: ThingId) -> LiveTerms:
    who = http.caller(app)
    cameras.check_command(_device(home, thing, "operate"), "live")
    settings = load(ApiSettings)
    names = {one.person: one.name for one in _enter(home, "operate").home.members}
    looks = [
        LookView(by=names.get(one.asked_by), at=one.at, seen=one.seen)
        for one in _store().looks(thing)
    ]
    servers, known = _servers(settings, who.person, who.now)
    return LiveTerms(
        ice_servers=list(servers), relay=known, seconds=settings.live_minutes * 60, looks=looks
    )


def _servers(
    settings: ApiSettings, who: str, now: datetime
) -> tuple[tuple[str, ...], Relay | None]:
    """The STUN and TURN servers, and a credential for the latter. Without the operator's secret
    there are no TURN servers."""
    urls = tuple(settings.ice_servers.split())
    if not any(url.startswith("turn") for url in urls):
        return urls, None
    key = relay_store.secret(settings.turn_parameter)
    if key is None:
        return tuple(url for url in urls if url.startswith("stun")), None
    return urls, relay.relay(key, who, now, timedelta(minutes=settings.live_minutes))


@app.post(
    "/homes/<home>/devices/<thing>/live",
    summary="Ask a camera to be looked at live",
    description="The picture goes from the camera to the browser and not through this API.",
    tags=["Devices"],
    status_code=202,
)
def ask_live(home: HomeId, thing: ThingId, asked: LiveOffer) -> Response[LiveView]:
    who = http.caller(app)
    cameras.check_command(_device(home, thing, "operate"), "live")
    settings = load(ApiSettings)
    servers, known = _servers(settings, thing, who.now)
    session, request = live.asked(
        f"{who.now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(8)}",
        asked.offer,
        who.person,
        who.now,
        timedelta(minutes=settings.live_minutes),
        servers,
        known,
    )
    _store().begin_live(thing, session)
    mqtt.publish(thing, Channel.COMMAND, request)
    return Response(HTTPStatus.ACCEPTED, "application/json", _live_view(session, who))


@app.get(
    "/homes/<home>/devices/<thing>/live/<session>",
    summary="What the camera answered",
    tags=["Devices"],
)
def get_live(home: HomeId, thing: ThingId, session: Annotated[str, Path()]) -> LiveView:
    cameras.check_command(_device(home, thing, "operate"), "live")
    found = _store().live(thing, session)
    if found is None:
        raise Problem(404, "not-found")
    return _live_view(found, http.caller(app))


def _live_view(session: live.LiveSession, who: http.Caller) -> LiveView:
    return LiveView(
        id=session.id,
        state=session.state(who.now),
        reason=session.reason(who.now),
        answer=session.answer.answer if session.answer else None,
        at=session.at,
        ends_at=session.ends_at,
    )


def view(device: model.Device, language: str = "ja") -> DeviceView:
    """The device as the app shows it."""
    status, camera = device.status, device.camera
    shown = DeviceView(
        id=device.thing,
        name=device.name,
        kind=device.kind,
        group=device.group,
        state="active" if device.active else "waiting",
        seen_at=status.at if status else None,
        waiting=status.waiting if status else 0,
        mains=status.mains if status else None,
        battery=status.battery if status else None,
    )
    if camera:
        settings = {name: getattr(camera, name) for name in type(camera).model_fields}
        shown = shown.model_copy(update={**settings, "zones": list(camera.zones)})
    if device.walk:
        walk = WalkView(
            at=device.walk.at,
            heights=device.walk.heights,
            sees=cameras.seen_in(device.walk),
            text=cameras.words_of(device.walk, language),
        )
        shown = shown.model_copy(update={"walk": walk})
    if isinstance(status, StatusReport):
        on_card = {"pictures_on_device": status.pictures_on_device, "sd_card": status.sd_card}
        sees = {
            "turns": status.turns,
            "blind": status.blind,
            "restless": [cameras.ignored(one) for one in status.restless],
        }
        shown = shown.model_copy(update={**on_card, **sees})
    return shown


def _store() -> Store:
    return Store(load(ApiSettings).devices_table)


def _directory() -> Directory:
    return Directory(load(ApiSettings).directory_table)


def _enter(home: str, permission: Permission, requirement: Requirement | None = None) -> Grant:
    who = http.caller(app)
    return authorize(_directory().home(home), who.person, permission, who.now, requirement)


def _device(home: str, thing: str, permission: Permission) -> model.Device:
    """A device of the caller's home, which must include the feature that it serves."""
    _enter(home, permission)
    device = _store().device(home, thing)
    if device is None:
        raise Problem(404, "not-found")
    _enter(home, permission, model.NEEDED[device.group])
    return device
