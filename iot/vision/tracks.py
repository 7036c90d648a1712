"""Things followed from picture to picture, by where they are: who is new, and how far they went.

Boxes are handed to the thing that was nearest to them a picture ago. What appears beside a thing
that moves on is a part of it, and so is what appears within one that stays where it is; what
appears elsewhere is somebody new once it has been seen three times and has moved from the spot.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from iot.vision.values import Box

__all__ = ["STIRRED", "WENT", "Track", "Tracks", "touch"]

WENT = 0.15
"""Share of the picture that something must have gone through to have come from elsewhere: the
siren sounds for nobody else."""

_HITS = 3  # pictures in which a new thing must be seen
STIRRED = 0.02  # of the picture, by which an edge of its box must have moved since
_NEAR = 0.04  # of the picture: what is so near to a thing is part of it …
_WIDER = 0.3  # … or within so much of its size
_STAYS, _AT_ONE_PLACE = 3.0, 0.1  # seconds, share of the picture
_WIDENS = 0.02  # share of the picture by which its bounds must grow to have got somewhere
_CAME, _FAR = 0.05, 0.25  # share of the picture
_INSIDE = 0.5  # of what appears there, to be part of something that stays where it is
_SWAP = 0.3  # seconds in which two things may be taken for each other
_LARGER = 4.0  # times its largest: nothing that was known for a while grows so much at once
_LOST, _HIDDEN = 2.0, 8.0  # seconds for which a thing that is not seen is still awaited


@dataclass
class Track:
    """One thing: where it is, since when, and where it has been. Seconds and shares."""

    box: Box
    since: float
    seen: float
    first: Box
    hits: int = 1
    known: bool = False  # whether it was told to be new
    bounds: Box = field(init=False)
    elsewhere: bool = True  # whether it is where it does not move all the time
    gone: float = 0.0  # how far it was at most from where it was first seen, share of the picture
    largest: float = field(init=False)  # its box at its largest, share of the picture
    steady: Box = field(init=False)  # its bounds when they last grew …
    steady_since: float = field(init=False)  # … and when that was

    def __post_init__(self) -> None:
        self.bounds = self.first
        self.largest = self.first.w * self.first.h
        self.steady, self.steady_since = self.first, self.since

    @property
    def travelled(self) -> float:
        """How much further it has been seen than it was large at first, across or down."""
        return max(self.bounds.w - self.first.w, self.bounds.h - self.first.h, 0.0)

    @property
    def way(self) -> float:
        """How far it went: the room between its first box and the furthest, or a third of what it
        grew by. What is a screen or a curtain grows to its own size and no further."""
        return max(self.gone, self.travelled / 3)

    @property
    def came(self) -> bool:
        """Whether it came from elsewhere to where it is."""
        return self.gone >= _CAME or self.travelled >= _FAR

    @property
    def awaited(self) -> float:
        """Seconds for which it is awaited when it is not seen: who walked may stand still, or pass
        behind something."""
        return _LOST if self.travelled < _AT_ONE_PLACE else _HIDDEN

    def stays(self, t: float) -> bool:
        """Whether it has moved for a while without getting anywhere, as a curtain or a screen. Who
        came from elsewhere may go on."""
        return t - self.steady_since >= _STAYS and self.way < WENT

    def outgrown(self, box: Box, t: float) -> bool:
        """Whether a box is too large to be this thing, which has been known for a while."""
        return t - self.since >= _STAYS and box.w * box.h > _LARGER * self.largest

    @property
    def stirred(self) -> float:
        """How far an edge of its box moved since it was first seen."""
        return max(
            abs(self.box.x - self.first.x),
            abs(self.box.y - self.first.y),
            abs(self.box.x + self.box.w - self.first.x - self.first.w),
            abs(self.box.y + self.box.h - self.first.y - self.first.h),
        )


class Tracks:
    """The things in one camera's picture."""

    def __init__(self) -> None:
        self.live: list[Track] = []

    def update(self, t: float, boxes: Sequence[Box], fresh: Sequence[Box]) -> list[Track]:
        """Follow the boxes of a picture, the largest first; ``fresh``: those at places that do not
        always move. Returns the things that are certain to be there only now."""
        self.live = [one for one in self.live if t - one.seen <= one.awaited]
        usual = [box for box in boxes if not any(touch(box, one) for one in fresh)]
        taken: dict[int, Box] = {}
        new: list[Box] = []
        for box in (*usual, *fresh):
            near = [one for one in self.live if _belongs(box, one, t)]
            if near:
                best = max(near, key=lambda one: (not one.stays(t), _overlap(one.box, box)))
                known = taken.get(id(best))
                taken[id(best)] = _union(known, box) if known else box
            elif box in fresh:
                new.append(box)
        for one in self.live:
            if id(one) in taken:
                _move(one, taken[id(one)], t)
                place = taken[id(one)]
                covered = sum(max(0.0, _overlap(place, box)) for box in fresh)
                one.elsewhere = covered >= _INSIDE * place.w * place.h
        for box in new:
            whole = [box, *(one for one in boxes if touch(one, box))]  # with what is usual of it
            moving = [one for one in self.live if not (one.stays(t) or one.outgrown(box, t))]
            if not any(
                _belongs(box, one, t) or any(touch(part, one.box) for part in whole)
                for one in moving
            ):
                self.live.append(Track(box, t, t, box))
        sure = [
            one
            for one in self.live
            if not one.known and one.hits >= _HITS and one.stirred >= STIRRED
        ]
        return [one for one in sure if not self._continues(one, t)]

    def _continues(self, new: Track, t: float) -> bool:
        """Note somebody new; or that it is who was lost a moment before they appeared."""
        new.known = True
        for one in self.live:
            lost = -_SWAP <= new.since - one.seen <= _LOST and one.seen < t
            if one is not new and one.known and one.travelled >= _AT_ONE_PLACE and lost:
                _move(one, new.box, t)
                self.live.remove(new)
                return True
        return False

    def forget(self) -> None:
        """Begin anew: the picture is another."""
        self.live = []


