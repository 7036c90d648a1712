"""A controller may be silent: it is looked at, and people are told (AL-62)."""

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from lambdas.security.panel_service import PanelService, SecuritySettings
from lambdas.shared.aws import queues
from lambdas.shared.settings import load


def take_silent(message: SQSRecord) -> None:
    """Look at the controller whose thing the message names. Looked at again, or heard meanwhile,
    nothing is told."""
    PanelService(load(SecuritySettings)).supervise(message.body, queues.received_at(message))


handler = queues.worker(take_silent)
