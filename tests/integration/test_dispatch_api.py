"""Dispatch's routes: who may do what, what is refused and how that is said."""

import base64
import csv
import io
from typing import Any

import pytest

from lambdas.dispatch import api, staff_api, task_api
from lambdas.dispatch.assignment import route_gateway
from lambdas.shared import settings
from lambdas.shared.aws import http
from tests.dispatch import tasks as t
from tests.integration.centre import (
    ABSENT,
    AOI,
    AT_HOME,
    CALLER,
    JPEG,
    KENJI,
    LEADER,
    MOTHER,
    NEAR,
    OPERATOR,
    OTHER_OPERATOR,
    PNG,
    SEEN,
    YUI,
    Centre,
    jst,
)
from tests.integration.conftest import HANAKO, HOME, STRANGER, TARO, Answer
from tests.integration.samples import DAY, HOUR, MINUTE

SAFE = ("無事", "安否", "安全", "お元気", "safe", "well", "fine")
"""Words that a result must not use (DL-21)."""


def slug(answer: Answer) -> str:
    return str(answer.body["type"]).rpartition(":")[2]


def at_home(centre: Centre) -> str:
    """A visit that found somebody in, with its pictures; the result is not told yet."""
    centre.consented()
    centre.on_duty(KENJI)
    case = centre.requested()
    centre.did(f"{case}.offer-1", KENJI, outcome="accepted")
    centre.arrive(case)
    centre.did(f"{case}.visit-1", KENJI, **AT_HOME)
    return case


# --- who


STAFF_ONLY: list[tuple[str, str, Any]] = [
    ("POST", "/dispatch/cases", {"home": HOME, "caller": CALLER}),
    ("GET", "/dispatch/cases", None),
    ("GET", "/dispatch/open-cases", None),
    ("GET", "/dispatch/cases/CN-20261201-0001", None),
    ("GET", "/dispatch/cases/CN-20261201-0001/export", None),
    ("GET", "/dispatch/cases/CN-20261201-0001/images/photo", None),
    ("POST", "/dispatch/cases/CN-20261201-0001/stop", {}),
    ("POST", "/dispatch/cases/CN-20261201-0001/cancellation", {"reason": "!"}),
    ("GET", "/dispatch/contracts/contract-1/frequency", None),
    (
        "PUT",
        "/dispatch/contracts/contract-1/frequency",
        {"until": "2027-01-01T00:00Z", "reason": "!"},
    ),
    ("DELETE", "/dispatch/contracts/contract-1/frequency", None),
    ("GET", "/dispatch/responders", None),
    ("GET", "/dispatch/registrations", None),
    (
        "POST",
        "/dispatch/responders",
        {"id": "x", "name": "x", "phone": "1", "place": MOTHER["place"]},
    ),
    (
        "POST",
        "/dispatch/cases/CN-20261201-0001/emergency",
        {"authority": "119", "said": "!"},
    ),
    ("PUT", "/dispatch/cases/CN-20261201-0001/centre", {"centre": "west", "reason": "!"}),
    ("POST", "/dispatch/cases/CN-20261201-0001/correction", {"reason": "!"}),
    ("DELETE", "/dispatch/responders/person-kenji", None),
]


def test_the_call_centre_s_routes_are_for_its_staff(centre: Centre) -> None:
    assert {(m, p.replace("CN-20261201-0001", "{case}")) for m, p, _ in STAFF_ONLY} == {
        (m, p.format(case="{case}", contract="contract-1", name="photo", responder=KENJI))
        for m, p in http.routes_of(staff_api.app)
    }, "all of them"
    centre.consented()
    before = centre.cloud.rows("dispatch")
    for method, path, body in STAFF_ONLY:
        for who in (HANAKO, TARO, STRANGER, KENJI):
            answer = centre.ask(staff_api.handler, method, path, who, body)
            assert (answer.status, slug(answer)) == (403, "operator-only"), (method, path, who)
    assert centre.cloud.rows("dispatch") == before


@pytest.mark.rule("DL-04")
@pytest.mark.parametrize(("who", "status"), [(HANAKO, 200), (TARO, 403), (STRANGER, 404)])
def test_home_checks_are_the_contractor_s(centre: Centre, who: str, status: int) -> None:
    case = centre.consented()
    for path in ("home-check", "cases", f"cases/{case}"):
        answer = centre.ask(api.handler, "GET", f"/homes/{HOME}/{path}", who)
        assert answer.status == status, path
    body = {"phone": "1", "address": "2", "target": MOTHER, "terms": "2026-04"}
    answer = centre.ask(api.handler, "PUT", f"/homes/{HOME}/home-check", who, body)
    assert answer.status == status


