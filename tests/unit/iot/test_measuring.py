"""Sensors behind a gateway are counted by the minute, and what cannot be sent waits."""

import json
import random
import threading
from collections import Counter as Tally
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from iot import topics
from iot.agent.device.connection import OnMessage, OnOnline
from iot.agent.device.counter import Condition, Counter, reports
from iot.agent.device.identity import Identity, save
from iot.agent.device.measuring import Config, MeasuringDevice
from iot.agent.device.pace import EVERY, Pace, offset, reconnect_delays
from iot.agent.gateway.home import ZigbeeHome
from iot.agent.gateway.zigbee import Message
from iot.agent.sensor.recording import Recording, Unreadable, read, simulated
from iot.agent.sensor.replay import Replay
from iot.messages.sensor import ReadingsReport, SensorMinutes
from iot.topics import Channel

NOON = datetime(2026, 11, 28, 3, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MOTION = Condition("motion")


def counts(found: list[ReadingsReport], name: str) -> dict[int, int]:
    """Minute after noon → count."""
    return {
        int((one.first - NOON) / MINUTE) + i: count
        for report in found
        for one in report.sensors
        if one.name == name
        for i, count in enumerate(one.counts)
    }


def tick(counter: Counter, first: int, last: int) -> None:
    for minute in range(first, last):
        counter.tick(NOON + minute * MINUTE)


@pytest.mark.rule("HT-07")
def test_minutes_without_a_firing_count_zero_from_the_first_word_on() -> None:
    counter = Counter()
    counter.know("居間", MOTION, NOON)
    tick(counter, 0, 4)
    counter.fire("居間", NOON + 2.5 * MINUTE)
    assert counts(counter.take(NOON + 4 * MINUTE), "居間") == {0: 0, 1: 0, 2: 1, 3: 0}
    assert counts(counter.take(NOON + 4 * MINUTE), "居間") == {}


def test_what_is_urgent_is_told_with_the_begun_minute_and_again_when_that_is_whole() -> None:
    counter = Counter()
    counter.know("玄関", Condition("door"), NOON)
    counter.fire("玄関", NOON)
    assert counts(counter.take(NOON, begun=True), "玄関") == {0: 1}
    counter.fire("玄関", NOON + MINUTE / 2)
    assert counts(counter.take(NOON + MINUTE), "玄関") == {0: 2}


@pytest.mark.rule("HT-07")
def test_a_sensor_out_of_reach_counts_nothing_and_says_so() -> None:
    counter = Counter()
    counter.know("居間", MOTION, NOON)
    tick(counter, 0, 9)
    counter.know("居間", MOTION._replace(reachable=False), NOON + 3 * MINUTE)
    counter.know("居間", MOTION, NOON + 6 * MINUTE)
    assert counts(counter.take(NOON + 8 * MINUTE), "居間") == {0: 0, 1: 0, 2: 0, 6: 0, 7: 0}
    counter.know("居間", MOTION._replace(reachable=False), NOON + 8 * MINUTE)
    (report,) = counter.take(NOON + 12 * MINUTE)
    assert [(one.reachable, one.counts) for one in report.sensors] == [(False, [])]


def test_minutes_in_which_the_machine_slept_are_not_known() -> None:
    counter = Counter()
    counter.know("居間", MOTION, NOON)
    tick(counter, 0, 3)
    tick(counter, 60, 63)
    assert counts(counter.take(NOON + 63 * MINUTE), "居間") == {0: 0, 1: 0, 61: 0, 62: 0}


def test_a_report_names_a_sensor_once_and_holds_thirty_two() -> None:
    some = [SensorMinutes(name=str(n), kind="motion", first=NOON, counts=[1]) for n in range(40)]
    found = reports([*some, some[0]])
    assert [len(report.sensors) for report in found] == [32, 9]


def test_a_device_reports_once_in_five_minutes_at_an_offset_of_its_own() -> None:
    due: dict[str, list[int]] = {}
    for thing in ("sns-1", "sns-2"):
        pace = Pace(thing)
        due[thing] = [n for n in range(1200) if pace.due(NOON + timedelta(seconds=n))]
    assert all(len(at) in (3, 4) for at in due.values())
    assert {b - a for at in due.values() for a, b in pairwise(at)} == {300}
    assert due["sns-1"][0] != due["sns-2"][0]


def test_devices_that_lose_the_line_together_do_not_come_back_together() -> None:
    delays = [reconnect_delays(random.Random(n)) for n in range(8_000)]
    first = Tally(first for first, _ in delays)
    assert max(first.values()) < 1_200, "of 8,000 in one second"
    assert min(last for _, last in delays) >= 120


def test_reports_of_many_devices_are_spread_over_the_interval() -> None:
    turns = Tally(offset(f"sns-{n}", EVERY) for n in range(30_000))
    assert len(turns) == 300
    assert max(turns.values()) < 150, "a hundred on average"


class Line:
    """A link that takes what is published while it is online."""

    def __init__(self, on_online: OnOnline) -> None:
        self.online = False
        self.on_online = on_online
        self.taken: list[tuple[str, bytes]] = []
        self.got = threading.Condition()

    def start(self) -> None: ...
    def stop(self) -> None: ...

    def publish(self, topic: str, payload: bytes) -> bool:
        if self.online:
            with self.got:
                self.taken.append((topic, payload))
                self.got.notify_all()
        return self.online

    def switch(self, online: bool) -> None:
        self.online = online
        self.on_online(online)

    def readings(self, least: int) -> list[ReadingsReport]:
        """Reports taken, when there are so many."""

        def found() -> list[ReadingsReport]:
            return [
                ReadingsReport.model_validate_json(body)
                for topic, body in self.taken
                if topic == topics.ingest("gw-1", Channel.READINGS)
            ]

        with self.got:
            assert self.got.wait_for(lambda: len(found()) >= least, timeout=20)
        return found()


class Radio:
    """A broker at home."""

    say: Callable[[str, Any], None]

    def __init__(self) -> None:
        self.started = threading.Event()

    def start(
        self, on_message: Callable[[Message], None], on_online: Callable[[bool], None]
    ) -> None:
        self.say = lambda topic, said: on_message(Message(topic, json.dumps(said).encode()))
        self.online = on_online
        on_online(True)
        self.started.set()

    def stop(self) -> None: ...


def test_a_gateway_keeps_what_it_cannot_send_and_a_power_cut_takes_nothing_of_it(
    tmp_path: Path,
) -> None:
    save(tmp_path, "gw-1", "certificate", "key")
    now = [NOON]
    radio = Radio()
    lines: list[Line] = []

    def connect(_who: Identity, _topics: object, _message: OnMessage, online: OnOnline) -> Line:
        lines.append(Line(online))
        return lines[-1]

    def gateway() -> tuple[MeasuringDevice, threading.Thread]:
        device = MeasuringDevice(
            Config("gateway", "nowhere", 8883, tmp_path, tmp_path),
            ZigbeeHome(radio, lambda: now[0]),
            lambda: now[0],
            connect=connect,
        )
        running = threading.Thread(target=device.run)
        running.start()
        assert radio.started.wait(20)
        return device, running

    device, running = gateway()
    radio.say("玄関", {"contact": True, "battery": 55})
    now[0] += MINUTE
    radio.say("玄関", {"contact": False, "battery": 55})
    now[0] += MINUTE
    device.stop()
    running.join(20)
    assert list((tmp_path / "outbox").iterdir())

    radio.started.clear()
    device, running = gateway()
    lines[-1].switch(True)
    found = lines[-1].readings(1)
    device.stop()
    running.join(20)
    assert counts(found, "玄関")[1] == 1
    assert {one.battery for report in found for one in report.sensors} == {55}
    assert not list((tmp_path / "outbox").iterdir())


def test_nothing_is_known_while_the_broker_at_home_is_gone() -> None:
    now = [NOON]
    radio, told = Radio(), []
    home = ZigbeeHome(radio, lambda: now[0])
    home.start(lambda: None, lambda event, **details: told.append((event, details)))
    radio.say("居間", {"occupancy": False})
    radio.say("煙", {"smoke": True})
    for minute in range(12):
        now[0] = NOON + minute * MINUTE
        if minute == 4:
            radio.online(False)
        if minute == 8:
            radio.online(True)
        home.tick(now[0])
    found = home.take(now[0], begun=False)
    assert set(counts(found, "居間")) == {0, 1, 2, 3, 8, 9, 10}
    assert told == [("alarm", {"sensor": "煙", "of": "smoke"})]
    assert {one.name for report in found for one in report.sensors} == {"居間"}


def test_a_door_and_the_first_motion_after_a_long_quiet_are_urgent() -> None:
    now = [NOON]
    radio = Radio()
    home = ZigbeeHome(radio, lambda: now[0])
    home.start(lambda: None, lambda _event, **_details: None)

    def urgent(topic: str, said: dict[str, Any]) -> bool:
        now[0] += MINUTE
        radio.say(topic, said)
        return home.tick(now[0])

    assert urgent("居間", {"occupancy": True})
    assert not urgent("居間", {"occupancy": True})
    assert urgent("玄関", {"contact": False})
    now[0] += timedelta(hours=2)
    assert urgent("居間", {"occupancy": True})


# -- the sensor that replays


def test_a_recorded_home_is_said_minute_by_minute_and_what_is_unknown_is_not(
    tmp_path: Path,
) -> None:
    path = tmp_path / "home.csv"
    path.write_text(
        "minute,activity,door\n2026-01-05 00:00,3,0\n2026-01-05 00:01,,\n2026-01-05 00:02,1,1\n",
        encoding="utf-8",
    )
    replay = Replay(read(path), NOON, NOON.replace(hour=0))
    found = replay.take(NOON.replace(hour=0, minute=3), begun=False)
    names = sorted((one.name, one.counts) for report in found for one in report.sensors)
    assert names == [("activity", [1]), ("activity", [3]), ("door", [0]), ("door", [1])]
    assert replay.take(NOON.replace(hour=0, minute=3), begun=False) == []


def test_a_simulated_home_goes_on_and_on() -> None:
    what = simulated("retired, motion sensors", 3, days=2)
    replay = Replay(what, NOON, NOON)
    replay.tick(NOON)
    found = replay.take(NOON + timedelta(days=3), begun=False)
    minutes = [one for report in found for one in report.sensors if one.name == "living"]
    assert sum(len(one.counts) for one in minutes) == 3 * 1440
    assert max(len(report.model_dump_json()) for report in found) < 16 * 1024


@pytest.mark.parametrize(
    "text",
    ["", "minute,activity\n", "minute,activity\nnoon,1\n", "minute,activity\n2026-01-01 00:00,-2\n",
     "minute,sensor,value,kind\n2026-01-01 00:00,a,1,stove\n"],
)  # fmt: skip
def test_a_file_that_is_no_home_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "home.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Unreadable):
        read(path)


def test_a_family_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(Unreadable, match="retired, motion sensors"):
        simulated("ghosts", 1)


def test_a_recording_begins_at_midnight() -> None:
    assert isinstance(simulated("naps", 1, days=1), Recording)
    assert len(simulated("naps", 1, days=1)) == 1440
