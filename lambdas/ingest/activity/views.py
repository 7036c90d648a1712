"""A home's activity as the family's page shows it. Every figure is an estimate (目安, HT-90)."""

import itertools
from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

import numpy as np
from pydantic import BaseModel, Field

from lambdas.ingest.activity import rollup, summary, visits
from lambdas.ingest.activity.baseline import FEWEST
from lambdas.ingest.activity.day_row import DayRow
from lambdas.ingest.activity.minutes import Minutes, runs
from lambdas.ingest.activity.packing import MINUTE
from lambdas.ingest.activity.record import CONNECTED, Health, Recorded
from lambdas.ingest.activity.sleep import bouts
from lambdas.ingest.activity.timeline import State, States, Timeline
from lambdas.shared.calendar import day_of
from lambdas.shared.household import Language

StateName = Literal["home", "sleep", "away", "unknown"]
_NAMES: dict[int, StateName] = {
    State.HOME: "home",
    State.SLEEP: "sleep",
    State.AWAY: "away",
    State.UNKNOWN: "unknown",
}
ESTIMATE = {
    "ja": "睡眠・在宅・お留守は、センサーの動きから推定した目安です。",
    "en": "Sleep, presence and absence are estimates from what sensors show.",
}


class ActivitySpan(BaseModel):
    """A stretch of time in one state. ``unknown``: nothing was heard (通信断), or nothing tells."""

    since: datetime
    until: datetime
    state: StateName


class NightVisit(BaseModel):
    """In the bathroom during the night."""

    since: datetime
    minutes: int


class NightEstimate(BaseModel):
    """Sleep of the night that ended on ``date``, give or take ``sd_minutes`` (one standard
    deviation). ``visits`` to the bathroom in it: None without a sensor there."""

    date: date
    asleep_minutes: int
    sd_minutes: int
    bed: datetime | None
    up: datetime | None
    visits: list[NightVisit] | None
    known_minutes: int = Field(description="Of the 1,440 from noon to noon")


class SensorHealth(BaseModel):
    """How a sensor is. ``silent``: not heard of for over ten minutes (HT-07)."""

    device: str
    name: str
    kind: str
    state: Literal["connected", "silent", "unreachable"]
    heard_at: datetime
    battery: int | None
    battery_low: bool


class ActivityNow(BaseModel):
    """A home at a glance. ``since`` is None where the state began more than two days ago."""

    home: str
    at: datetime
    state: StateName
    since: datetime | None
    connected: bool
    heard_at: datetime | None
    today: list[ActivitySpan]
    night: NightEstimate | None
    sensors: list[SensorHealth]
    estimate: str = Field(description="To be shown beside the figures (HT-90)")


class ActivityDay(BaseModel):
    """A day in Japan by the minute. ``firings`` has one value a minute until now, None where
    nothing is known; ``fridge`` is None where no fridge is linked."""

    home: str
    date: date
    spans: list[ActivitySpan]
    firings: list[int | None]
    home_minutes: int
    asleep_minutes: int
    away_minutes: int
    unknown_minutes: int
    activity: float | None = Field(description="Firings a minute while present (HT-09)")
    night: NightEstimate | None
    fridge: list[datetime] | None
    sensors: list[SensorHealth]
    estimate: str


class ActivityWeekDay(BaseModel):
    """One day of a week; minutes."""

    date: date
    home_minutes: int
    away_minutes: int
    unknown_minutes: int
    asleep_minutes: int | None
    asleep_sd_minutes: int | None
    visits: int | None
    activity: float | None


class WeekMean(BaseModel):
    """Means by day over ``days`` of which enough is known."""

    days: int
    home_minutes: int
    away_minutes: int
    asleep_minutes: int | None
    asleep_sd_minutes: int | None
    activity: float | None


class ActivityWeek(BaseModel):
    """Seven days, and the seven before."""

    home: str
    days: list[ActivityWeekDay]
    mean: WeekMean
    before: WeekMean
    estimate: str


class SleepChange(BaseModel):
    """The mean of the last ``nights`` beside what is usual for this person, give or take
    ``sd_minutes``; said only where it is beyond what happens by chance. ``nights`` 14: a drift."""

    nights: int
    usual_minutes: int
    difference_minutes: int
    sd_minutes: int


