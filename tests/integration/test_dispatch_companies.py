"""Work given to another company: it sees and does its own part, and nothing else (HT-89)."""

from typing import Any

import pytest

from lambdas.dispatch import staff_api, task_api
from tests.integration import centre as people
from tests.integration.centre import ABSENT, KENJI, MOTHER, OPERATOR, YUI, Centre

ACME, OTHERS = "person-acme", "person-others"


@pytest.fixture(autouse=True)
def companies(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kenji is of the company acme, Yui is ours; two companies have somebody at a desk."""
    monkeypatch.setitem(people.GROUPS, ACME, "[company-acme]")
    monkeypatch.setitem(people.GROUPS, OTHERS, "[company-others]")
    centre.consented()
    centre.on_duty(KENJI, YUI)
    kenji = centre.responders.get(KENJI)
    centre.responders.register(kenji.model_copy(update={"company": "acme"}))


def asked(centre: Centre, person: str, method: str, path: str, body: Any = None) -> Any:
    handler = task_api.handler if path.startswith("/dispatch/tasks") else staff_api.handler
    return centre.ask(handler, method, path, person, body)


@pytest.mark.rule("HT-89")
def test_a_company_sees_its_own_responders_and_their_tasks(centre: Centre) -> None:
    case = centre.requested()
    offer = f"{case}.offer-1"
    for person, names, tasks in ((ACME, [KENJI], [offer]), (OTHERS, [], [])):
        shown = asked(centre, person, "GET", "/dispatch/responders").body
        assert [one["id"] for one in shown] == names
        assert [t["id"] for t in asked(centre, person, "GET", "/dispatch/tasks").body] == tasks
    assert asked(centre, OTHERS, "GET", f"/dispatch/tasks/{offer}").status == 404
    assert (
        MOTHER["address"] in asked(centre, ACME, "GET", f"/dispatch/tasks/{offer}").body["script"]
    )


@pytest.mark.rule("HT-89")
def test_a_company_acts_for_its_own_responders_and_is_told_nothing_of_the_case(
    centre: Centre,
) -> None:
    case = centre.requested()
    said = {"outcome": "accepted"}
    assert centre.answer(f"{case}.offer-1", OTHERS, **said).status == 404
    done = centre.did(f"{case}.offer-1", ACME, **said)
    assert done["case"] is None
    accepted = centre.case(case).facts[-1]
    assert (accepted.by, accepted.on_behalf, accepted.means) == (ACME, KENJI, "phone")
    reported = centre.did(f"{case}.visit-1", ACME, **ABSENT)
    assert reported["case"] is None
    assert reported["task"]["script"] == "", "when it is done, where it was is not shown"


@pytest.mark.rule("HT-89")
def test_a_task_of_ours_and_the_centre_do_not_exist_for_a_company(centre: Centre) -> None:
    case = centre.requested()
    centre.did(f"{case}.offer-1", KENJI, outcome="declined")
    assert centre.case(case).state.open_offer.responder == YUI
    assert centre.answer(f"{case}.offer-2", ACME, outcome="accepted").status == 404
    for method, path in (
        ("GET", "/dispatch/cases"),
        ("GET", f"/dispatch/cases/{case}"),
        ("GET", "/dispatch/registrations"),
    ):
        assert asked(centre, ACME, method, path).status == 403


@pytest.mark.rule("HT-89")
def test_a_company_registers_its_own_responders_only(centre: Centre) -> None:
    new = {"id": "person-new", "name": "新", "phone": "090", "place": MOTHER["place"]}
    made = asked(centre, ACME, "POST", "/dispatch/responders", new)
    assert (made.status, made.body["company"]) == (200, "acme")
    for body in ({**new, "id": YUI}, {**new, "company": "others"}):
        assert asked(centre, ACME, "POST", "/dispatch/responders", body).status == 404
    assert asked(centre, OTHERS, "POST", "/dispatch/responders", new).status == 404
    ours = asked(centre, OPERATOR, "POST", "/dispatch/responders", {**new, "company": "others"})
    assert ours.body["company"] == "others"
