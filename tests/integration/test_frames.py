"""Frames arrive: one event an episode, one picture of it, and whatever is wrong set aside."""

import struct
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import quote_plus

import pytest

from iot.vision import burst as bursts
from iot.vision import network
from lambdas.detect import on_frames
from lambdas.detect.detector import PeopleAndPets
from lambdas.detect.event import event_id
from lambdas.detect.on_frames import handler
from lambdas.detect.store import Store
from lambdas.detect.verdict import Box, Kind, Reason, Verdict
from lambdas.shared.events import MotionDetected
from tests.integration.conftest import HOME, Cloud, Take
from tests.integration.samples import DAY, HOUR, MINUTE, NOON, SECOND, sample, stored
from tests.integration.shots import What, burst, picture

THING = "cam-living"
EVENT = event_id(THING, NOON)


def key(name: str = "ep-1-0.zip", thing: str = THING) -> str:
    return f"frames/{thing}/2026-11-22/030000000-{name}"


def arrive(
    cloud: Cloud, data: bytes, name: str = "ep-1-0.zip", at: datetime = NOON + 3 * SECOND
) -> dict[str, Any]:
    """Upload an object; what S3 says of it."""
    cloud.upload(key(name), data)
    return stored(quote_plus(key(name), safe="/"), len(data), at)


class Judge:
    """A detector that knows the answers: one for each call."""

    def __init__(self, *kinds: tuple[Kind, float]) -> None:
        self._kinds = list(kinds)

    def judge(self, frames: Any, settings: Any) -> Verdict:
        kind, score = self._kinds.pop(0)
        return Verdict(
            kind=kind,
            level=0.2,
            score=score,
            boxes=(Box(x=0.1, y=0.1, w=0.1, h=score, label=kind),),
            key_frame=min(1, len(frames.jpegs) - 1),
            reason=Reason(kind=kind, area=0.1),
            detector="test/1",
        )


@pytest.mark.rule("DC-19", "DC-21")
def test_a_visit_in_guard_mode_is_an_event_with_its_picture(cloud: Cloud, take: Take) -> None:
    cloud.camera(THING)
    body = arrive(cloud, burst("visit", "near-visit", "visit", episode=NOON))
    assert not take(handler, body)
    (said,) = cloud.published()
    assert isinstance(said, MotionDetected)
    assert (said.event, said.home, said.thing, said.kind) == (EVENT, HOME, THING, "motion")
    assert (said.at, said.detected_at) == (NOON, NOON + 3 * SECOND)
    assert (said.camera, said.mode, said.pictures) == ("居間", "guard", "cloud")
    assert said.level > 0
    assert "動きました" in said.reason.ja
    assert "moved" in said.reason.en
    # The picture that the family sees is the one that shows it best.
    assert cloud.objects("pictures/") == {f"pictures/{HOME}/{EVENT}.jpg": picture("near-visit", 8)}


@pytest.mark.rule("G-08")
def test_the_same_upload_again_changes_nothing(cloud: Cloud, take: Take) -> None:
    cloud.camera(THING)
    body = arrive(cloud, burst("visit", "visit", episode=NOON))
    assert not take(handler, body, body)
    before = cloud.rows("detect")
    assert len(cloud.published()) == 1
    later = {**body, "Records": [{**body["Records"][0], "eventTime": "2026-11-22T04:00:00.000Z"}]}
    assert not take(handler, later, at=NOON + HOUR)
    assert cloud.published() == []
    assert cloud.rows("detect") == before
    assert len(cloud.objects("pictures/")) == 1


def test_the_parts_of_an_episode_are_one_event_in_any_order(cloud: Cloud, take: Take) -> None:
    cloud.camera(THING)
    first = arrive(cloud, burst("visit", "visit", episode=NOON), "ep-1-0.zip")
    second = arrive(cloud, burst("near-visit", "near-visit", episode=NOON, seq=1), "ep-1-1.zip")
    assert not take(handler, second, first)
    assert len(cloud.published()) == 1
    (row,) = cloud.rows("detect", f"HOME#{HOME}")
    known = Store("detect").event(HOME, EVENT)
    assert known
    assert known[0].reason.area > 0.05  # what the second, nearer one showed
    (kept,) = cloud.objects("pictures/").values()
    assert kept in (picture("near-visit", 4), picture("near-visit", 8))
    assert row["kind"] == "motion"


