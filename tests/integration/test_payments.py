"""Money against its services: from the registration of an account or card, over the month's run and
the bank's or Stripe's answer, to dunning; and whatever can go wrong on the way."""

import base64
import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
import stripe
from aws_lambda_powertools.utilities.parameters import clear_caches
from botocore.exceptions import ClientError

from lambdas.billing import (
    on_bank_result,
    on_batch,
    on_collect,
    on_request_file,
    on_retry,
    on_run,
    on_run_end,
    on_stripe,
    payment_api,
)
from lambdas.billing.app.contract_store import ContractStore
from lambdas.billing.contract.facts import Paid, PaymentFailed
from lambdas.billing.payments.account_store import KmsVault, NotOpened
from lambdas.billing.payments.collecting import Owed, customer_number
from lambdas.billing.payments.zengin import FAULTS
from lambdas.shared import settings
from lambdas.shared.aws import clients
from lambdas.shared.events import StaffGroup
from local.bank import answer
from tests.integration.conftest import (
    CDK,
    HANAKO,
    STRANGER,
    TARO,
    WEB,
    Answer,
    Ask,
    Cloud,
    Context,
    Take,
)
from tests.integration.office import Office, jst
from tests.integration.samples import request, stored
from tests.notices import mailed
from tests.unit.billing.payments.stripe_double import StripeDouble, running, signed_notice

BUCKET, PARAMETER, WEBHOOK = "bank-files", "/mimamori/billing/stripe", "whsec_test"
NUMBER = "1234567"
GOOD, REFUSED, DEBIT_CARD = "4242424242424242", "4000000000000341", "4000056655665556"
ACCOUNT = {"bank": "0005", "branch": "001", "number": NUMBER, "holder": "サトウ ハナコ"}


@dataclass
class Counter(Office):
    """The office with its tills: the run collects, too."""

    take: Take

    def mine(self, method: str, path: str, at: str, body: Any = None, **more: Any) -> Answer:
        path = f"/billing/contracts/{path}"
        return self.ask(payment_api.handler, method, path, body=body, at=jst(at), **more)

    def desk(self, method: str, path: str, at: str, body: Any = None, **more: Any) -> Answer:
        more = {"person": "keiri", "groups": "[billing]", **more}
        path = f"/billing/staff/{path}"
        return self.ask(payment_api.handler, method, path, body=body, at=jst(at), **more)

    def with_account(self, at: str = "2026-08-01T09:00", **account: Any) -> str:
        """A running contract that is paid by bank transfer."""
        contract = self.running(at, payment="bank_transfer")
        said = {"account": {**ACCOUNT, **account}}
        registered = self.mine("PUT", f"{contract}/account", "2026-08-02T09:00", said)
        assert registered.status == 200, registered.body
        return contract

    def with_card(self, page: stripe.StripeClient, number: str = GOOD, **wanted: Any) -> str:
        """A running contract that is paid by card."""
        contract = self.running(wanted.pop("at", "2026-08-01T09:00"), payment="card", **wanted)
        assert self.card(contract, page, number).status == 200
        return contract

    def card(self, contract: str, page: stripe.StripeClient, number: str, **said: Any) -> Answer:
        begun = self.mine("POST", f"{contract}/card", "2026-08-02T09:00")
        assert begun.status == 200, begun.body
        customer = self.methods_row(contract)["payer"]
        token = card_of(page, customer, number)
        return self.mine("PUT", f"{contract}/card", "2026-08-02T09:05", {"token": token, **said})

    def methods_row(self, contract: str) -> dict[str, Any]:
        rows = self.cloud.rows("billing", "SHARD#")
        return next(row for row in rows if row["sk"] == f"{contract}#M")

    def run(self, kind: str, at: str, period: str | None = None) -> dict[str, int]:
        """A whole run as the state machine does it; its summary."""
        asked = {"kind": kind, "at": jst(at).isoformat(), "period": period}
        begun = on_run.handler({"asked": asked, "execution": f"execution-{at}"}, Context())
        works = (on_batch, on_collect) if kind == "monthly" else (on_batch,)
        for work in works:
            for batch in begun["batches"]:
                state = {"run": begun["run"], "batch": batch, "more": True}
                while state.pop("more"):
                    state = work.handler(state, Context())
        state = {"more": kind == "monthly"}
        while state["more"]:
            state = on_request_file.handler({"run": begun["run"]}, Context())
        summary: dict[str, int] = on_run_end.handler({"run": begun["run"]}, Context())["summary"]
        return summary

    def september(self) -> dict[str, int]:
        """August's and September's runs; the summary of the latter."""
        self.run("monthly", "2026-09-01T10:00")
        return self.run("monthly", "2026-10-01T10:00")

    def request(self, month: str = "2026-09", number: int = 1) -> bytes:
        got = self.desk("GET", f"collections/{month}/files/{number}", "2026-10-02T09:00")
        assert got.status == 200, got.body
        assert got.base64
        return base64.b64decode(got.body)

    def upload(
        self, content: bytes, name: str = "answer.txt", at: str = "2026-10-30T09:00"
    ) -> None:
        key = f"results/{name}"
        clients.client("s3").put_object(Bucket=BUCKET, Key=key, Body=content)
        assert self.take(on_bank_result.handler, stored(key, len(content), jst(at))) == []

    def collection(self, month: str = "2026-09") -> Any:
        asked = f"collections/{month}"
        return self.desk("GET", asked, "2026-10-31T09:00", language="en").body

    def facts(self, contract: str) -> list[tuple[str, str, str]]:
        """The facts about money: event, day, month."""
        record = ContractStore("billing").record(contract)
        assert record
        return [
            (fact.event, str(fact.day), str(fact.month))
            for fact in sorted(record.facts, key=lambda fact: fact.on)
            if isinstance(fact, Paid | PaymentFailed)
        ]

    def unpaid(self) -> dict[str, list[str]]:
        """What staff's list of the unpaid shows."""
        found = self.staff("GET", "/contracts", "2027-01-31T09:00", query={"unpaid": "true"}).body
        return {one["contract"]: one["unpaid"] for one in found["contracts"]}

    def kinds(self) -> list[str]:
        return [one.kind.removeprefix("contract.") for one in self.notices()]


def card_of(page: stripe.StripeClient, customer: str, number: str) -> str:
    """The customer's browser: Stripe's own form takes the number, and tells us a token."""
    card = {"number": number, "exp_month": 12, "exp_year": 2030, "cvc": "123"}
    method = page.v1.payment_methods.create({"type": "card", "card": card})  # type: ignore[typeddict-item]
    page.v1.payment_methods.attach(method.id, {"customer": customer})
    return method.id


@pytest.fixture
def counter(cloud: Cloud, ask: Ask, take: Take, monkeypatch: pytest.MonkeyPatch) -> Counter:
    kms = clients.client("kms")
    made = {
        "VAULT_KEY": kms.create_key()["KeyMetadata"]["Arn"],
        "FINGERPRINT_KEY": kms.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")[
            "KeyMetadata"
        ]["Arn"],
        "BANK_BUCKET": BUCKET,
        "STRIPE_PARAMETER": PARAMETER,
        "CONSIGNOR": json.dumps(json.loads(CDK.read_text())["context"]["billing_consignor"]),
    }
    for name, value in made.items():
        monkeypatch.setenv(name, value)
    where = {"LocationConstraint": "ap-northeast-1"}
    clients.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=where)
    settings.load.cache_clear()
    clear_caches()
    monkeypatch.setattr(Context, "get_remaining_time_in_millis", lambda _: 300_000)
    return Counter(cloud, ask, take)


