"""Whole journeys by the keyboard alone: every step is a key, and the focus can be seen."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.household import wait_until
from tests.e2e.web.conftest import DESKTOP, Visit
from tests.e2e.web.fake_api import PASSWORD, FakeServer
from tests.e2e.web.states import OPERATOR, RESPONDER

FAR = 120
"""Presses of Tab after which something is out of reach."""

NAMED = """(wanted) => {
  const one = document.activeElement;
  const labels = [...(one.labels ?? [])].map((label) => label.textContent);
  if (one.matches("body, main")) return false;
  const said = labels.join(" ") || one.textContent || one.value;
  const named = one.getAttribute("aria-label") ?? said;
  return (named ?? "").replace(/\\s+/g, " ").includes(wanted);
}"""
SEEN = """() => {
  const one = document.activeElement;
  const shown = one.closest(".choice") ?? one;
  const style = getComputedStyle(shown);
  const box = shown.getBoundingClientRect();
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 && box.bottom > 0
    && box.top < innerHeight;
}"""


class Hands:
    """Somebody who has no mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, name: str, key: str = "Tab") -> None:
        """Go on to something by its name; its focus can be seen."""
        for _ in range(FAR):
            self.page.keyboard.press(key)
            if self.page.evaluate(NAMED, name):
                assert self.page.evaluate(SEEN), self.page.evaluate(
                    "document.activeElement.outerHTML"
                )
                return
        pytest.fail(f"{name} is out of reach")

    def press(self, name: str, key: str = "Enter") -> None:
        self.reach(name)
        self.page.keyboard.press(key)

    def write(self, name: str, text: str) -> None:
        self.reach(name)
        self.page.keyboard.type(text)


@pytest.mark.slow
@pytest.mark.rule("HT-40", "HT-43")
def test_from_the_login_by_the_first_bill_to_a_pause_and_the_end(
    visit: Visit, fake: FakeServer
) -> None:
    page = visit(DESKTOP).open()
    hands = Hands(page)
    expect(page.locator("#email")).to_be_visible()
    hands.write("メールアドレス", "hanako@example.jp")
    hands.write("パスワード", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("神戸の実家")
    hands.press("ご契約")
    expect(page.locator(".bill").first).to_contain_text("4,378円")
    hands.press("休止する")
    expect(page.get_by_role("heading", level=1)).to_have_text("休止する")
    hands.reach("1か月")
    page.keyboard.press("ArrowDown")
    hands.press("終了日・料金を見る")
    expect(page.get_by_text("2027年1月23日(土)に再開します。")).to_be_visible()
    hands.press("この内容で休止する")
    expect(page.locator(".summary-main")).to_have_text("休止中")
    hands.press("解約する")
    expect(page.get_by_role("heading", level=1)).to_have_text("解約する")
    hands.press("終了日・料金を見る")
    expect(page.get_by_text("2026年12月31日(木)に終了します。")).to_be_visible()
    hands.press("この内容で解約する")
    expect(page.locator(".summary")).to_contain_text("終了します。")
    assert [step for step, _ in fake.cloud.billing.took] == ["pause", "cancellation"]


@pytest.mark.slow
@pytest.mark.rule("DC-27")
def test_a_camera_is_added_and_a_picture_asked_for(visit: Visit, fake: FakeServer) -> None:
    page = visit(DESKTOP).log_in("stranger@example.jp")
    hands = Hands(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("奈良の家")
    hands.press("カメラを追加")
    expect(page.get_by_role("heading", level=1)).to_have_text("カメラを追加")
    hands.write("カメラの名前", "玄関")
    hands.press("追加する")
    expect(page.get_by_text("K7QM-2XRD")).to_be_visible()
    added = fake.cloud.homes["nara"]["devices"][-1]
    added |= {"state": "active", "seen_at": fake.cloud.homes["kobe"]["devices"][0]["seen_at"]}
    hands.press("カメラの一覧へ")
    expect(page.get_by_role("article", name="玄関")).to_contain_text("見守り中")
    hands.press("いまの様子を見る（玄関）")
    expect(page.locator(".snapshot img")).to_be_visible()


@pytest.mark.slow
def test_an_alarm_is_asked_for_called_off_and_sounded(visit: Visit, fake: FakeServer) -> None:
    page = visit(DESKTOP).log_in()
    hands = Hands(page)
    expect(page.locator(".plot canvas")).to_be_visible()
    hands.press("アラームを鳴らす（居間）")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert page.evaluate(NAMED, "アラームを鳴らす（居間）"), "back where it was asked for"
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    hands.press("音を出す")
    expect(page.get_by_text("カメラが音を出しています。")).to_be_visible()
    assert [one["action"] for one in fake.cloud.commands.values()] == ["alarm"]


@pytest.mark.slow
@pytest.mark.rule("DL-18")
def test_an_operator_with_twenty_tasks_takes_the_most_urgent(
    visit: Visit, fake: FakeServer
) -> None:
    dispatch = fake.cloud.dispatch
    for n in range(20):
        dispatch.visit(f"HC-20261122-1{n:03}", "offered")
        dispatch.task(f"HC-20261122-1{n:03}", "find_help", 1, "operator", 60 + n)
    page = visit(DESKTOP).log_in(OPERATOR)
    expect(page.locator(".task").first).to_be_visible()
    assert page.locator(".task").count() >= 20
    hands = Hands(page)
    hands.press("期限を過ぎています")
    expect(page.get_by_role("heading", level=1)).to_have_text("応援を手配する")
    hands.press("担当する")
    wait_until(
        lambda: dispatch.tasks["HC-20261122-0002.find_help-1"]["taken_by"] != "",
        "the task is taken",
    )


@pytest.mark.slow
@pytest.mark.rule("DL-18", "DL-19")
def test_a_responder_reports_from_the_door(visit: Visit, fake: FakeServer) -> None:
    page = visit(DESKTOP).log_in(RESPONDER)
    hands = Hands(page)
    hands.press("14:38")
    expect(page.get_by_role("heading", level=1)).to_have_text("訪問")
    hands.press("到着しました")
    for _ in range(4):
        hands.reach("OK")
        page.keyboard.press("Space")
    hands.reach("在宅")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    hands.reach("メモを残した")
    page.keyboard.press("Space")
    hands.write("メモ（ご契約者にも伝わります）", "新聞が2日分")
    hands.press("報告する")
    wait_until(
        lambda: any("/answer" in one for one in fake.cloud.requests if one.startswith("POST")),
        "the report has arrived",
    )
