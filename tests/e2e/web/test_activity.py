"""Daily life in the browser: what a family reads of a home."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.web.conftest import DESKTOP, Visit
from tests.e2e.web.fake_api import FakeServer

NARROW = {"width": 360, "height": 740}
PAGE = "#/homes/kobe/activity"


def part(page: Page, name: str) -> str:
    """The words of a part of the page, by its heading."""
    return page.get_by_role("region", name=name).inner_text()


@pytest.mark.rule("HT-08", "HT-10", "HT-90")
def test_a_family_reads_how_things_are(visit: Visit) -> None:
    page = visit().log_in()
    page.get_by_role("link", name="暮らしの様子").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("暮らしの様子")
    summary = page.locator(".summary")
    expect(summary).to_contain_text("ご在宅のようです")
    expect(summary).to_contain_text("12:20ごろから")
    expect(page.get_by_text("目安です")).to_be_visible()
    expect(page.get_by_role("region", name="ゆうべの睡眠")).to_contain_text("およそ7時間20分")
    night = part(page, "ゆうべの睡眠")
    assert "前後40分ほどの誤差" in night
    assert "22:55ごろ〜6:30ごろ" in night
    assert "2回（1:15、4:12）" in night
    expect(page.get_by_role("img", name="今日の様子")).to_be_visible()
    expect(page.get_by_role("region", name="1日の様子")).to_contain_text("2時間35分")
    page.get_by_text("時刻でくわしく見る").click()
    expect(page.get_by_text("9:45〜12:20")).to_be_visible()
    week = page.get_by_role("region", name="この1週間")
    expect(week).to_contain_text("1日あたり1時間10分ほど短めです")
    assert week.get_by_role("row").count() == 1 + 7 + 2
    sensors = part(page, "センサー")
    assert "電池を交換してください（9％）" in sensors
    assert "電波が届いていません" in sensors


def test_another_day_is_looked_at(visit: Visit) -> None:
    page = visit().log_in(address=PAGE)
    day = page.get_by_role("region", name="1日の様子")
    page.get_by_role("button", name="前の日").click()
    expect(page.get_by_role("img", name="昨日の様子")).to_be_visible()
    expect(day).to_contain_text("8時間")
    page.get_by_label("日付").fill("2026-11-01")
    expect(day).to_contain_text("この日の記録はありません。")
    expect(page.get_by_role("button", name="次の日")).to_be_enabled()


@pytest.mark.rule("HT-07")
def test_no_connection_is_not_read_as_no_movement(visit: Visit, fake: FakeServer) -> None:
    fake.cloud.activity.connected = False
    page = visit().log_in(address=PAGE)
    summary = page.locator(".summary")
    expect(summary).to_contain_text("いまの様子はわかりません")
    expect(summary).to_contain_text("動きがないという意味ではありません")
    expect(page.get_by_role("region", name="センサー")).to_contain_text(
        "連絡がありません（最後の連絡"
    )


@pytest.mark.rule("A-27", "HT-45")
def test_nothing_is_shown_during_a_pause(visit: Visit, fake: FakeServer) -> None:
    fake.cloud.paused.add("kobe")
    page = visit().log_in(address=PAGE)
    expect(page.get_by_role("alert")).to_contain_text("現在のご契約では、ご利用いただけません。")
    expect(page.locator(".activity")).to_have_count(0)


@pytest.mark.parametrize("viewport", [NARROW, DESKTOP], ids=["phone", "desktop"])
def test_nothing_scrolls_sideways(visit: Visit, viewport: dict[str, int]) -> None:
    page = visit(viewport=viewport).log_in(address=PAGE)
    expect(page.get_by_role("region", name="この1週間").get_by_role("table")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
