"""What is said without a line, or without a login any more, is kept and sent later, once."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.web.conftest import Visit, Visitor
from tests.e2e.web.fake_api import PASSWORD, FakeServer
from tests.e2e.web.test_home_checks import RESPONDER, VISIT, look, task

OFFER = "HC-20261122-0003.offer-1"
WAITING = "まだ送っていないもの"


def ready(page: Page) -> None:
    """Whatever keeps what is said is there."""
    page.wait_for_selector(".outbox", state="attached")


def report_nobody_there(page: Page) -> None:
    look(page)
    page.get_by_label("不在").check()
    page.get_by_label("メモを残した").check()
    page.locator("#note").fill("新聞が2日分")
    page.get_by_role("button", name="報告する").click()


def back_online(visitor: Visitor, page: Page) -> None:
    visitor.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")


def answers(fake: FakeServer, what: str) -> list[str]:
    return [one for one in fake.cloud.requests if one.startswith("POST") and what in one]


@pytest.mark.rule("DL-18", "G-07")
def test_a_report_without_a_line_is_sent_later_once_with_its_time(
    visit: Visit, fake: FakeServer
) -> None:
    visitor = visit()
    page = visitor.log_in(RESPONDER, task(VISIT))
    ready(page)
    look(page)
    visitor.context.set_offline(True)
    page.get_by_role("button", name="到着しました").click()
    expect(page.get_by_role("status").filter(has_text=WAITING)).to_contain_text("到着の連絡")
    report_nobody_there(page)
    expect(page.get_by_text(f"{WAITING}：2件")).to_be_visible()
    assert answers(fake, "/tasks/") == []
    other = visitor.context.new_page()  # a second tab has it, too
    back_online(visitor, page)
    expect(page.get_by_text(WAITING)).to_have_count(0)
    other.close()
    arrived, answered = answers(fake, "/tasks/")
    assert "/arrived?" in arrived
    assert "/answer?" in answered
    for one in (arrived, answered):
        (at,) = parse_qs(urlsplit(one.split(" ")[1]).query)["occurred_at"]
        assert at.startswith("2026-11-22T04:43")
    keys = [key for path, key in fake.cloud.keys if "/tasks/" in path]
    assert len(keys) == len(set(keys)) == 2
    assert fake.cloud.dispatch.tasks[VISIT]["status"] == "answered"


def test_two_tabs_send_it_once_and_a_reload_loses_nothing(visit: Visit, fake: FakeServer) -> None:
    visitor = visit(workers="allow")
    page = visitor.open()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.fill("#email", RESPONDER)
    page.fill("#password", PASSWORD)
    page.get_by_text("この端末でログインしたままにする").click()
    page.keyboard.press("Enter")
    page.wait_for_selector("#email", state="detached")
    visitor.open(task(VISIT))
    ready(page)
    look(page)
    visitor.context.set_offline(True)
    page.get_by_role("button", name="到着しました").click()
    expect(page.get_by_text(f"{WAITING}：1件")).to_be_visible()
    page.reload()
    expect(page.get_by_text(f"{WAITING}：1件")).to_be_visible()
    other = visitor.context.new_page()
    other.goto(f"{visitor.url}/{task(VISIT)}")
    expect(other.get_by_text(f"{WAITING}：1件")).to_be_visible()
    visitor.context.set_offline(False)
    for one in (page, other):
        one.evaluate("dispatchEvent(new Event('online'))")
    for one in (page, other):
        expect(one.get_by_text(WAITING)).to_have_count(0)
    assert len(answers(fake, "/arrived")) == 1


def test_what_is_refused_later_is_said_and_stays_until_it_was_read(
    visit: Visit, fake: FakeServer
) -> None:
    visitor = visit()
    page = visitor.log_in(RESPONDER, task(OFFER))
    ready(page)
    page.get_by_role("button", name="向かう").wait_for()
    visitor.context.set_offline(True)
    page.get_by_role("button", name="向かう").click()
    expect(page.get_by_text(f"{WAITING}：1件")).to_be_visible()
    fake.cloud.dispatch.tasks[OFFER] |= {"status": "answered", "answered_by": "結衣"}
    back_online(visitor, page)
    refused = page.locator(".outbox")
    expect(refused).to_contain_text("受け付けられませんでした")
    expect(refused).to_contain_text("この仕事は終わっています")
    page.reload()
    expect(refused).to_contain_text("この仕事は終わっています")
    refused.get_by_role("button", name="確認しました").click()
    expect(page.get_by_text("受け付けられませんでした")).to_have_count(0)


def test_a_login_that_ended_loses_neither_an_answer_nor_a_form(
    visit: Visit, fake: FakeServer
) -> None:
    visitor = visit()
    page = visitor.log_in(RESPONDER, task(VISIT))
    ready(page)
    look(page)
    page.get_by_label("不在").check()
    page.locator("#note").fill("新聞が2日分")
    fake.cloud.refused_tokens |= {f"id.1.{RESPONDER}", f"refresh.{RESPONDER}"}
    page.get_by_role("button", name="到着しました").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ログイン")
    expect(page.get_by_text(f"{WAITING}：1件")).to_be_visible()
    page.fill("#email", RESPONDER)
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    expect(page.locator("#note")).to_have_value("新聞が2日分")
    expect(page.get_by_label("不在")).to_be_checked()
    expect(page.get_by_role("group", name="インターホン").get_by_label("NG")).to_be_checked()
    expect(page.get_by_text(WAITING)).to_have_count(0)
    assert len(answers(fake, "/arrived?")) == 1


@pytest.mark.slow
def test_another_person_finds_nothing_of_it(visit: Visit, fake: FakeServer) -> None:
    visitor = visit()
    page = visitor.log_in(RESPONDER, task(VISIT))
    ready(page)
    look(page)
    visitor.context.set_offline(True)
    page.get_by_role("button", name="到着しました").click()
    expect(page.get_by_text(f"{WAITING}：1件")).to_be_visible()
    page.goto("about:blank")
    visitor.context.set_offline(False)
    visitor.log_in("sato@example.jp", "#/desk")
    ready(page)
    page.wait_for_selector(".task")
    expect(page.get_by_text(WAITING)).to_have_count(0)
    assert answers(fake, "/arrived?") == []
