"""Homes made by seed, with truth: what the sensor agent simulates and `bench.activity` measures on.

A person's day is a list of spells (asleep, still, busy, washing, out), each with a room; sensors
answer to spells, and what breaks sensors (a cat, a robot, missed firings, a dead battery, outages)
is laid on top. Nothing here is taken from a recorded home.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

DAY = 1440
AWAY, ASLEEP, STILL, BUSY, WASHING = range(5)
LIVING, KITCHEN, BATH, BED, HALL, OUTSIDE = range(6)
ROOMS = ("living", "kitchen", "bath", "bed", "hall")
BEGIN = np.datetime64("2026-04-06T00:00", "m")

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Family:
    """How the people of one home live, and what watches them. Times are hours of the day."""

    name: str
    bed: float = 23.0
    bed_sd: float = 0.6
    hours: float = 7.8
    hours_sd: float = 0.7
    shifts: tuple[float, ...] = ()  # hours added to bedtime, one a day, in turns
    outings: float = 1.2  # a day
    outing_hours: float = 2.5
    works: float = 0.0  # share of days at work, 9 to 18 or so
    still: float = 0.5  # share of waking time at home spent sitting
    still_minutes: float = 60.0
    naps: float = 0.0  # a day
    visits: float = 1.2  # to the bathroom, a night
    people: int = 1
    journey: tuple[int, int] | None = None  # away from day, for days
    carer: float | None = None  # comes at this hour
    bedridden: bool = False
    contact: bool = False  # contacts on doors and cupboards only, no motion sensor
    rooms: tuple[int, ...] = (LIVING, KITCHEN, BATH, BED, HALL)
    door: bool = True
    fidget: float = 0.08  # firings a minute of one who sits
    turn: float = 0.006  # firings a minute of one who sleeps
    cat: float = 0.0  # stray firings a minute
    robot: float | None = None  # cleans at this hour
    missed: float = 0.0  # share of passages the door sensor misses
    glances: float = 0.7  # the door opened without leaving, a day
    door_dead: float | None = None  # from this share of the days on
    outages: int = 0  # of twelve hours, each a gap in the record
    silences: int = 0  # of twelve hours, unmarked: all sensors read nothing
    change: tuple[int, float] | None = None  # from this day on, hours more of sleep


@dataclass(frozen=True, eq=False)
class Home:
    """A record and its truth; all arrays have one element a minute.

    ``sensors`` names each sensor's kind and counts; ``known`` is False where nothing arrived;
    ``label`` is "home", "sleep" or "away"; ``visits``: first minutes of bathroom
    visits at night.
    """

    family: Family
    minute: npt.NDArray[np.datetime64]
    sensors: dict[str, tuple[str, Counts]]
    known: npt.NDArray[np.bool_]
    label: npt.NDArray[np.str_]
    visits: Counts

    def total(self, kind: str) -> Counts:
        """Counts of all sensors of one kind by the minute."""
        found = np.zeros(len(self.minute), np.int64)
        for of, counts in self.sensors.values():
            if of == kind:
                found += counts
        return found


def simulate(family: Family, seed: int, days: int = 28) -> Home:
    """One home of a family, always the same by seed."""
    rng = np.random.default_rng(seed)
    family = _person(family, rng)
    n = days * DAY
    lives = [_live(family, rng, days, second=bool(i)) for i in range(family.people)]
    doing = np.stack([life[0] for life in lives])
    room = np.stack([life[1] for life in lives])
    visits = np.flatnonzero(
        np.diff((room == BATH).any(0) & (doing == ASLEEP).any(0), prepend=0) > 0
    )
    label = np.full(n, "home", "<U5")
    label[((doing == ASLEEP) | (doing == AWAY)).all(0)] = "sleep"
    label[(doing == AWAY).all(0)] = "away"
    counts = _motion(family, rng, doing, room)
    door = _door(family, rng, doing)
    if family.carer is not None:
        _carer(family, rng, counts, door, label)
    _strays(family, rng, counts)
    fridge = ((room == KITCHEN).any(0) & (rng.random(n) < 0.12)).astype(np.int64)
    known = np.ones(n, np.bool_)
    door[(door > 0) & (rng.random(n) < family.missed)] = 0
    if family.door_dead is not None:
        door[int(n * family.door_dead) :] = 0
    for _ in range(family.outages):
        start = int(rng.integers(DAY, n - DAY))
        known[start : start + 720] = False
    for _ in range(family.silences):
        start = int(rng.integers(DAY, n - DAY))
        for one in (*counts, door, fridge):
            one[start : start + 720] = 0
    sensors = {ROOMS[r]: ("bath" if r == BATH else "motion", counts[r]) for r in family.rooms}
    if family.door:
        sensors["front"] = ("door", door)
    if KITCHEN in family.rooms:
        sensors["fridge"] = ("fridge", fridge)
    return Home(family, BEGIN + np.arange(n), sensors, known, label, visits)


def _person(family: Family, rng: np.random.Generator) -> Family:
    """People of one family differ: in hours, restlessness, how well sensors see them."""
    return replace(
        family,
        bed=family.bed + rng.normal(0, 0.6),
        hours=family.hours + rng.normal(0, 0.4),
        still=float(np.clip(family.still + rng.normal(0, 0.1), 0.1, 0.9)),
        fidget=family.fidget * float(np.exp(rng.normal(0, 0.5))),
        turn=family.turn * float(np.exp(rng.normal(0, 0.5))),
        cat=max(family.cat, float(rng.uniform(0, 0.002))),
        outings=family.outings * float(np.exp(rng.normal(0, 0.2))),
    )


def _live(
    family: Family, rng: np.random.Generator, days: int, second: bool
) -> tuple[Counts, Counts]:
    """What one person does, and in which room, by the minute."""
    n = days * DAY
    doing, room = np.full(n, STILL), np.full(n, LIVING)
    nights = _nights(family, rng, days)
    for (_, up), (bed, _) in itertools.pairwise(nights):
        _day(family, rng, doing, room, up, bed)
    for bed, up in nights:
        lo, hi = max(bed, 0), min(up, n)
        if lo < hi:
            _sleep(family, rng, doing, room, lo, hi)
    if family.bedridden:
        waking = (doing != ASLEEP) & (doing != AWAY)
        room[waking & (rng.random(n) < 0.9)] = BED
        doing[waking & (doing == BUSY) & (rng.random(n) < 0.8)] = STILL
    if family.journey and not second:
        first = family.journey[0] * DAY + int(rng.integers(540, 1000))
        last = min(first + family.journey[1] * DAY, n)
        doing[first:last], room[first:last] = AWAY, OUTSIDE
    return doing, room


def _nights(family: Family, rng: np.random.Generator, days: int) -> list[tuple[int, int]]:
    nights = []
    for day in range(-1, days + 1):
        shift = family.shifts[day % len(family.shifts)] if family.shifts else 0.0
        bed = family.bed + shift + rng.normal(0, family.bed_sd)
        hours = family.hours + rng.normal(0, family.hours_sd)
        if family.change and day >= family.change[0]:
            hours += family.change[1]
        start = int((day * 24 + bed) * 60)
        nights.append((start, start + int(max(hours, 2.5) * 60)))
    free = 90  # never two nights in one
    return [
        (max(bed, nights[i - 1][1] + free) if i else bed, up) for i, (bed, up) in enumerate(nights)
    ]


def _sleep(
    family: Family, rng: np.random.Generator, doing: Counts, room: Counts, lo: int, hi: int
) -> None:
    doing[lo:hi], room[lo:hi] = ASLEEP, BED
    for _ in range(rng.poisson(family.visits)):
        if hi - lo > 90:
            at = int(rng.integers(lo + 40, hi - 40))
            room[at : at + int(rng.integers(2, 8))] = BATH


def _day(
    family: Family, rng: np.random.Generator, doing: Counts, room: Counts, up: int, bed: int
) -> None:
    """Spells from rising to bedtime."""
    n = len(doing)
    wanted = rng.poisson(family.outings)
    works = rng.random() < family.works
    leaves = sorted(rng.uniform(up + 90, max(bed - 120, up + 91), wanted)) if not works else []
    if works:
        leaves = [up + rng.uniform(50, 110)]
        if rng.random() < 0.2:
            leaves.append(bed - 150)
    naps = sorted(rng.uniform(up + 240, max(bed - 240, up + 241), rng.poisson(family.naps)))
    at = up
    while at < bed:
        if leaves and at >= leaves[0]:
            leaves.pop(0)
            long = 540 if works and at < up + 240 else family.outing_hours * 60
            minutes, what, where = long * np.exp(rng.normal(0, 0.5)), AWAY, OUTSIDE
            if works and long == 540:
                minutes = rng.normal(560, 50)
            minutes = min(minutes, bed - 20 - at)
        elif naps and at >= naps[0]:
            naps.pop(0)
            minutes, what, where = rng.uniform(40, 120), ASLEEP, BED
        elif at < up + 20 or at > bed - 15 or rng.random() < 0.12:
            minutes, what, where = rng.uniform(3, 12), WASHING, BATH
        elif rng.random() < family.still:
            minutes, what, where = rng.exponential(family.still_minutes) + 5, STILL, LIVING
        else:
            minutes, what, where = rng.uniform(5, 40), BUSY, int(rng.choice([KITCHEN, LIVING]))
        stop = int(min(at + max(minutes, 2), bed, leaves[0] if leaves and what != AWAY else bed))
        lo, hi = max(at, 0), min(max(stop, at + 2), n)
        if lo < hi:
            doing[lo:hi], room[lo:hi] = what, where
            if what == BUSY:
                walk = rng.random(hi - lo) < 0.2
                room[lo:hi][walk] = rng.choice([KITCHEN, LIVING, HALL, BED], int(walk.sum()))
        at = max(stop, at + 2)


def _motion(family: Family, rng: np.random.Generator, doing: Counts, room: Counts) -> list[Counts]:
    """Firings of each room's sensor."""
    n = doing.shape[1]
    counts: list[Counts] = [np.zeros(n, np.int64) for _ in ROOMS]
    for acts, rooms in zip(doing, room, strict=True):
        moved = np.diff(rooms, prepend=rooms[0]) != 0
        came = np.diff((acts == AWAY).astype(int), prepend=0) == -1
        goes = np.diff((acts == AWAY).astype(int), append=0) == 1
        busy = (acts == BUSY) | (acts == WASHING) | ((acts == ASLEEP) & (rooms == BATH))
        mood = np.repeat(rng.gamma(0.6, 1 / 0.6, n // 20 + 1), 20)[:n]  # some hours sit stiller
        for r in range(len(ROOMS)):
            here = (rooms == r) & (acts != AWAY)
            if family.contact:
                chance = np.where(busy & (r in (KITCHEN, BATH)), 0.22, 0.0)
                chance = np.where((acts == BUSY) & (r == LIVING), 0.03, chance)
                chance = np.where(acts == STILL, 0.004, chance)
                chance = np.where(acts == ASLEEP, 0.0, chance)
                chance = np.where(moved & (r in (BATH, BED, KITCHEN)), 0.75, chance)
                mean = np.full(n, 1.5)
            else:
                chance = np.where(busy, 0.75, 0.0)
                chance = np.where(acts == STILL, np.minimum(family.fidget * mood, 0.6), chance)
                chance = np.where((acts == ASLEEP) & (rooms == BED), family.turn * mood, chance)
                chance = np.where((acts == ASLEEP) & (rooms == BATH), 0.8, chance)
                chance = np.where(moved, 0.9, chance)
                mean = np.where(busy | moved, 2.0, 0.3)
            many = 1 + rng.poisson(mean)
            fired = here & (rng.random(n) < chance)
            counts[r][fired] += many[fired]
        for mark in (came, goes):
            seen = mark & (rng.random(n) < (0.4 if family.contact else 0.9))
            counts[HALL] += np.where(seen, 1 + rng.poisson(1.0, n), 0)
    return counts


def _door(family: Family, rng: np.random.Generator, doing: Counts) -> Counts:
    n = doing.shape[1]
    door = np.zeros(n, np.int64)
    for acts in doing:
        for at in np.flatnonzero(np.diff((acts == AWAY).astype(int))):
            door[at + int(rng.integers(0, 2))] += 1 + int(rng.integers(0, 3))
    awake = (doing == BUSY).any(0)
    door[awake & (rng.random(n) < family.glances / max(awake.mean() * DAY, 1))] += 2
    return door


def _carer(
    family: Family,
    rng: np.random.Generator,
    counts: list[Counts],
    door: Counts,
    label: npt.NDArray[np.str_],
) -> None:
    """A carer comes in, works for most of an hour and goes."""
    assert family.carer is not None
    n = len(door)
    for day in range(n // DAY):
        at = int((day * 24 + family.carer) * 60 + rng.normal(0, 10))
        stop = at + int(rng.uniform(30, 60))
        if at < 0 or stop >= n or label[at] == "away":
            continue
        door[[at, stop]] += 2
        label[at:stop] = "home"
        for r in (KITCHEN, BED, BATH):
            counts[r][at:stop] += rng.poisson(0.8, stop - at)


def _strays(family: Family, rng: np.random.Generator, counts: list[Counts]) -> None:
    n = len(counts[0])
    stray = rng.random(n) < family.cat
    where = rng.choice(family.rooms, n)
    for r in family.rooms:
        counts[r] += (stray & (where == r)).astype(np.int64)
    if family.robot is not None:
        for day in range(n // DAY):
            at = int((day * 24 + family.robot) * 60 + rng.normal(0, 3))
            for r in set(family.rooms) - {BATH}:
                counts[r][at : at + 40] += rng.poisson(0.25, len(counts[r][at : at + 40]))


PIR = Family(name="retired, motion sensors")
FAMILIES: tuple[Family, ...] = (
    PIR,
    Family(name="worker, contacts only", contact=True, works=0.7, outings=0.6, hours=8.5, bed=23.5),
    Family(name="worker, late", works=0.7, bed=25.5, bed_sd=1.0, hours=8.0, outings=0.8),
    Family(name="retired, contacts only", contact=True, outings=0.9, glances=1.5),
    Family(name="shift worker", works=0.6, shifts=(0, 0, 0, 0, 9, 9, 9, 9), bed_sd=0.5),
    Family(name="naps", naps=1.3, hours=6.5, still=0.6),
    Family(name="bed-ridden, carer", bedridden=True, carer=10.0, outings=0.03, hours=8.5, naps=1.5),
    Family(name="two weeks away", journey=(9, 14)),
    Family(name="carer daily", carer=10.5, outings=0.4, still=0.7),
    Family(name="two people", people=2, works=0.3),
    Family(name="sits still", still=0.85, fidget=0.03, still_minutes=120, outings=0.8),
    Family(name="early bird, restless", bed=20.5, hours=8.0, turn=0.03, visits=3.0),
    Family(name="irregular", bed=24.0, bed_sd=1.6, hours_sd=1.5, outings=1.5),
    Family(name="busy door", glances=12.0, outings=2.0),
    Family(name="few sensors", rooms=(KITCHEN, BATH), outings=1.0),
    Family(name="cat, every 100 min", cat=0.01),
    Family(name="cat, every 20 min", cat=0.05),
    Family(name="contacts, stray every 20 min", contact=True, works=0.6, cat=0.05, bed=23.5),
    Family(name="robot vacuum", robot=11.0, works=0.5),
    Family(name="1 passage in 20 missed", missed=0.05, works=0.3),
    Family(name="1 passage in 5 missed", missed=0.2, works=0.3),
    Family(name="door battery dead", door_dead=0.67, works=0.3),
    Family(name="door dead, contacts only", door_dead=0.67, works=0.6, contact=True),
    Family(name="outages of 12 h", outages=5),
    Family(name="silences of 12 h", silences=5, works=0.3),
)
ONE_SENSOR: tuple[Family, ...] = tuple(
    Family(name=f"{ROOMS[r]} alone", rooms=(r,), door=False) for r in (LIVING, BED, KITCHEN)
)


def homes(families: Sequence[Family], seeds: Sequence[int], days: int = 28) -> list[Home]:
    """Every family by every seed."""
    return [
        simulate(family, 1000 * seed + i, days)
        for i, family in enumerate(families)
        for seed in seeds
    ]
