"""One person at risk is one incident, whoever asks and under whichever contract."""

from typing import Any

import pytest

from lambdas.dispatch import api, staff_api
from lambdas.dispatch.casework.clock_gateway import ClockGateway
from lambdas.dispatch.processes.consent.incident import incident_keys
from lambdas.shared.events import Contractor
from tests.dispatch.facts import Target
from tests.integration.centre import ABSENT, KENJI, MOTHER, OPERATOR, YUI, Answer, Centre
from tests.integration.conftest import HANAKO
from tests.integration.samples import MINUTE
from tests.integration.test_dispatch_faults import Killed, another_home

JIRO = {"name": "見守 次郎", "relation": "child", "number": "090-0000-0002"}
OTHER = "home-of-jiro"


def two_contracts(centre: Centre) -> None:
    """Hanako and another contract look after the same mother; two responders are there."""
    centre.consented()
    another_home(centre, OTHER, phone="03 0000 0001")
    centre.on_duty(KENJI, YUI)


def joins(centre: Centre, **more: Any) -> Answer:
    return centre.request(home=OTHER, caller=JIRO, **more)


def goes(centre: Centre) -> str:
    """Kenji is on the way to the mother, for the first contract."""
    case = centre.requested()
    centre.did(f"{case}.offer-1", KENJI, outcome="accepted")
    centre.told()
    return case


@pytest.mark.rule("DL-05", "DL-16")
def test_a_second_contract_of_the_same_person_joins_the_case_that_runs(centre: Centre) -> None:
    two_contracts(centre)
    case = goes(centre)
    answer = joins(centre, note="鍵の番号は変えました。犬がいます。")
    assert (answer.status, answer.body["rule"]) == (409, "DL-05")
    assert case in answer.body["detail"], "the caller is told"
    assert centre.engaged() == {KENJI: case}, "nobody else is sent"
    script = centre.ask_task(f"{case}.visit-1", KENJI)["script"]
    assert "見守 次郎様からのお電話: 鍵の番号は変えました。犬がいます。" in script
    (news,) = centre.ask_task(f"{case}.visit-1", KENJI)["news"]
    assert "犬がいます" in news["text"]
    assert "犬がいます" in centre.ask_task(f"{case}.pass_on-1")["script"]
    centre.did(f"{case}.pass_on-1", outcome="not_reached")
    assert "pass_on-1" in centre.todo(case)
    centre.did(f"{case}.pass_on-1", outcome="told")
    assert centre.todo(case) == ["visit-1"]
    centre.did(f"{case}.visit-1", KENJI, **ABSENT)
    centre.told()
    to = [m.audience.contract for m in centre.mails if isinstance(m.audience, Contractor)]
    assert to[-2:] == ["contract-1", f"contract-{OTHER}"], "both are told the result"
    assert "同じお宅をご依頼の" in centre.ask_task(f"{case}.tell-1")["script"]
    centre.did(f"{case}.tell-1", outcome="told")
    assert centre.end_of(case) == "在宅を確認できず"


@pytest.mark.rule("DL-05")
def test_who_joined_sees_the_case_as_theirs_and_again_changes_nothing(centre: Centre) -> None:
    two_contracts(centre)
    case = goes(centre)
    joins(centre)
    before = len(centre.case(case).facts)
    assert joins(centre).status == 409
    assert len(centre.case(case).facts) == before
    (shown,) = centre.ask(api.handler, "GET", f"/homes/{OTHER}/cases", HANAKO).body[:1]
    assert (shown["case"], shown["home"]) == (case, OTHER)
    one = centre.ask(api.handler, "GET", f"/homes/{OTHER}/cases/{case}", HANAKO)
    assert one.status == 200
    assert all("note" not in moment["details"] for moment in one.body["timeline"])


@pytest.mark.rule("DL-05", "DL-32")
def test_who_has_no_consent_joins_nothing_and_is_refused(centre: Centre) -> None:
    two_contracts(centre)
    case = goes(centre)
    registered = centre.service.consents.registered(f"contract-{OTHER}")
    assert registered
    centre.did(f"{case}.visit-1", KENJI, outcome="cannot", why="故障")
    centre.stop(registered.number)
    answer = joins(centre)
    assert (answer.status, answer.body["refusals"][0]["rule"]) == (200, "DL-33")


