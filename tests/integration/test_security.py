"""A guarded home from the sensor to the centre's task and back, by devices' messages, API calls and
moves of the clock: S-7 and what else must be shown of the cloud half of home security."""

from typing import Any

import pytest

from iot.messages import panel_facts as f
from iot.panel.codes import hashed
from lambdas.security import staff_api
from lambdas.shared.events import AlarmProgress, AlarmRaised, MedicalRead
from tests.integration.centre import KENJI, LEADER, OPERATOR, YUI, jst
from tests.integration.conftest import HANAKO, HOME, STRANGER, TARO
from tests.integration.guarded import PASSWORD, THING, GuardedHome, home
from tests.panel import FATHER, MOTHER

__all__ = ["home"]

FOUND = {"outcome": "reported", "report": {"outcome": "nothing_wrong"}}


# --- S-7


@pytest.mark.rule("S-7", "AL-01", "AL-19", "AL-20", "AL-22", "AL-49")
def test_a_sensor_the_call_a_mistake_and_nothing_to_pay(home: GuardedHome) -> None:
    home.guarded(guards=(KENJI,))
    home.armed()
    home.sense("window")
    number = home.case()
    assert home.centre.todo(number) == ["confirm-1", "offer-1"]
    assert home.view()["cases"][0] | {"at": ""} == {
        "case": number, "at": "", "open": True, "stage": "offered", "result": None,
    }  # fmt: skip
    home.asked("disarm")
    home.centre.did(f"{number}.confirm-1", outcome="mistake", password=PASSWORD)
    home.pump()
    assert home.centre.end_of(number) == "誤報取消"
    assert home.charges() == [(number, "sensor", True)]
    assert home.view()["cases"][0]["result"] == "mistake"
    assert home.mailed() == [
        "security.operated", "security.alarm", "security.operated", "alarm.mistake",
    ]  # fmt: skip
    said = home.mails()[0].values["what"]
    assert said.ja == "外出ALSOK警備開始（外出の準備）（住まい）"  # type: ignore[union-attr]
    assert home.centre.engaged() == {}


@pytest.mark.rule("S-7", "AL-01", "AL-12", "AL-14", "AL-22", "AL-54")
def test_burglar_at_three_nobody_answers_a_guard_a_report_nothing_to_pay(
    home: GuardedHome,
) -> None:
    home.centre.flow.until(jst("2026-12-02T02:50"))
    home.guarded(guards=(KENJI, YUI))
    home.armed()
    home.centre.flow.until(jst("2026-12-02T03:00"))
    home.sense("glass")
    number = home.case()
    home.centre.did(f"{number}.offer-1", KENJI, outcome="accepted")
    home.wait(6 * 60)
    assert home.centre.todo(number) == ["authority-1", "nobody_reached-1", "visit-1"][1:]
    home.centre.arrive(number, KENJI)
    home.centre.did(f"{number}.visit-1", KENJI, **FOUND)
    home.centre.did(f"{number}.tell-1", outcome="told", number="090")
    home.pump()
    assert home.centre.end_of(number) == "異常なし"
    assert home.charges() == [(number, "sensor", False)]


@pytest.mark.rule("AL-49")
def test_who_opened_when_and_with_what_is_told_at_once(home: GuardedHome) -> None:
    home.guarded()
    home.armed()
    home.asked("disarm", actor=MOTHER)
    last = home.mails()[-1]
    assert (last.values["who"], last.values["means"].ja) == ("母", "IDキー#3")  # type: ignore[union-attr]
    line = home.view()["history"][0]
    assert (line["who"], line["means"], line["said"]) == ("母", "IDキー#3", "解除（住まい）")


# --- modes


@pytest.mark.rule("AL-10", "AL-11")
def test_shop_armed_home_disarmed_and_a_cat_and_a_robot(home: GuardedHome) -> None:
    home.guarded(guards=(KENJI,))
    home.armed("away", "company", "shop")
    home.sense("hall")
    assert home.cases() == []
    home.armed("home", "company", "home")
    home.sense("hall")
    home.sense("living", small=True)
    assert home.cases() == [], "left out at home"
    home.sense("till")
    home.wait(31)
    assert len(home.cases()) == 1


