"""What activity sensors and gateways say of the minutes behind them (HT-07)."""

from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from iot.messages.base import Instant, Message

SensorKind = Literal["motion", "bath", "door", "fridge", "bed"]
"""What a value means: firings in the minute; of a bed, whether somebody is in it. bath: motion in
the bathroom or at the toilet's door; door: one that leads out."""

Part = Literal["tag", "detector"]
"""What a sensor is of みまもりタグ: carried, or put up."""

MOST_MINUTES = 240
MOST_FIRINGS = 1000
"""More firings in a minute than this is no reading."""

Firings = Annotated[int, Field(ge=0, le=MOST_FIRINGS)]


class SensorMinutes(Message):
    """What one sensor counted, minute after minute, zeros too.

    A sensor that cannot be reached counts nothing: its minutes are not known, and never zero.
    """

    name: str = Field(min_length=1, max_length=32, description="Unique behind the device")
    kind: SensorKind
    first: Instant  # the minute in which ``counts`` begins
    counts: list[Firings] = Field(max_length=MOST_MINUTES)
    battery: int | None = Field(default=None, ge=0, le=100, description="Percent, if it has one")
    battery_low: bool = Field(default=False, description="As it says itself")
    reachable: bool = True
    celsius: float | None = Field(
        default=None, ge=-60, le=120, description="If it measures (AL-98)"
    )
    part: Part = "detector"

    @property
    def last(self) -> Instant:
        """The beginning of the last minute, or ``first`` where nothing was counted."""
        return self.first + timedelta(minutes=max(len(self.counts) - 1, 0))

    @model_validator(mode="after")
    def _silent_out_of_reach(self) -> Self:
        if not self.reachable and self.counts:
            raise ValueError("a sensor out of reach counts nothing")
        return self


MOST_SENSORS = 32


class ReadingsReport(Message):
    """Some minutes of all sensors behind a device; late ones and repeated ones too."""

    sensors: list[SensorMinutes] = Field(min_length=1, max_length=MOST_SENSORS)

    @model_validator(mode="after")
    def _one_of_a_name(self) -> Self:
        names = [sensor.name for sensor in self.sensors]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two sensors of one name: {', '.join(twice)}")
        return self
