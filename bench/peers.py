"""Other motion detectors over the same video: what they flag and what CPU they take.

dvr-scan is installed into an environment of its own (build/peers), `motion` by apt where we are
root; OpenCV's subtractors are here already. All run as users run them, with their own defaults
but for what makes them comparable: no padding of events, three frames to begin one.
"""

import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

HOME = Path(__file__).parents[1] / "build" / "peers"
DVR_SCAN = "dvr-scan==1.8.2.1"
SPEED = 3  # `motion` plays a file in real time; so many times faster it is given

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Peer:
    """What a peer made of a video."""

    name: str
    flags: Flags  # by the frame
    starts: list[float]  # of events, seconds
    cpu_ms: float  # a frame, decoding included


def install() -> Path | None:
    """The dvr-scan command, installed if need be; None where it cannot be."""
    command = HOME / "bin" / "dvr-scan"
    if not command.exists():
        made = subprocess.run([sys.executable, "-m", "venv", HOME], check=False)
        pip = [str(HOME / "bin" / "pip"), "install", "-q", "--disable-pip-version-check", DVR_SCAN]
        if made.returncode or subprocess.run(pip, check=False).returncode:
            return None
    return command


def install_motion() -> str | None:
    """The motion command, installed from Debian where we are root; None where it cannot be."""
    if not shutil.which("motion") and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        command = ["apt-get", "install", "-y", "--no-install-recommends", "motion"]
        subprocess.run(command, check=False, **quiet)  # type: ignore[call-overload]
    return shutil.which("motion")


def dvr_scan(video: Path, frames: int, fps: float, kind: str = "MOG2") -> Peer | None:
    """dvr-scan with one of its subtractors."""
    command = install()
    if command is None:
        return None
    asked = [command, "-i", video, "-so", "-b", kind, "-l", "0.3s", "-tb", "0s", "-tp", "0s", "-q"]
    said, cpu = _run([*map(str, asked)], {"OPENCV_FFMPEG_CAPTURE_OPTIONS": "threads;1"})
    times = [_seconds(one) for one in re.findall(r"\d\d:\d\d:\d\d\.\d\d\d", said)]
    flags = np.zeros(frames, np.bool_)
    for start, end in zip(times[::2], times[1::2], strict=True):
        flags[round(start * fps) : round(end * fps)] = True
    return Peer(f"dvr-scan {kind}", flags, times[::2], cpu * 1e3 / frames)


def motion(video: Path, frames: int, fps: float) -> Peer | None:
    """motion, over the video at three times its speed."""
    command = install_motion()
    if command is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        fast, width, height = _faster(video, Path(folder) / "fast.mp4", fps * SPEED)
        settings = {
            "daemon": "off", "setup_mode": "off", "netcam_url": f"file://{fast}", "width": width,
            "height": height, "framerate": 100, "minimum_motion_frames": 3, "event_gap": 1,
            "picture_output": "off", "movie_output": "off", "webcontrol_port": 0,
            "stream_port": 0, "log_level": 6,
            "on_event_start": "echo EVENT start $(date +%s.%N)",
            "on_event_end": "echo EVENT end $(date +%s.%N)",
        }  # fmt: skip
        config = Path(folder) / "motion.conf"
        config.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
        seconds = frames / (fps * SPEED)
        begun = time.time()
        said, cpu = _run(["timeout", str(int(seconds) + 4), command, "-n", "-c", str(config)], {})
    times = re.findall(r"EVENT (start|end) ([\d.]+)", said)
    flags, starts, since = np.zeros(frames, np.bool_), [], None
    for what, at in times:
        second = (float(at) - begun - 1) * SPEED
        if what == "start":
            since = second
            starts.append(second)
        elif since is not None:
            flags[round(max(0, since) * fps) : round(max(0, second) * fps)] = True
            since = None
    if since is not None:
        flags[round(max(0, since) * fps) :] = True
    return Peer("motion", flags, starts, cpu * 1e3 / frames)


def subtractor(video: Path, fps: float, name: str) -> Peer:
    """OpenCV's MOG2 or KNN at half size, with their shadows left out; half a percent is motion."""
    makers: dict[str, Callable[[], cv2.BackgroundSubtractor]] = {
        "MOG2": cv2.createBackgroundSubtractorMOG2,
        "KNN": cv2.createBackgroundSubtractorKNN,
    }
    cv2.setNumThreads(1)
    model, flags = makers[name](), []
    source = cv2.VideoCapture(str(video), cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])
    begun = time.process_time()
    read, picture = source.read()
    while read:
        height, width = picture.shape[:2]
        small = cv2.resize(picture, (384, round(384 * height / width)))
        mask = cv2.medianBlur(np.asarray(model.apply(small)), 3)
        flags.append(np.count_nonzero(mask == 255) > 0.005 * mask.size)
        read, picture = source.read()
    cpu = time.process_time() - begun
    marks = np.array(flags, np.bool_)
    starts = np.flatnonzero(marks & ~np.r_[False, marks[:-1]]) / fps
    return Peer(f"OpenCV {name}", marks, starts.tolist(), cpu * 1e3 / len(flags))


def _run(command: list[str], more: dict[str, str]) -> tuple[str, float]:
    """What a command says, and the CPU seconds it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    pin = ["taskset", "-c", "0"] if shutil.which("taskset") else []
    done = subprocess.run(
        [*pin, *command], check=False, capture_output=True, text=True, env={**os.environ, **more}
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done.stdout + done.stderr, spent


def _faster(video: Path, out: Path, fps: float) -> tuple[Path, int, int]:
    source = cv2.VideoCapture(str(video))
    width = int(source.get(cv2.CAP_PROP_FRAME_WIDTH))
    height = int(source.get(cv2.CAP_PROP_FRAME_HEIGHT))
    writer = cv2.VideoWriter(str(out), cv2.VideoWriter.fourcc(*"mp4v"), fps, (width, height))
    read, picture = source.read()
    while read:
        writer.write(picture)
        read, picture = source.read()
    writer.release()
    return out, width, height


def _seconds(code: str) -> float:
    at = datetime.strptime(code, "%H:%M:%S.%f")  # noqa: DTZ007 - a length of time
    return at.hour * 3600 + at.minute * 60 + at.second + at.microsecond / 1e6
