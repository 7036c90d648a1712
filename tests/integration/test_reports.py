"""What cameras say of themselves and of the room: health, motion by the minute, episodes."""

import base64
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from iot.messages.camera import EpisodeReport, MotionMinute, MotionReport, StatusReport
from iot.topics import Channel
from lambdas.detect import on_episode
from lambdas.detect.event import event_id
from lambdas.detect.store import Store
from lambdas.devices import api
from lambdas.devices import on_report as health
from lambdas.ingest import api as readings
from lambdas.ingest import on_report
from lambdas.shared.events import EpisodeReported, MotionDetected, MotionEnded
from tests.integration.conftest import HOME, Ask, Cloud, Take
from tests.integration.samples import DAY, HOUR, MINUTE, NOON, SECOND, envelope, on_bus, sample

THING = "cam-living"


def minutes(first: datetime, count: int, level: float = 0.1) -> MotionReport:
    return MotionReport(
        minutes=[
            MotionMinute(at=first + i * MINUTE, level=level, peak=level, frames=600)
            for i in range(count)
        ]
    )


def said(report: MotionReport | EpisodeReport | bytes | dict[str, Any], **more: Any) -> Any:
    channel = Channel.EPISODE if isinstance(report, EpisodeReport) else Channel.MOTION
    return envelope(THING, channel, report, **more)


def chart(ask: Ask, day: str = "2026-11-22") -> Any:
    path = f"/homes/{HOME}/devices/{THING}/motion"
    return ask(readings.handler, "GET", path, query={"date": day})


# Motion by the minute


@pytest.mark.rule("DC-28")
def test_motion_is_a_series_by_the_minute(cloud: Cloud, take: Take, ask: Ask) -> None:
    cloud.camera(THING, mode="pet")
    assert not take(on_report.handler, said(minutes(NOON - 5 * MINUTE, 5, 0.25)))
    shown = chart(ask).body
    assert (shown["device"], shown["date"]) == (THING, "2026-11-22")
    assert [one["at"] for one in shown["minutes"]] == [
        f"2026-11-22T02:{minute}:00Z" for minute in range(55, 60)
    ]
    assert {(one["level"], one["peak"], one["frames"]) for one in shown["minutes"]} == {
        (0.25, 0.25, 600)
    }


@pytest.mark.rule("DC-29", "DC-28")
def test_a_hundred_minutes_of_a_motion_only_room_are_values_and_no_picture(
    cloud: Cloud, take: Take, ask: Ask
) -> None:
    cloud.camera(THING, mode="motion-only")
    assert not take(on_report.handler, said(minutes(NOON - 100 * MINUTE, 100)))
    assert len(chart(ask).body["minutes"]) == 100
    assert cloud.objects() == {}


@pytest.mark.rule("G-01", "DC-28")
def test_a_day_is_a_day_in_japan(cloud: Cloud, take: Take, ask: Ask) -> None:
    cloud.camera(THING)
    midnight = datetime(2026, 11, 30, 15, tzinfo=UTC)  # 1 December 00:00 in Japan
    assert not take(on_report.handler, said(minutes(midnight - MINUTE, 2), at=midnight + HOUR))
    assert [one["at"] for one in chart(ask, "2026-11-30").body["minutes"]] == [
        "2026-11-30T14:59:00Z"
    ]
    assert [one["at"] for one in chart(ask, "2026-12-01").body["minutes"]] == [
        "2026-11-30T15:00:00Z"
    ]
    assert chart(ask, "2026-12-02").body["minutes"] == []


def test_minutes_twice_and_out_of_order_are_the_same_minutes(
    cloud: Cloud, take: Take, ask: Ask
) -> None:
    cloud.camera(THING)
    early, late = said(minutes(NOON - 10 * MINUTE, 5)), said(minutes(NOON - 5 * MINUTE, 5))
    assert not take(on_report.handler, late, early, early)
    before = cloud.rows("readings")
    assert not take(on_report.handler, late)
    assert cloud.rows("readings") == before
    assert len(chart(ask).body["minutes"]) == 10


@pytest.mark.rule("DC-26")
def test_minutes_that_were_kept_offline_find_their_place(
    cloud: Cloud, take: Take, ask: Ask
) -> None:
    cloud.camera(THING)
    assert not take(on_report.handler, said(minutes(NOON - DAY, 3)))
    assert len(chart(ask, "2026-11-21").body["minutes"]) == 3


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1886-01-01"])
def test_any_day_can_be_asked_for(cloud: Cloud, ask: Ask, day: str) -> None:
    cloud.camera(THING)
    assert chart(ask, day).status in (200, 422)


