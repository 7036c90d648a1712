"""The controller on the device: it guards without a line and through restarts, and tells of it."""

import json
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from iot import topics
from iot.agent.controller import terminal
from iot.agent.controller.agent import Config, Controller
from iot.agent.controller.guard import Guard
from iot.agent.controller.journal import KEPT, Journal
from iot.agent.controller.keyring import KeyRing
from iot.agent.controller.lines import PATIENCE, Lines
from iot.agent.controller.ports import SpeakerSiren
from iot.agent.controller.steady import SteadyClock
from iot.agent.controller.zigbee_sensors import SILENT, ZigbeeSensors
from iot.agent.device.connection import Link, OnMessage, OnOnline
from iot.agent.device.identity import Identity, save
from iot.agent.gateway.zigbee import Message
from iot.messages import panel_facts as f
from iot.messages.base import MAX_PAYLOAD, CommandResult
from iot.messages.controller import (
    ControllerCommand,
    ControllerReport,
    ControllerSettings,
    ControllerStatus,
    Key,
    Keys,
    fits,
    payload,
)
from iot.messages.panel_settings import PanelSettings, Sensor
from iot.panel import record as records
from iot.panel.codes import hashed, unfit
from iot.panel.outcomes import AnyOutcome
from iot.panel.state import Siren
from iot.topics import Channel
from tests.panel import APP, FATHER, HOME, NOON, SETTINGS, WEB, alarms, operated, whys

SALT = "00" * 16
KEYS = Keys(
    version=1,
    salt=SALT,
    keys=(
        Key(id="1", name="父", means="code", hash=hashed("2468", SALT)),
        Key(id="2", name="父", means="code", hash=hashed("8642", SALT), duress=True),
        Key(id="3", name="母", means="key", hash=hashed("04A1B2C3", SALT)),
    ),
)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def go(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Horn:
    def __init__(self) -> None:
        self.kind: Siren | None = None
        self.changed = threading.Event()

    def sound(self, kind: Siren | None, now: datetime) -> None:
        if kind != self.kind:
            self.kind = kind
            self.changed.set()


class Mouth:
    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, text: str) -> None:
        self.said.append(text)


class Box:
    """A guard in a directory, without threads and lines."""

    def __init__(self, directory: Path, settings: PanelSettings | None = SETTINGS) -> None:
        self.directory = directory
        self.clock, self.horn, self.mouth = Clock(), Horn(), Mouth()
        self.reports: list[ControllerReport] = []
        self.came: list[AnyOutcome] = []
        self.open()
        if settings:
            self.guard.note(f.Configured, settings=settings)

    def open(self) -> None:
        self.journal = Journal(self.directory)
        self.guard = Guard(
            self.journal, self.clock, self.horn, self.mouth, self.reports.append, self.came.append
        )

    def restart(self, *, cold: bool = False) -> None:
        self.journal.close()
        self.open()
        self.guard.start(cold=cold)

    def arm(self, mode: str = "away", monitoring: str = "company", **more: Any) -> None:
        self.guard.note(
            f.Asked,
            action="arm",
            mode=mode,
            monitoring=monitoring,
            areas=("home",),
            actor=FATHER,
            **more,
        )

    def cloud(self) -> tuple[records.Record, list[AnyOutcome]]:
        """What the cloud knows when every report came."""
        record, outcomes = records.empty(self.guard.panel.journal), list[AnyOutcome]()
        for report in self.reports:
            body = ControllerReport.model_validate_json(payload(report))
            taken = records.take(record, body, self.clock())
            record, outcomes = taken.record, outcomes + list(taken.outcomes)
        return record, outcomes


# -- the guard


def test_the_siren_sounds_and_the_voice_speaks_without_any_line(tmp_path: Path) -> None:
    box = Box(tmp_path)
    box.arm()
    box.clock.go(100)
    box.guard.note(f.Sensed, sensor="front")
    assert box.mouth.said[-1] == "おかえりなさい。30秒以内に解除してください。"
    assert box.horn.kind is None
    box.clock.go(30)
    box.guard.tick()
    assert box.horn.kind == "intrusion"
    assert box.mouth.said[-2].startswith("玄関が異常を検知しました")
    box.clock.go(180)
    box.guard.tick()
    assert box.horn.kind is None


