"""What lasts too long, and when it is said."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.ingest.activity.stillness import Episode, Limits, Matter, episodes, signs_of_life
from lambdas.ingest.activity.timeline import State
from tests.unit.ingest.activity.records import by_hand

HOUR, DAY = 60, 1440


def all_home(n: int) -> np.ndarray:
    return np.full(n, State.HOME, np.int8)


@pytest.mark.rule("HT-11", "A-22")
def test_stillness_counts_the_day_and_is_said_once_after_eight_hours() -> None:
    minutes = by_hand(2 * DAY, motion=(6 * HOUR, DAY + 8 * HOUR))
    found = episodes(minutes, all_home(2 * DAY), Limits(rhythm=10**6))
    assert found == [
        Episode(Matter.STILLNESS, 6 * HOUR + 1, 15 * HOUR - 1, DAY + 8 * HOUR),
        Episode(Matter.STILLNESS, DAY + 8 * HOUR + 1, DAY + 16 * HOUR, None),
    ]


@pytest.mark.rule("HT-11")
def test_absence_is_said_after_its_watchers_own_time_and_is_over_on_return() -> None:
    state = all_home(2 * DAY)
    state[600:1500] = State.AWAY
    minutes = by_hand(2 * DAY, motion=tuple(range(0, 2 * DAY, 30)))
    assert episodes(minutes, state) == [Episode(Matter.ABSENCE, 600, 1319, 1500)]
    assert episodes(minutes, state, Limits(absence=901)) == []


@pytest.mark.rule("AL-05", "A-10")
def test_twelve_hours_without_a_sign_of_life_are_said_by_day_and_by_night() -> None:
    minutes = by_hand(DAY, motion=(60, 800))
    found = episodes(minutes, np.full(DAY, State.SLEEP, np.int8), Limits(stillness=10**6))
    assert found == [Episode(Matter.RHYTHM, 61, 780, 800)]


@pytest.mark.rule("AL-05")
def test_who_is_away_gives_no_sign_of_life_and_none_is_missed() -> None:
    minutes = by_hand(DAY, motion=(60,))
    state = np.full(DAY, State.AWAY, np.int8)
    assert [one.matter for one in episodes(minutes, state)] == [Matter.ABSENCE]


@pytest.mark.rule("HT-07", "HT-11")
@given(st.integers(8 * HOUR, 12 * HOUR), st.integers(1, 5 * HOUR))
def test_a_lost_connection_is_never_counted_as_stillness(lost: int, length: int) -> None:
    """A short hole puts the word off for as long as it lasts, a long one begins the count anew."""
    minutes = by_hand(2 * DAY, motion=(7 * HOUR,))
    minutes.known[lost : lost + length] = False
    state = all_home(2 * DAY)
    state[lost : lost + length] = State.UNKNOWN
    found = [one for one in episodes(minutes, state) if one.matter is Matter.STILLNESS]
    begins = 7 * HOUR + 1 if length <= 3 * HOUR else lost + length
    assert found[0].since == begins
    assert minutes.known[begins : found[0].told].sum() >= 8 * HOUR - 1
    assert not found[0].since < lost < found[0].told or length <= 3 * HOUR


@pytest.mark.rule("HT-07", "HT-11")
def test_an_absence_with_a_short_hole_is_one_absence() -> None:
    state = all_home(2 * DAY)
    state[600:1500] = State.AWAY
    state[900:1000] = State.UNKNOWN
    minutes = by_hand(2 * DAY, motion=tuple(range(0, 2 * DAY, 30)))
    assert episodes(minutes, state) == [Episode(Matter.ABSENCE, 600, 1419, 1500)]
    state[900:1100] = State.UNKNOWN
    assert episodes(minutes, state) == []


def test_a_cat_is_no_sign_of_life_and_a_person_is() -> None:
    rng = np.random.default_rng(3)
    cat = tuple(np.flatnonzero(rng.random(DAY) < 0.05).tolist())
    person = tuple(range(700, 720))
    minutes = by_hand(DAY, motion=cat + person)
    signs = signs_of_life(minutes, stray=0.05)
    assert signs[700:720].any()
    assert signs[:700].mean() < 0.01
    assert signs_of_life(minutes).sum() == minutes.life.sum()


@pytest.mark.rule("HT-11")
def test_where_no_door_tells_a_long_silence_by_day_is_said_as_stillness() -> None:
    minutes = by_hand(1440, motion=(7 * 60, 8 * 60))
    state = np.full(1440, State.HOME, np.int8)
    state[9 * 60 :] = State.UNKNOWN  # an hour of silence: out, or sitting still
    found = [one for one in episodes(minutes, state) if one.matter is Matter.STILLNESS]
    assert [one.told for one in found] == [16 * 60]
