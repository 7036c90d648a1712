"""Notices that contexts publish: to whom they go, once and none lost, and what is written down."""

from typing import Any

import pytest

from lambdas.notify import mail_gateway
from lambdas.notify.on_notice import handler
from lambdas.notify.store import Store
from lambdas.shared.aws.clients import table
from lambdas.shared.events import Contractor, Members, Notice, NoticeKind, Person, StaffGroup
from lambdas.shared.household import ContractContact
from tests.integration.conftest import CENTRE, HANAKO, HOME, TARO, WEB, Cloud, Take
from tests.integration.samples import NOON, on_bus

CONTRACT = "contract-1"


@pytest.fixture(autouse=True)
def contact(cloud: Cloud) -> ContractContact:
    found = ContractContact(contract=CONTRACT, person=HANAKO, name="花子", email="hanako@f.example")
    cloud.directory.publish_contact(found, None)
    return found


def notice(**changes: Any) -> Notice:
    return Notice(
        **{
            "id": "CN-20261122-0001/consent_granted",
            "kind": NoticeKind("home_check.consent_granted"),
            "rule": "DL-11",
            "at": NOON,
            "audience": Contractor(contract=CONTRACT),
            "home": HOME,
            "subject": "CN-20261122-0001",
            "values": {"target": "みつ", "granted_at": NOON.isoformat()},
            **changes,
        }
    )


def row(cloud: Cloud) -> dict[str, Any]:
    (found,) = cloud.rows("notices", "NOTICE#")
    return found


# --- to whom


@pytest.mark.rule("DL-11")
@pytest.mark.rule("DL-24")
def test_the_contractor_is_mailed_with_the_number_to_call(cloud: Cloud, take: Take) -> None:
    assert not take(handler, on_bus(notice()))
    (mail,) = cloud.mails
    assert mail.to == "hanako@f.example"
    assert mail.subject == "【みまもり】在宅確認登録完了のお知らせ"
    assert "0120-000-001" in mail.text
    assert f'href="{WEB}/#/homes/{HOME}/home-check"' in mail.html
    found = row(cloud)
    assert (found["state"], found["rule"], found["means"]) == ("sent", "DL-11", "mail")
    assert found["kind"] == "home_check.consent_granted"


def test_in_the_language_they_chose(cloud: Cloud, take: Take) -> None:
    Store("notices").speak(HANAKO, "en")
    assert not take(handler, on_bus(notice()))
    assert cloud.mails[0].subject == "[Mimamori] Your registration for home checks is complete"


def test_an_applicant_without_a_login_or_a_home_is_mailed(cloud: Cloud, take: Take) -> None:
    cloud.directory.publish_contact(
        ContractContact(contract="c-new", name="次郎", email="jiro@f.example"), None
    )
    about = notice(audience=Contractor(contract="c-new"), home="home-not-yet")
    assert not take(handler, on_bus(about), on_bus(about))
    assert [mail.to for mail in cloud.mails] == ["jiro@f.example"]
    assert cloud.mails[0].text.startswith("次郎 様")


def test_a_mail_goes_to_the_address_of_the_day(
    cloud: Cloud, take: Take, contact: ContractContact
) -> None:
    moved = contact.model_copy(update={"email": "new@f.example"})
    cloud.directory.publish_contact(moved, None)
    assert not take(handler, on_bus(notice()))
    assert [mail.to for mail in cloud.mails] == ["new@f.example"]


@pytest.mark.parametrize(
    ("audience", "to"),
    [
        (Members(home=HOME), ["hanako@f.example", "taro@f.example"]),
        (Person(home=HOME, person=TARO), ["taro@f.example"]),
        (Person(home=HOME, person="gone"), []),
        (StaffGroup(group="dispatch"), [CENTRE]),
    ],
)
def test_an_audience_is_looked_up(cloud: Cloud, take: Take, audience: Any, to: list[str]) -> None:
    assert not take(handler, on_bus(notice(audience=audience)))
    assert [mail.to for mail in cloud.mails] == to


def test_staff_is_addressed_as_a_group_and_led_to_the_case(cloud: Cloud, take: Take) -> None:
    late = notice(
        kind=NoticeKind("home_check.staff_breach"),
        audience=StaffGroup(group="dispatch"),
        values={"event": "visit_overdue", "what": ""},
    )
    assert not take(handler, on_bus(late))
    assert cloud.mails[0].text.startswith("在宅確認センター 様")
    assert f"{WEB}/#/desk/cases/CN-20261122-0001" in cloud.mails[0].text


def test_who_is_not_in_the_directory_yet_is_told_when_they_are(cloud: Cloud, take: Take) -> None:
    about = on_bus(notice(audience=Contractor(contract="c-late")))
    assert take(handler, about) == ["message-0"]
    late = ContractContact(contract="c-late", name="次郎", email="jiro@f.example")
    cloud.directory.publish_contact(late, None)
    assert not take(handler, about, delivery=2)
    assert [mail.to for mail in cloud.mails] == ["jiro@f.example"]


def test_a_group_without_an_address_in_the_settings_is_no_group(cloud: Cloud, take: Take) -> None:
    assert take(handler, on_bus(notice(audience=StaffGroup(group="nobody")))) == ["message-0"]
    assert cloud.mails == []


# --- once, and none lost


@pytest.mark.rule("G-07", "G-08")
def test_the_same_notice_twice_is_one_mail(cloud: Cloud, take: Take) -> None:
    assert not take(handler, on_bus(notice()), on_bus(notice()))
    assert not take(handler, on_bus(notice()), first=7)
    assert not take(handler, on_bus(notice()), first=7, delivery=4)
    assert len(cloud.mails) == 1


