"""The controller's sensors over Zigbee2MQTT: what the bridge says becomes facts of the panel.

A door or a danger is a state: whatever the reason, the panel is told when it knows otherwise.
Movement and buttons are events. What a sensor is, the settings say by its name; a property that
does not belong to that moves nothing.
"""

import logging
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta

from iot.agent.controller.guard import Guard
from iot.agent.device.clock import Clock
from iot.agent.gateway import zigbee
from iot.agent.gateway.home import HomeBroker
from iot.agent.gateway.zigbee import Alarm, Bridge, Called, Child, Fired, Message, Refused
from iot.messages import panel_facts as f
from iot.messages.controller import SensorHealth
from iot.messages.panel_settings import Sensor, SensorKind

log = logging.getLogger(__name__)

EVENTS: Mapping[SensorKind, frozenset[str]] = {
    "motion": zigbee.MOTIONS,
    "outdoor": zigbee.MOTIONS,
    "glass": frozenset({"vibration"}),
    "rhythm": zigbee.MOTIONS | {"contact"},
}
"""The properties by which a kind of sensor notices something."""

STATES: Mapping[SensorKind, str] = {
    "door": "contact",
    "window": "contact",
    "smoke": "smoke",
    "heat": "smoke",
    "gas": "gas",
    "co": "carbon_monoxide",
    "water": "water_leak",
}
"""The property that is the state of a kind of sensor."""

WEAK, STRONG = 40, 60
"""Link quality below which a radio is weak, and from which it is not any more (AL-58)."""
FLAT = 10  # percent
SILENT = timedelta(seconds=60)
"""A bridge may be away for so long, such as for an update."""


class ZigbeeSensors:
    """Tells a guard what the sensors of the home say. Messages may come from any thread."""

    def __init__(self, broker: HomeBroker, guard: Guard, clock: Clock) -> None:
        self._broker = broker
        self._guard = guard
        self._clock = clock
        self._lock = threading.RLock()
        self._bridge = Bridge()
        self._linked = False
        self._dead_since: datetime | None = None
        self._unknown: set[str] = set()

    def start(self) -> None:
        """Connect to the broker at home."""
        self._dead_since = self._clock()
        self._broker.start(self.hear, self.linked)

    def stop(self) -> None:
        """Disconnect."""
        self._broker.stop()

    def linked(self, online: bool) -> None:
        """The connection to the broker at home came or went."""
        with self._lock:
            self._linked = online

    def hear(self, message: Message) -> None:
        """A message of the broker at home."""
        now = self._clock()
        with self._lock:
            self._linked = True
            before = self._bridge
            self._bridge, happened = zigbee.step(before, message, now)
            for what in happened:
                self._happened(what)
            child = self._bridge.children.get(message.topic)
            if child is not None and child is not before.children.get(message.topic):
                self._know(message.topic, child)

    def tick(self, now: datetime) -> None:
        """Look after sensors that are silent, and after the bridge itself. About every second."""
        with self._lock:
            alive = self._linked and self._bridge.online
            self._dead_since = None if alive else self._dead_since or now
            dead = self._dead_since is not None and now - self._dead_since >= SILENT
            self._guard.note(f.Radio, works=not dead)
            if not alive:
                return
            for name, child in self._bridge.children.items():
                sensor = self._sensor(name)
                if sensor is None or child.heard is None:
                    continue
                lost = not child.reachable(now)
                if lost != (self._guard.panel.sensor(sensor.name).lost_at is not None):
                    self._guard.note(f.Supervised, sensor=sensor.name, lost=lost)

    def health(self) -> dict[str, SensorHealth]:
        """What is known of each sensor itself."""
        with self._lock:
            return {
                zigbee.sensor_name(name): SensorHealth(
                    battery=child.battery,
                    battery_low=child.battery_low,
                    radio=child.radio,
                    heard_at=child.heard,
                )
                for name, child in self._bridge.children.items()
                if self._sensor(name) is not None
            }

    def _happened(self, what: zigbee.Happening) -> None:
        match what:
            case Fired(name, property):
                sensor = self._sensor(name)
                if sensor and property in EVENTS.get(sensor.kind, ()):
                    self._guard.note(f.Sensed, sensor=sensor.name)
            case Alarm(name, "sos", True) | Called(name):
                self._guard.note(f.Pressed, sensor=zigbee.sensor_name(name))
            case Refused(topic, reason):
                log.warning("zigbee: %.64s not understood: %s", topic, reason)

    def _know(self, name: str, child: Child) -> None:
        """Tell the panel where it knows otherwise."""
        sensor = self._sensor(name)
        if sensor is None:
            return
        known = self._guard.panel.sensor(sensor.name)
        property = STATES.get(sensor.kind)
        active = (
            zigbee.is_open(child) if property == "contact" else child.values.get(property or "")
        )
        if isinstance(active, bool) and active != known.active:
            self._guard.note(f.Sensed, sensor=sensor.name, active=active)
        tampered = child.values.get("tamper")
        if isinstance(tampered, bool) and tampered != known.tampered:
            self._guard.note(f.Tampered, sensor=sensor.name, over=not tampered)
        battery_low = child.battery_low or (child.battery is not None and child.battery <= FLAT)
        weak = known.radio_weak
        if child.radio is not None:
            weak = child.radio < (STRONG if known.radio_weak else WEAK)
        if (battery_low, weak) != (known.battery_low, known.radio_weak):
            self._guard.note(
                f.Condition, sensor=sensor.name, battery_low=battery_low, radio_weak=weak
            )

    def _sensor(self, name: str) -> Sensor | None:
        """The sensor of a name, if the settings have it. Of others it is said once."""
        settings = self._guard.panel.settings
        short = zigbee.sensor_name(name)
        found = settings.sensor(short) if settings else None
        if found is None and settings and short not in self._unknown and len(self._unknown) < 256:
            self._unknown.add(short)
            self._guard.note(f.Sensed, sensor=short, active=False)
        return found
