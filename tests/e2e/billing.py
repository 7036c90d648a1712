"""An office on the running system: staff, customers, bank, Stripe, a clock that began in the past.

Everything goes the way it goes on AWS: login, HTTP API, schedules, files. Only that somebody is
staff, and what our account at Stripe is, is said with the rights of the account's root, as an
administrator would.
"""

import json
import re
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any, cast

import stripe
import urllib3

from bench.billing import MONTH, contract
from lambdas.billing.contract.sharding import shard_of
from lambdas.billing.payments.accounts import Card, StoredAccount
from local import bank, seed
from local.cloud import LocalCloud
from local.person import Person
from local.state import StateDir
from tests.app_store import Store as AppStore
from tests.e2e.household import log_in, sign_up
from tests.unit.billing.payments.stripe_double import StripeDouble

STAFF = "keiri@mimamori.example"
STRIPE_KEY, WEBHOOK_SECRET = "sk_test_12345", "whsec_test"
OFTEN = re.compile(r"rate\((1 minute|[1-5]?\d minutes)\)|cron\(0/")  # a schedule
GOOD_CARD, REFUSED_CARD = "4242424242424242", "4000000000000341"


@contextmanager
def cloud_at(moment: str, state: Path) -> Iterator[LocalCloud]:
    """A local cloud whose clock begins at a moment gone by (JST): stories have their own dates."""
    ago = datetime.fromisoformat(f"{moment}+09:00").timestamp() - datetime.now().timestamp()  # noqa: DTZ005
    kept = StateDir(state, keep=True).services
    kept.mkdir(parents=True)
    (kept / "clock-offset").write_text(str(ago))
    with LocalCloud.start(
        seed=seed.seed, state_dir=state, keep=True, report=lambda _: None
    ) as cloud:
        quarter_hours(cloud, on=False)
        yield cloud


def quarter_hours(cloud: LocalCloud, *, on: bool) -> None:
    """Switch on or off what happens every quarter of an hour or oftener (the audit of cases, rounds
    of visits, a look at each home's activity): quarters of an hour are many in half a year."""
    scheduler = cloud.client("scheduler")
    for page in scheduler.get_paginator("list_schedules").paginate():
        for schedule in page["Schedules"]:
            known = scheduler.get_schedule(Name=schedule["Name"], GroupName=schedule["GroupName"])
            if not OFTEN.match(known["ScheduleExpression"]):
                continue
            kept = ("Name", "GroupName", "ScheduleExpression", "FlexibleTimeWindow", "Target")
            scheduler.update_schedule(
                State="ENABLED" if on else "DISABLED",
                **{key: known[key] for key in kept},
            )


