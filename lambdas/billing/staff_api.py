"""HTTP routes for billing staff: applications, facts, runs. Every change is one audited fact."""

import hashlib
import json
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import (
    BaseModel,
    Field,
    PositiveInt,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from lambdas.billing.app import contract_service, views
from lambdas.billing.app.contract_service import ContractService
from lambdas.billing.app.records import Actor, ContractRecord
from lambdas.billing.app.runs import RunKind, staff_period
from lambdas.billing.app.search import Card, SearchQuery
from lambdas.billing.contract import facts as f
from lambdas.billing.contract.agreement import Agreement, Person, WatcherPerson
from lambdas.billing.contract.history import State
from lambdas.billing.invoicing import claims
from lambdas.billing.invoicing.claims import Claim
from lambdas.billing.invoicing.daily import lifted
from lambdas.billing.invoicing.deadlines import may_terminate
from lambdas.billing.invoicing.interruptions import Announced, Interruption
from lambdas.billing.problems import TEXTS
from lambdas.billing.products.catalogue import ONLY_PLAN
from lambdas.billing.products.forbidden import Forbidden
from lambdas.billing.products.terms import Prefecture, Terms
from lambdas.shared.aws import http
from lambdas.shared.aws.clients import client
from lambdas.shared.calendar import day_of, in_japan
from lambdas.shared.problems import Problem
from lambdas.shared.settings import load

FACT: TypeAdapter[f.AnyFact] = TypeAdapter(f.AnyFact)
CONSENTS = frozenset({"users", "watched_person", "right_holder"})


class StaffSettings(contract_service.BillingSettings):
    """What the function needs."""

    run_machine: str


app = http.resolver(TEXTS)
handler = http.entry(app)


class StaffApplication(BaseModel):
    """An application that staff took, at a counter or by telephone."""

    product: str
    plan: str = ONLY_PLAN
    payment: Literal["card", "bank_transfer", "in_app"] = "bank_transfer"
    contractor: Person
    watchers: list[WatcherPerson] = []
    watched: str = ""
    address: str = ""
    prefecture: Prefecture | Literal[""] = Field(
        "", description="Of the home, by JIS X 0401: 13 is Tokyo"
    )
    home: str = Field("", description="An existing home; a new one if not given")
    home_name: str
    channel: str | None = None
    customer_line: bool = True
    consents: list[Literal["users", "watched_person", "right_holder"]] = []
    on: f.Moment | None = Field(None, description="When it came in; now if not given")


class Decision(BaseModel):
    """What the screening of an application came to."""

    accept: bool
    ground: str | None = Field(None, description="Why not; stays in the house (HT-16)")


class StaffFact(BaseModel):
    """Something that happened. Without a time it happened now."""

    fact: dict[str, Any] = Field(
        description="With an `id` of its own where the same happens twice at one time: what says"
        " the same of the same time is one fact (G-08)"
    )


class GroundView(BaseModel):
    """Why the company may terminate a contract, and since when (HT-36)."""

    since: date
    ground: str
    rule: str
    reads: str | None = Field(description="An article it names, as printed and as meant (A-23)")


class StaffContract(BaseModel):
    """A contract with all that is known of it."""

    contract: views.ContractView
    agreement: Agreement
    facts: list[dict[str, Any]]
    may_terminate: list[GroundView]
    invoices: list[views.InvoiceView]
    audit: list[dict[str, str]]


class ContractPage(BaseModel):
    """A page of contracts. ``after`` asks for the next one; the last page has none."""

    contracts: list[Card]
    after: str | None


class Verdict(BaseModel):
    """What the examination of a claim came to: the loss that was found, or why nothing is paid."""

    verified_loss: PositiveInt | None = Field(None, description="In yen; denied when not given")
    ground: str = Field("", max_length=500, description="Why not; stays in the house")

    @model_validator(mode="after")
    def _one_of_both(self) -> "Verdict":
        if (self.verified_loss is None) == (not self.ground):
            raise ValueError("either a loss that was found, or a ground to deny")
        return self


class ClaimPayment(BaseModel):
    """By which a payment is found in the books."""

    reference: str = Field(min_length=1, max_length=100)


class RunOrder(BaseModel):
    """A run to be started, for a day or month gone by or for now."""

    kind: RunKind
    period: str | None = None


class RunStarted(BaseModel):
    """The run that was started."""

    run: str
    execution: str


class RunView(BaseModel):
    """A run and what its executions did."""

    run: str
    executions: list[dict[str, Any]]


def staff() -> Actor:
    """The caller, who must be of billing's staff."""
    who = http.member_of(app, contract_service.STAFF, "staff-only")
    return Actor(who.person, "staff desk", who.now)


def shown(at: ContractService, record: ContractRecord, by: Actor) -> StaffContract:
    """A contract as staff sees it."""
    history = at.history(record)
    issued = [one.invoice for one in record.issued]
    language = http.caller(app).language
    return StaffContract(
        contract=views.contract_view(
            record.agreement,
            history,
            issued,
            by.at,
            language,
            contractor=True,
            has=at.has_too(record, history, by.at),
        ),
        agreement=record.agreement,
        facts=[
            {"event": fact.event, **fact.model_dump(mode="json", exclude_defaults=True)}
            for fact in history.facts
        ],
        may_terminate=[
            GroundView(
                since=one.since,
                ground=one.ground,
                rule=one.rule,
                reads=views.reading(history.terms(one.since), one.ground),
            )
            for one in may_terminate(history)
            if one.since <= in_japan(by.at).date()
        ],
        invoices=[views.invoice_view(invoice, history, by.at) for invoice in issued],
        audit=at.audit.trail(record.id),
    )


@app.post("/billing/staff/contracts", summary="Take an application", tags=["Staff"])
def take_application(wanted: StaffApplication) -> StaffContract:
    by = staff()
    at = ContractService(load(StaffSettings))
    seed = f"{by.who}/{wanted.model_dump_json()}/{by.at.isoformat()}"
    id = f"c-{hashlib.sha256(seed.encode()).hexdigest()[:16]}"
    agreement = Agreement(
        id=id,
        product=wanted.product,
        plan=wanted.plan,
        payment=wanted.payment,
        home=wanted.home or f"home-{id}",
        home_name=wanted.home_name,
        contractor=wanted.contractor,
        watchers=tuple(wanted.watchers),
        watched=wanted.watched,
        address=wanted.address,
        prefecture=wanted.prefecture,
        consents=tuple(wanted.consents),
    )
    known = bool(wanted.contractor.id) and at.had(wanted.contractor.id, wanted.product)
    applied = f.Applied(
        on=wanted.on or in_japan(by.at),
        channel=wanted.channel,
        customer_line=wanted.customer_line,
        first_time=not known,
    )
    with contract_service.rules_as_problems():
        record = at.begin(agreement, applied, by)
        return shown(at, record, by)


@app.get("/billing/staff/contracts", summary="Contracts by what is known of them", tags=["Staff"])
def find_contracts(
    name: Annotated[str, Query(max_length=60, description="How the name begins")] = "",
    email: Annotated[str, Query(max_length=254)] = "",
    product: Annotated[str, Query(max_length=40)] = "",
    state: State | None = None,
    unpaid: bool = False,
    after: Annotated[str, Query(max_length=400, description="`after` of the page before")] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> ContractPage:
    staff()
    wanted = SearchQuery(name=name, email=email, product=product, state=state, unpaid=unpaid)
    at = ContractService(load(StaffSettings))
    try:
        cards, go_on = at.find(wanted, after, limit)
    except ValueError as error:
        raise Problem(422, "invalid") from error
    return ContractPage(contracts=cards, after=go_on)


@app.get("/billing/staff/contracts/<contract>", summary="A contract, all of it", tags=["Staff"])
def contract_of_anybody(contract: str) -> StaffContract:
    by = staff()
    at = ContractService(load(StaffSettings))
    with contract_service.rules_as_problems():
        return shown(at, at.open(contract), by)


@app.post("/billing/staff/contracts/<contract>/decision", summary="Accept or not", tags=["Staff"])
def decide(contract: str, decision: Decision) -> StaffContract:
    by = staff()
    at = ContractService(load(StaffSettings))
    on = in_japan(by.at)
    with contract_service.rules_as_problems():
        record = at.open(contract)
        fact: f.Fact = f.RefusedApplication(on=on, id="decision", ground=decision.ground)
        if decision.accept:
            _consents_given(at, record)
            fact = f.Accepted(on=on, id="decision")
        if any(known.id == fact.id for known in record.facts):
            raise Forbidden("HT-13", "the application was decided already")
        return shown(at, at.take(contract, fact, by), by)


def _consents_given(at: ContractService, record: ContractRecord) -> None:
    """Forbidden without the three consents, where something is installed in a home (HT-14)."""
    history = at.history(record)
    terms = history.terms(history.facts[0].day)
    missing = CONSENTS - set(record.agreement.consents)
    if terms.installation and missing:
        raise Forbidden("HT-14", f"no consent of {', '.join(sorted(missing))}")


@app.post("/billing/staff/contracts/<contract>/facts", summary="It happened", tags=["Staff"])
def happened(contract: str, said: StaffFact) -> StaffContract:
    by = staff()
    at = ContractService(load(StaffSettings))
    try:
        fact = FACT.validate_python({"on": in_japan(by.at).isoformat(), **said.fact})
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False)) from error
    if isinstance(fact, f.PaymentFailed) and fact.known is None and fact.day < day_of(by.at):
        fact = fact.model_copy(update={"known": day_of(by.at)})
    with contract_service.rules_as_problems():
        if isinstance(fact, f.StickerLent):
            at.check_sticker(contract, fact.serial)
        record = at.take(contract, fact, by)
        if isinstance(fact, f.Paid) and (lift := lifted(at.history(record), in_japan(by.at))):
            record = at.take(contract, lift, by)
        return shown(at, record, by)


