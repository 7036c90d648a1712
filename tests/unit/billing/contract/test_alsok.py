"""ALSOK's products: dispatches, payment, instalments, parts of months, losses: AL-20 to AL-93."""

import pytest

from lambdas.billing.contract.applications import (
    CameraSite,
    Proxy,
    check_camera_site,
    check_explanation,
)
from lambdas.billing.products.forbidden import Forbidden
from tests.unit.billing.book import forbidden_by, lines, on, preview, totals

ONLINE = {"product": "home_security_online", "plan": "rental"}
SELF = {"product": "home_security_self", "plan": "rental"}
EYE = {"product": "albo_eye", "through": "2029-12"}
STARTED = on("2026-12-01", "started")


def dispatch(day: str, cause: str, cancelled: str | None = None) -> dict[str, object]:
    return on(day, "dispatched", cause=cause, cancelled=cancelled)


@pytest.mark.rule("AL-22", "AL-23", "AL-24", "AL-25", "S-7")
def test_what_sending_somebody_costs() -> None:
    alarms = [dispatch(f"2026-12-0{n}", "sensor") for n in range(2, 5)]
    asked = [dispatch(f"2026-12-1{n}", "request") for n in range(2)]
    month = {"month": "2026-12"}
    assert "dispatch_fee" not in lines(STARTED, *alarms, **month, **ONLINE)
    assert lines(STARTED, *asked, **month, **ONLINE)["dispatch_fee"] == 6600
    assert lines(STARTED, asked[0], **month, **SELF)["dispatch_fee"] == 11000
    assert forbidden_by(STARTED, alarms[0], **SELF) == "AL-25"
    assert forbidden_by(STARTED, asked[0], product="mamolook")


@pytest.mark.rule("AL-23", "AL-24", "G-05")
def test_the_tax_of_dispatches() -> None:
    free = {"parameters": {"monthly_fee": 0}}
    asked = [dispatch(f"2026-12-1{n}", "request") for n in range(2)]
    assert preview(STARTED, *asked, through="2026-12", **free, **ONLINE)["invoices"][0] == {
        "month": "2026-12",
        "lines": [{"item": "dispatch_fee", "amount": 3300, "rule": "AL-23"}] * 2,
        "total": 6600,
        "tax": 600,
    }


@pytest.mark.rule("AL-20", "AL-77", "A-41", "A-19", "S-7")
@pytest.mark.parametrize(
    ("cancelled", "security", "eye"),
    [
        ("before_acceptance", 0, 0),
        ("after_acceptance", 0, 5500),
        ("false_alarm", 0, 5500),
        (None, 3300, 5500),
    ],
)
def test_a_dispatch_called_off(cancelled: str | None, security: int, eye: int) -> None:
    timeline = [STARTED, dispatch("2026-12-05T10:00", "request", cancelled)]
    found = lines(*timeline, month="2026-12", **ONLINE)
    assert found.get("dispatch_fee", 0) == security
    found = lines(*timeline, month="2026-12", parameters={"dispatch_fee": 5500}, **EYE)
    assert found.get("dispatch_fee", 0) == eye


@pytest.mark.rule("A-19", "AL-77")
def test_an_amount_nobody_named_is_not_invented() -> None:
    found = lines(STARTED, dispatch("2026-12-05", "request"), month="2026-12", **EYE)
    assert found == {"monthly_fee": 1100}


@pytest.mark.rule("AL-26", "AL-27", "AL-28", "AL-29", "AL-30")
def test_plans_of_home_security() -> None:
    timeline = [on("2026-12-01", "installed"), STARTED]
    online = {"product": "home_security_online", "month": "2026-12"}
    assert lines(*timeline, plan="zero_start", **online) == {"monthly_fee": 4070}
    works = {"construction_fee": 33000}
    assert lines(*timeline, plan="purchase", **online) == {"monthly_fee": 4070}
    bought = lines(
        *timeline, plan="purchase", parameters={**works, "equipment_fee": 110000}, **online
    )
    assert bought == {"monthly_fee": 4070, **works, "equipment_fee": 110000}
    rented = lines(
        *timeline, plan="rental", parameters={**works, "equipment_rental": 2200}, **online
    )
    assert rented == {"monthly_fee": 4070, **works, "equipment_rental": 2200}
    assert preview(STARTED, through="2026-12", **ONLINE)["invoices"][0]["tax"] == 370


