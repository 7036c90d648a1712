"""The settable clock: all that is due happens, in order, at its time, and nothing else breaks."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import urllib3

from local import when
from local.cloud import ClockRefused, LocalCloud

ON_THE_WAY = timedelta(minutes=30)
"""The clock runs on while things happen: far more than the slowest machine takes for them."""


def recorded(cloud: LocalCloud, what: str) -> list[dict[str, Any]]:
    """What the mini app's functions noted under this name, in the order they did."""
    found = cloud.client("dynamodb").query(
        TableName=cloud.outputs["MiniData.TableName"],
        KeyConditionExpression="pk = :what",
        ExpressionAttributeValues={":what": {"S": what}},
    )["Items"]
    return sorted(found, key=lambda item: item["sk"]["S"].rpartition("#")[2])


def run_machine(cloud: LocalCloud, **given: Any) -> str:
    started = cloud.client("stepfunctions").start_execution(
        stateMachineArn=cloud.outputs["MiniApp.MachineArn"], input=json.dumps(given)
    )
    return str(started["executionArn"])


def outcome(cloud: LocalCloud, execution: str) -> dict[str, Any]:
    found: dict[str, Any] = cloud.client("stepfunctions").describe_execution(executionArn=execution)
    return found


def test_schedules_fire_in_order_over_three_days(mini_cloud: LocalCloud) -> None:
    start = mini_cloud.now()
    seen_before = len(recorded(mini_cloud, "half day")), len(recorded(mini_cloud, "daily"))

    answer = mini_cloud.advance("3d")

    assert timedelta(days=3) <= mini_cloud.now() - start < timedelta(days=3) + ON_THE_WAY
    due_times = [fired["at"] for fired in answer["fired"]]
    assert due_times == sorted(due_times)
    assert len(due_times) == 9  # three times at 15:00, six times at 00:30 and 12:30
    half_days = [item["sk"]["S"].split("#")[0] for item in recorded(mini_cloud, "half day")]
    daily = [item["sk"]["S"].split("#")[0] for item in recorded(mini_cloud, "daily")]
    assert len(half_days) - seen_before[0] == 6
    assert len(daily) - seen_before[1] == 3
    assert half_days == sorted(half_days)
    assert {at[10:] for at in half_days} == {"T00:30:00Z", "T12:30:00Z"}
    assert {at[10:] for at in daily} == {"T15:00:00Z"}  # the time it was due, for the function


def test_a_wait_of_two_days_ends_then(mini_cloud: LocalCloud) -> None:
    execution = run_machine(mini_cloud, kind="wait")
    mini_cloud.settle()
    start = mini_cloud.now()

    mini_cloud.advance("47h")
    assert outcome(mini_cloud, execution)["status"] == "RUNNING"

    mini_cloud.advance("2h")
    assert outcome(mini_cloud, execution)["status"] == "SUCCEEDED"
    entered = datetime.fromisoformat(recorded(mini_cloud, "waited")[-1]["sk"]["S"].split("#")[0])
    assert abs(entered - start - timedelta(days=2)) < ON_THE_WAY


def test_a_human_task_ends_at_its_deadline(mini_cloud: LocalCloud) -> None:
    answered = run_machine(mini_cloud, kind="ask", name="answered", patience=7200)
    ignored = run_machine(mini_cloud, kind="ask", name="ignored", patience=7200)
    mini_cloud.settle()
    tokens = {i["sk"]["S"]: i["token"]["S"] for i in recorded(mini_cloud, "token")}

    mini_cloud.advance("119m")
    mini_cloud.client("stepfunctions").send_task_success(
        taskToken=tokens["answered"], output='{"answer": "yes"}'
    )
    mini_cloud.settle()
    assert outcome(mini_cloud, answered)["output"] == '{"answer": "yes"}'
    assert outcome(mini_cloud, ignored)["status"] == "RUNNING"

    mini_cloud.advance("2m")
    assert json.loads(outcome(mini_cloud, ignored)["output"]) == {"answer": "none"}


def make_machine(cloud: LocalCloud, name: str, definition: dict[str, Any]) -> str:
    """A state machine beside those of the mini app, under the role of theirs."""
    states = cloud.client("stepfunctions")
    role = states.describe_state_machine(stateMachineArn=cloud.outputs["MiniApp.MachineArn"])
    made = states.create_state_machine(
        name=name, roleArn=role["roleArn"], definition=json.dumps(definition)
    )
    return str(made["stateMachineArn"])


