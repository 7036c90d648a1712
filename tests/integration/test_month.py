"""An operator's month: contracts brought over, bulk entries, the close and its books."""

import base64
import csv
from io import StringIO
from typing import Any

import pytest

from lambdas.billing import month_api
from tests.integration.conftest import Answer
from tests.integration.office import Office, jst
from tests.integration.test_account import desk

HEADER = "number,product,plan,payment,name,email,phone,home_name,applied,started,billed_until\n"
OLD = (
    "N-1,anshin_partner,,card,山田 花子,h@f.example,090-1,実家,2024-01-10,,2026-08\n"
    "N-2,doshiteru,purchase_no_internet,card,佐藤,,,家,2024-01-10,2024-02-01,2026-08\n"
)
BAD = (
    "N-3,no_such_product,,card,鈴木,,,家,2024-01-10,,2026-08\n"
    "N-4,anshin_partner,,card,,,,家,2024-01-10,,2026-08\n"
    "N-5,anshin_partner,,card,田中,,,家,2024-13-10,,2026-08\n"
    "N-6,anshin_partner,,card,田中,,,家,2024-01-10,,2026\n"
)


def month(office: Office, method: str, path: str, at: str, body: Any = None, **more: Any) -> Answer:
    who = {"person": "keiri", "groups": "[billing]", **more}
    path = f"/billing/staff/{path}"
    return office.ask(month_api.handler, method, path, body=body, at=jst(at), **who)


@pytest.mark.rule("G-08")
def test_contracts_are_brought_over_and_billed_from_where_the_others_ended(office: Office) -> None:
    body: dict[str, Any] = {"csv": HEADER + OLD + BAD}
    tried = month(office, "POST", "imports", "2026-09-10T10:00", body).body
    assert (tried["new"], tried["refused"]) == (2, 4), tried
    assert office.staff("GET", "/contracts", "2026-09-10T10:00").body["contracts"] == []
    assert [one["line"] for one in tried["lines"] if one["state"] == "refused"] == [4, 5, 6, 7]
    assert all(one["why"] for one in tried["lines"] if one["state"] == "refused")
    office.notices()
    for state in ("new", "known"):
        done = {**body, "dry_run": False}
        report = month(office, "POST", "imports", "2026-09-10T10:05", done).body
        assert (report[state], report["refused"]) == (2, 4)
    assert office.notices() == [], "nobody is told of what happened years ago"
    assert office.run("monthly", "2026-10-01T10:00")["yen"] == 495 + 4378
    assert office.run("monthly", "2026-11-01T10:00")["yen"] == 495 + 4378
    other = {"csv": HEADER + OLD.replace("佐藤", "伊藤"), "dry_run": False}
    refused = month(office, "POST", "imports", "2026-09-11T10:00", other).body["lines"][1]
    assert refused["state"] == "refused"
    odd = month(office, "POST", "imports", "2026-09-11T10:00", {"csv": "a,b\n1,2\n"})
    assert odd.status == 422


@pytest.mark.rule("G-07")
def test_the_same_for_several_contracts_with_a_preview_and_undone(office: Office) -> None:
    several = [office.running(f"2026-08-01T09:{n:02}") for n in range(3)]
    visit = {"event": "absent_visit", "work": "relocation"}
    body = {"name": "storm", "contracts": [*several, "c-no"], "fact": visit}
    before = office.staff("GET", f"/contracts/{several[0]}", "2026-09-05T10:00").body
    tried = month(office, "POST", "bulk", "2026-09-05T10:00", body).body
    assert [one["state"] for one in tried] == ["done", "done", "done", "refused"]
    assert office.staff("GET", f"/contracts/{several[0]}", "2026-09-05T10:00").body == before
    for _ in range(2):
        done = {**body, "dry_run": False}
        found = month(office, "POST", "bulk", "2026-09-05T10:01", done).body
        assert [one["unbilled"] for one in found] == [one["unbilled"] for one in tried]
    back = {"contracts": several, "reason": "no storm"}
    found = month(office, "POST", "bulk/storm/undo", "2026-09-06T10:00", back).body
    assert [one["unbilled"] for one in found] == [tried[0]["unbilled"] - 11_000] * 3
    large = {**body, "fact": {"event": "terminated", "ground": "14-1-3"}}
    assert month(office, "POST", "bulk", "2026-09-05T10:00", large).status == 422


