"""What is an alarm in every mode: fire, gas, water, the button (AL-03, AL-04, A-09)."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from iot.messages.panel_facts import Position
from iot.messages.panel_settings import Sensor, SensorKind
from iot.panel.outcomes import AlarmKind
from iot.panel.run import Run
from iot.panel.state import Siren

ALARM_OF: Mapping[SensorKind, AlarmKind] = {
    "smoke": "fire", "heat": "fire", "gas": "gas", "co": "gas", "water": "water",
}  # fmt: skip


def danger(run: Run, sensor: Sensor, number: int, at: datetime) -> None:
    """A sensor found a danger."""
    kind = ALARM_OF[sensor.kind]
    run.alarm(kind, number, at, area=sensor.area, sensor=sensor.name)
    if kind in ("fire", "gas"):
        sound(run, "fire" if kind == "fire" else "gas", sensor.area, at)


def emergency(
    run: Run, number: int, at: datetime, sensor: Sensor | None, position: Position | None = None
) -> None:
    """Somebody pressed a button; silent unless the home wants it loud."""
    loud = run.panel.settings is not None and run.panel.settings.loud_button
    run.alarm(
        "emergency",
        number,
        at,
        area=sensor.area if sensor else None,
        sensor=sensor.name if sensor else None,
        loud=loud,
        position=position,
    )
    if loud:
        area = sensor.area if sensor else run.settings.areas[0].id
        sound(run, "emergency", area, at)


def sound(run: Run, siren: Siren, area: str, at: datetime) -> None:
    """Sound a siren for as long as the area's does."""
    until = at + timedelta(seconds=run.times(area).siren)
    run.change(sirens={**run.panel.sirens, siren: until})
