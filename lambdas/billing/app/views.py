"""Contracts and invoices as the API shows them. Plain functions."""

from collections.abc import Mapping, Set
from datetime import date, datetime
from typing import Literal, get_args

from pydantic import BaseModel, Field

from lambdas.billing.contract.agreement import Agreement
from lambdas.billing.contract.app_access import app_open
from lambdas.billing.contract.entitlements import features
from lambdas.billing.contract.history import History, State
from lambdas.billing.invoicing.charges import Line, first_charge
from lambdas.billing.invoicing.claims import Claim
from lambdas.billing.invoicing.deadlines import deadlines, payment_due
from lambdas.billing.invoicing.invoices import Invoice, outstanding
from lambdas.billing.products.catalogue import Catalogue, Product
from lambdas.billing.products.regions import region_of
from lambdas.billing.products.terms import Cause, Contact, HouseContact, Terms
from lambdas.shared.calendar import Month, in_japan


class LineView(BaseModel):
    """A line of an invoice."""

    item: str
    amount: int
    rule: str
    case: str = ""  # that it is for, where there is one


class InvoiceView(BaseModel):
    """An invoice."""

    month: str
    lines: list[LineView]
    total: int
    tax: int
    state: str
    due: date | None


class PauseView(BaseModel):
    """The pause that runs, or was the last."""

    start: date
    end: date
    resumes: date


class DueView(BaseModel):
    """A date to know of."""

    day: date
    what: str
    rule: str
    month: str | None


class StateView(BaseModel):
    """A state, and the day it begins on."""

    since: date
    state: State


class PlanView(BaseModel):
    """A plan one can have, in yen with tax."""

    plan: str
    monthly_fee: int
    initial_fees: dict[str, int]
    options: dict[str, int]
    payments: list[str]
    free_days: int


class ChannelView(BaseModel):
    """A way to apply, and where to call."""

    channel: str
    needs_line: bool
    numbers: list[str]


class StatementView(BaseModel):
    """Something a customer has to know."""

    what: str
    said: str
    rule: str


class ContactView(BaseModel):
    """Where to call about something: ``number``; while it is not known where the home is, the
    numbers of all regions."""

    what: str
    about: str
    number: str
    numbers: dict[str, str]
    rule: str


class CameraModelView(BaseModel):
    """A camera one can have, and whether it turns."""

    model: str
    name: str
    turns: bool


class NeedView(BaseModel):
    """What has to be where the service is to run: one of these, or an option of the product."""

    one_of: list[str]
    option: str
    rule: str


class ProductView(BaseModel):
    """A product as somebody sees it who thinks of applying."""

    product: str
    name: str
    plans: list[PlanView]
    channels: list[ChannelView]
    information: list[StatementView]
    cameras: list[CameraModelView]
    miles: str | None
    needs: list[NeedView] = Field(description="What has to be there: one of each of these")
    colours: list[str]


def product_view(product: Product, catalogue: Catalogue, day: date, language: str) -> ProductView:
    """A product on a day; without plans when it is not to be had."""
    rate = catalogue.tax(day)
    sold = {} if product.ends and day > product.ends.last else product.on_sale(day)
    of_all = next(iter(sold.values()), None)
    return ProductView(
        product=product.id,
        name=product.name.get(language, product.id),
        plans=[
            PlanView(
                plan=plan,
                monthly_fee=terms.monthly_fee.price.on(rate),
                initial_fees={item: fee.on(rate) for item, fee in terms.initial_fees.items()},
                options={name: price.on(rate) for name, price in terms.options.items()},
                payments=list(terms.payments.names),
                free_days=terms.trial.days or 0 if terms.trial else 0,
            )
            for plan, terms in sold.items()
        ],
        channels=[
            ChannelView(channel=name, needs_line=one.needs_line, numbers=list(one.numbers))
            for name, one in (of_all.channels if of_all else {}).items()
            if one.opens is None or one.opens <= day
        ],
        information=information(of_all, language) if of_all else [],
        cameras=cameras(of_all, language) if of_all else [],
        needs=[
            NeedView(one_of=list(one.names), option=one.option, rule=one.rule)
            for one in (of_all.needs if of_all else ())
        ],
        colours=list(of_all.colours.names) if of_all and of_all.colours else [],
        miles=of_all.miles.program if of_all and of_all.miles and of_all.miles.earns else None,
    )


