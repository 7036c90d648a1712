"""What customers are told of a product and of their contract: AL-21, AL-37, AL-43, AL-68, AL-81,
AL-82, DL-02, DL-24, HT-05, HT-17, HT-20, HT-22, HT-63, HT-79, HT-80, A-23, A-38."""

import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lambdas.billing.app.preview import answer
from lambdas.billing.app.publishing import notice_of
from lambdas.billing.app.views import (
    ContractView,
    ProductView,
    contacts,
    contract_view,
    product_view,
    reading,
)
from lambdas.billing.contract.agreement import Agreement, Person
from lambdas.billing.contract.facts import AnyFact
from lambdas.billing.contract.history import History
from lambdas.billing.documents.invoice_documents import BillingEntity, head_of, paper
from lambdas.billing.invoicing.invoices import invoices
from lambdas.billing.payments.methods import Methods
from lambdas.billing.products.catalogue import FOLDER, CatalogueError, read, standard
from lambdas.billing.products.lint import RULES, findings, known_rules
from lambdas.billing.products.regions import region_of
from lambdas.shared.calendar import Month
from lambdas.shared.events import Contractor
from tests.notices import OPERATOR, mailed
from tests.unit.billing.book import DAY, at, forbidden_by, history, on, totals

ROOT = Path(__file__).parents[4]
TODAY = DAY("2026-12-01")
STARTED = on("2026-08-10", "started")
NOBODYS: frozenset[str] = frozenset()


def product(name: str, language: str = "ja", day: date = TODAY) -> ProductView:
    return product_view(standard().product(name), standard(), day, language)


def agreed(name: str, **more: Any) -> Agreement:
    return Agreement.model_validate(
        {
            "id": "c-1",
            "product": name,
            "payment": "bank_transfer",
            "home": "home-1",
            "home_name": "さくら台の家",
            "contractor": {"id": "hanako", "name": "花子", "email": "hanako@f.example"},
            "watchers": [{"id": "taro", "name": "太郎", "email": "taro@f.example"}],
            **more,
        }
    )


def of(name: str, *timeline: dict[str, Any], **more: Any) -> tuple[Agreement, History]:
    """A contract, and what its facts amount to."""
    plan = {"home_security_online": "purchase", "home_security_self": "purchase"}
    plan |= {"doshiteru": "purchase_no_internet"}
    agreement = agreed(name, **{"plan": plan.get(name, "standard"), **more})
    facts: tuple[AnyFact, ...] = history(
        *timeline, product=name, plan=agreement.plan
    ).contract.facts
    return agreement, History(agreement.contract(facts), standard())


def seen(
    name: str, *timeline: dict[str, Any], contractor: bool = True, has: Any = NOBODYS, **more: Any
) -> ContractView:
    """The contract as its contractor sees it, or somebody else of the home."""
    agreement, facts = of(name, *(timeline or [STARTED]), **more)
    now = at("2026-12-01T09:00")
    return contract_view(agreement, facts, [], now, "ja", contractor=contractor, has=has)


# --- what has to be known


@pytest.mark.rule("HT-05", "HT-17", "HT-20", "HT-22", "HT-63", "HT-79", "HT-80")
@pytest.mark.parametrize(
    ("what", "rule", "words"),
    [
        ("special_terms", "HT-05", "諸規定が優先"),
        ("surroundings", "HT-17", "ルーター"),
        ("handing_over", "HT-20", "初期パスワード"),
        ("logins", "HT-22", "だけがお使いください"),
        ("care", "HT-63", "センサーの通信だけ"),
        ("law", "HT-79", "東京地方裁判所"),
        ("other_costs", "HT-80", "通信費"),
    ],
)
def test_it_is_said_before_applying_and_while_the_contract_runs(
    what: str, rule: str, words: str
) -> None:
    for shown in (product("doshiteru").information, seen("doshiteru").information):
        said = {one.what: one for one in shown}[what]
        assert (said.rule, words in said.said) == (rule, True)
    english = {one.what: one.said for one in product("doshiteru", "en").information}[what]
    assert english.isascii()


