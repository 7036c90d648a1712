"""The alarm panel: what each fact does in each mode."""

from typing import Any

import pytest
from pydantic import ValidationError

from iot.messages import panel_facts as f
from iot.messages.panel_settings import Area, PanelSettings, Sensor, Times
from iot.panel import panel as panels
from iot.panel.outcomes import Alarm, Operated, Refused
from iot.panel.state import Panel
from tests.panel import (
    APP,
    CENTRE,
    FATHER,
    HOME,
    MOTHER,
    PHONE,
    SETTINGS,
    WEB,
    House,
    alarms,
    ended,
    operated,
    signals,
    when,
    whys,
)


@pytest.mark.rule("AL-15", "AL-49")
def test_armed_away_after_the_exit_time_and_who_did_it_is_told() -> None:
    house = House()
    (begun,) = house.arm(10, actor=MOTHER)
    assert isinstance(begun, Operated)
    assert (begun.phase, begun.actor, begun.mode, begun.at) == ("arming", MOTHER, "away", when(10))
    assert house.wait(69) == []
    assert operated(house.wait(70)) == ["armed"]
    assert operated(house.disarm(100)) == ["disarmed"]


@pytest.mark.rule("AL-15")
def test_at_home_it_is_armed_at_once() -> None:
    house = House()
    assert operated(house.arm(0, "home", "self")) == ["armed"]
    area = house.panel.areas["home"]
    assert (area.phase, area.mode, area.monitoring) == ("armed", "home", "self")


def test_who_comes_home_has_the_entry_time_to_disarm() -> None:
    house = House()
    house.arm(0)
    assert alarms(house.sense(100, "front")) == []
    house.sense(105, "hall")
    assert house.panel.countdowns() == {"home": 25}
    assert house.panel.siren() is None
    assert alarms(house.disarm(129)) == []
    assert alarms(house.wait(500)) == []


@pytest.mark.rule("AL-01", "AL-02")
def test_nobody_disarms_in_the_entry_time_and_it_is_an_alarm() -> None:
    house = House()
    house.arm(0)
    house.sense(100, "front")
    (alarm,) = alarms(house.wait(130))
    assert (alarm.kind, alarm.report, alarm.sensor) == ("intrusion", "company", "front")
    assert (alarm.at, alarm.abort_until) == (when(130), when(160))
    assert house.panel.siren() == "intrusion"
    house.wait(310)
    assert (house.panel.siren(), house.phase()) == (None, "armed")
    assert house.panel.memory() == {"home": (alarm.id,)}


def test_a_window_and_movement_without_a_door_alarm_at_once() -> None:
    for sensor in ("window", "glass", "hall"):
        house = House()
        house.arm(0)
        assert [one.sensor for one in alarms(house.sense(100, sensor))] == [sensor]


def test_what_alarms_at_once_does_so_in_exit_and_entry_time_too() -> None:
    house = House()
    house.arm(0)
    assert [one.at for one in alarms(house.sense(20, "window"))] == [when(20)]
    house = House()
    house.arm(0)
    house.sense(100, "front")
    assert [one.sensor for one in alarms(house.sense(110, "glass"))] == ["glass"]


@pytest.mark.rule("AL-20")
def test_a_code_in_the_abort_window_takes_the_alarm_back_and_later_only_ends_it() -> None:
    for second, how in ((129, "aborted"), (130, "disarmed")):
        house = House()
        house.arm(0)
        (alarm,) = alarms(house.sense(100, "window"))
        assert ended(house.disarm(second)) == [how]
        assert alarm.abort_until == when(130)


def test_from_the_web_no_alarm_is_taken_back() -> None:
    house = House()
    house.arm(0)
    house.sense(100, "window")
    assert ended(house.disarm(105, actor=WEB)) == ["disarmed"]


@pytest.mark.rule("AL-18")
def test_at_home_watched_by_oneself_there_is_a_siren_and_only_the_button_reports() -> None:
    house = House()
    house.arm(0, "home", "self")
    house.sense(1, "smoke")
    house.sense(10, "window")
    assert {one.report for one in alarms(house.outcomes)} == {"none"}
    assert house.panel.siren() == "fire"
    assert [one.report for one in alarms(house.tell(20, f.Pressed))] == ["company"]


