"""Somebody is sent for a price, and homes are visited while nobody is there: on the running system,
by API calls and moves of the clock alone, from the contract to the invoice."""

import base64
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from lambdas.dispatch.casework.place import Place
from local.cloud import LocalCloud
from local.homecheck import Operator, Responder, north
from tests.e2e.billing import Customer, Office, cloud_at, quarter_hours
from tests.e2e.household import dead_letters

TOKYO, OSAKA = Place(latitude=35.68, longitude=139.76), Place(latitude=34.70, longitude=135.50)
JPEG = base64.b64encode(b"\xff\xd8\xff\xe0 a broken window").decode()
ITEMS = {"locks": "ok", "glass": "ok", "dumping": "ok"}
ADDRESS = {"postal_code": "530-0001", "address": "大阪市北区1-1", "name": "佐藤 花子"}

pytestmark = pytest.mark.slow


@dataclass
class Town:
    """A guard centre, billing's office, and what was seen of each story on the way."""

    cloud: LocalCloud
    office: Office
    operator: Operator = field(init=False)
    seen: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.operator = Operator(self.cloud, "operator@centre.example")

    def customer(self, product: str, plan: str, payment: str = "bank_transfer") -> Customer:
        """Somebody whose service runs."""
        who = self.office.customer()
        made = self.office.apply(*who, product=product, plan=plan, payment=payment)
        made.decide(accept=True)
        made.happened("started")
        return made

    def responder(self, name: str, place: Place, *skills: str) -> Responder:
        mail = f"{secrets.token_hex(4)}@responders.example"
        made = Responder(self.cloud, mail)
        known = {"id": made.subject, "name": name, "phone": "080-0000-0000", "skills": list(skills)}
        self.operator.page.send(
            "POST", "/dispatch/responders", {**known, "place": place.model_dump()}
        )
        made.begins_duty(place)
        return made

    def asks(self, customer: Customer, place: Place) -> str:
        """A customer phones and wants somebody to be sent; the case."""
        site = {"name": "佐藤", "address": "1-2-3", "place": place.model_dump()}
        caller = {"name": "佐藤 花子", "number": "090-0000-0000"}
        body = {"home": customer.home, "caller": caller, "note": "警報が鳴った", "site": site}
        return str(self.operator.page.send("POST", "/dispatch/requests", body)["case"])

    def survey(self, customer: Customer, place: Place, **more: Any) -> None:
        site = {"name": "佐藤", "address": "1-2-3", "place": place.model_dump()}
        said = {**site, "served": True, "electricity": True, **more}
        self.operator.page.send("PUT", f"/dispatch/sites/{customer.home}", said)

    def visits(self, customer: Customer) -> dict[str, Any]:
        self.cloud.settle()
        return cast(dict[str, Any], customer.page.get(f"/homes/{customer.home}/visits"))

    def tries_to_plan(self, customer: Customer, **wanted: Any) -> tuple[int, dict[str, Any]]:
        path = f"/homes/{customer.home}/visits/plans"
        window = {"start": "09:00", "end": "12:00"}
        body = {"days": ["2026-12-03"], "window": window, "phone": "090-0000-0000", **wanted}
        answer = customer.page.request("POST", path, body)
        return answer.status, answer.json()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """All of December is lived through; what the tests ask is in ``seen``."""
    with cloud_at("2026-12-01T10:00", tmp_path_factory.mktemp("visits")) as cloud:
        town = Town(cloud, Office(cloud))
        requested(town)
        called_off(town)
        self_watched(town)
        refused(town)
        quarter_hours(cloud, on=True)
        visited(town)
        quarter_hours(cloud, on=False)
        cloud.advance("2027-01-01T11:00")
        for story in list(town.seen.values()):
            story["invoices"] = invoices(story["customer"])
        yield town
        assert dead_letters(cloud) == {}


def invoices(customer: Customer) -> list[tuple[str, int, str]]:
    """What stands on the invoices beside monthly fees: item, yen, case."""
    found = customer.page.get(customer.bills)
    return [
        (line["item"], line["amount"], line["case"])
        for invoice in found
        for line in invoice["lines"]
        if line["item"] != "monthly_fee"
    ]


