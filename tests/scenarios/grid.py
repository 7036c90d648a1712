"""The grid: every product, plan and way to pay × every event × phases of the month.

Each cell adds an event to a running contract and says by how much the invoices of the months from
the event on have to change, or which rule has to forbid it. What is expected is written here by
hand, from the rules, and not read from the catalogue.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

from lambdas.billing.contract.contract import Contract
from lambdas.billing.contract.history import History
from lambdas.billing.invoicing.invoices import invoices
from lambdas.billing.products.catalogue import Catalogue, standard
from lambdas.billing.products.forbidden import Forbidden
from lambdas.shared.calendar import Month

Event = dict[str, Any]
Expected = dict[int, int] | str
"""By how many yen the invoice of the month so many months after changes; or the rule."""

MONTHS = (Month(2027, 1), Month(2028, 2))
"""A long month, and the short one of a leap year; within the lent sensor's two years, the first
within the bought one's warranty, the second not."""

PHASES = ("1st", "10th", "20th", "21st", "last")
PAYMENTS = ("card", "bank_transfer", "in_app")
AHEAD = 6


class Offer(NamedTuple):
    """A row of the grid, with the prices that the rules give it."""

    product: str
    plan: str
    payment: str
    fee: int
    refused: str | None = None  # the rule that forbids this way to pay
    change: int = 0  # what another plan costs more
    lent: bool = False

    @property
    def kind(self) -> str:
        """Which products behave alike."""
        if self.product in ("anshin_partner", "orusuban_camera", "doshiteru"):
            return "doshiteru" if self.product == "doshiteru" else "docomo"
        return "eye" if self.plan == "standard" and self.product == "albo_eye" else "alsok"


class Cell(NamedTuple):
    """An event in a phase of a month, and what is expected."""

    offer: Offer
    event: str
    month: Month
    phase: str
    before: list[Event]
    after: list[Event]
    expected: Expected

    def __str__(self) -> str:
        o = self.offer
        return f"{o.product}/{o.plan}/{o.payment} {self.event} {self.month} {self.phase}"


PARAMETERS = {
    "home_security_online": {"early_termination_fee": 20000, "construction_fee": 33000},
    "home_security_self": {"early_termination_fee": 20000, "construction_fee": 33000},
    "albo_eye": {"instalment": 1650, "discount": 6600, "dispatch_fee": 5500},
    "rusutaku": {
        "monthly_fee": 2200,
        "early_termination_fee": 20000,
        "ventilation_fee": 2200,
    },
    "rusutaku_pack": {"early_termination_fee": 20000, "ventilation_fee": 2200},
    "mimamori_support": {"monthly_fee": 2200, "early_termination_fee": 20000},
    "mamolook": {"monthly_fee": 2200, "early_termination_fee": 20000},
    "mimamori_tag": {"monthly_fee": 2200},
    "home_security_premium": {"monthly_fee": 5500},
    "home_security_flats": {"monthly_fee": 3300},
}
"""What the sources leave open, set so that it can be seen."""

_DOSHITERU = {  # fee, in the app 120 less; with Internet or without, 1,100 between them
    "purchase_no_internet": (4378, -1100, False),
    "purchase_internet": (3278, 1100, False),
    "rental_no_internet": (6578, -1100, True),
    "rental_internet": (5478, 1100, True),
}
_OTHERS = {
    ("anshin_partner", "standard"): (495, "G-06"),
    ("orusuban_camera", "standard"): (110, "G-06"),
    **{("home_security_online", p): (4070, "AL-37") for p in ("purchase", "rental", "zero_start")},
    **{("home_security_self", p): (4070, "AL-38") for p in ("purchase", "rental", "zero_start")},
    ("albo_eye", "standard"): (1100, "AL-39"),
    ("albo_eye", "camera_only"): (0, "AL-39"),
    ("rusutaku", "standard"): (2200, "AL-37"),
    ("rusutaku_pack", "standard"): (11000, "AL-37"),
    ("mimamori_support", "standard"): (2200, "AL-37"),
    ("mamolook", "standard"): (2200, "AL-37"),
    ("mamolook", "first_generation"): (2200, "AL-37"),
    ("mimamori_tag", "standard"): (2200, "AL-37"),
    ("home_security_premium", "standard"): (5500, "AL-37"),
    **{("home_security_flats", p): (3300, "AL-37") for p in ("flat", "building")},
}


