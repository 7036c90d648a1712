"""Reports while all is as usual: every so many hours (定期連絡) and at times of day (定刻連絡).

A-14: the first is by interval, and comes once something has moved since the last, so that it says
that somebody is up; the second is by the clock and comes whatever is. Each time is reported once,
late by three hours at the most; what was missed longer ago is not made up for.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

import numpy as np

from lambdas.ingest.activity.packing import MINUTE
from lambdas.ingest.activity.preferences import Kept, SensorSite, carries_times
from lambdas.ingest.activity.stillness import signs_of_life
from lambdas.ingest.activity.told import Reported, Told
from lambdas.ingest.activity.watch import Watched
from lambdas.shared.calendar import ONE_DAY, day_of, in_japan

LATEST = timedelta(hours=3)


class Report(NamedTuple):
    """A report to ``person``: ``of`` the interval or the clock time ``at``."""

    person: str
    of: Literal["interval", "clock"]
    at: datetime


def moved_at(home: Watched) -> datetime | None:
    """The last sign of life in what is seen of a home."""
    at = np.flatnonzero(signs_of_life(home.minutes, stray=home.stray))
    return home.first + int(at[-1]) * MINUTE if len(at) else None


def due(
    home: Watched, told: Told, people: Mapping[str, Kept], site: SensorSite
) -> tuple[list[Report], Told]:
    """The reports to be sent now, and what was told then."""
    found: list[Report] = []
    moved = moved_at(home)
    reports = dict(told.reports)
    for person, kept in people.items():
        mine = reports.get(person, Reported())
        begins = kept.since or home.now
        if slot := _slot(kept, site, home.now, max(begins, mine.clock or begins)):
            found.append(Report(person, "clock", slot))
            mine = mine.model_copy(update={"clock": slot})
        every = kept.preferences.every_hours
        last = max(begins, mine.interval or begins)
        if every and moved and moved > last and home.now - last >= timedelta(hours=every):
            found.append(Report(person, "interval", home.now))
            mine = mine.model_copy(update={"interval": home.now})
        if mine != Reported():
            reports[person] = mine
    return found, told.model_copy(update={"reports": reports})


def next_due(
    told: Told, people: Mapping[str, Kept], site: SensorSite, now: datetime
) -> datetime | None:
    """Before this moment no report is due, whatever moves; None where nobody wants any."""
    found: list[datetime] = []
    for person, kept in people.items():
        if carries_times(site.line):
            found += [at for at in _times(kept, now) if at > now][:1]
        if every := kept.preferences.every_hours:
            last = told.reports.get(person, Reported()).interval
            begins = kept.since or now
            found.append(max(begins, last or begins) + timedelta(hours=every))
    return min(found, default=None)


def _slot(kept: Kept, site: SensorSite, now: datetime, after: datetime) -> datetime | None:
    """The last time of day that has come, ``after`` the last one that was reported."""
    if not carries_times(site.line):
        return None
    slots = _times(kept, now)
    return max((one for one in slots if after < one <= now and now - one <= LATEST), default=None)


def _times(kept: Kept, now: datetime) -> list[datetime]:
    """A watcher's times of yesterday, today and tomorrow, in order."""
    today, zone = day_of(now), in_japan(now).tzinfo
    return sorted(
        datetime.combine(today + days * ONE_DAY, at, zone)
        for days in (-1, 0, 1)
        for at in kept.preferences.times
    )
