"""Two ways to the cloud: the Internet first, LTE behind it (AL-62).

Both have the device's one name, and a broker knows one connection of a name: so LTE connects only
while the Internet does not work, and goes when it does again.
"""

import threading
from datetime import datetime, timedelta
from typing import Literal

from iot.agent.device.clock import Clock
from iot.agent.device.connection import Link, OnOnline

PATIENCE = timedelta(seconds=5)
"""So long the Internet may take to come back before LTE is tried."""
HOPELESS = timedelta(seconds=60)
"""LTE that has not connected by then does not work either."""


class Lines:
    """Implements `iot.agent.device.connection.Link` over one line or two. Call `tick` often."""

    def __init__(self, clock: Clock, on_online: OnOnline) -> None:
        self._clock = clock
        self._on_online = on_online
        self._lock = threading.RLock()
        self._internet: Link | None = None
        self._lte: Link | None = None
        self._lte_since: datetime | None = None
        self._down_since: datetime | None = None
        self._doubted = False

    def join(self, internet: Link, lte: Link | None = None) -> None:
        """Which lines there are. Their ``on_online`` is `internet_online` and `lte_online`."""
        self._internet, self._lte = internet, lte

    @property
    def online(self) -> bool:
        """See Link."""
        return self._internet_works or self._lte_works

    @property
    def line(self) -> Literal["internet", "lte"]:
        """The way that messages take now."""
        return "lte" if self._lte_works and not self._internet_works else "internet"

    def works(self, now: datetime) -> tuple[bool, bool | None]:
        """Whether the Internet works, and LTE; None: there is none, or it was not tried long
        enough to tell."""
        with self._lock:
            down = self._down_since
            internet = self._internet_works or (down is not None and now - down < PATIENCE)
            if self._lte is None or (internet and not self._lte_works):
                return internet, None
            tried = self._lte_since is not None and now - self._lte_since > HOPELESS
            return internet, True if self._lte_works else (False if tried else None)

    def start(self) -> None:
        """See Link."""
        assert self._internet is not None
        self._down_since = self._clock()
        self._internet.start()

    def publish(self, topic: str, payload: bytes) -> bool:
        """See Link. What the Internet does not confirm is tried over LTE."""
        assert self._internet is not None
        if self._internet_works:
            if self._internet.publish(topic, payload):
                return True
            with self._lock:
                self._doubted = self._lte is not None
                self._down_since = self._down_since or self._clock()
                self._connect_lte(self._clock())
        if self._lte is not None and self._lte.online:
            return self._lte.publish(topic, payload)
        return False

    def stop(self) -> None:
        """See Link."""
        assert self._internet is not None
        self._internet.stop()
        if self._lte is not None and self._lte_since is not None:
            self._lte.stop()

    def tick(self, now: datetime) -> None:
        """Connect LTE when the Internet is gone for a while, and let it go afterwards."""
        with self._lock:
            if self._internet_works:
                self._down_since = None
                if self._lte is not None and self._lte_since is not None:
                    self._lte_since = None
                    self._lte.stop()
                return
            self._down_since = self._down_since or now
            if now - self._down_since >= PATIENCE:
                self._connect_lte(now)

    def internet_online(self, online: bool) -> None:
        """The Internet's connection came or went."""
        with self._lock:
            self._doubted = False
            if not online:
                self._down_since = self._down_since or self._clock()
        self._on_online(self.online)

    def lte_online(self, online: bool) -> None:
        """LTE's connection came or went."""
        self._on_online(self.online)

    def _connect_lte(self, now: datetime) -> None:
        if self._lte is not None and self._lte_since is None:
            self._lte_since = now
            self._lte.start()

    @property
    def _internet_works(self) -> bool:
        return self._internet is not None and self._internet.online and not self._doubted

    @property
    def _lte_works(self) -> bool:
        return self._lte is not None and self._lte_since is not None and self._lte.online
