"""Fleet provisioning asks whether a device may have a certificate of its own.

It may when somebody registered it in the app and typed the setup code into it, and it asks as what
it was registered: each group of devices has a template of its own. The same device may ask again
with the same code (its first answer may have been lost), until it has reported with its
certificate; what it was given before is then worth nothing. Another device may not, and who guesses
is not listened to for the rest of the day. The question carries no time: it is that of the call.
"""

from typing import Any

from iot.policies import template_name
from lambdas.devices import thing_gateway
from lambdas.devices.model import Device
from lambdas.devices.store import Store
from lambdas.shared.aws.directory import Directory
from lambdas.shared.aws.observability import invoked_at, logger, metrics, observed
from lambdas.shared.settings import Settings, load


class ProvisioningSettings(Settings):
    """What the function needs."""

    devices_table: str
    directory_table: str


REFUSED = {"allowProvisioning": False}

MOST_WRONG = 10
"""Wrong codes from one serial number in a day, after which no code of it is looked at."""


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer AWS IoT's pre-provisioning hook."""
    settings = load(ProvisioningSettings)
    parameters = event.get("parameters", {})
    serial = str(parameters.get("SerialNumber", ""))[:64]
    template = str(event.get("templateArn", "")).split("/")[-1]
    store, now = Store(settings.devices_table), invoked_at()
    device = None
    if serial and store.wrong_codes(serial, now) < MOST_WRONG:
        device = store.by_code(str(parameters.get("SetupCode", ""))[:16], now)
    if device is None or not _may(device, serial, template):
        logger.warning("provisioning refused", extra={"serial": serial})
        metrics.add_metric(name="SetupRefused", unit="Count", value=1)
        if serial:
            store.count_wrong_code(serial, now)
        return REFUSED
    if device.active:
        thing_gateway.cut_off(device.thing)
    device = store.change(device, serial=serial)
    Directory(settings.directory_table).publish_device(device.published())
    logger.info("provisioning allowed", extra={"thing": device.thing, "serial": serial})
    return {"allowProvisioning": True, "parameterOverrides": {"ThingName": device.thing}}


def _may(device: Device, serial: str, template: str) -> bool:
    """Whether the device that a code stands for may be set up by who asks."""
    return (
        device.serial in (None, serial)
        and device.status is None
        and template == template_name(device.group)
    )
