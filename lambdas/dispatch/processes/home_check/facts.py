"""What can happen in a home check: from the call to the report (在宅確認)."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from lambdas.dispatch.assignment.facts import OF_AN_ASSIGNMENT, Escalation, Reported
from lambdas.dispatch.casework.facts import EVERYWHERE, Fact, Model
from lambdas.dispatch.processes.consent.facts import ConsentState, Contact, Target
from lambdas.dispatch.processes.consent.kinship import Relation
from lambdas.dispatch.processes.home_check.checklist import OUTCOMES
from lambdas.shared.centres import Centre

Check = Literal["ok", "ng", "unclear"]
"""OK, NG, 確認不能: not everything can be seen from outside (DL-17)."""
Wish = Literal["presence", "unlock", "beyond_door", "enter", "assist", "recurring"]
"""What a caller asks for. Only ``presence`` is what the service does."""


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
    centre: Centre | None = None  # that looks after the home (AL-21); before, any
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
    """Somebody else asked for the same while it was under way; from another contract, if the same
    person is looked after there."""

    event: Literal["asked_again"] = "asked_again"
    rule: str = "DL-15"
    caller: Caller
    wishes: tuple[Wish, ...] = ("presence",)
    note: str = ""
    contract: str = ""  # another one than the case's
    home: str = ""
    contractor: Contact | None = None  # of that contract


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
    outcome: str = ""  # of checklist.yaml; before there were others: at home, or absent
    why: str = Field("", max_length=1000)  # not signed, refused, moved

    @property
    def came_to(self) -> str:
        """The outcome, also of a report from before there were others."""
        return self.outcome or ("at_home" if self.at_home else "absent")

    @model_validator(mode="after")
    def _complete(self) -> "Report":
        """DL-18, DL-19: what must have been done before a visit is complete."""
        outcome = OUTCOMES.get(self.came_to)
        if outcome is None:
            raise ValueError(f"no such outcome: {self.came_to}")
        if outcome.at_home != self.at_home:
            raise ValueError(f"{self.came_to}: somebody was there, or nobody ({outcome.rule})")
        if missing := outcome.missing(self.model_dump()):
            raise ValueError(f"{self.came_to}: {', '.join(missing)} ({outcome.rule})")
        return self


class Visited(Reported):
    """The responder's report."""

    event: Literal["visited"] = "visited"
    rule: str = "DL-17"
    report: Report
    no_image: str = ""  # why there is no picture of the signature


class Corrected(Fact):
    """What was reported is not true: what is, or nothing is known. The last word."""

    event: Literal["corrected"] = "corrected"
    rule: str = "DL-20"
    why: str
    report: Report | None = None


class ContractorTold(Fact):
    """The result was told by phone, or the contractor was not reached (DC-34, DL-20)."""

    event: Literal["contractor_told"] = "contractor_told"
    rule: str = "DC-34"
    outcome: Literal["told", "not_reached"]
    number: str = ""
    said: str = ""


class PassedOn(Fact):
    """Who goes was phoned and told what another caller said, or not reached yet."""

    event: Literal["passed_on"] = "passed_on"
    rule: str = "DL-15"
    outcome: Literal["told", "not_reached"]
    said: str = ""


class ConsentEnded(Fact):
    """Consent ended while somebody was on the way: the call centre phones the responder."""

    event: Literal["consent_ended"] = "consent_ended"
    rule: str
    why: str


HomeCheckFact = Annotated[
    Requested
    | RefusalTold
    | AskedAgain
    | PassedOn
    | Overridden
    | TargetPhoned
    | Visited
    | Corrected
    | ContractorTold
    | ConsentEnded
    | OF_AN_ASSIGNMENT
    | EVERYWHERE,
    Field(discriminator="event"),
]
