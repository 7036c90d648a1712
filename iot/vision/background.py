"""The background model: the room as it is remembered, and as it was before.

For each pixel it keeps the room, what the room was before (``previous``), and what may become
the room (``candidate``, since ``age`` seconds). So where a thing was put down, a person sat still
until they became part of the room, or somebody stood when a lamp went on, the room is known again
at once.

Memories are real numbers in the light of now, also above 255: what is overexposed for a while is
not forgotten. Pictures are compared as bytes, with the memories as a camera would show them.
"""

import cv2
import numpy as np

from iot.vision import shift
from iot.vision.masks import (
    PATCH,
    SEAM,
    WHITE,
    WINDOW,
    Mask,
    around,
    as_mask,
    differs,
    edge,
    share,
    shown,
)
from iot.vision.picture import Grey
from iot.vision.shift import Shift
from iot.vision.values import Settings

__all__ = ["LEARN_EVERY", "BackgroundModel"]

LEARN_EVERY = 0.25  # seconds: the room need not learn from every picture
_GONE = ((0.5, 0.75), (1.0, 0.9), (3.0, 1.0))
"""Seconds of stillness, and how strong the outline of what has gone may be beside the room's. Of
people who stand still, one in fifty is below 1.06 after a second, one in a hundred below 1.3 after
three."""
_FAINT = 40  # grey levels: what is left of a light differs no more


