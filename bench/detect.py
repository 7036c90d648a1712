"""`python -m bench.detect CLIP`: the whole chain over a clip, from the gate to what is told.

CLIP is a video, a folder of pictures (jpg, png, in the order of their names) or a folder that holds
one video. With `--json` every frame is one JSON object on a line of its own and a last one tells
the events and the cost; without, a short table. `--truth` is a JSON file that says in which frames
somebody is there: `{"fps": 10, "frames": 1394, "presence": [[first, past the last], ...]}`.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from bench.chain import Chain, Event, reason_of
from iot.agent.camera.source import Frame
from iot.messages.camera import Tell
from iot.vision import network
from iot.vision.jpeg import BadFrames
from iot.vision.motion import Grey, Motion, decode, shrink
from iot.vision.settings import CameraSettings
from lambdas.detect.detector import score

VIDEOS = {".mp4", ".avi", ".mkv", ".mov", ".m4v", ".webm"}
JPEGS = {".jpg", ".jpeg"}
PICTURES = JPEGS | {".png"}
DEFAULT_FPS = 10.0
PROMPT = 1.5  # seconds within which an entry must be noticed


class UnreadableError(Exception):
    """The clip or the truth cannot be read."""


@dataclass(frozen=True)
class Clip:
    """Pictures, decoded one at a time, with the seconds at which they were taken."""

    fps: float
    frames: Iterator[tuple[float, Frame]]


def open_clip(path: Path, fps: float | None) -> Clip:
    """The clip at a path; `fps` overrides what the file says. Raises UnreadableError."""
    if not path.exists():
        raise UnreadableError(f"{path} does not exist")
    if path.is_file():
        return _video(path, fps)
    files = sorted(path.iterdir())
    pictures = [file for file in files if file.suffix.lower() in PICTURES]
    videos = [file for file in files if file.suffix.lower() in VIDEOS]
    if pictures and not videos:
        rate = fps or DEFAULT_FPS
        return Clip(rate, ((i / rate, _picture(one)) for i, one in enumerate(pictures)))
    if len(videos) == 1 and not pictures:
        return _video(videos[0], fps)
    raise UnreadableError(
        f"{path} must hold pictures or one video: {len(pictures)} pictures, {len(videos)} videos"
    )


def _picture(path: Path) -> Frame:
    try:
        data = path.read_bytes()
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        if path.suffix.lower() in JPEGS:
            decode(data)  # it is refused as the cloud refuses it
    except (OSError, BadFrames, cv2.error) as error:
        raise UnreadableError(f"{path}: {error}") from error
    if picture is None:
        raise UnreadableError(f"{path} is not a picture")
    return np.asarray(picture, np.uint8)


def _video(path: Path, fps: float | None) -> Clip:
    video = _capture(path)
    if not video.isOpened():
        raise UnreadableError(f"{path} is not a video that can be read")
    rate = fps or video.get(cv2.CAP_PROP_FPS) or DEFAULT_FPS
    return Clip(rate, _video_frames(path, video, None if fps else rate, rate))


def _video_frames(
    path: Path, video: cv2.VideoCapture, own: float | None, rate: float
) -> Iterator[tuple[float, Frame]]:
    """The frames at the file's own time stamps; where it has none, or ``own`` is None, at an even
    rate."""
    count, first, last = 0, None, -1.0
    read, picture = video.read()
    if not read:
        raise UnreadableError(f"{path} holds no picture")
    while read:
        stamp = video.get(cv2.CAP_PROP_POS_MSEC) / 1e3
        first = stamp if first is None else first
        at = stamp - first
        if own is None or at <= last:
            at = last + 1 / rate if count else 0.0
        yield at, np.asarray(picture, np.uint8)
        count, last = count + 1, at
        read, picture = video.read()
    video.release()


def luminances(path: Path) -> Iterator[Grey]:
    """The working pictures of a video, for measuring speed. Where the video has a luminance of its
    own, colour is not made of it only to be taken away again."""
    video = _capture(path)
    levels = _luminance(path)
    video.set(cv2.CAP_PROP_CONVERT_RGB, int(levels is None))
    read, picture = video.read()
    while read:
        small = shrink(np.asarray(picture, np.uint8))
        yield small if levels is None else np.asarray(cv2.LUT(small, levels), np.uint8)
        read, picture = video.read(picture)  # into the same memory
    video.release()


def _capture(path: Path) -> cv2.VideoCapture:
    return cv2.VideoCapture(str(path), cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])


def _luminance(path: Path) -> Grey | None:
    """From the grey levels of the video's own luminance to ours; None where it cannot be had.
    OpenCV hands it out unconverted for some formats only, so the first picture is compared."""
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)  # warns of every picture
    first = []
    for colour in (1, 0):
        video = _capture(path)
        video.set(cv2.CAP_PROP_CONVERT_RGB, colour)
        read, picture = video.read()
        video.release()
        if not read:
            return None
        first.append(np.asarray(picture, np.uint8))
    if first[1].ndim != 2 or first[1].shape != first[0].shape[:2]:
        return None
    grey, raw = (shrink(one).ravel().astype(float) for one in first)
    inside = (grey > 0) & (grey < 255)  # beyond, levels are cut off
    if raw[inside].std() < 1:
        return None
    slope, offset = np.polyfit(raw[inside], grey[inside], 1)
    if np.abs(slope * raw + offset - grey)[inside].mean() > 2:
        return None
    return np.asarray((slope * np.arange(256) + offset).clip(0, 255).round(), np.uint8)


@dataclass(frozen=True)
class Run:
    """What the chain said of a clip. Seconds from its first picture."""

    fps: float
    seconds: list[float]  # of each picture
    motions: list[Motion]
    events: list[Event]
    bursts: int
    bytes: int
    asked: int  # looks of the network
    cpu_ms: float  # a picture, decoding and gate


def run(clip: Clip, settings: CameraSettings, *, tell: Tell = "people") -> Run:
    """The product's own code over the clip, on one thread."""
    cv2.setNumThreads(1)
    chain, times = Chain(settings, tell=tell), []
    network.looks = 0
    begun = time.process_time()
    for at, frame in clip.frames:
        times.append(at)
        chain.update(at, frame)
    spent = time.process_time() - begun - chain.cloud_cpu
    chain.finish()
    return Run(
        clip.fps,
        times,
        chain.motions,
        chain.events,
        chain.bursts,
        chain.bytes,
        network.looks,
        spent * 1e3 / len(times),
    )


