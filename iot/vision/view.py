"""The camera itself: was it pushed, shaken, covered, turned away, or can it see nothing at all?"""

from collections import deque

import cv2
import numpy as np

from iot.vision import shift
from iot.vision.background import BackgroundModel
from iot.vision.masks import Mask, Real, detail, differs, share, texture
from iot.vision.picture import Grey
from iot.vision.shift import Shift
from iot.vision.values import How, Settings

__all__ = ["AWAY", "Blindness", "Trembling", "ViewChange", "alike", "pushed"]

AWAY = 2.0  # seconds for which another view must stand still: who comes close does not
_ALL_OVER = 16  # of the 24 cells of a picture
_ALIKE = 0.1  # share of the picture that may differ in the same view
_BLANK = 6.0  # grey levels, standard deviation: less detail than any view has
_SAME_EDGES = 0.35  # correlation of outlines from which it is the same view in another light
DULL = 0.55  # of the sharpness that was: out of focus
_SAME_SHAPES = 0.6  # of large shapes, from which it is the same view out of focus


class ViewChange:
    """Another view altogether: since when it stands still, and the room that it hides."""

    def __init__(self, room: Grey) -> None:
        self._view: tuple[float, Grey] | None = None  # since when, and the view
        self._mean = room.astype(np.float32)  # of the view, freed from noise
        self._before = room  # the room as it was seen before that
        self._behind: Grey | None = None  # the room of a camera that is covered or turned away

    @property
    def hidden(self) -> bool:
        """Whether the room is still behind a cloth, or the camera turned away from it."""
        return self._behind is not None

    def is_back(self, now: Grey, settings: Settings) -> bool:
        """Whether the room behind a cloth is seen again."""
        return self._behind is not None and (
            share(differs(now, self._behind, settings.threshold)) < _ALIKE
            or alike(now, self._behind) >= 0.6
        )

    def note(self, room: Grey) -> None:
        """Remember the room as it is seen, while it is."""
        if self._view is None:
            self._before = room

    def away(
        self, now: Grey, changed: Mask, t: float, model: BackgroundModel, settings: Settings
    ) -> float | None:
        """Seconds for which the picture shows another view altogether, the same; None where the
        room is still seen. Light leaves texture, and a visitor some of the room."""
        if shift.spread(changed) >= _ALL_OVER:
            textured, other = texture(now, model.room, settings.texture, model.white)
            least = max(int(np.count_nonzero(textured)), now.size // 50)
            if np.count_nonzero(other) >= 0.8 * least:
                since, view = self._view or (t, now)
                if self._view is None or share(differs(now, view, settings.threshold)) >= _ALIKE:
                    since, view = t, now
                    self._mean = now.astype(np.float32)
                cv2.accumulateWeighted(now, self._mean, 0.2)
                self._view = since, view
                return t - since
        self._view = None
        return None

    def judge(self) -> How | None:
        """What became of the camera whose view has stood still; None: the light did it."""
        now = np.asarray(cv2.convertScaleAbs(self._mean), np.uint8)
        if alike(now, self._before) >= _SAME_EDGES or _shapes(now, self._before) >= _SAME_SHAPES:
            sharp, before = sharpness(now), sharpness(self._before)
            dull = sharp is not None and before is not None and sharp < DULL * before
            return "unsharp" if dull else None
        blank = cv2.meanStdDev(detail(now))[1][0][0] < _BLANK
        if blank and cv2.mean(now)[0] < 0.35 * cv2.mean(self._before)[0]:
            return None  # so dark that nothing can be told: a lamp went out
        # Something before the lens has no texture: it is too near to be sharp.
        return "covered" if blank else "turned"

    def accept(self, *, behind: bool) -> None:
        """The view is another from now on; with ``behind``, the room behind it is kept."""
        self._view, self._behind = None, self._before if behind else None


class Blindness:
    """Pictures that show nothing new: always the same one, or without any sharp edge."""

    _FROZEN_FOR, _LIVELY = 10.0, 0.7  # seconds, share of pictures that differ by themselves
    _DULL_FOR = 10.0  # seconds

    def __init__(self, grey: Grey, t: float) -> None:
        self._last, self._same_since = grey, t
        self._lively = 0.0  # share of the pictures that are not the last again
        self._changes = self._run = 0
        self._dull_since: float | None = None
        self._sharp: float | None = None
        self._looked = t

    def begin(self, grey: Grey, t: float) -> None:
        """Count from here on: what was seen before was too dark to tell."""
        self._last, self._same_since, self._run = grey, t, 0
        self._sharp = self._dull_since = None

    def check(self, grey: Grey, t: float, *, lit: bool) -> How | None:
        """Whether the camera is blind now. ``lit``: the light changes, or changed just now."""
        if t < self._looked:
            self._same_since = self._looked = t
            self._dull_since = None
        self._run += 1
        if (grey != self._last).any():
            rate = max(0.02, 1 / (self._changes + 1))
            self._lively += rate * (1 / self._run - self._lively)
            self._changes += 1
            self._last, self._same_since, self._run = grey, t, 0
        elif (
            t - self._same_since >= self._FROZEN_FOR
            and self._lively >= self._LIVELY
            and self._changes > 30
        ):
            return "frozen"
        if t - self._looked >= 0.25:
            self._looked = t
            self._look(grey, t, lit)
        if self._dull_since is not None and t - self._dull_since >= self._DULL_FOR:
            return "unsharp"
        return None

    def _look(self, grey: Grey, t: float, lit: bool) -> None:
        sharp = sharpness(grey)
        if lit or self._sharp is None or sharp is None:
            self._sharp, self._dull_since = sharp, None
            return
        if sharp < DULL * self._sharp:
            self._dull_since = t if self._dull_since is None else self._dull_since
        else:
            self._dull_since = None
            self._sharp += 0.01 * (sharp - self._sharp)


class Trembling:
    """Pushes that come one upon the other are one trembling: a lorry, an earthquake, a door."""

    _QUIET = 20.0  # seconds

    def __init__(self) -> None:
        self._pushed: deque[tuple[float, Shift]] = deque(maxlen=8)

    def add(self, by: Shift, t: float) -> bool:
        """Take in a push; whether it is only more of a trembling that is known already."""
        again = bool(self._pushed) and 0 <= t - self._pushed[-1][0] < self._QUIET
        if not again:
            self._pushed.clear()
        self._pushed.append((t, by))
        return again


def pushed(now: Grey, changed: Mask, near: Mask, model: BackgroundModel) -> Shift | None:
    """By how much the camera was pushed, if it was; then all memories move along."""
    by = shift.between(model.room, now, changed, near)
    if by is not None:
        model.shifted(by, now)
    return by


def alike(now: Grey, before: Grey) -> float:
    """Correlation of the outlines in two pictures, -1..1: the same view has the same outlines in
    any light, also in infrared."""
    return _correlation(_outlines(now), _outlines(before))


def _outlines(picture: Grey) -> Real:
    small = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    real = np.log(small.astype(np.float32) + 8)  # of a darker light, the same outlines
    size = cv2.magnitude(cv2.Sobel(real, cv2.CV_32F, 1, 0), cv2.Sobel(real, cv2.CV_32F, 0, 1))
    return np.asarray(cv2.blur(np.minimum(size, 1.0), (5, 5)), np.float32)


def _shapes(now: Grey, before: Grey) -> float:
    """Correlation of what is left of two pictures in large pieces."""
    size = (24, 16)
    a, b = (cv2.resize(one, size, interpolation=cv2.INTER_AREA) for one in (now, before))
    return _correlation(a.astype(np.float32), b.astype(np.float32))


def _correlation(a: Real, b: Real) -> float:
    a, b = a - a.mean(), b - b.mean()
    both = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / both if both > 1e-6 else 0.0


def sharpness(picture: Grey) -> float | None:
    """How much of a picture's contrast is in its finest edges; None where there is none."""
    deviation = float(cv2.meanStdDev(detail(picture))[1][0][0])
    if deviation < 3:
        return None
    return float(cv2.meanStdDev(cv2.Laplacian(picture, cv2.CV_32F))[1][0][0]) / deviation