def information(terms: Terms, language: str) -> list[StatementView]:
    """What somebody has to know who has the product, or thinks of it."""
    return [
        StatementView(what=what, said=one.said.text(language), rule=one.rule)
        for what, one in terms.statements.items()
    ]


def cameras(terms: Terms, language: str) -> list[CameraModelView]:
    """The cameras of a product (AL-68)."""
    return [
        CameraModelView(model=model, name=one.name.text(language), turns=one.turns)
        for model, one in terms.camera_models.items()
    ]


def reading(terms: Terms, place: str) -> str | None:
    """How a place of the terms is read whose print points nowhere (A-23)."""
    found = next((one for one in terms.references if one.place == place), None)
    return f"{found.printed} → {found.meant}" if found else None


def contacts(
    known: Mapping[str, Contact],
    prefecture: str,
    *,
    contractor: bool,
    has: Set[str],
    language: str,
    features: Set[str] = frozenset(),
) -> list[ContactView]:
    """Whom the reader of a contract may call. ``has`` names the products that the contractor has
    now: with some, another than usual is asked (AL-82). ``features`` are what it may use."""
    region = region_of(prefecture)
    return [
        ContactView(
            what=what,
            about=one.about.text(language),
            number=one.numbers.get(region, one.number) if region else one.number,
            numbers={} if region else dict(one.numbers),
            rule=one.rule,
        )
        for what, one in known.items()
        if (one.number or one.numbers or not one.parameter)
        and (not one.feature or one.feature in features)
        and (contractor or not one.contractor_only)
        and (not one.along_with or any(product in has for product in one.along_with))
    ]


def of_the_house(catalogue: Catalogue, product: str) -> dict[str, HouseContact]:
    """Whom everybody may call, as far as it is about a product (AL-99)."""
    return {what: one for what, one in catalogue.contacts.items() if product in one.products}


class FirstChargeView(BaseModel):
    """What is charged first."""

    month: str
    day: date
    amount: int


class SympathyView(BaseModel):
    """What a product pays after a loss: up to an amount, or always the same."""

    kind: Literal["cap", "flat"]
    yen: int
    causes: list[str]
    sites: list[str]


class ContractView(BaseModel):
    """A contract."""

    id: str
    product: str
    name: str
    plan: str
    payment: str
    home: str
    home_name: str
    state: State | None
    states: list[StateView]
    starts_on: date | None
    ends_on: date | None
    return_by: date | None
    pause: PauseView | None
    app_open: bool
    watchers: list[str]
    options: list[str]
    first_charge: FirstChargeView | None
    unbilled: list[LineView]
    dates: list[DueView]
    stickers: list[str] = Field(description="Lent, and to come back with the end (AL-42)")
    camera: CameraModelView | None
    operation: list[str]
    information: list[StatementView]
    contacts: list[ContactView]
    install_by: date | None = Field(description="A target, and no promise (AL-57, AL-103)")
    lent: dict[str, int] = Field(description="Devices to carry, by their colours (AL-95)")
    migration: Literal["waiting", "offered", "migrated"] | None
    sympathy: SympathyView | None = Field(
        description="Money after a loss, where the product has it"
    )


class ClaimView(BaseModel):
    """A claim for sympathy money, as the family sees it: how far it is, and never why not."""

    id: str
    happened: datetime
    cause: str
    site: str
    claimed: int
    stage: str
    amount: int | None
    photographs: list[str] = Field(description="Names of photographs of the damage")


