"""A camera is turned over ONVIF, against a double that answers in its words (AL-68)."""

import queue
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from iot.agent.camera import turning
from iot.agent.camera.turning import OnvifAddress, Turner
from iot.messages.camera import Direction
from tests.unit.iot.fakes import NOON, House, command, visits, wait
from tests.unit.iot.onvif_camera import OnvifCamera

pytestmark = pytest.mark.rule("AL-68")


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turning, "STEP", 0)


@pytest.fixture
def camera() -> Iterator[OnvifCamera]:
    made = OnvifCamera()
    yield made
    made.close()


def turned(camera: OnvifCamera, *directions: Direction) -> list[str | None]:
    """What came of each step."""
    done: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    turner = Turner(OnvifAddress("127.0.0.1", camera.port, "admin", "secret"))
    for one in directions:
        turner(one, done.put)
    return [done.get(timeout=60) for _ in directions]


def test_it_moves_the_way_that_was_asked_for_and_stands_still_again(camera: OnvifCamera) -> None:
    assert turned(camera, "left", "right", "up", "down") == [None] * 4
    moves = [one for one in camera.asked if one.startswith(("ContinuousMove", "Stop"))]
    assert sorted(moves[0::2]) == [
        "ContinuousMove -0.5,0",
        "ContinuousMove 0,-0.5",
        "ContinuousMove 0,0.5",
        "ContinuousMove 0.5,0",
    ]
    assert moves[1::2] == ["Stop"] * 4


def test_a_camera_that_stands_fast_says_so(camera: OnvifCamera) -> None:
    camera.turns = False
    assert turned(camera, "left") == ["unsupported"]
    assert "Stop" not in camera.asked


def test_a_camera_that_is_stuck_is_told_to_stop_all_the_same(camera: OnvifCamera) -> None:
    camera.stuck = True
    assert turned(camera, "left") == ["error"]
    assert camera.asked[-1] == "Stop"


def test_a_camera_that_is_not_there_is_an_error(camera: OnvifCamera) -> None:
    camera.close()
    assert turned(camera, "left") == ["error"]


def test_addresses() -> None:
    assert OnvifAddress.of("cam.local") == ("cam.local", 80, None, None)
    assert OnvifAddress.of("admin:p%40ss@10.0.0.4:8000") == ("10.0.0.4", 8000, "admin", "p@ss")
    for wrong in ("", "http://cam.local/", "cam.local:x"):
        with pytest.raises(ValueError, match=r"not \[|Port"):
            OnvifAddress.of(wrong)


def test_what_it_sees_while_it_turns_is_no_motion_of_the_room(tmp_path: Path) -> None:
    """Three visits; the camera turns during the first and stands still during the second."""
    house, dones = House(tmp_path), list[Callable[[str | None], None]]()

    def turn() -> None:
        house.cloud.command(command("turn", direction="left"))
        wait(lambda: dones)

    def stands_still() -> None:
        dones[0](None)

    film = visits(count=3, moving=20)
    meanwhile = {15: turn, 65: stands_still}
    camera = house.camera(film, meanwhile, turn=lambda _, done: dones.append(done))
    camera.run()
    starts = {report.episode for report in house.cloud.episodes}
    assert starts == {NOON + timedelta(seconds=10)}
    (answer,) = house.cloud.results
    assert answer.state == "done"
