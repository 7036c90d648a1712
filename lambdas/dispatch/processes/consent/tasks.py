"""What people answer to the consent calls."""

from collections.abc import Mapping
from typing import Literal

from pydantic import AwareDatetime, Field

from lambdas.dispatch.casework.task import Answer


class CallAnswer(Answer):
    """A consent call was made."""

    outcome: Literal["granted", "refused", "no_answer"]
    number: str = Field(min_length=1, max_length=20)
    said: str = Field("", max_length=1000)
    called_at: AwareDatetime | None = None
    called_back: bool = False  # the person phoned us: days and hours of our calls do not bind them


ANSWERS: Mapping[str, type[Answer]] = {"first_call": CallAnswer, "second_call": CallAnswer}
