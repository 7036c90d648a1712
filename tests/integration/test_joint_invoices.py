"""One invoice for several contracts of one payer (AL-09): its paper, its money, each account."""

import base64
from typing import Any

import pytest
import stripe

from lambdas.billing import desk_api
from tests.integration.conftest import HANAKO, Answer
from tests.integration.office import jst
from tests.integration.test_payments import (
    ACCOUNT,
    GOOD,
    REFUSED,
    WEBHOOK,
    Counter,
    _server,
    card_of,
    counter,
    double,
    page,
    retried,
    tell,
)
from tests.unit.billing.payments.stripe_double import StripeDouble, signed_notice

__all__ = ["_server", "counter", "double", "page"]

FEE, FIRST = 4378, 49_500
AT = "2026-10-15T10:00"


def desk(office: Counter, method: str, path: str, body: Any = None, **more: Any) -> Answer:
    more = {"person": "keiri", "groups": "[billing]", "at": jst(AT), **more}
    path = f"/billing/staff/contracts/{path}"
    return office.ask(desk_api.handler, method, path, body=body, **more)


def block(office: Counter, payment: str = "bank_transfer") -> tuple[str, list[str]]:
    """A payer's contract, and three that are billed with it from September on."""
    flats = [
        office.running(f"2026-08-01T09:{n:02}", payment=payment, home_name=f"{100 + n}号室")
        for n in range(4)
    ]
    lead, members = flats[0], flats[1:]
    office.run("monthly", "2026-09-01T10:00")  # August: each by itself
    for one in flats:
        paid = office.happened(one, "2026-09-02T10:00", "paid", month="2026-08")
        assert paid.status == 200, paid.body
    for one in members:
        joined = office.happened(one, "2026-09-03T10:00", "billed_with", lead=lead)
        assert joined.status == 200, joined.body
    return lead, members


def accounts(office: Counter, *contracts: str) -> list[tuple[int, int]]:
    """Paid and open of September, by contract."""
    found = []
    for one in contracts:
        shown = desk(office, "GET", f"{one}/account").body
        (month,) = (m for m in shown["months"] if m["month"] == "2026-09")
        together = month["paid"] + month["open"] + month["credited"] + month["written_off"]
        assert month["invoiced"] == together == FEE
        found.append((month["paid"], month["open"]))
    return found


@pytest.mark.rule("AL-09", "G-05")
def test_a_block_of_flats_has_one_invoice_one_debit_and_exact_accounts(counter: Counter) -> None:
    lead, members = block(counter)
    counter.mine("PUT", f"{lead}/account", "2026-09-10T09:00", {"account": ACCOUNT})
    counter.kinds()
    summary = counter.run("monthly", "2026-10-01T10:00")
    assert (summary["joint_invoices"], summary["debits"], summary["billed_together"]) == (1, 1, 3)
    assert summary["files_yen"] == 4 * FEE
    told = [one for one in counter.notices() if one.kind == "contract.invoice"]
    assert [(one.subject, one.values["total"]) for one in told] == [(lead, "17,512")]
    (joint,) = desk(counter, "GET", f"{lead}/joint-invoices").body
    assert counter.family("GET", f"/contracts/{lead}/joint-invoices", AT).body == [joint]
    assert (joint["total"], joint["open"], len(joint["parts"])) == (4 * FEE, 4 * FEE, 4)
    assert accounts(counter, lead, *members) == [(0, FEE)] * 4

    counter.upload(bank_says(counter, {}))
    assert accounts(counter, lead, *members) == [(FEE, 0)] * 4
    assert counter.unpaid() == {}
    again = counter.run("monthly", "2026-10-02T10:00", "2026-09")
    assert (again.get("debits", 0), again.get("new", 0)) == (0, 0)


def bank_says(office: Counter, failing: dict[str, str]) -> bytes:
    from local.bank import answer

    return answer(office.request(), failing)


@pytest.mark.rule("AL-09", "G-05")
def test_the_joint_paper_is_the_qualified_invoice_and_the_others_lead_to_it(
    counter: Counter,
) -> None:
    lead, members = block(counter)
    counter.run("monthly", "2026-10-01T10:00")
    got = desk(counter, "GET", f"{lead}/joint-invoices/2026-09/csv")
    text = base64.b64decode(got.body).decode("utf-8-sig")
    rows = [line.split(",") for line in text.splitlines()]
    lines = [row for row in rows if row[8] == "明細"]
    assert [row[10] for row in lines] == [f"{100 + n}号室：月額利用料" for n in range(4)]
    (whole,) = [row for row in rows if row[8] == "合計"]
    # 17,512 x 10 / 110, floored once; four times 398 would be 1,592.
    assert whole[12:14] == ["17512", "1592"]
    for path in (f"{lead}/joint-invoices/2026-09/pdf", f"{members[0]}/invoices/2026-09/pdf"):
        assert base64.b64decode(desk(counter, "GET", path).body).startswith(b"%PDF")
    path = f"/contracts/{lead}/joint-invoices/2026-09/pdf"
    assert counter.family("GET", path, AT).status == 200
    assert counter.family("GET", path, AT, person="person-stranger").status == 404
    assert desk(counter, "GET", f"{members[0]}/joint-invoices/2026-09/pdf").status == 404


