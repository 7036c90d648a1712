"""HTTP routes for families: their contracts and invoices, pauses, cancellations, the preview."""

import hashlib
from typing import Any, Literal

from aws_lambda_powertools.event_handler import Response
from pydantic import BaseModel, Field

from lambdas.billing.app import claim_pictures_store, contract_service, papers, preview, views
from lambdas.billing.app.app_store import NotGenuine, app_store
from lambdas.billing.app.claim_pictures_service import PHOTOGRAPH, photograph_of
from lambdas.billing.app.claim_pictures_store import ClaimPictures, NoPhotograph
from lambdas.billing.app.contract_service import ContractService, rules_as_problems
from lambdas.billing.app.joint_service import JointService, JointView, joint_of
from lambdas.billing.app.outlook import OutlookView, StepWanted, fact_of, outlook
from lambdas.billing.app.records import Actor, ContractRecord, Issued
from lambdas.billing.contract import facts as f
from lambdas.billing.contract.agreement import Agreement, Details, Person, WatcherPerson
from lambdas.billing.documents.invoice import Document
from lambdas.billing.documents.invoice_documents import BillingEntity
from lambdas.billing.documents.pdf import to_pdf
from lambdas.billing.documents.table import to_csv
from lambdas.billing.invoicing.claims import Claim, Loss, shown_by
from lambdas.billing.invoicing.deadlines import pauses_need_review
from lambdas.billing.problems import TEXTS
from lambdas.billing.products.catalogue import ONLY_PLAN
from lambdas.billing.products.forbidden import Forbidden
from lambdas.billing.products.terms import Prefecture
from lambdas.shared.aws import http
from lambdas.shared.calendar import in_japan
from lambdas.shared.problems import Problem
from lambdas.shared.settings import load


class ApiSettings(contract_service.BillingSettings):
    """What the function needs."""

    house: str
    app_store_parameter: str
    claims_bucket: str


app = http.resolver(TEXTS)
handler = http.entry(app)


class WatcherNamed(BaseModel):
    """Somebody who is to watch. They have a login once they accept their invitation."""

    name: str = Field(min_length=1, max_length=60)
    email: str = Field("", max_length=254)
    os: Literal["ios", "android"] = "ios"


class Application(BaseModel):
    """What one applies for."""

    product: str
    plan: str = ONLY_PLAN
    payment: Literal["card", "bank_transfer", "in_app"] = "card"
    name: str = Field(min_length=1, max_length=60)
    home_name: str = Field(min_length=1, max_length=60)
    home: str = Field("", max_length=100, description="One of the caller's own; empty: another one")
    watchers: list[WatcherNamed] = Field(default=[], max_length=20)
    watched: str = Field("", max_length=60)
    address: str = Field("", max_length=200)
    prefecture: Prefecture | Literal[""] = Field(
        "", description="Of the home, by JIS X 0401: 13 is Tokyo"
    )
    customer_line: bool = False
    consents: list[Literal["users", "watched_person", "right_holder"]] = []
    options: list[str] = Field(default=[], max_length=20)
    there: list[f.There] = []
    camera_site: f.CameraSite | None = None


class Months(BaseModel):
    """For how long."""

    months: float


class Cancellation(BaseModel):
    """When it is to end, where the product asks for a day (AL-40)."""

    desired: f.Moment | None = None


class Purchase(BaseModel):
    """A purchase in the iOS app, with the receipt that the store signed."""

    watcher: str
    receipt: str = Field(
        min_length=1, max_length=20_000, description="StoreKit 2's signed transaction"
    )


class Photograph(BaseModel):
    """A photograph of the damage."""

    photo_jpeg: str = Field(max_length=claim_pictures_store.LARGEST, description="JPEG as Base64")


class PaymentChoice(BaseModel):
    """A way to pay."""

    payment: Literal["card", "bank_transfer", "in_app"]


