"""Ten thousand cases at once: every answer is a page, and the audit asks of no workflow alone."""

import json
from datetime import timedelta
from typing import Any

import pytest

from lambdas.dispatch import on_audit, on_audit_page, staff_api, task_api
from lambdas.dispatch.audit_service import PAGE, AuditSettings
from lambdas.dispatch.audit_service import Page as AuditPage
from lambdas.dispatch.casework.execution_gateway import Execution, ExecutionGateway
from lambdas.dispatch.casework.process import begun
from lambdas.shared import settings
from lambdas.shared.aws.clients import client, table
from tests.integration.centre import KENJI, OPERATOR, YUI, Centre
from tests.integration.conftest import Context
from tests.integration.samples import MINUTE, batch

MANY = 10_000


@pytest.fixture
def crowded(centre: Centre) -> list[str]:
    """Ten thousand rows of open cases and of tasks at the desk, without what they stand for."""
    numbers = [f"HC-20261201-{n:05}" for n in range(10_001, 10_001 + MANY)]
    since = (centre.flow.now - timedelta(hours=1)).isoformat()
    with table("dispatch").batch_writer() as rows:
        for n, number in enumerate(numbers):
            rows.put_item(Item={"pk": "OPEN", "sk": number, "at": since})
            due = (centre.flow.now + timedelta(minutes=n)).isoformat()
            rows.put_item(Item={"pk": "DESK#operator", "sk": f"{number}.tell-1", "due": due})
    return numbers


@pytest.mark.slow
def test_ten_thousand_open_cases_are_audited_in_pages_without_asking_of_each(
    centre: Centre, crowded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    old = centre.flow.now - timedelta(hours=1)

    def running(_: Any, machine: str) -> list[Execution]:
        if "home" not in machine:
            return []
        return [Execution(f"arn:{number}", number, old) for number in crowded]

    monkeypatch.setattr(ExecutionGateway, "running", running)
    monkeypatch.setenv("AUDIT_QUEUE", client("sqs").create_queue(QueueName="pages")["QueueUrl"])
    settings.load.cache_clear()
    assert settings.load(AuditSettings).audit_queue
    before = len(centre.cloud.calls)
    looked = on_audit.handler({"at": centre.flow.now.isoformat()}, Context())
    asked = [name for name, _ in centre.cloud.calls[before:]]
    assert looked == MANY
    assert asked.count("SendMessage") == MANY / PAGE
    assert asked.count("DescribeExecution") == 0
    assert asked.count("Query") < 10, "rows are read in pages, cases not at all"
    sent = [params["MessageBody"] for params in centre.cloud.asked("SendMessage")]
    assert max(map(len, sent)) < 256 * 1024
    assert sum(len(AuditPage.model_validate_json(body).cases) for body in sent) == MANY


@pytest.mark.slow
def test_lists_of_ten_thousand_are_pages(
    centre: Centre, crowded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = type(centre.service.store)
    read: list[str] = []
    some = centre.requested()
    case = centre.case(some)
    case.tasks["tell-1"] = case.tasks["refusal-1"]
    monkeypatch.setattr("lambdas.dispatch.casework.case_service.CaseService.case", lambda *_: case)

    def one(_: Any, number: str) -> Any:
        read.append(number)
        return case

    monkeypatch.setattr(store, "case", one)
    tasks = centre.ask(task_api.handler, "GET", "/dispatch/tasks", OPERATOR).body
    assert len(tasks) == len(read) == 100
    urgent = set(crowded[:100])
    assert len(urgent & set(read)) >= 99, "the most urgent ones"
    cases = centre.ask(staff_api.handler, "GET", "/dispatch/cases", OPERATOR).body
    assert len(cases) == 50
    answer = centre.ask(staff_api.handler, "GET", "/dispatch/cases?limit=51", OPERATOR)
    assert answer.status in (404, 422)


def test_the_next_page_begins_after_the_last_case(centre: Centre) -> None:
    centre.consented()
    cases = []
    for _ in range(3):
        cases.append(centre.requested())
        centre.cancel(cases[-1])
    table("dispatch").put_item(
        Item={"pk": "OPEN", "sk": cases[0], "at": centre.flow.now.isoformat()}
    )
    table("dispatch").put_item(
        Item={"pk": "OPEN", "sk": cases[2], "at": centre.flow.now.isoformat()}
    )
    store = centre.service.store
    assert [n for n, _ in store.open_cases(limit=1)] == [cases[0]]
    assert [n for n, _ in store.open_cases(after=cases[0])] == [cases[2]]


def test_a_second_workflow_of_a_case_is_stopped(centre: Centre) -> None:
    """It would halve every deadline, and run on after the case has closed."""
    centre.consented()
    centre.on_duty(KENJI, YUI)
    case = centre.requested()
    service = centre.service.cases
    own = centre.case(case).execution
    second = service.executions.start(
        "mimamori-home-check", f"{case}-again-9", case, begun(centre.case(case), centre.flow.now)
    )
    centre.flow.settle()
    assert centre.flow.status(second) == "RUNNING"
    assert centre.audit() == {}, "one that began just now may be about to be written down"
    centre.did(f"{case}.offer-1", KENJI, outcome="accepted")
    centre.flow.wait(3 * MINUTE)
    assert centre.audit().get("no_case") == 1
    assert centre.flow.status(second) != "RUNNING"
    assert centre.flow.status(own) == "RUNNING"


def test_a_page_is_looked_at_by_its_worker(centre: Centre) -> None:
    centre.consented()
    centre.on_duty(KENJI)
    case = centre.requested()
    centre.flow.stop(centre.case(case).execution)
    centre.flow.wait(3 * MINUTE)
    page = AuditPage(at=centre.flow.now, cases={case: []})
    answer = on_audit_page.handler(batch(page.model_dump_json()), Context())
    assert answer == {"batchItemFailures": []}
    centre.flow.settle()
    assert centre.case(case).execution.endswith("again-1")


@pytest.mark.rule("G-07")
def test_the_console_says_who_is_to_do_what_until_when_and_where_the_case_is(
    centre: Centre,
) -> None:
    centre.consented()
    case = centre.requested()
    execution = centre.case(case).execution
    history = client("stepfunctions").get_execution_history(executionArn=execution)["events"]
    entered = {
        event["stateEnteredEventDetails"]["name"]: event["stateEnteredEventDetails"]["input"]
        for event in history
        if "stateEnteredEventDetails" in event
    }
    shown = json.loads(entered["応援を手配する"])
    assert shown["next"] == {
        "task": "応援を手配する",
        "group": "operator-tokyo",
        "due": "2026-12-01 10:10:00 JST",
        "round": 1,
    }
    assert shown["link"].endswith(f"/#/desk/cases/{case}")
    centre.did(f"{case}.find_help-1", outcome="give_up", why="大雪")
    centre.did(f"{case}.tell-1", outcome="told")
    assert centre.end_of(case) == "伺えず"
    assert centre.flow.status(execution) == "FAILED", "red, not green"
