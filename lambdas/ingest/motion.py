"""Motion by the minute: how it is kept and read. Plain functions.

A row holds one hour of one camera: ``m07`` is its eighth minute. Writing a minute twice writes the
same thing twice, whatever the order.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from iot.messages.base import minute_of
from iot.messages.camera import MotionMinute

JST = ZoneInfo("Asia/Tokyo")


class Hour(NamedTuple):
    """The minutes of one hour (UTC), by number."""

    at: datetime
    minutes: dict[int, MotionMinute]


def by_hour(minutes: Iterable[MotionMinute]) -> list[Hour]:
    """The reported minutes, hour by hour."""
    hours: dict[datetime, dict[int, MotionMinute]] = {}
    for minute in minutes:
        at = minute_of(minute.at.astimezone(UTC))
        hours.setdefault(at.replace(minute=0), {})[at.minute] = minute
    return [Hour(at, found) for at, found in sorted(hours.items())]


def hours_of_day(day: date) -> tuple[datetime, datetime]:
    """First and last hour (UTC) of a day in Japan (G-01)."""
    first = datetime(day.year, day.month, day.day, tzinfo=JST).astimezone(UTC)
    return first, first + timedelta(hours=23)