def opened(
    contract: str, *, contractor_only: bool
) -> tuple[ContractService, ContractRecord, Actor]:
    """The caller's contract. To others it does not exist; who only watches changes nothing, and is
    shown no bills (HT-78)."""
    who = http.caller(app)
    at = ContractService(load(ApiSettings))
    with rules_as_problems():
        record = at.open(contract)
    people = {member.person for member in record.members() if member.role != "watched"}
    if who.person not in people:
        raise Problem(404, "not-found")
    if contractor_only and who.person != record.agreement.contractor.id:
        raise Problem(403, "contract-holder-only", rule="HT-78")
    return at, record, Actor(who.person, "app", who.now)


def shown(at: ContractService, record: ContractRecord) -> views.ContractView:
    """The contract as the caller sees it."""
    who = http.caller(app)
    issued = [one.invoice for one in record.issued]
    history = at.history(record)
    return views.contract_view(
        record.agreement,
        history,
        issued,
        who.now,
        who.language,
        contractor=who.person == record.agreement.contractor.id,
        has=at.has_too(record, history, who.now),
    )


def take(contract: str, fact: f.Fact) -> views.ContractView:
    """One more fact of the caller's contract."""
    at, _, by = opened(contract, contractor_only=True)
    with rules_as_problems():
        return shown(at, at.take(contract, fact, by))


@app.get("/billing/products", summary="What there is, and what it costs", tags=["Contracts"])
def products() -> list[views.ProductView]:
    who = http.caller(app)
    catalogue = ContractService(load(ApiSettings)).catalogue
    today = in_japan(who.now).date()
    found = (
        views.product_view(one, catalogue, today, who.language)
        for one in catalogue.products.values()
    )
    return [one for one in found if one.plans]


@app.get("/billing/contacts", summary="Whom to ask about what", tags=["Contracts"])
def house_contacts() -> list[views.ContactView]:
    who = http.caller(app)
    at = ContractService(load(ApiSettings))
    return views.contacts(
        at.catalogue.contacts, "", contractor=True, has=frozenset(), language=who.language
    )


@app.get("/billing/contracts", summary="My contracts", tags=["Contracts"])
def my_contracts() -> list[views.ContractView]:
    who = http.caller(app)
    at = ContractService(load(ApiSettings))
    found = [at.store.record(id) for id in at.store.contracts_of_person(who.person)]
    return [
        shown(at, record)
        for record in found
        if record and any(member.person == who.person for member in record.members())
    ]


@app.post("/billing/contracts", summary="Apply for a contract", tags=["Contracts"])
def apply(wanted: Application) -> views.ContractView:
    who = http.caller(app)
    at = ContractService(load(ApiSettings))
    claims = app.current_event.request_context.authorizer.jwt_claim
    email = str(claims.get("email", "")) if _proved(claims) else ""
    with rules_as_problems():
        at.adopt(email, Actor(who.person, "app", who.now))
        known = [
            (one, bool(history.refused or history.end))
            for one, history in at.contracts(who.person, wanted.product)
            if one.agreement.home_name == wanted.home_name
        ]
    # Sent twice it is one application, and so one contract; after that was given up, another.
    seed = f"{who.person}/{wanted.product}/{wanted.home_name}/{sum(over for _, over in known)}"
    id = f"c-{hashlib.sha256(seed.encode()).hexdigest()[:16]}"
    home = at.home_of(who.person, wanted.home, wanted.home_name)
    if wanted.home and home != wanted.home:
        raise Problem(404, "not-found")
    agreement = Agreement(
        id=id,
        product=wanted.product,
        plan=wanted.plan,
        payment=wanted.payment,
        home=home or f"home-{id}",
        home_name=wanted.home_name,
        contractor=Person(id=who.person, name=wanted.name, email=str(claims.get("email", ""))),
        watchers=tuple(WatcherPerson(**one.model_dump()) for one in wanted.watchers),
        watched=wanted.watched,
        address=wanted.address,
        prefecture=wanted.prefecture,
        consents=tuple(wanted.consents),
    )
    fact = f.Applied(
        on=in_japan(who.now),
        channel="internet",
        customer_line=wanted.customer_line,
        options=tuple(wanted.options),
        there=tuple(wanted.there),
        camera_site=wanted.camera_site,
    )
    if any(one.agreement != agreement for one, over in known if not over):
        raise Problem(409, "applied-already")
    with rules_as_problems():
        return shown(at, at.apply(agreement, fact, Actor(who.person, "app", who.now)))


