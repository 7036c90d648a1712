"""Who has a phone is told there first, and by mail what no phone has shown in time."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from aws_lambda_powertools.utilities.parameters.base import DEFAULT_PROVIDERS
from cryptography.hazmat.primitives.asymmetric import ec

from lambdas.notify import api, on_followup, on_notice, receipt_api
from lambdas.notify.phones import MOST, SEEN_WITHIN
from lambdas.shared.aws.clients import client
from lambdas.shared.events import Members, Notice, NoticeKind
from lambdas.shared.household import Member
from tests.integration.conftest import (
    FOLLOWUPS,
    HANAKO,
    HOME,
    STRANGER,
    TARO,
    WEB,
    Ask,
    Cloud,
    Take,
)
from tests.integration.samples import NOON, SECOND, on_bus
from tests.push_service import Browser, PushDouble, public, push_double, text_of

KEY = ec.generate_private_key(ec.SECP256R1())
MAILED_HANAKO = "hanako@f.example"


@pytest.fixture
def push(cloud: Cloud) -> Iterator[PushDouble]:
    """A push service, the operator's key, and the queue of what is left to be done."""
    DEFAULT_PROVIDERS.clear()
    client("sqs").create_queue(QueueName=FOLLOWUPS.rpartition("/")[2])
    with push_double() as double:
        number = KEY.private_numbers().private_value.to_bytes(32, "big")
        held = {
            "private_key": text_of(number),
            "contact": "mailto:ops@mimamori.example",
            "address": double.address,
        }
        ssm = client("ssm")
        ssm.put_parameter(Name="/mimamori/notify/push", Type="SecureString", Value=json.dumps(held))
        name, value = "/mimamori/notify/push-public-key", text_of(public(KEY))
        ssm.put_parameter(Name=name, Type="String", Value=value)
        yield double


def alarm(id: str = "alarm-1", *, urgent: bool = True, at: datetime = NOON) -> Notice:
    return Notice(
        id=id,
        kind=NoticeKind("security.alarm"),
        rule="AL-49",
        at=at,
        audience=Members(home=HOME),
        home=HOME,
        subject="panel-1",
        urgent=urgent,
        values={
            "alarm": "侵入",
            "happened": at.isoformat(),
            "where": "居間の窓",
            "mode": "外出",
            "company": "yes",
        },
    )


def subscribe(ask: Ask, browser: Browser, person: str = HANAKO, **changes: str) -> Any:
    body = {**browser.subscription, "name": "iPhone", **changes}
    return ask(api.handler, "PUT", "/me/phones", body=body, person=person)


def left(cloud: Cloud) -> list[tuple[int, str]]:
    """What was put into the queue of followups: after how many seconds, and what."""
    asked = [one for one in cloud.asked("SendMessage") if one["QueueUrl"] == FOLLOWUPS]
    return [(one["DelaySeconds"], one["MessageBody"]) for one in asked]


def shown(ask: Ask, push: PushDouble, number: int = -1) -> int:
    """The worker says that it has shown a push."""
    receipt = push.shown[number].message["notification"]["data"]["receipt"]
    return ask(receipt_api.handler, "POST", f"/notices/receipts/{receipt}").status


def mailed(cloud: Cloud) -> list[str]:
    return [mail.to for mail in cloud.mails]


def later(take: Take, cloud: Cloud, number: int = 0, **more: Any) -> None:
    """What was left to be done comes out of its queue."""
    seconds, body = left(cloud)[number]
    assert not take(on_followup.handler, body, at=NOON + timedelta(seconds=seconds), **more)


def test_a_phone_is_told_at_once_and_its_owner_not_by_mail_once_it_is_shown(
    cloud: Cloud, ask: Ask, take: Take, push: PushDouble
) -> None:
    assert subscribe(ask, push.browser("a")).status == 200
    assert not take(on_notice.handler, on_bus(alarm()))
    (told,) = push.shown
    said = told.message["notification"]
    assert told.message["web_push"] == 8030
    assert "侵入" in said["title"]
    assert "居間の窓" in said["body"]
    assert said["navigate"] == f"{WEB}/#/homes/{HOME}/security"
    assert (told.headers["TTL"], told.headers["Urgency"]) == ("3600", "high")
    assert len(told.headers["Topic"]) == 32
    assert mailed(cloud) == ["taro@f.example"]  # who has no phone here
    assert shown(ask, push) == 204
    later(take, cloud)
    assert mailed(cloud) == ["taro@f.example"]
    assert [delay for delay, _ in left(cloud)] == [SEEN_WITHIN.total_seconds()]


