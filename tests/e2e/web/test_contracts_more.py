"""What a contractor and a clerk do now and then: claims, cards, joint invoices, imports, prices."""

import pytest
from playwright.sync_api import Page, Route, expect

from lambdas.billing.app.joint_service import JointPart, JointView
from tests.e2e.web import pictures
from tests.e2e.web.conftest import DESKTOP, Visit
from tests.e2e.web.fake_api import FakeServer
from tests.e2e.web.fake_billing import CONTRACT

HERE = f"#/contracts/{CONTRACT}"
PHOTO = {"name": "window.jpg", "mimeType": "image/jpeg", "buffer": pictures.jpeg()}
TEXT = {"name": "list.txt", "mimeType": "text/plain", "buffer": b"no picture"}


def file_claim(page: Page) -> None:
    page.get_by_label("起きた日時").fill("2026-11-21T14:00")
    page.get_by_text("盗難").click()
    page.get_by_label("損害の額（円）").fill("180000")
    page.get_by_label("くわしい様子").fill("<b>現金</b>と指輪")
    page.get_by_role("button", name="この内容で申請する").click()


@pytest.mark.rule("DC-35", "DC-36")
def test_a_loss_is_claimed_with_photographs_examined_and_paid(
    visit: Visit, fake: FakeServer
) -> None:
    page = visit().log_in(address=HERE)
    page.get_by_role("link", name="見舞金を申請する").click()
    expect(page.get_by_text("100,000円までお支払いします。")).to_be_visible()
    page.locator("#photos").set_input_files(PHOTO)  # type: ignore[arg-type]
    file_claim(page)
    made = page.get_by_role("listitem").filter(has_text="180,000円")
    expect(made).to_contain_text("受付済み")
    expect(made.get_by_role("img", name="被害の写真 1")).to_be_visible()
    assert fake.cloud.billing.claims[-1].loss.story == "<b>現金</b>と指輪"

    clerk = visit(DESKTOP).log_in("keiri@example.jp")
    clerk.get_by_role("link", name="見舞金の審査").click()
    clerk.get_by_role("link", name="盗難").click()
    expect(clerk.get_by_role("img", name="被害の写真 1")).to_be_visible()
    expect(clerk.get_by_text("<b>現金</b>と指輪")).to_be_visible()
    clerk.get_by_role("button", name="審査を始める").click()
    clerk.get_by_text("承認する").click()
    clerk.get_by_label("確認した損害の額（円）").fill("150000")
    clerk.get_by_role("button", name="結果を記録する").click()
    expect(clerk.get_by_text("支払い待ち")).to_be_visible()
    clerk.get_by_label("振込の番号").fill("2026-0042")
    clerk.get_by_role("button", name="支払いを記録する").click()
    expect(clerk.locator(".pill")).to_have_text("支払い済み")
    assert fake.cloud.billing.claims[-1].amount == 100_000


@pytest.mark.rule("DC-36")
def test_photographs_that_could_not_be_sent_are_kept_and_sent_again(
    visit: Visit, fake: FakeServer
) -> None:
    page = visit().log_in(address=f"{HERE}/claims")
    page.route("**/photographs", lambda route: route.abort())
    page.locator("#photos").set_input_files(PHOTO)  # type: ignore[arg-type]
    file_claim(page)
    again = page.get_by_role("button", name="送れなかった写真1枚をもう一度送る")
    expect(again).to_be_visible()
    assert len(fake.cloud.billing.claims) == 2, "the claim itself has arrived"
    page.unroute("**/photographs")
    again.click()
    expect(page.get_by_role("img", name="被害の写真 1")).to_be_visible()
    expect(again).to_be_hidden()
    page.locator("li input[type=file]").first.set_input_files(TEXT)  # type: ignore[arg-type]
    expect(page.get_by_text("写真として読み取れないファイルがあります。")).to_be_visible()


