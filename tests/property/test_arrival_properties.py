"""The search outwards over cells says what looking at everybody says."""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import h3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdas.dispatch.assignment.arrival import (
    FRESH,
    REACH,
    Responder,
    Wanted,
    among,
    at_least_metres,
    cell_of,
    earliest,
    first_of,
)
from lambdas.dispatch.assignment.travel import GreatCircle, Travel, metres
from lambdas.dispatch.casework.place import Place

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

# Where homes are: in Japan, at a corner of cells, at the date line, at a pole, in one of the twelve
# cells that have five sides.
HOMES = st.sampled_from(
    [(35.68, 139.76), (43.06, 141.35), (26.21, 127.68), (51.0, 179.99), (89.9, 10.0), (64.7, 10.54)]
)
NEAR = st.floats(-0.9, 0.9)  # degrees


@dataclass(frozen=True)
class Roads:
    """Ways longer than as the crow flies by no rule at all; some lead nowhere."""

    estimate: Travel | None = None

    def seconds(self, origins: Sequence[Place], to: Place, at: datetime) -> list[float]:
        return [self._way(origin, to) for origin in origins]

    def at_least(self, metres: float) -> float:
        return metres / (120 / 3.6)

    def _way(self, origin: Place, to: Place) -> float:
        luck = hash(origin.point) % 7
        least = self.at_least(metres(origin, to))
        return float("inf") if luck == 6 else least * (1 + luck)


@st.composite
def places(draw: st.DrawFn, middle: tuple[float, float]) -> Place:
    latitude = max(-90.0, min(90.0, middle[0] + draw(NEAR)))
    longitude = (middle[1] + draw(NEAR) + 180) % 360 - 180
    return Place(latitude=latitude, longitude=longitude)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Wanted, list[Responder]]:
    middle = draw(HOMES)
    spots = st.lists(places(middle), max_size=6, min_size=1)
    shared = draw(spots)  # some stand at the same spot
    responders = [
        Responder(
            id=f"r-{number}",
            name="見守 太郎",
            phone="+81300000000",
            place=draw(st.sampled_from(shared) | places(middle)),
            seen_at=NOW - draw(st.sampled_from([0, 1, 29, 30, 31])) * MINUTE,
            on_duty=draw(st.sampled_from([True, True, True, False])),
            busy_until=draw(
                st.none() | st.sampled_from([-10, 5, 20, 60, 240]).map(lambda n: NOW + n * MINUTE)
            ),
            engaged=draw(st.sampled_from([None, None, None, "HC-1"])),
            guard=draw(st.booleans()),
        )
        for number in draw(st.permutations(range(draw(st.integers(0, 25)))))
    ]
    wanted = Wanted(
        to=draw(st.sampled_from(shared) | places(middle)),
        now=NOW,
        without=draw(st.sets(st.sampled_from([f"r-{n}" for n in range(25)]), max_size=3)),
        guard=draw(st.booleans()),
        reach=draw(st.sampled_from([REACH, 5_000.0, 150_000.0])),
    )
    return wanted, responders


class Listed:
    """Responders by cell, and which cells were read."""

    def __init__(self, responders: Iterable[Responder]) -> None:
        self.cells: defaultdict[str, list[Responder]] = defaultdict(list)
        for one in responders:
            self.cells[cell_of(one.place)].append(one)
        self.read: list[str] = []

    def __call__(self, cell: str) -> list[Responder]:
        self.read.append(cell)
        return self.cells[cell]


def by_looking_at_everybody(
    wanted: Wanted, travel: Travel, responders: Sequence[Responder]
) -> tuple[datetime, str] | None:
    """The rule as one would say it, without cells, bounds or the code that is tested."""
    arrivals = []
    for one in responders:
        (way,) = travel.seconds([one.place], wanted.to, wanted.now)
        if (
            one.on_duty
            and not one.engaged
            and one.id not in wanted.without
            and (one.guard or not wanted.guard)
            and wanted.now - one.seen_at <= FRESH
            and metres(one.place, wanted.to) <= wanted.reach
            and way != float("inf")
        ):
            leaves = wanted.now
            if one.busy_until and one.busy_until > leaves:
                leaves = one.busy_until
            arrivals.append((leaves + timedelta(seconds=way), one.id))
    return min(arrivals, default=None)


