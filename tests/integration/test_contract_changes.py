"""A contract's life at the desk: options, watchers who leave, pauses too many, credits, works, the
end of a service, and what staff has to look at."""

from datetime import date
from typing import Any

import pytest

from lambdas.billing.app import contract_service
from lambdas.billing.app.contract_service import ContractService
from lambdas.billing.products.catalogue import Catalogue, Product, ServiceEnd, standard
from lambdas.shared.household import Home, Member
from tests.integration.conftest import HANAKO, TARO, Cloud
from tests.integration.office import CONSENTS, Office, jst

CAMERA = {
    "product": "orusuban_camera",
    "name": "花子",
    "home_name": "家",
    "payment": "card",
    "watchers": [{"id": TARO, "name": "太郎", "email": "taro@f.example"}],
}

DOSHITERU = {"product": "doshiteru", "plan": "purchase_no_internet", "consents": CONSENTS}


@pytest.mark.rule("DC-20", "DC-22")
def test_photo_collection_is_switched_on_and_off_by_the_contractor(
    office: Office, cloud: Cloud
) -> None:
    made = office.family("POST", "/contracts", "2026-08-01T09:00", CAMERA).body
    path = f"/contracts/{made['id']}/options/photo_collection"

    def features(at: str) -> frozenset[str]:
        home = cloud.directory.home(made["home"])
        assert home
        return frozenset(home.features(jst(at)))

    assert features("2026-08-01T10:00") == {"room-watch"}
    assert (
        office.family("PUT", path, "2026-08-02T09:00", person=TARO).status == 404
    )  # who did not accept
    taken = office.family("PUT", path, "2026-08-02T09:00").body
    assert taken["options"] == ["photo_collection"]
    assert features("2026-08-02T10:00") == {"room-watch", "photo-collection"}
    assert office.family("DELETE", path, "2026-08-03T09:00").body["options"] == []
    assert features("2026-08-03T10:00") == {"room-watch"}
    wrong = office.family("PUT", path.replace("photo", "fridge"), "2026-08-04T09:00")
    assert (wrong.status, wrong.body["rule"]) == (422, "G-06")


@pytest.mark.rule("A-35", "HT-30")
def test_a_watcher_who_leaves_sees_nothing_more_and_the_payment_changes(
    office: Office, cloud: Cloud
) -> None:
    contract = office.running(
        payment="in_app",
        plan="rental_internet",
        watchers=[{"id": TARO, "name": "太郎", "os": "ios"}],
    )
    home = office.family("GET", f"/contracts/{contract}", "2026-08-11T09:00").body["home"]
    receipt = office.sells_in_the_app().receipt("t-1", jst("2026-09-12T10:00"))
    bought = {"watcher": TARO, "receipt": receipt}
    office.family("POST", f"/contracts/{contract}/purchases", "2026-09-12T10:00", bought)
    office.notices()
    path = f"/contracts/{contract}/watchers/{TARO}"
    assert office.family("DELETE", path, "2026-09-20T09:00", person=TARO).status == 403
    for _ in range(2):  # sent twice
        left = office.family("DELETE", path, "2026-09-20T09:00")
        assert (left.status, left.body["watchers"]) == (200, [])
    shown = office.family("GET", f"/contracts/{contract}", "2026-09-21T09:00", person=TARO)
    assert shown.status == 404
    assert office.family("GET", "/contracts", "2026-09-21T09:00", person=TARO).body == []
    found = cloud.directory.home(home)
    assert found
    assert [member.person for member in found.members] == [HANAKO]
    assert cloud.directory.homes_of(TARO) == ["home-sakura"]  # the household of these tests
    told = {(one.kind, one.values["month"], one.rule) for one in office.notices()}
    assert told == {("contract.pays_directly", "2026-10", "HT-30")}
    later = office.family("GET", f"/contracts/{contract}", "2026-10-01T09:00").body
    assert (later["payment"], later["app_open"]) == ("card", True)