@pytest.mark.rule("AL-55")
def test_the_voice_speaks_the_language_of_the_home(tmp_path: Path) -> None:
    box = Box(tmp_path, SETTINGS.model_copy(update={"language": "en"}))
    box.arm("home")
    assert box.mouth.said == ["Armed, at home, watched by ALSOK."]
    box.guard.note(f.Sensed, sensor="smoke")
    assert box.mouth.said[-2:] == ["Fire. 台所の煙 noticed it.", "The guard centre will call you."]


def test_a_restart_in_the_entry_time_goes_on_counting(tmp_path: Path) -> None:
    box = Box(tmp_path)
    box.arm()
    box.clock.go(100)
    box.guard.note(f.Sensed, sensor="front")
    box.clock.go(10)
    box.restart()
    assert box.guard.panel.countdowns() == {"home": 20}
    box.clock.go(600)
    box.restart()
    assert [one.at for one in alarms(box.came)] == [NOON + timedelta(seconds=130)]
    record, outcomes = box.cloud()
    assert outcomes == box.came
    assert record.panel == box.guard.panel


def test_a_power_cut_in_the_middle_of_a_line_loses_that_line_only(tmp_path: Path) -> None:
    box = Box(tmp_path)
    box.arm("home")
    box.journal.close()
    with (tmp_path / "facts.jsonl").open("ab") as file:
        file.write(b'{"number":3,"at":"2026-')
    box.open()
    assert box.guard.panel.areas["home"].phase == "armed"
    box.guard.note(f.Sensed, sensor="window")
    box.restart()
    assert box.guard.panel.areas["home"].phase == "triggered"


def test_a_journal_that_cannot_be_read_is_begun_anew_under_another_name(tmp_path: Path) -> None:
    box = Box(tmp_path)
    name = box.guard.panel.journal
    box.journal.close()
    (tmp_path / "panel.json").write_bytes(b"\0\0")
    box.restart()
    assert box.guard.panel.journal != name


def test_after_many_facts_a_snapshot_takes_their_place(tmp_path: Path) -> None:
    box = Box(tmp_path)
    for _ in range(KEPT):
        box.clock.go(1)
        box.guard.note(f.Pressed)
    assert not (tmp_path / "facts.jsonl").exists() or len(Journal(tmp_path).tail) < 10
    before = box.guard.panel
    box.restart()
    assert box.guard.panel.number == before.number + 1


def test_a_clock_that_went_back_while_it_was_off_is_noted_as_set(tmp_path: Path) -> None:
    box = Box(tmp_path)
    box.arm()
    box.clock.go(-3600)
    box.restart()
    assert [one.kind for report in box.reports for one in report.facts][-2:] == [
        "clock_set",
        "restarted",
    ]
    assert box.guard.panel.countdowns() == {"home": 60}


def test_what_changes_nothing_is_not_kept(tmp_path: Path) -> None:
    box = Box(tmp_path)
    before = box.guard.panel.number
    for _ in range(50):
        box.clock.go(1)
        box.guard.note(f.Sensed, sensor="hall")
        box.guard.note(f.Lines, internet=True, lte=None)
    assert box.guard.panel.number == before


def test_what_was_not_told_before_a_crash_is_told_after_it(tmp_path: Path) -> None:
    box = Box(tmp_path)
    box.arm("home")
    box.reports.clear()  # the outbox did not reach the disk
    box.restart()
    record, _ = box.cloud()
    assert record.panel == box.guard.panel
    assert not records.differences(record)


def test_a_disk_that_takes_nothing_keeps_no_siren_silent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Box(tmp_path)
    box.arm("home")

    def full(fact: f.AnyFact) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(box.journal, "append", full)
    box.guard.note(f.Sensed, sensor="window")
    assert box.horn.kind == "intrusion"