@dataclass
class Office:
    """Billing's staff, and what they need of the cloud."""

    cloud: LocalCloud
    app_store: AppStore = field(default_factory=AppStore)

    def __post_init__(self) -> None:
        quarter_hours(self.cloud, on=False)
        sign_up(self.cloud, STAFF)
        self.cloud.client("cognito-idp").admin_add_user_to_group(
            UserPoolId=self.cloud.outputs["MimamoriApi.UserPoolId"],
            Username=STAFF,
            GroupName="billing",
        )

    @property
    def staff(self) -> Person:
        """Logged in just now."""
        return log_in(self.cloud, STAFF)

    def on(self, moment: str) -> None:
        """Let time go by until a moment (JST)."""
        self.cloud.advance(moment)

    def pays_by(self, double: StripeDouble) -> None:
        """Our account at Stripe, at its double on this machine."""
        account = {
            "key": STRIPE_KEY,
            "webhook_secrets": [WEBHOOK_SECRET],
            "address": double.address,
        }
        self.cloud.client("ssm").put_parameter(
            Name=self.cloud.outputs["MimamoriBilling.StripeParameter"],
            Value=json.dumps(account),
            Type="SecureString",
        )

    def sells_in_the_app(self) -> None:
        """Our app, at an App Store that signs receipts here."""
        self.cloud.client("ssm").put_parameter(
            Name=self.cloud.outputs["MimamoriBilling.AppStoreParameter"],
            Value=json.dumps(self.app_store.parameter),
            Type="String",
        )

    def collection(self, month: str) -> dict[str, Any]:
        """How far the collection of a month is."""
        found = self.staff.get(f"/billing/staff/collections/{month}")
        return cast(dict[str, Any], found)

    def bank_answers(self, month: str, failing: Mapping[str, str]) -> None:
        """Staff brings the month's file to the bank, and its answer back."""
        path = f"/billing/staff/collections/{month}/files/1"
        request = self.staff.request("GET", path)
        assert request.status == 200, request.data
        ticket = self.staff.send("POST", "/billing/staff/bank-results")
        answer = bank.answer(request.data, failing)
        put = urllib3.PoolManager().request("PUT", ticket["url"], body=answer)
        assert put.status == 200, put.data
        self.cloud.settle()

    def stripe_says(self, body: bytes, signature: str) -> urllib3.BaseHTTPResponse:
        """A request of Stripe's, which has no login."""
        assert self.cloud.api_url
        return urllib3.PoolManager().request(
            "POST",
            f"{self.cloud.api_url}/billing/stripe",
            body=body,
            headers={"Stripe-Signature": signature, "Content-Type": "application/json"},
        )

    def customer(self) -> tuple[str, str]:
        """Somebody with a login: the address and the subject."""
        mail = f"{secrets.token_hex(4)}@customer.example"
        return mail, sign_up(self.cloud, mail)

    def apply(self, mail: str, subject: str, **wanted: Any) -> "Customer":
        """An application taken by staff, with every consent."""
        made = self.staff.send(
            "POST",
            "/billing/staff/contracts",
            {
                "product": "doshiteru",
                "contractor": {"id": subject, "name": "佐藤 花子", "email": mail},
                "watched": "佐藤 トメ",
                "home_name": "さくら台の家",
                "consents": ["users", "watched_person", "right_holder"],
                "there": ["telephone", "internet", "good_radio"],
                **wanted,
            },
        )
        return Customer(self, mail, made["contract"]["id"], made["contract"]["home"])


@dataclass
class Customer:
    """A customer with a contract."""

    office: Office
    mail: str
    contract: str
    home: str

    @property
    def page(self) -> Person:
        """Logged in just now."""
        return log_in(self.office.cloud, self.mail)

    def happened(self, event: str, **more: Any) -> dict[str, Any]:
        """Staff says that something happened, now."""
        said = {"fact": {"event": event, **more}}
        path = f"/billing/staff/contracts/{self.contract}/facts"
        return cast(dict[str, Any], self.office.staff.send("POST", path, said))

    def decide(self, **decision: Any) -> dict[str, Any]:
        path = f"/billing/staff/contracts/{self.contract}/decision"
        return cast(dict[str, Any], self.office.staff.send("POST", path, decision))

    def buys(self, transaction: str) -> dict[str, Any]:
        """A watcher pays in the app, now."""
        receipt = self.office.app_store.receipt(transaction, self.office.cloud.now())
        return self.does("purchases", watcher=self.sees()["watchers"][0], receipt=receipt)

    def does(self, what: str, **more: Any) -> dict[str, Any]:
        """The customer does something on the page."""
        path = f"/billing/contracts/{self.contract}/{what}"
        return cast(dict[str, Any], self.page.send("POST", path, more))

    def registers_account(self, number: str) -> None:
        account = {"bank": "0005", "branch": "001", "number": number, "holder": "サトウ ハナコ"}
        path = f"/billing/contracts/{self.contract}/account"
        self.page.send("PUT", path, {"account": account})

    def registers_card(self, double: StripeDouble, number: str) -> None:
        """As on the page: Stripe's own form takes the number, we are told a token."""
        path = f"/billing/contracts/{self.contract}/card"
        begun = self.page.send("POST", path)
        form = stripe.StripeClient(STRIPE_KEY, base_addresses={"api": double.address}).v1
        card = {"number": number, "exp_month": 12, "exp_year": 2030, "cvc": "123"}
        method = form.payment_methods.create({"type": "card", "card": card})  # type: ignore[typeddict-item]
        setup = begun["client_secret"].partition("_secret")[0]
        form.setup_intents.confirm(setup, {"payment_method": method.id})
        self.page.send("PUT", path, {"token": method.id})

    def sees(self) -> dict[str, Any]:
        return cast(dict[str, Any], self.page.get(f"/billing/contracts/{self.contract}"))

    @property
    def bills(self) -> str:
        """Where the invoices are."""
        return f"/billing/contracts/{self.contract}/invoices"

    def invoices(self) -> dict[str, list[tuple[str, int]]]:
        """The lines of the invoices by month."""
        found = self.page.get(self.bills)
        return {
            invoice["month"]: [(line["item"], line["amount"]) for line in invoice["lines"]]
            for invoice in found
        }

    def totals(self) -> dict[str, int]:
        """The sums of the invoices by month."""
        return {m: sum(yen for _, yen in lines) for m, lines in self.invoices().items()}

    def subjects(self) -> list[str]:
        """What the mails were about."""
        return [
            mail["Subject"].removeprefix("【みまもり】")
            for mail in self.office.cloud.mails(self.mail)
        ]


