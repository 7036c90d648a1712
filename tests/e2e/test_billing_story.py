"""Four households live through half a year of contracts, on the running system, by API calls and
moves of the clock alone: the golden scenarios S-1 to S-4."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.e2e.billing import (
    GOOD_CARD,
    REFUSED_CARD,
    WEBHOOK_SECRET,
    Customer,
    Office,
    cloud_at,
)
from tests.unit.billing.payments.stripe_double import StripeDouble, running, signed_notice

pytestmark = pytest.mark.slow  # eight months are 250 runs


@dataclass
class Town:
    """The households, and what was seen at moments on the way."""

    office: Office
    stripe: StripeDouble
    one: Customer = field(init=False)
    two: Customer = field(init=False)
    three: Customer = field(init=False)
    four: Customer = field(init=False)
    seen: dict[str, Any] = field(default_factory=dict)

    def everybody_applies(self) -> None:
        people = [self.office.customer() for _ in range(4)]
        plans = [
            {"plan": "purchase_no_internet", "payment": "card"},
            {"plan": "rental_no_internet", "payment": "bank_transfer"},
            {
                "plan": "rental_internet",
                "payment": "in_app",
                "watchers": [
                    {"id": people[2][1], "name": "太郎", "email": people[2][0], "os": "ios"},
                    {"name": "次郎", "email": "jiro@customer.example", "os": "android"},
                ],
            },
            {"plan": "purchase_no_internet", "payment": "card"},
        ]
        made = [self.office.apply(*who, **plan) for who, plan in zip(people, plans, strict=True)]
        self.one, self.two, self.three, self.four = made
        for each in made:
            each.decide(accept=True)
        for each in (self.one, self.four):
            each.registers_card(self.stripe, GOOD_CARD)
        self.two.registers_account("1234567")
        self.three.registers_account("7654321")

    @property
    def all(self) -> tuple[Customer, ...]:
        return self.one, self.two, self.three, self.four

    def look(self, name: str, customer: Customer) -> Callable[[], None]:
        return lambda: self.seen.update({name: customer.sees()})

    def look_at_collection(self) -> None:
        self.seen["collection"] = self.office.collection("2026-09")
        self.seen["states"] = {
            name: {bill["month"]: bill["state"] for bill in customer.page.get(customer.bills)}
            for name, customer in (("one", self.one), ("two", self.two), ("four", self.four))
        }

    def stripe_speaks(self) -> None:
        """Of something that is no payment of ours; rightly signed, and by somebody else."""
        now = int(self.office.cloud.now().timestamp())
        for secret in (WEBHOOK_SECRET, "whsec_of_a_stranger"):
            said = signed_notice("customer.created", {"id": "cus_1"}, secret, now)
            self.seen[secret] = self.office.stripe_says(*said).status


def story(town: Town) -> list[tuple[str, Callable[[], Any]]]:
    """What happens, by the clock of Japan."""
    one, two, three, four = town.all
    return [
        ("2026-08-03T10:00", lambda: [each.happened("installed") for each in town.all]),
        ("2026-08-10T10:00", lambda: [each.happened("started") for each in town.all]),
        ("2026-08-10T10:05", town.look("app unpaid", three)),
        ("2026-08-10T10:10", lambda: three.buys("august")),
        ("2026-08-10T10:15", town.look("app paid", three)),
        ("2026-09-01T00:00:10", town.look("app locked", three)),
        ("2026-09-02T09:00", lambda: three.buys("september")),
        ("2026-09-02T09:01", town.look("app open", three)),
        ("2026-09-30T09:00", lambda: four.registers_card(town.stripe, REFUSED_CARD)),
        ("2026-10-15T09:00", lambda: [each.does("pause", months=2) for each in (one, two)]),
        ("2026-10-15T09:05", town.look("paused", one)),
        ("2026-10-29T09:00", lambda: town.office.bank_answers("2026-09", {})),
        ("2026-10-29T09:05", town.look_at_collection),
        ("2026-11-05T08:00", town.look("before suspension", four)),
        ("2026-11-12T00:05", town.look("suspended", four)),
        ("2026-12-11T00:05", town.look("terminated", four)),
        ("2026-12-15T23:59", town.look("last day of the pause", one)),
        ("2026-12-16T00:01", town.look("runs again", one)),
        (
            "2027-01-21T09:00",
            lambda: [each.does("cancellation") for each in (one, two)],
        ),
        ("2027-01-21T09:05", town.look("cancelled", one)),
        ("2027-03-01T00:05", town.look("ended", one)),
        (
            "2027-03-20T10:00",
            lambda: one.happened("returned", item="wifi_router", condition="good"),
        ),
        ("2027-04-01T12:00", town.stripe_speaks),
    ]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    state = tmp_path_factory.mktemp("billing")
    with running() as double, cloud_at("2026-08-01T09:00", state) as cloud:
        lived = Town(Office(cloud), double)
        lived.office.pays_by(double)
        lived.office.sells_in_the_app()
        lived.everybody_applies()
        for moment, happens in story(lived):
            lived.office.on(moment)
            happens()
        yield lived


@pytest.mark.rule("S-1", "HF-01", "HF-05", "HF-17", "HT-40", "HT-41", "HT-51", "HT-52", "HT-53")
def test_s1_a_purchase_paused_and_cancelled(town: Town) -> None:
    assert town.one.invoices() == {
        "2026-08": [("initial_fee", 49500)],
        "2026-09": [("monthly_fee", 4378)],
        "2026-10": [("monthly_fee", 4378)],
        "2026-11": [("storage_fee", 330), ("pause_procedure_fee", 1100)],
        "2026-12": [("storage_fee", 330)],
        "2027-01": [("monthly_fee", 4378)],
        "2027-02": [("monthly_fee", 4378)],
    }
    assert sum(town.one.totals().values()) == 68_772
    seen = town.seen["cancelled"]
    assert (seen["ends_on"], seen["return_by"]) == ("2027-02-28", "2027-03-30")
    assert town.seen["paused"]["pause"] == {
        "start": "2026-10-15",
        "end": "2026-12-15",
        "resumes": "2026-12-16",
    }
    states = ("paused", "last day of the pause", "runs again", "cancelled", "ended")
    assert [town.seen[at]["state"] for at in states] == [
        *("paused", "paused", "active", "active", "ended")
    ]


@pytest.mark.rule("S-2", "HT-66", "HT-68", "HT-70", "HF-14", "HF-15")
def test_s2_the_same_with_lent_devices_that_do_not_come_back(town: Town) -> None:
    totals = town.two.totals()
    assert totals == {
        "2026-09": 6578,
        "2026-10": 6578,
        "2026-11": 3630,
        "2026-12": 2530,
        "2027-01": 6578,
        "2027-02": 6578 + 33000,
        "2027-03": 22110,
    }
    assert sum(totals.values()) - totals["2027-03"] == 65_472


@pytest.mark.rule("S-3", "HT-81", "HT-82", "HT-83", "HT-84", "HT-85", "A-35")
def test_s3_paying_in_the_app(town: Town) -> None:
    assert town.three.totals()["2026-09"] == 5358
    opened = [town.seen[f"app {at}"]["app_open"] for at in ("unpaid", "paid", "locked", "open")]
    assert opened == [False, True, False, True]


@pytest.mark.rule("HT-28", "HT-29")
def test_money_is_collected_by_card_and_by_the_bank_s_files(town: Town) -> None:
    (file,) = town.seen["collection"]["files"]
    # The fees of September: two's by bank transfer, three's as far as it is not paid in the app.
    assert (file["debits"], file["yen"], file["day"]) == (2, 6578 + 5358, "2026-10-27")
    assert (file["paid"], file["unpaid"]) == (2, 0)
    assert [one["state"] for one in town.seen["collection"]["uploads"]] == ["taken"]
    assert town.seen["states"]["one"] == {"2026-08": "paid", "2026-09": "paid"}
    assert town.seen["states"]["two"] == {"2026-09": "paid"}
    assert town.seen["states"]["four"] == {"2026-08": "paid", "2026-09": "unpaid"}
    charged = [(one.amount, one.status) for one in town.stripe.intents()]
    refused = [yen for yen, status in charged if status == "requires_payment_method"]
    assert len(refused) > 5, "September's is tried again by the days of the schedule"
    assert set(refused) <= {4378, 8360}
    paid = sum(yen for yen, status in charged if status == "succeeded")
    assert paid == sum(town.one.totals().values()) + 49500


def test_stripe_needs_no_login_but_its_signature(town: Town) -> None:
    assert (town.seen[WEBHOOK_SECRET], town.seen["whsec_of_a_stranger"]) == (200, 400)


@pytest.mark.rule("S-4", "HT-29", "HT-33", "HT-35", "HT-36", "HT-39")
def test_s4_not_paid(town: Town) -> None:
    states = ("before suspension", "suspended", "terminated")
    assert [town.seen[at]["state"] for at in states] == ["active", "suspended", "ended"]
    assert town.four.totals() == {
        "2026-08": 49500,
        "2026-09": 4378,
        "2026-10": 4378,
        "2026-11": 4378,
        "2026-12": 4378,
        "2027-01": 8360,  # the router that nobody sent back
    }
    assert town.seen["terminated"]["ends_on"] == "2026-12-11"


@pytest.mark.rule("HT-78", "G-08", "HT-44", "HT-34")
def test_everybody_had_each_mail_once(town: Town) -> None:
    assert town.one.subjects() == [
        "お申し込みを受け付けました",
        "ご契約が成立しました",
        "ご利用開始のお知らせ",
        "2026年8月分のご請求",
        "2026年9月分のご請求",
        "利用休止手続完了のお知らせ",
        "2026年10月分のご請求",
        "2026年11月分のご請求",
        "ご利用再開のお知らせ",
        "2026年12月分のご請求",
        "利用解約受付のお知らせ",
        "2027年1月分のご請求",
        "2027年2月分のご請求",
    ]
    told = town.four.subjects()[4:]
    assert told[:11] == [
        "2026年9月分のご請求",
        "2026年9月分のお支払いについて（請求書）",
        "2026年10月分のご請求",
        "2026年10月分のお支払いについて（請求書）",
        "2026年9月分のお支払いのお願い",
        "ご利用停止のお知らせ",
        "2026年11月分のご請求",
        "2026年11月分のお支払いについて（請求書）",
        "2026年10月分のお支払いのお願い",
        "ご契約解除のお知らせ",
        "2026年12月分のご請求",
    ]
    assert {"機器ご返却のお願い", "2027年1月分のご請求"} <= set(told[11:])
    assert len(told) == len(set(told)), "each once"
