"""`python -m bench.dispatch [--requests 200] [--responders 100 1000]`: who goes, how soon.

Responders in and around Tokyo, seven of ten in the middle; three of ten are busy for up to an hour,
half of them at a home from where they go on; one of ten is off duty or has not been heard of.
Requests come from homes spread the same way. Each decision is the whole of it: the search over
cells and the taking, over HTTP, against the DynamoDB of the local cloud (MiniStack, corrected) on
loopback, so that milliseconds are this machine's. Rows are those that queries for cells read.

Every answer is compared with looking at everybody. In the burst, many at once, each must have had
the best of those who were free in some order of the requests, and nobody may be sent twice.
"""

import argparse
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any, NamedTuple

import urllib3

from lambdas.dispatch.assignment.arrival import REACH, Arrival
from lambdas.dispatch.assignment.responder import FRESH, Engagement, Responder
from lambdas.dispatch.assignment.responder_store import ResponderStore, rows_of
from lambdas.dispatch.assignment.travel import GreatCircle, metres
from lambdas.dispatch.casework.place import Place
from lambdas.shared.aws import clients
from local import emulator

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
TOKYO = Place(latitude=35.68, longitude=139.76)
AT_ONCE = 16
REPORT = timedelta(minutes=40)
TRAVEL = GreatCircle()


