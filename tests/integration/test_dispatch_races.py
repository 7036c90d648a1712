"""Whatever comes in between: nobody goes twice, nobody is sent without consent, no call is lost."""

from typing import Any

import pytest

from lambdas.dispatch.casework.case_service import CaseService
from lambdas.dispatch.casework.facts import Actor
from lambdas.dispatch.processes.consent.consent_service import ConsentService
from lambdas.dispatch.processes.home_check.home_check_service import HomeCheckService
from tests.dispatch import tasks as t
from tests.integration.centre import ABSENT, KENJI, YUI, Centre
from tests.integration.samples import DAY, MINUTE
from tests.integration.test_dispatch_faults import Killed, another_home, killed


def granted(centre: Centre, *on_duty: str) -> str:
    """Somebody consented, and responders are on duty; the consent's case."""
    consent: str = centre.consented()
    centre.on_duty(*on_duty)
    return consent


def once(patch: pytest.MonkeyPatch, service: type, name: str, act: Any) -> None:
    """Let ``act`` come in between, the next time that the service does ``name``."""
    original = getattr(service, name)

    def between(self: Any, *args: Any, **more: Any) -> Any:
        patch.setattr(service, name, original)
        return act(original, self, *args, **more)

    patch.setattr(service, name, between)


@pytest.mark.rule("DL-16")
def test_a_quick_workflow_does_not_free_whom_it_has_just_bound(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = another_home(centre, "home-other")
    granted(centre, KENJI, YUI)
    case = centre.requested()

    def and_settle(tell: Any, self: Any, task: t.Task) -> None:
        tell(self, task)
        centre.flow.settle()

    once(monkeypatch, CaseService, "report", and_settle)
    centre.did(f"{case}.offer-1", KENJI, outcome="declined", why="渋滞")
    assert centre.case(case).state.open_offer
    assert centre.engaged() == {YUI: case}
    centre.responders.duty(KENJI, False, None, centre.flow.now)
    second = centre.requested(home=other)
    assert centre.todo(second) == ["find_help-1"], "Yui is asked already"


@pytest.mark.rule("DL-16")
def test_whoever_was_bound_elsewhere_meanwhile_cannot_accept(centre: Centre) -> None:
    another_home(centre, "home-other")
    granted(centre, KENJI)
    case = centre.requested()
    centre.responders.release(KENJI, case)
    centre.responders.engage(KENJI, "HC-20261201-9999")
    answer = centre.answer(f"{case}.offer-1", KENJI, outcome="accepted")
    assert (answer.status, answer.body["type"]) == (422, "urn:mimamori:problem:responder-busy")
    assert centre.case(case).state.going is None
    assert centre.todo(case) == ["find_help-1"]


@pytest.mark.rule("DL-34")
def test_a_stop_that_was_killed_half_way_lets_nobody_go(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    consent = granted(centre, KENJI)
    case = centre.requested()
    once(monkeypatch, HomeCheckService, "consent_ended", killed)
    with pytest.raises(Killed):
        centre.stop(consent)
    assert centre.answer(f"{case}.offer-1", KENJI, outcome="accepted").status == 409
    assert centre.case(case).state.result == "cancelled"
    assert centre.engaged() == {}


@pytest.mark.rule("DL-34", "G-08")
def test_the_audit_finishes_a_stop_that_was_killed_half_way(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    consent = granted(centre, KENJI)
    case = centre.requested()
    once(monkeypatch, HomeCheckService, "consent_ended", killed)
    with pytest.raises(Killed):
        centre.stop(consent)
    centre.flow.wait(3 * MINUTE)
    assert centre.audit()
    assert centre.case(case).state.result == "cancelled"
    centre.told()
    assert [mail.kind for mail in centre.mails].count("home_check.consent_stopped") >= 1
    assert not centre.case(consent).open
    centre.flow.wait(20 * MINUTE)
    assert centre.audit() == {}


@pytest.mark.rule("DL-05")
def test_the_audit_finishes_a_replacement_of_a_granted_consent(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    consent = centre.consented_by_phone()
    centre.on_duty(KENJI)
    case = centre.requested()
    once(monkeypatch, ConsentService, "replace", killed)
    with pytest.raises(Killed):
        centre.register(replaces=True, name="見守 松子")
    centre.flow.wait(3 * MINUTE)
    assert centre.audit()["consent_ended"] == 1
    assert centre.case(consent).state.status == "replaced"
    assert centre.case(case).state.result == "cancelled"
    centre.told()
    assert "home_check.consent_replaced" in [mail.kind for mail in centre.mails]


@pytest.mark.rule("DL-34")
def test_a_repeated_stop_of_an_old_registration_leaves_the_new_one_alone(centre: Centre) -> None:
    first = granted(centre, KENJI)
    centre.stop(first)
    centre.register()
    second = centre.last()
    said = {"outcome": "granted", "number": "03", "called_back": True}
    centre.did(f"{second}.first_call-1", **said)  # we do not phone twice on one day
    case = centre.requested()
    assert centre.stop(first).status == 200
    assert centre.case(case).state.status == "offered"
    assert centre.case(second).state.status == "granted"


@pytest.mark.rule("DL-34")
def test_a_stop_does_not_call_off_whom_it_finds_on_the_way(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    consent = granted(centre, KENJI)
    case = centre.requested()

    def accepted_first(cancel: Any, self: Any, *args: Any, **more: Any) -> Any:
        now = centre.flow.now
        accept = t.OfferAnswer(outcome="accepted")
        with pytest.MonkeyPatch.context() as patch:
            # Consent still held when the responder's answer was looked at.
            patch.setattr(HomeCheckService, "_consent_gone", lambda *_: False)
            centre.service.cases.answer(f"{case}.offer-1", accept, Actor(now, KENJI, "mobile"))
        return cancel(self, *args, **more)

    once(monkeypatch, HomeCheckService, "cancel", accepted_first)
    centre.stop(consent)
    assert centre.case(case).state.going
    assert centre.todo(case) == ["recall-1", "visit-1"]


@pytest.mark.rule("DL-34")
@pytest.mark.parametrize(
    ("outcome", "then"), [("turned_back", "中止"), ("too_late", None)], ids=["back", "too late"]
)
def test_somebody_on_the_way_is_phoned(centre: Centre, outcome: str, then: str | None) -> None:
    consent = granted(centre, KENJI)
    case = centre.requested()
    centre.did(f"{case}.offer-1", KENJI, outcome="accepted")
    centre.stop(consent)
    centre.stop(consent)
    assert centre.events(case).count("consent_ended") == 1
    centre.did(f"{case}.recall-1", outcome=outcome)
    if then:
        assert centre.end_of(case) == then
        assert centre.engaged() == {}
    else:
        assert centre.todo(case) == ["visit-1"]


@pytest.mark.rule("DL-30")
def test_a_neighbour_s_request_does_not_stand_in_the_family_s_way(centre: Centre) -> None:
    granted(centre, KENJI)
    refused = centre.request(caller={"name": "隣", "relation": "neighbour"}).body["case"]
    asked = centre.request()
    assert (asked.status, asked.body["refusals"]) == (200, [])
    assert asked.body["case"] != refused
    centre.did(f"{refused}.refusal-1", outcome="told")
    assert centre.request().body["case"] == asked.body["case"], "the slot is not the neighbour's"


@pytest.mark.rule("DL-15")
def test_a_second_caller_is_told_that_somebody_is_on_it(centre: Centre) -> None:
    granted(centre, KENJI)
    case = centre.requested()
    answer = centre.request(caller={"name": "次郎", "relation": "child"})
    assert (answer.status, answer.body["type"]) == (409, "urn:mimamori:problem:runs-already")
    assert case in answer.body["detail"]
    assert "asked_again" in centre.events(case), "and the call is written down"


def test_an_answer_told_late_does_not_kill_the_workflow_it_wakes(centre: Centre) -> None:
    granted(centre, KENJI)
    case = centre.requested()
    centre.did(f"{case}.offer-1", KENJI, outcome="accepted")
    centre.cloud.fail("SendTaskSuccess", times=1)
    centre.did(f"{case}.visit-1", KENJI, **ABSENT)
    execution = centre.case(case).execution
    centre.flow.wait(20 * MINUTE)
    assert centre.audit() == {"not_told": 1}
    assert centre.case(case).execution == execution
    assert centre.flow.status(execution) == "RUNNING"
    assert centre.todo(case) == ["tell-1"]


@pytest.mark.rule("DL-01")
def test_the_contract_in_force_counts_where_another_ended(centre: Centre) -> None:
    now = centre.flow.now
    cloud = centre.cloud
    old = cloud.contract("home-check", id="contract-0", starts=now - 90 * DAY, ends=now - 30 * DAY)
    new = cloud.contract("home-check", id="contract-9", starts=now - 10 * DAY)
    cloud.household(old, new)
    assert centre.register().status == 200
    assert centre.request().body["contract"] == "contract-9"
