"""A browser through every page of the family's app, on a phone and at a desk."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.household import wait_until
from tests.e2e.web import pictures
from tests.e2e.web.conftest import DESKTOP, PHONE, Visit
from tests.e2e.web.fake_api import NOW, PASSWORD, FakeServer, event, iso, jst
from tests.e2e.web.states import STATES
from tests.examples import THOROUGH
from web.build import WEB

PERSON = "20261122T043005.123Z-cam-living"
LATE = "20261121T230433.123Z-cam-door"
MOTION_ONLY = "20261122T020241.123Z-cam-bed"
SIZES = pytest.mark.parametrize(
    "viewport",
    [pytest.param(PHONE, id="phone"), pytest.param(DESKTOP, id="desktop", marks=pytest.mark.slow)],
)


def link(event_id: str, home: str = "kobe") -> str:
    return f"#/homes/{home}/events/{event_id}"


def card(page: Page, name: str) -> Locator:
    return page.get_by_role("article", name=name)


def calls(fake: FakeServer, start: str) -> list[str]:
    return [request for request in fake.cloud.requests if request.startswith(start)]


def test_a_wrong_password_is_said_and_the_right_one_lets_in(visit: Visit) -> None:
    page = visit().open()
    expect(page.get_by_role("heading", level=1)).to_have_text("ログイン")
    page.get_by_label("メールアドレス").fill("hanako@example.jp")
    page.get_by_label("パスワード", exact=True).fill("wrong")
    page.get_by_role("button", name="ログイン", exact=True).click()
    expect(page.get_by_role("alert").or_(page.locator(".notice.error"))).to_contain_text(
        "メールアドレスかパスワードが違います"
    )
    page.get_by_label("パスワード", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("神戸の実家")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("神戸の実家")


def test_the_first_login_chooses_a_password(visit: Visit) -> None:
    page = visit().log_in_by_form("new@example.jp")
    expect(page.get_by_role("heading", level=1)).to_have_text("パスワードを決めてください")
    page.get_by_label("新しいパスワード").fill("short")
    page.get_by_role("button", name="このパスワードにする").click()
    expect(page.locator(".notice.error")).to_contain_text("条件に合っていません")
    page.get_by_label("新しいパスワード").fill("Long-enough-2026")
    page.get_by_role("button", name="このパスワードにする").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("神戸の実家")


@SIZES
def test_a_link_from_a_mail_survives_the_login(visit: Visit, viewport: dict[str, int]) -> None:
    visitor = visit(viewport)
    page = visitor.open(link(PERSON))
    expect(page.get_by_text("ログインすると、メールのお知らせの画面を開きます。")).to_be_visible()
    page = visitor.log_in_by_form(address=link(PERSON))
    expect(page.get_by_role("heading", level=1)).to_have_text("人が映りました")
    expect(page.locator(".reason")).to_have_text("画面の右側に人が1人映りました。")
    facts = page.locator(".event-facts dl")
    expect(facts).to_contain_text("2026年11月22日(日)")
    expect(facts).to_contain_text("13:30:05")
    expect(facts).to_contain_text("13:30:09")
    expect(facts).to_contain_text("続いています")


@SIZES
def test_a_picture_has_frames_where_something_moved(visit: Visit, viewport: dict[str, int]) -> None:
    page = visit(viewport).log_in(address=link(PERSON))
    image = page.locator(".picture img")
    expect(image).to_have_attribute("src", re.compile("^blob:"))
    page.wait_for_function("document.querySelector('.picture img').naturalWidth === 960")
    around, frame = image.bounding_box(), page.locator("rect.box").bounding_box()
    assert around
    assert frame
    box = pictures.FIGURE["person"]
    expected = (
        around["x"] + box.x * around["width"],
        around["y"] + box.y * around["height"],
        box.w * around["width"],
        box.h * around["height"],
    )
    found = (frame["x"], frame["y"], frame["width"], frame["height"])
    assert found == pytest.approx(expected, abs=5)  # the line's own width
    expect(page.locator(".boxes text")).to_have_text("人")
    page.get_by_label("枠を表示する").uncheck()
    expect(page.locator("rect.box")).to_have_count(0)


def test_from_one_event_to_the_next_and_back_home(visit: Visit) -> None:
    page = visit().log_in()
    page.locator("a.event").nth(2).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("猫が映りました")
    page.get_by_role("link", name="次のお知らせ").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("動きがありました")
    page.get_by_role("link", name="次のお知らせ").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("人が映りました")
    expect(page.get_by_role("link", name="前のお知らせ")).to_be_visible()
    expect(page.get_by_role("link", name="次のお知らせ")).to_have_count(0)
    page.get_by_role("link", name="神戸の実家へもどる").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("神戸の実家")


@pytest.mark.rule("DC-22", "DC-26", "DC-29")
def test_where_a_picture_is_when_it_is_not_here(visit: Visit) -> None:
    visitor = visit()
    page = visitor.log_in()
    late = page.locator("a.event").nth(3)
    expect(late).to_contain_text("あとから届きました")
    expect(late).to_contain_text("写真は端末にあります")
    expect(page.locator("a.event").nth(1)).to_contain_text("写真なし（動きのみ）")
    visitor.open(link(LATE))
    expect(page.locator(".event-picture")).to_contain_text("フォトコレクション")
    expect(page.locator(".event-facts")).to_contain_text("つながってから届きました")
    expect(page.locator(".event-facts dl")).to_contain_text("12:10:00")
    visitor.open(link(MOTION_ONLY))
    expect(page.locator(".event-picture")).to_contain_text("写真はありません")
    assert page.locator(".picture").count() == 0


@SIZES
def test_a_look_at_how_it_is_now(visit: Visit, fake: FakeServer, viewport: dict[str, int]) -> None:
    visitor = visit(viewport)
    visitor.hold_time()
    page = visitor.log_in()
    living = card(page, "居間")
    living.get_by_role("button", name="いまの様子を見る").click()
    expect(living.get_by_text("カメラに頼んでいます…")).to_be_visible()
    visitor.later(3)
    expect(living.get_by_role("img", name="「居間」から見た13:43の様子")).to_be_visible()
    living.get_by_role("button", name="写真を閉じる").click()
    expect(living.locator("figure")).to_have_count(0)
    fake.cloud.snapshot = {"state": "failed", "reason": "not-entitled"}
    living.get_by_role("button", name="いまの様子を見る").click()
    visitor.later(4)
    expect(living.locator(".notice.warn")).to_have_text("いまのご契約では、この操作はできません。")
    fake.cloud.snapshot = {"state": "expired", "reason": None}
    living.get_by_role("button", name="いまの様子を見る").click()
    visitor.later(4)
    expect(living.locator(".notice.warn")).to_contain_text("カメラから返事がありません")


@pytest.mark.rule("DC-25", "DC-29")
def test_only_cameras_that_can_are_asked_for_a_look(visit: Visit) -> None:
    page = visit().log_in()
    expect(card(page, "玄関")).to_contain_text("いまの様子を見られるのは、見守りカメラだけです。")
    for name in ("玄関", "母の部屋"):
        expect(card(page, name).get_by_role("button", name="いまの様子を見る")).to_have_count(0)


def test_how_the_cameras_are(visit: Visit) -> None:
    page = visit().log_in()
    expect(card(page, "居間")).to_contain_text("見守り中")
    expect(card(page, "居間")).to_contain_text("3分前")
    door = card(page, "玄関")
    for said in ("連絡なし", "5時間前", "2枚", "1件", "電源と Wi-Fi をご確認ください"):
        expect(door).to_contain_text(said)
    expect(page.locator(".summary")).to_contain_text("「玄関」から連絡がありません。")
    expect(page.locator(".summary")).to_contain_text("最後のお知らせ：13:30 居間")


@pytest.mark.rule("DC-27")
def test_an_alarm_is_asked_about_first_and_can_be_stopped(visit: Visit, fake: FakeServer) -> None:
    visitor = visit()
    visitor.hold_time()
    page = visitor.log_in()
    living = card(page, "居間")
    living.get_by_role("button", name="アラームを鳴らす").click()
    page.get_by_role("dialog").get_by_role("button", name="やめる").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    living.get_by_role("button", name="アラームを鳴らす").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert fake.cloud.commands == {}
    living.get_by_role("button", name="アラームを鳴らす").click()
    page.get_by_role("dialog").get_by_label("警告の声").check()
    page.get_by_role("dialog").get_by_role("button", name="音を出す").click()
    visitor.later(4)
    expect(living.get_by_text("カメラが音を出しています。")).to_be_visible()
    living.get_by_role("button", name="音を止める").click()
    visitor.later(4)
    expect(living.get_by_text("音を止めました。")).to_be_visible()
    assert [command["action"] for command in fake.cloud.commands.values()] == ["voice", "stop"]


def test_what_a_camera_does_can_be_chosen(visit: Visit, fake: FakeServer) -> None:
    page = visit().log_in()
    living = card(page, "居間")
    living.get_by_text("設定").click()
    living.get_by_label("見守り方").select_option("pet")
    expect(page.get_by_role("status").filter(has_text="保存しました。")).to_be_visible()
    living.get_by_label("動きに気づいたとき").select_option("voice")
    expect(living.locator(".facts")).to_contain_text("ペット（写真とグラフ）")
    first = fake.cloud.homes["kobe"]["devices"][0]
    wait_until(lambda: first["response"] == "voice", "the change at the server")
    assert (first["mode"], first["response"]) == ("pet", "voice")


@SIZES
@pytest.mark.rule("DC-28")
def test_the_chart_shows_a_days_motion(visit: Visit, viewport: dict[str, int]) -> None:
    page = visit(viewport).log_in()
    chart = page.get_by_role("img", name="母の部屋の今日の動きのグラフ")
    chart.scroll_into_view_if_needed()
    page.wait_for_selector(".plot canvas")
    painted = page.evaluate(
        """() => {
          const canvas = document.querySelector(".plot canvas");
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          let count = 0;  // pixels of --chart-level
          for (let i = 0; i < data.length; i += 4)
            if (data[i] === 0x0e && data[i + 1] === 0x6f && data[i + 2] === 0x70) count += 1;
          return count;
        }"""
    )
    assert painted > 500
    facts = page.locator(".motion-facts")
    expect(facts).to_contain_text(re.compile(r"最初の動き5:\d\d"))
    expect(facts).to_contain_text(re.compile(r"最後の動き13:\d\d"))
    box = chart.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.38, box["y"] + box["height"] * 0.7)
    expect(page.locator(".plot-point")).to_have_text(
        re.compile(r"^[67]:\d\d\s動き：(なし|小|中|大)$")
    )
    page.get_by_role("button", name="前の日").click()
    expect(page.get_by_role("img", name="母の部屋の昨日の動きのグラフ")).to_be_visible()
    page.get_by_label("日付").fill("2026-11-10")
    page.get_by_label("日付").dispatch_event("change")
    expect(page.get_by_text("この日の記録はありません。")).to_be_visible()
    page.locator("#motion-camera").select_option("cam-living")
    expect(page.get_by_text("この日の記録はありません。")).to_be_visible()


def test_the_persons_language(visit: Visit, fake: FakeServer) -> None:
    visitor = visit()
    page = visitor.log_in()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Cameras")).to_be_visible()
    expect(page.locator(".event-reason").first).to_have_text("One person was seen on the right.")
    assert page.evaluate("document.documentElement.lang") == "en"
    assert fake.cloud.users["hanako@example.jp"]["language"] == "en"
    page.evaluate("localStorage.clear()")
    page.reload()
    expect(page.get_by_role("heading", name="Cameras")).to_be_visible()
    page.get_by_role("button", name="日本語").click()
    expect(page.get_by_role("heading", name="カメラ")).to_be_visible()


def test_a_browser_is_answered_in_its_language_until_one_is_chosen(visit: Visit) -> None:
    for locale, heading in (("en-GB", "Log in"), ("de-DE", "ログイン"), ("ja-JP", "ログイン")):
        page = visit(locale=locale).open()
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    page = visit(locale="en-US").open()
    page.get_by_role("button", name="日本語").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ログイン")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("ログイン")
    assert page.evaluate("document.documentElement.lang") == "ja"


def test_buttons_of_several_cameras_have_names_of_their_own(visit: Visit) -> None:
    page = visit().log_in()
    expect(page.locator("a.event").first).to_be_visible()
    for what in ("アラームを鳴らす（", "設定（"):
        names = page.locator(f"[aria-label^='{what}']").evaluate_all(
            "(all) => all.map((one) => one.getAttribute('aria-label'))"
        )
        assert names == [f"{what}{name}）" for name in ("居間", "玄関", "母の部屋")]


@pytest.mark.parametrize(
    ("email", "address", "words"),
    [
        ("hanako@example.jp", "#/homes/kobe", "神戸の実家"),
        ("hanako@example.jp", "#/homes/kobe/home-check", "在宅確認"),
        ("hanako@example.jp", link(PERSON), "お知らせ"),
        ("sato@example.jp", "#/desk", "在宅確認センター"),
        ("sato@example.jp", "#/desk/cases/HC-20261122-0002", "事案"),
    ],
)
def test_a_page_has_its_heading_while_it_loads(
    visit: Visit, email: str, address: str, words: str
) -> None:
    visitor = visit()
    held = re.compile(r"/api/(homes|dispatch)/")
    visitor.context.route(held, lambda _: None)  # asked, and never answered
    with visitor.context.expect_event("request", lambda asked: bool(held.search(asked.url))):
        page = visitor.log_in(email, address)
    expect(page.get_by_role("heading", level=1)).to_have_text(words)
    expect(page.get_by_text("読み込んでいます…").first).to_be_visible()


SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.parametrize(
    ("email", "address", "ready"),
    [
        ("hanako@example.jp", "#/homes/kobe", ".plot canvas"),
        ("hanako@example.jp", link(PERSON), ".picture img"),
        ("hanako@example.jp", "#/homes/kobe/home-check", ".timeline"),
        ("sato@example.jp", "#/desk", ".task"),
        ("sato@example.jp", "#/desk/cases/HC-20261121-0001", ".timeline"),
    ],
)
def test_what_is_seen_does_not_move_while_a_page_loads(
    visit: Visit, email: str, address: str, ready: str
) -> None:
    visitor = visit()
    visitor.context.add_init_script(SHIFTS)
    page = visitor.log_in(email, address)
    page.wait_for_selector(ready)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("shifted") < 0.1  # "good" by web.dev/articles/cls


@SIZES
def test_a_stolen_link_shows_nothing(
    visit: Visit, fake: FakeServer, viewport: dict[str, int]
) -> None:
    visitor = visit(viewport)
    page = visitor.log_in("stranger@example.jp", link(PERSON))
    expect(page.get_by_role("heading", level=1)).to_have_text("この画面は見られません")
    theirs = page.locator("main").inner_html()
    assert "神戸" not in page.content()
    assert calls(fake, "GET /api/homes/kobe/pictures") == []
    visitor.open(link("20261122T043005.123Z-cam-nowhere", "nowhere"))
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("この画面は見られません")
    assert page.locator("main").inner_html() == theirs
    page.get_by_role("link", name="最初の画面へ").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("奈良の家")


def test_a_member_is_told_when_the_contract_does_not_cover_it(
    visit: Visit, fake: FakeServer
) -> None:
    visitor = visit()
    visitor.hold_time()
    page = visitor.log_in()
    expect(page.locator("a.event").first).to_be_visible()
    fake.cloud.paused.add("kobe")
    visitor.later(21)
    expect(page.get_by_role("alert")).to_contain_text(
        "現在のご契約では、お部屋のみまもりをご利用いただけません。"
    )
    expect(page.locator("a.event")).to_have_count(0)


def test_an_address_that_never_was(visit: Visit) -> None:
    page = visit().log_in(address="#/homes/kobe/%E0%A4%A/x")
    expect(page.get_by_role("heading", level=1)).to_have_text("この画面は見られません")


@pytest.mark.rule("DC-18")
def test_a_fourth_camera_is_refused_until_one_is_removed(visit: Visit, fake: FakeServer) -> None:
    page = visit().log_in()
    page.get_by_role("link", name="カメラを追加").click()
    page.get_by_label("カメラの名前").fill("庭")
    page.get_by_role("button", name="追加する").click()
    error = page.locator(".notice.error")
    expect(error).to_contain_text("カメラを追加できません")
    expect(error).to_contain_text("カメラは1つのご契約で3台までです。")
    page.get_by_role("link", name="神戸の実家へもどる").click()
    bed = card(page, "母の部屋")
    bed.get_by_text("設定").click()
    bed.get_by_role("button", name="このカメラを外す").click()
    page.get_by_role("dialog").get_by_role("button", name="外す", exact=True).click()
    expect(card(page, "母の部屋")).to_have_count(0)
    page.get_by_role("link", name="カメラを追加").click()
    page.get_by_label("カメラの名前").fill("庭")
    page.get_by_label("使っていないスマートフォン").check()
    page.get_by_label("ペット").check()
    page.get_by_role("button", name="追加する").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("「庭」を追加しました")
    expect(page.locator(".setup-code")).to_have_text("K7QM-2XRD")
    expect(page.locator(".setup")).to_contain_text("11月23日(月) 13:43 まで使えます。")
    expect(page.locator(".steps li")).to_have_count(4)
    page.get_by_role("link", name="カメラの一覧へ").click()
    expect(card(page, "庭")).to_contain_text("登録待ち")
    added = fake.cloud.homes["kobe"]["devices"][-1]
    assert (added["kind"], added["mode"]) == ("phone-camera", "pet")


def test_only_the_contractor_adds_and_removes(visit: Visit) -> None:
    visitor = visit()
    page = visitor.log_in("ken@example.jp")
    page.get_by_role("link", name="神戸の実家").click()
    expect(card(page, "居間")).to_be_visible()
    expect(page.get_by_role("link", name="カメラを追加")).to_have_count(0)
    card(page, "居間").get_by_text("設定").click()
    expect(page.get_by_role("button", name="このカメラを外す")).to_have_count(0)
    visitor.open("#/homes/kobe/cameras/new")
    expect(page.get_by_text("カメラを追加できるのは、ご契約者だけです。")).to_be_visible()


def test_empty_homes_and_people_without_one(visit: Visit) -> None:
    page = visit().log_in("stranger@example.jp")
    expect(card(page, "台所")).to_contain_text("登録待ち")
    expect(page.locator(".home-events")).to_contain_text("お知らせはまだありません。")
    expect(page.locator(".home-motion")).to_have_count(0)
    page = visit().log_in("nobody@example.jp")
    expect(page.locator("main")).to_contain_text("見守っている家はまだありません。")


@SIZES
def test_new_events_appear_by_themselves_and_nothing_jumps(
    visit: Visit, fake: FakeServer, viewport: dict[str, int]
) -> None:
    visitor = visit(viewport)
    visitor.hold_time()
    page = visitor.log_in()
    page.get_by_role("button", name="前のお知らせを見る").click()
    expect(page.locator("a.event")).to_have_count(20)
    fifth = page.locator("a.event").nth(5)
    identity = fifth.get_attribute("href")
    fifth.evaluate("(item) => item.scrollIntoView()")
    before = fifth.bounding_box()
    cat = event(jst(22, 13, 43, 1), "cam-living", "居間", "cat", "猫です。", "A cat.")
    fake.cloud.homes["kobe"]["events"].insert(0, cat)
    arrived = page.get_by_role("button", name="新しいお知らせが1件あります。")
    visitor.later(6)
    expect(arrived).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="新しいお知らせが1件")).to_be_attached()
    after = page.locator(f'a.event[href="{identity}"]').bounding_box()
    assert before
    assert after
    assert after["y"] == pytest.approx(before["y"], abs=1)
    arrived.click()
    expect(page.locator("a.event")).to_have_count(21)
    expect(page.locator("a.event").first).to_be_in_viewport()
    expect(page.locator("a.event").first).to_contain_text("猫です。")


def test_a_hidden_page_asks_nothing(visit: Visit, fake: FakeServer) -> None:
    visitor = visit()
    visitor.hold_time()
    page = visitor.log_in()
    expect(page.locator(".plot canvas")).to_be_attached()
    page.evaluate(
        """Object.defineProperty(document, "hidden", { configurable: true, get: () => true })"""
    )
    asked = len(fake.cloud.requests)
    visitor.later(12)
    assert len(fake.cloud.requests) == asked
    with page.expect_response("**/events?*"):
        page.evaluate(
            "delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))"
        )


def test_a_session_is_renewed_and_ends_in_words(visit: Visit, fake: FakeServer) -> None:
    visitor = visit()
    page = visitor.log_in()
    expect(page.locator("a.event")).to_have_count(10)
    fake.cloud.refused_tokens.add("id.1.hanako@example.jp")
    page.reload()
    expect(page.locator("a.event")).to_have_count(10)
    assert fake.cloud.logins == 2
    fake.cloud.refused_tokens |= {"id.2.hanako@example.jp", "refresh.hanako@example.jp"}
    visitor.open(link(PERSON))
    expect(page.get_by_text("もう一度ログインしてください。")).to_be_visible()
    visitor.page.fill("#email", "hanako@example.jp")
    visitor.page.fill("#password", PASSWORD)
    visitor.page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("人が映りました")


def test_logging_out_leaves_nothing_behind(visit: Visit, fake: FakeServer) -> None:
    page = visit(DESKTOP).log_in()
    page.wait_for_selector(".thumbnail img")
    assert page.evaluate("blobs.size") > 0
    page.get_by_role("button", name="ログアウト").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ログイン")
    assert page.evaluate("sessionStorage.length") == 0
    assert page.evaluate("blobs.size") == 0
    assert "神戸" not in page.content()


def test_trouble_is_said_in_words_and_passes(visit: Visit, fake: FakeServer) -> None:
    visitor = visit()
    visitor.hold_time()
    fake.cloud.down = "/api/homes/kobe"
    page = visitor.log_in()
    expect(page.get_by_role("alert")).to_contain_text("ただいまサービスに不具合が起きています。")
    fake.cloud.down = None
    page.get_by_role("button", name="もう一度読み込む").click()
    expect(page.locator("a.event")).to_have_count(10)
    visitor.context.set_offline(True)
    visitor.later(6)
    expect(page.get_by_text("最新の情報を読み込めていません。").first).to_be_visible()
    expect(page.locator("a.event")).to_have_count(10)
    card(page, "居間").get_by_role("button", name="いまの様子を見る").click()
    expect(card(page, "居間").get_by_role("alert")).to_contain_text(
        "インターネットにつながりません。"
    )
    visitor.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_text("最新の情報を読み込めていません。")).to_have_count(0)


def test_who_comes_back_while_the_page_leads_on_is_led_again(visit: Visit) -> None:
    visitor = visit()
    visitor.context.add_init_script("""addEventListener("hashchange", () => {
      if (location.hash !== "#/") location.hash = "#/";
    }, { once: true });""")  # before the page hears that it has moved
    page = visitor.log_in()
    expect(page.locator(".plot canvas")).to_be_visible()


def test_the_services_clock_counts(visit: Visit, fake: FakeServer) -> None:
    fake.cloud.now = NOW + timedelta(days=1)
    fake.cloud.homes["kobe"]["devices"][0]["seen_at"] = iso(fake.cloud.now)
    page = visit().log_in()
    expect(page.locator(".day").first).to_have_text("昨日")
    expect(page.get_by_label("日付")).to_have_value("2026-11-23")


def test_names_are_shown_as_they_are_and_turn_nothing_else(visit: Visit, fake: FakeServer) -> None:
    door = fake.cloud.homes["kobe"]["devices"][1]
    door["name"] = "\u202e<b>玄関</b>"  # from right to left, from here on
    visitor = visit()
    page = visitor.log_in()
    expect(page.locator(".summary-main")).to_have_text(
        "「\u2068<b>玄関</b>\u2069」から連絡がありません。"
    )
    expect(page.locator(".camera b")).to_have_count(0)
    fake.cloud.homes["kobe"]["name"] = "\u05d1\u05d9\u05ea"
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("\u05d1\u05d9\u05ea")


def test_ten_thousand_events_are_read_page_by_page(visit: Visit, fake: FakeServer) -> None:
    one = ("猫が動きました。", "A cat moved.")
    start = jst(22, 13, 0)
    fake.cloud.homes["kobe"]["events"] = [
        event(start - timedelta(minutes=3 * n), "cam-living", "居間", "motion", *one)
        for n in range(10_000)
    ]
    page = visit().log_in()
    more = page.get_by_role("button", name="前のお知らせを見る")
    for read in range(1, 8):
        expect(page.locator("a.event")).to_have_count(10 * read)
        more.click()
    expect(page.locator("a.event")).to_have_count(80)
    assert len(calls(fake, "GET /api/homes/kobe/events?limit=10&before=")) == 7
    seen = page.locator("a.event").evaluate_all("(all) => all.map((one) => one.hash)")
    assert len(set(seen)) == 80, "each once"
    assert seen == sorted(seen, reverse=True), "in their order"


def test_what_one_tab_does_the_other_shows_and_a_logout_ends_both(
    visit: Visit, fake: FakeServer
) -> None:
    visitor = visit()
    page = visitor.log_in_by_form(lasts=True)
    other = visitor.context.new_page()
    other.goto(f"{visitor.url}/#/")
    expect(other.get_by_role("heading", level=1)).to_have_text("神戸の実家")
    settings = card(page, "居間")
    settings.get_by_text("設定").click()
    settings.get_by_label("見守り方").select_option("motion-only")
    expect(page.get_by_text("保存しました。")).to_be_visible()
    other.reload()
    expect(card(other, "居間").locator(".facts")).to_contain_text("動きだけ")
    page.get_by_role("button", name="ログアウト").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ログイン")
    expect(other.get_by_role("heading", level=1)).to_have_text("ログイン")
    assert "神戸" not in other.content()


AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"  # there once the page is built
TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
WHO = list(dict.fromkeys(state.who for state in STATES))


@pytest.mark.parametrize(
    ("scheme", "often"),
    [
        pytest.param("light", True, id="light"),
        pytest.param("dark", True, id="dark", marks=pytest.mark.slow),
        pytest.param("light", False, id="light-seldom", marks=pytest.mark.slow),
        pytest.param("dark", False, id="dark-seldom", marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("who", WHO)
def test_everyone_can_use_it(
    visit: Visit, fake: FakeServer, who: str | None, scheme: str, often: bool
) -> None:
    visitor = visit({"width": 360, "height": 740}, scheme)
    page = visitor.log_in(who) if who else visitor.open()
    # A second scheme changes colours, nothing else.
    run = {"runOnly": TAGS if scheme == "light" else ["color-contrast"]}
    states = [one for one in STATES if (one.who, one.often) == (who, often)]
    for state in states if THOROUGH else states[::3]:
        page.goto("about:blank")
        page.unroute_all()
        state.arrange(fake.anew(), page)
        visitor.open(state.address)
        page.wait_for_selector(state.ready)
        state.act(page)
        for settings in page.locator("summary").all():
            if not page.locator("dialog").count():
                settings.click()
        for size in ("150%", "200%", "100%"):  # of the text
            page.evaluate(f"document.documentElement.style.fontSize = 'calc(1.125 * {size})'")
            assert page.evaluate("document.documentElement.scrollWidth") == 360, (state.name, size)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("(options) => axe.run(options)", run)
        assert found["passes"]
        problems = [
            (one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]
        ]
        assert problems == [], state.name