def offers() -> Iterator[Offer]:
    """All rows."""
    for plan, (fee, change, lent) in _DOSHITERU.items():
        for payment in PAYMENTS:
            less = 120 if payment == "in_app" else 0
            yield Offer("doshiteru", plan, payment, fee - less, None, change, lent)
    for (product, plan), (fee, rule) in _OTHERS.items():
        for payment in PAYMENTS:
            refused = payment == "in_app" or (rule == "AL-38" and payment == "card")
            yield Offer(product, plan, payment, fee, rule if refused else None)


# --- the columns: each gives the timeline's events and what they change


class Where(NamedTuple):
    """Where in time an event is."""

    offer: Offer
    month: Month
    phase: str

    def day(self, ahead: int = 0) -> str:
        """The day of this phase, so many months later."""
        month = self.month.plus(ahead)
        number = month.days if self.phase == "last" else int(self.phase[:-2])
        return f"{month}-{number:02}"

    def event(self, name: str, ahead: int = 0, **more: Any) -> Event:
        """An event of this phase."""
        return {"on": self.day(ahead), "event": name, **more}


Column = Callable[[Where], tuple[list[Event], Expected]]


def from_then(first: int, yen: int, at: dict[int, int] | None = None) -> dict[int, int]:
    """The same change every month from one on, and others beside."""
    changes = dict.fromkeys(range(first, AHEAD), yen)
    for ahead, more in (at or {}).items():
        changes[ahead] = changes.get(ahead, 0) + more
    return changes


def once(name: str, yen: dict[str, int], rule: str, **more: Any) -> Column:
    """An event that costs something in its month, by product or kind; elsewhere it has no place."""

    def column(where: Where) -> tuple[list[Event], Expected]:
        event = [where.event(name, **more)]
        for key in (where.offer.product, where.offer.kind):
            if key in yen and where.offer.plan != "camera_only":
                return event, {0: yen[key]}
        return event, rule

    return column


def everywhere(name: str, yen: int = 0, **more: Any) -> Column:
    """An event that every product has."""
    return lambda where: ([where.event(name, **more)], {0: yen})


def pausing(events: Callable[[Where], list[Event]], storage: int, rule: str) -> Column:
    """A pause with so many months of storage fee; resuming by itself on a first leaves a gap."""

    def column(where: Where) -> tuple[list[Event], Expected]:
        offer, made = where.offer, events(where)
        if offer.kind != "doshiteru":
            return made, rule
        kept = 330 + 2200 * offer.lent - offer.fee
        changes = {1: 1100, **dict.fromkeys(range(2, storage + 1), 0)}
        changes = {ahead: yen + kept for ahead, yen in changes.items()}
        if where.phase == "last" and made[-1]["event"] != "resumed":
            changes[storage + 1] = -offer.fee
        return made, changes

    return column


