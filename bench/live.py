"""Looking live, measured: first picture, glass to glass, the camera's processor, three at once.

The camera is a process of its own that runs the agent's `LiveView`; the watchers are tabs of a
headless Chromium. A clock is drawn into every picture as a row of black and white squares, and read
again from what the browser shows. Offer and answer go by a pipe: what the cloud adds to a first
picture is told by ``make demo STORY=live``. For the pass-through, a third process is the network
camera: H.264 of 1280x720 over HTTP, a key frame every two seconds.

``python -m bench.live [--seconds 20] [--times 10]``
"""

import argparse
import multiprocessing as mp
import os
import shutil
import statistics
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.stream import VideoStream
from playwright.sync_api import Page, sync_playwright

from iot.agent.camera.live import LiveView
from iot.agent.camera.source import Frame
from iot.messages.live import WATCHERS, LiveAnswer, LiveRequest

BITS, SQUARE, TOP = 20, 32, 160  # of the clock: milliseconds, modulo 2 ** BITS
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FILM_FPS, FILM_GOP, FILM_BITS = 10, 20, 960_000

TS = {"flush_packets": "1", "omit_video_pes_length": "0"}

WATCH = """
async ({ bits, square, top, seconds }) => {
  const began = performance.now();
  const pc = new RTCPeerConnection({ iceServers: [] });
  pc.addTransceiver("video", { direction: "recvonly" }).receiver.jitterBufferTarget = 0;
  pc.createDataChannel("live");
  const video = document.createElement("video");
  Object.assign(video, { autoplay: true, muted: true });
  document.body.append(video);
  pc.ontrack = ({ track }) => { video.srcObject = new MediaStream([track]); };
  await pc.setLocalDescription();
  if (pc.iceGatheringState !== "complete") await new Promise((resolve) => {
    pc.onicegatheringstatechange = () => pc.iceGatheringState === "complete" && resolve();
  });
  const answer = await window.signal(pc.localDescription.sdp);
  if (!answer) return null;
  await pc.setRemoteDescription({ type: "answer", sdp: answer });
  const canvas = new OffscreenCanvas(bits * square, square);
  const paint = canvas.getContext("2d", { willReadFrequently: true });
  const delays = [];
  let first = null;
  await new Promise((resolve) => {
    const shown = () => {
      const now = Date.now();
      first ??= performance.now() - began;
      const scale = video.videoWidth / 640;
      paint.drawImage(video, 0, top * scale, 640 * scale, square * scale, 0, 0, bits * square, square);
      const { data } = paint.getImageData(0, square / 2, bits * square, 1);
      let clock = 0;
      for (let bit = 0; bit < bits; bit += 1) clock = clock * 2 + (data[4 * (bit * square + square / 2)] > 127);
      delays.push((now - clock + 2 ** bits) % 2 ** bits);
      if (performance.now() - began < first + 1000 * seconds) video.requestVideoFrameCallback(shown);
      else resolve();
    };
    video.requestVideoFrameCallback(shown);
  });
  let kbits = 0;
  let codec = "";
  for (const stat of (await pc.getStats()).values()) {
    if (stat.type === "inbound-rtp") kbits = stat.bytesReceived * 8 / (performance.now() - began);
    if (stat.type === "codec") codec = stat.mimeType;
  }
  pc.close();
  video.remove();
  return { first, delays, kbits, codec, width: video.videoWidth };
}
"""  # noqa: E501


@cache
def rooms(height: int, width: int) -> list[Frame]:
    """Pictures of one dim room with other noise in each, as a sensor gives them."""
    dice = np.random.default_rng(1)
    ramp = np.linspace(60, 160, width)[None, :, None] + 20 * dice.random((height, 1, 1))
    noisy = [ramp + dice.normal(0, 4, (height, width, 3)) for _ in range(16)]
    return [np.clip(one, 0, 255).astype(np.uint8) for one in noisy]