@pytest.fixture(name="server", scope="module")
def _server() -> Iterator[StripeDouble]:
    with running() as double:
        yield double


@pytest.fixture
def double(server: StripeDouble, counter: Counter) -> StripeDouble:
    """Stripe, set up by an operator."""
    server.clear()
    account = {
        "key": "sk_test_12345",
        "webhook_secrets": [WEBHOOK],
        "publishable_key": "pk_test_1",
        "address": server.address,
    }
    clients.client("ssm").put_parameter(
        Name=PARAMETER, Value=json.dumps(account), Type="SecureString"
    )
    return server


@pytest.fixture
def page(double: StripeDouble) -> stripe.StripeClient:
    return stripe.StripeClient("sk_test_12345", base_addresses={"api": double.address})


# --- registering


@pytest.mark.rule("HT-28")
def test_an_account_comes_in_once_and_never_goes_out_again(counter: Counter, cloud: Cloud) -> None:
    contract = counter.with_account()
    mine = counter.mine("GET", f"{contract}/methods", "2026-08-03T09:00").body
    assert mine == {
        "payment": "bank_transfer",
        "account": {
            "bank": "0005",
            "bank_name": "三菱ＵＦＪ",
            "branch": "001",
            "branch_name": "本店",
            "kind": "ordinary",
            "number": "****567",
            "holder": "ｻﾄｳ ﾊﾅｺ",
        },
        "card": None,
    }
    assert counter.desk("GET", f"contracts/{contract}/methods", "2026-08-03T09:00").body == mine
    assert NUMBER not in str(cloud.rows("billing"))
    trail = counter.staff("GET", f"/contracts/{contract}", "2026-08-03T09:00").body["audit"]
    assert ("account_registered", HANAKO, "0005-001 ****567") in [
        (row["event"], row["who"], row["detail"]) for row in trail
    ]


def test_a_sealed_account_opens_for_its_own_contract_only(counter: Counter) -> None:
    account = json.loads(counter.methods_row(contract := counter.with_account())["account"])
    vault = KmsVault(settings.load(on_request_file.FileSettings).vault_key)
    assert vault.open(account["token"], owner=contract) == NUMBER
    with pytest.raises(NotOpened):
        vault.open(account["token"], owner="c-another")
    with pytest.raises(NotOpened):
        vault.open("bm90IGEgdG9rZW4=", owner=contract)


@pytest.mark.rule("HT-78")
def test_what_it_is_paid_with_is_the_contractor_s_own_affair(counter: Counter) -> None:
    contract = counter.with_account()
    said = {"account": ACCOUNT}
    for method, path, body in (
        ("GET", "methods", None),
        ("GET", "payments", None),
        ("PUT", "account", said),
        ("POST", "card", None),
        ("PUT", "card", {"token": "pm_1"}),
    ):
        for who, status in ((STRANGER, 404), (TARO, 403)):
            asked = counter.mine(method, f"{contract}/{path}", "2026-08-03T09:00", body, person=who)
            assert asked.status == status, (path, who)


def test_collections_are_for_billing_staff(counter: Counter) -> None:
    contract = counter.with_account()
    for method, path, body in (
        ("GET", f"contracts/{contract}/methods", None),
        ("GET", f"contracts/{contract}/payments", None),
        ("PUT", f"contracts/{contract}/account", {"account": ACCOUNT}),
        ("GET", "collections/2026-09", None),
        ("GET", "collections/2026-09/files/1", None),
        ("POST", "bank-results", None),
        ("PUT", "bank-results", {"content": "MTIzNA=="}),
    ):
        asked = counter.desk(method, path, "2026-08-03T09:00", body, groups="[operator]")
        assert asked.status == 403, path


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"number": "12345678"}, 422),
        ({"number": "12a"}, 422),
        ({"holder": "佐藤花子"}, 422),
        ({"bank": "9998"}, 422),
        ({"branch": "99"}, 422),
    ],
)
def test_an_account_that_cannot_be_is_refused(
    counter: Counter, wrong: dict[str, str], status: int
) -> None:
    contract = counter.running(payment="bank_transfer")
    said = {"account": {**ACCOUNT, **wrong}}
    answered = counter.mine("PUT", f"{contract}/account", "2026-08-02T09:00", said)
    assert answered.status == status
    assert NUMBER not in str(answered.body)


def test_staff_may_register_from_paper_a_branch_that_opened_since(counter: Counter) -> None:
    contract = counter.running(payment="bank_transfer")
    said: dict[str, Any] = {"account": {**ACCOUNT, "branch": "999"}}
    path = f"contracts/{contract}/account"
    refused = counter.desk("PUT", path, "2026-08-02T09:00", said)
    assert refused.body["type"].endswith("bank-unknown")
    taken = counter.desk("PUT", path, "2026-08-02T09:00", {**said, "bank_checked": True})
    assert (taken.status, taken.body["account"]["branch_name"]) == (200, None)


@pytest.mark.rule("AL-37", "AL-38", "AL-39")
def test_products_say_whose_cards_and_accounts_they_take(
    counter: Counter, page: stripe.StripeClient
) -> None:
    def contract(product: str, minute: int, payment: str) -> str:
        wanted = {"product": product, "plan": "rental", "payment": payment}
        if product == "albo_eye":
            wanted["plan"] = "standard"
        return counter.apply(f"2026-08-01T09:{minute:02}", **wanted)

    online, self_, eye = (
        contract("home_security_online", 1, "card"),
        contract("home_security_self", 2, "bank_transfer"),
        contract("albo_eye", 3, "card"),
    )
    for refused, rule in (
        (counter.card(online, page, DEBIT_CARD), "AL-37"),
        (counter.card(online, page, GOOD, business=True), "AL-37"),
        (counter.card(online, page, GOOD, cadence="yearly"), "AL-37"),
        (counter.mine("POST", f"{self_}/card", "2026-08-02T09:00"), "AL-38"),
        (counter.card(eye, page, DEBIT_CARD), "AL-39"),
    ):
        assert (refused.status, refused.body["rule"]) == (422, rule)
    said = {"account": ACCOUNT, "has_card": True}
    refused = counter.mine("PUT", f"{eye}/account", "2026-08-02T09:00", said)
    assert (refused.status, refused.body["rule"]) == (422, "AL-39")
    for taken in (
        counter.card(online, page, GOOD),
        counter.card(eye, page, GOOD),
        counter.mine("PUT", f"{self_}/account", "2026-08-02T09:00", {"account": ACCOUNT}),
    ):
        assert taken.status == 200, taken.body
    # Who has a card registered has one.
    refused = counter.mine("PUT", f"{eye}/account", "2026-08-03T09:00", {"account": ACCOUNT})
    assert (refused.status, refused.body["rule"]) == (422, "AL-39")


def test_of_a_card_we_keep_what_a_receipt_shows(
    counter: Counter, page: stripe.StripeClient, cloud: Cloud
) -> None:
    contract = counter.with_card(page)
    mine = counter.mine("GET", f"{contract}/methods", "2026-08-03T09:00").body
    assert mine["card"] == {
        "number": "**** **** **** 4242",
        "brand": "visa",
        "expires": "2030-12",
    }
    assert GOOD not in str(cloud.rows("billing"))


def test_somebody_else_s_card_is_not_taken(counter: Counter, page: stripe.StripeClient) -> None:
    contract = counter.running(payment="card")
    counter.mine("POST", f"{contract}/card", "2026-08-02T09:00")
    theirs = card_of(page, page.v1.customers.create({}).id, GOOD)
    path = f"{contract}/card"
    taken = counter.mine("PUT", path, "2026-08-02T09:05", {"token": theirs})
    assert (taken.status, taken.body["type"]) == (422, "urn:mimamori:problem:card-unknown")
    unknown = counter.mine("PUT", path, "2026-08-02T09:05", {"token": "pm_nobodys"})
    assert unknown.body["type"] == "urn:mimamori:problem:card-unknown"


