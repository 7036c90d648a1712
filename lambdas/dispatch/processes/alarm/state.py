"""The case of one alarm: what its facts amount to."""

from collections.abc import Mapping, Sequence
from typing import Literal

from lambdas.dispatch.casework.facts import Fact
from lambdas.dispatch.processes.alarm import facts as f
from lambdas.dispatch.processes.sites.state import SiteVisit
from lambdas.shared.events import AlarmKind
from lambdas.shared.household import AlarmContact

AlarmStatus = Literal[
    "informing",
    "searching",
    "offered",
    "nobody",
    "on_the_way",
    "at_the_door",
    "to_be_told",
    "cancelled",
    "closed",
]
AlarmResult = Literal[
    "nothing_wrong",
    "abnormal",
    "not_reached",
    "emergency",
    "mistake",
    "informed",
    "impossible",
]

URGENCY: Mapping[AlarmKind, int] = {
    "fire": 0,
    "gas": 1,
    "emergency": 2,
    "duress": 2,
    "intrusion": 3,
    "life_rhythm": 3,
    "tamper": 4,
    "jamming": 4,
    "water": 5,
    "premises": 5,
}
"""How far up on the desk an alarm stands: 0 before all else (life safety first, A-09)."""

MISTAKE = "AL-20"
"""The rule by which an alarm is cancelled."""

OF_LIFE: frozenset[AlarmKind] = frozenset({"fire", "gas", "emergency", "life_rhythm", "duress"})
"""Alarms for which 119 or 110 is called when nobody says otherwise."""

NEEDS_RESCUE: frozenset[AlarmKind] = frozenset({"fire", "gas", "emergency", "life_rhythm"})
"""Alarms in which somebody may need an ambulance."""


class Alarm(SiteVisit):
    """An alarm from the first signal to the report."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        first = facts[0]
        assert isinstance(first, f.AlarmOpened)
        self.opened = first
        self.signals = [first.signal]
        self.confirmed: f.Confirmed | None = None
        self.mistake: f.Confirmed | None = None
        self.contacts: list[f.ContactCalled] = []
        self.authority: f.AuthorityCalled | None = None
        self.informed: f.CentreInformed | None = None
        self.led: f.LeaderActed | None = None
        super().__init__(facts[1:], first.escalation)

    def _take(self, fact: Fact) -> None:
        match fact:
            case f.SignalJoined():
                self.signals.append(fact.signal)
            case f.Confirmed():
                self.confirmed = fact
                self.mistake = fact if fact.outcome == "mistake" else self.mistake
            case f.ContactCalled():
                self.contacts.append(fact)
            case f.LeaderActed():
                self.led = fact
            case f.AuthorityCalled():
                self.authority = fact
            case f.CentreInformed():
                self.informed = fact
            case _:
                super()._take(fact)

    @property
    def leading(self) -> f.Signal:
        """The most urgent of its signals: what it is about."""
        return min(self.signals, key=lambda one: URGENCY[one.kind])

    @property
    def kind(self) -> AlarmKind:
        """What kind of alarm it is."""
        return self.leading.kind

    @property
    def sends(self) -> bool:
        """Whether a guard is sent: a signal that was bought (AL-02, AL-03), and one knows where."""
        return any(one.sold for one in self.signals) and self.opened.target is not None

    @property
    def silent(self) -> bool:
        """Whether nobody at the home may notice that the centre knows (duress)."""
        return any(one.kind == "duress" for one in self.signals)

    @property
    def unanswered(self) -> bool:
        """Whether the call brought no word that it was a mistake: the list of contacts is next."""
        return self.confirmed is not None and self.mistake is None

    @property
    def next_contact(self) -> AlarmContact | None:
        """Whom to call next (AL-54); None when somebody was reached, or the list is through."""
        known = self.opened.file.contacts
        if self.reached or len(self.contacts) >= len(known):
            return None
        return known[len(self.contacts)]

    @property
    def reached(self) -> f.ContactCalled | None:
        """The contact who was reached."""
        return next((one for one in self.contacts if one.outcome == "reached"), None)

    @property
    def needs_authority(self) -> bool:
        """Whether somebody must call 110 or 119, or decide that it is not needed (AL-01)."""
        if self.authority or self.mistake:
            return False
        if self.silent:
            return True
        said = self.confirmed.outcome if self.confirmed else ""
        found = self.report is not None and self.report.outcome == "abnormal"
        of_life = self.kind in OF_LIFE and said in ("no_answer", "overdue")
        return said == "abnormal" or found or of_life

    @property
    def rescue(self) -> bool:
        """Whether somebody may need an ambulance: then 救急情報 may be read (AL-06)."""
        called = self.authority is not None and self.authority.outcome == "called_119"
        kinds = {one.kind for one in self.signals}
        return bool(kinds & NEEDS_RESCUE or called or self.emergencies)

    @property
    def result(self) -> AlarmResult | None:
        """How it ended, once that is known."""
        if self.emergencies and (self.report or self.corrections or self.given_up):
            return "emergency"
        if self.report:
            return self.report.outcome
        if self.corrections:
            return "impossible"
        if self.cancelled:
            return "mistake"
        if self.given_up:
            return "impossible"
        return "informed" if self.informed and not self.sends else None

    @property
    def status(self) -> AlarmStatus:
        """Where it stands."""
        if self.closed:
            return "closed"
        if self.cancelled:
            return "cancelled"
        if self.result:
            return "to_be_told"
        if self.going:
            return "at_the_door" if self.arrived else "on_the_way"
        if self.open_offer:
            return "offered"
        if not self.sends:
            return "informing"
        return "nobody" if self.round in self.nobody_in else "searching"
