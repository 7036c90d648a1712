"""Consent and home checks, every branch of their workflows, on moto's interpreter in seconds.

The last test asks whether every state was entered and every transition taken, and prints it.
"""

from collections.abc import Iterator

import pytest

from lambdas.dispatch import api, staff_api
from lambdas.dispatch.casework.facts import Actor
from tests.dispatch import facts as f
from tests.integration.centre import (
    ABSENT,
    AOI,
    AT_HOME,
    CONSENT,
    HOME_CHECK,
    KENJI,
    LEADER,
    OPERATOR,
    YUI,
    Centre,
    jst,
)
from tests.integration.conftest import HANAKO, HOME
from tests.integration.interpreter import Coverage, all_of_it, definitions
from tests.integration.samples import DAY, HOUR, MINUTE

ENDS = ("SUCCEEDED", "RUNNING", "FAILED")
"""How a workflow may stand: 伺えず is red in the console."""

SEEN: dict[str, Coverage] = {}
"""What the tests of this module saw of each workflow."""


@pytest.fixture(autouse=True)
def seen(centre: Centre) -> Iterator[None]:
    """Keep which ways the workflows went."""
    yield
    for name, definition in definitions().items():
        SEEN.setdefault(name, Coverage(definition))
    for execution in centre.flow.executions():
        stopped = {call["executionArn"] for call in centre.cloud.asked("StopExecution")}
        assert execution in stopped or centre.flow.status(execution) in ENDS
        SEEN[execution.split(":")[-2]].add(centre.flow.way(execution))


def granted(centre: Centre, *on_duty: str) -> None:
    """Consent was given; these are on duty."""
    centre.consented()
    centre.on_duty(*on_duty)
    centre.told()


# --- consent


@pytest.mark.rule("DL-07", "DL-10", "DL-11")
def test_consent_at_the_first_call(centre: Centre) -> None:
    assert centre.register().body["state"] == "pending"
    assert centre.told() == ["consent_asked"]
    case = centre.last()
    centre.flow.until(jst("2026-12-03T11:20"))
    centre.did(
        f"{case}.first_call-1", outcome="granted", number="03-0000-0001", said="お願いします"
    )
    assert centre.home_check()["state"] == "granted"
    assert centre.told() == ["consent_granted"]
    assert centre.end_of(case) == "承諾済み"
    assert centre.events(case) == ["registered", "called", "closed"]
    call = centre.case(case).facts[1]
    assert (call.on, call.by, call.number) == (jst("2026-12-03T11:20"), OPERATOR, "03-0000-0001")


@pytest.mark.rule("S-6", "DL-09")
def test_consent_at_the_second_call_then_a_visit_in_vain(centre: Centre) -> None:
    """Registered 12-01; call 12-03 in vain; consent 12-05 11:20; request 12-20 07:00; absent."""
    centre.register()
    case = centre.last()
    centre.flow.until(jst("2026-12-03T10:00"))
    centre.did(f"{case}.first_call-1", outcome="no_answer", number="03")
    assert centre.todo(case) == ["second_call-1"]
    early = centre.answer(f"{case}.second_call-1", outcome="granted", number="03")
    assert (early.status, early.body["rule"]) == (422, "DL-09")
    centre.flow.until(jst("2026-12-05T11:20"))
    centre.did(f"{case}.second_call-1", outcome="granted", number="03")
    assert centre.told() == ["consent_asked", "consent_granted"]
    assert centre.end_of(case) == "承諾済み"

    centre.flow.until(jst("2026-12-20T07:00"))
    centre.on_duty(KENJI, YUI)
    busy = centre.flow.now + 40 * MINUTE
    centre.responders.duty(KENJI, True, busy, centre.flow.now)
    visit = centre.requested()
    assert centre.engaged() == {YUI: visit}, "who arrives first goes, not who is nearest (DL-16)"
    centre.did(f"{visit}.offer-1", YUI, outcome="accepted")
    centre.arrive(visit, YUI)
    centre.did(f"{visit}.visit-1", YUI, **ABSENT)
    assert centre.told() == ["visit_result"]
    assert centre.mails[-1].values["result"] == "absent"
    centre.did(f"{visit}.tell-1", outcome="told", number="090")
    assert centre.end_of(visit) == "在宅を確認できず"
    assert centre.engaged() == {}


