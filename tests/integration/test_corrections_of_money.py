"""What staff enters can be put right, and what cannot be meant is not stored."""

from typing import Any

import pytest

from lambdas.shared.aws import clients
from tests.integration.conftest import HANAKO, Answer, Cloud
from tests.integration.office import Office

AUGUST = 49_500


def entries(office: Office, contract: str, event: str) -> list[dict[str, Any]]:
    shown = office.staff("GET", f"/contracts/{contract}", "2027-12-01T00:00").body
    return [fact for fact in shown["facts"] if fact["event"] == event]


def unbilled(answer: Answer) -> list[int]:
    return [one["amount"] for one in answer.body["contract"]["unbilled"]]


def invoiced(office: Office, **wanted: Any) -> str:
    """A contract whose August was invoiced and paid."""
    contract = office.running(**wanted)
    office.run("monthly", "2026-09-01T10:00")
    assert office.happened(contract, "2026-09-02T10:00", "paid", month="2026-08").status == 200
    return contract


# --- refused is not stored


@pytest.mark.rule("HT-29", "G-08")
@pytest.mark.parametrize("month", ["2016-09", "2026-12", "2062-09"])
def test_a_mistyped_month_does_not_lock_a_contract(office: Office, month: str) -> None:
    contract = office.running()
    for event in ("payment_failed", "paid", "not_collected", "payment_reminder"):
        answer = office.happened(contract, "2026-10-01T10:00", event, month=month)
        assert answer.status == 422, answer.body
        assert entries(office, contract, event) == []
    assert office.family("GET", "/contracts", "2026-10-01T11:00").status == 200
    assert "not_understood" not in office.run("daily", "2026-10-02T00:00")
    assert office.run("monthly", "2026-10-01T10:00")["new"] == 1


@pytest.mark.rule("G-08")
def test_what_was_stored_before_is_read_shown_and_run(office: Office, cloud: Cloud) -> None:
    contract = office.running()
    row = next(r for r in cloud.rows("billing", "SHARD#") if "#F#start" in r["sk"])
    table = clients.table("billing")
    for key, body in {
        "old": '{"on":"2026-10-01T00:00:00+09:00","event":"payment_failed","month":"2016-09"}',
        "odd": '{"on":"2026-10-01T00:00:00+09:00","event":"no_longer_known"}',
    }.items():
        table.put_item(Item={**row, "sk": f"{contract}#F#{key}", "number": 99, "body": body})
    shown = office.staff("GET", f"/contracts/{contract}", "2026-10-02T00:00")
    assert shown.status == 200
    assert [one["event"] for one in shown.body["not_understood"]] == ["payment_failed"]
    assert office.family("GET", "/contracts", "2026-10-02T00:00").status == 200
    summary = office.run("monthly", "2026-10-01T10:00")
    assert (summary["new"], summary["not_understood"]) == (1, 2)
    wrong = shown.body["not_understood"][0]["fact"]
    body = {"fact": wrong, "reason": "a slip of the pen"}
    mended = office.staff("POST", f"/contracts/{contract}/retractions", "2026-10-03T10:00", body)
    assert mended.body["not_understood"] == []


@pytest.mark.rule("G-07")
def test_amounts_and_days_that_cannot_be_meant_are_refused(office: Office) -> None:
    contract = invoiced(office)
    at = "2026-09-10T10:00"
    for event, said in {
        "credited": {"amount": 99_999_999, "reason": "x"},
        "refunded": {"amount": 1},
        "written_off": {"month": "2026-08", "reason": "x"},
        "payment_reversed": {"month": "2026-08", "amount": AUGUST + 1, "cause": "dispute"},
        "relocated": {"on": "2062-09-01T10:00:00+09:00"},
        "absent_visit": {"on": "2016-09-01T10:00:00+09:00"},
    }.items():
        assert office.happened(contract, at, event, **said).status == 422, event
        assert entries(office, contract, event) == []


# --- taken back


