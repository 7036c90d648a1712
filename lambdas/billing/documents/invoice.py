"""An invoice as a document: who, to whom, for what, how it is paid.

It has what a qualified invoice (適格請求書, 消費税法57条の4) must have: the issuer's name and
registration number, the days of the transactions, what was sold, the sums and the tax for each
rate, computed once, and the customer's name.
"""

from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from lambdas.billing.documents.labels import MONTHLY, label, month_label
from lambdas.billing.documents.registration import RegistrationNumber
from lambdas.billing.invoicing.charges import UNTAXED
from lambdas.billing.invoicing.invoices import NO_TAX, Invoice
from lambdas.billing.payments.accounts import Card, StoredAccount
from lambdas.shared.calendar import Month
from lambdas.shared.money import tax_within


class Party(BaseModel):
    """A name and an address."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    postal_code: str
    address: tuple[str, ...]


class Issuer(Party):
    """Who sends the invoice."""

    registration: RegistrationNumber
    phone: str
    hours: str = ""


class Settlement(NamedTuple):
    """How an invoice is paid: the way, what is known of it, and until when or when."""

    way: str
    detail: str
    when_label: str
    when: date


class Head(BaseModel):
    """What an invoice says beside its lines. It is kept with them when the invoice is issued:
    a copy is printed as the first was, whatever changed since."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    customer: Party
    issuer: Issuer
    settlement: Settlement


def by_card(card: Card, on: date) -> Settlement:
    """Charged to a card."""
    return Settlement("クレジットカード", f"{card.brand.upper()} {card.masked}", "お支払日", on)


KINDS = {"ordinary": "普通", "current": "当座", "tax_reserve": "納税準備", "other": "その他"}


def by_bank_transfer(account: StoredAccount, bank: str, branch: str, on: date) -> Settlement:
    """Collected from an account; the names of bank and branch are told."""
    detail = f"{bank} {branch} {KINDS[account.kind]} {account.masked}"
    return Settlement("口座振替", detail, "お引き落とし日", on)


def by_customer(pay_to: str, due: date) -> Settlement:
    """Transferred by the customer, after another way of paying failed (HT-29). ``pay_to`` is our
    account, in lines."""
    return Settlement("お振り込み", pay_to, "お支払期限", due)


OUTSIDE = "対象外"


class Row(NamedTuple):
    """A line as it is shown."""

    when: str
    label: str
    rule: str
    percent: str
    amount: int


class RateTotal(NamedTuple):
    """The sums of what is taxed at one rate."""

    percent: str
    total: int
    tax: int

    @property
    def label(self) -> str:
        """What the rate is called."""
        return self.percent if self.percent == OUTSIDE else f"{self.percent}対象"

    @property
    def net(self) -> int:
        """Without the tax."""
        return self.total - self.tax


QUALIFIED = "適格請求書"
QUALIFIED_RETURN = "適格請求書・適格返還請求書"
"""With a credit on it: the paper names the sale it returns, its rate and its tax."""


class Document(NamedTuple):
    """All that an invoice says."""

    number: str
    issued: date
    issuer: Issuer
    customer: Party
    contract: str
    service: str
    month: Month
    rows: tuple[Row, ...]
    rates: tuple[RateTotal, ...]
    total: int
    tax: int
    settlement: Settlement
    notes: tuple[str, ...]
    title: str = "請求書"
    kind: str = QUALIFIED


def document(
    invoice: Invoice,
    *,
    number: str,
    issued: date,
    head: Head,
    contract: str,
    service: str,
    rate_on: Callable[[date], Fraction],
    notes: tuple[str, ...] = (),
    whose: Sequence[str] = (),
) -> Document:
    """The document of an invoice. ``rate_on`` tells the tax rate of a day (``Catalogue.tax``),
    ``whose`` line each one is, where it is for several."""
    totals: dict[Fraction, int] = {}
    rows = []
    for nth, line in enumerate(invoice.lines):
        rate = NO_TAX if line.item in UNTAXED else rate_on(line.sale or line.day)
        totals[rate] = totals.get(rate, 0) + line.amount
        when = month_label(line.month) if line.item in MONTHLY else f"{line.day:%Y/%m/%d}"
        name = f"{whose[nth]}：{label(line)}" if whose else label(line)
        rows.append(Row(when, name, line.rule, percent(rate), line.amount))
    return Document(
        number=number,
        issued=issued,
        issuer=head.issuer,
        customer=head.customer,
        contract=contract,
        service=service,
        month=invoice.month,
        rows=tuple(rows),
        rates=tuple(
            RateTotal(percent(rate), total, tax_within(total, rate))
            for rate, total in sorted(totals.items(), reverse=True)
        ),
        total=invoice.total,
        tax=invoice.tax,
        settlement=head.settlement,
        notes=notes,
        kind=QUALIFIED_RETURN if any(line.amount < 0 for line in invoice.lines) else QUALIFIED,
    )


def percent(rate: Fraction) -> str:
    """A rate: 10%. Money that goes back or is set off is no sale and has none."""
    return f"{float(rate * 100):g}%" if rate else OUTSIDE


def long_date(day: date) -> str:
    """A day: 2026年9月30日."""
    return f"{day.year}年{day.month}月{day.day}日"