# --- the bank


@pytest.mark.rule("HT-28", "HT-29", "HT-33", "HT-34", "HT-36")
def test_from_the_account_to_the_end_of_a_contract_that_is_not_paid(
    counter: Counter, cloud: Cloud
) -> None:
    poor = counter.with_account()
    rich = counter.with_account("2026-08-01T09:01", number="7654321")
    summary = counter.september()
    assert (summary["debits"], summary["files"], summary["files_yen"]) == (2, 1, 2 * 4378)
    request = counter.request()
    assert NUMBER.encode() in request
    counter.notices()
    counter.upload(answer(request, {customer_number(poor): "1"}))
    assert counter.facts(poor) == [("payment_failed", "2026-10-27", "2026-09")]
    assert counter.facts(rich) == [("paid", "2026-10-27", "2026-09")]
    assert counter.kinds() == ["payment_failed", "bank_file_taken"]
    (file,) = counter.collection()["files"]
    assert (file["paid"], file["paid_yen"], file["unpaid"], file["unpaid_yen"]) == (
        *(1, 4378),
        *(1, 4378),
    )
    # The bank said so on 10-30: until 10-31 nobody has time enough to pay.
    for day, kind, state in (
        ("2026-12-05T00:00", "payment_reminder", "active"),
        ("2026-12-12T00:00", "suspended", "suspended"),
        ("2027-01-10T00:00", "terminated", "ended"),
    ):
        counter.run("daily", day)
        assert kind in counter.kinds()
        seen = counter.family("GET", f"/contracts/{poor}", f"{day[:11]}01:00").body
        assert seen["state"] == state
    assert counter.family("GET", f"/contracts/{rich}", "2027-01-11T09:00").body["state"] == "active"


@pytest.mark.rule("HT-29", "HT-34", "HT-36")
@pytest.mark.parametrize(
    ("uploaded", "due", "steps"),
    [
        # Uploaded late, day by day run: every step comes, in its order and at its distance.
        ("2026-10-27", "2026-10-31", ["2026-11-05", "2026-11-12", "2026-12-11"]),
        pytest.param(
            "2026-11-06",
            "2026-12-31",
            ["2027-01-05", "2027-01-12", "2027-02-10"],
            marks=pytest.mark.slow,
        ),
        pytest.param(
            "2026-12-20",
            "2027-01-31",
            ["2027-02-05", "2027-02-12", "2027-03-13"],
            marks=pytest.mark.slow,
        ),
    ],
)
def test_what_a_bank_says_late_is_dunned_from_then_on(
    counter: Counter, uploaded: str, due: str, steps: list[str]
) -> None:
    contract = counter.with_account()
    counter.september()
    counter.notices()
    counter.upload(
        answer(counter.request(), {customer_number(contract): "1"}), at=f"{uploaded}T09:00"
    )
    (mail,) = (one for one in counter.notices() if one.kind == "contract.payment_failed")
    assert mail.values["due"] == due
    taken = []
    day = date.fromisoformat(uploaded)
    while day <= date.fromisoformat(steps[-1]):
        day += timedelta(days=1)
        done = counter.run("daily", f"{day}T00:00")
        taken += [
            (str(day), name)
            for name in ("payment_reminder", "suspended", "terminated")
            if done.get(name)
        ]
    assert taken == list(zip(steps, ("payment_reminder", "suspended", "terminated"), strict=True))


@pytest.mark.rule("G-08")
def test_a_month_s_file_is_written_once(counter: Counter) -> None:
    counter.with_account()
    counter.september()
    first = counter.request()
    again = counter.run("monthly", "2026-10-02T10:00", "2026-09")
    assert (again.get("debits", 0), again.get("files", 0)) == (0, 0)
    assert [file["number"] for file in counter.collection()["files"]] == [1]
    assert counter.request() == first
    # What was invoiced later goes into a file of its own.
    late = counter.with_account("2026-08-01T09:02", number="1111111")
    counter.run("monthly", "2026-10-02T11:00", "2026-09")
    second = counter.request(number=2)
    assert customer_number(late).encode() in second
    assert customer_number(late).encode() not in first


@pytest.mark.rule("G-08")
def test_a_run_broken_off_at_any_write_asks_for_no_money_twice(
    counter: Counter, cloud: Cloud
) -> None:
    contracts = [counter.with_account(f"2026-08-01T09:{n:02}") for n in range(3)]
    counter.run("monthly", "2026-09-01T10:00")
    for broken in range(1, 12):
        left = iter(range(broken))

        def the_nth(_: Any, left: Iterator[int] = left) -> bool:
            return next(left, None) is None

        for operation in ("PutItem", "PutObject"):
            cloud.fail(operation, on=the_nth)
        with suppress(ClientError):
            counter.run("monthly", f"2026-10-01T10:{broken:02}", "2026-09")
        cloud._failures.clear()
    counter.run("monthly", "2026-10-01T11:00", "2026-09")
    asked = [
        row[91:111].decode()
        for file in counter.collection()["files"]
        for row in counter.request(number=file["number"]).split(b"\r\n")
        if row[:1] == b"2"
    ]
    assert sorted(asked) == sorted(map(customer_number, contracts))


@pytest.mark.rule("HT-29")
def test_without_an_account_or_card_it_is_a_failure_with_its_reason(counter: Counter) -> None:
    no_account = counter.running(payment="bank_transfer")
    no_card = counter.running("2026-08-01T09:01", payment="card")
    summary = counter.september()
    assert (summary["uncollected_account_missing"], summary["uncollected_card_missing"]) == (1, 1)
    for contract in (no_account, no_card):
        assert counter.facts(contract)[-1] == ("payment_failed", "2026-10-01", "2026-09")


@pytest.mark.rule("HT-85")
def test_what_is_not_paid_in_the_app_is_collected_like_any_other(counter: Counter) -> None:
    contract = counter.running(payment="in_app", plan="rental_internet")
    said = {"account": ACCOUNT}
    assert counter.mine("PUT", f"{contract}/account", "2026-08-02T09:00", said).status == 200
    counter.september()
    (file,) = counter.collection()["files"]
    assert file["yen"] == 5358
    # Its paper says how it is really paid.
    record = ContractStore("billing").record(contract)
    assert record
    settlement = record.issued[-1].head.settlement
    assert (settlement.way, settlement.when) == ("口座振替", date(2026, 10, 27))


def test_an_account_that_does_not_open_holds_up_no_other(counter: Counter, cloud: Cloud) -> None:
    good, bad = counter.with_account(), counter.with_account("2026-08-01T09:01")
    table = clients.table("billing")
    row, other = counter.methods_row(bad), counter.methods_row(good)
    table.put_item(Item={**row, "account": other["account"]})  # sealed for another contract
    counter.september()
    (file,) = counter.collection()["files"]
    assert file["debits"] == 1
    tried = counter.run("monthly", "2026-10-02T10:00", "2026-09")
    assert (tried.get("files", 0), tried["uncollected_account_unreadable"]) == (0, 1)
    assert counter.unpaid() == {bad: ["2026-08", "2026-09"]}
    # With an account that opens, the next file asks for it.
    assert (
        counter.mine("PUT", f"{bad}/account", "2026-10-03T09:00", {"account": ACCOUNT}).status
        == 200
    )
    again = counter.run("monthly", "2026-10-04T10:00", "2026-09")
    assert (again["debits"], again["files"], again["files_debits"]) == (1, 1, 1)
    counter.upload(answer(counter.request(number=2), {}))
    assert counter.facts(bad) == [("paid", "2026-10-27", "2026-09")]
    assert counter.unpaid() == {bad: ["2026-08"]}
    assert counter.run("monthly", "2026-11-04T10:00", "2026-09").get("debits", 0) == 0


