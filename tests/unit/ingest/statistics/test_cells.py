"""No small cell is shown, and none can be found by subtraction (HT-74)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.ingest.statistics.cells import LEAST, Cell, table


def cell(name: str, homes: int) -> Cell:
    return Cell(
        name=name, homes=homes, days=homes * 30, home=900, asleep=450, away=90, activity=0.3
    )


sizes = st.lists(st.integers(1, 4 * LEAST), max_size=12)


@pytest.mark.rule("HT-74")
@given(sizes)
def test_no_small_cell_is_shown_and_what_is_missing_is_never_few(homes: list[int]) -> None:
    cells = [cell(str(number), one) for number, one in enumerate(homes)]
    shown = table("product", cells)
    assert all(one.homes >= LEAST for one in shown.cells)
    missing = [one for one in cells if one not in shown.cells]
    assert len(missing) == shown.dropped
    if missing and shown.cells:
        assert len(missing) >= 2
        assert sum(one.homes for one in missing) >= LEAST


@pytest.mark.rule("HT-74")
@given(sizes)
def test_nothing_is_dropped_without_need(homes: list[int]) -> None:
    cells = [cell(str(number), one) for number, one in enumerate(homes)]
    if all(one >= LEAST for one in homes):
        assert table("product", cells).dropped == 0


@pytest.mark.rule("HT-74")
def test_the_only_small_cell_takes_the_next_one_with_it() -> None:
    shown = table("product", [cell("a", 500), cell("b", 30), cell("c", 3)])
    assert [one.name for one in shown.cells] == ["a"]
    assert shown.dropped == 2
