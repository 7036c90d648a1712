"""What can happen in a visit to an empty home: from the day's opening to the report."""

from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from lambdas.dispatch.assignment.facts import OF_AN_ASSIGNMENT, Escalation, Reported, ResultTold
from lambdas.dispatch.casework.facts import EVERYWHERE, Fact, Model
from lambdas.dispatch.processes.patrol.checklist import CHECKLIST, Finding, Mailbox, VisitKind
from lambdas.dispatch.processes.patrol.plan import MailboxWish
from lambdas.dispatch.processes.sites.site import Guest, Site
from lambdas.shared.centres import Centre


class VisitDue(Fact):
    """The day of a planned visit came."""

    event: Literal["visit_due"] = "visit_due"
    rule: str = "AL-84"
    contract: str
    home: str
    home_name: str
    plan: str
    visit: VisitKind
    contractor: Guest
    target: Site
    not_before: AwareDatetime
    not_after: AwareDatetime
    mailbox: MailboxWish
    note: str = ""
    centre: Centre | None = None  # that looks after the home (AL-21)
    escalation: Escalation

    @property
    def slot(self) -> str:
        """What there is once: one case for a day of a plan, for ever."""
        return f"VISIT#{self.plan}#{self.not_before.date()}"


class LegBegun(Fact):
    """Whoever has the visit sets out for it: from here on they are engaged."""

    event: Literal["leg_begun"] = "leg_begun"
    rule: str = "AL-84"
    offer: int


class VisitReport(Model):
    """What was seen at an empty home (AL-84, AL-87), and what became of the mail (AL-85)."""

    outcome: Literal["done", "abnormal"]
    seen: dict[str, Finding]
    note: str = Field("", max_length=1000)
    no_photo: str = Field("", max_length=500)  # why there is none of what is wrong
    mailbox: Mailbox = "none"
    pieces: int = Field(0, ge=0, le=1000)
    forwarding_yen: int = Field(0, ge=0, le=100_000)  # what sending it on cost (AL-83)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        outcome, done = CHECKLIST.outcomes[self.outcome], CHECKLIST.mailbox[self.mailbox]
        said = self.model_dump()
        if missing := [name for name in (*outcome.needs, *done.needs) if not said[name]]:
            raise ValueError(f"{self.outcome}, {self.mailbox}: {', '.join(missing)}")
        if ("ng" in self.seen.values()) and not outcome.wrong:
            raise ValueError("something was wrong: the outcome is abnormal")
        if self.mailbox != "forwarded" and self.forwarding_yen:
            raise ValueError("nothing was sent on, so it cost nothing (AL-83)")
        return self


class HomeReported(Reported):
    """The report of a visit to an empty home."""

    event: Literal["home_reported"] = "home_reported"
    rule: str = "AL-84"
    report: VisitReport


class VisitCorrected(Fact):
    """What was reported is not true: what is, or nobody was at the home. The last word."""

    event: Literal["corrected"] = "corrected"
    rule: str = "AL-84"
    why: str
    report: VisitReport | None = None


PatrolFact = Annotated[
    VisitDue
    | LegBegun
    | HomeReported
    | VisitCorrected
    | ResultTold
    | OF_AN_ASSIGNMENT
    | EVERYWHERE,
    Field(discriminator="event"),
]