@pytest.mark.rule("AL-16", "AL-25")
def test_away_watched_by_oneself_alarms_go_to_the_customer() -> None:
    house = House()
    house.arm(0, "away", "self")
    house.sense(100, "window")
    house.sense(101, "smoke")
    assert [one.report for one in alarms(house.outcomes)] == ["self", "self"]


@pytest.mark.rule("AL-04")
def test_the_button_reports_whatever_the_mode_and_even_before_any_settings() -> None:
    empty = House(None)
    assert [one.report for one in alarms(empty.tell(0, f.Pressed))] == ["company"]
    for arm in (None, ("away", "company"), ("home", "self"), ("away", "self")):
        house = House()
        if arm:
            house.tell(0, f.Asked, action="arm", mode=arm[0], monitoring=arm[1], actor=FATHER)
        where = f.Position(latitude=35, longitude=139)
        (alarm,) = alarms(house.tell(100, f.Pressed, sensor="pendant", position=where))
        assert (alarm.kind, alarm.report, alarm.loud) == ("emergency", "company", False)
        assert alarm.position == where
        assert house.panel.siren() is None


@pytest.mark.rule("AL-03", "A-09")
def test_fire_and_gas_count_while_disarmed_once_until_they_are_over() -> None:
    house = House()
    assert [one.kind for one in alarms(house.sense(0, "smoke"))] == ["fire"]
    assert house.panel.siren() == "fire"
    assert alarms(house.sense(1, "smoke")) == []
    assert signals(house.sense(50, "smoke", active=False)) == ["danger_over"]
    assert [one.report for one in alarms(house.sense(60, "smoke"))] == ["company"]
    assert [one.kind for one in alarms(house.sense(61, "gas"))] == ["gas"]
    house.disarm(70)
    assert house.panel.siren() is None


def test_a_home_without_a_centre_hears_of_a_fire_itself() -> None:
    house = House(SETTINGS.model_copy(update={"company": False}))
    assert [one.report for one in alarms(house.sense(0, "smoke"))] == ["self"]
    assert whys(house.arm(1)) == ["no_company", "danger"]


def test_a_fire_is_not_taken_back_by_a_code() -> None:
    house = House()
    house.arm(0)
    (fire,) = alarms(house.sense(100, "smoke"))
    assert fire.abort_until is None
    assert ended(house.disarm(101)) == []


@pytest.mark.rule("AL-10")
def test_areas_are_armed_apart() -> None:
    house = House()
    house.arm(0, "away", "company", "shop")
    assert house.phase("home") == "disarmed"
    assert alarms(house.sense(100, "hall")) == []
    assert alarms(house.sense(101, "window")) == []
    assert [one.area for one in alarms(house.sense(102, "till"))] == ["shop"]
    house.disarm(103, "home")
    assert house.phase("shop") == "triggered"


@pytest.mark.rule("AL-11")
def test_sensors_are_left_out_or_blind_to_pets_by_mode() -> None:
    house = House()
    house.arm(0, "home", "company")
    assert alarms(house.sense(10, "hall")) == []
    house.disarm(20)
    house.arm(30)
    assert alarms(house.sense(100, "living", small=True)) == []
    assert [one.sensor for one in alarms(house.sense(101, "hall", small=True))] == ["hall"]
    assert [one.sensor for one in alarms(house.sense(102, "living"))] == ["living"]


def test_what_stands_open_keeps_an_area_from_being_armed_unless_left_out_with_a_reason() -> None:
    house = House()
    house.sense(0, "window")
    refused = house.arm(1)
    assert whys(refused) == ["open"]
    assert isinstance(refused[0], Refused)
    assert refused[0].obstacles[0].sensor == "window"
    assert house.phase() == "disarmed"
    (begun,) = house.arm(2, bypass={"window": "換気"})
    assert isinstance(begun, Operated)
    assert begun.bypassed == (("window", "換気"),)
    house.sense(100, "window", active=False)
    assert alarms(house.sense(101, "window")) == []
    house.disarm(102)
    house.sense(103, "window", active=False)
    house.arm(104)
    assert len(alarms(house.sense(200, "window"))) == 1
    assert whys(House().arm(0, bypass={"smoke": "料理"})) == ["not_bypassable"]


