"""What a customer owes and has to get back: invoices against the money that came.

For each month, always: invoiced = paid + open + credited + written off. Money beyond what an
invoice asks for stays the customer's (``overpaid``) until it is set off or paid back. Plain
functions.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lambdas.billing.contract import facts as f
from lambdas.billing.contract.history import History
from lambdas.billing.invoicing.charges import Line
from lambdas.shared.calendar import Month


@dataclass(slots=True)
class Standing:
    """A month's invoice, in yen."""

    month: Month
    invoiced: int
    paid: int = 0
    credited: int = 0
    written_off: int = 0

    @property
    def open(self) -> int:
        """What is still asked for."""
        return self.invoiced - self.paid - self.credited - self.written_off


@dataclass(slots=True)
class Account:
    """All of a contract's invoices, and what is left of the money that came."""

    months: dict[Month, Standing] = field(default_factory=dict)
    overpaid: int = 0
    """Money that came and that no invoice took."""

    credit: int = 0
    """Credits that no invoice took up yet."""

    unbilled: int = 0
    """Charges that no invoice has yet."""

    received: int = 0
    """All money that came and did not go back to where it came from."""

    refunded: int = 0
    """Money that we paid back."""

    @property
    def open(self) -> int:
        """What is asked for in all."""
        return sum(one.open for one in self.months.values())

    @property
    def open_months(self) -> list[Month]:
        """The months of which something is open, the oldest first."""
        return sorted(month for month, one in self.months.items() if one.open > 0)

    @property
    def to_give_back(self) -> int:
        """What may be paid back: what the customer has too much with us, as far as money came."""
        left = max(0, self.overpaid) + max(0, self.credit - self.unbilled)
        return max(0, min(left, self.received - self.refunded))


def account_of(
    history: History, invoiced: Mapping[Month, int], outstanding: Iterable[Line] = ()
) -> Account:
    """The account of a contract. ``invoiced`` has the totals of its invoices, ``outstanding`` the
    lines that none of them has yet (``invoices.outstanding``)."""
    account = Account({m: Standing(m, total) for m, total in sorted(invoiced.items())})
    for line in outstanding:
        account.credit -= min(0, line.amount)
        account.unbilled += max(0, line.amount)
    for fact in history.facts:
        _take(account, fact)
    return account


def _take(account: Account, fact: f.AnyFact) -> None:
    match fact:
        case f.Paid(month=month, amount=amount):
            one = account.months.get(month)
            came = amount if amount is not None else max(0, one.open) if one else 0
            taken = min(came, max(0, one.open)) if one else 0
            if one:
                one.paid += taken
            account.received += came
            account.overpaid += came - taken
        case f.Received(amount=amount):
            account.received += amount
            account.overpaid += amount
        case f.PaymentReversed(month=month, amount=amount):
            one = account.months.get(month)
            gone = min(amount, one.paid) if one else 0
            if one:
                one.paid -= gone
            account.received -= amount
            account.overpaid -= amount - gone
        case f.WrittenOff(month=month, amount=amount) if month in account.months:
            one = account.months[month]
            one.written_off += min(one.open if amount is None else amount, max(0, one.open))
        case f.CreditApplied(month=month, amount=amount, overpaid=overpaid):
            one = account.months.get(month)
            taken = min(amount, max(0, one.open)) if one else 0
            if one:
                one.credited += taken
            account.overpaid += amount - taken - overpaid
        case f.Refunded(amount=amount, overpaid=overpaid):
            account.refunded += amount
            account.overpaid -= overpaid
        case _:
            return
