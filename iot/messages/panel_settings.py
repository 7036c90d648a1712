"""How a controller guards a home: its areas, the sensors behind it, their times (AL-10, AL-11)."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from iot.messages.base import Message

Mode = Literal["away", "home"]
"""外出 or 在宅 (AL-15)."""

Monitoring = Literal["company", "self"]
"""Who hears of an alarm: ALSOK警備 or セルフ警備 (AL-15)."""

SensorKind = Literal[
    "door", "window", "glass", "motion", "outdoor",
    "smoke", "heat", "gas", "co", "water", "rhythm", "emergency",
]  # fmt: skip
"""What a sensor watches. outdoor: somebody on the premises (AL-08); rhythm: a sign of life, such as
at the toilet's door (AL-05); emergency: a button that is worn or on a wall. What a building's
intercom passes on has the kind of what it means (AL-102)."""

OPENINGS: frozenset[SensorKind] = frozenset({"door", "window"})
"""Kinds with a state, open or closed."""

INTRUSION: frozenset[SensorKind] = frozenset({"door", "window", "glass", "motion", "outdoor"})
"""Kinds that count while their area is armed; every other counts always (AL-03, AL-04)."""

Delay = Literal["entry", "follower", "instant"]
"""entry: begins the entry time, as the front door; follower: on the way from there to the keypad,
silent during entry and exit time; instant: alarms at once."""

DELAYS: Mapping[SensorKind, Delay] = {"door": "entry", "motion": "follower"}
"""What is usual for a kind; every other is instant."""

AreaId = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,16}$")]
SensorName = Annotated[str, Field(min_length=1, max_length=32)]
Label = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f]*$")]

MOST_AREAS = 8
MOST_SENSORS = 64


class Times(Message):
    """Seconds, in the ranges of ANSI/SIA CP-01."""

    exit: int = Field(default=60, ge=45, le=255, description="to leave, after arming")
    entry: int = Field(default=30, ge=30, le=240, description="to disarm, after the door")
    abort: int = Field(default=30, ge=15, le=45, description="in which a code takes it back")
    siren: int = Field(default=180, ge=60, le=900, description="so long it sounds")
    cross: int = Field(default=60, ge=10, le=300, description="within which two must notice")
    swinger: int = Field(default=2, ge=1, le=6, description="alarms of one sensor while armed")
    rhythm: int = Field(
        default=12 * 3600, ge=3600, le=72 * 3600, description="without a sign of life (AL-05, A-10)"
    )


class Area(Message):
    """A part of the building that is armed by itself (区画, AL-10)."""

    id: AreaId
    name: Label
    times: Times = Times()


class Sensor(Message):
    """A sensor behind the controller. ``name``: as its radio or wire calls it."""

    name: SensorName
    label: Label
    kind: SensorKind
    area: AreaId
    delay: Delay | None = None  # None: as is usual for its kind
    left_out: frozenset[Mode] = frozenset()  # where it does not count (AL-11)
    pet_immune: frozenset[Mode] = frozenset()  # where it is blind to what is small (AL-11)
    group: str | None = Field(default=None, max_length=16)  # one alone is not believed
    via: Literal["radio", "wire", "intercom"] = "radio"
    camera: Annotated[str, Field(pattern=r"^cam-[a-z0-9-]{1,32}$")] | None = None
    """The camera that looks at the same place outdoors (AL-08)."""

    @property
    def enters(self) -> Delay:
        """What it does while somebody comes or goes."""
        return self.delay or DELAYS.get(self.kind, "instant")

    @property
    def intrusion(self) -> bool:
        """Whether it counts only while its area is armed."""
        return self.kind in INTRUSION

    @property
    def opening(self) -> bool:
        """Whether it has a state, open or closed."""
        return self.kind in OPENINGS

    @model_validator(mode="after")
    def _always_counts(self) -> Self:
        if not self.intrusion and (self.left_out or self.group or self.delay):
            raise ValueError(f"{self.kind} counts always, at once and alone")
        if self.kind == "outdoor" and self.delay not in (None, "instant"):
            raise ValueError("nobody comes in by the premises")
        if self.camera and self.kind != "outdoor":
            raise ValueError(f"{self.kind} has no camera: outdoor sensors may")
        if self.group and self.enters == "entry":
            raise ValueError("an entry door waits for a code, not for a second sensor")
        if self.pet_immune and self.kind not in ("motion", "outdoor"):
            raise ValueError(f"{self.kind} does not tell large from small")
        return self


class PanelSettings(Message):
    """What the panel is to do. Each change has the next ``version``."""

    version: int = Field(ge=1)
    areas: tuple[Area, ...] = Field(min_length=1, max_length=MOST_AREAS)
    sensors: tuple[Sensor, ...] = Field(default=(), max_length=MOST_SENSORS)
    company: bool = True  # whether the contract is watched by a centre: セルフ contracts are not
    needs_test: bool = False  # no arming before a passed 作動テスト (AL-56)
    stay: bool = False  # nobody left during the exit time: armed at home instead
    loud_button: bool = False  # whether the emergency button sounds the siren
    language: Literal["ja", "en"] = "ja"  # of the voice (AL-55)

    def area(self, id: str) -> Area | None:
        """An area by its id."""
        return next((area for area in self.areas if area.id == id), None)

    def sensor(self, name: str) -> Sensor | None:
        """A sensor by its name."""
        return next((sensor for sensor in self.sensors if sensor.name == name), None)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        areas = [area.id for area in self.areas]
        names = [sensor.name for sensor in self.sensors]
        if len(set(areas)) < len(areas) or len(set(names)) < len(names):
            raise ValueError("two areas of one id, or two sensors of one name")
        for sensor in self.sensors:
            if sensor.area not in areas:
                raise ValueError(f"{sensor.name}: no area {sensor.area}")
        for one in self.sensors:
            if one.group and not any(
                other.group == one.group and other is not one and other.area == one.area
                for other in self.sensors
            ):
                raise ValueError(f"{one.name}: nobody else in group {one.group}")
        return self
