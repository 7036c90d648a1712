"""Somebody far away looks at the room live: asked over the API, seen straight from the camera."""

import asyncio
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCDataChannel,
    RTCPeerConnection,
    RTCSessionDescription,
)
from av import VideoFrame

from iot.agent.camera.agent import Camera
from iot.agent.camera.source import open_source
from iot.messages.live import WATCHERS, LiveEnd
from iot.scene import DEMO
from local.boxed_camera import unpack
from local.cloud import LocalCloud
from local.person import Person
from local.stories.camera import Lasting, cloud_clock
from local.stories.telling import PATIENCE, Telling, stay, until

STEPS = {
    "provisioned": "the camera got its own certificate",
    "terms": "the browser knows by which servers and how long (API)",
    "picture": "太郎 sees the room moving, straight from the camera",
    "again": "and again, when all is warm",
    "three": "three watch at once; a fourth hears that three do",
    "refused": "a stranger and an anonymous visitor get nothing",
    "ended": "花子 switches to 動きだけ: what is shown ends, and says why (DC-29)",
    "never": "nobody gets in any more (DC-29)",
}
PACE = 0.1


class NotShown(Exception):
    """The camera, or the API, did not let somebody look; says why."""


class Watcher:
    """A page's side of it, with aiortc for a browser."""

    def __init__(self, person: Person, home: str, thing: str) -> None:
        self._person = person
        self._path = f"/homes/{home}/devices/{thing}/live"
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._connection.addTransceiver("video", direction="recvonly")
        self._tracks: asyncio.Queue[MediaStreamTrack] = asyncio.Queue()
        self._words: asyncio.Queue[str] = asyncio.Queue()
        self._channel: RTCDataChannel = self._connection.createDataChannel("live")
        self._channel.on("message", self._words.put_nowait)
        self._connection.on("track", self._tracks.put_nowait)

    async def look(self) -> tuple[MediaStreamTrack, VideoFrame]:
        """The track, with its first picture. Raises NotShown."""
        await self._connection.setLocalDescription(await self._connection.createOffer())
        offer = {"offer": self._connection.localDescription.sdp}
        said = await asyncio.to_thread(self._ask, "POST", self._path, offer)
        path = f"{self._path}/{said['id']}"
        while said["state"] == "asked":
            await asyncio.sleep(PACE)
            said = await asyncio.to_thread(self._ask, "GET", path)
        if said["state"] == "failed":
            raise NotShown(said["reason"])
        await self._connection.setRemoteDescription(RTCSessionDescription(said["answer"], "answer"))
        track = await asyncio.wait_for(self._tracks.get(), PATIENCE)
        frame = await asyncio.wait_for(track.recv(), PATIENCE)
        assert isinstance(frame, VideoFrame)
        return track, frame

    async def last_word(self) -> str:
        """Why the camera ended it."""
        said = await asyncio.wait_for(self._words.get(), PATIENCE)
        return LiveEnd.model_validate_json(said).ended

    async def close(self) -> None:
        """Look no more."""
        await self._connection.close()

    def _ask(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        answer = self._person.request(method, path, body)
        if answer.status >= 400:
            raise NotShown(f"{answer.status} {answer.json().get('title', '')}")
        said: dict[str, Any] = answer.json()
        return said


@asynccontextmanager
async def watching(person: Person, home: str, thing: str) -> Any:
    """Somebody who looks, until the end of the block: (watcher, track, first picture, seconds)."""
    began = time.monotonic()
    watcher = Watcher(person, home, thing)
    try:
        track, frame = await watcher.look()
        yield watcher, track, frame, time.monotonic() - began
    finally:
        await watcher.close()


def tell(cloud: LocalCloud, given: str | None, once: bool) -> bool:
    """Play ``given`` (or a scene of our own) before a camera; whether every step was observed."""
    story, household = Telling(STEPS), cloud.seeded
    home, password = household["home"], household["password"]
    mother, family, stranger = (
        Person(cloud.web_url or "").log_in(household[who], password)
        for who in ("contractor", "family", "stranger")
    )
    asked = {"name": "居間", "kind": "smart-camera", "profile": "security"}
    added = mother.send("POST", f"/homes/{home}/devices", asked)
    thing = added["id"]
    connected = threading.Event()

    def from_camera(name: str, details: Mapping[str, object]) -> None:
        if name == "provisioned":
            story.observe("provisioned", str(details["thing"]))
        elif name == "state":
            connected.set()

    with tempfile.TemporaryDirectory(prefix="mimamori-live-") as folder:
        clock = cloud_clock(cloud)
        film = Path(folder) / "scene.mp4"
        if not given:
            DEMO.write_video(film)
        source = Lasting(open_source(given or str(film), clock, repeat=True), clock)
        boxed = unpack(cloud, Path(folder) / "camera", "SN-0002", added["setup_code"])
        camera = Camera(boxed, source, clock, from_camera)
        running = threading.Thread(target=camera.run, name="camera", daemon=True)
        running.start()
        try:
            connected.wait(PATIENCE)
            path = f"/homes/{home}/devices/{thing}"
            until("a picture", lambda: _snapped(family, path))
            asyncio.run(_watch(story, mother, family, stranger, home, thing, stays=not once))
            if not once:
                stay(cloud, f"{household['family']}  →  ライブを見る")
        except (TimeoutError, NotShown, AssertionError) as error:
            story.tell(f"{type(error).__name__}: {error}", "✗")
        finally:
            camera.stop()
            running.join(timeout=15)
    return story.ended_well()


def _snapped(person: Person, path: str) -> bool | None:
    """Whether the camera looks at the room by now."""
    return person.get("/".join(path.split("/")[:4]))["devices"][-1]["seen_at"] and True


async def _watch(
    story: Telling,
    mother: Person,
    family: Person,
    stranger: Person,
    home: str,
    thing: str,
    *,
    stays: bool,
) -> None:
    path = f"/homes/{home}/devices/{thing}"
    terms = family.get(f"{path}/live")
    servers = ", ".join(terms["ice_servers"]) or "none but the network itself"
    story.observe("terms", f"{servers}; {terms['seconds'] // 60} minutes")
    for step in ("picture", "again"):
        async with watching(family, home, thing) as (_, track, frame, seconds):
            frames = [await asyncio.wait_for(track.recv(), PATIENCE) for _ in range(10)]
            moving = f"{len(frames)} more pictures followed"
            story.observe(
                step, f"{frame.width}×{frame.height}, first picture {seconds:.2f} s after; {moving}"
            )
    async with AsyncExitStack() as stack:
        for person in (family, mother, family)[:WATCHERS]:
            await stack.enter_async_context(watching(person, home, thing))
        try:
            async with watching(mother, home, thing):
                story.tell("a fourth watches, too", "✗")
        except NotShown as refused:
            story.observe("three", str(refused))
    offer = {"offer": "v=0\r\n"}
    nobody = Person(family.web_url)
    refusals = [one.request("POST", f"{path}/live", offer).status for one in (stranger, nobody)]
    assert refusals == [404, 401], refusals
    story.observe("refused", "404 and 401")
    async with watching(family, home, thing) as (watcher, *_):
        mother.send("PATCH", path, {"mode": "motion-only"})
        story.observe("ended", await watcher.last_word())
    try:
        async with watching(family, home, thing):
            story.tell("somebody watches all the same", "✗")
    except NotShown as refused:
        story.observe("never", str(refused))
    if stays:
        mother.send("PATCH", path, {"mode": "guard"})
