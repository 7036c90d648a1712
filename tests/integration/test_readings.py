"""What sensors say of a home's minutes, through the handler into the table."""

import json
import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from iot.messages.sensor import ReadingsReport, SensorMinutes
from iot.topics import Channel
from lambdas.ingest import on_report
from lambdas.ingest.activity.record import Recorded, recorded
from lambdas.ingest.activity_store import ActivityStore
from lambdas.shared.events import Notice
from lambdas.shared.household import Device
from tests.integration.conftest import HOME, Cloud, Take
from tests.integration.samples import DAY, HOUR, MINUTE, NOON, envelope

GATEWAY = "gw-kitchen"
EVERYTHING = ("activity", "sleep", "absence-notice", "fridge-link")


def gateway(cloud: Cloud, *features: str, **contract: Any) -> None:
    """The home has a gateway, and a contract for it."""
    cloud.household(cloud.contract(*(features or EVERYTHING), **contract))
    cloud.directory.publish_device(
        Device(thing=GATEWAY, home=HOME, kind="zigbee-gateway", name="台所", active=True)
    )


def minutes(first: datetime, *counts: int, **more: Any) -> SensorMinutes:
    return SensorMinutes.model_validate(
        {"name": "居間", "kind": "motion", "first": first, "counts": list(counts), **more}
    )


def said(*sensors: SensorMinutes, at: datetime = NOON) -> Any:
    return envelope(GATEWAY, Channel.READINGS, ReadingsReport(sensors=list(sensors)), at=at)


def read(first: datetime, last: datetime) -> Recorded:
    return recorded(ActivityStore("readings").hours(HOME, first, last), first, last)


def motion(first: datetime, last: datetime = NOON) -> list[int]:
    return read(first, last).minutes.motion.tolist()


@pytest.mark.rule("HT-07")
def test_shuffled_doubled_and_late_reports_land_in_the_right_minutes(
    cloud: Cloud, take: Take
) -> None:
    gateway(cloud)
    first = NOON - 6 * HOUR
    truth = [(7 * n) % 5 for n in range(360)]
    reports = [
        said(minutes(first + n * MINUTE, *truth[n : n + 5]), at=NOON) for n in range(0, 360, 5)
    ]
    reports += reports[::3]
    random.Random(5).shuffle(reports)
    for n in range(0, len(reports), 10):
        assert not take(on_report.handler, *reports[n : n + 10])
    assert motion(first) == truth
    assert len(cloud.rows("readings", "ACTIVITY#")) == 6
    assert cloud.rejected("readings") == []


def test_a_day_of_reports_costs_a_write_each_and_one_more_an_hour(cloud: Cloud, take: Take) -> None:
    gateway(cloud)
    first = NOON - DAY
    reports = []
    for n in range(0, 1440, 5):
        at = first + n * MINUTE
        sensors = [minutes(at, 0, 1, 0, 2, 0, name=f"部屋{i}", battery=90) for i in range(5)]
        reports.append(said(*sensors, at=at + 6 * MINUTE))
    for n in range(0, len(reports), 10):
        assert not take(on_report.handler, *reports[n : n + 10])
    assert len(cloud.asked("UpdateItem")) == 288 + 24
    sizes = [sum(map(len, map(bytes, row["parts"]))) for row in cloud.rows("readings", "ACTIVITY#")]
    assert max(sizes) < 1400  # bytes of an hour of five sensors


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        (said(minutes(NOON + 4 * MINUTE, 0, 0, 0)), "from-the-future"),
        (said(minutes(NOON - 365 * DAY, 1)), "too-late"),
        (said(minutes(NOON - 36 * DAY, 1), minutes(NOON, 1, name="b")), "too-late"),
        (envelope(GATEWAY, Channel.READINGS, {"sensors": []}), "bad-message"),
        (envelope(GATEWAY, Channel.READINGS, b"\xff"), "not-json"),
        (
            envelope(
                GATEWAY,
                Channel.READINGS,
                {"sensors": [{**json.loads(minutes(NOON, 1).model_dump_json()), "counts": [-1]}]},
            ),
            "bad-message",
        ),
        (
            envelope(
                GATEWAY,
                Channel.READINGS,
                {"sensors": [json.loads(minutes(NOON, 1).model_dump_json())] * 2},
            ),
            "bad-message",
        ),
    ],
)
def test_what_cannot_be_is_recorded_and_the_next_report_is_taken(
    cloud: Cloud, take: Take, report: Any, reason: str
) -> None:
    gateway(cloud)
    assert not take(on_report.handler, report, said(minutes(NOON - 2 * MINUTE, 3, 4)))
    assert cloud.rejected("readings") == [(GATEWAY, reason)]
    assert motion(NOON - 2 * MINUTE) == [3, 4]
    assert len(cloud.rows("readings", "ACTIVITY#")) == 1


