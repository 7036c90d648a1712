"""What a household set for a camera, as figures: the same on the device and in the cloud."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from iot.messages.camera import Sensitivity, Zone
from iot.vision import motion

JST = ZoneInfo("Asia/Tokyo")

_MOTION_SETTINGS: dict[Sensitivity, motion.Settings] = {
    "low": motion.Settings(threshold=24, texture=8, min_area=0.01),
    "normal": motion.Settings(),
    "high": motion.Settings(threshold=14, texture=5, min_area=0.001),
}


class CameraSettings(BaseModel):
    """What a household set for a camera."""

    model_config = ConfigDict(frozen=True)

    sensitivity: Sensitivity = "normal"
    zones: tuple[Zone, ...] = ()

    @classmethod
    def at(cls, when: datetime, sensitivity: Sensitivity, zones: Sequence[Zone]) -> Self:
        """The settings as they are at an instant: zones that do not hold then are left out."""
        time = f"{when.astimezone(JST):%H:%M}"
        return cls(sensitivity=sensitivity, zones=tuple(z for z in zones if z.holds(time)))

    def motion(self) -> motion.Settings:
        """The figures behind the words."""
        return _MOTION_SETTINGS[self.sensitivity]
