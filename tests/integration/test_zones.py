"""What of a camera's picture counts: from the family's app to the detector."""

import pytest

from lambdas.devices.api import handler
from lambdas.shared.aws.directory import Directory
from tests.integration.conftest import HOME, Ask, Cloud

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
