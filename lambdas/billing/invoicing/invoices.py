"""Invoices: the lines of a month with their tax, and what a run has to add to those before it.

An invoice that went out is never changed. What a later fact makes wrong is put right by a line of
the difference on a later invoice.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from lambdas.billing.contract.history import History
from lambdas.billing.invoicing.charges import Line, all_charges, charges
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
    taxes = tax_of_invoice((line.amount, catalogue.tax(line.day)) for line in lines)
    return Invoice(month, lines, sum(line.amount for line in lines), sum(taxes.values()))


def invoice(history: History, month: Month) -> Invoice:
    """The invoice of a month, as it is when all facts are known in time."""
    return invoice_of(month, charges(history, month), history.catalogue)


def invoices(history: History, through: Month) -> list[Invoice]:
    """The invoices up to a month; months without a charge have none, nor have those whose credits
    are more than the charges: their lines wait."""
    made: list[Invoice] = []
    waiting: list[Line] = []
    for month in months(Month.of(history.facts[0].day), through) if history.facts else ():
        waiting += charges(history, month)
        if waiting and not in_credit(waiting):
            made.append(invoice_of(month, waiting, history.catalogue))
            waiting = []
    return made


def in_credit(lines: Iterable[Line]) -> bool:
    """Whether the customer would get money. Nobody is sent such an invoice: its lines come with the
    next one that takes the credit up."""
    return sum(line.amount for line in lines) < 0


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
