"""What of a camera's picture counts: from the family's app to the detector."""

import pytest

from iot.messages.camera import Box, StatusReport, WalkReport
from iot.topics import Channel
from lambdas.devices import cameras, on_report
from lambdas.devices.api import handler
from lambdas.shared.aws.directory import Directory
from tests.integration.conftest import HOME, Ask, Cloud, Take
from tests.integration.samples import NOON, SECOND, envelope

THING = "cam-1"
CURTAIN = {
    "use": "ignore",
    "points": [[0, 0], [300, 0], [300, 500], [0, 500]],
    "since": "11:00",
    "until": "13:30",
}


def test_zones_and_sensitivity_reach_the_detector(cloud: Cloud, ask: Ask) -> None:
    cloud.camera(THING)
    path = f"/homes/{HOME}/devices/{THING}"
    changed = ask(handler, "PATCH", path, body={"zones": [CURTAIN], "sensitivity": "low"})
    assert changed.status == 200
    assert changed.body["zones"] == [CURTAIN]
    device = Directory("directory").device(THING)
    assert device
    assert device.settings.sensitivity == "low"
    assert device.settings.zones[0].points == [(0, 0), (300, 0), (300, 500), (0, 500)]
    assert device.settings.zones[0].holds("12:00")
    assert not device.settings.zones[0].holds("13:30")
    # The device hears of them, too: what is ignored is not uploaded.
    asked = cloud.desired(THING)
    assert asked
    assert (asked.sensitivity, asked.zones) == (device.settings.sensitivity, device.settings.zones)
    # A later change of something else leaves them; an empty list takes them away.
    assert ask(handler, "PATCH", path, body={"name": "台所"}).body["zones"] == [CURTAIN]
    assert ask(handler, "PATCH", path, body={"zones": []}).body["zones"] == []
    after = Directory("directory").device(THING)
    assert after
    assert after.settings.zones == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"use": "watch"},
        {"points": [[0, 0], [10, 10]]},
        {"points": [[0, 0], [1001, 0], [0, 10]]},
        {"points": [[0, 0], [0.5, 0], [0, 10]]},
        {"since": "25:00"},
        {"until": None},
    ],
)
def test_zones_that_make_no_sense_are_refused(
    cloud: Cloud, ask: Ask, wrong: dict[str, object]
) -> None:
    cloud.camera(THING)
    body = {"zones": [CURTAIN | wrong]}
    assert ask(handler, "PATCH", f"/homes/{HOME}/devices/{THING}", body=body).status == 422
    many = {"zones": [CURTAIN] * 9}
    assert ask(handler, "PATCH", f"/homes/{HOME}/devices/{THING}", body=many).status == 422


def test_a_camera_says_that_it_is_blind_and_what_always_moves(
    cloud: Cloud, ask: Ask, take: Take
) -> None:
    cloud.camera(THING)
    status = StatusReport(
        at=NOON,
        mode="guard",
        firmware="agent-1.0",
        pictures_on_device=0,
        sd_card=False,
        waiting=0,
        blind="covered",
        restless=[Box(x=0.1, y=0.2, w=0.3, h=0.4)],
    )
    assert not take(on_report.handler, envelope(THING, Channel.STATUS, status, at=NOON + SECOND))
    (shown,) = ask(handler, "GET", f"/homes/{HOME}/devices").body["devices"]
    assert shown["blind"] == "covered"
    # What is offered can be sent back as it is, to be ignored.
    (offered,) = shown["restless"]
    assert offered["points"] == [[100, 200], [400, 200], [400, 600], [100, 600]]
    path = f"/homes/{HOME}/devices/{THING}"
    assert ask(handler, "PATCH", path, body={"zones": [offered]}).body["zones"] == [offered]


def test_a_family_may_hear_of_anything_that_moves(cloud: Cloud, ask: Ask) -> None:
    cloud.camera(THING)
    path = f"/homes/{HOME}/devices/{THING}"
    assert ask(handler, "PATCH", path, body={"tell": "anything"}).body["tell"] == "anything"
    device = Directory("directory").device(THING)
    assert device
    assert device.settings.tell == "anything"
    assert ask(handler, "PATCH", path, body={"tell": "everyone"}).status == 422


def test_what_the_walk_at_the_set_up_showed_is_kept_and_told(
    cloud: Cloud, ask: Ask, take: Take
) -> None:
    cloud.camera(THING)
    walk = WalkReport(at=NOON, heights=[0.05, None, 0.2, 0.4, None, None, 0.9, None, None])
    for at, known in ((NOON, walk), (NOON + SECOND, None)):  # started anew, it knows of none
        status = StatusReport(
            at=at, mode="guard", firmware="agent-1.0", pictures_on_device=0, sd_card=False,
            waiting=0, walk=known,
        )  # fmt: skip
        assert not take(on_report.handler, envelope(THING, Channel.STATUS, status, at=at + SECOND))
    (shown,) = ask(handler, "GET", f"/homes/{HOME}/devices").body["devices"]
    assert shown["walk"]["sees"] == [
        "barely", "not", "well", "well", "not", "not", "well", "not", "not",
    ]  # fmt: skip
    assert "5 %" in shown["walk"]["text"]
    assert "近づけて" in shown["walk"]["text"]


def test_a_walk_is_described_in_both_languages() -> None:
    far = WalkReport(at=NOON, heights=[0.05, *[None] * 8])
    near = WalkReport(at=NOON, heights=[0.3, *[None] * 8])
    nobody = WalkReport(at=NOON, heights=[None] * 9)
    assert cameras.words_of(far, "en").endswith("move the camera nearer.")
    assert cameras.words_of(near, "en").endswith("wherever you walked.")
    assert cameras.words_of(near, "ja").endswith("人を見分けられます。")
    assert cameras.words_of(nobody, "ja").startswith("だれも")
    assert cameras.words_of(nobody, "en").startswith("Nobody")
