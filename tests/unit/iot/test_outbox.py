"""The outbox: order, bounds, restarts, crashes."""

from datetime import timedelta
from pathlib import Path

import pytest

from iot.agent.camera.picture_outbox import Picture, PictureOutbox
from iot.agent.device.outbox import Item, Report
from iot.messages.base import CommandResult
from iot.messages.camera import EpisodeReport, MotionMinute, MotionReport
from iot.topics import Channel
from tests.unit.iot.fakes import NOON

KB = 1024


def episode(second: int = 0) -> EpisodeReport:
    at = NOON + timedelta(seconds=second)
    return EpisodeReport(episode=at, level=0.1, pictures="cloud", mode="guard")


def picture(second: int = 0, seq: int = 0, command: str | None = None) -> Picture:
    report = episode(second)
    return Picture(report=report, seq=seq, captured=(NOON, NOON), best=1, command=command)


def motion() -> MotionReport:
    return MotionReport(minutes=[MotionMinute(at=NOON, level=0, peak=0, frames=1)])


def drained(outbox: PictureOutbox) -> list[bytes | None]:
    bodies = []
    while items := outbox.next():
        bodies.append(outbox.read(items[0]))
        outbox.remove(items[0])
    return bodies


def kinds(outbox: PictureOutbox) -> list[tuple[int, int] | str]:
    """What waits: (second, seq) of pictures, channels of reports."""
    found: list[tuple[int, int] | str] = []
    for number in sorted(outbox._items):
        about = outbox._items[number].about
        if isinstance(about, Picture):
            found.append(((about.report.episode - NOON).seconds, about.seq))
        else:
            found.append(about.channel.value)
    return found


@pytest.mark.rule("DC-26")
def test_delivers_in_order_also_after_a_restart(tmp_path: Path) -> None:
    outbox = PictureOutbox(tmp_path)
    for number in range(12):
        outbox.put(picture(number), b"burst %d" % number)
    outbox.say(Channel.EPISODE, episode(), NOON)

    again = PictureOutbox(tmp_path)
    assert again.detections == 12
    bodies = drained(again)
    assert bodies[:12] == [b"burst %d" % number for number in range(12)]
    assert EpisodeReport.model_validate_json(bodies[12] or b"").episode == NOON
    assert list(tmp_path.iterdir()) == []


def test_nothing_goes_before_it_is_confirmed(tmp_path: Path) -> None:
    outbox = PictureOutbox(tmp_path)
    outbox.put(picture(), b"burst")
    assert outbox.read(outbox.next()[0]) == b"burst"
    assert len(PictureOutbox(tmp_path)) == 1


def test_numbers_are_not_given_twice(tmp_path: Path) -> None:
    """Confirming what was deleted meanwhile must not delete what came after it."""
    outbox = PictureOutbox(tmp_path)
    outbox.put(picture(seq=1), b"old")
    (on_its_way,) = outbox.next()
    outbox.allow_pictures(False)
    outbox.allow_pictures(True)
    outbox.put(picture(seq=2), b"new")
    outbox.remove(on_its_way)
    assert drained(outbox) == [b"new"]


def test_bodies_may_hold_anything(tmp_path: Path) -> None:
    body = b"\n\n{}\x00PK\n"
    PictureOutbox(tmp_path).put(picture(), body)
    assert drained(PictureOutbox(tmp_path)) == [body]


