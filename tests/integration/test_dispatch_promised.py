"""A case that is promised to somebody who is at another one: nobody waits for who cannot come."""

import pytest

from lambdas.dispatch import on_available, responder_api
from lambdas.shared.events import ResponderAvailable
from tests.integration.centre import ABSENT, AOI, KENJI, YUI, Centre
from tests.integration.conftest import OTHER_HOME, Take
from tests.integration.samples import MINUTE, on_bus
from tests.integration.test_dispatch_waiting import next_door


@pytest.fixture(params=["offered", "accepted"])
def promised(centre: Centre, request: pytest.FixtureRequest) -> tuple[str, str]:
    """Kenji is at one home, and is asked to go, or will go, to another after it."""
    centre.consented()
    next_door(centre)
    centre.on_duty(KENJI)
    first = centre.requested()
    centre.did(f"{first}.offer-1", KENJI, outcome="accepted")
    centre.arrive(first)
    second = centre.requested(home=OTHER_HOME)
    assert centre.case(second).state.live.fact.after == first
    if request.param == "accepted":
        centre.did(f"{second}.offer-1", KENJI, outcome="accepted")
    return first, second


def comes(centre: Centre, who: str = YUI) -> None:
    """Somebody else is on duty, near."""
    known = centre.responders.get(KENJI)
    assert known
    fresh = known.model_copy(update={"id": who, "name": who, "work": (), "version": 0})
    centre.responders.register(fresh.model_copy(update={"seen_at": centre.flow.now}))


def goes(centre: Centre, case: str) -> str:
    live = centre.case(case).state.live
    return live.responder if live else ""


@pytest.mark.rule("DL-16")
@pytest.mark.parametrize("there", [True, False])
def test_who_ends_duty_keeps_the_home_they_are_at_and_not_the_next(
    centre: Centre, promised: tuple[str, str], take: Take, there: bool
) -> None:
    first, second = promised
    if there:
        comes(centre)
    centre.cloud.published()
    centre.ask(responder_api.handler, "PUT", "/dispatch/me/duty", KENJI, {"on_duty": False})
    said = [one for one in centre.cloud.published() if isinstance(one, ResponderAvailable)]
    for _ in range(2):
        assert take(on_available.handler, on_bus(said[0])) == []
        centre.flow.settle()
    assert goes(centre, first) == KENJI
    assert goes(centre, second) == (YUI if there else "")
    assert there or "find_help-1" in centre.todo(second), "the desk looks for somebody"
    known = centre.responders.get(KENJI)
    assert known
    assert known.cases == [first]


@pytest.mark.rule("DL-16")
@pytest.mark.parametrize("promised", ["accepted"], indirect=True)
def test_who_is_held_up_longer_than_another_needs_is_not_waited_for(
    centre: Centre, promised: tuple[str, str]
) -> None:
    first, second = promised
    centre.flow.until(centre.case(first).state.report_due(centre.case(first).state.going) + MINUTE)
    assert goes(centre, second) == "", "nobody knows when Kenji is free"
    comes(centre)
    centre.flow.wait(3 * MINUTE)
    centre.audit()
    assert goes(centre, second) == YUI


@pytest.mark.rule("DL-16")
def test_another_who_is_there_clearly_sooner_gets_it(
    centre: Centre, promised: tuple[str, str]
) -> None:
    first, second = promised
    comes(centre)
    centre.flow.wait(3 * MINUTE)
    centre.audit()
    assert goes(centre, second) == YUI
    centre.audit()
    assert goes(centre, first) == KENJI


@pytest.mark.rule("DL-16", "DL-20")
def test_who_stays_at_an_emergency_goes_nowhere_else(
    centre: Centre, promised: tuple[str, str]
) -> None:
    first, second = promised
    comes(centre)
    call = {"authority": "119", "said": "倒れています"}
    assert centre.post(f"/dispatch/cases/{first}/emergency", body=call).status == 200
    assert (goes(centre, first), goes(centre, second)) == (KENJI, YUI)


def test_who_is_through_in_time_keeps_it(centre: Centre, promised: tuple[str, str]) -> None:
    first, second = promised
    centre.audit()
    assert goes(centre, second) == KENJI
    centre.did(f"{first}.visit-1", KENJI, **ABSENT)
    assert goes(centre, second) == KENJI
    comes(centre, AOI)
    centre.flow.wait(3 * MINUTE)
    centre.audit()
    assert goes(centre, second) == KENJI, "they are on the way by now"
