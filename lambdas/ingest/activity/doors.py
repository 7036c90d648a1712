"""Passages through the door, and whether its sensor still lives.

A door sensor with a dead battery says what a door says that nobody opens. Between two passages
somebody is at home or is not; without passages absence cannot be told from quiet, so it is
unknown: not home, and not away.
"""

import numpy as np

from lambdas.ingest.activity.minutes import Counts, Flags

ONE_PASSAGE = 3
"""Minutes between door firings that still are one passage."""
CHANCE = 0.005
DAY = 1440


def passages(door: Counts | None) -> Counts:
    """First and last minute of each passage, (p, 2): door firings at most three minutes apart."""
    at = np.flatnonzero(door) if door is not None else np.zeros(0, np.int64)
    if not len(at):
        return np.zeros((0, 2), np.int64)
    cut = np.flatnonzero(np.diff(at) > ONE_PASSAGE)
    first = at[np.concatenate([[0], cut + 1])]
    last = at[np.concatenate([cut, [len(at) - 1]])]
    return np.stack([first, last], axis=1)


def silent_since(door: Counts | None, alive: Flags) -> int | None:
    """The minute from which on the door sensor cannot be believed, or None.

    ``door`` (n,) firings, ``alive`` (n,): somebody is at home in this minute; time away does not
    count, a door that nobody passes is silent. Passages come by chance, about as often as before;
    the sensor is out when so long a silence comes by chance one time in 200, and is longer than any
    before (by half). A home without a door sensor is silent from minute 0 on.
    """
    if door is None:
        return 0
    found = passages(door)
    clock = np.concatenate([[0.0], np.cumsum(alive) / DAY])
    last = int(found[-1, 1]) if len(found) else 0
    before, since = clock[last], clock[-1] - clock[last]
    often = ((before + 1) / (before + 1 + since)) ** (len(found) + 2)
    longest = float(np.diff(clock[found[:, 0]]).max()) if len(found) > 1 else 0.0
    return last + 1 if often < CHANCE and since > 1.5 * longest else None
