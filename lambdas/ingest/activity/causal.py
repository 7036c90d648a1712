"""What would have been said at that minute: nothing that came later is used.

Every night the home is learned anew from the four weeks behind; during the day the belief about
the present is carried from minute to minute. A handler does the same two things: `tonight` once a
night, `follow` with every batch of readings.
"""

import itertools
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from lambdas.ingest.activity import doors
from lambdas.ingest.activity.chain import Floats, Posterior
from lambdas.ingest.activity.household import (
    FIRST,
    HOLE,
    OPEN,
    STANDARD,
    Evidence,
    Parameters,
    Settings,
    at_that_minute,
    evidence,
    first_guess,
    infer,
    learn,
    told,
)
from lambdas.ingest.activity.minutes import SHORT_HOLE, Minutes, runs
from lambdas.ingest.activity.timeline import SILENCE, State, States, at_home, say

DAY = 1440
WINDOW = 28 * DAY
ROUNDS_AT_FIRST, ROUNDS = 4, 1
FEW_NIGHTS = 5
BEFORE = max(SILENCE, SHORT_HOLE)
"""Minutes before a batch that its first minutes look back on."""


class Learned(NamedTuple):
    """What is carried from night to night. ``belief`` (S,): state at the end of the record;
    ``door_silent``: the door sensor was out of order then, or there is none."""

    parameters: Parameters
    belief: Floats
    door_silent: bool
    nights: int = 0


def newcomer(minutes: Minutes, settings: Settings = STANDARD) -> Learned:
    """What is believed of a home of which nothing was seen yet; ``minutes`` tell its sensors."""
    nothing = evidence(minutes.part(0, 0))
    return Learned(first_guess(nothing, settings), FIRST, minutes.door is None)


def tonight(past: Minutes, before: Learned, settings: Settings = STANDARD) -> Learned:
    """Learn from what lies behind, at most four weeks of it."""
    past = past.part(len(past) - WINDOW, len(past))
    seen = evidence(past)
    few = before.nights < FEW_NIGHTS
    start = None if few else before.parameters
    parameters = learn(seen, settings, start=start, rounds=ROUNDS_AT_FIRST if few else ROUNDS)
    found = infer(seen, parameters, settings)
    silent = doors.silent_since(past.door, at_home(told(found.smoothed), past)) is not None
    return Learned(
        parameters, _belief(seen, found, parameters, settings), silent, before.nights + 1
    )


def _belief(seen: Evidence, found: Posterior, parameters: Parameters, settings: Settings) -> Floats:
    """The state at the end, if in the last two days nobody left but through the door."""
    first = max(len(seen.minutes) - 2 * DAY, 0)
    before = found.filtered[first - 1] if first else FIRST
    sure = at_that_minute(parameters, settings)
    found = infer(_after(seen, first), sure, settings, smooth=False, first=before)
    last: Floats = found.filtered[-1]
    return last


def follow(
    minutes: Minutes, learned: Learned, settings: Settings = STANDARD, *, behind: int = 0
) -> tuple[States, Floats]:
    """Said of each minute at that minute, and the belief after the last.

    The first ``behind`` minutes are context: they lie before ``learned.belief`` and are not said.
    Returns (n - behind,) of `State` and (S,).
    """
    seen = _after(evidence(minutes), behind)
    said_with = replace(settings, clock=settings.clock_now)
    parameters = at_that_minute(learned.parameters, settings)
    found = infer(seen, parameters, said_with, smooth=False, first=learned.belief)
    state = say(told(found.filtered), seen.minutes)
    blind = np.zeros(len(minutes), np.bool_) if minutes.blind is None else minutes.blind
    if learned.door_silent or blind.any():
        doubtful = blind | learned.door_silent
        at = np.arange(len(minutes))
        last = np.maximum.accumulate(np.where(minutes.life, at, -1))
        silent = doubtful & (at - last >= SILENCE)
        state[silent[behind:] & (state == State.HOME)] = State.UNKNOWN
        state[doubtful[behind:] & (state == State.AWAY)] = State.UNKNOWN
    return state, found.filtered[-1]


def _after(seen: Evidence, first: int) -> Evidence:
    """Evidence of the minutes from ``first`` on; nobody leaves in the first hours of a hole, and
    passages are not needed to follow."""
    part = seen.minutes.part(first, len(seen.minutes))
    kind = seen.kind.copy()
    lost = kind == OPEN
    if seen.minutes.blind is not None:
        lost &= ~seen.minutes.blind
    for begin, end in runs(lost):
        kind[begin : min(end, begin + SHORT_HOLE)] = HOLE
    return Evidence(part, seen.bins[first:], seen.passages[:0], kind[first:], seen.passing[first:])


def said_at_the_time(minutes: Minutes, settings: Settings = STANDARD) -> States:
    """Replay a record: for each of its n minutes, what was said then, (n,) of `State`."""
    said = np.full(len(minutes), State.UNKNOWN, np.int8)
    learned = newcomer(minutes, settings)
    first_midnight = -int(minutes.of_day[0]) % DAY or DAY
    cuts = [0, *range(first_midnight, len(minutes), DAY), len(minutes)]
    for first, last in itertools.pairwise(cuts):
        if first:
            learned = tonight(minutes.part(0, first), learned, settings)
        behind = min(BEFORE, first)
        today = minutes.part(first - behind, last)
        said[first:last], _ = follow(today, learned, settings, behind=behind)
    return said
