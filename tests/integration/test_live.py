"""Looking at a camera live: who may ask, what the camera is told, what the browser hears."""

import base64
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from iot.messages.base import MAX_PAYLOAD
from iot.messages.live import MAX_SDP, LiveAnswer, LiveRequest
from iot.topics import Channel
from lambdas.devices import on_report
from lambdas.devices.api import handler
from lambdas.devices.store import COMMANDS_KEPT, LOOKS_SHOWN, Store
from lambdas.shared.aws import clients
from tests.integration.conftest import HANAKO, HOME, OTHER_HOME, STRANGER, TARO, Ask, Cloud, Take
from tests.integration.samples import MINUTE, NOON, SECOND, envelope

THING = "cam-living"
LIVE = f"/homes/{HOME}/devices/{THING}/live"
OFFER = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n"
ANSWER = "v=0\r\no=- 2 2 IN IP4 0.0.0.0\r\n"


def ask_live(ask: Ask, person: str = TARO, **more: Any) -> Any:
    return ask(handler, "POST", LIVE, body={"offer": OFFER}, person=person, **more)


def answered(id: str, thing: str = THING, **changes: Any) -> dict[str, Any]:
    said = {"id": id, "state": "answered", "answer": ANSWER, "at": NOON + SECOND} | changes
    answer = LiveAnswer.model_validate(said)
    return envelope(thing, Channel.LIVE, answer, at=NOON + SECOND)


@pytest.mark.rule("DC-25")
def test_the_offer_goes_to_the_camera_and_its_answer_to_the_browser(
    cloud: Cloud, ask: Ask, take: Take
) -> None:
    cloud.camera(THING)
    sent = ask_live(ask)
    assert (sent.status, sent.body["state"]) == (202, "asked")
    (told,) = cloud.told(THING)
    assert told == LiveRequest(
        id=sent.body["id"], expires_at=NOON + 20 * SECOND, seconds=600, offer=OFFER
    )
    path = f"{LIVE}/{sent.body['id']}"
    assert ask(handler, "GET", path, person=TARO).body["state"] == "asked"
    assert not take(on_report.handler, answered(sent.body["id"]))
    heard = ask(handler, "GET", path, person=TARO).body
    assert (heard["state"], heard["answer"], heard["reason"]) == ("answered", ANSWER, None)
    assert heard["ends_at"] == "2026-11-22T03:10:00Z"


def test_who_looked_and_when_is_written_down_for_a_week(cloud: Cloud, ask: Ask) -> None:
    cloud.camera(THING)
    for person in (TARO, HANAKO):
        assert ask_live(ask, person).status == 202
    rows = [row for row in cloud.rows("devices") if row["sk"].startswith("LIVE#")]
    kept = [Store("devices").live(THING, row["sk"].removeprefix("LIVE#")) for row in rows]
    assert {(one.asked_by, one.at) for one in kept if one} == {(TARO, NOON), (HANAKO, NOON)}
    assert {row["expires"] for row in rows} == {int((NOON + COMMANDS_KEPT).timestamp())}
    assert not any(OFFER in str(row) for row in rows), "addresses of browsers are not kept"


def test_the_family_sees_who_looked_last_and_whether_it_worked(
    cloud: Cloud, ask: Ask, take: Take
) -> None:
    cloud.camera(THING)
    ids = [
        ask_live(ask, person, at=NOON + n * MINUTE).body["id"]
        for n, person in enumerate((HANAKO, TARO, TARO))
    ]
    assert not take(on_report.handler, answered(ids[0]), answered(ids[1]))
    later = NOON + 3 * MINUTE
    assert ask(handler, "GET", LIVE, at=later).body["looks"] == [
        {"by": "太郎", "at": "2026-11-22T03:02:00Z", "seen": False},
        {"by": "太郎", "at": "2026-11-22T03:01:00Z", "seen": True},
        {"by": "花子", "at": "2026-11-22T03:00:00Z", "seen": True},
    ]
    home = cloud.directory.home(HOME)
    assert home
    stays = tuple(one for one in home.members if one.person != TARO)
    cloud.directory.publish_home(home.model_copy(update={"members": stays}))
    assert [one["by"] for one in ask(handler, "GET", LIVE).body["looks"]] == [None, None, "花子"]


