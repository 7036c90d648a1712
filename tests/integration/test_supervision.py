"""A controller that says nothing any more is told of, once, and once that it is back (AL-62)."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

import pytest

from iot.messages import panel_facts as f
from iot.topics import Channel
from lambdas.security import on_panel, staff_api, supervision
from lambdas.security.effects import About, effects_of
from lambdas.security.file import HomeFile
from lambdas.security.model import Silence
from lambdas.shared.household import Device
from tests.integration.centre import GROUPS, LEADER, OPERATOR, OTHER_OPERATOR
from tests.integration.conftest import HANAKO, HOME, OTHER_HOME, Context
from tests.integration.guarded import FEATURES, THING, GuardedHome, home
from tests.integration.samples import batch, envelope

__all__ = ["home"]

HOURS = 3600
SILENT = int(supervision.SILENT.total_seconds())
INSTALLER = f.Actor(source="centre", means="login", name="設置")


@contextmanager
def grouped(person: str, groups: str) -> Iterator[None]:
    """While it lasts, a login is of these groups."""
    GROUPS[person] = groups
    yield
    del GROUPS[person]


def stamp(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def told(home: GuardedHome) -> list[tuple[str, str, bool]]:
    """Who was told of silence: kind, audience, whether it is urgent."""
    return [
        (one.kind.removeprefix("security."), one.audience.to, one.urgent)
        for one in home.mails()
        if one.kind in ("security.silent", "security.back")
    ]


@pytest.mark.rule("AL-62")
def test_silence_and_the_return_are_told_once_each_to_the_family_and_the_centre(
    home: GuardedHome,
) -> None:
    home.guarded()
    home.armed()
    home.wait(SILENT - 60)
    home.supervised()
    assert told(home) == []
    home.wait(120)
    assert home.supervised() == 1
    lost = [("silent", "members", True), ("silent", "staff", True)]
    assert told(home) == lost
    assert home.view()["silent"] is True
    assert home.view()["history"][0]["said"] == "コントローラーとの通信が途絶（通信断）"
    home.wait(30 * HOURS)
    assert (home.supervised(), told(home)) == (0, lost), "told once"
    for _ in range(2):
        home.report()
    back = [("back", "members", True)]
    assert told(home) == lost + back
    assert home.view()["silent"] is False
    home.wait(SILENT + 1)
    home.supervised()
    assert told(home) == lost + back + lost, "another silence is told anew"


@pytest.mark.rule("AL-62")
def test_an_hourly_report_is_enough_and_of_a_home_that_is_not_armed_nothing_is_urgent(
    home: GuardedHome,
) -> None:
    home.guarded()
    home.configured()
    for _ in range(8):
        home.wait(HOURS)
        home.report()
        assert home.supervised() == 0
    home.wait(SILENT)
    home.supervised()
    assert told(home) == [("silent", "members", False), ("silent", "staff", False)]


def test_a_storm_of_reports_writes_down_when_to_look_once_in_ten_minutes(home: GuardedHome) -> None:
    home.guarded()
    home.configured()
    for _ in range(5):
        home.wait(1)
        home.report()
    marks = [
        call
        for call in home.cloud.asked("PutItem")
        if str(call["Item"]["pk"]).startswith("WATCHED")
    ]
    assert len(marks) == 1


@pytest.mark.parametrize("how", ["ended", "not_begun", "other_product", "nobody"])
def test_of_a_home_that_is_not_guarded_nobody_is_told_until_it_is_again(
    home: GuardedHome, how: str
) -> None:
    home.guarded()
    home.armed()
    changed: dict[str, Any] = {
        "ended": {"ends": home.now + timedelta(hours=1)},
        "not_begun": {"starts": home.now + timedelta(days=2)},
    }.get(how, {})
    features = ("room-watch",) if how == "other_product" else FEATURES
    contracts = [home.cloud.contract(*features, id="contract-al", **changed)]
    home.cloud.household(*([] if how == "nobody" else contracts))
    home.wait(SILENT + 1)
    assert (home.supervised(), told(home)) == (1, [])
    home.wait(HOURS)
    assert home.supervised() == 0, "looked at again a day later"
    home.cloud.household(home.cloud.contract(*FEATURES, id="contract-al"))
    home.wait(24 * HOURS)
    assert home.supervised() == 1
    assert [who for _, who, _ in told(home)] == ["members", "staff"]


def test_while_the_home_is_tested_whoever_installs_it_may_switch_it_off(home: GuardedHome) -> None:
    home.guarded()
    home.configured()
    home.say(f.TestBegan, actor=INSTALLER, minutes=60)
    home.wait(SILENT + 60)
    assert (home.supervised(), told(home)) == (1, [])
    home.wait(HOURS)
    home.supervised()
    assert len(told(home)) == 2


@pytest.mark.parametrize("how", ["moved", "replaced", "home_gone"])
def test_a_controller_that_is_of_the_home_no_more_is_forgotten(home: GuardedHome, how: str) -> None:
    home.guarded()
    home.configured()
    if how == "moved":
        there = Device(thing=THING, home=OTHER_HOME, kind="controller", name="玄関", active=True)
        home.cloud.directory.publish_device(there)
    elif how == "replaced":
        home.store.put_controller(HOME, "ctl-new")
    else:
        kept = home.store.kept(THING)
        assert kept
        home.store.keep(THING, kept.model_copy(update={"home": "home-gone"}))
    home.wait(SILENT + 1)
    assert (home.supervised(), told(home)) == (1, [])
    home.wait(48 * HOURS)
    assert (home.supervised(), told(home)) == (0, [])


def test_whoever_is_heard_while_the_look_is_on_its_way_is_not_silent(home: GuardedHome) -> None:
    home.guarded()
    home.configured()
    home.wait(SILENT + 1)
    home.report()
    home.silent.deliver(THING)
    assert told(home) == []
    home.wait(SILENT + 1)
    home.supervised()
    assert len(told(home)) == 2


def test_a_report_of_before_the_silence_does_not_say_that_it_is_back(home: GuardedHome) -> None:
    home.guarded()
    home.configured()
    old = home.report()
    heard = home.now
    home.wait(SILENT + 1)
    home.supervised()
    kept = home.store.kept(THING)
    assert kept
    assert kept.heard_at == heard
    late = batch(envelope(THING, Channel.PANEL, old, heard, None), at=heard, first=99)
    assert on_panel.handler(late, Context()) == {"batchItemFailures": []}
    assert [kind for kind, _, _ in told(home)] == ["silent", "silent"]


@pytest.mark.parametrize("killed", ["PutItem", "PutEvents", "DeleteItem"])
@pytest.mark.parametrize("which", [1, 2])
def test_whoever_looks_dies_at_any_point_and_the_next_look_tells_it(
    home: GuardedHome, killed: str, which: int
) -> None:
    home.guarded()
    home.armed()
    home.wait(SILENT + 1)
    seen = iter(range(1, 1000))
    home.cloud.fail(killed, on=lambda _: next(seen) == which)
    with suppress(AssertionError):  # SQS brings it again
        home.silent.deliver(THING)
    home.cloud._failures.clear()
    home.supervised()
    assert told(home) == [("silent", "members", True), ("silent", "staff", True)]
    assert home.supervised() == 0


def test_garbage_in_the_queue_of_silent_controllers_moves_nothing(home: GuardedHome) -> None:
    home.guarded()
    home.silent.deliver("a-thing-that-nobody-knows")
    assert told(home) == []


# The centre's list of silent homes


def listed(home: GuardedHome, person: str = OPERATOR) -> Any:
    answer = home.centre.ask(staff_api.handler, "GET", "/security/silent", person)
    assert answer.status == 200, answer.body
    return answer.body


def silence_of(
    home: GuardedHome, said: str, *, reached: bool = True, whom: str = "", person: str = OPERATOR
) -> Any:
    path, body = f"/security/sites/{HOME}/silence", {"said": said, "reached": reached, "whom": whom}
    return home.centre.ask(staff_api.handler, "POST", path, person, body)


def held(home: GuardedHome, method: str, person: str = OPERATOR) -> Any:
    path = f"/security/sites/{HOME}/silence/holder"
    return home.centre.ask(staff_api.handler, method, path, person)


def turns(answer: Any) -> list[str]:
    """Whose turn it is to be phoned."""
    return [one["name"] for one in answer["homes"][0]["people"] if one["next"]]


@pytest.fixture
def silent(home: GuardedHome) -> GuardedHome:
    """A home that is silent and was armed."""
    home.guarded(centre="east")
    home.armed()
    home.wait(SILENT + 60)
    home.supervised()
    return home


@pytest.mark.rule("AL-62")
def test_a_silent_home_is_on_the_centres_list_until_it_speaks_again(home: GuardedHome) -> None:
    home.guarded()
    home.armed()
    nobody = {"count": 0, "waiting": 0, "overdue": 0, "may_act": True, "homes": []}
    assert listed(home) == nobody
    assert silence_of(home, "誰も出ない").status == 409
    home.wait(SILENT + 60)
    home.supervised()
    found = listed(home)
    assert (found["count"], found["waiting"]) == (1, 1)
    (one,) = found["homes"]
    assert (one["name"], one["armed"]) == ("さくら台の家", True)
    assert [(p["name"], p["phone"]) for p in one["people"]][:2] == [
        ("", "03-0000-0001"),
        ("見守 花子", "090-0000-0001"),
    ]
    for nothing in ("", "  "):
        assert silence_of(home, nothing).status == 422
    answer = silence_of(home, "停電とのこと。復旧待ち", whom="見守 花子")
    assert (answer.body["count"], answer.body["waiting"]) == (1, 0)
    (call,) = answer.body["homes"][0]["calls"]
    assert (call["by"], call["whom"], call["said"]) == (
        OPERATOR,
        "見守 花子",
        "停電とのこと。復旧待ち",
    )
    home.report()
    assert listed(home)["count"] == 0
    assert silence_of(home, "遅い").status == 409
    assert home.centre.ask(staff_api.handler, "GET", "/security/silent", HANAKO).status == 403


@pytest.mark.rule("AL-54", "AL-62")
def test_a_silent_home_has_a_clock_and_its_people_are_phoned_in_their_order(
    silent: GuardedHome,
) -> None:
    home = silent
    assert turns(listed(home)) == [""]
    assert listed(home)["homes"][0]["due"] == stamp(home.now + supervision.CALL_ARMED)
    home.wait(supervision.CALL_ARMED.total_seconds())
    assert listed(home)["overdue"] == 1
    for whom, following in (("", "見守 花子"), ("見守 花子", "見守 次郎"), ("見守 次郎", "")):
        found = silence_of(home, "出ない", reached=False, whom=whom).body
        assert (found["waiting"], found["overdue"], turns(found)) == (1, 0, [following])
        assert found["homes"][0]["due"] == stamp(home.now + supervision.NEXT_CALL)
        home.wait(60)
    found = silence_of(home, "無事", whom="").body
    (one,) = found["homes"]
    assert (found["waiting"], one["due"], one["overdue"], turns(found)) == (0, None, False, [])
    assert len(one["calls"]) == 4
    home.wait(30 * HOURS)
    assert listed(home)["overdue"] == 0
    lines = [one for one in home.store.history(HOME) if one.what == "call"]
    assert len(lines) == 4


@pytest.mark.rule("AL-62")
def test_of_homes_that_should_have_been_phoned_staff_is_told_once_an_hour(
    silent: GuardedHome,
) -> None:
    def mails() -> list[Any]:
        return [one for one in silent.mails() if one.kind == "security.silent_waiting"]

    silent.supervised()
    assert mails() == []
    silent.wait(supervision.CALL_ARMED.total_seconds())
    silent.supervised()
    silent.supervised()
    assert len({one.id for one in mails()}) == 1
    assert (mails()[0].values["count"], mails()[0].values["armed"]) == ("1", "1")
    before = len(mails())
    silence_of(silent, "無事")
    silent.wait(HOURS)
    silent.supervised()
    assert len(mails()) == before


@pytest.mark.rule("AL-21", "AL-62")
def test_operators_of_a_centre_see_and_phone_its_silent_homes_only(silent: GuardedHome) -> None:
    home = silent
    for group, sees in (
        ("[operator-west]", 0),
        ("[operator-east]", 1),
        ("[operator]", 1),
        ("[admin]", 1),
    ):
        with grouped("person-new", group):
            assert listed(home, "person-new")["count"] == sees, group
            assert held(home, "PUT", "person-new").status == (200 if sees else 409), group


def test_a_home_of_which_no_centre_is_known_is_every_centres(home: GuardedHome) -> None:
    home.guarded()
    home.configured()
    home.wait(SILENT + 60)
    home.supervised()
    for group in ("[operator-west]", "[operator-east]"):
        with grouped("person-new", group):
            assert listed(home, "person-new")["count"] == 1


@pytest.mark.rule("AL-62")
def test_whoever_may_only_look_sees_the_list_and_does_nothing(silent: GuardedHome) -> None:
    with grouped("person-guard-room", "[guard-centre]"):
        found = listed(silent, "person-guard-room")
        assert (found["count"], found["may_act"]) == (1, False)
        before = silent.cloud.rows("security", "SILENT")
        for answer in (
            silence_of(silent, "無事", person="person-guard-room"),
            held(silent, "PUT", "person-guard-room"),
            held(silent, "DELETE", "person-guard-room"),
        ):
            assert (answer.status, answer.body["type"]) == (
                403,
                "urn:mimamori:problem:callers-only",
            )
    assert silent.cloud.rows("security", "SILENT") == before


def test_a_silent_home_is_taken_and_handed_back(silent: GuardedHome) -> None:
    assert held(silent, "PUT").body["homes"][0]["taken_by"] == OPERATOR
    assert held(silent, "DELETE", OTHER_OPERATOR).status == 422
    assert held(silent, "PUT", OTHER_OPERATOR).body["homes"][0]["taken_by"] == OTHER_OPERATOR
    assert held(silent, "DELETE", LEADER).body["homes"][0]["taken_by"] == ""
    held(silent, "PUT")
    answer = silence_of(silent, "出ない", reached=False)
    assert answer.body["homes"][0]["taken_by"] == "", "the next call is anybody's"


def test_of_two_who_note_a_call_at_once_both_are_kept(silent: GuardedHome) -> None:
    cloud = silent.cloud
    cloud.meanwhile("PutItem", lambda: silence_of(silent, "出ない", reached=False))
    silence_of(silent, "留守電", reached=False, whom="見守 花子")
    (one,) = listed(silent)["homes"]
    assert sorted(call["said"] for call in one["calls"]) == ["出ない", "留守電"]


@pytest.mark.rule("AL-62")
def test_whoever_told_of_the_silence_late_does_not_bring_it_back(home: GuardedHome) -> None:
    home.guarded()
    home.armed()
    home.wait(SILENT + 60)
    home.supervised()
    before = home.store.silent(THING)
    assert before
    home.report()
    home.store.put_silent(before)
    assert listed(home)["count"] == 0


@pytest.mark.rule("AL-62")
def test_a_town_without_power_is_one_mail_and_one_line_with_a_count(home: GuardedHome) -> None:
    home.guarded()
    home.armed()
    now = home.now
    town = [
        Silence(
            id=f"ctl-{n}-silent",
            what="silent",
            at=now,
            heard_at=now - timedelta(minutes=n),
            armed=n == 7,
        )
        for n in range(120)
    ]
    known = home.cloud.directory.home(HOME)
    assert known
    about = About(known, HomeFile(), None, now)
    notices: list[Any] = [one for fact in town for one in effects_of(fact, about).events]
    ids = [one.id for one in notices if one.audience.to == "staff"]
    assert (len(ids), len(set(ids))) == (120, 1)
    for n, fact in enumerate(town):
        home.store.put_silent(supervision.silent_home(f"ctl-{n}", known, fact, now))
    found = listed(home)
    assert (found["count"], found["waiting"], len(found["homes"])) == (120, 120, 50)
    assert [one["armed"] for one in found["homes"][:2]] == [True, False]


@pytest.mark.rule("AL-16", "AL-62")
def test_a_home_that_watches_itself_is_told_and_not_the_centre(home: GuardedHome) -> None:
    home.guarded("intrusion", "emergency")
    home.armed("away", "self")
    home.wait(SILENT + 60)
    home.supervised()
    assert told(home) == [("silent", "members", True)]
    assert listed(home)["count"] == 0


def test_a_controller_that_was_replaced_is_on_the_list_no_more(home: GuardedHome) -> None:
    home.guarded()
    home.configured()
    home.wait(SILENT + 60)
    home.supervised()
    assert listed(home)["count"] == 1
    new = Device(thing="ctl-new", home=HOME, kind="controller", name="玄関", active=True)
    home.cloud.directory.publish_device(new)
    home.thing, home.journal, home.facts, home.sent = "ctl-new", "journal1", [], 0
    home.say(f.Restarted, cold=True)
    assert listed(home)["count"] == 0
