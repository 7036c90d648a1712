"""Which way an invoice's money is collected, and on which day."""

from collections.abc import Iterable
from datetime import date

import pytest

from lambdas.billing.payments.accounts import Card
from lambdas.billing.payments.collecting import (
    LEAD_DAYS,
    Owed,
    Step,
    Wait,
    answered,
    business_days_after,
    customer_number,
    debit_again,
    may_answer,
    step,
    transfer_day,
    undecided,
)
from lambdas.billing.payments.gateway import Charge
from lambdas.billing.payments.methods import Methods
from lambdas.billing.payments.results import PaymentResult
from lambdas.billing.payments.zengin import BadFile
from local.bank import answer
from tests.unit.billing.payments.payers import (
    SEPTEMBER,
    MemoryVault,
    account,
    debit,
    fingerprint,
    request,
)

ON = date(2026, 10, 1)
CARD = Card(token="pm_1", customer="cus_1", brand="visa", last4="4242", expires="2030-12")
ACCOUNT = account().stored(MemoryVault(), "c-1")


def asked(
    payment: str,
    amount: int = 4378,
    methods: Methods | None = None,
    known: Iterable[PaymentResult] = (),
) -> Step | None:
    owed = Owed(contract="c-1", month=SEPTEMBER, amount=amount, payment=payment)
    return step(
        owed, Methods(account=ACCOUNT, card=CARD) if methods is None else methods, known, ON
    )


@pytest.mark.rule("HT-28")
def test_by_card_or_by_transfer_as_was_chosen() -> None:
    charged, waits = asked("card"), asked("bank_transfer")
    assert isinstance(charged, Charge)
    assert (charged.amount, charged.card, charged.id) == (4378, CARD, "card/c-1/c-1-2026-09/1")
    assert isinstance(waits, Wait)


@pytest.mark.rule("HT-85")
def test_what_is_not_paid_in_the_app_goes_the_way_there_is() -> None:
    assert isinstance(asked("in_app"), Charge)
    assert isinstance(asked("in_app", methods=Methods(account=ACCOUNT)), Wait)
    failed = asked("in_app", methods=Methods())
    assert isinstance(failed, PaymentResult)
    assert failed.reason == "account_missing"


@pytest.mark.rule("HT-29")
@pytest.mark.parametrize(
    ("payment", "methods", "reason"),
    [
        ("card", Methods(account=ACCOUNT), "card_missing"),
        ("bank_transfer", Methods(card=CARD), "account_missing"),
    ],
)
def test_without_what_it_takes_it_is_a_failure(payment: str, methods: Methods, reason: str) -> None:
    failed = asked(payment, methods=methods)
    assert isinstance(failed, PaymentResult)
    assert (failed.state, failed.reason, failed.on) == ("failed", reason, ON)
    fact = failed.fact()
    assert fact is not None
    assert fact.event == "payment_failed"


@pytest.mark.parametrize("amount", [0, -330])
def test_nothing_is_collected_where_nothing_is_owed(amount: int) -> None:
    assert asked("card", amount) is None
    assert asked("bank_transfer", amount) is None


def test_an_amount_too_small_for_a_card_is_our_own_affair() -> None:
    kept = asked("card", 49)
    assert isinstance(kept, PaymentResult)
    assert (kept.reason, kept.ours) == ("below_minimum", True)
    fact = kept.fact()
    assert fact is not None
    assert fact.event == "not_collected"
    assert isinstance(asked("card", 50), Charge)
    assert isinstance(asked("bank_transfer", 1), Wait)


@pytest.mark.rule("HT-28")
def test_what_we_stopped_ourselves_is_asked_for_again() -> None:
    charge = asked("card")
    assert isinstance(charge, Charge)
    bank = {"id": "a", "payment": "bank_transfer", "state": "failed", "ours": True}
    stopped = undecided(charge, "stopped_by_us").model_copy(update=bank)
    once = asked("bank_transfer", known=[stopped])
    assert isinstance(once, Wait)
    assert once.asks == 2
    again = stopped.model_copy(update={"id": "b"})
    twice = asked("bank_transfer", known=[stopped, again])
    assert isinstance(twice, Wait)
    assert twice.asks == 3
    paid = again.model_copy(update={"state": "paid", "ours": False})
    assert asked("bank_transfer", known=[stopped, paid]) is None


@pytest.mark.rule("G-08")
def test_what_was_decided_is_left_alone_and_what_was_not_is_tried_again() -> None:
    charge = asked("card")
    assert isinstance(charge, Charge)
    open_ = undecided(charge, "begun")
    assert asked("card", known=[open_]) == charge
    for state in ("paid", "failed", "pending"):
        known = open_.model_copy(update={"state": state})
        assert asked("card", known=[known]) is None
        other = known.model_copy(update={"month": SEPTEMBER.plus(-1)})
        assert asked("card", known=[other]) == charge