@pytest.mark.rule("G-05", "G-07")
def test_a_close_is_the_sum_of_everything(office: Office) -> None:
    several = [office.running(f"2026-08-01T09:{n:02}") for n in range(3)]
    for at in ("2026-09-01T10:00", "2026-10-01T10:00"):
        office.run("monthly", at)
    paid, poor, gone = several
    office.happened(paid, "2026-09-05T10:00", "paid", month="2026-08")
    office.happened(poor, "2026-09-05T10:00", "payment_failed", month="2026-08")
    desk(office, "POST", f"{poor}/receipts", "2026-09-20T10:00", {"amount": 500, "reference": "r"})
    off = {"month": "2026-08", "amount": 20_000, "reason": "x"}
    office.happened(gone, "2026-09-21T10:00", "written_off", **off)
    assert month(office, "GET", "closes/2026-09", "2026-10-02T10:00").status == 404
    office.run("close", "2026-10-02T10:00", "2026-09")
    found = month(office, "GET", "closes/2026-09", "2026-10-02T10:00").body
    assert (found["contracts"], found["invoices"], found["invoiced"]) == (3, 3, 3 * 4378)
    assert found["sales"] == {"doshiteru/10/monthly_fee": 3 * 4378}
    assert (found["tax"], found["taxes"]) == (3 * 398, {"doshiteru/10": 3 * 398})
    parts = [found[name] for name in ("paid", "open", "credited", "written_off")]
    assert found["invoiced_so_far"] == sum(parts) == 3 * (49_500 + 4378)
    assert parts == [50_000, 3 * 4378 + 49_000 + 29_500, 0, 20_000]
    assert found["open_by_age"] == {"0": 3 * 4378, "1": 49_000 + 29_500}
    assert found["received"] == {"paid": 50_000, "written_off": 20_000}
    accounts = [desk(office, "GET", f"{one}/account", "2026-10-02T10:00").body for one in several]
    assert found["open"] == sum(one["open"] for one in accounts)
    listed = month(office, "GET", "invoices/2026-09", "2026-10-02T10:00").body["invoices"]
    assert sum(one["total"] for one in listed) == found["invoiced"]
    for program in ("yayoi", "freee"):
        query = {"program": program}
        got = month(office, "GET", "closes/2026-09/journal", "2026-10-02T10:00", query=query)
        text = base64.b64decode(got.body).decode("cp932")
        rows = list(csv.reader(StringIO(text)))
        assert any(str(3 * 4378) in row and "売掛金" in row and "売上高" in row for row in rows)
        if program == "yayoi":
            assert {len(row) for row in rows} == {25}
            assert {row[0] for row in rows} == {"2000"}
    trail = month(office, "GET", f"contracts/{poor}/audit", "2026-10-02T10:00")
    assert "payment_failed" in base64.b64decode(trail.body).decode()


def test_why_a_line_is_no_contract_is_said_in_the_clerks_language(office: Office) -> None:
    lines = "number,product,name,applied\nN-1,doshiteru,,2026-04-01\nN-2,doshiteru,x,yesterday\n"
    tried = month(office, "POST", "imports", "2026-09-10T10:00", {"csv": lines}).body["lines"]
    assert [one["why"] for one in tried] == ["name が空です", "on: 正しく入力してください。"]
    odd = month(office, "POST", "imports", "2026-09-10T10:00", {"csv": "a,b\n1,2\n"}).body
    assert odd["errors"][0]["why"] == "知らない列があります：a, b"
    more = {"language": "en"}
    english = month(office, "POST", "imports", "2026-09-10T10:00", {"csv": lines}, **more).body
    assert english["lines"][0]["why"] == "nothing in name"