@pytest.mark.rule("DL-13")
@pytest.mark.parametrize("call", ["first_call", "second_call"])
def test_a_refusal_is_final(centre: Centre, call: str) -> None:
    centre.register()
    case = centre.last()
    if call == "second_call":
        centre.did(f"{case}.first_call-1", outcome="no_answer", number="03")
        centre.flow.until(jst("2026-12-05T10:00"))
    centre.did(f"{case}.{call}-1", outcome="refused", number="03", said="結構です")
    assert centre.told() == ["consent_asked", "consent_refused"]
    assert centre.end_of(case) == "承諾拒否"
    assert centre.case(case).facts[-2].rule == "DL-13"


@pytest.mark.rule("DL-12", "A-07")
def test_never_reached(centre: Centre) -> None:
    """Not reached is not refused: whoever wants to may register again."""
    centre.register()
    case = centre.last()
    centre.did(f"{case}.first_call-1", outcome="no_answer", number="03")
    centre.flow.until(jst("2026-12-08T19:30"))
    assert centre.told() == ["consent_asked"]
    centre.did(f"{case}.second_call-1", outcome="no_answer", number="03")
    assert centre.told() == ["consent_unconfirmed"]
    assert centre.end_of(case) == "承諾未確認"
    assert centre.register().status == 200


@pytest.mark.rule("DL-08", "DL-12", "A-06")
def test_nobody_ever_calls(centre: Centre) -> None:
    """Each call that was not made is a breach; on the seventh day at 24:00 the mail goes out."""
    centre.register()
    case = centre.last()
    centre.flow.until(jst("2026-12-04T23:59"))
    assert "call_overdue" not in centre.events(case)
    centre.flow.until(jst("2026-12-05T00:00"))
    assert centre.told() == ["consent_asked", "staff_breach"]
    assert centre.todo(case) == ["first_call-1"]
    centre.flow.until(jst("2026-12-08T23:59"))
    assert centre.home_check()["state"] == "pending"
    centre.flow.until(jst("2026-12-09T00:00"))
    assert centre.told() == ["consent_unconfirmed"]
    assert centre.end_of(case) == "承諾未確認"


@pytest.mark.rule("A-06")
def test_a_late_first_call_leaves_the_second_what_is_left_of_the_week(centre: Centre) -> None:
    centre.register()
    case = centre.last()
    centre.flow.until(jst("2026-12-06T10:00"))
    centre.did(f"{case}.first_call-1", outcome="no_answer", number="03")
    (task,) = centre.case(case).open_tasks
    assert task.kind == "second_call"
    assert (task.since, task.due) == (jst("2026-12-07T00:00"), jst("2026-12-09T00:00"))
    centre.flow.until(jst("2026-12-09T00:00"))
    assert centre.end_of(case) == "承諾未確認"
    assert centre.told().count("staff_breach") == 2


@pytest.mark.rule("A-06", "DL-12")
def test_a_first_call_on_the_last_day_leaves_no_day_for_a_second(centre: Centre) -> None:
    centre.register()
    case = centre.last()
    centre.flow.until(jst("2026-12-08T10:00"))
    centre.did(f"{case}.first_call-1", outcome="no_answer", number="03")
    assert centre.end_of(case) == "承諾未確認"


@pytest.mark.rule("DL-05")
@pytest.mark.parametrize("pending", [True, False])
def test_somebody_else_is_registered(centre: Centre, pending: bool) -> None:
    if pending:
        centre.register()
        before = centre.last()
    else:
        before = centre.consented_by_phone()
    refused = centre.register(name="見守 松子")
    assert (refused.status, refused.body["rule"]) == (409, "DL-05")
    assert centre.register(replaces=True, name="見守 松子").body["state"] == "pending"
    after = centre.last()
    assert centre.case(before).state.status == "replaced"
    assert centre.case(before).state.replaced.successor == after
    assert centre.todo(after) == ["first_call-1"]
    assert centre.todo(before) == []
    assert centre.end_of(before) == ("停止・変更により終了" if pending else "承諾済み")


