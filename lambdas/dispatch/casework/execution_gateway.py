"""Workflows in Step Functions: started under a case's number, sent results of tasks, stopped."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from lambdas.dispatch.casework.audit import Running
from lambdas.dispatch.casework.process import StepResult
from lambdas.shared.aws.clients import client
from lambdas.shared.aws.observability import logger


class Execution(NamedTuple):
    """A workflow that runs."""

    arn: str
    name: str
    started: datetime

    @property
    def case(self) -> str:
        """The number of its case: ``HC-20261220-0001-again-2`` is one of ``HC-20261220-0001``."""
        return "-".join(self.name.split("-")[:3])


class ExecutionGateway:
    """The executions of the processes' state machines; ``machines`` is their ARN up to the name,
    ``web_url`` the page's address."""

    def __init__(self, machines: str, web_url: str) -> None:
        self._machines = machines
        self._web_url = web_url

    def as_input(self, case: str, result: StepResult) -> dict[str, Any]:
        """What a workflow carries from step to step: what it needs, and what staff reads of it in
        the console (who is to do what until when, and where the case is)."""
        return {
            "case": case,
            "outcome": result.outcome,
            "seconds": result.seconds,
            "next": dict(result.next),
            "link": f"{self._web_url}/#/desk/cases/{case}",
        }

    def start(self, machine: str, name: str, case: str, begun: StepResult) -> str:
        """Start a workflow of this machine; its ARN. Once a name, however often it is asked."""
        states = client("stepfunctions")
        try:
            started = states.start_execution(
                stateMachineArn=self._machines + machine,
                name=name,
                input=json.dumps(self.as_input(case, begun), ensure_ascii=False),
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
            output = json.dumps(result, ensure_ascii=False)
            states.send_task_success(taskToken=token, output=output)
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

    def running(self, machine: str) -> Iterator[Execution]:
        """Every execution of a state machine that runs, a thousand a call."""
        pages = client("stepfunctions").get_paginator("list_executions")
        for page in pages.paginate(
            stateMachineArn=self._machines + machine, statusFilter="RUNNING"
        ):
            for one in page["executions"]:
                yield Execution(one["executionArn"], one["name"], one["startDate"])

    def stop(self, execution: str, why: str) -> None:
        """Stop a workflow."""
        client("stepfunctions").stop_execution(executionArn=execution, cause=why)