@pytest.mark.rule("HT-19")
def test_who_was_removed_stays_out_whatever_else_is_changed_at_that_moment(
    office: Office, cloud: Cloud
) -> None:
    known = {"contractor": {"id": HANAKO, "name": "花子", "email": "hanako@f.example"}}
    wanted = {name: CAMERA[name] for name in ("product", "home_name", "payment", "watchers")}
    answer = office.staff("POST", "/contracts", "2026-08-01T09:00", {**wanted, **known})
    made = answer.body["contract"]
    assert made["home"] in cloud.directory.homes_of(TARO)
    gone: list[int] = []

    def remove() -> None:
        path = f"/contracts/{made['id']}/watchers/{TARO}"
        gone.append(office.family("DELETE", path, "2026-08-02T09:00").status)

    def once_it_is_stored() -> None:  # and before it is published
        cloud.meanwhile("TransactWriteItems", remove)

    cloud.meanwhile("TransactWriteItems", once_it_is_stored)
    option = f"/contracts/{made['id']}/options/photo_collection"
    assert office.family("PUT", option, "2026-08-02T09:00").status == 200
    assert gone == [200]
    home = cloud.directory.home(made["home"])
    assert home
    assert [member.person for member in home.members] == [HANAKO]
    assert home.features(jst("2026-08-02T10:00")) == {"room-watch", "photo-collection"}
    assert made["home"] not in cloud.directory.homes_of(TARO)


@pytest.mark.rule("HT-19")
def test_what_was_known_earlier_is_not_published_over_what_is_known_later(cloud: Cloud) -> None:
    both = Home(
        id="h-1",
        name="家",
        members=(
            Member(person=HANAKO, role="contractor", name="花子", email=""),
            Member(person=TARO, role="watcher", name="太郎", email=""),
        ),
    )
    one = both.model_copy(update={"members": both.members[:1]})
    assert cloud.directory.publish_home(both, 3)
    assert cloud.directory.publish_home(one, 4)
    assert not cloud.directory.publish_home(both, 3)
    assert cloud.directory.home("h-1") == one
    assert "h-1" not in cloud.directory.homes_of(TARO)
    assert cloud.directory.publish_home(both, 4), "the same, as it is at another time"


@pytest.mark.rule("HT-81")
def test_who_pays_in_the_app_needs_somebody_who_has_it(office: Office) -> None:
    wanted = {
        **{"product": "doshiteru", "plan": "rental_internet", "consents": CONSENTS},
        **{"name": "花子", "home_name": "家", "payment": "in_app", "watchers": []},
    }
    refused = office.family("POST", "/contracts", "2026-08-01T09:00", wanted)
    assert (refused.status, refused.body["rule"]) == (422, "HT-81")
    contract = office.running(plan="rental_internet", watchers=[])
    path = f"/contracts/{contract}/payment"
    refused = office.family("PUT", path, "2026-09-01T09:00", {"payment": "in_app"})
    assert (refused.status, refused.body["rule"]) == (422, "HT-81")


@pytest.mark.rule("HT-54", "G-07")
def test_a_third_pause_within_a_year_is_for_staff(office: Office) -> None:
    contract = office.running()
    path = f"/contracts/{contract}/pause"
    for month in ("2026-09", "2026-11"):
        assert office.family("POST", path, f"{month}-05T09:00", {"months": 1}).status == 200
    third = office.family("POST", path, "2027-01-10T09:00", {"months": 1})
    assert (third.status, third.body["rule"]) == (422, "HT-54")
    assert "担当者" in third.body["detail"]
    audit = office.staff("GET", f"/contracts/{contract}", "2027-01-10T10:00").body["audit"]
    assert (audit[-1]["event"], audit[-1]["rule"]) == ("pause_asked", "HT-54")
    allowed = office.happened(contract, "2027-01-11T09:00", "paused", months=1)
    assert allowed.body["contract"]["state"] == "paused"
    assert office.run("daily", "2027-01-12T00:00")["pauses_to_review"] == 1


@pytest.mark.rule("A-02", "DC-09")
def test_the_first_charge_is_shown_and_mailed_at_application(office: Office) -> None:
    body = {"product": "anshin_partner", "name": "花子", "home_name": "家", "payment": "card"}
    made = office.family("POST", "/contracts", "2026-07-31T09:00", body).body
    assert made["first_charge"] == {"month": "2026-08", "day": "2026-08-31", "amount": 495}
    (told,) = office.notices()
    assert (told.values["first_month"], told.values["first_amount"]) == ("2026-08", "495")