def _proved(claims: dict[str, Any]) -> bool:
    """Whether the login's address is known to be its owner's."""
    return str(claims.get("email_verified", "")).lower() == "true"


@app.get("/billing/contracts/<contract>", summary="A contract", tags=["Contracts"])
def my_contract(contract: str) -> views.ContractView:
    at, record, _ = opened(contract, contractor_only=False)
    return shown(at, record)


@app.post("/billing/contracts/<contract>/pause", summary="Pause", tags=["Contracts"])
def pause(contract: str, wanted: Months) -> views.ContractView:
    at, record, by = opened(contract, contractor_only=True)
    fact = f.Paused(on=in_japan(by.at), months=wanted.months)
    with rules_as_problems():
        if pauses_need_review(at.history(record, fact)):
            what = {"rule": "HT-54", "event": "pause_asked", "detail": f"{wanted.months:g} months"}
            at.audit.note(record.id, f"PAUSE#{fact.day}", what, by)
            raise Forbidden("HT-54", "a third pause within a year is for staff to look at")
        return shown(at, at.take(contract, fact, by))


@app.post("/billing/contracts/<contract>/extension", summary="Pause longer", tags=["Contracts"])
def extend(contract: str, wanted: Months) -> views.ContractView:
    return take(contract, f.PauseExtended(on=in_japan(http.caller(app).now), months=wanted.months))


@app.post("/billing/contracts/<contract>/resumption", summary="Resume early", tags=["Contracts"])
def resume(contract: str) -> views.ContractView:
    return take(contract, f.Resumed(on=in_japan(http.caller(app).now)))


@app.post("/billing/contracts/<contract>/cancellation", summary="Cancel", tags=["Contracts"])
def cancel(contract: str, wanted: Cancellation) -> views.ContractView:
    on = in_japan(http.caller(app).now)
    return take(contract, f.CancelAccepted(on=on, desired=wanted.desired))


@app.put("/billing/contracts/<contract>/payment", summary="Pay otherwise", tags=["Contracts"])
def pay_otherwise(contract: str, wanted: PaymentChoice) -> views.ContractView:
    return take(
        contract, f.PaymentChanged(on=in_japan(http.caller(app).now), payment=wanted.payment)
    )


@app.put(
    "/billing/contracts/<contract>/options/<option>",
    summary="Take an option",
    tags=["Contracts"],
)
def add_option(contract: str, option: str) -> views.ContractView:
    return take(contract, f.OptionAdded(on=in_japan(http.caller(app).now), option=option))


@app.delete(
    "/billing/contracts/<contract>/options/<option>",
    summary="Give an option up",
    tags=["Contracts"],
)
def remove_option(contract: str, option: str) -> views.ContractView:
    return take(contract, f.OptionRemoved(on=in_japan(http.caller(app).now), option=option))


@app.put("/billing/contracts/<contract>/details", summary="Name, address, mail", tags=["Contracts"])
def change_details(contract: str, details: Details) -> views.ContractView:
    at, record, by = opened(contract, contractor_only=True)
    agreement = record.agreement.changed(details)
    if agreement != record.agreement:
        what = tuple(details.model_dump(exclude_none=True))
        fact = f.DetailsChanged(on=in_japan(by.at), what=what)
        with rules_as_problems():
            at.amend(record, agreement, fact, by)
    return shown(at, record)


@app.delete(
    "/billing/contracts/<contract>/watchers/<watcher>",
    summary="Watches no longer",
    tags=["Contracts"],
)
def remove_watcher(contract: str, watcher: str) -> views.ContractView:
    on = in_japan(http.caller(app).now)
    return take(contract, f.WatcherLeft(on=on, id=f"watcher_left/{watcher}", watcher=watcher))


