"""The minutes of a home: one grid for all its sensors, and what is not known of it (HT-07)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
MOST = 1_000_000
"""More firings in a minute than this is no reading."""
SHORT_HOLE = 180
"""Minutes without a word that may well be reports that are late: passed over, counted neither as
stillness nor as movement (HT-07)."""


class Kind(StrEnum):
    """What a sensor's value means. All but BED count firings in the minute."""

    MOTION = "motion"
    BATH = "bath"  # motion in the bathroom or at the toilet's door
    DOOR = "door"  # a door that leads out
    FRIDGE = "fridge"
    BED = "bed"  # 0 nobody, more than 0 somebody (or stirs)


class Reading(NamedTuple):
    """One sensor's value for one minute, in the home's local time."""

    minute: np.datetime64
    sensor: str
    value: int


@dataclass(frozen=True, eq=False)
class Minutes:
    """n minutes without a hole, from ``start`` (datetime64[m], the home's local time) on.

    Each array is (n,): firings in the minute, summed over the sensors of a kind, None where the
    home has no such sensor. ``motion`` includes the bathroom and the fridge. ``known`` is False in
    minutes of which nothing arrived: they are never "no movement". ``blind`` is True where other
    sensors told and no door sensor did (None: nowhere): who came or went then is not known.
    """

    start: np.datetime64
    motion: Counts
    known: Flags
    bath: Counts | None = None
    door: Counts | None = None
    fridge: Counts | None = None
    bed: Counts | None = None
    blind: Flags | None = None

    def __len__(self) -> int:
        return len(self.motion)

    @property
    def times(self) -> npt.NDArray[np.datetime64]:
        """The minutes themselves, (n,) datetime64[m]."""
        return self.start + np.arange(len(self))

    @property
    def half_hour(self) -> Counts:
        """Half hour of the day of each minute, (n,) 0 to 47."""
        return self.of_day // 30

    @property
    def of_day(self) -> Counts:
        """Minute of the day of each minute, (n,) 0 to 1439."""
        midnight = self.start.astype("datetime64[D]").astype("datetime64[m]")
        return (np.arange(len(self)) + int((self.start - midnight).astype(int))) % 1440

    @property
    def life(self) -> Flags:
        """(n,): somebody or something moved, at any sensor."""
        door = self.door if self.door is not None else 0
        return (self.motion > 0) | (np.asarray(door) > 0)

    def part(self, first: int, last: int) -> "Minutes":
        """The minutes [first, last)."""
        first = max(first, 0)
        cut = slice(first, last)
        return replace(
            self,
            start=self.start + first,
            motion=self.motion[cut],
            known=self.known[cut],
            bath=None if self.bath is None else self.bath[cut],
            door=None if self.door is None else self.door[cut],
            fridge=None if self.fridge is None else self.fridge[cut],
            bed=None if self.bed is None else self.bed[cut],
            blind=None if self.blind is None else self.blind[cut],
        )


def grid(
    readings: Iterable[Reading], kinds: Mapping[str, Kind], *, every_minute: bool = True
) -> Minutes:
    """Put readings of any order, some of them twice, on one grid.

    ``kinds`` names each sensor's kind. Where two readings of one sensor and minute differ the
    larger one counts, so that the answer does not depend on which came first. With ``every_minute``
    the sensors report each minute, zeros too (HT-07), and a minute without any reading is unknown;
    without, only firings are reported and every minute from the first to the last is known.

    Raises ValueError for no readings, an unknown sensor, and a value that is negative or beyond all
    counting.
    """
    cells: dict[tuple[np.datetime64, str], int] = {}
    for minute, sensor, value in readings:
        if sensor not in kinds:
            raise ValueError(f"sensor {sensor!r} has no kind")
        if not 0 <= value <= MOST:
            raise ValueError(f"{sensor} at {minute}: {value} is no count of firings")
        at = (minute.astype("datetime64[m]"), sensor)
        cells[at] = max(value, cells.get(at, 0))
    if not cells:
        raise ValueError("no readings")
    first = min(minute for minute, _ in cells)
    last = max(minute for minute, _ in cells)
    n = int((last - first).astype(int)) + 1
    counts = {kind: np.zeros(n, np.int64) for kind in kinds.values()}
    known = np.full(n, not every_minute)
    for (minute, sensor), value in cells.items():
        i = int((minute - first).astype(int))
        counts[kinds[sensor]][i] += value
        known[i] = True
    return summed(first, known, counts.items())


def summed(start: np.datetime64, known: Flags, counts: Iterable[tuple[Kind, Counts]]) -> Minutes:
    """Minutes of sensors: the kind of each with its counts, (n,) as ``known``."""
    sums = {kind: np.zeros(len(known), np.int64) for kind in Kind}
    there = set()
    for kind, mine in counts:
        sums[kind] += mine
        there.add(kind)
    return Minutes(
        start=start,
        motion=sums[Kind.MOTION] + sums[Kind.BATH] + sums[Kind.FRIDGE],
        known=known,
        bath=sums[Kind.BATH] if Kind.BATH in there else None,
        door=sums[Kind.DOOR] if Kind.DOOR in there else None,
        fridge=sums[Kind.FRIDGE] if Kind.FRIDGE in there else None,
        bed=sums[Kind.BED] if Kind.BED in there else None,
    )


def gaps(minutes: Minutes, *, longer_than: int = 10) -> list[tuple[int, int]]:
    """Stretches [first, last) of more unknown minutes: no connection (通信断, HT-07)."""
    return [(a, b) for a, b in runs(~minutes.known) if b - a > longer_than]


def runs(flags: Flags) -> list[tuple[int, int]]:
    """Stretches [first, last) in which a flag is up."""
    edge = np.diff(np.concatenate([[0], flags.astype(np.int8), [0]]))
    return list(
        zip(np.flatnonzero(edge == 1).tolist(), np.flatnonzero(edge == -1).tolist(), strict=True)
    )
