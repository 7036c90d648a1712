"""Walking through the room when a camera is set up."""

import pytest

from iot.vision.tracks import Tracks
from iot.vision.values import Box
from iot.vision.walk import Walk


def walked(*boxes: Box) -> Walk:
    walk, tracks = Walk(), Tracks()
    for i, box in enumerate(boxes):
        tracks.update(i / 5, [box], [box])
        walk.see(tracks.live, i / 5)
    return walk


def test_sizes_are_noted_where_feet_stand() -> None:
    near = [Box(0.05 + 0.04 * i, 0.3, 0.2, 0.65) for i in range(12)]
    heights = walked(*near).heights()
    assert heights[6] == pytest.approx(0.65)
    assert heights[7] == pytest.approx(0.65)
    assert [heights[i] for i in (0, 1, 2, 3, 4, 5)] == [None] * 6


def test_who_is_far_away_is_small() -> None:
    far = [Box(0.7 + 0.02 * i, 0.2, 0.02, 0.06) for i in range(10)]
    assert walked(*far).heights()[2] == pytest.approx(0.06)


def test_what_goes_nowhere_does_not_walk() -> None:
    assert walked(*[Box(0.5, 0.5, 0.1, 0.1)] * 20).heights() == [None] * 9