def test_a_task_without_sign_of_life_fails(mini_cloud: LocalCloud) -> None:
    states = mini_cloud.client("stepfunctions")
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "HeartbeatSeconds": 600,
        "Parameters": {
            "FunctionName": mini_cloud.outputs["MiniApp.AskName"],
            "Payload": {"token.$": "$$.Task.Token", "input": {"name": "pulse"}},
        },
        "End": True,
    }
    definition = {"StartAt": "Task", "States": {"Task": task}}
    machine = make_machine(mini_cloud, "heartbeat", definition)
    execution = states.start_execution(stateMachineArn=machine)["executionArn"]
    mini_cloud.settle()
    token = next(i["token"]["S"] for i in recorded(mini_cloud, "token") if i["sk"]["S"] == "pulse")

    mini_cloud.advance("9m")
    states.send_task_heartbeat(taskToken=token)
    mini_cloud.advance("9m")
    assert outcome(mini_cloud, execution)["status"] == "RUNNING"
    mini_cloud.advance("2m")
    assert outcome(mini_cloud, execution)["error"] == "States.HeartbeatTimeout"


def test_a_failed_function_fails_by_its_name_and_at_once(mini_cloud: LocalCloud) -> None:
    caught = run_machine(mini_cloud, kind="fail")
    swallowed = run_machine(mini_cloud, kind="ask", name="failing", patience=7200, fail=True)
    mini_cloud.settle()
    assert json.loads(outcome(mini_cloud, caught)["output"]) == {"caught": "OutOfOrder"}
    assert outcome(mini_cloud, swallowed)["error"] == "OutOfOrder"


def test_branches_that_wait_let_time_pass(mini_cloud: LocalCloud) -> None:
    """Parallel and Map wait for their branches: that is no work in flight."""
    states = mini_cloud.client("stepfunctions")
    wait = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 3600, "End": True}}}
    definition = {
        "StartAt": "Both",
        "States": {
            "Both": {"Type": "Parallel", "Branches": [wait, wait], "Next": "Each"},
            "Each": {"Type": "Map", "MaxConcurrency": 1, "ItemProcessor": wait, "End": True},
        },
    }
    machine = make_machine(mini_cloud, "branches", definition)
    execution = states.start_execution(stateMachineArn=machine)["executionArn"]
    mini_cloud.advance("150m")
    assert outcome(mini_cloud, execution)["status"] == "RUNNING"
    mini_cloud.advance("40m")
    assert outcome(mini_cloud, execution)["status"] == "SUCCEEDED"


def test_time_only_moves_forward(mini_cloud: LocalCloud) -> None:
    yesterday = mini_cloud.now() - timedelta(days=1)
    with pytest.raises(ClockRefused, match="forward"):
        mini_cloud.advance(yesterday.isoformat())
    with pytest.raises(ValueError, match="no date"):
        mini_cloud.advance("tomorrow")


def test_to_a_date_in_japanese_time(mini_cloud: LocalCloud) -> None:
    target = (mini_cloud.now() + timedelta(days=1)).astimezone(when.JST).replace(tzinfo=None)
    mini_cloud.advance(target.isoformat(timespec="seconds"))
    late = mini_cloud.now() - when.moment(target.isoformat())
    assert abs(late) < ON_THE_WAY


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("text/plain", b'{"advance": "1m"}', 415),  # what a foreign web page could send
        ("application/json", b"{", 400),
        ("application/json", b"[]", 400),
        ("application/json", b'{"advance": "3 moons"}', 400),
        ("application/json", b'{"to": "2001-01-01"}', 400),
    ],
)
def test_the_clock_refuses_what_it_does_not_understand(
    mini_cloud: LocalCloud, kind: str, body: bytes, status: int
) -> None:
    answer = urllib3.request(
        "POST", mini_cloud.clock_url, body=body, headers={"Content-Type": kind}
    )
    assert answer.status == status
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("90m", timedelta(minutes=90)),
        ("3d", timedelta(days=3)),
        ("2w", timedelta(weeks=2)),
        ("1d12h", timedelta(days=1, hours=12)),
    ],
)
def test_durations(text: str, meant: timedelta) -> None:
    assert when.duration(text) == meant


def test_moments_are_japanese_unless_they_say_otherwise() -> None:
    assert when.moment("2026-12-24T09:00") == datetime(2026, 12, 24, 0, 0, tzinfo=UTC)
    assert when.moment("2026-12-24T09:00+00:00") == datetime(2026, 12, 24, 9, 0, tzinfo=UTC)
    assert when.moment("2026-12-24") == datetime(2026, 12, 23, 15, 0, tzinfo=UTC)
