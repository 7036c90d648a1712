"""The table of the billing grid: ``python -m tools.billing_coverage`` writes it anew."""

import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from tests.scenarios.grid import BEGINNINGS, COLUMNS, MONTHS, PHASES, Cell, cells

DOCUMENT = Path(__file__).parents[1] / "docs" / "billing-coverage.md"
HEAD = """# What the billing grid covers

Written by `python -m tools.billing_coverage`; a test holds it to the grid
(`tests/scenarios/grid.py`). Each of the {cells:,} cells adds an event to a contract and compares
every invoice from that month on with what is written by hand from the rules.

A number says in how many places of the calendar the event was tried, and the money right, out of
{phases}
of {months}. A rule is the one that forbids the event in all these places.
"""


def text() -> str:
    """The document."""
    everything = list(cells())
    head = HEAD.format(
        cells=len(everything),
        phases=", ".join(f"the {phase}" if phase != "last" else "the last day" for phase in PHASES),
        months=" and ".join(map(str, MONTHS)),
    )
    return head + "".join(_tables(everything))


def _tables(everything: list[Cell]) -> Iterator[str]:
    for product, of_product in groupby(everything, lambda cell: cell.offer.product):
        rows = {offer: list(group) for offer, group in groupby(of_product, lambda cell: cell.offer)}
        names = [f"{offer.plan}<br>{offer.payment}" for offer in rows]
        yield f"\n## {product}\n\n| Event | {' | '.join(names)} |\n|---|{'---|' * len(names)}\n"
        for event in (*COLUMNS, *BEGINNINGS):
            found = (_told([c for c in row if c.event == event]) for row in rows.values())
            yield f"| {event} | {' | '.join(found)} |\n"


def _told(group: list[Cell]) -> str:
    paid = sum(not isinstance(cell.expected, str) for cell in group)
    rules = sorted({cell.expected for cell in group if isinstance(cell.expected, str)})
    return " ".join([*([str(paid)] if paid else []), *rules])


if __name__ == "__main__":
    DOCUMENT.write_text(text(), encoding="utf-8")
    sys.stdout.write(f"{DOCUMENT.name} written\n")
