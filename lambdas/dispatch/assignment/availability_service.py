"""A responder can be sent while a case waits, or cannot come to one that is promised: published, so
that the case is served."""

from datetime import datetime

from lambdas.dispatch.assignment.responder_store import ResponderStore
from lambdas.dispatch.assignment.travel import GreatCircle
from lambdas.dispatch.assignment.waiting_store import WaitingStore
from lambdas.shared.aws import bus
from lambdas.shared.events import ResponderAvailable
from lambdas.shared.settings import Settings


class PhoneSettings(Settings):
    """What functions need that are called by responders' phones."""

    dispatch_table: str
    event_bus: str


def publish_if_available(settings: PhoneSettings, person: str, at: datetime) -> None:
    """Publish that this responder can be sent, if they can and a case waits; or that they ended
    duty, if another case was to come after the one that they are at."""
    one = ResponderStore(settings.dispatch_table, GreatCircle()).get(person)
    if one is None:
        return
    promised = len(one.work) > 1 and one.leaving(at)
    waits = one.why_not(at) is None and WaitingStore(settings.dispatch_table).any()
    if promised or waits:
        bus.publish(settings.event_bus, ResponderAvailable(person=person, at=at))
