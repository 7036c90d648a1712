"""Motion by the minute, an hour a row, a day in Japan."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from iot.messages.camera import MotionMinute
from lambdas.ingest.motion import by_hour, hours_of_day

JST = ZoneInfo("Asia/Tokyo")


def minute(at: datetime, level: float = 0.1) -> MotionMinute:
    return MotionMinute(at=at, level=level, peak=level, frames=1)


@pytest.mark.rule("DC-28")
def test_minutes_go_into_their_hours() -> None:
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    before, first, last = (minute(noon + timedelta(minutes=m)) for m in (-1, 0, 59))
    hours = by_hour([last, before, first])
    assert [(hour.at, hour.minutes) for hour in hours] == [
        (noon - timedelta(hours=1), {59: before}),
        (noon, {0: first, 59: last}),
    ]
    assert by_hour([]) == []


@pytest.mark.rule("G-01")
def test_an_hour_is_the_same_whatever_zone_it_was_told_in() -> None:
    tokyo = minute(datetime(2026, 11, 22, 0, 7, 30, tzinfo=JST))
    (hour,) = by_hour([tokyo])
    assert hour.at == datetime(2026, 11, 21, 15, tzinfo=UTC)
    assert hour.at.tzinfo is UTC
    assert list(hour.minutes) == [7]
    india = minute(datetime(2026, 11, 22, 5, 30, tzinfo=ZoneInfo("Asia/Kolkata")))
    assert by_hour([india])[0].at == datetime(2026, 11, 22, tzinfo=UTC)


def test_a_minute_told_twice_is_the_last_one_told() -> None:
    at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    (hour,) = by_hour([minute(at, 0.1), minute(at, 0.2)])
    assert hour.minutes[0].level == 0.2


@pytest.mark.rule("G-01")
@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 11, 22), "2026-11-21T15", "2026-11-22T14"),
        (date(2026, 12, 1), "2026-11-30T15", "2026-12-01T14"),
        (date(2027, 1, 1), "2026-12-31T15", "2027-01-01T14"),
        (date(2028, 2, 29), "2028-02-28T15", "2028-02-29T14"),
        (date(2027, 3, 1), "2027-02-28T15", "2027-03-01T14"),
        (date(2026, 4, 30), "2026-04-29T15", "2026-04-30T14"),
        (date(1970, 1, 1), "1969-12-31T15", "1970-01-01T14"),
        (date(9999, 12, 31), "9999-12-30T15", "9999-12-31T14"),
    ],
)
def test_a_day_in_japan_begins_at_fifteen_hours_of_the_day_before(
    day: date, first: str, last: str
) -> None:
    assert [f"{hour:%Y-%m-%dT%H}" for hour in hours_of_day(day)] == [first, last]
    begins, ends = hours_of_day(day)
    assert {begins.tzinfo, ends.tzinfo} == {UTC}
