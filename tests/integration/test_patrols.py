"""Visits to empty homes (AL-83 to AL-90): plans, the cases of a day, rounds, reports.

Every branch of the workflow, by API calls and moves of the clock.
"""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from lambdas.dispatch import on_visits, visit_api, visit_desk_api
from lambdas.shared.events import EVENTS, EmptyHomeVisited
from tests.integration.centre import JPEG, KENJI, LEADER, OPERATOR, YUI, Centre
from tests.integration.conftest import HANAKO, HOME, STRANGER, TARO, Answer, Context
from tests.integration.interpreter import Coverage, all_of_it, definitions
from tests.integration.samples import DAY, HOUR, MINUTE
from tests.integration.test_requested import ONLINE
from tests.notices import mailed

MACHINE = "mimamori-patrol"
SITE = {
    "name": "見守",
    "address": "東京都千代田区丸の内1-1",
    "place": {"latitude": 35.681, "longitude": 139.767},
    "served": True,
    "electricity": True,
}
WINDOW = {"start": "09:00", "end": "12:00"}
ADDRESS = {"postal_code": "530-0001", "address": "大阪市北区1-1", "name": "見守 花子"}
ITEMS = {"locks": "ok", "glass": "ok", "dumping": "ok"}
DONE = {"outcome": "reported", "report": {"outcome": "done", "seen": ITEMS}}
WRONG = {
    "outcome": "reported",
    "report": {
        "outcome": "abnormal",
        "seen": {**ITEMS, "glass": "ng"},
        "note": "居間の窓ガラスが割れています。",
    },
    "photos_jpeg": [JPEG, JPEG],
}
DAYS = ["2026-12-02", "2026-12-09"]
"""The clock begins on 1 December, 10:00."""

SEEN: dict[str, Coverage] = {}
"""What the tests of this module saw of the workflow."""


@pytest.fixture(autouse=True)
def seen(centre: Centre) -> Iterator[None]:
    """Keep which ways the workflows went."""
    yield
    SEEN.setdefault(MACHINE, Coverage(definitions()[MACHINE]))
    for execution in centre.flow.executions():
        stopped = {call["executionArn"] for call in centre.cloud.asked("StopExecution")}
        assert execution in stopped or centre.flow.status(execution) in ("SUCCEEDED", "RUNNING")
        if MACHINE in execution:
            SEEN[MACHINE].add(centre.flow.way(execution))


def away(centre: Centre, *features: str, **site: Any) -> None:
    """Hanako's home, surveyed, with a contract that includes visits."""
    contract = centre.cloud.contract(*(features or ("empty-home",)), id="contract-r")
    centre.cloud.household(contract)
    path = f"/dispatch/sites/{HOME}"
    body = {**SITE, **site}
    assert centre.ask(visit_desk_api.handler, "PUT", path, OPERATOR, body).status == 200


def plans(centre: Centre, person: str = HANAKO, **wanted: Any) -> Answer:
    body = {"days": DAYS, "window": WINDOW, "phone": "090-0000-0001", **wanted}
    return centre.ask(visit_api.handler, "POST", f"/homes/{HOME}/visits/plans", person, body)


def planned(centre: Centre, **wanted: Any) -> str:
    answer = plans(centre, **wanted)
    assert answer.status == 200, answer.body
    return str(answer.body["plan"])


def sees(centre: Centre) -> Any:
    return centre.ask(visit_api.handler, "GET", f"/homes/{HOME}/visits", HANAKO).body


def comes_around(centre: Centre) -> dict[str, int]:
    """The schedule."""
    found = on_visits.handler({"at": centre.flow.now.isoformat()}, Context())
    centre.flow.settle()
    return dict(found)


def morning(centre: Centre, *on_duty: str, hours: float = 8, day: int = 1) -> str:
    """The day of the visit, with these on duty; the case."""
    centre.flow.until(jst_day(centre, day) + hours * HOUR)
    on_duty_for_rounds(centre, *on_duty)
    comes_around(centre)
    return centre.last()


