"""Works at a home that are given to another company (工事の再委託, HT-89). Pure.

An installer of that company sets the home's panel up and tests it while the work is theirs. They
see nothing else of the home, and of no other home that there is one.
"""

from collections.abc import Collection
from datetime import datetime

from pydantic import AwareDatetime

from lambdas.security.file import Model

COMPANY = "company-"
"""How the groups begin of those who work for another company: ``company-acme``."""


class Work(Model):
    """A home's panel is another company's to set up, from ``since`` on, until ``until``."""

    home: str
    name: str
    company: str
    since: AwareDatetime
    until: AwareDatetime
    by: str

    def runs(self, now: datetime) -> bool:
        """Whether it is theirs at ``now``."""
        return self.since <= now < self.until


def companies_of(groups: Collection[str]) -> list[str]:
    """The companies that a login of these groups works for."""
    return sorted(one.removeprefix(COMPANY) for one in groups if one.startswith(COMPANY))
