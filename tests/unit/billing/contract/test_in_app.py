"""Paying in the app: HT-81 to HT-87, A-35."""

from typing import Any

import pytest

from lambdas.billing.contract.app_access import app_open, in_app_total
from lambdas.shared.calendar import Month
from tests.unit.billing.book import STARTED, at, forbidden_by, history, lines, on, preview

BOTH = [{"id": "a", "os": "ios"}, {"id": "b", "os": "android"}]
IN_APP = {"payment": "in_app", "watchers": BOTH, "plan": "rental_internet"}


def bought(when: str, watcher: str = "a", os: str = "ios") -> dict[str, Any]:
    return on(when, "in_app_purchase", watcher=watcher, os=os)


def open_to(*timeline: dict[str, Any]) -> list[tuple[str, str]]:
    """When the app is open to watcher b, who has Android."""
    told = preview(STARTED, *timeline, **IN_APP)["app_access"]
    assert [w for w in told if w["watcher"] == "a"] == [
        {**w, "watcher": "a"} for w in told if w["watcher"] == "b"
    ]
    return [(w["from"][:16], w["to"][:16]) for w in told if w["watcher"] == "b"]


@pytest.mark.rule("HT-81")
def test_somebody_needs_ios() -> None:
    androids = [{"id": "b", "os": "android"}]
    assert forbidden_by(STARTED, payment="in_app", watchers=androids) == "HT-81"
    assert forbidden_by(STARTED, bought("2026-09-01", "b"), **IN_APP) == "HT-81"
    assert forbidden_by(STARTED, bought("2026-09-01", "b", "android"), **IN_APP) == "HT-81"
    assert forbidden_by(STARTED, bought("2026-09-01")) == "HT-81"  # another way to pay
    assert preview(STARTED, on("2026-09-01", "in_app_purchase", watcher="a"), **IN_APP)
    started = on("2026-12-01", "started")
    assert forbidden_by(started, product="albo_eye", payment="in_app") == "AL-39"


@pytest.mark.rule("HT-83", "HT-82", "S-3")
def test_closed_to_all_until_one_with_ios_pays() -> None:
    assert open_to() == []
    kept = history(STARTED, bought("2026-10-02T09:00"), **IN_APP)
    assert not app_open(kept, at("2026-10-01T00:00"))
    assert not app_open(kept, at("2026-10-02T08:59"))
    assert app_open(kept, at("2026-10-02T09:00"))
    assert not app_open(kept, at("2026-11-01T00:00"))


@pytest.mark.rule("HT-84")
@pytest.mark.parametrize("when", ["2026-09-12T10:00", "2026-09-30T23:50"])
def test_open_to_the_end_of_the_month(when: str) -> None:
    assert open_to(bought(when)) == [(when, "2026-10-01T00:00")]


@pytest.mark.rule("HT-84", "HT-82")
def test_months_paid_for_follow_each_other() -> None:
    purchases = [bought("2026-09-12T10:00"), bought("2026-10-01"), bought("2026-10-20")]
    assert open_to(*purchases) == [("2026-09-12T10:00", "2026-11-01T00:00")]


@pytest.mark.rule("HT-85", "HF-04", "S-3", "A-35")
def test_our_invoice_and_the_app_make_the_fee() -> None:
    timeline = [STARTED, bought("2026-08-11"), bought("2026-09-12")]
    kept = history(*timeline, **IN_APP)
    september = lines(*timeline, month="2026-09", **IN_APP)["monthly_fee"]
    assert september == 5358
    assert september + in_app_total(kept, Month(2026, 9)) == 5478
    assert lines(*timeline, month="2026-08", **IN_APP) == {}
    assert in_app_total(kept, Month(2026, 8)) == 120
    assert in_app_total(kept, Month(2026, 10)) == 0


@pytest.mark.rule("A-35", "HT-83", "HT-87")
def test_in_the_month_of_the_start_too_somebody_has_to_pay() -> None:
    assert not app_open(history(STARTED, **IN_APP), at("2026-08-11T10:00"))
    assert open_to(bought("2026-08-11T10:00")) == [("2026-08-11T10:00", "2026-09-01T00:00")]


@pytest.mark.rule("HT-86")
def test_after_the_end_a_purchase_opens_nothing() -> None:
    ended = on("2026-10-05", "cancel_accepted")
    assert open_to(ended, bought("2026-11-02")) == []


@pytest.mark.rule("A-35", "HT-45")
def test_while_paused_the_invoice_has_it_all_and_the_app_is_closed() -> None:
    pause = on("2026-09-15", "paused", months=1)
    assert open_to(bought("2026-09-12"), pause, bought("2026-10-03")) == [
        ("2026-09-12T00:00", "2026-09-15T00:00"),
        ("2026-10-16T00:00", "2026-11-01T00:00"),
    ]
    found = lines(STARTED, pause, month="2026-10", **IN_APP)
    assert found == {"storage_fee": 330, "rental_fee": 2200, "pause_procedure_fee": 1100}


@pytest.mark.rule("HT-33", "HT-83")
def test_a_suspension_closes_the_app_to_the_minute() -> None:
    stopped = on("2026-09-20T15:00", "suspended")
    lifted = on("2026-09-22T11:30", "suspension_lifted")
    assert open_to(bought("2026-09-12"), stopped, lifted) == [
        ("2026-09-12T00:00", "2026-09-20T15:00"),
        ("2026-09-22T11:30", "2026-10-01T00:00"),
    ]


@pytest.mark.rule("A-35", "HT-28")
def test_paying_otherwise_from_the_next_month() -> None:
    changed = on("2026-10-20", "payment_changed", payment="card")
    assert lines(STARTED, changed, month="2026-10", **IN_APP) == {"monthly_fee": 5358}
    assert lines(STARTED, changed, month="2026-11", **IN_APP) == {"monthly_fee": 5478}
    assert app_open(history(STARTED, changed, **IN_APP), at("2026-11-01T00:00"))


@pytest.mark.rule("HT-19")
def test_only_watchers_pay() -> None:
    assert forbidden_by(STARTED, bought("2026-09-12", "z"), **IN_APP) == "HT-19"
