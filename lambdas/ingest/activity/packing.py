"""A home's readings as they are kept: a set of small parts for each hour. Plain Python.

What a device reports of an hour is one part. Parts are only ever added to the hour's set, so a
report that comes twice, late or out of order changes nothing that it has not changed already, and
nothing has to be read before it is written: one write for a report of minutes of one hour, however
many sensors there are.
"""

import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from iot.messages.base import minute_of
from iot.messages.sensor import SensorKind, SensorMinutes

RAW = -15
"""Deflate without a header."""
MINUTE = timedelta(minutes=1)


class Chunk(NamedTuple):
    """Some minutes of one sensor inside an hour; ``minute`` (0 to 59) is that of ``counts[0]``."""

    device: str
    name: str
    kind: SensorKind
    minute: int
    counts: list[int]
    battery: int | None
    reachable: bool
    battery_low: bool = False


class Part(NamedTuple):
    """What one report says of the hour (UTC) that begins at ``hour``."""

    hour: datetime
    packed: bytes


Hours = Mapping[datetime, Iterable[bytes]]
"""The parts of each hour (UTC)."""


def pack(
    device: str,
    sensors: Iterable[SensorMinutes],
    allowed: Callable[[SensorKind, datetime], bool] = lambda _kind, _at: True,
) -> list[Part]:
    """A report's parts, hour by hour. Minutes that are not ``allowed`` are left out."""
    hours: dict[datetime, list[Chunk]] = {}
    for sensor in sensors:
        for at, counts in _stretches(sensor, allowed):
            hour = at.replace(minute=0)
            hours.setdefault(hour, []).append(
                Chunk(
                    device,
                    sensor.name,
                    sensor.kind,
                    at.minute,
                    counts,
                    sensor.battery,
                    sensor.reachable,
                    sensor.battery_low,
                )
            )
    return [Part(hour, _packed(device, chunks)) for hour, chunks in sorted(hours.items())]


def unpack(packed: bytes) -> list[Chunk]:
    """The chunks of a part."""
    device, chunks = json.loads(zlib.decompress(packed, RAW))
    return [Chunk(device, *chunk) for chunk in chunks]


def _stretches(
    sensor: SensorMinutes, allowed: Callable[[SensorKind, datetime], bool]
) -> list[tuple[datetime, list[int]]]:
    """First minute (UTC) and counts of each stretch inside one hour; a sensor that counted nothing
    has one that is empty."""
    first = minute_of(sensor.first.astimezone(UTC))
    if not sensor.counts:
        return [(first, [])] if allowed(sensor.kind, first) else []
    found: list[tuple[datetime, list[int]]] = []
    following: datetime | None = None
    for number, count in enumerate(sensor.counts):
        at = first + number * MINUTE
        if not allowed(sensor.kind, at):
            continue
        if at != following or at.minute == 0:
            found.append((at, []))
        found[-1][1].append(count)
        following = at + MINUTE
    return found


def _packed(device: str, chunks: list[Chunk]) -> bytes:
    text = json.dumps([device, [chunk[1:] for chunk in chunks]], separators=(",", ":"))
    squeezer = zlib.compressobj(9, zlib.DEFLATED, RAW)
    return squeezer.compress(text.encode()) + squeezer.flush()
