"""Something was detected: tell the people of the home, once an episode (DC-21, DC-22)."""

import json
from datetime import timedelta

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from lambdas.notify import mail_gateway, policy
from lambdas.notify.mails import motion_mail
from lambdas.notify.store import Store
from lambdas.shared import events
from lambdas.shared.aws import queues
from lambdas.shared.aws.directory import Directory
from lambdas.shared.aws.observability import metrics
from lambdas.shared.events import MotionDetected
from lambdas.shared.household import Home, Member
from lambdas.shared.settings import Settings, load


class NoticeSettings(Settings):
    """What the function needs."""

    notices_table: str
    directory_table: str
    web_url: str
    sender: str
    cooldown_seconds: int = 10


def take(record: SQSRecord) -> None:
    """Mail everybody of the home who has not had this notice yet."""
    settings = load(NoticeSettings)
    store = Store(settings.notices_table)
    motion = events.parse(json.loads(record.body))
    assert isinstance(motion, MotionDetected)
    home = Directory(settings.directory_table).home(motion.home)
    if home is None or "room-watch" not in home.features(motion.detected_at):
        return
    if not policy.worth_telling(motion):
        return
    cooldown = timedelta(seconds=settings.cooldown_seconds)
    if not motion.urgent and policy.within_cooldown(
        motion.at, store.told(motion.thing, motion.at, cooldown), cooldown
    ):
        store.hold(motion.thing, motion.event, motion.at)
        metrics.add_metric(name="NoticesHeld", unit="Count", value=1)
        return
    store.remember(motion.thing, motion.at)
    held = store.held(motion.thing)
    for member in home.members:
        tell(store, motion, home, member, len(held), by=record.message_id)
    store.mentioned(motion.thing, held, motion.detected_at)


handler = queues.worker(take)


def tell(
    store: Store, motion: MotionDetected, home: Home, member: Member, held: int, by: str
) -> None:
    """Mail one person, unless they had this notice or another message ``by`` which they get it is
    at work: two bursts that are judged at the same moment are both told on the bus."""
    if not store.claim(motion.event, member.person, motion.detected_at, by):
        return
    settings = load(NoticeSettings)
    language = store.language(member.person)
    mail = motion_mail(motion, home, member.name, language, settings.web_url, held)
    message = mail_gateway.send(settings.sender, member.email, mail)
    rule = "DC-21" if motion.pictures == "cloud" else "DC-22"
    store.sent(motion.event, member.person, motion.detected_at, rule, message)
    metrics.add_metric(name="NoticesSent", unit="Count", value=1)