def on_duty_for_rounds(centre: Centre, *who: str) -> None:
    """These are on duty, and make rounds."""
    centre.on_duty(*who)
    for one in who:
        known = centre.responders.get(one)
        assert known
        skills = frozenset({"patrol"})
        centre.responders.register(known.model_copy(update={"skills": skills}))


def jst_day(centre: Centre, day: int) -> Any:
    """The first instant of so many days after the beginning, in Japan."""
    begun = centre.flow.now.replace(year=2026, month=11, day=30, hour=15, minute=0, second=0)
    return begun.replace(microsecond=0) + day * DAY


def begins(centre: Centre, number: str, person: str = KENJI, visit: int = 1) -> Answer:
    path = f"/dispatch/tasks/{number}.visit-{visit}/begin"
    return centre.ask(visit_desk_api.handler, "POST", path, person)


def rounds(centre: Centre, person: str = KENJI) -> Any:
    return centre.ask(visit_desk_api.handler, "GET", "/dispatch/me/round", person).body


def charges(centre: Centre) -> list[tuple[str, str, int]]:
    """What billing was told, each once: case, kind of visit, cost of sending on."""
    entries = [entry for call in centre.cloud.asked("PutEvents") for entry in call["Entries"]]
    said = [EVENTS[one["DetailType"]].model_validate_json(one["Detail"]) for one in entries]
    found = [one for one in said if isinstance(one, EmptyHomeVisited)]
    return list(dict.fromkeys((one.case, one.visit, one.forwarding_yen) for one in found))


# --- plans


@pytest.mark.rule("AL-84", "AL-14", "G-08")
def test_from_the_plan_to_the_report(centre: Centre) -> None:
    away(centre)
    plan = planned(centre)
    assert centre.told() == ["visits.plan_made"]
    assert comes_around(centre) == {"opened": 0, "given": 0}
    number = morning(centre, KENJI)
    assert comes_around(centre) == {"opened": 0, "given": 0}, "once a day of a plan"
    assert centre.todo(number) == ["visit-1"]
    assert centre.engaged() == {}, "a round engages nobody"
    (stop,) = rounds(centre)
    assert (stop["case"], stop["begun"], set(stop["items"])) == (number, False, set(ITEMS))
    assert stop["arrives_at"] >= stop["not_before"]
    centre.flow.until(centre.flow.now + HOUR)
    assert begins(centre, number).body[0]["begun"]
    assert centre.engaged() == {KENJI: number}
    centre.arrive(number)
    assert centre.case(number).state.status == "at_the_door"
    centre.did(f"{number}.visit-1", KENJI, **DONE)
    assert centre.engaged() == {}
    assert centre.end_of(number) == "異常なし"
    assert centre.told() == ["visits.visit_done"]
    assert "窓ガラスの破損：異常なし" in centre.mails[-1].values["seen"].ja  # type: ignore[union-attr]
    assert charges(centre) == [(number, "patrol", 0)]
    shown = sees(centre)
    assert [one["state"] for one in shown["plans"][0]["days"]] == ["opened", "planned"]
    assert shown["plans"][0]["plan"] == plan
    assert shown["cases"][0]["checks"]["門扉・玄関・窓の施錠"] == "異常なし"
    assert rounds(centre) == []
    centre.flow.until(jst_day(centre, 8) + 8 * HOUR)
    assert comes_around(centre)["opened"] == 1


@pytest.mark.rule("AL-87", "AL-88", "AL-90", "AL-89")
@pytest.mark.parametrize(
    ("features", "site", "wanted", "rule", "problem"),
    [
        (("room-watch",), {}, {}, "AL-84", "no-empty-home"),
        (("empty-home",), {}, {"visit": "ventilation"}, "AL-87", "no-ventilation"),
        (("empty-home",), {"served": None}, {}, "AL-88", "not-surveyed"),
        (("empty-home",), {"served": False}, {}, "AL-88", "not-served"),
        (("empty-home",), {"electricity": None}, {}, "AL-90", "electricity-unknown"),
        (("empty-home",), {"electricity": False}, {}, "AL-90", "no-electricity"),
    ],
)
def test_what_stands_against_a_plan(
    centre: Centre,
    features: tuple[str, ...],
    site: dict[str, Any],
    wanted: dict[str, Any],
    rule: str,
    problem: str,
) -> None:
    away(centre, *features, "empty-home", **site)
    if features == ("room-watch",):
        centre.cloud.household(centre.cloud.contract("room-watch", dispatch=ONLINE))
    answer = plans(centre, **wanted)
    assert (answer.status, answer.body["rule"]) == (422, rule)
    assert answer.body["type"].endswith(problem)
    visit = wanted.get("visit", "patrol")
    (kind,) = (one for one in sees(centre)["kinds"] if one["visit"] == visit)
    assert problem in [one["problem"] for one in kind["refused"]]
    assert sees(centre)["plans"] == []


