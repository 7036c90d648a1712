"""What a case needs whoever goes to be qualified for (AL-13)."""

import pytest

from lambdas.dispatch import staff_api
from lambdas.dispatch.processes.home_check.process import HomeCheckProcess
from tests.integration.centre import KENJI, MOTHER, OPERATOR, YUI, Centre


@pytest.fixture
def guarded(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> Centre:
    """The cases of this centre need a guard; of two responders neither is one."""
    monkeypatch.setattr(HomeCheckProcess, "needs", frozenset({"guard"}))
    centre.consented()
    centre.on_duty(KENJI, YUI)
    return centre


@pytest.mark.rule("AL-13")
def test_who_is_not_qualified_is_not_sent_and_not_by_hand_either(guarded: Centre) -> None:
    case = guarded.requested()
    assert guarded.todo(case) == ["find_help-1"]
    by_hand = guarded.answer(f"{case}.find_help-1", outcome="assigned", responder=KENJI)
    assert (by_hand.status, by_hand.body["rule"]) == (422, "AL-13")
    assert by_hand.body["title"] == "必要な資格がありません"
    assert guarded.engaged() == {}
    known = {"id": YUI, "name": "結衣", "phone": "090", "place": MOTHER["place"]}
    body = {**known, "skills": ["guard"]}
    made = guarded.ask(staff_api.handler, "POST", "/dispatch/responders", OPERATOR, body)
    assert (made.status, made.body["skills"]) == (200, ["guard"])
    guarded.did(f"{case}.find_help-1", outcome="assigned", responder=YUI)
    assert guarded.engaged() == {YUI: case}


@pytest.mark.rule("AL-13")
def test_a_case_that_waits_is_not_given_to_who_is_not_qualified(guarded: Centre) -> None:
    case = guarded.requested()
    service = guarded.service.home_checks
    assert service.serve_waiting(KENJI, guarded.flow.now) is None
    guarded.responders.register(
        guarded.responders.get(YUI).model_copy(update={"skills": frozenset({"guard"})})
    )
    assert service.serve_waiting(YUI, guarded.flow.now) == case
