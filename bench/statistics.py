"""`python -m bench.statistics [--homes N] [--days N] [--prices FILE.json]`: statistics of a fleet.

A year of 100,000 simulated homes, a Parquet file a day as `lambdas/ingest/on_statistics.py` keeps
it, is written and then asked month by month through the same code, on as many cores as the engine
takes. Homes' days are drawn from those that simulated homes of every family have, as the night
sums them up. Printed are seconds, bytes and, with prices, yen a year for the whole fleet.
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from bench.activity import everywhere, of_home
from iot import homes
from lambdas.ingest.activity import rollup, summary
from lambdas.ingest.activity.timeline import after_the_fact
from lambdas.ingest.statistics.rows import BLUR, AnonymousDay, anonymous
from lambdas.ingest.statistics_store import tables, write

FIRST = date(2026, 1, 1)
PRODUCTS = ("doshiteru", "alsok-mimamori", "home-security")
SIMULATED_DAYS = 14
MEMORY = 2.0
"""GB of the function (stacks/ingest.py)."""
KEYS_A_REQUEST = 100
SECONDS_A_REQUEST = 0.03
HOME_BYTES = 100
"""Of a home's row in the list of homes; a day's row takes half a unit of reading."""


def lived(family: homes.Family) -> list[AnonymousDay]:
    """The days of one simulated home of each product, summed up."""
    minutes = of_home(homes.simulate(family, 9, SIMULATED_DAYS)).minutes
    found = summary.days(after_the_fact(minutes))
    return [anonymous(rollup.row(day, product)) for product in PRODUCTS for day in found]


def fleet(count: int, day: date, some: Sequence[Sequence[AnonymousDay]]) -> list[AnonymousDay]:
    """One day of ``count`` homes, each of a family and a little different from it."""
    chance = random.Random(day.toordinal())
    found = []
    for number in range(count):
        one = chance.choice(some[number % len(some)])
        less = min(chance.randrange(0, 12) * BLUR, one.asleep)
        found.append(
            one._replace(
                date=day,
                asleep=one.asleep - less,
                home=one.home + less,
                firings=one.firings + chance.randrange(0, 30) * BLUR,
            )
        )
    return found


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.statistics", description=__doc__)
    parser.add_argument("--homes", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--prices", type=Path, metavar="FILE.json")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Print what it took."""
    args = arguments(argv)
    some = everywhere(lived, homes.FAMILIES)
    with tempfile.TemporaryDirectory() as folder:
        writing, files = 0.0, {}
        for number in range(args.days):
            day = FIRST + timedelta(days=number)
            rows = fleet(args.homes, day, some)
            file = Path(folder) / f"{day}.parquet"
            begin = time.perf_counter()
            write(rows, file)
            writing += time.perf_counter() - begin
            files[day] = file
        size = sum(file.stat().st_size for file in files.values())
        months: dict[str, list[Path]] = {}
        for day, file in files.items():
            months.setdefault(f"{day:%Y-%m}", []).append(file)
        begin = time.perf_counter()
        for some_days in months.values():
            tables(some_days)
        asking = time.perf_counter() - begin
        begin = time.perf_counter()
        shown = tables(list(files.values()))
        at_once = time.perf_counter() - begin
    print(
        f"{args.homes:,} homes, {args.days} days: {args.homes * args.days:,} rows, {size:,} bytes"
    )
    print(f"written: {writing:.1f} s, {writing / args.days:.2f} s a day")
    print(f"asked: {asking:.1f} s for {len(months)} months, {at_once:.1f} s for all days at once")
    for table in shown:
        print(f"  by {table.by}: {len(table.cells)} cells, {table.dropped} dropped")
    if args.prices:
        cost = _yen(args, writing / args.days + asking / len(months), size)
        print(f"{cost:,.0f} yen for the fleet")
    return 0


def _yen(args: argparse.Namespace, seconds_a_day: float, size: int) -> float:
    """What the whole fleet costs for these days: reading rows, a function a day, bytes kept."""
    listed = json.loads(args.prices.read_text(encoding="utf-8"))
    usd = {(one["service"], one["item"]): one["usd"] for one in listed["prices"]}
    reads = 0.5 * args.homes + args.homes * HOME_BYTES / 4096 / 2
    waiting = args.homes / KEYS_A_REQUEST * SECONDS_A_REQUEST
    a_day = (
        reads * usd["DynamoDB", "on-demand RRU"]
        + (seconds_a_day + waiting) * MEMORY * usd["Lambda", "duration arm64 tier1 (<7.5B GB-s)"]
    )
    kept = size / 1e9 * usd["S3", "Standard storage first 50TB"] * args.days / 30
    return float((a_day * args.days + kept) * listed["jpy_per_usd"])


if __name__ == "__main__":
    raise SystemExit(main())