class BackgroundModel:
    """Memories of one size of picture, the first of which is the room."""

    def __init__(self, now: Grey) -> None:
        self._room, self._previous, self._candidate = (now.astype(np.float32) for _ in range(3))
        self._age = np.zeros_like(self._room)  # seconds for which the candidate has been seen
        self._settled = np.zeros(now.shape, np.bool_)  # where the room is what settled in it
        self._since = 0.0  # seconds since it was learned from
        self.white = WHITE  # as bright is now what was overexposed when it was remembered
        self.learned = False  # whether the last picture made something belong to the room
        self._show()

    @property
    def due(self) -> bool:
        """Whether it is time to learn."""
        return self._since >= LEARN_EVERY

    def pass_time(self, seconds: float) -> None:
        """So much time has passed since the last picture; below zero: the clock was set back."""
        self._since += min(max(seconds, 0.0), 1.0)
        if seconds < 0:
            self._since = LEARN_EVERY

    def difference(self, now: Grey, settings: Settings) -> Mask:
        """Where a picture differs from the room."""
        return differs(now, self.room, settings.threshold)

    def unknown(self, now: Grey, settings: Settings) -> Mask:
        """Where a picture is neither the room nor what the room was before."""
        return self.difference(now, settings) & differs(
            now, self._shown_previous, settings.threshold
        )

    def match(self, gain: float) -> None:
        """Follow the exposure: all memories do, also where something hides the room."""
        self._scale(gain)
        self.white = min(self.white * gain, WHITE)

    def without_known(self, now: Grey, changed: Mask, settings: Settings) -> Mask:
        """Of what changed, what the room was not before, either; where it was, it is again."""
        back = changed & ~differs(now, self._shown_previous, settings.threshold)
        if not back.any():
            return changed
        patches = cv2.morphologyEx(back.view(np.uint8), cv2.MORPH_OPEN, PATCH)
        back &= around(as_mask(patches))  # single pixels agree by chance
        if back.any():
            self._room[back], self._previous[back] = self._previous[back], self._room[back]
            self._settled[back] ^= True
            changed = changed & ~back
            self._show()
        return changed

    def keep_as_previous(self) -> None:
        """From here on the room becomes another: as it is now, it is kept beside that."""
        self._previous = self._room.copy()
        self._settled[:] = False

    def relight(self, now: Grey, hidden: Mask) -> None:
        """Take over a new light: the picture itself, but where it is ``hidden`` the room, as bright
        as its surroundings have become."""
        still = ~hidden
        wide = (now.shape[1] // 4 | 1, now.shape[1] // 4 | 1)
        seen = cv2.blur(np.where(still, now, np.float32(0)), wide)
        known = cv2.blur(np.where(still, self._room, 0), wide)
        self._scale(np.asarray((seen + 1) / (known + 1), np.float32))
        soft = cv2.blur(hidden.astype(np.float32), SEAM)  # a hard seam would be an edge
        self._room += (1 - soft) * (now - self._room)
        self.white = WHITE
        self._show()

    def shifted(self, by: Shift, now: Grey) -> None:
        """Move all memories with the camera, also of what somebody hides."""
        for memory in (self._room, self._previous, self._candidate):
            memory[:] = shift.moved(memory, by, now)
        self._show()

    def rest(self, now: Grey, settings: Settings) -> bool:
        """Nothing differs from the room; it follows slow light, when it is time. Whether it was."""
        if not self.due:
            return False
        rate = 1 - float(np.exp(-self._since / settings.adapt))
        self._since = 0.0
        self._follow(now, rate, (now < WHITE))
        self.white += rate * (WHITE - self.white)
        self._age[:] = 0
        self._show()
        return True

    def skip_learning(self) -> None:
        """What is seen now belongs to no room."""
        self._since = 0.0

    def learn(self, now: Grey, changed: Mask, moved: Mask, near: Mask, settings: Settings) -> None:
        """Follow slow light where nothing happens; take in what has stood still for long.

        ``near``: about where something moved a picture ago.
        """
        dt, self._since = self._since, 0.0
        apart = changed | moved
        rate = 1 - float(np.exp(-dt / settings.adapt))
        self._follow(now, rate, ~apart & (now < WHITE))
        self.white += rate * (WHITE - self.white)
        lit = changed & ~moved
        if share(lit) >= settings.min_area:  # all about it follows, so that no seam is left
            wide = np.asarray(cv2.blur(lit.astype(np.float32), (21, 21)) > 0.02)
            wide &= ~around(moved | near)
            self._follow(now, 1 - float(np.exp(-dt / settings.shade)), wide)
        same = apart & ~differs(now, shown(self._candidate), settings.threshold)
        self._age += np.float32(dt)
        self._age *= same
        np.copyto(self._candidate, now, where=~same)
        settled = self._age >= settings.settle
        settled |= self._left(now, moved, settings)
        self.learned = bool(settled.any())
        if self.learned:
            resident = settled & ~self._settled
            self._previous[resident] = self._room[resident]
            self._room[settled] = now[settled]
            self._settled |= settled
        self._show()

    def _left(self, now: Grey, moved: Mask, settings: Settings) -> Mask:
        """Places that something left: still, and with the outline in the room, not the picture."""
        left = np.zeros_like(moved)
        if share(moved & (self._age >= _GONE[0][0])) < settings.min_area / 2:
            return left
        count, labels, stats, _ = cv2.connectedComponentsWithStats(moved.view(np.uint8))
        rim = as_mask(cv2.morphologyEx(moved.view(np.uint8), cv2.MORPH_GRADIENT, WINDOW))
        change = cv2.absdiff(now, self.room)
        for thing in range(1, count):
            x, y, w, h, size = stats[thing].tolist()
            part = slice(max(0, y - 2), y + h + 2), slice(max(0, x - 2), x + w + 2)
            place = labels[part] == thing
            ages = self._age[part][place]
            still = [least for seconds, least in _GONE if (ages >= seconds).sum() >= 0.75 * size]
            if not still:
                continue
            outer = rim[part] & as_mask(cv2.dilate(place.view(np.uint8), WINDOW))
            outline = edge(now[part], outer) / max(1.0, edge(self.room[part], outer))
            if change[part][place].mean() < _FAINT:
                outline -= 0.1
            left[part] |= place & (outline < max(still))
        return left

    def _follow(self, now: Grey, rate: float, where: Mask) -> None:
        cv2.accumulateWeighted(now, self._room, rate, where.view(np.uint8))
        known = (where & ~self._settled).view(np.uint8)
        cv2.accumulateWeighted(now, self._previous, rate, known)

    def _scale(self, by: float | np.ndarray) -> None:
        for memory in (self._room, self._previous, self._candidate):
            memory *= by
        self._show()

    def _show(self) -> None:
        """The memories have changed. ``room`` is the room as a camera would show it."""
        self.room, self._shown_previous = shown(self._room), shown(self._previous)
