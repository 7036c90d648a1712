"""Fleet provisioning by claim, and how an identity is kept."""

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from iot.agent.camera.agent import Camera, Config
from iot.agent.device.connection import OnMessage, OnOnline
from iot.agent.device.identity import (
    REFUSALS,
    Claim,
    ProvisioningFailed,
    load,
    obtain,
    provision,
    save,
)
from tests.unit.iot.fakes import Clock, Cloud, Film, visits

CREATE = "$aws/certificates/create/json"
REGISTER = "$aws/provisioning-templates/mimamori-camera/provision/json"
CLAIM = Claim(Path("claim.pem"), Path("claim.key"), "SN-1", "K7QF-2MXP", "mimamori-camera")


class Aws:
    """AWS IoT's fleet provisioning."""

    def __init__(self, *, rejects: str | None = None) -> None:
        self.rejects = rejects
        self.asked: list[tuple[str, dict[str, object]]] = []
        self.listens: list[str] = []
        self.stopped = False
        self.online = False

    def __call__(
        self, claim: Claim, topics: list[str], on_message: OnMessage, on_online: OnOnline
    ) -> "Aws":
        self.listens, self.on_message, self.on_online = topics, on_message, on_online
        return self

    def start(self) -> None:
        self.online = True
        self.on_online(True)

    def stop(self) -> None:
        self.stopped = True

    def publish(self, topic: str, payload: bytes) -> bool:
        self.asked.append((topic, json.loads(payload)))
        assert f"{topic}/accepted" in self.listens
        assert f"{topic}/rejected" in self.listens
        if topic == CREATE:
            created = {
                "certificateId": "id",
                "certificatePem": "CERTIFICATE",
                "privateKey": "KEY",
                "certificateOwnershipToken": "token",
            }
            self.answer(f"{topic}/accepted", created)
        elif self.rejects:
            self.answer(f"{topic}/rejected", {"errorCode": self.rejects, "errorMessage": "no"})
        else:
            self.answer(f"{topic}/accepted", {"thingName": "cam-1", "deviceConfiguration": {}})
        return True

    def answer(self, topic: str, document: dict[str, object]) -> None:
        self.on_message(topic, json.dumps(document).encode())


@pytest.mark.rule("DC-16")
def test_a_claim_becomes_an_identity(tmp_path: Path) -> None:
    """Serial number and setup code are all that is asked for: no line number."""
    aws = Aws()
    identity = provision(CLAIM, tmp_path / "device", aws)
    assert aws.asked == [
        (CREATE, {}),
        (
            REGISTER,
            {
                "certificateOwnershipToken": "token",
                "parameters": {"SerialNumber": "SN-1", "SetupCode": "K7QF-2MXP"},
            },
        ),
    ]
    assert identity == load(tmp_path / "device")
    assert identity.thing == "cam-1"
    assert identity.certificate.read_text() == "CERTIFICATE"
    assert identity.key.read_text() == "KEY"
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "device").iterdir()}
    assert modes == {0o600}
    assert aws.stopped


@pytest.mark.parametrize(("code", "final"), [("AccessDenied", True), ("InvocationError", False)])
def test_a_refusal(tmp_path: Path, code: str, final: bool) -> None:
    with pytest.raises(ProvisioningFailed, match=code) as failed:
        provision(CLAIM, tmp_path, Aws(rejects=code))
    assert failed.value.final is final
    assert load(tmp_path) is None


def test_half_an_identity_is_none(tmp_path: Path) -> None:
    save(tmp_path, "cam-1", "CERTIFICATE", "KEY")
    (tmp_path / "private.key").unlink()
    assert load(tmp_path) is None


@pytest.fixture
def start(tmp_path: Path) -> Callable[[Aws], Camera]:
    def camera(aws: Aws) -> Camera:
        cloud, clock = Cloud(), Clock()
        return Camera(
            Config("localhost", 8883, Path("ca.pem"), tmp_path, claim=CLAIM, once=True, mute=True),
            Film(clock, visits(count=0, moving=0)),
            clock,
            put=cloud.put,
            connect=cloud.connect,
            claim_connector=aws,
        )

    return camera


def test_a_camera_provisions_itself_once(start: Callable[[Aws], Camera]) -> None:
    first, second = Aws(), Aws()
    start(first).run()
    start(second).run()
    assert (len(first.asked), len(second.asked)) == (2, 0)


class NoPause(threading.Event):
    """Who waits for it does not wait."""

    def wait(self, timeout: float | None = None) -> bool:
        return False


def test_a_wrong_code_is_given_up_after_some_refusals(tmp_path: Path) -> None:
    aws = Aws(rejects="AccessDenied")
    with pytest.raises(ProvisioningFailed):
        obtain(tmp_path, CLAIM, aws, NoPause(), lambda *_, **__: None)
    assert len(aws.asked) == 2 * REFUSALS


def test_a_refusal_may_have_been_an_answer_that_came_too_late(tmp_path: Path) -> None:
    class Slow(Aws):
        def publish(self, topic: str, payload: bytes) -> bool:
            self.rejects = "AccessDenied" if len(self.asked) < 2 * (REFUSALS - 1) else None
            return super().publish(topic, payload)

    who = obtain(tmp_path, CLAIM, Slow(), NoPause(), lambda *_, **__: None)
    assert who
    assert who.thing == "cam-1"
