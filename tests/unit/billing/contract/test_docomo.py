"""家のあんしんパートナー and おるすばんカメラ: DC-01 to DC-18, DC-31, S-5."""

import pytest

from lambdas.billing.contract.entitlements import features, require
from lambdas.billing.products.forbidden import Forbidden
from lambdas.shared.calendar import end_of
from tests.unit.billing.book import DAY, at, forbidden_by, history, lines, on, preview, totals

PARTNER = {"product": "anshin_partner"}
CAMERA = {"product": "orusuban_camera"}


def applied(day: str, **more: object) -> dict[str, object]:
    return on(day, "applied", **more)


@pytest.mark.rule("S-5", "DC-09", "DC-10", "A-02")
def test_s_5_one_day_costs_a_month() -> None:
    found = totals(applied("2015-07-31", first_time=True), through="2015-10", **PARTNER)
    assert found == {"2015-08": 486, "2015-09": 486, "2015-10": 486}


@pytest.mark.rule("DC-02", "DC-03", "G-06", "DC-12", "DC-13", "A-03")
def test_prices_have_the_tax_of_their_day() -> None:
    for product, then, now in (("anshin_partner", 486, 495), ("orusuban_camera", 108, 110)):
        timeline = [applied("2019-08-01", first_time=False)]
        found = totals(*timeline, product=product, through="2019-11")
        assert found == {"2019-08": then, "2019-09": then, "2019-10": now, "2019-11": now}


@pytest.mark.rule("DC-08", "A-01")
@pytest.mark.parametrize(
    ("day", "last"),
    [("2015-08-05", "2015-09-04"), ("2026-12-01", "2026-12-31"), ("2016-02-01", "2016-03-02")],
)
def test_thirty_one_days_free_the_first_of_them_counted(day: str, last: str) -> None:
    kept = history(applied(day), **PARTNER)
    assert kept.trial_ends == DAY(last)
    states = preview(applied(day), **PARTNER)["state"]
    assert states[0] == {"from": day, "state": "trial"}
    assert states[1] == {"from": str(end_of(DAY(last)).date()), "state": "active"}


@pytest.mark.rule("DC-09", "DC-10")
@pytest.mark.parametrize(
    ("day", "months"),
    [
        ("2015-08-05", ["2015-09", "2015-10"]),
        ("2015-08-31", ["2015-10"]),
        ("2015-07-31", ["2015-08", "2015-09", "2015-10"]),
    ],
)
def test_the_month_after_the_free_days_is_charged_in_full(day: str, months: list[str]) -> None:
    assert totals(applied(day), through="2015-10", **PARTNER) == dict.fromkeys(months, 486)
    assert totals(applied("2026-12-01"), through="2027-01", **PARTNER) == {"2027-01": 495}


@pytest.mark.rule("DC-11")
def test_cancelled_within_the_free_days_nothing_is_charged() -> None:
    start = applied("2015-08-05")
    in_time = on("2015-09-04T23:59", "cancel_accepted")
    assert totals(start, in_time, **PARTNER) == {}
    assert preview(start, in_time, **PARTNER)["ends_on"] == "2015-09-04"
    late = on("2015-09-05T00:00", "cancel_accepted")
    assert totals(start, late, **PARTNER) == {"2015-09": 486}


@pytest.mark.rule("DC-07", "DC-12", "A-03")
def test_free_days_are_for_the_first_application() -> None:
    again = applied("2026-08-20", first_time=False)
    assert totals(again, through="2026-09", **PARTNER) == {"2026-08": 495, "2026-09": 495}
    ended = on("2026-08-10", "cancel_accepted")
    assert forbidden_by(applied("2026-08-05"), ended, applied("2026-09-05"), **PARTNER)


@pytest.mark.rule("HT-13", "DC-12")
def test_who_was_refused_pays_nothing() -> None:
    refused = on("2026-08-22", "refused")
    told = preview(applied("2026-08-20", first_time=False), refused, **PARTNER)
    assert told["total"] == 0
    assert told["state"][-1] == {"from": "2026-08-22", "state": "refused"}


@pytest.mark.rule("DC-13", "DC-12", "A-03")
def test_the_camera_has_no_free_days() -> None:
    found = totals(applied("2026-08-20", first_time=True), through="2026-09", **CAMERA)
    assert found == {"2026-08": 110, "2026-09": 110}


@pytest.mark.rule("DC-06")
def test_what_was_added_costs_nothing() -> None:
    start = applied("2026-08-01", first_time=False)
    visits = [on(f"2026-08-{day:02}", "dispatched", cause="request") for day in range(2, 12)]
    assert lines(start, *visits, month="2026-08", **PARTNER) == {"monthly_fee": 495}


@pytest.mark.rule("DC-14", "DC-15", "DC-17")
def test_ways_to_apply() -> None:
    for channel in ("internet", "shop", "phone"):
        assert preview(applied("2015-08-06", channel=channel), **PARTNER)
    for channel in ("shop", "phone"):
        without = applied("2015-08-06", channel=channel, customer_line=False)
        assert forbidden_by(without, **PARTNER) == "DC-15"
    assert preview(applied("2015-08-06", channel="internet", customer_line=False), **PARTNER)
    assert forbidden_by(applied("2015-08-06", channel="fax"), **PARTNER) == "DC-14"
    assert forbidden_by(applied("2015-08-07", channel="pet_shop"), **CAMERA) == "DC-17"
    assert preview(applied("2015-08-08", channel="pet_shop"), **CAMERA)


@pytest.mark.rule("DC-18")
def test_three_cameras() -> None:
    start = applied("2026-08-01")
    cameras = [on(f"2026-08-0{n}", "item_added", item="smart_camera") for n in range(2, 6)]
    assert preview(start, *cameras[:3], **PARTNER)
    assert forbidden_by(start, *cameras, **PARTNER) == "DC-18"
    removed = on("2026-08-04T12:00", "item_removed", item="smart_camera")
    assert preview(start, *cameras, removed, **CAMERA)
    assert forbidden_by(start, removed, **CAMERA) == "G-06"


@pytest.mark.rule("DC-01")
def test_nothing_before_the_service_begins() -> None:
    kept = history(applied("2015-07-31"), **PARTNER)
    with pytest.raises(Forbidden) as refused:
        require(kept, "room-watch", at("2015-08-04T23:59"))
    assert refused.value.rule == "DC-01"
    require(kept, "room-watch", at("2015-08-05T00:00"))


@pytest.mark.rule("DC-04", "DC-05", "DC-31", "DC-37")
def test_what_each_product_includes() -> None:
    camera = history(applied("2026-08-01"), **CAMERA)
    now = at("2026-08-10T12:00")
    assert features(camera, now) == {"room-watch"}
    for service in ("home-check", "sympathy-money", "health-line"):
        with pytest.raises(Forbidden) as refused:
            require(camera, service, now)
        assert refused.value.rule == "DC-04"
    partner = history(
        applied("2026-08-01"), on("2026-08-10T15:00", "partner_registered"), **PARTNER
    )
    assert features(partner, now) == {"room-watch", "health-line"}
    with pytest.raises(Forbidden) as refused:
        require(partner, "home-check", now)
    assert refused.value.rule == "DC-31"
    assert features(partner, at("2026-08-10T15:00")) == {
        "room-watch",
        "health-line",
        "home-check",
        "sympathy-money",
    }