@pytest.mark.rule("HF-10", "HF-16", "G-07")
def test_works_and_credits_by_staff_are_lines_of_the_invoice(office: Office) -> None:
    contract = office.running()
    for event, more in (
        ("relocated", {}),
        ("replaced", {"item": "sensor", "cause": "user"}),
        ("credited", {"amount": 3000, "reason": "visit came late"}),
        ("credited", {"amount": 500, "reason": "and left early", "id": "second"}),
    ):
        assert office.happened(contract, "2026-09-15T09:00", event, **more).status == 200
    office.run("monthly", "2026-10-01T10:00")
    (invoice,) = office.family("GET", f"/contracts/{contract}/invoices", "2026-10-02T09:00").body
    lines = [(line["item"], line["amount"]) for line in invoice["lines"] if line["rule"] != "HF-05"]
    assert sorted(lines) == [
        ("credit", -3000),
        ("credit", -500),
        ("monthly_fee", 4378),
        ("reinstallation_fee", 22000),
        ("relocation_fee", 35200),
        ("replacement_sensor", 13700),
    ]


@pytest.mark.rule("G-07", "G-08")
def test_a_credit_larger_than_an_invoice_waits_for_the_next(office: Office) -> None:
    contract = office.running()
    office.run("monthly", "2026-09-01T10:00")
    office.happened(contract, "2026-09-15T09:00", "credited", amount=6000, reason="sorry")
    for month in (10, 11):
        summary = office.run("monthly", f"2026-{month}-01T10:00")
    issued = {"2026-08": 49500, "2026-09": 0, "2026-10": 2 * 4378 - 6000}
    assert office.totals(contract) == issued
    assert summary["new"] == 1
    office.run("monthly", "2026-10-01T11:00", "2026-09")  # again
    office.run("monthly", "2026-12-01T10:00")
    assert office.totals(contract)["2026-11"] == 4378


@pytest.mark.rule("G-07")
def test_paid_out_is_what_no_invoice_took_up(office: Office) -> None:
    contract = office.running()

    def refund(at: str, amount: int) -> tuple[int, str | None]:
        answer = office.happened(contract, at, "refunded", amount=amount)
        return answer.status, answer.body.get("rule")

    office.run("monthly", "2026-09-01T10:00")
    assert refund("2026-09-05T10:00", 5000) == (422, "G-07")
    office.happened(contract, "2026-09-15T09:00", "credited", amount=3000, reason="sorry")
    office.run("monthly", "2026-10-01T10:00")  # takes it up
    assert office.totals(contract)["2026-09"] == 4378 - 3000
    assert refund("2026-10-05T10:00", 3000) == (422, "G-07")
    office.happened(contract, "2026-10-10T09:00", "cancel_accepted")
    office.run("monthly", "2026-11-01T10:00")
    office.happened(contract, "2026-11-05T09:00", "credited", amount=2000, reason="sorry")
    assert refund("2026-11-06T10:00", 2000) == (422, "G-07"), "nothing was paid yet"
    office.happened(contract, "2026-11-05T09:00", "paid", month="2026-08")
    assert refund("2026-11-06T10:00", 2001) == (422, "G-07")
    assert refund("2026-11-06T10:00", 2000) == (200, None)
    assert refund("2026-11-06T10:01", 1) == (422, "G-07")


