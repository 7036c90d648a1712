"""An episode is the same whatever way its parts take."""

from datetime import UTC, datetime, timedelta
from functools import reduce

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdas.detect.event import SeenEvent, event_id, merged, weight
from lambdas.detect.verdict import Box, Kind, Reason
from tests.examples import examples

NOON = datetime(2026, 11, 22, 3, tzinfo=UTC)
KINDS: list[Kind] = ["light", "camera_moved", "other", "motion", "person", "cat", "dog"]
SHARES = st.sampled_from([0.0, 0.25, 0.5, 1.0])


@st.composite
def parts(draw: st.DrawFn) -> SeenEvent:
    """A part of one episode; values are few, so that many are equal."""
    kind = draw(st.sampled_from(KINDS))
    return SeenEvent(
        id=event_id("cam-1", NOON),
        home="home",
        thing="cam-1",
        camera=draw(st.sampled_from(["居間", "台所"])),
        mode=draw(st.sampled_from(["guard", "pet"])),
        at=NOON,
        detected_at=NOON + timedelta(seconds=draw(st.integers(0, 200))),
        kind=kind,
        level=draw(SHARES),
        score=draw(SHARES),
        boxes=tuple(draw(st.lists(st.builds(Box, x=SHARES, y=SHARES, w=SHARES, h=SHARES)))),
        reason=Reason(kind=kind, area=draw(SHARES), seconds=draw(SHARES)),
        detector="test/1",
        pictures=draw(st.sampled_from(["cloud", "on-device"])),
    )


def together(seen: list[SeenEvent]) -> SeenEvent:
    known = reduce(merged, seen[1:], seen[0])
    assert merged(None, seen[0]) == seen[0]
    return known


@pytest.mark.rule("G-08")
@settings(derandomize=True, deadline=None, max_examples=examples(200))
@given(st.lists(parts(), min_size=1, max_size=5), st.data())
def test_parts_in_any_order_and_number_are_the_same_event(
    seen: list[SeenEvent], data: st.DataObject
) -> None:
    again = data.draw(st.permutations(seen + data.draw(st.lists(st.sampled_from(seen)))))
    known = together(seen)
    assert together(again) == known
    assert known.detected_at == min(one.detected_at for one in seen)
    assert weight(known.kind) == max(weight(one.kind) for one in seen)


@settings(derandomize=True, deadline=None, max_examples=examples(200))
@given(st.lists(parts(), min_size=1, max_size=6))
def test_what_the_bus_hears_grows_heavier_and_ends_with_the_whole(seen: list[SeenEvent]) -> None:
    known: SeenEvent | None = None
    said: list[int] = []
    for part in seen:
        known = merged(known, part)
        if known.to_be_announced():
            said.append(weight(known.kind))
            known = known.model_copy(update={"announced": known.kind})
    assert known
    assert said == sorted(set(said))
    assert said[-1] == max(weight(part.kind) for part in seen)


@settings(derandomize=True, deadline=None)
@given(st.datetimes(datetime(1970, 1, 2), datetime(2099, 12, 30)), st.timezones())  # noqa: DTZ001
def test_an_id_is_the_instants_own_in_every_zone(at: datetime, zone: object) -> None:
    utc = at.replace(tzinfo=UTC)
    there = utc.astimezone(zone)  # type: ignore[arg-type]
    assert event_id("cam-1", there) == event_id("cam-1", utc)


@settings(derandomize=True, deadline=None)
@given(st.lists(st.integers(0, 10**12), min_size=2, max_size=9, unique=True))
def test_ids_sort_by_time(milliseconds: list[int]) -> None:
    moments = sorted(NOON + timedelta(milliseconds=m) for m in milliseconds)
    ids = [event_id("cam-1", at) for at in moments]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
