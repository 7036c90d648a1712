"""A controller that says nothing any more is told of, once, and once that it is back (AL-62)."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from iot.messages import panel_facts as f
from iot.topics import Channel
from lambdas.security import on_panel, staff_api, supervision
from lambdas.security.effects import About, effects_of
from lambdas.security.file import HomeFile
from lambdas.security.model import Silence
from lambdas.shared.household import Device
from tests.integration.centre import OPERATOR
from tests.integration.conftest import HANAKO, HOME, OTHER_HOME, Context
from tests.integration.guarded import FEATURES, THING, GuardedHome, home
from tests.integration.samples import batch, envelope

__all__ = ["home"]

HOURS = 3600
SILENT = int(supervision.SILENT.total_seconds())
INSTALLER = f.Actor(source="centre", means="login", name="設置")


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


def silence_of(home: GuardedHome, said: str) -> Any:
    path = f"/security/sites/{HOME}/silence"
    return home.centre.ask(staff_api.handler, "POST", path, OPERATOR, {"said": said})


@pytest.mark.rule("AL-62")
def test_a_silent_home_is_on_the_centres_list_until_it_speaks_again(home: GuardedHome) -> None:
    home.guarded()
    home.armed()
    assert listed(home) == {"count": 0, "waiting": 0, "homes": []}
    assert silence_of(home, "誰も出ない").status == 409
    home.wait(SILENT + 60)
    home.supervised()
    found = listed(home)
    assert (found["count"], found["waiting"]) == (1, 1)
    (one,) = found["homes"]
    assert (one["name"], one["armed"], one["phone"]) == ("さくら台の家", True, "03-0000-0001")
    assert one["contacts"][0]["name"] == "見守 花子"
    assert silence_of(home, "").status == 422
    answer = silence_of(home, "停電とのこと。復旧待ち")
    assert (answer.body["count"], answer.body["waiting"]) == (1, 0)
    assert answer.body["homes"][0]["said"] == "停電とのこと。復旧待ち"
    home.report()
    assert listed(home)["count"] == 0
    assert silence_of(home, "遅い").status == 409
    assert home.centre.ask(staff_api.handler, "GET", "/security/silent", HANAKO).status == 403


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