@app.post("/billing/contracts/<contract>/purchases", summary="Paid in the app", tags=["Contracts"])
def purchase(contract: str, bought: Purchase) -> views.ContractView:
    at, record, by = opened(contract, contractor_only=False)
    store = app_store(load(ApiSettings).app_store_parameter)
    with rules_as_problems():
        if store is None:
            raise Forbidden("HT-81", "paying in the app is not set up")
        try:
            made = store.purchase(bought.receipt, by.at)
        except NotGenuine as error:
            raise Forbidden("HT-82", f"no receipt of the store: {error}") from error
        fact = f.InAppPurchase(
            on=in_japan(made.at),
            id=f"purchase/{made.transaction}",
            watcher=bought.watcher,
            os="ios",
        )
        if not record.knows(fact):
            at.history(record, fact)  # what the rules forbid takes no receipt up
        if not at.store.take_receipt(made.transaction, contract):
            raise Forbidden("HT-82", "the purchase was made for another contract")
        return shown(at, at.take(contract, fact, by))


@app.post("/billing/contracts/<contract>/claims", summary="Claim after a loss", tags=["Claims"])
def claim(contract: str, loss: Loss) -> views.ClaimView:
    at, record, by = opened(contract, contractor_only=True)
    with rules_as_problems():
        return views.claim_view(at.claim(record, loss, by))


@app.get("/billing/contracts/<contract>/claims", summary="My claims", tags=["Claims"])
def my_claims(contract: str) -> list[views.ClaimView]:
    at, record, _ = opened(contract, contractor_only=True)
    known = at.claims.of_home(record.agreement.home)
    return [views.claim_view(one) for one in known if one.contract == record.id]


@app.post(
    "/billing/contracts/<contract>/claims/<claim>/photographs",
    summary="Show the damage",
    tags=["Claims"],
)
def show_damage(contract: str, claim: str, photograph: Photograph) -> views.ClaimView:
    at, known, by = _claimed(contract, claim)
    try:
        content = claim_pictures_store.read(photograph.photo_jpeg)
    except NoPhotograph as error:
        raise Problem(422, "no-photograph") from error
    name = claim_pictures_store.name_of(content)
    with rules_as_problems():
        shown_by(known, name)  # what the rules forbid is not kept
        ClaimPictures(load(ApiSettings).claims_bucket).keep(known.id, content)
        return views.claim_view(at.show_damage(known, name, by))


@app.get(
    "/billing/contracts/<contract>/claims/<claim>/photographs/<name>",
    summary="A photograph of the damage",
    tags=["Claims"],
    responses=PHOTOGRAPH,
)
def damage(contract: str, claim: str, name: str):  # type: ignore[no-untyped-def]
    # No return type: the router would turn the bytes of a typed response into text.
    _, known, _ = _claimed(contract, claim)
    return photograph_of(known, name, load(ApiSettings).claims_bucket)


def _claimed(contract: str, claim: str) -> tuple[ContractService, Claim, Actor]:
    """A claim of the caller's. Problem 404 when there is none."""
    at, record, by = opened(contract, contractor_only=True)
    known = at.claims.get(claim)
    if known is None or known.contract != record.id:
        raise Problem(404, "not-found")
    return at, known, by


@app.post(
    "/billing/contracts/<contract>/outlook",
    summary="The next bill, and what a step would bring",
    tags=["Contracts"],
)
def look_at(contract: str, wanted: StepWanted) -> OutlookView:
    at, record, by = opened(contract, contractor_only=True)
    with rules_as_problems():
        before = at.history(record)
        history, fact = before, fact_of(wanted, by.at)
        if fact:
            _, history = at.weigh(record, [fact], by.at)
        issued = [line for one in record.issued for line in one.invoice.lines]
        last = record.issued[-1].month if record.issued else None
        owed = at.account(record, before, by.at).open
        return outlook(history, issued, last, owed, wanted, by.at)


