"""Nights that nobody planned: what happens to a guarded home beside the stories that are written
down elsewhere."""

from typing import Any

import pytest

from iot.messages import panel_facts as f
from lambdas.dispatch import alarm_api, on_alarm
from lambdas.security import supervision
from lambdas.shared.events import AlarmRaised
from lambdas.shared.household import Device
from tests.integration.centre import KENJI, OPERATOR, YUI, jst
from tests.integration.conftest import HOME, Context
from tests.integration.guarded import CONTRACT, FEATURES, PASSWORD, SITE, GuardedHome, home
from tests.integration.samples import batch, on_bus
from tests.panel import APP, FATHER, MOTHER, SETTINGS

__all__ = ["home"]

CALLED_OFF = "誤報取消"


def mistaken(home: GuardedHome, number: str, **said: str) -> Any:
    path = f"/dispatch/alarms/{number}/mistake"
    answer = home.centre.ask(alarm_api.handler, "POST", path, OPERATOR, said)
    home.pump()
    return answer


@pytest.mark.slow
@pytest.mark.rule("AL-20", "AL-49")
def test_mother_disarms_under_duress_while_she_is_phoned(home: GuardedHome) -> None:
    """The burglar stands beside her: the call ends, her page shows an ordinary disarming, and the
    centre calls 110."""
    home.guarded(guards=(KENJI,))
    home.armed()
    home.sense("window")
    number = home.case()
    assert "confirm-1" in home.centre.todo(number)
    before = len(home.mailed())
    home.asked("disarm", actor=MOTHER, duress=True)
    assert home.cases() == [number], "one incident"
    todo = home.centre.todo(number)
    assert "authority-1" in todo
    assert "confirm-1" not in todo, "nobody rings there now"
    assert home.mailed()[before:] == ["security.operated"]
    assert not [one for one in home.view()["history"] if one["kind"] == "duress"]
    assert home.centre.case(number).state.result is None, "nothing is cancelled"


@pytest.mark.rule("AL-20", "AL-22")
def test_the_guards_report_comes_after_the_alarm_was_called_off(home: GuardedHome) -> None:
    home.guarded(guards=(KENJI,))
    home.armed()
    home.sense("window")
    number = home.case()
    home.centre.did(f"{number}.offer-1", KENJI, outcome="accepted")
    assert mistaken(home, number, password=PASSWORD).status == 200
    report = {"outcome": "reported", "report": {"outcome": "nothing_wrong"}}
    late = home.centre.answer(f"{number}.visit-1", KENJI, **report)
    assert late.status == 200, "what was seen is kept"
    home.pump()
    assert home.centre.case(number).state.result == "mistake", "and changes nothing"
    assert home.charges() == [], "nobody knows yet whether the guard was there before"
    home.centre.did(f"{number}.turn_back-1", outcome="turned_back")
    home.pump()
    assert home.charges() == [(number, "sensor", True)]


@pytest.mark.rule("AL-02", "AL-03", "A-09")
def test_fire_in_a_paused_contract_is_looked_at_and_nobody_is_sent(home: GuardedHome) -> None:
    home.guarded(*FEATURES, "fire", guards=(KENJI,))
    home.configured()
    ended = home.cloud.contract(*FEATURES, "fire", id=CONTRACT, ends=home.now)
    home.cloud.household(ended)
    home.wait(60)
    home.sense("smoke")
    (raised,) = home.of(AlarmRaised)
    assert not raised.sold
    assert home.centre.todo(home.case()) == ["inform-1"]


@pytest.mark.rule("AL-01")
def test_the_controller_is_replaced_while_a_case_runs(home: GuardedHome) -> None:
    home.guarded(guards=(KENJI,))
    home.armed()
    home.sense("window")
    number = home.case()
    new = Device(thing="ctl-new", home=HOME, kind="controller", name="玄関", active=True)
    home.cloud.directory.publish_device(new)
    home.thing, home.journal, home.facts, home.sent = "ctl-new", "journal1", [], 0
    home.note(f.Restarted, cold=True)
    home.note(f.Configured, settings=SETTINGS)
    how: dict[str, Any] = {"mode": "home", "monitoring": "company", "areas": ("home",)}
    home.note(f.Asked, action="arm", actor=FATHER, **how)
    home.report()
    home.wait(90)
    home.note(f.Sensed, sensor="glass")
    home.report()
    assert home.cases() == [number], "the same incident"
    assert len(home.of(AlarmRaised)) == 2


@pytest.mark.rule("AL-45", "AL-49")
def test_a_key_is_removed_while_the_home_is_armed_by_it(home: GuardedHome) -> None:
    home.guarded()
    key = {"name": "父", "means": "key", "secret": "K-0001"}
    (known,) = home.ask("POST", "keys", key).body["keys"]
    father = FATHER.model_copy(update={"key": known["id"], "means": "key", "source": "reader"})
    home.configured()
    home.asked("arm", actor=father, mode="home", monitoring="company", areas=("home",))
    assert home.ask("DELETE", f"keys/{known['id']}").status == 200
    area = home.view()["areas"][0]
    assert (area["state"], area["who"]) == ("armed", "父")
    home.sense("glass")
    assert len(home.cases()) == 1, "it guards as before"
    home.asked("disarm", actor=MOTHER)
    assert home.view()["areas"][0]["state"] == "disarmed"