def test_only_the_last_looks_are_shown(cloud: Cloud, ask: Ask) -> None:
    cloud.camera(THING)
    for n in range(LOOKS_SHOWN + 2):
        ask_live(ask, at=NOON + n * SECOND)
    looks = ask(handler, "GET", LIVE, at=NOON + MINUTE).body["looks"]
    assert len(looks) == LOOKS_SHOWN
    assert looks[0]["at"] == "2026-11-22T03:00:11Z"


def test_a_camera_that_does_not_answer_has_failed(cloud: Cloud, ask: Ask) -> None:
    cloud.camera(THING)
    path = f"{LIVE}/{ask_live(ask).body['id']}"
    heard = [ask(handler, "GET", path, at=NOON + n * SECOND).body for n in (20, 21)]
    assert [(one["state"], one["reason"]) for one in heard] == [
        ("asked", None),
        ("failed", "no-answer"),
    ]


def test_a_refusal_of_the_camera_is_told(cloud: Cloud, ask: Ask, take: Take) -> None:
    cloud.camera(THING)
    id = ask_live(ask).body["id"]
    busy = answered(id, state="failed", reason="busy", answer=None)
    assert not take(on_report.handler, busy)
    heard = ask(handler, "GET", f"{LIVE}/{id}").body
    assert (heard["state"], heard["reason"], heard["answer"]) == ("failed", "busy", None)


def test_the_first_answer_stands_and_one_to_nothing_changes_nothing(
    cloud: Cloud, ask: Ask, take: Take
) -> None:
    cloud.camera(THING)
    id = ask_live(ask).body["id"]
    assert not take(on_report.handler, answered("never-asked"))
    later = answered(id, answer=None, state="failed", reason="error")
    assert not take(on_report.handler, answered(id), answered(id), later)
    assert ask(handler, "GET", f"{LIVE}/{id}").body["answer"] == ANSWER
    assert ask(handler, "GET", f"{LIVE}/never-asked").status == 404


def test_another_camera_cannot_answer_for_this_one(cloud: Cloud, ask: Ask, take: Take) -> None:
    cloud.camera(THING)
    cloud.camera("cam-next-door", home=OTHER_HOME)
    id = ask_live(ask).body["id"]
    assert not take(on_report.handler, answered(id, "cam-next-door"))
    assert ask(handler, "GET", f"{LIVE}/{id}").body["state"] == "asked"


@pytest.mark.rule("DC-25")
def test_a_phone_is_not_looked_at_live(cloud: Cloud, ask: Ask) -> None:
    cloud.camera(THING, kind="phone-camera")
    for refused in (ask_live(ask), ask(handler, "GET", LIVE)):
        assert (refused.status, refused.body["rule"]) == (409, "DC-25")
    assert cloud.told(THING) == []


@pytest.mark.rule("DC-29")
def test_a_motion_only_camera_is_looked_at_by_nobody(cloud: Cloud, ask: Ask, take: Take) -> None:
    """Nor is an answer from before the switch given out after it."""
    cloud.camera(THING)
    id = ask_live(ask).body["id"]
    assert not take(on_report.handler, answered(id))
    path = f"/homes/{HOME}/devices/{THING}"
    assert ask(handler, "PATCH", path, body={"mode": "motion-only"}).status == 200
    for refused in (ask_live(ask), ask(handler, "GET", LIVE), ask(handler, "GET", f"{LIVE}/{id}")):
        assert (refused.status, refused.body["rule"]) == (409, "DC-29")
    assert len(cloud.told(THING)) == 1


def test_who_was_removed_a_stranger_and_next_door_get_nothing(
    cloud: Cloud, ask: Ask, take: Take
) -> None:
    cloud.camera(THING)
    id = ask_live(ask).body["id"]
    assert not take(on_report.handler, answered(id))
    before = cloud.directory.home(HOME)
    assert before
    stays = tuple(one for one in before.members if one.person != TARO)
    cloud.directory.publish_home(before.model_copy(update={"members": stays}))
    for person in (TARO, STRANGER):
        assert ask_live(ask, person).status == 404
        assert ask(handler, "GET", f"{LIVE}/{id}", person=person).status == 404
    through_theirs = f"/homes/{OTHER_HOME}/devices/{THING}/live/{id}"
    assert ask(handler, "GET", through_theirs, person=STRANGER).status == 404
    assert len(cloud.told(THING)) == 1


