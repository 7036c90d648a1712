"""Days that nobody planned: what happens beside the stories that are written down elsewhere."""

from datetime import timedelta
from typing import Any

import pytest

from lambdas.dispatch import api, responder_api, staff_api, task_api, visit_api, visit_desk_api
from lambdas.dispatch.casework.centre import Centre as CallCentre
from tests.integration import centre as people
from tests.integration.centre import (
    ABSENT,
    AT_HOME,
    CALLER,
    JPEG,
    KENJI,
    LEADER,
    MOTHER,
    OPERATOR,
    OTHER_OPERATOR,
    YUI,
    Answer,
    Centre,
    jst,
)
from tests.integration.conftest import HANAKO, HOME, STRANGER
from tests.integration.samples import DAY, HOUR, MINUTE
from tests.integration.test_dispatch_corrections import corrects
from tests.integration.test_dispatch_faults import another_home
from tests.integration.test_dispatch_on_behalf import says
from tests.integration.test_patrols import (
    ADDRESS,
    DONE,
    SITE,
    away,
    begins,
    comes_around,
    morning,
    on_duty_for_rounds,
    planned,
    plans,
    rounds,
    sees,
)
from tests.integration.test_patrols import WRONG as BROKEN
from tests.integration.test_requested import (
    EYE,
    FOUND,
    ONLINE,
    SELF,
    WRONG,
    agreed,
    asked,
    asks,
    calls_off,
    charges,
    security,
)

pytestmark = pytest.mark.slow  # many, and none of a kind that no other test has

CHIEF = "person-second-chief"


def on_the_way(centre: Centre, *others: str, **wanted: Any) -> str:
    """Kenji goes to the mother."""
    centre.consented()
    centre.on_duty(KENJI, *others)
    case = centre.requested(**wanted)
    centre.did(f"{case}.offer-1", KENJI, outcome="accepted")
    centre.told()
    return case


def guard_on_the_way(centre: Centre, *others: str, price: Any = ONLINE) -> str:
    """Kenji goes to the home at its contractor's request."""
    security(centre, price, KENJI, *others)
    number = agreed(centre, price.yen)
    centre.did(f"{number}.offer-1", KENJI, outcome="accepted")
    centre.told()
    return number


def duty(centre: Centre, person: str, on: bool, **more: Any) -> Answer:
    body = {"on_duty": on, **more}
    return centre.ask(responder_api.handler, "PUT", "/dispatch/me/duty", person, body)


def moves(centre: Centre, case: str, to: CallCentre, person: str = LEADER) -> Answer:
    path = f"/dispatch/cases/{case}/centre"
    body = {"centre": to, "reason": "地震で手がいっぱい"}
    return centre.ask(staff_api.handler, "PUT", path, person, body)


def helps(centre: Centre, case: str, person: str = OPERATOR, **more: Any) -> Answer:
    body = {"authority": "119", "said": "倒れている方がいます", **more}
    return centre.post(f"/dispatch/cases/{case}/emergency", person, body)


# --- contracts that end, pause, change while somebody drives


@pytest.mark.rule("DL-20", "DC-23")
def test_a_contract_that_ends_while_somebody_drives_calls_nobody_back(centre: Centre) -> None:
    case = on_the_way(centre)
    ended = centre.cloud.contract("home-check", starts=centre.flow.now - DAY, ends=centre.flow.now)
    centre.cloud.household(ended)
    centre.flow.wait(5 * MINUTE)
    centre.did(f"{case}.visit-1", KENJI, **ABSENT)
    assert centre.told()[-1] == "visit_result", "who asked is told what came of it"
    centre.did(f"{case}.tell-1", outcome="told")
    assert centre.end_of(case) == "在宅を確認できず"
    again = centre.requested()
    assert "DL-01" in {one.rule for one in centre.case(again).state.refusals}


