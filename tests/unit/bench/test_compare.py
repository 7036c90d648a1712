"""The comparison: scenes are the same for a seed, and what becomes of them is counted rightly."""

import json
from pathlib import Path

import numpy as np
import pytest

from bench import compare, detect, scenes
from bench.confusion import see, table
from iot.scene import FPS, Scene, Visit
from lambdas.detect.detector import BurstDetector

CLIP = Scene(seconds=14, width=320, visits=(Visit(start=3, stay=0.5),))


@pytest.fixture(name="film", scope="module")
def _film() -> scenes.Film:
    return scenes.Film(list(CLIP.frames()), FPS, CLIP.presence())


def made(film: scenes.Film, seed: int) -> dict[str, scenes.Scene]:
    return {one.name: one for one in scenes.Maker(film, {"cat": scenes.disc()}, seed).all()}


@pytest.mark.slow
def test_a_seed_gives_the_same_scenes_again(film: scenes.Film) -> None:
    one, same, other = made(film, 1), made(film, 1), made(film, 2)
    assert list(one) == list(other)
    assert {"lamp", "lamp + person", "bump", "noise", "ramp", "cat 25%"} <= set(one)
    for name in ("noise", "bump + person", "cat 40%"):
        first, again = (next(iter(made[name].frames())) for made in (one, same))
        assert np.array_equal(first, again)
    assert one["bump"].during != other["bump"].during


def test_what_becomes_of_a_scene_is_counted(film: scenes.Film) -> None:
    of = made(film, 1)
    plain, lamp, visit = (
        see(of[name], BurstDetector()) for name in ("plain", "lamp", "plain + person")
    )
    assert (plain.false, plain.recall, plain.events) == (0, None, [])
    assert list(plain.rows()) == [("nothing", "none")]
    assert list(lamp.rows()) == [("light", "light")]
    assert visit.recall
    assert visit.recall > 0.9
    assert not visit.found()  # without the network nobody is a person
    assert table([visit])["person", "motion"] == 1
    rows = compare.by_scene([plain, visit])
    assert rows[1]["found"] == "0/1"
    assert compare.confusion([plain])[0] == {"truth": "nothing", "none": 1}


def test_a_peer_is_measured_as_we_are() -> None:
    flags = np.zeros(100, np.bool_)
    flags[20:50] = True
    peer = compare.peers.Peer("x", flags, [2.0, 7.0], 1.0)
    told = compare.figures(peer, {"fps": 10.0, "presence": [(20, 60), (90, 95)]})
    assert (told["recall"], told["false"]) == (round(30 / 45, 4), 0.0)
    assert (told["entries"], told["of"], told["episodes"]) == (1, 2, 2)


def test_a_folder_without_a_clip_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compare.main([str(tmp_path)]) == 2
    (tmp_path / "events.json").write_text(json.dumps({"fps": 10, "presence": []}))
    assert compare.main([str(tmp_path)]) == 2
    assert "one video" in capsys.readouterr().err
    with pytest.raises(detect.UnreadableError):
        compare.video_of(tmp_path)
