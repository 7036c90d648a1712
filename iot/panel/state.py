"""How a panel stands: a value that can be kept as JSON and compared."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from iot.messages.panel_facts import Actor
from iot.messages.panel_settings import Mode, Monitoring, PanelSettings, SensorName

AreaPhase = Literal["disarmed", "arming", "armed", "pending", "triggered"]
"""解除; the exit time; armed; the entry time; an alarm sounds."""

Siren = Literal["intrusion", "fire", "gas", "emergency"]
"""What is sounded, each in its own way."""

EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


class State(BaseModel):
    """Base of what is known. Never changed; ``model_copy`` makes another."""

    model_config = ConfigDict(frozen=True)


class Incident(State):
    """The alarms of an area since it was armed are one. ``abort_until``: a code takes it back."""

    id: str
    abort_until: AwareDatetime


class AreaState(State):
    """An area. ``until``: the end of a phase that ends by itself; ``cause``: the fact that began
    it, and its sensor."""

    phase: AreaPhase = "disarmed"
    mode: Mode | None = None
    monitoring: Monitoring | None = None
    since: AwareDatetime = EPOCH
    until: AwareDatetime | None = None
    by: Actor | None = None
    cause: int = 0
    sensor: SensorName | None = None
    exit_error: bool = False  # the entry time runs because a door was left open
    door_moved: bool = False  # an entry door was opened or closed during the exit time
    door_closed: bool = False
    exit_restarted: bool = False
    bypassed: Mapping[SensorName, str] = {}
    trips: Mapping[SensorName, int] = {}  # alarms of each sensor since the arming
    crossed: Mapping[SensorName, AwareDatetime] = {}  # who noticed something alone, and when
    incident: Incident | None = None
    memory: tuple[str, ...] = ()  # alarms since the last arming
    life_at: AwareDatetime | None = None  # the last sign of life, or since when one is waited for
    life: int = 0  # its fact
    life_missed: bool = False

    @property
    def armed(self) -> bool:
        """Whether anything but 解除."""
        return self.phase != "disarmed"


class SensorState(State):
    """A sensor. ``unbelieved``: the fact by which it opened while sensors were not believed."""

    active: bool = False
    tampered: bool = False
    lost_at: AwareDatetime | None = None
    battery_low: bool = False
    radio_weak: bool = False
    unbelieved: int = 0


class Panel(State):
    """All that follows from the facts up to ``number``, at ``now``."""

    journal: str
    number: int = 0
    now: AwareDatetime = EPOCH
    settings: PanelSettings | None = None
    areas: Mapping[str, AreaState] = {}
    sensors: Mapping[SensorName, SensorState] = {}
    sirens: Mapping[Siren, AwareDatetime] = {}  # until when, beside the areas' own
    controller_tampered: bool = False
    mains: bool = True
    battery_low: bool = False
    internet: bool = True
    lte: bool | None = None
    radio: bool = True
    wrong: int = 0  # codes since the last right one
    locked_until: AwareDatetime | None = None
    settling_until: AwareDatetime | None = None
    test_until: AwareDatetime | None = None
    tested: frozenset[str] = frozenset()
    test_passed: bool = False
    jamming: bool = False
    commands: tuple[str, ...] = ()  # carried out or refused

    @property
    def testing(self) -> bool:
        """Whether sensors are tried out."""
        return self.test_until is not None

    def sensor(self, name: str) -> SensorState:
        """A sensor's state."""
        return self.sensors.get(name, SensorState())

    def siren(self) -> Siren | None:
        """What sounds now: fire before gas before all else."""
        sounding = {kind for kind, until in self.sirens.items() if until > self.now}
        if any(area.phase == "triggered" for area in self.areas.values()):
            sounding.add("intrusion")
        order: tuple[Siren, ...] = ("fire", "gas", "emergency", "intrusion")
        return next((kind for kind in order if kind in sounding), None)

    def countdowns(self) -> dict[str, int]:
        """Whole seconds that are left to leave or to disarm, by area."""
        return {
            id: max(0, -int((self.now - area.until) // timedelta(seconds=1)))
            for id, area in self.areas.items()
            if area.phase in ("arming", "pending") and area.until
        }

    def memory(self) -> dict[str, tuple[str, ...]]:
        """Alarms since each area was armed last (警報の記憶)."""
        return {id: area.memory for id, area in self.areas.items() if area.memory}
