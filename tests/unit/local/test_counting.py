"""What is counted is what AWS would bill (local/counting.py)."""

import json
from collections import defaultdict
from collections.abc import Coroutine
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from local import emulator
from local.counting import KB, Counts, _count_requests, _DynamoDB, read_units, row_size, units


@pytest.mark.parametrize(
    ("size", "of", "billed"),
    [(0, KB, 1), (1, KB, 1), (KB, KB, 1), (KB + 1, KB, 2), (5 * KB + 1, 5 * KB, 2)],
)
def test_a_part_of_a_unit_is_a_unit(size: int, of: int, billed: int) -> None:
    assert units(size, of) == billed


@pytest.mark.parametrize(
    ("size", "consistent", "billed"),
    [(0, False, 0.5), (4 * KB, False, 0.5), (4 * KB + 1, False, 1.0), (4 * KB, True, 1.0)],
)
def test_a_read_that_may_be_late_costs_half(size: int, consistent: bool, billed: float) -> None:
    assert read_units(size, consistent=consistent) == billed


def test_a_row_is_as_large_as_its_names_and_values() -> None:
    row = {
        "pk": {"S": "家"},
        "n": {"N": "1234"},
        "b": {"B": "AAEC"},
        "m": {"M": {"x": {"S": "yz"}}},
    }
    assert row_size(row) == (2 + 3) + (1 + 4) + (1 + 3) + (1 + 3 + 1 + 1 + 2)
    assert row_size({"on": {"BOOL": True}, "tags": {"SS": ["ab", "c"]}}) == (2 + 1) + (4 + 3)


class Service:
    """As much of DynamoDB as rows need: the table "t" with the index "of", by ``sort``."""

    def __init__(self) -> None:
        self.rows: Any = defaultdict(dict)
        self._tables = {
            "t": {
                "items": self.rows,
                "pk_name": "pk",
                "sk_name": "sk",
                "GlobalSecondaryIndexes": [{"KeySchema": [{"AttributeName": "sort"}]}],
            }
        }

    async def handle(self, _m: str, _p: str, headers: Any, body: bytes, _q: Any) -> Any:
        asked, operation = json.loads(body), headers["x-amz-target"].rpartition(".")[2]
        written = {
            "PutItem": [asked.get("Item")],
            "TransactWriteItems": [one["Put"]["Item"] for one in asked.get("TransactItems", ())],
        }.get(operation, [])
        for row in written:
            self.rows[row["pk"]["S"]][row["sk"]["S"]] = row
        rows = [row for those in self.rows.values() for row in those.values()]
        return 200, {}, json.dumps({"Items": rows, "Count": len(rows), "ScannedCount": len(rows)})


def done(work: Coroutine[Any, Any, Any]) -> None:
    """To its end, without a loop: it waits for nothing."""
    with pytest.raises(StopIteration):
        work.send(None)


def counted(*asked: tuple[str, dict[str, Any]]) -> dict[str, float]:
    counts, service = Counts(), Service()
    handlers = {"dynamodb": service.handle}
    _count_requests(counts, handlers, _DynamoDB(counts, SimpleNamespace(_tables=service._tables)))
    for operation, body in asked:
        target = {"x-amz-target": f"DynamoDB_20120810.{operation}"}
        said = {"TableName": "t", **body}
        done(handlers["dynamodb"]("POST", "/", target, json.dumps(said).encode(), {}))
    return counts.report()


def row(size: int = 0, **more: Any) -> dict[str, Any]:
    return {"pk": {"S": "a"}, "sk": {"S": "b"}, "body": {"S": "x" * size}, **more}


def test_a_write_is_billed_by_its_row_in_each_place_and_twice_in_a_transaction() -> None:
    assert counted(("PutItem", {"Item": row()}))["DynamoDB write"] == 1
    assert counted(("PutItem", {"Item": row(1500)}))["DynamoDB write"] == 2
    indexed = {"Item": row(1500, sort={"S": "1"})}
    assert counted(("PutItem", indexed))["DynamoDB write"] == 4
    both = {"TransactItems": [{"Put": {"TableName": "t", **indexed}}]}
    assert counted(("TransactWriteItems", both))["DynamoDB write"] == 8


def test_what_was_larger_before_is_billed_as_it_was() -> None:
    found = counted(("PutItem", {"Item": row(3000)}), ("PutItem", {"Item": row()}))
    assert found["DynamoDB write"] == 3 + 3


def test_a_query_is_billed_by_all_it_found_together() -> None:
    found = counted(("PutItem", {"Item": row(5000)}), ("Query", {}))
    assert found["DynamoDB read"] == 1.0


def test_a_row_is_stored_until_its_end_and_a_year_at_most() -> None:
    for_ever = counted(("PutItem", {"Item": row()}))["DynamoDB byte-month"]
    assert for_ever == 12 * row_size(row())
    gone = counted(("PutItem", {"Item": row(expires={"N": "1"})}))
    assert gone["DynamoDB byte-month"] == 0


def test_nothing_is_counted_unless_it_is_asked_for() -> None:
    assert "--count" not in emulator.command(1, Path("x"))
    assert "--count" in emulator.command(1, Path("x"), count=True)
