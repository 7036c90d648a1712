"""Responders in the table: where they are, who has them, whatever happens in between."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any

import pytest
from botocore.exceptions import ClientError

from iot.kinds import responder_thing
from iot.topics import Channel
from lambdas.dispatch import on_position, responder_api
from lambdas.dispatch.assignment.arrival import PAGE, Wanted, among
from lambdas.dispatch.assignment.responder import Engagement, Responder, Skill
from lambdas.dispatch.assignment.responder_store import ResponderStore, rows_of
from lambdas.dispatch.assignment.travel import GreatCircle
from lambdas.dispatch.casework.place import Place
from lambdas.shared.conflicts import Conflict
from tests.integration.conftest import Ask, Cloud, Take
from tests.integration.samples import MINUTE, NOON, SECOND, envelope

HOME = Place(latitude=35.68, longitude=139.76)
NEAR = Place(latitude=35.70, longitude=139.77)
FAR = Place(latitude=35.90, longitude=139.60)
OSAKA = Place(latitude=34.70, longitude=135.50)
KENJI, YUI = "person-kenji", "person-yui"
GUARD: frozenset[Skill] = frozenset({"guard"})


@pytest.fixture
def responders(cloud: Cloud) -> ResponderStore:
    return ResponderStore("dispatch", GreatCircle())


def responder(id: str = KENJI, place: Place = NEAR, **more: Any) -> Responder:
    known = {"name": "健二", "phone": "+819000000000", "seen_at": NOON, "on_duty": True}
    return Responder(**{"id": id, "place": place, **known, **more})


@pytest.fixture(autouse=True)
def whole(cloud: Cloud) -> Any:
    """After each test: own rows, cells and cases' rows say the same."""
    yield
    known = [Responder.model_validate_json(r["responder"]) for r in cloud.rows("dispatch", "RESP")]
    stored = {(r["pk"], r["sk"], r["responder"]) for r in cloud.rows("dispatch", "AREA#")}
    listed = [row for one in known for row in rows_of(one)[1:]]
    assert stored == {(r["pk"], r["sk"], r["responder"]) for r in listed}
    assert len(listed) == sum(one.on_duty for one in known)
    had = {(r["pk"], r["responder"]) for r in cloud.rows("dispatch", "ENGAGED#")}
    assert had == {(f"ENGAGED#{case}", one.id) for one in known for case in one.cases}


# Who they are


def test_registering_again_changes_who_they_are_and_not_where(responders: ResponderStore) -> None:
    responders.register(responder(on_duty=False))
    responders.report(KENJI, FAR, NOON + MINUTE)
    responders.duty(KENJI, True, None, NOON)
    responders.register(responder(name="見守 健二", phone="+819011111111", skills={"guard"}))
    known = responders.get(KENJI)
    assert known
    assert (known.name, known.phone, known.skills) == ("見守 健二", "+819011111111", {"guard"})
    assert (known.place, known.seen_at, known.on_duty) == (FAR, NOON + MINUTE, True)


def test_the_desk_sees_who_is_on_duty(responders: ResponderStore) -> None:
    responders.register(responder(KENJI, name="健二"))
    responders.register(responder(YUI, name="結衣", engaged="HC-1"))
    responders.register(responder("person-off", on_duty=False))
    assert [(one.name, one.engaged) for one in responders.on_duty()] == [
        ("健二", None),
        ("結衣", "HC-1"),
    ]


def test_nobody_is_known(responders: ResponderStore) -> None:
    assert responders.get(KENJI) is None
    assert responders.duty(KENJI, True, None, NOON) is None
    assert not responders.report(KENJI, NEAR, NOON)
    assert not responders.engage(KENJI, "HC-1")
    assert not responders.release(KENJI, "HC-1")
    assert responders.claim("HC-1", HOME, NOON) is None
    assert responders.engaged_by("HC-1") is None


# Where they are


