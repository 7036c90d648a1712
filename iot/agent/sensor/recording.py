"""A home's minutes for the sensor agent to say: recorded by somebody, or simulated by seed.

Reads ``minute,activity,door,fridge`` (one row a minute, an empty cell is not known) or
``minute,sensor,value,kind`` (one row a firing).
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import get_args

import numpy as np
import numpy.typing as npt

from iot import homes
from iot.messages.base import minute_of
from iot.messages.sensor import MOST_FIRINGS, MOST_MINUTES, SensorKind, SensorMinutes

DAY = 1440
MINUTE = timedelta(minutes=1)
COLUMNS: Mapping[str, SensorKind] = {"activity": "motion", "door": "door", "fridge": "fridge"}
UNKNOWN = -1

Counts = npt.NDArray[np.int64]


class Unreadable(ValueError):
    """A file that is no recorded home, and why."""


@dataclass(frozen=True, eq=False)
class Recording:
    """Counts of each sensor by the minute, (n,), `UNKNOWN` where nothing is known; whole days, the
    first of which begins at midnight. Its days are played again and again."""

    sensors: Mapping[str, tuple[SensorKind, Counts]]

    def __len__(self) -> int:
        return len(next(iter(self.sensors.values()))[1])

    def minutes(self, begin: datetime, first: datetime, last: datetime) -> Iterator[SensorMinutes]:
        """What the sensors say of the minutes from ``first`` to before ``last``, if the recording's
        first day is that of ``begin``, on the clock of ``begin``'s time zone."""
        midnight = begin.replace(hour=0, minute=0, second=0, microsecond=0)
        lo, hi = (int((minute_of(at) - midnight) / MINUTE) for at in (first, last))
        for name, (kind, counts) in self.sensors.items():
            some = counts[np.arange(lo, hi) % len(counts)]
            for a, b in _known(some):
                yield SensorMinutes(
                    name=name,
                    kind=kind,
                    first=midnight + (lo + a) * MINUTE,
                    counts=some[a:b].tolist(),
                )


def simulated(family: str, seed: int, days: int = 28) -> Recording:
    """A home of iot/homes.py. Unreadable for a family that is not there."""
    families = {one.name: one for one in homes.FAMILIES}
    if family not in families:
        raise Unreadable(f"no family {family!r}: {', '.join(families)}")
    home = homes.simulate(families[family], seed, days)
    sensors: dict[str, tuple[SensorKind, Counts]] = {}
    for name, (kind, counts) in home.sensors.items():
        known = np.where(home.known, np.minimum(counts, MOST_FIRINGS), UNKNOWN)
        sensors[name] = (_kind(kind), known)
    return Recording(sensors)


def read(path: Path) -> Recording:
    """A recorded home. Unreadable for a file that is none; OSError."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        columns = set(rows.fieldnames or ())
        if {"minute", "sensor", "value", "kind"} <= columns:
            cells = [(r["minute"], r["sensor"], _kind(r["kind"]), r["value"]) for r in rows]
            dense = False
        elif {"minute", "activity"} <= columns:
            cells = [
                (r["minute"], name, kind, r[name])
                for r in rows
                for name, kind in COLUMNS.items()
                if r.get(name)
            ]
            dense = True
        else:
            raise Unreadable(f"{path}: the first line names no minute with activity or sensor")
    try:
        return _recording(cells, dense=dense)
    except (ValueError, OverflowError) as error:
        raise Unreadable(f"{path}: {error}") from error


def _recording(cells: list[tuple[str, str, SensorKind, str]], *, dense: bool) -> Recording:
    if not cells:
        raise Unreadable("no readings")
    at = [np.datetime64(minute.replace(" ", "T"), "m") for minute, *_ in cells]
    midnight = min(at).astype("datetime64[D]").astype("datetime64[m]")
    days = int((max(at) - midnight).astype(int)) // DAY + 1
    if days > 400:
        raise Unreadable(f"{days} days are more than a recording may have")
    sensors: dict[str, tuple[SensorKind, Counts]] = {}
    for minute, (_, name, kind, value) in zip(at, cells, strict=True):
        if name not in sensors:
            sensors[name] = kind, np.full(days * DAY, UNKNOWN if dense else 0, np.int64)
        count = int(float(value))
        if count < 0:
            raise Unreadable(f"{value} is no count of firings")
        counts = sensors[name][1]
        i = int((minute - midnight).astype(int))
        counts[i] = max(counts[i], min(count, MOST_FIRINGS))
    return Recording(sensors)


def _kind(text: str) -> SensorKind:
    kinds: tuple[SensorKind, ...] = get_args(SensorKind)
    for kind in kinds:
        if kind == text:
            return kind
    raise Unreadable(f"{text!r} is no kind of sensor: {', '.join(kinds)}")


def _known(counts: Counts) -> Iterator[tuple[int, int]]:
    """Stretches [first, last) of known minutes, none longer than a report takes."""
    known = np.concatenate([[False], counts != UNKNOWN, [False]])
    edges = np.flatnonzero(np.diff(known.astype(np.int8)))
    for first, last in edges.reshape(-1, 2).tolist():
        for a in range(first, last, MOST_MINUTES):
            yield a, min(a + MOST_MINUTES, last)
