"""Firings that nobody made (a cat, a curtain, a robot): how many a minute, and how strong.

Nobody labels them. They show where nobody can move: in the stays and hours with the fewest firings
of all. What a home shows there, every state of the home shows at least.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lambdas.ingest.activity.minutes import Counts, Flags

EDGES = np.array([1, 2, 4, 8])
"""Firings in a minute are told apart as 0, 1, 2-3, 4-7, 8 and more."""
BINS = len(EDGES) + 1
SHAPE = np.array([0.7, 0.2, 0.07, 0.03])
"""Stray firings come one by one for the most part."""

HOURS_QUANTILE = 0.1
WINDOW = 180
STAYS_SHARE = 0.25
SHORTEST = 45
LEAST = 5e-4


class Stray(NamedTuple):
    """``rate``: share of minutes with a stray firing; ``bins`` (BINS,): distribution over bins."""

    rate: float
    bins: npt.NDArray[np.float64]


def binned(counts: Counts) -> Counts:
    """Bin of each count, same shape, 0 to BINS - 1."""
    return np.searchsorted(EDGES, counts, side="right").astype(np.int64)


def estimate(counts: Counts, known: Flags, passages: Counts) -> Stray:
    """Stray firings of a record of n minutes.

    ``counts`` and ``known`` (n,); ``passages`` (p, 2): first and last minute of each passage. The
    rate is the lower of two: the tenth of all three-hour windows with the fewest firings, and the
    quarter of all stays with the fewest (the ends of a stay left out). Strays under a rate of five
    in ten thousand minutes are taken for that.
    """
    fired = np.concatenate([[0], np.cumsum((counts > 0) & known)])
    total = np.concatenate([[0], np.cumsum(known)])
    rates = [_quiet_hours(fired, total), _quiet_stays(fired, total, passages)]
    rate = max(min((r for r in rates if r is not None), default=0.002), LEAST)
    return Stray(rate, np.concatenate([[1 - rate], rate * SHAPE]))


def _quiet_hours(fired: Counts, total: Counts) -> float | None:
    if len(fired) < 2 * WINDOW:
        return None
    of = total[WINDOW:] - total[:-WINDOW]
    whole = of == WINDOW
    if not whole.any():
        return None
    return float(np.quantile((fired[WINDOW:] - fired[:-WINDOW])[whole] / WINDOW, HOURS_QUANTILE))


def _quiet_stays(fired: Counts, total: Counts, passages: Counts) -> float | None:
    first, last = passages[:-1, 1] + 4, passages[1:, 0] - 3
    long = last - first >= SHORTEST
    first, last = first[long], last[long]
    if len(first) < 4:
        return None
    firings, of = fired[last] - fired[first], total[last] - total[first]
    fewest = np.argsort((firings + 0.5) / (of + 10), kind="stable")
    fewest = fewest[: max(3, int(len(first) * STAYS_SHARE))]
    return float((firings[fewest].sum() + 0.3) / (of[fewest].sum() + 100))
