"""`python -m bench.activity [FILE.csv] [--json] [--predictions OUT.csv]`: at home, asleep, away?

FILE has one row a minute: `minute,activity,door,fridge[,label]` (door and fridge may be missing, an
empty cell is a minute of which nothing is known; label is home, sleep or away). `--events` takes
rows of `minute,sensor,value` instead; a fourth column `kind` or `--kind SENSOR=KIND` says what each
sensor is (motion, bath, door, fridge, bed), and `--labels` takes a file `minute,label`.

Printed are the minute-level F1 of sleep and away, after the fact and as said at the time, and the
mean nightly error, with the clock, Cole-Kripke and quiet-and-merge beside them in the same run. No
label is used but for the score. Without FILE the same is done on simulated homes (iot/homes.py),
with a table of changes told and not told, night visits, one sensor alone, and speed. `--choose`
chooses settings on families of homes and scores them on the others.
"""

import argparse
import csv
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from bench import quiet
from iot import homes
from lambdas.ingest.activity.baseline import changes
from lambdas.ingest.activity.causal import said_at_the_time
from lambdas.ingest.activity.household import STANDARD, Settings
from lambdas.ingest.activity.minutes import Kind, Minutes, Reading, grid, runs, summed
from lambdas.ingest.activity.noise import estimate
from lambdas.ingest.activity.sleep import bouts, nights
from lambdas.ingest.activity.summary import days, roll_up
from lambdas.ingest.activity.timeline import State, States, Timeline, after_the_fact
from lambdas.ingest.activity.visits import visits

Job = TypeVar("Job")
Result = TypeVar("Result")
Labels = npt.NDArray[np.str_]
NAMES = np.array(["home", "sleep", "away", "unknown"])
CODES = {"home": State.HOME, "sleep": State.SLEEP, "away": State.AWAY}
SEEDS = (11, 12)
RARE = 0.03
"""Of what is rarer than this in a home no F1 is taken into a mean: one stay would decide it."""
COLUMNS = {"activity": Kind.MOTION, "door": Kind.DOOR, "fridge": Kind.FRIDGE}


class Record(NamedTuple):
    """A home's minutes and, where there is one, the truth: (n,) names, "" where not labelled."""

    minutes: Minutes
    label: Labels | None


class Unreadable(Exception):
    """A file that is no record, and why."""


def read(path: Path) -> Record:
    """One row a minute, the columns named in the first line."""
    readings: list[Reading] = []
    label: dict[np.datetime64, str] = {}
    with path.open(newline="") as file:
        rows = csv.DictReader(file)
        columns = [column for column in COLUMNS if column in (rows.fieldnames or ())]
        if "minute" not in (rows.fieldnames or ()) or "activity" not in columns:
            raise Unreadable(f"{path}: the first line must name minute and activity")
        for number, row in enumerate(rows, 2):
            minute = _minute(path, number, row["minute"])
            for column in columns:
                if row[column]:
                    readings.append(Reading(minute, column, _count(path, number, row[column])))
            if row.get("label"):
                label[minute] = row["label"]
    minutes = _grid(path, readings, {c: COLUMNS[c] for c in columns}, every_minute=True)
    if minutes.fridge is not None:  # whether or not the activity holds the fridge already
        minutes = replace(
            minutes, motion=np.maximum(minutes.motion - minutes.fridge, minutes.fridge)
        )
    return Record(minutes, _labels(minutes, label))


def read_events(path: Path, kinds: dict[str, Kind], labels: Path | None) -> Record:
    """One row a reading. Where fewer than half of the minutes have one, only firings are told."""
    readings: list[Reading] = []
    kinds = dict(kinds)
    label: dict[np.datetime64, str] = {}
    with path.open(newline="") as file:
        rows = csv.DictReader(file)
        if not {"minute", "sensor", "value"} <= set(rows.fieldnames or ()):
            raise Unreadable(f"{path}: the first line must name minute, sensor and value")
        for number, row in enumerate(rows, 2):
            minute = _minute(path, number, row["minute"])
            if row.get("kind"):
                kinds.setdefault(row["sensor"], _kind(row["kind"]))
            if row.get("label"):
                label[minute] = row["label"]
            value = _count(path, number, row["value"])
            readings.append(Reading(minute, row["sensor"], value))
    if labels:
        with labels.open(newline="") as file:
            for number, row in enumerate(csv.DictReader(file), 2):
                label[_minute(labels, number, row["minute"])] = row["label"]
    at = {reading.minute for reading in readings}
    dense = bool(at) and len(at) > 0.5 * int((max(at) - min(at)).astype(int))
    minutes = _grid(path, readings, kinds, every_minute=dense)
    return Record(minutes, _labels(minutes, label))