@pytest.mark.slow
@pytest.mark.rule("DC-36")
def test_a_denied_claim_says_so_to_the_family_and_why_only_to_the_house(
    visit: Visit, fake: FakeServer
) -> None:
    clerk = visit(DESKTOP).log_in("keiri@example.jp", "#/billing/claims")
    clerk.get_by_role("link", name="侵入による").click()
    clerk.get_by_text("否認する").click()
    clerk.get_by_label("否認の理由").fill("施錠されていなかった")
    clerk.get_by_role("button", name="結果を記録する").click()
    expect(clerk.locator(".pill")).to_have_text("否認")
    page = visit().log_in(address=f"{HERE}/claims")
    expect(page.locator(".claim")).to_contain_text("お支払いの対象外")
    expect(page.locator("body")).not_to_contain_text("施錠")


@pytest.mark.rule("HT-28")
def test_a_card_is_entered_on_the_gateways_page_and_kept(visit: Visit, fake: FakeServer) -> None:
    visitor = visit()
    fake.cloud.billing.back = f"{fake.url}/{HERE}/card/cs_test_1"
    page = visitor.log_in(address=f"{HERE}/methods")
    page.get_by_role("button", name="別のカードに替える").click()
    expect(page.locator(".facts")).to_contain_text("**** 1881")
    assert page.url.endswith(f"{HERE}/methods")
    visitor.open(f"{HERE}/card/none")
    expect(page.get_by_text("カードは登録されていません。")).to_be_visible()
    visitor.open(f"{HERE}/card/cs_of_somebody")
    expect(page.get_by_role("alert")).to_contain_text("カードを確認できません")


@pytest.mark.slow
@pytest.mark.rule("AL-09")
def test_what_is_paid_together_is_shown_to_payer_and_clerk(visit: Visit, fake: FakeServer) -> None:
    parts = [
        JointPart(contract=CONTRACT, home_name=f"{n}号室", month="2026-10", amount=4378, open=4378)
        for n in (101, 102)
    ]
    fake.cloud.billing.joint = [
        JointView(number="J-2026-10", month="2026-10", total=8756, open=8756, parts=parts)
    ]
    page = visit().log_in(address=HERE)
    joint = page.get_by_role("region", name="まとめて払う請求書")
    expect(joint).to_contain_text("102号室")
    expect(joint).to_contain_text("8,756円")
    with page.expect_download() as download:
        joint.get_by_role("button").click()
    assert download.value.suggested_filename == "J-2026-10.pdf"
    clerk = visit(DESKTOP).log_in("keiri@example.jp", f"#/billing/contracts/{CONTRACT}")
    clerk.get_by_text("まとめて払う請求書").click()
    expect(clerk.get_by_text("残り 8,756円")).to_be_visible()


HEADER = "number,product,name,applied,started"


def lines(count: int) -> str:
    good = [f"N-{n},doshiteru,顧客{n},2026-04-01,2026-04-10" for n in range(count)]
    return "\r\n".join([HEADER, *good, "N-x,doshiteru,,2026-04-01,"])


def csv(text: str, encoding: str = "utf-8") -> dict[str, object]:
    return {"name": "contracts.csv", "mimeType": "text/csv", "buffer": text.encode(encoding)}


@pytest.mark.rule("G-08")
def test_contracts_are_tried_then_brought_over_with_a_report_by_line(
    visit: Visit, fake: FakeServer
) -> None:
    clerk = visit(DESKTOP).log_in("keiri@example.jp")
    clerk.get_by_role("link", name="契約の取り込み").click()
    clerk.locator("#csv").set_input_files(csv(lines(203), "cp932"))  # type: ignore[arg-type]
    clerk.get_by_role("button", name="試す").click()
    expect(
        clerk.get_by_text("新しい契約 203件、取り込み済み 0件、取り込めない行 1件")
    ).to_be_visible()
    expect(clerk.get_by_role("row").filter(has_text="N-x")).to_contain_text("205")
    assert fake.cloud.billing_desk.brought == set(), "trying stores nothing"
    clerk.get_by_role("button", name="203件を取り込む").click()
    expect(clerk.get_by_role("heading", name="取り込んだ結果")).to_be_visible()
    expect(clerk.get_by_text("新しい契約 203件、取り込み済み 0件")).to_be_visible()
    assert len(fake.cloud.billing_desk.brought) == 203
    clerk.get_by_role("button", name="試す").click()
    expect(clerk.get_by_text("取り込み済み 203件")).to_be_visible()
    expect(clerk.get_by_role("button", name="取り込む")).to_have_count(0)