@pytest.mark.rule("AL-23", "G-08")
@pytest.mark.parametrize("change", ["ended", "another price"])
def test_what_was_agreed_to_is_charged_whatever_becomes_of_the_contract(
    centre: Centre, change: str
) -> None:
    number = guard_on_the_way(centre)
    more: dict[str, Any] = (
        {"ends": centre.flow.now, "dispatch": ONLINE} if change == "ended" else {"dispatch": SELF}
    )
    centre.cloud.household(centre.cloud.contract("intrusion", id="contract-al", **more))
    centre.did(f"{number}.visit-1", KENJI, **FOUND)
    assert charges(centre) == [(number, "request", False, 3300)]
    if change == "another price":
        centre.did(f"{number}.tell-1", outcome="told")
        assert centre.answer(f"{asked(centre)}.price-1", outcome="agreed", yen=3300).status == 422


@pytest.mark.rule("AL-84", "AL-87")
def test_a_contract_that_ends_on_the_way_to_the_empty_home_lets_the_visit_be_made(
    centre: Centre,
) -> None:
    away(centre)
    planned(centre)
    number = morning(centre, KENJI)
    centre.flow.wait(2 * HOUR)
    assert begins(centre, number).status == 200
    centre.cloud.household(
        centre.cloud.contract("empty-home", id="contract-r", ends=centre.flow.now)
    )
    centre.did(f"{number}.visit-1", KENJI, **DONE)
    assert centre.case(number).state.result == "done"
    centre.flow.until(jst("2026-12-09T08:00"))
    comes_around(centre)
    assert [day["state"] for day in sees(centre)["plans"][0]["days"]] == ["opened", "impossible"]


# --- consent, and what the resident says


@pytest.mark.rule("DL-33", "DL-34")
@pytest.mark.parametrize(("outcome", "ends"), [("turned_back", "中止"), ("too_late", "")])
def test_consent_withdrawn_by_calling_back_while_somebody_drives(
    centre: Centre, outcome: str, ends: str
) -> None:
    consent = centre.consented_by_phone()
    centre.on_duty(KENJI)
    case = centre.requested()
    centre.did(f"{case}.offer-1", KENJI, outcome="accepted")
    assert centre.stop(consent).status == 200
    assert "recall-1" in centre.todo(case)
    assert "取りやめ" in str(centre.ask_task(f"{case}.visit-1", KENJI)["news"])
    centre.did(f"{case}.recall-1", outcome=outcome)
    if ends:
        assert centre.end_of(case) == ends
    else:
        centre.did(f"{case}.visit-1", KENJI, **AT_HOME)
        assert centre.case(case).state.result == "at_home"
    centre.on_duty(KENJI)
    refused = centre.case(centre.requested()).state.refusals
    assert "DL-33" in {one.rule for one in refused}


@pytest.mark.rule("DL-34")
def test_she_opens_to_a_stranger_and_says_that_she_never_consented(centre: Centre) -> None:
    case = on_the_way(centre)
    report = {
        "outcome": "refused_at_door",
        "at_home": True,
        "why": "頼んだ覚えはないと言われました。",
        **dict.fromkeys(("intercom", "meter", "lights", "mailbox"), "ok"),
    }
    centre.did(f"{case}.visit-1", KENJI, outcome="reported", report=report)
    assert centre.case(case).state.report.came_to == "refused_at_door"
    consent = centre.service.consents.registered("contract-1")
    assert consent
    assert consent.state.status == "stopped"
    assert "visit_result" in centre.told()


@pytest.mark.rule("DL-09")
def test_an_answer_after_the_week_counts_for_nothing_until_she_is_registered_anew(
    centre: Centre,
) -> None:
    assert centre.register().status == 200
    case = centre.last()
    centre.flow.wait(8 * DAY)
    late = centre.answer(f"{case}.first_call-1", outcome="granted", number="03", called_back=True)
    assert late.status == 409
    assert centre.home_check()["state"] == "unconfirmed"
    assert centre.register().status == 200
    assert centre.home_check()["state"] == "pending"


