"""What a detector takes and gives: the interface behind which better ones slot in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, Self

from iot.vision import motion
from iot.vision.burst import Burst
from iot.vision.motion import Motion, MotionDetector, decode
from iot.vision.settings import CameraSettings
from lambdas.detect import network
from lambdas.detect.verdict import Box, Kind, Reason, Verdict
from lambdas.detect.who import PERSON, Glance, who


@dataclass(frozen=True)
class Frames:
    """JPEG frames with the seconds at which they were taken, counted from the first.

    With `reference`, frame 0 is the room as the device remembers it.
    """

    jpegs: tuple[bytes, ...]
    seconds: tuple[float, ...]
    reference: bool = True

    @classmethod
    def of(cls, burst: Burst) -> Self:
        """The frames of an unpacked burst."""
        if burst.manifest is None:
            return cls(burst.jpegs, (0.0,) * len(burst.jpegs), reference=False)
        captured = burst.manifest.captured
        seconds = tuple((at - captured[0]).total_seconds() for at in captured)
        return cls(burst.jpegs, seconds)


class Detector(Protocol):
    """Judges the frames of a burst."""

    def judge(self, frames: Frames, settings: CameraSettings) -> Verdict:
        """The verdict; raises BadFrames where a picture cannot be decoded."""
        ...


class BurstDetector:
    """Motion, light and a moved camera, by the same code as the device's own gate."""

    name = "motion/2"

    def judge(self, frames: Frames, settings: CameraSettings) -> Verdict:
        """Each frame against the first; without a reference a single frame proves nothing."""
        return self.verdict(frames, self.watch(frames, settings), settings)

    def watch(self, frames: Frames, settings: CameraSettings) -> list[Motion]:
        """What moved in each frame."""
        detector = MotionDetector(settings.motion(), settings.zones)
        return [
            detector.update(decode(jpeg), at)
            for jpeg, at in zip(frames.jpegs, frames.seconds, strict=True)
        ]

    def verdict(self, frames: Frames, seen: Sequence[Motion], settings: CameraSettings) -> Verdict:
        """The verdict over what moved."""
        kind, key, seconds = summary(seen, frames.seconds)
        best = seen[key]
        return Verdict(
            kind=kind,
            level=best.level,
            score=score(best, settings.motion()),
            boxes=tuple(Box(x=b.x, y=b.y, w=b.w, h=b.h) for b in best.boxes),
            key_frame=key,
            reason=reason(kind, best, seconds),
            detector=self.name,
        )


class PeopleAndPets:
    """Motion first; where something moved, the network says who it was. Without its file, motion
    stays motion: the family is told rather too much."""

    name = "people-and-pets/1"

    def __init__(self) -> None:
        self._motion = BurstDetector()

    def judge(self, frames: Frames, settings: CameraSettings) -> Verdict:
        """The verdict; the network runs only when there is motion."""
        seen = self._motion.watch(frames, settings)
        verdict = self._motion.verdict(frames, seen, settings)
        if verdict.kind != "motion" or not network.available():
            return verdict
        moving = [i for i, one in enumerate(seen) if one.kind == "motion"]
        glances = [Glance(frames.jpegs[i], frames.seconds[i], seen[i]) for i in moving]
        found = who(glances)
        if found is None:
            return verdict.model_copy(update={"detector": self.name})
        key = moving[found.picture]
        why = verdict.reason.model_copy(
            update={"kind": found.kind, "score": round(found.score, 2) if found.seen else 0.0}
        )
        boxes = [
            Box(x=one.x, y=one.y, w=one.w, h=one.h, label=one.who, score=round(one.score, 3))
            for one in found.seen
        ] or [Box(x=box.x, y=box.y, w=box.w, h=box.h, label=found.kind) for box in seen[key].boxes]
        return verdict.model_copy(
            update={
                "kind": found.kind,
                # A half is just enough, as for motion; the network's own score is in the reason.
                "score": found.score / (found.score + PERSON) if found.seen else found.score,
                "boxes": tuple(boxes),
                "key_frame": key,
                "reason": why,
                "detector": self.name,
            }
        )


def summary(
    seen: Sequence[Motion], seconds: Sequence[float]
) -> tuple[Literal["none", "motion", "light", "camera_moved"], int, float]:
    """Kind of a few pictures together, index of the best, seconds from first to last of the kind.

    Motion in any of them is motion; a light without motion is light. A camera that was covered or
    turned away explains the motion before it.
    """
    away = [i for i, one in enumerate(seen) if one.how in ("covered", "turned")]
    if away:
        return "camera_moved", away[-1], seen[away[-1]].view or 0.0
    kinds: tuple[Literal["motion", "camera_moved", "light"], ...]
    kinds = ("motion", "camera_moved", "light")
    for kind in kinds:
        of_kind = [i for i, one in enumerate(seen) if one.kind == kind]
        if of_kind:
            key = max(of_kind, key=lambda i: (seen[i].level, abs(seen[i].light)))
            return kind, key, seconds[of_kind[-1]] - seconds[of_kind[0]]
    return "none", 0, 0.0


def score(seen: Motion, settings: motion.Settings) -> float:
    """How sure, 0..1: a half for the least that counts, near 1 for what is many times that."""
    if seen.kind == "motion":
        return seen.area / (seen.area + settings.min_area)
    if seen.kind == "light":
        return abs(seen.light) / (abs(seen.light) + settings.lit_gain)
    return 0.0


def reason(kind: Kind, peak: Motion, seconds: float) -> Reason:
    """The reason behind the strongest motion and how long it was seen."""
    return Reason(
        kind=kind,
        area=round(peak.area, 4),
        contrast=round(peak.contrast, 1),
        seconds=round(seconds, 1),
        light=round(peak.light, 3),
        how=peak.how,
    )
