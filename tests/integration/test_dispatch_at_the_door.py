"""What may happen at the door: help is needed, nobody signs, somebody refuses.

And what was reported wrongly or late.
"""

from typing import Any

import pytest

from tests.integration.centre import (
    ABSENT,
    AT_HOME,
    KENJI,
    LEADER,
    OPERATOR,
    SEEN,
    YUI,
    Centre,
)
from tests.integration.samples import HOUR, MINUTE

FALL = {"authority": "119", "called_by": "responder", "said": "倒れている人が窓から見えます"}


def at_the_door(centre: Centre) -> str:
    """Kenji stands at the door; Yui is free."""
    centre.consented()
    centre.on_duty(KENJI, YUI)
    case = centre.requested()
    centre.did(f"{case}.offer-1", KENJI, outcome="accepted")
    centre.arrive(case)
    centre.told()
    return case


def in_need(centre: Centre, case: str, person: str = KENJI, **more: Any) -> Any:
    from lambdas.dispatch import task_api

    path = f"/dispatch/tasks/{case}.visit-1/emergency"
    return centre.ask(task_api.handler, "POST", path, person, {**FALL, **more})


@pytest.mark.rule("DL-20", "G-07")
def test_an_emergency_is_seen_to_at_once_and_who_is_there_stays(centre: Centre) -> None:
    case = at_the_door(centre)
    assert in_need(centre, case).status == 200
    assert centre.todo(case) == ["emergency-1", "emergency_lead-1", "visit-1"]
    assert sorted(centre.told()) == ["emergency", "staff_breach"]
    script = centre.ask_task(f"{case}.emergency-1")["script"]
    assert "119" in script
    assert "救急車を呼んでおります" in script
    centre.did(f"{case}.emergency-1", OPERATOR, outcome="not_reached", number="090")
    assert "emergency-1" in centre.todo(case), "until the contractor is reached"
    centre.did(f"{case}.emergency-1", OPERATOR, outcome="told", number="090")
    centre.did(f"{case}.emergency_lead-1", LEADER, outcome="done")
    assert centre.todo(case) == ["visit-1"]
    centre.did(f"{case}.visit-1", KENJI, outcome="cannot", why="救急隊に引き継ぎました")
    assert centre.case(case).state.result == "emergency"
    assert len(centre.case(case).state.offers) == 1, "nobody else is sent"
    assert "visit_emergency" in centre.told()
    centre.did(f"{case}.tell-1", outcome="told")
    assert centre.end_of(case) == "緊急の対応"


def test_the_desk_hears_of_an_emergency_before_anybody_goes(centre: Centre) -> None:
    centre.consented()
    case = centre.requested()
    body = {"authority": "none", "called_by": "centre", "said": "隣の方から電話"}
    answer = centre.post(f"/dispatch/cases/{case}/emergency", body=body)
    assert answer.status == 200
    assert centre.todo(case) == ["emergency-1", "emergency_lead-1", "find_help-1"]
    assert "まだ通報していません" in centre.ask_task(f"{case}.emergency-1")["script"]
    again = centre.post(f"/dispatch/cases/{case}/emergency", body={**body, "authority": "110"})
    assert again.status == 200
    assert "emergency-2" in centre.todo(case)


@pytest.mark.rule("DL-20")
def test_nobody_is_called_back_from_an_emergency_for_being_late(centre: Centre) -> None:
    case = at_the_door(centre)
    in_need(centre, case)
    centre.flow.wait(12 * HOUR)
    assert centre.case(case).state.going.responder == KENJI
    assert not centre.case(case).state.given_up


@pytest.mark.rule("DL-18", "DL-34")
@pytest.mark.parametrize(
    ("report", "result", "stopped"),
    [
        (
            {
                "outcome": "at_home_unsigned",
                "at_home": True,
                "explained": True,
                "why": "手が不自由",
            },
            "at_home",
            False,
        ),
        ({"outcome": "refused_at_door", "at_home": True, "why": "もう来ないで"}, "at_home", True),
        ({"outcome": "moved", "at_home": False, "why": "表札が違う"}, "moved", False),
    ],
)
def test_what_comes_of_the_door_is_reported_as_it_is(
    centre: Centre, report: dict[str, Any], result: str, stopped: bool
) -> None:
    case = at_the_door(centre)
    centre.did(f"{case}.visit-1", KENJI, outcome="reported", report={**SEEN, **report})
    assert centre.case(case).state.result == result
    assert centre.todo(case) == ["tell-1"], "nobody else is sent"
    consent = centre.case(centre.case(case).state.request.registration).state
    assert (consent.status == "stopped") is stopped
    if stopped:
        assert (consent.stopped.asked_by, consent.stopped.means) == ("resident", "mobile")
        assert centre.request().body["refusals"][0]["rule"] == "DL-33"


