"""Consent as the person lives it: not phoned time and again, and never by somebody else's word."""

from datetime import timedelta
from typing import Any

import pytest

from lambdas.dispatch.casework.case_store import CaseStore
from tests.integration.centre import ABSENT, AT_HOME, KENJI, Answer, Centre
from tests.integration.samples import DAY, HOUR, MINUTE
from tests.integration.test_dispatch_faults import Killed, killed_at, slug


def refuses(centre: Centre) -> str:
    """The mother refuses at the first call; the case of the consent."""
    centre.register()
    case = centre.last()
    centre.did(f"{case}.first_call-1", outcome="refused", number="03", said="けっこうです")
    return case


@pytest.mark.rule("DL-13", "DL-09", "A-06")
def test_who_refuses_is_phoned_once_a_day_however_often_she_is_registered(centre: Centre) -> None:
    refuses(centre)
    for replaces in (False, True, True, True, True):
        assert centre.register(replaces).status == 200
        case = centre.last()
        tried = centre.answer(f"{case}.first_call-1", outcome="refused", number="03")
        assert (tried.status, slug(tried)) == (422, "call-too-early")
    centre.flow.wait(DAY)
    case = centre.last()
    centre.did(f"{case}.first_call-1", outcome="refused", number="03")


@pytest.mark.rule("DL-09")
def test_who_phones_back_the_same_day_is_heard_all_the_same(centre: Centre) -> None:
    refuses(centre)
    centre.register()
    case = centre.last()
    task = centre.ask_task(f"{case}.first_call-1")
    assert task["since"] == "2026-12-02T00:00:00+09:00"
    centre.did(f"{case}.first_call-1", outcome="granted", number="03", called_back=True)
    assert centre.case(case).state.status == "granted"


@pytest.mark.rule("DL-33", "DL-34")
def test_never_again_on_an_unconfirmed_registration_is_recorded(centre: Centre) -> None:
    centre.register()
    case = centre.last()
    centre.flow.wait(9 * DAY)
    assert centre.case(case).state.status == "unconfirmed"
    centre.told()
    assert centre.stop(case).status == 200
    assert centre.case(case).state.status == "stopped"
    assert "consent_stopped" in centre.told()
    assert not centre.case(case).open


def corrects(centre: Centre, case: str) -> Answer:
    body = {"reason": "別の方のお電話でした"}
    return centre.post(f"/dispatch/cases/{case}/correction", body=body)


@pytest.mark.rule("DL-10", "DL-32", "G-07")
@pytest.mark.parametrize("outcome", ["granted", "refused"])
def test_a_consent_entered_for_the_wrong_mother_is_asked_for_anew(
    centre: Centre, outcome: str
) -> None:
    centre.register()
    case = centre.last()
    centre.did(f"{case}.first_call-1", outcome=outcome, number="03")
    assert not centre.case(case).open
    centre.told()
    assert corrects(centre, case).status == 200
    assert centre.case(case).state.status == "pending"
    assert centre.todo(case) == ["first_call-2"]
    assert centre.told() == ["consent_corrected"]
    assert centre.request().body["refusals"][0]["rule"] == "DL-32"
    centre.did(f"{case}.first_call-2", outcome="granted", number="03")
    assert centre.end_of(case) == "承諾済み"
    assert "consent_granted" in centre.told(), "told anew, though it was told before"


@pytest.mark.rule("DL-10", "DL-34")
def test_nobody_goes_on_a_consent_that_was_not_hers(centre: Centre) -> None:
    consent = centre.consented_by_phone()
    centre.on_duty(KENJI)
    case = centre.requested()
    assert corrects(centre, consent).status == 200
    assert centre.end_of(case) == "中止"
    assert centre.engaged() == {}
    assert corrects(centre, consent).status == 422, "there is nothing to correct any more"


@pytest.mark.rule("DL-10")
def test_a_correction_after_the_time_for_asking_ends_unconfirmed(centre: Centre) -> None:
    consent = centre.consented_by_phone()
    centre.flow.wait(30 * DAY)
    assert corrects(centre, consent).status == 200
    centre.flow.wait(HOUR)
    assert centre.case(consent).state.status == "unconfirmed"
    assert centre.end_of(consent) == "承諾未確認"


