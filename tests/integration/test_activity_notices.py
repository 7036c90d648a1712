"""A home is looked at every few minutes, and its people are told (HT-11), none of them twice."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from lambdas.ingest import on_clock, on_home
from lambdas.ingest.activity_store import ActivityStore
from lambdas.notify import on_notice
from lambdas.shared import settings
from lambdas.shared.aws import clients
from lambdas.shared.calendar import start_of
from lambdas.shared.events import Notice
from tests.integration.conftest import HOME, Cloud, Context, Take
from tests.integration.lived import DAY, keep, life, parts
from tests.integration.samples import MINUTE, NOON, on_bus
from tests.integration.test_readings import EVERYTHING, gateway

TODAY = start_of(NOON.date())
DAYS = 5
FIRST = TODAY - timedelta(days=DAYS)
LEFT, BACK = DAYS * DAY + 540, DAYS * DAY + 1380  # away from 9:00 to 23:00


def away_for_a_day() -> dict[str, Any]:
    """Some usual days, and one on which she goes out at nine and comes back at eleven."""
    counts = {name: firings[: (DAYS + 1) * DAY + 60].copy() for name, firings in life(7).items()}
    for firings in counts.values():
        firings[LEFT:] = 0
    counts["居間"][LEFT - 30 : LEFT : 3] = 2
    counts["玄関"][[LEFT, BACK]] = 1
    counts["居間"][BACK + 1 :: 4] = 2
    return counts


def look(take: Take, at: datetime, times: int = 1) -> None:
    bodies = [{"home": HOME, "at": at.isoformat()}] * times
    assert not take(on_home.handler, *bodies, at=at)


def at(minute: int) -> datetime:
    """The instant of a minute of the record."""
    return FIRST + minute * MINUTE


@pytest.mark.rule("HT-11")
def test_a_day_away_is_told_once_and_the_return_once_to_everybody(cloud: Cloud, take: Take) -> None:
    gateway(cloud)
    counts = away_for_a_day()
    keep(FIRST, counts, hi=DAYS * DAY)
    look(take, at(DAYS * DAY + 20))
    notices: list[Notice] = []
    for n in range(DAYS * DAY + 60, (DAYS + 1) * DAY + 60, 60):
        for part in parts(FIRST, counts, n - 60, n):
            ActivityStore("readings").add(HOME, part)
        look(take, at(n + 3), times=2)
        told = [one for one in cloud.published() if isinstance(one, Notice)]
        if told:
            assert not take(on_notice.handler, *map(on_bus, told), at=at(n))
        notices += told
    kinds = [one.kind for one in notices]
    assert kinds == ["activity.absence"] * 2 + ["activity.home_again"] * 2
    since = datetime.fromisoformat(str(notices[0].values["since"]))
    assert abs(since - at(LEFT)) <= timedelta(minutes=20)
    assert len(cloud.mails) == 4  # two people, two notices
    assert "12時間以上、お留守のようです" in cloud.mails[0].subject
    assert "目安" in cloud.mails[0].text
    assert "お戻りになったようです" in cloud.mails[2].subject


@pytest.mark.rule("HT-11")
def test_after_a_failure_the_same_notice_is_published_and_told_once(
    cloud: Cloud, take: Take
) -> None:
    gateway(cloud)
    counts = away_for_a_day()
    keep(FIRST, counts, hi=LEFT + 740)
    cloud.fail("PutItem", on=lambda params: params["Item"]["sk"] == "TOLD")
    late = at(LEFT + 740)
    body = {"home": HOME, "at": late.isoformat()}
    assert take(on_home.handler, body, at=late) == ["message-0"]
    assert not take(on_home.handler, body, at=late)
    said = cloud.published()
    assert said[:2] == said[2:]
    assert not take(on_notice.handler, *map(on_bus, said), at=late)
    assert len(cloud.mails) == 2


@pytest.mark.rule("HT-57", "HT-07")
def test_a_lost_connection_is_told_to_the_contractor(cloud: Cloud, take: Take) -> None:
    gateway(cloud)
    keep(FIRST, life(7), hi=DAY + 600)
    for hours in (0, 12, 23, 25, 30, 48, 100):
        look(take, at(DAY + 600) + timedelta(hours=hours))
    (notice,) = cloud.published()
    assert isinstance(notice, Notice)
    assert (notice.kind, notice.values["hours"]) == ("activity.connection_lost", 25)
    assert not take(on_notice.handler, on_bus(notice))
    assert [mail.to for mail in cloud.mails] == ["hanako@f.example"]


@pytest.mark.rule("A-27", "HT-45")
def test_nobody_is_told_anything_during_a_pause(cloud: Cloud, take: Take) -> None:
    gateway(cloud)
    keep(FIRST, away_for_a_day())
    look(take, at(LEFT + 740))
    assert len(cloud.published()) == 2
    gateway(cloud, ends=at(LEFT + 750))
    look(take, at(BACK + 30))
    gateway(cloud, starts=at(BACK + 40))
    look(take, at(BACK + 50))
    assert cloud.published() == []


@pytest.mark.rule("HT-11")
def test_without_the_feature_nobody_is_told(cloud: Cloud, take: Take) -> None:
    gateway(cloud, *(one for one in EVERYTHING if one != "absence-notice"))
    keep(FIRST, away_for_a_day())
    look(take, at(LEFT + 740))
    assert cloud.published() == []
    assert [row["sk"] for row in cloud.rows("readings") if row["sk"] == "TOLD"] == []


def test_a_home_that_is_gone_and_a_message_that_is_none_harm_no_other(
    cloud: Cloud, take: Take
) -> None:
    gateway(cloud)
    keep(FIRST, away_for_a_day())
    late = at(LEFT + 740).isoformat()
    gone, none, good = {"home": "gone", "at": late}, {"surprise": 1}, {"home": HOME, "at": late}
    assert take(on_home.handler, gone, none, good) == ["message-1"]
    assert len(cloud.published()) == 2


def test_the_clock_asks_for_every_home_that_was_heard_of(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqs = clients.client("sqs")
    monkeypatch.setenv("HOMES_QUEUE", sqs.create_queue(QueueName="homes")["QueueUrl"])
    settings.load.cache_clear()
    (part,) = parts(FIRST, life(7), 0, 5)
    for number in range(23):
        ActivityStore("readings").add(f"home-{number}", part)
    assert on_clock.handler({"at": "2026-11-22T03:00:00Z"}, Context()) == {"homes": 23}
    sent = [
        entry["MessageBody"]
        for call in cloud.asked("SendMessageBatch")
        for entry in call["Entries"]
    ]
    assert len(set(sent)) == 23
    assert '"at": "2026-11-22T03:00:00+00:00"' in sent[0]


def test_a_home_is_looked_at_again_when_something_may_be_to_be_told(
    cloud: Cloud, take: Take
) -> None:
    gateway(cloud)
    keep(FIRST, away_for_a_day(), hi=DAYS * DAY + 600)
    store = ActivityStore("readings")
    look(take, at(DAYS * DAY + 600))
    assert list(store.homes(at(DAYS * DAY + 600 + 60))) == []
    assert list(store.homes(at(LEFT + 12 * 60))) == [HOME]
    store.look_again(HOME, None)
    assert list(store.homes(at(DAYS * DAY + 601))) == [HOME]


def test_a_home_that_was_forgotten_is_not_taken_up_by_a_look(cloud: Cloud) -> None:
    ActivityStore("readings").look_again("gone", NOON)
    assert cloud.rows("readings") == []
