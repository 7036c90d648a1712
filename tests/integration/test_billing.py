"""Contracts and money against their services: facts once, invoices once, whatever is repeated,
missed, reordered or broken off; who may do what; what others learn."""

import base64
from itertools import permutations
from typing import Any

import pytest
from aws_lambda_powertools.utilities import parameters
from botocore.exceptions import ClientError

from lambdas.billing import on_batch
from lambdas.billing.app.audit_store import AuditStore
from lambdas.billing.app.contract_service import ContractService
from lambdas.billing.app.contract_store import ContractStore
from lambdas.billing.app.records import ContractRecord
from lambdas.billing.contract.facts import Fact
from lambdas.billing.contract.history import History
from lambdas.shared.events import Contractor, StaffGroup
from tests.app_store import Store as Apple
from tests.integration.conftest import HANAKO, STRANGER, TARO, Cloud
from tests.integration.office import CONSENTS, Office, jst

# --- facts


@pytest.mark.rule("G-07")
def test_every_change_is_written_down_with_who_when_how_and_why(office: Office) -> None:
    contract = office.running()
    office.family("POST", f"/contracts/{contract}/pause", "2026-10-15T09:00", {"months": 2})
    shown = office.staff("GET", f"/contracts/{contract}", "2026-10-15T10:00").body
    trail = [(row["event"], row["who"], row["means"], row["rule"]) for row in shown["audit"]]
    assert trail == [
        ("applied", "keiri", "staff desk", "HT-13"),
        ("accepted", "keiri", "staff desk", "HT-13"),
        ("installed", "keiri", "staff desk", "HT-55"),
        ("started", "keiri", "staff desk", "HT-21"),
        ("paused", HANAKO, "app", "HT-43"),
    ]
    assert shown["audit"][-1]["at"] == "2026-10-15T00:00:00+00:00"


@pytest.mark.rule("G-08")
def test_a_fact_that_comes_twice_is_one_fact(office: Office) -> None:
    contract = office.running()
    for _ in range(2):
        answer = office.happened(
            contract, "2026-09-05T10:00", "absent_visit", id="visit-7", work="relocation"
        )
        assert answer.status == 200, answer.body
    assert [one["amount"] for one in answer.body["contract"]["unbilled"]] == [49500, 4378, 11000]


@pytest.mark.rule("G-08")
def test_the_order_in_which_facts_of_different_days_arrive_changes_nothing(office: Office) -> None:
    facts = [
        ("2026-09-05T10:00:00+09:00", "absent_visit", {"work": "relocation"}),
        ("2026-09-20T10:00:00+09:00", "relocated", {"same_day_same_building": True}),
        ("2026-09-25T10:00:00+09:00", "replaced", {"item": "sensor", "cause": "user"}),
    ]
    found = set()
    for number, order in enumerate(permutations(facts)):
        contract = office.running(f"2026-08-01T09:{number:02}")
        for on, event, more in order:
            assert office.happened(contract, "2026-09-30T12:00", event, on=on, **more).status == 200
        office.run("monthly", "2026-10-01T10:00")
        found.add(tuple(sorted(office.totals(contract).items())))
    assert len(found) == 1


def test_two_changes_at_the_same_moment_are_weighed_one_after_the_other(
    office: Office, cloud: Cloud
) -> None:
    contract = office.running()
    path = f"/contracts/{contract}/pause"
    cloud.meanwhile(
        "TransactWriteItems",
        lambda: office.family("POST", path, "2026-10-15T09:00:01", {"months": 1}),
    )
    answer = office.family("POST", path, "2026-10-15T09:00:00", {"months": 3})
    assert (answer.status, answer.body.get("rule")) == (422, "HT-43")
    pause = office.family("GET", f"/contracts/{contract}", "2026-10-16T09:00").body["pause"]
    assert pause["end"] == "2026-11-15"


# --- who may


def test_a_contract_exists_for_its_own_people_only(office: Office) -> None:
    contract = office.running()
    path = f"/contracts/{contract}"
    for who, expected in ((HANAKO, 200), (TARO, 200), (STRANGER, 404)):
        assert office.family("GET", path, "2026-09-01T09:00", person=who).status == expected
    cancelled = office.family("POST", f"{path}/cancellation", "2026-09-01T09:00", {}, person=TARO)
    assert (cancelled.status, cancelled.body["rule"]) == (403, "HT-78")
    listed = office.family("GET", "/contracts", "2026-09-01T09:00", person=TARO).body
    assert [one["id"] for one in listed] == [contract]