@pytest.mark.rule("DL-33", "DL-34")
@pytest.mark.parametrize("call", [1, 2])
def test_the_resident_stops_it_while_they_are_asked(centre: Centre, call: int) -> None:
    centre.register()
    case = centre.last()
    if call == 2:
        centre.did(f"{case}.first_call-1", outcome="no_answer", number="03")
    assert centre.stop(case).body["state"] == "stopped"
    assert centre.todo(case) == []
    assert centre.told()[-1] == "consent_stopped"
    assert centre.end_of(case) == "停止・変更により終了"
    late = centre.request()
    assert [one["rule"] for one in late.body["refusals"]] == ["DL-33"]


# --- refusals


@pytest.mark.rule("DL-28", "DL-32", "DL-30")
def test_a_request_is_refused_for_every_reason_there_is(centre: Centre) -> None:
    centre.register()
    caller = {"name": "となりの人", "relation": "neighbour"}
    case = centre.requested(wishes=["presence", "unlock"], caller=caller)
    refusals = [one.rule for one in centre.case(case).state.refusals]
    assert refusals == ["DL-28", "DL-30", "DL-32"]
    centre.did(f"{case}.refusal-1", outcome="told")
    assert centre.told()[-1] == "visit_refused"
    assert centre.end_of(case) == "お断り"


@pytest.mark.rule("DL-35")
def test_nobody_tells_the_caller(centre: Centre) -> None:
    case = centre.requested()
    centre.flow.wait(30 * MINUTE)
    assert centre.told() == ["staff_breach", "visit_refused"]
    assert centre.end_of(case) == "お断り"


@pytest.mark.rule("DL-35")
@pytest.mark.parametrize("frequent", [True, False])
def test_an_operator_makes_an_exception(centre: Centre, frequent: bool) -> None:
    granted(centre, KENJI)
    if frequent:
        judge(centre)
    case = centre.requested(wishes=["presence", "beyond_door"])
    centre.did(f"{case}.refusal-1", outcome="override", reason="救急隊の依頼")
    assert centre.todo(case) == (["phone_first-1"] if frequent else ["offer-1"])
    made = next(fact for fact in centre.case(case).facts if fact.event == "overridden")
    assert (made.by, made.reason, made.of) == (OPERATOR, "救急隊の依頼", ("DL-29",))


def test_a_request_is_called_off_before_anybody_looked_at_it(centre: Centre) -> None:
    granted(centre, KENJI)
    centre.flow.meanwhile("check", lambda: centre_cancels(centre))
    case = centre.requested()
    assert centre.end_of(case) == "中止"
    assert centre.engaged() == {}


def test_a_request_is_called_off_while_it_is_refused(centre: Centre) -> None:
    case = centre.requested()
    assert centre.cancel(case).status == 200
    assert centre.todo(case) == []
    assert centre.told() == ["visit_cancelled"]
    assert centre.end_of(case) == "中止"


def centre_cancels(centre: Centre) -> None:
    """Within a step of a workflow nobody can wait for it: straight at the desk."""
    case = centre.last()
    centre.service.home_checks.cancel(
        case, "DL-20", "連絡がついた", Actor(centre.flow.now, OPERATOR, "phone")
    )


# --- phoning first


def judge(centre: Centre) -> None:
    """An operator judges that this contract asks remarkably often."""
    until = (centre.flow.now + 30 * DAY).isoformat()
    path = "/dispatch/contracts/contract-1/frequency"
    body = {"until": until, "reason": "30日で8回"}
    assert centre.ask(staff_api.handler, "PUT", path, OPERATOR, body).status == 200


@pytest.mark.rule("DL-26", "A-08")
def test_who_asks_often_is_phoned_first_and_answers(centre: Centre) -> None:
    granted(centre, KENJI)
    judge(centre)
    case = centre.requested()
    assert centre.todo(case) == ["phone_first-1"]
    centre.did(f"{case}.phone_first-1", outcome="answered", number="03")
    assert centre.told() == ["visit_result"]
    assert centre.mails[-1].values["result"] == "by_phone"
    centre.did(f"{case}.tell-1", outcome="told")
    assert centre.end_of(case) == "電話で在宅を確認"
    assert not centre.case(case).state.offers


@pytest.mark.rule("DL-26", "DL-27")
@pytest.mark.parametrize("silent", [True, False])
def test_who_asks_often_does_not_answer_so_somebody_goes(centre: Centre, silent: bool) -> None:
    granted(centre, KENJI)
    judge(centre)
    case = centre.requested()
    if silent:
        centre.flow.wait(15 * MINUTE)
    else:
        centre.did(f"{case}.phone_first-1", outcome="no_answer")
    assert centre.todo(case) == ["offer-1"]
    assert centre.told() == (["staff_breach"] if silent else [])


