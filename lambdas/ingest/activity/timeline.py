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
from lambdas.ingest.activity.minutes import Minutes, runs


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
    seen = evidence(minutes)
    parameters = learned or learn(seen, settings)
    found = infer(seen, parameters, settings)
    probability = told(found.smoothed)
    silent = doors.silent_since(minutes.door, at_home(probability, minutes))
    state = sleep.mended(say(probability, minutes), SLEEP, HOME)
    if silent is not None:
        quiet = [(a, b) for a, b in _stretches(state, minutes, silent) if b - a >= SILENCE]
        for first, last in quiet:
            state[first:last] = State.UNKNOWN
        doubt(state, silent)
    if minutes.blind is not None:
        for first, last in _stretches(state, minutes, 0):
            if last - first >= SILENCE:
                state[first:last][minutes.blind[first:last]] = State.UNKNOWN
        state[minutes.blind & (state == State.AWAY)] = State.UNKNOWN
    return Timeline(minutes, state, probability, silent, parameters)


HOME, SLEEP = int(State.HOME), int(State.SLEEP)
SILENCE = 60
"""Minutes without a firing after which one who is awake may be out, where no door tells."""


def _stretches(state: States, minutes: Minutes, first: int) -> list[tuple[int, int]]:
    still = (state == HOME) & ~minutes.life
    still[:first] = False
    return runs(still)


def doubt(state: States, silent_since: int) -> None:
    """An absence that a missing or silent door sensor cannot confirm is unknown; in place."""
    behind = state[silent_since:]
    behind[behind == State.AWAY] = State.UNKNOWN


def at_home(probability: Floats, minutes: Minutes) -> npt.NDArray[np.bool_]:
    """(n,): somebody is at home, more likely than not, in a minute of which something is known."""
    return (probability[:, OUT] < 0.5) & minutes.known


def say(probability: Floats, minutes: Minutes) -> States:
    """The likeliest state of each minute; unknown where nothing arrived."""
    state: States = probability.argmax(axis=1).astype(np.int8)
    state[~minutes.known] = State.UNKNOWN
    return state