def test_two_sensors_of_one_name_are_named_in_the_record(cloud: Cloud, take: Take) -> None:
    gateway(cloud)
    sensor = json.loads(minutes(NOON, 1).model_dump_json())
    take(on_report.handler, envelope(GATEWAY, Channel.READINGS, {"sensors": [sensor, sensor]}))
    (row,) = cloud.rows("readings", "REJECTED#")
    assert "two sensors of one name: 居間" in row["detail"]


@pytest.mark.rule("A-27", "HT-45")
def test_nothing_is_taken_in_during_a_pause_nor_of_it_afterwards(cloud: Cloud, take: Take) -> None:
    gateway(cloud, starts=NOON - HOUR)  # the pause ended an hour ago
    assert not take(on_report.handler, said(minutes(NOON - HOUR - 2 * MINUTE, 1, 2, 3, 4)))
    assert motion(NOON - HOUR - 2 * MINUTE, NOON - HOUR + 2 * MINUTE) == [0, 0, 3, 4]
    gateway(cloud, ends=NOON - HOUR)
    assert not take(on_report.handler, said(minutes(NOON - 2 * HOUR, 9)))
    assert motion(NOON - 2 * HOUR, NOON - 2 * HOUR + MINUTE) == [0]


@pytest.mark.rule("HT-12", "HT-58", "HT-88")
def test_a_fridge_is_heard_only_while_it_is_linked(cloud: Cloud, take: Take) -> None:
    gateway(cloud, "activity")
    fridge = minutes(NOON - MINUTE, 1, name="冷蔵庫", kind="fridge")
    take(on_report.handler, said(fridge, minutes(NOON - MINUTE, 2)))
    found = read(NOON - MINUTE, NOON)
    assert [sensor.name for sensor in found.sensors] == ["居間"]
    gateway(cloud)
    take(on_report.handler, said(fridge))
    found = read(NOON - MINUTE, NOON)
    assert found.minutes.fridge is not None
    assert found.minutes.fridge.tolist() == [1]


def test_an_hour_that_is_full_is_recorded_and_tried_no_more(cloud: Cloud, take: Take) -> None:
    gateway(cloud)
    message = "Item size has exceeded the maximum allowed size"
    cloud.fail(
        "UpdateItem",
        code="ValidationException",
        Error={"Code": "ValidationException", "Message": message},
    )
    assert not take(on_report.handler, said(minutes(NOON - MINUTE, 1)))
    assert cloud.rejected("readings") == [(GATEWAY, "too-many")]


def test_a_table_that_is_not_there_is_tried_again(cloud: Cloud, take: Take) -> None:
    gateway(cloud)
    cloud.fail("UpdateItem")
    report = said(minutes(NOON - MINUTE, 1))
    assert take(on_report.handler, report) == ["message-0"]
    assert not take(on_report.handler, report)
    assert motion(NOON - MINUTE) == [1]


def test_a_home_that_is_heard_of_is_watched(cloud: Cloud, take: Take) -> None:
    gateway(cloud)
    store = ActivityStore("readings")
    assert list(store.homes(NOON)) == []
    take(
        on_report.handler,
        said(minutes(NOON - MINUTE, 1)),
        said(minutes(NOON - timedelta(hours=3), 1)),
    )
    assert list(store.homes(NOON)) == [HOME]


@pytest.mark.rule("AL-98")
def test_of_a_detector_or_a_tag_beyond_its_temperatures_the_family_is_told_once_a_day(
    cloud: Cloud, take: Take
) -> None:
    gateway(cloud, "tag")

    def told(celsius: float, part: str = "detector", at: datetime = NOON) -> list[Any]:
        sensor = minutes(at, celsius=celsius, part=part, name=part)
        assert take(on_report.handler, said(sensor, at=at), at=at) == []
        return [one for one in cloud.published() if isinstance(one, Notice)]

    for fine, part in ((0, "detector"), (40, "detector"), (60, "tag"), (0, "tag")):
        assert told(fine, part) == []
    (hot,) = told(45)
    assert (hot.kind, hot.rule, hot.audience.to) == ("activity.temperature", "AL-98", "members")
    assert (hot.values["celsius"], hot.values["warmest"]) == ("45", "40")
    assert [one.id for one in told(47, at=NOON + HOUR)] == [hot.id], "notify tells an id once"
    assert told(45, at=NOON + DAY)[0].id != hot.id
    assert [one.values["part"] for one in told(-1, "tag")] == ["tag"]
    gateway(cloud, "activity")
    assert told(45) == [], "of another product no range is printed"
