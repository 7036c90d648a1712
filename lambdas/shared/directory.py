"""The directory: the published read model of people, homes, contracts and devices.

Every context reads it to know who may see what. Two contexts publish into it, each its own items:
contracts and their people (billing; seeded until contracts exist), devices (devices).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from boto3.dynamodb.conditions import Key
from pydantic import AwareDatetime, BaseModel, ConfigDict

from iot.messages import Mode, Response
from lambdas.shared.aws import table

Role = Literal["contractor", "watcher"]
Language = Literal["ja", "en"]
Feature = Literal["room-watch", "photo-collection"]
CameraKind = Literal["smart-camera", "phone-camera"]


class Item(BaseModel):
    """Base of what is kept in the directory."""

    model_config = ConfigDict(frozen=True)


class Member(Item):
    """A person who belongs to a home."""

    person: str  # the login's subject
    role: Role
    name: str
    email: str


class Contract(Item):
    """What a contract entitles a home to, and when."""

    id: str
    product: str
    features: frozenset[Feature]
    max_cameras: int
    starts: AwareDatetime
    ends: AwareDatetime | None = None

    def in_force(self, now: datetime) -> bool:
        """Whether the contract entitles to anything at ``now``."""
        return self.starts <= now and (self.ends is None or now < self.ends)


class Device(Item):
    """A camera as other contexts see it."""

    thing: str
    home: str
    kind: CameraKind
    name: str
    mode: Mode
    response: Response
    active: bool  # has its own certificate


class Home(Item):
    """A home with its people and contracts."""

    id: str
    name: str
    members: tuple[Member, ...] = ()
    contracts: tuple[Contract, ...] = ()

    def member(self, person: str) -> Member | None:
        """The member with this login, if there is one."""
        return next((m for m in self.members if m.person == person), None)

    def features(self, now: datetime) -> frozenset[Feature]:
        """Everything the contracts in force entitle to."""
        return frozenset().union(*(c.features for c in self.contracts if c.in_force(now)))

    def max_cameras(self, now: datetime) -> int:
        """How many cameras may be linked (DC-18: 3 per contract)."""
        return sum(c.max_cameras for c in self.contracts if c.in_force(now))


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

    def publish_home(self, home: Home) -> None:
        """Publish a home, its people and its contracts."""
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
        with self._table.batch_writer() as batch:
            for row in rows:
                batch.put_item(Item=row)

    def publish_device(self, device: Device) -> None:
        """Publish a device; what was there under its name is replaced."""
        row = {"pk": f"DEVICE#{device.thing}", "sk": "DEVICE", **device.model_dump()}
        self._table.put_item(Item=row)

    def withdraw_device(self, thing: str) -> None:
        """A device is no longer there."""
        self._table.delete_item(Key={"pk": f"DEVICE#{thing}", "sk": "DEVICE"})

    def _query(self, pk: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = []
        start: dict[str, Any] = {}
        while True:
            page = self._table.query(KeyConditionExpression=Key("pk").eq(pk), **start)
            items += page["Items"]
            if "LastEvaluatedKey" not in page:
                return items
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def _bare(row: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in row.items() if k not in ("pk", "sk")}
