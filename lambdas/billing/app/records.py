"""A contract as it is stored, and the rows it is made of. Plain functions.

Everything of a contract lies side by side in one of 256 shards, ``pk`` = ``SHARD#7f``, ``sk`` =
``<contract>#A`` (what was agreed, and of each invoice what a run needs), ``#F#<fact>``, and what
pays it (payments/payment_store.py), so that a run reads a megabyte of contracts with each
question. Invoices lie apart, ``INVOICES#<contract>``: a run reads none. Once they lay beside their
contract as ``#I#<month>``, and there they are still found.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple, overload

from pydantic import TypeAdapter, ValidationError

from lambdas.billing.contract.agreement import Agreement
from lambdas.billing.contract.facts import AnyFact, Fact, Retracted, WatcherLeft
from lambdas.billing.contract.sharding import shard_of
from lambdas.billing.documents.invoice import Head
from lambdas.billing.invoicing.charges import Line
from lambdas.billing.invoicing.invoices import Invoice
from lambdas.shared.calendar import Month
from lambdas.shared.household import Member

BESIDE = "i#"
"""As it was stored once, an attribute for each invoice: ``i#2026-08``."""

FACT: TypeAdapter[AnyFact] = TypeAdapter(AnyFact)
_LINES = TypeAdapter(tuple[Line, ...])


class Conflict(Exception):
    """Somebody changed the contract at the same time, or another fact has this id."""


class Actor(NamedTuple):
    """Who did something, when, and by which means (G-07)."""

    who: str
    means: str
    at: datetime


Row = Mapping[str, Any]
Fetch = Callable[[], Mapping[str, Row]]
"""The rows of a contract's invoices, by their months."""


class Issued:
    """An invoice that went out. What a run needs of it stands beside the contract; the rest is
    fetched when it is asked for."""

    def __init__(self, month: str, known: int, total: int, payment: str, fetch: Fetch) -> None:
        self.known = known
        """How many entries of its month and before it was made from."""

        self.total = total
        """What it asks for, in yen. One that asks for nothing may have left credits over."""

        self.payment = payment
        """How it is paid."""

        self.name, self._fetch = month, fetch

    @cached_property
    def month(self) -> Month:
        """Its month."""
        return Month.parse(self.name)

    @cached_property
    def _row(self) -> Row:
        return self._fetch()[self.name]

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


def _issued_beside(row: Row) -> Issued:
    """An invoice as it was stored once, beside its contract."""
    month = str(row["sk"])[-len("2026-08") :]
    rows = {month: row}
    return Issued(month, int(row["known"]), int(row["total"]), str(row["payment"]), lambda: rows)


class IssuedList(Sequence[Issued]):
    """A contract's invoices by their months, each read out of its mark when it is looked at: a run
    looks at the last one."""

    def __init__(self, marks: list[str], fetch: Fetch) -> None:
        self._marks, self._fetch = sorted(marks), fetch

    def __len__(self) -> int:
        return len(self._marks)

    @overload
    def __getitem__(self, place: int) -> Issued: ...
    @overload
    def __getitem__(self, place: slice) -> list[Issued]: ...
    def __getitem__(self, place: int | slice) -> Issued | list[Issued]:
        if isinstance(place, slice):
            return [self._issued(mark) for mark in self._marks[place]]
        return self._issued(self._marks[place])

    def _issued(self, mark: str) -> Issued:
        month, total, known, payment = mark.split(" ")
        return Issued(month, int(known), int(total), payment, self._fetch)


def _marks(row: Row) -> list[str]:
    """What a contract's row tells of its invoices."""
    marks = str(row.get("issued", "")).split("|") if row.get("issued") else []
    if len(row) > MOST_ATTRIBUTES:
        old = (name for name in row if name.startswith(BESIDE))
        marks += [f"{name.removeprefix(BESIDE)} {row[name]}" for name in old]
    return marks


