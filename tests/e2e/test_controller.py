"""The controller agent on the running system: from its setup code to the centre's task."""

import json
import secrets
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from iot.agent.controller.agent import Config, Controller, Sensors
from iot.agent.controller.guard import Guard
from iot.agent.controller.zigbee_sensors import ZigbeeSensors
from iot.agent.device.clock import Clock, utc_now
from iot.agent.device.identity import Claim
from iot.agent.gateway.zigbee import Message
from iot.panel.state import Siren
from iot.policies import template_name
from local import seed
from local.cloud import LocalCloud
from local.guarded import PATIENCE, GuardedFamily, alarm_case, install
from local.homecheck import Operator

CODE = "7391"


class House:
    """A real controller, with a siren, a voice and a broker at home that are looked at."""

    def __init__(self, cloud: LocalCloud, folder: Path, setup_code: str | None) -> None:
        claim = None
        if setup_code:
            made = cloud.seeded["claim"]
            claim = Claim(
                Path(made["certificate"]),
                Path(made["key"]),
                f"SN-{secrets.token_hex(4)}",
                setup_code,
                template_name("controller"),
            )
        ahead = cloud.now() - utc_now()
        self.kind: Siren | None = None
        self.heard: list[str] = []
        self.changed = threading.Condition()
        self.controller = Controller(
            Config(cloud.mqtt_host, cloud.mqtt_port, cloud.ca_file, folder, claim),
            self,
            self,
            self._sensors,
            lambda: utc_now() + ahead,
            lambda event, details: self._notify(),
        )
        self.thread = threading.Thread(target=self.controller.run, daemon=True)
        self.thread.start()

    # -- siren, voice and the broker at home

    def sound(self, kind: Siren | None, now: datetime) -> None:
        self.kind = kind

    def say(self, text: str) -> None:
        self.heard.append(text)

    def start(
        self, on_message: Callable[[Message], None], on_online: Callable[[bool], None]
    ) -> None:
        self.tell = on_message
        on_online(True)

    def stop(self) -> None: ...

    def _sensors(self, guard: Guard, clock: Clock) -> list[Sensors]:
        return [ZigbeeSensors(self, guard, clock)]

    # -- what is waited for

    def _notify(self) -> None:
        with self.changed:
            self.changed.notify_all()

    def until(self, what: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(what, PATIENCE)

    def delivered(self) -> None:
        self.until(lambda: self.controller.waiting == 0)

    def end(self) -> None:
        self.controller.stop()
        self.thread.join(PATIENCE)


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    state = tmp_path_factory.mktemp("controller")
    with LocalCloud.start(seed=seed.seed, state_dir=state, report=lambda _: None) as cloud:
        yield cloud


@pytest.mark.slow
@pytest.mark.rule("AL-01", "AL-19", "AL-44", "AL-46", "AL-49")
def test_a_real_controller_is_set_up_armed_from_the_page_and_sounds_and_the_centre_is_told(
    cloud: LocalCloud, tmp_path: Path
) -> None:
    operator = Operator(cloud, f"{secrets.token_hex(4)}@centre.example")
    family = GuardedFamily(cloud, f"{secrets.token_hex(4)}@family.example")
    install(operator, family)
    family.registers()
    added = family.page.send(
        "POST", f"/homes/{family.home}/devices", {"name": "玄関", "kind": "controller"}
    )
    house = House(cloud, tmp_path / "identity", str(added["setup_code"]))
    guard = house.controller.guard
    house.until(lambda: guard.panel.settings is not None)
    key = {"name": "父", "means": "code", "secret": CODE}
    family.page.send("POST", f"{family.path}/keys", key)
    house.until(lambda: guard.keys_version > 0)
    house.delivered()
    family.sees()
    asked = {"action": "arm", "mode": "home", "areas": ["home"]}
    family.page.send("POST", f"{family.path}/operations", asked)
    house.until(lambda: guard.panel.areas["home"].phase == "armed")
    house.delivered()
    assert family.sees()["areas"][0]["state"] == "armed"

    opened = Message("window", json.dumps({"contact": False}).encode())
    house.tell(opened)
    assert house.kind == "intrusion"
    assert house.heard[-1] == "ガードセンターから確認のお電話をします。"
    case = alarm_case(family)
    assert "confirm" in [one["kind"] for one in operator.tasks(case)]

    house.end()
    house = House(cloud, tmp_path / "identity", None)  # it is started again
    house.until(lambda: house.controller.running.is_set())
    assert house.kind == "intrusion"
    house.controller.type_code(CODE, "disarm")
    assert house.kind is None
    house.delivered()
    stands = family.sees()["areas"][0]
    assert (stands["state"], stands["who"]) == ("disarmed", "父")
    house.end()
