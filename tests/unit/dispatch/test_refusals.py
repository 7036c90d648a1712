"""When a request may be refused, and what can be set aside."""

import re
from typing import Any, get_args

import pytest

from lambdas.dispatch.processes.home_check.refusals import (
    CONSENTS,
    NOT_OVERRIDABLE,
    WHY,
    WISHES,
    refusals,
)
from tests.dispatch import facts as f
from tests.unit.dispatch.cases import NOON, requested, said, visit


def rules(**changes: Any) -> list[str]:
    return [one.rule for one in refusals(requested(**changes))]


def caller(relation: str) -> f.Caller:
    return f.Caller(name="誰か", relation=relation)  # type: ignore[arg-type]


def test_nothing_against_it() -> None:
    assert rules() == []
    assert rules(caller=caller("sibling")) == []


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        pytest.param("DL-01", {"entitled": False}, marks=pytest.mark.rule("DL-01", "DC-31")),
        pytest.param(
            "DL-22", {"wishes": ("presence", "recurring")}, marks=pytest.mark.rule("DL-22")
        ),
        pytest.param("DL-23", {"wishes": ("enter",)}, marks=pytest.mark.rule("DL-23", "DC-33")),
        pytest.param("DL-23", {"wishes": ("assist",)}, marks=pytest.mark.rule("DL-23", "DC-33")),
        pytest.param("DL-28", {"wishes": ("presence", "unlock")}, marks=pytest.mark.rule("DL-28")),
        pytest.param("DL-29", {"wishes": ("beyond_door",)}, marks=pytest.mark.rule("DL-29")),
        pytest.param("DL-30", {"caller": caller("neighbour")}, marks=pytest.mark.rule("DL-30")),
        pytest.param(
            "DL-30", {"caller": caller("cousin")}, marks=pytest.mark.rule("DL-30", "A-05")
        ),
        pytest.param("DL-31", {"consent": "none", "target": None}, marks=pytest.mark.rule("DL-31")),
        pytest.param("DL-31", {"consent": "replaced"}, marks=pytest.mark.rule("DL-31", "DL-05")),
        pytest.param("DL-32", {"consent": "pending"}, marks=pytest.mark.rule("DL-32", "DL-07")),
        pytest.param("DL-32", {"consent": "unconfirmed"}, marks=pytest.mark.rule("DL-32")),
        pytest.param("DL-32", {"consent": "refused"}, marks=pytest.mark.rule("DL-32", "DL-13")),
        pytest.param("DL-33", {"consent": "stopped"}, marks=pytest.mark.rule("DL-33", "DL-34")),
    ],
)
def test_each_ground(rule: str, changes: dict[str, Any]) -> None:
    assert rules(**changes) == [rule]


def test_every_wish_and_every_state_of_a_consent_is_judged() -> None:
    assert {*WISHES, "presence"} == set(get_args(f.Wish))
    assert {*CONSENTS, "granted"} == set(get_args(f.ConsentState))


def test_all_grounds_are_named_in_the_order_of_the_rules() -> None:
    everything = {
        "wishes": ("recurring", "unlock", "beyond_door", "enter"),
        "caller": caller("neighbour"),
        "consent": "pending",
        "entitled": False,
    }
    expected = ["DL-01", "DL-22", "DL-23", "DL-28", "DL-29", "DL-30", "DL-32"]
    assert rules(**everything) == expected


@pytest.mark.rule("DL-35")
def test_an_exception_sets_them_aside_and_keeps_who_and_why() -> None:
    made = f.Overridden(**said(NOON), reason="警察の依頼", of=("DL-32",))
    case = visit(made, consent="pending")
    assert case.state.refusals == ()
    assert case.state.status == "searching"
    assert case.state.overridden == made


@pytest.mark.rule("DL-31", "DL-35")
def test_where_nobody_is_registered_there_is_no_door() -> None:
    assert frozenset({"DL-01", "DL-22", "DL-23", "DL-31"}) == NOT_OVERRIDABLE
    assert rules(consent="none", target=None, entitled=False) == ["DL-01", "DL-31"]


def test_every_ground_is_said_in_both_languages() -> None:
    for rule in {*WISHES.values(), *CONSENTS.values(), "DL-01", "DL-30"}:
        assert re.search("[ぁ-ん]", WHY[rule].ja), rule
        assert WHY[rule].en.isascii(), rule
    assert set(WHY) == {*WISHES.values(), *CONSENTS.values(), "DL-01", "DL-30"}