def test_the_speaker_is_started_again_before_it_ends() -> None:
    played: list[str] = []

    class Player:
        def play(self, sound: str, seconds: int) -> bool:
            played.append(f"{sound} {seconds}")
            return True

        def stop(self) -> None:
            played.append("stop")

    siren = SpeakerSiren(Player())
    for second in (0, 1, 18, 19, 20):
        siren.sound("fire", NOON + timedelta(seconds=second))
    siren.sound(None, NOON)
    siren.sound(None, NOON)
    assert played == ["alarm 20", "alarm 20", "stop"]


def test_a_clock_goes_on_evenly_until_it_follows_the_machines() -> None:
    wall, seconds = [NOON], [0.0]
    clock = SteadyClock(lambda: wall[0], lambda: seconds[0])
    seconds[0], wall[0] = 5, NOON + timedelta(seconds=5)
    assert (clock(), clock.follow()) == (NOON + timedelta(seconds=5), None)
    wall[0] = NOON + timedelta(hours=1)
    assert clock() == NOON + timedelta(seconds=5)
    assert clock.follow() == NOON + timedelta(seconds=5)
    assert clock() == NOON + timedelta(hours=1)


# -- keys


@pytest.mark.rule("AL-44")
def test_a_code_or_a_key_is_found_by_its_own_means_only(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "keys.json")
    assert ring.find("code", "2468") is None
    assert ring.take(KEYS)
    assert not ring.take(KEYS)
    ring = KeyRing(tmp_path / "keys.json")
    found = ring.find("code", "2468")
    assert found is not None
    assert (found.name, found.duress) == ("父", False)
    assert ring.find("key", "2468") is None
    assert ring.find("code", "04A1B2C3") is None
    assert ring.find("code", "") is None
    assert ring.find("code", "1" * 1000) is None


@pytest.mark.rule("AL-45")
def test_thirty_keys_and_cards_and_not_one_more() -> None:
    def key(number: int) -> Key:
        means = "key" if number < 20 else "card"
        return Key(id=str(number), name="家族", means=means, hash=f"{number:064x}")  # type: ignore[arg-type]

    thirty = [key(number) for number in range(30)]
    assert Keys(version=1, salt=SALT, keys=tuple(thirty)).keys
    with pytest.raises(ValueError, match="AL-45"):
        Keys(version=1, salt=SALT, keys=(*thirty, key(30)))
    assert Keys(version=2, salt=SALT, keys=(*thirty[1:], key(30))).keys


def test_codes_that_everybody_guesses_or_that_are_next_to_duress_are_not_given_out() -> None:
    found = {code: unfit(code, SALT, KEYS.keys) for code in ("123", "1111", "1234", "2468", "2469")}
    assert found == {
        "123": "digits",
        "1111": "plain",
        "1234": "plain",
        "2468": "taken",
        "2469": "near",
    }
    assert unfit("7391", SALT, KEYS.keys) is None
    with pytest.raises(ValueError, match="two people"):
        Keys(version=1, salt=SALT, keys=(KEYS.keys[0], KEYS.keys[0].model_copy(update={"id": "9"})))


# -- lines


class Wire:
    """A link that is switched by hand."""

    def __init__(self, on_online: OnOnline) -> None:
        self.online, self.started, self.broken = False, False, False
        self.sent: list[bytes] = []
        self._on_online = on_online

    def start(self) -> None:
        self.started = True

    def stop(self) -> None:
        self.started = self.online = False

    def publish(self, topic: str, body: bytes) -> bool:
        if self.online and not self.broken:
            self.sent.append(body)
            return True
        return False

    def switch(self, online: bool) -> None:
        self.online = online
        self._on_online(online)


