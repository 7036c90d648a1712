"""Something was detected: let the camera sound its alarm or speak its warning (DC-27)."""

import json

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from iot.topics import Channel
from lambdas.devices import cameras, model
from lambdas.devices.store import Store
from lambdas.shared import events
from lambdas.shared.aws import mqtt, queues
from lambdas.shared.aws.directory import Directory
from lambdas.shared.aws.observability import metrics
from lambdas.shared.settings import Settings, load


class AnswerSettings(Settings):
    """What the function needs."""

    devices_table: str
    directory_table: str


def take(record: SQSRecord) -> None:
    """Send the camera its command, once an event."""
    settings = load(AnswerSettings)
    motion = events.parse(json.loads(record.body))
    assert isinstance(motion, events.MotionDetected)
    device = Directory(settings.directory_table).device(motion.thing)
    if device is None:
        return
    action = cameras.answer_to_motion(device, motion.kind, motion.at, motion.detected_at)
    if action is None:
        return
    # The id is the event's: a camera carries out a command once, however often it is told.
    command = model.command(motion.event, action, motion.detected_at, event=motion.event)
    sent = model.SentCommand(
        id=command.id,
        action=action,
        at=motion.detected_at,
        expires_at=command.expires_at,
        asked_by="mimamori",
    )
    Store(settings.devices_table).send(motion.thing, sent)
    mqtt.publish(motion.thing, Channel.COMMAND, command)
    metrics.add_metric(name="CameraSounds", unit="Count", value=1)


handler = queues.worker(take)
