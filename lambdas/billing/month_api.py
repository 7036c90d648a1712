"""HTTP routes for staff about many contracts: import, bulk entries, a month's close and books."""

import csv
from collections.abc import Iterator
from datetime import date
from io import StringIO
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import BaseModel, Field, ValidationError

from lambdas.billing.app import contract_service
from lambdas.billing.app.close import Close, closed
from lambdas.billing.app.contract_service import ContractService
from lambdas.billing.app.desk_service import Desk, IdempotencyKey
from lambdas.billing.app.importing import BadLine, brought, lines_of
from lambdas.billing.app.papers import month_in
from lambdas.billing.app.price_store import PriceFact, PriceRecord, price_list_id
from lambdas.billing.app.records import FACT, Actor, Conflict, ContractRecord
from lambdas.billing.contract import facts as f
from lambdas.billing.documents import journal
from lambdas.billing.problems import TEXTS
from lambdas.billing.products.forbidden import Forbidden
from lambdas.billing.products.lint import Finding
from lambdas.billing.products.prices import Changed, PriceList, changed, check
from lambdas.shared.aws import http
from lambdas.shared.calendar import Month, day_of, in_japan
from lambdas.shared.household import Language
from lambdas.shared.problems import Problem, Text
from lambdas.shared.reasons import WORDED
from lambdas.shared.settings import load


class MonthSettings(contract_service.BillingSettings):
    """What the function needs."""


app = http.resolver(TEXTS)
handler = http.entry(app)

A_PAGE = 100


class ImportForm(BaseModel):
    """Contracts to be brought over."""

    csv: str = Field(min_length=1, max_length=2_000_000, description="With a header")
    dry_run: bool = Field(True, description="Only say what would be done")


class LineReport(BaseModel):
    """What became of a line."""

    line: int
    number: str
    contract: str | None
    state: Literal["new", "known", "refused"]
    why: str | None = None
    rule: str | None = None


class ImportReport(BaseModel):
    """What became of an import, line by line."""

    dry_run: bool
    new: int
    known: int
    refused: int
    lines: list[LineReport]


class BulkForm(BaseModel):
    """The same entry for several contracts."""

    name: str = Field(pattern=r"^[A-Za-z0-9-]{1,40}$", description="By which it is undone")
    contracts: list[str] = Field(min_length=1, max_length=100)
    fact: dict[str, Any]
    dry_run: bool = Field(True, description="Only say what would be done")


class UndoForm(BaseModel):
    """A bulk entry that was a mistake."""

    contracts: list[str] = Field(min_length=1, max_length=100)
    reason: f.Reason


class BulkLine(BaseModel):
    """What became of a contract's entry."""

    contract: str
    state: Literal["done", "refused"]
    why: str | None = None
    rule: str | None = None
    unbilled: int = Field(0, description="Yen that the next invoice would have, with it")


class InvoiceOfContract(BaseModel):
    """An invoice in the list of a month."""

    contract: str
    name: str
    number: str
    total: int
    tax: int
    payment: str
    open: int


class InvoicePage(BaseModel):
    """A page of a month's invoices. ``after`` asks for the next; the last page has none."""

    invoices: list[InvoiceOfContract]
    after: str | None


@app.post("/billing/staff/imports", summary="Bring contracts over", tags=["Staff"])
def bring_over(form: ImportForm) -> ImportReport:
    desk = _desk(quiet=True)
    at, by = desk.contracts, desk.by
    try:
        rows = list(lines_of(form.csv))
    except (BadLine, csv.Error) as error:
        why = error.why(desk.language) if isinstance(error, BadLine) else str(error)
        said = {"type": WORDED, "loc": ("csv",), "msg": why, "input": ""}
        raise RequestValidationError([said]) from error
    told = [_bring(at, line, row, by, desk.language, dry_run=form.dry_run) for line, row in rows]
    counts = {state: sum(one.state == state for one in told) for state in ("new", "known")}
    return ImportReport(
        dry_run=form.dry_run,
        **counts,
        refused=len(told) - sum(counts.values()),
        lines=told,
    )