def test_a_push_that_no_phone_has_shown_is_mailed_after_a_minute_and_once(
    cloud: Cloud, ask: Ask, take: Take, push: PushDouble
) -> None:
    subscribe(ask, push.browser("a"))
    assert not take(on_notice.handler, on_bus(alarm()))
    assert MAILED_HANAKO not in mailed(cloud)
    later(take, cloud)
    later(take, cloud, first=7)
    assert mailed(cloud).count(MAILED_HANAKO) == 1


def test_delivered_twice_each_phone_is_told_once(
    cloud: Cloud, ask: Ask, take: Take, push: PushDouble
) -> None:
    for name in ("a", "b"):
        subscribe(ask, push.browser(name))
    for first in (0, 0, 5):
        assert not take(on_notice.handler, on_bus(alarm()), first=first)
    assert sorted(one.to for one in push.shown) == ["a", "b"]
    later(take, cloud)
    assert not take(on_notice.handler, on_bus(alarm()), first=9)  # redriven after the mail
    assert len(push.shown) == 2
    assert mailed(cloud).count(MAILED_HANAKO) == 1


@pytest.mark.parametrize("status", [404, 410])
def test_a_phone_that_is_gone_is_forgotten_and_its_owner_mailed_at_once(
    cloud: Cloud, ask: Ask, take: Take, push: PushDouble, status: int
) -> None:
    browser = push.browser("a")
    subscribe(ask, browser)
    push.answers[browser.endpoint] = [status]
    assert not take(on_notice.handler, on_bus(alarm()))
    assert MAILED_HANAKO in mailed(cloud)
    assert ask(api.handler, "GET", "/me/phones").body["phones"] == []
    later(take, cloud)
    assert mailed(cloud).count(MAILED_HANAKO) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_service_is_tried_again_and_no_longer_once_the_mail_is_out(
    cloud: Cloud, ask: Ask, take: Take, push: PushDouble, status: int
) -> None:
    browser = push.browser("a")
    subscribe(ask, browser)
    push.answers[browser.endpoint] = [status, status]
    assert not take(on_notice.handler, on_bus(alarm()))
    assert (push.shown, MAILED_HANAKO in mailed(cloud)) == ([], False)
    later(take, cloud, 1)  # refused again
    later(take, cloud, 2)
    assert [one.to for one in push.shown] == ["a"]
    later(take, cloud, 2)
    assert len(push.shown) == 1
    push.answers[browser.endpoint] = [status]
    assert not take(on_notice.handler, on_bus(alarm("alarm-2")))
    later(take, cloud, 3)  # a minute has passed
    later(take, cloud, 4)
    assert len(push.shown) == 1
    assert mailed(cloud).count(MAILED_HANAKO) == 1
    assert [delay for delay, _ in left(cloud)] == [60, 15, 60, 60, 15]


def test_a_service_that_is_not_there_keeps_nobody_from_being_told(
    cloud: Cloud, ask: Ask, take: Take, push: PushDouble
) -> None:
    subscribe(ask, push.browser("a"))
    push.answers["https://fcm.googleapis.com/fcm/send/a"] = [413]
    assert not take(on_notice.handler, on_bus(alarm()))
    assert MAILED_HANAKO in mailed(cloud)


def test_who_left_the_home_meanwhile_is_told_no_more(
    cloud: Cloud, ask: Ask, take: Take, push: PushDouble
) -> None:
    browser = push.browser("a")
    subscribe(ask, browser, TARO)
    push.answers[browser.endpoint] = [503]
    assert not take(on_notice.handler, on_bus(alarm()))
    home = cloud.directory.home(HOME)
    assert home
    stays = (Member(person=HANAKO, role="contractor", name="花子", email=MAILED_HANAKO),)
    cloud.directory.publish_home(home.model_copy(update={"members": stays}), 1)
    later(take, cloud, 0)
    later(take, cloud, 1)
    assert push.shown == []
    assert "taro@f.example" not in mailed(cloud)
    assert not take(on_notice.handler, on_bus(alarm("alarm-2")))
    assert push.shown == []


def test_what_is_not_urgent_is_mailed_unless_one_chose_the_phone(
    cloud: Cloud, ask: Ask, take: Take, push: PushDouble
) -> None:
    subscribe(ask, push.browser("a"))
    assert not take(on_notice.handler, on_bus(alarm(urgent=False)))
    assert (push.shown, MAILED_HANAKO in mailed(cloud)) == ([], True)
    chosen = ask(api.handler, "PATCH", "/me/phones", body={"way": "phone"})
    assert (chosen.status, chosen.body["way"]) == (200, "phone")
    assert not take(on_notice.handler, on_bus(alarm("alarm-2", urgent=False)))
    assert push.shown[0].headers["Urgency"] == "normal"
    assert mailed(cloud).count(MAILED_HANAKO) == 1


