"""The alarm panel as a pure function: the panel after a fact, and at an instant."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from iot.messages import panel_facts as f
from iot.messages.panel_settings import Sensor
from iot.panel import arming, dangers, intrusion, testing
from iot.panel.deadlines import advance as _advance
from iot.panel.deadlines import shifted
from iot.panel.outcomes import AnyOutcome, Step
from iot.panel.run import Run, report_of
from iot.panel.state import AreaState, Panel

SETTLES = timedelta(seconds=60)
"""So long after its power came back sensors of intrusion are not believed (CP-01)."""
TRIES = 5
"""Wrong codes until the keypad is locked."""
LOCKED = timedelta(seconds=60)
LONGEST_LOCK = timedelta(seconds=900)
"""For how long: doubled with each more."""
TOGETHER = timedelta(minutes=2)
"""Two radios lost within it may be jammed; one never is."""
LIFE_TOLD = timedelta(seconds=60)
"""Signs of life closer than this count as one."""


def after(panel: Panel, fact: f.AnyFact) -> Step:
    """The panel after the next fact, and what came of the time until then and of the fact.

    The clock runs backwards in no other way than by ClockSet, and then whatever runs is moved with
    it. Another fact that is dated before the panel's now counts as of now.
    """
    run = Run(panel)
    if isinstance(fact, f.ClockSet):
        _advance(run, fact.before)
        run.panel = shifted(run.panel, fact.at - run.panel.now)
    elif fact.at < panel.now:
        fact = fact.model_copy(update={"at": panel.now})
    else:
        _advance(run, fact.at)
    run.change(number=fact.number)
    _HANDLERS[type(fact)](run, fact)
    return run.step


def at(panel: Panel, now: datetime) -> Step:
    """The panel when nothing happened until ``now``, and what came of the time."""
    run = Run(panel)
    _advance(run, now)
    return run.step


def replay(journal: str, facts: Iterable[f.AnyFact], now: datetime | None = None) -> Step:
    """The panel that all facts of a journal make, in any order and however often they are given."""
    panel = Panel(journal=journal)
    outcomes: list[AnyOutcome] = []
    for _, fact in sorted({fact.number: fact for fact in facts}.items()):
        step = after(panel, fact)
        panel = step.panel
        outcomes += step.outcomes
    if now is not None:
        step = at(panel, now)
        panel = step.panel
        outcomes += step.outcomes
    return Step(panel=panel, outcomes=tuple(outcomes))


# -- facts


def _configured(run: Run, fact: f.Configured) -> None:
    now = run.panel.settings
    if now is not None and fact.settings.version <= now.version:
        return
    run.change(settings=fact.settings)
    areas = {}
    for area in fact.settings.areas:
        state = run.panel.areas.get(area.id, AreaState())
        lived = any(
            sensor.kind == "rhythm" and sensor.area == area.id for sensor in fact.settings.sensors
        )
        if not lived:
            state = state.model_copy(update={"life_at": None, "life_missed": False})
        elif state.life_at is None:
            state = state.model_copy(update={"life_at": fact.at, "life": fact.number})
        areas[area.id] = state
    kinds = {sensor.name: sensor.kind for sensor in now.sensors} if now else {}
    same = {one.name for one in fact.settings.sensors if kinds.get(one.name) == one.kind}
    kept = {name: state for name, state in run.panel.sensors.items() if name in same}
    run.change(areas=areas, sensors=kept)
    run.signal("configured", fact.number, fact.at, detail=str(fact.settings.version))


def _restarted(run: Run, fact: f.Restarted) -> None:
    if fact.cold:
        run.change(settling_until=fact.at + SETTLES)
    run.signal("restarted", fact.number, fact.at, detail="cold" if fact.cold else "")


def _clock_set(run: Run, fact: f.ClockSet) -> None:
    run.signal("clock_set", fact.number, fact.at, detail=fact.before.isoformat())


def _sensed(run: Run, fact: f.Sensed) -> None:
    sensor = _known(run, fact, fact.sensor)
    if sensor is None:
        return
    was = run.panel.sensor(sensor.name).active
    lasts = sensor.opening or sensor.kind in dangers.ALARM_OF
    if lasts:
        run.change_sensor(sensor.name, active=fact.active)
    if not fact.active:
        if lasts and was:
            _over(run, sensor, fact)
        return
    if sensor.kind == "rhythm":
        _lives(run, sensor, fact)
    if run.panel.testing:
        testing.heard(run, sensor.name, fact.number, fact.at)
    elif sensor.kind == "emergency":
        dangers.emergency(run, fact.number, fact.at, sensor)
    elif lasts and was:
        return  # said again
    elif sensor.intrusion:
        intrusion.noticed(run, sensor, fact.number, fact.at, small=fact.small)
    elif sensor.kind in dangers.ALARM_OF:
        dangers.danger(run, sensor, fact.number, fact.at)


def _over(run: Run, sensor: Sensor, fact: f.Sensed) -> None:
    run.change_sensor(sensor.name, unbelieved=0)
    if sensor.intrusion:
        intrusion.closed(run, sensor)
    else:
        run.signal("danger_over", fact.number, fact.at, sensor)


def _lives(run: Run, sensor: Sensor, fact: f.Sensed) -> None:
    area = run.area(sensor.area)
    if area.life_at is None or area.life_missed or fact.at - area.life_at >= LIFE_TOLD:
        run.change_area(sensor.area, life_at=fact.at, life=fact.number, life_missed=False)


def _tampered(run: Run, fact: f.Tampered) -> None:
    sensor = None
    if fact.sensor is not None:
        sensor = _known(run, fact, fact.sensor)
        if sensor is None or run.panel.sensor(fact.sensor).tampered is not fact.over:
            return
        run.change_sensor(fact.sensor, tampered=not fact.over)
    elif run.panel.controller_tampered is not fact.over:
        return
    else:
        run.change(controller_tampered=not fact.over)
    area = sensor.area if sensor else _gravest(run.panel)
    watched = area is not None and run.area(area).armed and not run.panel.testing
    if watched and sensor and sensor.intrusion:
        watched = intrusion.counts(sensor, run.area(sensor.area))
    if fact.over or not watched or area is None:
        run.signal("tamper_over" if fact.over else "tamper", fact.number, fact.at, sensor)
        return
    run.alarm("tamper", fact.number, fact.at, area=area, sensor=fact.sensor)
    dangers.sound(run, "intrusion", area, fact.at)


def _gravest(panel: Panel) -> str | None:
    """The armed area whose alarms are heard of by most."""
    armed = [id for id, area in panel.areas.items() if area.armed]
    order = ("company", "self", "none")
    return min(
        armed,
        key=lambda id: order.index(report_of("tamper", panel.areas[id], panel.settings)),
        default=None,
    )


def _pressed(run: Run, fact: f.Pressed) -> None:
    settings = run.panel.settings
    sensor = settings.sensor(fact.sensor) if settings and fact.sensor else None
    if run.panel.testing:
        testing.heard(run, fact.sensor or testing.BUTTON, fact.number, fact.at)
        return
    dangers.emergency(run, fact.number, fact.at, sensor, fact.position)


def _wrong_code(run: Run, fact: f.WrongCode) -> None:
    wrong = run.panel.wrong + 1
    run.change(wrong=wrong)
    run.signal("wrong_code", fact.number, fact.at, detail=str(wrong))
    if wrong >= TRIES:
        lock = min(LOCKED * 2 ** min(wrong - TRIES, 8), LONGEST_LOCK)
        run.change(locked_until=fact.at + lock)
        run.signal("locked", fact.number, fact.at, detail=str(int(lock.total_seconds())))


def _supervised(run: Run, fact: f.Supervised) -> None:
    sensor = _known(run, fact, fact.sensor)
    if sensor is None or (run.panel.sensor(fact.sensor).lost_at is not None) is fact.lost:
        return
    run.change_sensor(fact.sensor, lost_at=fact.at if fact.lost else None)
    run.signal("sensor_lost" if fact.lost else "sensor_back", fact.number, fact.at, sensor)
    lost = [
        one
        for one in run.settings.sensors
        if one.via == "radio" and run.panel.sensor(one.name).lost_at is not None
    ]
    if not fact.lost:
        if len(lost) < 2:
            run.change(jamming=False)
        return
    together = [
        one
        for one in lost
        if (then := run.panel.sensor(one.name).lost_at) and fact.at - then <= TOGETHER
    ]
    if sensor.via != "radio" or len(together) < 2 or run.panel.jamming:
        return
    run.change(jamming=True)
    order = [sensor, *(one for one in together if one != sensor)]
    armed = [one.area for one in order if intrusion.counts(one, run.area(one.area))]
    if armed and not run.panel.testing:
        run.alarm("jamming", fact.number, fact.at, area=armed[0])
        dangers.sound(run, "intrusion", armed[0], fact.at)
    else:
        run.signal("jamming", fact.number, fact.at)


def _condition(run: Run, fact: f.Condition) -> None:
    sensor = _known(run, fact, fact.sensor)
    if sensor is None:
        return
    before = run.panel.sensor(fact.sensor)
    run.change_sensor(fact.sensor, battery_low=fact.battery_low, radio_weak=fact.radio_weak)
    if fact.battery_low and not before.battery_low:
        run.signal("battery_low", fact.number, fact.at, sensor)
    if fact.radio_weak and not before.radio_weak:
        run.signal("radio_weak", fact.number, fact.at, sensor)


def _power(run: Run, fact: f.Power) -> None:
    before = run.panel
    run.change(mains=fact.mains, battery_low=fact.battery_low)
    if fact.mains != before.mains:
        run.signal("power_back" if fact.mains else "power_lost", fact.number, fact.at)
    if fact.battery_low and not before.battery_low:
        run.signal("controller_battery_low", fact.number, fact.at)


def _lines(run: Run, fact: f.Lines) -> None:
    before = run.panel
    run.change(internet=fact.internet, lte=fact.lte)
    if fact.internet != before.internet:
        run.signal("internet_back" if fact.internet else "internet_lost", fact.number, fact.at)
    if fact.lte is False and before.lte is not False:
        run.signal("lte_lost", fact.number, fact.at)
    elif fact.lte and before.lte is False:
        run.signal("lte_back", fact.number, fact.at)


def _radio(run: Run, fact: f.Radio) -> None:
    """Without its radio an armed area is blind: as bad as jamming."""
    if fact.works == run.panel.radio:
        return
    run.change(radio=fact.works)
    run.signal("radio_back" if fact.works else "radio_lost", fact.number, fact.at)
    area = _gravest(run.panel)
    if not fact.works and area is not None:
        run.alarm("jamming", fact.number, fact.at, area=area)
        dangers.sound(run, "intrusion", area, fact.at)


def _relayed(run: Run, fact: f.Relayed) -> None:
    """Another alarm system knows by itself whether it is armed: its alarms are alarms."""
    named = f"{fact.panel}/{fact.zone}" if fact.zone else fact.panel
    if fact.alarm is None or fact.over or run.panel.testing:
        run.signal("relayed", fact.number, fact.at, detail=f"{named} {fact.code}")
        return
    loud = fact.alarm not in ("emergency", "duress")
    run.alarm(fact.alarm, fact.number, fact.at, sensor=named, loud=loud)


def _known(run: Run, fact: f.Fact, name: str) -> Sensor | None:
    """The sensor that a fact is of. One that the settings do not name moves nothing."""
    sensor = run.panel.settings.sensor(name) if run.panel.settings else None
    if sensor is None:
        run.signal("unknown_sensor", fact.number, fact.at, detail=name)
    return sensor


_HANDLERS: Mapping[type[f.Fact], Callable[[Run, Any], None]] = {
    f.Configured: _configured,
    f.Restarted: _restarted,
    f.ClockSet: _clock_set,
    f.Sensed: _sensed,
    f.Tampered: _tampered,
    f.Pressed: _pressed,
    f.Asked: arming.asked,
    f.WrongCode: _wrong_code,
    f.Supervised: _supervised,
    f.Condition: _condition,
    f.Power: _power,
    f.Lines: _lines,
    f.Radio: _radio,
    f.Relayed: _relayed,
    f.TestBegan: testing.begin_test,
    f.TestEnded: testing.on_test_ended,
}
