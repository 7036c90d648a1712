"""A new camera in its box: set up for the local cloud, with the claim that is in every box."""

from pathlib import Path
from typing import Any

from iot.agent.camera.agent import Config
from iot.agent.device.identity import Claim
from local.cloud import LocalCloud


def unpack(cloud: LocalCloud, folder: Path, serial: str, code: str, **more: Any) -> Config:
    """A camera that keeps its things in ``folder`` and was told the setup ``code``."""
    claim = cloud.seeded["claim"]
    return Config(
        endpoint=cloud.mqtt_host,
        port=cloud.mqtt_port,
        ca=cloud.ca_file,
        identity=folder,
        claim=Claim(
            Path(claim["certificate"]), Path(claim["key"]), serial, code, cloud.seeded["template"]
        ),
        mute=True,
        **more,
    )
