"""Workflows run by moto's Step Functions, with our handlers and our clock.

The definitions are those of the template. moto interprets them as AWS does, but waits in real time
and can run no Lambda function without Docker; so here, and nowhere else, some of its parts are
replaced:

- a function's invocation calls its handler in this process;
- who waits for a task token waits until it is answered or *our* clock reaches the deadline;
- the outer guard of the same timeout waits as long as the inner one;
- retries do not sleep;
- who answers too late is told so (moto means to, and stumbles);
- a definition is parsed once (it takes half a second).
"""

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple, Protocol

import pytest
from moto.stepfunctions.parser import api, models
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.exec import execute_state
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_callback as callback,
)
from moto.stepfunctions.parser.asl.eval.callback.callback import CallbackConsumerTimeout
from moto.stepfunctions.parser.asl.parse import asl_parser

from lambdas.shared.aws.clients import client
from local.synth import synthesize

ROOT = Path(__file__).parents[2]
PATIENCE = 90.0
"""Real seconds after which a workflow that neither waits nor ends is a failure of the test."""

ACCOUNT, REGION = "123456789012", "ap-northeast-1"

Handler = Callable[[dict[str, Any], Any], Any]
Definition = dict[str, Any]


# --- definitions


@cache
def definitions() -> dict[str, Definition]:
    """The workflows by name, as they stand in the stack's template."""
    template = synthesize(ROOT) / "MimamoriDispatch.template.json"
    resources = json.loads(template.read_text(encoding="utf-8"))["Resources"].values()
    machines = [one for one in resources if one["Type"] == "AWS::StepFunctions::StateMachine"]
    return {
        machine["Properties"]["StateMachineName"]: plain(machine["Properties"]["DefinitionString"])
        for machine in machines
    }


def plain(definition: Any) -> Definition:
    """A definition with functions named by their logical ids, which name their modules."""
    parts = [part if isinstance(part, str) else _named(part) for part in definition["Fn::Join"][1]]
    return dict(json.loads("".join(parts)))


def _named(reference: Any) -> str:
    if "Ref" in reference:  # AWS::Partition
        return "aws"
    return f"arn:aws:lambda:ap-northeast-1:123456789012:function:{reference['Fn::GetAtt'][0]}"


# --- running them


@dataclass
class _Wait:
    """A workflow that waits for somebody."""

    endpoint: Any
    deadline: datetime
    environment: Any

    @property
    def over(self) -> bool:
        """Answered, late or stopped: it is about to go on."""
        return self.endpoint._notify_event.is_set() or not self.environment.is_running()


class Step(NamedTuple):
    """From a state to the next; ``why`` is the outcome a choice followed."""

    state: str
    why: str
    then: str


class Timer(Protocol):
    """Something else that happens by time, beside the workflows."""

    def next_due(self) -> datetime | None:
        """When it happens next; None: never."""

    def fire(self) -> None:
        """Its time is up."""


