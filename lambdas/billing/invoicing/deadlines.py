"""What falls due, and when: what the daily run and the customer's calendar are made of."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from lambdas.billing.contract.facts import UNPAID, AbsentVisit
from lambdas.billing.contract.history import History, Suspension
from lambdas.billing.products.catalogue import Product
from lambdas.billing.products.terms import Collection, Period, Terms
from lambdas.shared.calendar import (
    ONE_DAY,
    Month,
    months_before,
    months_from,
    start_of,
)


class Due(NamedTuple):
    """Something due on a day: what, by which rule, and of which month where it is about one."""

    day: date
    what: str
    rule: str
    month: Month | None = None


def deadlines(history: History) -> list[Due]:
    """Everything that falls due in the life of a contract, as far as its facts say."""
    return sorted(
        [
            *_of_the_installation(history),
            *_of_the_trial(history),
            *_of_pauses(history),
            *_of_the_end(history),
            *_of_the_term(history),
            *_of_the_warranty(history),
            *(due for month in history.failed for due in dunning(history, month)),
        ]
    )


def falling_due(history: History, after: date, until: date) -> list[Due]:
    """What falls due after a day, until another: what a run has to do that ran last on ``after``.
    Two runs over two spans find the same as one over both."""
    found = [due for due in deadlines(history) if after < due.day <= until]
    return sorted([*found, *app_locks(history, after, until)])


def app_locks(history: History, after: date, until: date) -> Iterator[Due]:
    """The days on which the app closes until somebody pays in it: the start (A-35), and the first
    of each month (HT-83)."""
    if history.start is None:
        return
    month = Month.of(max(after, history.start))
    while month.first <= until:
        day = max(month.first, history.start)
        running = history.state(start_of(day)) == "active"
        if after < day <= until and running and history.payment(day) == "in_app":
            yield Due(day, "app_locks", "HT-83", month)
        month = month.plus(1)


# --- not paid


def payment_due(history: History, month: Month) -> date:
    """The last day to pay a month's invoice that could not be collected: the end of the next month
    (HT-29), at once when the contract is cancelled (HT-42). A termination changes nothing (A-39).

    Of a failure that was learnt of late it is the end of the month after that, unless there is time
    enough to pay as it is.
    """
    terms = _collection(history, month)
    failed = history.failed.get(month, month.last)
    day = terms.due.after(month.last)
    short = month in history.failed_unheard and day < terms.least.after(failed)
    if day <= failed or short:  # the invoice needs its time
        day = terms.due.after(Month.of(failed).last)
    cancelled = history.cancelled
    if cancelled is None or cancelled >= day:
        return day
    return max(cancelled, failed)


def reminded(history: History, month: Month) -> date | None:
    """When the customer was told, after it was due, that a month is not paid; none if not yet."""
    due = payment_due(history, month)
    return next((day for day in history.reminded.get(month, ()) if day > due), None)


def notice_day(history: History, month: Month) -> date:
    """When the customer was told that a month is not paid, or has to be."""
    due = payment_due(history, month)
    return reminded(history, month) or _collection(history, month).notice.after(due)


def suspended_for(history: History, month: Month) -> Suspension | None:
    """The last suspension for unpaid invoices that came after the notice of a month's."""
    notice = notice_day(history, month)
    stops = (s for s in reversed(history.suspensions) if s.ground == UNPAID)
    return next((s for s in stops if s.start.date() > notice), None)


def dunning(history: History, month: Month) -> list[Due]:
    """The steps that follow when a month's invoice is not paid, as far as it is not (S-4). What was
    done counts, and what was not is reckoned from it."""
    if month not in history.failed:
        return []
    terms = _collection(history, month)
    notice = notice_day(history, month)
    stop = suspended_for(history, month)
    suspended = stop.start.date() if stop else terms.suspension.after(notice)
    steps = [
        Due(payment_due(history, month), "payment_due", terms.due.rule, month),
        Due(notice, "payment_notice", "HT-34", month),
        Due(suspended, "suspension", "HT-33", month),
    ]
    if stop is None or stop.lifted is None:
        cure = terms.cure.after(suspended)
        steps += [
            Due(cure, "cure_date", terms.cure.rule, month),
            Due(cure + ONE_DAY, "termination", "HT-36", month),
        ]
    paid = history.settled.get(month, date.max)
    over = history.end.at.date() if history.end else date.max
    return [s for s in steps if s.day < paid and (s.day < over or s.what.startswith("payment"))]


def _collection(history: History, month: Month) -> Collection:
    return history.terms(month.last).collection


