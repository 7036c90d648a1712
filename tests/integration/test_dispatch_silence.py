"""Who does not answer is asked last, and who comes late is announced."""

from datetime import timedelta

import pytest

from tests.integration.centre import ABSENT, KENJI, OPERATOR, YUI, Centre
from tests.integration.samples import MINUTE
from tests.integration.test_dispatch_faults import another_home


@pytest.mark.rule("DL-16")
def test_who_did_not_answer_is_asked_last_for_a_while(centre: Centre) -> None:
    other = another_home(centre, "home-other")
    centre.consented()
    centre.on_duty(KENJI, YUI)
    first = centre.requested()
    centre.flow.wait(6 * MINUTE)
    assert centre.case(first).state.open_offer.responder == YUI
    centre.did(f"{first}.offer-2", YUI, outcome="accepted")
    centre.did(f"{first}.visit-2", YUI, **ABSENT)
    second = centre.requested(home=other)
    assert centre.case(second).state.open_offer.responder == YUI, "although Kenji is nearer"
    centre.did(f"{second}.offer-1", YUI, outcome="declined")
    assert centre.case(second).state.open_offer.responder == KENJI, "sooner than nobody"


@pytest.mark.rule("DL-16")
def test_whom_the_desk_sends_late_is_announced(centre: Centre) -> None:
    centre.consented()
    centre.on_duty(KENJI)
    tomorrow = centre.flow.now + timedelta(hours=26)
    centre.responders.duty(KENJI, True, tomorrow, centre.flow.now)
    case = centre.requested()
    assert centre.todo(case) == ["find_help-1"]
    centre.told()
    centre.did(f"{case}.find_help-1", OPERATOR, outcome="assigned", responder=KENJI)
    assert centre.told() == ["expected"]
