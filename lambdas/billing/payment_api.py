"""HTTP routes of payments: what a contract is paid with, and, for staff, the month's collection.

A number of an account comes in here, is sealed, and never goes out again; a card's number goes from
the customer's browser to the gateway and is never ours to see.
"""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, Literal

from aws_lambda_powertools.event_handler import Response
from pydantic import BaseModel, Field

from lambdas.billing.app import contract_service, views
from lambdas.billing.app.contract_service import ContractService
from lambdas.billing.app.desk_service import Desk, IdempotencyKey
from lambdas.billing.app.payment_service import PaymentService
from lambdas.billing.app.records import Actor, ContractRecord
from lambdas.billing.payments import banks, stripe_account_store
from lambdas.billing.payments.account_store import KmsVault
from lambdas.billing.payments.accounts import BankAccount
from lambdas.billing.payments.file_store import UPLOAD_SECONDS, Files
from lambdas.billing.payments.gateway import Misused, PaymentGateway, Unavailable
from lambdas.billing.payments.kana import NOT_IN_NAMES
from lambdas.billing.payments.methods import (
    Methods,
    check_bank_transfer,
    check_cadence,
    check_card,
    check_takes_cards,
)
from lambdas.billing.payments.payment_store import PaymentStore, RequestFile, Upload, read
from lambdas.billing.payments.results import told
from lambdas.billing.problems import TEXTS
from lambdas.billing.products.terms import PaymentTerms
from lambdas.shared.aws import http
from lambdas.shared.aws.observability import logger
from lambdas.shared.calendar import Month, day_of
from lambdas.shared.problems import Problem
from lambdas.shared.settings import load


class PaymentSettings(contract_service.BillingSettings):
    """What the function needs."""

    bank_bucket: str
    vault_key: str
    stripe_parameter: str
    web_url: str


app = http.resolver(TEXTS)
handler = http.entry(app)

Cadence = Literal["monthly", "yearly"]


class AccountForm(BaseModel):
    """An account to be debited, as on the form for the bank (口座振替依頼書)."""

    account: BankAccount
    has_card: bool = Field(False, description="Whether the contractor has a credit card (AL-39)")
    cadence: Cadence = "monthly"


class PaperForm(AccountForm):
    """The same, from paper."""

    bank_checked: bool = Field(
        False, description="Staff made sure of a bank or branch that our list does not have"
    )


class CardForm(BaseModel):
    """A card that the gateway's own form took in."""

    token: str = Field(
        pattern=r"^(pm|cs)_[A-Za-z0-9_]{1,100}$",
        description="Of the card, or of the visit to the gateway's page on which it was entered",
    )
    business: bool = Field(False, description="Whether it is a company's card (AL-37)")
    cadence: Cadence = "monthly"


class CardSetup(BaseModel):
    """What the gateway's form needs on the page."""

    client_secret: str
    publishable_key: str


class CardPage(BaseModel):
    """The gateway's own page, on which a card is entered."""

    url: str


class AccountView(BaseModel):
    """An account as it may be shown."""

    bank: str
    bank_name: str | None
    branch: str
    branch_name: str | None
    kind: str
    number: str
    holder: str


class CardView(BaseModel):
    """A card as it may be shown."""

    number: str
    brand: str
    expires: str


class MethodsView(BaseModel):
    """What a contract is paid with."""

    payment: str
    account: AccountView | None
    card: CardView | None


class AttemptView(BaseModel):
    """An attempt to collect an invoice, and what became of it."""

    month: str
    on: date
    payment: str
    amount: int
    state: str
    why: str | None = Field(None, description="Why not, as a customer is told")


class FileView(BaseModel):
    """A request file and its answer."""

    number: int
    day: date
    debits: int
    yen: int
    written: datetime
    answered: datetime | None
    paid: int
    paid_yen: int
    unpaid: int
    unpaid_yen: int


class UploadView(BaseModel):
    """A result file that was uploaded, and what became of it."""

    name: str
    at: datetime
    state: str
    file: str | None
    faults: list[str]


class CollectionView(BaseModel):
    """How far the collection of a month's invoices is."""

    month: str
    files: list[FileView]
    uploads: list[UploadView]
    runs: list[dict[str, Any]]


class ResultForm(BaseModel):
    """A result file of a bank, as it came."""

    content: str = Field(min_length=4, max_length=5_600_000, description="The file as Base64")


