"""A film on the card that survives the loss of power: fragments of H.264, each whole in itself.

An ordinary MP4 can be played once it is closed; killed before that, all of it is lost. A fragmented
one (ISO/IEC 14496-12, ``moof``) can be played up to its last fragment, in browsers, too. Without
PyAV on the device the film is an ordinary one, by OpenCV.
"""

import os
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import cv2

from iot.agent.camera.source import FPS, Frame

FRAGMENT = 2.0
"""Seconds of a fragment: so much is lost when the device is killed, and at most twice as much."""

CLOCK = 1000
"""Ticks a second: a frame stands at the time at which it was taken."""


class Film(Protocol):
    """A film that is being written."""

    def write(self, at: datetime, frame: Frame) -> None:
        """Add a frame (height × width × 3, BGR) that was taken ``at``. Raises OSError."""

    def close(self) -> None:
        """End the film."""


def begin(path: Path, at: datetime, frame: Frame) -> Film | None:
    """A new film, whose first frame is as large as ``frame``; None when it cannot be written."""
    if (av := pyav()) is not None:
        return _Fragments(av, path, at, frame)
    size = (frame.shape[1], frame.shape[0])
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), FPS, size)
    return _Whole(writer) if writer.isOpened() else None


def pyav() -> Any:
    """PyAV, loaded when the first film begins; None on a device that has none."""
    try:
        import av
    except ImportError:
        return None
    return av


class _Fragments:
    def __init__(self, av: Any, path: Path, at: datetime, frame: Frame) -> None:
        self._av = av
        self._file = path.open("wb", buffering=0)
        self._begun, self._last, self._whole = at, -1, 0
        options = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
        self._container: Any = av.open(
            self._file, "w", format="mp4", options={**options, "flush_packets": "1"}
        )
        self._stream: Any = self._container.add_stream("libx264", rate=round(FPS))
        self._stream.width = frame.shape[1] // 2 * 2
        self._stream.height = frame.shape[0] // 2 * 2
        self._stream.pix_fmt = "yuv420p"
        self._stream.codec_context.gop_size = round(FRAGMENT * FPS)
        self._stream.codec_context.time_base = Fraction(1, CLOCK)
        self._stream.options = {"preset": "veryfast", "tune": "zerolatency", "crf": "26"}

    def write(self, at: datetime, frame: Frame) -> None:
        after = max(self._last + 1, round((at - self._begun).total_seconds() * CLOCK))
        self._last = after
        even = frame[: self._stream.height, : self._stream.width]
        picture = self._av.VideoFrame.from_ndarray(even, format="bgr24")
        picture.pts, picture.time_base = after, Fraction(1, CLOCK)
        if after - self._whole >= FRAGMENT * CLOCK:  # frames may be missing
            picture.pict_type = self._av.video.frame.PictureType.I
            self._whole = after
            os.fsync(self._file.fileno())
        self._mux(picture)

    def close(self) -> None:
        self._mux(None)
        self._container.close()
        os.fsync(self._file.fileno())
        self._file.close()

    def _mux(self, picture: Any) -> None:
        try:
            for packet in self._stream.encode(picture):
                self._container.mux(packet)
        except self._av.FFmpegError as error:
            raise OSError(str(error)) from error


class _Whole:
    def __init__(self, writer: cv2.VideoWriter) -> None:
        self._writer = writer

    def write(self, at: datetime, frame: Frame) -> None:
        self._writer.write(frame)

    def close(self) -> None:
        self._writer.release()
