"""HTTP routes for billing staff: applications, facts, runs. Every change is one audited fact."""

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
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
from lambdas.billing.app.claim_pictures_service import PHOTOGRAPH, photograph_of
from lambdas.billing.app.contract_service import ContractService
from lambdas.billing.app.desk_service import Desk, IdempotencyKey
from lambdas.billing.app.proposal_store import Proposal, Verdict, proposal
from lambdas.billing.app.records import Actor, ContractRecord, spelled
from lambdas.billing.app.runs import RunKind, staff_period
from lambdas.billing.app.search import Card, SearchQuery
from lambdas.billing.contract import facts as f
from lambdas.billing.contract.agreement import Agreement, Person, WatcherPerson
from lambdas.billing.contract.applications import Proxy
from lambdas.billing.contract.history import State
from lambdas.billing.invoicing import claims
from lambdas.billing.invoicing.claims import Claim
from lambdas.billing.invoicing.deadlines import may_terminate
from lambdas.billing.invoicing.entries import needs_a_second
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
ONE_PRESS = timedelta(seconds=20)
"""The same within this time is one press of a button."""

CONSENTS = frozenset({"users", "watched_person", "right_holder"})


class StaffSettings(contract_service.BillingSettings):
    """What the function needs."""

    run_machine: str
    claims_bucket: str
    large_yen: int = 30_000
    """From how much on an entry needs a second person."""


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
    watched_id: str = ""
    address: str = ""
    prefecture: Prefecture | Literal[""] = Field(
        "", description="Of the home, by JIS X 0401: 13 is Tokyo"
    )
    home: str = Field("", description="An existing home; a new one if not given")
    home_name: str
    channel: str | None = None
    customer_line: bool = True
    consents: list[Literal["users", "watched_person", "right_holder"]] = []
    options: list[str] = Field([], max_length=20, description="Taken from the beginning")
    there: list[f.There] = Field([], description="What is at the home that the service may need")
    camera_site: f.CameraSite | None = Field(None, description="Where a camera is to be (AL-70)")
    proxy: Proxy | None = Field(None, description="Who came in the contractor's place (AL-80)")
    on: f.Moment | None = Field(None, description="When it came in; now if not given")


class Retraction(BaseModel):
    """Which entry was a mistake, and why."""

    fact: str = Field(min_length=1, max_length=250, description="Its `key`")
    reason: f.Reason


class MisfitView(BaseModel):
    """An entry that was stored and has no place in the contract as the rules are now."""

    fact: str
    event: str
    rule: str
    why: str


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
    replaces: str = Field("", max_length=250, description="The `key` of an entry it puts right")
    reason: str = Field("", max_length=500, description="Why that entry was wrong")


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
    proposals: list[Proposal] = Field(description="Entries that wait for a second person")
    not_understood: list[MisfitView]


class ContractPage(BaseModel):
    """A page of contracts. ``after`` asks for the next one; the last page has none."""

    contracts: list[Card]
    after: str | None


class ClaimVerdict(BaseModel):
    """What the examination of a claim came to: the loss that was found, or why nothing is paid."""

    verified_loss: PositiveInt | None = Field(None, description="In yen; denied when not given")
    ground: str = Field("", max_length=500, description="Why not; stays in the house")

    @model_validator(mode="after")
    def _one_of_both(self) -> "ClaimVerdict":
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


def staff() -> Desk:
    """The caller, who must be of billing's staff."""
    return Desk(app, load(StaffSettings))


@contract_service.rules_as_problems()
def shown(desk: Desk, record: ContractRecord) -> StaffContract:
    """A contract as staff sees it."""
    at, by = desk.contracts, desk.by
    history = at.history(record)
    issued = [one.invoice for one in record.issued]
    return StaffContract(
        contract=views.contract_view(
            record.agreement,
            history,
            issued,
            by.at,
            desk.language,
            contractor=True,
            has=at.has_too(record, history, by.at),
        ),
        agreement=record.agreement,
        facts=[
            {
                "event": fact.event,
                "key": fact.key,
                **fact.model_dump(mode="json", exclude_defaults=True),
                **({"retracted": True} if fact.key in history.retracted else {}),
            }
            for fact in history.recorded
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
        proposals=at.proposals.open(record.id),
        not_understood=[
            MisfitView(fact=one.fact.key, event=one.fact.event, rule=one.rule, why=one.why)
            for one in history.misfits
        ],
    )


@app.post("/billing/staff/contracts", summary="Take an application", tags=["Staff"])
def take_application(
    wanted: StaffApplication, idempotency_key: IdempotencyKey = ""
) -> StaffContract:
    desk = staff()
    at, by = desk.contracts, desk.by
    id = _name(at, f"{by.who}/{wanted.model_dump_json()}", idempotency_key, by)
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
        watched_id=wanted.watched_id,
        address=wanted.address,
        prefecture=wanted.prefecture,
        consents=tuple(wanted.consents),
    )
    applied = f.Applied(
        on=wanted.on or in_japan(by.at),
        channel=wanted.channel,
        customer_line=wanted.customer_line,
        options=tuple(wanted.options),
        there=tuple(wanted.there),
        camera_site=wanted.camera_site,
    )
    with desk.once(idempotency_key) as new:
        record = at.apply(agreement, applied, by, wanted.proxy) if new else at.open(id)
    return shown(desk, record)