def test_what_turns_out_to_be_more_is_told_again_under_the_same_name(
    cloud: Cloud, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.camera(THING)
    told = Judge(("light", 0.9), ("motion", 0.6), ("person", 0.5), ("motion", 0.9), ("cat", 0.4))
    monkeypatch.setattr(on_frames, "detector", told)
    bodies = [arrive(cloud, burst("visit", episode=NOON, seq=i), f"ep-1-{i}.zip") for i in range(5)]
    assert not take(handler, *bodies)
    said = cloud.published()
    assert [one.kind for one in said if isinstance(one, MotionDetected)] == [
        "light",
        "motion",
        "person",
    ]
    assert {one.event for one in said if isinstance(one, MotionDetected)} == {EVENT}


def test_nothing_moved_is_no_event(cloud: Cloud, take: Take) -> None:
    cloud.camera(THING)
    assert not take(handler, arrive(cloud, burst("room", "room", episode=NOON)))
    assert cloud.published() == []
    assert cloud.rows("detect") == []
    assert cloud.objects("pictures/") == {}


def test_a_lamp_is_told_as_light(cloud: Cloud, take: Take) -> None:
    cloud.camera(THING)
    assert not take(handler, arrive(cloud, burst("lamp", "lamp", episode=NOON)))
    (said,) = cloud.published()
    assert isinstance(said, MotionDetected)
    assert said.kind == "light"


@pytest.mark.rule("DC-26")
def test_a_late_upload_keeps_the_time_at_which_it_happened(cloud: Cloud, take: Take) -> None:
    cloud.camera(THING)
    online = NOON + timedelta(minutes=70)
    assert not take(handler, arrive(cloud, burst("visit", "visit", episode=NOON), at=online))
    (said,) = cloud.published()
    assert isinstance(said, MotionDetected)
    assert (said.at, said.detected_at) == (NOON, online)
    known = Store("detect").event(HOME, EVENT)
    assert known
    assert known[0].late


@pytest.mark.rule("DC-29")
def test_pictures_of_a_motion_only_camera_are_deleted_and_nothing_is_kept(
    cloud: Cloud, take: Take
) -> None:
    cloud.camera(THING, mode="motion-only")
    bodies = [
        arrive(cloud, burst("visit", "visit", episode=NOON), "ep-1-0.zip"),
        arrive(cloud, picture("visit"), "ep-2-0.jpg"),
        arrive(cloud, b"garbage", "ep-3-0.zip"),
        arrive(cloud, burst("visit", episode=NOON, purpose="snapshot", command="c"), "c-0.zip"),
    ]
    assert not take(handler, *bodies)
    assert not take(handler, *bodies)
    assert cloud.objects() == {}
    assert cloud.published() == []
    assert cloud.rejected("detect") == [(THING, "motion-only")] * 4
    assert all(row["head"] == "" for row in cloud.rows("detect"))  # not a byte of them


@pytest.mark.rule("DC-29")
def test_what_was_remembered_of_a_camera_that_is_motion_only_now_is_deleted(
    cloud: Cloud, take: Take
) -> None:
    cloud.camera(THING)
    assert not take(handler, arrive(cloud, picture("room"), "a.jpg"))
    assert list(cloud.objects("last/")) == [f"last/{THING}.jpg"]
    cloud.camera(THING, mode="motion-only")
    assert not take(handler, arrive(cloud, picture("room"), "b.jpg"))
    assert list(cloud.objects("last/")) == []


def test_a_snapshot_is_kept_under_the_command_it_answers(cloud: Cloud, take: Take) -> None:
    cloud.camera(THING)
    data = burst("visit", episode=NOON, purpose="snapshot", command="c0ffee")
    assert not take(handler, arrive(cloud, data))
    assert list(cloud.objects("pictures/")) == [f"pictures/{HOME}/c0ffee.jpg"]
    assert cloud.published() == []
    assert cloud.rows("detect") == []


def test_lone_pictures_close_together_are_one_event(
    cloud: Cloud, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.camera(THING)
    monkeypatch.setattr(on_frames, "detector", Judge(*[("person", 0.6)] * 5))
    times = [NOON, NOON + 20 * SECOND, NOON + 45 * SECOND, NOON + 45 * SECOND, NOON + 2 * MINUTE]
    bodies = [
        arrive(cloud, picture("visit"), f"{at:%M%S}.jpg", at) for at in times
    ]  # the third comes twice
    assert not take(handler, *bodies)
    said = cloud.published()
    assert [one.event for one in said if isinstance(one, MotionDetected)] == [
        event_id(THING, NOON),
        event_id(THING, NOON + 2 * MINUTE),
    ]


def test_a_camera_s_first_lone_picture_proves_no_motion(cloud: Cloud, take: Take) -> None:
    cloud.camera(THING)
    assert not take(handler, arrive(cloud, picture("visit"), "lone.jpg"))
    assert cloud.published() == []


def test_a_lone_picture_is_compared_with_the_last_one(cloud: Cloud, take: Take) -> None:
    cloud.camera(THING)
    shown: list[What] = ["room", "room", "visit", "visit"]
    for number, name in enumerate(shown):
        at = NOON + number * MINUTE
        assert not take(handler, arrive(cloud, picture(name), f"{number}.jpg", at))
    (said,) = cloud.published()
    assert isinstance(said, MotionDetected)
    assert said.event == event_id(THING, NOON + 2 * MINUTE)
    assert list(cloud.objects("pictures/")) == [f"pictures/{HOME}/{said.event}.jpg"]


def test_several_objects_in_one_message(cloud: Cloud, take: Take) -> None:
    cloud.camera(THING)
    one = arrive(cloud, burst("visit", "visit", episode=NOON), "ep-1-0.zip")
    two = arrive(cloud, burst("visit", "visit", episode=NOON - HOUR), "ep-0-0.zip")
    assert not take(handler, {"Records": one["Records"] + two["Records"]})
    assert len(cloud.published()) == 2


def test_the_samples_are_taken(cloud: Cloud, take: Take) -> None:
    cloud.camera(THING)
    assert not take(handler, sample("s3_notification_in_sqs")["Records"][0]["body"])
    assert not take(handler, {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"})
    assert cloud.rows("detect") == []


# What cannot be taken


def declaring(width: int, height: int) -> bytes:
    """A burst whose picture lies about its size."""
    jpeg = picture("room")
    at = jpeg.index(b"\xff\xc0")
    return jpeg[: at + 5] + struct.pack(">HH", height, width) + jpeg[at + 9 :]


def _many() -> bytes:
    import io
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo("manifest.json"), "{}")
        for i in range(13):
            archive.writestr(zipfile.ZipInfo(f"{i}.jpg"), picture("room"))
    return out.getvalue()


BAD: dict[str, bytes] = {
    "empty": b"",
    "not-a-burst": b"PK\3\4 nonsense",
    "too-many-frames": _many(),
    "bad-manifest": burst("visit", episode=NOON, purpose="snapshot"),  # answers no command
    "corrupt-jpeg": picture("room")[:-2],
    "picture-too-large": declaring(20_000, 20_000),
    "too-large": picture("room")[:-2] + bytes(bursts.MAX_FRAME_BYTES) + b"\xff\xd9",
    "from-the-future": burst("visit", "visit", episode=NOON + HOUR),
}


@pytest.mark.parametrize("reason", BAD)
def test_what_cannot_be_judged_goes_to_quarantine_with_its_reason(
    cloud: Cloud, take: Take, reason: str
) -> None:
    cloud.camera(THING)
    name = "bad-0.bin"
    body = arrive(cloud, BAD[reason], name)
    assert not take(handler, body)
    assert cloud.rejected("detect") == [(THING, reason)]
    assert cloud.objects() == {f"quarantine/{key(name)}": BAD[reason]}
    assert cloud.published() == []
    (row,) = cloud.rows("detect", "REJECTED#")
    assert row["pk"] == "REJECTED#2026-11-22"
    assert row["detail"]
    assert int(row["expires"]) == int((NOON + 3 * SECOND + 30 * DAY).timestamp())

    assert not take(handler, body)  # again
    assert cloud.rejected("detect") == [(THING, reason)]


def test_what_declares_too_many_bytes_is_not_even_read(cloud: Cloud, take: Take) -> None:
    cloud.camera(THING)
    cloud.upload(key(), b"x")
    body = stored(key(), bursts.MAX_BYTES + 1)
    assert not take(handler, body)
    assert not take(handler, body)
    assert cloud.rejected("detect") == [(THING, "too-large")]
    assert cloud.asked("GetObject") == []


@pytest.mark.parametrize("name", [key(thing="cam-unknown"), "frames/lost.jpg", "stray.jpg"])
def test_what_comes_from_nowhere_goes_to_quarantine_once(
    cloud: Cloud, take: Take, name: str
) -> None:
    cloud.upload(name, picture("visit"))
    assert not take(handler, stored(name))
    assert not take(handler, stored(name))  # it has been moved meanwhile
    assert [reason for _, reason in cloud.rejected("detect")] == ["unknown-device"]
    assert list(cloud.objects()) == [f"quarantine/{name}"]


def test_a_little_ahead_of_us_is_no_future(cloud: Cloud, take: Take) -> None:
    cloud.camera(THING)
    ahead = NOON + 4 * MINUTE
    assert not take(handler, arrive(cloud, burst("visit", "visit", episode=ahead), at=NOON))
    assert len(cloud.published()) == 1


def test_an_object_that_is_gone_is_no_fault(cloud: Cloud, take: Take) -> None:
    cloud.camera(THING)
    assert not take(handler, stored(key()))
    assert cloud.rows("detect") == []


def test_one_bad_object_holds_nobody_up(cloud: Cloud, take: Take) -> None:
    cloud.camera(THING)
    good = arrive(cloud, burst("visit", "visit", episode=NOON))
    bad = arrive(cloud, b"garbage", "bad.zip")
    assert take(handler, bad, "no json", good) == ["message-1"]
    assert len(cloud.published()) == 1
    assert len(cloud.objects("pictures/")) == 1


def test_a_fault_of_ours_is_not_taken_for_a_missing_object(
    cloud: Cloud, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.camera(THING)

    class Broken:
        def judge(self, frames: Any, settings: Any) -> Verdict:
            raise KeyError("weights")

    monkeypatch.setattr(on_frames, "detector", Broken())
    assert take(handler, arrive(cloud, burst("visit", episode=NOON))) == ["message-0"]


def test_where_the_network_does_not_run_motion_is_told_and_the_operator_called(
    cloud: Cloud, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.camera(THING)
    counted: list[str] = []
    monkeypatch.setattr(on_frames.metrics, "add_metric", lambda name, **_: counted.append(name))
    monkeypatch.setattr(network, "_loaded", lambda: "ImportError: GLIBCXX_3.4.30 not found")
    monkeypatch.setattr(on_frames, "detector", PeopleAndPets())
    assert not take(handler, arrive(cloud, burst("visit", "near-visit", "visit", episode=NOON)))
    (told,) = cloud.published()
    assert told.kind == "motion"
    assert "NetworkMissing" in counted


# When services fail


@pytest.mark.parametrize("operation", ["GetItem", "GetObject", "UpdateItem", "PutObject"])
def test_nothing_is_lost_when_a_service_fails(cloud: Cloud, take: Take, operation: str) -> None:
    cloud.camera(THING)
    body = arrive(cloud, burst("visit", "visit", episode=NOON))
    cloud.fail(operation, code="ProvisionedThroughputExceededException")
    assert take(handler, body) == ["message-0"]
    assert not take(handler, body)
    assert len(cloud.published()) == 1
    assert len(cloud.objects("pictures/")) == 1


@pytest.mark.rule("G-08")
def test_what_was_stored_but_not_told_is_told_by_the_next_try(cloud: Cloud, take: Take) -> None:
    cloud.camera(THING)
    body = arrive(cloud, burst("visit", "visit", episode=NOON))
    cloud.fail("PutEvents")
    assert take(handler, body) == ["message-0"]
    assert cloud.published() == []
    assert len(cloud.rows("detect", "HOME#")) == 1
    assert not take(handler, body)
    assert len(cloud.published()) == 1
    assert not take(handler, body)
    assert cloud.published() == []


def test_a_bus_that_refuses_an_event_fails_the_message(
    cloud: Cloud, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.camera(THING)
    body = arrive(cloud, burst("visit", "visit", episode=NOON))
    call = cloud.call

    def refusing(original: Any, client: Any, operation: str, params: Any) -> Any:
        if operation == "PutEvents":
            return {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "InternalFailure"}]}
        return call(original, client, operation, params)

    monkeypatch.setattr(cloud, "call", refusing)
    assert take(handler, body) == ["message-0"]
    monkeypatch.setattr(cloud, "call", call)
    assert not take(handler, body)
    assert len(cloud.published()) == 1


def test_two_parts_at_the_same_moment(cloud: Cloud, take: Take) -> None:
    cloud.camera(THING)
    first = arrive(cloud, burst("visit", "visit", episode=NOON), "ep-1-0.zip")
    second = arrive(cloud, burst("near-visit", "near-visit", episode=NOON, seq=1), "ep-1-1.zip")
    cloud.meanwhile("UpdateItem", partial(take, handler, first))
    assert not take(handler, second)
    assert len(cloud.published()) == 1
    known = Store("detect").event(HOME, EVENT)
    assert known
    assert known[0].reason.area > 0.05


def test_a_part_that_says_less_does_not_undo_one_written_at_the_same_moment(
    cloud: Cloud, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.camera(THING)
    scores = Judge(("motion", 0.5), ("motion", 0.6), ("person", 0.9))
    monkeypatch.setattr(on_frames, "detector", scores)
    known, less, more = (
        arrive(cloud, burst("visit", episode=NOON, seq=i), f"ep-1-{i}.zip") for i in range(3)
    )
    assert not take(handler, known)
    cloud.meanwhile("UpdateItem", partial(take, handler, more))
    assert not take(handler, less)
    kept = Store("detect").event(HOME, EVENT)
    assert kept
    assert (kept[0].kind, kept[0].score) == ("person", 0.9)