@pytest.mark.rule("AL-15", "AL-19")
def test_a_child_opens_the_window_in_the_night(home: GuardedHome) -> None:
    home.guarded(guards=(KENJI,))
    home.armed("home")
    home.sense("window")
    number = home.case()
    home.centre.did(f"{number}.confirm-1", outcome="mistake", who="見守 太郎")
    assert home.centre.end_of(number) == "誤報取消"


@pytest.mark.rule("AL-16", "AL-25")
def test_fire_while_away_in_self_mode_is_told_by_telephone_person_after_person(
    home: GuardedHome,
) -> None:
    home.guarded(guards=(KENJI,))
    home.telephone.people = {"+819000000001": None, "+819000000002": ["", "1"]}
    home.armed("away", "self")
    home.sense("smoke")
    home.wait(1)
    assert [one.number for one in home.telephone.calls] == ["+819000000001"]
    home.wait(59)
    first, second = home.telephone.calls
    assert not first.answered
    assert second.number == "+819000000002"
    assert "火災を検知しました" in second.said[0]
    assert second.pressed == ["", "1"], "silence is asked again"
    assert second.said[-1] == "ありがとうございました。"
    home.wait(600)
    assert len(home.telephone.calls) == 2, "nobody is called after somebody heard it"
    assert home.cases() == []
    assert home.mailed()[-1] == "security.alarm"
    assert "見守 次郎様が確認" in home.view()["history"][0]["said"]


@pytest.mark.rule("AL-16")
def test_nobody_takes_the_call_and_everybody_is_mailed(home: GuardedHome) -> None:
    home.guarded()
    home.telephone.people = {"+819000000001": ["", ""], "+819000000002": ["9", "9"]}
    home.armed("away", "self")
    home.sense("window")
    home.sense("hall")
    home.wait(10 * 60)
    numbers = [one.number[-1] for one in home.telephone.calls]
    assert numbers == ["1", "2", "1", "2"], "one incident, two rounds"
    assert home.mailed()[-1] == "security.not_reached"


@pytest.mark.rule("AL-16", "A-11")
def test_a_self_monitored_home_without_contacts_is_mailed(home: GuardedHome) -> None:
    home.guarded()
    assert home.put_contacts(contacts=[]).status == 200
    home.armed("away", "self")
    home.sense("window")
    home.wait(5)
    assert home.mailed()[-1] == "security.not_reached"


@pytest.mark.rule("AL-18")
def test_at_home_in_self_mode_only_the_button_reports(home: GuardedHome) -> None:
    home.guarded(guards=(KENJI,))
    home.armed("home", "self")
    home.sense("window")
    home.wait(120)
    assert (home.cases(), home.telephone.calls) == ([], [])
    home.say(f.Pressed)
    (raised,) = home.of(AlarmRaised)
    assert (raised.kind, raised.sold) == ("emergency", True)
    assert home.centre.engaged() == {KENJI: home.case()}


@pytest.mark.rule("AL-04")
def test_the_button_while_disarmed(home: GuardedHome) -> None:
    home.guarded(guards=(KENJI,))
    home.configured()
    home.sense("pendant")
    assert home.centre.todo(home.case()) == ["confirm-1", "offer-1"]


@pytest.mark.rule("AL-24", "AL-18")
def test_the_button_of_a_self_monitored_contract_is_told_to_the_centre_and_sends_nobody(
    home: GuardedHome,
) -> None:
    home.guarded("intrusion", "emergency", guards=(KENJI,), product="home_security_self")
    home.configured(company=False)
    home.say(f.Pressed)
    assert home.centre.todo(home.case()) == ["inform-1"]
    assert home.centre.engaged() == {}


@pytest.mark.rule("AL-03", "A-09")
@pytest.mark.parametrize(("bought", "todo"), [(True, "confirm-1"), (False, "inform-1")])
def test_fire_is_always_told_and_a_guard_goes_who_was_bought(
    home: GuardedHome, bought: bool, todo: str
) -> None:
    features = ("intrusion", "emergency", "company-monitored", *(["fire"] if bought else []))
    home.guarded(*features, guards=(KENJI,))
    home.configured()
    home.sense("smoke")
    assert todo in home.centre.todo(home.case())


