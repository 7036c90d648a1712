"""AWS IoT Core as this context uses it: commands, shadows, and taking certificates away."""

from iot import topics
from iot.messages import CameraState, Command, UploadGrant
from lambdas.shared.aws.clients import client


def tell(thing: str, message: Command | UploadGrant) -> None:
    """Publish a message to a device."""
    channel = (
        topics.Channel.COMMAND if isinstance(message, Command) else topics.Channel.UPLOAD_GRANT
    )
    client("iot-data").publish(
        topic=topics.topic(thing, channel),
        qos=1,
        payload=message.model_dump_json(exclude_none=True),
    )


def desire(thing: str, state: CameraState) -> None:
    """Set what the shadow asks of the device; it follows when it is online."""
    payload = '{"state":{"desired":' + state.model_dump_json() + "}}"
    client("iot-data").update_thing_shadow(thingName=thing, payload=payload)


def revoke(thing: str) -> None:
    """Revoke all certificates of a device, so that it is cut off, and forget the thing.

    Harmless when part or all of it is done already.
    """
    iot = client("iot")
    try:
        principals = iot.list_thing_principals(thingName=thing)["principals"]
    except iot.exceptions.ResourceNotFoundException:
        return
    for principal in principals:
        iot.update_certificate(certificateId=principal.split("/")[-1], newStatus="REVOKED")
        iot.detach_thing_principal(thingName=thing, principal=principal)
    iot.delete_thing(thingName=thing)
