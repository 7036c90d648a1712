"""Lists that the page needs in the browser are those of the API."""

from typing import Any, get_args

import pytest

from lambdas.dispatch.processes.consent.kinship import Relation, close_family
from lambdas.dispatch.processes.home_check.checklist import OUTCOMES
from tests import javascript
from tests.dispatch import facts, tasks
from web.build import WEB

FEATURES = WEB / "src/features"


@pytest.fixture(scope="module")
def words() -> dict[str, Any]:
    """All Japanese words; test_words compares the languages."""
    return {
        key: value
        for file in FEATURES.rglob("words.ja.js")
        for key, value in javascript.exported(file)["default"].items()
    }


def of_group(words: dict[str, Any], group: str) -> set[str]:
    return {key.removeprefix(f"{group}.") for key in words if key.startswith(f"{group}.")}


@pytest.mark.rule("DL-06")
def test_a_contractor_is_offered_all_close_family_but_themselves() -> None:
    offered = javascript.exported(FEATURES / "home_check/relations.js")["CLOSE"]
    assert len(offered) == len(set(offered))
    assert set(offered) == {one for one in get_args(Relation) if close_family(one)} - {"self"}


def test_every_relation_and_every_wish_can_be_chosen_at_the_desk(words: dict[str, Any]) -> None:
    assert of_group(words, "relation") == set(get_args(Relation))
    assert of_group(words, "wish") == set(get_args(facts.Wish)) - {"presence"}


def test_every_kind_of_task_is_answered_with_what_the_api_takes() -> None:
    answers = javascript.exported(FEATURES / "desk/answers.js")
    assert set(answers["FIELDS"]) == set(tasks.ANSWERS) - {"visit"}
    for kind, fields in answers["FIELDS"].items():
        assert set(fields) <= set(tasks.ANSWERS[kind].model_fields), kind
    assert set(answers["NEEDED_BY"]) <= set(tasks.ANSWERS)
    outcomes = {outcome for kind in tasks.KINDS.values() for outcome in kind.outcomes}
    assert set(answers["NEEDED"]) <= outcomes


def test_every_outcome_has_words(words: dict[str, Any]) -> None:
    own = javascript.exported(FEATURES / "desk/answers.js")["OWN_WORDS"]
    assert set(own.values()) <= set(words)
    for kind in tasks.KINDS.values():
        assert set(kind.outcomes) <= of_group(words, "outcome")


@pytest.mark.rule("DL-17", "DL-18", "DL-19")
def test_every_outcome_at_the_door_can_be_reported_with_what_it_needs(
    words: dict[str, Any],
) -> None:
    reports = javascript.exported(FEATURES / "desk/answers.js")["REPORTS"]
    assert reports == {
        name: {"at_home": one.at_home, "needs": list(one.needs)} for name, one in OUTCOMES.items()
    }
    assert set(reports) <= of_group(words, "report")