def test_duress_is_silent_to_everybody_but_the_centre(home: GuardedHome) -> None:
    home.guarded(guards=(KENJI,))
    home.armed()
    home.sense("front")
    home.asked("disarm", duress=True)
    number = home.case()
    assert home.centre.todo(number) == ["authority-1", "offer-1"]
    assert "security.alarm" not in home.mailed()
    assert not any("脅迫" in line["said"] for line in home.view()["history"])
    staff = home.centre.ask(staff_api.handler, "GET", f"/security/sites/{HOME}/history", OPERATOR)
    assert any("脅迫" in line["said"] for line in staff.body)


# --- lines, late and lost messages


def test_the_controller_is_smashed_in_the_entry_time(home: GuardedHome) -> None:
    home.guarded(guards=(KENJI,))
    home.armed()
    home.sense("front")
    assert home.cases() == []
    home.wait(59)
    assert home.cases() == [], "a disarm may still be on its way"
    home.wait(2)
    assert home.centre.todo(home.case()) == ["confirm-1", "offer-1"]
    home.wait(600)
    assert len(home.of(AlarmRaised)) == 1, "told once"


def test_the_line_was_only_lost_and_the_disarm_in_time_is_news(home: GuardedHome) -> None:
    home.guarded(guards=(KENJI,))
    home.armed()
    home.sense("front")
    home.wait(20)
    home.note(f.Asked, action="disarm", areas=("home",), actor=MOTHER)
    home.wait(100)
    number = home.case()
    home.report()
    assert "panel_answered" in home.centre.events(number)
    news = home.centre.ask_task(f"{number}.confirm-1")["news"]
    assert news[-1]["text"] == "コントローラーで解除されました（母 IDキー#3）"
    home.report()
    assert home.centre.events(number).count("panel_answered") == 1


def test_reports_come_late_twice_and_in_the_wrong_order_and_nothing_changes(
    home: GuardedHome,
) -> None:
    home.guarded(guards=(KENJI,))
    home.armed()
    early = home.note(f.Sensed, sensor="window")
    home.wait(1)
    late = home.note(f.Sensed, sensor="hall")
    home.report(facts=(late,))
    assert home.cases() == []
    home.report(facts=(early,))
    home.report(facts=(early, late))
    number = home.case()
    assert [one.sensor for one in home.of(AlarmRaised)] == ["居間の窓", "廊下"]
    assert len(home.centre.case(number).state.signals) == 2, "one incident, one case"


def test_what_is_missing_is_waited_for_and_then_counts_without(home: GuardedHome) -> None:
    home.guarded(guards=(KENJI,))
    home.armed()
    home.note(f.Lines, internet=False, lte=True)
    alarm = home.note(f.Sensed, sensor="window")
    home.report(facts=(alarm,))
    assert home.cases() == []
    home.wait(6)
    assert home.centre.todo(home.case()) == ["confirm-1", "offer-1"]


@pytest.mark.rule("AL-62")
def test_the_internet_goes_and_lte_carries_the_alarm(home: GuardedHome) -> None:
    home.guarded(guards=(KENJI,))
    home.armed()
    home.say(f.Lines, internet=False, lte=True)
    home.sense("window")
    assert home.case()
    assert home.view()["lines"] == {"internet": False, "lte": True}
    assert any("LTEで通信" in line["said"] for line in home.view()["history"])


def test_a_flat_battery_is_told_and_is_no_alarm(home: GuardedHome) -> None:
    home.guarded()
    home.configured()
    home.say(f.Condition, sensor="window", battery_low=True)
    assert (home.cases(), home.mailed()) == ([], ["security.trouble"])


def test_a_controller_that_says_otherwise_than_its_facts_is_told_to_staff_once(
    home: GuardedHome,
) -> None:
    home.guarded()
    home.armed()
    wrong = {**home.report().areas, "home": {"state": "disarmed"}}
    for _ in range(2):
        home.report(areas=wrong)
    assert home.mailed().count("security.differs") == 1
    assert "home: armed / disarmed" in str(home.mails()[-1].values["said"])


# --- faults


@pytest.mark.parametrize("killed", ["PutEvents", "PutItem", "SendMessage"])
@pytest.mark.parametrize("which", [1, 2, 3])
def test_whoever_takes_the_report_dies_at_any_point_and_the_next_delivery_tells_it(
    home: GuardedHome, killed: str, which: int
) -> None:
    home.guarded(guards=(KENJI,))
    home.armed()
    seen = iter(range(1, 1000))
    home.cloud.fail(killed, on=lambda _: next(seen) == which)
    home.note(f.Sensed, sensor="window")
    report = home.report()
    home.deliver(report)
    home.cloud._failures.clear()
    home.deliver(report)
    home.wait(200)
    number = home.case()
    assert home.centre.todo(number) != []
    assert len(home.of(AlarmRaised)) == 1


