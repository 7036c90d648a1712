"""Motion: visits are seen, light and noise are not, and the empty room is known again at once."""

import cv2
import numpy as np
import pytest

from iot.scene import FPS, Scene
from iot.vision.jpeg import BadFrames
from iot.vision.motion import NOTHING, Grey, MotionDetector, Settings, decode, shrink
from tests.unit.detect.watching import EMPTY, LAMP, LAMP_AND_VISIT, VISITS, WIDTH, watch


def test_every_visit_is_one_episode_from_its_first_to_its_last_second() -> None:
    motions, episodes = watch(VISITS)
    truth = VISITS.presence()
    assert len(episodes) == len(truth) == 2
    for episode, (first, past) in zip(episodes, truth, strict=True):
        assert abs(episode.start - first / FPS) <= 0.5
        assert abs(episode.end - past / FPS) <= 0.5
    there = np.zeros(len(motions), bool)
    for first, past in truth:
        there[first:past] = True
    flagged = np.array([motion.kind == "motion" for motion in motions])
    assert flagged[there].mean() >= 0.95
    assert flagged[~there].mean() <= 0.02


def test_the_room_is_known_again_within_a_second_after_somebody_left() -> None:
    motions, _ = watch(VISITS)
    for _, past in VISITS.presence():
        assert {motion.kind for motion in motions[past + FPS : past + 3 * FPS]} <= {"none"}


def test_the_boxes_hold_the_person() -> None:
    motions, _ = watch(VISITS)
    x, z = VISITS.visits[0].x, VISITS.visits[0].z
    column = 0.5 + x * 800 / z / 1280
    standing = motions[int((VISITS.visits[0].start + 3.6) * FPS)]
    box = standing.boxes[0]
    assert box.x < column < box.x + box.w
    assert 0.4 < box.h < 0.7
    assert standing.area == pytest.approx(box.w * box.h, abs=0.04)
    assert 0 < standing.level <= standing.area
    assert standing.contrast > 18


@pytest.mark.parametrize("noise", [0, 8, 20])
def test_nothing_happens_in_an_empty_noisy_room(noise: float) -> None:
    motions, episodes = watch(Scene(seconds=3, width=WIDTH, noise=noise))
    assert {motion.kind for motion in motions} == {"none"}
    assert not episodes
    assert max(motion.level for motion in motions) == 0


def test_a_lamp_is_light_and_not_motion() -> None:
    motions, episodes = watch(LAMP)
    assert {motion.kind for motion in motions} == {"none", "light"}
    assert not episodes
    on, off = motions[2 * FPS], motions[6 * FPS]
    assert (on.kind, off.kind) == ("light", "light")
    assert on.light > 0.1 > -0.1 > off.light
    assert {motion.kind for motion in motions[3 * FPS : 6 * FPS]} == {"none"}


def test_a_camera_that_adapts_its_exposure_is_not_motion() -> None:
    ramp = Scene(seconds=6, width=WIDTH, exposure=((1, 1), (3, 0.6), (5, 1.3)))
    assert {motion.kind for motion in watch(ramp)[0]} == {"none"}
    jump = Scene(seconds=4, width=WIDTH, exposure=((1, 1), (1.1, 0.7), (3, 0.7), (3.1, 1)))
    assert {motion.kind for motion in watch(jump)[0]} == {"none", "light"}


def test_who_switches_on_the_lamp_is_seen_and_leaves_no_ghost() -> None:
    motions, episodes = watch(LAMP_AND_VISIT)
    ((first, past),) = LAMP_AND_VISIT.presence()
    assert len(episodes) == 1
    assert abs(episodes[0].start - first / FPS) <= 1.5
    assert abs(episodes[0].end - past / FPS) <= 0.5
    assert {motion.kind for motion in motions[past + FPS :]} == {"none"}


