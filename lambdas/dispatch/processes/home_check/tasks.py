"""What people answer to the tasks of a home check."""

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import Field, model_validator

from lambdas.dispatch.assignment.tasks import ANSWERS as OF_AN_ASSIGNMENT
from lambdas.dispatch.casework.task import Answer
from lambdas.dispatch.processes.home_check.checklist import OUTCOMES
from lambdas.dispatch.processes.home_check.facts import Report


class RefusalAnswer(Answer):
    """The caller was told, or an exception is made."""

    outcome: Literal["told", "override"]
    reason: str = Field("", max_length=1000)

    @model_validator(mode="after")
    def _reason(self) -> Self:
        if self.outcome == "override" and not self.reason.strip():
            raise ValueError("an exception needs a reason (DL-35)")
        return self


class PhoneAnswer(Answer):
    """The person was phoned."""

    outcome: Literal["answered", "no_answer"]
    number: str = Field("", max_length=20)
    said: str = Field("", max_length=1000)


class VisitAnswer(Answer):
    """What was seen, with pictures as Base64; or why it could not be done."""

    outcome: Literal["reported", "cannot"]
    report: Report | None = None
    signature_png: str = Field("", max_length=700_000)
    photo_jpeg: str = Field("", max_length=4_000_000)
    no_image: str = Field("", max_length=1000)
    why: str = Field("", max_length=1000)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.outcome == "reported":
            if self.report is None:
                raise ValueError("a report is needed")
            image = OUTCOMES[self.report.came_to].image
            if image and not (self.signature_png or self.no_image.strip()):
                raise ValueError("the signature's image is needed, or why there is none (DL-18)")
        elif not self.why.strip():
            raise ValueError("why can it not be done?")
        return self


class TellAnswer(Answer):
    """The result was told by phone, or the contractor was not reached."""

    outcome: Literal["told", "not_reached"]
    number: str = Field("", max_length=20)
    said: str = Field("", max_length=1000)


class PassOnAnswer(Answer):
    """The responder was phoned and told what somebody said, or not reached yet."""

    outcome: Literal["told", "not_reached"]
    said: str = Field("", max_length=1000)


ANSWERS: Mapping[str, type[Answer]] = {
    **OF_AN_ASSIGNMENT,
    "refusal": RefusalAnswer,
    "phone_first": PhoneAnswer,
    "visit": VisitAnswer,
    "tell": TellAnswer,
    "pass_on": PassOnAnswer,
}
