"""The operator's centres (AL-21), the logins that work for them, and whose homes these see."""

from collections.abc import Collection
from typing import Literal, get_args

Centre = Literal["east", "tokyo", "west"]
"""東日本, 東京, 西日本."""

OPERATORS = "operator"
"""The group of operators who work for every centre; ``operator-east`` and so on for one."""

LEADERS = "admin"
"""The group that takes what was escalated."""


def at_centre(group: str, centre: str) -> str:
    """The group that does a task in a case of this centre: the centre's operators for operators."""
    return f"{OPERATORS}-{centre}" if group == OPERATORS and centre else group


ALL_OPERATORS = (OPERATORS, *(at_centre(OPERATORS, centre) for centre in get_args(Centre)))
"""The groups of operators."""


def is_operators(group: str) -> bool:
    """Whether these are operators, of one centre or of all."""
    return group in ALL_OPERATORS


def centres_seen(groups: Collection[str]) -> list[str] | None:
    """Whose cases operators of these groups see: their centres' and those of none (empty); None:
    everybody's, as leaders and operators of every centre do."""
    if OPERATORS in groups or LEADERS in groups:
        return None
    mine = [one for one in get_args(Centre) if at_centre(OPERATORS, one) in groups]
    return ["", *mine]


def seen_by(group: str) -> list[str]:
    """Whose tasks operators see: those of every centre, or of theirs and of none."""
    return list(ALL_OPERATORS) if group == OPERATORS else [OPERATORS, group]
