"""Home, asleep or away, afterwards: on simulated homes, without labels."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.activity import read, score
from lambdas.ingest.activity.timeline import State, after_the_fact
from tests.unit.ingest.activity.records import by_hand, simulated, told

HOMES = Path(__file__).parents[4].parent / "shared" / "homes"


EVERY_DAY = [
    ("retired, motion sensors", 0.9, 0.9),
    ("worker, contacts only", 0.8, 0.9),
    ("contacts, stray every 20 min", 0.8, 0.85),
    ("outages of 12 h", 0.9, 0.9),
]
MORE = [
    ("worker, late", 0.9, 0.95),
    ("carer daily", 0.9, None),
    ("two people", 0.9, None),
    ("busy door", 0.9, 0.9),
    ("cat, every 20 min", 0.9, 0.85),
    ("robot vacuum", 0.9, 0.9),
    ("1 passage in 20 missed", 0.9, 0.9),
]


@pytest.mark.rule("HT-08", "HT-10", "A-22")
@pytest.mark.parametrize(
    ("family", "sleep", "away"),
    [*EVERY_DAY, *(pytest.param(*one, marks=pytest.mark.slow) for one in MORE)],
)
def test_sleep_and_absence_are_found(family: str, sleep: float, away: float | None) -> None:
    found = score(told(family).state, simulated(family))
    assert found.sleep is not None
    assert found.sleep >= sleep
    if away:
        assert found.away is not None
        assert found.away >= away


@pytest.mark.slow
def test_two_weeks_away_are_away() -> None:
    found = score(told("two weeks away", days=28).state, simulated("two weeks away", days=28))
    assert found.away is not None
    assert found.away > 0.98


@pytest.mark.slow
def test_a_shift_workers_days_in_bed_are_found() -> None:
    found = score(told("shift worker", days=28).state, simulated("shift worker", days=28))
    assert found.sleep is not None
    assert found.sleep > 0.75


@pytest.mark.rule("HT-07")
def test_what_is_not_known_is_unknown_and_nothing_else_is() -> None:
    timeline = told("outages of 12 h")
    known = timeline.minutes.known
    assert not known.all()
    assert (timeline.state[~known] == State.UNKNOWN).all()
    assert (timeline.state[known] != State.UNKNOWN).all()


@pytest.mark.parametrize(
    "family",
    ["door battery dead", pytest.param("door dead, contacts only", marks=pytest.mark.slow)],
)
def test_with_a_dead_door_battery_absence_is_unknown_and_never_wrongly_away(family: str) -> None:
    record, timeline = simulated(family, days=28), told(family, days=28)
    assert timeline.door_silent_since is not None
    assert timeline.door_silent_since < 0.7 * len(record.minutes)
    behind = slice(timeline.door_silent_since, None)
    assert (timeline.state[behind] != State.AWAY).all()
    assert (timeline.state[behind] == State.UNKNOWN).any()


def test_one_sensor_tells_sleep_and_never_away() -> None:
    timeline = told("bed alone")
    assert timeline.door_silent_since == 0
    assert (timeline.state != State.AWAY).all()
    found = score(timeline.state, simulated("bed alone"))
    assert found.sleep is not None
    assert found.sleep > 0.6


def test_a_bed_sensor_tells_sleep_better() -> None:
    record = simulated("sits still")
    assert record.label is not None
    rng = np.random.default_rng(1)
    lies = (record.label == "sleep") & (rng.random(len(record.label)) < 0.9)
    with_bed = replace(record.minutes, bed=lies.astype(np.int64))
    plain = score(told("sits still").state, record)
    better = score(after_the_fact(with_bed).state, record)
    assert plain.sleep is not None
    assert better.sleep is not None
    assert better.sleep > max(plain.sleep, 0.95)


def test_learned_parameters_tell_the_same_again() -> None:
    timeline = told("retired, motion sensors")
    again = after_the_fact(timeline.minutes, learned=timeline.parameters)
    assert (again.state == timeline.state).all()


@settings(deadline=None, max_examples=10)
@given(st.integers(1, 3000), st.integers(0, 2**32 - 1))
def test_any_record_has_an_answer(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    at = tuple(np.flatnonzero(rng.random(n) < rng.random()).tolist())
    door = tuple(np.flatnonzero(rng.random(n) < 0.02).tolist())
    timeline = after_the_fact(by_hand(n, motion=at, door=door))
    assert timeline.state.shape == (n,)
    assert np.allclose(timeline.probability.sum(axis=1), 1)


@pytest.mark.slow
@pytest.mark.skipif(not (HOMES / "kasteren.csv").exists(), reason="the recorded home is not here")
def test_the_recorded_home_is_told_as_well_as_aimed_at() -> None:
    record = read(HOMES / "kasteren.csv")
    found = score(after_the_fact(record.minutes).state, record)
    assert found.sleep is not None
    assert found.away is not None
    assert found.sleep >= 0.945
    assert found.away >= 0.985


@pytest.mark.slow
@pytest.mark.skipif(not (HOMES / "kasteren.csv").exists(), reason="the recorded home is not here")
def test_on_the_recorded_home_a_dead_door_makes_no_wrong_absence(tmp_path: Path) -> None:
    with (HOMES / "kasteren.csv").open() as file:
        rows = list(csv.DictReader(file))
    third = len(rows) * 2 // 3
    for row in rows[third:]:
        row["door"] = "0"
    with (tmp_path / "dead.csv").open("w", newline="") as file:
        out = csv.DictWriter(file, rows[0])
        out.writeheader()
        out.writerows(rows)
    record = read(tmp_path / "dead.csv")
    assert record.label is not None
    state = after_the_fact(record.minutes).state
    wrong = (state[third:] == State.AWAY) & (record.label[third:] != "away")
    assert wrong.sum() <= 30
