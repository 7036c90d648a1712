"""Who can be there first (DL-16, AL-12): an exact search outwards from the home.

Responders who could be sent are listed by cell (``cells.py``). The search reads the nearest cell
first, a page of it; where there are more, it goes on with the smaller cells in it. It stops when
nobody in what is left could beat whoever it found: a cell's nearest point gives the least time that
anybody in it can need.
"""

import math
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import NamedTuple

from lambdas.dispatch.assignment import cells
from lambdas.dispatch.assignment.responder import FRESH, Responder, Skill
from lambdas.dispatch.assignment.travel import Travel, metres
from lambdas.dispatch.casework.place import Place

REACH = 60_000.0
"""Metres as the crow flies beyond which nobody is sent: three hours' way. Without it, a search
while everybody is busy would read the whole map."""

ROADS_ASKED = 10
"""Of those who could be sent, so many are looked up on the road map, the likeliest first."""

PAGE = 16
"""Rows read of a cell before its smaller cells are read instead: a page is one read unit, four
kilobytes. Fewer take more queries, more take more rows. Measured: bench/dispatch.py."""


class Arrival(NamedTuple):
    """When somebody would be there."""

    responder: Responder
    at: datetime
    travel_seconds: float


class Wanted(NamedTuple):
    """Who is looked for: where and when somebody is needed, and who cannot be sent."""

    to: Place
    now: datetime
    without: Collection[str] = ()
    needs: frozenset[Skill] = frozenset()  # only who has all of them (AL-13)
    fresh: timedelta = FRESH
    reach: float = REACH
    silent_too: bool = True  # also who left an offer unanswered a short while ago
    resting_too: bool = True  # also who refused a short while ago
    only_free: Collection[str] = ()  # of these, only who is at no case now

    def takes(self, responder: Responder) -> bool:
        """Whether this responder could be sent. Whoever is at a case could be sent after it."""
        return (
            responder.why_not(self.now, self.fresh) is None
            and responder.id not in self.without
            and not (responder.work and responder.id in self.only_free)
            and self.needs <= responder.skills
            and (self.silent_too or not responder.silent(self.now))
            and (self.resting_too or not responder.resting(self.now))
            and metres(responder.starts_from, self.to) <= self.reach
        )

    def arrival(self, responder: Responder, way: float) -> Arrival:
        """When they are there, for a way of so many seconds, after what they are busy with."""
        at = responder.leaves(self.now) + timedelta(seconds=way)
        return Arrival(responder, at, way)


class Page(NamedTuple):
    """Who was read of a cell, and whether there are more."""

    responders: list[Responder]
    more: bool = False


Read = Callable[[str, int | None], Page]
"""Those listed in a cell: so many at most, or all. Others among them do no harm."""


def earliest(wanted: Wanted, travel: Travel, read: Read) -> Arrival | None:
    """Whoever is there first among all who could be sent; None when there is nobody.

    Of two who arrive at the same instant, the one with the smaller id. The answer is that of
    ``among`` over everybody listed, and ``read`` is asked for no cell that cannot change it.
    """
    return next(iter(first_of(wanted, travel, read, 1)), None)


def first_of(wanted: Wanted, travel: Travel, read: Read, count: int) -> list[Arrival]:
    """The ``count`` who are there first among all who could be sent, the first one first; fewer
    where there are fewer."""
    best: list[Arrival] = []
    met: set[str] = set()
    rings, heap, horizon = cells.rings(wanted.to), list[cells.Near](), -1.0
    while True:
        while horizon < math.inf and (not heap or heap[0].metres > horizon):
            ring = next(rings, [])
            for cell in ring:
                heappush(heap, cell)
            horizon = ring[0].metres if ring and ring[0].metres <= wanted.reach else math.inf
        if not heap or not _worthwhile(wanted, travel, heap[0].metres, best, count):
            return best
        cell = heappop(heap)
        page = read(cell.name, None if cells.is_finest(cell.name) else PAGE)
        new = [one for one in page.responders if one.id not in met]
        met.update(one.id for one in new)
        last = best[-1] if len(best) == count else None
        best = sorted([*best, *_arrivals(wanted, travel, new, last)], key=_order)[:count]
        if page.more:
            for part in cells.parts(cell.name, wanted.to):
                heappush(heap, part)


def by_road(wanted: Wanted, roads: Travel, estimate: Travel, read: Read) -> Arrival | None:
    """Whoever is there first by road among the ``ROADS_ASKED`` who are by the estimate.

    Roads are asked once, for so many, instead of for everybody near. Somebody further down the
    estimate's list may be faster; that is the price.
    """
    likely = [one.responder for one in first_of(wanted, estimate, read, ROADS_ASKED)]
    return among(wanted, roads, likely)


def among(
    wanted: Wanted, travel: Travel, responders: Iterable[Responder], best: Arrival | None = None
) -> Arrival | None:
    """Whoever is there first among these and ``best``."""
    found = _arrivals(wanted, travel, responders, best)
    return min([*found, *([best] if best else [])], key=_order, default=None)


def _arrivals(
    wanted: Wanted, travel: Travel, responders: Iterable[Responder], best: Arrival | None
) -> list[Arrival]:
    """When those of them are there who may be as early as ``best``, and before their shift ends."""

    def hopeful(one: Responder) -> bool:
        if not wanted.takes(one):
            return False
        least = travel.at_least(metres(one.starts_from, wanted.to))
        return not best or wanted.arrival(one, least).at <= best.at

    asked = [one for one in responders if hopeful(one)]
    # One question for all, as the roads are now, also for those who set out later.
    origins = [one.starts_from for one in asked]
    ways = travel.seconds(origins, wanted.to, wanted.now) if asked else []
    found = [
        wanted.arrival(one, way) for one, way in zip(asked, ways, strict=True) if math.isfinite(way)
    ]
    return [
        one
        for one in found
        if one.responder.shift_ends is None or one.at <= one.responder.shift_ends
    ]


def _order(arrival: Arrival) -> tuple[datetime, str]:
    return arrival.at, arrival.responder.id


def _worthwhile(
    wanted: Wanted, travel: Travel, metres: float, best: list[Arrival], count: int
) -> bool:
    """Whether somebody this far away could be sent and be among the first ``count``."""
    if metres > wanted.reach:
        return False
    earliest_possible = wanted.now + timedelta(seconds=travel.at_least(metres))
    return len(best) < count or earliest_possible <= best[-1].at
