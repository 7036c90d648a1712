"""The templates as CloudFormation and IAM read them (cfn-lint).

It knows the schema of every resource, the states language in workflows, and each action with the
resources that it takes: what AWS would refuse at deployment, or would never grant.
"""

import json
from typing import Any

import pytest
from cfnlint.api import lint
from cfnlint.config import ManualArgs

from tests.infrastructure.conftest import Templates

REGION = "ap-northeast-1"
LET_BE = ["W3005"]
"""CDK writes down what depends on what, also where a reference says so already."""


def said(template: dict[str, Any]) -> list[str]:
    """What is said against a template: the rules' numbers and words."""
    config = ManualArgs(regions=[REGION], ignore_checks=LET_BE)
    return [f"{one.rule.id} {one.message}" for one in lint(json.dumps(template), config=config)]


@pytest.mark.parametrize(
    "stack",
    [
        *("Api", "Billing", "Data", "Detection", "Devices", "Dispatch", "Homes"),
        *("Ingest", "Notify", "Operations", "Security", "Web"),
    ],
)
def test_nothing_is_said_against_a_template(templates: Templates, stack: str) -> None:
    assert said(templates.stacks[f"Mimamori{stack}"]) == []


def of(type: str, **properties: Any) -> dict[str, Any]:
    return {"Resources": {"One": {"Type": type, "Properties": properties}}}


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    return of("AWS::IAM::ManagedPolicy", PolicyDocument=document)


def machine(**states: Any) -> dict[str, Any]:
    definition = {"StartAt": "First", "States": states}
    role = "arn:aws:iam::123456789012:role/one"
    return of("AWS::StepFunctions::StateMachine", RoleArn=role, Definition=definition)


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        (of("AWS::SQS::Queue", VisibilityTimeout=50_000), "E3034"),
        (of("AWS::SQS::Queue", Visibility=5), "E3002"),
        (policy({"Effect": "Allow", "Action": "dynamodb:ReadItem", "Resource": "*"}), "W3037"),
        (policy({"Effect": "Allows", "Action": "dynamodb:GetItem", "Resource": "*"}), "E3510"),
        (machine(First={"Type": "Task", "End": True}), "E3601"),
    ],
    ids=["value", "property", "action", "effect", "workflow"],
)
def test_what_aws_would_refuse_is_found(wrong: dict[str, Any], rule: str) -> None:
    assert rule in {one.split()[0] for one in said(wrong)}, said(wrong)
