"""A home's minutes and its sensors, read from the parts that are kept (packing)."""

from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple

import numpy as np

from lambdas.ingest.activity.minutes import Counts, Flags, Kind, Minutes, runs, summed
from lambdas.ingest.activity.packing import MINUTE, Chunk, Hours, unpack
from lambdas.shared.calendar import in_japan

CONNECTED = timedelta(minutes=10)
"""A longer silence is no connection (通信断, HT-07)."""
WEAK = 15
"""Percent at which a battery is to be changed."""


class Health(NamedTuple):
    """What a sensor last said of itself. ``heard``: the last minute of which it told."""

    device: str
    name: str
    kind: Kind
    heard: datetime
    battery: int | None
    reachable: bool
    says_low: bool = False

    def connected(self, now: datetime) -> bool:
        """Whether it is heard of at ``now``."""
        return self.reachable and now - self.heard <= CONNECTED + MINUTE

    @property
    def weak(self) -> bool:
        """Whether its battery is to be changed."""
        return self.says_low or (self.battery is not None and self.battery <= WEAK)


class Recorded(NamedTuple):
    """The minutes of a stretch of time, and the sensors that told of it, by device and name."""

    minutes: Minutes
    sensors: list[Health]

    @property
    def heard(self) -> datetime | None:
        """The last minute of which anything is known."""
        return max((sensor.heard for sensor in self.sensors if sensor.reachable), default=None)


_Sensor = tuple[str, str, str]
"""Device, name, kind."""


class _Said(NamedTuple):
    """What a sensor said at minute ``heard``. Of two of one minute always the same one counts,
    whichever came first."""

    heard: int
    reachable: bool
    battery: int
    chunk: Chunk


def recorded(
    hours: Hours, first: datetime, last: datetime, *, fridge_since: datetime | None = None
) -> Recorded:
    """The minutes from ``first`` to before ``last``, on Japan's clock. A minute of which no sensor
    told is unknown (HT-07). What a fridge told before ``fridge_since`` is not read: it was reset
    then, or is another one (HT-58).

    Where two reports differ about a minute of one sensor the larger count holds, so that the order
    in which they came does not matter.
    """
    n = max(int((last - first) / MINUTE), 0)
    counts: dict[_Sensor, Counts] = {}
    known: Flags = np.zeros(n, np.bool_)
    doors: Flags = np.zeros(n, np.bool_)
    latest: dict[_Sensor, _Said] = {}
    for hour, parts in sorted(hours.items()):
        begins = int((hour - first) / MINUTE)
        told = (chunk for part in parts for chunk in unpack(part))
        for chunk in filter(None, (_since(chunk, hour, fridge_since) for chunk in told)):
            sensor = (chunk.device, chunk.name, chunk.kind)
            lo = begins + chunk.minute
            a, b = max(lo, 0), min(lo + len(chunk.counts), n)
            if a < b:
                mine = counts.get(sensor)
                if mine is None:
                    mine = counts[sensor] = np.zeros(n, np.int64)
                np.maximum(mine[a:b], chunk.counts[a - lo : b - lo], out=mine[a:b])
                known[a:b] = True
                doors[a:b] |= chunk.kind == "door"
            said = _Said(
                lo + max(len(chunk.counts) - 1, 0), chunk.reachable, chunk.battery or 0, chunk
            )
            if said.heard < n and (sensor not in latest or said[:3] > latest[sensor][:3]):
                latest[sensor] = said
    sensors = [
        Health(
            device,
            name,
            Kind(kind),
            first + said.heard * MINUTE,
            said.chunk.battery,
            said.reachable,
            said.chunk.battery_low,
        )
        for (device, name, kind), said in sorted(latest.items())
    ]
    start = np.datetime64(in_japan(first).replace(tzinfo=None), "m")
    minutes = summed(start, known, ((Kind(kind), mine) for (_, _, kind), mine in counts.items()))
    blind = known & ~doors if minutes.door is not None else None
    return Recorded(replace(minutes, blind=_long(blind)), sensors)


def _since(chunk: Chunk, hour: datetime, reset: datetime | None) -> Chunk | None:
    """What is left of a chunk of the hour that begins at ``hour``, if anything is."""
    if chunk.kind != "fridge" or reset is None:
        return chunk
    gone = ceil((reset - hour) / MINUTE) - chunk.minute
    if gone <= 0:
        return chunk
    if gone >= len(chunk.counts):
        return None
    return chunk._replace(minute=chunk.minute + gone, counts=chunk.counts[gone:])


def _long(blind: Flags | None) -> Flags | None:
    """Stretches of over ten minutes: a door that is told of a little later is not lost."""
    if blind is None:
        return None
    found = np.zeros_like(blind)
    for first, last in runs(blind):
        found[first:last] = last - first > CONNECTED / MINUTE
    return found