class Decided(NamedTuple):
    """A request, and what came of it."""

    case: str
    home: Place
    found: Arrival | None
    seconds: float
    queries: int
    rows: int


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def dynamodb() -> Iterator[None]:
    """The DynamoDB of the local cloud's emulator, and nothing else of it."""
    with tempfile.TemporaryDirectory() as folder:
        port, clock = _free_port(), _free_port()
        known = emulator.environment(port, 0, Path(folder), keep=False)
        process = subprocess.Popen(
            [sys.executable, "-m", "local.emulator", str(clock), folder],
            env=known | {"AUTH": "false"},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            urllib3.PoolManager(retries=urllib3.Retry(60, backoff_factor=0.05)).request(
                "GET", f"{url}/_ministack/ready"
            )
            os.environ |= {
                "AWS_ENDPOINT_URL": url,
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
                "AWS_DEFAULT_REGION": emulator.REGION,
            }
            yield
        finally:
            process.terminate()
            process.wait()


class Town:
    """Responders in a table of their own."""

    def __init__(self, name: str, count: int) -> None:
        self._dice = random.Random(count)
        self.everybody = [self._responder(number) for number in range(count)]
        clients.client("dynamodb").create_table(
            TableName=name,
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "S"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        with clients.table(name).batch_writer() as rows:
            for one in self.everybody:
                for row in rows_of(one):
                    rows.put_item(Item=row)
        self._table = ResponderStore(name, TRAVEL)
        self._queries = self._rows = 0
        events = clients.table(name).meta.client.meta.events
        events.register("after-call.dynamodb.Query", self._count)

    def _count(self, parsed: Any, **_: Any) -> None:
        self._queries += 1
        self._rows += parsed["ScannedCount"]

    def place(self) -> Place:
        """Somewhere in or around Tokyo."""
        dice = self._dice
        if dice.random() < 0.7:
            north, east = dice.gauss(0, 0.1), dice.gauss(0, 0.1)
        else:
            north, east = dice.uniform(-0.4, 0.4), dice.uniform(-0.5, 0.5)
        return Place(latitude=TOKYO.latitude + north, longitude=TOKYO.longitude + east)

    def _responder(self, number: int) -> Responder:
        luck = self._dice.random()
        free = NOW + timedelta(minutes=self._dice.uniform(1, 60))
        home = Engagement(case="HC", place=self.place(), free_at=free, late_at=free + REPORT)
        return Responder(
            id=f"person-{number:05}",
            name="見守 太郎",
            phone="+819000000000",
            place=self.place(),
            seen_at=NOW - (2 * FRESH if luck > 0.95 else timedelta(0)),
            on_duty=luck < 0.9 or luck > 0.95,
            busy_until=free if luck < 0.15 else None,
            work=(home,) if 0.15 < luck < 0.3 else (),
        )

    def decide(self, case: str, home: Place) -> Decided:
        """One request. Reads are counted right only when asked one after the other."""
        queries, rows, began = self._queries, self._rows, time.perf_counter()
        found = self._table.claim(case, home, NOW)
        seconds = time.perf_counter() - began
        return Decided(case, home, found, seconds, self._queries - queries, self._rows - rows)

    def arrivals(self, home: Place) -> dict[str, datetime]:
        """When each who could be sent would be at a home, by looking at everybody."""
        could = {}
        for one in self.everybody:
            start = one.work[0].place if one.work else one.place
            seen = bool(one.work) or NOW - one.seen_at <= FRESH
            assert start
            if one.on_duty and seen and metres(start, home) <= REACH:
                free = one.work[0].free_at if one.work else one.busy_until
                (way,) = TRAVEL.seconds([start], home, NOW)
                could[one.id] = max(NOW, free or NOW) + timedelta(seconds=way)
        return could


def one_by_one(town: Town, requests: int) -> tuple[list[Decided], int]:
    """Decisions one after the other, and how many were right."""
    decided, right = [], 0
    gone: set[str] = set()
    for number in range(requests):
        made = town.decide(f"HC-{number}", town.place())
        free = [(at, id) for id, at in town.arrivals(made.home).items() if id not in gone]
        got = made.found and (made.found.at, made.found.responder.id)
        right += got == min(free, default=None)
        if made.found:
            gone.add(made.found.responder.id)
        decided.append(made)
    return decided, right


def burst(town: Town, requests: int) -> list[Decided]:
    """Decisions at once."""
    homes = [town.place() for _ in range(requests)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(town.decide, (f"HC-{n}" for n in range(requests)), homes))


def in_some_order(town: Town, decided: Sequence[Decided]) -> bool:
    """Whether each had the best of those left, and nobody was sent twice.

    Whoever would have been there sooner was taken, by a request that came before; and "before" goes
    round in no circle, so that there is an order in which each had the best of those left.
    """
    took = {made.found.responder.id: made.case for made in decided if made.found}
    if len(took) < sum(made.found is not None for made in decided):
        return False
    before: dict[str, set[str]] = {}
    for made in decided:
        arrivals = town.arrivals(made.home)
        mine = (made.found.at, made.found.responder.id) if made.found else None
        sooner = [id for id, at in arrivals.items() if mine is None or (at, id) < mine]
        if any(id not in took for id in sooner):
            return False
        before[made.case] = {took[id] for id in sooner}
    try:
        TopologicalSorter(before).prepare()
    except CycleError:
        return False
    return True


def _row(label: object, decided: Sequence[Decided], right: str) -> str:
    times = [made.seconds * 1000 for made in decided]
    figures = [statistics.median(times), max(times)]
    for read in ([made.queries for made in decided], [made.rows for made in decided]):
        figures += [statistics.median(read), max(read)]
    shown = " ".join(f"{figure:>9.{1 if at < 2 else 0}f}" for at, figure in enumerate(figures))
    return f"{label:>10} {len(decided):>9} {right:>9} {shown}"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--requests", type=int, default=200)
    asked.add_argument("--responders", type=int, nargs="+", default=[100, 1000, 10_000, 50_000])
    wanted = asked.parse_args()
    names: tuple[str, ...] = ("decisions", "right", "median ms", "worst ms", "queries", "at most")
    names += ("rows", "at most")
    head = " ".join(f"{name:>9}" for name in names)
    wrong = 0
    with dynamodb():
        Town("warm", 10).decide("HC-0", TOKYO)
        print(f"{'responders':>10} {head}   one after the other")
        for count in wanted.responders:
            requests = min(wanted.requests, count // 4)
            decided, right = one_by_one(Town(f"town-{count}", count), requests)
            wrong += requests - right
            print(_row(count, decided, f"{right}/{requests}"))
        town = Town("burst", 1000)
        began = time.perf_counter()
        decided = burst(town, wanted.requests)
        seconds = time.perf_counter() - began
    sent = sum(made.found is not None for made in decided)
    best = in_some_order(town, decided)
    print(
        f"burst: {wanted.requests} requests, {AT_ONCE} at once, 1,000 responders: {sent} sent in"
        f" {seconds:.1f} s, each the best of those left and none twice: {'yes' if best else 'NO'}"
    )
    sys.exit(1 if wrong or not best else 0)


if __name__ == "__main__":
    main()
