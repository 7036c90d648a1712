"""The catalogues of words: what a notice of each kind says, in every language.

``catalogue/<name>.yaml`` holds the kinds ``<name>.<kind>`` of one context; docs/extending.md shows
how to add one. ``frame.yaml`` holds what stands around every mail.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from lambdas.notify.quiet import Waits
from lambdas.shared import tables
from lambdas.shared.events import Sentence

FOLDER = Path(__file__).parent / "catalogue"
FRAME = "frame"

Example = str | int | Sentence


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Lines(_Part):
    """Several sentences in each language."""

    ja: tuple[str, ...]
    en: tuple[str, ...]

    def text(self, language: str) -> tuple[str, ...]:
        """The sentences in ``language``."""
        return self.en if language == "en" else self.ja


class Points(_Part):
    """A list with a title."""

    title: Sentence
    points: Lines


class Row(Sentence):
    """A line of the table below the text: its label, and an example of the value. It is shown when
    a notice, of whatever kind in the catalogue, has the value."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    example: Example = ""  # none for what every notice has
    format: Literal["plain", "moment"] = "plain"
    words: str = ""  # the name of the word list that the value is looked up in


class Card(_Part):
    """The picture-like layout of HTML for something that just happened; each part is a template."""

    intro: Sentence
    time: Sentence
    day: Sentence
    what: Sentence
    warning: Sentence
    more: Sentence
    button: Sentence
    hint: Sentence
    instead: Sentence  # of the button


class Entry(_Part):
    """What a notice of one kind says. ``subject`` and ``text`` are Jinja templates over the
    notice's values, ``values`` an example of each; one that a notice lacks is empty."""

    subject: Sentence
    text: Sentence
    values: Mapping[str, Example] = {}
    link: str | None = None
    points: str | None = None
    note: Sentence | None = None
    card: Card | None = None
    waits: Waits = "never"  # what may be told later, where the reader wants to be left alone


class Catalogue(_Part):
    """The words of one context. What stands beside ``kinds`` holds for all of them."""

    link: str  # the page that a mail leads to, behind ``#/``
    foot: Lines  # a sentence around the link's words, or one without a link
    staff: Sentence = Sentence(ja="", en="")  # how a group of staff is addressed
    phone: Sentence | None = None  # comes before the number to call
    values: Mapping[str, Example] = {}
    rows: Mapping[str, Row] = {}
    points: Mapping[str, Points] = {}
    words: Mapping[str, Mapping[str, Sentence]] = {}
    kinds: Mapping[str, Entry]


class Frame(_Part):
    """What stands around every mail."""

    brand: Sentence  # before the subject
    card_brand: Sentence
    sender: Sentence
    greeting: Sentence
    colon: Sentence


class Words(NamedTuple):
    """The words of a kind, and of the catalogue they are in."""

    catalogue: Catalogue
    entry: Entry

    @property
    def examples(self) -> dict[str, Example]:
        """Every value that a notice of the kind may carry, with an example."""
        rows = {name: row.example for name, row in self.catalogue.rows.items() if row.example}
        return {**self.catalogue.values, **rows, **self.entry.values}


def names() -> list[str]:
    """The catalogues there are."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml") if path.stem != FRAME)


def kinds() -> list[str]:
    """Every kind of notice that has words."""
    return [f"{name}.{kind}" for name in names() for kind in catalogue(name).kinds]


def words_of(kind: str) -> Words:
    """The words of a kind. KeyError when there are none."""
    name, _, entry = kind.partition(".")
    if name not in names():
        raise KeyError(kind)
    found = catalogue(name)
    return Words(found, found.kinds[entry])


@cache
def catalogue(name: str) -> Catalogue:
    """A catalogue, read once a process. pydantic.ValidationError when something is missing in it,
    or too much."""
    return Catalogue.model_validate(_read(name))


@cache
def frame() -> Frame:
    """What stands around every mail."""
    return Frame.model_validate(_read(FRAME))


def _read(name: str) -> object:
    return tables.read(FOLDER / f"{name}.yaml")
