"""Something about a contract: tell the one person it is for, once (HT-78)."""

import json

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from lambdas.notify import mail_gateway
from lambdas.notify.mails import contract_mail
from lambdas.notify.store import Store
from lambdas.shared import events
from lambdas.shared.aws import queues
from lambdas.shared.aws.observability import metrics
from lambdas.shared.events import ContractNotice
from lambdas.shared.settings import Settings, load


class ContractSettings(Settings):
    """What the function needs."""

    notices_table: str
    web_url: str
    sender: str


def take(record: SQSRecord) -> None:
    """Mail the notice, unless the person had it."""
    settings = load(ContractSettings)
    store = Store(settings.notices_table)
    notice = events.parse(json.loads(record.body))
    assert isinstance(notice, ContractNotice)
    if not store.claim(notice.id, notice.person, notice.at, record.message_id):
        return
    mail = contract_mail(notice, store.language(notice.person), settings.web_url)
    message = mail_gateway.send(settings.sender, notice.email, mail)
    store.sent(notice.id, notice.person, notice.at, notice.rule, message)
    metrics.add_metric(name="NoticesSent", unit="Count", value=1)


handler = queues.worker(take)
