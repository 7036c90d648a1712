"""A guarded home as its guard, the shopkeeper and the grandmother live with it: days that nobody
planned, told by devices' messages, requests and the clock alone."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from iot.messages import panel_facts as f
from lambdas.shared.events import AlarmRaised
from lambdas.shared.household import Device, Home, Member
from tests.integration.centre import KENJI, YUI, jst
from tests.integration.conftest import OTHER_HOME, STRANGER
from tests.integration.guarded import CONTRACT, FEATURES, PASSWORD, THING, GuardedHome, home
from tests.panel import FATHER, MOTHER, SETTINGS

pytestmark = pytest.mark.slow  # many, and none of a kind that no other test has

__all__ = ["home"]

AWAY: dict[str, Any] = {"mode": "away", "monitoring": "company"}
AT_HOME: dict[str, Any] = {"mode": "home", "monitoring": "company"}
FAR = f.Position(latitude=35.71, longitude=139.81)


def moment(line: Any) -> datetime:
    return datetime.fromisoformat(line["at"])


def states(home: GuardedHome) -> dict[str, str]:
    return {one["id"]: one["state"] for one in home.view()["areas"]}


@pytest.mark.rule("AL-10", "AL-62")
def test_the_line_goes_while_the_shopkeeper_comes_in_and_the_home_stays_armed(
    home: GuardedHome,
) -> None:
    """Two areas behind one controller. The shop's entry time runs when the line goes: the centre
    calls. The disarm in time, told ten minutes later, is news and opens nothing of the home."""
    home.guarded(guards=(KENJI,))
    home.armed("away", "company", "home", "shop")
    home.sense("shutter")
    home.wait(15)
    home.note(f.Asked, action="disarm", areas=("shop",), actor=FATHER)
    home.wait(600)
    number = home.case()
    assert home.of(AlarmRaised)[0].area == "shop"
    home.report()
    assert states(home) == {"home": "armed", "shop": "disarmed"}
    assert home.cases() == [number]
    assert "panel_answered" in home.centre.events(number)
    home.sense("window")
    assert len(home.cases()) == 2, "the home is another area, and another incident"


@pytest.mark.rule("AL-45", "AL-47", "AL-49")
def test_a_neighbours_key_is_removed_while_she_waters_the_flowers(home: GuardedHome) -> None:
    home.guarded(guards=(KENJI,))
    key = {"name": "隣の佐藤さん", "means": "key", "secret": "K-0007"}
    (known,) = home.ask("POST", "keys", key).body["keys"]
    neighbour = f.Actor(source="reader", means="key", name="隣の佐藤さん", key=known["id"])
    home.armed()
    home.sense("front")
    home.asked("disarm", actor=neighbour)
    assert home.ask("DELETE", f"keys/{known['id']}").status == 200
    assert not home.settings_sent()[-1].keys.keys, "the controller forgets it at once"  # type: ignore[union-attr]
    home.sense("hall")
    home.wait(3600)
    assert (home.cases(), states(home)["home"]) == ([], "disarmed"), "she is inside, and it is off"
    for _ in range(5):
        home.say(f.WrongCode, source="reader")
    assert states(home)["home"] == "disarmed"
    (line,) = [one for one in home.view()["history"] if one["kind"] == "disarmed"]
    assert line["who"] == "隣の佐藤さん", "who it was stays in the history"
    assert "security.trouble" in home.mailed(), "wrong keys are told"


@pytest.mark.rule("AL-62")
def test_the_power_is_cut_before_the_window_and_lte_carries_it(home: GuardedHome) -> None:
    home.guarded(guards=(KENJI,))
    home.armed()
    home.note(f.Power, mains=False)
    home.say(f.Lines, internet=False, lte=True)
    home.sense("glass")
    number = home.case()
    assert set(home.centre.todo(number)) == {"confirm-1", "offer-1"}
    assert home.view()["lines"] == {"internet": False, "lte": True}
    assert home.mailed().count("security.trouble") == 1, "LTE carries what the line does not"
    home.note(f.Power, mains=True)
    home.say(f.Lines, internet=True, lte=True)
    assert home.cases() == [number]
    assert states(home)["home"] == "triggered", "power that is back disarms nothing"


@pytest.mark.rule("AL-04")
def test_two_persons_call_for_help_at_once_one_of_them_far_away(home: GuardedHome) -> None:
    """Grandmother on a walk and grandfather at home: two places, so that nobody is left out."""
    home.guarded(guards=(KENJI, YUI))
    home.configured()
    home.say(f.Pressed, sensor="pendant", position=FAR)
    (walk,) = home.cases()
    home.say(f.Pressed)
    found = {home.centre.case(one).state.opened.target.address for one in home.cases()}
    assert len(home.of(AlarmRaised)) == 2
    offered = [one for one in home.cases() if "offer-1" in home.centre.todo(one)]
    assert len(found) == 2, "each place is gone to"
    assert walk in offered


@pytest.mark.rule("AL-04", "AL-12")
def test_a_burglar_comes_while_somebody_calls_for_help_on_a_walk(home: GuardedHome) -> None:
    home.guarded(guards=(KENJI, YUI))
    home.armed()
    home.say(f.Pressed, sensor="pendant", position=FAR)
    home.say(f.Pressed, sensor="pendant", position=FAR)
    (walk,) = home.cases()
    home.sense("window")
    (burglar,) = set(home.cases()) - {walk}
    targets = [home.centre.case(one).state.opened.target.place for one in (walk, burglar)]
    assert [one.latitude for one in targets] == [35.71, 35.681]
    assert len(set(home.centre.engaged().values())) == 2, "a guard goes to each"


@pytest.mark.rule("AL-20", "AL-22")
def test_a_false_alarm_while_the_contract_is_paused_costs_nothing_and_sends_nobody(
    home: GuardedHome,
) -> None:
    home.guarded(guards=(KENJI,))
    home.armed()
    home.cloud.household(home.cloud.contract(*FEATURES, id=CONTRACT, ends=home.now))
    home.wait(60)
    home.sense("window")
    number = home.case()
    assert home.centre.todo(number) == ["inform-1"]
    assert home.centre.engaged() == {}
    home.asked("disarm")
    home.centre.did(f"{number}.inform-1", outcome="informed", said="猫でした")
    home.pump()
    assert home.charges() == [], "nobody was sent"
    assert home.centre.case(number).state.result


@pytest.mark.rule("AL-31")
def test_the_contract_ends_at_midnight_while_it_is_armed(home: GuardedHome) -> None:
    home.centre.flow.until(jst("2026-12-01T22:00"))
    home.guarded(guards=(KENJI,))
    home.armed()
    over = home.cloud.contract(*FEATURES, id=CONTRACT, ends=jst("2026-12-02T00:00"))
    home.cloud.household(over)
    home.centre.flow.until(jst("2026-12-01T23:59") + timedelta(seconds=30))
    home.centre.still_here()
    home.sense("window")
    assert home.centre.todo(home.case()) == ["confirm-1", "offer-1"], "until the last second"
    home.asked("disarm")
    home.asked("arm", areas=("shop",), **AWAY)
    home.wait(90)
    home.report()
    home.sense("till")
    late = home.cases()[-1]
    assert home.centre.todo(late) == ["inform-1"], "afterwards the centre is told, nobody is sent"


@pytest.mark.rule("AL-54")
def test_a_contact_that_is_entered_while_the_ladder_runs_changes_nothing_that_runs(
    home: GuardedHome,
) -> None:
    home.guarded()
    home.armed()
    home.sense("window")
    number = home.case()
    home.centre.did(f"{number}.confirm-1", outcome="no_answer")
    new = {"name": "見守 三郎", "phone": "090-0000-0003", "relation": "三男"}
    assert home.put_contacts(contacts=[new]).status == 200
    assert "見守 花子" in str(home.centre.ask_task(f"{number}.contact-1"))
    home.centre.did(f"{number}.contact-1", outcome="no_answer")
    assert "見守 次郎" in str(home.centre.ask_task(f"{number}.contact-2"))
    home.centre.did(f"{number}.contact-2", outcome="no_answer")
    assert any(one.startswith("nobody_reached") for one in home.centre.todo(number))
    home.sense("glass")
    assert home.cases() == [number]


@pytest.mark.rule("AL-12", "AL-19")
def test_an_entry_time_runs_over_midnight(home: GuardedHome) -> None:
    home.centre.flow.until(jst("2026-12-31T23:50"))
    home.guarded(guards=(KENJI,))
    home.armed()
    home.centre.flow.until(jst("2026-12-31T23:59") + timedelta(seconds=45))
    home.sense("front")
    home.wait(31)
    home.report()
    (raised,) = home.of(AlarmRaised)
    assert raised.at == jst("2027-01-01T00:00") + timedelta(seconds=15)
    assert home.case().startswith("AL-20270101-")
    home.wait(5)
    home.report()
    assert len(home.cases()) == 1
    assert home.mailed().count("security.alarm") == 1


@pytest.mark.parametrize("hours", [-9, 9])
def test_a_controller_whose_clock_is_nine_hours_off_alarms_at_the_true_time(
    home: GuardedHome, hours: int
) -> None:
    """It was set up in UTC, or nine hours ahead: what people are told is when it was."""
    home.guarded(guards=(KENJI,))
    off, true = timedelta(hours=hours), home.now

    def say(kind: type[f.Fact], **fields: Any) -> None:
        home.note(kind, at=home.now + off, **fields)
        home.report(sent_at=home.now + off, until=home.now + off)

    say(f.Configured, settings=SETTINGS)
    say(f.Asked, action="arm", actor=FATHER, areas=("home",), **AT_HOME)
    home.wait(10)
    say(f.Sensed, sensor="glass")
    number = home.case()
    assert set(home.centre.todo(number)) == {"confirm-1", "offer-1"}
    (mail,) = [one for one in home.mails() if one.kind == "security.alarm"]
    when = true + timedelta(seconds=10)
    assert mail.values["happened"] == when.isoformat()
    assert home.of(AlarmRaised)[0].at == when
    shown = home.view()
    stamp = when.isoformat().replace("+00:00", "Z")
    assert [one["at"] for one in shown["history"] if one["what"] == "alarm"] == [stamp]
    assert shown["areas"][0]["since"] in (stamp, true.isoformat().replace("+00:00", "Z"))
    home.note(f.ClockSet, at=home.now, before=home.now + off)
    say_right = {"at": home.now, "sensor": "front"}
    home.note(f.Sensed, **say_right)
    home.report()
    lines = home.view()["history"]
    assert all(abs((moment(one) - true).total_seconds()) < 60 for one in lines), lines


@pytest.mark.rule("AL-42", "AL-47")
def test_the_customer_moves_and_takes_the_controller_along(home: GuardedHome) -> None:
    home.guarded(guards=(KENJI,))
    home.armed()
    home.asked("disarm")
    before = len(home.view()["history"])
    there = Home(
        id=OTHER_HOME,
        name="となりの家",
        members=(Member(person=STRANGER, role="contractor", name="次郎", email="j@n.example"),),
        contracts=(home.cloud.contract(*FEATURES, id="contract-2"),),
    )
    home.cloud.directory.publish_home(there)
    moved = Device(thing=THING, home=OTHER_HOME, kind="controller", name="玄関", active=True)
    home.cloud.directory.publish_device(moved)
    home.journal, home.facts, home.sent = "journal1", [], 0
    home.note(f.Restarted, cold=True)
    home.configured()
    home.asked("arm", areas=("home",), **AT_HOME)
    home.wait(90)
    home.sense("glass")
    assert {one.home for one in home.of(AlarmRaised)} == {OTHER_HOME}
    seen = home.view()
    assert len(seen["history"]) == before, "who lived with it before sees nothing of the new home"
    assert seen["cases"] == []


@pytest.mark.rule("AL-01", "AL-14")
def test_the_guard_who_was_sent_for_a_window_finds_a_fire(home: GuardedHome) -> None:
    home.guarded(guards=(KENJI,))
    home.armed()
    home.sense("window")
    number = home.case()
    home.centre.did(f"{number}.offer-1", KENJI, outcome="accepted")
    found = {
        "outcome": "reported",
        "report": {"outcome": "abnormal", "note": "台所から火が出ている"},
    }
    home.centre.did(f"{number}.visit-1", KENJI, **found)
    home.pump()
    assert "authority-1" in home.centre.todo(number)
    shown = str(home.centre.ask_task(f"{number}.authority-1"))
    assert "火が出ている" in shown, "whoever phones reads what the guard saw"
    home.centre.did(f"{number}.authority-1", outcome="called_119", called_at=home.now.isoformat())
    home.pump()
    assert home.charges() == [(number, "sensor", False)]


@pytest.mark.rule("AL-16")
def test_who_answers_and_says_nothing_is_not_reached(home: GuardedHome) -> None:
    home.guarded()
    home.armed()
    home.sense("window")
    number = home.case()
    silent = home.centre.answer(f"{number}.confirm-1", outcome="mistake")
    assert silent.status == 422, "nobody said who they are"
    home.centre.did(f"{number}.confirm-1", outcome="no_answer", said="無言")
    assert "contact-1" in home.centre.todo(number)
    assert home.centre.case(number).state.result is None


@pytest.mark.rule("AL-20")
def test_an_alarm_taken_back_in_time_under_duress_is_not_taken_back(home: GuardedHome) -> None:
    home.guarded(guards=(KENJI,))
    home.armed()
    home.sense("window")
    number = home.case()
    home.wait(10)
    home.asked("disarm", actor=MOTHER, duress=True)
    assert home.cases() == [number]
    assert "authority-1" in home.centre.todo(number)
    assert home.centre.case(number).state.result is None
    assert "offer-1" in home.centre.todo(number), "the guard is asked as before"
    wrong = home.centre.answer(f"{number}.confirm-1", outcome="mistake", password=PASSWORD)
    assert wrong.status in (404, 409), "nobody phones the home now"


@pytest.mark.rule("AL-15")
def test_it_is_armed_again_while_the_last_alarm_is_still_looked_after(home: GuardedHome) -> None:
    home.guarded(guards=(KENJI,))
    home.armed()
    home.sense("window")
    number = home.case()
    home.sense("window", active=False)
    home.wait(120)
    home.asked("disarm")
    home.asked("arm", areas=("home",), **AT_HOME)
    assert states(home)["home"] == "armed"
    assert home.centre.case(number).state.result is None
    home.sense("glass")
    assert home.cases() == [number], "one incident while it runs"
    assert len(home.centre.case(number).state.signals) == 2


@pytest.mark.rule("AL-04", "AL-58")
def test_the_battery_of_a_pendant_dies_outside_after_a_cry_for_help(home: GuardedHome) -> None:
    home.guarded(guards=(KENJI,))
    home.configured()
    home.say(f.Condition, sensor="pendant", battery_low=True)
    home.say(f.Pressed, sensor="pendant", position=FAR)
    number = home.case()
    home.say(f.Supervised, sensor="pendant", lost=True)
    home.wait(600)
    assert home.cases() == [number], "its silence is no second alarm"
    target = home.centre.case(number).state.opened.target
    assert (target.place.latitude, target.place.longitude) == (35.71, 139.81)
    assert home.centre.case(number).state.result is None
    assert home.mailed().count("security.trouble") == 2, "battery and silence, once each"
