"""Banks and branches, from the data that the package ``zengin-code`` carries.

No network is asked. The data is as old as the package (``data_of``): new versions come every month
or so. A branch that is not in it may have opened since; one that is may have closed.
"""

from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from lambdas.billing.payments.kana import to_kana


class Branch(NamedTuple):
    """A branch of a bank: names, and names in banks' kana."""

    bank: str
    bank_kana: str
    name: str
    kana: str


@cache
def _package() -> Any:
    """The package: it reads 1,400 files at import, which only those should pay for who ask."""
    import zengin_code  # type: ignore[import-untyped,unused-ignore]

    return zengin_code


def bank_name(bank: str) -> str | None:
    """The name of a bank by its four digits, if there is such a bank."""
    found = _package().Bank.all.get(bank)
    return found.name if found else None


def branch(bank: str, branch: str) -> Branch | None:
    """A branch by the bank's four and its own three digits, if there is such a branch."""
    found = _package().Bank.all.get(bank)
    at = found.branches.get(branch) if found else None
    if found is None or at is None:
        return None
    return Branch(found.name, to_kana(found.kana), at.name, to_kana(at.kana))


def data_of() -> date:
    """The day the data is from."""
    version = _package().__version__.rsplit(".", 1)[1]
    return datetime.strptime(version, "%Y%m%d").date()  # noqa: DTZ007  (a day has no zone)