class ActivityMonth(BaseModel):
    """A month's days as they were summed up in their nights, and the mean of the month before."""

    home: str
    month: str
    days: list[ActivityWeekDay]
    mean: WeekMean
    before: WeekMean
    unusual: SleepChange | None
    estimate: str


class Shown:
    """What a home's contract lets its people see (A-27, HT-12)."""

    def __init__(self, *, sleep: bool, fridge: bool, language: Language) -> None:
        self.sleep = sleep
        self.fridge = fridge
        self.estimate = ESTIMATE[language]

    def states(self, states: States) -> States:
        """The states as they are shown: without sleep where it is not in the contract."""
        if self.sleep:
            return states
        return np.where(states == State.SLEEP, np.int8(State.HOME), states)

    def sensors(self, record: Recorded, now: datetime) -> list[SensorHealth]:
        """The sensors that may be seen."""
        return [_health(one, now) for one in record.sensors if self.fridge or one.kind != "fridge"]


def glance(
    home: str, now: datetime, first: datetime, record: Recorded, said: States, timeline: Timeline,
    shown: Shown,
) -> ActivityNow:  # fmt: skip
    """The home now, today and last night. ``said`` as it was said at each minute, ``timeline`` as
    it is known afterwards; both begin at ``first``."""
    said = shown.states(said)
    heard = record.heard
    connected = heard is not None and now - heard <= CONNECTED + MINUTE
    known = np.flatnonzero(record.minutes.known)
    state, since = State.UNKNOWN, heard
    if connected and len(known):
        last = int(known[-1])
        state = State(int(said[last]))
        since = _since(said, last, first)
    midnight = len(said) - int(record.minutes.of_day[-1]) - 1 if len(said) else 0
    nights = _nights(timeline, first) if shown.sleep else []
    return ActivityNow(
        home=home,
        at=now,
        state=_NAMES[state],
        since=since,
        connected=connected,
        heard_at=heard,
        today=spans(shown.states(timeline.state), first, midnight, len(said)),
        night=next((one for one in reversed(nights) if one.up and one.date <= day_of(now)), None),
        sensors=shown.sensors(record, now),
        estimate=shown.estimate,
    )


def day_view(
    home: str, day: date, now: datetime, first: datetime, record: Recorded, timeline: Timeline,
    shown: Shown,
) -> ActivityDay:  # fmt: skip
    """One day out of a timeline that begins at ``first``."""
    minutes, states = timeline.minutes, shown.states(timeline.state)
    lo, hi = _bounds(minutes, day)
    part = minutes.part(lo, hi)
    found = next((one for one in summary.days(timeline) if one.day == np.datetime64(day)), None)
    count = np.bincount(states[lo:hi], minlength=4)
    night = next((one for one in _nights(timeline, first) if one.date == day), None)
    fridge = None
    if shown.fridge and part.fridge is not None:
        fridge = [first + (lo + a) * MINUTE for a, _ in runs(part.fridge > 0)]
    visible = part.motion
    if not shown.fridge and part.fridge is not None:
        visible = visible - part.fridge
    return ActivityDay(
        home=home,
        date=day,
        spans=spans(states, first, lo, hi),
        firings=[
            int(value) if known else None for value, known in zip(visible, part.known, strict=True)
        ],
        home_minutes=int(count[State.HOME]),
        asleep_minutes=int(count[State.SLEEP]),
        away_minutes=int(count[State.AWAY]),
        unknown_minutes=int(count[State.UNKNOWN]),
        activity=_rounded(found.presence.activity) if found else None,
        night=night if shown.sleep else None,
        fridge=fridge,
        sensors=shown.sensors(record, now),
        estimate=shown.estimate,
    )


def week_view(home: str, last: date, timeline: Timeline, shown: Shown) -> ActivityWeek:
    """The week that ends with ``last``, and the one before, out of a timeline."""
    end = np.datetime64(last)
    found = summary.days(timeline)
    week = [one for one in found if end - 6 <= one.day <= end]
    before = [one for one in found if end - 13 <= one.day <= end - 7]
    return ActivityWeek(
        home=home,
        days=[_week_day(one, shown) for one in week],
        mean=_mean(week, shown),
        before=_mean(before, shown),
        estimate=shown.estimate,
    )