def test_a_lost_or_opened_sensor_keeps_its_area_from_being_armed() -> None:
    house = House()
    house.tell(0, f.Supervised, sensor="window", lost=True)
    house.tell(1, f.Tampered, sensor="glass")
    assert whys(house.arm(2)) == ["lost", "tampered"]
    house.tell(3, f.Supervised, sensor="window", lost=False)
    house.tell(4, f.Tampered, sensor="glass", over=True)
    assert whys(house.arm(5)) == []


def test_all_areas_that_are_asked_for_are_armed_or_none() -> None:
    house = House()
    house.sense(0, "window")
    assert whys(house.arm(1, "away", "company", "home", "shop")) == ["open"]
    assert house.phase("shop") == "disarmed"
    assert whys(house.arm(2, "away", "company", "attic")) == ["unknown_area"]


def test_the_exit_time_begins_anew_once_when_somebody_comes_back() -> None:
    house = House()
    house.arm(0)
    for second, open_ in ((20, True), (25, False), (30, True), (35, False), (40, True)):
        house.sense(second, "front", active=open_)
    house.sense(45, "front", active=False)
    assert house.wait(89) == []
    assert operated(house.wait(90)) == ["armed"]


def test_a_door_left_open_at_the_end_of_the_exit_time_is_told_as_that() -> None:
    house = House()
    house.arm(0)
    house.sense(20, "front")
    house.wait(60)
    assert (house.phase(), house.panel.countdowns()) == ("pending", {"home": 30})
    (alarm,) = alarms(house.wait(90))
    assert (alarm.exit_error, alarm.sensor) == (True, "front")


def test_where_nobody_left_it_is_armed_at_home_if_the_home_wants_it() -> None:
    house = House(SETTINGS.model_copy(update={"stay": True}))
    house.arm(0)
    house.wait(60)
    assert house.panel.areas["home"].mode == "home"
    house = House(SETTINGS.model_copy(update={"stay": True}))
    house.arm(0)
    house.sense(20, "front")
    house.sense(22, "front", active=False)
    house.wait(60)
    assert house.panel.areas["home"].mode == "away"


@pytest.mark.rule("AL-08")
def test_of_a_group_one_alone_is_noted_and_two_are_an_alarm() -> None:
    house = House()
    house.arm(0)
    assert signals(house.sense(100, "north")) == ["unverified"]
    assert signals(house.sense(170, "south")) == ["unverified"]
    (alarm,) = alarms(house.sense(180, "north"))
    assert (alarm.kind, house.phase(), house.panel.siren()) == ("premises", "armed", None)


def test_one_of_a_group_is_believed_alone_when_no_other_is_left() -> None:
    house = House()
    house.arm(0, bypass={"south": "工事"})
    assert [one.kind for one in alarms(house.sense(100, "north"))] == ["premises"]
    house = House()
    house.arm(0)
    house.tell(80, f.Supervised, sensor="south", lost=True)
    assert [one.kind for one in alarms(house.sense(100, "north"))] == ["premises"]


def test_a_sensor_that_alarms_again_and_again_is_shut_down_until_the_next_arming() -> None:
    house = House()
    house.arm(0)
    found = [len(alarms(house.sense(100 + 10 * n, "hall"))) for n in range(4)]
    assert found == [1, 1, 0, 0]
    assert "shut_down" in signals(house.outcomes)
    assert len(alarms(house.sense(150, "window"))) == 1
    house.sense(151, "window", active=False)
    house.disarm(160)
    house.arm(170)
    assert len(alarms(house.sense(240, "hall"))) == 1


def test_alarms_of_an_area_are_one_incident_until_it_is_disarmed() -> None:
    house = House()
    house.arm(0)
    house.sense(100, "window")
    house.sense(110, "hall")
    house.sense(400, "glass")
    assert len({one.incident for one in alarms(house.outcomes)}) == 1
    house.disarm(500)
    house.sense(501, "window", active=False)
    house.arm(510)
    house.sense(600, "window")
    assert len({one.incident for one in alarms(house.outcomes)}) == 2


def test_a_code_of_duress_disarms_and_calls_the_centre_without_a_sign() -> None:
    house = House()
    house.arm(0, "home", "self")
    house.sense(10, "window")
    came = house.disarm(15, duress=True)
    (alarm,) = alarms(came)
    assert (alarm.kind, alarm.report, alarm.loud) == ("duress", "company", False)
    assert operated(came) == ["disarmed"]
    assert ended(came) == []
    assert house.panel.siren() is None


