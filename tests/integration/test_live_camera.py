"""Looking live: a camera's view and browsers that are aiortc, on this machine."""

import asyncio
import json
import queue
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import av
import numpy as np
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamTrack
from av.video.stream import VideoStream

from iot.agent.camera.commands import Kind
from iot.agent.camera.live import LiveView
from iot.agent.camera.live_feed import CLOCK, Encoder, Feed, Packet, fitted
from iot.agent.camera.live_peers import PacketTrack, at_once
from iot.agent.camera.source import Frame
from iot.messages.camera import Mode
from iot.messages.live import WATCHERS, Ending, LiveAnswer, LiveEnd, LiveRequest
from iot.topics import Channel
from tests.unit.iot.fakes import NOON, Clock, House, visits, wait

PATIENCE = 60.0
T = TypeVar("T")


def room(number: int, height: int = 360, width: int = 640) -> Frame:
    """A grey room in which a white square wanders."""
    frame = np.full((height, width, 3), 90, np.uint8)
    left = 8 * number % (width - 64)
    frame[100:164, left : left + 64] = 255
    return frame


class Camera:
    """A view whose room is filmed twenty times a second."""

    def __init__(
        self,
        kind: Kind = "smart-camera",
        stream: str | None = None,
        answer: Callable[[LiveAnswer], None] | None = None,
    ) -> None:
        self.mode: Mode = "guard"
        self.clock = Clock()
        self.answers: defaultdict[str, queue.SimpleQueue[LiveAnswer]] = defaultdict(
            queue.SimpleQueue
        )
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.view = LiveView(
            kind,
            lambda: self.mode,
            answer or (lambda said: self.answers[said.id].put(said)),
            self.clock,
            lambda event, /, **details: self.told.append((event, details)),
            stream,
        )
        self.filming = threading.Event()
        self.over = threading.Event()
        self._thread = threading.Thread(target=self._film, daemon=True)

    def __enter__(self) -> "Camera":
        self.view.offer(room(0))
        self.filming.set()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._thread.join()
        self.view.stop()

    def _film(self) -> None:
        number = 0
        while not self.over.wait(0.05):
            number += 1
            if self.filming.is_set():
                self.view.offer(room(number))

    def ask(self, offer: str, id: str = "s-1", seconds: int = 600) -> LiveAnswer:
        expires = NOON + timedelta(seconds=20)
        self.view.ask(LiveRequest(id=id, expires_at=expires, seconds=seconds, offer=offer))
        return self.answers[id].get(timeout=PATIENCE)

    def wait_for(self, event: str) -> None:
        """Until the view has told of it."""
        wait(lambda: event in [name for name, _ in self.told])

    def dark(self, why: Ending) -> None:
        """As the agent does when the mode or the source is lost."""
        self.filming.clear()
        self.view.end(why)


class Browser:
    """A page's side of the connection."""

    def __init__(self) -> None:
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.connection.addTransceiver("video", direction="recvonly")
        self.tracks: asyncio.Queue[MediaStreamTrack] = asyncio.Queue()
        self.words: asyncio.Queue[str] = asyncio.Queue()
        self.connection.on("track", self.tracks.put_nowait)
        self.connection.createDataChannel("live").on("message", self.words.put_nowait)

    async def offer(self) -> str:
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return self.connection.localDescription.sdp

    async def watch(self, camera: Camera, id: str = "s-1", seconds: int = 600) -> Any:
        """The first picture, BGR."""
        answer = await asyncio.to_thread(camera.ask, await self.offer(), id, seconds)
        assert answer.answer, answer
        await self.connection.setRemoteDescription(RTCSessionDescription(answer.answer, "answer"))
        track = await asyncio.wait_for(self.tracks.get(), PATIENCE)
        frame = await asyncio.wait_for(track.recv(), PATIENCE)
        return frame.to_ndarray(format="bgr24")  # type: ignore[union-attr]

    async def last_word(self) -> LiveEnd:
        return LiveEnd.model_validate_json(await asyncio.wait_for(self.words.get(), PATIENCE))


