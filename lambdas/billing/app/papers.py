"""The papers of a contract as it was recorded. Plain functions."""

from collections.abc import Sequence

from lambdas.billing.app.records import ContractRecord, Issued
from lambdas.billing.contract.history import History
from lambdas.billing.documents.invoice import Document
from lambdas.billing.documents.invoice_documents import (
    BillingEntity,
    demand,
    joint_paper,
    paper,
    statement,
)
from lambdas.billing.invoicing.joint import JointInvoice
from lambdas.billing.products.catalogue import Catalogue
from lambdas.shared.calendar import Month


class NoPaper(LookupError):
    """There is no such paper."""


def month_in(text: str) -> Month | None:
    """A month in a path; None for what is none."""
    try:
        return Month.parse(text)
    except ValueError:
        return None


def issued_in(record: ContractRecord, month: str) -> Issued:
    """The invoice of a month in a path. NoPaper when there is none."""
    wanted = month_in(month)
    found = record.invoice_of(wanted) if wanted else None
    if found is None:
        raise NoPaper(month)
    return found


def invoice_of(
    record: ContractRecord,
    history: History,
    month: str,
    catalogue: Catalogue,
    joint: JointInvoice | None = None,
) -> Document:
    """An invoice as it was issued; within a ``joint`` one it is a statement, so that no sale has
    two qualified invoices. NoPaper when there is none."""
    one = issued_in(record, month)
    made = paper(record.agreement, history, one.invoice, one.at, catalogue, one.head)
    return statement(made, joint.number) if joint else made


def joint_of_payer(
    joint: JointInvoice,
    lead: ContractRecord,
    members: Sequence[ContractRecord],
    history: History,
    catalogue: Catalogue,
) -> Document:
    """A joint invoice as a document. ``members`` are the contracts of its parts, in their order,
    ``history`` is the payer's."""
    invoices = [
        (one.agreement.home_name, next(i.invoice for i in one.issued if i.month == part.month))
        for one, part in zip(members, joint.parts, strict=True)
    ]
    return joint_paper(joint, lead.agreement, invoices, history, catalogue)


def demand_of(
    record: ContractRecord,
    history: History,
    month: str,
    catalogue: Catalogue,
    house: BillingEntity,
) -> Document:
    """What asks for an invoice again. NoPaper unless its collection failed and it is open."""
    one = issued_in(record, month)
    if one.month not in history.unpaid_months:
        raise NoPaper(month)
    return demand(record.agreement, history, one.invoice, catalogue, house)
