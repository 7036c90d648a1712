"""What people answer to the tasks of a dispatch at the customer's request."""

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import Field, model_validator

from lambdas.dispatch.assignment.tasks import ANSWERS as OF_AN_ASSIGNMENT
from lambdas.dispatch.assignment.telling import ResultAnswer
from lambdas.dispatch.casework.task import Answer
from lambdas.dispatch.processes.sites.tasks import SiteAnswer


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


ANSWERS: Mapping[str, type[Answer]] = {
    **OF_AN_ASSIGNMENT,
    "price": PriceAnswer,
    "visit": SiteAnswer,
    "tell": ResultAnswer,
}
