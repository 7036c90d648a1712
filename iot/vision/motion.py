"""Motion on small grey pictures: what differs from the room as it is remembered.

Used twice: on the device, over its stream of frames, and in the cloud, over a burst whose first
frame is the reference. The first frame is the room: there is no warm-up.

A pixel has changed when it differs from the room by more than `Settings.threshold`, after the
exposure of the whole picture has been evened out. Of what changed, only that counts as motion whose
*texture* changed too: a person brings edges and hides others, while light and shadow leave the
edges of the room where they were. Why so, and with which figures: docs/decisions.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from iot.messages.camera import Zone
from iot.vision import jpeg as jpeg_file
from iot.vision import shift
from iot.vision.jpeg import BadFrames, Size

__all__ = ["NOTHING", "Background", "Box", "Grey", "Motion", "Settings", "decode", "shrink"]

Grey = npt.NDArray[np.uint8]  # height x width
_Real = npt.NDArray[np.float32]
_Mask = npt.NDArray[np.bool_]

_WINDOW = np.ones((5, 5), np.uint8)
_LOOK_AGAIN = 0.25  # seconds: the room need not learn from every picture
_GONE = ((0.5, 0.75), (1.0, 0.9), (3.0, 1.0))
"""Seconds of stillness, and how strong the outline of what has gone may be beside the room's. Of
people who stand still, one in fifty is below 1.06 after a second, one in a hundred below 1.3 after
three."""
_FAINT = 40  # grey levels: what is left of a light differs no more
_PATCH = np.ones((3, 3), np.uint8)
_SEAM = (17, 17)  # pixels across and down of a soft edge between two lights
_WHITE = 250.0  # grey level from which a pixel may be overexposed
_AWAY = 2.0  # seconds for which another view must stand still: who comes close does not
_ALL_OVER = 16  # of the 24 cells of a picture
_ALIKE = 0.1  # share of the picture that may differ in the same view
_BLANK = 6.0  # grey levels, standard deviation: less detail than any view has
_SAME = 0.5  # of the least thing's area may differ from the last picture
_EVEN = 0.004  # a change of exposure below a grey level is none

WIDTH_MIN, WIDTH_MAX = 160, 384  # of the working picture, pixels
_REDUCED = {
    8: cv2.IMREAD_REDUCED_GRAYSCALE_8,
    4: cv2.IMREAD_REDUCED_GRAYSCALE_4,
    2: cv2.IMREAD_REDUCED_GRAYSCALE_2,
    1: cv2.IMREAD_GRAYSCALE,
}


class Box(NamedTuple):
    """A rectangle as fractions 0..1 of the picture; x, y is the top left corner."""

    x: float
    y: float
    w: float
    h: float


How = Literal["pushed", "turned", "covered"]


@dataclass(frozen=True)
class Motion:
    """What differs from the room in one picture.

    level: mean over all pixels of min(1, change / 128 grey levels), of moved pixels only. So 0..1:
        the share of the picture that moved, where a full count takes half the grey scale.
    area: share of the picture that moved, 0..1.
    contrast: mean change of the moved pixels, grey levels.
    light: brightness of the picture relative to the room, 0.1 = 10 % brighter.
    boxes: where it moved, the largest first.
    how: of a moved camera: pushed, so that the room is still seen; turned away; covered.
    view: seconds for which another view altogether has stood still, where that is so.
    """

    kind: Literal["none", "motion", "light", "camera_moved"]
    level: float = 0.0
    area: float = 0.0
    contrast: float = 0.0
    light: float = 0.0
    boxes: tuple[Box, ...] = ()
    how: How | None = None
    view: float | None = None


NOTHING = Motion("none")


@dataclass(frozen=True)
class Settings:
    """How sharply to look. Grey levels of 255, shares of the picture, seconds."""

    threshold: float = 18  # a changed pixel
    texture: float = 6  # standard deviation that is new, or gone, in a 5x5 window
    min_area: float = 0.002  # of a moving thing
    adapt: float = 5  # time constant at which the room follows slow light
    settle: float = 30  # what stands still for so long belongs to the room
    lit_area: float = 0.3  # so much of the picture changes when a lamp is switched
    lit_gain: float = 0.1  # or so much does its brightness
    uneven: float = 0.03  # a lamp, other than exposure, changes so much beside what moves
    lit_for: float = 0.8  # lamps and cameras take so long to come to rest
    shade: float = 1  # time constant at which the room follows light in a part of it


def reduction(size: Size) -> int:
    """By how much to reduce a picture while decoding: 8, 4, 2 or 1."""
    return next((by for by in _REDUCED if size.width // by >= WIDTH_MIN), 1)


def decode(jpeg: bytes) -> Grey:
    """The working picture of a JPEG: grey, 160 to 384 pixels wide. Raises BadFrames."""
    by = reduction(jpeg_file.size(jpeg))
    try:
        grey = cv2.imdecode(np.frombuffer(jpeg, np.uint8), _REDUCED[by])
    except cv2.error:
        grey = None
    if grey is None:
        raise BadFrames("corrupt-jpeg", "cannot be decoded")
    if _unfinished(np.asarray(grey, np.uint8), by, len(jpeg)):
        raise BadFrames("corrupt-jpeg", "its lower part is missing")
    return _at_most(np.asarray(grey, np.uint8), WIDTH_MAX)


def _unfinished(grey: Grey, by: int, length: int) -> bool:
    """Whether the data ended early: libjpeg only warns, and paints what is missing in this grey."""
    if not (grey[-max(1, 16 // by) :] == 128).all():
        return False
    missing = grey == 128
    least = grey.size * by * by // 256  # bytes: two bits a block, were all of it really grey
    return not missing.all() or length < least


def shrink(picture: npt.NDArray[np.uint8]) -> Grey:
    """The working picture of a decoded frame (height x width, or x 3 in BGR)."""
    height, width = picture.shape[:2]
    small: cv2.typing.MatLike = picture
    by = reduction(Size(width, height))
    while by > 1:  # halving is fast, and three times half is half the time of once an eighth
        size = small.shape[1] // 2, small.shape[0] // 2
        small, by = cv2.resize(small, size, interpolation=cv2.INTER_AREA), by // 2
    grey = small if small.ndim == 2 else cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    return _at_most(np.asarray(grey, np.uint8), WIDTH_MAX)


def _at_most(grey: Grey, width: int) -> Grey:
    if grey.shape[1] <= width:
        return grey
    height = max(1, round(grey.shape[0] * width / grey.shape[1]))
    return np.asarray(cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


class Background:
    """The room as it is remembered, and the judge of what differs from it.

    Besides the room it keeps what the room was before (`former`): where a thing was put down, a
    person sat still until they became part of the room, or somebody stood when a lamp went on, the
    room is known again at once.

    Memories are real numbers in the light of now, also above 255: what is overexposed for a while
    is not forgotten. Pictures are compared as bytes, with the memories as a camera would show them.
    """

    def __init__(self, settings: Settings | None = None, zones: Sequence[Zone] = ()) -> None:
        self.settings = settings or Settings()
        self._zones = zones
        self._watched: _Mask | None = None  # where motion counts; None: everywhere
        self._t = self._lit_until = 0.0
        self._kind: Literal["light", "camera_moved"] = "light"  # what the room comes to rest from
        self._room = self._former = self._candidate = np.empty((0, 0), np.float32)
        self._shown = self._shown_former = np.empty((0, 0), np.uint8)  # as a camera would show them
        self._judged, self._said = self._shown, NOTHING  # looked at closely last
        self._view: tuple[float, Grey] | None = None  # another view altogether, since when
        self._seen = self._shown  # the room as it was seen before that
        self._behind: Grey | None = None  # the room of a camera that is covered or turned away
        self._learned = False  # just now, that something belongs to the room
        self._age = self._room  # seconds for which the candidate has been seen, per pixel
        self._since = 0.0  # seconds since the room was learned from
        self._white = _WHITE  # as bright is now what was overexposed when it was remembered
        self._guest = np.empty((0, 0), np.bool_)  # where the room is what settled in it
        self._here = np.empty((0, 0), np.bool_)  # about where something moved a picture ago

    def look(self, settings: Settings, zones: Sequence[Zone] = ()) -> None:
        """From now on look so sharply, and there; the room is not forgotten."""
        self.settings, self._zones = settings, zones
        self._watched = _watched(zones, self._room.shape) if self._room.size else None
        self._learned = True  # the last answer does not hold any more

    def update(self, grey: Grey, t: float) -> Motion:
        """Judge a working picture seen at `t` seconds and learn from it. The first is the room."""
        now = np.asarray(cv2.blur(grey, (3, 3)), np.uint8)
        if now.shape != self._room.shape:
            self._remember(now, t)
            return NOTHING
        self._since += min(max(t - self._t, 0.0), 1.0)
        if t < self._t:  # the device's clock was set back
            self._lit_until = t
            self._since = _LOOK_AGAIN
        self._t = t
        if self._same(now, t):
            return self._said
        self._learned = False
        said = self._judge(now, t)
        self._judged, self._said = now, NOTHING if said.kind == "camera_moved" else said
        return said

    def _same(self, now: Grey, t: float) -> bool:
        """Whether the picture is the one judged last, as far as can be seen: most of the time a
        room is empty, or somebody in it stands still."""
        if self._learned or self._since >= _LOOK_AGAIN or t < self._lit_until:
            return False
        before = cv2.mean(self._judged)[0]
        if abs(cv2.mean(now)[0] - before) > _EVEN * before:
            return False
        other = _above(cv2.absdiff(now, self._judged), self.settings.threshold / 2)
        return cv2.countNonZero(other.view(np.uint8)) <= _SAME * self.settings.min_area * now.size

    def _judge(self, now: Grey, t: float) -> Motion:
        """Judge a picture and learn from it."""
        if self._behind is not None and _share(self._other(now, self._behind)) < _ALIKE:
            self._remember(now, t)
            return NOTHING
        if self._view is None:
            self._seen = self._shown
        brightness = cv2.mean(now)[0] / max(1.0, cv2.mean(self._shown)[0]) - 1
        changed = differs = self._differs(now)
        gain = _gain(now, self._shown)
        if abs(gain - 1) >= _EVEN:
            self._expose(gain)
            changed = self._differs(now)
        elif t >= self._lit_until and not differs.any():
            self._rest(now)
            return Motion("none", light=gain - 1)
        changed = self._unknown(now, changed)
        turned = t >= self._lit_until and self._turned(now, changed)
        if turned:
            self._lit_until, self._kind = t + self.settings.lit_for, "camera_moved"
            differs = changed = self._differs(now)
        away = None if turned else self._away(now, changed, t)
        if away is not None and away >= _AWAY - 0.01:
            room = self._seen
            self._remember(now, t)
            self._behind = room
            return Motion("camera_moved", light=brightness, how=_how(now), view=away)
        moved, kept = self._moved(now, changed, differs | changed)

        much = _share(differs) >= self.settings.lit_area or abs(gain - 1) >= self.settings.lit_gain
        light = much and kept >= 0.5 and away is None
        # Exposure is evened out already. A lamp is not even: it leaves change around what moved.
        if light and _share(changed & ~_around(moved)) >= self.settings.uneven:
            if t >= self._lit_until:
                self._former = self._room.copy()
                self._guest[:] = False
                self._kind = "light"
            self._lit_until = t + self.settings.lit_for
        if t < self._lit_until:
            light = True
            moved &= self._here | self._solid(moved)
            self._relight(now, moved)
        elif away is not None:
            self._since = 0.0  # nothing of another view belongs to the room
        elif self._since >= _LOOK_AGAIN:
            self._learn(now, changed, moved)
        self._here = _around(moved)
        if self._watched is not None:
            moved = moved & self._watched
            if _share(moved) < self.settings.min_area:
                moved = np.zeros_like(moved)
        if turned:
            return Motion("camera_moved", light=brightness, how="pushed")
        if light and not moved.any():
            return Motion(self._kind if t < self._lit_until else "light", light=brightness)
        return replace(self._describe(now, moved, gain - 1), view=away)

    def _remember(self, now: Grey, t: float) -> None:
        """Take the whole picture as the room."""
        self._room, self._former, self._candidate = (now.astype(np.float32) for _ in range(3))
        self._age = np.zeros_like(self._room)
        self._guest = np.zeros(now.shape, np.bool_)
        self._here = np.zeros(now.shape, np.bool_)
        self._t = self._lit_until = t
        self._since = 0.0
        self._white = _WHITE
        self._watched = _watched(self._zones, now.shape)
        self._judged, self._said = now, NOTHING
        self._view, self._behind = None, None
        self._show()

    def _show(self) -> None:
        """The memories have changed."""
        self._shown, self._shown_former = _shown(self._room), _shown(self._former)

    def _expose(self, by: float | _Real) -> None:
        """Even out exposure: all memories follow the light, also where something hides the room."""
        for memory in (self._room, self._former, self._candidate):
            memory *= by
        if isinstance(by, float):
            self._white = min(self._white * by, _WHITE)
        self._show()

    def _differs(self, now: Grey) -> _Mask:
        return _above(cv2.absdiff(now, self._shown), self.settings.threshold)

    def _other(self, now: Grey, before: Grey) -> _Mask:
        return _above(cv2.absdiff(now, before), self.settings.threshold)

    def _away(self, now: Grey, changed: _Mask, t: float) -> float | None:
        """Seconds for which the picture shows another view altogether, the same; None where the
        room is still seen. Light leaves texture, and a visitor some of the room."""
        if shift.spread(changed) >= _ALL_OVER:
            textured, other = _texture(now, self._shown, self.settings.texture, self._white)
            least = max(int(np.count_nonzero(textured)), now.size // 50)
            if np.count_nonzero(other) >= 0.8 * least:
                if self._view is None or _share(self._other(now, self._view[1])) >= _ALIKE:
                    self._view = t, now
                return t - self._view[0]
        self._view = None
        return None

    def _unknown(self, now: Grey, changed: _Mask) -> _Mask:
        """Of what changed, what the room was not before, either."""
        back = changed & ~_above(cv2.absdiff(now, self._shown_former), self.settings.threshold)
        if not back.any():
            return changed
        patches = cv2.morphologyEx(back.view(np.uint8), cv2.MORPH_OPEN, _PATCH)
        back &= _around(_mask(patches))  # single pixels agree by chance
        if back.any():
            self._room[back], self._former[back] = self._former[back], self._room[back]
            self._guest[back] ^= True
            changed = changed & ~back
            self._show()
        return changed

    def _moved(self, now: Grey, changed: _Mask, seen: _Mask) -> tuple[_Mask, float]:
        """Things: where texture came or went, outlines filled; and of the texture in what is seen
        to differ, apart from what moved before, the share that is still that of the room."""
        if _share(seen) < self.settings.min_area / 4:
            return np.zeros_like(changed), 1.0
        x, y, w, h = cv2.boundingRect(seen.view(np.uint8))
        part = slice(max(0, y - 4), y + h + 4), slice(max(0, x - 4), x + w + 4)
        textured, other = _texture(now[part], self._shown[part], self.settings.texture, self._white)
        seeds = changed[part] & other
        quiet = seen[part] & ~self._here[part]
        kept = 1 - _share(seeds & quiet) / max(1e-9, _share(textured & quiet))
        closed = cv2.morphologyEx(seeds.view(np.uint8), cv2.MORPH_CLOSE, _WINDOW)
        filled = np.zeros_like(closed)
        least = self.settings.min_area * now.size
        large = [one.outline for one in _things(closed) if one.area >= least]
        cv2.drawContours(filled, large, -1, 1, cv2.FILLED)
        moved = np.zeros_like(changed)
        moved[part] = filled.view(np.bool_)
        return moved, kept

    def _solid(self, moved: _Mask) -> _Mask:
        """Of what moved, bodies: a lamp brings outlines at most."""
        core = cv2.morphologyEx(moved.view(np.uint8), cv2.MORPH_OPEN, np.ones((7, 7), np.uint8))
        _, labels, stats, _ = cv2.connectedComponentsWithStats(core)
        large = stats[:, cv2.CC_STAT_AREA] >= 3 * self.settings.min_area * moved.size
        large[0] = False
        return _around(np.asarray(large[labels]))

    def _relight(self, now: Grey, moved: _Mask) -> None:
        """Take over a new light: the picture itself, but about what was moving already the room,
        as bright as its surroundings have become."""
        hidden = _about(self._here | _around(moved))
        still = ~hidden
        wide = (now.shape[1] // 4 | 1, now.shape[1] // 4 | 1)
        seen = cv2.blur(np.where(still, now, np.float32(0)), wide)
        known = cv2.blur(np.where(still, self._room, 0), wide)
        self._expose(np.asarray((seen + 1) / (known + 1), np.float32))
        soft = cv2.blur(hidden.astype(np.float32), _SEAM)  # a hard seam would be an edge
        self._room += (1 - soft) * (now - self._room)
        self._white = _WHITE
        self._show()

    def _turned(self, now: Grey, changed: _Mask) -> bool:
        """Whether the camera was moved. All memories move along, also of what somebody hides."""
        by = shift.between(self._shown, now, changed, self._here)
        if by is None:
            return False
        for memory in (self._room, self._former, self._candidate):
            memory[:] = shift.moved(memory, by, now)
        self._show()
        return True

    def _rest(self, now: Grey) -> None:
        """Nothing differs from the room; it follows slow light."""
        if self._since < _LOOK_AGAIN:
            return
        follow = 1 - float(np.exp(-self._since / self.settings.adapt))
        self._since = 0.0
        self._follow(now, follow, (now < _WHITE))
        self._white += follow * (_WHITE - self._white)
        self._age[:] = 0
        self._here[:] = False
        self._show()

    def _follow(self, now: Grey, share: float, where: _Mask) -> None:
        cv2.accumulateWeighted(now, self._room, share, where.view(np.uint8))
        known = (where & ~self._guest).view(np.uint8)
        cv2.accumulateWeighted(now, self._former, share, known)

    def _learn(self, now: Grey, changed: _Mask, moved: _Mask) -> None:
        """Follow slow light where nothing happens; take in what has stood still for long."""
        dt, self._since = self._since, 0.0
        apart = changed | moved
        follow = 1 - float(np.exp(-dt / self.settings.adapt))
        self._follow(now, follow, ~apart & (now < _WHITE))
        self._white += follow * (_WHITE - self._white)
        lit = changed & ~moved
        if _share(lit) >= self.settings.min_area:  # all about it follows, so that no seam is left
            wide = np.asarray(cv2.blur(lit.astype(np.float32), (21, 21)) > 0.02)
            wide &= ~_around(moved | self._here)
            follow = 1 - float(np.exp(-dt / self.settings.shade))
            self._follow(now, follow, wide)
        same = apart & ~_above(cv2.absdiff(now, _shown(self._candidate)), self.settings.threshold)
        self._age += np.float32(dt)
        self._age *= same
        np.copyto(self._candidate, now, where=~same)
        settled = self._age >= self.settings.settle
        settled |= self._gone(now, moved)
        self._learned = bool(settled.any())
        if self._learned:
            resident = settled & ~self._guest
            self._former[resident] = self._room[resident]
            self._room[settled] = now[settled]
            self._guest |= settled
        self._show()

    def _gone(self, now: Grey, moved: _Mask) -> _Mask:
        """Places that something left: still, and with the outline in the room, not the picture."""
        left = np.zeros_like(moved)
        if _share(moved & (self._age >= _GONE[0][0])) < self.settings.min_area / 2:
            return left
        count, labels, stats, _ = cv2.connectedComponentsWithStats(moved.view(np.uint8))
        rim = _mask(cv2.morphologyEx(moved.view(np.uint8), cv2.MORPH_GRADIENT, _WINDOW))
        change = cv2.absdiff(now, self._shown)
        for thing in range(1, count):
            x, y, w, h, size = stats[thing].tolist()
            part = slice(max(0, y - 2), y + h + 2), slice(max(0, x - 2), x + w + 2)
            place = labels[part] == thing
            ages = self._age[part][place]
            still = [least for seconds, least in _GONE if (ages >= seconds).sum() >= 0.75 * size]
            if not still:
                continue
            around = rim[part] & _mask(cv2.dilate(place.view(np.uint8), _WINDOW))
            outline = _edge(now[part], around) / max(1.0, _edge(self._shown[part], around))
            if change[part][place].mean() < _FAINT:
                outline -= 0.1
            left[part] |= place & (outline < max(still))
        return left

    def _describe(self, now: Grey, moved: _Mask, light: float) -> Motion:
        """The motion in numbers."""
        if not moved.any():
            return Motion("none", light=light)
        change = cv2.absdiff(now, self._shown)
        most = cv2.threshold(change, 128, 0, cv2.THRESH_TRUNC)[1]
        mask, area = moved.view(np.uint8), _share(moved)
        height, width = now.shape
        things = sorted(_things(mask), key=lambda thing: -thing.area)
        boxes = [cv2.boundingRect(thing.outline) for thing in things]
        return Motion(
            "motion",
            level=area * cv2.mean(most, mask)[0] / 128,
            area=area,
            contrast=cv2.mean(change, mask)[0],
            light=light,
            boxes=tuple(Box(x / width, y / height, w / width, h / height) for x, y, w, h in boxes),
        )


class _Thing(NamedTuple):
    """What is connected in a mask: its outline, and the pixels inside it."""

    outline: cv2.typing.MatLike
    area: float


def _things(mask: cv2.typing.MatLike) -> list[_Thing]:
    """The connected parts of a mask, with their holes filled."""
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    # The outline runs through the outermost pixels: Pick's theorem counts those inside and on it.
    return [
        _Thing(one, cv2.contourArea(one) + cv2.arcLength(one, True) / 2 + 1) for one in outlines
    ]


def _watched(zones: Sequence[Zone], shape: tuple[int, ...]) -> _Mask | None:
    """Where motion counts: in what is to be guarded, if anything is, but not in what is to be
    ignored."""
    if not zones:
        return None
    guarded = any(zone.use == "guard" for zone in zones)
    watched = np.full(shape, 0 if guarded else 1, np.uint8)
    size = np.array([shape[1], shape[0]])
    for zone in sorted(zones, key=lambda zone: zone.use != "guard"):
        corners = np.round(np.array(zone.points) * size / 1000).astype(np.int32)
        cv2.fillPoly(watched, [corners], 1 if zone.use == "guard" else 0)
    return _mask(watched)


def _around(mask: _Mask) -> _Mask:
    """The mask, four pixels wider."""
    return _mask(cv2.dilate(mask.view(np.uint8), np.ones((9, 9), np.uint8)))


def _about(mask: _Mask) -> _Mask:
    """The rectangle about a mask, a seam wider: in a new light, parts of a body may look like the
    room."""
    about = np.zeros_like(mask)
    x, y, w, h = cv2.boundingRect(mask.view(np.uint8))
    if w:
        across, down = _SEAM[0] // 2, _SEAM[1] // 2
        about[max(0, y - down) : y + h + down, max(0, x - across) : x + w + across] = True
    return about


def _mask(picture: cv2.typing.MatLike) -> _Mask:
    """Ones and zeros as a mask, without a copy."""
    return np.asarray(picture, np.uint8).view(np.bool_)


def _share(mask: _Mask) -> float:
    return float(np.count_nonzero(mask)) / mask.size


def _how(now: Grey) -> How:
    """Something before the lens has no texture: it is too near to be sharp."""
    return "covered" if cv2.meanStdDev(_detail(now))[1][0][0] < _BLANK else "turned"


def _detail(picture: Grey) -> cv2.typing.MatLike:
    """What is left of a picture without its large soft parts."""
    real = picture.astype(np.float32)
    return real - cv2.blur(real, (15, 15))


def _above(picture: cv2.typing.MatLike, level: float) -> _Mask:
    """Where a picture of bytes is above a level."""
    return _mask(cv2.threshold(picture, level, 1, cv2.THRESH_BINARY)[1])


def _shown(memory: _Real) -> Grey:
    """A memory as a camera would show it: overexposed from 255 on."""
    return np.asarray(cv2.convertScaleAbs(memory), np.uint8)


def _edge(picture: Grey, where: _Mask) -> float:
    """How strong edges are there, grey levels."""
    across = cv2.morphologyEx(picture, cv2.MORPH_GRADIENT, _PATCH)
    return float(across[where].mean())


def _gain(now: Grey, room: Grey) -> float:
    """By how much the picture is brighter: the median over every fourth row and column, where
    neither is overexposed."""
    some_now, some_room = now[::4, ::4].ravel(), room[::4, ::4].ravel()
    known = np.maximum(some_now, some_room) < _WHITE
    some_now, some_room = some_now[known], some_room[known]
    if some_now.size < known.size / 16:
        return 1.0
    ratios = (some_now + np.float32(1)) / (some_room + np.float32(1))
    middle = ratios.size // 2
    return float(np.partition(ratios, middle)[middle])


def _texture(now: Grey, room: Grey, sigma: float, white: float) -> tuple[_Mask, _Mask]:
    """Where either picture has texture, and where it is not the same in both.

    In a 5x5 window, the same means that the pictures differ by contrast and brightness alone: the
    variance that a straight line from one to the other leaves over stays below sigma squared. What
    is bright in both and overexposed in one has lost its texture to the light.
    """
    window = _WINDOW.shape
    new, old = now.astype(np.float32), room.astype(np.float32)
    mean_now, mean_room = cv2.blur(new, window), cv2.blur(old, window)
    var_now = cv2.blur(new * new, window) - mean_now * mean_now
    var_room = cv2.blur(old * old, window) - mean_room * mean_room
    shared = np.maximum(cv2.blur(new * old, window) - mean_now * mean_room, 0)
    most = np.maximum(var_now, var_room)
    textured = most > sigma * sigma
    bright = (now >= _WHITE - 5) | (room >= white - 5)
    if bright.any():
        burnt = _mask(cv2.dilate(bright.view(np.uint8), _WINDOW))
        textured &= ~(burnt & (np.minimum(mean_now, mean_room) >= 0.6 * white))
    both = np.maximum(var_now * var_room, 1e-3)
    # most * (1 - shared² / both), what is left over, without a division
    return textured, textured & (most * (both - shared * shared) > sigma * sigma * both)
