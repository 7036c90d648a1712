"""Opening what devices send: the topic rule's envelope, the device behind it, the message in it."""

import base64
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, TypeVar

from pydantic import ValidationError

from iot import topics
from iot.messages.base import MAX_PAYLOAD, Envelope, Message

M = TypeVar("M", bound=Message)

CLOCK_SKEW = timedelta(minutes=5)
"""How far a device's clock may be ahead of ours."""


class MalformedMessage(Exception):
    """A message that can never be taken. ``reason`` is a slug for the record, ``thing`` whose it
    is where that could be told."""

    def __init__(self, reason: str, detail: str, thing: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
        self.thing = thing


class Opened(NamedTuple):
    """A device's message before its content is understood."""

    thing: str
    channel: topics.Channel
    payload: bytes
    received_at: datetime


def open_envelope(body: str | dict[str, object]) -> Opened:
    """Open what a topic rule passed on.

    Raises MalformedMessage if it is no envelope, too large, or sent as somebody else.
    """
    try:
        envelope = (
            Envelope.model_validate_json(body)
            if isinstance(body, str)
            else Envelope.model_validate(body)
        )
        source = topics.parse(envelope.topic)
        payload = base64.b64decode(envelope.payload, validate=True)
        received = datetime.fromtimestamp(envelope.received / 1000, UTC)
    except (ValidationError, ValueError, OverflowError, OSError) as error:
        raise MalformedMessage("not-an-envelope", str(error)[:300]) from error
    if len(payload) > MAX_PAYLOAD:
        raise MalformedMessage("too-large", f"{len(payload)} bytes", source.thing)
    if envelope.client != source.thing:
        raise MalformedMessage(
            "not-the-sender", f"{envelope.client} wrote as {source.thing}", envelope.client
        )
    return Opened(source.thing, source.channel, payload, received)


def understand(kind: type[M], opened: Opened) -> M:
    """The message in it; MalformedMessage when it is not one of this kind."""
    try:
        return kind.model_validate_json(opened.payload)
    except ValidationError as error:
        first = error.errors()[0]
        reason = "not-json" if first["type"] == "json_invalid" else "bad-message"
        where = ".".join(str(part) for part in first["loc"])
        detail = f"{where}: {first['msg']}".strip(": ")[:300]
        raise MalformedMessage(reason, detail, opened.thing) from error


def not_from_the_future(at: datetime, opened: Opened) -> datetime:
    """``at`` itself; MalformedMessage when it lies ahead of when the message reached us."""
    if at > opened.received_at + CLOCK_SKEW:
        detail = f"{at.isoformat()}, received {opened.received_at.isoformat()}"
        raise MalformedMessage("from-the-future", detail, opened.thing)
    return at
