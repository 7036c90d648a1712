"""What a contract costs in a month: one small function per kind of charge.

Each takes the history and the month and gives lines. A line names the rule its amount comes from,
and a key by which the same charge is known again however often it is computed (G-08). Everything
about a month follows from facts of that month and before.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from lambdas.billing.contract import facts as f
from lambdas.billing.contract.endings import ends_early, term_end
from lambdas.billing.contract.history import History
from lambdas.billing.contract.pauses import fee_kind
from lambdas.billing.products.terms import Price, Terms
from lambdas.shared.calendar import ONE_DAY, Month, months, start_of
from lambdas.shared.money import share

SOON = 3
"""Months after the first fact in which a first charge is looked for: trials are shorter."""


UNTAXED = frozenset({"refund", "credit_applied"})
"""Money that goes back or is set off: no sale, so no tax; the credit before it had its tax."""


class Line(NamedTuple):
    """A charge, or with a negative amount a credit, owed from a day on."""

    day: date
    item: str
    amount: int
    rule: str
    key: str
    sale: date | None = None
    """The day of the sale that a credit returns, where it is not its own."""

    about: str = ""
    """The case it is for, where there is one."""

    @property
    def month(self) -> Month:
        """The month it belongs to."""
        return Month.of(self.day)


def charges(history: History, month: Month) -> list[Line]:
    """All lines of a month. What costs nothing is left out, as is what was billed elsewhere."""
    if history.billed_elsewhere and month <= history.billed_elsewhere:
        return []
    return [line for kind in KINDS for line in kind(history, month) if line.amount]


def first_charged_month(history: History) -> Month | None:
    """The first month with a monthly fee (HT-27, DC-09, DC-12)."""
    if history.start is None:
        return None
    match history.terms(history.start).monthly_fee.first.kind:
        case "after_start":
            return Month.of(history.start).plus(1)
        case "of_start":
            free_until = history.trial_ends
            return Month.of(free_until + ONE_DAY if free_until else history.start)


class FirstCharge(NamedTuple):
    """What is charged first: for which month, from which day on, how much."""

    month: Month
    day: date
    amount: int


def first_charge(history: History) -> FirstCharge | None:
    """The first charge, as far as the facts say, to be shown before it surprises (A-02)."""
    if not history.facts:
        return None
    begun = Month.of(history.facts[0].day)
    for month in months(begun, begun.plus(SOON)):
        if lines := charges(history, month):
            day = min(line.day for line in lines)
            return FirstCharge(month, day, sum(line.amount for line in lines))
    return None


def initial_fees(history: History, month: Month) -> Iterator[Line]:
    """Due in the month of installation, once a contract (HF-05, HF-06)."""
    installed = history.installed
    if installed and Month.of(installed) == month:
        for item, price in history.terms(installed).initial_fees.items():
            yield _line(history, item, price, installed, item)


def monthly_fees(history: History, month: Month) -> Iterator[Line]:
    """The one kind of fee of a month: monthly, or storage while paused, or none."""
    first, end, start = first_charged_month(history), history.end, history.start
    if first is None or start is None or month < first or (end and month > Month.of(end.on)):
        return
    day = max(month.first, start)
    if history.trial_ends:
        day = max(
            day, history.trial_ends + ONE_DAY
        )  # cancelled until then it costs nothing (DC-11)
    if end and end.on < day:
        return
    terms = history.terms(day)
    paused = terms.pause
    kind = fee_kind(history.pauses, month, paused.resume_on_first.kind) if paused else "monthly"
    if kind == "storage" and paused:
        yield _line(history, "storage_fee", paused.storage_fee, day, f"storage_fee:{month}")
        if paused.rental_fee:
            yield _line(history, "rental_fee", paused.rental_fee, day, f"rental_fee:{month}")
    elif kind == "monthly":
        for item, price in _prices_of_a_month(history, terms, day):
            yield _for_days(history, terms, month, item, price, day)


def _prices_of_a_month(history: History, terms: Terms, day: date) -> Iterator[tuple[str, Price]]:
    """The fee, what comes with it, and the options that were on when the month began: one taken
    meanwhile costs from the next month on, as plans do (HF-07)."""
    fee = terms.monthly_fee
    in_app = fee.in_app if history.payment(day) == "in_app" else None
    yield "monthly_fee", in_app or fee.price
    yield from terms.monthly_extras.items()
    for name, price in terms.options.items():
        if price.yen and history.has_option(name, start_of(Month.of(day).first)):
            yield f"option_{name}", price


def _for_days(
    history: History, terms: Terms, month: Month, item: str, price: Price, day: date
) -> Line:
    """A month's price, for the days of service where the product counts them (AL-76, A-18)."""
    line = _line(history, item, price, day, f"{item}:{month}")
    parts = terms.monthly_fee.part_months
    if parts.kind == "whole" or history.start is None:
        return line
    last = min(month.last, history.end.on) if history.end else month.last
    days = (last - max(month.first, history.start)).days + 1
    if days == month.days:
        return line
    return line._replace(amount=share(line.amount, days, month.days), rule=parts.rule)