@pytest.mark.rule("G-07", "HF-13")
def test_an_entry_is_taken_back_with_who_and_why(office: Office) -> None:
    contract = office.running()
    visit = office.happened(contract, "2026-09-05T10:00", "absent_visit", work="relocation")
    assert 11_000 in unbilled(visit)
    key = visit.body["facts"][-1]["key"]
    path = f"/contracts/{contract}/retractions"
    body = {"fact": key, "reason": "another house"}
    for _ in range(2):
        back = office.staff("POST", path, "2026-09-06T10:00", body)
        assert back.status == 200, back.body
        assert 11_000 not in unbilled(back)
    trail = [row for row in back.body["audit"] if row["event"] == "retracted"]
    assert [(row["who"], row["rule"]) for row in trail] == [("keiri", "G-07")]
    assert "another house" in trail[0]["detail"]
    unknown = office.staff("POST", path, "2026-09-06T10:00", {"fact": "no", "reason": "x"})
    assert unknown.status == 422


@pytest.mark.rule("G-07", "G-08")
def test_what_was_billed_before_it_was_taken_back_comes_back_as_a_line(office: Office) -> None:
    contract = office.running()
    office.happened(contract, "2026-09-05T10:00", "absent_visit", id="v-1", work="relocation")
    office.run("monthly", "2026-10-01T10:00")
    before = office.totals(contract)
    body = {"fact": "v-1", "reason": "another house"}
    office.staff("POST", f"/contracts/{contract}/retractions", "2026-10-05T10:00", body)
    office.run("monthly", "2026-11-01T10:00")
    after = office.totals(contract)
    assert {month: after[month] for month in before} == before
    assert (after["2026-10"], after.get("2026-11", 0)) == (0, 0)
    for at in ("2026-12-01T10:00", "2027-01-01T10:00"):
        office.run("monthly", at)
    assert sum(office.totals(contract).values()) == AUGUST + 4 * 4378


@pytest.mark.rule("G-07")
def test_a_wrong_amount_is_put_right_in_one_step(office: Office) -> None:
    contract = invoiced(office)
    wrong = office.happened(contract, "2026-09-05T10:00", "credited", amount=400, reason="x")
    said = {"event": "credited", "amount": 4_000, "reason": "a week without pictures"}
    body = {"fact": said, "replaces": wrong.body["facts"][-1]["key"], "reason": "a nought"}
    right = office.staff("POST", f"/contracts/{contract}/facts", "2026-09-06T10:00", body)
    assert right.status == 200, right.body
    assert -4_000 in unbilled(right)
    assert -400 not in unbilled(right)


@pytest.mark.rule("HT-40")
def test_a_cancellation_is_withdrawn_and_moved(office: Office) -> None:
    contract = office.running()
    office.happened(contract, "2026-09-25T10:00", "cancel_accepted")
    back = office.happened(contract, "2026-09-28T10:00", "cancel_withdrawn")
    assert back.body["contract"]["ends_on"] is None
    moved = office.happened(contract, "2026-11-02T10:00", "cancel_accepted")
    assert moved.body["contract"]["ends_on"] == "2026-11-30"


# --- pressed twice, two people


@pytest.mark.rule("G-08")
def test_a_button_pressed_twice_is_one_fee(office: Office) -> None:
    contract = office.running()
    for second in ("00", "01"):
        pressed = office.happened(
            contract, f"2026-09-05T10:00:{second}", "absent_visit", work="relocation"
        )
    assert unbilled(pressed).count(11_000) == 1
    later = office.happened(contract, "2026-09-05T18:00", "absent_visit", work="relocation")
    assert unbilled(later).count(11_000) == 2


@pytest.mark.rule("G-08")
def test_a_request_with_a_name_counts_once(office: Office) -> None:
    contract = office.running()
    body = {"fact": {"event": "absent_visit", "work": "relocation"}}
    path = f"/contracts/{contract}/facts"
    for at, key in (("10:00", "k-1"), ("10:30", "k-1"), ("10:30", "k-2")):
        named = {"headers": {"idempotency-key": key}}
        answer = office.staff("POST", path, f"2026-09-05T{at}", body, **named)
        assert answer.status == 200, answer.body
    assert unbilled(answer).count(11_000) == 2
    other = {"fact": {"event": "relocated"}}
    named = {"headers": {"idempotency-key": "k-1"}}
    assert office.staff("POST", path, "2026-09-05T11:00", other, **named).status == 409