@pytest.mark.rule("DL-05", "DL-34")
def test_somebody_else_is_registered_while_somebody_drives(centre: Centre) -> None:
    case = on_the_way(centre)
    assert centre.register(replaces=True, name="見守 竹子", phone="03-0000-0009").status == 200
    assert "recall-1" in centre.todo(case)
    centre.did(f"{case}.recall-1", outcome="turned_back")
    assert centre.end_of(case) == "中止"
    assert centre.engaged() == {}


# --- two things at once


def everything(centre: Centre) -> None:
    """A home with home checks, guards at request, and two who can go."""
    centre.cloud.household(
        centre.cloud.contract("home-check", starts=centre.flow.now - DAY),
        centre.cloud.contract("intrusion", id="contract-al", product="home", dispatch=ONLINE),
    )
    centre.consented()
    centre.on_duty(KENJI, YUI)
    known = centre.responders.get(KENJI)
    assert known
    centre.responders.register(known.model_copy(update={"skills": frozenset({"guard"})}))


@pytest.mark.rule("DL-16", "AL-13")
def test_two_kinds_of_case_in_one_home_each_take_their_way(centre: Centre) -> None:
    everything(centre)
    guard = agreed(centre)
    check = centre.requested()
    assert centre.engaged() == {KENJI: guard, YUI: check}
    centre.did(f"{guard}.offer-1", KENJI, outcome="accepted")
    centre.did(f"{check}.offer-1", YUI, outcome="accepted")
    assert calls_off(centre, guard).status == 200
    assert centre.todo(check) == ["visit-1"], "the other goes on"
    centre.did(f"{check}.visit-1", YUI, **ABSENT)
    centre.did(f"{guard}.turn_back-1", outcome="turned_back")
    assert charges(centre) == [(guard, "request", True, 3300)]


@pytest.mark.rule("AL-23", "G-08")
def test_a_caller_who_calls_three_times_is_one_case_and_one_charge(centre: Centre) -> None:
    security(centre, ONLINE, KENJI)
    number = asked(centre)
    assert asked(centre) == number
    other = {"name": "見守 太郎", "number": "090-0000-0003"}
    for _ in range(2):
        answer = asks(centre, caller=other, note="犬がいます")
        assert (answer.status, number in answer.body["detail"]) == (409, True)
    centre.did(f"{number}.price-1", outcome="agreed", yen=3300)
    centre.did(f"{number}.offer-1", KENJI, outcome="accepted")
    centre.did(f"{number}.visit-1", KENJI, **FOUND)
    assert charges(centre) == [(number, "request", False, 3300)]


@pytest.mark.rule("AL-20", "DL-20")
def test_help_is_needed_where_it_was_just_called_off(centre: Centre) -> None:
    """The caller calls it off, and a minute later the neighbour sees somebody lying there."""
    number = guard_on_the_way(centre)
    assert calls_off(centre, number).status == 200
    assert helps(centre, number).status == 200
    todo = centre.todo(number)
    assert {"emergency-1", "emergency_lead-1"} <= {*todo}
    centre.did(f"{number}.turn_back-1", outcome="too_late")
    centre.did(f"{number}.emergency-1", outcome="told", number="090")
    centre.did(f"{number}.emergency_lead-1", LEADER, outcome="done", said="救急隊に引き継ぎました")
    assert centre.case(number).open is False


@pytest.mark.rule("DL-20")
def test_a_second_emergency_during_the_first_is_told_as_well(centre: Centre) -> None:
    case = on_the_way(centre)
    assert helps(centre, case).status == 200
    centre.flow.wait(MINUTE)
    assert helps(centre, case, authority="110", said="不審者もいます").status == 200
    assert {"emergency-1", "emergency-2"} & {*centre.todo(case)}
    told = centre.told()
    assert told.count("emergency") == 2
    centre.did(f"{case}.emergency-2", outcome="told", number="090")
    assert centre.case(case).state.emergencies_told == 2
    assert "emergency-1" not in centre.todo(case), "one call tells both"