@pytest.mark.rule("AL-62")
def test_lte_takes_over_when_the_internet_is_gone_and_goes_when_it_is_back() -> None:
    clock = Clock()
    lines = Lines(clock, lambda online: None)
    internet, lte = Wire(lines.internet_online), Wire(lines.lte_online)
    lines.join(internet, lte)
    lines.start()
    internet.switch(True)
    lines.tick(clock())
    assert (lines.line, lte.started, lines.works(clock())) == ("internet", False, (True, None))
    internet.switch(False)
    lines.tick(clock())
    assert not lte.started
    clock.go(PATIENCE.total_seconds())
    lines.tick(clock())
    assert lte.started
    lte.switch(True)
    assert (lines.line, lines.publish("t", b"1"), lines.works(clock())) == (
        "lte",
        True,
        (False, True),
    )
    internet.switch(True)
    lines.tick(clock())
    assert not lte.started
    assert lines.publish("t", b"2")
    assert (internet.sent, lte.sent) == ([b"2"], [b"1"])
    internet.switch(False)
    clock.go(10)
    lines.tick(clock())
    clock.go(90)
    assert lines.works(clock()) == (False, False)


@pytest.mark.rule("AL-62")
def test_a_message_that_the_internet_does_not_confirm_goes_over_lte() -> None:
    clock = Clock()
    lines = Lines(clock, lambda online: None)
    internet, lte = Wire(lines.internet_online), Wire(lines.lte_online)
    lines.join(internet, lte)
    lines.start()
    internet.switch(True)
    internet.broken = True
    assert not lines.publish("t", b"1")
    assert lte.started
    lte.switch(True)
    assert lines.publish("t", b"1")
    assert lte.sent == [b"1"]


# -- Zigbee


class Radio:
    def __init__(self) -> None:
        self.on_message: Callable[[Message], None] = lambda message: None

    def start(
        self, on_message: Callable[[Message], None], on_online: Callable[[bool], None]
    ) -> None:
        self.on_message = on_message
        on_online(True)

    def stop(self) -> None: ...

    def say(self, topic: str, said: Any, *, retained: bool = False) -> None:
        self.on_message(Message(topic, json.dumps(said).encode(), retained))


def zigbee(box: Box) -> tuple[ZigbeeSensors, Radio]:
    radio = Radio()
    sensors = ZigbeeSensors(radio, box.guard, box.clock)
    sensors.start()
    return sensors, radio


def test_doors_dangers_and_movement_of_zigbee_reach_the_panel(tmp_path: Path) -> None:
    box = Box(tmp_path)
    _, radio = zigbee(box)
    radio.say("front", {"contact": True, "battery": 90})
    radio.say("hall", {"occupancy": True})
    radio.say("smoke", {"smoke": False})
    box.arm()
    box.clock.go(100)
    radio.say("front", {"contact": False, "battery": 89})
    radio.say("front", {"contact": False, "battery": 88})
    assert box.guard.panel.areas["home"].phase == "pending"
    radio.say("window", {"occupancy": True, "vibration": True})
    assert alarms(box.came) == []
    radio.say("window", {"contact": False})
    radio.say("smoke", {"smoke": True})
    radio.say("pendant", {"action": "emergency"})
    radio.say("pendant", {"sos": True})
    radio.say("pendant", {"action": ""})
    assert [one.kind for one in alarms(box.came)] == ["intrusion", "fire", "emergency", "emergency"]


def test_a_window_that_was_opened_while_nobody_listened_is_told_when_it_is_heard_of(
    tmp_path: Path,
) -> None:
    box = Box(tmp_path)
    box.arm("home")
    _, radio = zigbee(box)
    radio.say("window", {"contact": False}, retained=True)
    radio.say("hall", {"occupancy": True}, retained=True)
    assert [one.sensor for one in alarms(box.came)] == ["window"]


