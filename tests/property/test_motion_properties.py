"""Motion and episodes, whatever the pictures."""

from itertools import pairwise

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from iot.vision.episodes import Episode, Episodes
from iot.vision.motion import NOTHING, Grey, Motion, MotionDetector, Settings

SHAPES = st.sampled_from([(90, 160), (48, 64), (7, 9), (1, 1), (108, 192)])


@st.composite
def pictures(draw: st.DrawFn) -> list[Grey]:
    """Noise, flat grey and rectangles, of one size."""
    height, width = draw(SHAPES)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shown: list[Grey] = []
    for kind in draw(st.lists(st.sampled_from("nfrs"), min_size=1, max_size=6)):
        picture = np.full((height, width), draw(st.sampled_from([0, 1, 90, 255])), np.uint8)
        if kind == "n":
            picture = rng.integers(0, 256, (height, width), dtype=np.uint8)
        elif kind == "r":
            x, y = rng.integers(0, width), rng.integers(0, height)
            cv2.rectangle(picture, (int(x), int(y)), (width, height), 200, -1)
        elif kind == "s" and shown:
            picture = shown[-1]
        shown.append(picture)
    return shown


@settings(derandomize=True, deadline=None)
@given(pictures())
def test_figures_stay_within_their_bounds(shown: list[Grey]) -> None:
    detector = MotionDetector(Settings(settle=0.3))
    for i, picture in enumerate(shown):
        motion = detector.update(picture, i / 10)
        assert motion.kind in ("none", "motion", "light", "camera_moved")
        assert 0 <= motion.level <= motion.area + 1e-6 <= 1 + 1e-6
        assert 0 <= motion.contrast <= 255
        assert np.isfinite(motion.light)
        assert bool(motion.boxes) == (motion.kind == "motion")
        for box in motion.boxes:
            assert box.x >= 0
            assert box.y >= 0
            assert box.w > 0
            assert box.h > 0
            assert box.x + box.w <= 1 + 1e-9
            assert box.y + box.h <= 1 + 1e-9


@settings(derandomize=True, deadline=None)
@given(pictures(), st.integers(1, 5))
def test_a_picture_that_stays_is_no_motion(shown: list[Grey], times: int) -> None:
    detector = MotionDetector()
    for i in range(times + 1):
        assert detector.update(shown[0], i / 10).kind == "none"


@settings(derandomize=True, deadline=None)
@given(
    moving=st.lists(st.booleans(), max_size=60),
    confirm=st.integers(1, 4),
    quiet=st.sampled_from([0.2, 0.5, 1.5]),
)
def test_episodes_are_apart_and_confirmed(moving: list[bool], confirm: int, quiet: float) -> None:
    episodes = Episodes(confirm, quiet)
    found: list[Episode] = []
    running = False
    for i, moves in enumerate(moving):
        step = episodes.step(i / 10, Motion("motion", level=0.1) if moves else NOTHING)
        assert not (step.started and running)
        assert not (step.ended and not running)
        running = step.running is not None
        found += [step.ended] if step.ended else []
    last = episodes.close().ended
    assert bool(last) == running
    found += [last] if last else []
    for episode in found:
        assert episode.frames >= confirm
        assert moving[round(episode.start * 10)]
        assert moving[round(episode.end * 10)]
    for one, next_ in pairwise(found):
        assert next_.start - one.end >= quiet - 1e-9
