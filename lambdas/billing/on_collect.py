"""A batch of contracts after the month's run: the money for their invoices is collected.

Cards are charged, what banks are asked for waits for their file, and what cannot be collected is
told at once. Whatever was done before is found done: the same batch again adds nothing.
"""

from collections import Counter
from collections.abc import Callable
from functools import cached_property, partial
from typing import Any

from lambdas.billing.app import contract_service
from lambdas.billing.app.contract_service import ContractService
from lambdas.billing.app.payment_service import PaymentService
from lambdas.billing.app.publishing import notice
from lambdas.billing.app.records import Actor, ContractRecord
from lambdas.billing.app.run_service import contained
from lambdas.billing.app.runs import Batch, Run
from lambdas.billing.documents.invoice_documents import BillingEntity
from lambdas.billing.invoicing.joint import JointInvoice
from lambdas.billing.payments import stripe_account_store
from lambdas.billing.payments.collecting import (
    Owed,
    Wait,
    debit_again,
    settled,
    step,
    way_to_pay,
)
from lambdas.billing.payments.gateway import Charge, PaymentGateway
from lambdas.billing.payments.payment_store import PaymentStore, Waiting, read
from lambdas.shared.aws.observability import logger, observed
from lambdas.shared.calendar import Month, day_of
from lambdas.shared.events import Notice, NoticeKind
from lambdas.shared.settings import load

MOST_CHARGES = 150
"""A call charges no more cards: each takes a second or two, and a call must not end half-way."""

MOST_CONTRACTS = 2000
TIME_TO_LEAVE = 60_000
"""Milliseconds before the function's time is up at which it takes no further contract: a gateway
that does not answer is waited for so long."""


class CollectSettings(contract_service.BillingSettings):
    """What the function needs."""

    stripe_parameter: str
    house: str


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Do the batch's work as far as it goes; the rest of it, if there is one."""
    run, batch = Run.model_validate(event["run"]), Batch.model_validate(event["batch"])
    work = Collecting(run, load(CollectSettings))
    rest = _each(work, batch, context.get_remaining_time_in_millis)
    work.desk.runs.batch_done(run.id, run.execution, f"collect/{batch.id}", work.counts, run.at)
    return {
        "run": event["run"],
        "batch": rest.model_dump(mode="json") if rest else event["batch"],
        "more": rest is not None,
    }


def _each(work: "Collecting", batch: Batch, time_left: Callable[[], int]) -> Batch | None:
    after, seen = batch.after, 0
    for number, shard in enumerate(batch.shards):
        for record in work.desk.store.all_in(shard, after):
            work.do(record)
            after, seen = record.id, seen + 1
            if seen >= MOST_CONTRACTS or work.full or time_left() < TIME_TO_LEAVE:
                return Batch(shards=batch.shards[number:], after=after)
        after = ""
    return None


