"""The latency bench on a visit of the project's own scene, against a local cloud of its own."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

from bench.latency import STEPS, main
from tests.e2e.household import VISIT


@pytest.mark.slow
def test_every_step_is_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    VISIT.write_video(tmp_path / "visit.mp4")
    assert main([str(tmp_path), "--json"]) == 0
    episode, told = map(json.loads, capsys.readouterr().out.splitlines())
    ends = [episode[step] for step in STEPS]
    assert ends[0] > 0.1  # a picture is compared with those before it
    # Some are read off another clock, a few milliseconds apart.
    assert all(after > before - 0.02 for before, after in pairwise(ends))
    assert told["episodes"] == 1
    assert told["worst"]["mailed"] == round(ends[-1], 3)
