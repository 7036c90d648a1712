"""A home as a hidden Markov chain that learns from the home itself, without labels.

States. Somebody at home moves about, is quiet (sits, reads, watches television), or sleeps; or
nobody is at home. Two things are remembered beside: whether one who is awake is rested or due for
sleep, and whether sleep is young or nearly done. That is the two-process model of sleep (Borbély
1982): pressure grows while awake whatever the clock says, and the home's own clock, learned by half
hours, is laid over it with a small weight. It finds the nights of shift workers too.

Absence is a property of a stay between two passages of the door: only there a chain can get from
home to away, but for tiny odds that a passage was missed. What fires in an empty home (`noise`) is
fixed beforehand, within bounds; otherwise expectation-maximisation takes quiet for absence.

All constants were chosen on simulated homes (docs/decisions/2026-11-28-activity.md).
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lambdas.ingest.activity import doors, noise
from lambdas.ingest.activity.chain import Floats, Posterior, forward_backward
from lambdas.ingest.activity.minutes import Minutes

S = 10
AWAY_RESTED, AWAY_TIRED, STRAY, MOVES_RESTED, MOVES_TIRED, QUIET_RESTED, QUIET_TIRED = range(7)
DEEP, LIGHT, UP = range(7, 10)
"""STRAY: a burst of firings in an empty home; UP: a short errand in the night, sleep goes on."""

AWAY, MOVES, QUIET, SLEEPS = range(4)
SHOWS = np.array([AWAY, AWAY, MOVES, MOVES, MOVES, QUIET, QUIET, SLEEPS, SLEEPS, MOVES])
"""Which of four distributions of firings each state shows."""
AT_HOME, ASLEEP, OUT = range(3)
MEANS = np.array([OUT, OUT, OUT, AT_HOME, AT_HOME, AT_HOME, AT_HOME, ASLEEP, ASLEEP, ASLEEP])
"""What the family is told of each state."""
AWAKE_PAIRS = ((AWAY_RESTED, MOVES_RESTED, QUIET_RESTED), (AWAY_TIRED, MOVES_TIRED, QUIET_TIRED))
FIRST = np.array([0.02, 0.02, 0.001, 0.05, 0.1, 0.05, 0.1, 0.3, 0.3, 0.02])

PLAIN, OPEN, GATE = range(3)
"""Kinds of step: between minutes, where no door is known (she may have come or gone), and from GATE
on, by the half hour of the day, at a passage."""
HOLE = GATE + 48
"""Where nothing is known for a short while: the report of a leaving may still come
(`at_that_minute`)."""

TOLD_BED = np.array([0.01, 0.05, 0.1, 0.6])
"""Share of minutes in which a bed sensor shows somebody, by what is shown, before any is seen."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Odds a minute unless said otherwise; the same for every home."""

    clock: float = 1 / 40  # weight of a minute's half hour beside its firings
    clock_now: float = 1 / 25  # ... where what comes after is not known yet
    clock_edge: float = 0.02  # no half hour is surer than this
    clock_hours: float = 3.0  # hours in each half hour that the general clock is worth
    moves_quiet: float = 1 / 15
    quiet_moves: float = 1 / 25
    quiet_moves_least: float = 1 / 120
    tires: float = 1 / 600
    nap: float = 1 / 4000
    bed: float = 1 / 150
    deepens: float = 1 / 150  # from young to old sleep
    wakes_young: float = 1 / 1000
    wakes: float = 1 / 320
    errand: float = 1 / 200
    errand_ends: float = 1 / 4
    missed_return: float = 3e-5
    missed_return_now: float = 1e-3
    missed_leaving: float = 1e-9
    stray_burst: float = 1e-7
    bursts_known: float = 4.0  # a home where fewer were seen in four weeks has no robot
    stray_burst_ends: float = (
        1 / 12
    )  # sooner than one who is up sits down: hours of it are no strays
    open_leaving: float = 1 / 300
    open_return: float = 1 / 200
    leaves: float = 0.5  # of passages by one at home, before any is seen
    returns: float = 0.95  # of passages while nobody is at home
    returns_now: float = 0.99  # ... at least
    stays_quiet: float = 0.1  # of passages by one who stays at home
    soon: int = 3  # half hours
    soon_weight: float = 0.9
    passages_worth: float = 12.0  # passages that these two are worth
    firings_worth: float = 400.0  # minutes that the first guess of firings is worth
    steps_worth: float = 20.0
    quiet_lasts_now: float = 2.5  # times as long as learned, and
    quiet_fires_now: float = 0.5  # times as often
    quiet_at_least: float = 0.05  # of the firing rate of one who moves
    sleeps_at_most: float = 0.6  # of the firing rate of one who is quiet
    stray_at_most: float = 1.3  # times the rate found beforehand, plus
    stray_more: float = 0.001
    fridge_nats: float = 5.0  # a fridge is opened by somebody awake


