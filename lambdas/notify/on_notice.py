"""Something is to be told: each person is told once (DC-21, HT-78, DL-11, DL-20)."""

import json
from datetime import timedelta

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from lambdas.notify import policy
from lambdas.notify.notice_service import NoticeService, NoticeSettings
from lambdas.notify.store import Delivery, queued
from lambdas.shared import events
from lambdas.shared.aws import queues
from lambdas.shared.aws.observability import metrics
from lambdas.shared.events import MotionDetected, Notice
from lambdas.shared.settings import load

LATE = timedelta(minutes=5)
"""From when on the camera is taken to have had no line."""


def take(record: SQSRecord) -> None:
    """Tell what the message says to whom it concerns and who has not heard it yet."""
    service = NoticeService(load(NoticeSettings))
    event = events.parse(json.loads(record.body))
    delivery = queued(record)
    if isinstance(event, MotionDetected):
        _tell_of_motion(service, event, delivery)
    else:
        assert isinstance(event, Notice)
        service.tell(event, delivery)


handler = queues.worker(take)


def _tell_of_motion(service: NoticeService, motion: MotionDetected, delivery: Delivery) -> None:
    """Tell of a detection, unless the policy holds it back; then the next one mentions it."""
    line = policy.line_of(motion)
    home = service.directory.home(motion.home) if line else None
    if line is None or home is None or line.feature not in home.features(motion.detected_at):
        return
    store, cooldown = service.store, timedelta(seconds=service.settings.cooldown_seconds)
    told = store.told(motion.thing, motion.at, cooldown)
    if line.cooldown and not motion.urgent and policy.within_cooldown(motion.at, told, cooldown):
        store.hold(motion.thing, motion.event, motion.at)
        metrics.add_metric(name="NoticesHeld", unit="Count", value=1)
        return
    store.remember(motion.thing, motion.at)
    held = store.held(motion.thing)
    notice = policy.notice_of(motion, line, len(held))
    if motion.detected_at - motion.at < LATE:  # what a camera sent late is no slowness of ours
        took = (delivery.at - motion.at).total_seconds()
        metrics.add_metric(name="SecondsToTell", unit="Seconds", value=took)
    pictured = bool(motion.picture) and policy.PICTURE_MAIL in home.features(motion.detected_at)
    addresses = store.picture_addresses(motion.home) if pictured else ()
    service.tell(notice, delivery, without=addresses)
    if addresses:
        service.tell(policy.with_picture(notice, motion), delivery)
    store.mentioned(motion.thing, held, motion.detected_at)