@pytest.mark.rule("DL-20", "DL-21")
def test_nobody_reads_that_nobody_came_where_somebody_stayed_at_an_emergency(
    centre: Centre,
) -> None:
    case = on_the_way(centre)
    centre.arrive(case)
    assert helps(centre, case).status == 200
    centre.did(f"{case}.visit-1", KENJI, outcome="cannot", why="救急隊に引き継ぎました")
    path = f"/homes/{HOME}/cases/{case}"
    read = [one["what"] for one in centre.ask(api.handler, "GET", path, HANAKO).body["timeline"]]
    assert "報告のないまま終了" in read
    assert "お伺いできず" not in read


@pytest.mark.rule("DL-20")
def test_a_report_twice_from_two_devices_is_one_and_another_one_is_the_centres(
    centre: Centre,
) -> None:
    case = on_the_way(centre)
    centre.did(f"{case}.visit-1", KENJI, **ABSENT)
    assert centre.answer(f"{case}.visit-1", KENJI, **ABSENT).status == 200
    assert centre.answer(f"{case}.visit-1", KENJI, **AT_HOME).status == 409
    assert centre.events(case).count("visited") == 1


# --- who goes


@pytest.mark.rule("DL-16", "AL-21")
def test_the_last_on_duty_ends_the_shift_with_a_case_promised_after_the_present_one(
    centre: Centre,
) -> None:
    first = on_the_way(centre)
    another_home(centre, "kobe")
    centre.arrive(first)
    second = centre.requested(home="kobe")
    assert centre.case(second).state.live.fact.after == first
    centre.did(f"{second}.offer-1", KENJI, outcome="accepted")
    assert duty(centre, KENJI, False).status == 200
    centre.flow.wait(3 * MINUTE)
    centre.audit()
    assert centre.todo(second) == ["find_help-1"], "nobody waits for who does not come"
    centre.did(f"{first}.visit-1", KENJI, **ABSENT)
    centre.on_duty(KENJI, YUI)
    duty(centre, KENJI, False)
    centre.flow.wait(3 * MINUTE)
    centre.audit()
    assert centre.engaged() == {YUI: second}, "who comes on duty has it"


@pytest.mark.rule("DL-16")
def test_nobody_is_at_the_desk_for_an_hour_and_who_comes_on_duty_goes(centre: Centre) -> None:
    centre.consented()
    case = centre.requested()
    assert centre.todo(case) == ["find_help-1"]
    centre.flow.wait(15 * MINUTE)
    (task,) = centre.case(case).open_tasks
    assert task.group == "admin", "the leader has it"
    centre.on_duty(KENJI)
    centre.flow.wait(6 * MINUTE)
    assert centre.engaged() == {KENJI: case}
    centre.flow.wait(60 * MINUTE)
    assert centre.case(case).state.given_up, "Kenji did not look, and nobody was at the desk"
    assert "visit_impossible" in centre.told()


@pytest.mark.rule("DL-16")
def test_who_says_yes_in_the_moment_after_another_was_asked_reads_so(centre: Centre) -> None:
    centre.consented()
    centre.on_duty(KENJI, YUI)
    case = centre.requested()
    centre.flow.wait(6 * MINUTE)
    late = centre.answer(f"{case}.offer-1", KENJI, outcome="accepted")
    assert late.status == 409
    assert centre.engaged() == {YUI: case}


def leaves(centre: Centre, who: str, person: str = OPERATOR) -> int:
    path = f"/dispatch/responders/{who}"
    return centre.ask(staff_api.handler, "DELETE", path, person).status


