"""Looking at a home: what is known of it is read, learned once a night, and told."""

from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np

from lambdas.ingest.activity import doors, knowledge, noise, watch
from lambdas.ingest.activity.access import ACTIVITY, NOTICES
from lambdas.ingest.activity.knowledge import LEARNS_FROM, LOOKS_BACK, Known
from lambdas.ingest.activity.notices import notices
from lambdas.ingest.activity.packing import MINUTE
from lambdas.ingest.activity.record import Recorded, recorded
from lambdas.ingest.activity.timeline import States, Timeline, after_the_fact
from lambdas.ingest.activity_store import ActivityStore
from lambdas.shared.aws import bus
from lambdas.shared.calendar import day_of, start_of
from lambdas.shared.household import Home

SETTLED = timedelta(minutes=15)
"""So long after midnight the readings of the day before have come."""


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


def _afterwards(record: Recorded, known: Known | None) -> Timeline:
    return after_the_fact(record.minutes, learned=known.learned.parameters if known else None)


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

    def watch(self, home: Home, now: datetime, event_bus: str) -> list[watch.Word]:
        """Learn once a night, and tell the home's people what they are to be told."""
        told = watch.load(self._store.told(home.id))
        if not {ACTIVITY, NOTICES} <= home.features(now):
            if any(one.over is None for one in told.values()):
                self._store.keep_told(home.id, watch.dump(watch.closed(told, now)))
            return []
        self._learn(home.id, now)
        seen = self.look(home.id, now)
        minutes = seen.record.minutes
        stray = noise.estimate(minutes.motion, minutes.known, doors.passages(minutes.door)).rate
        words = watch.words(
            watch.Watched(seen.first, now, minutes, seen.said, stray, seen.record.heard), told
        )
        if words:
            # Told first: whoever decides it again after a failure names the same notices.
            for notice in notices(home, words, now):
                bus.publish(event_bus, notice)
            self._store.keep_told(home.id, watch.dump(watch.after(told, words)))
        return words

    def _learn(self, home: str, now: datetime) -> None:
        midnight = start_of(day_of(now))
        known = self._known(home)
        if now < midnight + SETTLED or (known and known.midnight >= midnight):
            return
        past = self._record(home, midnight - LEARNS_FROM, midnight).minutes
        if not past.known.any():
            return
        past = past.part(int(np.argmax(past.known)), len(past))
        found = knowledge.overnight(past, midnight, known)
        self._store.keep_known(home, knowledge.dump(found), now)

    def _known(self, home: str) -> Known | None:
        kept = self._store.known(home)
        return knowledge.load(kept) if kept else None

    def _record(self, home: str, first: datetime, last: datetime) -> Recorded:
        whole = first + int((last - first) / MINUTE) * MINUTE
        return recorded(self._store.hours(home, first, whole), first, whole)