# --- many contracts at once


METHODS = {
    "card": Card(
        token="pm_1", customer="cus_1", brand="visa", last4="4242", expires="2030-12"
    ).model_dump_json(),
    "account": StoredAccount(
        bank="0005", branch="001", kind="ordinary", masked="****567", holder="ﾔﾏﾀﾞ", token="c2VhbA=="
    ).model_dump_json(),
}
"""Registered by everybody. No money moves: there is no key for cards, and no account opens."""


def fill(cloud: LocalCloud, size: int) -> list[str]:
    """Contracts with their histories and what pays them, as if they had come one by one; their
    ids."""
    dice, ids, shards = Random(8), [], Counter[str]()
    table = cloud.table(cloud.outputs["MimamoriBilling.ContractsTable"])
    with table.batch_writer() as batch:
        for number in range(size):
            rows, papers = contract(dice, number)
            id = rows[0]["sk"].partition("#")[0]
            ids.append(id)
            rows.append(METHODS | {"sk": f"{id}#M"})
            shards[shard_of(id)] += 1
            for row in rows:
                batch.put_item(Item={**row, "pk": f"SHARD#{shard_of(id)}"})
            for paper in papers:
                batch.put_item(Item=paper)
        for shard, count in shards.items():
            batch.put_item(Item={"pk": "SHARDS", "sk": shard, "contracts": count})
    return ids


def invoices(cloud: LocalCloud) -> Counter[str]:
    """How many invoices of the month each contract has, by what the table holds."""
    table = cloud.table(cloud.outputs["MimamoriBilling.ContractsTable"])
    found: Counter[str] = Counter()
    start: dict[str, Any] = {}
    while True:
        page = table.scan(ProjectionExpression="pk, sk", ConsistentRead=True, **start)
        found.update(
            row["pk"].removeprefix("INVOICES#")
            for row in page["Items"]
            if row["pk"].startswith("INVOICES#") and row["sk"] == str(MONTH)
        )
        if "LastEvaluatedKey" not in page:
            return found
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def begin_run(cloud: LocalCloud, name: str) -> str:
    """Start a run as its schedule does; the execution. Said again, it is the same one."""
    order = {"kind": "monthly", "period": str(MONTH), "at": "2026-11-10T09:00:00+09:00"}
    made = cloud.client("stepfunctions").start_execution(
        stateMachineArn=cloud.outputs["MimamoriBilling.RunMachine"],
        name=name,
        input=json.dumps({**order, "means": "test"}),
    )
    return str(made["executionArn"])
