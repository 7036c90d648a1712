"""`python -m bench.compare CLIP`: our detector and its peers, on a clip with truth and on scenes.

CLIP is a folder with one video and events.json (as `bench.detect --truth` takes it). Prints recall
and false alarms beside the peers', the confusion of events over scenes made by seed, CPU by the
frame, the burst and the event, and how the work grows with cameras. All in one run, on one thread.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from bench import detect, peers, scenes, told
from bench.confusion import BEGIN, Seen, jpeg, see, table
from bench.growth import Make, grow
from iot.vision import network
from iot.vision.burst import Manifest, pack, unpack
from iot.vision.motion import Box, Motion, MotionDetector, decode
from iot.vision.settings import CameraSettings
from iot.vision.who import Glance, who
from lambdas.detect.detector import BurstDetector, Frames, PeopleAndPets

HD = 1280, 720
PROMPT = detect.PROMPT
PARTS = ["clip", "scenes", "told", "speed", "growth"]
PEER_ROUNDS = 3
"""How often each peer is timed; `motion` takes real time."""


def one_by_one(clip: Path, truth: dict[str, Any]) -> list[dict[str, Any]]:
    """Ours and the peers' figures over the clip itself."""
    video = video_of(clip)
    result = detect.run(detect.open_clip(clip, None), CameraSettings())
    measured = detect.measure(result, truth)
    ours = {"method": "Mimamori", **measured, "cpu_ms": round(result.cpu_ms, 2)}
    rows = [ours]
    frames, fps = len(result.motions), truth["fps"]
    rows += [figures(one, truth) for one in all_peers(video, frames, fps) if one]
    return rows


def all_peers(video: Path, frames: int, fps: float) -> list[peers.Peer | None]:
    """Every peer over a video."""
    return [
        peers.dvr_scan(video, frames, fps, "MOG2"),
        peers.dvr_scan(video, frames, fps, "CNT"),
        peers.motion(video, frames, fps),
        peers.subtractor(video, fps, "MOG2"),
        peers.subtractor(video, fps, "KNN"),
    ]


def figures(peer: peers.Peer, truth: dict[str, Any]) -> dict[str, Any]:
    """A peer's flags against the truth."""
    there = np.zeros(len(peer.flags), np.bool_)
    starts, noticed = list(peer.starts), 0
    for first, past in truth["presence"]:
        there[first:past] = True
        own = [one for one in starts if abs(one - first / truth["fps"]) <= PROMPT]
        if own:
            noticed += 1
            starts.remove(own[0])
    return {
        "method": peer.name,
        "recall": round(float(peer.flags[there].mean()), 4),
        "false": round(float(peer.flags[~there].mean()), 4),
        "entries": noticed,
        "of": len(truth["presence"]),
        "episodes": len(peer.starts),
        "cpu_ms": round(peer.cpu_ms, 2),
    }


def over_scenes(film: scenes.Film, photos: Path | None, seeds: Sequence[int]) -> list[Seen]:
    """Every scene of every seed, as events."""
    detector, cut = PeopleAndPets(), pets(photos) if photos else {}
    return [see(one, detector) for seed in seeds for one in scenes.Maker(film, cut, seed).all()]


def pets(photos: Path) -> dict[str, scenes.Sprite]:
    """The sprites that can be cut from the photographs, by kind."""
    cut = {}
    for path in sorted(photos.glob("*.jpg")):
        kind = next((kind for end, kind in scenes.PETS.items() if path.stem.endswith(end)), None)
        picture = np.asarray(cv2.imread(str(path)), np.uint8)
        found = [one for one in network.detect(picture, 0.3) if one.who == kind]
        if kind and found:
            cut[kind] = scenes.sprite(picture, found[0][2:])
    return cut


