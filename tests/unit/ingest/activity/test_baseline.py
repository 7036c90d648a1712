"""Different from usual, and not by chance."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.activity import SLEEPERS, Sleeper, told_changes
from lambdas.ingest.activity.baseline import FEWEST, change, changes, usual

STEADY = SLEEPERS[0]


SOME, MANY = 30, pytest.param(200, marks=pytest.mark.slow)


@pytest.mark.rule("A-22")
@pytest.mark.parametrize("people", [SOME, MANY])
def test_two_hours_less_are_told_within_three_nights_and_chance_hardly_ever(people: int) -> None:
    told = told_changes(STEADY, people=people)
    assert told["within 3"] >= 0.9
    assert told["false in 50"] <= 1


@pytest.mark.slow
@pytest.mark.parametrize("people", [SOME, MANY])
@pytest.mark.parametrize("sleeper", SLEEPERS[1:], ids=lambda sleeper: sleeper.name)
def test_irregular_sleepers_are_not_cried_wolf_over(sleeper: Sleeper, people: int) -> None:
    assert told_changes(sleeper, people=people)["false in 50"] <= 1


@given(st.lists(st.floats(0, 900), max_size=FEWEST + 2))
def test_two_weeks_are_needed_to_know_the_usual(values: list[float]) -> None:
    if len(values) < FEWEST + 3:
        assert change(np.array(values), np.full(len(values), 30.0)) is None


def test_one_night_is_not_spoken_of() -> None:
    values = np.array([410.0, 470.0] * 20 + [300.0])
    assert change(values, np.full(41, 25.0)) is None


def test_a_change_comes_with_its_standard_deviation() -> None:
    values = np.array([430.0, 450.0] * 14 + [300.0] * 3)
    found = change(values, np.full(31, 20.0))
    assert found is not None
    assert (found.span, found.usual, found.difference) == (3, 440.0, -140.0)
    assert 10 < found.sd < 20


def test_nights_that_are_not_known_do_not_count() -> None:
    values = np.array([440.0] * 28 + [np.nan, 300.0, np.nan, 300.0, 300.0])
    found = change(values, np.full(33, 20.0))
    assert found is not None
    assert found.difference == -140.0


def test_nights_that_are_poorly_known_weigh_less() -> None:
    values = np.array([440.0] * 28 + [340.0] * 3)
    sharp, vague = np.full(31, 20.0), np.array([20.0] * 28 + [90.0] * 3)
    assert change(values, sharp) is not None
    assert change(values, vague) is None


def test_slow_drift_is_told_by_and_by() -> None:
    rng = np.random.default_rng(4)
    values = 440 + rng.normal(0, 40, 90) - np.maximum(np.arange(90) - 30, 0) * 1.2
    at = changes(values, np.full(90, 30.0))
    assert at
    assert all(found.difference < 0 for _, found in at)


def test_the_same_change_is_said_once() -> None:
    values = np.array([440.0] * 28 + [300.0] * 10)
    assert len(changes(values, np.full(38, 20.0))) == 1


def test_the_usual_is_not_moved_by_a_few_odd_nights() -> None:
    base = usual(np.array([440.0, 450.0, 430.0] * 8 + [0.0, 900.0]))
    assert base is not None
    assert base.middle == pytest.approx(440)
    assert base.sd == 20.0
