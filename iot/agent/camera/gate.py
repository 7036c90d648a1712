"""The gate: what of a camera's pictures is worth telling.

Plain logic on (time, picture): no file, no network, no JPEG. It looks at every picture and says
when an episode begins and ends, and which pictures of it to send:

- burst 0 as soon as the episode is certain: the room before it, and the first moving pictures;
- two more within the first two seconds, because who comes in is seen whole only then;
- then the best of ever longer stretches: a room that never rests must stay cheap.

Things are followed from picture to picture. Somebody new within a running episode is an episode of
their own *within* it, with bursts of their own, so that nobody hides
behind a fan or a first visitor.

Light that changed, a camera that was moved and one that is blind are told too, each once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from iot.agent.camera.source import Frame
from iot.messages.camera import Sensitivity, Zone
from iot.vision.episodes import Episode, Episodes
from iot.vision.motion import NOTHING, Box, How, Motion, MotionDetector, shrink
from iot.vision.settings import CameraSettings
from iot.vision.spots import Spots
from iot.vision.tracks import Track, Tracks, touch
from iot.vision.walk import Walk

BURSTS_AFTER = tuple(timedelta(seconds=seconds) for seconds in (0.6, 0.8, 2.4, 6, 10, 20, 40, 80))
"""From one burst of an episode to the next; later ones are each twice the last."""
LONGEST_STRETCH = timedelta(minutes=5)
FIRST_PICTURES = 3
PICTURES = 4
"""Moving pictures in a burst after the first one, at most."""
QUICK_PICTURES = 2
"""And in those that follow at once."""

LOOKED_AT = 10.0
"""Seconds into an episode after which only what moves elsewhere, or has come far, is worth looking
at: who it is in a place that moves and moves has been asked often enough."""
FAR = 0.1
"""Share of the picture."""

SMALL_STIRRED = 0.012
"""Share of the picture by which a small thing must have moved."""
SMALL = 5.0
"""Times the least change that matters: a box so small holds a small thing."""

SURGE, SURGE_LEAST, SURGE_OVER = 3.0, 0.02, 3.0
"""So many times more than in the last seconds moves, and at least this share of the picture, when
somebody may have come in; over so many seconds."""

APART = 1.0
"""Seconds into an episode after which who appears elsewhere is somebody new."""

GAP = timedelta(seconds=10)
"""Without a picture for so long, or with a clock set back, a new episode begins."""

ASIDE_EVERY = {"light": timedelta(minutes=10), "camera_moved": timedelta(minutes=1)}
"""A day of clouds is not worth more of the household's line; and what trembles again within a
minute is the same lorry."""

_REFERENCE_EVERY = timedelta(seconds=5)


@dataclass(frozen=True)
class Shot:
    """A picture worth keeping, how much moves in it, and where."""

    at: datetime
    picture: Frame
    level: float
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True)
class Began:
    """An episode began at ``episode``, which is its identity."""

    episode: datetime
    peak: Motion
    within: datetime | None = None  # the running episode that somebody new came into


@dataclass(frozen=True)
class Shots:
    """Pictures to send: the room before the episode, then moving ones in order of time.

    ``travelled``: how far the thing that moves went so far, share of the picture. ``way``: how
    far anything in the pictures did, also where it moves often. ``again``: all of it stayed where
    something moved before without getting anywhere.
    """

    episode: datetime
    seq: int
    reference: Shot
    moving: tuple[Shot, ...]
    peak: Motion  # of the episode so far
    within: datetime | None = None
    travelled: float = 0.0
    way: float = 0.0
    again: bool = False


@dataclass(frozen=True)
class Ended:
    """An episode ended; ``at`` is its last moving picture."""

    episode: datetime
    at: datetime
    peak: Motion
    within: datetime | None = None


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
        self._detector = MotionDetector()
        self._detector.mutes = pictures
        self._episodes = episodes or Episodes()
        self._room = _Room()
        self._row: list[Shot] = []  # moving pictures in a row, not yet an episode
        self._tracks = Tracks()
        self._spots = Spots()
        self._visit: _Visit | None = None  # the running episode …
        self._newcomers: list[_Visit] = []  # … and who came into it
        self._accompanied = False
        self._last: datetime | None = None
        self._zero: datetime | None = None  # where seconds are counted from
        self._motion: Motion | None = None  # the last picture's
        self._kind = "none"  # of the last picture outside an episode
        self._aside_at: dict[str, datetime] = {}  # when light and trembling were told last
        self._view: Shot | None = None  # the first of a view that is another altogether
        self.blind: How | None = None
        """Why the camera sees nothing; None while it does."""

    def update(self, at: datetime, picture: Frame) -> tuple[Motion, list[Happening]]:
        """Take in the picture taken at ``at``: its motion, as far as it matters, and what follows
        from it."""
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
        motion = self._detector.update(shrink(picture), t)
        shot = Shot(at, picture, motion.level, motion.boxes)
        if motion.kind == "blind":
            return motion, happenings + self._went_blind(shot, motion)
        if self.blind and not self._detector.hidden:
            self.blind = None
        self._spots.pass_time(t)
        moving = motion.kind == "motion"
        new = self._tracks.update(t, motion.boxes, motion.fresh) if moving else []
        self._detector.came = tuple(one.box for one in self._tracks.live if one.came)
        weighed = motion if not moving or self._matters(motion) else NOTHING
        step = self._episodes.step(t, weighed)
        if motion.view == 0.0 and motion is not self._motion and self._pictures:
            self._view = shot
        self._motion = motion
        if step.started:
            happenings += self._begin(shot, step.started)
        elif step.running and moving:
            happenings += self._go_on(shot, motion, step.running, new, t)
        elif step.ended:
            happenings += self._close(step.ended)
        elif not step.running:
            happenings += self._wait(shot, motion)
        return weighed, happenings

    def walked(self, walk: Walk) -> None:
        """Note who walks through the last picture."""
        if self._last and self._zero:
            walk.see(self._tracks.live, (self._last - self._zero).total_seconds())

    def offered(self) -> tuple[Box, ...]:
        """Places that always move, for the family to ignore."""
        return self._detector.offered()

    def switch(self, *, pictures: bool) -> list[Happening]:
        """From now on with or without pictures. A running episode ends."""
        happenings = self.finish()
        self._pictures = self._detector.mutes = pictures
        self._room = _Room()
        return happenings

    def turned(self) -> list[Happening]:
        """The camera was turned on purpose: a running episode ends, and the view is a new one."""
        happenings = self.finish()
        self._detector = MotionDetector()
        self._detector.mutes = self._pictures
        self._settings, self._minute = CameraSettings(), -1
        self._room, self._view = _Room(), None
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
            self._detector.look(settings.motion(), settings.zones)

    def _matters(self, motion: Motion) -> bool:
        """Whether a picture may begin or prolong an episode: a small thing must be small all the
        time, not what is left of a large one, and have moved from where it was first seen."""
        least = self._settings.motion().min_area
        return motion.largest >= least or any(
            one.stirred >= SMALL_STIRRED and one.largest < SMALL * least
            for one in self._tracks.live
        )

    def finish(self) -> list[Happening]:
        """End a running episode: no more pictures come for now."""
        self._row.clear()
        self._tracks.forget()
        step = self._episodes.close()
        return self._close(step.ended) if step.ended else []

    def lose(self, at: datetime) -> list[Happening]:
        """The source gives no pictures any more: what goes on is over, and the camera is blind."""
        happenings = self.finish()
        blind, self.blind = self.blind, "no-source"
        if blind:
            return happenings
        motion = Motion("blind", how="no-source")
        return [*happenings, Began(at, motion), Ended(at, at, motion)]

    def _went_blind(self, shot: Shot, motion: Motion) -> list[Happening]:
        """The camera sees nothing, or another view: that ends what was going on, and is told with
        the first and the last picture of the new view. They show that it stands still."""
        blind, self.blind = self.blind, motion.how
        if blind:  # whatever else is wrong now: it was told that the camera does not see
            return []
        row = self._row[0] if self._row else shot
        reference = self._visit.reference if self._visit else self._room.before(row)
        happenings, self._room, self._kind = self.finish(), _Room(), motion.kind
        begun, ended = Began(shot.at, motion), Ended(shot.at, shot.at, motion)
        if not self._pictures:
            return [*happenings, begun, ended]
        first, self._view = self._view or shot, None
        return [*happenings, begun, Shots(shot.at, 0, reference, (first, shot), motion), ended]

    def _wait(self, shot: Shot, motion: Motion) -> list[Happening]:
        """No episode runs: remember the room and what may become one."""
        if motion.kind == "motion":
            if self._pictures:
                self._row = [*self._row, shot][-FIRST_PICTURES:]
            self._kind = motion.kind
            return []
        self._row.clear()
        happenings = self._aside(shot, motion) if self._pictures else []
        if self._pictures:
            self._room.see(shot, lit=motion.kind != "none")
        return happenings

    def _aside(self, shot: Shot, motion: Motion) -> list[Happening]:
        """What is no visit, told once."""
        before, self._kind = self._kind, motion.kind
        if motion.kind not in ("light", "camera_moved"):
            return []
        last = self._aside_at.get(motion.kind)
        if motion.kind == "camera_moved":  # what goes on trembling is told once
            self._aside_at[motion.kind] = shot.at
        if motion.kind == before or (last and shot.at - last < ASIDE_EVERY[motion.kind]):
            return []
        self._aside_at[motion.kind] = shot.at
        room = self._room.before(shot)
        return [
            Began(shot.at, motion),
            Shots(shot.at, 0, room, (shot,), motion),
            Ended(shot.at, shot.at, motion),
        ]

    def _begin(self, shot: Shot, started: Episode) -> list[Happening]:
        row, self._row = (*self._row, shot)[-FIRST_PICTURES:], []
        reference = self._room.before(row[0])
        if not self._pictures:
            reference, row = shot, ()
        self._visit = _Visit(
            self._instant(started.start), reference, shot.at, self._tracks, self._spots
        )
        for track in self._tracks.live:
            track.known = True
        began = Began(self._visit.episode, started.peak)
        if not self._pictures:
            return [began]
        return [began, self._visit.burst(row, started.peak, self._tracks.live)]

    def _go_on(
        self, shot: Shot, motion: Motion, running: Episode, new: list[Track], t: float
    ) -> list[Happening]:
        assert self._visit
        happenings: list[Happening] = []
        for newcomer in list(self._newcomers):
            assert newcomer.track
            if newcomer.track not in self._tracks.live:
                self._newcomers.remove(newcomer)
                self._spots.note([newcomer.track])
                happenings += newcomer.close()
            elif self._pictures and newcomer.track.seen == t:
                own = Shot(shot.at, shot.picture, shot.level, (newcomer.track.box,))
                happenings += newcomer.add(own, motion, [newcomer.track])
        for track in new:
            if track.since - running.start >= APART:
                happenings += self._welcome(shot, motion, track)
        own = self._others(shot, motion, running.start, t)
        if self._pictures and own.boxes:
            area = sum(box.w * box.h for box in motion.fresh if box in own.boxes)
            # While somebody new is there, the pictures are theirs: they are not taken for the
            # first, unless so much more moves that there must be yet another.
            if self._visit.surges(shot.at, area) or not self._newcomers or self._visit.quick:
                happenings += self._visit.add(own, running.peak, self._first_come())
        return happenings

    def _others(self, shot: Shot, motion: Motion, began: float, t: float) -> Shot:
        """The picture with what is worth looking at in it, beside those who came in later."""
        boxes = motion.boxes
        if t - began > LOOKED_AT:
            far = [one.box for one in self._tracks.live if one.travelled >= FAR]
            boxes = tuple(
                box for box in boxes if box in motion.fresh or any(touch(box, f) for f in far)
            )
        later = [
            one.box for one in self._tracks.live if not one.known and one.since - began >= APART
        ] + [one.track.box for one in self._newcomers if one.track]
        boxes = tuple(box for box in boxes if not any(touch(box, one) for one in later))
        return Shot(shot.at, shot.picture, shot.level, boxes)

    def _first_come(self) -> list[Track]:
        """The things that the episode began with; none where somebody came later, whose way may
        be taken for theirs."""
        return [] if self._accompanied else self._tracks.live

    def _welcome(self, shot: Shot, motion: Motion, track: Track) -> list[Happening]:
        """Somebody new came into the running episode."""
        assert self._visit
        newcomer = _Visit(
            self._instant(track.since),
            self._visit.reference,
            shot.at,
            self._tracks,
            self._spots,
            within=self._visit.episode,
            track=track,
        )
        self._newcomers.append(newcomer)
        self._accompanied = True
        began = Began(newcomer.episode, motion, newcomer.within)
        if not self._pictures:
            return []
        own = Shot(shot.at, shot.picture, shot.level, (track.box,))
        return [began, newcomer.burst((own,), motion, [track])]

    def _close(self, ended: Episode) -> list[Happening]:
        assert self._visit
        happenings: list[Happening] = []
        for newcomer in self._newcomers:
            happenings += newcomer.close()
        if self._pictures:
            happenings += self._visit.rest(ended.peak, self._first_come())
        self._visit, self._newcomers, self._room = None, [], _Room()
        self._accompanied = False
        self._spots.note(self._tracks.live)
        self._tracks.forget()
        end = Ended(self._instant(ended.start), self._instant(ended.end), ended.peak)
        return [*happenings, end]

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


class _Visit:
    """One episode, or somebody new within it: chooses its pictures, the best of each part of a
    stretch of time."""

    def __init__(
        self,
        episode: datetime,
        reference: Shot,
        opened: datetime,
        tracks: Tracks,
        spots: Spots,
        *,
        within: datetime | None = None,
        track: Track | None = None,
    ) -> None:
        self.episode, self.reference = episode, reference
        self.within, self.track = within, track
        self._tracks, self._spots = tracks, spots
        self._seq = 0
        self._step = 0  # in BURSTS_AFTER
        self._usual = 0.0  # how much moved lately, share of the picture
        self._opened = self._seen = self._weighed = opened
        self._best: dict[int, Shot] = {}
        self._peak = Motion("motion")

    @property
    def _stretch(self) -> timedelta:
        """From the last burst to the next."""
        if self._step <= len(BURSTS_AFTER):
            return BURSTS_AFTER[max(0, self._step - 1)]
        doubled: timedelta = BURSTS_AFTER[-1] * 2 ** min(8, self._step - len(BURSTS_AFTER))
        return min(doubled, LONGEST_STRETCH)

    def add(self, shot: Shot, peak: Motion, tracks: Sequence[Track]) -> list[Happening]:
        """Consider a moving picture; a burst when its time has come."""
        self._seen = shot.at
        count = QUICK_PICTURES if self._step < 3 else PICTURES
        part = min(int((shot.at - self._opened) * count / self._stretch), count - 1)
        best = self._best.get(part)
        if best is None or shot.level > best.level:
            self._best[part] = shot
        if shot.at - self._opened < self._stretch:
            return []
        self._opened = shot.at
        return [self._chosen(peak, tracks)]

    @property
    def quick(self) -> bool:
        """Whether the bursts follow each other quickly, as at the beginning."""
        return self._step < 3

    def surges(self, at: datetime, area: float) -> bool:
        """Whether much more moves than lately, at places that do not always move: somebody may
        have come in beside what moved, too near to be told apart. Then pictures are sent as at
        the beginning. ``area``: share of the picture."""
        seconds, self._weighed = (at - self._weighed).total_seconds(), at
        surges = not self.quick and area >= max(SURGE * self._usual, SURGE_LEAST)
        known = area if surges or not self._usual else self._usual
        self._usual = known + min(1.0, seconds / SURGE_OVER) * (area - known)
        if surges:
            self._step, self._opened, self._best = 1, at, {}
        return surges

    def rest(self, peak: Motion, tracks: Sequence[Track]) -> list[Happening]:
        """What a short episode has not sent yet."""
        return [self._chosen(peak, tracks)] if self._seq <= 2 and self._best else []

    def close(self) -> list[Happening]:
        """Who came into the episode has gone."""
        assert self.track
        rest = self.rest(self._peak, [self.track])
        return [*rest, Ended(self.episode, self._seen, self._peak, self.within)]

    def burst(self, moving: tuple[Shot, ...], peak: Motion, tracks: Sequence[Track]) -> Shots:
        """The next burst."""
        seq, self._seq, self._step = self._seq, self._seq + 1, self._step + 1
        self._peak = max(self._peak, peak, key=lambda one: one.level)
        travelled = max((one.gone for one in tracks if one.elsewhere), default=0.0)
        things = [self.track] if self.track else self._tracks.live
        return Shots(
            self.episode,
            seq,
            self.reference,
            moving,
            self._peak,
            self.within,
            travelled,
            way=max((one.way for one in things), default=0.0),
            again=self._spots.again(things, moving[-1].boxes if moving else ()),
        )

    def _chosen(self, peak: Motion, tracks: Sequence[Track]) -> Shots:
        chosen = tuple(sorted(self._best.values(), key=lambda shot: shot.at))
        self._best = {}
        return self.burst(chosen, peak, tracks)
