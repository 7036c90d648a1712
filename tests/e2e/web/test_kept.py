"""What is kept of a home, asked for and downloaded by its contractor (HT-88)."""

import pytest
from playwright.sync_api import expect

from lambdas.homes.requests import CONTEXTS
from tests.e2e.web.conftest import Visit
from tests.e2e.web.fake_api import FakeServer


@pytest.mark.rule("HT-88")
def test_the_contractor_asks_for_what_is_kept_and_downloads_it(
    visit: Visit, fake: FakeServer
) -> None:
    page = visit().log_in("hanako@example.jp")
    page.get_by_role("link", name="お預かりしている情報").click()
    expect(page.get_by_text("まだお申し込みはありません。")).to_be_visible()
    page.get_by_role("button", name="記録を用意する").click()
    expect(page.get_by_text("用意しています…")).to_be_visible()
    (one,) = fake.cloud.disclosures
    names = [*(f"{context}.json" for context in CONTEXTS), "detect/pictures/kobe/1.jpg"]
    one["files"] = [
        {"name": name, "size": 2000, "url": f"https://files.example/{name}"} for name in names
    ]
    one["complete"] = True
    page.reload()
    link = page.get_by_role("link", name="ご契約・ご請求")
    expect(link).to_have_attribute("href", "https://files.example/billing.json")
    expect(page.get_by_role("listitem")).to_have_count(len(CONTEXTS))
    page.get_by_text("写真 1枚").click()
    expect(page.get_by_role("link", name="1.jpg")).to_be_visible()
