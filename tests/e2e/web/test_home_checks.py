"""Home checks in the browser: the contractor's page, the desk, a responder's phone."""

import base64
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.household import wait_until
from tests.e2e.web import pictures
from tests.e2e.web.conftest import DESKTOP, PHONE, Visit
from tests.e2e.web.fake_api import FakeServer

CHECK = "#/homes/kobe/home-check"
OPERATOR, RESPONDER, LEADER = "sato@example.jp", "kenji@example.jp", "chief@example.jp"


def task(name: str) -> str:
    return f"#/desk/tasks/{name}"


def sent(fake: FakeServer, what: str) -> dict[str, Any]:
    """The one thing that was sent so, once it came."""

    def came() -> list[dict[str, Any]]:
        return [body for path, body in fake.cloud.dispatch.said if path == what]

    (body,) = wait_until(came, what)
    return body


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def fill_in(page: Page) -> None:
    page.get_by_label("お名前").fill("山田 梅子")
    page.get_by_label("電話番号", exact=True).fill("078-000-0001")
    page.get_by_label("住所", exact=True).fill("神戸市中央区1-2-3")
    page.get_by_label("あなたの電話番号").fill("090-0000-0001")
    page.get_by_label("あなたの住所").fill("東京都千代田区1-1")
    page.get_by_label("JBRの利用規約（2026-04版）に同意します").check()


# --- the contractor


@pytest.mark.rule("DL-04", "DL-06", "DL-25")
def test_a_contractor_registers_whom_to_look_after(visit: Visit, fake: FakeServer) -> None:
    page = visit().log_in()
    page.get_by_role("link", name="在宅確認").click()
    heading(page, "在宅確認")
    expect(page.locator(".summary")).to_contain_text("まだ登録されていません")
    asked = page.get_by_label("あなたとの続柄")
    expect(asked).to_contain_text("祖父・祖母")
    relations = asked.locator("option").all_text_contents()
    assert not {"おじ・おば", "いとこ", "友人", "近所の方"} & set(relations)
    fill_in(page)
    page.get_by_label("地図での位置").fill("神戸の家")
    page.get_by_role("button", name="登録する").click()
    assert fake.cloud.dispatch.said == []
    page.get_by_label("地図での位置").fill("３４.６９，１３５.１９５")
    page.get_by_role("button", name="登録する").click()
    expect(page.locator(".summary")).to_contain_text("山田 梅子様のご承諾を待っています。")
    expect(page.locator(".summary")).to_contain_text("2026年11月25日(水)までに最初のお電話")
    expect(page.locator(".summary")).to_contain_text("2026年11月29日(日)まで")
    assert sent(fake, "POST") == {
        "phone": "090-0000-0001",
        "address": "東京都千代田区1-1",
        "target": {
            "name": "山田 梅子",
            "relation": "parent",
            "phone": "078-000-0001",
            "address": "神戸市中央区1-2-3",
            "place": {"latitude": 34.69, "longitude": 135.195},
        },
        "terms": "2026-04",
    }
    expect(page.get_by_label("お名前")).to_have_count(0)


def test_why_a_field_was_refused_stands_beside_it(visit: Visit, fake: FakeServer) -> None:
    page = visit().log_in(address=CHECK)
    fill_in(page)
    page.get_by_label("地図での位置").fill("34.69, 135.195")
    page.evaluate(
        """() => {
          for (const name of ["name", "target_phone"])
            document.getElementById(name).removeAttribute("maxlength");
        }"""
    )
    page.get_by_label("お名前").fill("梅" * 61)
    page.get_by_label("電話番号", exact=True).fill("0" * 21)
    page.get_by_role("button", name="登録する").click()
    name, phone = page.get_by_label("お名前"), page.get_by_label("電話番号", exact=True)
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(name).to_be_focused()
    expect(name).to_have_accessible_description("60文字以内で入力してください。")
    expect(page.locator("#target_phone-reason")).to_have_text("20文字以内で入力してください。")
    expect(phone).to_have_accessible_description(re.compile("ご承諾のお電話.*20文字以内"))
    expect(page.get_by_role("alert")).to_have_text(
        "入力内容をご確認ください送られた内容に誤りがあります。"
    )
    name.fill("山田 梅子")
    phone.fill("078-000-0001")
    page.get_by_role("button", name="登録する").click()
    expect(page.locator(".summary")).to_contain_text("山田 梅子様のご承諾を待っています。")


@pytest.mark.slow
def test_why_something_without_a_field_was_refused_stands_in_the_notice(visit: Visit) -> None:
    page = visit().log_in(OPERATOR, "#/desk/new")
    page.get_by_label("家の番号（登録が").fill("kobe")
    page.get_by_label("お電話の方のお名前").fill("隣の田中")
    page.get_by_label("玄関を開けてほしい").evaluate("(box) => { box.value = 'dance'; }")
    page.get_by_label("玄関を開けてほしい").check()
    page.get_by_role("button", name="受け付ける").click()
    expect(page.get_by_role("alert")).to_contain_text("選び直してください。（wishes.1）")


