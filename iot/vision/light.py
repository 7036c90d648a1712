"""Light that changes: lamps that are switched, until lamps and cameras have come to rest."""

from collections import deque
from typing import Literal

import cv2
import numpy as np

from iot.vision.background import BackgroundModel
from iot.vision.masks import Mask, about, around, as_mask, share
from iot.vision.picture import Grey
from iot.vision.values import Settings

__all__ = ["Darkness", "LightChange"]


class LightChange:
    """Until when the picture comes to rest, and what from."""

    def __init__(self, t: float) -> None:
        self.until = t
        self.kind: Literal["light", "camera_moved"] = "light"

    def lasts(self, t: float) -> bool:
        """Whether the picture has not come to rest yet."""
        return t < self.until

    def dims(self, t: float, settings: Settings) -> None:
        """The last lamp went out, or the first goes on: nothing is to be learned from that."""
        self.until, self.kind = t + settings.lit_for, "light"

    def moved(self, t: float, settings: Settings) -> None:
        """The camera was pushed: its picture comes to rest as after a lamp."""
        self.until, self.kind = t + settings.lit_for, "camera_moved"

    def switched(
        self, changed: Mask, moved: Mask, t: float, model: BackgroundModel, settings: Settings
    ) -> None:
        """The light has changed. Exposure is evened out already; a lamp is not even: it leaves
        change around what moved."""
        if share(changed & ~around(moved)) < settings.uneven:
            return
        if not self.lasts(t):
            model.keep_as_previous()
            self.kind = "light"
        self.until = t + settings.lit_for

    @staticmethod
    def relight(
        now: Grey, moved: Mask, near: Mask, model: BackgroundModel, settings: Settings
    ) -> Mask:
        """Take the new light over into the room. What moves: what moved already, and bodies."""
        moved = moved & (near | _solid(moved, settings))
        # About what was moving already, the room stays.
        model.relight(now, hidden=about(near | around(moved)))
        return moved


class Darkness:
    """Pictures that are black. A lamp that goes out fades, and so does the camera's picture; a
    picture that is black all at once has lost its camera."""

    _MEAN, _DEVIATION = 4.0, 1.5  # grey levels of a picture in which nothing can be seen
    _BEFORE = 2.0  # seconds of brightness that are remembered
    _FADE = 0.25  # seconds that a lamp takes at least
    _LOST, _NIGHT = 5.0, 600.0  # seconds of black until the camera is blind: lost, or a lamp out

    def __init__(self) -> None:
        self._means: deque[tuple[float, float]] = deque()
        self._since: float | None = None
        self._patience = self._NIGHT

    def see(self, grey: Grey, t: float) -> bool:
        """Take in a picture; whether it is black."""
        mean, deviation = (float(one[0][0]) for one in cv2.meanStdDev(grey))
        dark = mean < self._MEAN and deviation < self._DEVIATION
        if not dark:
            self._since = None
        elif self._since is None or t < self._since:
            self._since = t
            self._patience = self._NIGHT if self._faded(t) else self._LOST
        self._means.append((t, mean))
        while self._means and not 0 <= t - self._means[0][0] <= self._BEFORE:
            self._means.popleft()
        return dark

    def black(self, t: float) -> bool:
        """Whether it has been black for longer than a lamp explains."""
        return self._since is not None and t - self._since >= self._patience

    def _faded(self, t: float) -> bool:
        """Whether the picture became dark step by step, or was never bright."""
        if not self._means:
            return True
        bright = max(mean for _, mean in self._means)
        steps = [at for at, mean in self._means if 0.1 * bright < mean < 0.85 * bright]
        full = [at for at, mean in self._means if mean >= 0.85 * bright]
        return bright < 3 * self._MEAN or bool(steps and t - full[-1] >= self._FADE)


def _solid(moved: Mask, settings: Settings) -> Mask:
    """Of what moved, bodies: a lamp brings outlines at most."""
    core = cv2.morphologyEx(moved.view(np.uint8), cv2.MORPH_OPEN, np.ones((7, 7), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(core)
    large = stats[:, cv2.CC_STAT_AREA] >= 3 * settings.min_area * moved.size
    large[0] = False
    return around(as_mask(large[labels]))
