"""Sleep inside the stays at home: bouts, nights, and how far off their figures may be (HT-10).

睡眠時間の目安 is an estimate: each bout comes with the standard deviation of its length.
"""

import itertools
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lambdas.ingest.activity.chain import Floats
from lambdas.ingest.activity.minutes import runs

SHORTEST = 60
"""A bout under an hour is no sleep that motion sensors can tell from sitting still."""
SHORT_WAKING = 20
EDGE = 90
SIGMA_OF_SPREAD = 1.8
"""Standard deviation of an edge by the sum of p (1 - p) over it (1.77 normal, 1.81 logistic)."""
UNSEEN_SD = 28.0
"""Minutes by which bed and rising differ from what sensors see, on simulated homes."""

States = npt.NDArray[np.int8]


class Bout(NamedTuple):
    """Sleep from minute ``first`` to before ``last``; ``asleep`` minutes of it, give or take
    ``sd`` minutes (one standard deviation)."""

    first: int
    last: int
    asleep: int
    sd: float


def mended(state: States, asleep: int, awake: int) -> States:
    """Join bouts that a short waking divides, drop those under an hour."""
    state = state.copy()
    found = runs(state == asleep)
    for (_, end), (begin, _) in itertools.pairwise(found):
        if begin - end <= SHORT_WAKING and (state[end:begin] == awake).all():
            state[end:begin] = asleep
    for first, last in runs(state == asleep):
        if last - first < SHORTEST and not _cut_off(first, last, len(state)):
            state[first:last] = awake
    return state


def _cut_off(first: int, last: int, n: int) -> bool:
    """The record begins or ends inside the bout: it may well be longer."""
    return first == 0 or last == n


def bouts(state: States, probability: Floats, asleep: int) -> list[Bout]:
    """Bouts of sleep of a timeline: ``state`` (n,), ``probability`` (n, 3) as in `Timeline`."""
    return [
        Bout(first, last, last - first, _sd(probability[:, asleep], first, last))
        for first, last in runs(state == asleep)
    ]


def _sd(probability: Floats, first: int, last: int) -> float:
    half = (first + last) // 2
    edges = (max(first - EDGE, 0), half), (half, min(last + EDGE, len(probability)))
    spread = [(p := probability[a:b]) @ (1 - p) * SIGMA_OF_SPREAD for a, b in edges]
    return float(np.sqrt(spread[0] ** 2 + spread[1] ** 2 + 2 * UNSEEN_SD**2))


class Night(NamedTuple):
    """Sleep of the day that ends at noon of day ``day`` (datetime64[D]) and began at noon before.

    ``asleep``: minutes of all bouts; ``sd``: of that figure; ``bed`` and ``up``: first and last
    minute of the longest bout, index into the record; None if there was none; ``known``: minutes of
    the 1,440 of which something is known.
    """

    day: np.datetime64
    asleep: int
    sd: float
    bed: int | None
    up: int | None
    known: int


NOON = 720


def nights(found: list[Bout], start: np.datetime64, known: npt.NDArray[np.bool_]) -> list[Night]:
    """Bouts by the night: from noon to noon, each bout whole in the night of its middle.

    ``start``: the record's first minute; ``known`` (n,) as in `Minutes`.
    """
    n = len(known)
    midnight = start.astype("datetime64[D]")
    offset = int((start - midnight.astype("datetime64[m]")).astype(int)) + NOON
    by: dict[int, list[Bout]] = {}
    for bout in found:
        by.setdefault((offset + (bout.first + bout.last) // 2) // 1440, []).append(bout)
    result = []
    for night in range(offset // 1440, (offset + n - 1) // 1440 + 1):
        mine = by.get(night, [])
        longest = max(mine, key=lambda bout: bout.asleep, default=None)
        lo, hi = max(night * 1440 - offset, 0), min((night + 1) * 1440 - offset, n)
        result.append(
            Night(
                day=midnight + night,
                asleep=sum(bout.asleep for bout in mine),
                sd=float(np.sqrt(sum(bout.sd**2 for bout in mine))) if mine else UNSEEN_SD,
                bed=longest.first if longest else None,
                up=longest.last if longest else None,
                known=int(known[lo:hi].sum()),
            )
        )
    return result
