"""Who is close family."""

from typing import get_args

import pytest

from lambdas.dispatch.processes.consent.kinship import DEGREES, Relation, close_family

CLOSE = ("self", "spouse", "parent", "child", "sibling", "grandparent", "grandchild")
BY_MARRIAGE = (
    "parent_in_law",
    "child_in_law",
    "sibling_in_law",
    "grandparent_in_law",
    "grandchild_in_law",
)
FURTHER = (
    "uncle_aunt",
    "nephew_niece",
    "cousin",
    "great_grandparent",
    "great_grandchild",
    "friend",
    "neighbour",
    "other",
)


@pytest.mark.rule("DL-06", "A-05")
@pytest.mark.parametrize("relation", [*CLOSE, *BY_MARRIAGE])
def test_within_the_second_degree(relation: Relation) -> None:
    assert close_family(relation)


@pytest.mark.rule("DL-06", "DL-30")
@pytest.mark.parametrize("relation", FURTHER)
def test_not_within_the_second_degree(relation: Relation) -> None:
    assert not close_family(relation)


def test_every_relation_is_judged_here() -> None:
    assert set(get_args(Relation)) == {*CLOSE, *BY_MARRIAGE, *FURTHER}
    assert set(DEGREES) <= set(get_args(Relation))


@pytest.mark.rule("A-05")
def test_by_marriage_counts_as_by_blood() -> None:
    for relation in BY_MARRIAGE:
        assert DEGREES[relation] == DEGREES[relation.removesuffix("_in_law")]  # type: ignore[index]