def test_a_silent_sensor_a_dead_radio_and_a_weak_one_are_told(tmp_path: Path) -> None:
    box = Box(tmp_path)
    sensors, radio = zigbee(box)
    radio.say("front", {"contact": True, "linkquality": 39, "battery": 9, "tamper": True})
    radio.say("front", {"contact": True, "linkquality": 59, "battery": 9})
    state = box.guard.panel.sensor("front")
    assert (state.radio_weak, state.battery_low, state.tampered) == (True, True, True)
    radio.say("front", {"contact": True, "linkquality": 60, "battery": 80, "tamper": False})
    state = box.guard.panel.sensor("front")
    assert (state.radio_weak, state.battery_low, state.tampered) == (False, False, False)
    box.clock.go(26 * 3600)
    sensors.tick(box.clock())
    assert box.guard.panel.sensor("front").lost_at is not None
    radio.say("bridge/state", "offline")
    sensors.tick(box.clock())
    box.clock.go(SILENT.total_seconds())
    sensors.tick(box.clock())
    assert not box.guard.panel.radio
    assert sensors.health()["front"].battery == 80


def test_a_sensor_that_the_settings_do_not_name_is_told_once(tmp_path: Path) -> None:
    box = Box(tmp_path)
    _, radio = zigbee(box)
    for _ in range(3):
        radio.say("neighbour", {"contact": False})
    assert [getattr(one, "kind", "") for one in box.came].count("unknown_sensor") == 1


# -- the whole controller


class Cloud:
    """AWS as a controller sees it."""

    def __init__(self) -> None:
        self.taken: list[tuple[Channel, bytes]] = []
        self.got = threading.Condition()
        self.lines: list[Any] = []

    def connect(
        self,
        who: Identity,
        listens: Sequence[str],
        on_message: OnMessage,
        on_online: OnOnline,
        *,
        lte: bool,
    ) -> Link:
        assert topics.topic(who.thing, Channel.SETTINGS) in listens
        cloud = self

        class Line:
            online = False

            def start(self) -> None:
                self.online = True
                on_online(True)

            def stop(self) -> None:
                self.online = False

            def publish(self, topic: str, body: bytes) -> bool:
                assert len(body) <= MAX_PAYLOAD
                channel = next(one for one in Channel if topic.endswith(f"/{one}"))
                with cloud.got:
                    cloud.taken.append((channel, body))
                    cloud.got.notify_all()
                return True

        self.send = on_message
        return Line()

    def say(self, channel: Channel, message: Any) -> None:
        self.send(topics.topic("ctl-1", channel), message.model_dump_json().encode())

    def wait(self, channel: Channel, least: int) -> list[bytes]:
        def found() -> list[bytes]:
            return [body for one, body in self.taken if one == channel]

        with self.got:
            assert self.got.wait_for(lambda: len(found()) >= least, timeout=20)
        return found()

    @property
    def panel(self) -> records.Record:
        reports = [ControllerReport.model_validate_json(b) for b in self.wait(Channel.PANEL, 1)]
        record = records.empty(reports[0].journal)
        for report in reports:
            assert report.sent_at is not None
            record = records.take(record, report, datetime.now(UTC)).record
        return record


class Station:
    """A controller that runs in a thread."""

    def __init__(self, directory: Path) -> None:
        save(directory, "ctl-1", "certificate", "key")
        self.cloud, self.horn = Cloud(), Horn()
        self.controller = Controller(
            Config("localhost", 8883, Path("ca.pem"), directory),
            self.horn,
            Mouth(),
            connect=self.cloud.connect,
            boot=lambda: "boot-1",
        )
        self.thread = threading.Thread(target=self.controller.run, daemon=True)
        self.thread.start()
        assert self.controller.running.wait(20)
        self.cloud.say(Channel.SETTINGS, ControllerSettings(panel=SETTINGS, keys=KEYS))

    def stop(self) -> None:
        self.controller.stop()
        self.thread.join(20)
        assert not self.thread.is_alive()

    def command(self, id: str, action: str, **more: Any) -> ControllerCommand:
        fields = {
            "expires_at": datetime.now(UTC) + timedelta(minutes=1),
            "actor": WEB,
            "areas": ("home",),
            **more,
        }
        return ControllerCommand(id=id, action=action, **fields)  # type: ignore[arg-type]


