"""What the cloud knows of a controller's journal: late, repeated and reordered reports are taken.

Facts are taken in their order, each once. Those behind a gap wait for what is missing. Between
reports the panel stands still, as far as the controller has told: its own clock decides what
happened. Only a controller that falls silent in an entry time is judged by the cloud's clock.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from pydantic import AwareDatetime

from iot.messages.controller import AreaView, ControllerReport
from iot.messages.panel_facts import AnyFact, ClockSet, Restarted
from iot.panel import panel as panels
from iot.panel.outcomes import Alarm, AnyOutcome
from iot.panel.state import Panel, State

GRACE = timedelta(seconds=30)
"""A disarm that was in time may be so long on its way: the line may just have been lost."""
GAP = timedelta(seconds=5)
"""So long a missing fact is waited for before what is behind it counts without it."""
MOST_WAITING = 512


class Record(State):
    """A journal as far as it is known. ``waiting``: facts behind a gap, by their numbers; ``gap``:
    since when one is missing, by the cloud's clock; ``behind``: how far the controller's clock is
    behind the cloud's; ``last``: the number of the last fact that the controller spoke of."""

    panel: Panel
    waiting: Mapping[int, AnyFact] = {}
    gap: AwareDatetime | None = None
    last: int = 0
    until: AwareDatetime | None = None
    behind: timedelta | None = None
    seen: Mapping[str, AreaView] = {}

    @property
    def complete(self) -> bool:
        """Whether every fact that the controller spoke of is there."""
        return self.panel.number >= self.last

    def there(self, now: datetime) -> datetime:
        """What the controller's clock shows when the cloud's shows ``now``."""
        return now - (self.behind or timedelta(0))


class Taken(NamedTuple):
    """A record after a report, and what came of it."""

    record: Record
    outcomes: tuple[AnyOutcome, ...] = ()


def empty(journal: str) -> Record:
    """Nothing is known of a journal."""
    return Record(panel=Panel(journal=journal))


def take(record: Record, report: ControllerReport, received: datetime) -> Taken:
    """Take a report that arrived at ``received``. Outcomes come once, in the order of the facts."""
    assert report.journal == record.panel.journal
    waiting = dict(record.waiting)
    for fact in report.facts:
        if fact.number > record.panel.number and len(waiting) < MOST_WAITING:
            waiting.setdefault(fact.number, fact)
    fields: dict[str, object] = {"waiting": waiting}
    if (report.last, report.until) >= (record.last, record.until or report.until):
        fields |= {"last": report.last, "until": report.until, "seen": report.areas}
    if report.sent_at is not None:
        behind = received - report.sent_at
        set_anew = any(isinstance(fact, ClockSet | Restarted) for fact in report.facts)
        known = record.behind
        fields["behind"] = behind if known is None or set_anew else min(known, behind)
    return _settle(record.model_copy(update=fields), received)


def look(record: Record, now: datetime) -> Taken:
    """Look again after a while: what waited too long behind a gap counts without the missing."""
    if record.gap is None or now - record.gap < GAP or not record.waiting:
        return Taken(record)
    first = min(record.waiting)
    panel = record.panel.model_copy(update={"number": first - 1})
    return _settle(record.model_copy(update={"panel": panel, "gap": None}), now)


def overdue(record: Record, now: datetime) -> tuple[Alarm, ...]:
    """Alarms of entry times that are over, with the grace, while the controller is silent.

    A controller that was smashed says no more (AL-01). The alarm's id is the one the controller
    would give it. Taken back by nothing but a report: then it is not among its outcomes.
    """
    pending = [
        (id, area.until)
        for id, area in record.panel.areas.items()
        if area.phase == "pending" and area.until is not None
    ]
    if not pending:
        return ()
    judged = panels.at(_with_waiting(record), record.there(now) - GRACE)
    late = {id for id, until in pending if until <= record.there(now) - GRACE}
    return tuple(
        one
        for one in judged.outcomes
        if isinstance(one, Alarm) and one.kind == "intrusion" and one.area in late
    )


def _with_waiting(record: Record) -> Panel:
    """The panel as it is if nothing of what is missing matters: perhaps a disarm waits there."""
    panel = record.panel
    for _, fact in sorted(record.waiting.items()):
        panel = panels.after(panel, fact).panel
    return panel


def next_look(record: Record) -> datetime | None:
    """When, by the cloud's clock, `overdue` or `look` may have something; None: not by itself."""
    times = [
        area.until + (record.behind or timedelta(0)) + GRACE
        for area in record.panel.areas.values()
        if area.phase == "pending" and area.until is not None
    ]
    if record.gap is not None and record.waiting:
        times.append(record.gap + GAP)
    return min(times, default=None)


def differences(record: Record) -> dict[str, tuple[AreaView | None, AreaView | None]]:
    """Where the controller says otherwise than its facts: area → (what follows, what it says).

    Empty while anything is missing: then they cannot be compared.
    """
    if not record.complete or record.waiting or not record.seen:
        return {}
    computed = views(record.panel)
    return {
        id: (computed.get(id), record.seen.get(id))
        for id in sorted({*computed, *record.seen})
        if computed.get(id) != record.seen.get(id)
    }


def views(panel: Panel) -> dict[str, AreaView]:
    """How the areas of a panel stand."""
    return {
        id: AreaView(state=area.phase, mode=area.mode, monitoring=area.monitoring)
        for id, area in panel.areas.items()
    }


def _settle(record: Record, now: datetime) -> Taken:
    """Count what has its turn, then the time that the controller told of."""
    waiting, panel = dict(record.waiting), record.panel
    outcomes: list[AnyOutcome] = []
    while (fact := waiting.pop(panel.number + 1, None)) is not None:
        step = panels.after(panel, fact)
        panel = step.panel
        outcomes += step.outcomes
    waiting = {number: fact for number, fact in waiting.items() if number > panel.number}
    missing = panel.number < record.last
    if not missing and record.until is not None:
        step = panels.at(panel, record.until)
        panel = step.panel
        outcomes += step.outcomes
    gap = (record.gap or now) if missing else None
    changed = {"panel": panel, "waiting": waiting, "gap": gap}
    return Taken(record.model_copy(update=changed), tuple(outcomes))
