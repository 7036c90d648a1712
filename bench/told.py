"""What would be told: notices and sirens where nobody is, and the seconds until somebody is told of
a visitor, over clips and scenes, beside what other detectors would tell: each event they begin.
"""

import statistics
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from bench import detect, peers
from bench.chain import Chain
from bench.everyday import Everyday
from bench.real_homes import Homes
from bench.scenes import Film, Frame, Scene
from iot.vision import network

WITHIN = 2.0  # seconds in which a visitor must be told
EARLY = 0.3  # by which the truth may be late
VISITORS = {"fan-then-visitor": 40.0}
"""Seconds at which somebody comes in, of the clips in which anybody does."""


@dataclass(frozen=True)
class Case:
    """A clip or a scene: its pictures, and at which second a visitor comes or the camera goes
    blind, if so."""

    name: str
    fps: float
    frames: Callable[[], Iterator[tuple[float, Frame]]]
    visitor: float | None = None
    blind: float | None = None
    video: Path | None = None  # where it is one


@dataclass(frozen=True)
class Said:
    """What a detector made of a case. Seconds from its first picture."""

    seconds: float
    told: list[float]
    sirens: list[float]
    kinds: dict[str, int]
    bursts: int = 0
    looks: int = 0


def clips(folder: Path) -> list[Case]:
    """The clips of a folder."""

    def frames(path: Path) -> Callable[[], Iterator[tuple[float, Frame]]]:
        return lambda: iter(detect.open_clip(path, None).frames)

    return [
        Case(
            path.stem,
            detect.open_clip(path, None).fps,
            frames(path),
            VISITORS.get(path.stem),
            video=path,
        )
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in detect.VIDEOS
    ]


def scenes(film: Film, seeds: Sequence[int]) -> Iterator[Case]:
    """The scenes of real homes, of each seed."""
    for seed in seeds:
        for scene in (*Homes(film, seed).all(), *Everyday(film, seed).all()):

            def frames(scene: Scene = scene) -> Iterator[tuple[float, Frame]]:
                return ((i / film.fps, frame) for i, frame in enumerate(scene.frames()))

            visitor = scene.person[0] / film.fps if scene.person else None
            blind = scene.during[0] / film.fps if scene.during else None
            yield Case(scene.name, film.fps, frames, visitor, blind)


def ours(case: Case) -> Said:
    """The product's chain, guarding with the alarm chosen."""
    chain, last = Chain(), 0.0
    network.looks = 0
    for at, frame in case.frames():
        chain.update(at, frame)
        last = at
    chain.finish()
    told = [one for one in chain.events if one.told_at is not None]
    kinds = [one.kind for one in chain.events]
    return Said(
        last,
        [one.told_at for one in told if one.told_at is not None],
        [one.siren_at for one in chain.events if one.siren_at is not None],
        {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)},
        chain.bursts,
        network.looks,
    )


def others(case: Case) -> dict[str, Said]:
    """dvr-scan and motion over the same pictures; each event they begin is told."""
    with tempfile.TemporaryDirectory() as folder:
        video = case.video or _written(case, Path(folder) / "scene.mp4")
        source = cv2.VideoCapture(str(video))
        frames = int(source.get(cv2.CAP_PROP_FRAME_COUNT))
        found = [
            peers.dvr_scan(video, frames, case.fps, "MOG2"),
            peers.motion(video, frames, case.fps),
        ]
    return {
        one.name: Said(frames / case.fps, one.starts, one.starts, {"event": len(one.starts)})
        for one in found
        if one
    }


def _written(case: Case, path: Path) -> Path:
    writer: cv2.VideoWriter | None = None
    for _, frame in case.frames():
        if writer is None:
            size = (frame.shape[1], frame.shape[0])
            writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), case.fps, size)
        writer.write(np.ascontiguousarray(frame))
    if writer:
        writer.release()
    return path


def a_fan_for(film: Film, hours: float, fps: float = 5.0) -> dict[str, Any]:
    """An empty room in which a fan turns all the time: bursts, bytes and looks, and when the last
    burst was sent."""
    maker = Homes(film, 1)
    scene = next(one for one in maker.all() if one.name == "fan")
    chain, last, pictures = Chain(), 0.0, list(scene.frames())
    network.looks = 0
    for i in range(round(hours * 3600 * fps)):
        before = chain.bursts
        # The scene forwards and backwards: the fan turns on, and nothing jumps.
        at = i % (2 * len(pictures) - 2)
        chain.update(i / fps, pictures[min(at, 2 * len(pictures) - 2 - at)])
        last = i / fps if chain.bursts > before else last
    return {
        "hours": hours,
        "bursts": chain.bursts,
        "bytes": chain.bytes,
        "network runs": network.looks,
        "last burst after, s": round(last, 1),
        "told": sum(one.decision.told for one in chain.events),
        "offered to be ignored": len(chain.gate.offered()),
    }


def row(case: Case, said: Said) -> dict[str, Any]:
    """One case as a line of a table."""
    shown: dict[str, Any] = {"case": case.name, "kinds": said.kinds}
    if case.visitor is not None:
        shown["told after, s"] = after(case.visitor, said)
    elif case.blind is not None:
        shown["told after, s"] = after(case.blind, said)
    else:
        shown |= {"notices": len(said.told), "sirens": len(said.sirens)}
    return shown | {"bursts": said.bursts, "looks": said.looks}


def after(came: float, said: Said) -> float | None:
    """Seconds from an entry until somebody is told."""
    return next((round(at - came, 1) for at in sorted(said.told) if at >= came - EARLY), None)


def summary(results: Iterable[tuple[Case, Said]]) -> dict[str, Any]:
    """Over all cases: what is told where nobody is, and how soon where somebody is."""
    pairs = list(results)
    empty = [said for case, said in pairs if case.visitor is None and case.blind is None]
    hours = sum(said.seconds for said in empty) / 3600
    visits = [after(case.visitor, said) for case, said in pairs if case.visitor is not None]
    blind = [after(case.blind, said) for case, said in pairs if case.blind is not None]
    soon = [one for one in visits if one is not None]
    every = sum(said.seconds for _, said in pairs) / 3600
    return {
        "minutes without anybody": round(hours * 60, 1),
        "notices in them": sum(len(said.told) for said in empty),
        "notices an hour": round(sum(len(said.told) for said in empty) / max(hours, 1e-9), 1),
        "sirens an hour": round(sum(len(said.sirens) for said in empty) / max(hours, 1e-9), 1),
        "visitors told within 2 s": f"{sum(one <= WITHIN for one in soon)}/{len(visits)}",
        "seconds until told, median": statistics.median(soon) if soon else None,
        "blind cameras told": f"{sum(one is not None for one in blind)}/{len(blind)}",
        "bursts an hour": round(sum(said.bursts for _, said in pairs) / max(every, 1e-9)),
        "network runs an hour": round(sum(said.looks for _, said in pairs) / max(every, 1e-9)),
    }
