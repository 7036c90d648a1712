"""Cameras and what may be asked of them: plain functions."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from iot.messages import (
    Action,
    CameraState,
    Command,
    CommandResult,
    Mode,
    Response,
    Sensitivity,
    StatusReport,
    Zone,
)
from lambdas.shared.household import CameraKind, Device
from lambdas.shared.problems import Problem

Profile = Literal["security", "pet", "senior"]

MODES: dict[Profile, Mode] = {"security": "guard", "pet": "pet", "senior": "motion-only"}
"""The mode a camera starts in, by what it is for (DC-30)."""

SETUP_CODE_VALID = timedelta(hours=24)
COMMAND_VALID = timedelta(seconds=60)
LATE = timedelta(minutes=2)
"""An alarm older than this would frighten the family instead of the intruder."""


class Camera(BaseModel):
    """A camera that somebody registered. No line number is asked for (DC-16)."""

    model_config = ConfigDict(frozen=True)

    thing: str
    home: str
    name: str
    kind: CameraKind
    mode: Mode
    response: Response = "none"
    sensitivity: Sensitivity = "normal"
    zones: tuple[Zone, ...] = ()
    registered_at: AwareDatetime
    registered_by: str
    serial: str | None = None
    status: StatusReport | None = None

    @property
    def active(self) -> bool:
        """Whether a device has been set up with this registration."""
        return self.serial is not None

    def state(self) -> CameraState:
        """What the device is asked to be."""
        return CameraState(
            mode=self.mode, response=self.response, sensitivity=self.sensitivity, zones=self.zones
        )

    def published(self) -> Device:
        """The camera as other contexts see it."""
        return Device(
            thing=self.thing,
            home=self.home,
            kind=self.kind,
            name=self.name,
            mode=self.mode,
            response=self.response,
            active=self.active,
            sensitivity=self.sensitivity,
            zones=self.zones,
        )


class SentCommand(BaseModel):
    """A command, and what became of it."""

    model_config = ConfigDict(frozen=True)

    id: str
    action: Action
    at: AwareDatetime
    expires_at: AwareDatetime
    asked_by: str
    result: CommandResult | None = None

    def state(self, now: datetime) -> Literal["sent", "done", "failed", "expired"]:
        """Where the command stands at ``now``."""
        if self.result:
            return self.result.state
        return "expired" if now > self.expires_at else "sent"


def new_thing() -> str:
    """A name for a new camera; it tells nothing about the home."""
    return f"cam-{secrets.token_hex(6)}"


_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that look alike


def new_setup_code() -> str:
    """A code to type into a camera, such as ``K7QF-2MXP``: 40 bits, valid for a day, used once."""
    letters = [secrets.choice(_LETTERS) for _ in range(8)]
    return "".join(letters[:4]) + "-" + "".join(letters[4:])


def code_key(code: str) -> str:
    """What is stored of a setup code; the code itself is not."""
    return hashlib.sha256(code.strip().upper().encode()).hexdigest()


def command(
    id: str, action: Action, now: datetime, *, seconds: int = 10, event: str | None = None
) -> Command:
    """A command to be carried out within a minute."""
    return Command(
        id=id, action=action, expires_at=now + COMMAND_VALID, seconds=seconds, event=event
    )


def check_command(camera: Camera, action: Action) -> None:
    """Problem when such a camera cannot do this now."""
    if not camera.active:
        raise Problem(409, "camera-not-ready")
    if action in ("snapshot", "record"):
        if camera.kind != "smart-camera":
            raise Problem(409, "live-view-smart-camera-only", rule="DC-25")
        if camera.mode == "motion-only":
            raise Problem(409, "no-pictures-in-this-mode", rule="DC-29")


def answer_to_motion(
    camera: Device, kind: str, at: datetime, detected_at: datetime
) -> Action | None:
    """The sound a camera makes when something was detected (DC-27), if any.

    Only a guarding camera, only for what moved, and only while it is fresh.
    """
    if camera.mode != "guard" or camera.response == "none":
        return None
    if kind in ("light", "camera_moved", "cat", "dog", "other") or detected_at - at > LATE:
        return None
    return camera.response