def test_survives_a_crash_while_writing(tmp_path: Path) -> None:
    PictureOutbox(tmp_path).put(picture(), b"whole")
    (tmp_path / ".0000000002.new").write_bytes(b'{"kind": "pic')
    (tmp_path / "0000000003").write_bytes(b'{"kind": "pic')
    assert drained(PictureOutbox(tmp_path)) == [b"whole"]
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    outbox = PictureOutbox(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr("iot.agent.device.files.write", full)
        outbox.put(picture(), b"lost")
    outbox.put(picture(), b"kept")
    assert drained(outbox) == [b"kept"]


def test_later_bursts_make_room_before_first_ones(tmp_path: Path) -> None:
    outbox = PictureOutbox(tmp_path, limit=100 * KB)
    for second in range(3):
        for seq in range(3):
            outbox.put(picture(second, seq), bytes(10 * KB))
    outbox.put(picture(3), bytes(30 * KB))
    assert kinds(outbox) == [(0, 0), (1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (2, 2), (3, 0)]


def test_a_first_burst_that_must_go_leaves_its_report(tmp_path: Path) -> None:
    outbox = PictureOutbox(tmp_path, limit=100 * KB)
    for second in range(12):
        outbox.put(picture(second), bytes(10 * KB))
    assert kinds(outbox)[:5] == ["episodes", "episodes", "episodes", "episodes", (4, 0)]
    report = EpisodeReport.model_validate_json(outbox.read(outbox.next()[0]) or b"")
    assert (report.episode, report.pictures) == (NOON, "none")


def test_reports_are_bounded_too_and_motion_goes_first(tmp_path: Path) -> None:
    outbox = PictureOutbox(tmp_path, limit=40 * KB)
    for _ in range(6):
        outbox.say(Channel.MOTION, motion())
        outbox.say(Channel.EPISODE, episode(), NOON)
    assert kinds(outbox).count("episodes") == 6
    assert kinds(outbox).count("motion") == 4


@pytest.mark.rule("DC-29")
def test_forbidding_pictures_deletes_those_that_wait(tmp_path: Path) -> None:
    outbox = PictureOutbox(tmp_path)
    outbox.put(picture(0, 0), b"PICTURE")
    outbox.put(picture(0, 1), b"PICTURE")
    outbox.put(picture(5, 0, command="c1"), b"PICTURE")
    outbox.allow_pictures(False)
    outbox.put(picture(9), b"PICTURE")

    assert all(b"PICTURE" not in path.read_bytes() for path in tmp_path.iterdir())
    result, first, second = (body or b"" for body in drained(outbox))
    assert CommandResult.model_validate_json(result).reason == "motion-only"
    assert EpisodeReport.model_validate_json(first).pictures == "none"
    assert EpisodeReport.model_validate_json(second).episode == NOON + timedelta(seconds=9)


@pytest.mark.rule("DC-29")
def test_a_picture_deleted_meanwhile_is_not_read(tmp_path: Path) -> None:
    outbox = PictureOutbox(tmp_path)
    outbox.put(picture(), b"PICTURE")
    (item,) = outbox.next()
    outbox.allow_pictures(False)
    assert outbox.read(item) is None


@pytest.mark.rule("DC-29")
def test_a_start_without_pictures_deletes_what_an_earlier_run_left(tmp_path: Path) -> None:
    PictureOutbox(tmp_path).put(picture(), b"PICTURE")
    assert kinds(PictureOutbox(tmp_path, pictures=False)) == ["episodes"]


def test_what_somebody_waits_for_overtakes(tmp_path: Path) -> None:
    outbox = PictureOutbox(tmp_path)
    outbox.put(picture(0), b"first")
    outbox.put(picture(1, command="c1"), b"snapshot")
    assert drained(outbox) == [b"snapshot", b"first"]


def test_pictures_are_asked_for_together(tmp_path: Path) -> None:
    outbox = PictureOutbox(tmp_path)
    for second in range(3):
        outbox.put(picture(second), b"burst")
    outbox.say(Channel.EPISODE, episode(), NOON)
    outbox.put(picture(4), b"burst")

    def numbers(items: list[Item]) -> list[int]:
        return [item.number for item in items]

    assert numbers(outbox.next(8)) == [1, 2, 3]
    assert numbers(outbox.next(2)) == [1, 2]


def test_files_are_for_the_agent_alone(tmp_path: Path) -> None:
    PictureOutbox(tmp_path).put(Report(channel=Channel.MOTION), b"{}")
    (path,) = tmp_path.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.rule("DC-29")
def test_pictures_go_even_when_nothing_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    outbox = PictureOutbox(tmp_path)
    outbox.put(picture(), b"PICTURE")
    monkeypatch.setattr("iot.agent.device.files.write", full)
    outbox.allow_pictures(False)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_disappears_stops_nothing(tmp_path: Path) -> None:
    outbox = PictureOutbox(tmp_path)
    outbox.put(picture(0), b"gone")
    outbox.put(picture(1), b"there")
    (tmp_path / "0000000001").unlink()
    assert outbox.read(outbox.next()[0]) is None
    assert drained(outbox) == [b"there"]
