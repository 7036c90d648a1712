"""When a notice is sent: plain functions."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from lambdas.shared.events import MotionDetected


def worth_telling(motion: MotionDetected) -> bool:
    """Whether anybody wants a notice of it: detection decides (lambdas/detect/policy)."""
    return motion.told


def within_cooldown(at: datetime, told: Iterable[datetime], cooldown: timedelta) -> bool:
    """Whether a notice of the same camera was sent shortly before ``at``, by the times at which
    things happened.

    Only notices that were sent count, never held ones, so the first after a pause always goes out,
    and a late delivery (DC-26) is weighed against its own time.
    """
    return any(at - cooldown < before < at for before in told)
