"""What a detector takes and gives: the interface behind which better ones slot in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, Self

from pydantic import BaseModel, ConfigDict, Field

from lambdas.detect import motion
from lambdas.detect.burst import Burst
from lambdas.detect.motion import Background, Motion, decode

Kind = Literal["none", "motion", "light", "camera_moved", "person", "cat", "dog", "other"]
Sensitivity = Literal["low", "normal", "high"]

_MOTION_SETTINGS: dict[Sensitivity, motion.Settings] = {
    "low": motion.Settings(threshold=24, texture=8, min_area=0.01),
    "normal": motion.Settings(),
    "high": motion.Settings(threshold=14, texture=5, min_area=0.001),
}


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class CameraSettings(_Value):
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


class Box(_Value):
    """Where something is: fractions 0..1 of the picture, x, y the top left corner."""

    x: float
    y: float
    w: float
    h: float
    label: Kind = "motion"
    score: float = 1.0


class Reason(_Value):
    """Numbers behind a verdict, for a person to check."""

    kind: Kind
    area: float = Field(0.0, description="share of the picture that moved, 0..1")
    contrast: float = Field(0.0, description="mean change where it moved, grey levels of 255")
    seconds: float = Field(0.0, description="from the first to the last picture that shows it")
    light: float = Field(0.0, description="brightness against the reference, 0.1 = 10 % more")

    @classmethod
    def of(cls, kind: Kind, peak: Motion, seconds: float) -> Self:
        """The reason behind the strongest motion and how long it was seen."""
        return cls(
            kind=kind,
            area=round(peak.area, 4),
            contrast=round(peak.contrast, 1),
            seconds=round(seconds, 1),
            light=round(peak.light, 3),
        )

    def text(self, lang: str = "ja") -> str:
        """One sentence in Japanese, or in English for `en`."""
        return _english(self) if lang == "en" else _japanese(self)


class Verdict(_Value):
    """A detector's answer for a burst. `key_frame` is the index of the frame that shows it best."""

    kind: Kind
    level: float = Field(ge=0, le=1, description="motion level, see lambdas.detect.motion.Motion")
    score: float = Field(ge=0, le=1, description="how sure; 0.5 is just enough")
    boxes: tuple[Box, ...] = ()
    key_frame: int = Field(0, ge=0)
    reason: Reason
    detector: str


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
            reason=Reason.of(kind, best, seconds),
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


_JAPANESE: dict[Kind, str] = {"person": "人", "cat": "猫", "dog": "犬", "other": "何か"}
_ENGLISH: dict[Kind, str] = {
    "person": "A person",
    "cat": "A cat",
    "dog": "A dog",
    "other": "Something",
}


def _japanese(reason: Reason) -> str:
    share = f"画面の {reason.area:.1%}".replace("%", " %")
    during = f"{reason.seconds:.1f} 秒間" if reason.seconds else ""
    match reason.kind:
        case "none":
            return "動きはありませんでした"
        case "motion":
            return f"{share} が{during}動きました"
        case "light":
            change = f"{abs(reason.light):.0%}".replace("%", " %")
            turned = "明るく" if reason.light > 0 else "暗く"
            return f"照明が変わりました（画面が {change} {turned}なりました）"
        case "camera_moved":
            return "カメラの向きが変わりました"
    details = "、".join(filter(None, [share, during]))
    return f"{_JAPANESE[reason.kind]}を検知しました（{details}）"


def _english(reason: Reason) -> str:
    share = f"{reason.area:.1%} of the picture"
    during = f" for {reason.seconds:.1f} s" if reason.seconds else ""
    match reason.kind:
        case "none":
            return "Nothing moved"
        case "motion":
            return f"{share} moved{during}"
        case "light":
            turned = "brighter" if reason.light > 0 else "darker"
            return f"The light changed: the picture became {abs(reason.light):.0%} {turned}"
        case "camera_moved":
            return "The camera was moved"
    return f"{_ENGLISH[reason.kind]} was seen ({share}{during})"
