"""Devices and what may be asked of them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from iot.kinds import GROUP_OF, GROUPS, Kind
from iot.messages.base import CommandResult
from iot.messages.camera import Action, CameraState, Mode, Response
from lambdas.devices import cameras, model
from lambdas.devices.cameras import LATE, answer_to_motion, check_command
from lambdas.devices.model import SentCommand
from lambdas.shared.household import Device
from lambdas.shared.problems import Problem

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def camera(mode: Mode = "guard", response: Response = "none", **changes: Any) -> model.Device:
    values = {
        "thing": "cam-1",
        "home": "home",
        "name": "居間",
        "kind": "smart-camera",
        "camera": CameraState(mode=mode, response=response),
        "registered_at": NOW,
        "registered_by": "hanako",
        "serial": "S1",
        **changes,
    }
    return model.Device.model_validate(values)


def device(mode: Mode = "guard", response: Response = "alarm") -> Device:
    return camera(mode=mode, response=response).published()


@pytest.mark.rule("DC-30")
def test_each_use_has_a_mode_of_its_own() -> None:
    assert set(cameras.MODES) == set(get_args(cameras.Profile))
    assert set(cameras.MODES.values()) == set(get_args(Mode))


@pytest.mark.rule("DC-27")
@pytest.mark.parametrize("response", get_args(Response))
@pytest.mark.parametrize("mode", get_args(Mode))
@pytest.mark.parametrize("siren", [False, True])
def test_only_a_guarding_camera_answers_and_only_where_detection_says_so(
    siren: bool, mode: Mode, response: Response
) -> None:
    action = answer_to_motion(device(mode, response), siren, NOW, NOW + SECOND)
    sounds = mode == "guard" and response != "none" and siren
    assert action == (response if sounds else None)


@pytest.mark.rule("DC-27", "DC-26")
def test_it_answers_while_it_is_fresh() -> None:
    assert answer_to_motion(device(), True, NOW, NOW) == "alarm"
    assert answer_to_motion(device(), True, NOW, NOW + LATE) == "alarm"
    assert answer_to_motion(device(), True, NOW, NOW + LATE + SECOND) is None
    assert answer_to_motion(device(), True, NOW + 60 * SECOND, NOW) == "alarm"  # clock ahead


@pytest.mark.rule("DC-25", "DC-29", "DC-24", "AL-68")
@pytest.mark.parametrize("action", get_args(Action))
@pytest.mark.parametrize("mode", get_args(Mode))
@pytest.mark.parametrize("kind", ["smart-camera", "phone-camera"])
def test_pictures_on_demand_are_for_smart_cameras_that_may_take_pictures(
    kind: Kind, mode: Mode, action: Action
) -> None:
    asked = camera(kind=kind, mode=mode)
    if action in ("snapshot", "record") and kind == "phone-camera":
        expected = ("live-view-smart-camera-only", "DC-25")
    elif action in ("snapshot", "record") and mode == "motion-only":
        expected = ("no-pictures-in-this-mode", "DC-29")
    elif action == "turn":  # it has not said that it can
        expected = ("camera-does-not-turn", "AL-68")
    else:
        check_command(asked, action)  # a missing card is for the camera to say (DC-24)
        return
    with pytest.raises(Problem) as caught:
        check_command(asked, action)
    assert (caught.value.slug, caught.value.rule) == expected
    assert caught.value.status == 409


@pytest.mark.parametrize("action", get_args(Action))
def test_a_camera_that_waits_can_do_nothing(action: Action) -> None:
    with pytest.raises(Problem) as caught:
        check_command(camera(serial=None), action)
    assert caught.value.slug == "camera-not-ready"


def test_setup_codes_can_be_read_aloud_and_are_not_the_same() -> None:
    codes = {model.new_setup_code() for _ in range(200)}
    assert len(codes) == 200
    for code in codes:
        assert re.fullmatch(r"[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}", code)


def test_a_code_is_found_however_it_is_typed() -> None:
    assert model.code_key(" k7qf-2mxp\n") == model.code_key("K7QF-2MXP")
    assert model.code_key("K7QF-2MXP") != model.code_key("K7QF-2MXQ")
    assert "K7QF" not in model.code_key("K7QF-2MXP")


def test_a_things_name_tells_nothing() -> None:
    for kind in get_args(Kind):
        prefix = GROUPS[GROUP_OF[kind]].prefix
        assert re.fullmatch(prefix + r"[0-9a-f]{12}", model.new_thing(kind))
    assert model.new_thing("smart-camera") != model.new_thing("smart-camera")


@pytest.mark.parametrize("action", get_args(Action))
def test_a_sensor_is_asked_for_no_picture_and_no_sound(action: Action) -> None:
    with pytest.raises(Problem) as caught:
        check_command(camera(kind="activity-sensor", camera=None), action)
    assert caught.value.slug == "not-a-camera"


def test_a_command_is_good_for_a_minute() -> None:
    command = model.command("id", "alarm", NOW, seconds=7, event="e")
    assert command.expires_at == NOW + 60 * SECOND
    assert (command.seconds, command.event) == (7, "e")


def test_where_a_command_stands() -> None:
    sent = SentCommand(
        id="id", action="alarm", at=NOW, expires_at=NOW + 60 * SECOND, asked_by="hanako"
    )
    assert sent.state(NOW + 60 * SECOND) == "sent"
    assert sent.state(NOW + 61 * SECOND) == "expired"
    result = CommandResult(id="id", state="failed", reason="no-media", at=NOW)
    assert sent.model_copy(update={"result": result}).state(NOW + 61 * SECOND) == "failed"


def test_what_others_see_of_a_device() -> None:
    assert camera().published().active
    assert not camera(serial=None).published().active
    assert set(Device.model_fields) <= {*model.Device.model_fields, "active"}
