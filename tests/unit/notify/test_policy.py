"""When a notice is sent."""

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from lambdas.notify.policy import MOTION, line_of, notice_of, within_cooldown
from lambdas.shared.events import Kind, Members, MotionDetected, Sentence

NOON = datetime(2026, 11, 22, 3, tzinfo=UTC)
TEN = timedelta(seconds=10)


def motion(**changes: Any) -> MotionDetected:
    values = {
        "event": "e",
        "home": "h",
        "thing": "t",
        "camera": "居間",
        "kind": "motion",
        "mode": "guard",
        "at": NOON,
        "detected_at": NOON,
        "level": 0.1,
        "reason": Sentence(ja="", en=""),
        "pictures": "cloud",
        **changes,
    }
    return MotionDetected.model_validate(values)


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("kind", get_args(Kind))
def test_what_is_told_is_decided_where_it_is_detected(kind: Kind, told: bool) -> None:
    line = line_of(motion(kind=kind, told=told))
    assert (line is not None) == (told and kind not in ("light", "other"))


@pytest.mark.rule("AL-69")
@pytest.mark.parametrize("kind", MOTION)
def test_what_a_camera_sees_is_mailed_to_the_people_of_its_home_alone(kind: Kind) -> None:
    assert notice_of(motion(kind=kind), MOTION[kind], 0).audience == Members(home="h")


def test_a_blind_camera_is_not_held_back() -> None:
    line = line_of(motion(kind="blind"))
    assert line
    assert not line.cooldown


@pytest.mark.parametrize(
    ("told", "held"),
    [
        ([], False),
        ([-11], False),
        ([-10], False),
        ([-9.999], True),
        ([-0.001], True),
        ([0], False),  # the same event again
        ([5], False),  # told of something later, this arrives late
        ([-600, -3, 30], True),
    ],
)
def test_shortly_after_a_notice_is_held(told: list[float], held: bool) -> None:
    before = [NOON + timedelta(seconds=seconds) for seconds in told]
    assert within_cooldown(NOON, before, TEN) == held


def test_without_a_cooldown_nothing_is_held() -> None:
    assert not within_cooldown(NOON, [NOON - timedelta(microseconds=1)], timedelta(0))
