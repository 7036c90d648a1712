"""The walk when a camera is set up: somebody walks through the room, and the camera notes how large
it sees them in each part of its picture."""

from collections.abc import Iterable
from statistics import median

from iot.vision.tracks import Track

__all__ = ["COLUMNS", "ROWS", "Walk"]

ROWS, COLUMNS = 3, 3
"""Parts of the picture, by where feet stand: the upper rows are far away in most rooms."""

_HITS = 3  # pictures in which a thing must be seen
_WENT = 0.03  # share of the picture that it must have gone through


class Walk:
    """Heights of who walks, by the part of the picture where their feet are."""

    def __init__(self) -> None:
        self._heights: dict[tuple[int, int], list[float]] = {}

    def see(self, tracks: Iterable[Track], t: float) -> None:
        """Take in where things are in the picture at ``t`` seconds. Nobody else moves: the largest
        of those that went somewhere is who walks."""
        walking = [
            one for one in tracks if one.seen == t and one.hits >= _HITS and one.way >= _WENT
        ]
        if not walking:
            return
        box = max(walking, key=lambda one: one.box.w * one.box.h).box
        row = min(ROWS - 1, int((box.y + box.h) * ROWS))
        column = min(COLUMNS - 1, int((box.x + box.w / 2) * COLUMNS))
        self._heights.setdefault((row, column), []).append(box.h)

    def heights(self) -> list[float | None]:
        """The usual height in each part, as a share of the picture's; None where nobody was seen.
        Rows from above, each from the left."""
        return [
            round(median(seen), 3) if (seen := self._heights.get((row, column))) else None
            for row in range(ROWS)
            for column in range(COLUMNS)
        ]
