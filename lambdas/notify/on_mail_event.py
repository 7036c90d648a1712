"""What became of a mail, as SES says: taken, or returned (G-07: who was told, and who was not)."""

import json

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from lambdas.notify import mail_gateway
from lambdas.notify.notice_service import NoticeService, NoticeSettings
from lambdas.notify.store import queued
from lambdas.shared.aws import queues
from lambdas.shared.settings import load


def take(record: SQSRecord) -> None:
    """Keep what the event says, and tell staff of a mail that was returned."""
    event = mail_gateway.heard(json.loads(record.body))
    if event:
        NoticeService(load(NoticeSettings)).heard(event, queued(record))


handler = queues.worker(take)
