"""Devices: whose they are, replaced, returned, damaged: HT-03, HT-59 to HT-70, HF-14, HF-16."""

import pytest

from tests.unit.billing.book import RUNNING, STARTED, forbidden_by, history, lines, on, preview

BOUGHT, LENT = "purchase_no_internet", "rental_no_internet"
CANCELLED = on("2027-01-21", "cancel_accepted")  # ends on 2027-02-28, return by 2027-03-30
INSTALLED = on("2026-08-05", "installed", sensors=1, wifi_router=1)


def cost(event: dict[str, object], plan: str) -> int:
    """What a fact of a month costs beside the monthly fee."""
    month = str(event["on"])[:7]
    found = lines(INSTALLED, STARTED, event, month=month, plan=plan, through="2028-12")
    return sum(v for item, v in found.items() if item not in ("monthly_fee", "initial_fee"))


@pytest.mark.rule("HT-60", "HT-61", "A-33", "HF-16", "A-37")
@pytest.mark.parametrize(
    ("day", "cause", "yen"),
    [
        ("2027-08-05", "failure", 0),  # the last day of the warranty
        ("2027-08-06", "failure", 35700),
        ("2026-08-15", "disaster", 35700),
        ("2026-09-15", "user", 35700),
        ("2026-09-15", "lost", 35700),
    ],
)
def test_a_bought_sensor_replaced(day: str, cause: str, yen: int) -> None:
    assert cost(on(day, "replaced", item="sensor", cause=cause), BOUGHT) == yen


@pytest.mark.rule("HT-59", "HT-64", "HF-16", "A-21")
@pytest.mark.parametrize(
    ("plan", "item", "cause", "yen"),
    [
        (LENT, "sensor", "failure", 0),
        (LENT, "sensor", "disaster", 0),
        (LENT, "sensor", "user", 35700),
        (LENT, "sensor", "lost", 35700),
        (LENT, "wifi_router", "user", 30360),
        (BOUGHT, "wifi_router", "failure", 0),  # lent in this plan, too
        (BOUGHT, "wifi_router", "user", 30360),
    ],
)
def test_a_lent_device_replaced(plan: str, item: str, cause: str, yen: int) -> None:
    assert cost(on("2028-09-15", "replaced", item=item, cause=cause), plan) == yen


@pytest.mark.rule("HT-02", "HT-03", "HT-62", "A-21", "HT-68")
@pytest.mark.parametrize(
    ("plan", "return_by"),
    [
        ("purchase_no_internet", "2027-03-30"),
        ("purchase_internet", None),  # the relay router is the customer's
        ("rental_no_internet", "2027-03-30"),
        ("rental_internet", "2027-03-30"),
    ],
)
def test_what_has_to_come_back(plan: str, return_by: str | None) -> None:
    assert preview(STARTED, CANCELLED, plan=plan)["return_by"] == return_by


@pytest.mark.rule("HT-70", "HF-14", "A-21")
def test_not_returned_or_broken() -> None:
    kept = [on("2027-03-31", "not_returned", item=i) for i in ("sensor", "wifi_router")]
    assert lines(*RUNNING, CANCELLED, *kept, month="2027-03", plan=LENT) == {
        "damages_sensor": 13750,
        "damages_wifi_router": 8360,
    }
    broken = on("2027-03-10", "returned", item="sensor", condition="broken")
    good = on("2027-03-10", "returned", item="wifi_router")
    assert lines(*RUNNING, CANCELLED, broken, good, month="2027-03", plan=LENT) == {
        "damages_sensor": 13750
    }


@pytest.mark.rule("HF-14")
def test_several_devices() -> None:
    three = on("2026-08-03", "installed", sensors=3, wifi_router=1)
    back = on("2027-03-10", "returned", item="sensor", count=1)
    kept = on("2027-03-31", "not_returned", item="sensor", count=2)
    found = lines(three, STARTED, CANCELLED, back, kept, month="2027-03", plan=LENT)
    assert found == {"damages_sensor": 27500}


@pytest.mark.rule("HF-14", "HT-64")
def test_the_device_that_failed_has_to_come_back_too() -> None:
    failed = on("2026-10-05", "replaced", item="sensor", cause="failure")
    broken = on("2026-10-20", "returned", item="sensor", condition="broken")
    assert lines(*RUNNING, failed, broken, month="2026-10", plan=LENT) == {"monthly_fee": 6578}
    kept = on("2026-10-20", "not_returned", item="sensor")
    found = lines(*RUNNING, failed, kept, month="2026-10", plan=LENT)
    assert found["damages_sensor"] == 13750


@pytest.mark.rule("HF-14", "HT-55")
def test_the_kit_comes_once() -> None:
    more = on("2026-10-05", "installed", sensors=1)
    kept = history(*RUNNING, more, CANCELLED, plan=LENT)
    assert kept.custody.out == {"sensor": 2, "wifi_router": 1}
    two = on("2027-03-31", "not_returned", item="wifi_router", count=2)
    assert forbidden_by(*RUNNING, more, CANCELLED, two, plan=LENT) == "HT-03"
    second = {**more, "sensors": 0, "wifi_router": 1}
    found = lines(*RUNNING, second, CANCELLED, two, month="2027-03", plan=LENT)
    assert found == {"damages_wifi_router": 2 * 8360}


@pytest.mark.rule("HT-59")
@pytest.mark.parametrize("cause", ["failure", "user", "disaster", "lost"])
def test_nothing_is_replaced_that_is_not_there(cause: str) -> None:
    router = on("2026-09-10", "replaced", item="wifi_router", cause=cause)
    assert forbidden_by(STARTED, router, plan="purchase_internet") == "HT-59"  # a relay router
    sensor = on("2026-08-04", "replaced", item="sensor", cause=cause)
    assert forbidden_by(sensor, INSTALLED, STARTED) == "HT-59"
    assert preview(INSTALLED, {**sensor, "on": "2026-08-06"}, STARTED)
    assert preview(STARTED, {**sensor, "on": "2026-08-11"})  # no installation on record


@pytest.mark.rule("HT-68", "HT-03")
def test_nothing_is_asked_back_too_early_or_twice() -> None:
    kept = on("2027-03-30", "not_returned", item="wifi_router")
    assert forbidden_by(*RUNNING, CANCELLED, kept) == "HT-68"
    assert forbidden_by(*RUNNING, {**kept, "on": "2026-12-01"}) == "HT-68"
    twice = [on(f"2027-03-{day}", "returned", item="wifi_router") for day in (10, 11)]
    assert forbidden_by(*RUNNING, CANCELLED, *twice) == "HT-03"
    own = on("2027-04-10", "not_returned", item="sensor")
    assert forbidden_by(*RUNNING, CANCELLED, own) == "HT-03"
