"""A home's days on the running system: what its people are told is what the rules say, no more and
no less, although reports come shuffled, twice, and hours late.

The sensor has a certificate of its own and speaks over MQTT, the schedule looks at the home every
quarter of an hour, mails go out. Only the life is made up, so that it is known what must be told.
"""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from iot.agent.device.counter import reports
from iot.messages.sensor import SensorKind, SensorMinutes
from iot.topics import Channel
from local import when
from local.cloud import LocalCloud
from tests.e2e import household as at_home
from tests.e2e.household import Device, Household

HOUR = 60
DAY = 24 * HOUR
MINUTE = timedelta(minutes=1)
FEATURES = ("activity", "sleep", "absence-notice")
SENSORS: Mapping[str, SensorKind] = {"居間": "motion", "玄関": "door"}


class Life:
    """What two sensors count, minute by minute from a midnight on: she sleeps from 22 to 6 o'clock,
    unless she is ``up`` all the time, and is about otherwise."""

    def __init__(self, days: int, *, up: bool = False) -> None:
        source = np.random.default_rng(5)
        minute = np.arange(days * DAY) % DAY
        asleep = (minute < 6 * HOUR) | (minute >= 22 * HOUR)
        rate = np.where(asleep & (not up), 0.004, 0.4)
        self.counts = {
            "居間": (source.random(days * DAY) < rate) * source.integers(1, 4, days * DAY),
            "玄関": np.zeros(days * DAY, np.int64),
        }

    def away(self, first: int, last: int) -> None:
        """Out through the door, and back through it."""
        self.still(first, last)
        self.counts["玄関"][[first, last]] = 1

    def still(self, first: int, last: int) -> None:
        """Nothing moves."""
        self.counts["居間"][first:last] = 0

    def said(self, begin: datetime, first: int, last: int) -> bytes:
        """The report of some minutes, the record's first being ``begin``."""
        (report,) = reports(
            SensorMinutes(
                name=name,
                kind=kind,
                first=begin + first * MINUTE,
                counts=self.counts[name][first:last].tolist(),
                battery=80,
            )
            for name, kind in SENSORS.items()
        )
        return report.model_dump_json(exclude_none=True).encode()


class Mail(NamedTuple):
    """A mail that somebody got: the word in its subject that says what it is, and when."""

    what: str
    minute: int


WORDS = {
    "お留守のよう": "absence",
    "お戻り": "back",
    "動きがありません": "stillness",
    "動きがありました": "moves",
    "連絡がありません": "lost",
    "もどりました": "connected",
    "みまもりのご連絡": "report",
}


def next_quarter(cloud: LocalCloud) -> datetime:
    """The next moment at which homes are looked at, but for a few minutes."""
    now = cloud.now().astimezone(when.JST).replace(second=0, microsecond=0)
    return now + (30 - now.minute % 15) * MINUTE


def next_midnight(cloud: LocalCloud) -> datetime:
    """The beginning of tomorrow."""
    today = cloud.now().astimezone(when.JST).date()
    return datetime.combine(today, datetime.min.time(), when.JST) + timedelta(days=1)


class Watching:
    """A home with a sensor, whose people read their mails."""

    def __init__(self, household: Household, sensor: Device, begin: datetime) -> None:
        self.cloud, self.household, self.sensor = household.cloud, household, sensor
        self.begin = begin
        self.cloud.advance(begin.isoformat())

    def live(self, life: Life, minutes: int, *, step: int = 15, trouble: float = 0) -> None:
        """Let time pass. With ``trouble`` that share of reports comes up to three hours late, and
        another twice; those of one moment come in any order."""
        source = random.Random(7)
        late: list[tuple[int, bytes]] = []
        for first, last in pairwise(range(0, minutes + 1, step)):
            self.cloud.advance((self.begin + last * MINUTE).isoformat())
            for at in range(first, last, 15):
                body = life.said(self.begin, at, min(at + 15, last))
                delay = source.choice((30, 75, 180)) if source.random() < trouble else 0
                late.append((last + delay, body))
                if source.random() < trouble:
                    late.append((last + source.choice((0, 15, 240)), body))
            now = [body for due, body in late if due <= last]
            late = [one for one in late if one[0] > last]
            source.shuffle(now)
            for body in now:
                self.sensor.say(Channel.READINGS, body)
            self.cloud.settle()
        for _, body in late:
            self.sensor.say(Channel.READINGS, body)
        self.cloud.advance("16m")

    def mails(self, person: int) -> list[Mail]:
        """What somebody (0: contractor, 1: watcher) was mailed, in order."""
        found = []
        for mail in self.household.mails()[person]:
            at = datetime.fromtimestamp(mail["Timestamp"], when.JST)
            what = next(what for word, what in WORDS.items() if word in mail["Subject"])
            found.append(Mail(what, int((at - self.begin) / MINUTE)))
        return sorted(found, key=lambda mail: (mail.minute, mail.what))

    def prefer(self, person: Any, **preferences: Any) -> None:
        path = f"/homes/{self.household.home}/activity/preferences"
        person.send("PUT", path, preferences)


