"""Travel times by road: Amazon Location, and the way as the crow flies where it does not answer."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.dispatch.assignment.travel import GreatCircle, Travel, metres
from lambdas.dispatch.casework.place import Place
from lambdas.shared.aws.clients import client
from lambdas.shared.aws.observability import logger

ORIGINS = 500
"""Origins the API takes at once, when the routes are kept within a circle."""

MARGIN = 10_000.0
"""Metres by which the circle is larger than the farthest origin is away: roads go round."""

_BY_ROAD = GreatCircle(detour=1.0, kmh=120)
"""The straight line at the highest limit of a Japanese road: no way takes less."""


@dataclass(frozen=True)
class RouteGateway:
    """Travel by car as the roads are at that time (geo-routes CalculateRouteMatrix).

    The API may fail or refuse (5 requests a second unless the quota is raised); somebody must go
    all the same, so ``otherwise`` then answers for all origins alike, and the reason is logged. It
    must not be faster than 120 km/h.
    """

    otherwise: GreatCircle = field(default_factory=GreatCircle)

    @property
    def estimate(self) -> Travel | None:
        """The way as the crow flies: each origin that is asked of the API costs."""
        return self.otherwise

    def seconds(self, origins: Sequence[Place], to: Place, at: datetime) -> list[float]:
        """Seconds by road from each origin; infinite where no road leads."""
        estimated = self.otherwise.seconds(origins, to, at)
        try:
            found = [
                found
                for first in range(0, len(origins), ORIGINS)
                for found in _asked(origins[first : first + ORIGINS], to, at)
            ]
        except (BotoCoreError, ClientError, KeyError, ValueError) as error:
            logger.warning("travel times estimated", extra={"reason": str(error)[:300]})
            return estimated
        return [
            max(self.at_least(metres(origin, to)), guess if way is None else way)
            for origin, way, guess in zip(origins, found, estimated, strict=True)
        ]

    def at_least(self, metres: float) -> float:
        """The straight line at the highest speed allowed anywhere."""
        return _BY_ROAD.at_least(metres)


def _asked(origins: Sequence[Place], to: Place, at: datetime) -> list[float | None]:
    """What the API says: seconds, infinity for no way, None for a place it finds no road at."""
    radius = max(metres(origin, to) for origin in origins) + MARGIN
    answer = client("geo-routes").calculate_route_matrix(
        Origins=[{"Position": _position(origin)} for origin in origins],
        Destinations=[{"Position": _position(to)}],
        RoutingBoundary={"Geometry": {"Circle": {"Center": _position(to), "Radius": radius}}},
        DepartureTime=f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        TravelMode="Car",
    )
    rows = answer["RouteMatrix"]
    if len(rows) != len(origins):
        raise ValueError(f"{len(rows)} rows for {len(origins)} origins")
    return [_way(row[0]) for row in rows]


def _way(cell: dict[str, Any]) -> float | None:
    if not cell.get("Error"):
        return float(cell["Duration"])
    return math.inf if cell["Error"] == "NoRoute" else None


def _position(place: Place) -> list[float]:
    return [place.longitude, place.latitude]