def _name(at: ContractService, said: str, key: str, by: Actor) -> str:
    """The id of what is made by a request: the same for the same request, sent again with its key
    or a moment later."""
    if key:
        return f"c-{hashlib.sha256(f'{by.who}/{key}'.encode()).hexdigest()[:16]}"
    moment = int(by.at.timestamp() // ONE_PRESS.total_seconds())
    before, now = (
        f"c-{hashlib.sha256(f'{said}/{one}'.encode()).hexdigest()[:16]}"
        for one in (moment - 1, moment)
    )
    return before if at.store.record(before) else now


@app.get("/billing/staff/contracts", summary="Contracts by what is known of them", tags=["Staff"])
def find_contracts(
    name: Annotated[str, Query(max_length=60, description="Any part of the name")] = "",
    email: Annotated[str, Query(max_length=254)] = "",
    phone: Annotated[str, Query(max_length=20)] = "",
    address: Annotated[str, Query(max_length=100, description="How a part of it begins")] = "",
    customer: Annotated[str, Query(max_length=20, description="The bank's number")] = "",
    credit: bool = False,
    product: Annotated[str, Query(max_length=40)] = "",
    state: State | None = None,
    unpaid: bool = False,
    install_by: Annotated[
        date | None, Query(description="To be installed by this day, and not installed (AL-57)")
    ] = None,
    after: Annotated[str, Query(max_length=400, description="`after` of the page before")] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> ContractPage:
    desk = staff()
    wanted = SearchQuery(
        name=name,
        email=email,
        phone=phone,
        address=address,
        customer=customer,
        credit=credit,
        product=product,
        state=state,
        unpaid=unpaid,
        install_by=str(install_by or ""),
    )
    try:
        cards, go_on = desk.contracts.find(wanted, after, limit)
    except ValueError as error:
        raise Problem(422, "invalid") from error
    return ContractPage(contracts=cards, after=go_on)


@app.get("/billing/staff/contracts/<contract>", summary="A contract, all of it", tags=["Staff"])
def contract_of_anybody(contract: str) -> StaffContract:
    desk = staff()
    return shown(desk, desk.open(contract))


@app.post("/billing/staff/contracts/<contract>/decision", summary="Accept or not", tags=["Staff"])
def decide(
    contract: str, decision: Decision, idempotency_key: IdempotencyKey = ""
) -> StaffContract:
    desk = staff()
    with desk.once(idempotency_key) as new:
        if new:
            _decide(desk, contract, decision)
    return shown(desk, desk.open(contract))


def _decide(desk: Desk, contract: str, decision: Decision) -> None:
    at = desk.contracts
    on = in_japan(desk.by.at)
    record = at.open(contract)
    fact: f.Fact = f.RefusedApplication(on=on, id="decision", ground=decision.ground)
    if decision.accept:
        _consents_given(at, record)
        fact = f.Accepted(on=on, id="decision")
    history = at.history(record)
    if any(known.id.startswith(fact.id) for known in history.facts):
        raise Forbidden("HT-13", "the application was decided already")
    if undone := sum(one.startswith(fact.id) for one in history.retracted):
        fact = fact.model_copy(update={"id": f"{fact.id}/{undone + 1}"})
    at.take(contract, fact, desk.by)


def _consents_given(at: ContractService, record: ContractRecord) -> None:
    """Forbidden without the three consents, where something is installed in a home (HT-14)."""
    history = at.history(record)
    terms = history.terms(history.facts[0].day)
    missing = CONSENTS - set(record.agreement.consents)
    if terms.installation and missing:
        raise Forbidden("HT-14", f"no consent of {', '.join(sorted(missing))}")


@app.post("/billing/staff/contracts/<contract>/facts", summary="It happened", tags=["Staff"])
def happened(contract: str, said: StaffFact, idempotency_key: IdempotencyKey = "") -> StaffContract:
    desk = staff()
    fact = _read(said.fact, desk.by, idempotency_key)
    with desk.once(idempotency_key) as new:
        if new:
            record = desk.contracts.open(contract)
            if not idempotency_key and not {"id", "on"} & said.fact.keys():
                fact = pressed_before(record, fact) or fact
            if isinstance(fact, f.StickerLent):
                desk.contracts.check_sticker(contract, fact.serial)
            facts: tuple[f.AnyFact, ...] = (fact,)
            if said.replaces:
                facts = (_taken_back(said.replaces, said.reason or "-", desk.by), fact)
            enter(desk, record, facts, dated="on" in said.fact)
    return shown(desk, desk.open(contract))


@app.post(
    "/billing/staff/contracts/<contract>/retractions",
    summary="An entry was a mistake",
    tags=["Staff"],
)
def retract(
    contract: str, wanted: Retraction, idempotency_key: IdempotencyKey = ""
) -> StaffContract:
    desk = staff()
    with desk.once(idempotency_key) as new:
        if new:
            facts = (_taken_back(wanted.fact, wanted.reason, desk.by),)
            enter(desk, desk.contracts.open(contract), facts, dated=False)
    return shown(desk, desk.open(contract))


def _taken_back(fact: str, reason: str, by: Actor) -> f.Retracted:
    return f.Retracted(on=in_japan(by.at), id=f"retracted/{fact}", fact=fact, reason=reason)


def _read(said: dict[str, Any], by: Actor, key: str) -> f.AnyFact:
    """The fact that somebody says, under the name of their request."""
    named = {"id": f"desk/{key}"} if key else {}
    try:
        fact = FACT.validate_python({"on": in_japan(by.at).isoformat(), **named, **said})
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False)) from error
    if isinstance(fact, f.PaymentFailed) and fact.known is None and fact.day < day_of(by.at):
        fact = fact.model_copy(update={"known": day_of(by.at)})
    return fact


