"""A phone that is told by Web Push: turned on and off by its owner, and what it shows."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.web.conftest import Visit, Visitor
from tests.e2e.web.fake_api import PASSWORD, FakeServer

SUBSCRIPTIONS = """
const place = "test.subscription";
const held = () => {
  const endpoint = localStorage.getItem(place);
  return endpoint && {
    endpoint,
    toJSON: () => ({ endpoint, keys: { p256dh: "B" + "A".repeat(86), auth: "A".repeat(22) } }),
    unsubscribe: async () => { localStorage.removeItem(place); return true; },
  };
};
PushManager.prototype.getSubscription = async () => held();
PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
  if (!userVisibleOnly || !applicationServerKey) throw new Error("not as push services want it");
  localStorage.setItem(place, `https://fcm.googleapis.com/fcm/send/${crypto.randomUUID()}`);
  return held();
};
"""
"""No browser in a test has a push service: subscriptions are kept by the page instead."""

ALLOWED = """
Object.defineProperty(Notification, "permission", { get: () => "granted" });
Notification.requestPermission = async () => "granted";
"""
"""A browser without windows allows no notices."""

PUSH = """async (texts) => {
  const shown = [];
  ServiceWorkerRegistration.prototype.showNotification = async (title, how) => {
    shown.push([title, how.data?.navigate]);
  };
  for (const data of texts) {
    const waits = [];
    const event = new PushEvent("push", { data });
    event.waitUntil = (work) => { waits.push(work); };
    self.dispatchEvent(event);
    await Promise.all(waits);
  }
  return shown;
}"""
"""In the worker: what it shows of these pushes."""


def on_own_phone(visitor: Visitor, email: str = "hanako@example.jp", allowed: bool = True) -> Page:
    """Logged in for good, at one's own login."""
    visitor.context.add_init_script(SUBSCRIPTIONS)
    if allowed:
        visitor.context.add_init_script(ALLOWED)
    page = visitor.open()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    log_in(page, email)
    visitor.open("#/account")
    return page


def log_in(page: Page, email: str) -> None:
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.get_by_text("この端末でログインしたままにする").click()
    page.keyboard.press("Enter")
    page.wait_for_selector("#email", state="detached")


def test_a_phone_is_told_until_its_owner_turns_it_off(visit: Visit, fake: FakeServer) -> None:
    page = on_own_phone(visit(workers="allow"))
    page.get_by_role("button", name="この端末で通知を受け取る").click()
    expect(page.get_by_text("この端末で通知を受け取っています")).to_be_visible()
    expect(page.get_by_text("(この端末)")).to_be_visible()
    page.get_by_label("急ぎでないお知らせも").click()
    expect(page.get_by_label("急ぎでないお知らせも")).to_be_checked()
    assert fake.cloud.phones.ways == {"hanako@example.jp": "phone"}
    page.get_by_role("button", name="この端末での通知をやめる").click()
    expect(page.get_by_role("button", name="この端末で通知を受け取る")).to_be_visible()
    assert fake.cloud.phones.told["hanako@example.jp"] == {}


def test_who_logs_out_is_told_no_more(visit: Visit, fake: FakeServer) -> None:
    page = on_own_phone(visit(workers="allow"))
    page.get_by_role("button", name="この端末で通知を受け取る").click()
    expect(page.get_by_text("この端末で通知を受け取っています")).to_be_visible()
    page.get_by_role("button", name="ログアウト").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ログイン")
    assert fake.cloud.phones.told["hanako@example.jp"] == {}


@pytest.mark.slow
def test_at_each_opening_the_phone_is_told_of_again(visit: Visit, fake: FakeServer) -> None:
    """Phones lose their subscriptions by themselves."""
    page = on_own_phone(visit(workers="allow"))
    page.get_by_role("button", name="この端末で通知を受け取る").click()
    expect(page.get_by_text("この端末で通知を受け取っています")).to_be_visible()
    before = set(fake.cloud.phones.told["hanako@example.jp"])
    page.evaluate("localStorage.removeItem('test.subscription')")
    with page.expect_response(lambda said: said.request.method == "PUT"):
        page.reload()
    assert len(set(fake.cloud.phones.told["hanako@example.jp"]) - before) == 1


@pytest.mark.slow
def test_who_may_not_be_told_reads_why(visit: Visit) -> None:
    page = on_own_phone(visit(workers="allow"), allowed=False)
    expect(page.get_by_text("通知が許可されていません")).to_be_visible()


def test_a_shared_browser_is_not_told(visit: Visit) -> None:
    page = visit().log_in(address="#/account")
    expect(page.get_by_text("「ログインしたままにする」を選んで")).to_be_visible()


def test_a_notice_is_shown_and_the_service_learns_of_it(visit: Visit, fake: FakeServer) -> None:
    visitor = visit(workers="allow")
    on_own_phone(visitor)
    (worker,) = visitor.context.service_workers
    notice = {
        "title": "【みまもり】人が映りました",
        "body": "居間のカメラに人が映りました。",
        "navigate": f"{visitor.url}/#/homes/kobe",
        "data": {"receipt": "word-1"},
    }
    said = [json.dumps({"web_push": 8030, "notification": notice}), "not of our form"]
    assert worker.evaluate(PUSH, said) == [[notice["title"], notice["navigate"]], ["みまもり", "/"]]
    assert fake.cloud.phones.shown == ["word-1"]


def test_one_hour_and_every_night_are_chosen_and_shown_as_what_they_are(
    visit: Visit, fake: FakeServer
) -> None:
    page = visit().log_in(address="#/account")
    page.get_by_role("button", name="今から1時間、お知らせを控える").click()
    expect(page.get_by_text("14:43まで、急ぎでないお知らせを控えています")).to_be_visible()
    page.get_by_label("毎日、決まった時間はお知らせを控える").check()
    page.get_by_label("控えはじめる時刻").fill("21:30")
    page.get_by_role("button", name="この設定にする").click()
    expect(page.get_by_text("お知らせを控える時間を変えました")).to_be_visible()
    page.get_by_role("button", name="控えるのをやめる").click()
    expect(page.get_by_text("控えています")).to_have_count(0)
    chosen = fake.cloud.quiet.views["hanako@example.jp"].hours
    assert chosen
    assert (chosen.start, chosen.end) == ("21:30", "07:00")


def test_who_only_watches_finds_the_way_to_their_notices(visit: Visit) -> None:
    page = visit().log_in("ken@example.jp", "#/homes/kobe")
    page.get_by_role("link", name="お知らせとログインの設定").click()
    expect(page.get_by_role("heading", name="お知らせを控える時間")).to_be_visible()