def claim_view(claim: Claim) -> ClaimView:
    """A claim."""
    loss = claim.loss
    return ClaimView(
        id=claim.id,
        happened=loss.happened,
        cause=loss.cause,
        site=loss.site,
        claimed=loss.amount,
        stage=claim.stage,
        amount=claim.amount,
        photographs=list(claim.photographs),
    )


def line_view(line: Line) -> LineView:
    """A line."""
    return LineView(item=line.item, amount=line.amount, rule=line.rule, case=line.about)


def invoice_view(invoice: Invoice, history: History, now: datetime) -> InvoiceView:
    """An invoice, and whether it was paid."""
    month = invoice.month
    state = (
        "paid"
        if month in history.paid
        else "settled"
        if month in history.settled
        else "unpaid"
        if month in history.failed
        else "requested"
    )
    return InvoiceView(
        month=str(month),
        lines=[line_view(line) for line in invoice.lines],
        total=invoice.total,
        tax=invoice.tax,
        state=state,
        due=payment_due(history, month) if state == "unpaid" else None,
    )


def contract_view(
    agreement: Agreement,
    history: History,
    issued: list[Invoice],
    now: datetime,
    language: str,
    *,
    contractor: bool,
    has: Set[str],
) -> ContractView:
    """A contract at an instant. It says that an application was refused, and never why (HT-16).

    ``contractor`` says that it is read by the contractor or for them: nobody else is shown what is
    owed, or when (HT-78). ``has`` names the products they have now.
    """
    now = in_japan(now)
    today = now.date()
    pause = history.pauses[-1] if history.pauses else None
    first = first_charge(history) if contractor else None
    lines = [line for one in issued for line in one.lines if line.day <= today]
    terms = history.terms(today)
    models = {one.model: one for one in cameras(terms, language)}
    return ContractView(
        id=agreement.id,
        product=agreement.product,
        name=history.product.name.get(language, agreement.product),
        plan=history.plan(today),
        payment=history.payment(today),
        home=agreement.home,
        home_name=agreement.home_name,
        state=history.state(now),
        states=[StateView(since=one.first, state=one.state) for one in history.states()],
        starts_on=history.start,
        ends_on=history.end.on if history.end else None,
        return_by=history.return_by,
        pause=PauseView(start=pause.start, end=pause.end, resumes=pause.resumes) if pause else None,
        app_open=history.start is not None and app_open(history, now),
        watchers=list(history.watchers),
        options=[name for name in terms.options if history.has_option(name, now)]
        if history.facts
        else [],
        first_charge=FirstChargeView(month=str(first.month), day=first.day, amount=first.amount)
        if first
        else None,
        unbilled=[line_view(line) for line in outstanding(history, lines, today)]
        if contractor
        else [],
        dates=[
            DueView(day=d.day, what=d.what, rule=d.rule, month=str(d.month) if d.month else None)
            for d in deadlines(history)
            if d.day >= today and (contractor or d.month is None)  # of a month: of its invoice
        ],
        stickers=list(history.custody.stickers),
        camera=models.get(history.camera or ""),
        operation=list(history.operation),
        information=information(terms, language),
        contacts=contacts(
            {**terms.contacts, **of_the_house(history.catalogue, agreement.product)},
            agreement.prefecture,
            contractor=contractor,
            has=has,
            language=language,
            features=features(history, now),
        ),
        install_by=history.install_by,
        lent=dict(history.lent),
        migration=history.migration or ("waiting" if terms.migration else None),
        sympathy=_sympathy(terms) if contractor else None,
    )


def _sympathy(terms: Terms) -> SympathyView | None:
    claim = terms.claim
    if claim is None:
        return None
    causes = claim.causes or get_args(Cause)
    return SympathyView(
        kind=claim.kind, yen=claim.yen, causes=list(causes), sites=list(claim.sites)
    )


def month_of(text: str) -> Month | None:
    """A month in a path; None for what is none."""
    try:
        return Month.parse(text)
    except ValueError:
        return None
