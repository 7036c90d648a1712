"""What ``dispatch`` tells the other contexts."""

from typing import ClassVar

from pydantic import AwareDatetime

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
