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
DICTIONARY = (
    ',false,null,true浴室廊下寝室台所","motion",0,"01213","10020","02001",90],["30010",55,"00001",'
    '"01000",80],["00100",100],["ベッド","bed",10,"00000"],["トイレ","bath",10,"00000"],["'
    '冷蔵庫","fridge",10,"00000"],["玄関","door",10,"00000"],["居間","motion",10,"00000"]]]'
).encode()
"""What parts have in common: a part of five minutes is too short to learn it by itself. Never to be
changed: what was packed with it is read with it. Parts from before there was one are read, too."""
MINUTE = timedelta(minutes=1)


class Chunk(NamedTuple):
    """Some minutes of one sensor inside an hour; ``minute`` (0 to 59) is that of ``counts[0]``."""

    device: str
    name: str
    kind: SensorKind
    minute: int
    counts: list[int]
    battery: int | None = None
    reachable: bool = True
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
    unpacked = zlib.decompressobj(RAW, zdict=DICTIONARY)
    device, chunks = json.loads(unpacked.decompress(packed) + unpacked.flush())
    return [
        Chunk(device, name, kind, minute, [int(count) for count in counts], *more)
        for name, kind, minute, counts, *more in chunks
    ]


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
    said = [device, [_short(chunk) for chunk in chunks]]
    text = json.dumps(said, separators=(",", ":"), ensure_ascii=False)
    squeezer = zlib.compressobj(9, zlib.DEFLATED, RAW, zdict=DICTIONARY)
    return squeezer.compress(text.encode()) + squeezer.flush()


def _short(chunk: Chunk) -> list[object]:
    """A chunk without its device and what is as usual at its end; counts of one digit as a text."""
    few = max(chunk.counts, default=0) < 10
    counts = "".join(map(str, chunk.counts)) if few else chunk.counts
    kept: list[object] = [*chunk[1:4], counts, *chunk[5:]]
    usual: list[object] = [None, True, False]
    while len(kept) > 4 and kept[-1] is usual[len(kept) - 5]:
        kept.pop()
    return kept