def test_another_contract_s_case_does_not_exist(centre: Centre) -> None:
    case = centre.consented()
    home = centre.cloud.directory.home(HOME)
    other = centre.cloud.contract("home-check", id="contract-7", starts=centre.flow.now - DAY)
    moved = home.model_copy(update={"id": "home-other", "contracts": (other,)})
    centre.cloud.directory.publish_home(moved)
    answer = centre.ask(api.handler, "GET", f"/homes/home-other/cases/{case}", HANAKO)
    assert answer.status == 404


def test_a_task_is_seen_by_whom_it_is_for(centre: Centre) -> None:
    centre.consented()
    centre.on_duty(KENJI, YUI)
    case = centre.requested()
    path = f"/dispatch/tasks/{case}.offer-1"
    seen = {
        who: centre.ask(task_api.handler, "GET", path, who).status
        for who in (KENJI, YUI, OPERATOR, LEADER, HANAKO, STRANGER)
    }
    centre_staff = {OPERATOR: 200, LEADER: 200}  # who may act for a responder whose phone is dead
    assert seen == {KENJI: 200, YUI: 404, **centre_staff, HANAKO: 404, STRANGER: 404}
    mine = centre.ask(task_api.handler, "GET", "/dispatch/tasks", KENJI).body
    assert [task["id"] for task in mine] == [f"{case}.offer-1"]
    assert centre.ask(task_api.handler, "GET", "/dispatch/tasks", YUI).body == []
    assert centre.ask(task_api.handler, "GET", "/dispatch/tasks", HANAKO).status == 403


def test_tasks_are_taken_and_handed_back(centre: Centre) -> None:
    centre.register()
    task = f"{centre.last()}.first_call-1"

    def post(what: str, who: str) -> Answer:
        return centre.ask(task_api.handler, "POST", f"/dispatch/tasks/{task}/{what}", who)

    assert post("take", OPERATOR).body["taken_by"] == OPERATOR
    other = post("take", OTHER_OPERATOR)
    assert (other.status, slug(other)) == (422, "task-taken")
    other = post("hand-back", OTHER_OPERATOR)
    assert (other.status, slug(other)) == (422, "task-taken")
    assert post("hand-back", OPERATOR).body["taken_by"] == ""
    assert post("take", OTHER_OPERATOR).body["taken_by"] == OTHER_OPERATOR
    assert post("hand-back", LEADER).body["taken_by"] == "", "of whoever went home"
    moves = [fact.how for fact in centre.case(centre.last()).facts[1:]]
    assert moves == ["taken", "handed_back", "taken", "handed_back"]


def test_a_leader_sees_what_operators_see_and_more(centre: Centre) -> None:
    centre.register()
    consent = centre.last()
    case = centre.requested()
    path = f"/dispatch/tasks/{case}.refusal-1/escalate"
    assert centre.ask(task_api.handler, "POST", path, OPERATOR).status == 200

    def tasks(who: str) -> list[str]:
        found = centre.ask(task_api.handler, "GET", "/dispatch/tasks", who).body
        return [task["id"] for task in found]

    assert tasks(OPERATOR) == [f"{consent}.first_call-1"]
    assert tasks(LEADER) == [f"{case}.refusal-1", f"{consent}.first_call-1"]


# --- who a call is about


def looked_for(centre: Centre, said: str) -> Answer:
    more = {"person": OPERATOR, "groups": "[operator]", "at": centre.flow.now}
    return centre._ask(
        staff_api.handler, "GET", "/dispatch/registrations", query={"find": said}, **more
    )


def find(centre: Centre, said: str) -> list[Any]:
    answer = looked_for(centre, said)
    assert answer.status == 200, answer.body
    return list(answer.body)


