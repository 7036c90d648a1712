"""Somebody is sent because the customer asks (AL-23, AL-24, AL-77, A-41): every branch of the
workflow, by API calls and moves of the clock.

The last test asks whether every state was entered and every transition taken, and prints it.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from lambdas.dispatch import visit_api, visit_desk_api
from lambdas.dispatch.casework.facts import Actor
from lambdas.shared.events import EVENTS, DispatchSettled
from lambdas.shared.household import DispatchPrice
from tests.integration.centre import (
    AOI,
    JPEG,
    KENJI,
    LEADER,
    OPERATOR,
    YUI,
    Centre,
)
from tests.integration.conftest import HANAKO, HOME, STRANGER, Answer
from tests.integration.interpreter import Coverage, all_of_it, definitions
from tests.integration.samples import DAY, HOUR, MINUTE
from tests.notices import mailed

MACHINE = "mimamori-requested"
CLIENT = {"name": "見守 花子", "number": "090-0000-0001"}
SITE = {
    "name": "見守",
    "address": "東京都千代田区丸の内1-1",
    "place": {"latitude": 35.681, "longitude": 139.767},
}
ONLINE = DispatchPrice(yen=3300, rule="AL-23", called_off_yen=0, called_off_rule="AL-20")
SELF = DispatchPrice(yen=11000, rule="AL-24", called_off_yen=0, called_off_rule="AL-20")
EYE = DispatchPrice(yen=5500, rule="AL-77", called_off_yen=5500, called_off_rule="AL-77")
FOUND = {"outcome": "reported", "report": {"outcome": "nothing_wrong"}}
WRONG = {
    "outcome": "reported",
    "report": {"outcome": "abnormal", "note": "勝手口が開いていました。"},
    "photo_jpeg": JPEG,
}

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
        SEEN[MACHINE].add(centre.flow.way(execution))


def security(
    centre: Centre, price: DispatchPrice = ONLINE, *guards: str, product: str = "home"
) -> None:
    """A home with a contract that includes it, and guards on duty."""
    contract = centre.cloud.contract("intrusion", id="contract-al", product=product, dispatch=price)
    centre.cloud.household(contract)
    centre.on_duty(*guards)
    for one in guards:
        centre.responders.register(
            centre.responders.get(one).model_copy(update={"skills": frozenset({"guard"})})  # type: ignore[union-attr]
        )


def asks(centre: Centre, person: str = OPERATOR, **more: Any) -> Answer:
    """Somebody phones and wants somebody to be sent."""
    body = {"home": HOME, "caller": CLIENT, "site": SITE, **more}
    return centre.ask(visit_desk_api.handler, "POST", "/dispatch/requests", person, body)


def asked(centre: Centre, **more: Any) -> str:
    answer = asks(centre, **more)
    assert answer.status == 200, answer.body
    return str(answer.body["case"])


def agreed(centre: Centre, yen: int = 3300) -> str:
    """Asked for, and the price agreed to: its number."""
    number = asked(centre)
    centre.did(f"{number}.price-1", outcome="agreed", yen=yen, said="お願いします")
    return number


def calls_off(centre: Centre, number: str) -> Answer:
    path = f"/dispatch/visits/{number}/cancellation"
    body = {"reason": "家族が帰ったので"}
    return centre.ask(visit_desk_api.handler, "POST", path, OPERATOR, body)


def charges(centre: Centre) -> list[tuple[str, str, bool, int | None]]:
    """What billing was told, each only once: case, cause, called off, price agreed to."""
    entries = [entry for call in centre.cloud.asked("PutEvents") for entry in call["Entries"]]
    said = [EVENTS[one["DetailType"]].model_validate_json(one["Detail"]) for one in entries]
    found = [one for one in said if isinstance(one, DispatchSettled)]
    return list(dict.fromkeys((o.case, o.cause, o.called_off, o.agreed_yen) for o in found))


def went(centre: Centre, number: str, who: str = KENJI, offer: int = 1) -> None:
    centre.did(f"{number}.offer-{offer}", who, outcome="accepted")
    centre.arrive(number, who, offer)


@pytest.mark.rule("AL-12", "AL-13", "AL-14", "AL-23", "S-7")
@pytest.mark.parametrize(("price", "yen"), [(ONLINE, 3300), (SELF, 11000), (EYE, 5500)])
def test_from_the_call_to_the_report(centre: Centre, price: DispatchPrice, yen: int) -> None:
    security(centre, price, KENJI)
    number = asked(centre)
    assert centre.todo(number) == ["price-1"]
    script = centre.ask_task(f"{number}.price-1")["script"]
    assert f"{yen:,}円（税込）" in script
    assert ("取りやめられた場合も" in script) == (price is EYE)
    assert centre.engaged() == {}, "nobody is sent before the caller agreed"
    centre.did(f"{number}.price-1", outcome="agreed", yen=yen)
    assert centre.engaged() == {KENJI: number}
    assert charges(centre) == [], "nothing is known yet of how it ends"
    went(centre, number)
    assert calls_off(centre, number).status == 422, "somebody is there"
    centre.did(f"{number}.visit-1", KENJI, **FOUND)
    assert charges(centre) == [(number, "request", False, yen)]
    assert centre.told() == ["visits.dispatch_result"]
    assert centre.mails[-1].values["price"] == f"{yen:,}"
    assert f"料金は{yen:,}円（税込）" in centre.ask_task(f"{number}.tell-1")["script"]
    centre.did(f"{number}.tell-1", outcome="told", number="090")
    assert centre.end_of(number) == "異常なし"
    assert centre.engaged() == {}
    assert charges(centre) == [(number, "request", False, yen)]
    shown = centre.ask(visit_api.handler, "GET", f"/homes/{HOME}/visits/{number}", HANAKO)
    assert (shown.status, shown.body["result"]) == (200, "nothing_wrong")
    assert centre.ask(visit_api.handler, "GET", f"/homes/{HOME}/visits", STRANGER).status == 404


@pytest.mark.rule("AL-14")
def test_what_is_wrong_is_shown_with_a_picture(centre: Centre) -> None:
    security(centre, ONLINE, KENJI)
    number = agreed(centre)
    went(centre, number)
    missing = centre.answer(
        f"{number}.visit-1", KENJI, outcome="reported", report={"outcome": "abnormal"}
    )
    assert missing.status == 422
    centre.did(f"{number}.visit-1", KENJI, **WRONG)
    assert centre.told() == ["visits.dispatch_abnormal"]
    picture = f"/homes/{HOME}/visits/{number}/images/photo"
    assert centre.ask(visit_api.handler, "GET", picture, HANAKO).status == 200
    assert centre.ask(visit_api.handler, "GET", picture[:-5] + "nothing", HANAKO).status == 404
    centre.did(f"{number}.tell-1", outcome="not_reached", number="090")
    assert centre.end_of(number) == "異常あり"


def test_somebody_was_there_and_could_not_look(centre: Centre) -> None:
    security(centre, ONLINE, KENJI)
    number = agreed(centre)
    went(centre, number)
    report = {"outcome": "not_reached", "note": "門が閉まっていました。"}
    centre.did(f"{number}.visit-1", KENJI, outcome="reported", report=report)
    centre.did(f"{number}.tell-1", outcome="told")
    assert centre.end_of(number) == "確認できず"
    assert charges(centre) == [(number, "request", False, 3300)]


@pytest.mark.rule("AL-23", "A-41")
def test_who_does_not_agree_to_the_price_owes_nothing(centre: Centre) -> None:
    security(centre, EYE, KENJI)
    number = asked(centre)
    centre.did(f"{number}.price-1", outcome="declined", said="高いので")
    assert centre.end_of(number) == "承諾なし"
    assert (charges(centre), centre.told()) == ([], [])
    assert asked(centre) != number, "it may be asked for again"


@pytest.mark.rule("AL-23")
def test_nobody_told_the_price_in_time(centre: Centre) -> None:
    security(centre, ONLINE, KENJI)
    number = asked(centre)
    centre.flow.until(centre.flow.now + HOUR)
    assert centre.end_of(number) == "承諾なし"
    assert centre.told() == ["staff_breach"]
    assert charges(centre) == []


def test_another_price_than_the_product_s_is_not_taken(centre: Centre) -> None:
    security(centre, ONLINE, KENJI)
    number = asked(centre)
    refused = centre.answer(f"{number}.price-1", outcome="agreed", yen=11000)
    assert (refused.status, refused.body["type"]) == (422, "urn:mimamori:problem:other-price")
    assert centre.answer(f"{number}.price-1", outcome="agreed").status == 422
    assert centre.todo(number) == ["price-1"]


@pytest.mark.rule("AL-20", "AL-77", "A-41", "S-7")
@pytest.mark.parametrize(("price", "owed"), [(ONLINE, "0"), (SELF, "0"), (EYE, "5,500")])
@pytest.mark.parametrize("when", ["asked", "offered", "nobody"])
def test_called_off(centre: Centre, price: DispatchPrice, owed: str, when: str) -> None:
    """Before the price was agreed to it costs nothing, whatever the product; after, the product
    decides."""
    security(centre, price, *([] if when == "nobody" else [KENJI]))
    number = asked(centre) if when == "asked" else agreed(centre, price.yen)
    for _ in range(2):
        assert calls_off(centre, number).status == 200
    assert centre.told()[-1:] == ["visits.dispatch_cancelled"]
    assert centre.mails[-1].values["price"] == ("0" if when == "asked" else owed)
    assert centre.end_of(number) == "中止"
    assert centre.engaged() == {}
    expected = [] if when == "asked" else [(number, "request", True, price.yen)]
    assert charges(centre) == expected


@pytest.mark.rule("AL-20", "AL-77", "A-41", "S-7")
@pytest.mark.parametrize(
    ("price", "outcome", "owed"),
    [
        (ONLINE, "turned_back", "0"),
        (ONLINE, "too_late", "3,300"),
        (SELF, "too_late", "11,000"),
        (EYE, "turned_back", "5,500"),
        (EYE, "too_late", "5,500"),
    ],
)
def test_who_is_on_the_way_is_turned_back_and_what_it_costs_is_known_then(
    centre: Centre, price: DispatchPrice, outcome: str, owed: str
) -> None:
    security(centre, price, KENJI)
    number = agreed(centre, price.yen)
    centre.did(f"{number}.offer-1", KENJI, outcome="accepted")
    for _ in range(2):
        assert calls_off(centre, number).status == 200
    assert (centre.todo(number), centre.engaged()) == (["turn_back-1"], {})
    script = centre.ask_task(f"{number}.turn_back-1")["script"]
    assert "kenjiさん" in script
    assert "家族が帰ったので" in script
    assert (centre.told(), charges(centre)) == ([], []), "nobody knows yet where they are"
    called_off = centre.flow.now
    centre.flow.until(called_off + 20 * MINUTE)
    assert centre.todo(number) == ["turn_back-1"], "it waits until somebody has told them"
    late = [
        fact.on - called_off for fact in centre.case(number).facts if fact.event == "task_overdue"
    ]
    assert late == [3 * MINUTE, 9 * MINUTE], "they drive to a door for nothing: soon, then rarer"
    centre.did(f"{number}.turn_back-1", outcome=outcome)
    assert centre.end_of(number) == "中止"
    assert centre.told() == ["staff_breach", "staff_breach", "visits.dispatch_cancelled"]
    assert centre.mails[-1].values["price"] == owed
    assert charges(centre) == [(number, "request", outcome == "turned_back", price.yen)]


def test_somebody_is_asked_for_anew_while_who_was_on_the_way_is_turned_back(
    centre: Centre,
) -> None:
    security(centre, ONLINE, KENJI)
    number = agreed(centre)
    centre.did(f"{number}.offer-1", KENJI, outcome="accepted")
    assert calls_off(centre, number).status == 200
    again = agreed(centre)
    assert again != number
    centre.did(f"{number}.turn_back-1", outcome="turned_back")
    assert centre.todo(again) == ["offer-1"]
    assert asked(centre) == again, "the old one's end takes nothing from the new one"


@pytest.mark.rule("AL-20")
def test_who_was_taken_off_the_case_before_is_not_turned_back(centre: Centre) -> None:
    security(centre, ONLINE, KENJI)
    number = agreed(centre)
    centre.did(f"{number}.offer-1", KENJI, outcome="accepted")
    centre.did(late(centre, number), outcome="reassign")
    assert centre.todo(number) == ["find_help-1"]
    assert calls_off(centre, number).status == 200
    assert (centre.todo(number), centre.end_of(number)) == ([], "中止")


@pytest.mark.rule("AL-13")
def test_only_guards_are_sent_by_the_search_and_by_hand(centre: Centre) -> None:
    security(centre, ONLINE)
    centre.on_duty(KENJI, YUI)
    guard = centre.responders.get(YUI)
    assert guard
    centre.responders.register(guard.model_copy(update={"skills": frozenset({"guard"})}))
    number = agreed(centre)
    assert centre.engaged() == {YUI: number}, "Kenji is nearer and holds no qualification"
    centre.did(f"{number}.offer-1", YUI, outcome="declined")
    assert centre.todo(number) == ["find_help-1"]
    by_hand = centre.answer(f"{number}.find_help-1", outcome="assigned", responder=KENJI)
    assert (by_hand.status, by_hand.body["rule"]) == (422, "AL-13")
    assert centre.audit() == {}
    assert centre.todo(number) == ["find_help-1"], "that Kenji is free begins no other round"
    centre.did(f"{number}.find_help-1", outcome="assigned", responder=YUI)
    assert centre.engaged() == {YUI: number}
    centre.did(f"{number}.visit-2", YUI, **FOUND)
    assert centre.case(number).state.status == "to_be_told"


def test_nobody_can_go(centre: Centre) -> None:
    security(centre, ONLINE)
    number = agreed(centre)
    assert centre.todo(number) == ["find_help-1"]
    centre.did(f"{number}.find_help-1", outcome="retry")
    centre.did(f"{number}.find_help-2", outcome="give_up", why="大雪")
    assert centre.told()[-1:] == ["visits.dispatch_impossible"]
    centre.did(f"{number}.tell-1", outcome="told")
    assert centre.end_of(number) == "伺えず"
    assert charges(centre) == []


def test_nobody_helps_and_it_is_given_up_in_the_end(centre: Centre) -> None:
    security(centre, ONLINE)
    number = agreed(centre)
    centre.flow.until(centre.flow.now + 4 * HOUR)
    assert centre.case(number).state.result == "impossible"
    assert "tell-1" in centre.todo(number)
    centre.flow.until(centre.flow.now + 2 * DAY)
    assert centre.case(number).open, "until somebody phoned"
    centre.did(f"{number}.tell-1", outcome="told")
    assert charges(centre) == []


def late(centre: Centre, number: str) -> str:
    """The report does not come in its time: the task of whoever is to ask."""
    state = centre.case(number).state
    centre.flow.until(state.report_due(state.going) + MINUTE)
    (chase,) = (one for one in centre.todo(number) if one.startswith("chase"))
    return f"{number}.{chase}"


def test_silent_then_late_then_another(centre: Centre) -> None:
    security(centre, ONLINE, KENJI, YUI, AOI)
    number = agreed(centre)
    centre.flow.until(centre.flow.now + 6 * MINUTE)
    assert centre.engaged() == {YUI: number}
    went(centre, number, YUI, 2)
    centre.did(late(centre, number), outcome="wait", minutes=30)
    chase = late(centre, number)
    centre.still_here()
    centre.did(chase, outcome="reassign")
    assert centre.engaged() == {AOI: number}
    went(centre, number, AOI, 3)
    centre.did(f"{number}.visit-3", AOI, outcome="cannot", why="車の故障")
    assert centre.todo(number) == ["find_help-1"]
    centre.did(f"{number}.find_help-1", outcome="assigned", responder=KENJI)
    late(centre, number)
    (visit,) = (one for one in centre.todo(number) if one.startswith("visit"))
    centre.did(f"{number}.{visit}", KENJI, **FOUND)
    centre.did(f"{number}.tell-1", outcome="told")
    assert centre.end_of(number) == "異常なし"


@pytest.mark.parametrize("answered", [True, False])
def test_no_report_comes(centre: Centre, answered: bool) -> None:
    """Nobody knows whether somebody went: nothing is charged, until the report comes after all."""
    security(centre, ONLINE, KENJI)
    number = agreed(centre)
    centre.did(f"{number}.offer-1", KENJI, outcome="accepted")
    chase = late(centre, number)
    if answered:
        centre.did(chase, outcome="give_up", why="連絡がつきません")
    else:
        centre.flow.until(centre.flow.now + 12 * HOUR)
    assert centre.case(number).state.result == "impossible"
    assert charges(centre) == []
    centre.did(f"{number}.visit-1", KENJI, **FOUND)
    assert charges(centre) == [(number, "request", False, 3300)]
    assert centre.case(number).state.result == "nothing_wrong"
    centre.did(f"{number}.tell-1", outcome="told")
    assert centre.end_of(number) == "異常なし"


def test_a_report_after_the_case_was_closed_opens_it_again(centre: Centre) -> None:
    security(centre, ONLINE, KENJI)
    number = agreed(centre)
    centre.did(f"{number}.offer-1", KENJI, outcome="accepted")
    centre.did(late(centre, number), outcome="give_up", why="連絡がつきません")
    centre.did(f"{number}.tell-1", outcome="told")
    assert centre.end_of(number) == "伺えず"
    centre.did(f"{number}.visit-1", KENJI, **FOUND)
    assert charges(centre) == [(number, "request", False, 3300)]
    assert "visits.dispatch_result" in centre.told()


@pytest.mark.parametrize("moment", ["looked_for", "late"])
def test_called_off_while_somebody_is_looked_for_or_late(centre: Centre, moment: str) -> None:
    security(centre, ONLINE, KENJI)
    if moment == "looked_for":
        actor = Actor(centre.flow.now, OPERATOR, "phone")
        requested = centre.service.requested
        centre.flow.meanwhile("choose", lambda: requested.call_off(centre.last(), "-", actor))
        number = agreed(centre)
    else:
        number = agreed(centre)
        centre.did(f"{number}.offer-1", KENJI, outcome="accepted")
        late(centre, number)
        assert calls_off(centre, number).status == 200
        centre.did(f"{number}.turn_back-1", outcome="turned_back")
    assert centre.end_of(number) == "中止"
    assert centre.engaged() == {}
    assert charges(centre) == [(number, "request", True, 3300)]


def test_an_emergency_at_the_home(centre: Centre) -> None:
    security(centre, ONLINE, KENJI)
    number = agreed(centre)
    went(centre, number)
    path = f"/dispatch/cases/{number}/emergency"
    call = {"authority": "110", "said": "窓が割られています。"}
    centre.told()
    assert centre.post(path, body=call).status == 200
    assert centre.told() == ["staff_breach", "visits.dispatch_emergency_now"]
    assert "駆けつける" in mailed(centre.mails[-1]).text
    assert "110番に通報しました" in mailed(centre.mails[-1]).text
    assert "ガードセンター" in centre.ask_task(f"{number}.emergency-1")["script"]
    assert centre.case(number).state.emergencies[0].rule == "AL-01"
    centre.did(f"{number}.emergency-1", outcome="told", number="090")
    centre.did(f"{number}.emergency_lead-1", LEADER, outcome="done")
    centre.did(f"{number}.visit-1", KENJI, outcome="cannot", why="警察に引き継ぎました")
    assert charges(centre) == [(number, "request", False, 3300)], "somebody was there"
    assert centre.told()[-1:] == ["visits.dispatch_emergency"]
    centre.did(f"{number}.tell-1", outcome="told")
    assert centre.end_of(number) == "緊急の対応"


# --- who may ask, and twice


@pytest.mark.rule("AL-71")
def test_a_contract_without_it(centre: Centre) -> None:
    centre.cloud.household(centre.cloud.contract("room-watch"))
    refused = asks(centre)
    assert (refused.status, refused.body["rule"]) == (422, "AL-71")
    ended = centre.cloud.contract("intrusion", dispatch=ONLINE, ends=centre.flow.now - HOUR)
    centre.cloud.household(ended)
    assert asks(centre).status == 422
    assert list(centre.service.store.open_cases()) == []
    assert asks(centre, person=KENJI).status == 403


@pytest.mark.rule("AL-82", "A-41")
def test_who_has_both_asks_by_home_security(centre: Centre) -> None:
    eye = centre.cloud.contract(id="contract-a-eye", product="albo_eye", dispatch=EYE)
    home = centre.cloud.contract("intrusion", id="contract-hs", dispatch=ONLINE)
    centre.cloud.household(eye, home)
    centre.on_duty(KENJI)
    case = centre.case(asked(centre))
    assert (case.contract, case.state.request.price.yen) == ("contract-hs", 3300)
    path = f"/dispatch/sites/{HOME}"
    assert centre.ask(visit_desk_api.handler, "GET", path, OPERATOR).body["dispatch_yen"] == 3300


@pytest.mark.rule("G-08")
def test_asked_for_twice(centre: Centre) -> None:
    security(centre, ONLINE, KENJI)
    number = asked(centre)
    assert asked(centre) == number
    other = asks(centre, caller={"name": "見守 太郎", "number": ""})
    assert (other.status, other.body["type"]) == (409, "urn:mimamori:problem:dispatch-runs-already")
    assert centre.events(number) == ["dispatch_asked", "asked_again"]


def test_where_the_home_is_must_be_known(centre: Centre) -> None:
    security(centre, ONLINE, KENJI)
    assert asks(centre, site=None).status == 422
    number = asked(centre)
    centre.did(f"{number}.price-1", outcome="declined")
    assert asks(centre, site=None).status == 200, "it was written down"


# --- crashes


@pytest.mark.rule("G-08")
@pytest.mark.parametrize("operation", ["StartExecution", "PutEvents", "SendTaskSuccess"])
def test_what_a_crash_leaves_behind_is_made_good(centre: Centre, operation: str) -> None:
    """Store and workflow, store and bus: whatever comes between, it goes on and is charged once."""
    security(centre, ONLINE, KENJI)
    if operation == "StartExecution":
        centre.cloud.fail(operation)
        assert asks(centre).status == 500
        number = centre.last()
        centre.flow.until(centre.flow.now + 3 * MINUTE)
        assert centre.audit() == {"not_started": 1}
        assert asked(centre) == number
    number = agreed(centre) if operation != "StartExecution" else number
    if operation == "StartExecution":
        centre.did(f"{number}.price-1", outcome="agreed", yen=3300)
    went(centre, number)
    if operation != "StartExecution":
        centre.cloud.fail(operation)
    centre.did(f"{number}.visit-1", KENJI, **FOUND)
    centre.flow.until(centre.flow.now + 3 * MINUTE)
    centre.audit()
    centre.did(f"{number}.tell-1", outcome="told")
    assert centre.end_of(number) == "異常なし"
    assert charges(centre) == [(number, "request", False, 3300)]


def test_every_state_was_entered_and_every_transition_taken(
    request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    all_of_it(request, capsys, SEEN, MACHINE)
