"""What a detector takes and gives: the interface behind which better ones slot in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, Self

from lambdas.detect import motion
from lambdas.detect.burst import Burst
from lambdas.detect.motion import Background, Motion, decode
from lambdas.detect.verdict import Box, Kind, Reason, Value, Verdict

Sensitivity = Literal["low", "normal", "high"]

_MOTION_SETTINGS: dict[Sensitivity, motion.Settings] = {
    "low": motion.Settings(threshold=24, texture=8, min_area=0.01),
    "normal": motion.Settings(),
    "high": motion.Settings(threshold=14, texture=5, min_area=0.001),
}


class CameraSettings(Value):
    """What a household set for a camera."""

    sensitivity: Sensitivity = "normal"

    def motion(self) -> motion.Settings:
        """The figures behind the words, the same on the device and in the cloud."""
        return _MOTION_SETTINGS[self.sensitivity]


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


class MotionDetector:
    """Version 1: motion and light alone, by the same code as the device's own gate."""

    name = "motion/1"

    def judge(self, frames: Frames, settings: CameraSettings) -> Verdict:
        """Each frame against the first; without a reference a single frame proves nothing."""
        background = Background(settings.motion())
        seen = [
            background.update(decode(jpeg), at)
            for jpeg, at in zip(frames.jpegs, frames.seconds, strict=True)
        ]
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


def summary(
    seen: Sequence[Motion], seconds: Sequence[float]
) -> tuple[Literal["none", "motion", "light"], int, float]:
    """Kind of a few pictures together, index of the best, seconds from first to last of the kind.

    Motion in any of them is motion; a light without motion is light.
    """
    for kind in ("motion", "light"):
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
    )
