"""Outcomes that code gives and those of its flow's table are the same; every step is used."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from typing import Any, get_args

import pytest

from lambdas.dispatch.assignment.process import AssignmentProcess
from lambdas.dispatch.casework.flow import Flow, Step
from lambdas.dispatch.processes.alarm.state import AlarmResult
from lambdas.dispatch.processes.consent import process as consent
from lambdas.dispatch.processes.consent.facts import ConsentState
from lambdas.dispatch.processes.home_check.process import HOME_CHECK
from lambdas.dispatch.processes.home_check.state import Result
from lambdas.dispatch.processes.patrol.state import PatrolResult
from lambdas.dispatch.processes.requested.state import RequestedResult
from lambdas.dispatch.processes.table import PROCESSES
from lambdas.notify.words import words_of

ENDS = {
    "consent": set(get_args(ConsentState)) - {"none", "pending"},
    "visit": set(get_args(Result)),
    "requested": set(get_args(RequestedResult)),
    "patrol": set(get_args(PatrolResult)),
    "alarm": set(get_args(AlarmResult)),
}
"""The outcomes of the step ``close``: how a case may have ended."""


OF_HOME_CHECKS = ("在宅確認", "玄関先", "home check")
"""Words that are true of home checks only."""


@pytest.mark.rule("AL-14", "AL-84")
@pytest.mark.parametrize("kind", ["requested", "patrol", "alarm"])
def test_only_home_checks_speak_of_home_checks(kind: str) -> None:
    process = PROCESSES[kind]
    tasks = [task for name, task in process.flow.tasks.items() if name != "recall"]
    said = [text for task in tasks for text in (task.script, task.title.ja, task.title.en)]
    assert isinstance(process, AssignmentProcess)
    notices = {process.in_emergency, process.expected}
    said += [
        text
        for notice in notices
        for words in (words_of(notice).entry.subject, words_of(notice).entry.text)
        for text in (words.ja, words.en)
    ]
    assert not [text for text in said for word in OF_HOME_CHECKS if word in text]
    assert not [notice for notice in notices if notice.startswith("home_check.")]


def test_every_process_has_words_of_its_own_for_an_emergency() -> None:
    sending = [one for one in PROCESSES.values() if isinstance(one, AssignmentProcess)]
    assert len({one.in_emergency for one in sending}) == len(sending)
    assert len({one.expected for one in sending}) == len(sending)


def returned(function: Callable[..., Any]) -> set[str]:
    """The texts that a function returns, or of a pair its second: what its source says, with what
    functions of its module return that it returns the value of."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Return) and node.value:
            value = node.value.elts[-1] if isinstance(node.value, ast.Tuple) else node.value
            for part in _branches(value):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    found.add(part.value)
                elif isinstance(part, ast.Call) and isinstance(part.func, ast.Name):
                    found |= returned(function.__globals__[part.func.id])
    return found


def _branches(value: ast.expr) -> Iterator[ast.expr]:
    if isinstance(value, ast.IfExp):
        yield from _branches(value.body)
        yield from _branches(value.orelse)
    else:
        yield value


def given_by(kind: str, step: str) -> set[str]:
    """The outcomes that the code of a process gives a step, done or not done in its time."""
    if step == "close":
        return ENDS[kind]
    if kind == "consent":
        late = {"first_call": {"again", "unconfirmed"}, "second_call": {"unconfirmed"}}
        assert returned(consent.ConsentProcess.on_timeout) == {"again", "unconfirmed"}
        return returned(consent.OUTCOMES[step]) | late[step]
    process = PROCESSES[kind]
    assert isinstance(process, AssignmentProcess)
    late_by = process.timeouts.get(step)
    return returned(process.outcomes[step]) | (returned(late_by) if late_by else set())


STEPS = [
    (kind, name)
    for kind, process in PROCESSES.items()
    for name, step in process.flow.steps.items()
    if step.ways
]


@pytest.mark.parametrize(("kind", "step"), STEPS)
def test_outcomes_of_code_and_table_are_the_same(kind: str, step: str) -> None:
    assert given_by(kind, step) == PROCESSES[kind].flow.steps[step].outcomes


@pytest.mark.parametrize("kind", PROCESSES)
def test_who_is_asked_may_be_late_and_every_step_is_reached(kind: str) -> None:
    flow = PROCESSES[kind].flow
    assert {name for name, step in flow.steps.items() if step.ask} == {
        name for name, step in flow.steps.items() if step.timeout and step.task
    }
    reached = {flow.start, *(to for step in flow.steps.values() for to in _targets(step))}
    assert reached == flow.steps.keys() | flow.ends.keys()


def _targets(step: Step) -> set[str]:
    return {way.to for way in step.ways.values()} or {str(step.next)}


@pytest.mark.parametrize("kind", PROCESSES)
def test_every_task_has_its_answers_and_takes_their_outcomes(kind: str) -> None:
    process = PROCESSES[kind]
    assert process.answers.keys() == process.flow.tasks.keys()
    for task, spec in process.flow.tasks.items():
        outcome = process.answers[task].model_fields["outcome"].annotation
        assert spec.outcomes == get_args(outcome), task


def test_an_outcome_that_the_table_does_not_know_is_an_error() -> None:
    with pytest.raises(ValueError, match="no outcome 'perhaps'"):
        HOME_CHECK.flow.task_after("visit", "perhaps")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"next": {"reported": {"to": "nowhere", "words": "-"}}}, "not defined"),
        ({"unknown": 1}, "Extra inputs"),
    ],
)
def test_a_table_that_is_no_flow_is_not_read(change: dict[str, Any], says: str) -> None:
    table = HOME_CHECK.flow.model_dump()
    visit = table["steps"]["visit"]
    visit |= {**change, "next": visit["next"] | change.get("next", {})}
    with pytest.raises(ValueError, match=says):
        Flow.model_validate(table)
