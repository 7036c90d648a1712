"""What can happen in a case: dated facts, only ever added. Everything else is derived from them.

A case is either the consent of one person to be looked after (承諾), or one home check (在宅確認).
"""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from lambdas.dispatch.kinship import Relation
from lambdas.dispatch.travel import Place

Means = Literal["app", "phone", "desk", "mobile", "workflow"]
Check = Literal["ok", "ng", "unclear"]
"""OK, NG, 確認不能: not everything can be seen from outside (DL-17)."""
Wish = Literal["presence", "unlock", "beyond_door", "enter", "assist", "recurring"]
"""What a caller asks for. Only ``presence`` is what the service does."""
ConsentState = Literal[
    "none", "pending", "granted", "refused", "unconfirmed", "stopped", "replaced"
]


class Model(BaseModel):
    """Base of what is stored: never changed, nothing unknown in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Contact(Model):
    """The contractor, as registered with the partner (DL-04)."""

    person: str  # the login's subject
    name: str = Field(min_length=1, max_length=60)
    email: str
    phone: str = Field(min_length=1, max_length=20)
    address: str = Field(min_length=1, max_length=200)


class Target(Model):
    """The one person to be looked after (在宅確認先, DL-04, DL-05)."""

    name: str = Field(min_length=1, max_length=60)
    relation: Relation  # to the contractor
    phone: str = Field(min_length=1, max_length=20)
    address: str = Field(min_length=1, max_length=200)
    place: Place


class Escalation(Model):
    """How long each may take and who is asked how often; a case keeps what held when it opened."""

    ack_minutes: int = Field(5, ge=1)  # a responder answers an offer
    max_offers: int = Field(5, ge=1)  # in one round
    help_minutes: int = Field(10, ge=1)  # an operator finds somebody when nobody answers
    max_rounds: int = Field(3, ge=1)
    visit_minutes: int = Field(60, ge=1)  # from the arrival to the report
    chase_minutes: int = Field(15, ge=1)  # an operator asks where the responder is
    refusal_minutes: int = Field(30, ge=1)  # an operator says no, or makes an exception
    phone_minutes: int = Field(15, ge=1)  # an operator phones ahead (DL-26)
    tell_minutes: int = Field(60, ge=1)  # an operator phones the result (DC-34)


class Fact(Model):
    """Something that happened: when, by whom, by which means (G-07)."""

    on: AwareDatetime
    by: str
    means: Means


# --- consent


class Registered(Fact):
    """A contractor named the person to be looked after, and accepted the partner's terms."""

    event: Literal["registered"] = "registered"
    rule: str = "DL-07"
    contract: str
    home: str
    home_name: str
    contractor: Contact
    target: Target
    terms: str  # version of the partner's terms (DL-25)


class Called(Fact):
    """The partner phoned the person to ask for consent. ``on`` is the moment of the call."""

    event: Literal["called"] = "called"
    rule: str = "DL-08"
    call: Literal[1, 2]
    outcome: Literal["granted", "refused", "no_answer"]
    number: str
    said: str = ""
    recorded_at: AwareDatetime


class CallOverdue(Fact):
    """A call was not made in its time: staff must know."""

    event: Literal["call_overdue"] = "call_overdue"
    rule: str = "DL-08"
    call: Literal[1, 2]


class Lapsed(Fact):
    """The time for asking is over without an answer (承諾未確認)."""

    event: Literal["lapsed"] = "lapsed"
    rule: str = "DL-12"


class Stopped(Fact):
    """The resident or somebody for them wants it to stop. At once, at any time (DL-33, DL-34)."""

    event: Literal["stopped"] = "stopped"
    rule: str = "DL-33"
    asked_by: Literal["resident", "agent"]
    said: str = ""


class Replaced(Fact):
    """The contractor named somebody else, whose consent is asked anew."""

    event: Literal["replaced"] = "replaced"
    rule: str = "DL-05"
    successor: str


# --- a home check


class Caller(Model):
    """Who phones and asks for a home check."""

    name: str = Field(min_length=1, max_length=60)
    relation: Relation  # to the contractor
    number: str = Field("", max_length=20)


class Requested(Fact):
    """Somebody asked for a home check by phone (DL-15), with all that decides about it."""

    event: Literal["requested"] = "requested"
    rule: str = "DL-15"
    contract: str
    home: str
    home_name: str
    contractor: Contact
    caller: Caller
    wishes: tuple[Wish, ...] = ("presence",)
    note: str = ""
    entitled: bool
    registration: str = ""  # the consent's case
    consent: ConsentState
    target: Target | None
    frequent: bool
    escalation: Escalation