@pytest.mark.rule("DL-18", "DL-19")
@pytest.mark.parametrize(
    "report",
    [
        {"outcome": "at_home_unsigned", "at_home": True, "explained": True},
        {"outcome": "refused_at_door", "at_home": True, "why": " "},
        {"outcome": "moved", "at_home": True, "why": "x"},
        {"outcome": "entered", "at_home": True, "why": "x"},
    ],
)
def test_a_report_that_lacks_what_its_outcome_needs_is_not_taken(
    centre: Centre, report: dict[str, Any]
) -> None:
    case = at_the_door(centre)
    answer = centre.answer(f"{case}.visit-1", KENJI, outcome="reported", report={**SEEN, **report})
    assert answer.status == 422
    assert centre.todo(case) == ["visit-1"]


@pytest.mark.rule("DL-20", "G-07")
@pytest.mark.parametrize("closed", [True, False])
def test_a_wrong_result_is_corrected_and_told_anew(centre: Centre, closed: bool) -> None:
    case = at_the_door(centre)
    centre.did(f"{case}.visit-1", KENJI, **AT_HOME)
    if closed:
        centre.did(f"{case}.tell-1", outcome="told")
        assert not centre.case(case).open
    centre.told()
    wrong = {"reason": "隣の家でした", "report": ABSENT["report"]}
    assert centre.post(f"/dispatch/cases/{case}/correction", body=wrong).status == 200
    assert centre.case(case).state.result == "absent"
    assert centre.case(case).open
    assert "visit_corrected" in centre.told()
    task = "tell-2" if closed else "tell-1"
    assert centre.todo(case) == [task]
    centre.did(f"{case}.{task}", outcome="told")
    assert centre.end_of(case) == "在宅を確認できず"
    assert centre.told() == [], "the correction is mailed once"
    nothing = {"reason": "どの家か分かりません"}
    assert centre.post(f"/dispatch/cases/{case}/correction", body=nothing).status == 200
    assert centre.case(case).state.result == "impossible"
    assert centre.told().count("visit_corrected") == 1, "each correction is mailed"


def test_there_is_nothing_to_correct_before_a_report(centre: Centre) -> None:
    case = at_the_door(centre)
    answer = centre.post(f"/dispatch/cases/{case}/correction", body={"reason": "x"})
    assert (answer.status, answer.body["type"].split(":")[-1]) == (422, "nothing-to-correct")


@pytest.mark.rule("DL-20")
@pytest.mark.parametrize("told", [True, False])
def test_a_true_report_after_the_case_was_given_up_is_taken(centre: Centre, told: bool) -> None:
    case = at_the_door(centre)
    while not centre.case(case).state.given_up:
        centre.flow.wait(15 * MINUTE)
    if told:
        centre.did(f"{case}.tell-1", outcome="told")
        assert not centre.case(case).open
    centre.did(f"{case}.visit-1", KENJI, **AT_HOME)
    assert centre.case(case).state.result == "at_home"
    assert "visit_result" in centre.told()
    centre.did(f"{case}.tell-{2 if told else 1}", outcome="told")
    assert centre.end_of(case) == "在宅を確認"


@pytest.mark.rule("DL-09", "A-06", "DL-34")
def test_who_phones_back_is_heard_at_any_time(centre: Centre) -> None:
    centre.register()
    consent = centre.last()
    centre.did(f"{consent}.first_call-1", outcome="no_answer", number="03")
    task, said = f"{consent}.second_call-1", {"outcome": "granted", "number": "03"}
    assert centre.answer(task, **said).status == 422, "our second call has its day"
    centre.did(task, **said, called_back=True)
    assert centre.case(consent).state.status == "granted"
    assert centre.case(consent).state.calls[-1].called_back


@pytest.mark.rule("DL-33", "DL-34")
def test_never_again_is_recorded_also_where_consent_was_refused(centre: Centre) -> None:
    centre.register()
    consent = centre.last()
    centre.did(f"{consent}.first_call-1", outcome="refused", number="03")
    assert centre.stop(consent).status == 200
    assert centre.case(consent).state.status == "stopped"
    assert "stopped" in centre.events(consent)
    assert not centre.case(consent).open
