"""From scenes to events, as they would reach a family: the device's gate chooses the pictures of
an episode, the detector judges them, the heaviest kind stands.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import cv2
import numpy as np

from bench.scenes import Frame, Scene
from iot.agent.camera.gate import Began, Ended, EpisodeRecorder, Happening, Shots
from iot.vision.settings import CameraSettings
from lambdas.detect.detector import Detector, Frames
from lambdas.detect.event import weight
from lambdas.detect.verdict import Kind, Verdict

BEGIN = datetime(2026, 11, 22, tzinfo=UTC)
PROMPT = 1.5  # seconds within which an entry must be noticed


@dataclass
class Seen:
    """What became of one scene."""

    scene: Scene
    moving: list[bool] = field(default_factory=list)
    disturbed: list[str] = field(default_factory=list)  # light and camera_moved by the frame
    events: list[tuple[float, float, Kind, Verdict]] = field(default_factory=list)
    bursts: int = 0

    @property
    def there(self) -> np.ndarray:
        """In which frames a person is there, and can be seen."""
        there = self._range(self.scene.person)
        if self.scene.what == "cover":
            there &= ~self._range(self.scene.during)
        return there

    @property
    def other(self) -> np.ndarray:
        """In which frames something else moves: a pet, a robot, a cloth over the camera."""
        others = ("cat", "dog", "robot", "cover")
        return self._range(self.scene.during if self.scene.what in others else None)

    def _range(self, span: tuple[int, int] | None) -> np.ndarray:
        marks = np.zeros(len(self.moving), np.bool_)
        if span:
            marks[slice(*span)] = True
        return marks

    @property
    def recall(self) -> float | None:
        """Share of person frames that are flagged."""
        moving = np.array(self.moving)[self.there]
        return float(moving.mean()) if len(moving) else None

    @property
    def false(self) -> float:
        """Share of the frames with nobody at all that are flagged."""
        return float(np.array(self.moving)[~self.there & ~self.other].mean())

    def found(self) -> bool:
        """Whether the person of the scene is the subject of an event."""
        assert self.scene.person
        first, past = (frame / self.scene.film.fps for frame in self.scene.person)
        return any(
            kind == "person" and start < past and end > first for start, end, kind, _ in self.events
        )

    def rows(self) -> Iterable[tuple[str, str]]:
        """Truth and answer of each event; and of what had no event."""
        fps, told = self.scene.film.fps, False
        for start, end, kind, _ in self.events:
            truth = self._truth(start * fps, end * fps)
            told |= truth == self._subject
            yield truth, kind
        if not told:
            lit = set(self.disturbed) - {""}
            yield self._subject, min(lit) if lit else "none"

    @property
    def _subject(self) -> str:
        return "person" if self.scene.person else self.scene.what

    def _truth(self, start: float, end: float) -> str:
        if self.scene.what == "cover" and self.scene.during and start >= self.scene.during[0]:
            return "cover"
        if self.scene.person and start < self.scene.person[1] + 5 and end > self.scene.person[0]:
            return "person"
        during = self.scene.during
        if during and start < during[1] + 5 and end >= during[0]:
            return self.scene.what
        return "nothing"


def see(scene: Scene, detector: Detector, settings: CameraSettings | None = None) -> Seen:
    """Run a scene through the gate and the detector."""
    gate, seen = EpisodeRecorder(), Seen(scene)
    begun: dict[datetime, tuple[Kind, Verdict | None]] = {}
    for i, frame in enumerate(scene.frames()):
        at = BEGIN + timedelta(seconds=i / scene.film.fps)
        motion, happenings = gate.update(at, frame)
        seen.moving.append(motion.kind == "motion")
        seen.disturbed.append(motion.kind if motion.kind in ("light", "camera_moved") else "")
        _take(seen, begun, happenings, detector, settings or CameraSettings())
    _take(seen, begun, gate.finish(), detector, settings or CameraSettings())
    return seen


def _take(
    seen: Seen,
    begun: dict[datetime, tuple[Kind, Verdict | None]],
    happenings: Iterable[Happening],
    detector: Detector,
    settings: CameraSettings,
) -> None:
    for one in happenings:
        if isinstance(one, Began):
            begun[one.episode] = ("none", None)
        elif isinstance(one, Shots):
            seen.bursts += 1
            verdict = detector.judge(_frames(one), settings)
            kind, best = begun[one.episode]  # as lambdas.detect.event.merged does
            known = weight(kind), best.score if best else 0.0
            if (weight(verdict.kind), verdict.score) > known:
                begun[one.episode] = (verdict.kind, verdict)
        elif isinstance(one, Ended):
            kind, best = begun[one.episode]
            if best:
                span = ((at - BEGIN).total_seconds() for at in (one.episode, one.at))
                seen.events.append((*span, kind, best))  # type: ignore[arg-type]


def _frames(shots: Shots) -> Frames:
    taken = [shots.reference, *shots.moving]
    seconds = tuple((shot.at - taken[0].at).total_seconds() for shot in taken)
    return Frames(tuple(jpeg(shot.picture) for shot in taken), seconds)


def jpeg(picture: Frame) -> bytes:
    """A picture as a camera sends it."""
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 85])[1].tobytes()


def table(all_seen: Iterable[Seen]) -> Counter[tuple[str, str]]:
    """How often which truth was answered how."""
    return Counter(row for seen in all_seen for row in seen.rows())
