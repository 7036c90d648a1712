"""What is asked of an entry before it is stored: whether it can be meant, and what it comes to.

The rules say what may happen to a contract; here it is asked whether an amount, a month or a day
can be right at all, and what an entry about money has to remember of the invoice it is for. Plain
functions.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from lambdas.billing.contract import facts as f
from lambdas.billing.contract.history import History
from lambdas.billing.invoicing.charges import all_charges
from lambdas.billing.invoicing.receivables import Account, Standing
from lambdas.billing.products.forbidden import Forbidden
from lambdas.shared.calendar import Month

AHEAD = timedelta(days=400)
"""How far ahead of today a fact may be dated: whoever writes 2062 means 2026."""

BEFORE = timedelta(days=400)
"""How long before a contract's first fact another may have happened."""

ENDS = (f.Terminated, f.ServiceEnded, f.Transferred)
MONEY = (f.Credited, f.Refunded, f.WrittenOff, f.Received, f.PaymentReversed, f.CreditApplied)


def needs_a_second(fact: f.Fact, facts: tuple[f.AnyFact, ...], large: int) -> bool:
    """Whether an entry is for two people (four eyes): it ends a contract, moves ``large`` yen or
    more, or takes back an entry that does."""
    if isinstance(fact, ENDS):
        return True
    if isinstance(fact, MONEY):
        return (fact.amount or large) >= large
    if isinstance(fact, f.Retracted):
        target = retracted(fact, facts)
        if isinstance(target, f.Paid):
            return (target.amount or 0) >= large
        return target is not None and needs_a_second(target, facts, large)
    return False


def retracted(fact: f.Retracted, facts: tuple[f.AnyFact, ...]) -> f.AnyFact | None:
    """The fact that is taken back."""
    return next((one for one in facts if one.key == fact.fact), None)


def weighed(fact: f.Fact, history: History, account: Account, today: date) -> f.Fact:
    """The entry as it is stored. Forbidden when it cannot be meant.

    ``history`` and ``account`` are of the contract as it is without it.
    """
    _day(fact, history, today)
    match fact:
        case f.Retracted():
            _retraction(fact, history)
            return fact
        case f.Paid():
            if fact.amount is None and fact.month not in account.months:
                return fact  # paid before it was invoiced, or where nobody invoices here
            one = _invoice(fact, fact.month, account)
            amount = fact.amount if fact.amount is not None else one.open
            return _said(fact, amount=amount, of=one.invoiced) if amount > 0 else fact
        case f.WrittenOff():
            one = _invoice(fact, fact.month, account)
            amount = fact.amount if fact.amount is not None else one.open
            _at_most(fact, amount, one.open)
            return _said(fact, amount=amount, of=one.invoiced)
        case f.PaymentReversed():
            one = _invoice(fact, fact.month, account)
            _at_most(fact, fact.amount, one.paid + max(0, account.overpaid))
            return _said(fact, of=one.invoiced)
        case f.CreditApplied():
            one = _invoice(fact, fact.month, account)
            _at_most(fact, fact.amount, min(one.open, account.overpaid + account.credit))
            overpaid = min(fact.amount, max(0, account.overpaid))
            return _said(fact, of=one.invoiced, overpaid=overpaid)
        case f.Refunded():
            _at_most(fact, fact.amount, account.to_give_back)
            overpaid = min(fact.amount, max(0, account.overpaid))
            return _said(fact, of=account.to_give_back, overpaid=overpaid)
        case f.Credited():
            _at_most(fact, fact.amount, _sold(fact, history, account))
            return fact
        case _:
            return fact


def _day(fact: f.Fact, history: History, today: date) -> None:
    if fact.day > today + AHEAD:
        raise Forbidden("G-07", f"{fact.day} is too far ahead: a slip of the pen?")
    if history.facts and fact.day < history.facts[0].day - BEFORE:
        raise Forbidden("G-07", f"{fact.day} is long before the contract began")


def _invoice(fact: f.Fact, month: Month, account: Account) -> Standing:
    one = account.months.get(month)
    if one is None:
        raise Forbidden(fact.rule, f"{fact.day}: there is no invoice of {month}")
    return one


def _at_most(fact: f.Fact, amount: int, most: int) -> None:
    if not 0 < amount <= most:
        raise Forbidden(fact.rule, f"{fact.day}: {amount} yen, where {max(0, most)} is the most")


def _sold(fact: f.Credited, history: History, account: Account) -> int:
    """What may be given back: what was sold, in the month that is named or in all, less what was
    given back of it before."""
    lines = all_charges(history, max(fact.day, *(m.last for m in account.months), fact.day))
    sold = sum(
        line.amount
        for line in lines
        if line.amount > 0 and (fact.month is None or line.month == fact.month)
    )
    return sold - sum(
        one.amount
        for one in history.facts
        if isinstance(one, f.Credited) and (fact.month is None or one.month == fact.month)
    )


def _retraction(fact: f.Retracted, history: History) -> None:
    target = retracted(fact, tuple(history.recorded))
    if target is None or target.key in history.retracted:
        raise Forbidden(fact.rule, f"{fact.day}: there is no entry {fact.fact!r} to take back")
    if isinstance(target, _STAYS):
        raise Forbidden(fact.rule, f"{target.event} is not taken back: enter what is right")


_STAYS = (
    f.Retracted,
    f.Applied,
    f.DetailsChanged,
    f.WatcherAdded,
    f.InvitationAccepted,
    f.StickerReturned,
)
"""Entries that came with something else that was written: they are not taken back alone."""


def _said(fact: f.Fact, **what: int) -> f.Fact:
    """The entry with what was reckoned, under the key that it had before."""
    return fact.model_copy(update={**what, "id": fact.key})


def set_off(history: History, account: Account, on: datetime) -> Iterator[f.CreditApplied]:
    """What the customer has to get back, set off against invoices whose collection failed and
    those that a credit names, the oldest first: nobody is dunned for what we owe them."""
    left = max(0, account.overpaid + account.credit)
    named = {one.month for one in history.facts if isinstance(one, f.Credited) and one.month}
    for month in sorted({*history.unpaid_months, *named}):
        one = account.months.get(month)
        if one is None or one.open <= 0 or not left:
            continue
        amount = min(one.open, left)
        left -= amount
        done = sum(
            isinstance(fact, f.CreditApplied) and fact.month == month for fact in history.recorded
        )
        name = f"set_off/{month}/{done + 1}"
        yield f.CreditApplied(on=on, id=name, month=month, amount=amount)