CHANGED = Text("取り込んだあとに変わっています", "it was changed since")
OTHER = Text("同じ番号の、別の契約があります", "there is another contract of this number")


def _bring(
    at: ContractService,
    line: int,
    row: dict[str, str],
    by: Actor,
    language: Language,
    *,
    dry_run: bool,
) -> LineReport:
    number = row.get("number", "")
    try:
        wanted = brought(row, in_japan(by.at))
        agreement, facts = wanted.agreement, wanted.facts
        known = at.store.record(agreement.id)
        if known and known.agreement != agreement:
            raise BadLine(OTHER)
        if known:
            for fact in facts:
                known.knows(fact)  # Conflict when it says something else now
        begun = ContractRecord(agreement, 1, facts=at.checked(agreement, facts, by.at))
        if not dry_run:
            at.begin(agreement, facts[0], by, *facts[1:])
    except BadLine as bad:
        why = bad.why(language)
        return LineReport(line=line, number=number, contract=None, state="refused", why=why)
    except Forbidden as no:
        told = {"why": no.detail, "rule": no.rule}
        return LineReport(line=line, number=number, contract=None, state="refused", **told)
    except Conflict:
        why = CHANGED.ja if language == "ja" else CHANGED.en
        return LineReport(line=line, number=number, contract=None, state="refused", why=why)
    state: Literal["known", "new"] = "known" if known else "new"
    return LineReport(line=line, number=number, contract=begun.id, state=state)


@app.post("/billing/staff/bulk", summary="The same for several contracts", tags=["Staff"])
def bulk(form: BulkForm) -> list[BulkLine]:
    desk = _desk()
    at, by = desk.contracts, desk.by
    said = {"on": in_japan(by.at).isoformat(), **form.fact, "id": f"bulk/{form.name}"}
    try:
        fact = FACT.validate_python(said)
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False)) from error
    if isinstance(fact, contract_service.FOR_TWO):
        raise Problem(422, "against-the-rules", rule="G-07")
    return [_entered(at, one, fact, by, dry_run=form.dry_run) for one in form.contracts]


@app.post("/billing/staff/bulk/<name>/undo", summary="It was a mistake", tags=["Staff"])
def undo(name: str, form: UndoForm) -> list[BulkLine]:
    desk = _desk()
    at, by = desk.contracts, desk.by
    key = f"bulk/{name}"
    back = f.Retracted(on=in_japan(by.at), id=f"retracted/{key}", fact=key, reason=form.reason)
    return [_entered(at, one, back, by, dry_run=False) for one in form.contracts]


def _entered(
    at: ContractService, contract: str, fact: f.Fact, by: Actor, *, dry_run: bool
) -> BulkLine:
    try:
        record = at.open(contract)
        if record.knows(fact):
            history = at.history(record)
        elif dry_run:
            _, history = at.weigh(record, [fact], by.at)
        else:
            record = at.enter(contract, [fact], by)
            history = at.history(record)
    except contract_service.Unknown:
        return BulkLine(contract=contract, state="refused", why="there is no such contract")
    except Forbidden as no:
        return BulkLine(contract=contract, state="refused", why=no.detail, rule=no.rule)
    except Conflict:
        return BulkLine(contract=contract, state="refused", why="it was changed meanwhile")
    account = at.account(record, history, by.at)
    return BulkLine(contract=contract, state="done", unbilled=account.unbilled - account.credit)


# --- prices


class PriceForm(PriceList):
    """New prices of a product, to be agreed to by a second person."""

    dry_run: bool = Field(True, description="Only say what would change")
    despite_warnings: bool = Field(False, description="Staff looked at what is doubtful")


class PriceRow(BaseModel):
    """A price of a plan, before and after."""

    plan: str
    term: str
    was: int | None = None
    yen: int


class PriceListView(BaseModel):
    """A list of prices: what it changes, what is doubtful, how far it is."""

    id: str
    product: str
    first: date
    state: Literal["tried", "proposed", "agreed", "rejected", "withdrawn"]
    facts: list[PriceFact]
    changes: list[PriceRow]
    findings: list[str]


