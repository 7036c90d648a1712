"""HTTP routes of responders' phones: duty and position."""

from datetime import datetime, timedelta
from typing import Self

from pydantic import AwareDatetime, BaseModel, ConfigDict

from iot.messages.base import Instant
from lambdas.dispatch.assignment.availability_service import PhoneSettings, publish_if_available
from lambdas.dispatch.assignment.responder import FRESH, Responder, WhyNot, taken_at
from lambdas.dispatch.assignment.responder_store import ResponderStore
from lambdas.dispatch.assignment.travel import GreatCircle
from lambdas.dispatch.casework.place import Place
from lambdas.dispatch.problems import TEXTS
from lambdas.shared.aws import http
from lambdas.shared.problems import Problem
from lambdas.shared.settings import load

GROUP = "responder"


app = http.resolver(TEXTS)
handler = http.entry(app)


class Position(Place):
    """Where the phone is. Its clock is not trusted: it says in which order positions were taken
    and, with ``sent_at``, how long ago, nothing else."""

    at: Instant | None = None  # when it was taken, by the phone's clock; now if not given
    sent_at: Instant | None = None  # when it was sent, by the same clock; when taken if not given


class Duty(BaseModel):
    """Whether somebody is on duty, from when to when, and until when busy with something else."""

    model_config = ConfigDict(extra="forbid")

    on_duty: bool
    busy_until: Instant | None = None
    shift_begins: Instant | None = None
    shift_ends: Instant | None = None


class MyDuty(BaseModel):
    """A responder as they see themselves."""

    id: str
    name: str
    on_duty: bool
    shift_begins: AwareDatetime | None
    shift_ends: AwareDatetime | None
    busy_until: AwareDatetime | None
    case: str | None
    next_case: str | None  # where they go after this one
    place: Place
    seen_at: AwareDatetime
    position_age_seconds: int
    position_needed: bool  # on duty, and nobody knows where they are: they are not sent
    not_sent: WhyNot | None  # why they are not asked to go anywhere; None: they may be

    @classmethod
    def of(cls, one: Responder, now: datetime) -> Self:
        """What is shown of a responder."""
        shown = {"id", "name", "on_duty", "shift_begins", "shift_ends", "busy_until", "place"}
        age = max(now - one.seen_at, timedelta(0))
        why_not = one.why_not(now)
        return cls(
            **one.model_dump(include={*shown, "seen_at"}),
            case=one.engaged,
            next_case=one.cases[1] if len(one.work) > 1 else None,
            position_age_seconds=int(age.total_seconds()),
            position_needed=one.on_duty and why_not != "after_shift" and age > FRESH,
            not_sent=why_not,
        )


@app.get("/dispatch/me", summary="Duty, position and case of the caller", tags=["Responders"])
def get_me() -> MyDuty:
    who = _caller()
    return _me(_responders(), who)


@app.put(
    "/dispatch/me/position",
    summary="Here I am (AL-12)",
    description="It counts as of now by our clock, or as much earlier as lies between `at` and "
    "`sent_at` by the phone's. A position older than the last one known is ignored.",
    tags=["Responders"],
)
def put_position(position: Position) -> MyDuty:
    who = _caller()
    place = Place(latitude=position.latitude, longitude=position.longitude)
    responders = _responders()
    at = taken_at(position.at, position.sent_at, who.now)
    responders.report(who.person, place, at, phone_at=position.at)
    publish_if_available(load(PhoneSettings), who.person, who.now)
    return _me(responders, who)


@app.put(
    "/dispatch/me/duty",
    summary="Begin or end duty; say when the shift ends, or until when one is busy (DL-16)",
    description="Ending duty does not take a case away from whoever has one.",
    tags=["Responders"],
)
def put_duty(duty: Duty) -> MyDuty:
    who = _caller()
    begins, ends = duty.shift_begins, duty.shift_ends
    if ends and ends <= max(begins or who.now, who.now):
        raise Problem(422, "shift-over")
    changed = _responders().duty(
        who.person, duty.on_duty, duty.busy_until, who.now, begins=begins, ends=ends
    )
    if changed is None:
        raise Problem(404, "not-found")
    publish_if_available(load(PhoneSettings), who.person, who.now)
    return MyDuty.of(changed, who.now)


def _caller() -> http.Caller:
    """The caller, who must be a responder by their login's group."""
    if GROUP not in http.groups(app):
        raise Problem(403, "responder-only")
    return http.caller(app)


def _responders() -> ResponderStore:
    return ResponderStore(load(PhoneSettings).dispatch_table, GreatCircle())


def _me(responders: ResponderStore, who: http.Caller) -> MyDuty:
    """The responder; 404 while nobody has registered them."""
    one = responders.get(who.person)
    if one is None:
        raise Problem(404, "not-found")
    return MyDuty.of(one, who.now)