def pressed_before(record: ContractRecord, fact: f.AnyFact) -> f.AnyFact | None:
    """The same entry of a moment ago: a button that was pressed twice. What really happened twice
    has an id of its own, or a request's key."""
    return next(
        (
            one
            for one in record.facts
            if (type(one), one.said) == (type(fact), fact.said)
            and timedelta(0) <= fact.on - one.on <= ONE_PRESS
        ),
        None,
    )


def enter(desk: Desk, record: ContractRecord, facts: tuple[f.AnyFact, ...], *, dated: bool) -> None:
    """Take the facts in or, where a second person is needed, the proposal of them. Forbidden by the
    rules."""
    at, by = desk.contracts, desk.by
    large = load(StaffSettings).large_yen
    new = [fact for fact in facts if not record.knows(fact)]
    kept, _ = at.weigh(record, new, by.at)  # an amount that is not said is all that is open
    if not any(needs_a_second(fact, record.facts, large) for fact in kept):
        at.enter(record.id, facts, by)
        return
    wanted = proposal(record.id, facts, by, dated=dated)
    if at.proposals.propose(wanted):
        detail = "; ".join(spelled(fact) for fact in facts)
        desk.note(record.id, f"PROPOSED#{wanted.id}", "proposed", detail)


@app.get("/billing/staff/proposals", summary="What waits for a second person", tags=["Staff"])
def proposals() -> list[Proposal]:
    return staff().contracts.proposals.open()


@app.post("/billing/staff/proposals/<proposal>/approval", summary="Agree", tags=["Staff"])
def approve(proposal: str, idempotency_key: IdempotencyKey = "") -> StaffContract:
    return _decided(proposal, "approved", idempotency_key)


@app.post("/billing/staff/proposals/<proposal>/rejection", summary="Do not agree", tags=["Staff"])
def reject(proposal: str, idempotency_key: IdempotencyKey = "") -> StaffContract:
    return _decided(proposal, "rejected", idempotency_key)


def _decided(id: str, verdict: Verdict, key: str) -> StaffContract:
    """The proposal's contract, once it is decided so. Problem 409 when it was decided otherwise."""
    desk = staff()
    wanted = desk.contracts.proposals.get(id)
    if wanted is None:
        raise Problem(404, "not-found")
    if wanted.by == desk.by.who and verdict == "approved":
        raise Problem(403, "second-person", rule="G-07")
    with desk.once(key) as new:
        if new and wanted.state == "open":
            desk.contracts.decide(wanted, verdict, desk.by)
        elif new and wanted.state != verdict:
            raise Problem(409, "changed-meanwhile")
    return shown(desk, desk.open(wanted.contract))


