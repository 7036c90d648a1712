"""The room: surfaces (what colour things are) and light (how much of it falls where).

All pictures are float32 BGR, height x width x 3; coordinates are those of a 1280 x 720 picture and
scale with it. The floor is a plane seen by a camera 1.5 m above it, so that people can walk on it.
"""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.float32]
Colour = tuple[float, float, float]

WIDTH, HEIGHT = 1280, 720
HORIZON = 262.0  # row at the camera's own height
FOCAL = 800.0  # pixels
EYE = 1.5  # metres above the floor
WALL = 6.0  # metres to the back wall
LAMP = (1188, 236)


def on_floor(x: float, z: float) -> tuple[float, float, float]:
    """Column, row, and pixels a metre, of a point on the floor x m to the right and z m away."""
    scale = FOCAL / z
    return WIDTH / 2 + x * scale, HORIZON + EYE * scale, scale


class Room:
    """A living room, drawn once; `lit` gives it under a light."""

    def __init__(self, seed: int = 0, width: int = WIDTH) -> None:
        self.scale = width / WIDTH
        self._rng = np.random.default_rng(seed)
        surfaces = self._wall_and_floor()
        _window(surfaces)
        _painting(surfaces)
        _cabinet(surfaces)
        _sofa(surfaces)
        _plant(surfaces)
        _lamp(surfaces)
        soft = np.asarray(cv2.GaussianBlur(surfaces, (0, 0), 0.7), np.float32)
        size = (width, round(width * HEIGHT / WIDTH))
        self.surfaces = resized(np.clip(soft, 0, 255), size)
        self._daylight = resized(_daylight(), size)
        self._lamplight = resized(_lamplight(), size)

    def light(self, lamp: float, day: float = 1.0) -> Picture:
        """Light by pixel: what surfaces are multiplied by. `lamp` and `day` are 0 to 1."""
        return np.asarray(day * self._daylight + lamp * self._lamplight, np.float32)

    def _wall_and_floor(self) -> Picture:
        rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
        paper = _grain(self._rng, (HEIGHT, WIDTH), 1.2) * 3
        wall = np.array([196, 208, 216], np.float32) + paper[..., None]
        depth = FOCAL * EYE / np.maximum(rows - HORIZON, 1)
        across = (columns - WIDTH / 2) * depth / FOCAL
        plank = np.floor(across / 0.16)
        row_of_planks = np.floor(depth / 1.3 + (plank % 3) / 3)
        tone = np.sin(plank * 12.9898 + row_of_planks * 78.233) * 43758.5453
        tone = tone - np.floor(tone)
        fibre = _grain(self._rng, (512, 512), 1.0)
        long = cv2.resize(fibre, (512, 4096), interpolation=cv2.INTER_LINEAR)
        streaks = cv2.remap(
            long,
            (across * 160 + plank * 37) % 512,
            (depth * 400 + plank * 911) % 4096,
            cv2.INTER_LINEAR,
        )
        joint = np.abs(across / 0.16 - plank - 0.5) > 0.5 - 0.004 * depth
        shade = 0.86 + 0.2 * tone + 0.05 * streaks - 0.3 * joint
        floor = np.array([86, 130, 176], np.float32) * shade[..., None]
        foot = HORIZON + EYE * FOCAL / WALL
        picture = np.where((rows > foot)[..., None], floor, wall).astype(np.float32)
        cv2.rectangle(picture, (0, int(foot) - 20), (WIDTH, int(foot)), (214, 220, 224), -1)
        cv2.line(picture, (0, int(foot) - 20), (WIDTH, int(foot) - 20), (168, 178, 184), 2)
        cv2.line(picture, (0, int(foot)), (WIDTH, int(foot)), (60, 78, 96), 3)
        _rug(picture, across, depth)
        return picture


def resized(picture: Picture, size: tuple[int, int]) -> Picture:
    """Reduced to (width, height), each pixel the mean of those it stands for."""
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(small, np.float32)


def _grain(rng: np.random.Generator, shape: tuple[int, int], sigma: float) -> Picture:
    """Smooth noise of unit deviation."""
    noise = cv2.GaussianBlur(rng.normal(size=shape).astype(np.float32), (0, 0), sigma)
    return np.asarray(noise / noise.std(), np.float32)


def _polygon(picture: Picture, points: Sequence[tuple[float, float]], colour: Colour) -> None:
    cv2.fillPoly(picture, [np.array(points, np.int32)], colour, cv2.LINE_AA)


