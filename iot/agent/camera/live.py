"""Lets people look at the room live (DC-25): WebRTC from the camera straight to the browser.

Nothing of it runs, nor is aiortc loaded, before somebody asks.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from iot.agent.camera.source import Frame
from iot.agent.device.clock import Clock
from iot.agent.device.events import EventSink
from iot.messages.camera import Mode
from iot.messages.live import Ending, LiveAnswer, LiveRequest, Refused

if TYPE_CHECKING:
    from iot.agent.camera.live_peers import Peers

log = logging.getLogger(__name__)

FRESH = 3.0
"""Seconds without a frame after which there is nothing to be seen."""

_STOPPED = 2.0  # seconds for last words on a stop


class LiveView:
    """Answers who asks to look. Every method may be called from any thread, and none waits."""

    def __init__(
        self,
        kind: Literal["smart-camera", "phone-camera"],
        mode: Callable[[], Mode],
        answer: Callable[[LiveAnswer], None],
        clock: Clock,
        tell: EventSink,
        stream: str | None = None,
    ) -> None:
        """``answer`` sends an answer to the cloud, from this view's own thread; ``stream``: where
        H.264 of the same room is to be had, None where there are frames only."""
        self._kind = kind
        self._mode = mode
        self._say = answer
        self._clock = clock
        self._tell = tell
        self._stream = stream
        self._seen: float | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._peers: Peers | None = None

    def ask(self, request: LiveRequest) -> None:
        """Somebody wants to look; they are answered in any case."""
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._loop.run_forever, name="live", daemon=True)
            self._thread.start()
        asyncio.run_coroutine_threadsafe(self._take(request), self._loop)

    def offer(self, frame: Frame) -> None:
        """The room as it is now, in a mode that has pictures."""
        self._seen = time.monotonic()
        if self._peers:
            self._peers.offer(frame)

    def end(self, why: Ending) -> None:
        """Show nothing more, at once, and tell everybody why."""
        self._seen = None
        if self._peers and self._loop:
            self._peers.cut()
            asyncio.run_coroutine_threadsafe(self._peers.end(why), self._loop)

    def stop(self) -> None:
        """End for good; waits for the last words."""
        if self._loop is None or self._thread is None:
            return
        if self._peers:
            self._peers.cut()
            said = asyncio.run_coroutine_threadsafe(self._peers.end("stopped"), self._loop)
            try:
                said.result(_STOPPED)
            except TimeoutError:
                log.warning("live: not everybody could be told")
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_STOPPED)

    async def _take(self, request: LiveRequest) -> None:
        refused, sdp = self._refused(request), None
        if refused is None:
            try:
                peers = self._loaded()
                refused = self._refused(request)  # the mode may have changed meanwhile (DC-29)
                sdp = None if refused else await peers.admit(request)
            except ImportError as error:
                log.warning("live: this device cannot: %s", error)
                refused = "unsupported"
            except Exception as error:
                refused = getattr(error, "reason", "error")
                log.info("live: not shown: %s", refused)
        if refused:
            self._tell("live-refused", session=request.id, reason=refused)
        self._say(
            LiveAnswer(
                id=request.id,
                state="failed" if refused else "answered",
                answer=sdp,
                reason=refused,
                at=self._clock(),
            )
        )

    def _refused(self, request: LiveRequest) -> Refused | None:
        if self._clock() >= request.expires_at:
            return "expired"
        if self._kind != "smart-camera":
            return "unsupported"
        if self._mode() == "motion-only":
            return "motion-only"
        if self._seen is None or time.monotonic() - self._seen > FRESH:
            return "no-source"
        return None

    def _loaded(self) -> "Peers":
        if self._peers is None:
            from iot.agent.camera.live_peers import Peers

            assert self._loop
            self._peers = Peers(self._loop, self._stream, self._tell)
        return self._peers
