"""The whole camera against a cloud without network."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import cv2
import pytest

from iot.agent.camera.source import Frame
from iot.agent.device import power
from iot.agent.device.events import event_sink
from iot.messages.camera import CameraState
from tests.unit.iot.fakes import NOON, THING, Cloud, House, command, visits, wait


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """These films run faster than bursts can be written: none is left out for that."""
    monkeypatch.setattr("iot.agent.camera.agent.UNDEVELOPED", 10_000)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_an_episode_is_three_bursts_within_two_seconds_and_an_end(house: House) -> None:
    house.camera(visits(count=2, moving=20)).run()
    assert [manifest.seq for manifest in house.cloud.bursts] == [0, 1, 2, 0, 1, 2]
    starts = [NOON + timedelta(seconds=second) for second in (2, 6)]
    assert [report.episode for report in house.cloud.episodes] == starts
    assert all(report.ended_at and report.pictures == "cloud" for report in house.cloud.episodes)
    assert [manifest.episode for manifest in house.cloud.bursts[::3]] == starts
    assert house.files == []


def test_tells_what_happens(house: House) -> None:
    house.camera(visits(count=1, moving=20)).run()
    assert {name for name, _ in house.told} == {
        "connected",
        "state",
        "episode",
        "burst-uploaded",
        "episode-ended",
        "reported",
        "source-ended",
        "stopped",
    }
    assert house.events("burst-uploaded")[0]["captured_at"] == NOON + timedelta(seconds=2)


@pytest.mark.rule("DC-28")
def test_motion_by_the_minute(house: House) -> None:
    house.camera(visits(count=7, moving=80)).run()
    minutes = [minute for report in house.cloud.motion for minute in report.minutes]
    assert [minute.at for minute in minutes] == [NOON + timedelta(minutes=n) for n in range(2)]
    assert [minute.frames for minute in minutes] == [600, 120]
    assert all(0 < minute.level < minute.peak for minute in minutes)


@pytest.mark.rule("DC-29")
def test_motion_only_leaves_no_picture_anywhere(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred detections: no JPEG, no request, no object, no file; a hundred words."""

    def forbidden(*_: object) -> None:
        raise AssertionError("a picture was encoded")

    monkeypatch.setattr(cv2, "imencode", forbidden)
    house.cloud.state = CameraState(mode="motion-only")
    house.camera(visits(count=100, moving=4, quiet=18)).run()

    assert len(house.events("episode")) == 100
    begun = [report for report in house.cloud.episodes if report.ended_at is None]
    assert len(begun) == 100
    assert {(report.pictures, report.mode) for report in house.cloud.episodes} == {
        ("none", "motion-only")
    }
    assert house.cloud.objects == {}
    assert house.cloud.announced == {}
    assert house.files == []
    assert sum(minute.frames for report in house.cloud.motion for minute in report.minutes) > 0


@pytest.mark.rule("DC-29")
def test_switching_to_motion_only_deletes_what_waits(tmp_path: Path) -> None:
    """Pictures that wait for the network are deleted with the switch; the detections are told."""
    house = House(tmp_path, Cloud(online=False))
    (tmp_path / "state.json").write_text(CameraState().model_dump_json())
    outbox = tmp_path / "outbox"

    def waiting() -> bool:
        return any(b"\xff\xd8" in path.read_bytes() for path in outbox.glob("0*"))

    def switch() -> None:
        wait(waiting)
        house.cloud.want(mode="motion-only")
        wait(lambda: house.events("state"))
        assert not waiting()

    camera = house.camera(
        visits(count=3, moving=20), {80: switch, 115: lambda: house.cloud.go(online=True)}
    )
    camera.run()
    assert house.cloud.objects == {}
    told = {
        report.episode: report.pictures for report in house.cloud.episodes if not report.ended_at
    }
    assert set(told.values()) == {"none"}
    assert len(told) == 3
    assert house.files == []


