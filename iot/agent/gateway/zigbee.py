"""What Zigbee2MQTT says of the sensors of a home: a pure step from a message to what happened.

Ten properties cover all 564 models that expose contact, motion or an alarm. What makes the step
more than a lookup: each message repeats what the sensor said before; a retained message, and what
the bridge publishes of its memory when it starts, is a state and no event; ``occupancy: false`` is
made by a timer; sensors on batteries are silent for a day and well. Payloads are not trusted.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from typing import Any, Literal, NamedTuple, cast

Opening = Literal["contact"]
Motion = Literal["occupancy", "presence", "vibration"]
Danger = Literal["smoke", "water_leak", "gas", "carbon_monoxide", "sos", "tamper"]
Property = Opening | Motion | Danger

MOTIONS: frozenset[str] = frozenset({"occupancy", "presence", "vibration"})
DANGERS: frozenset[str] = frozenset(
    {"smoke", "water_leak", "gas", "carbon_monoxide", "sos", "tamper"}
)
PROPERTIES = frozenset({"contact"}) | MOTIONS | DANGERS

BY_ITSELF = frozenset(
    {
        "battery", "battery_low", "voltage", "temperature", "humidity", "pressure",
        "device_temperature", "tamper", "power_outage_count", "update", "update_available",
    }
)  # fmt: skip
"""What is reported without a motion: a message that changes one of these repeats the motion of
before."""

CALLS = frozenset({"emergency", "panic", "sos"})
"""Actions of buttons and keypads by which somebody calls for help."""

SETTLES = timedelta(seconds=10)
"""So long after its start the bridge publishes what it remembers."""
ALIVE_BATTERY = timedelta(hours=25)
ALIVE_MAINS = timedelta(hours=2)
"""A sensor is out of reach after so long without a word."""
STALE = timedelta(minutes=2)
"""A message about what was last seen longer ago is a memory."""
LONGEST_NAME = 32
MOST_BYTES = 64 * 1024
MOST_OF_LIST = 4 * 1024 * 1024
MOST_CHILDREN = 256


class Message(NamedTuple):
    """An MQTT message of the home's broker, without the base topic (``zigbee2mqtt/``)."""

    topic: str
    payload: bytes
    retained: bool = False


COLDEST, WARMEST = -60, 120
"""Degrees Celsius: a value beyond is no temperature."""


class Child(NamedTuple):
    """What is known of a sensor.

    ``values``: what it last said; ``open_is``: the value of ``contact`` that means open;
    ``offline``: the bridge's own word, None where it says nothing; ``radio``: its link quality,
    0 to 255.
    """

    values: Mapping[str, Any] = {}
    heard: datetime | None = None
    offline: bool | None = None
    mains: bool = False
    open_is: Any = False
    radio: int | None = None

    @property
    def battery(self) -> int | None:
        """Percent, if it says so."""
        value: Any = self.values.get("battery")
        return round(value) if _is_number(value) and 0 <= value <= 100 else None

    @property
    def battery_low(self) -> bool:
        """It says so itself."""
        return self.values.get("battery_low") is True

    @property
    def celsius(self) -> float | None:
        """How warm it is, or its room, if it says so."""
        for name in ("device_temperature", "temperature"):
            value: Any = self.values.get(name)
            if _is_number(value) and COLDEST <= value <= WARMEST:
                return float(value)
        return None

    def reachable(self, now: datetime) -> bool:
        """Whether its silence means that nothing happened."""
        if self.offline is not None:
            return not self.offline
        alive = ALIVE_MAINS if self.mains else ALIVE_BATTERY
        return self.heard is not None and now - self.heard <= alive


class Bridge(NamedTuple):
    """All that is known: the bridge (``online``, since when) and its sensors by name."""

    online: bool = True
    since: datetime | None = None
    children: Mapping[str, Child] = {}


class Fired(NamedTuple):
    """A sensor noticed something: a door was opened, somebody moved."""

    name: str
    property: Opening | Motion


class Alarm(NamedTuple):
    """A danger began, or ended."""

    name: str
    property: Danger
    on: bool


class Called(NamedTuple):
    """Somebody pressed a button for help."""

    name: str