def test_an_import_that_is_cut_off_says_what_arrived(visit: Visit, fake: FakeServer) -> None:
    clerk = visit(DESKTOP).log_in("keiri@example.jp", "#/billing/imports")
    clerk.locator("#csv").set_input_files(csv(lines(150)))  # type: ignore[arg-type]
    asked: list[str] = []

    def line(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 2:
            route.abort()
        else:
            route.continue_()

    clerk.route("**/imports", line)
    clerk.get_by_role("button", name="試す").click()
    expect(clerk.get_by_text("インターネットにつながりません。")).to_be_visible()
    expect(clerk.get_by_text("新しい契約 100件")).to_be_visible()
    expect(clerk.get_by_role("button", name="取り込む")).to_have_count(0)


@pytest.mark.slow
@pytest.mark.rule("G-06", "G-07")
def test_prices_are_looked_at_proposed_and_agreed_to_by_another(
    visit: Visit, fake: FakeServer
) -> None:
    clerk = visit(DESKTOP).log_in("keiri@example.jp")
    clerk.get_by_role("link", name="料金の改定").click()
    clerk.get_by_label("商品").select_option("doshiteru")
    clerk.get_by_label("変わる日").fill("2027-04-01")
    clerk.get_by_label("新しい料金（円）").fill("43780")
    clerk.get_by_role("button", name="何が変わるか確かめる").click()
    expect(clerk.get_by_text("ten times as much")).to_be_visible()
    clerk.get_by_label("新しい料金（円）").fill("4800")
    expect(clerk.get_by_text("ten times as much")).to_have_count(0)
    clerk.get_by_role("button", name="何が変わるか確かめる").click()
    expect(clerk.get_by_role("row").filter(has_text="4,378円")).to_contain_text("4,800円")
    clerk.get_by_role("button", name="この内容で提案する").click()
    expect(clerk.locator("li .pill")).to_have_text("承認待ち")
    expect(clerk.get_by_role("button", name="承認する")).to_have_count(0)
    chief = visit(DESKTOP).log_in("kachou@example.jp", "#/billing/prices")
    chief.get_by_role("button", name="承認する").click()
    expect(chief.locator("li .pill")).to_have_text("承認済み")
    chief.get_by_role("button", name="改定を取り消す").click()
    expect(chief.locator("li .pill")).to_have_text("取り消し")


def test_a_plan_is_chosen_from_those_of_the_product(visit: Visit, fake: FakeServer) -> None:
    clerk = visit(DESKTOP).log_in("keiri@example.jp", f"#/billing/contracts/{CONTRACT}")
    clerk.get_by_text("記録を入力する").click()
    clerk.get_by_label("できごと").select_option("plan_changed")
    plans = clerk.locator("#plan option")
    expect(plans).to_have_count(3)
    expect(plans.first).to_contain_text("円）")
    clerk.locator("#plan").select_option("purchase_internet")
    clerk.get_by_role("button", name="記録する", exact=True).click()
    expect(clerk.get_by_text("保存しました。")).to_be_visible()
    assert fake.cloud.billing_desk.facts[-1]["plan"] == "purchase_internet"


@pytest.mark.rule("HT-28")
def test_a_banks_answer_is_handed_in_and_a_run_says_what_it_did(
    visit: Visit, fake: FakeServer
) -> None:
    clerk = visit(DESKTOP).log_in("keiri@example.jp", "#/billing/months/2026-10")
    clerk.locator("#result").set_input_files(TEXT)  # type: ignore[arg-type]
    clerk.get_by_role("button", name="結果ファイルを取り込む").click()
    expect(clerk.get_by_text("取り込めません")).to_be_visible()
    expect(clerk.get_by_text("1行目が見出しではありません。")).to_be_visible()
    answer = {"name": "a.txt", "mimeType": "text/plain", "buffer": "1ｱ".encode("cp932")}
    clerk.locator("#result").set_input_files(answer)  # type: ignore[arg-type]
    clerk.get_by_role("button", name="結果ファイルを取り込む").click()
    expect(clerk.get_by_text("取り込み済み")).to_be_visible()
    clerk.locator("summary", has_text="月次（2026-10）").click()
    expect(clerk.locator("details")).to_contain_text(["1,180"])
