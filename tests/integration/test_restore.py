"""A drill: tables lose rows, are put back to what they were, and read models made anew.

The services of a test restore a table as it is at the moment, so it is restored before the harm is
done; AWS does it afterwards, and the result is the same.
"""

import sys
import time
from typing import Any

import pytest

from lambdas.shared.aws import clients
from tests.integration.office import Office, jst
from tools.restore import Restore

DAY = "2026-11-30T00:00"


def rows(table: str) -> dict[tuple[str, str], dict[str, Any]]:
    page = clients.table(table).scan()
    found = page["Items"]
    while "LastEvaluatedKey" in page:
        page = clients.table(table).scan(ExclusiveStartKey=page["LastEvaluatedKey"])
        found += page["Items"]
    return {(row["pk"], row["sk"]): row for row in found}


def moved_in(office: Office, number: int) -> str:
    """A contract in force of somebody for a home of their own."""
    who = {"id": f"person-{number}", "name": "花子", "email": f"h{number}@f.example"}
    return office.running(home=f"home-{number}", contractor=who, watchers=[])


def lose(table: str, *begins: str) -> int:
    lost = [key for key in rows(table) if key[0].startswith(begins)]
    for pk, sk in lost:
        clients.table(table).delete_item(Key={"pk": pk, "sk": sk})
    return len(lost)


@pytest.mark.parametrize("contracts", [3, pytest.param(300, marks=pytest.mark.slow)])
def test_what_was_lost_and_spoilt_is_put_back_and_what_is_newer_stays(
    office: Office, contracts: int, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(contracts):
        moved_in(office, number)
    office.run("daily", at=DAY)
    began = time.monotonic()
    restore = Restore(clients.client)
    restored = restore.beside("billing", jst(DAY))
    copied = time.monotonic()
    before = rows("billing")

    lost = lose("billing", "INVOICES#", "FIND#")
    spoilt = next(key for key in before if key[0].startswith("AUDIT#"))
    clients.table("billing").update_item(
        Key=dict(zip(("pk", "sk"), spoilt, strict=True)),
        UpdateExpression="SET who = :x",
        ExpressionAttributeValues={":x": "nobody"},
    )
    newer = moved_in(office, contracts)

    found = restore.compare("billing", restored)
    assert len(found.lost) == lost > 0
    assert spoilt in found.changed
    assert any(newer in sk for _, sk in found.newer)
    assert f"lost: {lost}" in found.text()
    compared = time.monotonic()
    restore.put_back("billing", found)
    put = time.monotonic()
    after = rows("billing")
    assert {key: after[key] for key in before} == before
    assert any(newer in sk for _, sk in after)
    assert restore.compare("billing", restored).lost == []
    restore.forget(restored)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{len(before)} rows of {contracts} contracts: copied in {copied - began:.2f} s, "
            f"compared in {compared - copied:.2f} s, {len(found.lost)} lost and "
            f"{len(found.changed)} changed put back in {put - compared:.2f} s\n"
        )


def test_read_models_are_made_anew_from_facts(office: Office) -> None:
    ids = [moved_in(office, number) for number in range(3)]
    office.run("daily", at=DAY)
    directory, lists = rows("directory"), rows("billing")
    lose("directory", "HOME#home-", "PERSON#", "CONTRACT#")
    lose("billing", "FIND#")
    summary = office.run("rebuild", at=DAY)
    assert summary["rebuilt"] == len(ids)
    now = rows("directory")
    of_billing = [key for key in directory if key[0].startswith(("HOME#home-0", "CONTRACT#"))]
    assert of_billing
    assert {key: now.get(key) for key in of_billing} == {key: directory[key] for key in of_billing}
    found = [key for key in lists if key[0].startswith("FIND#")]
    assert {key: rows("billing").get(key) for key in found} == {key: lists[key] for key in found}
    again = office.run("rebuild", at=DAY)
    assert again["rebuilt"] == len(ids)


def test_nothing_is_written_before_it_is_asked_for(office: Office) -> None:
    office.running()
    restore = Restore(clients.client)
    restored = restore.beside("billing", jst(DAY))
    lose("billing", "FIND#")
    before = rows("billing")
    found = restore.compare("billing", restored, ["FIND#"])
    assert found.lost
    assert rows("billing") == before
    assert {pk.partition("#")[0] for pk, _ in found.lost} == {"FIND"}
