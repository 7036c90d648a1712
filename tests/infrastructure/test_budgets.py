"""What AWS allows of everything, and how near to it the templates are."""

import json
import re
from collections import Counter
from typing import Any

import pytest

from tests.infrastructure.conftest import Templates

NEAR = 0.8
"""From so much of what is allowed on, the next feature may not fit."""

STATEMENT = 420
"""Bytes that API Gateway's permission to call a function takes in the function's policy, about: its
name, principal, action, the function's and the route's ARN."""


def size(document: Any) -> int:
    return len(json.dumps(document, separators=(",", ":")))


def test_every_template_fits_into_cloudformation(templates: Templates) -> None:
    for name, template in templates.stacks.items():
        assert len(template["Resources"]) <= NEAR * 500, name
        assert size(template) <= NEAR * 1_000_000, name
        assert len(template.get("Outputs", {})) <= NEAR * 200, name
        assert len(template.get("Parameters", {})) <= NEAR * 200, name


def test_the_api_has_room_for_more_routes(templates: Templates) -> None:
    assert len(templates.all("AWS::ApiGatewayV2::Route")) <= NEAR * 300
    assert len(templates.all("AWS::ApiGatewayV2::Integration")) <= NEAR * 300


def test_the_policy_of_a_function_has_room_for_those_who_may_call_it(templates: Templates) -> None:
    callers = Counter(
        (may.stack, json.dumps(may.properties["FunctionName"]))
        for may in templates.all("AWS::Lambda::Permission")
    )
    (most, number) = callers.most_common(1)[0]
    assert number * STATEMENT <= NEAR * 20_480, most


def test_roles_have_room_for_what_they_may(templates: Templates) -> None:
    of_roles: Counter[tuple[str, str]] = Counter()
    for policy in templates.all("AWS::IAM::Policy"):
        for role in policy.properties["Roles"]:
            of_roles[policy.stack, json.dumps(role)] += size(policy.properties["PolicyDocument"])
    (most, bytes_) = of_roles.most_common(1)[0]
    assert bytes_ <= NEAR * 10_240, most


def test_queues_and_buckets_have_room_in_their_policies(templates: Templates) -> None:
    for kind in ("AWS::SQS::QueuePolicy", "AWS::S3::BucketPolicy", "AWS::SNS::TopicPolicy"):
        for policy in templates.all(kind):
            assert size(policy.properties["PolicyDocument"]) <= NEAR * 20_480, policy


def test_environments_fit_into_functions(templates: Templates) -> None:
    for function in templates.functions():
        variables = function.properties["Environment"]["Variables"]
        assert size(variables) <= NEAR * 4_096, function


IN_THE_WORLD = {
    "AWS::S3::Bucket": "BucketName",
    "AWS::CloudFront::ResponseHeadersPolicy": "ResponseHeadersPolicyConfig.Name",
    "AWS::CloudFront::CachePolicy": "CachePolicyConfig.Name",
    "AWS::CloudFront::OriginRequestPolicy": "OriginRequestPolicyConfig.Name",
    "AWS::CloudFront::OriginAccessControl": "OriginAccessControlConfig.Name",
    "AWS::CloudFront::Function": "Name",
    "AWS::CloudWatch::Dashboard": "DashboardName",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::User": "UserName",
}
"""Names that there may be once in an account, or in the world."""


def test_a_second_stage_in_another_region_finds_no_name_taken(templates: Templates) -> None:
    named = 0
    for stack, template in templates.stacks.items():
        for id, resource in template["Resources"].items():
            value: Any = resource.get("Properties", {})
            for part in IN_THE_WORLD.get(resource["Type"], "-").split("."):
                value = value.get(part) if isinstance(value, dict) else None
            if value is None:
                continue  # CloudFormation makes up one
            named += 1
            assert "AWS::Region" in json.dumps(value), (stack, id)
    assert named >= 6


STATEFUL = {
    "AWS::Cognito::UserPool",
    "AWS::DynamoDB::GlobalTable",
    "AWS::Events::EventBus",
    "AWS::KMS::Key",
    "AWS::S3::Bucket",
}
"""What holds something."""

KEPT = {
    "MimamoriApi": {"AWS::Cognito::UserPool": 1},
    "MimamoriBilling": {"AWS::DynamoDB::GlobalTable": 1, "AWS::S3::Bucket": 2, "AWS::KMS::Key": 2},
    "MimamoriData": {
        "AWS::DynamoDB::GlobalTable": 1,
        "AWS::S3::Bucket": 2,
        "AWS::Events::EventBus": 1,
    },
    "MimamoriDetection": {"AWS::DynamoDB::GlobalTable": 1, "AWS::S3::Bucket": 1},
    "MimamoriDevices": {"AWS::DynamoDB::GlobalTable": 1},
    "MimamoriDispatch": {"AWS::DynamoDB::GlobalTable": 1, "AWS::S3::Bucket": 1},
    "MimamoriHomes": {"AWS::DynamoDB::GlobalTable": 1},
    "MimamoriIngest": {"AWS::DynamoDB::GlobalTable": 1, "AWS::S3::Bucket": 1},
    "MimamoriNews": {"AWS::DynamoDB::GlobalTable": 1},
    "MimamoriNotify": {"AWS::DynamoDB::GlobalTable": 1},
    "MimamoriSecurity": {"AWS::DynamoDB::GlobalTable": 1},
}
"""What is in the accounts of operators, by stack."""

IDS = {
    ("MimamoriData", "AWS::DynamoDB::GlobalTable"): r"Directory\w+",
    ("MimamoriBilling", "AWS::DynamoDB::GlobalTable"): r"Contracts\w+",
    ("MimamoriDispatch", "AWS::DynamoDB::GlobalTable"): r"Cases\w+",
    ("MimamoriApi", "AWS::Cognito::UserPool"): r"Users\w+",
}
"""Another logical id is another table, and an empty one."""


def test_an_update_replaces_nothing_that_holds_something(templates: Templates) -> None:
    found: dict[str, Counter[str]] = {}
    for stack, template in templates.stacks.items():
        for id, resource in template["Resources"].items():
            kind = resource["Type"]
            if kind not in STATEFUL or stack == "MimamoriWeb":
                continue
            found.setdefault(stack, Counter())[kind] += 1
            if pattern := IDS.get((stack, kind)):
                assert re.fullmatch(pattern, id), f"{stack}/{id} would be made anew, and empty"
            if kind == "AWS::DynamoDB::GlobalTable":
                assert "TableName" not in resource["Properties"], "a name keeps it from moving"
                keys = [one["AttributeName"] for one in resource["Properties"]["KeySchema"]]
                assert keys == ["pk", "sk"], "another key is another table"
            if kind not in ("AWS::Events::EventBus",):
                assert resource["DeletionPolicy"] in ("Retain", "RetainExceptOnCreate"), (stack, id)
    assert {stack: dict(kinds) for stack, kinds in found.items()} == KEPT


@pytest.mark.parametrize("kind", sorted(STATEFUL))
def test_what_holds_something_is_known(templates: Templates, kind: str) -> None:
    assert templates.all(kind)
