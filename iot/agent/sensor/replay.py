"""The activity sensor without a room: it says what a recording says of these minutes."""

from collections.abc import Callable
from datetime import datetime, timedelta

from iot.agent.device.counter import reports
from iot.agent.device.events import EventSink
from iot.agent.sensor.recording import MINUTE, Recording
from iot.messages.base import minute_of
from iot.messages.sensor import ReadingsReport


class Replay:
    """Implements `iot.agent.device.measuring.Measures` over a recording.

    ``begin``: the day, in the home's time zone, that is the recording's first; ``told_until``:
    minutes before it are not said (by default those before the first look).
    """

    def __init__(
        self, recording: Recording, begin: datetime, told_until: datetime | None = None
    ) -> None:
        self._recording = recording
        self._begin = begin
        self._told_until = told_until

    @property
    def told_until(self) -> datetime | None:
        """Minutes before it were said."""
        return self._told_until

    def start(self, wake: Callable[[], None], tell: EventSink) -> None:
        """See Measures."""

    def stop(self) -> None:
        """See Measures."""

    def tick(self, now: datetime) -> bool:
        """See Measures. A recording has no urgent minute."""
        if self._told_until is None:
            self._told_until = minute_of(now)
        return False

    def take(self, now: datetime, *, begun: bool) -> list[ReadingsReport]:
        """See Measures."""
        if self._told_until is None or now - self._told_until < MINUTE:
            return []
        first, last = self._told_until, minute_of(now.astimezone(self._begin.tzinfo))
        self._told_until = last
        found: list[ReadingsReport] = []
        while first < last:  # hour by hour: a report of many hours of many sensors is too long
            until = min(first + timedelta(hours=1), last)
            found += reports(self._recording.minutes(self._begin, first, until))
            first = until
        return found