@pytest.mark.rule("AL-17", "A-11")
def test_by_telephone_one_may_arm_away_and_neither_disarm_nor_switch() -> None:
    house = House()
    assert whys(house.arm(0, "home", "company", actor=PHONE)) == ["not_permitted"]
    assert operated(house.arm(1, "away", "self", actor=PHONE)) == ["arming"]
    assert whys(house.disarm(2, actor=PHONE)) == ["not_permitted"]
    assert whys(house.arm(70, "away", "company", actor=PHONE)) == ["already_armed"]
    assert house.panel.areas["home"].monitoring == "self"


@pytest.mark.rule("AL-46", "AL-52", "A-13")
def test_web_and_app_reach_no_mode_watched_by_oneself() -> None:
    for actor in (WEB, APP):
        house = House()
        assert whys(house.arm(0, "away", "self", actor=actor)) == ["not_permitted"]
        assert whys(house.arm(1, "home", "self", actor=actor)) == ["not_permitted"]
        assert operated(house.arm(2, "home", "company", actor=actor)) == ["armed"]
        assert operated(house.disarm(3, actor=actor)) == ["disarmed"]
        house.arm(4, "home", "self")
        assert whys(house.disarm(5, actor=actor)) == ["not_permitted"]
    assert whys(House().arm(0, actor=CENTRE)) == ["not_permitted"]


def test_a_command_that_comes_twice_counts_once() -> None:
    house = House()
    house.arm(0, "home", "company", actor=WEB, command="c-1")
    house.disarm(1, actor=WEB, command="c-2")
    house.arm(2, "home", "company")
    assert house.disarm(3, actor=WEB, command="c-2") == []
    assert house.phase() == "armed"


def test_wrong_codes_are_told_and_slowed_and_a_key_still_opens() -> None:
    house = House()
    house.arm(0, "home", "company")
    for second in range(4):
        assert signals(house.tell(second, f.WrongCode, source="keypad")) == ["wrong_code"]
    came = house.tell(5, f.WrongCode, source="keypad")
    assert signals(came) == ["wrong_code", "locked"]
    assert whys(house.disarm(64)) == ["locked"]
    assert [a.kind for a in alarms(house.disarm(64, duress=True))] == ["duress"]
    assert house.phase() == "armed"
    assert operated(house.disarm(64, actor=MOTHER)) == ["disarmed"]
    house.tell(70, f.WrongCode, source="keypad")
    assert whys(house.arm(71, "home", "company")) == []


def test_a_wrong_code_after_a_lock_locks_for_twice_as_long() -> None:
    house = House()
    for second in (0, 1, 2, 3, 4, 100):
        house.tell(second, f.WrongCode, source="keypad")
    assert house.panel.locked_until == when(220)


def test_tampering_is_an_alarm_while_armed_and_a_signal_otherwise() -> None:
    house = House()
    assert signals(house.tell(0, f.Tampered, sensor="window")) == ["tamper"]
    assert signals(house.tell(1, f.Tampered, sensor="window", over=True)) == ["tamper_over"]
    house.arm(2, "home", "company")
    (alarm,) = alarms(house.tell(10, f.Tampered, sensor="window"))
    assert (alarm.kind, alarm.report) == ("tamper", "company")
    assert [a.kind for a in alarms(house.tell(11, f.Tampered))] == ["tamper"]
    assert house.panel.siren() == "intrusion"


def test_two_radios_lost_together_may_be_jammed_and_one_never_is() -> None:
    house = House()
    house.arm(0)
    assert signals(house.tell(100, f.Supervised, sensor="window", lost=True)) == ["sensor_lost"]
    assert alarms(house.tell(221, f.Supervised, sensor="hall", lost=True)) == []
    assert [
        one.kind for one in alarms(house.tell(230, f.Supervised, sensor="glass", lost=True))
    ] == ["jamming"]
    quiet = House()
    quiet.tell(0, f.Supervised, sensor="window", lost=True)
    came = quiet.tell(10, f.Supervised, sensor="hall", lost=True)
    assert (alarms(came), signals(came)) == ([], ["sensor_lost", "jamming"])