class Refused(NamedTuple):
    """A message that was not understood, and why. Nothing else is changed by it."""

    topic: str
    reason: str


Happening = Fired | Alarm | Called | Refused


def step(bridge: Bridge, message: Message, now: datetime) -> tuple[Bridge, list[Happening]]:
    """What is known after a message, and what happened. Never raises, whatever the payload."""
    name, _, last = message.topic.rpartition("/")
    if message.topic in ("bridge/state", "bridge/devices"):
        return _of_bridge(bridge, message, now)
    if message.topic.startswith("bridge/") or last in ("set", "get") or not message.topic:
        return bridge, []
    if last == "availability" and name:
        return _availability(bridge, name, message)
    return _of_child(bridge, message, now)


def sensor_name(name: str) -> str:
    """A sensor's name as it is reported: at most 32 characters, different for different sensors."""
    if len(name) <= LONGEST_NAME:
        return name
    return (
        f"{name[: LONGEST_NAME - 7]}~{sha1(name.encode(), usedforsecurity=False).hexdigest()[:6]}"
    )


# -- the bridge


def _of_bridge(bridge: Bridge, message: Message, now: datetime) -> tuple[Bridge, list[Happening]]:
    if message.topic == "bridge/state":
        word = _word(message.payload)
        if word not in ("online", "offline"):
            return bridge, [Refused(message.topic, "neither online nor offline")]
        online = word == "online"
        since = now if online and not (message.retained and bridge.since) else bridge.since
        return bridge._replace(online=online, since=since), []
    listed = _parsed(message.payload, MOST_OF_LIST)
    if not isinstance(listed, list):
        return bridge, [Refused(message.topic, "no list of devices")]
    children: dict[str, Child] = {}
    for one in listed[:MOST_CHILDREN]:
        name = one.get("friendly_name") if isinstance(one, dict) else None
        exposed = _exposed(one) if isinstance(name, str) and name else {}
        if not isinstance(name, str) or not exposed.keys() & PROPERTIES:
            continue
        contact = exposed.get("contact", {})
        children[name] = bridge.children.get(name, Child())._replace(
            mains=str(one.get("power_source", "")).startswith("Mains"),
            open_is=contact.get("value_on", False),
        )
    return bridge._replace(children=children), []


