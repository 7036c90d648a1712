"""The calls by which a self-monitored home tells its people of an alarm (AL-16): one after the
other, until somebody presses the key. Silence is not an answer. Pure."""

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from pydantic import AwareDatetime

from iot.panel.outcomes import AlarmKind
from lambdas.security.file import Model
from lambdas.security.words import ALARMS
from lambdas.shared.calendar import in_japan

RING = timedelta(seconds=60)
"""So long one person may take to answer and press the key; then the next one is called."""

ROUNDS = 2
"""So often everybody is called."""

HEARD = "1"
"""The key that says: I heard it."""


class Person(Model):
    """Somebody who is called."""

    name: str
    phone: str


class Attempt(Model):
    """A call, and what came of it."""

    person: int  # from 0, in the order of the list
    at: AwareDatetime
    outcome: Literal["ringing", "heard", "silent", "failed"] = "ringing"


class CallRun(Model):
    """The calls of one incident."""

    id: str
    home: str
    home_name: str
    kind: AlarmKind
    where: str
    at: AwareDatetime  # when it happened
    begun: AwareDatetime
    people: tuple[Person, ...]
    attempts: tuple[Attempt, ...] = ()

    @property
    def heard(self) -> Attempt | None:
        """The call at which somebody pressed the key."""
        return next((one for one in self.attempts if one.outcome == "heard"), None)

    @property
    def over(self) -> bool:
        """Whether somebody heard it, or all were called as often as may be and none did."""
        return self.heard is not None or (self._spent and not self._rings)

    @property
    def _spent(self) -> bool:
        return len(self.attempts) >= ROUNDS * len(self.people)

    @property
    def _rings(self) -> bool:
        return bool(self.attempts) and self.attempts[-1].outcome == "ringing"

    @property
    def sentence(self) -> str:
        """What is said. Who hears it may not know of it yet: what, where, when."""
        when = in_japan(self.at)
        where = f"、{self.where}" if self.where else ""
        return (
            f"ホームセキュリティからお知らせします。{self.home_name}で、{when.hour}時{when.minute}分に、"
            f"{ALARMS[self.kind].ja}を検知しました{where}。"
            "お聞きになりましたら、1を押してください。"
        )


class Dial(NamedTuple):
    """Somebody is to be called now: the how manieth call it is, from 1, and whom."""

    number: int
    person: Person


def due(run: CallRun, now: datetime) -> tuple[CallRun, Dial | None]:
    """The run as it is at ``now``, and whom to call; nobody while somebody's time runs, or when it
    is over."""
    if run.heard:
        return run, None
    if run._rings and now < run.attempts[-1].at + RING:
        return run, None
    settled = ended(run, len(run.attempts), "silent")
    if settled._spent:
        return settled, None
    person = len(settled.attempts) % len(settled.people)
    attempts = (*settled.attempts, Attempt(person=person, at=now))
    dialled = settled.model_copy(update={"attempts": attempts})
    return dialled, Dial(len(attempts), settled.people[person])


def ended(run: CallRun, number: int, outcome: Literal["heard", "silent", "failed"]) -> CallRun:
    """The run when a call came to this. The key counts also when the next one rings already; what
    came to something stays as it is."""
    if not 1 <= number <= len(run.attempts):
        return run
    before = run.attempts[number - 1]
    if before.outcome == "heard" or (before.outcome != "ringing" and outcome != "heard"):
        return run
    after = before.model_copy(update={"outcome": outcome})
    attempts = (*run.attempts[: number - 1], after, *run.attempts[number:])
    return run.model_copy(update={"attempts": attempts})


def next_due(run: CallRun) -> datetime | None:
    """When it is to be looked at again; None: it is over."""
    if run.over:
        return None
    return run.attempts[-1].at + RING if run._rings else run.begun
