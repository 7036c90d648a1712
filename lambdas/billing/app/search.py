"""Finding contracts: a card of each, filed where staff looks for it. Plain functions.

A card copies what a list shows. It lies under the contractor's mail, under the name by its first
letter, under product and state, and with the unpaid: whatever is asked for is one stretch of a
partition, however many contracts there are. Cards are filed anew when facts change them, and by the
daily run when time does.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple, get_args

from pydantic import BaseModel, ConfigDict

from lambdas.billing.contract.agreement import Agreement
from lambdas.billing.contract.history import History, State


class Card(BaseModel):
    """What a list shows of a contract. ``customer`` is the number by which banks know it,
    ``credit`` what is to be paid back, in yen."""

    model_config = ConfigDict(frozen=True)

    contract: str
    name: str
    email: str
    home_name: str
    product: str
    plan: str
    state: State
    phone: str = ""
    address: str = ""
    customer: str = ""
    unpaid: tuple[str, ...] = ()
    credit: int = 0
    ends_on: str | None = None
    install_by: str = ""


class SearchQuery(BaseModel):
    """What staff looks for; what is not given is all the same."""

    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    customer: str = ""
    credit: bool = False
    product: str = ""
    state: State | None = None
    unpaid: bool = False
    install_by: str = ""
    """Contracts that are to be installed by this day, at the latest."""


class KeyRange(NamedTuple):
    """A stretch of a partition: the cards whose keys begin so."""

    partition: str
    prefix: str = ""


class IndexKey(NamedTuple):
    """Where a card lies."""

    partition: str
    key: str


def card_of(
    agreement: Agreement, history: History, state: State, credit: int = 0, customer: str = ""
) -> Card:
    """The card of a contract that is in a state, with so much to be given back."""
    return Card(
        contract=agreement.id,
        name=agreement.contractor.name,
        email=agreement.contractor.email,
        home_name=agreement.home_name,
        product=agreement.product,
        plan=history.plan(history.facts[-1].day),
        state=state,
        phone=agreement.contractor.phone,
        address=agreement.address,
        customer=customer,
        credit=credit,
        unpaid=tuple(map(str, history.open_months)),
        ends_on=str(history.end.on) if history.end else None,
        install_by=str(history.install_by or ""),
    )


def places(card: Card) -> set[IndexKey]:
    """Where a card is filed."""
    found = {IndexKey(_kind(card.product, card.state), card.contract)}
    for name in parts_of_name(card.name):
        found.add(IndexKey(_name(name), f"{name}#{card.contract}"))
    for part in parts_of_address(card.address):
        found.add(IndexKey(_address(part), f"{part}#{card.contract}"))
    if phone := digits(card.phone):
        found.add(IndexKey(f"FIND#phone#{phone}", card.contract))
    if card.customer:
        found.add(IndexKey(f"FIND#customer#{card.customer}", card.contract))
    if card.credit:
        found.add(IndexKey("FIND#credit", card.contract))
    if email := folded(card.email):
        found.add(IndexKey(f"FIND#email#{email}", card.contract))
    if card.install_by:
        found.add(IndexKey("FIND#installation", f"{card.install_by}#{card.contract}"))
    if card.unpaid:
        found.add(IndexKey("FIND#unpaid", card.contract))
    return found


def shelves(wanted: SearchQuery, products: Iterable[str]) -> list[KeyRange]:
    """Where to look, in order: the fewest cards that have all that is wanted among them."""
    if wanted.customer:
        return [KeyRange(f"FIND#customer#{digits(wanted.customer)}")]
    if phone := digits(wanted.phone):
        return [KeyRange(f"FIND#phone#{phone}")]
    if email := folded(wanted.email):
        return [KeyRange(f"FIND#email#{email}")]
    if name := folded(wanted.name):
        return [KeyRange(_name(name), name)]
    if address := folded(wanted.address):
        return [KeyRange(_address(address), address)]
    if wanted.credit:
        return [KeyRange("FIND#credit")]
    if wanted.install_by:
        return [KeyRange("FIND#installation")]
    if wanted.unpaid:
        return [KeyRange("FIND#unpaid")]
    states = [wanted.state] if wanted.state else get_args(State)
    chosen = [wanted.product] if wanted.product else sorted(products)
    return [KeyRange(_kind(product, state)) for product in chosen for state in states]


def fits(wanted: SearchQuery, card: Card) -> bool:
    """Whether a card is what is wanted."""
    return (
        folded(wanted.name) in folded(card.name)
        and folded(wanted.address) in folded(card.address)
        and (not wanted.phone or digits(wanted.phone) == digits(card.phone))
        and (not wanted.customer or digits(wanted.customer) == card.customer)
        and (not wanted.credit or card.credit > 0)
        and (not wanted.email or folded(wanted.email) == folded(card.email))
        and wanted.product in ("", card.product)
        and wanted.state in (None, card.state)
        and (not wanted.unpaid or bool(card.unpaid))
        and (not wanted.install_by or "" < card.install_by <= wanted.install_by)
    )


MOST_PARTS = 12
"""A name is found by what comes behind each of so many letters."""


def parts_of_name(name: str) -> list[str]:
    """All ends of a name, so that any part of it is the beginning of one."""
    whole = folded(name)
    return [whole[at:] for at in range(min(len(whole), MOST_PARTS))]


def parts_of_address(address: str) -> list[str]:
    """An address from each of its parts on: prefecture, city, ward, town."""
    whole = folded(address)
    begins = [0, *(one.end() for one in re.finditer("[都道府県市区郡町村]", whole))]
    return [whole[at:][:60] for at in begins if whole[at:]]


def digits(text: str) -> str:
    """A number as it is compared: its digits."""
    return "".join(one for one in unicodedata.normalize("NFKC", text) if one.isdigit())


def folded(text: str) -> str:
    """A name or address as it is compared: widths, capitals and spaces make no difference."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split()).replace("#", "")


def _kind(product: str, state: str) -> str:
    return f"FIND#{product}#{state}"


def _address(address: str) -> str:
    return f"FIND#address#{address[:2]}"


def _name(name: str) -> str:
    return f"FIND#name#{name[0]}"
