"""The papers of a contract: what an invoice says beside its lines. Plain functions."""

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lambdas.billing.contract.agreement import Agreement
from lambdas.billing.contract.history import History
from lambdas.billing.documents.invoice import (
    Document,
    Head,
    Issuer,
    Party,
    Settlement,
    by_customer,
    document,
)
from lambdas.billing.invoicing.deadlines import payment_due
from lambdas.billing.invoicing.invoices import Invoice, invoice_of
from lambdas.billing.invoicing.joint import JointInvoice
from lambdas.billing.payments.collecting import LEAD_DAYS, invoice_number, transfer_day, way_to_pay
from lambdas.billing.payments.methods import Methods
from lambdas.billing.products.catalogue import Catalogue
from lambdas.shared.calendar import Month, day_of


class BillingEntity(BaseModel):
    """Who sends invoices, and where money is sent that could not be collected."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: Issuer
    pay_to: str
    debit_day: int = Field(27, ge=1, le=28)
    again_day: int = Field(12, ge=1, le=28)
    """When banks are asked once more, the month after (再振替)."""

    debits_in_all: int = Field(2, ge=1, le=4)
    """How often a bank is asked for an invoice, as long as there is too little in the account."""

    lead_days: int = Field(LEAD_DAYS, ge=1, le=20)
    """Business days by which our bank wants a request file ahead of the transfer."""

    @model_validator(mode="after")
    def _two_days(self) -> "BillingEntity":
        if self.again_day == self.debit_day:
            raise ValueError("a second try has a day of its own: answers are told apart by it")
        return self


def debit_day(house: BillingEntity, run: Month, month: Month) -> date:
    """When banks collect, after the run for ``run``, its own invoices or those of a ``month``
    before: on a day of the month after the run's."""
    day = house.debit_day if month == run else house.again_day
    return run.plus(1).first.replace(day=day)


def head_of(
    agreement: Agreement,
    history: History,
    month: Month,
    issued: date,
    methods: Methods,
    house: BillingEntity,
) -> Head:
    """What the invoice of a month says beside its lines when it is issued on a day: how it is paid
    is how it is about to be collected."""
    way = way_to_pay(history.payment(month.last), methods)
    settlement = Settlement("クレジットカード", "", "お支払日", issued)
    if way == "bank_transfer":
        day = transfer_day(debit_day(house, month, month), issued, house.lead_days)
        settlement = Settlement("口座振替", "", "お引き落とし日", day)
    return Head(customer=_customer(agreement), issuer=house.issuer, settlement=settlement)


def paper(
    agreement: Agreement,
    history: History,
    invoice: Invoice,
    issued: datetime,
    catalogue: Catalogue,
    head: Head,
) -> Document:
    """An invoice as a document, as it was issued: the rest comes out of its lines and of the
    versions of the catalogue in force on their days."""
    return document(
        invoice,
        number=invoice_number(agreement.id, invoice.month),
        issued=day_of(issued),
        head=head,
        contract=agreement.id,
        service=_service(history),
        rate_on=catalogue.tax,
        notes=_notes(history, invoice),
    )


def joint_paper(
    joint: JointInvoice,
    lead: Agreement,
    invoices: Sequence[tuple[str, Invoice]],
    history: History,
    catalogue: Catalogue,
) -> Document:
    """One invoice for several contracts, each line with the home it is for: the tax is reckoned
    once per rate over all of them (G-05)."""
    lines = [line for _, one in invoices for line in one.lines]
    made = invoice_of(joint.month, lines, catalogue)
    homes = len({part.contract for part in joint.parts})
    return document(
        made,
        number=joint.number,
        issued=day_of(joint.at),
        head=Head.model_validate_json(joint.head),
        contract=joint.lead,
        service=f"{_service(history)}ほか（{homes}契約）" if homes > 1 else _service(history),
        rate_on=catalogue.tax,
        notes=_notes(history, made),
        whose=[home for home, one in invoices for _ in one.lines],
    )._replace(customer=_customer(lead), title="合算請求書")


def statement(made: Document, joint: str) -> Document:
    """An invoice that is asked for within a joint one: a statement that leads there."""
    told = (
        f"この明細の料金は、合算請求書 {joint} に含めてご請求します。"
        "適格請求書はその合算請求書です。"
    )
    return made._replace(title="ご利用明細書", kind="明細", notes=(told, *made.notes))


def demand(
    agreement: Agreement,
    history: History,
    invoice: Invoice,
    catalogue: Catalogue,
    house: BillingEntity,
) -> Document:
    """What asks for the money of an invoice that could not be collected (HT-29): a paper of its
    own, which names the invoice and changes nothing of it."""
    number = invoice_number(agreement.id, invoice.month)
    made = document(
        invoice,
        number=f"{number}-R",
        issued=history.failed[invoice.month],
        head=Head(
            customer=_customer(agreement),
            issuer=house.issuer,
            settlement=by_customer(house.pay_to, payment_due(history, invoice.month)),
        ),
        contract=agreement.id,
        service=_service(history),
        rate_on=catalogue.tax,
        notes=(
            f"請求書 {number} の料金をお支払いいただけませんでしたので、"
            "あらためてご請求いたします。"
            "適格請求書は、さきにお送りしたその請求書です。",
            *_rest(history, invoice),
            *_notes(history, invoice),
        ),
    )
    return made._replace(title="再請求書", kind="お支払いのお願い")


def _rest(history: History, invoice: Invoice) -> tuple[str, ...]:
    """What is still to be paid, where a part was."""
    money = history.collected.get(invoice.month)
    done = money.paid + money.credited + money.written_off if money else 0
    if not done:
        return ()
    rest = invoice.total - done
    return (f"{done:,}円はお支払い済みです。お支払いいただく残額は、{rest:,}円です。",)


def _customer(agreement: Agreement) -> Party:
    address = tuple(filter(None, agreement.address.splitlines()))
    return Party(name=agreement.contractor.name, postal_code="", address=address)


def _service(history: History) -> str:
    return history.product.name.get("ja", history.product.id)


def _notes(history: History, invoice: Invoice) -> tuple[str, ...]:
    """What the terms want said at the foot of an invoice (HT-80)."""
    last = max((line.day for line in invoice.lines), default=invoice.month.last)
    return tuple(one.said.ja for one in history.terms(last).statements.values() if one.on_invoice)
