"""Whom the directory says to write to about a contract, from its first fact on."""

from datetime import timedelta

import pytest

from lambdas.shared.aws.clients import table
from lambdas.shared.calendar import start_of
from tests.integration.conftest import HANAKO, Cloud
from tests.integration.office import CONSENTS, Office, jst


def expires(contract: str) -> int | None:
    key = {"pk": f"CONTRACT#{contract}", "sk": "CONTACT"}
    found = table("directory").get_item(Key=key)["Item"].get("expires")
    return None if found is None else int(found)


def applied(office: Office, **wanted: object) -> str:
    body = {
        "product": "doshiteru",
        "plan": "purchase_no_internet",
        "payment": "card",
        "contractor": {"name": "花子", "email": "hanako@f.example"},
        "home_name": "あたらしい家",
        "consents": CONSENTS,
        **wanted,
    }
    made = office.staff("POST", "/contracts", "2026-08-01T09:00", body)
    assert made.status == 200, made.body
    contract: str = made.body["contract"]["id"]
    return contract


@pytest.mark.rule("HT-78")
def test_an_applicant_can_be_written_to_before_there_is_a_home(office: Office) -> None:
    contract = applied(office)
    contact = office.cloud.directory.contact(contract)
    assert contact
    assert (contact.person, contact.name, contact.email) == ("", "花子", "hanako@f.example")
    assert expires(contract) is None
    assert office.cloud.directory.homes_of("") == []
    (notice,) = office.notices()
    assert notice.home
    assert office.cloud.directory.home(notice.home) is None, "a home is there once it is accepted"
    assert "hanako@f.example" not in notice.model_dump_json(), "no address lies on the bus"


@pytest.mark.rule("HT-16")
def test_whoever_was_refused_is_forgotten_half_a_year_later(office: Office) -> None:
    contract = applied(office)
    body = {"accept": False, "ground": "5-3"}
    assert office.decide(contract, "2026-08-02T09:00", **body).status == 200
    half = start_of(jst("2026-08-02").date()) + timedelta(days=180)
    assert expires(contract) == int(half.timestamp())


@pytest.mark.rule("HT-30")
def test_a_new_address_is_the_one_to_write_to(office: Office, cloud: Cloud) -> None:
    contract = office.running()
    changed = office.family(
        "PUT", f"/contracts/{contract}/details", "2026-09-01T09:00", {"email": "new@f.example"}
    )
    assert changed.status == 200, changed.body
    contact = cloud.directory.contact(contract)
    assert contact
    assert (contact.person, contact.email) == (HANAKO, "new@f.example")


@pytest.mark.rule("HT-67")
def test_an_ended_contract_can_be_written_about_for_half_a_year(office: Office) -> None:
    contract = office.running()
    assert expires(contract) is None
    cancelled = {"desired": "2026-10-31"}
    assert (
        office.happened(contract, "2026-10-01T09:00", "cancel_accepted", **cancelled).status == 200
    )
    half = start_of(jst("2026-10-31").date()) + timedelta(days=180)
    assert expires(contract) == int(half.timestamp())


def test_the_day_s_run_writes_a_contact_down_once(office: Office, cloud: Cloud) -> None:
    contract = office.running()
    key = {"pk": f"CONTRACT#{contract}", "sk": "CONTACT"}
    before = len(cloud.asked("PutItem"))
    assert office.run("daily", "2026-09-02T00:00")["published"] == 0
    written = [call["Item"] for call in cloud.asked("PutItem")[before:]]
    assert not [item for item in written if item["pk"] == key["pk"] and item["sk"] == "CONTACT"]
