"""Who the device is: its certificate, and how it comes by it on first use (fleet provisioning)."""

import json
import logging
import queue
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from iot.agent.device import files
from iot.agent.device.connection import Broker, Link, MqttLink, OnMessage, OnOnline
from iot.agent.device.events import EventSink

log = logging.getLogger(__name__)

ONLINE = 60.0  # seconds in which the network must be found
ANSWER = 30.0  # seconds in which AWS answers
REFUSALS = 3
"""How often in a row the cloud must refuse before it is believed: AWS says the same, AccessDenied,
when its question to our function took too long."""

CREATE = "$aws/certificates/create/json"


class ProvisioningFailed(Exception):
    """No certificate was had. ``final``: trying again with the same setup code will hardly help."""

    def __init__(self, message: str, *, final: bool = False) -> None:
        super().__init__(message)
        self.final = final


@dataclass(frozen=True)
class Identity:
    """A thing's name, and the files that prove it."""

    thing: str
    certificate: Path
    key: Path


@dataclass(frozen=True)
class Claim:
    """What a new device has: the claim certificate of its make, and the code typed into it."""

    certificate: Path
    key: Path
    serial: str
    setup_code: str
    template: str


class Connector(Protocol):
    """Makes a link for a claim."""

    def __call__(
        self, claim: Claim, topics: list[str], on_message: OnMessage, on_online: OnOnline
    ) -> Link: ...


def load(directory: Path) -> Identity | None:
    """The identity kept in ``directory``; None when there is none, or only half of one."""
    files_of = _files(directory)
    if not all(path.is_file() for path in (files_of.certificate, files_of.key, _name(directory))):
        return None
    thing = json.loads(_name(directory).read_text())["thing"]
    return Identity(str(thing), files_of.certificate, files_of.key)


def save(directory: Path, thing: str, certificate: str, key: str) -> Identity:
    """Keep an identity, readable by its owner alone. Its name comes last and makes it whole."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    identity = _files(directory, thing)
    files.write(identity.key, key.encode())
    files.write(identity.certificate, certificate.encode())
    files.write(_name(directory), json.dumps({"thing": thing}).encode())
    return identity


def claim_connector(broker: Broker) -> Connector:
    """Links by MQTT with the claim certificate."""

    def connect(
        claim: Claim, topics: list[str], on_message: OnMessage, on_online: OnOnline
    ) -> Link:
        client = f"claim-{claim.serial}"
        return MqttLink(
            broker, client, claim.certificate, claim.key, topics, on_message, on_online, clean=True
        )

    return connect


def provision(claim: Claim, directory: Path, connect: Connector) -> Identity:
    """Exchange a claim for a certificate of one's own, kept in ``directory``.

    Raises ProvisioningFailed.
    """
    register = f"$aws/provisioning-templates/{claim.template}/provision/json"
    asked = [f"{topic}/{end}" for topic in (CREATE, register) for end in ("accepted", "rejected")]
    answers: queue.SimpleQueue[tuple[str, bytes]] = queue.SimpleQueue()
    online = threading.Event()
    link = connect(
        claim,
        asked,
        lambda topic, payload: answers.put((topic, payload)),
        lambda now: online.set() if now else None,
    )
    link.start()
    try:
        if not online.wait(ONLINE):
            raise ProvisioningFailed("the cloud was not reached")
        created = _call(link, answers, CREATE, {})
        token = created["certificateOwnershipToken"]
        parameters = {"SerialNumber": claim.serial, "SetupCode": claim.setup_code}
        request = {"certificateOwnershipToken": token, "parameters": parameters}
        registered = _call(link, answers, register, request)
        return save(
            directory,
            registered["thingName"],
            created["certificatePem"],
            created["privateKey"],
        )
    except KeyError as error:
        raise ProvisioningFailed(f"an answer without {error}") from error
    finally:
        link.stop()


def _call(
    link: Link,
    answers: "queue.SimpleQueue[tuple[str, bytes]]",
    topic: str,
    request: dict[str, Any],
) -> dict[str, Any]:
    """Ask AWS IoT over MQTT and wait for the answer."""
    if not link.publish(topic, json.dumps(request).encode()):
        raise ProvisioningFailed("the connection was lost")
    while True:
        try:
            answered, payload = answers.get(timeout=ANSWER)
        except queue.Empty:
            raise ProvisioningFailed("no answer") from None
        if answered.startswith(f"{topic}/"):
            break
    answer: dict[str, Any] = json.loads(payload)
    if answered.endswith("/rejected"):
        code, message = answer.get("errorCode"), answer.get("errorMessage")
        raise ProvisioningFailed(f"{code}: {message}", final=code == "AccessDenied")
    return answer


def _files(directory: Path, thing: str = "") -> Identity:
    return Identity(thing, directory / "certificate.pem", directory / "private.key")


def _name(directory: Path) -> Path:
    return directory / "thing.json"


def obtain(
    folder: Path,
    claim: Claim | None,
    connect: Connector,
    stop: threading.Event,
    tell: EventSink,
) -> Identity | None:
    """The device's certificate, asked for again and again if there is none; None when stopped.

    Raises ProvisioningFailed when the cloud refuses the device ``REFUSALS`` times in a row.
    """
    pause, refusals = 1.0, 0
    while not stop.is_set():
        if who := load(folder):
            return who
        if claim is None:
            raise ProvisioningFailed("no certificate and no claim", final=True)
        try:
            who = provision(claim, folder, connect)
        except ProvisioningFailed as error:
            refusals = refusals + 1 if error.final else 0
            if refusals == REFUSALS:
                raise
            log.warning("provisioning: %s; again in %.0f s", error, pause)
            stop.wait(pause)
            pause = min(2 * pause, 60)
        else:
            tell("provisioned", thing=who.thing)
    return None