class RefusalTold(Fact):
    """The caller was told that the request is refused, and why."""

    event: Literal["refusal_told"] = "refusal_told"
    rule: str
    said: str = ""
    told: bool = True  # False: nobody told in time


class AskedAgain(Fact):
    """Somebody else asked for the same while it was under way."""

    event: Literal["asked_again"] = "asked_again"
    rule: str = "DL-15"
    caller: Caller
    note: str = ""


class Overridden(Fact):
    """An operator goes on although the rules allow to refuse (DL-35)."""

    event: Literal["overridden"] = "overridden"
    rule: str = "DL-35"
    reason: str
    of: tuple[str, ...]


class TargetPhoned(Fact):
    """The person was phoned before anybody was sent (DL-26)."""

    event: Literal["target_phoned"] = "target_phoned"
    rule: str = "DL-26"
    outcome: Literal["answered", "no_answer", "not_called"]
    number: str = ""
    said: str = ""


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


class RoundBegun(Fact):
    """An operator wants everybody asked again."""

    event: Literal["round_begun"] = "round_begun"
    rule: str = "DL-16"
    round: int
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


class Report(Model):
    """What was seen from outside the door (DC-33, DL-17 to DL-19). There is no "entered"."""

    at_home: bool
    intercom: Check
    meter: Check
    lights: Check
    mailbox: Check
    explained: bool = False  # that the visit is at the contractor's request
    signed: bool = False
    copy_given: bool = False
    memo_left: bool = False
    note: str = Field("", max_length=1000)

    @model_validator(mode="after")
    def _complete(self) -> "Report":
        """DL-18, DL-19: what must have been done before a visit is complete."""
        if self.at_home and not (self.explained and self.signed and self.copy_given):
            raise ValueError("at home: explain, have it signed, hand over the copy (DL-18)")
        if not self.at_home and not self.memo_left:
            raise ValueError("absent: leave the memo (DL-19)")
        return self


class Visited(Fact):
    """The responder's report."""

    event: Literal["visited"] = "visited"
    rule: str = "DL-17"
    offer: int
    report: Report
    images: tuple[str, ...] = ()  # "signature", "photo"


class ContractorTold(Fact):
    """The result was told by phone, or the contractor was not reached (DC-34, DL-20)."""

    event: Literal["contractor_told"] = "contractor_told"
    rule: str = "DC-34"
    outcome: Literal["told", "not_reached"]
    number: str = ""
    said: str = ""


class Cancelled(Fact):
    """The request is no longer wanted, or consent was withdrawn before anybody went (DL-34)."""

    event: Literal["cancelled"] = "cancelled"
    rule: str
    why: str = ""


class ConsentEnded(Fact):
    """Consent ended while somebody was on the way: the call centre phones the responder."""

    event: Literal["consent_ended"] = "consent_ended"
    rule: str
    why: str


class Recalled(Fact):
    """The responder was phoned, and turned back or was there already."""

    event: Literal["recalled"] = "recalled"
    rule: str = "DL-34"
    outcome: Literal["turned_back", "too_late"]
    said: str = ""


# --- both


class Mailed(Fact):
    """The workflow had a mail sent."""

    event: Literal["mailed"] = "mailed"
    rule: str
    mail: str


class Closed(Fact):
    """The workflow is through."""

    event: Literal["closed"] = "closed"
    rule: str
    result: str


class TaskOverdue(Fact):
    """A task of staff was not done in its time."""

    event: Literal["task_overdue"] = "task_overdue"
    rule: str
    task: str


class TaskMoved(Fact):
    """A task was taken, handed back or given to the leader."""

    event: Literal["task_moved"] = "task_moved"
    rule: str = "G-07"
    task: str
    how: Literal["taken", "handed_back", "escalated"]


class Restarted(Fact):
    """The audit started the case's workflow anew."""

    event: Literal["restarted"] = "restarted"
    rule: str = "G-07"
    why: str


AnyFact = Annotated[
    Registered
    | Called
    | CallOverdue
    | Lapsed
    | Stopped
    | Replaced
    | Requested
    | RefusalTold
    | Overridden
    | TargetPhoned
    | Offered
    | OfferEnded
    | Accepted
    | NobodyFree
    | RoundBegun
    | HelpOverdue
    | GivenUp
    | Arrived
    | VisitOverdue
    | WaitLonger
    | Visited
    | ContractorTold
    | Cancelled
    | AskedAgain
    | ConsentEnded
    | Recalled
    | Mailed
    | Closed
    | TaskOverdue
    | TaskMoved
    | Restarted,
    Field(discriminator="event"),
]
