"""Joint invoices: made when a month is collected, and money spread over the contracts in them."""

from collections.abc import Callable, Iterator
from datetime import date, datetime

from pydantic import BaseModel

from lambdas.billing.app.contract_service import ContractService
from lambdas.billing.app.records import Actor, Conflict, ContractRecord
from lambdas.billing.contract import facts as f
from lambdas.billing.contract.history import History
from lambdas.billing.documents.invoice_documents import BillingEntity, head_of
from lambdas.billing.invoicing.joint import Billed, JointInvoice, Part, parts_of, spread
from lambdas.billing.invoicing.receivables import Standing
from lambdas.billing.payments.collecting import settled
from lambdas.billing.payments.payment_store import read
from lambdas.billing.payments.results import PaymentResult
from lambdas.shared.calendar import Month, day_of


class JointPart(BaseModel):
    """A contract's invoice within a joint one, in yen."""

    contract: str
    home_name: str
    month: str
    amount: int
    open: int


class JointView(BaseModel):
    """One invoice for several contracts of one payer (AL-09)."""

    number: str
    month: str
    total: int
    open: int
    parts: list[JointPart]


class JointService:
    """The payers of several contracts."""

    def __init__(self, desk: ContractService) -> None:
        self.desk = desk
        self.store = desk.joint

    def members(self, lead: ContractRecord) -> list[ContractRecord]:
        """The contracts billed with a lead, itself first, the others by their homes' names."""
        found = (self.desk.store.record(id) for id in self.store.members(lead.id))
        others = [one for one in found if one]
        return [lead, *sorted(others, key=lambda one: (one.agreement.home_name, one.id))]

    def bill(
        self, lead: ContractRecord, month: Month, at: datetime, house: BillingEntity
    ) -> JointInvoice | None:
        """The joint invoice of a month; none when there is nothing to ask for."""
        if known := self.store.invoice(lead.id, month):
            return known
        before = [part for one in self.store.invoices(lead.id) for part in one.parts]
        parts = tuple(parts_of(self._billed(lead, month), before))
        if not parts:
            return None
        history = self.desk.history(lead)
        methods, _ = read(lead.payments)
        head = head_of(lead.agreement, history, month, day_of(at), methods, house)
        made = JointInvoice(
            lead=lead.id,
            month=month,
            parts=parts,
            payment=history.payment(month.last),
            at=at,
            head=head.model_dump_json(),
        )
        return made if self.store.keep(made) else self.store.invoice(lead.id, month)

    def shown(self, lead: ContractRecord, now: datetime) -> list[JointView]:
        """The joint invoices of a payer, with what is open of each part."""
        return [self._shown(one, now) for one in self.store.invoices(lead.id)]

    def _shown(self, invoice: JointInvoice, now: datetime) -> JointView:
        parts = []
        for part in invoice.parts:
            record = self.desk.open(part.contract)
            account = self.desk.account(record, self.desk.history(record), now)
            parts.append(
                JointPart(
                    contract=part.contract,
                    home_name=record.agreement.home_name,
                    month=str(part.month),
                    amount=part.amount,
                    open=account.months[part.month].open,
                )
            )
        return JointView(
            number=invoice.number,
            month=str(invoice.month),
            total=invoice.total,
            open=sum(one.open for one in parts),
            parts=parts,
        )

    def _billed(self, lead: ContractRecord, month: Month) -> Iterator[Billed]:
        """The invoices up to a month of those who are billed together, from when they were."""
        group = [(one, self.desk.history(one)) for one in self.members(lead)]
        began = [Month.of(day) for _, history in group for day, whose in history.leads if whose]
        first = min(began, default=month)
        for one, history in group:
            for issued in one.issued:
                whose = history.lead(issued.month) or one.id
                if whose == lead.id and first <= issued.month <= month:
                    done = settled(history, issued.month)
                    yield Billed(one.id, issued.month, issued.total, done)

    # --- money

    def open(self, invoice: JointInvoice, now: datetime) -> int:
        """What is still asked for of a joint invoice."""
        return sum(self._standing(part, now).open for part in invoice.parts)

    def to_try_again(self, lead: ContractRecord, now: datetime) -> list[tuple[Month, int]]:
        """The months whose joint invoice could not be collected, and what is open of each."""
        found = []
        for one in self.store.invoices(lead.id):
            standings = [
                self._standing(part, now)
                for part in one.parts
                if part.month in self.desk.history(self.desk.open(part.contract)).open_months
            ]
            if (amount := sum(max(0, standing.open) for standing in standings)) > 0:
                found.append((one.month, amount))
        return found

    def set_off(self, invoice: JointInvoice, by: Actor, off: Callable[..., int]) -> int:
        """What is open of a joint invoice, when each contract's own money was set off (``off``)."""
        return sum(off(self.desk.open(part.contract), part.month, by) for part in invoice.parts)

    def came(
        self, lead: str, invoices: list[JointInvoice], amount: int, about: f.Received, by: Actor
    ) -> None:
        """Money for joint invoices: to their contracts, the oldest first; what is left is the
        payer's. ``about`` names it and says when it came. The same again adds nothing. Conflict
        when it had another amount."""
        if not self.store.took(lead, about.id, amount):
            raise Conflict(about.id)
        parts = [part for one in invoices for part in one.parts]
        done = {part: self._known(part, _name(about, part)) for part in parts}
        kept = [one for one in self.desk.open(lead).facts if one.id == about.id]
        left = amount - sum(done.values()) - sum(getattr(one, "amount", 0) for one in kept)
        fresh = [part for part in parts if not done[part]]
        shares, rest = spread(fresh, left, lambda part: max(0, self._standing(part, by.at).open))
        for part, one in shares:
            said = {"on": about.on, "id": _name(about, part), "reference": about.reference}
            self.desk.take(part.contract, f.Paid(**said, month=part.month, amount=one), by)
        if rest:
            self.desk.take(lead, about.model_copy(update={"amount": rest}), by)

    def went_back(self, invoice: JointInvoice, about: f.PaymentReversed, by: Actor) -> None:
        """Money of a joint invoice that went back, from its contracts, the last first."""
        parts = tuple(reversed(invoice.parts))
        done = {part: self._known(part, _name(about, part)) for part in parts}
        fresh = [part for part in parts if not done[part]]
        left = about.amount - sum(done.values())
        shares, _ = spread(fresh, left, lambda part: self._standing(part, by.at).paid)
        for part, one in shares:
            update = {"id": _name(about, part), "month": part.month, "amount": one}
            self.desk.take(part.contract, about.model_copy(update=update), by)

    def failed(self, invoice: JointInvoice, result: PaymentResult, today: date, by: Actor) -> None:
        """A joint invoice could not be collected: each contract's part of it is open."""
        for part in invoice.parts:
            history = self.desk.history(self.desk.open(part.contract))
            if part.month in history.settled or part.month in history.unpaid_months:
                continue
            fact = result.fact(today)
            if fact:
                update = {"id": f"{fact.id}/{part.month}", "month": part.month}
                self.desk.take(part.contract, fact.model_copy(update=update), by)

    def _standing(self, part: Part, now: datetime) -> Standing:
        record = self.desk.open(part.contract)
        return self.desk.account(record, self.desk.history(record), now).months[part.month]

    def _known(self, part: Part, name: str) -> int:
        """The yen of a share that was taken in already."""
        facts = self.desk.open(part.contract).facts
        return sum(getattr(one, "amount", None) or 0 for one in facts if one.id == name)


def joint_of(
    desk: ContractService, record: ContractRecord, history: History, month: Month
) -> JointInvoice | None:
    """The joint invoice that a contract's invoice of a month is in."""
    lead = history.lead(month) or (record.id if record.is_lead else "")
    if not lead:
        return None
    asked = (
        one
        for one in desk.joint.invoices(lead)
        if any((part.contract, part.month) == (record.id, month) for part in one.parts)
    )
    return next(asked, None)


def _name(about: f.Received | f.PaymentReversed, part: Part) -> str:
    return f"{about.id}/{part.month}"
