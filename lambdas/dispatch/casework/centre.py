"""Which of the call centres looks after a home (AL-21)."""

import re
from collections.abc import Mapping
from pathlib import Path

from pydantic import TypeAdapter

from lambdas.dispatch.casework.place import Place
from lambdas.shared import tables
from lambdas.shared.centres import Centre

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
