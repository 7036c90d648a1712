"""What is told while reports come hours late, shuffled and in part twice (HT-07, HT-11)."""

import random
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from lambdas.ingest.activity import doors, knowledge, noise, watch
from lambdas.ingest.activity.knowledge import LOOKS_BACK, Known
from lambdas.ingest.activity.minutes import Minutes
from lambdas.ingest.activity.packing import MINUTE
from lambdas.ingest.activity.told import NOTHING
from lambdas.ingest.activity.watch import STANDARD, UNHEARD, Topic, Watched

BEGIN = datetime(2026, 11, 1, 15, 0, tzinfo=UTC)  # midnight in Japan
START = np.datetime64("2026-11-02T00:00", "m")
HOUR, DAY, STEP = 60, 1440, 15
DAYS = 5
PEOPLE = {"hanako": {**STANDARD, Topic.CONNECTION: UNHEARD}}


class Home:
    """Some days of one who sleeps from 22 to 6 o'clock and is about otherwise; a share of the
    reports of a quarter of an hour comes up to three hours late, or never."""

    def __init__(self, seed: int, *, late: float = 0.15, lost: float = 0.0) -> None:
        source, chance = np.random.default_rng(seed), random.Random(seed)
        minute = np.arange(DAYS * DAY) % DAY
        asleep = (minute < 6 * HOUR) | (minute >= 22 * HOUR)
        rate = np.where(asleep, 0.004, 0.4)
        self.motion = (source.random(DAYS * DAY) < rate).astype(np.int64)
        self.door = np.zeros(DAYS * DAY, np.int64)
        self.arrives = np.zeros(DAYS * DAY, np.int64)
        for at in range(0, DAYS * DAY, STEP):
            delay = chance.choice((30, 75, 180)) if chance.random() < late else 0
            if chance.random() < lost:
                delay = DAYS * DAY
            self.arrives[at : at + STEP] = at + STEP + delay

    def still(self, first: int, last: int) -> None:
        self.motion[first:last] = 0

    def away(self, first: int, last: int) -> None:
        self.still(first, last)
        self.door[[first, last]] = 1

    def seen(self, first: int, last: int, now: int) -> Minutes:
        """The minutes [first, last) as far as they have arrived."""
        known = self.arrives[first:last] <= now
        motion, door = (counts[first:last] * known for counts in (self.motion, self.door))
        return Minutes(start=START + first, motion=motion, known=known, door=door)

    def told(self) -> list[tuple[str, bool, int]]:
        """Topic, whether it is over, and the minute, of all that is told. The home is looked at
        every quarter of an hour on the last day, every hour before."""
        told, known, found = NOTHING, None, []
        last_day = range((DAYS - 1) * DAY + STEP, DAYS * DAY + 1, STEP)
        for now in (*range(STEP, (DAYS - 1) * DAY, HOUR), *last_day):
            midnight = now // DAY * DAY
            if now - midnight == STEP and midnight:
                known = self.learned(midnight, now, known)
            first = max(midnight - int(LOOKS_BACK / MINUTE), 0)
            minutes = self.seen(first, now, now)
            begin = BEGIN + first * MINUTE
            said = knowledge.said_until_now(minutes, begin, known)
            stray = noise.estimate(minutes.motion, minutes.known, doors.passages(minutes.door))
            last = np.flatnonzero(minutes.known)
            heard = begin + int(last[-1]) * MINUTE if len(last) else None
            home = Watched(begin, BEGIN + now * MINUTE, minutes, said, stray.rate, heard)
            words, told = watch.words(home, told, PEOPLE)
            found += [(str(one.topic), one.episode.over is not None, now) for one in words]
        return found

    def learned(self, midnight: int, now: int, before: Known | None) -> Known:
        past = self.seen(0, midnight, now)
        past = past.part(int(np.argmax(past.known)), len(past))
        return knowledge.overnight(past, BEGIN + timedelta(days=midnight // DAY), before)


LATE = 3 * HOUR + 30


def stillness_is_told(home: Home) -> None:
    """Eleven hours without a movement on the fifth day: said after eight, and over once."""
    home.away(1 * DAY + 10 * HOUR, 1 * DAY + 12 * HOUR)
    home.still(4 * DAY + 8 * HOUR, 4 * DAY + 19 * HOUR)
    found = home.told()
    assert [one[:2] for one in found] == [("stillness", False), ("stillness", True)]
    first, second = (minute - 4 * DAY for _, _, minute in found)
    assert 16 * HOUR <= first <= 16 * HOUR + LATE
    assert 19 * HOUR <= second <= 19 * HOUR + LATE


@pytest.mark.rule("HT-07", "HT-11")
@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, 4))]
)
def test_a_stillness_is_told_although_one_report_in_ten_never_comes(seed: int) -> None:
    stillness_is_told(Home(seed, late=0.05, lost=0.1))


@pytest.mark.slow
@pytest.mark.rule("HT-07", "HT-11")
@pytest.mark.parametrize("seed", range(4))
def test_a_stillness_is_told_although_a_seventh_of_the_reports_come_hours_late(seed: int) -> None:
    stillness_is_told(Home(seed))


@pytest.mark.slow
@pytest.mark.rule("HT-07", "HT-11")
@pytest.mark.parametrize("seed", range(4))
def test_an_absence_is_told_once_although_reports_come_late(seed: int) -> None:
    home = Home(seed)
    home.away(2 * DAY + 7 * HOUR, 2 * DAY + 23 * HOUR)
    found = home.told()
    assert [one[:2] for one in found] == [("absence", False), ("absence", True)]
    assert 2 * DAY + 19 * HOUR <= found[0][2] <= 2 * DAY + 19 * HOUR + LATE
