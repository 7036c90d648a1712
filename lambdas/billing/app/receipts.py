"""Money that came from a customer, matched to invoices. Plain functions."""

from datetime import datetime

from lambdas.billing.contract.facts import Fact, Paid, Received
from lambdas.billing.invoicing.receivables import Account
from lambdas.billing.products.forbidden import Forbidden
from lambdas.shared.calendar import Month


def allocated(
    account: Account, amount: int, on: datetime, reference: str, month: Month | None = None
) -> list[Fact]:
    """The facts of ``amount`` yen that came: for the month that is named and then the oldest open
    invoices; what is left is the customer's. Forbidden when there is no invoice of the month."""
    if month and month not in account.months:
        raise Forbidden("HT-29", f"there is no invoice of {month}")
    wanted = [*([month] if month else []), *account.open_months]
    facts: list[Fact] = []
    for one in dict.fromkeys(wanted):
        part = min(amount, account.months[one].open)
        if part > 0:
            name = f"receipt/{reference}/{one}"
            facts.append(Paid(on=on, id=name, month=one, amount=part, reference=reference))
            amount -= part
    if amount:
        name = f"receipt/{reference}/rest"
        facts.append(Received(on=on, id=name, amount=amount, reference=reference))
    return facts
