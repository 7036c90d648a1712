"""Operations on working pictures and on masks of them, shared by the stages of the detector."""

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from iot.messages.camera import Zone
from iot.vision.picture import Grey

Real = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

WINDOW = np.ones((5, 5), np.uint8)
PATCH = np.ones((3, 3), np.uint8)
SEAM = (17, 17)  # pixels across and down of a soft edge between two lights
WHITE = 250.0  # grey level from which a pixel may be overexposed


class Thing(NamedTuple):
    """What is connected in a mask: its outline, and the pixels inside it."""

    outline: cv2.typing.MatLike
    area: float


def things(mask: cv2.typing.MatLike) -> list[Thing]:
    """The connected parts of a mask, with their holes filled."""
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    # The outline runs through the outermost pixels: Pick's theorem counts those inside and on it.
    return [Thing(one, cv2.contourArea(one) + cv2.arcLength(one, True) / 2 + 1) for one in outlines]


def watched(zones: Sequence[Zone], shape: tuple[int, ...]) -> Mask | None:
    """Where motion counts: in what is to be guarded, if anything is, but not in what is to be
    ignored. None: everywhere."""
    if not zones:
        return None
    guarded = any(zone.use == "guard" for zone in zones)
    where = np.full(shape, 0 if guarded else 1, np.uint8)
    size = np.array([shape[1], shape[0]])
    for zone in sorted(zones, key=lambda zone: zone.use != "guard"):
        corners = np.round(np.array(zone.points) * size / 1000).astype(np.int32)
        cv2.fillPoly(where, [corners], 1 if zone.use == "guard" else 0)
    return as_mask(where)


def as_mask(picture: cv2.typing.MatLike) -> Mask:
    """Ones and zeros as a mask, without a copy."""
    return np.asarray(picture, np.uint8).view(np.bool_)


def share(mask: Mask) -> float:
    """Which share of the pixels is set, 0..1."""
    return float(np.count_nonzero(mask)) / mask.size


def above(picture: cv2.typing.MatLike, level: float) -> Mask:
    """Where a picture of bytes is above a level."""
    return as_mask(cv2.threshold(picture, level, 1, cv2.THRESH_BINARY)[1])


def differs(now: Grey, before: Grey, level: float) -> Mask:
    """Where two pictures differ by more than a level."""
    return above(cv2.absdiff(now, before), level)


def around(mask: Mask) -> Mask:
    """The mask, four pixels wider."""
    return as_mask(cv2.dilate(mask.view(np.uint8), np.ones((9, 9), np.uint8)))


def about(mask: Mask) -> Mask:
    """The rectangle about a mask, a seam wider: in a new light, parts of a body may look like the
    room."""
    inside = np.zeros_like(mask)
    x, y, w, h = cv2.boundingRect(mask.view(np.uint8))
    if w:
        across, down = SEAM[0] // 2, SEAM[1] // 2
        inside[max(0, y - down) : y + h + down, max(0, x - across) : x + w + across] = True
    return inside


def shown(memory: Real) -> Grey:
    """A memory as a camera would show it: overexposed from 255 on."""
    return np.asarray(cv2.convertScaleAbs(memory), np.uint8)


def detail(picture: Grey) -> cv2.typing.MatLike:
    """What is left of a picture without its large soft parts."""
    real = picture.astype(np.float32)
    return real - cv2.blur(real, (15, 15))


def edge(picture: Grey, where: Mask) -> float:
    """How strong edges are there, grey levels."""
    across = cv2.morphologyEx(picture, cv2.MORPH_GRADIENT, PATCH)
    return float(across[where].mean())


def gain(now: Grey, room: Grey) -> float:
    """By how much the picture is brighter: the median over every fourth row and column, where
    neither is overexposed."""
    some_now, some_room = now[::4, ::4].ravel(), room[::4, ::4].ravel()
    known = np.maximum(some_now, some_room) < WHITE
    some_now, some_room = some_now[known], some_room[known]
    if some_now.size < known.size / 16:
        return 1.0
    ratios = (some_now + np.float32(1)) / (some_room + np.float32(1))
    middle = ratios.size // 2
    return float(np.partition(ratios, middle)[middle])


def texture(now: Grey, room: Grey, sigma: float, white: float) -> tuple[Mask, Mask]:
    """Where either picture has texture, and where it is not the same in both.

    In a 5x5 window, the same means that the pictures differ by contrast and brightness alone: the
    variance that a straight line from one to the other leaves over stays below sigma squared. What
    is bright in both and overexposed in one has lost its texture to the light.
    """
    window = WINDOW.shape
    new, old = now.astype(np.float32), room.astype(np.float32)
    mean_now, mean_room = cv2.blur(new, window), cv2.blur(old, window)
    var_now = cv2.blur(new * new, window) - mean_now * mean_now
    var_room = cv2.blur(old * old, window) - mean_room * mean_room
    common = np.maximum(cv2.blur(new * old, window) - mean_now * mean_room, 0)
    most = np.maximum(var_now, var_room)
    textured = most > sigma * sigma
    bright = (now >= WHITE - 5) | (room >= white - 5)
    if bright.any():
        burnt = as_mask(cv2.dilate(bright.view(np.uint8), WINDOW))
        textured &= ~(burnt & (np.minimum(mean_now, mean_room) >= 0.6 * white))
    both = np.maximum(var_now * var_room, 1e-3)
    # most * (1 - common² / both), what is left over, without a division
    return textured, textured & (most * (both - common * common) > sigma * sigma * both)
