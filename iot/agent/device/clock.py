"""The device's clock, handed to whatever needs the time so that tests can set it."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Tells the time, with an offset."""


def utc_now() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)
