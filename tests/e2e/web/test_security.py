"""A guarded home in the browser: state at a glance, arming, contacts, keys.

What is answered is made from the API's own models, and what is sent goes through them.
"""

from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import expect

from iot.panel.state import AreaState, Panel, SensorState
from lambdas.security.api import ContactsBody, ContactsView, KeysView, KeyView, NewKey, Operation
from lambdas.security.model import SilentCall
from lambdas.security.staff_api import NewSilentCall, SilentHomes, SilentHomeView, SilentPerson
from lambdas.security.views import AlarmCaseView, HistoryLine, SecurityView, areas_of, sensors_of
from tests.e2e.web.conftest import DESKTOP, PHONE, Visit
from tests.e2e.web.test_home_checks import OPERATOR
from tests.e2e.web.test_visits import served
from tests.panel import FATHER, SETTINGS

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
PATH = "/homes/kobe/security"


def view(*, armed: bool = False, open: bool = False, **changes: Any) -> SecurityView:
    """The home as the API shows it."""
    phase = {"phase": "armed", "mode": "away", "monitoring": "company"} if armed else {}
    areas = {
        area.id: AreaState(since=NOW, by=FATHER, **phase if area.id == "home" else {})  # type: ignore[arg-type]
        for area in SETTINGS.areas
    }
    sensors = {"window": SensorState(active=open, battery_low=True)}
    panel = Panel(journal="j", now=NOW, settings=SETTINGS, areas=areas, sensors=sensors)
    line = {"id": "1", "at": NOW, "what": "operated", "kind": "armed", "area": "home", "sensor": ""}
    said = {"who": "父", "means": "暗証番号#1", "said": "外出ALSOK警備開始（住まい）"}
    made: dict[str, Any] = {
        "home": "kobe",
        "source": "web",
        "connected_at": NOW,
        "silent": False,
        "company": True,
        "siren": None,
        "lines": {"internet": True, "lte": None},
        "areas": areas_of(panel, "web", "ja"),
        "sensors": sensors_of(panel),
        "home_areas": [],
        "may_operate": True,
        "may_edit": True,
        "commands": [],
        "cases": [],
        "history": [HistoryLine.model_validate({**line, **said})],
    }
    return SecurityView(**{**made, **changes})


@pytest.mark.rule("AL-46", "AL-47", "AL-49")
def test_it_is_seen_at_a_glance_and_disarmed(visit: Visit) -> None:
    page = visit().log_in()
    armed = True

    def operated() -> SecurityView:
        nonlocal armed
        armed = False
        return view()

    sent = served(
        page,
        {f"GET {PATH}": lambda: view(armed=armed), f"POST {PATH}/operations": operated},
    )
    page.goto(page.url.partition("#")[0] + f"#{PATH}")
    expect(page.get_by_text("一部の区画が警備中です")).to_be_visible()
    expect(page.get_by_text("外出ALSOK警備開始（住まい）")).to_be_visible()
    expect(page.get_by_text("居間の窓: 電池が残りわずかです")).to_be_visible()
    page.get_by_role("button", name="解除する").click()
    expect(page.get_by_text("解除されています")).to_be_visible()
    (method, path, body) = sent[0]
    assert (method, path) == ("POST", f"{PATH}/operations")
    assert Operation.model_validate(body).action == "disarm"


@pytest.mark.rule("AL-46", "A-13")
def test_what_is_open_is_said_and_left_out_with_a_reason(visit: Visit) -> None:
    page = visit().log_in()
    sent = served(
        page,
        {
            f"GET {PATH}": lambda: view(open=True),
            f"POST {PATH}/operations": lambda: view(armed=True),
        },
    )
    page.goto(page.url.partition("#")[0] + f"#{PATH}")
    expect(page.get_by_text("居間の窓が開いています。").first).to_be_visible()
    expect(page.get_by_role("button", name="セルフ")).to_have_count(0)
    page.get_by_role("button", name="外出ALSOK警備を開始する").first.click()
    page.get_by_label("除外する理由").fill("換気のため")
    page.get_by_role("button", name="除外して開始").click()
    expect(page.get_by_text("一部の区画が警備中です")).to_be_visible()
    wanted = Operation.model_validate(sent[0][2])
    assert (wanted.mode, wanted.areas, wanted.bypass) == (
        "away",
        ["home"],
        {"window": "換気のため"},
    )


LATE = SilentHomeView(
    home="kobe",
    name="神戸の家",
    heard_at=NOW,
    armed=True,
    due=NOW,
    overdue=True,
    taken_by="",
    people=[
        SilentPerson(name="", phone="078-000-0000", relation="", next=False),
        SilentPerson(name="見守 花子", phone="090-0000-0001", relation="長女", next=True),
    ],
    calls=[SilentCall(at=NOW, by="sato", whom="", reached=False, said="留守番電話")],
)


def list_of(one: SilentHomeView, **changes: Any) -> SilentHomes:
    about = {"count": 120, "waiting": 120, "overdue": 3, "may_act": True, **changes}
    return SilentHomes.model_validate({**about, "homes": [one]})


