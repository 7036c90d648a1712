"""Who can be there first (DL-16, AL-12): an exact search outwards from the home.

The map is cut into H3 cells, and responders who could be sent are listed by cell. The search reads
the cells nearest to the home first, ring by ring, and stops when nobody in what is left could beat
whoever it found: a cell's nearest point gives the least time that anybody in it can need.
"""

import math
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

import h3
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from lambdas.dispatch.assignment.travel import Travel, metres
from lambdas.dispatch.casework.place import Place

RESOLUTION = 5
"""H3's resolution: cells of about 250 km², 10 km along an edge. Whoever is free and can come soon
is nearly always in the home's cell or one beside it, so that a decision takes a few reads, and
where nobody is near, the whole reach takes some sixty. Measured: bench/dispatch.py. Rows stand
under cells: whoever changes it must write them anew."""

FRESH = timedelta(minutes=30)
"""A position older than this says nothing about where somebody is."""

REACH = 60_000.0
"""Metres as the crow flies beyond which nobody is sent: three hours' way. Without it, a search
while everybody is busy would read the whole map."""

ROADS_ASKED = 10
"""Of those who could be sent, so many are looked up on the road map, the likeliest first."""

_SLACK = 1.0
"""Metres by which a cell is taken to be larger than it is, for H3's rounding at its edges."""


SILENCE = timedelta(hours=1)
"""So long, whoever left an offer unanswered is asked after all others."""


class Responder(BaseModel):
    """Somebody who can be sent: staff for home checks, or a guard."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1, max_length=64)  # the login's subject
    name: str
    phone: str
    place: Place  # where last seen; when registered, where they start from
    seen_at: AwareDatetime
    on_duty: bool = False
    busy_until: AwareDatetime | None = None
    engaged: str | None = None  # the number of the case that has them
    guard: bool = False  # holds the qualification the Security Services Act asks of guards (AL-13)
    duty_at: AwareDatetime | None = None  # when they last said whether they are on duty
    silent_at: AwareDatetime | None = None  # since when they left offers unanswered
    version: int = 0  # counts the changes of the row that this was read from

    @property
    def listed(self) -> str | None:
        """The cell under which a search finds them; None for whoever cannot be sent."""
        return cell_of(self.place) if self.on_duty and self.engaged is None else None

    def silent(self, now: datetime) -> bool:
        """Whether they left an offer unanswered a short while ago."""
        return self.silent_at is not None and now - self.silent_at < SILENCE

    def arriving(self, now: datetime, way: float) -> "Arrival":
        """When they are there, for a way of so many seconds, after what they are busy with."""
        leaves = max(now, self.busy_until or now)
        return Arrival(self, leaves + timedelta(seconds=way), way)


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
    guard: bool = False  # only with the qualification of guards (AL-13)
    fresh: timedelta = FRESH
    reach: float = REACH
    silent_too: bool = True  # also who left an offer unanswered a short while ago

    def takes(self, responder: Responder) -> bool:
        """Whether this responder could be sent."""
        return (
            responder.on_duty
            and responder.engaged is None
            and responder.id not in self.without
            and (responder.guard or not self.guard)
            and (self.silent_too or not responder.silent(self.now))
            and self.now - responder.seen_at <= self.fresh
            and metres(responder.place, self.to) <= self.reach
        )


Read = Callable[[str], Iterable[Responder]]
"""Those listed in a cell; others among them do no harm."""


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
    for ring in _rings(wanted.to):
        if not _worthwhile(wanted, travel, ring[0].metres, best, count):
            break
        for cell in ring:
            if not _worthwhile(wanted, travel, cell.metres, best, count):
                break
            last = best[-1] if len(best) == count else None
            found = _arrivals(wanted, travel, read(cell.name), last)
            best = sorted([*best, *found], key=_order)[:count]
    return best


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
    """When those of them are there who may be as early as ``best``."""

    def hopeful(one: Responder) -> bool:
        least = travel.at_least(metres(one.place, wanted.to))
        return wanted.takes(one) and (not best or one.arriving(wanted.now, least).at <= best.at)

    asked = [one for one in responders if hopeful(one)]
    # One question for all, as the roads are now, also for those who set out later.
    ways = travel.seconds([one.place for one in asked], wanted.to, wanted.now) if asked else []
    return [
        one.arriving(wanted.now, way)
        for one, way in zip(asked, ways, strict=True)
        if math.isfinite(way)
    ]


def cell_of(place: Place) -> str:
    """The cell that a place lies in."""
    return str(h3.latlng_to_cell(*place.point, RESOLUTION))


def at_least_metres(cell: str, to: Place) -> float:
    """A distance that no place in the cell is nearer than."""
    middle, radius = _circle(cell)
    return max(0.0, metres(middle, to) - radius - _SLACK)


class _Near(NamedTuple):
    """A cell, and how near its nearest point is at least (metres)."""

    metres: float
    name: str


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


def _rings(to: Place) -> Iterator[list[_Near]]:
    """The cells around a place, ring by ring, the nearest of each ring first.

    Whoever comes from further out must cross the ring, so that its nearest cell bounds all that
    lies behind it.
    """
    centre, ring = cell_of(to), 0
    while cells := h3.grid_ring(centre, ring):
        yield sorted(_Near(at_least_metres(name, to), name) for name in cells)
        ring += 1


@lru_cache(maxsize=4096)
def _circle(cell: str) -> tuple[Place, float]:
    """A cell's centre, and how far its corners are from it."""
    middle = _place(h3.cell_to_latlng(cell))
    return middle, max(metres(middle, _place(corner)) for corner in h3.cell_to_boundary(cell))


def _place(point: tuple[float, float]) -> Place:
    return Place(latitude=point[0], longitude=point[1])
