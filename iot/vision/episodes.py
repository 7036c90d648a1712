"""Episodes: from single pictures with motion to one visit, with a start and an end."""

from dataclasses import dataclass, replace

from iot.vision.motion import NOTHING, Motion


@dataclass(frozen=True)
class Episode:
    """One stretch of motion. Seconds on the caller's clock; `end` is the last moving picture."""

    start: float
    end: float
    frames: int  # pictures with motion
    peak: Motion  # the strongest of them
    peak_at: float


@dataclass(frozen=True)
class Step:
    """What a picture did to the episode: began one, goes on in one, ended one."""

    started: Episode | None = None
    running: Episode | None = None
    ended: Episode | None = None


class Episodes:
    """Starts after `confirm` pictures with motion in a row, ends after `quiet` seconds without.

    The start is the first of the pictures in a row, so an episode is known `confirm - 1` pictures
    after it began, and known to have ended `quiet` seconds after its end.
    """

    def __init__(self, confirm: int = 3, quiet: float = 1.5) -> None:
        self._confirm = confirm
        self._quiet = quiet
        self._row: Episode | None = None  # pictures in a row, not yet an episode
        self._running: Episode | None = None

    def step(self, t: float, motion: Motion) -> Step:
        """Take in the picture at `t` seconds; `t` must not go backwards."""
        moving = motion.kind == "motion"
        if self._running:
            if moving:
                self._running = _extend(self._running, t, motion)
            elif t - self._running.end >= self._quiet:
                return self.close()
            return Step(running=self._running)
        if not moving:
            self._row = None
            return Step()
        self._row = _extend(self._row or Episode(t, t, 0, NOTHING, t), t, motion)
        if self._row.frames < self._confirm:
            return Step()
        self._running, self._row = self._row, None
        return Step(started=self._running, running=self._running)

    def close(self) -> Step:
        """End a running episode now: the stream is over."""
        ended, self._running, self._row = self._running, None, None
        return Step(ended=ended)


def _extend(episode: Episode, t: float, motion: Motion) -> Episode:
    longer = replace(episode, end=t, frames=episode.frames + 1)
    if motion.level <= episode.peak.level:
        return longer
    return replace(longer, peak=motion, peak_at=t)
