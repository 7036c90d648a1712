"""A local cloud as harsh as AWS is on a bad day: `LocalCloud.start(harsh=SEED)`.

Nothing here is against what AWS documents; it only never happens where everything runs on one
machine that is not busy. Installed in the emulator's process when it is started with ``--harsh``:

- a function's process is killed in one of its calls, before or after a request of it is served;
- a service refuses a function's request for its rate (the SDK tries again);
- a message of a standard queue is delivered once more after it was done, and messages come in any
  order; an event comes twice from its bus;
- a read of a table that is not asked to be consistent may be a moment old.

Each function, queue and bus has dice of its own, made from the seed and its name, so that the same
requests meet the same faults. Functions that answer people are spared the kills: whoever asks would
see the broken connection, and a test of the page is not about that. What was done to whom is
counted, and is told with the counts of the clock's door (`LocalCloud.counted`).
"""

import json
import random
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.counting import Counts

ANSWERS_PEOPLE = ("Api", "Hook", "Login")
"""In the names of functions that somebody waits for."""
STALE = 1.0
"""Seconds for which a read may be old: AWS says usually within one."""

_REFUSED: dict[str, tuple[int, str]] = {
    "dynamodb": (400, "com.amazonaws.dynamodb.v20120810#ThrottlingException"),
    "events": (400, "ThrottlingException"),
    "sqs": (403, "RequestThrottled"),
    "states": (400, "ThrottlingException"),
    "kms": (400, "ThrottlingException"),
    "iot": (429, "ThrottlingException"),
    "iot-data": (429, "ThrottlingException"),
    "ses": (429, "TooManyRequestsException"),
}
"""How services refuse what is too much; the others do so in words of their own."""


@dataclass(frozen=True)
class Odds:
    """How often each fault comes: of calls, requests, messages, events and reads."""

    killed: float = 1 / 15
    refused: float = 1 / 50
    again: float = 1 / 20
    twice: float = 1 / 20
    old: float = 1 / 10


class _Dice:
    """Random numbers of each thing by itself. Safe for threads."""

    def __init__(self, seed: int) -> None:
        self._seed, self._lock = seed, threading.Lock()
        self._of: dict[str, random.Random] = {}

    def of(self, name: str) -> random.Random:
        with self._lock:
            return self._of.setdefault(name, random.Random(f"{self._seed}:{name}"))  # noqa: S311

    def among(self, name: str, most: int) -> int:
        """One of 1 to ``most``, small ones as likely as large ones."""
        dice = self.of(name)
        with self._lock:
            chosen: float = most ** dice.random()
        return round(chosen)

    def falls(self, name: str, odds: float) -> bool:
        dice = self.of(name)
        with self._lock:
            return dice.random() < odds


def install(seed: int, counts: Counts, odds: Odds = Odds()) -> None:
    """Be harsh in this process, which is the emulator's, before it serves."""
    from ministack import app
    from ministack.core import lambda_runtime
    from ministack.services import dynamodb, eventbridge, sqs

    dice = _Dice(seed)
    _lives(lambda_runtime.Worker, dice, odds)
    _requests(app.SERVICE_HANDLERS, dynamodb, dice, counts, odds)
    _queues(sqs, dice, counts, odds)
    _buses(eventbridge, dice, counts, odds)


MOST = 200
"""Requests of a call among which it may be killed."""


def _lives(process: Any, dice: _Dice, odds: Odds) -> None:
    """Choose for each call whether it dies, and at which of its requests."""
    invoke = process.invoke

    def invoke_perhaps_to_die(self: Any, *args: Any, **named: Any) -> Any:
        mortal = not any(part in self.func_name for part in ANSWERS_PEOPLE)
        dies = mortal and dice.falls(f"killed {self.func_name}", odds.killed)
        self.requests_left = dice.among(f"when {self.func_name}", MOST) if dies else None
        return invoke(self, *args, **named)

    process.invoke = invoke_perhaps_to_die


# --- requests --------------------------------------------------------------------------------


def _requests(
    handlers: dict[str, Any], dynamodb: Any, dice: _Dice, counts: Counts, odds: Odds
) -> None:
    """What functions ask of the services' own addresses."""
    rows = _Rows(dynamodb)

    def harsh(service: str, handler: Any) -> Any:
        async def handle(method: str, path: str, headers: Any, body: bytes, params: Any) -> Any:
            worker = _worker(headers)
            if worker is None:
                return await handler(method, path, headers, body, params)
            name = worker.func_name
            if service in _REFUSED and dice.falls(f"refused {name}", odds.refused):
                counts.add(f"fault: refused by {service}")
                status, kind = _REFUSED[service]
                return status, _HEADERS, json.dumps({"__type": kind, "message": "!"}).encode()
            if worker.requests_left:
                worker.requests_left -= 1
            dies = worker.requests_left == 0
            if dies and dice.falls(f"before {name}", 0.5):
                return _kill(worker, "before", service, counts)
            operation = (headers.get("x-amz-target") or "").rpartition(".")[2]
            asked = _json(body) if service == "dynamodb" else {}
            rows.before(operation, asked)
            answer = await handler(method, path, headers, body, params)
            if dies:
                return _kill(worker, "after", service, counts)
            if operation in ("GetItem", "Query") and dice.falls(f"old {name}", odds.old):
                return rows.old(operation, asked, answer, counts)
            return answer

        return handle

    for service in list(handlers):
        handlers[service] = harsh(service, handlers[service])


