"""Where a contract is opened and facts are taken in: the rules are asked, the fact is written with
its audit record, the directory and the people concerned learn of it.

Telling is done again when a fact arrives again, so that a crash in between is made good; who was
told already is not told twice.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from lambdas.billing.app.audit_store import AuditStore
from lambdas.billing.app.card_store import CardStore
from lambdas.billing.app.claim_store import ClaimStore
from lambdas.billing.app.contract_store import ContractStore
from lambdas.billing.app.interruption_store import InterruptionStore
from lambdas.billing.app.invitation_service import InvitationService
from lambdas.billing.app.joint_store import JointStore
from lambdas.billing.app.price_store import PriceStore
from lambdas.billing.app.proposal_store import Proposal, ProposalStore, Verdict
from lambdas.billing.app.publishing import (
    CONTACT_KEPT,
    TOLD_OF_CLAIMS,
    contact_expires,
    contact_of,
    entitlement,
    notice,
    notice_of,
)
from lambdas.billing.app.records import FACT, Actor, Conflict, ContractRecord
from lambdas.billing.app.refusals import NotAllowed
from lambdas.billing.app.run_store import RunStore
from lambdas.billing.app.search import (
    Card,
    SearchQuery,
    card_of,
    digits,
    fits,
    places,
    shelves,
)
from lambdas.billing.contract.agreement import CONTRACTOR, Agreement
from lambdas.billing.contract.applications import Proxy, check_explanation, check_home
from lambdas.billing.contract.facts import (
    Accepted,
    AnyFact,
    Applied,
    BilledWith,
    Credited,
    Fact,
    InvitationAccepted,
    Paid,
    PaymentChanged,
    Received,
    Retracted,
    WrittenOff,
)
from lambdas.billing.contract.history import NOT_UNDERSTOOD, History, understood
from lambdas.billing.invoicing.charges import charges
from lambdas.billing.invoicing.claims import Claim, Loss, applied, shown_by
from lambdas.billing.invoicing.daily import STANDING, lifted
from lambdas.billing.invoicing.deadlines import deadlines
from lambdas.billing.invoicing.entries import ENDS, MONEY, set_off, weighed
from lambdas.billing.invoicing.invoices import outstanding
from lambdas.billing.invoicing.receivables import Account, account_of
from lambdas.billing.payments.collecting import customer_number
from lambdas.billing.products.catalogue import Catalogue
from lambdas.billing.products.forbidden import Forbidden
from lambdas.billing.products.prices import priced
from lambdas.billing.products.terms import Terms
from lambdas.shared import conflicts
from lambdas.shared.aws import bus, dynamo
from lambdas.shared.aws.directory import Directory
from lambdas.shared.calendar import Month, day_of, in_japan, months
from lambdas.shared.events import Notice
from lambdas.shared.household import Contract, Home, Member, each_once
from lambdas.shared.problems import Problem
from lambdas.shared.settings import Settings

TRIES = 4
"""How often a change is tried anew when somebody else changes the contract at the same time."""


SETTLING = (Paid, Received, WrittenOff, Credited, Retracted)
"""Facts after which money may be set off, or the service run again."""

INVITING = (Applied, Accepted)
"""Facts with which a contract may be made, so that its people are invited."""

FOR_TWO = (*ENDS, *MONEY)
"""Entries that may take two people, and so are made one by one."""

STAFF = frozenset({"billing", "admin"})
"""The groups of logins that may change contracts and money."""


class BillingSettings(Settings):
    """What every function of billing needs."""

    billing_table: str
    directory_table: str
    event_bus: str


MOST_OF_ONE = 100
"""Contracts of one person that are looked at."""

MOST_READ = 2000
"""Cards looked at for a page, however few of them fit."""


class Found(NamedTuple):
    """A page of contracts, and where to go on; none when these were all."""

    cards: list[Card]
    after: str | None


class TrialTaken(Exception):
    """Another contract of the same person has the free trial of the product (DC-07)."""


class Unknown(Exception):
    """There is no such contract."""


@contextmanager
def rules_as_problems() -> Iterator[None]:
    """What the rules forbid is answered with the rule, in the caller's language."""
    try:
        yield
    except Forbidden as forbidden:
        raise NotAllowed(forbidden) from forbidden
    except Conflict as conflict:
        raise Problem(409, "changed-meanwhile") from conflict
    except Unknown as unknown:
        raise Problem(404, "not-found") from unknown


