"""Who of the staff looked at what is written down, and shown to who answers for it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from lambdas.devices import api as devices
from lambdas.homes import access_api
from lambdas.shared import settings
from lambdas.shared.aws import access_log, clients
from tests.integration.conftest import ACCESS_LOG, HANAKO, HOME, Ask, Cloud
from tests.integration.samples import MINUTE, NOON

OPERATOR = {"person": "staff-kei", "groups": "[operator]"}
ADMIN = {"person": "staff-akiko", "groups": "[admin]"}


@pytest.fixture(autouse=True)
def _bucket(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    clients.client("s3").create_bucket(
        Bucket=ACCESS_LOG,
        ObjectLockEnabledForBucket=True,
        CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"},
    )
    monkeypatch.setenv("ACCESS_LOG_BUCKET", ACCESS_LOG)
    settings.load.cache_clear()
    access_log._recorded.clear()
    yield
    settings.load.cache_clear()


def accesses(ask: Ask, **query: str) -> list[tuple[str, str, int, str]]:
    query = {"day": f"{NOON:%Y-%m-%d}", **query}
    answer = ask(access_api.handler, "GET", "/staff/accesses", query=query, **ADMIN)
    assert answer.status == 200, answer
    return [
        (one["person"], one["method"], one["status"], one["path"])
        for one in answer.body["accesses"]
    ]


def test_what_staff_asks_is_written_down_with_what_became_of_it(ask: Ask) -> None:
    ask(devices.handler, "GET", f"/homes/{HOME}/devices", **OPERATOR)
    ask(devices.handler, "GET", f"/homes/{HOME}/devices", person=HANAKO)  # whose home it is
    assert accesses(ask) == [("staff-kei", "GET", 404, f"/api/homes/{HOME}/devices")]
    # That somebody read this is written down, too.
    ours = accesses(ask, person="staff-akiko")
    assert [path.partition("?")[0] for _, _, _, path in ours] == ["/api/staff/accesses"]
    assert accesses(ask, about="home-elsewhere", person="staff-kei") == []
    assert accesses(ask, about=HOME, person="staff-kei")
    assert accesses(ask, day="2026-11-21") == []


def test_a_page_that_keeps_itself_fresh_is_written_down_once_in_ten_minutes(ask: Ask) -> None:
    path = f"/homes/{HOME}/devices"
    for minutes in (0, 1, 9, 10, 19, 20):
        ask(devices.handler, "GET", path, at=NOON + minutes * MINUTE, **OPERATOR)
    assert len(accesses(ask, person="staff-kei")) == 3
    for seconds in (0, 1):
        at = NOON + timedelta(seconds=seconds)
        ask(devices.handler, "POST", path, at=at, body={}, **OPERATOR)
    assert len(accesses(ask, person="staff-kei")) == 5  # what is done is written down each time


@pytest.mark.parametrize("path", ["/あ/~/x", "/" + "y" * 250 + "/" + "z" * 250, "/a\u202e"])
def test_any_path_can_be_read_again(path: str) -> None:
    access = access_log.Access(NOON, "staff!1", "GET", 200, path)
    assert access_log.read(access.name()) == access


def test_a_path_that_is_too_long_is_cut() -> None:
    access = access_log.Access(NOON, "staff-1", "GET", 404, "/あ" * 500)
    assert len(access.name()) <= 1024
    assert access_log.read(access.name()).path.startswith("/あ/あ")


def test_whoever_waits_is_answered_although_it_cannot_be_written_down(
    cloud: Cloud, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []
    monkeypatch.setattr(access_log.metrics, "add_metric", lambda name, **_: counted.append(name))
    cloud.fail("PutObject")
    assert ask(devices.handler, "GET", f"/homes/{HOME}/devices", **OPERATOR).status == 404
    assert counted == ["AccessNotRecorded"]


@pytest.mark.parametrize("groups", ["", "[operator]", "[billing]", "[responder]"])
def test_only_who_answers_for_it_reads_it(ask: Ask, groups: str) -> None:
    query: dict[str, Any] = {"day": "2026-11-22"}
    answer = ask(access_api.handler, "GET", "/staff/accesses", query=query, groups=groups)
    assert answer.status == 403


def test_pages_lead_on(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_api, "MOST", 2)
    for number in range(5):
        at = NOON + number * MINUTE
        ask(devices.handler, "GET", f"/homes/h-{number}/devices", at=at, **OPERATOR)
    seen, after = [], ""
    for _ in range(3):
        query = {"day": f"{NOON:%Y-%m-%d}", "person": "staff-kei", "after": after}
        page = ask(access_api.handler, "GET", "/staff/accesses", query=query, **ADMIN).body
        seen += [one["path"] for one in page["accesses"]]
        after = page["next"] or ""
    assert seen == [f"/api/homes/h-{number}/devices" for number in range(5)]
