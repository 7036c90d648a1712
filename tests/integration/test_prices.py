"""Prices changed by staff: two people, a day to come, told in time, and the past as it was."""

from typing import Any

import pytest

from tests.integration.office import Office
from tests.integration.test_month import month

DEARER = {
    "product": "doshiteru",
    "first": "2026-12-01",
    "changes": [{"plan": "purchase_no_internet", "term": "monthly_fee.price", "yen": 4488}],
}


def asked(office: Office, at: str, **more: Any) -> Any:
    return month(office, "POST", "prices", at, {**DEARER, "dry_run": False, **more})


def step(office: Office, id: str, what: str, at: str, **more: Any) -> Any:
    return month(office, "POST", f"prices/{id}/{what}", at, **{"person": "kachou", **more})


@pytest.mark.rule("G-06", "G-07", "HT-25", "HT-06")
def test_a_new_price_holds_by_date_without_a_deployment(office: Office) -> None:
    contract = office.running()
    office.running("2026-08-01T09:30", plan="purchase_internet")  # nothing changes for this one
    tried = month(office, "POST", "prices", "2026-10-20T10:00", DEARER).body
    assert tried["state"] == "tried"
    assert tried["changes"] == [
        {"plan": "purchase_no_internet", "term": "monthly_fee.price", "was": 4378, "yen": 4488}
    ]
    assert month(office, "GET", "prices", "2026-10-20T10:00").body == []
    made = asked(office, "2026-10-20T10:00").body
    assert made["state"] == "proposed"
    own = step(office, made["id"], "approval", "2026-10-20T11:00", person="keiri")
    assert (own.status, own.body["rule"]) == (403, "G-07")
    agreed = step(office, made["id"], "approval", "2026-10-21T10:00").body
    assert [(one["step"], one["by"]) for one in agreed["facts"]] == [
        ("proposed", "keiri"),
        ("agreed", "kachou"),
    ]
    office.notices()
    told = {
        day: [one.values for one in office.notices() if one.kind == "contract.price_change"]
        for day in ("2026-10-31", "2026-11-01", "2026-11-02")
        if office.run("daily", f"{day}T00:00")
    }
    assert [day for day, notices in told.items() if notices] == ["2026-11-01"]
    assert len(told["2026-11-01"]) == 1
    assert (told["2026-11-01"][0]["was"], told["2026-11-01"][0]["fee"]) == ("4,378", "4,488")
    for at in ("2026-09-01", "2026-10-01", "2026-11-01", "2026-12-01", "2027-01-01"):
        office.run("monthly", f"{at}T10:00")
    assert office.totals(contract) == {
        **{"2026-08": 49_500, "2026-09": 4378, "2026-10": 4378, "2026-11": 4378},
        "2026-12": 4488,
    }
    shown = office.family("GET", "/products", "2026-12-01T10:00").body
    (doshiteru,) = (one for one in shown if one["product"] == "doshiteru")
    fees = {one["plan"]: one["monthly_fee"] for one in doshiteru["plans"]}
    assert fees["purchase_no_internet"] == 4488


@pytest.mark.rule("G-06", "HT-25")
def test_what_is_doubtful_or_late_is_not_taken(office: Office) -> None:
    leap = {"changes": [{"term": "monthly_fee.price", "yen": 43_780}]}
    no = asked(office, "2026-10-20T10:00", **leap)
    assert (no.status, no.body["rule"]) == (422, "G-06")
    assert asked(office, "2026-10-20T10:00", **leap, despite_warnings=True).status == 200
    late = asked(office, "2026-11-01T10:00")
    assert (late.status, late.body["rule"]) == (422, "HT-25")
    past = asked(office, "2026-12-01T10:00")
    assert (past.status, past.body["rule"]) == (422, "G-06")
    made = asked(office, "2026-10-31T10:00").body
    too_late = step(office, made["id"], "approval", "2026-11-01T10:00")
    assert (too_late.status, too_late.body["rule"]) == (422, "HT-25")


@pytest.mark.rule("G-06", "G-07")
def test_a_list_is_decided_once_and_taken_back_before_its_day(office: Office) -> None:
    made = asked(office, "2026-10-20T10:00").body
    assert step(office, made["id"], "rejection", "2026-10-21T10:00").body["state"] == "rejected"
    assert step(office, made["id"], "approval", "2026-10-21T10:00").status == 409
    other = asked(office, "2026-10-20T10:00", first="2027-01-01").body
    assert step(office, other["id"], "approval", "2026-10-21T10:00").body["state"] == "agreed"
    late = step(office, other["id"], "withdrawal", "2027-01-01T10:00")
    assert (late.status, late.body["rule"]) == (422, "G-06")
    back = step(office, other["id"], "withdrawal", "2026-12-31T10:00").body
    assert back["state"] == "withdrawn"
    contract = office.running()
    office.run("monthly", "2027-02-01T10:00", "2027-01")
    assert office.totals(contract)["2027-01"] == 49_500 + 5 * 4378
    assert step(office, "nothing", "approval", "2026-10-21T10:00").status == 404
    states = [one["state"] for one in month(office, "GET", "prices", "2027-01-01T10:00").body]
    assert states == ["rejected", "withdrawn"]