@pytest.mark.rule("AL-05", "A-10")
def test_without_a_sign_of_life_for_twelve_hours_somebody_is_needed() -> None:
    toilet = Sensor(name="toilet", label="トイレ", kind="rhythm", area="home")
    house = House(PanelSettings(version=1, areas=(HOME,), sensors=(toilet,)))
    house.sense(1000, "toilet")
    assert alarms(house.wait(1000 + 12 * 3600 - 1)) == []
    (alarm,) = alarms(house.wait(1000 + 12 * 3600))
    assert (alarm.kind, alarm.report) == ("life_rhythm", "company")
    assert alarms(house.wait(99 * 3600)) == []
    house.arm(100 * 3600)
    assert alarms(house.wait(200 * 3600)) == []
    house.disarm(201 * 3600)
    assert alarms(house.wait(212 * 3600)) == []
    assert [one.at for one in alarms(house.wait(214 * 3600))] == [when(213 * 3600)]


@pytest.mark.rule("AL-56", "AL-58")
def test_nothing_is_armed_before_a_passed_test_and_no_alarm_comes_of_the_test() -> None:
    few = tuple(sensor for sensor in SETTINGS.sensors if sensor.name in ("front", "smoke"))
    house = House(PanelSettings(version=1, areas=(HOME,), sensors=few, needs_test=True))
    assert whys(house.arm(0)) == ["not_tested"]
    house.tell(1, f.TestBegan, actor=FATHER, minutes=10)
    house.sense(2, "front")
    house.sense(3, "smoke")
    house.sense(4, "smoke", active=False)
    assert alarms(house.outcomes) == []
    assert whys(house.arm(5)) == ["in_test", "not_tested"]
    assert signals(house.tell(6, f.TestEnded, actor=FATHER)) == ["test_failed"]
    house.tell(10, f.TestBegan, actor=FATHER, minutes=10)
    house.sense(11, "front")
    house.sense(12, "smoke")
    house.sense(13, "smoke", active=False)
    house.tell(14, f.Condition, sensor="smoke", radio_weak=True)
    house.tell(15, f.Pressed)
    assert signals(house.tell(16, f.TestEnded, actor=FATHER)) == ["test_failed"]
    house.tell(17, f.Condition, sensor="smoke")
    house.tell(20, f.TestBegan, actor=FATHER, minutes=1)
    house.sense(21, "front")
    house.sense(22, "smoke")
    house.sense(23, "smoke", active=False)
    house.tell(24, f.Pressed)
    assert signals(house.wait(80)) == ["test_passed"]
    assert whys(house.arm(81)) == []


def test_a_fire_that_burns_when_the_test_ends_is_an_alarm() -> None:
    house = House()
    house.tell(0, f.TestBegan, actor=FATHER, minutes=1)
    house.sense(10, "smoke")
    assert [one.kind for one in alarms(house.wait(60))] == ["fire"]


def test_no_test_begins_while_something_is_armed() -> None:
    house = House()
    house.arm(0, "home", "company")
    assert whys(house.tell(1, f.TestBegan, actor=FATHER, minutes=1)) == ["armed"]
    assert whys(House().tell(1, f.TestBegan, actor=WEB, minutes=1)) == ["not_permitted"]


def test_a_restart_keeps_what_ran_and_after_a_power_cut_sensors_are_believed_a_minute_later() -> (
    None
):
    house = House()
    house.arm(0)
    house.tell(100, f.Restarted, cold=True)
    house.sense(110, "hall")
    house.sense(120, "window")
    house.sense(121, "glass")
    assert alarms(house.outcomes) == []
    (alarm,) = alarms(house.wait(160))
    assert (alarm.sensor, alarm.number) == ("window", 5)
    house = House()
    house.arm(0)
    house.sense(100, "front")
    (alarm,) = alarms(house.tell(200, f.Restarted))
    assert (alarm.sensor, alarm.at) == ("front", when(130))


def test_a_clock_that_is_set_makes_nothing_longer_or_shorter() -> None:
    for to in (-3600, 3600):
        house = House()
        house.arm(0)
        house.sense(100, "front")
        house.tell(110 + to, f.ClockSet, before=when(110))
        assert alarms(house.wait(129 + to)) == []
        assert [one.at for one in alarms(house.wait(130 + to))] == [when(130 + to)]


def test_a_sensor_that_nobody_named_moves_nothing() -> None:
    house = House()
    house.arm(0)
    before = house.panel.areas
    assert signals(house.sense(10, "nobody")) == ["unknown_sensor"]
    assert house.panel.areas == before