# Episodes told without a picture


def episode(
    pictures: Any = "none", ended_at: datetime | None = None, level: float = 0.3
) -> EpisodeReport:
    return EpisodeReport(
        episode=NOON,
        ended_at=ended_at,
        level=level,
        pictures=pictures,
        mode="motion-only" if pictures == "none" else "guard",
    )


def through(
    cloud: Cloud, take: Take, *reports: EpisodeReport, at: datetime = NOON + SECOND
) -> None:
    """From the camera over ingest and the bus to detect."""
    assert not take(on_report.handler, *(said(one, at=at) for one in reports))
    assert not take(on_episode.handler, *cloud.heard(EpisodeReported))


EVENT = event_id(THING, NOON)


@pytest.mark.rule("DC-22")
def test_an_episode_whose_picture_stays_on_the_phone(cloud: Cloud, take: Take) -> None:
    cloud.camera(THING, kind="phone-camera")
    through(cloud, take, episode("on-device"))
    (told,) = cloud.published()
    assert isinstance(told, MotionDetected)
    assert (told.event, told.kind, told.pictures) == (EVENT, "motion", "on-device")
    assert (told.at, told.detected_at) == (NOON, NOON + SECOND)


@pytest.mark.rule("DC-29")
def test_an_episode_of_a_motion_only_room(cloud: Cloud, take: Take) -> None:
    cloud.camera(THING, mode="motion-only")
    through(cloud, take, episode("none"))
    (told,) = cloud.published()
    assert isinstance(told, MotionDetected)
    assert (told.pictures, told.mode) == ("none", "motion-only")
    assert cloud.objects() == {}


@pytest.mark.rule("DC-26")
def test_an_episode_from_offline_keeps_its_time(cloud: Cloud, take: Take) -> None:
    cloud.camera(THING, kind="phone-camera")
    through(cloud, take, episode("on-device"), at=NOON + 70 * MINUTE)
    (told,) = cloud.published()
    assert isinstance(told, MotionDetected)
    assert (told.at, told.detected_at) == (NOON, NOON + 70 * MINUTE)


def test_an_episode_twice_is_one_event(cloud: Cloud, take: Take) -> None:
    cloud.camera(THING, kind="phone-camera")
    through(cloud, take, episode("on-device"), episode("on-device"))
    through(cloud, take, episode("on-device"), at=NOON + HOUR)
    assert len(cloud.published()) == 1
    assert len(cloud.rows("detect", "HOME#")) == 1


@pytest.mark.parametrize("end_first", [False, True])
def test_the_end_of_an_episode_is_remembered_whenever_it_is_heard(
    cloud: Cloud, take: Take, end_first: bool
) -> None:
    cloud.camera(THING, kind="phone-camera")
    end = NOON + 20 * SECOND
    parts = [episode("on-device"), episode("on-device", ended_at=end, level=0.4)]
    for part in reversed(parts) if end_first else parts:
        through(cloud, take, part, at=end + SECOND)
    known = Store("detect").event(HOME, EVENT)
    assert known
    event, ended = known
    assert (event.level, event.reason.seconds, ended) == (0.4, 20, end)
    told = cloud.published()
    assert [type(one) for one in told].count(MotionDetected) == 1
    assert [type(one) for one in told].count(MotionEnded) == 1


def test_the_end_of_an_uploaded_episode_adds_only_its_end(cloud: Cloud, take: Take) -> None:
    cloud.camera(THING)
    end = NOON + 20 * SECOND
    through(cloud, take, episode("cloud", ended_at=end), at=end)
    assert [type(one) for one in cloud.published()] == [MotionEnded]
    assert Store("detect").event(HOME, EVENT) is None
    assert Store("detect").events(HOME, before=None, thing=None, limit=5) == []


def test_an_episode_of_a_removed_camera_is_dropped(cloud: Cloud, take: Take) -> None:
    told = EpisodeReported(thing="cam-gone", received_at=NOON, report=episode("on-device"))
    assert not take(on_episode.handler, on_bus(told))
    assert cloud.published() == []


@pytest.mark.rule("G-08")
@pytest.mark.parametrize("operation", ["GetItem", "UpdateItem", "PutEvents"])
def test_an_episode_is_not_lost_when_a_service_fails(
    cloud: Cloud, take: Take, operation: str
) -> None:
    cloud.camera(THING, kind="phone-camera")
    body = on_bus(
        EpisodeReported(thing=THING, received_at=NOON + SECOND, report=episode("on-device"))
    )
    cloud.fail(operation)
    assert take(on_episode.handler, body) == ["message-0"]
    assert not take(on_episode.handler, body)
    assert len(cloud.published()) == 1


