"""Something is to be looked at again: a controller that may have fallen silent while it was to be
disarmed, or calls whose time is up."""

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from lambdas.security.call_service import CallService
from lambdas.security.clock_gateway import ClockGateway, Look
from lambdas.security.effects import not_reached_notice
from lambdas.security.panel_service import PanelService, SecuritySettings
from lambdas.security.phone_gateway import PhoneGateway
from lambdas.security.store import Store
from lambdas.shared.aws import bus, queues
from lambdas.shared.settings import load


class LookSettings(SecuritySettings):
    """What the function needs."""

    connect_instance: str
    connect_flow: str
    connect_number: str


def take_look(message: SQSRecord) -> None:
    """Look again. Repeated, early or late, only what is so then counts."""
    look, settings = Look.model_validate_json(message.body), load(LookSettings)
    now = queues.received_at(message)
    if look.what == "panel":
        PanelService(settings).look(look.id, now)
        return
    store = Store(settings.security_table)
    calls = CallService(store, ClockGateway(settings.look_queue))
    run, dial = calls.dial_next(look.home, look.id, now)
    if dial:
        phone = PhoneGateway(
            settings.connect_instance, settings.connect_flow, settings.connect_number
        )
        if not phone.dial(run, dial):
            calls.ended(look.home, look.id, dial.number, "failed", now)
    elif run.over and run.heard is None:
        bus.publish(settings.event_bus, not_reached_notice(run, now))


handler = queues.worker(take_look)
