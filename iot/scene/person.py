"""A person: a jointed body that walks, turns and breathes, dressed and shaded.

A body is drawn in metres (x to the right, y up from the floor) into a patch of its own and put on
the floor of the room.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from iot.scene.room import WIDTH, Colour, Picture, on_floor, resized

Point = tuple[float, float]

_REACH = 0.75  # metres from the middle to the patch's edge
_OVER = 2  # drawn so much larger, then reduced: smooth edges


@dataclass(frozen=True)
class Look:
    """Size in metres and colours (BGR) of a person."""

    height: float
    skin: Colour
    hair: Colour
    top: Colour
    stripe: Colour
    trousers: Colour
    shoes: Colour
    long_hair: bool = False


LOOKS = (
    Look(1.58, (128, 160, 206), (44, 46, 54), (96, 84, 164), (110, 100, 184), (82, 62, 52),
         (48, 52, 60), long_hair=True),
    Look(1.72, (118, 150, 196), (36, 38, 42), (116, 98, 60), (156, 140, 108), (62, 66, 74),
         (30, 32, 36)),
    Look(1.52, (134, 166, 210), (190, 192, 196), (150, 170, 122), (168, 186, 142), (104, 92, 96),
         (70, 62, 66)),
)  # fmt: skip


@dataclass(frozen=True)
class Pose:
    """Where a person is and how they hold themselves.

    x, z: metres to the right and away. facing: -1 left, 1 right. turned: 0 from the side, 1 towards
    the camera. stride: how far legs swing, 0 to 1. phase: of the step, radians. raised: an arm
    lifted, 0 to 1. sway: metres.
    """

    x: float
    z: float
    facing: float = 1.0
    turned: float = 0.0
    stride: float = 0.0
    phase: float = 0.0
    raised: float = 0.0
    sway: float = 0.0


def visible(look: Look, pose: Pose) -> bool:
    """Whether any of the body is inside the picture."""
    column, _, scale = on_floor(pose.x, pose.z)
    half = (0.1 + 0.1 * pose.stride) * look.height * scale
    return -half < column < WIDTH + half


def columns(pose: Pose, width: int) -> slice:
    """The columns of a picture that a person, with shadow, may touch."""
    column, _, scale = on_floor(pose.x, pose.z)
    to = width / WIDTH
    left, right = ((column + side * (_REACH * scale + 4)) * to for side in (-1, 1))
    return slice(min(width, max(0, int(left))), max(0, min(width, int(right) + 2)))


def put(surfaces: Picture, look: Look, pose: Pose) -> None:
    """Draw the person into the room's surfaces, with a shadow at the feet."""
    to = surfaces.shape[1] / WIDTH
    column, row, scale = on_floor(pose.x, pose.z)
    patch, alpha = _body(look, pose, scale * max(to, 0.5) * _OVER)
    _ground(surfaces, (column * to, row * to), look.height * scale * to, pose)
    size = max(2, round(2 * _REACH * scale * to)), max(2, round((look.height + 0.2) * scale * to))
    patch, alpha = resized(patch, size), resized(alpha, size)
    left = round(column * to - size[0] / 2)
    above = round(row * to - size[1] + 0.1 * scale * to)
    _blend(surfaces, patch, alpha, left, above)


def _blend(under: Picture, patch: Picture, alpha: Picture, left: int, above: int) -> None:
    height, width = under.shape[:2]
    x0, x1 = max(0, left), min(width, left + patch.shape[1])
    y0, y1 = max(0, above), min(height, above + patch.shape[0])
    if x0 >= x1 or y0 >= y1:
        return
    part = (slice(y0 - above, y1 - above), slice(x0 - left, x1 - left))
    share = alpha[part][..., None]
    under[y0:y1, x0:x1] += share * (patch[part] - under[y0:y1, x0:x1])


def _ground(surfaces: Picture, foot: Point, tall: float, pose: Pose) -> None:
    """A soft contact shadow, longer away from the window."""
    height, width = surfaces.shape[:2]
    half = int(tall * 0.32)
    x, y = int(foot[0] + tall * 0.05), int(foot[1])
    patch = np.zeros((2 * half + 1, 2 * half + 1, 3), np.float32)
    alpha = np.zeros(patch.shape[:2], np.float32)
    axes = (int(tall * (0.13 + 0.05 * pose.stride)), max(1, int(tall * 0.03)))
    cv2.ellipse(alpha, (half, half), axes, 0, 0, 360, 0.42, -1, cv2.LINE_AA)
    alpha = np.asarray(cv2.GaussianBlur(alpha, (0, 0), max(1.0, tall * 0.018)), np.float32)
    if 0 <= y < height + half and -half < x < width + half:
        _blend(surfaces, patch, alpha, x - half, y - half)


