"""A cell of homes stays within what AWS gives an account without asking."""

import random

import pytest

from bench.limits import CELL, SHARE, shares
from bench.reconnect import TAKEN, simulated, together
from iot.agent.device.pace import reconnect_delays


@pytest.mark.parametrize(("quota", "need"), shares(CELL), ids=lambda one: getattr(one, "name", ""))
def test_a_cell_keeps_below_every_quota_that_is_not_raised_on_request(
    quota: object, need: float
) -> None:
    assert need > 0
    if not quota.asked:  # type: ignore[attr-defined]
        assert need <= SHARE * quota.limit  # type: ignore[attr-defined]


def test_devices_that_were_cut_off_together_are_back_within_minutes() -> None:
    attempts, back = simulated(10_000, reconnect_delays, random.Random(1))
    assert len(back) == 10_000
    assert max(back) < 300
    assert attempts.total() < 4 * 10_000
    without, late = simulated(10_000, together, random.Random(1))
    assert max(without.values()) == 10_000
    assert late[-1] > 2 * back[-1]
    assert max(late.count(second) for second in set(late)) == TAKEN
