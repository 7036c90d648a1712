"""From pictures to the object that is uploaded. Here alone does a JPEG come into being."""

from collections.abc import Sequence
from datetime import datetime

import cv2

from iot.agent.camera.gate import Shot, Shots
from iot.agent.camera.picture_outbox import Picture
from iot.agent.camera.source import Frame
from iot.messages.camera import Box, EpisodeReport, Mode
from iot.vision import burst, values
from iot.vision.motion import NOTHING, Motion

WIDTH = 1280
QUALITY = 80
BOXES = 16


def develop(shots: Shots, mode: Mode) -> tuple[Picture, bytes]:
    """A burst of an episode. ValueError when it cannot be encoded or the mode forbids pictures."""
    moving = shots.moving
    best = max(range(len(moving)), key=lambda i: moving[i].level)
    about = Picture(
        report=report(shots.episode, shots.peak, mode),
        seq=shots.seq,
        captured=(shots.reference.at, *(shot.at for shot in moving)),
        best=best + 1,
    )
    return about, _pack(about, [shots.reference, *moving], mode, shots)


def snapshot(shot: Shot, mode: Mode, command: str) -> tuple[Picture, bytes]:
    """A single picture that a command asked for. ValueError as with `develop`."""
    about = Picture(
        report=report(shot.at, NOTHING, mode),
        seq=0,
        captured=(shot.at,),
        best=0,
        command=command,
    )
    return about, _pack(about, [shot], mode)


def report(
    episode: datetime, peak: Motion, mode: Mode, ended_at: datetime | None = None
) -> EpisodeReport:
    """What is said of an episode. In motion-only mode there are no pictures of it (DC-29)."""
    return EpisodeReport(
        episode=episode,
        ended_at=ended_at,
        kind="motion" if peak.kind == "none" else peak.kind,
        how=peak.how,
        level=round(min(1.0, peak.level), 4),
        boxes=boxes(peak.boxes[:BOXES]),
        pictures="none" if mode == "motion-only" or peak.how == "no-source" else "cloud",
        mode=mode,
    )


def boxes(found: Sequence[values.Box]) -> list[Box]:
    """Boxes as they are sent."""
    return [
        Box(**{side: round(min(1.0, max(0.0, value)), 4) for side, value in box._asdict().items()})
        for box in found
    ]


def _pack(about: Picture, taken: Sequence[Shot], mode: Mode, of: Shots | None = None) -> bytes:
    if mode == "motion-only":
        raise ValueError("no pictures in motion-only mode")
    manifest = burst.Manifest(
        episode=about.report.episode,
        seq=about.seq,
        captured=about.captured,
        mode=mode,
        purpose=about.purpose,
        command=about.command,
        kind=about.report.kind,
        how=about.report.how,
        within=of.within if of else None,
        boxes=tuple(tuple(boxes(one.boxes[: burst.MAX_BOXES])) for one in taken) if of else (),
        travelled=round(min(1.0, of.travelled), 3) if of else 0.0,
        way=round(min(1.0, of.way), 3) if of else None,
        again=of is not None and of.again,
    )
    return burst.pack(manifest, [jpeg(shot.picture) for shot in taken])


def jpeg(picture: Frame) -> bytes:
    """A picture as it is sent. ValueError when it cannot be encoded."""
    height, width = picture.shape[:2]
    if width > WIDTH:
        size = (WIDTH, round(height * WIDTH / width))
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    ok, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not ok:
        raise ValueError("not encoded")
    return encoded.tobytes()
