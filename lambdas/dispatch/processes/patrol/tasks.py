"""What people answer to the tasks of a visit to an empty home."""

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import Field, model_validator

from lambdas.dispatch.assignment.tasks import ANSWERS as OF_AN_ASSIGNMENT
from lambdas.dispatch.assignment.telling import ResultAnswer
from lambdas.dispatch.casework.task import Answer
from lambdas.dispatch.processes.patrol.checklist import CHECKLIST
from lambdas.dispatch.processes.patrol.facts import VisitReport

MAX_PHOTOS = 4


class AssignAnswer(Answer):
    """An operator gives the visit to somebody, or it cannot be done."""

    outcome: Literal["assigned", "give_up"]
    responder: str = ""
    why: str = Field("", max_length=1000)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.outcome == "assigned" and not self.responder:
            raise ValueError("who goes?")
        if self.outcome == "give_up" and not self.why.strip():
            raise ValueError("giving up needs a reason")
        return self


class RoundAnswer(Answer):
    """What was seen, with photographs as Base64; or why it could not be done."""

    outcome: Literal["reported", "cannot"]
    report: VisitReport | None = None
    photos_jpeg: tuple[str, ...] = Field((), max_length=MAX_PHOTOS)
    why: str = Field("", max_length=1000)

    @property
    def pictures(self) -> Mapping[str, str]:
        """The pictures that came with it, by name."""
        return {f"photo-{n}": one for n, one in enumerate(self.photos_jpeg, start=1) if one}

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.outcome == "cannot":
            if not self.why.strip():
                raise ValueError("why can it not be done?")
            return self
        if self.report is None:
            raise ValueError("a report is needed")
        needed = CHECKLIST.outcomes[self.report.outcome].photo
        if needed and not self.pictures and not self.report.no_photo.strip():
            raise ValueError("a photograph of what is wrong is needed, or why there is none")
        return self


ANSWERS: Mapping[str, type[Answer]] = {
    "assign": AssignAnswer,
    "visit": RoundAnswer,
    "tell": ResultAnswer,
    **{kind: one for kind, one in OF_AN_ASSIGNMENT.items() if kind not in ("offer", "find_help")},
}