@pytest.mark.rule("AL-87", "AL-84")
def test_airing_for_who_has_both(centre: Centre) -> None:
    away(centre, "empty-home", "intrusion")
    planned(centre, visit="ventilation")
    number = morning(centre, KENJI, hours=9.5)
    items = {"outside": "ok", "inside": "ok", "airing": "ok", "water": "ok", "locks": "ok"}
    wrong = centre.answer(f"{number}.visit-1", KENJI, **DONE)
    assert (wrong.status, wrong.body["rule"]) == (422, "AL-87"), "those are the items of a patrol"
    report = {"outcome": "done", "seen": items}
    centre.did(f"{number}.visit-1", KENJI, outcome="reported", report=report)
    assert charges(centre) == [(number, "ventilation", 0)]


@pytest.mark.rule("AL-85", "AL-86")
@pytest.mark.parametrize(
    ("mailbox", "rule"),
    [
        ({"wish": "forward", "to": {**ADDRESS, "country": "US"}}, "AL-86"),
        ({"wish": "forward"}, None),
        ({"wish": "forward", "to": {**ADDRESS, "postal_code": "90210"}}, None),
    ],
)
def test_mail_is_sent_on_within_japan(
    centre: Centre, mailbox: dict[str, Any], rule: str | None
) -> None:
    away(centre)
    answer = plans(centre, mailbox=mailbox)
    assert (answer.status, answer.body.get("rule")) == (422, rule)


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        ({"days": ["2026-12-01"]}, "too-late-to-plan"),
        ({"days": ["2028-12-02"]}, "too-far-ahead"),
        ({"days": ["2026-12-02", "2026-12-02"]}, "day-twice"),
        ({"window": {"start": "09:00", "end": "10:00"}}, "window"),
        ({"window": {"start": "05:00", "end": "10:00"}}, "window"),
        ({"window": {"start": "12:00", "end": "09:00"}}, "window"),
        ({"days": []}, "invalid"),
        ({"days": [f"2027-01-{day:02}" for day in range(1, 32)] * 2}, "invalid"),
        ({"every": "monday"}, None),
    ],
)
def test_days_and_hours_that_cannot_be_planned(
    centre: Centre, wanted: dict[str, Any], problem: str | None
) -> None:
    away(centre)
    answer = plans(centre, **wanted)
    assert answer.status == 422
    if problem:
        assert answer.body["type"].endswith(problem)


@pytest.mark.rule("AL-84")
def test_a_visit_is_planned_once_and_may_be_dropped(centre: Centre) -> None:
    away(centre)
    plan = planned(centre)
    again = plans(centre, days=["2026-12-09", "2026-12-10"])
    assert (again.status, again.body["type"][-15:]) == (409, "planned-already")
    path = f"/homes/{HOME}/visits/plans/{plan}/days/2026-12-09"
    for _ in range(2):
        dropped = centre.ask(visit_api.handler, "DELETE", path, HANAKO)
        assert [one["state"] for one in dropped.body["days"]] == ["planned", "dropped"]
    assert plans(centre, days=["2026-12-09"]).status == 200, "free again"
    number = morning(centre)
    begun = centre.ask(visit_api.handler, "DELETE", path.replace("12-09", "12-02"), HANAKO)
    assert begun.status == 409
    assert centre.case(number).open
    for person, status in ((TARO, 403), (STRANGER, 404)):
        assert centre.ask(visit_api.handler, "DELETE", path, person).status == status
        assert plans(centre, person).status == status
    other = path.replace(plan, "PL-20261201-0009")
    assert centre.ask(visit_api.handler, "DELETE", other, HANAKO).status == 404


