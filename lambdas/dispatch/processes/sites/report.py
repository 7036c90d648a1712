"""What was found at a home that somebody was sent to (AL-14)."""

from typing import Literal

from pydantic import Field, model_validator

from lambdas.dispatch.assignment.facts import Reported
from lambdas.dispatch.casework.facts import Fact, Model
from lambdas.dispatch.processes.sites.checklist import OUTCOMES


class SiteReport(Model):
    """What was found at the home."""

    outcome: Literal["nothing_wrong", "abnormal", "not_reached"]
    note: str = Field("", max_length=1000)

    @model_validator(mode="after")
    def _complete(self) -> "SiteReport":
        if missing := OUTCOMES[self.outcome].missing(self.model_dump()):
            raise ValueError(f"{self.outcome}: {', '.join(missing)}")
        return self


class SiteReported(Reported):
    """The report of whoever went (AL-14)."""

    event: Literal["site_reported"] = "site_reported"
    rule: str = "AL-14"
    report: SiteReport


class SiteCorrected(Fact):
    """What was reported is not true: what is, or nobody was at the home. The last word."""

    event: Literal["corrected"] = "corrected"
    rule: str = "AL-14"
    why: str
    report: SiteReport | None = None
