"""`python -m bench.activity_cost [--prices FILE.json] [--days N]`: readings a second, yen a home.

A simulated home lives for some days on the services in this process (moto): its gateway reports
every five minutes through the handler, the home is looked at when it asks for it, the family reads
the page four times a day. Then the same is measured with months behind it, and the schedule that
looks for homes with more and more of them. What is asked of DynamoDB is counted in units from the
bytes that it sends and gets; processor time is measured on one core of this machine. Prices are
list prices a unit by service and item, as in the file; without a file units are printed and no yen.
"""

import argparse
import base64
import json
import os
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bench.in_process import environment

HOME, THING, READER = "home-bench", "gw-bench", "person-bench"
TABLES = ("readings", "directory")
BEGIN = datetime(2026, 4, 6, 15, tzinfo=UTC)  # midnight in Japan
DAY, LOOK, REPORT = 1440, 15, 5
MINUTE = timedelta(minutes=1)
FEATURES = frozenset({"activity", "sleep", "absence-notice", "fridge-link"})
MEMORY = {"report": 0.25, "look": 1.0, "page": 1.0, "clock": 0.25}
"""GB of each function (stacks/ingest.py)."""
READS_A_DAY = 4
BATCH = 10
"""Reports taken together, where homes are many."""
FLEET = 100_000
HISTORY = (7, 30, 90)
HOMES = (10, 100, 500)

PRICES = {
    "write": ("DynamoDB", "on-demand WRU"),
    "read": ("DynamoDB", "on-demand RRU"),
    "storage": ("DynamoDB", "storage standard"),
    "request": ("Lambda", "requests (x86/arm64)"),
    "second": ("Lambda", "duration arm64 tier1 (<7.5B GB-s)"),
    "message": ("SQS", "standard requests (64KB)"),
    "rule": ("IoT Core", "rules triggered (5KB)"),
    "action": ("IoT Core", "actions executed (5KB)"),
    "connected": ("IoT Core", "connectivity"),
}


