"""The search outwards over cells says what looking at everybody says."""

import random
import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import h3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdas.dispatch.assignment import cells
from lambdas.dispatch.assignment.arrival import (
    PAGE,
    REACH,
    Page,
    Wanted,
    among,
    earliest,
    first_of,
)
from lambdas.dispatch.assignment.cells import at_least_metres
from lambdas.dispatch.assignment.responder import FRESH, Engagement, Responder
from lambdas.dispatch.assignment.travel import GreatCircle, Travel, metres
from lambdas.dispatch.casework.place import Place
from tests.examples import examples

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

# Where homes are: in Japan, at a corner of cells, at the date line, at a pole, in one of the twelve
# cells that have five sides.
HOMES = st.sampled_from(
    [(35.68, 139.76), (43.06, 141.35), (26.21, 127.68), (51.0, 179.99), (89.9, 10.0), (64.7, 10.54)]
)
NEAR = st.floats(-0.9, 0.9) | st.floats(-0.004, 0.004)  # degrees: about, or all in one street


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


def minutes(count: int) -> datetime:
    return NOW + count * MINUTE


@st.composite
def work_of(draw: st.DrawFn, somewhere: st.SearchStrategy[Place]) -> tuple[Engagement, ...]:
    """Free; asked; at a case, perhaps too long; at one and then another."""
    many = draw(st.sampled_from([0, 0, 0, 1, 1, 2]))
    if many == 1 and draw(st.booleans()):
        return (Engagement(case="HC-1"),)
    free, late = draw(st.sampled_from([(-5, -1), (-5, 0), (-5, 30), (10, 50), (90, 130)]))
    at = {"free_at": minutes(free), "late_at": minutes(late)}
    return tuple(Engagement(case=f"HC-{n}", place=draw(somewhere), **at) for n in range(many))


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
            work=draw(work_of(places(middle))),
            skills=draw(st.sampled_from([frozenset(), frozenset({"guard"})])),
            shift_begins=draw(st.none() | st.sampled_from([-60, 0, 1]).map(minutes)),
            shift_ends=draw(st.none() | st.sampled_from([0, 1, 15, 90]).map(minutes)),
            silent_at=draw(st.none() | st.sampled_from([-61, -59]).map(minutes)),
        )
        for number in draw(st.permutations(range(draw(st.integers(0, 40)))))
    ]
    wanted = Wanted(
        to=draw(st.sampled_from(shared) | places(middle)),
        now=NOW,
        without=draw(st.sets(st.sampled_from([f"r-{n}" for n in range(25)]), max_size=3)),
        needs=draw(st.sampled_from([frozenset(), frozenset({"guard"})])),
        silent_too=draw(st.booleans()),
        only_free=draw(st.sets(st.sampled_from([f"r-{n}" for n in range(25)]), max_size=9)),
        reach=draw(st.sampled_from([REACH, 5_000.0, 150_000.0])),
    )
    return wanted, responders


class Listed:
    """Responders by fine cell as the table sorts them, and which cells were read."""

    def __init__(self, responders: Iterable[Responder]) -> None:
        listed = [one for one in responders if one.on_duty and one.takes_another]
        self.rows: defaultdict[str, list[tuple[str, Responder]]] = defaultdict(list)
        for one in listed:
            cell = cells.fine_cell(one.starts_from)
            self.rows[cells.coarse_cell(cell)].append((f"{cell}#{one.id}", one))
        self.read: list[str] = []
        self.rows_read = 0

    def __call__(self, cell: str, limit: int | None) -> Page:
        self.read.append(cell)
        first, last = cells.span(cell)
        found = [
            one
            for key, one in sorted(self.rows[cells.coarse_cell(cell)], key=lambda row: row[0])
            if first <= key <= f"{last}~"
        ]
        shown = found[:limit]
        self.rows_read += len(shown)
        return Page(shown, len(shown) == limit)


def by_looking_at_everybody(
    wanted: Wanted, travel: Travel, responders: Sequence[Responder]
) -> tuple[datetime, str] | None:
    """The rule as one would say it, without cells, bounds or the code that is tested."""
    arrivals = []
    for one in responders:
        after = one.work[-1] if one.work else None
        start = after.place if after and after.place else one.place
        (way,) = travel.seconds([start], wanted.to, wanted.now)
        if after is None:
            could = wanted.now - one.seen_at <= FRESH
        else:
            could = len(one.work) == 1 and after.late_at is not None and wanted.now <= after.late_at
            could = could and one.id not in wanted.only_free
        if (
            could
            and one.on_duty
            and one.id not in wanted.without
            and ("guard" in one.skills or not wanted.needs)
            and metres(start, wanted.to) <= wanted.reach
            and way != float("inf")
            and (one.shift_begins is None or one.shift_begins <= wanted.now)
            and (one.shift_ends is None or one.shift_ends > wanted.now)
            and (wanted.silent_too or not one.silent_at or one.silent_at <= NOW - 60 * MINUTE)
        ):
            leaves = max(wanted.now, one.busy_until or wanted.now)
            if after and after.free_at:
                leaves = max(leaves, after.free_at)
            at = leaves + timedelta(seconds=way)
            if one.shift_ends is None or at <= one.shift_ends:
                arrivals.append((at, one.id))
    return min(arrivals, default=None)