class ResultTaken(BaseModel):
    """A result file that was handed in; it is read next."""

    name: str


class UploadTicket(BaseModel):
    """Where a result file can be PUT, for some minutes."""

    url: str
    seconds: int


# --- of the contractor


@app.get("/billing/contracts/<contract>/methods", summary="What it is paid with", tags=["Payments"])
def my_methods(contract: str) -> MethodsView:
    at, record, by = _mine(contract)
    return _shown(at, record, by)


@app.get(
    "/billing/contracts/<contract>/payments",
    summary="What became of each charge",
    tags=["Payments"],
)
def my_payments(contract: str) -> list[AttemptView]:
    _, record, _ = _mine(contract)
    return _attempts(record)


@app.put("/billing/contracts/<contract>/account", summary="Register an account", tags=["Payments"])
def my_account(contract: str, form: AccountForm) -> MethodsView:
    at, record, by = _mine(contract)
    _register_account(at, record, form, by, bank_checked=False)
    return _shown(at, record, by)


@app.post(
    "/billing/contracts/<contract>/card", summary="Begin to register a card", tags=["Payments"]
)
def begin_card(contract: str) -> CardSetup:
    at, record, by = _mine(contract)
    with contract_service.rules_as_problems():
        check_takes_cards(_terms(at, record, by))
    settings = load(PaymentSettings)
    store = PaymentStore(settings.billing_table)
    with _gateway(settings) as gateway:
        setup = gateway.register(contract, store.methods(contract).payer)
    store.keep_payer(contract, setup.customer)
    account = stripe_account_store.account(settings.stripe_parameter)
    return CardSetup(
        client_secret=setup.secret, publishable_key=account.publishable_key if account else ""
    )


@app.post(
    "/billing/contracts/<contract>/card/page",
    summary="Begin to register a card on the gateway's page",
    tags=["Payments"],
)
def card_page(contract: str) -> CardPage:
    at, record, by = _mine(contract)
    with contract_service.rules_as_problems():
        check_takes_cards(_terms(at, record, by))
    settings = load(PaymentSettings)
    store = PaymentStore(settings.billing_table)
    back = f"{settings.web_url}/#/contracts/{contract}/card/{{visit}}"
    with _gateway(settings) as gateway:
        page = gateway.page(contract, back, store.methods(contract).payer)
    store.keep_payer(contract, page.customer)
    return CardPage(url=page.address)


@app.put("/billing/contracts/<contract>/card", summary="Register a card", tags=["Payments"])
def my_card(contract: str, form: CardForm) -> MethodsView:
    at, record, by = _mine(contract)
    settings = load(PaymentSettings)
    store = PaymentStore(settings.billing_table)
    with _gateway(settings) as gateway:
        by_page = form.token.startswith("cs_")
        card = gateway.card(gateway.token_of(form.token) if by_page else form.token)
    if card.customer != store.methods(contract).payer:
        raise Problem(422, "card-unknown")
    terms = _terms(at, record, by)
    with contract_service.rules_as_problems():
        check_cadence(terms, form.cadence)
        check_card(terms, card, business=form.business)
    store.keep_card(contract, card)
    _note(at, contract, "card_registered", terms.rule, f"{card.brand} {card.masked}", by)
    if record.is_lead or at.history(record).open_months:
        _charge_open(at, store, record, by, settings, now=False)
    return _shown(at, at.open(contract), by)


def _charge_open(
    at: ContractService,
    store: PaymentStore,
    record: ContractRecord,
    by: Actor,
    settings: PaymentSettings,
    *,
    now: bool,
) -> None:
    """Charge what is open. That it does not succeed changes nothing of what was asked."""
    with _gateway(settings) as gateway, contract_service.rules_as_problems():
        PaymentService(at, store).charge_open(record, gateway, by, now=now)


# --- of staff


@app.get("/billing/staff/contracts/<contract>/methods", summary="Its methods", tags=["Staff"])
def methods_of_anybody(contract: str) -> MethodsView:
    desk = _desk()
    return _shown(desk.contracts, desk.open(contract), desk.by)


@app.get(
    "/billing/staff/contracts/<contract>/payments",
    summary="What became of each charge",
    tags=["Staff"],
)
def payments_of_anybody(contract: str) -> list[AttemptView]:
    return _attempts(_desk().open(contract))


