"""The notices table: people's phones, how they want to be told, and what phones have shown."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from boto3.dynamodb.conditions import Attr, Key

from lambdas.notify import phones
from lambdas.notify.phones import Phone, Way
from lambdas.shared.aws import dynamo
from lambdas.shared.aws.clients import table
from lambdas.shared.events import Notice

_RECEIPTS_KEPT = timedelta(days=2)
_TRIES = 5


class TooManyPhones(Exception):
    """A person has as many phones as one may have."""


class PhoneStore:
    """Phones in one DynamoDB table. A phone belongs to one person: to whoever was there last."""

    def __init__(self, name: str) -> None:
        self._name, self._table = name, table(name)

    def phones(self, person: str) -> list[Phone]:
        """A person's phones, the oldest first."""
        of = Key("pk").eq(f"PERSON#{person}") & Key("sk").begins_with("PHONE#")
        rows = dynamo.query(self._table, of, ConsistentRead=True)
        return sorted((_phone(row) for row in rows), key=lambda phone: (phone.added_at, phone.id))

    def keep(self, person: str, phone: Phone) -> None:
        """Keep a person's phone, or what is new of it; it is no longer anybody else's.
        TooManyPhones when it is one more than a person may have."""
        for _ in range(_TRIES):
            known = self.phones(person)
            mine = next((one for one in known if one.id == phone.id), None)
            if mine is None and len(known) >= phones.MOST:
                raise TooManyPhones
            if self._take(person, phone._replace(added_at=mine.added_at) if mine else phone):
                return
        raise RuntimeError(f"phone {phone.id} changes hands all the time")

    def _take(self, person: str, phone: Phone) -> bool:
        owner = self._table.get_item(Key=_owner(phone.id), ConsistentRead=True).get("Item", {})
        before = owner.get("person")
        expires = int((phone.seen_at + phones.KEPT).timestamp())
        row = {**_key(person, phone.id), **_values(phone), "expires": expires}
        owned = {**_owner(phone.id), "person": person, "expires": expires}
        condition = "person = :before" if before else "attribute_not_exists(pk)"
        writes = [
            dynamo.put(self._name, row),
            dynamo.put(self._name, owned, condition, **({"before": before} if before else {})),
        ]
        if before and before != person:
            writes.append(dynamo.delete(self._name, _key(before, phone.id)))
        return dynamo.transact(writes)

    def remove(self, person: str, phone: str) -> None:
        """A person's phone is not told any more; nothing happens to a phone of somebody else."""
        self._table.delete_item(Key=_key(person, phone))
        try:
            self._table.delete_item(
                Key=_owner(phone), ConditionExpression=Attr("person").eq(person)
            )
        except self._table.meta.client.exceptions.ConditionalCheckFailedException:
            return

    # --- how somebody wants to be told

    def way(self, person: str) -> Way:
        """How a person is told what is not urgent; by mail until they choose."""
        item = self._table.get_item(Key=_ways(person)).get("Item", {})
        return "phone" if item.get("way") == "phone" else "mail"

    def choose(self, person: str, way: Way) -> None:
        """Remember how a person wants to be told."""
        self._table.put_item(Item={**_ways(person), "way": way})

    # --- what became of a push

    def awaits(self, notice: Notice, person: str, phone: str) -> bool:
        """Whether a phone has not been sent a notice yet. Two deliveries at one moment may both
        find so: the second push takes the place of the first (its topic and tag)."""
        key = _pushed(notice.id, person, phone)
        return "Item" not in self._table.get_item(Key=key, ConsistentRead=True)

    def pushed(self, notice: Notice, person: str, phone: str, result: str) -> None:
        """A push service took a notice for a phone, or said that there is no such phone (G-07)."""
        self._table.put_item(
            Item={
                **_pushed(notice.id, person, phone),
                "kind": notice.kind,
                "at": notice.at.isoformat(),
                "means": "push",
                "rule": notice.rule,
                "state": result,
                "expires": int((notice.at + timedelta(days=400)).timestamp()),
            }
        )

    def receipt(self, notice: Notice, person: str, now: datetime) -> str:
        """A word by which a phone says that it has shown a notice; good for two days."""
        word = secrets.token_urlsafe(24)
        expires = int((now + _RECEIPTS_KEPT).timestamp())
        row = {**_receipt(word), "notice": notice.id, "person": person, "expires": expires}
        self._table.put_item(Item=row)
        return word

    def shown(self, receipt: str, now: datetime) -> bool:
        """A phone has shown the notice of a receipt; False when there is no such receipt."""
        row = self._table.get_item(Key=_receipt(receipt)).get("Item")
        if row is None or int(row["expires"]) <= now.timestamp():
            return False
        seen: dict[str, Any] = {**_seen(row["notice"], row["person"]), "at": now.isoformat()}
        seen["expires"] = int((now + timedelta(days=400)).timestamp())
        dynamo.put_if_absent(self._table, seen)
        return True

    def seen(self, notice: str, person: str) -> bool:
        """Whether one of a person's phones has shown a notice."""
        key = _seen(notice, person)
        return "Item" in self._table.get_item(Key=key, ConsistentRead=True)


def _values(phone: Phone) -> dict[str, str]:
    said = phone._asdict()
    return {
        name: value.isoformat() if isinstance(value, datetime) else str(value)
        for name, value in said.items()
    }


def _phone(row: Mapping[str, Any]) -> Phone:
    said = {name: str(row[name]) for name in ("id", "endpoint", "p256dh", "auth", "name")}
    added, seen = (datetime.fromisoformat(row[name]) for name in ("added_at", "seen_at"))
    return Phone(**said, added_at=added, seen_at=seen)


def _key(person: str, phone: str) -> dict[str, str]:
    return {"pk": f"PERSON#{person}", "sk": f"PHONE#{phone}"}


def _owner(phone: str) -> dict[str, str]:
    return {"pk": f"PHONE#{phone}", "sk": "OWNER"}


def _ways(person: str) -> dict[str, str]:
    return {"pk": f"PERSON#{person}", "sk": "WAYS"}


def _pushed(notice: str, person: str, phone: str) -> dict[str, str]:
    return {"pk": f"NOTICE#{notice}", "sk": f"PUSHED#{person}#{phone}"}


def _seen(notice: str, person: str) -> dict[str, str]:
    return {"pk": f"NOTICE#{notice}", "sk": f"SEEN#{person}"}


def _receipt(word: str) -> dict[str, str]:
    return {"pk": f"RECEIPT#{word}", "sk": "RECEIPT"}
