"""Commands: each once, each with an answer, none that waits for a sound."""

import queue
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import cv2
import pytest

from iot.agent.camera.commands import Commands, Failure, Kind
from iot.agent.camera.recorder import Recorder
from iot.messages.base import CommandResult
from iot.messages.camera import Direction, Mode
from iot.messages.live import LiveRequest
from tests.unit.iot.fakes import NOON, Clock, Ear, Room, command, wait


class Desk:
    """Commands and what they did."""

    def __init__(
        self, *, kind: Kind = "smart-camera", mode: Mode = "guard", card: Path | None = None
    ) -> None:
        self.ear = Ear()
        self.clock = Clock()
        self.mode: Mode = mode
        self.recorder = Recorder(card)
        self.answers: queue.SimpleQueue[CommandResult] = queue.SimpleQueue()
        self.snapshots: list[str] = []
        self.walks: list[int] = []
        self.looks: list[LiveRequest] = []
        self.turns: list[str] = []
        self.turn_fails: Failure | None = None
        self.picture = True
        self.commands = Commands(
            kind,
            self.ear,
            self.recorder,
            self.snapshot,
            self.walks.append,
            self.turn,
            self.looks.append,
            lambda: self.mode,
            self.answers.put,
            self.clock,
            lambda event, /, **_: None,
        )

    def snapshot(self, command: str) -> bool:
        self.snapshots.append(command)
        return self.picture

    def turn(self, direction: Direction, done: Callable[[Failure | None], None]) -> None:
        self.turns.append(direction)
        done(self.turn_fails)

    def take(self, action: str, **more: object) -> None:
        self.commands.take(command(action, **more).model_dump_json().encode())  # type: ignore[arg-type]

    def answered(self) -> tuple[str, str | None]:
        result = self.answers.get(timeout=60)
        return result.state, result.reason


@pytest.mark.rule("DC-27")
@pytest.mark.parametrize("action", ["alarm", "voice"])
def test_sounds(action: str) -> None:
    desk = Desk()
    desk.take(action, seconds=7)
    assert desk.ear.heard == [(action, 7)]
    assert desk.answered() == ("done", None)


def test_a_sound_that_cannot_be_heard_is_not_done() -> None:
    desk = Desk()
    desk.ear.works = False
    desk.take("alarm")
    assert desk.answered() == ("failed", "unsupported")


def test_stop() -> None:
    desk = Desk()
    desk.take("stop")
    assert desk.ear.stops == 1
    assert desk.answered() == ("done", None)


def test_a_command_that_comes_twice_is_carried_out_once() -> None:
    desk = Desk()
    desk.take("alarm")
    desk.take("alarm")
    desk.take("alarm", id="c2")
    assert len(desk.ear.heard) == 2


@pytest.mark.parametrize("late", [0, 1, 3600])
def test_an_expired_command_is_not_carried_out(late: float) -> None:
    desk = Desk()
    desk.clock.now = NOON + timedelta(seconds=60 + late)
    desk.take("alarm")
    assert desk.ear.heard == []
    assert desk.answered() == ("failed", "expired")


def test_a_snapshot_is_answered_by_its_delivery() -> None:
    desk = Desk()
    desk.take("snapshot")
    assert desk.snapshots == ["c1"]
    assert desk.answers.empty()


def test_no_snapshot_without_a_picture() -> None:
    desk = Desk()
    desk.picture = False
    desk.take("snapshot")
    assert desk.answered() == ("failed", "error")


@pytest.mark.rule("AL-68")
def test_a_camera_turns_once_a_command() -> None:
    desk = Desk()
    desk.take("turn", direction="left")
    desk.take("turn", direction="left")
    assert desk.turns == ["left"]
    assert desk.answered() == ("done", None)
    desk.turn_fails = "unsupported"
    desk.take("turn", id="c2", direction="up")
    assert desk.answered() == ("failed", "unsupported")


@pytest.mark.rule("DC-29")
@pytest.mark.parametrize("action", ["snapshot", "record"])
def test_no_pictures_in_motion_only(action: str, tmp_path: Path) -> None:
    desk = Desk(mode="motion-only", card=tmp_path)
    desk.take(action)
    assert desk.answered() == ("failed", "motion-only")
    assert desk.snapshots == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.rule("DC-24")
def test_no_film_without_a_card(tmp_path: Path) -> None:
    for card in (None, tmp_path / "not inserted"):
        desk = Desk(card=card)
        desk.take("record")
        assert desk.answered() == ("failed", "no-media")


@pytest.mark.rule("DC-25")
def test_no_film_from_a_phone(tmp_path: Path) -> None:
    desk = Desk(kind="phone-camera", card=tmp_path)
    desk.take("record")
    assert desk.answered() == ("failed", "unsupported")


@pytest.mark.rule("DC-24")
def test_a_film_on_the_card(tmp_path: Path) -> None:
    desk = Desk(card=tmp_path)
    desk.take("record", seconds=1)
    desk.take("record", id="c2")
    assert desk.answered() == ("failed", "error")  # one at a time
    room = Room()
    for number in range(11):
        desk.recorder.offer(NOON + timedelta(seconds=number / 10), room.picture(number))
    assert desk.answered() == ("done", None)
    (film,) = tmp_path.glob("*.mp4")
    assert cv2.VideoCapture(str(film)).get(cv2.CAP_PROP_FRAME_COUNT) == 11
    desk.recorder.offer(NOON, room.picture())  # nobody wants it


def test_a_film_that_is_broken_off_can_be_played(tmp_path: Path) -> None:
    desk = Desk(card=tmp_path)
    desk.take("record", seconds=60)
    desk.recorder.offer(NOON, Room().picture())
    wait(lambda: list(tmp_path.iterdir()))
    desk.recorder.stop()
    assert desk.answered() == ("done", None)
    (film,) = tmp_path.iterdir()
    assert cv2.VideoCapture(str(film)).get(cv2.CAP_PROP_FRAME_COUNT) == 1


@pytest.mark.rule("DC-29")
def test_a_film_is_deleted_when_the_mode_changes(tmp_path: Path) -> None:
    desk = Desk(card=tmp_path)
    desk.take("record", seconds=60)
    desk.recorder.offer(NOON, Room().picture())
    desk.mode = "motion-only"
    desk.recorder.cancel()
    desk.recorder.offer(NOON, Room().picture())
    assert desk.answered() == ("failed", "motion-only")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("payload", [b"", b"[]", b'{"id": "c1", "action": "dance"}', b"\xff"])
def test_nonsense_is_ignored(payload: bytes) -> None:
    desk = Desk()
    desk.commands.take(payload)
    assert desk.answers.empty()


def test_a_walk_is_begun_in_any_mode() -> None:
    desk = Desk(mode="motion-only")
    desk.take("walk", seconds=60)
    assert desk.walks == [60]
    assert desk.answered() == ("done", None)
