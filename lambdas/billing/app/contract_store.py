"""The billing table: contracts with their facts and invoices, runs, notices, the audit trail.

Everything of a contract lies side by side in one of 256 shards, ``pk`` = ``SHARD#7f``, ``sk`` =
``<contract>#A`` (what was agreed), ``#F#<fact>``, ``#I#<month>``, and what pays it
(payments/store.py), so that a run reads a megabyte of contracts with each question. Facts and
invoices are only ever added, each on condition that it is not there yet: whatever comes twice
changes nothing (G-08).
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, NamedTuple

from boto3.dynamodb.conditions import Attr, Key
from pydantic import TypeAdapter

from lambdas.billing.app.search import IndexKey, KeyRange
from lambdas.billing.contract.agreement import Agreement
from lambdas.billing.contract.facts import AnyFact, Fact, StickerLent, StickerReturned, WatcherLeft
from lambdas.billing.contract.sharding import shard_of
from lambdas.billing.documents.invoice import Head
from lambdas.billing.invoicing.charges import Line
from lambdas.billing.invoicing.claims import NEXT, Claim
from lambdas.billing.invoicing.interruptions import Announced
from lambdas.billing.invoicing.invoices import Invoice
from lambdas.shared.aws import dynamo
from lambdas.shared.aws.clients import table
from lambdas.shared.calendar import Month
from lambdas.shared.household import Member

KEPT = timedelta(days=400)
"""How long the rows of a run's batches stay."""

CARDS_A_PAGE = 100

_LAST_DAY = {"pk": "LAST", "sk": "daily"}

_FACT: TypeAdapter[AnyFact] = TypeAdapter(AnyFact)
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
    payments: list[Mapping[str, Any]] = field(default_factory=list)
    """Rows of how it is paid, for those who collect (payments/store.py)."""

    @property
    def id(self) -> str:
        """The contract's id."""
        return self.agreement.id

    def members(self) -> tuple[Member, ...]:
        """The people who may see the home."""
        return self.agreement.members(
            {fact.watcher for fact in self.facts if isinstance(fact, WatcherLeft)}
        )

    def knows(self, fact: Fact) -> bool:
        """Whether the fact was recorded already. Its time may be told anew with it, nothing else:
        Conflict when something else has its id."""
        key = fact.key
        known = next((one for one in self.facts if one.key == key), None)
        if known and (type(known), known.said) != (type(fact), fact.said):
            raise Conflict(f"{self.id}: {key}")
        return known is not None