def test_whoever_dials_dies_and_the_telephone_rings_all_the_same_and_once(
    home: GuardedHome,
) -> None:
    home.guarded()
    home.telephone.people = {"+819000000001": ["1"]}
    home.armed("away", "self")
    home.sense("window")
    (body,) = home.looks.waits()
    home.looks.deliver(body)
    home.looks.deliver(body)
    assert len(home.telephone.calls) == 1


# --- bad input


def test_garbage_and_strangers_are_recorded_and_open_nothing(home: GuardedHome) -> None:
    home.guarded(guards=(KENJI,))
    home.armed()
    for said in (b"{", b"\xff\x00", b"[]", b'{"journal": "x"}'):
        assert home.deliver(said) == []
    home.deliver(home.report(), client="ctl-other")
    home.deliver(home.report(), thing="ctl-unknown")
    home.cloud.camera()
    home.deliver(home.report(), thing="cam-living")
    assert sorted(home.rejects()) == [
        "bad-message", "bad-message", "not-a-controller", "not-json", "not-json",
        "not-the-sender", "unknown-device",
    ]  # fmt: skip
    assert home.view()["areas"][0]["state"] == "armed"
    home.sense("no-such-sensor")
    assert home.cases() == []


def test_a_replayed_disarm_opens_nothing(home: GuardedHome) -> None:
    home.guarded()
    home.armed()
    disarm = home.note(f.Asked, action="disarm", areas=("home",), actor=MOTHER)
    replayed = home.report()
    home.asked("arm", mode="away", monitoring="company", areas=("home",))
    home.wait(61)
    home.report()
    home.deliver(replayed)
    home.deliver(replayed.model_copy(update={"until": disarm.at}))
    assert home.view()["areas"][0]["state"] == "armed"


def test_a_journal_that_was_replaced_is_refused_and_what_ran_in_it_is_an_alarm(
    home: GuardedHome,
) -> None:
    home.guarded(guards=(KENJI,))
    home.armed()
    home.sense("front")
    old = home.report()
    home.journal, home.facts, home.sent = "journal1", [], 0
    home.say(f.Restarted, cold=True)
    assert home.centre.todo(home.case()) == ["confirm-1", "offer-1"]
    home.deliver(old)
    assert home.rejects() == ["old-journal"]


def test_an_alarm_of_a_home_that_nobody_knows_is_tried_again(home: GuardedHome) -> None:
    home.guarded()
    from lambdas.shared.household import Device

    here = Device(thing="ctl-x", home="home-x", kind="controller", name="x", active=True)
    home.cloud.directory.publish_device(here)
    report = home.report()
    assert len(home.deliver(report, thing="ctl-x")) == 1


# --- what web, app and telephone may


@pytest.mark.rule("AL-46", "AL-52", "A-13")
def test_the_page_arms_and_disarms_by_the_controller(home: GuardedHome) -> None:
    home.guarded()
    home.configured()
    body = {"action": "arm", "mode": "away", "areas": ["home"]}
    answer = home.ask("POST", "operations", body)
    assert answer.status == 200, answer.body
    assert answer.body["commands"][0]["state"] == "sent"
    (command,) = home.commands()
    assert (command.actor.source, command.actor.name) == ("web", "花子")
    about: dict[str, Any] = {"actor": command.actor, "areas": command.areas}
    mode = {"mode": command.mode, "monitoring": command.monitoring}
    home.say(f.Asked, action="arm", command=command.id, **about, **mode)
    home.wait(61)
    home.report()
    view = home.view()
    assert view["commands"][0]["state"] == "done"
    assert (view["areas"][0]["state"], view["areas"][0]["who"]) == ("armed", "花子")
    assert view["areas"][0]["means"] == "ウェブ"
    assert home.ask("POST", "operations", {"action": "disarm"}).status == 200


