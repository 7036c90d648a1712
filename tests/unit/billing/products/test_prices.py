"""New prices by lists: in force by date, linted, told in time, and never for what came before."""

from typing import Any

import pytest

from lambdas.billing.app.preview import answer
from lambdas.billing.invoicing.deadlines import price_changes
from lambdas.billing.products.catalogue import Catalogue, standard
from lambdas.billing.products.forbidden import Forbidden
from lambdas.billing.products.prices import PriceList, changed, check, priced, with_list
from tests.unit.billing.book import DAY, on

TODAY = DAY("2026-12-01")


def prices(first: str, product: str = "doshiteru", **terms: int) -> PriceList:
    """A list: ``plan__term=yen``, a dot in a term written as ``_DOT_``."""
    changes = []
    for name, yen in terms.items():
        plan, _, term = name.partition("__")
        changes.append({"plan": plan, "term": term.replace("_DOT_", "."), "yen": yen})
    return PriceList.model_validate({"product": product, "first": first, "changes": changes})


DEARER = prices("2027-04-01", purchase_no_internet__monthly_fee_DOT_price=4488)


def totals(catalogue: Catalogue, through: str, *timeline: Any, **more: Any) -> list[int]:
    request = {
        "product": "doshiteru",
        "plan": "purchase_no_internet",
        "timeline": list(timeline),
        "through": through,
        **more,
    }
    told, status = answer(request, catalogue)
    assert status == 0, told
    return [one["total"] for one in told["invoices"]]


@pytest.mark.rule("G-06", "HT-06")
def test_a_month_has_the_price_in_force_on_its_days() -> None:
    started = on("2027-01-10", "started")
    catalogue = priced((DEARER,))
    assert totals(catalogue, "2027-06", started) == [4378, 4378, 4488, 4488, 4488]
    other = {"plan": "purchase_internet"}
    assert totals(catalogue, "2027-06", started, **other) == [3278] * 5
    assert totals(standard(), "2027-06", started) == [4378] * 5, "the code's own stays"


@pytest.mark.rule("G-06")
def test_a_price_of_all_plans_and_of_works() -> None:
    new = prices("2027-04-01", __work_DOT_removed=15_400)
    of = priced((new,)).product("doshiteru")
    for plan in of.plans:
        for day, yen in (("2027-03-31", 13_200), ("2027-04-01", 15_400)):
            work = of.terms(plan, DAY(day)).work
            assert work
            assert work.removed.yen == yen
    assert {one.plan for one in changed(standard(), new)} == set(of.plans)


@pytest.mark.rule("G-06")
def test_lists_follow_each_other_whatever_the_order_they_were_agreed_in() -> None:
    later = prices("2027-06-01", __work_DOT_absent_visit=12_100)
    earlier = prices("2027-04-01", purchase_no_internet__monthly_fee_DOT_price=4488)
    same_day = prices("2027-06-01", purchase_no_internet__monthly_fee_DOT_price=4598)
    of = priced((later, earlier, same_day)).product("doshiteru")

    def seen(day: str) -> tuple[int, int]:
        terms = of.terms("purchase_no_internet", DAY(day))
        assert terms.work
        return terms.monthly_fee.price.yen, terms.work.absent_visit.yen

    assert seen("2027-03-31") == (4378, 11_000)
    assert seen("2027-04-01") == seen("2027-05-31") == (4488, 11_000)
    assert seen("2027-06-01") == (4598, 12_100)
    firsts = [str(one.first) for one in price_changes(of)]
    assert firsts == ["2027-04-01", "2027-06-01"]


@pytest.mark.rule("HT-25")
def test_customers_of_doshiteru_are_told_a_month_ahead_or_it_is_not_done() -> None:
    assert check(standard(), DEARER, DAY("2027-02-28")) == []
    with pytest.raises(Forbidden) as no:
        check(standard(), DEARER, DAY("2027-03-01"))  # its run is over
    assert no.value.rule == "HT-25"
    (told,) = price_changes(priced((DEARER,)).product("doshiteru"))
    assert str(told.tell) == "2027-03-01"


@pytest.mark.rule("G-06")
def test_what_came_before_stays_as_it_was() -> None:
    for day in ("2026-12-01", "2026-11-01"):
        with pytest.raises(Forbidden) as no:
            check(standard(), prices(day, "rusutaku_pack", __monthly_fee_DOT_price=12_100), TODAY)
        assert no.value.rule == "G-06"
    tomorrow = prices("2026-12-02", "rusutaku_pack", __monthly_fee_DOT_price=12_100)
    assert check(standard(), tomorrow, TODAY) == []


@pytest.mark.rule("G-06", "A-37")
def test_a_list_is_linted_as_the_catalogue_is() -> None:
    nearly = prices("2027-04-01", __equipment_DOT_damages_DOT_wifi_router=8380)
    said = [str(one) for one in check(standard(), nearly, TODAY)]
    assert any("wifi_router is 8360 replaced, 8380 as damages (A-37)" in one for one in said)
    assert not any("13700" in one for one in said), "what was said before is not said again"
    leap = prices("2027-04-01", purchase_no_internet__monthly_fee_DOT_price=43_780)
    (one,) = check(standard(), leap, TODAY)
    assert "leaps from 4378 to 43780" in one.what


@pytest.mark.rule("G-06")
@pytest.mark.parametrize(
    ("product", "change"),
    [
        ("guard_dog", {"term": "monthly_fee.price"}),
        ("doshiteru", {"term": "monthly_fee.prize"}),
        ("doshiteru", {"term": "monthly_fee"}),
        ("doshiteru", {"term": "work.before_start"}),
        ("doshiteru", {"term": "monthly_fee.price", "plan": "gold"}),
        ("orusuban_camera", {"term": "work.removed"}),
    ],
)
def test_a_list_names_what_is_there(product: str, change: dict[str, str]) -> None:
    new = PriceList.model_validate(
        {"product": product, "first": "2027-04-01", "changes": [{"yen": 1, **change}]}
    )
    with pytest.raises(Forbidden) as no:
        with_list(standard(), new)
    assert no.value.rule == "G-06"
