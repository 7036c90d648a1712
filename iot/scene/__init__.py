"""A scene the project makes itself: a room into which people come, stay and leave.

For tests, the demo and the local camera. No picture of a real person or home is needed, the truth
is known to the frame, and a seed gives the same pictures again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from iot.scene.person import LOOKS, Look, Pose, columns, put, visible
from iot.scene.room import WIDTH, Room

__all__ = ["DEMO", "FPS", "Frame", "Scene", "Visit"]

Frame = npt.NDArray[np.uint8]  # height x width x 3, BGR
FPS = 10
_OUTSIDE = 4.0  # metres to the side at which nobody is seen
_PACE = 1.35  # metres a second
_STEP = 0.68  # metres


@dataclass(frozen=True)
class Visit:
    """Somebody walks in at `start` (s), stays for `stay` seconds at x, z (metres), walks out."""

    start: float
    stay: float = 2.0
    look: int = 0  # index of LOOKS
    x: float = 0.2
    z: float = 3.7
    enters: int = -1  # from the left; 1 from the right
    leaves: int = 1

    def pose(self, t: float) -> Pose | None:
        """How the person stands at `t` seconds, None while away."""
        t -= self.start
        coming = abs(self.x - self.enters * _OUTSIDE) / _PACE
        going = abs(self.leaves * _OUTSIDE - self.x) / _PACE
        if not 0 <= t < coming + self.stay + going:
            return None
        if t < coming:
            walked, facing = _PACE * t, -self.enters
            return _walk(self.enters * _OUTSIDE + facing * walked, self.z, facing, walked)
        t -= coming
        if t < self.stay:
            return self._stand(t)
        walked = _PACE * (t - self.stay)
        return _walk(self.x + self.leaves * walked, self.z, self.leaves, walked)

    def _stand(self, t: float) -> Pose:
        turned = min(1.0, t / 0.4, max(0.0, self.stay - t) / 0.4)
        raised = max(0.0, float(np.sin(t * 1.3 - 0.8))) * turned
        facing = -self.enters if t < self.stay / 2 else self.leaves
        sway = 0.015 * float(np.sin(t * 2.1))
        return Pose(self.x, self.z, facing, turned=turned, raised=raised, sway=sway)


def _walk(x: float, z: float, facing: int, walked: float) -> Pose:
    return Pose(x, z, facing, stride=1.0, phase=walked / _STEP * np.pi)


@cache
def _room(seed: int, width: int) -> Room:
    return Room(seed, width)


class _Stage:
    """The room with people in it, under its light. Only what people cover is drawn anew."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._surfaces = room.surfaces.copy()
        self._light = np.zeros_like(room.surfaces)
        self._empty = np.zeros(room.surfaces.shape, np.uint8)
        self._lit: tuple[float, float] | None = None
        self.shape = room.surfaces.shape[0], room.surfaces.shape[1]

    def show(self, people: list[tuple[Look, Pose]], lamp: float, exposure: float) -> Frame:
        """The picture without noise."""
        if self._lit != (lamp, exposure):
            self._lit = lamp, exposure
            self._light = self._room.light(lamp) * np.float32(exposure)
            self._empty = self._exposed(slice(None))
        if not people:
            return self._empty
        picture = self._empty.copy()
        touched = [columns(pose, self.shape[1]) for _, pose in people]
        for look, pose in sorted(people, key=lambda one: -one[1].z):
            put(self._surfaces, look, pose)
        for part in touched:
            picture[:, part] = self._exposed(part)
        for part in touched:
            self._surfaces[:, part] = self._room.surfaces[:, part]
        return picture

    def _exposed(self, part: slice) -> Frame:
        lit = np.minimum(self._surfaces[:, part] * self._light[:, part], 255)
        return np.asarray(lit, np.uint8)


@dataclass(frozen=True)
class Scene:
    """Frames and their truth. Lists of (second, value) hold from that second on; `exposure` runs
    straight from one value to the next."""

    seconds: float = 21.5
    visits: Sequence[Visit] = ()
    lamp: Sequence[tuple[float, bool]] = ()
    exposure: Sequence[tuple[float, float]] = ((0.0, 1.0),)
    noise: float = 2.5  # standard deviation, grey levels
    seed: int = 0
    width: int = WIDTH

    def __len__(self) -> int:
        """Number of frames."""
        return round(self.seconds * FPS)

    def frames(self) -> Iterator[Frame]:
        """The pictures, FPS a second."""
        stage = _Stage(_room(self.seed, self.width))
        rng = np.random.default_rng(self.seed + 1)
        # Noise is slow to draw: one large sheet, laid on anew at another place for every frame.
        height, width = stage.shape
        sheet = rng.normal(0, self.noise, (height + 64, width + 64, 3)).round().astype(np.int16)
        glow = 1.0 if self._lamp_on(0) else 0.0
        for i in range(len(self)):
            t = i / FPS
            glow += 0.7 * (self._lamp_on(t) - glow)  # a filament takes its time
            picture = stage.show(self._people(t), round(glow, 3), self._exposure_at(t))
            y, x = rng.integers(0, 64, 2)
            noisy = cv2.add(picture, sheet[y : y + height, x : x + width], dtype=cv2.CV_8U)
            yield np.asarray(noisy, np.uint8)

    def jpegs(self, quality: int = 85) -> Iterator[bytes]:
        """The pictures as a camera would send them."""
        for frame in self.frames():
            yield cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()

    def presence(self) -> list[tuple[int, int]]:
        """Truth: [first, past the last) frames in which somebody is to be seen."""
        seen = [
            any(visible(look, pose) for look, pose in self._people(i / FPS))
            for i in range(len(self))
        ]
        edges = np.flatnonzero(np.diff([False, *seen, False])).tolist()
        return list(zip(edges[::2], edges[1::2], strict=True))

    def write_video(self, path: Path) -> None:
        """The scene as a video file (MPEG-4 in what its ending says). OSError where it cannot."""
        size = (self.width, round(self.width * 9 / 16))
        video = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), FPS, size)
        if not video.isOpened():
            raise OSError(f"cannot write a video to {path}")
        for frame in self.frames():
            video.write(frame)
        video.release()

    def _people(self, t: float) -> list[tuple[Look, Pose]]:
        poses = ((LOOKS[visit.look % len(LOOKS)], visit.pose(t)) for visit in self.visits)
        return [(look, pose) for look, pose in poses if pose]

    def _lamp_on(self, t: float) -> bool:
        return next((on for since, on in reversed(self.lamp) if since <= t), False)

    def _exposure_at(self, t: float) -> float:
        times, values = zip(*self.exposure, strict=True)
        return float(np.interp(t, list(times), list(values)))


DEMO = Scene(
    seconds=24.5,
    visits=(
        Visit(start=4.0, stay=2.5, look=0),
        Visit(start=15.0, stay=1.5, look=1, x=-0.5, z=4.4, enters=1, leaves=1),
    ),
)
"""About twenty seconds: the empty room, one person, the empty room, another."""
