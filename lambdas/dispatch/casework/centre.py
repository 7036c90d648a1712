"""The call centres: which one looks after a home, and whose tasks its operators see (AL-21)."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, get_args

from pydantic import TypeAdapter

from lambdas.dispatch.casework.place import Place
from lambdas.shared import tables

Centre = Literal["east", "tokyo", "west"]
"""東日本, 東京, 西日本."""

OPERATORS = "operator"
"""The group of operators who work for every centre; ``operator-east`` and so on for one."""

BORDER = 138.0
"""Degrees of longitude: where an address names no prefecture, west of it is the west."""


PREFECTURES: Mapping[Centre, tuple[str, ...]] = TypeAdapter(
    dict[Centre, tuple[str, ...]]
).validate_python(tables.read(Path(__file__).parent / "centres.yaml"))
"""The prefectures that each looks after."""

_STEMS: Mapping[str, Centre] = {
    re.sub("[都府県]$", "", prefecture): centre
    for centre, prefectures in PREFECTURES.items()
    for prefecture in prefectures
}
_BEFORE_ADDRESS = re.compile(r"^[\s〒]*(\d{3}-?\d{4})?\s*")


def centre_of(address: str, place: Place) -> Centre:
    """The centre that looks after a home: by the prefecture with which its address begins, also
    without 都, 府 or 県; else by where it is."""
    begins = _BEFORE_ADDRESS.sub("", address)
    found = next((centre for stem, centre in _STEMS.items() if begins.startswith(stem)), None)
    return found or ("west" if place.longitude < BORDER else "east")


def at_centre(group: str, centre: str) -> str:
    """The group that does a task in a case of this centre: the centre's operators for operators."""
    return f"{OPERATORS}-{centre}" if group == OPERATORS and centre else group


def is_operators(group: str) -> bool:
    """Whether these are operators, of one centre or of all."""
    return group == OPERATORS or group in ALL_OPERATORS


def seen_by(group: str) -> list[str]:
    """Whose tasks operators see: those of every centre, or of theirs and of none."""
    return list(ALL_OPERATORS) if group == OPERATORS else [OPERATORS, group]


ALL_OPERATORS = (OPERATORS, *(at_centre(OPERATORS, centre) for centre in get_args(Centre)))
"""The groups of operators."""