@pytest.mark.rule("HT-36", "HT-37", "HT-38", "HT-33")
def test_staff_sees_what_gives_the_right_to_terminate(office: Office) -> None:
    contract = office.apply("2026-11-20T09:00")

    def grounds(at: str) -> list[tuple[str, str]]:
        shown = office.staff("GET", f"/contracts/{contract}", at).body
        return [(one["since"], one["rule"]) for one in shown["may_terminate"]]

    office.happened(contract, "2026-12-01T09:00", "contact_asked")
    assert grounds("2026-12-16T23:59") == []
    assert grounds("2026-12-17T00:00") == [("2026-12-17", "HT-37")]
    assert office.run("daily", "2026-12-17T00:00")["may_be_terminated"] == 1
    assert office.run("daily", "2026-12-18T00:00").get("may_be_terminated", 0) == 0
    shown = office.staff("GET", f"/contracts/{contract}", "2026-12-17T09:00").body
    assert {one["reads"] for one in shown["may_terminate"]} == {"第16条 → 第20条"}
    over = office.happened(contract, "2026-12-18T09:00", "terminated", ground="14-1-6")
    assert (over.body["contract"]["state"], over.body["may_terminate"]) == ("ended", [])


@pytest.mark.rule("HT-34", "HT-33")
def test_a_suspension_can_be_told_before_it_begins(office: Office, cloud: Cloud) -> None:
    contract = office.running()
    office.notices()
    stop = {"on": "2026-10-15T00:00:00+09:00", "ground": "13-1-2"}
    shown = office.happened(contract, "2026-10-05T09:00", "suspended", **stop).body["contract"]
    (told,) = office.notices()
    assert (told.kind, told.values["day"]) == ("contract.suspended", "2026-10-15")
    assert (shown["state"], shown["states"][-1]["state"]) == ("active", "suspended")
    home = cloud.directory.home(shown["home"])
    assert home
    assert "activity" in home.features(jst("2026-10-14T23:59"))
    assert not home.features(jst("2026-10-15T00:00"))


@pytest.mark.rule("HT-33", "HT-36")
def test_a_suspension_for_untrue_data_tells_until_when_to_put_it_right(office: Office) -> None:
    contract = office.running()
    office.notices()
    stop = {"ground": "13-1-1", "cure_by": "2026-10-31"}
    office.happened(contract, "2026-10-05T09:00", "suspended", **stop)
    (told,) = office.notices()
    assert (told.kind, told.values["cure_by"]) == ("contract.suspended", "2026-10-31")
    paid = office.happened(contract, "2026-10-06T09:00", "paid", month="2026-09")
    assert paid.body["contract"]["state"] == "suspended"
    assert office.run("daily", "2026-11-01T00:00")["may_be_terminated"] == 1


@pytest.mark.rule("HT-73", "HT-67", "HT-68")
def test_a_service_that_ends_is_told_ahead_and_ends_for_everybody_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract = office.running(plan="rental_internet")
    office.notices()
    source = standard().product("doshiteru").source
    ends = ServiceEnd(last=date(2027, 3, 31), rule="HT-73")
    product = Product(source.model_copy(update={"ends": ends}))
    catalogue = Catalogue({"doshiteru": product}, [tax for tax, _ in standard().taxes])
    monkeypatch.setattr(contract_service, "priced", lambda _: catalogue)
    for day in ("2026-12-31", "2026-12-31", "2027-03-31", "2027-03-31"):
        office.run("daily", f"{day}T00:00", day)
    others = ("contract.run_summary", "contract.method_missing")
    told = [one for one in office.notices() if one.kind not in others]
    assert {(one.kind, one.values["ends_on"]) for one in told} == {
        ("contract.service_end_ahead", "2027-03-31"),
        ("contract.service_ended", "2027-03-31"),
    }
    assert len({one.id for one in told}) == 2
    shown = office.family("GET", f"/contracts/{contract}", "2027-04-01T09:00").body
    assert (shown["state"], shown["return_by"]) == ("ended", "2027-04-30")
    assert all(line["item"] != "early_termination_fee" for line in shown["unbilled"])


