"""Who goes where when several cases wait at once: decided together, not one after the other.

One after the other, the first case takes whoever is nearest to it, also where another case has
nobody else. Together, the case that would lose most by its next best is served first (regret), and
then whatever exchange makes the whole cheaper is made. It is not the optimum; how near it comes is
shown by bench/typhoon.py.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from lambdas.dispatch.assignment.arrival import Arrival

PATIENCE = 0.5
"""Seconds later at which somebody may arrive, for each second that a case has waited longer than
another. 0 serves the nearest, so that the farthest wait for ever; much serves the oldest, so that
everybody drives far. Measured: bench/typhoon.py."""

Costs = Mapping[str, Mapping[str, float]]
"""What it costs to send somebody: by case, by responder. Who cannot be sent is not in it."""

_CHEAPER = 1e-9
"""By so much an exchange must be cheaper: rounding makes nobody change places for ever."""


def plan(
    could: Mapping[str, Iterable[Arrival]],
    since: Mapping[str, datetime],
    now: datetime,
    patience: float = PATIENCE,
    solve: Callable[[Costs], dict[str, str]] | None = None,
) -> list[tuple[Arrival, str]]:
    """Who is to go to which case, the first to arrive first. ``could``: who could be sent to each
    case; ``since``: how long each waits."""
    by_id = {case: {one.responder.id: one for one in those} for case, those in could.items()}
    costs = {
        case: {
            id: (one.at - now).total_seconds() - patience * (now - since[case]).total_seconds()
            for id, one in those.items()
        }
        for case, those in by_id.items()
    }
    chosen = (solve or assign)(costs)
    pairs = [(by_id[case][id], case) for case, id in chosen.items()]
    return sorted(pairs, key=lambda pair: (pair[0].at, pair[1]))


def assign(costs: Costs) -> dict[str, str]:
    """For each case whom to send, nobody twice, at a low cost in total. Cases for which nobody is
    left are not in it."""
    chosen = _by_regret(costs)
    while _exchanged(chosen, costs):
        pass
    return chosen


def _by_regret(costs: Costs) -> dict[str, str]:
    left = {case: dict(options) for case, options in costs.items() if options}
    chosen: dict[str, str] = {}
    while left:
        case = min(left, key=lambda one: (-_regret(left[one]), min(left[one].values()), one))
        who = min(left[case], key=lambda one: (left[case][one], one))
        chosen[case] = who
        others = {one: left[one] for one in left if one != case}
        left = {
            one: rest
            for one, options in others.items()
            if (rest := {id: cost for id, cost in options.items() if id != who})
        }
    return chosen


def _regret(options: Mapping[str, float]) -> float:
    """What a case loses if it does not get the best of these; infinite if there is but one."""
    costs = sorted(options.values())
    return costs[1] - costs[0] if len(costs) > 1 else math.inf


def _exchanged(chosen: dict[str, str], costs: Costs) -> bool:
    """Make one exchange by which the whole is cheaper: a case gets somebody who is left over, two
    cases exchange whom they have, or a case is served instead of another. Returns True if there was
    one."""
    free = {id for options in costs.values() for id in options} - set(chosen.values())
    for one in sorted(costs):
        mine = chosen.get(one)
        for who, cost in sorted(costs[one].items()):
            if who in free and mine and cost < costs[one][mine] - _CHEAPER:
                chosen[one] = who
                return True
        for other, theirs in sorted(chosen.items()):
            if one != other and _cheaper(one, other, mine, theirs, costs):
                del chosen[other]
                if mine:
                    chosen[other] = mine
                chosen[one] = theirs
                return True
    return False


def _cheaper(one: str, other: str, mine: str | None, theirs: str, costs: Costs) -> bool:
    """Whether it is cheaper when ``one`` gets whom ``other`` has, and the other way round."""
    now = costs[other][theirs] + (costs[one][mine] if mine else 0.0)
    then = costs[one].get(theirs, math.inf)
    if mine:
        then += costs[other].get(mine, math.inf)
    return then < now - _CHEAPER
