"""A guarded home beside the call centre: a controller that says what happened, the cloud that takes
it, the bus between security and dispatch, the telephone."""

import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.client import BaseClient

from iot.messages import controller as m
from iot.messages import panel_facts as f
from iot.messages.panel_settings import PanelSettings
from iot.panel import panel as panels
from iot.panel.record import views
from iot.topics import Channel
from lambdas.dispatch import on_alarm, on_available
from lambdas.dispatch.processes.sites.site import Site, Surveyed
from lambdas.security import (
    api,
    flows,
    on_call,
    on_look,
    on_panel,
    on_progress,
    on_silent,
    on_supervision,
)
from lambdas.security.store import Store
from lambdas.shared.aws.clients import client
from lambdas.shared.events import (
    EVENTS,
    AlarmAnswered,
    AlarmProgress,
    AlarmRaised,
    DispatchSettled,
    Event,
    MedicalRead,
    Notice,
)
from lambdas.shared.household import Device, DispatchPrice
from local.telephone import Telephone
from tests.integration.centre import OPERATOR, Centre, DueQueue
from tests.integration.conftest import HANAKO, HOME, Answer, Context
from tests.integration.samples import DAY, batch, envelope
from tests.notices import checked
from tests.panel import FATHER, SETTINGS

THING = "ctl-sakura"
CONTRACT = "contract-al"
FEATURES = ("intrusion", "emergency", "company-monitored", "medical-file")
ONLINE = DispatchPrice(yen=3300, rule="AL-23", called_off_yen=0, called_off_rule="AL-20")
SITE = Site.model_validate(
    {
        "name": "見守",
        "address": "東京都千代田区丸の内1-1",
        "place": {"latitude": 35.681, "longitude": 139.767},
    }
)
PASSWORD = "たんぽぽの綿毛"
FILE = {
    "phone": "03-0000-0001",
    "password": PASSWORD,
    "contacts": [
        {"name": "見守 花子", "phone": "090-0000-0001", "relation": "長女"},
        {"name": "見守 次郎", "phone": "090-0000-0002", "relation": "次男"},
    ],
    "residents": [{"name": "見守 太郎", "relation": "本人"}],
    "medical": [{"name": "見守 太郎", "illnesses": "心臓病", "hospital": "中央病院"}],
}
TO_DISPATCH = (AlarmRaised, AlarmAnswered, MedicalRead)


