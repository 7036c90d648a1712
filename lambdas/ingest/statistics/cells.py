"""Which cells of a table may be shown: none of few homes, and none that the others give away.

A cell of fewer homes than `LEAST` is dropped. The table's total is shown beside it, so what was
dropped could be found by subtraction: the smallest of the others are dropped, too, until what is
missing holds at least two cells and `LEAST` homes (primary and complementary suppression; Hundepool
and others 2012, "Statistical Disclosure Control", chapter 4).
"""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

LEAST = 10


class Cell(BaseModel):
    """Means of a group's days. ``homes``: at most so many on one day; minutes a day; ``activity``:
    firings a minute while somebody is at home."""

    model_config = ConfigDict(frozen=True)

    name: str
    homes: int
    days: int
    home: float
    asleep: float
    away: float
    activity: float | None


class Table(BaseModel):
    """All days by one property, ``by``; ``dropped`` cells are not shown."""

    model_config = ConfigDict(frozen=True)

    by: str
    cells: tuple[Cell, ...]
    dropped: int


class MonthOfStatistics(BaseModel):
    """What may be shown of a month (``YYYY-MM``)."""

    model_config = ConfigDict(frozen=True)

    month: str
    tables: tuple[Table, ...]


def table(by: str, cells: Sequence[Cell], least: int = LEAST) -> Table:
    """What may be shown of ``cells``, which together are all there is."""
    by_size = sorted(cells, key=lambda cell: (cell.homes, cell.days, cell.name))
    gone = [cell for cell in by_size if cell.homes < least]
    left = by_size[len(gone) :]
    while gone and left and (len(gone) < 2 or sum(cell.homes for cell in gone) < least):
        gone.append(left.pop(0))
    return Table(by=by, cells=tuple(sorted(left, key=lambda cell: cell.name)), dropped=len(gone))
