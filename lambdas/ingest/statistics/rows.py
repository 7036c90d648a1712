"""A home's day without the home: what is left of it when nobody may be found in it (HT-74)."""

from datetime import date
from typing import NamedTuple

from lambdas.ingest.activity.day_row import DayRow

BLUR = 10
"""Minutes to which figures are rounded: a family that knows a day by the minute cannot pick it."""


class AnonymousDay(NamedTuple):
    """One row a home and day. Minutes, but for ``firings``; nothing else says whose day it is."""

    date: date
    product: str
    home: int
    asleep: int
    away: int
    present: int
    firings: int


def anonymous(day: DayRow) -> AnonymousDay:
    """The row of a day."""
    return AnonymousDay(
        date=day.date,
        product=day.product,
        home=_blurred(day.home),
        asleep=_blurred(day.asleep),
        away=_blurred(day.away),
        present=_blurred(day.present),
        firings=_blurred(day.firings),
    )


def _blurred(value: int) -> int:
    return (value + BLUR // 2) // BLUR * BLUR
