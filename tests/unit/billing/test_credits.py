"""Credits: never an invoice by which money would flow back; the rest waits (G-07, G-08)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.billing.invoicing.charges import all_charges
from lambdas.billing.invoicing.invoices import invoices
from lambdas.shared.calendar import Month
from tests.unit.billing.book import DAY, RUNNING, forbidden_by, history, lines, on, preview, totals


@pytest.mark.rule("G-07", "G-08")
def test_a_credit_larger_than_the_invoice_goes_on_to_the_next() -> None:
    credit = on("2026-09-20", "credited", amount=10_000, reason="a week without pictures")
    found = totals(*RUNNING, credit, through="2026-12")
    assert found == {"2026-08": 49500, "2026-11": 3 * 4378 - 10_000, "2026-12": 4378}
    taken_up = lines(*RUNNING, credit, month="2026-11")
    assert taken_up == {"monthly_fee": 3 * 4378, "credit": -10_000}


@pytest.mark.rule("G-07")
def test_an_invoice_of_nothing_is_an_invoice() -> None:
    credit = on("2026-09-20", "credited", amount=4378, reason="sorry")
    assert totals(*RUNNING, credit, through="2026-09")["2026-09"] == 0


@pytest.mark.rule("G-07")
def test_what_no_invoice_takes_up_is_paid_out() -> None:
    ended = [on("2026-09-05", "cancel_accepted")]
    credit = on("2026-10-02", "credited", amount=5_000, reason="sorry")
    assert "2026-10" not in totals(*RUNNING, *ended, credit)
    refund = on("2026-10-20", "refunded", amount=5_000)
    assert totals(*RUNNING, *ended, credit, refund)["2026-10"] == 0
    assert lines(*RUNNING, *ended, credit, refund, month="2026-10") == {
        "credit": -5_000,
        "refund": 5_000,
    }


@pytest.mark.rule("G-07")
def test_nothing_is_paid_out_that_was_not_credited() -> None:
    credit = on("2026-10-02", "credited", amount=5_000, reason="sorry")
    refund = on("2026-10-20", "refunded", amount=3_000)
    assert forbidden_by(*RUNNING, refund) == "G-07"
    assert forbidden_by(*RUNNING, credit, {**refund, "amount": 5_001}) == "G-07"
    assert forbidden_by(*RUNNING, credit, {**refund, "on": "2026-10-01"}) == "G-07"
    again = {**refund, "on": "2026-10-21"}
    assert forbidden_by(*RUNNING, credit, refund, again) == "G-07"
    assert preview(*RUNNING, credit, refund, {**again, "amount": 2_000})


@pytest.mark.rule("G-07", "G-08")
@given(amounts=st.lists(st.integers(1, 30_000), max_size=5))
def test_nothing_is_lost_and_nothing_flows_back(amounts: list[int]) -> None:
    given_back = [
        on(f"2026-{9 + n % 4:02}-1{n}", "credited", amount=yen, reason="x")
        for n, yen in enumerate(amounts)
    ]
    kept = history(*RUNNING, *given_back)
    last = Month(2027, 12)
    made = invoices(kept, last)
    billed = sum(one.total for one in made)
    owed = sum(line.amount for line in all_charges(kept, DAY("2027-12-31")))
    assert all(one.total >= 0 for one in made)
    assert billed == owed or owed < billed  # what waits is in the customer's favour
    assert billed == owed or made[-1].month < last
