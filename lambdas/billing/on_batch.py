"""A batch of contracts in a run: invoices of a month, or what falls due on a day.

Takes contracts until their number or the time is up, and says where to go on. Whatever was done
before is found done: the same batch again adds nothing.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from functools import cached_property, partial
from typing import Any

from lambdas.billing.app import contract_service
from lambdas.billing.app.close import counted
from lambdas.billing.app.contract_service import ContractService
from lambdas.billing.app.means import to_remind
from lambdas.billing.app.publishing import notice, notice_of
from lambdas.billing.app.records import Actor, Conflict, ContractRecord
from lambdas.billing.app.run_service import contained
from lambdas.billing.app.runs import Batch, Run
from lambdas.billing.contract.history import History
from lambdas.billing.documents.invoice_documents import BillingEntity, head_of
from lambdas.billing.invoicing.daily import Told, steps, to_review
from lambdas.billing.invoicing.entries import set_off
from lambdas.billing.invoicing.interruptions import Announced, to_tell
from lambdas.billing.invoicing.monthly import invoice_for
from lambdas.billing.payments.payment_store import read
from lambdas.shared.aws.observability import logger, metrics, observed
from lambdas.shared.calendar import ONE_DAY, day_of, start_of
from lambdas.shared.events import Notice, NoticeKind
from lambdas.shared.settings import load

MOST_CONTRACTS = 2000
"""A call takes no more, so that a run that is stopped has little to find again."""

TIME_TO_LEAVE = 20_000
"""Milliseconds before the function's time is up at which it takes no further contract."""


class BatchSettings(contract_service.BillingSettings):
    """What the function needs."""

    house: str


@observed
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Do the batch's work as far as it goes; the rest of it, if there is one."""
    run, batch = Run.model_validate(event["run"]), Batch.model_validate(event["batch"])
    settings = load(BatchSettings)
    at = ContractService(settings)
    work = BatchProcessor(at, run, BillingEntity.model_validate_json(settings.house))
    rest = _each(work, batch, context.get_remaining_time_in_millis)
    at.announce(work.notices)
    at.runs.batch_done(run.id, run.execution, batch.id, work.counts, run.at)
    for name, count in work.counts.items() if run.kind != "close" else ():
        metrics.add_metric(name=f"Run{name.title().replace('_', '')}", unit="Count", value=count)
    return {
        "run": event["run"],
        "batch": rest.model_dump(mode="json") if rest else event["batch"],
        "more": rest is not None,
    }


def _each(work: "BatchProcessor", batch: Batch, time_left: Callable[[], int]) -> Batch | None:
    after = batch.after
    for number, shard in enumerate(batch.shards):
        for record in work.desk.store.all_in(shard, after):
            work.do(record)
            after = record.id
            if work.counts["contracts"] >= MOST_CONTRACTS or time_left() < TIME_TO_LEAVE:
                return Batch(shards=batch.shards[number:], after=after)
        after = ""
    return None


