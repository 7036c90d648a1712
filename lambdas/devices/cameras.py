"""What only cameras have: profiles, modes, pictures on demand, sounds. Plain functions."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from iot.messages.camera import Action, CameraState, Mode
from lambdas.devices.model import Device
from lambdas.shared import household
from lambdas.shared.problems import Problem

Profile = Literal["security", "pet", "senior"]

MODES: Mapping[Profile, Mode] = {"security": "guard", "pet": "pet", "senior": "motion-only"}
"""The mode a camera starts in, by what it is for (DC-30)."""

LATE = timedelta(minutes=2)
"""An alarm older than this would frighten the family instead of the intruder."""


def settings_of(device: Device) -> CameraState:
    """What a camera is asked to be. Problem for a device that is none."""
    if device.camera is None:
        raise Problem(409, "not-a-camera")
    return device.camera


def check_command(camera: Device, action: Action) -> None:
    """Problem when such a camera cannot do this now."""
    settings = settings_of(camera)
    if not camera.active:
        raise Problem(409, "camera-not-ready")
    if action in ("snapshot", "record"):
        if camera.kind != "smart-camera":
            raise Problem(409, "live-view-smart-camera-only", rule="DC-25")
        if settings.mode == "motion-only":
            raise Problem(409, "no-pictures-in-this-mode", rule="DC-29")


def answer_to_motion(
    camera: household.Device, kind: str, at: datetime, detected_at: datetime
) -> Action | None:
    """The sound a camera makes when something was detected (DC-27), if any.

    Only a guarding camera, only for what moved, and only while it is fresh.
    """
    settings = camera.camera
    if settings is None or settings.mode != "guard" or settings.response == "none":
        return None
    if kind in ("light", "camera_moved", "cat", "dog", "other") or detected_at - at > LATE:
        return None
    return settings.response