@pytest.mark.parametrize("operation", ["GetItem", "UpdateItem"])
def test_minutes_are_not_lost_when_a_service_fails(
    cloud: Cloud, take: Take, ask: Ask, operation: str
) -> None:
    cloud.camera(THING)
    body = said(minutes(NOON - 90 * MINUTE, 80))  # over two hours: half of it may be written
    cloud.fail(operation, code="ProvisionedThroughputExceededException")
    assert take(on_report.handler, body) == ["message-0"]
    assert not take(on_report.handler, body)
    assert len(chart(ask).body["minutes"]) == 80


def test_an_episode_that_did_not_reach_the_bus_is_tried_again(cloud: Cloud, take: Take) -> None:
    cloud.camera(THING, kind="phone-camera")
    cloud.fail("PutEvents")
    assert take(on_report.handler, said(episode("on-device"))) == ["message-0"]
    assert not take(on_report.handler, said(episode("on-device")))
    assert len(cloud.published()) == 1


# Health


def status(at: datetime = NOON, waiting: int = 0, **more: Any) -> StatusReport:
    return StatusReport(
        at=at,
        mode="guard",
        firmware="1.0",
        pictures_on_device=more.get("pictures_on_device", 0),
        sd_card=more.get("sd_card", False),
        waiting=waiting,
    )


def healthy(report: StatusReport, **more: Any) -> Any:
    return envelope(THING, Channel.STATUS, report, **more)


@pytest.mark.rule("DC-22")
def test_a_cameras_health_is_shown_with_the_pictures_it_keeps(
    cloud: Cloud, take: Take, ask: Ask
) -> None:
    cloud.camera(THING, kind="phone-camera")
    assert not take(health.handler, healthy(status(pictures_on_device=1, waiting=2)))
    (shown,) = ask(api.handler, "GET", f"/homes/{HOME}/devices").body["devices"]
    assert shown["seen_at"] == "2026-11-22T03:00:00Z"
    assert (shown["pictures_on_device"], shown["waiting"]) == (1, 2)


def test_older_health_does_not_replace_newer(cloud: Cloud, take: Take, ask: Ask) -> None:
    cloud.camera(THING)
    new, old = healthy(status(NOON, 0)), healthy(status(NOON - HOUR, 9))
    assert not take(health.handler, new, old, new)
    (shown,) = ask(api.handler, "GET", f"/homes/{HOME}/devices").body["devices"]
    assert (shown["seen_at"], shown["waiting"]) == ("2026-11-22T03:00:00Z", 0)


@pytest.mark.parametrize("operation", ["GetItem", "PutItem"])
def test_health_is_not_lost_when_a_service_fails(
    cloud: Cloud, take: Take, ask: Ask, operation: str
) -> None:
    cloud.camera(THING)
    cloud.fail(operation)
    assert take(health.handler, healthy(status())) == ["message-0"]
    assert not take(health.handler, healthy(status()))


# What cannot be taken


GARBAGE: dict[str, tuple[str, Any]] = {
    "no envelope": ("not-an-envelope", {"hello": "world"}),
    "no json": ("not-an-envelope", "{"),
    "no base64": ("not-an-envelope", {**said(b""), "payload": "あ!"}),
    "foreign topic": ("not-an-envelope", {**said(b""), "topic": "other/cam-living/motion"}),
    "no such channel": ("not-an-envelope", {**said(b""), "topic": "mimamori/cam-living/x"}),
    "a year far off": ("not-an-envelope", {**said(b""), "received": 10**20}),
    "no message": ("not-json", said(b"\xff\xfe")),
    "too large": ("too-large", said(b"x" * (16 * 1024 + 1))),
    "another's": ("not-the-sender", said(minutes(NOON, 1), client="cam-evil")),
    "unknown field": ("bad-message", said({"minutes": [], "extra": 1})),
    "no time zone": (
        "bad-message",
        said({"minutes": [{"at": "2026-11-22T03:00:00", "level": 0, "peak": 0, "frames": 1}]}),
    ),
    "not a number": (
        "bad-message",
        said(b'{"minutes":[{"at":"2026-11-22T03:00:00Z","level":NaN,"peak":0,"frames":1}]}'),
    ),
    "the future": ("from-the-future", said(minutes(NOON + 6 * MINUTE, 1))),
    "before the calendar": (
        "bad-message",
        said(
            {"minutes": [{"at": "0001-01-01T00:00:00+09:00", "level": 0, "peak": 0, "frames": 1}]}
        ),
    ),
    "after it": (
        "bad-message",
        said(
            {"minutes": [{"at": "9999-12-31T23:59:59-09:00", "level": 0, "peak": 0, "frames": 1}]}
        ),
    ),
}


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_is_written_down_and_not_tried_again(cloud: Cloud, take: Take, name: str) -> None:
    cloud.camera(THING)
    cloud.camera("cam-evil")
    reason, body = GARBAGE[name]
    for handler, table in ((on_report.handler, "readings"), (health.handler, "devices")):
        if (
            table == "devices"
            and isinstance(body, dict)
            and body.get("topic", "").endswith("/motion")
        ):
            continue
        assert not take(handler, body)
        assert not take(handler, body)
        ((_, found),) = cloud.rejected(table)
        assert found == reason
    assert cloud.rows("readings", "MOTION#") == []


