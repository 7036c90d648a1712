"""Who watches a camera: connections by aiortc, all in one asyncio loop, all fed by one `Feed`.

Imported when somebody asks for the first time: most cameras are seldom watched.
"""

import asyncio
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

import av
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCDataChannel,
    RTCIceServer,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError

from iot.agent.camera.live_feed import CLOCK, Feed, Packet
from iot.agent.camera.source import Frame
from iot.agent.device.events import EventSink
from iot.messages.live import WATCHERS, Ending, LiveEnd, LiveRequest, Refused

log = logging.getLogger(__name__)

CONNECTED_WITHIN = 15.0
"""Seconds after which a browser that does not come gives its place to another."""

_QUEUED = 90  # packets that may wait for a slow network
_LAST_WORD = 0.1  # seconds for a last word to leave
_H264 = [
    codec
    for codec in RTCRtpSender.getCapabilities("video").codecs
    if codec.mimeType in ("video/H264", "video/rtx")
]
_MDNS = re.compile(r"^a=candidate:.*\.local .*\r?\n", re.MULTILINE)
"""A browser hides its address behind a name that only its own network resolves, if at all. Asking
for it takes seconds; its packets come to ours and tell its address."""


class Refusal(Exception):
    """Nobody can watch now."""

    def __init__(self, reason: Refused) -> None:
        super().__init__(reason)
        self.reason: Refused = reason


def servers(request: LiveRequest) -> list[RTCIceServer]:
    """The servers of a request as aiortc takes them; without a credential, no TURN server."""
    found = [RTCIceServer(urls=url) for url in request.ice_servers if url.startswith("stun")]
    if relay := request.relay:
        found += [
            RTCIceServer(urls=url, username=relay.username, credential=relay.credential)
            for url in request.ice_servers
            if url.startswith("turn")
        ]
    return found


class PacketTrack(MediaStreamTrack):
    """A track of packets as they are. A slow watcher misses some, up to the next key frame."""

    kind = "video"

    def __init__(self, known: Callable[[], list[Packet]]) -> None:
        """``known`` gives the packets since the last key frame, to begin with."""
        super().__init__()
        self._known = known
        self._packets: asyncio.Queue[Packet] | None = None
        self._whole = False

    def put(self, packet: Packet) -> None:
        """Take a packet. In the loop's thread."""
        if self._packets is None:
            return
        if self._packets.full():
            self._packets, self._whole = asyncio.Queue(_QUEUED), False
        if self._whole or packet.is_keyframe:
            self._whole = True
            self._packets.put_nowait(packet)

    async def recv(self) -> Packet:
        """The next packet; the first is asked for when the connection stands."""
        if self._packets is None:
            self._packets = asyncio.Queue(_QUEUED)
            for packet in at_once(self._known()):
                self.put(packet)
        while self.readyState == "live":
            try:  # the queue is another one after packets were left out
                return await asyncio.wait_for(self._packets.get(), 1)
            except TimeoutError:
                continue
        raise MediaStreamError


def at_once(packets: list[Packet]) -> list[Packet]:
    """The same, a millisecond apart, up to the last: shown at once, not one after the other."""
    if not packets:
        return []
    end, copies = packets[-1].pts or 0, []
    for before, packet in zip(range(len(packets) - 1, -1, -1), packets, strict=True):
        copy = av.Packet(bytes(packet))
        copy.pts, copy.time_base = end - before * CLOCK // 1000, packet.time_base
        copy.is_keyframe = packet.is_keyframe
        copies.append(cast(Packet, copy))
    return copies


@dataclass
class Watcher:
    """Somebody who watches, or is about to."""

    id: str
    connection: RTCPeerConnection
    track: PacketTrack
    channel: RTCDataChannel | None = None
    timers: list[asyncio.TimerHandle] = field(default_factory=list)