def test_a_request_is_called_off_while_the_person_is_phoned(centre: Centre) -> None:
    granted(centre, KENJI)
    judge(centre)
    case = centre.requested()
    centre.cancel(case)
    assert centre.end_of(case) == "中止"


# --- who goes


@pytest.mark.rule("DL-16", "DL-18", "DL-20", "DC-34", "DL-27")
def test_somebody_is_at_home(centre: Centre) -> None:
    granted(centre, KENJI)
    case = centre.requested()
    assert centre.todo(case) == ["offer-1"]
    centre.did(f"{case}.offer-1", KENJI, outcome="accepted")
    assert centre.todo(case) == ["visit-1"]
    assert centre.arrive(case).status == 200
    assert centre.case(case).state.status == "at_the_door"
    centre.did(f"{case}.visit-1", KENJI, **AT_HOME)
    assert centre.engaged() == {}
    assert centre.told() == ["visit_result"]
    assert centre.todo(case) == ["tell-1"], "open until the contractor was phoned"
    centre.did(f"{case}.tell-1", outcome="told", number="090", said="ご在宅でした")
    assert centre.end_of(case) == "在宅を確認"
    assert centre.service.store.open_cases() == []


@pytest.mark.rule("DL-16")
def test_the_first_is_silent_and_the_second_goes(centre: Centre) -> None:
    granted(centre, KENJI, YUI)
    case = centre.requested()
    assert centre.engaged() == {KENJI: case}
    centre.flow.wait(5 * MINUTE)
    assert centre.engaged() == {YUI: case}
    late = centre.answer(f"{case}.offer-1", KENJI, outcome="accepted")
    assert (late.status, late.body["type"].split(":")[-1]) == (409, "task-overdue")
    centre.did(f"{case}.offer-2", YUI, outcome="accepted")
    assert centre.case(case).state.going.responder == YUI


@pytest.mark.rule("DL-16", "DL-20")
def test_nobody_accepts_and_the_operator_gives_up(centre: Centre) -> None:
    granted(centre, KENJI, YUI)
    case = centre.requested()
    centre.did(f"{case}.offer-1", KENJI, outcome="declined", why="車の故障")
    centre.did(f"{case}.offer-2", YUI, outcome="declined")
    assert centre.todo(case) == ["find_help-1"]
    assert centre.engaged() == {}
    centre.did(f"{case}.find_help-1", outcome="give_up", why="大雪")
    assert centre.told() == ["visit_impossible"]
    centre.did(f"{case}.tell-1", outcome="not_reached")
    assert centre.end_of(case) == "伺えず"


@pytest.mark.rule("DL-16")
def test_the_operator_finds_somebody_by_hand(centre: Centre) -> None:
    granted(centre, KENJI)
    centre.responders.register(
        centre.responders.get(KENJI).model_copy(update={"id": AOI, "name": "葵"})
    )
    centre.responders.duty(AOI, False, None, centre.flow.now)
    case = centre.requested()
    centre.did(f"{case}.offer-1", KENJI, outcome="declined")
    unknown = centre.answer(f"{case}.find_help-1", outcome="assigned", responder="nobody")
    assert (unknown.status, unknown.body["type"].split(":")[-1]) == (422, "no-such-responder")
    centre.did(f"{case}.find_help-1", outcome="assigned", responder=AOI)
    assert centre.todo(case) == ["visit-2"]
    centre.did(f"{case}.visit-2", AOI, **ABSENT)
    assert centre.todo(case) == ["tell-1"]
    assert centre.responders.get(AOI).engaged is None


@pytest.mark.rule("DL-16")
def test_the_operator_has_everybody_asked_again(centre: Centre) -> None:
    granted(centre, KENJI)
    case = centre.requested()
    centre.did(f"{case}.offer-1", KENJI, outcome="declined")
    centre.did(f"{case}.find_help-1", outcome="retry", why="渋滞が解けた")
    assert centre.todo(case) == ["offer-2"]
    assert centre.engaged() == {KENJI: case}


