"""A home check: where it stands, what a report needs, when what is due."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from tests.dispatch import facts as f
from tests.dispatch import steps as w
from tests.unit.dispatch.cases import (
    ABSENT,
    AT_HOME,
    NOON,
    SEEN,
    accepted,
    jst,
    offered,
    said,
    visit,
    visited,
)

MINUTE = timedelta(minutes=1)
ANSWERED = f.TargetPhoned(**said(NOON), outcome="answered")
NOBODY = f.NobodyFree(**said(NOON), round=1)
GIVEN_UP = f.GivenUp(**said(NOON), why="大雪")
CANCELLED = f.Cancelled(**said(NOON), rule="DL-34")
TOLD = f.RefusalTold(**said(NOON), rule="DL-32")
ARRIVED = f.Arrived(**said(NOON), offer=1)
CLOSED = f.Closed(**said(NOON), rule="DL-20", result="absent")


def ended(outcome: str, offer: int = 1) -> f.OfferEnded:
    return f.OfferEnded(**said(NOON), offer=offer, outcome=outcome)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "state", "result"),
    [
        ([], "searching", None),
        ([offered()], "offered", None),
        ([offered(), ended("declined")], "searching", None),
        ([offered(), ended("silent"), NOBODY], "nobody", None),
        ([offered(), accepted()], "on_the_way", None),
        ([offered(), accepted(), ARRIVED], "at_the_door", None),
        ([offered(), accepted(), ARRIVED, ended("broken_off")], "searching", None),
        ([offered(), accepted(), visited()], "to_be_told", "absent"),
        ([offered(), accepted(), visited(AT_HOME)], "to_be_told", "at_home"),
        ([offered(), accepted(), visited(), CLOSED], "closed", "absent"),
        ([NOBODY, GIVEN_UP], "to_be_told", "impossible"),
        ([ANSWERED], "to_be_told", "by_phone"),
        ([CANCELLED], "cancelled", "cancelled"),
        ([TOLD], "refused", "refused"),
    ],
)
def test_where_it_stands(facts: list[f.Fact], state: str, result: str | None) -> None:
    case = visit(*facts).state
    assert (case.status, case.result) == (state, result)


@pytest.mark.rule("DL-26", "DL-27")
def test_who_asks_often_is_phoned_first_and_nobody_else_is() -> None:
    assert w.step_result("check", visit(frequent=True), NOON).outcome == "phone_first"  # type: ignore[union-attr]
    assert w.step_result("check", visit(), NOON).outcome == "go"  # type: ignore[union-attr]
    silent = f.TargetPhoned(**said(NOON), outcome="no_answer")
    assert w.step_result("check", visit(silent, frequent=True), NOON).outcome == "go"  # type: ignore[union-attr]
    assert w.step_result("check", visit(ANSWERED, frequent=True), NOON).outcome == "answered"  # type: ignore[union-attr]


@pytest.mark.rule("DL-17", "A-40")
def test_four_checks_each_ok_ng_or_unclear() -> None:
    checks = {"intercom", "meter", "lights", "mailbox"}
    assert checks < set(f.Report.model_fields)
    for check in checks:
        for seen in ("ok", "ng", "unclear"):
            f.Report(**{**SEEN, check: seen}, at_home=False, memo_left=True)
        with pytest.raises(ValidationError):
            f.Report(**{**SEEN, check: "fine"}, at_home=False, memo_left=True)
        left = {name: seen for name, seen in SEEN.items() if name != check}
        with pytest.raises(ValidationError):
            f.Report(**left, at_home=False, memo_left=True)


@pytest.mark.rule("DC-33", "DL-23")
@pytest.mark.parametrize("more", ["entered", "unlocked", "helped"])
def test_a_report_knows_no_entry_and_no_help(more: str) -> None:
    with pytest.raises(ValidationError):
        f.Report(**SEEN, at_home=False, memo_left=True, **{more: True})
    assert not any("enter" in name for name in f.Report.model_fields)


@pytest.mark.rule("DL-18")
@pytest.mark.parametrize("missing", ["explained", "signed", "copy_given"])
def test_at_home_it_is_explained_signed_and_a_copy_left(missing: str) -> None:
    done: dict[str, Any] = {"explained": True, "signed": True, "copy_given": True, missing: False}
    with pytest.raises(ValidationError, match="DL-18"):
        f.Report(**SEEN, at_home=True, **done)


@pytest.mark.rule("DL-19")
def test_absent_a_memo_is_left() -> None:
    with pytest.raises(ValidationError, match="DL-19"):
        f.Report(**SEEN, at_home=False)


@pytest.mark.rule("DL-34")
def test_dispatched_is_who_is_on_the_way() -> None:
    assert not visit(offered()).state.dispatched
    assert visit(offered(), accepted()).state.dispatched
    assert visit(offered(), accepted(), visited()).state.dispatched
    assert not visit(offered(), accepted(), ended("broken_off")).state.dispatched


def test_a_round_asks_so_many_and_each_once() -> None:
    escalation = f.Escalation(max_offers=2)
    case = visit(offered(1), ended("declined"), offered(2), escalation=escalation).state
    assert case.spent
    assert case.asked == {"r-1", "r-2"}
    again = f.RoundBegun(**said(NOON), round=2)
    facts = (offered(1), ended("declined"), offered(2), ended("silent", 2), again)
    anew = visit(*facts, escalation=escalation).state
    assert not anew.spent
    assert anew.asked == frozenset()


@pytest.mark.rule("DL-16")
def test_an_offer_waits_minutes_and_a_visit_for_its_report() -> None:
    case = visit(offered())
    assert w.due("offer", case, NOON) == NOON + 5 * MINUTE
    assert w.due("offer", case, NOON + MINUTE) == NOON + 5 * MINUTE, "from when it was made"
    going = visit(offered(), accepted())
    assert w.due("visit", going, NOON) == jst("2026-12-20T13:20")
    asked = jst("2026-12-20T13:30")
    longer = f.WaitLonger(**said(asked), offer=1, minutes=30)
    more = visit(offered(), accepted(), longer)
    assert w.due("visit", more, asked) == asked + 30 * MINUTE, "from when it was granted"
    soon = f.WaitLonger(**said(NOON), offer=1, minutes=5)
    kept = w.due("visit", visit(offered(), accepted(), soon), NOON)
    assert kept == jst("2026-12-20T13:20"), "never sooner"


@pytest.mark.rule("DL-20")
def test_a_late_report_is_said_once_for_each_time_it_is_asked_after() -> None:
    case = visit(offered(), accepted())
    facts, outcome = w.overdue("visit", case, NOON)
    assert ([fact.event for fact in facts], outcome) == (["visit_overdue"], "late")  # type: ignore[attr-defined]
    asked = visit(offered(), accepted(), *facts)
    assert w.overdue("visit", asked, NOON) == ([], "late")
    assert w.step_result("chase", asked, NOON) is None
    waits = f.WaitLonger(**said(NOON), offer=1, minutes=30)
    answered = visit(offered(), accepted(), *facts, waits)
    assert w.step_result("chase", answered, NOON).outcome == "wait"  # type: ignore[union-attr]
    assert len(w.overdue("visit", answered, NOON)[0]) == 1


@pytest.mark.rule("DL-16")
def test_help_goes_to_the_leader_then_to_everybody_again_then_nowhere() -> None:
    overdue = f.HelpOverdue(**said(NOON), round=1)
    assert w.overdue("find_help", visit(NOBODY), NOON)[1] == "again"
    late = visit(NOBODY, overdue)
    assert w.task_for("find_help", late, "token", NOON).group == "admin"
    (begun,), outcome = w.overdue("find_help", late, NOON)
    assert (begun.round, outcome) == (2, "retry")  # type: ignore[attr-defined]
    last = visit(NOBODY, overdue, escalation=f.Escalation(max_rounds=1))
    facts, outcome = w.overdue("find_help", last, NOON)
    assert outcome == "give_up"
    assert [fact.event for fact in facts] == ["task_overdue", "given_up"]  # type: ignore[attr-defined]


def test_help_that_is_needed_again_is_another_task() -> None:
    first = w.task_for("find_help", visit(NOBODY), "token", NOON)
    facts = (NOBODY, offered(1, by_hand=True), accepted(), ended("broken_off"))
    again = w.task_for("find_help", visit(*facts), "token", NOON)
    assert (first.key, again.key) == ("find_help-1", "find_help-2")


@pytest.mark.rule("DC-34")
def test_the_result_waits_until_it_is_told() -> None:
    case = visit(offered(), accepted(), visited(ABSENT))
    assert w.step_result("tell", case, NOON) is None
    facts, outcome = w.overdue("tell", case, NOON)
    assert outcome == "again"
    late = visit(offered(), accepted(), visited(ABSENT), *facts)
    assert w.due("tell", case, NOON) == NOON + 60 * MINUTE
    assert w.due("tell", late, NOON) == NOON + timedelta(days=1)


def test_seconds_are_whole_and_at_least_one() -> None:
    assert w.seconds_until(NOON + timedelta(seconds=1.2), NOON) == 2
    assert w.seconds_until(NOON - MINUTE, NOON) == 1
