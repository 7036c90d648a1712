"""`python -m bench.detect CLIP`: the device's detector over a clip, measured.

CLIP is a video, a folder of pictures (jpg, png, in the order of their names) or a folder that holds
one video. With `--json` every frame is one JSON object on a line of its own and a last one tells
the events and the cost; without, a short table. `--truth` is a JSON file that says in which frames
somebody is there: `{"fps": 10, "frames": 1394, "presence": [[first, past the last], ...]}`.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from iot.vision.episodes import Episode, Episodes
from iot.vision.jpeg import BadFrames
from iot.vision.motion import Grey, Motion, MotionDetector, decode, shrink
from iot.vision.settings import CameraSettings
from lambdas.detect.detector import reason, score

VIDEOS = {".mp4", ".avi", ".mkv", ".mov", ".m4v", ".webm"}
JPEGS = {".jpg", ".jpeg"}
PICTURES = JPEGS | {".png"}
DEFAULT_FPS = 10.0
PROMPT = 1.5  # seconds within which an entry must be noticed


class UnreadableError(Exception):
    """The clip or the truth cannot be read."""


@dataclass(frozen=True)
class Clip:
    """Working pictures, decoded one at a time, and how many there are a second."""

    fps: float
    pictures: Iterator[Grey]


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
        return Clip(fps or DEFAULT_FPS, map(_picture, pictures))
    if len(videos) == 1 and not pictures:
        return _video(videos[0], fps)
    raise UnreadableError(
        f"{path} must hold pictures or one video: {len(pictures)} pictures, {len(videos)} videos"
    )


def _picture(path: Path) -> Grey:
    try:
        data = path.read_bytes()
        if path.suffix.lower() in JPEGS:
            return decode(data)
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    except (OSError, BadFrames, cv2.error) as error:
        raise UnreadableError(f"{path}: {error}") from error
    if picture is None:
        raise UnreadableError(f"{path} is not a picture")
    return shrink(np.asarray(picture, np.uint8))


def _video(path: Path, fps: float | None) -> Clip:
    video = _capture(path)
    if not video.isOpened():
        raise UnreadableError(f"{path} is not a video that can be read")
    return Clip(fps or video.get(cv2.CAP_PROP_FPS) or DEFAULT_FPS, _video_pictures(path, video))


def _capture(path: Path) -> cv2.VideoCapture:
    return cv2.VideoCapture(str(path), cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])


def _video_pictures(path: Path, video: cv2.VideoCapture) -> Iterator[Grey]:
    """The working pictures. Where the video has a luminance of its own, colour is not made of it
    only to be taken away again."""
    levels = _luminance(path)
    video.set(cv2.CAP_PROP_CONVERT_RGB, int(levels is None))
    read, picture = video.read()
    if not read:
        raise UnreadableError(f"{path} holds no picture")
    while read:
        small = shrink(np.asarray(picture, np.uint8))
        yield small if levels is None else np.asarray(cv2.LUT(small, levels), np.uint8)
        read, picture = video.read(picture)  # into the same memory
    video.release()


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
    """What the detector said of a clip. Seconds from its first picture."""

    fps: float
    motions: list[Motion]
    episodes: list[Episode]
    lights: list[tuple[float, float, Motion]]  # start, end, the strongest
    cpu_ms: float  # a picture, decoding included


def run(clip: Clip, settings: CameraSettings) -> Run:
    """The gate's own code over the clip, on one thread."""
    cv2.setNumThreads(1)
    detector, steps = MotionDetector(settings.motion()), Episodes()
    motions: list[Motion] = []
    episodes: list[Episode] = []
    begun = time.process_time()
    for i, picture in enumerate(clip.pictures):
        motions.append(detector.update(picture, i / clip.fps))
        step = steps.step(i / clip.fps, motions[-1])
        if step.ended:
            episodes.append(step.ended)
    spent = time.process_time() - begun
    last = steps.close().ended
    if last:
        episodes.append(last)
    return Run(clip.fps, motions, episodes, _lights(motions, clip.fps), spent * 1e3 / len(motions))


def _lights(motions: list[Motion], fps: float) -> list[tuple[float, float, Motion]]:
    """Pictures in a row whose light changed, as one event each."""
    found: list[tuple[float, float, Motion]] = []
    for i, motion in enumerate(motions):
        if motion.kind != "light":
            continue
        if i and motions[i - 1].kind == "light":
            start, _, best = found.pop()
            found.append((start, i / fps, max(best, motion, key=lambda one: abs(one.light))))
        else:
            found.append((i / fps, i / fps, motion))
    return found


def events(result: Run) -> list[dict[str, Any]]:
    """Episodes and changes of light, in order, each with its reason."""
    rows = [(one.start, one.end, one.peak) for one in result.episodes] + result.lights
    told = []
    for start, end, peak in sorted(rows, key=lambda row: row[0]):
        why = reason(peak.kind, peak, end - start)
        told.append(
            {
                "start": round(start, 3),
                "end": round(end, 3),
                "kind": peak.kind,
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
    starts = [one.start for one in result.episodes]
    noticed, delays = 0, []
    for first, past in truth["presence"]:
        begin, end = first / truth["fps"], (past - 1) / truth["fps"]
        own = [start for start in starts if abs(start - begin) <= PROMPT]
        if own:
            noticed += 1
            starts.remove(own[0])
        during = [one.end for one in result.episodes if one.start <= end and one.end >= begin]
        delays.append(round(during[-1] - end, 3) if during else None)
    return {
        "recall": round(float(flagged[there].mean()), 4) if there.any() else None,
        "false": round(float(flagged[~there].mean()), 4) if not there.all() else None,
        "entries": noticed,
        "of": len(truth["presence"]),
        "end_delays": delays,
        "episodes": len(result.episodes),
    }


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
            "t": round(i / result.fps, 3),
            "motion": round(motion.level, 5),
            "kind": motion.kind,
            "score": round(score(motion, settings.motion()), 3),
        }
        print(json.dumps(row))
    last: dict[str, Any] = {"frames": len(result.motions), "fps": result.fps}
    last |= {"events": events(result), "cpu_ms_per_frame": round(result.cpu_ms, 3)}
    if measured:
        last["measured"] = measured
    print(json.dumps(last, ensure_ascii=False))


def _write_table(result: Run, measured: dict[str, Any] | None) -> None:
    print(f"{'start':>8} {'end':>8}  {'kind':<7} why")
    for event in events(result):
        why = event["reason"]["en"]
        print(f"{event['start']:8.1f} {event['end']:8.1f}  {event['kind']:<7} {why}")
    print(f"\n{len(result.motions)} frames, {result.cpu_ms:.2f} ms CPU a frame with decoding")
    if measured:
        print(
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
    given = parser.parse_args(arguments)
    if given.fps is not None and not given.fps > 0:
        parser.error("--fps must be above 0")
    settings = CameraSettings(sensitivity=given.sensitivity)
    try:
        truth = read_truth(given.truth) if given.truth else None
        result = run(open_clip(given.clip, given.fps), settings)
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
