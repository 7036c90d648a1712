"""Whoever is at a home and about to be free counts: they are asked to go on to the next one."""

import pytest

from tests.integration.centre import ABSENT, FAR, KENJI, OPERATOR, YUI, Centre
from tests.integration.samples import HOUR, MINUTE
from tests.integration.test_dispatch_faults import another_home


@pytest.fixture
def next_door(centre: Centre) -> str:
    """Kenji stands at a door; another family lives next door: its home."""
    centre.consented()
    other = another_home(centre, "home-next-door")
    centre.on_duty(KENJI)
    first = centre.requested()
    centre.did(f"{first}.offer-1", KENJI, outcome="accepted")
    centre.arrive(first)
    return other


@pytest.mark.rule("DL-16", "AL-12")
def test_the_earliest_may_be_at_another_home_still(centre: Centre, next_door: str) -> None:
    """Kenji is free in twenty minutes next door; Yui is free now, and needs longer."""
    centre.responders.duty(YUI, True, None, centre.flow.now)
    centre.responders.register(
        centre.responders.get(KENJI).model_copy(
            update={"id": YUI, "name": "結衣", "place": FAR, "work": ()}
        )
    )
    centre.responders.duty(YUI, True, centre.flow.now + 40 * MINUTE, centre.flow.now)
    second = centre.requested(home=next_door)
    offered = centre.case(second).state.open_offer.fact
    assert (offered.responder, offered.travel_seconds) == (KENJI, 0)
    assert offered.arrives_at == centre.flow.now + 20 * MINUTE
    task = centre.ask_task(f"{second}.offer-1", KENJI)
    assert f"いまの訪問（{offered.after}）が終わってから" in task["script"]


@pytest.mark.rule("DL-16")
def test_first_one_door_then_the_other(centre: Centre, next_door: str) -> None:
    first = centre.last()
    second = centre.requested(home=next_door)
    centre.did(f"{second}.offer-1", KENJI, outcome="accepted")
    assert centre.engaged() == {KENJI: first}
    assert centre.responders.get(KENJI).cases == [first, second]
    centre.flow.wait(16 * MINUTE)
    assert centre.audit() == {}, "nobody is on two cases at once"
    centre.did(f"{first}.visit-1", KENJI, **ABSENT)
    assert centre.engaged() == {KENJI: second}
    centre.arrive(second)
    centre.did(f"{second}.visit-1", KENJI, **ABSENT)
    assert centre.engaged() == {}


@pytest.mark.rule("DL-16")
def test_who_does_not_look_at_the_phone_at_a_door_is_asked_when_free(
    centre: Centre, next_door: str
) -> None:
    first = centre.last()
    second = centre.requested(home=next_door)
    centre.flow.wait(6 * MINUTE)
    assert centre.todo(second) == ["find_help-1"], "not asked twice at the same door"
    assert centre.responders.get(KENJI).silent_at is None, "and not taken for somebody silent"
    centre.did(f"{first}.visit-1", KENJI, **ABSENT)
    assert centre.case(second).state.open_offer.responder == KENJI


@pytest.mark.rule("DL-16")
def test_a_visit_that_takes_longer_makes_the_next_arrival_later(
    centre: Centre, next_door: str
) -> None:
    first = centre.last()
    centre.flow.wait(70 * MINUTE)
    assert centre.todo(first) == ["chase-1", "visit-1"]
    centre.did(f"{first}.chase-1", OPERATOR, outcome="wait", minutes=45)
    heard = centre.flow.now
    second = centre.requested(home=next_door)
    assert centre.case(second).state.open_offer.fact.arrives_at == heard + 45 * MINUTE


@pytest.mark.rule("DL-16")
@pytest.mark.parametrize("minutes", [70, 100])
def test_whose_report_is_overdue_is_not_counted_on(
    centre: Centre, next_door: str, minutes: int
) -> None:
    """Nor when it is left at that because nobody asked."""
    centre.flow.wait(minutes * MINUTE)
    second = centre.requested(home=next_door)
    assert centre.todo(second) == ["find_help-1"]


@pytest.mark.slow
@pytest.mark.rule("DL-16")
def test_a_case_waits_for_who_is_occupied_although_nobody_is_at_the_desk(
    centre: Centre, next_door: str
) -> None:
    """And is not given up after three rounds; at last it is."""
    third = another_home(centre, "home-third")
    second = centre.requested(home=next_door)
    centre.did(f"{second}.offer-1", KENJI, outcome="accepted")
    waits = centre.requested(home=third)
    assert centre.case(waits).state.nobody_in[1].occupied
    centre.flow.wait(100 * MINUTE)
    assert "given_up" not in centre.events(waits)
    centre.flow.wait(4 * HOUR)
    assert "given_up" in centre.events(waits)


@pytest.mark.rule("DL-16")
def test_the_desk_may_send_somebody_after_their_present_case(
    centre: Centre, next_door: str
) -> None:
    second = centre.requested(home=next_door)
    centre.did(f"{second}.offer-1", KENJI, outcome="declined")
    answer = centre.answer(f"{second}.find_help-1", outcome="assigned", responder=KENJI)
    assert answer.status == 200
    assert centre.case(second).state.going.fact.after == min(centre.responders.get(KENJI).cases)
