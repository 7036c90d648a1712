"""The alarm panel on the device: facts go in, siren and voice follow, the cloud is told.

Everything happens in the thread that brings the fact, so that a siren waits for nothing but the
disk. A line to the cloud is not needed for any of it.
"""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from iot.agent.controller.journal import Journal
from iot.agent.controller.ports import Sounder, Voice
from iot.agent.device.clock import Clock
from iot.messages import panel_facts as f
from iot.messages.controller import MOST_FACTS, ControllerReport
from iot.panel import panel as panels
from iot.panel import words
from iot.panel.deadlines import next_deadline
from iot.panel.outcomes import AnyOutcome, Step
from iot.panel.record import views
from iot.panel.state import Panel

log = logging.getLogger(__name__)

F = TypeVar("F", bound=f.Fact)

Tell = Callable[[ControllerReport], None]
OnOutcome = Callable[[AnyOutcome], None]

SLOWEST = timedelta(seconds=1)
FASTEST = 0.005


class Guard:
    """May be used from any thread. ``tell``: keeps a report for the cloud; ``on_outcome``: hears of
    whatever happened."""

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        siren: Sounder,
        voice: Voice,
        tell: Tell,
        on_outcome: OnOutcome = lambda outcome: None,
    ) -> None:
        self._journal = journal
        self._panel = journal.panel
        self._clock = clock
        self._siren = siren
        self._voice = voice
        self._tell = tell
        self._on_outcome = on_outcome
        self._lock = threading.RLock()
        self.keys_version = 0

    @property
    def panel(self) -> Panel:
        """How the panel stands, as of the last fact or tick."""
        return self._panel

    def start(self, *, cold: bool) -> None:
        """The program runs again. Facts that may not have been told before the end are told once
        more."""
        with self._lock:
            now = self._clock()
            for first in range(0, len(self._journal.tail), MOST_FACTS):
                self._report(*self._journal.tail[first : first + MOST_FACTS])
            if now < self._panel.now:
                self.note(f.ClockSet, before=self._panel.now)
            self.note(f.Restarted, cold=cold)

    def note(self, kind: type[F], **fields: Any) -> tuple[AnyOutcome, ...]:
        """Something happened now. What changes nothing is not kept. Raises ValidationError where
        it is no fact."""
        with self._lock:
            now = self._clock()
            if kind is not f.ClockSet:
                now = max(now, self._panel.now)
            fact: Any = kind(number=self._panel.number + 1, at=now, **fields)
            step = panels.after(self._panel, fact)
            if _same(self._panel, step):
                return ()
            try:
                self._journal.append(fact)
            except OSError:
                log.exception("journal: not written; what follows is done all the same")
            self._follow(step, fact)
            if self._journal.full:
                try:
                    self._journal.keep(self._panel)
                except OSError:
                    log.exception("journal: no snapshot")
            return step.outcomes

    def tick(self) -> None:
        """Time passes: call it again within `pause` seconds."""
        with self._lock:
            now = self._clock()
            step = panels.at(self._panel, now)
            self._follow(step, None)

    def pause(self) -> float:
        """Seconds until the next tick is due, at most one."""
        due = next_deadline(self._panel)
        if due is None:
            return SLOWEST.total_seconds()
        left = min(due - self._clock(), SLOWEST)
        return max(left.total_seconds(), FASTEST)

    def report(self) -> None:
        """Tell how it stands, without a new fact."""
        with self._lock:
            self._report()

    def _follow(self, step: Step, fact: f.AnyFact | None) -> None:
        before, self._panel = self._panel, step.panel
        self._siren.sound(step.panel.siren(), step.panel.now)
        if fact is not None or step.outcomes:
            self._report(*([fact] if fact is not None else []))
        self._speak(before, step)
        for outcome in step.outcomes:
            self._on_outcome(outcome)

    def _speak(self, before: Panel, step: Step) -> None:
        settings = step.panel.settings
        language = settings.language if settings else "ja"
        said = words.spoken(step.outcomes, settings, language)
        for id, area in step.panel.areas.items():
            was = before.areas.get(id)
            if area.phase == "pending" and (was is None or was.phase != "pending"):
                said.append(words.entry(step.panel.countdowns()[id], language))
        for text in dict.fromkeys(said):
            self._voice.say(text)

    def _report(self, *facts: f.AnyFact) -> None:
        panel = self._panel
        self._tell(
            ControllerReport(
                journal=panel.journal,
                facts=facts,
                last=panel.number,
                until=panel.now,
                areas=views(panel),
                settings=panel.settings.version if panel.settings else 0,
                keys=self.keys_version,
            )
        )


def _same(before: Panel, step: Step) -> bool:
    """Whether a fact changed nothing but the time."""
    if step.outcomes:
        return False
    after = step.panel.model_copy(update={"number": before.number, "now": before.now})
    return after == before
