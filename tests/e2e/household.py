"""Households on the running system: people with logins, cameras with certificates of their own.

All that is done here goes the way of a family: login with what the page's /config.json says, the
HTTP API, fleet provisioning, MQTT with a certificate, PUT with a grant. Only that a home has a
contract is written down with the rights of the account's root, as billing would. Each household
is new, so that no test sees what another did.
"""

import base64
import json
import queue
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import paho.mqtt.client as mqtt
import urllib3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from paho.mqtt.enums import CallbackAPIVersion

from iot import topics
from iot.agent.camera.agent import Camera, Config
from iot.agent.camera.source import FPS, Frame
from iot.agent.device import identity
from iot.agent.device.clock import Clock
from iot.agent.device.connection import Broker, MqttLink, OnMessage, OnOnline
from iot.agent.device.identity import Claim, Identity
from iot.kinds import Group
from iot.messages.camera import (
    EpisodeReport,
    Grant,
    MotionMinute,
    MotionReport,
    StatusReport,
    UploadGrant,
    UploadObject,
    UploadRequest,
)
from iot.policies import template_name
from iot.scene import Scene, Visit
from iot.topics import Channel
from iot.vision import burst
from lambdas.shared.aws.directory import Directory
from lambdas.shared.household import Contract, Home, Member
from local import when
from local.cloud import LocalCloud
from local.person import Person

T = TypeVar("T")

PATIENCE = 90.0  # seconds; all takes well under one, but a machine may be busy
ZIP = "application/zip"


def wait_until(look: Callable[[], T], what: str = "", seconds: float = PATIENCE) -> T:
    """What ``look`` finds as soon as it finds something true."""
    give_up = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < give_up, f"not within {seconds} s: {what or look}"
        time.sleep(0.02)
    return found


# --- people ----------------------------------------------------------------------------------


@dataclass
class Household:
    """A home, its people and what they find in their letter boxes."""

    cloud: LocalCloud
    home: str
    mails_of: tuple[str, ...]  # addresses: contractor, watcher
    _logged_in: dict[str, tuple[datetime, Person]] = field(default_factory=dict, repr=False)

    @property
    def contractor(self) -> Person:
        return self._person(self.mails_of[0])

    @property
    def family(self) -> Person:
        return self._person(self.mails_of[-1])

    def _person(self, mail: str) -> Person:
        """Logged in anew before the token's hour is over: a test may have moved the clock."""
        now = self.cloud.now()
        if mail not in self._logged_in or now - self._logged_in[mail][0] > timedelta(minutes=30):
            self._logged_in[mail] = now, log_in(self.cloud, mail)
        return self._logged_in[mail][1]

    def events(self, thing: str) -> list[dict[str, Any]]:
        """What happened before a camera, newest first."""
        answer = self.family.get(f"/homes/{self.home}/events?device={thing}")
        return cast(list[dict[str, Any]], answer["events"])

    def event(self, thing: str) -> dict[str, Any]:
        """The camera's only event, once it is there."""
        found = wait_until(lambda: self.events(thing), f"an event of {thing}")
        assert len(found) == 1, found
        return found[0]

    def mails(self) -> list[list[dict[str, Any]]]:
        """Mails by person."""
        return [self.cloud.mails(address) for address in self.mails_of]

    def device(self, thing: str) -> dict[str, Any]:
        """A camera as the page's list shows it."""
        shown = self.family.get(f"/homes/{self.home}/devices")["devices"]
        return next(device for device in shown if device["id"] == thing)

    def register(self, **wanted: str) -> dict[str, Any]:
        """Add a camera in the app: its id and its setup code."""
        usual = {"name": "居間", "kind": "smart-camera", "profile": "security"}
        asked = {name: wanted.get(name, value) for name, value in usual.items()}
        return cast(
            dict[str, Any], self.contractor.send("POST", f"/homes/{self.home}/devices", asked)
        )

    def add_sensor(self, folder: Path) -> Identity:
        """Add an activity sensor and set it up."""
        asked = {"name": "居間", "kind": "activity-sensor"}
        added = self.contractor.send("POST", f"/homes/{self.home}/devices", asked)
        return set_up(self.cloud, folder, added["setup_code"], group="sensor")

    def add_camera(self, folder: Path, **wanted: str) -> Identity:
        """Add a camera and set it up: it has a certificate of its own then."""
        code = self.register(**wanted)["setup_code"]
        return set_up(self.cloud, folder, code)


