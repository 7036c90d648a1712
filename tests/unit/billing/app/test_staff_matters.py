"""What staff decides and announces: suspensions by ground, grounds to terminate, new prices, the
end of a service; and what a customer switches on or loses: options, watchers."""

from datetime import date

import pytest

from lambdas.billing.app.means import to_remind
from lambdas.billing.contract.contract import Contract
from lambdas.billing.contract.entitlements import features, require
from lambdas.billing.contract.facts import Fact
from lambdas.billing.contract.history import History
from lambdas.billing.invoicing.charges import first_charge
from lambdas.billing.invoicing.daily import Told, lifted, steps, to_review
from lambdas.billing.invoicing.deadlines import may_terminate
from lambdas.billing.payments.accounts import Card
from lambdas.billing.payments.methods import Methods
from lambdas.billing.products.catalogue import Catalogue, Product, ServiceEnd, standard
from lambdas.billing.products.forbidden import Forbidden
from tests.unit.billing.book import (
    DAY,
    INSTALLED,
    RUNNING,
    STARTED,
    Event,
    at,
    forbidden_by,
    history,
    lines,
    on,
    totals,
)

BOTH = [{"id": "a", "os": "ios"}, {"id": "b", "os": "android"}]
IN_APP = {"payment": "in_app", "watchers": BOTH, "plan": "rental_internet"}


def among(catalogue: Catalogue, *timeline: Event, **more: str) -> History:
    """A ドシテル under another catalogue."""
    said = {"product": "doshiteru", "plan": "purchase_no_internet", **more, "facts": list(timeline)}
    return History(Contract.model_validate(said), catalogue)


def told(found: list[Fact | Told]) -> list[tuple[str, str, dict[str, object]]]:
    return [(one.name, str(one.at.date()), one.values) for one in found if isinstance(one, Told)]


# --- suspensions


@pytest.mark.rule("HT-33", "HT-35", "HT-36")
def test_other_grounds_stop_the_service_too_and_money_does_not_lift_them() -> None:
    stop = on("2026-10-05", "suspended", ground="13-1-1", cure_by="2026-10-31")
    kept = history(*RUNNING, stop, on("2026-10-06", "paid", month="2026-09"))
    assert kept.state(at("2026-10-06T12:00")) == "suspended"
    assert lifted(kept, at("2026-10-06T12:00")) is None
    assert totals(*RUNNING, stop, through="2026-11")["2026-11"] == 4378  # fees go on
    assert may_terminate(kept) == [(DAY("2026-11-01"), "14-1-3", "HT-36")]
    cured = history(*RUNNING, stop, on("2026-10-20", "suspension_lifted"))
    assert may_terminate(cured) == []


@pytest.mark.rule("HT-33")
def test_money_owed_lifts_with_the_payment() -> None:
    stop = on("2026-11-12", "suspended")
    failed = on("2026-10-01", "payment_failed", month="2026-09")
    paid = on("2026-11-20", "paid", month="2026-09")
    assert lifted(history(*RUNNING, failed, stop, paid), at("2026-11-20T12:00"))
    assert lifted(history(*RUNNING, failed, stop), at("2026-11-20T12:00")) is None


# --- grounds to terminate


@pytest.mark.rule("HT-36", "HT-37")
def test_no_answer_about_the_installation() -> None:
    made = [on("2026-11-20", "applied"), on("2026-11-25", "accepted")]
    asked = on("2026-12-01", "contact_asked")
    kept = history(*made, asked)
    assert may_terminate(kept) == [(DAY("2026-12-17"), "14-1-6", "HT-37")]
    assert list(to_review(kept, DAY("2026-12-16"), DAY("2026-12-17"))) == ["may_be_terminated"]
    assert list(to_review(kept, DAY("2026-12-17"), DAY("2026-12-18"))) == []
    for answer in ("contacted", "installed"):
        assert may_terminate(history(*made, asked, on("2026-12-10", answer))) == []
    over = on("2026-12-20", "terminated", ground="14-1-6")
    assert may_terminate(history(*made, asked, over)) == []


@pytest.mark.rule("HT-38", "HF-13")
def test_twice_nobody_there() -> None:
    visits = [on("2026-07-20", "absent_visit"), on("2026-07-27", "absent_visit")]
    assert may_terminate(history(visits[0], *RUNNING)) == []
    assert may_terminate(history(*visits)) == [(DAY("2026-07-28"), "14-1-6", "HT-38")]
    assert lines(*visits, month="2026-07") == {"visit_fee": 22000}


# --- new prices, the end of a service


def dearer(first: date = date(2027, 4, 1)) -> Catalogue:
    """The catalogue with a higher fee from a day on."""
    source = standard().product("doshiteru").source
    now = source.versions[0]
    plans = {
        name: {**plan, "monthly_fee": {"price": {"yen": 5000, "rule": "HF-03"}}}
        for name, plan in now.plans.items()
    }
    then = now.model_copy(update={"first": first, "plans": plans})
    product = Product(source.model_copy(update={"versions": [now, then]}))
    return Catalogue({"doshiteru": product}, [tax for tax, _ in standard().taxes])