@pytest.mark.rule("HT-28")
def test_what_we_stopped_ourselves_is_seen_and_asked_for_again(counter: Counter) -> None:
    contract = counter.with_account()
    counter.september()
    counter.upload(answer(counter.request(), {customer_number(contract): "8"}))
    assert (counter.facts(contract), counter.unpaid()) == ([], {contract: ["2026-09"]})
    again = counter.run("monthly", "2026-11-05T10:00", "2026-09")
    assert (again["debits"], again["files_debits"]) == (1, 1)
    # Begun once more it asks for nothing twice.
    assert counter.run("monthly", "2026-11-06T10:00", "2026-09").get("debits", 0) == 0
    second = counter.request(number=2)
    counter.upload(
        answer(second, {customer_number(contract): "8"}), "second.txt", "2026-11-30T09:00"
    )
    counter.run("monthly", "2026-12-05T10:00", "2026-09")
    counter.upload(answer(counter.request(number=3), {}), "third.txt", "2026-12-30T09:00")
    assert counter.facts(contract) == [("paid", "2026-12-27", "2026-09")]
    assert counter.unpaid() == {}


def test_last_year_s_answer_is_not_taken_for_this_year_s(counter: Counter) -> None:
    contract = counter.with_account()
    counter.september()
    last_year = answer(counter.request(), {})  # the same customers, accounts, sums and day
    for month in (*range(11, 13), *range(1, 10)):  # invoiced only, so that the sums are the same
        Office.run(counter, "monthly", f"{2026 + (month < 11)}-{month:02}-01T10:00")
    counter.run("monthly", "2027-10-01T10:00")
    counter.upload(last_year, "old.txt", at="2027-10-02T09:00")
    assert counter.facts(contract) == []
    upload = counter.desk("GET", "collections/2027-09", "2027-10-03T09:00").body["uploads"][0]
    assert (upload["state"], upload["file"]) == ("refused", None)
    counter.upload(last_year, "new.txt", at="2027-10-30T09:00")
    assert counter.facts(contract) == [("paid", "2027-10-27", "2027-09")]


