"""The flow of a process as a table: whom each step asks, for how long, what follows each outcome.

``flow.yaml`` of a process is read into a ``Flow``. The state machine (``Flow.definition``), the
tasks people are given (``Flow.tasks``), their order (``Flow.task_after``) and the pictures in docs/
are all made from it. A flow may include another one, which then is a part of it.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator

from lambdas.shared import tables
from lambdas.shared.events import Sentence

OTHERWISE = "otherwise"

RETRY = {
    "ErrorEquals": ["States.TaskFailed"],  # whatever a function raises, but not that time is up
    "IntervalSeconds": 2,
    "MaxAttempts": 8,
    "BackoffRate": 2,
    "MaxDelaySeconds": 120,
    "JitterStrategy": "FULL",
}

Group = Literal["operator", "responder", "admin"]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TaskSpec(_Row):
    """What somebody is asked to do: who may, under which rule, what they say, what they answer."""

    group: Group
    rule: str
    title: Sentence
    outcomes: tuple[str, ...]
    script: str


class Timeout(_Row):
    """The state that follows when nobody did it in time."""

    state: str
    comment: str


class Way(_Row):
    """Where an outcome leads, and its words in the picture; ``of``: what "otherwise" stands for."""

    to: str
    words: str
    of: tuple[str, ...] = ()


class Step(_Row):
    """One step: either ``ask`` (a person answers) or ``run`` (a function does it)."""

    ask: str = ""
    run: str = ""
    comment: str
    timeout: Timeout | None = None
    choice: str = ""
    next: str | dict[str, Way]
    task: TaskSpec | None = None

    @model_validator(mode="after")
    def _whole(self) -> "Step":
        if bool(self.ask) == bool(self.run):
            raise ValueError("a step either asks somebody or runs")
        if bool(self.ask) != bool(self.timeout) or bool(self.ask) != bool(self.task):
            raise ValueError("what asks somebody needs a task and a timeout, and nothing else does")
        if bool(self.choice) != isinstance(self.next, dict):
            raise ValueError("outcomes need the name of their choice")
        if isinstance(self.next, dict) and OTHERWISE not in self.next:
            raise ValueError("outcomes need an otherwise")
        return self

    @property
    def state(self) -> str:
        """Its state's name, as staff reads it in the console."""
        return self.ask or self.run

    @property
    def ways(self) -> Mapping[str, Way]:
        """Where it leads by outcome; empty where every outcome leads to the same step."""
        return self.next if isinstance(self.next, dict) else {}

    @property
    def outcomes(self) -> frozenset[str]:
        """Every outcome it may have; empty: any, for all lead to the same step."""
        named = self.ways.keys() - {OTHERWISE}
        return frozenset(named).union(*(way.of for way in self.ways.values()))


class Flow(_Row):
    """All steps of a process, its ends, and the tasks that no state waits for (``beside``).

    ``failures`` are ends at which the service was not rendered: the console shows them in red.
    """

    comment: str
    start: str
    steps: dict[str, Step]
    ends: dict[str, str]  # name: comment
    failures: tuple[str, ...] = ()
    beside: dict[str, TaskSpec] = {}

    @model_validator(mode="after")
    def _closed(self) -> "Flow":
        known = self.steps.keys() | self.ends.keys()
        for name, step in self.steps.items():
            targets = [way.to for way in step.ways.values()] or [str(step.next)]
            if unknown := set(targets) - known:
                raise ValueError(f"{name} leads to {sorted(unknown)}, which is not defined")
        if unknown := set(self.failures) - self.ends.keys():
            raise ValueError(f"{sorted(unknown)} is no end")
        return self

    @property
    def tasks(self) -> Mapping[str, TaskSpec]:
        """Every task that may be given out, by its kind."""
        asked = {name: step.task for name, step in self.steps.items() if step.task}
        return asked | self.beside

    def task_after(self, step: str, outcome: str) -> str | None:
        """The task that waits next when ``step`` had this outcome; None: no task does.

        Raises ValueError for an outcome that the table does not know.
        """
        if step in self.beside:
            return None
        here = self.steps[step]
        if here.outcomes and outcome not in here.outcomes:
            raise ValueError(f"{step} has no outcome {outcome!r}")
        way = here.ways.get(outcome, here.ways.get(OTHERWISE))
        target = way.to if way else str(here.next)
        return target if target in self.steps and self.steps[target].ask else None

    def definition(self, wait: str, run: str, partition: str = "aws") -> dict[str, Any]:
        """Amazon States Language; ``wait`` and ``run`` are the ARNs of the functions that give out
        tasks and do steps."""
        return {
            "Comment": self.comment,
            "StartAt": self._name(self.start),
            "States": dict(self._states(wait, run, partition)),
        }

    def _states(self, wait: str, run: str, partition: str) -> Iterator[tuple[str, Any]]:
        base = {"case.$": "$.case", "at.$": "$$.State.EnteredTime"}
        for name, step in self.steps.items():
            then = step.choice or self._name(str(step.next))
            common = {"Type": "Task", "Comment": step.comment, "Retry": [RETRY], "Next": then}
            if step.timeout:
                catch = {"ErrorEquals": ["States.Timeout"], "ResultPath": "$.error"}
                yield (
                    step.ask,
                    {
                        **common,
                        "Catch": [{**catch, "Next": step.timeout.state}],
                        "TimeoutSecondsPath": "$.seconds",
                        "Resource": f"arn:{partition}:states:::lambda:invoke.waitForTaskToken",
                        "Parameters": {
                            "FunctionName": wait,
                            "Payload": {**base, "task": name, "token.$": "$$.Task.Token"},
                        },
                    },
                )
                late = {"step": "overdue", "task": name}
                comment = step.timeout.comment
                yield (
                    step.timeout.state,
                    {**common, "Comment": comment, "Resource": run, "Parameters": {**base, **late}},
                )
            else:
                yield step.run, {**common, "Resource": run, "Parameters": {**base, "step": name}}
            if step.ways:
                yield step.choice, self._choice(step)
        for end, comment in self.ends.items():
            failed = {"Type": "Fail", "Comment": comment, "Error": end, "Cause": comment}
            yield end, failed if end in self.failures else {"Type": "Succeed", "Comment": comment}

    def _choice(self, step: Step) -> dict[str, Any]:
        ways = {outcome: way.to for outcome, way in step.ways.items()}
        return {
            "Type": "Choice",
            "Default": self._name(ways.pop(OTHERWISE)),
            "Choices": [
                {"Variable": "$.outcome", "StringEquals": outcome, "Next": self._name(to)}
                for outcome, to in ways.items()
            ],
        }

    def _name(self, target: str) -> str:
        return self.steps[target].state if target in self.steps else target


def load(path: Path, **included: Path) -> Flow:
    """The flow in a YAML file. ``include: {flow: <name>, <exit>: <step>, …}`` in it takes in the
    steps of ``included[name]``, whose ``$<exit>`` lead where is said; own entries go first, and a
    step that is null is left out."""
    table = tables.read(path)
    if include := table.pop("include", None):
        text = included[include.pop("flow")].read_text(encoding="utf-8")
        for exit_, step in include.items():
            text = text.replace(f"${exit_}", step)
        table = _merged(tables.parse(text), table)
    table["steps"] = {name: step for name, step in table["steps"].items() if step is not None}
    return Flow.model_validate(table)


def _merged(below: Any, above: Any) -> Any:
    """Two tables in one: where both have an entry, the upper one's."""
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    shared = {key: _merged(below[key], above[key]) for key in below.keys() & above.keys()}
    return {**below, **above, **shared}
