"""The cooldown, whatever happens and in whatever order it is heard of."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdas.notify.policy import within_cooldown
from tests.examples import examples

NOON = datetime(2026, 11, 22, 3, tzinfo=UTC)
TEN = timedelta(seconds=10)

MOMENTS = st.lists(st.integers(0, 120_000), min_size=1, max_size=30, unique=True)
"""When things happened, in milliseconds."""


def told(milliseconds: list[int]) -> list[int]:
    """The moments that a notice goes out for, heard of in this order."""
    sent: list[int] = []
    for moment in milliseconds:
        before = [NOON + timedelta(milliseconds=one) for one in sent]
        if not within_cooldown(NOON + timedelta(milliseconds=moment), before, TEN):
            sent.append(moment)
    return sent


@settings(derandomize=True, deadline=None, max_examples=examples(300))
@given(MOMENTS)
def test_the_first_is_never_swallowed_in_any_order(milliseconds: list[int]) -> None:
    sent = told(milliseconds)
    assert sent[0] == milliseconds[0]  # the first heard of
    assert min(milliseconds) in sent  # the first that happened


@settings(derandomize=True, deadline=None, max_examples=examples(300))
@given(MOMENTS)
def test_in_order_notices_are_ten_seconds_apart_and_none_waits_longer(
    milliseconds: list[int],
) -> None:
    milliseconds.sort()
    sent = told(milliseconds)
    assert all(later - earlier >= 10_000 for earlier, later in pairwise(sent))
    for moment in milliseconds:  # whatever is held has a notice within the ten seconds before it
        assert any(0 <= moment - one < 10_000 for one in sent)


@pytest.mark.rule("G-08")
@settings(derandomize=True, deadline=None, max_examples=examples(200))
@given(MOMENTS, st.data())
def test_hearing_of_it_again_tells_nothing_new(
    milliseconds: list[int], data: st.DataObject
) -> None:
    milliseconds.sort()
    sent = told(milliseconds)
    before = [NOON + timedelta(milliseconds=one) for one in sent]
    again = data.draw(st.sampled_from(milliseconds))
    held = within_cooldown(NOON + timedelta(milliseconds=again), before, TEN)
    assert held == (again not in sent)