# --- the rest of a contract's life


def _of_the_installation(history: History) -> Iterator[Due]:
    """A target, and no promise (AL-57, AL-103)."""
    if history.install_by:
        rule = "AL-103" if history.planned else "AL-57"
        yield Due(history.install_by, "installation", rule)


def _of_the_trial(history: History) -> Iterator[Due]:
    if history.trial_ends:
        yield Due(history.trial_ends, "trial_ends", "DC-08")


def _of_pauses(history: History) -> Iterator[Due]:
    for pause in history.pauses:
        if pause.resumed is None:
            yield Due(Month.of(pause.end).last, "extension_until", "HT-47")
            yield Due(pause.resumes, "service_resumes", "HT-49")


def _of_the_end(history: History) -> Iterator[Due]:
    if history.end:
        yield Due(history.end.on, "contract_ends", "HT-40")
        if history.custody.stickers:
            yield Due(history.end.on, "stickers_back", "AL-42")
    if history.return_by:
        yield Due(history.return_by, "return_by", "HT-68")
        yield Due(history.return_by + ONE_DAY, "return_overdue", "HT-70")


def _of_the_term(history: History) -> Iterator[Due]:
    term = history.terms(history.start).minimum_term if history.start else None
    if term and history.term_ends:
        yield Due(history.term_ends, "term_ends", term.period.rule)


def _of_the_warranty(history: History) -> Iterator[Due]:
    installed = history.custody.installed
    equipment = history.terms(installed).equipment if installed else None
    if installed and equipment and "sensor" not in equipment.lent:
        yield Due(equipment.warranty.after(installed), "warranty_ends", equipment.warranty.rule)


# --- what the company has to say, and when it may act


class PriceChange(NamedTuple):
    """A new version of the prices: from when it holds, and until when to tell of it."""

    first: date
    tell: date
    rule: str


def price_changes(product: Product) -> list[PriceChange]:
    """The new prices that have to be told to whoever has the product (HT-25)."""
    return [
        PriceChange(version.first, _ahead(told.price_change, version.first), told.price_change.rule)
        for version, plans in product.versions[1:]
        for terms in list(plans.values())[:1]
        if (told := terms.notices)
    ]


def service_end_notice(terms: Terms, last: date) -> date | None:
    """Until when the end of a service on ``last`` has to be told (HT-73)."""
    return _ahead(terms.notices.service_end, last) if terms.notices else None


def _ahead(period: Period, day: date) -> date:
    return months_before(day, period.months or 0)


def no_contact_since(terms: Terms, asked: date) -> datetime | None:
    """From when a contract may be terminated because the customer, asked to agree on a day of
    installation, does not answer: when the full days have passed (HT-37)."""
    contact = terms.installation.contact if terms.installation else None
    return start_of(contact.after(asked) + ONE_DAY) if contact else None


class Ground(NamedTuple):
    """Why the company may terminate a contract, and since when. Whether it does is for a person to
    decide."""

    since: date
    ground: str
    rule: str


def may_terminate(history: History) -> list[Ground]:
    """The grounds to terminate that the facts show (HT-36): no answer about the installation, twice
    nobody there, a suspension that was not put right. Unpaid invoices have steps of their own."""
    if history.end or history.refused:
        return []
    found = []
    if history.asked and (free := no_contact_since(history.terms(history.asked), history.asked)):
        found.append(Ground(free.date(), "14-1-6", "HT-37"))
    if absent_too_often(history):
        visits = [x for x in history.facts if isinstance(x, AbsentVisit)]
        found.append(Ground(visits[-1].day + ONE_DAY, "14-1-6", "HT-38"))
    stop = history.suspensions[-1] if history.suspensions else None
    if stop and stop.lifted is None and stop.cure_by:
        found.append(Ground(stop.cure_by + ONE_DAY, "14-1-3", "HT-36"))
    return sorted(found)


def absent_too_often(history: History) -> bool:
    """Whether nobody was there for the installation more than once (HT-38)."""
    absences = [f for f in history.facts if isinstance(f, AbsentVisit) and f.work == "installation"]
    terms = history.terms(absences[-1].day).installation if absences else None
    return terms is not None and len(absences) > terms.absences.at_most


def pauses_need_review(history: History) -> bool:
    """Whether the last pause is one too many in twelve months, for a person to judge (HT-54)."""
    if not history.pauses:
        return False
    last = history.pauses[-1].start
    terms = history.terms(last).pause
    recent = [p for p in history.pauses if last <= months_from(p.start, 12)]
    return terms is not None and len(recent) > terms.review.at_most
