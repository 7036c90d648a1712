"""HTTP routes of responders' phones: duty and position."""

from typing import Self

from pydantic import AwareDatetime, BaseModel, ConfigDict

from iot.messages.base import Instant
from lambdas.dispatch.assignment.arrival import Responder
from lambdas.dispatch.assignment.availability_service import PhoneSettings, publish_if_available
from lambdas.dispatch.assignment.responder_store import ResponderStore
from lambdas.dispatch.assignment.travel import GreatCircle
from lambdas.dispatch.casework.place import Place
from lambdas.dispatch.problems import TEXTS
from lambdas.shared.aws import http
from lambdas.shared.problems import Problem
from lambdas.shared.reports import CLOCK_SKEW
from lambdas.shared.settings import load

GROUP = "responder"


app = http.resolver(TEXTS)
handler = http.entry(app)


class Position(Place):
    """Where the phone is, and since when; now if not given."""

    at: Instant | None = None


class Duty(BaseModel):
    """Whether somebody is on duty, and until when busy with something else."""

    model_config = ConfigDict(extra="forbid")

    on_duty: bool
    busy_until: Instant | None = None


class MyDuty(BaseModel):
    """A responder as they see themselves."""

    id: str
    name: str
    on_duty: bool
    busy_until: AwareDatetime | None
    case: str | None
    place: Place
    seen_at: AwareDatetime

    @classmethod
    def of(cls, one: Responder) -> Self:
        """What is shown of a responder."""
        return cls(**one.model_dump(include=set(cls.model_fields)), case=one.engaged)


@app.get("/dispatch/me", summary="Duty, position and case of the caller", tags=["Responders"])
def get_me() -> MyDuty:
    who = _caller()
    return _me(_responders(), who.person)


@app.put(
    "/dispatch/me/position",
    summary="Here I am (AL-12)",
    description="A position older than the last one known is ignored.",
    tags=["Responders"],
)
def put_position(position: Position) -> MyDuty:
    who = _caller()
    if position.at and position.at > who.now + CLOCK_SKEW:
        raise Problem(422, "invalid")
    place = Place(latitude=position.latitude, longitude=position.longitude)
    responders = _responders()
    responders.report(who.person, place, min(position.at or who.now, who.now))
    publish_if_available(load(PhoneSettings), who.person, who.now)
    return _me(responders, who.person)


@app.put(
    "/dispatch/me/duty",
    summary="Begin or end duty; say until when one is busy (DL-16)",
    description="Ending duty does not take a case away from whoever has one.",
    tags=["Responders"],
)
def put_duty(duty: Duty) -> MyDuty:
    who = _caller()
    responders = _responders()
    changed = responders.duty(who.person, duty.on_duty, duty.busy_until, who.now)
    if changed is None:
        raise Problem(404, "not-found")
    publish_if_available(load(PhoneSettings), who.person, who.now)
    return MyDuty.of(changed)


def _caller() -> http.Caller:
    """The caller, who must be a responder by their login's group."""
    if GROUP not in http.groups(app):
        raise Problem(403, "responder-only")
    return http.caller(app)


def _responders() -> ResponderStore:
    return ResponderStore(load(PhoneSettings).dispatch_table, GreatCircle())


def _me(responders: ResponderStore, person: str) -> MyDuty:
    """The responder; 404 while nobody has registered them."""
    one = responders.get(person)
    if one is None:
        raise Problem(404, "not-found")
    return MyDuty.of(one)
