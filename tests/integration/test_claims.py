"""Sympathy money: 申請 → 審査 → 承認 or 否認 → 支払, each once, written down and told."""

import base64
from typing import Any

import pytest

from tests.integration.conftest import TARO, Answer, Cloud
from tests.integration.office import Office

BURGLARY = {"happened": "2026-09-10T14:00:00+09:00", "cause": "theft", "amount": 180_000}


def insured(office: Office, at: str = "2026-08-01T09:00", **wanted: Any) -> str:
    """家のあんしんパートナー whose customer registered with the partner (DC-31)."""
    contract = office.apply(at, product="anshin_partner", plan="standard", **wanted)
    assert office.happened(contract, "2026-08-02T09:00", "partner_registered").status == 200
    return contract


def claim(office: Office, contract: str, at: str = "2026-09-11T09:00", **loss: Any) -> Answer:
    body = {**BURGLARY, **loss}
    return office.family("POST", f"/contracts/{contract}/claims", at, body)


def move(office: Office, id: str, what: str, body: Any = None) -> Answer:
    day = {"examination": 18, "decision": 19, "payment": 20}[what]
    return office.staff("POST", f"/claims/{id}/{what}", f"2026-09-{day}T09:00", body)


@pytest.mark.rule("DC-35", "DC-36", "G-07", "A-04")
def test_a_claim_is_examined_approved_paid_written_down_and_told(office: Office) -> None:
    contract = insured(office)
    office.notices()
    made = claim(office, contract)
    assert (made.status, made.body["stage"], made.body["amount"]) == (200, "applied", None)
    id = made.body["id"]
    (listed,) = office.staff("GET", "/claims", "2026-09-12T09:00").body
    assert listed["id"] == id

    assert move(office, id, "payment", {"reference": "early"}).body["rule"] == "DC-36"
    assert move(office, id, "decision", {"verified_loss": 150_000}).body["rule"] == "DC-36"
    assert move(office, id, "examination").body["stage"] == "examined"
    approved = move(office, id, "decision", {"verified_loss": 150_000}).body
    assert (approved["stage"], approved["amount"]) == ("approved", 100_000)
    paid = move(office, id, "payment", {"reference": "振込 2026-0042"}).body
    assert (paid["stage"], paid["reference"]) == ("paid", "振込 2026-0042")

    assert office.staff("GET", "/claims", "2026-09-21T09:00").body == []
    assert office.staff("GET", f"/claims/{id}", "2026-09-21T09:00").body["stage"] == "paid"
    (mine,) = office.family("GET", f"/contracts/{contract}/claims", "2026-09-21T09:00").body
    assert (mine["stage"], mine["amount"]) == ("paid", 100_000)
    audit = office.staff("GET", f"/contracts/{contract}", "2026-09-21T09:00").body["audit"]
    assert [(a["event"], a["rule"], a["means"]) for a in audit][-4:] == [
        ("claim_applied", "DC-35", "app"),
        ("claim_examined", "DC-35", "staff desk"),
        ("claim_approved", "DC-35", "staff desk"),
        ("claim_paid", "DC-35", "staff desk"),
    ]
    told = [(one.kind, one.values["amount"]) for one in office.notices()]
    assert told == [
        ("contract.claim_applied", "0"),
        ("contract.claim_approved", "100,000"),
        ("contract.claim_paid", "100,000"),
    ]


@pytest.mark.rule("DC-36")
def test_a_denied_claim_is_never_paid_and_its_ground_stays_in_the_house(office: Office) -> None:
    contract = insured(office)
    id = claim(office, contract).body["id"]
    move(office, id, "examination")
    denied = move(office, id, "decision", {"ground": "施錠されていなかった"}).body
    assert (denied["stage"], denied["ground"]) == ("denied", "施錠されていなかった")
    for what, body in (("payment", {"reference": "x"}), ("decision", {"verified_loss": 1})):
        assert (move(office, id, what, body).status, what) == (422, what)
    mine = office.family("GET", f"/contracts/{contract}/claims", "2026-09-21T09:00").body
    assert "施錠" not in str(mine) + str(office.notices())


@pytest.mark.rule("A-15", "A-04")
def test_an_incident_brings_one_claim_under_whichever_contract_of_the_home(office: Office) -> None:
    contract = insured(office)
    first = claim(office, contract)
    assert claim(office, contract).body["id"] == first.body["id"]  # sent twice
    again = claim(office, contract, amount=50_000)
    assert (again.status, again.body["rule"]) == (422, "A-15")
    home = office.family("GET", f"/contracts/{contract}", "2026-09-11T09:00").body["home"]
    other = insured(office, "2026-08-01T10:00", home=home)
    assert claim(office, other).body["rule"] == "A-15"
    elsewhere = insured(office, "2026-08-01T11:00")
    assert claim(office, elsewhere).status == 200
    assert claim(office, contract, happened="2026-09-11T08:00:00+09:00").status == 200
    assert len(office.staff("GET", "/claims", "2026-09-12T09:00").body) == 3


@pytest.mark.rule("AL-64", "AL-65", "AL-66", "AL-67")
def test_home_security_always_pays_the_same_and_not_for_shops(office: Office) -> None:
    contract = office.apply(
        product="home_security_online", plan="rental", payment="card", watchers=[]
    )
    office.happened(contract, "2026-08-10T10:00", "started")
    id = claim(office, contract, cause="fire", amount=8_000).body["id"]
    move(office, id, "examination")
    assert move(office, id, "decision", {"verified_loss": 8_000}).body["amount"] == 100_000
    shop = claim(office, contract, cause="theft", site="shop")
    assert (shop.status, shop.body["rule"]) == (422, "AL-67")
    assert claim(office, office.running("2026-08-01T12:00")).body["rule"] == "AL-64"


