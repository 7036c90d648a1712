"""Somebody is on the grounds of a guarded home: the camera there takes a picture (AL-08)."""

import json

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from iot.topics import Channel
from lambdas.devices import cameras, model
from lambdas.devices.on_motion import AnswerSettings
from lambdas.devices.store import Store
from lambdas.shared import events
from lambdas.shared.aws import mqtt, queues
from lambdas.shared.aws.directory import Directory
from lambdas.shared.aws.observability import logger
from lambdas.shared.settings import load


def take(record: SQSRecord) -> None:
    """Ask the camera for its picture. Said again, it is the same command, which a camera carries
    out once. A camera of another home, or one that may take no pictures, is left alone."""
    settings = load(AnswerSettings)
    asked = events.parse(json.loads(record.body))
    assert isinstance(asked, events.PictureAsked)
    device = Directory(settings.directory_table).device(asked.thing)
    if device is None or device.home != asked.home or not cameras.sees_grounds(device):
        logger.warning("no picture of the grounds", extra={"thing": asked.thing})
        return
    if asked.received_at - asked.at > cameras.LATE:
        return  # it would show nobody any more
    command = model.command(asked.picture, "snapshot", asked.received_at)
    sent = model.SentCommand(
        id=command.id,
        action="snapshot",
        at=asked.received_at,
        expires_at=command.expires_at,
        asked_by="mimamori",
    )
    Store(settings.devices_table).send(asked.thing, sent)
    mqtt.publish(asked.thing, Channel.COMMAND, command)


handler = queues.worker(take)
