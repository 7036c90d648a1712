"""Days, months and periods: the worked examples of the rules."""

from datetime import UTC, date, datetime

import pytest

from lambdas.shared.calendar import (
    Month,
    day_of,
    days_after,
    days_from,
    end_of,
    months,
    months_after,
    months_before,
    months_from,
    start_of,
)

DAY = date.fromisoformat


@pytest.mark.rule("G-01")
@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-08-20T14:59:59+00:00", "2026-08-20"),
        ("2026-08-20T15:00:00+00:00", "2026-08-21"),
        ("2026-08-20T23:59:59.999999+09:00", "2026-08-20"),
        ("2026-08-21T00:00:00+09:00", "2026-08-21"),
        ("2026-08-20T10:00:00-05:00", "2026-08-21"),
        ("2026-08-20T23:59", "2026-08-20"),  # no offset: a time in Japan
    ],
)
def test_a_day_is_a_day_in_japan(instant: str, day: str) -> None:
    assert day_of(datetime.fromisoformat(instant)) == DAY(day)


@pytest.mark.rule("G-01")
def test_a_day_runs_from_midnight_to_midnight_in_japan() -> None:
    day = date(2026, 8, 20)
    assert start_of(day).astimezone(UTC) == datetime(2026, 8, 19, 15, tzinfo=UTC)
    assert end_of(day) == start_of(date(2026, 8, 21))


@pytest.mark.rule("G-02")
@pytest.mark.parametrize(
    ("day", "count", "last"),
    [
        ("2026-04-15", 1, "2026-05-15"),
        ("2026-04-30", 1, "2026-05-31"),
        ("2027-02-28", 1, "2027-03-31"),
        ("2027-01-30", 1, "2027-02-28"),
        ("2027-01-27", 1, "2027-02-27"),
        ("2028-01-30", 1, "2028-02-29"),
        ("2028-02-28", 1, "2028-03-28"),  # in a leap year the 29th is the first day counted
        ("2028-02-29", 1, "2028-03-31"),
        ("2026-12-31", 1, "2027-01-31"),
        ("2026-04-15", 3, "2026-07-15"),
    ],
)
def test_months_within_which_leave_the_first_day_out(day: str, count: int, last: str) -> None:
    assert months_after(DAY(day), count) == DAY(last)


@pytest.mark.rule("G-03")
@pytest.mark.parametrize(
    ("first", "count", "last"),
    [
        ("2026-08-10", 24, "2028-08-09"),
        ("2028-02-29", 24, "2030-02-28"),
        ("2026-12-01", 60, "2031-11-30"),
        ("2026-12-15", 60, "2031-12-14"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2028-02-29", 48, "2032-02-28"),
    ],
)
def test_months_from_a_named_first_day_count_it(first: str, count: int, last: str) -> None:
    assert months_from(DAY(first), count) == DAY(last)


@pytest.mark.rule("G-02", "G-03")
def test_days() -> None:
    assert days_after(date(2026, 12, 1), 15) == date(2026, 12, 16)
    assert days_from(date(2016, 2, 1), 31) == date(2016, 3, 2)


@pytest.mark.rule("HT-25", "HT-73")
@pytest.mark.parametrize(
    ("day", "count", "latest"),
    [
        ("2027-04-01", 1, "2027-03-01"),
        ("2027-03-31", 3, "2026-12-31"),
        ("2027-05-31", 3, "2027-02-28"),
        ("2028-05-30", 3, "2028-02-29"),
    ],
)
def test_so_many_months_before(day: str, count: int, latest: str) -> None:
    assert months_before(DAY(day), count) == DAY(latest)


def test_months_are_read_and_written() -> None:
    assert str(Month.parse("2026-08")) == "2026-08"
    assert [str(m) for m in months(Month(2026, 11), Month(2027, 2))] == [
        "2026-11",
        "2026-12",
        "2027-01",
        "2027-02",
    ]
    assert Month(2028, 2).last == date(2028, 2, 29)
    assert Month(2026, 1).plus(-1) == Month(2025, 12)


@pytest.mark.parametrize("text", ["2026-13", "2026-8", "2026", "202608", "2026-08-01", "", "août"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Month.parse(text)
