"""Looking at a camera live (DC-25): who asked, when, and what the camera answered. Plain functions.

No picture passes here: the offer goes to the camera, its answer to the browser, and from then on
the two speak with each other.
"""

from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from iot.messages.live import LiveAnswer, LiveRequest, Relay

ANSWERED_WITHIN = timedelta(seconds=20)
"""Later a camera answers no more, and nobody waits for it."""

State = Literal["asked", "answered", "failed"]


class LiveSession(BaseModel):
    """A look at a camera, kept with who asked for it and when."""

    model_config = ConfigDict(frozen=True)

    id: str
    asked_by: str
    at: AwareDatetime
    ends_at: AwareDatetime
    """When the camera ends it at the latest."""
    answer: LiveAnswer | None = None

    @property
    def seen(self) -> bool:
        """Whether the camera let them look."""
        return self.answer is not None and self.answer.state == "answered"

    def state(self, now: datetime) -> State:
        """Where it stands at ``now``."""
        if self.answer:
            return self.answer.state
        return "failed" if now > self.at + ANSWERED_WITHIN else "asked"

    def reason(self, now: datetime) -> str | None:
        """Why it failed; None when it did not."""
        if self.state(now) != "failed":
            return None
        return (self.answer.reason if self.answer else "no-answer") or "error"


def asked(
    id: str,
    offer: str,
    by: str,
    now: datetime,
    length: timedelta,
    ice_servers: tuple[str, ...],
    relay: Relay | None = None,
) -> tuple[LiveSession, LiveRequest]:
    """A new session, and what the camera is told of it. Its ``id`` begins with the time.

    Raises ValidationError for an offer that is none, or too long for a message.
    """
    request = LiveRequest(
        id=id,
        expires_at=now + ANSWERED_WITHIN,
        seconds=int(length.total_seconds()),
        offer=offer,
        ice_servers=ice_servers,
        relay=relay,
    )
    return LiveSession(id=id, asked_by=by, at=now, ends_at=now + length), request
