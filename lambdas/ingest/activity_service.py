"""Looking at a home: what is known of it is read, learned once a night, and told."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import NamedTuple

import numpy as np

from lambdas.ingest.activity import (
    doors,
    knowledge,
    noise,
    notices,
    reports,
    rollup,
    summary,
    watch,
)
from lambdas.ingest.activity.access import NOTICES, RHYTHM, SLEEP, TAKEN
from lambdas.ingest.activity.day_row import DayRow
from lambdas.ingest.activity.knowledge import LEARNS_FROM, LOOKS_BACK, Known
from lambdas.ingest.activity.packing import MINUTE
from lambdas.ingest.activity.preferences import Kept, SensorSite
from lambdas.ingest.activity.record import CONNECTED, Recorded, recorded
from lambdas.ingest.activity.timeline import State, States, Timeline, after_the_fact
from lambdas.ingest.activity.told import Told, Topic
from lambdas.ingest.activity.watch import UNHEARD, After, Watched
from lambdas.ingest.activity_store import ActivityStore
from lambdas.shared.aws import bus
from lambdas.shared.calendar import ONE_DAY, day_of, start_of
from lambdas.shared.events import Notice
from lambdas.shared.household import Home

SETTLED = timedelta(minutes=15)
"""So long after midnight the readings of the day before have come."""

HEARD = CONNECTED + MINUTE


class Seen(NamedTuple):
    """A home from ``first`` to ``now``: its minutes and sensors, and what is said of each minute at
    that minute."""

    first: datetime
    now: datetime
    record: Recorded
    said: States
    known: Known | None

    def afterwards(self) -> Timeline:
        """What is known of the same minutes afterwards."""
        return _afterwards(self.record, self.known)

    def watched(self) -> Watched:
        """What notices are decided from."""
        minutes = self.record.minutes
        stray = noise.estimate(minutes.motion, minutes.known, doors.passages(minutes.door)).rate
        return Watched(self.first, self.now, minutes, self.said, stray, self.record.heard)


def _afterwards(record: Recorded, known: Known | None) -> Timeline:
    return after_the_fact(record.minutes, learned=known.learned.parameters if known else None)


def _afters(
    home: Home, people: Mapping[str, Kept], site: SensorSite, now: datetime
) -> dict[str, After]:
    """After how long each of the home's people is told of what; the line is the contractor's."""
    features = home.features(now)
    found: dict[str, After] = {}
    for member in home.watchers:
        after = watch.limits(
            people[member.person].preferences,
            site,
            notices=NOTICES in features,
            rhythm=RHYTHM in features,
        )
        line = {Topic.CONNECTION: UNHEARD} if member.role == "contractor" else {}
        found[member.person] = {**after, **line}
    return found


def _next_look(
    home: Watched,
    told: Told,
    people: Mapping[str, Kept],
    site: SensorSite,
    afters: Mapping[str, After],
) -> datetime:
    """When the home is to be looked at again: before, nothing can be said of it."""
    night = start_of(day_of(home.now) + ONE_DAY) + SETTLED
    report = reports.next_due(told, people, site, home.now)
    return min(night, watch.next_look(home, told, afters), report or night)


def _how(seen: Seen, watched: Watched, *, well: bool, sleep: bool) -> Callable[[], notices.Now]:
    """How the home is, estimated once and only if somebody is to be told."""

    @cache
    def how() -> notices.Now:
        connected = seen.record.heard is not None and seen.now - seen.record.heard <= HEARD
        known = np.flatnonzero(seen.record.minutes.known)
        state = State(int(seen.said[known[-1]])) if connected and len(known) else State.UNKNOWN
        if state is State.SLEEP and not sleep:
            state = State.HOME
        asleep = None
        if sleep:
            nights = [one.night for one in summary.days(seen.afterwards())]
            today = np.datetime64(day_of(seen.now))
            asleep = next((n.asleep for n in nights if n.day == today and n.up), None)
        moved = reports.moved_at(watched)
        return notices.Now(state.name.lower(), moved, asleep, well and connected)

    return how


def _product(home: Home, now: datetime) -> str:
    """The product that entitles the home to what its sensors tell."""
    entitled = (one for one in home.contracts if one.in_force(now) and one.features & TAKEN)
    return min((one.product for one in entitled), default="")


class ActivityService:
    """Homes' activity over one table."""

    def __init__(self, readings_table: str) -> None:
        self._store = ActivityStore(readings_table)

    def look(self, home: str, now: datetime) -> Seen:
        """The home since two days before the last midnight."""
        first = start_of(day_of(now)) - LOOKS_BACK
        record = self._record(home, first, now)
        known = self._known(home)
        said = knowledge.said_until_now(record.minutes, first, known)
        return Seen(first, now, record, said, known)

    def timeline(self, home: str, first: datetime, last: datetime) -> tuple[Recorded, Timeline]:
        """What is known afterwards of the minutes from ``first`` to before ``last``."""
        record = self._record(home, first, last)
        return record, _afterwards(record, self._known(home))

    def watch(self, home: Home, now: datetime, event_bus: str) -> list[Notice]:
        """Learn once a night, and tell the home's people what they are to be told."""
        told = self._store.told(home.id)
        features = home.features(now)
        if not features & TAKEN:
            if told.lasting:
                self._store.keep_told(home.id, watch.closed(told, now))
            return []
        self._learn(home, now)
        seen = self.look(home.id, now)
        set_by, site = self._store.preferences(home.id)
        people = {one.person: set_by.get(one.person, Kept()) for one in home.watchers}
        watched, afters = seen.watched(), _afters(home, people, site, now)
        words, after = watch.words(watched, told, afters)
        said = notices.notices(home.id, [one for one in words if one.person in people], now)
        if NOTICES in features:
            due, after = reports.due(watched, after, people, site)
            how = _how(seen, watched, well=not after.lasting, sleep=SLEEP in features)
            said += [notices.report(home.id, one, how(), now) for one in due]
        if after != told:
            # Told first: whoever decides it again after a failure names the same notices.
            for notice in said:
                bus.publish(event_bus, notice)
            self._store.keep_told(home.id, after)
        self._store.look_again(home.id, _next_look(watched, after, people, site, afters))
        return said

    def _learn(self, home: Home, now: datetime) -> None:
        midnight = start_of(day_of(now))
        known = self._known(home.id)
        if now < midnight + SETTLED or (known and known.midnight >= midnight):
            return
        past = self._record(home.id, midnight - LEARNS_FROM, midnight).minutes
        if not past.known.any():
            return
        past = past.part(int(np.argmax(past.known)), len(past))
        found = knowledge.overnight(past, midnight, known)
        self._store.keep_days(home.id, self._summed_up(home, midnight, found))
        self._store.keep_known(home.id, knowledge.dump(found), now)

    def _summed_up(self, home: Home, midnight: datetime, known: Known) -> list[DayRow]:
        """The last days before ``midnight`` of which something is known."""
        first = midnight - rollup.SETTLE * ONE_DAY
        record = self._record(home.id, first - LOOKS_BACK, midnight)
        product = _product(home, midnight)
        rows = [rollup.row(day, product) for day in summary.days(_afterwards(record, known))]
        return [one for one in rows if one.date >= day_of(first) and one.unknown < summary.DAY]

    def days(self, home: str, first: date, last: date) -> list[DayRow]:
        """The days from ``first`` to ``last``, as they were summed up in their nights."""
        rows = self._store.days(home, first, last)
        reset = self._store.fridge_since(home)
        if reset is None:
            return rows
        since = day_of(reset)
        return [
            one.model_copy(update={"fridge": None}) if one.date <= since else one for one in rows
        ]

    def _known(self, home: str) -> Known | None:
        kept = self._store.known(home)
        return knowledge.load(kept) if kept else None

    def _record(self, home: str, first: datetime, last: datetime) -> Recorded:
        whole = first + int((last - first) / MINUTE) * MINUTE
        hours = self._store.hours(home, first, whole)
        return recorded(hours, first, whole, fridge_since=self._store.fridge_since(home))