@pytest.mark.rule("AL-46", "AL-52")
def test_the_app_arms_with_a_window_left_out_which_then_moves(home: GuardedHome) -> None:
    home.guarded(guards=(KENJI,))
    home.configured()
    home.sense("window")
    how: dict[str, Any] = {"mode": "home", "monitoring": "company", "areas": ("home",)}
    home.asked("arm", actor=APP, bypass={"window": "換気のため"}, **how)
    home.sense("window", active=False)
    home.sense("window")
    assert home.cases() == []
    assert home.view(client="the-app")["areas"][0]["bypassed"] == ["window"]
    home.sense("glass")
    assert len(home.cases()) == 1
    home.asked("disarm")
    home.asked("arm", **how)
    assert home.view()["areas"][0]["state"] == "disarmed", "left out till it was disarmed only"


@pytest.mark.rule("AL-04", "AL-12")
def test_somebody_presses_their_pendant_far_from_home(home: GuardedHome) -> None:
    """The guard is sent to where they are, and the centre reads where that is."""
    home.guarded(guards=(KENJI,))
    home.configured()
    there = f.Position(latitude=35.71, longitude=139.81)
    home.say(f.Pressed, sensor="pendant", position=there)
    (raised,) = home.of(AlarmRaised)
    assert raised.position == there
    case = home.centre.case(home.case())
    target = case.state.opened.target
    assert target
    assert (target.place.latitude, target.place.longitude) == (35.71, 139.81)
    assert "35.71" in target.address
    assert SITE.address in target.address
    shown = home.centre.ask_task(f"{home.case()}.confirm-1")
    assert "35.71" in str(shown)


@pytest.mark.rule("AL-04")
def test_a_pendant_that_is_at_home_is_sought_at_home(home: GuardedHome) -> None:
    home.guarded(guards=(KENJI,))
    home.configured()
    near = f.Position(latitude=35.6811, longitude=139.7671)
    home.say(f.Pressed, sensor="pendant", position=near)
    assert home.centre.case(home.case()).state.opened.target == SITE


@pytest.mark.rule("AL-03")
def test_a_smoke_detectors_battery_is_low_at_three_in_the_morning(home: GuardedHome) -> None:
    home.centre.flow.until(jst("2026-12-02T02:50"))
    home.guarded(*FEATURES, "fire", guards=(KENJI,))
    home.armed("home")
    home.centre.flow.until(jst("2026-12-02T03:00"))
    home.say(f.Condition, sensor="smoke", battery_low=True)
    (told,) = [one for one in home.mails() if one.kind == "security.trouble"]
    assert not told.urgent, "nobody is woken"
    assert home.cases() == []
    home.say(f.Condition, sensor="smoke", battery_low=True)
    assert home.mailed().count("security.trouble") == 1
    home.sense("smoke")
    assert len(home.cases()) == 1, "a weak battery still tells of a fire"


@pytest.mark.rule("AL-20", "AL-54")
def test_a_contact_says_that_it_was_a_mistake_with_a_wrong_password(home: GuardedHome) -> None:
    home.guarded(guards=(KENJI,))
    home.armed()
    home.sense("window")
    number = home.case()
    for said in ({"password": "ひまわり"}, {"who": "通りすがりの者"}, {}):
        assert mistaken(home, number, **said).status in (403, 409, 422)
    assert "offer-1" in home.centre.todo(number), "the guard is asked all the same"
    assert home.charges() == []
    assert mistaken(home, number, who="見守 花子").status == 200
    assert home.centre.case(number).state.cancelled


@pytest.mark.rule("AL-62")
def test_the_power_is_cut_for_three_hours_and_then_the_battery_is_flat(home: GuardedHome) -> None:
    home.guarded(guards=(YUI,))
    home.armed()
    home.say(f.Power, mains=False)
    for _ in range(3):
        home.wait(3600)
        home.report()
        home.supervised()
    home.say(f.Power, mains=False, battery_low=True)
    kinds = [str(one.values["what"]) for one in home.mails() if one.kind == "security.trouble"]
    assert len(kinds) == 2, kinds
    home.wait(int(supervision.SILENT.total_seconds()) + 60)
    home.supervised()
    assert home.store.silent("ctl-sakura")
    assert home.cases() == [], "a power cut is no alarm"
    home.note(f.Restarted, cold=True)
    home.note(f.Power, mains=True)
    home.report()
    assert home.store.silent("ctl-sakura") is None
    assert home.view()["areas"][0]["state"] == "armed", "it guards on after the power is back"
    home.wait(120)
    home.sense("glass")
    assert len(home.cases()) == 1


@pytest.mark.rule("AL-09")
def test_two_homes_of_one_building_are_two_incidents(home: GuardedHome) -> None:
    home.guarded(guards=(KENJI, YUI))
    home.armed()
    home.sense("window")
    number = home.case()
    (raised,) = home.of(AlarmRaised)
    other = raised.model_copy(update={"signal": "next-door", "home": "home-tonari"})
    known = home.cloud.directory.home(HOME)
    assert known
    home.cloud.directory.publish_home(known.model_copy(update={"id": "home-tonari", "name": "隣"}))
    assert not on_alarm.handler(batch(on_bus(other), at=home.now), Context())["batchItemFailures"]
    home.centre.flow.settle()
    assert len(home.cases()) == 2
    assert mistaken(home, number, password=PASSWORD).status == 200
    (second,) = set(home.cases()) - {number}
    assert not home.centre.case(second).state.cancelled
