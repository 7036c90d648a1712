"""Who wants to be left alone is told later, together and once, what can wait; the rest at once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lambdas.notify import api, on_followup, on_notice
from lambdas.shared.aws.clients import client
from lambdas.shared.events import Members, Notice, NoticeKind
from lambdas.shared.household import Member
from tests.integration.conftest import FOLLOWUPS, HANAKO, HOME, TARO, Ask, Cloud, Take
from tests.integration.samples import NOON, on_bus

QUARTER = timedelta(minutes=15)
NIGHT = {"hours": {"start": "22:00", "end": "07:00"}}
TWO = datetime(2026, 11, 22, 17, tzinfo=UTC)  # 02:00 in Japan
MORNING = datetime(2026, 11, 22, 22, tzinfo=UTC)
MAIL = "hanako@f.example"


@pytest.fixture(autouse=True)
def queue(cloud: Cloud) -> None:
    client("sqs").create_queue(QueueName=FOLLOWUPS.rpartition("/")[2])


def notice(id: str, kind: str = "security.back", *, at: datetime = TWO) -> Notice:
    values: dict[str, Any] = {
        "security.back": {"happened": at.isoformat(), "heard": at.isoformat()},
        "security.alarm": {"happened": at.isoformat(), "alarm": "侵入", "where": "居間"},
        "camera.person": {"camera": "居間", "at": at.isoformat(), "pictures": "cloud"},
    }[kind]
    return Notice(
        id=id,
        kind=NoticeKind(kind),
        rule="AL-62",
        at=at,
        audience=Members(home=HOME),
        home=HOME,
        subject="panel-1",
        values=values,
    )


def watches(cloud: Cloud) -> list[tuple[int, str]]:
    """What was put into the queue: after how many seconds, and what."""
    asked = [one for one in cloud.asked("SendMessage") if one["QueueUrl"] == FOLLOWUPS]
    return [(one["DelaySeconds"], one["MessageBody"]) for one in asked]


def mails(cloud: Cloud, to: str = MAIL) -> list[str]:
    return [mail.subject for mail in cloud.mails if mail.to == to]


def look(take: Take, cloud: Cloud, at: datetime, **more: Any) -> None:
    """The last message of the queue is taken."""
    assert not take(on_followup.handler, watches(cloud)[-1][1], at=at, **more)


def test_what_can_wait_is_told_in_the_morning_together_and_once(
    cloud: Cloud, ask: Ask, take: Take
) -> None:
    assert ask(api.handler, "PUT", "/me/quiet", body=NIGHT).body["hours"] == NIGHT["hours"]
    for id in ("a", "b"):
        for first in (0, 5):
            assert not take(on_notice.handler, on_bus(notice(id)), at=TWO, first=first)
    assert mails(cloud) == []
    assert len(mails(cloud, "taro@f.example")) == 2  # who said nothing of nights
    assert [seconds for seconds, _ in watches(cloud)] == [900]
    now = TWO
    while now < MORNING:
        now += QUARTER
        look(take, cloud, now)
    assert len(watches(cloud)) == 20  # a quarter of an hour after another, until there is nothing
    (told,) = [mail for mail in cloud.mails if mail.to == MAIL]
    assert told.subject == "【みまもり】お預かりしたお知らせ（2件）"
    assert told.text.count("との通信が回復しました") == 2
    assert f"#/homes/{HOME}/security" in told.text
    look(take, cloud, MORNING, first=7)
    for first in (9, 11):  # redriven
        assert not take(on_notice.handler, on_bus(notice("a")), at=TWO, first=first)
        assert not take(on_notice.handler, on_bus(notice("b")), at=MORNING, first=first)
    assert len(mails(cloud)) == 1


def test_an_alarm_comes_through_whatever_the_hour(cloud: Cloud, ask: Ask, take: Take) -> None:
    ask(api.handler, "PUT", "/me/quiet", body=NIGHT)
    ask(api.handler, "PUT", "/me/quiet/mute")
    assert not take(on_notice.handler, on_bus(notice("a", "security.alarm")), at=TWO)
    assert len(mails(cloud)) == 1
    assert watches(cloud) == []


def test_an_hours_rest_ends_by_itself(cloud: Cloud, ask: Ask, take: Take) -> None:
    muted = ask(api.handler, "PUT", "/me/quiet/mute").body
    until = datetime.fromisoformat(muted["muted_until"])
    assert muted["until"] == muted["muted_until"]
    seen = notice("a", "camera.person", at=until)
    assert not take(on_notice.handler, on_bus(seen), at=until - QUARTER)
    assert ask(api.handler, "GET", "/me/quiet").body["held"] == 1
    assert mails(cloud) == []
    look(take, cloud, until)
    assert len(mails(cloud)) == 1
    later = notice("b", "camera.person", at=until)
    assert not take(on_notice.handler, on_bus(later), at=until)
    assert len(mails(cloud)) == 2


def test_a_rest_that_one_ends_oneself_is_over(cloud: Cloud, ask: Ask, take: Take) -> None:
    ask(api.handler, "PUT", "/me/quiet/mute")
    assert not take(on_notice.handler, on_bus(notice("a", "camera.person", at=NOON)), at=NOON)
    over = ask(api.handler, "DELETE", "/me/quiet/mute").body
    assert (over["muted_until"], over["until"], over["held"]) == (None, None, 1)
    look(take, cloud, NOON + QUARTER)
    assert len(mails(cloud)) == 1
    assert ask(api.handler, "GET", "/me/quiet").body["held"] == 0


def test_who_left_the_home_meanwhile_is_not_told_in_the_morning(
    cloud: Cloud, ask: Ask, take: Take
) -> None:
    ask(api.handler, "PUT", "/me/quiet", body=NIGHT, person=TARO)
    assert not take(on_notice.handler, on_bus(notice("a")), at=TWO)
    home = cloud.directory.home(HOME)
    assert home
    stays = (Member(person=HANAKO, role="contractor", name="花子", email=MAIL),)
    cloud.directory.publish_home(home.model_copy(update={"members": stays}), 1)
    look(take, cloud, MORNING)
    assert mails(cloud, "taro@f.example") == []
    assert ask(api.handler, "GET", "/me/quiet", person=TARO).body["held"] == 0


def test_a_message_that_is_lost_is_sent_anew_with_the_next_notice(
    cloud: Cloud, ask: Ask, take: Take
) -> None:
    ask(api.handler, "PUT", "/me/quiet", body=NIGHT)
    assert not take(on_notice.handler, on_bus(notice("a")), at=TWO)
    assert not take(on_notice.handler, on_bus(notice("b")), at=TWO + QUARTER)
    assert not take(on_notice.handler, on_bus(notice("c")), at=TWO + 3 * QUARTER)
    assert len(watches(cloud)) == 2


@pytest.mark.parametrize(
    "hours", [{"start": "22:00", "end": "22:00"}, {"start": "24:00", "end": "7:00"}, {}, "night"]
)
def test_hours_that_mean_nothing_are_refused_and_change_nothing(
    cloud: Cloud, ask: Ask, hours: Any
) -> None:
    ask(api.handler, "PUT", "/me/quiet", body=NIGHT)
    before = cloud.rows("notices")
    assert ask(api.handler, "PUT", "/me/quiet", body={"hours": hours}).status == 422
    assert cloud.rows("notices") == before
    assert ask(api.handler, "PUT", "/me/quiet", body={"hours": None}).body["hours"] is None
