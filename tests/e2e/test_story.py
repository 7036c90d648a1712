"""The main story, in real time: somebody walks through a room, and the family knows.

The room is the project's own scene, the cameras are the agent itself, and whatever they and the
family do goes the way it would on AWS.
"""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from local import when
from local.cloud import LocalCloud
from tests.e2e import household as at_home
from tests.e2e.household import Household, Living, Outage, wait_until

SENTENCE = r"(人を検知しました（)?画面の [\d.]+ %(、| が )[\d.]+ 秒間.*"
"""The reason of what is seen here: a person, or motion where the network is not sure or not there.
"""


@dataclass
class Watched:
    """A camera in somebody's home, and what is known of it when the evening is over."""

    household: Household
    living: Living
    thing: str
    folder: Path
    answers: dict[str, Any] = field(default_factory=dict)

    def ask(self, action: str) -> Any:
        """Send a command by the API; what became of it."""
        path = f"/homes/{self.household.home}/devices/{self.thing}/commands"
        sent = self.household.family.request("POST", path, {"action": action})
        if sent.status != 202:
            return sent.json()
        id = sent.json()["id"]

        def look() -> Any:
            shown = self.household.family.get(f"{path}/{id}")
            return shown if shown["state"] != "sent" else None

        return wait_until(look, f"an answer to {action}")

    def is_over(self) -> bool:
        """Whether the cloud knows that the episode ended."""
        return bool(self.household.event(self.thing)["ended_at"])

    def mails(self) -> list[list[str]]:
        """What each person got of this camera."""
        return [
            [f"{mail['Subject']}\n{mail['BodyText']}" for mail in mails if self.name in str(mail)]
            for mails in self.household.mails()
        ]

    @property
    def name(self) -> str:
        return str(self.household.device(self.thing)["name"])

    def minutes(self) -> list[dict[str, Any]]:
        """Motion by the minute around now, as the page's chart asks for it."""
        now = self.living.now()
        path = f"/homes/{self.household.home}/devices/{self.thing}/motion?date="
        days = sorted({at_home.japanese_day(at) for at in (now - timedelta(minutes=5), now)})
        return [m for day in days for m in self.household.family.get(path + day)["minutes"]]


@dataclass
class Evening:
    """Somebody came by, and three cameras saw it."""

    guard: Watched
    senior: Watched
    phone: Watched


def watch(
    cloud: LocalCloud, folder: Path, household: Household, ending: ExitStack, **wanted: str
) -> Watched:
    """Add a camera, unpack it, type its code into it and wait until it knows what it may do."""
    registered = household.register(**wanted)
    kind = wanted.get("kind", "smart-camera")
    box = at_home.config(cloud, folder, registered["setup_code"], kind=kind)
    if "response" in wanted:
        path = f"/homes/{household.home}/devices/{registered['id']}"
        household.family.send("PATCH", path, {"response": wanted["response"]})
    living = ending.enter_context(Living(cloud, box))
    living.wait_for("state")
    return Watched(household, living, registered["id"], folder)


