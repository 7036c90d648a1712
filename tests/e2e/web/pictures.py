"""Drawn pictures of rooms: the same bytes every time, and it is known where everything stands."""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

WIDTH, HEIGHT = 960, 720


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    w: float
    h: float


FIGURE = {"person": Box(0.55, 0.22, 0.17, 0.66), "cat": Box(0.17, 0.66, 0.2, 0.21)}
"""Where each figure is, as fractions of the picture."""


def _at(x: float, y: float) -> tuple[int, int]:
    return round(x * WIDTH), round(y * HEIGHT)


def _room(night: bool) -> np.ndarray:
    wall, floor = ((70, 78, 82), (48, 58, 66)) if night else ((196, 214, 222), (120, 156, 186))
    image = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    image[:] = wall
    fade = np.linspace(1.08, 0.86, WIDTH)[None, :, None]
    image = np.clip(image * fade, 0, 255).astype(np.uint8)
    cv2.rectangle(image, _at(0, 0.7), _at(1, 1), floor, -1)
    cv2.rectangle(image, _at(0, 0.69), _at(1, 0.705), tuple(int(c * 0.85) for c in wall), -1)
    sky = (90, 66, 48) if night else (244, 226, 196)
    frame = (96, 104, 110) if night else (238, 244, 248)
    cv2.rectangle(image, _at(0.08, 0.1), _at(0.42, 0.5), frame, -1)
    cv2.rectangle(image, _at(0.095, 0.12), _at(0.245, 0.48), sky, -1)
    cv2.rectangle(image, _at(0.255, 0.12), _at(0.405, 0.48), sky, -1)
    curtain = (92, 96, 84) if night else (188, 206, 186)
    for x in (0.055, 0.405):
        cv2.rectangle(image, _at(x, 0.07), _at(x + 0.045, 0.66), curtain, -1)
    sofa = (84, 92, 70) if night else (150, 160, 112)
    dark = tuple(int(c * 0.82) for c in sofa)
    cv2.rectangle(image, _at(0.1, 0.56), _at(0.5, 0.74), dark, -1)
    cv2.rectangle(image, _at(0.08, 0.66), _at(0.52, 0.84), sofa, -1)
    cv2.line(image, _at(0.3, 0.67), _at(0.3, 0.83), dark, 3)
    shelf = (58, 74, 90) if night else (92, 132, 168)
    cv2.rectangle(image, _at(0.8, 0.3), _at(0.97, 0.86), shelf, -1)
    for n in range(3):
        top = 0.33 + n * 0.18
        cv2.rectangle(image, _at(0.82, top), _at(0.95, top + 0.14), dark, -1)
    cv2.line(image, _at(0.745, 0.42), _at(0.745, 0.84), (70, 76, 80), 7)
    glow = (150, 214, 250) if night else (206, 232, 244)
    shade = np.array([_at(0.715, 0.3), _at(0.775, 0.3), _at(0.8, 0.42), _at(0.69, 0.42)])
    cv2.fillPoly(image, [shade], glow)
    return image


def _person(image: np.ndarray, box: Box) -> None:
    def at(x: float, y: float) -> tuple[int, int]:
        return _at(box.x + x * box.w, box.y + y * box.h)

    thick = round(box.w * WIDTH * 0.17)
    for x in (0.38, 0.62):
        cv2.line(image, at(x, 0.6), at(x, 0.96), (92, 66, 58), thick)
    body = np.array([at(0.22, 0.26), at(0.78, 0.26), at(0.76, 0.66), at(0.24, 0.66)])
    cv2.fillPoly(image, [body], (110, 92, 176))
    cv2.line(image, at(0.2, 0.3), at(0.1, 0.58), (110, 92, 176), thick)
    cv2.line(image, at(0.8, 0.3), at(0.9, 0.56), (110, 92, 176), thick)
    cv2.circle(image, at(0.5, 0.13), round(box.w * WIDTH * 0.2), (176, 204, 232), -1)
    cv2.ellipse(
        image, at(0.5, 0.1), (round(box.w * WIDTH * 0.21),) * 2, 0, 180, 360, (222, 224, 226), -1
    )


def _cat(image: np.ndarray, box: Box) -> None:
    def at(x: float, y: float) -> tuple[int, int]:
        return _at(box.x + x * box.w, box.y + y * box.h)

    fur = (74, 118, 184)
    size = box.w * WIDTH
    cv2.ellipse(image, at(0.5, 0.66), (round(size * 0.36), round(size * 0.22)), 0, 0, 360, fur, -1)
    cv2.ellipse(image, at(0.88, 0.5), (round(size * 0.09), round(size * 0.26)), 20, 0, 360, fur, -1)
    cv2.circle(image, at(0.22, 0.36), round(size * 0.17), fur, -1)
    for x in (0.1, 0.32):
        ear = np.array([at(x - 0.06, 0.2), at(x + 0.06, 0.2), at(x, 0.02)])
        cv2.fillPoly(image, [ear], fur)


@cache
def jpeg(figure: str = "", night: bool = False) -> bytes:
    """A room by day or night, with a "person", a "cat" or nobody."""
    image = _room(night)
    if figure:
        (_person if figure == "person" else _cat)(image, FIGURE[figure])
    image = cv2.GaussianBlur(image, (5, 5), 0)
    done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 82])
    assert done
    return data.tobytes()


def signature() -> bytes:
    """A name as somebody wrote it, PNG."""
    image = np.full((240, 640, 3), 255, np.uint8)
    line = [
        (int(60 + 5.2 * n), int(120 - 60 * np.sin(n / 7) * np.exp(-n / 90))) for n in range(100)
    ]
    cv2.polylines(image, [np.array(line)], False, (17, 17, 17), 4, cv2.LINE_AA)
    done, data = cv2.imencode(".png", image)
    assert done
    return data.tobytes()
