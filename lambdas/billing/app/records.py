"""A contract as it is stored, and the rows it is made of. Plain functions.

Everything of a contract lies side by side in one of 256 shards, ``pk`` = ``SHARD#7f``, ``sk`` =
``<contract>#A`` (what was agreed), ``#F#<fact>``, ``#I#<month>``, and what pays it
(payments/payment_store.py), so that a run reads a megabyte of contracts with each question.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from lambdas.billing.contract.agreement import Agreement
from lambdas.billing.contract.facts import AnyFact, Fact, Retracted, WatcherLeft
from lambdas.billing.contract.sharding import shard_of
from lambdas.billing.documents.invoice import Head
from lambdas.billing.invoicing.charges import Line
from lambdas.billing.invoicing.invoices import Invoice
from lambdas.shared.calendar import Month
from lambdas.shared.household import Member

FACT: TypeAdapter[AnyFact] = TypeAdapter(AnyFact)
_LINES = TypeAdapter(tuple[Line, ...])


class Conflict(Exception):
    """Somebody changed the contract at the same time, or another fact has this id."""


class Actor(NamedTuple):
    """Who did something, when, and by which means (G-07)."""

    who: str
    means: str
    at: datetime


class Issued:
    """An invoice that went out. A run looks at few of them: each is read when it is asked for."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self._row = row

    @cached_property
    def month(self) -> Month:
        """Its month."""
        return Month.parse(str(self._row["sk"])[-len("2026-08") :])

    @property
    def known(self) -> int:
        """How many facts of its month and before it was made from."""
        return int(self._row["known"])

    @property
    def total(self) -> int:
        """What it asks for, in yen. One that asks for nothing may have left credits over."""
        return int(self._row["total"])

    @property
    def payment(self) -> str:
        """How it is paid."""
        return str(self._row["payment"])

    @property
    def at(self) -> datetime:
        """When it was made."""
        return datetime.fromisoformat(self._row["at"])

    @property
    def head(self) -> Head:
        """What it says beside its lines."""
        return Head.model_validate_json(self._row["head"])

    @cached_property
    def invoice(self) -> Invoice:
        """The invoice with its lines."""
        row = self._row
        lines = _LINES.validate_json(row["body"])
        return Invoice(self.month, lines, int(row["total"]), int(row["tax"]))


@dataclass
class ContractRecord:
    """A contract with all that was recorded of it."""

    agreement: Agreement
    version: int
    published: str = ""
    """What the directory was told of it last."""

    card: str = ""
    """What staff's lists show of it."""

    facts: tuple[AnyFact, ...] = ()
    issued: list[Issued] = field(default_factory=list)
    unreadable: tuple[str, ...] = ()
    """Rows of facts that nobody can read any more, and why: they count as not said."""

    payments: list[Mapping[str, Any]] = field(default_factory=list)
    """Rows of how it is paid, for those who collect (payments/store.py)."""

    @property
    def id(self) -> str:
        """The contract's id."""
        return self.agreement.id

    def members(self) -> tuple[Member, ...]:
        """The people who may see the home."""
        back = {fact.fact for fact in self.facts if isinstance(fact, Retracted)}
        gone = (fact for fact in self.facts if isinstance(fact, WatcherLeft))
        return self.agreement.members({one.watcher for one in gone if one.key not in back})

    def knows(self, fact: Fact) -> bool:
        """Whether the fact was recorded already. Its time may be told anew with it, nothing else:
        Conflict when something else has its id."""
        key = fact.key
        known = next((one for one in self.facts if one.key == key), None)
        if known and not _same(known, fact):
            raise Conflict(f"{self.id}: {key}")
        return known is not None


def _same(known: Fact, fact: Fact) -> bool:
    """Whether two facts say the same. An amount that one does not name was all that was open."""
    was, said = known.said, fact.said
    if "amount" not in was or "amount" not in said:
        was.pop("amount", None)
        said.pop("amount", None)
    return type(known) is type(fact) and was == said


def agreement_key(contract: str) -> dict[str, Any]:
    """Where what was agreed lies."""
    return {"pk": f"SHARD#{shard_of(contract)}", "sk": f"{contract}#A"}


def fact_row(contract: str, fact: Fact, number: int = 1) -> dict[str, Any]:
    """A fact as it is stored. ``number`` says which arrived first of several at one time."""
    return {
        "pk": f"SHARD#{shard_of(contract)}",
        "sk": f"{contract}#F#{fact.key}",
        "number": number,
        "body": spelled(fact),
    }


def invoice_row(
    contract: str, invoice: Invoice, payment: str, at: datetime, known: int, head: Head
) -> dict[str, Any]:
    """An invoice as it is stored."""
    return {
        "pk": f"SHARD#{shard_of(contract)}",
        "sk": f"{contract}#I#{invoice.month}",
        "body": _LINES.dump_json(invoice.lines).decode(),
        "total": invoice.total,
        "tax": invoice.tax,
        "payment": payment,
        "head": head.model_dump_json(),
        "at": at.isoformat(),
        "known": known,
    }


def spelled(fact: Fact) -> str:
    """A fact as JSON, what is as usual left out."""
    said = fact.model_dump(mode="json", exclude_defaults=True)
    return json.dumps({**said, "event": getattr(fact, "event", "")}, ensure_ascii=False)


def _contract_of(row: Mapping[str, Any]) -> str:
    key: str = row["sk"]
    return key[: key.index("#")]


def records(rows: Iterable[dict[str, Any]]) -> Iterator[ContractRecord]:
    """Contracts out of their rows, which come side by side."""
    for id, group in groupby(rows, key=_contract_of):
        record: ContractRecord | None = None
        facts: list[tuple[int, AnyFact]] = []
        unreadable: list[str] = []
        for row in group:
            kind = row["sk"][len(id) + 1]
            if kind == "A":
                agreement = Agreement.model_validate_json(row["body"])
                record = ContractRecord(
                    agreement, int(row["version"]), row.get("published", ""), row.get("card", "")
                )
            elif kind == "F":
                try:
                    facts.append((int(row.get("number", 1)), FACT.validate_json(row["body"])))
                except ValidationError as error:
                    unreadable.append(f"{row['sk']}: {error.error_count()} fields")
            elif record and kind == "I":
                record.issued.append(Issued(row))
            elif record:
                record.payments.append(row)
        if record:
            facts.sort(key=itemgetter(0))
            record.facts = tuple(fact for _, fact in facts)
            record.unreadable = tuple(unreadable)
            yield record
