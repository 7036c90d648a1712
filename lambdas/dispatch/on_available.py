"""A responder can be sent while cases wait: the case they reach first looks for somebody again. One
who ended duty keeps the case that they are at, and not the one promised after it."""

import json

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from lambdas.dispatch.casework.case_service import DispatchSettings
from lambdas.dispatch.processes.dispatch_service import DispatchService
from lambdas.shared import events
from lambdas.shared.aws import queues
from lambdas.shared.events import ResponderAvailable
from lambdas.shared.settings import load


def take_available(message: SQSRecord) -> None:
    """Serve the waiting list. Repeated or late, it changes nothing: who was asked is not asked
    again, and who is no longer free is not found."""
    said = events.parse(json.loads(message.body))
    assert isinstance(said, ResponderAvailable)
    at = max(said.at, queues.sent_at(message))
    service = DispatchService(load(DispatchSettings)).home_checks
    service.hand_over(said.person, at)
    service.serve_waiting(said.person, at)


handler = queues.worker(take_available)
