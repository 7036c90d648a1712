"""A browser at the page, which is served from build/web with the fake API behind it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)

from tests.e2e import browser as browsers
from tests.e2e.web.fake_api import PASSWORD, FakeServer
from web.build import build

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
PATIENCE = 60_000  # milliseconds; all takes well under one second, but a machine may be busy
NOTED = ("Failed to load resource", "blocked by Playwright")  # by the browser itself
BLOBS = """
window.blobs = new Set();
const { createObjectURL, revokeObjectURL } = URL;
URL.createObjectURL = (blob) => { const url = createObjectURL(blob); blobs.add(url); return url; };
URL.revokeObjectURL = (url) => { blobs.delete(url); revokeObjectURL(url); };
"""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        try:
            with browsers.one_at_a_time():
                browsers.need_japanese_font()
                started = browsers.launch(playwright)
        except browsers.NotThere as missing:
            pytest.fail(str(missing), pytrace=False)
        yield started
        started.close()


@pytest.fixture
def fake(site: Path) -> Iterator[FakeServer]:
    with FakeServer(site) as server:
        yield server


class Visitor:
    """A person at a browser; `mishaps` is whatever a page must never do."""

    def __init__(self, context: BrowserContext, fake: FakeServer) -> None:
        self.context = context
        self.fake = fake
        self.url = fake.url
        self.mishaps: list[str] = []
        self._asking: set[Request] = set()
        context.add_init_script(BLOBS)
        self.page: Page = context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.mishaps.append(f"error: {error}"))
        self.page.on("request", self._request)
        self.page.on("requestfinished", lambda request: self._asking.discard(request))
        self.page.on("requestfailed", lambda request: self._asking.discard(request))

    def _console(self, message: ConsoleMessage) -> None:
        # The browser itself notes answers that are not 2xx, and lost connections: the page's words
        # for those are tested. CSP violations and all else count.
        if message.type in {"error", "warning"} and not any(one in message.text for one in NOTED):
            self.mishaps.append(f"{message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        if request.resource_type == "fetch":
            self._asking.add(request)
        if not request.url.startswith((self.url, f"blob:{self.url}", "data:")):
            self.mishaps.append(f"foreign request: {request.url}")

    def hold_time(self) -> None:
        """Lets the test move the page's timers with `later`, which saves waiting."""
        self.page.clock.install()

    def later(self, seconds: int) -> None:
        """Second by second, so that what each brings can be answered before the next."""
        for _ in range(seconds):
            self.page.clock.fast_forward(1000)
            self.page.wait_for_timeout(25)  # for a request to be sent; its answer may take long
            for _ in range(PATIENCE // 5):
                if not self._asking:
                    break
                self.page.wait_for_timeout(5)

    def open(self, address: str = "#/") -> Page:
        self.page.goto(f"{self.url}/{address}")
        return self.page

    def log_in(self, email: str = "hanako@example.jp", address: str = "#/") -> Page:
        """Already logged in, in this tab: quicker than the form."""
        tokens = self.fake.cloud.tokens(email)["AuthenticationResult"]
        self.page.goto(f"{self.url}/config.json")
        self.page.evaluate(
            """({ IdToken: id, RefreshToken: refresh }) => sessionStorage.setItem(
              "mimamori.session", JSON.stringify({ id, refresh, until: Date.now() + 3.6e6 }))""",
            tokens,
        )
        return self.open(address)

    def in_english(self) -> None:
        """The words in English from here on; the page knows by now who is there, and what they
        chose before."""
        self.page.get_by_role("heading", level=1).wait_for()
        self.page.get_by_role("button", name="English").click()

    def log_in_by_form(
        self, email: str = "hanako@example.jp", address: str = "#/", *, lasts: bool = False
    ) -> Page:
        page = self.open(address)
        page.fill("#email", email)
        page.fill("#password", PASSWORD)
        page.set_checked("[name=lasts]", lasts)
        page.click("main button[type=submit]")
        page.wait_for_selector("#email", state="detached")
        return page


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(browser: Browser, fake: FakeServer) -> Iterator[Visit]:
    """Opens browsers; afterwards none of them may have had a mishap."""
    visitors: list[Visitor] = []

    def start(
        viewport: dict[str, int] = PHONE,
        scheme: str = "light",
        locale: str = "ja-JP",
        workers: Literal["allow", "block"] = "block",
    ) -> Visitor:
        context = browser.new_context(
            viewport=viewport,  # type: ignore[arg-type]
            color_scheme=scheme,  # type: ignore[arg-type]
            locale=locale,
            reduced_motion="reduce",
            service_workers=workers,
            timezone_id="Europe/Berlin",  # the family may be anywhere, the times are Japan's
        )
        context.set_default_timeout(PATIENCE)
        visitors.append(Visitor(context, fake))
        return visitors[-1]

    yield start
    for visitor in visitors:
        visitor.context.close()
    assert [mishap for visitor in visitors for mishap in visitor.mishaps] == []