def test_what_was_overexposed_while_somebody_hid_it_is_known_again() -> None:
    """A wall that is white for a while behind a visitor must come back as it was."""
    detector, kinds = MotionDetector(), []
    wall = np.asarray(room() // 2 + 125, np.uint8)
    for i in range(100):
        gain = 1 + 0.5 * max(0.0, np.sin(np.pi * i / 90))
        visible = with_box(wall) if 10 <= i < 85 else wall
        lit = np.clip(visible * gain, 0, 255)
        kinds.append(detector.update(np.asarray(lit, np.uint8), i / 10).kind)
    assert set(kinds[:10]) == {"none"}
    assert set(kinds[11:85]) == {"motion"}
    assert set(kinds[88:]) == {"none"}


def test_a_cloud_that_wanders_over_the_room_is_not_motion() -> None:
    detector, kinds = MotionDetector(), []
    columns = np.arange(160, dtype=np.float32)[None]
    for i in range(120):
        dark = 0.4 * np.exp(-(((columns + 80 - 3 * i) / 50) ** 2))
        kinds.append(detector.update(np.asarray(room() * (1 - dark), np.uint8), i / 10).kind)
    assert "motion" not in kinds


@pytest.mark.parametrize(
    ("sensitive", "seen"),
    [(Settings(min_area=0.2, least=0.2), 0), (Settings(), 2)],
)
def test_the_least_area_is_settable(sensitive: Settings, seen: int) -> None:
    assert len(watch(VISITS, sensitive)[1]) == seen


def room() -> Grey:
    """A still picture with some texture."""
    pattern = np.random.default_rng(5).integers(60, 180, (12, 20), dtype=np.uint8)
    return np.asarray(cv2.resize(pattern, (160, 90), interpolation=cv2.INTER_CUBIC), np.uint8)


def with_box(picture: Grey) -> Grey:
    changed = picture.copy()
    checks = np.indices((30, 20)).sum(axis=0) // 5 % 2 * 255
    changed[40:70, 60:80] = checks
    return changed


def test_what_was_put_down_becomes_part_of_the_room_and_its_place_is_remembered() -> None:
    detector = MotionDetector(Settings(settle=2))
    times = iter(np.arange(0, 100, 0.1))
    detector.update(room(), next(times))
    kinds = [detector.update(with_box(room()), next(times)).kind for _ in range(40)]
    assert kinds[0] == "motion"
    assert kinds.index("none") == pytest.approx(20, abs=5)
    assert set(kinds[25:]) == {"none"}
    assert detector.update(room(), next(times)).kind == "none"
    assert detector.update(with_box(room()), next(times)).kind == "none"


def test_the_room_is_not_forgotten_for_what_settles_in_it_one_after_the_other() -> None:
    detector = MotionDetector(Settings(settle=1))
    times = iter(np.arange(0, 100, 0.1))
    detector.update(room(), next(times))
    for shade in (5, 250, 30):
        guest = room()
        guest[40:70, 60:80] = shade
        kinds = [detector.update(guest, next(times)).kind for _ in range(20)]
        assert (kinds[0], kinds[-1]) == ("motion", "none")
    assert detector.update(room(), next(times)).kind == "none"


def test_the_first_picture_is_the_room_and_another_size_begins_anew() -> None:
    detector = MotionDetector()
    assert detector.update(room(), 0) == NOTHING
    assert detector.update(with_box(room()), 0.1).kind == "motion"
    assert detector.update(room()[::2, ::2], 0.2) == NOTHING
    assert detector.update(with_box(room()), 0.3) == NOTHING


def test_a_clock_that_is_set_back_does_no_harm() -> None:
    detector = MotionDetector()
    detector.update(room(), 1000)
    assert detector.update(room() // 2, 1000.1).kind == "light"
    assert detector.update(room() // 2, 0).kind == "none"
    assert detector.update(with_box(room() // 2), 0.1).kind == "motion"


def jpeg(picture: np.ndarray) -> bytes:
    return cv2.imencode(".jpg", picture)[1].tobytes()


@pytest.mark.parametrize(
    ("size", "working"),
    [
        ((320, 180), (160, 90)),
        ((640, 480), (160, 120)),
        ((768, 432), (192, 108)),
        ((1280, 720), (160, 90)),
        ((1920, 1080), (240, 135)),
        ((4000, 3000), (384, 288)),
        ((100, 60), (100, 60)),
    ],
)
def test_the_working_picture_is_small(size: tuple[int, int], working: tuple[int, int]) -> None:
    picture = cv2.resize(room(), size)
    assert decode(jpeg(picture)).shape == working[::-1]
    assert shrink(picture).shape == working[::-1]
    assert shrink(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR)).shape == working[::-1]


def test_decoding_and_shrinking_agree() -> None:
    picture = next(iter(EMPTY.frames()))
    difference = decode(jpeg(picture)).astype(int) - shrink(picture).astype(int)
    assert abs(difference).mean() < 2


@pytest.mark.parametrize("share", [0.03, 0.5, 0.9])
def test_a_picture_whose_lower_part_is_missing_is_corrupt(share: float) -> None:
    whole = jpeg(next(iter(EMPTY.frames())))
    with pytest.raises(BadFrames, match="corrupt-jpeg"):
        decode(whole[: int(len(whole) * share)] + b"\xff\xd9")


def test_a_grey_picture_is_a_picture() -> None:
    assert (decode(jpeg(np.full((720, 1280), 128, np.uint8))) == 128).all()


def textured() -> Grey:
    """A room with texture everywhere, larger than what a camera shows of it."""
    pattern = np.random.default_rng(7).integers(40, 200, (24, 40), dtype=np.uint8)
    return np.asarray(cv2.resize(pattern, (200, 120), interpolation=cv2.INTER_CUBIC), np.uint8)


def shown(x: int = 0, y: int = 0) -> Grey:
    """What the camera shows, pushed by so many pixels."""
    return textured()[10 + y : 100 + y, 20 + x : 180 + x].copy()


@pytest.mark.parametrize("push", [(2, 0), (0, -2), (5, 4)])
def test_a_camera_that_was_pushed_is_an_event_of_its_own(push: tuple[int, int]) -> None:
    detector = MotionDetector()
    for i in range(5):
        detector.update(shown(), i / 10)
    kinds = [detector.update(shown(*push), 0.5 + i / 10).kind for i in range(30)]
    assert kinds[0] == "camera_moved"
    assert set(kinds[10:]) == {"none"}
    assert detector.update(with_box(shown(*push)), 3.5).kind == "motion"


def test_a_camera_that_is_pushed_while_somebody_stands_before_it_finds_them_still() -> None:
    detector = MotionDetector()
    detector.update(shown(), 0)
    for i in range(1, 5):
        assert detector.update(with_box(shown()), i / 10).kind == "motion"
    kinds = [detector.update(with_box(shown(2, 1)), 0.5 + i / 10).kind for i in range(8)]
    assert kinds == ["camera_moved"] + ["motion"] * 7
    kinds = [detector.update(shown(2, 1), 1.5 + i / 10).kind for i in range(20)]
    assert set(kinds[15:]) == {"none"}


def test_who_was_there_from_the_first_picture_leaves_no_ghost() -> None:
    detector = MotionDetector()
    detector.update(with_box(shown()), 0)
    kinds = [detector.update(shown(), i / 10).kind for i in range(1, 30)]
    assert kinds[0] == "motion"
    assert set(kinds[15:]) == {"none"}


def elsewhere() -> Grey:
    """What a camera shows that looks at another wall."""
    pattern = np.random.default_rng(11).integers(40, 200, (24, 40), dtype=np.uint8)
    return np.asarray(cv2.resize(pattern, (160, 90), interpolation=cv2.INTER_CUBIC), np.uint8)


@pytest.mark.parametrize(
    ("view", "how"),
    [(elsewhere(), "turned"), (np.full((90, 160), 70, np.uint8), "covered")],
)
def test_a_camera_that_is_turned_away_or_covered_says_so_after_two_seconds(
    view: Grey, how: str
) -> None:
    detector = MotionDetector()
    for i in range(10):
        detector.update(shown(), i / 10)
    seen = [detector.update(view, 1 + i / 10) for i in range(40)]
    (moved,) = [i for i, one in enumerate(seen) if one.kind == "blind"]
    assert moved == pytest.approx(20, abs=3)
    assert seen[moved].how == how
    assert {one.kind for one in seen[:moved]} <= {"motion", "light"}
    assert {one.kind for one in seen[moved + 1 :]} == {"none"}
    assert detector.hidden
    assert detector.update(with_box(view), 5).kind == "motion"
    assert detector.update(shown(), 5.1).kind == "none"  # the room is known again


def test_who_stands_before_the_camera_is_no_cover() -> None:
    """Something fills nine tenths of the picture, but it moves."""
    detector, kinds = MotionDetector(), set()
    detector.update(shown(), 0)
    for i in range(1, 60):
        view = np.roll(elsewhere(), 3 * i, axis=1)
        kinds.add(detector.update(view, i / 10).kind)
    assert kinds == {"motion"}


def test_a_lamp_that_goes_out_is_no_cover() -> None:
    detector = MotionDetector()
    detector.update(shown(), 0)
    kinds = {detector.update(shown() // 4, i / 10).kind for i in range(1, 50)}
    assert kinds <= {"light", "none"}