@pytest.mark.rule("DL-05")
def test_somebody_else_can_be_registered_instead(visit: Visit, fake: FakeServer) -> None:
    fake.cloud.dispatch.registration |= {"state": "granted", "target": "山田 太一"}
    visitor = visit()
    visitor.context.grant_permissions(["geolocation"])
    visitor.context.set_geolocation({"latitude": 34.7, "longitude": 135.2})
    page = visitor.log_in(address=CHECK)
    expect(page.locator(".summary")).to_contain_text("山田 太一様の在宅確認をご依頼いただけます。")
    page.get_by_role("button", name="在宅確認先を変更する").click()
    expect(page.get_by_text("山田 太一様の登録は終わり")).to_be_visible()
    fill_in(page)
    page.get_by_role("button", name="いまその家にいるので").click()
    expect(page.get_by_label("地図での位置")).to_have_value("34.7, 135.2")
    page.get_by_role("button", name="登録する").click()
    expect(page.locator(".summary")).to_contain_text("山田 梅子様のご承諾を待っています。")
    assert sent(fake, "PUT")["target"]["place"] == {"latitude": 34.7, "longitude": 135.2}


@pytest.mark.rule("DL-15", "DL-20", "DL-21")
def test_whom_to_phone_and_what_came_of_it(visit: Visit) -> None:
    page = visit().log_in(address=CHECK)
    call = page.get_by_role("link", name="0120-000-001")
    expect(call).to_have_attribute("href", "tel:0120-000-001")
    done = page.locator("details", has_text="HC-20261121-0001")
    expect(done.locator(".pill")).to_have_text("終了")
    done.locator("summary").click()
    expect(done).to_contain_text("ご在宅を確認しました。")
    expect(done).to_contain_text("安否を確認するものではありません")
    expect(done.locator(".facts")).to_contain_text("電気メーター確認不能")
    expect(done.get_by_role("img", name="サービス書のご署名")).to_be_visible()
    expect(done.locator(".timeline li")).to_have_count(4)
    expect(done.locator(".timeline")).to_contain_text("訪問の報告：お返事あり")


@pytest.mark.rule("DL-04")
def test_those_who_watch_see_no_form(visit: Visit) -> None:
    visitor = visit()
    page = visitor.log_in("ken@example.jp", "#/homes/kobe")
    expect(page.get_by_role("heading", name="カメラ")).to_be_visible()
    expect(page.get_by_role("link", name="在宅確認")).to_have_count(0)
    visitor.open(CHECK)
    expect(page.get_by_role("alert")).to_contain_text("ご契約者のみの操作です")
    expect(page.locator("form")).to_have_count(0)


# --- the desk


@pytest.mark.rule("DL-08")
def test_the_most_urgent_task_first_and_its_answer(visit: Visit, fake: FakeServer) -> None:
    visitor = visit(DESKTOP)
    page = visitor.log_in(OPERATOR)
    heading(page, "在宅確認センター")
    expect(page.locator("a.task").first).to_contain_text("期限を過ぎています（13:39）")
    expect(page.locator("a.task").first).to_contain_text("山田 梅子様")
    titles = page.locator("a.task strong").all_text_contents()[:3]
    assert titles == ["応援を手配する", "結果を電話で伝える", "初回の承諾電話"]
    page.get_by_role("link", name="初回の承諾電話").click()
    expect(page.locator(".script")).to_contain_text("受付センターでございます")
    page.get_by_role("button", name="担当する").click()
    expect(page.get_by_text("あなたが担当中")).to_be_visible()
    page.get_by_role("button", name="担当をはずれる").click()
    expect(page.get_by_role("button", name="担当する")).to_be_visible()
    granted = page.get_by_role("button", name="承諾をいただいた")
    granted.click()
    assert not [path for path, _ in fake.cloud.dispatch.said if path.endswith("answer")]
    page.get_by_label("かけた番号").fill("078-000-0001")
    page.get_by_label("お話しした内容").fill("息子さんの頼みなら")
    granted.click()
    heading(page, "承諾")
    expect(page).to_have_url(re.compile("#/desk/cases/CN-20261120-0001$"))
    assert sent(fake, "tasks/CN-20261120-0001.first_call-1/answer") == {
        "outcome": "granted",
        "number": "078-000-0001",
        "said": "息子さんの頼みなら",
    }
    visitor.open("#/desk")
    expect(page.locator("a.task strong").first).to_have_text("応援を手配する")
    expect(page.get_by_role("link", name="初回の承諾電話")).to_have_count(0)


def test_whoever_is_second_is_told_who_was_first(visit: Visit, fake: FakeServer) -> None:
    visitor = visit()
    visitor.hold_time()
    page = visitor.log_in(OPERATOR, task("HC-20261121-0001.tell-1"))
    told = page.get_by_role("button", name="お伝えした")
    expect(told).to_be_visible()
    fake.cloud.dispatch.tasks["HC-20261121-0001.tell-1"] |= {
        "status": "answered",
        "answered_by": "鈴木",
        "answered_at": "2026-11-22T04:40:00Z",
    }
    told.click()
    expect(page.get_by_role("alert")).to_contain_text(
        "鈴木さんが 2026-11-22 13:40 に回答しています。"
    )
    expect(page.get_by_text("この仕事は終わっています。 13:40")).to_be_visible()
    expect(told).to_have_count(0)


