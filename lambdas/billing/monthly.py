"""The monthly run's work on one contract: which invoice a month adds. Plain functions."""

from collections.abc import Iterable

from lambdas.billing.agreement import Agreement
from lambdas.billing.catalogue import Catalogue
from lambdas.billing.facts import AnyFact
from lambdas.billing.history import History
from lambdas.billing.invoices import Invoice, invoice_of, outstanding
from lambdas.shared.calendar import Month


def invoice_for(
    agreement: Agreement,
    facts: tuple[AnyFact, ...],
    issued: Iterable[Invoice],
    month: Month,
    catalogue: Catalogue,
) -> tuple[History, Invoice | None]:
    """The invoice a month adds to those issued; none when nothing is open.

    What was missed in an earlier month, or became another amount since, comes with it as a line of
    the difference. A run for a month gone by sees only what belongs to that month and before, so
    that running late or again takes nothing back that later invoices have.
    """
    history = History(agreement.contract(facts), catalogue)
    before = [line for one in issued for line in one.lines if line.day <= month.last]
    lines = outstanding(history, before, month.last)
    return history, invoice_of(month, lines, catalogue) if lines else None
