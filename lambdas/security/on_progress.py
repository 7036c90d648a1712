"""Where the case of an alarm stands, as dispatch says: for the family's page, and for who may read
what an ambulance crew is told."""

import json

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from lambdas.security.panel_service import SecuritySettings
from lambdas.security.store import Store
from lambdas.shared import events
from lambdas.shared.aws import queues
from lambdas.shared.events import AlarmProgress
from lambdas.shared.settings import load


def take_progress(message: SQSRecord) -> None:
    """Keep it; an older word changes nothing."""
    said = events.parse(json.loads(message.body))
    assert isinstance(said, AlarmProgress)
    Store(load(SecuritySettings).security_table).put_progress(said)


handler = queues.worker(take_progress)
