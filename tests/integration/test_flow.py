"""From the camera to the family and back, over queues and bus, each function as it is."""

import base64
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote_plus, urlsplit

import pytest

from iot.messages.camera import Command, EpisodeReport, MotionMinute, MotionReport, UploadGrant
from iot.topics import Channel
from iot.vision import network
from iot.vision.network import Detection
from iot.vision.who import Found, Glance
from lambdas.detect import api as events
from lambdas.detect import detector, on_episode, on_frames, on_upload_request
from lambdas.devices import api as devices
from lambdas.devices import on_motion as answers
from lambdas.devices import on_provisioning
from lambdas.ingest import api as readings
from lambdas.ingest import on_report
from lambdas.notify import on_notice as notices
from lambdas.shared.events import EpisodeReported, MotionDetected
from tests.integration.conftest import HOME, TARO, WEB, Ask, Cloud, Context, Take
from tests.integration.samples import MINUTE, NOON, SECOND, called_at, envelope, sample, stored
from tests.integration.shots import burst


def set_up(ask: Ask, kind: str, profile: str) -> str:
    """Add a camera in the app, type its code into it; its name."""
    body = {"name": "居間", "kind": kind, "profile": profile}
    added = ask(devices.handler, "POST", f"/homes/{HOME}/devices", body=body).body
    hook = sample("provisioning_hook")
    hook["parameters"]["SetupCode"] = added["setup_code"]
    with called_at(NOON):
        answer = on_provisioning.handler(hook, Context())
    assert answer["parameterOverrides"] == {"ThingName": added["id"]}
    return str(added["id"])


def grant(cloud: Cloud, thing: str, size: int) -> UploadGrant:
    """Ask to upload a burst; the answer."""
    asked = {"id": "ep-1", "objects": [{"bytes": size, "type": "application/zip"}]}
    on_upload_request.handler(envelope(thing, Channel.UPLOAD_REQUEST, asked), Context())
    told = cloud.told(thing)[-1]
    assert isinstance(told, UploadGrant)
    return told


def upload(cloud: Cloud, thing: str, data: bytes) -> dict[str, Any]:
    """Ask, then upload with the link; what S3 says of it."""
    key = grant(cloud, thing, len(data)).grants[0].key
    cloud.upload(key, data)
    return stored(quote_plus(key, safe="/"), len(data), NOON + 2 * SECOND)


def tell(cloud: Cloud, take: Take) -> None:
    """Hand on what detect said, twice, as a bus may."""
    said = cloud.heard(MotionDetected)
    for handler in (notices.handler, answers.handler):
        assert not take(handler, *said, *said)


@pytest.fixture(name="person")
def _person(monkeypatch: pytest.MonkeyPatch) -> None:
    """The network takes what it is shown for a person: its own tests are elsewhere."""

    def who(glances: Sequence[Glance], **_: object) -> Found:
        seen = Detection("person", 0.8, *glances[0].motion.boxes[0])
        return Found("person", 0.8, 0, (seen,))

    monkeypatch.setattr(detector, "who", who)
    monkeypatch.setattr(network, "available", lambda: True)


@pytest.mark.usefixtures("person")
@pytest.mark.rule("DC-19", "DC-21", "DC-27")
def test_guard_then_a_visit_then_a_mail_whose_link_leads_to_the_picture(
    cloud: Cloud, take: Take, ask: Ask
) -> None:
    thing = set_up(ask, "smart-camera", "security")
    ask(devices.handler, "PATCH", f"/homes/{HOME}/devices/{thing}", body={"response": "alarm"})

    body = upload(cloud, thing, burst("visit", "near-visit", episode=NOON))
    assert not take(on_frames.handler, body, body)
    tell(cloud, take)

    assert [mail.to for mail in cloud.mails] == ["hanako@f.example", "taro@f.example"]
    sounds = {told.id: told.action for told in cloud.told(thing) if isinstance(told, Command)}
    assert list(sounds.values()) == ["alarm"]
    # The link's page asks the API for the event, then for its picture.
    (line,) = [line for line in cloud.mails[1].text.splitlines() if line.startswith(WEB)]
    path = urlsplit(line).fragment
    event = ask(events.handler, "GET", path, person=TARO).body
    assert event["at"] == "2026-11-22T03:00:00Z"
    shown = ask(events.handler, "GET", event["picture"].removeprefix("/api"), person=TARO)
    assert shown.status == 200
    assert base64.b64decode(shown.body).startswith(b"\xff\xd8")


