"""Home checks as the page meets them: a registration, a few cases, tasks that wait.

The rules are not here (tests/integration/test_dispatch_workflows.py has them). What is asked and
what is answered goes through the API's own models, so that this cannot say what the API would not.
"""

from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, ValidationError

from lambdas.dispatch import api, responder_api, staff_api, task_api
from lambdas.dispatch.assignment.responder import Responder
from lambdas.dispatch.assignment.responders_view import ResponderView
from lambdas.dispatch.casework.place import Place
from lambdas.dispatch.casework.views import CaseView, TaskView
from lambdas.dispatch.processes.consent import facts
from lambdas.shared.reasons import reason
from tests.dispatch.tasks import ANSWERS

Json = dict[str, Any]

PLACE = {"latitude": 34.69, "longitude": 135.195}
ADDRESS = "神戸市中央区1-2-3"
DESTINATION = {"name": "山田 梅子", "address": ADDRESS, "place": PLACE}
PEOPLE = {
    "target": facts.Target(
        name="山田 梅子", relation="parent", phone="078-000-0001", address=ADDRESS,
        place=Place(**PLACE),
    ).model_dump(mode="json"),
    "contractor": facts.Contact(
        person="hanako", name="山田 花子", email="hanako@example.jp", phone="090-0000-0001",
        address="東京都千代田区1-1",
    ).model_dump(mode="json"),
}  # fmt: skip
SCRIPTS = {
    "first_call": "「山田 梅子様のお宅でしょうか。在宅確認サポートの受付センターでございます。」\n"
    "・お出にならないときは「つながらない」を選びます。",
    "refusal": "お断りの理由:\n・玄関の開錠はお受けできません。（DL-28）",
    "offer": "神戸市中央区1-2-3 山田 梅子様のお宅へ、玄関先での在宅確認をお願いします。\n"
    "到着の見込み: 11月22日 14:05",
    "visit": "神戸市中央区1-2-3 山田 梅子様\n"
    "1. 玄関先から、インターホン・電気メーター・部屋の明かり・郵便受けを確認します。",
    "find_help": "訪問できる担当者が見つかっていません（1巡目）。",
    "recall": "健司さん（080-1）がすでに向かっています。",
    "turn_back": "中止になりました。家族が帰ったので\n健司さん（080-1）が向かっていました。"
    "すぐに電話し、引き返すように伝えてください。",
    "emergency": "山田 花子様（090-0000-0001）に、すぐにおかけください。",
    "tell": "山田 花子様（090-0000-0001）におかけください。",
}
KINDS: dict[str, tuple[str, str, list[str]]] = {
    "first_call": ("初回の承諾電話", "DL-08", ["granted", "refused", "no_answer"]),
    "refusal": ("お断りを伝える", "DL-35", ["told", "override"]),
    "find_help": ("応援を手配する", "DL-16", ["assigned", "retry", "give_up"]),
    "offer": ("訪問の依頼", "DL-16", ["accepted", "declined"]),
    "visit": ("訪問", "DL-17", ["reported", "cannot"]),
    "recall": ("担当者に電話して止める", "DL-34", ["turned_back", "too_late"]),
    "turn_back": ("担当者に電話して呼び戻す", "DL-34", ["turned_back", "too_late"]),
    "emergency": ("【緊急】ご契約者に電話する", "DL-20", ["told", "not_reached"]),
    "tell": ("結果を電話で伝える", "DC-34", ["told", "not_reached"]),
}
WHY = {
    "unlock": ("DL-28", "玄関の開錠はお受けできません。"),
    "recurring": ("DL-22", "定期的・定常的な在宅確認はお受けできません。"),
}


class Said(Exception):
    """A problem: status, title, detail, rule, slug, errors."""


def taken(model: type[BaseModel], body: Json) -> None:
    """Refuse what the API would refuse."""
    try:
        model.model_validate(body)
    except ValidationError as error:
        errors = [
            {"at": ".".join(map(str, ("body", *one["loc"]))), "why": reason(one, "ja")}
            for one in error.errors()
        ]
        detail = "送られた内容に誤りがあります。"
        raise Said(422, "入力内容をご確認ください", detail, None, "invalid", errors) from error


