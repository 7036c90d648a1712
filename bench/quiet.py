"""The rules that activity is measured beside: a clock, Cole-Kripke, quiet stretches merged.

All of them take a silence of ten minutes after a passage for an absence, until the next firing.
"""

import itertools

import numpy as np

from lambdas.ingest.activity.doors import passages
from lambdas.ingest.activity.minutes import Minutes, runs
from lambdas.ingest.activity.timeline import State, States

SILENT_AFTER = 10
COLE_KRIPKE = np.array([1.06, 0.54, 0.58, 0.76, 2.3, 0.74, 0.67])
"""Weights of the minutes from four before to two after (Cole and others 1992, Sleep 15(5):461)."""


def _without_sleep(minutes: Minutes) -> States:
    state = np.full(len(minutes), State.HOME, np.int8)
    fired = np.flatnonzero(minutes.motion)
    through = passages(minutes.door)
    ends = np.append(through[1:, 0], len(minutes))[: len(through)]
    for (_, last), until in zip(through, ends, strict=True):
        after = np.searchsorted(fired, last + 1)
        first = fired[after] if after < len(fired) else len(minutes)
        stop = min(first, until)
        if stop - last > SILENT_AFTER:
            state[last:stop] = State.AWAY
    return state


def _sleeping(state: States, asleep: np.ndarray, shortest: int) -> States:
    for first, last in runs(asleep & (state == State.HOME)):
        if last - first >= shortest:
            state[first:last] = State.SLEEP
    return state


def clock(minutes: Minutes) -> States:
    """Asleep from 23 to 7 when at home."""
    hour = minutes.of_day // 60
    return _sleeping(_without_sleep(minutes), (hour >= 23) | (hour < 7), 1)


def cole_kripke(minutes: Minutes) -> States:
    """Cole and Kripke's weights over firings, halved; bouts of an hour and more."""
    padded = np.concatenate([np.zeros(4), minutes.motion, np.zeros(2)])
    score = 0.5 * np.convolve(padded, COLE_KRIPKE[::-1], mode="valid")
    return _sleeping(_without_sleep(minutes), score < 1, 60)


def quiet_and_merge(minutes: Minutes) -> States:
    """Stretches of 30 silent minutes, at most 15 minutes apart; three hours and more are sleep."""
    quiet = np.zeros(len(minutes), np.bool_)
    found = [(a, b) for a, b in runs(minutes.motion == 0) if b - a >= 30]
    for a, b in found:
        quiet[a:b] = True
    for (_, end), (begin, _) in itertools.pairwise(found):
        if begin - end <= 15:
            quiet[end:begin] = True
    return _sleeping(_without_sleep(minutes), quiet, 180)


def rule_at_the_time(minutes: Minutes) -> States:
    """Away after ten silent minutes since a passage, asleep after twenty by night (22 to 8)."""
    n = len(minutes)
    at = np.arange(n)
    moved = np.maximum.accumulate(np.where(minutes.motion > 0, at, -1))
    passed = np.full(n, -1)
    if minutes.door is not None:
        passed = np.maximum.accumulate(np.where(minutes.door > 0, at, -1))
    hour = minutes.of_day // 60
    away = (passed > moved) & (at - passed >= SILENT_AFTER)
    asleep = ((hour >= 22) | (hour < 8)) & (at - np.maximum(moved, passed) >= 20)
    state = np.where(away, State.AWAY, np.where(asleep, State.SLEEP, State.HOME))
    return state.astype(np.int8)
