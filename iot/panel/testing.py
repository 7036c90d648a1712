"""The test before the start (作動テスト, AL-56, AL-58): no alarms, each sensor is heard."""

from datetime import datetime, timedelta

from iot.messages.panel_facts import TestBegan, TestEnded
from iot.panel.dangers import ALARM_OF, danger
from iot.panel.outcomes import Obstacle, Refused
from iot.panel.permissions import PERMISSIONS
from iot.panel.run import Run
from iot.panel.state import Panel

BUTTON = "button"
"""The controller's own emergency button among what is tested."""


def begin_test(run: Run, fact: TestBegan) -> None:
    """Try out the sensors; not while anything is armed. It ends by itself."""
    found = [Obstacle(why="armed", area=id) for id, area in run.panel.areas.items() if area.armed]
    if "test" not in PERMISSIONS[fact.actor.source].tasks:
        found.insert(0, Obstacle(why="not_permitted"))
    if run.panel.settings is None:
        found.append(Obstacle(why="not_configured"))
    if found:
        run.outcomes.append(
            Refused(
                id=run.id(fact.number, "refused"),
                number=fact.number,
                at=fact.at,
                action="test",
                actor=fact.actor,
                obstacles=tuple(found),
            )
        )
        return
    run.change(
        test_until=fact.at + timedelta(minutes=fact.minutes), tested=frozenset(), test_passed=False
    )
    run.signal("test_began", fact.number, fact.at, detail=fact.actor.name)


def heard(run: Run, name: str, number: int, at: datetime) -> None:
    """Something was heard of in the test."""
    if name not in run.panel.tested:
        run.change(tested=run.panel.tested | {name})
        sensor = run.settings.sensor(name)
        run.signal("tested", number, at, sensor, detail="" if sensor else name)


def untested(panel: Panel) -> list[str]:
    """What a test has not shown to be right yet: not heard, lost, or of too weak a radio."""
    assert panel.settings is not None
    names = [
        sensor.name
        for sensor in panel.settings.sensors
        if sensor.name not in panel.tested
        or panel.sensor(sensor.name).lost_at is not None
        or panel.sensor(sensor.name).radio_weak
    ]
    return names if BUTTON in panel.tested else [*names, BUTTON]


def on_test_ended(run: Run, fact: TestEnded) -> None:
    """Somebody ends the test."""
    if run.panel.testing:
        end_test(run, fact.number, fact.at)


def end_test(run: Run, number: int, at: datetime) -> None:
    """The test is over. A danger that is still there is one."""
    missing = untested(run.panel)
    run.change(test_until=None, test_passed=not missing)
    run.signal("test_failed" if missing else "test_passed", number, at, detail=", ".join(missing))
    for sensor in run.settings.sensors:
        if sensor.kind in ALARM_OF and run.panel.sensor(sensor.name).active:
            danger(run, sensor, number, at)
