"""What the templates promise: what the local cloud cannot show is asserted here."""

import importlib
import json
import re
import sys
from pathlib import Path
from typing import Any

import grimp
import pytest

from iot import policies
from iot.kinds import GROUPS, provisioned
from lambdas.dispatch.processes.table import PROCESSES
from lambdas.shared.aws.access_log import AccessLogSettings
from lambdas.shared.settings import Settings
from stacks.constructs import packages
from tests import javascript
from tests.dispatch.tasks import ALL_KINDS
from tests.infrastructure.conftest import ROOT, Resource, Templates
from tests.integration.interpreter import plain


def statements(resource: Resource) -> list[dict[str, Any]]:
    return resource.properties["PolicyDocument"]["Statement"]


def many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def reference(value: Any) -> str:
    """The logical id that a Ref or GetAtt points to, or the export's name."""
    text = json.dumps(value)
    found = re.search(r'"(?:Ref|Fn::GetAtt|Fn::ImportValue)": \[?"([^"]+)"', text)
    return found[1] if found else text


def test_synthesizes_without_looking_anything_up(templates: Templates) -> None:
    assert "missing" not in templates.manifest
    assert not (ROOT / "cdk.context.json").exists()


# --- functions


def test_every_function_is_a_handler_of_ours_for_arm64_and_python_3_13(
    templates: Templates,
) -> None:
    for function in templates.functions():
        assert function.properties["Architectures"] == ["arm64"], function
        assert function.properties["Runtime"] == "python3.13", function
        assert function.properties["TracingConfig"] == {"Mode": "Active"}, function
        module, _, name = function.properties["Handler"].rpartition(".")
        assert re.fullmatch(r"lambdas\.[a-z]+\.[a-z_]+", module), function
        assert callable(getattr(importlib.import_module(module), name)), function


def test_every_function_is_told_all_its_settings_and_nothing_else(templates: Templates) -> None:
    for function in templates.functions():
        module = importlib.import_module(function.properties["Handler"].rpartition(".")[0])
        known = {
            thing
            for thing in vars(module).values()
            if isinstance(thing, type) and issubclass(thing, Settings) and thing is not Settings
        }
        (settings,) = known - {base for one in known for base in one.__mro__[1:]}
        told = function.properties["Environment"]["Variables"]
        ours = {name for name in told if not name.startswith("POWERTOOLS_")}
        ours -= {name.upper() for name in AccessLogSettings.model_fields}  # with routes
        assert ours == {name.upper() for name in settings.model_fields}, function


def test_one_code_asset_serves_all_functions(templates: Templates) -> None:
    assert len({f.properties["Code"]["S3Key"] for f in templates.functions()}) == 1


LAYER_OF = {
    "Vision": {"cv2", "numpy", "ai_edge_litert"},
    "Money": {"stripe", "jaconv", "zengin_code", "reportlab"},
    "Numbers": {"numpy"},
    "Places": {"h3"},
    "Push": {"cryptography"},
}


def test_every_function_carries_the_layer_it_imports_from_and_no_other(
    templates: Templates,
) -> None:
    """The local cloud cannot tell: its functions have every package."""
    graph = grimp.build_graph("lambdas", "iot", include_external_packages=True, cache_dir=None)
    for function in templates.functions():
        module = function.properties["Handler"].rpartition(".")[0]
        imported = graph.find_upstream_modules(module)
        needed = set().union(*LAYER_OF.values()) & imported
        layers = json.dumps(function.properties["Layers"])
        carried = [packages for layer, packages in LAYER_OF.items() if layer in layers]
        assert needed <= set().union(*carried), function
        assert len(carried) <= 1, function
        assert all(packages & imported for packages in carried), function


def test_every_package_that_a_function_imports_is_in_its_layers(templates: Templates) -> None:
    graph = grimp.build_graph("lambdas", "iot", include_external_packages=True, cache_dir=None)
    ours = set(sys.stdlib_module_names) | {"lambdas", "iot"}
    held = {
        f"{name.title()}Layer": packages_in(packages.BUILD / "layers" / name / "python")
        for name in packages.LAYERS
    }
    for function in templates.functions():
        module = function.properties["Handler"].rpartition(".")[0]
        imported = {one.partition(".")[0] for one in graph.find_upstream_modules(module)} - ours
        layers = json.dumps(function.properties["Layers"])
        there = set().union(*(some for layer, some in held.items() if layer in layers))
        assert imported <= there, (function, imported - there)


def packages_in(folder: Path) -> set[str]:
    """What can be imported from a folder."""
    return {path.name.partition(".")[0] for path in folder.iterdir()}


def test_logs_are_kept_for_a_while_and_not_for_ever(templates: Templates) -> None:
    groups = {g.id: g for g in templates.all("AWS::Logs::LogGroup")}
    for function in templates.functions():
        group = groups[reference(function.properties["LoggingConfig"]["LogGroup"])]
        assert 1 <= group.properties["RetentionInDays"] <= 365, function


