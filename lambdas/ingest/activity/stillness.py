"""Nobody stirs: for how long, and when it must be said (HT-11, AL-05).

An unknown minute is never a quiet one. A hole of up to three hours is passed over uncounted: most
are reports that are late, and each would else begin the count of an emergency anew. A longer one
ends it. In a home where a cat sets sensors off, only more firings than the cat makes are a sign of
life.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import exp
from typing import NamedTuple

import numpy as np

from lambdas.ingest.activity.minutes import SHORT_HOLE, Flags, Minutes, runs
from lambdas.ingest.activity.timeline import State, States

HALF_HOUR = 30
BY_CHANCE = 0.02


class Matter(StrEnum):
    """What lasts."""

    ABSENCE = "absence"  # nobody is at home (HT-11)
    STILLNESS = "stillness"  # nobody stirs by day, and nobody is known to be away (HT-11)
    RHYTHM = "rhythm"  # no sign of life at all, day or night (AL-05)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """After how many minutes it is said; each watcher's or site's own (A-10, A-22)."""

    absence: int = 12 * 60
    stillness: int = 8 * 60
    rhythm: int = 12 * 60
    day_begins: int = 7 * 60  # minute of the day
    day_ends: int = 21 * 60


class Episode(NamedTuple):
    """Began at minute ``since``, is to be said at ``told``, and was over at ``over`` (None while it
    lasts). One notice for each, one on recovery (HT-11)."""

    matter: Matter
    since: int
    told: int
    over: int | None


def signs_of_life(minutes: Minutes, *, stray: float = 0.0) -> Flags:
    """(n,): a firing that is not put down to ``stray`` firings a minute.

    The half hour up to it has more firing minutes than strays make one time in fifty.
    """
    least, chance = 0, 1.0
    term = exp(-stray * HALF_HOUR)
    while chance >= BY_CHANCE:
        chance -= term
        least += 1
        term *= stray * HALF_HOUR / least
    fired = minutes.life
    total = np.concatenate([np.zeros(HALF_HOUR, np.int64), [0], np.cumsum(fired)])
    recent = total[HALF_HOUR + 1 :] - total[1 : len(fired) + 1]
    signs: Flags = fired & (recent >= least)
    return signs


def episodes(
    minutes: Minutes, state: States, limits: Limits = Limits(), *, stray: float = 0.0
) -> list[Episode]:
    """All that lasted beyond its limit, by the minute it is said.

    ``state`` (n,): as said at the time (`causal`), so that each episode is the one a watcher saw.
    Somebody away is not still: absence has its own limit. Where no door tells whether somebody is
    away, silence is stillness: it is the one thing that is known.
    """
    signs = signs_of_life(minutes, stray=stray)
    absent = state == State.AWAY
    everything = np.ones(len(minutes), np.bool_)
    by_day = (minutes.of_day >= limits.day_begins) & (minutes.of_day < limits.day_ends)
    quiet = minutes.known & ~absent & ~signs
    not_told = state == State.UNKNOWN
    found = [
        *_lasting(Matter.ABSENCE, absent, not_told, everything, limits.absence),
        *_lasting(Matter.STILLNESS, quiet, ~minutes.known, by_day, limits.stillness),
        *_lasting(Matter.RHYTHM, quiet, ~minutes.known, everything, limits.rhythm),
    ]
    return sorted(found, key=lambda episode: (episode.told, episode.matter))


def _lasting(
    matter: Matter, flags: Flags, holes: Flags, counts: Flags, limit: int
) -> Iterator[Episode]:
    """Stretches whose counting minutes reach the limit; short holes inside one do not count."""
    whole = flags.copy()
    for first, last in runs(holes & ~flags):
        inside = first > 0 and last < len(flags) and flags[first - 1] and flags[last]
        if inside and last - first <= SHORT_HOLE:
            whole[first:last] = True
    for first, last in runs(whole):
        counted = np.cumsum((flags & counts)[first:last])
        if counted[-1] >= limit:
            told = first + int(np.searchsorted(counted, limit))
            yield Episode(matter, first, told, last if last < len(flags) else None)
