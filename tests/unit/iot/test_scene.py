"""The scene: the same seed gives the same pictures, the truth fits, the video can be read."""

from dataclasses import replace
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest

from iot.scene import DEMO, FPS, Scene, Visit
from iot.scene.__main__ import main

SMALL = Scene(seconds=1, width=320)


def first(scene: Scene) -> np.ndarray:
    return next(iter(scene.frames()))


def test_a_seed_gives_the_same_pictures_again() -> None:
    visited = replace(SMALL, visits=(Visit(start=-2),))
    for one, other in islice(zip(visited.frames(), visited.frames(), strict=True), 12):
        assert np.array_equal(one, other)
    assert not np.array_equal(first(SMALL), first(replace(SMALL, seed=1)))


def test_pictures_are_those_of_a_camera() -> None:
    picture = first(replace(SMALL, width=1280))
    assert picture.shape == (720, 1280, 3)
    assert picture.dtype == np.uint8
    assert 60 < picture.mean() < 200
    assert picture.std() > 25


def test_noise_is_as_strong_as_asked() -> None:
    still, noisy = replace(SMALL, noise=0), replace(SMALL, noise=6)
    one, other = list(still.frames())[:2]
    assert np.array_equal(one, other)
    difference = first(noisy).astype(float) - first(still)
    assert difference.std() == pytest.approx(6, rel=0.1)


def test_lamp_and_exposure_change_the_light() -> None:
    dark = first(SMALL).mean()
    assert first(replace(SMALL, lamp=((0, True),))).mean() > dark * 1.1
    assert first(replace(SMALL, exposure=((0, 0.5),))).mean() == pytest.approx(dark / 2, rel=0.05)


def test_the_truth_is_when_somebody_is_to_be_seen() -> None:
    scene = Scene(seconds=9, width=320, noise=0, visits=(Visit(start=1, stay=0.5),))
    ((begin, end),) = scene.presence()
    pictures = list(scene.frames())
    touched = [
        i for i, picture in enumerate(pictures) if cv2.absdiff(picture, pictures[0]).max() > 40
    ]
    assert abs(touched[0] - begin) <= 2
    assert abs(touched[-1] + 1 - end) <= 2
    assert touched == list(range(touched[0], touched[-1] + 1))


def test_the_demo_has_two_visits_with_an_empty_room_before_between_and_after() -> None:
    (a, b), (c, d) = DEMO.presence()
    assert min(a, c - b, len(DEMO) - d) >= 1.2 * FPS
    assert c - b >= 2.5 * FPS


def test_the_video_can_be_read(tmp_path: Path) -> None:
    SMALL.write_video(tmp_path / "scene.mp4")
    video = cv2.VideoCapture(str(tmp_path / "scene.mp4"))
    assert video.get(cv2.CAP_PROP_FRAME_COUNT) == len(SMALL) == 10
    assert video.get(cv2.CAP_PROP_FPS) == FPS


def test_a_video_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "missing" / "scene.mp4"
    monkeypatch.setattr("sys.argv", ["iot.scene", str(out)])
    assert main() == 2
    assert str(out) in capfd.readouterr().err