def test_what_is_too_old_for_a_phone_is_mailed(
    cloud: Cloud, ask: Ask, take: Take, push: PushDouble
) -> None:
    subscribe(ask, push.browser("a"))
    assert not take(on_notice.handler, on_bus(alarm()), at=NOON + timedelta(hours=1))
    assert (push.shown, MAILED_HANAKO in mailed(cloud)) == ([], True)


def test_without_a_key_of_the_operator_everything_is_mailed(
    cloud: Cloud, ask: Ask, take: Take, push: PushDouble
) -> None:
    subscribe(ask, push.browser("a"))
    for name in ("push", "push-public-key"):
        client("ssm").delete_parameter(Name=f"/mimamori/notify/{name}")
    assert ask(api.handler, "GET", "/me/phones").body["key"] == ""
    assert not take(on_notice.handler, on_bus(alarm()))
    assert (push.shown, MAILED_HANAKO in mailed(cloud)) == ([], True)


def test_a_long_text_with_markup_fits_into_a_push(
    cloud: Cloud, ask: Ask, take: Take, push: PushDouble
) -> None:
    subscribe(ask, push.browser("a"))
    cloud.household(cloud.contract("intrusion"), name="家<b>\n" * 3000)
    assert not take(on_notice.handler, on_bus(alarm()))
    said = push.shown[0].message["notification"]
    assert len(said["title"]) <= 120
    assert len(said["body"]) <= 400
    assert "\n" not in said["title"] + said["body"]


# Phones


def test_my_phones_are_mine_alone(cloud: Cloud, ask: Ask, push: PushDouble) -> None:
    browser = push.browser("a")
    made = subscribe(ask, browser).body
    assert made["key"] == text_of(public(KEY))
    (phone,) = made["phones"]
    assert phone["name"] == "iPhone"
    assert "endpoint" not in phone
    path = f"/me/phones/{phone['id']}"
    assert ask(api.handler, "DELETE", path, person=STRANGER).status == 204
    assert ask(api.handler, "GET", "/me/phones", person=STRANGER).body["phones"] == []
    assert len(ask(api.handler, "GET", "/me/phones").body["phones"]) == 1
    assert ask(api.handler, "DELETE", path).status == 204
    assert ask(api.handler, "GET", "/me/phones").body["phones"] == []


def test_a_phone_that_is_opened_again_is_seen_again_and_counted_once(
    cloud: Cloud, ask: Ask, push: PushDouble
) -> None:
    browser = push.browser("a")
    subscribe(ask, browser)
    subscribe(ask, browser, name="私のiPhone")
    (phone,) = ask(api.handler, "GET", "/me/phones").body["phones"]
    assert phone["name"] == "私のiPhone"


def test_a_phone_that_changes_hands_tells_its_new_owner_only(
    cloud: Cloud, ask: Ask, take: Take, push: PushDouble
) -> None:
    browser = push.browser("a")
    subscribe(ask, browser)
    subscribe(ask, browser, TARO)
    assert ask(api.handler, "GET", "/me/phones").body["phones"] == []
    assert not take(on_notice.handler, on_bus(alarm()))
    assert len(push.shown) == 1
    assert mailed(cloud) == [MAILED_HANAKO]


def test_one_has_so_many_phones_and_no_more(cloud: Cloud, ask: Ask, push: PushDouble) -> None:
    for number in range(MOST):
        assert subscribe(ask, push.browser(f"p{number}")).status == 200
    refused = subscribe(ask, push.browser("one-more"))
    assert (refused.status, refused.body["type"]) == (409, "urn:mimamori:problem:too-many-phones")
    assert len(ask(api.handler, "GET", "/me/phones").body["phones"]) == MOST
    assert subscribe(ask, push.browser("p0")).status == 200


@pytest.mark.parametrize(
    "change",
    [
        {"endpoint": "https://169.254.169.254/latest"},
        {"endpoint": "https://fcm.googleapis.com/" + "x" * 1000},
        {"p256dh": "B" * 87},
        {"auth": "short"},
        {"name": ""},
        {"name": "x" * 61},
        {"extra": "x"},
    ],
)
def test_what_is_no_phone_is_not_stored(
    cloud: Cloud, ask: Ask, push: PushDouble, change: dict[str, str]
) -> None:
    before = cloud.rows("notices")
    assert subscribe(ask, push.browser("a"), **change).status == 422
    assert cloud.rows("notices") == before


def test_a_receipt_that_nobody_gave_says_nothing(
    cloud: Cloud, ask: Ask, take: Take, push: PushDouble
) -> None:
    before = cloud.rows("notices")
    assert ask(receipt_api.handler, "POST", "/notices/receipts/made-up").status == 404
    assert cloud.rows("notices") == before
    subscribe(ask, push.browser("a"))
    assert not take(on_notice.handler, on_bus(alarm()), at=NOON + SECOND)
    assert [shown(ask, push), shown(ask, push)] == [204, 204]
