"""Every write of billing's desk counts once under the name that its sender gave it (G-08)."""

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

from lambdas.billing import desk_api, month_api, payment_api, staff_api
from lambdas.shared.aws import clients
from lambdas.shared.aws.http import TITLE
from tests.integration.conftest import Answer, Cloud
from tests.integration.office import Office, jst
from tests.integration.test_claims import claim, insured
from tests.integration.test_month import month
from tests.integration.test_payments import ACCOUNT, Counter, counter

__all__ = ["counter"]

DESKS = (staff_api, desk_api, payment_api, month_api)
NAMED = {"headers": {"idempotency-key": "k-1"}}
AT = "2026-10-05T10:00"

BY_ITSELF = {
    "/billing/staff/imports": "the number of each line is its name",
    "/billing/staff/bulk": "it has a name, by which it is undone",
    "/billing/staff/bulk/{name}/undo": "as the entries that it takes back",
    "/billing/staff/bank-results": "it changes nothing: a file counts by what is in it",
    "/billing/staff/contracts/{contract}/charges": "in test_payments.py, with a card gateway",
}
"""Writes that need no name, or have their test elsewhere."""


def writes() -> Iterator[tuple[ModuleType, str, str, bool]]:
    """The desk's writes, and whether each takes a name."""
    for desk in DESKS:
        for path, item in (desk.app.get_openapi_schema(title=TITLE).paths or {}).items():
            for method in ("post", "put"):
                operation = getattr(item, method)
                if operation and path.startswith("/billing/staff"):
                    known = {one.name for one in operation.parameters or []}
                    takes = bool(known & {"idempotency-key", "idempotency_key"})
                    yield desk, method.upper(), path, takes


def application(_: Office) -> tuple[dict[str, str], Any]:
    who = {"name": "花子", "email": "h@f.example"}
    return {}, {
        "product": "anshin_partner",
        "payment": "card",
        "contractor": who,
        "home_name": "家",
    }


def undecided(office: Office) -> tuple[dict[str, str], Any]:
    made = office.staff("POST", "/contracts", "2026-09-05T10:00", application(office)[1]).body
    return {"contract": made["contract"]["id"]}, {"accept": True}


def entry(office: Office) -> tuple[dict[str, str], Any]:
    visit = {"event": "absent_visit", "work": "relocation"}
    return {"contract": office.running()}, {"fact": visit}


def mistake(office: Office) -> tuple[dict[str, str], Any]:
    contract = office.running()
    office.happened(contract, "2026-09-05T10:00", "absent_visit", id="v-1", work="relocation")
    return {"contract": contract}, {"fact": "v-1", "reason": "another house"}


def proposal(office: Office) -> tuple[dict[str, str], Any]:
    contract = office.running()
    body = {"fact": {"event": "terminated", "ground": "14-1-3"}}
    asked = office.staff("POST", f"/contracts/{contract}/facts", "2026-10-04T10:00", body).body
    return {"proposal": asked["proposals"][0]["id"]}, None


def interruption(_: Office) -> tuple[dict[str, str], Any]:
    why = {"ja": "点検のため", "en": "maintenance"}
    times = {"starts": "2026-11-01T01:00", "ends": "2026-11-01T02:00"}
    return {}, {"product": "doshiteru", **times, "why": why}


def claim_at(*moves: tuple[str, Any], body: Any = None) -> Callable[[Office], Any]:
    def made(office: Office) -> tuple[dict[str, str], Any]:
        id = claim(office, insured(office)).body["id"]
        for what, said in moves:
            assert office.staff("POST", f"/claims/{id}/{what}", AT, said).status == 200
        return {"claim": id}, body

    return made


FOUND = {"verified_loss": 20_000}


def owing(office: Office) -> tuple[dict[str, str], Any]:
    contract = office.running()
    office.run("monthly", "2026-09-01T10:00")
    return {"contract": contract}, {"amount": 60_000, "reference": "f-1"}


def paying(office: Office) -> tuple[dict[str, str], Any]:
    return {"contract": office.running(payment="bank_transfer")}, {"account": ACCOUNT}


def order(_: Office) -> tuple[dict[str, str], Any]:
    states = clients.client("stepfunctions")
    machine = '{"StartAt":"a","States":{"a":{"Type":"Pass","End":true}}}'
    role = "arn:aws:iam::123456789012:role/run"
    states.create_state_machine(name="run", definition=machine, roleArn=role)
    return {}, {"kind": "daily", "period": "2026-10-01"}


def prices(_: Office) -> tuple[dict[str, str], Any]:
    change = {"plan": "flat", "term": "monthly_fee.price", "yen": 3300}
    body = {"product": "home_security_flats", "first": "2026-12-01", "changes": [change]}
    return {}, {**body, "dry_run": False}