def log_in(cloud: LocalCloud, mail: str) -> Person:
    """Somebody at the page."""
    return Person(cloud.web_url or "").log_in(mail, cloud.seeded["password"])


def sign_up(cloud: LocalCloud, mail: str) -> str:
    """A login, as comes with a contract; its subject."""
    pool, cognito = cloud.outputs["MimamoriApi.UserPoolId"], cloud.client("cognito-idp")
    user = cognito.admin_create_user(
        UserPoolId=pool,
        Username=mail,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": mail}],
    )["User"]
    cognito.admin_set_user_password(
        UserPoolId=pool, Username=mail, Password=cloud.seeded["password"], Permanent=True
    )
    return next(str(a["Value"]) for a in user["Attributes"] if a["Name"] == "sub")


def move_in(cloud: LocalCloud, *features: str, **limits: int) -> Household:
    """A new home with a contractor and a family member; ``limits``: devices of each group."""
    home = f"home-{secrets.token_hex(4)}"
    people = [f"{name}@{home}.example" for name in ("oya", "ko")]
    roles: Sequence[Any] = ("contractor", "watcher")
    Directory(cloud.outputs["MimamoriData.DirectoryTable"], tables(cloud)).publish_home(
        Home(
            id=home,
            name="ためしの家",
            members=tuple(
                Member(person=sign_up(cloud, mail), role=role, name=role, email=mail)
                for mail, role in zip(people, roles, strict=True)
            ),
            contracts=(
                Contract(
                    id=f"contract-{home}",
                    product="anshin_partner",
                    features=frozenset(features or ("room-watch", "photo-collection")),  # type: ignore[arg-type]
                    limits=cast(Any, limits or {"camera": 3}),
                    starts=cloud.now() - timedelta(days=1),
                ),
            ),
        )
    )
    return Household(cloud, home, tuple(people))


def tables(cloud: LocalCloud) -> Callable[[str], Any]:
    """DynamoDB tables with the rights of root."""
    return cloud.table


# --- cameras ---------------------------------------------------------------------------------


def claim(cloud: LocalCloud, code: str, serial: str = "", group: Group = "camera") -> Claim:
    """What is in a new device's box, and the code typed into it."""
    made = cloud.seeded["claim"]
    return Claim(
        Path(made["certificate"]),
        Path(made["key"]),
        serial or f"SN-{secrets.token_hex(4)}",
        code,
        template_name(group),
    )


def broker(cloud: LocalCloud) -> Broker:
    return Broker(cloud.mqtt_host, cloud.mqtt_port, cloud.ca_file)


def set_up(
    cloud: LocalCloud, folder: Path, code: str, serial: str = "", group: Group = "camera"
) -> Identity:
    """Fleet provisioning; ProvisioningFailed where the cloud refuses."""
    connect = identity.claim_connector(broker(cloud))
    return identity.provision(claim(cloud, code, serial, group), folder / code, connect)


