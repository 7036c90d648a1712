"""Where pictures come from: a file played in real time, a camera, a network stream."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt

from iot.agent.device.clock import Clock, utc_now
from iot.agent.device.events import EventSink, event_sink

Frame = npt.NDArray[np.uint8]
"""A picture: height × width × 3, BGR."""

FPS = 10.0
"""Frames a second that are looked at. More cost power and show nothing new of a room."""

LOST = 10.0
"""Seconds without a picture after which the camera is blind."""

_OPEN_TIMEOUT_MS = _READ_TIMEOUT_MS = 10_000
_FAILURES = 10  # frames in a row that cannot be had before a file has ended or a stream is lost
_SKIPS = 10  # late frames in a row that are left out before one is looked at all the same


class SourceError(Exception):
    """A source that cannot be opened at all."""


class Capture(Protocol):
    """The part of cv2.VideoCapture that is used."""

    def isOpened(self) -> bool: ...  # noqa: N802
    def grab(self) -> bool: ...
    def retrieve(self) -> tuple[bool, Frame | None]: ...
    def get(self, prop: int, /) -> float: ...
    def release(self) -> None: ...


Opener = Callable[[str | int], Capture]


class Source(Protocol):
    """Anything that gives pictures with the time at which they were taken."""

    def frames(self, stop: threading.Event) -> Iterator[tuple[datetime, Frame | None]]:
        """Pictures until the source ends or ``stop`` is set; None where there has been none for
        `LOST` seconds. Raises SourceError."""
        ...


def open_capture(name: str | int) -> Capture:
    """OpenCV's capture. A network that goes silent gives up after ten seconds."""
    if isinstance(name, str) and "://" in name:
        timeouts = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, _OPEN_TIMEOUT_MS]
        timeouts += [cv2.CAP_PROP_READ_TIMEOUT_MSEC, _READ_TIMEOUT_MS]
        return cv2.VideoCapture(name, cv2.CAP_FFMPEG, timeouts)  # type: ignore[return-value]
    return cv2.VideoCapture(name)  # type: ignore[return-value]


class File:
    """A video file, played at its own speed as if a camera saw it now.

    ``speed``: 1 is real time, and pictures carry the clock's time; any other speed counts their
    time from the clock's at the beginning; 0 is as fast as they can be read.
    """

    def __init__(
        self,
        path: Path,
        clock: Clock = utc_now,
        *,
        speed: float = 1,
        repeat: bool = False,
        opener: Opener = open_capture,
    ) -> None:
        self._path = path
        self._clock = clock
        self._speed = speed
        self._repeat = repeat
        self._open = opener

    def frames(self, stop: threading.Event) -> Iterator[tuple[datetime, Frame]]:
        """See Source."""
        yield from self._play(stop)
        while self._repeat and not stop.is_set():
            yield from self._play(stop)

    def _play(self, stop: threading.Event) -> Iterator[tuple[datetime, Frame]]:
        video = self._open(str(self._path))
        if not video.isOpened():
            raise SourceError(f"cannot be opened as a video: {self._path}")
        try:
            began = self._clock()
            for seconds in self._paced(video, stop):
                frame = _retrieve(video)
                if frame is not None:
                    at = self._clock() if self._speed == 1 else began + timedelta(seconds=seconds)
                    yield at, frame
        finally:
            video.release()

    def _paced(self, video: Capture, stop: threading.Event) -> Iterator[float]:
        """Seconds into the film of each grabbed frame, at the moment when it is to be shown."""
        rate = video.get(cv2.CAP_PROP_FPS) or FPS
        begun = time.monotonic()
        number = failed = skipped = 0
        due = 0.0
        while not stop.is_set() and failed < _FAILURES:
            seconds = number / rate
            number += 1
            if not video.grab():
                failed += 1
                continue
            failed = 0
            if seconds < due:
                continue
            if self._speed:
                late = time.monotonic() - begun - seconds / self._speed
                if late > 1 / FPS and skipped < _SKIPS:
                    skipped += 1
                    continue
                skipped = 0
                stop.wait(max(0.0, -late))
            due = seconds + 1 / FPS - 0.5 / rate
            yield seconds


class Live:
    """A camera of this machine or a network stream, opened again whenever it fails."""

    def __init__(
        self,
        name: str | int,
        clock: Clock = utc_now,
        *,
        tell: EventSink | None = None,
        opener: Opener = open_capture,
        patience: float = 1,
        lost: float = LOST,
    ) -> None:
        """``patience``: seconds before the first attempt to open it again; doubles up to 30."""
        self._name = name
        self._clock = clock
        self._tell = tell or event_sink()
        self._open = opener
        self._patience = patience
        self._lost = lost

    def frames(self, stop: threading.Event) -> Iterator[tuple[datetime, Frame | None]]:
        """See Source. Does not end by itself."""
        wait, since = self._patience, time.monotonic()
        while not stop.is_set():
            video = self._open(self._name)
            try:
                for item in self._watch(video, stop):
                    wait, since = self._patience, time.monotonic()
                    yield item
            finally:
                video.release()
            if stop.is_set():
                return
            self._tell("source-lost", again_in=wait)
            wait = min(wait, max(self._patience, self._lost - (time.monotonic() - since)))
            if time.monotonic() - since >= self._lost:
                yield self._clock(), None
            stop.wait(wait)
            wait = min(2 * wait, 30)

    def _watch(self, video: Capture, stop: threading.Event) -> Iterator[tuple[datetime, Frame]]:
        failed = 0
        due = 0.0
        while video.isOpened() and not stop.is_set() and failed < _FAILURES:
            if not video.grab():
                failed += 1
                stop.wait(0.02)
                continue
            at = self._clock()
            if time.monotonic() < due:
                continue
            frame = _retrieve(video)
            if frame is None:
                failed += 1
                continue
            failed = 0
            due = time.monotonic() + 0.8 / FPS
            yield at, frame


def _retrieve(video: Capture) -> Frame | None:
    """The grabbed frame; None when it is corrupt."""
    try:
        ok, frame = video.retrieve()
    except cv2.error:
        return None
    return frame if ok and frame is not None and frame.ndim == 3 and frame.size else None


def open_source(
    name: str,
    clock: Clock = utc_now,
    *,
    speed: float = 1,
    repeat: bool = False,
    tell: EventSink | None = None,
) -> Source:
    """A file by its path, a camera by its number, a stream by its URL. Raises SourceError."""
    if "://" in name:
        return Live(name, clock, tell=tell)
    if name.isdecimal():
        return Live(int(name), clock, tell=tell)
    if not Path(name).is_file():
        raise SourceError(f"no such file: {name}")
    return File(Path(name), clock, speed=speed, repeat=repeat)