@dataclass
class Interpreter:
    """moto's interpreter, by a clock that only moves when it is told to."""

    functions: Mapping[str, Handler]
    """The handlers, by the beginnings of their functions' names."""

    clock: Any
    context: Any
    """What a function is told of its invocation."""

    waiting: dict[str, _Wait] = field(default_factory=dict)
    timers: list[Timer] = field(default_factory=list)
    _before: list[tuple[str, Callable[[], object]]] = field(default_factory=list)
    _failures: list[tuple[str, Exception]] = field(default_factory=list)

    # -- what a test does

    @property
    def now(self) -> datetime:
        """The time."""
        return datetime.now(UTC)

    def settle(self) -> None:
        """Until every workflow has ended or waits for somebody."""
        ends = time.monotonic() + PATIENCE
        while self._moving():
            if time.monotonic() > ends:
                raise AssertionError(f"neither waits nor ends: {self._moving()}")
            threading.Event().wait(0.001)

    def until(self, at: datetime) -> None:
        """Let time pass. What waits is told when its time is up, in order, when it is up."""
        self.settle()
        while due := [one for one in self._due() if one[0] <= at]:
            moment, happens = min(due, key=lambda one: one[0])
            self.clock.move_to(max(self.now, moment))
            happens()
            self.settle()
        self.clock.move_to(max(self.now, at))

    def _due(self) -> list[tuple[datetime, Callable[[], None]]]:
        """What happens by time, and when."""
        waits = [(one.deadline, partial(self._expire, one)) for one in self.waiting.values()]
        timers = [(due, timer.fire) for timer in self.timers if (due := timer.next_due())]
        return [*waits, *timers]

    def wait(self, some: timedelta) -> None:
        """Let some time pass."""
        self.until(self.now + some)

    def jump(self, at: datetime) -> None:
        """The clock jumps, as it seems to a service that was down: nothing happened in between."""
        self.settle()
        self.clock.move_to(at)
        self.until(at)

    def meanwhile(self, asked: str, act: Callable[[], object]) -> None:
        """Let somebody act just before the next time a function is asked this (step or task)."""
        self._before.append((asked, act))

    def fail(self, asked: str, *errors: Exception) -> None:
        """Let a function fail the next times it is asked this."""
        self._failures += [(asked, error) for error in errors]

    def stop(self, execution: str) -> None:
        """A workflow is gone, as if somebody had stopped it."""
        client("stepfunctions").stop_execution(executionArn=execution)
        self.settle()

    def executions(self) -> list[str]:
        """The ARNs of all executions, oldest first."""
        states = client("stepfunctions")
        found = [
            one
            for machine in states.list_state_machines()["stateMachines"]
            for one in states.list_executions(stateMachineArn=machine["stateMachineArn"])[
                "executions"
            ]
        ]
        return [one["executionArn"] for one in sorted(found, key=lambda one: one["startDate"])]

    def status(self, execution: str) -> str:
        """RUNNING, SUCCEEDED, FAILED, ABORTED."""
        return str(client("stepfunctions").describe_execution(executionArn=execution)["status"])

    def way(self, execution: str) -> list[Step]:
        """The transitions that an execution took."""
        pages = client("stepfunctions").get_paginator("get_execution_history")
        entered = [
            event["stateEnteredEventDetails"]
            for page in pages.paginate(executionArn=execution)
            for event in page["events"]
            if "stateEnteredEventDetails" in event
        ]
        return [
            Step(one["name"], str(json.loads(one["input"]).get("outcome", "")), then["name"])
            for one, then in pairwise(entered)
        ]

    # -- what moto does

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Take the places of these parts."""
        too_late = api.TaskTimedOut("Task Timed Out", "TaskTimedOut")
        patch.setattr(models, "TaskDoesNotExist", lambda: too_late)
        patch.setattr(asl_parser.AmazonStateLanguageParser, "parse", staticmethod(_parsed))
        patient = SimpleNamespace(Event=_Patient)
        patch.setattr(execute_state, "threading", patient)
        patch.setattr(retrier_decl, "time", SimpleNamespace(sleep=lambda _: None))
        patch.setattr(lambda_eval_utils, "_invoke_lambda_function", self._invoke)
        patch.setattr(
            callback.StateTaskServiceCallback, "_eval_wait_for_task_token", self._wait_for
        )

    def _invoke(self, parameters: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        """Call the handler in this process; what it raises is answered as Lambda does."""
        name = str(parameters["FunctionName"]).rpartition(":")[2]
        handler = next(f for begin, f in self.functions.items() if name.startswith(begin))
        asked = json.loads(parameters["Payload"])
        what = {asked.get("step"), asked.get("task")}
        for early in [one for one in self._before if one[0] in what]:
            self._before.remove(early)
            early[1]()
        try:
            if failure := next((one for one in self._failures if one[0] in what), None):
                self._failures.remove(failure)
                raise failure[1]
            answer = handler(asked, self.context)
        except Exception as error:  # whatever it is
            said = {"errorType": type(error).__name__, "errorMessage": str(error)}
            return {"StatusCode": 200, "FunctionError": "Unhandled", "Payload": said}
        return {"StatusCode": 200, "Payload": answer, "ExecutedVersion": "$LATEST"}

    def _wait_for(
        self, env: Any, timeout_seconds: int, callback_endpoint: Any, heartbeat_endpoint: None
    ) -> Any:
        """Wait for the answer to a task token, or for the clock."""
        about = env.states.context_object.context_object_data["Execution"]["Id"]
        deadline = self.now + timedelta(seconds=timeout_seconds)
        self.waiting[about] = _Wait(callback_endpoint, deadline, env)
        while env.is_running() and not callback_endpoint._notify_event.wait(0.005):
            pass  # whoever stops an execution wakes nobody
        del self.waiting[about]
        outcome = callback_endpoint.get_outcome()
        return outcome or callback.CallbackOutcomeTimedOut(callback_endpoint.callback_id)

    def _expire(self, wait: _Wait) -> None:
        # As on AWS, whoever answers from now on is told that it is too late.
        wait.endpoint.report(CallbackConsumerTimeout())
        wait.endpoint.interrupt_all()

    def _moving(self) -> list[str]:
        # Asked a thousand times a second: straight from moto.
        machines = models.stepfunctions_parser_backends[ACCOUNT][REGION].state_machines
        running = [
            one.execution_arn
            for machine in machines
            for one in machine.executions
            if one.status == "RUNNING"
        ]
        waiting = {about for about, one in list(self.waiting.items()) if not one.over}
        return [one for one in running if one not in waiting]


_parsed = cache(asl_parser.AmazonStateLanguageParser.parse)
"""What is parsed holds no state: that is in each execution's environment."""