@pytest.mark.rule("DC-31", "DC-35", "DC-36")
@pytest.mark.parametrize(
    ("loss", "rule"),
    [
        ({"happened": "2026-08-01T23:00:00+09:00"}, "DC-31"),  # before the registration
        ({"happened": "2026-07-31T23:00:00+09:00"}, "HT-21"),  # before the service
        ({"happened": "2026-09-12T00:00:00+09:00"}, "DC-36"),  # to come
        ({"cause": "fire"}, "DC-35"),
    ],
)
def test_what_is_not_covered(office: Office, loss: dict[str, str], rule: str) -> None:
    answer = claim(office, insured(office), **loss)
    assert (answer.status, answer.body["rule"]) == (422, rule)


def test_claims_are_made_by_the_contractor_and_decided_by_staff(office: Office) -> None:
    contract = insured(office)
    path = f"/contracts/{contract}/claims"
    assert office.family("POST", path, "2026-09-11T09:00", BURGLARY, person=TARO).status == 403
    id = claim(office, contract).body["id"]
    for method, where in (("GET", ""), ("GET", f"/{id}"), ("POST", f"/{id}/examination")):
        answer = office.staff(method, f"/claims{where}", "2026-09-12T09:00", groups=None)
        assert answer.status == 403
    for unknown in ("nothing", "a.b.c", "home-x.2026-09-10.theft"):
        assert move(office, unknown, "examination").status == 404
    assert move(office, id, "decision", {}).status == 422
    assert move(office, id, "decision", {"verified_loss": 1, "ground": "x"}).status == 422


def test_two_who_decide_at_once(office: Office, cloud: Cloud) -> None:
    id = claim(office, insured(office)).body["id"]
    move(office, id, "examination")
    cloud.meanwhile("TransactWriteItems", lambda: move(office, id, "decision", {"ground": "x"}))
    assert move(office, id, "decision", {"verified_loss": 10_000}).status == 409
    assert office.staff("GET", f"/claims/{id}", "2026-09-21T09:00").body["stage"] == "denied"


def photograph(content: bytes = b"a broken window") -> dict[str, str]:
    return {"photo_jpeg": base64.b64encode(b"\xff\xd8\xff" + content).decode()}


@pytest.mark.rule("DC-36", "G-07")
def test_the_damage_is_shown_by_photographs_until_it_is_decided(office: Office) -> None:
    contract = insured(office)
    id = claim(office, contract).body["id"]
    here = f"/contracts/{contract}/claims/{id}/photographs"
    at = "2026-09-11T10:00"
    shown = office.family("POST", here, at, photograph()).body
    assert office.family("POST", here, at, photograph()).body == shown  # sent twice
    (name,) = shown["photographs"]
    assert office.family("GET", f"{here}/{name}", at).status == 200
    seen = office.staff("GET", f"/claims/{id}/photographs/{name}", at)
    assert (seen.status, seen.base64) == (200, True)
    assert office.staff("GET", f"/claims/{id}", at).body["photographs"] == [name]
    move(office, id, "examination")
    for number in range(7):
        assert office.family("POST", here, at, photograph(bytes([number]))).status == 200
    much = office.family("POST", here, at, photograph(b"one more"))
    assert (much.status, much.body["rule"]) == (422, "DC-36")
    move(office, id, "decision", {"verified_loss": 150_000})
    late = office.family("POST", here, at, photograph(b"late"))
    assert (late.status, late.body["rule"]) == (422, "DC-36")
    assert (
        len(office.family("GET", f"/contracts/{contract}/claims", at).body[0]["photographs"]) == 8
    )
    audit = office.staff("GET", f"/contracts/{contract}", at).body["audit"]
    assert [one["event"] for one in audit].count("claim_shown") == 8


@pytest.mark.parametrize("sent", ["bm8gcGljdHVyZQ==", "ä", "", "/9j/" * 1_300_000])
def test_what_is_no_photograph_is_refused_and_not_kept(office: Office, sent: str) -> None:
    contract = insured(office)
    id = claim(office, contract).body["id"]
    here = f"/contracts/{contract}/claims/{id}/photographs"
    assert office.family("POST", here, "2026-09-11T10:00", {"photo_jpeg": sent}).status == 422
    (mine,) = office.family("GET", f"/contracts/{contract}/claims", "2026-09-11T10:00").body
    assert mine["photographs"] == []


@pytest.mark.rule("HT-78")
def test_photographs_are_the_contractors_and_staffs(office: Office) -> None:
    contract = insured(office)
    id = claim(office, contract).body["id"]
    here = f"/contracts/{contract}/claims/{id}/photographs"
    at = "2026-09-11T10:00"
    (name,) = office.family("POST", here, at, photograph()).body["photographs"]
    for person in (TARO, "person-stranger"):
        assert office.family("GET", f"{here}/{name}", at, person=person).status in (403, 404)
        assert office.family("POST", here, at, photograph(), person=person).status in (403, 404)
    assert office.family("GET", f"{here}/nothing", at).status == 404
    other = insured(office, "2026-08-01T11:00")
    elsewhere = f"/contracts/{other}/claims/{id}/photographs/{name}"
    assert office.family("GET", elsewhere, at).status == 404
    refused = office.staff("GET", f"/claims/{id}/photographs/{name}", at, groups="[operator]")
    assert refused.status == 403
