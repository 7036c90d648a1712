"""Spots where something moved without getting anywhere: a screen that shows people, a shirt on a
line. What moves there again was told before; who has come from elsewhere goes beyond the spot."""

from collections.abc import Iterable, Sequence

from iot.vision.tracks import WENT, Track
from iot.vision.values import Box

__all__ = ["WENT", "Spots"]

_KEPT = 900.0  # seconds for which a spot is remembered
_MOST = 16
_MARGIN = 0.02  # share of the picture about a spot


class Spots:
    """The spots of one camera's picture."""

    def __init__(self) -> None:
        self._seen: list[tuple[Box, float]] = []
        self._t = 0.0

    def pass_time(self, t: float) -> None:
        """It is so late now, in seconds; what is too old is forgotten."""
        self._t = t
        self._seen = [one for one in self._seen if 0 <= t - one[1] <= _KEPT]

    def note(self, tracks: Iterable[Track]) -> None:
        """Remember where things were that are over now, unless they went somewhere."""
        new = [(one.bounds, self._t) for one in tracks if one.way < WENT]
        self._seen = [*self._seen, *new][-_MOST:]

    def again(self, tracks: Sequence[Track], boxes: Sequence[Box]) -> bool:
        """Whether things have not gone beyond the spots that are known; of ``boxes``, where
        nothing could be followed because it often moves there."""
        if any(one.way >= WENT for one in tracks):
            return False
        spots = [box for box, _ in self._seen]
        places = [one.bounds for one in tracks] or list(boxes)
        return bool(places) and all(any(_inside(one, spot) for spot in spots) for one in places)


def _inside(box: Box, spot: Box) -> bool:
    return (
        box.x >= spot.x - _MARGIN
        and box.y >= spot.y - _MARGIN
        and box.x + box.w <= spot.x + spot.w + _MARGIN
        and box.y + box.h <= spot.y + spot.h + _MARGIN
    )