@pytest.mark.rule("HT-30", "HT-77", "G-07")
def test_a_new_name_and_address_are_reported_and_the_contract_stays_with_its_person(
    office: Office, cloud: Cloud
) -> None:
    contract = office.running()
    path = f"/contracts/{contract}/details"
    new = {"name": "山田 花子", "email": "new@f.example", "address": "東京都千代田区1-1"}
    assert office.family("PUT", path, "2026-09-01T09:00", new, person=TARO).status == 403
    shown = office.family("PUT", path, "2026-09-01T09:00", {**new, "home_name": "新しい家"}).body
    assert shown["home_name"] == "新しい家"
    agreed = office.staff("GET", f"/contracts/{contract}", "2026-09-01T10:00").body
    assert agreed["agreement"]["contractor"] == {
        "id": HANAKO,
        "name": "山田 花子",
        "email": "new@f.example",
        "phone": "",
    }
    assert agreed["audit"][-1]["rule"] == "HT-30"
    home = cloud.directory.home(shown["home"])
    assert home
    assert home.name == "新しい家"
    assert {m.email for m in home.members} == {"new@f.example", "taro@f.example"}
    asked = {"email": "new@f.example"}
    found = office.staff("GET", "/contracts", "2026-09-01T11:00", query=asked).body
    assert [one["contract"] for one in found["contracts"]] == [contract]
    before = len(agreed["audit"])
    office.family("PUT", path, "2026-09-02T09:00", new)  # nothing new
    for wrong in ({"id": TARO}, {"contractor": {"id": TARO}}, {"name": ""}, {"email": "x"}):
        assert office.family("PUT", path, "2026-09-02T09:00", wrong).status == 422
    again = office.staff("GET", f"/contracts/{contract}", "2026-09-02T10:00").body
    assert len(again["audit"]) == before


@pytest.mark.rule("HT-01", "HT-19", "HT-78")
def test_one_contractor_one_watched_person_any_number_of_watchers(
    office: Office, cloud: Cloud
) -> None:
    watchers = [{"id": f"person-{n}", "name": f"子 {n}"} for n in range(4)]
    contract = office.running(watched="佐藤 トメ", watchers=watchers)
    agreed = office.staff("GET", f"/contracts/{contract}", "2026-09-01T09:00").body
    assert agreed["agreement"]["watched"] == "佐藤 トメ"
    home = cloud.directory.home(agreed["contract"]["home"])
    assert home
    roles = {(member.person, member.role) for member in home.members}
    assert roles == {(HANAKO, "contractor"), *((f"person-{n}", "watcher") for n in range(4))}


@pytest.mark.rule("HT-55")
def test_what_the_installer_did_is_recorded_by_staff_only(office: Office) -> None:
    contract = office.apply()
    fact = {"fact": {"event": "installed", "sensors": 1}}
    assert (
        office.family("POST", f"/contracts/{contract}/facts", "2026-08-03T10:00", fact).status
        == 404
    )
    by_family = office.staff(
        "POST", f"/contracts/{contract}/facts", "2026-08-03T10:00", fact, groups=None
    )
    assert by_family.status == 403
    assert office.happened(contract, "2026-08-03T10:00", "installed", sensors=1).status == 200


@pytest.mark.rule("DC-14", "DC-15", "AL-89", "G-06")
def test_products_with_their_prices_ways_to_pay_and_numbers_to_call(office: Office) -> None:
    answer = office.family("GET", "/products", "2026-08-01T09:00")
    assert answer.status == 200
    found = {one["product"]: one for one in answer.body}
    partner = found["anshin_partner"]
    assert partner["name"] == "家のあんしんパートナー"
    assert partner["plans"] == [
        {
            "plan": "standard",
            "monthly_fee": 495,
            "initial_fees": {},
            "options": {"photo_collection": 0},
            "payments": ["card", "bank_transfer"],
            "free_days": 31,
        }
    ]
    phone = next(one for one in partner["channels"] if one["channel"] == "phone")
    assert phone == {"channel": "phone", "needs_line": True, "numbers": ["151", "0120-800-000"]}
    fees = {plan["plan"]: plan["monthly_fee"] for plan in found["doshiteru"]["plans"]}
    assert fees["rental_no_internet"] == 6578
    plans = [plan["plan"] for plan in found["rusutaku"]["plans"]]
    assert plans
    assert "security" not in plans  # only as a pack
    (then,) = (
        one["plans"][0]["monthly_fee"]
        for one in office.family("GET", "/products", "2015-08-05T09:00").body
        if one["product"] == "anshin_partner"
    )
    assert then == 486


