"""A page of open cases is looked at; what is stuck gets going again."""

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from lambdas.dispatch.audit_service import AuditService, Page
from lambdas.dispatch.casework.case_service import DispatchSettings
from lambdas.shared.aws import queues
from lambdas.shared.settings import load


def take_page(message: SQSRecord) -> None:
    """Look at a page. Looked at again, what was mended is found no more."""
    AuditService(load(DispatchSettings)).look(Page.model_validate_json(message.body))


handler = queues.worker(take_page)