class ContractService:
    """Contracts, with everything that must happen when one changes."""

    def __init__(self, settings: BillingSettings, *, quiet: bool = False) -> None:
        """``quiet`` tells nobody: what is brought over happened long ago."""
        self._quiet = quiet
        self.store = ContractStore(settings.billing_table)
        self.audit = AuditStore(settings.billing_table)
        self.cards = CardStore(settings.billing_table)
        self.claims = ClaimStore(settings.billing_table)
        self.proposals = ProposalStore(settings.billing_table)
        self.joint = JointStore(settings.billing_table)
        self.runs = RunStore(settings.billing_table)
        self.interruptions = InterruptionStore(settings.billing_table)
        self._directory = Directory(settings.directory_table)
        self._bus = settings.event_bus
        self.prices = PriceStore(settings.billing_table)
        self.invitations = InvitationService(self, self._directory, settings.billing_table)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The catalogue, with the prices that staff has set for days to come."""
        return priced(self.prices.agreed())

    def open(self, contract: str) -> ContractRecord:
        """The contract; Unknown when there is none."""
        record = self.store.record(contract)
        if record is None:
            raise Unknown(contract)
        return record

    def history(self, record: ContractRecord, *more: Fact) -> History:
        """What the facts amount to, with some that are not recorded yet. Those that have no place
        in it are its ``misfits``."""
        contract = record.agreement.contract(record.facts)
        for fact in more:
            contract = contract.with_fact(fact)
        return understood(contract, self.catalogue)

    def contracts(self, person: str, product: str) -> list[tuple[ContractRecord, History]]:
        """Whatever somebody applied for of a product, as its contractor."""
        found = (self.store.record(id) for id in self.store.contracts_of_person(person))
        return [
            (one, self.history(one))
            for one in found
            if one and one.agreement.product == product and one.agreement.contractor.id == person
        ]

    def had(self, wanted: Agreement) -> bool:
        """Whether the contractor has or had a contract of the product, and so no second trial
        (DC-07): by their login, else by mail or telephone. Who was refused had none."""
        person, product = wanted.contractor, wanted.product
        if person.id and any(
            not history.refused for _, history in self.contracts(person.id, product)
        ):
            return True
        asked = [SearchQuery(email=person.email), SearchQuery(phone=person.phone)]
        return any(
            card.product == product and card.state != "refused" and card.contract != wanted.id
            for one in asked
            if one.email or one.phone
            for card in self.find(one, "", MOST_OF_ONE).cards
        )

    def home_of(self, person: str, wanted: str, name: str) -> str:
        """The home that somebody means who applies: the one they name, of which they are the
        contractor, by its id or else by what they call it. Empty when it is none of theirs."""
        found = (self.store.record(id) for id in self.store.contracts_of_person(person))
        homes = {
            one.agreement.home: one.agreement.home_name
            for one in found
            if one and one.agreement.contractor.id == person
        }
        if wanted:
            return wanted if wanted in homes else ""
        return next((id for id, called in homes.items() if called.strip() == name.strip()), "")

    def adopt(self, email: str, by: Actor) -> None:
        """Contracts that were made at the desk for somebody with this address, who proved it with
        their login, are theirs from now on: nobody gets a second home (HT-20)."""
        if not email:
            return
        for card in self.find(SearchQuery(email=email), "", MOST_OF_ONE).cards:
            record = self.store.record(card.contract)
            if record is None or record.agreement.contractor.id:
                continue
            if record.agreement.contractor.email.casefold() != email.casefold():
                continue
            fact = InvitationAccepted(on=in_japan(by.at), id="login", person=CONTRACTOR)
            agreement = record.agreement.linked(CONTRACTOR, by.who)
            self.amend(record, agreement, fact, by, self.store.belongs(record.id, by.who))

    def has_too(self, record: ContractRecord, history: History, now: datetime) -> frozenset[str]:
        """The products that the contractor has now beside this contract, where its terms ask."""
        contacts = history.terms(day_of(now)).contacts.values()
        person = record.agreement.contractor.id
        if not person or not any(one.along_with for one in contacts):
            return frozenset()
        found = (self.store.record(id) for id in self.store.contracts_of_person(person))
        return frozenset(
            one.agreement.product
            for one in found
            if one
            and one.agreement.contractor.id == person
            and self.history(one).state(now) in STANDING
        )

    def check_sticker(self, contract: str, serial: str) -> None:
        """Forbidden when a sticker is lent for another contract's home (AL-42)."""
        if self.store.sticker_of(serial) not in (None, contract):
            raise Forbidden("AL-42", f"sticker {serial} is lent for another home")

    def checked(
        self, agreement: Agreement, facts: Sequence[Fact], now: datetime
    ) -> tuple[AnyFact, ...]:
        """The facts of a contract that is not there yet. Forbidden by the rules."""
        kept = tuple(FACT.validate_python(fact.model_dump()) for fact in facts)
        history = History(agreement.contract(kept), self.catalogue)
        _check_app(history)
        rehearse(history, now)
        return kept

    def apply(
        self, agreement: Agreement, fact: Applied, by: Actor, proxy: Proxy | None = None
    ) -> ContractRecord:
        """A new contract that somebody applies for. Forbidden by the rules, among them what a home
        needs for the service, and by whom the contract was explained to (AL-80)."""
        product = self.catalogue.product(agreement.product)
        product.check_sold(agreement.plan)
        terms = product.terms(product.check_plan(agreement.plan), fact.day)
        check_home(terms, fact, agreement.prefecture)
        if terms.explanation:
            check_explanation(proxy)
        first, again = (fact.model_copy(update={"first_time": one}) for one in (True, False))
        if self.had(agreement):
            return self.begin(agreement, again, by)
        if not terms.trial:
            return self.begin(agreement, first, by)
        try:
            return self.begin(agreement, first, by, also=self._trial(agreement))
        except TrialTaken:
            return self.begin(agreement, again, by)

    def _trial(self, agreement: Agreement) -> list[dict[str, Any]]:
        """To write that this contract takes the contractor's one trial of the product (DC-07): of
        several applications at once one has it. Who was refused had none."""
        person, product = agreement.contractor, agreement.product
        marks = {
            "login": person.id,
            "email": person.email.casefold(),
            "phone": digits(person.phone),
        }
        writes = []
        for kind, mark in marks.items():
            if mark:
                holder = self.store.trial_of(product, f"{kind}#{mark}")
                record = self.store.record(holder) if holder else None
                if record and not self.history(record).refused:
                    raise TrialTaken(holder)
                writes.append(
                    self.store.take_trial(product, f"{kind}#{mark}", agreement.id, holder)
                )
        return writes

    def begin(
        self,
        agreement: Agreement,
        fact: Fact,
        by: Actor,
        *more: Fact,
        also: Sequence[dict[str, Any]] = (),
    ) -> ContractRecord:
        """A new contract with its first fact, and what is known of it beside. The same again
        changes nothing. Conflict when another one has its id; TrialTaken when what is ``also``
        written with it is there."""
        facts = (fact, *more)
        kept = self.checked(agreement, facts, by.at)
        history = self.history(ContractRecord(agreement, 0, facts=kept))
        new = self.store.create(agreement, facts, by, also)
        record = self.store.record(agreement.id)
        if record is None:
            raise TrialTaken(agreement.id)
        if not new:
            if record.agreement != agreement:
                raise Conflict(agreement.id)
            fact, history = record.facts[0], self.history(record)
        self._tell(record, history, (fact,), by.at)
        return record

    def take(self, contract: str, fact: Fact, by: Actor) -> ContractRecord:
        """One more fact of a contract. Forbidden when the rules do not allow it."""
        return self.enter(contract, (fact,), by)

    def enter(
        self,
        contract: str,
        facts: Sequence[Fact],
        by: Actor,
        also: Sequence[dict[str, Any]] = (),
    ) -> ContractRecord:
        """Facts of a contract that belong together: all of them are taken in or, with Forbidden or
        Conflict, none; and what is ``also`` written with them. What follows from money is done."""
        for left in reversed(range(TRIES)):
            record = self.open(contract)
            try:
                self._add_all(record, facts, by, also)
                self._follow(record, facts, by)
            except Conflict:
                if not left:
                    raise
            else:
                return record
        raise AssertionError

    def decide(self, proposal: Proposal, verdict: Verdict, by: Actor) -> None:
        """A second person decides about entries: with their word they are taken in, or never will
        be. Conflict when it was decided meanwhile; Forbidden by the rules."""
        update = {"state": verdict, "decided_by": by.who, "decided": by.at}
        decided = self.proposals.decided(proposal.model_copy(update=update))
        if verdict == "approved":
            second = by._replace(means=f"{by.means}, proposed by {proposal.by}")
            facts = proposal.facts_on(in_japan(by.at))
            self.enter(proposal.contract, facts, second, decided)
        elif not dynamo.transact(decided):
            raise Conflict(proposal.id)
        what = {"rule": "G-07", "event": verdict, "detail": proposal.id}
        self.audit.note(proposal.contract, f"DECIDED#{proposal.id}", what, by)

    def add(self, record: ContractRecord, fact: Fact, by: Actor) -> History:
        """A fact for a contract that is open. Conflict when it was changed meanwhile."""
        return self._add_all(record, (fact,), by)

    def _add_all(
        self,
        record: ContractRecord,
        facts: Sequence[Fact],
        by: Actor,
        also: Sequence[dict[str, Any]] = (),
    ) -> History:
        new = [fact for fact in facts if not record.knows(fact)]
        history = self.history(record)
        if new or also:
            kept, history = self.weigh(record, new, by.at)
            self.store.append(record, kept, by, also=also)
        self._tell(record, history, facts, by.at)
        return history

    def weigh(
        self, record: ContractRecord, facts: Sequence[Fact], now: datetime
    ) -> tuple[list[Fact], History]:
        """The facts as they would be stored, and what the contract would amount to. Forbidden when
        the rules do not allow one of them, or it would leave a contract that cannot be run."""
        before = self.history(record)
        account = self.account(record, before, now)
        kept = [weighed(fact, before, account, day_of(now)) for fact in facts]
        after = self.history(record, *kept)
        was = {id(misfit.fact) for misfit in before.misfits}
        for misfit in after.misfits:
            if id(misfit.fact) not in was:
                raise Forbidden(misfit.rule, misfit.why, misfit.fact)
        if any(isinstance(fact, PaymentChanged) for fact in facts):
            _check_app(after)
        for fact in facts:
            if isinstance(fact, BilledWith) and fact.lead:
                self._check_lead(record, fact)
        rehearse(after, now)
        return kept, after

    def _check_lead(self, record: ContractRecord, fact: BilledWith) -> None:
        """Forbidden unless the other contract may pay for this one: it pays for itself, and is its
        contractor's, too, or that of a whole building (AL-09)."""
        lead = self.store.record(fact.lead)
        if lead is None:
            raise Forbidden(fact.rule, f"there is no contract {fact.lead}")
        history = self.history(lead)
        month = Month.of(fact.day)
        if record.is_lead or history.lead(month):
            raise Forbidden(fact.rule, "who pays for others pays for itself, too")
        one, other = record.agreement.contractor, lead.agreement.contractor
        same = any(a and a == b for a, b in ((one.id, other.id), (one.email, other.email)))
        if not same and history.terms(fact.day).together is None:
            raise Forbidden(fact.rule, f"{fact.lead} is neither of the same payer nor a building's")

    def account(self, record: ContractRecord, history: History, now: datetime) -> Account:
        """What a customer owes and has to get back."""
        today = day_of(now)
        invoiced = {one.month: one.total for one in record.issued}
        lines = [line for one in record.issued for line in one.invoice.lines if line.day <= today]
        return account_of(history, invoiced, outstanding(history, lines, today))

    def _follow(self, record: ContractRecord, facts: Sequence[Fact], by: Actor) -> None:
        """What follows from money: it is set off where it is owed, and the service runs again."""
        if not any(isinstance(fact, SETTLING) for fact in facts):
            return
        on = in_japan(by.at)
        history = self.history(record)
        for one in set_off(history, self.account(record, history, by.at), on):
            history = self.add(record, one, by)
        if lift := lifted(history, on):
            self.add(record, lift, by)

    def amend(
        self,
        record: ContractRecord,
        agreement: Agreement,
        fact: Fact,
        by: Actor,
        also: Sequence[dict[str, Any]] = (),
    ) -> History:
        """A fact that comes with a change of what was agreed, and what is ``also`` written."""
        _, history = self.weigh(replace(record, agreement=agreement), (fact,), by.at)
        self.store.append(record, (fact,), by, agreement, also)
        self._tell(record, history, (fact,), by.at)
        return history

    def publish(self, record: ContractRecord, history: History, now: datetime) -> bool:
        """Let the directory know what the contract entitles to from now on, and whom to write to.
        False when it does."""
        here = entitlement(history, now)
        people = record.members()
        known, _, known_contact = record.published.partition("/")
        said = _digest(record.agreement.home_name, people, here) if here else known and "-"
        contact = self._publish_contact(record, history, now, known_contact)
        if said != known:
            self._publish_home(record, now)
        if f"{said}/{contact}" != record.published:
            self.store.remember_published(record, f"{said}/{contact}")
        return said != known

    def rebuild(self, record: ContractRecord, history: History, now: datetime) -> None:
        """Publish and file a contract as if nobody had been told of it: what the directory and
        staff's lists say may have been lost."""
        record.published = ""
        if not self.publish(record, history, now):
            self._publish_home(record, now)
        self.file(record, history, now, anew=True)

    def _publish_contact(
        self, record: ContractRecord, history: History, now: datetime, known: str
    ) -> str:
        """Let the directory know whom to write to about a contract, unless it does (``known``);
        what to remember of that."""
        contact, expires = contact_of(record.agreement), contact_expires(history)
        if contact is None or (expires and expires <= now):
            return known
        said = _hash([contact.model_dump(mode="json"), str(expires)])
        if said != known:
            self._directory.publish_contact(contact, expires)
        return said

    @conflicts.retry_on_conflict
    def _publish_home(self, of: ContractRecord, now: datetime) -> None:
        """Let the directory know the home of a contract, with all contracts of it as they are
        stored now. What somebody else knew later stays there."""
        ids = {of.id: None} | dict.fromkeys(self.store.contracts_of_home(of.agreement.home))
        records = [one for one in map(self.store.record, ids) if one]
        contracts = [entitlement(self.history(one), now) for one in records]
        home = Home(
            id=of.agreement.home,
            name=of.agreement.home_name,
            members=each_once(member for one in records for member in one.members()),
            contracts=tuple(one for one in contracts if one),
        )
        if not self._directory.publish_home(home, sum(one.version for one in records)):
            raise conflicts.Conflict(home.id)

    def file(
        self, record: ContractRecord, history: History, now: datetime, *, anew: bool = False
    ) -> bool:
        """Let staff's lists show the contract as it is. False when they do, unless it is filed
        ``anew``."""
        state = history.state(now)
        if state is None:
            return False
        credit = self.account(record, history, now).to_give_back if _may_owe(record, history) else 0
        card = card_of(record.agreement, history, state, credit, customer_number(record.id))
        said = card.model_dump_json(exclude_defaults=True)
        if said == record.card and not anew:
            return False
        here = places(card)
        before = places(Card.model_validate_json(record.card)) if record.card else set()
        return self.cards.file(record, said, here, before - here)

    def find(self, wanted: SearchQuery, after: str, most: int) -> Found:
        """Contracts that staff looks for, page by page; ``after`` is where the last page ended.
        ValueError for one that no page ended with."""
        among = shelves(wanted, self.catalogue.products)
        number, _, behind = after.partition(":")
        if not (number or "0").isdecimal():
            raise ValueError(f"{after!r} is no place to go on from")
        first = int(number or 0)
        found: list[Card] = []
        read = 0
        for at, shelf in enumerate(among[first:], first):
            for key, body in self.cards.cards(shelf, behind):
                read += 1
                card = Card.model_validate_json(body)
                if fits(wanted, card):
                    found.append(card)
                if len(found) == most or read == MOST_READ:
                    return Found(found, f"{at}:{key}")
            behind = ""
        return Found(found, None)

    def claim(self, record: ContractRecord, loss: Loss, by: Actor) -> Claim:
        """A claim for sympathy money. Forbidden by the rules, among them that each incident at a
        home brings one claim (A-15). The same claim again is told of again, and nothing more."""
        made = applied(record.agreement.home, self.history(record), loss, by.at)
        if not self.claims.begin(made, by):
            known = self.claims.get(made.id)
            if known is None or (known.contract, known.loss) != (made.contract, made.loss):
                raise Forbidden("A-15", f"there is a claim for {made.id}")
            made = known
        self._tell_of_claim(record, made, by.at)
        return made

    def examine(self, id: str, change: Callable[[Claim, Terms], Claim], by: Actor) -> Claim:
        """A claim's next stage, by whoever examines it. Unknown; Forbidden by the rules."""
        before = self.claims.get(id)
        if before is None:
            raise Unknown(id)
        record = self.open(before.contract)
        terms = self.history(record).terms(before.loss.happened.date())
        claim = change(before, terms)
        self.claims.move(before, claim, by)
        self._tell_of_claim(record, claim, by.at)
        return claim

    def show_damage(self, claim: Claim, photograph: str, by: Actor) -> Claim:
        """A claim with a photograph of the damage. Forbidden by the rules; Conflict when it was
        changed meanwhile."""
        after = shown_by(claim, photograph)
        if after != claim:
            self.claims.show(claim, after, photograph, by)
        return after

    def _tell_of_claim(self, record: ContractRecord, claim: Claim, now: datetime) -> None:
        kind = TOLD_OF_CLAIMS.get(claim.stage)
        if kind is None:
            return
        history, to = self.history(record), contact_of(record.agreement)
        if to and contact_expires(history):  # the contract is over, and may be forgotten by now
            self._directory.publish_contact(to, now + CONTACT_KEPT)
        happened = claim.loss.happened.date()
        amount = f"{claim.amount or 0:,}"
        told = notice(
            record.agreement,
            history,
            kind,
            f"claim/{claim.id}/{claim.stage}",
            claim.rule,
            now,
            happened=happened,
            amount=amount,
            day=day_of(now),
        )
        self.announce([told])

    def announce(self, notices: Iterable[Notice | None]) -> int:
        """Put notices on the bus; how many."""
        told = [notice for notice in notices if notice]
        for first in range(0, len(told), 10):
            bus.publish(self._bus, *told[first : first + 10])
        return len(told)

    def _tell(
        self, record: ContractRecord, history: History, facts: Sequence[Fact], now: datetime
    ) -> None:
        self.publish(record, history, now)
        self.file(record, history, now)
        if self._quiet:
            return
        counted = [fact for fact in facts if fact.key not in history.retracted]
        for fact in counted:
            if isinstance(fact, INVITING):
                self.invitations.invite_all(record, history, fact.key, now)
        self.announce(
            [notice_of(record.agreement, history, fact, is_lead=record.is_lead) for fact in counted]
        )


