"""What ``dispatch`` tells the other contexts."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime, Field

from lambdas.shared.events.base import Event


class ResponderAvailable(Event):
    """A responder who can be sent came on duty or said where they are, while cases wait."""

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
    agreed_yen: int | None = Field(None, ge=0)  # the price that the caller agreed to, tax included


class EmptyHomeVisited(Event):
    """Somebody was at a home whose people are away, and reported."""

    source: ClassVar[str] = "mimamori.dispatch"

    contract: str
    case: str
    visit: Literal["patrol", "ventilation"]
    at: AwareDatetime
    forwarding_yen: int = Field(0, ge=0)  # what it cost to send the mail on (AL-83)
