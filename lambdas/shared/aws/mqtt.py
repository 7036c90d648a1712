"""Publishing to devices over AWS IoT."""

from iot import topics
from iot.messages.base import Message
from lambdas.shared.aws.clients import client


def publish(thing: str, channel: topics.Channel, message: Message) -> None:
    """Publish ``message`` to a device that is, or will be, subscribed to the channel (QoS 1)."""
    client("iot-data").publish(
        topic=topics.topic(thing, channel),
        qos=1,
        payload=message.model_dump_json(exclude_none=True),
    )