@pytest.mark.rule("HT-25", "G-06")
def test_new_prices_are_told_a_month_ahead_to_whoever_has_a_contract() -> None:
    values = {"from": DAY("2027-04-01"), "was": "4,378", "fee": "5,000"}
    expected = [("price_change", "2027-03-01", values)]
    kept = among(dearer(), *RUNNING)
    assert told(list(steps(kept, DAY("2027-02-28"), DAY("2027-03-01")))) == expected
    assert told(list(steps(kept, DAY("2027-02-01"), DAY("2027-05-31")))) == expected
    assert told(list(steps(kept, DAY("2027-03-01"), DAY("2027-05-31")))) == []
    paused = among(dearer(), *RUNNING, on("2027-02-10", "paused", months=2))
    assert expected[0] in told(list(steps(paused, DAY("2027-02-28"), DAY("2027-03-01"))))


@pytest.mark.rule("HT-25")
def test_who_comes_later_is_told_with_the_contract_and_who_left_is_not() -> None:
    late = among(dearer(), on("2027-03-10", "applied"), on("2027-03-15", "accepted"))
    found = told(list(steps(late, DAY("2027-03-01"), DAY("2027-03-31"))))
    assert [(kind, day) for kind, day, _ in found] == [("price_change", "2027-03-16")]
    ended = among(dearer(), *RUNNING, on("2027-01-10", "cancel_accepted"))
    assert told(list(steps(ended, DAY("2027-02-28"), DAY("2027-03-01")))) == []
    new = among(dearer(), on("2027-04-10", "applied"), on("2027-04-15", "accepted"))
    assert told(list(steps(new, DAY("2027-02-01"), DAY("2027-05-31")))) == []


def given_up(last: date = date(2027, 3, 31)) -> Catalogue:
    """The catalogue without ドシテル after a day."""
    source = standard().product("doshiteru").source
    ends = ServiceEnd(last=last, rule="HT-73")
    product = Product(source.model_copy(update={"ends": ends}))
    return Catalogue({"doshiteru": product}, [tax for tax, _ in standard().taxes])


@pytest.mark.rule("HT-73", "HT-67")
def test_the_end_of_a_service_is_told_three_months_ahead_and_costs_no_fee() -> None:
    plan = {"plan": "rental_internet"}
    kept = among(given_up(), STARTED, **plan)
    expected = [("service_end_ahead", "2026-12-31", {"ends_on": DAY("2027-03-31")})]
    assert told(list(steps(kept, DAY("2026-12-30"), DAY("2026-12-31")))) == expected
    (ended,) = (s for s in steps(kept, DAY("2027-03-30"), DAY("2027-03-31")) if not told([s]))
    assert isinstance(ended, Fact)
    over = History(kept.contract.with_fact(ended), given_up())
    assert over.end
    assert (over.end.on, over.end.cause) == (DAY("2027-03-31"), "service_ended")
    assert over.state(at("2027-03-31T23:59")) == "active"
    assert over.return_by == DAY("2027-04-30")
    items = lines(
        STARTED, on("2027-03-31", "service_ended"), month="2027-03", plan="rental_internet"
    )
    assert items == {"monthly_fee": 5478}
    assert list(steps(over, DAY("2027-03-30"), DAY("2027-03-31"))) == []


@pytest.mark.rule("HT-73")
def test_nobody_applies_for_what_ended_and_who_left_before_is_not_told() -> None:
    with pytest.raises(Forbidden) as refused:
        among(given_up(), on("2027-04-01", "applied"))
    assert refused.value.rule == "HT-73"
    left = among(given_up(), *RUNNING, on("2026-11-01", "cancel_accepted"))
    assert told(list(steps(left, DAY("2026-12-30"), DAY("2026-12-31")))) == []


# --- the first charge


@pytest.mark.rule("A-02", "DC-09", "S-5")
def test_the_first_charge_is_known_at_application() -> None:
    eager = history(on("2015-07-31", "applied"), product="anshin_partner")
    first = first_charge(eager)
    assert first
    assert (str(first.month), first.day, first.amount) == ("2015-08", DAY("2015-08-31"), 486)
    assert first_charge(history(on("2026-08-01", "applied"))) is None  # nothing installed yet
    installed = first_charge(history(INSTALLED))
    assert installed
    assert (str(installed.month), installed.amount) == ("2026-08", 49500)


# --- options


@pytest.mark.rule("DC-20", "DC-22")
@pytest.mark.parametrize("product", ["anshin_partner", "orusuban_camera"])
def test_photo_collection_is_there_for_who_takes_it_and_free(product: str) -> None:
    begun = on("2026-08-01", "applied")
    taken = on("2026-09-10T12:00", "option_added", option="photo_collection")
    left = on("2026-09-20T12:00", "option_removed", option="photo_collection")
    kept = history(begun, taken, left, product=product)
    for moment, there in (("09-10T11:59", 0), ("09-10T12:00", 1), ("09-20T12:00", 0)):
        assert ("photo-collection" in features(kept, at(f"2026-{moment}"))) == there
    with pytest.raises(Forbidden) as refused:
        require(history(begun, product=product), "photo-collection", at("2026-08-02T00:00"))
    assert refused.value.rule == "DC-20"
    assert totals(begun, taken, product=product) == totals(begun, product=product)


