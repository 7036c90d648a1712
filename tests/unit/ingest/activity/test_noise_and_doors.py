"""What fires by itself, and whether the door sensor lives."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdas.ingest.activity import doors, noise
from tests.unit.ingest.activity.records import simulated

DAY = 1440


def rate_of(name: str) -> float:
    minutes = simulated(name).minutes
    return noise.estimate(minutes.motion, minutes.known, doors.passages(minutes.door)).rate


def test_strays_are_told_from_people() -> None:
    assert rate_of("retired, motion sensors") < 0.005
    assert 0.02 < rate_of("cat, every 20 min") < 0.07
    assert 0.02 < rate_of("contacts, stray every 20 min") < 0.07


def test_nothing_seen_means_few_strays() -> None:
    nothing = np.zeros(0, np.int64)
    stray = noise.estimate(nothing, nothing.astype(bool), np.zeros((0, 2), np.int64))
    assert stray.rate == 0.002
    assert stray.bins.sum() == pytest.approx(1)


def test_door_firings_three_minutes_apart_are_one_passage() -> None:
    door = np.zeros(30, np.int64)
    door[[2, 5, 8, 12, 29]] = 1
    assert doors.passages(door).tolist() == [[2, 8], [12, 12], [29, 29]]
    assert doors.passages(None).tolist() == []


def test_a_door_that_falls_silent_is_not_believed_after_its_last_passage() -> None:
    door = np.zeros(21 * DAY, np.int64)
    door[: 14 * DAY : 600] = 1
    alive = np.ones(len(door), np.bool_)
    assert doors.silent_since(door, alive) == np.flatnonzero(door)[-1] + 1
    assert doors.silent_since(door[: 15 * DAY], alive[: 15 * DAY]) is None


def test_a_door_is_not_dead_because_nobody_is_at_home() -> None:
    door = np.zeros(28 * DAY, np.int64)
    door[: 14 * DAY : 600] = 1
    alive = np.arange(len(door)) < 14 * DAY
    assert doors.silent_since(door, alive) is None


@settings(deadline=None)
@given(st.lists(st.integers(0, 9 * DAY), unique=True, max_size=40))
def test_a_home_without_a_door_sensor_is_silent_from_the_start(firings: list[int]) -> None:
    alive = np.ones(10 * DAY, np.bool_)
    assert doors.silent_since(None, alive) == 0
    door = np.zeros(10 * DAY, np.int64)
    door[firings] = 1
    since = doors.silent_since(door, alive)
    assert since is None or not door[since:].any()
