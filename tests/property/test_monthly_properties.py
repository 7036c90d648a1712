"""Month by month, with facts known late or in time: the invoices add up to what is owed."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.billing import contract
from lambdas.billing.app.records import records
from lambdas.billing.contract.contract import Contract
from lambdas.billing.contract.facts import AnyFact
from lambdas.billing.contract.history import History
from lambdas.billing.invoicing.charges import Line, all_charges
from lambdas.billing.invoicing.invoices import Invoice, outstanding
from lambdas.billing.invoicing.monthly import invoice_for
from lambdas.billing.products.catalogue import standard
from lambdas.billing.products.forbidden import Forbidden
from lambdas.shared.calendar import Month, months


@dataclass(frozen=True)
class Sent:
    """An invoice that went out."""

    invoice: Invoice
    known: int
    month: Month = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "month", self.invoice.month)

    @property
    def total(self) -> int:
        return self.invoice.total


@pytest.mark.rule("G-08")
@given(seed=st.integers(0, 10**6), late=st.lists(st.integers(0, 3), min_size=12, max_size=12))
def test_the_sum_is_the_same_however_late_facts_arrive(seed: int, late: list[int]) -> None:
    """``late`` has for each fact by how many months it is learnt too late; by the last run all that
    happened until then is known."""
    (record,) = records(contract(Random(seed), 1)[0])
    agreement, facts = record.agreement, sorted(record.facts, key=lambda fact: fact.on)
    first, last = Month.of(facts[0].day), Month(2027, 2)
    happened = [Month.of(fact.day) for fact in facts]
    known_in = [min(m.plus(n), max(m, last)) for m, n in zip(happened, late, strict=False)]
    sent: list[Sent] = []
    for month in months(first, last):
        known: tuple[AnyFact, ...] = tuple(
            fact for fact, since in zip(facts, known_in, strict=True) if since <= month
        )
        if not known:
            continue
        made = _made(agreement.contract(known), sent, month)
        if made:
            sent.append(Sent(made, sum(fact.day <= month.last for fact in known)))
    whole = History(agreement.contract(tuple(facts)), standard())
    billed = [line for one in sent for line in one.invoice.lines]
    waiting = outstanding(whole, billed, last.last)
    assert total([*billed, *waiting]) == total(all_charges(whole, last.last))
    assert not waiting or total(waiting) < 0  # more to give back than to pay, and nothing else
    assert all(one.invoice.total >= 0 for one in sent)


def total(lines: list[Line]) -> int:
    return sum(line.amount for line in lines)


def _made(contract: Contract, sent: list[Sent], month: Month) -> Any:
    try:
        return invoice_for(contract, sent, month, standard())[1]
    except Forbidden:  # without the facts to come, those known make no sense yet: nobody invoices
        return None
