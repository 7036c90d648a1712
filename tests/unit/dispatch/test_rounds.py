"""Rounds keep the hours of every visit, and are about as short as they can be."""

from datetime import UTC, datetime, timedelta
from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdas.dispatch.assignment.travel import GreatCircle
from lambdas.dispatch.casework.place import Place
from lambdas.dispatch.processes.patrol.rounds import (
    SERVICE,
    Round,
    Stop,
    Walker,
    kept,
    rounds,
    walked,
    ways,
)

EIGHT = datetime(2026, 12, 10, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
WAY = ways(GreatCircle(), EIGHT)


def place(north: float, east: float = 0) -> Place:
    return Place(latitude=35 + north / 111.2, longitude=139 + east / 91)


def stop(name: str, at: Place, first: float = 0, last: float = 10, *without: str) -> Stop:
    return Stop(name, at, EIGHT + first * HOUR, EIGHT + last * HOUR, without)


def names(round_: Round) -> str:
    return "".join(leg.stop.case for leg in round_.legs)


def test_one_goes_along_the_road() -> None:
    stops = [stop("c", place(3)), stop("a", place(1)), stop("b", place(2))]
    made = rounds([Walker("kenji", place(0), EIGHT)], stops, WAY)
    assert names(made["kenji"]) == "abc"


def test_hours_go_before_the_shortest_way() -> None:
    stops = [stop("a", place(1), 3), stop("b", place(5), 0, 1)]
    made = rounds([Walker("kenji", place(0), EIGHT)], stops, WAY)
    assert names(made["kenji"]) == "ba"
    assert [leg.at >= leg.stop.not_before for leg in made["kenji"].legs] == [True, True]


def test_each_takes_what_is_near_them() -> None:
    walkers = [Walker("a", place(0), EIGHT), Walker("b", place(50), EIGHT)]
    stops = [stop(str(n), place(n)) for n in (1, 2, 48, 49)]
    made = rounds(walkers, stops, WAY)
    assert (names(made["a"]), names(made["b"])) == ("12", "4948")


def test_nobody_gets_what_they_cannot_make() -> None:
    walker = Walker("a", place(0), EIGHT, until=EIGHT + HOUR)
    stops = [
        stop("x", place(1), 0, 10, "a"),
        stop("y", place(500), 0, 1),
        stop("z", place(1), 2, 3),
        stop("w", place(1), 0, 1),
    ]
    assert names(rounds([walker], stops, WAY)["a"]) == "w"


def test_what_somebody_has_stays_theirs_and_what_is_late_is_said() -> None:
    has = (stop("1", place(1)), stop("2", place(2)), stop("0", place(40), 0, 0.1))
    walker = Walker("a", place(0), EIGHT, has=has)
    round_, late = kept(walker, WAY)
    assert (names(round_), [one.case for one in late]) == ("12", ["0"])
    other = Walker("b", place(1), EIGHT)
    made = rounds([walker, other], [stop("3", place(0.5, 3))], WAY)
    assert (names(made["a"]), names(made["b"])) == ("12", "3")


def optimum(walkers: list[Walker], stops: list[Stop]) -> tuple[int, float]:
    """The most stops that can be made, and the least way for them, by trying everything."""
    best = (0, 0.0)
    for owners in product([*range(len(walkers)), -1], repeat=len(stops)):
        total, count = 0.0, 0
        for n, walker in enumerate(walkers):
            mine = [stop for stop, owner in zip(stops, owners, strict=True) if owner == n]
            ways_ = [one for order in permutations(mine) if (one := walked(walker, order, WAY))]
            if not ways_:
                break
            total += min(one.cost for one in ways_)
            count += len(mine)
        else:
            best = max(best, (count, -total))
    return best[0], -best[1]


coordinates = st.integers(0, 30)
a_stop = st.builds(
    lambda n, e, first, length, name: stop(name, place(n, e), first, first + length),
    coordinates,
    coordinates,
    st.integers(0, 4),
    st.integers(2, 6),
    st.uuids().map(str),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(a_stop, min_size=1, max_size=4), st.integers(1, 2))
def test_rounds_keep_all_hours_and_are_near_the_optimum(stops: list[Stop], count: int) -> None:
    walkers = [Walker(f"w{n}", place(10 * n), EIGHT) for n in range(count)]
    made = rounds(walkers, stops, WAY)
    placed = [leg.stop.case for one in made.values() for leg in one.legs]
    assert len(placed) == len(set(placed))
    for one in made.values():
        again = walked(one.walker, [leg.stop for leg in one.legs], WAY)
        assert again == one
        for leg, after in zip(one.legs, one.legs[1:], strict=False):
            assert after.at >= leg.at + SERVICE
        assert all(leg.stop.not_before <= leg.at <= leg.stop.not_after for leg in one.legs)
    most, least = optimum(walkers, stops)
    assert len(placed) >= most - 1
    if len(placed) == most:
        assert sum(one.cost for one in made.values()) <= 2 * least + 60


@pytest.mark.parametrize("n", [0, 1])
def test_without_walkers_or_stops_there_is_nothing(n: int) -> None:
    assert rounds([], [stop("a", place(1))] * n, WAY) == {}
    assert names(rounds([Walker("a", place(0), EIGHT)], [], WAY)["a"]) == ""