@pytest.mark.rule("DL-16")
def test_what_an_answer_needs_is_asked_for(visit: Visit, fake: FakeServer) -> None:
    page = visit().log_in(OPERATOR, task("HC-20261122-0002.find_help-1"))
    expect(page.get_by_text("期限を過ぎています", exact=True)).to_be_visible()
    expect(page.locator(".facts")).to_contain_text("期限13:39")
    assign = page.get_by_role("button", name="この人に依頼")
    assign.click()
    page.get_by_role("button", name="伺えない").click()
    assert fake.cloud.dispatch.said == []
    who = page.get_by_label("向かう人")
    people = ["—", "山本 結衣 090-2", "山本 葵 090-3（待機していません）"]
    expect(who.locator("option")).to_have_text(people)
    who.select_option("yui")
    assign.click()
    expect(page).to_have_url(re.compile("#/desk/cases/HC-20261122-0002$"))
    answer = sent(fake, "tasks/HC-20261122-0002.find_help-1/answer")
    assert answer == {"outcome": "assigned", "responder": "yui"}


@pytest.mark.rule("DL-34")
def test_whoever_is_on_the_way_is_phoned_to_turn_back(visit: Visit, fake: FakeServer) -> None:
    fake.cloud.dispatch.task("HC-20261122-0002", "recall", 1, "operator", 5)
    page = visit().log_in(OPERATOR, task("HC-20261122-0002.recall-1"))
    expect(page.locator(".script")).to_contain_text("080-1")
    expect(page.get_by_role("button", name="間に合わなかった")).to_be_visible()
    page.get_by_label("お話しした内容").fill("駅前で引き返した")
    page.get_by_role("button", name="引き返した").click()
    expect(page).to_have_url(re.compile("#/desk/cases/HC-20261122-0002$"))
    answer = sent(fake, "tasks/HC-20261122-0002.recall-1/answer")
    assert answer == {"outcome": "turned_back", "said": "駅前で引き返した"}


def test_a_task_given_to_the_leader_is_gone(visit: Visit) -> None:
    page = visit().log_in(OPERATOR, task("HC-20261122-0002.find_help-1"))
    page.get_by_role("button", name="責任者に渡す").click()
    heading(page, "在宅確認センター")
    expect(page.get_by_role("link", name="応援を手配する")).to_have_count(0)


@pytest.mark.slow
@pytest.mark.rule("DL-22", "DL-28", "DL-35")
def test_a_request_by_phone_shows_its_grounds_for_refusing(visit: Visit, fake: FakeServer) -> None:
    page = visit().log_in(OPERATOR)
    page.get_by_role("link", name="電話の依頼を受ける").click()
    page.get_by_label("家の番号（登録が").fill("kobe")
    page.get_by_label("お電話の方のお名前").fill("隣の田中")
    page.get_by_label("ご契約者との続柄").select_option("neighbour")
    page.get_by_label("玄関を開けてほしい").check()
    page.get_by_label("定期的に来てほしい").check()
    page.get_by_role("button", name="受け付ける").click()
    heading(page, "在宅確認")
    grounds = page.locator(".notice.warn")
    expect(grounds).to_contain_text("玄関の開錠はお受けできません。 DL-28")
    expect(grounds).to_contain_text("DL-22")
    assert sent(fake, "cases") == {
        "home": "kobe",
        "caller": {"name": "隣の田中", "relation": "neighbour"},
        "wishes": ["presence", "unlock", "recurring"],
    }
    page.get_by_role("link", name="お断りを伝える").click()
    page.get_by_role("button", name="例外として受ける").click()  # without a reason
    page.get_by_label("理由").fill("警察の立ち会いあり")
    page.get_by_role("button", name="例外として受ける").click()
    heading(page, "在宅確認")
    answer = sent(fake, "tasks/HC-20261122-0009.refusal-1/answer")
    assert answer == {"outcome": "override", "reason": "警察の立ち会いあり"}


def look_for(page: Page, said: str) -> None:
    page.get_by_role("searchbox").fill(said)
    page.get_by_role("button", name="さがす").click()


@pytest.mark.rule("DL-15")
def test_whoever_phones_need_not_know_a_home_s_number(visit: Visit, fake: FakeServer) -> None:
    page = visit().log_in(OPERATOR, "#/desk/new")
    look_for(page, "佐藤")
    expect(page.get_by_text("その登録は見つかりません。")).to_be_visible()
    look_for(page, "0001")
    page.get_by_role("button", name="在宅確認先：山田 梅子様").click()
    expect(page.get_by_role("searchbox")).to_have_count(0)
    expect(page.locator(".notice")).to_contain_text("ご契約者：山田 花子様 神戸の家")
    page.get_by_role("button", name="選び直す").click()
    page.get_by_role("searchbox").fill("山田")
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("button", name="在宅確認先：山田 梅子様").click()
    page.get_by_label("お電話の方のお名前").fill("山田 花子")
    page.get_by_role("button", name="受け付ける").click()
    heading(page, "在宅確認")
    assert sent(fake, "cases") == {
        "home": "kobe",
        "caller": {"name": "山田 花子", "relation": "self"},
        "wishes": ["presence"],
    }