@pytest.mark.rule("AL-84", "AL-90")
@pytest.mark.parametrize("what", ["contract", "electricity"])
def test_the_day_comes_and_the_rules_no_longer_allow_it(centre: Centre, what: str) -> None:
    away(centre)
    planned(centre)
    if what == "contract":
        ends = centre.flow.now + HOUR
        centre.cloud.household(centre.cloud.contract("empty-home", id="contract-r", ends=ends))
    else:
        path = f"/dispatch/sites/{HOME}"
        body = {**SITE, "electricity": False}
        centre.ask(visit_desk_api.handler, "PUT", path, OPERATOR, body)
    centre.told()
    centre.flow.until(jst_day(centre, 1) + 8 * HOUR)
    assert comes_around(centre) == {"opened": 0, "given": 0}
    assert centre.told() == ["visits.visit_impossible"]
    assert comes_around(centre) == {"opened": 0, "given": 0}
    assert centre.told() == []
    first = sees(centre)["plans"][0]["days"][0]
    assert (first["state"], bool(first["why"])) == ("impossible", True)


def test_a_day_that_the_schedule_missed_is_made_good_or_told(centre: Centre) -> None:
    away(centre)
    planned(centre)
    centre.flow.until(jst_day(centre, 2) + 8 * HOUR)
    assert comes_around(centre)["opened"] == 1
    number = centre.last()
    centre.flow.until(centre.flow.now + HOUR)
    assert centre.case(number).state.result == "not_done"
    assert centre.told()[-1] == "visits.visit_not_done"


# --- rounds


def test_a_round_engages_nobody_until_the_leg_begins(centre: Centre) -> None:
    """Whoever has a visit in the afternoon is free for an urgent case in the morning."""
    away(centre, "empty-home", "home-check")
    planned(centre)
    centre.consented(contract="contract-r")
    number = morning(centre, KENJI)
    check = centre.requested()
    assert centre.engaged() == {KENJI: check}
    assert (begins(centre, number).status, len(rounds(centre))) == (422, 1)
    centre.did(f"{check}.offer-1", KENJI, outcome="declined")
    assert begins(centre, number).status == 200
    assert begins(centre, number).status == 200, "again is no harm"
    assert centre.engaged() == {KENJI: number}
    assert centre.events(number).count("leg_begun") == 1


@pytest.mark.rule("AL-84")
def test_too_early_and_not_mine(centre: Centre) -> None:
    away(centre)
    planned(centre)
    number = morning(centre, KENJI, YUI, hours=6)
    assert begins(centre, number).status == 422
    assert begins(centre, number, YUI).status == 404
    early = centre.answer(f"{number}.visit-1", KENJI, **DONE)
    assert (early.status, early.body["type"][-9:]) == (422, "too-early")
    assert rounds(centre, YUI) == []
    assert centre.ask(visit_desk_api.handler, "GET", "/dispatch/me/round", HANAKO).status == 403


def test_who_ends_duty_gives_back_what_they_have_not_set_out_for(centre: Centre) -> None:
    away(centre)
    planned(centre)
    number = morning(centre, KENJI, YUI)
    centre.responders.duty(KENJI, False, None, centre.flow.now)
    assert comes_around(centre) == {"opened": 0, "given": 1}
    assert [one["case"] for one in rounds(centre, YUI)] == [number]
    assert begins(centre, number, YUI, 2).status == 200
    centre.responders.duty(YUI, False, None, centre.flow.now)
    assert comes_around(centre) == {"opened": 0, "given": 0}, "who has set out keeps it"


def test_nobody_is_on_duty_until_somebody_is(centre: Centre) -> None:
    away(centre)
    planned(centre)
    number = morning(centre)
    assert centre.todo(number) == ["assign-1"]
    on_duty_for_rounds(centre, KENJI)
    path = "/dispatch/rounds"
    answer = centre.ask(visit_desk_api.handler, "POST", path, OPERATOR)
    assert answer.body == {"given": 1}
    assert centre.todo(number) == ["visit-1"]