_HEADERS = {"Content-Type": "application/x-amz-json-1.0"}


def _worker(headers: Mapping[str, Any]) -> Any:
    """The process of the function that asks, or None: somebody else does."""
    from ministack.core import lambda_runtime

    _, _, rest = str(headers.get("authorization") or "").partition("Credential=")
    key = rest.partition("/")[0]
    if not key.startswith("ASIA"):
        return None
    with lambda_runtime._lock:
        workers = [one for those in lambda_runtime._workers.values() for one in those if one.in_use]
    for one in workers:
        if lambda_runtime.execution_credentials(one.config)["AWS_ACCESS_KEY_ID"] == key:
            return one
    return None


def _kill(worker: Any, when: str, service: str, counts: Counts) -> Any:
    counts.add(f"fault: killed {when} a request to {service}")
    counts.add(f"fault: killed {worker.func_name}")
    if process := worker._proc:
        process.kill()
    return 500, {}, b""  # nobody is there to read it


class _Rows:
    """What rows were a moment ago."""

    def __init__(self, dynamodb: Any) -> None:
        self._tables, self._was = dynamodb._tables, {}  # type: ignore[var-annotated]

    def before(self, operation: str, asked: Mapping[str, Any]) -> None:
        """Remember what is about to be written over."""
        for table, keys in _written(operation, asked):
            found = self._tables.get(table.rpartition("/")[2])
            if found and found.get("sk_name"):
                one, other = (_value(keys, found[name]) for name in ("pk_name", "sk_name"))
                was = found["items"].get(one, {}).get(other)
                self._was[table, one, other] = (time.monotonic(), was)

    def old(self, operation: str, asked: Mapping[str, Any], answer: Any, counts: Counts) -> Any:
        """The answer as of before the last writes, where nobody asked for a consistent one."""
        status, headers, body = answer
        table = str(asked.get("TableName", ""))
        found = self._tables.get(table.rpartition("/")[2])
        if status >= 300 or asked.get("ConsistentRead") or not found or not found.get("sk_name"):
            return answer
        names = (found["pk_name"], found["sk_name"])
        said = _json(body)
        rows = said.get("Items") if operation == "Query" else [said.get("Item")]
        seen = [self._a_moment_ago(table, names, row) for row in rows or () if row]
        if "ProjectionExpression" in asked or seen == [row for row in rows or () if row]:
            return answer
        counts.add("fault: read what was")
        kept = [row for row in seen if row]
        if operation == "Query":
            said |= {"Items": kept, "Count": len(kept)}
        else:
            said = {**said, "Item": kept[0]} if kept else {}
        return status, headers, json.dumps(said).encode()

    def _a_moment_ago(self, table: str, names: tuple[str, str], row: Mapping[str, Any]) -> Any:
        key = (table, *(_value(row, name) for name in names))
        at, was = self._was.get(key, (0.0, row))
        return was if time.monotonic() - at < STALE else row


def _value(row: Mapping[str, Any], name: str) -> Any:
    return next(iter(row[name].values())) if name in row else None


def _written(operation: str, asked: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    match operation:
        case "PutItem":
            return [(asked["TableName"], asked["Item"])]
        case "UpdateItem" | "DeleteItem":
            return [(asked["TableName"], asked["Key"])]
        case "TransactWriteItems":
            said = [next(iter(one.values())) for one in asked["TransactItems"]]
            return [(one["TableName"], one.get("Item") or one["Key"]) for one in said]
    return []


def _json(body: Any) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


# --- queues and buses ------------------------------------------------------------------------


def _queues(sqs: Any, dice: _Dice, counts: Counts, odds: Odds) -> None:
    collect, delete = sqs._collect_msgs, sqs._delete_messages_for_esm

    def in_any_order(queue: dict[str, Any], most: int, timeout: int) -> Any:
        if not queue["is_fifo"]:
            dice.of(f"order {queue['attributes'].get('QueueArn')}").shuffle(queue["messages"])
        return collect(queue, most, timeout)

    def all_but_some(url: str, handles: set[str]) -> None:
        """A message that was done comes once more, at once."""
        queue = sqs._get_q(url)
        for message in () if queue["is_fifo"] else list(queue["messages"]):
            once_more = message.get("receipt_handle") in handles and not message.get("again")
            if once_more and dice.falls(f"again {url}", odds.again):
                counts.add("fault: message again")
                message |= {"again": True, "receive_count": 1, "visible_at": time.time()}
                handles = handles - {message["receipt_handle"]}
        delete(url, handles)

    sqs._collect_msgs, sqs._delete_messages_for_esm = in_any_order, all_but_some


def _buses(eventbridge: Any, dice: _Dice, counts: Counts, odds: Odds) -> None:
    dispatch = eventbridge._dispatch_event

    def dispatch_perhaps_twice(event: Any, view: Any = None) -> None:
        dispatch(event, view)
        if dice.falls(f"twice {event.get('EventBusName')}", odds.twice):
            counts.add("fault: event twice")
            dispatch(event, view)

    eventbridge._dispatch_event = dispatch_perhaps_twice