STANDARD = Settings()


class Parameters(NamedTuple):
    """What is learned of a home.

    ``firings`` (4, BINS): distribution over bins of counts when away, moving, quiet, asleep;
    ``bed`` (4,): share of minutes with the bed sensor up; ``steps`` (50, S, S); ``clock`` (48,):
    share of time at home asleep by half hour of the day; ``bursts``: odds a minute that a burst of
    strays begins in the empty home, for what is said at that minute.
    """

    firings: Floats
    bed: Floats
    steps: Floats
    clock: Floats
    bursts: float


@dataclass(frozen=True, eq=False)
class Evidence:
    """A record as the chain sees it, each (n,) or (p, 2) as in `doors.passages`."""

    minutes: Minutes
    bins: npt.NDArray[np.int64]
    passages: npt.NDArray[np.int64]
    kind: npt.NDArray[np.int64]
    passing: npt.NDArray[np.bool_]


def evidence(minutes: Minutes) -> Evidence:
    """What a record shows.

    Each minute's evidence depends on this minute and earlier ones alone.
    """
    n = len(minutes)
    bins = noise.binned(minutes.motion)
    passages = doors.passages(minutes.door)
    kind = np.full(n, PLAIN, np.int64)
    passing = np.zeros(n, np.bool_)
    if len(passages):
        kind[passages[:, 0]] = GATE + minutes.half_hour[passages[:, 0]]
        assert minutes.door is not None
        at = np.flatnonzero(minutes.door)
        for after in range(doors.ONE_PASSAGE):
            passing[np.minimum(at + after, n - 1)] = True
        passing[n - 1] = at[-1] + doors.ONE_PASSAGE > n - 1
    kind[~minutes.known] = OPEN
    kind[1:][~minutes.known[:-1]] = OPEN
    if minutes.blind is not None:
        kind[minutes.blind] = OPEN
    return Evidence(minutes, bins, passages, kind, passing)


def general_clock() -> Floats:
    """Share of time at home that people sleep, by half hour (48,): most around three at night."""
    hour = (np.arange(48) + 0.5) / 2
    from_three = np.minimum(np.abs(hour - 3), 24 - np.abs(hour - 3))
    share: Floats = 0.02 + 0.9 / (1 + np.exp((from_three - 4.2) / 0.8))
    return share


def first_guess(seen: Evidence, settings: Settings = STANDARD) -> Parameters:
    """Parameters before anything is learned, from the noise and burstiness of the firings."""
    known = seen.minutes.known
    stray = noise.estimate(seen.minutes.motion, known, seen.passages)
    fired = seen.bins > 0
    size = np.bincount(seen.bins[known], minlength=noise.BINS)[1:] + np.array([4.0, 3, 2, 1])
    size /= size.sum()
    moves = _burstiness(fired)
    quiet, asleep = max(0.25 * moves, 0.01), 0.02 * moves + 0.001
    firings = np.stack(
        [
            stray.bins,
            _either(np.concatenate([[1 - moves], moves * size]), stray.bins),
            _either(np.concatenate([[1 - quiet], quiet * size]), stray.bins),
            _either(np.concatenate([[1 - asleep], asleep * noise.SHAPE]), stray.bins),
        ]
    )
    habits = Habits(
        settings.moves_quiet,
        settings.quiet_moves,
        settings.leaves,
        settings.returns,
        settings.stays_quiet,
    )
    clock = general_clock()
    steps = _steps(settings, habits, clock)
    return Parameters(firings, TOLD_BED, steps, clock, settings.stray_burst)


class Habits(NamedTuple):
    """Odds that are learned of a home: a minute, or a passage."""

    moves_quiet: float
    quiet_moves: float
    leaves: float
    returns: float
    stays_quiet: float


