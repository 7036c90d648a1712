"""Contracts and money, whatever happens.

Histories are made by asking: an event that the rules forbid at its place is left out, so that what
is left is a life a contract can have.
"""

import random
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdas.billing.app.preview import answer
from lambdas.billing.contract.app_access import app_windows
from lambdas.billing.contract.contract import Contract
from lambdas.billing.contract.history import History
from lambdas.billing.invoicing.charges import Line, all_charges, charges, first_charged_month
from lambdas.billing.invoicing.deadlines import deadlines, falling_due
from lambdas.billing.invoicing.invoices import invoices, outstanding
from lambdas.billing.products.catalogue import standard
from lambdas.billing.products.forbidden import Forbidden
from lambdas.shared.calendar import Month, months
from tests.examples import examples

FIRST = date(2026, 7, 1)
LAST = date(2029, 12, 31)
CATALOGUE = standard()
EVENTS: dict[str, Callable[[random.Random], dict[str, Any]]] = {
    "installed": lambda r: {"sensors": r.randint(0, 2)},
    "started": lambda r: {},
    "paused": lambda r: {"months": r.randint(1, 3)},
    "pause_extended": lambda r: {"months": r.randint(1, 3)},
    "resumed": lambda r: {},
    "suspended": lambda r: {},
    "suspension_lifted": lambda r: {},
    "plan_changed": lambda r: {"plan": r.choice(["purchase_internet", "rental_internet"])},
    "payment_changed": lambda r: {"payment": r.choice(["card", "in_app"])},
    "cancel_accepted": lambda r: {"desired": str(LAST - timedelta(days=r.randint(0, 900)))},
    "terminated": lambda r: {"ground": r.choice(["14-1-3", "36-5"])},
    "service_ended": lambda r: {},
    "removed": lambda r: {},
    "relocated": lambda r: {"same_day_same_building": r.random() < 0.5},
    "absent_visit": lambda r: {},
    "replaced": lambda r: {
        "item": r.choice(["sensor", "wifi_router"]),
        "cause": r.choice(["failure", "user", "disaster", "lost"]),
    },
    "returned": lambda r: {"item": "wifi_router", "condition": r.choice(["good", "broken"])},
    "not_returned": lambda r: {"item": r.choice(["sensor", "wifi_router"])},
    "in_app_purchase": lambda r: {"watcher": "a", "os": "ios"},
    "dispatched": lambda r: {"cause": r.choice(["sensor", "request"])},
    "device_lost": lambda r: {"devices": r.randint(1, 2)},
    "forwarded": lambda r: {"actual_cost": r.randint(0, 2000)},
    "home_visited": lambda r: {"visit": r.choice(["patrol", "ventilation"])},
    "installation_planned": lambda r: {"building": "new", "ready": str(LAST)},
    "device_lent": lambda r: {"colour": r.choice(["yellow", "blue"])},
    "repair_asked": lambda r: {"cause": r.choice(["failure", "battery", "damage"])},
    "migration_offered": lambda r: {},
    "migrated": lambda r: {},
    "credited": lambda r: {"amount": r.randint(1, 20000), "reason": "sorry"},
    "paid": lambda r: {"month": "2026-09"},
    "payment_failed": lambda r: {"month": "2026-09"},
}
ENDINGS = ("cancel_accepted", "terminated", "service_ended")
PAUSES = ("paused", "paused", "pause_extended", "resumed")


def a_life(seed: int) -> Contract:
    """A contract with a history that the rules allow."""
    r = random.Random(seed)
    product = CATALOGUE.product(r.choice(["doshiteru", "doshiteru", *CATALOGUE.products]))
    plan = r.choice(product.plans)
    terms = product.terms(plan, FIRST)
    begins = {"on": str(FIRST + timedelta(days=r.randint(0, 60))), "event": terms.starts.fact}
    contract = Contract.model_validate(
        {
            "product": product.id,
            "plan": plan,
            "payment": r.choice(terms.payments.names),
            "watchers": [{"id": "a", "os": "ios"}],
            "facts": [begins],
        }
    )
    day = contract.facts[0].day
    while (day := day + timedelta(days=r.randint(0, 50))) < LAST:
        name = r.choice(PAUSES if r.random() < 0.5 else list(EVENTS))
        if name in ENDINGS and r.random() < 0.8:
            continue
        fact = {"on": f"{day}T{r.randint(0, 23):02}:30", "event": name, **EVENTS[name](r)}
        facts = [*contract.model_dump(mode="json")["facts"], fact]
        longer = Contract.model_validate({**contract.model_dump(), "facts": facts})
        try:
            History(longer, CATALOGUE)
        except Forbidden:
            continue
        contract = longer
    return contract


LIVES = st.integers(0, 2**32).map(a_life)
checked = settings(derandomize=True, deadline=None, max_examples=examples(60))


def total(lines: list[Line]) -> int:
    return sum(line.amount for line in lines)


def known_on(contract: Contract, day: date) -> History:
    """The history as it was known on a day."""
    facts = tuple(fact for fact in contract.facts if fact.day <= day)
    return History(contract.model_copy(update={"facts": facts}), CATALOGUE)