@pytest.mark.rule("AL-62")
@pytest.mark.parametrize(("viewport", "scheme"), [(PHONE, "dark"), (DESKTOP, "light")])
def test_silent_homes_are_one_line_at_the_desk_and_are_phoned_from_a_list(
    visit: Visit, viewport: dict[str, int], scheme: str
) -> None:
    page = visit(viewport, scheme).log_in(OPERATOR)
    mine = LATE.model_copy(update={"taken_by": OPERATOR})
    called = SilentCall(at=NOW, by="sato", whom="見守 花子", reached=True, said="停電中")
    done = {"due": None, "overdue": False, "calls": [*LATE.calls, called]}
    sent = served(
        page,
        {
            "GET /security/silent": lambda: list_of(LATE),
            "PUT /security/sites/kobe/silence/holder": lambda: list_of(mine),
            "POST /security/sites/kobe/silence": lambda: list_of(
                LATE.model_copy(update=done), waiting=119
            ),
        },
    )
    page.goto(page.url.partition("#")[0] + "#/desk")
    page.reload()
    expect(page.get_by_text("期限超過 3件")).to_be_visible()
    page.get_by_role("link", name="通信断: 120件").click()
    expect(page.get_by_role("heading", name="神戸の家")).to_be_visible()
    expect(page.get_by_text("期限を過ぎています")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="次にお電話").last).to_contain_text("花子")
    expect(page.get_by_text("留守番電話")).to_be_visible()
    page.get_by_role("button", name="担当する").click()
    expect(page.get_by_text("あなたが担当中")).to_be_visible()
    expect(page.get_by_label("どなたに")).to_have_value("見守 花子")
    page.get_by_label("お話しできた", exact=True).check()
    page.get_by_label("お電話でわかったこと").fill("停電中")
    page.get_by_role("button", name="電話したことを記録する").click()
    expect(page.get_by_text("連絡がつきました")).to_be_visible()
    (_, path, said) = sent[-1]
    assert path == "/security/sites/kobe/silence"
    assert NewSilentCall.model_validate(said) == NewSilentCall(
        whom="見守 花子", reached=True, said="停電中"
    )
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= viewport["width"]


@pytest.mark.rule("AL-62")
def test_whoever_only_looks_has_nothing_to_press(visit: Visit) -> None:
    page = visit().log_in(OPERATOR)
    served(page, {"GET /security/silent": lambda: list_of(LATE, may_act=False)})
    page.goto(page.url.partition("#")[0] + "#/desk/silent")
    expect(page.get_by_text("閲覧のみの権限です")).to_be_visible()
    expect(page.get_by_role("heading", name="神戸の家")).to_be_visible()
    assert page.locator("main button, main input").count() == 0


def test_an_alarm_stands_at_the_top_and_who_may_not_operate_has_no_buttons(visit: Visit) -> None:
    page = visit().log_in()
    case = AlarmCaseView(
        case="AL-20261122-0001", at=NOW, open=True, stage="on_the_way", result=None
    )
    shown = view(armed=True, may_operate=False, may_edit=False, cases=[case])
    served(page, {f"GET {PATH}": lambda: shown})
    page.goto(page.url.partition("#")[0] + f"#{PATH}")
    expect(page.get_by_text("警報が発生しています")).to_be_visible()
    expect(page.get_by_text("ガードセンターが対応しています")).to_be_visible()
    expect(page.get_by_role("button", name="解除する")).to_have_count(0)
    expect(page.get_by_role("link", name="緊急連絡者名簿")).to_have_count(0)


@pytest.mark.rule("AL-48")
def test_the_list_of_contacts_is_changed(visit: Visit) -> None:
    page = visit().log_in()
    known = ContactsView(phone="", has_password=False, contacts=[], residents=[], medical=[])
    sent = served(
        page, {f"GET {PATH}/contacts": lambda: known, f"PUT {PATH}/contacts": lambda: known}
    )
    page.goto(page.url.partition("#")[0] + f"#{PATH}/contacts")
    page.get_by_label("お宅の電話番号").fill("03-0000-0001")
    page.get_by_label("暗証の言葉").fill("たんぽぽ")
    first = page.get_by_role("group", name="1番目の連絡先")
    first.get_by_label("お名前").fill("花子")
    first.get_by_label("電話番号").fill("090-0000-0001")
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_text("保存しました。")).to_be_visible()
    body = ContactsBody.model_validate(sent[0][2])
    assert [(one.name, one.phone) for one in body.contacts] == [("花子", "090-0000-0001")]
    assert body.password == "たんぽぽ"


@pytest.mark.rule("AL-44", "AL-45")
def test_keys_are_registered_and_removed(visit: Visit) -> None:
    page = visit().log_in()
    mine = KeyView(id="a1", name="父", means="key", duress=False, person=None)
    sent = served(
        page,
        {
            f"GET {PATH}/keys": lambda: KeysView(keys=[mine], carried=1),
            f"POST {PATH}/keys": lambda: KeysView(keys=[mine], carried=1),
            f"DELETE {PATH}/keys/a1": lambda: KeysView(keys=[], carried=0),
        },
    )
    page.goto(page.url.partition("#")[0] + f"#{PATH}/keys")
    expect(page.get_by_text("IDキーとフェリカカード 1本（30本まで）")).to_be_visible()
    page.get_by_label("どなたの鍵ですか").fill("母")
    page.get_by_label("種類").select_option("code")
    page.get_by_label("暗証番号", exact=True).fill("4827")
    page.get_by_role("button", name="登録する").click()
    expect(page.get_by_text("保存しました。")).to_be_visible()
    assert NewKey.model_validate(sent[0][2]).means == "code"
    page.get_by_role("button", name="父の鍵を消す").click()
    page.get_by_role("dialog").get_by_role("button", name="消す").click()
    expect(page.get_by_text("まだ登録されていません。")).to_be_visible()
