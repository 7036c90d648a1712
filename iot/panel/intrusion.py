"""Sensors of an armed area: entry time, cross-zone, swinger shutdown (ANSI/SIA CP-01, AL-11)."""

from datetime import datetime, timedelta

from iot.messages.panel_settings import Sensor
from iot.panel.run import Run
from iot.panel.state import AreaState, Panel


def counts(sensor: Sensor, area: AreaState) -> bool:
    """Whether a sensor counts in its area as that is armed now (AL-11)."""
    return area.armed and area.mode not in sensor.left_out and sensor.name not in area.bypassed


def noticed(run: Run, sensor: Sensor, number: int, at: datetime, *, small: bool = False) -> None:
    """A sensor of intrusion noticed something at a fact's time, or is believed now."""
    area = run.area(sensor.area)
    if not counts(sensor, area) or (small and area.mode in sensor.pet_immune):
        return
    if run.panel.settling_until is not None:
        if sensor.opening:
            run.change_sensor(sensor.name, unbelieved=number)
        return
    if area.phase == "arming" and sensor.enters == "entry":
        _leaving(run, sensor, at)
    if area.phase in ("arming", "pending") and sensor.enters != "instant":
        return
    if area.trips.get(sensor.name, 0) >= run.times(sensor.area).swinger:
        run.signal("shut_down", number, at, sensor)
        return
    if sensor.group and not _verified(run, sensor, number, at):
        return
    if area.phase == "armed" and sensor.enters == "entry":
        until = at + timedelta(seconds=run.times(sensor.area).entry)
        run.change_area(
            sensor.area, phase="pending", since=at, until=until, cause=number, sensor=sensor.name,
            exit_error=False,
        )  # fmt: skip
        return
    if sensor.kind == "outdoor":
        _count(run, sensor.area, sensor.name)
        run.alarm("premises", number, at, area=sensor.area, sensor=sensor.name)
        return
    trigger(run, sensor.area, sensor.name, number, at)


def closed(run: Run, sensor: Sensor) -> None:
    """An entry door was closed: somebody leaves, if it is the exit time."""
    area = run.area(sensor.area)
    if area.phase == "arming" and sensor.enters == "entry" and counts(sensor, area):
        run.change_area(sensor.area, door_moved=True, door_closed=True)


def trigger(
    run: Run, area: str, sensor: str, number: int, at: datetime, *, exit_error: bool = False
) -> None:
    """Alarm of intrusion: the siren sounds. Ends whatever time ran."""
    _count(run, area, sensor)
    run.alarm("intrusion", number, at, area=area, sensor=sensor, exit_error=exit_error)
    until = at + timedelta(seconds=run.times(area).siren)
    run.change_area(area, phase="triggered", since=at, until=until, cause=number, sensor=sensor)


def _count(run: Run, area: str, sensor: str) -> None:
    """One more alarm of a sensor since its area was armed."""
    trips = run.area(area).trips
    run.change_area(area, trips={**trips, sensor: trips.get(sensor, 0) + 1})


def open_now(panel: Panel, area_id: str, area: AreaState) -> list[Sensor]:
    """What stands open of what counts in an area."""
    assert panel.settings is not None
    return [
        sensor
        for sensor in panel.settings.sensors
        if sensor.area == area_id
        and sensor.opening
        and counts(sensor, area)
        and panel.sensor(sensor.name).active
    ]


def _leaving(run: Run, sensor: Sensor, at: datetime) -> None:
    """An entry door opens in the exit time. Opened again, it begins the time anew, once."""
    area = run.area(sensor.area)
    run.change_area(sensor.area, door_moved=True)
    if area.door_closed and not area.exit_restarted:
        until = at + timedelta(seconds=run.times(sensor.area).exit)
        run.change_area(sensor.area, until=until, exit_restarted=True)


def _verified(run: Run, sensor: Sensor, number: int, at: datetime) -> bool:
    """Whether another of its group noticed something, too, or none is left that could."""
    area = run.area(sensor.area)
    within = timedelta(seconds=run.times(sensor.area).cross)
    partners = [
        other
        for other in run.settings.sensors
        if other.group == sensor.group
        and other.area == sensor.area
        and other.name != sensor.name
        and counts(other, area)
        and run.panel.sensor(other.name).lost_at is None
        and not run.panel.sensor(other.name).tampered
    ]
    before = (area.crossed.get(other.name) for other in partners)
    run.change_area(sensor.area, crossed={**area.crossed, sensor.name: at})
    if not partners or any(then is not None and at - then <= within for then in before):
        return True
    run.signal("unverified", number, at, sensor)
    return False
