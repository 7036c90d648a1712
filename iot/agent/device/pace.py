"""When a device speaks: never all devices of a town in the same second.

After a power cut they all start at once, and all their minutes end together. AWS takes 500 new
connections a second from an account, and as many messages as were agreed upon.
"""

import random
from datetime import datetime, timedelta
from zlib import crc32

EVERY = timedelta(minutes=5)
"""How often a device reports what it counted."""


def offset(thing: str, within: timedelta) -> timedelta:
    """Whole seconds below ``within`` that a device's name gives it: the same on every start."""
    return timedelta(seconds=crc32(thing.encode()) % int(within.total_seconds()))


def reconnect_delays(dice: random.Random) -> tuple[int, int]:
    """Seconds of the first wait before a connection is tried again and of the longest; each wait
    between is twice the last. Thrown anew for every loss, so that devices that lost the line
    together come back apart."""
    return dice.randint(1, 8), dice.randint(120, 300)


class Pace:
    """When a device reports: once in `EVERY`, at its own offset."""

    def __init__(self, thing: str) -> None:
        self._offset = offset(thing, EVERY)
        self._turn: int | None = None

    def due(self, now: datetime) -> bool:
        """Whether it is time, once each time."""
        turn = int((now - self._offset).timestamp() // EVERY.total_seconds())
        due = self._turn is not None and turn != self._turn
        self._turn = turn
        return due