@pytest.mark.parametrize("groups", [None, "[operator]", "operator responder"])
def test_the_staff_desk_is_for_billing_staff(office: Office, groups: str | None) -> None:
    contract = office.running()
    for method, path in (
        ("GET", f"/contracts/{contract}"),
        ("POST", f"/contracts/{contract}/facts"),
        ("POST", f"/contracts/{contract}/decision"),
        ("GET", "/runs"),
    ):
        body = {"fact": {"event": "started"}, "accept": True} if method == "POST" else None
        answer = office.staff(method, path, "2026-09-01T09:00", body, person=HANAKO, groups=groups)
        assert answer.status == 403, path


@pytest.mark.rule("HT-43", "HT-46")
def test_what_the_rules_forbid_is_said_with_the_rule_in_the_callers_language(
    office: Office,
) -> None:
    path = f"/contracts/{office.running()}/pause"
    ja = office.family("POST", path, "2026-10-15T09:00", {"months": 4})
    en = office.family("POST", path, "2026-10-15T09:00", {"months": 4}, language="en")
    assert (ja.status, ja.body["rule"], en.body["rule"]) == (422, "HT-43", "HT-43")
    assert ja.body["detail"] == (
        "休止できるのは、ご利用中のときに、1か月から3か月まで（月単位）です。"
    )
    assert "4 months" in en.body["detail"]
    assert office.family("POST", path, "2026-10-15T09:00", {"months": "x"}).status == 422


@pytest.mark.rule("HT-16", "HT-15")
def test_the_ground_of_a_refusal_stays_in_the_house(office: Office) -> None:
    body = {
        "product": "doshiteru",
        "plan": "purchase_no_internet",
        "name": "花子",
        "home_name": "家",
        "consents": CONSENTS,
    }
    contract = office.family("POST", "/contracts", "2026-08-01T09:00", body).body["id"]
    refused = office.decide(contract, "2026-08-02T09:00", accept=False, ground="5-3")
    assert refused.body["facts"][-1]["ground"] == "5-3"
    mine = office.family("GET", f"/contracts/{contract}", "2026-08-03T09:00").body
    assert mine["state"] == "refused"
    assert "5-3" not in str(mine)
    assert "5-3" not in str(office.notices())
    again = office.decide(contract, "2026-08-04T09:00", accept=True)
    assert (again.status, again.body["rule"]) == (422, "HT-13")


@pytest.mark.rule("HT-14")
def test_nothing_is_accepted_without_the_three_consents(office: Office) -> None:
    body = {
        "product": "doshiteru",
        "plan": "purchase_no_internet",
        "contractor": {"name": "花子"},
        "home_name": "家",
        "consents": ["users"],
    }
    made = office.staff("POST", "/contracts", "2026-08-01T09:00", body).body["contract"]["id"]
    answer = office.decide(made, "2026-08-02T09:00", accept=True)
    assert (answer.status, answer.body["rule"]) == (422, "HT-14")


@pytest.mark.rule("DC-07", "A-01")
def test_a_second_application_has_no_second_trial(office: Office) -> None:
    body = {"product": "anshin_partner", "name": "花子", "home_name": "家", "payment": "card"}
    first = office.family("POST", "/contracts", "2026-08-01T09:00", body).body
    second = office.family("POST", "/contracts", "2026-12-01T09:00", body).body
    assert (first["state"], second["state"]) == ("trial", "active")


# --- runs


@pytest.mark.rule("S-1", "G-08")
def test_a_month_is_invoiced_once_however_often_it_runs(office: Office) -> None:
    contract = office.running()
    first = office.run("monthly", "2026-10-01T10:00", "2026-09")
    assert (first["new"], first["invoices"], first["yen"]) == (1, 1, 49500 + 4378)
    again = office.run("monthly", "2026-10-02T10:00", "2026-09")
    assert (again.get("new", 0), again["invoices"], again["yen"]) == (0, 1, 49500 + 4378)
    assert office.totals(contract) == {"2026-09": 49500 + 4378}


@pytest.mark.rule("G-08")
def test_a_month_that_was_missed_comes_with_the_next_and_is_not_charged_again(
    office: Office,
) -> None:
    contract = office.running()
    office.run("monthly", "2026-09-01T10:00")
    office.run("monthly", "2026-11-01T10:00")  # October's first was missed
    assert office.totals(contract) == {"2026-08": 49500, "2026-10": 2 * 4378}
    late = office.run("monthly", "2026-11-05T10:00", "2026-09")
    assert late.get("new", 0) == 0
    assert sum(office.totals(contract).values()) == 49500 + 2 * 4378


@pytest.mark.rule("G-08")
def test_what_is_learnt_late_is_put_right_by_a_line_of_the_difference(office: Office) -> None:
    contract = office.running()
    for month in (9, 10, 11, 12):
        office.run("monthly", f"2026-{month:02}-01T10:00")
    late = {"on": "2026-09-10T09:00:00+09:00", "months": 1}
    assert office.happened(contract, "2026-12-05T09:00", "paused", **late).status == 200
    office.run("monthly", "2027-01-01T10:00")
    totals = office.totals(contract)
    assert [totals[f"2026-{m:02}"] for m in (9, 10, 11)] == [4378, 4378, 4378]
    # October was storage, not the monthly fee: 330 + 1,100 − 4,378, with December's fee.
    assert totals["2026-12"] == 4378 + 330 + 1100 - 4378


