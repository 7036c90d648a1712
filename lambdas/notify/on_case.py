"""Something about a consent or a home check: tell the one person it is for, once."""

import json

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from lambdas.notify import mail_gateway
from lambdas.notify.mails import case_mail
from lambdas.notify.store import Store
from lambdas.shared import events
from lambdas.shared.aws import queues
from lambdas.shared.aws.observability import metrics
from lambdas.shared.events import CaseNotice
from lambdas.shared.settings import Settings, load


class CaseSettings(Settings):
    """What the function needs."""

    notices_table: str
    web_url: str
    sender: str
    call_centre: str  # the number to call (DL-15, DL-24)


def take(record: SQSRecord) -> None:
    """Mail the notice, unless the person had it."""
    settings = load(CaseSettings)
    store = Store(settings.notices_table)
    notice = events.parse(json.loads(record.body))
    assert isinstance(notice, CaseNotice)
    if not store.claim(notice.id, notice.person, notice.at, record.message_id):
        return
    language = store.language(notice.person)
    mail = case_mail(notice, language, settings.web_url, settings.call_centre)
    message = mail_gateway.send(settings.sender, notice.email, mail)
    store.sent(notice.id, notice.person, notice.at, notice.rule, message)
    metrics.add_metric(name="NoticesSent", unit="Count", value=1)


handler = queues.worker(take)
