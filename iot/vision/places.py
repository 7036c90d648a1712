"""Places that always move: a fan, a curtain, a screen, a burnt-in clock, a thread before the lens.

A coarse map of the picture remembers how much of the time each cell has moved, over the last half
a minute and over the last quarter of an hour. What moved a while is *usual*: nobody new is there.
What moved long is *muted*: it begins no episode and keeps none going, until it has been still for
about as long. Whoever passes before such a place is seen beside it.
"""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from iot.vision.masks import Mask, as_mask
from iot.vision.values import Box

__all__ = ["Places"]

_CELL = 8  # working pixels
_SHORT, _LONG = 20.0, 900.0  # seconds: time constants of the two memories
_USUAL = 0.15  # share of the last seconds
_MUTED = 0.05  # share of the long memory: about 45 seconds of movement without a pause
_OFFERED = 0.4  # for so long that the family is asked whether to ignore it: about 8 minutes
_CELL_MOVES = 0.1  # share of a cell that must move
_MOST = 0.5  # of the picture: where more always moves, nothing is learned from it


class Places:
    """How often each part of the picture moves."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        height, width = shape
        self._size = width, height
        self._cells = max(1, round(width / _CELL)), max(1, round(height / _CELL))
        self._short = np.zeros((self._cells[1], self._cells[0]), np.float32)
        self._long = np.zeros_like(self._short)
        self.usual: Mask | None = None  # None: nowhere
        self.muted: Mask | None = None

    def learn(self, moved: Mask | None, seconds: float, came: Sequence[Box] = ()) -> None:
        """Take in what moved for so many seconds; None: nothing did. ``came``: where things are
        that came from elsewhere; nobody is a place that always moves."""
        if moved is None:
            if self.usual is None and self.muted is None and not self._long.any():
                return
            now = np.zeros_like(self._short)
        else:
            shares = cv2.resize(
                moved.view(np.uint8) * np.uint8(255), self._cells, interpolation=cv2.INTER_AREA
            )
            now = np.asarray(shares > 255 * _CELL_MOVES, np.float32)
        staying = now.copy()
        for box in came:
            across, down = self._cells
            x, y = max(0, int(box.x * across) - 1), max(0, int(box.y * down) - 1)
            right, foot = int((box.x + box.w) * across) + 2, int((box.y + box.h) * down) + 2
            staying[y:foot, x:right] = 0
        for memory, constant, seen in (
            (self._short, _SHORT, now),
            (self._long, _LONG, staying),
        ):
            memory += (1 - float(np.exp(-seconds / constant))) * (seen - memory)
        self._long[self._long < 1e-5] = 0
        self.usual = self._where(self._short, _USUAL)
        self.muted = self._where(self._long, _MUTED)

    def offered(self) -> tuple[Box, ...]:
        """Where it has moved for so long that the family may want to ignore it."""
        cells = _wider(self._long >= _OFFERED)
        outlines, _ = cv2.findContours(cells, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        across, down = self._cells
        found = (cv2.boundingRect(one) for one in outlines)
        return tuple(
            sorted(Box(x / across, y / down, w / across, h / down) for x, y, w, h in found)
        )

    def _where(self, memory: npt.NDArray[np.float32], least: float) -> Mask | None:
        cells = memory >= least
        count = np.count_nonzero(cells)
        if not count or count > _MOST * cells.size:
            return None
        return as_mask(cv2.resize(_wider(cells), self._size, interpolation=cv2.INTER_NEAREST))


def _wider(cells: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint8]:
    """Cells and their neighbours."""
    return np.asarray(cv2.dilate(cells.view(np.uint8), np.ones((3, 3), np.uint8)), np.uint8)