@pytest.mark.rule("G-08")
def test_a_run_broken_off_half_way_and_begun_again_gives_one_invoice_each(
    office: Office, cloud: Cloud
) -> None:
    contracts = [office.running(f"2026-08-01T09:{n:02}") for n in range(12)]
    written = 0

    def the_seventh(params: Any) -> bool:
        nonlocal written
        written += "INVOICES#" in str(params["TransactItems"])
        return written == 7

    cloud.fail("TransactWriteItems", on=the_seventh)
    with pytest.raises(ClientError):
        office.run("monthly", "2026-09-01T10:00")
    assert len(cloud.rows("billing", "INVOICES#")) == 6
    office.run("monthly", "2026-09-01T10:05")
    assert [office.totals(one) for one in contracts] == [{"2026-08": 49500}] * 12


def test_two_runs_at_once_give_one_invoice(office: Office, cloud: Cloud) -> None:
    contract = office.running()
    summaries: list[dict[str, int]] = []

    def meanwhile() -> None:
        cloud.meanwhile("TransactWriteItems", lambda: summaries.append(other()))

    def other() -> dict[str, int]:
        return office.run("monthly", "2026-09-01T10:00:01", "2026-08")

    cloud.meanwhile("PutEvents", lambda: None)
    cloud.meanwhile("Query", meanwhile)
    summaries.append(office.run("monthly", "2026-09-01T10:00", "2026-08"))
    assert sum(one.get("new", 0) for one in summaries) == 1
    assert office.totals(contract) == {"2026-08": 49500}


def test_a_contract_nobody_understands_stops_no_other(office: Office, cloud: Cloud) -> None:
    bad, good = office.running(), office.running("2026-08-01T09:01")
    store = ContractStore("billing")
    row = next(r for r in cloud.rows("billing", "SHARD#") if r["sk"].startswith(f"{bad}#F#start"))
    again = {**row, "sk": f"{row['sk']}-again", "body": row["body"].replace("-10T10", "-11T10")}
    store._table.put_item(Item=again)
    summary = office.run("monthly", "2026-09-01T10:00")
    assert (summary["not_understood"], summary["new"]) == (1, 2)
    assert office.totals(bad) == office.totals(good) == {"2026-08": 49500}
    assert [row["event"] for row in AuditStore("billing").trail(bad)][-1] == "not_understood"


@pytest.mark.parametrize(
    ("kind", "at"), [("daily", "2026-09-02T00:00"), ("monthly", "2026-09-01T10:00")]
)
def test_a_contract_with_which_something_is_wrong_stops_no_other(
    office: Office, cloud: Cloud, monkeypatch: pytest.MonkeyPatch, kind: str, at: str
) -> None:
    contracts = [office.running(f"2026-08-01T09:{n:02}") for n in range(3)]
    bad = contracts[1]
    read = ContractService.history

    def history(at: ContractService, record: ContractRecord, *more: Fact) -> History:
        if record.id == bad:
            raise OverflowError("date value out of range")
        return read(at, record, *more)

    invoice = on_batch.invoice_for
    monkeypatch.setattr(ContractService, "history", history)
    monkeypatch.setattr(
        on_batch,
        "invoice_for",
        lambda contract, *more: 1 // (contract.id != bad) and invoice(contract, *more),
    )
    summary = office.run(kind, at)
    assert (summary["contracts"], summary["not_understood"]) == (3, 1)
    assert summary.get("new", 2) == 2
    noted = AuditStore("billing").trail(bad)[-1]
    assert noted["event"] == "not_understood"
    assert noted["detail"].startswith(("OverflowError", "ZeroDivisionError"))


def test_whoever_changes_a_contract_during_a_run_stops_nothing(
    office: Office, cloud: Cloud
) -> None:
    contract = office.running(plan="rental_no_internet")
    office.happened(contract, "2026-09-10T10:00", "cancel_accepted")
    office.run("daily", "2026-10-30T00:00")
    cloud.meanwhile(
        "TransactWriteItems",
        lambda: office.happened(contract, "2026-10-30T09:00", "credited", amount=1, reason="-"),
    )
    summary = office.run("daily", "2026-10-31T00:00")
    assert summary["not_returned"] == 2
    assert "not_understood" not in summary
    shown = office.staff("GET", f"/contracts/{contract}", "2026-11-02T01:00").body
    events = [fact["event"] for fact in shown["facts"]]
    assert (events.count("not_returned"), events.count("credited")) == (2, 1)


