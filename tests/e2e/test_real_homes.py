"""Real homes, through the whole cloud: who is told, what sounds, and what the app shows."""

import threading
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from bench.compare import pets
from bench.scenes import Sprite
from iot.agent.camera.source import FPS, Frame
from iot.agent.device.clock import Clock
from local.cloud import LocalCloud
from tests.e2e import household as at_home
from tests.e2e.household import Household, Living, wait_until

PHOTOS = Path(__file__).parents[2] / "../shared/photos"


class Film:
    """A source: pictures in real time, then the last ones on and on; None for a lost picture."""

    def __init__(
        self, clock: Clock, pictures: Sequence[Frame | None], ever: Sequence[Frame | None]
    ) -> None:
        self._clock, self._pictures, self._ever = clock, pictures, ever

    def _all(self) -> Iterator[Frame | None]:
        yield from self._pictures
        while True:
            yield from self._ever

    def frames(self, stop: threading.Event) -> Iterator[tuple[datetime, Frame | None]]:
        """See iot.agent.camera.source.Source."""
        due = time.monotonic()
        for picture in self._all():
            yield self._clock(), picture
            due = max(due + 1 / FPS, time.monotonic())
            if stop.wait(max(0.0, due - time.monotonic())):
                return


def watching(
    cloud: LocalCloud,
    folder: Path,
    home: Household,
    pictures: Sequence[Frame | None],
    ever: Sequence[Frame | None],
) -> tuple[Living, str]:
    """A guarding camera with the alarm chosen, and its name."""
    registered = home.register()
    thing = registered["id"]
    home.family.send("PATCH", f"/homes/{home.home}/devices/{thing}", {"response": "alarm"})
    box = at_home.config(cloud, folder, registered["setup_code"])
    return Living(cloud, box, source=Film(cloud.now, pictures, ever)), thing


def empty(seconds: float) -> list[Frame]:
    """The empty room."""
    return [at_home.film()[i % 4] for i in range(round(seconds * FPS))]


def with_fan(pictures: Sequence[Frame]) -> list[Frame]:
    """A fan turns in the upper left of the room."""
    shown = []
    for i, picture in enumerate(pictures):
        fan = picture.copy()
        centre, size = (fan.shape[1] // 8, fan.shape[0] // 4), fan.shape[0] // 12
        cv2.circle(fan, centre, size + 4, (90, 90, 90), 2)
        for blade in range(3):
            angle = 120 * blade + 47 * i
            cv2.ellipse(fan, centre, (size, size // 3), angle, -28, 28, (150, 150, 150), -1)
        shown.append(fan)
    return shown


def told(home: Household) -> list[str]:
    """The subjects of the family's mails."""
    return [mail["Subject"] for mail in home.mails()[-1]]


@pytest.mark.slow
def test_a_visitor_beside_a_fan_is_told_and_sounded_as_an_event_of_their_own(
    cloud: LocalCloud, tmp_path: Path
) -> None:
    home = at_home.move_in(cloud)
    pictures = [*empty(3), *with_fan([*empty(8), *at_home.film()])]
    living, thing = watching(cloud, tmp_path, home, pictures, with_fan(empty(4)))
    with living:
        wait_until(lambda: told(home), "a mail")
        sounded = living.wait_for("alarm")
        persons = [one for one in home.events(thing) if one["kind"] == "person"]
    assert len(living.heard("alarm")) == len(persons) == 1
    assert len(told(home)) == 1
    assert "人を検知しました" in told(home)[0]
    assert sounded["cause"] == persons[0]["id"]
    others = [one for one in home.events(thing) if one["kind"] != "person"]
    assert {one["kind"] for one in others} <= {"motion", "other", "light"}
    entered = datetime.fromisoformat(persons[0]["at"])
    assert all(datetime.fromisoformat(one["at"]) < entered for one in others)


def crossing(cut: Sprite) -> list[Frame]:
    """An animal that crosses the room."""
    rooms = empty(8)
    height, width = rooms[0].shape[:2]
    tall = round(0.3 * height)
    wide = round(cut.picture.shape[1] * tall / cut.picture.shape[0])
    look = cv2.resize(cut.picture, (wide, tall), interpolation=cv2.INTER_AREA)
    alpha = cv2.resize(cut.alpha, (wide, tall), interpolation=cv2.INTER_AREA)[..., None]
    y, shown = height - tall - 10, []
    for i, room in enumerate(rooms):
        x, picture = round((width - wide) * i / len(rooms)), room.copy()
        under = picture[y : y + tall, x : x + wide]
        picture[y : y + tall, x : x + wide] = np.uint8(under + alpha * (look - under))
        shown.append(picture)
    return shown


@pytest.mark.slow
@pytest.mark.skipif(not PHOTOS.exists(), reason="the photographs are not part of the project")
def test_a_cat_is_an_event_and_neither_mail_nor_siren(cloud: LocalCloud, tmp_path: Path) -> None:
    home = at_home.move_in(cloud)
    pictures = [*empty(3), *crossing(pets(PHOTOS)["cat"])]
    living, thing = watching(cloud, tmp_path, home, pictures, empty(1))
    with living:
        living.wait_for("episode-ended")
        wait_until(
            lambda: [one for one in home.events(thing) if one["kind"] == "cat"], "the cat's event"
        )
        cloud.settle()
    assert told(home) == []
    assert living.heard("alarm") == []


@pytest.mark.slow
def test_a_stream_that_dies_in_mid_visit_is_told_and_shown_and_ends_the_event(
    cloud: LocalCloud, tmp_path: Path
) -> None:
    home = at_home.move_in(cloud)
    visit = at_home.film()
    half = [*empty(3), *visit[: len(visit) // 2]]
    living, thing = watching(cloud, tmp_path, home, half, [None])
    with living:
        wait_until(lambda: home.device(thing)["blind"] == "no-source", "the state of the camera")
        wait_until(lambda: any("映像に異常" in one for one in told(home)), "the mail")
        (lost,) = wait_until(
            lambda: [one for one in home.events(thing) if one["kind"] == "blind"], "the event"
        )
        visits = wait_until(
            lambda: [
                one for one in home.events(thing) if one["kind"] != "blind" and one["ended_at"]
            ],
            "the end of the visit",
        )
    assert lost["reason"] == "カメラの映像が届いていません"
    assert len(visits) == 1
    assert len(living.heard("blind")) == 1
