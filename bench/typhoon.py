"""`python -m bench.typhoon`: who is reached, and when, when everybody phones at once.

A town, and requests as in a typhoon; nobody is at the desk. Cases are led by what the product is
made of: the search (arrival.py), the planning of those who wait (joint.py), the state of a case
and what its timeouts mean (state.py, process.py). Only the clock, the store and the workflow are
this module's. Beside it: no waiting list, as it was before; those free counted only; the optimum of
each planning by scipy, of all who wait and all who could go.

After that the planning alone: so many cases wait, a thousand could go; one after the other, ours,
the optimum.
"""

import argparse
import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush, nsmallest
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]

from lambdas.dispatch.assignment import facts as f
from lambdas.dispatch.assignment import joint
from lambdas.dispatch.assignment.arrival import Arrival, Page, Wanted, earliest, first_of
from lambdas.dispatch.assignment.assignment_service import LIKELIEST, PLANNED
from lambdas.dispatch.assignment.process import TIMEOUTS
from lambdas.dispatch.assignment.responder import Engagement, Responder
from lambdas.dispatch.assignment.state import Assignment
from lambdas.dispatch.assignment.travel import GreatCircle, Travel, metres
from lambdas.dispatch.casework.facts import by_workflow
from lambdas.dispatch.casework.place import Place