@pytest.mark.rule("G-08", "HF-13")
def test_what_says_something_else_is_another_fact_though_the_time_is_the_same(
    office: Office,
) -> None:
    contract = office.running(plan="rental_no_internet")

    def said(event: str, **more: Any) -> list[dict[str, Any]]:
        """The facts of this kind after one more, said twice."""
        for at in ("2026-11-21T10:00", "2026-11-21T10:05"):
            answer = office.happened(contract, at, event, on="2026-11-20", **more)
            assert answer.status == 200, answer.body
        return [fact for fact in answer.body["facts"] if fact["event"] == event]

    assert len(said("paid", month="2026-09")) == 1
    assert [fact["month"] for fact in said("paid", month="2026-10")] == ["2026-09", "2026-10"]
    assert len(said("absent_visit", work="relocation")) == 1
    assert len(said("absent_visit", work="removal")) == 2
    assert len(said("absent_visit", work="removal", id="in the evening")) == 3
    shown = office.staff("GET", f"/contracts/{contract}", "2026-11-21T11:00").body
    fees = [one["amount"] for one in shown["contract"]["unbilled"] if one["item"] == "visit_fee"]
    assert fees == [11_000] * 3


@pytest.mark.rule("G-08")
def test_an_id_is_of_one_fact_only(office: Office) -> None:
    contract = office.running()
    visit = {"id": "visit-7", "work": "relocation"}
    for at in ("2026-09-20T10:00", "2026-09-21T10:00"):  # told again: when is no matter
        assert office.happened(contract, at, "absent_visit", **visit).status == 200
    for event, more in (("absent_visit", {"work": "repair"}), ("relocated", {})):
        other = office.happened(contract, "2026-09-22T10:00", event, id="visit-7", **more)
        assert other.status == 409
    shown = office.staff("GET", f"/contracts/{contract}", "2026-09-23T10:00").body
    assert [fact["event"] for fact in shown["facts"]].count("absent_visit") == 1


def test_of_what_is_said_of_one_time_the_last_to_arrive_holds(office: Office) -> None:
    contract = office.running()
    for id, payment in (("b", "card"), ("c", "bank_transfer"), ("a", "card")):
        said = {"on": "2026-09-20", "id": id, "payment": payment}
        assert (
            office.happened(contract, "2026-09-21T10:00", "payment_changed", **said).status == 200
        )
    shown = office.staff("GET", f"/contracts/{contract}", "2026-10-01T10:00").body
    assert shown["contract"]["payment"] == "card"


@pytest.mark.rule("G-08", "HT-13")
def test_whoever_decides_otherwise_at_the_same_moment_is_told(office: Office, cloud: Cloud) -> None:
    made = office.family("POST", "/contracts", "2026-08-01T09:00", {**CAMERA, **DOSHITERU}).body
    contract = made["id"]
    office.notices()
    cloud.meanwhile(
        "TransactWriteItems",
        lambda: office.decide(contract, "2026-08-02T09:00:01", accept=False, ground="5-3"),
    )
    assert office.decide(contract, "2026-08-02T09:00", accept=True).status == 409
    assert [one.kind for one in office.notices()] == ["contract.refused"]
    again = office.decide(contract, "2026-08-02T09:01", accept=True)
    assert (again.status, again.body["rule"]) == (422, "HT-13")


@pytest.mark.rule("HF-14", "HT-70", "HT-64")
def test_a_device_that_failed_is_asked_back_with_the_others(office: Office) -> None:
    contract = office.running(plan="rental_no_internet")
    sent = {"item": "sensor", "cause": "failure", "by": "post"}
    office.happened(contract, "2026-09-15T10:00", "replaced", **sent)
    office.happened(contract, "2026-09-16T10:00", "cancel_accepted")
    for item in ("sensor", "wifi_router"):  # one sensor of two comes back
        office.happened(contract, "2026-10-15T10:00", "returned", item=item)
    assert office.run("daily", "2026-10-30T00:00")["return_reminder"] == 1
    for _ in range(2):
        office.run("daily", "2026-10-31T00:00")
    shown = office.staff("GET", f"/contracts/{contract}", "2026-11-01T10:00").body
    found = [line for line in shown["contract"]["unbilled"] if line["item"].startswith("damages")]
    assert [(one["item"], one["amount"], one["rule"]) for one in found] == [
        ("damages_sensor", 13750, "HF-14")
    ]


