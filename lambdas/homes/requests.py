"""Somebody wants to see what is kept of them, or wants it erased (開示, 消去). Plain models."""

from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from lambdas.shared.household import Home
from lambdas.shared.personal_data import DISCLOSURES, ERASURES, Subject

What = Literal["disclosure", "erasure"]

CONTEXTS = (
    *("billing", "detect", "devices", "dispatch", "homes", "ingest", "news", "notify"),
    "security",
)
"""Those that keep anything of people: each has a part in every request."""

AGAIN = timedelta(days=1)
"""For so long a disclosure that was asked for is the same one when it is asked for again."""

FILES_KEPT = timedelta(days=7)
RECORD_KEPT = timedelta(days=5 * 366)
"""That somebody asked, and what became of it, is kept for as long as it could be argued about."""


class NotErased(Exception):
    """What is kept may not be erased yet; ``why`` is a problem's slug."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Request(BaseModel):
    """A request about a home's data, or a person's. An erasure is agreed to by a second person of
    the staff before anything is erased."""

    model_config = ConfigDict(frozen=True)

    id: str
    what: What
    subject: Subject
    asked_by: str
    asked_at: AwareDatetime
    reason: str = ""
    agreed_by: str = ""
    agreed_at: AwareDatetime | None = None

    @property
    def of(self) -> str:
        """Whose it is, as its rows are named."""
        return (
            of_home(self.subject.home) if self.subject.home else of_person(self.subject.persons[0])
        )

    @property
    def place(self) -> str:
        """Where contexts put their parts."""
        return f"{DISCLOSURES if self.what == 'disclosure' else ERASURES}/{self.id}"

    @property
    def begun(self) -> bool:
        """Whether contexts were told to do it."""
        return self.what == "disclosure" or bool(self.agreed_by)

    def agreed(self, by: str, at: datetime) -> "Request":
        """Agreed to. NotErased when it is by who asked for it."""
        if by == self.asked_by:
            raise NotErased("second-person-needed")
        return self.model_copy(update={"agreed_by": by, "agreed_at": at})


def of_home(home: str) -> str:
    """The key of requests about a home."""
    return f"HOME#{home}"


def of_person(person: str) -> str:
    """The key of requests about a person."""
    return f"PERSON#{person}"


def subject_of(home: Home, things: list[str], alone: list[str]) -> Subject:
    """Whose data a home's is: its devices, contracts, and those people (``alone``) who belong to no
    other."""
    return Subject(
        home=home.id,
        things=tuple(sorted(things)),
        contracts=tuple(sorted(one.id for one in home.contracts)),
        persons=tuple(sorted(alone)),
    )


def check_erasure(home: Home, linked: int, now: datetime) -> None:
    """NotErased while a contract is in force, or a device is linked: what it says would be kept
    again the next minute."""
    if any(one.in_force(now) or one.starts > now for one in home.contracts):
        raise NotErased("contract-in-force")
    if linked:
        raise NotErased("devices-linked")
