"""The gate: when an episode begins and ends, and which pictures are sent."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

import cv2
import numpy as np
import pytest

from iot.agent.camera.burst_encoder import develop
from iot.agent.camera.gate import Began, Ended, EpisodeRecorder, Happening, Shots
from iot.agent.camera.source import Frame
from iot.messages.camera import Zone
from iot.vision.burst import unpack
from iot.vision.settings import CameraSettings
from iot.vision.spots import WENT
from iot.vision.walk import Walk
from lambdas.detect.detector import BurstDetector, Frames
from tests.unit.iot.fakes import FPS, NOON, Room

ROOM = Room()


def empty(seconds: float) -> list[Frame]:
    return [ROOM.picture() for _ in range(round(seconds * FPS))]


def somebody(seconds: float) -> list[Frame]:
    return [ROOM.picture(3 * i) for i in range(round(seconds * FPS))]


def at(second: float) -> datetime:
    return NOON + timedelta(seconds=second)


def shown(gate: EpisodeRecorder, pictures: Iterable[Frame]) -> list[tuple[float, Happening]]:
    """What happens at which second."""
    found = []
    for number, picture in enumerate(pictures):
        _, happenings = gate.update(at(number / FPS), picture)
        found += [(number / FPS, what) for what in happenings]
    return found


def bursts(found: list[tuple[float, Happening]]) -> list[tuple[float, Shots]]:
    return [(when, what) for when, what in found if isinstance(what, Shots)]


def test_an_episode_has_one_beginning_and_one_end() -> None:
    found = shown(EpisodeRecorder(), empty(8) + somebody(3) + empty(3))
    began, ended = [what for _, what in found if not isinstance(what, Shots)]
    assert isinstance(began, Began)
    assert isinstance(ended, Ended)
    assert began.episode == ended.episode == at(8)
    assert ended.at == at(10.9)
    assert ended.peak.level >= began.peak.level > 0


def test_the_first_burst_goes_with_the_third_moving_picture() -> None:
    when, first = bursts(shown(EpisodeRecorder(), empty(8) + somebody(3) + empty(3)))[0]
    assert when == 8.2  # two frames after the motion began: well within half a second
    assert first.seq == 0
    assert first.episode == at(8)
    assert [shot.at for shot in first.moving] == [at(8), at(8.1), at(8.2)]
    assert (first.reference.picture == ROOM.picture()).all()
    assert first.reference.at < at(6)


def test_two_more_bursts_follow_within_two_seconds_of_the_beginning() -> None:
    found = bursts(shown(EpisodeRecorder(), empty(8) + somebody(3) + empty(3)))
    assert [when for when, _ in found] == pytest.approx([8.2, 8.8, 9.6])
    assert [what.seq for _, what in found] == [0, 1, 2]
    times = [shot.at for _, what in found for shot in what.moving]
    assert len(times) == 3 + 2 + 2
    assert times == sorted(times)


def test_a_short_episode_still_sends_its_best() -> None:
    found = bursts(shown(EpisodeRecorder(), empty(8) + somebody(0.8) + empty(3)))
    assert [what.seq for _, what in found] == [0, 1]


def test_a_glimpse_is_no_episode() -> None:
    assert shown(EpisodeRecorder(), empty(5) + somebody(0.2) + empty(3)) == []


def turning(seconds: float) -> list[Frame]:
    """Something that moves and stays where it is."""
    return [ROOM.picture(60 + i % 5) for i in range(round(seconds * FPS))]


def test_a_restless_room_stays_cheap() -> None:
    found = bursts(shown(EpisodeRecorder(), empty(5) + turning(40)))
    gaps = [later - earlier for (earlier, _), (later, _) in pairwise(found)]
    assert gaps[:4] == pytest.approx([0.6, 0.8, 2.4, 6])
    assert len(found) <= 6
    assert max(len(what.moving) for _, what in found) == 4


def test_a_place_that_moves_on_and_on_ends_its_episode_and_begins_none() -> None:
    gate = EpisodeRecorder()
    found = shown(gate, empty(5) + turning(120))
    (ended,) = [when for when, what in found if isinstance(what, Ended)]
    assert 40 < ended < 80
    assert len([what for _, what in found if isinstance(what, Began)]) == 1


def both(seconds: float) -> list[Frame]:
    """Somebody who crosses the room from the left, and what turns at its place."""
    pictures = turning(seconds)
    for i, picture in enumerate(pictures):
        picture[10:26, 2 * i : 2 * i + 8] = ROOM.picture(0)[30:46, 0:8]
    return pictures


def test_somebody_new_beside_what_moves_is_an_episode_of_their_own_within_a_second() -> None:
    found = shown(EpisodeRecorder(), empty(5) + turning(20) + both(2) + turning(4))
    first, second = [(when, what) for when, what in found if isinstance(what, Began)]
    assert first[1].within is None
    assert second[1].within == first[1].episode
    assert 25 <= second[0] <= 26
    own = [what for _, what in bursts(found) if what.episode == second[1].episode]
    assert [what.seq for what in own][:3] == [0, 1, 2]
    assert all(box.y + box.h < 0.5 for what in own for shot in what.moving for box in shot.boxes)


def test_a_lost_source_ends_the_episode_and_is_told_once() -> None:
    gate = EpisodeRecorder()
    shown(gate, empty(5) + somebody(3))
    told = gate.lose(at(20))
    assert [type(what) for what in told] == [Ended, Began, Ended]
    assert gate.blind == "no-source"
    assert gate.lose(at(40)) == []
    shown(gate, empty(1))
    assert gate.blind is None


@pytest.mark.rule("DC-29")
def test_without_pictures_only_words() -> None:
    gate = EpisodeRecorder(pictures=False)
    found = [type(what) for _, what in shown(gate, empty(5) + somebody(3) + empty(3))]
    assert found == [Began, Ended]
    assert gate._room._newer is None


def test_switching_pictures_off_ends_the_episode() -> None:
    gate = EpisodeRecorder()
    shown(gate, empty(5) + somebody(3))
    assert any(isinstance(what, Ended) for what in gate.switch(pictures=False))
    assert gate.finish() == []


def test_two_visits_are_two_episodes() -> None:
    found = shown(EpisodeRecorder(), empty(5) + somebody(3) + empty(3) + somebody(3) + empty(3))
    assert [what.episode for _, what in found if isinstance(what, Began)] == [at(5), at(11)]
    assert [what.seq for _, what in bursts(found)] == [0, 1, 2, 0, 1, 2]


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(minutes=15)])
def test_a_clock_that_jumps_ends_the_episode_before_the_jump(jump: timedelta) -> None:
    gate = EpisodeRecorder()
    shown(gate, empty(5) + somebody(2))
    _, happenings = gate.update(at(7) + jump, ROOM.picture(60))
    (ended,) = [what for what in happenings if isinstance(what, Ended)]
    assert ended.at == at(6.9)
    later = []
    for number, picture in enumerate(somebody(1)):
        later += gate.update(at(7.1 + number / FPS) + jump, picture)[1]
    burst = next(what for what in later if isinstance(what, Shots))
    times = [burst.reference.at, *(shot.at for shot in burst.moving)]
    assert times == sorted(times)


def test_a_room_that_was_never_quiet_is_its_own_reference() -> None:
    gate = EpisodeRecorder()
    gate.update(at(0), ROOM.picture())
    gate.switch(pictures=True)
    found = []
    for number, picture in enumerate(somebody(0.5), start=1):
        found += gate.update(at(number / FPS), picture)[1]
    (burst,) = [what for what in found if isinstance(what, Shots)]
    assert burst.reference.at <= burst.moving[0].at


def asides(gate: EpisodeRecorder, *pictures: np.ndarray) -> list[tuple[int, Happening]]:
    """What is told of pictures that are each shown for two seconds."""
    found = []
    for i in range(20 * len(pictures)):
        told = gate.update(at(i / 10), pictures[i // 20])[1]
        found += [(i, what) for what in told]
    return found


def wall() -> np.ndarray:
    """Something to look at."""
    pattern = np.random.default_rng(3).integers(40, 120, (30, 40, 3), dtype=np.uint8)
    return cv2.resize(pattern, (340, 260), interpolation=cv2.INTER_CUBIC)


def test_a_moved_camera_is_told_with_one_picture_and_the_room_before() -> None:
    before, after = wall()[10:250, 10:330], wall()[14:254, 16:336]
    told = asides(EpisodeRecorder(), before, after)
    assert [(i, type(what)) for i, what in told] == [(20, Began), (20, Shots), (20, Ended)]
    shots = told[1][1]
    assert isinstance(shots, Shots)
    assert shots.peak.kind == "camera_moved"
    assert shots.reference.at < shots.moving[0].at
    assert asides(EpisodeRecorder(pictures=False), before, after) == []


def test_light_is_told_once_in_a_while() -> None:
    dark = wall()[:240, :320]
    bright = np.asarray(dark * 1.6, np.uint8)
    told = asides(EpisodeRecorder(), dark, bright, dark, bright)
    assert [type(what) for _, what in told] == [Began, Shots, Ended]
    assert told[0][0] == 20


def test_a_covered_camera_ends_what_goes_on_and_is_told_with_its_view() -> None:
    before, cloth = wall()[:240, :320], np.full((240, 320, 3), 90, np.uint8)
    gate = EpisodeRecorder()
    told = asides(gate, before, cloth, cloth)
    kinds = [type(what) for _, what in told]
    assert kinds == [Began, Shots, Shots, Shots, Ended, Began, Shots, Ended]
    when, last = told[6]
    assert isinstance(last, Shots)
    assert (last.peak.kind, last.peak.how) == ("blind", "covered")
    first, second = last.moving
    assert second.at == at(when / 10)
    assert second.at - first.at >= timedelta(seconds=1.9)
    assert (last.reference.picture == before).all()
    frames = Frames.of(unpack(develop(last, "guard")[1]))
    verdict = BurstDetector().judge(frames, CameraSettings())
    assert (verdict.kind, verdict.reason.how) == ("blind", "covered")
    assert "覆われました" in verdict.reason.text()


ALL = [(0, 0), (1000, 0), (1000, 1000), (0, 1000)]


def test_what_is_to_be_ignored_is_not_uploaded_and_only_while_it_holds() -> None:
    for since, until, told in (("12:00", "13:00", False), ("13:00", "14:00", True)):
        zone = Zone(use="ignore", points=ALL, since=since, until=until)
        found = shown(EpisodeRecorder(zones=[zone]), empty(5) + somebody(3) + empty(3))
        assert bool(bursts(found)) is told


def test_a_household_that_changes_its_zones_is_heard_at_once_and_the_room_is_kept() -> None:
    gate = EpisodeRecorder()
    shown(gate, empty(5))
    gate.watch("normal", [Zone(use="ignore", points=ALL)])
    assert all(not gate.update(at(5 + i / FPS), one)[1] for i, one in enumerate(somebody(2)))
    gate.watch("high", [])
    found = [gate.update(at(7 + i / FPS), one)[0].kind for i, one in enumerate(somebody(1))]
    assert found == ["motion"] * len(found)
    assert gate._detector.settings == CameraSettings(sensitivity="high").motion()


def test_a_burst_tells_how_far_things_went() -> None:
    walked = bursts(shown(EpisodeRecorder(), empty(5) + somebody(3) + empty(3)))
    assert max(what.way for _, what in walked) >= WENT
    turned = bursts(shown(EpisodeRecorder(), empty(5) + turning(8) + empty(3)))
    assert max(what.way for _, what in turned) < WENT


def test_what_moves_again_in_its_spot_is_marked_and_who_passes_it_is_not() -> None:
    pictures = empty(5) + turning(3) + empty(6) + turning(3) + empty(6) + both(3)
    found = bursts(shown(EpisodeRecorder(), pictures))
    once = [what.again for when, what in found if when < 9]
    twice = [what.again for when, what in found if 12 < when < 18]
    passed = [what.again for when, what in found if when > 22]
    assert once
    assert not any(once)
    assert twice
    assert all(twice)
    assert not all(passed)


def test_the_gate_sees_who_walks_for_the_set_up() -> None:
    gate, walk = EpisodeRecorder(), Walk()
    for i, picture in enumerate(empty(3) + both(3)):
        gate.update(at(i / FPS), picture)
        gate.walked(walk)
    assert any(height is not None for height in walk.heights())