@pytest.mark.rule("DL-15")
def test_where_a_home_check_runs_already_it_is_a_click_away(visit: Visit, fake: FakeServer) -> None:
    fake.cloud.dispatch.runs = "HC-20261122-0002"
    page = visit().log_in(OPERATOR, "#/desk/new")
    page.get_by_label("家の番号（登録が").fill("kobe")
    page.get_by_label("お電話の方のお名前").fill("隣の田中")
    page.get_by_role("button", name="受け付ける").click()
    expect(page.get_by_role("alert")).to_contain_text("すでに対応中です")
    page.get_by_role("link", name="対応中の事案を見る").click()
    expect(page).to_have_url(re.compile("#/desk/cases/HC-20261122-0002$"))


@pytest.mark.rule("DL-33")
def test_a_stop_by_telephone_finds_its_registration(visit: Visit, fake: FakeServer) -> None:
    """Consent was granted long ago: no open case and no task leads there."""
    dispatch = fake.cloud.dispatch
    dispatch.cases["CN-20261120-0001"] |= {"state": "granted", "open": False}
    visitor = visit()
    page = visitor.log_in(OPERATOR)
    expect(page.get_by_role("heading", name="登録をさがす")).to_be_visible()
    expect(page.locator("a[href='#/desk/cases/CN-20261120-0001']")).to_have_count(0)
    look_for(page, "山田 梅")
    found = page.get_by_role("link", name="在宅確認先：山田 梅子様")
    expect(found).to_contain_text("承諾済み")
    found.click()
    expect(page.get_by_role("button", name="停止のご要請を受ける")).to_be_visible()
    visitor.open("#/desk/cases/HC-20261122-0002")
    page.get_by_role("link", name="登録と承諾を見る（CN-20261120-0001）").click()
    expect(page.get_by_role("button", name="停止のご要請を受ける")).to_be_visible()


@pytest.mark.rule("DL-08")
def test_a_days_end_is_its_midnight(visit: Visit, fake: FakeServer) -> None:
    first = "CN-20261120-0001.first_call-1"
    fake.cloud.dispatch.tasks[first]["due"] = "2026-11-25T15:00:00Z"
    page = visit().log_in(OPERATOR)
    expect(page.locator("a.task", has_text="初回の承諾電話")).to_contain_text(
        "11月25日(水) 24:00 まで"
    )


def test_a_case_leads_staff_to_what_is_theirs_to_do(visit: Visit, fake: FakeServer) -> None:
    dispatch = fake.cloud.dispatch
    open_tasks = dispatch.tasks
    dispatch.cases["HC-20261122-0002"]["tasks"] = [
        open_tasks["HC-20261122-0002.find_help-1"],
        open_tasks["HC-20261122-0003.offer-1"],
    ]
    page = visit().log_in(OPERATOR, "#/desk/cases/HC-20261122-0002")
    expect(page.get_by_role("link", name="応援を手配する")).to_be_visible()
    expect(page.get_by_role("link", name="訪問の依頼", exact=True)).to_have_count(0)
    expect(page.locator(".timeline")).to_contain_text("センター person-s DL-16")


@pytest.mark.rule("DL-26", "DL-27", "A-08")
def test_an_operator_decides_who_is_phoned_first(visit: Visit, fake: FakeServer) -> None:
    page = visit().log_in(OPERATOR, "#/desk/cases/HC-20261122-0002")
    often = page.get_by_role("region", name="ご依頼の頻度")
    expect(often).to_contain_text("30日間に3回")
    often.get_by_role("button", name="伺う前に電話することにする").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("この日まで")).to_have_value("2026-12-22")
    dialog.get_by_label("この日まで").fill("2026-12-31")
    dialog.get_by_label("理由").fill("毎日のご依頼")
    dialog.get_by_role("button", name="確定する").click()
    expect(often).to_contain_text("2026年12月31日(木)まで、伺う前に在宅先へ電話します。")
    judged = sent(fake, "contracts/c/frequency")
    assert judged == {"until": "2026-12-31T15:00:00.000Z", "reason": "毎日のご依頼"}
    often.get_by_role("button", name="先の電話をやめる").click()
    expect(often.get_by_role("button", name="伺う前に電話することにする")).to_be_visible()


@pytest.mark.rule("DL-33", "G-07")
def test_a_case_is_read_kept_and_stopped(visit: Visit, fake: FakeServer) -> None:
    page = visit().log_in(OPERATOR, "#/desk/cases/CN-20261120-0001")
    console = page.get_by_role("link", name="処理の様子を見る")
    expect(console).to_have_attribute("href", "https://console.example/states")
    with page.expect_download() as download:
        page.get_by_role("button", name="経過を保存").click()
    assert download.value.suggested_filename == "CN-20261120-0001.csv"
    page.get_by_role("button", name="停止のご要請を受ける").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("代理の方").check()
    dialog.get_by_label("お話しした内容").fill("もう結構です")
    dialog.get_by_role("button", name="確定する").click()
    expect(page.locator(".facts").first).to_contain_text("停止")
    stopped = sent(fake, "cases/CN-20261120-0001/stop")
    assert stopped == {"asked_by": "agent", "said": "もう結構です"}
    expect(page.get_by_role("button", name="停止のご要請を受ける")).to_have_count(0)


