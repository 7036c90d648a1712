"""People, homes, contracts and cameras as every context sees them. Plain models."""

from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from iot.messages import Mode, Response, Sensitivity, Zone

Role = Literal["contractor", "watcher"]
Language = Literal["ja", "en"]
Feature = Literal[
    "room-watch",
    "photo-collection",
    "partner-registration",
    "home-check",
    "sympathy-money",
    "health-line",
    "activity",
    "sleep",
    "absence-notice",
    "fridge-link",
    "intrusion",
    "emergency",
]
"""What a contract can entitle to (``entitlements`` in the catalogue). ``partner-registration`` is
the right to register with the partner, which opens what needs it (DC-31)."""
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
    sensitivity: Sensitivity = "normal"
    zones: tuple[Zone, ...] = ()


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