def _burstiness(fired: npt.NDArray[np.bool_]) -> float:
    """Share of firing minutes in the two to six minutes after a firing; 0.3 before 20 firings."""
    at = np.flatnonzero(fired[:-6]) if len(fired) > 6 else np.zeros(0, np.int64)
    if len(at) < 20:
        return 0.3
    total = np.concatenate([[0], np.cumsum(fired)])
    return float(np.clip((total[at + 6] - total[at + 1]).mean() / 5, 0.05, 0.9))


def _either(one: Floats, other: Floats) -> Floats:
    """Distribution over bins of the larger of two counts."""
    both = np.cumsum(one) * np.cumsum(other)
    return np.diff(np.concatenate([[0], both]))


def _steps(s: Settings, habits: Habits, clock: Floats) -> Floats:
    plain = np.zeros((S, S))
    for away, moves, quiet in AWAKE_PAIRS:
        plain[away, moves] = s.missed_return
        plain[away, STRAY] = s.stray_burst
        plain[STRAY, away] = s.stray_burst_ends / 2
        plain[STRAY, moves] = s.missed_return / 2
        plain[moves, away] = plain[quiet, away] = s.missed_leaving
        plain[moves, quiet] = habits.moves_quiet
        plain[quiet, moves] = habits.quiet_moves
    for rested, tired in zip(*AWAKE_PAIRS, strict=True):
        plain[rested, tired] = s.tires
    plain[AWAY_TIRED, AWAY_RESTED] = s.tires  # one may sleep elsewhere
    plain[MOVES_RESTED, LIGHT], plain[QUIET_RESTED, LIGHT] = s.nap / 2, s.nap
    plain[MOVES_TIRED, DEEP], plain[QUIET_TIRED, DEEP] = s.bed / 2, s.bed
    plain[DEEP, LIGHT] = s.deepens
    plain[DEEP, [MOVES_TIRED, QUIET_TIRED]] = s.wakes_young * np.array([0.7, 0.3])
    plain[LIGHT, [MOVES_RESTED, QUIET_RESTED]] = s.wakes * np.array([0.7, 0.3])
    plain[[DEEP, LIGHT], UP] = s.errand
    plain[UP, [DEEP, LIGHT]] = s.errand_ends / 2
    plain[UP, MOVES_RESTED] = s.errand_ends / 20
    np.fill_diagonal(plain, 1 - plain.sum(axis=1))

    opened = plain.copy()
    for state in range(S):
        if MEANS[state] != OUT:
            tired = state in (MOVES_TIRED, QUIET_TIRED, DEEP)
            opened[state] *= 1 - s.open_leaving
            opened[state, AWAY_TIRED if tired else AWAY_RESTED] += s.open_leaving
    for away, moves, _ in AWAKE_PAIRS:
        opened[away] *= 1 - s.open_return
        opened[away, moves] += s.open_return
    soon = np.mean([np.roll(clock, -ahead) for ahead in range(s.soon)], axis=0)
    gates = [_gate(habits, habits.leaves * (1 - s.soon_weight * share)) for share in soon]
    return np.stack([plain, opened, *gates])


def _gate(habits: Habits, leaves: float) -> Floats:
    """Steps at a passage. Who is soon to sleep (by the home's clock) seldom leaves."""
    gate = np.zeros((S, S))
    quiet_share, returns = habits.stays_quiet, habits.returns
    for away, moves, quiet in AWAKE_PAIRS:
        gate[away, away] = 1 - returns
        gate[away, [moves, quiet]] = returns * np.array([1 - quiet_share, quiet_share])
        gate[moves, away] = leaves
        gate[moves, [moves, quiet]] = (1 - leaves) * np.array([1 - quiet_share, quiet_share])
        gate[quiet, away] = 0.8 * leaves
        gate[quiet, [moves, quiet]] = (1 - 0.8 * leaves) * np.array([0.6, 0.4])
    gate[STRAY] = (gate[AWAY_RESTED] + gate[AWAY_TIRED]) / 2
    for asleep in (DEEP, LIGHT, UP):
        gate[asleep, [asleep, MOVES_RESTED, AWAY_RESTED]] = 0.9, 0.05, 0.05
    return gate