def test_a_request_that_is_not_wanted_any_more(visit: Visit, fake: FakeServer) -> None:
    page = visit().log_in(OPERATOR, "#/desk/cases/HC-20261122-0002")
    page.get_by_role("button", name="在宅確認を中止する").click()
    page.get_by_label("理由").fill("ご本人と連絡がついた")
    page.get_by_role("button", name="確定する").click()
    expect(page.locator(".facts").first).to_contain_text("中止")
    cancelled = sent(fake, "cases/HC-20261122-0002/cancellation")
    assert cancelled == {"reason": "ご本人と連絡がついた"}


@pytest.mark.parametrize("address", ["#/desk", "#/desk/new", "#/desk/cases/HC-20261122-0002"])
def test_families_have_no_desk(visit: Visit, fake: FakeServer, address: str) -> None:
    page = visit().log_in(address=address)
    heading(page, "この画面は見られません")
    expect(page.get_by_role("link", name="受付", exact=True)).to_have_count(0)
    assert not [one for one in fake.cloud.requests if "/dispatch/" in one]


def test_staff_phone_and_find_the_way_with_one_touch(visit: Visit) -> None:
    visitor = visit()
    page = visitor.log_in(OPERATOR, "#/desk/cases/HC-20261122-0002")
    people = page.get_by_role("region", name="連絡先")
    expect(people).to_contain_text("在宅確認先山田 梅子父・母")
    for number in ("078-000-0001", "090-0000-0001"):
        phone = people.get_by_role("link", name=number)
        expect(phone).to_have_attribute("href", f"tel:{number.replace('-', '')}")
    way = people.get_by_role("link", name="神戸市中央区1-2-3")
    expect(way).to_have_attribute("href", re.compile(r"maps.*query=34\.69%2C135\.195$"))
    visitor.open(task("HC-20261121-0001.tell-1"))
    phone = page.locator(".script").get_by_role("link", name="090-0000-0001")
    expect(phone).to_have_attribute("href", "tel:09000000001")
    expect(page.locator(".script")).to_have_text("山田 花子様（090-0000-0001）におかけください。")


# --- a responder's phone


@pytest.mark.rule("DL-16", "AL-12")
def test_a_responder_is_on_duty_says_where_and_goes(visit: Visit, fake: FakeServer) -> None:
    visitor = visit()
    visitor.context.grant_permissions(["geolocation"])
    visitor.context.set_geolocation({"latitude": 34.701234567, "longitude": 135.2})
    page = visitor.log_in(RESPONDER)
    expect(page.get_by_role("link", name="電話の依頼を受ける")).to_have_count(0)
    duty = page.get_by_role("switch")
    expect(duty).not_to_be_checked()
    duty.check()
    expect(page.get_by_text("待機中（依頼を受けます）")).to_be_visible()
    expect(page.get_by_text("最後の位置：1分以内")).to_be_visible()  # nobody pressed for it
    assert sent(fake, "me/position") == {"latitude": 34.70123, "longitude": 135.2}
    page.get_by_role("link", name="訪問の依頼").click()
    page.get_by_role("button", name="向かう").click()
    heading(page, "在宅確認センター")
    expect(page.get_by_role("link", name="訪問の依頼")).to_have_count(0)
    assert sent(fake, "tasks/HC-20261122-0003.offer-1/answer") == {"outcome": "accepted"}


VISIT = "HC-20261122-0004.visit-1"


def look(page: Page) -> None:
    for name, seen in (("インターホン", "NG"), ("メーター", "確認不能"), ("明かり", "OK"),
                       ("郵便受け", "OK")):  # fmt: skip
        page.get_by_role("group", name=name).get_by_label(seen).check()


