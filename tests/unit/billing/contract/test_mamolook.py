"""まもるっく: rented, in two colours, repaired within its warranty, led over in turn:
AL-92 to AL-96, AL-101."""

import pytest

from lambdas.billing.app.publishing import entitlement
from lambdas.billing.products.catalogue import standard
from lambdas.billing.products.forbidden import Forbidden
from lambdas.shared.household import Contract
from tests.unit.billing.book import DAY, at, forbidden_by, history, lines, on, totals

STARTED = on("2026-12-01", "started")
MAMOLOOK = {"product": "mamolook", "plan": "standard"}
OLD = {"product": "mamolook", "plan": "first_generation"}


@pytest.mark.rule("AL-95")
def test_a_device_is_yellow_or_blue_and_never_sold() -> None:
    yellow = on("2026-12-01", "device_lent", colour="yellow")
    blue = on("2026-12-02", "device_lent", colour="blue", devices=2)
    assert dict(history(STARTED, yellow, blue, **MAMOLOOK).lent) == {"yellow": 1, "blue": 2}
    red = on("2026-12-01", "device_lent", colour="red")
    assert forbidden_by(STARTED, red, **MAMOLOOK) == "AL-95"
    assert forbidden_by(STARTED, product="mamolook", plan="purchase") == "AL-95"
    assert forbidden_by(STARTED, yellow, product="mimamori_tag") == "AL-95"


@pytest.mark.rule("AL-94", "AL-93")
@pytest.mark.parametrize(("cause", "fee"), [("failure", 0), ("battery", 6000), ("damage", 6000)])
def test_only_what_breaks_by_itself_is_repaired_free(cause: str, fee: int) -> None:
    asked = on("2026-12-10", "repair_asked", cause=cause, devices=2)
    found = lines(STARTED, asked, month="2026-12", parameters={"repair_fee": 3000}, **MAMOLOOK)
    assert found.get("repair_fee", 0) == fee
    for gone in ("lost", "theft"):
        no = on("2026-12-10", "repair_asked", cause=gone)
        assert forbidden_by(STARTED, no, **MAMOLOOK) == "AL-93"


@pytest.mark.rule("AL-93", "AL-94")
def test_a_repair_and_a_loss_in_one_month() -> None:
    timeline = [
        STARTED,
        on("2026-12-10", "repair_asked", cause="failure"),
        on("2026-12-20", "device_lost", devices=2),
    ]
    # 14,256 x 2 + 6,600
    assert totals(*timeline, through="2027-01", **MAMOLOOK) == {"2026-12": 35_112}


@pytest.mark.rule("AL-101", "AL-35")
def test_the_terms_stay_until_a_customer_is_led_over() -> None:
    fee = {"parameters": {"monthly_fee": 2200}}
    begun = on("2025-04-10", "started")
    offered = on("2026-11-05", "migration_offered")
    taken = on("2026-11-20", "migrated")
    of = history(begun, offered, taken, **OLD)
    assert [of.plan(DAY(day)) for day in ("2026-11-30", "2026-12-01")] == [
        *("first_generation", "standard")
    ]
    assert of.migration == "migrated"
    assert of.term_ends == DAY("2028-04-09"), "three years from the start, as agreed"
    assert lines(begun, offered, taken, month="2026-12", **fee, **OLD) == {"monthly_fee": 2200}
    assert forbidden_by(begun, taken, **OLD) == "AL-101"
    assert forbidden_by(begun, offered, **MAMOLOOK) == "AL-101"
    assert forbidden_by(begun, offered, taken, on("2027-01-05", "migrated"), **OLD) == "AL-101"


@pytest.mark.rule("AL-101")
def test_nobody_new_has_the_old_devices() -> None:
    product = standard().product("mamolook")
    assert list(product.on_sale(DAY("2026-12-01"))) == ["standard"]
    product.check_sold("standard")
    with pytest.raises(Forbidden) as no:
        product.check_sold("first_generation")
    assert no.value.rule == "AL-101"


@pytest.mark.rule("AL-92", "AL-21")
def test_others_learn_how_many_contacts_it_keeps_and_which_centre_has_the_home() -> None:
    def published(**more: str) -> Contract | None:
        return entitlement(history(STARTED, **more), at("2026-12-10T12:00"))

    mine = published(**MAMOLOOK, prefecture="27")
    assert mine
    assert (mine.contacts, mine.centre) == (3, "west")
    other = published(product="mimamori_tag")
    assert other
    assert (other.contacts, other.centre) == (None, None)
