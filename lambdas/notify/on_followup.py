"""What is left to be done of a push: a mail where no phone has shown it, or another try."""

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from lambdas.notify.notice_service import NoticeService, NoticeSettings
from lambdas.notify.push_service import FOLLOWUP, PushAgain
from lambdas.notify.store import queued
from lambdas.shared.aws import queues
from lambdas.shared.settings import load


def take(record: SQSRecord) -> None:
    """Do what the message says is left; whoever left the home meanwhile is not told."""
    service = NoticeService(load(NoticeSettings))
    left, delivery = FOLLOWUP.validate_json(record.body), queued(record)
    if isinstance(left, PushAgain):
        service.push_again(left, delivery.at)
    else:
        service.mail_unless_seen(left.notice, left.person, delivery)


handler = queues.worker(take)
