"""The benchmark: what it says of a clip, and what it says of what is no clip."""

import json
from pathlib import Path

import pytest

from bench.detect import main
from iot.scene import FPS, Scene, Visit
from iot.vision import network

CLIP = Scene(
    seconds=12,
    width=320,
    visits=(Visit(start=1.5, stay=0.5),),
    lamp=((10, True),),
)
FOOTAGE = Path(__file__).parents[3] / "../shared/footage/one-by-one"

WHO = "person" if network.available() else "motion"  # drawn people are people to the network


@pytest.fixture(name="video", scope="module")
def _video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    CLIP.write_video(path)
    return path


@pytest.fixture(name="truth", scope="module")
def _truth(video: Path) -> Path:
    path = video.parent / "truth.json"
    path.write_text(json.dumps({"fps": FPS, "frames": len(CLIP), "presence": CLIP.presence()}))
    return path


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_video_as_json(video: Path, truth: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(video), "--json", "--truth", str(truth)]) == 0
    *frames, last = lines(capsys)
    assert len(frames) == last["frames"] == len(CLIP)
    assert frames[0] == {"frame": 0, "t": 0.0, "motion": 0.0, "kind": "none", "score": 0.0}
    assert frames[50]["kind"] == "motion"
    assert 0 < frames[50]["motion"] < 1
    assert frames[50]["score"] > 0.5
    assert frames[-1]["t"] == pytest.approx((len(CLIP) - 1) / FPS)
    visit, light = last["events"]
    ((first, past),) = CLIP.presence()
    assert (visit["kind"], light["kind"]) == (WHO, "light")
    assert (visit["told"], visit["siren"], light["told"]) == (WHO == "person",) * 2 + (False,)
    assert visit["start"] == pytest.approx(first / FPS, abs=0.5)
    assert visit["end"] == pytest.approx(past / FPS, abs=0.5)
    assert 0 < last["cpu_ms_per_frame"] < 100
    measured = last["measured"]
    assert measured["recall"] > 0.9
    assert measured["false"] < 0.05
    assert (measured["entries"], measured["of"], measured["episodes"]) == (1, 1, 1)
    assert abs(measured["end_delays"][0]) < 0.5


def test_a_folder_with_one_video_as_a_table(
    video: Path, truth: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(video.parent), "--truth", str(truth)]) == 0
    out = capsys.readouterr().out
    assert "of the picture" in out
    assert "ms CPU a frame" in out
    assert "entries 1/1" in out


def test_a_folder_of_pictures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    short = Scene(seconds=2, width=320, visits=(Visit(start=-1),))
    for i, jpeg in enumerate(short.jpegs()):
        (tmp_path / f"{i:04}.jpg").write_bytes(jpeg)
    assert main([str(tmp_path), "--json", "--fps", "5"]) == 0
    *frames, last = lines(capsys)
    assert len(frames) == 20
    assert last["fps"] == 5
    assert frames[5]["t"] == 1


def no_clip(folder: Path) -> dict[str, Path]:
    """Things that are no clip."""
    (folder / "empty").mkdir()
    (folder / "text.mp4").write_text("no video")
    (folder / "bad").mkdir()
    (folder / "bad" / "0.jpg").write_bytes(b"no picture")
    (folder / "png").mkdir()
    (folder / "png" / "0.png").write_bytes(b"no picture")
    return {name: folder / name for name in ("missing", "empty", "text.mp4", "bad", "png")}


@pytest.mark.parametrize("name", ["missing", "empty", "text.mp4", "bad", "png"])
def test_what_cannot_be_read(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(no_clip(tmp_path)[name])]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert name in said.err


@pytest.mark.parametrize("text", ["", "[]", '{"fps": 10}', '{"fps": 10, "presence": [[1]]}'])
def test_a_truth_that_cannot_be_read(
    text: str, video: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "truth.json").write_text(text)
    assert main([str(video), "--truth", str(tmp_path / "truth.json")]) == 2
    assert "truth.json" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.skipif(not FOOTAGE.exists(), reason="the footage is not part of the project")
def test_six_people_one_by_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(FOOTAGE), "--json", "--truth", str(FOOTAGE / "events.json")]) == 0
    measured = lines(capsys)[-1]["measured"]
    assert measured["recall"] >= 0.95
    assert measured["false"] <= 0.01
    assert (measured["entries"], measured["episodes"]) == (6, 6)
    assert all(abs(delay) <= 2 for delay in measured["end_delays"])
    assert all(delay <= 2 for delay in measured["told_after"])