def answered(model: type[BaseModel], body: Json) -> Json:
    """The body; it has every field that the API sends, and no other."""
    assert set(body) == set(model.model_fields), set(body) ^ set(model.model_fields)
    model.model_validate(body)
    return body


class FakeDispatch:
    """Registration, cases and tasks; a test reads and changes them."""

    def __init__(self, now: datetime, signature: bytes) -> None:
        self.now = now
        self.signature = signature
        self.said: list[tuple[str, Json]] = []
        self.duty: Json = {"id": "kenji", "name": "山本 健司", "on_duty": False, "case": None,
                           "next_case": None, "busy_until": None, "shift_begins": None,
                           "shift_ends": None, "place": PLACE, "seen_at": self.at(-25),
                           "position_age_seconds": 1500, "position_needed": False,
                           "not_sent": "off_duty"}  # fmt: skip
        self.registration: Json = {
            "call_centre": "0120-000-001", "provider": "JBR", "terms": "2026-04", "state": "none",
            "target": None, "registration": None, "first_call_by": None, "asked_until": None,
            "running": None,
        }  # fmt: skip
        self.frequency: Json = {"requests": 3, "days": 30, "remarkable": True,
                                "judged_until": None, "judged_by": None}  # fmt: skip
        self.runs = ""  # the home check that runs for whoever asks
        self.cases: dict[str, Json] = {}
        self.tasks: dict[str, Json] = {}
        self.consent("CN-20261120-0001", "pending")
        done = self.visit("HC-20261121-0001", "closed", result="at_home", open=False)
        done |= {
            "opened_at": self.at(-1410),
            "timeline": [self.moment("requested", "在宅確認のご依頼", -1410, **PEOPLE)],
            "said": "ご在宅を確認しました。",
            "checks": {"インターホン": "OK", "電気メーター": "確認不能",
                       "部屋の明かり": "OK", "郵便受け": "OK"},
            "images": ["signature"],
        }  # fmt: skip
        done["timeline"] += [
            self.moment("offered", "担当者への依頼", -1400),
            self.moment("visited", "訪問の報告", -1370, report={"note": "お返事あり"}),
            self.moment("contractor_told", "ご契約者への結果のお電話", -1360, outcome="told"),
        ]
        self.visit("HC-20261122-0002", "searching")
        self.task("CN-20261120-0001", "first_call", 1, "operator", 26 * 60)
        self.task("HC-20261122-0002", "find_help", 1, "operator", -4)
        self.task("HC-20261121-0001", "tell", 1, "operator", 20)
        self.task("HC-20261122-0003", "offer", 1, "person:kenji@example.jp", 5)
        self.task("HC-20261122-0004", "visit", 1, "person:kenji@example.jp", 55)

    def at(self, minutes: int) -> str:
        return (self.now + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def moment(self, event: str, what: str, minutes: int, **details: Any) -> Json:
        return {"at": self.at(minutes), "event": event, "what": what, "who": "person-sato",
                "means": "desk", "rule": "DL-16", "details": details}  # fmt: skip

    def case(self, number: str, kind: str, state: str, what: str, **more: Any) -> Json:
        made: Json = {
            "case": number, "kind": kind, "state": state, "open": True,
            "opened_at": self.at(-30), "contract": "c", "home": "kobe", "target": "山田 梅子",
            "result": None, "said": None, "refusals": [], "arrives_at": None, "responder": None,
            "checks": {}, "images": [], "timeline": [self.moment("begun", what, -30, **PEOPLE)],
            "centre": "", "consent": "" if kind == "consent" else "CN-20261120-0001",
            "tasks": [], "execution": "arn", "console": "https://console.example/states",
        } | more  # fmt: skip
        self.cases[number] = made
        return made

    def consent(self, number: str, state: str) -> Json:
        return self.case(number, "consent", state, "在宅確認先の登録")

    def visit(self, number: str, state: str, **more: Any) -> Json:
        return self.case(number, "visit", state, "在宅確認のご依頼", **more)

    def task(self, case: str, kind: str, number: int, group: str, due: int) -> Json:
        title, rule, outcomes = KINDS[kind]
        made: Json = {
            "id": f"{case}.{kind}-{number}", "case": case, "kind": kind, "title": title,
            "group": group, "status": "open", "rule": rule, "since": None, "due": self.at(due),
            "overdue": due < 0, "taken_by": "", "answered_by": "", "answered_at": None,
            "outcomes": outcomes, "target": "山田 梅子", "script": SCRIPTS[kind],
            "destination": DESTINATION if case.startswith("HC") else None, "news": [],
        }  # fmt: skip
        self.tasks[made["id"]] = made
        return made

    @staticmethod
    def for_families(case: Json) -> Json:
        timeline = [
            one | {"who": "センター", "details": {
                name: value for name, value in one["details"].items() if name not in PEOPLE
            }}
            for one in case["timeline"]
        ]  # fmt: skip
        return case | {"tasks": [], "timeline": timeline}

    # The family

    def family(self, method: str, parts: list[str], role: str, body: Json) -> Any:
        if role != "contractor":
            raise Said(403, "ご契約者のみの操作です", "ご契約者だけがご覧いただけます。", "DL-04")
        match method, *parts:
            case ["GET", "home-check"]:
                return answered(api.HomeCheck, self.registration)
            case ["POST" | "PUT", "home-check"]:
                taken(api.Registration, body)
                self.said.append((method, body))
                self.registration |= {
                    "state": "pending", "target": body["target"]["name"],
                    "first_call_by": "2026-11-25T15:00:00Z",
                    "asked_until": "2026-11-29T15:00:00Z",
                }  # fmt: skip
                return self.registration
            case ["GET", "cases"]:
                return [answered(CaseView, self.for_families(one)) for one in self.cases.values()]
            case ["GET", "cases", _, "images", "signature"]:
                return self.signature
        raise Said(404, "見つかりません", "お探しのものは見つかりませんでした。", None)

    def registrations(self, find: str) -> list[Json]:
        """The one registration there is, by the beginning of a name or the end of a number."""
        known = {"山田梅子", "山田花子", "kobe"}
        plain = find.replace(" ", "")
        if not (any(one.startswith(plain) for one in known) or "0780000001".endswith(plain)):
            return []
        return [
            answered(staff_api.FoundRegistration, {
                "registration": "CN-20261120-0001", "home": "kobe", "home_name": "神戸の家",
                "state": self.cases["CN-20261120-0001"]["state"], "contract": "c",
                "target": "山田 梅子", "contractor": "山田 花子",
            })
        ]  # fmt: skip

    # Staff

    def staff(
        self, method: str, parts: list[str], email: str, groups: list[str], body: Json
    ) -> Any:
        mine = {*groups, f"person:{email}"}
        if method != "GET":
            self.said.append(("/".join(parts), body))
        match method, *parts:
            case ["GET", "me"]:
                return answered(responder_api.MyDuty, self.duty)
            case ["PUT", "me", "duty"]:
                taken(responder_api.Duty, body)
                self.duty |= body
                return self.duty
            case ["PUT", "me", "position"]:
                taken(responder_api.Position, body)
                self.duty |= {"place": body, "seen_at": self.at(0), "position_age_seconds": 0}
                return self.duty
            case ["GET", "tasks"]:
                return [answered(TaskView, task) for task in self.tasks.values()
                        if task["group"] in mine and task["status"] == "open"]  # fmt: skip
            case [_, "tasks", id, *what]:
                if id not in self.tasks or not self._may_take(self.tasks[id], mine):
                    raise Said(404, "見つかりません", "お探しのものは見つかりません。", None)
                return self._task(self.tasks[id], what, email, body)
        if not {"operator", "admin"} & mine:
            raise Said(403, "センターの係員のみの操作です", "係員だけが行えます。", None)
        match method, *parts:
            case ["GET", "responders"]:
                known = {"place": PLACE, "seen_at": self.now}
                on = Responder(id="yui", name="山本 結衣", phone="090-2", on_duty=True, **known)
                off = Responder(id="aoi", name="山本 葵", phone="090-3", **known)
                seen = [ResponderView.of(one, self.now) for one in (on, off)]
                return [one.model_dump(mode="json") for one in seen]
            case ["GET", "registrations"]:
                return self.registrations(body["find"])
            case [_, "contracts", "c", "frequency"]:
                if method == "PUT":
                    taken(staff_api.Often, body)
                if method != "GET":
                    self.frequency |= {"judged_until": body.get("until"), "judged_by": "sato"}
                return answered(staff_api.Frequency, self.frequency)
            case ["GET", "open-cases"]:
                n = sum(one["open"] for one in self.cases.values())
                return answered(staff_api.OpenCount, {"cases": n, "more": False})
            case ["GET", "cases"]:
                after = (body or {}).get("after", "")
                found = sorted(n for n, one in self.cases.items() if one["open"] and n > after)
                return [answered(CaseView, self.cases[n]) for n in found[: staff_api.PAGE]]
            case ["POST", "cases"]:
                taken(staff_api.HomeCheckRequest, body)
                if self.runs:
                    detail = f"このお宅の在宅確認は、すでに対応中です（{self.runs}）。"
                    raise Said(409, "すでに対応中です", detail, "DL-15", "runs-already")
                grounds = [WHY[wish] for wish in body["wishes"] if wish in WHY]
                made = self.visit("HC-20261122-0009", "refusable" if grounds else "searching")
                made["refusals"] = [{"rule": rule, "why": why} for rule, why in grounds]
                if grounds:
                    made["tasks"] = [self.task(made["case"], "refusal", 1, "operator", 30)]
                return made
            case ["GET", "cases", id]:
                return self.cases[id]
            case ["GET", "cases", id, "export"]:
                return f"case,at\n{id},\n".encode("utf-8-sig")
            case ["GET", "cases", _, "images", _]:
                return self.signature
            case ["POST", "cases", id, "stop"]:
                taken(staff_api.Stop, body)
                self.cases[id] |= {"state": "stopped", "open": False}
                return self.cases[id]
            case ["POST", "cases", id, "emergency"]:
                taken(staff_api.EmergencyReport, body)
                made = self.task(id, "emergency", 1, "operator", 3)
                self.cases[id]["tasks"] = [*self.cases[id]["tasks"], made]
                return self.cases[id]
            case ["POST", "cases", id, "correction"]:
                taken(staff_api.Correction, body)
                self.cases[id] |= {"open": True, "state": "to_be_told", "result": "absent"}
                return self.cases[id]
            case ["PUT", "cases", id, "centre"]:
                taken(staff_api.CentreChange, body)
                if "admin" not in mine:
                    raise Said(403, "責任者のみの操作です", "責任者だけが行えます。", "AL-21")
                self.cases[id] |= {"centre": body["centre"]}
                return self.cases[id]
            case ["POST", "cases", id, "cancellation"]:
                taken(staff_api.Why, body)
                self.cases[id] |= {"state": "cancelled", "result": "cancelled", "open": False}
                return self.cases[id]
        raise Said(404, "見つかりません", "お探しのものは見つかりませんでした。", None)

    @staticmethod
    def _may_take(task: Json, mine: set[str]) -> bool:
        """Their own and their group's; the centre acts for responders."""
        theirs = task["group"].startswith("person:") and {"operator", "admin"} & mine
        return task["group"] in mine or bool(theirs) or {"admin"} <= mine

    def _task(self, task: Json, what: list[str], email: str, body: Json) -> Any:
        match what:
            case []:
                return task
            case ["take"]:
                task["taken_by"] = email
            case ["hand-back"]:
                task["taken_by"] = ""
            case ["escalate"]:
                task |= {"taken_by": "", "group": "admin"}
            case ["arrived"]:
                return task
            case ["emergency"]:
                taken(task_api.EmergencyCall, body)
                task["news"] = [*task["news"], {"at": self.at(0), "text": f"緊急: {body['said']}"}]
                return task
            case ["answer"]:
                if task["status"] != "open":
                    detail = f"{task['answered_by']}さんが 2026-11-22 13:40 に回答しています。"
                    raise Said(409, "この仕事は終わっています", detail, None)
                taken(ANSWERS[task["kind"]], body)
                task |= {"status": "answered", "answered_by": email, "answered_at": self.at(0)}
                personal = task["group"].startswith("person:")
                return {"task": task, "case": None if personal else self.cases.get(task["case"])}
        return {name: value for name, value in task.items() if name != "script"}