@pytest.fixture(scope="module")
def evening(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    """Three cameras see the same visit; then the family wants a look, and all go to sleep."""
    folder = tmp_path_factory.mktemp("evening")
    home = at_home.move_in(cloud)
    next_door = Household(cloud, cloud.seeded["other_home"], (cloud.seeded["stranger"],))
    home.family.send("PATCH", "/me", {"language": "en"})
    with ExitStack() as day:
        cameras = Evening(
            watch(cloud, folder / "guard", home, day, name="玄関", response="alarm"),
            watch(cloud, folder / "senior", home, day, name="寝室", profile="senior"),
            watch(cloud, folder / "phone", next_door, day, name="居間", kind="phone-camera"),
        )
        everyone = (cameras.guard, cameras.senior, cameras.phone)
        for camera in everyone:
            camera.living.room.enter()
        for camera in everyone:
            camera.living.wait_for("episode-ended")
            wait_until(camera.is_over, f"the end of the episode of {camera.name}")
        asked = [(camera, action) for camera in everyone for action in ("snapshot", "record")]
        with ThreadPoolExecutor() as family:
            answers = family.map(lambda of: of[0].ask(of[1]), asked)
            for (camera, action), answer in zip(asked, answers, strict=True):
                camera.answers[action] = answer
    cloud.settle()
    yield cameras
    assert at_home.dead_letters(cloud) == {}


# --- a smart camera on guard -------------------------------------------------------------------


def test_a_camera_gets_its_own_certificate_by_its_code(evening: Evening) -> None:
    told = evening.guard.living.heard("provisioned")
    assert [details["thing"] for details in told] == [evening.guard.thing]
    assert evening.guard.household.device(evening.guard.thing)["state"] == "active"


@pytest.mark.rule("DC-19", "DC-20", "DC-23")
def test_what_moved_is_stored_and_becomes_one_event(cloud: LocalCloud, evening: Evening) -> None:
    camera = evening.guard
    began = camera.living.heard("episode")[0]["at"]
    keys = [told["key"] for told in camera.living.heard("burst-uploaded")]
    assert keys
    assert set(keys) == set(at_home.objects(cloud, f"frames/{camera.thing}/"))
    event = camera.household.event(camera.thing)
    assert datetime.fromisoformat(event["at"]) == began
    assert (event["kind"], event["mode"], event["pictures"]) == ("person", "guard", "cloud")
    assert event["late"] is False
    assert event["score"] > 0.5
    assert event["boxes"]
    assert re.fullmatch(SENTENCE, event["reason"])


def test_the_end_of_an_episode_is_recorded(evening: Evening) -> None:
    event = evening.guard.household.event(evening.guard.thing)
    lasted = datetime.fromisoformat(event["ended_at"]) - datetime.fromisoformat(event["at"])
    assert timedelta(seconds=4) < lasted < timedelta(seconds=9)


@pytest.mark.rule("DC-21")
def test_everybody_gets_one_mail_in_their_language(evening: Evening) -> None:
    camera = evening.guard
    ((japanese,), (english,)) = camera.mails()
    event = camera.household.event(camera.thing)
    link = f"{camera.household.cloud.web_url}/#/homes/{camera.household.home}/events/{event['id']}"
    at = datetime.fromisoformat(event["at"]).astimezone(when.JST)
    assert f"{at:%H時%M分%S秒}" in japanese
    assert re.search("(動き|人)を検知しました", japanese)
    assert re.search(SENTENCE, japanese)  # of the first burst: the mail did not wait for more
    assert f"{at:%Y-%m-%d %H:%M:%S}" in english
    assert re.search("motion was detected|a person was seen", english)
    for mail in (japanese, english):
        assert link in mail


@pytest.mark.rule("DC-21", "DC-23")
def test_the_family_sees_the_picture_and_nobody_else(cloud: LocalCloud, evening: Evening) -> None:
    camera = evening.guard
    path = camera.household.event(camera.thing)["picture"].removeprefix("/api")
    answer = camera.household.family.request("GET", path)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/jpeg")
    picture = cv2.imdecode(np.frombuffer(answer.data, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape == (360, 640, 3)
    assert evening.phone.household.family.request("GET", path).status == 404


@pytest.mark.rule("DC-27")
def test_the_camera_sounds_its_alarm(evening: Evening) -> None:
    camera = evening.guard
    (sounded,) = camera.living.heard("alarm")
    assert sounded["cause"] == camera.household.event(camera.thing)["id"]
    assert evening.senior.living.heard("alarm") == evening.phone.living.heard("alarm") == []


@pytest.mark.rule("DC-28")
def test_motion_is_known_by_the_minute(evening: Evening) -> None:
    for camera in (evening.guard, evening.senior, evening.phone):
        minutes = camera.minutes()
        assert 1 <= len(minutes) <= 3
        assert max(minute["peak"] for minute in minutes) > 0.01
        assert sum(minute["frames"] for minute in minutes) > 60


@pytest.mark.rule("DC-25")
def test_a_snapshot_shows_the_room_as_it_is(evening: Evening) -> None:
    camera = evening.guard
    answer = camera.answers["snapshot"]
    assert answer["state"] == "done"
    picture = camera.household.family.request("GET", answer["picture"].removeprefix("/api"))
    assert picture.status == 200
    assert picture.data.startswith(b"\xff\xd8")
    assert len(camera.household.events(camera.thing)) == 1  # a snapshot is no event


@pytest.mark.rule("DC-24")
def test_recording_without_a_card_says_so(evening: Evening) -> None:
    answer = evening.guard.answers["record"]
    assert (answer["state"], answer["reason"]) == ("failed", "no-media")
    assert evening.guard.household.device(evening.guard.thing)["sd_card"] is False


# --- a camera that takes no pictures -------------------------------------------------------------


@pytest.mark.rule("DC-29", "DC-30")
def test_no_picture_of_a_motion_only_camera_exists(cloud: LocalCloud, evening: Evening) -> None:
    camera = evening.senior
    everything = at_home.objects(cloud, "")
    assert [key for key in everything if camera.thing in key] == []
    files = [path for path in camera.folder.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if b"\xff\xd8\xff" in path.read_bytes()]
    assert camera.living.heard("burst-uploaded") == []
    for answer in camera.answers.values():
        assert answer["rule"] == "DC-29"


@pytest.mark.rule("DC-28", "DC-29")
def test_a_motion_only_camera_tells_what_moved(evening: Evening) -> None:
    camera = evening.senior
    event = camera.household.event(camera.thing)
    assert (event["mode"], event["pictures"], event["picture"]) == ("motion-only", "none", None)
    assert event["ended_at"]
    path = f"/homes/{camera.household.home}/pictures/{event['id']}"
    assert camera.household.family.request("GET", path).status == 404
    assert camera.mails() == [[], []]  # the chart is what this family wants (DC-30)


# --- a phone without photo collection ------------------------------------------------------------


@pytest.mark.rule("DC-22")
def test_a_phones_picture_stays_on_the_phone(cloud: LocalCloud, evening: Evening) -> None:
    camera = evening.phone
    event = camera.household.event(camera.thing)
    assert (event["pictures"], event["picture"]) == ("on-device", None)
    ((mail,),) = camera.mails()
    assert "写真は、撮影したスマートフォンの中に保存されています" in mail
    assert "/events/" not in mail
    path = f"/homes/{camera.household.home}/pictures/{event['id']}"
    answer = camera.household.family.request("GET", path)
    assert (answer.status, answer.json()["rule"]) == (404, "DC-22")
    assert [key for key in at_home.objects(cloud, "") if camera.thing in key] == []
    (picture,) = (camera.folder / "pictures").glob("*.jpg")
    assert picture.read_bytes().startswith(b"\xff\xd8")
    assert camera.household.device(camera.thing)["pictures_on_device"] == 1


@pytest.mark.rule("DC-25")
def test_a_phone_gives_no_live_view(evening: Evening) -> None:
    for answer in evening.phone.answers.values():
        assert answer["rule"] == "DC-25"


# --- a camera without network ----------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.rule("DC-26")
def test_what_an_offline_camera_saw_is_told_later_with_its_own_time(
    cloud: LocalCloud, tmp_path: Path
) -> None:
    household = at_home.move_in(cloud)
    with ExitStack() as before:  # it has been online, so it knows its mode
        thing = watch(cloud, tmp_path, household, before).thing
    today = cloud.now().astimezone(when.JST)
    two = today.replace(hour=14, minute=0, second=0, microsecond=0)
    cloud.advance((two if two > today else two + timedelta(days=1)).isoformat())

    outage = Outage(cloud)
    with Living(cloud, at_home.config(cloud, tmp_path), connect=outage.connect) as camera:
        camera.room.enter()
        camera.wait_for("episode-ended")
        cloud.settle()
        assert household.events(thing) == []
        cloud.advance("70m")
        outage.over()
        wait_until(lambda: all(household.mails()), "mails")
        wait_until(lambda: household.event(thing)["ended_at"], "the end")
        wait_until(lambda: household.device(thing)["waiting"] == 0, "an empty outbox")
    cloud.settle()

    event = household.event(thing)
    at, told = (datetime.fromisoformat(event[name]) for name in ("at", "detected_at"))
    assert f"{at.astimezone(when.JST):%H:%M}" == "14:00"
    assert f"{told.astimezone(when.JST):%H:%M}" in ("15:10", "15:11")
    assert event["late"] is True
    for mails in household.mails():
        (mail,) = mails
        assert "14時00分" in mail["BodyText"]
        assert "70分おくれて" in mail["BodyText"]
