"""The page as an app on the home screen of iPhones and Android phones (AL-53), which may less than
the page in the browser (AL-52)."""

import json
from pathlib import Path
from urllib.parse import urlsplit

import cv2
import pytest
from playwright.sync_api import expect

from tests.e2e.web.conftest import Visit
from tests.e2e.web.fake_api import PASSWORD
from tests.e2e.web.test_security import PATH, view
from tests.e2e.web.test_visits import served

FROM_ITS_ICON = "Object.defineProperty(navigator, 'standalone', { value: true });"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"


@pytest.mark.rule("AL-53")
def test_the_manifest_has_all_that_phones_ask_for(site: Path) -> None:
    manifest = json.loads((site / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["display"] == "standalone"
    assert manifest["name"]
    assert manifest["short_name"]
    assert urlsplit(manifest["start_url"]).path.startswith(manifest["scope"])
    pngs = [one for one in manifest["icons"] if one["type"] == "image/png"]
    for icon in pngs:
        drawn = cv2.imread(str(site / icon["src"].lstrip("/")), cv2.IMREAD_UNCHANGED)
        assert icon["sizes"] == f"{drawn.shape[1]}x{drawn.shape[0]}"
        if icon.get("purpose") == "maskable":
            assert drawn.shape[2] == 3 or drawn[..., 3].min() == 255, "no corner is left open"
    found = {(one["sizes"], one.get("purpose", "any")) for one in pngs}
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= found
    head = (site / "index.html").read_text(encoding="utf-8")
    touch = cv2.imread(str(site / "icon-180.png"), cv2.IMREAD_UNCHANGED)
    assert touch.shape[:2] == (180, 180)
    for said in ('rel="manifest"', 'rel="apple-touch-icon"', "viewport-fit=cover"):
        assert said in head


@pytest.mark.rule("AL-53")
def test_the_browser_itself_finds_nothing_that_keeps_it_from_the_home_screen(visit: Visit) -> None:
    visitor = visit(workers="allow")
    page = visitor.log_in()
    chrome = visitor.context.new_cdp_session(page)
    errors = chrome.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # A test's browser keeps nothing, as a private window does: no page is installed from one.
    assert [one["errorId"] for one in errors if one["errorId"] != "in-incognito"] == []
    manifest = chrome.send("Page.getAppManifest")
    assert manifest["errors"] == []


@pytest.mark.rule("AL-53")
def test_the_page_says_how_it_comes_onto_the_home_screen(visit: Visit) -> None:
    visitor = visit()
    page = visitor.log_in(address="#/account")
    expect(page.get_by_text("「ホーム画面に追加」または「アプリをインストール」")).to_be_visible()
    page.get_by_text("iPhone・iPad", exact=True).click()
    expect(page.get_by_text("「ホーム画面に追加」を選び、「追加」を押します。")).to_be_visible()
    expect(page.get_by_text("iOS 16.4 以降で、ホーム画面に追加したアイコンから")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Use it as an app")).to_be_visible()
    assert page.get_by_role("button", name="Add to the home screen").count() == 0
    page.evaluate("""() => {
      const offer = new Event("beforeinstallprompt", { cancelable: true });
      offer.prompt = () => { window.prompted = true; };
      dispatchEvent(offer);
    }""")
    page.get_by_role("button", name="Add to the home screen").click()
    assert page.evaluate("window.prompted") is True


@pytest.mark.rule("AL-53")
def test_an_iphone_is_told_its_own_way_first(visit: Visit) -> None:
    visitor = visit()
    visitor.context.add_init_script(
        f"Object.defineProperty(navigator, 'userAgent', {{ value: '{IPHONE}' }});"
    )
    page = visitor.log_in(address="#/account")
    expect(page.get_by_text("この画面を Safari で開き")).to_be_visible()
    expect(page.get_by_text("この画面を Chrome で開き")).to_be_hidden()


@pytest.mark.rule("AL-52", "AL-53")
def test_from_its_icon_it_logs_in_as_the_app_and_offers_what_the_app_may(visit: Visit) -> None:
    visitor = visit()
    visitor.context.add_init_script(FROM_ITS_ICON)
    clients: list[str] = []
    page = visitor.open()
    page.on("request", lambda sent: clients.append(json.loads(sent.post_data or "{}").get(
        "ClientId")) if sent.url.endswith("/cognito") else None)  # fmt: skip
    page.fill("#email", "hanako@example.jp")
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_selector("#email", state="detached")
    assert clients == ["app"]
    assert page.evaluate("sessionStorage.getItem('mimamori.session')") is None
    served(page, {f"GET {PATH}": lambda: view(source="app", may_edit=False)})
    visitor.open(f"#{PATH}")
    expect(page.get_by_text("ブラウザーで開いた画面でお願いします")).to_be_visible()
    expect(page.get_by_role("button", name="外出ALSOK警備を開始する").first).to_be_visible()
    assert page.get_by_role("link", name="緊急連絡").count() == 0
    visitor.open("#/account")
    expect(page.get_by_text("ホーム画面のアプリで開いています")).to_be_visible()