@app.get("/billing/staff/prices", summary="Lists of prices", tags=["Staff"])
def price_lists() -> list[PriceListView]:
    return [_price_list(one.prices, one, [], []) for one in _desk().contracts.prices.all()]


@app.post("/billing/staff/prices", summary="New prices, from a day on", tags=["Staff"])
def propose_prices(form: PriceForm, idempotency_key: IdempotencyKey = "") -> PriceListView:
    desk = _desk()
    at, wanted = desk.contracts, PriceList.model_validate(form.model_dump(include=_SAID))
    with desk.once(idempotency_key) as new:
        known = _known(desk, price_list_id(wanted))
        if known is None or form.dry_run:
            doubts = check(at.catalogue, wanted, day_of(desk.by.at))
            rows = changed(at.catalogue, wanted)
            if form.dry_run:
                return _price_list(wanted, None, rows, doubts)
            wrong = [one for one in doubts if one.level == "error" or not form.despite_warnings]
            if wrong:
                raise Forbidden("G-06", "; ".join(map(str, wrong)))
            if new and at.prices.add(wanted, "proposed", desk.by):
                _note_prices(desk, wanted, "prices_proposed")
    return _shown(desk, price_list_id(wanted))


_SAID = set(PriceList.model_fields)


@app.post("/billing/staff/prices/<id>/approval", summary="Agree to prices", tags=["Staff"])
def agree_to_prices(id: str, idempotency_key: IdempotencyKey = "") -> PriceListView:
    desk = _desk()
    known = _known(desk, id)
    if known and known.facts[0].by == desk.by.who:
        raise Problem(403, "second-person", rule="G-07")
    return _step(desk, id, "agreed", idempotency_key)


@app.post("/billing/staff/prices/<id>/rejection", summary="Do not agree", tags=["Staff"])
def reject_prices(id: str, idempotency_key: IdempotencyKey = "") -> PriceListView:
    return _step(_desk(), id, "rejected", idempotency_key)


@app.post("/billing/staff/prices/<id>/withdrawal", summary="Take prices back", tags=["Staff"])
def withdraw_prices(id: str, idempotency_key: IdempotencyKey = "") -> PriceListView:
    return _step(_desk(), id, "withdrawn", idempotency_key)


def _step(
    desk: Desk, id: str, step: Literal["agreed", "rejected", "withdrawn"], key: str
) -> PriceListView:
    """A list of prices goes on. Problem 409 when it cannot any more."""
    known = _known(desk, id)
    if known is None:
        raise Problem(404, "not-found")
    at, today = desk.contracts, day_of(desk.by.at)
    with desk.once(key) as new:
        if new and known.state != step:
            if step == "agreed":
                check(at.catalogue, known.prices, today)
            elif step == "withdrawn" and (known.state != "agreed" or known.prices.first <= today):
                raise Forbidden("G-06", "only prices that do not hold yet are taken back")
            if not at.prices.add(known.prices, step, desk.by):
                raise Conflict(id)
            _note_prices(desk, known.prices, f"prices_{step}")
    return _shown(desk, id)


def _known(desk: Desk, id: str) -> PriceRecord | None:
    return next((one for one in desk.contracts.prices.all() if one.id == id), None)


def _shown(desk: Desk, id: str) -> PriceListView:
    known = _known(desk, id)
    if known is None:
        raise Problem(404, "not-found")
    return _price_list(known.prices, known, [], [])


def _price_list(
    prices: PriceList, known: PriceRecord | None, rows: list[Changed], doubts: list[Finding]
) -> PriceListView:
    changes = [PriceRow(**row._asdict()) for row in rows]
    if known:
        changes = [PriceRow(plan=one.plan, term=one.term, yen=one.yen) for one in prices.changes]
    return PriceListView(
        id=price_list_id(prices),
        product=prices.product,
        first=prices.first,
        state=known.state if known else "tried",
        facts=list(known.facts) if known else [],
        changes=changes,
        findings=[str(one) for one in doubts],
    )


