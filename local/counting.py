"""What is asked of the services, in the units that AWS bills: for `make cost`.

Installed in the emulator's process when it is started with ``--count``. Names are those of the
bills: ``DynamoDB write`` and so on; what a function takes has the function's name behind a colon.

Counted as AWS documents its metering (each service's pricing page): 1 KB a write and 4 KB a read of
DynamoDB, twice for transactions and half for reads that may be late, once more for each index that
the row is in; 5 KB of an IoT message and of a rule, 1 KB of a shadow; 64 KB of SQS and EventBridge.

A function's GB-s are its processor time on this machine, as if it had as much of a core as Lambda
gives: one with less memory than `CORE` takes as much longer. What it waits for is added as `WAIT`
a request to any service.
"""

import base64
import json
import math
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

KB = 1024
MONTH = 30.4 * 86_400
KEPT_AT_MOST = 12.0
"""Months that something is taken to be stored for which has no end."""
CORE = 1769 / 1024
"""GB of memory with which Lambda gives a whole core."""
WAIT = 0.005 * 0.25
"""GB-s of a function of 256 MB that waits for an answer for 5 ms."""
PLATFORM_LINES = 350
"""Bytes of the lines that Lambda itself logs of an invocation: START, END, REPORT."""


class Counts:
    """Amounts by name. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counted: Counter[str] = Counter()

    def add(self, name: str, amount: float = 1) -> None:
        """So much more of it."""
        with self._lock:
            self._counted[name] += amount  # type: ignore[assignment]

    def report(self) -> dict[str, float]:
        """All amounts since the start."""
        with self._lock:
            return dict(self._counted)


def units(size: int, of: int) -> int:
    """How many units of ``of`` bytes are billed for this many bytes: at least one."""
    return max(1, math.ceil(size / of))


# --- DynamoDB


def size_of(value: Mapping[str, Any]) -> int:
    """Bytes of an attribute in DynamoDB's JSON, as the developer guide counts them, nearly."""
    ((kind, held),) = value.items()
    match kind:
        case "S":
            return len(held.encode())
        case "N":
            return len(held) // 2 + 2
        case "B":
            return len(base64.b64decode(held)) if isinstance(held, str) else len(held)
        case "L":
            return 3 + sum(1 + size_of(one) for one in held)
        case "M":
            return 3 + sum(1 + len(name.encode()) + size_of(one) for name, one in held.items())
        case "SS" | "NS" | "BS":
            return sum(len(one) for one in held)
        case _:
            return 1  # BOOL, NULL


def row_size(row: Mapping[str, Any]) -> int:
    """Bytes of a row in DynamoDB's JSON."""
    return sum(len(name.encode()) + size_of(value) for name, value in row.items())


def read_units(size: int, *, consistent: bool = False) -> float:
    """Units of reading so many bytes in one operation."""
    return units(size, 4 * KB) * (1.0 if consistent else 0.5)


