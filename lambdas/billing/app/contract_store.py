"""Contracts in billing's one DynamoDB table: what was agreed, facts and invoices.

Facts and invoices are only ever added, each on condition that it is not there yet: whatever comes
twice changes nothing (G-08). The layout of the rows is told in ``records``.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from boto3.dynamodb.conditions import Key

from lambdas.billing.app.audit_store import audit_row_of_fact
from lambdas.billing.app.records import (
    FACT,
    Actor,
    Conflict,
    ContractRecord,
    agreement_key,
    fact_row,
    invoice_row,
    issued_mark,
    records,
)
from lambdas.billing.contract.agreement import Agreement
from lambdas.billing.contract.facts import BilledWith, Fact, Retracted, StickerLent, StickerReturned
from lambdas.billing.contract.sharding import shard_of
from lambdas.billing.documents.invoice import Head
from lambdas.billing.invoicing.invoices import Invoice
from lambdas.shared.aws import dynamo
from lambdas.shared.aws.clients import table


class ContractStore:
    """The contracts' rows."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._table = table(name)

    def create(
        self,
        agreement: Agreement,
        facts: Sequence[Fact],
        by: Actor,
        also: Sequence[dict[str, Any]] = (),
    ) -> bool:
        """Begin a contract with its first facts, and with what is ``also`` to be written. False
        when the contract, or something of that, is there already."""
        shard = shard_of(agreement.id)
        people = {agreement.contractor.id, *(w.id for w in agreement.watchers)} - {""}
        rows: list[dict[str, Any]] = [
            {
                **agreement_key(agreement.id),
                "body": agreement.model_dump_json(exclude_defaults=True),
                "version": len(facts),
            },
            *(fact_row(agreement.id, fact, nth) for nth, fact in enumerate(facts, 1)),
            *(audit_row_of_fact(agreement.id, fact, by) for fact in facts),
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
        return dynamo.transact([*(dynamo.put_new(self._name, row) for row in rows), count, *also])

    def trial_of(self, product: str, who: str) -> str | None:
        """The contract with which somebody took the free trial of a product (DC-07)."""
        row = self._table.get_item(Key=_trial_key(product, who)).get("Item")
        return str(row["contract"]) if row else None

    def take_trial(self, product: str, who: str, contract: str, after: str | None) -> Any:
        """To write, with a new contract, that somebody takes the trial with it: on condition that
        nobody did, or only with the contract ``after``."""
        row = {**_trial_key(product, who), "contract": contract}
        if after is None:
            return dynamo.put_new(self._name, row)
        return dynamo.put(self._name, row, "contract = :after", after=after)

    def append(
        self,
        record: ContractRecord,
        facts: Sequence[Fact],
        by: Actor,
        agreement: Agreement | None = None,
        also: Sequence[dict[str, Any]] = (),
    ) -> None:
        """Add facts, all or none, and with them what they change in the agreement, and what is
        ``also`` to be written. What is known already is left out.

        Conflict when the contract was changed since it was read, so that the rules must be asked
        anew, and when another fact has this id.
        """
        new = [fact for fact in facts if not record.knows(fact)]
        if not new and not also:
            return
        version = record.version + len(new)
        values: dict[str, Any] = {":was": record.version, ":is": version}
        change = "SET version = :is"
        if agreement:
            change += ", body = :body"
            values[":body"] = agreement.model_dump_json(exclude_defaults=True)
        bump = {
            "Update": {
                "TableName": self._name,
                "Key": dynamo.serialize(agreement_key(record.id)),
                "UpdateExpression": change,
                "ConditionExpression": "version = :was",
                "ExpressionAttributeValues": dynamo.serialize(values),
            }
        }
        rows = [
            row
            for number, fact in enumerate(new, record.version + 1)
            for row in (fact_row(record.id, fact, number), audit_row_of_fact(record.id, fact, by))
        ]
        moves = [
            move
            for fact in new
            for move in (*self._sticker_moves(record, fact), *self._joined(record, fact))
        ]
        if not dynamo.transact(
            [*(dynamo.put_new(self._name, row) for row in rows), *moves, *also, bump]
        ):
            raise Conflict(record.id)
        record.agreement = agreement or record.agreement
        added = (FACT.validate_python(fact.model_dump()) for fact in new)
        record.facts = (*record.facts, *added)
        record.version = version

    def sticker_of(self, serial: str) -> str | None:
        """The contract that a sticker is lent for; none when it is with the company (AL-42)."""
        row = self._table.get_item(Key=_sticker_key(serial), ConsistentRead=True).get("Item")
        return str(row["contract"]) if row else None

    def _sticker_moves(self, record: ContractRecord, fact: Fact) -> list[dict[str, Any]]:
        """With the fact, the sticker is bound to one contract, or bound no more."""
        if isinstance(fact, StickerLent):
            row = {**_sticker_key(fact.serial), "contract": record.id}
            return [dynamo.put_new(self._name, row)]
        if isinstance(fact, Retracted):
            lent = (one for one in record.facts if isinstance(one, StickerLent))
            fact = next((one for one in lent if one.key == fact.fact), fact)
        if isinstance(fact, StickerReturned | StickerLent):
            key = dynamo.serialize(_sticker_key(fact.serial))
            return [{"Delete": {"TableName": self._name, "Key": key}}]
        return []

    def _joined(self, record: ContractRecord, fact: Fact) -> list[dict[str, Any]]:
        """With the fact, the contract is found among those that another one pays for (AL-09)."""
        if not isinstance(fact, BilledWith) or not fact.lead:
            return []
        lead = {
            "Update": {
                "TableName": self._name,
                "Key": dynamo.serialize(agreement_key(fact.lead)),
                "UpdateExpression": "SET leads = :yes",
                "ConditionExpression": "attribute_exists(pk)",
                "ExpressionAttributeValues": dynamo.serialize({":yes": True}),
            }
        }
        row = {"pk": f"JOINT#{fact.lead}", "sk": f"CONTRACT#{record.id}"}
        return [dynamo.put(self._name, row), lead]

    def remember_published(self, record: ContractRecord, what: str) -> None:
        """The directory was told this of a contract."""
        self._table.update_item(
            Key=agreement_key(record.id),
            UpdateExpression="SET published = :what",
            ExpressionAttributeValues={":what": what},
        )
        record.published = what

    def record(self, contract: str) -> ContractRecord | None:
        """A contract with all that was recorded of it."""
        rows = dynamo.query(
            self._table,
            Key("pk").eq(f"SHARD#{shard_of(contract)}") & Key("sk").begins_with(f"{contract}#"),
            ConsistentRead=True,
        )
        return next(records(rows, cache(self.invoices)), None)

    def contracts_of_person(self, person: str) -> list[str]:
        """The contracts somebody appears in."""
        return self._contracts(f"PERSON#{person}")

    def contracts_of_home(self, home: str) -> list[str]:
        """The contracts for a home."""
        return self._contracts(f"HOME#{home}")

    def belongs(self, contract: str, person: str) -> list[dict[str, Any]]:
        """To be written with a change that makes somebody appear in a contract."""
        row = {"pk": f"PERSON#{person}", "sk": f"CONTRACT#{contract}"}
        return [dynamo.put(self._name, row)]

    def take_receipt(self, transaction: str, contract: str) -> bool:
        """A purchase is for one contract. False when it was made for another."""
        key = {"pk": f"RECEIPT#{transaction}", "sk": "-"}
        if dynamo.put_if_absent(self._table, {**key, "contract": contract}):
            return True
        known = self._table.get_item(Key=key, ConsistentRead=True)["Item"]
        return bool(known["contract"] == contract)

    def all_in(self, shard: str, after: str = "") -> Iterator[ContractRecord]:
        """The contracts of a shard by their ids, those behind ``after``."""
        beyond = Key("sk").gt(f"{after}#~") if after else Key("sk").gt(" ")
        rows = dynamo.query(
            self._table, Key("pk").eq(f"SHARD#{shard}") & beyond, ConsistentRead=True
        )
        yield from records(rows, lru_cache(maxsize=1)(self.invoices))

    # --- invoices

    def issue(
        self,
        record: ContractRecord,
        invoice: Invoice,
        payment: str,
        at: datetime,
        head: Head,
        known: int,
    ) -> bool:
        """Write an invoice, once a contract and month. False when there was one. ``known`` is how
        many entries it was made from (``History.known``). Conflict when another month's was written
        since the contract was read."""
        marks = "|".join(filter(None, (record.marks, issued_mark(invoice, payment, known))))
        unchanged = "issued = :was" if record.marks else "attribute_not_exists(issued)"
        was = {":was": record.marks} if record.marks else {}
        beside = {
            "Update": {
                "TableName": self._name,
                "Key": dynamo.serialize(agreement_key(record.id)),
                "UpdateExpression": "SET issued = :is",
                "ConditionExpression": unchanged,
                "ExpressionAttributeValues": dynamo.serialize({":is": marks, **was}),
            }
        }
        row = invoice_row(record.id, invoice, payment, at, known, head)
        if dynamo.transact([dynamo.put_new(self._name, row), beside]):
            record.marks = marks
            return True
        key = {"pk": row["pk"], "sk": row["sk"]}
        if "Item" not in self._table.get_item(Key=key, ConsistentRead=True):
            raise Conflict(f"{record.id}: {invoice.month}")
        return False

    def invoices(self, contract: str) -> dict[str, dict[str, Any]]:
        """The rows of a contract's invoices, by their months."""
        found = dynamo.query(self._table, Key("pk").eq(f"INVOICES#{contract}"), ConsistentRead=True)
        return {row["sk"]: row for row in found}

    # --- how

    def _contracts(self, pk: str) -> list[str]:
        return [
            row["sk"].removeprefix("CONTRACT#")
            for row in dynamo.query(self._table, Key("pk").eq(pk))
        ]


def _trial_key(product: str, who: str) -> dict[str, Any]:
    return {"pk": f"TRIAL#{product}#{who}", "sk": "-"}


def _sticker_key(serial: str) -> dict[str, Any]:
    return {"pk": f"STICKER#{serial}", "sk": "-"}
