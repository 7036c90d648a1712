"""A customer's way in, and what a contractor does with a contract, on a phone."""

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.household import wait_until
from tests.e2e.web.conftest import DESKTOP, Visit
from tests.e2e.web.fake_api import PASSWORD, FakeServer
from tests.e2e.web.fake_billing import CONTRACT

HERE = f"#/contracts/{CONTRACT}"


@pytest.mark.rule("HT-20", "HT-22")
def test_an_invitation_becomes_a_login_that_sees_its_contract(
    visit: Visit, fake: FakeServer
) -> None:
    visitor = visit()
    page = visitor.open("#/invitations/good-link")
    expect(page.get_by_text("佐藤 梅 様、「梅の家」のご契約のご登録です。")).to_be_visible()
    page.get_by_label("新しいパスワード").fill("short")
    page.get_by_role("button", name="登録して招待を受ける").click()
    expect(page.get_by_role("alert")).to_contain_text("パスワードが条件に合っていません")
    page.get_by_label("新しいパスワード").fill(PASSWORD)
    page.get_by_role("button", name="登録して招待を受ける").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ドシテル（神戸の実家）")
    visitor.open("#/invitations/good-link")
    page.reload()
    expect(page.get_by_text("この招待はすでに使われています")).to_be_visible()
    visitor.open("#/invitations/nobody-sent-this")
    expect(page.get_by_role("heading", level=1)).to_have_text("この画面は見られません")


@pytest.mark.rule("HT-40", "HT-43")
def test_first_bill_then_a_pause_then_the_end_each_asked_first(
    visit: Visit, fake: FakeServer
) -> None:
    page = visit().log_in(address=HERE)
    expect(page.get_by_role("heading", name="次のご請求（見込み）")).to_be_visible()
    expect(page.locator(".bill").first).to_contain_text("4,378円")
    page.get_by_role("link", name="休止する").click()
    page.get_by_text("2か月").click()
    page.get_by_role("button", name="終了日・料金を見る").click()
    expect(page.get_by_text("2027年1月23日(土)に再開します。")).to_be_visible()
    assert fake.cloud.billing.took == []
    page.get_by_role("button", name="この内容で休止する").click()
    expect(page.locator(".summary-main")).to_have_text("休止中")
    page.get_by_role("link", name="利用を再開する").click()
    page.get_by_role("button", name="終了日・料金を見る").click()
    page.get_by_role("button", name="いま再開する").click()
    expect(page.locator(".summary-main")).to_have_text("ご利用中")
    page.get_by_role("link", name="解約する").click()
    page.get_by_role("button", name="終了日・料金を見る").click()
    expect(page.get_by_text("2026年12月31日(木)に終了します。")).to_be_visible()
    expect(page.get_by_text("合わせて 41,756円")).to_be_visible()
    page.get_by_role("button", name="この内容で解約する").click()
    expect(page.get_by_text("2026年12月31日(木)に終了します。")).to_be_visible()
    wait_until(lambda: len(fake.cloud.billing.took) == 3, "three steps")
    assert [step for step, _ in fake.cloud.billing.took] == ["pause", "resumption", "cancellation"]


@pytest.mark.rule("HT-19", "HT-22")
def test_people_are_invited_and_removed_and_papers_saved(visit: Visit, fake: FakeServer) -> None:
    visitor = visit()
    page = visitor.log_in(address=f"{HERE}/people")
    expect(page.locator(".person")).to_have_count(3)
    expect(page.locator(".person").nth(2)).to_contain_text("招待中")
    page.get_by_label("お名前").fill("山田 <b>梅</b>")
    page.get_by_label("メールアドレス").fill("ume@example.jp")
    page.get_by_role("button", name="招待を送る", exact=True).click()
    expect(page.locator(".person")).to_have_count(4)
    expect(page.locator(".person").nth(3)).to_contain_text("山田 <b>梅</b>")
    page.get_by_role("button", name="山田 桜さんを外す").click()
    page.get_by_role("dialog").get_by_role("button", name="外す").click()
    expect(page.locator(".person")).to_have_count(3)
    visitor.open(f"{HERE}/invoices/2026-10")
    with page.expect_download() as download:
        page.get_by_role("button", name="請求書（PDF）を保存する").click()
    assert download.value.suggested_filename == f"{CONTRACT}-2026-10.pdf"
    expect(page.get_by_text("カードの有効期限が切れています。")).to_be_visible()
    visitor.open(f"{HERE}/methods")
    page.locator("summary").click()
    for label, value in (("金融機関コード", "0001"), ("支店コード", "490"), ("口座番号", "1234567"),
                         ("口座名義（カナ）", "ヤマダ ハナコ")):  # fmt: skip
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name="この口座を登録する").click()
    expect(page.locator(".facts")).to_contain_text("みずほ銀行 神戸支店 ****567")


