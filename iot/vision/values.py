"""What a motion detector is told and what it answers: values without behaviour."""

from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, Self

from iot.messages.camera import How

__all__ = ["NOTHING", "Box", "How", "Motion", "Settings"]


class Box(NamedTuple):
    """A rectangle as fractions 0..1 of the picture; x, y is the top left corner."""

    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True)
class Motion:
    """What differs from the room in one picture.

    level: mean over all pixels of min(1, change / 128 grey levels), of moved pixels only. So 0..1:
        the share of the picture that moved, where a full count takes half the grey scale.
    area: share of the picture that moved, 0..1.
    largest: share of the picture that the largest moving thing fills, 0..1.
    contrast: mean change of the moved pixels, grey levels.
    light: brightness of the picture relative to the room, 0.1 = 10 % brighter.
    boxes: where it moved, the largest first.
    fresh: of the boxes, those at places that do not move all the time.
    how: what became of a camera that moved or is blind.
    view: seconds for which another view altogether has stood still, where that is so.
    """

    kind: Literal["none", "motion", "light", "camera_moved", "blind"]
    level: float = 0.0
    area: float = 0.0
    contrast: float = 0.0
    light: float = 0.0
    largest: float = 0.0
    boxes: tuple[Box, ...] = ()
    fresh: tuple[Box, ...] = ()
    how: How | None = None
    view: float | None = None


NOTHING = Motion("none")


@dataclass(frozen=True)
class Settings:
    """How sharply to look. Grey levels of 255, shares of the picture, seconds."""

    threshold: float = 18  # a changed pixel
    texture: float = 6  # standard deviation that is new, or gone, in a 5x5 window
    min_area: float = 0.002  # of a change that matters to the room
    least: float = 0.0006  # of a moving thing
    adapt: float = 5  # time constant at which the room follows slow light
    settle: float = 30  # what stands still for so long belongs to the room
    lit_area: float = 0.3  # so much of the picture changes when a lamp is switched
    lit_gain: float = 0.1  # or so much does its brightness
    uneven: float = 0.03  # a lamp, other than exposure, changes so much beside what moves
    lit_for: float = 0.8  # lamps and cameras take so long to come to rest
    shade: float = 1  # time constant at which the room follows light in a part of it

    def at(self, threshold: float) -> Self:
        """As sharp as a threshold for changed pixels asks for; texture is weighed alike."""
        return replace(self, threshold=threshold, texture=self.texture * threshold / self.threshold)