@app.post("/billing/staff/interruptions", summary="Announce an interruption", tags=["Staff"])
def announce(interruption: Interruption, idempotency_key: IdempotencyKey = "") -> Announced:
    desk = staff()
    said = interruption.model_dump_json()
    id = hashlib.sha256(said.encode()).hexdigest()[:16]
    made = Announced(**interruption.model_dump(), id=id, announced=desk.by.at)
    with desk.once(idempotency_key) as new:
        desk.contracts.catalogue.product(interruption.product)
        if new:
            desk.contracts.interruptions.announce(made)
            event = "interruption_announced"
            desk.note("-", f"INTERRUPTION#{id}", event, said, rule="HT-32")
    return made


@app.get("/billing/staff/claims", summary="Claims to be worked on", tags=["Staff"])
def open_claims(
    after: Annotated[str, Query(max_length=300)] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> list[Claim]:
    return staff().contracts.claims.open(after, limit)


@app.get("/billing/staff/claims/<claim>", summary="A claim", tags=["Staff"])
def one_claim(claim: str) -> Claim:
    return _claim(staff(), claim)


@app.get(
    "/billing/staff/claims/<claim>/photographs/<name>",
    summary="A photograph of the damage",
    tags=["Staff"],
    responses=PHOTOGRAPH,
)
def damage(claim: str, name: str):  # type: ignore[no-untyped-def]
    # No return type: the router would turn the bytes of a typed response into text.
    return photograph_of(_claim(staff(), claim), name, load(StaffSettings).claims_bucket)


@app.post("/billing/staff/claims/<claim>/examination", summary="Begin to examine", tags=["Staff"])
def examine(claim: str, idempotency_key: IdempotencyKey = "") -> Claim:
    return _claim_moves(claim, lambda one, _: claims.moved(one, "examined"), idempotency_key)


@app.post("/billing/staff/claims/<claim>/decision", summary="Approve or deny", tags=["Staff"])
def decide_claim(claim: str, verdict: ClaimVerdict, idempotency_key: IdempotencyKey = "") -> Claim:
    def decided(one: Claim, terms: Terms) -> Claim:
        if verdict.verified_loss is None:
            return claims.moved(one, "denied", ground=verdict.ground)
        return claims.approved(one, terms, verdict.verified_loss)

    return _claim_moves(claim, decided, idempotency_key)


@app.post("/billing/staff/claims/<claim>/payment", summary="It was paid", tags=["Staff"])
def pay_claim(claim: str, payment: ClaimPayment, idempotency_key: IdempotencyKey = "") -> Claim:
    return _claim_moves(
        claim,
        lambda one, _: claims.moved(one, "paid", reference=payment.reference),
        idempotency_key,
    )


def _claim_moves(claim: str, change: Callable[[Claim, Terms], Claim], key: str) -> Claim:
    desk = staff()
    with desk.once(key) as new:
        if new:
            desk.contracts.examine(claim, change, desk.by)
    return _claim(desk, claim)


def _claim(desk: Desk, id: str) -> Claim:
    found = desk.contracts.claims.get(id)
    if found is None:
        raise Problem(404, "not-found")
    return found


@app.post("/billing/staff/runs", summary="Start a run", tags=["Staff"])
def start_run(order: RunOrder, idempotency_key: IdempotencyKey = "") -> RunStarted:
    desk = staff()
    by = desk.by
    try:
        period = staff_period(order.kind, order.period, by.at)
    except ValueError as error:
        raise Problem(422, "invalid") from error
    asked = f"{by.who}/{idempotency_key}" if idempotency_key else by.at.isoformat()
    name = f"{order.kind}-{period}-{hashlib.sha256(asked.encode()).hexdigest()[:16]}"
    said = {"kind": order.kind, "period": period, "at": by.at.isoformat()}
    states = client("stepfunctions")
    with desk.once(idempotency_key) as new:
        if new:
            with suppress(states.exceptions.ExecutionAlreadyExists):
                states.start_execution(
                    stateMachineArn=load(StaffSettings).run_machine,
                    name=name,
                    input=json.dumps({**said, "means": f"staff:{by.who}"}),
                )
    return RunStarted(run=f"{order.kind}-{period}", execution=name)


@app.get("/billing/staff/runs", summary="The last runs", tags=["Staff"])
def last_runs() -> list[str]:
    return staff().contracts.runs.runs()


@app.get("/billing/staff/runs/<run>", summary="A run", tags=["Staff"])
def one_run(run: str) -> RunView:
    found = staff().contracts.runs.executions(run)
    if not found:
        raise Problem(404, "not-found")
    return RunView(run=run, executions=found)
