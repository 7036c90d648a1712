"""A state machine made from a process's flow table (lambdas/dispatch/casework/flow.py)."""

from typing import TYPE_CHECKING

from aws_cdk import Aws, Duration, RemovalPolicy
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn

from lambdas.dispatch.casework.flow import Flow
from stacks.constructs.context import VERSIONS, acknowledge, versions_of

if TYPE_CHECKING:
    from stacks.constructs.context import ContextStack


def state_machine(
    stack: "ContextStack",
    id: str,
    name: str,
    flow: Flow,
    wait: lambda_.Function,
    run: lambda_.Function,
) -> sfn.StateMachine:
    """The state machine ``name``; ``wait`` gives out tasks, ``run`` does the steps that wait for
    nobody. It may invoke both, its log is kept for three months, and an execution that fails, or
    whose end is a failure of the service, raises an alarm."""
    definition = flow.definition(wait.function_arn, run.function_arn, Aws.PARTITION)
    machine = sfn.StateMachine(
        stack,
        id,
        state_machine_name=name,
        definition_body=sfn.DefinitionBody.from_string(stack.to_json_string(definition)),
        tracing_enabled=True,
        logs=sfn.LogOptions(
            destination=logs.LogGroup(
                stack,
                f"{id}Logs",
                retention=logs.RetentionDays.THREE_MONTHS,
                removal_policy=RemovalPolicy.DESTROY,
            ),
            level=sfn.LogLevel.ALL,
            include_execution_data=False,
        ),
    )
    for function in (wait, run):
        function.grant_invoke(machine)
    acknowledge(
        machine.role,
        {
            **{versions_of(stack, function): VERSIONS for function in (wait, run)},
            "AwsSolutions-IAM5[Resource::*]": "X-Ray and the delivery of logs take no "
            "resource in their permissions.",
        },
    )
    stack.alarm(
        f"{id}Failed",
        machine.metric_failed(period=Duration.minutes(5)),
        f"A workflow {name} failed, and the audit starts it anew: look why; or nobody could go",
    )
    return machine
