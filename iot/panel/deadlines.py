"""What happens by the passing of time: exit, entry and siren times end; life is missed."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from iot.panel.arming import operated
from iot.panel.intrusion import noticed, open_now, trigger
from iot.panel.run import Run
from iot.panel.state import AreaState, Panel, SensorState
from iot.panel.testing import end_test


class Deadline(NamedTuple):
    """Something is due. At the same instant the smaller ``order`` comes first, then the id."""

    at: datetime
    order: int
    id: str
    due: Callable[[Run, str, datetime], None]


def next_deadline(panel: Panel) -> datetime | None:
    """When something happens next by itself."""
    first = min(_deadlines(panel), default=None, key=_when)
    return first.at if first else None


def advance(run: Run, until: datetime) -> None:
    """Let the time pass: everything due at ``until`` or before happens, in its order. What lies
    before the panel's now changes nothing."""
    while True:
        due = [one for one in _deadlines(run.panel) if one.at <= until]
        if not due:
            break
        first = min(due, key=_when)
        run.change(now=max(run.panel.now, first.at))
        first.due(run, first.id, first.at)
    if until > run.panel.now:
        run.change(now=until)


def shifted(panel: Panel, by: timedelta) -> Panel:
    """The panel after its clock was set: whatever runs, runs as long as it would have."""

    def moved(at: datetime | None) -> datetime | None:
        return None if at is None else at + by

    def area(one: AreaState) -> AreaState:
        incident = one.incident
        return one.model_copy(
            update={
                "since": one.since + by if one.armed else one.since,
                "until": moved(one.until),
                "crossed": {name: at + by for name, at in one.crossed.items()},
                "life_at": moved(one.life_at),
                "incident": incident
                and incident.model_copy(update={"abort_until": incident.abort_until + by}),
            }
        )

    def sensor(one: SensorState) -> SensorState:
        return one.model_copy(update={"lost_at": moved(one.lost_at)})

    return panel.model_copy(
        update={
            "now": panel.now + by,
            "areas": {id: area(one) for id, one in panel.areas.items()},
            "sensors": {name: sensor(one) for name, one in panel.sensors.items()},
            "sirens": {kind: at + by for kind, at in panel.sirens.items()},
            "locked_until": moved(panel.locked_until),
            "settling_until": moved(panel.settling_until),
            "test_until": moved(panel.test_until),
        }
    )


def _when(one: Deadline) -> tuple[datetime, int, str]:
    return one.at, one.order, one.id


def _deadlines(panel: Panel) -> Iterator[Deadline]:
    if panel.settling_until is not None:
        yield Deadline(panel.settling_until, 0, "", _settled)
    if panel.test_until is not None:
        yield Deadline(panel.test_until, 1, "", _test_over)
    for id, area in panel.areas.items():
        if area.until is not None:
            yield Deadline(area.until, 2, id, _ENDS[area.phase])
        if area.life_at is not None and not area.life_missed and area.mode != "away":
            found = panel.settings.area(id) if panel.settings else None
            if found:
                yield Deadline(
                    area.life_at + timedelta(seconds=found.times.rhythm), 3, id, _life_missed
                )


def _settled(run: Run, _id: str, at: datetime) -> None:
    """Sensors are believed again: what opened meanwhile and is open counts now."""
    run.change(settling_until=None)
    for sensor in run.settings.sensors if run.panel.settings else ():
        state = run.panel.sensor(sensor.name)
        if state.unbelieved:
            run.change_sensor(sensor.name, unbelieved=0)
            noticed(run, sensor, state.unbelieved, at)


def _test_over(run: Run, _id: str, at: datetime) -> None:
    end_test(run, run.panel.number, at)


def _left(run: Run, id: str, at: datetime) -> None:
    """The exit time is over."""
    area = run.area(id)
    assert area.by is not None
    stays = run.settings.stay and not area.door_moved and area.by.source in ("keypad", "reader")
    run.change_area(
        id, phase="armed", since=at, until=None, mode="home" if stays else area.mode, sensor=None
    )
    operated(run, id, area.cause, at)
    still_open = open_now(run.panel, id, run.area(id))
    if still_open:
        run.change_area(
            id, phase="pending", until=at + timedelta(seconds=run.times(id).entry),
            sensor=still_open[0].name, exit_error=True,
        )  # fmt: skip


def _entered(run: Run, id: str, at: datetime) -> None:
    """The entry time is over, and nobody disarmed."""
    area = run.area(id)
    assert area.sensor is not None
    trigger(run, id, area.sensor, area.cause, at, exit_error=area.exit_error)


def _sounded(run: Run, id: str, at: datetime) -> None:
    """The siren stops; the area goes on being armed."""
    run.change_area(id, phase="armed", since=at, until=None, exit_error=False)


def _life_missed(run: Run, id: str, at: datetime) -> None:
    run.change_area(id, life_missed=True)
    run.alarm("life_rhythm", run.area(id).life, at, area=id)


_ENDS = {"arming": _left, "pending": _entered, "triggered": _sounded}
