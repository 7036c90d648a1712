"""Where results of payments are taken in: the fact they make is added to the contract, then they
are remembered. The same again changes nothing, a crash in between is made good by the next time.
"""

from collections.abc import Iterator
from datetime import date

from lambdas.billing.app.contract_service import ContractService, Unknown
from lambdas.billing.app.joint_service import JointService, joint_of
from lambdas.billing.app.records import Actor, ContractRecord
from lambdas.billing.contract.facts import (
    CreditApplied,
    Fact,
    NotCollected,
    Paid,
    PaymentFailed,
    PaymentReversed,
    Received,
    Refunded,
)
from lambdas.billing.contract.history import History
from lambdas.billing.invoicing.joint import JointInvoice
from lambdas.billing.payments.collecting import (
    LEAST_CARD_YEN,
    Owed,
    charge_again,
    undecided,
    way_to_pay,
)
from lambdas.billing.payments.gateway import Charge, Misused, PaymentGateway
from lambdas.billing.payments.payment_store import PaymentStore, read
from lambdas.billing.payments.results import PaymentResult, Reversal, settle
from lambdas.shared.calendar import Month, day_of, in_japan


class PaymentService:
    """Money and news of money, for contracts."""

    def __init__(self, desk: ContractService, store: PaymentStore) -> None:
        self.desk = desk
        self.store = store
        self.joint = JointService(desk)

    def take(self, said: PaymentResult, by: Actor) -> PaymentResult | None:
        """What of ``said`` is news. Contradiction when it says the contrary of what is known,
        Forbidden and Unknown when the contract cannot take it."""
        known = self.store.result(said.contract, said.id)
        result = settle(known, said)
        if result is None:
            return None
        if known and known.card and not result.card:
            result = result.model_copy(update={"card": known.card})
        if joint := self.desk.joint.invoice(result.contract, result.month):
            self._take_joint(joint, result, by)
        elif fact := self._fact(result, day_of(by.at)):
            self.desk.take(result.contract, fact, by)
        self.store.remember(result)
        return result

    def _take_joint(self, joint: JointInvoice, result: PaymentResult, by: Actor) -> None:
        """What became of a joint invoice, to each contract in it (AL-09)."""
        fact = result.fact(day_of(by.at))
        if isinstance(fact, Paid):
            about = Received(on=fact.on, id=fact.id, amount=result.amount, reference=fact.reference)
            self.joint.came(joint.lead, [joint], result.amount, about, by)
        elif fact:
            self.joint.failed(joint, result, day_of(by.at), by)

    def hear(self, said: PaymentResult | Reversal, by: Actor) -> bool:
        """What a gateway says of its own accord; whether it is news. Unknown when it is about a
        charge that we did not begin; otherwise as ``take``."""
        if isinstance(said, Reversal):
            return self._reverse(said, by)
        if self.store.result(said.contract, said.id) is None:
            raise Unknown(said.id)
        return self.take(said, by) is not None

    def _reverse(self, said: Reversal, by: Actor) -> bool:
        attempt = self.store.charged(said.reference)
        if attempt is None:
            raise Unknown(said.reference)
        if joint := self.desk.joint.invoice(attempt.contract, attempt.month):
            return self._reverse_joint(joint, said, by)
        record = self.desk.open(attempt.contract)
        account = self.desk.account(record, self.desk.history(record), by.at)
        about = {"on": in_japan(by.at), "id": said.id, "reference": said.reference}
        fact: Fact
        if not said.back:
            fact = Paid(**about, month=attempt.month, amount=said.amount)
        elif said.cause == "refund" and said.amount <= account.to_give_back:
            fact = Refunded(**about, amount=said.amount)
        else:
            fact = PaymentReversed(
                **about, month=attempt.month, amount=said.amount, cause=said.cause
            )
        known = record.knows(fact) or any(one.id == said.id for one in record.facts)
        if not known:
            self.desk.take(record.id, fact, by)
        return not known

    def _reverse_joint(self, joint: JointInvoice, said: Reversal, by: Actor) -> bool:
        about = {"on": in_japan(by.at), "id": said.id, "reference": said.reference}
        before = self._entries(joint)
        if said.back:
            back = PaymentReversed(**about, month=joint.month, amount=said.amount, cause=said.cause)
            self.joint.went_back(joint, back, by)
        else:
            again = Received(**about, amount=said.amount)
            self.joint.came(joint.lead, [joint], said.amount, again, by)
        return self._entries(joint) != before

    def _entries(self, joint: JointInvoice) -> int:
        return sum(len(self.desk.open(id).facts) for id in {one.contract for one in joint.parts})

    def _fact(
        self, result: PaymentResult, today: date
    ) -> Paid | PaymentFailed | NotCollected | None:
        """The fact of a result. One that a broken try wrote stays as it was: nothing is learnt of
        twice. That an open invoice could not be collected again is no news."""
        fact = result.fact(today)
        if not isinstance(fact, PaymentFailed):
            return fact
        record = self.desk.open(result.contract)
        written = next((one for one in record.facts if one.key == fact.key), None)
        if isinstance(written, PaymentFailed):
            return written
        return None if result.month in self.desk.history(record).unpaid_months else fact

    def charge(self, charge: Charge, gateway: PaymentGateway | None, by: Actor) -> PaymentResult:
        """Charge a card. That it begins is written down first, so that whatever comes in between,
        the next try looks for what the first one did."""
        if gateway is None:
            said = undecided(charge, "no_gateway")
        else:
            again = not self.store.begin(undecided(charge, "begun"))
            try:
                said = gateway.charge(charge, again=again)
            except Misused as misused:
                said = undecided(charge, f"misused: {misused}")
        said = said.model_copy(update={"card": charge.card.token})
        self.take(said, by)
        return said

    def set_off(self, record: ContractRecord, month: Month, by: Actor) -> int:
        """What is open of a month's invoice, after money that came without one was set off."""
        account = self.desk.account(record, self.desk.history(record), by.at)
        one = account.months.get(month)
        if one is None:
            return 0
        if (part := min(one.open, account.overpaid)) > 0:
            name = f"set_off/{month}/collected"
            fact = CreditApplied(on=in_japan(by.at), id=name, month=month, amount=part)
            self.desk.add(record, fact, by)
            return one.open - part
        return one.open

    def to_collect_again(
        self, record: ContractRecord, history: History, by: Actor
    ) -> Iterator[tuple[Month, int]]:
        """The months that could not be collected of who pays, and what is open of each: a lead's
        with all that is billed with it; of who does not pay, none (AL-09)."""
        if record.is_lead:
            yield from self.joint.to_try_again(record, by.at)
        for month in history.open_months:
            if joint_of(self.desk, record, history, month) is None:
                yield month, self.set_off(record, month, by)

    def charge_open(
        self, record: ContractRecord, gateway: PaymentGateway, by: Actor, *, now: bool = False
    ) -> list[PaymentResult]:
        """Charge the invoices whose collection failed again, where that is due (``charge_again``)
        or, ``now``, where it is asked for; what became of each."""
        history = self.desk.history(record)
        methods, known = read(record.payments)
        card, today = self.store.methods(record.id).card or methods.card, day_of(by.at)
        if card is None or way_to_pay(history.payment(today), methods) != "card":
            return []
        done = []
        for month, amount in self.to_collect_again(record, history, by):
            owed = Owed(contract=record.id, month=month, amount=amount, payment="card")
            if amount < LEAST_CARD_YEN:
                continue
            if charge := charge_again(owed, card, known, today, now=now):
                done.append(self.charge(charge, gateway, by))
        return done
