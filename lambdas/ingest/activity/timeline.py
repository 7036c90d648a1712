"""What is known afterwards: home, sleep, away or unknown for each minute (HT-08, HT-10)."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from lambdas.ingest.activity import doors, sleep
from lambdas.ingest.activity.chain import Floats
from lambdas.ingest.activity.household import (
    OUT,
    STANDARD,
    Parameters,
    Settings,
    evidence,
    infer,
    learn,
    told,
)
from lambdas.ingest.activity.minutes import Minutes


class State(IntEnum):
    """What a family is told of a minute. An estimate (目安, HT-90), never a fact."""

    HOME = 0
    SLEEP = 1
    AWAY = 2
    UNKNOWN = 3


States = npt.NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Timeline:
    """Estimates for the n minutes of a record.

    ``state`` (n,) of `State`; ``probability`` (n, 3) of home, sleep, away, before bouts of sleep
    are joined and short ones dropped; ``door_silent_since``: the minute from which on the door
    sensor is not believed, or None; ``parameters``: what was learned of the home.
    """

    minutes: Minutes
    state: States
    probability: Floats
    door_silent_since: int | None
    parameters: Parameters


def after_the_fact(
    minutes: Minutes, settings: Settings = STANDARD, *, learned: Parameters | None = None
) -> Timeline:
    """Estimate every minute given all of them. ``learned`` parameters save learning them again."""
    seen = evidence(minutes, silent_since=0 if minutes.door is None else None)
    parameters = learned or learn(seen, settings)
    found = infer(seen, parameters, settings)
    silent = doors.silent_since(minutes.door, at_home(told(found.smoothed), minutes))
    if silent is not None and minutes.door is not None:
        seen = evidence(minutes, silent_since=silent)
        found = infer(seen, parameters, settings)
    probability = told(found.smoothed)
    state = sleep.mended(say(probability, minutes, silent), SLEEP, HOME)
    return Timeline(minutes, state, probability, silent, parameters)


HOME, SLEEP = int(State.HOME), int(State.SLEEP)


def at_home(probability: Floats, minutes: Minutes) -> npt.NDArray[np.bool_]:
    """(n,): somebody is at home, more likely than not, in a minute of which something is known."""
    return (probability[:, OUT] < 0.5) & minutes.known


def say(probability: Floats, minutes: Minutes, silent_since: int | None) -> States:
    """The likeliest state of each minute; unknown without readings, and for an absence that a
    door sensor out of order or missing cannot confirm."""
    state: States = probability.argmax(axis=1).astype(np.int8)
    if silent_since is not None:
        behind = state[silent_since:]
        behind[behind == State.AWAY] = State.UNKNOWN
    state[~minutes.known] = State.UNKNOWN
    return state
