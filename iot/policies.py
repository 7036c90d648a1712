"""What a device may do: IoT policies and fleet provisioning templates, as documents.

Resources are written for any region and account; ``arn`` makes the full name. There is one policy
for each group of devices (iot/kinds.py), and one template for each group that is provisioned.
"""

from collections.abc import Callable
from typing import Any

from iot import topics
from iot.kinds import GROUPS, Group, provisioned, topics_of

CLAIM_POLICY = "mimamori-claim"

Arn = Callable[[str], str]
"""From "topic/…" to the full ARN."""

_SELF = "${iot:Connection.Thing.ThingName}"


def policy_name(group: Group) -> str:
    """The policy of the group's certificates."""
    return f"mimamori-{group}"


def template_name(group: Group) -> str:
    """The fleet provisioning template of the group."""
    return f"mimamori-{group}"


def group_policy(group: Group, arn: Arn) -> dict[str, Any]:
    """A device's own channels (and shadow), as itself, with the certificate attached to it."""
    about = GROUPS[group]
    publish = [f"topic/{topics.ingest(_SELF, channel)}" for channel in sorted(about.says)]
    listen = topics_of(group, _SELF)
    if about.shadow:
        publish += [f"topic/{topics.shadow(_SELF, suffix)}" for suffix in ("update", "get")]
    statements = [_connect_as_self(arn), _allow("iot:Publish", [arn(name) for name in publish])]
    if listen:
        statements += [
            _allow("iot:Subscribe", [arn(f"topicfilter/{name}") for name in listen]),
            _allow("iot:Receive", [arn(f"topic/{name}") for name in listen]),
        ]
    return _document(*statements)


def claim_policy(arn: Arn) -> dict[str, Any]:
    """What the claim certificate, the same in every box, may do: ask for a certificate, no more."""
    create = "$aws/certificates/create/json"
    provision = [
        f"$aws/provisioning-templates/{template_name(group)}/provision/json"
        for group in provisioned()
    ]
    asked = [create, *provision]
    answers = [f"{name}/{end}" for name in asked for end in ("accepted", "rejected")]
    return _document(
        _allow("iot:Connect", [arn("client/claim-*")]),
        _allow("iot:Publish", [arn(f"topic/{name}") for name in asked]),
        _allow("iot:Subscribe", [arn(f"topicfilter/{name}") for name in answers]),
        _allow("iot:Receive", [arn(f"topic/{name}") for name in answers]),
    )


def provisioning_template(group: Group) -> dict[str, Any]:
    """How a claim becomes a device of the group. The hook (lambdas/devices/on_provisioning) gives
    the name."""
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
            "policy": {
                "Type": "AWS::IoT::Policy",
                "Properties": {"PolicyName": policy_name(group)},
            },
        },
    }


def _connect_as_self(arn: Arn) -> dict[str, Any]:
    connect = _allow("iot:Connect", [arn(f"client/{_SELF}")])
    return {**connect, "Condition": {"Bool": {"iot:Connection.Thing.IsAttached": "true"}}}


def _allow(action: str, resources: list[str]) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resources}


def _document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}
