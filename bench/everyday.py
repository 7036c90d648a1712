"""More scenes of real homes by seed: what people who collect false alarms keep.

A fan without a cage, a screen that shows people, a mirror, a cleaning robot, a balloon, laundry,
a mobile, a swinging cord, an aquarium, a door in the draught, shadows of a tree, a curtain in the
sun, rain on a window, fireworks, lamps whose flicker beats with the exposure, a spider on the lens.
"""

from typing import Any

import cv2
import numpy as np

from bench.real_homes import Effect, Homes, as_bytes
from bench.scenes import Film, Frame, disc, put


class Everyday(Homes):
    """The scenes of one seed."""

    kinds = (
        "bare_fan", "screen", "mirror", "robot", "balloon", "laundry", "mobile", "cord",
        "aquarium", "draught", "tree", "lit_curtain", "rain", "fireworks", "flicker", "spider",
    )  # fmt: skip
    blind = ()

    def __init__(self, film: Film, seed: int) -> None:
        super().__init__(film, 500 + seed)
        self._people = [range(first, past) for first, past in film.presence]

    # -- things that move

    def _bare_fan(self, n: int, seen: Any) -> Effect:
        radius, speed = int(self._rng.uniform(28, 85)), self._rng.uniform(0.7, 4)
        x, y = self._place(0.15, 0.3)
        centre, tone = (x + radius, y + radius), int(self._rng.uniform(8, 80))
        blades, wide = int(self._rng.integers(2, 6)), self._rng.uniform(2, 4)
        foot = bool(self._rng.integers(2))

        def turning(frame: Frame, i: int) -> Frame:
            out = frame.copy()
            if foot:
                below = (centre[0], centre[1] + int(2.2 * radius))
                cv2.line(out, centre, below, (tone,) * 3, 6, cv2.LINE_AA)
            for blade in range(blades):
                angle = 360 * (blade / blades + speed * i / self._film.fps)
                axes = (radius, int(radius / wide))
                cv2.ellipse(out, centre, axes, angle, -30, 30, (tone,) * 3, -1, cv2.LINE_AA)
            return out

        return turning

    def _screen(self, n: int, seen: Any) -> Effect:
        """A television that shows people: visits of the clip, cut about who comes in."""
        wide, tall = int(self._rng.uniform(100, 170)), int(self._rng.uniform(60, 100))
        x, y = self._place(wide / self._size[0], tall / self._size[1])
        shots: list[tuple[int, int]] = []
        while len(shots) < n:
            some = self._people[int(self._rng.integers(len(self._people)))]
            begin = int(self._rng.integers(some.start, max(some.start + 1, some.stop - 60)))
            lasts = int(self._rng.uniform(1, 5) * self._film.fps)
            left = int(self._rng.uniform(0, 0.4) * self._size[0])
            shots += [(min(begin + k, some.stop - 1), left) for k in range(lasts)]

        def playing(frame: Frame, i: int) -> Frame:
            index, left = shots[i]
            whole = self._film.frames[index][:, left : left + int(0.6 * self._size[0])]
            out = frame.copy()
            cv2.rectangle(out, (x - 4, y - 4), (x + wide + 4, y + tall + 4), (20, 20, 20), 4)
            picture = cv2.resize(whole, (wide, tall), interpolation=cv2.INTER_AREA)
            out[y : y + tall, x : x + wide] = as_bytes(picture * 1.2 + 10.0)
            return out

        return playing

    def _mirror(self, n: int, seen: Any) -> Effect:
        """A mirror on the wall shows the other side of the room, smaller."""
        wide, tall = int(self._rng.uniform(70, 130)), int(self._rng.uniform(100, 180))
        x, y = self._place(wide / self._size[0], tall / self._size[1])

        def mirroring(frame: Frame, i: int) -> Frame:
            out = frame.copy()
            small = cv2.resize(frame[:, ::-1], (wide, tall), interpolation=cv2.INTER_AREA)
            out[y : y + tall, x : x + wide] = as_bytes(small * 0.9)
            return out

        return mirroring

    def _robot(self, n: int, seen: Any) -> Effect:
        """A cleaning robot drives to and fro over the floor."""
        cut, tall = disc(), self._rng.uniform(0.04, 0.09) * self._size[1]
        size = max(4, round(2.5 * tall)), max(4, round(tall))
        look = cv2.resize(cut.picture, size, interpolation=cv2.INTER_AREA)
        alpha = cv2.resize(cut.alpha, size, interpolation=cv2.INTER_AREA)[..., None]
        marks = np.arange(0, n + 60, 60)
        across = np.interp(np.arange(n), marks, self._rng.uniform(0.1, 0.8, len(marks)))
        down = np.interp(np.arange(n), marks, self._rng.uniform(0.65, 0.9, len(marks)))
        begins = int(self._rng.uniform(20, 60))

        def driving(frame: Frame, i: int) -> Frame:
            k = max(0, i - begins)
            x, y = int(across[k] * self._size[0]), int(down[k] * self._size[1])
            return put(frame, look, alpha, x, y) if i >= begins else frame

        return driving

    def _balloon(self, n: int, seen: Any) -> Effect:
        """A balloon on a string bobs and drifts slowly."""
        height = self._size[1]
        radius, tone = int(self._rng.uniform(18, 34)), self._rng.uniform(40, 255, 3)
        x0, y0 = self._place(0.2, 0.4)
        drift, pace = self._rng.uniform(-6, 6), self._rng.uniform(0.1, 0.4)

        def floating(frame: Frame, i: int) -> Frame:
            out, s = frame.copy(), i / self._film.fps
            x = int(x0 + radius + drift * s + 12 * np.sin(s * 2.1 * pace * 3))
            y = int(y0 + radius + 14 * np.sin(s * 6.28 * pace))
            cv2.line(out, (x, y + radius), (x + 6, min(height, y + 5 * radius)), (90,) * 3, 2)
            axes = (radius, int(1.2 * radius))
            cv2.ellipse(out, (x, y), axes, 0, 0, 360, tuple(tone), -1, cv2.LINE_AA)
            cv2.circle(out, (x - radius // 3, y - radius // 3), 4, (255,) * 3, -1, cv2.LINE_AA)
            return out

        return floating

    def _laundry(self, n: int, seen: Any) -> Effect:
        """Shirts and trousers on a line sway in the draught."""
        x0, y0 = self._place(0.45, 0.45)
        tones = self._rng.uniform(30, 230, (3, 3))
        gusts = self._gusts(n, 40, -0.4)
        phase = self._rng.uniform(0, 6, 3)
        shirt = np.array(
            [(-10, 0), (10, 0), (32, 20), (24, 34), (16, 26), (16, 90), (-16, 90), (-16, 26),
             (-24, 34), (-32, 20)], np.float32,
        )  # fmt: skip
        trousers = np.array(
            [(-16, 0), (16, 0), (18, 110), (4, 110), (0, 30), (-4, 110), (-18, 110)], np.float32
        )
        shapes = (shirt, trousers, shirt)

        def swaying(frame: Frame, i: int) -> Frame:
            out, s = frame.copy(), i / self._film.fps
            cv2.line(out, (x0, y0), (x0 + 260, y0), (200,) * 3, 2)
            for k, shape in enumerate(shapes):
                sway = 12 * gusts[i] * np.sin(s * 2.3 + phase[k])
                points = shape * 1.3 + (x0 + 45 + 85 * k, y0)
                points[:, 0] += sway * (points[:, 1] - y0) / 100
                cv2.fillPoly(out, [points.astype(np.int32)], tuple(tones[k]), cv2.LINE_AA)
            return out

        return swaying

    def _mobile(self, n: int, seen: Any) -> Effect:
        """Shapes that hang from a turning cross."""
        x0, y0 = self._place(0.2, 0.3)
        reach, pace = self._rng.uniform(30, 60), self._rng.uniform(0.08, 0.4)
        tones, drops = self._rng.uniform(20, 240, (5, 3)), self._rng.uniform(20, 90, 5)

        def turning(frame: Frame, i: int) -> Frame:
            out, s = frame.copy(), i / self._film.fps
            for k in range(5):
                angle = 6.28 * (k / 5 + pace * s + 0.1 * np.sin(s * 0.7))
                x, y = int(x0 + 70 + reach * np.cos(angle)), int(y0 + drops[k])
                cv2.line(out, (x0 + 70, y0), (x, y), (80,) * 3, 1, cv2.LINE_AA)
                axes = (max(2, int(13 * abs(np.sin(angle + k)))), 15)
                cv2.ellipse(out, (x, y), axes, 0, 0, 360, tuple(tones[k]), -1, cv2.LINE_AA)
            return out

        return turning

    def _cord(self, n: int, seen: Any) -> Effect:
        """The cord of a ceiling lamp swings and comes to rest, again and again."""
        x0, length = self._rng.uniform(0.2, 0.8) * self._size[0], self._rng.uniform(100, 220)
        swing, pace = self._rng.uniform(0.1, 0.4), self._rng.uniform(0.5, 1.0)
        again, tone = int(self._rng.uniform(90, 160)), int(self._rng.choice([40, 230]))

        def swinging(frame: Frame, i: int) -> Frame:
            out, s = frame.copy(), (i % again) / self._film.fps
            angle = swing * np.exp(-s / 5) * np.cos(6.28 * pace * s) if i >= 30 else 0.0
            end = int(x0 + length * np.sin(angle)), int(length * np.cos(angle))
            cv2.line(out, (int(x0), 0), end, (tone,) * 3, 3, cv2.LINE_AA)
            cv2.circle(out, end, 8, (tone,) * 3, -1, cv2.LINE_AA)
            return out

        return swinging

    def _aquarium(self, n: int, seen: Any) -> Effect:
        wide, tall = int(self._rng.uniform(100, 180)), int(self._rng.uniform(60, 110))
        x0, y0 = self._place(wide / self._size[0], tall / self._size[1])
        tones = self._rng.uniform(30, 255, (6, 3))
        paces, phases = self._rng.uniform(0.05, 0.3, (6, 2)), self._rng.uniform(0, 6, (6, 2))
        tank = np.full((tall, wide, 3), (150, 110, 50), np.uint8)

        def swimming(frame: Frame, i: int) -> Frame:
            out, s, water = frame.copy(), i / self._film.fps, tank.copy()
            for tone, pace, phase in zip(tones, paces, phases, strict=True):
                way = np.sin(6.28 * pace * s + phase)
                at = int(wide * (0.5 + 0.4 * way[0])), int(tall * (0.5 + 0.35 * way[1]))
                cv2.ellipse(water, at, (9, 4), 0, 0, 360, tuple(tone), -1, cv2.LINE_AA)
            for k in range(4):
                y = tall - int((s * 25 + k * tall / 4) % tall)
                cv2.circle(water, (wide // 6 + 3 * k, y), 2, (240,) * 3, -1, cv2.LINE_AA)
            out[y0 : y0 + tall, x0 : x0 + wide] = water
            return out

        return swimming

    def _draught(self, n: int, seen: Any) -> Effect:
        """A door that is ajar moves in the draught; behind it is dark."""
        wide, tall = int(self._rng.uniform(70, 120)), int(self._rng.uniform(200, 330))
        x0, y0 = self._place(wide / self._size[0], min(0.7, tall / self._size[1]))
        y0 = min(y0, self._size[1] - tall - 1)
        gusts, tone = self._gusts(n, 50, -1.0), self._rng.uniform(90, 220)

        def moving(frame: Frame, i: int) -> Frame:
            out, s = frame.copy(), i / self._film.fps
            open_by = 0.1 + 0.25 * gusts[i] * (0.5 + 0.5 * np.sin(s * 1.6))
            edge = int(wide * (1 - open_by))
            out[y0 : y0 + tall, x0 : x0 + wide] = (25, 22, 20)
            lean = int(18 * open_by)
            leaf = np.array([(x0, y0), (x0 + edge, y0 + lean), (x0 + edge, y0 + tall - lean),
                             (x0, y0 + tall)])  # fmt: skip
            cv2.fillPoly(out, [leaf], (tone * 0.8, tone * 0.9, tone), cv2.LINE_AA)
            cv2.circle(out, (x0 + edge - 8, y0 + tall // 2), 4, (30,) * 3, -1, cv2.LINE_AA)
            return out

        return moving

    def _spider(self, n: int, seen: Any) -> Effect:
        """A spider walks over the lens: dark, large and not sharp."""
        width, height = self._size
        size, begin = self._rng.uniform(14, 40), int(self._rng.uniform(60, 120))
        marks = np.arange(0, n + 40, 40)
        way = [np.interp(np.arange(n), marks, self._rng.uniform(0, 1, len(marks))) for _ in "xy"]

        def walking(frame: Frame, i: int) -> Frame:
            if i < begin:
                return frame
            x, y = way[0][i - begin] * width, way[1][i - begin] * height
            cover = np.zeros((height, width), np.uint8)
            cv2.circle(cover, (int(x), int(y)), int(size), 255, -1)
            for leg in range(8):
                angle = leg * 0.785 + 0.2 * np.sin(i * 1.7 + leg)
                foot = int(x + 2.2 * size * np.cos(angle)), int(y + 2.2 * size * np.sin(angle))
                cv2.line(cover, (int(x), int(y)), foot, 255, max(2, int(size / 5)))
            soft = cv2.GaussianBlur(cover, (0, 0), size / 4).astype(np.float32)[..., None] / 255
            return as_bytes(frame * (1 - 0.85 * soft))

        return walking

    # -- light

    def _tree(self, n: int, seen: Any) -> Effect:
        """Sun through leaves that move in the wind falls on wall and floor."""
        width, height = self._size
        grain = self._rng.random((height + 120, width + 120)).astype(np.float32)
        crowns: Any = cv2.GaussianBlur(grain, (0, 0), self._rng.uniform(6, 14))
        leaves = np.clip((crowns - crowns.mean()) / crowns.std() * 1.5, -1, 1)
        x, y = self._place(0.4, 0.5)
        window = np.zeros((height, width), np.float32)
        window[y : y + int(0.5 * height), x : x + int(0.4 * width)] = 1
        soft: Any = cv2.blur(window, (15, 15))
        power, gusts = self._rng.uniform(0.15, 0.45), self._gusts(n, 30, -0.3)

        def shaded(frame: Frame, i: int) -> Frame:
            s = i / self._film.fps
            dx = int(60 + 30 * gusts[i] * np.sin(s * 1.9))
            dy = int(60 + 16 * gusts[i] * np.sin(s * 2.7))
            part = leaves[dy : dy + height, dx : dx + width]
            return as_bytes(frame * (1 + power * soft * (0.4 + part))[..., None])

        return shaded

    def _lit_curtain(self, n: int, seen: Any) -> Effect:
        """A curtain that blows before a sunny window, and its light on the floor."""
        curtain = self._curtain(n, seen)
        sun = self._sun(n, seen)
        return lambda frame, i: sun(curtain(frame, i), i)

    def _rain(self, n: int, seen: Any) -> Effect:
        """Drops run down a window, grey behind them."""
        wide, tall = int(self._rng.uniform(110, 200)), int(self._rng.uniform(120, 200))
        x0, y0 = self._place(wide / self._size[0], tall / self._size[1])
        drops = self._rng.uniform(0, 1, (40, 3))
        pane = np.full((tall, wide, 3), 130, np.uint8)

        def running(frame: Frame, i: int) -> Frame:
            out, s, window = frame.copy(), i / self._film.fps, pane.copy()
            for x, y, pace in drops:
                at = int(x * wide), int((y * tall + (20 + 120 * pace**3) * s) % tall)
                cv2.ellipse(window, at, (2, 4), 0, 0, 360, (190,) * 3, -1, cv2.LINE_AA)
            out[y0 : y0 + tall, x0 : x0 + wide] = window
            return out

        return running

    def _fireworks(self, n: int, seen: Any) -> Effect:
        """Flashes of coloured light through a window, at night."""
        width, height = self._size
        night = self._dark(n, seen)
        wide, tall = int(self._rng.uniform(100, 170)), int(self._rng.uniform(90, 160))
        x0, y0 = self._place(wide / width, tall / height)
        rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
        glow = np.exp(-((columns - x0 - wide / 2) ** 2 + (rows - y0 - tall) ** 2) / 2 / 260**2)
        bursts = [
            (int(at), self._rng.uniform(0, 1, 3), self._rng.uniform(0.2, 0.8, 2))
            for at in np.cumsum(self._rng.uniform(6, 50, n // 6)) if at < n
        ]  # fmt: skip

        def flashing(frame: Frame, i: int) -> Frame:
            out = night(frame, i).astype(np.float32)
            sky = np.full((tall, wide, 3), 12, np.uint8)
            for at, tone, place in bursts:
                past = i - at
                if 0 <= past < 12:
                    power = float(np.exp(-past / 3))
                    out += frame * (0.35 * power * glow)[..., None] * (0.4 + tone)
                    middle = int(place[0] * wide), int(place[1] * tall)
                    for ray in range(12):
                        far = 6 + 3 * past
                        end = (int(middle[0] + far * np.cos(ray * 0.52)),
                               int(middle[1] + far * np.sin(ray * 0.52)))  # fmt: skip
                        cv2.circle(sky, end, 2, tuple(255 * power * tone), -1, cv2.LINE_AA)
            out[y0 : y0 + tall, x0 : x0 + wide] = sky
            return as_bytes(out)

        return flashing

    def _flicker(self, n: int, seen: Any) -> Effect:
        """Bands wander over the picture: 100 or 120 flashes a second beat with the exposure."""
        rows = np.arange(self._size[1], dtype=np.float32)[:, None, None]
        depth, bands = self._rng.uniform(0.04, 0.14), self._rng.uniform(1, 4)
        beat = self._rng.choice([0.3, 2.0, 4.5, 9.7]) * self._rng.uniform(0.8, 1.2)

        def banded(frame: Frame, i: int) -> Frame:
            phase = 6.28 * (bands * rows / self._size[1] + beat * i / self._film.fps)
            return as_bytes(frame * (1 + depth * np.sin(phase)))

        return banded