@pytest.mark.rule("DL-17", "DL-18")
def test_a_visit_is_signed_with_a_finger(visit: Visit, fake: FakeServer) -> None:
    page = visit().log_in(RESPONDER, task(VISIT))
    arrived = page.get_by_role("button", name="到着しました")
    arrived.click()
    expect(arrived).to_have_count(0)
    look(page)
    page.get_by_label("在宅", exact=True).check()
    expect(page.get_by_label("ご署名いただけなかった理由")).to_have_count(0)
    page.get_by_label("ご依頼による訪問とご説明した").check()
    page.get_by_label("控えをお渡しした").check()
    report = page.get_by_role("button", name="報告する")
    report.click()
    expect(page.get_by_role("alert")).to_have_text("ご署名をお願いします。")
    paper = page.locator("canvas.signature")
    paper.scroll_into_view_if_needed()
    box = paper.bounding_box()
    assert box
    for clear in (True, False):
        page.mouse.move(box["x"] + 30, box["y"] + 60)
        page.mouse.down()
        page.mouse.move(box["x"] + 200, box["y"] + 30, steps=6)
        page.mouse.up()
        if clear:
            page.get_by_role("button", name="書き直す").click()
            report.click()
            expect(page.get_by_role("alert")).to_have_text("ご署名をお願いします。")
            paper.scroll_into_view_if_needed()
            box = paper.bounding_box() or box
    photo = {"name": "door.jpg", "mimeType": "image/jpeg", "buffer": pictures.jpeg()}
    page.get_by_label("玄関先の写真").set_input_files(photo)  # type: ignore[arg-type]
    page.get_by_label("メモ").fill("お元気な声")
    report.click()
    heading(page, "在宅確認センター")
    answer = sent(fake, f"tasks/{VISIT}/answer")
    assert base64.b64decode(answer.pop("signature_png")).startswith(b"\x89PNG\r\n\x1a\n")
    assert base64.b64decode(answer.pop("photo_jpeg")).startswith(b"\xff\xd8\xff")
    assert answer == {
        "outcome": "reported",
        "report": {
            **{
                "outcome": "at_home",
                "at_home": True,
                "explained": True,
                "signed": True,
                "copy_given": True,
            },
            **{"intercom": "ng", "meter": "unclear", "lights": "ok", "mailbox": "ok"},
            "note": "お元気な声",
        },
    }


@pytest.mark.rule("DC-33", "DL-19")
def test_nobody_there_a_memo_is_left(visit: Visit, fake: FakeServer) -> None:
    page = visit().log_in(RESPONDER, task(VISIT))
    look(page)
    page.get_by_label("不在").check()
    expect(page.locator("canvas.signature")).to_have_count(0)
    report = page.get_by_role("button", name="報告する")
    report.click()
    assert fake.cloud.dispatch.said == []
    page.get_by_label("メモを残した").check()
    report.click()
    heading(page, "在宅確認センター")
    said = sent(fake, f"tasks/{VISIT}/answer")
    assert (said["report"]["outcome"], said["report"]["at_home"]) == ("absent", False)
    assert said["report"]["memo_left"] is True
    assert said["signature_png"] == ""
    assert "入室" not in page.content()


@pytest.mark.rule("DL-18", "DL-34")
@pytest.mark.parametrize(
    ("came_to", "asked", "outcome"),
    [
        ("在宅（ご署名なし）", "ご署名いただけなかった理由", "at_home_unsigned"),
        pytest.param("玄関先でお断り", "お断りの言葉", "refused_at_door", marks=pytest.mark.slow),
        pytest.param("転居のご様子", "転居と思われる理由", "moved", marks=pytest.mark.slow),
    ],
)
def test_whatever_comes_of_the_door_can_be_said(
    visit: Visit, fake: FakeServer, came_to: str, asked: str, outcome: str
) -> None:
    page = visit().log_in(RESPONDER, task(VISIT))
    look(page)
    page.get_by_label(came_to).check()
    expect(page.locator("canvas.signature")).to_have_count(0)
    if outcome == "at_home_unsigned":
        page.get_by_label("ご依頼による訪問とご説明した").check()
    page.get_by_label(asked).fill("手が不自由でした")
    page.get_by_role("button", name="報告する").click()
    heading(page, "在宅確認センター")
    report = sent(fake, f"tasks/{VISIT}/answer")["report"]
    assert (report["outcome"], report["why"]) == (outcome, "手が不自由でした")
    assert "signed" not in report


@pytest.mark.rule("DL-20")
def test_an_emergency_at_the_door_is_told_and_the_responder_stays(
    visit: Visit, fake: FakeServer
) -> None:
    page = visit().log_in(RESPONDER, task(VISIT))
    page.get_by_role("button", name="緊急（119・110）").click()
    page.get_by_label("119番に通報した").check()
    page.get_by_label("どのような様子ですか").fill("倒れている人が窓から見えます")
    page.get_by_role("button", name="センターに知らせる").click()
    expect(page.get_by_text("緊急: 倒れている人が窓から見えます")).to_be_visible()
    heading(page, "訪問")
    said = sent(fake, f"tasks/{VISIT}/emergency")
    assert said == {"authority": "119", "said": "倒れている人が窓から見えます"}


@pytest.mark.rule("DL-15", "DL-34")
def test_who_goes_hears_a_stop_and_a_warning_without_reloading(
    visit: Visit, fake: FakeServer
) -> None:
    visitor = visit()
    visitor.hold_time()
    page = visitor.log_in(RESPONDER, task(VISIT))
    heading(page, "訪問")
    dispatch = fake.cloud.dispatch
    warned = "次郎様からもお電話がありました: 犬がいます"
    dispatch.tasks[VISIT]["news"] = [{"at": dispatch.at(0), "text": warned}]
    visitor.later(11)
    expect(page.get_by_role("alert").filter(has_text=warned)).to_be_visible()
    stopped = {"at": dispatch.at(1), "text": "中止になりました。"}
    dispatch.tasks[VISIT] |= {"status": "withdrawn", "script": ""}
    dispatch.tasks[VISIT]["news"] = [*dispatch.tasks[VISIT]["news"], stopped]
    visitor.later(11)
    expect(page.get_by_text("中止になりました。")).to_be_visible()
    expect(page.get_by_role("button", name="報告する")).to_have_count(0)


