"""The directory: the published read model of households.

Every context reads it to know who may see what, and notify to know whom to write to. Two contexts
publish into it, each its own items: contracts, their people and their contacts (billing), devices
(devices).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from boto3.dynamodb.conditions import Key

from lambdas.shared.aws import dynamo
from lambdas.shared.aws.clients import table
from lambdas.shared.aws.dynamo import Row
from lambdas.shared.household import (
    AlarmFile,
    Contract,
    ContractContact,
    Device,
    Home,
    InvitationContact,
    Member,
)

MOST_AT_ONCE = 99
"""Rows written in one transaction, beside the home's own."""


class Directory:
    """Reads and publishes directory items in one DynamoDB table."""

    def __init__(self, name: str, table_of: Callable[[str], Any] = table) -> None:
        self._table = table_of(name)

    def home(self, home: str) -> Home | None:
        """The home with its members and contracts."""
        rows = self._query(f"HOME#{home}")
        profile = next((r for r in rows if r["sk"] == "HOME"), None)
        if profile is None:
            return None
        return Home(
            id=home,
            name=profile["name"],
            members=tuple(Member(**_bare(r)) for r in rows if r["sk"].startswith("MEMBER#")),
            contracts=tuple(Contract(**_bare(r)) for r in rows if r["sk"].startswith("CONTRACT#")),
        )

    def homes_of(self, person: str) -> list[str]:
        """The homes that a login belongs to."""
        return [r["sk"].removeprefix("HOME#") for r in self._query(f"PERSON#{person}")]

    def device(self, thing: str) -> Device | None:
        """The device of this name."""
        item = self._table.get_item(Key={"pk": f"DEVICE#{thing}", "sk": "DEVICE"})
        return Device(**_bare(item["Item"])) if "Item" in item else None

    def contact(self, contract: str) -> ContractContact | None:
        """Whom to write to about a contract."""
        item = self._table.get_item(Key=_contact_key(contract)).get("Item")
        if item is None:
            return None
        return ContractContact(**{k: v for k, v in _bare(item).items() if k != "expires"})

    def publish_contact(self, contact: ContractContact, expires: datetime | None) -> None:
        """Publish whom to write to about a contract, forgotten at ``expires``."""
        row = {**_contact_key(contact.contract), **contact.model_dump()}
        if expires:
            row["expires"] = int(expires.timestamp())
        self._table.put_item(Item=row)

    def alarm_file(self, home: str, version: str) -> AlarmFile | None:
        """What the centre needs of a guarded home, as it was in this version."""
        item = self._table.get_item(Key=_alarm_key(home, version)).get("Item")
        if item is None:
            return None
        return AlarmFile(**{k: v for k, v in _bare(item).items() if k != "expires"})

    def publish_alarm_file(self, file: AlarmFile, expires: datetime | None = None) -> None:
        """Publish a version of it, forgotten at ``expires``."""
        row = {**_alarm_key(file.home, file.version), **file.model_dump(mode="json")}
        if expires:
            row["expires"] = int(expires.timestamp())
        self._table.put_item(Item=row)

    def invite(self, invitation: InvitationContact, expires: datetime) -> InvitationContact:
        """Publish whom an invitation goes to until it is accepted, forgotten at ``expires``. The
        invitation as it stands: the same when it was published before."""
        row = {
            **_invitation_key(invitation.contract, invitation.id),
            **invitation.model_dump(),
            "expires": int(expires.timestamp()),
        }
        if dynamo.put_if_absent(self._table, row):
            return invitation
        return self.invitation(invitation.contract, invitation.id) or invitation

    def invitation(self, contract: str, id: str) -> InvitationContact | None:
        """An invitation that was not accepted yet."""
        key = _invitation_key(contract, id)
        found = Key("pk").eq(key["pk"]) & Key("sk").eq(key["sk"])
        row = next(dynamo.query(self._table, found, ConsistentRead=True), None)
        if row is None:
            return None
        return InvitationContact(**{k: v for k, v in _bare(row).items() if k != "expires"})

    def withdraw_invitation(self, contract: str, id: str) -> None:
        """An invitation is accepted, or not to be accepted any more."""
        self._table.delete_item(Key=_invitation_key(contract, id))

    def publish_home(self, home: Home, version: int = 0) -> bool:
        """Publish a home, its people and its contracts; who or what is not in it is out.

        ``version`` grows with what is known of the home. False when a later one is published
        already: what was known earlier never takes its place.
        """
        pk = f"HOME#{home.id}"
        there = {row["sk"]: row for row in self._query(pk, ConsistentRead=True)}
        profile = {"pk": pk, "sk": "HOME", "name": home.name, "version": version}
        rows = [
            {"pk": pk, "sk": f"MEMBER#{member.person}", **member.model_dump()}
            for member in home.members
        ]
        rows += [
            {
                "pk": pk,
                "sk": f"CONTRACT#{one.id}",
                **one.model_dump(mode="json", exclude_none=True),
            }
            for one in home.contracts
        ]
        stays = {"HOME", *(row["sk"] for row in rows)}
        writes: list[Row] = []
        for row in rows:
            if there.get(row["sk"]) != row:
                writes.append(self._put(row))
            kind, _, person = row["sk"].partition("#")
            if kind == "MEMBER":
                writes.append(self._put(_home_of(person, home.id)))
        for sk in there.keys() - stays:
            writes.append(self._delete({"pk": pk, "sk": sk}))
            kind, _, person = sk.partition("#")
            if kind == "MEMBER":
                writes.append(self._delete(_home_of(person, home.id)))
        not_later = self._put(
            profile,
            ConditionExpression="attribute_not_exists(version) OR version <= :version",
            ExpressionAttributeValues={":version": version},
        )
        return all(
            dynamo.transact(
                [not_later, *writes[first : first + MOST_AT_ONCE]], self._table.meta.client
            )
            for first in range(0, max(1, len(writes)), MOST_AT_ONCE)
        )

    def _put(self, row: Row, **condition: Any) -> Row:
        return {"Put": {"TableName": self._table.name, "Item": row, **condition}}

    def _delete(self, key: Row) -> Row:
        return {"Delete": {"TableName": self._table.name, "Key": key}}

    def publish_device(self, device: Device) -> None:
        """Publish a device; what was there under its name is replaced."""
        self._table.put_item(Item={"pk": _things(device.home), "sk": device.thing})
        row = {"pk": f"DEVICE#{device.thing}", "sk": "DEVICE", **device.model_dump(mode="json")}
        self._table.put_item(Item=row)

    def things(self, home: str) -> list[str]:
        """The devices that a home has or had: what they said may be kept still."""
        return [row["sk"] for row in self._query(_things(home))]

    def linked(self, home: str) -> list[str]:
        """The devices that a home has."""
        devices = ((thing, self.device(thing)) for thing in self.things(home))
        return [thing for thing, device in devices if device and device.home == home]

    def withdraw_device(self, thing: str) -> None:
        """A device is no longer there."""
        self._table.delete_item(Key={"pk": f"DEVICE#{thing}", "sk": "DEVICE"})

    def _query(self, pk: str, **more: Any) -> list[Row]:
        return list(dynamo.query(self._table, Key("pk").eq(pk), **more))


def _things(home: str) -> str:
    return f"THINGS#{home}"


def _home_of(person: str, home: str) -> dict[str, str]:
    return {"pk": f"PERSON#{person}", "sk": f"HOME#{home}"}


def _contact_key(contract: str) -> dict[str, str]:
    return {"pk": f"CONTRACT#{contract}", "sk": "CONTACT"}


def _alarm_key(home: str, version: str) -> dict[str, str]:
    return {"pk": f"ALARM#{home}", "sk": version}


def _invitation_key(contract: str, id: str) -> dict[str, str]:
    return {"pk": f"CONTRACT#{contract}", "sk": f"INVITATION#{id}"}


def _bare(row: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in row.items() if k not in ("pk", "sk")}
