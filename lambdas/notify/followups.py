"""What is left to be done of notices later: messages in a queue of its own."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from lambdas.shared.events import Notice

LONGEST = timedelta(minutes=15)
"""How long a queue keeps a message back."""


class _Followup(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    person: str


class MailUnlessSeen(_Followup):
    """A person is mailed unless one of their phones has shown the notice."""

    do: Literal["mail_unless_seen"] = "mail_unless_seen"
    notice: Notice


class PushAgain(_Followup):
    """A phone is tried again."""

    do: Literal["push_again"] = "push_again"
    notice: Notice
    phone: str
    tries: int  # so far


class TellHeld(_Followup):
    """A person is told what waited for them, once it need not wait any more."""

    do: Literal["tell_held"] = "tell_held"


Followup = MailUnlessSeen | PushAgain | TellHeld
FOLLOWUP: TypeAdapter[Followup] = TypeAdapter(Annotated[Followup, Field(discriminator="do")])