@pytest.mark.rule("DL-01", "DL-11")
def test_a_consent_after_the_contract_ended_completes_no_registration(centre: Centre) -> None:
    centre.register()
    case = centre.last()
    ends = centre.flow.now + timedelta(hours=1)
    starts = centre.flow.now - 30 * DAY
    centre.cloud.household(centre.cloud.contract("home-check", starts=starts, ends=ends))
    centre.flow.wait(2 * HOUR)
    centre.told()
    centre.did(f"{case}.first_call-1", outcome="granted", number="03")
    assert centre.told() == ["consent_without_contract"]
    assert centre.request().body["refusals"][0]["rule"] == "DL-01"


@pytest.mark.rule("DL-20")
def test_the_mail_says_that_somebody_stood_at_the_door(centre: Centre) -> None:
    centre.consented()
    centre.on_duty(KENJI)
    case = centre.requested()
    centre.did(f"{case}.offer-1", KENJI, outcome="accepted")
    centre.arrive(case)
    centre.did(f"{case}.visit-1", KENJI, outcome="cannot", why="急病")
    shown = centre.did(f"{case}.find_help-1", outcome="give_up", why="大雪")
    assert shown["case"]["said"].startswith("係員が向かいましたが")
    assert centre.told()[-1] == "visit_impossible"
    assert centre.mails[-1].values["went"] == "door"


@pytest.mark.rule("DL-20")
def test_who_calls_off_after_somebody_stood_at_the_door_reads_so(centre: Centre) -> None:
    centre.consented()
    centre.on_duty(KENJI)
    case = centre.requested()
    centre.did(f"{case}.offer-1", KENJI, outcome="accepted")
    centre.arrive(case)
    centre.did(f"{case}.visit-1", KENJI, outcome="cannot", why="急病")
    assert centre.cancel(case).status == 200
    centre.told()
    assert centre.mails[-1].values["went"] == "door"


# --- killed between the store and the workflow


@pytest.mark.parametrize("operation", ["StartExecution", "PutEvents"])
def test_killed_while_a_consent_is_corrected(centre: Centre, operation: str) -> None:
    """Nobody goes, consent is asked for anew and the contractor is told, once."""
    consent = centre.consented_by_phone()
    centre.on_duty(KENJI)
    case = centre.requested()
    centre.told()
    killed_at(centre, operation)
    with pytest.raises(Killed):
        corrects(centre, consent)
    centre.flow.settle()
    assert centre.case(consent).state.status == "pending"
    assert centre.answer(f"{case}.offer-1", KENJI, outcome="accepted").status == 409
    for _ in range(2):
        centre.flow.wait(15 * MINUTE)
        centre.audit()
    assert centre.todo(consent) == ["first_call-2"]
    assert centre.end_of(case) == "中止"
    centre.told()
    kinds = [one.kind for one in centre.mails]
    assert kinds.count("home_check.consent_corrected") == 1


def test_killed_when_the_contract_was_found_ended_and_before_it_closed(centre: Centre) -> None:
    centre.register()
    case = centre.last()
    ends, starts = centre.flow.now + timedelta(hours=1), centre.flow.now - 30 * DAY
    centre.cloud.household(centre.cloud.contract("home-check", starts=starts, ends=ends))
    centre.flow.wait(2 * HOUR)
    change = CaseStore.change
    tries: list[bool] = []

    def broken(self: CaseStore, *args: Any, **head: Any) -> Any:
        if head.get("closed") and not tries:
            tries.append(True)
            raise RuntimeError("killed")
        return change(self, *args, **head)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CaseStore, "change", broken)
        centre.did(f"{case}.first_call-1", outcome="granted", number="03")
    assert centre.end_of(case) == "承諾済み"
    assert centre.events(case).count("contract_over") == 1
    centre.told()
    kinds = [one.kind for one in centre.mails]
    assert kinds.count("home_check.consent_without_contract") == 1
    assert "home_check.consent_granted" not in kinds


@pytest.mark.rule("DL-20")
def test_killed_before_a_corrected_result_was_mailed(centre: Centre) -> None:
    centre.consented()
    centre.on_duty(KENJI)
    case = centre.requested()
    centre.did(f"{case}.offer-1", KENJI, outcome="accepted")
    centre.did(f"{case}.visit-1", KENJI, **AT_HOME)
    centre.did(f"{case}.tell-1", outcome="told")
    centre.told()
    killed_at(centre, "StartExecution")
    body = {"reason": "隣の家でした", "report": ABSENT["report"]}
    with pytest.raises(Killed):
        centre.post(f"/dispatch/cases/{case}/correction", body=body)
    centre.flow.wait(15 * MINUTE)
    assert centre.audit() == {"workflow_gone": 1}
    assert "visit_corrected" in centre.told()
    centre.did(f"{case}.tell-2", outcome="told")
    assert centre.end_of(case) == "在宅を確認できず"
