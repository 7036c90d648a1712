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
    assert found == {
        "2026-08": 49500,
        "2026-09": 0,
        "2026-10": 0,
        "2026-11": 3 * 4378 - 10_000,
        "2026-12": 4378,
    }
    taken_up = [
        lines(*RUNNING, credit, month=f"2026-{month:02}")["credit"] for month in (9, 10, 11)
    ]
    assert taken_up == [-4378, -4378, -1244]


@pytest.mark.rule("G-05", "G-07")
def test_a_credit_has_the_tax_of_the_sale_it_returns() -> None:
    begins = on("2019-06-01", "applied", first_time=False)
    credit = on("2019-10-15", "credited", amount=486, reason="sorry", month="2019-09")
    made = preview(begins, credit, product="anshin_partner", through="2019-10")["invoices"][-1]
    assert (made["month"], made["total"], made["tax"]) == ("2019-10", 495 - 486, 45 - 36)


@pytest.mark.rule("G-05", "G-07")
def test_what_is_paid_out_is_no_sale_and_has_no_tax() -> None:
    ended = on("2026-09-05", "cancel_accepted")
    credit = on("2026-10-02", "credited", amount=4_378, reason="sorry", month="2026-09")
    refund = on("2026-10-20", "refunded", amount=4_378)
    made = preview(*RUNNING, ended, credit, refund)["invoices"][-1]
    assert (made["month"], made["total"], made["tax"]) == ("2026-10", 0, -398)


@pytest.mark.rule("HT-91", "HF-14")
def test_devices_that_are_not_missing_are_no_damages() -> None:
    ends = on("2026-10-05", "terminated", ground="14-1-3")
    rented = {"plan": "rental_no_internet"}
    removed = history(*RUNNING, ends, on("2026-10-10", "removed"), **rented)
    assert removed.custody.out == {}
    exchanged = on("2026-09-10", "replaced", item="sensor", cause="failure")
    assert history(*RUNNING, exchanged, ends, **rented).custody.out == {
        "sensor": 1,
        "wifi_router": 1,
    }
    by_post = {**exchanged, "by": "post"}
    assert history(*RUNNING, by_post, ends, **rented).custody.out["sensor"] == 2
    handed_over = history(*RUNNING, on("2026-10-05", "transferred"), **rented)
    assert handed_over.return_by is None


@pytest.mark.rule("HT-40", "HT-66")
def test_a_cancellation_that_was_withdrawn_ends_nothing() -> None:
    cancelled = on("2026-09-05", "cancel_accepted")
    back = on("2026-09-10", "cancel_withdrawn")
    assert history(*RUNNING, cancelled, back).end is None
    assert totals(*RUNNING, cancelled, back, through="2026-11")["2026-11"] == 4378
    again = on("2026-10-05", "cancel_accepted")
    end = history(*RUNNING, cancelled, back, again).end
    assert end
    assert str(end.on) == "2026-10-31"
    assert forbidden_by(*RUNNING, back) == "HT-40"
    assert forbidden_by(*RUNNING, cancelled, on("2026-10-01", "cancel_withdrawn")) == "HT-40"


@pytest.mark.rule("G-07")
def test_what_was_taken_back_counts_no_longer() -> None:
    visit = on("2026-09-05", "absent_visit", id="visit-1")
    taken_back = on("2026-09-06", "retracted", fact="visit-1", reason="entered twice")
    assert totals(*RUNNING, visit, taken_back) == totals(*RUNNING)


@pytest.mark.rule("G-08")
def test_months_that_were_billed_elsewhere_are_not_billed_again() -> None:
    brought_over = on("2026-11-20", "billed_elsewhere", until="2026-10")
    assert list(totals(*RUNNING, brought_over, through="2026-12")) == ["2026-11", "2026-12"]


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
    assert billed == owed or made[-1].total == 0
