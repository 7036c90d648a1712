"""Bouts and nights of a timeline."""

import numpy as np
import pytest

from lambdas.ingest.activity.sleep import UNSEEN_SD, Bout, bouts, mended, nights
from lambdas.ingest.activity.timeline import State

H, S, A = int(State.HOME), int(State.SLEEP), int(State.AWAY)
NOON = np.datetime64("2026-11-02T12:00", "m")


def states(*parts: tuple[int, int]) -> np.ndarray:
    return np.concatenate([np.full(n, state, np.int8) for state, n in parts])


def test_a_short_waking_does_not_end_the_night() -> None:
    night = states((H, 100), (S, 200), (H, 20), (S, 200), (H, 100))
    assert (mended(night, S, H)[100:520] == S).all()


@pytest.mark.parametrize(("between", "minutes"), [(H, 21), (A, 10)])
def test_a_long_waking_or_an_errand_outside_does(between: int, minutes: int) -> None:
    night = states((H, 100), (S, 200), (between, minutes), (S, 200), (H, 100))
    assert (mended(night, S, H) == night).all()


def test_bouts_under_an_hour_are_no_sleep_unless_the_record_cuts_them() -> None:
    day = states((S, 30), (H, 100), (S, 59), (H, 100), (S, 60), (H, 10), (H, 50), (S, 5))
    assert (mended(day, S, H) == states((S, 30), (H, 259), (S, 60), (H, 60), (S, 5))).all()


@pytest.mark.rule("HT-10", "HT-90")
def test_a_bout_comes_with_its_standard_deviation() -> None:
    state = states((H, 300), (S, 400), (H, 300))
    sharp = np.zeros((1000, 3))
    sharp[np.arange(1000), state] = 1.0
    at = np.arange(1000)
    vague = sharp.copy()
    vague[:, S] = 1 / (1 + np.exp(-(at - 300) / 10)) * (1 / (1 + np.exp((at - 700) / 10)))
    (first,) = bouts(state, sharp, S)
    assert first == Bout(300, 700, 400, pytest.approx(UNSEEN_SD * 2**0.5))
    (second,) = bouts(state, vague, S)
    edge = 10 * np.pi / 3**0.5  # of a logistic
    assert second.sd == pytest.approx(np.sqrt(first.sd**2 + 2 * edge**2), rel=0.02)


@pytest.mark.rule("HT-10")
def test_a_night_lasts_from_noon_to_noon_and_holds_naps_too() -> None:
    found = [Bout(600, 1100, 500, 20.0), Bout(1300, 1400, 100, 15.0), Bout(1500, 1560, 60, 10.0)]
    known = np.ones(2000, np.bool_)
    known[:100] = False
    first, second = nights(found, NOON, known)
    assert first.day == np.datetime64("2026-11-03")
    assert (first.asleep, first.sd, first.bed, first.up) == (600, 25.0, 600, 1100)
    assert (first.known, second.known) == (1340, 560)
    assert second.asleep == 60


def test_a_night_without_sleep_has_no_bed_time() -> None:
    (night,) = nights([], NOON, np.ones(1440, np.bool_))
    assert (night.asleep, night.bed, night.up) == (0, None, None)
