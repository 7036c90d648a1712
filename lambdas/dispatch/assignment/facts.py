"""What can happen while somebody is chosen, asked and sent: the same in every kind of case."""

from typing import Literal

from pydantic import AwareDatetime, Field

from lambdas.dispatch.casework.facts import Fact, Model


class Escalation(Model):
    """How long each may take and who is asked how often; a case keeps what held when it opened."""

    ack_minutes: int = Field(5, ge=1)  # a responder answers an offer
    max_offers: int = Field(5, ge=1)  # in one round
    help_minutes: int = Field(10, ge=1)  # an operator finds somebody when nobody answers
    max_rounds: int = Field(3, ge=1)
    max_arrival_minutes: int = Field(120, ge=1)  # later than this, the desk decides
    stay_minutes: int = Field(20, ge=1)  # what a visit usually takes: then who goes is free
    max_wait_minutes: int = Field(240, ge=1)  # a case waits for who is occupied, with no desk
    visit_minutes: int = Field(60, ge=1)  # from the arrival to the report
    chase_minutes: int = Field(15, ge=1)  # an operator asks where the responder is
    turn_back_minutes: int = Field(3, ge=1)  # an operator phones who drives to a door for nothing
    refusal_minutes: int = Field(30, ge=1)  # an operator says no, or makes an exception
    phone_minutes: int = Field(15, ge=1)  # an operator phones ahead (DL-26)
    emergency_minutes: int = Field(3, ge=1)  # the contractor is phoned about an emergency
    tell_minutes: int = Field(60, ge=1)  # an operator phones the result (DC-34)


class Offered(Fact):
    """A responder is asked to go: the one who arrives first (DL-16)."""

    event: Literal["offered"] = "offered"
    rule: str = "DL-16"
    offer: int
    round: int
    responder: str
    name: str
    arrives_at: AwareDatetime
    travel_seconds: float
    by_hand: bool = False
    after: str = ""  # the case that they are at, and go from to this one


class OfferEnded(Fact):
    """What became of an offer before anybody went, or of a visit that broke off."""

    event: Literal["offer_ended"] = "offer_ended"
    rule: str = "DL-16"
    offer: int
    outcome: Literal["declined", "silent", "broken_off", "withdrawn"]
    why: str = ""


class Accepted(Fact):
    """The responder goes."""

    event: Literal["accepted"] = "accepted"
    rule: str = "DL-16"
    offer: int


class NobodyFree(Fact):
    """Nobody can be asked in this round."""

    event: Literal["nobody_free"] = "nobody_free"
    rule: str = "DL-16"
    round: int
    occupied: bool = False  # somebody is on duty, and will be free some time
    too_late: str = ""  # who could go, but later than is allowed; the desk decides
    arrives_at: AwareDatetime | None = None  # when they would be there


class RoundBegun(Fact):
    """An operator wants everybody asked again."""

    event: Literal["round_begun"] = "round_begun"
    rule: str = "DL-16"
    round: int
    others_only: bool = False  # somebody came free: who was asked before is not asked again
    planned: str = ""  # who came free, and is to be asked
    why: str = ""


class HelpOverdue(Fact):
    """No operator found help in time; the leader takes over."""

    event: Literal["help_overdue"] = "help_overdue"
    rule: str = "DL-16"
    round: int


class GivenUp(Fact):
    """Nobody can go; the contractor is told."""

    event: Literal["given_up"] = "given_up"
    rule: str = "DL-20"
    why: str = ""
    went: bool = False  # somebody was on the way, or at the door


class Arrived(Fact):
    """The responder stands at the door."""

    event: Literal["arrived"] = "arrived"
    rule: str = "DL-17"
    offer: int


class Reported(Fact):
    """What somebody saw at the home: the report of each process is one of these."""

    offer: int
    images: tuple[str, ...] = ()
    aside: bool = False  # another had the visit by then, or nobody: the result is not this


class VisitOverdue(Fact):
    """The report did not come in its time."""

    event: Literal["visit_overdue"] = "visit_overdue"
    rule: str = "DL-20"
    offer: int


class WaitLonger(Fact):
    """An operator reached the responder: it takes longer."""

    event: Literal["wait_longer"] = "wait_longer"
    rule: str = "DL-20"
    offer: int
    minutes: int
    why: str = ""


class Cancelled(Fact):
    """The request is no longer wanted, or consent was withdrawn before anybody went (DL-34)."""

    event: Literal["cancelled"] = "cancelled"
    rule: str
    why: str = ""


class Recalled(Fact):
    """The responder was phoned, and turned back or was there already."""

    event: Literal["recalled"] = "recalled"
    rule: str = "DL-34"
    outcome: Literal["turned_back", "too_late"]
    said: str = ""


class Emergency(Fact):
    """Somebody needs help: which authority was called, by whom, when, what was said. Who is there
    stays."""

    event: Literal["emergency"] = "emergency"
    rule: str = "DL-20"
    authority: Literal["119", "110", "none"]
    called_by: Literal["responder", "centre", "other"]
    called_at: AwareDatetime
    said: str


class EmergencyTold(Fact):
    """The contractor was phoned about an emergency, or was not reached yet."""

    event: Literal["emergency_told"] = "emergency_told"
    rule: str = "DL-20"
    outcome: Literal["told", "not_reached"]
    number: str = ""
    said: str = ""


class EmergencyLed(Fact):
    """A leader has taken an emergency in hand."""

    event: Literal["emergency_led"] = "emergency_led"
    rule: str = "DL-20"
    said: str = ""


class ResultTold(Fact):
    """What was found was told by phone, or the contractor was not reached (AL-14)."""

    event: Literal["contractor_told"] = "contractor_told"
    rule: str = "AL-14"
    outcome: Literal["told", "not_reached"]
    number: str = ""
    said: str = ""


OF_AN_ASSIGNMENT = (
    Offered
    | OfferEnded
    | Accepted
    | NobodyFree
    | RoundBegun
    | HelpOverdue
    | GivenUp
    | Arrived
    | VisitOverdue
    | WaitLonger
    | Cancelled
    | Recalled
    | Emergency
    | EmergencyTold
    | EmergencyLed
)
"""Facts of every case in which somebody is sent."""