@pytest.mark.rule("DL-33", "DL-15")
def test_a_granted_registration_is_found_by_what_a_caller_says(centre: Centre) -> None:
    case = centre.consented_by_phone()
    assert centre.service.store.open_cases() == [], "no list leads there"
    name = centre.case(case).state.registered.contractor.name
    for said in ("見守", "見守梅子", "見守　梅", "梅子", name, "03-0000-0001", "０００１", HOME):
        (found,) = find(centre, said)
        assert (found["registration"], found["state"]) == (case, "granted"), said
        assert (found["home"], found["contract"]) == (HOME, "contract-1")
        assert (found["target"], found["contractor"]) == ("見守 梅子", name)
    for said in ("佐藤", "守", "001", "0000", "03-0000-0002", "-", "+81 3 9999 0001"):
        assert find(centre, said) == [], said
    assert centre.stop(case).status == 200
    assert [one["state"] for one in find(centre, "見守")] == ["stopped"]


@pytest.mark.rule("DL-05")
def test_who_was_replaced_is_found_no_more(centre: Centre) -> None:
    first = centre.consented_by_phone()
    before = {row["pk"] for row in centre.cloud.rows("dispatch") if row["pk"].startswith("FIND#")}
    centre.register(replaces=True, name="山本 竹子", phone="+81-3-5555-1234")
    assert find(centre, "見守") == find(centre, "梅子") == []
    (found,) = find(centre, "山本")
    assert found["registration"] != first
    assert found["state"] == "pending"
    assert find(centre, "03-5555-1234") == find(centre, "1234") == [found]
    after = {row["pk"] for row in centre.cloud.rows("dispatch") if row["pk"].startswith("FIND#")}
    assert "FIND#見" in before
    assert "FIND#見" not in after
    centre.register(replaces=True)
    assert {
        row["pk"] for row in centre.cloud.rows("dispatch") if row["pk"].startswith("FIND#")
    } == (before)


def test_no_more_are_found_than_one_can_look_through(centre: Centre) -> None:
    for n in range(22):
        centre.consented(home=f"home-{n}", contract=f"contract-{n}", name=f"見守 {n}")
    assert len({one["contract"] for one in find(centre, "見守")}) == 20
    assert [one["home"] for one in find(centre, "home-21")] == ["home-21"]


def test_what_cannot_be_looked_for(centre: Centre) -> None:
    centre.consented()
    assert find(centre, "") == find(centre, " ") == find(centre, "12") == []
    assert looked_for(centre, "あ" * 61).status == 422


@pytest.mark.rule("DL-33")
def test_a_home_check_leads_to_its_registration(centre: Centre) -> None:
    consent = centre.consented()
    case = centre.requested()
    shown = centre.ask(staff_api.handler, "GET", f"/dispatch/cases/{case}", OPERATOR).body
    assert shown["consent"] == consent
    theirs = centre.ask(api.handler, "GET", f"/homes/{HOME}/cases/{case}", HANAKO).body
    assert theirs["consent"] == ""


# --- what responders are told


@pytest.mark.rule("DL-16", "G-07")
def test_a_responder_is_told_of_the_task_and_not_of_the_family(centre: Centre) -> None:
    centre.consented()
    centre.on_duty(KENJI, YUI)
    case = centre.requested(note="家の鍵は植木鉢の下")
    offer = f"{case}.offer-1"
    assert MOTHER["address"] in told(centre, offer, KENJI)["script"]
    first = centre.answer(offer, KENJI, outcome="declined", why="遠い")
    centre.did(f"{case}.offer-2", YUI, outcome="accepted")
    gone = centre.answer(offer, KENJI, outcome="declined", why="遠い")
    for answer in (first, gone):
        assert answer.status == 200
        assert answer.body["case"] is None
        assert answer.body["task"]["status"] == "answered"
        for secret in ("植木鉢", "梅子", "花子", MOTHER["phone"], MOTHER["address"], "arn:"):
            assert secret not in str(answer.body), secret
    assert told(centre, offer, KENJI)["script"] == "", "they do not go there"
    arrived = centre.arrive(case, YUI, visit=2)
    assert arrived.body["id"] == f"{case}.visit-2"
    assert centre.case(case).state.status == "at_the_door"
    assert "timeline" not in arrived.body
    done = centre.did(f"{case}.visit-2", YUI, **AT_HOME)
    assert done["case"] is None
    assert told(centre, f"{case}.visit-2", YUI)["script"] == ""
    assert centre.did(f"{case}.tell-1", outcome="told")["case"]["result"] == "at_home"


def told(centre: Centre, task: str, who: str = OPERATOR) -> Any:
    return centre.ask(task_api.handler, "GET", f"/dispatch/tasks/{task}", who).body


