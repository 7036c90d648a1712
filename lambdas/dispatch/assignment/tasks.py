"""What people answer while somebody is chosen, asked and sent."""

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import Field, model_validator

from lambdas.dispatch.casework.task import Answer


class OfferAnswer(Answer):
    """The responder goes, or not."""

    outcome: Literal["accepted", "declined"]
    why: str = Field("", max_length=1000)


class HelpAnswer(Answer):
    """An operator found somebody, wants all asked again, or gives up."""

    outcome: Literal["assigned", "retry", "give_up"]
    responder: str = ""
    why: str = Field("", max_length=1000)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.outcome == "assigned" and not self.responder:
            raise ValueError("who goes?")
        if self.outcome == "give_up" and not self.why.strip():
            raise ValueError("giving up needs a reason")
        return self


class ChaseAnswer(Answer):
    """What became of a visit that is late."""

    outcome: Literal["wait", "reassign", "give_up"]
    minutes: int = Field(15, ge=1, le=180)
    why: str = Field("", max_length=1000)


class RecallAnswer(Answer):
    """The responder was phoned: turned back, or was there already."""

    outcome: Literal["turned_back", "too_late"]
    said: str = Field("", max_length=1000)


class EmergencyAnswer(Answer):
    """The contractor was phoned about an emergency."""

    outcome: Literal["told", "not_reached"]
    number: str = Field("", max_length=20)
    said: str = Field("", max_length=1000)


class LeadAnswer(Answer):
    """A leader has an emergency in hand."""

    outcome: Literal["done"]
    said: str = Field("", max_length=1000)


ANSWERS: Mapping[str, type[Answer]] = {
    "offer": OfferAnswer,
    "find_help": HelpAnswer,
    "chase": ChaseAnswer,
    "recall": RecallAnswer,
    "turn_back": RecallAnswer,
    "emergency": EmergencyAnswer,
    "emergency_lead": LeadAnswer,
}
