"""What whoever goes to a home answers."""

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import Field, model_validator

from lambdas.dispatch.casework.task import Answer
from lambdas.dispatch.processes.sites.report import SiteReport


class SiteAnswer(Answer):
    """What was found, with a photograph as Base64; or why nobody could look."""

    outcome: Literal["reported", "cannot"]
    report: SiteReport | None = None
    photo_jpeg: str = Field("", max_length=4_000_000)
    why: str = Field("", max_length=1000)

    @property
    def pictures(self) -> Mapping[str, str]:
        """The pictures that came with it."""
        return {"photo": self.photo_jpeg} if self.photo_jpeg else {}

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.outcome == "reported" and self.report is None:
            raise ValueError("a report is needed")
        if self.outcome == "cannot" and not self.why.strip():
            raise ValueError("why can it not be done?")
        return self