@pytest.mark.parametrize(
    "said",
    [
        {"event": "started", "on": "9998-08-10"},
        {"event": "started", "on": "0001-01-01T00:00+14:00"},
        {"event": "payment_failed", "month": "9999-12"},
        {"event": "suspended", "cure_by": "9999-12-31"},
        {"event": "credited", "amount": 10**40, "reason": "all of it"},
        {"event": "device_lost", "devices": 10**40},
    ],
)
def test_no_date_and_no_number_beyond_all_counting_is_taken_in(
    office: Office, said: dict[str, Any]
) -> None:
    contract = office.apply()
    refused = office.staff(
        "POST", f"/contracts/{contract}/facts", "2026-08-03T10:00", {"fact": said}
    )
    assert (refused.status, refused.body["title"] != "") == (422, True)
    assert office.family("GET", f"/contracts/{contract}", "2026-08-04T10:00").status == 200
    assert office.run("daily", "2026-08-04T00:00")["contracts"] == 1


@pytest.mark.rule("AL-40")
def test_a_day_to_end_on_is_a_day_that_can_be_foreseen(office: Office) -> None:
    contract = office.apply(product="home_security_online", plan="purchase")
    office.happened(contract, "2026-08-10T10:00", "started")
    path = f"/contracts/{contract}/cancellation"
    for desired in ("9999-12-30", "2036-09-02", "soon", ""):
        refused = office.family("POST", path, "2026-09-01T10:00", {"desired": desired})
        assert refused.status == 422
    assert office.family("GET", "/contracts", "2026-09-01T10:00").status == 200
    taken = office.family("POST", path, "2026-09-01T10:00", {"desired": "2036-09-01"})
    assert (taken.status, taken.body["ends_on"]) == (200, "2036-09-01")
    assert "not_understood" not in office.run("daily", "2026-09-02T00:00")


def test_an_application_comes_in_on_a_day(office: Office) -> None:
    body = {"product": "doshiteru", "contractor": {"name": "花子"}, "home_name": "家"}
    wrong = office.staff("POST", "/contracts", "2026-08-01T09:00", {**body, "on": "soon"})
    assert wrong.status == 422