@pytest.mark.slow
@pytest.mark.rule("AL-12")
def test_the_phone_says_where_it_is_every_minute_and_that_its_position_is_old(
    visit: Visit, fake: FakeServer
) -> None:
    visitor = visit()
    visitor.hold_time()
    visitor.context.grant_permissions(["geolocation"])
    visitor.context.set_geolocation({"latitude": 34.7, "longitude": 135.2})
    fake.cloud.dispatch.duty |= {"on_duty": True}
    page = visitor.log_in(RESPONDER)
    expect(page.get_by_text("最後の位置：1分以内")).to_be_visible()
    visitor.context.set_geolocation({"latitude": 34.8, "longitude": 135.2})
    visitor.later(62)
    told = [body for path, body in fake.cloud.dispatch.said if path == "me/position"]
    assert [one["latitude"] for one in told[:2]] == [34.7, 34.8]
    assert len(told) <= 3, "throttled"


@pytest.mark.rule("AL-12")
def test_a_phone_that_may_not_say_where_it_is_says_so(visit: Visit, fake: FakeServer) -> None:
    fake.cloud.dispatch.duty |= {"on_duty": True}
    page = visit().log_in(RESPONDER)
    expect(page.get_by_text("端末の位置情報を許可してください")).to_be_visible()
    expect(page.get_by_text("最後の位置：25分前")).to_be_visible()


def test_more_cases_than_one_answer_holds_are_shown_page_by_page(
    visit: Visit, fake: FakeServer
) -> None:
    for n in range(70):
        fake.cloud.dispatch.visit(f"HC-20261122-1{n:03}", "searching")
    page = visit().log_in(OPERATOR)
    cases = page.get_by_role("region", name="進行中の事案")
    expect(cases.get_by_role("link")).to_have_count(50)
    page.get_by_role("button", name="さらに表示").click()
    expect(cases.get_by_role("link")).to_have_count(72)
    expect(page.get_by_role("button", name="さらに表示")).to_have_count(0)


@pytest.mark.rule("DL-20", "G-07")
def test_the_desk_reports_an_emergency_corrects_and_acts_for_a_responder(
    visit: Visit, fake: FakeServer
) -> None:
    dispatch = fake.cloud.dispatch
    dispatch.cases["HC-20261122-0002"]["tasks"] = [
        dispatch.task("HC-20261122-0002", "offer", 1, "person:kenji@example.jp", 5)
    ]
    page = visit().log_in(OPERATOR, "#/desk/cases/HC-20261122-0002")
    expect(page.get_by_role("link", name="担当者に代わって：訪問の依頼")).to_be_visible()
    page.get_by_role("button", name="緊急（119・110）").click()
    page.get_by_label("まだ通報していない").check()
    page.get_by_label("どのような様子ですか").fill("隣の方からお電話")
    page.get_by_role("button", name="センターに知らせる").click()
    expect(page.get_by_role("link", name="【緊急】ご契約者に電話する")).to_be_visible()
    said = sent(fake, "cases/HC-20261122-0002/emergency")
    assert (said["authority"], said["called_by"]) == ("none", "centre")
    expect(page.get_by_role("button", name="記録を訂正する")).to_have_count(0)


@pytest.mark.rule("DL-20")
def test_a_wrong_report_is_corrected_at_the_desk(visit: Visit, fake: FakeServer) -> None:
    page = visit().log_in(OPERATOR, "#/desk/cases/HC-20261121-0001")
    page.get_by_role("button", name="記録を訂正する").click()
    page.get_by_label("訂正の理由").fill("隣の家でした")
    page.get_by_label("わかる", exact=True).check()
    look(page)
    page.get_by_label("不在").check()
    page.get_by_label("メモを残した").check()
    page.get_by_role("button", name="確定する").click()
    expect(page.locator("dialog")).to_have_count(0)
    said = sent(fake, "cases/HC-20261121-0001/correction")
    assert said["reason"] == "隣の家でした"
    assert (said["report"]["outcome"], said["report"]["memo_left"]) == ("absent", True)


@pytest.mark.rule("G-07")
@pytest.mark.parametrize(("language", "viewport"), [("ja", PHONE), ("en", DESKTOP)])
def test_the_desk_says_when_it_was_that_a_responder_stood_at_the_door(
    visit: Visit, fake: FakeServer, language: str, viewport: dict[str, int]
) -> None:
    when, to_come, arrived = {
        "ja": ("いつのことですか", "これから先の時刻は記録できません。", "到着しました"),
        "en": ("When did it happen?", "That time is still to come.", "I stand at the door"),
    }[language]
    visitor = visit(viewport)
    page = visitor.log_in(OPERATOR, task(VISIT))
    if language == "en":
        visitor.in_english()
    page.get_by_label(when).fill("2199-01-01T09:00")
    expect(page.get_by_text(to_come)).to_be_visible()
    page.get_by_role("button", name=arrived).click()
    assert not [path for path, _ in fake.cloud.dispatch.said if path.endswith("arrived")]
    page.get_by_label(when).fill("2026-11-22T13:05")
    expect(page.get_by_text(to_come)).to_have_count(0)
    with page.expect_request("**/arrived*") as asked:
        page.get_by_role("button", name=arrived).click()
    (at,) = parse_qs(urlsplit(asked.value.url).query)["occurred_at"]
    assert datetime.fromisoformat(at) == datetime(2026, 11, 22, 4, 5, tzinfo=UTC)