@pytest.mark.rule("G-08")
def test_a_mail_that_failed_is_sent_by_whichever_message_comes_next(
    cloud: Cloud, take: Take
) -> None:
    """Five times in vain, then the operator redrives the dead letters: a new message, a new id."""
    cloud.fail("SendEmail", times=5)
    for delivery in range(1, 6):
        assert take(handler, on_bus(notice()), delivery=delivery) == ["message-0"]
    assert not take(handler, on_bus(notice()), first=99)
    assert len(cloud.mails) == 1
    assert row(cloud)["state"] == "sent"


def test_a_refusal_of_the_mail_service_is_on_record_until_the_mail_is_sent(
    cloud: Cloud, take: Take, contact: ContractContact
) -> None:
    cloud.fail("SendEmail", code="MessageRejected")
    assert take(handler, on_bus(notice())) == ["message-0"]
    assert row(cloud)["state"] == "failed"
    assert "MessageRejected" in row(cloud)["why"]
    right = contact.model_copy(update={"email": "right@f.example"})
    cloud.directory.publish_contact(right, None)  # corrected by staff, then redriven
    assert not take(handler, on_bus(notice()), first=99)
    assert [mail.to for mail in cloud.mails] == ["right@f.example"]
    assert row(cloud)["state"] == "sent"


def test_a_bad_address_keeps_the_mail_from_nobody_else(cloud: Cloud, take: Take) -> None:
    bad = {"on": lambda p: p["Destination"]["ToAddresses"] == ["hanako@f.example"]}
    cloud.fail("SendEmail", code="BadRequestException", times=2, **bad)
    about = on_bus(notice(audience=Members(home=HOME)))
    assert take(handler, about) == ["message-0"]
    assert take(handler, about, delivery=2) == ["message-0"]
    assert [mail.to for mail in cloud.mails] == ["taro@f.example"]


class Killed(BaseException):
    """The function's time is up, or its machine is gone: nothing is written any more."""


def killed_before_sending(take: Take, monkeypatch: pytest.MonkeyPatch, **delivery: int) -> None:
    def die(*_: object) -> str:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(mail_gateway, "send", die)
        with pytest.raises(Killed):
            take(handler, on_bus(notice()), **delivery)


@pytest.mark.rule("G-08")
def test_whoever_was_killed_goes_on_when_their_message_comes_again(
    cloud: Cloud, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_before_sending(take, monkeypatch)
    assert row(cloud)["state"] == "claimed"
    assert not take(handler, on_bus(notice()), delivery=2)
    assert len(cloud.mails) == 1


@pytest.mark.rule("G-08")
def test_a_claim_given_up_is_taken_over_by_another_message_in_its_second_delivery(
    cloud: Cloud, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_before_sending(take, monkeypatch, delivery=5)  # its last: then it is redriven
    assert take(handler, on_bus(notice()), first=99) == ["message-99"]  # may be at work just now
    assert cloud.mails == []
    assert not take(handler, on_bus(notice()), first=99, delivery=2)
    assert len(cloud.mails) == 1


def test_waiting_for_another_message_is_no_fault(
    cloud: Cloud, take: Take, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    killed_before_sending(take, monkeypatch)
    caplog.clear()
    assert take(handler, on_bus(notice()), first=99) == ["message-99"]
    assert [one.message for one in caplog.records if one.levelname == "ERROR"] == []


@pytest.mark.rule("G-08")
def test_a_claim_that_was_renewed_meanwhile_is_left_alone(
    cloud: Cloud, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_before_sending(take, monkeypatch)
    assert take(handler, on_bus(notice()), first=99) == ["message-99"]
    killed_before_sending(take, monkeypatch, delivery=2)  # the first one is at work again
    assert take(handler, on_bus(notice()), first=99, delivery=2) == ["message-99"]
    assert cloud.mails == []
    assert not take(handler, on_bus(notice()), first=99, delivery=3)
    assert len(cloud.mails) == 1


@pytest.mark.rule("G-08")
def test_two_that_wait_for_a_claim_send_one_mail(
    cloud: Cloud, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_before_sending(take, monkeypatch)
    for first in (50, 99):
        assert take(handler, on_bus(notice()), first=first) == [f"message-{first}"]
    for first in (50, 99):
        assert not take(handler, on_bus(notice()), first=first, delivery=2)
    assert len(cloud.mails) == 1


@pytest.mark.rule("G-08")
def test_a_mail_that_is_out_is_not_sent_again_because_it_could_not_be_confirmed(
    cloud: Cloud, take: Take
) -> None:
    confirming = {"on": lambda p: p["Item"].get("state") == "sent"}
    cloud.fail("PutItem", code="InternalServerError", **confirming)
    assert not take(handler, on_bus(notice()))
    assert len(cloud.mails) == 1


def test_garbage_goes_back_alone(cloud: Cloud, take: Take) -> None:
    no_detail = {**on_bus(notice()), "detail": {"kind": "home_check.consent_granted"}}
    no_words = on_bus(notice(kind=NoticeKind("home_check.unheard_of"), id="x"))
    failed = take(handler, "{", no_detail, no_words, on_bus(notice()))
    assert failed == ["message-0", "message-1", "message-2"]
    assert len(cloud.mails) == 1


def test_a_notice_of_before_this_table_had_states_is_not_sent_again(
    cloud: Cloud, take: Take
) -> None:
    key = {"pk": f"NOTICE#{notice().id}", "sk": f"PERSON#{HANAKO}"}
    table("notices").put_item(Item={**key, "message": "m-1"})
    assert not take(handler, on_bus(notice()))
    assert cloud.mails == []
