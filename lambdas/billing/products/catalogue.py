"""The catalogue: products, their plans and prices, by the day they hold (G-06).

One YAML file per product in ``catalogue/``. A file has versions; a version has what all plans share
(``common``) and what each plan adds or replaces. ``tax.yaml`` has the consumption tax.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import yaml
from pydantic import Field, ValidationError, field_validator

from lambdas.billing.products.forbidden import Forbidden
from lambdas.billing.products.terms import HouseContact, Model, RuleId, Terms
from lambdas.shared import tables

FOLDER = Path(__file__).parents[1] / "catalogue"
NOTHING: Mapping[str, Any] = MappingProxyType({})
ONLY_PLAN = "standard"
"""The plan of a product that has no plans to choose from."""


class CatalogueError(Exception):
    """A catalogue file that cannot be used: which, and why."""


class Span(Model):
    """The days something holds: from the first to the last, or from the first on."""

    first: date = Field(alias="from")
    last: date | None = Field(None, alias="to")

    def holds(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.first <= day and (self.last is None or day <= self.last)


class TaxRate(Span):
    """The consumption tax, in percent."""

    percent: int
    rule: RuleId


class Version(Span):
    """A product's plans during some days, as the file says them."""

    common: dict[str, Any] = Field(default_factory=dict)
    plans: dict[str, dict[str, Any]]
    special: dict[str, Any] = Field(default_factory=dict)
    """Special terms (諸規定): where they speak, nothing else counts (HT-05)."""

    def merged(self, plan: str) -> dict[str, Any]:
        """What holds for a plan."""
        return _merged(_merged(self.common, self.plans[plan]), self.special)

    @field_validator("plans", mode="before")
    @classmethod
    def _empty_plans(cls, plans: dict[str, Any]) -> dict[str, Any]:
        return {name: plan or {} for name, plan in plans.items()}


class NotSold(Model):
    """A plan that nobody can have (any more), and what there is instead."""

    rule: RuleId
    instead: str


class ServiceEnd(Model):
    """The company gives a product up (第30条)."""

    last: date
    rule: RuleId


class ProductFile(Model):
    """A catalogue file."""

    product: str
    name: dict[str, str]
    versions: list[Version]
    not_sold: dict[str, NotSold] = Field(default_factory=dict)
    closed: dict[str, NotSold] = Field(default_factory=dict)
    """Plans that go on for those who have them."""

    ends: ServiceEnd | None = None


class Product:
    """A product: its terms by plan and day."""

    def __init__(self, source: ProductFile, overrides: Mapping[str, Any] = NOTHING) -> None:
        self.id = source.product
        self.name = source.name
        self.not_sold = source.not_sold
        self.closed = source.closed
        self.ends = source.ends
        self.source = source
        self.versions = [
            (version, {plan: terms(version, plan, overrides) for plan in version.plans})
            for version in source.versions
        ]

    @property
    def plans(self) -> tuple[str, ...]:
        """The names of all plans there ever were."""
        return tuple(dict.fromkeys(plan for _, plans in self.versions for plan in plans))

    @property
    def parameters(self) -> dict[str, Any]:
        """What the catalogue leaves open, with the defaults."""
        return {
            node["parameter"]: node[_value_key(node)]
            for version in self.source.versions
            for plan in version.plans
            for node in _nodes(version.merged(plan))
            if "parameter" in node
        }

    def check_plan(self, plan: str) -> str:
        """The plan's name. Forbidden when it is not for sale."""
        if refusal := self.not_sold.get(plan):
            raise Forbidden(
                refusal.rule, f"{plan} of {self.id} is not sold alone; choose {refusal.instead}"
            )
        if plan not in self.plans:
            raise Forbidden("G-06", f"{self.id} has no plan {plan!r}: {', '.join(self.plans)}")
        return plan

    def check_sold(self, plan: str) -> None:
        """Forbidden when nobody new can have the plan (AL-101)."""
        if refusal := self.closed.get(plan):
            raise Forbidden(
                refusal.rule, f"{plan} of {self.id} is not sold any more; choose {refusal.instead}"
            )

    def on_sale(self, day: date) -> dict[str, Terms]:
        """The plans that one can have on a day."""
        for version, plans in reversed(self.versions):
            if version.holds(day):
                kept = {*self.not_sold, *self.closed}
                return {name: one for name, one in plans.items() if name not in kept}
        return {}

    def terms(self, plan: str, day: date) -> Terms:
        """The terms of a plan on a day. Forbidden when the catalogue has none for it."""
        for version, plans in reversed(self.versions):
            if version.holds(day) and plan in plans:
                return plans[plan]
        raise Forbidden("G-06", f"the catalogue has no terms of {self.id} {plan} for {day}")


