"""Scenes of real homes, made by seed from a clip of people who come and go: what cries wolf, each
without and with a visitor, and cameras that go blind.

A fan, a curtain, a thread before the lens, a television, insects before an infrared lens,
headlights on the wall, sun patches, infrared switching on and off, a shaking camera, a burnt-in
clock, lamps that fade while the camera hunts for its exposure, a room at 15 % light, a visitor at a
tenth of the size; frozen, black, covered, turned and unsharp cameras.
"""

from collections.abc import Callable, Iterator
from typing import Any

import cv2
import numpy as np

from bench.scenes import Film, Frame, Scene

Effect = Callable[[Frame, int], Frame]

BEFORE = 14.0  # seconds of empty room before a visitor
EMPTY = 40.0  # seconds of a scene without one
BLIND = ("frozen", "black", "covered", "turned", "unsharp")


class Homes:
    """The scenes of one seed."""

    kinds: tuple[str, ...] = (
        "fan", "curtain", "thread", "television", "insects", "headlights", "sun", "infrared",
        "shaking", "clock", "fade", "dark", "far",
    )  # fmt: skip
    blind: tuple[str, ...] = BLIND

    def __init__(self, film: Film, seed: int) -> None:
        self._film = film
        self._rng = np.random.default_rng(1000 + seed)
        self._size = film.frames[0].shape[1], film.frames[0].shape[0]
        edges = [0, *(edge for pair in film.presence for edge in pair)]
        gaps = [(edges[i] + (i > 0) * 15, edges[i + 1] - 3) for i in range(0, len(edges) - 1, 2)]
        first, past = max(gaps, key=lambda gap: gap[1] - gap[0])
        self._swing = [*range(first, past), *reversed(range(first + 1, past - 1))]

    def all(self) -> Iterator[Scene]:
        """Every kind, without and with a visitor; then the blind cameras."""
        for name in self.kinds:
            for visitor in (False, True):
                if name == "far" and not visitor:
                    continue
                indices, seen = self._visit() if visitor else (self._empty(EMPTY), None)
                effect = getattr(self, f"_{name}")(len(indices), seen)
                label = f"{name}{' + visitor' if visitor else ''}"
                yield Scene(label, "nothing", self._film, indices, seen, None, effect)
        for name in self.blind:
            indices = self._empty(EMPTY)
            at = int(self._rng.uniform(10, 14) * self._film.fps)
            effect = getattr(self, f"_{name}")(at)
            during = (at, len(indices))
            yield Scene(name, "blind", self._film, indices, None, during, effect)

    def _empty(self, seconds: float) -> tuple[int, ...]:
        begin, count = int(self._rng.integers(len(self._swing))), int(seconds * self._film.fps)
        return tuple(self._swing[(begin + i) % len(self._swing)] for i in range(count))

    def _visit(self) -> tuple[tuple[int, ...], tuple[int, int]]:
        """An empty room, a visit of 12 seconds at most, and the empty room again."""
        first, past = self._film.presence[int(self._rng.integers(len(self._film.presence)))]
        past = min(past, first + int(12 * self._film.fps))
        before, after = self._empty(BEFORE), self._empty(6)
        shown = tuple(range(first, past))
        return (*before, *shown, *after), (len(before), len(before) + len(shown))

    def _place(self, wide: float, tall: float) -> tuple[int, int]:
        width, height = self._size
        return int(self._rng.uniform(0.1, 0.9 - wide) * width), int(
            self._rng.uniform(0.1, 0.85 - tall) * height
        )

    def _gusts(self, n: int, step: int, low: float) -> Any:
        """A strength for each frame, 0..1, that comes and goes."""
        marks = np.arange(0, n + step, step)
        strengths = self._rng.uniform(low, 1.5, len(marks))
        return np.clip(np.interp(np.arange(n), marks, strengths), 0, 1)

    # -- things that move

    def _fan(self, n: int, seen: Any) -> Effect:
        radius, speed = int(self._rng.uniform(28, 60)), self._rng.uniform(1.3, 4)
        x, y = self._place(0.1, 0.2)
        centre, tone = (x + radius, y + radius), int(self._rng.uniform(40, 220))

        def turning(frame: Frame, i: int) -> Frame:
            out = frame.copy()
            cv2.circle(out, centre, radius, (90, 90, 90), 2, cv2.LINE_AA)
            for blade in range(3):
                angle = 360 * (blade / 3 + speed * i / self._film.fps)
                cv2.ellipse(
                    out, centre, (radius - 4, radius // 3), angle, -28, 28, (tone,) * 3, -1,
                    cv2.LINE_AA,
                )  # fmt: skip
            return out

        return turning

    def _curtain(self, n: int, seen: Any) -> Effect:
        wide, tall = int(self._rng.uniform(90, 170)), int(self._rng.uniform(180, 320))
        x, y = self._place(wide / self._size[0], min(0.7, tall / self._size[1]))
        y = min(y, self._size[1] - tall)
        rows, columns = np.mgrid[0:tall, 0:wide].astype(np.float32)
        tone, fold = self._rng.uniform(60, 180), self._rng.uniform(14, 30)
        gusts = self._gusts(n, 40, -0.6)

        def blowing(frame: Frame, i: int) -> Frame:
            out = frame.copy()
            sway = 14 * gusts[i] * np.sin(i / self._film.fps * 2.1) * rows / tall
            folds = tone + 35 * np.sin((columns + sway) * 2 * np.pi / fold)
            edge = columns < wide - 16 + sway
            part = out[y : y + tall, x : x + wide]
            part[edge] = np.clip(folds, 0, 255)[edge][:, None]
            return out

        return blowing

    def _thread(self, n: int, seen: Any) -> Effect:
        width, height = self._size
        x, swing = self._rng.uniform(0.2, 0.8) * width, self._rng.uniform(15, 50)
        thick, tone = int(self._rng.uniform(4, 9)), self._rng.choice([30.0, 230.0])
        pace = self._rng.uniform(0.3, 1.2)

        def hanging(frame: Frame, i: int) -> Frame:
            seconds = i / self._film.fps
            off = swing * np.sin(seconds * 2 * np.pi * pace) * (0.5 + 0.5 * np.sin(seconds * 0.4))
            cover = np.zeros((height, width), np.uint8)
            cv2.line(cover, (int(x), 0), (int(x + off), int(height * 0.9)), 255, thick)
            soft = cv2.GaussianBlur(cover, (15, 15), 0).astype(np.float32)[..., None] / 255
            return as_bytes(frame * (1 - soft) + soft * tone)

        return hanging

    def _television(self, n: int, seen: Any) -> Effect:
        wide, tall = int(self._rng.uniform(90, 150)), int(self._rng.uniform(55, 85))
        x, y = self._place(wide / self._size[0], tall / self._size[1])
        cuts = np.cumsum(self._rng.uniform(1, 5, n))
        pictures = [
            cv2.resize(self._rng.integers(0, 255, (5, 8, 3), np.uint8), (wide + 40, tall),
                       interpolation=cv2.INTER_CUBIC) for _ in range(40)
        ]  # fmt: skip
        rows, columns = np.mgrid[0 : self._size[1], 0 : self._size[0]].astype(np.float32)
        glow = np.exp(-((columns - x - wide / 2) ** 2 + (rows - y - tall / 2) ** 2) / 2 / 150**2)

        def playing(frame: Frame, i: int) -> Frame:
            seconds = i / self._film.fps
            scene = int(np.searchsorted(cuts, seconds)) % 40
            pan = int((seconds * 13) % 40)
            picture = pictures[scene][:, pan : pan + wide]
            level = float(picture.mean()) / 255 - 0.5
            out = as_bytes(frame * (1 + 0.12 * level * glow)[..., None])
            out[y : y + tall, x : x + wide] = picture
            return out

        return playing

    def _insects(self, n: int, seen: Any) -> Effect:
        width, height = self._size
        night = self._night()
        flights = []
        at = 20.0
        while at < n:
            length = int(self._rng.uniform(4, 16))
            points = self._rng.uniform(-0.1, 1.1, (3, 2)) * (width, height)
            flights.append((int(at), length, points, int(self._rng.uniform(6, 26))))
            at += self._rng.uniform(20, 90)

        def flying(frame: Frame, i: int) -> Frame:
            out = night(frame, i)
            for begin, length, points, size in flights:
                if begin <= i < begin + length:
                    u = (i - begin) / length
                    x, y = (
                        (1 - u) ** 2 * points[0] + 2 * u * (1 - u) * points[1] + u * u * points[2]
                    )
                    cover = np.zeros((height, width), np.uint8)
                    cv2.circle(cover, (int(x), int(y)), size, 200, -1)
                    soft = cv2.GaussianBlur(cover, (0, 0), size / 3).astype(np.float32)[..., None]
                    out = as_bytes(out + soft)
            return out

        return flying

    # -- light

    def _night(self) -> Effect:
        """Infrared: grey, other tones, brighter in the middle, noisy."""
        width, height = self._size
        rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
        lamp = np.exp(
            -(((columns - width / 2) / width) ** 2 + ((rows - height / 2) / height) ** 2) * 3
        )
        gamma, gain = self._rng.uniform(0.6, 0.9), self._rng.uniform(0.5, 0.8)
        sheet = self._rng.normal(0, 3, (height + 32, width + 32)).astype(np.float32)
        red = self._rng.uniform(0.3, 0.8)

        def seen_by(frame: Frame, i: int) -> Frame:
            real = frame.astype(np.float32)
            grey = red * real[..., 2] + (1 - red) * real[..., 0]
            grey = 255 * (grey / 255) ** gamma * gain * (0.35 + 0.65 * lamp)
            y, x = (i * 7) % 32, (i * 13) % 32
            return as_bytes((grey + sheet[y : y + height, x : x + width])[..., None].repeat(3, 2))

        return seen_by

    def _headlights(self, n: int, seen: Any) -> Effect:
        width, height = self._size
        starts = np.cumsum(self._rng.uniform(40, 120, 20)).astype(int)
        rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
        y, power = self._rng.uniform(0.2, 0.6) * height, self._rng.uniform(0.4, 1.2)
        lasts, slant = int(self._rng.uniform(12, 30)), self._rng.uniform(-0.4, 0.4)
        wide, tall = self._rng.uniform(50, 120), self._rng.uniform(50, 110)

        def passing(frame: Frame, i: int) -> Frame:
            begin = next((one for one in starts if one <= i < one + lasts), None)
            if begin is None:
                return frame
            x = (i - begin) / lasts * 1.4 * width - 0.2 * width
            inside = (np.abs(columns - x + slant * rows) < wide) & (np.abs(rows - y) < tall)
            soft = cv2.blur(inside.astype(np.float32), (9, 9))
            return as_bytes(frame * (1 + power * soft)[..., None])

        return passing

    def _sun(self, n: int, seen: Any) -> Effect:
        width, height = self._size
        x, y = self._place(0.35, 0.35)
        w, h = int(self._rng.uniform(80, 220)), int(self._rng.uniform(60, 140))
        power, drift = self._rng.uniform(0.5, 1.2), self._rng.uniform(1, 5)
        sky = self._gusts(n, 50, -1.0)

        def shining(frame: Frame, i: int) -> Frame:
            patch = np.zeros((height, width), np.float32)
            left = int(x + drift * i / self._film.fps)
            for k in range(2):
                corner = np.array(
                    [(left + k * (w // 2 + 6), y), (left + w // 2 + k * (w // 2 + 6), y),
                     (left + w // 2 + 40 + k * (w // 2 + 6), y + h),
                     (left + 40 + k * (w // 2 + 6), y + h)]
                )  # fmt: skip
                cv2.fillPoly(patch, [corner], 1.0)
            patch = cv2.blur(patch, (5, 5)) * float(sky[i])
            return as_bytes(frame * (1 + power * patch)[..., None])

        return shining

    def _infrared(self, n: int, seen: tuple[int, int] | None) -> Effect:
        """Colour, then infrared, then colour; the picture is out of order for a moment between."""
        night, first = self._night(), int(self._rng.uniform(60, 110))
        if seen:
            first = seen[0] - int(self._rng.integers(0, 12))
        back, blank = first + int(self._rng.uniform(120, 200)), int(self._rng.integers(1, 9))
        flash = self._rng.choice([0.15, 1.7])

        def switching(frame: Frame, i: int) -> Frame:
            for at in (first, back):
                if at <= i < at + blank:
                    return as_bytes(frame * flash)
            return night(frame, i) if first <= i < back else frame

        return switching

    def _fade(self, n: int, seen: tuple[int, int] | None) -> Effect:
        """A lamp fades out and in, its colour shifts, and the camera hunts for the exposure."""
        width, _ = self._size
        starts = [int(one) for one in np.cumsum(self._rng.uniform(70, 110, 8))]
        if seen:
            starts = [seen[0] - int(self._rng.integers(0, 10)), seen[0] + 70]
        takes, low = int(self._rng.uniform(5, 25)), self._rng.uniform(0.08, 0.5)
        columns = np.arange(width, dtype=np.float32)[None]
        x = self._rng.uniform(0, width)
        rest = (0.4 + 0.6 * np.exp(-(((columns - x) / width) ** 2) * 4))[..., None]
        tint = np.array([self._rng.uniform(0.8, 1.3), 1.0, self._rng.uniform(0.8, 1.3)], np.float32)

        def fading(frame: Frame, i: int) -> Frame:
            dark = 0.0
            for k, at in enumerate(starts):
                if i >= at:
                    u = min(1.0, (i - at) / takes)
                    past = i - at - takes
                    hunt = 0.25 * np.exp(-past / 6) * np.cos(past / 3) if past > 0 else 0.0
                    dark = (u if k % 2 == 0 else 1 - u) + (hunt if k % 2 == 0 else 0)
            gain = 1 - dark * (1 - low * rest)
            return as_bytes(frame * gain * (1 + dark * (tint - 1)))

        return fading

    def _dark(self, n: int, seen: Any) -> Effect:
        """15 % light, with the noise of a camera in the dark."""
        width, height = self._size
        sheet = self._rng.normal(0, self._rng.uniform(1.5, 3), (height + 64, width + 64, 3))
        places = self._rng.integers(0, 64, (997, 2))

        def dim(frame: Frame, i: int) -> Frame:
            y, x = places[i % 997]
            return as_bytes(frame * 0.15 + sheet[y : y + height, x : x + width])

        return dim

    # -- the camera

    def _shaking(self, n: int, seen: Any) -> Effect:
        starts = np.cumsum(self._rng.uniform(60, 110, 8)).astype(int)
        size, lasts = self._rng.uniform(1.5, 5), int(self._rng.uniform(10, 25))
        jolts = self._rng.uniform(-size, size, (997, 2))

        def trembling(frame: Frame, i: int) -> Frame:
            if not any(one <= i < one + lasts for one in starts):
                return frame
            matrix = np.array([[1, 0, jolts[i % 997][0]], [0, 1, jolts[i % 997][1]]], np.float32)
            moved = cv2.warpAffine(frame, matrix, self._size, borderMode=cv2.BORDER_REPLICATE)
            return np.asarray(moved, np.uint8)

        return trembling

    def _clock(self, n: int, seen: Any) -> Effect:
        scale = self._rng.uniform(0.8, 2.2)
        x, y = int(self._rng.uniform(20, 200)), int(self._rng.choice([60, 400]))

        def stamped(frame: Frame, i: int) -> Frame:
            second = 48 + int(i / self._film.fps)
            text = f"2026-11-28 10:{58 + second // 60:02d}:{second % 60:02d}"
            out = frame.copy()
            for tone, thick in ((0, 6), (255, 2)):
                cv2.putText(out, text, (x, y), 0, scale, (tone,) * 3, thick, cv2.LINE_AA)
            return out

        return stamped

    def _far(self, n: int, seen: Any) -> Effect:
        """The whole room at a tenth of its size, somewhere in a larger one."""
        width, height = self._size
        w, h = width // 10, height // 10
        x, y = self._place(0.1, 0.1)
        base = self._film.frames[self._swing[0]]
        soft = np.zeros((h, w, 1), np.float32)
        soft[2:-2, 2:-2] = 1
        soft = cv2.blur(soft, (5, 5))[..., None]
        empty = cv2.resize(base, (w, h), interpolation=cv2.INTER_AREA).astype(np.float32)

        def away(frame: Frame, i: int) -> Frame:
            out = np.array(self._film.frames[self._swing[i % len(self._swing)]], np.uint8)
            small = cv2.resize(frame, (w, h), interpolation=cv2.INTER_AREA).astype(np.float32)
            # Who comes near changes the clip's exposure: only they are wanted.
            gain = np.median(small / np.maximum(empty, 8), (0, 1))
            apart = np.abs(small - empty * gain).max(2) > 22
            closed = cv2.morphologyEx(apart.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3)))
            count, labels, stats, _ = cv2.connectedComponentsWithStats(closed)
            if count < 2:
                return out
            largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
            there = (labels == largest).astype(np.float32)
            there = cv2.blur(there, (2, 2))[..., None] * soft
            part = out[y : y + h, x : x + w]
            out[y : y + h, x : x + w] = as_bytes(part + there * (small - part))
            return out

        return away

    # -- blind

    def _frozen(self, at: int) -> Effect:
        kept: dict[str, Frame] = {}

        def still(frame: Frame, i: int) -> Frame:
            return kept.setdefault("frame", frame) if i >= at else frame

        return still

    def _black(self, at: int) -> Effect:
        return lambda frame, i: np.zeros_like(frame) if i >= at else frame

    def _covered(self, at: int) -> Effect:
        width, height = self._size
        folds = self._rng.normal(0, 8, (4, 6, 3)) + self._rng.uniform(50, 150)
        cloth = as_bytes(cv2.resize(folds, (width, height), interpolation=cv2.INTER_CUBIC))
        falls = int(self._rng.integers(1, 10))

        def hidden(frame: Frame, i: int) -> Frame:
            down = round(height * min(1.0, max(0, i - at + 1) / falls))
            return np.asarray(np.concatenate([cloth[:down], frame[down:]]), np.uint8)

        return hidden

    def _turned(self, at: int) -> Effect:
        turns = int(self._rng.integers(2, 10))

        def other(frame: Frame, i: int) -> Frame:
            past = round(self._size[0] * min(1.0, max(0, i - at + 1) / turns))
            wall = frame[::-1, ::-1]
            shown = np.concatenate([frame[:, past:], wall[:, :past]], axis=1)
            return np.asarray(np.ascontiguousarray(shown), np.uint8)

        return other

    def _unsharp(self, at: int) -> Effect:
        sigma, takes = self._rng.uniform(6, 12), int(self._rng.integers(1, 30))

        def soft(frame: Frame, i: int) -> Frame:
            if i < at:
                return frame
            return np.asarray(
                cv2.GaussianBlur(frame, (0, 0), sigma * min(1.0, (i - at + 1) / takes)), np.uint8
            )

        return soft


def as_bytes(picture: Any) -> Frame:
    """A picture in bytes, cut off at black and white."""
    return np.asarray(np.clip(picture, 0, 255), np.uint8)
