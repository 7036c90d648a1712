"""May this camera upload a picture? Who may, gets links for exactly what was announced."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine

from iot.messages.camera import UploadGrant
from iot.topics import Channel
from lambdas.detect.on_upload_request import handler
from lambdas.shared.reports import MalformedMessage
from tests.integration.conftest import PICTURES, Cloud, Context
from tests.integration.samples import DAY, NOON, Sample, envelope, sample

THING = "cam-living"


def ask_for(
    objects: list[dict[str, object]] | None = None, thing: str = THING, **more: Any
) -> Sample:
    request = {
        "id": "ep-1",
        "purpose": "motion",
        "objects": objects or [{"bytes": 4096, "type": "application/zip"}],
    }
    return envelope(thing, Channel.UPLOAD_REQUEST, request, **more)


def answer(cloud: Cloud, event: Sample, thing: str = THING) -> UploadGrant:
    handler(event, Context())
    told = cloud.told(thing)[-1]
    assert isinstance(told, UploadGrant)
    return told


def test_a_link_for_each_object_under_the_cameras_own_prefix(cloud: Cloud) -> None:
    cloud.camera(THING)
    objects: list[dict[str, object]] = [
        {"bytes": 5000, "type": "application/zip"},
        {"bytes": 70, "type": "image/jpeg"},
    ]
    at = NOON + timedelta(milliseconds=7)
    granted = answer(cloud, ask_for(objects, at=at))
    assert (granted.id, granted.refused) == ("ep-1", None)
    assert [grant.key for grant in granted.grants] == [
        f"frames/{THING}/2026-11-22/030000007-ep-1-0.zip",
        f"frames/{THING}/2026-11-22/030000007-ep-1-1.jpg",
    ]
    for grant, announced in zip(granted.grants, objects, strict=True):
        link = urlsplit(grant.url)
        assert link.path.removeprefix("/") in (grant.key, f"{PICTURES}/{grant.key}")
        signed = parse_qs(link.query)
        assert signed["X-Amz-Expires"] == ["300"]
        # Size and type are signed: a link is good for these bytes only.
        assert set(signed["X-Amz-SignedHeaders"][0].split(";")) == {
            "content-length",
            "content-type",
            "host",
        }, announced


@pytest.mark.parametrize("late", [0, 0.999, 1, 7, 7200])
def test_a_grant_says_until_when_its_link_is_good(cloud: Cloud, late: float) -> None:
    """Also where the function took long to start, or the request was tried again hours later."""
    cloud.camera(THING)
    signed_at = NOON + timedelta(seconds=late)
    with time_machine.travel(signed_at, tick=False):
        (grant,) = answer(cloud, ask_for(at=NOON)).grants
    signed = parse_qs(urlsplit(grant.url).query)
    assert signed["X-Amz-Date"] == [f"{signed_at:%Y%m%dT%H%M%SZ}"]
    assert signed["X-Amz-Expires"] == ["300"]
    assert grant.expires_at == signed_at.replace(microsecond=0) + timedelta(minutes=5)


def test_the_sample_of_a_topic_rule_is_answered(cloud: Cloud) -> None:
    cloud.camera(THING)
    assert answer(cloud, sample("iot_envelope")).refused is None


@pytest.mark.rule("DC-23")
def test_a_smart_camera_needs_no_photo_collection(cloud: Cloud) -> None:
    cloud.household(cloud.contract("room-watch"))
    cloud.camera(THING, kind="smart-camera")
    assert answer(cloud, ask_for()).refused is None


@pytest.mark.rule("DC-20", "DC-22")
def test_a_phone_does(cloud: Cloud) -> None:
    cloud.camera(THING, kind="phone-camera")
    assert answer(cloud, ask_for()).refused is None
    cloud.household(cloud.contract("room-watch"))
    refused = answer(cloud, ask_for())
    assert (refused.refused, refused.grants) == ("no-picture-contract", [])


@pytest.mark.rule("DC-20")
def test_photo_collection_counts_only_while_it_is_in_force(cloud: Cloud) -> None:
    cloud.camera(THING, kind="phone-camera")
    cloud.household(
        cloud.contract("room-watch"),
        cloud.contract("photo-collection", id="contract-3", cameras=0, ends=NOON),
    )
    assert answer(cloud, ask_for(at=NOON - timedelta(milliseconds=1))).refused is None
    assert answer(cloud, ask_for(at=NOON)).refused == "no-picture-contract"


@pytest.mark.rule("DC-29")
@pytest.mark.parametrize("kind", ["smart-camera", "phone-camera"])
def test_a_motion_only_camera_never_may(cloud: Cloud, kind: Any) -> None:
    cloud.camera(THING, kind=kind, mode="motion-only")
    for number in range(100):
        refused = answer(cloud, ask_for(at=NOON + number * DAY / 100))
        assert (refused.refused, refused.grants) == ("motion-only", [])
    assert cloud.objects() == {}


def test_without_room_watch_nothing_is_uploaded(cloud: Cloud) -> None:
    cloud.camera(THING)
    cloud.household(cloud.contract("photo-collection"))
    assert answer(cloud, ask_for()).refused == "not-entitled"
    cloud.household(cloud.contract("room-watch", starts=NOON + DAY))
    assert answer(cloud, ask_for()).refused == "not-entitled"


def test_a_camera_nobody_registered_or_that_was_removed_may_not(cloud: Cloud) -> None:
    assert answer(cloud, ask_for()).refused == "unknown-device"
    cloud.camera(THING, home="home-that-is-gone")
    assert answer(cloud, ask_for()).refused == "unknown-device"


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\xff\xd8\xff",
        b"[]",
        {"id": "../../pictures/x", "objects": [{"bytes": 1, "type": "image/jpeg"}]},
        {"id": "a", "objects": []},
        {"id": "a", "objects": [{"bytes": 1, "type": "image/jpeg"}] * 17},
        {"id": "a", "objects": [{"bytes": 9 << 20, "type": "image/jpeg"}]},
        {"id": "a", "objects": [{"bytes": 1, "type": "text/html"}]},
    ],
    ids=str,
)
def test_a_request_that_makes_no_sense_is_written_down_and_answered(
    cloud: Cloud, message: Any
) -> None:
    cloud.camera(THING)
    event = envelope(THING, Channel.UPLOAD_REQUEST, message)
    refused = answer(cloud, event)
    assert (refused.id, refused.refused) == ("", "bad-request")
    answer(cloud, event)  # again
    ((thing, reason),) = cloud.rejected("detect")
    assert thing == THING
    assert reason in ("not-json", "bad-message")


def test_one_camera_cannot_ask_for_another(cloud: Cloud) -> None:
    cloud.camera(THING)
    handler(ask_for(client="cam-evil"), Context())
    assert cloud.told(THING) == []
    (told,) = cloud.told("cam-evil")
    assert isinstance(told, UploadGrant)
    assert (told.grants, told.refused) == ([], "bad-request")
    assert cloud.rejected("detect") == [("cam-evil", "not-the-sender")]


def test_what_no_rule_sent_ends_in_the_dead_letter_queue(cloud: Cloud) -> None:
    for event in ({}, {**ask_for(), "payload": "?"}, {**ask_for(), "topic": "a/b/c"}):
        with pytest.raises(MalformedMessage):
            handler(event, Context())
    assert cloud.asked("Publish") == []


@pytest.mark.parametrize("operation", ["GetItem", "Query", "Publish"])
def test_a_store_that_fails_fails_the_invocation_which_is_tried_again(
    cloud: Cloud, operation: str
) -> None:
    cloud.camera(THING)
    cloud.fail(operation)
    with pytest.raises(Exception, match="Throttling"):
        handler(ask_for(), Context())
    assert cloud.told(THING) == []
    assert answer(cloud, ask_for()).refused is None
