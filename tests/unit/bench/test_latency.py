"""The sums of the latency bench, and what it says of what is no clip. It runs in tests/e2e."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.latency import Episode, find_video, main, summary

NOON = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)
COLD = Episode(NOON, noticed=0.2, begun=0.7, stored=0.8, told=1.0, mailed=1.5)
WARM = Episode(NOON, noticed=0.2, begun=0.3, stored=0.4, told=0.5, mailed=0.7)
HELD = Episode(NOON, noticed=0.4, begun=0.5, stored=0.6, told=0.7, mailed=None)


def test_steps_add_up_to_the_whole() -> None:
    assert sum(COLD.spent().values()) == pytest.approx(COLD.mailed)
    assert COLD.spent()["begun"] == pytest.approx(0.5)
    assert HELD.spent() == {}


def test_the_summary_leaves_out_what_did_not_come() -> None:
    told = summary([COLD, WARM, HELD])
    assert told["episodes"] == 3
    assert told["median"] == {
        "noticed": 0.2,
        "begun": 0.5,
        "stored": 0.6,
        "told": 0.7,
        "mailed": 1.1,
    }
    assert told["worst"] == {
        "noticed": 0.4,
        "begun": 0.7,
        "stored": 0.8,
        "told": 1.0,
        "mailed": 1.5,
    }


def test_nothing_seen_is_no_mistake() -> None:
    assert summary([]) == {"episodes": 0, "median": {}, "worst": {}, "spent": {}}


def test_a_folder_must_hold_one_video(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    assert "0 found" in capsys.readouterr().err
    (tmp_path / "truth.json").touch()
    (tmp_path / "clip.mp4").touch()
    assert find_video(tmp_path) == tmp_path / "clip.mp4"
    (tmp_path / "other.avi").touch()
    assert main([str(tmp_path)]) == 2
    assert main([str(tmp_path / "nothing")]) == 2