def rehearse(history: History, now: datetime) -> None:
    """Forbidden when the contract could not be shown, told of or billed as it would be: what is
    stored can be run."""
    try:
        last = max(Month.of(day_of(now)), *(Month.of(one.day) for one in history.facts[-1:]))
        for month in months(Month.of(history.facts[0].day), last.plus(1)) if history.facts else ():
            charges(history, month)
        deadlines(history)
        entitlement(history, now)
        history.states()
    except NOT_UNDERSTOOD as error:
        raise Forbidden("G-08", f"the contract could not be run: {error}") from error


def _may_owe(record: ContractRecord, history: History) -> bool:
    """Whether there may be something to give back: what is plainly not so is not reckoned."""
    if any(isinstance(fact, Received) for fact in history.facts):
        return True
    if any(money.too_much for money in history.collected.values()):
        return True
    if not record.issued or not history.paid:
        return False
    last = record.issued[-1]
    late = history.known(last.month.last) != last.known
    return bool(history.credit or history.end or late)


def _check_app(history: History) -> None:
    """Forbidden to pay in an app that nobody has (HT-81). A preview need not say who watches; a
    contract has to."""
    if history.payments[-1][1] == "in_app" and not history.somebody_has_ios():
        raise Forbidden("HT-81", "paying in the app needs a watcher with iOS")


def _digest(name: str, people: Iterable[Member], contract: Contract) -> str:
    """What the directory is told, short enough to be kept beside the contract."""
    of_contract = {**contract.model_dump(mode="json"), "features": sorted(contract.features)}
    told = [name, *(one.model_dump(mode="json") for one in people), of_contract]
    return _hash(told)


def _hash(said: object) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]