@pytest.mark.rule("AL-12")
def test_positions_in_any_order_and_twice(responders: ResponderStore, cloud: Cloud) -> None:
    responders.register(responder())
    said = [(NEAR, 3), (OSAKA, 5), (FAR, 4), (OSAKA, 5), (NEAR, 0)]
    told = [responders.report(KENJI, place, NOON + n * SECOND) for place, n in said]
    assert told == [True, True, False, False, False]
    known = responders.get(KENJI)
    assert known
    assert (known.place, known.seen_at) == (OSAKA, NOON + 5 * SECOND)
    assert [row["pk"] for row in cloud.rows("dispatch", "AREA#")] == [rows_of(known)[1]["pk"]]


def test_the_last_word_on_duty_stands(responders: ResponderStore) -> None:
    responders.register(responder(on_duty=False))
    busy = NOON + 40 * MINUTE
    responders.duty(KENJI, True, busy, NOON + 2 * SECOND)
    late = responders.duty(KENJI, False, None, NOON + SECOND)
    assert late
    assert (late.on_duty, late.busy_until) == (True, busy)


# Who has them


@pytest.mark.rule("DL-16", "AL-12")
def test_the_first_to_arrive_is_taken_and_only_once(responders: ResponderStore) -> None:
    responders.register(responder(KENJI, NEAR, busy_until=NOON + 90 * MINUTE))
    responders.register(responder(YUI, FAR))
    found = responders.claim("HC-1", HOME, NOON)
    assert found
    assert (found.responder.id, found.responder.engaged) == (YUI, "HC-1")
    assert responders.claim("HC-1", HOME, NOON) == found  # asked again
    other = responders.claim("HC-2", HOME, NOON)
    assert other
    assert other.responder.id == KENJI
    assert responders.claim("HC-3", HOME, NOON) is None


@pytest.mark.rule("DL-16", "AL-12")
def test_a_crowded_town_is_read_from_its_smaller_cells_and_exact_also_when_it_emptied(
    responders: ResponderStore,
) -> None:
    """What a decision remembers of the one before is where to begin, and nothing else."""
    crowd = [responder(f"person-{n:02}", NEAR) for n in range(PAGE + 4)]
    for one in crowd:
        responders.register(one)
    asked: list[str] = []
    events = responders._table.meta.client.meta.events
    events.register("before-call.dynamodb.Query", lambda **_: asked.append("once"), "counted")
    try:
        assert [responders.claim(f"HC-{n}", HOME, NOON) is not None for n in (1, 2)] == [True, True]
        first, second = len(asked), 0
        asked.clear()
        third = responders.claim("HC-3", HOME, NOON)
        second = len(asked)
    finally:
        events.unregister("before-call.dynamodb.Query", unique_id="counted")
    assert third
    assert third.responder.id == "person-02"
    assert second < first / 2
    for one in crowd[3:]:
        responders.duty(one.id, False, None, NOON + SECOND)
    assert responders.claim("HC-4", HOME, NOON + SECOND) is None
    responders.register(responder(YUI, FAR))
    found = responders.claim("HC-5", HOME, NOON + SECOND)
    assert found
    assert found.responder.id == YUI


def test_a_case_asked_for_again_keeps_who_goes_on_from_it_soon(responders: ResponderStore) -> None:
    """Also when they are the first who could go there after it."""
    responders.register(responder())
    responders.claim("HC-1", HOME, NOON)
    soon = Engagement(case="HC-1", place=HOME, free_at=NOON + MINUTE, late_at=NOON + 40 * MINUTE)
    responders.expect(KENJI, soon)
    again = responders.claim("HC-1", HOME, NOON)
    assert again
    assert again.responder.cases == ["HC-1"]


def test_who_would_not_come_is_let_go_and_the_next_is_taken(responders: ResponderStore) -> None:
    responders.register(responder(KENJI, NEAR))
    responders.register(responder(YUI, FAR))
    for without, expected in (((), KENJI), ({KENJI}, YUI), ({KENJI}, YUI)):
        found = responders.claim("HC-1", HOME, NOON, without)
        assert found
        assert found.responder.id == expected
    assert responders.claim("HC-1", HOME, NOON, {KENJI, YUI}) is None
    assert responders.engaged_by("HC-1") is None
    next_case = responders.claim("HC-2", HOME, NOON)
    assert next_case
    assert next_case.responder.id == KENJI


