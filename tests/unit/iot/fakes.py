"""A cloud and a room without network and camera."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import numpy as np

from iot import topics
from iot.agent.camera.agent import Camera, Config
from iot.agent.camera.commands import Turn
from iot.agent.camera.source import Frame
from iot.agent.device.connection import OnMessage, OnOnline
from iot.agent.device.identity import Identity, save
from iot.messages.base import CommandResult, Message
from iot.messages.camera import (
    CameraState,
    Command,
    EpisodeReport,
    Grant,
    MotionReport,
    Refusal,
    StatusReport,
    UploadGrant,
    UploadRequest,
)
from iot.messages.live import LiveRequest
from iot.topics import Channel
from iot.vision import burst

M = TypeVar("M", bound=Message)

NOON = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)  # 12:00 in Japan
THING = "cam-1"
FPS = 10


class Clock:
    """A clock that is set by hand."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class Cloud:
    """AWS as a device sees it: MQTT with Basic Ingest and shadow, and a store of objects."""

    def __init__(self, state: CameraState | None = None, *, online: bool = True) -> None:
        self.state = state or CameraState()
        self.refused: Refusal | None = None
        self.status = 200  # of a PUT
        self.published: list[tuple[Channel, bytes]] = []
        self.documents: list[tuple[str, bytes]] = []
        self.objects: dict[str, bytes] = {}
        self.announced: dict[str, int] = {}
        self.reachable = online
        self._links: list[Link] = []
        self._lock = threading.RLock()

    def connect(
        self, who: Identity, listens: Sequence[str], on_message: OnMessage, on_online: OnOnline
    ) -> "Link":
        assert topics.topic(who.thing, Channel.COMMAND) in listens
        link = Link(self, on_message, on_online)
        self._links.append(link)
        return link

    def go(self, *, online: bool) -> None:
        """The network comes or goes."""
        self.reachable = online
        for link in self._links:
            link.told(online)

    def take(self, link: "Link", topic: str, payload: bytes) -> None:
        if topic == topics.shadow(THING, "get"):
            document = f'{{"state": {{"desired": {self.state.model_dump_json()}}}}}'
            link.on_message(topics.shadow(THING, "get/accepted"), document.encode())
        elif topic == topics.shadow(THING, "update"):
            self.documents.append((topic, payload))
        else:
            rule, _, name = topic.removeprefix("$aws/rules/").partition("/")
            channel = topics.parse(name).channel
            assert topics.RULES[channel] == rule
            with self._lock:
                self.published.append((channel, payload))
            if channel == Channel.UPLOAD_REQUEST:
                answer = self.grant(UploadRequest.model_validate_json(payload))
                where = topics.topic(THING, Channel.UPLOAD_GRANT)
                link.on_message(where, answer.model_dump_json().encode())

    def grant(self, request: UploadRequest) -> UploadGrant:
        if self.refused:
            return UploadGrant(id=request.id, refused=self.refused)
        grants = []
        for number, announced in enumerate(request.objects):
            key = f"{request.id}-{number}"
            self.announced[key] = announced.bytes
            grants.append(Grant(url=f"https://store/{key}", key=key, expires_at=NOON))
        return UploadGrant(id=request.id, grants=grants)

    def put(self, url: str, body: bytes, content_type: str) -> int:
        if not self.reachable:
            raise OSError("no network")
        key = url.rpartition("/")[2]
        assert (self.announced[key], content_type) == (len(body), "application/zip")
        if self.status == 200:
            self.objects[key] = body
        return self.status

    def command(self, command: Command | LiveRequest) -> None:
        self._send(topics.topic(THING, Channel.COMMAND), command.model_dump_json())

    def want(self, **state: str) -> None:
        """Change the shadow."""
        self.state = CameraState.model_validate({**self.state.model_dump(), **state})
        delta = f'{{"state": {self.state.model_dump_json()}}}'
        self._send(topics.shadow(THING, "update/delta"), delta)

    def _send(self, topic: str, payload: str) -> None:
        for link in self._links:
            link.on_message(topic, payload.encode())

    def said(self, channel: Channel) -> list[bytes]:
        with self._lock:
            return [payload for on, payload in self.published if on == channel]

    @property
    def bursts(self) -> list[burst.Manifest]:
        manifests = [burst.unpack(body).manifest for body in self.objects.values()]
        return [manifest for manifest in manifests if manifest]

    @property
    def episodes(self) -> list[EpisodeReport]:
        return _all(EpisodeReport, self.said(Channel.EPISODE))

    @property
    def results(self) -> list[CommandResult]:
        return _all(CommandResult, self.said(Channel.COMMAND_RESULT))

    @property
    def motion(self) -> list[MotionReport]:
        return _all(MotionReport, self.said(Channel.MOTION))

    @property
    def health(self) -> list[StatusReport]:
        return _all(StatusReport, self.said(Channel.STATUS))


