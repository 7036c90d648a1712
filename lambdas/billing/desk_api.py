"""HTTP routes for staff about one contract's money: its account, money that came, its papers."""

from typing import Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse
from pydantic import BaseModel, Field

from lambdas.billing.app import contract_service, papers
from lambdas.billing.app.desk_service import Desk, IdempotencyKey
from lambdas.billing.app.joint_service import JointService, JointView, joint_of
from lambdas.billing.app.papers import NoPaper
from lambdas.billing.app.receipts import allocated
from lambdas.billing.app.records import Conflict, ContractRecord
from lambdas.billing.contract import facts as f
from lambdas.billing.documents.invoice import Document
from lambdas.billing.documents.invoice_documents import BillingEntity
from lambdas.billing.documents.pdf import to_pdf
from lambdas.billing.documents.table import to_csv
from lambdas.billing.problems import TEXTS
from lambdas.billing.products.forbidden import Forbidden
from lambdas.shared.aws import http
from lambdas.shared.calendar import Month, in_japan
from lambdas.shared.problems import Problem
from lambdas.shared.settings import load


class DeskSettings(contract_service.BillingSettings):
    """What the function needs."""

    house: str


app = http.resolver(TEXTS)
handler = http.entry(app)


class MonthOfAccount(BaseModel):
    """A month's invoice, in yen: invoiced = paid + open + credited + written off."""

    month: str
    invoiced: int
    paid: int
    credited: int
    written_off: int
    open: int


class AccountOfContract(BaseModel):
    """What a customer owes, and has to get back."""

    contract: str
    months: list[MonthOfAccount]
    open: int
    overpaid: int = Field(description="Money that came and no invoice took")
    credit: int = Field(description="Credits that no invoice took up yet")
    to_give_back: int
    received: int
    refunded: int


class Receipt(BaseModel):
    """Money that came from a customer."""

    amount: f.Amount
    on: f.Moment | None = Field(None, description="When it came; now if not given")
    reference: str = Field(min_length=1, max_length=80, description="Once for each payment")
    month: str = Field("", description="The invoice it is for; the oldest open ones if not given")


@app.get("/billing/staff/contracts/<contract>/account", summary="Its account", tags=["Staff"])
def account(contract: str) -> AccountOfContract:
    desk = _desk()
    return _account(desk, desk.open(contract))


@app.post("/billing/staff/contracts/<contract>/receipts", summary="Money came", tags=["Staff"])
def receipt(
    contract: str, came: Receipt, idempotency_key: IdempotencyKey = ""
) -> AccountOfContract:
    desk = _desk()
    month = _month(came.month)
    with desk.once(idempotency_key) as new:
        if new:
            _came(desk, desk.contracts.open(contract), came, month)
    return _account(desk, desk.open(contract))


def _came(desk: Desk, record: ContractRecord, came: Receipt, month: Month | None) -> None:
    """Money to its invoices. Conflict when other money has its reference."""
    at, by = desk.contracts, desk.by
    if record.is_lead:
        _came_jointly(desk, record, came, month)
        return
    known = [one for one in record.facts if one.id.startswith(f"receipt/{came.reference}/")]
    if known:
        if sum(getattr(one, "amount", 0) for one in known) != came.amount:
            raise Conflict(came.reference)
        return
    account = at.account(record, at.history(record), by.at)
    on = came.on or in_japan(by.at)
    at.enter(record.id, allocated(account, came.amount, on, came.reference, month), by)


def _came_jointly(desk: Desk, record: ContractRecord, came: Receipt, month: Month | None) -> None:
    """Money of who pays for several contracts: to the joint invoices, the oldest first."""
    at = desk.contracts
    invoices = at.joint.invoices(record.id)
    named = [one for one in invoices if one.month == month]
    if month and not named:
        raise Forbidden("AL-09", f"there is no joint invoice of {month}")
    rest = [one for one in invoices if one.month != month]
    on = came.on or in_japan(desk.by.at)
    name = f"receipt/{came.reference}"
    about = f.Received(on=on, id=name, amount=came.amount, reference=came.reference)
    JointService(at).came(record.id, [*named, *rest], came.amount, about, desk.by)


@app.get(
    "/billing/staff/contracts/<contract>/joint-invoices",
    summary="What it pays for itself and others",
    tags=["Staff"],
)
def joint_invoices(contract: str) -> list[JointView]:
    desk = _desk()
    record = desk.open(contract)
    return JointService(desk.contracts).shown(record, desk.by.at)


# --- papers


