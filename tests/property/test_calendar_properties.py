"""Periods, whatever the day."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from lambdas.shared.calendar import Month, months_after, months_before, months_from
from lambdas.shared.money import share, tax_within

DAYS = st.dates(date(2015, 1, 1), date(2060, 12, 31))
COUNTS = st.integers(1, 60)
ONE_DAY = timedelta(days=1)
exactly = settings(derandomize=True, deadline=None)


@exactly
@given(DAYS, COUNTS)
def test_the_day_after_a_period_is_the_corresponding_day_or_a_first(day: date, n: int) -> None:
    next_day = months_from(day, n) + ONE_DAY
    assert (
        Month.of(day).plus(n) == Month.of(next_day) or next_day == Month.of(day).plus(n + 1).first
    )
    assert next_day.day in (day.day, 1)


@exactly
@given(DAYS, COUNTS)
def test_leaving_the_first_day_out_is_counting_from_the_next(day: date, n: int) -> None:
    assert months_after(day, n) == months_from(day + ONE_DAY, n)


@exactly
@given(DAYS, DAYS, COUNTS)
def test_what_starts_later_never_ends_earlier(a: date, b: date, n: int) -> None:
    a, b = sorted((a, b))
    assert months_after(a, n) <= months_after(b, n)


@exactly
@given(DAYS, COUNTS)
def test_more_months_end_later(day: date, n: int) -> None:
    assert months_after(day, n) < months_after(day, n + 1)


@exactly
@given(DAYS, COUNTS, COUNTS)
def test_from_the_first_of_a_month_periods_add_up(day: date, n: int, m: int) -> None:
    end = months_after(Month.of(day).last, n)
    assert end == Month.of(end).last
    assert months_after(end, m) == months_after(Month.of(day).last, n + m)


@exactly
@given(DAYS, COUNTS)
def test_a_month_ahead_is_never_too_late(day: date, n: int) -> None:
    assert months_before(day, n) < day
    assert Month.of(months_before(day, n)) == Month.of(day).plus(-n)


@exactly
@given(st.integers(0, 10**7), st.integers(1, 31))
def test_the_parts_of_a_month_never_exceed_it(yen: int, part: int) -> None:
    assert share(yen, part, 31) + share(yen, 31 - part, 31) in (yen, yen - 1)


@exactly
@given(st.integers(0, 10**9))
def test_tax_and_net_make_the_total(total: int) -> None:
    tax = tax_within(total, Fraction(1, 10))
    assert 0 <= total * Fraction(1, 11) - tax < 1