@pytest.mark.rule("AL-13")
def test_a_guard_is_asked_for(responders: ResponderStore) -> None:
    responders.register(responder(KENJI, NEAR))
    assert responders.claim("HC-1", HOME, NOON, needs=GUARD) is None
    responders.register(responder(YUI, FAR, skills=GUARD))
    found = responders.claim("HC-1", HOME, NOON, needs=GUARD)
    assert found
    assert found.responder.id == YUI


def test_only_the_case_that_has_them_lets_them_go(responders: ResponderStore) -> None:
    responders.register(responder())
    responders.claim("HC-1", HOME, NOON)
    assert not responders.release(KENJI, "HC-2")
    assert responders.claim("HC-2", HOME, NOON) is None
    assert responders.release(KENJI, "HC-1")
    assert not responders.release(KENJI, "HC-1")
    assert responders.claim("HC-2", HOME, NOON)


def test_somebody_is_chosen_by_hand(responders: ResponderStore) -> None:
    responders.register(responder(KENJI, OSAKA, on_duty=False))
    responders.register(responder(YUI, FAR))
    assert responders.engage(KENJI, "HC-1")
    assert responders.engage(KENJI, "HC-1")
    assert not responders.engage(KENJI, "HC-2")
    assert not responders.engage(YUI, "HC-1")  # the case has somebody
    found = responders.claim("HC-1", HOME, NOON)
    assert found
    assert found.responder.id == KENJI


def test_whoever_is_engaged_keeps_the_case_through_moves_and_the_end_of_duty(
    responders: ResponderStore,
) -> None:
    responders.register(responder())
    responders.claim("HC-1", HOME, NOON)
    responders.report(KENJI, OSAKA, NOON + MINUTE)
    responders.duty(KENJI, False, None, NOON + MINUTE)
    kept = responders.engaged_by("HC-1")
    assert kept
    assert (kept.id, kept.place, kept.on_duty) == (KENJI, OSAKA, False)
    assert responders.release(KENJI, "HC-1")


# Who is at a case, and goes on to another


def going(case: str = "HC-1", place: Place = HOME, free: int = 10) -> Engagement:
    free_at, late_at = NOON + free * MINUTE, NOON + (free + 40) * MINUTE
    return Engagement(case=case, place=place, free_at=free_at, late_at=late_at)


@pytest.mark.rule("DL-16", "AL-12")
def test_who_is_about_to_be_free_next_door_goes_after_the_present_case(
    responders: ResponderStore,
) -> None:
    responders.register(responder(KENJI, OSAKA))
    assert responders.engage(KENJI, "HC-1")
    assert responders.claim("HC-2", HOME, NOON) is None, "asked, and not on the way yet"
    responders.expect(KENJI, going())
    responders.register(responder(YUI, FAR))
    found = responders.claim("HC-2", HOME, NOON)
    assert found
    assert (found.responder.id, found.at) == (KENJI, NOON + 10 * MINUTE)
    assert found.responder.cases == ["HC-1", "HC-2"]
    again = responders.claim("HC-2", HOME, NOON)
    assert again
    assert again.at == found.at
    third = responders.claim("HC-3", HOME, NOON)
    assert third
    assert third.responder.id == YUI, "two cases at a time"
    assert responders.release(KENJI, "HC-1")
    kept = responders.engaged_by("HC-2")
    assert kept
    assert (kept.id, kept.engaged) == (KENJI, "HC-2")
    assert responders.engaged_by("HC-1") is None


