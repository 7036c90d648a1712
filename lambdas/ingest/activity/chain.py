"""Hidden Markov chains over minutes, in numpy: exact forward and backward passes by blocks.

A chain over a month is 40,000 steps one after the other. Cut into about 200 blocks, the product of
each block's steps is found for all blocks at once, the blocks are joined one after the other, and
the steps inside are done for all blocks at once again: 600 numpy calls instead of 80,000, with the
same result (Hassan, Särkkä, García-Fernández 2021, "Temporal parallelization of inference in hidden
Markov models", in two levels).
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Posterior(NamedTuple):
    """What a pass over n minutes and s states yields.

    ``smoothed`` (n, s): probability of each state given all minutes; ``filtered`` (n, s): given the
    minutes up to and with this one; ``pairs`` (k, s, s): expected number of steps from state to
    state, by kind of step; ``log_likelihood``: of the whole record, in nats.
    """

    smoothed: Floats
    filtered: Floats
    pairs: Floats
    log_likelihood: float


def forward_backward(
    first: Floats, steps: Floats, kind: Ints, likelihood: Floats, *, smooth: bool = True
) -> Posterior:
    """Smooth a chain whose steps are of several kinds.

    ``first`` (s,): distribution before the first step. ``steps`` (k, s, s): a matrix for each kind
    of step, rows sum to one. ``kind`` (n,): which matrix leads into each minute. ``likelihood``
    (n, s): of what was seen, by state, up to a factor a minute. With ``smooth`` False only the
    forward pass is made, and ``smoothed`` repeats ``filtered``.
    """
    n, s = likelihood.shape
    length = max(1, int(np.sqrt(n)))
    blocks = -(-n // length)
    pad = blocks * length - n
    scaled = likelihood / likelihood.max(axis=1, keepdims=True)
    seen = np.concatenate([scaled, np.ones((pad, s))]).reshape(blocks, length, s)
    which = np.concatenate([kind, np.zeros(pad, np.int64)]).reshape(blocks, length)
    if pad:  # minutes past the end change nothing
        steps = np.concatenate([steps, np.eye(s)[None]])
        which[-1, length - pad :] = len(steps) - 1

    product = np.broadcast_to(np.eye(s), (blocks, s, s)).copy()
    for i in range(length):
        product = (product @ steps[which[:, i]]) * seen[:, i, None, :]
        product /= product.sum(axis=(1, 2), keepdims=True)

    entering = np.empty((blocks, s))
    state = first / first.sum()
    for b in range(blocks):
        entering[b] = state
        state = state @ product[b]
        state = state / state.sum()

    alpha = np.empty((blocks, length, s))
    scale = np.empty((blocks, length))
    state = entering
    for i in range(length):
        state = np.matmul(state[:, None, :], steps[which[:, i]])[:, 0] * seen[:, i]
        scale[:, i] = state.sum(axis=1)
        state = state / scale[:, i, None]
        alpha[:, i] = state
    filtered = alpha.reshape(-1, s)[:n]
    total = float(np.log(scale).sum() + np.log(likelihood.max(axis=1)).sum())
    if not smooth:
        return Posterior(filtered, filtered, np.zeros_like(steps[: len(steps) - bool(pad)]), total)

    leaving = np.empty((blocks, s))
    state = np.ones(s)
    for b in range(blocks - 1, -1, -1):
        leaving[b] = state
        state = product[b] @ state
        state = state / state.sum()
    beta = np.empty((blocks, length, s))
    state = leaving
    for i in range(length - 1, -1, -1):
        beta[:, i] = state
        state = np.matmul(steps[which[:, i]], (seen[:, i] * state)[:, :, None])[:, :, 0]
        state = state / state.sum(axis=1, keepdims=True)
    behind = beta.reshape(-1, s)[:n]
    smoothed = filtered * behind
    smoothed /= smoothed.sum(axis=1, keepdims=True)

    before = np.concatenate([(first / first.sum())[None], filtered[:-1]])
    after = scaled * behind
    pairs = np.zeros((len(steps) - bool(pad), s, s))
    for k in range(len(pairs)):
        here = kind == k
        if here.any():
            weight = np.einsum("ti,ij,tj->t", before[here], steps[k], after[here])
            pairs[k] = steps[k] * (before[here].T @ (after[here] / weight[:, None]))
    return Posterior(smoothed, filtered, pairs, total)
