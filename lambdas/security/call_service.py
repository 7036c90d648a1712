"""The application service of calls to people of self-monitored homes (AL-16)."""

from datetime import datetime
from typing import Literal

from lambdas.security import calls
from lambdas.security.calls import CallRun
from lambdas.security.clock_gateway import ClockGateway, Look
from lambdas.security.entries import Entry
from lambdas.security.store import Store
from lambdas.security.words import ALARMS
from lambdas.shared.conflicts import Conflict, retry_on_conflict
from lambdas.shared.events import Sentence


class CallService:
    """Calls of incidents: begun, dialled by the clock, answered."""

    def __init__(self, store: Store, clock: ClockGateway) -> None:
        self._store, self._clock = store, clock

    def begin(self, run: CallRun, now: datetime) -> None:
        """An incident is to be told by telephone. Its other alarms add no calls."""
        self._look_again(run, run.begun, now)
        try:
            self._store.put_run(run, 0)
        except Conflict:
            return  # it is told already

    @retry_on_conflict
    def dial_next(self, home: str, id: str, now: datetime) -> tuple[CallRun, calls.Dial | None]:
        """Whom to call now, if anybody, as it is stored before anybody is called: whoever dies in
        between calls again, under the same token."""
        known = self._store.run(home, id)
        if known is None:
            raise LookupError(id)
        run, version = known
        after, dial = calls.due(run, now)
        if (at := calls.next_due(after)) is not None:
            self._look_again(after, at, now)
        if after != run:
            self._store.put_run(after, version)
        elif run.attempts and run.attempts[-1].outcome == "ringing":
            number = len(run.attempts)  # whoever was to dial may have died
            dial = calls.Dial(number, run.people[run.attempts[-1].person])
        return after, dial

    @retry_on_conflict
    def ended(
        self, home: str, id: str, call: int, outcome: Literal["heard", "silent", "failed"],
        now: datetime,
    ) -> CallRun | None:  # fmt: skip
        """A call came to this; None for calls that nobody knows."""
        known = self._store.run(home, id)
        if known is None:
            return None
        run, version = known
        after = calls.ended(run, call, outcome)
        if after == run:
            return run
        if outcome != "heard":
            self._look_again(after, now, now)
        self._store.put_run(after, version)
        if outcome == "heard":
            self._store.add(home, heard_entry(after, now))
        return after

    def _look_again(self, run: CallRun, at: datetime, now: datetime) -> None:
        self._clock.set(Look(what="call", id=run.id, home=run.home), at, now)


def heard_entry(run: CallRun, now: datetime) -> Entry:
    """The history's line that somebody heard it."""
    assert run.heard
    who = run.people[run.heard.person].name
    said = Sentence(
        ja=f"{ALARMS[run.kind].ja}の電話を{who}様が確認",
        en=f"{who} took the call about {ALARMS[run.kind].en}",
    )
    return Entry(id=f"{run.id}-heard", at=now, what="call", who=who, said=said)