NOW = datetime(2026, 9, 20, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FOREVER = timedelta(days=9)
TRAVEL: Travel = GreatCircle()
ESCALATION = f.Escalation()
DECLINES = 0.1
HORIZON = 12 * 60


class Policy(NamedTuple):
    """What is tried."""

    name: str
    lists: bool = True  # cases for which there is nobody wait for who comes free
    busy_too: bool = True  # who is at a case counts, too
    ahead: bool = True  # and is given a case that waits before they are free
    patience: float = joint.PATIENCE
    solve: Callable[[joint.Costs], dict[str, str]] | None = None
    planned: int = PLANNED
    likeliest: int = LIKELIEST


@dataclass
class Case:
    """A request, and what happened."""

    number: str
    place: Place
    at: datetime
    facts: list[Any] = field(default_factory=list)
    waits_since: datetime | None = None
    reached: datetime | None = None

    @property
    def state(self) -> Assignment:
        """What it amounts to."""
        return Assignment(self.facts, ESCALATION)


class World:
    """The town, by its events."""

    def __init__(
        self, policy: Policy, requests: Sequence[tuple[float, Place]], people: int
    ) -> None:
        dice = random.Random(people)
        self.policy, self.dice, self.now = policy, random.Random(1), NOW
        self.people = {id: somebody(dice, id) for id in (f"r-{n:04}" for n in range(people))}
        self.cases: dict[str, Case] = {}
        self._events: list[tuple[datetime, int, Callable[[], None]]] = []
        self._count = 0
        for number, (minute, place) in enumerate(requests):
            case = Case(f"HC-{number:04}", place, NOW + minute * MINUTE)
            self.cases[case.number] = case
            self.later(minute * MINUTE, self._choose, case)

    def run(self) -> "World":
        """Until nothing happens any more."""
        while self._events and self._events[0][0] <= NOW + HORIZON * MINUTE:
            self.now, _, act = heappop(self._events)
            act()
        return self

    def later(self, after: timedelta, act: Callable[..., None], *about: Any) -> None:
        """Something happens after a while."""
        self._count += 1
        heappush(self._events, (self.now + after, self._count, lambda: act(*about)))

    # -- what the service does

    def _wanted(self, case: Case) -> Wanted:
        state = case.state
        busy = state.not_while_busy if self.policy.busy_too else frozenset(self.people)
        wanted = Wanted(case.place, self.now, state.asked, fresh=FOREVER)
        return wanted._replace(only_free=busy)

    def _read(self, _cell: str, _limit: int | None) -> Page:
        """Everybody, for every cell: others among them do no harm."""
        return Page([one for one in self.people.values() if one.takes_another])

    def _choose(self, case: Case) -> None:
        state = case.state
        if state.live or state.given_up or case.reached:
            return
        wanted = self._wanted(case)
        planned = self.people.get(state.planned)
        found = None if state.spent else self._first(wanted, planned)
        said = by_workflow(self.now)
        latest = self.now + timedelta(minutes=ESCALATION.max_arrival_minutes)
        if found is None or found.at > latest:
            occupied = self.policy.lists and any(self._occupied(one) for one in self._all())
            case.facts.append(f.NobodyFree(**said, round=state.round, occupied=occupied))
            case.waits_since = self.now
            self.later(ESCALATION.help_minutes * MINUTE, self._no_help, case, state.round)
            return
        one = found.responder
        case.facts.append(
            f.Offered(
                **said,
                offer=len(state.offers) + 1,
                round=state.round,
                responder=one.id,
                name=one.id,
                arrives_at=found.at,
                travel_seconds=found.travel_seconds,
                after=one.cases[-1] if one.work else "",
            )
        )
        self.people[one.id] = one.with_case(case.number)
        self.later(MINUTE, self._answer, case, one.id)

    def _first(self, wanted: Wanted, planned: Responder | None) -> Arrival | None:
        if planned and wanted.takes(planned):
            (way,) = TRAVEL.seconds([planned.starts_from], wanted.to, self.now)
            return wanted.arrival(planned, way)
        return earliest(wanted, TRAVEL, self._read)

    def _occupied(self, one: Responder) -> bool:
        if not self.policy.busy_too:
            return bool(one.work)
        return one.why_not(self.now, FOREVER) == "occupied"

    def _all(self) -> list[Responder]:
        return list(self.people.values())

    def _no_help(self, case: Case, round: int) -> None:
        state = case.state
        if not state.waiting or state.round != round:
            return
        facts, outcome = TIMEOUTS["find_help"](state, by_workflow(self.now))
        case.facts += facts
        if outcome == "again":
            self.later(ESCALATION.help_minutes * MINUTE, self._no_help, case, round)
        elif outcome == "retry":
            self._choose(case)

    def _serve(self, id: str) -> None:
        """As AssignmentService.serve_waiting."""
        one = self.people[id]
        waiting = [case for case in self.cases.values() if case.facts and case.state.waiting]
        if not self.policy.lists or one.why_not(self.now, FOREVER) or not waiting:
            return
        if one.work and not (self.policy.busy_too and self.policy.ahead):
            return
        near = nsmallest(
            self.policy.planned, waiting, key=lambda case: metres(one.starts_from, case.place)
        )
        could = {case.number: self._could_go(case, one) for case in near}
        since = {case.number: case.waits_since or case.at for case in near}
        plan = joint.plan(could, since, self.now, self.policy.patience, self.policy.solve)
        for arrival, number in plan:
            case = self.cases[number]
            said = {**by_workflow(self.now), "round": case.state.round + 1, "others_only": True}
            case.facts.append(f.RoundBegun(**said, planned=arrival.responder.id))
            self._choose(case)

    def _could_go(self, case: Case, one: Responder) -> list[Arrival]:
        wanted = self._wanted(case)
        found = first_of(wanted, TRAVEL, self._read, self.policy.likeliest)
        if wanted.takes(one):
            (way,) = TRAVEL.seconds([one.starts_from], case.place, self.now)
            found.append(wanted.arrival(one, way))
        latest = self.now + timedelta(minutes=ESCALATION.max_arrival_minutes)
        return [arrival for arrival in found if arrival.at <= latest]

    # -- what people do

    def _answer(self, case: Case, id: str) -> None:
        offer = case.state.live
        assert offer
        if self.dice.random() < DECLINES:
            ended = {"offer": offer.number, "outcome": "declined"}
            case.facts.append(f.OfferEnded(**by_workflow(self.now), **ended))
            self.people[id] = self.people[id].without(case.number)
            self._choose(case)
            return
        case.facts.append(f.Accepted(**by_workflow(self.now), offer=offer.number))
        self._expect(case, id)
        if self.people[id].engaged == case.number:
            self._set_out(case, id)
        self._serve(id)

    def _expect(self, case: Case, id: str) -> None:
        state = case.state
        assert state.going
        free, until = state.expected_free(state.going), state.counted_on_until(state.going)
        known = Engagement(case=case.number, place=case.place, free_at=free, late_at=until)
        self.people[id] = self.people[id].expecting(known)

    def _set_out(self, case: Case, id: str) -> None:
        (way,) = TRAVEL.seconds([self.people[id].place], case.place, self.now)
        self.later(timedelta(seconds=way), self._arrive, case, id)

    def _arrive(self, case: Case, id: str) -> None:
        offer = case.state.going
        assert offer
        case.reached = self.now
        case.facts.append(f.Arrived(**by_workflow(self.now), offer=offer.number))
        self._expect(case, id)
        self.later(self.dice.uniform(10, 35) * MINUTE, self._leave, case, id)

    def _leave(self, case: Case, id: str) -> None:
        offer = case.state.going
        assert offer
        ended = {"offer": offer.number, "outcome": "withdrawn"}  # here: it is done
        case.facts += [
            f.OfferEnded(**by_workflow(self.now), **ended),
            f.GivenUp(**by_workflow(self.now)),
        ]
        one = self.people[id].without(case.number)
        self.people[id] = one.model_copy(update={"place": case.place, "seen_at": self.now})
        following = self.cases.get(one.engaged or "")
        if following and following.state.going:
            self._set_out(following, id)
        self._serve(id)


def somewhere(dice: random.Random) -> Place:
    """In a town of some ten kilometres."""
    return Place(latitude=35.68 + dice.gauss(0, 0.1), longitude=139.76 + dice.gauss(0, 0.1))


def somebody(dice: random.Random, id: str) -> Responder:
    """On duty, free, somewhere."""
    known = {"name": id, "phone": "+810", "seen_at": NOW, "on_duty": True}
    return Responder(id=id, place=somewhere(dice), **known)


def optimum(costs: joint.Costs) -> dict[str, str]:
    """The cheapest assignment there is (Hungarian method), of as many as possible."""
    cases = [case for case in costs if costs[case]]
    people = sorted({id for options in costs.values() for id in options})
    if not cases:
        return {}
    never = 1e9
    matrix = np.array([[costs[case].get(id, never) for id in people] for case in cases])
    rows, columns = linear_sum_assignment(matrix)
    return {cases[r]: people[c] for r, c in zip(rows, columns, strict=True) if matrix[r, c] < never}


def one_after_the_other(costs: joint.Costs) -> dict[str, str]:
    """Each case, as it comes, takes the best of who is left."""
    chosen: dict[str, str] = {}
    for case, options in costs.items():
        left = {id: cost for id, cost in options.items() if id not in chosen.values()}
        if left:
            chosen[case] = min(left, key=lambda id: (left[id], id))
    return chosen


POLICIES = (
    Policy("before: no list, free only", lists=False, busy_too=False),
    Policy("no list, busy ones counted", lists=False),
    Policy("list, free only", busy_too=False),
    Policy("ours", patience=joint.PATIENCE),
    Policy("ours, those who wait: free", ahead=False),
    Policy("ours, the nearest first", patience=0.0),
    Policy("ours, patience 1", patience=1.0),
    Policy("ours, the oldest first", patience=50.0),
    Policy("optimum of each planning", solve=optimum, planned=999, likeliest=99),
)


def storm(name: str, requests: int, minutes: float, people: int, seeds: int) -> None:
    """One kind of storm, by every policy."""
    print(f"{name}: {requests} requests in {minutes:.0f} min, {people} responders, {seeds} runs")
    head = ("reached", "of", "median", "mean", "p95", "worst min")
    print(f"{'':>28} " + " ".join(f"{word:>9}" for word in head))
    for policy in POLICIES:
        waits: list[float] = []
        for seed in range(seeds):
            dice = random.Random(seed)
            asked = [(dice.uniform(0, minutes), somewhere(dice)) for _ in range(requests)]
            world = World(policy, asked, people).run()
            waits += [
                (case.reached - case.at) / MINUTE for case in world.cases.values() if case.reached
            ]
        waits.sort()
        p95 = waits[int(0.95 * (len(waits) - 1))]
        figures = (statistics.median(waits), statistics.mean(waits), p95, waits[-1])
        shown = " ".join(f"{figure:>9.0f}" for figure in figures)
        print(f"{policy.name:>28} {len(waits):>9} {requests * seeds:>9} {shown}")


def at_once(people: int = 1000) -> None:
    """The planning alone: minutes to arrive, in the mean."""
    print(f"\nat once, {people} could go: mean minutes to arrive")
    print(f"{'cases':>9} {'one by one':>11} {'ours':>9} {'optimum':>9}")
    dice = random.Random(7)
    free = [somebody(dice, f"r-{n:04}") for n in range(people)]
    for count in (10, 50, 200, 500, 1000):
        homes = [somewhere(dice) for _ in range(count)]
        costs: dict[str, dict[str, float]] = {}
        for n, home in enumerate(homes):
            ways = TRAVEL.seconds([one.place for one in free], home, NOW)
            costs[f"HC-{n:04}"] = {one.id: way / 60 for one, way in zip(free, ways, strict=True)}
        solvers = [one_after_the_other, *([joint.assign] if count <= 50 else []), optimum]
        means = []
        for solve in solvers:
            chosen = solve(costs)
            means.append(statistics.mean(costs[case][id] for case, id in chosen.items()))
        shown = [f"{mean:>9.2f}" for mean in means]
        if len(shown) < 3:
            shown.insert(1, f"{'—':>9}")
        print(f"{count:>9}   {' '.join(shown)}")


def main() -> None:
    """Print it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--runs", type=int, default=3)
    wanted = asked.parse_args()
    storm("typhoon", 50, 10, 10, wanted.runs)
    print()
    storm("an hour", 250, 60, 100, wanted.runs)
    print()
    storm("an hour, too few", 250, 60, 40, wanted.runs)
    at_once()


if __name__ == "__main__":
    main()
