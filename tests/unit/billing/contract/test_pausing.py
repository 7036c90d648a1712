"""Pauses: HT-43 to HT-54, HF-17, A-26 to A-31."""

from datetime import UTC, datetime

import pytest

from lambdas.billing.contract.entitlements import features
from lambdas.billing.invoicing.deadlines import pauses_need_review
from tests.unit.billing.book import (
    RUNNING,
    STARTED,
    at,
    forbidden_by,
    history,
    lines,
    on,
    preview,
    totals,
)

STARTED_EARLY = on("2026-02-01", "started")


def paused_until(*timeline: dict[str, object]) -> str:
    """The day on which the service runs again."""
    states: list[dict[str, str]] = preview(STARTED_EARLY, *timeline)["state"]
    assert states[-2]["state"] == "paused"
    assert states[-1]["state"] == "active"
    return states[-1]["from"]


@pytest.mark.rule("HT-44", "HT-49", "A-26", "G-02")
@pytest.mark.parametrize(
    ("mail", "months", "resumes"),
    [
        ("2026-04-15", 1, "2026-05-16"),
        ("2026-04-15", 3, "2026-07-16"),
        ("2026-04-30", 1, "2026-06-01"),
        ("2027-02-28", 1, "2027-04-01"),
        ("2027-01-30", 1, "2027-03-01"),
        ("2028-01-30", 1, "2028-03-01"),
        ("2026-04-14T15:00Z", 1, "2026-05-16"),  # the 15th in Japan
    ],
)
def test_how_long_a_pause_is(mail: str, months: int, resumes: str) -> None:
    assert paused_until(on(mail, "paused", months=months)) == resumes


@pytest.mark.rule("HT-43", "HT-46")
@pytest.mark.parametrize("months", [0, 4, 1.5, -1, 100])
def test_one_to_three_whole_months(months: float) -> None:
    pause = on("2026-10-15", "paused", months=months)
    assert forbidden_by(*RUNNING, pause) == "HT-43"
    extension = on("2026-11-01", "pause_extended", months=months)
    assert forbidden_by(*RUNNING, on("2026-10-15", "paused", months=1), extension) == "HT-46"


@pytest.mark.rule("HT-43")
def test_only_what_runs_can_be_paused() -> None:
    pause = on("2026-08-05", "paused", months=1)
    assert forbidden_by(*RUNNING, pause) == "HT-43"
    twice = [on("2026-09-05", "paused", months=2), on("2026-10-05", "paused", months=2)]
    assert forbidden_by(*RUNNING, *twice) == "HT-43"
    other = {"product": "home_security_self", "plan": "rental"}
    assert forbidden_by(STARTED, on("2026-09-05", "paused", months=2), **other) == "HT-43"


@pytest.mark.rule("HT-48", "HT-46", "A-28")
def test_an_extension_goes_on_from_the_old_end() -> None:
    pause = on("2026-04-15", "paused", months=1)
    assert paused_until(pause, on("2026-05-01", "pause_extended", months=2)) == "2026-07-16"
    late = on("2026-05-25", "pause_extended", months=2)
    assert preview(STARTED_EARLY, pause, late)["state"] == [
        {"from": "2026-02-01", "state": "active"},
        {"from": "2026-04-15", "state": "paused"},
        {"from": "2026-05-16", "state": "active"},
        {"from": "2026-05-25", "state": "paused"},
        {"from": "2026-07-16", "state": "active"},
    ]
    assert lines(STARTED_EARLY, pause, late, month="2026-06") == {"storage_fee": 330}


@pytest.mark.rule("HT-47")
def test_an_extension_is_possible_until_the_month_of_the_end_is_over() -> None:
    pause = on("2026-04-15", "paused", months=1)
    in_time = on("2026-05-31T23:59:59", "pause_extended", months=1)
    assert paused_until(pause, in_time) == "2026-06-16"
    too_late = on("2026-06-01T00:00", "pause_extended", months=1)
    assert forbidden_by(STARTED_EARLY, pause, too_late) == "HT-47"
    assert paused_until(pause, on("2026-06-01", "paused", months=1)) == "2026-07-02"


@pytest.mark.rule("A-28", "HT-46")
def test_one_extension() -> None:
    timeline = [
        STARTED_EARLY,
        on("2026-04-15", "paused", months=3),
        on("2026-07-01", "pause_extended", months=3),
        on("2026-10-01", "pause_extended", months=1),
    ]
    assert forbidden_by(*timeline) == "HT-46"
    allowed = {"pause_extensions": 2}
    assert preview(*timeline, parameters=allowed)["state"][-1]["from"] == "2026-11-16"


