"""Records video to the SD card on command (DC-24)."""

import logging
import os
import queue
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2

from iot.agent.camera import film
from iot.agent.camera.source import Frame

log = logging.getLogger(__name__)

Done = Callable[[Path | None], None]
"""Called with the finished film, None when there is none, from the recorder's thread."""

_WAITING = 20  # frames that may wait for a slow card
_SILENCE = 5.0  # seconds without a frame after which a recording ends
_STEP = 0.2


class Recorder:
    """Writes the frames it is offered to one MP4 file at a time."""

    def __init__(self, card: Path | None) -> None:
        """``card``: the SD card's directory, None when there is no slot for one."""
        self._card = card
        self._lock = threading.Lock()
        self._frames: queue.Queue[tuple[datetime, Frame]] | None = None
        self._thread: threading.Thread | None = None
        self._over = threading.Event()
        self._cancelled = threading.Event()

    @property
    def card(self) -> bool:
        """Whether there is a card that can be written."""
        return bool(self._card and self._card.is_dir() and os.access(self._card, os.W_OK))

    def start(self, seconds: int, done: Done) -> bool:
        """Record the next ``seconds``. False while another recording runs."""
        with self._lock:
            if self._frames is not None:
                return False
            self._frames = queue.Queue(_WAITING)
            self._over.clear()
            self._cancelled.clear()
            self._thread = threading.Thread(
                target=self._run, args=(self._frames, seconds, done), name="record", daemon=True
            )
            self._thread.start()
        return True

    def offer(self, at: datetime, frame: Frame) -> None:
        """Take a frame if one is wanted. Never waits: a slow card misses frames."""
        frames = self._frames
        if frames is not None and not frames.full():
            frames.put_nowait((at, frame))

    def cancel(self) -> None:
        """Break off: the begun film is deleted (DC-29)."""
        self._cancelled.set()
        self._over.set()

    def stop(self) -> None:
        """End a recording early, so that what there is can be played."""
        self._over.set()
        if self._thread:
            self._thread.join(timeout=2)

    def _run(self, frames: "queue.Queue[tuple[datetime, Frame]]", seconds: int, done: Done) -> None:
        path: Path | None = None
        try:
            path = self._film(frames, timedelta(seconds=seconds))
        except (OSError, cv2.error):
            log.exception("recording failed")
        finally:
            with self._lock:
                self._frames = None
        done(path)

    def _film(
        self, frames: "queue.Queue[tuple[datetime, Frame]]", length: timedelta
    ) -> Path | None:
        assert self._card
        written: film.Film | None = None
        path = begun = None
        try:
            silent = 0.0
            while not self._over.is_set() and silent < _SILENCE:
                try:
                    at, frame = frames.get(timeout=_STEP)
                except queue.Empty:
                    silent += _STEP
                    continue
                silent = 0.0
                if written is None or begun is None:
                    begun = at
                    path = self._card / f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}.mp4"
                    written = film.begin(path, at, frame)
                    if written is None:
                        return None
                written.write(at, frame)
                if at - begun >= length:
                    break
        finally:
            if written:
                written.close()
        if path and self._cancelled.is_set():
            path.unlink(missing_ok=True)
            return None
        return path
