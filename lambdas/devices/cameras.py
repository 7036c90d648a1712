"""What only cameras have: profiles, modes, pictures on demand, sounds. Plain functions."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from iot.messages.camera import (
    Action,
    Box,
    CameraState,
    Mode,
    StatusReport,
    WalkReport,
    Zone,
)
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


def turns(camera: Device) -> bool:
    """Whether a camera said that it can be turned (AL-68)."""
    return isinstance(camera.status, StatusReport) and camera.status.turns


def check_command(camera: Device, action: Action | Literal["live"]) -> None:
    """Problem when such a camera cannot do this now."""
    settings = settings_of(camera)
    if not camera.active:
        raise Problem(409, "camera-not-ready")
    if action == "turn" and not turns(camera):
        raise Problem(409, "camera-does-not-turn", rule="AL-68")
    if action in ("snapshot", "record", "live"):
        if camera.kind != "smart-camera":
            raise Problem(409, "live-view-smart-camera-only", rule="DC-25")
        if settings.mode == "motion-only":
            raise Problem(409, "no-pictures-in-this-mode", rule="DC-29")


def answer_to_motion(
    camera: household.Device, siren: bool, at: datetime, detected_at: datetime
) -> Action | None:
    """The sound a camera makes when something was detected (DC-27), if any.

    ``siren``: whether detection found somebody to sound it for. Only a guarding camera, and only
    while it is fresh.
    """
    settings = camera.camera
    if settings is None or settings.mode != "guard" or settings.response == "none":
        return None
    if not siren or detected_at - at > LATE:
        return None
    return settings.response


def sees_grounds(device: household.Device) -> bool:
    """Whether a device is a camera that may take a picture and send it now (AL-08, DC-29)."""
    settings = device.camera
    pictures = settings is not None and settings.mode != "motion-only"
    return device.active and device.kind == "smart-camera" and pictures


Sees = Literal["well", "barely", "not"]
"""How a camera sees a part of its room; not: nobody was seen there."""

SMALL = 0.08
"""Share of the picture's height below which a person is not always recognised: at a twentieth,
hardly ever (docs/decisions/2026-11-28-detection.md)."""


def seen_in(walk: WalkReport) -> list[Sees]:
    """How the camera sees the nine parts of its picture, rows from above."""
    return [
        "not" if height is None else "well" if height >= SMALL else "barely"
        for height in walk.heights
    ]


def words_of(walk: WalkReport, language: str) -> str:
    """What a walk showed, in a sentence or two."""
    seen = [height for height in walk.heights if height is not None]
    if not seen:
        if language == "en":
            return "Nobody was seen. Please walk through the picture once more."
        return "だれも映りませんでした。もう一度、カメラの前を歩いてください。"
    smallest, parts = min(seen), seen_in(walk)
    if language == "en":
        sizes = f"At the smallest, you filled {smallest:.0%} of the picture's height."
        if "barely" in parts:
            return f"{sizes} So small, a person is not always recognised: move the camera nearer."
        return f"{sizes} The camera recognises people wherever you walked."
    sizes = f"いちばん小さく映ったとき、身長は画面の高さの {smallest:.0%} でした。".replace(
        "%", " %"
    )
    if "barely" in parts:
        return f"{sizes}小さすぎて、人とわからないことがあります。カメラを近づけてください。"
    return f"{sizes}歩いたところでは、人を見分けられます。"


def ignored(place: Box) -> Zone:
    """The zone that ignores a place which always moves, for the family to take or leave."""
    left, top = int(1000 * place.x), int(1000 * place.y)
    right = min(1000, round(1000 * (place.x + place.w)))
    foot = min(1000, round(1000 * (place.y + place.h)))
    return Zone(use="ignore", points=[(left, top), (right, top), (right, foot), (left, foot)])
