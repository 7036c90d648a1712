"""How the controller is powered, as Linux says it: mains or battery, and how full that is."""

import logging
from datetime import datetime, timedelta
from pathlib import Path

from iot.agent.controller.guard import Guard
from iot.messages import panel_facts as f
from iot.messages.controller import SensorHealth

log = logging.getLogger(__name__)

SUPPLIES = Path("/sys/class/power_supply")
EVERY = timedelta(seconds=10)
LOW, ENOUGH = 20, 25
"""Percent below which a battery is low, and from which it is not any more."""


class PowerSupply:
    """Implements `iot.agent.controller.agent.Sensors` over the files of a Linux machine.

    A machine that names no supply has mains and no battery.
    """

    def __init__(self, guard: Guard, supplies: Path = SUPPLIES) -> None:
        self._guard = guard
        self._supplies = supplies
        self._looked: datetime | None = None
        self.mains, self.battery = self._read()

    def start(self) -> None:
        """See Sensors."""

    def stop(self) -> None:
        """See Sensors."""

    def health(self) -> dict[str, SensorHealth]:
        """See Sensors: it has none."""
        return {}

    def tick(self, now: datetime) -> None:
        """See Sensors."""
        if self._looked is not None and timedelta(0) <= now - self._looked < EVERY:
            return
        self._looked = now
        self.mains, self.battery = self._read()
        bound = ENOUGH if self._guard.panel.battery_low else LOW
        low = self.battery is not None and self.battery < bound
        self._guard.note(f.Power, mains=self.mains, battery_low=low)

    def _read(self) -> tuple[bool, int | None]:
        """Whether there is mains, and the battery's percent."""
        mains: list[bool] = []
        battery: int | None = None
        for supply in sorted(self._supplies.glob("*")):
            try:
                kind = (supply / "type").read_text().strip()
                if kind == "Battery":
                    battery = int((supply / "capacity").read_text())
                elif (supply / "online").exists():
                    mains.append((supply / "online").read_text().strip() == "1")
            except (OSError, ValueError) as error:
                log.warning("power: %s not readable: %s", supply.name, error)
        return any(mains) or not mains, battery
