"""Firings of sensors, counted by the minute, until they are reported (HT-07).

A minute is known of a sensor that could be reached all through it, and of a machine that was awake.
Nothing is counted of any other minute, not even zero.
"""

import threading
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from iot.messages.base import minute_of
from iot.messages.sensor import (
    MOST_FIRINGS,
    MOST_MINUTES,
    MOST_SENSORS,
    ReadingsReport,
    SensorKind,
    SensorMinutes,
)

MINUTE = timedelta(minutes=1)
ASLEEP = timedelta(minutes=3)
"""Between two ticks so far apart the machine did not run."""
KEPT = MOST_MINUTES
"""Minutes of a sensor that wait at most; the device reports every few."""


class Condition(NamedTuple):
    """What is known of a sensor itself."""

    kind: SensorKind
    battery: int | None = None
    battery_low: bool = False
    reachable: bool = True
    celsius: float | None = None


class _Sensor:
    """One sensor's condition and minutes; ``known_from``: the first minute that is not counted up
    yet, None while it cannot be reached."""

    def __init__(self, condition: Condition, at: datetime) -> None:
        self.condition = condition
        self.counts: dict[datetime, int] = {}
        self.known_from = minute_of(at) if condition.reachable else None

    def count_up(self, until: datetime) -> None:
        """Minutes before ``until`` in which nothing fired count zero."""
        if self.known_from is None:
            return
        at = max(self.known_from, until - KEPT * MINUTE)
        while at < until:
            self.counts.setdefault(at, 0)
            at += MINUTE
        self.known_from = until


class Counter:
    """Counts up the firings of any number of sensors. May be used from any thread."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._sensors: dict[str, _Sensor] = {}
        self._ticked: datetime | None = None

    def tick(self, now: datetime) -> None:
        """The machine runs. After a time in which it did not, or a clock that was set, counting
        begins anew."""
        with self._lock:
            if self._ticked and not timedelta(0) <= now - self._ticked <= ASLEEP:
                for sensor in self._sensors.values():
                    if sensor.known_from is not None:
                        sensor.count_up(minute_of(self._ticked))
                        sensor.known_from = minute_of(now) + MINUTE
            self._ticked = now

    def know(self, name: str, condition: Condition, at: datetime) -> None:
        """How a sensor is from ``at`` on."""
        with self._lock:
            sensor = self._sensors.get(name)
            if sensor is None or sensor.condition.kind != condition.kind:
                self._sensors[name] = _Sensor(condition, at)
                return
            if sensor.condition.reachable and not condition.reachable:
                sensor.count_up(minute_of(at))
                sensor.known_from = None
            elif condition.reachable and not sensor.condition.reachable:
                sensor.known_from = minute_of(at)
            sensor.condition = condition

    def forget(self, name: str) -> None:
        """The sensor is no longer there."""
        with self._lock:
            self._sensors.pop(name, None)

    def fire(self, name: str, at: datetime) -> None:
        """A known sensor fired."""
        with self._lock:
            counts = self._sensors[name].counts
            minute = minute_of(at)
            counts[minute] = min(counts.get(minute, 0) + 1, MOST_FIRINGS)

    def take(self, now: datetime, *, begun: bool = False) -> list[ReadingsReport]:
        """Reports of all whole minutes, once. With ``begun``, what this minute has counted so far
        is told too, and told again when it is whole."""
        with self._lock:
            this = minute_of(now)
            found = []
            for name, sensor in self._sensors.items():
                sensor.count_up(this)
                told = {at: n for at, n in sensor.counts.items() if at < this or begun}
                sensor.counts = {at: n for at, n in sensor.counts.items() if at >= this}
                condition = sensor.condition._asdict()
                for first, counts in _stretches(told):
                    condition["reachable"] = True
                    found.append(SensorMinutes(name=name, first=first, counts=counts, **condition))
                if not sensor.condition.reachable:
                    condition["reachable"] = False
                    found.append(SensorMinutes(name=name, first=this, counts=[], **condition))
            return reports(found)


def reports(minutes: Iterable[SensorMinutes]) -> list[ReadingsReport]:
    """As few reports as hold these: in each, a sensor is named once."""
    found: list[dict[str, SensorMinutes]] = []
    for one in minutes:
        room = (r for r in found if one.name not in r and len(r) < MOST_SENSORS)
        report = next(room, None)
        if report is None:
            found.append(report := {})
        report[one.name] = one
    return [ReadingsReport(sensors=list(report.values())) for report in found]


def _stretches(counts: dict[datetime, int]) -> list[tuple[datetime, list[int]]]:
    """Counts of minutes one after the other, as many as a report holds."""
    found: list[tuple[datetime, list[int]]] = []
    for at, count in sorted(counts.items()):
        if (
            not found
            or at != found[-1][0] + len(found[-1][1]) * MINUTE
            or len(found[-1][1]) == MOST_MINUTES
        ):
            found.append((at, []))
        found[-1][1].append(count)
    return found