def pause_procedure_fees(history: History, month: Month) -> Iterator[Line]:
    """Due with the first storage fee: the month after the pause began, once a pause, even when the
    service resumed before (HT-52, A-29)."""
    for pause in history.pauses:
        if pause.first_storage == month:
            terms = history.terms(pause.start).pause
            assert terms
            key = f"pause_procedure_fee:{pause.start}"
            yield _line(history, "pause_procedure_fee", terms.procedure_fee, month.first, key)


def early_termination_fees(history: History, month: Month) -> Iterator[Line]:
    """Due at the end of a contract that ends before its term does (HT-66, AL-41)."""
    end, start = history.end, history.start
    if end is None or start is None or Month.of(end.on) != month:
        return
    term = history.terms(start).minimum_term
    if term and ends_early(start, term, end):
        item = "early_termination_fee"
        yield _line(history, item, term.early_termination_fee, end.on, item)


def instalments(history: History, month: Month) -> Iterator[Line]:
    """Equipment paid for month by month; what is left is settled the month after an end within the
    instalments' months (AL-72, AL-74, AL-75). To end on the last day of the term is to have served
    it (A-34)."""
    if history.start is None or (terms := history.terms(history.start).instalments) is None:
        return
    nth = month.since(Month.of(history.start)) + 1
    count, end = terms.count.at_most, history.end
    if 1 <= nth <= count and (end is None or month <= Month.of(end.on)):
        day = max(month.first, history.start)
        yield _line(history, "instalment", terms.amount, day, f"instalment:{month}")
    paid = nth - 1
    if end and month == Month.of(end.on).plus(1) and paid <= count:
        term = history.terms(history.start).minimum_term
        served = term is not None and end.on >= term_end(history.start, term, end.on)
        if served or not end.is_one_of(terms.applies_to):
            return
        rest = _line(history, "instalment_remainder", terms.amount, month.first, "remainder")
        yield rest._replace(amount=rest.amount * (count - paid), rule=terms.remainder.rule)
        yield _line(history, "discount_settlement", terms.discount, month.first, "discount")


def one_off(history: History, month: Month) -> Iterator[Line]:
    """What single facts cost, in their month."""
    first, last = month.first, month.last
    seen: dict[str, int] = {}
    for fact in history.facts:
        if fact.event in PRICED and first <= fact.day <= last:
            key = fact.key
            seen[key] = nth = seen.get(key, 0) + 1
            if nth > 1:
                if fact.id:
                    continue
                key = f"{key}#{nth}"
            for line in PRICED[fact.event](history, fact):
                yield line._replace(key=f"{line.item}:{key}")


def _line(history: History, item: str, price: Price, day: date, key: str) -> Line:
    return Line(day, item, price.on(history.catalogue.tax(day)), price.rule, key)


KINDS: tuple[Callable[[History, Month], Iterator[Line]], ...] = (
    initial_fees,
    monthly_fees,
    pause_procedure_fees,
    instalments,
    one_off,
    early_termination_fees,
)


# --- what single facts cost


def _removed(history: History, fact: f.Removed) -> Iterator[Line]:
    terms = history.terms(fact.day).work
    if terms and history.start and fact.day >= history.start:  # HF-11
        yield _line(history, "removal_fee", terms.removed, fact.day, "")


def _relocated(history: History, fact: f.Relocated) -> Iterator[Line]:
    terms = history.terms(fact.day).work
    if terms and history.start and fact.day >= history.start:  # HF-11
        near = terms.relocated_same_day_same_building
        price = near if fact.same_day_same_building else terms.relocated
        yield _line(history, "relocation_fee", price, fact.day, "")


