"""A clock that nobody sets while it runs, and the one of the machine, which is set at times."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from iot.agent.device.clock import Clock, utc_now

SET = timedelta(seconds=2)
"""A machine's clock that is further off than this was set."""

BOOT_ID = "/proc/sys/kernel/random/boot_id"


class SteadyClock:
    """Implements `iot.agent.device.clock.Clock`: goes on as time passes, whatever becomes of the
    machine's clock, until it is told to follow."""

    def __init__(
        self, wall: Clock = utc_now, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._wall, self._monotonic = wall, monotonic
        self._base, self._since = wall(), monotonic()

    def __call__(self) -> datetime:
        """The time."""
        return self._base + timedelta(seconds=self._monotonic() - self._since)

    def follow(self) -> datetime | None:
        """Where the machine's clock was set, show what it shows. Returns what was shown before, or
        None where nothing was set."""
        before, wall = self(), self._wall()
        if abs(wall - before) <= SET:
            return None
        self._base, self._since = wall, self._monotonic()
        return before