def _grid(
    path: Path, readings: list[Reading], kinds: dict[str, Kind], *, every_minute: bool
) -> Minutes:
    try:
        return grid(readings, kinds, every_minute=every_minute)
    except ValueError as error:
        raise Unreadable(f"{path}: {error}") from error


def _minute(path: Path, number: int, text: str) -> np.datetime64:
    try:
        return np.datetime64(text.replace(" ", "T"), "m")
    except ValueError as error:
        raise Unreadable(f"{path}, line {number}: {text!r} is no minute") from error


def _count(path: Path, number: int, text: str) -> int:
    try:
        return int(float(text))
    except ValueError as error:
        raise Unreadable(f"{path}, line {number}: {text!r} is no number") from error


def _kind(text: str) -> Kind:
    try:
        return Kind(text)
    except ValueError as error:
        raise Unreadable(f"{text!r} is no kind of sensor: {', '.join(Kind)}") from error


def _labels(minutes: Minutes, label: dict[np.datetime64, str]) -> Labels | None:
    return np.array([label.get(at, "") for at in minutes.times]) if label else None


def of_home(home: homes.Home) -> Record:
    """A simulated home's record; what happened in a gap has no label."""
    counts = [(Kind(kind), mine * home.known) for kind, mine in home.sensors.values()]
    minutes = summed(home.minute[0], home.known, counts)
    return Record(minutes, np.where(home.known, home.label, ""))


@dataclass(frozen=True)
class Score:
    """F1 of sleep and away by the minute (None where too rare), mean nightly error in minutes,
    longest wrong "away" in minutes."""

    sleep: float | None
    away: float | None
    night: float | None
    wrong_away: int


def score(state: States, record: Record) -> Score:
    """How well a state for each minute fits the labels."""
    assert record.label is not None
    told, truth = NAMES[state], record.label
    labelled = truth != ""
    wrong = (told == "away") & (truth != "away") & labelled
    return Score(
        _f1(told[labelled], truth[labelled], "sleep"),
        _f1(told[labelled], truth[labelled], "away"),
        _nightly(told, truth, record.minutes),
        max((b - a for a, b in runs(wrong)), default=0),
    )


def _f1(told: Labels, truth: Labels, what: str) -> float | None:
    if not len(truth) or (truth == what).mean() < RARE:
        return None
    both = int(((told == what) & (truth == what)).sum())
    return 2 * both / int((told == what).sum() + (truth == what).sum())


def _nightly(told: Labels, truth: Labels, minutes: Minutes) -> float | None:
    night = (np.arange(len(minutes)) + int(minutes.of_day[0]) + 720) // 1440
    errors = []
    for one in np.unique(night):
        mine = (night == one) & (truth != "")
        if mine.sum() >= 1200:
            errors.append(
                abs(int((told[mine] == "sleep").sum()) - int((truth[mine] == "sleep").sum()))
            )
    return float(np.mean(errors)) if errors else None


METHODS: dict[str, Callable[[Minutes], States]] = {
    "clock 23-07": quiet.clock,
    "Cole-Kripke": quiet.cole_kripke,
    "quiet-and-merge": quiet.quiet_and_merge,
    "at the time: a rule": quiet.rule_at_the_time,
}


def scores(record: Record, after: Timeline, then: States) -> dict[str, Score]:
    """Ours and the peers' scores on one record."""
    ours = {
        "Mimamori, after the fact": score(after.state, record),
        "Mimamori, at the time": score(then, record),
    }
    return ours | {name: score(method(record.minutes), record) for name, method in METHODS.items()}


def number(value: float | None, form: str = ".3f") -> str:
    """A figure for a table, a dash for none."""
    return "-" if value is None else f"{value:{form}}".replace("0.", ".", 1).replace("1.000", "1.0")


def table(found: dict[str, Score]) -> str:
    """One line a method."""
    lines = [f"{'':28s}{'sleep':>8s}{'away':>8s}{'night, min':>12s}{'longest wrong away':>20s}"]
    for name, one in found.items():
        night = "-" if one.night is None else f"{one.night:.0f}"
        lines.append(
            f"{name:28s}{number(one.sleep):>8s}{number(one.away):>8s}{night:>12s}"
            f"{one.wrong_away:>17d} min"
        )
    return "\n".join(lines)