@pytest.mark.rule("A-13", "AL-46")
def test_self_modes_are_operated_neither_by_page_nor_by_app(home: GuardedHome) -> None:
    home.guarded()
    home.configured()
    body = {"action": "arm", "mode": "away", "monitoring": "self"}
    for client in (None, "the-app"):
        refused = home.ask("POST", "operations", body, client=client)
        assert (refused.status, refused.body["rule"]) == (403, "A-13")
    home.armed("away", "self")
    refused = home.ask("POST", "operations", {"action": "disarm", "areas": ["home"]})
    assert (refused.status, refused.body["rule"]) == (403, "A-13")
    assert home.commands() == []


@pytest.mark.rule("AL-52", "AL-48", "AL-50")
def test_the_app_has_operation_and_history_and_no_more(home: GuardedHome) -> None:
    home.guarded()
    home.configured()
    assert home.view(client="the-app")["source"] == "app"
    assert home.ask("GET", "history", client="the-app").status == 200
    for method, path in (("GET", "contacts"), ("PUT", "contacts"), ("GET", "keys")):
        body = {"contacts": []} if method == "PUT" else None
        refused = home.ask(method, path, body, client="the-app")
        assert (refused.status, refused.body["rule"]) == (403, "AL-52"), path
    body = {"action": "arm", "mode": "home"}
    assert home.ask("POST", "operations", body, client="the-app").status == 200


@pytest.mark.rule("AL-46")
def test_a_window_is_open_and_it_is_said_and_left_out_with_a_reason(home: GuardedHome) -> None:
    home.guarded()
    home.configured()
    home.sense("window")
    away = home.view()["areas"][0]["modes"][0]
    assert (away["why_not"], away["open"]) == (["居間の窓が開いています。"], ["window"])
    body = {"action": "arm", "mode": "away", "areas": ["home"]}
    refused = home.ask("POST", "operations", body)
    assert refused.status == 422
    assert "居間の窓が開いています。" in refused.body["detail"]
    assert home.commands() == []
    bypass = {"window": "換気のため"}
    assert home.ask("POST", "operations", {**body, "bypass": bypass}).status == 200
    assert home.commands()[0].bypass == bypass


@pytest.mark.rule("AL-46")
def test_the_area_setting_says_what_is_guarded_at_home(home: GuardedHome) -> None:
    home.guarded()
    home.configured()
    assert home.ask("PUT", "areas", {"areas": ["shop"]}).status == 200
    assert home.ask("POST", "operations", {"action": "arm", "mode": "home"}).status == 200
    assert home.commands()[0].areas == ("shop",)


def test_watchers_without_a_key_see_and_do_not_operate_and_strangers_see_nothing(
    home: GuardedHome,
) -> None:
    home.guarded()
    home.configured()
    assert home.view(TARO)["may_operate"] is False
    body = {"action": "arm", "mode": "home"}
    assert home.ask("POST", "operations", body, TARO).status == 403
    assert home.ask("GET", "contacts", person=TARO).status == 403
    for path in ("", "history", "contacts", "keys"):
        assert home.ask("GET", path, person=STRANGER).status == 404
    key = {"name": "太郎", "means": "key", "secret": "K-0001", "person": TARO}
    assert home.ask("POST", "keys", key).status == 200
    assert home.ask("POST", "operations", body, TARO).status == 200


@pytest.mark.rule("AL-49")
def test_each_operation_is_told_once_to_each_person(home: GuardedHome) -> None:
    home.guarded()
    home.armed()
    home.asked("disarm", actor=MOTHER)
    home.armed("home")
    home.asked("disarm", actor=MOTHER)
    assert [one.values["who"] for one in home.mails()] == ["父", "母", "父", "母"]
    assert set(home.mailed()) == {"security.operated"}


@pytest.mark.rule("AL-49")
def test_whoever_stayed_in_is_told_that_it_is_armed_otherwise_than_was_asked(
    home: GuardedHome,
) -> None:
    home.guarded()
    home.configured(stay=True)
    home.armed()
    first, second = (str(one.values["what"]) for one in home.mails())
    assert "外出" in first
    assert "在宅" in second


