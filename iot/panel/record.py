"""What the cloud knows of a controller's journal: late, repeated and reordered reports are taken.

Facts are taken in their order, each once. Those behind a gap wait for what is missing, however
late it comes; what they seem to mean can be asked for meanwhile (`look`). Between reports the panel
stands still, as far as the controller has told: its own clock decides what happened. Only a
controller that falls silent in an entry time is judged by the cloud's clock (`overdue`).
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
"""So long a missing fact is waited for before it is said what those behind it seem to mean."""
LOST = timedelta(hours=1)
"""A fact that has not come by then, as often as queues try, never will: the next report is taken
without it."""
MOST_WAITING = 512


class Record(State):
    """A journal as far as it is known.

    ``waiting``: facts behind a gap, by their numbers; ``guessed``: up to which of them `look` was
    asked; ``gap``: since when one is missing, by the cloud's clock; ``last``: the number of the
    last fact that the controller spoke of; ``until``: the instant up to which it told all;
    ``behind``: how far its clock is behind the cloud's; ``seen``: how its areas stand, as it says.
    """

    panel: Panel
    waiting: Mapping[int, AnyFact] = {}
    guessed: int = 0
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
    """Alarms that follow from facts behind a gap if nothing of what is missing matters, once it did
    not come for a while; each fact is looked at once.

    When the missing facts come, everything is told for certain, the same alarms under the same ids.
    """
    if (
        record.gap is None
        or now - record.gap < GAP
        or max(record.waiting, default=0) <= (record.guessed)
    ):
        return Taken(record)
    panel = record.panel
    alarms: list[AnyOutcome] = []
    for number, fact in sorted(record.waiting.items()):
        step = panels.after(panel, fact)
        panel = step.panel
        if number > record.guessed:
            alarms += [one for one in step.outcomes if isinstance(one, Alarm)]
    changed = record.model_copy(update={"guessed": max(record.waiting)})
    return Taken(changed, tuple(alarms))


def overdue(record: Record, now: datetime) -> tuple[Alarm, ...]:
    """Alarms of entry times that are over, with the grace, while the controller is silent.

    A controller that was smashed says no more (AL-01). The alarm's id is the one the controller
    would give it. A report that comes later may know better: then it is not among its outcomes.
    """
    panel, judged_at = _with_waiting(record), record.there(now) - GRACE
    late = {id for id, until in _pending(panel) if until <= judged_at}
    if not late:
        return ()
    return tuple(
        one
        for one in panels.at(panel, judged_at).outcomes
        if isinstance(one, Alarm) and one.kind == "intrusion" and one.area in late
    )


def next_look(record: Record, after: datetime | None = None) -> datetime | None:
    """When, by the cloud's clock, `overdue` or `look` may have something; None: not by itself.

    With ``after`` only what lies behind it: what was due by then was looked at.
    """
    behind = record.behind or timedelta(0)
    times = [until + behind + GRACE for _, until in _pending(_with_waiting(record))]
    if record.gap is not None and max(record.waiting, default=0) > record.guessed:
        times.append(record.gap + GAP)
    return min((at for at in times if after is None or at > after), default=None)


def _with_waiting(record: Record) -> Panel:
    """The panel as it is if nothing of what is missing matters."""
    panel = record.panel
    for _, fact in sorted(record.waiting.items()):
        panel = panels.after(panel, fact).panel
    return panel


def _pending(panel: Panel) -> list[tuple[str, datetime]]:
    """The areas in their entry time, and its end."""
    return [
        (id, area.until)
        for id, area in panel.areas.items()
        if area.phase == "pending" and area.until is not None
    ]


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
    given_up = record.gap is not None and now - record.gap >= LOST
    outcomes: list[AnyOutcome] = []
    while waiting:
        first = min(waiting)
        if first > panel.number + 1 and not given_up:
            break
        fact = waiting.pop(first)
        if first > panel.number:
            step = panels.after(panel, fact)
            panel = step.panel
            outcomes += step.outcomes
    if given_up and panel.number < record.last:
        panel = panel.model_copy(update={"number": record.last})
    missing = panel.number < record.last
    if not missing and record.until is not None:
        step = panels.at(panel, record.until)
        panel = step.panel
        outcomes += step.outcomes
    gap = (record.gap or now) if missing else None
    changed = {"panel": panel, "waiting": waiting, "gap": gap}
    return Taken(record.model_copy(update=changed), tuple(outcomes))
