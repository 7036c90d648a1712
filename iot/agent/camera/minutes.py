"""Motion by the minute (DC-28)."""

from datetime import datetime, timedelta

from iot.agent.device.pace import EVERY
from iot.messages.base import minute_of
from iot.messages.camera import MotionMinute

KEPT = 120
"""Minutes in one report at most (iot.messages.camera.MotionReport)."""


class Minutes:
    """Counts motion levels up to whole minutes."""

    def __init__(self, late: timedelta = timedelta(0)) -> None:
        """``late``: how long after its time a report is due, so that not all cameras report when
        their minutes end together."""
        self._late = late
        self._done: list[MotionMinute] = []
        self._minute: datetime | None = None
        self._sum = self._peak = 0.0
        self._frames = 0

    def add(self, at: datetime, level: float) -> None:
        """Count the level of a picture taken at ``at``. Another minute completes the last one."""
        if minute_of(at) != self._minute:
            self._complete()
            self._minute = minute_of(at)
        self._sum += level
        self._peak = max(self._peak, level)
        self._frames += 1

    def due(self, at: datetime) -> bool:
        """Whether what is complete is old enough, or too much, to be kept longer."""
        if not self._done:
            return False
        first = self._done[0].at
        return not first <= at < first + EVERY + self._late or len(self._done) >= KEPT

    def take(self, *, all: bool = False) -> list[MotionMinute]:
        """The complete minutes, once; with ``all`` the begun one too, because no more follows."""
        if all:
            self._complete()
            self._minute = None
        taken, self._done = self._done[:KEPT], self._done[KEPT:]
        return taken

    def _complete(self) -> None:
        if self._minute is None or not self._frames:
            return
        self._done.append(
            MotionMinute(
                at=self._minute,
                level=round(min(1.0, self._sum / self._frames), 4),
                peak=round(min(1.0, self._peak), 4),
                frames=self._frames,
            )
        )
        self._sum = self._peak = 0.0
        self._frames = 0
