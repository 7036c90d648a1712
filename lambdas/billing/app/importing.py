"""Contracts brought over from elsewhere: a CSV with a line for each. Plain functions.

Columns: ``number`` (theirs, once for each contract), ``product``, ``plan``, ``payment``, ``name``,
``email``, ``phone``, ``address``, ``prefecture``, ``home_name``, the days ``applied``,
``installed`` and ``started``, and ``billed_until``, the last month that was billed elsewhere.
"""

import csv
import hashlib
from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from typing import NamedTuple

from pydantic import ValidationError

from lambdas.billing.contract import facts as f
from lambdas.billing.contract.agreement import Agreement, Person
from lambdas.billing.products.catalogue import ONLY_PLAN
from lambdas.shared.calendar import Month
from lambdas.shared.household import Language
from lambdas.shared.problems import Text
from lambdas.shared.reasons import reason

NAMED = "number product plan payment name email phone address prefecture home_name"
DATED = "applied installed started billed_until"
COLUMNS = frozenset(f"{NAMED} {DATED}".split())
NEEDED = ("number", "product", "name", "applied")
MOST_LINES = 100
"""A request has half a minute; a longer file is sent in parts, and any part again."""
CONSENTS = ("users", "watched_person", "right_holder")


class BadLine(ValueError):
    """A line that is no contract, and why, in each language."""

    def __init__(self, said: Text) -> None:
        super().__init__(said.en)
        self._said = said

    def why(self, language: Language) -> str:
        """Why, for the clerk."""
        return self._said.ja if language == "ja" else self._said.en


class Brought(NamedTuple):
    """A contract as a line says it."""

    agreement: Agreement
    facts: tuple[f.Fact, ...]


def lines_of(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The lines of a file with their numbers; the header is line 1. BadLine for a header that is
    none of ours, or for too many lines."""
    rows = csv.DictReader(StringIO(text.removeprefix("\ufeff")))
    header = set(rows.fieldnames or ())
    if unknown := header - COLUMNS:
        names = ", ".join(sorted(map(str, unknown)))
        raise BadLine(Text(f"知らない列があります：{names}", f"unknown columns: {names}"))
    if missing := set(NEEDED) - header:
        names = ", ".join(sorted(missing))
        raise BadLine(Text(f"足りない列があります：{names}", f"columns that are missing: {names}"))
    for number, row in enumerate(rows, start=2):
        if number > MOST_LINES + 1:
            raise BadLine(Text(f"{MOST_LINES}行を超えています", f"more than {MOST_LINES} lines"))
        yield number, {name: (value or "").strip() for name, value in row.items() if name}


def brought(row: dict[str, str], now: datetime) -> Brought:
    """The contract of a line. BadLine when it is none."""
    number = row.get("number", "")
    if empty := [name for name in NEEDED if not row.get(name)]:
        names = ", ".join(empty)
        raise BadLine(Text(f"{names} が空です", f"nothing in {names}"))
    id = f"c-{hashlib.sha256(f'import/{number}'.encode()).hexdigest()[:16]}"
    try:
        agreement = Agreement(
            id=id,
            product=row["product"],
            plan=row.get("plan") or ONLY_PLAN,
            payment=row.get("payment") or "bank_transfer",
            home=f"home-{id}",
            home_name=row.get("home_name") or row["name"],
            contractor=Person(
                name=row["name"], email=row.get("email", ""), phone=row.get("phone", "")
            ),
            address=row.get("address", ""),
            prefecture=row.get("prefecture", ""),
            consents=CONSENTS,
        )
        facts: list[f.Fact] = [
            f.Applied.model_validate({"on": row["applied"], "id": "import/applied"}),
            f.Accepted.model_validate({"on": row["applied"], "id": "import/accepted"}),
        ]
        for event, kind in (("installed", f.Installed), ("started", f.Started)):
            if row.get(event):
                facts.append(kind.model_validate({"on": row[event], "id": f"import/{event}"}))
        if row.get("billed_until"):
            until = Month.parse(row["billed_until"])
            facts.append(f.BilledElsewhere(on=now, id="import/billed", until=until))
    except ValidationError as error:
        raise BadLine(Text(_told(error, "ja"), _told(error, "en"))) from error
    except ValueError as error:
        wrong = f"billed_until：{row.get('billed_until')} は月ではありません"
        raise BadLine(Text(wrong, str(error))) from error
    return Brought(agreement, tuple(facts))


def _told(error: ValidationError, language: Language) -> str:
    """What is wrong with each column."""
    found = [(".".join(map(str, one["loc"])), one) for one in error.errors()]
    return "; ".join(f"{where}: {reason(one, language)}" for where, one in found)