@dataclass
class Device:
    """A camera's connection in the hands of a test: it says what it is told to say."""

    cloud: LocalCloud
    who: Identity
    listens: Sequence[Channel] = (Channel.UPLOAD_GRANT, Channel.COMMAND)
    _heard: dict[str, "queue.SimpleQueue[bytes]"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._heard = {topics.topic(self.thing, on): queue.SimpleQueue() for on in self.listens}
        self.link = MqttLink(
            broker(self.cloud),
            self.who.thing,
            self.who.certificate,
            self.who.key,
            list(self._heard),
            lambda topic, payload: self._heard[topic].put(payload),
            lambda _online: None,
        )

    @property
    def thing(self) -> str:
        return self.who.thing

    def __enter__(self) -> "Device":
        self.link.start()
        wait_until(lambda: self.link.online, f"{self.thing} online")
        return self

    def __exit__(self, *_: object) -> None:
        self.link.stop()

    def hear(self, channel: Channel, seconds: float = PATIENCE) -> bytes:
        """The next message on a channel."""
        try:
            return self._heard[topics.topic(self.thing, channel)].get(timeout=seconds)
        except queue.Empty:
            raise AssertionError(f"silence on {channel}") from None

    def say(self, channel: Channel, payload: bytes) -> None:
        assert self.link.publish(topics.ingest(self.thing, channel), payload)

    def ask(self, *sizes: int, kind: Any = ZIP) -> UploadGrant:
        """Ask for grants; the answer."""
        objects = [UploadObject(bytes=size, type=kind) for size in sizes]
        request = UploadRequest(id=secrets.token_hex(8), objects=objects)
        self.say(Channel.UPLOAD_REQUEST, request.model_dump_json().encode())
        answer = UploadGrant.model_validate_json(self.hear(Channel.UPLOAD_GRANT))
        assert answer.id == request.id
        return answer

    def grant(self, size: int, kind: Any = ZIP) -> Grant:
        answer = self.ask(size, kind=kind)
        assert answer.grants, answer.refused
        return answer.grants[0]

    def upload(self, body: bytes, kind: Any = ZIP) -> str:
        """Send an object as a camera does; its key."""
        grant = self.grant(len(body), kind)
        assert put(grant.url, body, kind) == 200
        return grant.key

    def upload_empty(self) -> str:
        """An object without content, which no grant is given for: the signature is root's."""
        key = f"frames/{self.thing}/empty-{secrets.token_hex(4)}.zip"
        self.cloud.client("s3").put_object(Bucket=pictures(self.cloud), Key=key, Body=b"")
        return key


def put(url: str, body: bytes, kind: str = ZIP) -> int:
    """PUT to a presigned URL: the status."""
    return urllib3.request("PUT", url, body=body, headers={"Content-Type": kind}).status


class Wild:
    """An MQTT client that keeps no rules: any certificate, any name, any topic."""

    def __init__(self, cloud: LocalCloud, who: Identity | None, name: str | None = None) -> None:
        """``who`` lends its certificate, and its name if no other is given."""
        self.heard: list[tuple[str, bytes]] = []
        self.connected = self.refused = self.ended = False
        self.subscribed: list[bool] = []
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            name if name is not None or who is None else who.thing,
            reconnect_on_failure=False,
            protocol=mqtt.MQTTv311,
        )
        self._client.tls_set(
            str(cloud.ca_file), *((str(who.certificate), str(who.key)) if who else ())
        )
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_subscribe = self._on_subscribe
        self._client.on_message = lambda _client, _data, message: self.heard.append(
            (message.topic, bytes(message.payload))
        )
        self._address = cloud.mqtt_host, cloud.mqtt_port

    def __enter__(self) -> "Wild":
        try:
            self._client.connect(*self._address)
        except OSError:  # the handshake itself
            self.refused = True
        self._client.loop_start()
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def publish(self, topic: str, payload: bytes) -> None:
        self._client.publish(topic, payload, qos=1)

    def subscribe(self, topic: str) -> None:
        self._client.subscribe(topic, 1)

    def _on_connect(self, *told: Any) -> None:
        self.connected = not told[3].is_failure
        self.refused = told[3].is_failure

    def _on_disconnect(self, *_: Any) -> None:
        self.refused = not self.connected
        self.ended = True

    def _on_subscribe(self, *told: Any) -> None:
        self.subscribed += [not reason.is_failure for reason in told[3]]


def ended(episode: datetime, at: datetime) -> bytes:
    """An episode with pictures in the cloud is over."""
    report = EpisodeReport(episode=episode, ended_at=at, level=0.1, pictures="cloud", mode="guard")
    return report.model_dump_json(exclude_none=True).encode()