def requested(town: Town) -> None:
    """Home Security Online: the price, an agreement, a guard, a report."""
    customer = town.customer("home_security_online", "zero_start")
    guard = town.responder("高橋 誠", north(TOKYO, 3), "guard")
    nearer = town.responder("近藤 近", north(TOKYO, 1))
    case = town.asks(customer, TOKYO)
    script = town.operator.task("price", case)["script"]
    town.operator.answers("price", case, "agreed", yen=3300, said="お願いします。")
    assert nearer.tasks() == []
    guard.answers("offer", case, "accepted")
    guard.arrives(case)
    report = {"outcome": "abnormal", "note": "勝手口が開いていました。"}
    guard.answers("visit", case, "reported", report=report, photo_jpeg=JPEG)
    town.operator.answers("tell", case, "told", number="090-0000-0000")
    town.seen["requested"] = {
        "customer": customer,
        "case": case,
        "script": script,
        "end": town.operator.case(case),
        "visits": town.visits(customer),
        "subjects": customer.subjects(),
        "picture": customer.page.request(
            "GET", f"/homes/{customer.home}/visits/{case}/images/photo"
        ).status,
        "duty": guard.me()["case"],
    }


def called_off(town: Town) -> None:
    """Home Security Online: accepted, on the way, and not wanted any more: nothing is owed."""
    customer = town.customer("home_security_online", "zero_start")
    guard = town.responder("高橋 次", north(OSAKA, 2), "guard")
    case = town.asks(customer, OSAKA)
    town.operator.answers("price", case, "agreed", yen=3300)
    guard.answers("offer", case, "accepted")
    why = {"reason": "家族が帰っていた"}
    town.operator.page.send("POST", f"/dispatch/visits/{case}/cancellation", why)
    town.cloud.settle()
    town.operator.answers("turn_back", case, "turned_back")
    town.cloud.settle()
    town.seen["called off"] = {
        "customer": customer,
        "case": case,
        "end": town.operator.case(case),
        "mails": [str(m["BodyText"]) for m in town.cloud.mails(customer.mail)],
        "duty": guard.me()["case"],
    }


def self_watched(town: Town) -> None:
    """Home Security Self: 11,000 yen, told and charged."""
    customer = town.customer("home_security_self", "zero_start")
    place = Place(latitude=43.06, longitude=141.35)
    guard = town.responder("北 守", north(place, 2), "guard")
    case = town.asks(customer, place)
    status, problem = town.operator.tries(
        town.operator.task("price", case)["id"], "agreed", yen=3300
    )
    assert (status, problem["rule"]) == (422, "AL-24")
    town.operator.answers("price", case, "agreed", yen=11000)
    guard.answers("offer", case, "accepted")
    guard.answers("visit", case, "reported", report={"outcome": "nothing_wrong"})
    town.operator.answers("tell", case, "told")
    town.seen["self"] = {"customer": customer, "case": case}


def refused(town: Town) -> None:
    """るすたく: what stands against a plan is said with its rule."""
    customer = town.customer("rusutaku", "standard")
    said = {"not surveyed": town.tries_to_plan(customer)}
    town.survey(customer, TOKYO, served=False)
    said["island"] = town.tries_to_plan(customer)
    town.survey(customer, TOKYO, electricity=False)
    said["no electricity"] = town.tries_to_plan(customer)
    town.survey(customer, TOKYO)
    said["airing"] = town.tries_to_plan(customer, visit="ventilation")
    abroad = {"wish": "forward", "to": {**ADDRESS, "country": "FR"}}
    said["abroad"] = town.tries_to_plan(customer, mailbox=abroad)
    said["today"] = town.tries_to_plan(customer, days=["2026-12-01"])
    town.seen["refused"] = {
        "customer": customer,
        "said": {
            name: (s, one["rule"], one["type"].rpartition(":")[2])
            for name, (s, one) in said.items()
        },
        "visits": town.visits(customer),
    }


def visited(town: Town) -> None:
    """るすたく: two homes in one round, the mail is sent on, one window is broken."""
    place = Place(latitude=33.59, longitude=130.40)
    first, second = (town.customer("rusutaku", "standard") for _ in range(2))
    town.survey(first, north(place, 5))
    town.survey(second, north(place, 2))
    forward = {"wish": "forward", "to": ADDRESS}
    assert town.tries_to_plan(first, mailbox=forward)[0] == 200
    assert town.tries_to_plan(second, days=["2026-12-03", "2026-12-05"])[0] == 200
    assert town.tries_to_plan(second)[0] == 409
    town.cloud.advance("2026-12-03T08:00")
    walker = town.responder("南 巡", place, "patrol")
    town.cloud.advance("20m")
    round_ = walker.page.get("/dispatch/me/round")
    before = walker.me()["case"]
    town.cloud.advance("2026-12-03T09:10")
    engaged = []
    for stop in round_:
        walker.page.send("POST", f"/dispatch/tasks/{stop['task']}/begin")
        engaged.append(walker.me()["case"])
        walker.arrives(stop["case"])
        sent_on = {"mailbox": "forwarded", "pieces": 3, "forwarding_yen": 810}
        broken = {**ITEMS, "glass": "ng"}
        if stop["mailbox"]["wish"] == "forward":
            report = {"outcome": "done", "seen": ITEMS, **sent_on}
            walker.answers("visit", stop["case"], "reported", report=report)
        else:
            report = {"outcome": "abnormal", "seen": broken, "note": "居間の窓"}
            walker.answers("visit", stop["case"], "reported", report=report, photos_jpeg=[JPEG])
            town.operator.answers("tell", stop["case"], "told")
    plan = town.visits(second)["plans"][0]["plan"]
    path = f"/homes/{second.home}/visits/plans/{plan}/days/2026-12-05"
    dropped = second.page.send("DELETE", path)
    town.cloud.advance("2026-12-05T08:00")
    town.seen["sent on"] = {
        "customer": first,
        "round": round_,
        "before": before,
        "engaged": engaged,
        "visits": town.visits(first),
        "subjects": first.subjects(),
        "mails": [str(m["BodyText"]) for m in town.cloud.mails(first.mail)],
    }
    town.seen["broken"] = {
        "customer": second,
        "visits": town.visits(second),
        "subjects": second.subjects(),
        "dropped": dropped,
        "duty": walker.me()["case"],
    }