def test_the_case_after_the_present_one_is_given_back_alone(responders: ResponderStore) -> None:
    responders.register(responder())
    responders.engage(KENJI, "HC-1")
    responders.expect(KENJI, going())
    assert responders.engage(KENJI, "HC-2"), "by hand, too"
    assert not responders.engage(KENJI, "HC-3")
    responders.expect(KENJI, going("HC-9"))  # a case that does not have them
    assert responders.release(KENJI, "HC-2")
    known = responders.get(KENJI)
    assert known
    assert known.work == (going(),)


@pytest.mark.rule("DL-16")
def test_somebody_is_occupied_near_or_nobody_is(responders: ResponderStore) -> None:
    responders.register(responder(KENJI, OSAKA))
    responders.engage(KENJI, "HC-1")
    assert not responders.anybody_occupied(HOME, NOON, frozenset())
    responders.register(responder(YUI, FAR))
    assert not responders.anybody_occupied(HOME, NOON, frozenset()), "is free"
    responders.engage(YUI, "HC-2")
    assert responders.anybody_occupied(HOME, NOON, frozenset())
    assert not responders.anybody_occupied(HOME, NOON, GUARD)


# What others do at the same moment


@pytest.mark.parametrize(
    ("meanwhile", "expected"),
    [
        (lambda table: table.engage(KENJI, "HC-9"), YUI),  # taken by another case: the next
        (lambda table: table.duty(KENJI, False, None, NOON), YUI),
        (lambda table: table.report(KENJI, OSAKA, NOON + SECOND), YUI),
        (lambda table: table.report(KENJI, HOME, NOON + SECOND), KENJI),  # moved nearer
        (lambda table: table.engage(YUI, "HC-1"), YUI),  # a copy of this request was faster
        (lambda table: table.engage(KENJI, "HC-1"), KENJI),
    ],
)
def test_a_lost_race(
    cloud: Cloud,
    responders: ResponderStore,
    meanwhile: Callable[[ResponderStore], object],
    expected: str,
) -> None:
    responders.register(responder(KENJI, NEAR))
    responders.register(responder(YUI, FAR))
    cloud.meanwhile("TransactWriteItems", lambda: meanwhile(responders))
    found = responders.claim("HC-1", HOME, NOON)
    assert found
    assert found.responder.id == expected
    kept = responders.engaged_by("HC-1")
    assert kept
    assert kept.id == expected


def test_a_conflict_of_transactions_is_tried_again(
    cloud: Cloud, responders: ResponderStore
) -> None:
    responders.register(responder())
    conflict = {
        "code": "TransactionCanceledException",
        "CancellationReasons": [{"Code": "TransactionConflict"}, {"Code": "None"}],
    }
    cloud.fail("TransactWriteItems", times=3, **conflict)
    assert responders.report(KENJI, FAR, NOON + SECOND)
    cloud.fail("TransactWriteItems", times=3, **conflict)
    assert responders.claim("HC-1", HOME, NOON)
    cloud.fail("TransactWriteItems", times=100, **conflict)
    with pytest.raises(Conflict):
        responders.release(KENJI, "HC-1")


def test_a_table_that_is_too_slow_is_not_taken_for_a_race(
    cloud: Cloud, responders: ResponderStore
) -> None:
    responders.register(responder())
    cloud.fail(
        "TransactWriteItems",
        code="TransactionCanceledException",
        CancellationReasons=[{"Code": "ThrottlingError"}],
    )
    with pytest.raises(ClientError):
        responders.claim("HC-1", HOME, NOON)
    assert responders.claim("HC-1", HOME, NOON)


