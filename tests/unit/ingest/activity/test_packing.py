"""Reports become parts of hours, and parts become minutes again."""

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from iot.messages.sensor import ReadingsReport, SensorKind, SensorMinutes
from lambdas.ingest.activity.minutes import Kind, gaps
from lambdas.ingest.activity.packing import Part, pack, unpack
from lambdas.ingest.activity.record import recorded

FIRST = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def told(name: str, at: datetime, *counts: int, **more: object) -> SensorMinutes:
    said = {"name": name, "kind": "motion", "first": at, "counts": counts, **more}
    return SensorMinutes.model_validate(said)


def kept(*parts: Part) -> dict[datetime, set[bytes]]:
    """The sets that a table would hold."""
    hours: dict[datetime, set[bytes]] = defaultdict(set)
    for part in parts:
        hours[part.hour].add(part.packed)
    return hours


def test_a_report_of_one_hour_is_one_part_however_many_sensors() -> None:
    parts = pack("gw-1", [told(f"s{n}", FIRST + 5 * MINUTE, 0, 0, 1, 0, 0) for n in range(10)])
    assert [part.hour for part in parts] == [FIRST]
    assert len(parts[0].packed) < 150
    assert [chunk.name for chunk in unpack(parts[0].packed)] == [f"s{n}" for n in range(10)]


BEFORE = (
    "8b564a2fd73554d2898e568a29354d36318d29b534b53456d251cacd2fc9cccf53d231"
    "d58936d03134d2318ed5b130d029292a4dd5494bcc294e8d8d8d0500"
)
"""A part as it was packed before there was a dictionary."""


def test_parts_from_before_the_dictionary_are_still_read() -> None:
    (chunk,) = unpack(bytes.fromhex(BEFORE))
    assert chunk == ("gw-1", "居間", "motion", 5, [0, 12, 3], 80, True, False)
    (again,) = pack("gw-1", [told("居間", FIRST + 5 * MINUTE, 0, 12, 3, battery=80)])
    assert unpack(again.packed) == [chunk]
    assert len(again.packed) < len(bytes.fromhex(BEFORE))


def test_a_report_over_an_hours_end_is_divided_there() -> None:
    parts = pack("gw-1", [told("a", FIRST + 58 * MINUTE, 1, 2, 3, 4)])
    assert [(part.hour, unpack(part.packed)[0][3:5]) for part in parts] == [
        (FIRST, (58, [1, 2])),
        (FIRST + 60 * MINUTE, (0, [3, 4])),
    ]


def test_minutes_that_are_not_allowed_leave_a_hole() -> None:
    def allowed(_: SensorKind, at: datetime) -> bool:
        return at.minute not in (2, 3)

    (part,) = pack("gw-1", [told("a", FIRST, 1, 2, 3, 4, 5, 6)], allowed)
    minutes = recorded(kept(part), FIRST, FIRST + 6 * MINUTE).minutes
    assert minutes.motion.tolist() == [1, 2, 0, 0, 5, 6]
    assert minutes.known.tolist() == [True, True, False, False, True, True]
    assert pack("gw-1", [told("a", FIRST, 1)], lambda *_: False) == []


REPORTS = st.lists(
    st.tuples(
        st.sampled_from(["居間", "台所"]),
        st.integers(0, 170),
        st.lists(st.integers(0, 9), max_size=90),
    ),
    min_size=1,
    max_size=8,
)


