"""`python -m bench.security_cost [--prices FILE.json]`: yen of a quiet guarded home, of an alarm.

A home lives through a day on the services in this process (moto, and the workflow's definition as
it is deployed, interpreted): its controller reports every hour and with every change of a line, it
is armed and disarmed three times, its family looks at the page twice, two people are mailed of each
operation. After that an alarm that is a mistake, and one to which a guard goes. What is asked of
the services is counted; processor time is this machine's, the services' double included, so that
it is more than a function needs. Prices are list prices a unit by service and item, as in the file;
without a file units are printed and no yen. Left out: what does not grow with homes (polling of
queues, schedules), telephone calls, and what an operator's desk reads.
"""

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

REPORTS_A_DAY = 24
PAGES_A_DAY = 2
MEMORY = 0.5
"""GB of the functions on the way (stacks/security.py, stacks/dispatch.py)."""
SQS_REQUESTS = 3
"""Of a message: sent, received, deleted."""

PRICES = {
    "write": ("DynamoDB", "on-demand WRU"),
    "read": ("DynamoDB", "on-demand RRU"),
    "request": ("Lambda", "requests (x86/arm64)"),
    "second": ("Lambda", "duration arm64 tier1 (<7.5B GB-s)"),
    "message": ("SQS", "standard requests (64KB)"),
    "event": ("EventBridge", "custom events (64KB)"),
    "transition": ("Step Functions", "standard transition"),
    "mail": ("SES", "outbound mail per recipient"),
    "rule": ("IoT Core", "rules triggered (5KB)"),
    "action": ("IoT Core", "actions executed (5KB)"),
    "connected": ("IoT Core", "connectivity"),
}
PRICES_FILE = "MIMAMORI_BENCH_PRICES"


def _size(value: Any) -> int:
    return len(json.dumps(value, default=str, ensure_ascii=False).encode())


