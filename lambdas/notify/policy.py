"""Which events become notices, and when those are held back: plain functions.

What is to be told is mostly published as a ``Notice`` by whoever knows of it. A detection is an
event that others take, too; its line here says what notice it is, and who does not want it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from lambdas.shared.events import (
    Kind,
    Members,
    MotionDetected,
    Notice,
    NoticeKind,
    PictureAddresses,
)
from lambdas.shared.household import Feature

LATE = timedelta(minutes=2)
"""What the cloud learns of later than this is told to be late (DC-26)."""


PICTURE_MAIL: Feature = "picture-mail"
"""What a home must have for the pictures of its cameras to be mailed (AL-69)."""


class Line(NamedTuple):
    """How a kind of detection is told, to the members of the home."""

    notice: NoticeKind
    feature: Feature = "room-watch"  # that the home must have
    cooldown: bool = True  # held back shortly after another one of the same camera


MOTION: Mapping[Kind, Line] = {
    "motion": Line(NoticeKind("camera.motion")),
    "person": Line(NoticeKind("camera.person")),
    "cat": Line(NoticeKind("camera.pet")),
    "dog": Line(NoticeKind("camera.pet")),
    "camera_moved": Line(NoticeKind("camera.moved")),
    "blind": Line(NoticeKind("camera.blind"), cooldown=False),
}
"""How what is told of cameras is told; whether it is, detection decides (lambdas/detect/policy)."""


def line_of(motion: MotionDetected) -> Line | None:
    """How a detection is told; None when nobody wants a notice of it."""
    return MOTION.get(motion.kind) if motion.told else None


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


def with_picture(notice: Notice, motion: MotionDetected) -> Notice:
    """The notice of a detection as it goes, with its picture, to the addresses that the customer
    set, and to nobody else (AL-69)."""
    return notice.model_copy(
        update={
            "id": f"{notice.id}/picture",
            "rule": "AL-69",
            "audience": PictureAddresses(home=motion.home),
            "picture": motion.picture,
            "values": {**notice.values, "pictures": "attached"},
        }
    )


def within_cooldown(at: datetime, told: Iterable[datetime], cooldown: timedelta) -> bool:
    """Whether a notice of the same camera was sent shortly before ``at``, by the times at which
    things happened.

    Only notices that were sent count, never held ones, so the first after a pause always goes out,
    and a late delivery (DC-26) is weighed against its own time.
    """
    return any(at - cooldown < before < at for before in told)
