"""What Zigbee2MQTT says becomes firings, alarms and conditions, with its traps."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from iot.agent.gateway.kinds import kind_of
from iot.agent.gateway.zigbee import (
    Alarm,
    Bridge,
    Child,
    Fired,
    Happening,
    Message,
    Refused,
    sensor_name,
    step,
)

NOON = datetime(2026, 11, 28, 3, tzinfo=UTC)


class Heard:
    """A bridge to which messages come, a minute apart."""

    def __init__(self) -> None:
        self.bridge, self.now = Bridge(), NOON
        self.happened: list[Happening] = []

    def say(
        self, topic: str, payload: Any, *, retained: bool = False, after: float = 60
    ) -> list[Happening]:
        self.now += timedelta(seconds=after)
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        self.bridge, found = step(self.bridge, Message(topic, body, retained), self.now)
        self.happened += found
        return found


def listed(name: str, *properties: str, **contact: Any) -> dict[str, Any]:
    exposes = [{"type": "binary", "property": one, **contact} for one in properties]
    return {"friendly_name": name, "power_source": "Battery", "definition": {"exposes": exposes}}


def test_a_door_is_opened_when_contact_turns_false_and_not_by_a_battery_report() -> None:
    home = Heard()
    home.say("玄関", {"contact": True, "battery": 90})
    assert home.say("玄関", {"contact": False, "battery": 90}) == [Fired("玄関", "contact")]
    assert home.say("玄関", {"contact": False, "battery": 89}) == []
    assert home.say("玄関", {"contact": True, "battery": 89}) == []
    assert home.say("玄関", {"contact": False}) == [Fired("玄関", "contact")]


@pytest.mark.parametrize(
    ("value_on", "opened", "closed"),
    [(False, False, True), (True, True, False), ("ON", "ON", "OFF"), ("OFF", "OFF", "ON")],
)
def test_contacts_that_speak_otherwise_are_read_as_they_describe_themselves(
    value_on: Any, opened: Any, closed: Any
) -> None:
    home = Heard()
    home.say("bridge/devices", [listed("door", "contact", value_on=value_on)])
    home.say("door", {"contact": closed})
    assert home.say("door", {"contact": opened}) == [Fired("door", "contact")]
    assert home.say("door", {"contact": closed}) == []


def test_each_motion_counts_and_the_timer_that_ends_it_does_not() -> None:
    home = Heard()
    assert home.say("居間", {"occupancy": True, "illuminance": 5}) == [Fired("居間", "occupancy")]
    assert home.say("居間", {"occupancy": True, "illuminance": 9}) == [Fired("居間", "occupancy")]
    assert home.say("居間", {"occupancy": True, "battery": 77}) == []
    assert home.say("居間", {"occupancy": False}) == []


def test_what_is_retained_or_remembered_at_the_start_is_a_state_and_no_event() -> None:
    home = Heard()
    assert home.say("玄関", {"contact": False}, retained=True) == []
    home.say("bridge/state", {"state": "online"})
    assert home.say("居間", {"occupancy": True}, after=2) == []
    assert home.say("居間", {"occupancy": True}, after=60) == [Fired("居間", "occupancy")]
    old = (home.now - timedelta(hours=1)).isoformat()
    assert home.say("台所", {"occupancy": True, "last_seen": old}) == []
    assert home.say("台所", {"occupancy": True, "last_seen": home.now.timestamp() * 1000}) != []


def test_a_fire_that_still_burns_is_told_once() -> None:
    home = Heard()
    assert home.say("煙", {"smoke": True}, retained=True) == [Alarm("煙", "smoke", True)]
    assert home.say("煙", {"smoke": True, "battery": 3}) == []
    assert home.say("煙", {"smoke": False}) == [Alarm("煙", "smoke", False)]
    assert home.say("煙", {"smoke": True}) == [Alarm("煙", "smoke", True)]


def test_a_sensor_on_a_battery_may_be_silent_for_a_day_and_one_on_mains_for_two_hours() -> None:
    home = Heard()
    mains = {**listed("mains", "presence"), "power_source": "Mains (single phase)"}
    home.say("bridge/devices", [listed("battery", "occupancy"), mains])
    home.say("battery", {"occupancy": False})
    home.say("mains", {"presence": False})
    children = home.bridge.children
    later = home.now + timedelta(hours=24)
    assert children["battery"].reachable(later)
    assert not children["battery"].reachable(later + timedelta(hours=2))
    assert children["mains"].reachable(home.now + timedelta(hours=1))
    assert not children["mains"].reachable(later)


def test_what_the_bridge_says_of_a_sensor_goes_before_its_silence() -> None:
    home = Heard()
    home.say("居間", {"occupancy": False})
    home.say("居間/availability", {"state": "offline"})
    assert not home.bridge.children["居間"].reachable(home.now)
    home.say("居間", {"occupancy": False})
    assert home.bridge.children["居間"].reachable(home.now)
    home.say("居間/availability", b"offline")
    assert not home.bridge.children["居間"].reachable(home.now)


def test_a_remembered_word_says_when_the_sensor_was_heard_itself() -> None:
    home = Heard()
    old = (home.now - timedelta(hours=30)).isoformat()
    home.say("居間", {"occupancy": False, "last_seen": old}, retained=True)
    assert not home.bridge.children["居間"].reachable(home.now)


def test_the_battery_is_a_percentage_or_a_word() -> None:
    home = Heard()
    home.say("a", {"contact": True, "battery": 81.5})
    home.say("b", {"contact": True, "battery_low": True})
    home.say("c", {"contact": True, "battery": "full"})
    batteries = {name: (c.battery, c.battery_low) for name, c in home.bridge.children.items()}
    assert batteries == {"a": (82, False), "b": (None, True), "c": (None, False)}


@pytest.mark.parametrize(
    "payload",
    [b"", b"{", b"[1]", b"null", b"\xff\xfe", b"NaN", b"[" * 100_000, b'"' + b"x" * 10_000_000],
)
def test_a_payload_that_is_none_is_refused_and_changes_nothing(payload: bytes) -> None:
    home = Heard()
    home.say("居間", {"occupancy": False})
    before = home.bridge
    (refused,) = home.say("居間", payload)
    assert isinstance(refused, Refused)
    assert home.bridge is before


def test_what_is_no_sensor_and_what_is_no_word_of_one_is_passed_over() -> None:
    home = Heard()
    assert home.say("lamp", {"state": "ON", "brightness": 3, "action": ""}) == []
    assert home.say("bridge/logging", {"message": "x"}) == []
    assert home.say("居間/set", {"occupancy": True}) == []
    assert home.bridge.children == {}
    home.say("居間", {"occupancy": False})
    assert home.say("居間/occupancy", b"true") == [Refused("居間/occupancy", "no object")]
    assert set(home.bridge.children) == {"居間"}


def test_a_sensor_that_was_removed_is_forgotten_and_a_renamed_one_is_another() -> None:
    home = Heard()
    home.say("old", {"occupancy": False})
    home.say("bridge/devices", [listed("new", "occupancy"), {"friendly_name": "x"}, 7])
    assert set(home.bridge.children) == {"new"}


def test_names_are_told_apart_although_they_are_long() -> None:
    long = "二階のいちばん奥の寝室にあるたんすの上の動きをみるセンサー"
    assert sensor_name("居間") == "居間"
    names = {sensor_name(long * 2 + end) for end in ("一号", "二号")}
    assert len(names) == 2
    assert all(len(name) <= 32 for name in names)


def test_what_a_sensor_watches_follows_from_its_name_unless_it_is_told() -> None:
    contact, motion = frozenset({"contact"}), frozenset({"occupancy"})
    assert kind_of("玄関ドア", contact, {}) == "door"
    assert kind_of("Front_Door", contact, {}) == "door"
    assert kind_of("玄関の人感", motion, {}) == "motion"
    assert kind_of("冷蔵庫", contact, {}) == "fridge"
    assert kind_of("2F トイレ", motion, {}) == "bath"
    assert kind_of("cupboard", contact, {}) == "motion"
    assert kind_of("cupboard", contact, {"cupboard": "door"}) == "door"


@pytest.mark.rule("AL-98")
@pytest.mark.parametrize(
    ("values", "celsius"),
    [
        ({"temperature": 45.2}, 45.2),
        ({"temperature": 20, "device_temperature": 44}, 44.0),
        ({"temperature": "hot"}, None),
        ({"temperature": 9999}, None),
        ({"temperature": True}, None),
        ({}, None),
    ],
)
def test_a_sensor_says_how_warm_it_is(values: dict[str, object], celsius: float | None) -> None:
    assert Child(values=values).celsius == celsius
