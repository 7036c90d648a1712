"""How contracts end, and what that costs: HT-39 to HT-42, HT-65 to HT-70, AL-31 to AL-41."""

import pytest

from lambdas.billing.invoicing.deadlines import payment_due
from lambdas.shared.calendar import Month
from tests.unit.billing.book import (
    DAY,
    INSTALLED,
    RUNNING,
    STARTED,
    forbidden_by,
    history,
    lines,
    on,
    preview,
    totals,
)

RENTAL = "rental_no_internet"


@pytest.mark.rule("HT-40", "HT-41", "A-25", "G-01")
@pytest.mark.parametrize(
    ("accepted", "ends"),
    [
        ("2026-08-20T23:59:59+09:00", "2026-08-31"),
        ("2026-08-21T00:00+09:00", "2026-09-30"),
        ("2026-08-20T15:00Z", "2026-09-30"),  # the 21st in Japan
        ("2026-08-20T14:59:59Z", "2026-08-31"),
        ("2026-08-20", "2026-08-31"),
        ("2026-08-21", "2026-09-30"),
        ("2026-12-21", "2027-01-31"),
        ("2027-01-21", "2027-02-28"),
        ("2027-01-20", "2027-01-31"),
        ("2028-01-31", "2028-02-29"),
        ("2028-02-01", "2028-02-29"),
        ("2028-02-29", "2028-03-31"),
    ],
)
def test_by_the_20th_with_this_month_later_with_the_next(accepted: str, ends: str) -> None:
    timeline = [*RUNNING, on(accepted, "cancel_accepted")]
    assert preview(*timeline)["ends_on"] == ends


@pytest.mark.rule("A-25", "HT-40")
def test_a_delay_of_ours_is_not_the_customers() -> None:
    late = on("2026-11-21T09:00", "cancel_accepted", applied="2026-11-20T22:00")
    assert preview(*RUNNING, late)["ends_on"] == "2026-11-30"


@pytest.mark.rule("HF-01", "HF-02", "HT-26", "HT-27")
def test_charged_through_the_month_of_the_end() -> None:
    assert totals(STARTED, on("2026-11-15", "cancel_accepted")) == {
        "2026-09": 4378,
        "2026-10": 4378,
        "2026-11": 4378,
    }
    assert totals(STARTED, on("2026-11-01", "cancel_accepted"))["2026-11"] == 4378
    assert totals(STARTED, on("2026-08-12", "cancel_accepted")) == {}


@pytest.mark.rule("HT-40")
def test_a_contract_ends_once() -> None:
    again = on("2026-10-12", "cancel_accepted")
    assert forbidden_by(*RUNNING, on("2026-10-10", "cancel_accepted"), again) == "HT-40"
    assert forbidden_by(*RUNNING, on("2026-10-10", "terminated"), again) == "HT-40"


@pytest.mark.rule("HT-39", "HT-36")
def test_a_termination_costs_its_month_in_full() -> None:
    ended = on("2026-10-12", "terminated", ground="14-1-3")
    assert lines(*RUNNING, ended, month="2026-10") == {"monthly_fee": 4378}
    assert lines(*RUNNING, ended, month="2026-10", plan=RENTAL) == {
        "monthly_fee": 6578,
        "early_termination_fee": 33000,
    }
    assert "2026-11" not in totals(*RUNNING, ended)
    for none in ("99", "", "1"):
        assert forbidden_by(*RUNNING, on("2026-10-12", "terminated", ground=none)) == "HT-36"


@pytest.mark.rule("HT-66", "HT-65", "A-34", "HF-15")
@pytest.mark.parametrize(
    ("start", "accepted", "ends", "fee"),
    [
        ("2026-08-10", "2028-07-15", "2028-07-31", 33000),
        ("2026-08-10", "2028-08-15", "2028-08-31", 0),
        ("2026-09-01", "2028-08-15", "2028-08-31", 0),  # the last day of two years: served
        ("2026-09-02", "2028-08-15", "2028-08-31", 33000),
        ("2028-02-29", "2030-02-15", "2030-02-28", 0),
    ],
)
def test_leaving_a_lent_sensor_within_two_years(
    start: str, accepted: str, ends: str, fee: int
) -> None:
    timeline = [on(start, "started"), on(accepted, "cancel_accepted")]
    told = preview(*timeline, plan=RENTAL, through="2030-12")
    assert told["ends_on"] == ends
    charged = lines(*timeline, month=ends[:7], plan=RENTAL, through="2030-12")
    assert charged.get("early_termination_fee", 0) == fee


@pytest.mark.rule("A-34", "HT-65")
def test_a_pause_does_not_lengthen_the_two_years() -> None:
    pause = on("2027-03-15", "paused", months=3)
    kept = history(STARTED, pause, plan=RENTAL)
    assert kept.term_ends == DAY("2028-08-09")


@pytest.mark.rule("HT-36", "HT-66", "HT-72")
def test_a_prohibited_act_costs_the_fee() -> None:
    ended = on("2026-10-12", "terminated", ground="29-1-10")
    charged = lines(*RUNNING, ended, month="2026-10", plan=RENTAL)
    assert charged["early_termination_fee"] == 33000


@pytest.mark.rule("HT-67", "HT-91", "HT-76", "A-34")
@pytest.mark.parametrize(
    "ending",
    [
        on("2026-12-31", "service_ended"),
        on("2026-12-31", "transferred"),
        on("2026-12-31", "terminated", ground="36-5"),
    ],
)
def test_other_endings_cost_nothing(ending: dict[str, str]) -> None:
    assert lines(*RUNNING, ending, month="2026-12", plan=RENTAL) == {"monthly_fee": 6578}


