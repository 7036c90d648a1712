"""A responder can be sent: published while a case waits for somebody, so that it is served."""

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
    """Publish that this responder can be sent, if they can and a case waits."""
    one = ResponderStore(settings.dispatch_table, GreatCircle()).get(person)
    if one and one.why_not(at) is None and WaitingStore(settings.dispatch_table).any():
        bus.publish(settings.event_bus, ResponderAvailable(person=person, at=at))
