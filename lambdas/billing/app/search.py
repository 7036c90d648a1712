"""Finding contracts: a card of each, filed where staff looks for it. Plain functions.

A card copies what a list shows. It lies under the contractor's mail, under the name by its first
letter, under product and state, and with the unpaid: whatever is asked for is one stretch of a
partition, however many contracts there are. Cards are filed anew when facts change them, and by the
daily run when time does.
"""

import unicodedata
from collections.abc import Iterable
from typing import NamedTuple, get_args

from pydantic import BaseModel, ConfigDict

from lambdas.billing.contract.agreement import Agreement
from lambdas.billing.contract.history import History, State


class Card(BaseModel):
    """What a list shows of a contract."""

    model_config = ConfigDict(frozen=True)

    contract: str
    name: str
    email: str
    home_name: str
    product: str
    plan: str
    state: State
    unpaid: tuple[str, ...] = ()
    ends_on: str | None = None


class SearchQuery(BaseModel):
    """What staff looks for; what is not given is all the same."""

    name: str = ""
    email: str = ""
    product: str = ""
    state: State | None = None
    unpaid: bool = False


class KeyRange(NamedTuple):
    """A stretch of a partition: the cards whose keys begin so."""

    partition: str
    prefix: str = ""


class IndexKey(NamedTuple):
    """Where a card lies."""

    partition: str
    key: str


def card_of(agreement: Agreement, history: History, state: State) -> Card:
    """The card of a contract that is in a state."""
    return Card(
        contract=agreement.id,
        name=agreement.contractor.name,
        email=agreement.contractor.email,
        home_name=agreement.home_name,
        product=agreement.product,
        plan=history.plan(history.facts[-1].day),
        state=state,
        unpaid=tuple(map(str, history.open_months)),
        ends_on=str(history.end.on) if history.end else None,
    )


def places(card: Card) -> set[IndexKey]:
    """Where a card is filed."""
    found = {IndexKey(_kind(card.product, card.state), card.contract)}
    if name := folded(card.name):
        found.add(IndexKey(_name(name), f"{name}#{card.contract}"))
    if email := folded(card.email):
        found.add(IndexKey(f"FIND#email#{email}", card.contract))
    if card.unpaid:
        found.add(IndexKey("FIND#unpaid", card.contract))
    return found


def shelves(wanted: SearchQuery, products: Iterable[str]) -> list[KeyRange]:
    """Where to look, in order: the fewest cards that have all that is wanted among them."""
    if email := folded(wanted.email):
        return [KeyRange(f"FIND#email#{email}")]
    if name := folded(wanted.name):
        return [KeyRange(_name(name), name)]
    if wanted.unpaid:
        return [KeyRange("FIND#unpaid")]
    states = [wanted.state] if wanted.state else get_args(State)
    chosen = [wanted.product] if wanted.product else sorted(products)
    return [KeyRange(_kind(product, state)) for product in chosen for state in states]


def fits(wanted: SearchQuery, card: Card) -> bool:
    """Whether a card is what is wanted."""
    return (
        folded(card.name).startswith(folded(wanted.name))
        and (not wanted.email or folded(wanted.email) == folded(card.email))
        and wanted.product in ("", card.product)
        and wanted.state in (None, card.state)
        and (not wanted.unpaid or bool(card.unpaid))
    )


def folded(text: str) -> str:
    """A name or address as it is compared: widths, capitals and spaces make no difference."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split()).replace("#", "")


def _kind(product: str, state: str) -> str:
    return f"FIND#{product}#{state}"


def _name(name: str) -> str:
    return f"FIND#name#{name[0]}"
