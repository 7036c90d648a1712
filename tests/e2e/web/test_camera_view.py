"""What a camera sees and tells: zones over its picture, what is told, the walk at the set-up."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.household import wait_until
from tests.e2e.web.conftest import DESKTOP, PHONE, Visit
from tests.e2e.web.fake_api import FakeServer

SIZES = pytest.mark.parametrize(
    "viewport",
    [pytest.param(PHONE, id="phone"), pytest.param(DESKTOP, id="desktop", marks=pytest.mark.slow)],
)


def view_of(page: Page, name: str) -> Locator:
    place = page.get_by_role("article", name=name)
    place.get_by_text("設定", exact=True).click()
    place.get_by_role("link", name=f"見え方とお知らせを決める（{name}）").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"「{name}」の見え方とお知らせ")
    return page.locator(".zones")


def kept(fake: FakeServer) -> list[dict[str, object]]:
    zones: list[dict[str, object]] = fake.cloud.homes["kobe"]["devices"][0]["zones"]
    return zones


@SIZES
def test_a_place_that_always_moves_is_offered_and_taken(
    visit: Visit, fake: FakeServer, viewport: dict[str, int]
) -> None:
    page = visit(viewport).log_in()
    expect(page.get_by_role("article", name="居間")).to_contain_text(
        "いつも動いている場所があります。"
    )
    zones = view_of(page, "居間")
    expect(zones.get_by_role("img", name="「居間」の映像")).to_be_visible()
    zones.get_by_role("button", name="点線の場所1を無視する").click()
    expect(zones).not_to_contain_text("点線")
    zones.get_by_label("決まった時間だけ").check()
    zones.get_by_label("から").fill("22:00")
    zones.get_by_label("まで").fill("06:30")
    zones.get_by_role("button", name="この場所で保存する").click()
    wait_until(lambda: bool(kept(fake)), "the zone at the server")
    assert kept(fake) == [
        {
            "use": "ignore",
            "points": [[620, 150], [880, 150], [880, 520], [620, 520]],
            "since": "22:00",
            "until": "06:30",
        }
    ]


@SIZES
def test_a_place_is_drawn_over_the_picture_and_moved(
    visit: Visit, fake: FakeServer, viewport: dict[str, int]
) -> None:
    page = visit(viewport).log_in()
    zones = view_of(page, "居間")
    zones.get_by_role("button", name="なぞって囲む").click()
    plane = zones.locator(".zone-picture svg")
    plane.scroll_into_view_if_needed()
    box = plane.bounding_box()
    assert box

    def drag(begin: tuple[float, float], end: tuple[float, float]) -> None:
        page.mouse.move(box["x"] + begin[0] * box["width"], box["y"] + begin[1] * box["height"])
        page.mouse.down()
        page.mouse.move(
            box["x"] + end[0] * box["width"], box["y"] + end[1] * box["height"], steps=4
        )
        page.mouse.up()

    drag((0.1, 0.2), (0.4, 0.6))
    drawn = zones.get_by_role("button", name="場所1", exact=True).first
    expect(drawn).to_be_visible()
    drag((0.2, 0.3), (0.3, 0.3))  # taken in the middle, it goes along
    zones.get_by_role("button", name="この場所で保存する").click()
    wait_until(lambda: bool(kept(fake)), "the zone at the server")
    (zone,) = kept(fake)
    corners = zone["points"]
    assert isinstance(corners, list)
    for corner, wanted in zip(
        corners, [(200, 200), (500, 200), (500, 600), (200, 600)], strict=True
    ):
        assert corner == [pytest.approx(wanted[0], abs=8), pytest.approx(wanted[1], abs=8)]


def test_a_place_is_drawn_with_a_finger(visit: Visit, fake: FakeServer) -> None:
    page = visit().log_in()
    zones = view_of(page, "居間")
    zones.get_by_role("button", name="なぞって囲む").click()
    plane = zones.locator(".zone-picture svg")
    box = plane.bounding_box()
    assert box
    at = {"pointerId": 7, "pointerType": "touch", "bubbles": True, "isPrimary": True}
    # A finger that is captured is the browser's; the page must do without where it cannot be.
    page.evaluate("Element.prototype.setPointerCapture = () => {}")
    for kind, x, y in (
        ("down", 0.5, 0.5),
        ("move", 0.6, 0.7),
        ("move", 0.8, 0.9),
        ("up", 0.8, 0.9),
    ):
        where = {"clientX": box["x"] + x * box["width"], "clientY": box["y"] + y * box["height"]}
        plane.dispatch_event(f"pointer{kind}", at | where)
    zones.get_by_role("button", name="この場所で保存する").click()
    wait_until(lambda: bool(kept(fake)), "the zone at the server")


@pytest.mark.slow
def test_a_place_is_set_with_keys_alone(visit: Visit, fake: FakeServer) -> None:
    page = visit().log_in()
    zones = view_of(page, "居間")
    zones.get_by_role("button", name="枠を置く").press("Enter")
    place = zones.locator("polygon.ignore")
    place.focus()
    for key in ("ArrowLeft", "ArrowLeft", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowDown"):
        place.press(key)
    zones.get_by_label("この場所では").select_option("guard")
    zones.get_by_role("button", name="この場所で保存する").press("Enter")
    wait_until(lambda: bool(kept(fake)), "the zone at the server")
    assert kept(fake) == [
        {"use": "guard", "points": [[310, 330], [630, 330], [630, 650], [310, 650]]}
    ]
    zones.get_by_role("button", name="場所1を消す").press("Enter")
    zones.get_by_role("button", name="この場所で保存する").press("Enter")
    wait_until(lambda: kept(fake) == [], "no zone at the server")


def test_keys_that_come_quicker_than_the_page_is_drawn_all_count(
    visit: Visit, fake: FakeServer
) -> None:
    zones = view_of(visit().log_in(), "居間")
    zones.get_by_role("button", name="枠を置く").press("Enter")
    zones.locator("polygon.ignore").evaluate(
        """place => { for (const key of ["ArrowLeft", "ArrowLeft", "ArrowUp"])
          place.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })); }"""
    )
    zones.get_by_role("button", name="この場所で保存する").press("Enter")
    wait_until(lambda: bool(kept(fake)), "the zone at the server")
    assert kept(fake) == [
        {"use": "ignore", "points": [[310, 330], [610, 330], [610, 630], [310, 630]]}
    ]


def test_what_is_told_is_chosen(visit: Visit, fake: FakeServer) -> None:
    page = visit().log_in()
    view_of(page, "居間")
    page.get_by_label("動くものすべて").check()
    living = fake.cloud.homes["kobe"]["devices"][0]
    wait_until(lambda: living["tell"] == "anything", "the choice at the server")
    page.get_by_label("動きを見つける細かさ").select_option("high")
    wait_until(lambda: living["sensitivity"] == "high", "the choice at the server")


def test_a_blind_camera_is_said(visit: Visit, fake: FakeServer) -> None:
    fake.cloud.homes["kobe"]["devices"][0]["blind"] = "covered"
    page = visit().log_in()
    expect(page.get_by_role("article", name="居間")).to_contain_text(
        "カメラが何かで覆われていて、見守れません。"
    )


@SIZES
def test_the_walk_shows_what_the_camera_can_see(
    visit: Visit, fake: FakeServer, viewport: dict[str, int]
) -> None:
    visitor = visit(viewport)
    visitor.hold_time()
    page = visitor.log_in()
    view_of(page, "居間")
    table = page.get_by_role("table")
    expect(table).to_contain_text("高さの6%")
    expect(table).to_contain_text("映っていない")
    expect(page.get_by_text("カメラを近づけてください。")).to_be_visible()
    page.get_by_role("button", name="確かめはじめる").click()
    visitor.later(4)
    expect(page.get_by_text("部屋の中を歩いてください")).to_be_visible()
    (command,) = fake.cloud.commands.values()
    assert command["action"] == "walk"
