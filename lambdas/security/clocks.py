"""When things happened, by our clock: a controller's own may be hours off, one that was set up in
UTC among them. Pure.

The journal and all that is computed of it stay by the controller's clock (iot/panel/record.py).
What people are told, and what stands in the history, is by ours.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from iot.messages.panel_facts import AnyFact, ClockSet
from iot.panel.outcomes import AnyOutcome

TOLERATED = timedelta(minutes=2)
"""A clock that is off by less is left as it is: a message's way takes time, too."""


def correction(behind: timedelta | None) -> timedelta:
    """What is added to a time of a controller whose clock is so far behind ours; whole seconds."""
    off = timedelta(seconds=round((behind or timedelta()).total_seconds()))
    return off if abs(off) > TOLERATED else timedelta()


def by_our_clock(
    outcomes: Iterable[AnyOutcome], behind: timedelta | None, facts: Sequence[AnyFact] = ()
) -> tuple[AnyOutcome, ...]:
    """Outcomes at the times at which they were. ``behind``: how far the controller's clock is
    behind ours now; ``facts``: those that came with them: before one by which the clock was set it
    was off by as much more."""
    jumps = [fact for fact in facts if isinstance(fact, ClockSet)]

    def shifted(one: AnyOutcome) -> AnyOutcome:
        later = (fact.at - fact.before for fact in jumps if one.number < fact.number)
        by = correction((behind or timedelta()) + sum(later, timedelta()))
        return one.model_copy(update={"at": one.at + by}) if by else one

    return tuple(shifted(one) for one in outcomes)


def our_time(at: datetime | None, behind: timedelta | None) -> datetime | None:
    """An instant of the controller's clock by ours."""
    return at + correction(behind) if at else None