class _Canvas:
    """A patch to draw limbs on, in metres, with every limb rounded by its own shading."""

    def __init__(self, tall: float, pixels_a_metre: float) -> None:
        self._unit = pixels_a_metre
        self._tall = tall
        shape = (int((tall + 0.2) * self._unit), int(2 * _REACH * self._unit))
        self.picture = np.zeros((*shape, 3), np.float32)
        self.alpha = np.zeros(shape, np.float32)
        rows, along = (np.arange(length, dtype=np.float32) for length in shape)
        self.weave = np.outer(np.sin(rows * 0.9), np.sin(along * 0.9))
        self.bands = (np.sin(rows[:, None] / self._unit * 150) > 0.3).astype(np.float32)

    def at(self, point: Point) -> tuple[int, int]:
        """Pixel of a point in metres."""
        x, y = point
        return int((x + _REACH) * self._unit), int((self._tall + 0.1 - y) * self._unit)

    def limb(
        self, points: Sequence[Point], widths: Sequence[float], colour: Colour, dark: float = 1.0
    ) -> None:
        """A tapered tube along points, as wide as given at each."""
        mask = np.zeros(self.alpha.shape, np.uint8)
        for (a, b), (wide_a, wide_b) in zip(
            pairwise(points),
            pairwise(widths),
            strict=True,
        ):
            along = np.array([b[0] - a[0], b[1] - a[1]])
            across = np.array([-along[1], along[0]]) / (np.hypot(*along) + 1e-9)
            corners = [
                self.at((p[0] + s * w / 2 * across[0], p[1] + s * w / 2 * across[1]))
                for p, w, s in ((a, wide_a, 1), (b, wide_b, 1), (b, wide_b, -1), (a, wide_a, -1))
            ]
            cv2.fillPoly(mask, [np.array(corners, np.int32)], 255)
        for point, wide in zip(points, widths, strict=True):
            cv2.circle(mask, self.at(point), int(wide / 2 * self._unit), 255, -1)
        self._paint(mask, np.array(colour, np.float32) * dark)

    def blob(self, centre: Point, axes: Point, colour: Colour, dark: float = 1.0) -> None:
        """An ellipse with the given half axes."""
        mask = np.zeros(self.alpha.shape, np.uint8)
        size = int(axes[0] * self._unit), int(axes[1] * self._unit)
        cv2.ellipse(mask, self.at(centre), size, 0, 0, 360, 255, -1)
        self._paint(mask, np.array(colour, np.float32) * dark)

    def shirt(self, outline: Sequence[Point], colour: Colour, stripe: Colour) -> None:
        """A polygon of striped cloth."""
        mask = np.zeros(self.alpha.shape, np.uint8)
        cv2.fillPoly(mask, [np.array([self.at(p) for p in outline], np.int32)], 255)
        side = int(0.03 * self._unit) | 1  # corners are rounded so much
        mask = np.asarray(cv2.blur(mask, (side, side)) > 127, np.uint8)
        cloth = np.array(colour) + self.bands[..., None] * (np.array(stripe) - np.array(colour))
        self._paint(mask, cloth.astype(np.float32))

    def _paint(self, mask: np.ndarray, colour: Picture) -> None:
        inside = mask > 0
        if not inside.any():
            return
        x, y, w, h = cv2.boundingRect(mask)
        part = (slice(y, y + h), slice(x, x + w))
        padded = cv2.copyMakeBorder(mask[part], 1, 1, 1, 1, cv2.BORDER_CONSTANT)
        depth = cv2.distanceTransform(padded, cv2.DIST_L2, 3)[1:-1, 1:-1]
        round_ = np.sqrt(np.minimum(depth / max(float(depth.max()), 1e-3), 1))
        slope = cv2.Sobel(cv2.GaussianBlur(round_, (0, 0), 3), cv2.CV_32F, 1, 0)
        shade = 0.66 + 0.36 * round_ + 0.35 * np.clip(slope, -0.5, 0.5) + 0.025 * self.weave[part]
        painted = np.broadcast_to(colour, self.picture.shape)[part] * shade[..., None]
        self.picture[part][inside[part]] = painted[inside[part]]
        self.alpha[inside] = 1


