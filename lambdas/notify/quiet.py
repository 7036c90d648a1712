"""Hours in which somebody is not told of what can wait, and a rest of an hour that they take now.

Plain functions. What may wait is said by the catalogue, kind by kind (``Entry.waits``): a kind that
says nothing is told at once, whatever the hour.
"""

from datetime import datetime, time, timedelta
from typing import Literal, NamedTuple

from lambdas.shared.calendar import ONE_DAY, in_japan

MUTED_FOR = timedelta(hours=1)
"""How long one is told nothing that can wait, once one has asked for that."""

Waits = Literal["never", "muted", "quiet"]
"""When a notice waits: never; while its reader has asked for an hour's rest, as what cameras see of
visitors; or in quiet hours as well."""


class Hours(NamedTuple):
    """Quiet hours of every day, by the clock of the home (Japan); they may go past midnight.
    ``start`` and ``end`` differ."""

    start: time
    end: time

    def end_at(self, now: datetime) -> datetime | None:
        """When the quiet hours end that ``now`` lies in; None outside of them."""
        here = in_japan(now)
        for day in (here.date() - ONE_DAY, here.date()):
            start = datetime.combine(day, self.start, here.tzinfo)
            last = day if self.start < self.end else day + ONE_DAY
            end = datetime.combine(last, self.end, here.tzinfo)
            if start <= here < end:
                return end
        return None


class Quiet(NamedTuple):
    """How somebody wants to be left alone."""

    hours: Hours | None = None
    muted_until: datetime | None = None

    def until(self, waits: Waits, now: datetime) -> datetime | None:
        """Until when a notice waits that would be told at ``now``; None when it is told at once."""
        ends = []
        if waits != "never" and self.muted_until and now < self.muted_until:
            ends.append(self.muted_until)
        if waits == "quiet" and self.hours and (end := self.hours.end_at(now)):
            ends.append(end)
        return max(ends, default=None)
