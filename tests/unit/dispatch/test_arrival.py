"""Who can be there first, by the examples of the rules."""

import random
import statistics
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import h3
import pytest
from pydantic import ValidationError

from lambdas.dispatch.assignment import cells
from lambdas.dispatch.assignment.arrival import Page, Wanted, among, by_road, earliest
from lambdas.dispatch.assignment.responder import Engagement, Responder
from lambdas.dispatch.assignment.travel import GreatCircle, metres
from lambdas.dispatch.casework.place import Place

NOW = datetime(2026, 12, 3, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOME = Place(latitude=35.68, longitude=139.76)
KILOMETRE = 1 / 111.195  # degrees of latitude


def north(kilometres: float) -> Place:
    return Place(latitude=HOME.latitude + kilometres * KILOMETRE, longitude=HOME.longitude)


def responder(id: str = "r-1", kilometres: float = 1, **more: Any) -> Responder:
    known = {
        "place": north(kilometres),
        "name": "見守 太郎",
        "phone": "+81300000000",
        "seen_at": NOW,
        "on_duty": True,
    }
    return Responder(**{"id": id, **known, **more})


def first(*responders: Responder, **more: Any) -> str | None:
    found = among(Wanted(HOME, NOW, **more), GreatCircle(), responders)
    return found.responder.id if found else None


@pytest.mark.rule("DL-16", "AL-12")
def test_not_the_nearest_but_whoever_is_there_first() -> None:
    """A is 3 km away and busy for 40 minutes, B is 7 km away and free: B goes."""
    a = responder("a", 3, busy_until=NOW + 40 * MINUTE)
    b = responder("b", 7)
    found = among(Wanted(HOME, NOW), GreatCircle(), [a, b])
    assert found
    assert found.responder.id == "b"
    assert found.travel_seconds == pytest.approx(7 * 1.3 / 25 * 3600, rel=1e-3)
    assert found.at == NOW + timedelta(seconds=found.travel_seconds)
    late = among(Wanted(HOME, NOW, without={"b"}), GreatCircle(), [a, b])
    assert late
    assert late.at == NOW + 40 * MINUTE + timedelta(seconds=late.travel_seconds)


@pytest.mark.rule("AL-13")
def test_only_the_qualified_are_sent_as_guards() -> None:
    near, guard = responder("near", 1), responder("guard", 9, skills={"guard"})
    needs = frozenset({"guard"})
    assert first(near, guard) == "near"
    assert first(near, guard, needs=needs) == "guard"
    assert first(near, needs=needs) is None


@pytest.mark.parametrize(
    "who",
    [
        {"on_duty": False},
        {"engaged": "HC-1"},
        {"seen_at": NOW - timedelta(minutes=30, seconds=1)},
        {"kilometres": 60.1},
    ],
)
def test_who_cannot_be_sent(who: dict[str, Any]) -> None:
    assert first(responder(**who)) is None


@pytest.mark.parametrize(
    "who",
    [
        {"busy_until": NOW - MINUTE},
        {"seen_at": NOW - timedelta(minutes=30)},
        {"seen_at": NOW + MINUTE},
        {"kilometres": 59.9},
        {"kilometres": 0},
    ],
)
def test_who_can(who: dict[str, Any]) -> None:
    assert first(responder(**who)) == "r-1"


def test_of_two_at_the_same_instant_the_smaller_id() -> None:
    assert first(responder("b"), responder("a")) == first(responder("a"), responder("b")) == "a"


@pytest.mark.slow
@pytest.mark.rule("DL-16", "AL-12")
def test_of_a_thousand_the_best_for_each_of_two_hundred_and_nobody_twice() -> None:
    """Against looking at everybody, one request after the other, as fast as a test must be."""
    dice, travel = random.Random(20261122), GreatCircle()
    waiting = {f"r-{n:04}": somebody(dice, f"r-{n:04}") for n in range(1000)}
    looked: list[int] = []
    sent: set[str] = set()

    def read(cell: str, limit: int | None) -> Page:
        page = everybody_in(cell, limit, list(waiting.values()))
        looked[-1] += len(page.responders)
        return page

    for _ in range(200):
        looked.append(0)
        home = around(dice)
        found = earliest(Wanted(home, NOW), travel, read)
        best = min(
            (
                max(NOW, one.busy_until or NOW)
                + timedelta(seconds=metres(one.place, home) * 1.3 / 25 * 3.6),
                one.id,
            )
            for one in waiting.values()
            if one.on_duty and NOW - one.seen_at <= timedelta(minutes=30)
        )
        assert found
        assert found.responder.id == best[1]
        assert found.at == pytest.approx(best[0], abs=timedelta(milliseconds=1))
        assert found.responder.id not in sent
        sent.add(found.responder.id)
        del waiting[found.responder.id]
    assert len(sent) == 200
    assert statistics.mean(looked) < 100, "not everybody was looked at"


def around(dice: random.Random) -> Place:
    """Seven of ten in the middle of the town, the others within 30 km or so."""
    spread = 0.05 if dice.random() < 0.7 else 0.2
    return Place(
        latitude=HOME.latitude + dice.uniform(-spread, spread),
        longitude=HOME.longitude + dice.uniform(-spread, spread),
    )


def somebody(dice: random.Random, id: str) -> Responder:
    """Three of ten are busy for up to an hour, one of ten cannot be sent."""
    busy = NOW + dice.random() * 60 * MINUTE if dice.random() < 0.3 else None
    seen = NOW - dice.random() * 33 * MINUTE
    on_duty = dice.random() < 0.95
    return responder(id, place=around(dice), busy_until=busy, seen_at=seen, on_duty=on_duty)


def test_somebody_near_the_middle_of_the_cell_is_found_by_one_read() -> None:
    coarse = cells.coarse_cell(cells.fine_cell(HOME))
    latitude, longitude = h3.cell_to_latlng(coarse)
    middle = Place(latitude=latitude, longitude=longitude)
    read = []

    def cell(name: str, limit: int | None) -> Page:
        read.append(name)
        return Page([responder(place=middle)])

    assert earliest(Wanted(middle, NOW), GreatCircle(), cell)
    assert read == [coarse]


def test_with_nobody_anywhere_the_search_ends_at_its_reach() -> None:
    read: list[str] = []

    def nobody(cell: str, limit: int | None) -> Page:
        read.append(cell)
        return Page([])

    assert earliest(Wanted(HOME, NOW), GreatCircle(), nobody) is None
    assert 45 < len(read) == len(set(read)) < 90  # a circle of 60 km, in cells of 250 km²
    assert cells.coarse_cell(cells.fine_cell(north(59))) in read


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(90.1, 0), (-91, 0), (0, 180.1), (float("nan"), 0), (0, float("inf")), ("x", 0)],
)
def test_what_is_no_place(latitude: Any, longitude: Any) -> None:
    with pytest.raises(ValidationError):
        Place(latitude=latitude, longitude=longitude)