class Peers:
    """Everybody who watches. All but `offer` and `cut` run in the loop's thread."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, stream: str | None, tell: EventSink
    ) -> None:
        self._loop = loop
        self._stream = stream
        self._tell = tell
        self._watchers: dict[str, Watcher] = {}
        self._feed: Feed | None = None
        self._known: list[Packet] = []  # since the last key frame
        self._closing: set[asyncio.Task[None]] = set()

    def offer(self, frame: Frame) -> None:
        """Show a frame to who watches. Any thread; never waits."""
        if feed := self._feed:
            feed.offer(frame)

    def cut(self) -> None:
        """Show nothing more, at once. Any thread."""
        if feed := self._feed:
            feed.stop()

    async def admit(self, request: LiveRequest) -> str:
        """Let somebody watch: the answer to their offer. Raises Refusal."""
        media = sorted(re.findall(r"^m=(\w+)", request.offer, re.MULTILINE))
        if media not in (["video"], ["application", "video"]):
            raise Refusal("unsupported")
        if len(self._watchers) >= WATCHERS:
            raise Refusal("busy")
        connection = RTCPeerConnection(RTCConfiguration(iceServers=servers(request)))
        watcher = Watcher(request.id, connection, PacketTrack(lambda: self._known))
        self._watchers[request.id] = watcher
        self._listen(watcher, request.seconds)
        self._feed_on()
        try:
            # In this order: a track that comes after the offer is sent as VP8.
            sender = connection.addTransceiver(watcher.track, direction="sendonly")
            sender.setCodecPreferences(_H264)
            offer = RTCSessionDescription(_MDNS.sub("", request.offer), "offer")
            await connection.setRemoteDescription(offer)
            await connection.setLocalDescription(await connection.createAnswer())
        except Exception as error:  # an offer can be wrong in every way
            log.warning("live: %s: %s", type(error).__name__, error)
            await self._leave(watcher)
            raise Refusal("unsupported") from error
        if request.id not in self._watchers:
            raise Refusal("error")
        return connection.localDescription.sdp

    async def end(self, why: Ending) -> None:
        """Tell everybody that it is over, and why; done when all are gone."""
        for one in list(self._watchers.values()):
            self._let_go(one, why)
        if self._closing:
            await asyncio.wait(self._closing)

    def _listen(self, watcher: Watcher, seconds: int) -> None:
        connection = watcher.connection

        def changed() -> None:
            if connection.connectionState == "connected":
                self._tell("live-began", session=watcher.id, watchers=len(self._watchers))
            elif connection.connectionState in ("failed", "closed"):
                self._let_go(watcher)

        def absent() -> None:
            if connection.connectionState != "connected":
                self._let_go(watcher)

        connection.on("connectionstatechange", changed)
        connection.on("datachannel", lambda channel: setattr(watcher, "channel", channel))
        watcher.timers = [
            self._loop.call_later(CONNECTED_WITHIN, absent),
            self._loop.call_later(seconds, self._let_go, watcher, "time-up"),
        ]

    def _let_go(self, watcher: Watcher, why: Ending | None = None) -> None:
        task = self._loop.create_task(self._leave(watcher, why))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def _leave(self, watcher: Watcher, why: Ending | None = None) -> None:
        if self._watchers.pop(watcher.id, None) is None:
            return
        for timer in watcher.timers:
            timer.cancel()
        if not self._watchers and self._feed:
            self._feed.stop()
            self._feed, self._known = None, []
        self._tell("live-ended", session=watcher.id, why=why, watchers=len(self._watchers))
        if why and watcher.channel and watcher.channel.readyState == "open":
            watcher.channel.send(LiveEnd(ended=why).model_dump_json())
            await asyncio.sleep(_LAST_WORD)
        await watcher.connection.close()

    def _feed_on(self) -> None:
        if self._feed is None:
            feed = self._feed = Feed(lambda packet: self._given(feed, packet), self._stream)
            feed.start()

    def _given(self, feed: Feed, packet: Packet) -> None:
        """From the feed's thread."""
        self._loop.call_soon_threadsafe(self._put, feed, packet)

    def _put(self, feed: Feed, packet: Packet) -> None:
        if feed is not self._feed:
            return
        if feed.unfit:
            self._stream = None
        if packet.is_keyframe or len(self._known) >= _QUEUED:
            self._known = []
        if packet.is_keyframe or self._known:
            self._known.append(packet)
        for watcher in self._watchers.values():
            watcher.track.put(packet)
