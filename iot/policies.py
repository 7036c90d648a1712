"""What a device may do: IoT policies and the fleet provisioning template, as documents.

Resources are written for any region and account; ``arn`` makes the full name.
"""

from collections.abc import Callable
from typing import Any

from iot import topics

TEMPLATE = "mimamori-device"
POLICY = "mimamori-device"
RESPONDER_POLICY = "mimamori-responder"
CLAIM_POLICY = "mimamori-claim"

Arn = Callable[[str], str]
"""From "topic/…" to the full ARN."""

_SELF = "${iot:Connection.Thing.ThingName}"


def device_policy(arn: Arn) -> dict[str, Any]:
    """A camera's own topics and shadow, as itself, with the certificate attached to it."""
    channels = [channel for channel in topics.RULES if channel is not topics.Channel.POSITION]
    publish = [f"topic/{topics.ingest(_SELF, channel)}" for channel in channels]
    publish += [f"topic/{topics.shadow(_SELF, suffix)}" for suffix in ("update", "get")]
    listen = [
        topics.topic(_SELF, topics.Channel.UPLOAD_GRANT),
        topics.topic(_SELF, topics.Channel.COMMAND),
        topics.shadow(_SELF, "update/delta"),
        topics.shadow(_SELF, "get/accepted"),
        topics.shadow(_SELF, "get/rejected"),
    ]
    return _document(
        _connect_as_self(arn),
        _allow("iot:Publish", [arn(name) for name in publish]),
        _allow("iot:Subscribe", [arn(f"topicfilter/{name}") for name in listen]),
        _allow("iot:Receive", [arn(f"topic/{name}") for name in listen]),
    )


def responder_policy(arn: Arn) -> dict[str, Any]:
    """A responder's phone says where it is itself, and no more; it hears nothing."""
    position = topics.ingest(_SELF, topics.Channel.POSITION)
    return _document(_connect_as_self(arn), _allow("iot:Publish", [arn(f"topic/{position}")]))


def claim_policy(arn: Arn) -> dict[str, Any]:
    """What the claim certificate, the same in every box, may do: ask for a certificate, no more."""
    create = "$aws/certificates/create/json"
    provision = f"$aws/provisioning-templates/{TEMPLATE}/provision/json"
    answers = [f"{name}/{end}" for name in (create, provision) for end in ("accepted", "rejected")]
    return _document(
        _allow("iot:Connect", [arn("client/claim-*")]),
        _allow("iot:Publish", [arn(f"topic/{name}") for name in (create, provision)]),
        _allow("iot:Subscribe", [arn(f"topicfilter/{name}") for name in answers]),
        _allow("iot:Receive", [arn(f"topic/{name}") for name in answers]),
    )


def provisioning_template() -> dict[str, Any]:
    """How a claim becomes a device. The hook (lambdas/devices/on_provisioning) gives the name."""
    return {
        "Parameters": {
            "SerialNumber": {"Type": "String"},
            "SetupCode": {"Type": "String"},
            "ThingName": {"Type": "String"},
            "AWS::IoT::Certificate::Id": {"Type": "String"},
        },
        "Resources": {
            "thing": {
                "Type": "AWS::IoT::Thing",
                "Properties": {
                    "ThingName": {"Ref": "ThingName"},
                    "AttributePayload": {"serial": {"Ref": "SerialNumber"}},
                },
                "OverrideSettings": {"AttributePayload": "REPLACE"},
            },
            "certificate": {
                "Type": "AWS::IoT::Certificate",
                "Properties": {
                    "CertificateId": {"Ref": "AWS::IoT::Certificate::Id"},
                    "Status": "Active",
                },
            },
            "policy": {"Type": "AWS::IoT::Policy", "Properties": {"PolicyName": POLICY}},
        },
    }


def _connect_as_self(arn: Arn) -> dict[str, Any]:
    connect = _allow("iot:Connect", [arn(f"client/{_SELF}")])
    return {**connect, "Condition": {"Bool": {"iot:Connection.Thing.IsAttached": "true"}}}


def _allow(action: str, resources: list[str]) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resources}


def _document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}