class Store:
    """Billing's one DynamoDB table."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._table = table(name)

    # --- contracts and facts

    def create(self, agreement: Agreement, fact: Fact, by: Actor) -> bool:
        """Begin a contract with its first fact. False when it is there already."""
        shard = shard_of(agreement.id)
        people = {agreement.contractor.id, *(w.id for w in agreement.watchers)} - {""}
        rows: list[dict[str, Any]] = [
            {
                **_agreement_key(agreement.id),
                "body": agreement.model_dump_json(exclude_defaults=True),
                "version": 1,
            },
            fact_row(agreement.id, fact),
            _audit_row(agreement.id, fact, by),
            {"pk": f"HOME#{agreement.home}", "sk": f"CONTRACT#{agreement.id}"},
            *({"pk": f"PERSON#{p}", "sk": f"CONTRACT#{agreement.id}"} for p in sorted(people)),
        ]
        count = {
            "Update": {
                "TableName": self._name,
                "Key": dynamo.serialize({"pk": "SHARDS", "sk": shard}),
                "UpdateExpression": "ADD contracts :one",
                "ExpressionAttributeValues": dynamo.serialize({":one": 1}),
            }
        }
        return dynamo.transact([*(dynamo.put_new(self._name, row) for row in rows), count])

    def append(
        self, record: ContractRecord, fact: Fact, by: Actor, agreement: Agreement | None = None
    ) -> None:
        """Add a fact, and with it what it changes in the agreement. Nothing when it is known.

        Conflict when the contract was changed since it was read, so that the rules must be asked
        anew, and when another fact has this id.
        """
        if record.knows(fact):
            return
        values: dict[str, Any] = {":was": record.version, ":is": record.version + 1}
        change = "SET version = :is"
        if agreement:
            change += ", body = :body"
            values[":body"] = agreement.model_dump_json(exclude_defaults=True)
        bump = {
            "Update": {
                "TableName": self._name,
                "Key": dynamo.serialize(_agreement_key(record.id)),
                "UpdateExpression": change,
                "ConditionExpression": "version = :was",
                "ExpressionAttributeValues": dynamo.serialize(values),
            }
        }
        rows = (fact_row(record.id, fact, record.version + 1), _audit_row(record.id, fact, by))
        sticker = self._sticker_moves(record.id, fact)
        if not dynamo.transact(
            [*(dynamo.put_new(self._name, row) for row in rows), *sticker, bump]
        ):
            raise Conflict(record.id)
        record.agreement = agreement or record.agreement
        record.facts = (*record.facts, _FACT.validate_python(fact.model_dump()))
        record.version += 1

    def sticker_of(self, serial: str) -> str | None:
        """The contract that a sticker is lent for; none when it is with the company (AL-42)."""
        row = self._table.get_item(Key=_sticker_key(serial), ConsistentRead=True).get("Item")
        return str(row["contract"]) if row else None

    def _sticker_moves(self, contract: str, fact: Fact) -> list[dict[str, Any]]:
        """With the fact, the sticker is bound to one contract, or bound no more."""
        if isinstance(fact, StickerLent):
            return [dynamo.put_new(self._name, {**_sticker_key(fact.serial), "contract": contract})]
        if isinstance(fact, StickerReturned):
            key = dynamo.serialize(_sticker_key(fact.serial))
            return [{"Delete": {"TableName": self._name, "Key": key}}]
        return []

    def remember_published(self, record: ContractRecord, what: str) -> None:
        """The directory was told this of a contract."""
        self._table.update_item(
            Key=_agreement_key(record.id),
            UpdateExpression="SET published = :what",
            ExpressionAttributeValues={":what": what},
        )
        record.published = what

    def file_card(
        self,
        record: ContractRecord,
        card: str,
        places: Iterable[IndexKey],
        out_of: Iterable[IndexKey],
    ) -> bool:
        """File a contract's card, and take it out of where it lay: all of it or, when the contract
        was changed meanwhile, nothing."""
        values = {":card": card, ":was": record.card, ":version": record.version}
        remember = {
            "Update": {
                "TableName": self._name,
                "Key": dynamo.serialize(_agreement_key(record.id)),
                "UpdateExpression": "SET card = :card",
                "ConditionExpression": "version = :version"
                " AND (attribute_not_exists(card) OR card = :was)",
                "ExpressionAttributeValues": dynamo.serialize(values),
            }
        }
        put = [
            dynamo.put(self._name, {"pk": p.partition, "sk": p.key, "body": card}) for p in places
        ]
        delete = [dynamo.delete(self._name, {"pk": p.partition, "sk": p.key}) for p in out_of]
        done = dynamo.transact([remember, *put, *delete])
        record.card = card if done else record.card
        return done

    def cards(self, shelf: KeyRange, after: str = "") -> Iterator[tuple[str, str]]:
        """The cards on a shelf with their keys, those behind ``after``."""
        key = Key("pk").eq(shelf.partition)
        if after:  # a key cannot be asked for twice; what is beyond the prefix ends the reading
            key &= Key("sk").gt(after)
        elif shelf.prefix:
            key &= Key("sk").begins_with(shelf.prefix)
        for row in dynamo.query(self._table, key, Limit=CARDS_A_PAGE):
            if not row["sk"].startswith(shelf.prefix):
                return
            yield row["sk"], row["body"]

    def record(self, contract: str) -> ContractRecord | None:
        """A contract with all that was recorded of it."""
        rows = dynamo.query(
            self._table,
            Key("pk").eq(f"SHARD#{shard_of(contract)}") & Key("sk").begins_with(f"{contract}#"),
            ConsistentRead=True,
        )
        return next(records(rows), None)

    def contracts_of_person(self, person: str) -> list[str]:
        """The contracts somebody appears in."""
        return self._contracts(f"PERSON#{person}")

    def contracts_of_home(self, home: str) -> list[str]:
        """The contracts for a home."""
        return self._contracts(f"HOME#{home}")

    def take_receipt(self, transaction: str, contract: str) -> bool:
        """A purchase is for one contract. False when it was made for another."""
        key = {"pk": f"RECEIPT#{transaction}", "sk": "-"}
        if dynamo.put_if_absent(self._table, {**key, "contract": contract}):
            return True
        known = self._table.get_item(Key=key, ConsistentRead=True)["Item"]
        return bool(known["contract"] == contract)

    # --- claims

    def begin_claim(self, claim: Claim, by: Actor) -> bool:
        """A new claim. False when there was one for the incident."""
        return dynamo.transact(
            [dynamo.put_new(self._name, _claim_row(claim)), *self._claim_told(claim, by)]
        )

    def move_claim(self, before: Claim, claim: Claim, by: Actor) -> None:
        """A claim's next stage. Conflict when somebody else took it further meanwhile."""
        row = {
            "Put": {
                "TableName": self._name,
                "Item": dynamo.serialize(_claim_row(claim)),
                "ConditionExpression": "stage = :was",
                "ExpressionAttributeValues": dynamo.serialize({":was": before.stage}),
            }
        }
        if not dynamo.transact([row, *self._claim_told(claim, by)]):
            raise Conflict(claim.id)

    def _claim_told(self, claim: Claim, by: Actor) -> list[dict[str, Any]]:
        """A claim's place among the open ones, and the audit record of its stage (G-07)."""
        place = {"pk": "CLAIMS#open", "sk": claim.id}
        listed = dynamo.put(self._name, {**place, "body": "-"})
        if not NEXT[claim.stage]:
            listed = dynamo.delete(self._name, place)
        audit = {
            **_audit(claim.contract, f"CLAIM#{claim.id}#{claim.stage}", by),
            "rule": claim.rule,
            "event": f"claim_{claim.stage}",
            "detail": claim.model_dump_json(exclude_defaults=True),
        }
        return [listed, dynamo.put_new(self._name, audit)]

    def claim(self, id: str) -> Claim | None:
        """The claim of this id."""
        item = self._table.get_item(Key=_claim_key(id), ConsistentRead=True).get("Item")
        return Claim.model_validate_json(item["body"]) if item else None

    def claims_of_home(self, home: str) -> list[Claim]:
        """All claims for a home, in the order of what happened."""
        rows = dynamo.query(self._table, Key("pk").eq(f"CLAIMS#{home}"), ConsistentRead=True)
        return [Claim.model_validate_json(row["body"]) for row in rows]

    def open_claims(self, after: str, most: int) -> list[Claim]:
        """The claims that somebody has to do something about, those behind ``after``."""
        rows = dynamo.query(
            self._table, Key("pk").eq("CLAIMS#open") & Key("sk").gt(after or " "), Limit=most
        )
        found = (self.claim(row["sk"]) for row in islice(rows, most))
        return [claim for claim in found if claim]

    # --- all contracts, for runs

    def shards(self) -> dict[str, int]:
        """The shards that have contracts, and how many."""
        rows = dynamo.query(self._table, Key("pk").eq("SHARDS"), ConsistentRead=True)
        return {row["sk"]: int(row["contracts"]) for row in rows}

    def all_in(self, shard: str, after: str = "") -> Iterator[ContractRecord]:
        """The contracts of a shard by their ids, those behind ``after``."""
        beyond = Key("sk").gt(f"{after}#~") if after else Key("sk").gt(" ")
        yield from records(
            dynamo.query(self._table, Key("pk").eq(f"SHARD#{shard}") & beyond, ConsistentRead=True)
        )

    # --- invoices

    def issue(
        self, record: ContractRecord, invoice: Invoice, payment: str, at: datetime, head: Head
    ) -> bool:
        """Write an invoice, once a contract and month. False when there was one."""
        known = sum(fact.day <= invoice.month.last for fact in record.facts)
        return dynamo.put_if_absent(
            self._table, invoice_row(record.id, invoice, payment, at, known, head)
        )

    # --- interruptions

    def announce(self, interruption: Announced) -> bool:
        """An interruption that everybody concerned is to be told of. False when it was known."""
        key = {
            "pk": "INTERRUPTIONS",
            "sk": f"{interruption.announced.isoformat()}#{interruption.id}",
        }
        return dynamo.put_if_absent(self._table, {**key, "body": interruption.model_dump_json()})

    def interruptions(self, since: datetime) -> list[Announced]:
        """The interruptions that were announced since."""
        key = Key("pk").eq("INTERRUPTIONS") & Key("sk").gte(since.isoformat())
        return [
            Announced.model_validate_json(row["body"]) for row in dynamo.query(self._table, key)
        ]

    # --- the audit trail, notices, runs

    def audit(self, contract: str) -> list[dict[str, Any]]:
        """Who did what with a contract, oldest first."""
        rows = sorted(
            dynamo.query(self._table, Key("pk").eq(f"AUDIT#{contract}")),
            key=lambda row: str(row["at"]),
        )
        names = ("at", "who", "means", "rule", "event", "detail")
        return [{name: row[name] for name in names if name in row} for row in rows]

    def note(self, contract: str, key: str, what: Mapping[str, str], by: Actor) -> bool:
        """Write down something that is no fact of the contract, once a ``key``: a notice, a
        refusal. False when it was there."""
        return dynamo.put_if_absent(self._table, {**_audit(contract, key, by), **what})

    def noted(self, contract: str, key: str) -> bool:
        """Whether that was written down."""
        item = self._table.get_item(
            Key={"pk": f"AUDIT#{contract}", "sk": f"ONCE#{key}"}, ConsistentRead=True
        )
        return "Item" in item

    def begin_run(self, run: str, execution: str, at: datetime, means: str) -> None:
        """A run began; said again by a repeated call."""
        self._table.put_item(
            Item={"pk": f"RUN#{run}", "sk": execution, "began": at.isoformat(), "means": means}
        )

    def batch_done(
        self, run: str, execution: str, batch: str, counts: Mapping[str, int], at: datetime
    ) -> None:
        """What a run did in one of its batches. Done again it takes the place of the first."""
        self._table.put_item(
            Item={
                "pk": f"RUN#{run}#{execution}",
                "sk": batch,
                **counts,
                "expires": int((at + KEPT).timestamp()),
            }
        )

    def counted(self, run: str, execution: str) -> dict[str, int]:
        """What all batches of a run did, together."""
        totals: dict[str, int] = {}
        for row in dynamo.query(
            self._table, Key("pk").eq(f"RUN#{run}#{execution}"), ConsistentRead=True
        ):
            for name, value in row.items():
                if name not in ("pk", "sk", "expires"):
                    totals[name] = totals.get(name, 0) + int(value)
        return totals

    def end_run(self, run: str, execution: str, counts: Mapping[str, int], at: datetime) -> None:
        """A run is over: its summary."""
        self._table.update_item(
            Key={"pk": f"RUN#{run}", "sk": execution},
            UpdateExpression="SET ended = :at, summary = :counts",
            ExpressionAttributeValues={":at": at.isoformat(), ":counts": dict(counts)},
        )
        self._table.put_item(Item={"pk": "RUNS", "sk": f"{at.isoformat()}#{run}", "run": run})

    def last_day(self) -> date | None:
        """The last day a daily run went through."""
        item = self._table.get_item(Key=_LAST_DAY, ConsistentRead=True).get("Item")
        return date.fromisoformat(item["day"]) if item else None

    def went_through(self, day: date) -> None:
        """A daily run went through this day. An earlier one moves nothing back."""
        try:
            self._table.put_item(
                Item={**_LAST_DAY, "day": day.isoformat()},
                ConditionExpression=Attr("day").not_exists() | Attr("day").lt(day.isoformat()),
            )
        except self._table.meta.client.exceptions.ConditionalCheckFailedException:
            return

    def executions(self, run: str) -> list[dict[str, Any]]:
        """The executions of a run, each with its summary if it ended."""
        rows = dynamo.query(self._table, Key("pk").eq(f"RUN#{run}"))
        return [
            {
                "execution": row["sk"],
                "began": row["began"],
                "ended": row.get("ended"),
                "summary": {name: int(n) for name, n in row.get("summary", {}).items()},
            }
            for row in rows
        ]

    def runs(self, newest: int = 50) -> list[str]:
        """The runs that ended last, newest first."""
        page = self._table.query(
            KeyConditionExpression=Key("pk").eq("RUNS"), ScanIndexForward=False, Limit=newest
        )
        return list(dict.fromkeys(row["run"] for row in page["Items"]))

    # --- how

    def _contracts(self, pk: str) -> list[str]:
        return [
            row["sk"].removeprefix("CONTRACT#")
            for row in dynamo.query(self._table, Key("pk").eq(pk))
        ]


