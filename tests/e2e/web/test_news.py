"""News in the browser: families read it, staff publishes, corrects and withdraws it (AL-51)."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.e2e.web.conftest import DESKTOP, PHONE, Visit
from tests.e2e.web.fake_api import NOW

ONE = "20261120t030000z-0000000a"
TURNED = "ご案内<img src=x onerror=alert(1)>"


@pytest.mark.rule("AL-51")
@pytest.mark.parametrize(("viewport", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")])
def test_urgent_news_is_at_the_top_of_the_home_until_it_was_read(
    visit: Visit, viewport: dict[str, int], scheme: str
) -> None:
    visitor = visit(viewport, scheme)
    visitor.fake.cloud.news.published(ONE, urgent=True)
    page = visitor.log_in(address="#/homes/kobe")
    page.get_by_text("重要なお知らせ").wait_for()
    expect(page.get_by_role("link", name="お知らせ（未読1件）")).to_be_visible()
    page.get_by_role("link", name="年末年始のご案内").click()
    expect(page.get_by_role("heading", name="年末年始のご案内")).to_be_visible()
    expect(page.get_by_text("<b>お電話</b>も")).to_be_visible()
    page.get_by_role("link", name="お知らせ・お問い合わせ").click()
    expect(page.get_by_text("年末年始のご案内")).to_be_visible()
    expect(page.get_by_text("未読")).to_have_count(0)
    expect(page.get_by_role("link", name="0120-000-001")).to_have_attribute(
        "href", "tel:0120000001"
    )
    expect(page.get_by_text("受付時間：毎日24時間")).to_be_visible()


@pytest.mark.rule("AL-51")
def test_markup_and_what_turns_text_stays_text(visit: Visit) -> None:
    visitor = visit()
    turned = "\u202eevil <script>alert(1)</script>"  # stored by whoever came past the API
    visitor.fake.cloud.news.published(ONE, title=TURNED, text=turned)
    page = visitor.log_in(address=f"#/news/{ONE}")
    expect(page.get_by_role("heading", name=TURNED)).to_be_visible()
    assert page.locator("main img, main script").count() == 0
    assert (
        page.locator(".news-text").evaluate("e => getComputedStyle(e).unicodeBidi") == "plaintext"
    )
    expect(page.get_by_role("link", name="お知らせ・お問い合わせ")).to_be_visible()


@pytest.mark.rule("AL-51")
def test_staff_publishes_corrects_and_withdraws(visit: Visit) -> None:
    visitor = visit(DESKTOP)
    page = visitor.log_in("sato@example.jp", "#/desk")
    page.get_by_role("link", name="お知らせの掲載").click()
    page.get_by_role("link", name="お知らせを書く").click()
    page.get_by_label("件名（日本語）").fill("通信の点検")
    page.get_by_label("本文（日本語）").fill("22日の夜に点検します。")
    page.get_by_label("あるセンターのお客さま").check()
    page.get_by_label("センター", exact=True).select_option("west")
    page.get_by_label("掲載を始める日時").fill("2026-11-22T13:00")
    page.get_by_label("掲載を終える日時").fill("2026-11-23T00:00")
    page.get_by_role("button", name="掲載する").click()
    expect(page.get_by_role("heading", name="通信の点検")).to_be_visible()
    expect(
        page.get_by_text("西日本センターのお客さまへ 13:00 から 今日 24:00 まで")
    ).to_be_visible()
    ((first,),) = visitor.fake.cloud.news.facts.values()
    assert first.content.starts == datetime(2026, 11, 22, 4, tzinfo=UTC)
    assert first.content.ends > NOW
    page.get_by_role("button", name="訂正する").click()
    page.get_by_label("件名（日本語）").fill("通信の点検（延期）")
    page.get_by_label("理由").fill("延期のため")
    page.get_by_role("button", name="この内容に訂正する").click()
    expect(page.get_by_role("heading", name="通信の点検（延期）")).to_be_visible()
    page.get_by_text("このときの内容").first.click()
    expect(page.get_by_role("heading", name="通信の点検", exact=True)).to_be_visible()
    page.get_by_role("button", name="取り下げる").click()
    page.get_by_role("dialog").get_by_label("理由").fill("終了")
    page.get_by_role("dialog").get_by_role("button", name="取り下げる").click()
    expect(page.get_by_text("取り下げ").first).to_be_visible()
    expect(page.get_by_role("button", name="訂正する")).to_have_count(0)
