"""The desk's view of a contract's money: its account, money that came, its papers."""

import base64
from typing import Any

import pytest

from lambdas.billing import desk_api
from tests.integration.conftest import Answer
from tests.integration.office import Office, jst


def desk(office: Office, method: str, path: str, at: str, body: Any = None) -> Answer:
    who = {"person": "keiri", "groups": "[billing]"}
    path = f"/billing/staff/contracts/{path}"
    return office.ask(desk_api.handler, method, path, body=body, at=jst(at), **who)


def two_months(office: Office) -> str:
    contract = office.running()
    office.run("monthly", "2026-09-01T10:00")
    office.run("monthly", "2026-10-01T10:00")
    return contract


@pytest.mark.rule("HT-29", "G-07")
def test_money_that_came_is_matched_to_the_oldest_invoices(office: Office) -> None:
    contract = two_months(office)
    came = {"amount": 50_000, "reference": "f-1"}
    for _ in range(2):
        shown = desk(office, "POST", f"{contract}/receipts", "2026-10-10T10:00", came).body
        found = [(one["month"], one["paid"], one["open"]) for one in shown["months"]]
        assert found == [("2026-08", 49_500, 0), ("2026-09", 500, 3_878)]
    more = {"amount": 5_000, "reference": "f-2", "month": "2026-09"}
    shown = desk(office, "POST", f"{contract}/receipts", "2026-10-11T10:00", more).body
    assert (shown["open"], shown["overpaid"], shown["to_give_back"]) == (0, 1_122, 1_122)
    other = {"amount": 1, "reference": "f-1"}
    assert desk(office, "POST", f"{contract}/receipts", "2026-10-12T10:00", other).status == 409
    nobody = {"amount": 1, "reference": "f-3", "month": "2026-12"}
    assert desk(office, "POST", f"{contract}/receipts", "2026-10-12T10:00", nobody).status == 422


@pytest.mark.parametrize(
    ("paper", "kind"),
    [("pdf", "pdf"), ("operator-copy", "pdf"), ("demand", "pdf"), ("csv", "csv")],
)
def test_staff_prints_every_paper(office: Office, paper: str, kind: str) -> None:
    contract = two_months(office)
    office.happened(contract, "2026-10-02T10:00", "payment_failed", month="2026-09")
    got = desk(office, "GET", f"{contract}/invoices/2026-09/{paper}", "2026-10-03T10:00")
    assert (got.status, got.base64) == (200, True)
    assert kind in got.headers["content-type"]
    content = base64.b64decode(got.body)
    assert content.startswith(b"%PDF") or "月額利用料".encode() in content
    assert b"HF-03" not in content
    missing = desk(office, "GET", f"{contract}/invoices/2026-12/{paper}", "2026-10-03T10:00")
    assert missing.status == 404


def test_the_account_is_for_billing_staff(office: Office) -> None:
    contract = two_months(office)
    path = f"/billing/staff/contracts/{contract}/account"
    assert office.ask(desk_api.handler, "GET", path).status == 403
