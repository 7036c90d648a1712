"""What holds for all tests, one after another or side by side (`make test`)."""

import pytest
from hypothesis import settings

# The same examples on every machine, and none that counts as failed for having taken long.
settings.register_profile("fixed", derandomize=True, deadline=None, database=None)
settings.load_profile("fixed")

FIRST = ("test_homecheck.py", "test_payments.py")
"""Modules to begin with. The first is the longest: the whole takes as long as what ends last. The
second needs no local cloud, whose templates are made meanwhile, once for all."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """These first; the others stay as they are, from whole systems down to units."""
    items.sort(key=lambda item: [item.path.name != name for name in FIRST])