def _exposed(device: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The properties that a device exposes, by name."""
    definition = device.get("definition")
    exposes = definition.get("exposes") if isinstance(definition, dict) else None
    return {
        one["property"]: one
        for one in (exposes if isinstance(exposes, list) else [])
        if isinstance(one, dict) and isinstance(one.get("property"), str)
    }


def _availability(bridge: Bridge, name: str, message: Message) -> tuple[Bridge, list[Happening]]:
    word = _word(message.payload)
    if word not in ("online", "offline"):
        return bridge, [Refused(message.topic, "neither online nor offline")]
    if name not in bridge.children:
        return bridge, []
    child = bridge.children[name]._replace(offline=word == "offline")
    return _with(bridge, name, child), []


# -- a sensor


def _of_child(bridge: Bridge, message: Message, now: datetime) -> tuple[Bridge, list[Happening]]:
    name = message.topic
    said = _parsed(message.payload, MOST_BYTES)
    if not isinstance(said, dict):
        return bridge, [Refused(name, "no object")]
    if "/" in name and name.rpartition("/")[0] in bridge.children and name not in bridge.children:
        return bridge, []  # one attribute of a sensor, told by itself as well
    if name not in bridge.children:
        if not said.keys() & PROPERTIES and not _calls(said):
            return bridge, []
        if len(bridge.children) >= MOST_CHILDREN:
            return bridge, [Refused(name, "too many sensors")]
    before = bridge.children.get(name, Child())
    remembered = message.retained or _settling(bridge, now) or _of_the_past(said, now)
    kept = {key: said[key] for key in said.keys() & (PROPERTIES | BY_ITSELF) if _plain(said[key])}
    after = before._replace(
        values={**before.values, **kept},
        heard=_seen(said, now) if remembered else now,
        radio=_radio(said, before.radio),
        offline=before.offline if remembered else (None if before.offline is None else False),
    )
    happened: list[Happening] = [*_alarms(name, before, kept)]
    if not remembered:
        happened += _fired(name, before, after, kept)
        if _calls(said):
            happened.append(Called(name))
    return _with(bridge, name, after), happened


def _fired(name: str, before: Child, after: Child, said: Mapping[str, Any]) -> list[Fired]:
    found: list[Fired] = []
    if "contact" in said:
        was, now_open = is_open(before), is_open(after)
        if now_open and was is not True:
            found.append(Fired(name, "contact"))
    by_itself = any(said[key] != before.values.get(key) for key in said.keys() & BY_ITSELF)
    for motion in sorted(said.keys() & MOTIONS):
        if said[motion] is True and (before.values.get(motion) is not True or not by_itself):
            found.append(Fired(name, cast(Motion, motion)))
    return found


def _calls(said: Mapping[str, Any]) -> bool:
    action = said.get("action")
    return isinstance(action, str) and action in CALLS


def _radio(said: Mapping[str, Any], before: int | None) -> int | None:
    value: Any = said.get("linkquality")
    return round(value) if _is_number(value) and 0 <= value <= 255 else before


def is_open(child: Child) -> bool | None:
    """Whether a door is open; None where that is not known."""
    value = child.values.get("contact")
    if isinstance(value, str):
        value = {"ON": True, "OFF": False, "TRUE": True, "FALSE": False}.get(value.upper(), value)
    open_is = child.open_is
    if isinstance(open_is, str):
        open_is = {"ON": True, "OFF": False}.get(open_is.upper(), open_is)
    if isinstance(value, bool) and isinstance(open_is, bool):
        return value == open_is
    return None


def _alarms(name: str, before: Child, said: Mapping[str, Any]) -> list[Alarm]:
    """Changes of dangers. One that is there when it is first heard of is told, remembered or not:
    a fire that still burns is told once."""
    found = []
    for danger in sorted(said.keys() & DANGERS):
        was, now_on = before.values.get(danger) is True, said[danger]
        if isinstance(now_on, bool) and now_on != was:
            found.append(Alarm(name, cast(Danger, danger), now_on))
    return found


def _settling(bridge: Bridge, now: datetime) -> bool:
    return bridge.since is not None and timedelta(0) <= now - bridge.since < SETTLES


def _of_the_past(said: Mapping[str, Any], now: datetime) -> bool:
    seen = _last_seen(said, now)
    return seen is not None and now - seen > STALE


def _seen(said: Mapping[str, Any], now: datetime) -> datetime | None:
    """When a sensor was heard itself of which something is remembered; now where that is not
    said."""
    return _last_seen(said, now) or now


def _last_seen(said: Mapping[str, Any], now: datetime) -> datetime | None:
    """``last_seen``: epoch milliseconds, ISO 8601, or absent; nothing in the future is believed."""
    value = said.get("last_seen")
    try:
        if _is_number(value):
            at = datetime.fromtimestamp(cast(float, value) / 1000, UTC)
        elif isinstance(value, str):
            at = datetime.fromisoformat(value)
            at = at if at.tzinfo else at.replace(tzinfo=now.tzinfo)
        else:
            return None
        return at if at <= now else None
    except (ValueError, OverflowError, OSError):
        return None


def _with(bridge: Bridge, name: str, child: Child) -> Bridge:
    return bridge._replace(children={**bridge.children, name: child})


# -- payloads


def _parsed(payload: bytes, most: int) -> Any:
    """The JSON of a payload; None where it is none, or too much."""
    if len(payload) > most:
        return None
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        return None


def _word(payload: bytes) -> Any:
    """``online``, as it is or inside ``{"state": …}``."""
    said = _parsed(payload, MOST_BYTES)
    if isinstance(said, dict):
        return said.get("state")
    if said is None:
        return payload[:16].decode(errors="replace")
    return said


def _plain(value: object) -> bool:
    return isinstance(value, bool | int | float) or (isinstance(value, str) and len(value) <= 64)


def _is_number(value: object) -> bool:
    finite = isinstance(value, int | float) and value == value and abs(value) < 1e16
    return finite and not isinstance(value, bool)
