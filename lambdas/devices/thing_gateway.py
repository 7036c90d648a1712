"""AWS IoT Core as this context uses it: shadows, and taking certificates away."""

from botocore.exceptions import ClientError
from tenacity import retry, retry_if_exception, stop_after_attempt, wait_exponential

from iot.messages.base import Message
from lambdas.shared.aws.clients import client
from lambdas.shared.aws.observability import logger


def desire(thing: str, state: Message) -> None:
    """Set what the shadow asks of the device; it follows when it is online."""
    payload = '{"state":{"desired":' + state.model_dump_json() + "}}"
    client("iot-data").update_thing_shadow(thingName=thing, payload=payload)


def revoke(thing: str) -> None:
    """Revoke all certificates of a device, so that it is cut off, and forget the thing.

    Harmless when part or all of it is done already. AWS detaches certificates some time after it
    was asked to, and keeps a thing until then: a thing that is still there after a few tries stays,
    as a name without any right.
    """
    if not cut_off(thing):
        return
    try:
        _delete(thing)
    except client("iot").exceptions.InvalidRequestException:
        logger.warning("thing left", extra={"thing": thing})


def cut_off(thing: str) -> bool:
    """Revoke all certificates of a device. Whether there is such a thing."""
    iot = client("iot")
    try:
        principals = iot.list_thing_principals(thingName=thing)["principals"]
    except iot.exceptions.ResourceNotFoundException:
        return False
    for principal in principals:
        iot.update_certificate(certificateId=principal.split("/")[-1], newStatus="REVOKED")
        iot.detach_thing_principal(thingName=thing, principal=principal)
    return True


@retry(
    retry=retry_if_exception(lambda error: _code(error) == "InvalidRequestException"),
    stop=stop_after_attempt(4),
    wait=wait_exponential(multiplier=0.2, max=2),
    reraise=True,
)
def _delete(thing: str) -> None:
    client("iot").delete_thing(thingName=thing)


def _code(error: BaseException) -> str:
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else ""
