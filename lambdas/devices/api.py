"""HTTP routes: a home and its cameras."""

import secrets
from http import HTTPStatus
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from iot.messages import Action, Mode, Sensitivity, Zone
from iot.messages import Response as Sound
from lambdas.devices import model, thing_gateway
from lambdas.devices.store import Store, TooMany
from lambdas.shared.access import Grant, Permission, authorize
from lambdas.shared.aws import http
from lambdas.shared.aws.directory import Directory
from lambdas.shared.household import CameraKind, Feature, Role
from lambdas.shared.problems import Problem
from lambdas.shared.settings import Settings, load


class ApiSettings(Settings):
    """What the function needs."""

    devices_table: str
    directory_table: str


app = http.resolver()
handler = http.entry(app)

HomeId = Annotated[str, Path(description="Home")]
ThingId = Annotated[str, Path(description="Camera")]
Name = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f]*$"
    ),
]
"""One line: it stands in the subject of mails."""


class CameraView(BaseModel):
    """A camera."""

    id: str
    name: str
    kind: CameraKind
    mode: Mode
    response: Sound
    sensitivity: Sensitivity = "normal"
    zones: list[Zone] = []
    state: Literal["waiting", "active"]
    seen_at: AwareDatetime | None = None
    pictures_on_device: int = 0
    sd_card: bool = False
    waiting: int = Field(default=0, description="Detections kept on the camera for sending")


class HomeView(BaseModel):
    """A home with its cameras."""

    id: str
    name: str
    role: Role
    features: list[Feature]
    max_cameras: int
    devices: list[CameraView]


class NewCamera(BaseModel):
    """A camera to be added."""

    name: Name
    kind: CameraKind
    profile: model.Profile


class NewCameraView(CameraView):
    """An added camera with the code that sets it up."""

    setup_code: str
    setup_expires_at: AwareDatetime


class CameraChange(BaseModel):
    """What may be changed of a camera."""

    name: Name | None = None
    mode: Mode | None = None
    response: Sound | None = None
    sensitivity: Sensitivity | None = None
    zones: Annotated[
        tuple[Zone, ...] | None, Field(max_length=8, description="All of them anew; none with []")
    ] = None


class NewCommand(BaseModel):
    """Something the camera should do now."""

    action: Action
    seconds: int = Field(default=10, ge=1, le=120)


class CommandView(BaseModel):
    """A command and where it stands."""

    id: str
    action: Action
    state: Literal["sent", "done", "failed", "expired"]
    reason: str | None = None
    at: AwareDatetime
    picture: str | None = None


@app.get("/homes/<home>", summary="A home and its cameras", tags=["Cameras"])
def get_home(home: HomeId) -> HomeView:
    grant = _enter(home, "see")
    now = http.caller(app).now
    return HomeView(
        id=home,
        name=grant.home.name,
        role=grant.member.role,
        features=sorted(grant.home.features(now)),
        max_cameras=grant.home.max_cameras(now),
        devices=[view(camera) for camera in _store().cameras(home)],
    )


@app.post("/homes/<home>/devices", summary="Add a camera", tags=["Cameras"], status_code=201)
def add_camera(home: HomeId, camera: NewCamera) -> Response[NewCameraView]:
    grant = _enter(home, "manage")
    who = http.caller(app)
    code = model.new_setup_code()
    added = model.Camera(
        thing=model.new_thing(),
        home=home,
        name=camera.name,
        kind=camera.kind,
        mode=model.MODES[camera.profile],
        registered_at=who.now,
        registered_by=who.person,
    )
    limit = grant.home.max_cameras(who.now)
    try:
        _store().register(added, code, limit)
    except TooMany as error:
        raise Problem(409, "too-many-cameras", rule="DC-18", limit=limit) from error
    thing_gateway.desire(added.thing, added.state())
    expires = who.now + model.SETUP_CODE_VALID
    shown = NewCameraView(**view(added).model_dump(), setup_code=code, setup_expires_at=expires)
    return Response(HTTPStatus.CREATED, "application/json", shown)


@app.patch("/homes/<home>/devices/<thing>", summary="Change a camera", tags=["Cameras"])
def change_camera(home: HomeId, thing: ThingId, change: CameraChange) -> CameraView:
    _enter(home, "operate")
    # Models as they are, not their dumps: what is stored is a camera again.
    changes = {name: value for name, value in change if value is not None}
    camera = _store().amend(home, thing, **changes)
    if camera is None:
        raise Problem(404, "not-found")
    if camera.active:
        _directory().publish_device(camera.published())
    thing_gateway.desire(thing, camera.state())
    return view(camera)


@app.delete(
    "/homes/<home>/devices/<thing>", summary="Remove a camera", tags=["Cameras"], status_code=204
)
def remove_camera(home: HomeId, thing: ThingId) -> Response[str]:
    _enter(home, "manage")
    camera = _camera(home, thing)
    _directory().withdraw_device(thing)
    thing_gateway.revoke(thing)
    _store().remove(camera)
    return Response(HTTPStatus.NO_CONTENT, body="")


@app.post(
    "/homes/<home>/devices/<thing>/commands",
    summary="Ask a camera to do something",
    tags=["Cameras"],
    status_code=202,
)
def command_camera(home: HomeId, thing: ThingId, asked: NewCommand) -> Response[CommandView]:
    _enter(home, "operate")
    who = http.caller(app)
    model.check_command(_camera(home, thing), asked.action)
    command = model.command(secrets.token_hex(12), asked.action, who.now, seconds=asked.seconds)
    sent = model.SentCommand(
        id=command.id,
        action=asked.action,
        at=who.now,
        expires_at=command.expires_at,
        asked_by=who.person,
    )
    _store().send(thing, sent)
    thing_gateway.tell(thing, command)
    shown = CommandView(id=sent.id, action=sent.action, state="sent", at=sent.at)
    return Response(HTTPStatus.ACCEPTED, "application/json", shown)


@app.get(
    "/homes/<home>/devices/<thing>/commands/<command>",
    summary="What became of a command",
    tags=["Cameras"],
)
def get_command(home: HomeId, thing: ThingId, command: Annotated[str, Path()]) -> CommandView:
    _enter(home, "see")
    _camera(home, thing)
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


def view(camera: model.Camera) -> CameraView:
    """The camera as the app shows it."""
    status = camera.status
    return CameraView(
        id=camera.thing,
        name=camera.name,
        kind=camera.kind,
        mode=camera.mode,
        response=camera.response,
        sensitivity=camera.sensitivity,
        zones=list(camera.zones),
        state="active" if camera.active else "waiting",
        seen_at=status.at if status else None,
        pictures_on_device=status.pictures_on_device if status else 0,
        sd_card=status.sd_card if status else False,
        waiting=status.waiting if status else 0,
    )


def _store() -> Store:
    return Store(load(ApiSettings).devices_table)


def _directory() -> Directory:
    return Directory(load(ApiSettings).directory_table)


def _enter(home: str, act: Permission) -> Grant:
    who = http.caller(app)
    return authorize(_directory().home(home), who.person, act, who.now)


def _camera(home: str, thing: str) -> model.Camera:
    camera = _store().camera(home, thing)
    if camera is None:
        raise Problem(404, "not-found")
    return camera