@pytest.mark.rule("AL-21")
def test_a_leader_gives_a_case_to_another_centre(visit: Visit, fake: FakeServer) -> None:
    number = "HC-20261122-0002"
    fake.cloud.dispatch.cases[number]["centre"] = "tokyo"
    page = visit().log_in(OPERATOR, f"#/desk/cases/{number}")
    expect(page.locator(".facts").get_by_text("東京", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="ほかのセンターに移す")).to_have_count(0)
    leader = visit(DESKTOP)
    page = leader.log_in(LEADER, f"#/desk/cases/{number}")
    leader.in_english()
    page.get_by_role("button", name="Give to another centre").click()
    expect(page.get_by_label("Tokyo")).to_have_count(0)
    page.get_by_label("West Japan").check()
    page.get_by_label("Reason").fill("地震で東京は手がいっぱい")
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator(".facts").get_by_text("West Japan")).to_be_visible()
    said = sent(fake, f"cases/{number}/centre")
    assert said == {"centre": "west", "reason": "地震で東京は手がいっぱい"}


@pytest.mark.rule("DL-20", "DL-34")
def test_at_night_who_drives_for_nothing_stands_before_what_is_overdue(
    visit: Visit, fake: FakeServer
) -> None:
    """And what somebody else is doing stands behind, but emergencies."""
    dispatch = fake.cloud.dispatch
    dispatch.tasks.clear()
    for number, (kind, due) in enumerate(
        [("find_help", -40), ("first_call", -4), ("turn_back", 3), ("emergency", 2), ("tell", -60)]
    ):
        dispatch.task(f"HC-20261122-00{number + 10}", kind, 1, "operator", due)
    for other in ("HC-20261122-0013.emergency-1", "HC-20261122-0014.tell-1"):
        dispatch.tasks[other]["taken_by"] = "suzuki"
    page = visit(DESKTOP).log_in(OPERATOR, "#/desk")
    expect(page.get_by_role("region", name="待っている仕事").locator("strong")).to_have_text(
        [
            "【緊急】ご契約者に電話する",
            "担当者に電話して呼び戻す",
            "応援を手配する",
            "初回の承諾電話",
            "結果を電話で伝える",
        ]
    )


@pytest.mark.slow
@pytest.mark.rule("DL-16")
def test_who_is_asked_says_yes_without_scrolling(visit: Visit, fake: FakeServer) -> None:
    page = visit().log_in(RESPONDER, task("HC-20261122-0003.offer-1"))
    yes = page.get_by_role("button", name="向かう")
    expect(yes).to_be_in_viewport()


@pytest.mark.rule("DL-34", "AL-20")
@pytest.mark.parametrize(("language", "outcome"), [("ja", "引き返した"), ("en", "Turned back")])
def test_the_desk_phones_who_is_on_the_way_and_turns_them_back(
    visit: Visit, fake: FakeServer, language: str, outcome: str
) -> None:
    dispatch = fake.cloud.dispatch
    made = dispatch.task("HC-20261122-0002", "turn_back", 1, "operator", 3)
    visitor = visit()
    page = visitor.log_in(OPERATOR, task(made["id"]))
    if language == "en":
        visitor.in_english()
    expect(page.get_by_text("引き返すように伝えてください")).to_be_visible()
    page.get_by_role("button", name=outcome).click()
    answer = sent(fake, f"tasks/{made['id']}/answer")
    assert answer == {"outcome": "turned_back"}


def test_a_visit_that_cannot_be_done(visit: Visit, fake: FakeServer) -> None:
    page = visit().log_in(RESPONDER, task(VISIT))
    page.locator("summary", has_text="訪問できない").click()
    page.get_by_label("理由").fill("道路が通れない")
    page.get_by_role("button", name="訪問できない").click()
    heading(page, "在宅確認センター")
    answer = sent(fake, f"tasks/{VISIT}/answer")
    assert answer == {"outcome": "cannot", "why": "道路が通れない"}


def test_a_responder_sees_only_their_own(visit: Visit) -> None:
    visitor = visit()
    page = visitor.log_in(RESPONDER, task("HC-20261122-0002.find_help-1"))
    heading(page, "この画面は見られません")
    visitor.open("#/desk/cases/HC-20261122-0002")
    heading(page, "この画面は見られません")


def test_a_responder_finds_the_way_and_no_telephone_of_the_family(visit: Visit) -> None:
    page = visit().log_in(RESPONDER, task(VISIT))
    way = page.locator(".facts").get_by_role("link", name="神戸市中央区1-2-3")
    expect(way).to_have_attribute("href", re.compile(r"maps.*query=34\.69%2C135\.195$"))
    expect(page.locator("a[href^='tel:']")).to_have_count(0)
