"""When a notice is sent: plain functions."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from lambdas.shared.events import Kind, MotionDetected

SILENT: frozenset[Kind] = frozenset({"light", "other"})
"""Recorded, not told: a lamp is no visitor, nor is a cleaning robot."""

PETS: frozenset[Kind] = frozenset({"cat", "dog"})
"""Told only where they are what the family wants to see; a guarded room may have a cat (AL-11)."""


def worth_telling(motion: MotionDetected) -> bool:
    """Whether anybody wants a notice of it. Motion-only homes look at the chart instead (DC-30)."""
    if motion.mode == "guard" and motion.kind in PETS:
        return False
    return motion.kind not in SILENT and motion.mode != "motion-only"


def within_cooldown(at: datetime, told: Iterable[datetime], cooldown: timedelta) -> bool:
    """Whether a notice of the same camera was sent shortly before ``at``, by the times at which
    things happened.

    Only notices that were sent count, never held ones, so the first after a pause always goes out,
    and a late delivery (DC-26) is weighed against its own time.
    """
    return any(at - cooldown < before < at for before in told)
