"""Guarded homes on the running system, by controllers' messages, API calls and moves of the clock
alone: what must be shown of home security, each story in a home of its own."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from iot.messages import panel_facts as f
from lambdas.dispatch.casework.place import Place
from lambdas.shared.household import Member
from local import seed
from local.cloud import LocalCloud
from local.guarded import (
    MOTHER,
    PASSWORD,
    WHOLE,
    ControllerDouble,
    GuardedFamily,
    alarm_case,
    guard,
    install,
)
from local.homecheck import Operator, Responder, Someone, north
from local.telephone import PluggedIn
from tests.e2e.billing import quarter_hours
from tests.e2e.household import dead_letters

FOUND = {"outcome": "nothing_wrong"}


@dataclass
class Town:
    """A guard centre, and homes far enough apart that their guards do not meet."""

    cloud: LocalCloud
    folder: Path
    operator: Operator = field(init=False)
    _homes: int = 0

    def __post_init__(self) -> None:
        self.operator = Operator(self.cloud, f"{secrets.token_hex(4)}@centre.example")

    def moves_in(self, *guards: str, **more: Any) -> "Story":
        """A home with its controller, and guards on duty near it, the first named nearest."""
        self._homes += 1
        place = Place(latitude=33.0 + self._homes, longitude=131.0 + self._homes)
        mail = f"{secrets.token_hex(4)}@family.example"
        family = GuardedFamily(self.cloud, mail, place=place, **more)
        install(self.operator, family)
        family.registers()
        those = [
            guard(self.cloud, self.operator, name, north(place, 2 + 2 * n))
            for n, name in enumerate(guards)
        ]
        controller = ControllerDouble(family, self.folder / mail)
        controller.installed()
        return Story(self, family, controller, those)


@dataclass
class Story:
    """One home and its people."""

    town: Town
    family: GuardedFamily
    controller: ControllerDouble
    guards: list[Responder]

    @property
    def operator(self) -> Operator:
        return self.town.operator

    def case(self, number: int = 0) -> str:
        return alarm_case(self.family, number)

    def cases(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.family.sees()["cases"]
        return found

    def todo(self, case: str) -> list[str]:
        return sorted(one["kind"] for one in self.operator.tasks(case))

    def ended(self, case: str) -> str:
        return str(self.operator.case(case)["result"])

    def wait(self, much: str) -> None:
        self.town.cloud.advance(much)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    state = tmp_path_factory.mktemp("alarm")
    with LocalCloud.start(seed=seed.seed, state_dir=state, report=lambda _: None) as cloud:
        quarter_hours(cloud, on=False)
        yield Town(cloud, tmp_path_factory.mktemp("controllers"))
        assert dead_letters(cloud) == {}


@pytest.mark.slow
@pytest.mark.rule("S-7", "AL-01", "AL-19", "AL-20", "AL-22", "AL-49")
def test_a_mistake_at_the_call_and_a_guard_who_reports(town: Town) -> None:
    """S-7, both halves: nothing to pay."""
    story = town.moves_in("高橋")
    story.controller.arms()
    story.controller.sense("window")
    case = story.case()
    assert story.todo(case) == ["confirm"]
    story.controller.sense("window", active=False)
    story.controller.disarms()
    story.operator.answers("confirm", case, "mistake", password=PASSWORD)
    assert story.ended(case) == "mistake"
    assert story.guards[0].me()["case"] is None
    assert "料金はかかりません" in story.family.mails()[-1]
    story.controller.arms()
    story.controller.sense("window")
    case = story.case(1)
    story.guards[0].answers("offer", case, "accepted")
    story.operator.answers("confirm", case, "no_answer")
    story.operator.answers("contact", case, "reached", said="すぐ帰ります")
    story.guards[0].arrives(case)
    story.guards[0].answers("visit", case, "reported", report=FOUND)
    story.operator.answers("tell", case, "told", number="090")
    assert story.ended(case) == "nothing_wrong"
    assert story.family.subjects()[-1] == "警報の結果のご報告"
    assert any("父 暗証番号#1" in one for one in story.family.mails())


@pytest.mark.slow
@pytest.mark.rule("AL-12", "AL-54")
def test_burglar_nobody_answers_the_first_guard_is_silent_the_second_goes(town: Town) -> None:
    story = town.moves_in("近藤", "遠山")
    story.controller.arms()
    story.controller.sense("hall")
    case = story.case()
    story.wait("61s")
    story.guards[1].answers("offer", case, "accepted")
    story.wait("6m")
    events = [one["event"] for one in story.operator.case(case)["timeline"]]
    assert events.count("contact_called") == 2
    story.guards[1].answers("visit", case, "reported", report=FOUND)
    story.operator.answers("tell", case, "told")
    assert story.ended(case) == "nothing_wrong"


@pytest.mark.slow
@pytest.mark.rule("AL-10", "AL-11", "AL-15")
def test_areas_cats_and_robots_and_a_child_at_the_window(town: Town) -> None:
    story = town.moves_in("高橋")
    story.controller.arms("away", "company", "shop")
    story.controller.sense("hall")
    assert story.cases() == []
    story.controller.arms("home", "company", "home")
    story.controller.sense("hall")
    assert story.cases() == [], "left out at home"
    story.controller.sense("window")
    case = story.case()
    story.operator.answers("confirm", case, "mistake", who="佐藤 太郎")
    assert story.ended(case) == "mistake"


@pytest.mark.slow
@pytest.mark.rule("AL-16", "AL-18", "AL-25", "AL-04")
def test_self_modes_call_by_telephone_and_only_the_button_reports(town: Town) -> None:
    phone = PluggedIn(town.cloud)
    phone.telephone.people = {"+819000000001": ["", ""], "+819000000002": ["1"]}
    story = town.moves_in("高橋")
    story.controller.arms("away", "self")
    story.controller.sense("smoke")
    story.wait("5m")
    assert [one.number for one in phone.telephone.calls] == ["+819000000001", "+819000000002"]
    assert story.cases() == []
    story.controller.sense("smoke", active=False)
    story.controller.disarms()
    story.controller.arms("home", "self")
    story.controller.sense("window")
    story.wait("5m")
    assert story.cases() == []
    assert len(phone.telephone.calls) == 2
    story.controller.say(f.Pressed)
    assert story.todo(story.case()) == ["confirm"]
    phone.close()


@pytest.mark.slow
@pytest.mark.rule("AL-03", "A-09")
def test_fire_without_the_option_is_told_and_sends_nobody(town: Town) -> None:
    story = town.moves_in("高橋", features=WHOLE - {"fire"})
    story.controller.sense("smoke")
    case = story.case()
    assert story.todo(case) == ["inform"]
    assert story.guards[0].me()["case"] is None
    story.operator.answers("inform", case, "informed", said="料理の煙")
    assert story.ended(case) == "informed"


@pytest.mark.slow
@pytest.mark.rule("AL-06")
def test_the_button_while_disarmed_and_the_medical_file(town: Town) -> None:
    story = town.moves_in("高橋")
    path = f"/security/sites/{story.family.home}/medical?case="
    story.controller.say(f.Pressed)
    case = story.case()
    page = story.operator.page
    assert page.get(path + case)["medical"][0]["hospital"] == "中央病院"
    assert page.request("GET", f"{path}AL-20200101-0001").status == 403
    assert story.family.page.request("GET", path + case).status == 403
    town.cloud.settle()
    events = [one["event"] for one in story.operator.case(case)["timeline"]]
    assert "medical_read" in events


@pytest.mark.slow
@pytest.mark.rule("AL-01")
def test_duress_is_silent(town: Town) -> None:
    story = town.moves_in("高橋")
    story.controller.arms()
    mails = len(story.family.subjects())
    story.controller.disarms(duress=True)
    case = story.case()
    assert story.todo(case) == ["authority"]
    assert len(story.family.subjects()) == mails + 1, "that it was disarmed, and no more"
    assert "脅迫" not in str(story.family.sees()["history"])


@pytest.mark.slow
@pytest.mark.rule("AL-01", "AL-62")
def test_smashed_in_the_entry_time_and_lines_lost_during_an_alarm(town: Town) -> None:
    story = town.moves_in("高橋")
    story.controller.arms()
    story.controller.say(f.Lines, internet=False, lte=True)
    story.controller.sense("front")
    story.wait("50s")
    assert story.cases() == []
    story.wait("20s")
    case = story.case()
    disarm = {"action": "disarm", "areas": ("home",), "actor": MOTHER}
    story.controller.say(f.Asked, **disarm)
    town.cloud.settle()
    events = [one["event"] for one in story.operator.case(case)["timeline"]]
    assert "panel_answered" in events
    assert story.family.sees()["lines"] == {"internet": False, "lte": True}


@pytest.mark.slow
@pytest.mark.rule("AL-01", "G-08")
def test_two_sensors_reports_doubled_and_out_of_order_are_one_incident(town: Town) -> None:
    story = town.moves_in("高橋")
    story.controller.arms()
    first = story.controller.note(f.Sensed, sensor="window")
    second = story.controller.note(f.Sensed, sensor="hall")
    for facts in ((second,), (first,), (first, second), (second,)):
        story.controller.report(facts=facts)
    case = story.case()
    town.cloud.settle()
    events = [one["event"] for one in story.operator.case(case)["timeline"]]
    assert (events.count("alarm_raised"), events.count("signal_joined")) == (1, 1)
    assert len(story.cases()) == 1


@pytest.mark.slow
@pytest.mark.rule("AL-12")
def test_all_guards_are_busy_and_the_first_who_comes_goes(town: Town) -> None:
    story = town.moves_in()
    story.controller.arms()
    story.controller.sense("window")
    case = story.case()
    assert "find_help" in story.todo(case)
    late = guard(town.cloud, story.operator, "中村", north(story.family.place, 3))
    town.cloud.settle()
    late.answers("offer", case, "accepted")
    assert "find_help" not in story.todo(case)


@pytest.mark.slow
@pytest.mark.rule("AL-20")
def test_the_customer_phones_twice_and_the_guard_turns_back(town: Town) -> None:
    story = town.moves_in("高橋")
    story.controller.arms()
    story.controller.sense("window")
    case = story.case()
    story.guards[0].answers("offer", case, "accepted")
    story.operator.answers("confirm", case, "no_answer")
    said = {"who": "佐藤 太郎", "said": "鍵を忘れた"}
    path = f"/dispatch/alarms/{case}/mistake"
    assert story.operator.page.request("POST", path, {"who": "知らない人"}).status == 422
    for _ in range(2):
        story.operator.page.send("POST", path, said)
    story.operator.answers("turn_back", case, "turned_back")
    assert story.ended(case) == "mistake"
    assert story.guards[0].me()["case"] is None


@pytest.mark.slow
@pytest.mark.rule("AL-44", "AL-45", "AL-46", "A-13")
def test_the_page_may_what_it_may_and_a_watcher_less(town: Town) -> None:
    watcher = Someone(town.cloud, f"{secrets.token_hex(4)}@family.example")
    member = Member(person=watcher.subject, role="watcher", name="三郎", email=watcher.mail)
    story = town.moves_in(watchers=[member])
    family, page = story.family, story.family.page
    arm = {"action": "arm", "mode": "away", "areas": ["home"]}
    assert watcher.page.request("POST", f"{family.path}/operations", arm).status == 403
    assert watcher.page.request("GET", f"{family.path}/contacts").status == 403
    in_self = page.request("POST", f"{family.path}/operations", {**arm, "monitoring": "self"})
    assert (in_self.status, in_self.json()["rule"]) == (403, "A-13")
    story.controller.sense("window")
    town.cloud.settle()
    open_ = page.request("POST", f"{family.path}/operations", arm)
    assert open_.status == 422
    assert "居間の窓が開いています。" in open_.json()["detail"]
    page.send("POST", f"{family.path}/operations", {**arm, "bypass": {"window": "換気"}})
    story.controller.hears()
    story.wait("61s")
    story.controller.report()
    assert family.sees()["areas"][0]["state"] == "armed"
    for n in range(30):
        key = {"name": f"鍵{n}", "means": "key", "secret": f"K-{n:04}"}
        page.send("POST", f"{family.path}/keys", key)
    key = {"name": "31", "means": "card", "secret": "K-9999"}
    last = page.request("POST", f"{family.path}/keys", key)
    assert (last.status, last.json()["rule"]) == (422, "AL-45")


@pytest.mark.slow
def test_a_flat_battery_wrong_codes_and_garbage_open_nothing(town: Town) -> None:
    story = town.moves_in("高橋")
    story.controller.arms()
    story.controller.say(f.Condition, sensor="window", battery_low=True)
    for _ in range(5):
        story.controller.say(f.WrongCode, source="keypad")
    for said in (b"{", b"\xff", b"[]"):
        story.controller.publish(said)
    assert "センサーの電池が残りわずか" in story.family.subjects()[-2]
    assert "操作を停止" in story.family.subjects()[-1]
    view = story.family.sees()
    assert (view["cases"], view["areas"][0]["state"]) == ([], "armed")
