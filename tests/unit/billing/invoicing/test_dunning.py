"""The daily run's steps for what is not paid, day by day: S-4, HT-33, HT-34, HT-36."""

from datetime import date
from typing import Any

import pytest

from lambdas.billing.contract.facts import Fact
from lambdas.billing.invoicing.daily import lifted, steps
from lambdas.billing.invoicing.deadlines import dunning
from lambdas.shared.calendar import ONE_DAY, Month
from tests.unit.billing.book import DAY, RUNNING, Event, at, history, on

FAILED = on("2026-10-01", "payment_failed", month="2026-09")
OCTOBER_FAILED = on("2026-11-02", "payment_failed", month="2026-10")  # due 2026-11-30
DUNNING = ("payment_reminder", "suspended", "terminated")


def through(*timeline: Event, until: str, only: set[str] | None = None) -> list[tuple[str, str]]:
    """What the runs of all days until one, or of some days only, do about money: day and event."""
    known: list[Event] = [*RUNNING, *timeline]
    done: list[tuple[str, str]] = []
    day = DAY("2026-10-01")
    while (day := day + ONE_DAY) <= date.fromisoformat(until):
        if only and str(day) not in only:
            continue
        kept = history(*(fact for fact in known if fact["on"] <= str(day)))
        for step in steps(kept, day - ONE_DAY, day):
            if isinstance(step, Fact):
                said: Event = step.model_dump(mode="json", exclude_defaults=True)
                said = {**said, "event": step.event}  # type: ignore[attr-defined]
                known.append({**said, "on": said["on"][:10]})
                done.append((str(day), said["event"]))
    return [(day_, event) for day_, event in done if event in DUNNING]


@pytest.mark.rule("S-4", "HT-29", "HT-33", "HT-34", "HT-36")
def test_s_4_day_by_day() -> None:
    assert through(FAILED, until="2027-01-31") == [
        ("2026-11-05", "payment_reminder"),
        ("2026-11-12", "suspended"),
        ("2026-12-11", "terminated"),
    ]


@pytest.mark.rule("HT-34", "HT-36")
def test_days_without_a_run_move_the_steps_and_drop_none() -> None:
    runs = {"2026-11-11", "2026-11-12", "2026-11-25", "2026-12-11", "2026-12-23", "2026-12-24"}
    assert through(FAILED, until="2027-01-31", only=runs) == [
        ("2026-11-11", "payment_reminder"),
        ("2026-11-25", "suspended"),
        ("2026-12-24", "terminated"),
    ]


@pytest.mark.rule("HT-33", "HT-36")
def test_a_suspension_that_staff_lifted_leads_to_no_termination() -> None:
    lift = on("2026-11-20", "suspension_lifted")
    assert through(FAILED, lift, until="2027-03-31") == [
        ("2026-11-05", "payment_reminder"),
        ("2026-11-12", "suspended"),
    ]
    stop, told = (
        on("2026-11-12", "suspended"),
        on("2026-11-05", "payment_reminder", month="2026-09"),
    )
    kept = history(*RUNNING, FAILED, told, stop, lift)
    assert [due.what for due in dunning(kept, Month(2026, 9))] == [
        "payment_due",
        "payment_notice",
        "suspension",
    ]


@pytest.mark.rule("HT-33", "HT-36")
def test_the_next_unpaid_month_has_steps_of_its_own() -> None:
    lift = on("2026-11-20", "suspension_lifted")
    assert through(FAILED, lift, OCTOBER_FAILED, until="2027-03-31") == [
        ("2026-11-05", "payment_reminder"),
        ("2026-11-12", "suspended"),
        ("2026-12-05", "payment_reminder"),
        ("2026-12-12", "suspended"),
        ("2027-01-10", "terminated"),
    ]


@pytest.mark.rule("HT-36")
def test_a_suspension_for_another_ground_ends_nothing_that_is_unpaid() -> None:
    other = on("2026-11-10", "suspended", ground="13-1-1", cure_by="2027-06-30")
    assert through(FAILED, other, until="2027-03-31") == [("2026-11-05", "payment_reminder")]


@pytest.mark.rule("HT-33")
@pytest.mark.parametrize(
    ("more", "runs_again"),
    [
        ({}, True),
        ({"october": OCTOBER_FAILED}, True),  # not due yet
        ({"october": on("2026-10-28", "payment_failed", month="2026-10")}, True),
        ({"august": on("2026-09-02", "payment_failed", month="2026-08")}, False),
    ],
)
def test_the_service_runs_again_when_nothing_is_left_that_was_asked_for(
    more: dict[str, Any], runs_again: bool
) -> None:
    stop = on("2026-11-12", "suspended")
    paid = on("2026-11-20", "paid", month="2026-09")
    kept = history(*RUNNING, FAILED, stop, paid, *more.values())
    assert (lifted(kept, at("2026-11-20T12:00")) is not None) == runs_again
