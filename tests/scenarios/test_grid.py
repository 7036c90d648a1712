"""Every product, plan and way to pay × every event × phases of the month."""

import pytest

from lambdas.billing.products.catalogue import standard
from tests.scenarios.grid import Cell, Offer, cells, fault, offers
from tools import billing_coverage


def test_every_cell_is_as_expected() -> None:
    assert [wrong for cell in cells() if (wrong := fault(cell))] == []


@pytest.mark.parametrize(
    ("event", "spoilt"),
    [("cancelled", {0: 1}), ("removed", {}), ("paused 4", "HT-44"), ("paused", {1: 0})],
)
def test_a_wrong_cell_is_found(event: str, spoilt: dict[int, int] | str) -> None:
    offer = next(offers())
    cell = next(c for c in cells() if (c.offer, c.event) == (offer, event))
    assert fault(cell) is None
    assert fault(cell._replace(expected=spoilt))


def test_the_coverage_table_is_what_the_grid_says() -> None:
    written = billing_coverage.DOCUMENT.read_text(encoding="utf-8")
    assert written == billing_coverage.text(), "run: python -m tools.billing_coverage"


def test_the_offers_are_those_of_the_catalogue() -> None:
    sold = {(p.id, plan) for p in standard().products.values() for plan in p.plans}
    assert {(offer.product, offer.plan) for offer in offers()} == sold


def test_the_names_of_cells_are_their_own() -> None:
    def name(cell: Cell) -> tuple[Offer, str, str, str]:
        return cell.offer, cell.event, str(cell.month), cell.phase

    names = [name(cell) for cell in cells()]
    assert len(set(names)) == len(names)
