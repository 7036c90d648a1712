"""Kinds of devices: how things are named, what they say and hear, and under which policy.

A device is what has a certificate. A sensor behind a gateway or a controller has none: it is a name
inside that device's messages.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from iot import topics
from iot.topics import Channel

SHADOW_ANSWERS = ("update/delta", "get/accepted", "get/rejected")
"""The shadow's topics that a device that follows one listens to."""

Group = Literal["camera", "sensor", "gateway", "controller", "responder"]
"""Devices that are named, provisioned and limited alike."""


class DeviceGroup(NamedTuple):
    """What devices of one group are called, say and hear."""

    prefix: str
    """How the name of such a thing begins."""

    says: frozenset[Channel]
    """The channels it publishes on; each has a topic rule (iot/topics.RULES)."""

    hears: frozenset[Channel]
    """The channels it subscribes to."""

    shadow: bool
    """Whether it follows a shadow."""

    provisioned: bool = True
    """Whether it gets its certificate by fleet provisioning with a setup code."""

    @property
    def things(self) -> str:
        """The names of such things, as IAM writes them."""
        return f"{self.prefix}*"


_MANAGED = frozenset({Channel.STATUS, Channel.COMMAND_RESULT})
_MEASURING = _MANAGED | {Channel.READINGS}
_COMMANDED = frozenset({Channel.COMMAND})

GROUPS: Mapping[Group, DeviceGroup] = {
    "camera": DeviceGroup(
        prefix="cam-",
        says=_MANAGED | {Channel.UPLOAD_REQUEST, Channel.MOTION, Channel.EPISODE, Channel.LIVE},
        hears=_COMMANDED | {Channel.UPLOAD_GRANT},
        shadow=True,
    ),
    "sensor": DeviceGroup(prefix="sns-", says=_MEASURING, hears=_COMMANDED, shadow=False),
    "gateway": DeviceGroup(prefix="gw-", says=_MEASURING, hears=_COMMANDED, shadow=False),
    "controller": DeviceGroup(
        prefix="ctl-",
        says=_MANAGED | {Channel.PANEL},
        hears=_COMMANDED | {Channel.SETTINGS},
        shadow=False,  # sixty sensors and thirty keys are too much for one: Channel.SETTINGS
    ),
    "responder": DeviceGroup(
        prefix="responder-",
        says=frozenset({Channel.POSITION}),
        hears=frozenset(),
        shadow=False,
        provisioned=False,
    ),
}

Kind = Literal["smart-camera", "phone-camera", "activity-sensor", "zigbee-gateway", "controller"]
"""What a household can add."""

GROUP_OF: Mapping[Kind, Group] = {
    "smart-camera": "camera",
    "phone-camera": "camera",
    "activity-sensor": "sensor",
    "zigbee-gateway": "gateway",
    "controller": "controller",
}


def provisioned() -> list[Group]:
    """The groups whose devices households add with a setup code."""
    return [name for name, group in GROUPS.items() if group.provisioned]


def responder_thing(person: str) -> str:
    """The name of a responder's phone, by the subject of their login."""
    return GROUPS["responder"].prefix + person


def responder_of(thing: str) -> str | None:
    """Whose phone a thing is, by the login's subject; None for any other device."""
    prefix = GROUPS["responder"].prefix
    return thing.removeprefix(prefix) if thing.startswith(prefix) else None


def topics_of(group: Group, thing: str) -> list[str]:
    """The topics that a device of a group subscribes to."""
    about = GROUPS[group]
    heard = [topics.topic(thing, channel) for channel in sorted(about.hears)]
    if about.shadow:
        heard += [topics.shadow(thing, suffix) for suffix in SHADOW_ANSWERS]
    return heard