class Meter:
    """Units of what the home's functions ask for."""

    def __init__(self, home: Any) -> None:
        self.home, self.units = home, Counter[str]()
        self._original = home.cloud.call
        home.cloud.call = self._call

    def begin(self) -> None:
        """Count anew."""
        self.home.of(object)
        self.units.clear()
        self._heard, self._delivered = len(self.home.heard), self.home.delivered
        self._began = time.process_time()

    def end(self, people: int = 2) -> dict[str, float]:
        """What was counted since; so many people are mailed of each notice."""
        from lambdas.shared.events import AlarmProgress, Notice

        guarded: Any = import_module("tests.integration.guarded")
        self.home.pump()
        seconds = time.process_time() - self._began
        new = self.home.heard[self._heard :]
        reports = self.home.delivered - self._delivered
        notices = {one.id: one for one in new if isinstance(one, Notice)}.values()
        workers = (*guarded.TO_DISPATCH, AlarmProgress, Notice)
        taken = reports + self.units["sent"] + sum(isinstance(one, workers) for one in new)
        mails = sum(people if one.audience.to == "members" else 1 for one in notices)
        found = Counter(self.units)
        found["event"] = len(new)
        found["mail"] = mails
        found["write"] += 2 * mails  # what was told to whom (lambdas/notify/store.py)
        found["request"] += taken
        found["message"] = SQS_REQUESTS * taken
        found["rule"] = found["action"] = reports
        del found["sent"]
        more = {"second": seconds * MEMORY, "read": found.pop("half_read") / 2}
        return {**found, **more}

    def steps(self, execution: str) -> None:
        """A workflow's states, and the functions that they call."""
        history = import_module("lambdas.shared.aws.clients").client("stepfunctions")
        pages = history.get_execution_history(executionArn=execution, maxResults=1000)["events"]
        kinds = Counter(one["type"] for one in pages)
        self.units["transition"] += sum(n for kind, n in kinds.items() if kind.endswith("Entered"))
        self.units["request"] += kinds["LambdaFunctionScheduled"] + kinds["TaskScheduled"]

    def _call(self, service: Any, client: Any, operation: str, params: Any) -> Any:
        answer = self._original(service, client, operation, params)
        units = self.units
        match operation:
            case "PutItem":
                units["write"] += -(-_size(params["Item"]) // 1024)
            case "UpdateItem" | "DeleteItem":
                units["write"] += 1
            case "TransactWriteItems":
                for one in params["TransactItems"]:
                    (write,) = one.values()
                    units["write"] += 2 * -(-_size(write.get("Item", "")) // 1024)
            case "GetItem" | "Query":
                rows = answer.get("Items") or answer.get("Item") or ""
                strong = 2 if params.get("ConsistentRead") else 1
                units["half_read"] += strong * max(1, -(-_size(rows) // 4096))
            case "SendMessage":
                units["sent"] += 1
        return answer


def pytest_configure() -> None:
    """pytest loads this module as a plugin; there is nothing to set up."""


@pytest.fixture
def guarded_home(request: pytest.FixtureRequest) -> Any:
    """The guarded home of the tests (tests/integration/guarded.py)."""
    return request.getfixturevalue("home")


def test_cost(guarded_home: Any) -> None:
    """The day and the alarms, printed."""
    home = guarded_home
    centre: Any = import_module("tests.integration.centre")
    home.guarded(guards=(centre.KENJI,))
    home.configured()
    meter = Meter(home)

    meter.begin()
    for hour in range(REPORTS_A_DAY):
        if hour in (8, 12, 22):
            home.armed("home" if hour == 22 else "away")
            home.asked("disarm")
        if hour in (7, 19):
            home.view()
        home.report()
        home.wait(3600)
    day = meter.end()
    day["request"] += PAGES_A_DAY + REPORTS_A_DAY  # the page; its status, devices.on_report
    day["write"] += REPORTS_A_DAY
    for unit in ("rule", "action"):
        day[unit] += REPORTS_A_DAY
    day["message"] += SQS_REQUESTS * REPORTS_A_DAY
    day["connected"] = 24 * 60
    month = {unit: 30 * count for unit, count in day.items()}
    month["read"] += 30 * 96 * 100 / 4096 / 2  # supervision: its 100 bytes of a page

    home.armed()
    meter.begin()
    home.sense("window")
    number = home.cases()[-1]
    home.asked("disarm")
    home.centre.did(f"{number}.confirm-1", outcome="mistake", who="見守 太郎")
    home.pump()
    meter.steps(home.centre.case(number).execution)
    mistake = meter.end()

    home.sense("window", active=False)
    home.wait(600)
    home.centre.still_here()
    home.armed()
    meter.begin()
    home.sense("window")
    number = home.cases()[-1]
    home.centre.did(f"{number}.offer-1", centre.KENJI, outcome="accepted")
    home.wait(6 * 60)
    home.centre.arrive(number, centre.KENJI)
    said = {"outcome": "reported", "report": {"outcome": "nothing_wrong"}}
    home.centre.did(f"{number}.visit-1", centre.KENJI, **said)
    home.centre.did(f"{number}.tell-1", outcome="told", number="090")
    home.pump()
    meter.steps(home.centre.case(number).execution)
    visit = meter.end()
    for units in (mistake, visit):
        units["request"] += 5  # the desk's and the guard's requests

    yen = _yen(os.environ.get(PRICES_FILE))
    for what, units in (
        ("a quiet home and month", month),
        ("an alarm that is a mistake", mistake),
        ("an alarm to which a guard goes", visit),
    ):
        print(f"\n{what}: " + (f"{_cost(units, yen):.2f} yen" if yen else "no prices given"))
        for unit in PRICES:
            cost = f"{units.get(unit, 0) * yen[unit]:8.3f} yen" if yen else ""
            print(f"  {unit:11s}{units.get(unit, 0):12,.1f} {cost}")


def _yen(path: str | None) -> dict[str, float]:
    if not path:
        return {}
    listed = json.loads(Path(path).read_text(encoding="utf-8"))
    found = {(one["service"], one["item"]): one["usd"] for one in listed["prices"]}
    return {unit: found[key] * listed["jpy_per_usd"] for unit, key in PRICES.items()}


def _cost(units: dict[str, float], yen: dict[str, float]) -> float:
    return sum(units.get(unit, 0) * yen[unit] for unit in PRICES)


def main(argv: Sequence[str] | None = None) -> int:
    """Print what was counted."""
    parser = argparse.ArgumentParser(prog="python -m bench.security_cost", description=__doc__)
    parser.add_argument("--prices", type=Path, metavar="FILE.json")
    asked = parser.parse_args(argv)
    if asked.prices:
        os.environ[PRICES_FILE] = str(asked.prices)
    plugins = ["-p", "tests.integration.conftest", "-p", "tests.integration.guarded"]
    return int(pytest.main(["-q", "-s", "--no-header", *plugins, f"{__file__}::test_cost"]))


if __name__ == "__main__":
    sys.exit(main())
