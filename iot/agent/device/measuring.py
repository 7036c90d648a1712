"""A device that reports minutes of sensors: the activity sensor itself, or a gateway of sensors.

It reports every five minutes, at an offset of its own so that not all devices of a country speak at
once, and at once what is urgent. What cannot be sent waits on the disk (outbox).
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from pydantic import ValidationError

from iot import kinds, topics
from iot.agent.device import identity
from iot.agent.device.clock import Clock, utc_now
from iot.agent.device.connection import Broker, Link, MqttLink, OnMessage, OnOnline
from iot.agent.device.delivery import Delivery
from iot.agent.device.events import EventSink, OnEvent, event_sink
from iot.agent.device.identity import Claim, Connector, Identity
from iot.agent.device.outbox import Outbox
from iot.agent.device.pace import Pace
from iot.agent.device.power import SUPPLIES, Gauge
from iot.kinds import Group
from iot.messages.base import CommandResult, HealthReport
from iot.messages.camera import Command
from iot.messages.sensor import ReadingsReport
from iot.topics import Channel

log = logging.getLogger(__name__)

FIRMWARE = "agent-1.0"
STATUS_EVERY = timedelta(hours=1)
PAUSE = 1.0
"""Seconds between two looks at what is due."""
LAST_WORDS = 3.0
"""Seconds to deliver what can be on a stop."""
LIMIT = 20 * 1024 * 1024
"""Bytes of the outbox: 5,000 reports, 17 days of one every five minutes."""


class Measures(Protocol):
    """Where the minutes come from."""

    def start(self, wake: Callable[[], None], tell: EventSink) -> None:
        """Begin. ``wake``: call it when something is urgent."""
        ...

    def tick(self, now: datetime) -> bool:
        """Called about every second; whether something is urgent."""
        ...

    def take(self, now: datetime, *, begun: bool) -> list[ReadingsReport]:
        """What was not taken yet; ``begun``: with the minute that is not over yet."""
        ...

    def stop(self) -> None:
        """End."""
        ...


class Connect(Protocol):
    """Makes the device's link."""

    def __call__(
        self, who: Identity, topics: Sequence[str], on_message: OnMessage, on_online: OnOnline
    ) -> Link: ...


@dataclass(frozen=True)
class Config:
    """How a device is set up."""

    group: Group
    endpoint: str
    port: int
    ca: Path  # the certificate authority of the endpoint, PEM
    identity: Path  # directory: certificate and outbox
    claim: Claim | None = None  # to get a certificate, where there is none yet
    supplies: Path = SUPPLIES  # of power, as Linux has them


class MeasuringDevice:
    """One device. `run` blocks until it has stopped; `stop` may be called from anywhere."""

    def __init__(
        self,
        config: Config,
        source: Measures,
        clock: Clock = utc_now,
        on_event: OnEvent | None = None,
        *,
        connect: Connect | None = None,
        claim_connector: Connector | None = None,
    ) -> None:
        """What follows ``on_event`` replaces MQTT, for tests."""
        broker = Broker(config.endpoint, config.port, config.ca)
        self._config = config
        self._source = source
        self._clock = clock
        self._tell = event_sink(on_event)
        self._connect = connect or _mqtt(broker)
        self._claim_connector = claim_connector or identity.claim_connector(broker)
        self._stop = threading.Event()
        self._poke = threading.Event()
        self._status: tuple[datetime, int, bool | None] | None = None
        self._power = Gauge(config.supplies)
        self._outbox = Outbox(config.identity / "outbox", LIMIT)

    @property
    def waiting(self) -> int:
        """Messages that the cloud has not confirmed yet."""
        return len(self._outbox)

    def stop(self) -> None:
        """Make `run` return soon. What is not delivered by then waits on the disk."""
        self._stop.set()
        self._poke.set()

    def run(self) -> None:
        """Work until stopped. Raises ProvisioningFailed when the cloud refuses the device."""
        config = self._config
        who = identity.obtain(
            config.identity, config.claim, self._claim_connector, self._stop, self._tell
        )
        if who is None:
            return
        listens = kinds.topics_of(config.group, who.thing)
        self._link = self._connect(who, listens, self._received, self._online)
        self._delivery = Delivery(who.thing, self._link, self._outbox, self._tell)
        self._thing = who.thing
        delivered = threading.Event()
        deliver = threading.Thread(target=self._delivery.run, args=(delivered,), daemon=True)
        deliver.start()
        self._link.start()
        self._source.start(self._poke.set, self._tell)
        pace = Pace(who.thing)
        try:
            while not self._stop.is_set():
                self._look_after(pace)
                self._poke.wait(PAUSE)
                self._poke.clear()
        finally:
            self._source.stop()
            self._say(self._clock(), begun=True)
            until = time.monotonic() + (LAST_WORDS if self._link.online else 0)
            while len(self._outbox) and time.monotonic() < until:
                time.sleep(0.02)
            delivered.set()
            self._delivery.wake()
            deliver.join(timeout=5)
            self._link.stop()
            self._tell("stopped", waiting=len(self._outbox))

    def _look_after(self, pace: Pace) -> None:
        now = self._clock()
        urgent = self._source.tick(now)
        if pace.due(now) or urgent:
            self._say(now, begun=urgent)
        self._say_status(now)

    def _say(self, now: datetime, *, begun: bool) -> None:
        for report in self._source.take(now, begun=begun):
            self._outbox.say(Channel.READINGS, report)

    def _say_status(self, now: datetime) -> None:
        """Health, every hour, when a backlog has come or gone, and when mains has (HT-57)."""
        if not self._link.online:
            return
        waiting, power = len(self._outbox), self._power.at(now)
        if self._status:
            at, said, mains = self._status
            on_time = timedelta(0) <= now - at < STATUS_EVERY
            if on_time and (said == 0 or waiting > 0) and mains == power.mains:
                return
        message = HealthReport(at=now, firmware=FIRMWARE, waiting=waiting, **power._asdict())
        topic = topics.ingest(self._thing, Channel.STATUS)
        if self._link.publish(topic, message.model_dump_json().encode()):
            self._status = now, waiting, power.mains

    def _received(self, _topic: str, payload: bytes) -> None:
        """A command: there is none that a sensor can carry out."""
        try:
            command = Command.model_validate_json(payload)
        except ValidationError as error:
            log.warning("command: not understood, ignored: %s", error)
            return
        result = CommandResult(
            id=command.id, state="failed", reason="unsupported", at=self._clock()
        )
        self._outbox.say(Channel.COMMAND_RESULT, result)

    def _online(self, online: bool) -> None:
        self._delivery.wake()
        self._poke.set()
        self._tell("connected" if online else "disconnected", thing=self._thing)


def _mqtt(broker: Broker) -> Connect:
    def connect(
        who: Identity, topics: Sequence[str], on_message: OnMessage, on_online: OnOnline
    ) -> Link:
        return MqttLink(broker, who.thing, who.certificate, who.key, topics, on_message, on_online)

    return connect
