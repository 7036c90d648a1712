"""The rounds of a day: who visits which homes, in which order, each within its hours.

Every visit is put where it costs least, the most urgent first, and then moved while that makes the
rounds shorter (cheapest insertion with relocation, as for the vehicle routing problem with time
windows: Solomon, 1987). Nobody is engaged by a round: whoever has an urgent case meanwhile goes
there, and the round is made anew from where they are.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from lambdas.dispatch.assignment.travel import Travel
from lambdas.dispatch.casework.place import Place

SERVICE = timedelta(minutes=20)
"""How long a visit takes at the home. An assumption, to be replaced by what operators see."""


class Stop(NamedTuple):
    """A visit to be made."""

    case: str
    place: Place
    not_before: datetime
    not_after: datetime  # to have begun by then
    without: Collection[str] = ()  # who cannot make it

    @property
    def key(self) -> tuple[datetime, str]:
        """The most urgent first."""
        return self.not_after, self.case


class Walker(NamedTuple):
    """Somebody who makes a round: where and from when on, and what they have already."""

    id: str
    place: Place
    free_from: datetime
    until: datetime | None = None  # the end of their shift
    has: tuple[Stop, ...] = ()


class Leg(NamedTuple):
    """A stop of a round, with when somebody is there and begins."""

    stop: Stop
    at: datetime
    way: float  # seconds


class Round(NamedTuple):
    """A walker's stops in their order."""

    walker: Walker
    legs: tuple[Leg, ...]

    @property
    def cost(self) -> float:
        """Seconds on the way."""
        return sum(leg.way for leg in self.legs)


Way = Callable[[Place, Place], float]


def ways(travel: Travel, at: datetime) -> Way:
    """Seconds from one place to another, each asked once."""
    known: dict[tuple[Place, Place], float] = {}

    def way(origin: Place, to: Place) -> float:
        if (origin, to) not in known:
            (known[origin, to],) = travel.seconds([origin], to, at)
        return known[origin, to]

    return way


def walked(walker: Walker, stops: Sequence[Stop], way: Way) -> Round | None:
    """The round of a walker who makes these stops in this order; None when one cannot be kept."""
    here, now, legs = walker.place, walker.free_from, []
    for stop in stops:
        seconds = way(here, stop.place)
        at = max(now + timedelta(seconds=seconds), stop.not_before)
        if at > stop.not_after or walker.id in stop.without:
            return None
        if walker.until and at + SERVICE > walker.until:
            return None
        legs.append(Leg(stop, at, seconds))
        here, now = stop.place, at + SERVICE
    return Round(walker, tuple(legs))


def kept(walker: Walker, way: Way) -> tuple[Round, list[Stop]]:
    """What a walker has as a round in a good order, and what of it cannot be kept any more."""
    late: list[Stop] = []
    round_ = Round(walker, ())
    for stop in sorted(walker.has, key=lambda one: one.key):
        better = inserted(round_, stop, way)
        if better is None:
            late.append(stop)
        else:
            round_ = better
    return round_, late


def inserted(round_: Round, stop: Stop, way: Way) -> Round | None:
    """The round with one more stop where it costs least; None where it fits nowhere."""
    stops = [leg.stop for leg in round_.legs]
    tried = (
        walked(round_.walker, [*stops[:n], stop, *stops[n:]], way) for n in range(len(stops) + 1)
    )
    return min(filter(None, tried), key=lambda one: one.cost, default=None)


def rounds(walkers: Iterable[Walker], stops: Iterable[Stop], way: Way) -> Mapping[str, Round]:
    """The rounds of everybody, by who makes them: what they have stays theirs, the new stops are
    shared out among them. A stop that nobody can make is in no round."""
    made = {one.id: kept(one, way)[0] for one in sorted(walkers, key=lambda one: one.id)}
    new = sorted(stops, key=lambda one: one.key)
    for stop in new:
        _put(made, stop, way)
    _improve(made, {stop.case for stop in new}, way)
    return made


def _put(made: dict[str, Round], stop: Stop, way: Way) -> bool:
    """Put a stop into whichever round it makes longer by least. False when it fits into none."""
    options = [
        (better.cost - made[id].cost, id, better)
        for id in made
        if (better := inserted(made[id], stop, way))
    ]
    if not options:
        return False
    _, id, better = min(options, key=lambda one: one[:2])
    made[id] = better
    return True


def _improve(made: dict[str, Round], movable: Collection[str], way: Way) -> None:
    """Take new stops out, one at a time, and put them where they cost less, until none does."""
    better = True
    while better:
        better = False
        for id in list(made):
            for leg in made[id].legs:
                if leg.stop.case in movable and _moved(made, id, leg.stop, way):
                    better = True
                    break


def _moved(made: dict[str, Round], id: str, stop: Stop, way: Way) -> bool:
    """Move a stop to where it costs less, by more than a second. False when it stays."""
    rest = [leg.stop for leg in made[id].legs if leg.stop.case != stop.case]
    without = walked(made[id].walker, rest, way)
    if without is None:
        return False
    trial = {**made, id: without}
    if not _put(trial, stop, way) or _total(trial) > _total(made) - 1:
        return False
    made.update(trial)
    return True


def _total(made: Mapping[str, Round]) -> float:
    return sum(one.cost for one in made.values())
