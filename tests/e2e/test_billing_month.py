"""A month of an operator on the running system, by the desk's API alone: contracts brought over and
applied for, invoiced, collected by card and by the bank's file, chased, written off, paid back,
closed. The close is the sum of everything."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import urllib3

from local import bank
from local.person import Person
from tests.e2e.billing import GOOD_CARD, REFUSED_CARD, Customer, Office, cloud_at
from tests.e2e.household import wait_until
from tests.unit.billing.payments.stripe_double import StripeDouble, running

pytestmark = pytest.mark.slow

HEADER = "number,product,plan,payment,name,phone,home_name,applied,started,billed_until\n"
LINES_A_REQUEST = 50
AT_ONCE = 2
OCTOBER = "2026-10"
FEES = {"doshiteru": 4378, "anshin_partner": 495, "orusuban_camera": 110}
FAILING = {"1": 0.04, "E": 0.01, "N": 0.01}
"""How many of the debits the bank answers so: too little money, our own fault, not done."""


@dataclass
class Month:
    """The clerk's month: what was asked for and what was seen."""

    office: Office
    stripe: StripeDouble
    size: int
    clerk: Person = field(init=False)
    fees: dict[str, int] = field(default_factory=dict)
    """What each contract costs in October."""

    banked: list[str] = field(default_factory=list)
    carded: list[Customer] = field(default_factory=list)
    seconds: Counter[str] = field(default_factory=Counter)

    def on(self, moment: str) -> None:
        self.office.on(moment)
        self.clerk = self.office.staff

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        return self.clerk.send(method, f"/billing/staff/{path}", body)

    def each(self, what: Callable[[str], Any], among: Iterable[str]) -> list[Any]:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(what, among))

    def timed(self, name: str, work: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        answer = work()
        self.seconds[name] += round(time.perf_counter() - began)
        return answer

    # --- the beginning

    def bring_over(self) -> None:
        """All but some of the contracts, which others billed until September."""
        products = [("doshiteru", "purchase_no_internet"), ("anshin_partner", "")]
        lines = []
        for number in range(self.size - self.size // 20):
            product, plan = products[number % 3 > 0]
            started = "2024-02-01" if product == "doshiteru" else ""
            lines.append(
                f"N-{number},{product},{plan},bank_transfer,山田{number},,家{number},2024-01-10,"
                f"{started},2026-09\n"
            )
        for first in range(0, len(lines), LINES_A_REQUEST):
            text = HEADER + "".join(lines[first : first + LINES_A_REQUEST])
            report = self.ask("POST", "imports", {"csv": text, "dry_run": False})
            assert report["refused"] == 0, report
            for line in report["lines"]:
                number = int(line["number"].removeprefix("N-"))
                self.fees[line["contract"]] = FEES[products[number % 3 > 0][0]]
        self.banked = sorted(self.fees)[: int(len(self.fees) * 0.9)]

    def register_accounts(self) -> None:
        """From paper, for nine in ten; the others have not sent theirs."""

        def register(contract: str) -> None:
            account = {"bank": "0005", "branch": "001", "number": "1234567", "holder": "ヤマダ"}
            self.ask("PUT", f"contracts/{contract}/account", {"account": account})

        self.each(register, self.banked)

    def apply(self) -> None:
        """The others are applied for, by one customer with a login, and paid by card."""
        mail, subject = self.office.customer()
        for number in range(self.size - len(self.fees)):
            home = {"home_name": f"別荘{number}"}
            made = self.office.apply(
                mail, subject, product="orusuban_camera", payment="card", **home
            )
            made.decide(accept=True)
            made.registers_card(self.stripe, REFUSED_CARD if number % 10 == 9 else GOOD_CARD)
            self.carded.append(made)

    # --- runs

    def run(self, kind: str, period: str) -> dict[str, int]:
        """A run, begun by the desk and waited for; its summary."""
        begun = self.ask("POST", "runs", {"kind": kind, "period": period})

        def over() -> dict[str, int] | None:
            time.sleep(0.5)
            answer = self.clerk.request("GET", f"/billing/staff/runs/{begun['run']}")
            found = answer.json()["executions"] if answer.status == 200 else []
            done = [one for one in found if one["execution"] == begun["execution"]]
            return done[0]["summary"] if done and done[0]["ended"] else None

        summary: dict[str, int] = wait_until(over, f"{kind} is over", 7200)
        self.office.cloud.settle()
        return summary

    def contracts(self, **query: str) -> list[dict[str, Any]]:
        """A list of the desk's, page by page."""
        found: list[dict[str, Any]] = []
        after = ""
        while True:
            asked = "&".join(f"{k}={v}" for k, v in {**query, "after": after}.items() if v)
            page = self.ask("GET", f"contracts?limit=100&{asked}")
            found += page["contracts"]
            if not (after := page["after"] or ""):
                return found

    def invoices(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        after = ""
        while True:
            page = self.ask("GET", f"invoices/{OCTOBER}?after={after}")
            found += page["invoices"]
            if not (after := page["after"] or ""):
                return found

    def bank_answers(self, codes: dict[str, str]) -> None:
        """Every file to the bank, and its answer back."""
        for file in self.ask("GET", f"collections/{OCTOBER}")["files"]:
            path = f"/billing/staff/collections/{OCTOBER}/files/{file['number']}"
            request = self.clerk.request("GET", path)
            assert request.status == 200, request.data
            ticket = self.ask("POST", "bank-results")
            result = bank.answer(request.data, codes)
            put = urllib3.PoolManager().request("PUT", ticket["url"], body=result)
            assert put.status == 200, put.data
            self.office.cloud.settle()


def only_by_hand(office: Office) -> None:
    """No run by the clock: the desk begins each of them."""
    scheduler = office.cloud.client("scheduler")
    machine = office.cloud.outputs["MimamoriBilling.RunMachine"]
    kept = ("Name", "GroupName", "ScheduleExpression", "FlexibleTimeWindow", "Target")
    for one in scheduler.list_schedules()["Schedules"]:
        known = scheduler.get_schedule(Name=one["Name"])
        if known["Target"]["Arn"] == machine:
            scheduler.update_schedule(State="DISABLED", **{name: known[name] for name in kept})


@pytest.fixture(params=[300, 10_000])
def month(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Month]:
    with running() as double, cloud_at("2026-10-31T09:00", tmp_path) as cloud:
        office = Office(cloud)
        office.pays_by(double)
        only_by_hand(office)
        yield Month(office, double, request.param)


def coded(customers: list[str]) -> dict[str, str]:
    """The bank's codes for some of its customers."""
    codes, left = {}, sorted(customers)
    for code, share in FAILING.items():
        some = max(1, int(len(customers) * share))
        codes |= dict.fromkeys(left[:some], code)
        left = left[some:]
    return codes


@pytest.mark.rule("G-05", "G-07", "G-08", "HT-28", "HT-29", "HT-34")
def test_a_month_closes_with_the_sum_of_everything(month: Month) -> None:
    month.on("2026-10-31T09:30")
    month.timed("import", month.bring_over)
    month.timed("accounts", month.register_accounts)
    month.timed("applications", month.apply)
    assert len(month.fees) + len(month.carded) == month.size

    month.on("2026-11-01T10:00")
    month.fees |= {one.contract: FEES["orusuban_camera"] for one in month.carded}
    made = month.timed("monthly run", lambda: month.run("monthly", OCTOBER))
    assert (made["new"], made["yen"]) == (month.size, sum(month.fees.values()))
    assert (made["debits"], made["files_debits"]) == (len(month.banked),) * 2
    poor = len(month.carded) // 10
    assert (made["cards_paid"], made.get("cards_failed", 0)) == (len(month.carded) - poor, poor)
    assert made["uncollected_account_missing"] == month.size - len(month.carded) - len(month.banked)

    listed = [one for product in FEES for one in month.contracts(product=product)]
    customers = {one["customer"]: one["contract"] for one in listed}
    of = {contract: customer for customer, contract in customers.items()}
    codes = coded([of[contract] for contract in month.banked])
    month.on("2026-11-28T09:00")
    month.timed("bank's answer", lambda: month.bank_answers(codes))
    by_code = {code: [customers[c] for c, k in codes.items() if k == code] for code in FAILING}
    (upload, *_) = month.ask("GET", f"collections/{OCTOBER}")["uploads"]
    assert upload["state"] == "partly", "N is for a person to look at"

    unpaid = {one["contract"] for one in month.contracts(unpaid="true")}
    assert unpaid >= set(by_code["1"]) | set(by_code["E"])
    assert not unpaid & set(by_code["N"]), "nobody knows yet"
    for number, contract in enumerate(by_code["N"]):  # it did come, the clerk sees
        came = {"amount": month.fees[contract], "reference": f"N-{number}"}
        month.ask("POST", f"contracts/{contract}/receipts", came)
    part, whole, *others = sorted(by_code["1"])
    more = {"amount": 100, "reference": "part"}
    month.ask("POST", f"contracts/{part}/receipts", more)
    more = {"amount": month.fees[whole] + 50, "reference": "too much"}
    month.ask("POST", f"contracts/{whole}/receipts", more)
    credit = month.contracts(credit="true")
    assert [(one["contract"], one["credit"]) for one in credit] == [(whole, 50)]
    back = {"fact": {"event": "refunded", "amount": 50, "reference": "back"}}
    month.ask("POST", f"contracts/{whole}/facts", back)
    gone = others[0]
    off = {"event": "written_off", "month": OCTOBER, "reason": "moved, address unknown"}
    month.ask("POST", f"contracts/{gone}/facts", {"fact": off})

    month.on("2026-12-06T09:00")
    chased = month.timed("daily run", lambda: month.run("daily", "2026-12-06"))
    # Who failed on 1 November had November to pay; of whom the bank told later has December.
    late = unpaid - {c for found in by_code.values() for c in found}
    assert chased["payment_reminder"] == len(late) > 0

    close = month.timed("close", lambda: month.run("close", "2026-11"))
    assert close["contracts"] == month.size
    found = month.ask("GET", "closes/2026-11")
    accounts = month.timed(
        "accounts read",
        lambda: month.each(lambda one: month.ask("GET", f"contracts/{one}/account"), month.fees),
    )
    for name in ("paid", "open", "credited", "written_off"):
        total = sum(one[name] for account in accounts for one in account["months"])
        assert found[name] == total, name
    for name in ("overpaid", "to_give_back"):
        assert found[name] == sum(account[name] for account in accounts), name
    assert found["invoiced_so_far"] == sum(month.fees.values())
    invoices = month.invoices()
    assert sum(one["total"] for one in invoices) == sum(month.fees.values())
    assert (
        sum(one["open"] for one in invoices) == found["open"] == sum(found["open_by_age"].values())
    )
    expected = sum(month.fees[one] for one in unpaid - {whole, gone}) - 100
    assert (found["open"], found["written_off"]) == (expected, month.fees[gone])
    assert found["received"]["refunded"] == 50
    assert found["not_understood"] == []
    logging.getLogger(__name__).info("%s contracts: seconds %s", month.size, dict(month.seconds))