@pytest.mark.rule("HF-14", "HT-70")
def test_the_one_that_failed_and_the_one_in_its_place_are_two(office: Office) -> None:
    contract = office.running(plan="rental_no_internet")
    sent = {"item": "sensor", "cause": "failure", "by": "post"}
    office.happened(contract, "2026-09-15T10:00", "replaced", **sent)
    office.happened(contract, "2026-09-16T10:00", "cancel_accepted")
    office.happened(contract, "2026-10-15T10:00", "returned", item="wifi_router")
    assert office.run("daily", "2026-10-31T00:00")["not_returned"] == 1
    shown = office.staff("GET", f"/contracts/{contract}", "2026-11-01T10:00").body
    found = {line["item"]: line["amount"] for line in shown["contract"]["unbilled"]}
    assert found["damages_sensor"] == 2 * 13750


PARTNER = {"product": "anshin_partner", "payment": "card", "name": "花子", "home_name": "家"}


@pytest.mark.rule("G-08", "DC-07")
def test_an_application_that_is_sent_twice_is_one(office: Office, cloud: Cloud) -> None:
    def apply(at: str, **more: Any) -> Any:
        return office.family("POST", "/contracts", at, {**PARTNER, **more})

    second: list[Any] = []
    cloud.meanwhile("TransactWriteItems", lambda: second.append(apply("2026-08-01T09:00:01").body))
    first = apply("2026-08-01T09:00:00").body
    later = apply("2026-08-02T09:00:00").body
    (other,) = second
    assert first["id"] == other["id"] == later["id"]
    assert [one["id"] for one in office.family("GET", "/contracts", "2026-08-03T09:00").body] == [
        first["id"]
    ]
    assert first["first_charge"] == later["first_charge"]
    assert len({one.id for one in office.notices()}) == 1
    otherwise = apply("2026-08-03T09:00:00", payment="bank_transfer")
    assert (otherwise.status, otherwise.body["type"]) == (
        409,
        "urn:mimamori:problem:applied-already",
    )
    elsewhere = apply("2026-08-04T09:00:00", home_name="祖父の家").body
    assert elsewhere["id"] != first["id"]
    assert elsewhere["state"] == "active"  # no second trial
    office.family("POST", f"/contracts/{first['id']}/cancellation", "2026-08-10T09:00", {})
    anew = apply("2026-10-01T09:00:00").body
    assert anew["id"] != first["id"]
    assert anew["state"] == "active"


@pytest.mark.rule("DC-07")
def test_of_four_applications_at_once_one_has_the_trial(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    # None of them sees another one when it looks.
    monkeypatch.setattr(ContractService, "had", lambda *_: False)
    people = (
        {"id": HANAKO, "email": "hanako@f.example"},
        {"email": "Hanako@f.example"},
        {"id": HANAKO, "email": "other@f.example"},
        {"email": "third@f.example", "phone": "090-1234-5678"},
        {"email": "fourth@f.example", "phone": "09012345678"},
    )
    wanted = {"product": "anshin_partner", "payment": "card"}
    made = [
        office.staff(
            "POST",
            "/contracts",
            "2026-08-01T09:00",
            {**wanted, "contractor": {"name": "花子", **who}, "home_name": f"{number}番目の家"},
        )
        for number, who in enumerate(people)
    ]
    states = [one.body["contract"]["state"] for one in made]
    assert states == ["trial", "active", "active", "trial", "active"]


@pytest.mark.rule("DC-07")
def test_who_was_refused_had_no_trial_yet(office: Office) -> None:
    refused = office.family("POST", "/contracts", "2026-08-01T09:00", PARTNER).body["id"]
    assert office.decide(refused, "2026-08-02T09:00", accept=False, ground="5-2").status == 200
    again = office.family("POST", "/contracts", "2026-08-05T09:00", PARTNER).body
    assert again["id"] != refused
    assert (again["state"], again["first_charge"]["month"]) == ("trial", "2026-09")
