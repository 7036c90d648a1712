"""What can happen in a dispatch at the customer's request (駆けつけ), from call to report."""

from typing import Annotated, Literal

from pydantic import Field

from lambdas.dispatch.assignment.facts import OF_AN_ASSIGNMENT, Escalation, ResultTold
from lambdas.dispatch.casework.facts import EVERYWHERE, Fact, Model
from lambdas.dispatch.processes.sites.report import SiteCorrected, SiteReported
from lambdas.dispatch.processes.sites.site import Guest, Site
from lambdas.shared.centres import Centre


class Client(Model):
    """Who phones and wants somebody to be sent."""

    name: str = Field(min_length=1, max_length=60)
    number: str = Field("", max_length=20)


class Price(Model):
    """What it costs, tax included; and when it is called off after it was accepted (A-41)."""

    yen: int = Field(ge=0)
    rule: str
    called_off_yen: int = Field(ge=0)
    called_off_rule: str


class DispatchAsked(Fact):
    """A customer asked by telephone that somebody be sent, with the price as it was then."""

    event: Literal["dispatch_asked"] = "dispatch_asked"
    rule: str = "AL-23"
    contract: str
    product: str
    home: str
    home_name: str
    contractor: Guest
    caller: Client
    note: str = ""
    target: Site
    price: Price
    centre: Centre | None = None  # that looks after the home (AL-21)
    escalation: Escalation


class AskedOnceMore(Fact):
    """The same was asked while it was under way."""

    event: Literal["asked_again"] = "asked_again"
    rule: str = "AL-23"
    caller: Client
    note: str = ""


class PriceAgreed(Fact):
    """The caller was told the price and agreed: the request is accepted (AL-77)."""

    event: Literal["price_agreed"] = "price_agreed"
    rule: str = "AL-23"
    yen: int
    said: str = ""


class PriceDeclined(Fact):
    """The caller did not want it at that price, or nobody could tell it in time: nothing is
    owed."""

    event: Literal["price_declined"] = "price_declined"
    rule: str = "AL-23"
    told: bool = True
    said: str = ""


RequestedFact = Annotated[
    DispatchAsked
    | AskedOnceMore
    | PriceAgreed
    | PriceDeclined
    | SiteReported
    | SiteCorrected
    | ResultTold
    | OF_AN_ASSIGNMENT
    | EVERYWHERE,
    Field(discriminator="event"),
]