@pytest.mark.rule("DL-16", "DL-20")
def test_nobody_answers_at_all(centre: Centre) -> None:
    """No responder, no operator, no leader: it ends all the same, and the contractor is told."""
    granted(centre)
    case = centre.requested()
    assert centre.case(case).tasks["find_help-1"].group == "operator-tokyo"
    centre.flow.wait(10 * MINUTE)
    assert centre.case(case).tasks["find_help-1"].group == "admin"
    hidden = centre.answer(f"{case}.find_help-1", OPERATOR, outcome="retry")
    assert hidden.status == 404, "it is the leader's now"
    centre.flow.wait(10 * MINUTE)
    assert centre.todo(case) == ["find_help-2"]
    centre.flow.wait(40 * MINUTE)
    assert centre.todo(case) == ["tell-1"]
    assert "visit_impossible" in centre.told()


def test_the_leader_takes_over(centre: Centre) -> None:
    granted(centre)
    case = centre.requested()
    centre.flow.wait(10 * MINUTE)
    centre.on_duty(KENJI)
    centre.did(f"{case}.find_help-1", LEADER, outcome="assigned", responder=KENJI)
    assert centre.todo(case) == ["visit-1"]


def test_it_is_called_off_before_anybody_was_looked_for(centre: Centre) -> None:
    granted(centre, KENJI)
    centre.flow.meanwhile("choose", lambda: centre_cancels(centre))
    case = centre.requested()
    assert centre.end_of(case) == "中止"
    assert centre.engaged() == {}


@pytest.mark.rule("DL-34")
def test_consent_ends_while_somebody_is_looked_for(centre: Centre) -> None:
    """Stopped between request and choice, and whoever stopped it was killed: nobody goes."""
    consent = centre.consented()
    centre.on_duty(KENJI)

    def stopped() -> None:
        said = {"on": centre.flow.now, "by": OPERATOR, "means": "phone"}
        stop = f.Stopped(**said, asked_by="resident")
        centre.service.store.change(centre.case(consent), [stop])

    centre.flow.meanwhile("choose", stopped)
    case = centre.requested()
    assert centre.end_of(case) == "中止"
    assert not centre.case(case).state.offers


@pytest.mark.rule("DL-34")
def test_a_stop_calls_off_what_nobody_is_on_the_way_to(centre: Centre) -> None:
    consent = centre.consented()
    centre.on_duty(KENJI)
    case = centre.requested()
    centre.stop(consent)
    assert centre.end_of(case) == "中止"
    assert centre.engaged() == {}
    assert set(centre.told()) >= {"consent_stopped", "visit_cancelled"}
    late = centre.answer(f"{case}.offer-1", KENJI, outcome="accepted")
    assert (late.status, late.body["type"].split(":")[-1]) == (409, "task-withdrawn")


@pytest.mark.rule("DL-34")
def test_a_stop_leaves_who_is_on_the_way_and_tells_staff(centre: Centre) -> None:
    consent = centre.consented()
    centre.on_duty(KENJI)
    case = centre.requested()
    centre.did(f"{case}.offer-1", KENJI, outcome="accepted")
    assert centre.stop(consent).body["state"] == "stopped"
    assert centre.todo(case) == ["recall-1", "visit-1"]
    assert "staff_breach" in centre.told()


@pytest.mark.parametrize("at", ["find_help", "visit", "chase"])
def test_it_is_called_off_on_the_way(centre: Centre, at: str) -> None:
    granted(centre, *([] if at == "find_help" else [KENJI]))
    case = centre.requested()
    if at != "find_help":
        centre.did(f"{case}.offer-1", KENJI, outcome="accepted")
    if at == "chase":
        centre.flow.wait(70 * MINUTE)
        assert centre.todo(case) == ["chase-1", "visit-1"]
    assert centre.cancel(case).status == 200
    assert centre.engaged() == {}
    if at != "find_help":
        assert "kenjiさん" in centre.ask_task(f"{case}.turn_back-1")["script"]
        centre.flow.wait(20 * MINUTE)
        assert centre.todo(case) == ["turn_back-1"], "it waits until somebody has told them"
        centre.did(f"{case}.turn_back-1", outcome="too_late" if at == "chase" else "turned_back")
    assert centre.end_of(case) == "中止"
    assert centre.told()[-1] == "visit_cancelled"
    assert centre.mails[-1].values["went"] == ("door" if at == "chase" else "")


# --- the visit


