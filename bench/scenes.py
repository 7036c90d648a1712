"""Scenes with truth, made from a clip of people who come and go, and from sprites.

A scene is a stretch of the clip, empty or with one visit, to which one thing is done: a lamp, a
ramp of exposure, a bump of the camera, noise, night, a cat, a dog, a cleaning robot. Where, when
and how much is drawn from a seed, so that what was tuned on one seed can be reported on others.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
import numpy.typing as npt

Frame = npt.NDArray[np.uint8]  # height x width x 3, BGR
Real = npt.NDArray[np.float32]
What = Literal["nothing", "light", "bump", "cover", "cat", "dog", "robot", "blind"]

EMPTY_SECONDS = 16.0
MARGIN = 12  # pixels cut from each side, so that a bump has something to show
PETS = {"475732": "cat", "052891": "dog"}
"""Photographs whose pet can be cut out, by how their names end; all others show people."""
PET_SIZES = (0.15, 0.25, 0.4)  # of the picture's height


@dataclass(frozen=True)
class Film:
    """A clip in memory and in which of its frames, [first, past the last), somebody is there."""

    frames: Sequence[Frame]
    fps: float
    presence: Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Sprite:
    """Something cut out of a photograph: colours and how much of each pixel is covered."""

    picture: Real
    alpha: Real


@dataclass(frozen=True)
class Scene:
    """A stretch of film with something done to it, and the truth of it."""

    name: str
    what: What
    film: Film
    indices: tuple[int, ...]
    person: tuple[int, int] | None  # [first, past the last) of the scene's own frames
    during: tuple[int, int] | None  # in which `what` goes on
    effect: Callable[[Frame, int], Frame] = field(repr=False)

    def frames(self) -> Iterator[Frame]:
        """The pictures."""
        for i, index in enumerate(self.indices):
            changed = self.effect(self.film.frames[index], i)
            yield np.ascontiguousarray(changed[MARGIN:-MARGIN, MARGIN:-MARGIN])


def load(path: Path, truth: dict[str, Any]) -> Film:
    """The whole clip. Memory: width x height x 3 bytes a frame."""
    video = cv2.VideoCapture(str(path))
    frames = []
    read, picture = video.read()
    while read:
        frames.append(np.asarray(picture, np.uint8))
        read, picture = video.read()
    return Film(frames, truth["fps"], truth["presence"])


def sprite(photo: Frame, box: tuple[float, float, float, float]) -> Sprite:
    """What is inside the box (x, y, w, h as fractions), freed from what is behind it by GrabCut."""
    height, width = photo.shape[:2]
    small = cv2.resize(photo, (320, round(320 * height / width)), interpolation=cv2.INTER_AREA)
    rows, columns = small.shape[:2]
    x0, y0 = max(1, int(box[0] * columns)), max(1, int(box[1] * rows))
    x1 = min(columns - 1, int((box[0] + box[2]) * columns))
    y1 = min(rows - 1, int((box[1] + box[3]) * rows))
    mask = np.zeros((rows, columns), np.uint8)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(1)
    cv2.grabCut(small, mask, (x0, y0, x1 - x0, y1 - y0), *models, 4, cv2.GC_INIT_WITH_RECT)
    alpha = np.isin(mask, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.float32)[y0:y1, x0:x1]
    soft = np.asarray(cv2.GaussianBlur(alpha, (5, 5), 0), np.float32)
    return Sprite(small[y0:y1, x0:x1].astype(np.float32), soft)


def disc() -> Sprite:
    """A cleaning robot: a dark, flat disc with a light ring, seen at a slant."""
    picture = np.full((48, 120, 3), 60, np.float32)
    alpha = np.zeros((48, 120), np.float32)
    cv2.ellipse(alpha, (60, 24), (58, 22), 0, 0, 360, 1.0, -1, cv2.LINE_AA)
    cv2.ellipse(picture, (60, 22), (48, 15), 0, 0, 360, (150, 150, 150), 3, cv2.LINE_AA)
    cv2.circle(picture, (60, 14), 5, (220, 220, 220), -1, cv2.LINE_AA)
    return Sprite(picture, alpha)


class Maker:
    """Makes the scenes of one seed."""

    def __init__(self, film: Film, pets: dict[str, Sprite], seed: int) -> None:
        self._film = film
        self._pets = pets
        self._rng = np.random.default_rng(seed)
        self._size = film.frames[0].shape[1], film.frames[0].shape[0]

    def all(self) -> Iterator[Scene]:
        """Every effect, without and with a person."""
        for person in (False, True):
            for name, what, make in self._effects():
                indices, seen = self._visit() if person else (self._empty(), None)
                during, effect = make(len(indices), seen)
                label = f"{name}{' + person' if person else ''}"
                yield Scene(label, what, self._film, indices, seen, during, effect)
        yield self._ghost()

    def _effects(self) -> list[tuple[str, What, Callable[..., Any]]]:
        rows: list[tuple[str, What, Callable[..., Any]]] = [
            ("plain", "nothing", lambda n, seen: (None, lambda frame, i: frame)),
            ("lamp", "light", self._lamp),
            ("lamp at entry", "light", lambda n, seen: self._lamp(n, seen, entry=True)),
            ("cloud", "light", self._cloud),
            ("ramp", "light", self._ramp),
            ("bump", "bump", self._bump),
            ("cover", "cover", self._cover),
            ("turn", "cover", self._turn),
            ("noise", "nothing", self._noise),
            ("infrared", "nothing", self._infrared),
            ("robot", "robot", lambda n, seen: self._walk(disc(), 0.05, n, slow=True)),
        ]
        for kind, cut in self._pets.items():
            for size in PET_SIZES:
                walk = _walker(self, cut, size)
                rows.append((f"{kind} {size:.0%}", "cat" if kind == "cat" else "dog", walk))
        return rows

    # -- stretches

    def _empty(self) -> tuple[int, ...]:
        """The longest empty stretch, forwards and backwards until it is long enough."""
        edges = [0, *(edge for pair in self._film.presence for edge in pair)]
        gaps = [(edges[i] + (i > 0) * 15, edges[i + 1] - 3) for i in range(0, len(edges) - 1, 2)]
        first, past = max(gaps, key=lambda gap: gap[1] - gap[0])
        there = list(range(first, past))
        swing = there + there[-2:0:-1]
        begin = int(self._rng.integers(len(swing)))
        count = int(EMPTY_SECONDS * self._film.fps)
        return tuple(swing[(begin + i) % len(swing)] for i in range(count))

    def _visit(self) -> tuple[tuple[int, ...], tuple[int, int]]:
        """One visit with the empty room before and after it."""
        first, past = self._film.presence[int(self._rng.integers(len(self._film.presence)))]
        begin, end = max(0, first - 20), min(len(self._film.frames), past + 22)
        before = tuple(reversed(range(begin, first - 3)))  # the room a little longer
        swing = [*reversed(range(past + 14, end)), *range(past + 14, end)]
        shown = (len(before) + first - begin, len(before) + past - begin)
        return (*before, *range(begin, end), *swing, *swing), shown

    def _ghost(self) -> Scene:
        """Somebody is there in the first picture, leaves, and the room stays empty."""
        _, past = self._film.presence[int(self._rng.integers(len(self._film.presence)))]
        begin = int(self._rng.integers(past - 60, past - 30))
        stay = self._empty()[:100]
        indices = (*range(begin, past + 15), *stay)
        return Scene(
            "ghost at start", "nothing", self._film, indices, (0, past - begin), None,
            lambda frame, i: frame,
        )  # fmt: skip

    # -- effects: when they go on, and the picture with them

    def _moment(self, n: int, seen: tuple[int, int] | None) -> int:
        """Some instant in the empty scene, or while the person is there."""
        low, high = (seen[0] + 5, seen[1] - 25) if seen else (25, n - 60)
        return int(self._rng.integers(low, max(low + 1, high)))

    def _lamp(self, n: int, seen: tuple[int, int] | None, *, entry: bool = False) -> Any:
        """A lamp is switched on, and off again; at the entry, by who comes in."""
        width, height = self._size
        x, y = self._rng.uniform(0, width), self._rng.uniform(0, height * 0.6)
        power, reach = self._rng.uniform(0.5, 1.2), self._rng.uniform(0.3, 0.7) * width
        rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
        glow = (power * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * reach**2)))[..., None]
        on = self._moment(n, seen)
        if entry and seen:
            on = seen[0] + int(self._rng.integers(-4, 8))
        off = on + int(self._rng.integers(30, 50))

        def lit(frame: Frame, i: int) -> Frame:
            if not on <= i < off:
                return frame
            return _clipped(frame * (1 + glow * min(1.0, 0.6 + 0.4 * (i - on))))

        return (on, off), lit

    def _cloud(self, n: int, seen: tuple[int, int] | None) -> Any:
        """A soft shadow that wanders over the whole room."""
        width, height = self._size
        rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
        depth, speed = self._rng.uniform(0.2, 0.45), self._rng.uniform(40, 150)
        slant = self._rng.uniform(-0.5, 0.5)

        def shaded(frame: Frame, i: int) -> Frame:
            at = -0.5 * width + speed * i / self._film.fps * 2
            dark = depth * np.exp(-(((columns + slant * rows - at) / (0.35 * width)) ** 2))
            return _clipped(frame * (1 - dark)[..., None])

        return (0, n), shaded

    def _ramp(self, n: int, seen: tuple[int, int] | None) -> Any:
        sign = self._rng.choice([-1, 1])
        peak = self._rng.uniform(0.3, 0.7) * n

        def exposed(frame: Frame, i: int) -> Frame:
            share = i / peak if i < peak else (n - i) / (n - peak)
            return _clipped(frame * np.float32(1 + 0.4 * sign * share))

        return (0, n), exposed

    def _bump(self, n: int, seen: tuple[int, int] | None) -> Any:
        at = self._moment(n, seen)
        angle = self._rng.uniform(0, 2 * np.pi)
        shift = np.array([[1, 0, 6 * np.cos(angle)], [0, 1, 6 * np.sin(angle)]], np.float32)

        def bumped(frame: Frame, i: int) -> Frame:
            if i < at:
                return frame
            moved = cv2.warpAffine(frame, shift, self._size, borderMode=cv2.BORDER_REPLICATE)
            return np.asarray(moved, np.uint8)

        return (at, at + 20), bumped

    def _cover(self, n: int, seen: tuple[int, int] | None) -> Any:
        """A cloth falls over the lens within a second, and stays."""
        width, height = self._size
        at = self._moment(n, seen)
        folds = self._rng.normal(0, 12, (4, 6, 3)).astype(np.float32) + self._rng.uniform(40, 160)
        cloth = _clipped(cv2.resize(folds, (width, height), interpolation=cv2.INTER_CUBIC))
        falls = int(self._rng.integers(1, 10))

        def covered(frame: Frame, i: int) -> Frame:
            down = round(height * min(1.0, max(0, i - at + 1) / falls))
            return np.concatenate([cloth[:down], frame[down:]])

        return (at, n), covered

    def _turn(self, n: int, seen: tuple[int, int] | None) -> Any:
        """The camera is turned away within a second: another wall, here the room upside down."""
        at, turns = self._moment(n, seen), int(self._rng.integers(2, 10))
        width, _ = self._size

        def turned(frame: Frame, i: int) -> Frame:
            past = round(width * min(1.0, max(0, i - at + 1) / turns))
            other = frame[::-1, ::-1]
            return np.ascontiguousarray(np.concatenate([frame[:, past:], other[:, :past]], axis=1))

        return (at, n), turned

    def _noise(self, n: int, seen: tuple[int, int] | None) -> Any:
        noisy = self._grain(self._rng.uniform(4, 12))
        return None, lambda frame, i: noisy(frame, i)

    def _infrared(self, n: int, seen: tuple[int, int] | None) -> Any:
        gain, noisy = self._rng.uniform(0.3, 0.6), self._grain(self._rng.uniform(3, 6))

        def night(frame: Frame, i: int) -> Frame:
            grey = cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)
            return noisy(cv2.cvtColor(_clipped(grey * np.float32(gain)), cv2.COLOR_GRAY2BGR), i)

        return None, night

    def _grain(self, sigma: float) -> Callable[[Any, int], Frame]:
        width, height = self._size
        sheet = self._rng.normal(0, sigma, (height + 64, width + 64, 3)).round().astype(np.int16)
        places = self._rng.integers(0, 64, (997, 2))

        def noisy(frame: Any, i: int) -> Frame:
            y, x = places[i % len(places)]
            part = sheet[y : y + height, x : x + width]
            return np.asarray(cv2.add(frame, part, dtype=cv2.CV_8U), np.uint8)

        return noisy

    def _walk(self, cut: Sprite, size: float, n: int, *, slow: bool = False) -> Any:
        """A sprite that crosses the floor, stops, and goes on."""
        width, height = self._size
        tall = max(4, round(size * height))
        wide = max(4, round(cut.picture.shape[1] * tall / cut.picture.shape[0]))
        look = cv2.resize(cut.picture, (wide, tall), interpolation=cv2.INTER_AREA)
        alpha = cv2.resize(cut.alpha, (wide, tall), interpolation=cv2.INTER_AREA)[..., None]
        foot = self._rng.uniform(0.75, 0.95) * height
        begin, last = 30, n - 30
        direction = self._rng.choice([-1, 1])
        if direction < 0:
            look, alpha = look[:, ::-1], alpha[:, ::-1]
        leaves = last
        if not slow:
            leaves = min(last, begin + int(self._rng.uniform(6, 10) * self._film.fps))

        def walking(frame: Frame, i: int) -> Frame:
            if not begin <= i < leaves:
                return frame
            share = (i - begin) / (leaves - begin)
            share += 0.08 * np.sin(2 * np.pi * share)  # now faster, now slower
            x = round(-wide + share * (width + wide))
            x = x if direction > 0 else width - wide - x
            y = round(foot - tall + (0 if slow else 2 * np.sin(i * 1.7)))
            return put(frame, look, alpha, x, y)

        return (begin, leaves), walking


def _walker(maker: Maker, cut: Sprite, size: float) -> Callable[..., Any]:
    return lambda n, seen: maker._walk(cut, size, n)


def _clipped(picture: Any) -> Frame:
    return np.asarray(np.clip(picture, 0, 255), np.uint8)


def put(frame: Frame, look: Any, alpha: Any, x: int, y: int) -> Frame:
    """The frame with the sprite's top left corner at x, y, as far as it is inside."""
    height, width = frame.shape[:2]
    x0, x1 = max(0, x), min(width, x + look.shape[1])
    y0, y1 = max(0, y), min(height, y + look.shape[0])
    if x0 >= x1 or y0 >= y1:
        return frame
    part = slice(y0 - y, y1 - y), slice(x0 - x, x1 - x)
    out = frame.copy()
    under = out[y0:y1, x0:x1]
    out[y0:y1, x0:x1] = under + alpha[part] * (look[part] - under)
    return out
