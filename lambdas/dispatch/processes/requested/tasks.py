"""What people answer to the tasks of a dispatch at the customer's request."""

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import Field, model_validator

from lambdas.dispatch.assignment.tasks import ANSWERS as OF_AN_ASSIGNMENT
from lambdas.dispatch.casework.task import Answer
from lambdas.dispatch.processes.requested.facts import SiteReport


class PriceAnswer(Answer):
    """The caller was told the price, and agreed or not. ``yen`` is what they were told."""

    outcome: Literal["agreed", "declined"]
    yen: int | None = Field(None, ge=0)
    said: str = Field("", max_length=1000)

    @model_validator(mode="after")
    def _told(self) -> Self:
        if self.outcome == "agreed" and self.yen is None:
            raise ValueError("which price was agreed to?")
        return self


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


class ResultAnswer(Answer):
    """The result was told by phone, or the contractor was not reached."""

    outcome: Literal["told", "not_reached"]
    number: str = Field("", max_length=20)
    said: str = Field("", max_length=1000)


ANSWERS: Mapping[str, type[Answer]] = {
    **{kind: one for kind, one in OF_AN_ASSIGNMENT.items() if kind != "recall"},
    "price": PriceAnswer,
    "visit": SiteAnswer,
    "tell": ResultAnswer,
    "recall": OF_AN_ASSIGNMENT["recall"],
}