@pytest.mark.rule("AL-49")
def test_the_everyday_use_of_a_key_is_told_no_more_where_the_family_says_so_alarms_always(
    home: GuardedHome,
) -> None:
    home.guarded(guards=(KENJI,))
    for name in ("父", "母"):
        key = {"name": name, "means": "key", "secret": f"K-000{len(name)}{name}"}
        assert home.ask("POST", "keys", key).status == 200
    duress = {"name": "脅迫", "means": "code", "secret": "928471", "duress": True}
    ids = [one["id"] for one in home.ask("POST", "keys", duress).body["keys"]]
    assert home.ask("PATCH", f"keys/{ids[0]}", {"told": False}, TARO).status == 403
    answer = home.ask("PATCH", f"keys/{ids[0]}", {"told": False})
    assert [one["told"] for one in answer.body["keys"]] == [False, True, True]
    assert home.ask("PATCH", f"keys/{ids[2]}", {"told": False}).status == 422
    assert home.ask("PATCH", "keys/k-none", {"told": False}).status == 404
    quiet = FATHER.model_copy(update={"key": ids[0], "means": "key", "source": "reader"})
    home.configured()
    home.asked("arm", actor=quiet, mode="home", monitoring="company", areas=("home",))
    home.asked("disarm", actor=quiet)
    assert home.mailed() == []
    how: dict[str, Any] = {"mode": "home", "monitoring": "company", "areas": ("home",)}
    home.asked("arm", actor=quiet, bypass={"window": "換気"}, **how)
    assert home.mailed() == ["security.operated"]
    home.sense("glass")
    home.asked("disarm", actor=quiet)
    assert home.mailed() == ["security.operated", "security.alarm", "security.operated"]
    kinds = [one["kind"] for one in home.view()["history"] if one["what"] == "operated"]
    assert kinds == ["disarmed", "armed", "disarmed", "armed"]  # all of it is written down
    assert home.ask("DELETE", f"keys/{ids[0]}").status == 200
    home.asked("arm", actor=quiet, **how)
    assert len(home.mailed()) == 4


@pytest.mark.rule("AL-44", "AL-45", "AL-50")
def test_thirty_keys_and_no_more_and_codes_or_keys_never_both(home: GuardedHome) -> None:
    home.guarded()
    home.configured()
    for n in range(30):
        means = "key" if n < 20 else "card"
        key = {"name": f"鍵{n}", "means": means, "secret": f"K-{n:04}"}
        assert home.ask("POST", "keys", key).status == 200
    more = {"name": "31本目", "means": "card", "secret": "K-9999"}
    refused = home.ask("POST", "keys", more)
    assert (refused.status, refused.body["rule"]) == (422, "AL-45")
    known = home.ask("GET", "keys").body
    assert (known["carried"], known["most"]) == (30, 30)
    assert home.ask("DELETE", f"keys/{known['keys'][0]['id']}").status == 200
    assert home.ask("POST", "keys", more).status == 200
    both = {"name": "x", "means": "code", "secret": "2580", "two_factor": True}
    refused = home.ask("POST", "keys", both)
    assert (refused.status, refused.body["rule"]) == (422, "AL-44")
    sent = home.settings_sent()[-1].keys
    assert sent
    assert sent.keys[-1].hash == hashed("K-9999", sent.salt)
    assert "K-9999" not in str(home.ask("GET", "keys").body)


def test_codes_that_are_taken_or_easy_or_near_are_refused(home: GuardedHome) -> None:
    home.guarded()
    home.configured()
    code = {"name": "父", "means": "code", "secret": "4827"}
    assert home.ask("POST", "keys", code).status == 200
    assert home.ask("POST", "keys", {**code, "name": "母"}).status == 422
    for bad in ("1111", "1234", "12", "abcd"):
        assert home.ask("POST", "keys", {**code, "secret": bad}).status == 422
    near = {**code, "name": "強要", "secret": "4828", "duress": True}
    assert home.ask("POST", "keys", near).status == 422


@pytest.mark.rule("AL-56", "AL-10")
def test_an_installer_sets_it_up_and_the_controller_gets_it_until_it_has_it(
    home: GuardedHome,
) -> None:
    home.guarded()
    path = f"/security/sites/{HOME}"
    body = {"areas": [{"id": "home", "name": "住まい"}], "sensors": []}
    assert home.centre.ask(staff_api.handler, "PUT", path, HANAKO, body).status == 403
    assert home.centre.ask(staff_api.handler, "PUT", path, OPERATOR, body).status == 200
    home.note(f.Restarted)
    home.report()
    sent = home.settings_sent()[-1].panel
    assert sent
    assert (sent.version, sent.company, sent.needs_test) == (1, True, True)
    home.configured(sent)
    assert home.view()["areas"][0]["modes"][0]["why_not"] == [
        "作動テストに合格するまで警備を開始できません。"
    ]
    shown = home.centre.ask(staff_api.handler, "GET", path, OPERATOR).body
    assert (shown["controller"], shown["controller_has"]) == (THING, 1)