class Meter:
    """Units of DynamoDB by what was being done, and seconds of processor time."""

    def __init__(self, client: Any) -> None:
        self.units: defaultdict[str, float] = defaultdict(float)
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.calls: Counter[str] = Counter()
        self._doing = ""
        client.meta.events.register("after-call.dynamodb.*", self._count)

    def run(self, doing: str, work: Any, *args: Any) -> Any:
        """Do something, counted."""
        self._doing, begin = doing, time.process_time()
        answer = work(*args)
        self.seconds[doing] += time.process_time() - begin
        self.calls[doing] += 1
        self._doing = ""
        return answer

    def _count(self, model: Any, parsed: dict[str, Any], **_: Any) -> None:
        size = _size(parsed.get("Items") or parsed.get("Item") or parsed.get("Attributes") or [])
        if model.name in ("Query", "GetItem"):  # eventually consistent
            self.units[f"{self._doing} read"] += max(0.5, -(-size // 4096) / 2)
        elif model.name in ("UpdateItem", "PutItem", "DeleteItem"):
            self.units[f"{self._doing} write"] += max(1, -(-size // 1024))


def _size(value: Any) -> int:
    """Bytes of values as DynamoDB counts them, nearly."""
    if isinstance(value, dict):
        return sum(len(str(key)) + _size(one) for key, one in value.items())
    if isinstance(value, list | tuple | set):
        return sum(_size(one) for one in value)
    value = getattr(value, "value", value)  # a Binary of boto3
    return len(value) if isinstance(value, bytes | str) else 8


def live(days: int) -> tuple[Meter, float]:
    """A home's days; what was counted, and the bytes kept of a day."""
    from moto import mock_aws

    os.environ.update(environment(TABLES))
    with mock_aws():
        return _live(days)


def _live(days: int) -> tuple[Meter, float]:
    import boto3

    from iot.agent.device.counter import reports
    from iot.agent.sensor.recording import simulated
    from iot.messages.sensor import SensorMinutes
    from lambdas.ingest import on_clock, on_report
    from lambdas.ingest.activity.packing import pack
    from lambdas.ingest.activity_service import ActivityService
    from lambdas.ingest.activity_store import ActivityStore
    from lambdas.shared.aws import clients
    from lambdas.shared.aws.directory import Directory
    from lambdas.shared.household import Contract, Device, Home, Member

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
    boto3.client("events").create_event_bus(Name="bench")
    home = Home(
        id=HOME,
        name="",
        members=(Member(person=READER, role="contractor", name="", email=""),),
        contracts=(
            Contract(
                id="c", product="doshiteru", features=FEATURES, starts=BEGIN - 90 * DAY * MINUTE
            ),
        ),
    )
    directory = Directory("directory")
    directory.publish_home(home)
    directory.publish_device(
        Device(thing=THING, home=HOME, kind="zigbee-gateway", name="", active=True)
    )
    meter = Meter(clients.table("readings").meta.client)
    recording = simulated("retired, motion sensors", 1, days)
    store, service = ActivityStore("readings"), ActivityService("readings")
    context = SimpleNamespace(
        function_name="bench",
        memory_limit_in_mb=256,
        invoked_function_arn="arn",
        aws_request_id="1",
    )
    waiting: list[dict[str, Any]] = []
    for minute in range(REPORT, days * DAY + 1, REPORT):
        now = BEGIN + minute * MINUTE
        for report in reports(recording.minutes(BEGIN, now - REPORT * MINUTE, now)):
            waiting.append(_message(report.model_dump_json().encode(), now, len(waiting)))
        if len(waiting) == BATCH or minute % LOOK == 0:
            failed = meter.run("report", on_report.handler, {"Records": waiting}, context)
            assert not failed["batchItemFailures"], failed
            waiting = []
        if minute % LOOK == 0 and list(store.homes(now)):
            meter.run("look", service.watch, home, now, "bench")
        if minute % (DAY // READS_A_DAY) == 0:
            meter.run("page", _read, service, now)
    kept = sum(_size(row) for row in clients.table("readings").scan()["Items"] if "parts" in row)
    now = BEGIN + days * DAY * MINUTE
    for behind in HISTORY:
        _lived_before(clients.table("readings"), now, behind)
        meter.run(f"look, {behind} days kept", service.watch, home, now, "bench")
        meter.run(f"page, {behind} days kept", _read, service, now)
    queue = boto3.client("sqs").create_queue(QueueName="homes")["QueueUrl"]
    os.environ["HOMES_QUEUE"] = queue
    known = 1
    (part,) = pack(THING, [SensorMinutes(name="x", kind="motion", first=now, counts=[1])])
    for homes in HOMES:
        for number in range(known, homes):
            store.add(f"home-{number}", part)
        known = homes
        at = {"at": now.isoformat()}
        queued = meter.run(f"clock, {homes} homes", on_clock.handler, at, context)
        assert queued["homes"] >= homes - 1, queued
    return meter, kept / days


def _lived_before(table: Any, now: datetime, days: int) -> None:
    """As many days kept as ``days``: the last whole one again and again before it."""
    hours = [row for row in table.scan()["Items"] if "parts" in row]
    day = [now - hour * 60 * MINUTE for hour in range(1, 25)]
    rows = {row["sk"]: row for row in hours}
    for back in range(1, days):
        for hour in day:
            key = f"{hour - back * DAY * MINUTE:%Y-%m-%dT%H}"
            if key not in rows:
                table.put_item(Item={**rows[f"{hour:%Y-%m-%dT%H}"], "sk": key})


def _read(service: Any, now: datetime) -> None:
    """What the page asks for when it is opened."""
    service.look(HOME, now).afterwards()
    service.timeline(HOME, now - timedelta(days=2), now)
    service.timeline(HOME, now - timedelta(days=16), now)
    service.days(HOME, (now - timedelta(days=60)).date(), now.date())


def _message(payload: bytes, now: datetime, number: int) -> dict[str, Any]:
    """A report in its queue."""
    envelope = {
        "payload": base64.b64encode(payload).decode(),
        "client": THING,
        "topic": f"mimamori/{THING}/readings",
        "received": int(now.timestamp() * 1000),
    }
    return {
        "messageId": str(number),
        "receiptHandle": "x",
        "body": json.dumps(envelope),
        "attributes": {
            "SentTimestamp": str(int(now.timestamp() * 1000)),
            "ApproximateReceiveCount": "1",
            "SenderId": "x",
            "ApproximateFirstReceiveTimestamp": "1",
        },
        "messageAttributes": {},
        "md5OfBody": "",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:ap-northeast-1:000000000000:Reports",
        "awsRegion": "ap-northeast-1",
    }


def month(meter: Meter, bytes_a_day: float, days: int) -> dict[str, dict[str, float]]:
    """Units that a home needs in 30 days, by what they are for."""
    a_month = 30 / days
    report_count = days * DAY / REPORT * a_month
    units: dict[str, dict[str, float]] = {}
    for doing in ("report", "look", "page"):
        calls = report_count / BATCH if doing == "report" else meter.calls[doing] * a_month
        units[doing] = {
            "write": meter.units[f"{doing} write"] * a_month,
            "read": meter.units[f"{doing} read"] * a_month,
            "request": calls,
            "second": meter.seconds[doing] * MEMORY[doing] * a_month,
        }
    units["report"] |= {"rule": report_count, "action": report_count,
                        "message": report_count * (1 + 2 / BATCH)}  # fmt: skip
    units["look"]["message"] = 3 * units["look"]["request"]
    # One question a quarter of an hour for all homes of the fleet; a home's row has 100 bytes.
    units["clock"] = {"read": 30 * 96 * (100 / 4096 / 2), "request": 30 * 96 / FLEET}
    units["line"] = {"connected": 30 * DAY}
    units["kept 400 days"] = {"storage": bytes_a_day * 400 / 1e9}
    return units


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.activity_cost", description=__doc__)
    parser.add_argument("--prices", type=Path, metavar="FILE.json")
    parser.add_argument("--days", type=int, default=3)
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Print what was counted."""
    args = arguments(argv)
    meter, kept = live(args.days)
    readings = args.days * DAY * 6
    rate = readings / meter.seconds["report"]
    print(f"readings a second, one core, with the services' double: {rate:,.0f}")
    for doing in ("report", "look", "page"):
        each = meter.seconds[doing] / meter.calls[doing] * 1000
        print(
            f"{doing}: {meter.calls[doing] / args.days:.0f} a day, {each:.0f} ms of processor time"
        )
    print(f"kept of a day: {kept:,.0f} bytes")
    for what in [f"{one}, {days} days kept" for days in HISTORY for one in ("look", "page")]:
        print(
            f"{what}: {meter.seconds[what] * 1000:.0f} ms, {meter.units[what + ' read']:.1f} reads"
        )
    for homes in HOMES:
        what = f"clock, {homes} homes"
        print(
            f"{what}: {meter.seconds[what] * 1000:.0f} ms, {meter.units[what + ' read']:.1f} reads"
        )
    yen: dict[str, float] = {}
    if args.prices:
        listed = json.loads(args.prices.read_text(encoding="utf-8"))
        found = {(one["service"], one["item"]): one["usd"] for one in listed["prices"]}
        yen = {unit: found[key] * listed["jpy_per_usd"] for unit, key in PRICES.items()}
    total = 0.0
    for what, units in month(meter, kept, args.days).items():
        cost = sum(count * yen.get(unit, 0.0) for unit, count in units.items())
        total += cost
        said = ", ".join(f"{count:,.2f} {unit}" for unit, count in units.items())
        print(f"{what:14s}{f'{cost:6.2f} yen  ' if yen else ''}{said}")
    if yen:
        print(f"a home and month: {total:.2f} yen")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
