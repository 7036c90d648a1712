"""What is doubtful in the catalogue: ``python -m lambdas.billing.products.lint [FOLDER]``.

Errors make the exit status 1: a file that cannot be read, a rule that docs/rules.md does not have,
versions that overlap or leave days out. Warnings do not: prices that look like slips, amounts the
sources leave open.
"""

import re
import sys
from collections.abc import Iterator, Set
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from lambdas.billing.products.catalogue import (
    FOLDER,
    Catalogue,
    CatalogueError,
    Product,
    Span,
    read,
)
from lambdas.shared.calendar import ONE_DAY

RULES = Path(__file__).parents[3] / "docs" / "rules.md"
OPEN = ("yen", "prefectures", "earns", "number")
"""What a parameter may leave open."""

ALIKE = 0.01
"""Prices of one thing that differ by less are likely meant to be the same."""


class Finding(NamedTuple):
    """Something doubtful, and where."""

    level: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.level}: {self.where}: {self.what}"


def known_rules(document: str) -> set[str]:
    """The IDs in the tables of docs/rules.md."""
    return set(re.findall(r"^\| ([A-Z]+-\d+) \|", document, re.MULTILINE))


def rules_in(catalogue: Catalogue) -> set[str]:
    """The rules that a catalogue names."""
    terms = (term for one in catalogue.products.values() for _, term in _all_terms(one))
    return {term["rule"] for term in terms} | {one.rule for one in catalogue.contacts.values()}


def findings(catalogue: Catalogue, rules: Set[str]) -> list[Finding]:
    """Everything doubtful in a catalogue."""
    found = list(_gaps("tax.yaml", [tax for tax, _ in catalogue.taxes]))
    for product in catalogue.products.values():
        found += _gaps(product.id, product.source.versions)
        for where, term in _all_terms(product):
            if term["rule"] not in rules:
                found.append(Finding("error", where, f"unknown rule {term['rule']}"))
            open_still = next((key for key in OPEN if key in term and not term[key]), None)
            if open_still and "parameter" in term:
                so = "0" if open_still == "yen" else "none"
                what = f"{term['parameter']} is left open, {so} until it is set ({term['rule']})"
                found.append(Finding("warning", where, what))
        found += _suspicious(product)
    for name, contact in catalogue.contacts.items():
        where = f"contacts.yaml {name}"
        if contact.rule not in rules:
            found.append(Finding("error", where, f"unknown rule {contact.rule}"))
        for product_id in set(contact.products) - catalogue.products.keys():
            found.append(Finding("error", where, f"no product {product_id}"))
    return list(dict.fromkeys(found))


def _gaps(where: str, spans: list[Any]) -> Iterator[Finding]:
    ordered: list[Span] = sorted(spans, key=lambda span: span.first)
    for one, following in pairwise(ordered):
        last = one.last or date.max
        if last >= following.first:
            what = f"the version from {following.first} overlaps that from {one.first}"
            yield Finding("error", where, what)
        elif last + ONE_DAY < following.first:
            what = f"nothing holds from {last + ONE_DAY} to {following.first - ONE_DAY}"
            yield Finding("error", where, what)
    for one in ordered:
        if one.last and one.last < one.first:
            yield Finding("error", where, f"the version from {one.first} ends before it begins")


def _suspicious(product: Product) -> Iterator[Finding]:
    """Amounts that look like slips: one thing at two prices (A-37), an old tax (A-20)."""
    for version, plans in product.versions:
        for plan, terms in plans.items():
            where = f"{product.id} {plan} from {version.first}"
            if gear := terms.equipment:
                for part, new in gear.replacement.items():
                    old = gear.damages.get(part)
                    if old and 0 < abs(old.yen - new.device.yen) <= ALIKE * old.yen:
                        what = f"the {part} is {new.device.yen} replaced, {old.yen} as damages"
                        yield Finding("warning", where, f"{what} (A-37)")
            if terms.loss and terms.loss.device.yen % 11 == 0 and terms.loss.device.yen % 108 == 0:
                what = f"{terms.loss.device.yen} may still have tax at 8 % in it (A-20)"
                yield Finding("warning", where, what)


def _all_terms(product: Product) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every term of every plan, as the file has it."""
    for version in product.source.versions:
        for part, source in {
            "common": version.common,
            **version.plans,
            "special": version.special,
        }.items():
            yield from _terms(source, f"{product.id} {part} from {version.first}")
    for plan, refusal in {**product.not_sold, **product.closed}.items():
        yield f"{product.id} {plan}", refusal.model_dump()


def _terms(value: Any, where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        if "rule" in value:
            yield where, value
        for one in value.values():
            yield from _terms(one, where)
    elif isinstance(value, list):
        for one in value:
            yield from _terms(one, where)


def main(arguments: list[str]) -> int:
    """The command line."""
    folder = Path(arguments[0]) if arguments else FOLDER
    try:
        found = findings(read(folder), known_rules(RULES.read_text(encoding="utf-8")))
    except CatalogueError as error:
        found = [Finding("error", str(folder), str(error))]
    sys.stdout.writelines(f"{one}\n" for one in found)
    return int(any(one.level == "error" for one in found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
