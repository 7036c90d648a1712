"""A day as it is kept for months and for what is usual: a row of 300 bytes instead of 24 hours of
readings. Rows add up to weeks and months (summary.roll_up)."""

from collections.abc import Iterable
from datetime import date

import numpy as np

from lambdas.ingest.activity import summary
from lambdas.ingest.activity.baseline import Change, change
from lambdas.ingest.activity.day_row import DayRow
from lambdas.ingest.activity.sleep import Night
from lambdas.ingest.activity.stays import Presence

SETTLE = 3
"""Days that are summed up anew each night: so late readings still change them."""
WHOLE_NIGHT = 1200
"""Minutes from noon to noon that must be known for a night to be compared."""


def row(day: summary.Day, product: str = "") -> DayRow:
    """What is kept of a day."""
    return DayRow(
        date=day.day.astype(date),
        product=product,
        home=day.home,
        asleep=day.asleep,
        away=day.away,
        unknown=day.unknown,
        present=day.presence.minutes,
        firings=day.presence.firings,
        passages=day.passages,
        night=day.night.asleep,
        night_sd=round(day.night.sd, 1),
        night_known=day.night.known,
        visits=day.visits,
        fridge=day.fridge,
        longest_gap=day.longest_gap,
    )


def day(kept: DayRow) -> summary.Day:
    """A day from what is kept of it."""
    at = np.datetime64(kept.date)
    return summary.Day(
        day=at,
        home=kept.home,
        asleep=kept.asleep,
        away=kept.away,
        unknown=kept.unknown,
        presence=Presence(kept.present, kept.firings),
        passages=kept.passages,
        night=Night(at, kept.night, kept.night_sd, None, None, kept.night_known),
        visits=kept.visits,
        fridge=kept.fridge,
        longest_gap=kept.longest_gap,
    )


def unusual(rows: Iterable[DayRow]) -> Change | None:
    """Whether the last nights of these days, in order, are unlike those before (`baseline`)."""
    nights = [one for one in rows if one.night_known >= WHOLE_NIGHT]
    values = np.array([float(one.night) for one in nights])
    return change(values, np.array([one.night_sd for one in nights])) if nights else None