def on_photos(photos: Path) -> list[dict[str, Any]]:
    """Who moved, were each photograph a picture in which everything moves: as in life."""
    everything = Motion("motion", 1.0, 1.0, boxes=(Box(0.0, 0.0, 1.0, 1.0),))
    rows = []
    for path in sorted(photos.glob("*.jpg")):
        wanted = next((k for end, k in scenes.PETS.items() if path.stem.endswith(end)), "person")
        found = who([Glance(path.read_bytes(), 0.0, everything)])
        said = found.kind if found else "none"
        score = round(found.score, 2) if found else 0
        rows.append({"photo": path.stem, "is": wanted, "said": said, "score": score})
    return rows


def speed(film: scenes.Film, count: int = 300) -> dict[str, Any]:
    """CPU ms a frame at 720p: decoding alone, then with the judge; medians of rounds in turn. And
    the peers over the same frames as a video, with their decoding."""
    cv2.setNumThreads(1)
    shown = [cv2.resize(frame, HD) for frame in film.frames[:count]]
    jpegs = [jpeg(np.asarray(frame, np.uint8)) for frame in shown]
    plain, judged = [], []
    for _ in range(5):
        begun = time.process_time()
        for one in jpegs:
            cv2.imdecode(np.frombuffer(one, np.uint8), cv2.IMREAD_REDUCED_GRAYSCALE_8)
        plain.append((time.process_time() - begun) * 1e3 / count)
        detector = MotionDetector()
        begun = time.process_time()
        for i, one in enumerate(jpegs):
            detector.update(decode(one), i / film.fps)
        judged.append((time.process_time() - begun) * 1e3 / count)
    found: dict[str, Any] = {
        "reduced decode": round(statistics.median(plain), 3),
        "ours, JPEG": round(statistics.median(judged), 3),
        "ratio": round(statistics.median(b / a for a, b in zip(plain, judged, strict=True)), 2),
    }
    with tempfile.TemporaryDirectory() as folder:
        video = Path(folder) / "hd.mp4"
        writer = cv2.VideoWriter(str(video), cv2.VideoWriter.fourcc(*"mp4v"), film.fps, HD)
        for frame in shown:
            writer.write(frame)
        writer.release()
        rounds = [_ours_on(video, film.fps) for _ in range(5)]
        found["ours, video"] = round(statistics.median(rounds), 2)
        taken: dict[str, list[float]] = {}
        for _ in range(PEER_ROUNDS):
            for peer in all_peers(video, count, film.fps):
                if peer:
                    taken.setdefault(peer.name, []).append(peer.cpu_ms)
    for name, rounds in taken.items():
        cpu_ms = statistics.median(rounds)
        found[name] = {
            "cpu_ms": round(cpu_ms, 2),
            "times ours, JPEG": round(cpu_ms / found["ours, JPEG"], 1),
            "times ours, video": round(cpu_ms / found["ours, video"], 1),
        }
    return found


def _ours_on(video: Path, fps: float) -> float:
    detector, count = MotionDetector(), 0
    begun = time.process_time()
    for i, picture in enumerate(detect.luminances(video)):
        detector.update(picture, i / fps)
        count += 1
    return (time.process_time() - begun) * 1e3 / count


def burst_of_six(film: scenes.Film) -> Make:
    """The reference and five pictures of the first visit, 720p, as of an episode at any time."""
    first, _ = film.presence[0]
    taken = [max(0, first - 30), *range(first + 20, first + 45, 5)]
    jpegs = [jpeg(np.asarray(cv2.resize(film.frames[i], HD), np.uint8)) for i in taken]

    def make(at: datetime) -> bytes:
        captured = tuple(at + timedelta(seconds=(i - first) / film.fps) for i in taken)
        return pack(Manifest(episode=at, seq=0, mode="guard", captured=captured), jpegs)

    return make


