"""Who is mailed what, once; presence, never safety."""

import re

import pytest

from lambdas.dispatch.casework.notices import breach, contractor_notice
from lambdas.dispatch.processes.home_check.process import CHECKS, HOME_CHECK
from lambdas.shared.events import Contractor, StaffGroup
from tests.dispatch import facts as f
from tests.unit.dispatch.cases import (
    AT_HOME,
    NOON,
    accepted,
    called,
    consent,
    offered,
    said,
    visit,
    visited,
)

CLAIMS = re.compile("無事|安否|安全|元気|安心|safe|well|fine|all right|healthy", re.IGNORECASE)


@pytest.mark.rule("DL-21")
def test_results_claim_presence_and_nothing_else() -> None:
    for result in HOME_CHECK.words.results.values():
        assert not CLAIMS.search(result.ja), result
        assert not CLAIMS.search(result.en), result


@pytest.mark.rule("DL-11", "DL-12", "DL-14", "DL-34")
@pytest.mark.parametrize(
    ("facts", "kind", "rule"),
    [
        ([], "consent_asked", "DL-14"),
        ([called(1, "2026-12-02T10:00", "granted")], "consent_granted", "DL-11"),
        ([called(1, "2026-12-02T10:00", "refused")], "consent_refused", "DL-13"),
        ([f.Lapsed(**said("2026-12-09T00:00"))], "consent_unconfirmed", "DL-12"),
        ([f.Stopped(**said(NOON), asked_by="agent")], "consent_stopped", "DL-34"),
        ([f.Replaced(**said(NOON), successor="CN-2")], "consent_replaced", "DL-05"),
    ],
)
def test_the_contractor_is_told_each_standing_of_a_consent_once(
    facts: list[f.Fact], kind: str, rule: str
) -> None:
    case = consent(*facts)
    notice = contractor_notice(case)
    assert notice
    assert (notice.kind, notice.rule) == (f"home_check.{kind}", rule)
    assert notice.id == f"{case.number}/{kind}", "whoever tells it again tells the same"
    assert notice.audience == Contractor(contract=case.contract)


@pytest.mark.rule("DL-20", "A-40")
def test_the_contractor_is_told_the_result_with_what_was_seen() -> None:
    notice = contractor_notice(visit(offered(), accepted(), visited(AT_HOME)))
    assert notice
    assert (notice.kind, notice.values["result"]) == ("home_check.visit_result", "at_home")
    assert {check: notice.values[check] for check in CHECKS} == {
        "intercom": "ok",
        "meter": "ng",
        "lights": "unclear",
        "mailbox": "ok",
    }


@pytest.mark.rule("DL-26", "DL-35", "DL-34", "DL-20")
@pytest.mark.parametrize(
    ("fact", "kind", "result"),
    [
        (f.TargetPhoned(**said(NOON), outcome="answered"), "visit_result", "by_phone"),
        (f.RefusalTold(**said(NOON), rule="DL-32"), "visit_refused", "refused"),
        (f.Cancelled(**said(NOON), rule="DL-34", why="停止"), "visit_cancelled", "cancelled"),
        (f.GivenUp(**said(NOON), why="大雪"), "visit_impossible", "impossible"),
    ],
)
def test_the_contractor_hears_whatever_the_end(fact: f.Fact, kind: str, result: str) -> None:
    notice = contractor_notice(visit(fact))
    assert notice
    assert (notice.kind, notice.values["result"]) == (f"home_check.{kind}", result)


def test_nothing_is_told_while_there_is_nothing_to_tell() -> None:
    assert contractor_notice(visit(offered(), accepted())) is None


@pytest.mark.rule("DL-08")
def test_staff_is_told_what_was_not_done_in_time() -> None:
    late = f.CallOverdue(**said("2026-12-05T00:00", "workflow", "workflow"), call=1)
    notice = breach(consent(late), late)
    assert (notice.kind, notice.rule) == ("home_check.staff_breach", "DL-08")
    assert notice.values == {"event": "call_overdue", "what": "1"}
    assert notice.audience == StaffGroup(group="dispatch")
