"""How a device is powered, as Linux says it: mains or battery, and how full that is (HT-57)."""

import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

log = logging.getLogger(__name__)

SUPPLIES = Path("/sys/class/power_supply")
EVERY = timedelta(seconds=10)
"""So often the files are looked at."""


class Power(NamedTuple):
    """``mains``: whether there is any, None where it is not known; ``battery``: percent."""

    mains: bool | None = None
    battery: int | None = None


def read(supplies: Path = SUPPLIES) -> Power:
    """What the machine says of its supplies; nothing where it names none."""
    mains: list[bool] = []
    battery: int | None = None
    for supply in sorted(supplies.glob("*")):
        try:
            if (supply / "type").read_text().strip() == "Battery":
                battery = int((supply / "capacity").read_text())
            elif (supply / "online").exists():
                mains.append((supply / "online").read_text().strip() == "1")
        except (OSError, ValueError) as error:
            log.warning("power: %s not readable: %s", supply.name, error)
    return Power(any(mains) if mains else None, battery)


class Gauge:
    """The power of a machine, looked at now and then."""

    def __init__(self, supplies: Path = SUPPLIES) -> None:
        self._supplies = supplies
        self._looked: datetime | None = None
        self._known = Power()

    def at(self, now: datetime) -> Power:
        """How it is at ``now``, ten seconds old at most."""
        if self._looked is None or not timedelta(0) <= now - self._looked < EVERY:
            self._looked, self._known = now, read(self._supplies)
        return self._known