@pytest.mark.rule("DL-16")
@pytest.mark.parametrize("accepted", [False, True])
def test_a_responder_who_is_removed_on_the_way_is_not_waited_for(
    centre: Centre, accepted: bool
) -> None:
    centre.consented()
    centre.on_duty(KENJI, YUI)
    case = centre.requested()
    if accepted:
        centre.did(f"{case}.offer-1", KENJI, outcome="accepted")
    assert leaves(centre, "nobody") == 404
    assert [leaves(centre, KENJI), leaves(centre, KENJI)] == [204, 204]
    assert centre.engaged() == {YUI: case}, "the next is asked at once"
    assert centre.todo(case) == ["offer-2"]
    assert duty(centre, KENJI, True).status == 404
    shown = centre.ask(staff_api.handler, "GET", "/dispatch/responders", OPERATOR).body
    assert [one["id"] for one in shown] == [YUI]
    centre.did(f"{case}.offer-2", YUI, outcome="declined", why="風邪")
    by_hand = centre.answer(f"{case}.find_help-1", outcome="assigned", responder=KENJI)
    assert by_hand.status == 422
    centre.on_duty(KENJI)
    assert duty(centre, KENJI, True).status == 200, "registered again"


@pytest.mark.rule("DL-16", "DL-17")
def test_a_responder_who_is_removed_at_the_door_stays_and_the_centre_reports(
    centre: Centre,
) -> None:
    case = on_the_way(centre, YUI)
    centre.arrive(case)
    assert leaves(centre, KENJI) == 204
    assert centre.todo(case) == ["visit-1"]
    centre.did(f"{case}.visit-1", OPERATOR, **ABSENT)
    assert centre.case(case).state.result == "absent"
    assert centre.responders.everybody()[0].id == YUI


@pytest.mark.rule("AL-13")
def test_a_guard_who_loses_the_qualification_on_the_way_is_not_asked_again(centre: Centre) -> None:
    number = guard_on_the_way(centre)
    known = centre.responders.get(KENJI)
    assert known
    centre.responders.register(known.model_copy(update={"skills": frozenset()}))
    centre.did(f"{number}.visit-1", KENJI, outcome="cannot", why="資格を失いました")
    assert centre.todo(number) == ["find_help-1"]
    by_hand = centre.answer(f"{number}.find_help-1", outcome="assigned", responder=KENJI)
    assert (by_hand.status, by_hand.body["rule"]) == (422, "AL-13")