@pytest.mark.rule("AL-37", "AL-38", "AL-39")
def test_ways_to_pay() -> None:
    for payment in ("card", "bank_transfer"):
        assert preview(STARTED, payment=payment, **ONLINE)
        assert preview(STARTED, payment=payment, **EYE)
    assert preview(STARTED, payment="bank_transfer", **SELF)
    assert forbidden_by(STARTED, payment="card", **SELF) == "AL-38"
    assert forbidden_by(STARTED, payment="debit_card", **ONLINE) == "AL-37"


@pytest.mark.rule("AL-45")
def test_thirty_keys_and_cards_together() -> None:
    keys = on("2026-12-02", "item_added", item="id_key", count=20)
    cards = on("2026-12-03", "item_added", item="felica_card", count=10)
    one_more = on("2026-12-05", "item_added", item="id_key")
    assert preview(STARTED, keys, cards, **ONLINE)
    assert forbidden_by(STARTED, keys, cards, one_more, **ONLINE) == "AL-45"
    removed = on("2026-12-04", "item_removed", item="felica_card")
    assert preview(STARTED, keys, cards, removed, one_more, **ONLINE)
    assert forbidden_by(STARTED, keys, **EYE) == "G-06"


@pytest.mark.rule("AL-76", "A-18", "G-04")
@pytest.mark.parametrize(
    ("start", "desired", "month", "fee"),
    [
        ("2026-11-10", None, "2026-11", 770),
        ("2027-02-10", None, "2027-02", 746),
        ("2024-05-01", "2026-11-10", "2026-11", 366),
        ("2026-11-01", None, "2026-11", 1100),
        ("2024-05-01", "2026-11-30", "2026-11", 1100),
        ("2028-02-29", None, "2028-02", 37),
    ],
)
def test_parts_of_months(start: str, desired: str | None, month: str, fee: int) -> None:
    timeline = [on(start, "started")]
    if desired:
        timeline.append(on("2026-07-01", "cancel_accepted", desired=desired))
    assert lines(*timeline, month=month, **EYE) == {"monthly_fee": fee}


PRICES = {"instalment": 1650, "discount": 6600}


@pytest.mark.rule("AL-72")
def test_two_years_of_instalments() -> None:
    found = totals(STARTED, parameters=PRICES, **EYE)
    assert list(found.values())[:26] == [2750] * 24 + [1100] * 2
    partly = on("2026-12-15", "started")
    first = lines(partly, month="2026-12", parameters=PRICES, **EYE)
    assert first == {"monthly_fee": 603, "instalment": 1650}  # the fee only


@pytest.mark.rule("AL-74", "A-17", "AL-75")
@pytest.mark.parametrize(
    ("asked", "desired", "settled"),
    [
        ("2027-05-01", "2027-09-30", 14 * 1650 + 6600),  # month 10
        ("2026-12-05", "2027-03-05", 20 * 1650 + 6600),
        ("2028-07-01", "2028-11-29", 6600),  # month 24: all paid, but left early
        ("2028-07-01", "2028-11-30", 0),  # month 24, served to the last day
        ("2028-07-01", "2028-12-31", 0),  # month 25
    ],
)
def test_leaving_early_settles_the_rest(asked: str, desired: str, settled: int) -> None:
    timeline = [STARTED, on(asked, "cancel_accepted", desired=desired)]
    told = preview(*timeline, parameters=PRICES, **EYE)
    after = [i for i in told["invoices"] if i["month"] > desired[:7]]
    assert sum(i["total"] for i in after) == settled
    assert len(after) == bool(settled)
    paid = {line["item"] for i in told["invoices"] for line in i["lines"]}
    assert "early_termination_fee" not in paid  # AL-75


@pytest.mark.rule("AL-74", "AL-75", "A-34")
@pytest.mark.parametrize(
    ("desired", "settled"),
    [("2028-11-30", 6600), ("2028-12-12", 0), ("2028-12-13", 0), ("2028-12-31", 0)],  # month 25
)
def test_two_years_from_the_middle_of_a_month(desired: str, settled: int) -> None:
    asked = on("2028-07-01", "cancel_accepted", desired=desired)
    told = preview(on("2026-12-14", "started"), asked, parameters=PRICES, **EYE)
    paid = [line for made in told["invoices"] for line in made["lines"]]
    assert sum(line["item"] == "instalment" for line in paid) == 24
    assert sum(one["amount"] for one in paid if one["item"] == "discount_settlement") == settled


