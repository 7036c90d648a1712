"""What is kept of controllers, and of what was asked of them. Plain models."""

from collections.abc import Sequence
from typing import Literal

from pydantic import AwareDatetime

from iot.panel.outcomes import Alarm, AnyOutcome
from iot.panel.record import Record
from lambdas.security.file import Model
from lambdas.shared.centres import Centre


class Silence(Model):
    """A controller says nothing any more (通信断), or is heard again (AL-62). ``heard_at``: when it
    was heard last before; ``armed``: whether any area was armed then."""

    id: str
    what: Literal["silent", "back"]
    at: AwareDatetime
    heard_at: AwareDatetime
    armed: bool


class SilentCall(Model):
    """Somebody of the centre phoned a silent home, or a person of its list: ``whom``, whether they
    were reached, and what was learned (``said``)."""

    at: AwareDatetime
    by: str
    whom: str
    reached: bool
    said: str


class SilentHome(Model):
    """A home whose controller is silent, for whoever phones it. ``taken_by`` is about to."""

    home: str
    name: str
    thing: str
    silence: Silence
    over: bool = False  # it was heard again
    company: bool = True  # whether the centre watches it
    centre: Centre | None = None  # whose operators phone (AL-21); None: any
    taken_by: str = ""
    calls: tuple[SilentCall, ...] = ()


Followed = AnyOutcome | Silence
"""What follows from a report, or from none."""


class Kept(Model):
    """A controller's journal with what was not told yet. ``version`` 0: nothing was stored yet."""

    version: int = 0
    home: str
    record: Record
    outbox: tuple[Followed, ...] = ()
    judged: tuple[Alarm, ...] = ()  # alarms that the cloud raised while the controller was silent
    old: tuple[str, ...] = ()  # journals before this one
    differs: str = ""  # what the controller says otherwise, as staff was told last
    heard_at: AwareDatetime | None = None
    silence: Silence | None = None  # it is silent since
    watched_at: AwareDatetime | None = None  # when was written down when it is to be looked at


class Command(Model):
    """What somebody asked of a controller from afar."""

    id: str
    at: AwareDatetime
    expires_at: AwareDatetime
    action: str
    areas: tuple[str, ...] = ()
    mode: str | None = None
    monitoring: str | None = None
    who: str
    source: str


def without(kept: Kept, told: Sequence[Followed]) -> Kept:
    """What is kept when these were told."""
    ids = {one.id for one in told}
    return kept.model_copy(update={"outbox": tuple(o for o in kept.outbox if o.id not in ids)})
