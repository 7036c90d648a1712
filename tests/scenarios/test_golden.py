"""The golden scenarios: whole lives of contracts, to the yen and the day."""

from typing import Any

import pytest

from lambdas.billing.app.preview import answer

S1 = [
    {"on": "2026-08-03", "event": "installed", "sensors": 1, "wifi_router": 1},
    {"on": "2026-08-10", "event": "started"},
    {"on": "2026-10-15", "event": "paused", "months": 2},
    {"on": "2027-01-21T09:00:00+09:00", "event": "cancel_accepted"},
]


def preview(**request: Any) -> dict[str, Any]:
    """The answer to what the rules allow."""
    told, status = answer(request)
    assert status == 0, told
    return told


def totals(told: dict[str, Any]) -> dict[str, int]:
    """The totals of the months with an invoice."""
    return {invoice["month"]: invoice["total"] for invoice in told["invoices"]}


@pytest.mark.rule("S-1", "HT-41", "HT-44", "HT-51", "HT-52", "HT-53", "HT-68", "HF-03", "HF-05")
def test_s_1_a_bought_sensor_paused_then_cancelled() -> None:
    told = preview(
        product="doshiteru",
        plan="purchase_no_internet",
        payment="card",
        timeline=S1,
        through="2027-03",
    )
    assert totals(told) == {
        "2026-08": 49500,
        "2026-09": 4378,
        "2026-10": 4378,
        "2026-11": 1430,
        "2026-12": 330,
        "2027-01": 4378,
        "2027-02": 4378,
    }
    assert told["total"] == 68772
    assert told["invoices"][0] == {
        "month": "2026-08",
        "lines": [{"item": "initial_fee", "amount": 49500, "rule": "HF-05"}],
        "total": 49500,
        "tax": 4500,
    }
    assert told["state"] == [
        {"from": "2026-08-10", "state": "active"},
        {"from": "2026-10-15", "state": "paused"},
        {"from": "2026-12-16", "state": "active"},
        {"from": "2027-03-01", "state": "ended"},
    ]
    assert (told["ends_on"], told["return_by"]) == ("2027-02-28", "2027-03-30")


@pytest.mark.rule("S-1", "HT-70", "HF-14")
def test_s_1_the_router_that_never_came_back() -> None:
    kept = {"on": "2027-03-31", "event": "not_returned", "item": "wifi_router", "count": 1}
    told = preview(
        product="doshiteru",
        plan="purchase_no_internet",
        payment="card",
        timeline=[*S1, kept],
        through="2027-03",
    )
    assert totals(told)["2027-03"] == 8360


@pytest.mark.rule("S-2", "HF-17", "HT-65", "HT-66", "HF-15")
def test_s_2_the_same_with_a_lent_sensor() -> None:
    kept = [
        {"on": "2027-03-31", "event": "not_returned", "item": item}
        for item in ("sensor", "wifi_router")
    ]
    request = {
        "product": "doshiteru",
        "plan": "rental_no_internet",
        "payment": "card",
        "through": "2027-03",
    }
    told = preview(**request, timeline=S1)
    assert totals(told) == {
        "2026-09": 6578,
        "2026-10": 6578,
        "2026-11": 3630,
        "2026-12": 2530,
        "2027-01": 6578,
        "2027-02": 6578 + 33000,
    }
    assert told["total"] == 65472
    assert told["return_by"] == "2027-03-30"
    assert totals(preview(**request, timeline=S1 + kept))["2027-03"] == 22110


@pytest.mark.rule("S-3", "HT-82", "HT-83", "HT-84", "HT-85", "HF-04")
def test_s_3_paid_in_the_app() -> None:
    told = preview(
        product="doshiteru",
        plan="rental_internet",
        payment="in_app",
        watchers=[{"id": "a", "os": "ios"}, {"id": "b", "os": "android"}],
        timeline=[
            {"on": "2026-08-03", "event": "installed", "sensors": 1, "relay_router": 1},
            {"on": "2026-08-10", "event": "started"},
            {"on": "2026-09-12T10:00", "event": "in_app_purchase", "watcher": "a", "os": "ios"},
        ],
        through="2026-09",
    )
    assert totals(told) == {"2026-09": 5358}
    bought = {"from": "2026-09-12T10:00:00+09:00", "to": "2026-10-01T00:00:00+09:00"}
    assert told["app_access"] == [{"watcher": w, **bought} for w in ("a", "b")]


@pytest.mark.rule("S-4", "HT-35", "HT-39", "HT-67")
def test_s_4_not_paid() -> None:
    told = preview(
        product="doshiteru",
        plan="purchase_no_internet",
        payment="card",
        timeline=[
            {"on": "2026-08-03", "event": "installed", "sensors": 1, "wifi_router": 1},
            {"on": "2026-08-10", "event": "started"},
            {"on": "2026-09-28", "event": "payment_failed", "month": "2026-09"},
            {"on": "2026-11-12", "event": "suspended"},
            {"on": "2026-12-11", "event": "terminated", "ground": "14-1-3"},
        ],
        through="2027-03",
    )
    assert totals(told) == {
        "2026-08": 49500,
        "2026-09": 4378,
        "2026-10": 4378,
        "2026-11": 4378,
        "2026-12": 4378,
    }
    assert told["state"] == [
        {"from": "2026-08-10", "state": "active"},
        {"from": "2026-11-12", "state": "suspended"},
        {"from": "2026-12-11", "state": "ended"},
    ]
    assert (told["ends_on"], told["return_by"]) == ("2026-12-11", "2027-01-10")
