"""How many examples a property is tried with: all in `make test-all`, fewer in the quick runs."""

import os

THOROUGH = "THOROUGH" in os.environ
"""Set by `make test-all`."""


def examples(number: int) -> int:
    """For ``max_examples``: this number, or a third of it, always the same third."""
    return number if THOROUGH else number // 3