@pytest.mark.rule("AL-46", "AL-49")
def test_a_controller_takes_settings_commands_and_codes_and_the_cloud_knows_all_of_it(
    tmp_path: Path,
) -> None:
    station = Station(tmp_path)
    arm = station.command("c-1", "arm", mode="home", monitoring="company")
    station.cloud.say(Channel.COMMAND, arm)
    station.cloud.say(Channel.COMMAND, arm)
    stale = {"expires_at": datetime.now(UTC) - timedelta(seconds=1)}
    station.cloud.say(Channel.COMMAND, station.command("c-2", "disarm", **stale))
    station.cloud.say(Channel.COMMAND, station.command("c-3", "disarm", actor=FATHER))
    selfish = station.command("c-4", "arm", mode="home", monitoring="self", actor=APP)
    station.cloud.say(Channel.COMMAND, selfish)
    station.cloud.send(topics.topic("ctl-1", Channel.COMMAND), b"\xff{")
    station.cloud.send(topics.topic("ctl-1", Channel.SETTINGS), b"[]")
    results = [
        CommandResult.model_validate_json(body)
        for body in station.cloud.wait(Channel.COMMAND_RESULT, 4)
    ]
    assert [(one.id, one.state, one.reason) for one in results] == [
        ("c-1", "done", None),
        ("c-2", "failed", "expired"),
        ("c-3", "failed", "refused"),
        ("c-4", "failed", "refused"),
    ]
    station.controller.guard.note(f.Sensed, sensor="window")
    assert station.horn.kind == "intrusion"
    assert station.controller.type_code("0000", "disarm")[0].kind == "wrong_code"  # type: ignore[union-attr]
    assert operated(list(station.controller.type_code("2468", "disarm"))) == ["disarmed"]
    assert station.horn.kind is None
    held = station.controller.type_code("04A1B2C3", "arm", "home", "self", means="key")
    assert whys(list(held)) == ["open"]
    station.stop()
    record = station.cloud.panel
    assert record.panel.model_copy(update={"now": NOON}) == (
        station.controller.guard.panel.model_copy(update={"now": NOON})
    )
    assert not records.differences(record)
    assert ControllerStatus.model_validate_json(station.cloud.wait(Channel.STATUS, 1)[0])


def test_what_is_typed_at_the_terminal_is_done_and_what_is_unclear_is_said(tmp_path: Path) -> None:
    station = Station(tmp_path)
    out = StringIO()
    lines = (
        "code 2468 arm home company home",
        "sense window",
        "state",
        "code 2468 disarm",
        "sense window over",
        "key 04A1B2C3 arm away self home leave window 換気",
        "button",
        "cover",
        "mains",
        "lost window",
        "state",
        "code 2468 arm sideways company",
        "what",
        'sense "unclosed',
        "",
    )
    terminal.listen(station.controller, lines, out)
    said = out.getvalue()
    station.stop()
    assert "home: triggered 在宅ALSOK警備" in said
    assert "siren: intrusion" in said
    assert "home: arming 外出セルフ警備" in said
    assert said.count("code 1234 arm") == 2
    assert "No closing quotation" in said


# -- messages


def test_sixty_sensors_and_what_the_largest_report_holds_fit_into_a_message() -> None:
    sensors = tuple(
        Sensor(name=f"センサー番号{n:02}", label=f"二階の窓その{n:02}", kind="window", area="home")
        for n in range(64)
    )
    settings = PanelSettings(version=1, areas=(HOME,), sensors=sensors)
    assert fits(settings)
    fact = f.Configured(number=1, at=NOON, settings=settings)
    report = ControllerReport(journal="testtest", facts=(fact,), last=1, until=NOON)
    body = payload(report)
    assert len(body) < MAX_PAYLOAD
    assert ControllerReport.model_validate_json(body) == report
    longest = tuple(one.model_copy(update={"label": "窓" * 40, "name": f"{n:02}" + "窓" * 30})
                    for n, one in enumerate(sensors))  # fmt: skip
    assert not fits(settings.model_copy(update={"sensors": longest}))
