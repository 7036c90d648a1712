"""Somebody enters the grounds, where a sensor and a camera stand: the family sees who (AL-08)."""

import pytest

from iot.messages.camera import Command, Mode
from iot.messages.panel_facts import Sensed
from iot.messages.panel_settings import Sensor
from lambdas.detect import api as detect_api
from lambdas.detect.store import Pictures
from lambdas.devices import on_picture
from lambdas.security import staff_api
from lambdas.shared.events import PictureAsked
from tests.integration.centre import OPERATOR
from tests.integration.conftest import HANAKO, HOME, OTHER_HOME, PICTURES, TARO, Context
from tests.integration.guarded import FEATURES, GuardedHome, home
from tests.integration.samples import batch
from tests.panel import SETTINGS

__all__ = ["home"]

pytestmark = pytest.mark.rule("AL-08")

CAMERA = "cam-garden"
YARD = Sensor(name="yard", label="庭", kind="outdoor", area="home", camera=CAMERA)
JPEG = b"\xff\xd8\xff who it was"
ALL = (*FEATURES, "outdoor-images", "room-watch")


def _watched(home: GuardedHome, *features: str, mode: Mode = "guard", of: str = HOME) -> None:
    home.guarded(*(features or ALL))
    home.cloud.camera(CAMERA, mode=mode, home=of, name="庭")
    home.configured(SETTINGS.model_copy(update={"sensors": (*SETTINGS.sensors, YARD)}))


def _snapshots(home: GuardedHome) -> list[str]:
    """What the camera is asked for by what is on the bus, each message twice."""
    for one in home.of(PictureAsked):
        said = {"detail-type": one.detail_type(), "detail": one.model_dump(mode="json")}
        for _ in range(2):
            assert not on_picture.handler(batch(said, at=home.now), Context())["batchItemFailures"]
    told = [one for one in home.cloud.told(CAMERA) if isinstance(one, Command)]
    assert all(one.action == "snapshot" for one in told)
    return sorted({one.id for one in told})


@pytest.mark.parametrize("mode", ["away", "home"])
def test_who_enters_the_grounds_is_seen_by_the_family_and_by_nobody_of_the_centre(
    home: GuardedHome, mode: str
) -> None:
    _watched(home)
    home.armed(mode)
    home.sense("yard")
    (picture,) = _snapshots(home)
    Pictures(PICTURES).keep(HOME, picture, JPEG)  # as detection does with a camera's answer
    (line,) = [one for one in home.view()["history"] if one["what"] == "alarm"]
    assert line["kind"] == "premises"
    path = line["picture"].removeprefix("/api")
    for person in (HANAKO, TARO):
        assert home.centre.ask(detect_api.handler, "GET", path, person).status == 200
    assert home.centre.ask(detect_api.handler, "GET", path, "person-sato").status == 404
    assert [one["picture"] for one in _staff_history(home) if one["what"] == "alarm"] == [None]


def _staff_history(home: GuardedHome) -> list[dict[str, object]]:
    path = f"/security/sites/{HOME}/history"
    answer = home.centre.ask(staff_api.handler, "GET", path, OPERATOR)
    assert answer.status == 200
    found: list[dict[str, object]] = answer.body
    return found


def test_while_nobody_guards_or_only_the_siren_tells_no_picture_is_taken(home: GuardedHome) -> None:
    _watched(home)
    home.sense("yard")
    home.sense("yard", active=False)
    home.armed("home", "self")
    home.sense("yard")
    assert _snapshots(home) == []


def test_a_self_monitored_home_has_its_picture_too(home: GuardedHome) -> None:
    _watched(home, "intrusion", "outdoor-images", "room-watch")
    home.armed("away", "self")
    home.sense("yard")
    assert len(_snapshots(home)) == 1


def test_without_the_option_no_picture_is_taken(home: GuardedHome) -> None:
    _watched(home, *FEATURES, "room-watch")
    home.armed()
    home.sense("yard")
    assert _snapshots(home) == []


def test_a_camera_of_another_home_is_left_alone(home: GuardedHome) -> None:
    _watched(home, of=OTHER_HOME)
    home.armed()
    home.sense("yard")
    assert _snapshots(home) == []


@pytest.mark.rule("DC-29")
def test_a_camera_that_takes_no_pictures_takes_none_now_either(home: GuardedHome) -> None:
    _watched(home, mode="motion-only")
    home.armed()
    home.sense("yard")
    assert _snapshots(home) == []


def test_what_is_heard_late_shows_nobody_any_more(home: GuardedHome) -> None:
    _watched(home)
    home.armed()
    home.note(Sensed, sensor="yard")
    home.wait(200)
    home.report()
    assert len(home.of(PictureAsked)) == 1
    assert _snapshots(home) == []


def test_only_a_sensor_outdoors_has_a_camera() -> None:
    with pytest.raises(ValueError, match="outdoor"):
        Sensor(name="hall", label="廊下", kind="motion", area="home", camera=CAMERA)