def test_metres_as_the_crow_flies() -> None:
    osaka = Place(latitude=34.702, longitude=135.495)
    tokyo = Place(latitude=35.681, longitude=139.767)
    assert metres(tokyo, osaka) == pytest.approx(403_000, rel=0.005)


class Winding:
    """Roads by which whoever is estimated fifth is there first; counts whom it is asked of."""

    estimate = GreatCircle()

    def __init__(self) -> None:
        self.asked: list[int] = []

    def seconds(self, origins: Sequence[Place], to: Place, at: datetime) -> list[float]:
        self.asked.append(len(origins))
        ways = GreatCircle().seconds(origins, to, at)
        return [way if way == sorted(ways)[4] else way * 9 for way in ways]

    def at_least(self, metres: float) -> float:
        return metres / (120 / 3.6)


@pytest.mark.rule("DL-16", "AL-12")
def test_roads_are_asked_once_and_of_the_ten_likeliest_only() -> None:
    everybody = [responder(f"r-{n:03}", 1 + n / 50) for n in range(300)]
    roads = Winding()
    read = partial(everybody_in, everybody=everybody)
    found = by_road(Wanted(HOME, NOW), roads, roads.estimate, read)
    assert roads.asked == [10]
    assert found
    assert found.responder.id == "r-004"