@pytest.mark.rule("DL-16", "AL-12", "AL-13")
@settings(derandomize=True, deadline=None, max_examples=examples(100))
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


@settings(derandomize=True, deadline=None, max_examples=examples(60))
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


@settings(derandomize=True, deadline=None, max_examples=examples(100))
@given(st.data())
def test_nobody_is_nearer_than_the_nearest_point_of_their_cell(data: st.DataObject) -> None:
    """In cells of every size, also in a corner of it, seen from beyond that corner."""
    spot = data.draw(HOMES.flatmap(places))
    finest = cells.fine_cell(spot)
    size = data.draw(st.integers(cells.COARSE, cells.FINE))
    cell = h3.cell_to_parent(finest, size)
    middle = h3.cell_to_latlng(cell)
    corner = data.draw(st.sampled_from(h3.cell_to_boundary(cell)))
    inside, beyond = (
        between(middle, corner, by)
        for by in (data.draw(st.floats(0.9, 1.08)), data.draw(st.floats(1, 4)))
    )
    anywhere = data.draw(HOMES.flatmap(places))
    for place in (spot, inside):
        if h3.cell_to_parent(cells.fine_cell(place), size) == cell:
            for to in (beyond, anywhere):
                assert at_least_metres(cell, to) <= metres(place, to)


@settings(derandomize=True, deadline=None, max_examples=examples(100))
@given(st.data())
def test_a_cells_rows_are_a_range_and_its_parts_are_all_of_it(data: st.DataObject) -> None:
    """So that a query by range reads neither less nor more than a cell."""
    spot, other = (data.draw(HOMES.flatmap(places)) for _ in range(2))
    finest, size = cells.fine_cell(spot), data.draw(st.integers(cells.COARSE, cells.FINE))
    cell = h3.cell_to_parent(finest, size)
    for place in (spot, other):
        one = cells.fine_cell(place)
        first, last = cells.span(cell)
        assert (first <= one <= last) == (h3.cell_to_parent(one, size) == cell)
    if not cells.is_finest(cell):
        assert h3.cell_to_parent(finest, size + 1) in {n.name for n in cells.parts(cell, spot)}


@pytest.mark.rule("DL-16", "AL-12")
def test_as_many_rows_are_read_in_a_town_of_ten_thousand_as_in_one_of_a_hundred() -> None:
    """And what is found is what looking at everybody finds."""
    read = {}
    for count in (100, 10_000):
        dice = random.Random(count)
        town = [in_town(dice, number) for number in range(count)]
        listed, rows = Listed(town), []
        for _ in range(12):
            wanted = Wanted(in_town(dice, 0).place, NOW)
            listed.rows_read = 0
            found = earliest(wanted, GreatCircle(), listed)
            expected = by_looking_at_everybody(wanted, GreatCircle(), town)
            assert (found and (found.at, found.responder.id)) == expected
            rows.append(listed.rows_read)
        read[count] = statistics.median(rows)
    assert read[10_000] < 10 * PAGE
    assert read[10_000] < 4 * read[100], "for a hundred times as many"


def in_town(dice: random.Random, number: int) -> Responder:
    """Somebody within some ten kilometres, three of ten of them at a case."""
    spot = Place(latitude=35.68 + dice.gauss(0, 0.1), longitude=139.76 + dice.gauss(0, 0.1))
    free = NOW + dice.uniform(0, 40) * MINUTE
    at = Engagement(case="HC", place=spot, free_at=free, late_at=free + 40 * MINUTE)
    work = (at,) if dice.random() < 0.3 else ()
    known = {"name": "見守 太郎", "phone": "+81300000000", "seen_at": NOW, "on_duty": True}
    return Responder(id=f"r-{number:05}", place=spot, work=work, **known)


def between(one: tuple[float, float], other: tuple[float, float], by: float) -> Place:
    east = (other[1] - one[1] + 180) % 360 - 180
    return Place(
        latitude=max(-90.0, min(90.0, one[0] + by * (other[0] - one[0]))),
        longitude=(one[1] + by * east + 180) % 360 - 180,
    )


@settings(derandomize=True, deadline=None, max_examples=examples(200))
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
@settings(derandomize=True, deadline=None, max_examples=examples(40))
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
