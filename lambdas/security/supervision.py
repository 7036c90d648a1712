"""Supervision: a controller that says nothing any more (通信断), or is back (AL-62). Pure.

A controller reports every hour (iot/agent/controller). Two missed reports, and some minutes for the
way, are silence. That it is silent, and that it is back, are facts with a time of their own, each
told once.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from lambdas.security.model import Kept, Silence, SilentHome
from lambdas.shared.household import Home

SILENT = timedelta(hours=2, minutes=10)
"""A controller that was not heard for so long is silent."""

NOT_GUARDED = timedelta(days=1)
"""A silent controller of a home that is not guarded now (before its contract, in a pause, after its
end) is looked at again after so long: nobody is told."""

CALL_ARMED = timedelta(minutes=15)
"""A home that was armed when it fell silent is phoned so soon after that was found."""

CALL = timedelta(hours=1)
"""One that was not armed."""

NEXT_CALL = timedelta(minutes=15)
"""After a call that reached nobody the next of the list is phoned so soon."""

MARKED_EVERY = timedelta(minutes=10)
"""When to look at a controller is written down anew after so long, not with every report."""


def guarded(home: Home, now: datetime) -> bool:
    """Whether a contract guards the home now: neither paused nor suspended nor ended."""
    return any("intrusion" in one.features and one.in_force(now) for one in home.contracts)


def next_look(kept: Kept, home: Home, now: datetime) -> datetime | None:
    """When a controller is to be looked at that is not to be told of now. None: it is silent, and
    somebody is to be told."""
    if kept.heard_at is None:
        return now + SILENT
    due = kept.heard_at + SILENT
    if now < due:
        return due
    if not guarded(home, now):
        return now + NOT_GUARDED
    test = kept.record.panel.test_until
    if test is not None and now < test + SILENT:
        return test + SILENT  # whoever installs or mends it switches it off, too
    return None


def silence_of(thing: str, kept: Kept, now: datetime) -> Silence:
    """The fact that a controller is silent, as it was found at ``now``."""
    assert kept.heard_at
    armed = any(area.armed for area in kept.record.panel.areas.values())
    return Silence(
        id=f"{thing}-silent-{kept.heard_at.isoformat()}",
        what="silent",
        at=now,
        heard_at=kept.heard_at,
        armed=armed,
    )


def back_of(silence: Silence, now: datetime) -> Silence:
    """The fact that it is heard again."""
    id = silence.id.replace("-silent-", "-back-")
    return silence.model_copy(update={"id": id, "what": "back", "at": now})


def silent_home(thing: str, home: Home, silence: Silence, now: datetime) -> SilentHome:
    """The home as the centre's list has it: silent, or over."""
    return SilentHome(
        home=home.id,
        name=home.name,
        thing=thing,
        silence=silence,
        over=silence.what == "back",
        company="company-monitored" in home.features(now),
        centre=home.centre,
    )


def reached(one: SilentHome) -> bool:
    """Whether somebody of a silent home was reached: nobody needs to phone any more."""
    return any(call.reached for call in one.calls)


def due(one: SilentHome) -> datetime:
    """By when a silent home is to be phoned, or the next of its list."""
    if one.calls:
        return one.calls[-1].at + NEXT_CALL
    return one.silence.at + (CALL_ARMED if one.silence.armed else CALL)


def overdue(one: SilentHome, now: datetime) -> bool:
    """Whether it should have been phoned by now."""
    return not reached(one) and due(one) <= now


def next_of(one: SilentHome, people: Sequence[str]) -> str:
    """Whom to phone next of these, in their order, from the first again after the last (AL-54).
    Empty when there is nobody, or somebody was reached."""
    if reached(one) or not people:
        return ""
    tried = next((call.whom for call in reversed(one.calls) if call.whom in people), None)
    return people[0] if tried is None else people[(people.index(tried) + 1) % len(people)]


def for_centres(
    homes: Iterable[SilentHome], centres: Collection[str] | None
) -> Iterator[SilentHome]:
    """Those of these centres, as ``centres_seen`` has them. Homes that watch themselves are not the
    centre's to phone."""
    for one in homes:
        if one.company and (centres is None or (one.centre or "") in centres):
            yield one


def most_urgent(homes: Iterable[SilentHome]) -> list[SilentHome]:
    """Those first where nobody was reached, of them what is due first, of them those that were
    armed, of them the longest silent."""

    def rank(one: SilentHome) -> tuple[bool, datetime, bool, datetime, str]:
        return reached(one), due(one), not one.silence.armed, one.silence.heard_at, one.thing

    return sorted(homes, key=rank)


def marked_anew(kept: Kept, heard: datetime) -> bool:
    """Whether to write down anew when to look at a controller that was heard just now."""
    return kept.watched_at is None or heard - kept.watched_at >= MARKED_EVERY