@app.put(
    "/billing/staff/contracts/<contract>/account", summary="An account, from paper", tags=["Staff"]
)
def account_from_paper(
    contract: str, form: PaperForm, idempotency_key: IdempotencyKey = ""
) -> MethodsView:
    desk = _desk()
    at, by, record = desk.contracts, desk.by, desk.open(contract)
    with desk.once(idempotency_key) as new:
        if new:
            _register_account(at, record, form, by, bank_checked=form.bank_checked)
    return _shown(at, record, by)


@app.post(
    "/billing/staff/contracts/<contract>/charges",
    summary="Charge what is open to the card, now",
    tags=["Staff"],
)
def charge_now(contract: str, idempotency_key: IdempotencyKey = "") -> list[AttemptView]:
    desk = _desk()
    record = desk.open(contract)
    settings = load(PaymentSettings)
    store = PaymentStore(settings.billing_table)
    with desk.once(idempotency_key) as new:
        if store.methods(contract).card is None:
            raise Problem(422, "card-unknown")
        if new:
            _charge_open(desk.contracts, store, record, desk.by, settings, now=True)
    return _attempts(desk.open(contract))


@app.get("/billing/staff/collections/<month>", summary="A month's collection", tags=["Staff"])
def collection(month: str) -> CollectionView:
    desk = _desk()
    wanted = _month(month)
    store = PaymentStore(load(PaymentSettings).billing_table)
    return CollectionView(
        month=str(wanted),
        files=[_file_view(file) for file in store.files(wanted)],
        uploads=[_upload_view(upload) for upload in store.uploads()],
        runs=desk.contracts.runs.executions(f"monthly-{wanted}"),
    )


