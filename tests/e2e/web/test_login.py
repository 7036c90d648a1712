"""The login as people expect it: a forgotten password, a second factor, a phone of one's own."""

from playwright.sync_api import expect

from tests.e2e.web.conftest import Visit
from tests.e2e.web.fake_api import PASSWORD, FakeServer


def test_a_forgotten_password_is_chosen_anew_with_a_mailed_number(visit: Visit) -> None:
    page = visit().open()
    page.get_by_label("メールアドレス").fill("hanako@example.jp")
    page.get_by_role("button", name="パスワードを忘れた方").click()
    expect(page.get_by_label("メールアドレス")).to_have_value("hanako@example.jp")
    page.get_by_role("button", name="番号を送る").click()
    page.get_by_label("メールの番号（6けた）").fill("111111")
    page.get_by_label("新しいパスワード").fill("Another-good-2026")
    page.get_by_role("button", name="このパスワードにする").click()
    expect(page.locator(".notice.error")).to_contain_text("番号が違うか")
    page.get_by_label("メールの番号（6けた）").fill("123456")
    page.get_by_role("button", name="このパスワードにする").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("神戸の実家")


def test_staff_set_a_second_factor_up_and_are_asked_for_it(visit: Visit, fake: FakeServer) -> None:
    visitor = visit()
    page = visitor.log_in("sato@example.jp", "#/account")
    expect(page.get_by_text("担当者の方は、二段階認証を設定してください。")).to_be_visible()
    page.get_by_role("button", name="設定をはじめる").click()
    expect(page.locator(".secret")).to_have_text("JBSW Y3DP EHPK 3PXP")
    page.get_by_label("認証アプリの番号（6けた）").fill("000000")
    page.get_by_role("button", name="この番号で設定する").click()
    expect(page.locator(".notice.error")).to_contain_text("番号が違います")
    page.get_by_label("認証アプリの番号（6けた）").fill("654321")
    page.get_by_role("button", name="この番号で設定する").click()
    expect(page.get_by_text("設定済み")).to_be_visible()
    page.get_by_role("button", name="ログアウト").click()
    page.fill("#email", "sato@example.jp")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_label("認証アプリの番号（6けた）").fill("654321")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("在宅確認センター")


def test_a_phone_of_ones_own_stays_logged_in_and_forgets_on_logging_out(visit: Visit) -> None:
    visitor = visit()
    page = visitor.open()
    page.fill("#email", "hanako@example.jp")
    page.fill("#password", PASSWORD)
    page.get_by_text("この端末でログインしたままにする").click()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("神戸の実家")
    page.close()
    visitor.page = page = visitor.context.new_page()
    visitor.open()
    expect(page.get_by_role("heading", level=1)).to_have_text("神戸の実家")
    page.get_by_role("button", name="ログアウト").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ログイン")
    assert page.evaluate("localStorage.getItem('mimamori.session')") is None


def test_without_a_line_the_page_opens_with_the_last_state_and_its_time(visit: Visit) -> None:
    visitor = visit(workers="allow")
    page = visitor.open()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.fill("#email", "hanako@example.jp")
    page.fill("#password", PASSWORD)
    page.get_by_text("この端末でログインしたままにする").click()
    page.keyboard.press("Enter")
    expect(page.locator("a.event").first).to_be_visible()
    visitor.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("神戸の実家")
    expect(page.locator(".kept")).to_contain_text("13:43の様子を表示しています")
    visitor.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".kept")).to_have_count(0)
    page.get_by_role("button", name="ログアウト").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ログイン")
    assert page.evaluate("localStorage.getItem('mimamori.kept')") is None