@pytest.mark.rule("HF-15", "HT-66")
def test_a_bought_sensor_binds_to_nothing() -> None:
    cancelled = on("2026-10-10", "cancel_accepted")
    assert lines(*RUNNING, cancelled, month="2026-10") == {"monthly_fee": 4378}


@pytest.mark.rule("G-06", "HT-66")
def test_the_fee_may_be_set_otherwise() -> None:
    cancelled = on("2026-10-10", "cancel_accepted")
    charged = lines(
        *RUNNING,
        cancelled,
        month="2026-10",
        plan=RENTAL,
        parameters={"early_termination_fee": 22000},
    )
    assert charged["early_termination_fee"] == 22000


@pytest.mark.rule("HT-68")
@pytest.mark.parametrize(
    ("accepted", "ends", "by"),
    [
        ("2026-11-10", "2026-11-30", "2026-12-30"),
        ("2026-10-10", "2026-10-31", "2026-11-30"),
        ("2028-01-31", "2028-02-29", "2028-03-30"),
    ],
)
def test_thirty_days_to_return_what_was_lent(accepted: str, ends: str, by: str) -> None:
    told = preview(*RUNNING, on(accepted, "cancel_accepted"), plan=RENTAL)
    assert (told["ends_on"], told["return_by"]) == (ends, by)


@pytest.mark.rule("HT-42", "A-39")
def test_a_cancellation_makes_all_debts_due() -> None:
    failed = on("2026-09-28", "payment_failed", month="2026-09")
    september = Month(2026, 9)
    assert payment_due(history(*RUNNING, failed), september) == DAY("2026-10-31")
    cancelled = on("2026-10-05", "cancel_accepted")
    assert payment_due(history(*RUNNING, failed, cancelled), september) == DAY("2026-10-05")
    terminated = on("2026-10-05", "terminated")
    assert payment_due(history(*RUNNING, failed, terminated), september) == DAY("2026-10-31")


# --- ALSOK


@pytest.mark.rule("AL-31", "AL-32", "AL-33", "AL-34", "AL-35", "AL-36", "G-03")
@pytest.mark.parametrize(
    ("product", "start", "end"),
    [
        ("home_security_online", "2026-12-01", "2031-11-30"),
        ("home_security_online", "2026-12-15", "2031-12-14"),
        ("home_security_self", "2026-12-01", "2027-11-30"),
        ("mimamori_support", "2026-12-01", "2031-11-30"),
        ("rusutaku", "2026-12-01", "2027-11-30"),
        ("mamolook", "2026-12-01", "2029-11-30"),
        ("albo_eye", "2026-12-01", "2028-11-30"),
    ],
)
def test_the_first_term(product: str, start: str, end: str) -> None:
    plan = "rental" if product.startswith("home") else "standard"
    kept = history(on(start, "started"), product=product, plan=plan)
    assert kept.term_ends == DAY(end)


@pytest.mark.rule("AL-31")
@pytest.mark.parametrize(
    ("ended", "term"),
    [("2031-11-30", "2031-11-30"), ("2031-12-01", "2032-11-30"), ("2033-01-01", "2033-11-30")],
)
def test_terms_renew_year_by_year(ended: str, term: str) -> None:
    kept = history(
        on("2026-12-01", "started"),
        on("2031-01-01", "cancel_accepted", desired=ended),
        product="home_security_online",
        plan="rental",
    )
    assert kept.term_ends == DAY(term)


@pytest.mark.rule("AL-40")
def test_a_notice_names_the_day_on_which_to_end() -> None:
    started = on("2026-12-01", "started")
    security = {"product": "home_security_online", "plan": "rental"}
    assert forbidden_by(started, on("2027-02-01", "cancel_accepted"), **security) == "AL-40"
    past = on("2027-02-01", "cancel_accepted", desired="2027-01-31")
    assert forbidden_by(started, past, **security) == "AL-40"
    asked = on("2027-02-01", "cancel_accepted", desired="2027-02-15")
    assert preview(started, asked, **security)["ends_on"] == "2027-02-15"


@pytest.mark.rule("AL-41", "A-12")
@pytest.mark.parametrize(
    ("desired", "fee"),
    [("2027-06-30", 20000), ("2031-11-30", 0), ("2032-06-30", 20000), ("2032-11-30", 0)],
)
def test_leaving_within_a_term_costs_what_the_catalogue_says(desired: str, fee: int) -> None:
    timeline = [
        on("2026-12-01", "started"),
        on("2027-02-01", "cancel_accepted", desired=desired),
    ]
    security = {"product": "home_security_online", "plan": "zero_start", "through": "2033-01"}
    assert "early_termination_fee" not in lines(*timeline, month=desired[:7], **security)
    security["parameters"] = {"early_termination_fee": 20000}
    charged = lines(*timeline, month=desired[:7], **security)
    assert charged.get("early_termination_fee", 0) == fee


@pytest.mark.rule("HT-36", "HT-40", "HT-91")
@pytest.mark.parametrize("event", ["started", "suspended", "relocated", "service_ended"])
def test_nothing_begins_after_the_end(event: str) -> None:
    ended = on("2026-10-10", "cancel_accepted")
    assert forbidden_by(INSTALLED, STARTED, ended, on("2026-11-01", event))
