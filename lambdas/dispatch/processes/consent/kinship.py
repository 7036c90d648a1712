"""Who counts as family within the second degree (二親等以内の家族: DL-06, DL-30, A-05)."""

from typing import Literal

Relation = Literal[
    "self",
    "spouse",
    "parent",
    "child",
    "parent_in_law",
    "child_in_law",
    "grandparent",
    "grandchild",
    "sibling",
    "grandparent_in_law",
    "grandchild_in_law",
    "sibling_in_law",
    "uncle_aunt",
    "nephew_niece",
    "great_grandparent",
    "great_grandchild",
    "cousin",
    "friend",
    "neighbour",
    "other",
]

DEGREES: dict[Relation, int] = {
    "self": 0,
    "spouse": 0,
    "parent": 1,
    "child": 1,
    "parent_in_law": 1,
    "child_in_law": 1,
    "grandparent": 2,
    "grandchild": 2,
    "sibling": 2,
    "grandparent_in_law": 2,
    "grandchild_in_law": 2,
    "sibling_in_law": 2,
    "uncle_aunt": 3,
    "nephew_niece": 3,
    "great_grandparent": 3,
    "great_grandchild": 3,
    "cousin": 4,
}
"""By blood, by marriage the same as the spouse's (A-05). Who is not here is not family."""

LIMIT = 2


def close_family(relation: Relation) -> bool:
    """Whether a relation is within the second degree. Relations are self-declared (A-05)."""
    return DEGREES.get(relation, LIMIT + 1) <= LIMIT