def _agreement_key(contract: str) -> dict[str, Any]:
    return {"pk": f"SHARD#{shard_of(contract)}", "sk": f"{contract}#A"}


def _claim_key(id: str) -> dict[str, str]:
    """Where a claim lies: one place for each incident at a home (A-15)."""
    home, *incident = id.rsplit(".", 2)
    return {"pk": f"CLAIMS#{home}", "sk": ".".join(incident) or "-"}


def _claim_row(claim: Claim) -> dict[str, Any]:
    """A claim as it is stored."""
    return {
        **_claim_key(claim.id),
        "stage": claim.stage,
        "body": claim.model_dump_json(exclude_defaults=True),
    }


def _sticker_key(serial: str) -> dict[str, Any]:
    return {"pk": f"STICKER#{serial}", "sk": "-"}


def fact_row(contract: str, fact: Fact, number: int = 1) -> dict[str, Any]:
    """A fact as it is stored. ``number`` says which arrived first of several at one time."""
    return {
        "pk": f"SHARD#{shard_of(contract)}",
        "sk": f"{contract}#F#{fact.key}",
        "number": number,
        "body": _spelled(fact),
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


def _spelled(fact: Fact) -> str:
    """A fact as JSON, what is as usual left out."""
    said = fact.model_dump(mode="json", exclude_defaults=True)
    return json.dumps({**said, "event": getattr(fact, "event", "")}, ensure_ascii=False)


def _audit(contract: str, key: str, by: Actor) -> dict[str, Any]:
    return {
        "pk": f"AUDIT#{contract}",
        "sk": f"ONCE#{key}",
        "at": by.at.isoformat(),
        "who": by.who,
        "means": by.means,
    }


def _audit_row(contract: str, fact: Fact, by: Actor) -> dict[str, Any]:
    return {
        **_audit(contract, f"FACT#{fact.key}", by),
        "rule": fact.rule,
        "event": getattr(fact, "event", ""),
        "detail": _spelled(fact),
    }


def _contract_of(row: Mapping[str, Any]) -> str:
    key: str = row["sk"]
    return key[: key.index("#")]


def records(rows: Iterable[dict[str, Any]]) -> Iterator[ContractRecord]:
    """Contracts out of their rows, which come side by side."""
    for id, group in groupby(rows, key=_contract_of):
        record: ContractRecord | None = None
        facts: list[tuple[int, AnyFact]] = []
        for row in group:
            kind = row["sk"][len(id) + 1]
            if kind == "A":
                agreement = Agreement.model_validate_json(row["body"])
                record = ContractRecord(
                    agreement, int(row["version"]), row.get("published", ""), row.get("card", "")
                )
            elif kind == "F":
                facts.append((int(row.get("number", 1)), _FACT.validate_json(row["body"])))
            elif record and kind == "I":
                record.issued.append(Issued(row))
            elif record:
                record.payments.append(row)
        if record:
            facts.sort(key=itemgetter(0))
            record.facts = tuple(fact for _, fact in facts)
            yield record