def lambda_figures(film: scenes.Film) -> dict[str, Any]:
    """A burst of six through unpacking and judging: first and warm, with and without the network;
    cold start and memory of a process of its own."""
    data = burst_of_six(film)(BEGIN)
    settings = CameraSettings()

    def judge(detector: BurstDetector | PeopleAndPets) -> Callable[[], object]:
        return lambda: detector.judge(Frames.of(unpack(data)), settings)

    motion_ms, all_ms = _median(judge(BurstDetector())), _median(judge(PeopleAndPets()))
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        Path(file.name).write_bytes(data)
        done = subprocess.run(
            [sys.executable, "-c", _COLD, file.name], check=True, capture_output=True, text=True
        )
    cold: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {"six frames, motion only, CPU ms": motion_ms, "six frames, all, CPU ms": all_ms, **cold}


def _median(do: Callable[[], object], rounds: int = 15) -> float:
    do()
    spent = []
    for _ in range(rounds):
        begun = time.process_time()
        do()
        spent.append((time.process_time() - begun) * 1e3)
    return round(statistics.median(spent), 1)


_COLD = """
import json, sys, time
begun = time.perf_counter(); cpu = time.process_time()
import os
for name in ("DETECT_TABLE", "DIRECTORY_TABLE", "PICTURES_BUCKET", "EVENT_BUS"):
    os.environ[name] = "x"
os.environ["AWS_DEFAULT_REGION"] = "ap-northeast-1"
os.environ["POWERTOOLS_TRACE_DISABLED"] = "1"
from iot.vision import burst
from lambdas.detect import on_frames
from lambdas.detect.detector import Frames
from iot.vision.settings import CameraSettings
loaded = time.perf_counter()
data = open(sys.argv[1], "rb").read()
def judge():
    return on_frames.detector.judge(Frames.of(burst.unpack(data)), CameraSettings())
judge(); first = time.perf_counter()
judge(); warm = time.perf_counter()
# Not ru_maxrss: a child inherits its parent's.
peak = int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0])
print(json.dumps({
    "cold: imports, s": round(loaded - begun, 2), "cold: first burst, s": round(first - loaded, 2),
    "warm burst, s": round(warm - first, 3),
    "memory, MiB": round(peak / 1024),
}))
"""


