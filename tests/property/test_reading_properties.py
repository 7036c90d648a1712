"""Minutes of motion: none is lost, none is found in two places."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iot.messages.base import minute_of
from iot.messages.camera import MotionMinute
from lambdas.ingest.motion import by_hour, hours_of_day
from tests.examples import examples

JST = ZoneInfo("Asia/Tokyo")
ZONES = st.timezones() | st.just(UTC)
DAYS = st.dates(date(1970, 1, 2), date(2099, 12, 30))


@st.composite
def minutes(draw: st.DrawFn) -> MotionMinute:
    """A minute told in any zone, close to others."""
    at = datetime(2026, 11, 30, 14, tzinfo=UTC) + timedelta(minutes=draw(st.integers(0, 150)))
    return MotionMinute(
        at=at.astimezone(draw(ZONES)),
        level=draw(st.floats(0, 1)),
        peak=draw(st.floats(0, 1)),
        frames=draw(st.integers(1, 600)),
    )


@pytest.mark.rule("DC-28")
@settings(derandomize=True, deadline=None, max_examples=examples(200))
@given(st.lists(minutes(), max_size=40, unique_by=lambda minute: minute.at))
def test_no_minute_is_lost(told: list[MotionMinute]) -> None:
    hours = by_hour(told)
    kept = [minute for hour in hours for minute in hour.minutes.values()]
    assert len(kept) == len(told)
    assert all(minute in kept for minute in told)
    assert [hour.at for hour in hours] == sorted({hour.at for hour in hours})
    for hour in hours:
        assert (hour.at.minute, hour.at.second, hour.at.tzinfo) == (0, 0, UTC)
        for number, minute in hour.minutes.items():
            assert minute.at == hour.at + timedelta(minutes=number)


@settings(derandomize=True, deadline=None, max_examples=examples(200))
@given(st.lists(minutes(), max_size=20), st.data())
def test_in_any_order_and_number_the_minutes_are_the_same(
    told: list[MotionMinute], data: st.DataObject
) -> None:
    once = {minute.at: minute for minute in told}
    again = data.draw(st.permutations([*once.values(), *once.values()]))
    assert by_hour(again) == by_hour(once.values())


@pytest.mark.rule("G-01")
@settings(derandomize=True, deadline=None, max_examples=examples(200))
@given(DAYS)
def test_days_follow_each_other_without_gap_or_overlap(day: date) -> None:
    first, last = hours_of_day(day)
    following, _ = hours_of_day(day + timedelta(days=1))
    assert last - first == timedelta(hours=23)
    assert following - last == timedelta(hours=1)
    assert {first.astimezone(JST).date(), last.astimezone(JST).date()} == {day}
    assert first.astimezone(JST).hour == 0


@pytest.mark.rule("G-01")
@settings(derandomize=True, deadline=None, max_examples=examples(200))
@given(st.datetimes(datetime(1970, 1, 3), datetime(2099, 12, 29)))  # noqa: DTZ001
def test_every_instant_lies_in_the_day_that_a_calendar_in_japan_shows(at: datetime) -> None:
    utc = at.replace(tzinfo=UTC)
    first, last = hours_of_day(utc.astimezone(JST).date())
    assert first <= minute_of(utc).replace(minute=0) <= last