_PDF: dict[int, OpenAPIResponse] = {
    200: {
        "description": "PDF",
        "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_CSV: dict[int, OpenAPIResponse] = {
    200: {
        "description": "CSV",
        "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@app.get(
    "/billing/staff/contracts/<contract>/invoices/<month>/pdf",
    summary="An invoice of anybody's, to be printed",
    tags=["Staff"],
    responses=_PDF,
)
def invoice_on_paper(contract: str, month: str):  # type: ignore[no-untyped-def]
    # No return type: the router would turn the bytes of a typed response into text.
    return Response(200, "application/pdf", _paper(contract, month, "invoice"))


@app.get(
    "/billing/staff/contracts/<contract>/invoices/<month>/operator-copy",
    summary="The same with the rule of each line, for the house",
    tags=["Staff"],
    responses=_PDF,
)
def operators_copy(contract: str, month: str):  # type: ignore[no-untyped-def]
    return Response(200, "application/pdf", _paper(contract, month, "copy"))


@app.get(
    "/billing/staff/contracts/<contract>/invoices/<month>/demand",
    summary="What asks for it again",
    tags=["Staff"],
    responses=_PDF,
)
def demand_on_paper(contract: str, month: str):  # type: ignore[no-untyped-def]
    return Response(200, "application/pdf", _paper(contract, month, "demand"))


@app.get(
    "/billing/staff/contracts/<contract>/invoices/<month>/csv",
    summary="An invoice of anybody's as a table",
    tags=["Staff"],
    responses=_CSV,
)
def invoice_as_table(contract: str, month: str):  # type: ignore[no-untyped-def]
    return Response(200, "text/csv; charset=utf-8", _paper(contract, month, "csv"))


@app.get(
    "/billing/staff/contracts/<contract>/joint-invoices/<month>/pdf",
    summary="A joint invoice, to be printed",
    tags=["Staff"],
    responses=_PDF,
)
def joint_on_paper(contract: str, month: str):  # type: ignore[no-untyped-def]
    return Response(200, "application/pdf", to_pdf(_joint_paper(contract, month)))


@app.get(
    "/billing/staff/contracts/<contract>/joint-invoices/<month>/csv",
    summary="A joint invoice as a table",
    tags=["Staff"],
    responses=_CSV,
)
def joint_as_table(contract: str, month: str):  # type: ignore[no-untyped-def]
    return Response(200, "text/csv; charset=utf-8", to_csv(_joint_paper(contract, month)))


def _joint_paper(contract: str, month: str) -> Document:
    desk = _desk()
    at, record = desk.contracts, desk.open(contract)
    wanted = papers.month_in(month)
    invoice = at.joint.invoice(record.id, wanted) if wanted else None
    if invoice is None:
        raise Problem(404, "not-found")
    members = [at.open(part.contract) for part in invoice.parts]
    paper = papers.joint_of_payer(invoice, record, members, at.history(record), at.catalogue)
    name = f"PAPER#joint#{month}#{desk.by.at.isoformat()}"
    desk.note(record.id, name, "paper_printed", f"joint {month}")
    return paper


def _paper(contract: str, month: str, what: Literal["invoice", "copy", "demand", "csv"]) -> bytes:
    desk = _desk()
    at, record = desk.contracts, desk.open(contract)
    house = BillingEntity.model_validate_json(load(DeskSettings).house)
    history = at.history(record)
    try:
        if what == "demand":
            return to_pdf(papers.demand_of(record, history, month, at.catalogue, house))
        wanted = papers.month_in(month)
        joint = joint_of(at, record, history, wanted) if wanted else None
        paper = papers.invoice_of(record, history, month, at.catalogue, joint)
    except NoPaper as error:
        raise Problem(404, "not-found") from error
    name = f"PAPER#{what}#{month}#{desk.by.at.isoformat()}"
    desk.note(record.id, name, "paper_printed", f"{what} {month}")
    return to_csv(paper) if what == "csv" else to_pdf(paper, rules=what == "copy")


# --- how


def _desk() -> Desk:
    return Desk(app, load(DeskSettings))


def _account(desk: Desk, record: ContractRecord) -> AccountOfContract:
    at = desk.contracts
    found = at.account(record, at.history(record), desk.by.at)
    return AccountOfContract(
        contract=record.id,
        months=[
            MonthOfAccount(
                month=str(one.month),
                invoiced=one.invoiced,
                paid=one.paid,
                credited=one.credited,
                written_off=one.written_off,
                open=one.open,
            )
            for one in found.months.values()
        ],
        open=found.open,
        overpaid=found.overpaid,
        credit=found.credit,
        to_give_back=found.to_give_back,
        received=found.received,
        refunded=found.refunded,
    )


def _month(text: str) -> Month | None:
    if not text:
        return None
    month = papers.month_in(text)
    if month is None:
        raise Problem(422, "invalid")
    return month