@pytest.mark.rule("G-07")
def test_a_clerk_finds_a_caller_enters_and_another_agrees(visit: Visit, fake: FakeServer) -> None:
    clerk = visit(DESKTOP).log_in("keiri@example.jp")
    expect(clerk.get_by_role("heading", level=1)).to_have_text("契約と請求")
    clerk.get_by_label("お客さまを探す").fill("090-1234-5678")
    clerk.keyboard.press("Enter")
    clerk.get_by_role("link", name="山田 花子").click()
    expect(clerk.get_by_role("link", name="090-1234-5678")).to_have_attribute(
        "href", "tel:09012345678"
    )
    clerk.get_by_text("記録を入力する").click()
    clerk.get_by_label("できごと").select_option("credited")
    clerk.locator("#reason").fill("故障のおわび")
    clerk.locator("details #amount").first.fill("50000")
    clerk.get_by_role("button", name="記録する", exact=True).click()
    waiting = clerk.get_by_role("region", name="承認待ち")
    expect(waiting).to_contain_text("金額（円） 50,000")
    expect(waiting.get_by_role("button", name="承認する")).to_have_count(0)
    clerk.get_by_role("link", name="検索へもどる").click()
    expect(clerk.get_by_role("link", name="山田 花子")).to_be_visible()
    chief = visit(DESKTOP).log_in("kachou@example.jp", "#/billing/proposals")
    chief.get_by_role("button", name="承認する").click()
    expect(chief.get_by_text("承認待ちはありません。")).to_be_visible()
    assert fake.cloud.billing_desk.facts[-1]["amount"] == 50_000
    chief = visit(DESKTOP).log_in("kachou@example.jp", "#/billing/months/2026-10")
    expect(chief.get_by_role("region", name="締め")).to_contain_text("4,378円")
    stranger = visit().log_in("ken@example.jp", "#/billing/proposals")
    expect(stranger.get_by_role("alert")).to_contain_text("担当者のみの操作です")


@pytest.mark.slow
@pytest.mark.rule("G-08")
def test_what_is_entered_again_after_no_answer_came_has_the_same_key(visit: Visit) -> None:
    clerk = visit(DESKTOP).log_in("keiri@example.jp", f"#/billing/contracts/{CONTRACT}")
    keys: list[str] = []

    def line(route: Route) -> None:
        """The first answer is lost on its way; what was asked has arrived all the same."""
        keys.append(route.request.headers["idempotency-key"])
        answer = route.fetch()
        if len(keys) == 1:
            route.abort()
        else:
            route.fulfill(response=answer)

    clerk.route("**/facts", line)
    for number in (1, 2, 3):
        if number != 2:
            clerk.get_by_text("記録を入力する").click()
            clerk.get_by_label("できごと").select_option("credited")
            clerk.locator("#reason").fill("故障のおわび")
            clerk.locator("details #amount").first.fill("500")
        with clerk.expect_event("requestfinished" if number > 1 else "requestfailed"):
            clerk.get_by_role("button", name="記録する", exact=True).click()
        expect(clerk.get_by_role("button", name="記録する", exact=True)).to_be_enabled()
        if number == 2:
            clerk.reload()
    assert keys[0] == keys[1]
    assert keys[2] not in keys[:2]
