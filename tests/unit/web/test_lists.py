"""Lists that the page needs in the browser are those of the API."""

from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from lambdas.billing.contract.facts import AnyFact, CameraSite
from lambdas.billing.documents.labels import LABELS
from lambdas.dispatch.processes.consent.kinship import Relation, close_family
from lambdas.dispatch.processes.home_check.checklist import OUTCOMES
from lambdas.dispatch.processes.table import PROCESSES
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
    assert set(answers["FIELDS"]) == tasks.ALL_KINDS - {"visit"}
    for kind, fields in answers["FIELDS"].items():
        for process in PROCESSES.values():
            if kind in process.answers:
                assert set(fields) <= set(process.answers[kind].model_fields), kind
    assert set(answers["NEEDED_BY"]) <= tasks.ALL_KINDS
    outcomes = {
        outcome
        for process in PROCESSES.values()
        for kind in process.flow.tasks.values()
        for outcome in kind.outcomes
    }
    assert set(answers["NEEDED"]) <= outcomes


def test_every_outcome_has_words(words: dict[str, Any]) -> None:
    own = javascript.exported(FEATURES / "desk/answers.js")["OWN_WORDS"]
    assert set(own.values()) <= set(words)
    for process in PROCESSES.values():
        for kind in process.flow.tasks.values():
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


def test_a_clerk_enters_what_the_api_takes_and_every_entry_has_a_name(
    words: dict[str, Any],
) -> None:
    kinds = {one.model_fields["event"].default: one for one in get_args(get_args(AnyFact)[0])}
    entries = javascript.exported(FEATURES / "billing_desk/entries.js")["ENTRIES"]
    for kind, fields in entries.items():
        assert f"fact.{kind}" in words
        assert set(fields) <= set(kinds[kind].model_fields), kind
        needed = {name for name, one in kinds[kind].model_fields.items() if one.is_required()}
        assert needed - {"on"} <= {
            name for name, how in fields.items() if isinstance(how, list) or not how.endswith("?")
        }, kind
    assert of_group(words, "fact") - {"other"} == set(kinds)


def test_a_clerk_reads_each_part_of_an_entry_in_words(words: dict[str, Any]) -> None:
    kinds = get_args(get_args(AnyFact)[0])
    beside = {"event", "on", "id", "said"}
    fields = {name for one in (*kinds, CameraSite) for name in one.model_fields} - beside
    assert fields - {"camera_site"} <= of_group(words, "entry")
    choices = {value for one in (*kinds, CameraSite) for value in chosen(one)}
    assert choices <= of_group(words, "value")


def chosen(model: type[BaseModel]) -> set[str]:
    """The values that a model's fields let one choose from."""
    found, waiting = (
        set(),
        [one.annotation for name, one in model.model_fields.items() if name != "event"],
    )
    while waiting:
        annotation = waiting.pop()
        if get_origin(annotation) is Literal:
            found |= {str(value) for value in get_args(annotation)}
        else:
            waiting += [one for one in get_args(annotation) if get_args(one)]
    return found


def test_every_line_of_a_bill_has_a_name(words: dict[str, Any]) -> None:
    assert of_group(words, "item") - {"other"} == set(LABELS)