@pytest.mark.rule("DL-16", "AL-12", "AL-13")
@settings(derandomize=True, deadline=None, max_examples=400)
@given(situations(), st.sampled_from([GreatCircle(), GreatCircle(1.0, 80), Roads()]))
def test_nobody_could_be_there_sooner(
    situation: tuple[Wanted, list[Responder]], travel: Travel
) -> None:
    wanted, responders = situation
    listed = Listed(responders)
    found = earliest(wanted, travel, listed)
    expected = by_looking_at_everybody(wanted, travel, responders)
    assert (found and (found.at, found.responder.id)) == expected
    assert among(wanted, travel, responders) == found
    assert len(listed.read) == len(set(listed.read))


@settings(derandomize=True, deadline=None, max_examples=100)
@given(situations(), st.randoms(use_true_random=False))
def test_the_order_of_rows_decides_nothing(
    situation: tuple[Wanted, list[Responder]], dice: random.Random
) -> None:
    wanted, responders = situation
    shuffled = list(responders)
    dice.shuffle(shuffled)
    one, other = Listed(responders), Listed(shuffled)
    assert earliest(wanted, GreatCircle(), one) == earliest(wanted, GreatCircle(), other)
    assert one.read == other.read


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.data())
def test_nobody_is_nearer_than_the_nearest_point_of_their_cell(data: st.DataObject) -> None:
    """Also in a corner of it, seen from beyond that corner."""
    spot = data.draw(HOMES.flatmap(places))
    cell = cell_of(spot)
    middle = h3.cell_to_latlng(cell)
    corner = data.draw(st.sampled_from(h3.cell_to_boundary(cell)))
    inside, beyond = (between(middle, corner, by) for by in (0.995, data.draw(st.floats(1, 4))))
    anywhere = data.draw(HOMES.flatmap(places))
    for place in (spot, inside):
        if cell_of(place) == cell:
            for to in (beyond, anywhere):
                assert at_least_metres(cell, to) <= metres(place, to)


def between(one: tuple[float, float], other: tuple[float, float], by: float) -> Place:
    east = (other[1] - one[1] + 180) % 360 - 180
    return Place(
        latitude=max(-90.0, min(90.0, one[0] + by * (other[0] - one[0]))),
        longitude=(one[1] + by * east + 180) % 360 - 180,
    )


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.data())
def test_no_way_is_shorter_than_at_least(data: st.DataObject) -> None:
    middle = data.draw(HOMES)
    one, other, third = (data.draw(places(middle)) for _ in range(3))
    for travel in (GreatCircle(), Roads()):
        (way,) = travel.seconds([one], other, NOW)
        assert travel.at_least(metres(one, other)) <= way
    near, far = sorted([metres(one, other), metres(one, third)])
    assert GreatCircle().at_least(near) <= GreatCircle().at_least(far)


@pytest.mark.rule("DL-16", "AL-12")
@given(situation=situations(), count=st.integers(1, 12))
def test_the_first_few_are_those_of_looking_at_everybody_in_turn(
    situation: tuple[Wanted, list[Responder]], count: int
) -> None:
    wanted, responders = situation
    expected = []
    for _ in range(count):
        gone = {*wanted.without, *(who for _, who in expected)}
        found = by_looking_at_everybody(wanted._replace(without=gone), GreatCircle(), responders)
        if found:
            expected.append(found)
    found_first = first_of(wanted, GreatCircle(), Listed(responders), count)
    assert [(one.at, one.responder.id) for one in found_first] == expected
