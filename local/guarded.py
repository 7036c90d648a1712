"""A guarded home on the local cloud: its people, a controller on MQTT, and a guard.

The controller says what happened at it by the cloud's clock, as the agent does by its own, and does
what it is asked from afar. Contracts and logins are made with the rights of root, as billing and an
administrator would.
"""

import queue
import secrets
import tempfile
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from iot import topics
from iot.agent.device import identity
from iot.agent.device.connection import Broker, MqttLink
from iot.agent.device.identity import Claim, Identity
from iot.kinds import topics_of
from iot.messages import panel_facts as f
from iot.messages.controller import (
    ControllerCommand,
    ControllerReport,
    ControllerSettings,
    Keys,
    payload,
)
from iot.messages.panel_settings import Area, PanelSettings, Sensor
from iot.panel import panel as panels
from iot.panel.record import views
from iot.policies import template_name
from iot.topics import Channel
from lambdas.dispatch.casework.place import Place
from lambdas.shared.household import Contract, DispatchPrice, Feature, Home, Member
from local import seed
from local.cloud import LocalCloud
from local.homecheck import Operator, Responder, Someone

WHOLE: frozenset[Feature] = frozenset(
    {"intrusion", "emergency", "company-monitored", "fire", "medical-file"}
)
ONLINE = DispatchPrice(yen=3300, rule="AL-23", called_off_yen=0, called_off_rule="AL-20")
FATHER = f.Actor(source="keypad", means="code", name="父", key="1")
MOTHER = f.Actor(source="reader", means="key", name="母", key="3")
PASSWORD = "たんぽぽの綿毛"
CONTACTS: dict[str, Any] = {
    "phone": "03-0000-0001",
    "password": PASSWORD,
    "contacts": [
        {"name": "佐藤 花子", "phone": "090-0000-0001", "relation": "長女"},
        {"name": "佐藤 次郎", "phone": "090-0000-0002", "relation": "次男"},
    ],
    "residents": [{"name": "佐藤 太郎", "relation": "本人"}],
    "medical": [{"name": "佐藤 太郎", "illnesses": "心臓病", "hospital": "中央病院"}],
}
AREAS = [Area(id="home", name="住まい"), Area(id="shop", name="店舗")]
SENSORS = [
    Sensor(name="front", label="玄関", kind="door", area="home"),
    Sensor(name="window", label="居間の窓", kind="window", area="home"),
    Sensor(
        name="hall", label="廊下", kind="motion", area="home", delay="instant",
        left_out=frozenset({"home"}), pet_immune=frozenset({"away"}),
    ),
    Sensor(name="smoke", label="台所の煙", kind="smoke", area="home"),
    Sensor(name="shutter", label="店のシャッター", kind="door", area="shop"),
]  # fmt: skip
PATIENCE = 20.0


@dataclass
class GuardedFamily(Someone):
    """A contractor with a guarded home."""

    features: frozenset[Feature] = WHOLE
    product: str = "home_security_online"
    place: Place = field(default_factory=lambda: Place(latitude=35.68, longitude=139.76))
    home: str = field(default_factory=lambda: f"home-{secrets.token_hex(4)}")
    watchers: list[Member] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__post_init__()
        member = Member(person=self.subject, role="contractor", name="佐藤 花子", email=self.mail)
        contract = Contract(
            id=f"contract-{self.home}",
            product=self.product,
            features=self.features,
            dispatch=ONLINE,
            limits={"controller": 1},
            starts=self.cloud.now() - timedelta(days=1),
        )
        people = (member, *self.watchers)
        seed.publish(
            self.cloud,
            Home(id=self.home, name="佐藤の家", members=people, contracts=(contract,)),
        )

    @property
    def path(self) -> str:
        """Where the page asks."""
        return f"/homes/{self.home}/security"

    def sees(self) -> dict[str, Any]:
        """What the page shows, once everything has come to rest."""
        self.cloud.settle()
        return cast(dict[str, Any], self.page.get(self.path))

    def registers(self, **changes: Any) -> None:
        """The list of contacts."""
        self.page.send("PUT", f"{self.path}/contacts", {**CONTACTS, **changes})

    def subjects(self) -> list[str]:
        """What the mails were about."""
        self.cloud.settle()
        mails = self.cloud.mails(self.mail)
        return [mail["Subject"].removeprefix("【みまもり】") for mail in mails]

    def mails(self) -> list[str]:
        """What the mails said."""
        self.cloud.settle()
        return [str(mail["BodyText"]) for mail in self.cloud.mails(self.mail)]


def install(operator: Operator, family: GuardedFamily, **changes: Any) -> None:
    """Staff surveys the home and sets up its panel."""
    site = {"name": "佐藤", "address": "東京都千代田区1-2-3", "place": family.place.model_dump()}
    operator.page.send("PUT", f"/dispatch/sites/{family.home}", site)
    wanted = {
        "areas": [one.model_dump(mode="json") for one in AREAS],
        "sensors": [one.model_dump(mode="json") for one in SENSORS],
        "needs_test": False,
        **changes,
    }
    operator.page.send("PUT", f"/security/sites/{family.home}", wanted)


def guard(cloud: LocalCloud, operator: Operator, name: str, place: Place) -> Responder:
    """A qualified guard on duty."""
    made = Responder(cloud, f"{secrets.token_hex(4)}@guards.example")
    known = {"id": made.subject, "name": name, "phone": "080-0000-0000", "skills": ["guard"]}
    operator.page.send("POST", "/dispatch/responders", {**known, "place": place.model_dump()})
    made.begins_duty(place)
    return made