@pytest.mark.rule("G-08")
def test_an_application_pressed_twice_is_one_contract(office: Office) -> None:
    body = {
        "product": "anshin_partner",
        "payment": "card",
        "contractor": {"name": "花子"},
        "home_name": "家",
    }
    ids = {
        office.staff("POST", "/contracts", at, body).body["contract"]["id"]
        for at in ("2026-09-05T10:00:19", "2026-09-05T10:00:21")
    }
    assert len(ids) == 1


@pytest.mark.rule("DC-07")
def test_a_customer_without_a_login_has_one_trial(office: Office) -> None:
    body = {
        "product": "anshin_partner",
        "payment": "card",
        "contractor": {"name": "花子", "phone": "090-1234-5678"},
        "home_name": "家",
    }
    first = office.staff("POST", "/contracts", "2026-09-01T10:00", body).body
    assert first["contract"]["state"] == "trial"
    phone = {"name": "花子", "phone": "０９０ 1234 5678"}
    again = {**body, "home_name": "別の家", "contractor": phone}
    second = office.staff("POST", "/contracts", "2026-10-20T10:00", again).body
    assert second["contract"]["state"] == "active"


@pytest.mark.rule("G-07", "HT-36")
def test_what_ends_a_contract_takes_two_people(office: Office) -> None:
    contract = office.running(plan="rental_no_internet")
    path, at = f"/contracts/{contract}/facts", "2026-10-05T10:00"
    body = {"fact": {"event": "terminated", "ground": "14-1-3"}}
    asked = office.staff("POST", path, at, body).body
    assert (asked["contract"]["state"], len(asked["proposals"])) == ("active", 1)
    yes = f"/proposals/{asked['proposals'][0]['id']}/approval"
    own = office.staff("POST", yes, at)
    assert (own.status, own.body["rule"]) == (403, "G-07")
    for _ in range(2):
        agreed = office.staff("POST", yes, "2026-10-06T10:00", person="kachou")
        assert agreed.body["contract"]["ends_on"] == "2026-10-06"
    assert agreed.body["proposals"] == office.staff("GET", "/proposals", at).body == []
    row = next(row for row in agreed.body["audit"] if row["event"] == "terminated")
    assert (row["who"], row["means"]) == ("kachou", "staff desk, proposed by keiri")


@pytest.mark.rule("G-07")
def test_what_is_open_says_whether_a_write_off_takes_two_people(office: Office) -> None:
    contract = office.running()
    for at in ("2026-09-01T10:00", "2026-10-01T10:00"):
        office.run("monthly", at)
    path = f"/contracts/{contract}/facts"
    asked = {}
    for month in ("2026-08", "2026-09"):  # 49,500 and 4,378
        body = {"fact": {"event": "written_off", "month": month, "reason": "x"}}
        answer = office.staff("POST", path, "2026-10-05T10:00", body).body
        asked[month] = len(answer["proposals"])
    assert asked == {"2026-08": 1, "2026-09": 1}, "the first waits, the second is done"
    (done,) = entries(office, contract, "written_off")
    assert (done["month"], done["amount"]) == ("2026-09", 4378)


@pytest.mark.rule("G-07")
def test_a_proposal_that_nobody_wants_changes_nothing(office: Office) -> None:
    contract = invoiced(office)
    body = {"fact": {"event": "credited", "amount": 40_000, "reason": "x"}}
    asked = office.staff("POST", f"/contracts/{contract}/facts", "2026-09-05T10:00", body).body
    no = f"/proposals/{asked['proposals'][0]['id']}/rejection"
    rejected = office.staff("POST", no, "2026-09-05T11:00", person="kachou").body
    assert rejected["proposals"] == []
    assert entries(office, contract, "credited") == []


# --- money that is the customer's


@pytest.mark.rule("G-07")
def test_money_of_somebody_who_left_can_be_paid_back(office: Office) -> None:
    contract = invoiced(office)
    office.run("monthly", "2026-10-01T10:00")
    office.happened(contract, "2026-10-02T10:00", "paid", month="2026-09")
    office.run("monthly", "2026-11-01T10:00")
    office.happened(contract, "2026-11-02T10:00", "paid", month="2026-10")
    late = {"on": "2026-09-15T10:00:00+09:00"}
    office.happened(contract, "2026-11-05T10:00", "cancel_accepted", **late)
    found = office.staff("GET", "/contracts", "2026-11-06T10:00", query={"credit": "true"}).body
    assert [(one["contract"], one["credit"]) for one in found["contracts"]] == [(contract, 4378)]
    more = office.happened(contract, "2026-11-06T10:00", "refunded", amount=4379)
    assert more.status == 422
    back = office.happened(contract, "2026-11-06T10:00", "refunded", amount=4378, reference="t-1")
    assert back.status == 200, back.body
    assert sum(unbilled(back)) == 0
    found = office.staff("GET", "/contracts", "2026-11-06T11:00", query={"credit": "true"}).body
    assert found["contracts"] == []


