"""What is said at a minute depends on nothing after it."""

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.activity import score
from lambdas.ingest.activity.causal import BEFORE, follow, newcomer, said_at_the_time, tonight
from lambdas.ingest.activity.household import STANDARD
from lambdas.ingest.activity.knowledge import dump, load, overnight
from lambdas.ingest.activity.minutes import Minutes, runs
from lambdas.ingest.activity.stillness import Matter, episodes
from lambdas.ingest.activity.timeline import State, after_the_fact
from tests.unit.ingest.activity.records import simulated

DAYS = 4
DAY = 1440


def record() -> Minutes:
    return simulated("busy door", days=DAYS).minutes


@pytest.fixture(scope="module")
def said() -> np.ndarray:
    return said_at_the_time(record())


@settings(deadline=None, max_examples=4, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(1, DAYS * 1440))
def test_cutting_the_record_changes_nothing_before_the_cut(said: np.ndarray, n: int) -> None:
    assert (said_at_the_time(record().part(0, n)) == said[:n]).all()


def test_batches_of_five_minutes_say_what_whole_days_say(said: np.ndarray) -> None:
    minutes = record()
    learned = newcomer(minutes)
    state: list[int] = []
    for first in range(0, 2 * 1440, 5):
        if first == 1440:
            learned = tonight(minutes.part(0, first), learned)
        behind = min(BEFORE, first)
        now, belief = follow(minutes.part(first - behind, first + 5), learned, behind=behind)
        learned = learned._replace(belief=belief)
        state.extend(now.tolist())
    assert state == said[: 2 * 1440].tolist()


def test_a_home_is_told_from_its_first_day_on() -> None:
    found = simulated("retired, motion sensors", days=3)
    said = said_at_the_time(found.minutes)
    first = found._replace(minutes=found.minutes.part(0, 1440), label=found.label[:1440])
    sleep = score(said[:1440], first).sleep
    assert sleep is not None
    assert sleep > 0.7


@pytest.mark.parametrize(
    "family",
    [
        pytest.param("retired, motion sensors", marks=pytest.mark.slow),
        "worker, late",
        pytest.param("cat, every 20 min", marks=pytest.mark.slow),
    ],
)
def test_sleep_and_absence_are_said_in_time(family: str) -> None:
    found = score(said_at_the_time(simulated(family).minutes), simulated(family))
    assert found.sleep is not None
    assert found.away is not None
    assert found.sleep > 0.85
    assert found.away > 0.7


def test_a_home_without_a_door_is_never_said_to_be_empty() -> None:
    said = said_at_the_time(simulated("living alone", days=4).minutes)
    assert (said != State.AWAY).all()


@pytest.mark.rule("HT-07")
def test_lost_minutes_are_said_to_be_unknown() -> None:
    minutes = simulated("outages of 12 h", days=4).minutes
    assert (said_at_the_time(minutes)[~minutes.known] == State.UNKNOWN).all()


@pytest.mark.rule("HT-07")
def test_while_the_door_is_out_of_reach_nobody_is_said_to_be_away() -> None:
    minutes = simulated("retired, motion sensors", days=6).minutes
    assert minutes.door is not None
    blind = np.zeros(len(minutes), np.bool_)
    blind[4 * DAY :] = True
    door = np.where(blind, 0, minutes.door)
    lost = replace(minutes, blind=blind, door=door)
    for said in (said_at_the_time(lost), after_the_fact(lost).state):
        assert State.AWAY in said[: 4 * DAY]
        assert State.AWAY not in said[4 * DAY :]
        assert {State.SLEEP, State.HOME, State.UNKNOWN} == set(said[4 * DAY :].tolist())


@pytest.mark.slow
@pytest.mark.rule("HT-07")
def test_a_door_that_dies_makes_no_long_wrong_absence_at_the_time() -> None:
    record = simulated("worker, contacts only", days=21)
    minutes = record.minutes
    assert minutes.door is not None
    dead = replace(minutes, door=np.where(np.arange(len(minutes)) < 14 * DAY, minutes.door, 0))
    said = said_at_the_time(dead)
    wrong = (said == State.AWAY) & (record.label != "away")
    wrong[: 14 * DAY] = False
    assert max((b - a for a, b in runs(wrong)), default=0) <= 30


