"""The bench of the panel finds every alarm."""

from pathlib import Path

import pytest

from bench import security


def test_each_alarm_is_timed_and_the_figures_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    security.main(["panel", "--alarms", "5", "--folder", str(tmp_path)])
    assert "5 alarms: median" in capsys.readouterr().out
