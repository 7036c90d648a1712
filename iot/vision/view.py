"""The camera itself: was it pushed, covered or turned away?"""

import cv2
import numpy as np

from iot.vision import shift
from iot.vision.background import BackgroundModel
from iot.vision.masks import Mask, detail, differs, share, texture
from iot.vision.picture import Grey
from iot.vision.values import How, Settings

__all__ = ["AWAY", "ViewChange", "pushed"]

AWAY = 2.0  # seconds for which another view must stand still: who comes close does not
_ALL_OVER = 16  # of the 24 cells of a picture
_ALIKE = 0.1  # share of the picture that may differ in the same view
_BLANK = 6.0  # grey levels, standard deviation: less detail than any view has


class ViewChange:
    """Another view altogether: since when it stands still, and the room that it hides."""

    def __init__(self, room: Grey) -> None:
        self._view: tuple[float, Grey] | None = None  # since when, and the view
        self._before = room  # the room as it was seen before that
        self._behind: Grey | None = None  # the room of a camera that is covered or turned away

    def is_back(self, now: Grey, settings: Settings) -> bool:
        """Whether the room behind a cloth is seen again."""
        return (
            self._behind is not None
            and share(differs(now, self._behind, settings.threshold)) < _ALIKE
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
                if share(differs(now, view, settings.threshold)) >= _ALIKE:
                    since, view = t, now
                self._view = since, view
                return t - since
        self._view = None
        return None

    def accept(self) -> None:
        """The view is another from now on; the room behind it is kept."""
        self._view, self._behind = None, self._before


def pushed(now: Grey, changed: Mask, near: Mask, model: BackgroundModel) -> bool:
    """Whether the camera was pushed; if so, all memories move along."""
    by = shift.between(model.room, now, changed, near)
    if by is None:
        return False
    model.shifted(by, now)
    return True


def how(now: Grey) -> How:
    """Something before the lens has no texture: it is too near to be sharp."""
    return "covered" if cv2.meanStdDev(detail(now))[1][0][0] < _BLANK else "turned"