@pytest.mark.rule("G-08", "HT-26")
@checked
@given(LIVES)
def test_no_month_is_charged_twice(contract: Contract) -> None:
    lines = all_charges(History(contract, CATALOGUE), LAST)
    assert max(Counter(line.key for line in lines).values(), default=1) == 1
    fees = Counter(
        (line.month, line.item) for line in lines if line.item in ("monthly_fee", "storage_fee")
    )
    assert max(fees.values(), default=1) == 1


@pytest.mark.rule("HT-51", "HT-53", "A-30", "A-31")
@checked
@given(LIVES)
def test_one_kind_of_monthly_fee_a_month(contract: Contract) -> None:
    history = History(contract, CATALOGUE)
    charged_from = first_charged_month(history)
    free = history.terms(contract.facts[0].day).monthly_fee.price.yen == 0
    for month in months(Month.of(FIRST), Month.of(LAST)):
        kinds = {line.item for line in charges(history, month)} & {"monthly_fee", "storage_fee"}
        before = charged_from is None or month < charged_from
        trial = history.end and history.trial_ends and history.end.on <= history.trial_ends
        after = history.end and month > Month.of(history.end.on)
        resumed_on_first = any(pause.resumes == month.first for pause in history.pauses)
        if before or after or trial or free:
            assert not kinds
        elif not resumed_on_first:
            assert len(kinds) == 1
        assert len(kinds) <= 1


@pytest.mark.rule("G-08", "HF-01")
@checked
@given(LIVES)
def test_nothing_monthly_after_the_end(contract: Contract) -> None:
    history = History(contract, CATALOGUE)
    for line in all_charges(history, LAST):
        if history.end and line.month > Month.of(history.end.on):
            assert line.item not in ("monthly_fee", "storage_fee", "rental_fee", "instalment")


@pytest.mark.rule("G-08")
@checked
@given(LIVES, st.lists(st.dates(FIRST, LAST), max_size=6))
def test_any_split_into_runs_makes_the_same_sum(contract: Contract, runs: list[date]) -> None:
    issued: list[Line] = []
    for day in [*sorted(runs), LAST]:
        history = known_on(contract, day)
        issued += outstanding(history, issued, day)
        assert outstanding(history, issued, day) == []  # run again, it adds nothing
    assert total(issued) == total(all_charges(History(contract, CATALOGUE), LAST))


@pytest.mark.rule("G-08")
@checked
@given(LIVES, st.randoms(use_true_random=False))
def test_the_order_in_which_facts_arrive_does_not_matter(
    contract: Contract, r: random.Random
) -> None:
    facts = list(contract.facts)
    r.shuffle(facts)
    shuffled = contract.model_copy(update={"facts": tuple(facts)})
    one, other = History(contract, CATALOGUE), History(shuffled, CATALOGUE)
    assert invoices(one, Month.of(LAST)) == invoices(other, Month.of(LAST))
    assert one.states() == other.states()


@pytest.mark.rule("G-08")
@checked
@given(LIVES)
def test_a_month_follows_from_what_was_known_by_its_end(contract: Contract) -> None:
    """Except for what an end decides of its own month, which credits put right."""
    whole = History(contract, CATALOGUE)
    for month in months(Month.of(FIRST), Month.of(FIRST).plus(30)):
        assert charges(known_on(contract, month.last), month) == charges(whole, month)


WORDS = st.sampled_from(["", "doshiteru", "card", "2026-08-10", "2027-01", "9999-12-31", "ios"])
NONSENSE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2)
    ),
    max_leaves=4,
)


@settings(derandomize=True, deadline=None, max_examples=examples(100))
@given(st.sampled_from(list(EVENTS)), st.data())
def test_nonsense_is_told_and_breaks_nothing(event: str, data: st.DataObject) -> None:
    fact = {"on": "2026-08-10", "event": event, **EVENTS[event](random.Random(1))}
    fact[data.draw(st.sampled_from(sorted(fact)))] = data.draw(NONSENSE)
    request: dict[str, Any] = {
        "product": "doshiteru",
        "plan": "rental_internet",
        "timeline": [{"on": "2026-08-01", "event": "started"}, fact],
        "through": "2026-12",
    }
    if data.draw(st.booleans()):
        name = st.sampled_from([*request, "payment", "watchers", "parameters"])
        request[data.draw(name)] = data.draw(NONSENSE)
    told, status = answer(request)
    assert status in (0, 2)
    assert ("error" in told) == (status == 2)


@checked
@given(LIVES)
def test_states_follow_each_other_and_end_at_the_end(contract: Contract) -> None:
    history = History(contract, CATALOGUE)
    states = history.states()
    for one, following in pairwise(states):
        assert one.first < following.first
        assert one.state != following.state
        assert one.state not in ("ended", "refused")
    assert (states[-1].state == "ended") == (history.end is not None)


@checked
@given(LIVES)
def test_windows_of_the_app_are_apart_and_within_the_service(contract: Contract) -> None:
    history = History(contract, CATALOGUE)
    windows = app_windows(history)
    for one, following in pairwise(windows):
        assert one.start < one.end < following.start
    for window in windows:
        assert history.state(window.start) == "active"


@pytest.mark.rule("G-08")
@checked
@given(LIVES, st.dates(FIRST, LAST))
def test_deadlines_fall_due_once(contract: Contract, between: date) -> None:
    history = History(contract, CATALOGUE)
    assert deadlines(history) == sorted(deadlines(history))
    parts = falling_due(history, FIRST, between) + falling_due(history, between, LAST)
    assert parts == falling_due(history, FIRST, LAST)
