"""What the template says of money: who may open an account, where files lie, when it comes."""

import json
from typing import Any

import pytest

from stacks.payments import FILE_DAYS, SENT_DAYS, STRIPE_PARAMETER
from tests.infrastructure.conftest import Resource, Templates
from tests.infrastructure.test_templates import many, reference, statements


def holders(templates: Templates, action: str, on: str = "") -> set[str]:
    """The functions of billing that may do this, with a resource of such a name."""
    roles = {
        role["Ref"]
        for policy in templates.all("AWS::IAM::Policy")
        if policy.stack == "MimamoriBilling"
        and any(
            action in many(statement["Action"]) and on in json.dumps(statement["Resource"])
            for statement in statements(policy)
        )
        for role in policy.properties["Roles"]
    }
    return {
        function.properties["Handler"].split(".")[-2]
        for function in templates.functions()
        if function.stack == "MimamoriBilling" and reference(function.properties["Role"]) in roles
    }


@pytest.mark.parametrize(
    ("action", "on", "functions"),
    [
        ("kms:Encrypt", "Vault", {"payment_api"}),
        ("kms:Decrypt", "Vault", {"on_request_file"}),
        ("kms:GenerateMac", "Fingerprints", {"on_request_file", "on_bank_result"}),
        (
            "ssm:GetParameter",
            STRIPE_PARAMETER,
            {"payment_api", "on_collect", "on_retry", "on_stripe"},
        ),
    ],
)
def test_who_may_ask_for_secrets(
    templates: Templates, action: str, on: str, functions: set[str]
) -> None:
    assert holders(templates, action, on) == functions
    assert holders(templates, action) == functions or action == "ssm:GetParameter"


def test_keys_stay_and_the_vault_s_changes_by_itself(templates: Templates) -> None:
    vault, fingerprints = sorted(
        templates.all("AWS::KMS::Key"), key=lambda key: "KeySpec" in key.properties
    )
    assert vault.properties["EnableKeyRotation"] is True
    assert fingerprints.properties["KeySpec"] == "HMAC_256"
    assert {vault.raw["DeletionPolicy"], fingerprints.raw["DeletionPolicy"]} == {
        "RetainExceptOnCreate"
    }


def test_nothing_of_our_account_at_stripe_is_in_a_template(templates: Templates) -> None:
    text = json.dumps(templates.stacks["MimamoriBilling"])
    assert not any(secret in text for secret in ("sk_live", "sk_test", "whsec_", "resolve:ssm"))
    variables = [
        function.properties["Environment"]["Variables"].get("STRIPE_PARAMETER")
        for function in templates.functions()
    ]
    assert {name for name in variables if name} == {STRIPE_PARAMETER}, "its name, and no more"


def bucket(templates: Templates) -> Resource:
    (found,) = (
        one
        for one in templates.all("AWS::S3::Bucket")
        if one.stack == "MimamoriBilling" and "NotificationConfiguration" in one.properties
    )
    return found


def test_files_with_account_numbers_are_gone_after_weeks(templates: Templates) -> None:
    rules = bucket(templates).properties["LifecycleConfiguration"]["Rules"]
    days = {r["Prefix"]: r["ExpirationInDays"] for r in rules if "Prefix" in r}
    assert days == {"requests/": FILE_DAYS, "results/": FILE_DAYS, "sent/": SENT_DAYS}
    assert FILE_DAYS < 60
    assert "VersioningConfiguration" not in bucket(templates).properties, "gone is gone"


def test_the_bank_s_answers_reach_their_queue_and_nothing_else_does(templates: Templates) -> None:
    found = bucket(templates)
    (notified,) = found.properties["NotificationConfiguration"]["QueueConfigurations"]
    assert '"results/"' in json.dumps(notified["Filter"])
    assert any("Policy" in name for name in found.raw["DependsOn"])


def definition(templates: Templates) -> dict[str, Any]:
    """The state machine of billing's runs."""
    (machine,) = (
        m for m in templates.all("AWS::StepFunctions::StateMachine") if m.stack == "MimamoriBilling"
    )
    parts = machine.properties["DefinitionString"]["Fn::Join"][1]
    found: dict[str, Any] = json.loads("".join(p if isinstance(p, str) else "arn" for p in parts))
    return found


@pytest.mark.rule("HT-28")
def test_money_is_collected_when_all_invoices_of_the_month_are_made(templates: Templates) -> None:
    states = definition(templates)["States"]
    assert states["束ごとに並行処理"]["Next"] == "月次か"
    monthly, daily = states["月次か"]["Choices"]
    assert (daily["StringEquals"], daily["Next"]) == ("daily", "未収の先頭から")
    assert states["未収の先頭から"]["Next"] == "未収のカードに再請求する"
    assert (monthly["Variable"], monthly["StringEquals"]) == ("$.run.kind", "monthly")
    assert monthly["Next"] == "束ごとに集金"
    assert states["月次か"]["Default"] == "結果をまとめて報告する"
    assert states["束ごとに集金"]["Next"] == "口座振替の依頼ファイルを書く"
    (more,) = states["ファイルに残りがあるか"]["Choices"]
    assert more["Next"] == "口座振替の依頼ファイルを書く"
    tasks = [*states.values(), *states["束ごとに集金"]["ItemProcessor"]["States"].values()]
    for task in tasks:
        if task["Type"] == "Task":
            assert task["Retry"][0]["ErrorEquals"] == ["States.ALL"], task
