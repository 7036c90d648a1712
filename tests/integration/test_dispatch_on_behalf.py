"""What the call centre does for a responder whose phone is dead."""

import pytest

from lambdas.dispatch import task_api, visit_desk_api
from lambdas.shared.events import EmptyHomeVisited, Notice
from tests.integration.centre import ABSENT, AOI, KENJI, OPERATOR, YUI, Centre
from tests.integration.conftest import HANAKO, Answer
from tests.integration.samples import HOUR, MINUTE
from tests.integration.test_alarms import guarded, published, raised
from tests.integration.test_patrols import DONE, ITEMS, away, morning, planned
from tests.integration.test_requested import FOUND, ONLINE, agreed, asked, security


@pytest.mark.rule("DL-16", "DL-17", "G-07")
def test_an_operator_accepts_arrives_and_reports_for_a_responder_who_phones(
    centre: Centre,
) -> None:
    centre.consented()
    centre.on_duty(KENJI, YUI)
    case = centre.requested()
    centre.did(f"{case}.offer-1", OPERATOR, outcome="accepted")
    assert centre.case(case).state.going.responder == KENJI
    assert centre.arrive(case, OPERATOR).status == 200
    assert centre.case(case).state.arrived
    centre.flow.wait(5 * MINUTE)
    shown = centre.did(f"{case}.visit-1", OPERATOR, **ABSENT)
    assert shown["case"]["result"] == "absent"
    done = {
        fact.event: (fact.by, fact.means, fact.on_behalf)
        for fact in centre.case(case).facts
        if fact.event in ("accepted", "arrived", "visited")
    }
    assert done == dict.fromkeys(("accepted", "arrived", "visited"), (OPERATOR, "phone", KENJI))
    moment = next(one for one in shown["case"]["timeline"] if one["event"] == "visited")
    assert moment["details"]["on_behalf"] == KENJI


def test_a_responder_does_not_act_for_another(centre: Centre) -> None:
    centre.consented()
    centre.on_duty(KENJI, YUI)
    case = centre.requested()
    assert centre.answer(f"{case}.offer-1", YUI, outcome="accepted").status == 404
    assert centre.arrive(case, AOI).status == 404
    centre.did(f"{case}.offer-1", KENJI, outcome="accepted")
    own = next(fact for fact in centre.case(case).facts if fact.event == "accepted")
    assert (own.by, own.means, own.on_behalf) == (KENJI, "mobile", "")


def of_the_desk(centre: Centre, number: str) -> dict[str, tuple[str, str, str]]:
    """What an operator wrote down for somebody: kind of fact, who, by which means, for whom."""
    facts = centre.case(number).facts
    return {one.event: (one.by, one.means, one.on_behalf) for one in facts if one.on_behalf}


def says(centre: Centre, path: str, minutes: float, body: object = None) -> Answer:
    """An operator writes down what happened so many minutes ago."""
    at = {"occurred_at": (centre.flow.now - minutes * MINUTE).isoformat()}
    handler = visit_desk_api.handler if path.endswith("/begin") else task_api.handler
    return centre.ask(handler, "POST", path, OPERATOR, body, query=at)


@pytest.mark.rule("AL-12", "AL-14", "AL-23", "G-07")
@pytest.mark.parametrize("kind", ["requested", "alarm"])
def test_an_operator_does_a_guards_part_and_says_when_it_was(centre: Centre, kind: str) -> None:
    if kind == "requested":
        security(centre, ONLINE, KENJI)
        number = agreed(centre)
    else:
        guarded(centre, KENJI)
        number = raised(centre)
    centre.did(f"{number}.offer-1", OPERATOR, outcome="accepted")
    centre.flow.wait(20 * MINUTE)
    visit = f"/dispatch/tasks/{number}.visit-1"
    assert says(centre, f"{visit}/arrived", 600).status == 422, "before there was a case"
    assert says(centre, f"{visit}/arrived", -1).status == 422, "that is to come"
    assert says(centre, f"{visit}/arrived", 10).status == 200
    seen_at = centre.flow.now - 5 * MINUTE
    assert says(centre, f"{visit}/answer", 5, FOUND).status == 200
    events = ("accepted", "arrived", "site_reported")
    assert of_the_desk(centre, number) == dict.fromkeys(events, (OPERATOR, "phone", KENJI))
    report = centre.case(number).state.reported_by
    assert (report.on, report.occurred) == (centre.flow.now, seen_at)
    told = next(one for one in reversed(mails(centre)) if "visited_at" in one.values)
    assert told.values["visited_at"] == seen_at.isoformat()
    assert centre.engaged() == {}


