"""Sources: files in real time, streams that fail, frames that are corrupt."""

import threading
from collections.abc import Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from iot.agent.camera import source as module
from iot.agent.camera.source import File, Frame, Live, SourceError, open_source
from tests.unit.iot.fakes import NOON, Clock

GOOD: Frame = np.zeros((4, 4, 3), np.uint8)
CORRUPT = None
MISSING = "missing"


class Video:
    """A capture that gives what it was told to."""

    def __init__(self, frames: Sequence[object], rate: float = 10, *, opens: bool = True) -> None:
        self.frames = list(frames)
        self.rate = rate
        self.opens = opens
        self.released = False
        self.now: object = None

    def isOpened(self) -> bool:  # noqa: N802
        return self.opens

    def grab(self) -> bool:
        self.now = self.frames.pop(0) if self.frames else MISSING
        return self.now is not MISSING

    def retrieve(self) -> tuple[bool, Frame | None]:
        if isinstance(self.now, Exception):
            raise self.now
        return self.now is not CORRUPT, self.now  # type: ignore[return-value]

    def get(self, prop: int, /) -> float:
        return self.rate if prop == cv2.CAP_PROP_FPS else 0

    def release(self) -> None:
        self.released = True


class Pace(threading.Event):
    """A stop signal of which a wait passes at once, and the stopwatch that it moves."""

    def __init__(self) -> None:
        super().__init__()
        self.passed = 0.0

    def wait(self, timeout: float | None = None) -> bool:
        self.passed += timeout or 0
        return self.is_set()


@pytest.fixture
def pace(monkeypatch: pytest.MonkeyPatch) -> Pace:
    made = Pace()
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: made.passed))
    return made


def seconds(source: File, limit: int = 1000) -> list[float]:
    frames = islice(source.frames(threading.Event()), limit)
    return [round((at - NOON).total_seconds(), 3) for at, _ in frames]


def film(video: Video, speed: float = 0, **more: bool) -> File:
    return File(Path("film.mp4"), Clock(), speed=speed, opener=lambda _: video, **more)


def test_a_film_has_its_own_time() -> None:
    video = Video([GOOD] * 3)
    assert seconds(film(video)) == [0, 0.1, 0.2]
    assert video.released


def test_ten_frames_a_second_are_enough() -> None:
    assert seconds(film(Video([GOOD] * 30, rate=30))) == [
        0,
        0.1,
        0.2,
        0.3,
        0.4,
        0.5,
        0.6,
        0.7,
        0.8,
        0.9,
    ]
    assert seconds(film(Video([GOOD] * 10, rate=5)))[:3] == [0, 0.2, 0.4]


def test_corrupt_frames_are_left_out() -> None:
    frames = [GOOD, CORRUPT, cv2.error("bad"), MISSING, np.zeros((0, 0, 3), np.uint8), GOOD]
    assert seconds(film(Video(frames))) == [0, 0.5]


def test_a_film_in_real_time_carries_the_clock(pace: Pace) -> None:
    clock = Clock()
    source = File(Path("film.mp4"), clock, opener=lambda _: Video([GOOD] * 3))
    times = []
    for at, _ in source.frames(pace):
        times.append(at)
        clock.now += timedelta(hours=1)  # the clock is somebody else's
    assert times == [NOON + timedelta(hours=n) for n in range(3)]
    assert pace.passed == pytest.approx(0.2)


def test_who_is_too_slow_misses_frames(pace: Pace) -> None:
    shown = 0
    for _ in film(Video([GOOD] * 20), speed=2).frames(pace):
        shown += 1
        pace.passed += 0.2
    assert 5 <= shown < 10
    assert 1 <= pace.passed < 2, "two seconds of film at twice its speed, and nothing to catch up"


def test_a_film_again_and_again() -> None:
    videos = iter([Video([GOOD] * 2), Video([GOOD] * 2), Video([GOOD] * 2)])
    source = File(Path("f"), Clock(), speed=0, repeat=True, opener=lambda _: next(videos))
    assert seconds(source, limit=5) == [0, 0.1, 0, 0.1, 0]


def test_stops_at_once(pace: Pace) -> None:
    frames = film(Video([GOOD] * 100), speed=1).frames(pace)
    next(frames)
    pace.set()
    assert len(list(frames)) <= 1
    assert pace.passed <= 0.1, "the frame that was about to be shown"


def test_what_is_no_video_is_said() -> None:
    with pytest.raises(SourceError):
        seconds(film(Video([], opens=False)))
    with pytest.raises(SourceError, match="no such file"):
        open_source("nowhere.mp4")


def test_a_stream_is_opened_again() -> None:
    told: list[str] = []
    videos = iter([Video([GOOD, CORRUPT, GOOD]), Video([], opens=False), Video([GOOD] * 2)])
    source = Live(
        "rtsp://camera",
        Clock(),
        tell=lambda event, /, **_: told.append(event),
        opener=lambda _: next(videos),
        patience=0.01,
    )
    frames = source.frames(threading.Event())
    assert len(list(islice(frames, 2))) == 2
    assert told == ["source-lost", "source-lost"]


def test_kinds_of_sources(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").touch()
    assert isinstance(open_source(str(tmp_path / "film.mp4")), File)
    assert isinstance(open_source("0"), Live)
    assert isinstance(open_source("rtsp://camera/1"), Live)


def test_a_real_file(tmp_path: Path) -> None:
    path = tmp_path / "film.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (64, 48))
    for level in range(0, 100, 10):
        writer.write(np.full((48, 64, 3), level, np.uint8))
    writer.release()
    source = open_source(str(path), Clock(), speed=0)
    pictures = [picture for _, picture in source.frames(threading.Event())]
    assert len(pictures) == 10
    assert abs(int(pictures[9].mean()) - 90) < 5
