"""A task that no workflow waits for is due: staff is told, and its clock begins anew."""

import json

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from lambdas.dispatch.casework.case_service import DispatchSettings
from lambdas.dispatch.casework.clock_gateway import Due
from lambdas.dispatch.processes.dispatch_service import DispatchService
from lambdas.shared.aws import queues
from lambdas.shared.settings import load


def take_due(message: SQSRecord) -> None:
    """Remind of a task. Repeated, early or late, it is told once for each time that it is due."""
    said = Due.model_validate(json.loads(message.body))
    at = queues.received_at(message)
    DispatchService(load(DispatchSettings)).cases.fall_due(said.task, said.due, at)


handler = queues.worker(take_due)