def lived(story: Coroutine[Any, Any, T]) -> T:
    """Run it to its end, in a thread: that of the tests may hold the event loop of a browser."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, story).result()


def made_offer() -> str:
    async def make() -> str:
        browser = Browser()
        offer = await browser.offer()
        await browser.connection.close()
        return offer

    return lived(make())


@pytest.fixture(scope="module")
def offer() -> str:
    """Of a browser that then goes away."""
    return made_offer()


@pytest.fixture
def camera() -> Iterator[Camera]:
    with Camera() as one:
        yield one


@pytest.mark.rule("DC-25")
def test_who_asks_sees_the_room_and_hears_when_it_is_over(camera: Camera) -> None:
    async def story() -> None:
        browser = Browser()
        picture = await browser.watch(camera)
        assert picture.shape == (360, 640, 3)
        assert (picture > 230).mean() == pytest.approx(64 * 64 / 640 / 360, abs=0.005)
        camera.dark("no-source")
        assert (await browser.last_word()).ended == "no-source"
        await browser.connection.close()

    lived(story())
    names = [name for name, _ in camera.told]
    assert names == ["live-began", "live-ended"]
    assert camera.told[-1][1]["why"] == "no-source"


@pytest.mark.rule("DC-29")
def test_the_switch_to_motion_only_ends_what_is_shown_and_nobody_gets_in(camera: Camera) -> None:
    async def story() -> None:
        browser = Browser()
        await browser.watch(camera)
        camera.mode = "motion-only"
        camera.dark("motion-only")
        assert (await browser.last_word()).ended == "motion-only"
        again = Browser()
        refused = await asyncio.to_thread(camera.ask, await again.offer(), "s-2")
        assert (refused.state, refused.reason, refused.answer) == ("failed", "motion-only", None)
        await again.connection.close()
        await browser.connection.close()

    lived(story())


@pytest.mark.rule("DC-29")
def test_the_switch_while_aiortc_is_loaded_lets_nobody_in(
    camera: Camera, offer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = camera.view._loaded

    def slowly() -> Any:
        peers = load()
        camera.mode = "motion-only"
        return peers

    monkeypatch.setattr(camera.view, "_loaded", slowly)
    assert camera.ask(offer).reason == "motion-only"
    assert camera.told[-1] == ("live-refused", {"session": "s-1", "reason": "motion-only"})


def test_a_device_without_aiortc_says_that_it_cannot(
    camera: Camera, offer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "iot.agent.camera.live_peers", None)
    assert camera.ask(offer).reason == "unsupported"


def test_a_look_ends_when_its_time_is_up(camera: Camera) -> None:
    async def story() -> None:
        browser = Browser()
        await browser.watch(camera, seconds=1)
        assert (await browser.last_word()).ended == "time-up"
        await browser.connection.close()

    lived(story())


def test_three_watch_at_once_a_fourth_when_one_has_gone(camera: Camera) -> None:
    async def story() -> None:
        browsers = [Browser() for _ in range(WATCHERS)]
        await asyncio.gather(*(one.watch(camera, f"s-{n}") for n, one in enumerate(browsers)))
        late = Browser()
        refused = await asyncio.to_thread(camera.ask, await late.offer(), "s-late")
        assert (refused.state, refused.reason) == ("failed", "busy")
        await browsers[0].connection.close()
        for _ in range(600):
            if camera.told[-1][0] == "live-ended":
                break
            await asyncio.sleep(0.1)
        await late.connection.close()
        late = Browser()
        await late.watch(camera, "s-later")
        for one in [*browsers[1:], late]:
            await one.connection.close()

    lived(story())


def test_an_offer_that_comes_by_mqtt_is_answered_by_mqtt_each_once(
    tmp_path: Path, offer: str
) -> None:
    """The whole agent: looking at the room goes on meanwhile."""
    house = House(tmp_path)
    expires = NOON + timedelta(hours=1)
    asked = LiveRequest(id="s-1", expires_at=expires, seconds=600, offer=offer)

    def ask() -> None:
        house.cloud.command(asked)
        house.cloud.command(asked)
        wait(lambda: house.cloud.said(Channel.LIVE))

    house.camera(visits(count=1, moving=20), {10: ask}).run()
    (said,) = house.cloud.said(Channel.LIVE)
    answer = LiveAnswer.model_validate_json(said)
    assert (answer.id, answer.state, answer.reason) == ("s-1", "answered", None)
    assert answer.answer
    assert "H264" in answer.answer
    assert len(house.cloud.bursts) == 3


@pytest.mark.rule("DC-25")
def test_a_phone_shows_nothing(offer: str) -> None:
    with Camera("phone-camera") as phone:
        assert phone.ask(offer).reason == "unsupported"


def test_a_request_that_comes_too_late_is_not_answered_with_a_picture(
    camera: Camera, offer: str
) -> None:
    camera.clock.now = NOON + timedelta(seconds=20)
    assert camera.ask(offer).reason == "expired"


def test_a_camera_that_sees_nothing_says_so(offer: str) -> None:
    camera = Camera()
    assert camera.ask(offer).reason == "no-source"
    camera.view.stop()


@pytest.mark.parametrize(
    "change",
    [
        lambda sdp: "v=0\r\n",
        lambda sdp: "v=0\r\nm=video nonsense\r\n",
        lambda sdp: sdp.replace("H264", "H265").replace("VP8", "VP9"),  # nothing we speak
        lambda sdp: sdp.replace("m=application", "m=audio"),  # the camera does not listen
        lambda sdp: sdp.replace("a=ice-ufrag", "a=x").replace("a=fingerprint", "a=y"),
        lambda sdp: sdp[: len(sdp) // 2],
    ],
)
def test_an_offer_that_is_none_is_refused_and_the_next_is_taken(
    camera: Camera, offer: str, change: Any
) -> None:
    refused = camera.ask(change(offer), "s-bad")
    if refused.state == "answered":  # cut short, it may be an offer still: nobody comes
        return
    assert refused.reason == "unsupported"

    async def story() -> None:
        browser = Browser()
        await browser.watch(camera)
        await browser.connection.close()

    lived(story())


@pytest.mark.parametrize(
    ("size", "encoded"),
    [((640, 360), (640, 360)), ((1280, 720), (640, 360)), ((640, 480), (480, 360)),
     ((320, 241), (320, 240)), ((1, 1), (2, 2)), ((3000, 100), (640, 22))],
)  # fmt: skip
def test_a_picture_keeps_its_shape_and_is_never_enlarged(
    size: tuple[int, int], encoded: tuple[int, int]
) -> None:
    assert fitted(*size) == encoded


def test_an_encoder_takes_pictures_of_any_size_and_begins_anew() -> None:
    encoder = Encoder()
    sizes = [(360, 640), (360, 640), (720, 1280), (240, 320), (240, 320)]
    packets = [
        packet
        for number, (height, width) in enumerate(sizes)
        for packet in encoder.encode(np.zeros((height, width, 3), np.uint8), number * CLOCK // 10)
    ]
    assert [packet.is_keyframe for packet in packets] == [True, False, False, True, False]
    assert all(bytes(packet).startswith(b"\0\0") for packet in packets)


def film(path: Path, codec: str = "libx264", gop: int = 20, **options: str) -> list[bytes]:
    """Writes six seconds of the room, ten pictures a second; its packets."""
    with av.open(str(path), "w") as out:
        video = out.add_stream(codec, rate=10)
        assert isinstance(video, VideoStream)
        video.width, video.height, video.pix_fmt, video.gop_size = 640, 360, "yuv420p", gop
        video.options = {"preset": "ultrafast", **options} if codec == "libx264" else {}
        for number in range(60):
            out.mux(video.encode(av.VideoFrame.from_ndarray(room(number), format="bgr24")))
        out.mux(video.encode(None))
    with av.open(str(path)) as back:
        return [bytes(packet) for packet in back.demux(video=0) if packet.size]


def fed(stream: Path, frames: int) -> tuple[Feed, list[Packet]]:
    """What a feed gives of a stream, and of so many frames after that; each is one of both."""
    given: list[Packet] = []
    feed = Feed(given.append, str(stream))
    feed.start()
    over = threading.Event()
    number = 0
    while len(given) < frames and not over.wait(0.01):
        number += 1
        assert number < 100 * PATIENCE
        feed.offer(room(number))
    feed.stop()
    return feed, given


def test_who_comes_in_the_middle_is_given_all_since_the_last_key_frame_at_once() -> None:
    encoder = Encoder()
    packets = [packet for n in range(9) for packet in encoder.encode(room(n), n * CLOCK // 10)]
    given = at_once(packets)
    assert [bytes(one) for one in given] == [bytes(one) for one in packets]
    assert [one.is_keyframe for one in given] == [True] + [False] * 8
    assert given[-1].pts == packets[-1].pts
    assert np.diff([one.pts or 0 for one in given]).tolist() == [CLOCK // 1000] * 8
    assert at_once([]) == []


def test_a_slow_watcher_misses_what_it_cannot_take_up_to_a_key_frame() -> None:
    encoder = Encoder()

    async def story() -> list[bool]:
        track = PacketTrack(lambda: [])
        first = asyncio.create_task(track.recv())
        await asyncio.sleep(0)
        for n in range(125):  # a key frame every ten
            for packet in encoder.encode(room(n), n * CLOCK // 10):
                track.put(packet)
                if n == 0:
                    track.put(packet)
        await first
        taken = [(await track.recv()).is_keyframe for _ in range(20)]
        track.stop()
        return taken

    assert lived(story()) == [True, *[False] * 9] * 2


ZERO = {"tune": "zerolatency"}


@pytest.mark.parametrize("name", ["film.ts", "film.mp4"])
def test_a_stream_of_h264_is_passed_through_as_it_is(tmp_path: Path, name: str) -> None:
    """Whether its packets are in Annex B, as a camera sends them, or not."""
    inside = film(tmp_path / name, **ZERO)
    feed, given = fed(tmp_path / name, 60)
    assert not feed.unfit
    if name.endswith(".ts"):
        assert [bytes(one)[-200:] for one in given[:60]] == [one[-200:] for one in inside]
    assert all(bytes(one)[:3] in (b"\0\0\0", b"\0\0\1") for one in given)
    assert [n for n, one in enumerate(given[:60]) if one.is_keyframe] == [0, 20, 40]
    times = [one.pts for one in given if one.pts is not None]
    assert times == sorted(set(times))
    assert times[59] - times[0] < 6 * CLOCK, "what is read ahead is shown at once"


@pytest.mark.parametrize(
    ("what", "codec", "gop", "options"),
    [
        ("key frames too seldom", "libx264", 250, ZERO),
        ("B-frames", "libx264", 20, {"x264-params": "bframes=2"}),
        ("another codec", "mpeg4", 20, {}),
    ],
)
def test_a_stream_that_cannot_be_passed_through_is_encoded(
    tmp_path: Path, what: str, codec: str, gop: int, options: dict[str, str]
) -> None:
    film(tmp_path / "film.mp4", codec, gop, **options)
    feed, given = fed(tmp_path / "film.mp4", 70)
    assert feed.unfit, what
    assert given[-1].is_keyframe or any(one.is_keyframe for one in given[-12:])


def test_a_stream_that_is_not_there_is_encoded_and_tried_again_another_time(
    tmp_path: Path,
) -> None:
    feed, given = fed(tmp_path / "nothing.ts", 3)
    assert not feed.unfit
    assert given[0].is_keyframe


def test_the_last_word_is_json() -> None:
    assert json.loads(LiveEnd(ended="stopped").model_dump_json()) == {"ended": "stopped"}