class BatchProcessor:
    """What a run does with each contract, and counts of it."""

    def __init__(self, at: ContractService, run: Run, house: BillingEntity) -> None:
        self.desk = at
        self.house = house
        self.run = run
        self.by = Actor(f"run:{run.id}", "run", run.at)
        self.counts: Counter[str] = Counter()
        self.notices: list[Notice | None] = []

    @cached_property
    def interruptions(self) -> list[Announced]:
        """What was announced since the last run."""
        after = self.run.after or self.run.day - ONE_DAY
        return self.desk.interruptions.since(start_of(after).astimezone(UTC))

    def do(self, record: ContractRecord) -> None:
        """One contract. What nobody can make sense of is counted and written down, and stops no
        other contract."""
        self.counts["contracts"] += 1
        before = self.counts.copy()
        if record.unreadable:
            self._not_understood(record, "", "; ".join(record.unreadable))
        with contained(record.id, partial(self._not_understood, record)):
            try:
                self._go_through(record)
            except Conflict:  # changed since the batch read it
                self.counts = before
                self._go_through(self.desk.open(record.id))

    def _not_understood(self, record: ContractRecord, rule: str, why: str) -> None:
        self.counts["not_understood"] += 1
        logger.error("not understood", extra={"contract": record.id, "rule": rule, "why": why})
        what = {"rule": rule, "event": "not_understood", "detail": why}
        self.desk.audit.note(record.id, f"RUN#{self.run.id}", what, self.by)

    def _tell_misfits(self, record: ContractRecord, history: History) -> None:
        """Facts that have no place in the contract any more are for a person to look at."""
        for misfit in history.misfits:
            self._not_understood(record, misfit.rule, misfit.why)

    def _go_through(self, record: ContractRecord) -> None:
        if self.run.kind == "monthly":
            self._invoice(record)
        elif self.run.kind == "close":
            self._close(record)
        elif self.run.kind == "rebuild":
            self._rebuild(record)
        else:
            self._due(record)

    def _close(self, record: ContractRecord) -> None:
        """What the contract adds to the month's close, as it was at the end of the month."""
        last = self.run.month.last
        known = tuple(fact for fact in record.facts if fact.day <= last)
        issued = [one for one in record.issued if one.month <= self.run.month]
        then = replace(record, facts=known, issued=issued)
        if known:
            history = self.desk.history(then)
            account = self.desk.account(then, history, start_of(last))
            self.counts.update(counted(then, history, account, self.run.month))
            self.counts["contracts"] -= 1  # counted before

    def _rebuild(self, record: ContractRecord) -> None:
        """The directory and staff's lists say of the contract what its facts say."""
        if record.facts:
            self.desk.rebuild(record, self.desk.history(record), self.run.at)
            self.counts["rebuilt"] += 1

    def _invoice(self, record: ContractRecord) -> None:
        month = self.run.month
        known = record.invoice_of(month)
        contract = record.agreement.contract(record.facts)
        history, invoice = invoice_for(contract, record.issued, month, self.desk.catalogue)
        self._tell_misfits(record, history)
        if known:
            invoice = known.invoice
        if invoice is None:
            return
        if known is None:
            at, payment = self.run.at, history.payment(month.last)
            methods, _ = read(record.payments)
            head = head_of(record.agreement, history, month, day_of(at), methods, self.house)
            known_then = history.known(month.last)
            self.counts["new"] += self.desk.store.issue(
                record, invoice, payment, at, head, known_then
            )
        self.counts["invoices"] += 1
        self.counts["yen"] += invoice.total
        if record.is_lead or history.lead(month):
            return  # the payer is told of the joint invoice (AL-09)
        self.notices.append(
            notice(
                record.agreement,
                history,
                NoticeKind("contract.invoice"),
                f"invoice/{month}",
                "HT-26",
                self.run.at,
                month=month,
                total=f"{invoice.total:,}",
            )
        )

    def _due(self, record: ContractRecord) -> None:
        """What fell due since the last daily run, and telling again what may not have been told."""
        if not record.facts:
            return
        until = self.run.day
        after = self.run.after or until - ONE_DAY
        history = self.desk.history(record)
        if history.unpaid_months:
            account = self.desk.account(record, history, self.run.at)
            for one in set_off(history, account, start_of(day_of(self.run.at))):
                history = self.desk.add(record, one, self.by)
                self.counts["set_off"] += 1
        recent = [fact for fact in history.facts if after <= fact.day <= until]
        methods, _ = read(record.payments)
        told = [
            *to_tell(history, self.interruptions, after, until),
            *to_remind(history, methods, after, until),
        ]
        for step in [*steps(history, after, until, day_of(self.run.at)), *told]:
            if isinstance(step, Told):
                self.counts[step.name] += 1
                self.notices.append(
                    notice(
                        record.agreement,
                        history,
                        step.kind,
                        step.id,
                        step.rule,
                        step.at,
                        payer="",
                        **step.values,
                    )
                )
            else:
                self.counts[getattr(step, "event", "facts")] += not record.knows(step)
                history = self.desk.add(record, step, self.by)
        self.counts.update(to_review(history, after, until))
        self.counts["published"] += self.desk.publish(record, history, self.run.at)
        self.desk.file(record, history, self.run.at)
        self.notices += [
            notice_of(record.agreement, history, fact, is_lead=record.is_lead) for fact in recent
        ]
