"""The monthly run's work on one contract: which invoice a month adds. Plain functions."""

from collections.abc import Sequence
from typing import Protocol

from lambdas.billing.contract.contract import Contract
from lambdas.billing.contract.history import History, understood
from lambdas.billing.invoicing.charges import charges
from lambdas.billing.invoicing.invoices import Invoice, billable, invoice_of, outstanding
from lambdas.billing.products.catalogue import Catalogue
from lambdas.shared.calendar import Month, months


class Sent(Protocol):
    """An invoice that went out, and how many facts of its month and before it was made from."""

    @property
    def month(self) -> Month: ...
    @property
    def known(self) -> int: ...
    @property
    def total(self) -> int: ...
    @property
    def invoice(self) -> Invoice: ...


def invoice_for(
    contract: Contract, issued: Sequence[Sent], month: Month, catalogue: Catalogue
) -> tuple[History, Invoice | None]:
    """The invoice a month adds to those issued; none when nothing is to be charged.

    What was missed in an earlier month, or became another amount since, comes with it as a line of
    the difference. A run for a month gone by sees only what belongs to that month and before, so
    that running late or again takes nothing back that later invoices have.
    """
    history = understood(contract, catalogue)
    last = issued[-1] if issued else None
    if last and last.month < month and last.total and _as_it_was(history, last):
        # A month follows from facts of that month and before: those before stand as they are.
        since = months(last.month.plus(1), month)
        lines = [line for one in since for line in charges(history, one)]
    else:
        sent = [line for one in issued for line in one.invoice.lines if line.day <= month.last]
        lines = outstanding(history, sent, month.last)
    lines = billable(lines)
    return history, invoice_of(month, lines, catalogue) if lines else None


def _as_it_was(history: History, last: Sent) -> bool:
    """Whether nothing was entered late, or taken back, since an invoice."""
    return history.known(last.month.last) == last.known
