"""The panel beside an interpreter that goes second by second, over random homes and stories.

Beside the plain comparison each story goes through what a controller and a line do to it: it is
restarted from JSON, looked at in between, its reports come twice, late and in another order, and
some never come.
"""

import random
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest

from iot.messages.controller import ControllerReport
from iot.panel import panel as panels
from iot.panel import record as records
from iot.panel.deadlines import next_deadline
from iot.panel.outcomes import Alarm, AnyOutcome
from iot.panel.state import Panel
from tests.panel import JOURNAL, when
from tests.panel_brute import Brute, Row, told
from tests.panel_stories import Story, story

SILENCE = 200
"""Seconds after the last fact, until the last siren is silent."""


class Told:
    """A controller that lived through a story: what followed, and the reports it sent."""

    def __init__(self, source: random.Random, happened: Story) -> None:
        self.panel = Panel(journal=JOURNAL)
        self.outcomes: list[AnyOutcome] = []
        self.reports: list[tuple[float, ControllerReport]] = []
        self.standing: dict[int, tuple[Any, Any]] = {}
        offset = timedelta(0)
        end = happened[-1][0] + SILENCE if happened else 0
        for second, facts in [*happened, (end, [])]:
            if source.random() < 0.3:  # it is looked at in between
                self._took(panels.at(self.panel, when(second) + offset - timedelta(seconds=0.5)))
                self._say(second)
            for fact in facts:
                if fact.kind == "clock_set":
                    offset += fact.at - fact.before
                self._took(panels.after(self.panel, fact))
                self._say(second, fact)
                if source.random() < 0.1:  # it is started again
                    self.panel = Panel.model_validate_json(self.panel.model_dump_json())
            if not facts:
                self._took(panels.at(self.panel, when(second) + offset))
                self._say(second)
            views = {i: (a.phase, a.mode, a.monitoring) for i, a in self.panel.areas.items()}
            self.standing[second] = views, self.panel.siren()

    def _took(self, step: panels.Step) -> None:
        self.panel = step.panel
        self.outcomes += step.outcomes

    def _say(self, second: float, *facts: Any) -> None:
        report = ControllerReport(
            journal=JOURNAL,
            facts=facts,
            last=self.panel.number,
            until=self.panel.now,
            areas=records.views(self.panel),
        )
        self.reports.append((second, report))


def interpreted(happened: Story) -> tuple[Brute, dict[int, tuple[Any, Any]]]:
    """The same by the other interpreter."""
    brute = Brute(JOURNAL)
    standing = {}
    end = happened[-1][0] + SILENCE if happened else 0
    facts = dict(happened)
    for second in range(end + 1):
        brute.second(facts.get(second, ()))
        if second in facts or second == end:
            standing[second] = brute.phases(), brute.siren()
    return brute, standing


def delivered(source: random.Random, reports: list[tuple[float, ControllerReport]]) -> Any:
    """What the cloud makes of reports that come twice, late and in another order."""
    arriving = []
    for second, report in reports:
        for _ in range(source.choice((1, 1, 1, 2, 3))):
            late = source.choice((0, 0.1, 1, 3, 3000 if source.random() < 0.05 else 0))
            arriving.append((second + late, source.random(), report))
    record, outcomes = records.empty(JOURNAL), list[AnyOutcome]()
    for second, _, report in sorted(arriving, key=lambda one: one[:2]):
        taken = records.take(record, report, when(second))
        record = taken.record
        if source.random() < 0.2:  # it is kept and read again
            record = records.Record.model_validate_json(record.model_dump_json())
        outcomes += taken.outcomes
    return record, outcomes