def test_an_operator_gives_it_to_somebody(centre: Centre) -> None:
    away(centre)
    planned(centre)
    number = morning(centre)
    on_duty_for_rounds(centre, YUI)
    assert centre.answer(f"{number}.assign-1", outcome="assigned", responder="-").status == 422
    centre.on_duty(KENJI)
    unskilled = centre.answer(f"{number}.assign-1", outcome="assigned", responder=KENJI)
    assert (unskilled.status, unskilled.body["type"][-13:]) == (422, "not-qualified")
    centre.did(f"{number}.assign-1", outcome="assigned", responder=YUI)
    assert centre.todo(number) == ["visit-1"]
    assert centre.engaged() == {}


def test_nobody_can_go_and_it_is_said(centre: Centre) -> None:
    away(centre)
    planned(centre)
    number = morning(centre)
    centre.did(f"{number}.assign-1", outcome="give_up", why="大雪")
    assert centre.end_of(number) == "伺えず"
    assert centre.told()[-1] == "visits.visit_not_done"
    assert centre.mails[-1].values["why"] == "大雪"
    assert charges(centre) == []


def test_the_leader_takes_over_an_hour_before_the_end(centre: Centre) -> None:
    away(centre)
    planned(centre)
    number = morning(centre)
    centre.flow.until(jst_day(centre, 1) + 11 * HOUR + MINUTE)
    assert centre.case(number).open_tasks[0].group == "admin"
    centre.flow.until(jst_day(centre, 1) + 12 * HOUR + MINUTE)
    assert centre.end_of(number) == "伺えず"
    assert "staff_breach" in centre.told()


def test_it_cannot_be_done_and_another_goes(centre: Centre) -> None:
    away(centre)
    planned(centre)
    number = morning(centre, KENJI, YUI)
    centre.did(f"{number}.visit-1", KENJI, outcome="cannot", why="車の故障")
    assert centre.todo(number) == ["assign-2"]
    assert comes_around(centre)["given"] == 1
    assert [one["case"] for one in rounds(centre, YUI)] == [number], "not the same one again"


@pytest.mark.rule("AL-14", "AL-84")
def test_something_is_wrong(centre: Centre) -> None:
    away(centre)
    planned(centre)
    number = morning(centre, KENJI, hours=9.5)
    hidden = {**WRONG, "report": {**WRONG["report"], "outcome": "done"}}  # type: ignore[dict-item]
    assert centre.answer(f"{number}.visit-1", KENJI, **hidden).status == 422
    without = {**WRONG, "photos_jpeg": []}
    assert centre.answer(f"{number}.visit-1", KENJI, **without).status == 422
    nonsense = {**WRONG, "photos_jpeg": ["AAAA"]}
    assert centre.answer(f"{number}.visit-1", KENJI, **nonsense).status == 422
    centre.did(f"{number}.visit-1", KENJI, **WRONG)
    assert centre.told()[-1] == "visits.visit_abnormal"
    shown = sees(centre)["cases"][0]
    assert shown["images"] == ["photo-1", "photo-2"]
    picture = f"/homes/{HOME}/visits/{number}/images/photo-2"
    assert centre.ask(visit_api.handler, "GET", picture, HANAKO).status == 200
    assert centre.ask(visit_api.handler, "GET", picture, STRANGER).status == 404
    assert "割れています" in centre.ask_task(f"{number}.tell-1")["script"]
    centre.flow.until(centre.flow.now + 2 * HOUR)
    centre.did(f"{number}.tell-1", outcome="told", number="090")
    assert centre.end_of(number) == "異常あり"


