"""Until when a notice waits for somebody who wants to be left alone."""

from datetime import UTC, datetime, time, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.notify.quiet import Hours, Quiet, Waits
from lambdas.notify.words import kinds, words_of
from lambdas.shared.calendar import JST

NIGHT = Hours(time(22), time(7))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=JST)


@pytest.mark.parametrize(
    ("now", "end"),
    [
        (at(28, 21, 59), None),
        (at(28, 22), at(29, 7)),
        (at(29, 0), at(29, 7)),
        (at(29, 6, 59), at(29, 7)),
        (at(29, 7), None),
    ],
)
def test_a_night_ends_in_the_morning(now: datetime, end: datetime | None) -> None:
    quiet = Quiet(NIGHT)
    assert quiet.until("quiet", now) == end
    assert quiet.until("quiet", now.astimezone(UTC)) == end
    assert quiet.until("muted", now) is None
    assert quiet.until("never", now) is None


def test_an_hours_rest_also_holds_what_quiet_hours_let_through() -> None:
    quiet = Quiet(NIGHT, muted_until=at(28, 15))
    assert quiet.until("muted", at(28, 14)) == at(28, 15)
    assert quiet.until("quiet", at(28, 14)) == at(28, 15)
    assert quiet.until("muted", at(28, 15)) is None
    assert quiet.until("never", at(28, 14)) is None


CLOCKS = st.times().map(lambda one: one.replace(second=0, microsecond=0))
MOMENTS = st.integers(0, 400 * 24 * 60).map(lambda minutes: at(1, 0) + timedelta(minutes=minutes))


@given(CLOCKS, CLOCKS, MOMENTS, st.none() | MOMENTS, st.sampled_from(get_args(Waits)))
def test_what_waits_waits_for_less_than_a_day_or_until_the_rest_is_over(
    start: time, end: time, now: datetime, muted: datetime | None, waits: Waits
) -> None:
    if start == end:
        return
    quiet = Quiet(Hours(start, end), muted)
    until = quiet.until(waits, now)
    if until is None:
        return
    assert waits != "never"
    assert now < until
    assert until == muted or until - now < timedelta(days=1)
    if until != muted:
        assert quiet.hours
        assert quiet.hours.end_at(until) is None


@given(CLOCKS, CLOCKS, MOMENTS)
def test_hours_and_the_others_make_up_the_day(start: time, end: time, now: datetime) -> None:
    if start != end:
        inside = Hours(start, end).end_at(now) is not None
        assert inside != (Hours(end, start).end_at(now) is not None)


@pytest.mark.parametrize("kind", kinds())
def test_nothing_that_calls_itself_urgent_waits(kind: str) -> None:
    entry = words_of(kind).entry
    loud = any(word in entry.subject.ja for word in ("緊急", "警報", "至急", "重要"))
    grave = kind.split(".")[1] in ("stillness", "absence", "rhythm", "silent", "not_reached")
    assert entry.waits == "never" or not (loud or grave)
