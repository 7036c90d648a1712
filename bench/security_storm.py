"""`python -m bench.security_storm [--homes N ...]`: so many homes raise an alarm within one minute.

The product's own functions are called in this process on a double of the services (moto): no HTTP
server, no emulated Lambda, so what is measured is what the code asks for. Each of N homes raises an
alarm, one in a hundred a fire; messages come in any order, one in ten twice, and the workflow's
first step (who goes?) is run for each: there are a few guards, so that nearly all cases wait. Then
what grows with the number of open cases is measured: the desk's list, the audit's list, and a guard
who comes free. Printed of each: requests, read units and processor time of this machine.
"""

import argparse
import json
import os
import random
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bench.in_process import environment

NOW = datetime(2026, 12, 1, 18, tzinfo=UTC)  # 03:00 in Japan
GUARDS = 20
CENTRE = (35.68, 139.76)
TABLES = ("dispatch", "directory")
ESCALATION = "alarm_escalation"
GROUPS = ["operator", "operator-tokyo"]
FIRES = 100
"""One in so many alarms is a fire."""
CHOSEN = 1000
"""For so many cases at most it is asked who goes: a search costs the same in each."""


class Meter:
    """What the services are asked for."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.read = 0.0
        self.seconds = 0.0

    def begin(self) -> None:
        """Count anew."""
        self.calls.clear()
        self.read, self._began = 0.0, time.process_time()

    def end(self) -> "Meter":
        """What was counted since."""
        self.seconds = time.process_time() - self._began
        return self

    def said(self, times: int = 1) -> str:
        """For people, each of so many."""
        calls = sum(self.calls.values()) / times
        return (
            f"{calls:,.1f} requests, {self.read / times:,.1f} read units, "
            f"{self.seconds / times * 1000:,.0f} ms"
        )

    def count(self, operation: str, asked: Any, answer: Any) -> None:
        """A call was made."""
        self.calls[operation] += 1
        if operation in ("Query", "GetItem", "BatchGetItem"):
            rows = answer.get("Items") or answer.get("Item") or answer.get("Responses") or {}
            strong = 1.0 if asked.get("ConsistentRead") else 0.5
            self.read += strong * max(1, -(-len(json.dumps(rows, default=str)) // 4096))


def storm(homes: int, dice: random.Random) -> None:
    """One storm, printed."""
    from lambdas.dispatch import on_alarm, on_step
    from lambdas.dispatch.assignment.waiting_store import WaitingStore
    from lambdas.dispatch.audit_service import AuditService
    from lambdas.dispatch.casework.case_service import DispatchSettings
    from lambdas.dispatch.processes.dispatch_service import DispatchService
    from lambdas.shared.settings import load

    load.cache_clear()
    service = DispatchService(load(DispatchSettings))
    fires = _prepared(homes, service)
    alarms = [_alarm(n, n in fires) for n in range(homes)]
    messages = [*alarms, *dice.sample(alarms, homes // 10)]
    dice.shuffle(messages)
    context = SimpleNamespace(
        function_name="b", memory_limit_in_mb=512, invoked_function_arn="a", aws_request_id="1"
    )
    METER.begin()
    wall = time.perf_counter()
    for one in messages:
        failed = on_alarm.handler(_message(one), context)["batchItemFailures"]
        assert not failed, failed
    opened = METER.end().said(len(messages))
    took = time.perf_counter() - wall
    cases = [number for number, _ in service.store.open_cases()]
    desk = service.store.desk(GROUPS, homes * 2)
    calls = [task for task, _ in desk if task.kind == "confirm"]
    lost = homes - len({task.case for task in calls})
    print(
        f"{homes:,} alarms, {len(messages):,} messages: {len(cases):,} cases, {lost} lost, "
        f"{len(calls) - homes} too many, {METER.calls['StartExecution']:,} workflows started; "
        f"{took:.0f} s here, the last call at the desk with the last of them"
    )
    print(f"  a message: {opened} ({_top(METER.calls, len(messages))})")

    def choose(number: str) -> None:
        step = {"case": number, "step": "choose", "task": None, "at": NOW.isoformat()}
        on_step.handler(step, context)

    METER.begin()
    for number in cases[:CHOSEN]:
        choose(number)
    waiting = WaitingStore("dispatch").all()
    print(f"  who goes?: {METER.end().said(len(cases[:CHOSEN]))}; {len(waiting):,} cases wait")

    METER.begin()
    shown = service.store.desk(GROUPS, 100)
    urgent = sum(case.state.kind == "fire" for _, case in shown)
    first = all(case.state.kind == "fire" for _, case in shown[: min(len(fires), 100)])
    print(f"  the desk's list: {METER.end().said()}; {urgent} fires, all first: {first}")

    METER.begin()
    pages = list(AuditService(load(DispatchSettings)).pages(NOW + timedelta(hours=1)))
    print(f"  the audit's list: {METER.end().said()}; {len(pages)} pages")

    engaged = [one for one in service.responders.on_duty() if one.engaged]
    kinds: Counter[str] = Counter()
    METER.begin()
    for one in engaged[:5]:
        for case in one.cases:
            service.responders.release(one.id, case)
        served = service.alarms.serve_waiting(one.id, NOW + timedelta(minutes=1))
        if served:
            choose(served)  # as its workflow does: they are engaged now
            kinds[service.cases.case(served).state.kind] += 1
    print(f"  a guard comes free: {METER.end().said(5)}; goes to {dict(kinds)}")


def _top(calls: Counter[str], times: int) -> str:
    return ", ".join(f"{name} {count / times:.1f}" for name, count in calls.most_common(6))


def _prepared(homes: int, service: Any) -> set[int]:
    """Homes in the directory, surveyed, and guards on duty; which alarms are fires."""
    from lambdas.dispatch.assignment.responder import Responder
    from lambdas.dispatch.casework.place import Place
    from lambdas.dispatch.processes.sites.site import Site, Surveyed
    from lambdas.shared.aws.directory import Directory
    from lambdas.shared.household import Contract, Home

    dice = random.Random(homes)
    directory = Directory("directory")

    def somewhere() -> Place:
        north, east = CENTRE
        return Place(
            latitude=north + dice.uniform(-0.15, 0.15), longitude=east + dice.uniform(-0.2, 0.2)
        )

    for n in range(homes):
        contract = Contract(id=f"c-{n}", product="p", features=frozenset({"intrusion"}), starts=NOW)
        directory.publish_home(Home(id=f"home-{n}", name=f"家{n}", contracts=(contract,)))
        site = Site(name=f"家{n}", address="東京都1-1", place=somewhere())
        service.sites.keep(f"home-{n}", Surveyed(site=site, by="bench", at=NOW))
    for n in range(GUARDS):
        service.responders.register(
            Responder(
                id=f"guard-{n}",
                name=f"警備員{n}",
                phone="090",
                place=somewhere(),
                seen_at=NOW,
                on_duty=True,
                skills=frozenset({"guard"}),
            )
        )
    return set(dice.sample(range(homes), max(1, homes // FIRES)))


def _alarm(n: int, fire: bool) -> Any:
    from lambdas.shared.events import AlarmRaised, Sentence

    return AlarmRaised(
        signal=f"storm-{n}",
        contract=f"c-{n}",
        product="p",
        home=f"home-{n}",
        area="home",
        area_name="住まい",
        sensor="窓",
        kind="fire" if fire else "intrusion",
        what=Sentence(ja="警報", en="alarm"),
        mode="away-company",
        sold=True,
        at=NOW,
        received_at=NOW,
    )


def _message(said: Any) -> dict[str, Any]:
    now = str(int(NOW.timestamp() * 1000))
    body = {
        "detail-type": said.detail_type(),
        "source": said.source,
        "detail": json.loads(said.model_dump_json()),
    }
    record = {
        "messageId": said.signal,
        "receiptHandle": "x",
        "body": json.dumps(body),
        "attributes": {
            "SentTimestamp": now,
            "ApproximateReceiveCount": "1",
            "SenderId": "x",
            "ApproximateFirstReceiveTimestamp": now,
        },
        "messageAttributes": {},
        "md5OfBody": "",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:ap-northeast-1:000000000000:Alarms",
        "awsRegion": "ap-northeast-1",
    }
    return {"Records": [record]}


METER = Meter()


def services() -> Any:
    """The double of the services, counted; a context manager."""
    from contextlib import contextmanager

    import boto3
    import botocore.client
    from moto import mock_aws

    from local import quick_moto

    context = json.loads(Path("cdk.json").read_text(encoding="utf-8"))["context"]
    os.environ.update(
        {
            **environment(TABLES),
            "PICTURES_BUCKET": "pictures",
            "MACHINES": "arn:aws:states:ap-northeast-1:123456789012:stateMachine:",
            "DUE_QUEUE": "https://sqs.ap-northeast-1.amazonaws.com/123456789012/due",
            "WEB_URL": "https://mimamori.example",
            "ALARM_ESCALATION": json.dumps(context[ESCALATION]),
        }
    )
    original = botocore.client.BaseClient._make_api_call

    def call(client: Any, operation: str, asked: Any) -> Any:
        if operation == "StartExecution":
            answer: Any = {"executionArn": f"{asked['stateMachineArn']}:{asked['name']}"}
        elif operation == "ListExecutions":
            answer = {"executions": []}
        elif operation in ("PutEvents", "SendMessage"):  # nobody listens here
            answer = {"FailedEntryCount": 0, "Entries": [], "MessageId": "1"}
        else:
            answer = original(client, operation, asked)
        METER.count(operation, asked, answer)
        return answer

    @contextmanager
    def begun() -> Any:
        with mock_aws():
            quick_moto.install()
            for name in TABLES:
                boto3.client("dynamodb").create_table(
                    TableName=name,
                    KeySchema=[
                        {"AttributeName": "pk", "KeyType": "HASH"},
                        {"AttributeName": "sk", "KeyType": "RANGE"},
                    ],
                    AttributeDefinitions=[
                        {"AttributeName": one, "AttributeType": "S"} for one in ("pk", "sk")
                    ],
                    BillingMode="PAY_PER_REQUEST",
                )
            botocore.client.BaseClient._make_api_call = call
            try:
                yield
            finally:
                botocore.client.BaseClient._make_api_call = original

    return begun()


def main(argv: Sequence[str] | None = None) -> int:
    """Print what was counted."""
    parser = argparse.ArgumentParser(prog="python -m bench.security_storm", description=__doc__)
    parser.add_argument("--homes", type=int, nargs="*", default=[100, 400, 1600])
    for homes in parser.parse_args(argv).homes:
        with services():
            storm(homes, random.Random(homes))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