def _move(one: Track, box: Box, t: float) -> None:
    one.box, one.seen, one.hits = box, t, one.hits + 1
    one.bounds = _union(one.bounds, box)
    if max(one.bounds.w - one.steady.w, one.bounds.h - one.steady.h) >= _WIDENS:
        one.steady, one.steady_since = one.bounds, t
    one.gone = max(one.gone, _apart(one.first, box))
    one.largest = max(one.largest, box.w * box.h)


def _belongs(box: Box, one: Track, t: float) -> bool:
    """Whether a box is a thing, or a part of it."""
    if one.outgrown(box, t):
        return False
    if not one.stays(t):
        return _near(one.box, box)
    return _overlap(one.bounds, box) >= _INSIDE * box.w * box.h


def _near(place: Box, box: Box) -> bool:
    """Whether a box touches a place or what is about it."""
    across, down = _NEAR + _WIDER * place.w, _NEAR + _WIDER * place.h
    return (
        box.x < place.x + place.w + across
        and place.x - across < box.x + box.w
        and box.y < place.y + place.h + down
        and place.y - down < box.y + box.h
    )


def touch(a: Box, b: Box) -> bool:
    """Whether two boxes have something in common."""
    return a.x < b.x + b.w and b.x < a.x + a.w and a.y < b.y + b.h and b.y < a.y + a.h


def _overlap(a: Box, b: Box) -> float:
    """The area that both cover; below zero: how far they are apart."""
    across = min(a.x + a.w, b.x + b.w) - max(a.x, b.x)
    down = min(a.y + a.h, b.y + b.h) - max(a.y, b.y)
    return across * down if across > 0 and down > 0 else min(across, 0) + min(down, 0)


def _apart(a: Box, b: Box) -> float:
    """How much room there is between two boxes, across or down."""
    across = max(a.x, b.x) - min(a.x + a.w, b.x + b.w)
    down = max(a.y, b.y) - min(a.y + a.h, b.y + b.h)
    return max(across, down, 0.0)


def _union(a: Box, b: Box) -> Box:
    x, y = min(a.x, b.x), min(a.y, b.y)
    return Box(x, y, max(a.x + a.w, b.x + b.w) - x, max(a.y + a.h, b.y + b.h) - y)
