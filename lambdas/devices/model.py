"""Devices of a home and what may be asked of them: plain functions. What only cameras have is in
cameras.py."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from iot.kinds import GROUP_OF, GROUPS, Group, Kind
from iot.messages.base import CommandResult, HealthReport
from iot.messages.camera import (
    Action,
    CameraState,
    Command,
    Direction,
    StatusReport,
    WalkReport,
)
from iot.messages.controller import ControllerStatus
from lambdas.shared import household
from lambdas.shared.access import Requirement
from lambdas.shared.problems import Text

SETUP_CODE_VALID = timedelta(hours=24)
COMMAND_VALID = timedelta(seconds=60)

_ACTIVITY = Requirement("activity", Text("活動のみまもり", "activity watch"), rule="HT-21")
_SECURITY = Requirement("intrusion", Text("ホームセキュリティ", "home security"), rule="AL-02")

NEEDED: Mapping[Group, Requirement] = {
    "camera": Requirement("room-watch", Text("お部屋のみまもり", "room watch"), rule="DC-05"),
    "sensor": _ACTIVITY,
    "gateway": _ACTIVITY,
    "controller": _SECURITY,
}
"""The feature that a home needs for a device of each group."""

Health = StatusReport | ControllerStatus | HealthReport
"""What a device said of itself last; a camera says more than others."""

HEALTH: Mapping[Group, type[HealthReport]] = {
    "camera": StatusReport,
    "controller": ControllerStatus,
}
"""The message in which a group reports its health, where it is not HealthReport itself."""


class Device(BaseModel):
    """A device that somebody registered. No line number is asked for (DC-16)."""

    model_config = ConfigDict(frozen=True)

    thing: str
    home: str
    name: str
    kind: Kind
    registered_at: AwareDatetime
    registered_by: str
    serial: str | None = None
    status: Health | None = None
    camera: CameraState | None = None
    """What a camera is asked to be; None for other kinds."""
    walk: WalkReport | None = None
    """How large a camera saw who walked through its room last."""

    @property
    def group(self) -> Group:
        """The group of devices it is of."""
        return GROUP_OF[self.kind]

    @property
    def active(self) -> bool:
        """Whether a device has been set up with this registration."""
        return self.serial is not None

    def published(self) -> household.Device:
        """The device as other contexts see it."""
        return household.Device(
            thing=self.thing,
            home=self.home,
            kind=self.kind,
            name=self.name,
            active=self.active,
            camera=self.camera,
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


def new_thing(kind: Kind) -> str:
    """A name for a new device; it tells its group, and nothing about the home."""
    return GROUPS[GROUP_OF[kind]].prefix + secrets.token_hex(6)


_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that look alike


def new_setup_code() -> str:
    """A code to type into a device, such as ``K7QF-2MXP``: 40 bits, valid for a day, used once."""
    letters = [secrets.choice(_LETTERS) for _ in range(8)]
    return "".join(letters[:4]) + "-" + "".join(letters[4:])


def code_key(code: str) -> str:
    """What is stored of a setup code; the code itself is not."""
    return hashlib.sha256(code.strip().upper().encode()).hexdigest()


def command(
    id: str,
    action: Action,
    now: datetime,
    *,
    seconds: int = 10,
    event: str | None = None,
    direction: Direction | None = None,
) -> Command:
    """A command to be carried out within a minute."""
    return Command(
        id=id,
        action=action,
        expires_at=now + COMMAND_VALID,
        seconds=seconds,
        event=event,
        direction=direction,
    )
