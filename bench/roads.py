"""`python -m bench.roads`: the earliest by the straight line, and by road.

A road graph of a town, made by dice because none may be fetched here: crossings at random, joined
to their neighbours (Delaunay), main roads and lanes, a river with few bridges. Beside each other:
who is chosen by the straight line with the detour of travel.py, by road among the ten likeliest
(arrival.by_road, which is what is used with a road map), and by road among everybody, which is the
truth.
"""

import random
import statistics
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

import numpy as np
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from scipy.sparse.csgraph import dijkstra  # type: ignore[import-untyped]
from scipy.spatial import Delaunay, cKDTree  # type: ignore[import-untyped]

from bench.typhoon import somebody, somewhere
from lambdas.dispatch.assignment.arrival import Page, Wanted, among, by_road, earliest
from lambdas.dispatch.assignment.travel import GreatCircle, Travel
from lambdas.dispatch.casework.place import Place

NOW = datetime(2026, 9, 20, 3, 0, tzinfo=UTC)
CROSSINGS = 20_000
NORTH, EAST = 111_195.0, 90_300.0  # metres a degree, at 35.68 degrees north
MAIN, LANE = 40 / 3.6, 20 / 3.6  # metres a second, lights included
RIVER, BRIDGES = 139.80, 12


class Roads:
    """Ways over the graph, from every crossing to a home, in seconds."""

    def __init__(self, dice: np.random.Generator) -> None:
        spots = dice.normal((35.68, 139.76), 0.12, (CROSSINGS, 2))
        self._tree = cKDTree(spots * (NORTH, EAST))
        triangles = Delaunay(spots).simplices
        pairs = np.vstack([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
        pairs = np.unique(np.sort(pairs, axis=1), axis=0)
        metres = np.linalg.norm((spots[pairs[:, 0]] - spots[pairs[:, 1]]) * (NORTH, EAST), axis=1)
        over = (spots[pairs[:, 0], 1] < RIVER) != (spots[pairs[:, 1], 1] < RIVER)
        bridges = dice.choice(np.flatnonzero(over), BRIDGES, replace=False)
        kept = ~over
        kept[bridges] = True
        speed = np.where(dice.random(len(pairs)) < 0.3, MAIN, LANE)
        ways = (metres / speed)[kept], (pairs[kept, 0], pairs[kept, 1])
        self._graph = csr_matrix(ways, (CROSSINGS, CROSSINGS))
        self._known: dict[Place, np.ndarray] = {}
        self.asked = 0

    estimate: Travel | None = GreatCircle()

    def seconds(self, origins: Sequence[Place], to: Place, at: datetime) -> list[float]:
        """From each origin: to the nearest crossing, along the roads, to the door."""
        self.asked += len(origins)
        off, node = self._nearest([to])
        if to not in self._known:
            self._known[to] = dijkstra(self._graph, directed=False, indices=int(node[0]))
        before, nodes = self._nearest(origins)
        ways = self._known[to][nodes] + (before + off[0]) / LANE
        return [float(way) for way in ways]

    def _nearest(self, places: Sequence[Place]) -> tuple[np.ndarray, np.ndarray]:
        off, nodes = self._tree.query([(p.latitude * NORTH, p.longitude * EAST) for p in places])
        return off, nodes

    def at_least(self, metres: float) -> float:
        """The straight line at the highest speed; the grid's metres are off by less than this."""
        return metres / (120 / 3.6)


def _all(page: Page, _cell: str, _limit: int | None) -> Page:
    """Everybody, for every cell: others among them do no harm."""
    return page


def main(homes: int = 200) -> None:
    """Print it."""
    roads = Roads(np.random.default_rng(5))
    line = GreatCircle()
    names = ("responders", "chosen by", "wrong", "mean loss", "worst min", "origins asked")
    print(" ".join(f"{name:>14}" for name in names))
    for count in (100, 1000):
        dice = random.Random(count)
        everybody = [somebody(dice, f"r-{n:04}") for n in range(count)]
        read = partial(_all, Page(everybody))
        losses: dict[str, list[float]] = {"straight line": [], "ten by road": []}
        asked = 0
        for _ in range(homes):
            wanted = Wanted(somewhere(dice), NOW)
            best = among(wanted, roads, everybody)
            by_line = earliest(wanted, line, read)
            before = roads.asked
            by_ten = by_road(wanted, roads, line, read)
            asked += roads.asked - before
            assert best
            assert by_line
            assert by_ten
            (way,) = roads.seconds([by_line.responder.place], wanted.to, NOW)
            losses["straight line"].append((way - best.travel_seconds) / 60)
            losses["ten by road"].append((by_ten.travel_seconds - best.travel_seconds) / 60)
        for name, lost in losses.items():
            wrong = sum(one > 1e-6 for one in lost) / homes
            figures = f"{wrong:>14.1%} {statistics.mean(lost):>14.2f} {max(lost):>14.1f}"
            shown = asked / homes if name == "ten by road" else 0
            print(f"{count:>14} {name:>14} {figures} {shown:>14.0f}")


if __name__ == "__main__":
    main()