@pytest.mark.rule("DL-05", "DL-35")
def test_an_exception_sends_nobody_where_somebody_goes_and_holds_the_incident(
    centre: Centre,
) -> None:
    two_contracts(centre)
    unlock = {"wishes": ["presence", "unlock"]}
    refused = joins(centre, **unlock).body["case"]
    case = goes(centre)
    answer = centre.answer(f"{refused}.refusal-1", outcome="override", reason="急ぎ")
    assert (answer.status, answer.body["rule"]) == (422, "DL-05")
    assert case in answer.body["detail"]
    assert centre.engaged() == {KENJI: case}
    centre.did(f"{case}.visit-1", KENJI, **ABSENT)
    centre.did(f"{refused}.refusal-1", outcome="override", reason="急ぎ")
    assert centre.engaged() == {KENJI: refused}
    again = centre.request(caller={**JIRO, "name": "見守 三郎"})
    assert again.status == 409
    assert refused in again.body["detail"], "the exception is the incident now"


@pytest.mark.rule("DL-05")
def test_after_the_result_another_request_is_a_case_of_its_own(centre: Centre) -> None:
    two_contracts(centre)
    case = goes(centre)
    centre.did(f"{case}.visit-1", KENJI, **ABSENT)
    second = joins(centre)
    assert second.status == 200
    assert second.body["case"] != case
    assert centre.engaged() == {KENJI: second.body["case"]}
    centre.did(f"{case}.tell-1", outcome="told")
    assert centre.end_of(case) == "在宅を確認できず"
    assert joins(centre).body["case"] == second.body["case"], "the incident is the second's now"
    assert centre.request().status == 409


def test_two_requests_at_once_are_one_incident(centre: Centre) -> None:
    two_contracts(centre)
    answers: list[Answer] = []

    def other() -> None:
        body = {"home": OTHER, "caller": JIRO}
        more = {"person": OPERATOR, "at": centre.flow.now, "groups": "[operator]"}
        asked = centre._ask(staff_api.handler, "POST", "/dispatch/cases", body=body, **more)
        answers.append(asked)

    centre.cloud.meanwhile("TransactWriteItems", other)
    second = centre.request()
    assert sorted((answers[0].status, second.status)) == [200, 409]
    assert len(centre.engaged()) == 1


@pytest.mark.rule("DL-15")
def test_another_caller_of_the_same_contract_is_heard_by_who_goes(centre: Centre) -> None:
    two_contracts(centre)
    case = goes(centre)
    answer = centre.request(caller=JIRO, note="裏口から入れます", wishes=["presence", "unlock"])
    assert answer.status == 409
    assert "裏口から入れます" in centre.ask_task(f"{case}.visit-1", KENJI)["script"]
    assert centre.case(case).state.asked_again[0].wishes == ("presence", "unlock")


def test_killed_before_the_clock_of_what_is_to_be_passed_on_was_set(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_contracts(centre)
    case = goes(centre)

    def killed(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(ClockGateway, "set", killed)
        with pytest.raises(Killed):
            joins(centre, note="犬がいます")
    assert joins(centre, note="犬がいます").status == 409
    assert centre.events(case).count("asked_again") == 1
    centre.told()
    centre.flow.wait(15 * MINUTE)
    centre.audit()
    assert "staff_breach" in centre.told()
    centre.did(f"{case}.pass_on-1", OPERATOR, outcome="told")


@pytest.mark.rule("DL-05")
@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"name": "見守梅子", "address": "東京都千代田区丸の内１－１"}, True),
        ({"address": "千代田区丸の内1丁目1番", "phone": "０３(0000)0001"}, True),
        ({"address": "東京都千代田区丸の内1丁目1", "phone": "090"}, True),
        ({"name": "見守 松夫"}, False),
        ({"address": "札幌市1-1", "phone": "011"}, False),
    ],
)
def test_the_same_person_is_known_however_spelled(changes: dict[str, Any], same: bool) -> None:
    one, other = (Target.model_validate({**MOTHER, **more}) for more in ({}, changes))
    assert bool(incident_keys(one) & incident_keys(other)) is same