@pytest.mark.rule("HT-80")
def test_an_invoice_says_at_its_foot_what_is_not_in_it() -> None:
    house = BillingEntity.model_validate(
        {
            "issuer": {
                "name": "みまもり株式会社",
                "postal_code": "100-0001",
                "address": ["東京都千代田区"],
                "registration": "T7000012050002",
                "phone": "03-0000-0000",
            },
            "pay_to": "みまもり銀行",
        }
    )
    agreement, facts = of("doshiteru", STARTED)
    first = invoices(facts, Month.parse("2026-09"))[0]
    head = head_of(agreement, facts, first.month, DAY("2026-10-01"), Methods(), house)
    made = paper(agreement, facts, first, at("2026-10-01T09:00"), standard(), head)
    assert made.notes == ("電話料金、電気料金、通信費はお客さまのご負担です。",)
    agreement, facts = of("home_security_self", STARTED)
    first = invoices(facts, Month.parse("2026-09"))[0]
    head = head_of(agreement, facts, first.month, DAY("2026-10-01"), Methods(), house)
    made = paper(agreement, facts, first, at("2026-10-01T09:00"), standard(), head)
    assert made.notes == ()


@pytest.mark.rule("HT-05")
def test_special_terms_stand_above_the_terms_of_every_plan(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "catalogue"))
    file = folder / "doshiteru.yaml"
    special = (
        "    special:\n      monthly_fee:\n        price: {yen: 3000, rule: HT-05}\n\n    plans:"
    )
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("    plans:", special), encoding="utf-8")
    changed = read(folder)
    assert {
        terms.monthly_fee.price.yen
        for terms in changed.product("doshiteru").on_sale(TODAY).values()
    } == {3000}
    file.write_text(text.replace("    plans:", special.replace("HT-05", "HT" + "-999")))
    known = known_rules(RULES.read_text(encoding="utf-8"))
    assert any("HT" + "-999" in one.what for one in findings(read(folder), known))


@pytest.mark.rule("HT-17")
def test_no_sensor_without_a_router() -> None:
    assert (
        forbidden_by(on("2026-08-03", "installed", sensors=1, wifi_router=0, relay_router=0))
        == "HT-17"
    )
    both = on("2026-08-03", "installed", sensors=1, wifi_router=1)
    more = on("2026-09-03", "installed", sensors=1, wifi_router=0)  # joins the router that is there
    assert history(both, more, plan="rental_no_internet").custody.lent["sensor"] == 2


@pytest.mark.rule("HT-20", "HT-22", "HT-78")
@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "ja",
            [
                "IDはhanako@f.exampleです",
                "太郎 様",
                "メールアドレスに招待をお送りします",
                "ご登録のご案内を、別のメールでお送りします",
            ],
        ),
        (
            "en",
            [
                "Your ID is hanako@f.example",
                "(太郎)",
                "nobody but the users",
                "How to register follows in a mail",
            ],
        ),
    ],
)
def test_once_accepted_the_contractor_hears_how_to_begin(language: Any, words: list[str]) -> None:
    accepted = on("2026-08-02", "accepted")
    agreement, facts = of("doshiteru", on("2026-08-01", "applied"), accepted)
    told = notice_of(agreement, facts, facts.facts[-1])
    assert told
    assert told.audience == Contractor(contract=agreement.id)
    text = mailed(told, language).text
    assert [one for one in words[:-1] if one not in text] == []
    assert words[-1] not in text  # she has a login
    assert OPERATOR.web_url in text
    by_telephone = agreement.model_copy(
        update={"contractor": Person(name="花子", email="h@f.example")}
    )
    invited = notice_of(by_telephone, facts, facts.facts[-1])
    assert invited
    assert words[-1] in mailed(invited, language).text
    agreement, facts = of("mamolook", on("2026-08-01", "applied"), accepted)
    other = notice_of(agreement, facts, facts.facts[-1])
    assert other
    assert "ID" not in mailed(other, language).text


@pytest.mark.rule("DL-24", "DL-02")
def test_whose_contract_a_home_check_is_and_what_it_costs() -> None:
    said = {one.rule: one.said for one in product("anshin_partner").information}
    assert "JBRとのご契約" in said["DL-24"]
    assert "当事者とならず" in said["DL-24"]
    assert "月額料金以外の費用はかかりません" in said["DL-02"]
    checked = [on("2026-09-10", "dispatched", cause="request", id=str(n)) for n in range(3)]
    without, with_checks = (
        totals(on("2026-08-10", "applied"), *more, product="anshin_partner", through="2026-12")
        for more in ([], checked)
    )
    assert (
        with_checks == without == {"2026-09": 495, "2026-10": 495, "2026-11": 495, "2026-12": 495}
    )


