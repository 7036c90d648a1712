"""Whatever a controller is told, it goes on; nothing is opened or closed by what nobody said."""

import json
import random
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from iot import topics
from iot.agent.controller.agent import Config, Controller
from iot.agent.gateway.zigbee import Message
from iot.messages import panel_facts as f
from iot.messages.controller import ControllerReport, payload
from iot.panel import record as records
from iot.panel.outcomes import Alarm
from iot.topics import Channel
from tests.panel import JOURNAL, NOON, SETTINGS, WEB, when
from tests.panel_stories import story
from tests.property.test_panel_properties import Told
from tests.property.test_zigbee_properties import TOPICS, VALUES
from tests.property.test_zigbee_properties import payload as zigbee_payload
from tests.unit.iot.test_controller import Box, Clock, Horn, Mouth, zigbee

NAMES = tuple(sensor.name for sensor in SETTINGS.sensors)
SAYS = (
    "contact",
    "occupancy",
    "vibration",
    "smoke",
    "gas",
    "water_leak",
    "sos",
    "tamper",
    "action",
)


def damaged(source: random.Random, body: bytes) -> bytes:
    """A message that something became of on its way, or that somebody made up."""
    match source.randrange(5):
        case 0:
            return source.randbytes(source.randint(0, 60))
        case 1:
            return body[: source.randint(0, len(body))]
        case 2:
            at = source.randint(0, len(body))
            return body[:at] + source.randbytes(2) + body[at:]
        case 3:
            said = json.loads(body)
            if isinstance(said, dict) and said:
                said[source.choice(list(said))] = source.choice(VALUES)
            return json.dumps(said).encode()
    return body


def fuzz_zigbee(seed: int, count: int) -> Counter[str]:
    """Zigbee messages at an armed controller: what came of them."""
    source = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        box = Box(Path(folder))
        box.journal.append = lambda fact: None  # type: ignore[method-assign]
        sensors, radio = zigbee(box)
        box.arm("home", "company")
        stands = box.guard.panel.areas["home"].by
        for _ in range(count):
            box.clock.go(source.choice((0, 0.2, 5, 61)))
            box.came.clear()
            box.reports.clear()
            name = source.choice((*TOPICS, *NAMES, *NAMES))
            body = zigbee_payload(source)
            if source.random() < 0.5:
                body = json.dumps(
                    {source.choice(SAYS): source.choice((True, False, "sos"))}
                ).encode()
            radio.on_message(Message(name, body, source.random() < 0.1))
            sensors.tick(box.clock())
            for one in box.came:
                if isinstance(one, Alarm) and one.sensor is not None and one.kind != "intrusion":
                    assert one.sensor == name
            area = box.guard.panel.areas["home"]
            assert (area.mode, area.by) == ("home", stands)
        return Counter(one.kind for one in box.came if isinstance(one, Alarm)) + Counter(
            {"facts": box.guard.panel.number}
        )


def fuzz_messages(seed: int, count: int) -> Counter[str]:
    """Commands and settings of the cloud, most of them damaged."""
    source = random.Random(seed)
    clock, found = Clock(), Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        controller = Controller(
            Config("localhost", 8883, Path("ca.pem"), Path(folder)), Horn(), Mouth(), clock=clock
        )
        controller._journal.append = lambda fact: None  # type: ignore[method-assign]
        controller._outbox.put = lambda about, body: None  # type: ignore[method-assign]
        controller.guard.note(f.Configured, settings=SETTINGS)
        for number in range(count):
            clock.go(1)
            good: dict[str, Any] = {
                "id": f"c-{source.randrange(count)}",
                "action": source.choice(("arm", "disarm", "test", "open")),
                "expires_at": (clock.now + timedelta(seconds=source.choice((-5, 30)))).isoformat(),
                "actor": WEB.model_dump(),
                "areas": source.choice((["home"], ["attic"], [])),
            }
            if (good["action"] == "arm") == (source.random() < 0.9):
                good |= {"mode": "home", "monitoring": "company"}
            body = json.dumps(good).encode()
            whole = source.random() < 0.3
            body = body if whole else damaged(source, body)
            channel = source.choice((Channel.COMMAND, Channel.COMMAND, Channel.SETTINGS))
            before = {i: a.phase for i, a in controller.guard.panel.areas.items()}
            controller._received(topics.topic("ctl-1", channel), body)
            after = {i: a.phase for i, a in controller.guard.panel.areas.items()}
            if before != after:
                found["changed"] += 1
                said = json.loads(body)
                assert said["action"] in ("arm", "disarm")
                assert said["expires_at"] > clock.now.isoformat()
            found["taken"] += number >= 0
    return found


