"""Tasks that no workflow waits for have a clock to the second, which survives what may happen."""

from itertools import pairwise
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambdas.dispatch.casework.clock_gateway import ClockGateway
from lambdas.shared.aws.clients import client
from tests.integration.centre import KENJI, LEADER, YUI, Centre
from tests.integration.samples import HOUR, MINUTE, SECOND
from tests.integration.test_dispatch_faults import Killed

FALL = {"authority": "119", "called_by": "centre", "said": "倒れている人が窓から見えます"}


def in_need(centre: Centre) -> str:
    """Kenji is on the way when the centre hears of an emergency."""
    centre.consented()
    centre.on_duty(KENJI, YUI)
    case = centre.requested()
    centre.did(f"{case}.offer-1", KENJI, outcome="accepted")
    centre.told()
    assert centre.post(f"/dispatch/cases/{case}/emergency", body=FALL).status == 200
    return case


@pytest.mark.rule("DL-20", "G-07")
def test_who_does_not_answer_an_emergency_is_reminded_to_the_second(centre: Centre) -> None:
    case = in_need(centre)
    centre.told()
    centre.flow.wait(3 * MINUTE - SECOND)
    assert centre.told() == []
    centre.flow.wait(SECOND)
    assert centre.told().count("staff_breach") == 2, "operator's and leader's"
    assert centre.events(case).count("task_overdue") == 2
    centre.did(f"{case}.emergency_lead-1", LEADER, outcome="done")
    centre.flow.wait(3 * MINUTE)
    assert centre.told() == ["staff_breach"], "only of what is not done"
    centre.did(f"{case}.emergency-1", outcome="told", number="090")
    centre.flow.wait(30 * MINUTE)
    assert centre.events(case).count("task_overdue") == 3
    assert centre.due.waits() == [], "nothing is left behind"


@pytest.mark.rule("DL-20")
def test_who_leaves_a_task_for_a_night_is_reminded_every_hour_and_no_oftener(
    centre: Centre,
) -> None:
    case = in_need(centre)
    centre.flow.wait(12 * HOUR)
    facts = centre.case(case).facts
    reminded = [one.on for one in facts if getattr(one, "task", "") == "emergency"]
    opened = centre.case(case).tasks["emergency-1"].opened_at
    minutes = sorted({(on - opened) // MINUTE for on in reminded})
    assert minutes[:6] == [3, 6, 12, 24, 48, 96]
    assert {b - a for a, b in pairwise(minutes[5:])} == {60}


@pytest.mark.rule("DL-34")
def test_a_call_back_that_nobody_made_is_asked_for_again_while_the_drive_goes_on(
    centre: Centre,
) -> None:
    consent = centre.consented()
    centre.on_duty(KENJI)
    case = centre.requested()
    centre.did(f"{case}.offer-1", KENJI, outcome="accepted")
    centre.stop(consent)
    assert centre.todo(case) == ["recall-1", "visit-1"]
    centre.told()
    centre.flow.wait(3 * MINUTE)
    assert centre.told() == ["staff_breach"], "after fifteen most stand at the door"
    centre.flow.wait(12 * MINUTE)
    assert centre.told() == ["staff_breach"] * 2, "soon, then rarer"
    assert centre.todo(case) == ["recall-1", "visit-1"]
    centre.did(f"{case}.recall-1", outcome="turned_back")
    assert centre.end_of(case) == "中止"


def test_a_message_that_comes_twice_or_early_tells_nobody_twice(centre: Centre) -> None:
    case = in_need(centre)
    early = centre.due.waits()
    for body in early:
        centre.due.deliver(body)
    assert centre.events(case).count("task_overdue") == 0
    assert len(centre.due.waits()) == 4, "set anew, and due at the same moment"
    centre.told()
    centre.flow.wait(3 * MINUTE)
    for body in early:
        centre.due.deliver(body)
    assert centre.told().count("staff_breach") == 2
    assert len(centre.due.waits()) == 2, "one clock a task"


def test_a_clock_that_comes_round_late_tells_of_it_then(centre: Centre) -> None:
    case = in_need(centre)
    centre.told()
    centre.flow.clock.move_to(centre.flow.now + 40 * MINUTE)
    centre.due.fire()
    assert centre.told().count("staff_breach") == 2
    task = centre.case(case).tasks["emergency-1"]
    assert task.due == centre.flow.now + 40 * MINUTE, "when it has waited twice as long"


def test_a_task_that_is_due_after_the_longest_delay_waits_on(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lambdas.dispatch.casework.clock_gateway.LONGEST", MINUTE)
    case = in_need(centre)
    centre.told()
    centre.flow.wait(3 * MINUTE - SECOND)
    assert centre.told() == []
    centre.flow.wait(SECOND)
    assert centre.events(case).count("task_overdue") == 2


@pytest.mark.parametrize("how", ["killed", "refused"])
def test_the_audit_reminds_where_no_clock_was_set(
    centre: Centre, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """Killed between the store and the clock: nobody was told yet, neither contractor nor staff."""

    def broken(*_: Any) -> None:
        if how == "killed":
            raise Killed
        raise ClientError({"Error": {"Code": "ThrottlingException"}}, "SendMessage")

    centre.consented()
    centre.on_duty(KENJI)
    case = centre.requested()
    centre.told()
    with monkeypatch.context() as patch:
        patch.setattr(ClockGateway, "set", broken)
        if how == "killed":
            with pytest.raises(Killed):
                centre.post(f"/dispatch/cases/{case}/emergency", body=FALL)
        else:
            assert centre.post(f"/dispatch/cases/{case}/emergency", body=FALL).status == 200
    assert {"emergency-1", "emergency_lead-1"} <= set(centre.todo(case))
    assert ("emergency" in centre.told()) is (how == "refused")
    centre.did(f"{case}.offer-1", KENJI, outcome="accepted")
    centre.flow.wait(15 * MINUTE)
    centre.audit()
    centre.told()
    kinds = [one.kind.removeprefix("home_check.") for one in centre.mails]
    assert kinds.count("emergency") == 1
    assert kinds.count("staff_breach") == 3, "the emergency, and both tasks overdue"
    assert len(centre.due.waits()) == 2, "and each has its clock now"


def test_a_clock_of_a_task_that_was_never_stored_changes_nothing(centre: Centre) -> None:
    """Clocks are set before what they are of is stored; whoever does both may die in between."""
    body = '{"task": "HC-20261201-0009.recall-1", "due": "2026-12-01T01:00:00Z"}'
    client("sqs").send_message(QueueUrl="due", MessageBody=body)
    centre.due.fire()
    assert centre.due.waits() == []
