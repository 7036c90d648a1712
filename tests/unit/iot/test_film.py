"""A film is on the card although the device is killed while it is written."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest

from iot.agent.camera import film
from iot.agent.camera.source import FPS

NOON = datetime(2026, 11, 22, 3, tzinfo=UTC)
av = pytest.importorskip("av")


def seen(path: Path) -> list[float]:
    """The seconds at which a film's frames stand."""
    with av.open(str(path)) as container:
        return [frame.time for frame in container.decode(video=0)]


def write(path: Path, seconds: list[float], size: tuple[int, int] = (240, 320)) -> film.Film:
    picture = np.full((*size, 3), 90, np.uint8)
    made = film.begin(path, NOON, picture)
    assert made
    for n, after in enumerate(seconds):
        picture[:, : 10 + n % 100] = 200
        made.write(NOON + timedelta(seconds=after), picture)
    return made


@pytest.mark.rule("DC-24")
def test_killed_while_it_films_a_device_loses_four_seconds_at_most(tmp_path: Path) -> None:
    script = (
        "import os, signal\n"
        "from pathlib import Path\n"
        "from tests.unit.iot.test_film import write\n"
        f"write(Path({str(tmp_path / 'cut.mp4')!r}), [n / 10 for n in range(300)])\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], check=False, env=os.environ)
    assert ended.returncode == -signal.SIGKILL
    times = seen(tmp_path / "cut.mp4")
    assert times[0] == 0
    assert times[-1] >= 30 - 4
    assert len(times) >= 260


@pytest.mark.rule("DC-24")
def test_frames_stand_where_they_were_taken_and_a_gap_stays_one(tmp_path: Path) -> None:
    taken = [0.0, 0.1, 0.25, 5.0, 5.1, 60.0]
    write(tmp_path / "gap.mp4", taken).close()
    assert seen(tmp_path / "gap.mp4") == pytest.approx(taken, abs=0.002)


@pytest.mark.parametrize("size", [(240, 320), (241, 319), (480, 640)])
def test_a_film_can_be_played_whatever_its_size(tmp_path: Path, size: tuple[int, int]) -> None:
    write(tmp_path / "film.mp4", [n / FPS for n in range(25)], size).close()
    assert len(seen(tmp_path / "film.mp4")) == 25
    with av.open(str(tmp_path / "film.mp4")) as container:
        assert container.streams.video[0].codec_context.name == "h264", "as browsers play it"
    capture = cv2.VideoCapture(str(tmp_path / "film.mp4"))
    assert capture.read()[0]


def test_a_device_without_pyav_films_as_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(film, "pyav", lambda: None)
    write(tmp_path / "plain.mp4", [n / FPS for n in range(12)]).close()
    assert len(seen(tmp_path / "plain.mp4")) == 12
