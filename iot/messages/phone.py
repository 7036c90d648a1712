"""What a responder's phone says."""

from pydantic import Field

from iot.messages.base import Instant, Message


class PositionReport(Message):
    """Where a responder's phone is (WGS 84, degrees), about once a minute on duty (AL-12)."""

    latitude: float = Field(ge=-90, le=90, allow_inf_nan=False)
    longitude: float = Field(ge=-180, le=180, allow_inf_nan=False)
    at: Instant  # when it was taken, by the phone's clock, which may be wrong
    sent_at: Instant | None = None  # by the same clock, where it was kept for a while
