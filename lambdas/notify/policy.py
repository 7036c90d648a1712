"""Which events become notices, and when those are held back: plain functions.

What is to be told is mostly published as a ``Notice`` by whoever knows of it. A detection is an
event that others take, too; its line here says what notice it is, and who does not want it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from iot.messages.camera import Mode
from lambdas.shared.events import Kind, Members, MotionDetected, Notice, NoticeKind
from lambdas.shared.household import Feature

LATE = timedelta(minutes=2)
"""What the cloud learns of later than this is told to be late (DC-26)."""


class Line(NamedTuple):
    """How a kind of detection is told, to the members of the home."""

    notice: NoticeKind
    silent: frozenset[Mode]  # modes of the camera in which nobody wants it
    feature: Feature = "room-watch"  # that the home must have
    cooldown: bool = True  # held back shortly after another one of the same camera


MOTION_ONLY: frozenset[Mode] = frozenset({"motion-only"})
"""Homes with such a camera look at the chart instead (DC-30)."""

WITH_PETS: frozenset[Mode] = MOTION_ONLY | {"guard"}
"""A pet is told only where it is what the family wants to see; a guarded room may have a cat
(AL-11)."""

MOTION: Mapping[Kind, Line] = {
    "motion": Line(NoticeKind("camera.motion"), MOTION_ONLY),
    "person": Line(NoticeKind("camera.person"), MOTION_ONLY),
    "cat": Line(NoticeKind("camera.pet"), WITH_PETS),
    "dog": Line(NoticeKind("camera.pet"), WITH_PETS),
    "camera_moved": Line(NoticeKind("camera.moved"), MOTION_ONLY),
}
"""What is told of cameras. The rest is recorded only: a lamp is no visitor, nor is a cleaning
robot."""


def line_of(motion: MotionDetected) -> Line | None:
    """How a detection is told; None when nobody wants a notice of it."""
    line = MOTION.get(motion.kind)
    return None if line is None or motion.mode in line.silent else line


def notice_of(motion: MotionDetected, line: Line, held: int) -> Notice:
    """The notice of a detection, which ``held`` others of its camera were held back before
    (DC-21, DC-22)."""
    late = motion.detected_at - motion.at
    return Notice(
        id=motion.event,
        kind=line.notice,
        rule="DC-21" if motion.pictures == "cloud" else "DC-22",
        at=motion.detected_at,
        audience=Members(home=motion.home),
        home=motion.home,
        subject=motion.thing,
        urgent=True,
        values={
            "camera": motion.camera,
            "at": motion.at.isoformat(),
            "reason": motion.reason,
            "late_minutes": int(late.total_seconds() // 60) if late >= LATE else 0,
            "held": held,
            "pictures": motion.pictures,
        },
    )


def within_cooldown(at: datetime, told: Iterable[datetime], cooldown: timedelta) -> bool:
    """Whether a notice of the same camera was sent shortly before ``at``, by the times at which
    things happened.

    Only notices that were sent count, never held ones, so the first after a pause always goes out,
    and a late delivery (DC-26) is weighed against its own time.
    """
    return any(at - cooldown < before < at for before in told)
