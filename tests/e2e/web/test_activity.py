"""Daily life in the browser: what a family reads of a home."""

from datetime import UTC, datetime, time

import pytest
from playwright.sync_api import Page, expect

from lambdas.ingest.activity.preferences import Preferences, SensorSite
from lambdas.ingest.notice_api import ActivityNotice
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


def lasting(by: str | None = None) -> ActivityNotice:
    since = datetime(2026, 11, 22, 0, tzinfo=UTC)
    return ActivityNotice(
        topic="absence",
        number=3,
        since=since,
        over=None,
        told_me=True,
        acknowledged_by=by,
        acknowledged_at=since if by else None,
    )


@pytest.mark.rule("HT-11")
def test_one_of_the_family_says_that_they_look_after_it(visit: Visit, fake: FakeServer) -> None:
    fake.cloud.activity.notices = [lasting()]
    page = visit().log_in(address=PAGE)
    told = page.get_by_role("region", name="続いていること")
    expect(told).to_contain_text("お留守が続いています")
    page.get_by_role("button", name="わたしが確認します").click()
    expect(told).to_contain_text("さんが確認しています")
    expect(page.get_by_role("button", name="わたしが確認します")).to_have_count(0)


@pytest.mark.rule("HT-11", "AL-63")
def test_a_watcher_sets_what_they_want_to_be_told(visit: Visit, fake: FakeServer) -> None:
    page = visit().log_in(address=PAGE)
    page.get_by_text("お知らせの設定").click()
    page.get_by_label("お留守がこれだけ続いたら").select_option("6")
    page.get_by_label("昼間に動きがない時間").select_option("知らせない")
    page.get_by_label("定期連絡").select_option("12")
    page.get_by_label("1つめの時刻").select_option("08:30")
    page.get_by_role("button", name="この設定にする").first.click()
    expect(page.get_by_text("設定しました")).to_be_visible()
    kept = fake.cloud.activity.preferences
    assert kept == Preferences(
        absence_hours=6, stillness_hours=None, every_hours=12, times=(time(8, 30),)
    )


@pytest.mark.rule("AL-63")
def test_a_telephone_line_offers_no_fixed_times(visit: Visit, fake: FakeServer) -> None:
    fake.cloud.activity.site = SensorSite(line="telephone")
    page = visit().log_in(address=PAGE)
    page.get_by_text("お知らせの設定").click()
    expect(page.get_by_text("定刻連絡をお使いいただけません")).to_be_visible()
    expect(page.get_by_label("1つめの時刻")).to_have_count(0)


@pytest.mark.rule("HT-09", "HT-10", "HT-90")
def test_a_month_is_read_as_a_calendar_and_a_day_opens_from_it(visit: Visit) -> None:
    page = visit().log_in(address=PAGE)
    month = page.get_by_role("region", name="1か月の様子")
    expect(month).to_contain_text("2026年11月")
    expect(month).to_contain_text("この3日の睡眠は、ふだん（およそ7時間30分）より2時間ほど短めです")
    expect(month).to_contain_text("前後30分ほどの誤差")
    expect(month).to_contain_text("前の月とあまり変わりません")
    expect(month.get_by_role("button", name="3日 不明", exact=True)).to_be_visible()
    month.get_by_role("button", name="20日 睡眠 7時間50分").click()
    expect(page.get_by_label("日付")).to_have_value("2026-11-20")
    month.get_by_role("button", name="前の月").click()
    expect(month).to_contain_text("2026年10月")
