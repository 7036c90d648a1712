"""What falls due and when: dunning, notices, locks; S-4, HT-25, HT-29, HT-37, HT-38, HT-73."""

from datetime import date, timedelta

import pytest

from lambdas.billing.invoicing.deadlines import (
    absent_too_often,
    deadlines,
    dunning,
    falling_due,
    no_contact_since,
    payment_due,
    price_changes,
    service_end_notice,
)
from lambdas.billing.products.catalogue import Product, ProductFile, standard
from lambdas.shared.calendar import Month, start_of
from tests.unit.billing.book import DAY, RUNNING, STARTED, history, on

SEPTEMBER = Month(2026, 9)
FAILED = on("2026-09-28", "payment_failed", month="2026-09")


def steps(*timeline: dict[str, object]) -> dict[str, str]:
    """The steps of dunning for September."""
    return {due.what: str(due.day) for due in dunning(history(*RUNNING, *timeline), SEPTEMBER)}


@pytest.mark.rule("S-4", "HT-29", "HT-33", "HT-34", "HT-36")
def test_s_4_step_by_step() -> None:
    assert steps() == {}
    assert steps(FAILED) == {
        "payment_due": "2026-10-31",
        "payment_notice": "2026-11-05",
        "suspension": "2026-11-12",
        "cure_date": "2026-12-10",
        "termination": "2026-12-11",
    }


@pytest.mark.rule("S-4", "HT-36")
def test_what_was_paid_takes_no_further_steps() -> None:
    assert steps(FAILED, on("2026-10-30", "paid", month="2026-09")) == {}
    paid_late = steps(FAILED, on("2026-11-06", "paid", month="2026-09"))
    assert list(paid_late) == ["payment_due", "payment_notice"]
    at_the_notice = steps(FAILED, on("2026-11-05", "paid", month="2026-09"))
    assert list(at_the_notice) == ["payment_due"]
    cured = steps(FAILED, on("2026-12-10", "paid", month="2026-09"))
    assert "termination" not in cured


@pytest.mark.rule("S-4")
def test_a_late_suspension_leaves_the_same_time_to_pay() -> None:
    late = steps(FAILED, on("2026-11-20", "suspended"))
    assert (late["suspension"], late["cure_date"]) == ("2026-11-20", "2026-12-18")


@pytest.mark.rule("HT-29")
@pytest.mark.parametrize(
    ("failed", "due"),
    [("2026-09-28", "2026-10-31"), ("2026-10-05", "2026-10-31"), ("2026-11-02", "2026-12-31")],
)
def test_the_due_date(failed: str, due: str) -> None:
    kept = history(*RUNNING, on(failed, "payment_failed", month="2026-09"))
    assert payment_due(kept, SEPTEMBER) == DAY(due)


@pytest.mark.rule("HT-29")
@pytest.mark.parametrize(
    ("known", "due"),
    [
        (None, "2026-10-31"),
        ("2026-10-17", "2026-10-31"),  # fourteen days are left
        ("2026-10-18", "2026-11-30"),
        ("2026-10-30", "2026-11-30"),
        ("2026-11-02", "2026-12-31"),
    ],
)
def test_who_is_told_late_has_time_to_pay(known: str | None, due: str) -> None:
    failed = on("2026-10-16", "payment_failed", month="2026-09", known=known)
    assert payment_due(history(*RUNNING, failed), SEPTEMBER) == DAY(due)
    found = steps(failed)
    assert found["payment_due"] == due
    assert DAY(found["suspension"]) == DAY(found["payment_notice"]) + timedelta(days=7)


@pytest.mark.rule("HT-34", "HT-36")
def test_a_late_notice_moves_what_follows() -> None:
    late = steps(FAILED, on("2026-11-20", "payment_reminder", month="2026-09"))
    assert (late["payment_due"], late["payment_notice"]) == ("2026-10-31", "2026-11-20")
    assert (late["suspension"], late["termination"]) == ("2026-11-27", "2026-12-26")
    early = steps(FAILED, on("2026-10-31", "payment_reminder", month="2026-09"))
    assert early["payment_notice"] == "2026-11-05"  # it was not due yet


