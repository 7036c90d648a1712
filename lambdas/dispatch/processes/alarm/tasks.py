"""What people answer to the tasks of an alarm."""

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from lambdas.dispatch.assignment.tasks import ANSWERS as OF_AN_ASSIGNMENT
from lambdas.dispatch.assignment.telling import ResultAnswer
from lambdas.dispatch.casework.task import Answer
from lambdas.dispatch.processes.sites.tasks import SiteAnswer


class ConfirmAnswer(Answer):
    """What was said at the home (AL-19). A mistake needs the password, or the name of somebody whom
    the contractor named (AL-20)."""

    outcome: Literal["mistake", "abnormal", "no_answer"]
    who: str = Field("", max_length=60)
    password: str = Field("", max_length=60, exclude=True, repr=False)
    said: str = Field("", max_length=1000)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.outcome == "mistake" and not (self.password.strip() or self.who.strip()):
            raise ValueError("who says so? (AL-20)")
        return self


class ContactAnswer(Answer):
    """Whether an emergency contact was reached (AL-54)."""

    outcome: Literal["reached", "no_answer"]
    said: str = Field("", max_length=1000)


class LeaderAnswer(Answer):
    """What a leader decided when nobody was reached."""

    outcome: Literal["done"]
    said: str = Field(min_length=1, max_length=1000)


class AuthorityAnswer(Answer):
    """Which authority was called, when; or why none (AL-01)."""

    outcome: Literal["called_110", "called_119", "not_needed"]
    called_at: AwareDatetime | None = None
    said: str = Field("", max_length=1000)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.outcome == "not_needed" and not self.said.strip():
            raise ValueError("why is nobody called?")
        return self


class InformAnswer(Answer):
    """A signal for which nobody is sent was looked at (A-09)."""

    outcome: Literal["informed"]
    said: str = Field("", max_length=1000)


ANSWERS: Mapping[str, type[Answer]] = {
    **OF_AN_ASSIGNMENT,
    "inform": InformAnswer,
    "visit": SiteAnswer,
    "tell": ResultAnswer,
    "confirm": ConfirmAnswer,
    "contact": ContactAnswer,
    "nobody_reached": LeaderAnswer,
    "authority": AuthorityAnswer,
}
