"""Fees of ドシテル: HT-23 to HT-27, HF-03 to HF-13."""

import pytest

from lambdas.billing.products.catalogue import standard
from tests.unit.billing.book import (
    DAY,
    INSTALLED,
    RUNNING,
    STARTED,
    forbidden_by,
    lines,
    on,
    totals,
)

PLANS = ("purchase_no_internet", "purchase_internet", "rental_no_internet", "rental_internet")


@pytest.mark.rule("HF-03", "HT-23", "HT-24", "A-24")
@pytest.mark.parametrize(("plan", "fee"), list(zip(PLANS, (4378, 3278, 6578, 5478), strict=True)))
def test_monthly(plan: str, fee: int) -> None:
    assert lines(*RUNNING, month="2026-09", plan=plan) == {"monthly_fee": fee}


@pytest.mark.rule("HF-04", "HT-85")
@pytest.mark.parametrize(("plan", "fee"), list(zip(PLANS, (4258, 3158, 6458, 5358), strict=True)))
def test_monthly_less_what_is_paid_in_the_app(plan: str, fee: int) -> None:
    assert lines(*RUNNING, month="2026-09", plan=plan, payment="in_app") == {"monthly_fee": fee}


@pytest.mark.rule("HF-05", "HT-23", "A-32", "HT-56")
@pytest.mark.parametrize(("plan", "fee"), list(zip(PLANS, (49500, 55000, 0, 0), strict=True)))
def test_initial_fee_in_the_month_of_the_installation(plan: str, fee: int) -> None:
    timeline = [on("2026-07-25", "installed"), on("2026-08-03", "started")]
    found = totals(*timeline, plan=plan)
    assert found.get("2026-07", 0) == fee
    assert "2026-08" not in found
    assert found["2026-09"] < 7000


@pytest.mark.rule("HF-06", "A-36")
def test_once_a_contract_however_many_sensors() -> None:
    more = [on("2026-08-03", "installed", sensors=3), on("2026-09-03", "installed", sensors=1)]
    assert totals(*more, STARTED)["2026-08"] == 49500
    assert totals(*more, STARTED)["2026-09"] == 4378


@pytest.mark.rule("HT-27", "HT-26")
@pytest.mark.parametrize("day", ["2026-08-01", "2026-08-10", "2026-08-31"])
def test_the_month_of_the_start_is_free(day: str) -> None:
    found = totals(on(day, "started"))
    assert next(iter(found)) == "2026-09"


@pytest.mark.rule("HF-07", "A-36")
def test_another_plan_from_the_next_month() -> None:
    changed = on("2026-10-15", "plan_changed", plan="purchase_internet")
    found = totals(*RUNNING, changed)
    assert (found["2026-08"], found["2026-10"], found["2026-11"]) == (49500, 4378, 3278)
    assert forbidden_by(*RUNNING, {**changed, "plan": "rental_internet"}) == "HF-07"


@pytest.mark.rule("HF-08", "HT-69")
def test_removal() -> None:
    cancelled = on("2026-10-10", "cancel_accepted")
    removed = on("2026-11-04", "removed")
    assert lines(*RUNNING, cancelled, removed, month="2026-11") == {"removal_fee": 13200}


@pytest.mark.rule("HF-09", "HF-10", "HF-12", "HT-04")
def test_relocation() -> None:
    near = on("2026-10-10", "relocated", same_day_same_building=True)
    far = on("2026-11-10", "relocated", same_day_same_building=False)
    assert lines(*RUNNING, near, month="2026-10")["relocation_fee"] == 29700
    assert lines(*RUNNING, far, month="2026-11")["relocation_fee"] == 35200


@pytest.mark.rule("HF-11")
def test_works_before_the_start_are_free() -> None:
    early = on("2026-08-05", "relocated")
    removed = on("2026-08-05", "removed")
    assert lines(INSTALLED, removed, STARTED, month="2026-08") == {"initial_fee": 49500}
    assert lines(INSTALLED, early, STARTED, month="2026-08") == {"initial_fee": 49500}
    same_day = on("2026-08-10", "relocated")
    assert lines(*RUNNING, same_day, month="2026-08")["relocation_fee"] == 35200


@pytest.mark.rule("HF-13", "HT-38")
def test_nobody_there() -> None:
    absences = [on("2026-07-20", "absent_visit"), on("2026-07-27", "absent_visit")]
    assert totals(*absences, *RUNNING)["2026-07"] == 22000
    twice_a_day = [on("2026-07-20", "absent_visit")] * 2
    assert totals(*twice_a_day, *RUNNING)["2026-07"] == 22000
    repair = on("2026-07-20", "absent_visit", work="repair")
    assert "2026-07" not in totals(repair, *RUNNING)


@pytest.mark.rule("HT-35", "HT-33")
def test_fees_go_on_during_a_suspension() -> None:
    stopped = [on("2026-10-05", "suspended"), on("2026-11-20", "suspension_lifted")]
    found = totals(*RUNNING, *stopped)
    assert (found["2026-10"], found["2026-11"]) == (4378, 4378)
    assert forbidden_by(*RUNNING, stopped[0], stopped[0]) == "HT-33"
    assert forbidden_by(*RUNNING, stopped[1]) == "HT-33"


@pytest.mark.rule("HF-18")
def test_linking_a_fridge_is_free() -> None:
    terms = standard().product("doshiteru").terms(PLANS[0], DAY("2026-08-10"))
    assert terms.options["fridge_link"].yen == 0