@pytest.mark.rule("AL-09", "HT-29", "HT-78")
def test_a_debit_that_fails_is_open_everywhere_and_told_to_the_payer_once(
    counter: Counter,
) -> None:
    lead, members = block(counter)
    counter.mine("PUT", f"{lead}/account", "2026-09-10T09:00", {"account": ACCOUNT})
    counter.run("monthly", "2026-10-01T10:00")
    counter.kinds()
    number = counter.staff("GET", "/contracts", AT).body["contracts"]
    customer = next(one["customer"] for one in number if one["contract"] == lead)
    counter.upload(bank_says(counter, {customer: "1"}))
    assert counter.unpaid() == {one: ["2026-09"] for one in (lead, *members)}
    failed = [one for one in counter.notices() if one.kind == "contract.payment_failed"]
    assert {(one.id, one.subject) for one in failed} == {
        (f"{lead}/joint/contract.payment_failed/2026-09", lead)
    }
    came = {"amount": 2 * FEE + 100, "reference": "f-1"}
    for _ in range(2):
        assert desk(counter, "POST", f"{lead}/receipts", came).status == 200
    assert accounts(counter, lead, *members) == [(FEE, 0), (FEE, 0), (100, FEE - 100), (0, FEE)]
    other = {"amount": 9, "reference": "f-1"}
    assert desk(counter, "POST", f"{lead}/receipts", other).status == 409
    rest = {"amount": 2 * FEE, "reference": "f-2"}
    shown = desk(counter, "POST", f"{lead}/receipts", rest).body
    assert (shown["overpaid"], shown["to_give_back"]) == (100, 100)
    assert accounts(counter, lead, *members) == [(FEE, 0)] * 4
    assert counter.unpaid() == {}


@pytest.mark.rule("AL-09", "HT-29")
def test_a_card_is_charged_once_for_all_tried_again_and_disputed(
    counter: Counter, page: stripe.StripeClient, double: StripeDouble
) -> None:
    lead, members = block(counter, "card")
    assert counter.card(lead, page, REFUSED).status == 200
    counter.run("monthly", "2026-10-01T10:00")
    assert counter.unpaid() == {one: ["2026-09"] for one in (lead, *members)}
    assert retried(counter, "2026-10-04T00:00")["cards_again_failed"] == 1
    token = card_of(page, counter.methods_row(lead)["payer"], GOOD)
    card = counter.mine("PUT", f"{lead}/card", "2026-10-06T09:05", {"token": token})
    assert card.status == 200, card.body
    assert [one.amount for one in double.intents() if one.status == "succeeded"] == [4 * FEE]
    assert accounts(counter, lead, *members) == [(FEE, 0)] * 4
    (charged,) = [one for one in double.intents() if one.status == "succeeded"]
    about = {"id": "dp_1", "payment_intent": charged.id, "currency": "jpy", "amount": FEE + 78}
    said = signed_notice("charge.dispute.created", about, WEBHOOK, int(jst(AT).timestamp()))
    assert tell(counter, *said, AT).body == {"taken": True}
    assert tell(counter, *said, AT).body == {"taken": False}
    assert accounts(counter, lead, *members) == [(FEE, 0), (FEE, 0), (FEE - 78, 78), (0, FEE)]


@pytest.mark.rule("AL-09")
def test_a_credit_and_an_end_of_one_flat_leave_the_others_alone(counter: Counter) -> None:
    lead, members = block(counter)
    counter.mine("PUT", f"{lead}/account", "2026-09-10T09:00", {"account": ACCOUNT})
    sorry = {"amount": 1_000, "reason": "no pictures"}
    assert counter.happened(members[0], "2026-09-20T10:00", "credited", **sorry).status == 200
    alone = counter.happened(members[1], "2026-10-05T10:00", "billed_with", lead="")
    assert alone.status == 200
    summary = counter.run("monthly", "2026-10-06T10:00", "2026-09")
    assert summary["files_yen"] == 4 * FEE - 1_000
    counter.happened(members[2], "2026-10-10T10:00", "cancel_accepted")
    counter.upload(bank_says(counter, {}))
    summary = counter.run("monthly", "2026-11-01T10:00")
    (_, october) = desk(counter, "GET", f"{lead}/joint-invoices").body
    assert (october["total"], len(october["parts"])) == (3 * FEE, 3)
    assert counter.unpaid() == {members[1]: ["2026-10"]}, "it has no account of its own"
    summary = counter.run("monthly", "2026-12-01T10:00")
    assert summary["joint_invoices"] == 1
    assert desk(counter, "GET", f"{lead}/joint-invoices").body[-1]["total"] == 2 * FEE


@pytest.mark.rule("AL-09")
def test_only_a_payer_pays_for_others(counter: Counter) -> None:
    lead, members = block(counter)
    stranger = counter.running(contractor={"id": "x", "name": "他人", "email": "x@f.example"})
    for one, who in (
        (members[0], members[0]),
        (members[0], "c-nobody"),
        (members[0], stranger),
        (lead, stranger),
        (stranger, lead),
        (members[0], members[1]),
    ):
        no = counter.happened(one, AT, "billed_with", lead=who)
        assert (no.status, no.body["rule"]) == (422, "AL-09")
    assert HANAKO
