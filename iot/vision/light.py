"""Light that changes: a lamp that is switched, until lamps and cameras have come to rest."""

from typing import Literal

import cv2
import numpy as np

from iot.vision.background import BackgroundModel
from iot.vision.masks import Mask, about, around, as_mask, share
from iot.vision.picture import Grey
from iot.vision.values import Settings

__all__ = ["LightChange"]


class LightChange:
    """Until when the picture comes to rest, and what from."""

    def __init__(self, t: float) -> None:
        self.until = t
        self.kind: Literal["light", "camera_moved"] = "light"

    def lasts(self, t: float) -> bool:
        """Whether the picture has not come to rest yet."""
        return t < self.until

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


def _solid(moved: Mask, settings: Settings) -> Mask:
    """Of what moved, bodies: a lamp brings outlines at most."""
    core = cv2.morphologyEx(moved.view(np.uint8), cv2.MORPH_OPEN, np.ones((7, 7), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(core)
    large = stats[:, cv2.CC_STAT_AREA] >= 3 * settings.min_area * moved.size
    large[0] = False
    return around(as_mask(large[labels]))