def compare(seed: int, *, cloud: bool = True) -> Counter[str]:
    """One story, told by both interpreters and, with ``cloud``, through its reports; what happened
    in it."""
    source = random.Random(seed)
    happened = story(source)
    controller = Told(source, happened)
    brute, standing = interpreted(happened)
    assert told(controller.outcomes) == brute.rows, f"seed {seed}"
    assert controller.standing == standing, f"seed {seed}"
    _reported(controller.outcomes, seed)
    if not cloud:
        return Counter(getattr(one, "kind", one.what) for one in controller.outcomes)
    record, outcomes = delivered(source, controller.reports)
    assert outcomes == controller.outcomes, f"seed {seed}"
    assert record.panel.model_copy(update={"now": controller.panel.now}) == controller.panel
    assert record.complete
    assert not records.differences(record)
    assert len({one.id for one in outcomes}) == len(outcomes), f"seed {seed}: two of one id"
    return Counter(getattr(one, "kind", one.what) for one in outcomes)


def _reported(outcomes: list[AnyOutcome], seed: int) -> None:
    """Whoever is to hear of an alarm does, in every mode."""
    for one in outcomes:
        if not isinstance(one, Alarm):
            continue
        if one.kind in ("emergency", "duress") or one.monitoring == "company":
            assert one.report == "company", f"seed {seed}"
        elif (one.mode, one.monitoring) == ("home", "self"):
            assert one.report == "none", f"seed {seed}"
        elif (one.mode, one.monitoring) == ("away", "self"):
            assert one.report == "self", f"seed {seed}"
        else:
            assert one.report in ("company", "self"), f"seed {seed}"


@pytest.mark.rule("AL-10", "AL-11", "AL-15", "AL-18")
def test_three_hundred_stories_are_told_alike_by_both_interpreters_and_by_the_cloud() -> None:
    happened: Counter[str] = Counter()
    for seed in range(300):
        happened += compare(seed, cloud=seed % 3 == 0)
    for kind in ("intrusion", "fire", "duress", "premises", "tamper", "jamming", "ended"):
        assert happened[kind], kind
    for kind in ("unverified", "shut_down", "locked", "test_failed", "refused", "clock_set"):
        assert happened[kind], kind


@pytest.mark.slow
def test_a_hundred_thousand_stories_are_told_alike() -> None:
    for seed in range(1_000, 101_000):
        compare(seed, cloud=seed % 10 == 0)


def test_what_never_arrives_leaves_the_panel_that_the_other_facts_make() -> None:
    for seed in range(40):
        source = random.Random(seed)
        happened = story(source)
        if any(fact.kind == "clock_set" for _, facts in happened for fact in facts):
            continue
        controller = Told(source, happened)
        lost = set(source.sample(range(1, len(controller.reports) - 1), 2))
        gone = {fact.number for place in lost for fact in controller.reports[place][1].facts}
        record, outcomes = records.empty(JOURNAL), list[AnyOutcome]()
        for place, (second, report) in enumerate(controller.reports):
            if place not in lost:
                taken = records.take(record, report, when(second))
                record = taken.record
                outcomes += taken.outcomes
        _, last = controller.reports[-1]
        taken = records.take(record, last, when(0) + 2 * records.LOST)
        outcomes += taken.outcomes
        assert taken.record.complete
        rest = [(second, [x for x in facts if x.number not in gone]) for second, facts in happened]
        brute, _ = interpreted(rest)
        assert _certain(told(outcomes)) == _certain(brute.rows), f"seed {seed}"


def _certain(rows: list[Row]) -> list[Row]:
    """Without ends of tests, which are numbered by the last fact that was known then."""
    return [row for row in rows if not str(row[3]).startswith("test_")]


@pytest.mark.rule("AL-01")
def test_whatever_is_pending_when_a_controller_falls_silent_becomes_an_alarm() -> None:
    found = 0
    for seed in range(80):
        source = random.Random(seed)
        controller = Told(source, story(source, 250))
        record = records.empty(JOURNAL)
        for second, report in controller.reports[:-2]:
            record = records.take(record, report, when(second)).record
            pending = {i for i, a in record.panel.areas.items() if a.phase == "pending"}
            due = records.next_look(record)
            if not pending or due is None:
                continue
            assert records.overdue(record, due - timedelta(seconds=0.1)) == () or record.gap
            late: datetime = due + timedelta(seconds=300)
            alarms = records.overdue(record, late)
            assert {one.area for one in alarms} == pending
            deadline = next_deadline(record.panel)
            assert deadline is not None
            found += 1
    assert found > 5