def ending(name: str, fee: bool, **more: Any) -> Column:
    """The company ends the contract: charged through its month."""

    def column(where: Where) -> tuple[list[Event], Expected]:
        offer = where.offer
        made = [where.event(name, **more)]
        if offer.kind == "eye":
            day, days = int(where.day()[-2:]), where.month.days
            left = {0: 1100 * day // days - 1100, 1: _settled(where, 0) if fee else 0}
            return made, from_then(1, -2750, left)
        return made, from_then(1, -offer.fee, {0: 33000 * (offer.lent and fee)})

    return column


def _settled(where: Where, ahead: int) -> int:
    """What is left of アルボeye when its last month is so many months ahead."""
    paid = where.month.since(Month(2026, 12)) + 1 + ahead
    return (24 - paid) * 1650 + 6600 if paid <= 24 else 0


def cancelled(where: Where) -> tuple[list[Event], Expected]:
    """The customer cancels."""
    offer = where.offer
    if offer.kind == "docomo":
        return [where.event("cancel_accepted")], from_then(1, -offer.fee)
    if offer.kind == "doshiteru":
        last = 0 if where.phase in ("1st", "10th", "20th") else 1
        left = {last: 33000 * offer.lent}
        return [where.event("cancel_accepted")], from_then(last + 1, -offer.fee, left)
    end = where.month.plus(4).last  # more than three months of notice
    made = [where.event("cancel_accepted", desired=str(end))]
    if offer.kind == "eye":
        return made, {5: _settled(where, 4) - 2750}
    bound = "early_termination_fee" in PARAMETERS[offer.product] and offer.fee
    return made, {4: 20000 if bound else 0, 5: -offer.fee}


def not_returned(where: Where) -> tuple[list[Event], Expected]:
    """A sensor that never came back."""
    made = [where.event("cancel_accepted"), where.event("not_returned", 3, item="sensor")]
    if where.offer.kind != "doshiteru":
        return made[1:], "HT-70"
    changes = cancelled(where)[1]
    assert isinstance(changes, dict)
    return made, {**changes, 3: changes[3] + 13750} if where.offer.lent else "HT-03"


def replaced(cause: str) -> Column:
    """A sensor is replaced."""

    def column(where: Where) -> tuple[list[Event], Expected]:
        made = [where.event("replaced", item="sensor", cause=cause)]
        if where.offer.kind != "doshiteru":
            return made, "HT-59"
        free = cause == "failure" and (where.offer.lent or where.month == MONTHS[0])
        return made, {0: 0 if free else 35700}

    return column


def returned_broken(where: Where) -> tuple[list[Event], Expected]:
    """A lent sensor comes back broken."""
    made = [where.event("returned", item="sensor", condition="broken")]
    if where.offer.kind != "doshiteru":
        return made, "HT-68"
    return made, {0: 13750} if where.offer.lent else "HT-03"


def plan_changed(where: Where) -> tuple[list[Event], Expected]:
    """The home gets Internet, or loses it."""
    to = where.offer.plan.replace("no_internet", "Internet").replace("_internet", "_no_internet")
    made = [where.event("plan_changed", plan=to.replace("Internet", "internet"))]
    return made, from_then(1, where.offer.change) if where.offer.change else "HF-07"


def payment_changed(where: Where) -> tuple[list[Event], Expected]:
    """The customer pays by bank transfer."""
    made = [where.event("payment_changed", payment="bank_transfer")]
    return made, from_then(1, 120) if where.offer.payment == "in_app" else {}


def purchase(where: Where) -> tuple[list[Event], Expected]:
    """A watcher pays in the app."""
    made = [where.event("in_app_purchase", watcher="a", os="ios")]
    return made, {} if where.offer.payment == "in_app" else "HT-81"


def begun(first_time: bool) -> Column:
    """The contract itself begins: installed, applied for and started on one day."""

    def column(where: Where) -> tuple[list[Event], Expected]:
        offer = where.offer
        made = [where.event("installed"), where.event("started")]
        if offer.kind == "docomo":
            made = [where.event("applied", first_time=first_time)]
            trial = first_time and offer.product == "anshin_partner"
            into_march = (where.month, where.phase) == (MONTHS[0], "last")  # free until 2 March
            return made, from_then(1 + into_march if trial else 0, offer.fee)
        if offer.kind == "doshiteru":
            initial = {"purchase_no_internet": 49500, "purchase_internet": 55000}
            return made, from_then(1, offer.fee, {0: initial.get(offer.plan, 0)})
        if offer.kind == "eye":
            days = where.month.days - int(where.day()[-2:]) + 1
            return made, from_then(1, 2750, {0: 1100 * days // where.month.days + 1650})
        works = "construction_fee" in PARAMETERS[offer.product] and offer.plan != "zero_start"
        return made, from_then(0, offer.fee, {0: 33000 * works})

    return column


BEGINNINGS: dict[str, Column] = {
    "begun": begun(first_time=True),
    "begun again": begun(first_time=False),
}
COLUMNS: dict[str, Column] = {
    "paused": pausing(lambda w: [w.event("paused", months=1)], 1, "HT-43"),
    "paused 3": pausing(lambda w: [w.event("paused", months=3)], 3, "HT-43"),
    "paused 4": lambda w: ([w.event("paused", months=4)], "HT-43"),
    "extended": pausing(
        lambda w: [w.event("paused", months=1), w.event("pause_extended", 1, months=1)], 2, "HT-43"
    ),
    "resumed": pausing(lambda w: [w.event("paused", months=2), w.event("resumed", 1)], 1, "HT-43"),
    "suspended": everywhere("suspended"),
    "cancelled": cancelled,
    "terminated": ending("terminated", fee=True, ground="14-1-3"),
    "service ended": ending("service_ended", fee=False),
    "transferred": ending("transferred", fee=False),
    "plan changed": plan_changed,
    "payment changed": payment_changed,
    "app purchase": purchase,
    "removed": once("removed", {"doshiteru": 13200}, "HF-08"),
    "relocated near": once("relocated", {"doshiteru": 29700}, "HF-10", same_day_same_building=True),
    "relocated": once("relocated", {"doshiteru": 35200}, "HF-10"),
    "absent": once("absent_visit", {"doshiteru": 11000}, "HF-13"),
    "failure": replaced("failure"),
    "lost": replaced("lost"),
    "broken": returned_broken,
    "not returned": not_returned,
    "request": lambda w: once(
        "dispatched",
        {
            "anshin_partner": 0,
            "home_security_online": 3300,
            "home_security_self": 11000,
            "home_security_premium": 3300,
            "home_security_flats": 3300,
            "albo_eye": 5500,
        },
        "AL-71" if w.offer.plan == "camera_only" else "AL-01",
        cause="request",
    )(w),
    "device lost": once("device_lost", {"mamolook": 20856}, "AL-93"),
    "forwarded": once(
        "forwarded", {"rusutaku": 810, "rusutaku_pack": 810}, "AL-83", actual_cost=810
    ),
    "visited": once(
        "home_visited",
        {"rusutaku": 2200, "rusutaku_pack": 2200},
        "AL-84",
        visit="ventilation",
    ),
    # Where nothing is charged any more, a credit waits for an invoice (or to be paid out).
    "credited": lambda w: everywhere(
        "credited", 0 if w.offer.plan == "camera_only" else -100, amount=100, reason="late"
    )(w),
    "not paid": lambda w: ([w.event("payment_failed", month=str(w.month))], {}),
}


def cells() -> Iterator[Cell]:
    """Every cell of the grid."""
    for offer in offers():
        yield from _cells(offer)


def _cells(offer: Offer) -> Iterator[Cell]:
    """The cells of a row."""
    begins = "applied" if offer.kind == "docomo" else "started"
    before: list[Event] = [{"on": "2026-12-01", "event": begins}]
    if offer.kind == "doshiteru":
        installed = {"sensors": 1, "wifi_router": 1}
        before.insert(0, {"on": "2026-11-20", "event": "installed", **installed})
    for name, column in {**COLUMNS, **BEGINNINGS}.items():
        known = before if name in COLUMNS else []
        for month in MONTHS:
            for phase in PHASES:
                after, expected = column(Where(offer, month, phase))
                yield Cell(offer, name, month, phase, known, after, offer.refused or expected)


def fault(cell: Cell) -> str | None:
    """What is wrong with a cell; nothing when it is as expected."""
    try:
        now = _totals(cell, cell.after)
    except Forbidden as forbidden:
        as_expected = forbidden.rule == cell.expected
        return None if as_expected else f"{cell}: {forbidden}, not {cell.expected}"
    if isinstance(cell.expected, str):
        return f"{cell}: not forbidden by {cell.expected}"
    before = _without(cell.offer, cell.month) if cell.before else {}
    for ahead in range(AHEAD):
        month = cell.month.plus(ahead)
        change, wanted = now.get(month, 0) - before.get(month, 0), cell.expected.get(ahead, 0)
        if change != wanted:
            return f"{cell}: {month} {change:+}, not {wanted:+}"
    past = {month: yen for month, yen in before.items() if month < cell.month}
    return None if past.items() <= now.items() else f"{cell}: the past has changed"


@cache
def _without(offer: Offer, month: Month) -> dict[Month, int]:
    """The totals without any event."""
    return _totals(next(c for c in _cells(offer) if c.month == month), [])


@cache
def _catalogue(product: str, plan: str) -> Catalogue:
    set_here = PARAMETERS.get(product, {}).items()
    free = {name: yen for name, yen in set_here if not (plan == "zero_start" and "constr" in name)}
    return standard().with_parameters(product, free)


def _totals(cell: Cell, after: list[Event]) -> dict[Month, int]:
    """The totals by month."""
    offer = cell.offer
    contract = {
        "product": offer.product,
        "plan": offer.plan,
        "payment": offer.payment,
        "watchers": [{"id": "a", "os": "ios"}] if offer.payment == "in_app" else [],
        "facts": [*cell.before, *after],
    }
    history = History(Contract.model_validate(contract), _catalogue(offer.product, offer.plan))
    return {made.month: made.total for made in invoices(history, cell.month.plus(AHEAD - 1))}