def write_predictions(path: Path, minutes: Minutes, after: States, then: States) -> None:
    """`minute,state,state_at_the_time`, one row a minute."""
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["minute", "state", "state_at_the_time"])
        for at, known_after, known_then in zip(minutes.times, after, then, strict=True):
            out.writerow([str(at).replace("T", " ") + ":00", NAMES[known_after], NAMES[known_then]])


# --- simulated homes


def family_scores(job: tuple[homes.Family, int, Settings]) -> tuple[str, dict[str, Score]]:
    """All scores of one simulated home."""
    family, seed, settings = job
    record = of_home(homes.simulate(family, seed))
    after = after_the_fact(record.minutes, settings)
    return family.name, scores(record, after, said_at_the_time(record.minutes, settings))


def everywhere(work: Callable[[Job], Result], jobs: Iterable[Job]) -> list[Result]:
    """Results of all jobs in their order, on all cores."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(work, jobs))


def mean(values: Iterable[float | None]) -> float | None:
    """Mean of those that are there."""
    there = [value for value in values if value is not None]
    return float(np.mean(there)) if there else None


COMPARED = (
    "Mimamori, after the fact",
    "Mimamori, at the time",
    "clock 23-07",
    "Cole-Kripke",
    "quiet-and-merge",
)


def family_table(found: list[tuple[str, dict[str, Score]]]) -> list[dict[str, Any]]:
    """Means by family: sleep and away of each method."""
    rows = []
    for name in dict.fromkeys(name for name, _ in found):
        mine = [one for family, one in found if family == name]
        row: dict[str, Any] = {"family": name}
        for method in COMPARED:
            row[method] = (
                mean(one[method].sleep for one in mine),
                mean(one[method].away for one in mine),
            )
        row["night"] = mean(one[COMPARED[0]].night for one in mine)
        row["wrong away"] = max(one[COMPARED[1]].wrong_away for one in mine)
        rows.append(row)
    return rows


def print_families(rows: list[dict[str, Any]]) -> None:
    """Sleep/away of ours after the fact and at the time, and of the peers."""
    short = ("after", "then", "clock", "Cole-Kripke", "quiet-merge")
    print(f"{'F1 sleep/away':32s}" + "".join(f"{name:>14s}" for name in short) + f"{'night':>7s}")
    for row in rows:
        cells = [f"{number(a)}/{number(b)}" for a, b in (row[method] for method in COMPARED)]
        night = "-" if row["night"] is None else f"{row['night']:.0f}"
        print(f"{row['family']:32s}" + "".join(f"{cell:>14s}" for cell in cells) + f"{night:>7s}")
    sums = []
    for method in COMPARED:
        pair = [[row[method][i] for row in rows if row[method][i] is not None] for i in (0, 1)]
        sums.append((number(mean(pair[0])), number(mean(pair[1])), pair))
    print(f"{'mean':32s}" + "".join(f"{a + '/' + b:>14s}" for a, b, _ in sums))
    least = [f"{number(min(pair[0]))}/{number(min(pair[1]))}" for _, _, pair in sums]
    print(f"{'least':32s}" + "".join(f"{cell:>14s}" for cell in least))


# --- changes


class Sleeper(NamedTuple):
    """How a person's sleep varies, and how well it is estimated: standard deviations, minutes."""

    name: str
    night: float
    estimate: float


SLEEPERS = (
    Sleeper("steady", 22, 41),
    Sleeper("ordinary", 50, 40),
    Sleeper("irregular", 75, 65),
)
LONG, BEFORE, PEOPLE, HOURS_LESS = 100, 42, 200, 120


def told_changes(sleeper: Sleeper, seed: int = 7, people: int = PEOPLE) -> dict[str, float]:
    """False words in 50 person-days without a change; share of changes of two hours told within
    one, three and seven nights, with six weeks behind."""
    rng = np.random.default_rng(seed)
    sds = np.full(LONG, sleeper.estimate)
    false, prompt = 0, {1: 0, 3: 0, 7: 0}
    for _ in range(people):
        values = 440 + rng.normal(0, sleeper.night, LONG) + rng.normal(0, sleeper.estimate, LONG)
        false += len(changes(values, sds))
        values[BEFORE:] -= HOURS_LESS
        at = [i for i, found in changes(values, sds) if i >= BEFORE and found.difference < 0]
        for within in prompt:
            prompt[within] += bool(at) and at[0] < BEFORE + within
    share = {f"within {n}": count / people for n, count in prompt.items()}
    return {"false in 50": false * 50 / (people * LONG)} | share