def _note_prices(desk: Desk, prices: PriceList, event: str) -> None:
    name = f"PRICES#{price_list_id(prices)}#{event}"
    desk.note(f"prices/{prices.product}", name, event, prices.model_dump_json(), rule="G-06")


# --- a month


@app.get("/billing/staff/closes/<month>", summary="A month's close", tags=["Staff"])
def close(month: str) -> Close:
    return _closed(_desk(), month)


@app.get(
    "/billing/staff/closes/<month>/journal",
    summary="It as journal entries, for 弥生 or freee",
    tags=["Staff"],
    responses={
        200: {
            "description": "CSV in Shift_JIS",
            "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def books(month: str, program: Literal["yayoi", "freee"] = "yayoi"):  # type: ignore[no-untyped-def]
    # No return type: the router would turn the bytes of a typed response into text.
    desk = _desk()
    found = _closed(desk, month)
    products = desk.contracts.catalogue.products
    names = {id: one.name.get("ja", id) for id, one in products.items()}
    last = Month.parse(month).last
    made = journal.entries(last, found.sales, found.received, names)
    name = f"BOOKS#{program}#{desk.by.at.isoformat()}"
    desk.note(f"close/{month}", name, "books_exported", f"{month} {program}")
    return Response(200, "text/csv; charset=Shift_JIS", journal.to_file(made, program))


def _closed(desk: Desk, text: str) -> Close:
    month = month_in(text)
    runs = desk.contracts.runs.executions(f"close-{month}") if month else []
    done = [one for one in runs if one["ended"]]
    if month is None or not done:
        raise Problem(404, "not-found")
    return closed(month, max(done, key=lambda one: str(one["ended"]))["summary"])


@app.get("/billing/staff/invoices/<month>", summary="A month's invoices", tags=["Staff"])
def invoices(
    month: str,
    after: Annotated[str, Query(max_length=100, description="`after` of the page before")] = "",
) -> InvoicePage:
    desk = _desk()
    at, by = desk.contracts, desk.by
    wanted = month_in(month)
    if wanted is None:
        raise Problem(404, "not-found")
    found: list[InvoiceOfContract] = []
    for place, record in _all(at, after):
        issued = record.invoice_of(wanted)
        if issued:
            account = at.account(record, at.history(record), by.at)
            found.append(
                InvoiceOfContract(
                    contract=record.id,
                    name=record.agreement.contractor.name,
                    number=f"{record.id}-{wanted}",
                    total=issued.total,
                    tax=issued.invoice.tax,
                    payment=issued.payment,
                    open=account.months[wanted].open,
                )
            )
        if len(found) == A_PAGE:
            return InvoicePage(invoices=found, after=place)
    return InvoicePage(invoices=found, after=None)


def _all(at: ContractService, after: str) -> Iterator[tuple[str, ContractRecord]]:
    """All contracts behind a place, each with its own."""
    shard, _, contract = after.partition(":")
    for one in sorted(at.runs.shards()):
        if one < shard:
            continue
        for record in at.store.all_in(one, contract if one == shard else ""):
            yield f"{one}:{record.id}", record


@app.get(
    "/billing/staff/contracts/<contract>/audit",
    summary="Its audit trail as a table",
    tags=["Staff"],
    responses={
        200: {
            "description": "CSV",
            "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def audit_trail(contract: str):  # type: ignore[no-untyped-def]
    desk = _desk()
    text = StringIO(newline="")
    names = ("at", "who", "means", "rule", "event", "detail")
    table = csv.DictWriter(text, names, lineterminator="\r\n")
    table.writeheader()
    table.writerows(desk.contracts.audit.trail(contract))
    content = b"\xef\xbb\xbf" + text.getvalue().encode()
    return Response(200, "text/csv; charset=utf-8", content)


def _desk(*, quiet: bool = False) -> Desk:
    return Desk(app, load(MonthSettings), quiet=quiet)