def log_likelihood(seen: Evidence, parameters: Parameters, settings: Settings = STANDARD) -> Floats:
    """Of each minute by state, (n, S), in nats."""
    minutes = seen.minutes
    table = np.log(parameters.firings)
    by_bin = table[SHOWS].T  # (BINS, S)
    passing = by_bin.copy()
    passing[:, [AWAY_RESTED, AWAY_TIRED]] = np.maximum(
        by_bin[:, [AWAY_RESTED]], table[MOVES][:, None]
    )
    nats: Floats = np.where(seen.passing[:, None], passing[seen.bins], by_bin[seen.bins])
    if minutes.fridge is not None:
        alike = np.where(MEANS == AT_HOME, 0.0, -settings.fridge_nats)
        alike[UP] /= 2
        nats[minutes.fridge > 0] += alike
    if minutes.bed is not None:
        lies = parameters.bed[SHOWS]
        nats += np.where((minutes.bed > 0)[:, None], np.log(lies), np.log(1 - lies))
    if minutes.door is None:  # nobody can be seen to leave: silence is quiet, sleep or unknown
        nats[:, MEANS == OUT] -= 20.0
    nats[~minutes.known] = 0.0
    nats += _clock_nats(parameters.clock, settings)[minutes.half_hour]
    return nats


def _clock_nats(clock: Floats, settings: Settings) -> Floats:
    """What the half hour says for each state, (48, S). Nobody's absence is read from the clock."""
    share = np.clip(clock, settings.clock_edge, 1 - settings.clock_edge)
    asleep = settings.clock * np.log(share / share.mean())
    awake = settings.clock * np.log((1 - share) / (1 - share.mean()))
    return np.stack([awake, asleep, np.maximum(awake, asleep)], axis=1)[:, MEANS]


def infer(
    seen: Evidence,
    parameters: Parameters,
    settings: Settings = STANDARD,
    *,
    smooth: bool = True,
    first: Floats = FIRST,
) -> Posterior:
    """State probabilities of each minute, given the whole record or (filtered) the past alone.

    ``first`` (S,): the state before the record begins.
    """
    nats = log_likelihood(seen, parameters, settings)
    likelihood = np.exp(nats - nats.max(axis=1, keepdims=True)) + 1e-300
    return forward_backward(first, parameters.steps, seen.kind, likelihood, smooth=smooth)


def learn(
    seen: Evidence,
    settings: Settings = STANDARD,
    *,
    start: Parameters | None = None,
    rounds: int = 6,
) -> Parameters:
    """Fit a home by expectation-maximisation; from ``start``, say last night's, fewer rounds do."""
    guess = first_guess(seen, settings)
    parameters = start or guess
    for _ in range(rounds):
        parameters = _refit(seen, infer(seen, parameters, settings), guess, settings)
    return parameters


def _refit(seen: Evidence, found: Posterior, guess: Parameters, s: Settings) -> Parameters:
    minutes, known, share = seen.minutes, seen.minutes.known, found.smoothed
    shown = np.stack([share[:, e == SHOWS].sum(axis=1) for e in range(4)])
    shown[AWAY] = share[:, AWAY_RESTED] + share[:, AWAY_TIRED]
    shown[MOVES] = share[:, MOVES_RESTED] + share[:, MOVES_TIRED]
    shown[AWAY, seen.passing] = 0.0
    shown[:, ~known] = 0.0
    firings = s.firings_worth * guess.firings
    for row, one in zip(firings, shown, strict=True):
        row += np.bincount(seen.bins, one, minlength=noise.BINS)
    firings /= firings.sum(axis=1, keepdims=True)
    stray = s.stray_at_most * (1 - guess.firings[AWAY, 0]) + s.stray_more
    firings[AWAY] = _bounded(firings[AWAY], 0.0, stray)
    stray, moves = 1 - firings[AWAY, 0], 1 - firings[MOVES, 0]
    least = max(s.quiet_at_least * moves, stray + 0.02 * moves)
    firings[QUIET] = _bounded(firings[QUIET], least, 1.0)
    most = max(s.sleeps_at_most * (1 - firings[QUIET, 0]), stray)
    firings[SLEEPS] = _bounded(firings[SLEEPS], stray, most)

    bed = guess.bed
    if minutes.bed is not None:
        up = (shown * (minutes.bed > 0)).sum(axis=1)
        bed = np.clip((up + 200 * guess.bed) / (shown.sum(axis=1) + 200), 0.005, 0.98)

    plain, gate = found.pairs[PLAIN], found.pairs[GATE:].sum(axis=0)
    awake = np.array([[m, q] for _, m, q in AWAKE_PAIRS])
    m, q, w = awake[:, 0], awake[:, 1], s.steps_worth
    moves_quiet = (plain[m, q].sum() + w) / (plain[m].sum() + w / s.moves_quiet)
    quiet_moves = (plain[q, m].sum() + w) / (plain[q].sum() + w / s.quiet_moves)
    away = [AWAY_RESTED, AWAY_TIRED]
    w = s.passages_worth
    leaving, home = gate[awake.ravel()][:, away].sum(), gate[awake.ravel()].sum()
    leaves = (leaving + w * s.leaves) / (home + w)
    returning, out = gate[away][:, MEANS != OUT].sum(), gate[away].sum()
    returns = (returning + w * s.returns) / (out + w)
    still = gate[m, q].sum() + gate[away][:, q].sum()
    stays = still + gate[m, m].sum() + gate[away][:, m].sum()
    habits = Habits(
        float(moves_quiet),
        max(float(quiet_moves), s.quiet_moves_least),
        float(np.clip(leaves, 0.1, 0.85)),
        float(np.clip(returns, 0.5, 0.97)),
        float(np.clip((still + w * s.stays_quiet) / (stays + w), 0.05, 0.5)),
    )

    sleeps = share[:, MEANS == ASLEEP].sum(axis=1) * known
    present = share[:, MEANS != OUT].sum(axis=1) * known
    worth = s.clock_hours * 60
    asleep = np.bincount(minutes.half_hour, sleeps, minlength=48) + worth * guess.clock
    clock: Floats = asleep / (np.bincount(minutes.half_hour, present, minlength=48) + worth)
    bursts = _bursts(plain[away, STRAY].sum(), plain[away].sum(), s)
    return Parameters(firings, bed, _steps(s, habits, clock), clock, bursts)