def status(at: datetime) -> bytes:
    report = StatusReport(
        at=at, mode="guard", firmware="test", pictures_on_device=0, sd_card=False, waiting=0
    )
    return report.model_dump_json().encode()


def motion_report(at: datetime) -> bytes:
    minute = at.replace(second=0, microsecond=0)
    minutes = [MotionMinute(at=minute, level=0.1, peak=0.2, frames=600)]
    return MotionReport(minutes=minutes).model_dump_json().encode()


def japanese_day(at: datetime) -> str:
    """The day in Japan, as the API wants it."""
    return at.astimezone(when.JST).date().isoformat()


def homemade(name: str) -> tuple[bytes, bytes]:
    """A certificate and its key as anybody can make them."""
    key = ec.generate_private_key(ec.SECP256R1())
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(own, own, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    kind = serialization.PrivateFormat.PKCS8
    return (
        certificate.public_bytes(serialization.Encoding.PEM),
        key.private_bytes(serialization.Encoding.PEM, kind, plain),
    )


# --- what a camera sees ----------------------------------------------------------------------

VISIT = Scene(seconds=8.0, visits=(Visit(start=0.5, stay=0.6, x=0.0),), width=640)
"""Half a second of the empty room, somebody walks through, the empty room again."""


@cache
def film() -> tuple[Frame, ...]:
    return tuple(VISIT.frames())


@cache
def room_and_visitor() -> tuple[bytes, ...]:
    """Four JPEGs: the empty room, then somebody in it."""
    jpegs = list(VISIT.jpegs())
    return (jpegs[0], jpegs[30], jpegs[34], jpegs[38])


def manifest(at: datetime, seq: int = 0, frames: int = 4) -> burst.Manifest:
    captured = tuple(at + timedelta(seconds=i / 10) for i in range(frames))
    return burst.Manifest(episode=at, seq=seq, captured=captured, mode="guard")


def good_burst(at: datetime, seq: int = 0, about: burst.Manifest | None = None) -> bytes:
    """A burst of an episode that began at ``at``."""
    return burst.pack(about or manifest(at, seq), room_and_visitor())


class Room:
    """A camera's source: the empty room in real time, and somebody walking through when asked."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entered = threading.Event()

    def enter(self) -> None:
        """Somebody comes in now."""
        self._entered.set()

    def frames(self, stop: threading.Event) -> Iterator[tuple[datetime, Frame]]:
        """See iot.agent.camera.source.Source."""
        due = time.monotonic()
        for picture in self._pictures():
            yield self._clock(), picture
            due = max(due + 1 / FPS, time.monotonic())
            if stop.wait(max(0.0, due - time.monotonic())):
                return

    def _pictures(self) -> Iterator[Frame]:
        while True:
            if self._entered.is_set():
                self._entered.clear()
                yield from film()
            yield from film()[:4]  # the empty room


class Living:
    """The agent itself at work in a thread, with all it tells; it sees the room, or ``source``."""

    def __init__(self, cloud: LocalCloud, config: Config, **parts: Any) -> None:
        self.now = cloud.now
        self.room = Room(self.now)
        self.told: list[tuple[str, dict[str, object]]] = []
        source = parts.pop("source", self.room)
        self.camera = Camera(config, source, self.now, self._hear, **parts)
        self._thread = threading.Thread(target=self.camera.run, daemon=True)

    def _hear(self, name: str, details: Mapping[str, object]) -> None:
        self.told.append((name, dict(details)))

    def __enter__(self) -> "Living":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.camera.stop()
        self._thread.join(timeout=PATIENCE)
        assert not self._thread.is_alive()

    def heard(self, name: str) -> list[dict[str, object]]:
        """What it told under this name."""
        return [details for told, details in list(self.told) if told == name]

    def wait_for(self, name: str, seconds: float = PATIENCE) -> dict[str, object]:
        return wait_until(lambda: self.heard(name), f"{name} of the camera", seconds)[0]


class Outage:
    """A camera's link to the cloud that finds no network until it is back."""

    def __init__(self, cloud: LocalCloud) -> None:
        self._broker = broker(cloud)
        self._link: MqttLink

    def connect(
        self, who: Identity, listens: Sequence[str], on_message: OnMessage, on_online: OnOnline
    ) -> "Outage":
        """See iot.agent.camera.agent.Connect."""
        self._link = MqttLink(
            self._broker, who.thing, who.certificate, who.key, listens, on_message, on_online
        )
        return self

    def over(self) -> None:
        """The network is back."""
        self._link.start()

    def start(self) -> None:
        """See Link. There is nothing to connect to."""

    @property
    def online(self) -> bool:
        return self._link.online

    def publish(self, topic: str, payload: bytes) -> bool:
        return self._link.publish(topic, payload)

    def stop(self) -> None:
        self._link.stop()


def config(cloud: LocalCloud, folder: Path, code: str | None = None, **more: Any) -> Config:
    """A camera of this cloud, new in its box if there is a ``code``."""
    return Config(
        endpoint=cloud.mqtt_host,
        port=cloud.mqtt_port,
        ca=cloud.ca_file,
        identity=folder,
        claim=claim(cloud, code) if code else None,
        mute=True,
        **more,
    )


# --- what became of it -----------------------------------------------------------------------


def pictures(cloud: LocalCloud) -> str:
    return str(cloud.outputs["MimamoriDetection.PicturesBucket"])


def objects(cloud: LocalCloud, *prefixes: str) -> list[str]:
    """Keys in the pictures bucket."""
    s3 = cloud.client("s3")
    return [
        found["Key"]
        for prefix in prefixes
        for page in s3.get_paginator("list_objects_v2").paginate(
            Bucket=pictures(cloud), Prefix=prefix
        )
        for found in page.get("Contents", [])
    ]


REJECTS = {
    "detect": "MimamoriDetection.DetectTable",
    "ingest": "MimamoriIngest.ReadingsTable",
    "devices": "MimamoriDevices.DevicesTable",
}


def rejected(cloud: LocalCloud, context: str, thing: str) -> list[dict[str, Any]]:
    """The records of what was not taken from a device."""
    table = tables(cloud)(cloud.outputs[REJECTS[context]])
    rows = [row for row in table.scan()["Items"] if row["pk"].startswith("REJECTED#")]
    return [row | {"head": base64.b64decode(row["head"])} for row in rows if row["thing"] == thing]


def queue_url(cloud: LocalCloud, name: str) -> str:
    """The queue ``<context>-<name>…``, not its dead letters."""
    found = cloud.client("sqs").list_queues(QueueNamePrefix=f"Mimamori{name}")["QueueUrls"]
    (url,) = (url for url in found if "DeadLetters" not in url)
    return str(url)


def dead_letters(cloud: LocalCloud) -> dict[str, list[str]]:
    """What is in dead-letter queues, by queue."""
    sqs = cloud.client("sqs")
    found = {}
    for url in sqs.list_queues()["QueueUrls"]:
        if "DeadLetters" in url:
            answer = sqs.receive_message(
                QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0, WaitTimeSeconds=0
            )
            found[url] = [message["Body"] for message in answer.get("Messages", [])]
    return {url: bodies for url, bodies in found.items() if bodies}


def forget_dead_letters(cloud: LocalCloud) -> None:
    for url in dead_letters(cloud):
        cloud.client("sqs").purge_queue(QueueUrl=url)


def notify_again(cloud: LocalCloud, key: str, size: int, at: datetime) -> None:
    """S3 tells the queue of an object once more: it may do so at any time."""
    moment = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    about = {"s3": {"object": {"key": key, "size": size}}, "eventTime": moment}
    url, body = queue_url(cloud, "Detection-Frames"), json.dumps({"Records": [about]})
    cloud.client("sqs").send_message(QueueUrl=url, MessageBody=body)
