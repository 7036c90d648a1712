"""AWS IoT Core as this context uses it: shadows, and taking certificates away."""

from iot.messages.base import Message
from lambdas.shared.aws.clients import client


def desire(thing: str, state: Message) -> None:
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
