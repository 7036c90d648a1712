"""The settable clock: time inside the emulator, moved forward without waiting.

The emulator's process lives on a time which is real time plus an offset that only grows. To
advance, the clock goes from one *due instant* to the next (a schedule, the end of a wait, a
deadline of a task, a message which becomes visible again), lets everything that is due there
happen, waits until nothing is in flight, and only then goes on. So three days pass in seconds,
in the right order, and each handler sees the moment for which it was meant.

This module knows nothing of AWS. What is due, and what is in flight, is told to it by *sources*
(see `local/time_sources.py`).
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import time_machine

_SETTLED_SAMPLES = 3
_SAMPLE_SECONDS = 0.004
_SETTLE_LIMIT_SECONDS = 180.0
_JUST_AFTER = 0.001  # a schedule is due *from* its instant on


class Busy(Exception):
    """Another advance is under way."""


class StillInFlight(Exception):
    """Something that became due does not come to an end."""


class Source(Protocol):
    """Something that happens by time: it says when, makes it happen, and tells if it is at it."""

    def next_due(self) -> float | None: ...
    def run_due(self) -> None: ...
    def in_flight(self) -> bool: ...


@dataclass(frozen=True)
class Firing:
    """One scheduled thing that happened while time moved."""

    at: float
    name: str


@dataclass(frozen=True)
class Advance:
    """What an advance did."""

    steps: int
    fired: list[Firing]


class Clock:
    """The one clock of the emulator's process."""

    def __init__(self, offset: float = 0.0) -> None:
        self._traveller = time_machine.travel(time.time() + offset, tick=True).start()
        self._moved = threading.Condition()
        self._advancing = threading.Lock()
        self.sources: list[Source] = []
        self.firings: list[Firing] = []

    @property
    def offset(self) -> float:
        """Seconds this clock is ahead of real time."""
        return self.now() - self.real_now()

    def now(self) -> float:
        return time.time()

    def real_now(self) -> float:
        """The time outside, on which requests are signed and certificates made."""
        return time_machine.escape_hatch.time.time()

    def _jump_to(self, target: float) -> None:
        with self._moved:
            ahead = target - time.time()
            if ahead > 0:
                self._traveller.shift(ahead)
                self._moved.notify_all()

    # --- waiting on this clock -------------------------------------------------------------

    def wait_until(self, deadline: float, done: Callable[[], bool] | None = None) -> bool:
        """Wait until the clock shows `deadline` or `done()`; says whether it was done in time."""
        with self._moved:
            while not (done and done()):
                left = deadline - time.time()
                if left <= 0:
                    return False
                self._moved.wait(min(left, threading.TIMEOUT_MAX))
            return True

    def wake(self) -> None:
        """Have every waiter look again."""
        with self._moved:
            self._moved.notify_all()

    # --- moving ----------------------------------------------------------------------------

    def advance_by(self, seconds: float) -> Advance:
        return self._advance(lambda now: now + seconds)

    def advance_to(self, moment: float) -> Advance:
        return self._advance(lambda _now: moment)

    def _advance(self, target_from: Callable[[float], float]) -> Advance:
        """Go to the target, stopping at every due instant on the way."""
        with self._one_at_a_time():
            now = self.now()
            target = target_from(now)
            if target < now:
                raise ValueError("time only moves forward")
            steps, fired_before = 0, len(self.firings)
            self._run_and_settle()
            while (due := self._next_due(target)) is not None:
                self._jump_to(due + _JUST_AFTER)
                steps += 1
                self._run_and_settle()
            self._jump_to(target)
            self._run_and_settle()
            return Advance(steps, self.firings[fired_before:])

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        if not self._advancing.acquire(blocking=False):
            raise Busy("the clock is already being moved")
        try:
            yield
        finally:
            self._advancing.release()

    def _next_due(self, target: float) -> float | None:
        now = self.now()
        dues = [due for source in self.sources if (due := source.next_due()) is not None]
        ahead = [due for due in dues if now < due <= target]
        return min(ahead, default=None)

    def _run_and_settle(self) -> None:
        for source in self.sources:
            source.run_due()
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is in flight.

        Work passes from one thread to the next with moments in between at which nobody has it,
        hence quiet has to last for a few samples.
        """
        give_up = time.monotonic() + _SETTLE_LIMIT_SECONDS
        quiet = 0
        while quiet < _SETTLED_SAMPLES:
            if time.monotonic() > give_up:
                busy = [type(source).__name__ for source in self.sources if source.in_flight()]
                raise StillInFlight(f"still in flight after {_SETTLE_LIMIT_SECONDS:.0f} s: {busy}")
            quiet = 0 if any(source.in_flight() for source in self.sources) else quiet + 1
            time.sleep(_SAMPLE_SECONDS)

    def report(self) -> dict[str, object]:
        return {"now": iso(self.now()), "offset_seconds": round(self.offset, 3)}


def iso(epoch: float) -> str:
    return datetime.fromtimestamp(epoch, UTC).isoformat(timespec="milliseconds")
