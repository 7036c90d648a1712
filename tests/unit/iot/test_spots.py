"""Spots where something moved without getting anywhere."""

from iot.vision.spots import Spots
from iot.vision.tracks import Track, Tracks
from iot.vision.values import Box

SCREEN = Box(0.4, 0.3, 0.2, 0.2)
ACTOR = Box(0.45, 0.32, 0.05, 0.1)


def followed(*boxes: Box, every: float = 0.2) -> Tracks:
    tracks = Tracks()
    for i, box in enumerate(boxes):
        tracks.update(i * every, [box], [box])
    return tracks


def the_screen() -> Track:
    (track,) = followed(ACTOR, SCREEN, ACTOR, SCREEN).live
    return track


def test_what_moves_again_where_a_screen_is_is_known() -> None:
    spots = Spots()
    assert not spots.again([the_screen()], [])
    spots.note([the_screen()])
    assert spots.again(followed(ACTOR, ACTOR).live, [])
    assert spots.again([], [ACTOR])


def test_who_passes_before_a_screen_is_not_taken_for_it() -> None:
    spots = Spots()
    spots.note([the_screen()])
    steps = [Box(0.42 + 0.03 * i, 0.3, 0.06, 0.18) for i in range(10)]
    assert not spots.again(followed(*steps).live, [])
    assert not spots.again([], [Box(0.4, 0.3, 0.1, 0.6)])


def test_who_went_somewhere_leaves_no_spot() -> None:
    spots = Spots()
    walker = followed(*(Box(0.1 + 0.05 * i, 0.4, 0.1, 0.4) for i in range(10))).live
    spots.note(walker)
    assert not spots.again([], [Box(0.3, 0.5, 0.1, 0.1)])


def test_a_spot_is_forgotten() -> None:
    spots = Spots()
    spots.note([the_screen()])
    spots.pass_time(899)
    assert spots.again([], [ACTOR])
    spots.pass_time(901)
    assert not spots.again([], [ACTOR])


def test_much_more_beside_a_thing_that_is_known_is_somebody_new() -> None:
    tracks = followed(*([Box(0.5, 0.5, 0.04, 0.04), Box(0.52, 0.52, 0.04, 0.04)] * 10))
    visitor = [Box(0.5 + 0.03 * i, 0.3, 0.2, 0.6) for i in range(4)]
    new = [one for i, box in enumerate(visitor) for one in tracks.update(5 + i / 5, [box], [box])]
    assert len(new) == 1


def test_a_fish_that_went_to_and_fro_stays_in_its_tank() -> None:
    there = [Box(0.3 + 0.02 * (i % 8), 0.5, 0.03, 0.03) for i in range(40)]
    (fish,) = followed(*there).live
    assert fish.stays(7.8)
    assert fish.way < 0.15
