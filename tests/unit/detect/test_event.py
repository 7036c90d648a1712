"""What is known of an episode, and how its parts come together."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any, get_args

import pytest

from lambdas.detect.event import LATE, SeenEvent, event_id, from_verdict, merged, weight
from lambdas.detect.verdict import Box, Kind, Reason, Verdict
from lambdas.shared import events

NOON = datetime(2026, 11, 22, 3, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def seen(kind: Kind = "motion", score: float = 0.5, **changes: Any) -> SeenEvent:
    values = {
        "id": event_id("cam-1", NOON),
        "home": "home",
        "thing": "cam-1",
        "camera": "居間",
        "mode": "guard",
        "at": NOON,
        "detected_at": NOON + SECOND,
        "kind": kind,
        "level": 0.2,
        "score": score,
        "reason": Reason(kind=kind),
        "detector": "test/1",
        "pictures": "cloud",
        **changes,
    }
    return SeenEvent.model_validate(values)


def test_an_id_says_when_and_which_camera() -> None:
    assert event_id("cam-1", NOON) == "20261122T030000.000Z-cam-1"
    tokyo = datetime(2026, 11, 22, 12, 0, 0, 7_999, tzinfo=timezone(timedelta(hours=9)))
    assert event_id("cam-1", tokyo) == "20261122T030000.007Z-cam-1"


def test_ids_sort_as_things_happened() -> None:
    moments = [NOON + timedelta(milliseconds=m) for m in (0, 1, 999, 1000, 86_400_000)]
    ids = [event_id("cam-1", at) for at in moments]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)


def test_what_matters_more_weighs_more() -> None:
    order: list[Kind] = ["none", "light", "camera_moved", "other", "motion"]
    assert [weight(kind) for kind in order] == sorted({weight(kind) for kind in order})
    living: list[Kind] = ["person", "cat", "dog", "blind"]
    assert min(weight(kind) for kind in living) > weight("motion")
    assert set(order) | set(living) == set(get_args(Kind))


def test_the_heavier_kind_stands_then_the_surer_then_the_longer() -> None:
    light, motion, sure = seen("light", 0.9), seen("motion", 0.5), seen("motion", 0.8)
    long = seen("motion", 0.8, reason=Reason(kind="motion", seconds=4))
    assert merged(None, light) == light
    assert merged(light, motion).kind == "motion"
    assert merged(motion, light).kind == "motion"
    assert merged(motion, sure).score == 0.8
    assert merged(sure, motion).score == 0.8
    assert merged(sure, long).reason.seconds == merged(long, sure).reason.seconds == 4


def test_it_was_detected_when_its_first_part_was() -> None:
    early, late = seen(detected_at=NOON), seen("person", detected_at=NOON + 9 * SECOND)
    assert merged(early, late).detected_at == merged(late, early).detected_at == NOON


def test_what_was_told_stays_told() -> None:
    told = seen(announced="motion")
    assert not told.to_be_announced()
    assert not merged(told, seen("motion", 0.9)).to_be_announced()
    assert not merged(told, seen("light", 0.9)).to_be_announced()
    assert merged(told, seen("person")).to_be_announced()
    assert seen().to_be_announced()


@pytest.mark.rule("DC-27")
def test_a_siren_that_follows_the_notice_is_announced_too() -> None:
    told = seen("person").model_copy(
        update={"told": True, "announced": "person", "announced_told": True}
    )
    assert not told.to_be_announced()
    sounded = merged(told, seen("person").model_copy(update={"siren": True}))
    assert sounded.to_be_announced()
    assert not sounded.model_copy(update={"announced_siren": True}).to_be_announced()


@pytest.mark.rule("DC-26")
def test_late_is_more_than_two_minutes() -> None:
    assert not seen(detected_at=NOON + LATE).late
    assert seen(detected_at=NOON + LATE + SECOND).late
    assert not seen(detected_at=NOON - SECOND).late


@pytest.mark.parametrize("kind", [kind for kind in get_args(Kind) if kind != "none"])
def test_every_kind_can_be_told_in_both_languages(kind: Kind) -> None:
    told = seen(kind, reason=Reason(kind=kind, area=0.1, seconds=1, light=0.2)).announcement()
    assert told.kind == kind
    assert told.reason.ja != told.reason.en
    assert (told.event, told.at, told.detected_at) == (event_id("cam-1", NOON), NOON, NOON + SECOND)
    assert events.parse({"detail-type": "MotionDetected", "detail": told.model_dump()}) == told


def test_the_bus_and_the_detector_know_the_same_kinds() -> None:
    assert set(get_args(events.Kind)) == set(get_args(Kind)) - {"none"}


def test_a_verdict_becomes_an_event() -> None:
    verdict = Verdict(
        kind="person",
        level=0.3,
        score=0.9,
        boxes=(Box(x=0.1, y=0.2, w=0.3, h=0.4, label="person"),),
        key_frame=2,
        reason=Reason(kind="person", area=0.1),
        detector="test/1",
    )
    event = from_verdict(
        verdict,
        home="home",
        thing="cam-1",
        camera="居間",
        mode="guard",
        episode=NOON,
        detected_at=NOON + SECOND,
        pictures="cloud",
    )
    assert (event.id, event.at, event.kind, event.boxes) == (
        event_id("cam-1", NOON),
        NOON,
        "person",
        verdict.boxes,
    )
    assert SeenEvent.model_validate_json(event.model_dump_json()) == event
