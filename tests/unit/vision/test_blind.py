"""A camera that does not see says so, and a lamp that goes out is none such."""

import cv2
import numpy as np
import pytest

from iot.vision.motion import Grey, Motion, MotionDetector
from iot.vision.noise import NoiseLevel
from iot.vision.values import Settings

FPS = 10
RNG = np.random.default_rng(7)
PATTERN = RNG.integers(40, 200, (54, 96), dtype=np.uint8)
ROOM = np.asarray(cv2.resize(PATTERN, (192, 108), interpolation=cv2.INTER_CUBIC), np.uint8)


def live(picture: np.ndarray, noise: float = 1.0) -> Grey:
    """The picture as a sensor gives it, never twice the same."""
    return np.asarray(np.clip(picture + RNG.normal(0, noise, picture.shape), 0, 255), np.uint8)


def watch(detector: MotionDetector, pictures: list[Grey], start: float) -> list[Motion]:
    return [detector.update(one, start + i / FPS) for i, one in enumerate(pictures)]


def seen_before() -> MotionDetector:
    """A detector that has watched the room for ten seconds."""
    detector = MotionDetector()
    watch(detector, [live(ROOM) for _ in range(100)], 0)
    return detector


def first(motions: list[Motion]) -> tuple[float, str | None]:
    """When and why the camera was said to be blind."""
    found = [(i / FPS, one.how) for i, one in enumerate(motions) if one.kind == "blind"]
    return found[0] if found else (float("inf"), None)


def test_black_all_at_once_is_a_lost_camera() -> None:
    seconds, how = first(watch(seen_before(), [np.zeros_like(ROOM)] * 80, 10))
    assert how == "black"
    assert 4.5 <= seconds <= 6


def test_a_lamp_that_fades_out_is_no_lost_camera_and_the_room_is_known_again() -> None:
    detector = seen_before()
    fade = [live(ROOM * gain, 0.5) for gain in np.linspace(1, 0, 8)]
    dark = watch(detector, [*fade, *[np.zeros_like(ROOM)] * 300], 10)
    assert first(dark)[1] is None
    assert "light" in {one.kind for one in dark}
    again = watch(detector, [live(ROOM * gain) for gain in np.linspace(0, 1, 8)], 40.8)
    again += watch(detector, [live(ROOM) for _ in range(30)], 41.6)
    assert "blind" not in {one.kind for one in again}
    assert {one.kind for one in again[-15:]} == {"none"}


def test_the_same_picture_on_and_on_is_frozen() -> None:
    still = live(ROOM)
    seconds, how = first(watch(seen_before(), [still] * 150, 10))
    assert how == "frozen"
    assert 9 <= seconds <= 11


def test_a_scene_without_noise_is_not_frozen() -> None:
    detector = MotionDetector()
    assert first(watch(detector, [ROOM] * 600, 0))[1] is None


@pytest.mark.parametrize("takes", [1, 20])
def test_a_lens_out_of_focus_is_told_however_slowly_it_goes(takes: int) -> None:
    def soft(i: int) -> Grey:
        sigma = 4 * min(1.0, (i + 1) / takes)
        return live(cv2.GaussianBlur(ROOM, (0, 0), sigma))

    seconds, how = first(watch(seen_before(), [soft(i) for i in range(160)], 10))
    assert how == "unsharp"
    assert seconds <= 14


def test_thresholds_follow_noise_and_brightness() -> None:
    settings = Settings()

    def fitted(brightness: float, noise: float) -> Settings:
        level = NoiseLevel(live(ROOM * brightness, noise), 0)
        for i in range(1, 40):
            level.measure(live(ROOM * brightness, noise), i / 4)
        return level.fit(settings)

    assert fitted(1.0, 1).threshold == settings.threshold
    assert fitted(0.15, 0.5).threshold < 8
    assert fitted(0.15, 4).threshold > fitted(0.15, 0.5).threshold
    assert fitted(0.15, 0.5).texture < 3


def test_somebody_is_seen_in_a_dark_room() -> None:
    detector = MotionDetector()
    watch(detector, [live(ROOM * 0.15, 0.7) for _ in range(60)], 0)
    body = RNG.integers(0, 255, (40, 20)).astype(np.float32)
    kinds = []
    for i in range(20):
        picture = ROOM.astype(np.float32)
        picture[50:90, 20 + 4 * i : 40 + 4 * i] = body
        kinds.append(detector.update(live(picture * 0.15, 0.7), 6 + i / FPS).kind)
    assert kinds.count("motion") >= 18