# --- 救急情報


@pytest.mark.rule("AL-06")
def test_the_medical_file_is_read_in_an_open_emergency_only_and_it_is_written_down(
    home: GuardedHome,
) -> None:
    home.guarded(guards=(KENJI,))
    home.armed()
    home.sense("window")
    number = home.case()
    path = f"/security/sites/{HOME}/medical"

    def reads(case: str, person: str = OPERATOR) -> Any:
        answer = home.centre.ask(staff_api.handler, "GET", path, person, query={"case": case})
        home.pump()
        return answer

    assert (reads(number).status, reads(number).body["rule"]) == (403, "AL-06"), "an intrusion"
    home.say(f.Pressed)
    cases = [one.case for one in home.of(AlarmProgress) if one.rescue]
    assert cases
    answer = reads(cases[0])
    assert answer.body["medical"][0]["hospital"] == "中央病院"
    assert reads(cases[0], HANAKO).status == 403
    assert reads("AL-20200101-0001").status == 403
    assert "medical_read" in home.centre.events(cases[0])
    assert len(home.of(MedicalRead)) == 1
    assert any("救急情報の閲覧" in line["said"] for line in home.view()["history"])
    home.centre.did(f"{cases[0]}.confirm-1", outcome="mistake", password=PASSWORD)
    home.pump()
    assert reads(cases[0]).status == 403, "it is over"


# --- by telephone


@pytest.mark.rule("AL-17", "A-11")
def test_by_telephone_one_may_ask_and_arm_and_never_disarm(home: GuardedHome) -> None:
    home.guarded()
    home.configured()
    code = {"name": "花子", "means": "code", "secret": "4827"}
    assert home.ask("POST", "keys", code).status == 200
    stranger = home.telephone.phone("+819099999999", "4827")
    assert "ご登録のない" in stranger.said[-1]
    wrong = home.telephone.phone("+819000000001", "0000")
    assert "暗証番号が違います" in wrong.said[-1]
    asked = home.telephone.phone("+819000000001", "4827", "")
    assert "解除です" in asked.said[-1]
    assert home.commands() == []
    home.telephone.phone("+819000000001", "4827", "2")
    (command,) = home.commands()
    assert (command.action, command.mode, command.monitoring) == ("arm", "away", "self")
    assert command.actor.source == "telephone"
    home.armed("away", "self")
    told = home.telephone.phone("+819000000001", "4827", "2", "1")
    assert "外出セルフ警備警備中" in told.said[-1]
    assert len(home.commands()) == 1, "armed: there is nothing to press"
    assert all(one.action == "arm" for one in home.commands())


def test_leaders_hear_that_nobody_was_reached(home: GuardedHome) -> None:
    home.guarded(guards=(KENJI,))
    assert home.put_contacts(contacts=[]).status == 200
    home.armed()
    home.sense("window")
    number = home.case()
    home.centre.did(f"{number}.confirm-1", outcome="no_answer")
    assert "nobody_reached-1" in home.centre.todo(number)
    home.centre.did(f"{number}.nobody_reached-1", LEADER, outcome="done", said="到着を待つ")


@pytest.mark.rule("AL-92")
def test_mamolook_keeps_three_emergency_contacts_and_a_guarded_home_ten(home: GuardedHome) -> None:
    people = [{"name": f"人{n}", "phone": f"090-0000-000{n}"} for n in range(11)]
    home.guarded()
    assert home.put_contacts(contacts=people[:10]).status == 200
    mamolook = home.cloud.contract(id="contract-m", product="mamolook", contacts=3)
    home.cloud.household(mamolook)
    assert home.put_contacts(contacts=people[:3]).status == 200
    refused = home.put_contacts(contacts=people[:4])
    assert (refused.status, refused.body["rule"]) == (422, "AL-92")
    assert "3名" in refused.body["detail"]
    assert len(home.store.file(HOME).contacts) == 3, "refused means not stored"
    assert home.ask("GET", "").status == 403, "it arms nothing"
    home.cloud.household(mamolook.model_copy(update={"ends": home.now}))
    assert home.put_contacts(contacts=people[:1]).status == 403