@pytest.mark.rule("AL-83", "AL-85")
@pytest.mark.parametrize(
    ("mailbox", "done", "ok"),
    [
        ({"wish": "leave"}, {"mailbox": "left"}, True),
        ({"wish": "leave"}, {"mailbox": "discarded", "pieces": 3}, False),
        ({"wish": "discard"}, {"mailbox": "discarded", "pieces": 3}, True),
        ({"wish": "discard"}, {"mailbox": "discarded"}, False),
        (
            {"wish": "forward", "to": ADDRESS},
            {"mailbox": "forwarded", "pieces": 3, "forwarding_yen": 810},
            True,
        ),
        ({"wish": "forward", "to": ADDRESS}, {"mailbox": "forwarded", "pieces": 3}, False),
        ({"wish": "forward", "to": ADDRESS}, {"mailbox": "none"}, True),
        ({"wish": "leave"}, {"mailbox": "left", "forwarding_yen": 810}, False),
    ],
)
def test_what_becomes_of_the_mail(
    centre: Centre, mailbox: dict[str, Any], done: dict[str, Any], ok: bool
) -> None:
    away(centre)
    planned(centre, mailbox=mailbox)
    number = morning(centre, KENJI, hours=9.5)
    report = {"outcome": "done", "seen": ITEMS, **done}
    answer = centre.answer(f"{number}.visit-1", KENJI, outcome="reported", report=report)
    assert (answer.status == 200) == ok
    expected = [(number, "patrol", done.get("forwarding_yen", 0))] if ok else []
    assert charges(centre) == expected
    if ok and "forwarding_yen" in done:
        assert centre.mails == [] or centre.told() is not None
        centre.told()
        assert centre.mails[-1].values["forwarding"] == "810"


# --- late, called off, emergencies, crashes


@pytest.mark.parametrize("answer", ["wait", "reassign", "give_up", "report", "nobody", "cancel"])
def test_no_report_in_time(centre: Centre, answer: str) -> None:
    away(centre)
    planned(centre)
    number = morning(centre, KENJI)
    on_duty_for_rounds(centre, KENJI, YUI)
    begins(centre, number)
    centre.flow.until(jst_day(centre, 1) + 13 * HOUR + MINUTE)
    assert centre.todo(number) == ["chase-1", "visit-1"]
    match answer:
        case "wait":
            centre.did(f"{number}.chase-1", outcome="wait", minutes=60)
            centre.did(f"{number}.visit-1", KENJI, **DONE)
            assert centre.end_of(number) == "異常なし"
        case "reassign":
            centre.did(f"{number}.chase-1", outcome="reassign")
            assert centre.engaged() == {}
            assert centre.case(number).state.status in ("unassigned", "to_be_told", "closed")
        case "give_up":
            centre.did(f"{number}.chase-1", outcome="give_up", why="連絡がつきません")
            assert centre.end_of(number) == "伺えず"
            centre.did(f"{number}.visit-1", KENJI, **DONE)
            assert charges(centre) == [(number, "patrol", 0)], "true all the same"
            assert centre.told()[-1] == "visits.visit_done"
        case "report":
            centre.did(f"{number}.visit-1", KENJI, **DONE)
            assert centre.end_of(number) == "異常なし"
        case "cancel":
            assert calls_off(centre, number).status == 200
            centre.did(f"{number}.turn_back-1", outcome="too_late")
            assert centre.end_of(number) == "中止"
        case _:
            centre.flow.until(centre.flow.now + 12 * HOUR)
            assert centre.end_of(number) == "伺えず"
    assert centre.engaged() == {}


def calls_off(centre: Centre, number: str) -> Answer:
    path = f"/dispatch/visits/{number}/cancellation"
    return centre.ask(visit_desk_api.handler, "POST", path, OPERATOR, {"reason": "帰宅した"})


@pytest.mark.parametrize("assigned", [True, False])
def test_called_off_on_the_day(centre: Centre, assigned: bool) -> None:
    away(centre)
    planned(centre)
    number = morning(centre, *([KENJI] if assigned else []))
    assert calls_off(centre, number).status == 200
    assert centre.end_of(number) == "中止"
    assert centre.told()[-1] == "visits.visit_cancelled"
    assert charges(centre) == []
    assert comes_around(centre) == {"opened": 0, "given": 0}


