"""New prices without a new catalogue file: dated lists, each of them a version of a product (G-06).

A list changes prices from a day on that has not come; what came before stays as it was. Plain
functions.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from pydantic import Field

from lambdas.billing.products.catalogue import Catalogue, Product, ProductFile, Version, standard
from lambdas.billing.products.forbidden import Forbidden
from lambdas.billing.products.lint import Finding, findings, rules_in
from lambdas.billing.products.terms import Model
from lambdas.shared.calendar import ONE_DAY, months_before

LEAP = 2
"""A price that grows or shrinks by more than this factor is likely a slip of the pen."""


class NewPrice(Model):
    """A price: where it stands in the terms of a plan, or of all plans, and what it is to be."""

    plan: str = ""
    term: str = Field(pattern=r"^[a-z_]+(\.[a-z_]+)*$", max_length=100)
    """Its place in the catalogue file: ``monthly_fee.price``, ``work.removed``."""

    yen: int = Field(ge=0, le=10_000_000)


class PriceList(Model):
    """New prices of a product from a day on."""

    product: str
    first: date
    changes: tuple[NewPrice, ...] = Field(min_length=1, max_length=100)


class Changed(NamedTuple):
    """A price of a plan, before and after."""

    plan: str
    term: str
    was: int
    yen: int


@lru_cache(maxsize=8)
def priced(lists: tuple[PriceList, ...]) -> Catalogue:
    """The catalogue that comes with the code, with lists of prices, in the order they were agreed
    to."""
    catalogue = standard()
    for one in sorted(lists, key=lambda one: one.first):
        catalogue = with_list(catalogue, one)
    return catalogue


def with_list(catalogue: Catalogue, new: PriceList) -> Catalogue:
    """The catalogue with one more list of prices. Forbidden when it names what is not there."""
    product = catalogue.product(new.product)
    base = _version(product, new.first)
    plans = {plan: base.merged(plan) for plan in base.plans}
    for change, terms in _places(product, new, plans):
        _price(terms, change.term)["yen"] = change.yen
    following = Version.model_validate({"from": new.first, "to": base.last, "plans": plans})
    before = (
        [] if base.first == new.first else [base.model_copy(update={"last": new.first - ONE_DAY})]
    )
    versions = [
        version
        for known in product.source.versions
        for version in ([*before, following] if known is base else [known])
    ]
    source: ProductFile = product.source.model_copy(update={"versions": versions})
    return catalogue.with_product(Product(source))


def changed(catalogue: Catalogue, new: PriceList) -> list[Changed]:
    """What a list changes, plan by plan. Forbidden when it names what is not there."""
    product = catalogue.product(new.product)
    base = _version(product, new.first)
    plans = {plan: base.merged(plan) for plan in base.plans}
    return [
        Changed(plan, change.term, _price(terms, change.term)["yen"], change.yen)
        for plan, own in plans.items()
        for change, terms in _places(product, new, plans)
        if terms is own
    ]


def check(catalogue: Catalogue, new: PriceList, today: date) -> list[Finding]:
    """What is doubtful about a list: what the lint of the catalogue says of it that it did not say
    before, and prices that leap. Forbidden when it cannot be had: its day has come, customers could
    not be told in time (HT-25), or it names what is not there."""
    if new.first <= today:
        raise Forbidden("G-06", f"prices change from {today + ONE_DAY} on, not from {new.first}")
    after = with_list(catalogue, new)
    for terms in after.product(new.product).on_sale(new.first).values():
        told = terms.notices.price_change if terms.notices else None
        # The day's run is at its beginning: what is agreed to on the last day is told to nobody.
        if told and today >= (latest := months_before(new.first, told.months or 0)):
            raise Forbidden(told.rule, f"customers have to be told by {latest}")
    known = set(findings(catalogue, rules_in(catalogue)))
    said = [one for one in findings(after, rules_in(catalogue)) if not _heard(one, known)]
    return [*said, *_leaps(catalogue, new)]


def _heard(one: Finding, known: set[Finding]) -> bool:
    """Whether the product has the same fault without the list."""
    product = one.where.partition(" ")[0]
    return any(
        (product, one.level, one.what) == (old.where.partition(" ")[0], old.level, old.what)
        for old in known
    )


def _leaps(catalogue: Catalogue, new: PriceList) -> Iterator[Finding]:
    for one in changed(catalogue, new):
        more, less = max(one.was, one.yen), min(one.was, one.yen)
        if less and more > LEAP * less:
            where = f"{new.product} {one.plan} from {new.first}"
            yield Finding("warning", where, f"{one.term} leaps from {one.was} to {one.yen}")


def _version(product: Product, day: date) -> Version:
    for version in reversed(product.source.versions):
        if version.holds(day):
            return version
    raise Forbidden("G-06", f"the catalogue has no terms of {product.id} for {day}")


def _places(
    product: Product, new: PriceList, plans: Mapping[str, dict[str, Any]]
) -> Iterator[tuple[NewPrice, dict[str, Any]]]:
    """Each change with the terms of each plan that it is for."""
    for change in new.changes:
        if change.plan and change.plan not in plans:
            raise Forbidden("G-06", f"{product.id} has no plan {change.plan!r}: {', '.join(plans)}")
        wanted = [change.plan] if change.plan else list(plans)
        found = [plan for plan in wanted if _price(plans[plan], change.term)]
        if not found:
            there = ", ".join(sorted({one for plan in wanted for one in _prices(plans[plan])}))
            raise Forbidden("G-06", f"{product.id} has no price {change.term!r}: {there}")
        for plan in found:
            yield change, plans[plan]


def _price(terms: dict[str, Any], term: str) -> dict[str, Any]:
    """The price at a place of the terms; empty where there is none."""
    found: Any = terms
    for part in term.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found if isinstance(found, dict) and "yen" in found else {}


def _prices(terms: dict[str, Any], place: str = "") -> Iterator[str]:
    """The places of all prices in the terms."""
    for name, value in terms.items():
        if isinstance(value, dict):
            if "yen" in value:
                yield f"{place}{name}"
            yield from _prices(value, f"{place}{name}.")
