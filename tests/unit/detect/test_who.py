"""Who moved: where the network looks, what counts, and that it is right on photographs."""

import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from iot.scene import FPS
from iot.vision import network
from iot.vision.jpeg import BadFrames
from iot.vision.motion import Box, Motion
from iot.vision.network import Colour, Detection, Who
from iot.vision.settings import CameraSettings
from iot.vision.who import Glance, Look, regions, who
from lambdas.detect.detector import BurstDetector, Frames, PeopleAndPets
from tests.unit.detect.watching import LAMP, VISITS, jpegs

PHOTOS = Path(__file__).parents[3] / "../shared/photos"
JPEG = cv2.imencode(".jpg", np.full((360, 640, 3), 90, np.uint8))[1].tobytes()
HERE = Box(0.4, 0.3, 0.2, 0.4)


def glance(*boxes: Box, seconds: float = 0, level: float = 0.1, area: float = 0.08) -> Glance:
    return Glance(JPEG, seconds, Motion("motion", level=level, area=area, boxes=boxes or (HERE,)))


def says(*answers: tuple[Who, float]) -> Look:
    """A network that sees these, each in the middle of whatever it looks at."""

    def look(picture: Colour, least: float) -> list[Detection]:
        return [Detection(name, score, 0.3, 0.3, 0.4, 0.4) for name, score in answers]

    return look


def kind(*answers: tuple[Who, float]) -> str | None:
    found = who([glance()], says(*answers))
    return found.kind if found else None


def test_a_person_outweighs_a_pet_and_the_unsure_is_not_named() -> None:
    assert kind(("cat", 0.8)) == "cat"
    assert kind(("dog", 0.5), ("cat", 0.4)) == "dog"
    assert kind(("cat", 0.9), ("person", 0.8)) == "person"
    assert kind(("cat", 0.5), ("person", 0.35)) == "person"
    assert kind(("cat", 0.9), ("person", 0.35)) == "cat"  # one body, and much more like a cat
    assert kind(("cat", 0.33)) is None
    assert kind() is None
    assert who([], says()) is None


def test_what_is_beside_the_motion_does_not_count() -> None:
    def look(picture: Colour, least: float) -> list[Detection]:
        return [Detection("cat", 0.9, 0.0, 0.0, 0.1, 0.1)]

    assert who([glance()], look) is None


def test_it_looks_until_it_is_sure_at_three_pictures_at_most() -> None:
    looks: list[int] = []

    def look(picture: Colour, least: float) -> list[Detection]:
        looks.append(1)
        return [Detection("person", 0.9 if len(looks) == 2 else 0.45, 0.3, 0.3, 0.4, 0.4)]

    pictures = [glance(seconds=i, level=0.1 - i / 100) for i in range(5)]
    found = who(pictures, look)
    assert found
    assert (found.kind, found.picture, len(looks)) == ("person", 1, 2)
    looks.clear()
    who(pictures, lambda picture, least: looks.append(1) or [])  # type: ignore[func-returns-value]
    assert len(looks) == 3


def test_what_is_faint_is_looked_at_closer() -> None:
    sides: list[int] = []

    def look(picture: Colour, least: float) -> list[Detection]:
        sides.append(picture.shape[0])
        score = 0.25 if len(sides) == 1 else 0.5
        return [Detection("person", score, 0.4, 0.3, 0.2, 0.2)]

    found = who([glance()], look)
    assert found
    assert (found.kind, found.score) == ("person", 0.5)
    assert len(sides) == 2
    assert sides[1] < sides[0]


def test_which_pet_it_is_all_pictures_say_together() -> None:
    answers = iter([("cat", 0.7), ("dog", 0.6), ("dog", 0.65)])

    def look(picture: Colour, least: float) -> list[Detection]:
        name, score = next(answers)
        return [Detection(name, score, 0.3, 0.3, 0.4, 0.4)]  # type: ignore[arg-type]

    found = who([glance(seconds=i, level=0.1 - i / 100) for i in range(3)], look)
    assert found
    assert (found.kind, found.picture) == ("dog", 2)


def test_small_low_and_slow_is_a_cleaning_robot() -> None:
    def robot(x: float, y: float = 0.8, seconds: float = 0, area: float = 0.01) -> Glance:
        return glance(Box(x, y, 0.1, 0.06), seconds=seconds, area=area)

    def named(*seen: Glance) -> str | None:
        found = who(seen, says())
        return found.kind if found else None

    assert named(robot(0.2), robot(0.25, seconds=1)) == "other"
    assert named(robot(0.2), robot(0.6, seconds=1)) is None  # fast
    assert named(robot(0.2, y=0.3), robot(0.25, y=0.3, seconds=1)) is None  # high
    assert named(robot(0.2, area=0.1), robot(0.25, area=0.1, seconds=1)) is None  # large
    assert named(robot(0.2)) == "other"
    upright = [glance(Box(0.2, 0.8, 0.05, 0.15), seconds=i, area=0.01) for i in range(2)]
    assert named(*upright) is None