def home_changes(seed: int) -> tuple[bool, int]:
    """Through the whole chain: sleeps two hours less from day 35 on. Told within three nights of it
    (by the third full night), and false words before."""
    family = replace(homes.PIR, name="two hours less", bed_sd=0.3, hours_sd=0.35, change=(35, -2.0))
    record = of_home(homes.simulate(family, seed, days=42))
    after = after_the_fact(record.minutes)
    found = nights(
        bouts(after.state, after.probability, State.SLEEP),
        record.minutes.start,
        record.minutes.known,
    )
    whole = [night for night in found if night.known >= 1200]
    first = next(
        i for i, night in enumerate(whole) if night.day > homes.BEGIN.astype("datetime64[D]") + 35
    )
    values = np.array([float(night.asleep) for night in whole])
    at = [i for i, _ in changes(values, np.array([night.sd for night in whole]))]
    return any(first <= i < first + 3 for i in at), sum(i < first for i in at)


# --- visits, one sensor, errors beside their standard deviation, speed


def found_visits(seed: int) -> tuple[int, int, int]:
    """Night visits that were there, found, and right among these, in one home of ordinary kind."""
    home = homes.simulate(homes.PIR, seed)
    record = of_home(home)
    after = after_the_fact(record.minutes)
    slept = bouts(after.state, after.probability, State.SLEEP)
    stray = estimate(record.minutes.motion, record.minutes.known, np.zeros((0, 2), np.int64)).rate
    found = visits(record.minutes, slept, stray=stray) or []
    right = sum(any(v.first - 3 <= at <= v.last + 3 for v in found) for at in home.visits)
    return len(home.visits), len(found), right


def sleep_errors(job: tuple[homes.Family, int]) -> list[tuple[float, float]]:
    """Nightly error and its stated standard deviation, minutes, of one home."""
    family, seed = job
    record = of_home(homes.simulate(family, seed))
    assert record.label is not None
    after = after_the_fact(record.minutes)
    minutes = record.minutes
    night = (np.arange(len(minutes)) + int(minutes.of_day[0]) + 720) // 1440
    offset = night[0]
    slept = nights(bouts(after.state, after.probability, State.SLEEP), minutes.start, minutes.known)
    found: list[tuple[float, float]] = []
    for i, one in enumerate(slept):
        truth = int((record.label[night == offset + i] == "sleep").sum())
        if one.known == 1440:
            found.append((one.asleep - truth, one.sd))
    return found


def speed() -> dict[str, float]:
    """Seconds of processor time: a month learned and smoothed, a night's refit and a day followed,
    a year's days summed up."""
    record = of_home(homes.simulate(homes.PIR, 1))
    begin = time.process_time()
    after_the_fact(record.minutes)
    month = time.process_time() - begin
    begin = time.process_time()
    said_at_the_time(record.minutes)
    replay = time.process_time() - begin
    year = of_home(homes.simulate(homes.PIR, 1, days=364)).minutes
    learned = after_the_fact(record.minutes).parameters
    begin = time.process_time()
    whole = after_the_fact(year, learned=learned)
    states = time.process_time() - begin
    begin = time.process_time()
    roll_up(days(whole))
    return {
        "a month learned and told": month,
        "a month replayed, 27 nightly refits": replay,
        "a year told with learned parameters": states,
        "a year summed up": time.process_time() - begin,
    }


# --- choosing settings


GRID = {"clock": (1 / 25, 1 / 40, 1 / 60), "nap": (1 / 2000, 1 / 4000), "wakes": (1 / 240, 1 / 320)}