def clock_picture(height: int, width: int) -> Frame:
    """The room, height × width × 3, with the time in it."""
    scale = width // 640
    known = rooms(height, width)
    frame = known[int(time.time() * FILM_FPS) % len(known)].copy()
    now = int(time.time() * 1000) % 2**BITS
    frame[20 : 20 + 80 * scale, now // 8 % (width - 80) :][:, :80] = (60, 200, 220)
    for bit in range(BITS):
        left, top, side = bit * SQUARE * scale, TOP * scale, SQUARE * scale
        frame[top : top + side, left : left + side] = 255 * (now >> (BITS - 1 - bit) & 1)
    return frame


def camera(pipe: Connection, fps: float, stream: str | None) -> None:
    """The camera's process: frames of the clock, and whoever asks by the pipe."""
    view = LiveView(
        "smart-camera",
        lambda: "guard",
        lambda answer: pipe.send(answer.model_dump_json()),
        lambda: datetime.now(UTC),
        lambda event, /, **details: None,
        stream,
    )

    def film() -> None:
        due = time.monotonic()
        small = np.zeros((2, 2, 3), np.uint8)
        while True:
            view.offer(small if stream else clock_picture(360, 640))
            due += 1 / fps
            time.sleep(max(0.0, due - time.monotonic()))

    threading.Thread(target=film, daemon=True).start()
    while asked := pipe.recv():
        view.ask(LiveRequest.model_validate_json(asked))
    view.stop()


class _NetworkCamera(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """H.264 in MPEG-TS, as long as somebody reads."""
        self.send_response(200)
        self.send_header("Content-Type", "video/mp2t")
        self.end_headers()
        with av.open(self.wfile, "w", format="mpegts", options=TS) as out:
            video = out.add_stream("libx264", rate=FILM_FPS)
            assert isinstance(video, VideoStream)
            video.width, video.height, video.pix_fmt = 1280, 720, "yuv420p"
            video.bit_rate, video.gop_size = FILM_BITS, FILM_GOP
            video.options = {"preset": "ultrafast", "tune": "zerolatency"}
            due, number = time.monotonic(), 0
            while True:
                frame = av.VideoFrame.from_ndarray(clock_picture(720, 1280), format="bgr24")
                frame.pts, frame.time_base = number, Fraction(1, FILM_FPS)
                out.mux(video.encode(frame))
                number, due = number + 1, due + 1 / FILM_FPS
                time.sleep(max(0.0, due - time.monotonic()))

    def log_message(self, *_: object) -> None:
        """Nothing is to be told."""


def network_camera(pipe: Connection) -> None:
    """A camera with a stream of its own; tells its port."""
    rooms(720, 1280)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _NetworkCamera)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # whoever read has gone
    pipe.send(server.server_port)
    server.serve_forever()


class Room:
    """A camera's process, and tabs that watch it."""

    def __init__(self, fps: float, stream: str | None = None) -> None:
        context = mp.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self.process = context.Process(target=camera, args=(theirs, fps, stream), daemon=True)
        self.process.start()
        self._number = 0

    def answer(self, offer: str) -> str | None:
        """What the camera answers; None when it refuses."""
        self._number += 1
        expires = datetime.now(UTC) + timedelta(seconds=20)
        asked = LiveRequest(id=str(self._number), expires_at=expires, seconds=600, offer=offer)
        self._pipe.send(asked.model_dump_json())
        said = LiveAnswer.model_validate_json(self._pipe.recv())
        return said.answer

    def cpu(self) -> float:
        """Seconds of processor the camera's process has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        """End the camera."""
        self._pipe.send("")
        self.process.join(5)


def share(room: Room, work: Callable[[], Any]) -> tuple[Any, float]:
    """What ``work`` gives, and which part of a core the camera took meanwhile."""
    begun, used = time.monotonic(), room.cpu()
    result = work()
    return result, (room.cpu() - used) / (time.monotonic() - begun)


def tab(browser: Any, room: Room) -> Page:
    """A page that can look at the room."""
    page: Page = browser.new_page()
    page.goto("about:blank")
    page.expose_function("signal", room.answer)
    return page


def looks(page: Page, seconds: float) -> Any:
    """One look of so many seconds."""
    clock = {"bits": BITS, "square": SQUARE, "top": TOP, "seconds": seconds}
    return page.evaluate(WATCH, clock)


def three(pages: Sequence[Page], seconds: float) -> list[Any]:
    """All look at once."""
    clock = {"bits": BITS, "square": SQUARE, "top": TOP, "seconds": seconds}
    for page in pages:  # started, and waited for afterwards
        page.evaluate(f"(given) => {{ window.seen = ({WATCH})(given); }}", clock)
    return [page.evaluate("() => window.seen") for page in pages]


def told(name: str, seen: Sequence[Any], cpu: float, idle: float) -> None:
    """A line of figures."""
    delays = sorted(delay for one in seen for delay in one["delays"][5:])
    p95 = delays[int(0.95 * (len(delays) - 1))]
    firsts = ", ".join(f"{one['first'] / 1000:.2f}" for one in seen)
    kbits = sum(one["kbits"] for one in seen) / len(seen)
    print(
        f"{name:34} first {firsts} s; glass to glass median {statistics.median(delays):.0f}, "
        f"p95 {p95:.0f} ms ({len(delays)} pictures); camera {100 * cpu:.1f} % of a core "
        f"(idle {100 * idle:.1f} %); {kbits:.0f} kbit/s {seen[0]['codec']} {seen[0]['width']} wide",
        flush=True,
    )


def measure(browser: Any, name: str, room: Room, seconds: float, times: int) -> None:
    """One watcher, several first pictures, three watchers."""
    time.sleep(2)
    _, idle = share(room, lambda: time.sleep(3))
    page = tab(browser, room)
    cold = looks(page, 0.5)["first"]
    firsts = [looks(page, 0.3)["first"] for _ in range(times)]
    print(
        f"{name:34} first picture: cold {cold / 1000:.2f} s; then {times} times median "
        f"{statistics.median(firsts) / 1000:.2f}, worst {max(firsts) / 1000:.2f} s",
        flush=True,
    )
    seen, cpu = share(room, lambda: looks(page, seconds))
    told(f"{name}, one watcher", [seen], cpu, idle)
    pages = [page, *(tab(browser, room) for _ in range(WATCHERS - 1))]
    all_seen, cpu = share(room, lambda: three(pages, seconds))
    told(f"{name}, three watchers", all_seen, cpu, idle)
    for one in pages:
        one.close()


def main() -> int:
    """0 when all was measured."""
    parser = argparse.ArgumentParser(prog="python -m bench.live", description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--times", type=int, default=10)
    args = parser.parse_args()
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    print(f"load {os.getloadavg()} on {os.cpu_count()} cores", flush=True)
    pipe, theirs = mp.get_context("spawn").Pipe()
    film = mp.get_context("spawn").Process(target=network_camera, args=(theirs,), daemon=True)
    film.start()
    stream = f"http://127.0.0.1:{pipe.recv()}/"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        for name, given in (("H.264 640x360 encoded at 15 fps", None), ("passed through", stream)):
            room = Room(15, given)
            measure(browser, name, room, args.seconds, args.times)
            room.close()
        browser.close()
    film.terminate()
    print(f"load {os.getloadavg()}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
