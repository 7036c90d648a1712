"""Fleet provisioning asks whether a device may have a certificate of its own.

It may when somebody registered it in the app and typed the setup code into it, and it asks as what
it was registered: each group of devices has a template of its own. The same device may
ask again with the same code while the code is there (its first answer may have been lost); another
device may not. The question carries no time, so a code is valid until the table's time to live has
removed it.
"""

from typing import Any

from iot.policies import template_name
from lambdas.devices.store import Store
from lambdas.shared.aws.directory import Directory
from lambdas.shared.aws.observability import logger, observed
from lambdas.shared.settings import Settings, load


class ProvisioningSettings(Settings):
    """What the function needs."""

    devices_table: str
    directory_table: str


REFUSED = {"allowProvisioning": False}


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer AWS IoT's pre-provisioning hook."""
    settings = load(ProvisioningSettings)
    parameters = event.get("parameters", {})
    serial = str(parameters.get("SerialNumber", ""))[:64]
    store = Store(settings.devices_table)
    device = store.by_code(str(parameters.get("SetupCode", ""))[:16]) if serial else None
    if (
        device is None
        or device.serial not in (None, serial)
        or str(event.get("templateArn", "")).split("/")[-1] != template_name(device.group)
    ):
        logger.warning("provisioning refused", extra={"serial": serial})
        return REFUSED
    device = store.change(device, serial=serial)
    Directory(settings.directory_table).publish_device(device.published())
    logger.info("provisioning allowed", extra={"thing": device.thing, "serial": serial})
    return {"allowProvisioning": True, "parameterOverrides": {"ThingName": device.thing}}