@pytest.mark.rule("A-23")
def test_an_article_that_points_nowhere_is_read_as_meant_and_kept_as_printed() -> None:
    terms = standard().product("doshiteru").terms("rental_internet", TODAY)
    assert reading(terms, "14-1-4") == "第25条1項 → 第29条1項"
    assert reading(terms, "14-1-3") is None
    moved = {
        one.place: [
            int(meant) - int(printed)
            for printed, meant in zip(
                re.findall(r"第(\d+)条", one.printed),
                re.findall(r"第(\d+)条", one.meant),
                strict=True,
            )
        ]
        for one in terms.references
    }
    by_four = {"5-8": [4], "14-1-4": [4], "14-1-6": [4], "料金表6": [4], "料金表7": [4, 4]}
    assert moved == {**by_four, "43": [0, 4], "料金表5-1": [7], "36-5": []}
    assert terms.termination_grounds
    assert terms.termination_grounds.names == ("14", "29", "36")  # 25 and 32 in print


# --- whom to call


@pytest.mark.rule("AL-21")
@pytest.mark.parametrize(
    ("prefecture", "number"),
    [
        ("13", "0120-86-3659"),
        ("01", "0120-86-2413"),
        ("14", "0120-86-2413"),
        ("20", "0120-86-2413"),
        ("16", "0120-86-7799"),
        ("23", "0120-86-7799"),
        ("47", "0120-86-7799"),
    ],
)
def test_a_mistake_is_told_to_the_number_of_the_region(prefecture: str, number: str) -> None:
    for name in ("home_security_online", "home_security_self"):
        shown = seen(name, prefecture=prefecture).contacts
        assert [(one.number, one.numbers) for one in shown if one.rule == "AL-21"] == [(number, {})]


@pytest.mark.rule("AL-21")
def test_where_the_region_is_not_known_all_numbers_are_shown() -> None:
    (shown,) = (one for one in seen("home_security_online").contacts if one.rule == "AL-21")
    assert shown.number == ""
    assert shown.numbers == {
        "east": "0120-86-2413",
        "tokyo": "0120-86-3659",
        "west": "0120-86-7799",
    }
    assert {region_of(f"{number:02}") for number in range(1, 48)} == {"east", "tokyo", "west"}


@pytest.mark.rule("AL-81")
def test_a_forgotten_password_is_for_the_contractor_alone() -> None:
    def numbers(**who: Any) -> list[str]:
        return [one.number for one in seen("albo_eye", **who).contacts if one.rule == "AL-81"]

    assert numbers(contractor=True) == ["0120-24-2413"]
    assert numbers(contractor=False) == []


@pytest.mark.rule("AL-82", "AL-71")
@pytest.mark.parametrize(
    ("plan", "has", "told"),
    [
        ("standard", {"home_security_online"}, ["guard"]),
        ("standard", {"home_security_self"}, ["guard"]),
        ("standard", {"mamolook"}, []),
        ("standard", set(), []),
        ("camera_only", {"home_security_online"}, []),  # nobody ever comes
    ],
)
def test_with_home_security_its_own_centre_is_asked(
    plan: str, has: set[str], told: list[str]
) -> None:
    shown = seen("albo_eye", plan=plan, has=frozenset(has)).contacts
    assert [one.what for one in shown if one.rule == "AL-82"] == told


# --- what there is, and how it is paid


@pytest.mark.rule("AL-43")
def test_miles_are_a_mark_in_the_catalogue() -> None:
    assert {product(name).miles for name in standard().products} == {None}
    marked = standard().with_parameters("mamolook", {"earns_miles": 1})
    view = product_view(marked.product("mamolook"), marked, TODAY, "ja")
    assert view.miles == "JMB"
    known = known_rules(RULES.read_text(encoding="utf-8"))
    assert any("earns_miles is left open" in one.what for one in findings(standard(), known))


