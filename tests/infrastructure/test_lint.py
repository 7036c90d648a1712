"""The templates as CloudFormation and IAM read them (cfn-lint).

It knows the schema of every resource, the states language in workflows, and each action with the
resources that it takes: what AWS would refuse at deployment, or would never grant.
"""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cfnlint.api import lint_by_config
from cfnlint.config import ManualArgs

from tests.examples import THOROUGH
from tests.infrastructure.conftest import Templates

REGION = "ap-northeast-1"
LET_BE = ["W3005"]
"""CDK writes down what depends on what, also where a reference says so already."""


def said(files: Iterable[Path]) -> list[tuple[str, str, str]]:
    """What is said against templates: file, the rule's number, words."""
    config = ManualArgs(
        templates=[str(file) for file in files], regions=[REGION], ignore_checks=LET_BE
    )
    return [(Path(one.filename).name, one.rule.id, one.message) for one in lint_by_config(config)]


ALIKE = {"AWS::Lambda::Permission", "AWS::ApiGatewayV2::Route"}
"""Made by the hundred from one place of ours, and referred to by nothing."""


def test_nothing_is_said_against_the_templates(templates: Templates, tmp_path: Path) -> None:
    """Of what is made alike, a few of each stack in the quick runs: their number takes the time."""
    for stack, template in templates.stacks.items():
        resources = template["Resources"]
        waited_for = json.dumps([one.get("DependsOn", []) for one in resources.values()])
        seen: Counter[str] = Counter()
        kept = {}
        for id, resource in resources.items():
            kind = resource["Type"]
            seen[kind] += 1
            if THOROUGH or kind not in ALIKE or seen[kind] <= 3 or f'"{id}"' in waited_for:
                kept[id] = resource
        (tmp_path / f"{stack}.json").write_text(json.dumps({**template, "Resources": kept}))
    assert said(tmp_path.iterdir()) == []


def of(type: str, **properties: Any) -> dict[str, Any]:
    return {"Resources": {"One": {"Type": type, "Properties": properties}}}


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    return of("AWS::IAM::ManagedPolicy", PolicyDocument=document)


def machine(**states: Any) -> dict[str, Any]:
    definition = {"StartAt": "First", "States": states}
    role = "arn:aws:iam::123456789012:role/one"
    return of("AWS::StepFunctions::StateMachine", RoleArn=role, Definition=definition)


WRONG = {
    "E3034": of("AWS::SQS::Queue", VisibilityTimeout=50_000),
    "E3002": of("AWS::SQS::Queue", Visibility=5),
    "W3037": policy({"Effect": "Allow", "Action": "dynamodb:ReadItem", "Resource": "*"}),
    "E3510": policy({"Effect": "Allows", "Action": "dynamodb:GetItem", "Resource": "*"}),
    "E3601": machine(First={"Type": "Task", "End": True}),
}
"""A value, a property, an action, an effect, a workflow; by the rule that forbids it."""


def test_what_aws_would_refuse_is_found(tmp_path: Path) -> None:
    for rule, template in WRONG.items():
        (tmp_path / f"{rule}.json").write_text(json.dumps(template))
    found = {(file.removesuffix(".json"), rule) for file, rule, _ in said(tmp_path.iterdir())}
    assert {(rule, rule) for rule in WRONG} <= found