def test_switching_back_takes_pictures_again(house: House) -> None:
    house.cloud.state = CameraState(mode="motion-only")

    def switch() -> None:
        wait(lambda: house.events("state"))
        house.cloud.want(mode="pet")
        wait(lambda: len(house.events("state")) == 2)

    house.camera(visits(count=2, moving=20), {50: switch}).run()
    assert {manifest.mode for manifest in house.cloud.bursts} == {"pet"}
    assert [report.mode for report in house.cloud.episodes] == ["motion-only"] * 2 + ["pet"]
    assert b"pet" in house.cloud.documents[-1][1]


@pytest.mark.rule("DC-26")
def test_offline_then_online_delivers_once_with_the_original_time(tmp_path: Path) -> None:
    """Seen at noon without network, told an hour later."""
    house = House(tmp_path, Cloud(online=False))
    (tmp_path / "state.json").write_text(CameraState().model_dump_json())

    def an_hour_later() -> None:
        house.clock.now += timedelta(hours=1)
        house.cloud.go(online=True)

    house.camera(visits(count=1, moving=20, quiet=30), {79: an_hour_later}).run()
    assert [(manifest.episode, manifest.seq) for manifest in house.cloud.bursts] == [
        (NOON + timedelta(seconds=3), 0),
        (NOON + timedelta(seconds=3), 1),
        (NOON + timedelta(seconds=3), 2),
    ]
    (report,) = house.cloud.episodes
    assert report.ended_at == NOON + timedelta(seconds=4.9)
    assert house.files == []
    assert house.cloud.health[-1].waiting == 0


