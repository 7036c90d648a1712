"""Stays at home and out: when she left, when she came back, how lively she was in between."""

from typing import NamedTuple

import numpy as np

from lambdas.ingest.activity.minutes import Minutes, runs
from lambdas.ingest.activity.timeline import State, States

SHORT_GAP = 10


class Absence(NamedTuple):
    """Away from minute ``first`` to before ``last``. ``over`` is False while the record ends away;
    ``certain`` is False where the connection was lost inside it."""

    first: int
    last: int
    over: bool
    certain: bool


def absences(state: States, *, shortest: int = 10) -> list[Absence]:
    """Absences of a timeline. Unknown minutes between two parts of one are bridged."""
    out = state == State.AWAY
    bridged = out.copy()
    for first, last in runs(state == State.UNKNOWN):
        if first > 0 and last < len(state) and out[first - 1] and out[last]:
            bridged[first:last] = True
    return [
        Absence(a, b, b < len(state), bool(out[a:b].all()))
        for a, b in runs(bridged)
        if b - a >= shortest
    ]


class Presence(NamedTuple):
    """Sums that may be added up over days: ``minutes`` at home (asleep or not) of which something
    is known, and ``firings`` in them."""

    minutes: int
    firings: int

    @property
    def activity(self) -> float | None:
        """在室時の平均活動量: firings a minute while present (HT-09); None if never present."""
        return self.firings / self.minutes if self.minutes else None


def presence(minutes: Minutes, state: States) -> Presence:
    """Presence over a record: absent and unknown minutes are left out (HT-09)."""
    here = (state == State.HOME) | (state == State.SLEEP)
    return Presence(int(here.sum()), int(np.sum(minutes.motion[here])))