def price_list(office: Office) -> tuple[dict[str, str], Any]:
    made = month(office, "POST", "prices", "2026-10-01T10:00", prices(office)[1])
    return {"id": made.body["id"]}, None


def agreed_prices(office: Office) -> tuple[dict[str, str], Any]:
    values, _ = price_list(office)
    path = f"prices/{values['id']}/approval"
    assert month(office, "POST", path, "2026-10-02T10:00", person="kachou").status == 200
    return values, None


EXAMPLES: dict[str, Callable[[Office], tuple[dict[str, str], Any]]] = {
    "/billing/staff/contracts": application,
    "/billing/staff/contracts/{contract}/decision": undecided,
    "/billing/staff/contracts/{contract}/facts": entry,
    "/billing/staff/contracts/{contract}/retractions": mistake,
    "/billing/staff/proposals/{proposal}/approval": proposal,
    "/billing/staff/proposals/{proposal}/rejection": proposal,
    "/billing/staff/interruptions": interruption,
    "/billing/staff/claims/{claim}/examination": claim_at(),
    "/billing/staff/claims/{claim}/decision": claim_at(("examination", None), body=FOUND),
    "/billing/staff/claims/{claim}/payment": claim_at(
        ("examination", None), ("decision", FOUND), body={"reference": "t-1"}
    ),
    "/billing/staff/runs": order,
    "/billing/staff/contracts/{contract}/receipts": owing,
    "/billing/staff/prices": prices,
    "/billing/staff/prices/{id}/approval": price_list,
    "/billing/staff/prices/{id}/rejection": price_list,
    "/billing/staff/prices/{id}/withdrawal": agreed_prices,
    "/billing/staff/contracts/{contract}/account": paying,
}


def test_every_write_of_the_desk_takes_a_name_or_has_one() -> None:
    found = {path: takes for _, _, path, takes in writes()}
    assert set(found) == EXAMPLES.keys() | BY_ITSELF.keys()
    assert [path for path in EXAMPLES if not found[path]] == []


@pytest.mark.rule("G-08")
@pytest.mark.parametrize("path", EXAMPLES)
def test_the_same_request_twice_has_one_effect(counter: Counter, cloud: Cloud, path: str) -> None:
    values, body = EXAMPLES[path](counter)
    ((desk, method, _, _),) = (one for one in writes() if one[2] == path)

    def send(at: str, said: Any, **more: Any) -> Answer:
        who = {"person": "kachou", "groups": "[billing]", **more}
        asked = path.format(**values)
        return counter.ask(desk.handler, method, asked, body=said, at=jst(at), **who)

    first = send(AT, body, **NAMED)
    assert first.status == 200, first.body
    counter.notices()
    rows = cloud.rows("billing")
    started = len(cloud.asked("StartExecution"))
    for at in ("2026-10-05T10:00:30", "2026-10-06T18:00"):
        again = send(at, body, **NAMED)
        assert again.status == 200, again.body
        assert cloud.rows("billing") == rows
        assert (counter.notices(), len(cloud.asked("StartExecution"))) == ([], started)
    if body is not None:
        other = send(AT, {**body, **OTHERWISE.get(path, {})}, **NAMED)
        assert other.status == 409, other.body
        assert cloud.rows("billing") == rows


OTHERWISE: dict[str, Any] = {
    "/billing/staff/contracts": {"home_name": "別の家"},
    "/billing/staff/contracts/{contract}/decision": {"accept": False},
    "/billing/staff/contracts/{contract}/facts": {"fact": {"event": "relocated"}},
    "/billing/staff/contracts/{contract}/retractions": {"reason": "no"},
    "/billing/staff/interruptions": {"ends": "2026-11-01T03:00"},
    "/billing/staff/claims/{claim}/decision": {"verified_loss": 20_001},
    "/billing/staff/claims/{claim}/payment": {"reference": "t-2"},
    "/billing/staff/runs": {"period": "2026-10-02"},
    "/billing/staff/contracts/{contract}/receipts": {"amount": 60_001},
    "/billing/staff/contracts/{contract}/account": {"has_card": True},
    "/billing/staff/prices": {"first": "2026-12-02"},
}


@pytest.mark.rule("G-07", "G-08")
def test_a_proposal_is_decided_once(office: Office) -> None:
    values, _ = proposal(office)
    path = f"/proposals/{values['proposal']}"
    assert office.staff("POST", f"{path}/rejection", AT, person="kachou").status == 200
    assert office.staff("POST", f"{path}/rejection", AT, person="buchou").status == 200
    assert office.staff("POST", f"{path}/approval", AT, person="buchou").status == 409