def test_of_garbage_only_the_beginning_is_kept(cloud: Cloud, take: Take) -> None:
    assert not take(on_report.handler, "x" * 3000)
    (row,) = cloud.rows("readings", "REJECTED#")
    assert base64.b64decode(str(row["head"])) == b"x" * 512
    assert int(row["expires"]) == int((NOON + 30 * DAY).timestamp())


@pytest.mark.parametrize(
    ("handler", "table", "channel"),
    [(on_report.handler, "readings", Channel.STATUS), (health.handler, "devices", Channel.MOTION)],
)
def test_what_came_to_the_wrong_place_is_written_down(
    cloud: Cloud, take: Take, handler: Any, table: str, channel: Channel
) -> None:
    cloud.camera(THING)
    assert not take(handler, envelope(THING, channel, minutes(NOON - MINUTE, 1)))
    assert cloud.rejected(table) == [(THING, "wrong-channel")]


@pytest.mark.parametrize(
    ("handler", "table", "body"),
    [
        (on_report.handler, "readings", said(minutes(NOON - MINUTE, 1))),
        (health.handler, "devices", healthy(status())),
    ],
)
def test_an_unknown_device_is_written_down(
    cloud: Cloud, take: Take, handler: Any, table: str, body: Any
) -> None:
    assert not take(handler, body)
    assert cloud.rejected(table) == [(THING, "unknown-device")]


@pytest.mark.parametrize("at", [NOON + 6 * MINUTE, NOON + 400 * DAY])
def test_health_and_episodes_from_the_future_are_refused(
    cloud: Cloud, take: Take, at: datetime
) -> None:
    cloud.camera(THING)
    assert not take(health.handler, healthy(status(at)))
    early = episode("on-device").model_copy(update={"episode": at})
    ended = episode("on-device", ended_at=at)
    assert not take(on_report.handler, said(early), said(ended))
    assert cloud.rejected("devices") == [(THING, "from-the-future")]
    assert cloud.rejected("readings") == [(THING, "from-the-future")] * 2
    assert cloud.published() == []


def test_one_bad_message_in_a_batch_fails_alone(cloud: Cloud, take: Take, ask: Ask) -> None:
    cloud.camera(THING)
    cloud.fail("UpdateItem", on=lambda params: params["Key"]["sk"] == "2026-11-22T01")
    bodies = [said(minutes(NOON - hours * HOUR, 1)) for hours in (1, 2, 3)]
    assert take(on_report.handler, bodies[0], bodies[1], "garbage", bodies[2]) == ["message-1"]
    assert len(chart(ask).body["minutes"]) == 2
    assert len(cloud.rejected("readings")) == 1


def test_the_sample_of_a_queue_is_taken(cloud: Cloud, take: Take, ask: Ask) -> None:
    cloud.camera(THING)
    assert not take(on_report.handler, sample("iot_envelope_in_sqs")["Records"][0]["body"])
    day = date(2026, 11, 22)
    assert [one["peak"] for one in chart(ask, day.isoformat()).body["minutes"]] == [0.4, 0.0]


def test_minutes_expire_after_more_than_a_year(cloud: Cloud, take: Take) -> None:
    cloud.camera(THING)
    assert not take(on_report.handler, said(minutes(NOON - HOUR, 1)))
    (row,) = cloud.rows("readings")
    assert int(row["expires"]) == int((NOON - HOUR + timedelta(days=400)).timestamp())
