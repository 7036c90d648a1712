"""The gate: what of a camera's pictures is worth telling.

Plain logic on (time, picture): no file, no network, no JPEG. It looks at every picture and says
when an episode begins and ends, and which pictures of it to send:

- burst 0 as soon as the episode is certain: the room before it, and the first moving pictures;
- burst 1 about two seconds later: the best pictures since;
- then the best of ever longer stretches, 10 s at first: a room that never rests must stay cheap.

Light that changed and a camera that was moved are told too, each with one picture, when nobody is
there: the first for the record, the second because somebody may have turned the camera away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from iot.agent.camera.source import Frame
from iot.messages.camera import Sensitivity, Zone
from iot.vision.episodes import Episode, Episodes
from iot.vision.motion import Background, Motion, shrink
from iot.vision.settings import CameraSettings

SECOND_BURST = timedelta(seconds=2)
LATER_BURSTS = timedelta(seconds=10)
LONGEST_STRETCH = timedelta(minutes=5)
PICTURES = 4
"""Moving pictures in a burst after the first one."""

GAP = timedelta(seconds=10)
"""Without a picture for so long, or with a clock set back, a new episode begins."""

LIGHT_EVERY = timedelta(minutes=10)
"""A day of clouds is not worth more of the household's line."""

_REFERENCE_EVERY = timedelta(seconds=5)


@dataclass(frozen=True)
class Shot:
    """A picture worth keeping, and how much moves in it."""

    at: datetime
    picture: Frame
    level: float


@dataclass(frozen=True)
class Began:
    """An episode began at ``episode``, which is its identity."""

    episode: datetime
    peak: Motion


@dataclass(frozen=True)
class Shots:
    """Pictures to send: the room before the episode, then moving ones in order of time."""

    episode: datetime
    seq: int
    reference: Shot
    moving: tuple[Shot, ...]
    peak: Motion  # of the episode so far


@dataclass(frozen=True)
class Ended:
    """An episode ended; ``at`` is its last moving picture."""

    episode: datetime
    at: datetime
    peak: Motion


Happening = Began | Shots | Ended


class EpisodeRecorder:
    """Looks at one camera's pictures. With ``pictures=False`` it keeps none and gives none."""

    def __init__(
        self,
        *,
        pictures: bool = True,
        sensitivity: Sensitivity = "normal",
        zones: Sequence[Zone] = (),
        episodes: Episodes | None = None,
    ) -> None:
        self._pictures = pictures
        self._sensitivity, self._zones = sensitivity, tuple(zones)
        self._settings = CameraSettings()
        self._minute = -1  # in which it was asked which zones hold
        self._background = Background()
        self._episodes = episodes or Episodes()
        self._room = _Room()
        self._row: list[Shot] = []  # moving pictures in a row, not yet an episode
        self._reel: _Reel | None = None  # of the running episode
        self._last: datetime | None = None
        self._zero: datetime | None = None  # where seconds are counted from
        self._motion: Motion | None = None  # the last picture's
        self._kind = "none"  # of the last picture outside an episode
        self._light: datetime | None = None  # when light was told last
        self._view: Shot | None = None  # the first of a view that is another altogether

    def update(self, at: datetime, picture: Frame) -> tuple[Motion, list[Happening]]:
        """Take in the picture taken at ``at``: its motion, and what follows from it."""
        happenings: list[Happening] = []
        since = at - (self._last or at)
        if not timedelta(0) <= since <= GAP:
            happenings += self.finish()
            self._zero = self._instant(since.total_seconds() - 1)  # their seconds just go on
        self._last = at
        self._zero = self._zero or at
        t = (at - self._zero).total_seconds()
        if at.minute != self._minute:
            self._look(at)
        motion = self._background.update(shrink(picture), t)
        step = self._episodes.step(t, motion)
        shot = Shot(at, picture, motion.level)
        if motion.how in ("covered", "turned"):
            return motion, happenings + self._away(shot, motion)
        if motion.view == 0.0 and motion is not self._motion and self._pictures:
            self._view = shot
        self._motion = motion
        if step.started:
            happenings.append(Began(self._instant(step.started.start), step.started.peak))
        if self._pictures and not step.running:
            happenings += self._aside(shot, motion)
        if self._pictures:
            happenings += self._film(shot, motion, step.started, step.running)
        if step.ended:
            happenings += self._close(step.ended)
        return motion, happenings

    def switch(self, *, pictures: bool) -> list[Happening]:
        """From now on with or without pictures. A running episode ends."""
        happenings = self.finish()
        self._pictures = pictures
        self._room = _Room()
        return happenings

    def watch(self, sensitivity: Sensitivity, zones: Sequence[Zone]) -> None:
        """From now on look so sharply, and only where the household wants it."""
        self._sensitivity, self._zones, self._minute = sensitivity, tuple(zones), -1

    def _look(self, at: datetime) -> None:
        """Zones have hours; what is not watched now is not uploaded either."""
        self._minute = at.minute
        settings = CameraSettings.at(at, self._sensitivity, self._zones)
        if settings != self._settings:
            self._settings = settings
            self._background.look(settings.motion(), settings.zones)

    def finish(self) -> list[Happening]:
        """End a running episode: no more pictures come for now."""
        self._row.clear()
        step = self._episodes.close()
        return self._close(step.ended) if step.ended else []

    def _away(self, shot: Shot, motion: Motion) -> list[Happening]:
        """The camera was covered or turned away: that ends what was going on, and is told with the
        first and the last picture of the new view. They show that it stands still."""
        row = self._row[0] if self._row else shot
        reference = self._reel.reference if self._reel else self._room.before(row)
        happenings, self._room, self._kind = self.finish(), _Room(), motion.kind
        if not self._pictures:
            return happenings
        first, self._view = self._view or shot, None
        return [
            *happenings,
            Began(shot.at, motion),
            Shots(shot.at, 0, reference, (first, shot), motion),
            Ended(shot.at, shot.at, motion),
        ]

    def _aside(self, shot: Shot, motion: Motion) -> list[Happening]:
        """What is no visit, told once."""
        before, self._kind = self._kind, motion.kind
        if motion.kind not in ("light", "camera_moved") or motion.kind == before:
            return []
        if motion.kind == "light":
            if self._light and shot.at - self._light < LIGHT_EVERY:
                return []
            self._light = shot.at
        room = self._room.before(shot)
        return [
            Began(shot.at, motion),
            Shots(shot.at, 0, room, (shot,), motion),
            Ended(shot.at, shot.at, motion),
        ]

    def _film(
        self, shot: Shot, motion: Motion, started: Episode | None, running: Episode | None
    ) -> list[Happening]:
        if running and self._reel:
            burst = self._reel.add(shot, running) if motion.kind == "motion" else None
            return [burst] if burst else []
        if motion.kind != "motion":
            self._row.clear()
            self._room.see(shot, lit=motion.kind != "none")
            return []
        self._row.append(shot)
        if not started:
            return []
        first, self._row = tuple(self._row), []
        self._reel = _Reel(self._instant(started.start), self._room.before(first[0]), shot.at)
        return [self._reel.burst(first, started)]

    def _close(self, ended: Episode) -> list[Happening]:
        burst = self._reel.rest(ended) if self._reel else None
        self._reel = None
        self._room = _Room()
        end = Ended(self._instant(ended.start), self._instant(ended.end), ended.peak)
        return [burst, end] if burst else [end]

    def _instant(self, seconds: float) -> datetime:
        assert self._zero
        return self._zero + timedelta(seconds=seconds)