def within(found: Sequence[Mail], *wanted: tuple[str, int, int]) -> None:
    """These and no others, in this order, each between two minutes."""
    assert [mail.what for mail in found] == [what for what, _, _ in wanted], found
    for mail, (_, first, last) in zip(found, wanted, strict=True):
        assert first <= mail.minute <= last, (mail, first, last)


@pytest.mark.rule("HT-11", "AL-63", "A-22", "HT-07")
@pytest.mark.slow
def test_an_absence_is_told_to_each_after_as_long_as_they_set_and_its_end_to_both(
    cloud: LocalCloud, tmp_path: Path
) -> None:
    home = at_home.move_in(cloud, *FEATURES, sensor=1)
    with Device(cloud, home.add_sensor(tmp_path), [Channel.COMMAND]) as sensor:
        watching = Watching(home, sensor, next_quarter(cloud))
        at_four = (watching.begin + 4 * HOUR * MINUTE).strftime("%H:%M")
        watching.prefer(home.contractor, absence_hours=2)
        watching.prefer(home.family, absence_hours=1, stillness_hours=None, times=[at_four])
        life = Life(1, up=True)
        life.away(HOUR, 4 * HOUR - 10)
        watching.live(life, 5 * HOUR, step=HOUR // 2)
        back = ("back", 4 * HOUR - 10, 5 * HOUR)
        within(watching.mails(0), ("absence", 3 * HOUR, 4 * HOUR - 10), back)
        report = ("report", 4 * HOUR, 4 * HOUR + 5)
        within(watching.mails(1), ("absence", 2 * HOUR, 3 * HOUR), report, back)
        day = watching.begin.date().isoformat()
        shown = home.family.get(f"/homes/{home.home}/activity/days/{day}")
        assert {"home", "away"} <= {one["state"] for one in shown["spans"]}
    assert at_home.rejected(cloud, "ingest", sensor.thing) == []


@pytest.mark.slow
@pytest.mark.rule("HT-11", "HT-07", "HT-57", "AL-63", "A-22")
def test_in_a_week_people_are_told_what_the_rules_say_although_reports_come_late_and_twice(
    cloud: LocalCloud, tmp_path: Path
) -> None:
    home = at_home.move_in(cloud, *FEATURES, sensor=1)
    with Device(cloud, home.add_sensor(tmp_path), [Channel.COMMAND]) as sensor:
        watching = Watching(home, sensor, next_midnight(cloud))
        watching.prefer(home.family, absence_hours=6, times=["08:30"])
        life = Life(7)
        life.away(1 * DAY + 10 * HOUR, 1 * DAY + 12 * HOUR)  # an errand is no matter
        life.away(2 * DAY + 8 * HOUR, 2 * DAY + 21 * HOUR)  # a day out, 13 hours
        life.still(4 * DAY + 8 * HOUR, 4 * DAY + 19 * HOUR)  # eleven hours without a movement
        life.away(5 * DAY + 9 * HOUR, 5 * DAY + 17 * HOUR)  # eight hours: one of them is told
        watching.live(life, 7 * DAY, trouble=0.15)

        late = 3 * HOUR + 30
        day = [n * DAY for n in range(8)]
        within(
            watching.mails(0),
            ("absence", day[2] + 20 * HOUR, day[2] + 21 * HOUR + 15),
            ("back", day[2] + 21 * HOUR, day[2] + 21 * HOUR + late),
            ("stillness", day[4] + 16 * HOUR, day[4] + 16 * HOUR + late),
            ("moves", day[4] + 19 * HOUR, day[4] + 19 * HOUR + late),
        )
        ours = [mail for mail in watching.mails(1) if mail.what != "report"]
        within(
            ours,
            ("absence", day[2] + 14 * HOUR, day[2] + 14 * HOUR + late),
            ("back", day[2] + 21 * HOUR, day[2] + 21 * HOUR + late),
            ("stillness", day[4] + 16 * HOUR, day[4] + 16 * HOUR + late),
            ("moves", day[4] + 19 * HOUR, day[4] + 19 * HOUR + late),
            ("absence", day[5] + 15 * HOUR, day[5] + 15 * HOUR + late),
            ("back", day[5] + 17 * HOUR, day[5] + 17 * HOUR + late),
        )
        told = [mail.minute for mail in watching.mails(1) if mail.what == "report"]
        assert [minute // DAY for minute in told] == list(range(7))
        assert all(8 * HOUR + 30 <= minute % DAY <= 8 * HOUR + 35 for minute in told)
    assert at_home.rejected(cloud, "ingest", sensor.thing) == []
    assert at_home.dead_letters(cloud) == {}
