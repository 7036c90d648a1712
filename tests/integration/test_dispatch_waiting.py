"""Cases for which nobody can be sent wait, and are served as soon as somebody can."""

from datetime import timedelta

import pytest

from lambdas.dispatch import on_available, responder_api
from lambdas.dispatch.assignment.responder import Responder
from lambdas.dispatch.casework.place import Place
from lambdas.shared.events import ResponderAvailable
from lambdas.shared.household import Home, Member
from tests.integration.centre import ABSENT, KENJI, NEAR, OPERATOR, YUI, Centre
from tests.integration.conftest import OTHER_HOME, STRANGER, Take
from tests.integration.samples import HOUR, MINUTE, on_bus
from tests.integration.test_dispatch_faults import another_home


def next_door(centre: Centre) -> None:
    """Another family has home checks, too, and its consent."""
    contract = centre.cloud.contract(
        "home-check", id="contract-2", starts=centre.flow.now - timedelta(days=30)
    )
    member = Member(person=STRANGER, role="contractor", name="次郎", email="jiro@n.example")
    centre.cloud.directory.publish_home(
        Home(id=OTHER_HOME, name="となりの家", members=(member,), contracts=(contract,))
    )
    centre.consented(OTHER_HOME, "contract-2", name="見守 松夫")


@pytest.fixture
def two_homes(centre: Centre) -> tuple[str, str]:
    """Kenji, who is alone, is at one home and goes to another afterwards; a third one waits: the
    cases of the first and the last."""
    centre.consented()
    next_door(centre)
    last = another_home(centre, "home-third")
    centre.on_duty(KENJI)
    first = centre.requested()
    centre.did(f"{first}.offer-1", KENJI, outcome="accepted")
    after = centre.requested(home=OTHER_HOME)
    centre.did(f"{after}.offer-1", KENJI, outcome="accepted")
    waits = centre.requested(home=last)
    assert centre.todo(waits) == ["find_help-1"]
    return first, waits


@pytest.mark.rule("DL-16")
def test_who_has_reported_is_asked_to_go_to_the_home_that_waits(
    centre: Centre, two_homes: tuple[str, str]
) -> None:
    first, second = two_homes
    centre.did(f"{first}.visit-1", KENJI, **ABSENT)
    assert centre.todo(second) == ["offer-1"]
    offered = centre.case(second).state.live.fact
    assert offered.responder == KENJI
    assert offered.after == centre.responders.get(KENJI).engaged, "after the one between"
    assert centre.service.home_checks.waiting.all() == []


@pytest.mark.rule("DL-16")
def test_who_comes_on_duty_is_asked_to_go_to_the_home_that_waits(
    centre: Centre, two_homes: tuple[str, str], take: Take
) -> None:
    _, second = two_homes
    centre.responders.register(
        Responder(id=YUI, name="yui", phone="090", place=NEAR, seen_at=centre.flow.now)
    )
    centre.cloud.published()
    centre.ask(responder_api.handler, "PUT", "/dispatch/me/duty", YUI, {"on_duty": True})
    said = [one for one in centre.cloud.published() if isinstance(one, ResponderAvailable)]
    assert [one.person for one in said] == [YUI]
    assert take(on_available.handler, on_bus(said[0])) == []
    centre.flow.settle()
    assert centre.case(second).state.live.responder == YUI
    assert take(on_available.handler, on_bus(said[0])) == [], "again is no harm"
    centre.flow.settle()
    assert centre.events(second).count("round_begun") == 1


def test_nothing_is_published_while_nobody_waits(centre: Centre) -> None:
    centre.on_duty(YUI)
    centre.cloud.published()
    centre.ask(responder_api.handler, "PUT", "/dispatch/me/duty", YUI, {"on_duty": True})
    assert centre.cloud.published() == []


@pytest.mark.rule("DL-16")
def test_who_declined_is_not_asked_again_when_they_are_free(
    centre: Centre, two_homes: tuple[str, str]
) -> None:
    first, second = two_homes
    centre.did(f"{first}.visit-1", KENJI, **ABSENT)
    centre.did(f"{second}.offer-1", KENJI, outcome="declined")
    assert centre.todo(second) == ["find_help-2"]
    service = centre.service.home_checks
    assert service.serve_waiting(KENJI, centre.flow.now) is None


@pytest.mark.rule("DL-16")
def test_coming_free_does_not_bring_a_case_nearer_to_being_given_up(
    centre: Centre, two_homes: tuple[str, str]
) -> None:
    first, second = two_homes
    centre.did(f"{first}.visit-1", KENJI, **ABSENT)
    centre.did(f"{second}.offer-1", KENJI, outcome="declined")
    case = centre.case(second)
    assert case.state.round == 2
    assert case.state.help_overdue == set()
    centre.flow.wait(21 * MINUTE)
    assert "given_up" not in centre.events(second)


@pytest.mark.rule("DL-16")
def test_what_a_crash_left_out_is_seen_to_by_the_audit(
    centre: Centre, two_homes: tuple[str, str]
) -> None:
    _, second = two_homes
    centre.service.home_checks.waiting.remove(second)
    centre.on_duty(YUI)  # and nobody publishes it
    centre.flow.wait(5 * MINUTE)
    centre.audit()
    going = centre.case(second).state.live
    assert going, "Yui, or Kenji whose next home Yui has taken over"
    assert going.responder in (YUI, KENJI)


@pytest.mark.rule("DL-16")
def test_beyond_the_limit_the_desk_decides_with_the_name_at_hand(centre: Centre) -> None:
    centre.consented()
    busy = centre.flow.now + 26 * HOUR
    centre.responders.register(
        Responder(
            id=KENJI,
            name="健二",
            phone="090",
            place=NEAR,
            seen_at=centre.flow.now,
            on_duty=True,
            busy_until=busy,
        )
    )
    case = centre.requested()
    assert centre.todo(case) == ["find_help-1"]
    assert centre.engaged() == {}
    nobody = centre.case(case).state.nobody_in[1]
    assert nobody.too_late == "健二"
    assert nobody.arrives_at - busy < timedelta(hours=1)
    centre.did(f"{case}.find_help-1", OPERATOR, outcome="assigned", responder=KENJI)
    assert centre.todo(case) == ["visit-1"]


@pytest.mark.rule("DL-16")
def test_of_two_homes_that_wait_the_nearer_one_is_served_first(centre: Centre) -> None:
    centre.consented()
    next_door(centre)
    far, near = centre.requested(), centre.requested(home=OTHER_HOME)
    service = centre.service.home_checks
    row = next(one for one in service.waiting.all() if one.case == near)
    service.waiting.put(row._replace(place=Place(latitude=35.690, longitude=139.7701)))
    centre.on_duty(KENJI)
    assert service.serve_waiting(KENJI, centre.flow.now) == near
    centre.flow.settle()
    assert centre.todo(far) == ["find_help-1"]
