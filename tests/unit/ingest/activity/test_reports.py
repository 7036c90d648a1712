"""Regular reports: by interval with a movement, by the clock over an Internet line (AL-63)."""

from datetime import datetime, time, timedelta

import numpy as np
import pytest

from lambdas.ingest.activity import reports
from lambdas.ingest.activity.minutes import Minutes
from lambdas.ingest.activity.preferences import Kept, Line, Preferences, SensorSite
from lambdas.ingest.activity.timeline import State
from lambdas.ingest.activity.told import NOTHING, Told
from lambdas.ingest.activity.watch import Watched
from lambdas.shared.calendar import JST

MIDNIGHT = datetime(2026, 11, 2, tzinfo=JST)
MINUTE = timedelta(minutes=1)


def home(n: int, moves: list[int]) -> Watched:
    """Seen when n minutes of the day are over; somebody moved in some of them."""
    motion = np.zeros(n, np.int64)
    motion[[at for at in moves if at < n]] = 1
    start = np.datetime64("2026-11-02T00:00", "m")
    minutes = Minutes(start=start, motion=motion, known=np.ones(n, np.bool_))
    return Watched(MIDNIGHT, MIDNIGHT + n * MINUTE, minutes, np.full(n, State.HOME, np.int8))


def day(
    preferences: Preferences,
    moves: list[int],
    *,
    line: Line = "internet",
    since: int = 0,
    skipped: tuple[int, int] = (0, 0),
) -> list[tuple[str, int]]:
    """Reports of a day that is looked at every quarter of an hour: what of, and when."""
    told, found = NOTHING, []
    expected: datetime | None = MIDNIGHT
    people = {"taro": Kept(preferences=preferences, since=MIDNIGHT + since * MINUTE)}
    for n in range(15, 1441, 15):
        if n < since or skipped[0] <= n < skipped[1]:
            continue
        due, after = reports.due(home(n, moves), told, people, SensorSite(line=line))
        again, _ = reports.due(home(n, moves), after, people, SensorSite(line=line))
        assert not again
        told = Told.model_validate_json(after.model_dump_json())
        found += [(one.of, n) for one in due]
        now = MIDNIGHT + n * MINUTE
        assert not due or (expected and expected <= now)
        expected = reports.next_due(told, people, SensorSite(line=line), now)
    return found


@pytest.mark.rule("AL-63", "A-14")
def test_a_report_at_a_time_of_day_comes_at_that_time_whatever_moves() -> None:
    times = Preferences(times=(time(8), time(20, 30)))
    assert day(times, []) == [("clock", 480), ("clock", 1230)]


@pytest.mark.rule("AL-63", "A-14")
def test_a_report_by_interval_comes_once_something_has_moved_since_the_last() -> None:
    every = Preferences(every_hours=4)
    moves = [100, 200, 500, 505, 700, 741]
    assert day(every, moves) == [("interval", n) for n in (240, 510, 750)]
    assert day(every, []) == []


@pytest.mark.rule("AL-63")
def test_a_telephone_line_carries_no_report_at_a_time_of_day() -> None:
    both = Preferences(times=(time(8),), every_hours=6)
    assert day(both, [400], line="telephone") == [("interval", 405)]


@pytest.mark.rule("AL-63")
def test_a_time_before_it_was_asked_for_is_not_reported() -> None:
    assert day(Preferences(times=(time(8), time(9))), [], since=500) == [("clock", 540)]


@pytest.mark.rule("AL-63")
def test_a_look_that_comes_late_reports_once_and_one_that_comes_too_late_not_at_all() -> None:
    times = Preferences(times=(time(8), time(8, 15)))
    assert day(times, [], skipped=(470, 600)) == [("clock", 600)]
    assert day(times, [], skipped=(470, 700)) == []


@pytest.mark.parametrize(
    "wrong",
    [{"times": ["08:07"]}, {"times": ["08:00"] * 7}, {"every_hours": 0}, {"absence_hours": 100},
     {"surprise": 1}],
)  # fmt: skip
def test_preferences_that_cannot_be_kept_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"times|every_hours|absence_hours|surprise"):
        Preferences.model_validate(wrong)