def rows(result: Run) -> list[dict[str, Any]]:
    """The events, in order, each with its reason; somebody new within a running one stands as
    their own. ``told_at``: when the burst that decided it left the device."""
    told = []
    for one in result.events:
        why = reason_of(one)
        told.append(
            {
                "start": round(one.start, 3),
                "end": round(one.end, 3),
                "kind": one.kind,
                "told": one.decision.told,
                "siren": one.decision.siren,
                "told_at": None if one.told_at is None else round(one.told_at, 3),
                "within": one.within,
                "reason": why.model_dump() | {"ja": why.text("ja"), "en": why.text("en")},
            }
        )
    return told


def measure(result: Run, truth: dict[str, Any]) -> dict[str, Any]:
    """Recall and false alarms by the frame, entries noticed and seconds by which ends are late."""
    flagged = np.array([motion.kind == "motion" for motion in result.motions])
    there = np.zeros(len(flagged), np.bool_)
    for first, past in truth["presence"]:
        there[first:past] = True
    visits = [one for one in result.events if one.kind not in ("light", "camera_moved", "blind")]
    starts = [one.start for one in visits]
    noticed, delays = 0, []
    for first, past in truth["presence"]:
        begin, end = first / truth["fps"], (past - 1) / truth["fps"]
        own = [start for start in starts if abs(start - begin) <= PROMPT]
        if own:
            noticed += 1
            starts.remove(own[0])
        during = [one.end for one in visits if one.start <= end and one.end >= begin]
        delays.append(round(max(during) - end, 3) if during else None)
    return {
        "recall": round(float(flagged[there].mean()), 4) if there.any() else None,
        "false": round(float(flagged[~there].mean()), 4) if not there.all() else None,
        "entries": noticed,
        "of": len(truth["presence"]),
        "end_delays": delays,
        "told_after": told_after(result.events, truth),
        "episodes": len(visits),
    }


