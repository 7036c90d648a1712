"""Where contracts are filed for staff's lists, and where they are looked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.billing.app.search import Card, SearchQuery, fits, places, shelves
from lambdas.billing.products.catalogue import standard

HANAKO = Card(
    contract="c-1",
    name="山田 花子",
    email="Hanako@Example.jp",
    home_name="実家",
    product="doshiteru",
    plan="rental_internet",
    state="active",
)


def finds(wanted: SearchQuery, card: Card) -> bool:
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
        SearchQuery(),
        SearchQuery(name="山田"),
        SearchQuery(name="山田花"),
        SearchQuery(name="山田　花子"),
        SearchQuery(email="hanako@example.jp "),
        SearchQuery(product="doshiteru"),
        SearchQuery(state="active"),
        SearchQuery(name="山田", product="doshiteru", state="active"),
    ],
)
def test_found(wanted: SearchQuery) -> None:
    assert finds(wanted, HANAKO)


@pytest.mark.parametrize(
    "wanted",
    [
        SearchQuery(name="太郎"),
        SearchQuery(email="hanako@example.com"),
        SearchQuery(product="mamolook"),
        SearchQuery(state="paused"),
        SearchQuery(unpaid=True),
        SearchQuery(name="山田", state="paused"),
        SearchQuery(email="hanako@example.jp", unpaid=True),
    ],
)
def test_not_found(wanted: SearchQuery) -> None:
    assert not finds(wanted, HANAKO)


def test_the_unpaid_are_found_among_all() -> None:
    owing = HANAKO.model_copy(update={"unpaid": ("2026-09",)})
    assert finds(SearchQuery(unpaid=True), owing)
    assert finds(SearchQuery(unpaid=True, product="doshiteru"), owing)


@given(name=st.text(max_size=20), email=st.text(max_size=20))
def test_whatever_somebody_is_called_they_are_found_by_it(name: str, email: str) -> None:
    card = HANAKO.model_copy(update={"name": name, "email": email})
    assert finds(SearchQuery(name=name), card)
    assert finds(SearchQuery(email=email), card)