def on_the_way(centre: Centre, *who: str) -> str:
    """Kenji goes."""
    granted(centre, KENJI, *who)
    case = centre.requested()
    centre.did(f"{case}.offer-1", KENJI, outcome="accepted")
    return case


@pytest.mark.rule("DL-16")
def test_a_visit_breaks_off_and_somebody_else_goes(centre: Centre) -> None:
    case = on_the_way(centre, YUI)
    centre.did(f"{case}.visit-1", KENJI, outcome="cannot", why="車の故障")
    assert centre.engaged() == {YUI: case}
    centre.did(f"{case}.offer-2", YUI, outcome="accepted")
    centre.did(f"{case}.visit-2", YUI, **ABSENT)
    assert centre.events(case).count("visited") == 1


@pytest.mark.rule("DL-20")
def test_no_report_comes_and_the_operator_gives_it_to_another(centre: Centre) -> None:
    case = on_the_way(centre, YUI)
    centre.flow.wait(70 * MINUTE)
    assert centre.todo(case) == ["chase-1", "visit-1"]
    centre.still_here()
    centre.did(f"{case}.chase-1", outcome="reassign", why="事故")
    assert centre.engaged() == {YUI: case}
    assert centre.todo(case) == ["offer-2"]
    for _ in range(2):
        assert centre.arrive(case).status == 200
        late = centre.answer(f"{case}.visit-1", KENJI, **ABSENT)
        assert late.status == 200, "nothing that was seen at a door is lost"
    assert (centre.events(case).count("visited"), centre.events(case).count("arrived")) == (1, 1)
    assert centre.todo(case) == ["offer-2"], "Yui is asked all the same"
    assert centre.told().count("staff_breach") == 2, "that it is late, and what Kenji saw"
    assert (
        "kenjiさんからも報告がありました"
        in centre.ask_task(f"{case}.offer-2", YUI)["news"][0]["text"]
    )
    for person, seen in ((HANAKO, False), (OPERATOR, True)):
        handler, path = (
            (staff_api.handler, f"/dispatch/cases/{case}")
            if seen
            else (api.handler, f"/homes/{HOME}/cases/{case}")
        )
        shown = centre.ask(handler, "GET", path, person).body
        assert ("visited" in {one["event"] for one in shown["timeline"]}) == seen
    other = centre.answer(f"{case}.visit-1", YUI, **ABSENT)
    assert other.status == 404
    centre.did(f"{case}.offer-2", YUI, outcome="accepted")
    centre.did(f"{case}.visit-2", YUI, **AT_HOME)
    assert centre.case(case).state.result == "at_home"
    again = centre.answer(f"{case}.visit-2", YUI, **ABSENT)
    assert again.status == 409, "who has reported corrects it by the centre"


@pytest.mark.rule("DL-20")
def test_what_somebody_saw_is_the_result_when_nobody_else_can_go(centre: Centre) -> None:
    case = on_the_way(centre)
    centre.flow.wait(70 * MINUTE)
    centre.did(f"{case}.chase-1", outcome="reassign", why="事故")
    assert centre.todo(case) == ["find_help-1"]
    centre.did(f"{case}.visit-1", KENJI, **ABSENT)
    centre.did(f"{case}.find_help-1", outcome="give_up", why="大雪")
    assert centre.case(case).state.result == "absent"
    assert centre.told()[-1] == "visit_result"
    centre.did(f"{case}.tell-1", outcome="told")
    assert centre.end_of(case) == "在宅を確認できず"


@pytest.mark.rule("DL-34")
def test_what_was_seen_after_it_was_called_off_is_kept_and_told_to_staff_alone(
    centre: Centre,
) -> None:
    case = on_the_way(centre)
    assert centre.cancel(case).status == 200
    centre.did(f"{case}.visit-1", KENJI, **ABSENT)
    assert "kenjiさんからも報告" in str(centre.ask_task(f"{case}.turn_back-1")["news"])
    centre.did(f"{case}.turn_back-1", outcome="too_late")
    assert centre.end_of(case) == "中止"
    assert centre.told() == ["staff_breach", "visit_cancelled"]
    assert centre.mails[-1].values["went"] == "door"


@pytest.mark.rule("DL-20")
def test_no_report_comes_and_the_operator_waits(centre: Centre) -> None:
    case = on_the_way(centre)
    centre.flow.wait(70 * MINUTE)
    centre.did(f"{case}.chase-1", outcome="wait", minutes=90)
    assert centre.todo(case) == ["visit-1"]
    centre.did(f"{case}.visit-1", KENJI, **AT_HOME)
    assert centre.todo(case) == ["tell-1"]


