"""Looking at a camera live (DC-25): what is said so that browser and camera find each other.

The picture itself goes straight from one to the other (WebRTC). An offer and its answer are
complete, with every candidate in them (no trickle), so a session is one message each way.
"""

import json
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field

from iot.messages.base import Instant, Message

MAX_SDP = 12 * 1024
"""Bytes of a session description as it stands in a message; with all else it fits MAX_PAYLOAD."""

WATCHERS = 3
"""Who may look at a camera at once."""


def _fits(sdp: str) -> str:
    if len(json.dumps(sdp)) > MAX_SDP:
        raise ValueError(f"longer than {MAX_SDP} bytes")
    return sdp


Sdp = Annotated[str, Field(pattern=r"^v=0[\x20-\x7e\r\n]*$"), AfterValidator(_fits)]
"""A session description (RFC 8866)."""

IceServer = Annotated[
    str,
    Field(
        pattern=r"^(stuns?:[A-Za-z0-9.:\[\]-]{1,200}"
        r"|turns?:[A-Za-z0-9.:\[\]-]{1,200}(\?transport=(udp|tcp))?)$"
    ),
]
"""A server that tells both their address as the internet sees it (STUN), or passes the picture on
where they cannot reach each other (TURN)."""


class Relay(Message):
    """What lets one use a TURN server, for a while."""

    username: str = Field(min_length=1, max_length=200)
    credential: str = Field(min_length=1, max_length=200)


Refused = Literal[
    "busy",  # as many look as may
    "expired",  # the request came too late
    "motion-only",  # DC-29
    "no-source",  # the camera itself has no picture now
    "unsupported",  # a phone (DC-25), a browser without H.264, or an agent without aiortc
    "error",
]
"""Why a camera shows nothing."""

Ending = Literal["time-up", "motion-only", "no-source", "stopped"]
"""Why a camera ends what it shows; it says so to the browser, over the data channel."""


class LiveRequest(Message):
    """Somebody wants to look. Not answered after ``expires_at``."""

    action: Literal["live"] = "live"
    id: str = Field(min_length=1, max_length=64)
    expires_at: AwareDatetime
    seconds: int = Field(ge=1, le=3600)  # that it may last
    offer: Sdp
    ice_servers: tuple[IceServer, ...] = Field(default=(), max_length=4)
    relay: Relay | None = None


class LiveAnswer(Message):
    """The camera's answer: where it is to be seen, or why not."""

    id: str = Field(min_length=1, max_length=64)
    state: Literal["answered", "failed"]
    answer: Sdp | None = None
    reason: Refused | None = None
    at: Instant


class LiveEnd(Message):
    """The last word of a camera to a browser."""

    ended: Ending