def choose() -> None:
    """For each third of the families: the settings that are best on the others, scored on it."""
    options = [
        replace(STANDARD, **dict(zip(GRID, values, strict=True)))  # type: ignore[arg-type]
        for values in product(*GRID.values())
    ]
    families = homes.FAMILIES
    jobs = [(family, SEEDS[0] + 50, option) for option in options for family in families]
    flat = everywhere(worth, jobs)
    worths = np.array(flat).reshape(len(options), len(families))
    held_out = []
    for fold in range(3):
        out = np.arange(len(families)) % 3 == fold
        best = int(worths[:, ~out].mean(axis=1).argmax())
        held_out.extend(worths[best, out])
        chosen = {key: f"1/{1 / getattr(options[best], key):.0f}" for key in GRID}
        print(f"chosen without third {fold + 1}: {chosen}, there {worths[best, out].mean():.4f}")
    print(f"held out {np.mean(held_out):.4f}, best on all {worths.mean(axis=1).max():.4f}")


def worth(job: tuple[homes.Family, int, Settings]) -> float:
    """Mean F1 of sleep and away after the fact, one simulated home of three weeks."""
    family, seed, settings = job
    record = of_home(homes.simulate(family, seed, days=21))
    found = score(after_the_fact(record.minutes, settings).state, record)
    return mean([found.sleep, found.away]) or 0.0


def simulated(*, as_json: bool) -> None:
    """All tables on simulated homes."""
    families = homes.FAMILIES + homes.ONE_SENSOR
    jobs = [
        (family, 100 * seed + i, STANDARD) for i, family in enumerate(families) for seed in SEEDS
    ]
    rows = family_table(everywhere(family_scores, jobs))
    told = {sleeper.name: told_changes(sleeper) for sleeper in SLEEPERS}
    through = everywhere(home_changes, range(20))
    seen = np.array(everywhere(found_visits, range(30, 36))).sum(axis=0)
    some = [family for family in homes.FAMILIES if not family.door_dead and not family.silences]
    errors = np.array(
        [pair for pairs in everywhere(sleep_errors, [(f, 77) for f in some]) for pair in pairs]
    )
    within = (np.abs(errors[:, 0]) <= errors[:, 1]).mean()
    within_two = (np.abs(errors[:, 0]) <= 2 * errors[:, 1]).mean()
    quick = speed()
    if as_json:
        print(json.dumps({"families": rows, "changes": told, "speed": quick}, ensure_ascii=False))
        return
    print_families(rows)
    print(f"\n{'two hours less':16s}{'false in 50 days':>18s}{'1 night':>9s}{'3':>7s}{'7':>7s}")
    for name, one in told.items():
        print(
            f"{name:16s}{one['false in 50']:>18.2f}{one['within 1']:>9.2f}"
            f"{one['within 3']:>7.2f}{one['within 7']:>7.2f}"
        )
    print(
        f"through the whole chain, steady: {sum(a for a, _ in through)} of {len(through)} told"
        f" within three nights, {sum(b for _, b in through)} false in {len(through) * 35} days"
    )
    print(f"night visits: {seen[0]} made, {seen[1]} found, {seen[2]} of those made")
    print(
        f"nightly error within 1 sd: {within:.2f} (of 0.68), within 2: {within_two:.2f} (of 0.95)"
    )
    for name, seconds in quick.items():
        print(f"{name}: {seconds * 1000:.0f} ms")


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.activity", description=__doc__)
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE.csv")
    parser.add_argument("--events", type=Path, metavar="FILE.csv")
    parser.add_argument("--kind", action="append", default=[], metavar="SENSOR=KIND")
    parser.add_argument("--labels", type=Path, metavar="FILE.csv")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--predictions", type=Path, metavar="OUT.csv")
    parser.add_argument("--choose", action="store_true")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the bench; 2 for a file that cannot be read."""
    args = arguments(argv)
    if args.choose:
        choose()
        return 0
    if not args.file and not args.events:
        simulated(as_json=args.json)
        return 0
    try:
        if args.events:
            pairs = (one.partition("=") for one in args.kind)
            kinds = {sensor: _kind(kind) for sensor, _, kind in pairs}
            record = read_events(args.events, kinds, args.labels)
        else:
            record = read(args.file)
    except (Unreadable, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    after = after_the_fact(record.minutes)
    then = said_at_the_time(record.minutes)
    if args.predictions:
        write_predictions(args.predictions, record.minutes, after.state, then)
    if record.label is None:
        share = {name: float((after.state == i).mean()) for i, name in enumerate(NAMES)}
        print(json.dumps(share) if args.json else share)
        return 0
    found = scores(record, after, then)
    if args.json:
        print(json.dumps({name: vars(one) for name, one in found.items()}))
    else:
        print(table(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