class ControllerDouble:
    """A controller that was added on the page and has its certificate."""

    def __init__(self, family: GuardedFamily, folder: Path | None = None) -> None:
        self.cloud, self.family = family.cloud, family
        added = family.page.send(
            "POST", f"/homes/{family.home}/devices", {"name": "玄関", "kind": "controller"}
        )
        self._folder = folder or Path(tempfile.mkdtemp(prefix="controller"))
        self.who = self._set_up(str(added["setup_code"]))
        self.journal = secrets.token_hex(6)
        self.facts: list[Any] = []
        self.sent = 0
        self.keys: Keys | None = None
        self.settings: PanelSettings | None = None
        self._asked: queue.SimpleQueue[tuple[str, bytes]] = queue.SimpleQueue()
        self._online = threading.Event()
        broker = Broker(self.cloud.mqtt_host, self.cloud.mqtt_port, self.cloud.ca_file)
        self.link = MqttLink(
            broker,
            self.who.thing,
            self.who.certificate,
            self.who.key,
            topics_of("controller", self.who.thing),
            lambda topic, said: self._asked.put((topic, said)),
            lambda online: self._online.set() if online else None,
        )
        self.link.start()
        assert self._online.wait(PATIENCE), "the controller does not come online"

    def _set_up(self, code: str) -> Identity:
        made = self.cloud.seeded["claim"]
        claim = Claim(
            Path(made["certificate"]),
            Path(made["key"]),
            f"SN-{secrets.token_hex(4)}",
            code,
            template_name("controller"),
        )
        broker = Broker(self.cloud.mqtt_host, self.cloud.mqtt_port, self.cloud.ca_file)
        return identity.provision(claim, self._folder, identity.claim_connector(broker))

    # --- what it says

    def note(self, kind: type[f.Fact], **fields: Any) -> Any:
        """Something happens; it is not sent yet."""
        at = fields.pop("at", None) or self.cloud.now()
        fact: Any = kind(number=len(self.facts) + 1, at=at, **fields)
        self.facts.append(fact)
        return fact

    def report(self, **changes: Any) -> ControllerReport:
        """What was not sent yet."""
        now = self.cloud.now()
        panel = panels.replay(self.journal, self.facts, now).panel
        made: dict[str, Any] = {
            "journal": self.journal,
            "facts": tuple(self.facts[self.sent :][-32:]),
            "last": len(self.facts),
            "until": now,
            "areas": views(panel),
            "settings": self.settings.version if self.settings else 0,
            "keys": self.keys.version if self.keys else 0,
            "sent_at": now,
        }
        said = ControllerReport(**{**made, **changes})
        self.sent = len(self.facts)
        self.publish(payload(said))
        return said

    def publish(self, said: bytes) -> None:
        """Say something on its channel."""
        assert self.link.publish(topics.ingest(self.who.thing, Channel.PANEL), said)

    def say(self, kind: type[f.Fact], **fields: Any) -> None:
        """Something happens, and is sent at once."""
        self.note(kind, **fields)
        self.report()

    def sense(self, sensor: str, **more: Any) -> None:
        """A sensor says something."""
        self.say(f.Sensed, sensor=sensor, **more)

    def arms(self, mode: str = "away", monitoring: str = "company", *areas: str) -> None:
        """The father arms at the keypad and leaves."""
        more = {"mode": mode, "monitoring": monitoring, "areas": areas or ("home",)}
        self.say(f.Asked, action="arm", actor=FATHER, **more)
        if mode == "away":
            self.cloud.advance("61s")
            self.report()

    def disarms(self, actor: f.Actor = MOTHER, **more: Any) -> None:
        """Somebody disarms."""
        self.say(f.Asked, action="disarm", areas=("home",), actor=actor, **more)

    # --- what it is asked

    def hears(self) -> None:
        """Do what came from the cloud: settings, keys, commands. Waits for something to come."""
        topic, said = self._asked.get(timeout=PATIENCE)
        while True:
            self._take(topic, said)
            try:
                topic, said = self._asked.get(timeout=0.3)
            except queue.Empty:
                return

    def _take(self, topic: str, said: bytes) -> None:
        if topic.endswith(f"/{Channel.SETTINGS}"):
            wanted = ControllerSettings.model_validate_json(said)
            self.keys = wanted.keys or self.keys
            if wanted.panel and wanted.panel != self.settings:
                self.settings = wanted.panel
                self.say(f.Configured, settings=wanted.panel)
            return
        command = ControllerCommand.model_validate_json(said)
        if command.action in ("arm", "disarm"):
            about = command.model_dump(
                include={"action", "areas", "mode", "monitoring", "bypass", "actor"}
            )
            self.say(f.Asked, command=command.id, **about)
            return
        self.say(f.TestBegan, actor=command.actor, minutes=command.minutes)

    def installed(self) -> None:
        """The first word; settings come back, and it takes them."""
        self.say(f.Restarted)
        self.hears()
        assert self.settings, "no settings came"

    def stop(self) -> None:
        """Pull the plug."""
        self.link.stop()


def alarm_case(family: GuardedFamily, number: int = 0) -> str:
    """The number of the home's last alarm case, once it is there."""
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        cases = family.sees()["cases"]
        if len(cases) > number:
            return str(cases[0]["case"])
        time.sleep(0.1)
    raise TimeoutError("no case was opened")
