"""The papers of a contract: what an invoice says beside its lines. Plain functions."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from lambdas.billing.agreement import Agreement
from lambdas.billing.catalogue import Catalogue
from lambdas.billing.deadlines import payment_due
from lambdas.billing.documents.invoice import (
    Document,
    Issuer,
    Party,
    Settlement,
    by_customer,
    document,
)
from lambdas.billing.history import History
from lambdas.billing.invoices import Invoice
from lambdas.billing.payments.collecting import invoice_number
from lambdas.shared.calendar import Month, day_of


class House(BaseModel):
    """Who sends invoices, and where money is sent that could not be collected."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: Issuer
    pay_to: str
    debit_day: int = Field(27, ge=1, le=28)


def debit_day(house: House, month: Month) -> date:
    """When banks collect a month's invoices: on a day of the month after."""
    return month.plus(1).first.replace(day=house.debit_day)


def paper(
    agreement: Agreement,
    history: History,
    invoice: Invoice,
    issued: datetime,
    catalogue: Catalogue,
    house: House,
) -> Document:
    """An invoice as a document."""
    return document(
        invoice,
        number=invoice_number(agreement.id, invoice.month),
        issued=day_of(issued),
        issuer=house.issuer,
        customer=Party(
            name=agreement.contractor.name,
            postal_code="",
            address=tuple(filter(None, agreement.address.splitlines())),
        ),
        contract=agreement.id,
        service=history.product.name.get("ja", agreement.product),
        settlement=_settlement(history, invoice.month, day_of(issued), house),
        rate_on=catalogue.tax,
        notes=_notes(history, invoice),
    )


def _notes(history: History, invoice: Invoice) -> tuple[str, ...]:
    """What the terms want said at the foot of an invoice (HT-80)."""
    last = max((line.day for line in invoice.lines), default=invoice.month.last)
    return tuple(one.said.ja for one in history.terms(last).statements.values() if one.on_invoice)


def _settlement(history: History, month: Month, issued: date, house: House) -> Settlement:
    if month in history.failed:
        return by_customer(house.pay_to, payment_due(history, month))
    if history.payment(month.last) == "bank_transfer":
        return Settlement("口座振替", "", "お引き落とし日", debit_day(house, month))
    return Settlement("クレジットカード", "", "お支払日", issued)
