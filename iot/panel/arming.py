"""Arming and disarming: who may, what keeps an area from it, and what comes of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from iot.messages.panel_facts import Asked
from iot.messages.panel_settings import Mode, Monitoring
from iot.panel.outcomes import Ended, Obstacle, Operated, Refused
from iot.panel.permissions import PERMISSIONS
from iot.panel.run import Run
from iot.panel.state import AreaState, Panel

REMEMBERED = 64
"""Commands from the cloud that are known again."""

DANGERS = ("smoke", "heat", "gas", "co")


def asked(run: Run, fact: Asked) -> None:
    """Somebody asks to arm or to disarm."""
    if fact.command is not None:
        if fact.command in run.panel.commands:
            return
        run.change(commands=(*run.panel.commands, fact.command)[-REMEMBERED:])
    if fact.duress:
        run.alarm("duress", fact.number, fact.at, loud=False)
    locked = run.panel.locked_until
    if fact.actor.means == "code" and locked is not None and fact.at < locked:
        _refuse(run, fact, [Obstacle(why="locked")])
        return
    if fact.actor.source in ("keypad", "reader"):
        run.change(wrong=0, locked_until=None)
    if run.panel.settings is None:
        _refuse(run, fact, [Obstacle(why="not_configured")])
        return
    areas = fact.areas or tuple(run.panel.areas)
    unknown = [Obstacle(why="unknown_area", area=id) for id in areas if id not in run.panel.areas]
    if unknown:
        _refuse(run, fact, unknown)
    elif fact.action == "arm":
        _arm(run, fact, areas)
    else:
        _disarm(run, fact, areas)


def obstacles(
    panel: Panel,
    area_id: str,
    mode: Mode,
    monitoring: Monitoring,
    bypass: Mapping[str, str] | None = None,
) -> list[Obstacle]:
    """Why an area cannot be armed now, apart from who asks; empty: it can. The sensors in
    ``bypass`` are left out."""
    settings, area = panel.settings, panel.areas.get(area_id)
    if settings is None:
        return [Obstacle(why="not_configured")]
    if area is None:
        return [Obstacle(why="unknown_area", area=area_id)]
    found = []
    if panel.testing:
        found.append(Obstacle(why="in_test"))
    if settings.needs_test and not panel.test_passed:
        found.append(Obstacle(why="not_tested"))
    if monitoring == "company" and not settings.company:
        found.append(Obstacle(why="no_company"))
    if not panel.mains and panel.battery_low:
        found.append(Obstacle(why="flat"))
    if not panel.radio:
        found.append(Obstacle(why="radio"))
    if area.phase == "pending":
        found.append(Obstacle(why="entry_time", area=area_id))
    elif area.incident or area.phase == "triggered":
        found.append(Obstacle(why="alarm", area=area_id))
    for sensor in settings.sensors:
        state = panel.sensor(sensor.name)
        if sensor.kind in DANGERS and state.active:
            found.append(Obstacle(why="danger", area=sensor.area, sensor=sensor.name))
        if sensor.area != area_id or not sensor.intrusion:
            continue
        if mode in sensor.left_out or sensor.name in (bypass or {}):
            continue
        leaves = mode == "away" and sensor.enters == "entry"
        if sensor.opening and state.active and not leaves:
            found.append(Obstacle(why="open", area=area_id, sensor=sensor.name))
        if state.lost_at is not None:
            found.append(Obstacle(why="lost", area=area_id, sensor=sensor.name))
        if state.tampered:
            found.append(Obstacle(why="tampered", area=area_id, sensor=sensor.name))
    return found


def _arm(run: Run, fact: Asked, areas: tuple[str, ...]) -> None:
    """All areas are armed, or none."""
    assert fact.mode
    assert fact.monitoring
    may = PERMISSIONS[fact.actor.source]
    found: list[Obstacle] = []
    if (fact.mode, fact.monitoring) not in may.arms:
        found.append(Obstacle(why="not_permitted"))
    for name in fact.bypass:
        sensor = run.settings.sensor(name)
        if sensor is None or not sensor.intrusion:
            found.append(Obstacle(why="not_bypassable", sensor=name))
    to_arm = []
    for id in areas:
        area = run.area(id)
        if area.phase in ("arming", "armed"):
            if (area.mode, area.monitoring) == (fact.mode, fact.monitoring):
                continue
            if not may.switches:
                found.append(Obstacle(why="already_armed", area=id))
        found += obstacles(run.panel, id, fact.mode, fact.monitoring, fact.bypass)
        to_arm.append(id)
    if found:
        _refuse(run, fact, found)
        return
    for id in to_arm:
        _begin(run, fact, id)


def _begin(run: Run, fact: Asked, id: str) -> None:
    before, away = run.area(id), fact.mode == "away"
    names = {sensor.name for sensor in run.settings.sensors if sensor.area == id}
    area = AreaState(
        phase="arming" if away else "armed",
        mode=fact.mode,
        monitoring=fact.monitoring,
        since=fact.at,
        until=fact.at + timedelta(seconds=run.times(id).exit) if away else None,
        by=fact.actor,
        cause=fact.number,
        bypassed={name: why for name, why in fact.bypass.items() if name in names},
        life_at=before.life_at,
        life=before.life,
        life_missed=before.life_missed,
    )
    run.put_area(id, area)
    if before.armed and before.mode == "away" and not away:
        _expect_life(run, id, fact.number, fact.at)
    operated(run, id, fact.number, fact.at, command=fact.command)


def operated(run: Run, id: str, number: int, at: datetime, *, command: str | None = None) -> None:
    """Tell how an area stands now (AL-49)."""
    area = run.area(id)
    assert area.phase in ("arming", "armed", "disarmed")
    run.outcomes.append(
        Operated(
            id=run.id(number, area.phase, id),
            number=number,
            at=at,
            phase=area.phase,
            area=id,
            mode=area.mode,
            monitoring=area.monitoring,
            actor=area.by,
            bypassed=tuple(area.bypassed.items()),
            command=command,
        )
    )


def _disarm(run: Run, fact: Asked, areas: tuple[str, ...]) -> None:
    """All areas are disarmed, or none. Whatever sounds is silent then."""
    may = PERMISSIONS[fact.actor.source]
    found = [
        Obstacle(why="not_permitted", area=id)
        for id in areas
        if not may.disarms
        or (run.area(id).armed and (run.area(id).mode, run.area(id).monitoring) not in may.disarms)
    ]
    if found:
        _refuse(run, fact, found)
        return
    run.change(sirens={})
    for id in areas:
        before = run.area(id)
        if not before.armed:
            continue
        run.put_area(
            id,
            AreaState(
                since=fact.at,
                by=fact.actor,
                cause=fact.number,
                memory=before.memory,
                life_at=before.life_at,
                life=before.life,
                life_missed=before.life_missed,
            ),
        )
        if before.mode == "away":
            _expect_life(run, id, fact.number, fact.at)
        operated(run, id, fact.number, fact.at, command=fact.command)
        incident = before.incident
        if incident and not fact.duress:
            aborted = may.aborts and fact.at < incident.abort_until
            run.outcomes.append(
                Ended(
                    id=run.id(fact.number, "ended", id),
                    number=fact.number,
                    at=fact.at,
                    incident=incident.id,
                    area=id,
                    how="aborted" if aborted else "disarmed",
                    actor=fact.actor,
                )
            )


def _expect_life(run: Run, id: str, number: int, at: datetime) -> None:
    """Somebody is at home again: from now on a sign of life is waited for."""
    if run.area(id).life_at is not None:
        run.change_area(id, life_at=at, life=number, life_missed=False)


def _refuse(run: Run, fact: Asked, found: list[Obstacle]) -> None:
    once = tuple(dict.fromkeys(found))
    run.outcomes.append(
        Refused(
            id=run.id(fact.number, "refused"),
            number=fact.number,
            at=fact.at,
            action=fact.action,
            actor=fact.actor,
            obstacles=once,
            command=fact.command,
        )
    )
