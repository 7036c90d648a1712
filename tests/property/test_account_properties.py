"""A contract's account, whatever is entered, taken back and run."""

import random
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lambdas.billing.app.close import closed, counted
from lambdas.billing.app.contract_service import rehearse
from lambdas.billing.app.records import ContractRecord
from lambdas.billing.contract.agreement import Agreement, Person
from lambdas.billing.contract.contract import Contract
from lambdas.billing.contract.facts import AnyFact, Retracted
from lambdas.billing.contract.history import understood
from lambdas.billing.invoicing.charges import Line
from lambdas.billing.invoicing.entries import set_off, weighed
from lambdas.billing.invoicing.invoices import Invoice, outstanding
from lambdas.billing.invoicing.joint import Billed, Part, parts_of, spread
from lambdas.billing.invoicing.monthly import invoice_for
from lambdas.billing.invoicing.receivables import Account, account_of
from lambdas.billing.products.catalogue import standard
from lambdas.billing.products.forbidden import Forbidden
from lambdas.shared.calendar import Month, start_of
from tests.examples import examples
from tests.property.test_billing_properties import EVENTS, a_life

MONEY: dict[str, Any] = {
    "paid": lambda r, m: {
        "month": m,
        **({"amount": r.randint(1, 9000)} if r.random() < 0.6 else {}),
    },
    "received": lambda r, m: {"amount": r.randint(1, 9000)},
    "payment_failed": lambda r, m: {"month": m},
    "payment_reversed": lambda r, m: {
        "month": m,
        "amount": r.randint(1, 9000),
        "cause": "dispute",
    },
    "written_off": lambda r, m: {"month": m, "reason": "x"},
    "credit_applied": lambda r, m: {"month": m, "amount": r.randint(1, 5000)},
    "credited": lambda r, m: {"amount": r.randint(1, 9000), "reason": "x", "month": m},
    "refunded": lambda r, m: {"amount": r.randint(1, 9000)},
    "cancel_withdrawn": lambda r, m: {},
    "billed_elsewhere": lambda r, m: {"until": m},
    "billed_with": lambda r, m: {"lead": r.choice(["c-lead", "c-other", ""])},
}


class Book:
    """A contract with its invoices, as the desk and the runs make it."""

    def __init__(self, seed: int) -> None:
        self.r = random.Random(seed)
        self.contract: Contract = a_life(seed)
        self.sent: list[Any] = []
        self.day = max(fact.day for fact in self.contract.facts)

    def account(self) -> Account:
        history = understood(self.contract, standard())
        lines = [line for one in self.sent for line in one.invoice.lines if line.day <= self.day]
        invoiced = {one.month: one.invoice.total for one in self.sent}
        return account_of(history, invoiced, outstanding(history, lines, self.day))

    def enter(self) -> None:
        self.day += timedelta(days=self.r.randint(0, 20))
        history = understood(self.contract, standard())
        if self.r.random() < 0.25:
            target = self.r.choice(history.recorded)
            said: dict[str, Any] = {"event": "retracted", "fact": target.key, "reason": "x"}
        elif self.r.random() < 0.6:
            event = self.r.choice(list(MONEY))
            month = str(Month.of(self.day).plus(-self.r.randint(0, 3)))
            said = {"event": event, **MONEY[event](self.r, month)}
        else:
            event = self.r.choice(list(EVENTS))
            said = {"event": event, **EVENTS[event](self.r)}
        said |= {"on": str(self.day), "id": f"n-{len(self.contract.facts)}"}
        try:
            (fact,) = Contract.model_validate({"product": "x", "facts": [said]}).facts
            kept = weighed(fact, history, self.account(), self.day)
            changed = self.contract.with_fact(kept)
            after = understood(changed, standard())
            if len(after.misfits) > len(history.misfits):
                return
            rehearse(after, start_of(self.day))
        except Forbidden:
            return
        self.contract = changed
        for one in set_off(after, self.account(), start_of(self.day)):
            kept = weighed(one, after, self.account(), self.day)
            self.contract = self.contract.with_fact(kept)

    def run(self, month: Month) -> None:
        if any(one.month >= month for one in self.sent):
            return
        history, invoice = invoice_for(self.contract, self.sent, month, standard())
        if invoice:
            self.sent.append(Sent(invoice, history.known(month.last)))


class Sent:
    def __init__(self, invoice: Invoice, known: int) -> None:
        self.invoice, self.known = invoice, known
        self.month, self.total = invoice.month, invoice.total


def moved(facts: tuple[AnyFact, ...], *events: str) -> list[Any]:
    back = {one.fact for one in facts if isinstance(one, Retracted)}
    return [one for one in facts if one.event in events and one.key not in back]