def _absent_visit(history: History, fact: f.AbsentVisit) -> Iterator[Line]:
    terms = history.terms(fact.day).work
    if terms and fact.work != "repair":  # not in the table (HF-13)
        yield _line(history, "visit_fee", terms.absent_visit, fact.day, "")


def _replaced(history: History, fact: f.Replaced) -> Iterator[Line]:
    terms = history.terms(fact.day).equipment
    if terms and any(fact is charged for charged in history.custody.charged):
        prices = terms.replacement[fact.item]
        yield _line(history, f"replacement_{fact.item}", prices.device, fact.day, "")
        yield _line(history, "reinstallation_fee", prices.work, fact.day, "")


def _damages(history: History, fact: f.Returned | f.NotReturned) -> Iterator[Line]:
    terms = history.terms(fact.day).equipment
    for damage in history.custody.damages:
        if terms and damage.fact is fact and (price := terms.damages.get(fact.item)):
            line = _line(history, f"damages_{fact.item}", price, fact.day, "")
            yield line._replace(amount=line.amount * damage.devices)


def _dispatched(history: History, fact: f.Dispatched) -> Iterator[Line]:
    terms = history.terms(fact.day).dispatch
    price = (terms.sensor if fact.cause == "sensor" else terms.request) if terms else None
    free = fact.cancelled == "nobody_went" or (terms and fact.cancelled in terms.free_when.names)
    if terms and price and not free:
        line = _line(history, "dispatch_fee", price, fact.day, "")
        most = line.amount if fact.agreed is None else min(line.amount, fact.agreed)
        yield line._replace(amount=most, about=fact.case)


def _device_lost(history: History, fact: f.DeviceLost) -> Iterator[Line]:
    if terms := history.terms(fact.day).loss:
        line = _line(history, "lost_device", terms.device, fact.day, "")
        yield line._replace(amount=line.amount * fact.devices)
        yield _line(history, "loss_procedure_fee", terms.procedure_fee, fact.day, "")


def _repair_asked(history: History, fact: f.RepairAsked) -> Iterator[Line]:
    terms = history.terms(fact.day).repair
    if terms and fact.cause not in terms.covered.names:
        line = _line(history, "repair_fee", terms.fee, fact.day, "")
        yield line._replace(amount=line.amount * fact.devices)


def _forwarded(history: History, fact: f.Forwarded) -> Iterator[Line]:
    if terms := history.terms(fact.day).forwarding:
        yield Line(fact.day, "forwarding", fact.actual_cost, terms.rule, "", about=fact.case)


def _home_visited(history: History, fact: f.HomeVisited) -> Iterator[Line]:
    terms = history.terms(fact.day).visits
    if terms and fact.made:
        price = terms.patrol if fact.visit == "patrol" else terms.ventilation
        line = _line(history, f"{fact.visit}_fee", price, fact.day, "")
        yield line._replace(about=fact.case)


def _credited(history: History, fact: f.Credited) -> Iterator[Line]:
    sale = fact.month.first if fact.month else None
    if history.end and sale is None and fact.day > history.end.on:
        sale = history.end.on
    yield Line(fact.day, fact.item, -fact.amount, fact.rule, "", sale)


def _refunded(history: History, fact: f.Refunded) -> Iterator[Line]:
    yield Line(fact.day, "refund", fact.amount - fact.overpaid, fact.rule, "")


def _credit_applied(history: History, fact: f.CreditApplied) -> Iterator[Line]:
    yield Line(fact.day, "credit_applied", fact.amount - fact.overpaid, fact.rule, "")


PRICED: dict[str, Callable[..., Iterator[Line]]] = {
    "removed": _removed,
    "relocated": _relocated,
    "absent_visit": _absent_visit,
    "replaced": _replaced,
    "returned": _damages,
    "not_returned": _damages,
    "dispatched": _dispatched,
    "device_lost": _device_lost,
    "repair_asked": _repair_asked,
    "forwarded": _forwarded,
    "home_visited": _home_visited,
    "credited": _credited,
    "refunded": _refunded,
    "credit_applied": _credit_applied,
}


# --- over time


def all_charges(history: History, last: date) -> list[Line]:
    """Every line owed up to a day."""
    if not history.facts:
        return []
    span = months(Month.of(history.facts[0].day), Month.of(last))
    return [line for month in span for line in charges(history, month) if line.day <= last]