@pytest.mark.rule("HT-07")
@given(REPORTS, st.randoms())
def test_any_order_and_any_repetition_make_the_same_minutes(
    reports: list[tuple[str, int, list[int]]], chance: random.Random
) -> None:
    expected = np.zeros((2, 260), np.int64)
    known = np.zeros(260, np.bool_)
    parts = []
    for name, at, counts in reports:
        parts += pack("gw-1", [told(name, FIRST + at * MINUTE, *counts)])
        row = expected[["居間", "台所"].index(name)]
        row[at : at + len(counts)] = np.maximum(row[at : at + len(counts)], counts)
        known[at : at + len(counts)] = True
    shuffled = [*parts, *chance.sample(parts, len(parts) // 2)]
    chance.shuffle(shuffled)
    one = recorded(kept(*parts), FIRST, FIRST + 260 * MINUTE)
    other = recorded(kept(*shuffled), FIRST, FIRST + 260 * MINUTE)
    for found in (one, other):
        assert (found.minutes.motion == expected.sum(axis=0)).all()
        assert (found.minutes.known == known).all()
    assert one.sensors == other.sensors


@pytest.mark.rule("HT-07")
def test_a_gap_is_no_connection_and_never_no_movement() -> None:
    parts = pack("gw-1", [told("a", FIRST, *[0] * 20), told("b", FIRST + 45 * MINUTE, *[0] * 5)])
    minutes = recorded(kept(*parts), FIRST, FIRST + 60 * MINUTE).minutes
    assert gaps(minutes) == [(20, 45)]  # the last ten minutes may still come
    assert not minutes.known[20:45].any()


def test_the_minutes_are_japans_and_only_those_asked_for() -> None:
    parts = pack("gw-1", [told("a", FIRST, *range(10))])
    found = recorded(kept(*parts), FIRST + 3 * MINUTE, FIRST + 6 * MINUTE).minutes
    assert found.start == np.datetime64("2026-11-22T10:03")
    assert found.motion.tolist() == [3, 4, 5]
    assert found.door is None


def test_each_kind_has_its_own_minutes_and_a_kind_that_is_not_there_none() -> None:
    sensors = [
        told("a", FIRST, 1),
        told("b", FIRST, 2, kind="door"),
        told("c", FIRST, 4, kind="fridge"),
    ]
    found = recorded(kept(*pack("gw-1", sensors)), FIRST, FIRST + MINUTE).minutes
    assert found.door is not None
    assert found.fridge is not None
    assert (found.motion[0], found.door[0], found.fridge[0]) == (5, 2, 4)
    assert found.bed is None


def test_sensors_of_one_name_behind_two_devices_are_two() -> None:
    parts = pack("gw-1", [told("a", FIRST, 1)]) + pack("sns-1", [told("a", FIRST, 2)])
    found = recorded(kept(*parts), FIRST, FIRST + MINUTE)
    assert found.minutes.motion.tolist() == [3]
    assert [one.device for one in found.sensors] == ["gw-1", "sns-1"]


@pytest.mark.rule("HT-57")
def test_a_sensors_health_is_what_it_said_last() -> None:
    parts = [
        *pack("gw-1", [told("a", FIRST + 5 * MINUTE, 0, battery=14)]),
        *pack("gw-1", [told("a", FIRST, 0, battery=80), told("b", FIRST, 0)]),
        *pack("gw-1", [told("b", FIRST + 5 * MINUTE, reachable=False)]),
    ]
    now = FIRST + 10 * MINUTE
    a, b = recorded(kept(*parts), FIRST, now).sensors
    assert (a.heard, a.battery, a.weak, a.connected(now)) == (FIRST + 5 * MINUTE, 14, True, True)
    assert (b.reachable, b.weak, b.connected(now)) == (False, False, False)
    assert not a.connected(now + 7 * MINUTE)
    assert a.kind is Kind.MOTION


@pytest.mark.parametrize(
    "wrong",
    [
        [{"counts": [-1]}],
        [{"counts": [1001]}],
        [{"counts": [0] * 241}],
        [{"reachable": False, "counts": [0]}],
        [{"battery": 101}],
        [{"name": ""}],
        [{"kind": "oven"}],
        [{}, {"kind": "door"}],
        [],
    ],
)
def test_what_no_sensor_says_is_refused(wrong: list[dict[str, object]]) -> None:
    right = {"name": "a", "kind": "motion", "first": FIRST.isoformat(), "counts": [1]}
    ReadingsReport.model_validate({"sensors": [right]})
    with pytest.raises(ValidationError):
        ReadingsReport.model_validate({"sensors": [right | one for one in wrong]})