@pytest.mark.rule("DL-16")
def test_who_is_there_first_by_road_where_the_operator_chose_so(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kenji is nearer as the crow flies; there is a river between."""

    class Roads:
        def calculate_route_matrix(self, Origins: Any, **_: Any) -> Any:  # noqa: N803
            slow = [NEAR.longitude, NEAR.latitude]
            ways = [3000 if one["Position"] == slow else 700 for one in Origins]
            return {"RouteMatrix": [[{"Duration": way}] for way in ways]}

    monkeypatch.setattr(route_gateway, "client", lambda _: Roads())
    monkeypatch.setenv("TRAVEL", "routes")
    settings.load.cache_clear()
    centre.consented()
    centre.on_duty(KENJI, YUI)
    (offer,) = centre.case(centre.requested()).state.offers
    assert (offer.responder, offer.fact.travel_seconds) == (YUI, 700)


@pytest.mark.rule("DL-16")
def test_an_offer_s_script_is_of_that_offer(centre: Centre) -> None:
    centre.consented()
    centre.on_duty(KENJI, YUI)
    case = centre.requested()
    now = told(centre, f"{case}.offer-1", KENJI)["script"]
    centre.did(f"{case}.offer-1", KENJI, outcome="declined", why="遠い")
    then = told(centre, f"{case}.offer-2", YUI)["script"]
    first, second = (centre.case(case).state.offer(n).fact.arrives_at for n in (1, 2))
    assert t.clock(first) in now
    assert t.clock(second) in then
    assert t.clock(first) != t.clock(second)
    stored = centre.case(case)
    shown = stored.process.script_values(stored.tasks["offer-1"], stored)
    assert shown["arrives_at"] == first, "also when there is a later one"


# --- what operators are told


@pytest.mark.rule("DL-08", "DL-09", "DL-20")
def test_whoever_is_to_phone_is_told_the_number(centre: Centre) -> None:
    centre.register()
    consent = centre.last()
    assert MOTHER["phone"] in told(centre, f"{consent}.first_call-1")["script"]
    centre.flow.until(jst("2026-12-02T10:00"))
    centre.did(f"{consent}.first_call-1", outcome="no_answer", number="03")
    assert MOTHER["phone"] in told(centre, f"{consent}.second_call-1")["script"]
    centre.flow.until(jst("2026-12-04T10:00"))
    centre.did(f"{consent}.second_call-1", outcome="granted", number="03")
    centre.on_duty(KENJI)
    kenji = centre.responders.get(KENJI)
    assert kenji
    centre.responders.register(kenji.model_copy(update={"phone": "080-1111-2222"}))
    case = centre.requested()
    centre.did(f"{case}.offer-1", KENJI, outcome="accepted")
    while "chase-1" not in centre.todo(case):
        centre.flow.wait(5 * MINUTE)
    assert "080-1111-2222" in told(centre, f"{case}.chase-1")["script"]
    shown = centre.ask(staff_api.handler, "GET", f"/dispatch/cases/{case}", OPERATOR).body
    late = {task["id"]: task["overdue"] for task in shown["tasks"] if task["status"] == "open"}
    assert late[f"{case}.visit-1"] is True, "its deadline is over, and nobody has reported"
    centre.stop(consent)
    assert "080-1111-2222" in told(centre, f"{case}.recall-1")["script"]


@pytest.mark.rule("DL-35")
def test_an_exception_is_known_to_whoever_goes(centre: Centre) -> None:
    centre.consented()
    centre.on_duty(KENJI)
    wanted = {"wishes": ["presence", "beyond_door"], "note": "庭側の窓を見てほしい"}
    case = centre.requested(**wanted)
    centre.did(f"{case}.refusal-1", outcome="override", reason="警察の立ち会いあり")
    assert "庭側" not in told(centre, f"{case}.offer-1", KENJI)["script"], "they may decline"
    centre.did(f"{case}.offer-1", KENJI, outcome="accepted")
    script = told(centre, f"{case}.visit-1", KENJI)["script"]
    assert "ご依頼のメモ: 庭側の窓を見てほしい" in script
    assert "例外として受けた理由: 警察の立ち会いあり" in script


def test_who_is_off_duty_can_be_called_in(centre: Centre) -> None:
    centre.on_duty(AOI, YUI, KENJI)
    centre.responders.duty(AOI, False, None, centre.flow.now)
    listed = centre.ask(staff_api.handler, "GET", "/dispatch/responders", OPERATOR).body
    assert [(one["name"], one["on_duty"]) for one in listed] == [
        ("kenji", True),
        ("yui", True),
        ("aoi", False),
    ]


@pytest.mark.rule("DL-21")
def test_families_do_not_read_what_staff_wrote_for_each_other(centre: Centre) -> None:
    centre.consented()
    centre.on_duty(KENJI)
    case = centre.requested()
    centre.did(f"{case}.offer-1", KENJI, outcome="declined", why="酒を飲んでいる")
    centre.did(f"{case}.find_help-1", outcome="give_up", why="大雪のため道路が通れません。")
    theirs = centre.ask(api.handler, "GET", f"/homes/{HOME}/cases/{case}", HANAKO).body
    ours = centre.ask(staff_api.handler, "GET", f"/dispatch/cases/{case}", OPERATOR).body
    assert "酒" in str(ours)
    assert "酒" not in str(theirs)
    assert "大雪" in str(theirs), "that they are mailed, too"
    other = centre.requested()
    assert centre.cancel(other).status == 200
    shown = centre.ask(api.handler, "GET", f"/homes/{HOME}/cases/{other}", HANAKO).body
    assert "連絡がついた" in str(shown)


def test_the_most_urgent_task_comes_first_with_its_script(centre: Centre) -> None:
    centre.register()
    consent = centre.last()
    case = centre.requested()
    tasks = centre.ask(task_api.handler, "GET", "/dispatch/tasks", OPERATOR).body
    assert [task["id"] for task in tasks] == [f"{case}.refusal-1", f"{consent}.first_call-1"]
    one = centre.ask(task_api.handler, "GET", f"/dispatch/tasks/{consent}.first_call-1", OPERATOR)
    assert "見守 梅子様のお宅でしょうか" in one.body["script"]
    assert "花子様から" in one.body["script"]


@pytest.mark.parametrize("task", ["nonsense", "HC-1.offer-1", "CN-20261201-0001.tell-9", "."])
def test_there_is_no_such_task(centre: Centre, task: str) -> None:
    centre.register()
    assert centre.answer(task, outcome="told").status == 404


# --- registering


@pytest.mark.rule("DL-06", "A-05")
@pytest.mark.parametrize(
    ("relation", "status"),
    [
        *((one, 200) for one in ("grandparent", "sibling_in_law", "spouse")),
        *((one, 422) for one in ("uncle_aunt", "cousin", "neighbour", "self")),
    ],
)
def test_only_close_family_is_looked_after(centre: Centre, relation: str, status: int) -> None:
    answer = centre.register(relation=relation)
    assert answer.status == status
    if status == 422:
        assert answer.body["rule"] == "DL-06"


@pytest.mark.rule("DL-25")
def test_the_terms_in_force_must_be_accepted(centre: Centre) -> None:
    body = {"phone": "1", "address": "2", "target": MOTHER, "terms": "2015-01"}
    answer = centre.ask(api.handler, "POST", f"/homes/{HOME}/home-check", HANAKO, body)
    assert (answer.status, answer.body["rule"]) == (422, "DL-25")
    assert "2026-04" in answer.body["detail"]
    centre.register()
    assert centre.case(centre.last()).state.registered.terms == "2026-04"


@pytest.mark.rule("DL-01")
def test_a_contract_that_ended_registers_nobody_and_has_nobody_sent(centre: Centre) -> None:
    centre.consented()
    cloud, now = centre.cloud, centre.flow.now
    ended = cloud.contract("home-check", starts=now - 30 * DAY, ends=now)
    cloud.household(ended)
    answer = centre.register(replaces=True)
    assert (answer.status, answer.body["rule"]) == (403, "DL-01")
    case = centre.requested()
    assert [one.rule for one in centre.case(case).state.refusals] == ["DL-01"]


@pytest.mark.rule("DL-15", "DL-24", "DL-10")
def test_the_contractor_sees_where_things_stand(centre: Centre) -> None:
    before = centre.home_check()
    assert (before["state"], before["registration"]) == ("none", None)
    assert (before["call_centre"], before["provider"]) == ("0120-000-001", "JBR")
    centre.register()
    asked = centre.home_check()
    assert (asked["state"], asked["target"]) == ("pending", "見守 梅子")
    assert asked["first_call_by"] == "2026-12-05T00:00:00+09:00"
    assert asked["asked_until"] == "2026-12-09T00:00:00+09:00"
    centre.did(f"{centre.last()}.first_call-1", outcome="granted", number="03")
    assert centre.home_check()["first_call_by"] is None


# --- calls


@pytest.mark.rule("A-06")
@pytest.mark.parametrize(("at", "status"), [("08:59", 422), ("09:00", 200), ("19:59", 200)])
def test_calls_have_their_hours(centre: Centre, at: str, status: int) -> None:
    centre.register()
    centre.flow.until(jst(f"2026-12-02T{at}"))
    answer = centre.answer(f"{centre.last()}.first_call-1", outcome="granted", number="03")
    assert answer.status == status
    if status == 422:
        assert (slug(answer), answer.body["rule"]) == ("calling-hours", "A-06")


@pytest.mark.rule("A-06")
@pytest.mark.parametrize("called", ["2026-12-02T12:00", "2026-12-01T09:30"])
def test_a_call_was_made_after_the_registration_and_not_tomorrow(
    centre: Centre, called: str
) -> None:
    centre.register()
    said = {"outcome": "granted", "number": "03", "called_at": jst(called).isoformat()}
    assert centre.answer(f"{centre.last()}.first_call-1", **said).status == 422


@pytest.mark.rule("DL-09", "A-06")
def test_the_second_call_is_not_on_the_day_of_the_first(centre: Centre) -> None:
    centre.register()
    task = f"{centre.last()}.second_call-1"
    centre.flow.until(jst("2026-12-04T09:00"))
    centre.did(f"{centre.last()}.first_call-1", outcome="no_answer", number="03")
    centre.flow.until(jst("2026-12-04T19:00"))
    early = centre.answer(task, outcome="granted", number="03")
    assert (early.status, slug(early)) == (422, "call-too-early")
    centre.flow.until(jst("2026-12-05T09:00"))
    assert centre.answer(task, outcome="granted", number="03").status == 200


# --- requests


@pytest.mark.rule("DL-31", "DL-35")
def test_where_nobody_is_registered_no_exception_is_possible(centre: Centre) -> None:
    case = centre.requested()
    answer = centre.answer(f"{case}.refusal-1", outcome="override", reason="どうしても")
    assert (answer.status, slug(answer), answer.body["rule"]) == (422, "cannot-override", "DL-31")
    assert centre.todo(case) == ["refusal-1"]


@pytest.mark.rule("DL-35")
def test_an_exception_needs_a_reason(centre: Centre) -> None:
    centre.register()
    case = centre.requested()
    task = f"{case}.refusal-1"
    assert centre.answer(task, outcome="override", reason=" ").status == 422
    assert centre.answer(task, LEADER, outcome="override", reason="警察の依頼").status == 200


@pytest.mark.rule("DL-03", "DL-02")
def test_a_fifth_request_is_as_good_as_the_first_and_costs_nothing(centre: Centre) -> None:
    """No number is too many; and nothing is said on the bus that could be charged."""
    centre.consented_by_phone()
    centre.on_duty(KENJI)
    for _ in range(5):
        case = centre.requested()
        assert centre.todo(case) == ["offer-1"]
        assert centre.cancel(case).status == 200
    calls = centre.cloud.asked("PutEvents")
    said = {entry["DetailType"] for call in calls for entry in call["Entries"]}
    assert said == {"Notice", "PartnerRegistered"}


@pytest.mark.rule("A-08", "DL-26", "DL-27")
def test_an_operator_judges_who_asks_remarkably_often(centre: Centre) -> None:
    centre.consented()
    path = "/dispatch/contracts/contract-1/frequency"

    def frequency(method: str = "GET", body: Any = None) -> Any:
        return centre.ask(staff_api.handler, method, path, OPERATOR, body).body

    for asked in range(3):
        assert frequency()["remarkable"] is False, asked
        centre.cancel(centre.requested())
    assert frequency() == {
        "requests": 3,
        "days": 30,
        "remarkable": True,
        "judged_until": None,
        "judged_by": None,
    }
    centre.on_duty(KENJI)
    case = centre.requested()
    assert centre.todo(case) == ["offer-1"], "nobody has judged yet"
    centre.cancel(case)

    until = (centre.flow.now + 30 * DAY).isoformat()
    assert frequency("PUT", {"until": until, "reason": "30日で4回"})["judged_by"] == OPERATOR
    case = centre.requested()
    assert centre.todo(case) == ["phone_first-1"]
    centre.cancel(case)
    centre.flow.wait(30 * DAY)
    assert frequency()["judged_until"] is None, "it has an end"
    case = centre.requested()
    assert "phone_first-1" not in centre.todo(case)
    centre.cancel(case)
    until = (centre.flow.now + DAY).isoformat()
    frequency("PUT", {"until": until, "reason": "!"})
    assert frequency("DELETE")["judged_by"] is None


@pytest.mark.rule("DL-22")
@pytest.mark.parametrize("wish", ["recurring", "unlock", "enter", "assist", "beyond_door"])
def test_wishes_are_refused_by_their_rule_in_both_languages(centre: Centre, wish: str) -> None:
    centre.consented()
    case = centre.requested(wishes=["presence", wish])
    (refusal,) = centre.case(case).state.refusals
    path = f"/dispatch/cases/{case}"
    shown = centre._ask(
        staff_api.handler,
        "GET",
        path,
        person=OPERATOR,
        groups="[operator]",
        language="en",
        at=centre.flow.now,
    )
    assert shown.body["refusals"] == [{"rule": refusal.rule, "why": refusal.why.en}]
    japanese = centre.ask(staff_api.handler, "GET", path, OPERATOR).body
    assert japanese["refusals"] == [{"rule": refusal.rule, "why": refusal.why.ja}]


def test_a_home_nobody_knows(centre: Centre) -> None:
    assert centre.request(home="home-nowhere").status == 404


def test_it_cannot_be_called_off_at_the_door(centre: Centre) -> None:
    case = at_home(centre)
    answer = centre.cancel(case)
    assert (answer.status, slug(answer)) == (422, "too-late-to-cancel")


# --- the visit


INCOMPLETE = (
    {**SEEN, "at_home": True, "explained": True, "signed": True},
    {**SEEN, "at_home": False},
    {"at_home": False, "memo_left": True, "intercom": "ok"},
    {**SEEN, "at_home": False, "memo_left": True, "entered": True},
)


@pytest.mark.rule("DL-17", "DL-18", "DL-19", "DC-33")
def test_an_incomplete_report_is_not_taken(centre: Centre) -> None:
    case = on_the_way(centre)
    for report in INCOMPLETE:
        said = {"outcome": "reported", "report": report, "signature_png": PNG}
        answer = centre.answer(f"{case}.visit-1", KENJI, **said)
        assert (answer.status, slug(answer)) == (422, "invalid"), report
        assert answer.body["errors"][0]["at"].startswith("body")
    assert centre.todo(case) == ["visit-1"]


def on_the_way(centre: Centre) -> str:
    centre.consented()
    centre.on_duty(KENJI)
    case = centre.requested()
    centre.did(f"{case}.offer-1", KENJI, outcome="accepted")
    return case


NO_PICTURES = (
    ({"signature_png": ""}, "invalid"),
    ({"signature_png": JPEG}, "no-picture"),
    ({"signature_png": "no base64"}, "no-picture"),
    ({"signature_png": "署名"}, "no-picture"),
    ({"photo_jpeg": base64.b64encode(b"MZ a program").decode()}, "no-picture"),
)


@pytest.mark.rule("DL-18")
def test_pictures_must_be_pictures(centre: Centre) -> None:
    case = on_the_way(centre)
    for pictures, why in NO_PICTURES:
        answer = centre.answer(f"{case}.visit-1", KENJI, **{**AT_HOME, **pictures})
        assert (answer.status, slug(answer)) == (422, why), pictures
    assert "visited" not in centre.events(case)


@pytest.mark.rule("DL-18")
def test_the_signature_and_the_photograph_can_be_seen(centre: Centre) -> None:
    case = at_home(centre)
    for name, content, media in (
        ("signature", PNG, "image/png"),
        ("photo", JPEG, "image/jpeg"),
    ):
        for handler, path, who in (
            (staff_api.handler, f"/dispatch/cases/{case}/images/{name}", OPERATOR),
            (api.handler, f"/homes/{HOME}/cases/{case}/images/{name}", HANAKO),
        ):
            answer = centre.ask(handler, "GET", path, who)
            assert answer.status == 200
            assert answer.headers["content-type"] == media
            assert (answer.base64, answer.body) == (True, content)
    for name in ("signature/../x", "face"):
        path = f"/dispatch/cases/{case}/images/{name}"
        assert centre.ask(staff_api.handler, "GET", path, OPERATOR).status == 404
    stranger = centre.ask(api.handler, "GET", f"/homes/{HOME}/cases/{case}/images/photo", TARO)
    assert stranger.status == 403


# --- what is kept


@pytest.mark.rule("DL-20", "DL-21")
@pytest.mark.parametrize("report", [AT_HOME, ABSENT])
def test_the_result_is_presence_and_nothing_more(centre: Centre, report: Any) -> None:
    case = on_the_way(centre)
    centre.did(f"{case}.visit-1", KENJI, **report)
    for language in ("ja", "en"):
        answer = centre._ask(
            api.handler,
            "GET",
            f"/homes/{HOME}/cases/{case}",
            person=HANAKO,
            language=language,
            at=centre.flow.now,
        )
        said = answer.body["said"].lower()
        assert said
        assert not any(word in said.split() or word in said for word in SAFE)
    script = centre.ask(task_api.handler, "GET", f"/dispatch/tasks/{case}.tell-1", OPERATOR).body[
        "script"
    ]
    assert ("ご在宅を確認しました" if report is AT_HOME else "確認できませんでした") in script


def test_the_timeline_tells_families_less_than_staff(centre: Centre) -> None:
    case = at_home(centre)
    theirs = centre.ask(api.handler, "GET", f"/homes/{HOME}/cases/{case}", HANAKO).body
    ours = centre.ask(staff_api.handler, "GET", f"/dispatch/cases/{case}", OPERATOR).body
    assert [one["event"] for one in theirs["timeline"]] == [
        "requested",
        "offered",
        "accepted",
        "arrived",
        "visited",
    ]
    assert OPERATOR not in str(theirs)
    assert KENJI not in str(theirs)
    assert theirs["tasks"] == []
    assert [task["id"].partition(".")[2] for task in ours["tasks"]]
    assert {one["who"] for one in ours["timeline"]} == {OPERATOR, "workflow", KENJI}
    assert ours["execution"].endswith(f":{case}"), "executions are named after the case"
    assert ours["console"].startswith("https://ap-northeast-1.console.aws.amazon.com/states/")
    listed = centre.ask(api.handler, "GET", f"/homes/{HOME}/cases", HANAKO).body
    assert {one["kind"] for one in listed} == {"consent", "visit"}


def test_the_timeline_is_exported_for_a_spreadsheet(centre: Centre) -> None:
    case = at_home(centre)
    answer = centre.ask(staff_api.handler, "GET", f"/dispatch/cases/{case}/export", OPERATOR)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    text = base64.b64decode(answer.body).decode("utf-8-sig") if answer.base64 else answer.body
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    assert [row["event"] for row in rows] == centre.events(case)
    assert {row["case"] for row in rows} == {case}
    assert rows[0]["what"] == "在宅確認のご依頼"
    assert all(row["who"] and row["means"] and row["rule"] for row in rows)


@pytest.mark.rule("DL-33", "DL-32")
def test_after_a_stop_there_is_no_request_but_a_new_registration(centre: Centre) -> None:
    """Stopped at 10:00, requested at 10:05: refused by (6)."""
    case = centre.consented()
    centre.stop(case)
    assert centre.stop(case).status == 200, "said twice is no harm"
    assert centre.events(case).count("stopped") == 1
    centre.flow.wait(5 * MINUTE)
    refused = centre.request()
    assert [one["rule"] for one in refused.body["refusals"]] == ["DL-33"]
    assert centre.register().status == 200
    centre.did(f"{refused.body['case']}.refusal-1", outcome="told")
    again = centre.request()
    assert [one["rule"] for one in again.body["refusals"]] == ["DL-32"]


def test_a_stop_is_of_a_consent_and_a_cancellation_of_a_home_check(centre: Centre) -> None:
    consent = centre.consented()
    case = centre.requested()
    assert centre.stop(case).status == 404
    assert centre.cancel(consent).status == 404
    assert centre.stop("CN-20200101-0001").status == 404


def test_problems_are_said_in_the_caller_s_language(centre: Centre) -> None:
    case = at_home(centre)
    centre.flow.wait(HOUR)
    said = {}
    for language in ("ja", "en"):
        answer = centre._ask(
            task_api.handler,
            "POST",
            f"/dispatch/tasks/{case}.visit-1/answer",
            body=ABSENT,
            person=KENJI,
            groups="[responder]",
            language=language,
            at=centre.flow.now,
        )
        assert answer.status == 409
        assert answer.headers["content-type"] == "application/problem+json"
        said[language] = answer.body["title"]
    assert said == {"ja": "すでに完了しています", "en": "Already done"}