def test_the_bank_has_its_days_before_a_transfer() -> None:
    planned = date(2026, 10, 27)
    assert transfer_day(planned, date(2026, 10, 1)) == planned
    assert LEAD_DAYS == 5
    assert transfer_day(planned, date(2026, 10, 20)) == planned, "Tue, and five days of business"
    assert transfer_day(planned, date(2026, 10, 21)) == date(2026, 11, 27)
    assert transfer_day(planned, date(2026, 10, 21), lead=3) == planned
    # 3 and 4 May are holidays and so is the 6th in place of the 3rd, a Sunday.
    assert business_days_after(date(2026, 5, 1), 1) == date(2026, 5, 7)
    assert business_days_after(date(2026, 12, 30), 1) == date(2027, 1, 4)
    assert transfer_day(planned, date(2026, 12, 25)) == date(2027, 1, 27)


def test_a_contract_has_one_number_at_the_bank() -> None:
    numbers = {customer_number(f"c-{n}") for n in range(1000)}
    assert len(numbers) == 1000
    assert all(len(number) == 20 and number.isdigit() for number in numbers)
    assert customer_number("c-1") == customer_number("c-1")


def test_an_answer_finds_its_request_among_those_of_the_same_day() -> None:
    (_, first), (second_file, second) = request([debit(1)]), request([debit(2), debit(3)])
    found, result = answered(answer(second_file, {}), [first, second], fingerprint)
    assert found == second
    assert [one.contract for one in result.results] == ["c-2", "c-3"]
    with pytest.raises(BadFile, match="customer"):
        answered(answer(second_file, {}), [first], fingerprint)
    with pytest.raises(BadFile, match="no request"):
        answered(answer(second_file, {}), [], fingerprint)


@pytest.mark.parametrize(
    ("uploaded", "may"),
    [
        ("2026-10-26", False),  # nothing was transferred yet
        ("2026-10-27", True),
        ("2026-12-26", True),
        ("2026-12-27", False),
        ("2027-10-30", False),  # the next year's
    ],
)
def test_a_file_answers_what_was_asked_for_lately(uploaded: str, may: bool) -> None:
    assert may_answer(date(2026, 10, 27), date.fromisoformat(uploaded)) == may


def debit_of(attempt: str, state: str, reason: str = "", on: str = "2026-10-27") -> PaymentResult:
    return PaymentResult.model_validate(
        {
            "id": attempt,
            "contract": "c-1",
            "invoice": "c-1-2026-09",
            "month": SEPTEMBER,
            "amount": 4378,
            "payment": "bank_transfer",
            "state": state,
            "on": on,
            "reason": reason or None,
            "ours": reason == "stopped_by_us",
        }
    )


SHORT = "insufficient_funds"


@pytest.mark.rule("HT-28", "HT-29", "G-08")
@pytest.mark.parametrize(
    ("known", "most", "again"),
    [
        ([], 2, False),
        ([debit_of("transfer/1", "failed", SHORT)], 2, True),
        ([debit_of("transfer/1", "failed", SHORT)], 1, False),
        ([debit_of("transfer/1", "failed", "no_account")], 2, False),
        ([debit_of("transfer/1", "failed", "stopped_by_us")], 2, False),
        ([debit_of("transfer/1", "paid")], 2, False),
        (
            [debit_of("transfer/1", "failed", SHORT), debit_of("again/2026-10/x", "pending")],
            3,
            False,
        ),
        (
            [
                debit_of("transfer/1", "failed", SHORT),
                debit_of("again/2026-10/x", "pending"),
                debit_of("transfer/2", "failed", SHORT, "2026-11-12"),
            ],
            3,
            True,
        ),
        (
            [
                debit_of("transfer/1", "failed", SHORT),
                debit_of("again/2026-10/x", "pending"),
                debit_of("transfer/2", "failed", "no_account", "2026-11-12"),
            ],
            3,
            False,
        ),
    ],
)
def test_a_bank_is_asked_again_when_there_was_too_little_and_it_has_answered(
    known: list[PaymentResult], most: int, again: bool
) -> None:
    owed = Owed(contract="c-1", month=SEPTEMBER, amount=4000, payment="bank_transfer")
    run = SEPTEMBER.plus(1)
    asked = debit_again(owed, known, run, most, ON)
    assert (asked is not None) == again
    if asked:
        assert (asked.amount, asked.state, asked.fact()) == (4000, "pending", None)
        assert debit_again(owed, [*known, asked], run.plus(1), most, ON) is None
    nothing = Owed(contract="c-1", month=SEPTEMBER, amount=0, payment="bank_transfer")
    assert debit_again(nothing, known, run, most, ON) is None