def fuzz_reports(seed: int, count: int) -> Counter[str]:
    """Reports of a controller, damaged on their way: refused, or counted as what they are."""
    source = random.Random(seed)
    found = Counter[str]()
    told = Told(source, story(source))
    record = records.empty(JOURNAL)
    for number in range(count):
        if number % 200 == 199:
            told = Told(source, story(source))
            record = records.empty(JOURNAL)
        second, report = source.choice(told.reports)
        body = damaged(source, payload(report))
        try:
            said = ControllerReport.model_validate_json(body)
        except ValidationError:
            found["refused"] += 1
            continue
        if said.journal != JOURNAL:
            continue
        taken = records.take(record, said, when(second))
        assert taken.record.panel.number >= record.panel.number
        record = taken.record
        records.look(record, when(second + 60))
        records.overdue(record, when(second + 60))
        found["taken"] += 1
    return found


def test_a_thousand_fuzzed_messages_of_each_kind_open_and_close_nothing() -> None:
    assert fuzz_zigbee(1, 1_000)["facts"] > 30
    assert fuzz_messages(1, 1_000)["changed"] > 20
    found = fuzz_reports(1, 1_000)
    assert found["taken"] > 100
    assert found["refused"] > 100


@pytest.mark.slow
def test_a_hundred_thousand_fuzzed_messages_of_each_kind_open_and_close_nothing() -> None:
    assert fuzz_zigbee(2, 100_000)["facts"] > 1_000
    assert fuzz_messages(2, 100_000)["changed"] > 2_000
    assert fuzz_reports(2, 100_000)["taken"] > 10_000


def test_a_report_of_last_week_that_is_sent_again_changes_nothing() -> None:
    source = random.Random(3)
    told = Told(source, story(source))
    record = records.empty(JOURNAL)
    for second, report in told.reports:
        record = records.take(record, report, when(second)).record
    before: Any = record.panel
    for _, report in told.reports:
        taken = records.take(record, report, NOON + timedelta(days=7))
        assert taken.outcomes == ()
        assert taken.record.panel == before


@pytest.mark.parametrize("off", [-3600, 3600])
def test_a_controller_whose_clock_is_an_hour_off_is_judged_by_its_own_clock(off: int) -> None:
    box_clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        box = Box(Path(folder), None)
        box.guard._clock = box.clock = box_clock
        box_clock.go(off)
        box.guard.note(f.Configured, settings=SETTINGS)
        box.arm()
        box_clock.go(100)
        box.guard.note(f.Sensed, sensor="front")
        record = records.empty(box.guard.panel.journal)
        for report in box.reports:
            sent = report.model_copy(update={"sent_at": report.until})
            arrived = report.until - timedelta(seconds=off) + timedelta(seconds=0.2)
            record = records.take(record, sent, arrived).record
        assert record.panel.areas["home"].phase == "pending"
        begun = box_clock.now - timedelta(seconds=off)  # by the cloud's clock
        assert records.overdue(record, begun + timedelta(seconds=59)) == ()
        (alarm,) = records.overdue(record, begun + timedelta(seconds=61))
        assert alarm.kind == "intrusion"
        box_clock.go(30)
        box.guard.tick()
        assert [one.id for one in box.came if isinstance(one, Alarm)] == [alarm.id]
