"""Where contracts are filed for staff's lists, and where they are looked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.billing.catalogue import standard
from lambdas.billing.search import Card, Wanted, fits, places, shelves

HANAKO = Card(
    contract="c-1",
    name="山田 花子",
    email="Hanako@Example.jp",
    home_name="実家",
    product="doshiteru",
    plan="rental_internet",
    state="active",
)


def finds(wanted: Wanted, card: Card) -> bool:
    """Whether a card lies where it is looked for, and is what is wanted."""
    lies = any(
        place.partition == shelf.partition and place.key.startswith(shelf.prefix)
        for place in places(card)
        for shelf in shelves(wanted, standard().products)
    )
    return lies and fits(wanted, card)


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(),
        Wanted(name="山田"),
        Wanted(name="山田花"),
        Wanted(name="山田　花子"),
        Wanted(email="hanako@example.jp "),
        Wanted(product="doshiteru"),
        Wanted(state="active"),
        Wanted(name="山田", product="doshiteru", state="active"),
    ],
)
def test_found(wanted: Wanted) -> None:
    assert finds(wanted, HANAKO)


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(name="花子"),
        Wanted(email="hanako@example.com"),
        Wanted(product="mamolook"),
        Wanted(state="paused"),
        Wanted(unpaid=True),
        Wanted(name="山田", state="paused"),
        Wanted(email="hanako@example.jp", unpaid=True),
    ],
)
def test_not_found(wanted: Wanted) -> None:
    assert not finds(wanted, HANAKO)


def test_the_unpaid_are_found_among_all() -> None:
    owing = HANAKO.model_copy(update={"unpaid": ("2026-09",)})
    assert finds(Wanted(unpaid=True), owing)
    assert finds(Wanted(unpaid=True, product="doshiteru"), owing)


@given(name=st.text(max_size=20), email=st.text(max_size=20))
def test_whatever_somebody_is_called_they_are_found_by_it(name: str, email: str) -> None:
    card = HANAKO.model_copy(update={"name": name, "email": email})
    assert finds(Wanted(name=name), card)
    assert finds(Wanted(email=email), card)
