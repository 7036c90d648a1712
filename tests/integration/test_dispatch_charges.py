"""What dispatch did is charged once, by the product of the contract, and shown on the invoice."""

import pytest

from lambdas.billing.app.contract_service import BillingSettings, ContractService
from lambdas.billing.documents.labels import label
from lambdas.billing.on_dispatch import handler
from lambdas.shared import events
from lambdas.shared.events import DispatchSettled, EmptyHomeVisited, Event
from lambdas.shared.settings import load
from tests.integration.conftest import Ask, Cloud, Context
from tests.integration.office import Office, jst
from tests.integration.samples import batch

CASE = "RQ-20261201-0001"
MONTH = "2027-01-01T02:00"


@pytest.fixture
def office(cloud: Cloud, ask: Ask) -> Office:
    return Office(cloud, ask)


def told(*said: Event) -> list[dict[str, str]]:
    """The events reach billing; the messages that were not taken."""
    envelopes = [
        {"detail-type": one.detail_type(), "detail": one.model_dump(mode="json")} for one in said
    ]
    assert [events.parse(one) for one in envelopes] == list(said)
    return list(handler(batch(*envelopes), Context())["batchItemFailures"])


def security(office: Office, product: str, plan: str, payment: str = "bank_transfer") -> str:
    """A contract whose service runs."""
    asked = {"product": product, "plan": plan, "payment": payment, "watchers": []}
    contract = office.apply("2026-11-01T09:00", **asked)
    assert office.happened(contract, "2026-11-05T10:00", "started").status == 200
    return contract


def settled(contract: str, at: str = "2026-12-01T10:00", **more: object) -> DispatchSettled:
    about = {"contract": contract, "case": CASE, "cause": "request", "called_off": False}
    return DispatchSettled.model_validate({**about, "at": jst(at), **more})


def lines(office: Office, contract: str) -> list[tuple[str, int, str, str]]:
    """Item, amount, rule and words of what the invoice of December has beside monthly fees."""
    office.run("monthly", MONTH)
    service = ContractService(load(BillingSettings))
    issued = service.open(contract).issued
    return [
        (line.item, line.amount, line.rule, label(line))
        for one in issued
        for line in one.invoice.lines
        if str(line.month) == "2026-12" and line.item != "monthly_fee"
    ]


@pytest.mark.rule("AL-23", "AL-24", "A-41", "G-08", "S-7")
@pytest.mark.parametrize(
    ("product", "yen", "rule"),
    [("home_security_online", 3300, "AL-23"), ("home_security_self", 11000, "AL-24")],
)
def test_somebody_went(office: Office, product: str, yen: int, rule: str) -> None:
    contract = security(office, product, "zero_start")
    said = settled(contract, agreed_yen=yen)
    assert told(said, said) == []
    assert told(said) == []
    assert lines(office, contract) == [("dispatch_fee", yen, rule, f"駆けつけ料 {CASE}")]
    assert told(said) == []
    assert office.totals(contract) == {"2026-12": 4070 + 4070 + yen}


@pytest.mark.rule("AL-20", "A-41")
def test_called_off_at_home_security_is_free(office: Office) -> None:
    contract = security(office, "home_security_online", "zero_start")
    assert told(settled(contract, called_off=True, agreed_yen=3300)) == []
    assert lines(office, contract) == []


def test_nobody_pays_more_than_they_agreed_to(office: Office) -> None:
    contract = security(office, "home_security_self", "zero_start")
    assert told(settled(contract, agreed_yen=5000)) == []
    assert [line[:2] for line in lines(office, contract)] == [("dispatch_fee", 5000)]


@pytest.mark.rule("AL-83", "AL-84", "G-08")
def test_a_visit_and_what_was_sent_on(office: Office) -> None:
    contract = security(office, "rusutaku", "standard")
    about = {"contract": contract, "case": "PT-20261210-0001", "at": jst("2026-12-10T11:00")}
    said = EmptyHomeVisited(**about, visit="patrol", forwarding_yen=810)
    assert told(said, said) == []
    found = lines(office, contract)
    assert found == [("forwarding", 810, "AL-83", "転送費用（実費） PT-20261210-0001")]


@pytest.mark.rule("AL-71")
def test_what_has_no_place_in_the_contract_waits_for_a_person(office: Office) -> None:
    contract = security(office, "albo_eye", "camera_only", "card")
    assert len(told(settled(contract))) == 1
    assert told(settled("contract-of-nobody")) == []


@pytest.mark.rule("AL-23", "AL-24", "AL-71", "A-41")
def test_the_directory_tells_the_price_before_anybody_is_sent(office: Office) -> None:
    for product, plan, payment, yen in (
        ("home_security_online", "zero_start", "bank_transfer", 3300),
        ("home_security_self", "zero_start", "bank_transfer", 11000),
        ("albo_eye", "camera_only", "card", None),
    ):
        contract = security(office, product, plan, payment)
        home = office.cloud.directory.home(
            ContractService(load(BillingSettings)).open(contract).agreement.home
        )
        assert home
        (known,) = (one for one in home.contracts if one.id == contract)
        assert (known.dispatch.yen if known.dispatch else None) == yen
        if known.dispatch:
            free = (known.dispatch.called_off_yen, known.dispatch.called_off_rule)
            assert free == (0, "AL-20")


def hear(*said: Event) -> None:
    """The events reach billing in this order; what is not taken comes again, as a queue does."""
    waiting = list(said)
    for _ in said:
        waiting = [one for one in waiting if told(one)]
    assert waiting == []


@pytest.mark.rule("AL-23", "G-07", "G-08")
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2, 2, 1, 0)])
def test_what_is_charged_follows_the_last_correction_whatever_comes_first(
    office: Office, order: tuple[int, ...]
) -> None:
    contract = security(office, "home_security_online", "zero_start")
    editions = [
        settled(contract, agreed_yen=3300),
        settled(contract, agreed_yen=3300, edition=1, void=True, called_off=True),
        settled(contract, agreed_yen=3300, edition=2),
    ]
    hear(*(editions[one] for one in order))
    assert [one[1] for one in lines(office, contract) if one[0] == "dispatch_fee"] == [3300]


@pytest.mark.rule("A-41", "G-08")
@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 1, 0, 1)])
def test_nobody_went_after_all_and_nothing_is_charged(
    office: Office, order: tuple[int, ...]
) -> None:
    contract = security(office, "home_security_online", "zero_start")
    editions = [settled(contract), settled(contract, edition=1, void=True, called_off=True)]
    hear(*(editions[one] for one in order))
    assert [one for one in lines(office, contract) if one[0] == "dispatch_fee"] == []


def test_a_correction_of_what_nobody_heard_of_waits(office: Office) -> None:
    contract = security(office, "home_security_online", "zero_start")
    assert told(settled(contract, edition=1)) != []
