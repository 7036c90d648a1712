"""A day as the family reads it, and sums that add up to weeks and months (HT-08 to HT-10)."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lambdas.ingest.activity import doors, noise
from lambdas.ingest.activity.minutes import gaps, runs
from lambdas.ingest.activity.sleep import Night, bouts, nights
from lambdas.ingest.activity.stays import Presence, presence
from lambdas.ingest.activity.timeline import State, Timeline
from lambdas.ingest.activity.visits import visits

DAY = 1440


class Day(NamedTuple):
    """One calendar day; minutes unless said otherwise. All are estimates (目安, HT-90).

    ``night``: the sleep of the night that ended on this day, with its standard deviation.
    ``visits`` to the bathroom in it and ``fridge`` openings are None where there is no such sensor.
    """

    day: np.datetime64
    home: int
    asleep: int
    away: int
    unknown: int
    presence: Presence
    passages: int
    night: Night
    visits: int | None
    fridge: int | None
    longest_gap: int


def days(timeline: Timeline) -> list[Day]:
    """Summaries of all days that the record touches; a day's missing minutes are unknown."""
    minutes, state = timeline.minutes, timeline.state
    slept = bouts(state, timeline.probability, int(State.SLEEP))
    by_night = {night.day: night for night in nights(slept, minutes.start, minutes.known)}
    through = doors.passages(minutes.door)
    stray = noise.estimate(minutes.motion, minutes.known, through).rate
    seen = visits(minutes, slept, stray=stray)
    offset = int(minutes.of_day[0])
    first_day = minutes.start.astype("datetime64[D]")
    result = []
    for number in range((offset + len(minutes) + DAY - 1) // DAY):
        lo, hi = max(number * DAY - offset, 0), min((number + 1) * DAY - offset, len(minutes))
        part, said = minutes.part(lo, hi), state[lo:hi]
        count = np.bincount(said, minlength=4)
        date = first_day + number
        night = by_night.get(date, Night(date, 0, 0.0, None, None, 0))
        result.append(
            Day(
                day=date,
                home=int(count[State.HOME]),
                asleep=int(count[State.SLEEP]),
                away=int(count[State.AWAY]),
                unknown=DAY - int(count[:3].sum()),
                presence=presence(part, said),
                passages=int(((through[:, 0] >= lo) & (through[:, 0] < hi)).sum()),
                night=night,
                visits=None if seen is None else sum(_in(night, visit.first) for visit in seen),
                fridge=None if part.fridge is None else len(runs(part.fridge > 0)),
                longest_gap=max((b - a for a, b in gaps(part)), default=0),
            )
        )
    return result


def _in(night: Night, at: int) -> bool:
    """Whether minute ``at`` lies in the night's longest bout."""
    return night.bed is not None and night.up is not None and night.bed <= at < night.up


class Period(NamedTuple):
    """Days added up: means by day over the ``days`` of which enough is known, with the standard
    deviation of the mean's estimate for sleep."""

    days: int
    asleep: float
    asleep_sd: float
    away: float
    home: float
    activity: float | None


KNOWN_ENOUGH = 1080


def roll_up(some: Sequence[Day]) -> Period:
    """A week or a month from its days; days with under 18 known hours are left out of the means."""
    good = [day for day in some if DAY - day.unknown >= KNOWN_ENOUGH]
    n = max(len(good), 1)
    here = Presence(
        sum(day.presence.minutes for day in some), sum(day.presence.firings for day in some)
    )
    return Period(
        days=len(good),
        asleep=sum(day.night.asleep for day in good) / n,
        asleep_sd=float(np.sqrt(sum(day.night.sd**2 for day in good)) / n),
        away=sum(day.away for day in good) / n,
        home=sum(day.home for day in good) / n,
        activity=here.activity,
    )
