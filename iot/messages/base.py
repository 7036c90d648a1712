"""What every message between devices and the cloud has in common.

Instants are ISO 8601 with an offset. Unknown fields are refused: a device that says something the
cloud does not understand must be noticed, not half understood.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

MAX_PAYLOAD = 16 * 1024
"""Bytes of an MQTT payload that the cloud takes."""


def _of_our_time(at: datetime) -> datetime:
    """A clock at the edges of the calendar is refused: there, no other time zone can be reached."""
    if not 1970 <= at.year < 2100:
        raise ValueError("not of our time")
    return at


Instant = Annotated[AwareDatetime, AfterValidator(_of_our_time)]
"""When a device says that something happened."""


class Message(BaseModel):
    """Base of all messages."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Envelope(BaseModel):
    """A device's message as a topic rule passes it on (iot/topics.ENVELOPE_SQL)."""

    model_config = ConfigDict(frozen=True)

    payload: str  # Base64 of the bytes as published
    client: str
    topic: str
    received: int  # epoch milliseconds


class HealthReport(Message):
    """A device's health, at start, every hour and when something in it changes. Kinds of devices
    that have more to say add their fields."""

    at: Instant
    firmware: str = Field(max_length=32)
    waiting: int = Field(ge=0, description="Messages kept on the device for sending (DC-26)")
    mains: bool | None = Field(None, description="Whether there is mains, where it knows (HT-57)")
    battery: int | None = Field(None, ge=0, le=100, description="Percent, where it has one")


class CommandResult(Message):
    """What became of a command."""

    id: str = Field(min_length=1, max_length=64)
    state: Literal["done", "failed"]
    reason: (
        Literal[
            "no-media",
            "unsupported",
            "expired",
            "motion-only",
            "no-picture-contract",
            "refused",
            "error",
        ]
        | None
    ) = None
    at: Instant


def minute_of(at: datetime) -> datetime:
    """The beginning of the minute that ``at`` lies in."""
    return at.replace(second=0, microsecond=0)
