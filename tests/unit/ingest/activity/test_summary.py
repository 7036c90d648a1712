"""A day as the family reads it."""

import numpy as np
import pytest

from lambdas.ingest.activity.sleep import Bout
from lambdas.ingest.activity.stays import Absence, absences, presence
from lambdas.ingest.activity.summary import days, roll_up
from lambdas.ingest.activity.timeline import State
from lambdas.ingest.activity.visits import visits
from tests.unit.ingest.activity.records import by_hand, simulated, told

H, S, A, U = (int(state) for state in State)


@pytest.mark.rule("HT-08", "HT-10", "HT-12")
def test_a_day_adds_up_to_a_day() -> None:
    timeline = told("retired, motion sensors")
    record = simulated("retired, motion sensors")
    assert record.label is not None
    found = days(timeline)
    assert len(found) == 14
    for day in found:
        assert day.home + day.asleep + day.away + day.unknown == 1440
        assert day.fridge is not None
    one = found[5]
    truth = record.label[5 * 1440 - 720 : 5 * 1440 + 720]
    assert abs(one.night.asleep - int((truth == "sleep").sum())) < 3 * one.night.sd
    assert sum(day.passages for day in found) > 14


@pytest.mark.rule("HT-09")
def test_mean_activity_leaves_absence_out() -> None:
    minutes = by_hand(1000, motion=tuple(range(600)))
    state = np.array([H] * 500 + [S] * 100 + [A] * 300 + [U] * 100, np.int8)
    found = presence(minutes, state)
    assert (found.minutes, found.firings, found.activity) == (600, 600, 1.0)
    assert presence(minutes, np.full(1000, A, np.int8)).activity is None


def test_absences_bridge_what_is_unknown_and_say_so() -> None:
    state = np.array([A] * 20 + [H] * 5 + [A] * 15 + [U] * 30 + [A] * 5 + [H] + [A] * 9, np.int8)
    assert absences(state) == [Absence(0, 20, True, True), Absence(25, 75, True, False)]
    assert absences(state[:45]) == [Absence(0, 20, True, True), Absence(25, 40, True, True)]
    assert not absences(state[:30])[-1:] or absences(state[:36])[-1].over is False


@pytest.mark.rule("HT-07")
def test_lost_minutes_are_counted_as_unknown() -> None:
    timeline = told("outages of 12 h")
    found = days(timeline)
    assert sum(day.unknown for day in found) == int((~timeline.minutes.known).sum())
    assert max(day.longest_gap for day in found) > 300


@pytest.mark.rule("HT-09", "HT-10")
def test_a_week_is_the_mean_of_its_days() -> None:
    found = days(told("retired, motion sensors"))[1:8]
    week = roll_up(found)
    assert week.days == 7
    assert week.asleep == pytest.approx(np.mean([day.night.asleep for day in found]))
    assert 0 < week.asleep_sd < max(day.night.sd for day in found)
    assert roll_up([]).activity is None


def test_visits_are_counted_inside_the_night() -> None:
    night = [Bout(100, 500, 400, 20.0)]
    minutes = by_hand(600, motion=(50, 200, 205, 300, 550), bath=(50, 200, 205, 300, 550))
    found = visits(minutes, night)
    assert found == [(200, 205), (300, 300)]
    assert visits(minutes, night, stray=0.05) == [(200, 205)]
    assert visits(by_hand(600), night) is None
