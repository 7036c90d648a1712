"""Looking at a camera live: the page in Chromium, the agent's own view at the other end."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from iot.messages.live import LiveAnswer, LiveRequest
from tests.e2e.web.conftest import DESKTOP, PHONE, Visit
from tests.e2e.web.fake_api import FakeServer
from tests.integration.test_live_camera import Camera
from tests.unit.iot.fakes import NOON

MOVES = """video => new Promise((resolve) => {
  const begun = video.currentTime;
  const moved = () => video.currentTime > begun;
  const look = () => moved() ? resolve(video.videoWidth) : requestAnimationFrame(look);
  look();
})"""


@pytest.fixture
def camera(fake: FakeServer) -> Iterator[Camera]:
    """The living room's camera, to whom the API's double brings offers."""

    def bring(look: str, offer: str) -> None:
        expires = NOON + timedelta(seconds=20)
        one.view.ask(LiveRequest(id=look, expires_at=expires, seconds=600, offer=offer))

    def answer(said: LiveAnswer) -> None:
        fake.cloud.looks[said.id] |= said.model_dump(include={"state", "reason", "answer"})

    with Camera(answer=answer) as one:
        fake.cloud.camera = bring
        yield one


def live(page: Page) -> Locator:
    page.get_by_role("link", name="ライブを見る（居間）").click()
    return page.get_by_role("region", name="ライブ映像")


def begin(place: Locator) -> None:
    place.get_by_role("button", name="ライブを見る").click()


@pytest.mark.rule("DC-25")
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_room_is_seen_moving_until_one_has_seen_enough(
    visit: Visit, camera: Camera, viewport: dict[str, int]
) -> None:
    place = live(visit(viewport).log_in())
    begin(place)
    video = place.get_by_label("「居間」から見たいまの様子")
    expect(place.get_by_role("status")).to_have_text("いまの様子を映しています")
    assert video.evaluate(MOVES) == 640
    place.get_by_role("button", name="ライブを終わる").press("Enter")
    expect(video).to_have_count(0)
    expect(place.get_by_role("button", name="ライブを見る")).to_be_visible()
    camera.wait_for("live-ended")


def test_who_watched_lately_is_shown(visit: Visit, camera: Camera) -> None:
    place = live(visit().log_in())
    begin(place)
    expect(place.get_by_role("status")).to_have_text("いまの様子を映しています")
    place.get_by_role("button", name="ライブを終わる").click()
    place.get_by_text("最近ライブを見た人").click()
    expect(place.get_by_role("listitem")).to_have_text(["13:43 山田 花子"])


def test_a_camera_that_drops_in_the_middle_says_why_and_can_be_asked_again(
    visit: Visit, camera: Camera
) -> None:
    place = live(visit().log_in())
    begin(place)
    expect(place.get_by_role("status")).to_have_text("いまの様子を映しています")
    camera.dark("no-source")
    expect(place.get_by_role("status")).to_have_text(
        "カメラの映像が途切れたので、ライブを終わりました。"
    )
    place.get_by_role("button", name="もう一度ライブを見る").click()
    expect(place.get_by_role("status")).to_have_text("カメラに、いま映っているものがありません。")
    camera.filming.set()


def test_who_leaves_the_page_watches_no_more(visit: Visit, camera: Camera) -> None:
    page = visit().log_in()
    place = live(page)
    begin(place)
    expect(place.get_by_role("status")).to_have_text("いまの様子を映しています")
    page.get_by_role("link", name="神戸の実家").first.click()
    camera.wait_for("live-ended")


def test_where_it_does_not_work_a_picture_is_offered(visit: Visit) -> None:
    place = live(visit().log_in())
    begin(place)
    expect(place.get_by_role("status").first).to_have_text(
        "カメラから返事がありません。電源と Wi-Fi をご確認ください。"
    )
    place.get_by_role("button", name="いまの様子を見る（居間）").click()
    expect(place.get_by_role("figure")).to_be_visible()


def test_what_the_api_refuses_is_said_in_its_words(visit: Visit, fake: FakeServer) -> None:
    place = live(visit().log_in())
    expect(place.get_by_role("button", name="ライブを見る")).to_be_visible()
    fake.cloud.paused.add("kobe")
    begin(place)
    expect(place.get_by_role("alert")).to_contain_text("ご契約の対象外です")


@pytest.mark.rule("DC-25", "DC-29")
def test_a_phone_and_a_motion_only_camera_offer_no_live_view(visit: Visit) -> None:
    page = visit().log_in()
    for name in ("玄関", "母の部屋"):
        expect(page.get_by_role("article", name=name)).to_be_visible()
        expect(page.get_by_role("link", name=f"ライブを見る（{name}）")).to_have_count(0)