def test_many_ask_at_once_and_nobody_is_sent_twice(
    cloud: Cloud, responders: ResponderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twelve cases, each asked for twice, and nine who could go; somebody moves all the while."""
    one_at_a_time, call = Lock(), cloud.call

    def whole_or_not_at_all(*asked: Any) -> Any:
        with one_at_a_time:  # moto's transactions are none between threads; DynamoDB's are
            return call(*asked)

    monkeypatch.setattr(cloud, "call", whole_or_not_at_all)
    everybody = [
        responder(f"person-{n}", Place(latitude=35.60 + n / 50, longitude=139.70)) for n in range(9)
    ]
    for one in everybody:
        responders.register(one)

    def ask(case: str) -> tuple[str, str | None]:
        found = ResponderStore("dispatch", GreatCircle()).claim(case, HOME, NOON)
        return case, found.responder.id if found else None

    def move(n: int) -> tuple[str, str | None]:
        place = Place(latitude=35.60 + n % 9 / 50, longitude=139.70)
        responders.report(f"person-{n % 9}", place, NOON + n * SECOND)
        return "", None

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(ask, f"HC-{n % 12}") for n in range(24)]
        moved = [pool.submit(move, n) for n in range(1, 30)]
        answers = [one.result() for one in asked]
        assert all(one.result() for one in moved)
    sent = {case: who for case, who in answers if who}
    assert len(sent) == 9
    assert Counter(sent.values()).most_common(1)[0][1] == 1
    assert all(sent.get(case) == who for case, who in answers if who)
    for case, who in sent.items():
        kept = responders.engaged_by(case)
        assert kept
        assert kept.id == who


@pytest.mark.rule("DL-16")
def test_one_after_the_other_each_gets_the_first_of_those_left(responders: ResponderStore) -> None:
    left = [
        responder(
            f"person-{n:02}",
            Place(latitude=35.4 + n * 37 % 60 / 100, longitude=139.4 + n * 53 % 70 / 100),
            busy_until=NOON + n * 7 % 50 * MINUTE,
        )
        for n in range(40)
    ]
    for one in left:
        responders.register(one)
    for number in range(20):
        to = Place(latitude=35.4 + number * 29 % 60 / 100, longitude=139.5)
        expected = among(Wanted(to, NOON), GreatCircle(), left)
        found = responders.claim(f"HC-{number}", to, NOON)
        assert found
        assert expected
        assert (found.responder.id, found.at) == (expected.responder.id, expected.at)
        left = [one for one in left if one.id != found.responder.id]


# Over MQTT


def here(person: str = KENJI, place: Place = FAR, **more: Any) -> Any:
    message = {**place.model_dump(), "at": (NOON + SECOND).isoformat()}
    return envelope(responder_thing(person), Channel.POSITION, message | more, at=NOON + MINUTE)


@pytest.mark.rule("AL-12")
def test_a_phone_says_where_it_is(responders: ResponderStore, take: Take, cloud: Cloud) -> None:
    responders.register(responder())
    assert not take(on_position.handler, here(), here())
    known = responders.get(KENJI)
    assert known
    assert (known.place, known.seen_at) == (FAR, NOON + MINUTE), "when it reached us"
    assert cloud.rejected("dispatch") == []


@pytest.mark.rule("AL-12")
@pytest.mark.parametrize("wrong_by", [4, 40, -40, 60 * 24 * 365])
def test_a_position_counts_by_our_clock_however_wrong_the_phones_is(
    responders: ResponderStore, take: Take, wrong_by: int
) -> None:
    responders.register(responder())
    assert not take(on_position.handler, here(at=(NOON + wrong_by * MINUTE).isoformat()))
    known = responders.get(KENJI)
    assert known
    assert (known.place, known.seen_at) == (FAR, NOON + MINUTE)  # when it reached us


def test_positions_are_put_in_order_by_the_phones_own_clock(
    responders: ResponderStore, take: Take
) -> None:
    """Also by a clock that is forty minutes slow; and a clock that is set right is believed."""
    responders.register(responder())
    slow = [NOON - 40 * MINUTE + n * SECOND for n in range(3)]
    for place, at in ((NEAR, slow[0]), (OSAKA, slow[2]), (FAR, slow[1]), (OSAKA, slow[2])):
        assert not take(on_position.handler, here(place=place, at=at.isoformat()))
    known = responders.get(KENJI)
    assert known
    assert known.place == OSAKA, "the late message changes nothing"
    for place, at in ((FAR, NOON), (NEAR, NOON - 20 * MINUTE)):
        assert not take(on_position.handler, here(place=place, at=at.isoformat()))
        known = responders.get(KENJI)
        assert known
        assert known.place == place


def test_a_position_that_a_phone_kept_is_as_old_as_the_phone_says(
    responders: ResponderStore, take: Take
) -> None:
    responders.register(responder(seen_at=NOON - 60 * MINUTE))
    taken, sent = NOON - 45 * MINUTE, NOON - 40 * MINUTE  # by a clock that is wrong
    body = here(at=taken.isoformat(), sent_at=sent.isoformat())
    assert not take(on_position.handler, body)
    known = responders.get(KENJI)
    assert known
    assert known.seen_at == NOON + MINUTE - 5 * MINUTE


@pytest.mark.parametrize(
    ("body", "thing", "reason"),
    [
        ("{", "", "not-an-envelope"),
        (envelope(responder_thing(KENJI), Channel.POSITION, b"{"), KENJI, "not-json"),
        (here(latitude=91), KENJI, "bad-message"),
        (here(longitude="east"), KENJI, "bad-message"),
        (here(altitude=3), KENJI, "bad-message"),
        (here(at="9999-12-31T23:59:59Z"), KENJI, "bad-message"),
        (here("person-unknown"), "person-unknown", "unknown-responder"),
        (here("x" * 2000), "x" * 2000, "unknown-responder"),
        (here() | {"client": "responder-thief"}, "thief", "not-the-sender"),
    ],
)
def test_garbage_is_written_down(
    responders: ResponderStore, take: Take, cloud: Cloud, body: Any, thing: str, reason: str
) -> None:
    responders.register(responder())
    assert not take(on_position.handler, body)
    assert cloud.rejected("dispatch") == [(thing and responder_thing(thing), reason)]
    known = responders.get(KENJI)
    assert known
    assert known.place == NEAR


def test_a_camera_is_no_responder(responders: ResponderStore, take: Take, cloud: Cloud) -> None:
    message = {**FAR.model_dump(), "at": NOON.isoformat()}
    assert not take(
        on_position.handler,
        envelope("cam-living", Channel.POSITION, message),
        envelope(responder_thing(KENJI), Channel.STATUS, message),
    )
    assert cloud.rejected("dispatch") == [
        ("cam-living", "unknown-responder"),
        (responder_thing(KENJI), "wrong-channel"),
    ]


def test_a_position_is_tried_again_while_the_table_fails(
    responders: ResponderStore, take: Take, cloud: Cloud
) -> None:
    responders.register(responder())
    cloud.fail("TransactWriteItems", code="InternalServerError")
    assert take(on_position.handler, here()) == ["message-0"]
    assert not take(on_position.handler, here())


# Over the API


@pytest.fixture
def phone(ask: Ask) -> Callable[..., Any]:
    def send(method: str, path: str = "", body: object = None, **more: Any) -> Any:
        more = {"person": KENJI, "groups": "[responder]", **more}
        return ask(responder_api.handler, method, f"/dispatch/me{path}", body=body, **more)

    return send


@pytest.mark.rule("DL-16", "AL-12")
def test_duty_and_position_from_the_phone(
    responders: ResponderStore, phone: Callable[..., Any]
) -> None:
    responders.register(responder(on_duty=False))
    assert phone("GET").body["on_duty"] is False
    busy = NOON + 20 * MINUTE
    on = phone("PUT", "/duty", {"on_duty": True, "busy_until": busy.isoformat()})
    assert (on.status, on.body["on_duty"], on.body["busy_until"]) == (
        200,
        True,
        "2026-11-22T03:20:00Z",
    )
    moved = phone("PUT", "/position", FAR.model_dump(), at=NOON + SECOND)
    assert (moved.status, moved.body["place"]) == (200, FAR.model_dump())
    old = phone("PUT", "/position", {**NEAR.model_dump(), "at": NOON.isoformat()}, at=NOON + MINUTE)
    assert (old.status, old.body["place"]) == (200, FAR.model_dump())
    found = responders.claim("HC-1", HOME, NOON)
    assert found
    assert found.at > busy
    assert phone("GET").body == {
        "id": KENJI,
        "name": "健二",
        "on_duty": True,
        "busy_until": "2026-11-22T03:20:00Z",
        "shift_begins": None,
        "shift_ends": None,
        "case": "HC-1",
        "next_case": None,
        "place": FAR.model_dump(),
        "seen_at": "2026-11-22T03:00:01Z",
        "position_age_seconds": 0,
        "position_needed": False,
        "not_sent": "occupied",
    }


@pytest.mark.rule("AL-12", "DL-16")
def test_who_is_on_duty_and_unseen_is_told_so(
    responders: ResponderStore, phone: Callable[..., Any]
) -> None:
    responders.register(responder())
    late = phone("GET", at=NOON + 31 * MINUTE).body
    assert (late["position_age_seconds"], late["position_needed"]) == (31 * 60, True)
    assert late["not_sent"] == "unseen"
    here_now = phone("PUT", "/position", FAR.model_dump(), at=NOON + 32 * MINUTE).body
    assert (here_now["position_age_seconds"], here_now["position_needed"]) == (0, False)
    assert here_now["not_sent"] is None


@pytest.mark.rule("DL-16")
def test_a_shift_has_a_beginning_and_an_end(
    responders: ResponderStore, phone: Callable[..., Any]
) -> None:
    responders.register(responder(on_duty=False))
    begins, ends = NOON + 10 * MINUTE, NOON + 60 * MINUTE
    shift = {"shift_begins": begins.isoformat(), "shift_ends": ends.isoformat()}
    said = phone("PUT", "/duty", {"on_duty": True, **shift}).body
    assert (said["not_sent"], said["shift_ends"]) == ("before_shift", "2026-11-22T04:00:00Z")
    for minute, not_sent in ((9, "before_shift"), (10, None), (59, None), (60, "after_shift")):
        at = NOON + minute * MINUTE
        assert phone("PUT", "/position", NEAR.model_dump(), at=at).body["not_sent"] == not_sent
    assert responders.claim("HC-1", HOME, NOON + 60 * MINUTE) is None
    assert responders.claim("HC-1", HOME, NOON + 59 * MINUTE) is None, "would be there after it"
    assert responders.claim("HC-1", HOME, NOON + 30 * MINUTE)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/position", {"latitude": 91, "longitude": 0}),
        ("/position", {"latitude": 35}),
        ("/position", {**NEAR.model_dump(), "at": "9999-12-31T23:59:59Z"}),
        ("/position", {**NEAR.model_dump(), "id": YUI}),
        ("/duty", {"on_duty": "perhaps"}),
        ("/duty", {"on_duty": True, "busy_until": "9999-12-31T23:59:59Z"}),
        ("/duty", {"on_duty": True, "shift_ends": "2026-11-22T02:59:59Z"}),
        (
            "/duty",
            {
                "on_duty": True,
                "shift_begins": "2026-11-22T09:00:00Z",
                "shift_ends": "2026-11-22T08:00:00Z",
            },
        ),
        ("/duty", "{"),
    ],
)
def test_what_a_phone_cannot_say(
    responders: ResponderStore, phone: Callable[..., Any], path: str, body: object
) -> None:
    responders.register(responder(on_duty=False))
    before = responders.get(KENJI)
    answer = phone("PUT", path, body)
    assert answer.status == 422
    assert responders.get(KENJI) == before


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("PUT", "/duty", {"on_duty": True}),
        ("PUT", "/position", NEAR.model_dump()),
    ],
)
def test_only_responders_who_are_registered(
    responders: ResponderStore, phone: Callable[..., Any], method: str, path: str, body: object
) -> None:
    responders.register(responder(YUI))
    for groups in (None, "[operator billing]"):
        refused = phone(method, path, body, groups=groups, person=YUI)
        assert (refused.status, refused.body["title"]) == (403, "訪問担当者のみの操作です")
    assert phone(method, path, body).status == 404
    assert phone(method, path, body, person=YUI).status == 200
