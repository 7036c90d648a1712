"""HTTP routes: events and pictures of a home."""

from datetime import datetime
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import AwareDatetime, BaseModel

from iot.messages.camera import Mode, Pictures
from lambdas.detect import store
from lambdas.detect.entitlement import ROOM_WATCH, may_keep_pictures
from lambdas.detect.event import SeenEvent
from lambdas.detect.problems import TEXTS
from lambdas.detect.verdict import Box, Kind
from lambdas.shared.access import Permission, authorize
from lambdas.shared.aws import http
from lambdas.shared.aws.directory import Directory
from lambdas.shared.problems import Problem
from lambdas.shared.settings import Settings, load


class ApiSettings(Settings):
    """What the function needs."""

    detect_table: str
    directory_table: str
    pictures_bucket: str


app = http.resolver(TEXTS)
handler = http.entry(app)

HomeId = Annotated[str, Path(description="Home")]


class EventView(BaseModel):
    """Something that happened in a room."""

    id: str
    device: str
    camera: str
    kind: Kind
    mode: Mode
    at: AwareDatetime
    ended_at: AwareDatetime | None = None
    detected_at: AwareDatetime
    late: bool
    level: float
    score: float
    reason: str
    boxes: list[Box]
    pictures: Pictures
    picture: str | None = None


class EventPage(BaseModel):
    """Events, newest first; ``next`` asks for older ones."""

    events: list[EventView]
    next: str | None = None


@app.get("/homes/<home>/events", summary="What happened", tags=["Events"])
def list_events(
    home: HomeId,
    before: Annotated[str | None, Query(description="Only events older than this one")] = None,
    device: Annotated[str | None, Query(description="Only this camera's")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> EventPage:
    who = _enter(home)
    kept = store.Store(load(ApiSettings).detect_table)
    found = kept.events(home, before=before, thing=device, limit=limit)
    return EventPage(
        events=[view(event, ended, who.language) for event, ended in found],
        next=found[-1][0].id if len(found) == limit else None,
    )


@app.get("/homes/<home>/events/<event>", summary="One event", tags=["Events"])
def get_event(home: HomeId, event: Annotated[str, Path()]) -> EventView:
    who = _enter(home)
    found = store.Store(load(ApiSettings).detect_table).event(home, event)
    if found is None:
        raise Problem(404, "not-found")
    return view(*found, who.language)


@app.delete(
    "/homes/<home>/events/<event>",
    summary="Delete an event and its picture",
    description="For good. What it was told of stays told.",
    tags=["Events"],
    status_code=204,
)
def delete_event(home: HomeId, event: Annotated[str, Path()]) -> None:
    _enter(home, "manage")
    settings = load(ApiSettings)
    # The picture first: were it left behind, nobody would find it any more.
    store.Pictures(settings.pictures_bucket).forget_picture(home, event)
    if not store.Store(settings.detect_table).forget(home, event):
        raise Problem(404, "not-found")


@app.get(
    "/homes/<home>/pictures/<id>",
    summary="The picture of an event or a snapshot",
    description="The bytes of a JPEG. They pass through the API, so that no link to them exists.",
    tags=["Events"],
    responses={
        200: {
            "description": "The picture",
            "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def get_picture(home: HomeId, id: Annotated[str, Path()]):  # type: ignore[no-untyped-def]
    # No return type: the router would turn the bytes of a typed response into text.
    who = _enter(home)
    settings = load(ApiSettings)
    found = store.Store(settings.detect_table).event(home, id)
    if found and found[0].pictures == "on-device":
        raise Problem(404, "picture-on-device", rule="DC-22")
    if found:
        directory = Directory(settings.directory_table)
        device, household = directory.device(found[0].thing), directory.home(home)
        assert household
        if device and not may_keep_pictures(device.kind, household.features(who.now)):
            raise Problem(403, "picture-on-device", rule="DC-22")
    jpeg = store.Pictures(settings.pictures_bucket).picture(home, id)
    if jpeg is None:
        raise Problem(404, "not-found")
    return Response(200, "image/jpeg", jpeg, headers={"Cache-Control": "private, max-age=3600"})


def view(event: SeenEvent, ended_at: datetime | None, language: str) -> EventView:
    """The event as the app shows it."""
    return EventView(
        **event.model_dump(
            include={
                "id",
                "camera",
                "kind",
                "mode",
                "at",
                "detected_at",
                "level",
                "score",
                "pictures",
            }
        ),
        device=event.thing,
        ended_at=ended_at,
        late=event.late,
        reason=event.reason.text(language),
        boxes=list(event.boxes),
        picture=f"/api/homes/{event.home}/pictures/{event.id}"
        if event.pictures == "cloud"
        else None,
    )


def _enter(home: str, permission: Permission = "see") -> http.Caller:
    who = http.caller(app)
    authorize(
        Directory(load(ApiSettings).directory_table).home(home),
        who.person,
        permission,
        who.now,
        ROOM_WATCH,
    )
    return who
