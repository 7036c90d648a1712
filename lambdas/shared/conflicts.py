"""Optimistic locking: whoever finds that somebody else wrote first reads again and decides anew."""

from tenacity import retry, retry_if_exception_type, stop_after_attempt

TRIES = 6
"""How often a change is tried before it is given up as contended."""


class Conflict(Exception):
    """Somebody changed the same thing since it was read."""


retry_on_conflict = retry(
    retry=retry_if_exception_type(Conflict), stop=stop_after_attempt(TRIES), reraise=True
)
"""Decorator: call the function again, at once, when it raises Conflict; the last one is raised.

What it decorates must read what it changes itself, so that each try decides on what is there.
"""
