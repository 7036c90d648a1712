"""People, homes, contracts and devices as every context sees them. Plain models."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from iot.kinds import GROUP_OF, Group, Kind
from iot.messages.camera import CameraState
from lambdas.shared.centres import Centre

Role = Literal["contractor", "watcher", "watched"]
"""契約者, 見守り者, 見守られ者 (HT-01). Who is watched over may see what is known, and is told of
nothing."""

Language = Literal["ja", "en"]
Feature = str
"""What a contract can entitle to: the names under ``entitlements`` in billing's catalogue. Which
features exist is the catalogue's matter; a context asks for its own by name."""


class Item(BaseModel):
    """Base of what is kept in the directory."""

    model_config = ConfigDict(frozen=True)


class Member(Item):
    """A person who belongs to a home."""

    person: str  # the login's subject
    role: Role
    name: str
    email: str


_MAY_MOST: tuple[Role, ...] = ("contractor", "watcher", "watched")


def each_once(members: Iterable[Member]) -> tuple[Member, ...]:
    """Everybody once, in the role that may most: one may watch and be watched over, or have a
    contract and watch by another."""
    by_role = sorted(members, key=lambda one: _MAY_MOST.index(one.role), reverse=True)
    return tuple({one.person: one for one in by_role}.values())


class ContractContact(Item):
    """To whom mails about a contract go: its contractor, who may have no login yet, and no home."""

    contract: str
    person: str = ""  # the login's subject; empty without one
    name: str
    email: str


class InvitationContact(Item):
    """To whom an invitation goes that nobody has accepted yet, and the secret of its link."""

    contract: str
    id: str
    name: str
    email: str
    token: str


class DispatchPrice(Item):
    """What it costs, tax included, when somebody is sent because the customer asks; and when that
    is called off after it was accepted (A-41)."""

    yen: int
    rule: str
    called_off_yen: int
    called_off_rule: str


class Contract(Item):
    """What a contract entitles a home to, and when."""

    id: str
    product: str
    features: frozenset[Feature]
    limits: Mapping[Group, int] = {}
    """How many devices of a group may be linked, where the product says so."""

    contacts: int | None = None
    """How many emergency contacts it keeps, where the product says so (AL-92)."""

    dispatch: DispatchPrice | None = None
    """The price of a dispatch at the customer's request; None where nobody is sent for that."""

    centre: Centre | None = None
    """Which centre looks after the home (AL-21); None where the contract names no prefecture."""

    starts: AwareDatetime
    ends: AwareDatetime | None = None

    def in_force(self, now: datetime) -> bool:
        """Whether the contract entitles to anything at ``now``."""
        return self.starts <= now and (self.ends is None or now < self.ends)


class AlarmContact(Item):
    """Somebody who is phoned when a home raises an alarm (緊急連絡先, AL-54)."""

    name: str
    phone: str
    relation: str = ""  # in the family's own words; ``doctor`` for the family doctor


class AlarmFile(Item):
    """What the centre needs of a guarded home when it raises an alarm, as it was when it did.

    ``version`` names it; a new one is published with every change.
    """

    home: str
    version: str
    phone: str = ""  # at the home, for the call that asks what happened (AL-19)
    password: str = ""  # a slow hash: who says it may call the alarm a mistake (AL-20)
    names: tuple[str, ...] = ()  # who may call it a mistake by saying who they are
    contacts: tuple[AlarmContact, ...] = ()  # in the order in which they are phoned


class Device(Item):
    """A device as other contexts see it."""

    thing: str
    home: str
    kind: Kind
    name: str
    active: bool  # has its own certificate
    camera: CameraState | None = None
    """What a camera is set to; None for devices of other kinds."""

    @property
    def group(self) -> Group:
        """The group of devices it is of."""
        return GROUP_OF[self.kind]

    @property
    def settings(self) -> CameraState:
        """What a camera is set to. Raises ValueError for a device of another kind."""
        if self.camera is None:
            raise ValueError(f"{self.thing} is no camera")
        return self.camera


class Home(Item):
    """A home with its people and contracts."""

    id: str
    name: str
    members: tuple[Member, ...] = ()
    contracts: tuple[Contract, ...] = ()

    def member(self, person: str) -> Member | None:
        """The member with this login, if there is one."""
        return next((m for m in self.members if m.person == person), None)

    @property
    def watchers(self) -> tuple[Member, ...]:
        """Who is told of the home: all but the one who is watched over (HT-11)."""
        return tuple(m for m in self.members if m.role != "watched")

    @property
    def centre(self) -> Centre | None:
        """Which centre looks after it (AL-21), as far as any of its contracts says."""
        return next((one.centre for one in self.contracts if one.centre), None)

    def features(self, now: datetime) -> frozenset[Feature]:
        """Everything the contracts in force entitle to."""
        return frozenset().union(*(c.features for c in self.contracts if c.in_force(now)))

    def limit(self, group: Group, now: datetime) -> int:
        """How many devices of a group may be linked (DC-18: 3 cameras for each contract)."""
        return sum(c.limits.get(group, 0) for c in self.contracts if c.in_force(now))