@pytest.mark.rule("HT-50")
def test_resuming_early() -> None:
    pause = on("2026-04-15", "paused", months=3)
    assert paused_until(pause, on("2026-05-20", "resumed")) == "2026-05-20"
    assert forbidden_by(*RUNNING, on("2026-09-20", "resumed")) == "HT-50"
    over = on("2026-07-16", "resumed")
    assert forbidden_by(STARTED_EARLY, pause, over) == "HT-50"


def months(*timeline: dict[str, object], **more: object) -> list[int]:
    """The totals of April to August 2026."""
    found = totals(STARTED_EARLY, *timeline, **more)
    return [found.get(f"2026-{month:02}", 0) for month in range(4, 9)]


@pytest.mark.rule("HT-51", "HT-52", "HT-53")
def test_storage_after_the_month_of_the_start_through_that_of_the_end() -> None:
    paused = on("2026-04-15", "paused", months=3)
    assert months(paused) == [4378, 1430, 330, 330, 4378]


@pytest.mark.rule("A-30", "HT-53")
def test_resumed_early_no_month_has_two_fees() -> None:
    resumed = [on("2026-04-15", "paused", months=3), on("2026-05-20", "resumed")]
    assert months(*resumed) == [4378, 1430, 4378, 4378, 4378]


@pytest.mark.rule("A-29", "HT-52")
def test_the_procedure_is_charged_without_any_storage() -> None:
    resumed = [on("2026-04-05", "paused", months=1), on("2026-04-20", "resumed")]
    assert months(*resumed) == [4378, 4378 + 1100, 4378, 4378, 4378]


@pytest.mark.rule("A-29", "HT-52")
def test_the_procedure_is_charged_once_a_pause_not_for_its_extension() -> None:
    extended = [
        on("2026-04-15", "paused", months=1),
        on("2026-05-15", "pause_extended", months=1),
    ]
    assert months(*extended) == [4378, 1430, 330, 4378, 4378]


@pytest.mark.rule("A-31", "HT-53")
def test_resumed_by_itself_on_the_first_of_a_month() -> None:
    pause = on("2026-04-30", "paused", months=1)
    assert months(pause) == [4378, 1430, 0, 4378, 4378]
    charged = months(pause, parameters={"resume_on_first": "charge"})
    assert charged == [4378, 1430, 4378, 4378, 4378]


@pytest.mark.rule("HF-17")
def test_a_lent_sensor_costs_its_rent_while_paused() -> None:
    pause = on("2026-04-15", "paused", months=3)
    assert months(pause, plan="rental_no_internet") == [6578, 3630, 2530, 2530, 6578]


@pytest.mark.rule("HF-17", "HT-51", "HF-01")
def test_a_pause_is_over_with_the_contract() -> None:
    paused = on("2026-04-15", "paused", months=3)
    cancelled = on("2026-05-10", "cancel_accepted")
    assert months(paused, cancelled) == [4378, 1430, 0, 0, 0]
    told = preview(STARTED_EARLY, paused, cancelled)
    assert told["state"][-1] == {"from": "2026-06-01", "state": "ended"}


@pytest.mark.rule("HT-45")
def test_nothing_works_during_a_pause() -> None:
    kept = history(*RUNNING, on("2026-10-15", "paused", months=1))
    assert "activity" in features(kept, at("2026-10-14T23:59"))
    assert features(kept, at("2026-10-15T12:00")) == frozenset()
    assert features(kept, at("2026-11-15T23:59")) == frozenset()
    assert "activity" in features(kept, at("2026-11-16T00:00"))
    assert features(kept, at("2026-10-14T15:00Z")) == frozenset()  # the 15th in Japan
    assert "activity" in features(kept, datetime(2026, 11, 15, 15, tzinfo=UTC))


@pytest.mark.rule("HT-54")
def test_the_third_pause_within_a_year_is_for_a_person_to_judge() -> None:
    pauses = [on(f"2026-{month:02}-05", "paused", months=1) for month in (9, 11)]
    assert not pauses_need_review(history(*RUNNING, *pauses))
    third = on("2027-09-04", "paused", months=1)
    assert pauses_need_review(history(*RUNNING, *pauses, third))
    later = on("2027-09-05", "paused", months=1)
    assert not pauses_need_review(history(*RUNNING, *pauses, later))
    assert not pauses_need_review(history(*RUNNING))
