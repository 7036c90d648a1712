"""What is left to be done of a notice: a mail where no phone has shown it, another try of a push,
or what waited for its reader."""

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from lambdas.notify.followups import FOLLOWUP, MailUnlessSeen, PushAgain
from lambdas.notify.notice_service import NoticeService, NoticeSettings
from lambdas.notify.store import queued
from lambdas.shared.aws import queues
from lambdas.shared.settings import load


def take(record: SQSRecord) -> None:
    """Do what the message says is left; whoever left the home meanwhile is not told."""
    service = NoticeService(load(NoticeSettings))
    left, delivery = FOLLOWUP.validate_json(record.body), queued(record)
    if isinstance(left, PushAgain):
        service.push_again(left, delivery.at)
    elif isinstance(left, MailUnlessSeen):
        service.mail_unless_seen(left.notice, left.person, delivery)
    else:
        service.tell_held(left.person, delivery)


handler = queues.worker(take)