def test_a_contract_with_which_something_is_wrong_holds_up_no_other_s_money(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = counter.with_account(), counter.with_account("2026-08-01T09:01", number="7654321")
    right = on_collect.step

    def step(owed: Owed, *more: Any) -> Any:
        if owed.contract == bad:
            raise OverflowError("date value out of range")
        return right(owed, *more)

    monkeypatch.setattr(on_collect, "step", step)
    summary = counter.september()
    assert (summary["not_collected"], summary["debits"]) == (1, 1)
    assert customer_number(good).encode() in counter.request()
    trail = counter.staff("GET", f"/contracts/{bad}", "2026-10-02T09:00").body["audit"]
    assert (trail[-1]["event"], trail[-1]["detail"][:13]) == ("not_collected", "OverflowError")


@pytest.mark.rule("HT-28")
def test_what_was_paid_meanwhile_is_in_no_file(counter: Counter) -> None:
    contract = counter.with_account()
    other = counter.with_account("2026-08-01T09:01", number="7654321")
    counter.run("monthly", "2026-09-01T10:00")
    asked = {"kind": "monthly", "at": jst("2026-10-01T10:00").isoformat(), "period": None}
    begun = on_run.handler({"asked": asked, "execution": "e1"}, Context())
    for work in (on_batch, on_collect):
        for batch in begun["batches"]:
            work.handler({"run": begun["run"], "batch": batch, "more": True}, Context())
    # The step of the files fails here; somebody pays by hand before the run begins again.
    assert counter.happened(contract, "2026-10-10T10:00", "paid", month="2026-09").status == 200
    summary = counter.run("monthly", "2026-10-12T10:00", "2026-09")
    assert (summary["files_debits"], summary["debits_settled_meanwhile"]) == (1, 1)
    request = counter.request()
    assert customer_number(other).encode() in request
    assert customer_number(contract).encode() not in request
    # Nothing of it waits for another file, and a file of nothing is not written.
    again = counter.run("monthly", "2026-10-13T10:00", "2026-09")
    assert (again.get("files", 0), again.get("debits_settled_meanwhile", 0)) == (0, 0)


def test_the_bank_is_told_which_accounts_are_new(counter: Counter) -> None:
    contract = counter.with_account()
    counter.run("monthly", "2026-09-01T10:00")
    assert data_rows(counter.request("2026-08"))[0][90:91] == b"1"
    counter.run("monthly", "2026-10-01T10:00")
    assert data_rows(counter.request())[0][90:91] == b"0"
    said = {"account": {**ACCOUNT, "number": "2222222"}}
    counter.mine("PUT", f"{contract}/account", "2026-11-02T09:00", said)
    counter.run("monthly", "2026-12-01T10:00")
    assert data_rows(counter.request("2026-11"))[0][90:91] == b"2"


def data_rows(file: bytes) -> list[bytes]:
    return [row for row in file.split(b"\r\n") if row[:1] == b"2"]


@pytest.mark.rule("G-08")
def test_an_answer_that_comes_twice_changes_nothing(counter: Counter, cloud: Cloud) -> None:
    contract = counter.with_account()
    counter.september()
    content = answer(counter.request(), {customer_number(contract): "1"})
    counter.upload(content)
    before = [row for row in cloud.rows("billing") if row["pk"] != "UPLOADS"]
    counter.notices()
    counter.upload(content, "again.txt", "2026-10-31T09:00")
    counter.upload(content, "answer.txt")  # the message once more
    assert [row for row in cloud.rows("billing") if row["pk"] != "UPLOADS"] == before
    assert counter.notices() == []
    states = {one["name"]: one["state"] for one in counter.collection()["uploads"]}
    assert states["again.txt"] == "same"


SPOILT: list[tuple[Callable[[bytes], bytes], str]] = [
    (lambda file: file[:-1], "length"),
    (lambda file: file.replace(b"\r\n", b"", 1), "length"),
    (lambda file: b"", "empty"),
    (lambda file: b"hello", "length"),
    (lambda file: file.replace(b"0098700000", b"0098700001"), "request"),
    (lambda file: file.replace(b"1027", b"1028", 1), "request"),
    (lambda file: file.replace(b"0000004378", b"0000004379", 1), "amount"),
    (lambda file: b"\r\n".join([*file.split(b"\r\n")[:2], *file.split(b"\r\n")[1:]]), "duplic"),
    (lambda file: b"\r\n".join([file.split(b"\r\n")[0], *file.split(b"\r\n")[2:]]), "missing"),
    (lambda file: file.replace(b"8000002000000008756", b"8000002000000008757"), "total"),
    (lambda file: file.replace(b"8000002", b"8000003"), "count"),
    (lambda file: b"x" * 5_000_001, "size"),
]
"""What is done to a right file of a bank, and what its refusal names."""


@pytest.mark.rule("HT-29", "G-08")
def test_a_file_with_anything_wrong_in_it_is_refused_whole_and_staff_is_told(
    counter: Counter, cloud: Cloud
) -> None:
    contracts = [counter.with_account(), counter.with_account("2026-08-01T09:01", number="7654321")]
    counter.september()
    right = answer(counter.request(), {customer_number(contracts[0]): "1"})
    counter.notices()
    for number, (spoil, fault) in enumerate(SPOILT):
        name = f"{number}.txt"
        counter.upload(spoil(right), name)
        assert [counter.facts(contract) for contract in contracts] == [[], []]
        (upload,) = (one for one in counter.collection()["uploads"] if one["name"] == name)
        assert upload["state"] == "refused"
        assert any(fault in told for told in upload["faults"]), upload["faults"]
        assert NUMBER not in str(upload["faults"])
        (mail,) = counter.notices()
        assert (mail.kind, mail.audience) == (
            "contract.bank_file_refused",
            StaffGroup(group="billing"),
        )
        assert fault in mailed(mail, "en").text
        words = next(words for code, words in FAULTS.items() if code.startswith(fault))
        assert words in mailed(mail).text
    # The right one is taken in all the same.
    counter.upload(right, "right.txt", "2026-10-30T10:00")
    assert [len(counter.facts(contract)) for contract in contracts] == [1, 1]


@pytest.mark.rule("HT-29", "G-08")
def test_what_is_clear_in_a_banks_file_is_taken_and_the_rest_is_on_a_list(
    counter: Counter,
) -> None:
    several = [counter.with_account(f"2026-08-01T09:{n:02}", number=f"{n:07}") for n in range(1, 6)]
    waits, odd, poor = several[2:]
    counter.september()
    codes = {waits: "N", odd: "E", poor: "1"}
    right = answer(counter.request(), {customer_number(c): code for c, code in codes.items()})
    at = right.index(b"0000002", 240)  # the account of the second, at another branch now
    file = right[: at - 23] + right[at - 23 : at].replace(b"001", b"009", 1) + right[at:]
    counter.notices()
    counter.upload(file)
    (upload,) = counter.collection()["uploads"]
    assert upload["state"] == "partly", upload
    assert {told.rpartition("(")[2] for told in upload["faults"]} == {"account)", "waits)"}
    found = [[event for event, *_ in counter.facts(one)] for one in several]
    assert found == [["paid"], [], [], [], ["payment_failed"]]
    assert counter.unpaid() == {odd: ["2026-09"], poor: ["2026-09"]}
    (mail,) = (one for one in counter.notices() if one.kind.startswith("contract.bank"))
    assert mail.kind == "contract.bank_file_taken"
    assert "振替結果がまだ届いていません" in mailed(mail).text
    codes |= {waits: "0"}
    later = answer(counter.request(), {customer_number(c): code for c, code in codes.items()})
    counter.upload(later, "later.txt", "2026-10-31T09:00")
    assert [[event for event, *_ in counter.facts(one)] for one in several] == [
        *(["paid"], ["paid"], ["paid"], [], ["payment_failed"])
    ]


def test_signs_that_banks_do_not_take_are_found_when_the_account_is_registered(
    counter: Counter,
) -> None:
    contract = counter.running(payment="bank_transfer")
    said = {"account": {**ACCOUNT, "holder": "ミマモリ「カ」"}}
    refused = counter.mine("PUT", f"{contract}/account", "2026-08-02T09:00", said)
    assert (refused.status, refused.body["type"]) == (422, "urn:mimamori:problem:holder-letters")


@pytest.mark.rule("HT-28")
def test_each_consignor_has_files_of_its_own_banks(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = json.loads(os.environ["CONSIGNOR"])
    yucho = {**ours, "code": "0098700009", "banks": ["9900"]}
    monkeypatch.setenv("CONSIGNOR", json.dumps([yucho, ours]))
    settings.load.cache_clear()
    counter.with_account()
    counter.with_account("2026-08-01T09:01", number="7654321", bank="9900", branch="008")
    counter.september()
    codes = {counter.request(number=number)[4:14] for number in (1, 2)}
    assert codes == {b"0098700000", b"0098700009"}


def test_a_bank_that_changes_its_mind_is_for_a_person_to_look_at(counter: Counter) -> None:
    contract = counter.with_account()
    counter.september()
    request = counter.request()
    counter.upload(answer(request, {}))
    counter.upload(answer(request, {customer_number(contract): "1"}), "second.txt")
    assert counter.facts(contract) == [("paid", "2026-10-27", "2026-09")]
    states = {one["name"]: one["state"] for one in counter.collection()["uploads"]}
    assert states == {"answer.txt": "taken", "second.txt": "refused"}


@pytest.mark.rule("G-08")
def test_an_answer_broken_off_half_way_goes_on_where_it_was(counter: Counter, cloud: Cloud) -> None:
    contracts = [counter.with_account(f"2026-08-01T09:{n:02}", number=f"{n:07}") for n in range(4)]
    counter.september()
    content = answer(counter.request(), {})
    clients.client("s3").put_object(Bucket=BUCKET, Key="results/a.txt", Body=content)
    message = stored("results/a.txt", len(content), jst("2026-10-30T09:00"))
    written = iter(range(2))
    cloud.fail("TransactWriteItems", on=lambda _: next(written, None) is None)
    assert counter.take(on_bank_result.handler, message) == ["message-0"]
    assert sum(len(counter.facts(contract)) for contract in contracts) == 2
    assert counter.take(on_bank_result.handler, message) == []
    assert [counter.facts(contract) for contract in contracts] == [
        [("paid", "2026-10-27", "2026-09")]
    ] * 4


@pytest.mark.rule("G-08")
def test_a_month_may_take_several_files_and_each_answer_finds_its_own(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = json.loads(os.environ["CONSIGNOR"])
    monkeypatch.setenv("CONSIGNOR", json.dumps({**ours, "most_debits": 1}))
    settings.load.cache_clear()
    contracts = [counter.with_account(f"2026-08-01T09:{n:02}", number=f"{n:07}") for n in range(3)]
    assert counter.september()["files"] == 3
    requests = [counter.request(number=number) for number in (1, 2, 3)]
    assert len({data_rows(request)[0][91:111] for request in requests}) == 3
    for number, request_ in enumerate(reversed(requests)):
        counter.upload(answer(request_, {}), f"{number}.txt", f"2026-10-30T09:0{number}")
    assert [len(counter.facts(contract)) for contract in contracts] == [1, 1, 1]
    assert [file["paid"] for file in counter.collection()["files"]] == [1, 1, 1]


@pytest.mark.rule("HT-29")
def test_our_own_stop_is_no_failure_of_the_customer_s(counter: Counter) -> None:
    contract = counter.with_account()
    counter.september()
    counter.upload(answer(counter.request(), {customer_number(contract): "8"}))
    assert counter.facts(contract) == []
    (file,) = counter.collection()["files"]
    assert (file["paid"], file["unpaid"]) == (0, 1)


@pytest.mark.rule("S-4")
def test_paying_after_the_suspension_lets_the_service_run_again(counter: Counter) -> None:
    contract = counter.with_account()
    counter.september()
    counter.upload(answer(counter.request(), {customer_number(contract): "1"}))
    counter.run("daily", "2026-11-12T00:00")
    counter.happened(contract, "2026-11-13T09:00", "paid", month="2026-09")
    seen = counter.family("GET", f"/contracts/{contract}", "2026-11-13T10:00").body
    assert seen["state"] == "active"


# --- cards


@pytest.mark.rule("HT-28", "HT-29")
def test_cards_are_charged_with_the_run(
    counter: Counter, page: stripe.StripeClient, double: StripeDouble
) -> None:
    good = counter.with_card(page)
    refused = counter.with_card(page, REFUSED, at="2026-08-01T09:01")
    summary = counter.run("monthly", "2026-09-01T10:00")
    assert (summary["cards_paid"], summary["cards_failed"], summary["cards_yen"]) == (1, 1, 49500)
    assert counter.facts(good) == [("paid", "2026-09-01", "2026-08")]
    assert counter.facts(refused) == [("payment_failed", "2026-09-01", "2026-08")]
    again = counter.run("monthly", "2026-09-02T10:00", "2026-08")
    assert not [name for name in again if name.startswith("cards")]
    assert len(double.intents()) == 2


@pytest.mark.rule("G-08")
def test_a_charge_whose_answer_got_lost_is_found_by_the_next_run(
    counter: Counter, page: stripe.StripeClient, double: StripeDouble
) -> None:
    contract = counter.with_card(page)
    double.lose_next = 9
    summary = counter.run("monthly", "2026-09-01T10:00")
    assert summary["cards_retry"] == 1
    assert counter.facts(contract) == []
    double.lose_next = 0
    double.forget_keys()  # a day goes by
    counter.run("monthly", "2026-09-02T10:00", "2026-08")
    assert counter.facts(contract) == [("paid", "2026-09-02", "2026-08")]
    assert len(double.intents()) == 1


def test_without_a_key_the_reason_is_on_record_and_nothing_else_stops(
    counter: Counter, server: StripeDouble, page: stripe.StripeClient
) -> None:
    contract = counter.with_card(page)
    transfer = counter.with_account("2026-08-01T09:01")
    clients.client("ssm").delete_parameter(Name=PARAMETER)
    clear_caches()
    summary = counter.september()
    assert summary["cards_undecided_no_gateway"] == 1
    assert counter.facts(contract) == []
    assert counter.collection()["files"][0]["debits"] == 1
    begun = counter.mine("POST", f"{contract}/card", "2026-10-02T09:00")
    assert (begun.status, begun.body["type"]) == (409, "urn:mimamori:problem:no-card-gateway")
    assert counter.facts(transfer) == []


def test_a_wrong_key_is_ours_to_mend_and_no_failure_of_the_customer_s(
    counter: Counter, page: stripe.StripeClient, double: StripeDouble
) -> None:
    contract = counter.with_card(page)
    account = json.dumps({"key": "wrong", "address": double.address})
    ssm = clients.client("ssm")
    ssm.put_parameter(Name=PARAMETER, Value=account, Type="SecureString", Overwrite=True)
    clear_caches()
    summary = counter.run("monthly", "2026-09-01T10:00")
    assert summary["cards_undecided_misused"] == 1
    assert counter.facts(contract) == []


def test_less_than_stripe_takes_bothers_no_customer(
    counter: Counter, page: stripe.StripeClient, double: StripeDouble
) -> None:
    contract = counter.with_card(page)
    credit = {"amount": 49500 - 49, "reason": "sorry"}
    counter.happened(contract, "2026-08-20T09:00", "credited", **credit)
    summary = counter.run("monthly", "2026-09-01T10:00")
    assert (summary["yen"], summary["uncollected_below_minimum"]) == (49, 1)
    assert (counter.facts(contract), double.intents()) == ([], [])
    assert counter.unpaid() == {contract: ["2026-08"]}


@pytest.mark.rule("G-08")
def test_what_staff_entered_by_hand_is_not_collected_beside_it(
    counter: Counter, page: stripe.StripeClient, double: StripeDouble
) -> None:
    """Also of months before payments were collected here."""
    card, account = counter.with_card(page), counter.with_account("2026-08-01T09:01")
    for contract in (card, account):
        counter.happened(contract, "2026-08-31T09:00", "paid", month="2026-08")
    summary = counter.run("monthly", "2026-09-01T10:00")
    assert (summary["new"], summary.get("debits", 0), double.intents()) == (2, 0, [])


@pytest.mark.rule("HT-29")
def test_why_a_charge_failed_is_told_to_whom_it_concerns(
    counter: Counter, page: stripe.StripeClient
) -> None:
    poor = counter.with_account()
    counter.september()
    counter.upload(answer(counter.request(), {customer_number(poor): "1"}))
    mine = counter.mine("GET", f"{poor}/payments", "2026-10-30T10:00").body
    assert mine == [
        {
            "month": "2026-09",
            "on": "2026-10-27",
            "payment": "bank_transfer",
            "amount": 4378,
            "state": "failed",
            "why": "残高または利用可能額が不足していました。",
        }
    ]
    assert counter.desk("GET", f"contracts/{poor}/payments", "2026-10-30T10:00").body == mine
    stolen = counter.with_card(page, REFUSED, at="2026-08-01T09:01")
    counter.run("monthly", "2026-10-31T10:00", "2026-08")
    (told,) = counter.mine("GET", f"{stolen}/payments", "2026-10-31T11:00").body
    assert told["why"] == "カード会社の承認が得られませんでした。"


def test_a_call_that_has_charged_enough_leaves_the_rest_to_the_next(
    counter: Counter,
    page: stripe.StripeClient,
    double: StripeDouble,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(on_collect, "MOST_CHARGES", 1)
    contracts = [counter.with_card(page, at=f"2026-08-01T09:{n:02}") for n in range(3)]
    summary = counter.run("monthly", "2026-09-01T10:00")
    assert summary["cards_paid"] == len(double.intents()) == 3
    assert [len(counter.facts(contract)) for contract in contracts] == [1, 1, 1]


# --- Stripe's own word


def tell(counter: Counter, body: bytes, signature: str, at: str) -> Answer:
    """Stripe's request, which has no login."""
    event = request("POST", "/billing/stripe", person="-", body=body.decode(), at=jst(at))
    del event["requestContext"]["authorizer"]
    event["headers"]["stripe-signature"] = signature
    answered = on_stripe.handler(event, Context())
    return Answer(answered["statusCode"], json.loads(answered["body"]), {}, False)


def intent(contract: str, **more: Any) -> dict[str, Any]:
    said = {"contract": contract, "invoice": f"{contract}-2026-08", "month": "2026-08"}
    return {
        "id": "pi_1",
        "amount": 49500,
        "currency": "jpy",
        "metadata": {**said, "attempt": "1"},
        **more,
    }


AT = "2026-09-01T10:05"
SECONDS = int(jst(AT).timestamp())


@pytest.mark.rule("G-08")
def test_what_stripe_says_later_is_taken_once(
    counter: Counter, page: stripe.StripeClient, double: StripeDouble
) -> None:
    contract = counter.with_card(page)
    double.lose_next = 9
    counter.run("monthly", "2026-09-01T10:00")
    said = signed_notice("payment_intent.succeeded", intent(contract), WEBHOOK, SECONDS)
    assert tell(counter, *said, AT).body == {"taken": True}
    assert tell(counter, *said, AT).body == {"taken": False}
    assert counter.facts(contract) == [("paid", "2026-09-01", "2026-08")]
    # A notice of an earlier refusal that comes late takes nothing back.
    late = signed_notice("payment_intent.payment_failed", intent(contract), WEBHOOK, SECONDS)
    assert tell(counter, *late, AT).body == {"taken": False}
    assert counter.facts(contract) == [("paid", "2026-09-01", "2026-08")]


@pytest.mark.rule("S-4")
def test_money_that_comes_after_the_suspension_lets_the_service_run_again(
    counter: Counter, page: stripe.StripeClient
) -> None:
    contract = counter.with_card(page, REFUSED)
    counter.run("monthly", "2026-09-01T10:00")
    counter.run("daily", "2026-10-05T00:00")
    counter.run("daily", "2026-10-12T00:00")
    path, at = f"/contracts/{contract}", "2026-10-13T09:00"
    assert counter.family("GET", path, at).body["state"] == "suspended"
    seconds = int(jst(at).timestamp())
    said = signed_notice("payment_intent.succeeded", intent(contract), WEBHOOK, seconds)
    assert tell(counter, *said, at).body == {"taken": True}
    assert counter.family("GET", path, "2026-10-13T10:00").body["state"] == "active"


def test_only_stripe_is_believed(counter: Counter, double: StripeDouble, cloud: Cloud) -> None:
    contract = counter.running(payment="card")
    body, signature = signed_notice("payment_intent.succeeded", intent(contract), WEBHOOK, SECONDS)
    _, foreign = signed_notice("payment_intent.succeeded", intent(contract), "whsec_x", SECONDS)
    for sent, signed, at in (
        (body, foreign, AT),
        (body, "", AT),
        (body.replace(b"49500", b"1"), signature, AT),
        (body, signature, "2026-09-01T11:05"),  # replayed
    ):
        assert tell(counter, sent, signed, at).status == 400
    assert counter.facts(contract) == []


def test_a_notice_of_another_amount_or_contract_is_written_down(
    counter: Counter, page: stripe.StripeClient, cloud: Cloud
) -> None:
    contract = counter.with_card(page)
    counter.run("monthly", "2026-09-01T10:00")
    for about in (intent(contract, amount=1), intent("c-nobody", id="pi_2")):
        said = signed_notice("payment_intent.succeeded", about, WEBHOOK, SECONDS)
        assert tell(counter, *said, AT).body == {"taken": False}
    assert sorted(cloud.rejected("billing")) == sorted(
        [(contract, "contradiction"), ("c-nobody", "unknown")]
    )


def test_notices_of_other_things_are_acknowledged(counter: Counter, double: StripeDouble) -> None:
    said = signed_notice("customer.created", {"id": "cus_1"}, WEBHOOK, SECONDS)
    assert tell(counter, *said, AT) == Answer(200, {"taken": False}, {}, False)


# --- what staff sees


def test_who_fetches_a_file_is_on_record_and_it_is_gone_one_day(
    counter: Counter, cloud: Cloud
) -> None:
    counter.with_account()
    counter.september()
    counter.request()
    (row,) = (r for r in cloud.rows("billing", "AUDIT#collection/2026-09"))
    assert (row["event"], row["who"], row["detail"]) == (
        *("request_file_fetched", "keiri"),
        "2026-09/1",
    )
    s3 = clients.client("s3")
    for one in s3.list_objects_v2(Bucket=BUCKET, Prefix="requests/")["Contents"]:
        s3.delete_object(Bucket=BUCKET, Key=one["Key"])  # its time is over
    gone = counter.desk("GET", "collections/2026-09/files/1", "2026-12-01T09:00")
    assert (gone.status, gone.body["type"]) == (410, "urn:mimamori:problem:file-gone")
    assert counter.desk("GET", "collections/2026-09/files/2", "2026-12-01T09:00").status == 404
    assert counter.desk("GET", "collections/never", "2026-12-01T09:00").status == 404


def test_staff_is_let_upload_one_file_for_some_minutes(counter: Counter) -> None:
    ticket = counter.desk("POST", "bank-results", "2026-10-30T09:00").body
    assert ticket["seconds"] == 300
    assert "/results/20261030T" in ticket["url"]
    assert "X-Amz-Expires=300" in ticket["url"]


def test_a_file_that_is_handed_in_lies_where_it_is_read_and_is_one(counter: Counter) -> None:
    content = "1ｱ\r\n".encode("cp932")
    body = {"content": base64.b64encode(content).decode()}
    first = counter.desk("PUT", "bank-results", "2026-10-30T09:00", body)
    assert first.status == 200, first.body
    assert counter.desk("PUT", "bank-results", "2026-10-30T09:05", body).body == first.body
    s3 = clients.client("s3")
    (kept,) = s3.list_objects_v2(Bucket=BUCKET, Prefix="results/")["Contents"]
    assert kept["Key"] == f"results/{first.body['name']}"
    assert s3.get_object(Bucket=BUCKET, Key=kept["Key"])["Body"].read() == content
    for wrong in ("no base64", "ファイル", ""):
        refused = counter.desk("PUT", "bank-results", "2026-10-30T09:00", {"content": wrong})
        assert refused.status == 422, wrong


# --- collecting again


def retried(counter: Counter, at: str) -> dict[str, int]:
    """The daily run's step that charges cards again; its counts."""
    asked = {"kind": "daily", "at": jst(at).isoformat(), "period": None}
    begun = on_run.handler({"asked": asked, "execution": f"retry-{at}"}, Context())
    state = {"run": begun["run"], "after": "", "more": True}
    while state["more"]:
        state = on_retry.handler(state, Context())
    return on_run_end.handler({"run": begun["run"]}, Context())["summary"]  # type: ignore[no-any-return]


@pytest.mark.rule("HT-29", "S-4")
def test_a_new_card_pays_what_is_open_at_once(
    counter: Counter, page: stripe.StripeClient, double: StripeDouble
) -> None:
    contract = counter.with_card(page, REFUSED)
    counter.run("monthly", "2026-09-01T10:00")
    assert counter.unpaid() == {contract: ["2026-08"]}
    assert counter.card(contract, page, GOOD).status == 200
    assert counter.unpaid() == {}
    assert [one.amount for one in double.intents() if one.status == "succeeded"] == [49500]
    assert counter.card(contract, page, GOOD).status == 200
    assert len([one for one in double.intents() if one.status == "succeeded"]) == 1


@pytest.mark.rule("HT-29")
def test_a_refused_card_is_tried_again_by_a_schedule_and_then_left_alone(
    counter: Counter, page: stripe.StripeClient, double: StripeDouble
) -> None:
    contract = counter.with_card(page, REFUSED)
    counter.run("monthly", "2026-09-01T10:00")
    notices = counter.kinds().count("payment_failed")
    tried = {}
    for day in days_from_day("2026-09-01", 45):
        tried[day] = retried(counter, f"{day}T00:00").get("cards_again_failed", 0)
    assert [day for day, count in tried.items() if count] == [
        *("2026-09-04", "2026-09-09", "2026-09-16", "2026-09-30")
    ]
    assert counter.kinds().count("payment_failed") in (0, notices), "told once"
    assert [event for event, *_ in counter.facts(contract)] == ["payment_failed"]


def days_from_day(first: str, count: int) -> list[str]:
    begin = date.fromisoformat(first)
    return [str(begin + timedelta(days=n)) for n in range(count)]


@pytest.mark.rule("HT-29")
def test_staff_charges_an_open_invoice_now(
    counter: Counter, page: stripe.StripeClient, double: StripeDouble
) -> None:
    contract = counter.with_card(page)
    counter.run("monthly", "2026-09-01T10:00")
    counter.happened(contract, "2026-09-02T10:00", "payment_reversed", **REVERSED)
    assert counter.unpaid() == {contract: ["2026-08"]}
    for _ in range(2):
        done = counter.desk("POST", f"contracts/{contract}/charges", "2026-09-05T10:00")
        assert done.status == 200, done.body
    assert counter.unpaid() == {}
    assert len([one for one in double.intents() if one.status == "succeeded"]) == 2


@pytest.mark.rule("G-08", "HT-29")
def test_a_charge_asked_for_twice_under_one_name_is_one_charge(
    counter: Counter, page: stripe.StripeClient, double: StripeDouble
) -> None:
    contract = counter.with_card(page, REFUSED)
    counter.run("monthly", "2026-09-01T10:00")
    path, tries = f"contracts/{contract}/charges", len(double.intents())
    for minute in ("00", "05"):
        named = {"headers": {"idempotency-key": "k-1"}}
        done = counter.desk("POST", path, f"2026-09-05T10:{minute}", **named)
        assert (done.status, len(done.body)) == (200, 2)
    assert len(double.intents()) == tries + 1


@pytest.mark.rule("HT-28", "G-08")
def test_an_account_registered_twice_is_the_first_one_for_the_bank(counter: Counter) -> None:
    contract = counter.with_account()
    again = counter.mine("PUT", f"{contract}/account", "2026-08-02T09:00:30", {"account": ACCOUNT})
    assert again.status == 200
    assert counter.methods_row(contract)["new"] == "first"


REVERSED = {"month": "2026-08", "amount": 49500, "cause": "dispute"}


@pytest.mark.rule("HT-28", "HT-29", "G-08")
def test_an_account_with_too_little_in_it_is_asked_once_more_on_another_day(
    counter: Counter,
) -> None:
    contract = counter.with_account()
    counter.september()
    short = {customer_number(contract): "1"}
    counter.upload(answer(counter.request(), short))
    assert counter.unpaid() == {contract: ["2026-09"]}
    summary = counter.run("monthly", "2026-11-01T10:00")
    assert (summary["debits"], summary["debits_again"], summary["files"]) == (1, 1, 2)
    again = counter.run("monthly", "2026-11-02T10:00", "2026-10")
    assert (again.get("debits_again", 0), again.get("files", 0)) == (0, 0)
    first, second = counter.collection("2026-10")["files"]
    assert (first["day"], first["yen"]) == ("2026-11-27", 4378)
    assert (second["day"], second["yen"]) == ("2026-11-12", 4378)
    paid = answer(counter.request("2026-10", 2), {})
    counter.upload(paid, "again.txt", "2026-11-16T09:00")
    assert counter.unpaid() == {}
    counter.upload(answer(counter.request("2026-10", 1), {}), "next.txt", "2026-12-01T09:00")
    assert counter.unpaid() == {}
    summary = counter.run("monthly", "2026-12-01T10:00")
    assert "debits_again" not in summary


@pytest.mark.rule("HT-29", "G-08")
def test_who_still_has_too_little_is_not_asked_for_ever(counter: Counter) -> None:
    contract = counter.with_account()
    counter.september()
    short = {customer_number(contract): "1"}
    counter.upload(answer(counter.request(), short))
    counter.run("monthly", "2026-11-01T10:00")
    waits = counter.run("monthly", "2026-11-02T10:00", "2026-10")
    assert "debits_again" not in waits, "the bank has not answered"
    counter.kinds()
    counter.upload(answer(counter.request("2026-10", 2), short), "2.txt", "2026-11-16T09:00")
    assert "payment_failed" not in counter.kinds(), "it is no news"
    summary = counter.run("monthly", "2026-12-01T10:00")
    assert "debits_again" not in summary


@pytest.mark.rule("HT-29")
@pytest.mark.parametrize("code", ["2", "3", "4"])
def test_other_reasons_than_too_little_money_are_not_tried_again(
    counter: Counter, code: str
) -> None:
    contract = counter.with_account()
    counter.september()
    counter.upload(answer(counter.request(), {customer_number(contract): code}))
    assert "debits_again" not in counter.run("monthly", "2026-11-01T10:00")


# --- what happens at Stripe itself


@pytest.mark.rule("G-08", "HT-29")
def test_a_success_over_another_amount_settles_nothing(
    counter: Counter, page: stripe.StripeClient, double: StripeDouble, cloud: Cloud
) -> None:
    contract = counter.with_card(page)
    double.lose_next = 9  # begun, and nobody knows what became of it
    counter.run("monthly", "2026-09-01T10:00")
    about = intent(contract, amount=1)
    other = {**intent(contract)["metadata"], "invoice": f"{contract}-2026-07", "month": "2026-07"}
    for wrong in (about, intent(contract, metadata=other), intent(contract, amount_received=1)):
        said = signed_notice("payment_intent.succeeded", wrong, WEBHOOK, SECONDS)
        assert tell(counter, *said, AT).body == {"taken": False}
    foreign = signed_notice(
        "payment_intent.succeeded", intent(contract, currency="usd"), WEBHOOK, SECONDS
    )
    assert tell(counter, *foreign, AT).status == 400
    assert counter.facts(contract) == []
    assert (contract, "contradiction") in cloud.rejected("billing")


@pytest.mark.rule("G-08", "HT-29")
def test_a_dispute_and_a_refund_at_stripe_become_facts(
    counter: Counter, page: stripe.StripeClient, double: StripeDouble
) -> None:
    contract = counter.with_card(page)
    counter.run("monthly", "2026-09-01T10:00")
    (charged,) = [one for one in double.intents() if one.status == "succeeded"]
    about = {"payment_intent": charged.id, "currency": "jpy"}
    refund = {"id": "ch_1", "amount_refunded": 500, **about}
    dispute = {"id": "dp_1", "amount": 49000, **about}
    for kind, said in (("charge.refunded", refund), ("charge.dispute.created", dispute)):
        notice = signed_notice(kind, said, WEBHOOK, SECONDS)
        assert tell(counter, *notice, AT).body == {"taken": True}
        assert tell(counter, *notice, AT).body == {"taken": False}
    assert counter.unpaid() == {contract: ["2026-08"]}
    won = signed_notice("charge.dispute.closed", {**dispute, "status": "won"}, WEBHOOK, SECONDS)
    assert tell(counter, *won, AT).body == {"taken": True}
    rest = {"month": "2026-08", "amount": 500, "reference": "bank"}
    counter.happened(contract, "2026-09-10T10:00", "paid", **rest)
    assert counter.unpaid() == {}
    unknown = {**dispute, "payment_intent": "pi_nobody"}
    said = signed_notice("charge.dispute.created", unknown, WEBHOOK, SECONDS)
    assert tell(counter, *said, AT).body == {"taken": False}


@pytest.mark.rule("HT-28")
def test_a_card_is_registered_on_stripes_own_page_and_nobody_elses_is(
    counter: Counter, page: stripe.StripeClient, double: StripeDouble
) -> None:
    contract = counter.running(payment="card")
    at = "2026-08-02T09:00"
    begun = counter.mine("POST", f"{contract}/card/page", at)
    assert begun.status == 200, begun.body
    (visit,) = double.visits
    assert begun.body["url"] == double.visits[visit]["url"]
    back = f"{WEB}/#/contracts/{contract}/card/{{CHECKOUT_SESSION_ID}}"
    assert double.visits[visit]["success_url"] == back

    early = counter.mine("PUT", f"{contract}/card", at, {"token": visit})
    assert (early.status, early.body["type"].rpartition(":")[2]) == (422, "card-unknown")
    customer = counter.methods_row(contract)["payer"]
    double.fill_in(visit, card_of(page, customer, GOOD))
    kept = counter.mine("PUT", f"{contract}/card", at, {"token": visit})
    assert kept.body["card"]["number"].endswith("4242"), kept.body

    other = counter.running("2026-08-01T10:00", payment="card")
    counter.mine("POST", f"{other}/card/page", at)
    stolen = counter.mine("PUT", f"{other}/card", at, {"token": visit})
    assert stolen.status == 422, "another contract's card"
    assert counter.mine("PUT", f"{other}/card", at, {"token": "cs_nothing"}).status == 422
    stranger = counter.mine("POST", f"{contract}/card/page", at, person="person-stranger")
    assert stranger.status == 404
