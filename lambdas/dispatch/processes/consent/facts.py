"""What can happen in a consent: one person is asked by telephone whether they agree (承諾)."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from lambdas.dispatch.casework.facts import EVERYWHERE, Fact, Model
from lambdas.dispatch.casework.place import Place
from lambdas.dispatch.processes.consent.kinship import Relation
from lambdas.shared.centres import Centre

ConsentState = Literal[
    "none", "pending", "granted", "refused", "unconfirmed", "stopped", "replaced"
]


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


class Registered(Fact):
    """A contractor named the person to be looked after, and accepted the partner's terms."""

    event: Literal["registered"] = "registered"
    rule: str = "DL-07"
    contract: str
    home: str
    home_name: str
    centre: Centre | None = None  # that looks after the home (AL-21); before, any
    contractor: Contact
    target: Target
    terms: str  # version of the partner's terms (DL-25)
    not_before: AwareDatetime | None = None  # phoned today already: not again before then


class Called(Fact):
    """The partner phoned the person to ask for consent. ``on`` is the moment of the call."""

    event: Literal["called"] = "called"
    rule: str = "DL-08"
    call: Literal[1, 2]
    outcome: Literal["granted", "refused", "no_answer"]
    number: str
    said: str = ""
    recorded_at: AwareDatetime
    called_back: bool = False  # the person phoned


class CallCorrected(Fact):
    """What was written down of the calls is not true, as where the wrong person's consent was
    entered: consent is asked anew."""

    event: Literal["call_corrected"] = "call_corrected"
    rule: str = "DL-10"
    why: str


class ContractOver(Fact):
    """Consent was given when the contract had ended already."""

    event: Literal["contract_over"] = "contract_over"
    rule: str = "DL-01"


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


ConsentFact = Annotated[
    Registered
    | Called
    | CallCorrected
    | ContractOver
    | CallOverdue
    | Lapsed
    | Stopped
    | Replaced
    | EVERYWHERE,
    Field(discriminator="event"),
]
