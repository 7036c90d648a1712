"""Was the camera moved? Two working pictures of one room, some pixels apart.

Phase correlation finds the shift that most of the picture agrees on, so a person in it, who moves
otherwise or not at all, does not matter. It is only believed when the room, moved by it, explains
the picture much better than before.
"""

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

Real = npt.NDArray[np.float32]
Grey = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

_CELLS = (6, 4)  # across and down
_SPREAD = 6  # of the 24 cells must show a change beside what moves already
_LEAST = 0.3  # pixels; less is the camera's own trembling


class Shift(NamedTuple):
    """Pixels by which the picture moved to the right and down."""

    x: float
    y: float


def spread(changed: Mask) -> int:
    """In how many cells of a coarse grid something changed, at least 2 % of the cell."""
    share = cv2.resize(changed.view(np.uint8) * np.uint8(255), _CELLS, interpolation=cv2.INTER_AREA)
    return int(np.count_nonzero(share > 5))


def between(room: Grey, now: Grey, changed: Mask, ignore: Mask) -> Shift | None:
    """The shift from the room to the picture, or None where there is none.

    ``changed``: where they differ. ``ignore``: where something moved already.
    """
    height, width = now.shape
    fresh = changed & ~ignore
    if min(height, width) < 16 or np.count_nonzero(fresh) < fresh.size // 200:
        return None
    if spread(fresh) < _SPREAD:
        return None
    window = cv2.createHanningWindow((width, height), cv2.CV_32F)
    (x, y), _ = cv2.phaseCorrelate(_edges(room), _edges(now), window)
    if not _LEAST <= float(np.hypot(x, y)) <= width / 8:
        return None
    found = Shift(float(x), float(y))
    quiet = ~ignore
    before = cv2.absdiff(now, room)[quiet].mean()
    after = np.abs(now - moved(room.astype(np.float32), found, now))[quiet].mean()
    return found if after < 0.7 * before else None


def moved(picture: Real, by: Shift, now: Grey) -> Real:
    """The picture moved; what comes in at the edges is as in the picture ``now``."""
    matrix = np.array([[1, 0, by.x], [0, 1, by.y]], np.float32)
    size = now.shape[1], now.shape[0]
    shifted = cv2.warpAffine(picture, matrix, size)
    covered = cv2.warpAffine(np.ones_like(picture), matrix, size) > 0.99
    return np.where(covered, shifted, now).astype(np.float32, copy=False)


def _edges(picture: Grey) -> Real:
    """The picture without its light: what is left after taking off the surroundings."""
    real = picture.astype(np.float32)
    return np.asarray(real - cv2.blur(real, (15, 15)), np.float32)