def test_a_removed_camera_answers_nobody(cloud: Cloud, ask: Ask, take: Take) -> None:
    cloud.camera(THING)
    id = ask_live(ask).body["id"]
    cloud.directory.withdraw_device(THING)
    assert not take(on_report.handler, answered(id))
    assert cloud.rejected("devices") == [(THING, "unknown-device")]


@pytest.mark.parametrize(
    "offer",
    ["", "hello", "v=0\x00", "v=0 居間", "v=0" + "x" * MAX_SDP, "v=0" + "\n" * (MAX_SDP // 2), 7],
)
def test_what_is_no_offer_is_refused_and_the_camera_not_bothered(
    cloud: Cloud, ask: Ask, offer: Any
) -> None:
    cloud.camera(THING)
    refused = ask(handler, "POST", LIVE, body={"offer": offer})
    assert refused.status in (400, 422)
    assert cloud.told(THING) == []
    assert not [row for row in cloud.rows("devices") if row["sk"].startswith("LIVE#")]


def test_the_longest_offer_fits_into_a_message(cloud: Cloud, ask: Ask) -> None:
    cloud.camera(THING)
    longest = "v=0" + "\n" * ((MAX_SDP - 5) // 2)
    assert ask(handler, "POST", LIVE, body={"offer": longest}).status == 202
    (sent,) = cloud.asked("Publish")
    assert len(sent["payload"].encode()) <= MAX_PAYLOAD


def test_garbage_from_a_camera_is_recorded(cloud: Cloud, ask: Ask, take: Take) -> None:
    cloud.camera(THING)
    id = ask_live(ask).body["id"]
    good = answered(id)
    bad = {**good, "payload": "eyJpZCI6IDF9"}  # {"id": 1}
    assert not take(on_report.handler, bad, good)
    assert cloud.rejected("devices") == [(THING, "bad-message")]
    assert ask(handler, "GET", f"{LIVE}/{id}").body["state"] == "answered"


def test_a_browser_is_told_how_long_and_by_which_servers(
    cloud: Cloud, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.camera(THING)
    assert ask(handler, "GET", LIVE).body == {
        "ice_servers": [],
        "relay": None,
        "seconds": 600,
        "looks": [],
    }
    monkeypatch.setenv("ICE_SERVERS", "stun:stun.f.example:3478 stun:[2001:db8::1]")
    monkeypatch.setenv("LIVE_MINUTES", "3")
    from lambdas.shared import settings

    settings.load.cache_clear()
    servers = ["stun:stun.f.example:3478", "stun:[2001:db8::1]"]
    assert ask(handler, "GET", LIVE).body == {
        "ice_servers": servers,
        "relay": None,
        "seconds": 180,
        "looks": [],
    }
    ends = ask_live(ask).body["ends_at"]
    (told,) = cloud.told(THING)
    assert isinstance(told, LiveRequest)
    assert (list(told.ice_servers), timedelta(seconds=told.seconds)) == (servers, 3 * MINUTE)
    assert ends == "2026-11-22T03:03:00Z"


def test_a_relay_is_used_by_credentials_that_end(
    cloud: Cloud, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.camera(THING)
    stun, turn = "stun:stun.f.example:3478", "turns:turn.f.example:5349?transport=tcp"
    monkeypatch.setenv("ICE_SERVERS", f"{stun} {turn}")
    monkeypatch.setenv("TURN_PARAMETER", "/turn/secret")
    from lambdas.shared import settings

    settings.load.cache_clear()
    unset = ask(handler, "GET", LIVE).body
    assert (unset["ice_servers"], unset["relay"]) == ([stun], None), "no secret, no relay"
    clients.client("ssm").put_parameter(Name="/turn/secret", Value="north", Type="SecureString")
    told = ask(handler, "GET", LIVE, person=TARO).body
    assert told["ice_servers"] == [stun, turn]
    ends, _, who = told["relay"]["username"].partition(":")
    assert datetime.fromtimestamp(int(ends), UTC) == NOON + 12 * MINUTE
    assert who == TARO
    digest = hmac.new(b"north", told["relay"]["username"].encode(), "sha1").digest()
    assert told["relay"]["credential"] == base64.b64encode(digest).decode()
    ask_live(ask)
    (request,) = cloud.told(THING)
    assert isinstance(request, LiveRequest)
    assert request.ice_servers == (stun, turn)
    assert request.relay
    assert request.relay.username == f"{ends}:{THING}", "of its own"
    assert "north" not in request.model_dump_json() + str(told)
