"""Applications that are looked at, installations that are waited for, devices led over in turn."""

from typing import Any

import pytest

from lambdas.billing import month_api
from tests.integration.conftest import HANAKO
from tests.integration.office import Office, jst

AT = "2026-12-01T10:00"
WHO = {"id": HANAKO, "name": "花子", "email": "h@f.example"}


def applied(office: Office, product: str, **said: Any) -> Any:
    body = {
        "product": product,
        "payment": "bank_transfer",
        "contractor": WHO,
        "home_name": "家",
        "prefecture": "27",
        **said,
    }
    return office.staff("POST", "/contracts", AT, body)


@pytest.mark.rule("AL-60", "AL-70", "AL-80", "AL-91", "AL-101", "HT-15")
def test_what_cannot_run_in_a_home_is_not_applied_for(office: Office) -> None:
    site = {"always_on": True, "upload_mbps": 8, "cameras": 1}
    for product, said, rule in (
        ("mimamori_support", {}, "AL-60"),
        ("albo_eye", {}, "AL-70"),
        ("albo_eye", {"camera_site": site, "proxy": {"signed_application": True}}, "AL-80"),
        ("mamolook", {"prefecture": ""}, "AL-91"),
        ("mamolook", {"plan": "first_generation"}, "AL-101"),
    ):
        refused = applied(office, product, **said)
        assert (refused.status, refused.body.get("rule")) == (422, rule), refused.body
    assert office.staff("GET", "/contracts", AT).body["contracts"] == []
    for product, said in (
        ("mimamori_support", {"options": ["lte_line"]}),
        ("albo_eye", {"camera_site": site}),
        ("mamolook", {}),
    ):
        assert applied(office, product, **said).status == 200
    mine = {
        "product": "mimamori_support",
        "payment": "card",
        "name": "花子",
        "home_name": "別の家",
    }
    assert office.family("POST", "/contracts", AT, mine).body["rule"] == "AL-60"
    asked = {**mine, "there": ["telephone"]}
    assert office.family("POST", "/contracts", AT, asked).status == 200


@pytest.mark.rule("AL-57", "AL-103")
def test_installations_are_on_a_list_until_they_are_done(office: Office) -> None:
    office.notices()
    said = {"plan": "rental", "there": ["good_radio"]}
    several = [
        applied(office, "home_security_online", home_name=f"家{n}", **said).body["contract"]["id"]
        for n in range(3)
    ]
    for contract in several:
        office.decide(contract, AT, accept=True)
    told = [one for one in office.notices() if one.kind == "contract.accepted"]
    assert [one.values["install_by"] for one in told] == ["2026-12-15"] * 3
    new = {"building": "new", "ready": "2027-03-20", "wish": "urgent"}
    planned = office.happened(several[1], "2026-12-02T10:00", "installation_planned", **new)
    assert planned.body["contract"]["install_by"] == "2027-03-20"
    assert [one.kind for one in office.notices()] == ["contract.installation_planned"]

    def waiting(day: str) -> list[str]:
        query = {"install_by": day}
        found = office.staff("GET", "/contracts", "2026-12-16T10:00", query=query).body
        return [one["contract"] for one in found["contracts"]]

    assert waiting("2026-12-14") == []
    assert set(waiting("2026-12-15")) == {several[0], several[2]}
    office.happened(several[0], "2026-12-10T10:00", "installed")
    assert waiting("2026-12-15") == [several[2]]
    assert waiting("2027-12-31") == [several[2], several[1]], "the first to be done first"
    summary = office.run("daily", "2026-12-16T00:00")
    assert summary["installations_overdue"] == 1


@pytest.mark.rule("AL-101")
def test_old_devices_are_led_over_one_group_after_the_other(office: Office) -> None:
    header = "number,product,plan,payment,name,email,prefecture,applied,started,billed_until\n"
    lines = "".join(
        f"M-{n},mamolook,first_generation,bank_transfer,山田{n},m{n}@f.example,13,2024-01-10,"
        "2024-01-20,2026-11\n"
        for n in range(2)
    )
    staff = {"person": "keiri", "groups": "[billing]", "at": jst(AT)}
    handler, path = month_api.handler, "/billing/staff"
    body: dict[str, Any] = {"csv": header + lines, "dry_run": False}
    report = office.ask(handler, "POST", f"{path}/imports", body=body, **staff).body
    assert report["new"] == 2, report
    first, second = (one["contract"] for one in report["lines"])
    office.notices()
    body = {"name": "autumn", "contracts": [first], "dry_run": False}
    body["fact"] = {"event": "migration_offered"}
    assert office.ask(handler, "POST", f"{path}/bulk", body=body, **staff).status == 200
    assert [one.kind for one in office.notices()] == ["contract.migration_offered"]
    early = office.happened(second, "2026-12-05T10:00", "migrated")
    assert (early.status, early.body["rule"]) == (422, "AL-101")
    led = office.happened(first, "2026-12-05T10:00", "migrated").body["contract"]
    assert (led["plan"], led["migration"]) == ("first_generation", "migrated")
    later = office.staff("GET", f"/contracts/{first}", "2027-01-01T10:00").body["contract"]
    assert later["plan"] == "standard"
    other = office.staff("GET", f"/contracts/{second}", "2027-01-01T10:00").body["contract"]
    assert (other["plan"], other["migration"]) == ("first_generation", "waiting")


@pytest.mark.rule("AL-99")
def test_whoever_is_logged_in_is_told_whom_to_ask(office: Office) -> None:
    told = office.family("GET", "/contacts", AT).body
    assert len(told) == 4
    assert all(one["number"] and one["about"] for one in told)
