"""Every page of the app in the states that people meet: for looking at (look.py), and for axe."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from playwright.sync_api import Page

from lambdas.billing.app.joint_service import JointPart, JointView
from lambdas.dispatch.visit_desk_api import SiteView
from tests.e2e.web import pictures
from tests.e2e.web.fake_api import FakeCloud, iso
from tests.e2e.web.fake_billing import CONTRACT

FAMILY, WATCHER, STRANGER = "hanako@example.jp", "ken@example.jp", "stranger@example.jp"
OPERATOR, RESPONDER, CLERK = "sato@example.jp", "kenji@example.jp", "keiri@example.jp"
PERSON = "20261122T043005.123Z-cam-living"
LATE = "20261121T230433.123Z-cam-door"
HERE = f"#/contracts/{CONTRACT}"


def _nothing(*_: Any) -> None:
    pass


@dataclass(frozen=True)
class State:
    """A page as somebody meets it."""

    name: str
    who: str | None
    """Nobody is logged in where there is none."""

    address: str
    ready: str
    """What is there once the page is."""

    arrange: Callable[[FakeCloud, Page], None] = _nothing
    """Before the page is opened."""

    act: Callable[[Page], None] = _nothing
    """Once it is there."""

    often: bool = True
    """Whether it is tried in every run of the tests."""


def press(name: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_role("button", name=name).first.click()


def _answers(path: str, status: int, body: Any) -> Callable[[FakeCloud, Page], None]:
    def arrange(_: FakeCloud, page: Page) -> None:
        page.route(f"**/api{path}", lambda route: route.fulfill(status=status, json=body))

    return arrange


def _shows(path: str, make: Callable[[], Any]) -> Callable[[FakeCloud, Page], None]:
    def arrange(_: FakeCloud, page: Page) -> None:
        body = make().model_dump_json()
        page.route(
            f"**/api{path}",
            lambda route: route.fulfill(status=200, content_type="application/json", body=body),
        )

    return arrange


def _devices(**change: Any) -> Callable[[FakeCloud, Page], None]:
    return lambda cloud, _: cloud.homes["kobe"]["devices"][0].update(change)


def _silent(cloud: FakeCloud, _: Page) -> None:
    cloud.homes["kobe"]["devices"][0]["seen_at"] = iso(cloud.now - timedelta(days=2))


def _quiet_home(cloud: FakeCloud, _: Page) -> None:
    cloud.homes["kobe"] |= {"devices": [], "events": []}


def _hostile(cloud: FakeCloud, _: Page) -> None:
    """Names as nobody should have them: markup, the other direction, one endless word."""
    for device, name in zip(
        cloud.homes["kobe"]["devices"],
        ("<img src=x onerror=alert(1)>", "\u202eabc\u202c ‮居間", "あ" * 60),
        strict=True,
    ):
        device["name"] = name
    cloud.homes["kobe"]["name"] = "神戸‮<b>の</b>実家" + "W" * 40
    cloud.homes["kobe"]["events"][0]["camera"] = "<script>alert(1)</script>"


def _contract(**update: Any) -> Callable[[FakeCloud, Page], None]:
    def arrange(cloud: FakeCloud, _: Page) -> None:
        cloud.billing.contract = cloud.billing.contract.model_copy(update=update)

    return arrange


def _ends(cloud: FakeCloud, page: Page) -> None:
    cloud.billing.family("POST", [CONTRACT, "cancellation"], {})


def _paused(cloud: FakeCloud, page: Page) -> None:
    cloud.billing.family("POST", [CONTRACT, "pause"], {"months": 1})


def _joint(cloud: FakeCloud, _: Page) -> None:
    parts = [
        JointPart(contract=CONTRACT, home_name=f"{n}号室", month="2026-10", amount=4378, open=4378)
        for n in (101, 102, 103)
    ]
    cloud.billing.joint = [
        JointView(number="J-2026-10", month="2026-10", total=13134, open=13134, parts=parts)
    ]


def _photographed(cloud: FakeCloud, _: Page) -> None:
    names = tuple(f"{n}" for n in range(5))
    cloud.billing.photographs = {
        name: pictures.jpeg("person" if n % 2 else "", night=n > 2) for n, name in enumerate(names)
    }
    cloud.billing.claim(cloud.billing.claims[0].id, photographs=names)


def _no_card(cloud: FakeCloud, _: Page) -> None:
    cloud.billing.methods = cloud.billing.methods.model_copy(update={"card": None})


def _price(yen: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.locator("#first").fill("2027-04-01")
        page.locator("#product").select_option("doshiteru")
        page.locator("#yen-0").fill(yen)
        page.locator("form button[type=submit]").first.click()
        page.wait_for_selector("form + div table")

    return act


def _proposed(cloud: FakeCloud, _: Page) -> None:
    change = {"plan": "purchase_internet", "term": "monthly_fee.price", "yen": 3500}
    said = {"product": "doshiteru", "first": "2027-04-01", "changes": [change]}
    cloud.billing_desk.answer(
        "POST",
        ["prices"],
        "kachou@example.jp",
        {},
        {**said, "dry_run": False, "despite_warnings": True},
    )


def _import(page: Page) -> None:
    text = "number,product,name,applied\nN-1,doshiteru,山田 花子,2026-04-01\nN-2,doshiteru,,\n"
    page.locator("#csv").set_input_files(
        {"name": "list.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    page.locator("form button[type=submit]").click()
    page.wait_for_selector("#report")


def _security(armed: bool = False, **changes: Any) -> Callable[[FakeCloud, Page], None]:
    from tests.e2e.web.test_security import view

    return _shows("/homes/kobe/security", lambda: view(armed=armed, **changes))


def _visits(_: FakeCloud, page: Page) -> None:
    from tests.e2e.web.test_visits import visits

    _shows("/homes/kobe/visits", visits)(_, page)


def _site(cloud: FakeCloud, page: Page) -> None:
    known = SiteView(home="kobe", name="神戸の家", surveyed=None, dispatch_yen=3300)
    _shows("/dispatch/sites/kobe", lambda: known)(cloud, page)


def _down(cloud: FakeCloud, _: Page) -> None:
    cloud.down = "/api/homes/kobe"


STATES = (
    # --- before anybody is known
    State("login", None, "#/", "#email"),
    State("login-forgot", None, "#/", "#email", act=press("パスワードを忘れた"), often=False),
    State("invitation", None, "#/invitations/good-link", ".invitation"),
    State("invitation-wrong", None, "#/invitations/none", "h1", often=False),
    # --- a home
    State("homes", WATCHER, "#/", ".homes"),
    State("home", FAMILY, "#/", ".plot canvas"),
    State("home-watcher", WATCHER, "#/homes/kobe", ".plot canvas", often=False),
    State("home-silent", FAMILY, "#/", ".summary.warn", arrange=_silent),
    State("home-blind", FAMILY, "#/", ".plot canvas", arrange=_devices(blind="covered")),
    State("home-empty", FAMILY, "#/", ".empty", arrange=_quiet_home),
    State("home-names", FAMILY, "#/", ".plot canvas", arrange=_hostile),
    State("home-down", FAMILY, "#/homes/kobe", ".notice", arrange=_down, often=False),
    State("home-alarm", FAMILY, "#/", ".plot canvas", act=press("アラームを鳴らす"), often=False),
    State("home-picture", FAMILY, "#/", ".plot canvas", act=press("いまの様子を見る"), often=False),
    State("nobody", "nobody@example.jp", "#/", ".empty", often=False),
    State("event", FAMILY, f"#/homes/kobe/events/{PERSON}", ".picture img"),
    State("event-late", FAMILY, f"#/homes/kobe/events/{LATE}", ".event-page"),
    State("camera", WATCHER, "#/homes/kobe/cameras/cam-living/view", ".zones img"),
    State("add-camera", STRANGER, "#/homes/nara/cameras/new", "#name"),
    State("picture-mail", FAMILY, "#/homes/kobe/picture-mail", "h1", often=False),
    State("activity", FAMILY, "#/homes/kobe/activity", ".strip"),
    State("home-check", FAMILY, "#/homes/kobe/home-check", ".timeline"),
    State("visits", FAMILY, "#/homes/kobe/visits", "form", arrange=_visits),
    State("security-off", FAMILY, "#/homes/kobe/security", ".area", arrange=_security()),
    State("security-on", FAMILY, "#/homes/kobe/security", ".area", arrange=_security(armed=True)),
    State("account", FAMILY, "#/account", "#quiet"),
    State("news", FAMILY, "#/news", "h1"),
    State("kept", FAMILY, "#/homes/kobe/kept", ".hint",
          arrange=_answers("/homes/kobe/disclosures", 200, {"disclosures": []})),
    State("hidden", STRANGER, f"#/homes/kobe/events/{PERSON}", ".hidden-page"),
    # --- a contract
    State("contract", FAMILY, HERE, ".bill"),
    State("contract-paused", FAMILY, HERE, ".bill", arrange=_paused, often=False),
    State("contract-ends", FAMILY, HERE, ".bill", arrange=_ends),
    State("contract-joint", FAMILY, HERE, ".bill", arrange=_joint, often=False),
    State("contract-app", FAMILY, HERE, ".bill", arrange=_contract(payment="in_app"), often=False),
    State("people", FAMILY, f"{HERE}/people", ".person"),
    State("methods", FAMILY, f"{HERE}/methods", ".facts"),
    State("methods-no-card", FAMILY, f"{HERE}/methods", ".facts", arrange=_no_card),
    State("card-left", FAMILY, f"{HERE}/card/none", ".notice"),
    State("card-unknown", FAMILY, f"{HERE}/card/cs_x", "[role=alert]", often=False),
    State("invoice", FAMILY, f"{HERE}/invoices/2026-10", ".bill"),
    State("step-pause", FAMILY, f"{HERE}/steps/pause", ".choice"),
    State("step-cancel", FAMILY, f"{HERE}/steps/cancel", "#desired",
          act=press("終了日・料金を見る"), often=False),
    State("claims", FAMILY, f"{HERE}/claims", ".claim-photos img", arrange=_photographed),
    # --- desks
    State("desk", OPERATOR, "#/desk", ".task"),
    State("desk-account", OPERATOR, "#/account", ".account", often=False),
    State("request", OPERATOR, "#/desk/new", "#home"),
    State("task-help", OPERATOR, "#/desk/tasks/HC-20261122-0002.find_help-1", "#responder"),
    State("case", OPERATOR, "#/desk/cases/HC-20261121-0001", ".paper img"),
    State("silent", OPERATOR, "#/desk/silent", "h1", often=False),
    State("news-desk", OPERATOR, "#/desk/news", "h1"),
    State("news-write", OPERATOR, "#/desk/news/new", "form"),
    State("dispatch", OPERATOR, "#/desk/dispatch", "form", arrange=_site),
    State("duty", RESPONDER, "#/desk", ".duty"),
    State("task-visit", RESPONDER, "#/desk/tasks/HC-20261122-0004.visit-1", "#photo"),
    State("billing", CLERK, "#/billing", "#said"),
    State("billing-contract", CLERK, f"#/billing/contracts/{CONTRACT}", ".fact", arrange=_joint),
    State("billing-month", CLERK, "#/billing/months/2026-10", ".facts"),
    State("proposals", CLERK, "#/billing/proposals", ".empty", often=False),
    State("claims-desk", CLERK, "#/billing/claims", ".row"),
    State("claim-desk", CLERK, "#/billing/claims/kobe.2026-11-02.break_in", ".claim-photos img",
          arrange=_photographed),
    State("imports", CLERK, "#/billing/imports", "#csv", act=_import),
    State("prices", CLERK, "#/billing/prices", "#first", arrange=_proposed, act=_price("43780")),
)  # fmt: skip
"""Each page, and what it looks like when things are otherwise."""