def _bursts(seen: float, minutes: float, s: Settings) -> float:
    """Odds a minute that a burst of strays begins, in a home where several were seen."""
    return float(seen / minutes) if seen > s.bursts_known else s.stray_burst


def _bounded(row: Floats, least: float, most: float) -> Floats:
    """A distribution over bins whose share of firing minutes is brought within bounds."""
    rate = 1 - row[0]
    wanted = float(np.clip(rate, least, most))
    return np.concatenate([[1 - wanted], row[1:] * (wanted / rate)])


def at_that_minute(parameters: Parameters, settings: Settings = STANDARD) -> Parameters:
    """The same home, as it is judged while what comes next is not known.

    Nobody leaves but through the door: who lies still for hours is else taken for somebody whose
    leaving was missed. Who is out and comes through the door is back, and what moves without a
    passage soon is a return that was missed. Quiet is longer and more silent than the mean that was
    learned: sittings differ, and the silent ones are those that look like absences. One more kind
    of step is HOLE.
    """
    steps = np.concatenate([parameters.steps, parameters.steps[[OPEN]]])
    for away, moves, quiet in AWAKE_PAIRS:
        _shift(steps[PLAIN], away, moves, settings.missed_return_now)
        _shift(steps[PLAIN], away, STRAY, parameters.bursts)
        _shift(steps[PLAIN], quiet, moves, steps[PLAIN, quiet, moves] / settings.quiet_lasts_now)
        for gate in steps[GATE:HOLE]:
            back = gate[away, [moves, quiet]]
            returns = max(float(back.sum()), settings.returns_now)
            gate[away, away], gate[away, [moves, quiet]] = 1 - returns, back * returns / back.sum()
    home, out = np.flatnonzero(MEANS != OUT), np.flatnonzero(MEANS == OUT)
    for kind in (PLAIN, HOLE):
        leaving = steps[kind][np.ix_(home, out)].sum(axis=1)
        steps[kind, home, home] += leaving
        steps[kind][np.ix_(home, out)] = 0.0
    firings = parameters.firings.copy()
    quiet_fires, stray = 1 - firings[QUIET, 0], 1 - firings[AWAY, 0]
    least = min(1.5 * stray, quiet_fires)
    firings[QUIET] = _bounded(
        firings[QUIET], least, max(settings.quiet_fires_now * quiet_fires, least)
    )
    return parameters._replace(steps=steps, firings=firings)


def _shift(steps: Floats, row: int, to: int, odds: float) -> None:
    """Set the odds of one step; staying makes up for it. In place."""
    steps[row, row] += steps[row, to] - odds
    steps[row, to] = odds


def told(share: Floats) -> Floats:
    """Probability of home, sleep and away, (n, 3), from that of each state (n, S)."""
    return np.stack([share[:, what == MEANS].sum(axis=1) for what in range(3)], axis=1)