class _Table:
    """A table of the emulator: its rows and what is kept of them."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._rows, self._keys = table["items"], (table["pk_name"], table.get("sk_name"))
        self._indexes = [
            [key["AttributeName"] for key in index["KeySchema"]]
            for index in (table.get("GlobalSecondaryIndexes") or ())
        ]

    def row(self, given: Mapping[str, Any]) -> dict[str, Any] | None:
        """The row with the keys of this one, as it is now."""
        values = [
            next(iter(given[key].values())) if key else None for key in self._keys if key in given
        ]
        found = self._rows.get(values[0], {}) if values else {}
        if self._keys[1] is None:
            return next(iter(found.values()), None)
        return found.get(values[1]) if len(values) > 1 else None

    def indexes(self, row: Mapping[str, Any]) -> int:
        """In how many indexes it is."""
        return sum(all(name in row for name in keys) for keys in self._indexes)


class _DynamoDB:
    """Counts the units of DynamoDB's operations."""

    def __init__(self, counts: Counts, module: Any) -> None:
        self._counts, self._module = counts, module

    def table(self, name: str) -> _Table | None:
        found = self._module._tables.get(name.rpartition("/")[2])
        return _Table(found) if found else None

    def before(self, operation: str, asked: Mapping[str, Any]) -> list[Any]:
        """What the written rows are before it."""
        return [
            (table, keys, table.row(keys), twice)
            for name, keys, twice in self._written(operation, asked)
            if (table := self.table(name))
        ]

    def _written(
        self, operation: str, asked: Mapping[str, Any]
    ) -> list[tuple[str, Mapping[str, Any], int]]:
        match operation:
            case "PutItem":
                return [(asked["TableName"], asked["Item"], 1)]
            case "UpdateItem" | "DeleteItem":
                return [(asked["TableName"], asked["Key"], 1)]
            case "TransactWriteItems":
                said = [next(iter(one.values())) for one in asked["TransactItems"]]
                return [(one["TableName"], one.get("Item") or one["Key"], 2) for one in said]
            case "BatchWriteItem":
                return [
                    (name, one["PutRequest"]["Item"] if "PutRequest" in one
                     else one["DeleteRequest"]["Key"], 1)
                    for name, those in asked["RequestItems"].items()
                    for one in those
                ]  # fmt: skip
        return []

    def wrote(self, before: list[Any]) -> None:
        for table, keys, old, factor in before:
            new = table.row(keys)
            sizes = [row_size(one) for one in (old, new) if one]
            size = max(sizes, default=0)
            places = 1 + max((table.indexes(one) for one in (old, new) if one), default=0)
            self._counts.add("DynamoDB write", units(size, KB) * factor * places)
            self._stored(old, new, places)

    def _stored(self, old: Any, new: Any, places: int) -> None:
        """Byte-months that the row will be kept for: until its end, a year at most."""
        grown = (row_size(new) if new else 0) - (row_size(old) if old else 0)
        if grown <= 0:
            return
        ends = new["expires"]["N"] if "expires" in new else None
        months = (float(ends) - time.time()) / MONTH if ends else KEPT_AT_MOST
        kept = min(max(months, 0.0), KEPT_AT_MOST) * grown * places
        self._counts.add("DynamoDB byte-month", kept)

    def read(self, operation: str, asked: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        consistent = bool(asked.get("ConsistentRead"))
        match operation:
            case "GetItem":
                size = row_size(answer.get("Item") or {})
                self._counts.add("DynamoDB read", read_units(size, consistent=consistent))
            case "Query" | "Scan":
                size = sum(row_size(row) for row in answer.get("Items") or ())
                scanned = answer.get("ScannedCount", 0) / max(1, answer.get("Count", 0))
                size = int(size * max(1.0, scanned))
                self._counts.add("DynamoDB read", read_units(size, consistent=consistent))
            case "BatchGetItem":
                for rows in (answer.get("Responses") or {}).values():
                    for row in rows:
                        self._counts.add("DynamoDB read", read_units(row_size(row)))
            case "TransactGetItems":
                for one in answer.get("Responses") or ():
                    self._counts.add(
                        "DynamoDB read", 2 * read_units(row_size(one.get("Item") or {}))
                    )


# --- installing


def install(counts: Counts) -> None:
    """Count in this process, which is the emulator's, before it serves."""
    from ministack import app
    from ministack.services import apigateway, dynamodb, iot, lambda_svc, ses_v2, stepfunctions

    _count_requests(counts, app.SERVICE_HANDLERS, _DynamoDB(counts, dynamodb))
    _count_calls(counts, apigateway, "handle_execute", lambda *_: [("API Gateway request", 1)])
    _count_calls(counts, ses_v2, "handle_request", _mail)
    _count_calls(counts, iot, "broker_publish", _message)
    _count_calls(counts, iot, "_handle_shadow_publish", _shadow)
    _count_calls(counts, iot, "_dispatch_rule_action", _rule)
    _count_functions(counts, lambda_svc)
    add_event = stepfunctions._add_event

    def add_event_and_count(execution: Any, kind: str, *more: Any) -> Any:
        if kind.endswith("StateEntered"):
            counts.add("Step Functions transition")
        return add_event(execution, kind, *more)

    stepfunctions._add_event = add_event_and_count


def _count_requests(counts: Counts, handlers: dict[str, Any], tables: _DynamoDB) -> None:
    """What comes to the services' own addresses."""

    def counted(service: str, handler: Any) -> Any:
        async def handle(
            method: str, path: str, headers: Any, body: bytes, params: Any
        ) -> tuple[int, Any, Any]:
            operation = (headers.get("x-amz-target") or "").rpartition(".")[2]
            asked = _json(body) if service in ("dynamodb", "events") else {}
            before = tables.before(operation, asked) if service == "dynamodb" else []
            counts.add("Lambda GB-s: waiting for services", WAIT)
            answer: tuple[int, Any, Any] = await handler(method, path, headers, body, params)
            status, _, said = answer
            if service == "dynamodb":
                if status < 300:
                    tables.wrote(before)
                    tables.read(operation, asked, _json(said))
                elif before:
                    counts.add("DynamoDB write", len(before))  # a condition that did not hold
            elif service == "events" and operation == "PutEvents":
                for one in asked.get("Entries", ()):
                    size = len(json.dumps(one))
                    counts.add("EventBridge event", units(size, 64 * KB))
            elif service == "kms":
                counts.add("KMS request")
            elif service == "s3":
                _count_object(counts, method, path, len(body or b""))
            elif service in ("iot-data", "iotdata") and "/shadow" in path:
                counts.add("IoT shadow", units(max(len(body or b""), len(said or b"")), KB))
            return answer

        return handle

    for service in list(handlers):
        handlers[service] = counted(service, handlers[service])


def _count_object(counts: Counts, method: str, path: str, size: int) -> None:
    reads = method in ("GET", "HEAD")
    listing = reads and path.strip("/").count("/") == 0
    counts.add("S3 put" if listing or method in ("PUT", "POST") else "S3 get")
    bucket, key, *_ = [*path.strip("/").split("/"), ""]
    if method == "PUT" and key:
        counts.add(f"S3 byte: {bucket}", size)


def _json(body: Any) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


Said = list[tuple[str, float]]


def _mail(_method: str, path: str, _headers: Any, body: bytes, *_: Any) -> Said:
    """Each whom it is for is billed."""
    to = _json(body).get("Destination", {})
    return [("SES mail", sum(len(those) for those in to.values()))] if "outbound" in path else []


def _message(_account: str, _region: str, topic: str, said: bytes, *_: Any) -> Said:
    """Basic Ingest is no message; nor is what a shadow answers."""
    free = topic.startswith(("$aws/rules/", "$aws/things/", "$aws/events/"))
    return [] if free else [("IoT message", units(len(said), 5 * KB))]


def _shadow(_a: str, _r: str, _t: str, _v: str, _n: str | None, said: bytes, *_: Any) -> Said:
    return [("IoT shadow", units(len(said), KB))]


def _rule(_a: str, _r: str, _rule: str, _action: Any, event: Any, *_: Any) -> Said:
    size = len(event) if isinstance(event, bytes | str) else len(json.dumps(event, default=str))
    return [("IoT rule", units(size, 5 * KB)), ("IoT action", units(size, 5 * KB))]


def _count_calls(counts: Counts, module: Any, name: str, said: Callable[..., Said]) -> None:
    call = getattr(module, name)

    async def call_and_count(*args: Any, **named: Any) -> Any:
        for what, amount in said(*args, *named.values()):
            counts.add(what, amount)
        return await call(*args, **named)

    setattr(module, name, call_and_count)


def _count_functions(counts: Counts, module: Any) -> None:
    execute, log = module._execute_function, module._emit_lambda_logs

    def execute_and_count(func: Any, event: Any) -> Any:
        config = func.get("config") or func
        name = str(config.get("FunctionName", ""))
        result = execute(func, event)
        counts.add(f"Lambda request: {name}")
        records = event.get("Records") if isinstance(event, dict) else None
        if records and records[0].get("eventSource") == "aws:sqs":
            sent = sum(units(len(one.get("body", "")), 64 * KB) for one in records)
            counts.add("SQS request: sent", sent)
            counts.add("SQS request: received and deleted", 2)
        return result

    def log_and_count(func: Any, request_id: Any, text: str, *more: Any, **named: Any) -> Any:
        counts.add("CloudWatch log byte", len(text or "") + PLATFORM_LINES)
        return log(func, request_id, text, *more, **named)

    module._execute_function, module._emit_lambda_logs = execute_and_count, log_and_count
    _count_processor(counts)


def _count_processor(counts: Counts) -> None:
    """Each worker is a process that does one thing at a time."""
    from ministack.core.lambda_runtime import Worker

    invoke = Worker.invoke

    def invoke_and_count(self: Any, *args: Any, **named: Any) -> Any:
        before = _seconds_of(self._proc.pid) if self._proc else 0.0
        result = invoke(self, *args, **named)
        if self._proc:
            memory = self.config.get("MemorySize", 128) / KB
            used = _seconds_of(self._proc.pid) - before
            counts.add(f"Lambda GB-s: {self.func_name}", used * max(memory, CORE))
        return result

    Worker.invoke = invoke_and_count


def _seconds_of(process: int) -> float:
    """Processor time that a process has used, in hundredths; none when it is gone."""
    try:
        text = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return 0.0
    user, system = text.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
