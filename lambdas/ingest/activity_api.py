"""HTTP routes: a home's activity, for its people and as long as its contract has it (A-27)."""

from datetime import date, datetime, timedelta
from typing import Annotated, NamedTuple

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import BaseModel

from lambdas.ingest.activity import views
from lambdas.ingest.activity.access import FRIDGE, LINKED, SLEEP, WATCHED
from lambdas.ingest.activity.baseline import FEWEST, USUAL
from lambdas.ingest.activity.views import (
    ActivityDay,
    ActivityMonth,
    ActivityNow,
    ActivityWeek,
    Shown,
)
from lambdas.ingest.activity_service import ActivityService
from lambdas.ingest.activity_store import ActivityStore
from lambdas.shared.access import authorize
from lambdas.shared.aws import http
from lambdas.shared.aws.directory import Directory
from lambdas.shared.calendar import ONE_DAY, day_of, start_of
from lambdas.shared.problems import Problem
from lambdas.shared.settings import Settings, load


class ActivitySettings(Settings):
    """What the function needs."""

    readings_table: str
    directory_table: str


app = http.resolver()
handler = http.entry(app)

AROUND = timedelta(days=2)
"""So much before a day is looked at, to know how it began."""


class _Asked(NamedTuple):
    service: ActivityService
    now: datetime
    shown: Shown


def _asked(home: str) -> _Asked:
    """Whoever asks may see the home's activity now. Denied otherwise."""
    settings = load(ActivitySettings)
    who = http.caller(app)
    grant = authorize(
        Directory(settings.directory_table).home(home), who.person, "see", who.now, WATCHED
    )
    features = grant.home.features(who.now)
    shown = Shown(sleep=SLEEP in features, fridge=FRIDGE in features, language=who.language)
    return _Asked(ActivityService(settings.readings_table), who.now, shown)


def _possible(day: date, now: datetime) -> None:
    """Problem 422 for a day that has not begun, or is beyond all records."""
    if not day.year >= 1970 or day > day_of(now):
        raise Problem(422, "invalid")


@app.get("/homes/<home>/activity", summary="A home at a glance (HT-08, HT-10)", tags=["Activity"])
def get_activity(home: Annotated[str, Path()]) -> ActivityNow:
    service, now, shown = _asked(home)
    seen = service.look(home, now)
    return views.glance(home, now, seen.first, seen.record, seen.said, seen.afterwards(), shown)


@app.get(
    "/homes/<home>/activity/days/<day>", summary="A day by the minute (HT-08)", tags=["Activity"]
)
def get_activity_day(home: Annotated[str, Path()], day: Annotated[date, Path()]) -> ActivityDay:
    service, now, shown = _asked(home)
    _possible(day, now)
    first = start_of(day) - AROUND
    last = min(start_of(day) + timedelta(days=1, hours=12), now)
    record, timeline = service.timeline(home, first, last)
    return views.day_view(home, day, now, first, record, timeline, shown)


@app.get(
    "/homes/<home>/activity/weeks/<day>",
    summary="Seven days and the seven before (HT-09, HT-10)",
    tags=["Activity"],
)
def get_activity_week(home: Annotated[str, Path()], day: Annotated[date, Path()]) -> ActivityWeek:
    service, now, shown = _asked(home)
    _possible(day, now)
    first = start_of(day) - timedelta(days=13) - AROUND
    last = min(start_of(day) + timedelta(days=1, hours=12), now)
    _, timeline = service.timeline(home, first, last)
    return views.week_view(home, day, timeline, shown)


class FridgeReset(BaseModel):
    """What a fridge told before ``since`` is shown no more."""

    since: datetime


@app.post(
    "/homes/<home>/activity/fridge/reset",
    summary="The fridge is another one, or is given away (HT-58)",
    tags=["Activity"],
)
def reset_fridge(home: Annotated[str, Path()]) -> FridgeReset:
    settings = load(ActivitySettings)
    who = http.caller(app)
    place = Directory(settings.directory_table).home(home)
    authorize(place, who.person, "manage", who.now, LINKED)
    ActivityStore(settings.readings_table).reset_fridge(home, who.now)
    return FridgeReset(since=who.now)


BASE = timedelta(days=USUAL + FEWEST)
"""So far back reaches what is usual."""


@app.get(
    "/homes/<home>/activity/months/<month>",
    summary="A month, the one before, and what is unusual (HT-09, HT-10)",
    tags=["Activity"],
)
def get_activity_month(
    home: Annotated[str, Path()],
    month: Annotated[str, Path(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")],
) -> ActivityMonth:
    service, now, shown = _asked(home)
    first = date.fromisoformat(f"{month}-01")
    _possible(first, now)
    last = min((first + 31 * ONE_DAY).replace(day=1) - ONE_DAY, day_of(now))
    before = (first - ONE_DAY).replace(day=1)
    rows = service.days(home, min(before, last - BASE), last)
    recent = [one for one in rows if one.date >= last - BASE]
    return views.month_view(home, first, [r for r in rows if r.date >= before], recent, shown)