def test_regions_are_inside_the_picture_and_hold_what_moved() -> None:
    boxes = [Box(0.9, 0.0, 0.1, 0.4), Box(0.0, 0.8, 0.05, 0.2), Box(0.85, 0.1, 0.03, 0.1)]
    found = regions(boxes, 1280, 720)
    assert len(found) == 2
    for x, y, w, h in found:
        assert x >= 0
        assert y >= 0
        assert x + w <= 1280
        assert y + h <= 720
        assert min(w, h) >= 150
    x, y, w, h = found[0]
    assert x <= 0.85 * 1280 + 1
    assert x + w >= 1279
    assert regions([HERE], 100, 60) == [(0, 0, 100, 60)]


def test_a_broken_picture_is_bad_frames() -> None:
    with pytest.raises(BadFrames, match="corrupt-jpeg"):
        who([Glance(b"", 0, Motion("motion", boxes=(HERE,)))], says())


def frames(*indices: int, of: object = VISITS) -> Frames:
    shown = jpegs(of)  # type: ignore[arg-type]
    return Frames(tuple(shown[i] for i in indices), tuple(i / FPS for i in indices))


def test_a_visitor_is_a_person_with_a_reason_and_a_box() -> None:
    verdict = PeopleAndPets().judge(frames(10, 60, 70, 80), CameraSettings())
    assert verdict.kind == "person"
    assert verdict.detector == PeopleAndPets.name
    assert verdict.boxes[0].label == "person"
    assert 0.5 < verdict.score < 1
    assert verdict.boxes[0].score == pytest.approx(verdict.reason.score, abs=0.01)
    assert "人を検知しました" in verdict.reason.text("ja")
    assert "確信度" in verdict.reason.text("ja")
    assert ", score 0." in verdict.reason.text("en")


def test_without_motion_the_network_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lambdas.detect.detector.who", None)
    judge = PeopleAndPets().judge
    assert judge(frames(0, 1, 2), CameraSettings()).kind == "none"
    assert judge(frames(0, 20, 25, 30, of=LAMP), CameraSettings()).kind == "light"


@pytest.mark.parametrize("what", ["no file", "no network", "older system"])
def test_without_the_network_motion_stays_motion(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, what: str
) -> None:
    monkeypatch.setattr(network, "_PLACES", (tmp_path,))
    (tmp_path / "model").mkdir()
    if what != "no file":
        (tmp_path / "model/detector.tflite").write_bytes(b"no network")
    if what == "older system":  # its import fails: None is how Python is told so
        monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)
    network._loaded.cache_clear()
    try:
        assert network.missing()
        given = frames(10, 60, 70, 80), CameraSettings()
        assert PeopleAndPets().judge(*given) == BurstDetector().judge(*given)
    finally:
        network._loaded.cache_clear()


@pytest.mark.skipif(not PHOTOS.exists(), reason="the photographs are not part of the project")
def test_photographs() -> None:
    pets = {"000000475732": "cat", "000000052891": "dog"}
    everywhere = Motion("motion", boxes=(Box(0.0, 0.0, 1.0, 1.0),))
    for path in sorted(PHOTOS.glob("*.jpg")):
        found = who([Glance(path.read_bytes(), 0, everywhere)])
        assert found, path
        assert found.kind == pets.get(path.stem, "person"), path


class Watched:
    """A network that finds nobody and keeps what it was shown."""

    shown: np.ndarray

    def get_input_details(self) -> list[dict[str, int]]:
        return [{"index": 0}]

    def get_output_details(self) -> list[dict[str, int]]:
        return [{"index": 0}, {"index": 1}]

    def set_tensor(self, index: int, tensor: np.ndarray) -> None:
        self.shown = tensor

    def invoke(self) -> None:
        pass

    def get_tensor(self, index: int) -> np.ndarray:
        return np.full((1, 1917, 23 if index else 4), -9.0)


def test_a_small_crop_is_enlarged_without_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched()
    monkeypatch.setattr(network, "_loaded", lambda: watched)
    ramp = np.repeat(np.linspace(0, 250, 30, dtype=np.uint8)[None, :, None], 30, 0).repeat(3, 2)
    assert network.detect(np.ascontiguousarray(ramp), 0.3) == []
    steps = np.diff(watched.shown[0, 150, 20:-20, 0]) * 127.5
    assert steps.max() < 2.5  # of about 9 from one pixel to the next
