"""Places that always move are learned, told apart and forgotten; things are followed."""

import numpy as np
import pytest

from iot.vision.places import Places
from iot.vision.tracks import Tracks
from iot.vision.values import Box

SHAPE = 96, 160


def fan() -> np.ndarray:
    """Motion in a corner."""
    moved = np.zeros(SHAPE, np.bool_)
    moved[8:40, 16:48] = True
    return moved


def watch(places: Places, moved: np.ndarray | None, seconds: float) -> None:
    for _ in range(round(seconds * 4)):
        places.learn(moved, 0.25)


def test_what_moves_is_usual_after_seconds_muted_after_a_minute_offered_after_ten() -> None:
    places = Places(SHAPE)
    watch(places, fan(), 2)
    assert places.usual is None
    watch(places, fan(), 4)
    assert places.usual is not None
    assert places.usual[24, 32]
    assert not places.usual[80, 120]
    assert places.muted is None
    watch(places, fan(), 54)
    assert places.muted is not None
    assert places.muted[24, 32]
    assert places.offered() == ()
    watch(places, fan(), 540)
    (place,) = places.offered()
    assert place.x <= 0.1
    assert place.x + place.w >= 0.3
    assert place.h < 0.7


def test_what_rests_is_forgotten_in_time() -> None:
    places = Places(SHAPE)
    watch(places, fan(), 90)
    watch(places, None, 60)
    assert places.usual is None
    assert places.muted is not None
    watch(places, None, 900)
    assert places.muted is None


def test_where_most_of_the_picture_moves_nothing_is_muted() -> None:
    places = Places(SHAPE)
    watch(places, np.ones(SHAPE, np.bool_), 120)
    assert places.muted is None


def at(x: float, y: float = 0.5, size: float = 0.1) -> Box:
    return Box(x, y, size, size)


def test_who_walks_is_one_thing_and_who_appears_elsewhere_another() -> None:
    tracks, new = Tracks(), []
    for i in range(40):
        walker = at(0.02 * i)
        boxes = [walker] if i < 20 else [walker, at(0.9 - 0.02 * (i - 20), 0.1)]
        new += [(i, one.box) for one in tracks.update(i / 10, boxes, boxes)]
    assert [i for i, _ in new] == [2, 22]
    assert len(tracks.live) == 2


def test_the_parts_of_somebody_are_nobody_new() -> None:
    tracks, new = Tracks(), []
    for i in range(40):
        x = 0.02 * i
        parts = [at(x, 0.3)] if i % 3 else [at(x, 0.3, 0.06), at(x + 0.07, 0.33, 0.05)]
        new += tracks.update(i / 10, parts, parts)
    assert len(new) == 1


def test_somebody_beside_what_stays_where_it_is_is_new() -> None:
    tracks, new = Tracks(), []
    fan_there = at(0.4, 0.4, 0.15)
    for i in range(80):
        fresh = [fan_there] if i < 30 else []
        if i >= 50:
            fresh = [at(0.56 + 0.01 * (i - 50), 0.45)]
        boxes = [fan_there, *fresh]
        new += [i for _ in tracks.update(i / 10, boxes, fresh)]
    assert len(new) == 1
    assert 52 <= new[0] <= 55


@pytest.mark.parametrize("gone", [0.0, 0.5])
def test_how_far_it_went_is_the_room_between_there_and_here(gone: float) -> None:
    tracks = Tracks()
    for i in range(11):
        place = at(gone * i / 10) if gone else at(0.3, 0.3, 0.05 + 0.04 * i)
        tracks.update(i / 10, [place], [place])
    assert tracks.live[0].gone == pytest.approx(max(0.0, gone - 0.1))
