"""Fleet provisioning asks whether a camera may have a certificate of its own.

It may when somebody registered it in the app and typed the setup code into it. The same camera may
ask again with the same code while the code is there (its first answer may have been lost); another
camera may not. The question carries no time, so a code is valid until the table's time to live has
removed it.
"""

from typing import Any

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
    camera = store.by_code(str(parameters.get("SetupCode", ""))[:16]) if serial else None
    if camera is None or camera.serial not in (None, serial):
        logger.warning("provisioning refused", extra={"serial": serial})
        return REFUSED
    camera = store.change(camera, serial=serial)
    Directory(settings.directory_table).publish_device(camera.published())
    logger.info("provisioning allowed", extra={"thing": camera.thing, "serial": serial})
    return {"allowProvisioning": True, "parameterOverrides": {"ThingName": camera.thing}}
