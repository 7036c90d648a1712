"""An assignment: who was asked to go, who goes, how far they are. What its facts amount to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from lambdas.dispatch.assignment import facts as f
from lambdas.dispatch.casework.facts import WORKFLOW, Closed, Fact, TaskOverdue

OfferState = Literal["open", "accepted", "declined", "silent", "broken_off", "withdrawn", "done"]


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


class Assignment:
    """What the facts of a case amount to in which somebody is sent. Of each kind of case there is a
    subclass, which adds what is particular to it."""

    def __init__(self, facts: Sequence[Fact], escalation: f.Escalation) -> None:
        self.escalation = escalation  # what held when the case opened
        self.offers: list[Offer] = []
        self.round = 1
        self.asked_from = 1  # the round since which nobody is asked twice
        self.planned = ""  # whom this round is to ask
        self.waits_since: datetime | None = None  # since when nobody could be asked
        self.nobody_in: dict[int, f.NobodyFree] = {}
        self.arrived: f.Arrived | None = None
        self.arrivals: set[int] = set()  # the offers whose responders were at the door
        self.aside: list[f.Reported] = []  # what was seen by who was not to go any more
        self.stood_there = False  # whether anybody stood at the door, also who broke off then
        self.extended: dict[int, list[f.WaitLonger]] = {}
        self.overdue_visits: dict[int, int] = {}
        self.help_overdue: set[int] = set()
        self.given_up: f.GivenUp | None = None
        self.cancelled: f.Cancelled | None = None
        self.recalled: f.Recalled | None = None
        self._taken_back: Offer | None = None  # who was on the way until the last fact
        self.called_back: Offer | None = None  # who was on the way when it was called off
        self.turn_backs_overdue = 0
        self.closed: Closed | None = None
        self.emergencies: list[f.Emergency] = []
        self.emergencies_told = self.emergencies_led = 0  # of how many that was done
        before: Fact | None = None
        for fact in facts:
            if before is None or before.on != fact.on or not isinstance(before, f.OfferEnded):
                self._taken_back = None
            self._take(fact)
            before = fact

    def _take(self, fact: Fact) -> None:
        """Something happened. Facts of the kind of case are its subclass's."""
        match fact:
            case f.Offered():
                self.offers.append(Offer(fact))
            case f.OfferEnded():
                offer = self.offer(fact.offer)
                went = fact.outcome == "withdrawn" and offer.state == "accepted"
                self._taken_back = offer if went and self.has_left(offer) else None
                offer.state = fact.outcome
                self.arrived = None
            case f.Accepted():
                self.offer(fact.offer).state = "accepted"
            case f.NobodyFree():
                self.nobody_in[fact.round] = fact
                self.waits_since = self.waits_since or fact.on
            case f.RoundBegun():
                self.round, self.planned = fact.round, fact.planned
                self.asked_from = self.asked_from if fact.others_only else fact.round
            case f.HelpOverdue():
                self.help_overdue.add(fact.round)
            case f.GivenUp():
                self.given_up = fact
                if self.aside and not self.reported:  # somebody was there after all
                    self._take(self.aside[-1].model_copy(update={"aside": False}))
            case f.Reported(aside=True):
                self.aside.append(fact)
                self.stood_there = True
            case f.Arrived():
                here = self.offer(fact.offer).state == "accepted"
                self.arrived = fact if here else self.arrived
                self.arrivals.add(fact.offer)
                self.stood_there = True
            case f.VisitOverdue():
                self.overdue_visits[fact.offer] = self.overdue_visits.get(fact.offer, 0) + 1
            case f.WaitLonger():
                self.extended.setdefault(fact.offer, []).append(fact)
            case f.Cancelled():
                self.cancelled = fact
                self.called_back = self._taken_back
            case TaskOverdue(task="turn_back"):
                self.turn_backs_overdue += 1
            case f.Recalled():
                self.recalled = fact
                self.stood_there |= fact.outcome == "too_late"
            case f.Emergency():
                self.emergencies.append(fact)
            case f.EmergencyTold(outcome="told"):
                self.emergencies_told = len(self.emergencies)
            case f.EmergencyLed():
                self.emergencies_led = len(self.emergencies)
            case Closed():
                self.closed = fact

    def offer(self, number: int) -> Offer:
        """The offer of this number."""
        return self.offers[number - 1]

    @property
    def open_offer(self) -> Offer | None:
        """The offer that waits for its answer."""
        return next((offer for offer in self.offers if offer.state == "open"), None)

    @property
    def going(self) -> Offer | None:
        """The offer of the responder who is on the way or at the door."""
        return next((offer for offer in self.offers if offer.state == "accepted"), None)

    @property
    def live(self) -> Offer | None:
        """The offer by which a responder is bound to the case."""
        return self.going or self.open_offer

    def has_left(self, offer: Offer) -> bool:
        """Whether whoever has this offer, which they took, is on the way by it."""
        return True

    @property
    def to_turn_back(self) -> Offer | None:
        """The offer of whoever was on the way when it was called off, and is to be phoned."""
        return self.called_back if self.recalled is None else None

    @property
    def too_late(self) -> bool:
        """Whether somebody was there already when it was called off."""
        said = self.recalled
        return self.cancelled is not None and said is not None and said.outcome == "too_late"

    @property
    def reported(self) -> bool:
        """Whether somebody went and said what they saw."""
        return any(offer.state == "done" for offer in self.offers)

    def stands_aside(self, number: int) -> bool:
        """Whether what whoever had this offer reports now is not the case's result: another has
        the visit, or it was called off. Where nobody could be sent any more, it is."""
        if self.offer(number).state == "accepted":
            return False
        return self.given_up is None or self.reported or self.cancelled is not None

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
        """Who was asked in this round, and need not be asked again; also in the rounds before it
        if this one only looks for others."""
        return frozenset(
            offer.responder
            for offer in self.offers
            if offer.fact.round >= self.asked_from and not _did_not_look(offer)
        )

    @property
    def not_while_busy(self) -> frozenset[str]:
        """Who did not look at an offer while they were at another case: they are asked again when
        they are free."""
        return frozenset(offer.responder for offer in self.offers if _did_not_look(offer))

    @property
    def waiting(self) -> bool:
        """Whether the case waits for somebody who can be sent."""
        settled = self.over or self.given_up or self.reported or self.live
        return self.round in self.nobody_in and not settled

    @property
    def over(self) -> bool:
        """Whether it was called off: nobody shall go any more."""
        return self.cancelled is not None

    @property
    def dispatched(self) -> bool:
        """Whether somebody is on the way, or was there (DL-34 stops what is not)."""
        return self.going is not None or self.reported

    def expected_free(self, offer: Offer) -> datetime:
        """When who goes is expected to be through: after what a visit usually takes, or as much
        later as an operator heard."""
        here = offer is self.going and self.arrived is not None
        begins = self.arrived.occurred if here and self.arrived else offer.fact.arrives_at
        usual = begins + timedelta(minutes=self.escalation.stay_minutes)
        return max([usual, *self._heard(offer)])

    def counted_on_until(self, offer: Offer) -> datetime:
        """Until when it is believed that who goes will be free as expected: then a report should
        have come, or somebody should have asked."""
        due = offer.fact.arrives_at + timedelta(minutes=self.escalation.visit_minutes)
        return max([due, self.expected_free(offer), *self._heard(offer)])

    def _heard(self, offer: Offer) -> list[datetime]:
        """Until when it takes, as operators heard from who goes; not what passed in silence."""
        granted = self.extended.get(offer.number, [])
        return [
            wait.on + timedelta(minutes=wait.minutes) for wait in granted if wait.by != WORKFLOW
        ]

    def report_due(self, offer: Offer) -> datetime:
        """When the report of a visit must be there, or as much later as an operator granted."""
        due = offer.fact.arrives_at + timedelta(minutes=self.escalation.visit_minutes)
        granted = self.extended.get(offer.number, [])
        return max([due, *(wait.on + timedelta(minutes=wait.minutes) for wait in granted)])


def _did_not_look(offer: Offer) -> bool:
    """Whether somebody left an offer unanswered because they were busy with another case."""
    return offer.state == "silent" and offer.fact.after != ""
