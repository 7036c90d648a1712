"""Is it different from usual? A person's own usual, by median and MAD (A-22).

One night is not spoken of. The mean of the last three nights, and of seven, is held against the six
weeks before; two of them must be unusual by themselves. A change is said when it is beyond what
this person's spread and the estimate's own error make by chance. Slow drift is found by a two-sided
CUSUM (Page 1954).
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]

USUAL = 42
FEWEST = 14
SPANS = (3, 7)
SIGMAS = 2.35
FEW = 6.0
"""A spread known from n values may well be more: SIGMAS is raised by the factor 1 + FEW / n."""
LEAST_SD = 20.0
MAD_TO_SD = 1.4826
DRIFT_SLACK, DRIFT_LIMIT = 0.5, 9.0
MOST_OF_ONE = 2.0
"""Standard deviations that one value can add to a drift."""


class Change(NamedTuple):
    """Mean of the last ``span`` values beside the usual: ``difference``, give or take ``sd``
    (one standard deviation), in the values' unit. ``span`` 0 is drift, the mean of two weeks."""

    span: int
    usual: float
    difference: float
    sd: float


class Usual(NamedTuple):
    """A person's usual: ``middle`` (median), ``sd`` of one value around it, from so many
    ``nights``."""

    middle: float
    sd: float
    nights: int


def usual(values: Values) -> Usual | None:
    """From (n,) values; None for under 14."""
    if len(values) < FEWEST:
        return None
    middle = float(np.median(values))
    spread = MAD_TO_SD * float(np.median(np.abs(values - middle)))
    return Usual(middle, max(spread, LEAST_SD), len(values))


def change(values: Values, sds: Values) -> Change | None:
    """What is to be said after the last value, if anything.

    ``values`` (n,): say, minutes asleep by night, the oldest first, NaN where not known; ``sds``
    (n,): standard deviation of each as an estimate. The spread seen holds the estimate's usual
    error already; a night that is estimated worse than usual counts with its own.
    """
    good = ~np.isnan(values)
    values, sds = values[good], sds[good]
    for span in SPANS:
        before, now = values[:-span], values[-span:]
        base = usual(before[-USUAL:])
        if base is None:
            continue
        usual_sd = float(np.median(sds[:-span][-USUAL:]))
        sd_now = base.sd * np.maximum(1.0, sds[-span:] / max(usual_sd, 1.0))
        sd = float(np.sqrt((sd_now**2).sum()) / span)
        sd = float(np.hypot(sd, 1.25 * base.sd / np.sqrt(base.nights)))  # of a median
        difference = float(now.mean()) - base.middle
        beyond = (now - base.middle) * np.sign(difference) > base.sd
        least = SIGMAS * (1 + FEW / base.nights) * sd
        if abs(difference) > least and beyond.sum() > 1:
            return Change(span, base.middle, difference, sd)
    return _drift(values)


def _drift(values: Values) -> Change | None:
    if len(values) < 2 * FEWEST + 1:
        return None
    base = usual(values[:USUAL][: len(values) - FEWEST])
    assert base is not None
    z = np.clip((values[base.nights :] - base.middle) / base.sd, -MOST_OF_ONE, MOST_OF_ONE)
    if max(_cusum(z), _cusum(-z)) < DRIFT_LIMIT:
        return None
    now = values[-FEWEST:]
    sd = float(base.sd * np.hypot(1 / np.sqrt(len(now)), 1.25 / np.sqrt(base.nights)))
    return Change(0, base.middle, float(now.mean()) - base.middle, sd)


def _cusum(z: Values) -> float:
    """What a one-sided CUSUM has summed up at the last value: the sum since its last low."""
    walk = np.concatenate([[0.0], np.cumsum(z - DRIFT_SLACK)])
    return float(walk[-1] - walk.min())


def changes(values: Values, sds: Values) -> list[tuple[int, Change]]:
    """Index and change of each value after which something new is to be said.

    The same direction is said once, until a value is back within the usual.
    """
    said: list[tuple[int, Change]] = []
    standing = 0.0
    for i in range(len(values)):
        found = change(values[: i + 1], sds[: i + 1])
        direction = float(np.sign(found.difference)) if found else 0.0
        if found and direction != standing:
            said.append((i, found))
        standing = direction
    return said
