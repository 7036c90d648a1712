"""What the cloud knows of a controller: late, repeated, reordered and missing reports."""

from datetime import timedelta

import pytest

from iot.messages import panel_facts as f
from iot.messages.controller import AreaView, ControllerReport
from iot.panel import record as records
from iot.panel.outcomes import Alarm
from tests.panel import JOURNAL, House, alarms, operated, when


def report(house: House, *numbers: int, until: float, last: int | None = None) -> ControllerReport:
    """A report of some facts of a house."""
    return ControllerReport(
        journal=JOURNAL,
        facts=tuple(fact for fact in house.facts if fact.number in numbers),
        last=last if last is not None else max(numbers, default=0),
        until=when(until),
        areas=records.views(house.panel),
        sent_at=when(until),
    )


def entered() -> House:
    """Somebody came in at second 100 and disarmed at 120: facts 3 and 4."""
    house = House()
    house.arm(0)
    house.sense(100, "front")
    house.disarm(120)
    return house


@pytest.mark.rule("AL-01")
def test_a_controller_that_is_smashed_in_the_entry_time_is_an_alarm_after_the_grace() -> None:
    house = entered()
    record = records.take(
        records.empty(JOURNAL), report(house, 1, 2, 3, until=100), when(100)
    ).record
    due = records.next_look(record)
    assert due == when(130) + records.GRACE
    assert records.overdue(record, due - timedelta(seconds=1)) == ()
    (alarm,) = records.overdue(record, due)
    assert (alarm.kind, alarm.report, alarm.sensor) == ("intrusion", "company", "front")
    own = House()
    own.arm(0)
    own.sense(100, "front")
    assert [one.id for one in alarms(own.wait(130))] == [alarm.id]


def test_a_disarm_that_comes_late_takes_the_alarm_of_the_silence_back() -> None:
    house = entered()
    record = records.take(
        records.empty(JOURNAL), report(house, 1, 2, 3, until=100), when(100)
    ).record
    assert records.overdue(record, when(200))
    taken = records.take(record, report(house, 4, until=121), when(300))
    assert alarms(list(taken.outcomes)) == []
    assert operated(list(taken.outcomes)) == ["disarmed"]
    assert records.overdue(taken.record, when(400)) == ()


def test_a_disarm_that_waits_behind_a_gap_is_heard_all_the_same() -> None:
    house = entered()
    house.tell(121, f.Lines, internet=True, lte=True)
    record = records.take(
        records.empty(JOURNAL), report(house, 1, 2, 3, until=100), when(100)
    ).record
    record = records.take(record, report(house, 5, until=122), when(122)).record
    assert not records.overdue(record, when(125))
    house = entered()
    record = records.take(records.empty(JOURNAL), report(house, 1, 2, until=60), when(60)).record
    record = records.take(record, report(house, 4, until=121), when(121)).record
    assert records.overdue(record, when(500)) == ()


@pytest.mark.rule("AL-01")
def test_a_door_that_waits_behind_a_gap_when_the_controller_is_smashed_is_an_alarm() -> None:
    house = House()
    house.arm(0)
    house.tell(90, f.Lines, internet=True, lte=True)
    house.sense(100, "front")
    record = records.take(records.empty(JOURNAL), report(house, 1, 2, until=60), when(60)).record
    record = records.take(record, report(house, 4, until=100), when(100)).record
    assert records.next_look(record) == when(100) + records.GAP
    assert records.next_look(record, when(110)) == when(130) + records.GRACE
    (alarm,) = records.overdue(record, when(130) + records.GRACE)
    assert alarm.sensor == "front"


def test_an_alarm_behind_a_gap_is_told_soon_once_and_again_for_certain() -> None:
    house = House()
    house.tell(1, f.Lines, internet=True, lte=True)
    house.sense(10, "smoke")
    record = records.take(records.empty(JOURNAL), report(house, 1, until=0), when(0)).record
    record = records.take(record, report(house, 3, until=10), when(10)).record
    assert records.look(record, when(11)).outcomes == ()
    assert records.next_look(record) == when(10) + records.GAP
    looked = records.look(record, when(20))
    (fire,) = looked.outcomes
    assert isinstance(fire, Alarm)
    assert records.next_look(looked.record) is None
    assert records.look(looked.record, when(30)).outcomes == ()
    certain = records.take(looked.record, report(house, 2, until=10, last=3), when(60))
    assert [one.id for one in alarms(list(certain.outcomes))] == [fire.id]
    assert certain.record.complete


def test_where_the_controller_says_otherwise_than_its_facts_it_is_found() -> None:
    house = entered()
    said = report(house, 1, 2, 3, 4, until=130)
    agreed = records.take(records.empty(JOURNAL), said, when(130)).record
    assert records.differences(agreed) == {}
    other = {**said.areas, "home": AreaView(state="armed", mode="away", monitoring="company")}
    denied = said.model_copy(update={"areas": other})
    record = records.take(records.empty(JOURNAL), denied, when(130)).record
    mine, theirs = records.differences(record)["home"]
    assert (mine and mine.state, theirs and theirs.state) == ("disarmed", "armed")


def test_the_shortest_way_tells_how_wrong_the_clock_is() -> None:
    house = entered()
    record = records.empty(JOURNAL)
    for late in (3.0, 0.2, 40.0):
        record = records.take(record, report(house, 1, until=0), when(3600 + late)).record
    assert record.behind == timedelta(seconds=3600.2)
    assert record.there(when(7200.2)) == when(3600)
