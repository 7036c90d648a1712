"""The close of a month (月次締め): what was sold, what is owed, what nobody understands. Pure.

A run adds up one contract after the other; what it comes to is the same in whatever order.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from pydantic import BaseModel, Field

from lambdas.billing.app.records import ContractRecord
from lambdas.billing.contract import facts as f
from lambdas.billing.contract.history import History
from lambdas.billing.invoicing.charges import Line
from lambdas.billing.invoicing.invoices import rate_of
from lambdas.billing.invoicing.receivables import Account
from lambdas.shared.calendar import Month
from lambdas.shared.money import tax_within

AGES = (0, 1, 2, 3, 6, 12)
"""Months since an invoice's month, from which on an open amount is of an older kind."""


MOVES = (f.Paid, f.Received, f.PaymentReversed, f.Refunded, f.WrittenOff, f.Credited)
"""Facts that move money."""


class Close(BaseModel):
    """What a month comes to. Amounts in yen; ``sales`` by ``product/rate/item``."""

    month: str
    contracts: int = 0
    invoices: int = 0
    invoiced: int = 0
    tax: int = 0
    sales: dict[str, int] = {}
    taxes: dict[str, int] = Field({}, description="By `product/rate`")
    received: dict[str, int] = Field({}, description="Money that came or went in it, by kind")
    open_by_age: dict[str, int] = Field({}, description="Open at its end, by months since")
    invoiced_so_far: int = 0
    paid: int = 0
    open: int = 0
    credited: int = 0
    written_off: int = 0
    overpaid: int = 0
    credits: int = 0
    to_give_back: int = 0
    not_understood: list[str] = []


def counted(
    record: ContractRecord, history: History, account: Account, month: Month
) -> Counter[str]:
    """What a contract adds to a month's close: figures by their names, a name's parts by ``|``.
    ``history`` and ``account`` are of what was known at the end of it."""
    found: Counter[str] = Counter(contracts=1)
    if history.misfits or record.unreadable:
        found[f"not_understood|{record.id}"] = 1
    for one in record.issued:
        if one.month == month:
            found["invoices"] += 1
            found["invoiced"] += one.total
            found["tax"] += one.invoice.tax
            _sold(found, history, one.invoice.lines)
    for standing in account.months.values():
        found["invoiced_so_far"] += standing.invoiced
        for name in ("paid", "open", "credited", "written_off"):
            found[name] += getattr(standing, name)
        if standing.open:
            age = max(one for one in AGES if one <= max(0, month.since(standing.month)))
            found[f"open_by_age|{age}"] += standing.open
    found["overpaid"] += account.overpaid
    found["credits"] += account.credit
    found["to_give_back"] += account.to_give_back
    for fact in history.facts:
        if isinstance(fact, MOVES) and Month.of(fact.day) == month:
            found[f"received|{fact.event}"] += fact.amount or 0
    return found


def _sold(found: Counter[str], history: History, lines: Iterable[Line]) -> None:
    """Sales and tax of an invoice's lines: by product, rate and item; the tax once per rate."""
    totals: Counter[int] = Counter()
    for line in lines:
        rate = rate_of(line, history.catalogue)
        percent = int(rate * 100)
        found[f"sales|{history.product.id}/{percent}/{line.item}"] += line.amount
        totals[percent] += line.amount
    for percent, total in totals.items():
        found[f"taxes|{history.product.id}/{percent}"] += tax_within(total, Fraction(percent, 100))


def closed(month: Month, figures: Mapping[str, int]) -> Close:
    """The close, out of what all contracts added."""
    values: dict[str, Any] = {"month": str(month)}
    groups: dict[str, dict[str, int]] = {}
    for name, amount in sorted(figures.items()):
        group, _, part = name.partition("|")
        if part:
            groups.setdefault(group, {})[part] = amount
        elif group in Close.model_fields:
            values[group] = amount
    values |= groups
    values["not_understood"] = list(groups.get("not_understood", {}))
    return Close.model_validate(values)
