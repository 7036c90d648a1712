"""A case belongs to a centre, whose operators have its tasks; a leader may give it to another."""

import pytest

from lambdas.dispatch import staff_api, task_api
from lambdas.shared.aws.clients import table
from tests.integration import centre as people
from tests.integration.centre import LEADER, OPERATOR, Centre
from tests.integration.samples import MINUTE

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


def lists(centre: Centre, person: str, **query: str) -> list[str]:
    found = centre.ask(staff_api.handler, "GET", "/dispatch/cases", person, query=query)
    assert found.status == 200, found.body
    return [case["case"] for case in found.body]


def counts(centre: Centre, person: str) -> object:
    return centre.ask(staff_api.handler, "GET", "/dispatch/open-cases", person).body


@pytest.mark.rule("AL-21")
def test_an_operator_sees_and_counts_the_cases_of_their_centre_and_of_none(centre: Centre) -> None:
    assert centre.register().status == 200
    of_none = centre.last()
    centre.consented(home="home-w", contract="contract-w", address="大阪市北区1-1", name="西")
    case = centre.requested()
    assert centre.case(of_none).centre == "tokyo"
    for person in (TOKYO, OPERATOR, LEADER):
        assert lists(centre, person) == sorted([of_none, case])
        assert counts(centre, person) == {"cases": 2, "more": False}
    assert (lists(centre, WEST), counts(centre, WEST)) == ([], {"cases": 0, "more": False})
    assert moved(centre, case, LEADER).status == 200  # type: ignore[attr-defined]
    assert (lists(centre, TOKYO), lists(centre, WEST)) == ([of_none], [case])
    assert lists(centre, LEADER, limit="1") == [of_none]
    assert lists(centre, LEADER, after=of_none, limit="1") == [case]
    centre.did(f"{case}.refusal-1", WEST, outcome="told")
    assert not centre.case(case).open
    assert (lists(centre, WEST), lists(centre, TOKYO)) == ([], [of_none])
    assert counts(centre, LEADER) == {"cases": 1, "more": False}
    assert centre.ask(staff_api.handler, "GET", "/dispatch/open-cases", "person-x").status == 403


@pytest.mark.rule("AL-21")
def test_pages_of_two_lists_follow_each_other_and_a_page_reads_no_more(centre: Centre) -> None:
    store = centre.service.store
    rows = [("-", n) for n in range(0, 300, 2)] + [("tokyo", n) for n in range(1, 300, 2)]
    with table("dispatch").batch_writer() as batch:
        for where, n in rows:
            at = centre.flow.now.isoformat()
            batch.put_item(Item={"pk": f"OPEN#{where}", "sk": f"HC-20261201-{n:04}", "at": at})
    after, found = "", list[str]()
    while page := [number for number, _ in store.open_cases(after, 50, ["", "tokyo"])]:
        found += page
        after = page[-1]
    assert found == [f"HC-20261201-{n:04}" for n in range(300)]
    assert store.count_open(1001, ["", "tokyo"]) == 300
    assert store.count_open(100, ["", "tokyo"]) == 100


@pytest.mark.rule("AL-21")
def test_a_case_from_before_there_were_lists_of_centres_is_listed_by_the_audit(
    centre: Centre,
) -> None:
    centre.consented()
    case = centre.requested()
    moved(centre, case, LEADER)
    table("dispatch").delete_item(Key={"pk": "OPEN#west", "sk": case})
    assert (lists(centre, WEST), lists(centre, LEADER)) == ([], [case])
    before = centre.events(case)
    centre.flow.wait(5 * MINUTE)
    assert centre.audit() == {"not_listed": 1}
    assert (lists(centre, WEST), lists(centre, TOKYO)) == ([case], [])
    assert (centre.events(case), centre.audit()) == (before, {}), "the facts are as they were"