@pytest.mark.rule("DL-20")
def test_the_report_comes_while_the_operator_asks(centre: Centre) -> None:
    case = on_the_way(centre)
    centre.flow.wait(70 * MINUTE)
    centre.did(f"{case}.visit-1", KENJI, **ABSENT)
    assert centre.todo(case) == ["tell-1"]
    late = centre.answer(f"{case}.chase-1", outcome="wait")
    assert (late.status, late.body["type"].split(":")[-1]) == (409, "task-withdrawn")


@pytest.mark.rule("DL-20")
def test_no_report_comes_and_the_operator_gives_up(centre: Centre) -> None:
    case = on_the_way(centre)
    centre.flow.wait(70 * MINUTE)
    centre.did(f"{case}.chase-1", outcome="give_up", why="連絡がとれない")
    assert centre.engaged() == {}
    assert centre.todo(case) == ["tell-1"]
    assert "visit_impossible" in centre.told()


@pytest.mark.rule("DL-20")
def test_no_report_ever_comes(centre: Centre) -> None:
    case = on_the_way(centre)
    centre.flow.wait(7 * HOUR)
    assert centre.case(case).state.given_up
    assert "tell-1" in centre.todo(case)
    assert centre.engaged() == {}


@pytest.mark.rule("DC-34")
def test_the_result_waits_to_be_told_until_it_is(centre: Centre) -> None:
    case = on_the_way(centre)
    centre.did(f"{case}.visit-1", KENJI, **ABSENT)
    centre.flow.wait(3 * DAY)
    assert centre.todo(case) == ["tell-1"]
    assert centre.told().count("visit_result") == 1
    centre.did(f"{case}.tell-1", outcome="not_reached")
    assert centre.end_of(case) == "在宅を確認できず"


@pytest.mark.rule("DL-20")
def test_nobody_lives_there_any_more(centre: Centre) -> None:
    case = on_the_way(centre)
    report = {**ABSENT["report"], "memo_left": False, "outcome": "moved", "why": "表札が違う"}
    centre.did(f"{case}.visit-1", KENJI, outcome="reported", report=report)
    assert "visit_moved" in centre.told()
    centre.did(f"{case}.tell-1", outcome="told")
    assert centre.end_of(case) == "転居のため確認できず"


@pytest.mark.rule("DL-20")
def test_an_emergency_ends_as_one(centre: Centre) -> None:
    case = on_the_way(centre)
    body = {"authority": "110", "said": "窓が割れています"}
    assert centre.post(f"/dispatch/cases/{case}/emergency", body=body).status == 200
    centre.did(f"{case}.visit-1", KENJI, outcome="cannot", why="警察に引き継ぎました")
    centre.did(f"{case}.tell-1", outcome="told")
    assert centre.end_of(case) == "緊急の対応"


# --- begun anew


@pytest.mark.parametrize("at", ["visit", "told", "phone", "gave_up"])
def test_a_workflow_that_is_begun_anew_goes_through_what_was_done(centre: Centre, at: str) -> None:
    """And does none of it again."""
    if at == "phone":
        granted(centre, KENJI)
        judge(centre)
        case = centre.requested()
        centre.did(f"{case}.phone_first-1", outcome="answered")
    elif at == "gave_up":
        case = on_the_way(centre)
        centre.flow.wait(70 * MINUTE)
        centre.did(f"{case}.chase-1", outcome="give_up", why="連絡がとれない")
    else:
        case = on_the_way(centre)
        if at == "told":
            centre.did(f"{case}.visit-1", KENJI, **AT_HOME)
    before, todo, mails = centre.events(case), centre.todo(case), centre.told()
    centre.flow.stop(centre.case(case).execution)
    centre.flow.wait(20 * MINUTE)
    assert centre.audit() == {"workflow_gone": 1}
    assert centre.events(case) == [*before, "restarted"]
    assert centre.todo(case) == todo
    assert centre.told() == ["staff_audit"], mails


# --- all of it


def test_every_state_was_entered_and_every_transition_taken(
    request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    all_of_it(request, capsys, SEEN, CONSENT, HOME_CHECK)