@pytest.mark.rule("DC-22", "DC-20")
def test_a_phone_without_photo_collection_keeps_its_picture_and_tells(
    cloud: Cloud, take: Take, ask: Ask
) -> None:
    cloud.household(cloud.contract("room-watch"))
    thing = set_up(ask, "phone-camera", "security")
    assert grant(cloud, thing, 1000).refused == "no-picture-contract"
    report = EpisodeReport(episode=NOON, level=0.2, pictures="on-device", mode="guard")
    assert not take(on_report.handler, envelope(thing, Channel.EPISODE, report, at=NOON + SECOND))
    assert not take(on_episode.handler, *cloud.heard(EpisodeReported))
    tell(cloud, take)
    assert len(cloud.mails) == 2
    assert all("://" not in mail.text for mail in cloud.mails)
    (event,) = ask(events.handler, "GET", f"/homes/{HOME}/events").body["events"]
    assert (event["pictures"], event["picture"]) == ("on-device", None)
    assert cloud.objects() == {}


@pytest.mark.rule("DC-29", "DC-28", "DC-30")
def test_a_senior_is_watched_by_values_alone(cloud: Cloud, take: Take, ask: Ask) -> None:
    thing = set_up(ask, "smart-camera", "senior")
    assert grant(cloud, thing, 1000).refused == "motion-only"
    minutes = [
        MotionMinute(at=NOON - i * MINUTE, level=0.2, peak=0.4, frames=600) for i in range(1, 101)
    ]
    assert not take(
        on_report.handler, envelope(thing, Channel.MOTION, MotionReport(minutes=minutes))
    )
    episodes = [
        EpisodeReport(episode=NOON - i * MINUTE, level=0.2, pictures="none", mode="motion-only")
        for i in range(20)
    ]
    said = [envelope(thing, Channel.EPISODE, episode) for episode in episodes]
    assert not take(on_report.handler, *said)
    assert not take(on_episode.handler, *cloud.heard(EpisodeReported))
    tell(cloud, take)

    path = f"/homes/{HOME}/devices/{thing}/motion"
    chart = ask(readings.handler, "GET", path, query={"date": "2026-11-22"}).body["minutes"]
    assert len(chart) == 100
    shown = ask(events.handler, "GET", f"/homes/{HOME}/events", query={"limit": "100"}).body
    assert len(shown["events"]) == 20
    assert {event["picture"] for event in shown["events"]} == {None}
    assert cloud.objects() == {}
    assert cloud.asked("PutObject") == []
    assert cloud.mails == []


@pytest.mark.usefixtures("person")
@pytest.mark.rule("DC-26")
def test_offline_at_two_online_at_ten_past_three_is_one_mail_of_two(
    cloud: Cloud, take: Take, ask: Ask
) -> None:
    thing = set_up(ask, "smart-camera", "security")
    at = NOON + timedelta(hours=2)
    online = at + 70 * MINUTE
    for seq in range(2):
        key = f"frames/{thing}/2026-11-22/061000000-ep-{seq}-0.zip"
        data = burst("visit", "visit", episode=at, seq=seq)
        cloud.upload(key, data)
        assert not take(on_frames.handler, stored(key, len(data), online + seq * SECOND))
    tell(cloud, take)
    assert len(cloud.mails) == 2  # one for each of the family
    assert "14時00分00秒" in cloud.mails[0].text
    assert "70分おくれて" in cloud.mails[0].text
    assert not [told for told in cloud.told(thing) if isinstance(told, Command)]


@pytest.mark.rule("DC-29")
def test_what_was_on_its_way_when_the_mode_became_motion_only_is_deleted(
    cloud: Cloud, take: Take, ask: Ask
) -> None:
    thing = set_up(ask, "smart-camera", "security")
    body = upload(cloud, thing, burst("visit", "visit", episode=NOON))
    change = {"mode": "motion-only"}
    assert (
        ask(devices.handler, "PATCH", f"/homes/{HOME}/devices/{thing}", body=change).status == 200
    )
    assert not take(on_frames.handler, body)
    assert cloud.objects() == {}
    assert cloud.heard(MotionDetected) == []
