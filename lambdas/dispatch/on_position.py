"""Where responders' phones say they are (AL-12)."""

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from iot.kinds import responder_of
from iot.messages.phone import PositionReport
from iot.topics import Channel
from lambdas.dispatch.assignment.availability_service import PhoneSettings, publish_if_available
from lambdas.dispatch.assignment.responder import taken_at
from lambdas.dispatch.assignment.responder_store import ResponderStore
from lambdas.dispatch.assignment.travel import GreatCircle
from lambdas.dispatch.casework.place import Place
from lambdas.shared.aws import queues, rejects
from lambdas.shared.reports import MalformedMessage, open_envelope, understand
from lambdas.shared.settings import load


def take_position(record: SQSRecord) -> None:
    """Take one position; garbage is written down, not tried again."""
    settings = load(PhoneSettings)
    with rejects.record_rejects(settings.dispatch_table, record):
        opened = open_envelope(record.body)
        if opened.channel is not Channel.POSITION:
            raise MalformedMessage("wrong-channel", opened.channel, opened.thing)
        said = understand(PositionReport, opened)
        at = taken_at(said.at, said.sent_at, opened.received_at)
        person = responder_of(opened.thing)
        responders = ResponderStore(settings.dispatch_table, GreatCircle())
        place = Place(latitude=said.latitude, longitude=said.longitude)
        taken = person and responders.report(person, place, at, phone_at=said.at)
        if not taken and not (person and responders.get(person)):
            raise MalformedMessage("unknown-responder", opened.channel, opened.thing)
        if taken and person:
            publish_if_available(settings, person, opened.received_at)


handler = queues.worker(take_position)