class GuardedHome:
    """A home with a controller."""

    def __init__(self, centre: Centre, looks: DueQueue, telephone: Telephone) -> None:
        self.centre, self.looks, self.telephone = centre, looks, telephone
        self.silent = DueQueue(on_silent.handler, "silent")
        self.cloud = centre.cloud
        self.thing = THING
        self.journal, self.facts = "journal0", list[Any]()
        self.sent = 0
        self._read = self.delivered = 0
        self.heard: list[Event] = []
        self.events_lost: list[str] = []

    @property
    def now(self) -> datetime:
        return self.centre.flow.now

    @property
    def store(self) -> Store:
        return Store("security")

    # -- as it was installed

    def guarded(self, *features: str, guards: tuple[str, ...] = (), **contract: Any) -> None:
        """Contract, site, controller, and guards on duty."""
        more = {"id": CONTRACT, "dispatch": ONLINE, "product": "home_security_online"}
        made = self.cloud.contract(*(features or FEATURES), **{**more, **contract})
        self.cloud.household(made)
        here = Device(thing=THING, home=HOME, kind="controller", name="玄関", active=True)
        self.cloud.directory.publish_device(here)
        known = Surveyed(site=SITE, by=OPERATOR, at=self.now)
        self.centre.service.sites.keep(HOME, known)
        self.on_duty(*guards)
        assert self.put_contacts().status == 200

    def on_duty(self, *guards: str) -> None:
        self.centre.on_duty(*guards)
        for one in guards:
            known = self.centre.responders.get(one)
            assert known
            qualified = known.model_copy(update={"skills": frozenset({"guard"})})
            self.centre.responders.register(qualified)

    def put_contacts(self, person: str = HANAKO, **more: Any) -> Answer:
        return self.ask("PUT", "contacts", {**FILE, **more}, person)

    def configured(self, settings: PanelSettings = SETTINGS, **changes: Any) -> None:
        """The controller has its settings, and said so."""
        self.say(f.Configured, settings=settings.model_copy(update=changes))

    def armed(self, mode: str = "away", monitoring: str = "company", *areas: str) -> None:
        """Set up, armed by the father at the keypad, and the exit time is over."""
        if not self.facts:
            self.configured()
        self.asked("arm", mode=mode, monitoring=monitoring, areas=areas or ("home",))
        if mode == "away":
            self.wait(61)
            self.report()

    # -- what the controller says

    def note(self, kind: type[f.Fact], **fields: Any) -> Any:
        """Something happens at the controller; it is not sent yet."""
        at = fields.pop("at", self.now)
        fact: Any = kind(number=len(self.facts) + 1, at=at, **fields)
        self.facts.append(fact)
        return fact

    def report(self, **changes: Any) -> m.ControllerReport:
        """What was not sent yet, as it would be sent now."""
        facts = self.facts[self.sent :]
        panel = panels.replay(self.journal, self.facts, self.now).panel
        made: dict[str, Any] = {
            "journal": self.journal,
            "facts": tuple(facts),
            "last": len(self.facts),
            "until": self.now,
            "areas": views(panel),
            "settings": panel.settings.version if panel.settings else 0,
            "sent_at": self.now,
        }
        report = m.ControllerReport(**{**made, **changes})
        self.sent = len(self.facts)
        self.deliver(report)
        return report

    def deliver(
        self, report: Any, thing: str | None = None, client: str | None = None
    ) -> list[Any]:
        """A report reaches the cloud; messages that were not taken."""
        said = envelope(thing or self.thing, Channel.PANEL, report, self.now, client)
        self.delivered += 1
        answer = on_panel.handler(batch(said, at=self.now, first=self.delivered), Context())
        self.pump()
        return list(answer["batchItemFailures"])

    def say(self, kind: type[f.Fact], **fields: Any) -> None:
        """Something happens, and is sent at once."""
        self.note(kind, **fields)
        self.report()

    def sense(self, sensor: str, **more: Any) -> None:
        self.say(f.Sensed, sensor=sensor, **more)

    def asked(self, action: str, *, actor: f.Actor = FATHER, **more: Any) -> None:
        self.say(f.Asked, action=action, actor=actor, **more)

    def supervised(self) -> int:
        """The schedule looks for silent controllers: how many it finds."""
        found: int = on_supervision.handler({"at": self.now.isoformat()}, Context())
        while self.silent.waits():
            self.silent.fire()
        self.pump()
        return found

    # -- time and bus

    def wait(self, seconds: float) -> None:
        self.centre.flow.until(self.now + timedelta(seconds=seconds))
        self.pump()

    def pump(self) -> None:
        """Hand on what is on the bus, until nothing more is."""
        while new := self._new():
            for one in new:
                self.heard.append(one)
                handler = None
                if isinstance(one, TO_DISPATCH):
                    handler = on_alarm.handler
                elif isinstance(one, AlarmProgress):
                    handler = on_progress.handler
                if handler:
                    said = {"detail-type": one.detail_type(), "detail": one.model_dump(mode="json")}
                    answer = handler(batch(said, at=self.now), Context())
                    self.events_lost += [one.detail_type() for _ in answer["batchItemFailures"]]
                    self.centre.flow.settle()

    def _new(self) -> list[Event]:
        calls = self.cloud.asked("PutEvents")
        entries = [entry for call in calls[self._read :] for entry in call["Entries"]]
        self._read = len(calls)
        return [EVENTS[one["DetailType"]].model_validate_json(one["Detail"]) for one in entries]

    # -- what came of it

    def of(self, kind: type[Any]) -> list[Any]:
        """Events of a kind, each identity once."""
        self.pump()
        return list(
            {one.model_dump_json(): one for one in self.heard if isinstance(one, kind)}.values()
        )

    def mails(self) -> list[Notice]:
        """What people were mailed, each once."""
        notices = [one for one in checked(self.of(Notice)) if one.audience.to != "phones"]
        return list({one.id: one for one in notices}.values())

    def mailed(self) -> list[str]:
        return [one.kind for one in self.mails()]

    def cases(self) -> list[str]:
        """The numbers of the alarm cases, oldest first."""
        return sorted({one.case for one in self.of(AlarmProgress)})

    def case(self) -> str:
        """The number of the only alarm case."""
        (number,) = self.cases()
        return str(number)

    def charges(self) -> list[tuple[str, str, bool]]:
        found = self.of(DispatchSettled)
        return list(dict.fromkeys((one.case, one.cause, one.called_off) for one in found))

    def rejects(self) -> list[str]:
        """Why messages were refused, in their order."""
        pages = client("dynamodb").get_paginator("scan").paginate(TableName="security")
        rows = [row for page in pages for row in page["Items"]]
        found = [row for row in rows if row["pk"]["S"].startswith("REJECTED#")]
        return [row["reason"]["S"] for row in found]

    # -- what people ask

    def ask(
        self, method: str, path: str = "", body: Any = None, person: str = HANAKO, **more: Any
    ) -> Answer:
        where = f"/homes/{HOME}/security" + (f"/{path}" if path else "")
        answer = self.centre.ask(api.handler, method, where, person, body, **more)
        self.pump()
        return answer

    def view(self, person: str = HANAKO, **more: Any) -> Any:
        answer = self.ask("GET", person=person, **more)
        assert answer.status == 200, answer.body
        return answer.body

    def commands(self) -> list[m.ControllerCommand]:
        """What the controller was asked to do."""
        topic = f"mimamori/{THING}/commands"
        return [
            m.ControllerCommand.model_validate_json(call["payload"])
            for call in self.cloud.asked("Publish")
            if call["topic"] == topic
        ]

    def settings_sent(self) -> list[m.ControllerSettings]:
        topic = f"mimamori/{THING}/settings"
        return [
            m.ControllerSettings.model_validate_json(call["payload"])
            for call in self.cloud.asked("Publish")
            if call["topic"] == topic
        ]


def answers(event: Any) -> Any:
    """The contact flows ask the function."""
    now = int(datetime.now(UTC).timestamp())
    os.environ["_X_AMZN_TRACE_ID"] = f"Root=1-{now:08x}-000000000000000000000000"
    return on_call.handler(event, Context())


@pytest.fixture
def home(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> GuardedHome:
    """A guarded home beside the centre."""
    for queue in ("looks", "silent"):
        client("sqs").create_queue(QueueName=queue)
    looks = DueQueue(on_look.handler, "looks")
    centre.flow.timers.append(looks)
    arn = "arn:aws:lambda:ap-northeast-1:123456789012:function:on_call"
    telephone = Telephone(flows.outbound(arn), flows.inbound(arn), answers)
    original = BaseClient._make_api_call

    def call(self: Any, operation: str, parameters: Any) -> Any:
        if operation == "StartOutboundVoiceContact":
            return telephone.start(parameters)
        return original(self, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-00000000-0")
    return GuardedHome(centre, looks, telephone)


__all__ = ["DAY", "GuardedHome", "home", "on_available"]
