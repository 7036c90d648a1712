"""Consent to be looked after: asked by phone, once or twice, within a week of the registration.

The days count from the registration (A-06): the first call within 3 days, the second, on another
day, from the 3rd to the 7th; each to its last day's 24:00.
"""

from collections.abc import Sequence
from datetime import date, datetime, time

from lambdas.dispatch.casework.facts import Closed, Fact
from lambdas.dispatch.processes.consent import facts as f
from lambdas.shared.calendar import ONE_DAY, day_of, days_after, end_of, in_japan, start_of

FIRST_CALL_DAYS = 3  # DL-08
SECOND_CALL_DAYS = (3, 7)  # DL-09
CALLING_HOURS = (time(9), time(20))
CLOSED = frozenset({"refused", "unconfirmed", "stopped", "replaced"})
"""States after which a contractor may register anew (A-07)."""


class Consent:
    """What the facts of one registration amount to."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        first = facts[0]
        assert isinstance(first, f.Registered)
        self.registered = first
        self.corrections = sum(isinstance(fact, f.CallCorrected) for fact in facts)
        self.contract_over = any(isinstance(fact, f.ContractOver) for fact in facts)
        valid = _since_correction(facts)
        self.calls = [fact for fact in valid if isinstance(fact, f.Called)]
        self.all_calls = [fact for fact in facts if isinstance(fact, f.Called)]
        self.stopped = next((fact for fact in facts if isinstance(fact, f.Stopped)), None)
        self.replaced = next((fact for fact in facts if isinstance(fact, f.Replaced)), None)
        self.lapsed = any(isinstance(fact, f.Lapsed) for fact in valid)
        self.overdue = {fact.call for fact in facts if isinstance(fact, f.CallOverdue)}
        self.closed = any(isinstance(fact, Closed) for fact in valid)

    @property
    def status(self) -> f.ConsentState:
        """Where it stands. Whether consent holds is the last word of the resident (DL-34)."""
        if self.stopped:
            return "stopped"
        if self.replaced:
            return "replaced"
        said = [call.outcome for call in self.calls if call.outcome != "no_answer"]
        if said:
            return "granted" if said[-1] == "granted" else "refused"
        if self.lapsed or any(call.call == 2 for call in self.calls):
            return "unconfirmed"
        if self.calls and not self.second_call_possible:
            return "unconfirmed"
        return "pending"

    def called(self, call: int) -> f.Called | None:
        """The first or the second call, once it was made."""
        return next((made for made in self.calls if made.call == call), None)

    @property
    def registration_day(self) -> date:
        """The day everything counts from."""
        return day_of(self.registered.on)

    @property
    def first_call_due(self) -> datetime:
        """When the first call must have been made (DL-08)."""
        return end_of(days_after(self.registration_day, FIRST_CALL_DAYS))

    @property
    def window_ends(self) -> datetime:
        """When asking ends (DL-09)."""
        return end_of(days_after(self.registration_day, SECOND_CALL_DAYS[1]))

    @property
    def second_call_from(self) -> datetime:
        """From when on the second call may be made: not on the day of the first (A-06)."""
        opens = days_after(self.registration_day, SECOND_CALL_DAYS[0])
        first = self.called(1)
        return start_of(max(opens, day_of(first.on) + ONE_DAY) if first else opens)

    @property
    def second_call_possible(self) -> bool:
        """Whether a day is left for a second call."""
        return self.second_call_from < self.window_ends


def _since_correction(facts: Sequence[Fact]) -> Sequence[Fact]:
    """What still holds of the calls: nothing before the last correction."""
    last = max((n for n, one in enumerate(facts) if isinstance(one, f.CallCorrected)), default=-1)
    return facts[last + 1 :]


def calling_hours(at: datetime) -> bool:
    """Whether people may be phoned at this time of day (A-06)."""
    opens, closes = CALLING_HOURS
    return opens <= in_japan(at).time() < closes