def test_whoever_takes_from_a_queue_reports_single_failures_in_time(templates: Templates) -> None:
    queues = {(q.stack, q.id): q for q in templates.all("AWS::SQS::Queue")}
    functions = {(f.stack, f.id): f for f in templates.functions()}
    for mapping in templates.all("AWS::Lambda::EventSourceMapping"):
        assert mapping.properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"], mapping
        queue = queues[mapping.stack, reference(mapping.properties["EventSourceArn"])]
        function = functions[mapping.stack, reference(mapping.properties["FunctionName"])]
        assert queue.properties["VisibilityTimeout"] >= 6 * function.properties["Timeout"], mapping


def test_no_burst_takes_more_functions_than_the_quota_that_is_asked_for(
    templates: Templates,
) -> None:
    """docs/deploy.md asks for a thousand at once; what people wait for needs most of them."""
    bounds = [
        mapping.properties["ScalingConfig"]["MaximumConcurrency"]
        for mapping in templates.all("AWS::Lambda::EventSourceMapping")
    ]
    assert sum(bounds) <= 400


# --- queues, alarms


def test_every_queue_has_dead_letters_and_is_encrypted(templates: Templates) -> None:
    queues = templates.all("AWS::SQS::Queue")
    dead = [q for q in queues if "DeadLetters" in q.id]
    for queue in queues:
        assert queue.properties["SqsManagedSseEnabled"] is True, queue
        if queue not in dead:
            redrive = queue.properties["RedrivePolicy"]
            assert "DeadLetters" in reference(redrive["deadLetterTargetArn"]), queue
            assert redrive["maxReceiveCount"] >= 3, queue