@pytest.mark.rule("AL-68")
def test_two_cameras_one_of_which_turns() -> None:
    assert [(one.model, one.turns) for one in product("albo_eye").cameras] == [
        ("fixed", False),
        ("pan_tilt", True),
    ]
    put = on("2026-08-05", "installed", camera="pan_tilt")
    camera = seen("albo_eye", put, STARTED).camera
    assert camera
    assert (camera.name, camera.turns) == ("パン・チルト型", True)
    assert seen("albo_eye", STARTED).camera is None
    assert forbidden_by({**put, "camera": "drone"}, product="albo_eye") == "AL-68"
    assert forbidden_by(put) == "AL-68"  # ドシテル has no camera


@pytest.mark.rule("AL-37")
def test_some_ways_to_pay_are_not_available_everywhere() -> None:
    def asked(**more: Any) -> tuple[str | None, int]:
        document = {
            "product": "home_security_online",
            "plan": "purchase",
            "payment": "card",
            "timeline": [STARTED],
            "through": "2026-12",
            **more,
        }
        told, status = answer(document)
        return told.get("error", {}).get("rule"), status

    closed = {"areas_without_card": ["46", "47"]}
    assert asked() == (None, 0)
    assert asked(prefecture="47") == (None, 0)
    assert asked(prefecture="47", parameters=closed) == ("AL-37", 2)
    assert asked(prefecture="13", parameters=closed) == (None, 0)
    assert asked(parameters=closed) == ("AL-37", 2)  # it has to be said where the home is
    assert asked(prefecture="47", parameters=closed, payment="bank_transfer") == (None, 0)
    changed = [STARTED, on("2026-09-10", "payment_changed", payment="card")]
    later = {"payment": "bank_transfer", "timeline": changed, "prefecture": "46"}
    assert asked(**later, parameters=closed) == ("AL-37", 2)
    assert asked(prefecture="48") == (None, 2)  # there are 47


@pytest.mark.rule("AL-44")
def test_a_code_or_a_key_and_never_both_together() -> None:
    either = on("2026-08-10", "operation_agreed", by=["code", "id_key"])
    assert seen("home_security_online", STARTED, either).operation == ["code", "id_key"]
    both = {**either, "two_factor": True}
    wanted = {"product": "home_security_online", "plan": "purchase"}
    assert forbidden_by(STARTED, both, **wanted) == "AL-44"
    assert forbidden_by(STARTED, {**either, "by": ["voice"]}, **wanted) == "AL-44"
    assert forbidden_by(STARTED, either) == "AL-44"  # ドシテル arms nothing


# --- stickers, and what is left in devices


@pytest.mark.rule("AL-42")
def test_a_sticker_is_lent_until_the_end() -> None:
    lent = on("2026-08-10T11:00", "sticker_lent", serial="E1234")
    back = on("2026-09-10", "sticker_returned", serial="E1234")
    assert seen("home_security_self", STARTED, lent).stickers == ["E1234"]
    assert seen("home_security_self", STARTED, lent, back).stickers == []
    wanted = {"product": "home_security_self", "plan": "purchase"}
    assert forbidden_by(STARTED, lent, {**lent, "on": "2026-08-11"}, **wanted) == "AL-42"
    assert forbidden_by(STARTED, lent, {**back, "serial": "E1235"}, **wanted) == "AL-42"
    assert forbidden_by(STARTED, lent) == "AL-42"  # ドシテル lends none


@pytest.mark.rule("AL-42")
def test_at_the_end_the_sticker_is_asked_back() -> None:
    lent = on("2026-08-10T11:00", "sticker_lent", serial="E1234")
    cancelled = on("2026-11-20", "cancel_accepted", desired="2026-12-20")
    agreement, facts = of("home_security_self", STARTED, lent, cancelled)
    told = notice_of(agreement, facts, facts.facts[-1])
    assert told
    assert "ステッカー（番号：E1234）も" in mailed(told).text
    assert "stickers, too: E1234." in mailed(told, "en").text
    due = seen("home_security_self", STARTED, lent, cancelled).dates
    assert ("stickers_back", DAY("2026-12-20")) in [(one.what, one.day) for one in due]
    after = on("2027-01-05", "sticker_returned", serial="E1234")  # late, and welcome
    assert of("home_security_self", STARTED, lent, cancelled, after)[1].custody.stickers == []


