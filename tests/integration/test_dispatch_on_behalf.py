"""What the call centre does for a responder whose phone is dead."""

import pytest

from tests.integration.centre import ABSENT, AOI, KENJI, OPERATOR, YUI, Centre
from tests.integration.samples import MINUTE


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
