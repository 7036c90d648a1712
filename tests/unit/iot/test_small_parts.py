"""Minutes, state, sounds, the command line."""

import io
import json
import sys
import wave
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from iot import topics
from iot.agent.__main__ import arguments, config, main
from iot.agent.camera import sound
from iot.agent.camera.minutes import KEPT, Minutes
from iot.agent.device.state import StateFile, wanted
from iot.messages.camera import CameraState
from tests.unit.iot.fakes import NOON

GET = topics.shadow("cam-1", "get/accepted")
NONE = topics.shadow("cam-1", "get/rejected")
DELTA = topics.shadow("cam-1", "update/delta")


# --- minutes


@pytest.mark.rule("DC-28")
def test_only_complete_minutes_are_told() -> None:
    minutes = Minutes()
    for second in range(150):
        minutes.add(NOON + timedelta(seconds=second), 0.5 if second == 60 else 0)
    first, second = minutes.take()
    assert (first.at, first.level, first.peak, first.frames) == (NOON, 0, 0, 60)
    assert (second.level, second.peak) == (round(0.5 / 60, 4), 0.5)
    assert minutes.take() == []
    (rest,) = minutes.take(all=True)
    assert rest.frames == 30


def test_minutes_are_due_after_five() -> None:
    minutes = Minutes()
    due = []
    for second in range(0, 601, 10):
        at = NOON + timedelta(seconds=second)
        minutes.add(at, 0)
        if minutes.due(at):
            due.append(second)
            minutes.take()
    assert due == [300, 600]


def test_a_camera_reports_a_little_later_than_others() -> None:
    minutes = Minutes(late=timedelta(seconds=37))
    due = []
    for second in range(0, 661):
        at = NOON + timedelta(seconds=second)
        minutes.add(at, 0)
        if minutes.due(at):
            due.append(second)
            minutes.take()
    assert due == [337, 637]


def test_a_report_holds_no_more_than_the_cloud_takes() -> None:
    minutes = Minutes()
    for minute in range(300):
        minutes.add(NOON + timedelta(minutes=minute), 0)
    taken = [len(minutes.take(all=True)) for _ in range(4)]
    assert taken == [KEPT, KEPT, 60, 0]


# --- state


@pytest.mark.parametrize(
    ("topic", "document", "expected"),
    [
        (GET, {"state": {"desired": {"mode": "pet"}}}, CameraState(mode="pet")),
        (GET, {"state": {"reported": {"mode": "pet"}}}, CameraState()),
        (GET, {"state": {"desired": {"mode": "pet", "welcome": "aws"}}}, CameraState(mode="pet")),
        (DELTA, {"state": {"response": "alarm"}}, CameraState(response="alarm")),
        (NONE, {"code": 404}, CameraState()),
        (DELTA, {"state": {"mode": "film everything"}}, None),
        (DELTA, {"nothing": 1}, None),
        (GET, [], None),
    ],
)
def test_what_a_shadow_asks_for(topic: str, document: object, expected: CameraState | None) -> None:
    assert wanted(json.dumps(document).encode(), topic, None) == expected


def test_a_change_leaves_the_rest() -> None:
    now = CameraState(mode="motion-only", response="voice")
    changed = wanted(b'{"state": {"response": "none"}}', DELTA, now)
    assert changed == CameraState(mode="motion-only", response="none")
    assert wanted(b"{}", NONE, now) == now
    assert wanted(b"\xff", DELTA, now) is None


def test_a_state_is_kept(tmp_path: Path) -> None:
    file = StateFile(tmp_path / "state.json")
    assert file.load() is None
    file.save(CameraState(mode="pet"))
    assert file.load() == CameraState(mode="pet")
    (tmp_path / "state.json").write_text("{")
    assert file.load() is None


# --- sound


@pytest.mark.rule("DC-27")
@pytest.mark.parametrize("kind", ["alarm", "voice"])
def test_sounds_can_be_heard(kind: sound.Sound) -> None:
    with wave.open(io.BytesIO(sound.wav(kind, 3))) as file:
        assert file.getnframes() == 3 * sound.RATE
        samples = np.frombuffer(file.readframes(sound.RATE), "<i2")
    assert abs(samples).max() > 10_000


def test_alarm_and_voice_differ() -> None:
    assert sound.wav("alarm", 1) != sound.wav("voice", 1)


def test_a_speaker_plays_beside_and_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "player"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o700)
    monkeypatch.setattr(sound, "player_command", lambda _: [str(program)])
    speaker = sound.Speaker()
    assert speaker.play("alarm", 1)
    process = speaker._process
    assert process
    assert process.poll() is None
    assert speaker.play("voice", 1)  # in place of the alarm
    assert process.poll() is not None
    speaker.stop()
    speaker.stop()


def test_a_speaker_without_a_player_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound, "player_command", lambda _: None)
    assert sound.Speaker().play("alarm", 1) is False


def test_players_by_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    has: set[str] = set()
    monkeypatch.setattr(sound.shutil, "which", lambda name: name if name in has else None)
    assert sound.player_command() is None
    has.add("afplay")
    assert sound.player_command() == ["afplay"]
    has.add("paplay")
    assert sound.player_command("usb") == ["paplay", "--device=usb"]
    has.add("aplay")
    assert sound.player_command("hw:1") == ["aplay", "-q", "-D", "hw:1"]


# --- the command line

REQUIRED = ["--source", "0", "--endpoint", "iot", "--ca", "ca.pem", "--identity", "device"]
CLAIM = ["--claim-cert", "c", "--claim-key", "k", "--setup-code", "K7QF-2MXP", "--serial", "SN-1"]


def test_the_command_line() -> None:
    parser = arguments("camera")
    args = parser.parse_args([*REQUIRED, *CLAIM, "--kind", "phone-camera", "--mute", "--once"])
    made = config(args, parser)
    assert (made.endpoint, made.port, made.kind, made.mute) == ("iot", 8883, "phone-camera", True)
    assert made.claim
    assert (made.claim.serial, made.claim.template) == ("SN-1", "mimamori-camera")
    assert config(parser.parse_args(REQUIRED), parser).claim is None


def test_half_a_claim_is_none() -> None:
    parser = arguments("camera")
    with pytest.raises(SystemExit):
        config(parser.parse_args([*REQUIRED, "--serial", "SN-1"]), parser)


def test_a_missing_source_ends_with_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = ["--source", str(tmp_path / "film.mp4"), *REQUIRED[2:]]
    monkeypatch.setattr(sys, "argv", ["agent", *missing])
    assert main() == 1
