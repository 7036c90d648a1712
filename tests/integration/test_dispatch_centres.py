"""A case belongs to a centre, whose operators have its tasks; a leader may give it to another."""

import pytest

from lambdas.dispatch import staff_api, task_api
from tests.integration import centre as people
from tests.integration.centre import LEADER, OPERATOR, Centre

TOKYO, WEST = "person-tokyo", "person-west"


@pytest.fixture(autouse=True)
def regional(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two operators who work for one centre each."""
    monkeypatch.setitem(people.GROUPS, TOKYO, "[operator-tokyo]")
    monkeypatch.setitem(people.GROUPS, WEST, "[operator-west]")


def seen(centre: Centre, person: str) -> list[str]:
    found = centre.ask(task_api.handler, "GET", "/dispatch/tasks", person)
    assert found.status == 200, found.body
    return [task["id"] for task in found.body]


def moved(centre: Centre, case: str, person: str, to: str = "west") -> object:
    body = {"centre": to, "reason": "東京の回線が不通"}
    return centre.ask(staff_api.handler, "PUT", f"/dispatch/cases/{case}/centre", person, body)


@pytest.mark.rule("AL-21")
def test_tasks_go_to_the_operators_of_the_homes_centre(centre: Centre) -> None:
    centre.register()
    consent = centre.last()
    case = centre.requested()
    ids = [f"{case}.refusal-1", f"{consent}.first_call-1"]
    for person in (TOKYO, OPERATOR, LEADER):
        assert sorted(seen(centre, person)) == sorted(ids)
    assert seen(centre, WEST) == []
    refused = centre.answer(f"{case}.refusal-1", WEST, outcome="told")
    assert refused.status == 404
    assert centre.answer(f"{case}.refusal-1", TOKYO, outcome="told").status == 200


@pytest.mark.rule("AL-21")
def test_a_leader_gives_a_case_to_another_centre(centre: Centre) -> None:
    centre.consented()
    case = centre.requested()
    task = f"{case}.find_help-1"
    centre.ask(task_api.handler, "POST", f"/dispatch/tasks/{task}/take", TOKYO)
    assert moved(centre, case, OPERATOR).status == 403
    for _ in range(2):
        answer = moved(centre, case, LEADER)
        assert (answer.status, answer.body["centre"]) == (200, "west")
    assert (seen(centre, TOKYO), seen(centre, WEST)) == ([], [task])
    assert centre.events(case).count("centre_moved") == 1
    assert centre.case(case).tasks["find_help-1"].taken_by == ""
    centre.did(task, WEST, outcome="give_up", why="担当者なし")
    assert [one.group for one in centre.case(case).open_tasks] == ["operator-west"], "from now on"
    centre.did(f"{case}.tell-1", WEST, outcome="told", number="090")
    assert moved(centre, case, LEADER, "east").status == 422


@pytest.mark.rule("AL-21")
def test_what_was_escalated_stays_with_the_leaders(centre: Centre) -> None:
    centre.consented()
    case = centre.requested()
    task = f"{case}.find_help-1"
    centre.ask(task_api.handler, "POST", f"/dispatch/tasks/{task}/escalate", TOKYO)
    assert moved(centre, case, LEADER).status == 200
    assert centre.case(case).tasks["find_help-1"].group == "admin"
