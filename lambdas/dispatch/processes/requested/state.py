"""One dispatch at the customer's request: what its facts amount to."""

from collections.abc import Sequence
from typing import Literal

from lambdas.dispatch.casework.facts import Fact
from lambdas.dispatch.processes.requested import facts as f
from lambdas.dispatch.processes.sites.state import SiteVisit

RequestedStatus = Literal[
    "pricing",
    "searching",
    "offered",
    "nobody",
    "on_the_way",
    "at_the_door",
    "to_be_told",
    "declined",
    "cancelled",
    "closed",
]
RequestedResult = Literal[
    "nothing_wrong", "abnormal", "not_reached", "emergency", "declined", "cancelled", "impossible"
]


class RequestedDispatch(SiteVisit):
    """A dispatch from the call to the report."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        first = facts[0]
        assert isinstance(first, f.DispatchAsked)
        self.request = first
        self.agreed: f.PriceAgreed | None = None
        self.declined: f.PriceDeclined | None = None
        super().__init__(facts[1:], first.escalation)

    def _take(self, fact: Fact) -> None:
        match fact:
            case f.PriceAgreed():
                self.agreed = fact
            case f.PriceDeclined():
                self.declined = fact
            case _:
                super()._take(fact)

    @property
    def owed(self) -> int | None:
        """What the contractor owes, in yen; None while that is not known. Billing charges the same
        by its catalogue (A-41)."""
        price = self.request.price
        if self.to_turn_back:
            return None
        if self.agreed is None:
            return 0 if self.result else None
        if self.went:
            return price.yen
        if self.cancelled:
            return price.called_off_yen
        return 0 if self.given_up or self.corrections else None

    @property
    def result(self) -> RequestedResult | None:
        """How it ended, once that is known."""
        if self.emergencies and (self.report or self.corrections or self.given_up):
            return "emergency"
        if self.report:
            return self.report.outcome
        if self.corrections:
            return "impossible"
        if self.cancelled:
            return "cancelled"
        if self.declined:
            return "declined"
        return "impossible" if self.given_up else None

    @property
    def status(self) -> RequestedStatus:
        """Where it stands."""
        if self.closed:
            return "closed"
        if self.cancelled or self.declined:
            return "cancelled" if self.cancelled else "declined"
        if self.result:
            return "to_be_told"
        if self.going:
            return "at_the_door" if self.arrived else "on_the_way"
        if self.open_offer:
            return "offered"
        if self.agreed is None:
            return "pricing"
        return "nobody" if self.round in self.nobody_in else "searching"
