"""Records for the tests of activity: simulated homes, and minutes written by hand."""

from functools import cache

import numpy as np

from bench.activity import Record, of_home
from iot import homes
from lambdas.ingest.activity.minutes import Minutes
from lambdas.ingest.activity.timeline import Timeline, after_the_fact

START = np.datetime64("2026-11-02T00:00", "m")
BY_NAME = {family.name: family for family in homes.FAMILIES + homes.ONE_SENSOR}


@cache
def simulated(name: str, seed: int = 5, days: int = 14) -> Record:
    """A home of a family, by its name."""
    return of_home(homes.simulate(BY_NAME[name], seed, days))


@cache
def told(name: str, seed: int = 5, days: int = 14) -> Timeline:
    """What is known of it afterwards."""
    return after_the_fact(simulated(name, seed, days).minutes)


def by_hand(n: int, *, motion: tuple[int, ...] = (), **more: tuple[int, ...]) -> Minutes:
    """n minutes with a firing at each minute named; None for sensors that are not named."""

    def counts(at: tuple[int, ...]) -> np.ndarray:
        found = np.zeros(n, np.int64)
        found[list(at)] = 1
        return found

    return Minutes(
        start=START,
        motion=counts(motion),
        known=np.ones(n, np.bool_),
        **{kind: counts(at) for kind, at in more.items()},
    )