@pytest.mark.rule("HT-89")
def test_a_company_that_loses_its_contract_sees_its_peoples_cases_no_more(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(people.GROUPS, "person-acme", "[company-acme]")
    centre.consented()
    centre.on_duty(KENJI)
    known = centre.responders.get(KENJI)
    assert known
    centre.responders.register(known.model_copy(update={"company": "acme"}))
    case = centre.requested()
    centre.did(f"{case}.offer-1", "person-acme", outcome="accepted")
    now = centre.responders.get(KENJI)
    assert now
    centre.responders.register(now.model_copy(update={"company": ""}))
    path = f"/dispatch/tasks/{case}.visit-1"
    assert centre.ask(task_api.handler, "GET", path, "person-acme").status == 404
    assert centre.answer(f"{case}.visit-1", "person-acme", **ABSENT).status == 404
    centre.did(f"{case}.visit-1", OPERATOR, **ABSENT)
    assert centre.case(case).state.result == "absent", "the centre acts for who is there"


# --- the desk


@pytest.mark.rule("AL-21")
def test_a_leader_moves_a_case_while_somebody_is_asked(centre: Centre) -> None:
    centre.consented()
    centre.on_duty(KENJI)
    case = centre.requested()
    assert moves(centre, case, "west").status == 200
    assert centre.todo(case) == ["offer-1"], "who is asked is asked still"
    centre.did(f"{case}.offer-1", KENJI, outcome="declined", why="風邪")
    (task,) = centre.case(case).open_tasks
    assert (task.kind, task.group) == ("find_help", "operator-west")
    assert moves(centre, case, "west").status == 200
    assert centre.events(case).count("centre_moved") == 1
    assert moves(centre, case, "east", OPERATOR).status == 403


def second_chief(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(people.GROUPS, CHIEF, "[admin]")


@pytest.mark.rule("AL-21", "G-07")
def test_two_leaders_act_at_once_and_the_second_reads_who_was_first(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    second_chief(monkeypatch)
    centre.consented()
    case = centre.requested()
    centre.post(f"/dispatch/cases/{case}/emergency", OPERATOR, {"authority": "119", "said": "x"})
    path = f"/dispatch/tasks/{case}.emergency_lead-1/take"
    assert centre.ask(task_api.handler, "POST", path, LEADER).status == 200
    assert centre.ask(task_api.handler, "POST", path, CHIEF).status == 422
    assert moves(centre, case, "west").status == 200
    assert moves(centre, case, "tokyo", CHIEF).status == 200
    moved = [fact for fact in centre.case(case).facts if fact.event == "centre_moved"]
    assert [(one.by, one.centre) for one in moved] == [(LEADER, "west"), (CHIEF, "tokyo")]


@pytest.mark.rule("DL-20")
def test_a_visit_cannot_be_called_off_once_somebody_stood_at_the_door(centre: Centre) -> None:
    case = on_the_way(centre)
    centre.arrive(case)
    assert centre.cancel(case).status == 422
    centre.did(f"{case}.visit-1", KENJI, outcome="cannot", why="体調不良")
    assert centre.cancel(case).status == 200, "nobody stands there any more"


@pytest.mark.rule("DL-16")
def test_two_operators_send_two_people_and_one_of_them_goes(centre: Centre) -> None:
    centre.consented()
    case = centre.requested()
    centre.on_duty(KENJI, YUI)
    centre.did(f"{case}.find_help-1", outcome="assigned", responder=YUI)
    other = centre.answer(
        f"{case}.find_help-1", OTHER_OPERATOR, outcome="assigned", responder=KENJI
    )
    assert other.status == 409
    assert centre.engaged() == {YUI: case}


@pytest.mark.rule("G-07")
@pytest.mark.parametrize("minutes", [-1, 10_000])
def test_a_time_that_cannot_be_is_refused_at_the_desk_and_nothing_is_stored(
    centre: Centre, minutes: float
) -> None:
    case = on_the_way(centre)
    before = centre.events(case)
    assert says(centre, f"/dispatch/tasks/{case}.visit-1/answer", minutes, ABSENT).status == 422
    assert centre.events(case) == before


@pytest.mark.rule("G-07")
@pytest.mark.parametrize(
    "task", ["visit-9", "visit-x", "offer-0", "tell-1", "..visit-1", "visit-1.visit-1", "visit"]
)
def test_a_task_that_there_is_not_does_not_exist(centre: Centre, task: str) -> None:
    case = on_the_way(centre)
    assert centre.answer(f"{case}.{task}", OPERATOR, **ABSENT).status == 404


def test_a_family_sees_no_case_of_another_home(centre: Centre) -> None:
    case = on_the_way(centre)
    path = f"/homes/{HOME}/cases/{case}"
    assert centre.ask(api.handler, "GET", path, STRANGER).status == 404
    assert centre.ask(staff_api.handler, "GET", f"/dispatch/cases/{case}", HANAKO).status == 403


# --- reports, pictures, corrections


@pytest.mark.rule("DL-20", "AL-14")
@pytest.mark.parametrize("kind", ["home_check", "requested"])
def test_the_pictures_of_a_report_that_became_the_result_are_the_familys(
    centre: Centre, kind: str
) -> None:
    """Whose visit was given to another reports after all, and nobody else could go."""
    if kind == "home_check":
        case, said = on_the_way(centre), {**ABSENT, "photo_jpeg": JPEG}
        path, handler = f"/homes/{HOME}/cases/{case}", api.handler
    else:
        case, said = guard_on_the_way(centre), WRONG
        path, handler = f"/homes/{HOME}/visits/{case}", visit_api.handler
    centre.flow.wait(70 * MINUTE)
    centre.did(f"{case}.chase-1", outcome="reassign", why="連絡がとれない")
    centre.did(f"{case}.visit-1", KENJI, **said)
    image = f"{path}/images/photo@1"
    assert centre.ask(handler, "GET", image, HANAKO).status == 404, "another may go still"
    centre.did(f"{case}.find_help-1", outcome="give_up", why="大雪")
    assert "photo@1" in centre.ask(handler, "GET", path, HANAKO).body["images"]
    assert centre.ask(handler, "GET", image, HANAKO).status == 200
    assert centre.ask(handler, "GET", image, STRANGER).status == 404


@pytest.mark.rule("DL-20", "G-07")
def test_the_picture_of_a_wrong_house_is_nobodys_to_see(centre: Centre) -> None:
    case = on_the_way(centre)
    centre.did(f"{case}.visit-1", KENJI, **AT_HOME)
    image = f"/homes/{HOME}/cases/{case}/images/photo"
    assert centre.ask(api.handler, "GET", image, HANAKO).status == 200
    assert corrects(centre, case, ABSENT["report"]).status == 200
    assert centre.ask(api.handler, "GET", image, HANAKO).status == 404


@pytest.mark.rule("AL-23", "A-41", "G-08")
def test_an_outcome_that_is_corrected_after_the_bill_is_charged_once_and_told(
    centre: Centre,
) -> None:
    number = guard_on_the_way(centre, price=EYE)
    centre.did(f"{number}.visit-1", KENJI, **FOUND)
    centre.did(f"{number}.tell-1", outcome="told")
    centre.flow.wait(40 * DAY)
    true = {"outcome": "abnormal", "note": "勝手口が開いていました。"}
    assert corrects(centre, number, true).status == 200
    assert {one[0] for one in charges(centre)} == {number}
    assert len(charges(centre)) == 1, "the same price for the same dispatch"
    assert centre.todo(number) == ["tell-2"]
    assert "visits.dispatch_corrected" in centre.told()


# --- visits to empty homes


@pytest.mark.rule("AL-84")
def test_a_typhoon_on_the_day_and_the_visit_is_made_on_another(centre: Centre) -> None:
    away(centre)
    planned(centre, days=["2026-12-02"])
    number = morning(centre)
    assert centre.answer(f"{number}.assign-1", outcome="give_up").status == 422, "why?"
    centre.did(f"{number}.assign-1", outcome="give_up", why="台風のため")
    assert centre.case(number).state.result == "not_done"
    assert "visits.visit_not_done" in centre.told()
    assert "台風のため" in str(centre.mails[-1].values)
    planned(centre, days=["2026-12-03"])
    moved = morning(centre, KENJI, hours=9, day=2)
    assert moved != number
    begins(centre, moved)
    centre.did(f"{moved}.visit-1", KENJI, **DONE)
    assert centre.case(moved).state.result == "done"


@pytest.mark.rule("AL-85", "AL-86")
@pytest.mark.parametrize(
    "to",
    [
        {"postal_code": "10001", "address": "350 5th Avenue, New York", "name": "Hanako"},
        {**ADDRESS, "postal_code": "SW1A 1AA"},
        {**ADDRESS, "postal_code": ""},
        None,
    ],
)
def test_mail_is_not_sent_abroad(centre: Centre, to: Any) -> None:
    away(centre)
    assert plans(centre, mailbox={"wish": "forward", "to": to}).status == 422
    assert sees(centre)["plans"] == []


@pytest.mark.rule("AL-90", "AL-87")
def test_the_electricity_is_off_on_the_day_of_the_airing(centre: Centre) -> None:
    away(centre, "empty-home", "intrusion")
    planned(centre, days=["2026-12-02"], visit="ventilation")
    path = f"/dispatch/sites/{HOME}"
    body = {**SITE, "electricity": False}
    assert centre.ask(visit_desk_api.handler, "PUT", path, OPERATOR, body).status == 200
    centre.flow.until(jst("2026-12-02T08:00"))
    comes_around(centre)
    (day,) = sees(centre)["plans"][0]["days"]
    assert (day["state"], bool(day["why"])) == ("impossible", True)
    assert not charges(centre)


@pytest.mark.rule("AL-84", "DL-20")
def test_an_emergency_during_a_round_keeps_the_visitor_and_gives_the_rest_to_another(
    centre: Centre,
) -> None:
    away(centre)
    planned(centre)
    number = morning(centre, KENJI)
    centre.flow.wait(2 * HOUR)
    begins(centre, number)
    centre.arrive(number)
    path = f"/dispatch/tasks/{number}.visit-1/emergency"
    body = {"authority": "119", "said": "倒れている方がいます"}
    assert centre.ask(task_api.handler, "POST", path, KENJI, body).status == 200
    assert "visits.visit_emergency_now" in centre.told()
    assert centre.engaged() == {KENJI: number}
    centre.did(f"{number}.visit-1", KENJI, **BROKEN)
    assert centre.case(number).state.result == "emergency"


@pytest.mark.rule("AL-84")
def test_a_visit_of_another_is_not_begun(centre: Centre) -> None:
    away(centre)
    planned(centre)
    number = morning(centre, KENJI)
    on_duty_for_rounds(centre, KENJI, YUI)
    assert begins(centre, number, YUI).status == 404
    assert rounds(centre, YUI) == []


@pytest.mark.rule("AL-84")
def test_a_leg_begun_without_a_line_after_the_visit_was_called_off_sends_nobody(
    centre: Centre,
) -> None:
    away(centre)
    planned(centre)
    number = morning(centre, KENJI)
    assert calls_off(centre, number).status == 200
    assert begins(centre, number).status == 200, "it is written down, whenever it comes"
    assert rounds(centre) == []
    assert centre.engaged() == {}
    assert centre.case(number).state.result == "cancelled"


# --- clocks


@pytest.mark.rule("G-07")
@pytest.mark.parametrize("wrong", [-1, 1])
def test_a_phones_clock_that_is_an_hour_off_moves_nobody(centre: Centre, wrong: int) -> None:
    centre.consented()
    centre.on_duty(KENJI)
    at = centre.flow.now + wrong * HOUR
    body = {
        "latitude": 35.69,
        "longitude": 139.77,
        "at": at.isoformat(),
        "sent_at": at.isoformat(),
    }
    shown = centre.ask(responder_api.handler, "PUT", "/dispatch/me/position", KENJI, body)
    assert (shown.status, shown.body["position_age_seconds"]) == (200, 0)
    case = centre.requested()
    assert centre.engaged() == {KENJI: case}


@pytest.mark.rule("DL-16")
def test_a_shift_that_ends_on_the_way_does_not_end_the_visit(centre: Centre) -> None:
    centre.consented()
    centre.on_duty(KENJI)
    ends = (centre.flow.now + 30 * MINUTE).isoformat()
    assert duty(centre, KENJI, True, shift_ends=ends).status == 200
    case = centre.requested()
    centre.did(f"{case}.offer-1", KENJI, outcome="accepted")
    centre.flow.wait(40 * MINUTE)
    centre.did(f"{case}.visit-1", KENJI, **ABSENT)
    assert centre.engaged() == {}
    again = centre.requested(caller={**CALLER, "name": "見守 次郎"})
    assert centre.engaged() == {}, "nobody is sent after their shift"
    assert centre.todo(again) == ["find_help-1"]


@pytest.mark.rule("G-07")
def test_a_year_ends_on_the_way(centre: Centre) -> None:
    centre.flow.until(jst("2026-12-31T23:50"))
    case = on_the_way(centre)
    centre.flow.until(jst("2027-01-01T00:10"))
    centre.arrive(case)
    centre.did(f"{case}.visit-1", KENJI, **ABSENT)
    assert case.startswith("HC-20261231-")
    assert timedelta() < centre.case(case).last_at - centre.case(case).opened_at < HOUR
    assert MOTHER["name"] in str(centre.case(case).first)
