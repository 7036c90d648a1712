"""The sensors of a home as a gateway counts them: messages of the home's broker become minutes."""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from iot.agent.device.clock import Clock
from iot.agent.device.counter import Condition, Counter
from iot.agent.device.events import EventSink
from iot.agent.gateway import zigbee
from iot.agent.gateway.kinds import kind_of
from iot.agent.gateway.zigbee import Alarm, Bridge, Child, Fired, Message, Refused
from iot.messages.sensor import ReadingsReport, SensorKind

log = logging.getLogger(__name__)

LONG_QUIET = timedelta(hours=1)
"""After so long without a firing the next one is told at once."""


class HomeBroker(Protocol):
    """The broker at home."""

    def start(
        self, on_message: Callable[[Message], None], on_online: Callable[[bool], None]
    ) -> None:
        """Connect, and again whenever the connection is lost."""
        ...

    def stop(self) -> None:
        """Disconnect."""
        ...


class ZigbeeHome:
    """Implements `iot.agent.device.measuring.Measures`. Messages may come from any thread."""

    def __init__(
        self, broker: HomeBroker, clock: Clock, kinds: Mapping[str, SensorKind] | None = None
    ) -> None:
        """``kinds``: what the household says of its sensors, by their names in Zigbee2MQTT."""
        self._broker = broker
        self._clock = clock
        self._kinds = kinds or {}
        self._lock = threading.RLock()
        self._bridge = Bridge()
        self._linked = False
        self._counter = Counter()
        self._fired: datetime | None = None
        self._urgent = False
        self._wake: Callable[[], None] = lambda: None
        self._tell: EventSink | None = None

    def start(self, wake: Callable[[], None], tell: EventSink) -> None:
        """See Measures."""
        self._wake, self._tell = wake, tell
        self._broker.start(self.hear, self.linked)

    def stop(self) -> None:
        """See Measures."""
        self._broker.stop()

    def tick(self, now: datetime) -> bool:
        """See Measures."""
        with self._lock:
            self._counter.tick(now)
            self._conditions(now)
            urgent, self._urgent = self._urgent, False
            return urgent

    def take(self, now: datetime, *, begun: bool) -> list[ReadingsReport]:
        """See Measures."""
        return self._counter.take(now, begun=begun)

    def linked(self, online: bool) -> None:
        """The connection to the home's broker is there, or lost: then nothing is known."""
        with self._lock:
            self._linked = online
            self._conditions(self._clock())

    def hear(self, message: Message) -> None:
        """A message of the home's broker."""
        now = self._clock()
        with self._lock:
            self._linked = True
            before = self._bridge
            self._bridge, happened = zigbee.step(before, message, now)
            if self._bridge is not before:
                for name in before.children.keys() - self._bridge.children.keys():
                    self._counter.forget(zigbee.sensor_name(name))
                self._conditions(now)
            for what in happened:
                self._happened(what, now)
            urgent = self._urgent
        if urgent:
            self._wake()

    def _happened(self, what: zigbee.Happening, now: datetime) -> None:
        match what:
            case Fired(name, property):
                self._counter.fire(zigbee.sensor_name(name), now)
                quiet = self._fired is None or now - self._fired > LONG_QUIET
                self._urgent = self._urgent or quiet or self._kind(name) == "door"
                self._fired = now
                log.debug("%s: %s", name, property)
            case Alarm(name, property, on):
                if self._tell:
                    self._tell("alarm" if on else "alarm-over", sensor=name, of=property)
            case Refused(topic, reason):
                log.warning("zigbee: %.64s not understood: %s", topic, reason)

    def _conditions(self, now: datetime) -> None:
        """Hand on how each sensor is that counts something."""
        up = self._linked and self._bridge.online
        for name, child in self._bridge.children.items():
            if not _counts(child):
                continue
            condition = Condition(
                self._kind(name),
                child.battery,
                child.battery_low,
                up and child.reachable(now),
                child.celsius,
            )
            self._counter.know(zigbee.sensor_name(name), condition, now)

    def _kind(self, name: str) -> SensorKind:
        properties = frozenset(self._bridge.children[name].values)
        return kind_of(name, properties, self._kinds)


def _counts(child: Child) -> bool:
    """Whether it is a sensor of movement or of a door, and has said something."""
    return bool(child.values.keys() & (zigbee.MOTIONS | {"contact"}))