class Catalogue:
    """All products, the tax, and whom to ask about what."""

    def __init__(
        self,
        products: Mapping[str, Product],
        taxes: list[TaxRate],
        contacts: Mapping[str, HouseContact] = NOTHING,
    ) -> None:
        self.products = products
        self.contacts = contacts
        self.taxes = [(tax, Fraction(tax.percent, 100)) for tax in taxes]

    def product(self, id: str) -> Product:
        """The product. Forbidden when there is none of this name."""
        if id not in self.products:
            raise Forbidden("G-06", f"no product {id!r}: {', '.join(self.products)}")
        return self.products[id]

    def tax(self, day: date) -> Fraction:
        """The rate of the consumption tax on a day."""
        for tax, rate in self.taxes:
            if tax.holds(day):
                return rate
        raise Forbidden("G-06", f"the catalogue has no consumption tax for {day}")

    def with_parameters(self, id: str, parameters: Mapping[str, Any]) -> "Catalogue":
        """The catalogue with a product's open parameters set. Forbidden when it has no such."""
        product = self.product(id)
        if not parameters:
            return self
        if unknown := set(parameters) - set(product.parameters):
            raise Forbidden(
                "G-06",
                f"{id} has no parameter {', '.join(sorted(unknown))};"
                f" it has {', '.join(product.parameters) or 'none'}",
            )
        try:
            changed = Product(product.source, parameters)
        except CatalogueError as error:
            raise Forbidden("G-06", f"a parameter's value does not fit: {error}") from error
        return self.with_product(changed)

    def with_product(self, changed: Product) -> "Catalogue":
        """The catalogue with a product in the place of the one of its name."""
        taxes = [tax for tax, _ in self.taxes]
        return Catalogue({**self.products, changed.id: changed}, taxes, self.contacts)


def terms(version: Version, plan: str, overrides: Mapping[str, Any] = NOTHING) -> Terms:
    """The terms of a plan as a version has them, parameters overridden."""
    merged = version.merged(plan)
    for node in _nodes(merged):
        if node.get("parameter") in overrides:
            node[_value_key(node)] = overrides[node["parameter"]]
    try:
        return Terms.model_validate(merged)
    except ValidationError as error:
        raise CatalogueError(f"plan {plan} from {version.first}: {_told(error)}") from error


def read(folder: Path = FOLDER) -> Catalogue:
    """The catalogue in a folder. CatalogueError, naming the file, for one that cannot be used."""
    products = {}
    for file in product_files(folder):
        try:
            product = Product(_parsed(file, ProductFile))
        except CatalogueError as error:
            raise CatalogueError(f"{file.name}: {error}") from error
        products[product.id] = product
    taxes = _parsed(folder / "tax.yaml", Taxes).consumption_tax
    return Catalogue(products, taxes, _parsed(folder / "contacts.yaml", Contacts).contacts)


@cache
def standard() -> Catalogue:
    """The catalogue that comes with the code."""
    return read()


class Taxes(Model):
    """The file ``tax.yaml``."""

    consumption_tax: list[TaxRate]


class Contacts(Model):
    """The file ``contacts.yaml``."""

    contacts: dict[str, HouseContact]


OF_THE_HOUSE = frozenset({"tax.yaml", "contacts.yaml"})


def product_files(folder: Path) -> list[Path]:
    """The product files of a catalogue."""
    return sorted(file for file in folder.glob("*.yaml") if file.name not in OF_THE_HOUSE)


M = TypeVar("M", bound=Model)


def _parsed(file: Path, kind: type[M]) -> M:
    try:
        return kind.model_validate(tables.read(file))
    except (yaml.YAMLError, ValidationError) as error:
        told = _told(error) if isinstance(error, ValidationError) else str(error)
        raise CatalogueError(f"{file.name}: {told}") from error


def _told(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())


def _merged(common: Mapping[str, Any], plan: Mapping[str, Any]) -> dict[str, Any]:
    """Both, the plan's word standing where both speak. Copies, so that neither changes."""
    merged = {key: _copy(value) for key, value in common.items()}
    for key, value in plan.items():
        known = merged.get(key)
        if isinstance(known, dict) and isinstance(value, dict):
            merged[key] = _merged(known, value)
        else:
            merged[key] = _copy(value)
    return merged


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return _merged(value, NOTHING)
    return [_copy(one) for one in value] if isinstance(value, list) else value


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every mapping within a value."""
    if isinstance(value, dict):
        yield value
        for one in value.values():
            yield from _nodes(one)
    elif isinstance(value, list):
        for one in value:
            yield from _nodes(one)


def _value_key(node: Mapping[str, Any]) -> str:
    """Which entry of a term an override replaces: the one figure it has."""
    figures = ("yen", "months", "days", "at_most", "kind", "earns", "prefectures", "number")
    return next(figure for figure in figures if figure in node)
