"""From an application to the first home check: the registration with the partner (DC-31)."""

from collections.abc import Iterator
from typing import Any

import pytest

from lambdas.billing.app.contract_store import ContractStore
from lambdas.billing.contract.facts import PartnerRegistered as Fact
from lambdas.billing.on_partner import handler
from lambdas.dispatch import api
from lambdas.shared import settings
from lambdas.shared.aws.clients import client
from lambdas.shared.events import PartnerRegistered
from tests.integration.centre import CONSENT, ENVIRONMENT, MOTHER
from tests.integration.conftest import HANAKO, Answer, Ask, Cloud, Take
from tests.integration.office import Office, jst
from tests.integration.samples import on_bus

WAITING = {"room-watch", "health-line", "partner-registration"}
REGISTERED = {"room-watch", "health-line", "home-check", "sympathy-money"}
TERMS = "2026-04"
BODY = {"phone": "090-0000-0001", "address": "東京都", "target": MOTHER, "terms": TERMS}


@pytest.fixture
def partner(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """What registering with the partner needs: a workflow that can be started."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    settings.load.cache_clear()
    client("stepfunctions").create_state_machine(
        name=CONSENT,
        definition='{"StartAt": "Wait", "States": {"Wait": {"Type": "Succeed"}}}',
        roleArn="arn:aws:iam::123456789012:role/workflows",
    )
    yield cloud
    settings.load.cache_clear()


def applied(office: Office, product: str = "anshin_partner") -> tuple[str, str]:
    """A contract that was applied for in the app; itself and its home."""
    body = {"product": product, "name": "花子", "home_name": "実家", "payment": "card"}
    made = office.family("POST", "/contracts", "2026-08-01T09:00", body)
    assert made.status == 200, made.body
    return made.body["id"], made.body["home"]


def register(ask: Ask, home: str, at: str, method: str = "POST") -> Answer:
    return ask(api.handler, method, f"/homes/{home}/home-check", body=BODY, at=jst(at))


def features(cloud: Cloud, home: str, at: str) -> set[str]:
    found = cloud.directory.home(home)
    assert found
    return set(found.features(jst(at)))


def registrations(cloud: Cloud) -> list[PartnerRegistered]:
    return [one for one in cloud.published() if isinstance(one, PartnerRegistered)]


def audit(office: Office, contract: str) -> list[dict[str, Any]]:
    shown = office.staff("GET", f"/contracts/{contract}", "2026-09-01T09:00").body["audit"]
    return [row for row in shown if row["event"] == "partner_registered"]


@pytest.mark.rule("DC-31")
def test_the_whole_way_from_the_application_to_home_checks(
    partner: Cloud, office: Office, ask: Ask, take: Take
) -> None:
    contract, home = applied(office)
    assert features(partner, home, "2026-08-01T09:01") == WAITING
    registrations(partner)

    made = register(ask, home, "2026-08-02T10:00")
    assert (made.status, made.body["state"]) == (200, "pending")
    (said,) = registrations(partner)
    assert (said.contract, said.by) == (contract, HANAKO)
    assert "home-check" not in features(partner, home, "2026-08-02T10:00")

    assert not take(handler, on_bus(said), at=jst("2026-08-02T10:00"))
    assert features(partner, home, "2026-08-02T10:00") == REGISTERED
    (row,) = audit(office, contract)
    assert (row["who"], row["means"], row["rule"]) == (HANAKO, "app", "DC-31")


@pytest.mark.rule("DC-31", "G-08")
def test_twice_and_again_for_somebody_else_is_registered_once(
    partner: Cloud, office: Office, ask: Ask, take: Take
) -> None:
    contract, home = applied(office)
    register(ask, home, "2026-08-02T10:00")
    assert register(ask, home, "2026-08-05T10:00", "PUT").status == 200
    first, second = registrations(partner)
    assert first.case != second.case
    assert not take(handler, on_bus(first), on_bus(first), on_bus(second), on_bus(first))
    assert len(audit(office, contract)) == 1
    assert "home-check" in features(partner, home, "2026-08-06T10:00")


@pytest.mark.rule("DC-31", "G-08")
def test_the_earlier_registration_holds_though_it_comes_later(
    partner: Cloud, office: Office, ask: Ask, take: Take
) -> None:
    contract, home = applied(office)
    register(ask, home, "2026-08-02T10:00")
    register(ask, home, "2026-08-05T10:00", "PUT")
    first, second = registrations(partner)
    assert not take(handler, on_bus(second), on_bus(first))
    record = ContractStore("billing").record(contract)
    assert record
    on = [fact.on for fact in record.facts if isinstance(fact, Fact)]
    assert min(on) == jst("2026-08-02T10:00")
    assert "home-check" in features(partner, home, "2026-08-06T10:00")


@pytest.mark.rule("DC-31")
def test_a_product_without_home_checks_has_nothing_to_register_for(
    partner: Cloud, office: Office, ask: Ask
) -> None:
    _, home = applied(office, "orusuban_camera")
    assert "partner-registration" not in features(partner, home, "2026-08-01T09:01")
    answer = register(ask, home, "2026-08-02T10:00")
    assert (answer.status, answer.body["rule"]) == (403, "DL-01")


def test_a_contract_that_billing_does_not_know_is_nobodys_fault(cloud: Cloud, take: Take) -> None:
    said = PartnerRegistered(
        contract="contract-1", case="CN-20260802-0001", at=jst("2026-08-02T10:00"), by=HANAKO
    )
    before = cloud.rows("billing")
    assert not take(handler, on_bus(said))
    assert cloud.rows("billing") == before


def test_a_crash_before_the_directory_learns_is_made_good(
    partner: Cloud, office: Office, ask: Ask, take: Take
) -> None:
    contract, home = applied(office)
    register(ask, home, "2026-08-02T10:00")
    (said,) = registrations(partner)
    partner.fail(
        "TransactWriteItems",
        times=9,
        on=lambda asked: "HOME#" in str(asked["TransactItems"][0]["Put"]["Item"]),
    )
    assert take(handler, on_bus(said)) == ["message-0"]
    assert features(partner, home, "2026-08-06T10:00") == WAITING
    partner._failures.clear()
    assert not take(handler, on_bus(said))
    assert features(partner, home, "2026-08-06T10:00") == REGISTERED
    assert len(audit(office, contract)) == 1