@pytest.mark.rule("HT-71")
def test_what_was_left_in_a_device_is_disposed_of_and_nobody_is_told() -> None:
    cancelled = on("2027-01-21", "cancel_accepted")
    back = on("2027-03-10", "returned", item="wifi_router")
    disposed = on("2027-03-11", "leftovers_disposed", what="SDカード、記録データ")
    agreement, facts = of("doshiteru", STARTED, cancelled, back, disposed)
    assert facts.facts[-1].model_dump()["what"] == "SDカード、記録データ"
    assert notice_of(agreement, facts, facts.facts[-1]) is None
    assert forbidden_by(STARTED, cancelled, disposed) == "HT-71"  # nothing came back
    assert forbidden_by(STARTED, disposed, product="mamolook") == "HT-71"


# --- words


@pytest.mark.rule("A-38")
def test_one_thing_has_one_name_in_all_that_people_read() -> None:
    """The terms say both サポートサイト and サービスサイト, both 一時休止 and 一時停止."""
    folders = [ROOT / "lambdas", ROOT / "web/src"]
    files = [
        file
        for folder in folders
        for file in folder.rglob("*")
        if file.suffix in {".py", ".json", ".yaml", ".js", ".html", ".txt", ".subject"}
    ]
    assert len(files) > 100
    for word in ("サービスサイト", "一時停止"):
        assert [str(file) for file in files if word in file.read_text(encoding="utf-8")] == []
    glossary = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    for pair in ("サポートサイト（サービスサイト）", "一時休止（一時停止）"):
        assert pair in glossary


def test_a_statement_needs_both_languages(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "catalogue"))
    file = folder / "doshiteru.yaml"
    text = file.read_text(encoding="utf-8")
    english = "            en: Japanese law applies; the Tokyo District Court decides.\n"
    assert english in text
    file.write_text(text.replace(english, ""), encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"statements\.law\.said\.en"):
        read(folder)


@pytest.mark.rule("AL-99")
def test_everybody_is_told_whom_to_ask_about_what() -> None:
    told = contacts(standard().contacts, "", contractor=False, has=NOBODYS, language="ja")
    assert {one.what: (one.number, one.rule) for one in told} == {
        "nursing": ("0120-294-772", "AL-99"),
        "tag": ("0120-50-5556", "AL-99"),
        "house_support": ("0120-24-3001", "AL-99"),
        "sales": ("0120-39-2413", "AL-99"),
    }
    shown = [one.number for one in seen("mimamori_tag", plan="standard").contacts]
    assert shown == ["0120-50-5556"]
    assert seen("mamolook", plan="standard").contacts == []


@pytest.mark.rule("DC-37")
def test_the_health_line_is_shown_to_who_may_call_it() -> None:
    catalogue = standard().with_parameters("anshin_partner", {"health_line_number": "0120-000-037"})
    terms = catalogue.product("anshin_partner").terms("standard", TODAY)

    def told(*features: str) -> list[tuple[str, str]]:
        may = frozenset(features)
        found = contacts(
            terms.contacts, "13", contractor=True, has=NOBODYS, language="ja", features=may
        )
        return [(one.number, one.about) for one in found]

    assert told("health-line") == [("0120-000-037", "健康相談ダイヤル（24時間・年中無休）")]
    assert told("room-watch") == []
    assert seen("anshin_partner", plan="standard").contacts == [], "no number is printed"


@pytest.mark.rule("AL-91", "AL-94", "AL-95", "AL-96", "AL-97", "AL-98", "AL-100")
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("mamolook", ["日本国内", "自然故障のみ", "レンタルのみ", "数週間", "IPX5、IPX8、IP6X"]),
        ("mimamori_tag", ["20〜50m", "IPX4", "0〜60℃", "0〜40℃"]),
        ("albo_eye", ["AC100V", "無線LANルーター", "1.5m", "LANケーブル"]),
    ],
)
def test_what_devices_need_and_withstand_is_said_before_and_after(
    name: str, words: list[str]
) -> None:
    for shown in (product(name).information, seen(name, plan="standard").information):
        said = "\n".join(one.said for one in shown)
        assert [word for word in words if word not in said] == []


@pytest.mark.rule("AL-60", "AL-95", "AL-101")
def test_a_product_says_what_it_needs() -> None:
    (need,) = product("mimamori_support").needs
    assert (need.one_of, need.option) == (["telephone"], "lte_line")
    assert product("mamolook").colours == ["yellow", "blue"]
    assert [one.plan for one in product("mamolook").plans] == ["standard"]
