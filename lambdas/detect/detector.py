"""What a detector takes and gives: the interface behind which better ones slot in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol, Self

from iot.messages.camera import EpisodeKind, How
from iot.vision import motion, network
from iot.vision.burst import Burst
from iot.vision.motion import NOTHING, Box, Motion, MotionDetector, decode
from iot.vision.settings import CameraSettings
from iot.vision.who import PERSON, Glance, who
from lambdas.detect.verdict import Box as Mark
from lambdas.detect.verdict import Kind, Reason, Verdict


@dataclass(frozen=True)
class Frames:
    """JPEG frames with the seconds at which they were taken, counted from the first.

    With `reference`, frame 0 is the room as the device remembers it. What the device says of them,
    where it does, is better founded than what a few frames show: it has watched the room for long.
    """

    jpegs: tuple[bytes, ...]
    seconds: tuple[float, ...]
    reference: bool = True
    kind: EpisodeKind = "motion"  # what the device saw
    how: How | None = None
    boxes: tuple[tuple[Box, ...], ...] = ()  # where, one list per frame
    travelled: float = 0.0
    way: float | None = None  # None: nobody followed them
    again: bool = False
    lasted: float = 0.0  # seconds since the episode began

    @classmethod
    def of(cls, burst: Burst) -> Self:
        """The frames of an unpacked burst."""
        about = burst.manifest
        if about is None:
            return cls(burst.jpegs, (0.0,) * len(burst.jpegs), reference=False)
        return cls(
            burst.jpegs,
            tuple((at - about.captured[0]).total_seconds() for at in about.captured),
            kind=about.kind,
            how=about.how,
            boxes=tuple(tuple(Box(b.x, b.y, b.w, b.h) for b in one) for one in about.boxes),
            travelled=about.travelled,
            way=about.way,
            again=about.again,
            lasted=max(0.0, (about.captured[-1] - about.episode).total_seconds())
            if about.boxes
            else 0.0,
        )


class Detector(Protocol):
    """Judges the frames of a burst."""

    def judge(self, frames: Frames, settings: CameraSettings) -> Verdict:
        """The verdict; raises BadFrames where a picture cannot be decoded."""
        ...


class BurstDetector:
    """Motion, light and a moved camera, by the same code as the device's own gate."""

    name = "motion/3"

    def judge(self, frames: Frames, settings: CameraSettings) -> Verdict:
        """Each frame against the first; without a reference a single frame proves nothing."""
        return self.verdict(frames, self.watch(frames, settings), settings)

    def watch(self, frames: Frames, settings: CameraSettings) -> list[Motion]:
        """What moved in each frame."""
        detector = MotionDetector(settings.motion(), settings.zones)
        seen = [
            detector.update(decode(jpeg), at)
            for jpeg, at in zip(frames.jpegs, frames.seconds, strict=True)
        ]
        if frames.kind in ("light", "camera_moved", "blind"):
            first, now = (float(decode(frames.jpegs[i]).mean()) for i in (0, -1))
            light = now / max(1.0, first) - 1
            last = Motion(frames.kind, light=light, how=frames.how, view=seen[-1].view)
            return [*(NOTHING for _ in seen[:-1]), last]
        if not any(frames.boxes):
            return seen
        return [_told(*one) for one in zip(seen, frames.boxes, strict=True)]

    def verdict(self, frames: Frames, seen: Sequence[Motion], settings: CameraSettings) -> Verdict:
        """The verdict over what moved."""
        kind, key, seconds = summary(seen, frames.seconds)
        best = seen[key]
        why = reason(kind, best, max(seconds, frames.lasted if kind == "motion" else 0.0))
        return Verdict(
            kind=kind,
            level=best.level,
            score=score(best, settings.motion()),
            boxes=tuple(marked(b.x, b.y, b.w, b.h) for b in best.boxes),
            key_frame=key,
            reason=why.model_copy(
                update={"travelled": frames.travelled, "way": frames.way, "again": frames.again}
            ),
            detector=self.name,
        )


def marked(
    x: float, y: float, w: float, h: float, label: Kind = "motion", score: float = 1
) -> Mark:
    """A box in a verdict."""
    return Mark(x=x, y=y, w=w, h=h, label=label, score=round(score, 3))


def _told(seen: Motion, boxes: Sequence[Box]) -> Motion:
    """What is seen in a frame, and where by the device's word."""
    if not boxes:
        return NOTHING
    area = min(1.0, sum(box.w * box.h for box in boxes))
    if seen.kind != "motion":
        seen = Motion("motion", level=area / 4, area=area, contrast=seen.contrast)
    return replace(seen, boxes=tuple(boxes))


class PeopleAndPets:
    """Motion first; where something moved, the network says who it was. Where it does not run,
    motion stays motion: the family is told rather too much."""

    name = "people-and-pets/2"

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
        room = frames.jpegs[0] if frames.reference and moving[0] > 0 else None
        found = who(glances, room=room, more=bool(frames.boxes))
        if found is None:
            return verdict.model_copy(update={"detector": self.name})
        key = moving[found.picture]
        why = verdict.reason.model_copy(
            update={"kind": found.kind, "score": round(found.score, 2) if found.seen else 0.0}
        )
        boxes = [marked(*one[2:], label=one.who, score=one.score) for one in found.seen] or [
            marked(*box, label=found.kind) for box in seen[key].boxes
        ]
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
) -> tuple[EpisodeKind | Literal["none"], int, float]:
    """Kind of a few pictures together, index of the best, seconds from first to last of the kind.

    Motion in any of them is motion; a light without motion is light. A blind camera explains the
    motion before it.
    """
    kinds: tuple[EpisodeKind, ...] = ("blind", "motion", "camera_moved", "light")
    for kind in kinds:
        of_kind = [i for i, one in enumerate(seen) if one.kind == kind]
        if of_kind:
            key = max(of_kind, key=lambda i: (seen[i].level, abs(seen[i].light)))
            took = seen[key].view if kind == "blind" else seconds[of_kind[-1]] - seconds[of_kind[0]]
            return kind, key, took or 0.0
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
