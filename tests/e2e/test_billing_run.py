"""A month's run over many contracts on the running system, killed half-way and begun again."""

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.billing import Office, begin_run, cloud_at, fill, invoices
from tests.e2e.household import wait_until

CONTRACTS = int(os.environ.get("BILLING_CONTRACTS", "10000"))

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with cloud_at("2026-11-10T09:00", tmp_path_factory.mktemp("billing-run")) as cloud:
        yield Office(cloud)


def kill_workers(office: Office, function: str) -> int:
    """Kill the processes of a function of this local cloud, as when a machine goes down. Each works
    in a folder with the function's name, below the cloud's state."""
    state, killed = str(office.cloud.log_file.parent), 0
    for place in Path("/proc").glob("[0-9]*/cwd"):
        with suppress(OSError):
            folder = str(place.readlink())
            if folder.startswith(state) and function in folder:
                os.kill(int(place.parent.name), signal.SIGKILL)
                killed += 1
    return killed


def whole_run(office: Office, name: str) -> dict[str, int]:
    """A run from its start to its end; its summary. Mails may still be on their way."""
    states, execution = office.cloud.client("stepfunctions"), begin_run(office.cloud, name)

    def over() -> Any:
        time.sleep(1)
        told = states.describe_execution(executionArn=execution)
        assert told["status"] in ("RUNNING", "SUCCEEDED"), told
        return told.get("output")

    summary: dict[str, int] = json.loads(wait_until(over, "the run is over", 900))["summary"]
    return summary


@pytest.mark.rule("G-08")
def test_killed_half_way_and_begun_again_every_contract_has_one_invoice(office: Office) -> None:
    fill(office.cloud, CONTRACTS)
    states = office.cloud.client("stepfunctions")
    first = begin_run(office.cloud, "first")
    wait_until(lambda: len(invoices(office.cloud)) > CONTRACTS // 20, "the run is under way", 900)
    states.stop_execution(executionArn=first, cause="somebody pulled the plug")
    assert kill_workers(office, "OnBatch") > 0
    time.sleep(1)
    half = invoices(office.cloud)
    assert 0 < len(half) < CONTRACTS * 0.9, "killed half-way"

    summary = whole_run(office, "second")
    whole = invoices(office.cloud)
    assert summary["contracts"] == CONTRACTS
    assert summary["invoices"] == len(whole)
    # Calls of the first run that were under way may still be tried again beside the second.
    assert 0 < summary["new"] <= len(whole) - len(half)
    assert set(whole.values()) == {1}

    again = whole_run(office, "third")
    assert (again.get("new", 0), again["invoices"], again["yen"]) == (
        *(0, len(whole)),
        summary["yen"],
    )
    assert invoices(office.cloud) == whole
