"""The passes by blocks are the passes step by step."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdas.ingest.activity.chain import forward_backward


@settings(deadline=None)
@given(st.integers(1, 70), st.integers(2, 5), st.integers(0, 2**32 - 1))
def test_blocks_yield_what_single_steps_yield(n: int, s: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    steps = rng.dirichlet(np.ones(s), (3, s))
    kind, likelihood = rng.integers(0, 3, n), rng.random((n, s)) + 0.01
    first = rng.dirichlet(np.ones(s))
    found = forward_backward(first, steps, kind, likelihood)

    alpha, scale, state = np.empty((n, s)), np.empty(n), first
    for t in range(n):
        state = (state @ steps[kind[t]]) * likelihood[t]
        scale[t] = state.sum()
        state = alpha[t] = state / scale[t]
    beta = np.ones((n, s))
    for t in range(n - 2, -1, -1):
        beta[t] = steps[kind[t + 1]] @ (likelihood[t + 1] * beta[t + 1]) / scale[t + 1]
    pairs = np.zeros_like(steps)
    for t in range(n):
        before = alpha[t - 1] if t else first
        pairs[kind[t]] += (
            before[:, None] * steps[kind[t]] * (likelihood[t] * beta[t])[None] / scale[t]
        )
    assert np.allclose(found.filtered, alpha)
    assert np.allclose(found.smoothed, alpha * beta)
    assert np.allclose(found.pairs, pairs)
    assert found.log_likelihood == pytest.approx(np.log(scale).sum())


def test_the_forward_pass_alone_smooths_nothing() -> None:
    steps, likelihood = np.full((1, 2, 2), 0.5), np.array([[1.0, 0.2], [0.1, 1.0]])
    found = forward_backward(np.ones(2), steps, np.zeros(2, int), likelihood, smooth=False)
    assert found.smoothed is found.filtered
