"""What people are asked to do, what they say, what they may answer."""

import re
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from lambdas.dispatch.casework.case import Case
from lambdas.dispatch.casework.views import console, task_view
from lambdas.dispatch.processes.table import PROCESSES
from lambdas.shared.centres import LEADERS
from tests.dispatch import steps as w
from tests.dispatch import tasks as t
from tests.unit.dispatch.cases import (
    ABSENT,
    NOON,
    accepted,
    asked_again,
    called,
    cancelled,
    consent,
    consent_ended,
    emergency,
    offered,
    visit,
    visited,
)

CASES: dict[str, Case[Any]] = {
    "first_call": consent(),
    "second_call": consent(called(1, "2026-12-02T10:00")),
    "refusal": visit(consent="pending"),
    "phone_first": visit(frequent=True),
    "offer": visit(offered()),
    "find_help": visit(),
    "visit": visit(offered(), accepted()),
    "chase": visit(offered(), accepted()),
    "recall": visit(offered(), accepted(), consent_ended()),
    "turn_back": visit(offered(), accepted(), *cancelled()),
    "emergency": visit(offered(), accepted(), emergency()),
    "emergency_lead": visit(offered(), accepted(), emergency()),
    "pass_on": visit(offered(), accepted(), asked_again("犬がいます")),
    "tell": visit(offered(), accepted(), visited(ABSENT)),
}


def spoken_in(kind: str) -> str:
    """The script of a task of this kind."""
    case = CASES[kind]
    return task_view(w.task_for(kind, case, "token", NOON), case, "ja", NOON, script=True).script


def test_every_kind_has_a_script_an_answer_and_a_place() -> None:
    kinds = set(t.KINDS)
    assert kinds == set(t.KINDS) == set(t.ANSWERS) == set(CASES)
    for kind, answers in t.ANSWERS.items():
        outcomes = get_args(answers.model_fields["outcome"].annotation)
        assert t.KINDS[kind].outcomes == outcomes, kind


@pytest.mark.parametrize("kind", t.KINDS)
def test_scripts_can_be_spoken_for_every_kind(kind: str) -> None:
    case = CASES[kind]
    task = w.task_for(kind, case, "token", NOON)
    for language in ("ja", "en"):
        shown = task_view(task, case, language, NOON, script=True)  # type: ignore[arg-type]
        assert shown.title
        assert len(shown.script) > 30
        assert not re.search(r"[{}]|None", shown.script)
    assert "token" not in shown.model_dump_json(), "tokens are nobody's to see"


def test_a_task_says_whose_it_is_and_where_one_goes_while_there_is_something_to_do() -> None:
    for kind in t.KINDS:
        case = CASES[kind]
        task = w.task_for(kind, case, "token", NOON)
        listed = task_view(task, case, "ja", NOON)
        shown = task_view(task, case, "ja", NOON, script=True)
        done = task_view(
            task.model_copy(update={"status": "withdrawn"}), case, "ja", NOON, script=True
        )
        target = case.facts[0].target  # type: ignore[union-attr]
        assert shown.target == target.name
        assert listed.target == ("" if task.personal else target.name), "not for ever"
        assert listed.destination is None
        assert done.destination is None
        if case.kind == "consent":
            assert shown.destination is None
        else:
            assert shown.destination
            assert shown.destination.address == target.address
            assert shown.destination.place == target.place
            assert target.phone not in shown.destination.model_dump_json()


@pytest.mark.rule("DL-18", "DL-19", "DL-17")
def test_the_visitor_is_told_what_to_do_at_the_door() -> None:
    script = spoken_in("visit")
    for word in (
        "インターホン",
        "電気メーター",
        "明かり",
        "郵便受け",
        "確認不能",
        "署名",
        "控え",
        "メモ",
    ):
        assert word in script
    assert "お部屋には入りません" in script
    assert "花子様のご依頼で伺いました" in script


@pytest.mark.rule("DL-21", "DL-20")
def test_who_tells_the_result_says_nothing_of_how_anybody_is() -> None:
    script = spoken_in("tell")
    spoken = "".join(re.findall("「(.*?)」", script))
    assert "ご在宅を確認できませんでした" in spoken
    assert not re.search("無事|安否|安全|お元気", spoken)
    assert "安否についてはお答えしません" in script


@pytest.mark.rule("DL-16")
def test_an_offer_says_where_and_by_when() -> None:
    script = spoken_in("offer")
    assert "東京 見守 梅子様のお宅" in script
    assert "12月20日 12:20" in script
    assert "5分以内" in script


def test_a_task_is_for_a_group_or_for_one() -> None:
    assert w.task_for("offer", CASES["offer"], "token", NOON).group == "person:r-1"
    assert w.task_for("tell", CASES["tell"], "token", NOON).group == "operator"


def test_a_task_that_is_given_out_anew_is_the_same_with_another_token() -> None:
    case = CASES["phone_first"]
    first = w.task_for("phone_first", case, "one", NOON)
    case = visit(frequent=True)
    case.tasks[first.key] = first.model_copy(update={"taken_by": "sato", "group": LEADERS})
    again = w.task_for("phone_first", case, "two", NOON)
    assert (again.key, again.token) == (first.key, "two")
    assert (again.taken_by, again.group, again.opened_at) == ("sato", LEADERS, first.opened_at)


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("first_call", {"outcome": "granted"}),  # by which number?
        ("first_call", {"outcome": "perhaps", "number": "03"}),
        ("first_call", {"outcome": "granted", "number": "03", "called_at": "2026-12-02T10:00"}),
        ("refusal", {"outcome": "override"}),
        ("refusal", {"outcome": "override", "reason": "  "}),
        ("find_help", {"outcome": "assigned"}),
        ("find_help", {"outcome": "give_up"}),
        ("visit", {"outcome": "reported"}),
        ("visit", {"outcome": "cannot"}),
        ("chase", {"outcome": "wait", "minutes": 0}),
        ("chase", {"outcome": "wait", "minutes": 1000}),
        ("tell", {"outcome": "told", "said": "x" * 1001}),
        ("tell", {"outcome": "told", "unknown": 1}),
        ("offer", {}),
    ],
)
def test_answers_that_are_not_taken(kind: str, answer: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        t.ANSWERS[kind].model_validate(answer)


@pytest.mark.parametrize("name", ["", "HC-1", ".offer-1", "HC-1."])
def test_what_is_no_task(name: str) -> None:
    with pytest.raises(ValueError, match="not a task"):
        t.split(name)


@pytest.mark.parametrize("process", PROCESSES.values(), ids=list(PROCESSES))
def test_every_fact_of_a_process_has_words_and_all_words_are_of_facts(process: Any) -> None:
    branches = process.facts.json_schema()["discriminator"]["mapping"]
    undone = {
        "target_not_phoned",
        "refusal_not_told",
        "reported_aside",
        "given_up_there",
        "price_not_told",
    } & process.words.facts.keys()
    assert set(branches) == process.words.facts.keys() - undone


def test_every_case_has_a_console() -> None:
    assert console("") == ""
    arn = "arn:aws:states:ap-northeast-1:1:execution:mimamori-home-check:HC-1"
    assert console(arn).endswith(f"#/v2/executions/details/{arn}")