@pytest.mark.rule("HT-08", "HT-11")
@pytest.mark.parametrize("rate", [0.1, 0.4, 1.0])
def test_who_moves_for_hours_is_at_home_although_nobody_came_through_the_door(rate: float) -> None:
    """Movement that goes on is no stray firing: the first days of a home, and later ones."""
    source = np.random.default_rng(3)
    minute = np.arange(3 * DAY) % DAY
    up = (minute >= 6 * 60) & (minute < 22 * 60)
    motion = (source.random(3 * DAY) < np.where(up, rate, 0.004)).astype(np.int64)
    minutes = Minutes(
        start=np.datetime64("2026-11-02T00:00", "m"),
        motion=motion,
        known=np.ones(3 * DAY, np.bool_),
        door=np.zeros(3 * DAY, np.int64),
    )
    said = said_at_the_time(minutes)
    assert (said[up & (minute >= 7 * 60)] != State.AWAY).mean() > 0.97


@pytest.mark.rule("HT-11", "AL-05")
def test_who_lies_still_by_day_is_not_said_to_be_away() -> None:
    """Eleven silent hours after a morning at home, and nobody went through the door."""
    source = np.random.default_rng(3)
    minute = np.arange(5 * DAY) % DAY
    up = (minute >= 6 * 60) & (minute < 22 * 60)
    motion = (source.random(5 * DAY) < np.where(up, 0.4, 0.004)).astype(np.int64)
    door = np.zeros(5 * DAY, np.int64)
    for day, first, last in ((1, 10, 12), (2, 8, 21)):
        door[[day * DAY + first * 60, day * DAY + last * 60]] = 1
        motion[day * DAY + first * 60 + 1 : day * DAY + last * 60] = 0
    fallen = slice(4 * DAY + 8 * 60, 4 * DAY + 19 * 60)
    motion[fallen] = 0
    minutes = Minutes(
        start=np.datetime64("2026-11-02T00:00", "m"),
        motion=motion,
        known=np.ones(5 * DAY, np.bool_),
        door=door,
    )
    said = said_at_the_time(minutes)
    assert State.AWAY not in said[fallen]
    assert (said[2 * DAY + 9 * 60 : 2 * DAY + 21 * 60] == State.AWAY).mean() > 0.95
    (told,) = (one for one in episodes(minutes, said) if one.matter is Matter.STILLNESS)
    assert told.told - 4 * DAY == 16 * 60 - 1


@pytest.mark.parametrize(("family", "robot"), [("robot vacuum", True), ("worker, late", False)])
def test_a_home_with_a_robot_is_known_by_its_bursts(family: str, robot: bool) -> None:
    past = simulated(family, 3, 21).minutes
    learned = tonight(past, newcomer(past))
    assert (learned.parameters.bursts > 1e-4) == robot
    assert (learned.parameters.bursts == STANDARD.stray_burst) != robot


def test_what_was_learned_is_kept_and_what_was_kept_earlier_can_be_read() -> None:
    past = simulated("robot vacuum", 3, 2).minutes
    midnight = datetime(2026, 4, 8, tzinfo=UTC)
    known = overnight(past, midnight, None)
    known = known._replace(
        learned=known.learned._replace(parameters=known.learned.parameters._replace(bursts=0.5))
    )
    assert load(dump(known)).learned.parameters.bursts == 0.5
    with np.load(BytesIO(dump(known))) as found:
        earlier = {name: found[name] for name in found.files if name != "bursts"}
    kept = BytesIO()
    np.savez_compressed(kept, **earlier)
    read = load(kept.getvalue())
    assert read.learned.parameters.bursts == STANDARD.stray_burst
    assert read.midnight == midnight
