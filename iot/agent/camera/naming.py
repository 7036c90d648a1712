"""Who is it? Asked on the device while the cloud cannot be: the siren is for persons (DC-27)."""

import logging

from iot.agent.camera import burst_encoder
from iot.agent.camera.gate import Shots
from iot.vision import network
from iot.vision.motion import Motion
from iot.vision.spots import WENT
from iot.vision.who import Glance, who

log = logging.getLogger(__name__)

FAR = 0.25
"""Share of the picture that something must have come through to be taken for a person, where no
network is installed."""


def shows_person(shots: Shots) -> bool:
    """Whether there is a person in the pictures, who came from elsewhere, as far as this device
    can tell."""
    if shots.way < WENT:
        return False
    if not network.available():
        return shots.travelled >= FAR
    began = shots.reference.at
    glances = [
        Glance(
            burst_encoder.jpeg(shot.picture),
            (shot.at - began).total_seconds(),
            Motion("motion", level=shot.level, area=shot.level, boxes=shot.boxes),
        )
        for shot in shots.moving
        if shot.boxes
    ]
    try:
        found = who(glances, room=burst_encoder.jpeg(shots.reference.picture))
    except (ValueError, ImportError) as error:
        log.warning("who it is cannot be told: %s", error)
        return shots.travelled >= FAR
    return found is not None and found.kind == "person"
