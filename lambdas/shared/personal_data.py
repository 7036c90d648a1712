"""Whose data is kept where, and for how long: the table that disclosure and erasure follow (HT-88).

Each context has one, ``personal_data.yaml``, of every kind of record that it keeps of people. A
kind is found by the keys of its rows, or by where its objects lie, with the names of a subject in
them: ``HOME#{home}``. Rows that are about nobody are listed, too, so that none is forgotten.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product
from pathlib import Path
from string import Formatter
from typing import Any, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from lambdas.shared import tables


class Value(BaseModel):
    """Base of what is compared by value; nothing unknown is taken."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Subject(Value):
    """Whose data it is: a home with its devices, its contracts and its people, or one person."""

    home: str = ""
    things: tuple[str, ...] = ()
    contracts: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()

    def names(self) -> dict[str, tuple[str, ...]]:
        """The values of each name that a table may use."""
        return {
            "home": (self.home,) if self.home else (),
            "thing": self.things,
            "contract": self.contracts,
            "person": self.persons,
        }


class Words(Value):
    """What a kind of record is called."""

    ja: str
    en: str


class Rows(Value):
    """Rows of the context's table: a key, and how the second part of it begins."""

    pk: str
    sk: str = ""


class Kept(Value):
    """How long: so many days, or as the law wants (``years`` and ``law``), or until it is erased
    on request, or with what it belongs to (``until``)."""

    days: int | None = None
    years: int | None = None
    law: str = ""
    until: str = ""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(map(bool, (self.days, self.years, self.until))) != 1 or bool(self.years) != bool(
            self.law
        ):
            raise ValueError("days, or years with their law, or until")
        return self

    @property
    def by_law(self) -> bool:
        """Whether it stays although its subject wants it erased."""
        return bool(self.law)

    def text(self) -> str:
        """In words, for the table of docs/personal-data.md."""
        if self.days:
            return f"{self.days} days"
        return f"{self.years} years ({self.law})" if self.years else f"until {self.until}"


class Kind(Value):
    """A kind of record."""

    name: str
    words: Words
    rows: tuple[Rows, ...] = ()
    objects: str = ""  # how the names of objects in the context's bucket begin
    secret: tuple[str, ...] = ()  # attributes that nobody is shown: codes, keys, hashes
    disclosed: bool = True
    because: str = ""  # why it is not disclosed
    kept: Kept

    @field_validator("rows", mode="before")
    @classmethod
    def _several(cls, said: Any) -> Any:
        return (said,) if isinstance(said, Mapping) else said

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if bool(self.rows) == bool(self.objects):
            raise ValueError(f"{self.name}: rows or objects")
        if self.disclosed == bool(self.because):
            raise ValueError(f"{self.name}: why it is not disclosed, and only then")
        return self


class Place(NamedTuple):
    """Where records of a subject are: a row's key and the beginning of its second part, or (with
    ``sk`` None) the beginning of objects' names."""

    pk: str
    sk: str | None


class Table(Value):
    """What a context keeps of people, and how rows begin that are about nobody."""

    kinds: tuple[Kind, ...]
    of_nobody: tuple[Rows, ...] = ()

    def kind_of(self, pk: str, sk: str) -> Kind | Rows | None:
        """What kind of record a row is; None when the table does not know it. Of several, the one
        that says more of the key."""
        known: list[tuple[Kind | Rows, Rows]] = [
            *((kind, rows) for kind in self.kinds for rows in kind.rows),
            *((rows, rows) for rows in self.of_nobody),
        ]
        fitting = [
            (len(fixed), found)
            for found, rows in known
            if (fixed := _fits(rows, pk, sk)) is not None
        ]
        return max(fitting, key=lambda one: one[0])[1] if fitting else None


def read(path: Path) -> Table:
    """A context's table. Raises ValueError where it is not one."""
    said = tables.read(path)
    kinds = [{"name": name, **kind} for name, kind in (said.get("kinds") or {}).items()]
    return Table(kinds=tuple(Kind(**kind) for kind in kinds), of_nobody=said.get("of_nobody") or ())


def places(pattern: Rows | str, names: Mapping[str, Sequence[str]]) -> Iterator[Place]:
    """Every place that a pattern means, with all values of the names in it; none where a name has
    no value."""
    pk, sk = (pattern, None) if isinstance(pattern, str) else (pattern.pk, pattern.sk)
    wanted = sorted(set(_names(pk)) | set(_names(sk or "")))
    for values in product(*(names[name] for name in wanted)):
        filled = dict(zip(wanted, values, strict=True))
        yield Place(pk.format_map(filled), None if sk is None else sk.format_map(filled))


def _names(pattern: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(pattern) if name]


def _fits(rows: Rows, pk: str, sk: str) -> str | None:
    """The fixed text of the patterns where a key fits them, else None."""
    fixed = ""
    for pattern, key, whole in ((rows.pk, pk, True), (rows.sk, sk, False)):
        at = 0
        parts = [literal for literal, _, _, _ in Formatter().parse(pattern)]
        for nth, literal in enumerate(parts):
            found = key.find(literal, at)
            if found < 0 or (nth == 0 and found != 0):
                return None
            at = found + len(literal)
        if whole and not _names(pattern) and at != len(key):
            return None
        fixed += "".join(parts)
    return fixed


DISCLOSURES, ERASURES = "disclosures", "erasures"
"""Folders of the bucket into which contexts put their parts: files for whoever asked, and records
of what was erased, which are kept for longer."""


class Part(BaseModel):
    """What a context has of a subject: its file in a disclosure."""

    context: str
    kinds: list["PartKind"]


class PartKind(BaseModel):
    """The records of a kind, each as it is kept, but for secrets."""

    kind: str
    words: Words
    kept: str
    records: list[Any]
    objects: list[str] = []  # names of files beside this one


class Erased(BaseModel):
    """What a context erased of a subject, in numbers, and what it keeps because the law says so."""

    context: str
    erased: dict[str, int]
    kept: dict[str, str]

    def beside(self, before: Self | None) -> "Erased":
        """With what was erased when it was told before: told again, there is nothing left."""
        if before is None:
            return self
        erased = Counter(before.erased) + Counter(self.erased)
        return self.model_copy(update={"erased": dict(erased), "kept": before.kept | self.kept})


def shown(row: Mapping[str, Any], secret: Sequence[str]) -> dict[str, Any]:
    """A row as its subject is shown it: what is JSON in it opened; without its first key, its time
    to live, and whatever has a secret's name, at any depth."""
    hidden = {"pk", "expires", *secret}
    return {name: _opened(value, hidden) for name, value in row.items() if name not in hidden}


def _opened(value: Any, hidden: set[str]) -> Any:
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            value = json.loads(value)
        except ValueError:
            return value
    if isinstance(value, Mapping):
        return {name: _opened(one, hidden) for name, one in value.items() if name not in hidden}
    if isinstance(value, list | tuple):
        return [_opened(one, hidden) for one in value]
    if isinstance(value, set | frozenset):
        return sorted((_opened(one, hidden) for one in value), key=str)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
