"""Workflows in Step Functions: started under a case's number, sent results of tasks, stopped."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from lambdas.dispatch.casework.audit import Running
from lambdas.dispatch.casework.process import StepResult
from lambdas.shared.aws.clients import client
from lambdas.shared.aws.observability import logger


class ExecutionGateway:
    """The executions of the processes' state machines; ``machines`` is their ARN up to the name."""

    def __init__(self, machines: str) -> None:
        self._machines = machines

    def start(self, machine: str, name: str, case: str, seconds: int) -> str:
        """Start a workflow of this machine; its ARN. Once a name, however often it is asked."""
        states = client("stepfunctions")
        try:
            begun = as_input(case, StepResult("begun", seconds))
            started = states.start_execution(
                stateMachineArn=self._machines + machine, name=name, input=json.dumps(begun)
            )
        except states.exceptions.ExecutionAlreadyExists:
            where = self._machines.replace(":stateMachine:", ":execution:")
            return f"{where}{machine}:{name}"
        return str(started["executionArn"])

    def send(self, token: str, result: Mapping[str, Any]) -> None:
        """Send a waiting workflow the result of its task. One that waits no more is no error: its
        time was up or it ended, and it asks the facts when it goes on."""
        states = client("stepfunctions")
        gone = (
            states.exceptions.TaskTimedOut,
            states.exceptions.TaskDoesNotExist,
            states.exceptions.InvalidToken,
        )
        try:
            states.send_task_success(taskToken=token, output=json.dumps(result))
        except gone as error:
            logger.info("the workflow waits no more", extra={"why": type(error).__name__})

    def status(self, execution: str) -> Running | None:
        """Whether a workflow runs; None: it was never started."""
        if not execution:
            return None
        states = client("stepfunctions")
        try:
            status = states.describe_execution(executionArn=execution)["status"]
        except states.exceptions.ExecutionDoesNotExist:
            return "GONE"
        return "RUNNING" if status == "RUNNING" else "GONE"

    def running(self, machine: str) -> Iterator[tuple[str, str]]:
        """The ARN and the name of every execution of a state machine that runs."""
        pages = client("stepfunctions").get_paginator("list_executions")
        for page in pages.paginate(
            stateMachineArn=self._machines + machine, statusFilter="RUNNING"
        ):
            for one in page["executions"]:
                yield one["executionArn"], one["name"]

    def stop(self, execution: str, why: str) -> None:
        """Stop a workflow."""
        client("stepfunctions").stop_execution(executionArn=execution, cause=why)


def as_input(case: str, result: StepResult) -> dict[str, Any]:
    """What a workflow carries from step to step."""
    return {"case": case, "outcome": result.outcome, "seconds": result.seconds}