@pytest.mark.rule("AL-73", "A-16")
def test_three_months_of_notice_within_the_term() -> None:
    start = on("2026-05-01", "started")
    early = on("2026-08-10", "cancel_accepted", desired="2026-11-09")
    assert forbidden_by(start, early, **{"product": "albo_eye"}) == "AL-73"
    in_time = on("2026-08-10", "cancel_accepted", desired="2026-11-10")
    assert preview(start, in_time, **EYE)["ends_on"] == "2026-11-10"
    for served in ("2028-04-30", "2028-05-20"):
        unnoticed = on("2028-04-20", "cancel_accepted", desired=served)
        assert preview(start, unnoticed, **EYE)["ends_on"] == served
    too_short = on("2028-04-20", "cancel_accepted", desired="2028-04-29")
    assert forbidden_by(start, too_short, product="albo_eye") == "AL-73"


@pytest.mark.rule("AL-71")
def test_a_camera_alone_never_gets_somebody_who_comes() -> None:
    alone = {"product": "albo_eye", "plan": "camera_only"}
    assert totals(STARTED, **alone) == {}
    assert forbidden_by(STARTED, dispatch("2026-12-05", "request"), **alone) == "AL-71"


@pytest.mark.rule("AL-69")
def test_what_the_camera_sees_sends_nobody() -> None:
    alarm = dispatch("2026-12-05", "sensor")
    assert forbidden_by(STARTED, alarm, product="albo_eye") == "AL-69"


@pytest.mark.rule("AL-70", "AL-78", "AL-79")
@pytest.mark.parametrize(
    ("site", "rule"),
    [
        ({"upload_mbps": 24, "cameras": 3}, None),
        ({"upload_mbps": 20, "cameras": 3}, "AL-70"),
        ({"upload_mbps": 20, "cameras": 2}, None),
        ({"upload_mbps": 20, "cameras": 2, "always_on": False}, "AL-70"),
        ({"upload_mbps": 20, "cameras": 1, "in_dwelling": False}, "AL-79"),
        ({"upload_mbps": 20, "cameras": 1, "sticker_on_entrance": False}, "AL-78"),
    ],
)
def test_where_a_camera_can_be(site: dict[str, object], rule: str | None) -> None:
    checked = CameraSite.model_validate({"always_on": True, **site})
    if rule is None:
        return check_camera_site(checked)
    with pytest.raises(Forbidden) as refused:
        check_camera_site(checked)
    assert refused.value.rule == rule
    return None


@pytest.mark.rule("AL-80")
def test_a_proxy_brings_three_papers() -> None:
    check_explanation(None)
    check_explanation(Proxy(signed_application=True, written_authority=True, seal_certificate=True))
    with pytest.raises(Forbidden) as refused:
        check_explanation(Proxy(signed_application=True, written_authority=True))
    assert refused.value.rule == "AL-80"


@pytest.mark.rule("AL-83")
def test_forwarding_at_cost() -> None:
    parcel = on("2026-12-10", "forwarded", actual_cost=810)
    assert lines(STARTED, parcel, month="2026-12", product="rusutaku") == {"forwarding": 810}
    assert forbidden_by(STARTED, parcel, product="mamolook") == "AL-83"


@pytest.mark.rule("AL-89")
def test_the_pack() -> None:
    assert totals(STARTED, product="rusutaku_pack", through="2026-12") == {"2026-12": 11000}
    assert forbidden_by(STARTED, product="rusutaku", plan="security") == "AL-89"


@pytest.mark.rule("AL-93", "A-20", "AL-35")
@pytest.mark.parametrize(("devices", "yen"), [(1, 20856), (2, 35112)])
def test_lost_devices(devices: int, yen: int) -> None:
    lost = on("2026-12-10", "device_lost", devices=devices)
    assert totals(STARTED, lost, product="mamolook", through="2026-12") == {"2026-12": yen}


@pytest.mark.rule("AL-92")
def test_three_emergency_contacts() -> None:
    contacts = [on("2026-12-05", "item_added", item="emergency_contact", count=n) for n in (3, 1)]
    assert preview(STARTED, contacts[0], product="mamolook")
    assert forbidden_by(STARTED, *contacts, product="mamolook") == "AL-92"