def test_a_run_goes_on_where_its_time_was_up(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    contracts = [office.running(f"2026-08-01T09:{n:02}") for n in range(5)]
    monkeypatch.setattr(on_batch, "MOST_CONTRACTS", 1)
    summary = office.run("monthly", "2026-09-01T10:00")
    assert (summary["contracts"], summary["new"]) == (5, 5)
    assert [office.totals(one) for one in contracts] == [{"2026-08": 49500}] * 5


def test_the_summary_is_stored_and_mailed_to_staff_once(office: Office) -> None:
    office.running()
    office.notices()
    office.run("monthly", "2026-09-01T10:00")
    (mail,) = (one for one in office.notices() if one.kind == "contract.run_summary")
    assert mail.audience == StaffGroup(group="billing")
    assert "yen: 49,500" in mail.values["lines"]
    (execution,) = office.staff("GET", "/runs/monthly-2026-08", "2026-09-01T11:00").body[
        "executions"
    ]
    assert execution["summary"]["new"] == 1
    assert office.staff("GET", "/runs", "2026-09-01T11:00").body == ["monthly-2026-08"]


@pytest.mark.rule("S-4", "HT-33", "HT-36")
def test_days_that_were_missed_are_made_up_for(office: Office) -> None:
    contract = office.running()
    for month in (9, 10):
        office.run("monthly", f"2026-{month:02}-01T10:00")
    office.run("daily", "2026-10-01T00:00")
    office.happened(contract, "2026-10-01T11:00", "payment_failed", month="2026-09")
    office.notices()
    summary = office.run("daily", "2026-11-20T00:00")  # since 10-01 none ran
    # Nobody is suspended who was not told before: the steps keep their distance.
    assert (summary["payment_reminder"], summary.get("suspended", 0)) == (1, 0)
    (mail,) = (one for one in office.notices() if one.kind == "contract.payment_reminder")
    assert (mail.rule, mail.values["stops"]) == ("HT-34", "2026-11-27")
    again = office.run("daily", "2026-11-20T00:10")
    assert again.get("payment_reminder", 0) == 0
    office.run("daily", "2026-11-26T00:00")
    assert office.run("daily", "2026-11-27T00:00")["suspended"] == 1
    shown = office.family("GET", f"/contracts/{contract}", "2026-11-27T00:05").body
    assert shown["states"][-1] == {"since": "2026-11-27", "state": "suspended"}
    cured = {due["what"]: due["day"] for due in shown["dates"]}["cure_date"]
    assert cured == "2026-12-25"


@pytest.mark.rule("HT-34")
def test_a_day_made_up_for_by_hand_dates_nothing_back(office: Office) -> None:
    contract = office.running()
    office.happened(contract, "2026-10-01T11:00", "payment_failed", month="2026-09")
    assert office.run("daily", "2026-11-20T09:00", "2026-11-05")["payment_reminder"] == 1
    assert office.run("daily", "2026-11-20T09:05", "2026-11-19").get("suspended", 0) == 0
    assert office.run("daily", "2026-11-27T00:00")["suspended"] == 1


@pytest.mark.rule("HT-29", "HT-36")
def test_a_failure_that_staff_enters_late_takes_every_step(office: Office) -> None:
    contract = office.running(plan="rental_no_internet")
    late = {"on": "2026-10-27T00:00:00+09:00", "month": "2026-09"}
    office.happened(contract, "2026-12-20T11:00", "payment_failed", **late)
    counts = {
        day: office.run("daily", f"{day}T00:00")
        for day in ("2026-12-21", "2027-02-05", "2027-02-12", "2027-03-12", "2027-03-13")
    }
    taken = {
        day: [name for name in ("payment_reminder", "suspended", "terminated") if count.get(name)]
        for day, count in counts.items()
    }
    assert taken == {
        "2026-12-21": [],
        "2027-02-05": ["payment_reminder"],  # due 2027-01-31
        "2027-02-12": ["suspended"],
        "2027-03-12": [],
        "2027-03-13": ["terminated"],
    }


@pytest.mark.rule("HT-33")
def test_money_that_is_entered_late_lets_the_service_run_again(office: Office) -> None:
    contract = office.running()
    office.happened(contract, "2026-10-01T11:00", "payment_failed", month="2026-09")
    for day in ("2026-11-05", "2026-11-12"):
        office.run("daily", f"{day}T00:00")
    came = {"on": "2026-11-10T00:00:00+09:00", "month": "2026-09"}  # before it was stopped
    paid = office.happened(contract, "2026-11-20T15:00", "paid", **came)
    assert paid.body["contract"]["state"] == "active"


@pytest.mark.rule("S-4", "HT-29")
def test_paying_lets_the_service_run_again(office: Office, cloud: Cloud) -> None:
    contract = office.running()
    office.happened(contract, "2026-10-01T11:00", "payment_failed", month="2026-09")
    office.run("daily", "2026-11-05T00:00", "2026-11-05")
    office.run("daily", "2026-11-12T00:00", "2026-11-12")
    stopped = office.family("GET", f"/contracts/{contract}", "2026-11-12T09:00").body
    assert stopped["state"] == "suspended"
    paid = office.happened(contract, "2026-11-20T15:00", "paid", month="2026-09")
    assert paid.body["contract"]["state"] == "active"
    after = office.run("daily", "2026-12-11T00:00", "2026-12-11")
    assert after.get("terminated", 0) == 0


# --- what others learn


def features(cloud: Cloud, home: str, at: str) -> frozenset[str]:
    found = cloud.directory.home(home)
    return frozenset(found.features(jst(at))) if found else frozenset()


@pytest.mark.rule("HT-45", "HT-49", "A-27", "DC-05")
def test_the_directory_shuts_with_a_pause_and_opens_after_it_to_the_instant(
    office: Office, cloud: Cloud
) -> None:
    contract = office.running()
    home = office.family("GET", f"/contracts/{contract}", "2026-08-11T09:00").body["home"]
    assert "activity" in features(cloud, home, "2026-08-11T09:00")
    office.family("POST", f"/contracts/{contract}/pause", "2026-10-15T09:00", {"months": 1})
    assert not features(cloud, home, "2026-10-15T09:01")
    assert not features(cloud, home, "2026-11-15T23:59")
    assert "activity" in features(cloud, home, "2026-11-16T00:00")  # no run is needed for it


@pytest.mark.rule("HT-40")
def test_the_directory_shuts_at_the_end_of_the_last_day(office: Office, cloud: Cloud) -> None:
    contract = office.running()
    shown = office.family(
        "POST", f"/contracts/{contract}/cancellation", "2026-10-20T23:59:59", {}
    ).body
    assert shown["ends_on"] == "2026-10-31"
    assert "activity" in features(cloud, shown["home"], "2026-10-31T23:59")
    assert not features(cloud, shown["home"], "2026-11-01T00:00")
    people = cloud.directory.home(shown["home"])
    assert people
    assert {(m.person, m.role) for m in people.members} == {
        (HANAKO, "contractor"),
        (TARO, "watcher"),
    }


@pytest.mark.rule("HT-83", "HT-84", "A-35")
def test_the_app_is_open_for_what_was_paid_in_it(office: Office, cloud: Cloud) -> None:
    contract = office.running(
        payment="in_app",
        plan="rental_internet",
        watchers=[{"id": TARO, "name": "太郎", "os": "ios"}],
    )
    path = f"/contracts/{contract}/purchases"
    store = office.sells_in_the_app()
    bought = {"watcher": TARO, "receipt": store.receipt("t-1", jst("2026-09-12T09:59"))}
    home = office.family("GET", f"/contracts/{contract}", "2026-08-11T09:00").body["home"]
    assert not features(cloud, home, "2026-08-11T09:00")
    for _ in range(2):  # the store tells twice
        answer = office.family("POST", path, "2026-09-12T10:00", bought, person=TARO)
        assert answer.body["app_open"] is True
    assert "activity" in features(cloud, home, "2026-09-30T23:59")
    assert not features(cloud, home, "2026-10-01T00:00")
    late = {"watcher": TARO, "receipt": store.receipt("t-2", jst("2026-09-30T23:50"))}
    assert office.family("POST", path, "2026-10-02T10:00", late, person=TARO).status == 200
    assert not features(cloud, home, "2026-10-02T10:01")  # told late, it is still September's
    android = office.running(
        "2026-08-01T09:10",
        payment="in_app",
        plan="rental_internet",
        watchers=[
            {"id": HANAKO, "name": "花子", "os": "android"},
            {"id": TARO, "name": "太郎", "os": "ios"},
        ],
    )
    bought = {"watcher": HANAKO, "receipt": store.receipt("t-3", jst("2026-10-02T09:00"))}
    refused = office.family("POST", f"/contracts/{android}/purchases", "2026-10-02T10:00", bought)
    assert (refused.status, refused.body["rule"]) == (422, "HT-81")


@pytest.mark.rule("HT-82", "HT-81")
def test_nobody_opens_the_app_without_a_receipt_of_the_store(office: Office) -> None:
    wanted = {
        "payment": "in_app",
        "plan": "rental_internet",
        "watchers": [{"id": TARO, "name": "太郎", "os": "ios"}],
    }
    one, other = office.running(**wanted), office.running("2026-08-01T09:01", **wanted)

    def buys(contract: str, receipt: str) -> tuple[int, str | None]:
        body = {"watcher": TARO, "receipt": receipt}
        path = f"/contracts/{contract}/purchases"
        answer = office.family("POST", path, "2026-09-12T10:00", body, person=TARO)
        return answer.status, answer.body.get("rule")

    store = Apple()
    receipt = store.receipt("t-1", jst("2026-09-12T09:59"))
    assert buys(one, receipt) == (422, "HT-81")  # nothing is set up yet
    parameters.clear_caches()
    store = office.sells_in_the_app()
    assert buys(one, receipt) == (422, "HT-82")  # of another store
    receipt = store.receipt("t-1", jst("2026-09-12T09:59"))
    assert buys(one, receipt) == (200, None)
    assert buys(other, receipt) == (422, "HT-82")  # one purchase opens one contract's app
    assert buys(one, receipt) == (200, None)


@pytest.mark.rule("HT-78")
def test_only_the_contractor_is_told(office: Office) -> None:
    contract = office.running()
    told = office.notices()
    assert [(one.kind, one.rule) for one in told] == [
        ("contract.applied", "HT-13"),
        ("contract.accepted", "HT-13"),
        ("contract.started", "HT-21"),
    ]
    assert {one.audience for one in told} == {Contractor(contract=contract)}
    contact = office.cloud.directory.contact(contract)
    assert contact
    assert (contact.person, contact.email) == (HANAKO, "hanako@f.example")


@pytest.mark.rule("HT-78")
def test_bills_and_arrears_are_shown_to_the_contractor_only(office: Office) -> None:
    contract = office.running()
    office.run("monthly", "2026-09-01T10:00")
    office.happened(contract, "2026-10-01T10:00", "payment_failed", month="2026-08")
    bill = f"/contracts/{contract}/invoices"
    for path in (bill, f"{bill}/2026-08", f"{bill}/2026-08/pdf", f"{bill}/2026-08/csv"):
        refused = office.family("GET", path, "2026-10-02T10:00", person=TARO)
        assert (refused.status, refused.body["rule"]) == (403, "HT-78")
        assert office.family("GET", path, "2026-10-02T10:00", person=STRANGER).status == 404
        assert office.family("GET", path, "2026-10-02T10:00").status == 200

    def shown(person: str) -> tuple[Any, Any, set[str]]:
        path = f"/contracts/{contract}"
        body = office.family("GET", path, "2026-10-02T10:00", person=person).body
        assert (body["state"], body["starts_on"]) == ("active", "2026-08-10")
        return body["first_charge"], body["unbilled"], {due["what"] for due in body["dates"]}

    _, unbilled, dates = shown(HANAKO)
    assert unbilled
    assert {"payment_due", "termination", "warranty_ends"} <= dates
    assert shown(TARO) == (None, [], {"warranty_ends"})


def test_who_was_not_told_because_of_a_crash_is_told_by_the_next_run(
    office: Office, cloud: Cloud
) -> None:
    contract = office.running()
    office.notices()
    cloud.fail("PutEvents", times=9)
    path = f"/contracts/{contract}/pause"
    assert office.family("POST", path, "2026-10-15T09:00", {"months": 1}).status == 500
    cloud._failures.clear()
    assert office.notices() == []
    office.run("daily", "2026-10-16T00:00")
    assert [one.kind for one in office.notices() if "run" not in one.kind] == ["contract.paused"]


# --- papers, preview


def pdf(office: Office, contract: str, paper: str, at: str) -> bytes | None:
    path = f"/contracts/{contract}/invoices/2026-08/{paper}"
    answer = office.family("GET", path, at)
    return base64.b64decode(answer.body) if answer.status == 200 else None


@pytest.mark.rule("G-08")
def test_an_invoice_stays_as_it_was_issued(office: Office) -> None:
    contract = office.running()
    office.run("monthly", "2026-09-01T10:00")
    first = pdf(office, contract, "pdf", "2026-10-02T10:00")
    assert first
    assert first.startswith(b"%PDF")
    moved = {"name": "鈴木 花子", "address": "大阪市北区1-1"}
    path = f"/contracts/{contract}/details"
    assert office.family("PUT", path, "2026-10-03T10:00", moved).status == 200
    assert pdf(office, contract, "pdf", "2026-10-04T10:00") == first
    assert pdf(office, contract, "demand", "2026-10-04T10:00") is None
    office.happened(contract, "2026-10-05T10:00", "payment_failed", month="2026-08")
    assert pdf(office, contract, "pdf", "2026-10-06T10:00") == first


@pytest.mark.rule("HT-29")
def test_what_asks_for_it_again_is_a_paper_of_its_own(office: Office) -> None:
    contract = office.running()
    office.run("monthly", "2026-09-01T10:00")
    office.happened(contract, "2026-09-05T10:00", "payment_failed", month="2026-08")
    asks = pdf(office, contract, "demand", "2026-09-06T10:00")
    assert asks
    assert asks != pdf(office, contract, "pdf", "2026-09-06T10:00")
    assert pdf(office, contract, "demand", "2026-10-20T10:00") == asks
    office.happened(contract, "2026-10-21T10:00", "paid", month="2026-08")
    assert pdf(office, contract, "demand", "2026-10-22T10:00") is None
    store = ContractStore("billing")
    record = store.record(contract)
    assert record
    (issued,) = record.issued
    assert issued.head.settlement.way == "クレジットカード"


@pytest.mark.rule("G-05")
def test_an_invoice_is_there_as_json_pdf_and_csv(office: Office) -> None:
    path = f"/contracts/{office.running()}/invoices/2026-08"
    assert office.family("GET", path, "2026-08-20T09:00").status == 404
    office.run("monthly", "2026-09-01T10:00")
    at = "2026-09-02T09:00"
    shown = office.family("GET", path, at).body
    assert (shown["total"], shown["tax"], shown["state"]) == (49500, 4500, "requested")
    pdf = office.family("GET", f"{path}/pdf", at)
    assert (pdf.status, pdf.headers["content-type"], pdf.base64) == (200, "application/pdf", True)
    csv = office.family("GET", f"{path}/csv", at)
    assert csv.headers["content-type"].startswith("text/csv")
    for wrong in ("2026-13", "august", "2026-09"):
        assert office.family("GET", f"/contracts/x/invoices/{wrong}", at).status == 404


def test_the_preview_is_the_same_as_on_the_command_line(office: Office) -> None:
    request = {
        "product": "doshiteru",
        "plan": "purchase_no_internet",
        "payment": "card",
        "timeline": [
            {"on": "2026-08-03", "event": "installed", "sensors": 1, "wifi_router": 1},
            {"on": "2026-08-10", "event": "started"},
            {"on": "2026-10-15", "event": "paused", "months": 2},
            {"on": "2027-01-21T09:00:00+09:00", "event": "cancel_accepted"},
        ],
        "through": "2027-03",
    }
    answer = office.family("POST", "/preview", "2026-08-01T09:00", request)
    assert (answer.status, answer.body["total"]) == (200, 68772)
    request["timeline"][2]["months"] = 4  # type: ignore[index]
    refused = office.family("POST", "/preview", "2026-08-01T09:00", request)
    assert (refused.status, refused.body["rule"]) == (422, "HT-43")


def test_the_preview_answers_whatever_it_is_asked(office: Office) -> None:
    request: dict[str, Any] = {"product": "doshiteru", "plan": "purchase_no_internet"}
    far = [
        {"on": "9999-12-01", "event": "started"},
        {"on": "9999-12-15", "event": "paused", "months": 2},
    ]
    far_off = {**request, "timeline": far, "through": "9999-12"}
    assert office.family("POST", "/preview", "2026-08-01T09:00", far_off).status == 422
    often = [
        {"on": f"2026-09-10T{n // 60:02}:{n % 60:02}", "event": "payment_changed", "payment": pay}
        for n, pay in enumerate(["card", "bank_transfer"] * 499)
    ]
    started = {"on": "2026-08-10", "event": "started"}
    changed = {**request, "timeline": [started, *often], "through": "2026-12"}
    answer = office.family("POST", "/preview", "2026-08-01T09:00", changed)
    assert (answer.status, answer.body["total"]) == (200, 4 * 4378)


# --- what is lent, and whom to call


def sticker(office: Office, contract: str, event: str, at: str) -> tuple[int, str | None]:
    answer = office.happened(contract, at, event, serial="E1234")
    return answer.status, answer.body.get("rule")


@pytest.mark.rule("AL-42", "G-08")
def test_a_sticker_is_for_one_home_at_a_time(office: Office, cloud: Cloud) -> None:
    wanted = {"product": "home_security_self", "plan": "purchase", "payment": "bank_transfer"}
    one = office.running(**wanted)
    two = office.running("2026-08-01T09:30", **wanted)
    assert sticker(office, one, "sticker_lent", "2026-08-11T09:00") == (200, None)
    assert sticker(office, one, "sticker_lent", "2026-08-11T09:00") == (200, None)  # the same
    assert sticker(office, two, "sticker_lent", "2026-08-12T09:00") == (422, "AL-42")
    assert sticker(office, two, "sticker_returned", "2026-08-12T09:00") == (422, "AL-42")
    assert sticker(office, one, "sticker_returned", "2026-08-13T09:00") == (200, None)
    cloud.meanwhile(
        "TransactWriteItems", lambda: sticker(office, one, "sticker_lent", "2026-08-14T09:00")
    )
    assert sticker(office, two, "sticker_lent", "2026-08-14T09:00")[0] == 409
    shown = [
        office.family("GET", f"/contracts/{id}", "2026-08-15T09:00").body["stickers"]
        for id in (one, two)
    ]
    assert shown == [["E1234"], []]


@pytest.mark.rule("AL-81", "AL-82")
def test_whom_to_call_depends_on_who_asks_and_what_else_there_is(office: Office) -> None:
    def told(person: str) -> dict[str, str]:
        answer = office.family("GET", f"/contracts/{camera}", "2026-09-01T09:00", person=person)
        assert answer.status == 200
        return {one["what"]: one["number"] for one in answer.body["contacts"]}

    camera = office.running(product="albo_eye", plan="standard")
    assert told(HANAKO) == {"password_forgotten": "0120-24-2413"}
    assert told(TARO) == {}
    wanted = {"product": "home_security_self", "plan": "purchase", "payment": "bank_transfer"}
    house = office.running("2026-08-01T09:30", **wanted)
    assert set(told(HANAKO)) == {"guard", "password_forgotten"}
    assert set(told(TARO)) == {"guard"}
    leaving = {"desired": "2026-08-31"}
    office.family("POST", f"/contracts/{house}/cancellation", "2026-08-20T09:00", leaving)
    assert "guard" not in told(HANAKO)


@pytest.mark.rule("AL-21")
def test_the_number_for_a_mistake_is_that_of_the_home(office: Office) -> None:
    wanted = {"product": "home_security_self", "plan": "purchase", "payment": "bank_transfer"}
    body = {
        **wanted,
        **{"name": "花子", "home_name": "家", "prefecture": "27", "there": ["good_radio"]},
    }
    made = office.family("POST", "/contracts", "2026-08-01T09:00", body)
    assert made.status == 200, made.body
    (mistake,) = (one for one in made.body["contacts"] if one["what"] == "mistake")
    assert (mistake["number"], mistake["rule"]) == ("0120-86-7799", "AL-21")
    wrong = office.family("POST", "/contracts", "2026-08-01T10:00", {**body, "prefecture": "48"})
    assert wrong.status == 422


@pytest.mark.rule("G-07", "HT-71")
def test_staff_sees_what_kind_of_fact_each_is(office: Office) -> None:
    contract = office.running()
    office.family("POST", f"/contracts/{contract}/cancellation", "2026-09-10T09:00", {})
    office.happened(contract, "2026-10-05T09:00", "returned", item="wifi_router")
    office.happened(contract, "2026-10-06T09:00", "leftovers_disposed", what="SDカード")
    shown = office.staff("GET", f"/contracts/{contract}", "2026-10-07T10:00").body
    assert [fact["event"] for fact in shown["facts"]] == [
        *("applied", "accepted", "installed", "started", "cancel_accepted"),
        *("returned", "leftovers_disposed"),
    ]
    assert shown["facts"][-1]["what"] == "SDカード"
    assert shown["audit"][-1]["rule"] == "HT-71"
    told = {one.kind for one in office.notices()}
    kinds = ("applied", "accepted", "started", "cancelled")
    assert told == {f"contract.{kind}" for kind in kinds}