@settings(max_examples=examples(60), deadline=None)
@given(seed=st.integers(0, 10**9), entries=st.integers(0, 25))
def test_invoiced_is_paid_open_credited_and_written_off_always(seed: int, entries: int) -> None:
    book = Book(seed)
    for _ in range(entries):
        before = Month.of(book.day)
        book.enter()
        if Month.of(book.day) > before:
            book.run(Month.of(book.day).plus(-1))
        account = book.account()
        for one in account.months.values():
            together = one.paid + one.open + one.credited + one.written_off
            assert one.invoiced == together
            assert min(one.paid, one.open, one.credited, one.written_off) >= 0, one


@settings(max_examples=examples(40), deadline=None)
@given(seed=st.integers(0, 10**9))
def test_whatever_was_entered_can_be_read_billed_and_closed(seed: int) -> None:
    book = Book(seed)
    for _ in range(20):
        book.enter()
    for month in range(3):
        book.run(Month.of(book.day).plus(month))
    history = understood(book.contract, standard())
    rehearse(history, start_of(date(2031, 1, 1)))
    account = book.account()
    assert all(one.invoice.total >= 0 for one in book.sent)
    came = sum(one.amount or 0 for one in moved(book.contract.facts, "paid", "received"))
    assert came or account.received >= 0
    lines: list[Line] = [line for one in book.sent for line in one.invoice.lines]
    assert sum(one.total for one in book.sent) == sum(line.amount for line in lines)


@settings(max_examples=examples(40), deadline=None)
@given(seed=st.integers(0, 10**9))
def test_a_close_after_any_entries_and_retractions_adds_up(seed: int) -> None:
    book = Book(seed)
    closed_before: int | None = None
    for _ in range(12):
        for _ in range(3):
            book.enter()
        month = Month.of(book.day)
        book.run(month.plus(-1))
        history, account = understood(book.contract, standard()), book.account()
        agreement = Agreement(
            id="c-1",
            product=book.contract.product,
            plan=book.contract.plan,
            payment=book.contract.payment,
            home="home-1",
            home_name="家",
            contractor=Person(name="花子"),
        )
        record = ContractRecord(agreement, 1, facts=book.contract.facts, issued=book.sent)
        close = closed(month, counted(record, history, account, month))
        parts = close.paid + close.open + close.credited + close.written_off
        assert close.invoiced_so_far == parts == sum(one.total for one in book.sent)
        assert sum(close.open_by_age.values()) == close.open
        assert close.invoiced == sum(close.sales.values())
        assert close.tax == sum(close.taxes.values())
        if closed_before is not None:
            assert close.invoiced_so_far >= closed_before, "what was invoiced stays"
        closed_before = close.invoiced_so_far


CONTRACTS = [f"c-{n}" for n in range(4)]


@given(
    amounts=st.lists(st.integers(0, 9000), min_size=1, max_size=12),
    money=st.lists(st.integers(1, 20_000), max_size=6),
)
def test_money_of_a_joint_invoice_is_spread_to_the_yen(
    amounts: list[int], money: list[int]
) -> None:
    parts = [
        Part(contract=CONTRACTS[n % 4], month=Month(2026, 1).plus(n // 4), amount=amount)
        for n, amount in enumerate(amounts)
    ]
    paid = dict.fromkeys(parts, 0)
    left_over = 0
    for amount in money:
        shares, rest = spread(parts, amount, lambda part: part.amount - paid[part])
        assert sum(share.amount for share in shares) + rest == amount
        for share in shares:
            paid[share.part] += share.amount
        left_over += rest
        assert all(0 <= paid[part] <= part.amount for part in parts)
        assert rest == 0 or all(paid[part] == part.amount for part in parts)
    assert sum(paid.values()) + left_over == sum(money)


@given(seed=st.integers(0, 10**6), runs=st.lists(st.integers(0, 5), max_size=8))
def test_joint_invoices_ask_for_each_invoice_once(seed: int, runs: list[int]) -> None:
    r = random.Random(seed)
    billed = [
        Billed(contract, Month(2026, 1).plus(month), r.choice([0, 4378]), r.random() < 0.2)
        for contract in CONTRACTS
        for month in range(6)
    ]
    before: list[Part] = []
    for month in runs:
        until = Month(2026, 1).plus(month)
        known = [one for one in billed if one.month <= until and r.random() < 0.8]
        before += parts_of(known, before)
    assert len({(part.contract, part.month) for part in before}) == len(before)
    asked = {(one.contract, one.month): one for one in billed}
    for part in before:
        one = asked[part.contract, part.month]
        assert (part.amount, one.settled) == (one.total, False)
