"""What ``dispatch`` tells the other contexts."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime, Field

from lambdas.shared.events.base import Event


class ResponderAvailable(Event):
    """Whether a responder can be sent is to be looked at: they came on duty or said where they are
    while cases wait, or ended duty while a case is promised to them."""

    source: ClassVar[str] = "mimamori.dispatch"

    person: str  # the login's subject
    at: AwareDatetime


class PartnerRegistered(Event):
    """A contractor registered with the partner who makes home checks (DC-31)."""

    source: ClassVar[str] = "mimamori.dispatch"

    contract: str
    case: str
    at: AwareDatetime
    by: str  # the contractor's login


class DispatchSettled(Event):
    """It is known what came of a dispatch that was accepted: somebody went, or it was called off.
    Said once or often, what is charged for it is the same; the price is the product's (A-41)."""

    source: ClassVar[str] = "mimamori.dispatch"

    contract: str
    case: str
    cause: Literal["sensor", "request"]
    at: AwareDatetime  # when it was accepted
    called_off: bool
    mistake: bool = False  # called off because the alarm was a mistake (AL-20)
    agreed_yen: int | None = Field(None, ge=0)  # the price that the caller agreed to, tax included
    edition: int = Field(0, ge=0)  # counts what was told wrongly before, and is told anew
    void: bool = False  # nobody went after all: nothing is owed


class EmptyHomeVisited(Event):
    """Somebody was at a home whose people are away, and reported."""

    source: ClassVar[str] = "mimamori.dispatch"

    contract: str
    case: str
    visit: Literal["patrol", "ventilation"]
    at: AwareDatetime
    forwarding_yen: int = Field(0, ge=0)  # what it cost to send the mail on (AL-83)
    edition: int = Field(0, ge=0)  # counts what was told wrongly before, and is told anew
    void: bool = False  # nobody was there after all


class AlarmProgress(Event):
    """Where the case of an alarm stands. Of several of a case the one with the highest ``version``
    counts, in whatever order they come."""

    source: ClassVar[str] = "mimamori.dispatch"

    case: str
    version: int
    home: str
    area: str
    signals: tuple[str, ...]
    open: bool
    rescue: bool  # somebody may need an ambulance: 救急情報 may be read (AL-06)
    stage: str  # raised, searching, on_the_way, at_the_door, …
    result: str | None
    at: AwareDatetime
