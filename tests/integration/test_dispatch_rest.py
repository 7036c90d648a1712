"""Who refused rests a little: they are asked after those who did not, and before nobody is."""

import pytest

from tests.integration.centre import KENJI, YUI, Centre
from tests.integration.conftest import OTHER_HOME
from tests.integration.samples import MINUTE
from tests.integration.test_dispatch_waiting import next_door


@pytest.mark.rule("DL-16")
@pytest.mark.parametrize(("later", "first"), [(1, YUI), (11, KENJI)])
def test_who_refused_is_not_the_first_to_be_asked_for_another(
    centre: Centre, later: int, first: str
) -> None:
    centre.consented()
    next_door(centre)
    centre.on_duty(KENJI)
    one = centre.requested()
    centre.did(f"{one}.offer-1", KENJI, outcome="declined")
    assert centre.case(one).state.live is None, "not again for the same case"
    centre.cancel(one)
    centre.on_duty(KENJI, YUI)
    centre.flow.wait(later * MINUTE)
    centre.still_here()
    other = centre.requested(home=OTHER_HOME)
    assert centre.case(other).state.live.responder == first


@pytest.mark.rule("DL-16")
def test_who_refused_is_asked_before_nobody_is(centre: Centre) -> None:
    centre.consented()
    next_door(centre)
    centre.on_duty(KENJI)
    one = centre.requested()
    centre.did(f"{one}.offer-1", KENJI, outcome="declined")
    other = centre.requested(home=OTHER_HOME)
    assert centre.case(other).state.live.responder == KENJI
