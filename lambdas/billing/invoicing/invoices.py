"""Invoices: the lines of a month with their tax, and what a run has to add to those before it.

An invoice that went out is never changed. What a later fact makes wrong is put right by a line of
the difference on a later invoice.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from lambdas.billing.contract.history import History
from lambdas.billing.invoicing.charges import UNTAXED, Line, all_charges, charges
from lambdas.billing.products.catalogue import Catalogue
from lambdas.shared.calendar import Month, months
from lambdas.shared.money import tax_of_invoice


class Invoice(NamedTuple):
    """A month's lines."""

    month: Month
    lines: tuple[Line, ...]
    total: int
    tax: int


def invoice_of(month: Month, lines: Iterable[Line], catalogue: Catalogue) -> Invoice:
    """The invoice of a month with these lines, tax once per rate (G-05)."""
    lines = tuple(lines)
    taxes = tax_of_invoice((line.amount, rate_of(line, catalogue)) for line in lines)
    return Invoice(month, lines, sum(line.amount for line in lines), sum(taxes.values()))


NO_TAX = Fraction(0)


def rate_of(line: Line, catalogue: Catalogue) -> Fraction:
    """The tax rate of a line: that of its day, of a credit that of the sale it returns."""
    return NO_TAX if line.item in UNTAXED else catalogue.tax(line.sale or line.day)


def invoice(history: History, month: Month) -> Invoice:
    """The invoice of a month, as it is when all facts are known in time."""
    return invoice_of(month, charges(history, month), history.catalogue)


def invoices(history: History, through: Month) -> list[Invoice]:
    """The invoices up to a month; months without a charge have none. Of credits each takes up as
    much as it asks for: the rest waits."""
    made: list[Invoice] = []
    waiting: list[Line] = []
    for month in months(Month.of(history.facts[0].day), through) if history.facts else ():
        waiting += charges(history, month)
        if lines := billable(waiting):
            made.append(invoice_of(month, lines, history.catalogue))
            waiting = _left(waiting, lines)
    return made


def billable(lines: Sequence[Line]) -> list[Line]:
    """What of these lines makes an invoice: all charges, and of credits, the oldest first, as much
    as the charges come to. No lines without a charge: an invoice never gives money back."""
    left = sum(line.amount for line in lines if line.amount > 0)
    if not left:
        return []
    taken: dict[int, int] = {}
    for place, line in sorted(enumerate(lines), key=lambda one: one[1].day):
        if line.amount < 0:
            taken[place] = part = min(-line.amount, left)
            left -= part
    return [
        line if line.amount > 0 else line._replace(amount=-taken[place])
        for place, line in enumerate(lines)
        if line.amount > 0 or taken[place]
    ]


def _left(lines: Sequence[Line], billed: Iterable[Line]) -> list[Line]:
    """What of credits no invoice took up yet."""
    parts = {line.key: line.amount for line in billed if line.amount < 0}
    rest = [
        line._replace(amount=line.amount - parts.get(line.key, 0))
        for line in lines
        if line.amount < 0
    ]
    return [line for line in rest if line.amount]


def open_credit(history: History, issued: Iterable[Line], through: date) -> int:
    """What is left of credits, in yen, when all that is owed through a day is set off against them:
    what may be paid out."""
    return max(0, -sum(line.amount for line in outstanding(history, issued, through)))


def outstanding(history: History, issued: Iterable[Line], through: date) -> list[Line]:
    """The lines to be issued now: all that is owed through a day, less what was issued.

    Each charge is compared with what was issued under its key, so that to ask again adds nothing
    (G-08), and a charge that became another gives a line of the difference.
    """
    open_lines: dict[str, Line] = {}
    for line in issued:
        known = open_lines.get(line.key)
        amount = (known.amount if known else 0) - line.amount
        open_lines[line.key] = line._replace(amount=amount)
    for line in all_charges(history, through):
        known = open_lines.get(line.key)
        open_lines[line.key] = line._replace(amount=line.amount + (known.amount if known else 0))
    return [line for line in open_lines.values() if line.amount]
