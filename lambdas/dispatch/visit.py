"""One home check: what its facts amount to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from lambdas.dispatch import facts as f
from lambdas.dispatch.refusals import Refusal, refusals

OfferState = Literal["open", "accepted", "declined", "silent", "broken_off", "withdrawn", "done"]
VisitState = Literal[
    "received",
    "refusable",
    "refused",
    "phoning",
    "searching",
    "offered",
    "nobody",
    "on_the_way",
    "at_the_door",
    "to_be_told",
    "closed",
    "cancelled",
]
Result = Literal["at_home", "absent", "by_phone", "refused", "cancelled", "impossible"]


@dataclass
class Offer:
    """A responder who was asked to go."""

    fact: f.Offered
    state: OfferState = "open"

    @property
    def number(self) -> int:
        """Its number in the case, from 1."""
        return self.fact.offer

    @property
    def responder(self) -> str:
        """Whom it was made to."""
        return self.fact.responder

    @property
    def live(self) -> bool:
        """Whether the responder is bound by it."""
        return self.state in ("open", "accepted")


class Visit:
    """A home check from the call to the report."""

    def __init__(self, facts: Sequence[f.Fact]) -> None:
        first = facts[0]
        assert isinstance(first, f.Requested)
        self.request = first
        self.overridden: f.Overridden | None = None
        self.refusal_told: f.RefusalTold | None = None
        self.phoned: f.TargetPhoned | None = None
        self.offers: list[Offer] = []
        self.round = 1
        self.nobody_in: set[int] = set()
        self.arrived: f.Arrived | None = None
        self.visited: f.Visited | None = None
        self.extended: dict[int, list[f.WaitLonger]] = {}
        self.overdue_visits: dict[int, int] = {}
        self.help_overdue: set[int] = set()
        self.given_up: f.GivenUp | None = None
        self.told: f.ContractorTold | None = None
        self.cancelled: f.Cancelled | None = None
        self.consent_ended: f.ConsentEnded | None = None
        self.recalled: f.Recalled | None = None
        self.closed: f.Closed | None = None
        for fact in facts[1:]:
            self._take(fact)

    def _take(self, fact: f.Fact) -> None:
        match fact:
            case f.Overridden():
                self.overridden = fact
            case f.RefusalTold():
                self.refusal_told = fact
            case f.TargetPhoned():
                self.phoned = fact
            case f.Offered():
                self.offers.append(Offer(fact))
            case f.OfferEnded():
                self.offer(fact.offer).state = fact.outcome
                self.arrived = None
            case f.Accepted():
                self.offer(fact.offer).state = "accepted"
            case f.NobodyFree():
                self.nobody_in.add(fact.round)
            case f.RoundBegun():
                self.round = fact.round
            case f.HelpOverdue():
                self.help_overdue.add(fact.round)
            case f.GivenUp():
                self.given_up = fact
            case f.Arrived():
                self.arrived = fact
            case f.VisitOverdue():
                self.overdue_visits[fact.offer] = self.overdue_visits.get(fact.offer, 0) + 1
            case f.WaitLonger():
                self.extended.setdefault(fact.offer, []).append(fact)
            case f.Visited():
                self.visited = fact
                self.offer(fact.offer).state = "done"
            case f.ContractorTold():
                self.told = fact
            case f.Cancelled():
                self.cancelled = fact
            case f.ConsentEnded():
                self.consent_ended = fact
            case f.Recalled():
                self.recalled = fact
            case f.Closed():
                self.closed = fact

    def offer(self, number: int) -> Offer:
        """The offer of this number."""
        return self.offers[number - 1]

    @property
    def escalation(self) -> f.Escalation:
        """What held when the case opened."""
        return self.request.escalation

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """The grounds for refusing that nobody has set aside."""
        return () if self.overridden else refusals(self.request)

    @property
    def refused(self) -> bool:
        """Whether the request was refused for good."""
        return self.refusal_told is not None

    @property
    def by_phone(self) -> bool:
        """Whether the person answered the phone, so that nobody need go (DL-26)."""
        return self.phoned is not None and self.phoned.outcome == "answered"

    @property
    def open_offer(self) -> Offer | None:
        """The offer that waits for its answer."""
        return next((offer for offer in self.offers if offer.state == "open"), None)

    @property
    def going(self) -> Offer | None:
        """The offer of the responder who is on the way or at the door."""
        return next((offer for offer in self.offers if offer.state == "accepted"), None)

    @property
    def in_round(self) -> list[Offer]:
        """The offers of this round."""
        return [offer for offer in self.offers if offer.fact.round == self.round]

    @property
    def spent(self) -> bool:
        """Whether as many were asked in this round as may be."""
        asked = [offer for offer in self.in_round if not offer.fact.by_hand]
        return len(asked) >= self.escalation.max_offers

    @property
    def asked(self) -> frozenset[str]:
        """Who was asked in this round, and need not be asked again."""
        return frozenset(offer.responder for offer in self.in_round)

    @property
    def result(self) -> Result | None:
        """How it ended, once that is known."""
        if self.visited:
            return "at_home" if self.visited.report.at_home else "absent"
        if self.cancelled:
            return "cancelled"
        if self.refused:
            return "refused"
        if self.by_phone:
            return "by_phone"
        return "impossible" if self.given_up else None

    @property
    def over(self) -> bool:
        """Whether it was called off: nobody shall go any more."""
        return self.cancelled is not None

    @property
    def dispatched(self) -> bool:
        """Whether somebody is on the way, or was there (DL-34 stops what is not)."""
        return self.going is not None or self.visited is not None

    @property
    def state(self) -> VisitState:
        """Where it stands."""
        if self.closed or self.result in ("refused", "cancelled"):
            return "closed" if self.closed else "cancelled" if self.cancelled else "refused"
        if self.result:
            return "to_be_told"
        if self.going:
            return "at_the_door" if self.arrived else "on_the_way"
        if self.open_offer:
            return "offered"
        if self.refusals:
            return "refusable"
        if self.request.frequent and self.phoned is None:
            return "phoning"
        return "nobody" if self.round in self.nobody_in else "searching"

    def report_due(self, offer: Offer) -> datetime:
        """When the report of a visit must be there, or as much later as an operator granted."""
        due = offer.fact.arrives_at + timedelta(minutes=self.escalation.visit_minutes)
        granted = self.extended.get(offer.number, [])
        return max([due, *(wait.on + timedelta(minutes=wait.minutes) for wait in granted)])