@pytest.mark.rule("AL-84", "G-07")
def test_an_operator_does_a_visits_part_and_says_when_it_was(centre: Centre) -> None:
    away(centre)
    planned(centre)
    number = morning(centre, KENJI, hours=10)
    visit = f"/dispatch/tasks/{number}.visit-1"
    shown = centre.ask(visit_desk_api.handler, "GET", f"{visit}/stop", OPERATOR)
    assert (shown.status, shown.body["begun"], set(shown.body["items"])) == (200, False, {*ITEMS})
    for stranger in (YUI, HANAKO):
        assert centre.ask(visit_desk_api.handler, "GET", f"{visit}/stop", stranger).status == 404
    assert says(centre, f"{visit}/begin", 0).status == 200
    assert centre.engaged() == {KENJI: number}
    centre.flow.wait(30 * MINUTE)
    assert says(centre, f"{visit}/arrived", 20).status == 200
    seen_at = centre.flow.now - 15 * MINUTE
    assert says(centre, f"{visit}/answer", 15, DONE).status == 200
    events = ("leg_begun", "arrived", "home_reported")
    assert of_the_desk(centre, number) == dict.fromkeys(events, (OPERATOR, "phone", KENJI))
    assert {one.at for one in published(centre, EmptyHomeVisited)} == {seen_at}, (
        "billed for when it was"
    )
    shown = centre.ask(visit_desk_api.handler, "GET", f"{visit}/stop", OPERATOR)
    assert set(shown.body["items"]) == {*ITEMS}, "what was reported may be corrected by it"
    assert centre.ask(visit_desk_api.handler, "GET", f"{visit}/stop", KENJI).status == 404


@pytest.mark.rule("G-07")
@pytest.mark.parametrize("wrong", [-1, 0, 1])
def test_a_phone_without_a_line_says_later_when_it_was_however_wrong_its_clock_is(
    centre: Centre, wrong: int
) -> None:
    """``wrong``: hours by which the phone's clock goes ahead."""
    security(centre, ONLINE, KENJI)
    number = agreed(centre)
    centre.did(f"{number}.offer-1", KENJI, outcome="accepted")
    centre.flow.wait(30 * MINUTE)
    there = centre.flow.now - 10 * MINUTE
    clock = {"occurred_at": there + wrong * HOUR, "sent_at": centre.flow.now + wrong * HOUR}
    path = f"/dispatch/tasks/{number}.visit-1/arrived"
    for _ in range(2):
        said = {name: at.isoformat() for name, at in clock.items()}
        assert centre.ask(task_api.handler, "POST", path, KENJI, query=said).status == 200
    assert centre.events(number).count("arrived") == 1
    assert centre.case(number).state.arrived.occurred == there


@pytest.mark.parametrize("hours", [-600, 1])
def test_a_time_that_cannot_be_is_left_out_and_what_was_seen_is_taken(
    centre: Centre, hours: int
) -> None:
    security(centre, ONLINE, KENJI)
    number = agreed(centre)
    centre.did(f"{number}.offer-1", KENJI, outcome="accepted")
    said = {"occurred_at": (centre.flow.now + hours * HOUR).isoformat()}
    path = f"/dispatch/tasks/{number}.visit-1/answer"
    answer = centre.ask(task_api.handler, "POST", path, KENJI, FOUND, query=said)
    assert answer.status == 200
    assert centre.case(number).state.reported_by.occurred == centre.flow.now


@pytest.mark.rule("G-07")
def test_a_responder_whose_phone_had_no_line_says_later_when_it_was(centre: Centre) -> None:
    security(centre, ONLINE, KENJI)
    number = agreed(centre)
    centre.did(f"{number}.offer-1", KENJI, outcome="accepted")
    arrived_at = centre.flow.now + 5 * MINUTE
    centre.flow.wait(20 * MINUTE)
    path = f"/dispatch/tasks/{number}.visit-1/arrived"
    at = {"occurred_at": arrived_at.isoformat()}
    for _ in range(2):  # two tabs, or another try of what had arrived
        assert centre.ask(task_api.handler, "POST", path, KENJI, query=at).status == 200
    (fact,) = [one for one in centre.case(number).facts if one.event == "arrived"]
    assert (fact.on, fact.occurred, fact.means) == (centre.flow.now, arrived_at, "mobile")


@pytest.mark.rule("G-07")
def test_of_the_desks_own_tasks_no_other_time_is_said(centre: Centre) -> None:
    security(centre, ONLINE, KENJI)
    number = asked(centre)
    centre.flow.wait(MINUTE)
    answer = {"outcome": "agreed", "yen": 3300, "said": "お願いします"}
    path = f"/dispatch/tasks/{number}.price-1/answer"
    at = {"occurred_at": centre.flow.now.isoformat()}
    refused = centre.ask(task_api.handler, "POST", path, OPERATOR, answer, query=at)
    assert refused.body["type"] == "urn:mimamori:problem:not-within-case"
    assert centre.ask(task_api.handler, "POST", path, OPERATOR, answer).status == 200


def mails(centre: Centre) -> list[Notice]:
    centre.told()
    return centre.mails
