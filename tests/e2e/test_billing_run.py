"""A month's run over many contracts on the running system, killed half-way and begun again."""

import json
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bench.billing import MONTH, contract
from lambdas.billing.contract.sharding import shard_of
from lambdas.billing.payments.accounts import Card, StoredAccount
from tests.e2e.billing import Office, cloud_at
from tests.e2e.household import tables, wait_until

CONTRACTS = int(os.environ.get("BILLING_CONTRACTS", "10000"))

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with cloud_at("2026-11-10T09:00", tmp_path_factory.mktemp("billing-run")) as cloud:
        yield Office(cloud)


METHODS = {
    "card": Card(
        token="pm_1", customer="cus_1", brand="visa", last4="4242", expires="2030-12"
    ).model_dump_json(),
    "account": StoredAccount(
        bank="0005", branch="001", kind="ordinary", masked="****567", holder="ﾔﾏﾀﾞ", token="c2VhbA=="
    ).model_dump_json(),
}
"""Registered by everybody. No money moves: there is no key for cards, and no account opens."""


def fill(office: Office) -> list[str]:
    """Contracts with their histories and what pays them, as if they had come one by one; their
    ids."""
    dice, ids, shards = Random(8), [], Counter[str]()
    table = tables(office.cloud)(office.cloud.outputs["MimamoriBilling.ContractsTable"])
    with table.batch_writer() as batch:
        for number in range(CONTRACTS):
            rows = contract(dice, number)
            id = rows[0]["sk"].partition("#")[0]
            ids.append(id)
            rows.append(METHODS | {"sk": f"{id}#M"})
            shards[shard_of(id)] += 1
            for row in rows:
                batch.put_item(Item={**row, "pk": f"SHARD#{shard_of(id)}"})
        for shard, count in shards.items():
            batch.put_item(Item={"pk": "SHARDS", "sk": shard, "contracts": count})
    return ids


def invoices(office: Office) -> Counter[str]:
    """How many invoices of the month each contract has, by what the table holds."""
    table = tables(office.cloud)(office.cloud.outputs["MimamoriBilling.ContractsTable"])
    found: Counter[str] = Counter()
    start: dict[str, Any] = {}
    while True:
        page = table.scan(ProjectionExpression="pk, sk", ConsistentRead=True, **start)
        found.update(
            row["pk"].removeprefix("INVOICES#")
            for row in page["Items"]
            if row["pk"].startswith("INVOICES#") and row["sk"] == MONTH
        )
        if "LastEvaluatedKey" not in page:
            return found
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def kill_workers(office: Office, function: str) -> int:
    """Kill the processes of a function of this local cloud, as when a machine goes down."""
    port = office.cloud.endpoint.rpartition(":")[2].encode()
    killed = 0
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            told = environ.read_bytes()
        except OSError:
            continue
        if b"AWS_LAMBDA_FUNCTION_NAME=" in told and port in told and function.encode() in told:
            os.kill(int(environ.parent.name), signal.SIGKILL)
            killed += 1
    return killed


def begin(office: Office, name: str) -> str:
    """Start a run as its schedule does; the execution. Said again, it is the same one."""
    machine = office.cloud.outputs["MimamoriBilling.RunMachine"]
    order = {"kind": "monthly", "period": str(MONTH), "at": "2026-11-10T09:00:00+09:00"}
    made = office.cloud.client("stepfunctions").start_execution(
        stateMachineArn=machine, name=name, input=json.dumps({**order, "means": "test"})
    )
    return str(made["executionArn"])


def whole_run(office: Office, name: str) -> dict[str, int]:
    """A run from its start to its end; its summary. Mails may still be on their way."""
    states, execution = office.cloud.client("stepfunctions"), begin(office, name)

    def over() -> Any:
        time.sleep(1)
        told = states.describe_execution(executionArn=execution)
        assert told["status"] in ("RUNNING", "SUCCEEDED"), told
        return told.get("output")

    summary: dict[str, int] = json.loads(wait_until(over, "the run is over", 900))["summary"]
    return summary


@pytest.mark.rule("G-08")
def test_killed_half_way_and_begun_again_every_contract_has_one_invoice(office: Office) -> None:
    fill(office)
    states = office.cloud.client("stepfunctions")
    first = begin(office, "first")
    wait_until(lambda: len(invoices(office)) > CONTRACTS // 20, "the run is under way", 900)
    states.stop_execution(executionArn=first, cause="somebody pulled the plug")
    assert kill_workers(office, "OnBatch") > 0
    time.sleep(1)
    half = invoices(office)
    assert 0 < len(half) < CONTRACTS * 0.9, "killed half-way"

    summary = whole_run(office, "second")
    whole = invoices(office)
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
    assert invoices(office) == whole
