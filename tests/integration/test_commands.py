"""What people and the cloud itself ask of a camera, and what becomes of it."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from iot.messages.base import CommandResult
from iot.messages.camera import Command, StatusReport
from iot.topics import Channel
from lambdas.devices import on_motion, on_report
from lambdas.devices.api import handler
from lambdas.devices.store import Store
from lambdas.shared.events import Kind, MotionDetected, Sentence
from tests.integration.conftest import HANAKO, HOME, TARO, Ask, Cloud, Take
from tests.integration.samples import NOON, SECOND, envelope, on_bus, sample

THING = "cam-living"
COMMANDS = f"/homes/{HOME}/devices/{THING}/commands"


def motion(
    kind: Kind = "motion",
    at: datetime = NOON,
    detected_at: datetime | None = None,
    event: str = "event-1",
    thing: str = THING,
    siren: bool = True,
) -> MotionDetected:
    return MotionDetected(
        event=event,
        home=HOME,
        thing=thing,
        camera="居間",
        kind=kind,
        mode="guard",
        at=at,
        detected_at=detected_at or at + SECOND,
        level=0.2,
        reason=Sentence(ja="動きました", en="It moved"),
        pictures="cloud",
        siren=siren,
    )


def result(id: str, state: str = "done", reason: str | None = None) -> dict[str, Any]:
    answer = CommandResult.model_validate(
        {"id": id, "state": state, "reason": reason, "at": NOON + SECOND}
    )
    return envelope(THING, Channel.COMMAND_RESULT, answer, at=NOON + 2 * SECOND)


@pytest.mark.rule("G-07")
def test_a_command_is_sent_and_kept_with_who_and_when(cloud: Cloud, ask: Ask) -> None:
    cloud.camera(THING)
    sent = ask(handler, "POST", COMMANDS, body={"action": "voice", "seconds": 7}, person=TARO)
    assert sent.status == 202
    assert sent.body["state"] == "sent"
    (told,) = cloud.told(THING)
    assert told == Command(
        id=sent.body["id"], action="voice", seconds=7, expires_at=NOON + timedelta(minutes=1)
    )
    kept = Store("devices").command(THING, sent.body["id"])
    assert kept
    assert (kept.asked_by, kept.at, kept.action) == (TARO, NOON, "voice")


@pytest.mark.parametrize("action", ["alarm", "voice", "stop", "snapshot", "record"])
def test_a_smart_camera_can_do_everything(cloud: Cloud, ask: Ask, action: str) -> None:
    cloud.camera(THING)
    assert ask(handler, "POST", COMMANDS, body={"action": action}).status == 202


@pytest.mark.rule("DC-25")
@pytest.mark.parametrize("action", ["snapshot", "record"])
def test_a_phone_neither_shows_itself_live_nor_films(cloud: Cloud, ask: Ask, action: str) -> None:
    cloud.camera(THING, kind="phone-camera")
    refused = ask(handler, "POST", COMMANDS, body={"action": action})
    assert (refused.status, refused.body["rule"]) == (409, "DC-25")
    assert ask(handler, "POST", COMMANDS, body={"action": "alarm"}).status == 202
    assert [told.action for told in cloud.told(THING) if isinstance(told, Command)] == ["alarm"]


@pytest.mark.rule("DC-29")
@pytest.mark.parametrize("action", ["snapshot", "record"])
def test_a_motion_only_camera_takes_no_picture_for_anybody(
    cloud: Cloud, ask: Ask, action: str
) -> None:
    cloud.camera(THING, mode="motion-only")
    refused = ask(handler, "POST", COMMANDS, body={"action": action})
    assert (refused.status, refused.body["rule"]) == (409, "DC-29")
    assert cloud.told(THING) == []


@pytest.mark.rule("DC-24")
def test_without_a_card_a_film_fails_and_says_so_a_snapshot_does_not(
    cloud: Cloud, ask: Ask, take: Take
) -> None:
    cloud.camera(THING)
    film = ask(handler, "POST", COMMANDS, body={"action": "record"}).body["id"]
    shot = ask(handler, "POST", COMMANDS, body={"action": "snapshot"}).body["id"]
    assert not take(on_report.handler, result(film, "failed", "no-media"), result(shot))
    failed = ask(handler, "GET", f"{COMMANDS}/{film}").body
    assert (failed["state"], failed["reason"], failed["picture"]) == ("failed", "no-media", None)
    done = ask(handler, "GET", f"{COMMANDS}/{shot}").body
    assert (done["state"], done["picture"]) == ("done", f"/api/homes/{HOME}/pictures/{shot}")


def test_the_first_result_stands(cloud: Cloud, ask: Ask, take: Take) -> None:
    cloud.camera(THING)
    id = ask(handler, "POST", COMMANDS, body={"action": "alarm"}).body["id"]
    assert not take(on_report.handler, result(id), result(id), result(id, "failed", "error"))
    assert ask(handler, "GET", f"{COMMANDS}/{id}").body["state"] == "done"


def test_a_command_nobody_answered_expires(cloud: Cloud, ask: Ask) -> None:
    cloud.camera(THING)
    id = ask(handler, "POST", COMMANDS, body={"action": "alarm"}).body["id"]
    states = [
        ask(handler, "GET", f"{COMMANDS}/{id}", at=NOON + seconds * SECOND).body["state"]
        for seconds in (0, 60, 61)
    ]
    assert states == ["sent", "sent", "expired"]


def test_a_result_of_nothing_changes_nothing(cloud: Cloud, ask: Ask, take: Take) -> None:
    cloud.camera(THING)
    before = cloud.rows("devices")
    assert not take(on_report.handler, result("never-sent"))
    assert cloud.rows("devices") == before
    assert ask(handler, "GET", f"{COMMANDS}/never-sent").status == 404


def test_a_camera_that_waits_can_do_nothing_yet(cloud: Cloud, ask: Ask) -> None:
    body = {"name": "居間", "kind": "smart-camera", "profile": "security"}
    thing = ask(handler, "POST", f"/homes/{HOME}/devices", body=body).body["id"]
    path = f"/homes/{HOME}/devices/{thing}/commands"
    refused = ask(handler, "POST", path, body={"action": "alarm"})
    assert refused.status == 409
    assert refused.body["type"] == "urn:mimamori:problem:camera-not-ready"


# On detection (DC-27)


@pytest.mark.rule("DC-27")
@pytest.mark.parametrize("response", ["alarm", "voice"])
def test_the_chosen_sound_goes_off_with_the_detection(
    cloud: Cloud, take: Take, response: Any
) -> None:
    cloud.camera(THING, response=response)
    assert not take(on_motion.handler, on_bus(motion()))
    (told,) = cloud.told(THING)
    assert isinstance(told, Command)
    assert (told.id, told.action, told.event) == ("event-1", response, "event-1")
    assert told.expires_at == NOON + SECOND + timedelta(minutes=1)


@pytest.mark.rule("DC-27")
def test_none_is_silent(cloud: Cloud, take: Take) -> None:
    cloud.camera(THING, response="none")
    assert not take(on_motion.handler, on_bus(motion()))
    assert cloud.told(THING) == []


@pytest.mark.rule("DC-27", "DC-26")
def test_nothing_sounds_for_what_is_long_over(cloud: Cloud, take: Take) -> None:
    cloud.camera(THING, response="alarm")
    late = motion(at=NOON - timedelta(minutes=70), detected_at=NOON)
    assert not take(on_motion.handler, on_bus(late))
    assert cloud.told(THING) == []
    assert Store("devices").command(THING, "event-1") is None


@pytest.mark.rule("DC-27", "G-07", "G-08")
def test_a_detection_told_twice_is_one_command(cloud: Cloud, take: Take) -> None:
    cloud.camera(THING, response="alarm")
    body = on_bus(motion())
    assert not take(on_motion.handler, body, body)
    assert not take(on_motion.handler, body)
    assert len({told.id for told in cloud.told(THING)}) == 1  # a camera carries an id out once
    kept = Store("devices").command(THING, "event-1")
    assert kept
    assert (kept.asked_by, kept.at, kept.action) == ("mimamori", NOON + SECOND, "alarm")
    assert len(cloud.rows("devices", "DEVICE#")) == 1


@pytest.mark.rule("DC-27")
def test_a_crash_before_the_camera_is_told_is_made_good(cloud: Cloud, take: Take) -> None:
    cloud.camera(THING, response="alarm")
    cloud.fail("Publish")
    assert take(on_motion.handler, on_bus(motion())) == ["message-0"]
    assert cloud.told(THING) == []
    assert not take(on_motion.handler, on_bus(motion()))
    assert len(cloud.told(THING)) == 1


def test_a_removed_camera_is_not_told(cloud: Cloud, take: Take) -> None:
    assert not take(on_motion.handler, on_bus(motion(thing="cam-gone")))
    assert cloud.asked("Publish") == []


def test_one_bad_message_in_a_batch_fails_alone(cloud: Cloud, take: Take) -> None:
    cloud.camera(THING, response="alarm")
    good, other = on_bus(motion()), on_bus(motion(event="event-2"))
    failed = take(on_motion.handler, good, {"detail-type": "Unknown", "detail": {}}, "{", other)
    assert failed == ["message-1", "message-2"]
    assert {told.id for told in cloud.told(THING)} == {"event-1", "event-2"}


def test_the_sample_of_the_bus_is_taken(cloud: Cloud, take: Take) -> None:
    cloud.camera(THING, response="alarm")
    body = sample("eventbridge_in_sqs")["Records"][0]["body"]
    assert not take(on_motion.handler, body)
    assert len(cloud.told(THING)) == 1


def test_who_asked_is_the_caller(cloud: Cloud, ask: Ask) -> None:
    cloud.camera(THING)
    id = ask(handler, "POST", COMMANDS, body={"action": "stop"}).body["id"]
    kept = Store("devices").command(THING, id)
    assert kept
    assert kept.asked_by == HANAKO


@pytest.mark.rule("AL-68")
def test_a_camera_that_turns_is_turned_and_one_that_does_not_is_refused(
    cloud: Cloud, ask: Ask, take: Take
) -> None:
    cloud.camera(THING)
    left = {"action": "turn", "direction": "left"}
    assert ask(handler, "POST", COMMANDS, body={"action": "turn"}).status == 422
    assert ask(handler, "POST", COMMANDS, body={"action": "stop", "direction": "up"}).status == 422
    refused = ask(handler, "POST", COMMANDS, body=left)
    assert (refused.status, refused.body["rule"]) == (409, "AL-68")
    assert cloud.told(THING) == []
    status = StatusReport(
        at=NOON,
        mode="guard",
        firmware="1",
        pictures_on_device=0,
        sd_card=False,
        waiting=0,
        turns=True,
    )
    assert not take(on_report.handler, envelope(THING, Channel.STATUS, status, at=NOON))
    (shown,) = ask(handler, "GET", f"/homes/{HOME}/devices").body["devices"]
    assert shown["turns"] is True
    assert ask(handler, "POST", COMMANDS, body=left).status == 202
    (told,) = cloud.told(THING)
    assert isinstance(told, Command)
    assert (told.action, told.direction) == ("turn", "left")
