"""What holds for all tests, one after another or side by side (`make test`)."""

import pytest
from hypothesis import settings

# The same examples on every machine, and none that counts as failed for having taken long.
settings.register_profile("fixed", derandomize=True, deadline=None, database=None)
settings.load_profile("fixed")

LONGEST = ("test_homecheck.py",)
"""Modules to begin with: side by side, the whole takes as long as the one that ends last."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long modules first; the others stay as they are, from whole systems down to units."""
    items.sort(key=lambda item: item.path.name not in LONGEST)
