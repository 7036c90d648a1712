"""HTTP routes: readings of a home's cameras."""

from datetime import date
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import BaseModel

from iot.messages.camera import MotionMinute
from lambdas.ingest.store import Store
from lambdas.shared.access import Requirement, authorize
from lambdas.shared.aws import http
from lambdas.shared.aws.directory import Directory
from lambdas.shared.problems import Problem, Text
from lambdas.shared.settings import Settings, load


class ApiSettings(Settings):
    """What the function needs."""

    readings_table: str
    directory_table: str


CAMERAS = Requirement("room-watch", Text("お部屋のみまもり", "room watch"), rule="DC-05")

app = http.resolver()
handler = http.entry(app)


class MotionDay(BaseModel):
    """A camera's motion by the minute on one day in Japan."""

    device: str
    date: date
    minutes: list[MotionMinute]


@app.get(
    "/homes/<home>/devices/<thing>/motion",
    summary="Motion by the minute (DC-28)",
    tags=["Readings"],
)
def get_motion(
    home: Annotated[str, Path()],
    thing: Annotated[str, Path()],
    date: Annotated[date, Query(description="A day in Japan")],
) -> MotionDay:
    settings = load(ApiSettings)
    who = http.caller(app)
    directory = Directory(settings.directory_table)
    authorize(directory.home(home), who.person, "see", who.now, CAMERAS)
    device = directory.device(thing)
    if device is None or device.home != home:
        raise Problem(404, "not-found")
    if date.year < 1970:
        raise Problem(422, "invalid")
    minutes = Store(settings.readings_table).day(thing, date)
    return MotionDay(device=thing, date=date, minutes=minutes)
