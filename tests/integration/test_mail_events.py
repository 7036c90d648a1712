"""What SES says of a mail later: that it took it, or that it did not reach its reader."""

import json
from typing import Any

import pytest

from lambdas.notify import on_mail_event
from lambdas.notify.mail_gateway import LONGEST, MailEvent, Told, _tags, heard
from lambdas.notify.on_notice import handler
from lambdas.shared.aws.clients import table
from tests.integration.conftest import HANAKO, Cloud, Take
from tests.integration.samples import on_bus
from tests.integration.test_notices import motion

HANAKO_MAIL, KEIRI = "hanako@f.example", "keiri@mimamori.example"


def told_by_ses(cloud: Cloud, to: str, kind: str, **about: Any) -> dict[str, Any]:
    """SES's event about the last mail to an address."""
    sent = [one for one in cloud.asked("SendEmail") if one["Destination"]["ToAddresses"] == [to]]
    tags = {one["Name"]: [one["Value"]] for one in sent[-1]["EmailTags"]}
    mail = {"messageId": "m-1", "destination": [to], "tags": tags}
    detail = {"eventType": kind, "mail": mail, kind.lower().replace(" ", ""): about}
    return {"source": "aws.ses", "detail-type": f"Email {kind}", "detail": detail}


def row() -> dict[str, Any]:
    """What is kept of Hanako's notice."""
    key = {"pk": "NOTICE#event-1", "sk": f"PERSON#{HANAKO}"}
    found: dict[str, Any] = table("notices").get_item(Key=key)["Item"]
    return found


def said(event: dict[str, Any]) -> Any:
    return json.dumps(event)


class Killed(BaseException):
    """The function's process is gone."""


@pytest.fixture
def unconfirmed(cloud: Cloud, take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail is out, and the function died before it could say so."""
    from lambdas.notify.store import Store

    def die(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Store, "sent", die)
        with pytest.raises(Killed):
            take(handler, on_bus(motion()))
    assert [mail.to for mail in cloud.mails] == [HANAKO_MAIL]


def test_a_mail_that_ses_took_is_not_sent_again_by_whoever_follows_the_dead(
    cloud: Cloud, take: Take, unconfirmed: None
) -> None:
    assert not take(on_mail_event.handler, said(told_by_ses(cloud, HANAKO_MAIL, "Send")))
    assert not take(handler, on_bus(motion()))
    assert [mail.to for mail in cloud.mails] == [HANAKO_MAIL, "taro@f.example"]
    assert row()["state"] == "sent"
    assert row()["message"] == "m-1"


def test_a_mail_that_ses_never_took_is_sent_by_whoever_follows_the_dead(
    cloud: Cloud, take: Take
) -> None:
    cloud.fail("SendEmail", code="TooManyRequestsException")
    assert take(handler, on_bus(motion()))
    assert not take(handler, on_bus(motion()))
    assert sorted(mail.to for mail in cloud.mails) == [HANAKO_MAIL, "taro@f.example"]


@pytest.mark.rule("G-07")
@pytest.mark.parametrize(
    ("kind", "about", "why"),
    [
        (
            "Bounce",
            {"bounceType": "Permanent", "bounceSubType": "General"},
            "Bounce Permanent General",
        ),
        (
            "Bounce",
            {"bounceType": "Permanent", "bounceSubType": "OnAccountSuppressionList"},
            "Bounce Permanent OnAccountSuppressionList",
        ),
        ("Complaint", {"complaintFeedbackType": "abuse"}, "Complaint abuse"),
        ("Reject", {"reason": "Bad content"}, "Reject Bad content"),
        ("Rendering Failure", {}, "Rendering Failure"),
    ],
)
def test_whoever_a_mail_did_not_reach_was_not_told_and_staff_is(
    cloud: Cloud, take: Take, kind: str, about: dict[str, str], why: str
) -> None:
    take(handler, on_bus(motion()))
    returned = said(told_by_ses(cloud, HANAKO_MAIL, kind, **about))
    for _ in range(2):  # SES may say it twice
        assert not take(on_mail_event.handler, returned)
    kept = row()
    assert (kept["state"], kept["why"], kept["kind"]) == ("returned", why, "camera.motion")
    (mail,) = [one for one in cloud.mails if one.to == KEIRI]
    assert "届きませんでした" in mail.subject
    assert why in mail.text
    assert HANAKO_MAIL in mail.text
    assert not take(handler, on_bus(motion()))  # nobody is mailed again
    assert len(cloud.mails) == 3


def test_staff_is_told_although_the_first_mail_to_them_failed(cloud: Cloud, take: Take) -> None:
    take(handler, on_bus(motion()))
    returned = said(told_by_ses(cloud, HANAKO_MAIL, "Bounce", bounceType="Permanent"))
    cloud.fail("SendEmail", code="TooManyRequestsException")
    assert take(on_mail_event.handler, returned)
    assert row()["state"] == "returned"
    for _ in range(2):
        assert not take(on_mail_event.handler, returned)
    assert [mail.to for mail in cloud.mails].count(KEIRI) == 1


def test_an_end_is_not_undone_by_what_comes_late(cloud: Cloud, take: Take) -> None:
    take(handler, on_bus(motion()))
    bounce = told_by_ses(cloud, HANAKO_MAIL, "Bounce", bounceType="Permanent")
    take(on_mail_event.handler, said(bounce))
    take(on_mail_event.handler, said(told_by_ses(cloud, HANAKO_MAIL, "Send")))
    assert row()["state"] == "returned"


def test_a_full_mailbox_is_tried_again_by_ses(cloud: Cloud, take: Take) -> None:
    take(handler, on_bus(motion()))
    full = told_by_ses(cloud, HANAKO_MAIL, "Bounce", bounceType="Transient")
    assert not take(on_mail_event.handler, said(full))
    assert row()["state"] == "sent"


def test_a_mail_to_staff_that_is_returned_tells_nobody(cloud: Cloud, take: Take) -> None:
    take(handler, on_bus(motion()))
    gone = {"bounceType": "Permanent"}
    take(on_mail_event.handler, said(told_by_ses(cloud, HANAKO_MAIL, "Bounce", **gone)))
    before = len(cloud.mails)
    take(on_mail_event.handler, said(told_by_ses(cloud, KEIRI, "Bounce", **gone)))
    assert len(cloud.mails) == before


def test_a_service_that_fails_is_asked_again(cloud: Cloud, take: Take) -> None:
    take(handler, on_bus(motion()))
    bounce = told_by_ses(cloud, HANAKO_MAIL, "Bounce", bounceType="Permanent")
    cloud.fail("UpdateItem")
    assert take(on_mail_event.handler, said(bounce))
    assert not take(on_mail_event.handler, said(bounce))
    assert row()["state"] == "returned"


@pytest.mark.parametrize("tags", [{}, {"told": ["***"]}, {"told": []}, {"told": ["YQ"]}])
def test_what_is_about_no_notice_is_left(tags: dict[str, list[str]]) -> None:
    event = {"detail": {"eventType": "Send", "mail": {"messageId": "m", "tags": tags}}}
    assert heard(event) is None


def test_a_name_too_long_for_a_tag_has_none() -> None:
    assert _tags(Told("x" * LONGEST, "hanako")) == []
    (tag,) = _tags(Told("HC-20261220-0001-見舞", "staff/billing"))
    event = {
        "detail": {
            "eventType": "Send",
            "mail": {"messageId": "m", "tags": {"told": [tag["Value"]]}},
        }
    }
    assert heard(event) == MailEvent(
        "Send", Told("HC-20261220-0001-見舞", "staff/billing"), "m", "Send", ""
    )
