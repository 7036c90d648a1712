"""Who is told, how often, in which words, and what is written down of it."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from lambdas.notify import api
from lambdas.notify.on_notice import handler
from lambdas.shared.aws.clients import table
from lambdas.shared.events import Kind, MotionDetected, Sentence
from tests.integration.conftest import HANAKO, HOME, OTHER_HOME, TARO, WEB, Ask, Cloud, Take
from tests.integration.samples import DAY, MINUTE, NOON, SECOND, on_bus, sample

THING = "cam-living"


def motion(
    event: str = "event-1",
    at: datetime = NOON,
    *,
    detected_at: datetime | None = None,
    kind: Kind = "motion",
    pictures: Any = "cloud",
    mode: Any = "guard",
    thing: str = THING,
    home: str = HOME,
    camera: str = "居間",
) -> MotionDetected:
    return MotionDetected(
        event=event,
        home=home,
        thing=thing,
        camera=camera,
        kind=kind,
        mode=mode,
        at=at,
        detected_at=detected_at or at + SECOND,
        level=0.2,
        reason=Sentence(ja="画面の 8.0 % が動きました", en="8.0% of the picture moved"),
        pictures=pictures,
    )


def told(cloud: Cloud) -> list[str]:
    """The events people of the home had mails of, by the time in the subject."""
    return [mail.subject for mail in cloud.mails if mail.to == "hanako@f.example"]


@pytest.mark.rule("DC-21")
def test_everybody_of_the_home_gets_a_mail_with_a_link(cloud: Cloud, take: Take) -> None:
    assert not take(handler, on_bus(motion()))
    assert [mail.to for mail in cloud.mails] == ["hanako@f.example", "taro@f.example"]
    mail = cloud.mails[0]
    assert mail.subject == "【みまもり】さくら台の家「居間」で動きを検知しました（12:00）"
    link = f"{WEB}/#/homes/{HOME}/events/event-1"
    assert link in mail.text
    assert f'href="{link}"' in mail.html
    assert "2026年11月22日 12時00分00秒" in mail.text
    assert "画面の 8.0 % が動きました" in mail.text
    assert "おくれて" not in mail.text + mail.html
    assert "写真はこちら" in mail.text


@pytest.mark.rule("DC-22")
def test_a_picture_on_the_phone_is_told_without_a_link(cloud: Cloud, take: Take) -> None:
    assert not take(handler, on_bus(motion(pictures="on-device")))
    for mail in cloud.mails:
        assert "http" not in mail.text
        assert "href" not in mail.html
        assert "スマートフォンの中に保存" in mail.text
    assert {row["rule"] for row in cloud.rows("notices", "NOTICE#")} == {"DC-22"}


@pytest.mark.rule("DC-26")
def test_a_late_event_keeps_its_time_and_the_mail_says_so(cloud: Cloud, take: Take) -> None:
    late = motion(at=NOON + 120 * MINUTE, detected_at=NOON + 190 * MINUTE)
    assert not take(handler, on_bus(late))
    mail = cloud.mails[0]
    assert len(told(cloud)) == 1
    assert "（14:00）" in mail.subject
    assert "2026年11月22日 14時00分00秒" in mail.text
    assert "70分おくれて" in mail.text
    assert "70分おくれて" in mail.html


@pytest.mark.rule("G-07")
def test_a_notice_is_written_down_with_who_when_how_and_why(cloud: Cloud, take: Take) -> None:
    assert not take(handler, on_bus(motion()))
    rows = {row["sk"]: row for row in cloud.rows("notices", "NOTICE#")}
    assert set(rows) == {f"PERSON#{HANAKO}", f"PERSON#{TARO}"}
    row = rows[f"PERSON#{TARO}"]
    assert row["pk"] == "NOTICE#event-1"
    assert row["at"] == (NOON + SECOND).isoformat()
    assert (row["means"], row["rule"]) == ("mail", "DC-21")
    assert row["message"]  # the mail service's own id
    assert int(row["expires"]) == int((NOON + SECOND + 400 * DAY).timestamp())


@pytest.mark.rule("G-08")
def test_told_again_nobody_hears_it_twice(cloud: Cloud, take: Take) -> None:
    assert not take(handler, on_bus(motion()), on_bus(motion(kind="person")))
    before = cloud.rows("notices")
    assert not take(handler, on_bus(motion()))
    assert len(cloud.mails) == 2
    assert cloud.rows("notices") == before


@pytest.mark.rule("G-08")
def test_a_crash_between_two_people_is_made_good_for_the_second(cloud: Cloud, take: Take) -> None:
    body = on_bus(motion())
    cloud.fail("SendEmail", on=lambda p: p["Destination"]["ToAddresses"] == ["taro@f.example"])
    assert take(handler, body) == ["message-0"]
    assert [mail.to for mail in cloud.mails] == ["hanako@f.example"]
    # Meanwhile something else happens: it is held, but the first notice still goes out.
    assert not take(handler, on_bus(motion("event-2", NOON + 5 * SECOND)))
    assert not take(handler, body)
    assert [mail.to for mail in cloud.mails] == ["hanako@f.example", "taro@f.example"]


@pytest.mark.rule("G-08")
def test_two_messages_of_one_event_send_one_mail(cloud: Cloud, take: Take) -> None:
    """Two bursts judged at the same moment are told twice: whoever comes first sends the mail."""
    body = on_bus(motion())
    cloud.fail("SendEmail", on=lambda p: p["Destination"]["ToAddresses"] == ["taro@f.example"])
    assert take(handler, body) == ["message-0"]
    assert [mail.to for mail in cloud.mails] == ["hanako@f.example"]
    assert not take(handler, body, first=1)  # the other one sends what the first could not …
    assert not take(handler, body)  # … and nothing is left for the first to do
    assert [mail.to for mail in cloud.mails] == ["hanako@f.example", "taro@f.example"]


@pytest.mark.parametrize("operation", ["Query", "PutItem", "GetItem"])
def test_no_notice_is_lost_when_a_store_fails(cloud: Cloud, take: Take, operation: str) -> None:
    cloud.fail(operation)
    assert take(handler, on_bus(motion())) == ["message-0"]
    assert not take(handler, on_bus(motion()))
    assert {mail.to for mail in cloud.mails} == {"hanako@f.example", "taro@f.example"}


def test_one_bad_message_in_a_batch_fails_alone(cloud: Cloud, take: Take) -> None:
    other = on_bus(motion("event-2", NOON + MINUTE))
    assert take(handler, on_bus(motion()), "{}", other) == ["message-1"]
    assert len(told(cloud)) == 2


def test_a_lamp_is_not_told(cloud: Cloud, take: Take) -> None:
    assert not take(handler, on_bus(motion(kind="light")))
    assert cloud.mails == []
    # …but when somebody is seen in the same episode, that is.
    assert not take(handler, on_bus(motion(kind="person")))
    assert "人を検知しました" in told(cloud)[0]


@pytest.mark.rule("DC-30", "DC-29")
def test_a_motion_only_room_is_not_told_by_mail(cloud: Cloud, take: Take) -> None:
    assert not take(handler, on_bus(motion(mode="motion-only", pictures="none")))
    assert cloud.mails == []


def test_a_home_that_is_gone_is_not_told(cloud: Cloud, take: Take) -> None:
    assert not take(handler, on_bus(motion(home="home-gone")))
    assert cloud.mails == []


def test_a_home_whose_contract_ended_is_not_told(cloud: Cloud, take: Take) -> None:
    cloud.household(cloud.contract("room-watch", ends=NOON))
    assert not take(handler, on_bus(motion(at=NOON)))
    assert cloud.mails == []
    assert not take(handler, on_bus(motion("event-0", at=NOON - MINUTE)))
    assert len(told(cloud)) == 1


# Cooldown (ten seconds)


def happen(cloud: Cloud, take: Take, *seconds: int, thing: str = THING) -> None:
    for second in seconds:
        event = motion(f"event-{second}", NOON + second * SECOND, thing=thing)
        assert not take(handler, on_bus(event))


def test_the_first_is_told_what_follows_at_once_is_held_and_mentioned(
    cloud: Cloud, take: Take
) -> None:
    happen(cloud, take, 0, 4, 9, 10)
    assert len(told(cloud)) == 2
    first, second = (mail for mail in cloud.mails if mail.to == "hanako@f.example")
    assert "この前にも" not in first.text
    assert "この前にも、短い間に2件の検知がありました" in second.text
    assert "この前にも、短い間に2件の検知がありました" in second.html
    happen(cloud, take, 30)
    assert "この前にも" not in cloud.mails[-1].text  # mentioned once


def test_what_was_held_does_not_prolong_the_cooldown(cloud: Cloud, take: Take) -> None:
    happen(cloud, take, *range(0, 41, 4))
    # at 0, then at 12, 24, 36: the first after ten seconds each time
    assert [subject[-6:] for subject in told(cloud)] == ["12:00）"] * 4
    assert len(told(cloud)) == 4


def test_each_camera_has_a_cooldown_of_its_own(cloud: Cloud, take: Take) -> None:
    happen(cloud, take, 0)
    happen(cloud, take, 1, thing="cam-kitchen")
    assert len(told(cloud)) == 2


@pytest.mark.rule("DC-26")
def test_late_events_are_weighed_by_their_own_time(cloud: Cloud, take: Take) -> None:
    happen(cloud, take, 3600)  # online again; then what was kept, newest first
    happen(cloud, take, 3000, 600, 0)
    assert len(told(cloud)) == 4


@pytest.mark.rule("G-08")
def test_a_held_notice_that_comes_again_is_not_counted_again(cloud: Cloud, take: Take) -> None:
    happen(cloud, take, 0, 4, 20)
    assert "1件の検知" in cloud.mails[-1].text
    happen(cloud, take, 4)  # the queue delivers it once more
    happen(cloud, take, 40)
    assert len(told(cloud)) == 3
    assert "この前にも" not in cloud.mails[-1].text


# Languages


def test_everybody_reads_their_own_language(cloud: Cloud, take: Take, ask: Ask) -> None:
    assert ask(api.handler, "GET", "/me", person=TARO).body["language"] == "ja"
    changed = ask(api.handler, "PATCH", "/me", body={"language": "en"}, person=TARO)
    assert (changed.status, changed.body["language"]) == (200, "en")
    assert not take(handler, on_bus(motion()))
    subjects = {mail.to: mail.subject for mail in cloud.mails}
    assert subjects["hanako@f.example"].startswith("【みまもり】")
    assert (
        subjects["taro@f.example"] == "[Mimamori] さくら台の家, 居間: motion was detected (12:00)"
    )


def test_names_of_the_family_are_text_and_nothing_else(cloud: Cloud, take: Take) -> None:
    cloud.household(cloud.contract("room-watch"), name="<img src=x onerror=alert(1)>")
    assert not take(handler, on_bus(motion(camera="居間\r\nBcc: thief@x.example")))
    for mail in cloud.mails:
        assert "<img" not in mail.html
        assert "&lt;img" in mail.html
        assert not any(ord(letter) < 32 for letter in mail.subject)


def test_the_sample_of_the_bus_is_taken(cloud: Cloud, take: Take) -> None:
    assert not take(handler, sample("eventbridge_in_sqs")["Records"][0]["body"])
    assert len(told(cloud)) == 1


def test_me(cloud: Cloud, ask: Ask) -> None:
    me = ask(api.handler, "GET", "/me").body
    assert (me["id"], me["name"], me["email"]) == (HANAKO, "花子", f"{HANAKO}@family.example")
    assert me["homes"] == [{"id": HOME, "name": "さくら台の家", "role": "contractor"}]
    assert me["groups"] == []
    staff = ask(api.handler, "GET", "/me", person="person-sato", groups="[operator admin]").body
    assert (staff["homes"], staff["groups"]) == ([], ["admin", "operator"])
    nobody = ask(api.handler, "GET", "/me", person="nobody").body
    assert (nobody["name"], nobody["homes"]) == ("", [])
    assert ask(api.handler, "PATCH", "/me", body={"language": "fr"}).status == 422


def test_a_home_that_was_left_is_not_mine_though_its_name_lingers(cloud: Cloud, ask: Ask) -> None:
    table("directory").put_item(Item={"pk": f"PERSON#{HANAKO}", "sk": f"HOME#{OTHER_HOME}"})
    table("directory").put_item(Item={"pk": f"PERSON#{HANAKO}", "sk": "HOME#gone"})
    assert [home["id"] for home in ask(api.handler, "GET", "/me").body["homes"]] == [HOME]


def test_late_by_less_than_two_minutes_is_not_late(cloud: Cloud, take: Take) -> None:
    nearly = motion(detected_at=NOON + timedelta(seconds=119))
    assert not take(handler, on_bus(nearly))
    assert "おくれて" not in cloud.mails[0].text