def _block(
    picture: Picture, box: tuple[int, int, int, int], radius: int, top: Colour, foot: Colour
) -> None:
    """A rounded rectangle (left, top, right, bottom) whose colour runs from top to foot."""
    left, above, right, below = box
    mask = np.zeros(picture.shape[:2], np.float32)
    cv2.rectangle(mask, (left + radius, above), (right - radius, below), 1, -1)
    cv2.rectangle(mask, (left, above + radius), (right, below - radius), 1, -1)
    for x in (left + radius, right - radius):
        for y in (above + radius, below - radius):
            cv2.circle(mask, (x, y), radius, 1, -1, cv2.LINE_AA)
    run = np.clip((np.arange(picture.shape[0]) - above) / max(1, below - above), 0, 1)
    colours = np.array(top) + run[:, None] * (np.array(foot) - np.array(top))
    edge = cv2.GaussianBlur(mask, (0, 0), 6)[..., None]
    shaded = colours[:, None, :] * (0.72 + 0.28 * edge)
    picture += mask[..., None] * (shaded - picture)


def _shadow(picture: Picture, centre: tuple[int, int], axes: tuple[int, int], depth: float) -> None:
    """A soft dark spot, where a thing stands."""
    mask = np.zeros(picture.shape[:2], np.float32)
    cv2.ellipse(mask, centre, axes, 0, 0, 360, depth, -1)
    picture *= 1 - cv2.GaussianBlur(mask, (0, 0), 9)[..., None]


def _rug(picture: Picture, across: Picture, depth: Picture) -> None:
    inside = (np.abs(across - 0.3) < 1.5) & (np.abs(depth - 4.35) < 0.75)
    border = inside & ((np.abs(across - 0.3) > 1.38) | (np.abs(depth - 4.35) > 0.66))
    stripes = 0.5 + 0.5 * np.sin(across * 16) * np.sin(depth * 22)
    cloth = np.array([108, 92, 96], np.float32) + stripes[..., None] * np.array([34, 34, 40])
    picture[inside] = cloth[inside]
    picture[border] = (150, 172, 186)


def _window(picture: Picture) -> None:
    left, above, right, below = 120, 84, 420, 330
    sky = np.linspace(0, 1, below - above)[:, None, None]
    view = np.array([240, 214, 186]) * (1 - sky) + np.array([246, 240, 232]) * sky
    view = np.repeat(view, right - left, axis=1).astype(np.float32)
    for x, y, radius in ((40, 240, 70), (130, 250, 55), (215, 238, 80), (290, 250, 60)):
        cv2.circle(view, (x, y), radius, (118, 152, 128), -1, cv2.LINE_AA)
    picture[above:below, left:right] = cv2.GaussianBlur(view, (0, 0), 7)
    frame = (226, 230, 232)
    cv2.rectangle(picture, (left - 8, above - 8), (right + 8, below + 8), frame, 14, cv2.LINE_AA)
    cv2.line(picture, (270, above), (270, below), frame, 9)
    cv2.line(picture, (left, 200), (right, 200), frame, 5)
    cv2.rectangle(picture, (left - 24, below + 12), (right + 24, below + 24), (236, 238, 238), -1)
    cv2.line(picture, (left - 24, below + 26), (right + 24, below + 26), (150, 160, 168), 3)
    for start in (left - 62, right - 2):
        folds = np.arange(64)
        shade = 0.88 + 0.12 * np.sin(folds * 0.62) + 0.03 * np.sin(folds * 1.7)
        cloth = np.array([138, 164, 176], np.float32) * shade[:, None]
        picture[66 : below + 90, start : start + 64] = cloth[None]
    cv2.line(picture, (44, 64), (496, 64), (70, 84, 100), 6, cv2.LINE_AA)


def _painting(picture: Picture) -> None:
    cv2.rectangle(picture, (604, 132), (744, 236), (52, 70, 92), -1)
    cv2.rectangle(picture, (612, 140), (736, 228), (226, 232, 234), -1)
    cv2.rectangle(picture, (624, 152), (724, 216), (214, 188, 150), -1)
    _polygon(picture, [(624, 200), (660, 172), (690, 198), (724, 180), (724, 216), (624, 216)],
             (112, 134, 96))  # fmt: skip
    cv2.circle(picture, (702, 166), 8, (150, 206, 240), -1, cv2.LINE_AA)