MOST_ATTRIBUTES = 8
"""Of what was agreed, without invoices as they were stored once."""


@dataclass
class ContractRecord:
    """A contract with all that was recorded of it."""

    agreement: Agreement
    version: int
    published: str = ""
    """What the directory was told of it last."""

    card: str = ""
    """What staff's lists show of it."""

    marks: str = ""
    """What stands of its invoices beside what was agreed (``issued_mark``)."""

    facts: tuple[AnyFact, ...] = ()
    issued: Sequence[Issued] = ()
    unreadable: tuple[str, ...] = ()
    """Rows of facts that nobody can read any more, and why: they count as not said."""

    is_lead: bool = False
    """Whether other contracts are, or were, billed with it (AL-09)."""

    payments: list[Mapping[str, Any]] = field(default_factory=list)
    """Rows of how it is paid, for those who collect (payments/store.py)."""

    @property
    def id(self) -> str:
        """The contract's id."""
        return self.agreement.id

    def invoice_of(self, month: Month) -> Issued | None:
        """The invoice of a month, if there is one."""
        for one in reversed(self.issued):
            if one.month <= month:
                return one if one.month == month else None
        return None

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
        "pk": f"INVOICES#{contract}",
        "sk": str(invoice.month),
        "body": _LINES.dump_json(invoice.lines).decode(),
        "total": invoice.total,
        "tax": invoice.tax,
        "payment": payment,
        "head": head.model_dump_json(),
        "at": at.isoformat(),
        "known": known,
    }


def issued_mark(invoice: Invoice, payment: str, known: int) -> str:
    """What stands of an invoice beside its contract: month, total, known entries, way to pay. The
    marks of all of them are one attribute, ``issued``, with ``|`` between them."""
    return f"{invoice.month} {invoice.total} {known} {payment}"


def spelled(fact: Fact) -> str:
    """A fact as JSON, what is as usual left out."""
    said = fact.model_dump(mode="json", exclude_defaults=True)
    return json.dumps({**said, "event": getattr(fact, "event", "")}, ensure_ascii=False)


def _contract_of(row: Mapping[str, Any]) -> str:
    key: str = row["sk"]
    return key[: key.index("#")]


def _fetched(id: str, fetch: Callable[[str], Mapping[str, Row]] | None) -> Mapping[str, Row]:
    return fetch(id) if fetch else {}


def records(
    rows: Iterable[dict[str, Any]], fetch: Callable[[str], Mapping[str, Row]] | None = None
) -> Iterator[ContractRecord]:
    """Contracts out of their rows, which come side by side. ``fetch`` reads the invoices of a
    contract, when they are asked for."""
    for id, group in groupby(rows, key=_contract_of):
        record: ContractRecord | None = None
        facts: list[tuple[int, AnyFact]] = []
        unreadable: list[str] = []
        beside: list[Issued] = []
        for row in group:
            kind = row["sk"][len(id) + 1]
            if kind == "A":
                agreement = Agreement.model_validate_json(row["body"])
                record = ContractRecord(
                    agreement,
                    int(row["version"]),
                    row.get("published", ""),
                    row.get("card", ""),
                    row.get("issued", ""),
                )
                record.is_lead = "leads" in row
                record.issued = IssuedList(_marks(row), partial(_fetched, id, fetch))
            elif kind == "F":
                try:
                    facts.append((int(row.get("number", 1)), FACT.validate_json(row["body"])))
                except ValidationError as error:
                    unreadable.append(f"{row['sk']}: {error.error_count()} fields")
            elif record and kind == "I":
                beside.append(_issued_beside(row))
            elif record:
                record.payments.append(row)
        if record:
            facts.sort(key=itemgetter(0))
            record.facts = tuple(fact for _, fact in facts)
            record.unreadable = tuple(unreadable)
            if beside:
                record.issued = sorted([*beside, *record.issued], key=attrgetter("name"))
            yield record
