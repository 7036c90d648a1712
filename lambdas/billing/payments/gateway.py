"""What a card gateway must be able to do, in our words: Stripe can, another may take its place."""

from datetime import date
from typing import NamedTuple, Protocol

from pydantic import Field, PositiveInt

from lambdas.billing.payments.accounts import Card, Value
from lambdas.billing.payments.results import PaymentResult
from lambdas.shared.calendar import Month


class Charge(Value):
    """An invoice to be charged to a card while its owner is not there."""

    contract: str
    invoice: str
    month: Month
    amount: PositiveInt
    """Yen. There is nothing smaller, so the gateway is told yen, never hundredths."""

    card: Card
    on: date
    attempt: int = Field(1, ge=1)
    """Counted up when a refused charge is tried anew, with another card perhaps. After ``retry``
    it stays the same."""

    @property
    def id(self) -> str:
        """The attempt's name. The gateway does the same name once, however often it is asked."""
        return attempt_id(self.contract, self.invoice, self.attempt)


def attempt_id(contract: str, invoice: str, attempt: int) -> str:
    """The name of an attempt to charge a card."""
    return f"card/{contract}/{invoice}/{attempt}"


class Setup(NamedTuple):
    """A card about to be registered: the page hands ``secret`` to the gateway's own form, so that
    the number never comes our way."""

    customer: str
    secret: str


class Page(NamedTuple):
    """The gateway's own page, on which a customer enters a card."""

    customer: str
    address: str


class Misused(Exception):
    """The gateway did not take our words: wrong key, wrong request. For an engineer to look at."""


class Unavailable(Exception):
    """The gateway cannot be reached or has no time. Registering a card can be tried later."""


class PaymentGateway(Protocol):
    """A card gateway."""

    def register(self, contract: str, customer: str | None = None) -> Setup:
        """Begin to register a card; ``customer`` is the gateway's name of who has one already."""

    def page(self, contract: str, back: str, customer: str | None = None) -> Page:
        """Begin to register a card on the gateway's own page. It leads back to ``back``, in which
        ``{visit}`` stands for the visit's name."""

    def token_of(self, visit: str) -> str:
        """The card that was registered on a visit of that page. LookupError when none was."""

    def card(self, token: str) -> Card:
        """What may be kept of a registered card. LookupError when the gateway has no such card."""

    def charge(self, charge: Charge, *, again: bool = False) -> PaymentResult:
        """Charge a card.

        ``again`` says that an earlier call may have got through: what it did is looked for first,
        since gateways forget the names of attempts after a day. Misused when the request is wrong.
        """
