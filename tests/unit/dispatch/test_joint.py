"""Several cases wait at once: who goes where is decided together."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdas.dispatch.assignment.joint import Costs, assign
from tests.examples import examples


def total(chosen: dict[str, str], costs: Costs) -> float:
    return sum(costs[case][who] for case, who in chosen.items())


@pytest.mark.rule("DL-16", "AL-12")
def test_the_case_that_has_nobody_else_gets_the_one_it_has() -> None:
    """A is a little nearer to X, and the only one for Y."""
    assert assign({"X": {"A": 10, "B": 12}, "Y": {"A": 11}}) == {"X": "B", "Y": "A"}


def test_one_for_two_goes_where_it_is_cheaper() -> None:
    assert assign({"X": {"A": 10}, "Y": {"A": 8}}) == {"Y": "A"}


def test_two_exchange_whom_they_have_where_that_is_cheaper() -> None:
    costs = {"X": {"A": 1, "B": 2}, "Y": {"A": 1, "B": 9}}
    assert assign(costs) == {"X": "B", "Y": "A"}


def test_with_nobody_nothing_is_assigned() -> None:
    assert assign({}) == assign({"X": {}}) == {}


COSTS = st.dictionaries(
    st.sampled_from("UVWXYZ"),
    st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 100).map(float), max_size=6),
    max_size=6,
)


@settings(derandomize=True, deadline=None, max_examples=examples(300))
@given(COSTS)
def test_nobody_is_sent_twice_and_nobody_is_left_beside_a_case_they_could_go_to(
    costs: Costs,
) -> None:
    chosen = assign(costs)
    assert len(set(chosen.values())) == len(chosen)
    free = {who for options in costs.values() for who in options} - set(chosen.values())
    for case, options in costs.items():
        assert case in chosen or not free & options.keys()
        assert case not in chosen or chosen[case] in options


SQUARE = st.integers(1, 5).flatmap(
    lambda n: st.lists(st.lists(st.integers(0, 60), min_size=n, max_size=n), min_size=n, max_size=n)
)


@settings(derandomize=True, deadline=None, max_examples=examples(300))
@given(SQUARE)
def test_no_two_would_better_change_places(square: list[list[int]]) -> None:
    costs = {str(n): {str(m): float(c) for m, c in enumerate(row)} for n, row in enumerate(square)}
    chosen = assign(costs)
    assert len(chosen) == len(square)
    for one, other in permutations(chosen, 2):
        exchanged = {**chosen, one: chosen[other], other: chosen[one]}
        assert total(chosen, costs) <= total(exchanged, costs)
