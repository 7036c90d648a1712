"""Visits in the browser: a plan and its reports, the round of a day, a dispatch for a price.

What is answered is made from the API's own models, and what is sent goes through them.
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from pydantic import BaseModel

from lambdas.dispatch.casework.place import Place
from lambdas.dispatch.processes.patrol.checklist import CHECKLIST
from lambdas.dispatch.processes.patrol.facts import VisitReport
from lambdas.dispatch.processes.patrol.plan import MailboxWish, PostalAddress, Wanted, Window
from lambdas.dispatch.processes.patrol.tasks import RoundAnswer
from lambdas.dispatch.visit_api import KindOfVisit, PlannedVisit, VisitPlan, VisitsView, WhyNot
from lambdas.dispatch.visit_desk_api import DispatchRequest, RoundStop, SiteView
from tests.e2e.web.conftest import DESKTOP, PHONE, Visit
from tests.e2e.web.fake_api import FakeServer

NINE, NOON = (datetime(2026, 11, 23, hour, tzinfo=UTC) for hour in (0, 3))  # 9:00, 12:00 in Japan
ADDRESS = PostalAddress(postal_code="530-0001", address="大阪市北区1-1", name="山田 花子")
ITEMS = {name: words.ja for name, words in CHECKLIST.visits["patrol"].items.items()}
PLACE = Place(latitude=34.69, longitude=135.195)
OPERATOR, RESPONDER = "sato@example.jp", "kenji@example.jp"

Sent = list[tuple[str, str, Any]]


def served(page: Page, answers: dict[str, Callable[[], Any]]) -> Sent:
    """Let the API answer these routes ("GET /…") so; what was sent: method, path, body."""
    sent: Sent = []

    def answer(route: Route) -> None:
        method, path = route.request.method, route.request.url.partition("/api")[2]
        if f"{method} {path}" not in answers:
            route.fallback()
            return
        if method != "GET":
            sent.append((method, path, json.loads(route.request.post_data or "null")))
        said = answers[f"{method} {path}"]()
        body = said.model_dump_json() if isinstance(said, BaseModel) else json.dumps(said)
        route.fulfill(status=200, content_type="application/json", body=body)

    page.route("**/api/**", answer)
    return sent


def visits(*plans: VisitPlan) -> VisitsView:
    refused = [WhyNot(problem="no-ventilation", rule="AL-87", why="両方をご契約の方に限ります。")]
    kinds = [
        KindOfVisit(visit="patrol", inside=False, items=ITEMS, refused=[]),
        KindOfVisit(visit="ventilation", inside=True, items={}, refused=refused),
    ]
    about = {"call_centre": "0120-000-001", "address": "神戸市中央区1-2-3"}
    return VisitsView(**about, kinds=kinds, plans=list(plans), cases=[])


@pytest.mark.rule("AL-84", "AL-85", "AL-87")
def test_a_contractor_plans_visits_with_the_mail_sent_on(visit: Visit) -> None:
    page = visit().log_in()
    planned: list[VisitPlan] = []

    def plan() -> VisitPlan:
        wanted = Wanted.model_validate(sent[-1][2])
        days = [
            PlannedVisit(day=day, state="planned", case="", not_before=NINE, not_after=NOON, why="")
            for day in wanted.days
        ]
        planned.append(VisitPlan(plan="PL-20261122-0001", made_at=NINE, wanted=wanted, days=days))
        return planned[-1]

    sent = served(
        page,
        {
            "GET /homes/kobe/visits": lambda: visits(*planned),
            "POST /homes/kobe/visits/plans": plan,
        },
    )
    page.goto(page.url.partition("#")[0] + "#/homes/kobe/visits")
    expect(page.get_by_text("両方をご契約の方に限ります。")).to_be_visible()
    expect(page.get_by_label("訪問の種類").locator("option")).to_have_text(["巡回"])
    page.get_by_label("最初の日").fill("2026-11-24")
    page.get_by_label("最後の日").fill("2026-12-08")
    page.get_by_label("間隔").select_option("7")
    page.get_by_label("回収して転送する").check()
    page.get_by_label("郵便番号").fill("530-0001")
    page.get_by_label("住所").fill("大阪市北区1-1")
    page.get_by_label("お名前").fill("山田 花子")
    page.get_by_role("button", name="予定する").click()
    expect(page.get_by_text("2026年12月1日(火)")).to_be_visible()
    ((_, _, body),) = sent
    wanted = Wanted.model_validate(body)
    assert [str(day) for day in wanted.days] == ["2026-11-24", "2026-12-01", "2026-12-08"]
    assert wanted.window == Window(start=time(9), end=time(17))
    assert wanted.mailbox == MailboxWish(wish="forward", to=ADDRESS)
    expect(page.get_by_role("button", name="取りやめる")).to_have_count(3)


@pytest.mark.rule("AL-84", "AL-83")
def test_a_responder_makes_the_round(visit: Visit) -> None:
    page = visit().log_in(RESPONDER)
    begun = False

    def stops() -> list[Any]:
        stop = RoundStop(
            case="PT-20261123-0001", task="PT-20261123-0001.visit-1", visit="patrol",
            name="山田", address="神戸市中央区1-2-3", place=PLACE, not_before=NINE,
            not_after=NOON, arrives_at=NINE, begun=begun, inside=False, items=ITEMS,
            mailbox=MailboxWish(wish="forward", to=ADDRESS), note="犬がいます",
        )  # fmt: skip
        return [stop.model_dump(mode="json")]

    def begin() -> list[Any]:
        nonlocal begun
        begun = True
        return stops()

    task = "/dispatch/tasks/PT-20261123-0001.visit-1"
    served(
        page,
        {
            "GET /dispatch/me/round": stops,
            f"POST {task}/begin": begin,
            f"POST {task}/answer": lambda: {"task": {}, "case": None},
        },
    )
    page.goto(page.url.partition("#")[0] + "#/round")
    expect(page.get_by_text("犬がいます")).to_be_visible()
    expect(page.get_by_text(re.compile("530-0001 大阪市北区1-1"))).to_be_visible()
    page.get_by_role("button", name="出発する").click()
    for words in ITEMS.values():
        choice = "異常あり" if words == ITEMS["glass"] else "異常なし"
        page.get_by_role("group", name=words).get_by_label(choice).check()
    page.get_by_label("回収し、転送した").check()
    page.get_by_label("何通・何個").fill("3")
    page.get_by_label("転送にかかった費用（円）").fill("810")
    page.get_by_label("メモ").fill("居間の窓が割れています。")
    page.get_by_label("異常の写真がないときは、その理由").fill("暗くて写りません")
    with page.expect_request("**/answer*") as reported:
        page.get_by_role("button", name="報告する").click()
    answer = RoundAnswer.model_validate(reported.value.post_data_json)
    assert answer.report
    assert (answer.report.outcome, answer.report.seen["glass"]) == ("abnormal", "ng")
    assert (answer.report.pieces, answer.report.forwarding_yen) == (3, 810)


@pytest.mark.rule("AL-23")
def test_the_desk_sees_the_price_before_it_takes_a_request(visit: Visit) -> None:
    page = visit().log_in(OPERATOR)
    known = SiteView(home="kobe", name="神戸の家", surveyed=None, dispatch_yen=3300)
    sent: Sent = []

    def survey() -> Any:
        surveyed = {"site": sent[-1][2], "by": "sato", "at": NINE.isoformat()}
        return SiteView.model_validate({**known.model_dump(), "surveyed": surveyed})

    sent = served(
        page,
        {
            "GET /dispatch/sites/kobe": lambda: known,
            "PUT /dispatch/sites/kobe": survey,
            "POST /dispatch/requests": lambda: {"case": "RQ-20261122-0001"},
        },
    )
    page.goto(page.url.partition("#")[0] + "#/desk/dispatch")
    page.get_by_label("家の番号").fill("kobe")
    page.get_by_role("button", name="さがす").click()
    expect(page.get_by_text("1回 3,300円（税込）")).to_be_visible()
    page.get_by_label("表札のお名前").fill("山田")
    page.get_by_label("住所").fill("神戸市中央区1-2-3")
    page.get_by_label("地図での位置").fill("34.69, 135.195")
    page.get_by_label(re.compile("訪問できる地域です")).check()
    page.get_by_role("button", name="お宅の確認を記録する").click()
    page.get_by_label("お電話の方のお名前").fill("山田 花子")
    page.get_by_label("ご依頼の内容").fill("警報が鳴っている")
    page.get_by_role("button", name=re.compile("受け付ける")).click()
    expect(page).to_have_url(re.compile("#/desk/cases/RQ-20261122-0001"))
    asked = DispatchRequest.model_validate(sent[-1][2])
    assert (asked.home, asked.caller.name, asked.note) == ("kobe", "山田 花子", "警報が鳴っている")


@pytest.mark.rule("AL-84", "G-07")
@pytest.mark.parametrize(
    ("language", "viewport"), [pytest.param("ja", PHONE, marks=pytest.mark.slow), ("en", DESKTOP)]
)
def test_the_desk_corrects_what_was_seen_at_an_empty_home_item_by_item(
    visit: Visit, fake: FakeServer, language: str, viewport: dict[str, int]
) -> None:
    words = {
        "ja": (
            "記録を訂正する",
            "訂正の理由",
            "わかる",
            "異常なし",
            "異常あり",
            "メモ",
            "確定する",
        ),
        "en": (
            "Correct what was written down",
            "Why",
            "Yes",
            "nothing wrong",
            "something wrong",
            "Note",
            "Confirm",
        ),
    }[language]
    correct, why, known, ok, wrong, note, confirm = words
    dispatch = fake.cloud.dispatch
    number = "PT-20261122-0001"
    made = dispatch.case(number, "patrol", "closed", "訪問の日", open=False, result="done")
    made["timeline"] += [dispatch.moment("home_reported", "報告", -10)]
    task = dispatch.task(number, "visit", 1, "person:kenji@example.jp", 55) | {"status": "answered"}
    made["tasks"] = [task]
    stop = RoundStop(
        case=number, task=task["id"], visit="patrol", name="山田", address="神戸市中央区1-2-3",
        place=PLACE, not_before=NINE, not_after=NOON, arrives_at=NINE, begun=True, inside=False,
        items=ITEMS, mailbox=MailboxWish(wish="discard"), note="",
    )  # fmt: skip
    visitor = visit(viewport)
    page = visitor.log_in(OPERATOR)
    if language == "en":
        visitor.in_english()
    sent = served(
        page,
        {
            f"GET /dispatch/tasks/{task['id']}/stop": lambda: stop,
            f"POST /dispatch/cases/{number}/correction": lambda: made,
        },
    )
    page.goto(page.url.partition("#")[0] + f"#/desk/cases/{number}")
    page.get_by_role("button", name=correct).click()
    page.get_by_label(why).fill("写真は隣の窓でした")
    page.get_by_label(known, exact=True).check()
    for item in ITEMS.values():
        seen = wrong if item == ITEMS["locks"] else ok
        page.get_by_role("group", name=item).get_by_label(seen).check()
    page.locator("input[name=mailbox][value=discarded]").check()
    page.locator("input[name=pieces]").fill("2")
    page.get_by_role("textbox", name=note).fill("勝手口が開いています。")
    with page.expect_response(re.compile("/correction$")):
        page.get_by_role("button", name=confirm).click()
    expect(page.locator("dialog")).to_have_count(0)
    ((_, _, body),) = sent
    report = VisitReport.model_validate(body["report"])
    assert (report.outcome, report.seen["locks"], report.pieces) == ("abnormal", "ng", 2)
    assert body["reason"] == "写真は隣の窓でした"
