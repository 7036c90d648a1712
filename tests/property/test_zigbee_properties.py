"""Whatever Zigbee2MQTT's topics carry, a gateway goes on, and tells nothing that was not said."""

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from iot.agent.gateway.home import ZigbeeHome
from iot.agent.gateway.zigbee import (
    DANGERS,
    MOTIONS,
    PROPERTIES,
    Alarm,
    Bridge,
    Fired,
    Message,
    step,
)

NOON = datetime(2026, 11, 28, 3, tzinfo=UTC)
NAMES = ("玄関", "居間", "2F/トイレ", "冷蔵庫", "煙", "lamp", "x" * 80, "", "/", "a/b/c")
TOPICS = (
    *NAMES, *(f"{name}/availability" for name in NAMES), "bridge/state", "bridge/devices",
    "bridge/logging", "居間/occupancy", "居間/set",
)  # fmt: skip
WORDS = (*sorted(PROPERTIES), "battery", "battery_low", "last_seen", "action", "linkquality", "x")
VALUES: tuple[Any, ...] = (
    True, False, None, 0, 1, -1, 1e308, float("nan"), float("inf"), 10**400, "", "ON", "OFF",
    "true", "open", [], {}, [[]], {"a": {"b": 1}}, "2026-11-28T03:00:00Z", "9999-99-99",
    "\ud800", "é" * 100, 1_764_298_800_000,
)  # fmt: skip


def payload(random: random.Random) -> bytes:
    """Mostly what a sensor may say, sometimes what none does."""
    said: Any = {random.choice(WORDS): random.choice(VALUES) for _ in range(random.randint(0, 6))}
    if random.random() < 0.1:
        said = random.choice((*VALUES, [said, {"friendly_name": "居間", "definition": said}]))
    body = json.dumps(said).encode()
    match random.randrange(12):
        case 0:
            return random.randbytes(random.randint(0, 60))
        case 1:
            return body[: random.randint(0, len(body))]
        case 2:
            at = random.randint(0, len(body))
            return body[:at] + random.randbytes(2) + body[at:]
    return body


def fuzz(seed: int, count: int) -> tuple[int, int]:
    """How many firings and alarms came of ``count`` messages, after each was checked."""
    source = random.Random(seed)
    now, bridge = NOON, Bridge()
    home = ZigbeeHome(_Radio(), lambda: now)
    home.start(lambda: None, lambda _event, **_details: None)
    fired = alarms = 0
    for number in range(count):
        now += timedelta(seconds=source.choice((0, 0.2, 5, 61, 4000)))
        message = Message(source.choice(TOPICS), payload(source), source.random() < 0.1)
        bridge, happened = step(bridge, message, now)
        home.hear(message)
        home.tick(now)
        for what in happened:
            match what:
                case Fired(name, property):
                    assert name == message.topic
                    assert not message.retained
                    value = _said(message)[property]
                    assert value is True if property in MOTIONS else value is not None
                    fired += 1
                case Alarm(name, property, on):
                    assert property in DANGERS
                    assert _said(message)[property] is on
                    alarms += 1
        if number % 50 == 0:
            for report in home.take(now, begun=False):
                assert len(report.model_dump_json().encode()) < 16 * 1024
    assert len(bridge.children) < 50
    return fired, alarms


def _said(message: Message) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(message.payload)
    return found


class _Radio:
    def start(self, on_message: object, on_online: object) -> None: ...
    def stop(self) -> None: ...


def test_two_thousand_fuzzed_messages_raise_nothing_and_tell_nothing_unsaid() -> None:
    fired, alarms = fuzz(1, 2_000)
    assert fired > 10
    assert alarms > 10


@pytest.mark.slow
def test_a_hundred_thousand_fuzzed_messages_raise_nothing_and_tell_nothing_unsaid() -> None:
    fired, alarms = fuzz(2, 100_000)
    assert fired > 500
    assert alarms > 500