def _all(kind: type[M], payloads: list[bytes]) -> list[M]:
    return [kind.model_validate_json(payload) for payload in payloads]


class Link:
    """A connection to Cloud."""

    def __init__(self, cloud: Cloud, on_message: OnMessage, on_online: OnOnline) -> None:
        self.cloud = cloud
        self.on_message = on_message
        self.on_online = on_online
        self.online = False

    def start(self) -> None:
        if self.cloud.reachable:
            self.told(True)

    def told(self, online: bool) -> None:
        self.online = online
        self.on_online(online)

    def publish(self, topic: str, payload: bytes) -> bool:
        if self.online:
            self.cloud.take(self, topic, payload)
        return self.online

    def stop(self) -> None:
        self.online = False


class Room:
    """A small room with texture, as numbers; somebody in it has another texture."""

    def __init__(self) -> None:
        rng = np.random.default_rng(1)
        self._empty = rng.integers(60, 180, (90, 160, 3), dtype=np.uint8)
        self._body = rng.integers(0, 255, (40, 20, 3), dtype=np.uint8)

    def picture(self, x: int | None = None) -> Frame:
        """The room, with somebody at column ``x`` if given."""
        picture = self._empty.copy()
        if x is not None:
            x = x % 135
            picture[30:70, x : x + 20] = self._body
        return picture


def visits(*, count: int, moving: int, quiet: int = 20) -> Iterator[Frame]:
    """``count`` times ``quiet`` pictures of the empty room and ``moving`` ones with somebody."""
    room = Room()
    for _ in range(count):
        yield from (room.picture() for _ in range(quiet))
        yield from (room.picture(4 * i) for i in range(moving))
    yield from (room.picture() for _ in range(quiet))


class Film:
    """A source: pictures, ten a second of the clock, as fast as they are taken.

    ``meanwhile``: what happens before a picture is taken, by its number.
    """

    def __init__(
        self,
        clock: Clock,
        pictures: Iterator[Frame],
        meanwhile: dict[int, Callable[[], object]] | None = None,
    ) -> None:
        self.clock = clock
        self.pictures = pictures
        self.meanwhile = meanwhile or {}

    def frames(self, stop: threading.Event) -> Iterator[tuple[datetime, Frame]]:
        begun = self.clock.now
        for number, picture in enumerate(self.pictures):
            self.clock.now = max(self.clock.now, begun + timedelta(seconds=number / FPS))
            if number in self.meanwhile:
                self.meanwhile[number]()
            yield self.clock.now, picture


class Ear:
    """A player that remembers what was to be heard."""

    def __init__(self, *, works: bool = True) -> None:
        self.works = works
        self.heard: list[tuple[str, int]] = []
        self.stops = 0

    def play(self, sound: str, seconds: int) -> bool:
        if self.works:
            self.heard.append((sound, seconds))
        return self.works

    def stop(self) -> None:
        self.stops += 1


class House:
    """A camera's place: directory, clock, cloud and what it told."""

    def __init__(self, directory: Path, cloud: Cloud | None = None) -> None:
        self.directory = directory
        self.clock = Clock()
        self.cloud = cloud or Cloud()
        self.ear = Ear()
        self.person = True  # whether the device takes what it sees for a person
        self.told: list[tuple[str, dict[str, object]]] = []
        save(directory, THING, "certificate", "key")

    def camera(
        self,
        pictures: Iterator[Frame],
        meanwhile: dict[int, Callable[[], object]] | None = None,
        turn: Turn | None = None,
        **config: object,
    ) -> Camera:
        settings: dict[str, object] = {"once": True, "drain": 10.0, **config}
        return Camera(
            Config("localhost", 8883, Path("ca.pem"), self.directory, **settings),  # type: ignore[arg-type]
            Film(self.clock, pictures, meanwhile),
            self.clock,
            lambda event, details: self.told.append((event, dict(details))),
            player=self.ear,
            put=self.cloud.put,
            connect=self.cloud.connect,
            turn=turn,
            shows_person=lambda shots: self.person,
        )

    def events(self, name: str) -> list[dict[str, object]]:
        return [details for event, details in self.told if event == name]

    @property
    def files(self) -> list[str]:
        """What the camera left in its directory beside its identity and mode."""
        own = {"certificate.pem", "private.key", "thing.json", "state.json"}
        return sorted(
            p.name for p in self.directory.rglob("*") if p.is_file() and p.name not in own
        )


def command(action: str, id: str = "c1", valid: float = 60, **more: object) -> Command:
    """A command, valid for so many seconds from noon."""
    expires_at = NOON + timedelta(seconds=valid)
    return Command.model_validate(
        {"id": id, "action": action, "expires_at": expires_at.isoformat(), **more}
    )


def wait(until: Callable[[], object], seconds: float = 60) -> None:
    """Real seconds, for another thread to do its part."""
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "did not happen"
        time.sleep(0.005)
