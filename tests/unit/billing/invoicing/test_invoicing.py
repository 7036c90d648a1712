"""Invoices, runs and corrections: G-05, G-07, G-08."""

import pytest

from lambdas.billing.invoicing.charges import Line, all_charges
from lambdas.billing.invoicing.invoices import invoice, outstanding
from lambdas.shared.calendar import Month
from tests.unit.billing.book import DAY, RUNNING, STARTED, history, lines, on


@pytest.mark.rule("G-05")
def test_tax_once_an_invoice() -> None:
    visit = on("2026-09-10", "absent_visit")
    made = invoice(history(*RUNNING, visit), Month(2026, 9))
    assert (made.total, made.tax) == (15378, 1398)


@pytest.mark.rule("G-08")
def test_a_month_run_again_adds_nothing() -> None:
    kept = history(*RUNNING)
    issued = outstanding(kept, [], DAY("2026-10-31"))
    assert [line.amount for line in issued] == [49500, 4378, 4378]
    assert outstanding(kept, issued, DAY("2026-10-31")) == []
    assert [ln.amount for ln in outstanding(kept, issued, DAY("2026-11-30"))] == [4378]


@pytest.mark.rule("G-08")
def test_what_was_learnt_late_is_put_right_by_lines() -> None:
    issued = outstanding(history(*RUNNING), [], DAY("2026-12-31"))
    learnt = history(*RUNNING, on("2026-10-15", "paused", months=1))
    more = outstanding(learnt, issued, DAY("2026-12-31"))
    assert [(ln.item, ln.amount, str(ln.month)) for ln in more] == [
        ("monthly_fee", -4378, "2026-11"),
        ("storage_fee", 330, "2026-11"),
        ("pause_procedure_fee", 1100, "2026-11"),
    ]
    assert total([*issued, *more]) == total(all_charges(learnt, DAY("2026-12-31")))
    assert outstanding(learnt, [*issued, *more], DAY("2026-12-31")) == []


@pytest.mark.rule("G-08", "AL-76")
def test_a_difference_is_one_line() -> None:
    eye = {"product": "albo_eye"}
    started = on("2026-11-01", "started")
    issued = outstanding(history(started, **eye), [], DAY("2026-12-31"))
    ended = history(started, on("2026-12-10", "terminated"), **eye)
    assert [ln.amount for ln in outstanding(ended, issued, DAY("2026-12-31"))] == [354 - 1100]


@pytest.mark.rule("G-07", "G-08")
def test_staff_give_credits_as_lines() -> None:
    credit = on("2026-09-20", "credited", amount=1000, reason="a late visit")
    assert lines(*RUNNING, credit, month="2026-09") == {"monthly_fee": 4378, "credit": -1000}


@pytest.mark.rule("G-08")
def test_the_same_fact_twice_is_one() -> None:
    visit = on("2026-09-10", "absent_visit", id="v1")
    assert lines(*RUNNING, visit, visit, month="2026-09")["visit_fee"] == 11000
    other = {**visit, "id": "v2"}
    assert lines(*RUNNING, visit, other, month="2026-09")["visit_fee"] == 22000


@pytest.mark.rule("G-08")
def test_every_line_has_its_own_key() -> None:
    busy = history(
        *RUNNING,
        on("2026-09-10", "absent_visit"),
        on("2026-09-10", "absent_visit"),
        on("2026-09-10", "replaced", item="sensor", cause="lost"),
        on("2026-10-15", "paused", months=1),
        on("2026-11-20", "paused", months=1),
    )
    keys = [line.key for line in all_charges(busy, DAY("2027-12-31"))]
    assert len(keys) == len(set(keys))


def total(issued: list[Line]) -> int:
    return sum(line.amount for line in issued)


def test_without_facts_nothing_is_owed() -> None:
    assert outstanding(history(), [], DAY("2026-12-31")) == []
    assert outstanding(history(STARTED), [], DAY("2026-01-31")) == []
