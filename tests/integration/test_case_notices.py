"""The mails about consents and home checks: to whom, once, and what is written down."""

from typing import Any

import pytest

from lambdas.notify.on_case import handler
from lambdas.notify.store import Store
from lambdas.shared.events import CaseNotice
from tests.integration.conftest import HANAKO, HOME, WEB, Cloud, Take
from tests.integration.samples import NOON, on_bus


def notice(**changes: Any) -> CaseNotice:
    return CaseNotice(
        **{
            "id": "CN-20261122-0001/consent_granted",
            "kind": "consent_granted",
            "rule": "DL-11",
            "case": "CN-20261122-0001",
            "home": HOME,
            "at": NOON,
            "person": HANAKO,
            "name": "花子",
            "email": "hanako@f.example",
            "values": {"target": "みつ", "home": "実家", "granted_at": NOON.isoformat()},
            **changes,
        }
    )


@pytest.mark.rule("DL-11")
@pytest.mark.rule("DL-24")
def test_the_contractor_is_mailed_with_the_number_to_call(cloud: Cloud, take: Take) -> None:
    assert not take(handler, on_bus(notice()))
    (mail,) = cloud.mails
    assert mail.to == "hanako@f.example"
    assert mail.subject == "【みまもり】在宅確認登録完了のお知らせ"
    assert "0120-000-001" in mail.text
    assert f'href="{WEB}/#/homes/{HOME}/home-check"' in mail.html
    (row,) = cloud.rows("notices", "NOTICE#")
    assert (row["rule"], row["means"]) == ("DL-11", "mail")


def test_in_the_language_they_chose(cloud: Cloud, take: Take) -> None:
    Store("notices").speak(HANAKO, "en")
    assert not take(handler, on_bus(notice()))
    assert cloud.mails[0].subject == "[Mimamori] Your registration for home checks is complete"


@pytest.mark.rule("G-07")
def test_the_same_notice_twice_is_one_mail(cloud: Cloud, take: Take) -> None:
    assert not take(handler, on_bus(notice()), on_bus(notice()))
    assert not take(handler, on_bus(notice()), first=7)
    assert len(cloud.mails) == 1


def test_a_mail_that_failed_is_tried_again(cloud: Cloud, take: Take) -> None:
    cloud.fail("SendEmail")
    assert take(handler, on_bus(notice())) == ["message-0"]
    assert not take(handler, on_bus(notice()))
    assert len(cloud.mails) == 1


def test_garbage_goes_back_alone(cloud: Cloud, take: Take) -> None:
    unknown = {**on_bus(notice()), "detail": {"kind": "consent_granted"}}
    assert take(handler, "{", unknown, on_bus(notice())) == ["message-0", "message-1"]
    assert len(cloud.mails) == 1
