"""The flow of H.264 that all watchers share: one thread, which works only while somebody watches.

A stream that is H.264 already is passed through as it is, since encoding costs a small processor
most of what it has. What cannot be passed through (another codec, B-frames, key frames that come
too seldom: there is none on demand) is encoded from the frames that the camera looks at anyway.
"""

import logging
import threading
import time
from collections.abc import Callable
from fractions import Fraction
from typing import TypeAlias

import av
import cv2
from av.bitstream import BitStreamFilterContext
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from iot.agent.camera.source import FPS, Frame

log = logging.getLogger(__name__)

CLOCK = 90_000
"""Ticks a second of RTP's video clock (RFC 6184)."""

WIDTH, HEIGHT = 640, 360
"""The largest picture that is encoded."""

BITS = 700_000
"""Bits a second of what is encoded."""

LONGEST_GOP = 2.5
"""Seconds between key frames of a stream that is passed through: so long a new watcher waits."""

_OPENED_WITHIN = 5.0  # seconds
_IDLE = 0.5
_OPTIONS = {"rtsp_transport": "tcp", "analyzeduration": "500000", "fpsprobesize": "0"}

Packet: TypeAlias = "av.Packet[VideoStream]"
Give = Callable[[Packet], None]
"""Takes each packet, in Annex B with its time in `CLOCK`, from the feed's thread."""


class Unfit(Exception):
    """A stream that cannot be passed through."""


class Encoder:
    """Frames to H.264 (constrained baseline, which every browser shows)."""

    def __init__(self) -> None:
        self._codec: VideoCodecContext | None = None

    def encode(self, frame: Frame, pts: int) -> list[Packet]:
        """The packets of a frame: height × width × 3, BGR; ``pts`` in `CLOCK`."""
        width, height = fitted(frame.shape[1], frame.shape[0])
        if frame.shape[:2] != (height, width):
            frame = cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
        if self._codec is None or (self._codec.width, self._codec.height) != (width, height):
            self._codec = _codec(width, height)
        yuv = cv2.cvtColor(frame, cv2.COLOR_BGR2YUV_I420)
        picture = av.VideoFrame.from_ndarray(yuv, format="yuv420p")  # type: ignore[arg-type]
        picture.pts, picture.time_base = pts, Fraction(1, CLOCK)
        return list(self._codec.encode(picture))


def fitted(width: int, height: int) -> tuple[int, int]:
    """The size in which a picture is encoded: even, of its own shape, not larger than it is."""
    scale = min(1.0, WIDTH / width, HEIGHT / height)
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def _codec(width: int, height: int) -> VideoCodecContext:
    codec = av.CodecContext.create("libx264", "w")
    assert isinstance(codec, VideoCodecContext)
    codec.width, codec.height, codec.pix_fmt = width, height, "yuv420p"
    codec.bit_rate = BITS
    codec.framerate, codec.time_base = Fraction(round(FPS)), Fraction(1, CLOCK)
    codec.gop_size = round(FPS)  # a lost packet is mended within a second
    codec.options = {
        "preset": "veryfast",
        "tune": "zerolatency",
        "profile": "baseline",
        "x264-params": "threads=1:sliced-threads=0:scenecut=0",
    }
    return codec


class Feed:
    """Gives packets from `start` to `stop`."""

    def __init__(self, give: Give, stream: str | None = None) -> None:
        """``stream``: the URL of the camera's own stream, None to encode what is offered."""
        self._give = give
        self._stream = stream
        self._begun = time.monotonic()
        self._over = threading.Event()
        self._offered = threading.Condition()
        self._frame: tuple[float, Frame] | None = None
        self.unfit = False
        """The stream turned out to be one that cannot be passed through."""

    def start(self) -> None:
        """Begin."""
        threading.Thread(target=self._run, name="live-feed", daemon=True).start()

    def stop(self) -> None:
        """No packet is given after this returns, but one that is on its way."""
        self._over.set()
        with self._offered:
            self._offered.notify()

    def offer(self, frame: Frame) -> None:
        """Take a frame of the room as it is now. Never waits; the last one counts."""
        with self._offered:
            self._frame = (time.monotonic(), frame)
            self._offered.notify()

    def _run(self) -> None:
        if self._stream:
            try:
                self._pass_through(self._stream)
            except Unfit as error:
                self.unfit = True
                log.info("live: encoded, since the stream has %s", error)
            except (av.FFmpegError, OSError) as error:
                log.warning("live: encoded, since the stream fails: %s", type(error).__name__)
        self._encode()

    def _pass_through(self, url: str) -> None:
        with av.open(url, options=_OPTIONS, timeout=_OPENED_WITHIN) as container:
            video = next(iter(container.streams.video), None)
            if video is None or video.codec_context.name != "h264":
                raise Unfit("no H.264")
            avcc = (video.codec_context.extradata or b"")[:1] == b"\x01"
            annex_b = BitStreamFilterContext("h264_mp4toannexb" if avcc else "dump_extra", video)
            begin: int | None = None
            at, before, key, last = float("inf"), -1.0, 0.0, -1
            for packet in container.demux(video):
                if self._over.is_set():
                    return
                if packet.pts is None:
                    continue
                begin = packet.pts if begin is None else begin
                since = float((packet.pts - begin) * packet.time_base)
                if packet.is_keyframe:
                    key = since
                elif since - key > LONGEST_GOP:
                    raise Unfit("key frames too seldom")
                if since <= before:
                    raise Unfit("B-frames")
                before = since
                # What was read ahead to know the stream comes at once: it is shown at once, too.
                at = min(at, time.monotonic() - self._begun - since)
                last = max(last + 1, int((at + since) * CLOCK))
                for one in annex_b.filter(packet):
                    one.pts, one.time_base = last, Fraction(1, CLOCK)
                    self._give(one)

    def _encode(self) -> None:
        encoder = Encoder()
        while not self._over.is_set():
            with self._offered:
                if self._frame is None:
                    self._offered.wait(_IDLE)
                taken, self._frame = self._frame, None
            if taken is None or self._over.is_set():
                continue
            at, frame = taken
            for packet in encoder.encode(frame, int((at - self._begun) * CLOCK)):
                self._give(packet)