def _cabinet(picture: Picture) -> None:
    _shadow(picture, (500, 474), (96, 12), 0.4)
    _block(picture, (412, 372, 588, 472), 4, (92, 128, 164), (66, 98, 132))
    cv2.line(picture, (500, 380), (500, 466), (46, 70, 98), 2)
    for x in (490, 510):
        cv2.circle(picture, (x, 420), 4, (40, 56, 74), -1, cv2.LINE_AA)
    _block(picture, (430, 338, 446, 372), 2, (84, 88, 170), (70, 74, 150))  # books
    _block(picture, (447, 344, 460, 372), 2, (150, 130, 84), (130, 110, 70))
    _block(picture, (461, 336, 478, 372), 2, (110, 158, 120), (92, 138, 102))
    _block(picture, (528, 340, 566, 372), 10, (222, 226, 228), (176, 184, 190))  # a clock
    cv2.circle(picture, (547, 356), 11, (70, 80, 90), 2, cv2.LINE_AA)


def _sofa(picture: Picture) -> None:
    _shadow(picture, (960, 530), (210, 22), 0.5)
    body, dark = (126, 112, 92), (92, 80, 64)
    _block(picture, (774, 352, 1146, 500), 26, body, dark)
    for left in (804, 962):
        _block(picture, (left, 372, left + 154, 470), 18, (140, 126, 104), (112, 98, 80))
        _block(picture, (left - 2, 448, left + 158, 506), 14, (148, 134, 112), (108, 96, 78))
    _block(picture, (760, 410, 812, 524), 20, (132, 118, 98), dark)
    _block(picture, (1108, 410, 1160, 524), 20, (132, 118, 98), dark)
    _block(picture, (812, 504, 1108, 522), 4, dark, (62, 54, 44))
    _block(picture, (826, 396, 898, 458), 16, (74, 146, 206), (58, 116, 168))  # cushion
    for x in (790, 1130):
        cv2.rectangle(picture, (x - 6, 524), (x + 6, 540), (40, 56, 74), -1)


def _plant(picture: Picture) -> None:
    _shadow(picture, (66, 560), (60, 12), 0.45)
    for angle in np.linspace(-1.2, 1.2, 11):
        tip = (66 + 100 * np.sin(angle), 470 - 130 * np.cos(angle * 0.8))
        bend = (66 + 30 * np.sin(angle), 470 - 80 * np.cos(angle * 0.5))
        green = (62 + 18 * np.cos(angle * 5), 112 + 22 * np.cos(angle * 3), 74)
        side = 13 * np.cos(angle)
        _polygon(picture, [(66, 476), (bend[0] - side, bend[1]), tip, (bend[0] + side, bend[1])],
                 green)  # fmt: skip
    _polygon(picture, [(26, 472), (106, 472), (94, 560), (38, 560)], (92, 122, 196))
    _polygon(picture, [(22, 466), (110, 466), (108, 482), (24, 482)], (108, 138, 210))


def _lamp(picture: Picture) -> None:
    x, y = LAMP
    _shadow(picture, (x, 506), (44, 8), 0.4)
    cv2.line(picture, (x, y + 30), (x, 500), (58, 62, 68), 6, cv2.LINE_AA)
    cv2.ellipse(picture, (x, 503), (36, 8), 0, 0, 360, (62, 66, 72), -1, cv2.LINE_AA)
    _polygon(picture, [(x - 26, y - 36), (x + 26, y - 36), (x + 48, y + 36), (x - 48, y + 36)],
             (170, 196, 208))  # fmt: skip


def _daylight() -> Picture:
    """From the window: falls off to the right and along the floor."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    near = np.exp(-(((columns - 300) / 620) ** 2) - ((rows - 330) / 420) ** 2)
    light = 0.66 + 0.34 * near
    light[:, :][(rows > 84) & (rows < 330) & (columns > 120) & (columns < 420)] = 1.06
    corner = np.exp(-(((rows - 452) / 30) ** 2)) * 0.10
    light = cv2.GaussianBlur(light - corner, (0, 0), 4)
    return np.asarray(light[..., None] * np.array([1.02, 1.0, 0.98]), np.float32)


def _lamplight() -> Picture:
    """From the lamp: warm, up and down out of its shade, and a little everywhere."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    x, y = LAMP
    away = np.hypot((columns - x) / 330, (rows - y) / 300)
    cone = np.abs(columns - x) < 44 + 0.9 * np.maximum(np.abs(rows - y) - 30, 0)
    beam = cv2.GaussianBlur(cone.astype(np.float32), (0, 0), 14) * np.exp(-(away**2)) * 0.42
    light = 0.10 + 0.16 * np.exp(-((away / 1.8) ** 2)) + beam
    shade = (np.abs(rows - y) < 36) & (np.abs(columns - x) < 37 + (rows - y) * 0.3)
    light[shade] = 0.75
    return np.asarray(light[..., None] * np.array([0.72, 0.94, 1.12]), np.float32)