def told_after(events: Sequence[Event], truth: dict[str, Any]) -> list[float | None]:
    """Seconds from each entry until somebody is told of a person; None where nobody is."""
    told = sorted(one.told_at for one in events if one.kind == "person" and one.told_at is not None)
    delays: list[float | None] = []
    for first, past in truth["presence"]:
        begin, end = first / truth["fps"] - 0.5, past / truth["fps"]
        own = [at for at in told if begin <= at <= end + 1]
        delays.append(round(own[0] - first / truth["fps"], 2) if own else None)
    return delays


def read_truth(path: Path) -> dict[str, Any]:
    """The truth file. Raises UnreadableError."""
    try:
        truth = json.loads(path.read_bytes())
        return {
            "fps": float(truth["fps"]),
            "presence": [(int(first), int(past)) for first, past in truth["presence"]],
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnreadableError(f"{path} is not a truth file: {error}") from error


def _write_json(result: Run, settings: CameraSettings, measured: dict[str, Any] | None) -> None:
    for i, motion in enumerate(result.motions):
        row = {
            "frame": i,
            "t": round(result.seconds[i], 3),
            "motion": round(motion.level, 5),
            "kind": motion.kind,
            "score": round(score(motion, settings.motion()), 3),
        }
        print(json.dumps(row))
    last: dict[str, Any] = {"frames": len(result.motions), "fps": result.fps}
    last |= {
        "events": rows(result),
        "bursts": result.bursts,
        "bytes": result.bytes,
        "network_looks": result.asked,
        "cpu_ms_per_frame": round(result.cpu_ms, 3),
    }
    if measured:
        last["measured"] = measured
    print(json.dumps(last, ensure_ascii=False))


def _write_table(result: Run, measured: dict[str, Any] | None) -> None:
    print(f"{'start':>8} {'end':>8} {'told at':>8} {'siren':<5} {'kind':<12} why")
    for event in rows(result):
        at = f"{event['told_at']:8.1f}" if event["told"] else f"{'-':>8}"
        siren = "siren" if event["siren"] else ""
        print(
            f"{event['start']:8.1f} {event['end']:8.1f} {at} {siren:<5} {event['kind']:<12} "
            f"{event['reason']['en']}"
        )
    print(
        f"\n{len(result.motions)} frames, {result.bursts} bursts, {result.bytes} bytes, "
        f"{result.asked} looks of the network, {result.cpu_ms:.2f} ms CPU a frame with decoding"
    )
    if measured:
        print(
            f"told after {measured['told_after']} s, "
            f"recall {measured['recall']}, false {measured['false']}, "
            f"entries {measured['entries']}/{measured['of']}, "
            f"ends late by {measured['end_delays']} s"
        )


def main(arguments: list[str] | None = None) -> int:
    """Run; 2 with a message where something cannot be read."""
    parser = argparse.ArgumentParser(prog="bench.detect", description=__doc__)
    parser.add_argument("clip", type=Path, metavar="CLIP")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--truth", type=Path, metavar="FILE", help="compare with this truth")
    parser.add_argument("--fps", type=float, help="pictures a second, for a folder of pictures")
    parser.add_argument("--sensitivity", choices=["low", "normal", "high"], default="normal")
    parser.add_argument("--anything", action="store_true", help="tell of anything that moves")
    given = parser.parse_args(arguments)
    if given.fps is not None and not given.fps > 0:
        parser.error("--fps must be above 0")
    settings = CameraSettings(sensitivity=given.sensitivity)
    try:
        truth = read_truth(given.truth) if given.truth else None
        tell: Tell = "anything" if given.anything else "people"
        result = run(open_clip(given.clip, given.fps), settings, tell=tell)
    except UnreadableError as error:
        print(f"bench.detect: {error}", file=sys.stderr)
        return 2
    measured = measure(result, truth) if truth else None
    if given.json:
        _write_json(result, settings, measured)
    else:
        _write_table(result, measured)
    return 0


if __name__ == "__main__":
    sys.exit(main())