def _body(look: Look, pose: Pose, pixels_a_metre: float) -> tuple[Picture, Picture]:
    """Patch and coverage of a person."""
    tall = look.height
    canvas = _Canvas(tall, pixels_a_metre)
    bob = 0.012 * tall * abs(np.sin(pose.phase)) * pose.stride
    hip = (pose.sway * 0.5, 0.515 * tall - bob)
    neck = (pose.sway + 0.02 * pose.facing * pose.stride, 0.845 * tall - bob)
    wide = 0.5 + 0.5 * pose.turned  # of shoulders, from the side and from the front
    far, near = (-pose.facing, pose.facing)

    for side, dark in ((far, 0.72), (near, 1.0)):
        _leg(canvas, look, pose, hip, side, dark)
    _arm(canvas, look, pose, neck, far, 0.78, 0.0)
    if look.long_hair:
        canvas.limb([neck, (neck[0], 0.9 * tall)], [0.13 * wide + 0.05, 0.16], look.hair, 0.85)
    canvas.limb([neck, (neck[0], 0.88 * tall)], [0.085, 0.08], look.skin, 0.86)
    shoulder, waist = 0.125 * tall * wide, 0.088 * tall * (0.72 + 0.28 * pose.turned)
    canvas.shirt(
        [
            (neck[0] - 0.3 * shoulder, neck[1] + 0.012 * tall),
            (neck[0] + 0.3 * shoulder, neck[1] + 0.012 * tall),
            (neck[0] + shoulder, neck[1] - 0.03 * tall),
            (neck[0] + 0.9 * shoulder, neck[1] - 0.12 * tall),
            (hip[0] + 0.82 * waist, hip[1] + 0.1 * tall),
            (hip[0] + waist, hip[1] - 0.045 * tall),
            (hip[0] - waist, hip[1] - 0.045 * tall),
            (hip[0] - 0.82 * waist, hip[1] + 0.1 * tall),
            (neck[0] - 0.9 * shoulder, neck[1] - 0.12 * tall),
            (neck[0] - shoulder, neck[1] - 0.03 * tall),
        ],
        look.top,
        look.stripe,
    )
    _head(canvas, look, pose, (neck[0] + 0.01 * pose.facing, 0.928 * tall - bob))
    _arm(canvas, look, pose, neck, near, 1.0, pose.raised)
    return canvas.picture, np.asarray(cv2.GaussianBlur(canvas.alpha, (0, 0), 1), np.float32)


def _leg(canvas: _Canvas, look: Look, pose: Pose, hip: Point, side: float, dark: float) -> None:
    tall = look.height
    step = pose.phase + (np.pi if side * pose.facing > 0 else 0)
    thigh = 0.42 * pose.stride * np.sin(step) * (1 - 0.7 * pose.turned)
    bend = pose.stride * (0.12 + 0.75 * max(0.0, np.cos(step)) ** 2) * (1 - 0.5 * pose.turned)
    spread = 0.048 * tall * pose.turned * side
    top = (hip[0] + spread, hip[1] - 0.01 * tall)
    knee = _from(top, thigh * pose.facing, 0.245 * tall)
    ankle = _from(knee, (thigh - bend) * pose.facing, 0.235 * tall)
    ankle = (ankle[0], max(ankle[1], 0.03 * tall))
    toe = (ankle[0] + pose.facing * 0.085 * (1 - pose.turned) + 0.02 * side, ankle[1] - 0.03 * tall)
    canvas.limb([ankle, toe], [0.055, 0.06], look.shoes, dark)
    canvas.limb([top, knee, ankle], [0.165, 0.115, 0.085], look.trousers, dark)


def _arm(
    canvas: _Canvas, look: Look, pose: Pose, neck: Point, side: float, dark: float, raised: float
) -> None:
    tall = look.height
    step = pose.phase + (0 if side * pose.facing > 0 else np.pi)
    swing = 0.5 * pose.stride * np.sin(step) * (1 - 0.6 * pose.turned) * pose.facing
    out = 0.1 * side * pose.turned
    shoulder = (neck[0] + side * 0.1 * tall * pose.turned, neck[1] - 0.04 * tall)
    elbow = _from(shoulder, swing + out + raised * 0.5 * side, 0.17 * tall)
    fold = 0.25 * pose.facing * (1 - pose.turned) - 0.5 * out + raised * 1.6 * side
    wrist = _from(elbow, swing + fold, 0.16 * tall)
    canvas.blob(wrist, (0.042, 0.05), look.skin, dark)
    canvas.limb([shoulder, elbow, wrist], [0.105, 0.085, 0.065], look.top, dark * 0.92)


def _head(canvas: _Canvas, look: Look, pose: Pose, at: Point) -> None:
    ahead = pose.facing * (1 - pose.turned)
    canvas.blob((at[0] - 0.018 * ahead, at[1] + 0.012), (0.088, 0.112), look.hair)
    canvas.blob((at[0] + 0.022 * ahead, at[1] - 0.016), (0.072, 0.094), look.skin)
    fringe = (at[0] + 0.004 * ahead, at[1] + 0.068)
    canvas.blob(fringe, (0.078, 0.036), look.hair)
    if look.long_hair and pose.turned < 0.5:
        canvas.blob((at[0] - 0.055 * ahead, at[1] - 0.05), (0.055, 0.11), look.hair)
    if pose.turned > 0.5:
        for side in (-1, 1):
            canvas.blob((at[0] + side * 0.027, at[1] - 0.004), (0.009, 0.008), (40, 44, 52))
        canvas.blob((at[0], at[1] - 0.062), (0.022, 0.006), (96, 100, 168))
    else:
        canvas.blob((at[0] - 0.012 * ahead, at[1] - 0.015), (0.012, 0.02), look.skin, 0.85)
        canvas.blob((at[0] + 0.062 * ahead, at[1] + 0.0), (0.007, 0.007), (40, 44, 52))


def _from(point: Point, angle: float, length: float) -> Point:
    """The far end of a bone that hangs from a point, swung by an angle from straight down."""
    return float(point[0] + np.sin(angle) * length), float(point[1] - np.cos(angle) * length)