class _Patient(threading.Event):
    """An event for which one waits as long as it takes."""

    def wait(self, timeout: float | None = None) -> bool:
        return super().wait()


# --- what of a definition was taken


@dataclass
class Coverage:
    """States and transitions of a workflow, and which of them were seen."""

    definition: Definition
    seen: set[Step] = field(default_factory=set)
    entered: set[str] = field(default_factory=set)

    @property
    def states(self) -> set[str]:
        """Every state."""
        return set(self.definition["States"])

    @property
    def transitions(self) -> set[Step]:
        """Every way from a state to another. Of a choice, each outcome is one."""
        found = set()
        for name, state in self.definition["States"].items():
            if "Next" in state:
                found.add(Step(name, "", state["Next"]))
            for caught in state.get("Catch", []):
                found.add(Step(name, "", caught["Next"]))
            for rule in state.get("Choices", []):
                found.add(Step(name, rule["StringEquals"], rule["Next"]))
            if "Default" in state:
                found.add(Step(name, "(default)", state["Default"]))
        return found

    def add(self, way: list[Step]) -> None:
        """An execution that went this way."""
        for step in way:
            state = self.definition["States"][step.state]
            known = {rule["StringEquals"] for rule in state.get("Choices", [])}
            choice = "Choices" in state
            why = (step.why if step.why in known else "(default)") if choice else ""
            self.seen.add(Step(step.state, why, step.then))
            self.entered |= {step.state, step.then}

    def table(self) -> str:
        """How much was seen, and what was not."""
        states, ways = self.states, self.transitions
        rows = [
            f"states      {len(states & self.entered):3} of {len(states):3}",
            f"transitions {len(ways & self.seen):3} of {len(ways):3}",
            *(f"  never: {name}" for name in sorted(states - self.entered)),
            *(f"  never: {s} --{w}--> {t}" for s, w, t in sorted(ways - self.seen)),
        ]
        return "\n".join(rows)


def all_of_it(
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
    seen: Mapping[str, Coverage],
    *machines: str,
) -> None:
    """Print what the tests of a module saw of these workflows, and fail if it was not everything.
    Skipped where only some of the module's tests were asked for."""
    asked = {
        getattr(one, "originalname", "")
        for one in request.session.items
        if one.path == request.path
    }
    if asked != {name for name in dir(request.module) if name.startswith("test_")}:
        pytest.skip("only after all tests of this module")
    with capsys.disabled():
        for name in machines:
            print(f"\n{name}\n{seen[name].table()}")  # noqa: T201 the table is what was asked for
    for coverage in (seen[name] for name in machines):
        assert coverage.states <= coverage.entered
        assert coverage.transitions <= coverage.seen