class _Room:
    """The quiet room some seconds ago: just before motion is seen, some of it may be there."""

    def __init__(self) -> None:
        self._older: Shot | None = None
        self._newer: Shot | None = None

    def see(self, shot: Shot, *, lit: bool) -> None:
        if lit:  # what came before was another light
            self._older, self._newer = None, shot
        elif self._newer is None or shot.at - self._newer.at >= _REFERENCE_EVERY:
            self._older, self._newer = self._newer, shot

    def before(self, first: Shot) -> Shot:
        """The room, not later than ``first``; ``first`` itself if the room was never quiet."""
        room = self._older or self._newer or first
        return Shot(min(room.at, first.at), room.picture, room.level)


class _Reel:
    """Chooses the pictures of one episode: the best of each quarter of a stretch of time."""

    def __init__(self, episode: datetime, reference: Shot, opened: datetime) -> None:
        self._episode = episode
        self.reference = reference
        self._seq = 0
        self._opened = opened
        self._stretch = SECOND_BURST
        self._best: dict[int, Shot] = {}

    def add(self, shot: Shot, running: Episode) -> Shots | None:
        """Consider a moving picture; a burst when its time has come."""
        quarter = int((shot.at - self._opened) * PICTURES / self._stretch)
        best = self._best.get(min(quarter, PICTURES - 1))
        if best is None or shot.level > best.level:
            self._best[min(quarter, PICTURES - 1)] = shot
        if shot.at - self._opened < self._stretch:
            return None
        self._opened = shot.at
        self._stretch = min(max(2 * self._stretch, LATER_BURSTS), LONGEST_STRETCH)
        return self._chosen(running)

    def rest(self, ended: Episode) -> Shots | None:
        """What a short episode has not sent yet."""
        return self._chosen(ended) if self._seq == 1 and self._best else None

    def burst(self, moving: tuple[Shot, ...], running: Episode) -> Shots:
        """The next burst."""
        seq, self._seq = self._seq, self._seq + 1
        return Shots(self._episode, seq, self.reference, moving, running.peak)

    def _chosen(self, running: Episode) -> Shots:
        chosen = tuple(sorted(self._best.values(), key=lambda shot: shot.at))
        self._best = {}
        return self.burst(chosen, running)
