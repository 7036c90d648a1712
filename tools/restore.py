"""Put back what a table held: `python -m tools.restore TABLE --at 2026-11-29T03:00+09:00`.

DynamoDB restores the table, as it was then, beside the one that is in use. The two are compared row
by row: what is there only then (lost), what was another then (changed), what is there only now
(newer). Without more that is all: nothing is written. ``--put-back`` writes the lost and the
changed rows of then into the table in use; ``--keys "FIND#" "HOME#"`` only those whose keys begin
so. What is newer always stays. Read models follow by a run: ``{"kind": "rebuild"}``
(docs/operations.md).
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import boto3

Row = dict[str, Any]
Key = tuple[str, str]

CHANGING = frozenset({"expires"})
"""Attributes by which rows do not differ."""


@dataclass
class Differences:
    """Keys by what became of them, and the rows of then that can be put back."""

    lost: list[Key] = field(default_factory=list)
    changed: list[Key] = field(default_factory=list)
    newer: list[Key] = field(default_factory=list)
    then: dict[Key, Row] = field(default_factory=dict)

    def text(self) -> str:
        """How many of each, by how their keys begin."""
        lines = []
        for name in ("lost", "changed", "newer"):
            keys: list[Key] = getattr(self, name)
            begins = Counter(pk.partition("#")[0] for pk, _ in keys)
            about = ", ".join(f"{count} {begin}" for begin, count in begins.most_common())
            lines.append(f"{name}: {len(keys)}" + (f" ({about})" if about else ""))
        return "\n".join(lines)


@dataclass
class Restore:
    """Restores tables of an account; ``client`` makes boto3's clients."""

    client: Callable[[str], Any] = field(default=boto3.client)

    def beside(self, table: str, at: datetime) -> str:
        """Have the table restored, as it was, beside it; its name, when it can be read."""
        name = f"{table}-at-{at:%Y%m%dT%H%M%S}"
        dynamodb = self.client("dynamodb")
        with suppress(dynamodb.exceptions.TableAlreadyExistsException):  # begun before
            dynamodb.restore_table_to_point_in_time(
                SourceTableName=table, TargetTableName=name, RestoreDateTime=at
            )
        # Twenty minutes and more, whatever the table's size.
        waiter = dynamodb.get_waiter("table_exists")
        waiter.wait(TableName=name, WaiterConfig={"Delay": 15, "MaxAttempts": 480})
        return name

    def compare(self, now: str, then: str, begins: Sequence[str] = ("",)) -> Differences:
        """What differs between a table in use and what it was, of keys that begin so."""
        found = Differences()
        before = {key: row for key, row in self._rows(then) if key[0].startswith(tuple(begins))}
        for key, row in self._rows(now):
            if not key[0].startswith(tuple(begins)):
                continue
            was = before.pop(key, None)
            if was is None:
                found.newer.append(key)
            elif _said(was) != _said(row):
                found.changed.append(key)
                found.then[key] = was
        found.lost = sorted(before)
        found.then |= before
        return found

    def put_back(self, table: str, found: Differences) -> int:
        """Write the rows of then that are lost or changed; how many."""
        dynamodb = self.client("dynamodb")
        for key in (*found.lost, *found.changed):
            dynamodb.put_item(TableName=table, Item=found.then[key])
        return len(found.lost) + len(found.changed)

    def forget(self, restored: str) -> None:
        """Delete the table beside."""
        self.client("dynamodb").delete_table(TableName=restored)

    def _rows(self, table: str) -> Iterator[tuple[Key, Row]]:
        pages = self.client("dynamodb").get_paginator("scan").paginate(TableName=table)
        for page in pages:
            for row in page["Items"]:
                yield (row["pk"]["S"], row["sk"]["S"]), row


def _said(row: Mapping[str, Any]) -> Row:
    return {name: value for name, value in row.items() if name not in CHANGING}


def main(arguments: Sequence[str]) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tools.restore", description=__doc__)
    parser.add_argument("table")
    parser.add_argument("--at", required=True, type=datetime.fromisoformat)
    parser.add_argument("--put-back", action="store_true")
    parser.add_argument("--keys", nargs="*", default=[""])
    wanted = parser.parse_args(arguments)
    restore, began = Restore(), time.monotonic()
    restored = restore.beside(wanted.table, wanted.at)
    say(f"{restored} is there after {time.monotonic() - began:.0f} s")
    found = restore.compare(wanted.table, restored, wanted.keys)
    say(found.text())
    if wanted.put_back:
        say(f"put back: {restore.put_back(wanted.table, found)}")
        restore.forget(restored)
    else:
        say("nothing was written: --put-back writes what is lost and changed")
    return 0


def say(text: str) -> None:
    """To whoever waits."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
