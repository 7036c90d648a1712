"""What is stored when results arrive late, twice, or against each other."""

from datetime import date

import pytest

from lambdas.billing.contract.facts import NotCollected, Paid, PaymentFailed
from lambdas.billing.payments.results import Contradiction, PaymentResult, settle, told
from tests.unit.billing.payments.payers import SEPTEMBER


def result(state: str, **more: object) -> PaymentResult:
    return PaymentResult.model_validate(
        {
            "id": "card/c-1/c-1-2026-09/1",
            "contract": "c-1",
            "invoice": "c-1-2026-09",
            "month": SEPTEMBER,
            "amount": 4378,
            "payment": "card",
            "state": state,
            "on": date(2026, 9, 30),
            **more,
        }
    )


@pytest.mark.rule("G-08")
@pytest.mark.parametrize(
    ("known", "said", "stored"),
    [
        (None, "paid", True),
        (None, "pending", True),
        ("retry", "paid", True),
        ("retry", "retry", True),
        ("pending", "pending", False),
        ("pending", "retry", False),
        ("pending", "paid", True),
        ("pending", "failed", True),
        ("failed", "failed", False),
        ("failed", "pending", False),
        ("failed", "paid", True),
        ("paid", "paid", False),
        ("paid", "failed", False),  # the notice of an earlier refusal, late
        ("paid", "pending", False),
    ],
)
def test_what_is_stored_of_a_card(known: str | None, said: str, stored: bool) -> None:
    before = result(known) if known else None
    assert settle(before, result(said)) == (result(said) if stored else None)


def test_another_amount_is_for_a_person() -> None:
    with pytest.raises(Contradiction, match="4378 yen, now said to be paid with 4379"):
        settle(result("pending"), result("paid", amount=4379))


@pytest.mark.rule("HT-28", "HT-29")
def test_the_facts_that_dunning_lives_on() -> None:
    paid, failed = result("paid").fact(), result("failed").fact()
    assert isinstance(paid, Paid)
    assert isinstance(failed, PaymentFailed)
    assert (paid.month, paid.day, failed.day) == (SEPTEMBER, *[date(2026, 9, 30)] * 2)
    assert paid.id == result("paid").fact().id != failed.id  # type: ignore[union-attr]
    for nothing in ("pending", "retry"):
        assert result(nothing).fact() is None
    ours = result("failed", ours=True, reason="stopped_by_us").fact()
    assert isinstance(ours, NotCollected)
    assert (ours.month, ours.reason) == (SEPTEMBER, "stopped_by_us")


@pytest.mark.parametrize("reason", ["lost_card", "stolen_card", "fraudulent", "pickup_card", None])
def test_what_is_between_an_owner_and_the_issuer_stays_there(reason: str | None) -> None:
    assert told(result("failed", reason=reason)) == "カード会社の承認が得られませんでした。"
    assert "有効期限" in told(result("failed", reason="expired_card"))
