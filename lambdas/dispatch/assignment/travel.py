"""How long people take from where they are to a home: a port, and what answers without a map."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import h3

from lambdas.dispatch.casework.place import Place

METRES_A_KILOMETRE, SECONDS_AN_HOUR = 1000, 3600


def metres(one: Place, other: Place) -> float:
    """The distance as the crow flies."""
    return float(h3.great_circle_distance(one.point, other.point, unit="m"))


class Travel(Protocol):
    """Tells how long the way takes."""

    def seconds(self, origins: Sequence[Place], to: Place, at: datetime) -> list[float]:
        """Seconds from each origin, in their order, when one leaves at ``at``; infinite where no
        way leads."""
        ...

    @property
    def estimate(self) -> "Travel | None":
        """What says without asking anybody who is likely to be early; None: asking costs nothing,
        so that everybody may be asked."""
        ...

    def at_least(self, metres: float) -> float:
        """Seconds that no way of this many metres as the crow flies can beat.

        The search for the earliest (``arrival.py``) is exact as long as this is never more than
        what ``seconds`` says of any place that far away, and never less for a longer way.
        """
        ...


@dataclass(frozen=True)
class GreatCircle:
    """The distance as the crow flies, lengthened by ``detour``, at ``kmh`` on average.

    1.3 is what streets commonly add to the straight line; 25 km/h is a car in a Japanese town,
    lights and parking included. Both are assumptions of an operator without a map, to be replaced
    by Amazon Location (lambdas/dispatch/assignment/route_gateway.py) or the operator's own figures.
    """

    detour: float = 1.3
    kmh: float = 25

    @property
    def estimate(self) -> Travel | None:
        """Nobody is asked."""
        return None

    def seconds(self, origins: Sequence[Place], to: Place, at: datetime) -> list[float]:
        """The same at every hour."""
        return [self.at_least(metres(origin, to)) for origin in origins]

    def at_least(self, metres: float) -> float:
        """Exactly what ``seconds`` says."""
        return metres * self.detour / (self.kmh * METRES_A_KILOMETRE / SECONDS_AN_HOUR)
