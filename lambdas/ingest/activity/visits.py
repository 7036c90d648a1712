"""Visits to the bathroom in the night, found inside the found sleep."""

from typing import NamedTuple

import numpy as np

from lambdas.ingest.activity.minutes import Minutes
from lambdas.ingest.activity.sleep import Bout

ONE_VISIT = 7
"""Minutes between firings that still are one visit."""
STRAYS = 0.01
"""From so many stray firings a minute on, one lone firing is no visit."""


class Visit(NamedTuple):
    """In the bathroom from minute ``first`` to ``last``."""

    first: int
    last: int


def visits(minutes: Minutes, bouts: list[Bout], *, stray: float = 0.0) -> list[Visit] | None:
    """Bathroom visits during sleep; None for a home without a bathroom sensor.

    ``stray``: stray firings a minute, all sensors together (`noise.estimate`).
    """
    if minutes.bath is None:
        return None
    found = []
    for bout in bouts:
        at = bout.first + np.flatnonzero(minutes.bath[bout.first : bout.last])
        for group in np.split(at, np.flatnonzero(np.diff(at) > ONE_VISIT) + 1):
            if len(group) and not (
                stray > STRAYS and len(group) == 1 and minutes.bath[group[0]] == 1
            ):
                found.append(Visit(int(group[0]), int(group[-1])))
    return found