@pytest.mark.rule("AL-84")
def test_who_has_set_out_for_a_visit_is_turned_back(centre: Centre) -> None:
    away(centre)
    planned(centre)
    number = morning(centre, KENJI)
    assert begins(centre, number).status == 200
    assert calls_off(centre, number).status == 200
    assert (centre.todo(number), centre.engaged()) == (["turn_back-1"], {})
    assert "kenjiさん" in centre.ask_task(f"{number}.turn_back-1")["script"]
    centre.flow.until(centre.flow.now + 20 * MINUTE)
    centre.did(f"{number}.turn_back-1", outcome="turned_back")
    assert centre.end_of(number) == "中止"
    assert centre.told()[-1] == "visits.visit_cancelled"
    assert charges(centre) == []


def test_an_emergency_on_a_visit(centre: Centre) -> None:
    away(centre)
    planned(centre)
    number = morning(centre, KENJI, hours=9.5)
    begins(centre, number)
    path = f"/dispatch/cases/{number}/emergency"
    centre.told()
    assert centre.post(path, body={"authority": "119", "said": "煙が出ています。"}).status == 200
    assert centre.told() == ["staff_breach", "visits.visit_emergency_now"]
    assert "るすたくの訪問先" in mailed(centre.mails[-1]).text
    assert "119番に通報しました" in mailed(centre.mails[-1]).text
    centre.did(f"{number}.emergency-1", outcome="told")
    centre.did(f"{number}.emergency_lead-1", LEADER, outcome="done")
    centre.did(f"{number}.visit-1", KENJI, outcome="cannot", why="消防に引き継ぎました")
    assert centre.end_of(number) == "緊急の対応"
    assert centre.told()[-1] == "visits.visit_emergency"


@pytest.mark.rule("AL-84")
def test_who_comes_after_the_hours_is_announced(centre: Centre) -> None:
    away(centre)
    planned(centre)
    number = morning(centre, hours=11.9)
    centre.on_duty(KENJI)
    known = centre.responders.get(KENJI)
    assert known
    busy = known.model_copy(update={"skills": frozenset({"patrol"})})
    centre.responders.register(busy)
    centre.responders.duty(KENJI, True, centre.flow.now + HOUR, centre.flow.now)
    centre.told()
    centre.did(f"{number}.assign-1", outcome="assigned", responder=KENJI)
    assert centre.told() == ["visits.visit_expected"]


@pytest.mark.rule("G-08")
@pytest.mark.parametrize("operation", ["StartExecution", "TransactWriteItems", "PutEvents"])
def test_the_schedule_dies_half_way_and_goes_on(centre: Centre, operation: str) -> None:
    """Between case, workflow and plan: there is one case in the end, and it runs."""
    away(centre)
    planned(centre)
    centre.flow.until(jst_day(centre, 1) + 8 * HOUR)
    on_duty_for_rounds(centre, KENJI)
    wrote: list[int] = []
    mine = threading.get_ident()

    def second(_: Any) -> bool:
        if threading.get_ident() != mine:  # a workflow's
            return False
        wrote.append(1)
        return operation != "TransactWriteItems" or len(wrote) == 2

    if operation == "PutEvents":
        comes_around(centre)
        number = centre.last()
        centre.flow.until(centre.flow.now + HOUR)
        centre.cloud.fail("PutEvents")
        centre.did(f"{number}.visit-1", KENJI, **DONE)
        centre.flow.until(centre.flow.now + 30 * MINUTE)
        centre.audit()
        assert charges(centre) == [(number, "patrol", 0)]
        return
    centre.cloud.fail(operation, on=second, code="InternalServerError")
    with pytest.raises(on_visits.NotOpened, match="PL-20261201-0001"):
        comes_around(centre)
    for _ in range(2):
        comes_around(centre)
    assert len(centre.service.store.open_cases()) == 1
    number = centre.last()
    assert centre.todo(number) == ["visit-1"]
    assert centre.flow.status(centre.case(number).execution) == "RUNNING"
    assert sees(centre)["plans"][0]["days"][0]["case"] == number


def test_every_state_was_entered_and_every_transition_taken(
    request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    all_of_it(request, capsys, SEEN, MACHINE)