# --- what came of it


@pytest.mark.rule("AL-12", "AL-13", "AL-14", "AL-23", "S-7")
def test_a_guard_is_sent_for_a_price_and_the_invoice_has_it(town: Town) -> None:
    seen = town.seen["requested"]
    assert "3,300円（税込）" in seen["script"]
    assert (seen["end"]["state"], seen["end"]["result"]) == ("closed", "abnormal")
    assert [one["case"] for one in seen["visits"]["cases"]] == [seen["case"]]
    assert seen["subjects"][-1] == "【重要】お宅で異常を見つけました"
    assert (seen["picture"], seen["duty"]) == (200, None)
    assert seen["invoices"] == [("dispatch_fee", 3300, seen["case"])]


@pytest.mark.rule("AL-20", "A-41")
def test_called_off_costs_nothing_at_home_security(town: Town) -> None:
    seen = town.seen["called off"]
    assert (seen["end"]["state"], seen["end"]["result"]) == ("closed", "cancelled")
    assert "料金はかかりません。" in seen["mails"][-1]
    assert (seen["invoices"], seen["duty"]) == ([], None)


@pytest.mark.rule("AL-24")
def test_self_watched_costs_eleven_thousand(town: Town) -> None:
    seen = town.seen["self"]
    assert seen["invoices"] == [("dispatch_fee", 11000, seen["case"])]


@pytest.mark.rule("AL-86", "AL-87", "AL-88", "AL-90")
def test_what_cannot_be_planned_is_refused_with_its_rule(town: Town) -> None:
    seen = town.seen["refused"]
    assert seen["said"] == {
        "not surveyed": (422, "AL-88", "not-surveyed"),
        "island": (422, "AL-88", "not-served"),
        "no electricity": (422, "AL-90", "no-electricity"),
        "airing": (422, "AL-87", "no-ventilation"),
        "abroad": (422, "AL-86", "only-in-japan"),
        "today": (422, "AL-84", "too-late-to-plan"),
    }
    assert seen["visits"]["plans"] == []
    assert seen["invoices"] == []


@pytest.mark.rule("AL-83", "AL-84", "AL-85")
def test_a_round_of_two_homes_the_nearer_first(town: Town) -> None:
    seen = town.seen["sent on"]
    assert [one["address"] for one in seen["round"]] == ["1-2-3", "1-2-3"]
    assert seen["round"][1]["mailbox"]["wish"] == "forward"
    assert seen["before"] is None, "a round engages nobody"
    assert seen["engaged"] == [one["case"] for one in seen["round"]]
    (case,) = seen["visits"]["cases"]
    assert case["result"] == "done"
    assert case["checks"]["郵便受けの投函物"] == "回収し、転送しました"
    assert seen["subjects"][-2:] == ["訪問の予定を承りました", "巡回のご報告（異常なし）"]
    assert "810" in seen["mails"][-1]
    assert seen["invoices"] == [("forwarding", 810, case["case"])]


@pytest.mark.rule("AL-14", "AL-84")
def test_a_broken_window_is_told_and_a_dropped_day_is_not_visited(town: Town) -> None:
    seen = town.seen["broken"]
    (case,) = seen["visits"]["cases"]
    assert (case["result"], case["images"]) == ("abnormal", ["photo-1"])
    assert case["checks"]["窓ガラスの破損"] == "異常あり"
    assert seen["subjects"][-1] == "【重要】お宅で異常を見つけました"
    assert [one["state"] for one in seen["dropped"]["days"]] == ["opened", "dropped"]
    assert (seen["invoices"], seen["duty"]) == ([], None)