@pytest.mark.rule("HT-37", "G-02")
def test_fifteen_full_days_without_an_answer() -> None:
    terms = standard().product("doshiteru").terms("rental_internet", DAY("2026-12-01"))
    assert no_contact_since(terms, DAY("2026-12-01")) == start_of(DAY("2026-12-17"))


@pytest.mark.rule("HT-38", "HT-36")
def test_absent_twice() -> None:
    first, second = on("2026-07-20", "absent_visit"), on("2026-07-27", "absent_visit")
    assert not absent_too_often(history(first, *RUNNING))
    assert absent_too_often(history(first, second, *RUNNING))
    removal = on("2026-07-27", "absent_visit", work="removal")
    assert not absent_too_often(history(first, removal, *RUNNING))
    assert not absent_too_often(history(*RUNNING))


@pytest.mark.rule("HT-25", "G-06")
def test_a_new_price_is_told_a_month_before() -> None:
    source = standard().product("doshiteru").source
    old, new = source.versions[0], source.versions[0].model_copy(update={"first": date(2027, 4, 1)})
    changed = ProductFile.model_construct(**{**source.__dict__, "versions": [old, new]})
    assert price_changes(Product(changed)) == [(DAY("2027-04-01"), DAY("2027-03-01"), "HT-25")]
    assert price_changes(standard().product("doshiteru")) == []


@pytest.mark.rule("HT-73")
def test_the_end_of_a_service_is_told_three_months_before() -> None:
    terms = standard().product("doshiteru").terms("rental_internet", DAY("2026-12-01"))
    assert service_end_notice(terms, DAY("2027-03-31")) == DAY("2026-12-31")


@pytest.mark.rule("HT-47", "HT-49", "HT-60", "HT-68", "HT-40")
def test_the_deadlines_of_a_life() -> None:
    kept = history(
        *RUNNING, on("2026-10-15", "paused", months=2), on("2027-01-21", "cancel_accepted")
    )
    assert [(str(d.day), d.what) for d in deadlines(kept)] == [
        ("2026-12-16", "service_resumes"),
        ("2026-12-31", "extension_until"),
        ("2027-02-28", "contract_ends"),
        ("2027-03-30", "return_by"),
        ("2027-03-31", "return_overdue"),
        ("2027-08-03", "warranty_ends"),
    ]
    trial = history(on("2026-12-01", "applied"), product="anshin_partner")
    assert [(str(d.day), d.what) for d in deadlines(trial)] == [("2026-12-31", "trial_ends")]
    lent = history(STARTED, plan="rental_internet")
    assert [(str(d.day), d.what) for d in deadlines(lent)] == [("2028-08-09", "term_ends")]


@pytest.mark.rule("HT-83", "A-35")
def test_the_app_closes_with_every_month() -> None:
    in_app = {"payment": "in_app", "plan": "rental_internet"}
    kept = history(STARTED, on("2026-11-15", "paused", months=1), **in_app)
    due = falling_due(kept, DAY("2026-08-01"), DAY("2027-01-31"))
    locked = [str(d.day) for d in due if d.what == "app_locks"]
    assert locked == ["2026-08-10", "2026-09-01", "2026-10-01", "2026-11-01", "2027-01-01"]


@pytest.mark.rule("G-08")
def test_two_runs_find_what_one_finds() -> None:
    kept = history(*RUNNING, FAILED, plan="rental_internet", payment="in_app")
    first, last = DAY("2026-08-01"), DAY("2028-12-31")
    whole = falling_due(kept, first, last)
    for between in ("2026-08-10", "2026-10-31", "2026-11-30", "2027-01-01"):
        parts = falling_due(kept, first, DAY(between)) + falling_due(kept, DAY(between), last)
        assert parts == whole
