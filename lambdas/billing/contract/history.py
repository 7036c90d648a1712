"""What the facts of a contract amount to: when it runs, pauses, stops, ends, and who has what.

``History`` takes the facts in the order of their times, however they arrived, and asks of each
whether the rules allow it. Its methods named for an event take the fact in; facts that only cost
money have none and are found in ``charges``.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import Literal, NamedTuple

from lambdas.billing.contract import facts as f
from lambdas.billing.contract.applications import check_cameras, check_channel, check_payment
from lambdas.billing.contract.contract import Contract
from lambdas.billing.contract.endings import End, last_day, term_end
from lambdas.billing.contract.equipment import Custody
from lambdas.billing.contract.money import Collected, MoneyFact
from lambdas.billing.contract.pauses import Pause, whole_months
from lambdas.billing.products.catalogue import Catalogue
from lambdas.billing.products.forbidden import Forbidden
from lambdas.billing.products.terms import Names, Terms
from lambdas.shared.calendar import Month, day_of, end_of, months_after, start_of

State = Literal["applied", "accepted", "refused", "trial", "active", "paused", "suspended", "ended"]

INSTANT = timedelta(microseconds=1)


class Since(NamedTuple):
    """A state and the day it begins on."""

    first: date
    state: State


class Suspension(NamedTuple):
    """The company stopped the service, and perhaps let it run again."""

    start: datetime
    lifted: datetime | None = None
    ground: str = f.UNPAID
    cure_by: date | None = None


class Misfit(NamedTuple):
    """A fact that was stored and has no place in the contract as the rules are now, and why. It
    does not count; a person has to look at it."""

    fact: f.AnyFact
    rule: str
    why: str


class Option(NamedTuple):
    """An option the customer took, and perhaps gave up."""

    name: str
    start: datetime
    end: datetime | None = None


NOT_UNDERSTOOD = (ValueError, TypeError, LookupError, ArithmeticError, AssertionError)
"""What reading a fact may come to that the rules did not foresee."""


class History:
    """A contract read from its facts. Forbidden, naming the fact, when one breaks a rule.

    Of what is ``stored`` nobody asks any more whether it could be paid for as it is: that was asked
    when it was agreed.
    """

    def __init__(self, contract: Contract, catalogue: Catalogue, *, stored: bool = False) -> None:
        self.contract = contract
        self.catalogue = catalogue
        self.product = catalogue.product(contract.product)
        self.recorded = sorted(contract.facts, key=lambda fact: fact.on)
        self.retracted = {one.fact for one in self.recorded if isinstance(one, f.Retracted)}
        self.facts = self._counting() if self.retracted else self.recorded
        self.misfits: tuple[Misfit, ...] = ()
        self.plans = [(date.min, self.product.check_plan(contract.plan))]
        self.payments = [(date.min, contract.payment)]
        self.applied: f.Applied | None = None
        self.accepted: date | None = None
        self.refused: date | None = None
        self.installed: date | None = None
        self.start: date | None = None
        self.trial_ends: date | None = None
        self.pauses: list[Pause] = []
        self.suspensions: list[Suspension] = []
        self.end: End | None = None
        self.custody = Custody()
        self.items: defaultdict[str, int] = defaultdict(int)
        self.options: list[Option] = []
        self.watchers = {watcher.id: watcher for watcher in contract.watchers}
        self.asked: date | None = None
        self.partner_registered: datetime | None = None
        self.purchases: list[datetime] = []
        self.credit = 0  # yen given back and not paid out, whatever invoices took up of it
        self.camera: str | None = None
        self.operation: tuple[str, ...] = ()
        self.planned: f.InstallationPlanned | None = None
        self.lent: defaultdict[str, int] = defaultdict(int)  # devices to carry, by colour
        self.migration: Literal["offered", "migrated"] | None = None
        self.failed: dict[Month, date] = {}  # by the day on which that was known
        self.failed_unheard: set[Month] = set()  # of which the company learnt later
        self.reminded: defaultdict[Month, list[date]] = defaultdict(list)
        self.cancelled: date | None = None  # when the cancellation that holds was accepted
        self.billed_elsewhere: Month | None = None
        self.leads: list[tuple[date, str]] = [(date.min, "")]
        self.collected: defaultdict[Month, Collected] = defaultdict(Collected)
        self.paid: dict[Month, date] = {}  # by money
        self.settled: dict[Month, date] = {}  # by whatever
        self.not_collected: dict[Month, str] = {}  # and why, by our own doing
        if self.facts and not stored:
            self._check_payment(self.facts[0], contract.payment)
        for fact in self.facts:
            try:
                self._check(fact)
                if take := getattr(self, f"_{fact.event}", None):
                    take(fact)
            except Forbidden as forbidden:
                forbidden.fact = fact
                raise
            except NOT_UNDERSTOOD as error:
                why = f"{fact.day}: {fact.event} cannot be taken in: {error}"
                raise Forbidden("G-08", why, fact) from error

    def _counting(self) -> list[f.AnyFact]:
        """The facts but those that were taken back."""
        return [one for one in self.recorded if one.key not in self.retracted]

    def known(self, last: date) -> int:
        """How many entries there are about the time until a day, whenever they were made: one more
        with each that can change a month until then."""
        entries = sum(fact.day <= last for fact in self.recorded)
        if not self.retracted:
            return entries
        days = {one.key: one.day for one in self.recorded}
        return entries + sum(
            one.day > last and days.get(one.fact, last) <= last
            for one in self.recorded
            if isinstance(one, f.Retracted)
        )

    # --- what was agreed

    def plan(self, day: date) -> str:
        """The plan on a day."""
        return _latest(self.plans, day)

    def payment(self, day: date) -> str:
        """The way to pay on a day."""
        return _latest(self.payments, day)

    def lead(self, month: Month) -> str:
        """The contract that pays for a month, where it is not this one itself (AL-09)."""
        return _latest(self.leads, month.last)

    def terms(self, day: date) -> Terms:
        """The terms in force on a day (G-06)."""
        return self.product.terms(self.plan(day), day)

    def has_option(self, name: str, now: datetime) -> bool:
        """Whether an option is on at an instant."""
        return any(
            one.name == name and one.start <= now and (one.end is None or now < one.end)
            for one in self.options
        )

    @property
    def open_months(self) -> list[Month]:
        """The months whose money did not come: not paid, or not collected by our own doing."""
        return sorted({*self.failed, *self.not_collected} - self.settled.keys())

    @property
    def unpaid_months(self) -> list[Month]:
        """The months whose collection failed and that are not settled: dunning is for them."""
        return sorted(self.failed.keys() - self.settled.keys())

    @property
    def install_by(self) -> date | None:
        """The day by which it is to be installed, as a target: some time after the contract was
        made (AL-57), or when the building allows it (AL-103). None when it is."""
        begun = self.accepted
        if begun is None or self.installed or self.start or self.end or self.refused:
            return None
        works = self.terms(begun).works
        if works is None:
            return None
        target = works.within.after(begun)
        ready = self.planned.ready if self.planned else None
        return max(target, ready) if ready else target

    # --- when it runs

    @property
    def term_ends(self) -> date | None:
        """The last day of the term that binds now, or bound at the end."""
        day = self.end.on if self.end else self.facts[-1].day if self.facts else date.min
        return self._term_end(day)

    def _term_end(self, day: date) -> date | None:
        term = self.terms(self.start).minimum_term if self.start else None
        return term_end(self.start, term, day) if self.start and term else None

    @property
    def return_by(self) -> date | None:
        """The last day to return what was lent (HT-68); none when nothing was."""
        if self.end is None or not self.custody.ever_lent or self.end.cause == "transferred":
            return None  # a successor's contract keeps its devices (HT-91)
        equipment = self.terms(self.end.on).equipment
        return equipment.return_within.after(self.end.on) if equipment else None

    def state(self, now: datetime) -> State | None:
        """The state at an instant; none before anything happened."""
        day = day_of(now)
        if self.refused and day >= self.refused:
            return "refused"
        if self.end and now >= self.end.at:
            return "ended"
        if any(s.start <= now and (s.lifted is None or now < s.lifted) for s in self.suspensions):
            return "suspended"
        if self.start is None or day < self.start:
            if self.accepted and day >= self.accepted:
                return "accepted"
            return "applied" if self.applied and day >= self.applied.day else None
        if any(first <= day < resumes for pause in self.pauses for first, resumes in pause.spans):
            return "paused"
        return "trial" if self.trial_ends and day <= self.trial_ends else "active"

    def states(self) -> list[Since]:
        """The states the contract goes through, each by the day at whose end it is in it, the
        future included as far as the facts say."""
        timeline: list[Since] = []
        for day in sorted({at.date() for at in self.turns()}):
            state = self.state(end_of(day) - INSTANT)
            if state and (not timeline or timeline[-1].state != state):
                timeline.append(Since(day, state))
        return timeline

    def turns(self) -> Iterator[datetime]:
        """The instants at which the state may change."""
        yield from (fact.on for fact in self.facts)
        yield from (start_of(day) for pause in self.pauses for span in pause.spans for day in span)
        if self.trial_ends:
            yield end_of(self.trial_ends)
        if self.end:
            yield self.end.at

    # --- taking facts in

    def _check(self, fact: f.Fact) -> None:
        """Forbidden for what comes too late, or has no place in this product."""
        if not fact.after_the_end:
            if self.refused:
                raise Forbidden("HT-13", f"{fact.day}: the application was refused")
            if self.end and fact.on >= self.end.at:
                raise Forbidden(fact.rule, f"{fact.day}: the contract ended on {self.end.on}")
        month = getattr(fact, "month", None)
        if month and not Month.of(self.facts[0].day) <= month <= Month.of(fact.day):
            raise Forbidden(fact.rule, f"{fact.day}: the contract has no {month} by then")
        if fact.needs and getattr(self.terms(fact.day), fact.needs) is None:
            plan = "" if len(self.product.plans) == 1 else f" {self.plan(fact.day)}"
            what = fact.needs.replace("_", " ")
            raise Forbidden(fact.rule, f"{self.product.id}{plan} has no {what} in its terms")

    def _check_payment(self, fact: f.Fact, payment: str) -> None:
        contract = self.contract
        check_payment(self.terms(fact.day), payment, contract.watchers, contract.prefecture)

    def _applied(self, fact: f.Applied) -> None:
        if self.applied or self.start:
            raise Forbidden("DC-07", f"{fact.day}: a new application is a new contract")
        terms = self.terms(fact.day)
        if (ends := self.product.ends) and fact.day > ends.last:
            raise Forbidden(ends.rule, f"{fact.day}: {self.product.id} ended on {ends.last}")
        check_channel(terms, fact)
        self.applied = fact
        for option in fact.options:
            if option not in terms.options:
                raise Forbidden("G-06", f"{self.product.id} has no option {option!r}")
            self.options.append(Option(option, fact.on))
        if terms.starts.fact == "applied":
            self._begin(fact, trial=fact.first_time)

    def _accepted(self, fact: f.Accepted) -> None:
        self.accepted = self.accepted or fact.day

    def _refused(self, fact: f.RefusedApplication) -> None:
        if self.accepted:
            raise Forbidden("HT-13", f"{fact.day}: the contract was formed on {self.accepted}")
        _check_ground(self.terms(fact.day).refusal_grounds, fact.ground)
        self.refused = fact.day
        self.start = self.trial_ends = None  # whatever began with the application

    def _installed(self, fact: f.Installed) -> None:
        self.installed = self.installed or fact.day
        self.asked = None
        terms = self.terms(fact.day)
        if fact.camera and fact.camera not in terms.camera_models:
            known = ", ".join(terms.camera_models) or "none"
            raise Forbidden("AL-68", f"{self.product.id} has no camera {fact.camera!r}: {known}")
        if fact.cameras and terms.camera_site:
            check_cameras(fact, self.applied.camera_site if self.applied else None)
        self.camera = fact.camera or self.camera
        if terms.equipment:
            self.custody.install(terms.equipment, fact)

    def _started(self, fact: f.Started) -> None:
        if self.applied and self.start == self.applied.day:
            return  # it began with the application
        if self.start:
            raise Forbidden(fact.rule, f"{fact.day}: the service began on {self.start}")
        self._begin(fact, trial=True)

    def _begin(self, fact: f.Fact, *, trial: bool) -> None:
        self.start = fact.day
        terms = self.terms(fact.day)
        if terms.trial and trial:
            self.trial_ends = terms.trial.counted_from(fact.day)
        if terms.equipment and not self.installed:
            self.custody.assume(terms.equipment, fact.day)

    def _installation_planned(self, fact: f.InstallationPlanned) -> None:
        self.planned = fact

    def _device_lent(self, fact: f.DeviceLent) -> None:
        known = self.terms(fact.day).colours
        assert known
        if fact.colour not in known.names:
            raise Forbidden(known.rule, f"no {fact.colour} ones: {', '.join(known.names)}")
        self.lent[fact.colour] += fact.devices

    def _repair_asked(self, fact: f.RepairAsked) -> None:
        terms = self.terms(fact.day).repair
        assert terms
        if fact.cause in ("lost", "theft"):
            raise Forbidden(terms.lost.rule, f"{fact.day}: what is lost is paid for (device_lost)")

    def _migration_offered(self, fact: f.MigrationOffered) -> None:
        self.migration = "offered"

    def _migrated(self, fact: f.Migrated) -> None:
        terms = self.terms(fact.day).migration
        assert terms
        if self.migration != "offered":
            raise Forbidden(fact.rule, f"{fact.day}: it is not this customer's turn yet")
        self.migration = "migrated"
        self.plans.append((Month.of(fact.day).plus(1).first, terms.to))

    def _paused(self, fact: f.Paused) -> None:
        terms = self.terms(fact.day).pause
        assert terms
        months = whole_months(fact, terms)
        if self.state(fact.on) != "active":
            raise Forbidden(fact.rule, f"{fact.day}: only a running service can be paused")
        self.pauses.append(Pause(fact.day, months_after(fact.day, months)))

    def _pause_extended(self, fact: f.PauseExtended) -> None:
        terms = self.terms(fact.day).pause
        assert terms
        months = whole_months(fact, terms)
        pause = self.pauses[-1] if self.pauses else None
        if pause is None or pause.resumed:
            raise Forbidden(fact.rule, f"{fact.day}: there is no pause to extend")
        if fact.day > (deadline := Month.of(pause.end).last):
            raise Forbidden("HT-47", f"{fact.day}: the pause could be extended until {deadline}")
        if pause.extensions >= terms.extensions.at_most:
            raise Forbidden(fact.rule, f"{fact.day}: the pause was extended already")
        pause.extend(fact.day, months_after(pause.end, months))

    def _resumed(self, fact: f.Resumed) -> None:
        pause = self.pauses[-1] if self.pauses else None
        if pause is None or not any(first <= fact.day < last for first, last in pause.spans):
            raise Forbidden(fact.rule, f"{fact.day}: the service is not paused")
        pause.resumed = fact.day

    def _suspended(self, fact: f.Suspended) -> None:
        if self.suspensions and self.suspensions[-1].lifted is None:
            raise Forbidden(fact.rule, f"{fact.day}: the service is suspended already")
        self.suspensions.append(Suspension(fact.on, ground=fact.ground, cure_by=fact.cure_by))

    def _suspension_lifted(self, fact: f.SuspensionLifted) -> None:
        if not self.suspensions or self.suspensions[-1].lifted:
            raise Forbidden(fact.rule, f"{fact.day}: the service is not suspended")
        self.suspensions[-1] = self.suspensions[-1]._replace(lifted=fact.on)

    def _plan_changed(self, fact: f.PlanChanged) -> None:
        allowed = self.terms(fact.day).plan_change
        if allowed and fact.plan not in allowed.to:
            raise Forbidden(fact.rule, f"{self.plan(fact.day)} cannot become {fact.plan}")
        self.plans.append((Month.of(fact.day).plus(1).first, fact.plan))

    def _payment_changed(self, fact: f.PaymentChanged) -> None:
        self._check_payment(fact, fact.payment)
        if fact.payment == "in_app" and self.contract.watchers and not self.somebody_has_ios():
            raise Forbidden("HT-81", f"{fact.day}: nobody is left who can pay in the app")
        self.payments.append((Month.of(fact.day).plus(1).first, fact.payment))

    def _option_added(self, fact: f.OptionAdded) -> None:
        known = self.terms(fact.day).options
        if fact.option not in known:
            names = ", ".join(known) or "none"
            raise Forbidden(fact.rule, f"{self.product.id} has no option {fact.option!r}: {names}")
        if self.has_option(fact.option, fact.on):
            raise Forbidden(known[fact.option].rule, f"{fact.day}: {fact.option} is on already")
        self.options.append(Option(fact.option, fact.on))

    def _option_removed(self, fact: f.OptionRemoved) -> None:
        for place, one in enumerate(self.options):
            if one.name == fact.option and one.end is None:
                self.options[place] = one._replace(end=fact.on)
                return
        raise Forbidden(fact.rule, f"{fact.day}: {fact.option!r} is not on")

    def _watcher_left(self, fact: f.WatcherLeft) -> None:
        if self.watchers.pop(fact.watcher, None) is None:
            raise Forbidden("HT-19", f"{fact.day}: {fact.watcher!r} is no watcher")
        following = Month.of(fact.day).plus(1).first
        if self.payment(following) == "in_app" and not self.somebody_has_ios():
            terms = self.terms(fact.day)
            if fact.payment == "in_app" or fact.payment not in terms.payments.names:
                raise Forbidden("A-35", f"{fact.day}: {fact.payment} is no way to pay directly")
            self.payments.append((following, fact.payment))

    def somebody_has_ios(self) -> bool:
        """Whether there is a watcher who can pay in the app (HT-81)."""
        return any(watcher.os == "ios" for watcher in self.watchers.values())

    def _contact_asked(self, fact: f.ContactAsked) -> None:
        self.asked = self.asked or fact.day

    def _contacted(self, fact: f.Contacted) -> None:
        self.asked = None

    def _partner_registered(self, fact: f.PartnerRegistered) -> None:
        self.partner_registered = self.partner_registered or fact.on

    def _item_added(self, fact: f.ItemAdded) -> None:
        limit = next((x for x in self.terms(fact.day).limits if fact.item in x.of), None)
        if limit is None:
            raise Forbidden(fact.rule, f"{self.product.id} has no {fact.item}")
        total = sum(self.items[item] for item in limit.of) + fact.count
        if total > limit.at_most:
            things = " + ".join(limit.of)
            raise Forbidden(limit.rule, f"{fact.day}: {total} {things}, {limit.at_most} at most")
        self.items[fact.item] += fact.count

    def _item_removed(self, fact: f.ItemRemoved) -> None:
        if self.items[fact.item] < fact.count:
            raise Forbidden(fact.rule, f"{fact.day}: there are {self.items[fact.item]} {fact.item}")
        self.items[fact.item] -= fact.count

    def _in_app_purchase(self, fact: f.InAppPurchase) -> None:
        if self.payment(fact.day) != "in_app":
            raise Forbidden(fact.rule, f"{fact.day}: paying in the app was not chosen")
        watcher = self.watchers.get(fact.watcher)
        if self.contract.watchers and watcher is None:
            raise Forbidden("HT-19", f"{fact.day}: {fact.watcher!r} is no watcher")
        if "android" in (fact.os, watcher and watcher.os):
            raise Forbidden(fact.rule, f"{fact.day}: only the iOS app can be paid in")
        self.purchases.append(fact.on)

    def _payment_failed(self, fact: f.PaymentFailed) -> None:
        if fact.month in self.failed:
            return
        self.failed[fact.month] = max(fact.day, fact.known or fact.day)
        if self.failed[fact.month] > fact.day:
            self.failed_unheard.add(fact.month)

    def _not_collected(self, fact: f.NotCollected) -> None:
        self.not_collected[fact.month] = fact.reason

    def _payment_reminder(self, fact: f.PaymentReminder) -> None:
        self.reminded[fact.month].append(fact.day)

    def _paid(self, fact: f.Paid) -> None:
        self._settle(fact)
        if fact.month in self.settled:
            self.paid.setdefault(fact.month, fact.day)

    def _settle(self, fact: MoneyFact) -> None:
        money = self.collected[fact.month]
        money.take(fact)
        if money.settled:
            self.settled.setdefault(fact.month, fact.day)
        else:
            self.settled.pop(fact.month, None)
            self.paid.pop(fact.month, None)

    def _written_off(self, fact: f.WrittenOff) -> None:
        self._settle(fact)

    def _credit_applied(self, fact: f.CreditApplied) -> None:
        self._settle(fact)
        self.credit -= min(self.credit, fact.amount - fact.overpaid)

    def _payment_reversed(self, fact: f.PaymentReversed) -> None:
        self._settle(fact)
        if fact.month not in self.settled:
            # It is to be paid again, and the time for that begins now.
            self.failed[fact.month] = max(fact.day, self.failed.get(fact.month, fact.day))
            self.failed_unheard.add(fact.month)

    def _billed_elsewhere(self, fact: f.BilledElsewhere) -> None:
        if self.billed_elsewhere and fact.until < self.billed_elsewhere:
            raise Forbidden(fact.rule, f"{fact.until}: it is {self.billed_elsewhere} already")
        self.billed_elsewhere = fact.until

    def _billed_with(self, fact: f.BilledWith) -> None:
        if fact.lead == self.contract.id:
            raise Forbidden(fact.rule, f"{fact.day}: a contract is not billed with itself")
        self.leads.append((fact.day, fact.lead))

    def _credited(self, fact: f.Credited) -> None:
        self.credit += fact.amount

    def _refunded(self, fact: f.Refunded) -> None:
        left = self.credit if fact.of is None else fact.of
        if fact.amount > left:
            raise Forbidden(fact.rule, f"{fact.day}: {fact.amount} yen, where {left} is left")
        self.credit -= min(self.credit, fact.amount - fact.overpaid)

    def _dispatched(self, fact: f.Dispatched) -> None:
        dispatch = self.terms(fact.day).dispatch
        if dispatch and (never := dispatch.never.get(fact.cause)):
            raise Forbidden(never.rule, f"{fact.day}: nobody is sent because of a {fact.cause}")

    def _replaced(self, fact: f.Replaced) -> None:
        if equipment := self.terms(fact.day).equipment:
            self.custody.replace(equipment, fact)

    def _returned(self, fact: f.Returned) -> None:
        self.custody.returned(fact)

    def _not_returned(self, fact: f.NotReturned) -> None:
        self.custody.not_returned(fact, self.return_by)

    def _leftovers_disposed(self, fact: f.LeftoversDisposed) -> None:
        self.custody.disposed(fact)

    def _sticker_lent(self, fact: f.StickerLent) -> None:
        self.custody.lend_sticker(fact)

    def _sticker_returned(self, fact: f.StickerReturned) -> None:
        self.custody.sticker_returned(fact)

    def _operation_agreed(self, fact: f.OperationAgreed) -> None:
        known = self.terms(fact.day).operation
        assert known
        if fact.two_factor:
            raise Forbidden(fact.rule, f"{fact.day}: a code or a key, never both together")
        if unknown := set(fact.by) - set(known.names):
            raise Forbidden(fact.rule, f"not with {', '.join(sorted(unknown))}: {known.names}")
        self.operation = fact.by

    def _cancel_accepted(self, fact: f.CancelAccepted) -> None:
        if self.end:
            raise Forbidden(fact.rule, f"{fact.day}: it ends on {self.end.on} already")
        last = last_day(fact, self.terms(fact.day).cancellation, self._term_end(fact.day))
        self.end = End(last, "cancelled", end_of(last))
        self.cancelled = fact.day

    def _cancel_withdrawn(self, fact: f.CancelWithdrawn) -> None:
        if self.end is None or self.end.cause != "cancelled":
            raise Forbidden(fact.rule, f"{fact.day}: no cancellation was accepted")
        self.end = self.cancelled = None

    def _removed(self, fact: f.Removed) -> None:
        self.custody.removed()

    def _terminated(self, fact: f.Terminated) -> None:
        _check_ground(self.terms(fact.day).termination_grounds, fact.ground)
        self.end = End(fact.day, f"terminated:{fact.ground}", fact.on)

    def _service_ended(self, fact: f.ServiceEnded) -> None:
        self.end = End(fact.day, fact.event, end_of(fact.day))

    def _transferred(self, fact: f.Transferred) -> None:
        self.end = End(fact.day, fact.event, end_of(fact.day))


def understood(contract: Contract, catalogue: Catalogue) -> History:
    """A stored contract, read in any case: facts that have no place in it are left out and named in
    ``misfits``. Forbidden only when the catalogue does not know the product or plan."""
    misfits: list[Misfit] = []
    facts, kept = contract.facts, contract
    while True:
        try:
            history = History(kept, catalogue, stored=True)
        except Forbidden as forbidden:
            fact = forbidden.fact
            if fact is None:
                raise
            facts = tuple(one for one in facts if one is not fact)
            misfits.append(Misfit(fact, forbidden.rule, forbidden.detail))
            kept = contract.model_copy(update={"facts": facts})
        else:
            if misfits:
                history.misfits = tuple(misfits)
                history.recorded = sorted(contract.facts, key=lambda one: one.on)
            return history


def _latest(agreed: list[tuple[date, str]], day: date) -> str:
    """What was agreed last before or on a day."""
    return agreed[bisect_right(agreed, day, key=itemgetter(0)) - 1][1]


def _check_ground(known: Names | None, ground: str | None) -> None:
    """Forbidden unless the ground is one the terms have, or a part of one: 14-1-3 of 14."""
    if known is None or ground is None:
        return
    if not f"{ground}-".startswith(tuple(f"{name}-" for name in known.names)):
        raise Forbidden(known.rule, f"{ground!r} is no ground: {', '.join(known.names)}")