def network_figures(film: scenes.Film, seen: Sequence[Seen]) -> dict[str, Any]:
    """One run of the network, and how often it is asked."""
    picture = np.asarray(film.frames[(film.presence[0][0] + film.presence[0][1]) // 2], np.uint8)
    verdicts = [event[3] for one in seen for event in one.events]
    asked = sum(one.detector == PeopleAndPets.name for one in verdicts)
    return {
        "one look, CPU ms": _median(lambda: network.detect(picture, 0.3)),
        "events": len(verdicts),
        "of them the network was asked": asked,
        "scenes": len(seen),
        "frames": sum(len(one.moving) for one in seen),
        "bursts": sum(one.bursts for one in seen),
    }


def by_scene(seen: Sequence[Seen]) -> list[dict[str, Any]]:
    """Means over seeds, by scene."""
    rows = []
    for name in dict.fromkeys(one.scene.name for one in seen):
        of_name = [one for one in seen if one.scene.name == name]
        recalls = [one.recall for one in of_name if one.recall is not None]
        persons = [one for one in of_name if one.scene.person]
        answers = [row for one in of_name for row in one.rows()]
        wrong = sum(answer == "person" != truth for truth, answer in answers)
        rows.append(
            {
                "scene": name,
                "scenes": len(of_name),
                "recall": round(statistics.mean(recalls), 3) if recalls else None,
                "false": round(statistics.mean(one.false for one in of_name), 3),
                "found": f"{sum(one.found() for one in persons)}/{len(persons)}" if persons else "",
                "persons where none is": wrong,
            }
        )
    return rows


def what_is_told(
    hard: Path | None, film: scenes.Film, seeds: Sequence[int], *, with_peers: bool
) -> dict[str, Any]:
    """What would be told over the clips that cry wolf and the scenes of real homes."""
    tables: dict[str, Any] = {"an empty room with a fan": told.a_fan_for(film, 1)}
    groups = {"clips that cry wolf": told.clips(hard)} if hard else {}
    groups["real homes"] = list(told.scenes(film, seeds))
    for title, cases in groups.items():
        results: dict[str, list[tuple[told.Case, told.Said]]] = {"Mimamori": []}
        for case in cases:
            results["Mimamori"].append((case, told.ours(case)))
            for name, said in (told.others(case) if with_peers else {}).items():
                results.setdefault(name, []).append((case, said))
        tables[title] = [told.row(case, said) for case, said in results["Mimamori"]]
        tables[f"{title}: told"] = [
            {"method": name, **told.summary(pairs)} for name, pairs in results.items()
        ]
    return tables


def video_of(clip: Path) -> Path:
    """The clip's video file. Raises UnreadableError."""
    if clip.is_file():
        return clip
    found = [path for path in clip.iterdir() if path.suffix.lower() in detect.VIDEOS]
    if len(found) != 1:
        raise detect.UnreadableError(f"{clip} must hold one video")
    return found[0]


def show(title: str, rows: Any) -> None:
    """A table, or a list of figures."""
    print(f"\n== {title}")
    if isinstance(rows, dict):
        for name, value in rows.items():
            print(f"  {name:34} {value}")
        return
    names = list(dict.fromkeys(name for row in rows for name in row))
    print("  " + "  ".join(f"{name:>14}" for name in names))
    for row in rows:
        print("  " + "  ".join(f"{row.get(name, '')!s:>14}" for name in names))


def confusion(seen: Sequence[Seen]) -> list[dict[str, Any]]:
    """Rows of truth, columns of answers."""
    counts = table(seen)
    answers = sorted({answer for _, answer in counts})
    return [
        {"truth": truth, **{answer: counts.get((truth, answer), 0) for answer in answers}}
        for truth in sorted({truth for truth, _ in counts})
    ]


def main(arguments: list[str] | None = None) -> int:
    """Run; 2 with a message where something cannot be read."""
    parser = argparse.ArgumentParser(prog="bench.compare", description=__doc__)
    parser.add_argument("clip", type=Path, metavar="CLIP")
    parser.add_argument("--photos", type=Path, metavar="DIR", help="photographs; pets for scenes")
    parser.add_argument("--seed", type=int, action="append", help="of the scenes; several times")
    parser.add_argument("--only", choices=PARTS, action="append")
    parser.add_argument("--hard", type=Path, metavar="DIR", help="clips that cry wolf")
    parser.add_argument("--no-peers", action="store_true", help="ours alone, where it takes long")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    given = parser.parse_args(arguments)
    parts = given.only or PARTS
    try:
        truth = detect.read_truth(given.clip / "events.json")
        film = scenes.load(video_of(given.clip), truth)
    except (detect.UnreadableError, OSError) as error:
        print(f"bench.compare: {error}", file=sys.stderr)
        return 2
    found: dict[str, Any] = {}
    if "clip" in parts:
        found["one by one"] = one_by_one(given.clip, truth)
    if given.photos and "clip" in parts:
        found["photographs"] = on_photos(given.photos)
    if "scenes" in parts:
        seen = over_scenes(film, given.photos, given.seed or [2])
        found["scenes"] = by_scene(seen)
        found["events: truth and answer"] = confusion(seen)
        found["the network"] = network_figures(film, seen)
    if "told" in parts:
        found |= what_is_told(given.hard, film, given.seed or [2], with_peers=not given.no_peers)
    if "speed" in parts:
        found["720p, CPU ms a frame"] = speed(film)
        found["the Lambda process"] = lambda_figures(film)
    if "growth" in parts:
        found["cameras and backlog"] = grow(burst_of_six(film))
    if given.json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        for title, rows in found.items():
            show(title, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