def test_every_queue_bucket_and_topic_is_tls_only(templates: Templates) -> None:
    for kind, policy in (
        ("AWS::SQS::Queue", "AWS::SQS::QueuePolicy"),
        ("AWS::S3::Bucket", "AWS::S3::BucketPolicy"),
        ("AWS::SNS::Topic", "AWS::SNS::TopicPolicy"),
    ):
        denying = {
            (p.stack, reference(target))
            for p in templates.all(policy)
            for target in many(
                p.properties.get("Queues") or p.properties.get("Topics") or p.properties["Bucket"]
            )
            for s in statements(p)
            if s["Effect"] == "Deny"
            and s["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        }
        for resource in templates.all(kind):
            assert (resource.stack, resource.id) in denying, resource


def test_the_operator_is_called_for_every_function_and_every_dead_letter(
    templates: Templates,
) -> None:
    alarms = templates.all("AWS::CloudWatch::Alarm")
    watched = {
        (alarm.stack, reference(dimension["Value"]))
        for alarm in alarms
        for dimension in alarm.properties.get("Dimensions", [])
    }
    for resource in templates.functions():
        assert (resource.stack, resource.id) in watched, resource
    for queue in templates.all("AWS::SQS::Queue"):
        if "DeadLetters" in queue.id:
            assert (queue.stack, queue.id) in watched, queue
    assert all(alarm.properties["AlarmActions"] for alarm in alarms)


def test_every_alarm_has_its_line_in_the_runbook(templates: Templates) -> None:
    table = (ROOT / "docs/operations.md").read_text(encoding="utf-8").partition("**A billing")[0]
    named = re.findall(r"`(…?\w+)`", "".join(row.split("|")[1] for row in table.splitlines()[8:]
                                            if row.startswith("| `")))  # fmt: skip
    for alarm in templates.all("AWS::CloudWatch::Alarm"):
        name = re.sub(r"[0-9A-F]{8}$", "", alarm.id)
        fitting = [
            one for one in named
            if name == one or (one[0] == "…" and name.endswith(one[1:]))
        ]  # fmt: skip
        assert fitting, f"{alarm}: what is the one on call to do?"
    assert {"SlowToTell", "SlowToTask", "RunsMissed", "DevicesSilent"} <= {
        re.sub(r"[0-9A-F]{8}$", "", alarm.id) for alarm in templates.all("AWS::CloudWatch::Alarm")
    }


def test_the_dashboard_shows_every_alarm_in_widgets_that_cloudwatch_takes(
    templates: Templates,
) -> None:
    (dashboard,) = templates.all("AWS::CloudWatch::Dashboard")
    parts = dashboard.properties["DashboardBody"]["Fn::Join"][1]
    body = json.loads("".join(part if isinstance(part, str) else "x" for part in parts))
    lists = [w["properties"]["alarms"] for w in body["widgets"] if w["type"] == "alarm"]
    assert all(len(alarms) <= 100 for alarms in lists)
    assert sum(map(len, lists)) == len(templates.all("AWS::CloudWatch::Alarm"))


def test_every_queue_calls_the_operator_when_something_waits_too_long(
    templates: Templates,
) -> None:
    watched = {
        (alarm.stack, reference(dimension["Value"])): alarm.properties["Threshold"]
        for alarm in templates.all("AWS::CloudWatch::Alarm")
        if alarm.properties.get("MetricName") == "ApproximateAgeOfOldestMessage"
        for dimension in alarm.properties["Dimensions"]
    }
    for queue in templates.all("AWS::SQS::Queue"):
        if "DeadLetters" not in queue.id:
            assert 300 <= watched[queue.stack, queue.id] <= 6 * 3600, queue


def test_what_a_queue_is_fed_from_has_dead_letters_itself(templates: Templates) -> None:
    for rule in templates.all("AWS::Events::Rule"):
        for target in rule.properties["Targets"]:
            assert "DeadLetters" in reference(target["DeadLetterConfig"]["Arn"]), rule
    for function in templates.functions():
        if function.properties["Handler"].endswith("on_upload_request.handler"):
            assert "DeadLetters" in reference(function.properties["DeadLetterConfig"]["TargetArn"])


# --- what is kept


def test_tables_can_be_recovered_and_forget_what_has_expired(templates: Templates) -> None:
    for table in templates.all("AWS::DynamoDB::GlobalTable"):
        assert table.properties["TimeToLiveSpecification"] == {
            "AttributeName": "expires",
            "Enabled": True,
        }, table
        (replica,) = table.properties["Replicas"]
        recovery = replica["PointInTimeRecoverySpecification"]
        assert recovery["PointInTimeRecoveryEnabled"] is True, table
        assert table.raw["DeletionPolicy"] == "RetainExceptOnCreate", table
        assert table.properties["BillingMode"] == "PAY_PER_REQUEST", table


def test_buckets_are_private_encrypted_and_tidy(templates: Templates) -> None:
    for bucket in templates.all("AWS::S3::Bucket"):
        access = bucket.properties["PublicAccessBlockConfiguration"]
        assert all(access.values()), bucket
        assert len(access) == 4, bucket
        assert bucket.properties["BucketEncryption"], bucket
        assert bucket.properties["LifecycleConfiguration"]["Rules"], bucket
        if "BucketName" in bucket.properties:
            assert bucket.raw["DeletionPolicy"] == "RetainExceptOnCreate", bucket


def test_what_staff_looked_at_is_locked_and_no_function_may_lift_the_lock(
    templates: Templates,
) -> None:
    (log,) = (
        bucket
        for bucket in templates.all("AWS::S3::Bucket")
        if "mimamori-access-" in json.dumps(bucket.properties.get("BucketName"))
    )
    retention = log.properties["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    assert retention == {"Mode": "COMPLIANCE", "Days": 5 * 366}
    assert log.properties["VersioningConfiguration"] == {"Status": "Enabled"}
    assert log.raw["DeletionPolicy"] == "RetainExceptOnCreate"
    writing, routes = set(), set()
    for policy in templates.all("AWS::IAM::Policy"):
        for statement in statements(policy):
            if "mimamori-access-" in json.dumps(statement["Resource"]):
                actions = set(many(statement["Action"]))
                assert actions <= {"s3:PutObject", "s3:ListBucket"}, policy
                if "s3:PutObject" in actions:
                    writing.add((policy.stack, policy.id.partition("Role")[0]))
    for function in templates.functions():
        if "ACCESS_LOG_BUCKET" in function.properties["Environment"]["Variables"]:
            routes.add((function.stack, re.sub(r"[0-9A-F]{8}$", "", function.id)))
    assert writing == routes
    assert len(routes) > 20


def test_every_picture_expires_after_thirty_days(templates: Templates) -> None:
    (pictures,) = (b for b in templates.all("AWS::S3::Bucket") if b.id.startswith("Pictures"))
    (rule,) = pictures.properties["LifecycleConfiguration"]["Rules"]
    assert rule["Status"] == "Enabled"
    assert rule["ExpirationInDays"] == 30
    assert not {"Prefix", "Filter"} & set(rule), "for all objects, also quarantined ones"


def test_the_bucket_waits_for_the_right_to_write_into_its_queue(templates: Templates) -> None:
    (pictures,) = (b for b in templates.all("AWS::S3::Bucket") if b.id.startswith("Pictures"))
    assert any("Policy" in name for name in pictures.raw["DependsOn"])
    (notified,) = pictures.properties["NotificationConfiguration"]["QueueConfigurations"]
    assert "frames/" in json.dumps(notified["Filter"])


# --- rights


NAMES_NO_RESOURCE = {
    *(f"xray:{do}" for do in ("PutTraceSegments", "PutTelemetryRecords")),
    *(f"xray:Get{what}" for what in ("SamplingRules", "SamplingTargets")),
    *(f"logs:{do}LogDelivery" for do in ("Create", "Get", "Update", "Delete")),
    *("logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies"),
    "logs:DescribeLogGroups",
    "states:SendTaskSuccess",
    "states:ListStateMachines",
}
"""Actions that know no resource: of X-Ray, what a state machine needs to have a log, the list of
state machines, and the answer to one, which names but the token it was given."""


def test_no_function_may_do_everything(templates: Templates) -> None:
    for policy in templates.all("AWS::IAM::Policy"):
        if "CustomCDK" in policy.id:  # CDK's own, which uploads the page
            continue
        for statement in statements(policy):
            actions = many(statement["Action"])
            assert all("*" not in action for action in actions), policy
            if "*" in many(statement["Resource"]):
                assert all(action in NAMES_NO_RESOURCE for action in actions), policy


PUBLISHES = {
    "MimamoriDevices": ["DEVICE#*", "THINGS#*"],
    "MimamoriBilling": ["HOME#*", "PERSON#*", "CONTRACT#*"],
    "MimamoriHomes": ["ALARM#*", "CONTRACT#*", "DEVICE#*", "HOME#*", "PERSON#*", "THINGS#*"],
    "MimamoriSecurity": ["ALARM#*"],
}
"""Who writes into the directory, and what there."""


def test_a_function_writes_its_own_context_s_tables_only(templates: Templates) -> None:
    """Reading the directory is for all; of it, devices may write devices' items and no person's,
    billing homes' and people's items and no device's; homes erases what is said of somebody."""
    for policy in templates.all("AWS::IAM::Policy"):
        for statement in statements(policy):
            writes = [
                action
                for action in many(statement["Action"])
                if re.match(r"dynamodb:(Put|Update|Delete|Batch)", action)
            ]
            abroad = [r for r in many(statement["Resource"]) if "ImportValue" in json.dumps(r)]
            if writes and abroad:
                assert statement["Condition"] == {
                    "ForAllValues:StringLike": {"dynamodb:LeadingKeys": PUBLISHES[policy.stack]}
                }, policy


@pytest.mark.rule("AL-69")
def test_pictures_of_cameras_are_read_by_detection_and_by_what_mails_them(
    templates: Templates,
) -> None:
    reads = {
        (policy.stack, re.sub("Role.*", "", policy.id))
        for policy in templates.all("AWS::IAM::Policy")
        for statement in statements(policy)
        if {"s3:GetObject", "s3:GetObject*"} & set(many(statement["Action"]))
        and re.search(r"mimamori-pictures-|\"Pictures", json.dumps(statement["Resource"]))
    }
    detection = {("MimamoriDetection", one) for one in ("OnFrames", "Api", "OnPersonalData")}
    assert reads == detection | {("MimamoriNotify", one) for one in ("OnNotice", "OnFollowup")}


def test_topic_rules_may_write_where_they_write_and_keep_what_fails(templates: Templates) -> None:
    roles = {(r.stack, r.id): r for r in templates.all("AWS::IAM::Role")}
    sends = {
        (p.stack, role["Ref"], reference(resource))
        for p in templates.all("AWS::IAM::Policy")
        for role in p.properties["Roles"]
        for s in statements(p)
        if "sqs:SendMessage" in many(s["Action"])
        for resource in many(s["Resource"])
    }
    for rule in templates.all("AWS::IoT::TopicRule"):
        payload = rule.properties["TopicRulePayload"]
        actions = [*payload["Actions"], payload["ErrorAction"]]
        assert "Sqs" in payload["ErrorAction"], rule
        assert "encode(*, 'base64')" in payload["Sql"], rule
        for action in actions:
            if sqs := action.get("Sqs"):
                role = reference(sqs["RoleArn"])
                assert (rule.stack, role, reference(sqs["QueueUrl"])) in sends, rule
                trusted = roles[rule.stack, role].properties["AssumeRolePolicyDocument"]
                (trust,) = trusted["Statement"]
                assert trust["Principal"] == {"Service": "iot.amazonaws.com"}, rule
                assert "aws:SourceAccount" in json.dumps(trust["Condition"]), rule


def test_only_our_own_services_may_call_our_functions(templates: Templates) -> None:
    for permission in templates.all("AWS::Lambda::Permission"):
        assert permission.properties["Principal"] != "*", permission
        assert permission.properties["SourceArn"], permission


def test_only_s3_of_this_account_may_fill_the_frames_queue(templates: Templates) -> None:
    for policy in templates.all("AWS::SQS::QueuePolicy"):
        for statement in statements(policy):
            if statement["Effect"] == "Allow":
                assert statement["Principal"]["Service"] in {
                    "s3.amazonaws.com",
                    "events.amazonaws.com",
                }, policy
                assert statement["Condition"], policy


def test_every_service_may_put_what_it_is_told_to_put(templates: Templates) -> None:
    """AWS takes a delivery only where the receiver's policy, if it has one, lets the service."""
    wanted = set()
    for alarm in templates.all("AWS::CloudWatch::Alarm"):
        for target in alarm.properties["AlarmActions"]:
            wanted.add(("cloudwatch.amazonaws.com", "sns:Publish", exported(templates, target)))
    for rule in templates.all("AWS::Events::Rule"):
        for target in rule.properties["Targets"]:
            letters = target.get("DeadLetterConfig", {}).get("Arn")
            for arn in filter(None, (target["Arn"], letters)):
                taker = (rule.stack, reference(arn))
                action = "sqs:SendMessage"
                if taker in {(f.stack, f.id) for f in templates.functions()}:
                    action = "lambda:InvokeFunction"
                wanted.add(("events.amazonaws.com", action, taker))
    for bucket in templates.all("AWS::S3::Bucket"):
        told = bucket.properties.get("NotificationConfiguration", {})
        for one in told.get("QueueConfigurations", []):
            queue = (bucket.stack, reference(one["Queue"]))
            wanted.add(("s3.amazonaws.com", "sqs:SendMessage", queue))

    given = {
        (statement["Principal"]["Service"], action, (policy.stack, reference(receiver)))
        for kind, name in (("SQS::Queue", "Queues"), ("SNS::Topic", "Topics"))
        for policy in templates.all(f"AWS::{kind}Policy")
        for receiver in policy.properties[name]
        for statement in statements(policy)
        if statement["Effect"] == "Allow"
        for action in many(statement["Action"])
    } | {
        (
            may.properties["Principal"],
            may.properties["Action"],
            (may.stack, reference(may.properties["FunctionName"])),
        )
        for may in templates.all("AWS::Lambda::Permission")
    }
    assert {service for service, _, _ in wanted} == {
        "cloudwatch.amazonaws.com",
        "events.amazonaws.com",
        "s3.amazonaws.com",
    }
    assert wanted - given == set()


def exported(templates: Templates, value: Any) -> tuple[str, str]:
    """Stack and logical id of what a stack imports from another, or has itself."""
    name = reference(value)
    for stack, template in templates.stacks.items():
        for output in template.get("Outputs", {}).values():
            if output.get("Export", {}).get("Name") == name:
                return stack, reference(output["Value"])
    return "", name


def test_devices_are_given_their_policy_by_the_template_alone(templates: Templates) -> None:
    names = {p.properties["PolicyName"] for p in templates.all("AWS::IoT::Policy")}
    assert names == {policies.CLAIM_POLICY, *(policies.policy_name(group) for group in GROUPS)}
    made = {
        t.properties["TemplateName"]: t for t in templates.all("AWS::IoT::ProvisioningTemplate")
    }
    assert made.keys() == {policies.template_name(group) for group in provisioned()}
    for group in provisioned():
        template = made[policies.template_name(group)]
        assert template.properties["Enabled"] is True
        assert template.properties["PreProvisioningHook"]["TargetArn"]
        assert policies.policy_name(group) in json.dumps(template.properties["TemplateBody"])


# --- runs


def test_runs_begin_by_the_clock_of_japan_and_every_call_in_them_is_tried_again(
    templates: Templates,
) -> None:
    schedules = {s.id[:5]: s.properties for s in templates.all("AWS::Scheduler::Schedule")}
    daily, monthly = schedules["Daily"], schedules["Month"]
    assert daily["ScheduleExpression"] == "cron(0 15 * * ? *)"  # 00:00 in Japan
    assert monthly["ScheduleExpression"] == "cron(0 1 1 * ? *)"  # 10:00 on the 1st
    for schedule in (daily, monthly):
        assert schedule["ScheduleExpressionTimezone"] == "Etc/UTC"
        assert "DeadLetters" in reference(schedule["Target"]["DeadLetterConfig"]["Arn"])
        assert "<aws.scheduler.scheduled-time>" in schedule["Target"]["Input"]
    machines = templates.all("AWS::StepFunctions::StateMachine")
    (machine,) = (one for one in machines if one.stack == "MimamoriBilling")
    assert machine.properties["TracingConfiguration"] == {"Enabled": True}
    assert machine.properties["LoggingConfiguration"]["Level"] == "ALL"
    text = json.dumps(machine.properties["DefinitionString"]["Fn::Join"][1], ensure_ascii=False)
    definition = json.loads("".join(p if isinstance(p, str) else "arn" for p in json.loads(text)))
    the_map = definition["States"]["束ごとに並行処理"]
    assert the_map["ItemProcessor"]["ProcessorConfig"]["Mode"] == "DISTRIBUTED"
    tasks = [*definition["States"].values(), *the_map["ItemProcessor"]["States"].values()]
    for task in tasks:
        if task["Type"] == "Task":
            assert task["Retry"][0]["ErrorEquals"] == ["States.ALL"], task


# --- cases

OF_VISITS = {"VisitApi", "VisitDeskApi", "OnVisits"}
CHANGES_CASES = {
    *("OnTask", "OnStep", "OnAudit", "OnAuditPage", "OnAvailable", "OnDue"),
    *("Api", "StaffApi", "TaskApi"),
    *OF_VISITS,
    *("OnAlarm", "AlarmApi"),
}
"""Functions of dispatch that add facts and tell workflows."""


MACHINES = {"Consent", "HomeCheck", "Requested", "Patrol", "Alarm"}


def dispatch_may(templates: Templates, action: str) -> dict[str, list[str]]:
    """Which functions of dispatch may do this, and on what."""
    found: dict[str, list[str]] = {}
    for policy in templates.all("AWS::IAM::Policy"):
        if policy.stack == "MimamoriDispatch" and "Role" in policy.id:
            name = policy.id.partition("Role")[0]
            for statement in statements(policy):
                if action in many(statement["Action"]):
                    resources = many(statement["Resource"])
                    found.setdefault(name, []).extend(json.dumps(one) for one in resources)
    return {name: on for name, on in found.items() if name not in MACHINES}


def test_who_may_begin_end_and_answer_workflows(templates: Templates) -> None:
    begins = dispatch_may(templates, "states:StartExecution")
    assert set(begins) == {
        *("Api", "StaffApi", "TaskApi", "OnAuditPage", "VisitDeskApi", "OnVisits", "OnAlarm"),
    }
    assert all(one.endswith(':mimamori-alarm"]]}') for one in begins["OnAlarm"])
    assert all(one.endswith(':mimamori-requested"]]}') for one in begins["VisitDeskApi"])
    assert all(one.endswith(':mimamori-patrol"]]}') for one in begins["OnVisits"])
    assert all(one.endswith(':mimamori-consent"]]}') for one in begins["Api"])
    late = tuple(
        f':mimamori-{kind}"]]}}' for kind in ("home-check", "requested", "patrol", "alarm")
    )
    assert all(one.endswith(late) for one in begins["TaskApi"]), "late reports"
    assert len(begins["StaffApi"]) == 2, "a correction begins either anew"
    audits = {
        "states:StopExecution": {"OnAudit", "OnAuditPage"},
        "states:DescribeExecution": {"OnAuditPage"},
        "states:ListExecutions": {"OnAudit"},
    }
    for action, functions in audits.items():
        assert set(dispatch_may(templates, action)) - {"Viewer"} == functions, action
    assert set(dispatch_may(templates, "states:SendTaskSuccess")) == CHANGES_CASES
    clocks = dispatch_may(templates, "sqs:SendMessage")
    letters = {"OnPersonalData"}  # its own dead letters
    assert set(clocks) - {"PositionRule"} - letters == CHANGES_CASES
    assert all("Due" in clocks[function][0] for function in CHANGES_CASES)
    for action in (
        "states:SendTaskFailure",
        "states:SendTaskHeartbeat",
        "states:UpdateStateMachine",
    ):
        assert dispatch_may(templates, action) == {}


def test_who_may_read_and_write_what_of_cases(templates: Templates) -> None:
    phones = {"OnPosition", "ResponderApi"}
    assert set(dispatch_may(templates, "dynamodb:PutItem")) == CHANGES_CASES | phones
    assert set(dispatch_may(templates, "dynamodb:UpdateItem")) == CHANGES_CASES
    assert dispatch_may(templates, "dynamodb:Scan") == {}
    for policy in templates.all("AWS::IAM::Policy"):
        if policy.stack == "MimamoriDispatch" and policy.id.partition("Role")[0] in phones:
            for statement in statements(policy):
                if "dynamodb:PutItem" in many(statement["Action"]):
                    keys = statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
                    assert keys == ["RESPONDERS", "AREA#*", "REJECTED#*"], policy
                if "dynamodb:Query" in many(statement["Action"]):
                    keys = statement["Condition"]["ForAllValues:StringEquals"]
                    assert keys == {"dynamodb:LeadingKeys": ["WAITING"]}, policy
    data = {"OnPersonalData"}  # discloses and erases
    assert set(dispatch_may(templates, "s3:GetObject")) == {"Api", "StaffApi", "VisitApi"} | data
    puts = dispatch_may(templates, "s3:PutObject").items()
    assert {one for one, on in puts if any("Visits" in r for r in on)} == {"TaskApi"}
    assert set(dispatch_may(templates, "s3:DeleteObject")) == data
    said = dispatch_may(templates, "events:PutEvents")
    assert set(said) == CHANGES_CASES - {"OnTask"} | phones


@pytest.mark.slow  # the app synthesized once more
def test_travel_by_road_is_the_operator_s_choice(templates: Templates, tmp_path: Any) -> None:
    import aws_cdk as cdk

    import app

    def told(those: Templates) -> set[str]:
        return {
            function.properties["Environment"]["Variables"].get("TRAVEL", "")
            for function in those.functions()
            if function.stack == "MimamoriDispatch"
        }

    asks = "geo-routes:CalculateRouteMatrix"
    assert told(templates) == {"", "circle"}
    assert dispatch_may(templates, asks) == {}
    context = json.loads((ROOT / "cdk.json").read_text())["context"] | {"travel": "routes"}
    app.build(cdk.App(outdir=str(tmp_path), context=context)).synth()
    chosen = Templates(tmp_path)
    assert told(chosen) == {"", "routes"}
    may = dispatch_may(chosen, asks)
    assert set(may) == {
        *("OnStep", "TaskApi", "OnAvailable", "VisitDeskApi", "OnVisits", "OnAlarm", "AlarmApi"),
    }, "who chooses, who assigns by hand, who makes rounds, who lets somebody go"
    assert all("::provider/default" in one for found in may.values() for one in found)


def workflows(templates: Templates) -> dict[str, dict[str, Any]]:
    """The definitions of dispatch's workflows by name."""
    return {
        machine.properties["StateMachineName"]: plain(machine.properties["DefinitionString"])
        for machine in templates.all("AWS::StepFunctions::StateMachine")
        if machine.stack == "MimamoriDispatch"
    }


@pytest.mark.rule("DL-08", "DL-16")
def test_whoever_waits_for_somebody_waits_so_long_and_no_longer(templates: Templates) -> None:
    kinds = []
    for definition in workflows(templates).values():
        for name, state in definition["States"].items():
            if state["Type"] != "Task":
                continue
            (retry,) = state["Retry"]
            assert retry["ErrorEquals"] == ["States.TaskFailed"], "not that time is up"
            assert retry["MaxAttempts"] >= 5, name
            assert retry["JitterStrategy"] == "FULL", name
            if state["Resource"].endswith(".waitForTaskToken"):
                kinds.append(state["Parameters"]["Payload"]["task"])
                assert state["TimeoutSecondsPath"] == "$.seconds", name
                (caught,) = state["Catch"]
                assert caught["ErrorEquals"] == ["States.Timeout"], name
                assert caught["ResultPath"] == "$.error", name
                late = definition["States"][caught["Next"]]
                assert late["Parameters"]["step"] == "overdue", name
                assert late["Parameters"]["task"] == kinds[-1], name
            assert "at.$" in json.dumps(state["Parameters"]), "time comes in with the event"
    beside = {kind for process in PROCESSES.values() for kind in process.flow.beside}
    assert {*kinds, *beside} == ALL_KINDS, "the desk's"


def test_workflows_read_like_the_process(templates: Templates) -> None:
    """What staff sees in the console: Japanese, every step explained, no end without a name."""
    definitions = workflows(templates)
    about = {
        "mimamori-consent": "在宅確認サポート",
        "mimamori-home-check": "在宅確認サポート",
        "mimamori-requested": "駆けつけ",
        "mimamori-patrol": "るすたく",
        "mimamori-alarm": "警報",
    }
    assert set(definitions) == set(about)
    for machine, definition in definitions.items():
        assert about[machine] in definition["Comment"]
        for name, state in definition["States"].items():
            assert not re.search(r"[A-Za-z_]", name), name
            assert len(name) <= 25, name
            if state["Type"] != "Choice":
                assert re.search(r"[ぁ-ん]", state["Comment"]), name
        ends = [state["Type"] for state in definition["States"].values() if "Next" not in state]
        assert set(ends) <= {"Succeed", "Choice", "Fail"}
    failed = [
        n for n, s in definitions["mimamori-home-check"]["States"].items() if s["Type"] == "Fail"
    ]
    assert failed == ["伺えず"], "not green like the others"
    for machine in templates.all("AWS::StepFunctions::StateMachine"):
        assert machine.properties["TracingConfiguration"] == {"Enabled": True}
        logging = machine.properties["LoggingConfiguration"]
        assert logging["Level"] == "ALL", machine
        if machine.stack == "MimamoriDispatch":
            assert logging["IncludeExecutionData"] is False, "names and tokens are not for logs"


def test_staff_looks_at_workflows_and_changes_nothing(templates: Templates) -> None:
    (policy,) = (
        p
        for p in templates.all("AWS::IAM::Policy")
        if p.stack == "MimamoriDispatch" and p.id.startswith("Viewer")
    )
    actions = {action for one in statements(policy) for action in many(one["Action"])}
    assert actions == {
        *("states:ListStateMachines", "states:DescribeStateMachine", "states:ListExecutions"),
        *("states:DescribeExecution", "states:GetExecutionHistory"),
    }
    (role,) = (
        r
        for r in templates.all("AWS::IAM::Role")
        if r.stack == "MimamoriDispatch" and r.id.startswith("Viewer")
    )
    (trust,) = role.properties["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Condition"] == {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def test_the_audit_comes_around_and_is_missed_when_it_does_not(templates: Templates) -> None:
    (audit,) = (s for s in templates.all("AWS::Scheduler::Schedule") if s.id.startswith("Audit"))
    assert audit.properties["ScheduleExpression"] == "rate(15 minutes)"
    target = audit.properties["Target"]
    assert "DeadLetters" in reference(target["DeadLetterConfig"]["Arn"])
    assert "<aws.scheduler.scheduled-time>" in target["Input"]
    (function,) = (f for f in templates.functions() if re.match("OnAudit(?!Page)", f.id))
    assert "DeadLetters" in reference(function.properties["DeadLetterConfig"]["TargetArn"])
    failed = [a for a in templates.all("AWS::CloudWatch::Alarm") if "Failed" in a.id]
    assert {
        a.id.partition("Failed")[0] for a in failed if a.stack == "MimamoriDispatch"
    } == MACHINES


def test_rounds_are_made_all_day_and_missed_when_they_are_not(templates: Templates) -> None:
    (rounds,) = (s for s in templates.all("AWS::Scheduler::Schedule") if s.id.startswith("Rounds"))
    assert rounds.properties["ScheduleExpression"] == "rate(15 minutes)"
    target = rounds.properties["Target"]
    assert "DeadLetters" in reference(target["DeadLetterConfig"]["Arn"])
    (function,) = (f for f in templates.functions() if f.id.startswith("OnVisits"))
    assert "DeadLetters" in reference(function.properties["DeadLetterConfig"]["TargetArn"])


@pytest.mark.rule("A-41", "G-08")
def test_billing_hears_what_dispatch_did_by_a_queue_of_its_own(templates: Templates) -> None:
    (rule,) = (
        one
        for one in templates.all("AWS::Events::Rule")
        if "DispatchSettled" in json.dumps(one.properties)
    )
    pattern = rule.properties["EventPattern"]
    assert set(pattern["detail-type"]) == {"DispatchSettled", "EmptyHomeVisited"}
    assert pattern["source"] == ["mimamori.dispatch"]
    assert rule.stack == "MimamoriBilling"


@pytest.mark.rule("DL-18")
def test_pictures_of_visits_are_kept_longer_than_a_year_and_not_for_ever(
    templates: Templates,
) -> None:
    (visits,) = (b for b in templates.all("AWS::S3::Bucket") if b.stack == "MimamoriDispatch")
    (rule,) = visits.properties["LifecycleConfiguration"]["Rules"]
    assert 366 <= rule["ExpirationInDays"] <= 731


# --- doors


def test_every_route_of_the_document_is_there_and_asks_for_a_login(templates: Templates) -> None:
    paths = json.loads((ROOT / "docs/openapi.json").read_text())["paths"]
    documented = {f"{m.upper()} {path}" for path, methods in paths.items() for m in methods}
    routes = templates.all("AWS::ApiGatewayV2::Route")
    assert {route.properties["RouteKey"] for route in routes} == documented
    opened = {f"{m.upper()} {p}" for p, ms in paths.items() for m in ms if "security" in ms[m]}
    signed, by_link = "POST /billing/stripe", "/invitations/{token}"
    shown = "POST /notices/receipts/{receipt}"
    assert opened == {signed, f"GET {by_link}", f"POST {by_link}/login", shown}
    for route in routes:
        if route.properties["RouteKey"] in opened:
            assert route.properties["AuthorizationType"] == "NONE", route
        else:
            assert route.properties["AuthorizationType"] == "JWT", route
            assert route.properties["AuthorizerId"], route


def test_nobody_signs_up_alone_and_the_page_asks_for_the_pools_passwords(
    templates: Templates,
) -> None:
    (pool,) = templates.all("AWS::Cognito::UserPool")
    assert pool.properties["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    shortest = pool.properties["Policies"]["PasswordPolicy"]["MinimumLength"]
    page = javascript.exported(ROOT / "web/src/features/login/parts/shortest.js")
    assert shortest == page["SHORTEST"] == 12
    assert pool.properties["UserPoolTier"] == "LITE"  # the default has a price of its own


def test_the_page_may_talk_to_itself_and_the_login_only(templates: Templates) -> None:
    (headers,) = templates.all("AWS::CloudFront::ResponseHeadersPolicy")
    security = headers.properties["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    policy = json.dumps(security["ContentSecurityPolicy"]["ContentSecurityPolicy"])
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert policy.count("https://") == 1


def test_the_directory_of_stacks_is_what_the_architecture_says(templates: Templates) -> None:
    assert set(templates.stacks) == {
        f"Mimamori{name}"
        for name in (
            *("Api", "Billing", "Data", "Detection", "Devices", "Dispatch", "Homes"),
            *("Ingest", "News", "Notify", "Operations", "Security", "Web"),
        )
    }


@pytest.mark.slow  # the app synthesized once more
@pytest.mark.parametrize("days", [7, 90])
def test_an_operator_may_keep_pictures_longer_or_shorter(days: int, tmp_path: Any) -> None:
    import aws_cdk as cdk

    import app

    context = json.loads((ROOT / "cdk.json").read_text())["context"] | {"picture_days": days}
    app.build(cdk.App(outdir=str(tmp_path), context=context)).synth()
    found = Templates(tmp_path).all("AWS::S3::Bucket")
    expires = [
        rule.get("ExpirationInDays")
        for bucket in found
        for rule in bucket.properties["LifecycleConfiguration"]["Rules"]
    ]
    assert days in expires


@pytest.mark.rule("AL-63")
def test_homes_are_looked_at_on_the_quarter_hours_at_which_reports_are_due(
    templates: Templates,
) -> None:
    found = [s.properties for s in templates.all("AWS::Scheduler::Schedule")]
    (looks,) = (one for one in found if "every home" in one["Description"])
    assert looks["ScheduleExpression"] == "cron(0/15 * * * ? *)"
