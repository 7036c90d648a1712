"""What a controller would not say reaches the cloud all the same: garbage, strangers, replays, old
journals, wrong clocks. It leaves clear records, and nothing opens or closes by it."""

import json
import random
from collections import Counter
from datetime import datetime, timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import ValidationError

from iot.messages import panel_facts as f
from iot.messages.controller import ControllerReport
from iot.panel import panel as panels
from iot.panel.record import views
from iot.topics import Channel
from lambdas.security import on_panel
from lambdas.security.model import Kept
from lambdas.security.store import Store
from lambdas.shared.aws import rejects
from lambdas.shared.aws.clients import client
from lambdas.shared.aws.directory import Directory
from lambdas.shared.household import Device
from tests.integration.conftest import HOME, OTHER_HOME, Cloud, Context
from tests.integration.guarded import FEATURES
from tests.integration.samples import HOUR, MINUTE, NOON, SECOND, batch, envelope
from tests.panel import FATHER, MOTHER, SETTINGS

THING, NEIGHBOUR = "ctl-sakura", "ctl-tonari"
JOURNAL, OLD = "journal1", "journal0"
LATER = NOON + timedelta(days=7)


class Line:
    """What reaches the cloud of two homes' controllers."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud, self.sent = cloud, 0
        self.written: list[dict[str, Any]] | None = None
        client("sqs").create_queue(QueueName="looks")
        cloud.household(cloud.contract(*FEATURES, product="home_security_online"))
        for thing, home in ((THING, HOME), (NEIGHBOUR, OTHER_HOME)):
            here = Device(thing=thing, home=home, kind="controller", name="玄関", active=True)
            cloud.directory.publish_device(here)

    def deliver(self, *said: Any, at: datetime = NOON) -> None:
        """Envelopes, in one batch; none of them is to be tried again."""
        answer = on_panel.handler(batch(*said, at=at, first=self.sent), Context())
        assert answer == {"batchItemFailures": []}
        self.sent += len(said)
        self.cloud.calls[:] = [
            one for one in self.cloud.calls if one[0] in ("PutEvents", "Publish")
        ]

    def by_heart(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """For a hundred thousand messages: the directory, which does not change, is read once, and
        what is written down of messages is kept here instead of in the double of DynamoDB."""
        written = self.written = list[dict[str, Any]]()
        devices = cache(Directory("directory").device)
        homes = cache(Directory("directory").home)
        monkeypatch.setattr(Directory, "device", lambda _, thing: devices(thing))
        monkeypatch.setattr(Directory, "home", lambda _, home: homes(home))
        here = SimpleNamespace(put_item=lambda Item: written.append(Item))  # noqa: N803
        monkeypatch.setattr(rejects, "table", lambda _: here)

    def told(self) -> int:
        """How often others were told something, or a controller was."""
        return len(self.cloud.calls)

    def kept(self) -> Kept:
        """What is known of the controller, but for when it was heard and how its clock goes."""
        found = Store("security").kept(THING)
        assert found
        record = found.record.model_copy(update={"behind": None})
        plain = {"record": record, "heard_at": None, "watched_at": None, "version": 0}
        return found.model_copy(update=plain)

    def rejects(self) -> Counter[str]:
        if self.written is not None:
            return Counter(row["reason"] for row in self.written)
        pages = (
            client("dynamodb")
            .get_paginator("query")
            .paginate(
                TableName="security",
                KeyConditionExpression="pk = :day",
                ExpressionAttributeValues={":day": {"S": f"REJECTED#{LATER:%Y-%m-%d}"}},
            )
        )
        return Counter(row["reason"]["S"] for page in pages for row in page["Items"])


def reported(journal: str, *facts: Any, until: datetime) -> list[ControllerReport]:
    """A controller's reports, one a fact, and a last one without."""
    made = []
    for last in range(1, len(facts) + 2):
        now = facts[last].at - SECOND if last < len(facts) else until
        panel = panels.replay(journal, list(facts[:last]), now).panel
        made.append(
            ControllerReport(
                journal=journal, facts=facts[last - 1 : last], last=min(last, len(facts)),
                until=now, areas=views(panel), settings=1, sent_at=now,
            )
        )  # fmt: skip
    return made