@pytest.mark.rule("HT-29", "HT-34", "G-07")
def test_a_credited_month_is_not_dunned(office: Office) -> None:
    contract = invoiced(office)
    office.run("monthly", "2026-10-01T10:00")
    office.happened(contract, "2026-10-02T10:00", "payment_failed", month="2026-09")
    credit = {"amount": 4378, "reason": "no pictures", "month": "2026-09"}
    shown = office.happened(contract, "2026-10-10T10:00", "credited", **credit)
    assert [one["state"] for one in shown.body["invoices"]] == ["paid", "settled"]
    for day in ("2026-11-05", "2026-11-12", "2026-12-11"):
        summary = office.run("daily", f"{day}T00:00", day)
        assert not {"payment_reminder", "suspended", "terminated"} & summary.keys()
    office.run("monthly", "2026-11-01T10:00")
    assert office.totals(contract)["2026-10"] == 4378


@pytest.mark.rule("G-07", "HT-34")
def test_what_is_written_off_is_asked_for_no_more(office: Office) -> None:
    contract = invoiced(office)
    office.run("monthly", "2026-10-01T10:00")
    office.happened(contract, "2026-10-02T10:00", "payment_failed", month="2026-09")
    off = {"month": "2026-09", "reason": "moved, address unknown"}
    assert office.happened(contract, "2026-10-10T10:00", "written_off", **off).status == 200
    assert "payment_reminder" not in office.run("daily", "2026-11-05T00:00")
    found = office.staff("GET", "/contracts", "2026-11-06T10:00", query={"unpaid": "true"}).body
    assert found["contracts"] == []


@pytest.mark.rule("HT-29", "HT-34")
def test_part_of_an_invoice_leaves_the_rest_to_be_asked_for(office: Office) -> None:
    contract = invoiced(office)
    office.run("monthly", "2026-10-01T10:00")
    office.happened(contract, "2026-10-02T10:00", "payment_failed", month="2026-09")
    part = {"month": "2026-09", "amount": 4000, "reference": "f-1"}
    office.happened(contract, "2026-10-10T10:00", "paid", **part)
    assert office.run("daily", "2026-11-05T00:00")["payment_reminder"] == 1
    rest = {"month": "2026-09", "amount": 400, "reference": "f-2"}
    paid = office.happened(contract, "2026-11-06T10:00", "paid", **rest)
    assert paid.body["invoices"][-1]["state"] == "paid"
    found = office.staff("GET", "/contracts", "2026-11-06T10:00", query={"credit": "true"}).body
    assert [one["credit"] for one in found["contracts"]] == [22], "22 yen too much"


def test_a_contract_is_found_by_what_a_caller_may_say(office: Office) -> None:
    where = "大阪府大阪市北区見守三丁目1番3号"
    who = {"id": HANAKO, "name": "見守 花子", "email": "h@f.example", "phone": "090-1234-5678"}
    contract = office.running(contractor=who, address=where)
    shown = office.staff("GET", f"/contracts/{contract}", "2026-09-01T10:00").body
    number = office.staff("GET", "/contracts", "2026-09-01T10:00").body["contracts"][0]["customer"]
    assert shown["contract"]["id"] == contract
    for query in (
        {"name": "花子"},
        {"name": "守花"},
        {"phone": "09012345678"},
        {"address": "北区見守"},
        {"address": "大阪府大阪市"},
        {"customer": number},
    ):
        found = office.staff("GET", "/contracts", "2026-09-01T10:00", query=query).body
        assert [one["contract"] for one in found["contracts"]] == [contract], query
    for query in ({"name": "太郎"}, {"phone": "0901"}, {"address": "北海道"}, {"customer": "1"}):
        found = office.staff("GET", "/contracts", "2026-09-01T10:00", query=query).body
        assert found["contracts"] == [], query