class Collecting:
    """What is done to collect a month's invoices, and counts of it."""

    def __init__(self, run: Run, settings: CollectSettings) -> None:
        self.run = run
        self.desk = ContractService(settings)
        self.store = PaymentStore(settings.billing_table)
        self.till = PaymentService(self.desk, self.store)
        self.by = Actor(f"run:{run.id}", "run", run.at)
        self.counts: Counter[str] = Counter()
        self.charges = 0
        self._parameter = settings.stripe_parameter
        self.house = BillingEntity.model_validate_json(settings.house)

    @cached_property
    def gateway(self) -> PaymentGateway | None:
        """The card gateway, looked up when the first card is to be charged."""
        return stripe_account_store.gateway(self._parameter)

    @property
    def full(self) -> bool:
        """Whether this call charged as many cards as one may."""
        return self.charges >= MOST_CHARGES

    def do(self, record: ContractRecord) -> None:
        """One contract's invoice. What nobody can make sense of is counted and written down, and
        stops no other."""
        with contained(record.id, partial(self._not_collected, record)):
            self._collect(record)
            self._ask_banks_again(record)

    def _not_collected(self, record: ContractRecord, rule: str, why: str) -> None:
        self.counts["not_collected"] += 1
        logger.error("not collected", extra={"contract": record.id, "rule": rule, "why": why})
        what = {"rule": rule, "event": "not_collected", "detail": why}
        self.desk.audit.note(record.id, f"COLLECT#{self.run.id}", what, self.by)

    def _collect(self, record: ContractRecord) -> None:
        month = self.run.month
        history = self.desk.history(record) if record.is_lead or _owes(record, month) else None
        if history is None:
            return
        if history.lead(month):
            self.counts["billed_together"] += 1  # collected with what its payer owes (AL-09)
        elif record.is_lead:
            self._collect_joint(record)
        elif _owes(record, month) and not settled(history, month):
            issued = record.invoice_of(month)
            assert issued
            amount = issued.total
            if history.collected:
                amount = self.till.set_off(record, month, self.by)
            self._ask(record, amount, issued.payment)

    def _ask_banks_again(self, record: ContractRecord) -> None:
        """What there was too little for in an account is asked for once more (再振替)."""
        methods, known = read(record.payments)
        if methods.account is None or not any(r.state == "failed" for r in known):
            return
        history, month = self.desk.history(record), self.run.month
        if way_to_pay(history.payment(month.last), methods) != "bank_transfer":
            return
        for before, amount in self.till.to_collect_again(record, history, self.by):
            owed = Owed(contract=record.id, month=before, amount=amount, payment="bank_transfer")
            asked = debit_again(owed, known, month, self.house.debits_in_all, day_of(self.run.at))
            if asked and before < month:
                debit = Waiting(contract=record.id, amount=amount, again=before)
                self.counts["debits_again"] += self.store.wait(month, debit, self.run.at)
                self.store.remember(asked)

    def _collect_joint(self, record: ContractRecord) -> None:
        joint = self.till.joint.bill(record, self.run.month, self.run.at, self.house)
        if joint is None:
            return
        self.counts["joint_invoices"] += 1
        self.desk.announce([self._joint_notice(record, joint)])
        amount = self.till.joint.set_off(joint, self.by, self.till.set_off)
        failed = any(
            part.month in self.desk.history(self.desk.open(part.contract)).failed
            for part in joint.parts
        )
        if not failed:
            self._ask(record, amount, joint.payment)

    def _joint_notice(self, record: ContractRecord, joint: JointInvoice) -> Notice | None:
        return notice(
            record.agreement,
            self.desk.history(record),
            NoticeKind("contract.invoice"),
            f"joint/{joint.month}",
            "AL-09",
            self.run.at,
            month=joint.month,
            total=f"{joint.total:,}",
        )

    def _ask(self, record: ContractRecord, amount: int, payment: str) -> None:
        """Collect so many yen of who pays a contract's month."""
        month = self.run.month
        owed = Owed(contract=record.id, month=month, amount=amount, payment=payment)
        methods, known = read(record.payments)
        match step(owed, methods, known, day_of(self.run.at)):
            case Wait(asks=asks):
                debit = Waiting(contract=owed.contract, amount=owed.amount, asks=asks)
                self.counts["debits"] += self.store.wait(month, debit, self.run.at)
            case Charge() as charge:
                self.charges += self.gateway is not None
                said = self.till.charge(charge, self.gateway, self.by)
                self.counts[f"cards_{said.state}"] += 1
                if said.state == "paid":
                    self.counts["cards_yen"] += said.amount
                elif said.state == "retry":
                    logger.warning("undecided", extra={"contract": record.id, "why": said.reason})
                    reason = (said.reason or "").partition(":")[0].split(" ")[0]
                    self.counts[f"cards_undecided_{reason}"] += 1
            case None:
                return
            case failed:
                self.till.take(failed, self.by)
                self.counts[f"uncollected_{failed.reason}"] += 1


def _owes(record: ContractRecord, month: Month) -> bool:
    """Whether there is an invoice of the month that asks for something."""
    issued = record.invoice_of(month)
    return issued is not None and issued.total > 0