@pytest.mark.rule("AL-03")
def test_an_option_with_a_price_costs_from_the_next_month_through_that_of_its_end() -> None:
    timeline = [
        on("2026-08-01", "started"),
        on("2026-09-10", "option_added", option="fire"),
        on("2026-11-10", "option_removed", option="fire"),
    ]
    found = {
        month: lines(
            *timeline,
            month=month,
            product="home_security_online",
            plan="rental",
            parameters={"option_fire": 550},
        ).get("option_fire")
        for month in ("2026-09", "2026-10", "2026-11", "2026-12")
    }
    assert found == {"2026-09": None, "2026-10": 550, "2026-11": 550, "2026-12": None}


def test_options_that_are_none() -> None:
    begun = on("2026-08-01", "applied")
    taken = on("2026-09-10", "option_added", option="photo_collection")
    camera = {"product": "orusuban_camera", "plan": "standard"}
    assert forbidden_by(begun, on("2026-09-10", "option_added", option="x"), **camera) == "G-06"
    again = {**taken, "on": "2026-09-11"}
    assert forbidden_by(begun, taken, again, **camera) == "DC-20"
    gone = on("2026-09-10", "option_removed", option="photo_collection")
    assert forbidden_by(begun, gone, **camera) == "G-06"


# --- watchers


@pytest.mark.rule("A-35", "HT-83", "HT-85")
def test_without_an_ios_watcher_the_whole_fee_is_paid_directly_from_next_month() -> None:
    left = on("2026-10-20", "watcher_left", watcher="a")
    found = totals(STARTED, left, through="2026-12", **IN_APP)
    assert found == {"2026-09": 5358, "2026-10": 5358, "2026-11": 5478, "2026-12": 5478}
    kept = history(STARTED, left, **IN_APP)
    assert (kept.payment(DAY("2026-10-31")), kept.payment(DAY("2026-11-01"))) == ("in_app", "card")
    android = on("2026-10-20", "watcher_left", watcher="b")
    assert totals(STARTED, android, through="2026-11", **IN_APP)["2026-11"] == 5358
    bank = {**left, "payment": "bank_transfer"}
    assert history(STARTED, bank, **IN_APP).payment(DAY("2026-11-01")) == "bank_transfer"


@pytest.mark.rule("A-35", "HT-81", "HT-19")
def test_who_left_pays_no_more_and_the_app_cannot_be_chosen_again() -> None:
    left = on("2026-10-20", "watcher_left", watcher="a")
    bought = on("2026-10-21", "in_app_purchase", watcher="a", os="ios")
    assert forbidden_by(STARTED, left, bought, **IN_APP) == "HT-19"
    chosen = on("2026-11-21", "payment_changed", payment="in_app")
    assert forbidden_by(STARTED, left, chosen, **IN_APP) == "HT-81"
    assert forbidden_by(STARTED, left, {**left, "on": "2026-10-21"}, **IN_APP) == "HT-19"
    in_app_again = {**left, "payment": "in_app"}
    assert forbidden_by(STARTED, in_app_again, **IN_APP) == "A-35"


# --- means of payment


@pytest.mark.rule("HT-28")
def test_who_has_no_means_of_payment_is_asked_for_one_before_a_charge_fails() -> None:
    card = Card(token="pm_1", customer="cus_1", brand="visa", last4="4242", expires="2026-11")
    running = history(*RUNNING, payment="card")

    def told(methods: Methods, after: str, until: str, kept: History = running) -> list[str]:
        return [one.id for one in to_remind(kept, methods, DAY(after), DAY(until))]

    assert told(Methods(), "2026-09-19", "2026-09-20") == ["method/2026-09"]
    assert told(Methods(), "2026-09-20", "2026-10-19") == []
    assert told(Methods(card=card), "2026-10-31", "2026-11-01") == ["card_expires/2026-11"]
    assert told(Methods(card=card), "2026-11-01", "2026-11-30") == []
    assert told(Methods(card=card), "2026-12-01", "2026-12-31") == ["method/2026-12"]
    ended = history(*RUNNING, on("2026-09-05", "cancel_accepted"), payment="card")
    assert told(Methods(), "2026-10-19", "2026-10-20", ended) == []


@pytest.mark.rule("HT-49")
def test_nothing_is_said_to_run_again_after_the_end() -> None:
    paused = on("2026-10-15", "paused", months=3)
    ended = history(*RUNNING, paused, on("2026-10-16", "terminated", ground="14-1-3"))
    assert list(steps(ended, DAY("2027-01-01"), DAY("2027-01-31"))) == []