@app.post("/billing/staff/interruptions", summary="Announce an interruption", tags=["Staff"])
def announce(interruption: Interruption) -> Announced:
    by = staff()
    at = ContractService(load(StaffSettings))
    with contract_service.rules_as_problems():
        at.catalogue.product(interruption.product)
    said = interruption.model_dump_json()
    id = hashlib.sha256(said.encode()).hexdigest()[:16]
    made = Announced(**interruption.model_dump(), id=id, announced=by.at)
    at.interruptions.announce(made)
    what = {"rule": "HT-32", "event": "interruption_announced", "detail": said}
    at.audit.note("-", f"INTERRUPTION#{id}", what, by)
    return made


@app.get("/billing/staff/claims", summary="Claims to be worked on", tags=["Staff"])
def open_claims(
    after: Annotated[str, Query(max_length=300)] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> list[Claim]:
    staff()
    return ContractService(load(StaffSettings)).claims.open(after, limit)


@app.get("/billing/staff/claims/<claim>", summary="A claim", tags=["Staff"])
def one_claim(claim: str) -> Claim:
    staff()
    found = ContractService(load(StaffSettings)).claims.get(claim)
    if found is None:
        raise Problem(404, "not-found")
    return found


@app.post("/billing/staff/claims/<claim>/examination", summary="Begin to examine", tags=["Staff"])
def examine(claim: str) -> Claim:
    return _claim_moves(claim, lambda one, _: claims.moved(one, "examined"))


@app.post("/billing/staff/claims/<claim>/decision", summary="Approve or deny", tags=["Staff"])
def decide_claim(claim: str, verdict: Verdict) -> Claim:
    def decided(one: Claim, terms: Terms) -> Claim:
        if verdict.verified_loss is None:
            return claims.moved(one, "denied", ground=verdict.ground)
        return claims.approved(one, terms, verdict.verified_loss)

    return _claim_moves(claim, decided)


@app.post("/billing/staff/claims/<claim>/payment", summary="It was paid", tags=["Staff"])
def pay_claim(claim: str, payment: ClaimPayment) -> Claim:
    return _claim_moves(
        claim, lambda one, _: claims.moved(one, "paid", reference=payment.reference)
    )


def _claim_moves(claim: str, change: Callable[[Claim, Terms], Claim]) -> Claim:
    by = staff()
    with contract_service.rules_as_problems():
        return ContractService(load(StaffSettings)).examine(claim, change, by)


@app.post("/billing/staff/runs", summary="Start a run", tags=["Staff"])
def start_run(order: RunOrder) -> RunStarted:
    by = staff()
    try:
        period = staff_period(order.kind, order.period, by.at)
    except ValueError as error:
        raise Problem(422, "invalid") from error
    name = f"{order.kind}-{period}-{int(by.at.timestamp() * 1000)}"
    client("stepfunctions").start_execution(
        stateMachineArn=load(StaffSettings).run_machine,
        name=name,
        input=json.dumps(
            {
                "kind": order.kind,
                "period": period,
                "at": by.at.isoformat(),
                "means": f"staff:{by.who}",
            }
        ),
    )
    return RunStarted(run=f"{order.kind}-{period}", execution=name)


@app.get("/billing/staff/runs", summary="The last runs", tags=["Staff"])
def last_runs() -> list[str]:
    staff()
    return ContractService(load(StaffSettings)).runs.runs()


@app.get("/billing/staff/runs/<run>", summary="A run", tags=["Staff"])
def one_run(run: str) -> RunView:
    staff()
    found = ContractService(load(StaffSettings)).runs.executions(run)
    if not found:
        raise Problem(404, "not-found")
    return RunView(run=run, executions=found)
