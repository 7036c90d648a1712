"""Days without persons in a bucket, a Parquet file a day, and the tables that DuckDB makes of them.

DuckDB reads and writes Parquet itself and needs no server: the files of a month are fetched and
asked in the function's own memory.
"""

import csv
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import duckdb

from lambdas.ingest.statistics.cells import Cell, MonthOfStatistics, Table, table
from lambdas.ingest.statistics.rows import AnonymousDay
from lambdas.shared.aws.clients import client

GROUPS = {"all": "'all'", "product": "product", "weekday": "isodow(date)"}
"""By what days are grouped, and how SQL says so."""

WRITE = """
COPY (
  SELECT * FROM read_csv(
    ?, header = false, columns = {
      'date': 'DATE', 'product': 'VARCHAR', 'home': 'SMALLINT', 'asleep': 'SMALLINT',
      'away': 'SMALLINT', 'present': 'SMALLINT', 'firings': 'INTEGER'
    }
  ) ORDER BY ALL
) TO '%s' (FORMAT parquet, COMPRESSION zstd)
"""
"""In the order of their values: rows do not keep the order in which homes were read."""

ASK = """
SELECT cell, max(rows), sum(rows), sum(home) / sum(rows), sum(asleep) / sum(rows),
       sum(away) / sum(rows), sum(firings) / nullif(sum(present), 0)
FROM (
  SELECT CAST({group} AS VARCHAR) AS cell, date, count(*) AS rows, sum(home) AS home,
         sum(asleep) AS asleep, sum(away) AS away, sum(firings) AS firings, sum(present) AS present
  FROM read_parquet(?) GROUP BY ALL
) GROUP BY cell
"""
"""Rows name no home, so the homes of a cell are counted by its fullest day: never too many."""


def write(rows: Iterable[AnonymousDay], file: Path) -> int:
    """Write a day's Parquet file; the number of its rows."""
    with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="") as plain:
        number = 0
        out = csv.writer(plain)
        for row in rows:
            out.writerow(row)
            number += 1
        plain.flush()
        if number:
            with duckdb.connect() as engine:
                engine.execute(WRITE % file, [plain.name])
    return number


def tables(files: Sequence[Path]) -> tuple[Table, ...]:
    """All tables of the days in ``files``, small cells and what gives them away dropped."""
    names = [str(file) for file in files]
    with duckdb.connect() as engine:
        found = {
            by: engine.execute(ASK.format(group=group), [names]).fetchall()
            for by, group in GROUPS.items()
        }
    return tuple(table(by, [_cell(row) for row in rows]) for by, rows in found.items())


def _cell(row: Sequence[object]) -> Cell:
    names = ("name", "homes", "days", "home", "asleep", "away", "activity")
    return Cell.model_validate(
        {
            name: round(value, 2) if isinstance(value, float) else value
            for name, value in zip(names, row, strict=True)
        }
    )


class StatisticsStore:
    """A bucket of days."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    def keep(self, day: date, rows: Iterable[AnonymousDay]) -> int:
        """Keep a day, instead of what was kept of it; the number of its rows."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "day.parquet"
            if number := write(rows, file):
                client("s3").upload_file(str(file), self._bucket, _key(day))
            else:
                client("s3").delete_object(Bucket=self._bucket, Key=_key(day))
        return number

    def month_of(self, day: date) -> MonthOfStatistics:
        """What may be shown of the day's month, as far as it is known."""
        month = f"{day:%Y-%m}"
        pages = client("s3").get_paginator("list_objects_v2")
        found = pages.paginate(Bucket=self._bucket, Prefix=f"days/{month}-")
        with tempfile.TemporaryDirectory() as folder:
            files: list[Path] = []
            for one in (one for page in found for one in page.get("Contents", [])):
                files.append(Path(folder) / f"{len(files)}.parquet")
                client("s3").download_file(self._bucket, one["Key"], str(files[-1]))
            return MonthOfStatistics(month=month, tables=tables(files) if files else ())


def _key(day: date) -> str:
    return f"days/{day.isoformat()}.parquet"
