"""Days, months and periods as the civil code counts them, in Japan. Nothing here reads a clock.

Three rules make up the module:

* a day is a day in Japan (G-01);
* a period "within n days / n months" leaves its first day out (G-02, 民法140条);
* a period whose first day is named (起算日) counts that day (G-03).

Either way a period of months ends on the day before the corresponding day; where the month of the
end has no such day, or where counting began on the 1st, it ends with the month (民法143条).
"""

from calendar import monthrange
from datetime import date, datetime, timedelta, timezone
from functools import cache, lru_cache
from typing import Any, NamedTuple

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

JST = timezone(timedelta(hours=9), "JST")
"""Japan has no daylight saving time, so a fixed offset says it all."""

ONE_DAY = timedelta(days=1)


def in_japan(at: datetime) -> datetime:
    """The same instant on a clock in Japan; a time without an offset is one in Japan already."""
    return at.replace(tzinfo=JST) if at.tzinfo is None else at.astimezone(JST)


def day_of(at: datetime) -> date:
    """The day in Japan that an instant belongs to (G-01)."""
    return in_japan(at).date()


def start_of(day: date) -> datetime:
    """The first instant of a day: 00:00 in Japan."""
    return datetime(day.year, day.month, day.day, tzinfo=JST)


def end_of(day: date) -> datetime:
    """24:00 of a day, which is where the next day starts."""
    return start_of(day + ONE_DAY)


class Month(NamedTuple):
    """A calendar month. Months sort, and print as ``2026-08``."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month of a day."""
        return cls(day.year, day.month)

    @classmethod
    @lru_cache(maxsize=4096)
    def parse(cls, text: str) -> "Month":
        """The month written ``2026-08``; ValueError for anything else."""
        day = date.fromisoformat(f"{text}-01")
        if str(month := cls.of(day)) != text:
            raise ValueError(f"a month is written YYYY-MM, not {text!r}")
        return month

    def plus(self, months: int) -> "Month":
        """So many months later, or earlier."""
        years, index = divmod(self.month - 1 + months, 12)
        return Month(self.year + years, index + 1)

    def since(self, other: "Month") -> int:
        """How many months later than ``other``."""
        return (self.year - other.year) * 12 + self.month - other.month

    @property
    def first(self) -> date:
        """Its first day."""
        return _day(self.year, self.month, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return _day(self.year, self.month, self.days)

    @property
    def days(self) -> int:
        """How many days it has."""
        return _days(self.year, self.month)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @classmethod
    def __get_pydantic_core_schema__(cls, _: Any, __: GetCoreSchemaHandler) -> CoreSchema:
        """In JSON a month is its text."""
        return core_schema.no_info_plain_validator_function(
            lambda value: value if isinstance(value, Month) else Month.parse(str(value)),
            serialization=core_schema.to_string_ser_schema(),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, _: CoreSchema, __: GetJsonSchemaHandler
    ) -> dict[str, object]:
        """How the API's document describes a month."""
        return {"type": "string", "pattern": r"^\d{4}-(0[1-9]|1[0-2])$", "examples": ["2026-11"]}


_day = lru_cache(maxsize=4096)(date)
"""Runs over many contracts ask for the same few days again and again."""


@cache
def _days(year: int, month: int) -> int:
    return monthrange(year, month)[1]


def months(first: Month, last: Month) -> list[Month]:
    """All months from ``first`` to ``last``."""
    return [first.plus(n) for n in range(last.since(first) + 1)]


def months_from(first: date, count: int) -> date:
    """The last day of ``count`` months of which ``first`` is the first day (G-03).

    >>> months_from(date(2026, 8, 10), 24)
    datetime.date(2028, 8, 9)
    """
    month = Month.of(first).plus(count)
    if first.day > month.days:
        return month.last
    return month.first + timedelta(days=first.day - 1) - ONE_DAY


def months_after(day: date, count: int) -> date:
    """The last day of "within ``count`` months" of ``day``, which itself is not counted (G-02).

    >>> months_after(date(2026, 4, 30), 1)
    datetime.date(2026, 5, 31)
    """
    return months_from(day + ONE_DAY, count)


def days_from(first: date, count: int) -> date:
    """The last day of ``count`` days of which ``first`` is the first (G-03)."""
    return first + timedelta(days=count - 1)


def days_after(day: date, count: int) -> date:
    """The last day of "within ``count`` days" of ``day``, which itself is not counted (G-02)."""
    return day + timedelta(days=count)


def months_before(day: date, count: int) -> date:
    """The last day on which something due ``count`` months ahead of ``day`` can be done.

    >>> months_before(date(2027, 4, 1), 1)
    datetime.date(2027, 3, 1)
    """
    month = Month.of(day).plus(-count)
    return month.first.replace(day=min(day.day, month.days))
