"""Brings an outbox to the cloud: its reports over MQTT, whatever else by who extends it."""

import threading
from collections.abc import Sequence

from iot import topics
from iot.agent.device.connection import Link
from iot.agent.device.events import EventSink
from iot.agent.device.outbox import Item, Outbox, Report

TOGETHER = 8
"""Items sent together, when many wait."""

LONGEST_PAUSE = 60.0
"""Seconds between two tries, at the most."""


class Delivery:
    """Sends items in their order; an item is removed when the cloud has confirmed it."""

    def __init__(self, thing: str, link: Link, outbox: Outbox, tell: EventSink) -> None:
        self._thing = thing
        self._link = link
        self._outbox = outbox
        self._tell = tell
        self._wake = threading.Event()

    def wake(self) -> None:
        """Try again now: the network is back, or the agent stops."""
        self._wake.set()

    def run(self, stop: threading.Event) -> None:
        """Deliver until ``stop`` is set."""
        pause = 1.0
        while not stop.is_set():
            if not self._outbox.wait(timeout=0.2):
                continue
            if self._link.online and self.step():
                pause = 1.0
                continue
            if self._wake.wait(pause):
                self._wake.clear()
                pause = 1.0
            else:
                pause = min(2 * pause, LONGEST_PAUSE)

    def step(self) -> bool:
        """Deliver what comes next; False when it could not be, or there is nothing."""
        items = self._outbox.next(TOGETHER)
        if not items:
            return False
        about = items[0].about
        return self._send(items[0], about) if isinstance(about, Report) else self.carry(items)

    def carry(self, items: Sequence[Item]) -> bool:
        """Bring items that are no reports to the cloud; False when it could not be done now."""
        raise NotImplementedError

    def amended(self, report: Report, body: bytes) -> bytes:
        """A report's payload as it is true when it is sent."""
        return body

    def _send(self, item: Item, about: Report) -> bool:
        body = self._outbox.read(item)
        if body is None:
            return True
        body = self.amended(about, body)
        if not self._link.publish(topics.ingest(self._thing, about.channel), body):
            return False
        self._outbox.remove(item)
        self._tell("reported", channel=about.channel.value, episode=about.episode)
        return True