@pytest.mark.rule("DC-26")
def test_what_was_not_delivered_survives_a_restart(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text(CameraState().model_dump_json())
    offline = House(tmp_path, Cloud(online=False))
    offline.camera(visits(count=1, moving=20), drain=0).run()
    assert len(offline.files) == 5  # three bursts, the end, the motion

    online = House(tmp_path)
    online.camera(visits(count=0, moving=0)).run()
    assert [manifest.episode for manifest in online.cloud.bursts] == [
        NOON + timedelta(seconds=2)
    ] * 3
    assert online.files == []


@pytest.mark.rule("DC-20", "DC-22")
def test_pictures_of_a_phone_without_contract_stay_on_it(house: House) -> None:
    house.cloud.refused = "no-picture-contract"
    house.camera(visits(count=1, moving=20), kind="phone-camera").run()
    assert house.cloud.objects == {}
    assert {report.pictures for report in house.cloud.episodes} == {"on-device"}
    assert house.files == ["20261201T030002.000000Z.jpg"]
    health = house.cloud.health
    assert [health[0].pictures_on_device, health[-1].pictures_on_device] == [0, 1]


def test_a_camera_that_has_not_heard_of_its_mode_takes_no_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("iot.agent.camera.agent.HEARD", 0.0)
    house = House(tmp_path, Cloud(online=False))
    house.camera(visits(count=1, moving=20), drain=0).run()
    assert all(b"\xff\xd8" not in path.read_bytes() for path in tmp_path.rglob("0*"))


def test_the_mode_outlives_a_restart(tmp_path: Path) -> None:
    house = House(tmp_path, Cloud(CameraState(mode="pet", response="voice")))
    house.camera(visits(count=0, moving=0)).run()
    again = House(tmp_path, Cloud(online=False)).camera(visits(count=0, moving=0))
    assert again.mode == "pet"


@pytest.mark.rule("DC-27")
@pytest.mark.parametrize(("person", "heard"), [(True, [("alarm", 10)]), (False, [])])
def test_answers_a_person_itself_only_when_the_cloud_cannot(
    tmp_path: Path, person: bool, heard: list[tuple[str, int]]
) -> None:
    state = CameraState(response="alarm")
    (tmp_path / "state.json").write_text(state.model_dump_json())
    online = House(tmp_path, Cloud(state))
    connected = {1: lambda: wait(lambda: online.events("connected"))}
    online.camera(visits(count=1, moving=10), connected).run()
    assert online.ear.heard == []

    offline = House(tmp_path, Cloud(online=False))
    offline.person = person
    offline.camera(visits(count=1, moving=20), drain=0).run()
    assert offline.ear.heard == heard


def test_a_snapshot_of_now(house: House) -> None:
    def ask() -> None:
        wait(lambda: house.events("state"))
        house.cloud.command(command("snapshot"))
        wait(lambda: house.cloud.results)

    house.camera(visits(count=0, moving=0, quiet=10), {5: ask}).run()
    (manifest,) = house.cloud.bursts
    assert (manifest.command, manifest.episode) == ("c1", NOON + timedelta(seconds=0.4))
    assert [result.state for result in house.cloud.results] == ["done"]


def test_a_walk_at_the_set_up_is_told_in_the_status(house: House) -> None:
    def ask() -> None:
        wait(lambda: house.events("state"))
        house.cloud.command(command("walk", seconds=3))
        wait(lambda: house.cloud.results)

    def told() -> None:
        wait(lambda: any(status.walk for status in house.cloud.health))

    house.camera(visits(count=1, moving=20, quiet=10), {5: ask, 38: told}).run()
    (walk,) = {status.walk.at: status.walk for status in house.cloud.health if status.walk}.values()
    assert len(walk.heights) == 9
    assert any(height is not None for height in walk.heights)


def test_says_how_it_is_at_the_start_and_every_hour(house: House) -> None:
    def later() -> None:
        wait(lambda: house.cloud.health)
        house.clock.now += timedelta(hours=1)
        wait(lambda: len(house.cloud.health) == 2)

    house.camera(visits(count=0, moving=0, quiet=10), {5: later}).run()
    assert [status.at.hour - NOON.hour for status in house.cloud.health] == [0, 1]


@pytest.mark.rule("HT-57")
def test_says_when_mains_has_gone_and_how_full_its_battery_is(house: House, tmp_path: Path) -> None:
    supplies = tmp_path / "supplies"
    for name, files in {
        "AC": {"type": "Mains", "online": "1"},
        "BAT0": {"type": "Battery", "capacity": "80"},
    }.items():
        (supplies / name).mkdir(parents=True)
        for file, text in files.items():
            (supplies / name / file).write_text(f"{text}\n")

    def cut() -> None:
        wait(lambda: house.cloud.health)
        (supplies / "AC" / "online").write_text("0\n")
        house.clock.now += timedelta(seconds=11)
        wait(lambda: len(house.cloud.health) == 2)

    house.camera(visits(count=0, moving=0, quiet=10), {5: cut}, supplies=supplies).run()
    assert [(one.mains, one.battery) for one in house.cloud.health] == [(True, 80), (False, 80)]


def test_a_machine_that_names_no_supply_says_nothing_of_its_power(tmp_path: Path) -> None:
    assert power.read(tmp_path / "none") == (None, None)


def test_stops_when_told_and_keeps_the_rest(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text(CameraState().model_dump_json())
    house = House(tmp_path, Cloud(online=False))

    def endless() -> Iterator[Frame]:
        while True:
            yield from visits(count=1, moving=20)

    camera = house.camera(endless(), once=False)
    thread = threading.Thread(target=camera.run)
    thread.start()
    wait(lambda: house.events("episode-ended"))
    camera.stop()
    thread.join(timeout=60)
    assert not thread.is_alive()
    assert house.events("stopped")
    assert house.files


def test_a_failing_source_fails_the_camera(house: House) -> None:
    def broken() -> Iterator[Frame]:
        yield from visits(count=0, moving=0)
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        house.camera(broken(), once=False).run()


def test_a_failing_hook_does_not(house: House) -> None:
    def hook(*_: object) -> None:
        raise RuntimeError("the demo's own")

    camera = house.camera(visits(count=1, moving=10))
    camera._tell = event_sink(hook)
    camera.run()
    assert len(house.cloud.episodes) == 1


def test_the_name_of_the_thing(house: House) -> None:
    house.camera(visits(count=0, moving=0)).run()
    assert house.events("connected") == [{"thing": THING}]