def lived() -> list[ControllerReport]:
    """Set up, armed, disarmed, and armed again for good."""

    def asked(number: int, minute: int, action: str, actor: f.Actor) -> f.Asked:
        how = {"mode": "away", "monitoring": "company"} if action == "arm" else {}
        at = NOON + minute * MINUTE
        return f.Asked(number=number, at=at, action=action, actor=actor, areas=("home",), **how)  # type: ignore[arg-type]

    return reported(
        JOURNAL,
        f.Configured(number=1, at=NOON, settings=SETTINGS),
        asked(2, 1, "arm", FATHER),
        asked(3, 10, "disarm", MOTHER),
        asked(4, 20, "arm", FATHER),
        until=NOON + 30 * MINUTE,
    )


def garbled(rng: random.Random, report: ControllerReport) -> bytes:
    """A report that was cut off, mixed up, or never was one."""
    whole = report.model_dump_json(exclude_none=True)
    match rng.randrange(4):
        case 0:
            return rng.randbytes(rng.randrange(200))
        case 1:
            return whole[: rng.randrange(1, len(whole) - 1)].encode()
        case 2:
            said = json.loads(whole)
            name = rng.choice(sorted(said))
            said[name] = rng.choice([None, [], {}, "x" * 50, -1, 1e308, True, [[[]]], "\u0000"])
            said["journal"] = "not a journal"
            return json.dumps(said).encode()
        case _:
            cut = rng.randrange(len(whole))
            flipped = chr(rng.randrange(0x20, 0x7F))
            return (whole[:cut] + flipped * rng.randrange(1, 9) + "}" + whole[cut:]).encode()


def wrong(rng: random.Random, before: list[ControllerReport]) -> tuple[str, Any]:
    """Something that the controller does not say a week later, and how it is recorded: by one of
    these reasons, or not at all (``""``) because it says nothing new."""
    report, now = rng.choice(before), LATER
    kind = rng.choice(("garbage",) * 10 + ("stranger", "thief", "camera", "old", "again", "clock"))
    match kind:
        case "stranger":
            return "unknown-device", envelope("ctl-unknown", Channel.PANEL, report, now)
        case "thief":
            return "not-the-sender", envelope(THING, Channel.PANEL, report, now, NEIGHBOUR)
        case "camera":
            return "not-a-controller", envelope("cam-living", Channel.PANEL, report, now)
        case "old":
            old = report.model_copy(update={"journal": OLD})
            return "old-journal", envelope(THING, Channel.PANEL, old, now)
        case "again":
            return "", envelope(THING, Channel.PANEL, report, now)
        case "clock":  # an hour off, either way: when it says that it was sent, and until when
            off = rng.choice((-HOUR, HOUR))
            shifted = report.model_copy(update={"sent_at": now + off})
            return "", envelope(THING, Channel.PANEL, shifted, now)
    body = garbled(rng, report)
    return "" if understood(body) else "garbage", envelope(THING, Channel.PANEL, body, now)


def understood(body: bytes) -> bool:
    """Whether a report is whole after all: only a name in it is another."""
    try:
        ControllerReport.model_validate_json(body)
    except ValidationError:
        return False
    return True


@pytest.fixture
def line(cloud: Cloud) -> Line:
    """A home that is armed, whose controller was replaced before."""
    made = Line(cloud)
    cloud.camera()
    first = f.Configured(number=1, at=NOON - HOUR, settings=SETTINGS)
    for report in reported(OLD, first, until=NOON - MINUTE):
        made.deliver(envelope(THING, Channel.PANEL, report, NOON - MINUTE))
    for report in lived():
        made.deliver(envelope(THING, Channel.PANEL, report, report.until))
    return made


@pytest.mark.parametrize(
    "many", [300, pytest.param(100_000, marks=pytest.mark.slow)], ids=["some", "many"]
)
def test_garbage_strangers_and_replays_are_recorded_and_open_and_close_nothing(
    line: Line, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if many > 1000:
        line.by_heart(monkeypatch)
    rng, before = random.Random(7), lived()
    kept, told = line.kept(), line.told()
    assert kept.record.panel.areas["home"].phase == "armed"
    expected: Counter[str] = Counter()
    for _ in range(0, many, 10):
        bodies = []
        for _ in range(10):
            reason, body = wrong(rng, before)
            expected[reason] += 1
            bodies.append(body)
        line.deliver(*bodies, at=LATER)
    assert line.kept() == kept
    assert line.told() == told
    found = line.rejects()
    found["garbage"] = found.pop("not-json") + found.pop("bad-message")
    expected.pop("")
    assert found == expected
    assert Store("security").kept(NEIGHBOUR) is None