def everybody_in(cell: str, limit: int | None, everybody: Sequence[Responder]) -> Page:
    first, last = cells.span(cell)
    found = [one for one in everybody if first <= cells.fine_cell(one.starts_from) <= last]
    return Page(found[:limit], limit is not None and len(found) > limit)


# Who is at another case


def at_a_case(kilometres: float, free: int, late: int = 40) -> tuple[Engagement, ...]:
    """At a home so far north, and expected to be free in so many minutes."""
    about = {"free_at": NOW + free * MINUTE, "late_at": NOW + (free + late) * MINUTE}
    return (Engagement(case="HC-1", place=north(kilometres), **about),)


@pytest.mark.rule("DL-16", "AL-12")
def test_who_is_free_in_ten_minutes_next_door_is_earlier_than_who_is_far_and_free() -> None:
    next_door = responder("a", 30, work=at_a_case(0.5, 10))
    far = responder("b", 12)
    found = among(Wanted(HOME, NOW), GreatCircle(), [next_door, far])
    assert found
    assert found.responder.id == "a"
    way = 0.5 * 1.3 / 25 * 3600
    assert found.travel_seconds == pytest.approx(way, rel=1e-3), "from the home they are at"
    assert found.at == NOW + 10 * MINUTE + timedelta(seconds=found.travel_seconds)
    assert first(responder("a", 30, work=at_a_case(0.5, 40)), far) == "b"


@pytest.mark.rule("DL-16")
@pytest.mark.parametrize(
    ("work", "expected"),
    [
        (at_a_case(1, 10), "r-1"),
        (at_a_case(1, -30, late=40), "r-1"),  # should be through, and the report is not due
        (at_a_case(1, -60, late=40), None),  # nobody knows what keeps them
        ((Engagement(case="HC-1"),), None),  # was asked, and has not answered
        ((*at_a_case(1, 10), Engagement(case="HC-2")), None),  # goes somewhere afterwards
    ],
)
def test_who_is_at_a_case_can_be_sent_once_more_if_it_is_known_when(
    work: tuple[Engagement, ...], expected: str | None
) -> None:
    assert first(responder(work=work, seen_at=NOW - 90 * MINUTE)) == expected


@pytest.mark.rule("DL-16")
@pytest.mark.parametrize(
    ("shift", "expected"),
    [
        ({"shift_begins": NOW}, "r-1"),
        ({"shift_begins": NOW + MINUTE}, None),
        ({"shift_ends": NOW}, None),
        ({"shift_ends": NOW + MINUTE}, None),  # would be there three minutes from now
        ({"shift_ends": NOW + 5 * MINUTE}, "r-1"),
    ],
)
def test_nobody_is_sent_before_their_shift_or_so_that_they_arrive_after_it(
    shift: dict[str, datetime], expected: str | None
) -> None:
    assert first(responder(**shift)) == expected


def test_who_did_not_look_while_busy_is_asked_when_free() -> None:
    busy, free = responder(work=at_a_case(1, 10)), responder()
    assert first(busy, only_free={"r-1"}) is None
    assert first(free, only_free={"r-1"}) == "r-1"


def test_a_row_of_before_is_read() -> None:
    known = responder().model_dump(mode="json")
    for new in ("work", "skills", "company", "shift_begins", "shift_ends", "phone_at"):
        del known[new]
    one = Responder.model_validate({**known, "engaged": "HC-1", "guard": True})
    assert (one.engaged, one.skills) == ("HC-1", frozenset({"guard"}))
