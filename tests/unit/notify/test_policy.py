"""When a notice is sent."""

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from iot.messages.camera import Mode
from lambdas.notify.policy import line_of, within_cooldown
from lambdas.shared.events import Kind, MotionDetected, Sentence

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


@pytest.mark.rule("DC-30")
@pytest.mark.parametrize("mode", get_args(Mode))
@pytest.mark.parametrize("kind", get_args(Kind))
def test_a_lamp_is_no_visitor_and_motion_only_has_its_chart(kind: Kind, mode: Mode) -> None:
    pet_on_guard = mode == "guard" and kind in ("cat", "dog")
    assert (line_of(motion(kind=kind, mode=mode)) is not None) == (
        kind not in ("light", "other") and mode != "motion-only" and not pet_on_guard
    )


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