def month_view(
    home: str, first: date, rows: Sequence[DayRow], recent: Sequence[DayRow], shown: Shown
) -> ActivityMonth:
    """The month that begins with ``first`` out of ``rows``, which reach back a month before it;
    ``recent``: the days from which it is known what is usual."""
    month = [rollup.day(one) for one in rows if one.date >= first]
    before = [rollup.day(one) for one in rows if one.date < first]
    change = rollup.unusual(recent) if shown.sleep else None
    return ActivityMonth(
        home=home,
        month=f"{first:%Y-%m}",
        days=[_week_day(one, shown) for one in month],
        mean=_mean(month, shown),
        before=_mean(before, shown),
        unusual=change
        and SleepChange(
            nights=change.span or FEWEST,
            usual_minutes=round(change.usual),
            difference_minutes=round(change.difference),
            sd_minutes=round(change.sd),
        ),
        estimate=shown.estimate,
    )


def spans(states: States, first: datetime, lo: int, hi: int) -> list[ActivitySpan]:
    """The stretches of one state in minutes [lo, hi)."""
    part = states[lo:hi]
    if not len(part):
        return []
    cuts = [0, *(np.flatnonzero(np.diff(part)) + 1).tolist(), len(part)]
    return [
        ActivitySpan(
            since=first + (lo + a) * MINUTE,
            until=first + (lo + b) * MINUTE,
            state=_NAMES[int(part[a])],
        )
        for a, b in itertools.pairwise(cuts)
    ]


def _since(said: States, last: int, first: datetime) -> datetime | None:
    """Since when the state of minute ``last`` lasts; what is unknown in between is bridged."""
    others = np.flatnonzero((said[:last] != said[last]) & (said[:last] != State.UNKNOWN))
    begin = int(others[-1]) + 1 if len(others) else 0
    same = np.flatnonzero(said[begin : last + 1] == said[last])
    begin += int(same[0])
    return first + begin * MINUTE if begin else None


def _nights(timeline: Timeline, first: datetime) -> list[NightEstimate]:
    slept = bouts(timeline.state, timeline.probability, int(State.SLEEP))
    seen = visits.visits(timeline.minutes, slept)
    found = []
    for day in summary.days(timeline):
        night = day.night
        bed = None if night.bed is None else first + night.bed * MINUTE
        up = None if night.up is None else first + night.up * MINUTE
        within = None
        if seen is not None and day.visits is not None:
            within = [
                NightVisit(since=first + one.first * MINUTE, minutes=one.last - one.first + 1)
                for one in seen
                if night.bed is not None and night.up is not None
                if night.bed <= one.first < night.up
            ]
        found.append(
            NightEstimate(
                date=day.day.astype(date),
                asleep_minutes=night.asleep,
                sd_minutes=round(night.sd),
                bed=bed,
                up=up,
                visits=within,
                known_minutes=night.known,
            )
        )
    return found


def _week_day(day: summary.Day, shown: Shown) -> ActivityWeekDay:
    asleep = 0 if shown.sleep else day.asleep
    return ActivityWeekDay(
        date=day.day.astype(date),
        home_minutes=day.home + asleep,
        away_minutes=day.away,
        unknown_minutes=day.unknown,
        asleep_minutes=day.night.asleep if shown.sleep else None,
        asleep_sd_minutes=round(day.night.sd) if shown.sleep else None,
        visits=day.visits if shown.sleep else None,
        activity=_rounded(day.presence.activity),
    )


def _mean(days: Sequence[summary.Day], shown: Shown) -> WeekMean:
    period = summary.roll_up(days)
    known = shown.sleep and period.days > 0
    return WeekMean(
        days=period.days,
        home_minutes=round(period.home),
        away_minutes=round(period.away),
        asleep_minutes=round(period.asleep) if known else None,
        asleep_sd_minutes=round(period.asleep_sd) if known else None,
        activity=_rounded(period.activity),
    )


def _bounds(minutes: Minutes, day: date) -> tuple[int, int]:
    offset = int((np.datetime64(day).astype("datetime64[m]") - minutes.start).astype(int))
    return max(offset, 0), min(max(offset + 1440, 0), len(minutes))


def _health(one: Health, now: datetime) -> SensorHealth:
    reached: Literal["connected", "silent"] = "connected" if one.connected(now) else "silent"
    return SensorHealth(
        device=one.device,
        name=one.name,
        kind=str(one.kind),
        state=reached if one.reachable else "unreachable",
        heard_at=one.heard,
        battery=one.battery,
        battery_low=one.weak,
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
