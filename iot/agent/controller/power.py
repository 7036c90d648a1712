"""How the controller is powered, as Linux says it: mains or battery, and how full that is."""

from datetime import datetime, timedelta
from pathlib import Path

from iot.agent.controller.guard import Guard
from iot.agent.device import power
from iot.messages import panel_facts as f
from iot.messages.controller import SensorHealth

LOW, ENOUGH = 20, 25
"""Percent below which a battery is low, and from which it is not any more."""


class PowerSupply:
    """Implements `iot.agent.controller.agent.Sensors` over the files of a Linux machine.

    A machine that names no supply has mains and no battery.
    """

    def __init__(self, guard: Guard, supplies: Path = power.SUPPLIES) -> None:
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
        if self._looked is not None and timedelta(0) <= now - self._looked < power.EVERY:
            return
        self._looked = now
        self.mains, self.battery = self._read()
        bound = ENOUGH if self._guard.panel.battery_low else LOW
        low = self.battery is not None and self.battery < bound
        self._guard.note(f.Power, mains=self.mains, battery_low=low)

    def _read(self) -> tuple[bool, int | None]:
        found = power.read(self._supplies)
        return found.mains is not False, found.battery
