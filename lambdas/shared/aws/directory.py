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
    Contract,
    ContractContact,
    Device,
    Home,
    InvitationContact,
    Member,
)


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

    def publish_home(self, home: Home) -> None:
        """Publish a home, its people and its contracts; who or what is not in it is out."""
        pk = f"HOME#{home.id}"
        rows: list[dict[str, Any]] = [{"pk": pk, "sk": "HOME", "name": home.name}]
        rows += [{"pk": pk, "sk": f"MEMBER#{m.person}", **m.model_dump()} for m in home.members]
        rows += [{"pk": f"PERSON#{m.person}", "sk": f"HOME#{home.id}"} for m in home.members]
        rows += [
            {
                "pk": pk,
                "sk": f"CONTRACT#{c.id}",
                **c.model_dump(mode="json", exclude_none=True),
            }
            for c in home.contracts
        ]
        stays = {row["sk"] for row in rows if row["pk"] == pk}
        gone = [row["sk"] for row in self._query(pk) if row["sk"] not in stays]
        with self._table.batch_writer() as batch:
            for row in rows:
                batch.put_item(Item=row)
            for sk in gone:
                batch.delete_item(Key={"pk": pk, "sk": sk})
                kind, _, person = sk.partition("#")
                if kind == "MEMBER":
                    batch.delete_item(Key={"pk": f"PERSON#{person}", "sk": f"HOME#{home.id}"})

    def publish_device(self, device: Device) -> None:
        """Publish a device; what was there under its name is replaced."""
        row = {"pk": f"DEVICE#{device.thing}", "sk": "DEVICE", **device.model_dump(mode="json")}
        self._table.put_item(Item=row)

    def withdraw_device(self, thing: str) -> None:
        """A device is no longer there."""
        self._table.delete_item(Key={"pk": f"DEVICE#{thing}", "sk": "DEVICE"})

    def _query(self, pk: str) -> list[Row]:
        return list(dynamo.query(self._table, Key("pk").eq(pk)))


def _contact_key(contract: str) -> dict[str, str]:
    return {"pk": f"CONTRACT#{contract}", "sk": "CONTACT"}


def _invitation_key(contract: str, id: str) -> dict[str, str]:
    return {"pk": f"CONTRACT#{contract}", "sk": f"INVITATION#{id}"}


def _bare(row: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in row.items() if k not in ("pk", "sk")}
