"""One step of the panel while it is worked out: what it is by now, and what has come of it."""

from datetime import datetime, timedelta
from typing import Any

from iot.messages.panel_facts import Position
from iot.messages.panel_settings import PanelSettings, Sensor, Times
from iot.panel.outcomes import (
    Alarm,
    AlarmKind,
    AnyOutcome,
    Report,
    Signal,
    SignalKind,
    Step,
)
from iot.panel.state import AreaState, Incident, Panel, SensorState

ABORTABLE: frozenset[AlarmKind] = frozenset({"intrusion", "premises"})
"""What a code takes back in time. Life and tampering are looked after whatever anybody types."""


REMEMBERED = 32
"""Alarms of an area that are remembered."""


def report_of(kind: AlarmKind, area: AreaState | None, settings: PanelSettings | None) -> Report:
    """Who hears of an alarm (AL-04, AL-16, AL-18, AL-25, A-09)."""
    if kind in ("emergency", "duress"):
        return "company"
    if area is None or not area.armed:
        return "company" if settings is None or settings.company else "self"
    if area.monitoring == "company":
        return "company"
    return "self" if area.mode == "away" else "none"


class Run:
    """Changes a panel step by step. ``panel`` and ``outcomes`` are what has come of it so far."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.outcomes: list[AnyOutcome] = []

    @property
    def step(self) -> Step:
        """What the run came to."""
        return Step(panel=self.panel, outcomes=tuple(self.outcomes))

    @property
    def settings(self) -> PanelSettings:
        """The settings; only to be asked for where there are some."""
        assert self.panel.settings is not None
        return self.panel.settings

    def times(self, area: str) -> Times:
        """The times of an area."""
        found = self.settings.area(area)
        return found.times if found else Times()

    def change(self, **fields: Any) -> None:
        """Change the panel's own fields."""
        self.panel = self.panel.model_copy(update=fields)

    def area(self, id: str) -> AreaState:
        """How an area stands."""
        return self.panel.areas[id]

    def change_area(self, id: str, **fields: Any) -> None:
        """Change fields of an area."""
        self.put_area(id, self.area(id).model_copy(update=fields))

    def put_area(self, id: str, area: AreaState) -> None:
        """Replace an area."""
        self.change(areas={**self.panel.areas, id: area})

    def change_sensor(self, name: str, **fields: Any) -> None:
        """Change fields of a sensor."""
        changed = self.panel.sensor(name).model_copy(update=fields)
        sensors = {**self.panel.sensors, name: changed}
        if changed == SensorState():
            del sensors[name]
        self.change(sensors=sensors)

    def id(self, number: int, *parts: str | None) -> str:
        """The id of what follows from a fact."""
        return "-".join([self.panel.journal, str(number), *(part for part in parts if part)])

    def signal(
        self,
        kind: SignalKind,
        number: int,
        at: datetime,
        sensor: Sensor | None = None,
        detail: str = "",
    ) -> None:
        """Note something that needs nobody."""
        name = sensor.name if sensor else None
        area = sensor.area if sensor else None
        self.outcomes.append(
            Signal(
                id=self.id(number, kind, name),
                number=number,
                at=at,
                kind=kind,
                area=area,
                sensor=name,
                detail=detail,
            )
        )

    def alarm(
        self,
        kind: AlarmKind,
        number: int,
        at: datetime,
        *,
        area: str | None = None,
        sensor: str | None = None,
        loud: bool = True,
        exit_error: bool = False,
        position: Position | None = None,
    ) -> None:
        """Raise an alarm. It is remembered in its area, and one incident with those before it."""
        id = self.id(number, kind, area, sensor)
        state = self.area(area) if area else None
        incident, abort_until = id, None
        if area and state and kind in ABORTABLE:
            one = state.incident or Incident(
                id=id, abort_until=at + timedelta(seconds=self.times(area).abort)
            )
            incident, abort_until = one.id, one.abort_until
            self.change_area(area, incident=one)
        if area:
            self.change_area(area, memory=(*self.area(area).memory, id)[-REMEMBERED:])
        self.outcomes.append(
            Alarm(
                id=id,
                number=number,
                at=at,
                kind=kind,
                report=report_of(kind, state, self.panel.settings),
                area=area,
                sensor=sensor,
                mode=state.mode if state else None,
                monitoring=state.monitoring if state else None,
                incident=incident,
                abort_until=abort_until,
                loud=loud,
                exit_error=exit_error,
                position=position,
            )
        )
