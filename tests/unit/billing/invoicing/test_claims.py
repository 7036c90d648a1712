"""Money to customers: DC-35, DC-36, AL-64 to AL-67, HT-75."""

import pytest

from lambdas.billing.invoicing.claims import Stage, advance, damages_cap, payout
from lambdas.billing.products.catalogue import standard
from lambdas.billing.products.forbidden import Forbidden
from lambdas.billing.products.terms import Terms
from tests.unit.billing.book import DAY, RUNNING, history, on


def terms(product: str, plan: str = "standard") -> Terms:
    return standard().product(product).terms(plan, DAY("2026-08-01"))


@pytest.mark.rule("DC-35", "A-04")
@pytest.mark.parametrize(("loss", "paid"), [(35000, 35000), (180000, 100000), (0, 0)])
def test_up_to_a_cap(loss: int, paid: int) -> None:
    assert payout(terms("anshin_partner"), loss) == paid


@pytest.mark.rule("AL-65", "AL-66")
@pytest.mark.parametrize("loss", [1, 8000, 30_000_000])
def test_always_the_same(loss: int) -> None:
    for product in ("home_security_online", "home_security_self"):
        assert payout(terms(product, "rental"), loss) == 100000


@pytest.mark.rule("AL-64", "DC-04")
@pytest.mark.parametrize("product", ["albo_eye", "orusuban_camera", "mamolook"])
def test_products_without(product: str) -> None:
    with pytest.raises(Forbidden) as refused:
        payout(terms(product), 8000)
    assert refused.value.rule == "AL-64"


@pytest.mark.rule("AL-67")
def test_the_shop_is_not_covered() -> None:
    with pytest.raises(Forbidden) as refused:
        payout(terms("home_security_online", "rental"), 8000, site="shop")
    assert refused.value.rule == "AL-67"


@pytest.mark.rule("DC-36")
def test_nothing_is_paid_that_was_not_approved() -> None:
    stage: Stage = "applied"
    for following in ("examined", "approved", "paid"):
        stage = advance(stage, following)
    wrong: list[tuple[Stage, Stage]] = [
        ("applied", "paid"),
        ("applied", "approved"),
        ("examined", "paid"),
        ("denied", "paid"),
        ("paid", "paid"),
    ]
    for before, after in wrong:
        with pytest.raises(Forbidden) as refused:
            advance(before, after)
        assert refused.value.rule == "DC-36"


@pytest.mark.rule("HT-75")
def test_damages_are_capped_by_the_fees_paid() -> None:
    paid = [on(f"2026-{m:02}-28", "paid", month=f"2026-{m:02}") for m in (8, 9, 10, 11)]
    kept = history(*RUNNING, *paid)
    assert damages_cap(kept, DAY("2026-11-30")) == 62634
    assert damages_cap(kept, DAY("2026-09-27")) == 49500
    assert damages_cap(kept, DAY("2026-08-28")) == 49500  # paid on that day
    assert damages_cap(kept, DAY("2026-08-01")) == 0