@app.get(
    "/billing/staff/collections/<month>/files/<number>",
    summary="A request file, for the bank",
    tags=["Staff"],
    responses={
        200: {
            "description": "Zengin format",
            "content": {"text/plain": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def request_file(month: str, number: int):  # type: ignore[no-untyped-def]
    # No return type: the router would turn the bytes of a typed response into text.
    desk = _desk()
    settings = load(PaymentSettings)
    store = PaymentStore(settings.billing_table)
    wanted = _month(month)
    file = next((one for one in store.files(wanted) if one.number == number), None)
    if file is None:
        raise Problem(404, "not-found")
    content = Files(settings.bank_bucket).request(file.id)
    if content is None:
        raise Problem(410, "file-gone")
    fetched = f"FILE#{file.number}#{desk.by.at.isoformat()}"
    desk.note(f"collection/{wanted}", fetched, "request_file_fetched", file.name)
    name = f"furikae-{file.month}-{file.number}.txt"
    return Response(
        200,
        "text/plain; charset=Shift_JIS",
        content,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@app.post("/billing/staff/bank-results", summary="Upload a result file", tags=["Staff"])
def upload_result() -> UploadTicket:
    by = _desk().by
    name = f"{by.at:%Y%m%dT%H%M%S%f}-{by.who}.txt"
    url = Files(load(PaymentSettings).bank_bucket).upload(name)
    return UploadTicket(url=url, seconds=UPLOAD_SECONDS)


@app.put(
    "/billing/staff/bank-results",
    summary="Hand in a result file",
    description="What becomes of it is shown with the month's collection, once it was read.",
    tags=["Staff"],
)
def take_result(form: ResultForm) -> ResultTaken:
    _desk()
    try:
        content = base64.b64decode(form.content, validate=True)
    except ValueError as error:
        raise Problem(422, "invalid") from error
    name = f"{hashlib.sha256(content).hexdigest()[:32]}.txt"  # handed in twice, it is one
    Files(load(PaymentSettings).bank_bucket).keep_result(name, content)
    return ResultTaken(name=name)


# --- how


def _mine(contract: str) -> tuple[ContractService, ContractRecord, Actor]:
    """The caller's own contract: for its contractor, and nobody else."""
    who = http.caller(app)
    at = ContractService(load(PaymentSettings))
    with contract_service.rules_as_problems():
        record = at.open(contract)
    agreement = record.agreement
    if who.person != agreement.contractor.id:
        if who.person in {watcher.id for watcher in agreement.watchers}:
            raise Problem(403, "contract-holder-only", rule="HT-78")
        raise Problem(404, "not-found")
    return at, record, Actor(who.person, "app", who.now)


def _desk() -> Desk:
    """Billing's staff, about a contract of anybody's."""
    return Desk(app, load(PaymentSettings))


def _terms(at: ContractService, record: ContractRecord, by: Actor) -> PaymentTerms:
    return at.history(record).terms(day_of(by.at)).payments


@contextmanager
def _gateway(settings: PaymentSettings) -> Iterator[PaymentGateway]:
    """The card gateway; what goes wrong there as problems."""
    gateway = stripe_account_store.gateway(settings.stripe_parameter)
    if gateway is None:
        raise Problem(409, "no-card-gateway")
    try:
        yield gateway
    except LookupError as error:
        raise Problem(422, "card-unknown") from error
    except Unavailable as error:
        raise Problem(503, "gateway-unavailable") from error
    except Misused as error:
        logger.error("the gateway does not take our words", extra={"why": str(error)})
        raise Problem(503, "gateway-unavailable") from error


def _register_account(
    at: ContractService,
    record: ContractRecord,
    form: AccountForm,
    by: Actor,
    *,
    bank_checked: bool,
) -> None:
    account, terms = form.account, _terms(at, record, by)
    settings = load(PaymentSettings)
    store = PaymentStore(settings.billing_table)
    was = store.methods(record.id)
    with contract_service.rules_as_problems():
        check_cadence(terms, form.cadence)
        check_bank_transfer(terms, has_card=form.has_card or was.card is not None)
    if NOT_IN_NAMES & set(account.holder):
        raise Problem(422, "holder-letters")
    if not bank_checked and banks.branch(account.bank, account.branch) is None:
        raise Problem(422, "bank-unknown")
    sealed = account.stored(KmsVault(settings.vault_key), record.id)
    # The bank has to be asked for it: as the first one, unless it was asked for another before.
    store.keep_account(record.id, sealed, "first" if was.new == "first" else "changed")
    told = f"{account.bank}-{account.branch} {account.masked}"
    _note(at, record.id, "account_registered", terms.rule, told, by)


def _note(
    at: ContractService,
    contract: str,
    event: str,
    rule: str,
    detail: str,
    by: Actor,
) -> None:
    """Into the audit trail (G-07)."""
    what = {"rule": rule, "event": event, "detail": detail}
    at.audit.note(contract, f"METHOD#{event}#{by.at.isoformat()}", what, by)


def _shown(at: ContractService, record: ContractRecord, by: Actor) -> MethodsView:
    methods = PaymentStore(load(PaymentSettings).billing_table).methods(record.id)
    return MethodsView(
        payment=at.history(record).payment(day_of(by.at)),
        account=_account_view(methods),
        card=CardView(
            number=methods.card.masked, brand=methods.card.brand, expires=methods.card.expires
        )
        if methods.card
        else None,
    )


def _account_view(methods: Methods) -> AccountView | None:
    account = methods.account
    if account is None:
        return None
    where = banks.branch(account.bank, account.branch)
    return AccountView(
        bank=account.bank,
        bank_name=where.bank if where else banks.bank_name(account.bank),
        branch=account.branch,
        branch_name=where.name if where else None,
        kind=account.kind,
        number=account.masked,
        holder=account.holder,
    )


def _attempts(record: ContractRecord) -> list[AttemptView]:
    """The attempts, in the order of their days."""
    _, results = read(record.payments)
    return [
        AttemptView(
            month=str(one.month),
            on=one.on,
            payment=one.payment,
            amount=one.amount,
            state=one.state,
            why=told(one) if one.state == "failed" else None,
        )
        for one in sorted(results, key=lambda one: (one.on, one.id))
    ]


def _month(text: str) -> Month:
    month = views.month_of(text)
    if month is None:
        raise Problem(404, "not-found")
    return month


def _file_view(file: RequestFile) -> FileView:
    return FileView.model_validate(file.model_dump(exclude={"month", "id", "answer"}))


def _upload_view(upload: Upload) -> UploadView:
    japanese = http.caller(app).language == "ja"
    return UploadView(
        name=upload.key.rpartition("/")[2],
        at=upload.at,
        state=upload.state,
        file=upload.file,
        faults=[fault.japanese if japanese else str(fault) for fault in upload.faults],
    )
