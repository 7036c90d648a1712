"""One grid for all sensors; what did not arrive is unknown."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.ingest.activity.minutes import Kind, Minutes, Reading, gaps, grid

START = np.datetime64("2026-11-02T23:55", "m")
KINDS = {"hall": Kind.MOTION, "bath": Kind.BATH, "front": Kind.DOOR, "back": Kind.DOOR}

readings = st.lists(
    st.builds(
        lambda minute, sensor, value: Reading(START + minute, sensor, value),
        st.integers(0, 300),
        st.sampled_from(sorted(KINDS)),
        st.integers(0, 20),
    ),
    min_size=1,
    max_size=60,
)


def same(one: Minutes, other: Minutes) -> bool:
    return one.start == other.start and all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("motion", "known", "bath", "door", "fridge", "bed")
    )


@pytest.mark.rule("HT-07")
@given(readings, st.randoms())
def test_shuffled_and_doubled_readings_make_the_same_minutes(found, random) -> None:
    again = found + random.sample(found, len(found) // 2)
    random.shuffle(again)
    assert same(grid(found, KINDS), grid(again, KINDS))


@pytest.mark.rule("HT-07")
@given(readings)
def test_a_minute_is_known_only_if_something_of_it_arrived(found) -> None:
    minutes = grid(found, KINDS)
    arrived = {reading.minute for reading in found}
    assert [at in arrived for at in minutes.times] == minutes.known.tolist()
    assert not minutes.motion[~minutes.known].any()


def test_sensors_of_a_kind_add_up_and_missing_kinds_are_none() -> None:
    found = [Reading(START, "front", 1), Reading(START, "back", 2), Reading(START, "bath", 3)]
    minutes = grid(found, {**KINDS, "lamp": Kind.MOTION})
    assert minutes.door.tolist() == [3]
    assert minutes.motion.tolist() == minutes.bath.tolist() == [3]
    assert minutes.fridge is None
    assert minutes.bed is None


def test_of_two_values_for_one_minute_the_larger_counts() -> None:
    assert grid([Reading(START, "hall", 2), Reading(START, "hall", 5)], KINDS).motion.tolist() == [
        5
    ]


@pytest.mark.parametrize(
    "reading", [Reading(START, "hall", -1), Reading(START, "hall", 10**9), Reading(START, "x", 1)]
)
def test_impossible_readings_are_refused(reading) -> None:
    with pytest.raises(ValueError, match=r"hall|x"):
        grid([reading], KINDS)
    with pytest.raises(ValueError, match="no readings"):
        grid([], KINDS)


@pytest.mark.rule("HT-07")
def test_a_gap_over_ten_minutes_is_no_connection() -> None:
    found = [Reading(START + at, "hall", 0) for at in (0, 5, 30)]
    assert gaps(grid(found, KINDS)) == [(6, 30)]
    assert gaps(grid(found, KINDS, every_minute=False)) == []


def test_minutes_know_their_time_of_day() -> None:
    minutes = grid([Reading(START, "hall", 0), Reading(START + 10, "hall", 0)], KINDS)
    assert minutes.of_day.tolist() == [*range(1435, 1440), *range(6)]
    assert minutes.half_hour.tolist() == [47] * 5 + [0] * 6
    assert minutes.part(5, 8).of_day.tolist() == [0, 1, 2]