@app.get("/billing/contracts/<contract>/invoices", summary="Invoices", tags=["Invoices"])
def my_invoices(contract: str) -> list[views.InvoiceView]:
    at, record, by = opened(contract, contractor_only=True)
    history = at.history(record)
    return [views.invoice_view(one.invoice, history, by.at) for one in record.issued]


@app.get("/billing/contracts/<contract>/invoices/<month>", summary="An invoice", tags=["Invoices"])
def my_invoice(contract: str, month: str) -> views.InvoiceView:
    at, record, by = opened(contract, contractor_only=True)
    return views.invoice_view(found(record, month).invoice, at.history(record), by.at)


@app.get(
    "/billing/contracts/<contract>/invoices/<month>/pdf",
    summary="An invoice, to be printed",
    tags=["Invoices"],
    responses={
        200: {
            "description": "PDF",
            "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def my_invoice_on_paper(contract: str, month: str):  # type: ignore[no-untyped-def]
    # No return type: the router would turn the bytes of a typed response into text.
    return Response(200, "application/pdf", to_pdf(document(contract, month)))


@app.get(
    "/billing/contracts/<contract>/invoices/<month>/demand",
    summary="What asks for an invoice that is not paid, to be printed",
    tags=["Invoices"],
    responses={
        200: {
            "description": "PDF",
            "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def my_demand(contract: str, month: str):  # type: ignore[no-untyped-def]
    at, record, _ = opened(contract, contractor_only=True)
    house = BillingEntity.model_validate_json(load(ApiSettings).house)
    try:
        paper = papers.demand_of(record, at.history(record), month, at.catalogue, house)
    except papers.NoPaper as error:
        raise Problem(404, "not-found") from error
    return Response(200, "application/pdf", to_pdf(paper))


@app.get(
    "/billing/contracts/<contract>/invoices/<month>/csv",
    summary="An invoice, for those who keep books",
    tags=["Invoices"],
    responses={
        200: {
            "description": "CSV",
            "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def my_invoice_as_table(contract: str, month: str):  # type: ignore[no-untyped-def]
    return Response(200, "text/csv; charset=utf-8", to_csv(document(contract, month)))


@app.get(
    "/billing/contracts/<contract>/joint-invoices",
    summary="What I pay for myself and others",
    tags=["Invoices"],
)
def my_joint_invoices(contract: str) -> list[JointView]:
    at, record, by = opened(contract, contractor_only=True)
    return JointService(at).shown(record, by.at)


@app.get(
    "/billing/contracts/<contract>/joint-invoices/<month>/pdf",
    summary="One invoice for all that I pay for, to be printed",
    tags=["Invoices"],
    responses={
        200: {
            "description": "PDF",
            "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def my_joint_invoice(contract: str, month: str):  # type: ignore[no-untyped-def]
    at, record, _ = opened(contract, contractor_only=True)
    wanted = papers.month_in(month)
    joint = at.joint.invoice(record.id, wanted) if wanted else None
    if joint is None:
        raise Problem(404, "not-found")
    members = [at.open(part.contract) for part in joint.parts]
    paper = papers.joint_of_payer(joint, record, members, at.history(record), at.catalogue)
    return Response(200, "application/pdf", to_pdf(paper))


def found(record: ContractRecord, month: str) -> Issued:
    """The invoice of a month in a path."""
    try:
        return papers.issued_in(record, month)
    except papers.NoPaper as error:
        raise Problem(404, "not-found") from error


def document(contract: str, month: str) -> Document:
    """An invoice of the caller's as a document."""
    at, record, _ = opened(contract, contractor_only=True)
    one, history = found(record, month), at.history(record)
    joint = joint_of(at, record, history, one.month)
    return papers.invoice_of(record, history, month, at.catalogue, joint)


@app.post("/billing/preview", summary="Bills, dates and states, ahead", tags=["Contracts"])
def look_ahead(request: preview.PreviewRequest) -> dict[str, Any]:
    with rules_as_problems():
        return preview.preview(request, ContractService(load(ApiSettings)).catalogue)