@pytest.mark.rule("AL-62")
def test_power_and_lines_are_signals() -> None:
    house = House()
    assert signals(house.tell(0, f.Lines, internet=False, lte=True)) == ["internet_lost"]
    assert signals(house.tell(1, f.Lines, internet=False, lte=False)) == ["lte_lost"]
    assert signals(house.tell(2, f.Lines, internet=True, lte=True)) == ["internet_back", "lte_back"]
    came = house.tell(3, f.Power, mains=False, battery_low=True)
    assert signals(came) == ["power_lost", "controller_battery_low"]
    assert whys(house.arm(4)) == ["flat"]


def test_new_settings_keep_what_is_armed_and_older_ones_are_ignored() -> None:
    house = House()
    house.arm(0, "home", "company")
    newer = SETTINGS.model_copy(update={"version": 2, "areas": (HOME, Area(id="shop", name="店"))})
    assert signals(house.tell(1, f.Configured, settings=newer)) == ["configured"]
    assert house.phase() == "armed"
    assert house.tell(2, f.Configured, settings=SETTINGS) == []
    assert house.panel.settings == newer


def test_settings_that_do_not_fit_are_refused() -> None:
    for wrong in (
        {"areas": ()},
        {"sensors": (SETTINGS.sensors[0], SETTINGS.sensors[0])},
        {"areas": (Area(id="attic", name="屋根裏"),)},
        {"two_factor": True},
    ):
        with pytest.raises(ValidationError):
            PanelSettings.model_validate({**SETTINGS.model_dump(), **wrong})
    odd: tuple[dict[str, Any], ...] = (
        {"kind": "smoke", "left_out": ["home"]},
        {"kind": "door", "group": "g"},
        {"kind": "window", "pet_immune": ["home"]},
    )
    for fields in odd:
        with pytest.raises(ValidationError):
            Sensor.model_validate({"name": "a", "label": "a", "area": "home", **fields})
    for times in ({"exit": 44}, {"entry": 241}, {"abort": 46}, {"swinger": 7}):
        with pytest.raises(ValidationError):
            Times.model_validate(times)


def test_a_panel_can_be_kept_as_json_at_any_time() -> None:
    house = House()
    house.arm(0)
    house.sense(100, "window")
    house.tell(101, f.Supervised, sensor="hall", lost=True)
    assert Panel.model_validate_json(house.panel.model_dump_json()) == house.panel


def test_facts_in_any_order_and_given_twice_make_the_same_panel() -> None:
    house = House()
    house.arm(0)
    house.sense(100, "front")
    house.disarm(110)
    shuffled = [*reversed(house.facts), *house.facts]
    again = panels.replay("testtest", shuffled)
    assert again.panel == house.panel
    assert list(again.outcomes) == house.outcomes
    assert all(not isinstance(one, Alarm) for one in again.outcomes)


def test_an_armed_area_without_a_radio_is_blind_and_that_is_an_alarm() -> None:
    house = House()
    assert alarms(house.tell(0, f.Radio, works=False)) == []
    assert whys(house.arm(1)) == ["radio"]
    house.tell(2, f.Radio, works=True)
    house.arm(3)
    assert [one.kind for one in alarms(house.tell(100, f.Radio, works=False))] == ["jamming"]


@pytest.mark.rule("AL-102")
def test_another_alarm_system_alarms_in_every_mode() -> None:
    house = House()
    (alarm,) = alarms(
        house.tell(0, f.Relayed, panel="1234", zone="015", code="BA", alarm="intrusion")
    )
    assert (alarm.kind, alarm.report, alarm.sensor) == ("intrusion", "company", "1234/015")
    over = house.tell(1, f.Relayed, panel="1234", code="BR", alarm="intrusion", over=True)
    assert signals(over) == ["relayed"]


def test_settings_that_change_in_the_entry_time_make_the_alarm_neither_lost_nor_endless() -> None:
    house = House()
    house.arm(0)
    house.sense(100, "front")
    front = Sensor(name="front", label="庭", kind="outdoor", area="home")
    changed = PanelSettings(version=2, areas=SETTINGS.areas, sensors=(front,))
    house.tell(110, f.Configured, settings=changed)
    assert [one.kind for one in alarms(house.wait(1000))] == ["intrusion"]
