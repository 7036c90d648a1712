"""What was agreed with whom: the part of a contract that is no fact."""

from collections.abc import Set
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from lambdas.billing.contract.contract import Contract, Watcher
from lambdas.billing.contract.facts import AnyFact, Payment
from lambdas.billing.products.catalogue import ONLY_PLAN
from lambdas.billing.products.terms import Prefecture
from lambdas.shared.household import Member, Role, each_once

CONTRACTOR = "contractor"
"""What stands for the contractor where people of a contract are named."""


class Person(BaseModel):
    """Somebody in a contract. ``id`` is their login's subject; without one they only get mails."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = ""
    name: str
    email: str = ""
    phone: str = Field("", max_length=20)


class WatcherPerson(Person):
    """Somebody who watches (見守り者), by the system their app runs on."""

    os: Literal["ios", "android"] = "ios"
    known_as: str = Field("", max_length=254)
    """What the contract's facts call them, where that is not their login, address or name."""

    @property
    def key(self) -> str:
        """What the contract's facts call them."""
        return self.known_as or self.id or self.email or self.name


class Details(BaseModel):
    """What a contractor has to keep up to date (HT-30); what is not given stays as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str | None = Field(None, min_length=1, max_length=60)
    email: str | None = Field(None, pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)
    phone: str | None = Field(None, max_length=20)
    address: str | None = Field(None, min_length=1, max_length=200)
    home_name: str | None = Field(None, min_length=1, max_length=60)


class Agreement(BaseModel):
    """A contract of one product for one home (HT-01): contractor, watchers, watched person."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    id: str
    product: str
    plan: str = ONLY_PLAN
    payment: Payment = "bank_transfer"
    home: str
    home_name: str
    contractor: Person
    watchers: tuple[WatcherPerson, ...] = ()
    watched: str = ""
    """Who is watched over (見守られ者)."""

    watched_id: str = ""
    """Their login's subject, if they use the app themselves (利用者)."""

    address: str = Field("", max_length=200)
    """Where bills go that cannot be mailed."""

    prefecture: Prefecture | Literal[""] = ""
    """Where the home is, by its number in JIS X 0401."""

    consents: tuple[str, ...] = ()
    """Who agreed before the contract was made (HT-14)."""

    def contract(self, facts: tuple[AnyFact, ...]) -> Contract:
        """The contract as the rules see it. Its parts were checked when they were read."""
        return Contract.model_construct(
            id=self.id,
            product=self.product,
            plan=self.plan,
            payment=self.payment,
            watchers=tuple(Watcher(id=w.key, os=w.os) for w in self.watchers),
            prefecture=self.prefecture,
            facts=facts,
        )

    def changed(self, details: Details) -> "Agreement":
        """The agreement with what the contractor reported. The contractor stays who they are: a
        contract is not passed on (HT-77)."""
        said: dict[str, Any] = details.model_dump(exclude_none=True)
        person: dict[str, Any] = {
            name: said.pop(name) for name in ("name", "email", "phone") if name in said
        }
        contractor = self.contractor.model_copy(update=person)
        return self.model_copy(update={"contractor": contractor, **said})

    def person(self, key: str) -> Person | None:
        """Somebody of the contract: ``CONTRACTOR``, or a watcher by what facts call them."""
        if key == CONTRACTOR:
            return self.contractor
        return next((one for one in self.watchers if one.key == key), None)

    def linked(self, key: str, login: str) -> "Agreement":
        """The agreement with the login of somebody who accepted their invitation. Facts call them
        what they did before."""
        if key == CONTRACTOR:
            contractor = self.contractor.model_copy(update={"id": login})
            return self.model_copy(update={"contractor": contractor})
        watchers = tuple(
            one.model_copy(update={"known_as": key, "id": login}) if one.key == key else one
            for one in self.watchers
        )
        return self.model_copy(update={"watchers": watchers})

    def with_watcher(self, watcher: WatcherPerson) -> "Agreement":
        """The agreement with one more who watches, under a name that no fact knows yet."""
        keys, wanted = {one.key for one in self.watchers}, watcher.email
        number = 1
        while wanted in keys:
            number += 1
            wanted = f"{watcher.email}~{number}"
        named = watcher.model_copy(update={"known_as": wanted if number > 1 else ""})
        return self.model_copy(update={"watchers": (*self.watchers, named)})

    def members(self, left: Set[str] = frozenset()) -> tuple[Member, ...]:
        """The people who may see the home, each once, by the role that may most; not the watchers
        who left."""
        watched = Person(id=self.watched_id, name=self.watched)
        people: list[tuple[Role, Person]] = [
            ("watched", watched),
            *(("watcher", w) for w in self.watchers if w.key not in left),
            ("contractor", self.contractor),
        ]
        return each_once(
            Member(person=one.id, role=role, name=one.name, email=one.email)
            for role, one in people
            if one.id
        )
